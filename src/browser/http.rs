//! Carries bytes to the engine and back. The exchange itself stands in `element.js`, which was 2.0 KB (brotli)
//! smaller than the same through `web-sys` and futures on the day it was moved; what its outcome means is said here.

use js_sys::Reflect;
use wasm_bindgen::prelude::*;

use super::{clock, device};
use crate::login::config::Settings;
use crate::login::wire::{Reply, Request, Silence};

#[wasm_bindgen(module = "/src/browser/exchange.js")]
extern "C" {
    fn exchange(
        headers: &JsValue,
        method: &str,
        url: &str,
        body: &str,
        done: &JsValue,
    ) -> js_sys::Function;
}

/// A call under way. Dropping it gives the call up: its answer never comes.
pub(crate) struct Call(js_sys::Function);

impl Drop for Call {
    fn drop(&mut self) {
        // The function only aborts; it does not throw.
        let _ = self.0.call0(&JsValue::NULL);
    }
}

impl Call {
    /// Lets the call go its way: nobody waits for its answer, and nobody gives it up.
    pub(crate) fn let_go(self) {
        std::mem::forget(self);
    }
}

/// Sends a request and brings the answer to `done`, once, unless the call is dropped before.
///
/// `target` is an object of the page, whose property `requestHeaders` has headers for a proxy of the shop's own.
pub(crate) fn send(
    target: &JsValue,
    settings: &Settings,
    request: &Request,
    done: impl FnOnce(Result<Reply, Silence>) + 'static,
) -> Call {
    let url = [settings.base_url.as_str(), &request.target()].concat();
    let done = Closure::once_into_js(
        move |status: u16, kind: Option<String>, retry_after: Option<f64>, body: Option<String>| {
            done(match (status, body) {
                (0, _) => Err(Silence::Network),
                (1, _) => Err(Silence::Timeout),
                (2, _) => Err(Silence::Forbidden),
                (4, _) => Err(Silence::Offline),
                (3, _) => return,
                (_, None) => Err(Silence::Unreadable),
                (status, Some(body)) => Ok(Reply {
                    status,
                    html: kind.is_some_and(|kind| {
                        kind.trim_start()
                            .as_bytes()
                            .get(..9)
                            .is_some_and(|kind| kind.eq_ignore_ascii_case(b"text/html"))
                    }),
                    retry_after: retry_after.map(clock::millis),
                    body: body.into(),
                }),
            });
        },
    );
    let body = request.body_for(|| device::device_id(settings));
    let headers = Reflect::get(target, &"requestHeaders".into()).unwrap_or_default();
    Call(exchange(
        &headers,
        request.call.method(),
        &url,
        body.expose(),
        &done,
    ))
}
