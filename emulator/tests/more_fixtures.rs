//! The recorded samples of passwords, the second factor and apps, replayed with the lives they were recorded with.
#![allow(clippy::unwrap_used, reason = "a test that finds nothing should fail")]

mod bench;

use ae_engine::{Customer, Endpoint, Request, Settings};
use bench::recorded::{assert_alike, fixture};
use bench::{
    Bench, MFA_OTP_GENERATE, MFA_OTP_VALIDATE, MFA_PASSWORD_CHANGE, MFA_PASSWORD_FORGET,
    MFA_PASSWORD_VALIDATE, MFA_TOKEN_EXPIRE, MFA_TOKEN_GENERATE, MFA_TOKEN_REGENERATE,
    MOBILE_OTP_GENERATE, MOBILE_OTP_VALIDATE, MOBILE_PASSWORD_CHANGE, MOBILE_PASSWORD_FORGET,
    MOBILE_PASSWORD_VALIDATE, MOBILE_TOKEN_GENERATE, MOBILE_TOKEN_REGENERATE, PASSWORD_CHANGE,
    PASSWORD_FORGET, PASSWORD_VALIDATE, TOKEN_GENERATE,
};
use bench::{and, decode, json_of, key_of, token_of};
use serde_json::{Value, json};

/// A bench for the recorded customers, with their passwords and the recorded code.
fn bench(password: &str, set: impl FnOnce(&mut Settings)) -> Bench {
    Bench::of(Settings::samples(), |settings| {
        settings.code = Some("999999".to_owned());
        settings.password_brand = true;
        settings.mfa_password = true;
        let listed = [
            "919999922332",
            "919999999993",
            "18767431754",
            "18795774754",
            "7411639213",
        ];
        for (number, identifier) in (4_412_458..).zip(listed) {
            let customer = Customer {
                password: Some(password.to_owned()),
                ..Customer::new(number.to_string())
            };
            settings.customers.insert(identifier.to_owned(), customer);
        }
        set(settings);
    })
}

fn customer<'a>(settings: &'a mut Settings, request: &Value) -> &'a mut Customer {
    let identifier = request["identifierValue"].as_str().unwrap();
    settings.customers.get_mut(identifier).unwrap()
}

/// Who a recorded request is about, as every call wants to know it.
fn who(request: &Value) -> Value {
    json!({
        "identifierType": request["identifierType"],
        "identifierValue": request["identifierValue"],
        "brand": request["brand"],
        "deviceId": request.get("deviceId").unwrap_or(&Value::Null),
    })
}

/// The recorded request with a session that was opened for it.
fn in_session(bench: &mut Bench, open: &str, request: &Value) -> Value {
    let session = bench.open_as(open, &who(request));
    and(request.clone(), json!({ "sessionId": session }))
}

/// A token of an app that proved the customer's first factor.
fn first_factor(bench: &mut Bench, request: &Value) -> String {
    let calls = [
        MOBILE_TOKEN_GENERATE,
        MOBILE_OTP_GENERATE,
        MOBILE_OTP_VALIDATE,
    ];
    token_of(&bench.prove(calls, &who(request)))
}

/// The recorded request with a session of the second factor.
fn in_second_session(bench: &mut Bench, request: &Value) -> Value {
    let token = first_factor(bench, request);
    let opens = and(who(request), json!({ "authorizedToken": token }));
    let session = bench.open_as(MFA_TOKEN_GENERATE, &opens);
    and(request.clone(), json!({ "sessionId": session }))
}

/// The answer of a proved second factor.
fn second_factor(bench: &mut Bench, request: &Value) -> Value {
    let held = in_second_session(bench, &who(request));
    assert_eq!(bench.code(MFA_OTP_GENERATE, &held), 200);
    bench.post(MFA_OTP_VALIDATE, &and(held, json!({ "otp": 999_999 })))
}

/// Checks an answer against a recorded one, and the user in it value by value but for its session.
fn assert_as_recorded(ours: &Value, name: &str) {
    let recorded = fixture(name);
    assert_alike(ours, &recorded, "");
    assert_eq!(ours["status"], recorded["status"], "{name}");
    for field in ["appRegistered", "role", "userRegisteredForPassword"] {
        assert_eq!(ours["user"][field], recorded["user"][field], "{name}");
    }
}

// The web.

#[test]
fn proving_a_password_on_the_web_is_as_recorded() {
    let mut bench = bench("abc123", |_| {});
    let request = fixture("web-password-validate.request");
    let request = in_session(&mut bench, TOKEN_GENERATE, &request);
    let ours = bench.post(PASSWORD_VALIDATE, &request);
    assert_as_recorded(&ours, "web-password-validate.response");
}

#[test]
fn changing_a_password_on_the_web_is_as_recorded() {
    let mut bench = bench("Qwerty12345", |_| {});
    let request = fixture("web-password-change.request");
    let proves = in_session(&mut bench, TOKEN_GENERATE, &request);
    let token = token_of(&bench.post(PASSWORD_VALIDATE, &proves));
    let ours = bench.post(PASSWORD_CHANGE, &and(request, json!({ "token": token })));
    assert_eq!(ours, fixture("web-password-change.response"));
}

#[test]
fn replacing_a_password_on_the_web_is_as_recorded() {
    let mut bench = bench("abc123", |_| {});
    let request = fixture("web-password-forget.request");
    let request = in_session(&mut bench, TOKEN_GENERATE, &request);
    let ours = bench.post(PASSWORD_FORGET, &request);
    assert_eq!(ours, fixture("web-password-forget.response"));
}

// The second factor.

#[test]
fn opening_a_second_session_is_as_recorded() {
    let mut bench = bench("abc123", |_| {});
    let request = fixture("mfa-token-generate.request");
    let token = first_factor(&mut bench, &request);
    let request = and(request, json!({ "authorizedToken": token }));
    let ours = bench.post(MFA_TOKEN_GENERATE, &request);
    assert_as_recorded(&ours, "mfa-token-generate.response");
}

#[test]
fn sending_a_second_code_is_as_recorded() {
    let mut bench = bench("abc123", |_| {});
    let request = in_second_session(&mut bench, &fixture("mfa-otp-generate.request"));
    let ours = bench.post(MFA_OTP_GENERATE, &request);
    assert_eq!(ours, fixture("mfa-otp-generate.response"));
}

#[test]
fn proving_a_second_code_is_as_recorded() {
    let mut bench = bench("abc123", |_| {});
    let request = in_second_session(&mut bench, &fixture("mfa-otp-validate.request"));
    bench.post(MFA_OTP_GENERATE, &request);
    let ours = bench.post(MFA_OTP_VALIDATE, &request);
    assert_as_recorded(&ours, "mfa-otp-validate.response");
}

#[test]
fn proving_a_second_password_is_as_recorded_and_gives_the_key_of_the_code_before() {
    let request = fixture("mfa-password-validate.request");
    let mut bench = bench("abc123", |settings| {
        customer(settings, &request).mfa_password = Some("12345".to_owned());
    });
    let before = second_factor(&mut bench, &request);
    bench.pass(4 * 3600);
    let request = in_second_session(&mut bench, &request);
    let ours = bench.post(MFA_PASSWORD_VALIDATE, &request);
    assert_as_recorded(&ours, "mfa-password-validate.response");
    assert_eq!(key_of(&ours), key_of(&before));

    let recorded = |name| key_of(&fixture(name));
    assert_eq!(
        recorded("mfa-password-validate.response"),
        recorded("mfa-otp-validate.response"),
        "as in the samples"
    );
}

#[test]
fn changing_a_second_password_is_as_recorded_under_both_paths() {
    let request = fixture("mfa-password-change.request");
    let (header, claims) = decode(request["token"].as_str().unwrap());
    assert_eq!(
        (&header["dev"], &claims["rol"]),
        (&json!("1234"), &json!("MFA_PENDING"))
    );
    for path in [MFA_PASSWORD_CHANGE, MOBILE_PASSWORD_CHANGE] {
        let mut bench = bench("abc123", |settings| {
            customer(settings, &request).mfa_password = Some("12345".to_owned());
            customer(settings, &request).mfa = true;
        });
        let token = first_factor(&mut bench, &request);
        let ours = bench.post(path, &and(request.clone(), json!({ "token": token })));
        assert_eq!(ours, fixture("mfa-password-change.response"), "{path}");
    }
}

#[test]
fn replacing_a_second_password_is_as_recorded_by_both_verbs() {
    let request = fixture("mfa-password-forget.request");
    let mut bench = bench("abc123", |settings| {
        customer(settings, &request).mfa_password = Some("another".to_owned());
    });
    let request = in_second_session(&mut bench, &request);
    for verb in ["POST", "GET"] {
        let asked = Request::json(verb, MFA_PASSWORD_FORGET, request.to_string());
        let ours = json_of(&bench.engine.handle(bench.now_ms, &asked).response);
        assert_eq!(ours, fixture("mfa-password-forget.response"), "{verb}");
    }
    assert_eq!(bench.engine.call_count(Endpoint::MfaPasswordForget), 2);
}

#[test]
fn renewing_by_a_key_of_the_second_factor_is_as_recorded() {
    let request = fixture("mfa-token-regenerate.request");
    let mut bench = bench("abc123", |settings| {
        customer(settings, &request).mfa_password = Some("12345".to_owned());
    });
    let key = key_of(&second_factor(&mut bench, &request));
    let ours = bench.post(MFA_TOKEN_REGENERATE, &and(request, json!({ "key": key })));
    assert_as_recorded(&ours, "mfa-token-regenerate.response");
}

#[test]
fn signing_out_is_as_recorded_by_both_verbs() {
    let request = fixture("mfa-token-expire.request");
    for verb in ["DELETE", "POST"] {
        let mut bench = bench("abc123", |_| {});
        let token = token_of(&second_factor(&mut bench, &request));
        let body = and(request.clone(), json!({ "token": token })).to_string();
        let asked = match verb {
            "DELETE" => Request::delete(MFA_TOKEN_EXPIRE, body),
            _ => Request::post(MFA_TOKEN_EXPIRE, body),
        };
        let ours = json_of(&bench.engine.handle(bench.now_ms, &asked).response);
        assert_eq!(ours, fixture("mfa-token-expire.response"), "{verb}");
        assert_eq!(bench.engine.call_count(Endpoint::MfaTokenExpire), 1);
    }
}

// Apps.

#[test]
fn opening_an_apps_session_is_as_recorded() {
    for sample in ["existing-user", "first-time-password"] {
        let mut bench = bench("abc123", |_| {});
        let request = fixture(&format!("mobile-token-generate.{sample}.request"));
        let ours = bench.post(MOBILE_TOKEN_GENERATE, &request);
        assert_as_recorded(&ours, &format!("mobile-token-generate.{sample}.response"));
    }
}

#[test]
fn opening_an_apps_session_of_long_ago_is_as_recorded_but_for_the_name_of_the_session() {
    let mut bench = bench("abc123", |settings| settings.password_brand = false);
    let mut recorded = fixture("mobile-token-generate.2020.response");
    let (header, _) = decode(&token_of(&recorded));
    let request = and(
        fixture("mobile-token-generate.2020.request"),
        json!({ "deviceId": header["dev"], "identifierValue": "9945560224" }),
    );
    // A letter that no newer sample has.
    let session = recorded["user"]["sessionId"].as_str().unwrap().to_owned();
    recorded["user"]["sessionId"] = session.replacen("D-", "P-", 1).into();
    assert_alike(&bench.post(MOBILE_TOKEN_GENERATE, &request), &recorded, "");
}

#[test]
fn an_app_opens_a_session_by_a_user_name_as_recorded() {
    let mut bench = bench("abc123", |_| {});
    let request = fixture("mobile-token-generate.2020-username.request");
    let ours = bench.post(MOBILE_TOKEN_GENERATE, &request);
    let (header, _) = decode(&token_of(&ours));
    let expected = json!({
        "idv": ["USERNAME|9945560224", "MOBILE|9945560224"], "dev": "deviceid1", "org": "STANDARDAPP", "alg": "HS256",
    });
    assert_eq!(Value::from(header), expected);
}

#[test]
fn sending_a_code_to_an_apps_customer_is_as_recorded() {
    let mut bench = bench("abc123", |_| {});
    let request = fixture("mobile-otp-generate.request");
    let request = in_session(&mut bench, MOBILE_TOKEN_GENERATE, &request);
    let ours = bench.post(MOBILE_OTP_GENERATE, &request);
    assert_eq!(ours, fixture("mobile-otp-generate.response"));
}

#[test]
fn proving_a_code_in_an_app_is_as_recorded() {
    let mut bench = bench("abc123", |_| {});
    let request = fixture("mobile-otp-validate.request");
    let request = in_session(&mut bench, MOBILE_TOKEN_GENERATE, &request);
    bench.post(MOBILE_OTP_GENERATE, &request);
    let ours = bench.post(MOBILE_OTP_VALIDATE, &request);
    assert_as_recorded(&ours, "mobile-otp-validate.response");
}

#[test]
fn proving_a_code_in_an_app_of_long_ago_is_as_recorded() {
    let mut bench = bench("abc123", |settings| settings.password_brand = false);
    let request = json!({
        "identifierType": "MOBILE", "identifierValue": "9945560224", "brand": "STANDARDAPP", "deviceId": "deviceid1",
    });
    let calls = [
        MOBILE_TOKEN_GENERATE,
        MOBILE_OTP_GENERATE,
        MOBILE_OTP_VALIDATE,
    ];
    let ours = bench.prove(calls, &request);
    assert_as_recorded(&ours, "mobile-otp-validate.2020.response");
}

#[test]
fn proving_a_password_in_an_app_is_as_recorded() {
    let mut bench = bench("abc123", |_| {});
    let request = fixture("mobile-password-validate.request");
    let request = in_session(&mut bench, MOBILE_TOKEN_GENERATE, &request);
    let ours = bench.post(MOBILE_PASSWORD_VALIDATE, &request);
    assert_as_recorded(&ours, "mobile-password-validate.response");
}

#[test]
fn changing_a_password_in_an_app_is_as_recorded() {
    let mut bench = bench("abc123", |_| {});
    let request = fixture("mobile-password-change.request");
    let token = first_factor(&mut bench, &request);
    let request = and(request, json!({ "token": token }));
    let ours = bench.post(MOBILE_PASSWORD_CHANGE, &request);
    assert_eq!(ours, fixture("mobile-password-change.response"));
}

#[test]
fn the_change_of_long_ago_was_asked_with_a_token_that_proves_nothing_and_is_refused() {
    let mut bench = bench("password", |_| {});
    let name = fixture("mobile-token-generate.2020-username.request");
    let view = token_of(&bench.post(MOBILE_TOKEN_GENERATE, &name));
    let request = fixture("mobile-password-change.2020.request");
    assert_eq!(decode(request["token"].as_str().unwrap()).1["rol"], "VIEW");
    let request = and(request, json!({ "token": view, "brand": "STANDARDAPP" }));
    assert_eq!(bench.code(MOBILE_PASSWORD_CHANGE, &request), 1519);
}

#[test]
fn replacing_a_password_in_an_app_is_as_recorded() {
    let mut bench = bench("abc123", |_| {});
    let request = fixture("mobile-password-forget.request");
    let request = in_session(&mut bench, MOBILE_TOKEN_GENERATE, &request);
    let ours = bench.post(MOBILE_PASSWORD_FORGET, &request);
    assert_eq!(ours, fixture("mobile-password-forget.response"));
}

#[test]
fn renewing_by_an_apps_key_is_as_recorded() {
    let mut bench = bench("abc123", |_| {});
    let request = fixture("mobile-token-regenerate.request");
    let proves = and(who(&request), json!({ "password": "abc123" }));
    let proves = in_session(&mut bench, MOBILE_TOKEN_GENERATE, &proves);
    let key = key_of(&bench.post(MOBILE_PASSWORD_VALIDATE, &proves));
    let ours = bench.post(
        MOBILE_TOKEN_REGENERATE,
        &and(request, json!({ "key": key })),
    );
    assert_as_recorded(&ours, "mobile-token-regenerate.response");
}

// All of them.

/// What a recorded request gets here, where its session, token or key is nobody's.
fn expected(endpoint: Endpoint, name: &str) -> i64 {
    match endpoint {
        // A brand with passwords asks whoever has none for one.
        _ if name == "web-token-generate.existing-user.request"
            || name == "mobile-token-generate.2020.request" =>
        {
            1520
        }
        Endpoint::TokenGenerate | Endpoint::MobileTokenGenerate => 200,
        Endpoint::TokenRegenerate => 1525,
        Endpoint::MobileTokenRegenerate | Endpoint::MfaTokenRegenerate => 1597,
        Endpoint::MfaTokenExpire => 1531,
        Endpoint::MfaTokenGenerate
        | Endpoint::PasswordChange
        | Endpoint::MobilePasswordChange
        | Endpoint::MfaPasswordChange => 1519,
        _ => 1505,
    }
}

#[test]
fn every_recorded_request_is_understood() {
    let mut bench = bench("abc123", |_| {});
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures")).unwrap();
    let mut requests = 0;
    for file in files {
        let file = file.unwrap().file_name().into_string().unwrap();
        let name = file.trim_end_matches(".json");
        if !name.ends_with(".request") {
            continue;
        }
        let call = name.split('.').next().unwrap();
        let endpoint: Endpoint = call.strip_prefix("web-").unwrap_or(call).parse().unwrap();
        let code = bench.code(endpoint.path(), &fixture(name));
        assert_eq!(code, expected(endpoint, name), "{name}");
        requests += 1;
    }
    assert_eq!(requests, 30);
}
