//! Passwords of the second factor: set, validated, replaced, changed (contract 3.4 to 3.6).

use ae_engine::Customer;
use serde_json::{Value, json};

use crate::support::{
    MFA_CALLS, MFA_PASSWORD_CHANGE, MFA_PASSWORD_FORGET, MFA_PASSWORD_VALIDATE, MFA_TOKEN_GENERATE,
    MFA_TOKEN_REGENERATE, MOBILE_CALLS, MOBILE_PASSWORD_CHANGE, ada_on_device,
    ada_with_authorized_token, ada_with_key, ada_with_mfa_session, client_with_both_passwords,
    client_with_enrolled_ada, code_of, key_of, merge, password_change_on_device, register_ada,
    role_of, token_of,
};

/// A request that opens Ada's session of the second factor and sets her initial password.
fn ada_with_initial_mfa_password(token: &str, password: &str) -> Value {
    merge(
        ada_with_authorized_token(token),
        json!({ "password": password, "confirmPassword": password }),
    )
}

fn ada_with_mfa_password(session: &str, password: &str) -> Value {
    merge(
        ada_with_mfa_session(session),
        json!({ "password": password }),
    )
}

#[test]
fn initial_mfa_password_takes_effect_with_a_code() {
    let mut client = client_with_enrolled_ada(|_| {});
    let token = client.sign_in();
    let opened = client.post(
        MFA_TOKEN_GENERATE,
        &ada_with_initial_mfa_password(&token, "12345"),
    );
    assert_eq!(opened["user"]["userRegisteredForPassword"], false);
    let again = client.post(MFA_TOKEN_GENERATE, &ada_with_authorized_token(&token));
    assert_eq!(
        again["user"]["userRegisteredForPassword"], false,
        "no code is validated yet"
    );

    let response =
        client.sign_in_with_code(MFA_CALLS, &ada_with_initial_mfa_password(&token, "12345"));
    assert_eq!(response["user"]["userRegisteredForPassword"], true);
    let again = client.post(MFA_TOKEN_GENERATE, &ada_with_authorized_token(&token));
    assert_eq!(again["user"]["userRegisteredForPassword"], true);
    let session = again["user"]["sessionId"].as_str().unwrap();
    let attempt = ada_with_mfa_password(session, "12345");
    let response = client.post(MFA_PASSWORD_VALIDATE, &attempt);
    assert_eq!(code_of(&response), 200);
    assert_eq!(response["identifiers"], json!({ "identifierList": null }));
    assert_eq!(role_of(&token_of(&response)), "USER");
}

#[test]
fn each_factor_has_its_own_password() {
    let mut client = client_with_enrolled_ada(|settings| {
        settings.password_brand = true;
        let customer = Customer {
            password: Some("first".to_owned()),
            mfa_password: Some("second".to_owned()),
            ..Customer::new("4068291")
        };
        register_ada(settings, customer);
    });
    let token = token_of(&client.sign_in_with_password("first"));
    let session = client.open_mfa_session(&token);
    let attempt = |password: &str| ada_with_mfa_password(&session, password);
    assert_eq!(client.code(MFA_PASSWORD_VALIDATE, &attempt("first")), 1528);
    assert_eq!(client.code(MFA_PASSWORD_VALIDATE, &attempt("second")), 200);
}

#[test]
fn invalid_initial_mfa_password_has_its_error_code() {
    let mut client = client_with_enrolled_ada(|settings| {
        settings.mfa_password_policy = Some(".{5,}".to_owned());
    });
    let token = client.sign_in();
    let different = merge(
        ada_with_initial_mfa_password(&token, "12345"),
        json!({ "confirmPassword": "12346" }),
    );
    assert_eq!(client.code(MFA_TOKEN_GENERATE, &different), 1521);
    let short = ada_with_initial_mfa_password(&token, "1234");
    assert_eq!(client.code(MFA_TOKEN_GENERATE, &short), 1542);
    client.engine.settings_mut().mfa_password = false;
    let unused = ada_with_initial_mfa_password(&token, "12345");
    assert_eq!(client.code(MFA_TOKEN_GENERATE, &unused), 1524);
}

#[test]
fn initial_mfa_password_of_a_customer_with_one_is_ignored() {
    let mut client = client_with_enrolled_ada(|settings| {
        settings.mfa_password_policy = Some(".{5,}".to_owned());
        let customer = Customer {
            mfa_password: Some("12345".to_owned()),
            ..Customer::new("4068291")
        };
        register_ada(settings, customer);
    });
    let token = client.sign_in();
    let response = client.sign_in_with_code(MFA_CALLS, &ada_with_initial_mfa_password(&token, "1"));
    assert_eq!(code_of(&response), 200);
    let session = client.open_mfa_session(&token);
    let attempt = ada_with_mfa_password(&session, "12345");
    assert_eq!(client.code(MFA_PASSWORD_VALIDATE, &attempt), 200);
}

#[test]
fn initial_mfa_password_takes_effect_at_once_with_skip_otp_validate() {
    let mut client = client_with_enrolled_ada(|settings| settings.skip_otp_validate = true);
    let token = client.sign_in();
    let opened = client.post(
        MFA_TOKEN_GENERATE,
        &ada_with_initial_mfa_password(&token, "12345"),
    );
    assert_eq!(opened["user"]["userRegisteredForPassword"], true);
    let session = opened["user"]["sessionId"].as_str().unwrap();
    let attempt = ada_with_mfa_password(session, "12345");
    assert_eq!(client.code(MFA_PASSWORD_VALIDATE, &attempt), 200);
}

#[test]
fn replaced_mfa_password_takes_effect_with_a_code_or_at_once() {
    for (at_once, code) in [(false, 1528), (true, 200)] {
        let mut client = client_with_enrolled_ada(|settings| {
            settings.skip_otp_validate_reset = at_once;
            let customer = Customer {
                mfa_password: Some("old".to_owned()),
                ..Customer::new("4068291")
            };
            register_ada(settings, customer);
        });
        let token = client.sign_in();
        let session = client.open_mfa_session(&token);
        let session_body = ada_with_mfa_session(&session);
        let new = json!({ "password": "new", "confirmPassword": "new" });
        assert_eq!(
            client.code(MFA_PASSWORD_FORGET, &merge(session_body.clone(), new)),
            200
        );
        let attempt = merge(session_body, json!({ "password": "new" }));
        assert_eq!(client.code(MFA_PASSWORD_VALIDATE, &attempt), code);
        if !at_once {
            assert_eq!(code_of(&client.complete_mfa(&token)), 200);
            let session = client.open_mfa_session(&token);
            let attempt = ada_with_mfa_password(&session, "new");
            assert_eq!(client.code(MFA_PASSWORD_VALIDATE, &attempt), 200);
        }
    }
}

#[test]
fn one_wrong_mfa_password_too_many_ends_the_session_with_1530() {
    let mut client = client_with_enrolled_ada(|settings| {
        settings.mfa_password_tries = 1;
        let customer = Customer {
            mfa_password: Some("12345".to_owned()),
            ..Customer::new("4068291")
        };
        register_ada(settings, customer);
    });
    let token = client.sign_in();
    let session = client.open_mfa_session(&token);
    let wrong = ada_with_mfa_password(&session, "x");
    let codes: Vec<_> = (0..3)
        .map(|_| client.code(MFA_PASSWORD_VALIDATE, &wrong))
        .collect();
    assert_eq!(codes, [1528, 1530, 1505]);
}

#[test]
fn missing_mfa_password_is_1526_or_1532() {
    let mut client = client_with_enrolled_ada(|_| {});
    let token = client.sign_in();
    let session = client.open_mfa_session(&token);
    let attempt = ada_with_mfa_password(&session, "12345");
    assert_eq!(client.code(MFA_PASSWORD_VALIDATE, &attempt), 1526);
    let new = merge(attempt, json!({ "confirmPassword": "12345" }));
    assert_eq!(client.code(MFA_PASSWORD_FORGET, &new), 1532);
}

#[test]
fn mfa_password_change_needs_an_mfa_token() {
    let mut client = client_with_both_passwords(|_| {});
    let first = token_of(&client.sign_in_with_password("first"));
    let change = password_change_on_device(&first, "second");
    assert_eq!(client.code(MFA_PASSWORD_CHANGE, &change), 1519);
    client.advance(1);
    let second = token_of(&client.complete_mfa(&first));
    assert_eq!(
        client.code(
            MFA_PASSWORD_CHANGE,
            &password_change_on_device(&second, "first")
        ),
        1528
    );
    let other_device = merge(
        password_change_on_device(&second, "second"),
        json!({ "deviceId": "browser-2" }),
    );
    assert_eq!(client.code(MFA_PASSWORD_CHANGE, &other_device), 1508);
    assert_eq!(
        client.code(
            MFA_PASSWORD_CHANGE,
            &password_change_on_device(&second, "second")
        ),
        200
    );
    assert_eq!(
        code_of(&client.sign_in_with_password("first")),
        200,
        "the password of the first factor is unchanged"
    );
}

#[test]
fn mfa_password_change_is_1524_if_disabled() {
    let mut client = client_with_both_passwords(|settings| settings.mfa_password = false);
    let first = client.sign_in();
    client.advance(1);
    let second = token_of(&client.complete_mfa(&first));
    assert_eq!(
        client.code(
            MFA_PASSWORD_CHANGE,
            &password_change_on_device(&second, "second")
        ),
        1524
    );
}

#[test]
fn mfa_password_change_removes_keys_only_if_configured() {
    for (revokes, code) in [(false, 200), (true, 1597)] {
        let mut client =
            client_with_both_passwords(|settings| settings.password_change_revokes = revokes);
        let first = client.sign_in();
        client.advance(1);
        let response = client.complete_mfa(&first);
        client.code(
            MFA_PASSWORD_CHANGE,
            &password_change_on_device(&token_of(&response), "second"),
        );
        let renewal = ada_with_key(&key_of(&response));
        assert_eq!(client.code(MFA_TOKEN_REGENERATE, &renewal), code);
    }
}

#[test]
fn mobile_password_change_applies_to_the_factor_of_the_token() {
    let mut client = client_with_both_passwords(|_| {});
    let first = token_of(&client.sign_in_with_code(MOBILE_CALLS, &ada_on_device()));
    assert_eq!(
        client.code(
            MOBILE_PASSWORD_CHANGE,
            &password_change_on_device(&first, "first")
        ),
        200
    );
    client.advance(1);
    let second = token_of(&client.complete_mfa(&first));
    assert_eq!(
        client.code(
            MOBILE_PASSWORD_CHANGE,
            &password_change_on_device(&second, "new")
        ),
        1528
    );
    assert_eq!(
        client.code(
            MOBILE_PASSWORD_CHANGE,
            &password_change_on_device(&second, "second")
        ),
        200
    );
}
