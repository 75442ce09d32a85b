//! Passwords of the first factor: proved, set, replaced, changed.
#![allow(clippy::unwrap_used, reason = "a test that finds nothing should fail")]

mod bench;

use ae_engine::{Customer, Settings};
use bench::{
    Bench, OTP_GENERATE, OTP_VALIDATE, PASSWORD_CHANGE, PASSWORD_FORGET, PASSWORD_VALIDATE,
    TOKEN_GENERATE, TOKEN_REGENERATE,
};
use bench::{ada, ada_in, ada_renews, ada_types, and, code_of, decode, token_of, with_ada};
use serde_json::{Value, json};

/// A bench for Ada, whose password is `abc123`.
fn registered(set: impl FnOnce(&mut Settings)) -> Bench {
    Bench::with(|settings| {
        settings.password_brand = true;
        let customer = Customer {
            password: Some("abc123".to_owned()),
            ..Customer::new("4068291")
        };
        with_ada(settings, customer);
        set(settings);
    })
}

fn types(session: &str, password: &str) -> Value {
    and(ada_in(session), json!({ "password": password }))
}

fn forgets(session: &str, password: &str) -> Value {
    and(
        types(session, password),
        json!({ "confirmPassword": password }),
    )
}

fn changes(token: &str, old: &str, new: &str) -> Value {
    let fields =
        json!({ "token": token, "password": old, "newPassword": new, "confirmPassword": new });
    and(ada(), fields)
}

fn signs_up(password: &str) -> Value {
    and(
        ada(),
        json!({ "password": password, "confirmPassword": password }),
    )
}

/// Signs up with a code and tells with which code it ended.
fn sign_up(bench: &mut Bench, password: &str) -> i64 {
    let calls = [TOKEN_GENERATE, OTP_GENERATE, OTP_VALIDATE];
    code_of(&bench.prove(calls, &signs_up(password)))
}

// Proved.

#[test]
fn a_right_password_signs_in() {
    let mut bench = registered(|_| {});
    let answer = bench.with_password("abc123");
    let user = json!({ "appRegistered": false, "sessionId": null, "role": "USER", "userRegisteredForPassword": true });
    assert_eq!(answer["user"], user);
    assert_eq!(answer["auth"]["key"], Value::Null);
    let (header, claims) = decode(&token_of(&answer));
    assert_eq!(
        (&header["dev"], &claims["uid"]),
        (&Value::Null, &json!("4068291"))
    );
    let renewed = bench.code(TOKEN_REGENERATE, &ada_renews(&token_of(&answer)));
    assert_eq!(renewed, 200);
}

#[test]
fn a_password_is_compared_byte_for_byte() {
    let mut bench = registered(|settings| {
        let customer = Customer {
            password: Some("Zoë 1".to_owned()),
            ..Customer::new("4068291")
        };
        with_ada(settings, customer);
    });
    for wrong in ["zoë 1", "Zoë 1 ", "Zoe\u{308} 1", "Zoë"] {
        assert_eq!(code_of(&bench.with_password(wrong)), 1528, "{wrong:?}");
    }
    assert_eq!(code_of(&bench.with_password("Zoë 1")), 200);
}

#[test]
fn a_proved_password_uses_its_session_up() {
    let mut bench = registered(|_| {});
    let session = bench.open();
    assert_eq!(
        bench.code(PASSWORD_VALIDATE, &types(&session, "abc123")),
        200
    );
    assert_eq!(
        bench.code(PASSWORD_VALIDATE, &types(&session, "abc123")),
        1505
    );
}

#[test]
fn a_wrong_password_leaves_the_session_to_the_right_one_and_to_codes() {
    let mut bench = registered(|_| {});
    let session = bench.open();
    for _ in 0..5 {
        assert_eq!(bench.code(PASSWORD_VALIDATE, &types(&session, "x")), 1528);
    }
    assert_eq!(bench.code(OTP_GENERATE, &ada_in(&session)), 200);
    assert_eq!(bench.code(OTP_VALIDATE, &ada_types(&session, "x")), 1506);
    assert_eq!(
        bench.code(PASSWORD_VALIDATE, &types(&session, "abc123")),
        200
    );
}

#[test]
fn one_wrong_password_too_many_ends_the_session() {
    let mut bench = registered(|settings| settings.password_tries = 2);
    let session = bench.open();
    let codes: Vec<_> = (0..4)
        .map(|_| bench.code(PASSWORD_VALIDATE, &types(&session, "x")))
        .collect();
    assert_eq!(codes, [1528, 1528, 1530, 1505]);
}

#[test]
fn a_password_that_nobody_knows_is_never_right() {
    let mut bench = registered(|settings| {
        let customer = Customer {
            registered_for_password: true,
            ..Customer::new("4068291")
        };
        with_ada(settings, customer);
    });
    assert_eq!(code_of(&bench.with_password("abc123")), 1528);
}

#[test]
fn a_brand_without_passwords_proves_none() {
    let mut bench = registered(|settings| settings.password_brand = false);
    assert_eq!(code_of(&bench.with_password("abc123")), 1524);
}

#[test]
fn somebody_unknown_or_without_a_password_cannot_prove_one() {
    let mut bench = registered(|settings| settings.customers.clear());
    let session = bench.open_as(TOKEN_GENERATE, &signs_up("abc123"));
    assert_eq!(
        bench.code(PASSWORD_VALIDATE, &types(&session, "abc123")),
        1515,
        "the first password is not proved yet"
    );
    bench
        .engine
        .register_customer("ada@example.org", None, false);
    assert_eq!(
        bench.code(PASSWORD_VALIDATE, &types(&session, "abc123")),
        1526
    );
}

#[test]
fn only_where_a_password_is_proved_an_identifier_of_another_kind_gets_1526() {
    let mut bench = registered(|_| {});
    let session = bench.open();
    let wrong = and(
        types(&session, "abc123"),
        json!({ "identifierType": "MOBILE" }),
    );
    assert_eq!(bench.code(PASSWORD_VALIDATE, &wrong), 1526);
    assert_eq!(
        bench.code(
            PASSWORD_FORGET,
            &and(wrong, json!({ "confirmPassword": "abc123" }))
        ),
        1519
    );
}

#[test]
fn a_proved_password_gives_the_role_of_those_who_owe_a_second_factor_too() {
    let mut bench = registered(|settings| settings.forced_mfa = true);
    let answer = bench.with_password("abc123");
    assert_eq!(answer["user"]["role"], "MFA_PENDING");
    assert_eq!(decode(&token_of(&answer)).1["rol"], "MFA_PENDING");
}

// Set.

#[test]
fn a_first_password_is_remembered_and_proved_later() {
    let mut bench = registered(|settings| settings.customers.clear());
    assert_eq!(sign_up(&mut bench, "Qwerty 1"), 200);
    assert_eq!(code_of(&bench.with_password("Qwerty 1")), 200);
    assert_eq!(code_of(&bench.with_password("qwerty 1")), 1528);
}

#[test]
fn a_first_password_must_obey_the_policy_from_end_to_end() {
    let mut bench = registered(|settings| {
        settings.customers.clear();
        settings.password_policy = Some("[a-z]{3}|[0-9]{3}".to_owned());
    });
    for wrong in ["ab", "abcd", "abc1", "x123", "ABC"] {
        assert_eq!(
            bench.code(TOKEN_GENERATE, &signs_up(wrong)),
            1542,
            "{wrong}"
        );
    }
    assert_eq!(sign_up(&mut bench, "123"), 200);
}

#[test]
fn a_password_sent_by_somebody_who_has_one_means_nothing() {
    let mut bench = registered(|settings| settings.password_policy = Some(".{8,}".to_owned()));
    assert_eq!(sign_up(&mut bench, "other"), 200);
    assert_eq!(code_of(&bench.with_password("other")), 1528);
    assert_eq!(code_of(&bench.with_password("abc123")), 200);
}

#[test]
fn of_two_first_passwords_the_one_that_is_proved_first_counts() {
    let mut bench = registered(|settings| {
        settings.customers.clear();
        settings.newest_session_only = false;
        settings.code = Some("999999".to_owned());
    });
    let sessions =
        ["early", "late"].map(|password| bench.open_as(TOKEN_GENERATE, &signs_up(password)));
    for session in &sessions {
        bench.code(OTP_GENERATE, &ada_in(session));
        assert_eq!(bench.code(OTP_VALIDATE, &ada_types(session, "999999")), 200);
    }
    assert_eq!(code_of(&bench.with_password("late")), 1528);
    assert_eq!(code_of(&bench.with_password("early")), 200);
}

#[test]
fn a_taken_user_name_is_told_to_whoever_wants_to_sign_up_with_it() {
    let mut bench = registered(|settings| {
        let customer = Customer {
            mobile: Some("919999922332".to_owned()),
            password: Some("abc123".to_owned()),
            ..Customer::new("7")
        };
        settings.customers.insert("grace".to_owned(), customer);
    });
    let name =
        json!({ "identifierType": "USERNAME", "identifierValue": "grace", "brand": "DocDemo" });
    let other = and(name.clone(), json!({ "mobile": "919999900000" }));
    let password = json!({ "password": "mine", "confirmPassword": "mine" });
    assert_eq!(
        bench.code(TOKEN_GENERATE, &and(other.clone(), password)),
        1543
    );
    assert_eq!(bench.code(TOKEN_GENERATE, &other), 1507);
    let own = and(name, json!({ "mobile": "919999922332" }));
    assert_eq!(bench.code(TOKEN_GENERATE, &own), 200);
}

// Replaced.

#[test]
fn a_replaced_password_counts_once_a_code_is_proved_in_the_same_session() {
    let mut bench = registered(|_| {});
    let session = bench.open();
    assert_eq!(bench.code(PASSWORD_FORGET, &forgets(&session, "new")), 200);
    assert_eq!(bench.code(PASSWORD_VALIDATE, &types(&session, "new")), 1528);
    bench.code(OTP_GENERATE, &ada_in(&session));
    let code = bench.last_code();
    assert_eq!(bench.code(OTP_VALIDATE, &ada_types(&session, code)), 200);
    assert_eq!(code_of(&bench.with_password("new")), 200);
    assert_eq!(code_of(&bench.with_password("abc123")), 1528);
}

#[test]
fn a_replaced_password_counts_once_a_code_is_proved_in_a_later_session() {
    for needs_new_session in [false, true] {
        let mut bench =
            registered(|settings| settings.forget_needs_new_session = needs_new_session);
        let session = bench.open();
        bench.code(PASSWORD_FORGET, &forgets(&session, "new"));
        let ended = if needs_new_session { 1505 } else { 200 };
        assert_eq!(bench.code(OTP_GENERATE, &ada_in(&session)), ended);
        assert_eq!(
            code_of(&bench.with_password("abc123")),
            200,
            "the old one holds"
        );
        assert_eq!(
            code_of(&bench.with_password("new")),
            1528,
            "and its proof is no code"
        );
        bench.sign_in();
        assert_eq!(code_of(&bench.with_password("new")), 200);
    }
}

#[test]
fn only_the_second_factor_can_do_without_the_code() {
    let mut bench = registered(|settings| settings.skip_otp_validate_reset = true);
    let session = bench.open();
    bench.code(PASSWORD_FORGET, &forgets(&session, "new"));
    assert_eq!(code_of(&bench.with_password("new")), 1528);
}

#[test]
fn a_replacement_is_used_once() {
    let mut bench = registered(|_| {});
    let session = bench.open();
    bench.code(PASSWORD_FORGET, &forgets(&session, "new"));
    let token = bench.sign_in();
    assert_eq!(
        bench.code(PASSWORD_CHANGE, &changes(&token, "new", "newer")),
        200
    );
    bench.sign_in();
    assert_eq!(code_of(&bench.with_password("newer")), 200);
}

#[test]
fn a_replacement_is_refused_for_what_is_wrong_with_it() {
    let mut bench = registered(|settings| settings.password_policy = Some(".{3,}".to_owned()));
    let session = bench.open();
    let unlike = and(
        forgets(&session, "new1"),
        json!({ "confirmPassword": "new2" }),
    );
    assert_eq!(bench.code(PASSWORD_FORGET, &unlike), 1521);
    assert_eq!(
        bench.code(PASSWORD_FORGET, &forgets(&session, "abc123")),
        1527
    );
    assert_eq!(bench.code(PASSWORD_FORGET, &forgets(&session, "ab")), 1542);
    bench.engine.settings_mut().password_brand = false;
    assert_eq!(
        bench.code(PASSWORD_FORGET, &forgets(&session, "new1")),
        1524
    );
    assert_eq!(bench.code(PASSWORD_FORGET, &forgets("P-1", "new1")), 1505);
}

#[test]
fn whoever_is_unknown_or_has_no_password_cannot_replace_it() {
    let mut bench = registered(|settings| settings.customers.clear());
    let session = bench.open_as(TOKEN_GENERATE, &signs_up("abc123"));
    assert_eq!(bench.code(PASSWORD_FORGET, &forgets(&session, "new")), 1515);
    bench
        .engine
        .register_customer("ada@example.org", None, false);
    assert_eq!(bench.code(PASSWORD_FORGET, &forgets(&session, "new")), 1532);
}

#[test]
fn a_password_nobody_knows_can_be_replaced() {
    let mut bench = registered(|settings| {
        let customer = Customer {
            registered_for_password: true,
            ..Customer::new("4068291")
        };
        with_ada(settings, customer);
    });
    let session = bench.open();
    assert_eq!(bench.code(PASSWORD_FORGET, &forgets(&session, "new")), 200);
    bench.sign_in();
    assert_eq!(code_of(&bench.with_password("new")), 200);
}

// Changed.

#[test]
fn a_changed_password_takes_the_old_ones_place() {
    let mut bench = registered(|_| {});
    let token = token_of(&bench.with_password("abc123"));
    let answer = bench.post(PASSWORD_CHANGE, &changes(&token, "abc123", "new"));
    assert_eq!(
        answer,
        json!({ "status": { "success": true, "code": 200, "message": "SUCCESS" } })
    );
    assert_eq!(code_of(&bench.with_password("abc123")), 1528);
    assert_eq!(code_of(&bench.with_password("new")), 200);
}

#[test]
fn a_change_is_refused_for_what_is_wrong_with_it() {
    let mut bench = registered(|settings| settings.password_policy = Some(".{3,}".to_owned()));
    let token = token_of(&bench.with_password("abc123"));
    let unlike = and(
        changes(&token, "abc123", "new1"),
        json!({ "confirmPassword": "new2" }),
    );
    assert_eq!(bench.code(PASSWORD_CHANGE, &unlike), 1521);
    assert_eq!(
        bench.code(PASSWORD_CHANGE, &changes(&token, "wrong", "new1")),
        1528
    );
    assert_eq!(
        bench.code(PASSWORD_CHANGE, &changes(&token, "abc123", "abc123")),
        1527
    );
    assert_eq!(
        bench.code(PASSWORD_CHANGE, &changes(&token, "abc123", "ab")),
        1542
    );
    assert_eq!(
        code_of(&bench.with_password("abc123")),
        200,
        "nothing has changed"
    );
}

#[test]
fn a_change_needs_a_running_token_of_this_customer_and_brand_that_proves_something() {
    let mut bench = registered(|_| {});
    let view = token_of(&bench.post(TOKEN_GENERATE, &ada()));
    assert_eq!(
        bench.code(PASSWORD_CHANGE, &changes(&view, "abc123", "new")),
        1519
    );
    assert_eq!(
        bench.code(PASSWORD_CHANGE, &changes("a.b.c", "abc123", "new")),
        1519
    );

    let token = token_of(&bench.with_password("abc123"));
    let change = changes(&token, "abc123", "new");
    let bukl = and(change.clone(), json!({ "brand": "Bukl" }));
    assert_eq!(bench.code(PASSWORD_CHANGE, &bukl), 1509);
    let nobody = and(
        change.clone(),
        json!({ "identifierValue": "eve@example.org" }),
    );
    assert_eq!(bench.code(PASSWORD_CHANGE, &nobody), 1515);
    bench
        .engine
        .register_customer("bob@example.org", Some("7"), true);
    let bob = and(
        change.clone(),
        json!({ "identifierValue": "bob@example.org" }),
    );
    assert_eq!(bench.code(PASSWORD_CHANGE, &bob), 1541);
    bench.pass(900);
    assert_eq!(bench.code(PASSWORD_CHANGE, &change), 1529);
}

#[test]
fn a_password_that_is_not_there_or_not_used_is_not_changed() {
    let mut bench = registered(|settings| {
        with_ada(settings, Customer::new("4068291"));
        settings.password_brand = false;
    });
    let token = bench.sign_in();
    assert_eq!(
        bench.code(PASSWORD_CHANGE, &changes(&token, "abc123", "new")),
        1524
    );
    bench.engine.settings_mut().password_brand = true;
    assert_eq!(
        bench.code(PASSWORD_CHANGE, &changes(&token, "abc123", "new")),
        1523
    );
}

#[test]
fn a_change_leaves_tokens_alone_unless_it_is_set_to_end_them() {
    for revokes in [false, true] {
        let mut bench = registered(|settings| settings.password_change_revokes = revokes);
        let token = token_of(&bench.with_password("abc123"));
        bench.pass(1);
        let used = token_of(&bench.with_password("abc123"));
        assert_eq!(
            bench.code(PASSWORD_CHANGE, &changes(&used, "abc123", "new")),
            200
        );
        let expected = if revokes { 1529 } else { 200 };
        for old in [&token, &used] {
            assert_eq!(bench.code(TOKEN_REGENERATE, &ada_renews(old)), expected);
        }
        bench.pass(1);
        let new = token_of(&bench.with_password("new"));
        assert_eq!(bench.code(TOKEN_REGENERATE, &ada_renews(&new)), 200);
    }
}
