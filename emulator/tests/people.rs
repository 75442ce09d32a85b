//! Customers: found by any of their identifiers, one person under one number; scenes full of them.
#![allow(clippy::unwrap_used, reason = "a test that finds nothing should fail")]

mod bench;

use ae_engine::{Customer, Endpoint, Fault, SCENES, Settings};
use bench::{
    Bench, MFA_OTP_GENERATE, MFA_OTP_VALIDATE, MFA_PASSWORD_VALIDATE, MFA_TOKEN_GENERATE,
    OTP_GENERATE, OTP_VALIDATE, PASSWORD_VALIDATE, TOKEN_GENERATE, TOKEN_REGENERATE,
};
use bench::{ada_after, ada_renews, and, code_of, decode, token_of, with_ada};
use serde_json::{Value, json};

const WEB: [&str; 3] = [TOKEN_GENERATE, OTP_GENERATE, OTP_VALIDATE];
const SECOND: [&str; 3] = [MFA_TOKEN_GENERATE, MFA_OTP_GENERATE, MFA_OTP_VALIDATE];

fn who(kind: &str, value: &str) -> Value {
    json!({ "identifierType": kind, "identifierValue": value, "brand": "DocDemo" })
}

fn uid(answer: &Value) -> Value {
    decode(&token_of(answer)).1["uid"].clone()
}

#[test]
fn every_identifier_of_a_person_finds_the_same_one() {
    let mut bench = Bench::with(|settings| {
        settings.external_id = true;
        let customer = Customer {
            mobile: Some("919999922332".to_owned()),
            email: Some("ada@work.example".to_owned()),
            username: Some("ada".to_owned()),
            external_id: Some("card-7".to_owned()),
            ..Customer::new("4068291")
        };
        with_ada(settings, customer);
    });
    for (kind, value) in [
        ("EMAIL", "ada@example.org"),
        ("EMAIL", "ada@work.example"),
        ("MOBILE", "919999922332"),
        ("EXTERNALID", "card-7"),
    ] {
        assert_eq!(
            uid(&bench.prove(WEB, &who(kind, value))),
            "4068291",
            "{value}"
        );
    }
    assert_eq!(
        bench.engine.outbox().last().unwrap().to,
        "919999922332",
        "of the card"
    );
    let name = and(who("USERNAME", "ada"), json!({ "mobile": "919999922332" }));
    assert_eq!(uid(&bench.prove(WEB, &name)), "4068291");
    let other = bench.prove(WEB, &and(who("USERNAME", "ada "), json!({ "mobile": "1" })));
    assert_ne!(uid(&other), "4068291");
}

#[test]
fn a_person_listed_twice_is_one_person() {
    let mut bench = Bench::with(|settings| {
        settings.password_brand = true;
        for name in ["ada@example.org", "919999922332"] {
            let customer = Customer {
                registered_for_password: true,
                ..Customer::new("4068291")
            };
            settings.customers.insert(name.to_owned(), customer);
        }
    });
    let token = bench.sign_in();
    let mobile = json!({ "identifierType": "MOBILE", "identifierValue": "919999922332" });
    let answer = bench.post(MFA_TOKEN_GENERATE, &and(ada_after(&token), mobile));
    assert_eq!(code_of(&answer), 200);
}

#[test]
fn what_is_known_of_a_customer_is_not_learned_again() {
    let mut bench = Bench::with(|settings| with_ada(settings, Customer::new("7")));
    let before = bench.engine.settings().clone();
    bench.sign_in();
    assert_eq!(bench.engine.settings(), &before);
}

#[test]
fn a_proved_password_makes_no_identifier_known() {
    let mut bench = Bench::with(|settings| {
        settings.password_brand = true;
        settings.mfa_password = true;
        let customer = Customer {
            password: Some("first".to_owned()),
            mfa_password: Some("second".to_owned()),
            ..Customer::new("7")
        };
        with_ada(settings, customer);
    });
    let token = token_of(&bench.with_password("first"));
    let eve = and(
        ada_after(&token),
        json!({ "identifierValue": "eve@example.org" }),
    );
    assert_eq!(
        bench.code(MFA_TOKEN_GENERATE, &eve),
        1541,
        "the name in the settings is known"
    );
    let by = |mobile: &str| {
        let mobile = json!({ "identifierType": "MOBILE", "identifierValue": mobile });
        and(ada_after(&token), mobile)
    };
    let session = bench.open_as(MFA_TOKEN_GENERATE, &by("91"));
    let typed = and(
        by("91"),
        json!({ "sessionId": session, "password": "second" }),
    );
    assert_eq!(bench.code(MFA_PASSWORD_VALIDATE, &typed), 200);
    assert_eq!(bench.code(MFA_TOKEN_GENERATE, &by("92")), 200);
}

#[test]
fn the_address_of_a_new_user_name_is_theirs_too_unless_somebody_elses() {
    let mut bench = Bench::new();
    let name = and(
        who("USERNAME", "grace"),
        json!({ "mobile": "919999900001" }),
    );
    let grace = uid(&bench.prove(WEB, &name));
    assert_eq!(
        uid(&bench.prove(WEB, &who("MOBILE", "919999900001"))),
        grace
    );
    let name = and(who("USERNAME", "eve"), json!({ "mobile": "919999900001" }));
    let eve = bench.prove(WEB, &name);
    assert_ne!(uid(&eve), grace);
    let second = and(
        who("USERNAME", "eve"),
        json!({ "deviceId": "x", "authorizedToken": token_of(&eve) }),
    );
    let session = bench.open_as(MFA_TOKEN_GENERATE, &second);
    let held = and(second, json!({ "sessionId": session }));
    assert_eq!(
        bench.code(MFA_OTP_GENERATE, &held),
        1540,
        "no address is on record"
    );
    assert_eq!(
        uid(&bench.prove(WEB, &who("MOBILE", "919999900001"))),
        grace
    );
}

#[test]
fn a_customer_as_json_needs_no_more_than_a_number() {
    let mut settings = serde_json::to_value(Settings::documented()).unwrap();
    settings["customers"] =
        json!({ "ada@example.org": { "uid": "7", "registered_for_password": true } });
    let settings: Settings = serde_json::from_value(settings).unwrap();
    let expected = Customer {
        registered_for_password: true,
        ..Customer::new("7")
    };
    assert_eq!(settings.customers["ada@example.org"], expected);
    let written = serde_json::to_value(&settings.customers).unwrap();
    let short =
        json!({ "ada@example.org": { "uid": "7", "registered_for_password": true, "mfa": false } });
    assert_eq!(written, short);
}

#[test]
fn a_customer_that_no_engine_could_have_is_told() {
    for (customer, said) in [
        (
            Customer::new(""),
            "the uid of customer \"x\" is \"\": legal are digits",
        ),
        (
            Customer {
                mobile: Some("+91".to_owned()),
                ..Customer::new("7")
            },
            "the mobile of customer \"x\" is \"+91\": legal are digits",
        ),
        (
            Customer {
                email: Some("x".to_owned()),
                ..Customer::new("7")
            },
            "the email of customer \"x\" is \"x\": legal are a name, an @ and a host",
        ),
        (
            Customer {
                password: Some(String::new()),
                ..Customer::new("7")
            },
            "the password of customer \"x\" is \"\": legal are any text but none, or null",
        ),
    ] {
        let mut settings = Settings::documented();
        settings.customers.insert("x".to_owned(), customer);
        assert_eq!(settings.validate().unwrap_err(), said);
    }
}

#[test]
fn a_policy_that_is_no_pattern_and_a_lock_code_that_is_none_are_told() {
    for pattern in ["(", "a)|(b"] {
        let mut settings = Settings::documented();
        settings.mfa_password_policy = Some(pattern.to_owned());
        let said = settings.validate().unwrap_err();
        assert!(
            said.starts_with(&format!("mfa_password_policy is {pattern:?}: ")),
            "{said}"
        );
    }
    let mut settings = Settings::documented();
    settings.lock_code = 200;
    assert!(
        settings
            .validate()
            .unwrap_err()
            .starts_with("lock_code is 200")
    );
}

#[test]
fn lives_of_the_samples_are_those_of_each_family() {
    let settings = Settings::samples();
    assert_eq!(
        [
            settings.view_life_s,
            settings.user_life_s,
            settings.renew_life_s,
            settings.password_life_s,
            settings.mfa_view_life_s,
            settings.mfa_user_life_s,
            settings.mfa_renew_life_s,
            settings.mobile_life_s,
        ],
        [90, 90, 90, 10_800, 900, 900, 900, 3600]
    );
}

// Scenes.

/// A bench in a scene.
fn scene(name: &str) -> Bench {
    let mut bench = Bench::new();
    bench.engine.set_scene(name).unwrap();
    assert_eq!(bench.engine.settings().validate(), Ok(()));
    bench
}

#[test]
fn a_scene_forgets_what_was_and_keeps_lives_and_the_code() {
    let mut bench = Bench::with(|settings| {
        settings.set_lives(60);
        settings.code = Some("999999".to_owned());
        settings.quota = Some(1);
        settings.secret = "mine".to_owned();
        with_ada(settings, Customer::new("7"));
    });
    let token = bench.sign_in();
    let session = bench.open();
    bench
        .engine
        .inject(Endpoint::TokenGenerate, Fault::Html503, None);
    let scene = bench.engine.set_scene("codes-only").unwrap();
    assert_eq!(scene.name, "codes-only");
    assert!(bench.engine.faults().is_empty());
    assert_eq!(bench.code(OTP_GENERATE, &bench::ada_in(&session)), 1505);
    let settings = bench.engine.settings();
    assert_eq!((settings.mfa_user_life_s, settings.quota), (60, None));
    assert_eq!(settings.customers["ada@example.org"].uid, "4068291");
    assert_ne!(bench.open(), session, "chance does not repeat itself");
    assert_eq!(bench.engine.outbox().len(), 1);
    assert_eq!(bench.ask_for_code().1, "999999");
    assert_eq!(
        bench.code(TOKEN_REGENERATE, &ada_renews(&token)),
        200,
        "a token says itself what it is"
    );
}

#[test]
fn a_scene_that_does_not_exist_is_told_which_do() {
    let said = Bench::new().engine.set_scene("nothing").unwrap_err();
    assert!(said.contains("legal are codes-only, passwords, codes-and-second-factor, two-passwords, forced-mfa-other-identifier"), "{said}");
}

#[test]
fn a_scene_as_json_tells_a_page_all_it_needs() {
    for scene in SCENES {
        let json = serde_json::to_value(scene).unwrap();
        let fields: Vec<_> = json.as_object().unwrap().keys().cloned().collect();
        assert_eq!(fields, ["name", "title", "attributes", "customers"]);
        assert!(
            json["attributes"]["identifiers"].is_string(),
            "{}",
            scene.name
        );
        for visitor in json["customers"].as_array().unwrap() {
            let says = visitor["says"].as_str().unwrap();
            let named = visitor["identifier"].as_str().unwrap();
            assert!(says.contains(named) && says.ends_with('.'), "{says}");
            for secret in ["password", "second_password", "second_identifier"] {
                let told = visitor
                    .get(secret)
                    .is_none_or(|secret| says.contains(secret.as_str().unwrap()));
                assert!(told, "{says}");
            }
        }
    }
}

#[test]
fn the_scene_of_passwords_goes_as_it_says() {
    let mut bench = scene("passwords");
    assert_eq!(code_of(&bench.with_password("correct horse")), 200);
    let grace = and(
        who("USERNAME", "grace"),
        json!({ "mobile": "919999900001" }),
    );
    let session = bench.open_as(TOKEN_GENERATE, &grace);
    let types = and(
        grace,
        json!({ "sessionId": session, "password": "battery staple" }),
    );
    assert_eq!(bench.code(PASSWORD_VALIDATE, &types), 200);
    let new = who("EMAIL", "new@example.org");
    assert_eq!(bench.code(TOKEN_GENERATE, &new), 1520);
    let with = |password: &str| {
        and(
            new.clone(),
            json!({ "password": password, "confirmPassword": password }),
        )
    };
    assert_eq!(bench.code(TOKEN_GENERATE, &with("1234567")), 1542);
    assert_eq!(code_of(&bench.prove(WEB, &with("12345678"))), 200);
    let session = bench.open();
    let by = format!("{OTP_GENERATE}?fallbackChannel=WHATSAPP");
    assert_eq!(bench.code(&by, &bench::ada_in(&session)), 1601);
}

#[test]
fn the_scene_of_second_codes_goes_as_it_says() {
    let mut bench = scene("codes-and-second-factor");
    let ada = bench.sign_in();
    assert_eq!(decode(&ada).1["rol"], "MFA_PENDING");
    assert_eq!(code_of(&bench.second_factor(&ada)), 200);
    let bob = bench.prove(WEB, &who("EMAIL", "bob@example.org"));
    assert_eq!(decode(&token_of(&bob)).1["rol"], "USER");
}

#[test]
fn the_scene_of_two_passwords_goes_as_it_says() {
    let mut bench = scene("two-passwords");
    let token = token_of(&bench.with_password("correct horse"));
    let session = bench.open_second(&token);
    let typed = and(
        bench::ada_second(&session),
        json!({ "password": "battery staple" }),
    );
    assert_eq!(bench.code(MFA_PASSWORD_VALIDATE, &typed), 200);

    let bob = who("EMAIL", "bob@example.org");
    let session = bench.open_as(TOKEN_GENERATE, &bob);
    let typed = and(
        bob.clone(),
        json!({ "sessionId": session, "password": "correct horse" }),
    );
    let token = token_of(&bench.post(PASSWORD_VALIDATE, &typed));
    assert_eq!(decode(&token).1["rol"], "MFA_PENDING");
    let second = and(
        bob,
        json!({ "deviceId": "x", "authorizedToken": token, "password": "mine", "confirmPassword": "mine" }),
    );
    let answer = bench.prove(SECOND, &second);
    assert_eq!(answer["user"]["userRegisteredForPassword"], true);
}

#[test]
fn the_scene_of_another_second_identifier_goes_as_it_says() {
    let mut bench = scene("forced-mfa-other-identifier");
    for (mobile, email, code) in [
        ("919999922332", "eve@example.org", 1541),
        ("919999922332", "ada@example.org", 200),
        ("919999900002", "new@example.org", 200),
    ] {
        let token = token_of(&bench.prove(WEB, &who("MOBILE", mobile)));
        assert_eq!(decode(&token).1["rol"], "MFA_PENDING");
        let second = and(
            who("EMAIL", email),
            json!({ "deviceId": "x", "authorizedToken": token }),
        );
        assert_eq!(bench.code(MFA_TOKEN_GENERATE, &second), code, "{email}");
        if code == 200 {
            assert_eq!(code_of(&bench.prove(SECOND, &second)), 200);
        }
    }
}
