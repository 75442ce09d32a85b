//! A bench for the core: an engine, a clock that is turned, a customer who calls.
#![allow(dead_code, reason = "every test file uses a part of it")]

pub(crate) mod recorded;

use ae_engine::{Customer, Engine, Outcome, Request, Response, Settings};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

pub(crate) const TOKEN_GENERATE: &str = "/auth/v1/web/token/generate";
pub(crate) const OTP_GENERATE: &str = "/auth/v1/web/otp/generate";
pub(crate) const OTP_VALIDATE: &str = "/auth/v1/web/otp/validate";
pub(crate) const TOKEN_REGENERATE: &str = "/auth/v1/web/token/regenerate";
pub(crate) const PASSWORD_VALIDATE: &str = "/auth/v1/web/password/validate";
pub(crate) const PASSWORD_CHANGE: &str = "/auth/v1/web/password/change";
pub(crate) const PASSWORD_FORGET: &str = "/auth/v1/web/password/forget";
pub(crate) const MFA_TOKEN_GENERATE: &str = "/auth/v1/mfa/token/generate";
pub(crate) const MFA_OTP_GENERATE: &str = "/auth/v1/mfa/otp/generate";
pub(crate) const MFA_OTP_VALIDATE: &str = "/auth/v1/mfa/otp/validate";
pub(crate) const MFA_PASSWORD_VALIDATE: &str = "/auth/v1/mfa/password/validate";
pub(crate) const MFA_PASSWORD_CHANGE: &str = "/auth/v1/mfa/password/change";
pub(crate) const MFA_PASSWORD_FORGET: &str = "/auth/v1/mfa/password/forget";
pub(crate) const MFA_TOKEN_REGENERATE: &str = "/auth/v1/mfa/token/regenerate";
pub(crate) const MFA_TOKEN_EXPIRE: &str = "/auth/v1/mfa/token/expire";
pub(crate) const MOBILE_TOKEN_GENERATE: &str = "/auth/v1/token/generate";
pub(crate) const MOBILE_OTP_GENERATE: &str = "/auth/v1/otp/generate";
pub(crate) const MOBILE_OTP_VALIDATE: &str = "/auth/v1/otp/validate";
pub(crate) const MOBILE_PASSWORD_VALIDATE: &str = "/auth/v1/password/validate";
pub(crate) const MOBILE_PASSWORD_CHANGE: &str = "/auth/v1/password/change";
pub(crate) const MOBILE_PASSWORD_FORGET: &str = "/auth/v1/password/forget";
pub(crate) const MOBILE_TOKEN_REGENERATE: &str = "/auth/v1/token/regenerate";
pub(crate) const NOW_MS: u64 = 1_760_000_000_000;

pub(crate) struct Bench {
    pub(crate) engine: Engine,
    pub(crate) now_ms: u64,
}

impl Bench {
    pub(crate) fn new() -> Bench {
        Bench::with(|_| {})
    }

    pub(crate) fn with(set: impl FnOnce(&mut Settings)) -> Bench {
        Bench::of(Settings::documented(), set)
    }

    pub(crate) fn of(mut settings: Settings, set: impl FnOnce(&mut Settings)) -> Bench {
        set(&mut settings);
        Bench {
            engine: Engine::new(settings, 1),
            now_ms: NOW_MS,
        }
    }

    pub(crate) fn pass(&mut self, seconds: u64) {
        self.now_ms += seconds * 1000;
    }

    pub(crate) fn outcome(&mut self, path: &str, body: &Value) -> Outcome {
        self.engine
            .handle(self.now_ms, &Request::post(path, body.to_string()))
    }

    pub(crate) fn response(&mut self, path: &str, body: &Value) -> Response {
        self.outcome(path, body).response
    }

    /// The JSON of an answer.
    pub(crate) fn post(&mut self, path: &str, body: &Value) -> Value {
        json_of(&self.response(path, body))
    }

    /// The application code of an answer; 200 on success.
    pub(crate) fn code(&mut self, path: &str, body: &Value) -> i64 {
        code_of(&self.post(path, body))
    }

    /// Opens a session and gives its id.
    pub(crate) fn open(&mut self) -> String {
        let answer = self.post(TOKEN_GENERATE, &ada());
        answer["user"]["sessionId"]
            .as_str()
            .expect("a session")
            .to_owned()
    }

    /// Opens a session, has a code sent, and gives both.
    pub(crate) fn ask_for_code(&mut self) -> (String, String) {
        let session = self.open();
        assert_eq!(self.code(OTP_GENERATE, &ada_in(&session)), 200);
        (session, self.last_code())
    }

    /// Signs Ada in and gives her token.
    pub(crate) fn sign_in(&mut self) -> String {
        let (session, code) = self.ask_for_code();
        let answer = self.post(OTP_VALIDATE, &ada_types(&session, code.as_str()));
        answer["auth"]["token"]
            .as_str()
            .expect("a token")
            .to_owned()
    }

    /// Opens a session of this identifier and gives its id.
    pub(crate) fn open_as(&mut self, path: &str, who: &Value) -> String {
        let answer = self.post(path, who);
        let session = answer["user"]["sessionId"].as_str();
        session.unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    /// Opens a session by one call, has a code sent by another and proves it by a third; gives the answer.
    pub(crate) fn prove(&mut self, calls: [&str; 3], who: &Value) -> Value {
        let session = self.open_as(calls[0], who);
        let held = and(who.clone(), json!({ "sessionId": session }));
        assert_eq!(self.code(calls[1], &held), 200);
        let otp = self.last_code();
        self.post(calls[2], &and(held, json!({ "otp": otp })))
    }

    /// Proves Ada's second factor with a code, after a token of her first; gives the answer.
    pub(crate) fn second_factor(&mut self, token: &str) -> Value {
        let calls = [MFA_TOKEN_GENERATE, MFA_OTP_GENERATE, MFA_OTP_VALIDATE];
        self.prove(calls, &ada_after(token))
    }

    /// Opens a session of Ada's second factor and gives its id.
    pub(crate) fn open_second(&mut self, token: &str) -> String {
        self.open_as(MFA_TOKEN_GENERATE, &ada_after(token))
    }

    /// Signs Ada in on the web with a password; gives the answer.
    pub(crate) fn with_password(&mut self, password: &str) -> Value {
        let session = self.open();
        let typed = and(ada_in(&session), json!({ "password": password }));
        self.post(PASSWORD_VALIDATE, &typed)
    }

    pub(crate) fn last_code(&self) -> String {
        self.engine.outbox().last().expect("a message").code.clone()
    }
}

pub(crate) fn ada() -> Value {
    json!({ "identifierType": "EMAIL", "identifierValue": "ada@example.org", "brand": "DocDemo" })
}

pub(crate) fn ada_in(session: &str) -> Value {
    and(ada(), json!({ "sessionId": session }))
}

pub(crate) fn ada_types(session: &str, otp: impl Into<Value>) -> Value {
    and(ada_in(session), json!({ "otp": otp.into() }))
}

pub(crate) fn ada_renews(token: &str) -> Value {
    and(ada(), json!({ "expiredToken": token }))
}

/// Ada on her browser, which the second factor wants to know by a name.
pub(crate) fn ada_on_device() -> Value {
    and(ada(), json!({ "deviceId": "browser-1" }))
}

pub(crate) fn ada_after(token: &str) -> Value {
    and(ada_on_device(), json!({ "authorizedToken": token }))
}

pub(crate) fn ada_second(session: &str) -> Value {
    and(ada_on_device(), json!({ "sessionId": session }))
}

pub(crate) fn token_of(answer: &Value) -> String {
    let token = answer["auth"]["token"].as_str();
    token.unwrap_or_else(|| panic!("{answer}")).to_owned()
}

pub(crate) fn key_of(answer: &Value) -> String {
    let key = answer["auth"]["key"].as_str();
    key.unwrap_or_else(|| panic!("{answer}")).to_owned()
}

/// The settings with Ada among the customers.
pub(crate) fn with_ada(settings: &mut Settings, customer: Customer) {
    settings
        .customers
        .insert("ada@example.org".to_owned(), customer);
}

/// One body with the fields of another put in; null takes a field away.
pub(crate) fn and(mut body: Value, more: Value) -> Value {
    let fields = body.as_object_mut().expect("an object");
    let Value::Object(more) = more else {
        panic!("an object")
    };
    for (name, value) in more {
        if value.is_null() {
            fields.remove(&name);
        } else {
            fields.insert(name, value);
        }
    }
    body
}

pub(crate) fn json_of(response: &Response) -> Value {
    serde_json::from_slice(&response.body).expect("JSON")
}

pub(crate) fn code_of(answer: &Value) -> i64 {
    answer["status"]["code"].as_i64().expect("a code")
}

/// A token's header and claims.
pub(crate) fn decode(token: &str) -> (Map<String, Value>, Map<String, Value>) {
    let mut parts = token.split('.').map(|part| {
        let bytes = URL_SAFE_NO_PAD.decode(part).unwrap_or_default();
        serde_json::from_slice::<Map<String, Value>>(&bytes).unwrap_or_default()
    });
    (
        parts.next().expect("a header"),
        parts.next().expect("claims"),
    )
}
