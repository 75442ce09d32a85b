//! The second factor: who needs it, its sessions, identifiers and codes (contract 3.1 to 3.3, 6).

use ae_engine::Customer;
use serde_json::{Value, json};

use crate::support::{
    MFA_CALLS, MFA_OTP_GENERATE, MFA_OTP_VALIDATE, MFA_TOKEN_GENERATE, OTP_GENERATE,
    TOKEN_GENERATE, TestClient, WEB_CALLS, ada, ada_with_authorized_token, ada_with_mfa_session,
    ada_with_session, client_with_enrolled_ada, code_of, decode_token, key_of, merge, role_of,
    token_of,
};

/// A request for Ada's second factor with another identifier.
fn ada_mfa_by(kind: &str, value: &str, token: &str) -> Value {
    merge(
        ada_with_authorized_token(token),
        json!({ "identifierType": kind, "identifierValue": value }),
    )
}

fn ada_mfa_by_mobile(token: &str) -> Value {
    ada_mfa_by("MOBILE", "919999922332", token)
}

#[test]
fn only_enrolled_customers_get_mfa_pending() {
    let mut client = client_with_enrolled_ada(|_| {});
    assert_eq!(role_of(&client.sign_in()), "MFA_PENDING");
    assert_eq!(role_of(&TestClient::new().sign_in()), "USER");
}

#[test]
fn forced_mfa_gives_every_customer_mfa_pending() {
    let mut client = TestClient::with_settings(|settings| settings.forced_mfa = true);
    assert_eq!(role_of(&client.sign_in()), "MFA_PENDING");
}

#[test]
fn without_mfa_tokens_are_user_and_mfa_calls_are_1504() {
    let mut client = client_with_enrolled_ada(|settings| settings.mfa = false);
    let token = client.sign_in();
    assert_eq!(role_of(&token), "USER");
    assert_eq!(
        client.code(MFA_TOKEN_GENERATE, &ada_with_authorized_token(&token)),
        1504
    );
}

#[test]
fn mfa_code_signs_in_and_gives_a_key() {
    let mut client = client_with_enrolled_ada(|_| {});
    let token = client.sign_in();
    let response = client.complete_mfa(&token);
    let user = json!({ "appRegistered": false, "sessionId": null, "role": "USER", "userRegisteredForPassword": false });
    assert_eq!(response["user"], user);
    let (header, claims) = decode_token(&token_of(&response));
    assert_eq!(header["dev"], "browser-1");
    assert_eq!(
        (&claims["rol"], &claims["uid"]),
        (&json!("USER"), &json!("4068291"))
    );
    let (_, claims) = decode_token(&key_of(&response));
    assert_eq!(claims["mfa"], true);
}

#[test]
fn customer_who_is_not_enrolled_can_use_mfa() {
    let mut client = TestClient::new();
    let token = client.sign_in();
    assert_eq!(code_of(&client.complete_mfa(&token)), 200);
}

#[test]
fn session_of_the_other_factor_is_1505() {
    let mut client = client_with_enrolled_ada(|_| {});
    let token = client.sign_in();
    let (first, second) = (client.open_session(), client.open_mfa_session(&token));
    assert_eq!(
        client.code(MFA_OTP_GENERATE, &ada_with_mfa_session(&first)),
        1505
    );
    assert_eq!(client.code(OTP_GENERATE, &ada_with_session(&second)), 1505);
    assert_eq!(
        client.code(MFA_OTP_GENERATE, &ada_with_mfa_session(&second)),
        200
    );
    assert_eq!(client.code(OTP_GENERATE, &ada_with_session(&first)), 200);
}

#[test]
fn mfa_session_has_its_own_lifetime() {
    let mut client = client_with_enrolled_ada(|settings| settings.mfa_session_life_s = 60);
    let token = client.sign_in();
    let session = client.open_mfa_session(&token);
    client.advance(59);
    assert_eq!(
        client.code(MFA_OTP_GENERATE, &ada_with_mfa_session(&session)),
        200
    );
    client.advance(1);
    assert_eq!(
        client.code(MFA_OTP_GENERATE, &ada_with_mfa_session(&session)),
        1505
    );
}

#[test]
fn validated_mfa_code_ends_the_session() {
    let mut client = client_with_enrolled_ada(|settings| settings.code = Some("999999".to_owned()));
    let token = client.sign_in();
    let session = client.open_mfa_session(&token);
    client.code(MFA_OTP_GENERATE, &ada_with_mfa_session(&session));
    let types = merge(ada_with_mfa_session(&session), json!({ "otp": 999_999 }));
    assert_eq!(client.code(MFA_OTP_VALIDATE, &types), 200);
    assert_eq!(client.code(MFA_OTP_VALIDATE, &types), 1505);
}

#[test]
fn other_device_than_the_session_is_1508() {
    let mut client = client_with_enrolled_ada(|_| {});
    let token = client.sign_in();
    let session = client.open_mfa_session(&token);
    let other = merge(
        ada_with_mfa_session(&session),
        json!({ "deviceId": "browser-2" }),
    );
    assert_eq!(client.code(MFA_OTP_GENERATE, &other), 1508);
}

#[test]
fn numeric_device_id_equals_its_digits() {
    let mut client = client_with_enrolled_ada(|_| {});
    let token = client.sign_in();
    let number = merge(
        ada_with_authorized_token(&token),
        json!({ "deviceId": 1234 }),
    );
    let session = client.open_session_as(MFA_TOKEN_GENERATE, &number);
    let text = merge(
        ada_with_mfa_session(&session),
        json!({ "deviceId": "1234" }),
    );
    assert_eq!(client.code(MFA_OTP_GENERATE, &text), 200);
}

#[test]
fn other_brand_or_identifier_than_the_session_has_its_error_code() {
    let mut client = client_with_enrolled_ada(|_| {});
    let token = client.sign_in();
    let session = client.open_session_as(MFA_TOKEN_GENERATE, &ada_mfa_by_mobile(&token));
    let session_body = merge(ada_mfa_by_mobile(&token), json!({ "sessionId": session }));
    for (wrong, code) in [
        (json!({ "brand": "Bukl" }), 1509),
        (json!({ "identifierValue": "919999922333" }), 1507),
        (ada(), 1541),
    ] {
        let code_was = client.code(
            MFA_OTP_GENERATE,
            &merge(session_body.clone(), wrong.clone()),
        );
        assert_eq!(code_was, code, "{wrong}");
    }
    let upper_case = merge(session_body, json!({ "brand": "DOCDEMO" }));
    assert_eq!(client.code(MFA_OTP_GENERATE, &upper_case), 200);
}

#[test]
fn view_token_or_invalid_signature_is_1519() {
    let mut client = client_with_enrolled_ada(|_| {});
    let view = token_of(&client.post(TOKEN_GENERATE, &ada()));
    assert_eq!(
        client.code(MFA_TOKEN_GENERATE, &ada_with_authorized_token(&view)),
        1519
    );
    let token = client.sign_in();
    client.engine.settings_mut().secret = "another".to_owned();
    assert_eq!(
        client.code(MFA_TOKEN_GENERATE, &ada_with_authorized_token(&token)),
        1519
    );
}

#[test]
fn expired_token_is_1529() {
    let mut client = client_with_enrolled_ada(|_| {});
    let token = client.sign_in();
    client.advance(899);
    assert_eq!(
        client.code(MFA_TOKEN_GENERATE, &ada_with_authorized_token(&token)),
        200
    );
    client.advance(1);
    assert_eq!(
        client.code(MFA_TOKEN_GENERATE, &ada_with_authorized_token(&token)),
        1529
    );
}

#[test]
fn token_of_another_brand_is_1509() {
    let mut client = client_with_enrolled_ada(|_| {});
    let token = client.sign_in();
    let other = merge(
        ada_with_authorized_token(&token),
        json!({ "brand": "Bukl" }),
    );
    assert_eq!(client.code(MFA_TOKEN_GENERATE, &other), 1509);
}

#[test]
fn key_in_place_of_a_token_is_1519() {
    let mut client = client_with_enrolled_ada(|_| {});
    let token = client.sign_in();
    let key = key_of(&client.complete_mfa(&token));
    assert_eq!(
        client.code(MFA_TOKEN_GENERATE, &ada_with_authorized_token(&key)),
        1519
    );
}

#[test]
fn web_token_is_1508_only_with_mfa_device_check() {
    let mut client = client_with_enrolled_ada(|settings| settings.mfa_device_check = true);
    let token = client.sign_in();
    assert_eq!(
        client.code(MFA_TOKEN_GENERATE, &ada_with_authorized_token(&token)),
        1508
    );
    client.engine.settings_mut().mfa_device_check = false;
    assert_eq!(
        client.code(MFA_TOKEN_GENERATE, &ada_with_authorized_token(&token)),
        200
    );
}

#[test]
fn token_of_a_removed_customer_is_1515() {
    let mut client = client_with_enrolled_ada(|_| {});
    let token = client.sign_in();
    client.engine.settings_mut().customers.clear();
    assert_eq!(
        client.code(MFA_TOKEN_GENERATE, &ada_with_authorized_token(&token)),
        1515
    );
}

#[test]
fn second_identifier_can_differ_and_the_token_has_the_same_customer() {
    let mut client = client_with_enrolled_ada(|_| {});
    let token = client.sign_in();
    let response = client.sign_in_with_code(MFA_CALLS, &ada_mfa_by_mobile(&token));
    let (header, claims) = decode_token(&token_of(&response));
    assert_eq!(header["idv"], json!(["MOBILE|919999922332"]));
    assert_eq!(claims["uid"], "4068291");
    assert_eq!(client.engine.outbox().last().unwrap().to, "919999922332");
}

#[test]
fn second_identifier_other_than_the_registered_one_is_1541() {
    let mut client = client_with_enrolled_ada(|_| {});
    let token = client.sign_in();
    for (kind, value) in [("MOBILE", "919999900000"), ("EMAIL", "eve@example.org")] {
        assert_eq!(
            client.code(MFA_TOKEN_GENERATE, &ada_mfa_by(kind, value, &token)),
            1541
        );
    }
}

#[test]
fn second_identifier_of_another_customer_is_1541() {
    let mut client = TestClient::new();
    let token = client.sign_in();
    client
        .engine
        .register_customer("919999922332", Some("7"), false);
    assert_eq!(
        client.code(MFA_TOKEN_GENERATE, &ada_mfa_by_mobile(&token)),
        1541
    );
}

#[test]
fn validated_second_identifier_is_registered() {
    let mut client = TestClient::new();
    let token = client.sign_in();
    let other = ada_mfa_by("MOBILE", "919999900000", &token);
    client.post(MFA_TOKEN_GENERATE, &other);
    assert_eq!(
        client.code(MFA_TOKEN_GENERATE, &ada_mfa_by_mobile(&token)),
        200,
        "no code is validated yet"
    );
    client.sign_in_with_code(MFA_CALLS, &ada_mfa_by_mobile(&token));
    assert_eq!(client.code(MFA_TOKEN_GENERATE, &other), 1541);

    let who = json!({ "identifierType": "MOBILE", "identifierValue": "919999922332", "brand": "DocDemo" });
    let response = client.sign_in_with_code(WEB_CALLS, &who);
    let uid = |token: &str| decode_token(token).1["uid"].clone();
    assert_eq!(
        uid(&token_of(&response)),
        uid(&token),
        "the customer is the same"
    );
}

#[test]
fn second_external_id_must_be_enabled_and_its_code_goes_to_the_mobile() {
    let mut client = client_with_enrolled_ada(|_| {});
    let token = client.sign_in();
    let card = ada_mfa_by("EXTERNALID", "card-7", &token);
    assert_eq!(client.code(MFA_TOKEN_GENERATE, &card), 3005);
    client.engine.settings_mut().external_id = true;
    assert_eq!(code_of(&client.sign_in_with_code(MFA_CALLS, &card)), 200);
    assert_eq!(client.engine.outbox().last().unwrap().to, "919999922332");
}

#[test]
fn second_identifier_can_be_omitted_with_auto_fill() {
    let mut client = client_with_enrolled_ada(|_| {});
    let token = client.sign_in();
    let no_identifier = json!({ "identifierType": null, "identifierValue": null });
    let without_identifier = merge(ada_with_authorized_token(&token), no_identifier.clone());
    assert_eq!(client.code(MFA_TOKEN_GENERATE, &without_identifier), 1519);
    client.engine.settings_mut().auto_fill_second_identifier = true;
    let session = client.open_session_as(MFA_TOKEN_GENERATE, &without_identifier);
    let session_body = merge(ada_with_mfa_session(&session), no_identifier);
    assert_eq!(client.code(MFA_OTP_GENERATE, &session_body), 200);
    assert_eq!(client.engine.outbox().last().unwrap().to, "ada@example.org");
}

#[test]
fn mfa_fallback_channel_must_be_configured_and_needs_an_address() {
    let mut client = client_with_enrolled_ada(|settings| {
        settings.fallback_channels = vec!["WHATSAPP".to_owned()];
    });
    let token = client.sign_in();
    let session = client.open_mfa_session(&token);
    let by = |channel: &str| format!("{MFA_OTP_GENERATE}?fallbackChannel={channel}");
    let session_body = ada_with_mfa_session(&session);
    assert_eq!(client.code(&by("ZALO"), &session_body), 1603);
    assert_eq!(client.code(&by("WHATSAPP"), &session_body), 1601);
    let with_mobile = merge(session_body, json!({ "mobile": "919999922332" }));
    assert_eq!(client.code(&by("WHATSAPP"), &with_mobile), 200);
    let message = client.engine.outbox().last().unwrap();
    assert_eq!(
        (message.channel.as_str(), message.to.as_str()),
        ("WHATSAPP", "919999922332")
    );
}

#[test]
fn mfa_code_for_a_user_name_goes_to_the_registered_address() {
    let mut client = client_with_enrolled_ada(|settings| {
        let customer = Customer {
            username: Some("ada".to_owned()),
            ..Customer::new("7")
        };
        settings.customers.insert("ada".to_owned(), customer);
        settings.forced_mfa = true;
    });
    let name = json!({ "identifierType": "USERNAME", "identifierValue": "ada", "brand": "DocDemo", "mobile": "91" });
    let token = token_of(&client.sign_in_with_code(WEB_CALLS, &name));
    let second = ada_mfa_by("USERNAME", "ada", &token);
    let session = client.open_session_as(MFA_TOKEN_GENERATE, &second);
    let session_body = merge(second, json!({ "sessionId": session }));
    assert_eq!(client.code(MFA_OTP_GENERATE, &session_body), 1540);
    let customers = &mut client.engine.settings_mut().customers;
    customers.get_mut("ada").unwrap().email = Some("ada@work.example".to_owned());
    assert_eq!(client.code(MFA_OTP_GENERATE, &session_body), 200);
    let message = client.engine.outbox().last().unwrap();
    assert_eq!(
        (message.channel.as_str(), message.to.as_str()),
        ("EMAIL", "ada@work.example")
    );
}

#[test]
fn mfa_codes_count_against_the_quota() {
    let mut client = client_with_enrolled_ada(|settings| settings.quota = Some(2));
    let token = client.sign_in();
    let session = client.open_mfa_session(&token);
    let codes = [(); 2].map(|()| client.code(MFA_OTP_GENERATE, &ada_with_mfa_session(&session)));
    assert_eq!(codes, [200, 1534]);
}

#[test]
fn one_wrong_mfa_code_too_many_ends_the_session_with_1518() {
    let mut client = client_with_enrolled_ada(|settings| settings.mfa_tries = 2);
    let token = client.sign_in();
    let session = client.open_mfa_session(&token);
    client.code(MFA_OTP_GENERATE, &ada_with_mfa_session(&session));
    let wrong = merge(ada_with_mfa_session(&session), json!({ "otp": "x" }));
    let codes: Vec<_> = (0..4)
        .map(|_| client.code(MFA_OTP_VALIDATE, &wrong))
        .collect();
    assert_eq!(codes, [1506, 1506, 1518, 1505]);
}

#[test]
fn mfa_validation_without_a_sent_code_is_1537() {
    let mut client = client_with_enrolled_ada(|_| {});
    let token = client.sign_in();
    let session = client.open_mfa_session(&token);
    let attempt = merge(ada_with_mfa_session(&session), json!({ "otp": "999999" }));
    assert_eq!(client.code(MFA_OTP_VALIDATE, &attempt), 1537);
}
