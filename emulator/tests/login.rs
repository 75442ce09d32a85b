//! A whole login, and the tokens it gives.
#![allow(clippy::unwrap_used, reason = "a test that finds nothing should fail")]

mod bench;

use ae_engine::{Customer, Settings};
use bench::{Bench, OTP_GENERATE, OTP_VALIDATE, TOKEN_GENERATE, TOKEN_REGENERATE};
use bench::{ada, ada_in, ada_renews, ada_types, and, code_of, decode};
use serde_json::{Value, json};

#[test]
fn a_customer_signs_in_with_a_code_and_renews() {
    let mut bench = Bench::new();
    let token = bench.sign_in();
    bench.pass(600);
    let renewed = bench.post(TOKEN_REGENERATE, &ada_renews(&token));
    assert_eq!(code_of(&renewed), 200);
    let (_, before) = decode(&token);
    let (_, after) = decode(renewed["auth"]["token"].as_str().unwrap());
    assert_eq!(after["uid"], before["uid"]);
    assert_eq!(
        after["iat"].as_i64().unwrap() - before["iat"].as_i64().unwrap(),
        600
    );
}

#[test]
fn a_view_token_proves_nothing_and_names_no_customer() {
    let mut bench = Bench::new();
    let answer = bench.post(TOKEN_GENERATE, &ada());
    let (header, claims) = decode(answer["auth"]["token"].as_str().unwrap());
    assert_eq!(
        header.keys().collect::<Vec<_>>(),
        ["idv", "dev", "org", "alg"]
    );
    assert_eq!(
        Value::from(header),
        json!({ "idv": ["EMAIL|ada@example.org"], "dev": null, "org": "DOCDEMO", "alg": "HS256" })
    );
    assert_eq!(
        claims.keys().collect::<Vec<_>>(),
        ["iss", "ogc", "exp", "iat", "rol"]
    );
    assert_eq!(claims["rol"], "VIEW");
    assert_eq!(claims["iat"], 1_760_000_000);
    assert_eq!(claims["exp"], 1_760_000_900);
    assert_eq!(claims["ogc"], json!(["100737|emulator"]));
    assert!(answer["auth"]["key"].is_null());
    assert!(bench.engine.outbox().is_empty(), "nothing is sent yet");
}

#[test]
fn a_proved_code_gives_a_user_token_and_no_user() {
    let mut bench = Bench::new();
    let (session, code) = bench.ask_for_code();
    let answer = bench.post(OTP_VALIDATE, &ada_types(&session, code));
    assert_eq!(answer["user"], Value::Null);
    assert!(answer.as_object().unwrap().contains_key("user"));
    let (_, claims) = decode(answer["auth"]["token"].as_str().unwrap());
    assert_eq!(
        claims.keys().collect::<Vec<_>>(),
        ["uid", "iss", "isc", "ogc", "exp", "iat", "rol"]
    );
    assert_eq!(claims["isc"], "false");
    assert_eq!(claims["rol"], "USER");
    assert!(
        claims["uid"]
            .as_str()
            .unwrap()
            .bytes()
            .all(|digit| digit.is_ascii_digit())
    );
}

#[test]
fn lives_are_those_of_the_preset() {
    for (settings, life_s) in [(Settings::documented(), 900), (Settings::samples(), 90)] {
        let mut bench = Bench::with(|own| *own = settings);
        let token = bench.sign_in();
        let renewed = bench.post(TOKEN_REGENERATE, &ada_renews(&token));
        for token in [token.as_str(), renewed["auth"]["token"].as_str().unwrap()] {
            let (_, claims) = decode(token);
            assert_eq!(
                claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
                life_s
            );
        }
    }
}

#[test]
fn a_registered_customer_keeps_their_number() {
    let mut bench = Bench::with(|settings| {
        let customer = Customer {
            registered_for_password: true,
            ..Customer::new("4068291")
        };
        settings
            .customers
            .insert("ada@example.org".to_owned(), customer);
    });
    assert_eq!(
        bench.post(TOKEN_GENERATE, &ada())["user"]["userRegisteredForPassword"],
        true
    );
    let (_, claims) = decode(&bench.sign_in());
    assert_eq!(claims["uid"], "4068291");
}

#[test]
fn a_newcomer_gets_a_number_and_keeps_it() {
    let mut bench = Bench::new();
    let (_, first) = decode(&bench.sign_in());
    let (_, second) = decode(&bench.sign_in());
    assert_eq!(first["uid"], second["uid"]);
}

#[test]
fn customers_of_two_brands_are_two_customers() {
    let mut bench = Bench::with(|settings| settings.code = Some("999999".to_owned()));
    let mut uids = Vec::new();
    for brand in ["DocDemo", "Bukl"] {
        let who = and(ada(), json!({ "brand": brand }));
        let session = bench.post(TOKEN_GENERATE, &who)["user"]["sessionId"].clone();
        let who = and(who, json!({ "sessionId": session }));
        bench.post(OTP_GENERATE, &who);
        let answer = bench.post(OTP_VALIDATE, &and(who, json!({ "otp": "999999" })));
        let (header, claims) = decode(answer["auth"]["token"].as_str().unwrap());
        assert_eq!(header["org"], brand.to_uppercase());
        uids.push(claims["uid"].clone());
    }
    assert_ne!(uids[0], uids[1]);
}

#[test]
fn the_role_can_be_one_that_waits_for_a_second_factor() {
    let mut bench = Bench::with(|settings| settings.role = "MFA_PENDING".to_owned());
    let token = bench.sign_in();
    assert_eq!(decode(&token).1["rol"], "MFA_PENDING");
    assert_eq!(bench.code(TOKEN_REGENERATE, &ada_renews(&token)), 1525);
}

#[test]
fn the_engines_clock_may_be_wrong() {
    let mut bench = Bench::with(|settings| settings.clock_offset_s = -86_400);
    let response = bench.response(TOKEN_GENERATE, &ada());
    assert_eq!(
        response.header("date"),
        Some("Wed, 08 Oct 2025 08:53:20 GMT")
    );
    let (_, claims) = decode(bench::json_of(&response)["auth"]["token"].as_str().unwrap());
    assert_eq!(claims["iat"], 1_760_000_000 - 86_400);
}

#[test]
fn the_same_seed_tells_the_same_story() {
    let story = || {
        let mut bench = Bench::new();
        (bench.ask_for_code(), bench.sign_in())
    };
    assert_eq!(story(), story());
}

#[test]
fn a_code_goes_to_the_outbox_with_its_address_and_channel() {
    let mut bench = Bench::new();
    let (_, code) = bench.ask_for_code();
    let message = bench.engine.outbox().last().unwrap();
    assert_eq!(
        (message.to.as_str(), message.channel.as_str()),
        ("ada@example.org", "EMAIL")
    );
    assert_eq!(message.code.len(), 6);
    let text = format!("{code} is your code for DOCDEMO. It can be used for 15 minutes.");
    assert_eq!(message.text, text);
    assert_eq!(message.at_ms, bench.now_ms);
}

#[test]
fn a_message_promises_no_more_time_than_its_session_has() {
    let mut bench = Bench::new();
    let session = bench.open();
    bench.pass(600);
    bench.code(OTP_GENERATE, &ada_in(&session));
    let text = &bench.engine.outbox().last().unwrap().text;
    assert!(text.ends_with("It can be used for 5 minutes."), "{text}");
}

#[test]
fn a_user_name_needs_an_address_and_its_token_carries_both() {
    let mut bench = Bench::new();
    let name = json!({ "identifierType": "USERNAME", "identifierValue": "ada", "brand": "DocDemo", "mobile": "", "email": "" });
    assert_eq!(bench.code(TOKEN_GENERATE, &name), 1540);
    let name = and(name, json!({ "mobile": "9988221100" }));
    let answer = bench.post(TOKEN_GENERATE, &name);
    let (header, _) = decode(answer["auth"]["token"].as_str().unwrap());
    assert_eq!(header["idv"], json!(["USERNAME|ada", "MOBILE|9988221100"]));

    let name = and(name, json!({ "sessionId": answer["user"]["sessionId"] }));
    assert_eq!(
        bench.code(OTP_GENERATE, &and(name.clone(), json!({ "mobile": "" }))),
        1540
    );
    assert_eq!(
        bench.code(OTP_GENERATE, &and(name.clone(), json!({ "mobile": "1" }))),
        1507
    );
    assert_eq!(bench.code(OTP_GENERATE, &name), 200);
    assert_eq!(bench.engine.outbox().last().unwrap().to, "9988221100");

    let otp = bench.last_code();
    let answer = bench.post(OTP_VALIDATE, &and(name.clone(), json!({ "otp": otp })));
    let renews = and(name, json!({ "expiredToken": answer["auth"]["token"] }));
    assert_eq!(bench.code(TOKEN_REGENERATE, &renews), 200);
    assert_eq!(
        bench.code(
            TOKEN_REGENERATE,
            &and(renews.clone(), json!({ "mobile": "" }))
        ),
        1540
    );
    assert_eq!(
        bench.code(TOKEN_REGENERATE, &and(renews, json!({ "mobile": "1" }))),
        1525
    );
}

#[test]
fn a_new_code_replaces_the_one_before() {
    let mut bench = Bench::new();
    let (session, first) = bench.ask_for_code();
    bench.code(OTP_GENERATE, &ada_in(&session));
    let second = bench.last_code();
    assert_ne!(first, second);
    assert_eq!(bench.code(OTP_VALIDATE, &ada_types(&session, first)), 1506);
    assert_eq!(bench.code(OTP_VALIDATE, &ada_types(&session, second)), 200);
}

#[test]
fn a_code_may_come_as_a_number_that_lost_its_zeros() {
    let mut bench = Bench::with(|settings| settings.code = Some("004217".to_owned()));
    let (session, _) = bench.ask_for_code();
    assert_eq!(bench.code(OTP_VALIDATE, &ada_types(&session, "4217")), 1506);
    assert_eq!(bench.code(OTP_VALIDATE, &ada_types(&session, 4217)), 200);
}
