//! The component in a browser: defines the element, listens to its events and calls its methods.

use std::cell::Cell;

use js_sys::{JSON, Object, Promise, Reflect};
use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen::prelude::*;
use web_sys::CustomEvent;

use super::{
    Activity, AeLoginError, AeLoginHandle, ChallengeCall, ChallengeHeaders, Element, Listeners,
    Session, SignedIn, StepChange,
};
use crate::element::functions::{define_element, functions};
use crate::login::activity::ActivityAction;
use crate::login::codec::from_json;
use crate::login::error_reason::ErrorReason;
use crate::login::problem::Kind;
use crate::login::session::{Authenticator, Reason};
use crate::login::text::LANGUAGES;
use crate::login::view::StepName;

/// The style sheet of the form.
const STYLE: &str = concat!(
    include_str!("../../style/tokens.css"),
    include_str!("../../style/widget.css")
);

#[wasm_bindgen]
extern "C" {
    /// The element `<ae-login>` with its public methods.
    #[derive(Debug, Clone)]
    type LoginElement;

    #[wasm_bindgen(method, catch, js_name = getToken)]
    async fn get_token(this: &LoginElement, options: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, js_name = signOut)]
    fn sign_out(this: &LoginElement) -> Promise;
    #[wasm_bindgen(method)]
    fn restart(this: &LoginElement);
    #[wasm_bindgen(method, js_name = changePassword)]
    fn change_password(this: &LoginElement);
    #[wasm_bindgen(method)]
    fn show(this: &LoginElement);
    #[wasm_bindgen(method)]
    fn close(this: &LoginElement);
}

/// The element that a handle refers to, if it is in the page. Copies refer to the same element.
#[derive(Debug, Clone, Copy)]
pub(super) struct ElementRef(StoredValue<Option<LoginElement>, LocalStorage>);

impl ElementRef {
    pub(super) fn new() -> Self {
        Self(StoredValue::new_local(None))
    }

    pub(super) async fn token(self, min_validity: u32) -> Result<String, AeLoginError> {
        let unavailable = AeLoginError::new(Kind::Unavailable);
        let element = self.0.get_value().ok_or(unavailable)?;
        let options = Object::new();
        set_property(&options, "minValidity", &JsValue::from(min_validity));
        match element.get_token(&options).await {
            Ok(token) => token.as_string().ok_or(unavailable),
            Err(reason) => Err(error_from_js(&reason)),
        }
    }

    pub(super) fn sign_out(self) {
        self.with_element(|element| {
            // Everything is erased when the call returns; the promise need not be awaited.
            let _ = element.sign_out();
        });
    }

    pub(super) fn restart(self) {
        self.with_element(LoginElement::restart);
    }

    pub(super) fn change_password(self) {
        self.with_element(LoginElement::change_password);
    }

    pub(super) fn show(self) {
        self.with_element(LoginElement::show);
    }

    pub(super) fn close(self) {
        self.with_element(LoginElement::close);
    }

    fn with_element(self, call: impl FnOnce(&LoginElement)) {
        if let Some(element) = self.0.get_value() {
            call(&element);
        }
    }
}

/// Defines the element, once per page. `files` is the URL of the directory with the language files; it may be relative to the page, or
/// empty.
fn define(files: &str) {
    thread_local! {
        static IS_DEFINED: Cell<bool> = const { Cell::new(false) };
    }
    if IS_DEFINED.replace(true) {
        return;
    }
    let page = document().base_uri().ok().flatten().unwrap_or_default();
    let base = web_sys::Url::new_with_base(files, &page).map_or(page, |url| url.href());
    let url = Closure::<dyn Fn(String) -> String>::new(move |file: String| {
        web_sys::Url::new_with_base(&file, &base).map_or(file, |url| url.href())
    });
    // The files have no hashes here, so they are not checked.
    let hashes = Object::new();
    for language in LANGUAGES {
        set_property(&hashes, language, &JsValue::UNDEFINED);
    }
    let files = Object::new();
    set_property(&files, "url", &url.into_js_value());
    set_property(&files, "hashes", &hashes);
    let functions = JsValue::from(functions());
    let load = Closure::<dyn Fn() -> Promise>::new(move || Promise::resolve(&functions));
    define_element(load.into_js_value().unchecked_ref(), STYLE, &files);
}

fn set_property(object: &JsValue, name: &str, value: &JsValue) {
    // Setting a property of a plain object, or of an element, does not fail.
    let _ = Reflect::set(object, &name.into(), value);
}

/// Connects a handle and its listeners to the element when it is in the page.
pub(super) fn connect(
    element: NodeRef<Element>,
    handle: AeLoginHandle,
    listeners: Listeners,
    challenge: Option<Callback<ChallengeCall, ChallengeHeaders>>,
    files: Option<String>,
) {
    define(&files.unwrap_or_default());
    element.on_load(move |element| {
        if let Some(challenge) = challenge {
            set_property(&element, "challenge", &challenge_function(challenge));
        }
        let target: web_sys::EventTarget = element.clone().into();
        let login: LoginElement = element.unchecked_into::<JsValue>().unchecked_into();
        handle.element.0.set_value(Some(login));
        let listen = |name: &'static str, listener: fn(AeLoginHandle, Listeners, &str)| {
            gloo_events::EventListener::new(&target, name, move |event| {
                let detail = event.unchecked_ref::<CustomEvent>().detail();
                let json = JSON::stringify(&detail)
                    .ok()
                    .and_then(|json| json.as_string());
                listener(handle, listeners, &json.unwrap_or_default());
            })
        };
        let event_listeners = [
            listen("ae-ready", ready),
            listen("ae-step", step),
            listen("ae-signed-in", signed_in),
            listen("ae-renewed", renewed),
            listen("ae-signed-out", signed_out),
            listen("ae-error", error),
            listen("ae-activity", activity),
        ];
        let event_listeners = StoredValue::new_local(event_listeners);
        on_cleanup(move || {
            event_listeners.dispose();
            handle.element.0.set_value(None);
        });
    });
}

fn ready(handle: AeLoginHandle, listeners: Listeners, _detail: &str) {
    handle.is_ready.set(true);
    if let Some(listener) = listeners.ready {
        listener.run(());
    }
}

fn step(handle: AeLoginHandle, listeners: Listeners, detail: &str) {
    #[derive(Deserialize)]
    struct Detail {
        step: String,
        previous: String,
    }
    let Ok(detail) = from_json::<Detail>(detail) else {
        return;
    };
    if let (Some(step), Some(previous)) = (
        StepName::parse(&detail.step),
        StepName::parse(&detail.previous),
    ) {
        handle.step.set(Some(step));
        if let Some(listener) = listeners.step {
            listener.run(StepChange { step, previous });
        }
    }
}

fn signed_in(handle: AeLoginHandle, listeners: Listeners, detail: &str) {
    #[derive(Deserialize)]
    struct Detail {
        session: Session,
        restored: bool,
    }
    if let Ok(Detail { session, restored }) = from_json(detail) {
        handle.session.set(Some(session.clone()));
        if let Some(listener) = listeners.signed_in {
            listener.run(SignedIn { session, restored });
        }
    }
}

fn renewed(handle: AeLoginHandle, listeners: Listeners, detail: &str) {
    #[derive(Deserialize)]
    struct Detail {
        session: Session,
    }
    if let Ok(Detail { session }) = from_json(detail) {
        handle.session.set(Some(session.clone()));
        if let Some(listener) = listeners.renewed {
            listener.run(session);
        }
    }
}

fn signed_out(handle: AeLoginHandle, listeners: Listeners, detail: &str) {
    #[derive(Deserialize)]
    struct Detail {
        reason: String,
    }
    handle.session.set(None);
    let reason = from_json::<Detail>(detail).ok();
    let reason = reason.and_then(|detail| Reason::parse(&detail.reason));
    if let (Some(listener), Some(reason)) = (listeners.signed_out, reason) {
        listener.run(reason);
    }
}

fn error(_handle: AeLoginHandle, listeners: Listeners, detail: &str) {
    #[derive(Deserialize)]
    struct Detail {
        kind: String,
        code: Option<i64>,
        retryable: bool,
        step: Option<String>,
        reason: Option<String>,
    }
    let Ok(detail) = from_json::<Detail>(detail) else {
        return;
    };
    if let (Some(listener), Some(kind)) = (listeners.error, Kind::parse(&detail.kind)) {
        listener.run(AeLoginError {
            kind,
            code: detail.code,
            retryable: detail.retryable,
            step: detail.step.as_deref().and_then(StepName::parse),
            reason: detail.reason.as_deref().and_then(ErrorReason::parse),
        });
    }
}

fn activity(_handle: AeLoginHandle, listeners: Listeners, detail: &str) {
    #[derive(Deserialize)]
    struct Detail {
        attempt: String,
        action: String,
        method: Option<String>,
        factor: u8,
        code: Option<i64>,
        elapsed: u64,
    }
    let Ok(detail) = from_json::<Detail>(detail) else {
        return;
    };
    if let (Some(listener), Some(action)) =
        (listeners.activity, ActivityAction::parse(&detail.action))
    {
        listener.run(Activity {
            attempt: detail.attempt,
            action,
            method: detail.method.as_deref().and_then(Authenticator::parse),
            factor: detail.factor,
            code: detail.code,
            elapsed: detail.elapsed,
        });
    }
}

/// Returns the function that the element calls before it sends a message. It is never freed: an element has one.
fn challenge_function(challenge: Callback<ChallengeCall, ChallengeHeaders>) -> JsValue {
    let function = Closure::<dyn Fn(JsValue) -> Promise>::new(move |call: JsValue| {
        let property = |name: &str| Reflect::get(&call, &name.into()).unwrap_or_default();
        let call = ChallengeCall {
            action: property("action").as_string().unwrap_or_default(),
            endpoint: property("endpoint").as_string().unwrap_or_default(),
        };
        // The component may be gone.
        let headers = challenge.try_run(call);
        wasm_bindgen_futures::future_to_promise(async move {
            let headers = match headers {
                Some(headers) => headers.await,
                None => None,
            };
            Ok(headers.map_or(JsValue::NULL, |headers| {
                let object = Object::new();
                for (name, value) in headers {
                    set_property(&object, &name, &value.into());
                }
                object.into()
            }))
        })
    });
    function.into_js_value()
}

/// Converts the `AeError` that `getToken()` rejects with (`src/element/errors.js`).
fn error_from_js(reason: &JsValue) -> AeLoginError {
    let property = |name: &str| Reflect::get(reason, &name.into()).unwrap_or_default();
    let kind = property("kind").as_string();
    let kind = kind.and_then(|kind| Kind::parse(&kind));
    let code = property("code").as_f64();
    AeLoginError {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the engine's codes have four digits"
        )]
        code: code.map(|code| code as i64),
        ..AeLoginError::new(kind.unwrap_or(Kind::Unavailable))
    }
}
