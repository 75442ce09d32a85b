//! Calls of mobile apps: tokens and keys bound to a device (contract 4).

use serde_json::{Value, json};

use crate::support::{
    MFA_TOKEN_GENERATE, MOBILE_CALLS, MOBILE_OTP_GENERATE, MOBILE_PASSWORD_VALIDATE,
    MOBILE_TOKEN_GENERATE, MOBILE_TOKEN_REGENERATE, OTP_GENERATE, OTP_VALIDATE, TestClient, ada,
    ada_on_device, ada_with_authorized_token, ada_with_code, ada_with_key,
    client_with_both_passwords, decode_token, key_of, merge, token_of,
};

#[test]
fn token_is_bound_to_the_device_and_renewed_by_key() {
    let mut client = client_with_both_passwords(|settings| settings.mobile_life_s = 3600);
    let response = client.sign_in_with_code(MOBILE_CALLS, &ada_on_device());
    assert_eq!(response["user"]["userRegisteredForPassword"], true);
    let (header, claims) = decode_token(&token_of(&response));
    assert_eq!(header["dev"], "browser-1");
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
        3600
    );
    let renewed = client.post(MOBILE_TOKEN_REGENERATE, &ada_with_key(&key_of(&response)));
    assert_eq!(decode_token(&token_of(&renewed)).0, header);
    assert_eq!(renewed["user"]["userRegisteredForPassword"], true);
}

#[test]
fn other_device_is_1508() {
    let mut client = TestClient::new();
    let session = client.open_session_as(MOBILE_TOKEN_GENERATE, &ada_on_device());
    let session_body = merge(
        ada_on_device(),
        json!({ "sessionId": session, "deviceId": "browser-2" }),
    );
    assert_eq!(client.code(MOBILE_OTP_GENERATE, &session_body), 1508);
    let token = token_of(&client.sign_in_with_code(MOBILE_CALLS, &ada_on_device()));
    let other_device = merge(
        ada_with_authorized_token(&token),
        json!({ "deviceId": "browser-2" }),
    );
    assert_eq!(client.code(MFA_TOKEN_GENERATE, &other_device), 1508);
    assert_eq!(
        client.code(MFA_TOKEN_GENERATE, &ada_with_authorized_token(&token)),
        200
    );
}

#[test]
fn web_accepts_a_mobile_session_but_not_the_reverse() {
    let mut client = TestClient::new();
    let session = client.open_session_as(MOBILE_TOKEN_GENERATE, &ada_on_device());
    let session_body = merge(ada(), json!({ "sessionId": session }));
    assert_eq!(client.code(OTP_GENERATE, &session_body), 200);
    let code = client.last_code();
    let response = client.post(OTP_VALIDATE, &ada_with_code(&session, code));
    assert_eq!(decode_token(&token_of(&response)).0["dev"], Value::Null);
    assert_eq!(response["auth"]["key"], Value::Null);

    let session = client.open_session();
    let session_body = merge(ada_on_device(), json!({ "sessionId": session }));
    assert_eq!(client.code(MOBILE_OTP_GENERATE, &session_body), 1508);
}

#[test]
fn key_after_a_password_has_mfa_false() {
    let mut client = client_with_both_passwords(|_| {});
    let session = client.open_session_as(MOBILE_TOKEN_GENERATE, &ada_on_device());
    let attempt = merge(
        ada_on_device(),
        json!({ "sessionId": session, "password": "first" }),
    );
    let response = client.post(MOBILE_PASSWORD_VALIDATE, &attempt);
    assert_eq!(decode_token(&key_of(&response)).1["mfa"], false);
    let by_code = client.sign_in_with_code(MOBILE_CALLS, &ada_on_device());
    assert_eq!(
        key_of(&by_code),
        key_of(&response),
        "the key stays the same"
    );
}

#[test]
fn renewal_with_a_user_name_needs_an_address() {
    let mut client = TestClient::new();
    let name = json!({
        "identifierType": "USERNAME", "identifierValue": "ada", "mobile": "919999922332", "brand": "DocDemo",
        "deviceId": "browser-1",
    });
    let key = key_of(&client.sign_in_with_code(MOBILE_CALLS, &name));
    let renewal = merge(name, json!({ "key": key }));
    let without = merge(renewal.clone(), json!({ "mobile": null }));
    assert_eq!(client.code(MOBILE_TOKEN_REGENERATE, &without), 1540);
    assert_eq!(client.code(MOBILE_TOKEN_REGENERATE, &renewal), 200);
    client.engine.settings_mut().renew_needs_password_brand = true;
    assert_eq!(client.code(MOBILE_TOKEN_REGENERATE, &renewal), 1524);
    client.engine.settings_mut().password_brand = true;
    assert_eq!(client.code(MOBILE_TOKEN_REGENERATE, &renewal), 200);
}

#[test]
fn renewal_keeps_the_role_mfa_pending() {
    let mut client = TestClient::with_settings(|settings| settings.forced_mfa = true);
    let key = key_of(&client.sign_in_with_code(MOBILE_CALLS, &ada_on_device()));
    let renewed = client.post(MOBILE_TOKEN_REGENERATE, &ada_with_key(&key));
    assert_eq!(renewed["user"]["role"], "MFA_PENDING");
    assert_eq!(decode_token(&token_of(&renewed)).1["rol"], "MFA_PENDING");
}
