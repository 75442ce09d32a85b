//! The engine's rules: what each call demands, and which code a breach costs.
#![allow(clippy::unwrap_used, reason = "a test that finds nothing should fail")]

mod bench;

use ae_engine::{Customer, Endpoint, Request};
use bench::{Bench, NOW_MS, OTP_GENERATE, OTP_VALIDATE, TOKEN_GENERATE, TOKEN_REGENERATE};
use bench::{ada, ada_in, ada_renews, ada_types, and, code_of, decode, json_of};
use serde_json::{Value, json};

/// A right request for each call, for a bench in the state it needs.
fn right_requests(bench: &mut Bench) -> Vec<(&'static str, Value)> {
    let token = bench.sign_in();
    let (session, code) = bench.ask_for_code();
    vec![
        (TOKEN_REGENERATE, ada_renews(&token)),
        (OTP_GENERATE, ada_in(&session)),
        (OTP_VALIDATE, ada_types(&session, code)),
        (TOKEN_GENERATE, ada()),
    ]
}

fn fixed(code: &str) -> Bench {
    Bench::with(|settings| settings.code = Some(code.to_owned()))
}

// What a request must have.

#[test]
fn every_field_a_call_needs_is_demanded() {
    let mut bench = fixed("999999");
    for (path, right) in right_requests(&mut bench) {
        for name in right.as_object().unwrap().keys() {
            for wrong in [
                and(right.clone(), json!({ name: null })),
                and(right.clone(), json!({ name: "" })),
            ] {
                let response = bench.response(path, &wrong);
                if name == "identifierType" && wrong.get(name).is_some() {
                    assert_eq!(response.status, 400, "{path} with {wrong}");
                } else {
                    assert_eq!(code_of(&json_of(&response)), 1519, "{path} with {wrong}");
                }
            }
        }
        assert_eq!(bench.code(path, &right), 200, "{path} with {right}");
    }
}

#[test]
fn every_field_must_have_its_type() {
    let mut bench = fixed("999999");
    for (path, right) in right_requests(&mut bench) {
        for name in right.as_object().unwrap().keys() {
            for value in [json!(7.5), json!(true), json!(["x"]), json!({ "x": 1 })] {
                let wrong = and(right.clone(), json!({ name: value }));
                let expected = if name == "identifierType" { 1546 } else { 1519 };
                assert_eq!(bench.code(path, &wrong), expected, "{path} with {wrong}");
            }
        }
    }
}

#[test]
fn a_field_that_is_null_is_a_field_that_is_missing() {
    let mut bench = Bench::new();
    let body = r#"{"identifierType":null,"identifierValue":"ada@example.org","brand":"DocDemo"}"#;
    let response = bench
        .engine
        .handle(NOW_MS, &Request::post(TOKEN_GENERATE, body))
        .response;
    assert_eq!(code_of(&json_of(&response)), 1519);
}

#[test]
fn unknown_fields_are_ignored() {
    let mut bench = fixed("999999");
    for (path, right) in right_requests(&mut bench) {
        let more = and(
            right,
            json!({ "somethingNew": { "deep": [1, 2] }, "hash": "x" }),
        );
        assert_eq!(bench.code(path, &more), 200, "{path}");
    }
}

#[test]
fn a_device_is_taken_as_text_or_number_and_never_used() {
    let mut bench = fixed("999999");
    for (path, right) in right_requests(&mut bench) {
        let broken = and(right.clone(), json!({ "deviceId": [] }));
        assert_eq!(bench.code(path, &broken), 1519, "{path}");
        let named = if path == OTP_GENERATE {
            json!("deviceid1")
        } else {
            json!(1234)
        };
        let answer = bench.post(path, &and(right, json!({ "deviceId": named })));
        assert_eq!(code_of(&answer), 200, "{path}");
        if let Some(token) = answer.pointer("/auth/token") {
            assert_eq!(decode(token.as_str().unwrap()).0["dev"], Value::Null);
        }
    }
}

#[test]
fn an_unknown_kind_of_identifier_gets_plain_text() {
    let mut bench = fixed("999999");
    for (path, right) in right_requests(&mut bench) {
        let response = bench.response(path, &and(right, json!({ "identifierType": "MOBIL" })));
        assert_eq!(response.status, 400);
        let only = json!({ "identifierType": "MOBIL" });
        assert_eq!(
            bench.response(path, &only).status,
            400,
            "it is looked at before all else"
        );
        assert_eq!(response.header("content-type"), Some("text/plain"));
        let text = String::from_utf8(response.body).unwrap();
        assert!(text.contains("from String \"MOBIL\""), "{text}");
        assert!(
            text.contains("[MOBILE, EMAIL, USERNAME, EXTERNALID]"),
            "{text}"
        );
    }
}

#[test]
fn a_body_that_is_no_json_object_gets_an_empty_object() {
    let mut bench = Bench::new();
    for body in [
        "",
        "{",
        "[]",
        "\"x\"",
        "null",
        "{\"brand\":",
        "\u{feff}{}",
        "identifierType=EMAIL",
    ] {
        for endpoint in Endpoint::ALL {
            let response = bench
                .engine
                .handle(NOW_MS, &Request::post(endpoint.path(), body))
                .response;
            assert_eq!(
                (response.status, response.body.as_slice()),
                (400, b"{}".as_slice()),
                "{body}"
            );
        }
    }
}

#[test]
fn a_deeply_nested_body_is_refused_and_not_followed() {
    let mut bench = Bench::new();
    let deep = format!("{{\"brand\":{}", "[".repeat(100_000));
    let response = bench
        .engine
        .handle(NOW_MS, &Request::post(TOKEN_GENERATE, deep))
        .response;
    assert_eq!(response.status, 400);
}

#[test]
fn a_body_that_is_not_called_json_is_refused() {
    let mut bench = Bench::new();
    let mut request = Request::post(TOKEN_GENERATE, ada().to_string());
    request.headers = vec![(
        "content-type".to_owned(),
        "text/plain;charset=UTF-8".to_owned(),
    )];
    assert_eq!(bench.engine.handle(NOW_MS, &request).response.status, 415);
    request.headers = vec![(
        "content-type".to_owned(),
        "application/json; charset=utf-8".to_owned(),
    )];
    assert_eq!(bench.engine.handle(NOW_MS, &request).response.status, 200);
}

#[test]
fn an_identifier_must_look_like_its_kind() {
    let mut bench = Bench::new();
    for (kind, value) in [
        ("MOBILE", "+919999922332"),
        ("MOBILE", "99 99"),
        ("EMAIL", "ada"),
        ("EMAIL", "@example.org"),
    ] {
        let wrong = and(
            ada(),
            json!({ "identifierType": kind, "identifierValue": value }),
        );
        assert_eq!(bench.code(TOKEN_GENERATE, &wrong), 1519, "{wrong}");
    }
    let leading_zero = and(
        ada(),
        json!({ "identifierType": "MOBILE", "identifierValue": "0495678923" }),
    );
    assert_eq!(bench.code(TOKEN_GENERATE, &leading_zero), 200);
}

#[test]
fn an_external_id_must_be_switched_on() {
    let mut bench = Bench::new();
    let who = and(
        ada(),
        json!({ "identifierType": "EXTERNALID", "identifierValue": "card-7" }),
    );
    assert_eq!(bench.code(TOKEN_GENERATE, &who), 3005);
    bench.engine.settings_mut().external_id = true;
    assert_eq!(bench.code(TOKEN_GENERATE, &who), 200);
}

// Brands.

#[test]
fn a_brand_that_does_not_exist_gets_1504() {
    let mut bench = Bench::with(|settings| settings.brands = Some(vec!["Bukl".to_owned()]));
    assert_eq!(bench.code(TOKEN_GENERATE, &ada()), 1504);
    assert_eq!(
        bench.code(TOKEN_GENERATE, &and(ada(), json!({ "brand": "BUKL" }))),
        200
    );
}

#[test]
fn a_brand_is_compared_without_case() {
    let mut bench = Bench::new();
    let (session, code) = bench.ask_for_code();
    let shouted = and(ada_types(&session, code), json!({ "brand": "DOCDEMO" }));
    let answer = bench.post(OTP_VALIDATE, &shouted);
    let renews = and(
        ada(),
        json!({ "brand": "docdemo", "expiredToken": answer["auth"]["token"] }),
    );
    assert_eq!(bench.code(TOKEN_REGENERATE, &renews), 200);
}

#[test]
fn another_brand_than_the_sessions_gets_1509() {
    let mut bench = Bench::new();
    let token = bench.sign_in();
    let (session, code) = bench.ask_for_code();
    let other = json!({ "brand": "Bukl" });
    assert_eq!(
        bench.code(OTP_GENERATE, &and(ada_in(&session), other.clone())),
        1509
    );
    assert_eq!(
        bench.code(
            OTP_VALIDATE,
            &and(ada_types(&session, code.clone()), other.clone())
        ),
        1509
    );
    assert_eq!(
        bench.code(TOKEN_REGENERATE, &and(ada_renews(&token), other)),
        1509
    );
    assert_eq!(
        bench.code(OTP_VALIDATE, &ada_types(&session, code)),
        200,
        "the session is unharmed"
    );
}

// Sessions.

#[test]
fn a_session_that_never_was_gets_1505() {
    let mut bench = Bench::new();
    let unknown = "P-00000000-0000-4000-8000-000000000000";
    assert_eq!(bench.code(OTP_GENERATE, &ada_in(unknown)), 1505);
    assert_eq!(
        bench.code(OTP_VALIDATE, &ada_types(unknown, "999999")),
        1505
    );
}

#[test]
fn a_session_ends_with_its_time() {
    let mut bench = fixed("999999");
    let (session, code) = bench.ask_for_code();
    bench.pass(899);
    assert_eq!(bench.code(OTP_GENERATE, &ada_in(&session)), 200);
    bench.pass(1);
    assert_eq!(
        bench.code(OTP_GENERATE, &ada_in(&session)),
        1505,
        "using it did not lengthen it"
    );
    assert_eq!(bench.code(OTP_VALIDATE, &ada_types(&session, code)), 1505);
}

#[test]
fn turning_the_engines_clock_ends_a_session() {
    let mut bench = Bench::new();
    let session = bench.open();
    bench.engine.settings_mut().clock_offset_s = 900;
    assert_eq!(bench.code(OTP_GENERATE, &ada_in(&session)), 1505);
}

#[test]
fn a_session_is_used_up_by_a_proved_code() {
    let mut bench = Bench::new();
    let (session, code) = bench.ask_for_code();
    assert_eq!(
        bench.code(OTP_VALIDATE, &ada_types(&session, code.clone())),
        200
    );
    assert_eq!(bench.code(OTP_VALIDATE, &ada_types(&session, code)), 1505);
    assert_eq!(bench.code(OTP_GENERATE, &ada_in(&session)), 1505);
}

#[test]
fn a_new_session_ends_the_one_before_unless_several_are_allowed() {
    let mut bench = Bench::new();
    let (first, second) = (bench.open(), bench.open());
    assert_eq!(bench.code(OTP_GENERATE, &ada_in(&first)), 1505);
    assert_eq!(bench.code(OTP_GENERATE, &ada_in(&second)), 200);
    bench.engine.settings_mut().newest_session_only = false;
    let third = bench.open();
    assert_eq!(bench.code(OTP_GENERATE, &ada_in(&second)), 200);
    assert_eq!(bench.code(OTP_GENERATE, &ada_in(&third)), 200);
}

#[test]
fn two_customers_do_not_end_each_others_sessions() {
    let mut bench = Bench::new();
    let session = bench.open();
    bench.post(
        TOKEN_GENERATE,
        &and(ada(), json!({ "identifierValue": "bob@example.org" })),
    );
    bench.post(TOKEN_GENERATE, &and(ada(), json!({ "brand": "Bukl" })));
    assert_eq!(bench.code(OTP_GENERATE, &ada_in(&session)), 200);
}

#[test]
fn another_customer_cannot_use_a_session() {
    let mut bench = Bench::new();
    let (session, code) = bench.ask_for_code();
    let bob = json!({ "identifierValue": "bob@example.org" });
    assert_eq!(
        bench.code(OTP_GENERATE, &and(ada_in(&session), bob.clone())),
        1541
    );
    assert_eq!(
        bench.code(OTP_VALIDATE, &and(ada_types(&session, code.clone()), bob)),
        1541
    );
    let mobile = json!({ "identifierType": "MOBILE", "identifierValue": "919999922332" });
    assert_eq!(
        bench.code(OTP_VALIDATE, &and(ada_types(&session, code), mobile)),
        1541
    );
}

#[test]
fn another_mobile_than_the_sessions_gets_1507() {
    let mut bench = Bench::new();
    let who = json!({ "identifierType": "MOBILE", "identifierValue": "919999922332", "brand": "DocDemo" });
    let session = bench.post(TOKEN_GENERATE, &who)["user"]["sessionId"].clone();
    let other = and(
        who,
        json!({ "identifierValue": "919999922333", "sessionId": session }),
    );
    assert_eq!(bench.code(OTP_GENERATE, &other), 1507);
    assert_eq!(
        bench.code(OTP_VALIDATE, &and(other, json!({ "otp": "1" }))),
        1507
    );
}

// Codes.

#[test]
fn without_a_code_sent_there_is_nothing_to_prove() {
    let mut bench = fixed("999999");
    let session = bench.open();
    assert_eq!(
        bench.code(OTP_VALIDATE, &ada_types(&session, "999999")),
        1537
    );
}

#[test]
fn a_code_ends_before_its_session_if_its_life_is_shorter() {
    let mut bench = Bench::with(|settings| settings.otp_life_s = 60);
    let (session, code) = bench.ask_for_code();
    bench.pass(60);
    assert_eq!(bench.code(OTP_VALIDATE, &ada_types(&session, code)), 1537);
    bench.code(OTP_GENERATE, &ada_in(&session));
    let code = bench.last_code();
    bench.pass(59);
    assert_eq!(bench.code(OTP_VALIDATE, &ada_types(&session, code)), 200);
}

#[test]
fn one_wrong_code_too_many_ends_the_session() {
    let mut bench = fixed("999999");
    let (session, code) = bench.ask_for_code();
    for _ in 0..5 {
        assert_eq!(
            bench.code(OTP_VALIDATE, &ada_types(&session, "111111")),
            1506
        );
    }
    assert_eq!(
        bench.code(OTP_VALIDATE, &ada_types(&session, "111111")),
        1518
    );
    assert_eq!(bench.code(OTP_VALIDATE, &ada_types(&session, code)), 1505);
    assert_eq!(bench.code(OTP_GENERATE, &ada_in(&session)), 1505);
}

#[test]
fn the_right_code_still_counts_after_five_wrong_ones() {
    let mut bench = fixed("999999");
    let (session, code) = bench.ask_for_code();
    for _ in 0..5 {
        bench.code(OTP_VALIDATE, &ada_types(&session, "111111"));
    }
    assert_eq!(bench.code(OTP_VALIDATE, &ada_types(&session, code)), 200);
}

#[test]
fn a_new_code_does_not_give_new_tries() {
    let mut bench = Bench::with(|settings| settings.tries = 1);
    let (session, _) = bench.ask_for_code();
    assert_eq!(bench.code(OTP_VALIDATE, &ada_types(&session, "x")), 1506);
    bench.code(OTP_GENERATE, &ada_in(&session));
    assert_eq!(bench.code(OTP_VALIDATE, &ada_types(&session, "x")), 1518);
}

#[test]
fn a_refusal_that_is_not_about_the_code_costs_no_try() {
    let mut bench = Bench::with(|settings| settings.tries = 0);
    let (session, code) = bench.ask_for_code();
    bench.code(
        OTP_VALIDATE,
        &and(ada_types(&session, "x"), json!({ "brand": "Bukl" })),
    );
    bench.code(OTP_VALIDATE, &ada_types(&session, ""));
    assert_eq!(bench.code(OTP_VALIDATE, &ada_types(&session, code)), 200);
}

#[test]
fn codes_have_the_length_that_is_set() {
    let mut bench = Bench::with(|settings| settings.otp_length = 4);
    assert_eq!(bench.ask_for_code().1.len(), 4);
}

#[test]
fn a_customer_gets_no_more_codes_than_the_quota() {
    let mut bench = Bench::with(|settings| {
        settings.quota = Some(2);
        settings.quota_window_s = Some(600);
    });
    let session = bench.open();
    assert_eq!(bench.code(OTP_GENERATE, &ada_in(&session)), 200);
    assert_eq!(bench.code(OTP_GENERATE, &ada_in(&session)), 200);
    assert_eq!(bench.code(OTP_GENERATE, &ada_in(&session)), 1534);
    let session = bench.open();
    assert_eq!(
        bench.code(OTP_GENERATE, &ada_in(&session)),
        1534,
        "a new session is no way around"
    );
    assert_eq!(bench.engine.outbox().len(), 2);
    bench.pass(600);
    assert_eq!(bench.code(OTP_GENERATE, &ada_in(&session)), 200);
}

#[test]
fn an_organisation_with_a_quota_of_none_gets_1535() {
    let mut bench = Bench::with(|settings| settings.quota = Some(0));
    let session = bench.open();
    assert_eq!(bench.code(OTP_GENERATE, &ada_in(&session)), 1535);
}

#[test]
fn a_fallback_channel_must_be_configured_and_needs_an_address() {
    let mut bench = Bench::with(|settings| {
        settings.fallback_channels = vec!["SMS".to_owned(), "EMAIL".to_owned()];
    });
    let session = bench.open();
    let by = |channel: &str| format!("{OTP_GENERATE}?fallbackChannel={channel}");
    assert_eq!(bench.code(&by("ZALO"), &ada_in(&session)), 1603);
    assert_eq!(bench.code(&by("SMS"), &ada_in(&session)), 1601);
    assert_eq!(
        bench.code(
            &by("SMS"),
            &and(ada_in(&session), json!({ "mobile": "919999922332" }))
        ),
        200
    );
    let message = bench.engine.outbox().last().unwrap();
    assert_eq!(
        (message.channel.as_str(), message.to.as_str()),
        ("SMS", "919999922332")
    );
    assert_eq!(bench.code(&by("EMAIL"), &ada_in(&session)), 200);

    let who = json!({ "identifierType": "MOBILE", "identifierValue": "919999922332", "brand": "DocDemo" });
    let session = bench.post(TOKEN_GENERATE, &who)["user"]["sessionId"].clone();
    assert_eq!(
        bench.code(&by("EMAIL"), &and(who, json!({ "sessionId": session }))),
        1602
    );
}

// Renewal.

#[test]
fn a_running_token_is_renewed_as_well_as_an_ended_one() {
    let mut bench = Bench::new();
    let token = bench.sign_in();
    assert_eq!(bench.code(TOKEN_REGENERATE, &ada_renews(&token)), 200);
    bench.pass(30 * 86_400);
    let answer = bench.post(TOKEN_REGENERATE, &ada_renews(&token));
    assert_eq!(code_of(&answer), 200);
    let user = json!({ "appRegistered": false, "sessionId": null, "role": "USER", "userRegisteredForPassword": false });
    assert_eq!(answer["user"], user);
}

#[test]
fn a_token_that_ended_too_long_ago_gets_1529_if_there_is_an_end_to_it() {
    let mut bench = Bench::with(|settings| settings.renew_grace_s = Some(60));
    let token = bench.sign_in();
    bench.pass(960);
    assert_eq!(bench.code(TOKEN_REGENERATE, &ada_renews(&token)), 200);
    bench.pass(1);
    assert_eq!(bench.code(TOKEN_REGENERATE, &ada_renews(&token)), 1529);
}

#[test]
fn a_view_token_is_not_renewed() {
    let mut bench = Bench::new();
    let answer = bench.post(TOKEN_GENERATE, &ada());
    let renews = ada_renews(answer["auth"]["token"].as_str().unwrap());
    assert_eq!(bench.code(TOKEN_REGENERATE, &renews), 1525);
}

#[test]
fn a_token_of_another_customer_is_not_renewed() {
    let mut bench = Bench::new();
    let token = bench.sign_in();
    let bob = and(
        ada_renews(&token),
        json!({ "identifierValue": "bob@example.org" }),
    );
    assert_eq!(bench.code(TOKEN_REGENERATE, &bob), 1525);
}

#[test]
fn a_token_with_a_signature_that_is_not_ours_is_not_renewed() {
    let mut bench = Bench::new();
    let token = bench.sign_in();
    let (content, signature) = token.rsplit_once('.').unwrap();
    let flipped = if signature.starts_with('A') { "B" } else { "A" };
    let other_claims = token.replacen('.', ".e30", 1);
    for forged in [
        format!("{content}.{flipped}{}", &signature[1..]),
        format!("{content}."),
        "a.b.c".to_owned(),
        other_claims,
    ] {
        assert_eq!(
            bench.code(TOKEN_REGENERATE, &ada_renews(&forged)),
            1525,
            "{forged}"
        );
    }
    bench.engine.settings_mut().secret = "another".to_owned();
    assert_eq!(bench.code(TOKEN_REGENERATE, &ada_renews(&token)), 1525);
}

#[test]
fn renewal_may_be_only_for_brands_with_passwords() {
    let mut bench = Bench::new();
    let token = bench.sign_in();
    bench.engine.settings_mut().renew_needs_password_brand = true;
    assert_eq!(bench.code(TOKEN_REGENERATE, &ada_renews(&token)), 1524);
    bench.engine.settings_mut().password_brand = true;
    assert_eq!(bench.code(TOKEN_REGENERATE, &ada_renews(&token)), 200);
}

// Passwords at the first step.

#[test]
fn a_password_brand_asks_a_new_customer_for_one_and_keeps_it_once_proved() {
    let mut bench = Bench::with(|settings| settings.password_brand = true);
    assert_eq!(bench.code(TOKEN_GENERATE, &ada()), 1520);
    let unlike = and(
        ada(),
        json!({ "password": "abc123", "confirmPassword": "abc124" }),
    );
    assert_eq!(bench.code(TOKEN_GENERATE, &unlike), 1521);
    let new = and(
        ada(),
        json!({ "password": "abc123", "confirmPassword": "abc123" }),
    );
    let answer = bench.post(TOKEN_GENERATE, &new);
    assert_eq!(answer["user"]["userRegisteredForPassword"], false);
    assert_eq!(
        bench.code(TOKEN_GENERATE, &ada()),
        1520,
        "nothing is proved yet"
    );

    let session = bench.post(TOKEN_GENERATE, &new)["user"]["sessionId"]
        .as_str()
        .unwrap()
        .to_owned();
    bench.code(OTP_GENERATE, &ada_in(&session));
    let code = bench.last_code();
    assert_eq!(bench.code(OTP_VALIDATE, &ada_types(&session, code)), 200);
    assert_eq!(
        bench.post(TOKEN_GENERATE, &ada())["user"]["userRegisteredForPassword"],
        true
    );
}

#[test]
fn a_brand_without_passwords_takes_none() {
    let mut bench = Bench::new();
    let new = and(
        ada(),
        json!({ "password": "abc123", "confirmPassword": "abc123" }),
    );
    assert_eq!(bench.code(TOKEN_GENERATE, &new), 1524);
}

#[test]
fn a_customer_registered_before_needs_no_password_at_the_first_step() {
    let mut bench = Bench::with(|settings| {
        settings.password_brand = true;
        let customer = Customer {
            registered_for_password: true,
            ..Customer::new("1")
        };
        settings
            .customers
            .insert("ada@example.org".to_owned(), customer);
    });
    assert_eq!(bench.code(TOKEN_GENERATE, &ada()), 200);
}

// Answers.

#[test]
fn a_refusal_is_a_200_with_nothing_but_its_status() {
    let mut bench = Bench::new();
    let response = bench.response(OTP_GENERATE, &ada_in("P-1"));
    assert_eq!(response.status, 200);
    let expected =
        json!({ "status": { "success": false, "code": 1505, "message": "Session is not valid" } });
    assert_eq!(json_of(&response), expected);
}

#[test]
fn refusals_may_come_with_an_http_status_of_their_own() {
    let mut bench = Bench::with(|settings| settings.errors_as_http = Some(422));
    let response = bench.response(OTP_GENERATE, &ada_in("P-1"));
    assert_eq!((response.status, code_of(&json_of(&response))), (422, 1505));
}

#[test]
fn other_paths_and_methods_are_refused_as_by_any_server() {
    let mut bench = Bench::new();
    let mut request = Request::post("/auth/v1/web/nothing", "{}");
    assert_eq!(bench.engine.handle(NOW_MS, &request).response.status, 404);
    request.path = TOKEN_GENERATE.to_owned();
    request.method = "GET".to_owned();
    let response = bench.engine.handle(NOW_MS, &request).response;
    assert_eq!(
        (response.status, response.header("allow")),
        (405, Some("POST, OPTIONS"))
    );
}

// The journal.

#[test]
fn the_journal_tells_what_was_asked_and_answered() {
    let mut bench = Bench::new();
    bench.code(OTP_GENERATE, &ada_in("P-1"));
    bench.open();
    let [refused, opened] = bench.engine.journal() else {
        panic!("two entries")
    };
    assert_eq!(
        (refused.endpoint, refused.status, refused.code),
        (Some(Endpoint::OtpGenerate), 200, Some(1505))
    );
    assert_eq!(
        (opened.endpoint, opened.status, opened.code),
        (Some(Endpoint::TokenGenerate), 200, None)
    );
    assert_eq!(opened.identifier.as_deref(), Some("ada@example.org"));
    assert_eq!(opened.body.as_deref(), Some(ada().to_string().as_bytes()));
    assert_eq!(bench.engine.call_count(Endpoint::TokenGenerate), 1);
}

#[test]
fn the_journal_keeps_only_the_latest_bodies() {
    let mut bench = Bench::with(|settings| settings.bodies_kept = 2);
    for _ in 0..4 {
        bench.open();
    }
    let kept: Vec<_> = bench
        .engine
        .journal()
        .iter()
        .map(|entry| entry.body.is_some())
        .collect();
    assert_eq!(kept, [false, false, true, true]);
}
