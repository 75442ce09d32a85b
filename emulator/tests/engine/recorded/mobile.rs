//! Samples of mobile apps, of 2020 and newer.

use serde_json::{Value, json};

use super::{assert_matches_sample, client_for_samples, identity, sign_in_on_mobile, with_session};
use crate::support::recorded::{assert_same_shape, fixture};
use crate::support::{
    MOBILE_CALLS, MOBILE_OTP_GENERATE, MOBILE_OTP_VALIDATE, MOBILE_PASSWORD_CHANGE,
    MOBILE_PASSWORD_FORGET, MOBILE_PASSWORD_VALIDATE, MOBILE_TOKEN_GENERATE,
    MOBILE_TOKEN_REGENERATE, decode_token, key_of, merge, token_of,
};

#[test]
fn token_generate_matches_the_samples() {
    for sample in ["existing-user", "first-time-password"] {
        let mut client = client_for_samples("abc123", |_| {});
        let request = fixture(&format!("mobile-token-generate.{sample}.request"));
        let response = client.post(MOBILE_TOKEN_GENERATE, &request);
        assert_matches_sample(
            &response,
            &format!("mobile-token-generate.{sample}.response"),
        );
    }
}

#[test]
fn token_generate_matches_the_sample_of_2020_except_the_session_id() {
    let mut client = client_for_samples("abc123", |settings| settings.password_brand = false);
    let mut recorded = fixture("mobile-token-generate.2020.response");
    let (header, _) = decode_token(&token_of(&recorded));
    let request = merge(
        fixture("mobile-token-generate.2020.request"),
        json!({ "deviceId": header["dev"], "identifierValue": "9945560224" }),
    );
    // Session ids of 2020 start with `D-`, newer ones with `P-`.
    let session = recorded["user"]["sessionId"].as_str().unwrap().to_owned();
    recorded["user"]["sessionId"] = session.replacen("D-", "P-", 1).into();
    assert_same_shape(&client.post(MOBILE_TOKEN_GENERATE, &request), &recorded, "");
}

#[test]
fn recorded_request_of_2020_with_a_user_name_opens_a_session() {
    let mut client = client_for_samples("abc123", |_| {});
    let request = fixture("mobile-token-generate.2020-username.request");
    let response = client.post(MOBILE_TOKEN_GENERATE, &request);
    let (header, _) = decode_token(&token_of(&response));
    let expected = json!({
        "idv": ["USERNAME|9945560224", "MOBILE|9945560224"], "dev": "deviceid1", "org": "STANDARDAPP", "alg": "HS256",
    });
    assert_eq!(Value::from(header), expected);
}

#[test]
fn otp_generate_matches_the_sample() {
    let mut client = client_for_samples("abc123", |_| {});
    let request = fixture("mobile-otp-generate.request");
    let request = with_session(&mut client, MOBILE_TOKEN_GENERATE, &request);
    let response = client.post(MOBILE_OTP_GENERATE, &request);
    assert_eq!(response, fixture("mobile-otp-generate.response"));
}

#[test]
fn otp_validate_matches_the_sample() {
    let mut client = client_for_samples("abc123", |_| {});
    let request = fixture("mobile-otp-validate.request");
    let request = with_session(&mut client, MOBILE_TOKEN_GENERATE, &request);
    client.post(MOBILE_OTP_GENERATE, &request);
    let response = client.post(MOBILE_OTP_VALIDATE, &request);
    assert_matches_sample(&response, "mobile-otp-validate.response");
}

#[test]
fn otp_validate_matches_the_sample_of_2020() {
    let mut client = client_for_samples("abc123", |settings| settings.password_brand = false);
    let request = json!({
        "identifierType": "MOBILE", "identifierValue": "9945560224", "brand": "STANDARDAPP", "deviceId": "deviceid1",
    });
    let response = client.sign_in_with_code(MOBILE_CALLS, &request);
    assert_matches_sample(&response, "mobile-otp-validate.2020.response");
}

#[test]
fn password_validate_matches_the_sample() {
    let mut client = client_for_samples("abc123", |_| {});
    let request = fixture("mobile-password-validate.request");
    let request = with_session(&mut client, MOBILE_TOKEN_GENERATE, &request);
    let response = client.post(MOBILE_PASSWORD_VALIDATE, &request);
    assert_matches_sample(&response, "mobile-password-validate.response");
}

#[test]
fn password_change_matches_the_sample() {
    let mut client = client_for_samples("abc123", |_| {});
    let request = fixture("mobile-password-change.request");
    let token = sign_in_on_mobile(&mut client, &request);
    let request = merge(request, json!({ "token": token }));
    let response = client.post(MOBILE_PASSWORD_CHANGE, &request);
    assert_eq!(response, fixture("mobile-password-change.response"));
}

#[test]
fn password_change_of_2020_with_a_view_token_is_1519() {
    let mut client = client_for_samples("password", |_| {});
    let name = fixture("mobile-token-generate.2020-username.request");
    let view = token_of(&client.post(MOBILE_TOKEN_GENERATE, &name));
    let request = fixture("mobile-password-change.2020.request");
    assert_eq!(
        decode_token(request["token"].as_str().unwrap()).1["rol"],
        "VIEW"
    );
    let request = merge(request, json!({ "token": view, "brand": "STANDARDAPP" }));
    assert_eq!(client.code(MOBILE_PASSWORD_CHANGE, &request), 1519);
}

#[test]
fn password_forget_matches_the_sample() {
    let mut client = client_for_samples("abc123", |_| {});
    let request = fixture("mobile-password-forget.request");
    let request = with_session(&mut client, MOBILE_TOKEN_GENERATE, &request);
    let response = client.post(MOBILE_PASSWORD_FORGET, &request);
    assert_eq!(response, fixture("mobile-password-forget.response"));
}

#[test]
fn token_regenerate_matches_the_sample() {
    let mut client = client_for_samples("abc123", |_| {});
    let request = fixture("mobile-token-regenerate.request");
    let validation = merge(identity(&request), json!({ "password": "abc123" }));
    let validation = with_session(&mut client, MOBILE_TOKEN_GENERATE, &validation);
    let key = key_of(&client.post(MOBILE_PASSWORD_VALIDATE, &validation));
    let response = client.post(
        MOBILE_TOKEN_REGENERATE,
        &merge(request, json!({ "key": key })),
    );
    assert_matches_sample(&response, "mobile-token-regenerate.response");
}
