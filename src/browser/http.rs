//! Sends requests to the engine and reads its answers.
//!
//! Requests go through the page's own `fetch`, because shops replace it: for tracing, for a proxy, for tests. A replaced
//! `fetch` may throw, reject with any value, resolve with any value, or never settle. So `fetch` is called with a URL string and
//! a plain object, which such functions expect, and its result is checked before it is used. `gloo-net`'s own `send` passes a
//! `Request` and panics if the result is not a `Response`.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Poll, Waker};

use gloo_events::EventListener;
use gloo_net::http::{Headers, Response};
use gloo_timers::callback::Timeout;
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, ArrayBuffer, Date, Function, Promise, Reflect, Symbol, Uint8Array, global};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    AbortController, ReferrerPolicy, RequestCache, RequestCredentials, RequestInit,
    RequestRedirect, SecurityPolicyViolationEvent, SecurityPolicyViolationEventDisposition,
};

use super::clock;
use crate::login::error_reason::ErrorReason;
use crate::login::retry_after::retry_after;
use crate::login::time::UnixMs;
use crate::login::wire::{Call, HttpResponse, Request, TransportError};

/// The longest time of a request in milliseconds, from the call of `fetch` to the end of the body.
const DEADLINE: u32 = 10_000;

/// The longest body that is read, in bytes. The engine's answers are far shorter.
const MAX_BODY: usize = 65_536;

/// Receives the outcome of a request.
type Callback = Box<dyn FnOnce(Result<HttpResponse, TransportError>)>;

/// A request that has not been answered. Dropping it aborts the request, and `done` is not called.
pub(crate) struct PendingRequest(Option<Rc<Exchange>>);

impl PendingRequest {
    /// Lets the request finish without this handle. `done` is still called with its outcome.
    pub(crate) fn detach(mut self) {
        self.0.take();
    }
}

impl Drop for PendingRequest {
    fn drop(&mut self) {
        if let Some(exchange) = self.0.take() {
            drop(exchange.end());
            exchange.abort();
        }
    }
}

/// The state that the request, its deadline and its [`PendingRequest`] share.
struct Exchange {
    controller: Option<AbortController>,
    /// `None` after it was called, and after the request was dropped.
    done: RefCell<Option<Callback>>,
    deadline: RefCell<Option<Timeout>>,
    /// Wakes the future in [`wait_for`].
    task: RefCell<Option<Waker>>,
}

impl Exchange {
    /// Clears the deadline, ends the wait for the answer, and takes `done`.
    fn end(&self) -> Option<Callback> {
        drop(self.deadline.take());
        let done = self.done.take();
        if let Some(task) = self.task.take() {
            task.wake();
        }
        done
    }

    /// Calls `done`, unless it was called before.
    fn finish(&self, outcome: Result<HttpResponse, TransportError>) {
        if let Some(done) = self.end() {
            done(outcome);
        }
    }

    /// Ends the exchange with [`TransportError::Timeout`] unless it is over in time.
    fn start_deadline(self: &Rc<Self>) {
        let exchange = Rc::downgrade(self);
        let deadline = Timeout::new(DEADLINE, move || {
            if let Some(exchange) = exchange.upgrade() {
                // Before the abort, because an aborted `fetch` rejects like one without a network.
                exchange.finish(Err(TransportError::Timeout));
                exchange.abort();
            }
        });
        self.deadline.replace(Some(deadline));
    }

    fn is_over(&self) -> bool {
        self.done.borrow().is_none()
    }

    fn abort(&self) {
        if let Some(controller) = &self.controller {
            controller.abort();
        }
    }
}

/// Sends a request. `done` is called once with its outcome, unless the returned [`PendingRequest`] is dropped before.
///
/// `fetch` is called before this function returns, so that the request is sent even if the page is left at once. `done` is
/// called after this function has returned.
///
/// - `base_url`: the engine's address, without a slash at the end.
/// - `device`: returns the device id; called only if the request carries it.
/// - `page_headers`: the value of the property `requestHeaders` (anything that the constructor of `Headers` takes), or the error
///   that its getter threw. Invalid headers and an error end the request with [`TransportError::Network`].
/// - `challenge`: the function of the page that is called first, if there is one and the request sends a message. The request then
///   has its headers as well, and is sent after this function has returned; the deadline begins when it is sent. A challenge that is
///   not passed ends the request with [`TransportError::Challenge`].
pub(crate) fn send(
    base_url: &str,
    request: &Request,
    device: impl FnOnce() -> String,
    page_headers: Result<JsValue, JsValue>,
    challenge: Option<&Function>,
    done: impl FnOnce(Result<HttpResponse, TransportError>) + 'static,
) -> PendingRequest {
    let url = [base_url, &request.target()].concat();
    let exchange = Rc::new(Exchange {
        controller: AbortController::new().ok(),
        done: RefCell::new(Some(Box::new(done))),
        deadline: RefCell::default(),
        task: RefCell::default(),
    });
    let csp = CspMonitor::watch(&url);
    let base_url = base_url.to_owned();
    let body = request.body_for(device);
    let headers = page_headers.map(|headers| match (challenge, request.delivery) {
        (Some(challenge), Some(delivery)) => Err(headers_after_challenge(
            challenge,
            delivery.as_str(),
            request.call.path(),
            &headers,
        )),
        _ => Ok(headers),
    });
    let start = {
        let (exchange, call) = (Rc::clone(&exchange), request.call);
        move |headers: Result<JsValue, JsValue>| {
            exchange.start_deadline();
            headers
                .and_then(|headers| request_options(call, body.expose(), &headers, &exchange))
                .and_then(|options| call_fetch(&url, &options))
        }
    };
    let started = match headers {
        Ok(Err(challenge)) => Err((challenge, start)),
        Ok(Ok(headers)) => Ok(start(Ok(headers))),
        Err(error) => Ok(start(Err(error))),
    };
    let outcome = async move {
        let answer = match started {
            Ok(answer) => answer,
            Err((challenge, start)) => match JsFuture::from(challenge).await {
                Ok(headers) if headers.is_null() => return Err(TransportError::Challenge),
                headers => start(headers),
            },
        };
        match read_response(answer).await {
            Ok(result) => result,
            Err(_) => Err(failure_reason(&csp, &base_url).await),
        }
    };
    spawn_local(wait_for(Rc::clone(&exchange), outcome));
    PendingRequest(Some(exchange))
}

/// Awaits the outcome and passes it on. Drops the future when the request has ended otherwise, because a `fetch` that ignores its
/// signal may never settle.
async fn wait_for(
    exchange: Rc<Exchange>,
    outcome: impl Future<Output = Result<HttpResponse, TransportError>>,
) {
    let mut outcome = pin!(outcome);
    let outcome = poll_fn(|context| {
        if exchange.is_over() {
            return Poll::Ready(None);
        }
        exchange.task.replace(Some(context.waker().clone()));
        outcome.as_mut().poll(context).map(Some)
    });
    if let Some(outcome) = outcome.await {
        exchange.finish(outcome);
    }
}

/// The options of `fetch`: no cookies, no cache, no referrer, and no redirects, which could send the body to another origin.
fn request_options(
    call: Call,
    body: &str,
    page_headers: &JsValue,
    exchange: &Exchange,
) -> Result<RequestInit, JsValue> {
    // The page's headers are for a proxy in front of the engine. They cannot replace the two headers that the engine needs.
    // The constructor takes any value; the name of the binding mentions only one of its types.
    let headers = web_sys::Headers::new_with_str_sequence_sequence(page_headers)?;
    let headers = Headers::from_raw(headers);
    for name in ["content-type", "accept"] {
        headers.set(name, "application/json");
    }
    let options = RequestInit::new();
    options.set_method(call.method());
    options.set_headers(&headers.into_raw());
    options.set_body(&body.into());
    options.set_redirect(RequestRedirect::Error);
    options.set_credentials(RequestCredentials::Omit);
    options.set_cache(RequestCache::NoStore);
    options.set_referrer_policy(ReferrerPolicy::NoReferrer);
    if let Some(controller) = &exchange.controller {
        options.set_signal(Some(&controller.signal()));
    }
    // The browser sends the end of a session even if the page is left. `web-sys` has no setter for `keepalive`.
    let ends_session = call == Call::Expire;
    Reflect::set(&options, &"keepalive".into(), &ends_session.into())?;
    Ok(options)
}

/// Calls the current `fetch` of the page. A replaced `fetch` may return any value.
fn call_fetch(url: &str, options: &RequestInit) -> Result<JsValue, JsValue> {
    let fetch: Function = Reflect::get(&global(), &"fetch".into())?.dyn_into()?;
    fetch.call2(&JsValue::UNDEFINED, &url.into(), options)
}

/// Awaits a value of any type. A value that is not a promise is returned as it is; a promise whose `then` throws is rejected.
async fn promised(value: &JsValue) -> Result<JsValue, JsValue> {
    // `Promise.race` returns a promise of its own for any value.
    JsFuture::from(Promise::race(&Array::of1(value))).await
}

/// Calls a method of an object that may not have it.
fn call_method(object: &JsValue, method: &str) -> Result<JsValue, JsValue> {
    let method: Function = Reflect::get(object, &method.into())?.dyn_into()?;
    method.call0(object)
}

/// Reads an answer. The outer error means that there is no complete answer; [`failure_reason`] finds out why.
async fn read_response(
    answer: Result<JsValue, JsValue>,
) -> Result<Result<HttpResponse, TransportError>, JsValue> {
    let response = check_response(promised(&answer?).await?)?;
    HAS_ANSWERED.set(true);
    let status = response.status();
    let headers = response.headers();
    let html = headers.get(CONTENT_TYPE).is_some_and(|kind| {
        let kind = kind.trim_start().as_bytes().get(..9);
        kind.is_some_and(|kind| kind.eq_ignore_ascii_case(b"text/html"))
    });
    let retry_after = headers.get(RETRY_AFTER).and_then(|value| {
        let date = headers.get(DATE);
        retry_after(&value, date.as_deref(), clock::now().unix, parse_date)
    });
    let Some(body) = read_body(&response).await? else {
        return Ok(Err(TransportError::Unreadable));
    };
    Ok(Ok(HttpResponse {
        status,
        html,
        retry_after,
        body: body.into(),
    }))
}

const CONTENT_TYPE: &str = "content-type";
const RETRY_AFTER: &str = "retry-after";
const DATE: &str = "date";

/// Returns the answer if it is a `Response` whose members can be read. `gloo-net` panics if one of them throws, as with objects
/// that imitate a response and with a `Proxy`.
fn check_response(answer: JsValue) -> Result<Response, JsValue> {
    // Not `instanceof`: a `fetch` of another frame returns a `Response` of that frame's class.
    let class = Reflect::get(&answer, &Symbol::to_string_tag())?;
    let status = Reflect::get(&answer, &"status".into())?.as_f64();
    // The status is 0 for `Response.error()` and for opaque responses.
    if class != "Response" || status.is_none_or(|status| status < 1.0) {
        return Err(JsValue::UNDEFINED);
    }
    let headers = Reflect::get(&answer, &"headers".into())?;
    let get: Function = Reflect::get(&headers, &"get".into())?.dyn_into()?;
    for name in [CONTENT_TYPE, RETRY_AFTER, DATE] {
        let value = get.call1(&headers, &name.into())?;
        if !value.is_string() && !value.is_null() {
            return Err(value);
        }
    }
    Reflect::get(&answer, &"body".into())?;
    Ok(answer.unchecked_into::<web_sys::Response>().into())
}

/// Reads a body chunk by chunk. Returns `None` if it is longer than [`MAX_BODY`] or not UTF-8.
async fn read_body(response: &Response) -> Result<Option<String>, JsValue> {
    let mut body = Vec::new();
    if let Some(stream) = response.body() {
        let reader = call_method(&stream, "getReader")?;
        loop {
            let chunk = promised(&call_method(&reader, "read")?).await?;
            if Reflect::get(&chunk, &"done".into())?.is_truthy() {
                break;
            }
            let chunk = Reflect::get(&chunk, &"value".into())?;
            // Not `instanceof`, for the same reason as in `check_response`.
            if !ArrayBuffer::is_view(&chunk) {
                return Err(chunk);
            }
            let chunk = Uint8Array::new(&chunk);
            if body.len() + chunk.length() as usize > MAX_BODY {
                // If cancelling fails, the rest of the body stays unread.
                let _ = call_method(&reader, "cancel");
                return Ok(None);
            }
            body.append(&mut chunk.to_vec());
        }
    }
    // A byte order mark is legal and is ignored.
    if body.starts_with(b"\xef\xbb\xbf") {
        body.drain(..3);
    }
    Ok(String::from_utf8(body).ok())
}

/// Parses a date with the browser's `Date.parse`. Returns milliseconds since 1970.
fn parse_date(text: &str) -> Option<UnixMs> {
    Some(Date::parse(text))
        .filter(|moment| !moment.is_nan())
        .map(|moment| UnixMs(clock::millis(moment)))
}

/// Finds out why there is no answer, and prints what the shop can do about it.
async fn failure_reason(csp: &CspMonitor, base_url: &str) -> TransportError {
    // The event of a policy violation may be dispatched right after the rejection.
    TimeoutFuture::new(0).await;
    let (error, reason) = if csp.has_blocked() {
        (TransportError::Forbidden, ErrorReason::CspConnect)
    } else {
        match web_sys::window() {
            Some(window) if !window.navigator().on_line() => return TransportError::Offline,
            _ if !HAS_ANSWERED.get() && is_reachable(base_url).await => {
                (TransportError::Unshared, ErrorReason::CorsEngine)
            }
            // On a busy machine, the event of Firefox comes later still. The request that the guard above sends takes some time.
            _ if csp.has_blocked() => (TransportError::Forbidden, ErrorReason::CspConnect),
            _ => return TransportError::Network,
        }
    };
    if let Some(remedy) = reason.remedy() {
        let text = ["ae-login: ", remedy].concat();
        web_sys::console::error_1(&JsValue::from_str(&text));
    }
    error
}

/// Returns whether the engine can be reached. A `fetch` that the page has replaced may throw, or return anything.
async fn is_reachable(base_url: &str) -> bool {
    let Ok(answer) = request_reachability(base_url) else {
        return false;
    };
    promised(&answer).await.is_ok_and(|answer| answer == true)
}

#[wasm_bindgen(module = "/src/browser/reachability.js")]
extern "C" {
    #[wasm_bindgen(js_name = isReachable, catch)]
    fn request_reachability(url: &str) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen(module = "/src/browser/challenge.js")]
extern "C" {
    #[wasm_bindgen(js_name = headersAfterChallenge)]
    fn headers_after_challenge(
        challenge: &Function,
        action: &str,
        endpoint: &str,
        page_headers: &JsValue,
    ) -> Promise;
}

thread_local! {
    /// Whether an engine has answered a request of the page.
    static HAS_ANSWERED: Cell<bool> = const { Cell::new(false) };
    /// URLs of the engine that the page's policy has blocked. Browsers may report each URL only once.
    static BLOCKED_URLS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Detects that the page's Content Security Policy blocks a URL. `fetch` itself rejects as it does without a network.
struct CspMonitor {
    url: Rc<str>,
    _listener: Option<EventListener>,
}

impl CspMonitor {
    /// Adds the event listener. Must be called before `fetch`.
    fn watch(url: &str) -> Self {
        let url: Rc<str> = Rc::from(url);
        let listener = web_sys::window().map(|window| {
            let url = Rc::clone(&url);
            EventListener::new(&window, "securitypolicyviolation", move |event| {
                let Some(event) = event.dyn_ref::<SecurityPolicyViolationEvent>() else {
                    return;
                };
                if event.disposition() == SecurityPolicyViolationEventDisposition::Enforce
                    && event.blocked_uri() == *url
                {
                    BLOCKED_URLS.with_borrow_mut(|blocked| {
                        if !blocked.iter().any(|known| **known == *url) {
                            blocked.push(url.to_string());
                        }
                    });
                }
            })
        });
        Self {
            url,
            _listener: listener,
        }
    }

    fn has_blocked(&self) -> bool {
        BLOCKED_URLS.with_borrow(|blocked| blocked.iter().any(|known| **known == *self.url))
    }
}
