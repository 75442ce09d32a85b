//! Renewal on the web, by token (contract 2.5).

use serde_json::json;

use crate::support::{
    MFA_CALLS, TOKEN_GENERATE, TOKEN_REGENERATE, TestClient, ada, ada_with_authorized_token,
    ada_with_expired_token, code_of, decode_token, merge, token_of,
};

#[test]
fn valid_and_expired_tokens_are_renewed() {
    let mut client = TestClient::new();
    let token = client.sign_in();
    assert_eq!(
        client.code(TOKEN_REGENERATE, &ada_with_expired_token(&token)),
        200
    );
    client.advance(30 * 86_400);
    let response = client.post(TOKEN_REGENERATE, &ada_with_expired_token(&token));
    assert_eq!(code_of(&response), 200);
    let user = json!({ "appRegistered": false, "sessionId": null, "role": "USER", "userRegisteredForPassword": false });
    assert_eq!(response["user"], user);
}

#[test]
fn token_expired_beyond_the_grace_time_is_1529() {
    let mut client = TestClient::with_settings(|settings| settings.renew_grace_s = Some(60));
    let token = client.sign_in();
    client.advance(960);
    assert_eq!(
        client.code(TOKEN_REGENERATE, &ada_with_expired_token(&token)),
        200
    );
    client.advance(1);
    assert_eq!(
        client.code(TOKEN_REGENERATE, &ada_with_expired_token(&token)),
        1529
    );
}

#[test]
fn view_token_is_1525() {
    let mut client = TestClient::new();
    let response = client.post(TOKEN_GENERATE, &ada());
    let renewal = ada_with_expired_token(response["auth"]["token"].as_str().unwrap());
    assert_eq!(client.code(TOKEN_REGENERATE, &renewal), 1525);
}

#[test]
fn token_of_another_customer_is_1525() {
    let mut client = TestClient::new();
    let token = client.sign_in();
    let bob = merge(
        ada_with_expired_token(&token),
        json!({ "identifierValue": "bob@example.org" }),
    );
    assert_eq!(client.code(TOKEN_REGENERATE, &bob), 1525);
}

#[test]
fn token_with_an_invalid_signature_is_1525() {
    let mut client = TestClient::new();
    let token = client.sign_in();
    let (content, signature) = token.rsplit_once('.').unwrap();
    let flipped = if signature.starts_with('A') { "B" } else { "A" };
    let other_claims = token.replacen('.', ".e30", 1);
    for forged in [
        format!("{content}.{flipped}{}", &signature[1..]),
        format!("{content}."),
        "a.b.c".to_owned(),
        other_claims,
    ] {
        assert_eq!(
            client.code(TOKEN_REGENERATE, &ada_with_expired_token(&forged)),
            1525,
            "{forged}"
        );
    }
    client.engine.settings_mut().secret = "another".to_owned();
    assert_eq!(
        client.code(TOKEN_REGENERATE, &ada_with_expired_token(&token)),
        1525
    );
}

#[test]
fn renewal_can_be_limited_to_password_brands() {
    let mut client = TestClient::new();
    let token = client.sign_in();
    client.engine.settings_mut().renew_needs_password_brand = true;
    assert_eq!(
        client.code(TOKEN_REGENERATE, &ada_with_expired_token(&token)),
        1524
    );
    client.engine.settings_mut().password_brand = true;
    assert_eq!(
        client.code(TOKEN_REGENERATE, &ada_with_expired_token(&token)),
        200
    );
}

#[test]
fn web_renews_an_mfa_token_with_either_identifier() {
    let mut client = TestClient::new();
    let token = client.sign_in();
    let mobile = json!({ "identifierType": "MOBILE", "identifierValue": "919999922332" });
    let token = token_of(&client.sign_in_with_code(
        MFA_CALLS,
        &merge(ada_with_authorized_token(&token), mobile.clone()),
    ));
    let by_first = ada_with_expired_token(&token);
    let by_second = merge(by_first.clone(), mobile);
    for request in [&by_first, &by_second] {
        let renewed = client.post(TOKEN_REGENERATE, request);
        assert_eq!(decode_token(&token_of(&renewed)).0, decode_token(&token).0);
    }
    let eve = merge(by_first, json!({ "identifierValue": "eve@example.org" }));
    assert_eq!(client.code(TOKEN_REGENERATE, &eve), 1525);
}

#[test]
fn web_renewal_of_mfa_tokens_can_be_switched_off() {
    let mut client = TestClient::with_settings(|settings| settings.web_renews_mfa_tokens = false);
    let first = client.sign_in();
    client.advance(1);
    let second = token_of(&client.complete_mfa(&first));
    assert_eq!(
        client.code(TOKEN_REGENERATE, &ada_with_expired_token(&second)),
        1525
    );
    assert_eq!(
        client.code(TOKEN_REGENERATE, &ada_with_expired_token(&first)),
        200
    );
}

#[test]
fn renewed_mfa_token_can_be_signed_out() {
    let mut client = TestClient::new();
    let token = token_of(&client.sign_in_with_mfa());
    client.advance(1);
    let renewed = token_of(&client.post(TOKEN_REGENERATE, &ada_with_expired_token(&token)));
    assert_eq!(client.sign_out(&renewed), 200);
}

#[test]
fn mfa_pending_token_is_1525() {
    let mut client = TestClient::with_settings(|settings| settings.forced_mfa = true);
    let token = client.sign_in();
    assert_eq!(
        client.code(TOKEN_REGENERATE, &ada_with_expired_token(&token)),
        1525
    );
}
