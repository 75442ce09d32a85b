//! Customers: found by any of their identifiers, with one number each.

use ae_engine::Customer;
use serde_json::{Value, json};

use crate::support::{
    MFA_OTP_GENERATE, MFA_PASSWORD_VALIDATE, MFA_TOKEN_GENERATE, TestClient, WEB_CALLS,
    ada_with_authorized_token, code_of, decode_token, identifier, merge, register_ada, token_of,
};

/// The customer number in a response's token.
fn uid(response: &Value) -> Value {
    decode_token(&token_of(response)).1["uid"].clone()
}

#[test]
fn every_identifier_finds_the_same_customer() {
    let mut client = TestClient::with_settings(|settings| {
        settings.external_id = true;
        let customer = Customer {
            mobile: Some("919999922332".to_owned()),
            email: Some("ada@work.example".to_owned()),
            username: Some("ada".to_owned()),
            external_id: Some("card-7".to_owned()),
            ..Customer::new("4068291")
        };
        register_ada(settings, customer);
    });
    for (kind, value) in [
        ("EMAIL", "ada@example.org"),
        ("EMAIL", "ada@work.example"),
        ("MOBILE", "919999922332"),
        ("EXTERNALID", "card-7"),
    ] {
        assert_eq!(
            uid(&client.sign_in_with_code(WEB_CALLS, &identifier(kind, value))),
            "4068291",
            "{value}"
        );
    }
    assert_eq!(
        client.engine.outbox().last().unwrap().to,
        "919999922332",
        "the code for the external id"
    );
    let name = merge(
        identifier("USERNAME", "ada"),
        json!({ "mobile": "919999922332" }),
    );
    assert_eq!(uid(&client.sign_in_with_code(WEB_CALLS, &name)), "4068291");
    let other = client.sign_in_with_code(
        WEB_CALLS,
        &merge(identifier("USERNAME", "ada "), json!({ "mobile": "1" })),
    );
    assert_ne!(uid(&other), "4068291");
}

#[test]
fn entries_with_the_same_number_are_one_customer() {
    let mut client = TestClient::with_settings(|settings| {
        settings.password_brand = true;
        for name in ["ada@example.org", "919999922332"] {
            let customer = Customer {
                registered_for_password: true,
                ..Customer::new("4068291")
            };
            settings.customers.insert(name.to_owned(), customer);
        }
    });
    let token = client.sign_in();
    let mobile = json!({ "identifierType": "MOBILE", "identifierValue": "919999922332" });
    let response = client.post(
        MFA_TOKEN_GENERATE,
        &merge(ada_with_authorized_token(&token), mobile),
    );
    assert_eq!(code_of(&response), 200);
}

#[test]
fn sign_in_does_not_change_a_registered_customer() {
    let mut client =
        TestClient::with_settings(|settings| register_ada(settings, Customer::new("7")));
    let before = client.engine.settings().clone();
    client.sign_in();
    assert_eq!(client.engine.settings(), &before);
}

#[test]
fn validated_password_does_not_register_an_identifier() {
    let mut client = TestClient::with_settings(|settings| {
        settings.password_brand = true;
        settings.mfa_password = true;
        let customer = Customer {
            password: Some("first".to_owned()),
            mfa_password: Some("second".to_owned()),
            ..Customer::new("7")
        };
        register_ada(settings, customer);
    });
    let token = token_of(&client.sign_in_with_password("first"));
    let eve = merge(
        ada_with_authorized_token(&token),
        json!({ "identifierValue": "eve@example.org" }),
    );
    assert_eq!(
        client.code(MFA_TOKEN_GENERATE, &eve),
        1541,
        "the name in the settings is her e-mail address"
    );
    let with_mobile = |mobile: &str| {
        let mobile = json!({ "identifierType": "MOBILE", "identifierValue": mobile });
        merge(ada_with_authorized_token(&token), mobile)
    };
    let session = client.open_session_as(MFA_TOKEN_GENERATE, &with_mobile("91"));
    let attempt = merge(
        with_mobile("91"),
        json!({ "sessionId": session, "password": "second" }),
    );
    assert_eq!(client.code(MFA_PASSWORD_VALIDATE, &attempt), 200);
    assert_eq!(client.code(MFA_TOKEN_GENERATE, &with_mobile("92")), 200);
}

#[test]
fn address_of_a_user_name_is_registered_unless_taken() {
    let mut client = TestClient::new();
    let name = merge(
        identifier("USERNAME", "grace"),
        json!({ "mobile": "919999900001" }),
    );
    let grace = uid(&client.sign_in_with_code(WEB_CALLS, &name));
    assert_eq!(
        uid(&client.sign_in_with_code(WEB_CALLS, &identifier("MOBILE", "919999900001"))),
        grace
    );
    let name = merge(
        identifier("USERNAME", "eve"),
        json!({ "mobile": "919999900001" }),
    );
    let eve = client.sign_in_with_code(WEB_CALLS, &name);
    assert_ne!(uid(&eve), grace);
    let second = merge(
        identifier("USERNAME", "eve"),
        json!({ "deviceId": "x", "authorizedToken": token_of(&eve) }),
    );
    let session = client.open_session_as(MFA_TOKEN_GENERATE, &second);
    let session_body = merge(second, json!({ "sessionId": session }));
    assert_eq!(
        client.code(MFA_OTP_GENERATE, &session_body),
        1540,
        "the customer has no address"
    );
    assert_eq!(
        uid(&client.sign_in_with_code(WEB_CALLS, &identifier("MOBILE", "919999900001"))),
        grace
    );
}
