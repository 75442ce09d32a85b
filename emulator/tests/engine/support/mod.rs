//! What the tests share: a client that calls an engine, request bodies for the customer Ada, and readers of responses.
//!
//! ```text
//! mod          the client, request bodies, readers of responses
//! recorded     recorded samples, and the comparison with them
//! http         a server on a free port and a plain HTTP client (feature `http`)
//! ```

#[cfg(feature = "http")]
pub(crate) mod http;
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

/// The calls of a sign-in with a code on the web: open a session, send a code, validate it.
pub(crate) const WEB_CALLS: [&str; 3] = [TOKEN_GENERATE, OTP_GENERATE, OTP_VALIDATE];
/// The calls of a second factor with a code.
pub(crate) const MFA_CALLS: [&str; 3] = [MFA_TOKEN_GENERATE, MFA_OTP_GENERATE, MFA_OTP_VALIDATE];
/// The calls of a sign-in with a code in a mobile app.
pub(crate) const MOBILE_CALLS: [&str; 3] = [
    MOBILE_TOKEN_GENERATE,
    MOBILE_OTP_GENERATE,
    MOBILE_OTP_VALIDATE,
];

/// The time at which a client starts: 2025-10-09T08:53:20Z.
pub(crate) const START_MS: u64 = 1_760_000_000_000;

/// A client that calls an engine directly, with a clock that only tests advance.
pub(crate) struct TestClient {
    pub(crate) engine: Engine,
    pub(crate) now_ms: u64,
}

impl TestClient {
    /// A client of an engine with the documented settings.
    pub(crate) fn new() -> TestClient {
        TestClient::with_settings(|_| {})
    }

    /// A client of an engine with changes to the documented settings.
    pub(crate) fn with_settings(change: impl FnOnce(&mut Settings)) -> TestClient {
        TestClient::from_settings(Settings::documented(), change)
    }

    pub(crate) fn from_settings(
        mut settings: Settings,
        change: impl FnOnce(&mut Settings),
    ) -> TestClient {
        change(&mut settings);
        TestClient {
            engine: Engine::new(settings, 1),
            now_ms: START_MS,
        }
    }

    /// Advances the clock.
    pub(crate) fn advance(&mut self, seconds: u64) {
        self.now_ms += seconds * 1000;
    }

    pub(crate) fn outcome(&mut self, path: &str, body: &Value) -> Outcome {
        self.engine
            .handle(self.now_ms, &Request::post(path, body.to_string()))
    }

    pub(crate) fn response(&mut self, path: &str, body: &Value) -> Response {
        self.outcome(path, body).response
    }

    /// The JSON body of the response to a POST request.
    pub(crate) fn post(&mut self, path: &str, body: &Value) -> Value {
        json_of(&self.response(path, body))
    }

    /// The status code in the response to a POST request; 200 on success.
    pub(crate) fn code(&mut self, path: &str, body: &Value) -> i64 {
        code_of(&self.post(path, body))
    }

    /// Opens a session for Ada on the web and returns its id.
    pub(crate) fn open_session(&mut self) -> String {
        self.open_session_as(TOKEN_GENERATE, &ada())
    }

    /// Opens a session with a request and returns its id.
    pub(crate) fn open_session_as(&mut self, path: &str, body: &Value) -> String {
        let response = self.post(path, body);
        let session = response["user"]["sessionId"].as_str();
        session.unwrap_or_else(|| panic!("{response}")).to_owned()
    }

    /// Opens a session for Ada's second factor, given a token of the first, and returns its id.
    pub(crate) fn open_mfa_session(&mut self, token: &str) -> String {
        self.open_session_as(MFA_TOKEN_GENERATE, &ada_with_authorized_token(token))
    }

    /// Opens a session for Ada on the web and sends a code. Returns both.
    pub(crate) fn request_code(&mut self) -> (String, String) {
        let session = self.open_session();
        assert_eq!(self.code(OTP_GENERATE, &ada_with_session(&session)), 200);
        (session, self.last_code())
    }

    /// The code of the newest message.
    pub(crate) fn last_code(&self) -> String {
        self.engine.outbox().last().expect("a message").code.clone()
    }

    /// Signs Ada in with a code on the web and returns her token.
    pub(crate) fn sign_in(&mut self) -> String {
        token_of(&self.sign_in_with_code(WEB_CALLS, &ada()))
    }

    /// Signs in with a code by three calls: open a session, send the code, validate it. Returns the last response.
    pub(crate) fn sign_in_with_code(&mut self, calls: [&str; 3], body: &Value) -> Value {
        let session = self.open_session_as(calls[0], body);
        let body = merge(body.clone(), json!({ "sessionId": session }));
        assert_eq!(self.code(calls[1], &body), 200);
        let otp = self.last_code();
        self.post(calls[2], &merge(body, json!({ "otp": otp })))
    }

    /// Signs Ada in with a password on the web and returns the response.
    pub(crate) fn sign_in_with_password(&mut self, password: &str) -> Value {
        let session = self.open_session();
        self.post(PASSWORD_VALIDATE, &ada_with_password(&session, password))
    }

    /// Validates Ada's second factor with a code, given a token of the first, and returns the response.
    pub(crate) fn complete_mfa(&mut self, token: &str) -> Value {
        self.sign_in_with_code(MFA_CALLS, &ada_with_authorized_token(token))
    }

    /// Signs Ada in with a code for each factor and returns the last response.
    pub(crate) fn sign_in_with_mfa(&mut self) -> Value {
        let token = self.sign_in();
        self.complete_mfa(&token)
    }

    /// Signs out with a token of Ada's second factor and returns the status code.
    pub(crate) fn sign_out(&mut self, token: &str) -> i64 {
        let request = Request::delete(MFA_TOKEN_EXPIRE, ada_with_token(token).to_string());
        code_of(&json_of(
            &self.engine.handle(self.now_ms, &request).response,
        ))
    }
}

/// A client of an engine whose codes are all `999999`.
pub(crate) fn client_with_fixed_code() -> TestClient {
    TestClient::with_settings(|settings| settings.code = Some("999999".to_owned()))
}

/// A client of a brand with passwords, where Ada has the passwords `first` and `second` for the two factors.
pub(crate) fn client_with_both_passwords(change: impl FnOnce(&mut Settings)) -> TestClient {
    TestClient::with_settings(|settings| {
        settings.password_brand = true;
        settings.mfa_password = true;
        let customer = Customer {
            password: Some("first".to_owned()),
            mfa_password: Some("second".to_owned()),
            ..Customer::new("4068291")
        };
        register_ada(settings, customer);
        change(settings);
    })
}

/// A client where Ada is enrolled for a second factor and has the mobile number 919999922332.
pub(crate) fn client_with_enrolled_ada(change: impl FnOnce(&mut Settings)) -> TestClient {
    TestClient::with_settings(|settings| {
        settings.mfa_password = true;
        let customer = Customer {
            mfa: true,
            mobile: Some("919999922332".to_owned()),
            ..Customer::new("4068291")
        };
        register_ada(settings, customer);
        change(settings);
    })
}

/// Registers Ada under her e-mail address.
pub(crate) fn register_ada(settings: &mut Settings, customer: Customer) {
    settings
        .customers
        .insert("ada@example.org".to_owned(), customer);
}

/// A body with an identifier and the brand.
pub(crate) fn identifier(kind: &str, value: &str) -> Value {
    json!({ "identifierType": kind, "identifierValue": value, "brand": "DocDemo" })
}

/// A body with Ada's e-mail address and the brand.
pub(crate) fn ada() -> Value {
    identifier("EMAIL", "ada@example.org")
}

pub(crate) fn ada_with_session(session: &str) -> Value {
    merge(ada(), json!({ "sessionId": session }))
}

pub(crate) fn ada_with_code(session: &str, otp: impl Into<Value>) -> Value {
    merge(ada_with_session(session), json!({ "otp": otp.into() }))
}

pub(crate) fn ada_with_password(session: &str, password: &str) -> Value {
    merge(ada_with_session(session), json!({ "password": password }))
}

pub(crate) fn ada_with_expired_token(token: &str) -> Value {
    merge(ada(), json!({ "expiredToken": token }))
}

/// A body with Ada's e-mail address and a device id, as the second factor and mobile apps require it.
pub(crate) fn ada_on_device() -> Value {
    merge(ada(), json!({ "deviceId": "browser-1" }))
}

pub(crate) fn ada_with_authorized_token(token: &str) -> Value {
    merge(ada_on_device(), json!({ "authorizedToken": token }))
}

pub(crate) fn ada_with_mfa_session(session: &str) -> Value {
    merge(ada_on_device(), json!({ "sessionId": session }))
}

pub(crate) fn ada_with_key(key: &str) -> Value {
    merge(ada_on_device(), json!({ "key": key }))
}

pub(crate) fn ada_with_token(token: &str) -> Value {
    merge(ada_on_device(), json!({ "token": token }))
}

/// The body of a password change on Ada's device; the new password is `new`.
pub(crate) fn password_change_on_device(token: &str, current: &str) -> Value {
    let fields = json!({
        "password": current, "newPassword": "new", "confirmPassword": "new",
    });
    merge(ada_with_token(token), fields)
}

/// A body with the fields of another one added. A null removes the field.
pub(crate) fn merge(mut body: Value, fields: Value) -> Value {
    let object = body.as_object_mut().expect("an object");
    let Value::Object(fields) = fields else {
        panic!("the fields are not an object")
    };
    for (name, value) in fields {
        if value.is_null() {
            object.remove(&name);
        } else {
            object.insert(name, value);
        }
    }
    body
}

pub(crate) fn json_of(response: &Response) -> Value {
    serde_json::from_slice(&response.body).expect("a JSON body")
}

pub(crate) fn code_of(response: &Value) -> i64 {
    response["status"]["code"].as_i64().expect("a code")
}

pub(crate) fn token_of(response: &Value) -> String {
    let token = response["auth"]["token"].as_str();
    token.unwrap_or_else(|| panic!("{response}")).to_owned()
}

pub(crate) fn key_of(response: &Value) -> String {
    let key = response["auth"]["key"].as_str();
    key.unwrap_or_else(|| panic!("{response}")).to_owned()
}

/// The role in a token's claims.
pub(crate) fn role_of(token: &str) -> String {
    decode_token(token).1["rol"].as_str().unwrap().to_owned()
}

/// The lifetime of a token in seconds.
pub(crate) fn lifetime_s(token: &str) -> i64 {
    let (_, claims) = decode_token(token);
    claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap()
}

/// A token's header and claims, without a check of its signature.
pub(crate) fn decode_token(token: &str) -> (Map<String, Value>, Map<String, Value>) {
    let mut parts = token.split('.').map(|part| {
        let bytes = URL_SAFE_NO_PAD.decode(part).unwrap_or_default();
        serde_json::from_slice::<Map<String, Value>>(&bytes).unwrap_or_default()
    });
    (
        parts.next().expect("a header"),
        parts.next().expect("claims"),
    )
}
