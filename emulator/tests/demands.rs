//! What each of the calls demands of a request: its fields, their types, and nothing else.
#![allow(clippy::unwrap_used, reason = "a test that finds nothing should fail")]

mod bench;

use ae_engine::{Customer, Endpoint};
use bench::{Bench, and, key_of, token_of, with_ada};
use serde_json::{Value, json};

/// The calls of a family, by the start of their paths.
#[derive(Clone, Copy, PartialEq)]
enum Family {
    Web,
    Second,
    App,
}

/// A bench where every call has a right request: Ada has both passwords, and may have many sessions.
fn ready() -> Bench {
    Bench::with(|settings| {
        settings.code = Some("999999".to_owned());
        settings.password_brand = true;
        settings.mfa_password = true;
        settings.newest_session_only = false;
        let customer = Customer {
            password: Some("first".to_owned()),
            mfa_password: Some("second".to_owned()),
            ..Customer::new("4068291")
        };
        with_ada(settings, customer);
    })
}

fn family(endpoint: Endpoint) -> Family {
    if endpoint.path().contains("/web/") {
        Family::Web
    } else if endpoint.path().contains("/mfa/") {
        Family::Second
    } else {
        Family::App
    }
}

/// The path of a family's call.
fn path(family: Family, call: &str) -> String {
    let family = match family {
        Family::Web => "web/",
        Family::Second => "mfa/",
        Family::App => "",
    };
    format!("/auth/v1/{family}{call}")
}

fn who(family: Family) -> Value {
    if family == Family::Web {
        bench::ada()
    } else {
        bench::ada_on_device()
    }
}

/// What a family's session is opened with.
fn opens(bench: &mut Bench, family: Family) -> Value {
    if family == Family::Second {
        let token = bench.sign_in();
        and(who(family), json!({ "authorizedToken": token }))
    } else {
        who(family)
    }
}

/// A request of a family with a session where a code was sent.
fn in_session(bench: &mut Bench, family: Family) -> Value {
    let opens = opens(bench, family);
    let session = bench.open_as(&path(family, "token/generate"), &opens);
    let held = and(who(family), json!({ "sessionId": session }));
    assert_eq!(bench.code(&path(family, "otp/generate"), &held), 200);
    held
}

/// The answer of a family's proved code.
fn proved(bench: &mut Bench, family: Family) -> Value {
    let held = in_session(bench, family);
    let typed = and(held, json!({ "otp": "999999" }));
    bench.post(&path(family, "otp/validate"), &typed)
}

/// A request that a call grants, with every field it demands and no other.
fn right(bench: &mut Bench, endpoint: Endpoint) -> Value {
    let family = family(endpoint);
    let password = if family == Family::Second {
        "second"
    } else {
        "first"
    };
    let call = endpoint.path().rsplit('/').take(2).collect::<Vec<_>>();
    match (call[1], call[0]) {
        ("token", "generate") => opens(bench, family),
        ("otp", "generate") => in_session(bench, family),
        ("otp", "validate") => and(in_session(bench, family), json!({ "otp": "999999" })),
        ("password", "validate") => and(in_session(bench, family), json!({ "password": password })),
        ("password", "forget") => {
            let new = json!({ "password": "new", "confirmPassword": "new" });
            and(in_session(bench, family), new)
        }
        ("password", "change") => {
            let fields = json!({
                "token": token_of(&proved(bench, family)),
                "password": password, "newPassword": "new", "confirmPassword": "new",
            });
            and(who(family), fields)
        }
        ("token", "regenerate") if family == Family::Web => {
            bench::ada_renews(&token_of(&proved(bench, family)))
        }
        ("token", "regenerate") => {
            let key = key_of(&proved(bench, family));
            and(who(family), json!({ "key": key }))
        }
        ("token", "expire") => {
            let token = token_of(&proved(bench, family));
            and(who(family), json!({ "token": token }))
        }
        call => panic!("a call that is not known here: {call:?}"),
    }
}

/// Tries something on every call, with a right request of its own.
fn on_every_call(mut tries: impl FnMut(&mut Bench, Endpoint, &Value)) {
    for endpoint in Endpoint::ALL {
        let mut bench = ready();
        let right = right(&mut bench, endpoint);
        // A token that is changed is another token, so the clock goes on.
        bench.pass(1);
        tries(&mut bench, endpoint, &right);
    }
}

fn ask(bench: &mut Bench, endpoint: Endpoint, body: &Value) -> i64 {
    bench.code(endpoint.path(), body)
}

#[test]
fn a_right_request_is_granted() {
    on_every_call(|bench, endpoint, right| {
        assert_eq!(ask(bench, endpoint, right), 200, "{endpoint}");
    });
}

#[test]
fn every_field_is_demanded_and_may_not_be_empty() {
    on_every_call(|bench, endpoint, right| {
        for name in right.as_object().unwrap().keys() {
            for empty in [json!(null), json!("")] {
                let wrong = and(right.clone(), json!({ name: empty }));
                if name == "identifierType" && wrong.get(name).is_some() {
                    assert_eq!(bench.response(endpoint.path(), &wrong).status, 400);
                } else {
                    assert_eq!(ask(bench, endpoint, &wrong), 1519, "{endpoint}: {wrong}");
                }
            }
        }
        assert_eq!(
            ask(bench, endpoint, right),
            200,
            "{endpoint} after all that"
        );
    });
}

#[test]
fn every_field_has_its_type() {
    on_every_call(|bench, endpoint, right| {
        for name in right.as_object().unwrap().keys() {
            for value in [json!(7.5), json!(true), json!(["x"]), json!({ "x": 1 })] {
                // A device may be named by any number.
                if name == "deviceId" && value.is_number() {
                    continue;
                }
                let wrong = and(right.clone(), json!({ name: value }));
                let expected = if name == "identifierType" { 1546 } else { 1519 };
                assert_eq!(
                    ask(bench, endpoint, &wrong),
                    expected,
                    "{endpoint}: {wrong}"
                );
            }
        }
        assert_eq!(
            ask(bench, endpoint, right),
            200,
            "{endpoint} after all that"
        );
    });
}

#[test]
fn fields_that_are_not_known_are_ignored() {
    on_every_call(|bench, endpoint, right| {
        let more = and(
            right.clone(),
            json!({ "somethingNew": { "deep": [1] }, "hash": 7 }),
        );
        assert_eq!(ask(bench, endpoint, &more), 200, "{endpoint}");
    });
}

#[test]
fn an_unknown_kind_of_identifier_gets_plain_text_everywhere() {
    on_every_call(|bench, endpoint, right| {
        let wrong = and(right.clone(), json!({ "identifierType": "MOBIL" }));
        let response = bench.response(endpoint.path(), &wrong);
        assert_eq!(
            (response.status, response.header("content-type")),
            (400, Some("text/plain")),
            "{endpoint}"
        );
    });
}

#[test]
fn an_identifier_that_is_not_of_its_kind_is_refused_everywhere() {
    on_every_call(|bench, endpoint, right| {
        let wrong = and(right.clone(), json!({ "identifierType": "MOBILE" }));
        let expected = if endpoint.path().ends_with("password/validate") {
            1526
        } else {
            1519
        };
        assert_eq!(ask(bench, endpoint, &wrong), expected, "{endpoint}");
    });
}

#[test]
fn a_brand_that_is_no_more_is_refused_by_every_call_without_a_session() {
    on_every_call(|bench, endpoint, right| {
        bench.engine.settings_mut().brands = Some(vec!["Bukl".to_owned()]);
        let expected = if right.get("sessionId").is_some() {
            200
        } else {
            1504
        };
        assert_eq!(ask(bench, endpoint, right), expected, "{endpoint}");
    });
}

#[test]
fn another_brand_is_refused_by_every_call_that_knows_one() {
    on_every_call(|bench, endpoint, right| {
        let wrong = and(right.clone(), json!({ "brand": "Bukl" }));
        let opens = endpoint.path().ends_with("token/generate");
        let expected = if opens && family(endpoint) != Family::Second {
            200
        } else {
            1509
        };
        assert_eq!(ask(bench, endpoint, &wrong), expected, "{endpoint}");
    });
}

#[test]
fn codes_are_sent_only_with_a_hash_where_bodies_are_encrypted() {
    on_every_call(|bench, endpoint, right| {
        bench.engine.settings_mut().encryption = true;
        let sends = endpoint.path().ends_with("otp/generate");
        let expected = if sends { 5004 } else { 200 };
        let with_hash = and(right.clone(), json!({ "hash": "x" }));
        assert_eq!(ask(bench, endpoint, right), expected, "{endpoint}");
        if sends {
            assert_eq!(ask(bench, endpoint, &with_hash), 200, "{endpoint}");
        }
    });
}

#[test]
fn without_a_second_factor_all_its_calls_are_refused_and_no_other() {
    on_every_call(|bench, endpoint, right| {
        bench.engine.settings_mut().mfa = false;
        let expected = if family(endpoint) == Family::Second {
            1504
        } else {
            200
        };
        assert_eq!(ask(bench, endpoint, right), expected, "{endpoint}");
    });
}

#[test]
fn every_call_is_found_by_its_path_and_by_its_name() {
    for endpoint in Endpoint::ALL {
        assert_eq!(Endpoint::from_path(endpoint.path()), Some(endpoint));
        assert_eq!(endpoint.name().parse(), Ok(endpoint));
    }
    assert_eq!(Endpoint::from_path("/auth/v1/web/token/expire"), None);
}

#[test]
fn every_call_answers_only_to_its_verbs() {
    on_every_call(|bench, endpoint, right| {
        for verb in ["POST", "DELETE", "GET", "PUT"] {
            let request = ae_engine::Request::json(verb, endpoint.path(), right.to_string());
            let response = bench.engine.handle(bench.now_ms, &request).response;
            let taken = endpoint.methods().contains(&verb);
            assert_eq!(response.status == 405, !taken, "{verb} {endpoint}");
        }
        assert!(endpoint.methods().contains(&"POST"));
    });
}
