//! Samples of the web.

use ae_engine::{Customer, Request};
use serde_json::{Value, json};

use super::{assert_matches_sample, client_for_samples, identity, with_session};
use crate::support::recorded::{assert_same_shape, fixture};
use crate::support::{
    OTP_GENERATE, OTP_VALIDATE, PASSWORD_CHANGE, PASSWORD_FORGET, PASSWORD_VALIDATE,
    TOKEN_GENERATE, TOKEN_REGENERATE, TestClient, WEB_CALLS, code_of, decode_token, json_of, merge,
    token_of,
};

/// A client for the recorded customers of the web, whose tokens all live 90 seconds.
fn client_for_web_samples(registered_for_password: bool, password_brand: bool) -> TestClient {
    TestClient::with_settings(|settings| {
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

/// Signs the customer of a recorded request in with a code and returns the token.
fn sign_in_on_web(client: &mut TestClient, request: &Value) -> String {
    token_of(&client.sign_in_with_code(WEB_CALLS, &identity(request)))
}

#[test]
fn token_generate_of_a_known_customer_matches_the_sample() {
    let recorded = fixture("web-token-generate.existing-user.response");
    let response = client_for_web_samples(true, true).post(
        TOKEN_GENERATE,
        &fixture("web-token-generate.existing-user.request"),
    );
    assert_same_shape(&response, &recorded, "");
    assert_eq!(response["status"], recorded["status"]);
    assert_eq!(response["user"]["role"], recorded["user"]["role"]);
    assert_eq!(
        response["user"]["userRegisteredForPassword"],
        recorded["user"]["userRegisteredForPassword"]
    );
}

#[test]
fn token_generate_with_an_initial_password_matches_the_sample() {
    let recorded = fixture("web-token-generate.first-time-password.response");
    let response = client_for_web_samples(false, true).post(
        TOKEN_GENERATE,
        &fixture("web-token-generate.first-time-password.request"),
    );
    assert_same_shape(&response, &recorded, "");
    assert_eq!(
        response["user"]["userRegisteredForPassword"],
        recorded["user"]["userRegisteredForPassword"]
    );
}

#[test]
fn recorded_request_with_a_user_name_opens_a_session() {
    let response = client_for_web_samples(false, true).post(
        TOKEN_GENERATE,
        &fixture("web-token-generate.username.request"),
    );
    assert_eq!(code_of(&response), 200);
    let (header, _) = decode_token(&token_of(&response));
    assert_eq!(
        header["idv"],
        json!(["USERNAME|9945560224", "MOBILE|9988221100"])
    );
}

#[test]
fn otp_generate_matches_the_sample() {
    let mut client = client_for_web_samples(true, false);
    let request = with_session(
        &mut client,
        TOKEN_GENERATE,
        &fixture("web-otp-generate.request"),
    );
    let response = client.post(OTP_GENERATE, &request);
    assert_eq!(response, fixture("web-otp-generate.response"));
}

#[test]
fn otp_validate_matches_the_sample() {
    let mut client = client_for_web_samples(true, false);
    let request = with_session(
        &mut client,
        TOKEN_GENERATE,
        &fixture("web-otp-validate.request"),
    );
    client.post(OTP_GENERATE, &request);
    let response = client.post(OTP_VALIDATE, &request);
    assert_same_shape(&response, &fixture("web-otp-validate.response"), "");
}

#[test]
fn otp_validate_accepts_the_request_of_the_openapi_file() {
    let mut client = client_for_web_samples(true, false);
    let request = with_session(
        &mut client,
        TOKEN_GENERATE,
        &fixture("web-otp-validate.openapi.request"),
    );
    client.engine.settings_mut().code = request["otp"].as_str().map(str::to_owned);
    client.post(OTP_GENERATE, &request);
    assert_eq!(client.code(OTP_VALIDATE, &request), 200);
}

#[test]
fn token_regenerate_matches_the_samples() {
    let mut client = client_for_web_samples(true, false);
    let request = fixture("web-token-regenerate.request");
    let token = sign_in_on_web(&mut client, &request);
    let response = client.post(
        TOKEN_REGENERATE,
        &merge(request, json!({ "expiredToken": token })),
    );
    for name in [
        "web-token-regenerate.response",
        "web-token-regenerate.openapi.response",
    ] {
        let recorded = fixture(name);
        assert_same_shape(&response, &recorded, "");
        assert_eq!(response["user"], recorded["user"]);
    }
}

#[test]
fn recorded_tokens_are_1525_because_the_vendor_signed_them() {
    let mut client = client_for_web_samples(true, false);
    for name in [
        "web-token-regenerate.request",
        "web-token-regenerate.openapi.request",
    ] {
        assert_eq!(
            client.code(TOKEN_REGENERATE, &fixture(name)),
            1525,
            "{name}"
        );
    }
}

#[test]
fn errors_match_the_samples() {
    let mut client = client_for_web_samples(true, false);
    let request = json!({ "identifierType": "EMAIL", "brand": "DocDemo" });
    assert_eq!(
        client.post(TOKEN_GENERATE, &request),
        fixture("error-1519-invalid-details.response")
    );

    let response = client
        .engine
        .handle(client.now_ms, &Request::post(TOKEN_GENERATE, "{"))
        .response;
    assert_eq!(
        (response.status, json_of(&response)),
        (400, fixture("error-400-empty.response"))
    );

    let request = json!({ "identifierType": "MOBIL", "identifierValue": "1", "brand": "DocDemo" });
    let response = client.response(TOKEN_GENERATE, &request);
    let recorded = fixture("error-400-unknown-identifier-type.response");
    let (recorded, _) = recorded
        .as_str()
        .unwrap()
        .split_once("\n at [Source:")
        .unwrap();
    let response = String::from_utf8(response.body).unwrap();
    assert_eq!(response.split_once("\n at [Source:").unwrap().0, recorded);
}

#[test]
fn password_validate_matches_the_sample() {
    let mut client = client_for_samples("abc123", |_| {});
    let request = fixture("web-password-validate.request");
    let request = with_session(&mut client, TOKEN_GENERATE, &request);
    let response = client.post(PASSWORD_VALIDATE, &request);
    assert_matches_sample(&response, "web-password-validate.response");
}

#[test]
fn password_change_matches_the_sample() {
    let mut client = client_for_samples("Qwerty12345", |_| {});
    let request = fixture("web-password-change.request");
    let validation = with_session(&mut client, TOKEN_GENERATE, &request);
    let token = token_of(&client.post(PASSWORD_VALIDATE, &validation));
    let response = client.post(PASSWORD_CHANGE, &merge(request, json!({ "token": token })));
    assert_eq!(response, fixture("web-password-change.response"));
}

#[test]
fn password_forget_matches_the_sample() {
    let mut client = client_for_samples("abc123", |_| {});
    let request = fixture("web-password-forget.request");
    let request = with_session(&mut client, TOKEN_GENERATE, &request);
    let response = client.post(PASSWORD_FORGET, &request);
    assert_eq!(response, fixture("web-password-forget.response"));
}
