//! Tries that are used up, and customers who are locked out for it.
#![allow(clippy::unwrap_used, reason = "a test that finds nothing should fail")]

mod bench;

use ae_engine::{Customer, Settings};
use bench::{
    Bench, MFA_OTP_GENERATE, MFA_OTP_VALIDATE, MFA_TOKEN_GENERATE, OTP_GENERATE, OTP_VALIDATE,
    PASSWORD_CHANGE, TOKEN_GENERATE,
};
use bench::{ada, ada_after, ada_in, ada_second, ada_types, and, code_of, json_of, with_ada};
use serde_json::json;

fn locking(set: impl FnOnce(&mut Settings)) -> Bench {
    Bench::with(|settings| {
        settings.lock = true;
        settings.tries = 2;
        settings.password_tries = 2;
        settings.password_brand = true;
        settings.code = Some("999999".to_owned());
        let customer = Customer {
            password: Some("abc123".to_owned()),
            ..Customer::new("4068291")
        };
        with_ada(settings, customer);
        set(settings);
    })
}

/// Types so many wrong codes, in a session of their own.
fn wrong_codes(bench: &mut Bench, count: usize) -> Vec<i64> {
    let (session, _) = bench.ask_for_code();
    (0..count)
        .map(|_| bench.code(OTP_VALIDATE, &ada_types(&session, "x")))
        .collect()
}

#[test]
fn whoever_uses_up_the_tries_is_locked_out_until_the_lock_ends() {
    let mut bench = locking(|_| {});
    assert_eq!(wrong_codes(&mut bench, 3), [1506, 1506, 1518]);
    assert_eq!(bench.code(TOKEN_GENERATE, &ada()), 1545);
    bench.pass(1799);
    assert_eq!(bench.code(TOKEN_GENERATE, &ada()), 1545);
    bench.pass(1);
    assert_eq!(bench.code(TOKEN_GENERATE, &ada()), 200);
}

#[test]
fn after_a_lock_counting_begins_anew() {
    let mut bench = locking(|settings| settings.lock_s = 10);
    wrong_codes(&mut bench, 3);
    bench.pass(10);
    assert_eq!(wrong_codes(&mut bench, 2), [1506, 1506]);
    assert_eq!(bench.code(TOKEN_GENERATE, &ada()), 200);
}

#[test]
fn without_locks_a_new_session_gives_new_tries() {
    let mut bench = locking(|settings| settings.lock = false);
    wrong_codes(&mut bench, 3);
    assert_eq!(wrong_codes(&mut bench, 3), [1506, 1506, 1518]);
}

#[test]
fn with_locks_a_new_session_gives_none() {
    let mut bench = locking(|_| {});
    assert_eq!(wrong_codes(&mut bench, 2), [1506, 1506]);
    let (session, code) = bench.ask_for_code();
    assert_eq!(bench.code(OTP_VALIDATE, &ada_types(&session, "x")), 1506);
    assert_eq!(
        bench.code(OTP_VALIDATE, &ada_types(&session, code)),
        1545,
        "the third wrong one in all"
    );
    assert_eq!(bench.code(OTP_GENERATE, &ada_in(&session)), 1545);
}

#[test]
fn wrong_tries_of_long_ago_no_longer_count() {
    let mut bench = locking(|settings| {
        settings.attempt_interval_s = 60;
        settings.session_life_s = 3600;
    });
    let (session, _) = bench.ask_for_code();
    let wrong = ada_types(&session, "x");
    for _ in 0..4 {
        assert_eq!(bench.code(OTP_VALIDATE, &wrong), 1506);
        bench.pass(30);
    }
}

#[test]
fn a_right_try_makes_the_wrong_ones_before_it_forgotten() {
    let mut bench = locking(|_| {});
    wrong_codes(&mut bench, 2);
    bench.sign_in();
    assert_eq!(wrong_codes(&mut bench, 2), [1506, 1506]);
    assert_eq!(bench.code(TOKEN_GENERATE, &ada()), 200);
}

#[test]
fn wrong_passwords_lock_too_and_are_not_added_to_wrong_codes() {
    let mut bench = locking(|_| {});
    wrong_codes(&mut bench, 2);
    let codes: Vec<_> = (0..4)
        .map(|_| code_of(&bench.post(TOKEN_GENERATE, &ada())))
        .collect();
    assert_eq!(codes, [200; 4]);
    let codes: Vec<_> = (0..3).map(|_| code_of(&bench.with_password("x"))).collect();
    assert_eq!(codes, [1528, 1528, 1528], "each in a session of its own");
    assert_eq!(bench.code(TOKEN_GENERATE, &ada()), 1545);
}

#[test]
fn guessing_the_old_password_of_a_change_locks_as_well() {
    let mut bench = locking(|_| {});
    let token = bench.sign_in();
    let change = and(
        ada(),
        json!({ "token": token, "password": "x", "newPassword": "new", "confirmPassword": "new" }),
    );
    let codes: Vec<_> = (0..4)
        .map(|_| bench.code(PASSWORD_CHANGE, &change))
        .collect();
    assert_eq!(codes, [1528, 1528, 1528, 1545]);
}

#[test]
fn another_identifier_of_the_same_person_is_no_way_around() {
    let mut bench = locking(|settings| {
        let customer = Customer {
            mobile: Some("919999922332".to_owned()),
            password: Some("abc123".to_owned()),
            ..Customer::new("4068291")
        };
        with_ada(settings, customer);
    });
    wrong_codes(&mut bench, 3);
    let mobile = json!({ "identifierType": "MOBILE", "identifierValue": "919999922332", "brand": "DocDemo" });
    assert_eq!(bench.code(TOKEN_GENERATE, &mobile), 1545);
    let bukl = and(ada(), json!({ "brand": "Bukl" }));
    assert_eq!(bench.code(TOKEN_GENERATE, &bukl), 200, "another brand is");
}

#[test]
fn each_factor_has_a_lock_of_its_own() {
    let mut bench = locking(|settings| settings.mfa_tries = 0);
    let token = bench.sign_in();
    let session = bench.open_second(&token);
    bench.code(MFA_OTP_GENERATE, &ada_second(&session));
    let wrong = and(ada_second(&session), json!({ "otp": "x" }));
    assert_eq!(bench.code(MFA_OTP_VALIDATE, &wrong), 1518);
    assert_eq!(bench.code(MFA_TOKEN_GENERATE, &ada_after(&token)), 1545);
    assert_eq!(bench.code(TOKEN_GENERATE, &ada()), 200);
}

#[test]
fn a_locked_customer_is_told_until_when_and_a_program_only_if_it_is_set() {
    let mut bench = locking(|settings| settings.lock_code = 1536);
    wrong_codes(&mut bench, 3);
    bench.pass(60);
    let response = bench.response(TOKEN_GENERATE, &ada());
    let told = json!({ "status": {
        "success": false, "code": 1536, "message": "Account is locked until Thu, 09 Oct 2025 09:23:20 GMT",
    } });
    assert_eq!(json_of(&response), told);
    assert_eq!(response.header("retry-after"), None);
    bench.engine.settings_mut().lock_tells_when = true;
    let response = bench.response(TOKEN_GENERATE, &ada());
    assert_eq!(response.header("retry-after"), Some("1740"));
}

#[test]
fn locks_can_be_switched_off_and_on_while_it_runs() {
    let mut bench = locking(|settings| settings.lock = false);
    wrong_codes(&mut bench, 3);
    bench.engine.settings_mut().lock = true;
    assert_eq!(bench.code(TOKEN_GENERATE, &ada()), 200, "nobody was locked");
    wrong_codes(&mut bench, 1);
    assert_eq!(
        bench.code(TOKEN_GENERATE, &ada()),
        1545,
        "but all was counted"
    );
    bench.engine.settings_mut().lock = false;
    assert_eq!(bench.code(TOKEN_GENERATE, &ada()), 200);
}
