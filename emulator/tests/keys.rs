//! What is given out after a second factor and to apps: keys, tokens that renew, tokens that are signed out.
#![allow(clippy::unwrap_used, reason = "a test that finds nothing should fail")]

mod bench;

use ae_engine::{Customer, Request, Settings};
use bench::{
    Bench, MFA_OTP_GENERATE, MFA_OTP_VALIDATE, MFA_PASSWORD_CHANGE, MFA_TOKEN_EXPIRE,
    MFA_TOKEN_GENERATE, MFA_TOKEN_REGENERATE, MOBILE_OTP_GENERATE, MOBILE_OTP_VALIDATE,
    MOBILE_PASSWORD_CHANGE, MOBILE_PASSWORD_VALIDATE, MOBILE_TOKEN_GENERATE,
    MOBILE_TOKEN_REGENERATE, OTP_GENERATE, OTP_VALIDATE, PASSWORD_CHANGE, TOKEN_REGENERATE,
};
use bench::{
    ada, ada_after, ada_on_device, ada_renews, ada_types, and, code_of, decode, json_of, key_of,
    token_of, with_ada,
};
use serde_json::{Value, json};

const APP: [&str; 3] = [
    MOBILE_TOKEN_GENERATE,
    MOBILE_OTP_GENERATE,
    MOBILE_OTP_VALIDATE,
];
const SECOND: [&str; 3] = [MFA_TOKEN_GENERATE, MFA_OTP_GENERATE, MFA_OTP_VALIDATE];

/// Signs Ada in with both factors on the web; gives the answer to the second.
fn signed_in(bench: &mut Bench) -> Value {
    let token = bench.sign_in();
    bench.second_factor(&token)
}

fn with_key(key: &str) -> Value {
    and(ada_on_device(), json!({ "key": key }))
}

fn with_token(token: &str) -> Value {
    and(ada_on_device(), json!({ "token": token }))
}

fn sign_out(bench: &mut Bench, token: &str) -> i64 {
    let request = Request::delete(MFA_TOKEN_EXPIRE, with_token(token).to_string());
    code_of(&json_of(
        &bench.engine.handle(bench.now_ms, &request).response,
    ))
}

/// A bench for Ada, with both passwords.
fn with_passwords(set: impl FnOnce(&mut Settings)) -> Bench {
    Bench::with(|settings| {
        settings.password_brand = true;
        settings.mfa_password = true;
        let customer = Customer {
            password: Some("first".to_owned()),
            mfa_password: Some("second".to_owned()),
            ..Customer::new("4068291")
        };
        with_ada(settings, customer);
        set(settings);
    })
}

fn changes(token: &str, old: &str) -> Value {
    let fields =
        json!({ "token": token, "password": old, "newPassword": "new", "confirmPassword": "new" });
    and(ada_on_device(), fields)
}

// Keys of the second factor.

#[test]
fn a_key_gives_a_new_token_and_stays_what_it_is() {
    let mut bench = Bench::with(|settings| settings.mfa_renew_life_s = 60);
    let answer = signed_in(&mut bench);
    let key = key_of(&answer);
    bench.pass(30 * 86_400);
    for _ in 0..2 {
        let renewed = bench.post(MFA_TOKEN_REGENERATE, &with_key(&key));
        assert_eq!(renewed["auth"]["key"], Value::Null);
        assert_eq!(renewed["user"]["role"], "USER");
        let (before, after) = (decode(&token_of(&answer)), decode(&token_of(&renewed)));
        assert_eq!(after.0, before.0);
        assert_eq!(after.1["uid"], before.1["uid"]);
        let life_s = after.1["exp"].as_i64().unwrap() - after.1["iat"].as_i64().unwrap();
        assert_eq!(life_s, 60);
    }
}

#[test]
fn a_key_says_little_and_never_ends_unless_it_is_set_to() {
    let mut bench = Bench::new();
    let (_, claims) = decode(&key_of(&signed_in(&mut bench)));
    let names: Vec<_> = claims.keys().collect();
    assert_eq!(names, ["uid", "iss", "mfa", "iat", "rol"]);
    assert_eq!(claims["rol"], "AUTH");
}

#[test]
fn a_key_with_a_life_ends_and_the_next_login_gives_another() {
    let mut bench = Bench::with(|settings| settings.key_life_s = Some(3600));
    let key = key_of(&signed_in(&mut bench));
    bench.pass(3599);
    assert_eq!(bench.code(MFA_TOKEN_REGENERATE, &with_key(&key)), 200);
    assert_eq!(key_of(&signed_in(&mut bench)), key);
    bench.pass(1);
    assert_eq!(bench.code(MFA_TOKEN_REGENERATE, &with_key(&key)), 1597);
    let next = key_of(&signed_in(&mut bench));
    assert_ne!(next, key);
    assert_eq!(bench.code(MFA_TOKEN_REGENERATE, &with_key(&next)), 200);
}

#[test]
fn a_key_is_the_same_again_for_a_device_and_another_for_another() {
    let mut bench = Bench::new();
    let key = key_of(&signed_in(&mut bench));
    bench.pass(3600);
    assert_eq!(key_of(&signed_in(&mut bench)), key);
    let token = bench.sign_in();
    let elsewhere = and(ada_after(&token), json!({ "deviceId": "browser-2" }));
    assert_ne!(key_of(&bench.prove(SECOND, &elsewhere)), key);
}

#[test]
fn a_key_is_for_its_own_device_brand_and_identifier() {
    let mut bench = Bench::new();
    let key = key_of(&signed_in(&mut bench));
    for (wrong, code) in [
        (json!({ "deviceId": "browser-2" }), 1508),
        (json!({ "brand": "Bukl" }), 1509),
        (json!({ "identifierValue": "eve@example.org" }), 1541),
    ] {
        let asked = and(with_key(&key), wrong.clone());
        assert_eq!(bench.code(MFA_TOKEN_REGENERATE, &asked), code, "{wrong}");
    }
}

#[test]
fn a_key_that_is_not_ours_or_no_key_is_refused() {
    let mut bench = Bench::new();
    let answer = signed_in(&mut bench);
    let (token, key) = (token_of(&answer), key_of(&answer));
    for wrong in [token.as_str(), "a.b.c", &format!("{key}x")] {
        assert_eq!(bench.code(MFA_TOKEN_REGENERATE, &with_key(wrong)), 1597);
    }
    bench.engine.settings_mut().secret = "another".to_owned();
    assert_eq!(bench.code(MFA_TOKEN_REGENERATE, &with_key(&key)), 1597);
}

#[test]
fn a_key_of_one_factor_is_none_of_the_other() {
    let mut bench = Bench::new();
    let first = key_of(&bench.prove(APP, &ada_on_device()));
    let second = key_of(&signed_in(&mut bench));
    assert_eq!(bench.code(MFA_TOKEN_REGENERATE, &with_key(&first)), 1597);
    assert_eq!(
        bench.code(MOBILE_TOKEN_REGENERATE, &with_key(&second)),
        1597
    );
    assert_eq!(bench.code(MOBILE_TOKEN_REGENERATE, &with_key(&first)), 200);
}

#[test]
fn where_keys_are_switched_off_none_is_given_and_none_is_taken() {
    let mut bench = Bench::new();
    let first = key_of(&bench.prove(APP, &ada_on_device()));
    let second = key_of(&signed_in(&mut bench));
    bench.engine.settings_mut().regenerate_mfa_key = false;
    assert_eq!(signed_in(&mut bench)["auth"]["key"], Value::Null);
    assert_eq!(bench.code(MFA_TOKEN_REGENERATE, &with_key(&second)), 1525);
    assert_eq!(bench.code(MOBILE_TOKEN_REGENERATE, &with_key(&first)), 200);
    bench.engine.settings_mut().regenerate_key = false;
    assert_eq!(
        bench.prove(APP, &ada_on_device())["auth"]["key"],
        Value::Null
    );
    assert_eq!(bench.code(MOBILE_TOKEN_REGENERATE, &with_key(&first)), 1525);
}

// Renewal on the web.

#[test]
fn the_web_renews_a_token_of_the_second_factor_by_either_identifier() {
    let mut bench = Bench::new();
    let token = bench.sign_in();
    let mobile = json!({ "identifierType": "MOBILE", "identifierValue": "919999922332" });
    let token = token_of(&bench.prove(SECOND, &and(ada_after(&token), mobile.clone())));
    let by_first = ada_renews(&token);
    let by_second = and(by_first.clone(), mobile);
    for asked in [&by_first, &by_second] {
        let renewed = bench.post(TOKEN_REGENERATE, asked);
        assert_eq!(decode(&token_of(&renewed)).0, decode(&token).0);
    }
    let eve = and(by_first, json!({ "identifierValue": "eve@example.org" }));
    assert_eq!(bench.code(TOKEN_REGENERATE, &eve), 1525);
}

#[test]
fn the_web_may_refuse_to_renew_tokens_of_the_second_factor() {
    let mut bench = Bench::with(|settings| settings.web_renews_mfa_tokens = false);
    let first = bench.sign_in();
    bench.pass(1);
    let second = token_of(&bench.second_factor(&first));
    assert_eq!(bench.code(TOKEN_REGENERATE, &ada_renews(&second)), 1525);
    assert_eq!(bench.code(TOKEN_REGENERATE, &ada_renews(&first)), 200);
}

#[test]
fn a_renewed_token_of_the_second_factor_is_one_still() {
    let mut bench = Bench::new();
    let token = token_of(&signed_in(&mut bench));
    bench.pass(1);
    let renewed = token_of(&bench.post(TOKEN_REGENERATE, &ada_renews(&token)));
    assert_eq!(sign_out(&mut bench, &renewed), 200);
}

#[test]
fn a_token_that_waits_for_the_second_factor_is_not_renewed() {
    let mut bench = Bench::with(|settings| settings.forced_mfa = true);
    let token = bench.sign_in();
    assert_eq!(bench.code(TOKEN_REGENERATE, &ada_renews(&token)), 1525);
}

// Signing out.

#[test]
fn a_signed_out_token_is_of_no_more_use_and_its_key_neither() {
    let mut bench = with_passwords(|_| {});
    let answer = signed_in(&mut bench);
    let token = token_of(&answer);
    assert_eq!(sign_out(&mut bench, &token), 200);
    assert_eq!(sign_out(&mut bench, &token), 1529);
    assert_eq!(bench.code(TOKEN_REGENERATE, &ada_renews(&token)), 1529);
    assert_eq!(bench.code(MFA_TOKEN_GENERATE, &ada_after(&token)), 1529);
    assert_eq!(
        bench.code(MFA_PASSWORD_CHANGE, &changes(&token, "second")),
        1529
    );
    assert_eq!(
        bench.code(MFA_TOKEN_REGENERATE, &with_key(&key_of(&answer))),
        1597
    );
}

#[test]
fn whoever_signs_out_and_in_again_within_a_second_is_signed_in() {
    let mut bench = Bench::new();
    let token = token_of(&signed_in(&mut bench));
    sign_out(&mut bench, &token);
    let again = token_of(&signed_in(&mut bench));
    assert_eq!(again, token, "the same moment gives the same token");
    assert_eq!(bench.code(TOKEN_REGENERATE, &ada_renews(&again)), 200);
}

#[test]
fn a_key_may_outlive_its_sign_out() {
    let mut bench = Bench::with(|settings| settings.expire_kills_key = false);
    let answer = signed_in(&mut bench);
    assert_eq!(sign_out(&mut bench, &token_of(&answer)), 200);
    let renews = with_key(&key_of(&answer));
    assert_eq!(bench.code(MFA_TOKEN_REGENERATE, &renews), 200);
}

#[test]
fn signing_out_leaves_the_same_customers_other_devices_alone() {
    let mut bench = Bench::new();
    let answer = signed_in(&mut bench);
    let first = bench.sign_in();
    let device = json!({ "deviceId": "browser-2" });
    let elsewhere = bench.prove(SECOND, &and(ada_after(&first), device.clone()));
    sign_out(&mut bench, &token_of(&answer));
    let renews = and(with_key(&key_of(&elsewhere)), device);
    assert_eq!(bench.code(MFA_TOKEN_REGENERATE, &renews), 200);
}

#[test]
fn only_a_running_token_of_the_second_factor_is_signed_out() {
    let mut bench = Bench::new();
    let app = token_of(&bench.prove(APP, &ada_on_device()));
    assert_eq!(sign_out(&mut bench, &app), 1531);
    assert_eq!(sign_out(&mut bench, "a.b.c"), 1531);
    bench.pass(1);
    let token = token_of(&signed_in(&mut bench));
    for (wrong, code) in [
        (json!({ "deviceId": "browser-2" }), 1508),
        (json!({ "brand": "Bukl" }), 1509),
        (json!({ "identifierValue": "eve@example.org" }), 1541),
    ] {
        let asked = and(with_token(&token), wrong.clone());
        assert_eq!(bench.code(MFA_TOKEN_EXPIRE, &asked), code, "{wrong}");
    }
    bench.pass(900);
    assert_eq!(sign_out(&mut bench, &token), 1529);
}

#[test]
fn a_sign_out_is_only_done_by_its_verbs() {
    let mut bench = Bench::new();
    let asked = Request::json("PUT", MFA_TOKEN_EXPIRE, "{}");
    let response = bench.engine.handle(bench.now_ms, &asked).response;
    assert_eq!(
        (response.status, response.header("allow")),
        (405, Some("DELETE, POST, OPTIONS"))
    );
}

// Changed passwords of the second factor.

#[test]
fn the_second_password_is_changed_with_a_token_of_the_second_factor_or_one_that_waits_for_it() {
    let mut bench = with_passwords(|_| {});
    let first = token_of(&bench.with_password("first"));
    let change = changes(&first, "second");
    assert_eq!(bench.code(MFA_PASSWORD_CHANGE, &change), 1519);
    bench.pass(1);
    let second = token_of(&bench.second_factor(&first));
    assert_eq!(
        bench.code(MFA_PASSWORD_CHANGE, &changes(&second, "first")),
        1528
    );
    let elsewhere = and(
        changes(&second, "second"),
        json!({ "deviceId": "browser-2" }),
    );
    assert_eq!(bench.code(MFA_PASSWORD_CHANGE, &elsewhere), 1508);
    assert_eq!(
        bench.code(MFA_PASSWORD_CHANGE, &changes(&second, "second")),
        200
    );
    assert_eq!(
        code_of(&bench.with_password("first")),
        200,
        "the first one holds"
    );
}

#[test]
fn a_second_password_that_is_not_used_is_not_changed() {
    let mut bench = with_passwords(|settings| settings.mfa_password = false);
    let first = bench.sign_in();
    bench.pass(1);
    let second = token_of(&bench.second_factor(&first));
    assert_eq!(
        bench.code(MFA_PASSWORD_CHANGE, &changes(&second, "second")),
        1524
    );
}

#[test]
fn a_changed_password_may_end_keys_as_well() {
    for (revokes, code) in [(false, 200), (true, 1597)] {
        let mut bench = with_passwords(|settings| settings.password_change_revokes = revokes);
        let first = bench.sign_in();
        bench.pass(1);
        let answer = bench.second_factor(&first);
        bench.code(MFA_PASSWORD_CHANGE, &changes(&token_of(&answer), "second"));
        let renews = with_key(&key_of(&answer));
        assert_eq!(bench.code(MFA_TOKEN_REGENERATE, &renews), code);
    }
}

#[test]
fn an_app_changes_the_password_of_the_factor_that_its_token_is_of() {
    let mut bench = with_passwords(|_| {});
    let first = token_of(&bench.prove(APP, &ada_on_device()));
    assert_eq!(
        bench.code(MOBILE_PASSWORD_CHANGE, &changes(&first, "first")),
        200
    );
    bench.pass(1);
    let second = token_of(&bench.second_factor(&first));
    assert_eq!(
        bench.code(MOBILE_PASSWORD_CHANGE, &changes(&second, "new")),
        1528
    );
    assert_eq!(
        bench.code(MOBILE_PASSWORD_CHANGE, &changes(&second, "second")),
        200
    );
}

#[test]
fn the_web_changes_the_first_password_with_a_token_of_the_second_factor_too() {
    let mut bench = with_passwords(|_| {});
    let first = token_of(&bench.with_password("first"));
    bench.pass(1);
    let second = token_of(&bench.second_factor(&first));
    assert_eq!(bench.code(PASSWORD_CHANGE, &changes(&second, "first")), 200);
    assert_eq!(code_of(&bench.with_password("new")), 200);
}

// Apps.

#[test]
fn an_app_gets_a_token_bound_to_its_device_and_a_key_that_renews_it() {
    let mut bench = with_passwords(|settings| settings.mobile_life_s = 3600);
    let answer = bench.prove(APP, &ada_on_device());
    assert_eq!(answer["user"]["userRegisteredForPassword"], true);
    let (header, claims) = decode(&token_of(&answer));
    assert_eq!(header["dev"], "browser-1");
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
        3600
    );
    let renewed = bench.post(MOBILE_TOKEN_REGENERATE, &with_key(&key_of(&answer)));
    assert_eq!(decode(&token_of(&renewed)).0, header);
    assert_eq!(renewed["user"]["userRegisteredForPassword"], true);
}

#[test]
fn an_app_must_stay_on_its_device() {
    let mut bench = Bench::new();
    let session = bench.open_as(MOBILE_TOKEN_GENERATE, &ada_on_device());
    let held = and(
        ada_on_device(),
        json!({ "sessionId": session, "deviceId": "browser-2" }),
    );
    assert_eq!(bench.code(MOBILE_OTP_GENERATE, &held), 1508);
    let token = token_of(&bench.prove(APP, &ada_on_device()));
    let elsewhere = and(ada_after(&token), json!({ "deviceId": "browser-2" }));
    assert_eq!(bench.code(MFA_TOKEN_GENERATE, &elsewhere), 1508);
    assert_eq!(bench.code(MFA_TOKEN_GENERATE, &ada_after(&token)), 200);
}

#[test]
fn the_web_goes_on_with_an_apps_session_but_an_app_not_with_the_webs() {
    let mut bench = Bench::new();
    let session = bench.open_as(MOBILE_TOKEN_GENERATE, &ada_on_device());
    let held = and(ada(), json!({ "sessionId": session }));
    assert_eq!(bench.code(OTP_GENERATE, &held), 200);
    let code = bench.last_code();
    let answer = bench.post(OTP_VALIDATE, &ada_types(&session, code));
    assert_eq!(decode(&token_of(&answer)).0["dev"], Value::Null);
    assert_eq!(answer["auth"]["key"], Value::Null);

    let session = bench.open();
    let held = and(ada_on_device(), json!({ "sessionId": session }));
    assert_eq!(bench.code(MOBILE_OTP_GENERATE, &held), 1508);
}

#[test]
fn a_password_proved_in_an_app_gives_a_key_that_says_it_is_of_the_first_factor() {
    let mut bench = with_passwords(|_| {});
    let session = bench.open_as(MOBILE_TOKEN_GENERATE, &ada_on_device());
    let typed = and(
        ada_on_device(),
        json!({ "sessionId": session, "password": "first" }),
    );
    let answer = bench.post(MOBILE_PASSWORD_VALIDATE, &typed);
    assert_eq!(decode(&key_of(&answer)).1["mfa"], false);
    let by_code = bench.prove(APP, &ada_on_device());
    assert_eq!(key_of(&by_code), key_of(&answer), "and stays the same");
}

#[test]
fn an_app_renews_by_a_user_name_only_with_an_address_and_perhaps_only_with_passwords() {
    let mut bench = Bench::new();
    let name = json!({
        "identifierType": "USERNAME", "identifierValue": "ada", "mobile": "919999922332", "brand": "DocDemo",
        "deviceId": "browser-1",
    });
    let key = key_of(&bench.prove(APP, &name));
    let renews = and(name, json!({ "key": key }));
    let without = and(renews.clone(), json!({ "mobile": null }));
    assert_eq!(bench.code(MOBILE_TOKEN_REGENERATE, &without), 1540);
    assert_eq!(bench.code(MOBILE_TOKEN_REGENERATE, &renews), 200);
    bench.engine.settings_mut().renew_needs_password_brand = true;
    assert_eq!(bench.code(MOBILE_TOKEN_REGENERATE, &renews), 1524);
    bench.engine.settings_mut().password_brand = true;
    assert_eq!(bench.code(MOBILE_TOKEN_REGENERATE, &renews), 200);
}

#[test]
fn an_app_whose_customer_owes_a_second_factor_renews_no_more_than_that() {
    let mut bench = Bench::with(|settings| settings.forced_mfa = true);
    let key = key_of(&bench.prove(APP, &ada_on_device()));
    let renewed = bench.post(MOBILE_TOKEN_REGENERATE, &with_key(&key));
    assert_eq!(renewed["user"]["role"], "MFA_PENDING");
    assert_eq!(decode(&token_of(&renewed)).1["rol"], "MFA_PENDING");
}
