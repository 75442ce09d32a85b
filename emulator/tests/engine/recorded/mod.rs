//! The vendor's recorded samples, replayed: responses have the same fields, types, nulls and order of claims.

mod mfa;
mod mobile;
mod web;

use ae_engine::{Customer, Endpoint, Settings};
use serde_json::{Value, json};

use crate::support::recorded::{assert_same_shape, fixture};
use crate::support::{
    MFA_OTP_GENERATE, MFA_OTP_VALIDATE, MFA_TOKEN_GENERATE, MOBILE_CALLS, TestClient, merge,
    token_of,
};

/// A client for the recorded customers, who have this password, with the recorded code and lifetimes.
fn client_for_samples(password: &str, change: impl FnOnce(&mut Settings)) -> TestClient {
    TestClient::from_settings(Settings::samples(), |settings| {
        settings.code = Some("999999".to_owned());
        settings.password_brand = true;
        settings.mfa_password = true;
        let listed = [
            "919999922332",
            "919999999993",
            "18767431754",
            "18795774754",
            "7411639213",
        ];
        for (number, identifier) in (4_412_458..).zip(listed) {
            let customer = Customer {
                password: Some(password.to_owned()),
                ..Customer::new(number.to_string())
            };
            settings.customers.insert(identifier.to_owned(), customer);
        }
        change(settings);
    })
}

/// The registered customer that a recorded request is about.
fn customer_of<'a>(settings: &'a mut Settings, request: &Value) -> &'a mut Customer {
    let identifier = request["identifierValue"].as_str().unwrap();
    settings.customers.get_mut(identifier).unwrap()
}

/// The identifier, brand and device of a recorded request.
fn identity(request: &Value) -> Value {
    json!({
        "identifierType": request["identifierType"],
        "identifierValue": request["identifierValue"],
        "brand": request["brand"],
        "deviceId": request.get("deviceId").unwrap_or(&Value::Null),
    })
}

/// A recorded request with a session that is opened by the call `path`.
fn with_session(client: &mut TestClient, path: &str, request: &Value) -> Value {
    let session = client.open_session_as(path, &identity(request));
    merge(request.clone(), json!({ "sessionId": session }))
}

/// A recorded request with a session of the second factor.
fn with_mfa_session(client: &mut TestClient, request: &Value) -> Value {
    let token = sign_in_on_mobile(client, request);
    let open = merge(identity(request), json!({ "authorizedToken": token }));
    let session = client.open_session_as(MFA_TOKEN_GENERATE, &open);
    merge(request.clone(), json!({ "sessionId": session }))
}

/// Signs the customer of a recorded request in with a code in a mobile app and returns the token.
fn sign_in_on_mobile(client: &mut TestClient, request: &Value) -> String {
    token_of(&client.sign_in_with_code(MOBILE_CALLS, &identity(request)))
}

/// The response of a validated second factor.
fn complete_mfa(client: &mut TestClient, request: &Value) -> Value {
    let body = with_mfa_session(client, &identity(request));
    assert_eq!(client.code(MFA_OTP_GENERATE, &body), 200);
    client.post(MFA_OTP_VALIDATE, &merge(body, json!({ "otp": 999_999 })))
}

/// Checks the form of a response, and the values of `status` and `user` except the session id.
fn assert_matches_sample(response: &Value, name: &str) {
    let recorded = fixture(name);
    assert_same_shape(response, &recorded, "");
    assert_eq!(response["status"], recorded["status"], "{name}");
    for field in ["appRegistered", "role", "userRegisteredForPassword"] {
        assert_eq!(response["user"][field], recorded["user"][field], "{name}");
    }
}

/// The status code for a recorded request whose session, token or key does not exist here.
fn expected(endpoint: Endpoint, name: &str) -> i64 {
    match endpoint {
        // These customers have no password, and the brand requires an initial one.
        _ if name == "web-token-generate.existing-user.request"
            || name == "mobile-token-generate.2020.request" =>
        {
            1520
        }
        Endpoint::TokenGenerate | Endpoint::MobileTokenGenerate => 200,
        Endpoint::TokenRegenerate => 1525,
        Endpoint::MobileTokenRegenerate | Endpoint::MfaTokenRegenerate => 1597,
        Endpoint::MfaTokenExpire => 1531,
        Endpoint::MfaTokenGenerate
        | Endpoint::PasswordChange
        | Endpoint::MobilePasswordChange
        | Endpoint::MfaPasswordChange => 1519,
        _ => 1505,
    }
}

#[test]
fn every_recorded_request_is_parsed() {
    let mut client = client_for_samples("abc123", |_| {});
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures")).unwrap();
    let mut requests = 0;
    for file in files {
        let file = file.unwrap().file_name().into_string().unwrap();
        let name = file.trim_end_matches(".json");
        if !name.ends_with(".request") {
            continue;
        }
        let call = name.split('.').next().unwrap();
        let endpoint: Endpoint = call.strip_prefix("web-").unwrap_or(call).parse().unwrap();
        let code = client.code(endpoint.path(), &fixture(name));
        assert_eq!(code, expected(endpoint, name), "{name}");
        requests += 1;
    }
    assert_eq!(requests, 30);
}
