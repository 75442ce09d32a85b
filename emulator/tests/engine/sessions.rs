//! Sessions of the first factor, and the brand and identifier they are bound to (contract 1.4, 1.8).

use serde_json::json;

use crate::support::{
    OTP_GENERATE, OTP_VALIDATE, TOKEN_GENERATE, TOKEN_REGENERATE, TestClient, ada, ada_with_code,
    ada_with_expired_token, ada_with_session, client_with_fixed_code, merge,
};

#[test]
fn unknown_brand_is_1504() {
    let mut client =
        TestClient::with_settings(|settings| settings.brands = Some(vec!["Bukl".to_owned()]));
    assert_eq!(client.code(TOKEN_GENERATE, &ada()), 1504);
    assert_eq!(
        client.code(TOKEN_GENERATE, &merge(ada(), json!({ "brand": "BUKL" }))),
        200
    );
}

#[test]
fn brand_is_compared_without_case() {
    let mut client = TestClient::new();
    let (session, code) = client.request_code();
    let upper_case = merge(ada_with_code(&session, code), json!({ "brand": "DOCDEMO" }));
    let response = client.post(OTP_VALIDATE, &upper_case);
    let renewal = merge(
        ada(),
        json!({ "brand": "docdemo", "expiredToken": response["auth"]["token"] }),
    );
    assert_eq!(client.code(TOKEN_REGENERATE, &renewal), 200);
}

#[test]
fn other_brand_than_the_session_is_1509() {
    let mut client = TestClient::new();
    let token = client.sign_in();
    let (session, code) = client.request_code();
    let other = json!({ "brand": "Bukl" });
    assert_eq!(
        client.code(
            OTP_GENERATE,
            &merge(ada_with_session(&session), other.clone())
        ),
        1509
    );
    assert_eq!(
        client.code(
            OTP_VALIDATE,
            &merge(ada_with_code(&session, code.clone()), other.clone())
        ),
        1509
    );
    assert_eq!(
        client.code(
            TOKEN_REGENERATE,
            &merge(ada_with_expired_token(&token), other)
        ),
        1509
    );
    assert_eq!(
        client.code(OTP_VALIDATE, &ada_with_code(&session, code)),
        200,
        "the session is still valid"
    );
}

#[test]
fn unknown_session_is_1505() {
    let mut client = TestClient::new();
    let unknown = "P-00000000-0000-4000-8000-000000000000";
    assert_eq!(client.code(OTP_GENERATE, &ada_with_session(unknown)), 1505);
    assert_eq!(
        client.code(OTP_VALIDATE, &ada_with_code(unknown, "999999")),
        1505
    );
}

#[test]
fn session_expires_after_its_lifetime() {
    let mut client = client_with_fixed_code();
    let (session, code) = client.request_code();
    client.advance(899);
    assert_eq!(client.code(OTP_GENERATE, &ada_with_session(&session)), 200);
    client.advance(1);
    assert_eq!(
        client.code(OTP_GENERATE, &ada_with_session(&session)),
        1505,
        "its use does not extend it"
    );
    assert_eq!(
        client.code(OTP_VALIDATE, &ada_with_code(&session, code)),
        1505
    );
}

#[test]
fn clock_offset_expires_a_session() {
    let mut client = TestClient::new();
    let session = client.open_session();
    client.engine.settings_mut().clock_offset_s = 900;
    assert_eq!(client.code(OTP_GENERATE, &ada_with_session(&session)), 1505);
}

#[test]
fn validated_code_ends_the_session() {
    let mut client = TestClient::new();
    let (session, code) = client.request_code();
    assert_eq!(
        client.code(OTP_VALIDATE, &ada_with_code(&session, code.clone())),
        200
    );
    assert_eq!(
        client.code(OTP_VALIDATE, &ada_with_code(&session, code)),
        1505
    );
    assert_eq!(client.code(OTP_GENERATE, &ada_with_session(&session)), 1505);
}

#[test]
fn new_session_ends_the_earlier_one_unless_several_are_allowed() {
    let mut client = TestClient::new();
    let (first, second) = (client.open_session(), client.open_session());
    assert_eq!(client.code(OTP_GENERATE, &ada_with_session(&first)), 1505);
    assert_eq!(client.code(OTP_GENERATE, &ada_with_session(&second)), 200);
    client.engine.settings_mut().newest_session_only = false;
    let third = client.open_session();
    assert_eq!(client.code(OTP_GENERATE, &ada_with_session(&second)), 200);
    assert_eq!(client.code(OTP_GENERATE, &ada_with_session(&third)), 200);
}

#[test]
fn sessions_of_two_customers_do_not_end_each_other() {
    let mut client = TestClient::new();
    let session = client.open_session();
    client.post(
        TOKEN_GENERATE,
        &merge(ada(), json!({ "identifierValue": "bob@example.org" })),
    );
    client.post(TOKEN_GENERATE, &merge(ada(), json!({ "brand": "Bukl" })));
    assert_eq!(client.code(OTP_GENERATE, &ada_with_session(&session)), 200);
}

#[test]
fn session_of_another_customer_is_1541() {
    let mut client = TestClient::new();
    let (session, code) = client.request_code();
    let bob = json!({ "identifierValue": "bob@example.org" });
    assert_eq!(
        client.code(
            OTP_GENERATE,
            &merge(ada_with_session(&session), bob.clone())
        ),
        1541
    );
    assert_eq!(
        client.code(
            OTP_VALIDATE,
            &merge(ada_with_code(&session, code.clone()), bob)
        ),
        1541
    );
    let mobile = json!({ "identifierType": "MOBILE", "identifierValue": "919999922332" });
    assert_eq!(
        client.code(OTP_VALIDATE, &merge(ada_with_code(&session, code), mobile)),
        1541
    );
}

#[test]
fn other_mobile_than_the_session_is_1507() {
    let mut client = TestClient::new();
    let identity = json!({ "identifierType": "MOBILE", "identifierValue": "919999922332", "brand": "DocDemo" });
    let session = client.post(TOKEN_GENERATE, &identity)["user"]["sessionId"].clone();
    let other = merge(
        identity,
        json!({ "identifierValue": "919999922333", "sessionId": session }),
    );
    assert_eq!(client.code(OTP_GENERATE, &other), 1507);
    assert_eq!(
        client.code(OTP_VALIDATE, &merge(other, json!({ "otp": "1" }))),
        1507
    );
}
