//! Faults: their queue, their effect on responses, their text form.

use std::io::Read as _;

use ae_engine::{Delivery, Endpoint, FAULTS, Fault, PlannedFault, Response};
use serde_json::{Value, json};

use crate::support::{
    MFA_TOKEN_REGENERATE, OTP_GENERATE, OTP_VALIDATE, START_MS, TOKEN_GENERATE, TOKEN_REGENERATE,
    TestClient, ada, ada_on_device, ada_with_code, ada_with_expired_token, ada_with_session,
    code_of, decode_token, json_of, key_of, lifetime_s, merge, token_of,
};

/// The response of token/generate with a fault.
fn session_response_with(fault: Fault) -> Response {
    let mut client = TestClient::new();
    client
        .engine
        .inject(Endpoint::TokenGenerate, fault, Some(1));
    client.response(TOKEN_GENERATE, &ada())
}

/// The token of otp/validate with a fault.
fn token_with(fault: Fault) -> String {
    let mut client = TestClient::new();
    client.engine.inject(Endpoint::OtpValidate, fault, Some(1));
    client.sign_in()
}

/// The body of mfa/otp/validate with a fault.
fn mfa_response_with(fault: Fault) -> Value {
    let mut client = TestClient::new();
    let token = client.sign_in();
    client
        .engine
        .inject(Endpoint::MfaOtpValidate, fault, Some(1));
    client.complete_mfa(&token)
}

#[test]
fn faults_apply_one_per_call_oldest_first() {
    let mut client = TestClient::new();
    client
        .engine
        .inject(Endpoint::TokenGenerate, Fault::Code(1504, None), Some(2));
    client
        .engine
        .inject(Endpoint::TokenGenerate, Fault::Html503, Some(1));
    let statuses: Vec<_> = (0..4)
        .map(|_| client.response(TOKEN_GENERATE, &ada()).status)
        .collect();
    assert_eq!(statuses, [200, 200, 503, 200]);
    let codes: Vec<_> = client
        .engine
        .journal()
        .iter()
        .map(|entry| entry.code)
        .collect();
    assert_eq!(codes, [Some(1504), Some(1504), None, None]);
    assert_eq!(client.engine.journal()[2].faults, [Fault::Html503]);
    assert!(client.engine.faults().is_empty());
}

#[test]
fn fault_without_a_count_applies_until_cleared() {
    let mut client = TestClient::new();
    client
        .engine
        .inject(Endpoint::TokenGenerate, Fault::Code(1504, None), None);
    for _ in 0..3 {
        assert_eq!(client.code(TOKEN_GENERATE, &ada()), 1504);
    }
    client.engine.clear_faults();
    assert_eq!(client.code(TOKEN_GENERATE, &ada()), 200);
}

#[test]
fn fault_applies_only_to_its_endpoint() {
    let mut client = TestClient::new();
    client
        .engine
        .inject(Endpoint::OtpGenerate, Fault::Code(1503, None), Some(1));
    let session = client.open_session();
    assert_eq!(client.code(OTP_GENERATE, &ada_with_session(&session)), 1503);
    assert_eq!(client.code(OTP_GENERATE, &ada_with_session(&session)), 200);
}

#[test]
fn delay_applies_together_with_another_fault() {
    let mut client = TestClient::new();
    client
        .engine
        .inject(Endpoint::TokenGenerate, Fault::Delay(500), Some(2));
    client
        .engine
        .inject(Endpoint::TokenGenerate, Fault::Delay(9), Some(1));
    client
        .engine
        .inject(Endpoint::TokenGenerate, Fault::Code(1504, None), Some(1));
    let seen: Vec<_> = (0..4)
        .map(|_| {
            let outcome = client.outcome(TOKEN_GENERATE, &ada());
            (outcome.delay_ms, code_of(&json_of(&outcome.response)))
        })
        .collect();
    assert_eq!(seen, [(500, 1504), (500, 200), (9, 200), (0, 200)]);
}

#[test]
fn replaced_calls_have_no_effect() {
    for fault in [
        Fault::Unheard,
        Fault::Html503,
        Fault::Html200,
        Fault::Status(502),
        Fault::TooMany { retry_after: None },
        Fault::Code(1503, None),
        Fault::Redirect("https://elsewhere.example/".to_owned(), 307),
        Fault::PlainText400,
        Fault::Body("{}".to_owned()),
    ] {
        let mut client = TestClient::new();
        let session = client.open_session();
        client
            .engine
            .inject(Endpoint::OtpGenerate, fault.clone(), Some(1));
        client.response(OTP_GENERATE, &ada_with_session(&session));
        assert!(client.engine.outbox().is_empty(), "{fault}");
    }
}

#[test]
fn calls_with_an_altered_response_take_effect() {
    for fault in [
        Fault::Dropped,
        Fault::Stalled,
        Fault::Trickle,
        Fault::Truncated,
        Fault::WrongTypes,
        Fault::NullAuth,
        Fault::Empty204,
        Fault::NoCors,
        Fault::Delay(1),
    ] {
        let mut client = TestClient::new();
        let session = client.open_session();
        client
            .engine
            .inject(Endpoint::OtpGenerate, fault.clone(), Some(1));
        client.response(OTP_GENERATE, &ada_with_session(&session));
        assert_eq!(client.engine.outbox().len(), 1, "{fault}");
    }
}

#[test]
fn injected_code_looks_like_an_engine_error() {
    let body = json_of(&session_response_with(Fault::Code(1504, None)));
    assert_eq!(
        (&body["status"]["success"], &body["status"]["code"]),
        (&json!(false), &json!(1504))
    );
    let body = json_of(&session_response_with(Fault::Code(
        1599,
        Some("<b>locked</b>".to_owned()),
    )));
    let expected =
        json!({ "status": { "success": false, "code": 1599, "message": "<b>locked</b>" } });
    assert_eq!(body, expected);
}

#[test]
fn injected_1506_does_not_count_as_an_attempt() {
    let mut client = TestClient::with_settings(|settings| settings.tries = 0);
    let (session, code) = client.request_code();
    client
        .engine
        .inject(Endpoint::OtpValidate, Fault::Code(1506, None), Some(1));
    assert_eq!(
        client.code(OTP_VALIDATE, &ada_with_code(&session, code.clone())),
        1506
    );
    assert_eq!(
        client.code(OTP_VALIDATE, &ada_with_code(&session, code)),
        200
    );
}

#[test]
fn too_many_has_retry_after_only_if_given() {
    let response = session_response_with(Fault::TooMany {
        retry_after: Some("120".to_owned()),
    });
    assert_eq!(
        (response.status, response.header("retry-after")),
        (429, Some("120"))
    );
    assert_eq!(code_of(&json_of(&response)), 429);
    assert_eq!(
        session_response_with(Fault::TooMany { retry_after: None }).header("retry-after"),
        None
    );
}

#[test]
fn html_and_text_faults_have_their_status_and_media_type() {
    for (fault, status, media_type) in [
        (Fault::Html503, 503, Some("text/html")),
        (Fault::Html200, 200, Some("text/html")),
        (Fault::PlainText400, 400, Some("text/plain")),
        (Fault::Status(502), 502, None),
        (Fault::Empty204, 204, None),
        (
            Fault::Body("\u{feff}[".to_owned()),
            200,
            Some("application/json"),
        ),
    ] {
        let response = session_response_with(fault.clone());
        assert_eq!(
            (response.status, response.header("content-type")),
            (status, media_type),
            "{fault}"
        );
        assert!(
            serde_json::from_slice::<Value>(&response.body).is_err(),
            "{fault}"
        );
    }
}

#[test]
fn answer_as_and_media_type_keep_the_body() {
    let denied = session_response_with(Fault::AnswerAs(403));
    assert_eq!((denied.status, code_of(&json_of(&denied))), (403, 200));
    let response = session_response_with(Fault::MediaType("text/html".to_owned()));
    assert_eq!((response.status, code_of(&json_of(&response))), (200, 200));
    let types = response
        .headers
        .iter()
        .filter(|(name, _)| name == "Content-Type");
    assert_eq!(
        types.map(|(_, value)| value.as_str()).collect::<Vec<_>>(),
        ["text/html"]
    );
}

#[test]
fn redirect_has_its_status_and_location() {
    let response = session_response_with(Fault::Redirect(
        "https://elsewhere.example/".to_owned(),
        308,
    ));
    assert_eq!(
        (response.status, response.header("location")),
        (308, Some("https://elsewhere.example/"))
    );
}

#[test]
fn delivery_faults_set_the_delivery() {
    for fault in [Fault::Dropped, Fault::Unheard] {
        let mut client = TestClient::new();
        client
            .engine
            .inject(Endpoint::TokenGenerate, fault, Some(1));
        assert_eq!(
            client.outcome(TOKEN_GENERATE, &ada()).delivery,
            Delivery::Dropped
        );
        assert_eq!(
            client.outcome(TOKEN_GENERATE, &ada()).delivery,
            Delivery::Whole
        );
    }
    let mut client = TestClient::with_settings(|settings| settings.trickle_bytes_per_s = 7);
    client
        .engine
        .inject(Endpoint::TokenGenerate, Fault::Stalled, Some(1));
    client
        .engine
        .inject(Endpoint::TokenGenerate, Fault::Trickle, Some(1));
    let stalled = client.outcome(TOKEN_GENERATE, &ada());
    assert_eq!(
        stalled.delivery,
        Delivery::Stalled {
            after: stalled.response.body.len() / 2
        }
    );
    let trickled = client.outcome(TOKEN_GENERATE, &ada());
    assert_eq!(
        trickled.delivery,
        Delivery::Trickled {
            bytes_per_second: 7
        }
    );
}

#[test]
fn truncated_body_is_not_json() {
    let response = session_response_with(Fault::Truncated);
    assert!(response.body.starts_with(br#"{"status":{"success":true"#));
    assert!(serde_json::from_slice::<Value>(&response.body).is_err());
}

#[test]
fn wrong_types_change_the_type_of_every_value() {
    let right = json_of(&session_response_with(Fault::Delay(0)));
    let wrong = json_of(&session_response_with(Fault::WrongTypes));
    for path in [
        "/status/success",
        "/status/code",
        "/status/message",
        "/auth/token",
        "/auth/key",
        "/user/sessionId",
        "/user/role",
    ] {
        let (right, wrong) = (right.pointer(path).unwrap(), wrong.pointer(path).unwrap());
        assert_ne!(
            std::mem::discriminant(right),
            std::mem::discriminant(wrong),
            "{path}"
        );
    }
}

#[test]
fn missing_fields_are_removed_by_path_or_name() {
    let names = ["auth.token", "sessionId"].map(str::to_owned).to_vec();
    let body = json_of(&session_response_with(Fault::MissingFields(names)));
    assert!(body["auth"].as_object().unwrap().contains_key("key"));
    assert!(!body["auth"].as_object().unwrap().contains_key("token"));
    assert!(!body["user"].as_object().unwrap().contains_key("sessionId"));
    assert_eq!(body["status"]["success"], true);
}

#[test]
fn null_auth_sets_auth_to_null() {
    assert_eq!(
        json_of(&session_response_with(Fault::NullAuth))["auth"],
        Value::Null
    );
}

#[test]
fn big_body_has_the_given_size_and_is_valid() {
    let response = session_response_with(Fault::BigBody(1_000_000));
    assert_eq!(response.body.len(), 1_000_000);
    assert_eq!(code_of(&json_of(&response)), 200);
}

#[test]
fn gzip_bomb_unpacks_to_a_valid_body_of_the_given_size() {
    let compressed = session_response_with(Fault::GzipBomb(8 << 20));
    assert_eq!(compressed.header("content-encoding"), Some("gzip"));
    assert!(
        compressed.body.len() < 32 << 10,
        "{}",
        compressed.body.len()
    );
    let mut unpacked = String::new();
    flate2::read::GzDecoder::new(compressed.body.as_slice())
        .read_to_string(&mut unpacked)
        .unwrap();
    let response: Value = serde_json::from_str(&unpacked).unwrap();
    assert_eq!(response["status"]["success"], true);
    assert_eq!(response["padding"].as_str().unwrap().len(), 8 << 20);
}

#[test]
fn faults_alter_error_responses_too() {
    let mut client = TestClient::new();
    client.engine.inject(
        Endpoint::OtpGenerate,
        Fault::MissingFields(vec!["code".to_owned()]),
        Some(1),
    );
    let body = client.post(OTP_GENERATE, &ada_with_session("P-1"));
    assert_eq!(body["status"]["success"], false);
    assert_eq!(body["status"].get("code"), None);
}

#[test]
fn other_customer_token_is_correctly_signed() {
    let mut client = TestClient::new();
    let right = client.sign_in();
    let wrong = token_with(Fault::OtherCustomer);
    assert_ne!(decode_token(&right).0["idv"], decode_token(&wrong).0["idv"]);
    assert_ne!(decode_token(&right).1["uid"], decode_token(&wrong).1["uid"]);
    let other = json!({ "identifierType": "EMAIL", "identifierValue": "somebody.else@example.org", "brand": "DocDemo" });
    let renewal = merge(other, json!({ "expiredToken": wrong }));
    assert_eq!(client.code(TOKEN_REGENERATE, &renewal), 200);
}

#[test]
fn other_brand_token_has_another_brand() {
    assert_eq!(
        decode_token(&token_with(Fault::OtherBrand)).0["org"],
        "SOMEOTHERBRAND"
    );
}

#[test]
fn expired_token_expired_a_minute_ago() {
    let token = token_with(Fault::ExpiredToken);
    assert_eq!(
        decode_token(&token).1["exp"],
        i64::try_from(START_MS / 1000).unwrap() - 60
    );
    assert_eq!(lifetime_s(&token), 900);
}

#[test]
fn token_life_sets_the_lifetime() {
    assert_eq!(lifetime_s(&token_with(Fault::TokenLife(5))), 5);
    assert_eq!(lifetime_s(&token_with(Fault::TokenLife(-5))), -5);
    let never_expiring = token_with(Fault::TokenLife(i64::MAX));
    assert_eq!(decode_token(&never_expiring).1["exp"], i64::MAX);
}

#[test]
fn bad_token_is_not_a_token() {
    assert_eq!(token_with(Fault::BadToken), "not-a-token");
}

#[test]
fn same_token_returns_the_token_to_renew() {
    let mut client = TestClient::new();
    let token = client.sign_in();
    client
        .engine
        .inject(Endpoint::TokenRegenerate, Fault::SameToken, Some(1));
    client.advance(10);
    assert_eq!(
        client.post(TOKEN_REGENERATE, &ada_with_expired_token(&token))["auth"]["token"],
        token
    );
    assert_ne!(
        client.post(TOKEN_REGENERATE, &ada_with_expired_token(&token))["auth"]["token"],
        token
    );
}

#[test]
fn every_endpoint_accepts_faults() {
    for endpoint in Endpoint::ALL {
        let mut client = TestClient::new();
        client
            .engine
            .inject(endpoint, Fault::Code(1503, None), Some(1));
        assert_eq!(client.code(endpoint.path(), &json!({})), 1503, "{endpoint}");
        assert_eq!(client.code(endpoint.path(), &json!({})), 1519, "{endpoint}");
    }
}

#[test]
fn key_can_be_null_missing_or_of_another_type() {
    assert_eq!(mfa_response_with(Fault::NoKey)["auth"]["key"], Value::Null);
    let missing = mfa_response_with(Fault::MissingFields(vec!["key".to_owned()]));
    assert!(missing["auth"].get("key").is_none());
    let wrong = mfa_response_with(Fault::WrongTypes);
    assert!(wrong["auth"]["key"].is_number());
}

#[test]
fn role_changes_token_and_user() {
    let response = mfa_response_with(Fault::Role("DEFAULT_MFA_ROLE".to_owned()));
    assert_eq!(response["user"]["role"], "DEFAULT_MFA_ROLE");
    assert_eq!(
        decode_token(&token_of(&response)).1["rol"],
        "DEFAULT_MFA_ROLE"
    );
    let token = token_with(Fault::Role("MFA_PENDING".to_owned()));
    assert_eq!(
        decode_token(&token).1["rol"],
        "MFA_PENDING",
        "also without a user object"
    );
}

#[test]
fn token_faults_apply_to_mfa_tokens() {
    let other = token_of(&mfa_response_with(Fault::OtherCustomer));
    assert_eq!(decode_token(&other).1["uid"], "9999999");
    assert_eq!(
        lifetime_s(&token_of(&mfa_response_with(Fault::TokenLife(5)))),
        5
    );
}

#[test]
fn same_token_applies_to_renewal_by_key() {
    let mut client = TestClient::new();
    let token = client.sign_in();
    let response = client.complete_mfa(&token);
    let renewal = merge(ada_on_device(), json!({ "key": key_of(&response) }));
    client.advance(60);
    client
        .engine
        .inject(Endpoint::MfaTokenRegenerate, Fault::SameToken, Some(1));
    let same = client.post(MFA_TOKEN_REGENERATE, &renewal);
    assert_eq!(token_of(&same), token_of(&response));
    let renewed = client.post(MFA_TOKEN_REGENERATE, &renewal);
    assert_ne!(token_of(&renewed), token_of(&response));
}

#[test]
fn every_fault_parses_to_its_own_text() {
    for text in [
        "otp-validate=delay:500*2",
        "token-generate=dropped",
        "otp-generate=too-many",
        "otp-generate=too-many:Wed, 21 Oct 2026 07:28:00 GMT*1",
        "otp-validate=code:1518",
        "otp-validate=code:1599,Locked, sorry*1",
        "otp-validate=redirect:302,https://elsewhere.example:8443/*3",
        "token-regenerate=missing-fields:auth.token,user",
        "token-regenerate=token-life:-5*1",
        "token-regenerate=big-body:1048576",
        "token-regenerate=body:{\"a\":\"*\"}",
        "token-regenerate=bytes:fffe7b007d00*1",
        "token-regenerate=gzip-bomb:268435456",
        "token-regenerate=status:502",
        "token-regenerate=answer-as:403*1",
        "token-regenerate=media-type:text/html",
    ] {
        assert_eq!(
            text.parse::<PlannedFault>()
                .map(|planned| planned.to_string())
                .as_deref(),
            Ok(text)
        );
    }
    for help in FAULTS.iter().filter(|help| help.argument.is_empty()) {
        let fault: Fault = help.name.parse().unwrap();
        assert_eq!(fault.to_string(), help.name);
    }
}

#[test]
fn redirect_status_defaults_to_307() {
    let fault: Fault = "redirect:https://elsewhere.example/?a,b".parse().unwrap();
    assert_eq!(
        fault,
        Fault::Redirect("https://elsewhere.example/?a,b".to_owned(), 307)
    );
}

#[test]
fn invalid_fault_text_is_reported() {
    for (text, message) in [
        ("dropped", "has no endpoint"),
        (
            "otp=dropped",
            "expected one of token-generate, otp-generate, otp-validate, password-validate",
        ),
        (
            "otp-validate=gone",
            "unknown fault \"gone\": expected one of delay, dropped",
        ),
        (
            "otp-validate=delay",
            "fault delay has the argument \"\": expected delay:MS",
        ),
        ("otp-validate=delay:soon", "has the argument \"soon\""),
        (
            "otp-validate=redirect:304,https://x.example/",
            "expected 301, 302, 303, 307, 308",
        ),
        ("otp-validate=status:99", "expected 200 to 599"),
        ("otp-validate=dropped:1", "takes no argument"),
        (
            "otp-validate=bytes:fff",
            "has the argument \"fff\": expected bytes:HEX",
        ),
        (
            "otp-validate=bytes:xy",
            "has the argument \"xy\": expected bytes:HEX",
        ),
    ] {
        let problem = text.parse::<PlannedFault>().unwrap_err();
        assert!(problem.contains(message), "{text}: {problem}");
    }
}
