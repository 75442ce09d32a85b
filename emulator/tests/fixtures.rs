//! The vendor's recorded samples, replayed: same fields, same nullness, same types, same claims in the same order.
#![allow(clippy::unwrap_used, reason = "a test that finds nothing should fail")]

mod bench;

use ae_engine::{Customer, Request};
use bench::recorded::{assert_alike, fixture};
use bench::{Bench, OTP_GENERATE, OTP_VALIDATE, TOKEN_GENERATE, TOKEN_REGENERATE};
use bench::{and, code_of, decode, json_of};
use serde_json::{Value, json};

/// A bench for a recorded customer, whose code is the recorded one.
fn bench(registered_for_password: bool, password_brand: bool) -> Bench {
    Bench::with(|settings| {
        settings.set_lives(90);
        settings.code = Some("999999".to_owned());
        settings.password_brand = password_brand;
        for identifier in ["captest@gmail.com", "919999922332"] {
            let customer = Customer {
                registered_for_password,
                ..Customer::new("4068291")
            };
            settings.customers.insert(identifier.to_owned(), customer);
        }
    })
}

/// The recorded request with what belongs to one session taken from this one.
fn open(bench: &mut Bench, request: &Value) -> Value {
    let who = json!({
        "identifierType": request["identifierType"],
        "identifierValue": request["identifierValue"],
        "brand": request["brand"],
    });
    let session = bench.post(TOKEN_GENERATE, &who)["user"]["sessionId"].clone();
    and(request.clone(), json!({ "sessionId": session }))
}

fn sign_in(bench: &mut Bench, request: &Value) -> String {
    let who = open(
        bench,
        &and(request.clone(), json!({ "expiredToken": null })),
    );
    assert_eq!(bench.code(OTP_GENERATE, &who), 200);
    let answer = bench.post(OTP_VALIDATE, &and(who, json!({ "otp": "999999" })));
    answer["auth"]["token"].as_str().unwrap().to_owned()
}

#[test]
fn opening_a_session_of_a_known_customer_is_as_recorded() {
    let recorded = fixture("web-token-generate.existing-user.response");
    let ours = bench(true, true).post(
        TOKEN_GENERATE,
        &fixture("web-token-generate.existing-user.request"),
    );
    assert_alike(&ours, &recorded, "");
    assert_eq!(ours["status"], recorded["status"]);
    assert_eq!(ours["user"]["role"], recorded["user"]["role"]);
    assert_eq!(
        ours["user"]["userRegisteredForPassword"],
        recorded["user"]["userRegisteredForPassword"]
    );
}

#[test]
fn opening_a_session_with_a_first_password_is_as_recorded() {
    let recorded = fixture("web-token-generate.first-time-password.response");
    let ours = bench(false, true).post(
        TOKEN_GENERATE,
        &fixture("web-token-generate.first-time-password.request"),
    );
    assert_alike(&ours, &recorded, "");
    assert_eq!(
        ours["user"]["userRegisteredForPassword"],
        recorded["user"]["userRegisteredForPassword"]
    );
}

#[test]
fn the_recorded_request_with_a_user_name_opens_a_session() {
    let ours = bench(false, true).post(
        TOKEN_GENERATE,
        &fixture("web-token-generate.username.request"),
    );
    assert_eq!(code_of(&ours), 200);
    let (header, _) = decode(ours["auth"]["token"].as_str().unwrap());
    assert_eq!(
        header["idv"],
        json!(["USERNAME|9945560224", "MOBILE|9988221100"])
    );
}

#[test]
fn sending_a_code_is_as_recorded() {
    let mut bench = bench(true, false);
    let request = open(&mut bench, &fixture("web-otp-generate.request"));
    let ours = bench.post(OTP_GENERATE, &request);
    assert_eq!(ours, fixture("web-otp-generate.response"));
}

#[test]
fn proving_a_code_is_as_recorded() {
    let mut bench = bench(true, false);
    let request = open(&mut bench, &fixture("web-otp-validate.request"));
    bench.post(OTP_GENERATE, &request);
    let ours = bench.post(OTP_VALIDATE, &request);
    assert_alike(&ours, &fixture("web-otp-validate.response"), "");
}

#[test]
fn the_request_of_the_definition_file_proves_a_code_too() {
    let mut bench = bench(true, false);
    let request = open(&mut bench, &fixture("web-otp-validate.openapi.request"));
    bench.engine.settings_mut().code = request["otp"].as_str().map(str::to_owned);
    bench.post(OTP_GENERATE, &request);
    assert_eq!(bench.code(OTP_VALIDATE, &request), 200);
}

#[test]
fn renewing_is_as_recorded() {
    let mut bench = bench(true, false);
    let request = fixture("web-token-regenerate.request");
    let token = sign_in(&mut bench, &request);
    let ours = bench.post(
        TOKEN_REGENERATE,
        &and(request, json!({ "expiredToken": token })),
    );
    for name in [
        "web-token-regenerate.response",
        "web-token-regenerate.openapi.response",
    ] {
        let recorded = fixture(name);
        assert_alike(&ours, &recorded, "");
        assert_eq!(ours["user"], recorded["user"]);
    }
}

#[test]
fn the_recorded_tokens_themselves_are_not_ours_and_are_refused() {
    let mut bench = bench(true, false);
    for name in [
        "web-token-regenerate.request",
        "web-token-regenerate.openapi.request",
    ] {
        assert_eq!(bench.code(TOKEN_REGENERATE, &fixture(name)), 1525, "{name}");
    }
}

#[test]
fn the_recorded_refusals_are_ours() {
    let mut bench = bench(true, false);
    let request = json!({ "identifierType": "EMAIL", "brand": "DocDemo" });
    assert_eq!(
        bench.post(TOKEN_GENERATE, &request),
        fixture("error-1519-invalid-details.response")
    );

    let response = bench
        .engine
        .handle(bench.now_ms, &Request::post(TOKEN_GENERATE, "{"))
        .response;
    assert_eq!(
        (response.status, json_of(&response)),
        (400, fixture("error-400-empty.response"))
    );

    let request = json!({ "identifierType": "MOBIL", "identifierValue": "1", "brand": "DocDemo" });
    let response = bench.response(TOKEN_GENERATE, &request);
    let recorded = fixture("error-400-unknown-identifier-type.response");
    let (recorded, _) = recorded
        .as_str()
        .unwrap()
        .split_once("\n at [Source:")
        .unwrap();
    let ours = String::from_utf8(response.body).unwrap();
    assert_eq!(ours.split_once("\n at [Source:").unwrap().0, recorded);
}
