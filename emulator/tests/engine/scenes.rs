//! Scenes: each works as its instructions say.

use ae_engine::{Customer, Endpoint, Fault, SCENES};
use serde_json::json;

use crate::support::{
    MFA_CALLS, MFA_PASSWORD_VALIDATE, MFA_TOKEN_GENERATE, OTP_GENERATE, PASSWORD_VALIDATE,
    TOKEN_GENERATE, TOKEN_REGENERATE, TestClient, WEB_CALLS, ada_with_expired_token,
    ada_with_mfa_session, ada_with_session, code_of, decode_token, identifier, merge, register_ada,
    token_of,
};

/// A client of an engine that was switched to a scene.
fn client_in_scene(name: &str) -> TestClient {
    let mut client = TestClient::new();
    client.engine.set_scene(name).unwrap();
    assert_eq!(client.engine.settings().validate(), Ok(()));
    client
}

#[test]
fn scene_replaces_state_and_keeps_lifetimes_and_the_code() {
    let mut client = TestClient::with_settings(|settings| {
        settings.set_lives(60);
        settings.code = Some("999999".to_owned());
        settings.quota = Some(1);
        settings.secret = "mine".to_owned();
        register_ada(settings, Customer::new("7"));
    });
    let token = client.sign_in();
    let session = client.open_session();
    client
        .engine
        .inject(Endpoint::TokenGenerate, Fault::Html503, None);
    let scene = client.engine.set_scene("codes-only").unwrap();
    assert_eq!(scene.name, "codes-only");
    assert!(client.engine.faults().is_empty());
    assert_eq!(client.code(OTP_GENERATE, &ada_with_session(&session)), 1505);
    let settings = client.engine.settings();
    assert_eq!((settings.mfa_user_life_s, settings.quota), (60, None));
    assert_eq!(settings.customers["ada@example.org"].uid, "4068291");
    assert_ne!(
        client.open_session(),
        session,
        "session ids are not issued twice"
    );
    assert_eq!(client.engine.outbox().len(), 1);
    assert_eq!(client.request_code().1, "999999");
    assert_eq!(
        client.code(TOKEN_REGENERATE, &ada_with_expired_token(&token)),
        200,
        "tokens are verified by their signature"
    );
}

#[test]
fn unknown_scene_lists_the_valid_names() {
    let message = TestClient::new().engine.set_scene("nothing").unwrap_err();
    assert!(message.contains("expected one of codes-only, passwords, codes-and-second-factor, two-passwords, forced-mfa-other-identifier"), "{message}");
}

#[test]
fn scene_as_json_has_instructions_with_all_credentials() {
    for scene in SCENES {
        let json = serde_json::to_value(scene).unwrap();
        let fields: Vec<_> = json.as_object().unwrap().keys().cloned().collect();
        assert_eq!(fields, ["name", "title", "attributes", "customers"]);
        assert!(
            json["attributes"]["identifiers"].is_string(),
            "{}",
            scene.name
        );
        for customer in json["customers"].as_array().unwrap() {
            let instructions = customer["says"].as_str().unwrap();
            let first_identifier = customer["identifier"].as_str().unwrap();
            assert!(
                instructions.contains(first_identifier) && instructions.ends_with('.'),
                "{instructions}"
            );
            for secret in ["password", "second_password", "second_identifier"] {
                let is_named = customer
                    .get(secret)
                    .is_none_or(|secret| instructions.contains(secret.as_str().unwrap()));
                assert!(is_named, "{instructions}");
            }
        }
    }
}

#[test]
fn passwords_scene_works_as_described() {
    let mut client = client_in_scene("passwords");
    assert_eq!(code_of(&client.sign_in_with_password("correct horse")), 200);
    let grace = merge(
        identifier("USERNAME", "grace"),
        json!({ "mobile": "919999900001" }),
    );
    let session = client.open_session_as(TOKEN_GENERATE, &grace);
    let attempt = merge(
        grace,
        json!({ "sessionId": session, "password": "battery staple" }),
    );
    assert_eq!(client.code(PASSWORD_VALIDATE, &attempt), 200);
    let new = identifier("EMAIL", "new@example.org");
    assert_eq!(client.code(TOKEN_GENERATE, &new), 1520);
    let with = |password: &str| {
        merge(
            new.clone(),
            json!({ "password": password, "confirmPassword": password }),
        )
    };
    assert_eq!(client.code(TOKEN_GENERATE, &with("1234567")), 1542);
    assert_eq!(
        code_of(&client.sign_in_with_code(WEB_CALLS, &with("12345678"))),
        200
    );
    let session = client.open_session();
    let by = format!("{OTP_GENERATE}?fallbackChannel=WHATSAPP");
    assert_eq!(client.code(&by, &ada_with_session(&session)), 1601);
}

#[test]
fn codes_and_second_factor_scene_works_as_described() {
    let mut client = client_in_scene("codes-and-second-factor");
    let ada = client.sign_in();
    assert_eq!(decode_token(&ada).1["rol"], "MFA_PENDING");
    assert_eq!(code_of(&client.complete_mfa(&ada)), 200);
    let bob = client.sign_in_with_code(WEB_CALLS, &identifier("EMAIL", "bob@example.org"));
    assert_eq!(decode_token(&token_of(&bob)).1["rol"], "USER");
}

#[test]
fn two_passwords_scene_works_as_described() {
    let mut client = client_in_scene("two-passwords");
    let token = token_of(&client.sign_in_with_password("correct horse"));
    let session = client.open_mfa_session(&token);
    let attempt = merge(
        ada_with_mfa_session(&session),
        json!({ "password": "battery staple" }),
    );
    assert_eq!(client.code(MFA_PASSWORD_VALIDATE, &attempt), 200);

    let bob = identifier("EMAIL", "bob@example.org");
    let session = client.open_session_as(TOKEN_GENERATE, &bob);
    let attempt = merge(
        bob.clone(),
        json!({ "sessionId": session, "password": "correct horse" }),
    );
    let token = token_of(&client.post(PASSWORD_VALIDATE, &attempt));
    assert_eq!(decode_token(&token).1["rol"], "MFA_PENDING");
    let second = merge(
        bob,
        json!({ "deviceId": "x", "authorizedToken": token, "password": "mine", "confirmPassword": "mine" }),
    );
    let response = client.sign_in_with_code(MFA_CALLS, &second);
    assert_eq!(response["user"]["userRegisteredForPassword"], true);
}

#[test]
fn forced_mfa_scene_works_as_described() {
    let mut client = client_in_scene("forced-mfa-other-identifier");
    for (mobile, email, code) in [
        ("919999922332", "eve@example.org", 1541),
        ("919999922332", "ada@example.org", 200),
        ("919999900002", "new@example.org", 200),
    ] {
        let token = token_of(&client.sign_in_with_code(WEB_CALLS, &identifier("MOBILE", mobile)));
        assert_eq!(decode_token(&token).1["rol"], "MFA_PENDING");
        let second = merge(
            identifier("EMAIL", email),
            json!({ "deviceId": "x", "authorizedToken": token }),
        );
        assert_eq!(client.code(MFA_TOKEN_GENERATE, &second), code, "{email}");
        if code == 200 {
            assert_eq!(code_of(&client.sign_in_with_code(MFA_CALLS, &second)), 200);
        }
    }
}
