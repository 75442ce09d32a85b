//! Keys, and renewal by key (contract 3.7).

use serde_json::{Value, json};

use crate::support::{
    MFA_CALLS, MFA_TOKEN_REGENERATE, MOBILE_CALLS, MOBILE_TOKEN_REGENERATE, TestClient,
    ada_on_device, ada_with_authorized_token, ada_with_key, decode_token, key_of, merge, token_of,
};

#[test]
fn key_gives_new_tokens_and_stays_unchanged() {
    let mut client = TestClient::with_settings(|settings| settings.mfa_renew_life_s = 60);
    let response = client.sign_in_with_mfa();
    let key = key_of(&response);
    client.advance(30 * 86_400);
    for _ in 0..2 {
        let renewed = client.post(MFA_TOKEN_REGENERATE, &ada_with_key(&key));
        assert_eq!(renewed["auth"]["key"], Value::Null);
        assert_eq!(renewed["user"]["role"], "USER");
        let (before, after) = (
            decode_token(&token_of(&response)),
            decode_token(&token_of(&renewed)),
        );
        assert_eq!(after.0, before.0);
        assert_eq!(after.1["uid"], before.1["uid"]);
        let life_s = after.1["exp"].as_i64().unwrap() - after.1["iat"].as_i64().unwrap();
        assert_eq!(life_s, 60);
    }
}

#[test]
fn key_has_no_expiry_by_default() {
    let mut client = TestClient::new();
    let (_, claims) = decode_token(&key_of(&client.sign_in_with_mfa()));
    let names: Vec<_> = claims.keys().collect();
    assert_eq!(names, ["uid", "iss", "mfa", "iat", "rol"]);
    assert_eq!(claims["rol"], "AUTH");
}

#[test]
fn expired_key_is_replaced_at_the_next_sign_in() {
    let mut client = TestClient::with_settings(|settings| settings.key_life_s = Some(3600));
    let key = key_of(&client.sign_in_with_mfa());
    client.advance(3599);
    assert_eq!(client.code(MFA_TOKEN_REGENERATE, &ada_with_key(&key)), 200);
    assert_eq!(key_of(&client.sign_in_with_mfa()), key);
    client.advance(1);
    assert_eq!(client.code(MFA_TOKEN_REGENERATE, &ada_with_key(&key)), 1597);
    let next = key_of(&client.sign_in_with_mfa());
    assert_ne!(next, key);
    assert_eq!(client.code(MFA_TOKEN_REGENERATE, &ada_with_key(&next)), 200);
}

#[test]
fn key_is_stable_per_device() {
    let mut client = TestClient::new();
    let key = key_of(&client.sign_in_with_mfa());
    client.advance(3600);
    assert_eq!(key_of(&client.sign_in_with_mfa()), key);
    let token = client.sign_in();
    let other_device = merge(
        ada_with_authorized_token(&token),
        json!({ "deviceId": "browser-2" }),
    );
    assert_ne!(
        key_of(&client.sign_in_with_code(MFA_CALLS, &other_device)),
        key
    );
}

#[test]
fn key_is_bound_to_device_brand_and_identifier() {
    let mut client = TestClient::new();
    let key = key_of(&client.sign_in_with_mfa());
    for (wrong, code) in [
        (json!({ "deviceId": "browser-2" }), 1508),
        (json!({ "brand": "Bukl" }), 1509),
        (json!({ "identifierValue": "eve@example.org" }), 1541),
    ] {
        let request = merge(ada_with_key(&key), wrong.clone());
        assert_eq!(client.code(MFA_TOKEN_REGENERATE, &request), code, "{wrong}");
    }
}

#[test]
fn invalid_key_is_1597() {
    let mut client = TestClient::new();
    let response = client.sign_in_with_mfa();
    let (token, key) = (token_of(&response), key_of(&response));
    for wrong in [token.as_str(), "a.b.c", &format!("{key}x")] {
        assert_eq!(
            client.code(MFA_TOKEN_REGENERATE, &ada_with_key(wrong)),
            1597
        );
    }
    client.engine.settings_mut().secret = "another".to_owned();
    assert_eq!(client.code(MFA_TOKEN_REGENERATE, &ada_with_key(&key)), 1597);
}

#[test]
fn key_of_the_other_factor_is_1597() {
    let mut client = TestClient::new();
    let first = key_of(&client.sign_in_with_code(MOBILE_CALLS, &ada_on_device()));
    let second = key_of(&client.sign_in_with_mfa());
    assert_eq!(
        client.code(MFA_TOKEN_REGENERATE, &ada_with_key(&first)),
        1597
    );
    assert_eq!(
        client.code(MOBILE_TOKEN_REGENERATE, &ada_with_key(&second)),
        1597
    );
    assert_eq!(
        client.code(MOBILE_TOKEN_REGENERATE, &ada_with_key(&first)),
        200
    );
}

#[test]
fn disabled_keys_are_null_and_1525() {
    let mut client = TestClient::new();
    let first = key_of(&client.sign_in_with_code(MOBILE_CALLS, &ada_on_device()));
    let second = key_of(&client.sign_in_with_mfa());
    client.engine.settings_mut().regenerate_mfa_key = false;
    assert_eq!(client.sign_in_with_mfa()["auth"]["key"], Value::Null);
    assert_eq!(
        client.code(MFA_TOKEN_REGENERATE, &ada_with_key(&second)),
        1525
    );
    assert_eq!(
        client.code(MOBILE_TOKEN_REGENERATE, &ada_with_key(&first)),
        200
    );
    client.engine.settings_mut().regenerate_key = false;
    assert_eq!(
        client.sign_in_with_code(MOBILE_CALLS, &ada_on_device())["auth"]["key"],
        Value::Null
    );
    assert_eq!(
        client.code(MOBILE_TOKEN_REGENERATE, &ada_with_key(&first)),
        1525
    );
}
