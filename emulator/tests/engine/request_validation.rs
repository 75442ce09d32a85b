//! What all calls require of a request: fields, types, media type, method (contract 1.1, 1.4, 1.7).

use ae_engine::{Endpoint, Request};
use serde_json::{Value, json};

use crate::support::{
    OTP_GENERATE, OTP_VALIDATE, START_MS, TOKEN_GENERATE, TOKEN_REGENERATE, TestClient, ada,
    ada_on_device, ada_with_authorized_token, ada_with_code, ada_with_expired_token, ada_with_key,
    ada_with_session, ada_with_token, client_with_both_passwords, client_with_fixed_code, code_of,
    decode_token, json_of, key_of, merge, token_of,
};

/// The groups of calls, by the start of their paths.
#[derive(Clone, Copy, PartialEq)]
enum Group {
    Web,
    Mfa,
    Mobile,
}

/// A client for which every call has a valid request: Ada has both passwords and can have several sessions.
fn client_for_every_call() -> TestClient {
    client_with_both_passwords(|settings| {
        settings.code = Some("999999".to_owned());
        settings.newest_session_only = false;
    })
}

fn group(endpoint: Endpoint) -> Group {
    if endpoint.path().contains("/web/") {
        Group::Web
    } else if endpoint.path().contains("/mfa/") {
        Group::Mfa
    } else {
        Group::Mobile
    }
}

/// The path of an operation in a group.
fn path(group: Group, operation: &str) -> String {
    let prefix = match group {
        Group::Web => "web/",
        Group::Mfa => "mfa/",
        Group::Mobile => "",
    };
    format!("/auth/v1/{prefix}{operation}")
}

/// The fields that identify Ada in a group.
fn ada_in(group: Group) -> Value {
    if group == Group::Web {
        ada()
    } else {
        ada_on_device()
    }
}

/// A request that opens a session.
fn session_request(client: &mut TestClient, group: Group) -> Value {
    if group == Group::Mfa {
        let token = client.sign_in();
        ada_with_authorized_token(&token)
    } else {
        ada_in(group)
    }
}

/// A request with a session in which a code was sent.
fn with_session(client: &mut TestClient, group: Group) -> Value {
    let request = session_request(client, group);
    let session = client.open_session_as(&path(group, "token/generate"), &request);
    let request = merge(ada_in(group), json!({ "sessionId": session }));
    assert_eq!(client.code(&path(group, "otp/generate"), &request), 200);
    request
}

/// The response of a validated code.
fn sign_in(client: &mut TestClient, group: Group) -> Value {
    let request = merge(with_session(client, group), json!({ "otp": "999999" }));
    client.post(&path(group, "otp/validate"), &request)
}

/// A request that succeeds, with the required fields and no other.
fn valid_request(client: &mut TestClient, endpoint: Endpoint) -> Value {
    let group = group(endpoint);
    let password = if group == Group::Mfa {
        "second"
    } else {
        "first"
    };
    let (_, operation) = endpoint.name().rsplit_once("mfa-").unwrap_or_else(|| {
        endpoint
            .name()
            .rsplit_once("mobile-")
            .unwrap_or(("", endpoint.name()))
    });
    match operation {
        "token-generate" => session_request(client, group),
        "otp-generate" => with_session(client, group),
        "otp-validate" => merge(with_session(client, group), json!({ "otp": "999999" })),
        "password-validate" => merge(with_session(client, group), json!({ "password": password })),
        "password-forget" => {
            let new = json!({ "password": "new", "confirmPassword": "new" });
            merge(with_session(client, group), new)
        }
        "password-change" => {
            let fields = json!({
                "token": token_of(&sign_in(client, group)),
                "password": password, "newPassword": "new", "confirmPassword": "new",
            });
            merge(ada_in(group), fields)
        }
        "token-regenerate" if group == Group::Web => {
            ada_with_expired_token(&token_of(&sign_in(client, group)))
        }
        "token-regenerate" => ada_with_key(&key_of(&sign_in(client, group))),
        "token-expire" => ada_with_token(&token_of(&sign_in(client, group))),
        operation => panic!("no request for {operation}"),
    }
}

/// Runs a check for every call, with a valid request and a client of its own.
fn for_every_call(mut check: impl FnMut(&mut TestClient, Endpoint, &Value)) {
    for endpoint in Endpoint::ALL {
        let mut client = client_for_every_call();
        let valid = valid_request(&mut client, endpoint);
        // Without this, a token issued by the call would equal the one in its request.
        client.advance(1);
        check(&mut client, endpoint, &valid);
    }
}

fn code(client: &mut TestClient, endpoint: Endpoint, body: &Value) -> i64 {
    client.code(endpoint.path(), body)
}

/// Valid requests of the web, in an order in which each of them succeeds.
fn valid_web_requests(client: &mut TestClient) -> Vec<(&'static str, Value)> {
    let token = client.sign_in();
    let (session, code) = client.request_code();
    vec![
        (TOKEN_REGENERATE, ada_with_expired_token(&token)),
        (OTP_GENERATE, ada_with_session(&session)),
        (OTP_VALIDATE, ada_with_code(&session, code)),
        (TOKEN_GENERATE, ada()),
    ]
}

#[test]
fn valid_request_succeeds() {
    for_every_call(|client, endpoint, valid| {
        assert_eq!(code(client, endpoint, valid), 200, "{endpoint}");
    });
}

#[test]
fn missing_or_empty_field_is_1519() {
    for_every_call(|client, endpoint, valid| {
        for name in valid.as_object().unwrap().keys() {
            for empty in [json!(null), json!("")] {
                let invalid = merge(valid.clone(), json!({ name: empty }));
                if name == "identifierType" && invalid.get(name).is_some() {
                    assert_eq!(client.response(endpoint.path(), &invalid).status, 400);
                } else {
                    assert_eq!(
                        code(client, endpoint, &invalid),
                        1519,
                        "{endpoint}: {invalid}"
                    );
                }
            }
        }
        assert_eq!(
            code(client, endpoint, valid),
            200,
            "{endpoint} with the valid request"
        );
    });
}

#[test]
fn field_of_another_type_is_1519_or_1546() {
    for_every_call(|client, endpoint, valid| {
        for name in valid.as_object().unwrap().keys() {
            for value in [json!(7.5), json!(true), json!(["x"]), json!({ "x": 1 })] {
                // A device id can be any number.
                if name == "deviceId" && value.is_number() {
                    continue;
                }
                let invalid = merge(valid.clone(), json!({ name: value }));
                let expected = if name == "identifierType" { 1546 } else { 1519 };
                assert_eq!(
                    code(client, endpoint, &invalid),
                    expected,
                    "{endpoint}: {invalid}"
                );
            }
        }
        assert_eq!(
            code(client, endpoint, valid),
            200,
            "{endpoint} with the valid request"
        );
    });
}

#[test]
fn unknown_fields_are_ignored() {
    for_every_call(|client, endpoint, valid| {
        let with_unknown = merge(
            valid.clone(),
            json!({ "somethingNew": { "deep": [1] }, "hash": 7 }),
        );
        assert_eq!(code(client, endpoint, &with_unknown), 200, "{endpoint}");
    });
}

#[test]
fn unknown_identifier_type_gets_plain_text_before_other_checks() {
    for_every_call(|client, endpoint, valid| {
        let invalid = merge(valid.clone(), json!({ "identifierType": "MOBIL" }));
        let response = client.response(endpoint.path(), &invalid);
        assert_eq!(
            (response.status, response.header("content-type")),
            (400, Some("text/plain")),
            "{endpoint}"
        );
        let text = String::from_utf8(response.body).unwrap();
        assert!(text.contains("from String \"MOBIL\""), "{text}");
        assert!(
            text.contains("[MOBILE, EMAIL, USERNAME, EXTERNALID]"),
            "{text}"
        );
        let only_type = json!({ "identifierType": "MOBIL" });
        let response = client.response(endpoint.path(), &only_type);
        assert_eq!(response.status, 400, "{endpoint} without other fields");
    });
}

#[test]
fn identifier_value_of_another_type_is_1519_or_1526() {
    for_every_call(|client, endpoint, valid| {
        let invalid = merge(valid.clone(), json!({ "identifierType": "MOBILE" }));
        let expected = if endpoint.path().ends_with("password/validate") {
            1526
        } else {
            1519
        };
        assert_eq!(code(client, endpoint, &invalid), expected, "{endpoint}");
    });
}

#[test]
fn removed_brand_is_1504_in_calls_without_a_session() {
    for_every_call(|client, endpoint, valid| {
        client.engine.settings_mut().brands = Some(vec!["Bukl".to_owned()]);
        let expected = if valid.get("sessionId").is_some() {
            200
        } else {
            1504
        };
        assert_eq!(code(client, endpoint, valid), expected, "{endpoint}");
    });
}

#[test]
fn other_brand_is_1509_in_calls_bound_to_a_brand() {
    for_every_call(|client, endpoint, valid| {
        let invalid = merge(valid.clone(), json!({ "brand": "Bukl" }));
        let opens_session = endpoint.path().ends_with("token/generate");
        let expected = if opens_session && group(endpoint) != Group::Mfa {
            200
        } else {
            1509
        };
        assert_eq!(code(client, endpoint, &invalid), expected, "{endpoint}");
    });
}

#[test]
fn otp_generate_without_a_hash_is_5004_with_encryption() {
    for_every_call(|client, endpoint, valid| {
        client.engine.settings_mut().encryption = true;
        let sends_code = endpoint.path().ends_with("otp/generate");
        let expected = if sends_code { 5004 } else { 200 };
        let with_hash = merge(valid.clone(), json!({ "hash": "x" }));
        assert_eq!(code(client, endpoint, valid), expected, "{endpoint}");
        if sends_code {
            assert_eq!(code(client, endpoint, &with_hash), 200, "{endpoint}");
        }
    });
}

#[test]
fn only_mfa_calls_are_1504_without_mfa() {
    for_every_call(|client, endpoint, valid| {
        client.engine.settings_mut().mfa = false;
        let expected = if group(endpoint) == Group::Mfa {
            1504
        } else {
            200
        };
        assert_eq!(code(client, endpoint, valid), expected, "{endpoint}");
    });
}

#[test]
fn every_endpoint_is_found_by_path_and_name() {
    for endpoint in Endpoint::ALL {
        assert_eq!(Endpoint::from_path(endpoint.path()), Some(endpoint));
        assert_eq!(endpoint.name().parse(), Ok(endpoint));
    }
    assert_eq!(Endpoint::from_path("/auth/v1/web/token/expire"), None);
}

#[test]
fn every_call_accepts_only_its_methods() {
    for_every_call(|client, endpoint, valid| {
        for method in ["POST", "DELETE", "GET", "PUT"] {
            let request = Request::json(method, endpoint.path(), valid.to_string());
            let response = client.engine.handle(client.now_ms, &request).response;
            let accepted = endpoint.methods().contains(&method);
            assert_eq!(response.status == 405, !accepted, "{method} {endpoint}");
        }
        assert!(endpoint.methods().contains(&"POST"));
    });
}

#[test]
fn null_field_counts_as_missing() {
    let mut client = TestClient::new();
    let body = r#"{"identifierType":null,"identifierValue":"ada@example.org","brand":"DocDemo"}"#;
    let response = client
        .engine
        .handle(START_MS, &Request::post(TOKEN_GENERATE, body))
        .response;
    assert_eq!(code_of(&json_of(&response)), 1519);
}

#[test]
fn web_ignores_a_device_id_given_as_text_or_number() {
    let mut client = client_with_fixed_code();
    for (path, valid) in valid_web_requests(&mut client) {
        let invalid = merge(valid.clone(), json!({ "deviceId": [] }));
        assert_eq!(client.code(path, &invalid), 1519, "{path}");
        let device = if path == OTP_GENERATE {
            json!("deviceid1")
        } else {
            json!(1234)
        };
        let response = client.post(path, &merge(valid, json!({ "deviceId": device })));
        assert_eq!(code_of(&response), 200, "{path}");
        if let Some(token) = response.pointer("/auth/token") {
            assert_eq!(decode_token(token.as_str().unwrap()).0["dev"], Value::Null);
        }
    }
}

#[test]
fn body_that_is_not_a_json_object_gets_an_empty_object() {
    let mut client = TestClient::new();
    for body in [
        "",
        "{",
        "[]",
        "\"x\"",
        "null",
        "{\"brand\":",
        "\u{feff}{}",
        "identifierType=EMAIL",
    ] {
        for endpoint in Endpoint::ALL {
            let response = client
                .engine
                .handle(START_MS, &Request::post(endpoint.path(), body))
                .response;
            assert_eq!(
                (response.status, response.body.as_slice()),
                (400, b"{}".as_slice()),
                "{body}"
            );
        }
    }
}

#[test]
fn deeply_nested_body_is_rejected() {
    let mut client = TestClient::new();
    let deep = format!("{{\"brand\":{}", "[".repeat(100_000));
    let response = client
        .engine
        .handle(START_MS, &Request::post(TOKEN_GENERATE, deep))
        .response;
    assert_eq!(response.status, 400);
}

#[test]
fn body_with_another_media_type_is_415() {
    let mut client = TestClient::new();
    let mut request = Request::post(TOKEN_GENERATE, ada().to_string());
    request.headers = vec![(
        "content-type".to_owned(),
        "text/plain;charset=UTF-8".to_owned(),
    )];
    assert_eq!(
        client.engine.handle(START_MS, &request).response.status,
        415
    );
    request.headers = vec![(
        "content-type".to_owned(),
        "application/json; charset=utf-8".to_owned(),
    )];
    assert_eq!(
        client.engine.handle(START_MS, &request).response.status,
        200
    );
}

#[test]
fn malformed_identifier_value_is_1519() {
    let mut client = TestClient::new();
    for (kind, value) in [
        ("MOBILE", "+919999922332"),
        ("MOBILE", "99 99"),
        ("EMAIL", "ada"),
        ("EMAIL", "@example.org"),
    ] {
        let wrong = merge(
            ada(),
            json!({ "identifierType": kind, "identifierValue": value }),
        );
        assert_eq!(client.code(TOKEN_GENERATE, &wrong), 1519, "{wrong}");
    }
    let leading_zero = merge(
        ada(),
        json!({ "identifierType": "MOBILE", "identifierValue": "0495678923" }),
    );
    assert_eq!(client.code(TOKEN_GENERATE, &leading_zero), 200);
}

#[test]
fn external_id_is_3005_unless_enabled() {
    let mut client = TestClient::new();
    let identity = merge(
        ada(),
        json!({ "identifierType": "EXTERNALID", "identifierValue": "card-7" }),
    );
    assert_eq!(client.code(TOKEN_GENERATE, &identity), 3005);
    client.engine.settings_mut().external_id = true;
    assert_eq!(client.code(TOKEN_GENERATE, &identity), 200);
}

#[test]
fn unknown_path_is_404_and_wrong_method_is_405() {
    let mut client = TestClient::new();
    let mut request = Request::post("/auth/v1/web/nothing", "{}");
    assert_eq!(
        client.engine.handle(START_MS, &request).response.status,
        404
    );
    request.path = TOKEN_GENERATE.to_owned();
    request.method = "GET".to_owned();
    let response = client.engine.handle(START_MS, &request).response;
    assert_eq!(
        (response.status, response.header("allow")),
        (405, Some("POST, OPTIONS"))
    );
}
