//! JSON bodies of responses, with the fields of the recorded samples in their order (contract 1.6).

use serde_json::{Value, json};

/// The body of a response that carries only its success.
pub(crate) fn success() -> Value {
    json!({ "status": { "success": true, "code": 200, "message": "SUCCESS" } })
}

/// The body of a response with a token.
///
/// `key` is null on the web. `user` is an object made by [`user`], or null (web/otp/validate).
pub(crate) fn success_with_token(token: &str, key: Option<&str>, user: Value) -> Value {
    let mut body = success();
    body["auth"] = json!({ "token": token, "key": key });
    body["user"] = user;
    body
}

/// The body of password/validate: like [`success_with_token`], with an `identifiers` object whose list is always null.
pub(crate) fn success_with_identifiers(token: &str, key: Option<&str>, user: Value) -> Value {
    let mut body = success();
    body["auth"] = json!({ "token": token, "key": key });
    body["identifiers"] = json!({ "identifierList": null });
    body["user"] = user;
    body
}

/// The body of mfa/token/expire (contract 3.8).
pub(crate) fn token_expired() -> Value {
    json!({ "status": { "success": true, "code": 200, "message": "Token expired successfully" } })
}

/// The `user` object. `session` is the new session id of the two token/generate calls and null elsewhere.
pub(crate) fn user(session: Option<&str>, role: &str, registered_for_password: bool) -> Value {
    json!({
        "appRegistered": false,
        "sessionId": session,
        "role": role,
        "userRegisteredForPassword": registered_for_password,
    })
}

/// The body of an error: only `status` (contract 1.7).
pub(crate) fn failure(code: i64, message: &str) -> Value {
    json!({ "status": { "success": false, "code": code, "message": message } })
}
