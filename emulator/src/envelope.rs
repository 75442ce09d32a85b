//! The engine's answers: envelopes as in the samples, and refusals with their codes.

use serde_json::{Value, json};

/// The answer of a call that returns nothing but its success.
pub(crate) fn success() -> Value {
    json!({ "status": { "success": true, "code": 200, "message": "SUCCESS" } })
}

/// The answer of a call that returns a token. `user` may be null, and on the web `key` always is.
pub(crate) fn success_with_token(token: &str, key: Option<&str>, user: Value) -> Value {
    let mut answer = success();
    answer["auth"] = json!({ "token": token, "key": key });
    answer["user"] = user;
    answer
}

/// The answer of a proved password: as any other, with a list of identifiers that is never there.
pub(crate) fn success_with_identifiers(token: &str, key: Option<&str>, user: Value) -> Value {
    let mut answer = success();
    answer["auth"] = json!({ "token": token, "key": key });
    answer["identifiers"] = json!({ "identifierList": null });
    answer["user"] = user;
    answer
}

/// The answer of a sign-out.
pub(crate) fn token_expired() -> Value {
    json!({ "status": { "success": true, "code": 200, "message": "Token expired successfully" } })
}

/// The `user` object.
pub(crate) fn user(session: Option<&str>, role: &str, registered_for_password: bool) -> Value {
    json!({
        "appRegistered": false,
        "sessionId": session,
        "role": role,
        "userRegisteredForPassword": registered_for_password,
    })
}

/// The body of a refusal.
pub(crate) fn failure(code: i64, message: &str) -> Value {
    json!({ "status": { "success": false, "code": code, "message": message } })
}
