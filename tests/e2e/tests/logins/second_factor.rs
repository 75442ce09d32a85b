//! The second factor: its methods, what stays locked until it is proved, its renewals, and the sign-out at the engine.

use ae_e2e::proxy::Proxy;
use ae_e2e::{Fixture, Page, Shop, script};
use ae_engine::{Customer, Endpoint, Fault};
use serde_json::{Value, json};

use crate::passwords::{
    PASSWORD, add_customer_with_password, choose_password, continue_to, enter_code,
};
use crate::sign_in::{SENT, request_code, sign_in};

const SECOND_PASSWORD: &str = "battery staple";
const EMAIL: &str = "ada@example.org";

/// The beginning of every token: `{"` in Base64.
const TOKEN_START: &str = "eyJ";

/// The name of the record with the device id, which is created when the first one is sent.
const DEVICE_RECORD: &str = "ae-login:device";

/// A customer who is enrolled for a second factor.
fn enrolled_customer() -> Customer {
    Customer {
        mfa: true,
        ..Customer::new("4068291")
    }
}

/// A customer whose second factor is a password.
fn customer_with_second_password() -> Customer {
    Customer {
        mfa_password: Some(SECOND_PASSWORD.to_owned()),
        ..enrolled_customer()
    }
}

/// After one factor, nobody is signed in: neither the page nor the browser's storage has a token.
async fn assert_signed_out(page: &Page) {
    assert_eq!(page.event_count("ae-signed-in").await, 0);
    page.has_attribute("signed-in", None).await;
    assert_eq!(page.session().await, json!(null));
    let why = page.token(json!({})).await.expect_err("no token");
    assert_eq!(why["kind"], json!("signed-out"));
    page.stores_no_secret().await;
    let stored = page.storage_text().await;
    assert!(!stored.contains(TOKEN_START), "a token is kept: {stored}");
}

/// After both factors, the page receives one event, which names the method of the second factor.
async fn is_signed_in(page: &Page, factor: &str) {
    page.is_at("signed-in").await;
    let event = page.receives("ae-signed-in").await;
    let session = page.session().await;
    assert_eq!(event["session"], session);
    assert_eq!(
        (
            &session["secondFactor"],
            &session["identifierValue"],
            &session["role"]
        ),
        (&json!(factor), &json!(SENT), &json!("USER"))
    );
    page.token(json!({})).await.expect("a token");
    page.stores_no_secret().await;
}

async fn enter_second_password(page: &Page) {
    page.types("Second password", SECOND_PASSWORD).await;
    page.presses("Sign in").await;
}

/// Signs in by two codes, from the first step to the last.
pub(crate) async fn sign_in_by_two_codes(fixture: &Fixture, page: &Page) {
    request_code(page).await;
    enter_code(fixture, page).await;
    page.is_at("second-code").await;
    enter_code(fixture, page).await;
    is_signed_in(page, "otp").await;
}

/// The device id, which all calls of the second factor have in common.
fn device_id(fixture: &Fixture) -> String {
    let mut devices: Vec<String> = fixture
        .engine
        .requests()
        .into_iter()
        .filter(|entry| entry.path.contains("/mfa/"))
        .map(|entry| {
            let body: Value =
                serde_json::from_slice(&entry.body.unwrap_or_default()).expect("JSON");
            let device = body["deviceId"].as_str();
            device.expect("a device id in every call").to_owned()
        })
        .collect();
    devices.dedup();
    assert_eq!(devices.len(), 1, "{devices:?}");
    devices.remove(0)
}

async fn stored_device_id(page: &Page) -> Value {
    page.evaluates(
        "return localStorage.getItem(arguments[0])",
        json!([DEVICE_RECORD]),
    )
    .await
}

pub(crate) async fn code_then_code_signs_in(fixture: &Fixture) {
    fixture.engine.adds_customer(SENT, enrolled_customer());
    let page = fixture.opens(Shop::new()).await;
    request_code(&page).await;
    assert_signed_out(&page).await;
    let first = fixture.engine.code_sent_to(SENT);
    page.types("Code", &first).await;
    page.presses("Sign in").await;
    page.is_at("second-code").await;
    let step = page.receives("ae-step").await;
    assert_eq!(step["step"], json!("code"));
    let step = page.receives("ae-step").await;
    assert_eq!(
        (&step["step"], &step["previous"]),
        (&json!("second-code"), &json!("code"))
    );
    page.sees("Enter your second code").await;
    page.has_value("Code", "").await;
    page.has_focus_in("Code").await;
    assert_signed_out(&page).await;

    // The first code is not valid for the second factor.
    assert_ne!(first, fixture.engine.code_sent_to(SENT));
    page.types("Code", &first).await;
    page.presses("Sign in").await;
    page.receives_error("rejected", Some(1506)).await;
    page.is_at("second-code").await;
    assert_signed_out(&page).await;
    enter_code(fixture, &page).await;
    is_signed_in(&page, "otp").await;
    assert_eq!(
        fixture.engine.calls(),
        [
            "token-generate",
            "otp-generate",
            "otp-validate",
            "mfa-token-generate",
            "mfa-otp-generate",
            "mfa-otp-validate",
            "mfa-otp-validate",
        ]
    );
    assert_eq!(page.event_count("ae-signed-in").await, 1);
    assert_eq!(stored_device_id(&page).await, json!(device_id(fixture)));
    for name in ["deviceId", "authorizedToken"] {
        assert_eq!(
            fixture.engine.fields(Endpoint::OtpValidate, name),
            [None],
            "only calls of the second factor have it"
        );
    }
}

pub(crate) async fn code_then_password_signs_in(fixture: &Fixture) {
    fixture
        .engine
        .configure(|settings| settings.mfa_password = true);
    fixture
        .engine
        .adds_customer(SENT, customer_with_second_password());
    let page = fixture.opens(Shop::new()).await;
    request_code(&page).await;
    enter_code(fixture, &page).await;
    page.is_at("second-password").await;
    page.sees("Enter your second password").await;
    assert_eq!(
        page.form_fields().await,
        [
            "text username +919999922332",
            "password current-password",
            "Sign in"
        ]
    );
    assert_signed_out(&page).await;
    page.types("Second password", PASSWORD).await;
    page.presses("Sign in").await;
    page.receives_error("rejected", Some(1528)).await;
    page.is_at("second-password").await;
    assert_signed_out(&page).await;

    // Without `second-factor-method`, the customer may switch to a code, and back.
    page.presses("Use a code instead").await;
    page.is_at("second-code").await;
    page.presses("Use a password instead").await;
    page.is_at("second-password").await;
    enter_second_password(&page).await;
    is_signed_in(&page, "password").await;
}

pub(crate) async fn password_then_code_signs_in(fixture: &Fixture) {
    add_customer_with_password(fixture);
    fixture.engine.adds_customer(
        SENT,
        Customer {
            password: Some(PASSWORD.to_owned()),
            ..enrolled_customer()
        },
    );
    let page = fixture
        .opens(Shop::new().with_attributes(r#"first-factor="password" second-factor-method="otp""#))
        .await;
    continue_to(&page, "password").await;
    page.types("Password", PASSWORD).await;
    page.presses("Sign in").await;
    page.is_at("second-code").await;
    assert_signed_out(&page).await;
    enter_code(fixture, &page).await;
    is_signed_in(&page, "otp").await;
    assert_eq!(fixture.engine.message_count(), 1);
}

pub(crate) async fn password_then_password_signs_in(fixture: &Fixture) {
    fixture.engine.configure(|settings| {
        settings.password_brand = true;
        settings.mfa_password = true;
    });
    fixture.engine.adds_customer(
        SENT,
        Customer {
            password: Some(PASSWORD.to_owned()),
            ..customer_with_second_password()
        },
    );
    let page = fixture
        .opens(
            Shop::new()
                .with_attributes(r#"first-factor="password" second-factor-method="password""#),
        )
        .await;
    continue_to(&page, "password").await;
    page.types("Password", PASSWORD).await;
    page.presses("Sign in").await;
    page.is_at("second-password").await;
    page.has_value("Second password", "").await;
    assert_signed_out(&page).await;
    enter_second_password(&page).await;
    is_signed_in(&page, "password").await;
    assert_eq!(
        fixture.engine.calls(),
        [
            "token-generate",
            "password-validate",
            "mfa-token-generate",
            "mfa-password-validate"
        ]
    );
    assert_eq!(fixture.engine.message_count(), 0);
}

pub(crate) async fn first_second_password_is_set_and_confirmed_by_code(fixture: &Fixture) {
    fixture
        .engine
        .configure(|settings| settings.mfa_password = true);
    fixture.engine.adds_customer(SENT, enrolled_customer());
    let page = fixture
        .opens(Shop::new().with_attributes(r#"second-factor-method="password""#))
        .await;
    request_code(&page).await;
    enter_code(fixture, &page).await;
    page.is_at("second-new-password").await;
    page.sees("Choose a second password").await;
    assert_eq!(
        page.form_fields().await,
        [
            "text username +919999922332",
            "password new-password",
            "password new-password",
            "Continue"
        ]
    );
    assert_signed_out(&page).await;
    choose_password(&page, SECOND_PASSWORD).await;
    page.is_at("second-code").await;
    assert_signed_out(&page).await;
    enter_code(fixture, &page).await;
    is_signed_in(&page, "otp").await;
    page.presses("Sign out").await;
    page.is_at("identify").await;

    request_code(&page).await;
    enter_code(fixture, &page).await;
    page.is_at("second-password").await;
    enter_second_password(&page).await;
    is_signed_in(&page, "password").await;
    assert_eq!(
        fixture
            .engine
            .fields(Endpoint::MfaTokenGenerate, "password"),
        [None, Some(SECOND_PASSWORD.to_owned()), None]
    );
}

pub(crate) async fn forgotten_second_password_is_reset_by_code(fixture: &Fixture) {
    fixture
        .engine
        .configure(|settings| settings.mfa_password = true);
    fixture
        .engine
        .adds_customer(SENT, customer_with_second_password());
    let page = fixture
        .opens(Shop::new().with_attributes(r#"second-factor-method="password""#))
        .await;
    request_code(&page).await;
    enter_code(fixture, &page).await;
    page.is_at("second-password").await;
    page.presses("Forgot password?").await;
    page.is_at("second-new-password").await;
    choose_password(&page, "correct staple").await;
    page.is_at("second-code").await;
    assert_signed_out(&page).await;
    enter_code(fixture, &page).await;
    is_signed_in(&page, "otp").await;
    page.presses("Sign out").await;
    page.is_at("identify").await;

    request_code(&page).await;
    enter_code(fixture, &page).await;
    page.is_at("second-password").await;
    enter_second_password(&page).await;
    page.receives_error("rejected", Some(1528)).await;
    page.types("Second password", "correct staple").await;
    page.presses("Sign in").await;
    is_signed_in(&page, "password").await;
}

pub(crate) async fn second_factor_can_use_another_address(fixture: &Fixture) {
    // The engine requires a second factor of every customer.
    fixture.engine.configure(|settings| {
        settings.forced_mfa = true;
        settings.set_lives(5);
    });
    let page = fixture
        .opens(Shop::new().with_attributes(r#"second-factor-identifier="email""#))
        .await;
    request_code(&page).await;
    enter_code(fixture, &page).await;
    page.is_at("second-identify").await;
    page.sees("Your account is protected by a second step. Signing in as +919999922332")
        .await;
    assert_signed_out(&page).await;
    assert_eq!(fixture.engine.call_count(Endpoint::MfaTokenGenerate), 0);
    page.types("Email address", "ada").await;
    page.presses("Continue").await;
    page.sees("That doesn't look like an email address.").await;
    page.types("Email address", EMAIL).await;
    page.presses("Continue").await;
    page.is_at("second-code").await;
    page.sees(&format!("We sent a code to {EMAIL}")).await;
    assert_signed_out(&page).await;
    page.types("Code", &fixture.engine.code_sent_to(EMAIL))
        .await;
    page.presses("Sign in").await;

    // The session shows the identifier of the first factor; calls of the second factor send the other one.
    is_signed_in(&page, "otp").await;
    page.sees("+919999922332").await;
    page.receives("ae-renewed").await;
    assert_eq!(page.session().await["identifierValue"], json!(SENT));
    page.presses("Sign out").await;
    fixture.engine.receives(Endpoint::MfaTokenExpire, 1).await;
    for endpoint in [
        Endpoint::MfaTokenGenerate,
        Endpoint::MfaOtpValidate,
        Endpoint::MfaTokenRegenerate,
        Endpoint::MfaTokenExpire,
    ] {
        let identity =
            ["identifierType", "identifierValue"].map(|name| fixture.engine.field(endpoint, name));
        assert_eq!(identity, ["EMAIL", EMAIL], "{endpoint}");
    }
}

pub(crate) async fn second_factor_always_is_required_of_customers_not_enrolled(fixture: &Fixture) {
    // This customer is not enrolled, so that the engine accepts one factor.
    fixture.engine.adds_customer(SENT, Customer::new("4068291"));
    let page = fixture
        .opens(Shop::new().with_attributes(r#"second-factor="always""#))
        .await;
    request_code(&page).await;
    enter_code(fixture, &page).await;
    page.is_at("second-code").await;
    // The token of the first factor has the role USER, and the page does not receive it.
    assert_signed_out(&page).await;
    enter_code(fixture, &page).await;
    is_signed_in(&page, "otp").await;
}

pub(crate) async fn required_second_factor_switched_off_signs_nobody_in(fixture: &Fixture) {
    fixture.engine.adds_customer(SENT, enrolled_customer());
    let page = fixture
        .opens(Shop::new().with_attributes(r#"second-factor="off""#))
        .await;
    request_code(&page).await;
    enter_code(fixture, &page).await;
    page.receives_error("configuration", None).await;
    page.is_at("stuck").await;
    page.sees("Your account needs a second step").await;
    assert_signed_out(&page).await;
    page.presses("Try again").await;
    page.is_at("identify").await;
    assert_signed_out(&page).await;
}

pub(crate) async fn error_between_factors_can_be_retried(fixture: &Fixture) {
    fixture.engine.adds_customer(SENT, enrolled_customer());
    fixture
        .engine
        .fails(Endpoint::MfaTokenGenerate, Fault::Html503);
    let page = fixture.opens(Shop::new()).await;
    request_code(&page).await;
    enter_code(fixture, &page).await;
    page.receives_error("server", None).await;
    page.is_at("code").await;
    assert_signed_out(&page).await;
    page.presses("Sign in").await;
    page.is_at("second-code").await;
    // The first code is not sent again.
    assert_eq!(fixture.engine.call_count(Endpoint::OtpValidate), 1);
    fixture
        .engine
        .fails(Endpoint::MfaOtpValidate, Fault::Unheard);
    enter_code(fixture, &page).await;
    page.receives_error("network", None).await;
    page.is_at("second-code").await;
    assert_signed_out(&page).await;
    page.presses("Sign in").await;
    is_signed_in(&page, "otp").await;
}

pub(crate) async fn expired_second_factor_session_returns_to_the_first_step(fixture: &Fixture) {
    fixture.engine.adds_customer(SENT, enrolled_customer());
    let page = fixture.opens(Shop::new()).await;
    request_code(&page).await;
    enter_code(fixture, &page).await;
    page.is_at("second-code").await;
    fixture
        .engine
        .fails(Endpoint::MfaOtpValidate, Fault::Code(1505, None));
    enter_code(fixture, &page).await;
    page.receives_error("rejected", Some(1505)).await;
    page.is_at("identify").await;
    page.has_value("Mobile number", "99999 22332").await;
    page.sees("This sign-in is no longer valid.").await;
    assert_signed_out(&page).await;
    page.presses("Continue").await;
    page.is_at("code").await;
    enter_code(fixture, &page).await;
    page.is_at("second-code").await;
    enter_code(fixture, &page).await;
    is_signed_in(&page, "otp").await;
}

pub(crate) async fn reload_keeps_the_second_code_step(fixture: &Fixture) {
    fixture.engine.adds_customer(SENT, enrolled_customer());
    let page = fixture
        .opens(Shop::new().with_attributes(r#"resend-after="0""#))
        .await;
    request_code(&page).await;
    enter_code(fixture, &page).await;
    page.is_at("second-code").await;
    assert_signed_out(&page).await;
    page.reloads().await;
    page.is_at("second-code").await;
    assert_signed_out(&page).await;
    page.presses("Resend code").await;
    page.sees("A new code is on its way.").await;
    enter_code(fixture, &page).await;
    is_signed_in(&page, "otp").await;
    assert_eq!(fixture.engine.call_count(Endpoint::MfaTokenGenerate), 1);
    assert_eq!(stored_device_id(&page).await, json!(device_id(fixture)));
}

pub(crate) async fn reload_keeps_the_second_password_step(fixture: &Fixture) {
    fixture
        .engine
        .configure(|settings| settings.mfa_password = true);
    fixture
        .engine
        .adds_customer(SENT, customer_with_second_password());
    let page = fixture
        .opens(Shop::new().with_attributes(r#"second-factor-method="password""#))
        .await;
    request_code(&page).await;
    enter_code(fixture, &page).await;
    page.is_at("second-password").await;
    page.reloads().await;
    page.is_at("second-password").await;
    assert_signed_out(&page).await;
    enter_second_password(&page).await;
    is_signed_in(&page, "password").await;
    assert_eq!(fixture.engine.call_count(Endpoint::MfaTokenGenerate), 1);
}

pub(crate) async fn mfa_session_is_renewed_by_key_once_per_lifetime(fixture: &Fixture) {
    fixture.engine.configure(|settings| settings.set_lives(5));
    fixture.engine.adds_customer(SENT, enrolled_customer());
    let page = fixture.opens(Shop::new()).await;
    sign_in_by_two_codes(fixture, &page).await;
    let mut tokens = vec![page.token(json!({})).await.expect("a token")];
    for lifetime in 1..=4 {
        let event = page.receives("ae-renewed").await;
        assert_eq!(event["session"]["secondFactor"], json!("otp"));
        assert_eq!(
            fixture.engine.call_count(Endpoint::MfaTokenRegenerate),
            lifetime
        );
        let token = page.token(json!({})).await.expect("a token");
        assert!(!tokens.contains(&token), "a new token");
        tokens.push(token);
        if lifetime == 2 {
            // The key is stored for the next page.
            page.reloads().await;
            page.is_at("signed-in").await;
            assert_eq!(page.receives("ae-signed-in").await["restored"], json!(true));
            assert_eq!(page.session().await["secondFactor"], json!("otp"));
        }
    }
    let mut keys = fixture.engine.fields(Endpoint::MfaTokenRegenerate, "key");
    keys.dedup();
    assert!(matches!(&keys[..], [Some(_)]), "one key: {keys:?}");
    assert_eq!(fixture.engine.call_count(Endpoint::TokenRegenerate), 0);
    device_id(fixture);
}

pub(crate) async fn sign_out_erases_the_session_before_revoking_it_at_the_engine(
    fixture: &Fixture,
) {
    fixture.engine.adds_customer(SENT, enrolled_customer());
    let page = fixture.opens(Shop::new()).await;
    sign_in_by_two_codes(fixture, &page).await;
    let token = page.token(json!({})).await.expect("a token");
    page.evaluates(script!("second_factor.js"; "recordRequests()"), json!([]))
        .await;
    page.presses("Sign out").await;
    page.is_at("identify").await;
    assert_eq!(
        page.receives("ae-signed-out").await["reason"],
        json!("user")
    );
    fixture.engine.receives(Endpoint::MfaTokenExpire, 1).await;
    let recorded = page.evaluates("return recordedRequests", json!([])).await;
    assert_eq!(recorded, json!([["DELETE", "{}", null]]));

    let call = fixture.engine.requests().pop().expect("a call");
    assert_eq!(
        (call.method.as_str(), call.path.as_str(), call.code),
        ("DELETE", Endpoint::MfaTokenExpire.path(), None)
    );
    assert_eq!(
        fixture.engine.field(Endpoint::MfaTokenExpire, "token"),
        token
    );
    let preflight = fixture.engine.preflights().pop().expect("a preflight");
    assert_eq!(preflight.path, call.path);
    let requests_delete = |(name, value): &(String, String)| {
        name.eq_ignore_ascii_case("access-control-request-method") && value == "DELETE"
    };
    assert!(
        preflight.headers.iter().any(requests_delete),
        "{preflight:?}"
    );

    let why = page.token(json!({})).await.expect_err("no token");
    assert_eq!(why["kind"], json!("signed-out"));
    page.reloads().await;
    page.is_at("identify").await;
    assert_eq!(page.session().await, json!(null));
    assert_eq!(fixture.engine.call_count(Endpoint::MfaTokenExpire), 1);
}

pub(crate) async fn sign_out_is_sent_to_the_engine_when_the_page_unloads(fixture: &Fixture) {
    fixture.engine.adds_customer(SENT, enrolled_customer());
    let mut proxy = Proxy::to(&fixture.engine.url()).await;
    let page = fixture.opens(Shop::new().with_engine_at(proxy.url())).await;
    sign_in_by_two_codes(fixture, &page).await;
    // The request stays in the proxy until the page has unloaded.
    proxy.holds_connections();
    page.evaluates(script!("second_factor.js"; "signOutAndLeave()"), json!([]))
        .await;
    page.waits_for(
        "the other page",
        "return location.pathname === '/seeds'",
        json!([]),
    )
    .await;
    proxy.receives_connection().await;
    assert_eq!(fixture.engine.call_count(Endpoint::MfaTokenExpire), 0);
    proxy.releases_connections();
    fixture.engine.receives(Endpoint::MfaTokenExpire, 1).await;
    page.goes_to("/").await;
    page.is_at("identify").await;
    assert_eq!(page.session().await, json!(null));
}

pub(crate) async fn sign_out_succeeds_when_revoking_fails(fixture: &Fixture) {
    fixture.engine.adds_customer(SENT, enrolled_customer());
    let page = fixture.opens(Shop::new()).await;
    for fault in [Fault::Unheard, Fault::Code(1531, None)] {
        sign_in_by_two_codes(fixture, &page).await;
        let before = fixture.engine.call_count(Endpoint::MfaTokenExpire);
        fixture.engine.fails(Endpoint::MfaTokenExpire, fault);
        page.presses("Sign out").await;
        page.is_at("identify").await;
        fixture
            .engine
            .receives(Endpoint::MfaTokenExpire, before + 1)
            .await;
        page.reloads().await;
        page.is_at("identify").await;
        assert_eq!(page.session().await, json!(null));
    }
}

pub(crate) async fn device_id_is_created_at_the_first_second_factor_and_kept(fixture: &Fixture) {
    let page = fixture.opens(Shop::new()).await;
    // A login without a second factor creates no device id.
    sign_in(fixture, &page).await;
    let keys = page.storage_keys().await;
    let record = format!("device {DEVICE_RECORD}");
    assert!(!keys.contains(&record), "{keys:?}");
    page.presses("Sign out").await;
    page.is_at("identify").await;
    assert_eq!(page.storage_keys().await, ["device mark"]);

    fixture
        .engine
        .configure(|settings| settings.forced_mfa = true);
    sign_in_by_two_codes(fixture, &page).await;
    let id = device_id(fixture);
    assert!(id.len() >= 16, "{id}");
    page.presses("Sign out").await;
    page.is_at("identify").await;
    fixture.engine.receives(Endpoint::MfaTokenExpire, 1).await;
    assert_eq!(page.storage_keys().await, [record.as_str(), "device mark"]);

    // The id stays the same on the next page and for the next customer.
    page.reloads().await;
    page.is_at("identify").await;
    page.types("Mobile number", "+44 7700 900123").await;
    page.presses("Continue").await;
    for step in ["code", "second-code"] {
        page.is_at(step).await;
        page.types("Code", &fixture.engine.code_sent_to("447700900123"))
            .await;
        page.presses("Sign in").await;
    }
    page.is_at("signed-in").await;
    assert_eq!(device_id(fixture), id);
}

pub(crate) async fn device_id_attribute_replaces_the_created_one(fixture: &Fixture) {
    fixture.engine.adds_customer(SENT, enrolled_customer());
    let page = fixture
        .opens(Shop::new().with_attributes(r#"device-id="till-7" send-device-id"#))
        .await;
    sign_in_by_two_codes(fixture, &page).await;
    assert_eq!(device_id(fixture), "till-7");
    assert_eq!(
        fixture.engine.field(Endpoint::TokenGenerate, "deviceId"),
        "till-7"
    );
    assert_eq!(stored_device_id(&page).await, json!(null));
}

pub(crate) async fn reload_before_the_second_factor_starts_returns_to_identify(fixture: &Fixture) {
    // The token that starts the second factor is not stored, so that a reload before the start begins again.
    fixture
        .engine
        .configure(|settings| settings.mfa_password = true);
    fixture.engine.adds_customer(SENT, enrolled_customer());
    for (attribute, step) in [
        (r#"second-factor-identifier="email""#, "second-identify"),
        (r#"second-factor-method="password""#, "second-new-password"),
    ] {
        let page = fixture.opens(Shop::new().with_attributes(attribute)).await;
        request_code(&page).await;
        enter_code(fixture, &page).await;
        page.is_at(step).await;
        assert_signed_out(&page).await;
        page.reloads().await;
        page.is_at("identify").await;
        page.has_value("Mobile number", "+919999922332").await;
        assert_signed_out(&page).await;
    }
}

pub(crate) async fn sign_out_cancels_a_pending_second_factor(fixture: &Fixture) {
    fixture.engine.adds_customer(SENT, enrolled_customer());
    let page = fixture.opens(Shop::new()).await;
    request_code(&page).await;
    enter_code(fixture, &page).await;
    page.is_at("second-code").await;
    fixture
        .engine
        .fails(Endpoint::MfaOtpValidate, Fault::Delay(1000));
    enter_code(fixture, &page).await;
    fixture.engine.receives(Endpoint::MfaOtpValidate, 1).await;
    let now = page
        .evaluates("widget().signOut(); return Date.now()", json!([]))
        .await;
    page.is_at("identify").await;
    // Waits until the delayed answer has arrived.
    page.waits_until(&json!(now.as_u64().expect("a moment") + 1500))
        .await;
    page.is_at("identify").await;
    assert_signed_out(&page).await;
    assert_eq!(
        page.evaluates("return { ...sessionStorage }", json!([]))
            .await,
        json!({})
    );
}

pub(crate) async fn engine_that_refuses_web_tokens_ends_in_the_stuck_step(fixture: &Fixture) {
    // The engine accepts second factors of native apps only.
    fixture
        .engine
        .configure(|settings| settings.mfa_device_check = true);
    fixture.engine.adds_customer(SENT, enrolled_customer());
    let page = fixture.opens(Shop::new()).await;
    request_code(&page).await;
    enter_code(fixture, &page).await;
    page.receives_error("configuration", Some(1508)).await;
    page.is_at("stuck").await;
    page.sees("1508").await;
    assert_signed_out(&page).await;
    assert_eq!(fixture.engine.call_count(Endpoint::MfaTokenGenerate), 1);
}

pub(crate) async fn pending_roles_attribute_names_the_brands_role(fixture: &Fixture) {
    fixture
        .engine
        .configure(|settings| "DEFAULT_MFA_ROLE".clone_into(&mut settings.role));
    let page = fixture
        .opens(Shop::new().with_attributes(r#"pending-roles="MFA_PENDING DEFAULT_MFA_ROLE""#))
        .await;
    sign_in_by_two_codes(fixture, &page).await;
}

pub(crate) async fn signed_in_customer_changes_second_password(fixture: &Fixture) {
    fixture
        .engine
        .configure(|settings| settings.mfa_password = true);
    fixture
        .engine
        .adds_customer(SENT, customer_with_second_password());
    let page = fixture.opens(Shop::new()).await;
    request_code(&page).await;
    enter_code(fixture, &page).await;
    page.is_at("second-password").await;
    enter_second_password(&page).await;
    is_signed_in(&page, "password").await;
    page.evaluates("widget().changePassword()", json!([])).await;
    page.is_at("change-password").await;
    page.types("Current password", SECOND_PASSWORD).await;
    page.types("New password", "correct staple").await;
    page.types("Confirm new password", "correct staple").await;
    page.presses("Save password").await;
    page.is_at("signed-in").await;
    page.sees("Your password has been changed.").await;
    assert_eq!(fixture.engine.call_count(Endpoint::MfaPasswordChange), 1);
    device_id(fixture);
    page.presses("Sign out").await;
    page.is_at("identify").await;
    request_code(&page).await;
    enter_code(fixture, &page).await;
    page.is_at("second-password").await;
    page.types("Second password", "correct staple").await;
    page.presses("Sign in").await;
    is_signed_in(&page, "password").await;
}
