//! A sign-in on the web with a code, and its tokens (contract 5.1, 7).

use ae_engine::{Customer, Settings};
use serde_json::{Value, json};

use crate::support::{
    OTP_GENERATE, OTP_VALIDATE, TOKEN_GENERATE, TOKEN_REGENERATE, TestClient, ada, ada_with_code,
    ada_with_expired_token, code_of, decode_token, json_of, merge, token_of,
};

#[test]
fn customer_signs_in_with_a_code_and_renews() {
    let mut client = TestClient::new();
    let token = client.sign_in();
    client.advance(600);
    let renewed = client.post(TOKEN_REGENERATE, &ada_with_expired_token(&token));
    assert_eq!(code_of(&renewed), 200);
    let (_, before) = decode_token(&token);
    let (_, after) = decode_token(renewed["auth"]["token"].as_str().unwrap());
    assert_eq!(after["uid"], before["uid"]);
    assert_eq!(
        after["iat"].as_i64().unwrap() - before["iat"].as_i64().unwrap(),
        600
    );
}

#[test]
fn view_token_has_no_customer_number() {
    let mut client = TestClient::new();
    let response = client.post(TOKEN_GENERATE, &ada());
    let (header, claims) = decode_token(&token_of(&response));
    assert_eq!(
        header.keys().collect::<Vec<_>>(),
        ["idv", "dev", "org", "alg"]
    );
    assert_eq!(
        Value::from(header),
        json!({ "idv": ["EMAIL|ada@example.org"], "dev": null, "org": "DOCDEMO", "alg": "HS256" })
    );
    assert_eq!(
        claims.keys().collect::<Vec<_>>(),
        ["iss", "ogc", "exp", "iat", "rol"]
    );
    assert_eq!(claims["rol"], "VIEW");
    assert_eq!(claims["iat"], 1_760_000_000);
    assert_eq!(claims["exp"], 1_760_000_900);
    assert_eq!(claims["ogc"], json!(["100737|emulator"]));
    assert!(response["auth"]["key"].is_null());
    assert!(client.engine.outbox().is_empty(), "no code is sent");
}

#[test]
fn validated_code_gives_a_user_token_and_a_null_user() {
    let mut client = TestClient::new();
    let (session, code) = client.request_code();
    let response = client.post(OTP_VALIDATE, &ada_with_code(&session, code));
    assert_eq!(response["user"], Value::Null);
    assert!(response.as_object().unwrap().contains_key("user"));
    let (_, claims) = decode_token(&token_of(&response));
    assert_eq!(
        claims.keys().collect::<Vec<_>>(),
        ["uid", "iss", "isc", "ogc", "exp", "iat", "rol"]
    );
    assert_eq!(claims["isc"], "false");
    assert_eq!(claims["rol"], "USER");
    assert!(
        claims["uid"]
            .as_str()
            .unwrap()
            .bytes()
            .all(|digit| digit.is_ascii_digit())
    );
}

#[test]
fn token_lifetimes_are_those_of_the_preset() {
    for (settings, life_s) in [(Settings::documented(), 900), (Settings::samples(), 90)] {
        let mut client = TestClient::with_settings(|own| *own = settings);
        let token = client.sign_in();
        let renewed = client.post(TOKEN_REGENERATE, &ada_with_expired_token(&token));
        for token in [token.as_str(), renewed["auth"]["token"].as_str().unwrap()] {
            let (_, claims) = decode_token(token);
            assert_eq!(
                claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
                life_s
            );
        }
    }
}

#[test]
fn registered_customer_keeps_the_configured_number() {
    let mut client = TestClient::with_settings(|settings| {
        let customer = Customer {
            registered_for_password: true,
            ..Customer::new("4068291")
        };
        settings
            .customers
            .insert("ada@example.org".to_owned(), customer);
    });
    assert_eq!(
        client.post(TOKEN_GENERATE, &ada())["user"]["userRegisteredForPassword"],
        true
    );
    let (_, claims) = decode_token(&client.sign_in());
    assert_eq!(claims["uid"], "4068291");
}

#[test]
fn new_customer_gets_a_number_and_keeps_it() {
    let mut client = TestClient::new();
    let (_, first) = decode_token(&client.sign_in());
    let (_, second) = decode_token(&client.sign_in());
    assert_eq!(first["uid"], second["uid"]);
}

#[test]
fn same_identifier_at_two_brands_is_two_customers() {
    let mut client =
        TestClient::with_settings(|settings| settings.code = Some("999999".to_owned()));
    let mut uids = Vec::new();
    for brand in ["DocDemo", "Bukl"] {
        let identity = merge(ada(), json!({ "brand": brand }));
        let session = client.post(TOKEN_GENERATE, &identity)["user"]["sessionId"].clone();
        let identity = merge(identity, json!({ "sessionId": session }));
        client.post(OTP_GENERATE, &identity);
        let response = client.post(OTP_VALIDATE, &merge(identity, json!({ "otp": "999999" })));
        let (header, claims) = decode_token(&token_of(&response));
        assert_eq!(header["org"], brand.to_uppercase());
        uids.push(claims["uid"].clone());
    }
    assert_ne!(uids[0], uids[1]);
}

#[test]
fn configured_role_mfa_pending_is_not_renewed() {
    let mut client = TestClient::with_settings(|settings| settings.role = "MFA_PENDING".to_owned());
    let token = client.sign_in();
    assert_eq!(decode_token(&token).1["rol"], "MFA_PENDING");
    assert_eq!(
        client.code(TOKEN_REGENERATE, &ada_with_expired_token(&token)),
        1525
    );
}

#[test]
fn clock_offset_shifts_dates_and_tokens() {
    let mut client = TestClient::with_settings(|settings| settings.clock_offset_s = -86_400);
    let response = client.response(TOKEN_GENERATE, &ada());
    assert_eq!(
        response.header("date"),
        Some("Wed, 08 Oct 2025 08:53:20 GMT")
    );
    let (_, claims) = decode_token(json_of(&response)["auth"]["token"].as_str().unwrap());
    assert_eq!(claims["iat"], 1_760_000_000 - 86_400);
}

#[test]
fn same_seed_gives_the_same_responses() {
    let responses = || {
        let mut client = TestClient::new();
        (client.request_code(), client.sign_in())
    };
    assert_eq!(responses(), responses());
}

#[test]
fn user_name_needs_an_address_and_its_token_has_both() {
    let mut client = TestClient::new();
    let name = json!({ "identifierType": "USERNAME", "identifierValue": "ada", "brand": "DocDemo", "mobile": "", "email": "" });
    assert_eq!(client.code(TOKEN_GENERATE, &name), 1540);
    let name = merge(name, json!({ "mobile": "9988221100" }));
    let response = client.post(TOKEN_GENERATE, &name);
    let (header, _) = decode_token(&token_of(&response));
    assert_eq!(header["idv"], json!(["USERNAME|ada", "MOBILE|9988221100"]));

    let name = merge(name, json!({ "sessionId": response["user"]["sessionId"] }));
    assert_eq!(
        client.code(OTP_GENERATE, &merge(name.clone(), json!({ "mobile": "" }))),
        1540
    );
    assert_eq!(
        client.code(OTP_GENERATE, &merge(name.clone(), json!({ "mobile": "1" }))),
        1507
    );
    assert_eq!(client.code(OTP_GENERATE, &name), 200);
    assert_eq!(client.engine.outbox().last().unwrap().to, "9988221100");

    let otp = client.last_code();
    let response = client.post(OTP_VALIDATE, &merge(name.clone(), json!({ "otp": otp })));
    let renewal = merge(name, json!({ "expiredToken": response["auth"]["token"] }));
    assert_eq!(client.code(TOKEN_REGENERATE, &renewal), 200);
    assert_eq!(
        client.code(
            TOKEN_REGENERATE,
            &merge(renewal.clone(), json!({ "mobile": "" }))
        ),
        1540
    );
    assert_eq!(
        client.code(TOKEN_REGENERATE, &merge(renewal, json!({ "mobile": "1" }))),
        1525
    );
}
