//! Signing out by mfa/token/expire (contract 3.8).

use ae_engine::Request;
use serde_json::json;

use crate::support::{
    MFA_CALLS, MFA_PASSWORD_CHANGE, MFA_TOKEN_EXPIRE, MFA_TOKEN_GENERATE, MFA_TOKEN_REGENERATE,
    MOBILE_CALLS, TOKEN_REGENERATE, TestClient, ada_on_device, ada_with_authorized_token,
    ada_with_expired_token, ada_with_key, ada_with_token, client_with_both_passwords, key_of,
    merge, password_change_on_device, token_of,
};

#[test]
fn sign_out_revokes_the_token_and_its_key() {
    let mut client = client_with_both_passwords(|_| {});
    let response = client.sign_in_with_mfa();
    let token = token_of(&response);
    assert_eq!(client.sign_out(&token), 200);
    assert_eq!(client.sign_out(&token), 1529);
    assert_eq!(
        client.code(TOKEN_REGENERATE, &ada_with_expired_token(&token)),
        1529
    );
    assert_eq!(
        client.code(MFA_TOKEN_GENERATE, &ada_with_authorized_token(&token)),
        1529
    );
    assert_eq!(
        client.code(
            MFA_PASSWORD_CHANGE,
            &password_change_on_device(&token, "second")
        ),
        1529
    );
    assert_eq!(
        client.code(MFA_TOKEN_REGENERATE, &ada_with_key(&key_of(&response))),
        1597
    );
}

#[test]
fn sign_in_within_a_second_after_sign_out_is_valid() {
    let mut client = TestClient::new();
    let token = token_of(&client.sign_in_with_mfa());
    client.sign_out(&token);
    let again = token_of(&client.sign_in_with_mfa());
    assert_eq!(again, token, "the same second gives the same token");
    assert_eq!(
        client.code(TOKEN_REGENERATE, &ada_with_expired_token(&again)),
        200
    );
}

#[test]
fn key_survives_sign_out_if_configured() {
    let mut client = TestClient::with_settings(|settings| settings.expire_kills_key = false);
    let response = client.sign_in_with_mfa();
    assert_eq!(client.sign_out(&token_of(&response)), 200);
    let renewal = ada_with_key(&key_of(&response));
    assert_eq!(client.code(MFA_TOKEN_REGENERATE, &renewal), 200);
}

#[test]
fn sign_out_does_not_affect_other_devices() {
    let mut client = TestClient::new();
    let response = client.sign_in_with_mfa();
    let first = client.sign_in();
    let device = json!({ "deviceId": "browser-2" });
    let other_device = client.sign_in_with_code(
        MFA_CALLS,
        &merge(ada_with_authorized_token(&first), device.clone()),
    );
    client.sign_out(&token_of(&response));
    let renewal = merge(ada_with_key(&key_of(&other_device)), device);
    assert_eq!(client.code(MFA_TOKEN_REGENERATE, &renewal), 200);
}

#[test]
fn only_valid_mfa_tokens_are_signed_out() {
    let mut client = TestClient::new();
    let app = token_of(&client.sign_in_with_code(MOBILE_CALLS, &ada_on_device()));
    assert_eq!(client.sign_out(&app), 1531);
    assert_eq!(client.sign_out("a.b.c"), 1531);
    client.advance(1);
    let token = token_of(&client.sign_in_with_mfa());
    for (wrong, code) in [
        (json!({ "deviceId": "browser-2" }), 1508),
        (json!({ "brand": "Bukl" }), 1509),
        (json!({ "identifierValue": "eve@example.org" }), 1541),
    ] {
        let request = merge(ada_with_token(&token), wrong.clone());
        assert_eq!(client.code(MFA_TOKEN_EXPIRE, &request), code, "{wrong}");
    }
    client.advance(900);
    assert_eq!(client.sign_out(&token), 1529);
}

#[test]
fn sign_out_with_put_is_405() {
    let mut client = TestClient::new();
    let request = Request::json("PUT", MFA_TOKEN_EXPIRE, "{}");
    let response = client.engine.handle(client.now_ms, &request).response;
    assert_eq!(
        (response.status, response.header("allow")),
        (405, Some("DELETE, POST, OPTIONS"))
    );
}
