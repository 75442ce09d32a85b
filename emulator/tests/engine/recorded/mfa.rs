//! Samples of the second factor.

use ae_engine::{Endpoint, Request};
use serde_json::json;

use super::{
    assert_matches_sample, client_for_samples, complete_mfa, customer_of, sign_in_on_mobile,
    with_mfa_session,
};
use crate::support::recorded::fixture;
use crate::support::{
    MFA_OTP_GENERATE, MFA_OTP_VALIDATE, MFA_PASSWORD_CHANGE, MFA_PASSWORD_FORGET,
    MFA_PASSWORD_VALIDATE, MFA_TOKEN_EXPIRE, MFA_TOKEN_GENERATE, MFA_TOKEN_REGENERATE,
    MOBILE_PASSWORD_CHANGE, decode_token, json_of, key_of, merge, token_of,
};

#[test]
fn token_generate_matches_the_sample() {
    let mut client = client_for_samples("abc123", |_| {});
    let request = fixture("mfa-token-generate.request");
    let token = sign_in_on_mobile(&mut client, &request);
    let request = merge(request, json!({ "authorizedToken": token }));
    let response = client.post(MFA_TOKEN_GENERATE, &request);
    assert_matches_sample(&response, "mfa-token-generate.response");
}

#[test]
fn otp_generate_matches_the_sample() {
    let mut client = client_for_samples("abc123", |_| {});
    let request = with_mfa_session(&mut client, &fixture("mfa-otp-generate.request"));
    let response = client.post(MFA_OTP_GENERATE, &request);
    assert_eq!(response, fixture("mfa-otp-generate.response"));
}

#[test]
fn otp_validate_matches_the_sample() {
    let mut client = client_for_samples("abc123", |_| {});
    let request = with_mfa_session(&mut client, &fixture("mfa-otp-validate.request"));
    client.post(MFA_OTP_GENERATE, &request);
    let response = client.post(MFA_OTP_VALIDATE, &request);
    assert_matches_sample(&response, "mfa-otp-validate.response");
}

#[test]
fn password_validate_matches_the_sample_and_returns_the_same_key() {
    let request = fixture("mfa-password-validate.request");
    let mut client = client_for_samples("abc123", |settings| {
        customer_of(settings, &request).mfa_password = Some("12345".to_owned());
    });
    let before = complete_mfa(&mut client, &request);
    client.advance(4 * 3600);
    let request = with_mfa_session(&mut client, &request);
    let response = client.post(MFA_PASSWORD_VALIDATE, &request);
    assert_matches_sample(&response, "mfa-password-validate.response");
    assert_eq!(key_of(&response), key_of(&before));

    let recorded = |name| key_of(&fixture(name));
    assert_eq!(
        recorded("mfa-password-validate.response"),
        recorded("mfa-otp-validate.response"),
        "the samples have the same key"
    );
}

#[test]
fn password_change_matches_the_sample_on_both_paths() {
    let request = fixture("mfa-password-change.request");
    let (header, claims) = decode_token(request["token"].as_str().unwrap());
    assert_eq!(
        (&header["dev"], &claims["rol"]),
        (&json!("1234"), &json!("MFA_PENDING"))
    );
    for path in [MFA_PASSWORD_CHANGE, MOBILE_PASSWORD_CHANGE] {
        let mut client = client_for_samples("abc123", |settings| {
            customer_of(settings, &request).mfa_password = Some("12345".to_owned());
            customer_of(settings, &request).mfa = true;
        });
        let token = sign_in_on_mobile(&mut client, &request);
        let response = client.post(path, &merge(request.clone(), json!({ "token": token })));
        assert_eq!(response, fixture("mfa-password-change.response"), "{path}");
    }
}

#[test]
fn password_forget_matches_the_sample_with_both_methods() {
    let request = fixture("mfa-password-forget.request");
    let mut client = client_for_samples("abc123", |settings| {
        customer_of(settings, &request).mfa_password = Some("another".to_owned());
    });
    let request = with_mfa_session(&mut client, &request);
    for method in ["POST", "GET"] {
        let request = Request::json(method, MFA_PASSWORD_FORGET, request.to_string());
        let response = json_of(&client.engine.handle(client.now_ms, &request).response);
        assert_eq!(
            response,
            fixture("mfa-password-forget.response"),
            "{method}"
        );
    }
    assert_eq!(client.engine.call_count(Endpoint::MfaPasswordForget), 2);
}

#[test]
fn token_regenerate_matches_the_sample() {
    let request = fixture("mfa-token-regenerate.request");
    let mut client = client_for_samples("abc123", |settings| {
        customer_of(settings, &request).mfa_password = Some("12345".to_owned());
    });
    let key = key_of(&complete_mfa(&mut client, &request));
    let response = client.post(MFA_TOKEN_REGENERATE, &merge(request, json!({ "key": key })));
    assert_matches_sample(&response, "mfa-token-regenerate.response");
}

#[test]
fn token_expire_matches_the_sample_with_both_methods() {
    let request = fixture("mfa-token-expire.request");
    for method in ["DELETE", "POST"] {
        let mut client = client_for_samples("abc123", |_| {});
        let token = token_of(&complete_mfa(&mut client, &request));
        let body = merge(request.clone(), json!({ "token": token })).to_string();
        let request = match method {
            "DELETE" => Request::delete(MFA_TOKEN_EXPIRE, body),
            _ => Request::post(MFA_TOKEN_EXPIRE, body),
        };
        let response = json_of(&client.engine.handle(client.now_ms, &request).response);
        assert_eq!(response, fixture("mfa-token-expire.response"), "{method}");
        assert_eq!(client.engine.call_count(Endpoint::MfaTokenExpire), 1);
    }
}
