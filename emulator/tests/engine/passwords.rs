//! Passwords of the first factor: validated, set, replaced, changed (contract 2.1, 2.4, 2.6, 2.7).

use ae_engine::{Customer, Settings};
use serde_json::{Value, json};

use crate::support::{
    OTP_GENERATE, OTP_VALIDATE, PASSWORD_CHANGE, PASSWORD_FORGET, PASSWORD_VALIDATE,
    TOKEN_GENERATE, TOKEN_REGENERATE, TestClient, WEB_CALLS, ada, ada_with_code,
    ada_with_expired_token, ada_with_password, ada_with_session, client_with_both_passwords,
    code_of, decode_token, merge, password_change_on_device, register_ada, token_of,
};

/// A client of a brand with passwords, where Ada's is abc123.
fn client_with_password(change: impl FnOnce(&mut Settings)) -> TestClient {
    TestClient::with_settings(|settings| {
        settings.password_brand = true;
        let customer = Customer {
            password: Some("abc123".to_owned()),
            ..Customer::new("4068291")
        };
        register_ada(settings, customer);
        change(settings);
    })
}

/// A request that replaces Ada's forgotten password.
fn ada_with_new_password(session: &str, password: &str) -> Value {
    merge(
        ada_with_password(session, password),
        json!({ "confirmPassword": password }),
    )
}

/// A request that changes Ada's password.
fn password_change(token: &str, current: &str, new: &str) -> Value {
    let fields =
        json!({ "token": token, "password": current, "newPassword": new, "confirmPassword": new });
    merge(ada(), fields)
}

/// A request that opens a session with Ada's initial password.
fn ada_signing_up(password: &str) -> Value {
    merge(
        ada(),
        json!({ "password": password, "confirmPassword": password }),
    )
}

/// Signs Ada up with an initial password and a code, and returns the status code.
fn sign_up(client: &mut TestClient, password: &str) -> i64 {
    code_of(&client.sign_in_with_code(WEB_CALLS, &ada_signing_up(password)))
}

#[test]
fn correct_password_signs_in() {
    let mut client = client_with_password(|_| {});
    let response = client.sign_in_with_password("abc123");
    let user = json!({ "appRegistered": false, "sessionId": null, "role": "USER", "userRegisteredForPassword": true });
    assert_eq!(response["user"], user);
    assert_eq!(response["auth"]["key"], Value::Null);
    let (header, claims) = decode_token(&token_of(&response));
    assert_eq!(
        (&header["dev"], &claims["uid"]),
        (&Value::Null, &json!("4068291"))
    );
    let renewed = client.code(
        TOKEN_REGENERATE,
        &ada_with_expired_token(&token_of(&response)),
    );
    assert_eq!(renewed, 200);
}

#[test]
fn password_is_compared_byte_for_byte() {
    let mut client = client_with_password(|settings| {
        let customer = Customer {
            password: Some("Zoë 1".to_owned()),
            ..Customer::new("4068291")
        };
        register_ada(settings, customer);
    });
    for wrong in ["zoë 1", "Zoë 1 ", "Zoe\u{308} 1", "Zoë"] {
        assert_eq!(
            code_of(&client.sign_in_with_password(wrong)),
            1528,
            "{wrong:?}"
        );
    }
    assert_eq!(code_of(&client.sign_in_with_password("Zoë 1")), 200);
}

#[test]
fn validated_password_ends_the_session() {
    let mut client = client_with_password(|_| {});
    let session = client.open_session();
    assert_eq!(
        client.code(PASSWORD_VALIDATE, &ada_with_password(&session, "abc123")),
        200
    );
    assert_eq!(
        client.code(PASSWORD_VALIDATE, &ada_with_password(&session, "abc123")),
        1505
    );
}

#[test]
fn session_survives_five_wrong_passwords() {
    let mut client = client_with_password(|_| {});
    let session = client.open_session();
    for _ in 0..5 {
        assert_eq!(
            client.code(PASSWORD_VALIDATE, &ada_with_password(&session, "x")),
            1528
        );
    }
    assert_eq!(client.code(OTP_GENERATE, &ada_with_session(&session)), 200);
    assert_eq!(
        client.code(OTP_VALIDATE, &ada_with_code(&session, "x")),
        1506
    );
    assert_eq!(
        client.code(PASSWORD_VALIDATE, &ada_with_password(&session, "abc123")),
        200
    );
}

#[test]
fn one_wrong_password_too_many_ends_the_session_with_1530() {
    let mut client = client_with_password(|settings| settings.password_tries = 2);
    let session = client.open_session();
    let codes: Vec<_> = (0..4)
        .map(|_| client.code(PASSWORD_VALIDATE, &ada_with_password(&session, "x")))
        .collect();
    assert_eq!(codes, [1528, 1528, 1530, 1505]);
}

#[test]
fn unknown_password_matches_no_text() {
    let mut client = client_with_password(|settings| {
        let customer = Customer {
            registered_for_password: true,
            ..Customer::new("4068291")
        };
        register_ada(settings, customer);
    });
    assert_eq!(code_of(&client.sign_in_with_password("abc123")), 1528);
}

#[test]
fn password_validate_is_1524_for_a_brand_without_passwords() {
    let mut client = client_with_password(|settings| settings.password_brand = false);
    assert_eq!(code_of(&client.sign_in_with_password("abc123")), 1524);
}

#[test]
fn unknown_customer_is_1515_and_customer_without_a_password_is_1526() {
    let mut client = client_with_password(|settings| settings.customers.clear());
    let session = client.open_session_as(TOKEN_GENERATE, &ada_signing_up("abc123"));
    assert_eq!(
        client.code(PASSWORD_VALIDATE, &ada_with_password(&session, "abc123")),
        1515,
        "the initial password has not taken effect"
    );
    client
        .engine
        .register_customer("ada@example.org", None, false);
    assert_eq!(
        client.code(PASSWORD_VALIDATE, &ada_with_password(&session, "abc123")),
        1526
    );
}

#[test]
fn mismatched_identifier_is_1526_only_in_password_validate() {
    let mut client = client_with_password(|_| {});
    let session = client.open_session();
    let wrong = merge(
        ada_with_password(&session, "abc123"),
        json!({ "identifierType": "MOBILE" }),
    );
    assert_eq!(client.code(PASSWORD_VALIDATE, &wrong), 1526);
    assert_eq!(
        client.code(
            PASSWORD_FORGET,
            &merge(wrong, json!({ "confirmPassword": "abc123" }))
        ),
        1519
    );
}

#[test]
fn validated_password_gives_mfa_pending_if_forced() {
    let mut client = client_with_password(|settings| settings.forced_mfa = true);
    let response = client.sign_in_with_password("abc123");
    assert_eq!(response["user"]["role"], "MFA_PENDING");
    assert_eq!(decode_token(&token_of(&response)).1["rol"], "MFA_PENDING");
}

#[test]
fn password_brand_requires_an_initial_password() {
    let mut client = TestClient::with_settings(|settings| settings.password_brand = true);
    assert_eq!(client.code(TOKEN_GENERATE, &ada()), 1520);
    let different = merge(
        ada(),
        json!({ "password": "abc123", "confirmPassword": "abc124" }),
    );
    assert_eq!(client.code(TOKEN_GENERATE, &different), 1521);
    let new = merge(
        ada(),
        json!({ "password": "abc123", "confirmPassword": "abc123" }),
    );
    let response = client.post(TOKEN_GENERATE, &new);
    assert_eq!(response["user"]["userRegisteredForPassword"], false);
    assert_eq!(
        client.code(TOKEN_GENERATE, &ada()),
        1520,
        "no code is validated yet"
    );

    let session = client.post(TOKEN_GENERATE, &new)["user"]["sessionId"]
        .as_str()
        .unwrap()
        .to_owned();
    client.code(OTP_GENERATE, &ada_with_session(&session));
    let code = client.last_code();
    assert_eq!(
        client.code(OTP_VALIDATE, &ada_with_code(&session, code)),
        200
    );
    assert_eq!(
        client.post(TOKEN_GENERATE, &ada())["user"]["userRegisteredForPassword"],
        true
    );
}

#[test]
fn initial_password_is_1524_for_a_brand_without_passwords() {
    let mut client = TestClient::new();
    let new = merge(
        ada(),
        json!({ "password": "abc123", "confirmPassword": "abc123" }),
    );
    assert_eq!(client.code(TOKEN_GENERATE, &new), 1524);
}

#[test]
fn registered_customer_needs_no_initial_password() {
    let mut client = TestClient::with_settings(|settings| {
        settings.password_brand = true;
        let customer = Customer {
            registered_for_password: true,
            ..Customer::new("1")
        };
        settings
            .customers
            .insert("ada@example.org".to_owned(), customer);
    });
    assert_eq!(client.code(TOKEN_GENERATE, &ada()), 200);
}

#[test]
fn initial_password_can_be_validated_later() {
    let mut client = client_with_password(|settings| settings.customers.clear());
    assert_eq!(sign_up(&mut client, "Qwerty 1"), 200);
    assert_eq!(code_of(&client.sign_in_with_password("Qwerty 1")), 200);
    assert_eq!(code_of(&client.sign_in_with_password("qwerty 1")), 1528);
}

#[test]
fn initial_password_must_match_the_whole_policy() {
    let mut client = client_with_password(|settings| {
        settings.customers.clear();
        settings.password_policy = Some("[a-z]{3}|[0-9]{3}".to_owned());
    });
    for wrong in ["ab", "abcd", "abc1", "x123", "ABC"] {
        assert_eq!(
            client.code(TOKEN_GENERATE, &ada_signing_up(wrong)),
            1542,
            "{wrong}"
        );
    }
    assert_eq!(sign_up(&mut client, "123"), 200);
}

#[test]
fn initial_password_of_a_customer_with_one_is_ignored() {
    let mut client =
        client_with_password(|settings| settings.password_policy = Some(".{8,}".to_owned()));
    assert_eq!(sign_up(&mut client, "other"), 200);
    assert_eq!(code_of(&client.sign_in_with_password("other")), 1528);
    assert_eq!(code_of(&client.sign_in_with_password("abc123")), 200);
}

#[test]
fn first_validated_of_two_initial_passwords_wins() {
    let mut client = client_with_password(|settings| {
        settings.customers.clear();
        settings.newest_session_only = false;
        settings.code = Some("999999".to_owned());
    });
    let sessions = ["early", "late"]
        .map(|password| client.open_session_as(TOKEN_GENERATE, &ada_signing_up(password)));
    for session in &sessions {
        client.code(OTP_GENERATE, &ada_with_session(session));
        assert_eq!(
            client.code(OTP_VALIDATE, &ada_with_code(session, "999999")),
            200
        );
    }
    assert_eq!(code_of(&client.sign_in_with_password("late")), 1528);
    assert_eq!(code_of(&client.sign_in_with_password("early")), 200);
}

#[test]
fn sign_up_with_a_taken_user_name_is_1543() {
    let mut client = client_with_password(|settings| {
        let customer = Customer {
            mobile: Some("919999922332".to_owned()),
            password: Some("abc123".to_owned()),
            ..Customer::new("7")
        };
        settings.customers.insert("grace".to_owned(), customer);
    });
    let name =
        json!({ "identifierType": "USERNAME", "identifierValue": "grace", "brand": "DocDemo" });
    let other = merge(name.clone(), json!({ "mobile": "919999900000" }));
    let password = json!({ "password": "mine", "confirmPassword": "mine" });
    assert_eq!(
        client.code(TOKEN_GENERATE, &merge(other.clone(), password)),
        1543
    );
    assert_eq!(client.code(TOKEN_GENERATE, &other), 1507);
    let own = merge(name, json!({ "mobile": "919999922332" }));
    assert_eq!(client.code(TOKEN_GENERATE, &own), 200);
}

#[test]
fn replaced_password_takes_effect_with_a_code_in_the_same_session() {
    let mut client = client_with_password(|_| {});
    let session = client.open_session();
    assert_eq!(
        client.code(PASSWORD_FORGET, &ada_with_new_password(&session, "new")),
        200
    );
    assert_eq!(
        client.code(PASSWORD_VALIDATE, &ada_with_password(&session, "new")),
        1528
    );
    client.code(OTP_GENERATE, &ada_with_session(&session));
    let code = client.last_code();
    assert_eq!(
        client.code(OTP_VALIDATE, &ada_with_code(&session, code)),
        200
    );
    assert_eq!(code_of(&client.sign_in_with_password("new")), 200);
    assert_eq!(code_of(&client.sign_in_with_password("abc123")), 1528);
}

#[test]
fn replaced_password_takes_effect_with_a_code_in_a_later_session() {
    for needs_new_session in [false, true] {
        let mut client =
            client_with_password(|settings| settings.forget_needs_new_session = needs_new_session);
        let session = client.open_session();
        client.code(PASSWORD_FORGET, &ada_with_new_password(&session, "new"));
        let ended = if needs_new_session { 1505 } else { 200 };
        assert_eq!(
            client.code(OTP_GENERATE, &ada_with_session(&session)),
            ended
        );
        assert_eq!(
            code_of(&client.sign_in_with_password("abc123")),
            200,
            "the old password is valid"
        );
        assert_eq!(
            code_of(&client.sign_in_with_password("new")),
            1528,
            "and validating it does not apply the new one"
        );
        client.sign_in();
        assert_eq!(code_of(&client.sign_in_with_password("new")), 200);
    }
}

#[test]
fn skip_otp_validate_reset_does_not_apply_to_the_first_factor() {
    let mut client = client_with_password(|settings| settings.skip_otp_validate_reset = true);
    let session = client.open_session();
    client.code(PASSWORD_FORGET, &ada_with_new_password(&session, "new"));
    assert_eq!(code_of(&client.sign_in_with_password("new")), 1528);
}

#[test]
fn pending_password_is_applied_once() {
    let mut client = client_with_password(|_| {});
    let session = client.open_session();
    client.code(PASSWORD_FORGET, &ada_with_new_password(&session, "new"));
    let token = client.sign_in();
    assert_eq!(
        client.code(PASSWORD_CHANGE, &password_change(&token, "new", "newer")),
        200
    );
    client.sign_in();
    assert_eq!(code_of(&client.sign_in_with_password("newer")), 200);
}

#[test]
fn invalid_replacement_has_its_error_code() {
    let mut client =
        client_with_password(|settings| settings.password_policy = Some(".{3,}".to_owned()));
    let session = client.open_session();
    let different = merge(
        ada_with_new_password(&session, "new1"),
        json!({ "confirmPassword": "new2" }),
    );
    assert_eq!(client.code(PASSWORD_FORGET, &different), 1521);
    assert_eq!(
        client.code(PASSWORD_FORGET, &ada_with_new_password(&session, "abc123")),
        1527
    );
    assert_eq!(
        client.code(PASSWORD_FORGET, &ada_with_new_password(&session, "ab")),
        1542
    );
    client.engine.settings_mut().password_brand = false;
    assert_eq!(
        client.code(PASSWORD_FORGET, &ada_with_new_password(&session, "new1")),
        1524
    );
    assert_eq!(
        client.code(PASSWORD_FORGET, &ada_with_new_password("P-1", "new1")),
        1505
    );
}

#[test]
fn password_forget_without_a_password_is_1515_or_1532() {
    let mut client = client_with_password(|settings| settings.customers.clear());
    let session = client.open_session_as(TOKEN_GENERATE, &ada_signing_up("abc123"));
    assert_eq!(
        client.code(PASSWORD_FORGET, &ada_with_new_password(&session, "new")),
        1515
    );
    client
        .engine
        .register_customer("ada@example.org", None, false);
    assert_eq!(
        client.code(PASSWORD_FORGET, &ada_with_new_password(&session, "new")),
        1532
    );
}

#[test]
fn unknown_password_can_be_replaced() {
    let mut client = client_with_password(|settings| {
        let customer = Customer {
            registered_for_password: true,
            ..Customer::new("4068291")
        };
        register_ada(settings, customer);
    });
    let session = client.open_session();
    assert_eq!(
        client.code(PASSWORD_FORGET, &ada_with_new_password(&session, "new")),
        200
    );
    client.sign_in();
    assert_eq!(code_of(&client.sign_in_with_password("new")), 200);
}

#[test]
fn changed_password_replaces_the_old_one() {
    let mut client = client_with_password(|_| {});
    let token = token_of(&client.sign_in_with_password("abc123"));
    let response = client.post(PASSWORD_CHANGE, &password_change(&token, "abc123", "new"));
    assert_eq!(
        response,
        json!({ "status": { "success": true, "code": 200, "message": "SUCCESS" } })
    );
    assert_eq!(code_of(&client.sign_in_with_password("abc123")), 1528);
    assert_eq!(code_of(&client.sign_in_with_password("new")), 200);
}

#[test]
fn invalid_change_has_its_error_code() {
    let mut client =
        client_with_password(|settings| settings.password_policy = Some(".{3,}".to_owned()));
    let token = token_of(&client.sign_in_with_password("abc123"));
    let different = merge(
        password_change(&token, "abc123", "new1"),
        json!({ "confirmPassword": "new2" }),
    );
    assert_eq!(client.code(PASSWORD_CHANGE, &different), 1521);
    assert_eq!(
        client.code(PASSWORD_CHANGE, &password_change(&token, "wrong", "new1")),
        1528
    );
    assert_eq!(
        client.code(
            PASSWORD_CHANGE,
            &password_change(&token, "abc123", "abc123")
        ),
        1527
    );
    assert_eq!(
        client.code(PASSWORD_CHANGE, &password_change(&token, "abc123", "ab")),
        1542
    );
    assert_eq!(
        code_of(&client.sign_in_with_password("abc123")),
        200,
        "the password is unchanged"
    );
}

#[test]
fn password_change_needs_a_valid_token_of_the_customer() {
    let mut client = client_with_password(|_| {});
    let view = token_of(&client.post(TOKEN_GENERATE, &ada()));
    assert_eq!(
        client.code(PASSWORD_CHANGE, &password_change(&view, "abc123", "new")),
        1519
    );
    assert_eq!(
        client.code(PASSWORD_CHANGE, &password_change("a.b.c", "abc123", "new")),
        1519
    );

    let token = token_of(&client.sign_in_with_password("abc123"));
    let change = password_change(&token, "abc123", "new");
    let bukl = merge(change.clone(), json!({ "brand": "Bukl" }));
    assert_eq!(client.code(PASSWORD_CHANGE, &bukl), 1509);
    let unknown = merge(
        change.clone(),
        json!({ "identifierValue": "eve@example.org" }),
    );
    assert_eq!(client.code(PASSWORD_CHANGE, &unknown), 1515);
    client
        .engine
        .register_customer("bob@example.org", Some("7"), true);
    let bob = merge(
        change.clone(),
        json!({ "identifierValue": "bob@example.org" }),
    );
    assert_eq!(client.code(PASSWORD_CHANGE, &bob), 1541);
    client.advance(900);
    assert_eq!(client.code(PASSWORD_CHANGE, &change), 1529);
}

#[test]
fn password_change_without_a_password_is_1523_or_1524() {
    let mut client = client_with_password(|settings| {
        register_ada(settings, Customer::new("4068291"));
        settings.password_brand = false;
    });
    let token = client.sign_in();
    assert_eq!(
        client.code(PASSWORD_CHANGE, &password_change(&token, "abc123", "new")),
        1524
    );
    client.engine.settings_mut().password_brand = true;
    assert_eq!(
        client.code(PASSWORD_CHANGE, &password_change(&token, "abc123", "new")),
        1523
    );
}

#[test]
fn password_change_revokes_tokens_only_if_configured() {
    for revokes in [false, true] {
        let mut client =
            client_with_password(|settings| settings.password_change_revokes = revokes);
        let token = token_of(&client.sign_in_with_password("abc123"));
        client.advance(1);
        let used = token_of(&client.sign_in_with_password("abc123"));
        assert_eq!(
            client.code(PASSWORD_CHANGE, &password_change(&used, "abc123", "new")),
            200
        );
        let expected = if revokes { 1529 } else { 200 };
        for old in [&token, &used] {
            assert_eq!(
                client.code(TOKEN_REGENERATE, &ada_with_expired_token(old)),
                expected
            );
        }
        client.advance(1);
        let new = token_of(&client.sign_in_with_password("new"));
        assert_eq!(
            client.code(TOKEN_REGENERATE, &ada_with_expired_token(&new)),
            200
        );
    }
}

#[test]
fn web_password_change_accepts_an_mfa_token() {
    let mut client = client_with_both_passwords(|_| {});
    let first = token_of(&client.sign_in_with_password("first"));
    client.advance(1);
    let second = token_of(&client.complete_mfa(&first));
    assert_eq!(
        client.code(
            PASSWORD_CHANGE,
            &password_change_on_device(&second, "first")
        ),
        200
    );
    assert_eq!(code_of(&client.sign_in_with_password("new")), 200);
}
