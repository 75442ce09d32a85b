//! The second factor: what it asks for, that nothing is given away before it is proved, and what comes after.

use ae_e2e::gate::Gate;
use ae_e2e::{Bench, Page, Shop};
use ae_engine::{Customer, Endpoint, Fault};
use serde_json::{Value, json};

use crate::passwords::{PASSWORD, a_customer_with_a_password, choose, continue_to, enter_the_code};
use crate::sign_in::{SENT, ask_for_a_code, sign_in};

const SECOND_PASSWORD: &str = "battery staple";
const EMAIL: &str = "ada@example.org";

/// How every token begins: `{"`.
const A_TOKEN: &str = "eyJ";

/// Where the browser's own name is kept, once one had to be sent.
const DEVICE: &str = "ae-login:device";

/// A customer who is enrolled for a second factor.
fn somebody_enrolled() -> Customer {
    Customer {
        mfa: true,
        ..Customer::new("4068291")
    }
}

/// A customer whose second factor is a password.
fn somebody_with_a_second_password() -> Customer {
    Customer {
        mfa_password: Some(SECOND_PASSWORD.to_owned()),
        ..somebody_enrolled()
    }
}

/// One factor alone signs nobody in: neither the page nor the browser's storage has anything of it.
async fn nobody_is_signed_in(page: &Page) {
    assert_eq!(page.count("ae-signed-in").await, 0);
    page.has("signed-in", None).await;
    assert_eq!(page.session().await, json!(null));
    let why = page.token(json!({})).await.expect_err("no token");
    assert_eq!(why["kind"], json!("signed-out"));
    page.keeps_no_secret().await;
    let stored = page.stored().await;
    assert!(!stored.contains(A_TOKEN), "a token is kept: {stored}");
}

/// Both factors are proved: the page hears of it once, with what the second one was.
async fn is_signed_in(page: &Page, factor: &str) {
    page.is_at("signed-in").await;
    let told = page.hears("ae-signed-in").await;
    let session = page.session().await;
    assert_eq!(told["session"], session);
    assert_eq!(
        (
            &session["secondFactor"],
            &session["identifierValue"],
            &session["role"]
        ),
        (&json!(factor), &json!(SENT), &json!("USER"))
    );
    page.token(json!({})).await.expect("a token");
    page.keeps_no_secret().await;
}

async fn enter_the_second_password(page: &Page) {
    page.types("Second password", SECOND_PASSWORD).await;
    page.presses("Sign in").await;
}

/// A login by two codes, from the first screen to the last.
pub(crate) async fn sign_in_by_two_codes(bench: &Bench, page: &Page) {
    ask_for_a_code(page).await;
    enter_the_code(bench, page).await;
    page.is_at("second-code").await;
    enter_the_code(bench, page).await;
    is_signed_in(page, "otp").await;
}

/// The one name that every call of the second factor gave the browser.
fn device(bench: &Bench) -> String {
    let mut devices: Vec<String> = bench
        .engine
        .entries()
        .into_iter()
        .filter(|entry| entry.path.contains("/mfa/"))
        .map(|entry| {
            let body: Value =
                serde_json::from_slice(&entry.body.unwrap_or_default()).expect("JSON");
            let device = body["deviceId"].as_str();
            device.expect("a device in every call").to_owned()
        })
        .collect();
    devices.dedup();
    assert_eq!(devices.len(), 1, "{devices:?}");
    devices.remove(0)
}

async fn kept_device(page: &Page) -> Value {
    page.asks("return localStorage.getItem(arguments[0])", json!([DEVICE]))
        .await
}

pub(crate) async fn code_then_code_signs_in(bench: &Bench) {
    bench.engine.knows(SENT, somebody_enrolled());
    let page = bench.opens(Shop::new()).await;
    ask_for_a_code(&page).await;
    nobody_is_signed_in(&page).await;
    let first = bench.engine.code_sent_to(SENT);
    page.types("Code", &first).await;
    page.presses("Sign in").await;
    page.is_at("second-code").await;
    let step = page.hears("ae-step").await;
    assert_eq!(step["step"], json!("code"));
    let step = page.hears("ae-step").await;
    assert_eq!(
        (&step["step"], &step["previous"]),
        (&json!("second-code"), &json!("code"))
    );
    page.sees("Enter your second code").await;
    page.holds("Code", "").await;
    page.is_in("Code").await;
    nobody_is_signed_in(&page).await;

    // The first code is not good for both.
    assert_ne!(first, bench.engine.code_sent_to(SENT));
    page.types("Code", &first).await;
    page.presses("Sign in").await;
    page.hears_error("rejected", Some(1506)).await;
    page.is_at("second-code").await;
    nobody_is_signed_in(&page).await;
    enter_the_code(bench, &page).await;
    is_signed_in(&page, "otp").await;
    assert_eq!(
        bench.engine.calls(),
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
    assert_eq!(page.count("ae-signed-in").await, 1);
    assert_eq!(kept_device(&page).await, json!(device(bench)));
    for name in ["deviceId", "authorizedToken"] {
        assert_eq!(
            bench.engine.fields(Endpoint::OtpValidate, name),
            [None],
            "only the second factor needs to know"
        );
    }
}

pub(crate) async fn code_then_password_signs_in(bench: &Bench) {
    bench.engine.is(|settings| settings.mfa_password = true);
    bench.engine.knows(SENT, somebody_with_a_second_password());
    let page = bench.opens(Shop::new()).await;
    ask_for_a_code(&page).await;
    enter_the_code(bench, &page).await;
    page.is_at("second-password").await;
    page.sees("Enter your second password").await;
    assert_eq!(
        page.form().await,
        [
            "text username +919999922332",
            "password current-password",
            "Sign in"
        ]
    );
    nobody_is_signed_in(&page).await;
    page.types("Second password", PASSWORD).await;
    page.presses("Sign in").await;
    page.hears_error("rejected", Some(1528)).await;
    page.is_at("second-password").await;
    nobody_is_signed_in(&page).await;

    // Where the shop leaves it to the customer, a code will do as well; and back.
    page.presses("Use a code instead").await;
    page.is_at("second-code").await;
    page.presses("Use my password instead").await;
    page.is_at("second-password").await;
    enter_the_second_password(&page).await;
    is_signed_in(&page, "password").await;
}

pub(crate) async fn password_then_code_signs_in(bench: &Bench) {
    a_customer_with_a_password(bench);
    bench.engine.knows(
        SENT,
        Customer {
            password: Some(PASSWORD.to_owned()),
            ..somebody_enrolled()
        },
    );
    let page = bench
        .opens(Shop::new().with(r#"first-factor="password" second-factor-method="otp""#))
        .await;
    continue_to(&page, "password").await;
    page.types("Password", PASSWORD).await;
    page.presses("Sign in").await;
    page.is_at("second-code").await;
    nobody_is_signed_in(&page).await;
    enter_the_code(bench, &page).await;
    is_signed_in(&page, "otp").await;
    assert_eq!(bench.engine.messages(), 1);
}

pub(crate) async fn password_then_password_signs_in(bench: &Bench) {
    bench.engine.is(|settings| {
        settings.password_brand = true;
        settings.mfa_password = true;
    });
    bench.engine.knows(
        SENT,
        Customer {
            password: Some(PASSWORD.to_owned()),
            ..somebody_with_a_second_password()
        },
    );
    let page = bench
        .opens(Shop::new().with(r#"first-factor="password" second-factor-method="password""#))
        .await;
    continue_to(&page, "password").await;
    page.types("Password", PASSWORD).await;
    page.presses("Sign in").await;
    page.is_at("second-password").await;
    page.holds("Second password", "").await;
    nobody_is_signed_in(&page).await;
    enter_the_second_password(&page).await;
    is_signed_in(&page, "password").await;
    assert_eq!(
        bench.engine.calls(),
        [
            "token-generate",
            "password-validate",
            "mfa-token-generate",
            "mfa-password-validate"
        ]
    );
    assert_eq!(bench.engine.messages(), 0);
}

pub(crate) async fn first_second_password_is_set_and_confirmed_by_code(bench: &Bench) {
    bench.engine.is(|settings| settings.mfa_password = true);
    bench.engine.knows(SENT, somebody_enrolled());
    let page = bench
        .opens(Shop::new().with(r#"second-factor-method="password""#))
        .await;
    ask_for_a_code(&page).await;
    enter_the_code(bench, &page).await;
    page.is_at("second-new-password").await;
    page.sees("Choose a second password").await;
    assert_eq!(
        page.form().await,
        [
            "text username +919999922332",
            "password new-password",
            "password new-password",
            "Continue"
        ]
    );
    nobody_is_signed_in(&page).await;
    choose(&page, SECOND_PASSWORD).await;
    page.is_at("second-code").await;
    nobody_is_signed_in(&page).await;
    enter_the_code(bench, &page).await;
    is_signed_in(&page, "otp").await;
    page.presses("Sign out").await;
    page.is_at("identify").await;

    ask_for_a_code(&page).await;
    enter_the_code(bench, &page).await;
    page.is_at("second-password").await;
    enter_the_second_password(&page).await;
    is_signed_in(&page, "password").await;
    assert_eq!(
        bench.engine.fields(Endpoint::MfaTokenGenerate, "password"),
        [None, Some(SECOND_PASSWORD.to_owned()), None]
    );
}

pub(crate) async fn forgotten_second_password_is_reset_by_code(bench: &Bench) {
    bench.engine.is(|settings| settings.mfa_password = true);
    bench.engine.knows(SENT, somebody_with_a_second_password());
    let page = bench
        .opens(Shop::new().with(r#"second-factor-method="password""#))
        .await;
    ask_for_a_code(&page).await;
    enter_the_code(bench, &page).await;
    page.is_at("second-password").await;
    page.presses("I forgot my password").await;
    page.is_at("second-new-password").await;
    choose(&page, "correct staple").await;
    page.is_at("second-code").await;
    nobody_is_signed_in(&page).await;
    enter_the_code(bench, &page).await;
    is_signed_in(&page, "otp").await;
    page.presses("Sign out").await;
    page.is_at("identify").await;

    ask_for_a_code(&page).await;
    enter_the_code(bench, &page).await;
    page.is_at("second-password").await;
    enter_the_second_password(&page).await;
    page.hears_error("rejected", Some(1528)).await;
    page.types("Second password", "correct staple").await;
    page.presses("Sign in").await;
    is_signed_in(&page, "password").await;
}

pub(crate) async fn second_factor_can_use_another_address(bench: &Bench) {
    // Everybody owes one, and nobody need be known for it.
    bench.engine.is(|settings| {
        settings.forced_mfa = true;
        settings.set_lives(5);
    });
    let page = bench
        .opens(Shop::new().with(r#"second-factor-identifier="email""#))
        .await;
    ask_for_a_code(&page).await;
    enter_the_code(bench, &page).await;
    page.is_at("second-identify").await;
    page.sees("Your account is protected by a second step. Signing in as +919999922332")
        .await;
    nobody_is_signed_in(&page).await;
    assert_eq!(bench.engine.count(Endpoint::MfaTokenGenerate), 0);
    page.types("E-mail address", "ada").await;
    page.presses("Continue").await;
    page.sees("This is not an e-mail address.").await;
    page.types("E-mail address", EMAIL).await;
    page.presses("Continue").await;
    page.is_at("second-code").await;
    page.sees(&format!("We sent a code to {EMAIL}")).await;
    nobody_is_signed_in(&page).await;
    page.types("Code", &bench.engine.code_sent_to(EMAIL)).await;
    page.presses("Sign in").await;

    // The session shows whoever came first; the engine is asked for the one who came second.
    is_signed_in(&page, "otp").await;
    page.sees("Signed in as +919999922332").await;
    page.hears("ae-renewed").await;
    assert_eq!(page.session().await["identifierValue"], json!(SENT));
    page.presses("Sign out").await;
    bench.engine.hears(Endpoint::MfaTokenExpire, 1).await;
    for endpoint in [
        Endpoint::MfaTokenGenerate,
        Endpoint::MfaOtpValidate,
        Endpoint::MfaTokenRegenerate,
        Endpoint::MfaTokenExpire,
    ] {
        let who =
            ["identifierType", "identifierValue"].map(|name| bench.engine.field(endpoint, name));
        assert_eq!(who, ["EMAIL", EMAIL], "{endpoint}");
    }
}

pub(crate) async fn second_factor_always_is_required_of_customers_not_enrolled(bench: &Bench) {
    // Not enrolled: the engine would be content with one.
    bench.engine.knows(SENT, Customer::new("4068291"));
    let page = bench
        .opens(Shop::new().with(r#"second-factor="always""#))
        .await;
    ask_for_a_code(&page).await;
    enter_the_code(bench, &page).await;
    page.is_at("second-code").await;
    // A token of role USER: it is kept from the page all the same.
    nobody_is_signed_in(&page).await;
    enter_the_code(bench, &page).await;
    is_signed_in(&page, "otp").await;
}

pub(crate) async fn required_second_factor_switched_off_signs_nobody_in(bench: &Bench) {
    bench.engine.knows(SENT, somebody_enrolled());
    let page = bench
        .opens(Shop::new().with(r#"second-factor="off""#))
        .await;
    ask_for_a_code(&page).await;
    enter_the_code(bench, &page).await;
    page.hears_error("configuration", None).await;
    page.is_at("stuck").await;
    page.sees("This account needs a second step").await;
    nobody_is_signed_in(&page).await;
    page.presses("Try again").await;
    page.is_at("identify").await;
    nobody_is_signed_in(&page).await;
}

pub(crate) async fn error_between_factors_can_be_retried(
    bench: &Bench,
) {
    bench.engine.knows(SENT, somebody_enrolled());
    bench
        .engine
        .fails(Endpoint::MfaTokenGenerate, Fault::Html503);
    let page = bench.opens(Shop::new()).await;
    ask_for_a_code(&page).await;
    enter_the_code(bench, &page).await;
    page.hears_error("server", None).await;
    page.is_at("code").await;
    nobody_is_signed_in(&page).await;
    page.presses("Sign in").await;
    page.is_at("second-code").await;
    // The code that was right is not proved again.
    assert_eq!(bench.engine.count(Endpoint::OtpValidate), 1);
    bench.engine.fails(Endpoint::MfaOtpValidate, Fault::Unheard);
    enter_the_code(bench, &page).await;
    page.hears_error("network", None).await;
    page.is_at("second-code").await;
    nobody_is_signed_in(&page).await;
    page.presses("Sign in").await;
    is_signed_in(&page, "otp").await;
}

pub(crate) async fn expired_second_factor_session_returns_to_the_first_step(
    bench: &Bench,
) {
    bench.engine.knows(SENT, somebody_enrolled());
    let page = bench.opens(Shop::new()).await;
    ask_for_a_code(&page).await;
    enter_the_code(bench, &page).await;
    page.is_at("second-code").await;
    bench
        .engine
        .fails(Endpoint::MfaOtpValidate, Fault::Code(1505, None));
    enter_the_code(bench, &page).await;
    page.hears_error("rejected", Some(1505)).await;
    page.is_at("identify").await;
    page.holds("Mobile number", "+919999922332").await;
    page.sees("This sign-in is no longer valid.").await;
    nobody_is_signed_in(&page).await;
    page.presses("Continue").await;
    page.is_at("code").await;
    enter_the_code(bench, &page).await;
    page.is_at("second-code").await;
    enter_the_code(bench, &page).await;
    is_signed_in(&page, "otp").await;
}

pub(crate) async fn reload_keeps_the_second_code_step(bench: &Bench) {
    bench.engine.knows(SENT, somebody_enrolled());
    let page = bench.opens(Shop::new().with(r#"resend-after="0""#)).await;
    ask_for_a_code(&page).await;
    enter_the_code(bench, &page).await;
    page.is_at("second-code").await;
    nobody_is_signed_in(&page).await;
    page.reloads().await;
    page.is_at("second-code").await;
    nobody_is_signed_in(&page).await;
    page.presses("Send a new code").await;
    page.sees("A new code is on its way.").await;
    enter_the_code(bench, &page).await;
    is_signed_in(&page, "otp").await;
    assert_eq!(bench.engine.count(Endpoint::MfaTokenGenerate), 1);
    assert_eq!(kept_device(&page).await, json!(device(bench)));
}

pub(crate) async fn reload_keeps_the_second_password_step(bench: &Bench) {
    bench.engine.is(|settings| settings.mfa_password = true);
    bench.engine.knows(SENT, somebody_with_a_second_password());
    let page = bench
        .opens(Shop::new().with(r#"second-factor-method="password""#))
        .await;
    ask_for_a_code(&page).await;
    enter_the_code(bench, &page).await;
    page.is_at("second-password").await;
    page.reloads().await;
    page.is_at("second-password").await;
    nobody_is_signed_in(&page).await;
    enter_the_second_password(&page).await;
    is_signed_in(&page, "password").await;
    assert_eq!(bench.engine.count(Endpoint::MfaTokenGenerate), 1);
}

pub(crate) async fn mfa_session_is_renewed_by_key_once_per_lifetime(bench: &Bench) {
    bench.engine.is(|settings| settings.set_lives(5));
    bench.engine.knows(SENT, somebody_enrolled());
    let page = bench.opens(Shop::new()).await;
    sign_in_by_two_codes(bench, &page).await;
    let mut tokens = vec![page.token(json!({})).await.expect("a token")];
    for life in 1..=4 {
        let told = page.hears("ae-renewed").await;
        assert_eq!(told["session"]["secondFactor"], json!("otp"));
        assert_eq!(bench.engine.count(Endpoint::MfaTokenRegenerate), life);
        let token = page.token(json!({})).await.expect("a token");
        assert!(!tokens.contains(&token), "a new token");
        tokens.push(token);
        if life == 2 {
            // The key comes along to the next page.
            page.reloads().await;
            page.is_at("signed-in").await;
            assert_eq!(page.hears("ae-signed-in").await["restored"], json!(true));
            assert_eq!(page.session().await["secondFactor"], json!("otp"));
        }
    }
    let mut keys = bench.engine.fields(Endpoint::MfaTokenRegenerate, "key");
    keys.dedup();
    assert!(matches!(&keys[..], [Some(_)]), "one key: {keys:?}");
    assert_eq!(bench.engine.count(Endpoint::TokenRegenerate), 0);
    device(bench);
}

pub(crate) async fn sign_out_erases_the_session_before_revoking_it_at_the_engine(bench: &Bench) {
    bench.engine.knows(SENT, somebody_enrolled());
    let page = bench.opens(Shop::new()).await;
    sign_in_by_two_codes(bench, &page).await;
    let token = page.token(json!({})).await.expect("a token");
    // The page writes down what the tab still holds when its last request leaves.
    page.asks(
        "const send = window.fetch; window.left = []; \
         window.fetch = (url, init) => { left.push([init.method, JSON.stringify({ ...sessionStorage }), widget().session]); return send(url, init) }",
        json!([]),
    )
    .await;
    page.presses("Sign out").await;
    page.is_at("identify").await;
    assert_eq!(page.hears("ae-signed-out").await["reason"], json!("user"));
    bench.engine.hears(Endpoint::MfaTokenExpire, 1).await;
    let left = page.asks("return left", json!([])).await;
    assert_eq!(left, json!([["DELETE", "{}", null]]));

    let call = bench.engine.entries().pop().expect("a call");
    assert_eq!(
        (call.method.as_str(), call.path.as_str(), call.code),
        ("DELETE", Endpoint::MfaTokenExpire.path(), None)
    );
    assert_eq!(bench.engine.field(Endpoint::MfaTokenExpire, "token"), token);
    let preflight = bench.engine.preflights().pop().expect("a preflight");
    assert_eq!(preflight.path, call.path);
    let asked = |(name, value): &(String, String)| {
        name.eq_ignore_ascii_case("access-control-request-method") && value == "DELETE"
    };
    assert!(preflight.headers.iter().any(asked), "{preflight:?}");

    let why = page.token(json!({})).await.expect_err("no token");
    assert_eq!(why["kind"], json!("signed-out"));
    page.reloads().await;
    page.is_at("identify").await;
    assert_eq!(page.session().await, json!(null));
    assert_eq!(bench.engine.count(Endpoint::MfaTokenExpire), 1);
}

pub(crate) async fn sign_out_is_sent_to_the_engine_when_the_page_unloads(bench: &Bench) {
    bench.engine.knows(SENT, somebody_enrolled());
    let mut gate = Gate::before(&bench.engine.url()).await;
    let page = bench.opens(Shop::new().by_way_of(gate.url())).await;
    sign_in_by_two_codes(bench, &page).await;
    // The engine takes its time: it hears nothing before the page is gone.
    gate.shuts();
    page.asks(
        "const it = widget(); setTimeout(() => { it.signOut(); location.href = '/seeds' })",
        json!([]),
    )
    .await;
    page.waits(
        "the other page",
        "return location.pathname === '/seeds'",
        json!([]),
    )
    .await;
    gate.is_knocked_at().await;
    assert_eq!(bench.engine.count(Endpoint::MfaTokenExpire), 0);
    gate.opens();
    bench.engine.hears(Endpoint::MfaTokenExpire, 1).await;
    page.goes_to("/").await;
    page.is_at("identify").await;
    assert_eq!(page.session().await, json!(null));
}

pub(crate) async fn sign_out_succeeds_when_revoking_fails(bench: &Bench) {
    bench.engine.knows(SENT, somebody_enrolled());
    let page = bench.opens(Shop::new()).await;
    for fault in [Fault::Unheard, Fault::Code(1531, None)] {
        sign_in_by_two_codes(bench, &page).await;
        let told = bench.engine.count(Endpoint::MfaTokenExpire);
        bench.engine.fails(Endpoint::MfaTokenExpire, fault);
        page.presses("Sign out").await;
        page.is_at("identify").await;
        bench.engine.hears(Endpoint::MfaTokenExpire, told + 1).await;
        page.reloads().await;
        page.is_at("identify").await;
        assert_eq!(page.session().await, json!(null));
    }
}

pub(crate) async fn device_id_is_created_at_the_first_second_factor_and_kept(bench: &Bench) {
    let page = bench.opens(Shop::new()).await;
    // Nobody who does without a second factor is given a name.
    sign_in(bench, &page).await;
    let kept = page.kept().await;
    let named = format!("device {DEVICE}");
    assert!(!kept.contains(&named), "{kept:?}");
    page.presses("Sign out").await;
    page.is_at("identify").await;
    assert_eq!(page.kept().await, ["device mark"]);

    bench.engine.is(|settings| settings.forced_mfa = true);
    sign_in_by_two_codes(bench, &page).await;
    let name = device(bench);
    assert!(name.len() >= 16, "{name}");
    page.presses("Sign out").await;
    page.is_at("identify").await;
    bench.engine.hears(Endpoint::MfaTokenExpire, 1).await;
    assert_eq!(page.kept().await, [named.as_str(), "device mark"]);

    // Still the same on the next page and for the next customer.
    page.reloads().await;
    page.is_at("identify").await;
    page.types("Mobile number", "+44 7700 900123").await;
    page.presses("Continue").await;
    for step in ["code", "second-code"] {
        page.is_at(step).await;
        page.types("Code", &bench.engine.code_sent_to("447700900123"))
            .await;
        page.presses("Sign in").await;
    }
    page.is_at("signed-in").await;
    assert_eq!(device(bench), name);
}

pub(crate) async fn device_id_attribute_replaces_the_created_one(bench: &Bench) {
    bench.engine.knows(SENT, somebody_enrolled());
    let page = bench
        .opens(Shop::new().with(r#"device-id="till-7" send-device-id"#))
        .await;
    sign_in_by_two_codes(bench, &page).await;
    assert_eq!(device(bench), "till-7");
    assert_eq!(
        bench.engine.field(Endpoint::TokenGenerate, "deviceId"),
        "till-7"
    );
    assert_eq!(kept_device(&page).await, json!(null));
}

pub(crate) async fn reload_before_the_second_factor_starts_returns_to_identify(
    bench: &Bench,
) {
    // What opens the second factor is written down nowhere: whoever reloads before it is open begins again.
    bench.engine.is(|settings| settings.mfa_password = true);
    bench.engine.knows(SENT, somebody_enrolled());
    for (attribute, step) in [
        (r#"second-factor-identifier="email""#, "second-identify"),
        (r#"second-factor-method="password""#, "second-new-password"),
    ] {
        let page = bench.opens(Shop::new().with(attribute)).await;
        ask_for_a_code(&page).await;
        enter_the_code(bench, &page).await;
        page.is_at(step).await;
        nobody_is_signed_in(&page).await;
        page.reloads().await;
        page.is_at("identify").await;
        page.holds("Mobile number", "+919999922332").await;
        nobody_is_signed_in(&page).await;
    }
}

pub(crate) async fn sign_out_cancels_a_pending_second_factor(bench: &Bench) {
    bench.engine.knows(SENT, somebody_enrolled());
    let page = bench.opens(Shop::new()).await;
    ask_for_a_code(&page).await;
    enter_the_code(bench, &page).await;
    page.is_at("second-code").await;
    bench
        .engine
        .fails(Endpoint::MfaOtpValidate, Fault::Delay(1000));
    enter_the_code(bench, &page).await;
    bench.engine.hears(Endpoint::MfaOtpValidate, 1).await;
    let now = page
        .asks("widget().signOut(); return Date.now()", json!([]))
        .await;
    page.is_at("identify").await;
    // The answer is on its way; it must have come and gone.
    page.passes(&json!(now.as_u64().expect("a moment") + 1500))
        .await;
    page.is_at("identify").await;
    nobody_is_signed_in(&page).await;
    assert_eq!(
        page.asks("return { ...sessionStorage }", json!([])).await,
        json!({})
    );
}

pub(crate) async fn engine_that_refuses_web_tokens_ends_in_the_stuck_step(bench: &Bench) {
    // It takes no token of the web for a second factor.
    bench.engine.is(|settings| settings.mfa_device_check = true);
    bench.engine.knows(SENT, somebody_enrolled());
    let page = bench.opens(Shop::new()).await;
    ask_for_a_code(&page).await;
    enter_the_code(bench, &page).await;
    page.hears_error("configuration", Some(1508)).await;
    page.is_at("stuck").await;
    page.sees("1508").await;
    nobody_is_signed_in(&page).await;
    assert_eq!(bench.engine.count(Endpoint::MfaTokenGenerate), 1);
}

pub(crate) async fn pending_roles_attribute_names_the_brands_role(bench: &Bench) {
    bench
        .engine
        .is(|settings| "DEFAULT_MFA_ROLE".clone_into(&mut settings.role));
    let page = bench
        .opens(Shop::new().with(r#"pending-roles="MFA_PENDING DEFAULT_MFA_ROLE""#))
        .await;
    sign_in_by_two_codes(bench, &page).await;
}

pub(crate) async fn signed_in_customer_changes_second_password(bench: &Bench) {
    bench.engine.is(|settings| settings.mfa_password = true);
    bench.engine.knows(SENT, somebody_with_a_second_password());
    let page = bench.opens(Shop::new()).await;
    ask_for_a_code(&page).await;
    enter_the_code(bench, &page).await;
    page.is_at("second-password").await;
    enter_the_second_password(&page).await;
    is_signed_in(&page, "password").await;
    page.asks("widget().changePassword()", json!([])).await;
    page.is_at("change-password").await;
    page.types("Current password", SECOND_PASSWORD).await;
    page.types("New password", "correct staple").await;
    page.types("New password again", "correct staple").await;
    page.presses("Save password").await;
    page.is_at("signed-in").await;
    page.sees("Your password is changed.").await;
    assert_eq!(bench.engine.count(Endpoint::MfaPasswordChange), 1);
    device(bench);
    page.presses("Sign out").await;
    page.is_at("identify").await;
    ask_for_a_code(&page).await;
    enter_the_code(bench, &page).await;
    page.is_at("second-password").await;
    page.types("Second password", "correct staple").await;
    page.presses("Sign in").await;
    is_signed_in(&page, "password").await;
}
