//! The second factor: who owes it, what opens it, what proves it.
#![allow(clippy::unwrap_used, reason = "a test that finds nothing should fail")]

mod bench;

use ae_engine::{Customer, Settings};
use bench::{
    Bench, MFA_OTP_GENERATE, MFA_OTP_VALIDATE, MFA_PASSWORD_FORGET, MFA_PASSWORD_VALIDATE,
    MFA_TOKEN_GENERATE, OTP_GENERATE, OTP_VALIDATE, TOKEN_GENERATE,
};
use bench::{ada, ada_after, ada_in, ada_second, and, code_of, decode, key_of, token_of, with_ada};
use serde_json::{Value, json};

/// A bench for Ada, enrolled for a second factor.
fn enrolled(set: impl FnOnce(&mut Settings)) -> Bench {
    Bench::with(|settings| {
        settings.mfa_password = true;
        let customer = Customer {
            mfa: true,
            mobile: Some("919999922332".to_owned()),
            ..Customer::new("4068291")
        };
        with_ada(settings, customer);
        set(settings);
    })
}

/// Ada's other identifier.
fn by_mobile(token: &str) -> Value {
    by("MOBILE", "919999922332", token)
}

fn by(kind: &str, value: &str, token: &str) -> Value {
    and(
        ada_after(token),
        json!({ "identifierType": kind, "identifierValue": value }),
    )
}

/// Ada's session of the second factor with a first password of her own.
fn with_new_password(token: &str, password: &str) -> Value {
    and(
        ada_after(token),
        json!({ "password": password, "confirmPassword": password }),
    )
}

fn role(token: &str) -> String {
    decode(token).1["rol"].as_str().unwrap().to_owned()
}

// Who owes it.

#[test]
fn an_enrolled_customer_owes_a_second_factor_and_others_do_not() {
    let mut bench = enrolled(|_| {});
    assert_eq!(role(&bench.sign_in()), "MFA_PENDING");
    assert_eq!(role(&Bench::new().sign_in()), "USER");
}

#[test]
fn everybody_owes_it_where_it_is_forced() {
    let mut bench = Bench::with(|settings| settings.forced_mfa = true);
    assert_eq!(role(&bench.sign_in()), "MFA_PENDING");
}

#[test]
fn nobody_owes_what_the_organisation_does_not_have_and_its_calls_are_refused() {
    let mut bench = enrolled(|settings| settings.mfa = false);
    let token = bench.sign_in();
    assert_eq!(role(&token), "USER");
    assert_eq!(bench.code(MFA_TOKEN_GENERATE, &ada_after(&token)), 1504);
}

#[test]
fn a_second_code_signs_in_and_gives_a_key() {
    let mut bench = enrolled(|_| {});
    let token = bench.sign_in();
    let answer = bench.second_factor(&token);
    let user = json!({ "appRegistered": false, "sessionId": null, "role": "USER", "userRegisteredForPassword": false });
    assert_eq!(answer["user"], user);
    let (header, claims) = decode(&token_of(&answer));
    assert_eq!(header["dev"], "browser-1");
    assert_eq!(
        (&claims["rol"], &claims["uid"]),
        (&json!("USER"), &json!("4068291"))
    );
    let (_, claims) = decode(&key_of(&answer));
    assert_eq!(claims["mfa"], true);
}

#[test]
fn a_customer_who_owes_nothing_may_prove_a_second_factor_too() {
    let mut bench = Bench::new();
    let token = bench.sign_in();
    assert_eq!(code_of(&bench.second_factor(&token)), 200);
}

// Sessions.

#[test]
fn sessions_of_the_two_factors_are_not_taken_for_each_other() {
    let mut bench = enrolled(|_| {});
    let token = bench.sign_in();
    let (first, second) = (bench.open(), bench.open_second(&token));
    assert_eq!(bench.code(MFA_OTP_GENERATE, &ada_second(&first)), 1505);
    assert_eq!(bench.code(OTP_GENERATE, &ada_in(&second)), 1505);
    assert_eq!(bench.code(MFA_OTP_GENERATE, &ada_second(&second)), 200);
    assert_eq!(bench.code(OTP_GENERATE, &ada_in(&first)), 200);
}

#[test]
fn a_session_of_the_second_factor_has_a_life_of_its_own() {
    let mut bench = enrolled(|settings| settings.mfa_session_life_s = 60);
    let token = bench.sign_in();
    let session = bench.open_second(&token);
    bench.pass(59);
    assert_eq!(bench.code(MFA_OTP_GENERATE, &ada_second(&session)), 200);
    bench.pass(1);
    assert_eq!(bench.code(MFA_OTP_GENERATE, &ada_second(&session)), 1505);
}

#[test]
fn a_session_of_the_second_factor_is_used_up_by_its_proof() {
    let mut bench = enrolled(|settings| settings.code = Some("999999".to_owned()));
    let token = bench.sign_in();
    let session = bench.open_second(&token);
    bench.code(MFA_OTP_GENERATE, &ada_second(&session));
    let types = and(ada_second(&session), json!({ "otp": 999_999 }));
    assert_eq!(bench.code(MFA_OTP_VALIDATE, &types), 200);
    assert_eq!(bench.code(MFA_OTP_VALIDATE, &types), 1505);
}

#[test]
fn another_device_than_the_sessions_gets_1508() {
    let mut bench = enrolled(|_| {});
    let token = bench.sign_in();
    let session = bench.open_second(&token);
    let other = and(ada_second(&session), json!({ "deviceId": "browser-2" }));
    assert_eq!(bench.code(MFA_OTP_GENERATE, &other), 1508);
}

#[test]
fn a_device_named_by_a_number_is_the_device_named_by_its_digits() {
    let mut bench = enrolled(|_| {});
    let token = bench.sign_in();
    let number = and(ada_after(&token), json!({ "deviceId": 1234 }));
    let session = bench.open_as(MFA_TOKEN_GENERATE, &number);
    let text = and(ada_second(&session), json!({ "deviceId": "1234" }));
    assert_eq!(bench.code(MFA_OTP_GENERATE, &text), 200);
}

#[test]
fn another_brand_or_identifier_than_the_sessions_is_refused() {
    let mut bench = enrolled(|_| {});
    let token = bench.sign_in();
    let session = bench.open_as(MFA_TOKEN_GENERATE, &by_mobile(&token));
    let held = and(by_mobile(&token), json!({ "sessionId": session }));
    for (wrong, code) in [
        (json!({ "brand": "Bukl" }), 1509),
        (json!({ "identifierValue": "919999922333" }), 1507),
        (ada(), 1541),
    ] {
        let code_was = bench.code(MFA_OTP_GENERATE, &and(held.clone(), wrong.clone()));
        assert_eq!(code_was, code, "{wrong}");
    }
    let shouted = and(held, json!({ "brand": "DOCDEMO" }));
    assert_eq!(bench.code(MFA_OTP_GENERATE, &shouted), 200);
}

// What opens it.

#[test]
fn a_token_that_is_not_ours_or_proves_nobody_opens_nothing() {
    let mut bench = enrolled(|_| {});
    let view = token_of(&bench.post(TOKEN_GENERATE, &ada()));
    assert_eq!(bench.code(MFA_TOKEN_GENERATE, &ada_after(&view)), 1519);
    let token = bench.sign_in();
    bench.engine.settings_mut().secret = "another".to_owned();
    assert_eq!(bench.code(MFA_TOKEN_GENERATE, &ada_after(&token)), 1519);
}

#[test]
fn an_ended_token_opens_nothing() {
    let mut bench = enrolled(|_| {});
    let token = bench.sign_in();
    bench.pass(899);
    assert_eq!(bench.code(MFA_TOKEN_GENERATE, &ada_after(&token)), 200);
    bench.pass(1);
    assert_eq!(bench.code(MFA_TOKEN_GENERATE, &ada_after(&token)), 1529);
}

#[test]
fn a_token_of_another_brand_opens_nothing() {
    let mut bench = enrolled(|_| {});
    let token = bench.sign_in();
    let other = and(ada_after(&token), json!({ "brand": "Bukl" }));
    assert_eq!(bench.code(MFA_TOKEN_GENERATE, &other), 1509);
}

#[test]
fn a_key_is_no_token_that_opens_anything() {
    let mut bench = enrolled(|_| {});
    let token = bench.sign_in();
    let key = key_of(&bench.second_factor(&token));
    assert_eq!(bench.code(MFA_TOKEN_GENERATE, &ada_after(&key)), 1519);
}

#[test]
fn a_token_of_the_web_is_refused_only_where_devices_are_checked() {
    let mut bench = enrolled(|settings| settings.mfa_device_check = true);
    let token = bench.sign_in();
    assert_eq!(bench.code(MFA_TOKEN_GENERATE, &ada_after(&token)), 1508);
    bench.engine.settings_mut().mfa_device_check = false;
    assert_eq!(bench.code(MFA_TOKEN_GENERATE, &ada_after(&token)), 200);
}

#[test]
fn a_token_of_somebody_who_is_no_more_opens_nothing() {
    let mut bench = enrolled(|_| {});
    let token = bench.sign_in();
    bench.engine.settings_mut().customers.clear();
    assert_eq!(bench.code(MFA_TOKEN_GENERATE, &ada_after(&token)), 1515);
}

// The second identifier.

#[test]
fn the_second_factor_may_go_by_another_identifier_and_its_token_names_the_same_customer() {
    let mut bench = enrolled(|_| {});
    let token = bench.sign_in();
    let calls = [MFA_TOKEN_GENERATE, MFA_OTP_GENERATE, MFA_OTP_VALIDATE];
    let answer = bench.prove(calls, &by_mobile(&token));
    let (header, claims) = decode(&token_of(&answer));
    assert_eq!(header["idv"], json!(["MOBILE|919999922332"]));
    assert_eq!(claims["uid"], "4068291");
    assert_eq!(bench.engine.outbox().last().unwrap().to, "919999922332");
}

#[test]
fn a_second_identifier_that_is_not_the_known_one_gets_1541() {
    let mut bench = enrolled(|_| {});
    let token = bench.sign_in();
    for (kind, value) in [("MOBILE", "919999900000"), ("EMAIL", "eve@example.org")] {
        assert_eq!(
            bench.code(MFA_TOKEN_GENERATE, &by(kind, value, &token)),
            1541
        );
    }
}

#[test]
fn a_second_identifier_of_somebody_else_gets_1541() {
    let mut bench = Bench::new();
    let token = bench.sign_in();
    bench
        .engine
        .register_customer("919999922332", Some("7"), false);
    assert_eq!(bench.code(MFA_TOKEN_GENERATE, &by_mobile(&token)), 1541);
}

#[test]
fn a_second_identifier_is_learned_once_it_is_proved() {
    let mut bench = Bench::new();
    let token = bench.sign_in();
    let calls = [MFA_TOKEN_GENERATE, MFA_OTP_GENERATE, MFA_OTP_VALIDATE];
    let other = by("MOBILE", "919999900000", &token);
    bench.post(MFA_TOKEN_GENERATE, &other);
    assert_eq!(
        bench.code(MFA_TOKEN_GENERATE, &by_mobile(&token)),
        200,
        "nothing is proved yet"
    );
    bench.prove(calls, &by_mobile(&token));
    assert_eq!(bench.code(MFA_TOKEN_GENERATE, &other), 1541);

    let who = json!({ "identifierType": "MOBILE", "identifierValue": "919999922332", "brand": "DocDemo" });
    let answer = bench.prove([TOKEN_GENERATE, OTP_GENERATE, OTP_VALIDATE], &who);
    let uid = |token: &str| decode(token).1["uid"].clone();
    assert_eq!(
        uid(&token_of(&answer)),
        uid(&token),
        "it is the same person"
    );
}

#[test]
fn a_second_external_id_must_be_switched_on_and_its_code_goes_to_the_customers_mobile() {
    let mut bench = enrolled(|_| {});
    let token = bench.sign_in();
    let card = by("EXTERNALID", "card-7", &token);
    assert_eq!(bench.code(MFA_TOKEN_GENERATE, &card), 3005);
    bench.engine.settings_mut().external_id = true;
    let calls = [MFA_TOKEN_GENERATE, MFA_OTP_GENERATE, MFA_OTP_VALIDATE];
    assert_eq!(code_of(&bench.prove(calls, &card)), 200);
    assert_eq!(bench.engine.outbox().last().unwrap().to, "919999922332");
}

#[test]
fn the_second_identifier_may_be_left_out_where_it_is_filled_in() {
    let mut bench = enrolled(|_| {});
    let token = bench.sign_in();
    let nobody = json!({ "identifierType": null, "identifierValue": null });
    let nameless = and(ada_after(&token), nobody.clone());
    assert_eq!(bench.code(MFA_TOKEN_GENERATE, &nameless), 1519);
    bench.engine.settings_mut().auto_fill_second_identifier = true;
    let session = bench.open_as(MFA_TOKEN_GENERATE, &nameless);
    let held = and(ada_second(&session), nobody);
    assert_eq!(bench.code(MFA_OTP_GENERATE, &held), 200);
    assert_eq!(bench.engine.outbox().last().unwrap().to, "ada@example.org");
}

// Codes.

#[test]
fn a_second_code_may_go_by_another_channel_that_is_configured_and_has_an_address() {
    let mut bench = enrolled(|settings| settings.fallback_channels = vec!["WHATSAPP".to_owned()]);
    let token = bench.sign_in();
    let session = bench.open_second(&token);
    let by = |channel: &str| format!("{MFA_OTP_GENERATE}?fallbackChannel={channel}");
    let held = ada_second(&session);
    assert_eq!(bench.code(&by("ZALO"), &held), 1603);
    assert_eq!(bench.code(&by("WHATSAPP"), &held), 1601);
    let with_mobile = and(held, json!({ "mobile": "919999922332" }));
    assert_eq!(bench.code(&by("WHATSAPP"), &with_mobile), 200);
    let message = bench.engine.outbox().last().unwrap();
    assert_eq!(
        (message.channel.as_str(), message.to.as_str()),
        ("WHATSAPP", "919999922332")
    );
}

#[test]
fn a_second_code_for_a_name_goes_to_the_address_on_record_and_nowhere_without_one() {
    let mut bench = enrolled(|settings| {
        let customer = Customer {
            username: Some("ada".to_owned()),
            ..Customer::new("7")
        };
        settings.customers.insert("ada".to_owned(), customer);
        settings.forced_mfa = true;
    });
    let name = json!({ "identifierType": "USERNAME", "identifierValue": "ada", "brand": "DocDemo", "mobile": "91" });
    let calls = [TOKEN_GENERATE, OTP_GENERATE, OTP_VALIDATE];
    let token = token_of(&bench.prove(calls, &name));
    let second = by("USERNAME", "ada", &token);
    let session = bench.open_as(MFA_TOKEN_GENERATE, &second);
    let held = and(second, json!({ "sessionId": session }));
    assert_eq!(bench.code(MFA_OTP_GENERATE, &held), 1540);
    let customers = &mut bench.engine.settings_mut().customers;
    customers.get_mut("ada").unwrap().email = Some("ada@work.example".to_owned());
    assert_eq!(bench.code(MFA_OTP_GENERATE, &held), 200);
    let message = bench.engine.outbox().last().unwrap();
    assert_eq!(
        (message.channel.as_str(), message.to.as_str()),
        ("EMAIL", "ada@work.example")
    );
}

#[test]
fn second_codes_count_against_the_quota() {
    let mut bench = enrolled(|settings| settings.quota = Some(2));
    let token = bench.sign_in();
    let session = bench.open_second(&token);
    let codes = [(); 2].map(|()| bench.code(MFA_OTP_GENERATE, &ada_second(&session)));
    assert_eq!(codes, [200, 1534]);
}

#[test]
fn one_wrong_second_code_too_many_ends_the_session() {
    let mut bench = enrolled(|settings| settings.mfa_tries = 2);
    let token = bench.sign_in();
    let session = bench.open_second(&token);
    bench.code(MFA_OTP_GENERATE, &ada_second(&session));
    let wrong = and(ada_second(&session), json!({ "otp": "x" }));
    let codes: Vec<_> = (0..4)
        .map(|_| bench.code(MFA_OTP_VALIDATE, &wrong))
        .collect();
    assert_eq!(codes, [1506, 1506, 1518, 1505]);
}

#[test]
fn a_second_code_that_was_never_sent_gets_1537() {
    let mut bench = enrolled(|_| {});
    let token = bench.sign_in();
    let session = bench.open_second(&token);
    let typed = and(ada_second(&session), json!({ "otp": "999999" }));
    assert_eq!(bench.code(MFA_OTP_VALIDATE, &typed), 1537);
}

// Passwords.

#[test]
fn a_first_second_password_counts_once_a_code_is_proved() {
    let mut bench = enrolled(|_| {});
    let token = bench.sign_in();
    let opened = bench.post(MFA_TOKEN_GENERATE, &with_new_password(&token, "12345"));
    assert_eq!(opened["user"]["userRegisteredForPassword"], false);
    let again = bench.post(MFA_TOKEN_GENERATE, &ada_after(&token));
    assert_eq!(
        again["user"]["userRegisteredForPassword"], false,
        "nothing is proved yet"
    );

    let calls = [MFA_TOKEN_GENERATE, MFA_OTP_GENERATE, MFA_OTP_VALIDATE];
    let answer = bench.prove(calls, &with_new_password(&token, "12345"));
    assert_eq!(answer["user"]["userRegisteredForPassword"], true);
    let again = bench.post(MFA_TOKEN_GENERATE, &ada_after(&token));
    assert_eq!(again["user"]["userRegisteredForPassword"], true);
    let session = again["user"]["sessionId"].as_str().unwrap();
    let typed = and(ada_second(session), json!({ "password": "12345" }));
    let answer = bench.post(MFA_PASSWORD_VALIDATE, &typed);
    assert_eq!(code_of(&answer), 200);
    assert_eq!(answer["identifiers"], json!({ "identifierList": null }));
    assert_eq!(role(&token_of(&answer)), "USER");
}

#[test]
fn a_second_password_is_not_the_first_one() {
    let mut bench = enrolled(|settings| {
        settings.password_brand = true;
        let customer = Customer {
            password: Some("first".to_owned()),
            mfa_password: Some("second".to_owned()),
            ..Customer::new("4068291")
        };
        with_ada(settings, customer);
    });
    let token = token_of(&bench.with_password("first"));
    let session = bench.open_second(&token);
    let typed = |password: &str| and(ada_second(&session), json!({ "password": password }));
    assert_eq!(bench.code(MFA_PASSWORD_VALIDATE, &typed("first")), 1528);
    assert_eq!(bench.code(MFA_PASSWORD_VALIDATE, &typed("second")), 200);
}

#[test]
fn a_first_second_password_is_refused_for_what_is_wrong_with_it() {
    let mut bench = enrolled(|settings| settings.mfa_password_policy = Some(".{5,}".to_owned()));
    let token = bench.sign_in();
    let unlike = and(
        with_new_password(&token, "12345"),
        json!({ "confirmPassword": "12346" }),
    );
    assert_eq!(bench.code(MFA_TOKEN_GENERATE, &unlike), 1521);
    let short = with_new_password(&token, "1234");
    assert_eq!(bench.code(MFA_TOKEN_GENERATE, &short), 1542);
    bench.engine.settings_mut().mfa_password = false;
    let unused = with_new_password(&token, "12345");
    assert_eq!(bench.code(MFA_TOKEN_GENERATE, &unused), 1524);
}

#[test]
fn a_second_password_sent_by_somebody_who_has_one_means_nothing() {
    let mut bench = enrolled(|settings| {
        settings.mfa_password_policy = Some(".{5,}".to_owned());
        let customer = Customer {
            mfa_password: Some("12345".to_owned()),
            ..Customer::new("4068291")
        };
        with_ada(settings, customer);
    });
    let token = bench.sign_in();
    let calls = [MFA_TOKEN_GENERATE, MFA_OTP_GENERATE, MFA_OTP_VALIDATE];
    let answer = bench.prove(calls, &with_new_password(&token, "1"));
    assert_eq!(code_of(&answer), 200);
    let session = bench.open_second(&token);
    let typed = and(ada_second(&session), json!({ "password": "12345" }));
    assert_eq!(bench.code(MFA_PASSWORD_VALIDATE, &typed), 200);
}

#[test]
fn without_the_code_a_first_second_password_counts_at_once_and_is_then_proved() {
    let mut bench = enrolled(|settings| settings.skip_otp_validate = true);
    let token = bench.sign_in();
    let opened = bench.post(MFA_TOKEN_GENERATE, &with_new_password(&token, "12345"));
    assert_eq!(opened["user"]["userRegisteredForPassword"], true);
    let session = opened["user"]["sessionId"].as_str().unwrap();
    let typed = and(ada_second(session), json!({ "password": "12345" }));
    assert_eq!(bench.code(MFA_PASSWORD_VALIDATE, &typed), 200);
}

#[test]
fn a_replaced_second_password_counts_once_a_code_is_proved_or_at_once() {
    for (at_once, code) in [(false, 1528), (true, 200)] {
        let mut bench = enrolled(|settings| {
            settings.skip_otp_validate_reset = at_once;
            let customer = Customer {
                mfa_password: Some("old".to_owned()),
                ..Customer::new("4068291")
            };
            with_ada(settings, customer);
        });
        let token = bench.sign_in();
        let session = bench.open_second(&token);
        let held = ada_second(&session);
        let new = json!({ "password": "new", "confirmPassword": "new" });
        assert_eq!(
            bench.code(MFA_PASSWORD_FORGET, &and(held.clone(), new)),
            200
        );
        let typed = and(held, json!({ "password": "new" }));
        assert_eq!(bench.code(MFA_PASSWORD_VALIDATE, &typed), code);
        if !at_once {
            assert_eq!(code_of(&bench.second_factor(&token)), 200);
            let session = bench.open_second(&token);
            let typed = and(ada_second(&session), json!({ "password": "new" }));
            assert_eq!(bench.code(MFA_PASSWORD_VALIDATE, &typed), 200);
        }
    }
}

#[test]
fn one_wrong_second_password_too_many_ends_the_session() {
    let mut bench = enrolled(|settings| {
        settings.mfa_password_tries = 1;
        let customer = Customer {
            mfa_password: Some("12345".to_owned()),
            ..Customer::new("4068291")
        };
        with_ada(settings, customer);
    });
    let token = bench.sign_in();
    let session = bench.open_second(&token);
    let wrong = and(ada_second(&session), json!({ "password": "x" }));
    let codes: Vec<_> = (0..3)
        .map(|_| bench.code(MFA_PASSWORD_VALIDATE, &wrong))
        .collect();
    assert_eq!(codes, [1528, 1530, 1505]);
}

#[test]
fn a_second_password_nobody_set_is_not_proved_nor_replaced() {
    let mut bench = enrolled(|_| {});
    let token = bench.sign_in();
    let session = bench.open_second(&token);
    let typed = and(ada_second(&session), json!({ "password": "12345" }));
    assert_eq!(bench.code(MFA_PASSWORD_VALIDATE, &typed), 1526);
    let new = and(typed, json!({ "confirmPassword": "12345" }));
    assert_eq!(bench.code(MFA_PASSWORD_FORGET, &new), 1532);
}
