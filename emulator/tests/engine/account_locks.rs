//! Account locks: failed attempts of a customer over several sessions (contract 1.8).

use ae_engine::{Customer, Settings};
use serde_json::json;

use crate::support::{
    MFA_OTP_GENERATE, MFA_OTP_VALIDATE, MFA_TOKEN_GENERATE, OTP_GENERATE, OTP_VALIDATE,
    PASSWORD_CHANGE, TOKEN_GENERATE, TestClient, ada, ada_with_authorized_token, ada_with_code,
    ada_with_mfa_session, ada_with_session, code_of, json_of, merge, register_ada,
};

/// A client with locks on, two attempts for codes and passwords, the fixed code 999999 and Ada's password abc123.
fn client_with_locks(change: impl FnOnce(&mut Settings)) -> TestClient {
    TestClient::with_settings(|settings| {
        settings.lock = true;
        settings.tries = 2;
        settings.password_tries = 2;
        settings.password_brand = true;
        settings.code = Some("999999".to_owned());
        let customer = Customer {
            password: Some("abc123".to_owned()),
            ..Customer::new("4068291")
        };
        register_ada(settings, customer);
        change(settings);
    })
}

/// Sends wrong codes in a new session and returns the status codes.
fn wrong_codes(client: &mut TestClient, count: usize) -> Vec<i64> {
    let (session, _) = client.request_code();
    (0..count)
        .map(|_| client.code(OTP_VALIDATE, &ada_with_code(&session, "x")))
        .collect()
}

#[test]
fn too_many_attempts_lock_the_customer_until_the_lock_ends() {
    let mut client = client_with_locks(|_| {});
    assert_eq!(wrong_codes(&mut client, 3), [1506, 1506, 1518]);
    assert_eq!(client.code(TOKEN_GENERATE, &ada()), 1545);
    client.advance(1799);
    assert_eq!(client.code(TOKEN_GENERATE, &ada()), 1545);
    client.advance(1);
    assert_eq!(client.code(TOKEN_GENERATE, &ada()), 200);
}

#[test]
fn attempts_are_reset_after_a_lock() {
    let mut client = client_with_locks(|settings| settings.lock_s = 10);
    wrong_codes(&mut client, 3);
    client.advance(10);
    assert_eq!(wrong_codes(&mut client, 2), [1506, 1506]);
    assert_eq!(client.code(TOKEN_GENERATE, &ada()), 200);
}

#[test]
fn new_session_resets_attempts_without_locks() {
    let mut client = client_with_locks(|settings| settings.lock = false);
    wrong_codes(&mut client, 3);
    assert_eq!(wrong_codes(&mut client, 3), [1506, 1506, 1518]);
}

#[test]
fn new_session_does_not_reset_attempts_with_locks() {
    let mut client = client_with_locks(|_| {});
    assert_eq!(wrong_codes(&mut client, 2), [1506, 1506]);
    let (session, code) = client.request_code();
    assert_eq!(
        client.code(OTP_VALIDATE, &ada_with_code(&session, "x")),
        1506
    );
    assert_eq!(
        client.code(OTP_VALIDATE, &ada_with_code(&session, code)),
        1545,
        "this is the third failed attempt in all"
    );
    assert_eq!(client.code(OTP_GENERATE, &ada_with_session(&session)), 1545);
}

#[test]
fn old_attempts_no_longer_count() {
    let mut client = client_with_locks(|settings| {
        settings.attempt_interval_s = 60;
        settings.session_life_s = 3600;
    });
    let (session, _) = client.request_code();
    let wrong = ada_with_code(&session, "x");
    for _ in 0..4 {
        assert_eq!(client.code(OTP_VALIDATE, &wrong), 1506);
        client.advance(30);
    }
}

#[test]
fn successful_attempt_resets_failed_ones() {
    let mut client = client_with_locks(|_| {});
    wrong_codes(&mut client, 2);
    client.sign_in();
    assert_eq!(wrong_codes(&mut client, 2), [1506, 1506]);
    assert_eq!(client.code(TOKEN_GENERATE, &ada()), 200);
}

#[test]
fn passwords_and_codes_are_counted_separately() {
    let mut client = client_with_locks(|_| {});
    wrong_codes(&mut client, 2);
    let codes: Vec<_> = (0..4)
        .map(|_| code_of(&client.post(TOKEN_GENERATE, &ada())))
        .collect();
    assert_eq!(codes, [200; 4]);
    let codes: Vec<_> = (0..3)
        .map(|_| code_of(&client.sign_in_with_password("x")))
        .collect();
    assert_eq!(codes, [1528, 1528, 1528], "each in its own session");
    assert_eq!(client.code(TOKEN_GENERATE, &ada()), 1545);
}

#[test]
fn wrong_current_passwords_in_password_change_lock_the_customer() {
    let mut client = client_with_locks(|_| {});
    let token = client.sign_in();
    let change = merge(
        ada(),
        json!({ "token": token, "password": "x", "newPassword": "new", "confirmPassword": "new" }),
    );
    let codes: Vec<_> = (0..4)
        .map(|_| client.code(PASSWORD_CHANGE, &change))
        .collect();
    assert_eq!(codes, [1528, 1528, 1528, 1545]);
}

#[test]
fn lock_applies_to_all_identifiers_of_the_customer() {
    let mut client = client_with_locks(|settings| {
        let customer = Customer {
            mobile: Some("919999922332".to_owned()),
            password: Some("abc123".to_owned()),
            ..Customer::new("4068291")
        };
        register_ada(settings, customer);
    });
    wrong_codes(&mut client, 3);
    let mobile = json!({ "identifierType": "MOBILE", "identifierValue": "919999922332", "brand": "DocDemo" });
    assert_eq!(client.code(TOKEN_GENERATE, &mobile), 1545);
    let bukl = merge(ada(), json!({ "brand": "Bukl" }));
    assert_eq!(
        client.code(TOKEN_GENERATE, &bukl),
        200,
        "another brand is not locked"
    );
}

#[test]
fn each_factor_has_its_own_lock() {
    let mut client = client_with_locks(|settings| settings.mfa_tries = 0);
    let token = client.sign_in();
    let session = client.open_mfa_session(&token);
    client.code(MFA_OTP_GENERATE, &ada_with_mfa_session(&session));
    let wrong = merge(ada_with_mfa_session(&session), json!({ "otp": "x" }));
    assert_eq!(client.code(MFA_OTP_VALIDATE, &wrong), 1518);
    assert_eq!(
        client.code(MFA_TOKEN_GENERATE, &ada_with_authorized_token(&token)),
        1545
    );
    assert_eq!(client.code(TOKEN_GENERATE, &ada()), 200);
}

#[test]
fn lock_error_states_its_end_and_retry_after_only_if_configured() {
    let mut client = client_with_locks(|settings| settings.lock_code = 1536);
    wrong_codes(&mut client, 3);
    client.advance(60);
    let response = client.response(TOKEN_GENERATE, &ada());
    let expected = json!({ "status": {
        "success": false, "code": 1536, "message": "Account is locked until Thu, 09 Oct 2025 09:23:20 GMT",
    } });
    assert_eq!(json_of(&response), expected);
    assert_eq!(response.header("retry-after"), None);
    client.engine.settings_mut().lock_tells_when = true;
    let response = client.response(TOKEN_GENERATE, &ada());
    assert_eq!(response.header("retry-after"), Some("1740"));
}

#[test]
fn locks_can_be_switched_while_the_engine_runs() {
    let mut client = client_with_locks(|settings| settings.lock = false);
    wrong_codes(&mut client, 3);
    client.engine.settings_mut().lock = true;
    assert_eq!(
        client.code(TOKEN_GENERATE, &ada()),
        200,
        "the customer was not locked out"
    );
    wrong_codes(&mut client, 1);
    assert_eq!(
        client.code(TOKEN_GENERATE, &ada()),
        1545,
        "but all attempts were counted"
    );
    client.engine.settings_mut().lock = false;
    assert_eq!(client.code(TOKEN_GENERATE, &ada()), 200);
}
