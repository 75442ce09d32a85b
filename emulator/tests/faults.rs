//! What can be made to go wrong, and how faults wait in line.
#![allow(clippy::unwrap_used, reason = "a test that finds nothing should fail")]

mod bench;

use std::io::Read as _;

use ae_engine::{Cors, Delivery, Endpoint, FAULTS, Fault, PlannedFault, Request, Response};
use bench::{
    Bench, MFA_TOKEN_REGENERATE, NOW_MS, OTP_GENERATE, OTP_VALIDATE, TOKEN_GENERATE,
    TOKEN_REGENERATE,
};
use bench::{
    ada, ada_in, ada_on_device, ada_renews, ada_types, and, code_of, decode, json_of, key_of,
    token_of,
};
use serde_json::{Value, json};

/// The answer to a session opened under a fault.
fn opened_under(fault: Fault) -> Response {
    let mut bench = Bench::new();
    bench.engine.inject(Endpoint::TokenGenerate, fault, Some(1));
    bench.response(TOKEN_GENERATE, &ada())
}

/// The token of a code proved under a fault.
fn signed_in_under(fault: Fault) -> String {
    let mut bench = Bench::new();
    bench.engine.inject(Endpoint::OtpValidate, fault, Some(1));
    bench.sign_in()
}

fn life(token: &str) -> i64 {
    let (_, claims) = decode(token);
    claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap()
}

/// The answer of a proved second factor under a fault.
fn second_factor_under(fault: Fault) -> Value {
    let mut bench = Bench::new();
    let token = bench.sign_in();
    bench
        .engine
        .inject(Endpoint::MfaOtpValidate, fault, Some(1));
    bench.second_factor(&token)
}

// In line.

#[test]
fn faults_come_one_per_call_oldest_first() {
    let mut bench = Bench::new();
    bench
        .engine
        .inject(Endpoint::TokenGenerate, Fault::Code(1504, None), Some(2));
    bench
        .engine
        .inject(Endpoint::TokenGenerate, Fault::Html503, Some(1));
    let statuses: Vec<_> = (0..4)
        .map(|_| bench.response(TOKEN_GENERATE, &ada()).status)
        .collect();
    assert_eq!(statuses, [200, 200, 503, 200]);
    let codes: Vec<_> = bench
        .engine
        .journal()
        .iter()
        .map(|entry| entry.code)
        .collect();
    assert_eq!(codes, [Some(1504), Some(1504), None, None]);
    assert_eq!(bench.engine.journal()[2].faults, [Fault::Html503]);
    assert!(bench.engine.faults().is_empty());
}

#[test]
fn a_fault_without_a_number_stays_until_it_is_cleared() {
    let mut bench = Bench::new();
    bench
        .engine
        .inject(Endpoint::TokenGenerate, Fault::Code(1504, None), None);
    for _ in 0..3 {
        assert_eq!(bench.code(TOKEN_GENERATE, &ada()), 1504);
    }
    bench.engine.clear_faults();
    assert_eq!(bench.code(TOKEN_GENERATE, &ada()), 200);
}

#[test]
fn a_fault_is_for_its_own_call() {
    let mut bench = Bench::new();
    bench
        .engine
        .inject(Endpoint::OtpGenerate, Fault::Code(1503, None), Some(1));
    let session = bench.open();
    assert_eq!(bench.code(OTP_GENERATE, &ada_in(&session)), 1503);
    assert_eq!(bench.code(OTP_GENERATE, &ada_in(&session)), 200);
}

#[test]
fn a_delay_joins_whatever_else_is_due() {
    let mut bench = Bench::new();
    bench
        .engine
        .inject(Endpoint::TokenGenerate, Fault::Delay(500), Some(2));
    bench
        .engine
        .inject(Endpoint::TokenGenerate, Fault::Delay(9), Some(1));
    bench
        .engine
        .inject(Endpoint::TokenGenerate, Fault::Code(1504, None), Some(1));
    let seen: Vec<_> = (0..4)
        .map(|_| {
            let outcome = bench.outcome(TOKEN_GENERATE, &ada());
            (outcome.delay_ms, code_of(&json_of(&outcome.response)))
        })
        .collect();
    assert_eq!(seen, [(500, 1504), (500, 200), (9, 200), (0, 200)]);
}

// Calls that never reach the engine.

#[test]
fn a_call_that_is_answered_in_front_of_the_engine_has_no_effect() {
    for fault in [
        Fault::Unheard,
        Fault::Html503,
        Fault::Html200,
        Fault::Status(502),
        Fault::TooMany { retry_after: None },
        Fault::Code(1503, None),
        Fault::Redirect("https://elsewhere.example/".to_owned(), 307),
        Fault::PlainText400,
        Fault::Body("{}".to_owned()),
    ] {
        let mut bench = Bench::new();
        let session = bench.open();
        bench
            .engine
            .inject(Endpoint::OtpGenerate, fault.clone(), Some(1));
        bench.response(OTP_GENERATE, &ada_in(&session));
        assert!(bench.engine.outbox().is_empty(), "{fault}");
    }
}

#[test]
fn a_call_whose_answer_is_spoiled_has_its_effect() {
    for fault in [
        Fault::Dropped,
        Fault::Stalled,
        Fault::Trickle,
        Fault::Truncated,
        Fault::WrongTypes,
        Fault::NullAuth,
        Fault::Empty204,
        Fault::NoCors,
        Fault::Delay(1),
    ] {
        let mut bench = Bench::new();
        let session = bench.open();
        bench
            .engine
            .inject(Endpoint::OtpGenerate, fault.clone(), Some(1));
        bench.response(OTP_GENERATE, &ada_in(&session));
        assert_eq!(bench.engine.outbox().len(), 1, "{fault}");
    }
}

#[test]
fn an_injected_code_looks_like_the_engines_own() {
    let body = json_of(&opened_under(Fault::Code(1504, None)));
    assert_eq!(
        (&body["status"]["success"], &body["status"]["code"]),
        (&json!(false), &json!(1504))
    );
    let body = json_of(&opened_under(Fault::Code(
        1599,
        Some("<b>locked</b>".to_owned()),
    )));
    let expected =
        json!({ "status": { "success": false, "code": 1599, "message": "<b>locked</b>" } });
    assert_eq!(body, expected);
}

#[test]
fn an_injected_wrong_code_costs_no_try() {
    let mut bench = Bench::with(|settings| settings.tries = 0);
    let (session, code) = bench.ask_for_code();
    bench
        .engine
        .inject(Endpoint::OtpValidate, Fault::Code(1506, None), Some(1));
    assert_eq!(
        bench.code(OTP_VALIDATE, &ada_types(&session, code.clone())),
        1506
    );
    assert_eq!(bench.code(OTP_VALIDATE, &ada_types(&session, code)), 200);
}

#[test]
fn too_many_comes_with_and_without_a_time() {
    let response = opened_under(Fault::TooMany {
        retry_after: Some("120".to_owned()),
    });
    assert_eq!(
        (response.status, response.header("retry-after")),
        (429, Some("120"))
    );
    assert_eq!(code_of(&json_of(&response)), 429);
    assert_eq!(
        opened_under(Fault::TooMany { retry_after: None }).header("retry-after"),
        None
    );
}

#[test]
fn pages_and_plain_answers_are_what_they_say() {
    for (fault, status, media_type) in [
        (Fault::Html503, 503, Some("text/html")),
        (Fault::Html200, 200, Some("text/html")),
        (Fault::PlainText400, 400, Some("text/plain")),
        (Fault::Status(502), 502, None),
        (Fault::Empty204, 204, None),
        (
            Fault::Body("\u{feff}[".to_owned()),
            200,
            Some("application/json"),
        ),
    ] {
        let response = opened_under(fault.clone());
        assert_eq!(
            (response.status, response.header("content-type")),
            (status, media_type),
            "{fault}"
        );
        assert!(
            serde_json::from_slice::<Value>(&response.body).is_err(),
            "{fault}"
        );
    }
}

#[test]
fn an_answer_can_have_another_status_or_media_type_and_is_still_right() {
    let denied = opened_under(Fault::AnswerAs(403));
    assert_eq!((denied.status, code_of(&json_of(&denied))), (403, 200));
    let called = opened_under(Fault::MediaType("text/html".to_owned()));
    assert_eq!((called.status, code_of(&json_of(&called))), (200, 200));
    let types = called
        .headers
        .iter()
        .filter(|(name, _)| name == "Content-Type");
    assert_eq!(
        types.map(|(_, value)| value.as_str()).collect::<Vec<_>>(),
        ["text/html"]
    );
}

#[test]
fn a_redirect_leads_elsewhere() {
    let response = opened_under(Fault::Redirect(
        "https://elsewhere.example/".to_owned(),
        308,
    ));
    assert_eq!(
        (response.status, response.header("location")),
        (308, Some("https://elsewhere.example/"))
    );
}

// Deliveries.

#[test]
fn broken_deliveries_are_asked_for() {
    for fault in [Fault::Dropped, Fault::Unheard] {
        let mut bench = Bench::new();
        bench.engine.inject(Endpoint::TokenGenerate, fault, Some(1));
        assert_eq!(
            bench.outcome(TOKEN_GENERATE, &ada()).delivery,
            Delivery::Dropped
        );
        assert_eq!(
            bench.outcome(TOKEN_GENERATE, &ada()).delivery,
            Delivery::Whole
        );
    }
    let mut bench = Bench::with(|settings| settings.trickle_bytes_per_s = 7);
    bench
        .engine
        .inject(Endpoint::TokenGenerate, Fault::Stalled, Some(1));
    bench
        .engine
        .inject(Endpoint::TokenGenerate, Fault::Trickle, Some(1));
    let stalled = bench.outcome(TOKEN_GENERATE, &ada());
    assert_eq!(
        stalled.delivery,
        Delivery::Stalled {
            after: stalled.response.body.len() / 2
        }
    );
    let trickled = bench.outcome(TOKEN_GENERATE, &ada());
    assert_eq!(
        trickled.delivery,
        Delivery::Trickled {
            bytes_per_second: 7
        }
    );
}

// Bodies.

#[test]
fn a_truncated_body_is_no_json() {
    let response = opened_under(Fault::Truncated);
    assert!(response.body.starts_with(br#"{"status":{"success":true"#));
    assert!(serde_json::from_slice::<Value>(&response.body).is_err());
}

#[test]
fn wrong_types_are_all_wrong() {
    let right = json_of(&opened_under(Fault::Delay(0)));
    let wrong = json_of(&opened_under(Fault::WrongTypes));
    for place in [
        "/status/success",
        "/status/code",
        "/status/message",
        "/auth/token",
        "/auth/key",
        "/user/sessionId",
        "/user/role",
    ] {
        let (right, wrong) = (right.pointer(place).unwrap(), wrong.pointer(place).unwrap());
        assert_ne!(
            std::mem::discriminant(right),
            std::mem::discriminant(wrong),
            "{place}"
        );
    }
}

#[test]
fn fields_go_missing_by_path_or_by_name() {
    let names = ["auth.token", "sessionId"].map(str::to_owned).to_vec();
    let body = json_of(&opened_under(Fault::MissingFields(names)));
    assert!(body["auth"].as_object().unwrap().contains_key("key"));
    assert!(!body["auth"].as_object().unwrap().contains_key("token"));
    assert!(!body["user"].as_object().unwrap().contains_key("sessionId"));
    assert_eq!(body["status"]["success"], true);
}

#[test]
fn auth_can_be_null() {
    assert_eq!(json_of(&opened_under(Fault::NullAuth))["auth"], Value::Null);
}

#[test]
fn a_body_can_be_as_big_as_wanted_and_is_still_right() {
    let response = opened_under(Fault::BigBody(1_000_000));
    assert_eq!(response.body.len(), 1_000_000);
    assert_eq!(code_of(&json_of(&response)), 200);
}

#[test]
fn a_refusal_can_be_spoiled_as_well() {
    let mut bench = Bench::new();
    bench.engine.inject(
        Endpoint::OtpGenerate,
        Fault::MissingFields(vec!["code".to_owned()]),
        Some(1),
    );
    let body = bench.post(OTP_GENERATE, &ada_in("P-1"));
    assert_eq!(body["status"]["success"], false);
    assert_eq!(body["status"].get("code"), None);
}

// Tokens.

#[test]
fn a_token_can_be_another_customers_and_is_well_signed() {
    let mut bench = Bench::new();
    let right = bench.sign_in();
    let wrong = signed_in_under(Fault::OtherCustomer);
    assert_ne!(decode(&right).0["idv"], decode(&wrong).0["idv"]);
    assert_ne!(decode(&right).1["uid"], decode(&wrong).1["uid"]);
    let whose = json!({ "identifierType": "EMAIL", "identifierValue": "somebody.else@example.org", "brand": "DocDemo" });
    let renews = bench::and(whose, json!({ "expiredToken": wrong }));
    assert_eq!(bench.code(TOKEN_REGENERATE, &renews), 200);
}

#[test]
fn a_token_can_be_another_brands() {
    assert_eq!(
        decode(&signed_in_under(Fault::OtherBrand)).0["org"],
        "SOMEOTHERBRAND"
    );
}

#[test]
fn a_token_can_have_ended_already() {
    let token = signed_in_under(Fault::ExpiredToken);
    assert_eq!(
        decode(&token).1["exp"],
        i64::try_from(NOW_MS / 1000).unwrap() - 60
    );
    assert_eq!(life(&token), 900);
}

#[test]
fn a_token_can_live_as_long_as_wanted() {
    assert_eq!(life(&signed_in_under(Fault::TokenLife(5))), 5);
    assert_eq!(life(&signed_in_under(Fault::TokenLife(-5))), -5);
    let for_ever = signed_in_under(Fault::TokenLife(i64::MAX));
    assert_eq!(decode(&for_ever).1["exp"], i64::MAX);
}

#[test]
fn a_token_can_be_none() {
    assert_eq!(signed_in_under(Fault::BadToken), "not-a-token");
}

#[test]
fn renewal_can_give_the_same_token_back() {
    let mut bench = Bench::new();
    let token = bench.sign_in();
    bench
        .engine
        .inject(Endpoint::TokenRegenerate, Fault::SameToken, Some(1));
    bench.pass(10);
    assert_eq!(
        bench.post(TOKEN_REGENERATE, &ada_renews(&token))["auth"]["token"],
        token
    );
    assert_ne!(
        bench.post(TOKEN_REGENERATE, &ada_renews(&token))["auth"]["token"],
        token
    );
}

// Other origins.

fn from_origin(bench: &mut Bench, method: &str, origin: &str) -> Response {
    let mut request = Request::post(TOKEN_GENERATE, ada().to_string());
    method.clone_into(&mut request.method);
    request
        .headers
        .push(("Origin".to_owned(), origin.to_owned()));
    request.headers.push((
        "Access-Control-Request-Headers".to_owned(),
        "content-type,x-shop".to_owned(),
    ));
    bench.engine.handle(NOW_MS, &request).response
}

const SHOP: &str = "https://shop.example";

#[test]
fn a_preflight_is_answered_for_the_asking_origin() {
    let mut bench = Bench::new();
    let response = from_origin(&mut bench, "OPTIONS", SHOP);
    assert_eq!(response.status, 204);
    assert_eq!(response.header("access-control-allow-origin"), Some(SHOP));
    assert_eq!(
        response.header("access-control-allow-methods"),
        Some("POST, DELETE, OPTIONS")
    );
    assert_eq!(
        response.header("access-control-allow-headers"),
        Some("content-type,x-shop")
    );
    assert_eq!(response.header("access-control-allow-credentials"), None);
    assert_eq!(response.header("vary"), Some("Origin"));
    assert_eq!(
        bench.engine.call_count(Endpoint::TokenGenerate),
        0,
        "a question is not a call"
    );
}

#[test]
fn an_answer_can_be_read_by_the_asking_origin_with_its_extra_headers() {
    let response = from_origin(&mut Bench::new(), "POST", SHOP);
    assert_eq!(response.header("access-control-allow-origin"), Some(SHOP));
    assert_eq!(
        response.header("access-control-expose-headers"),
        Some("Retry-After, Date")
    );
    assert_eq!(response.header("access-control-allow-credentials"), None);
    assert_eq!(
        response.header("date"),
        Some("Thu, 09 Oct 2025 08:53:20 GMT")
    );
}

#[test]
fn only_listed_origins_may_read_if_there_is_a_list() {
    let mut bench = Bench::with(|settings| settings.cors = Cors::Only(vec![SHOP.to_owned()]));
    assert_eq!(from_origin(&mut bench, "OPTIONS", SHOP).status, 204);
    for method in ["OPTIONS", "POST"] {
        let response = from_origin(&mut bench, method, "https://shop.example.evil");
        assert_eq!(response.header("access-control-allow-origin"), None);
    }
    assert_eq!(from_origin(&mut bench, "OPTIONS", "null").status, 403);
    bench.engine.settings_mut().cors = Cors::Off;
    assert_eq!(
        from_origin(&mut bench, "POST", SHOP).header("access-control-allow-origin"),
        None
    );
}

#[test]
fn the_question_may_be_allowed_and_the_answer_not() {
    let mut bench = Bench::new();
    bench
        .engine
        .inject(Endpoint::TokenGenerate, Fault::NoCors, Some(1));
    bench
        .engine
        .inject(Endpoint::TokenGenerate, Fault::NoExpose, Some(2));
    bench.engine.inject(
        Endpoint::TokenGenerate,
        Fault::TooMany {
            retry_after: Some("1".to_owned()),
        },
        Some(2),
    );
    assert_eq!(from_origin(&mut bench, "OPTIONS", SHOP).status, 204);
    let first = from_origin(&mut bench, "POST", SHOP);
    assert_eq!(
        (first.status, first.header("access-control-allow-origin")),
        (429, None)
    );
    let second = from_origin(&mut bench, "POST", SHOP);
    assert_eq!(
        (second.status, second.header("access-control-allow-origin")),
        (429, Some(SHOP))
    );
    assert_eq!(second.header("access-control-expose-headers"), None);
}

#[test]
fn a_packed_answer_is_small_and_unpacks_to_a_right_one_of_that_size() {
    let packed = opened_under(Fault::GzipBomb(8 << 20));
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert!(packed.body.len() < 32 << 10, "{}", packed.body.len());
    let mut unpacked = String::new();
    flate2::read::GzDecoder::new(packed.body.as_slice())
        .read_to_string(&mut unpacked)
        .unwrap();
    let answer: Value = serde_json::from_str(&unpacked).unwrap();
    assert_eq!(answer["status"]["success"], true);
    assert_eq!(answer["padding"].as_str().unwrap().len(), 8 << 20);
}

// As written in flags.

#[test]
fn every_fault_is_read_as_it_is_written() {
    for written in [
        "otp-validate=delay:500*2",
        "token-generate=dropped",
        "otp-generate=too-many",
        "otp-generate=too-many:Wed, 21 Oct 2026 07:28:00 GMT*1",
        "otp-validate=code:1518",
        "otp-validate=code:1599,Locked, sorry*1",
        "otp-validate=redirect:302,https://elsewhere.example:8443/*3",
        "token-regenerate=missing-fields:auth.token,user",
        "token-regenerate=token-life:-5*1",
        "token-regenerate=big-body:1048576",
        "token-regenerate=body:{\"a\":\"*\"}",
        "token-regenerate=bytes:fffe7b007d00*1",
        "token-regenerate=gzip-bomb:268435456",
        "token-regenerate=status:502",
        "token-regenerate=answer-as:403*1",
        "token-regenerate=media-type:text/html",
    ] {
        assert_eq!(
            written
                .parse::<PlannedFault>()
                .map(|planned| planned.to_string())
                .as_deref(),
            Ok(written)
        );
    }
    for help in FAULTS.iter().filter(|help| help.argument.is_empty()) {
        let fault: Fault = help.name.parse().unwrap();
        assert_eq!(fault.to_string(), help.name);
    }
}

#[test]
fn a_redirect_keeps_the_method_unless_told_otherwise() {
    let fault: Fault = "redirect:https://elsewhere.example/?a,b".parse().unwrap();
    assert_eq!(
        fault,
        Fault::Redirect("https://elsewhere.example/?a,b".to_owned(), 307)
    );
}

#[test]
fn a_fault_written_wrongly_is_told_what_is_legal() {
    for (written, said) in [
        ("dropped", "names no endpoint"),
        (
            "otp=dropped",
            "legal are token-generate, otp-generate, otp-validate, password-validate",
        ),
        (
            "otp-validate=gone",
            "no fault is called \"gone\": legal are delay, dropped",
        ),
        (
            "otp-validate=delay",
            "fault delay is written delay:MS, \"nothing\" was given",
        ),
        ("otp-validate=delay:soon", "\"soon\" was given"),
        (
            "otp-validate=redirect:304,https://x.example/",
            "legal are 301, 302, 303, 307, 308",
        ),
        ("otp-validate=status:99", "legal are 200 to 599"),
        ("otp-validate=dropped:1", "takes no argument"),
        (
            "otp-validate=bytes:fff",
            "written bytes:HEX, \"fff\" was given",
        ),
        (
            "otp-validate=bytes:xy",
            "written bytes:HEX, \"xy\" was given",
        ),
    ] {
        let problem = written.parse::<PlannedFault>().unwrap_err();
        assert!(problem.contains(said), "{written}: {problem}");
    }
}

// Calls of the second factor and of apps.

#[test]
fn every_call_can_go_wrong() {
    for endpoint in Endpoint::ALL {
        let mut bench = Bench::new();
        bench
            .engine
            .inject(endpoint, Fault::Code(1503, None), Some(1));
        assert_eq!(bench.code(endpoint.path(), &json!({})), 1503, "{endpoint}");
        assert_eq!(bench.code(endpoint.path(), &json!({})), 1519, "{endpoint}");
    }
}

#[test]
fn a_key_can_be_missing_null_or_of_another_type() {
    assert_eq!(
        second_factor_under(Fault::NoKey)["auth"]["key"],
        Value::Null
    );
    let missing = second_factor_under(Fault::MissingFields(vec!["key".to_owned()]));
    assert!(missing["auth"].get("key").is_none());
    let wrong = second_factor_under(Fault::WrongTypes);
    assert!(wrong["auth"]["key"].is_number());
}

#[test]
fn a_token_and_its_user_can_have_any_role() {
    let answer = second_factor_under(Fault::Role("DEFAULT_MFA_ROLE".to_owned()));
    assert_eq!(answer["user"]["role"], "DEFAULT_MFA_ROLE");
    assert_eq!(decode(&token_of(&answer)).1["rol"], "DEFAULT_MFA_ROLE");
    let token = signed_in_under(Fault::Role("MFA_PENDING".to_owned()));
    assert_eq!(decode(&token).1["rol"], "MFA_PENDING", "without a user too");
}

#[test]
fn a_token_of_the_second_factor_can_be_anybodys_and_of_any_life() {
    let other = token_of(&second_factor_under(Fault::OtherCustomer));
    assert_eq!(decode(&other).1["uid"], "9999999");
    assert_eq!(
        life(&token_of(&second_factor_under(Fault::TokenLife(5)))),
        5
    );
}

#[test]
fn renewal_by_a_key_can_give_back_the_token_of_before() {
    let mut bench = Bench::new();
    let token = bench.sign_in();
    let answer = bench.second_factor(&token);
    let renews = and(ada_on_device(), json!({ "key": key_of(&answer) }));
    bench.pass(60);
    bench
        .engine
        .inject(Endpoint::MfaTokenRegenerate, Fault::SameToken, Some(1));
    let same = bench.post(MFA_TOKEN_REGENERATE, &renews);
    assert_eq!(token_of(&same), token_of(&answer));
    let renewed = bench.post(MFA_TOKEN_REGENERATE, &renews);
    assert_ne!(token_of(&renewed), token_of(&answer));
}
