//! Carries bytes to the engine and back, with one deadline over connecting, headers and body.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Headers, ReadableStreamDefaultReader, ReferrerPolicy, RequestCache,
    RequestCredentials, RequestInit, RequestRedirect, Response,
};

use super::clock::Alarm;
use crate::login::secret::Secret;
use crate::login::time::{Millis, Now};
use crate::login::wire::{Reply, Request, Silence};

/// How long a call may take, body included.
const PATIENCE: Millis = 10_000;
/// More than this is no answer of the engine.
const LONGEST: usize = 64 * 1024;

/// A call under way. Dropping it gives the call up.
pub(crate) struct Call {
    controller: AbortController,
    _deadline: Alarm,
}

impl Drop for Call {
    fn drop(&mut self) {
        self.controller.abort();
    }
}

/// Sends a request and brings the answer to `done`, once, unless the call is dropped before.
///
/// No cookies, no cache, no referrer, and no redirect: a redirected `POST` would hand its body to another origin.
pub(crate) fn send(
    base_url: &str,
    request: &Request,
    now: Now,
    done: impl FnOnce(Result<Reply, Silence>) + 'static,
) -> Option<Call> {
    let controller = AbortController::new().ok()?;
    let late = Rc::new(Cell::new(false));
    let deadline = Alarm::new({
        let (controller, late) = (controller.clone(), Rc::clone(&late));
        move || {
            late.set(true);
            controller.abort();
        }
    });
    deadline.set(Some(now.mono.saturating_add(PATIENCE)), now);

    let url = [base_url, request.call.path()].concat();
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(&JsValue::from_str(request.body.expose()));
    init.set_redirect(RequestRedirect::Error);
    init.set_credentials(RequestCredentials::Omit);
    init.set_cache(RequestCache::NoStore);
    init.set_referrer_policy(ReferrerPolicy::NoReferrer);
    init.set_signal(Some(&controller.signal()));
    if let Ok(headers) = Headers::new() {
        let _ = headers.set("content-type", "application/json");
        let _ = headers.set("accept", "application/json");
        init.set_headers(&headers);
    }
    let call = Call {
        controller,
        _deadline: deadline,
    };
    let signal = call.controller.signal();
    wasm_bindgen_futures::spawn_local(async move {
        let answer = exchange(&url, &init).await;
        // Given up by us, and not because it took too long: nobody waits.
        if signal.aborted() && !late.get() {
            return;
        }
        done(answer.map_err(|silence| {
            if late.get() {
                Silence::Timeout
            } else {
                silence
            }
        }));
    });
    Some(call)
}

async fn exchange(url: &str, init: &RequestInit) -> Result<Reply, Silence> {
    let window = super::clock::window().ok_or(Silence::Network)?;
    let response = JsFuture::from(window.fetch_with_str_and_init(url, init))
        .await
        .map_err(|_| Silence::Network)?;
    let response: Response = response.unchecked_into();
    let header = |name: &str| response.headers().get(name).ok().flatten();
    Ok(Reply {
        status: response.status(),
        html: header("content-type").is_some_and(|kind| {
            kind.trim_start()
                .to_ascii_lowercase()
                .starts_with("text/html")
        }),
        retry_after: header("retry-after").and_then(|text| retry_after(&text)),
        body: read(&response).await?,
    })
}

/// Reads the body piece by piece, so that an endless one costs no more than [`LONGEST`].
async fn read(response: &Response) -> Result<Secret, Silence> {
    let Some(stream) = response.body() else {
        return Ok(Secret::default());
    };
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let mut bytes = Vec::new();
    loop {
        let piece = JsFuture::from(reader.read())
            .await
            .map_err(|_| Silence::Network)?;
        let Ok(value) = Reflect::get(&piece, &JsValue::from_str("value")) else {
            return Err(Silence::Unreadable);
        };
        if value.is_undefined() {
            break;
        }
        let piece: Uint8Array = value.unchecked_into();
        if bytes.len() + piece.length() as usize > LONGEST {
            let _ = reader.cancel();
            return Err(Silence::Unreadable);
        }
        bytes.extend_from_slice(&piece.to_vec());
    }
    String::from_utf8(bytes)
        .map(Secret::new)
        .map_err(|_| Silence::Unreadable)
}

/// `Retry-After` in seconds or as a date (RFC 9110 §10.2.3), in milliseconds from now.
fn retry_after(text: &str) -> Option<Millis> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(Millis::from(seconds) * 1000);
    }
    let span = js_sys::Date::parse(text) - js_sys::Date::now();
    // A date in the past means "now"; what is no date is no answer.
    span.is_finite().then(|| span.max(0.0) as Millis)
}
