//! Whole logins: what is typed, what is sent, what is told.

use ae_e2e::{Bench, Page, Shop};
use ae_engine::{Endpoint, Fault};
use serde_json::json;

use crate::phone_numbers::lists;

/// A customer's number as people write it, and as the engine is sent it.
pub(crate) const TYPED: &str = "+91 99999 22332";
pub(crate) const SENT: &str = "919999922332";

/// From the first step to the second.
pub(crate) async fn ask_for_a_code(page: &Page) {
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.is_at("code").await;
}

/// Fills in a field and sends the form without the driver's hands.
pub(crate) async fn fills_in(page: &Page, label: &str, text: &str) {
    let script = "const input = field(null, arguments[0]); input.value = arguments[1]; \
         input.dispatchEvent(new InputEvent('input', { bubbles: true })); input.form.requestSubmit()";
    page.asks(script, json!([label, text])).await;
}

/// From the first step to the last.
pub(crate) async fn sign_in(bench: &Bench, page: &Page) {
    ask_for_a_code(page).await;
    page.types("Code", &bench.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    page.hears("ae-signed-in").await;
}

pub(crate) async fn code_login_by_mobile_number_succeeds(bench: &Bench) {
    let page = bench.opens(Shop::new()).await;
    page.hears("ae-ready").await;
    page.is_at("identify").await;
    page.has("signed-in", None).await;
    assert_eq!(page.session().await, json!(null));

    bench
        .engine
        .fails(Endpoint::TokenGenerate, Fault::Delay(700));
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.has("busy", Some("")).await;
    page.has("aria-busy", Some("true")).await;
    page.is_at("code").await;
    page.has("aria-busy", Some("false")).await;
    let step = page.hears("ae-step").await;
    assert_eq!(
        (&step["step"], &step["previous"]),
        (&json!("code"), &json!("identify"))
    );
    page.sees("Enter your code").await;
    page.sees("+919999922332").await;

    let code = bench.engine.code_sent_to(SENT);
    page.types("Code", &code).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    page.has("signed-in", Some("")).await;
    page.sees("Signed in as +919999922332").await;

    the_page_is_told(&page).await;
    the_engine_is_asked(bench, &code);
}

/// A session in the public words, frozen, and a token to go with it.
async fn the_page_is_told(page: &Page) {
    let told = page.hears("ae-signed-in").await;
    assert_eq!(
        (&told["restored"], &told["isFrozen"]),
        (&json!(false), &json!(true))
    );
    let session = page.session().await;
    assert_eq!(told["session"], session);
    let fields = page
        .asks("return Object.keys(widget().session).join(' ')", json!([]))
        .await;
    assert_eq!(
        fields,
        "brand userId role identifierType identifierValue issuedAt expiresAt signedInAt secondFactor"
    );
    let fixed = |name: &str| session[name].clone();
    assert_eq!(
        [
            "brand",
            "role",
            "identifierType",
            "identifierValue",
            "secondFactor"
        ]
        .map(fixed),
        [
            json!("DocDemo"),
            json!("USER"),
            json!("MOBILE"),
            json!(SENT),
            json!(null)
        ]
    );
    assert_eq!(
        session["expiresAt"].as_u64(),
        session["issuedAt"].as_u64().map(|at| at + 900_000)
    );
    assert_eq!(session["signedInAt"], session["issuedAt"]);
    let frozen = page
        .asks("return Object.isFrozen(widget().session)", json!([]))
        .await;
    assert_eq!(frozen, json!(true));
    let token = page.token(json!({})).await.expect("a token");
    assert_eq!(token.split('.').count(), 3, "{token}");
    assert_eq!(page.token(json!({ "minValidity": 100 })).await, Ok(token));
}

/// What is sent, and how: as a stranger to the engine's host, with leave of its preflight.
fn the_engine_is_asked(bench: &Bench, code: &str) {
    // These fields, in this order, and nothing else.
    assert_eq!(
        bench.engine.calls(),
        ["token-generate", "otp-generate", "otp-validate"]
    );
    let who =
        format!(r#"{{"identifierType":"MOBILE","identifierValue":"{SENT}","brand":"DocDemo""#);
    let session = bench.engine.field(Endpoint::OtpGenerate, "sessionId");
    assert_eq!(
        bench.engine.bodies(Endpoint::TokenGenerate),
        [format!("{who}}}")]
    );
    assert_eq!(
        bench.engine.bodies(Endpoint::OtpGenerate),
        [format!(r#"{who},"sessionId":"{session}"}}"#)]
    );
    assert_eq!(
        bench.engine.bodies(Endpoint::OtpValidate),
        [format!(r#"{who},"sessionId":"{session}","otp":"{code}"}}"#)]
    );

    for call in bench.engine.entries() {
        for (name, value) in &call.headers {
            let name = name.to_ascii_lowercase();
            assert!(
                !["cookie", "authorization", "referer"].contains(&name.as_str())
                    && !name.starts_with("cap_"),
                "{}: {name}: {value}",
                call.path
            );
        }
        let asked_first = bench
            .engine
            .preflights()
            .iter()
            .any(|preflight| preflight.path == call.path);
        assert!(asked_first, "{} had no preflight", call.path);
    }
}

pub(crate) async fn code_login_by_email_succeeds(bench: &Bench) {
    let page = bench
        .opens(Shop::new().with(r#"identifiers="email""#))
        .await;
    page.types("E-mail address", "  Ada.Lovelace@Example.ORG ")
        .await;
    page.presses("Continue").await;
    page.is_at("code").await;
    let code = bench.engine.code_sent_to("ada.lovelace@example.org");
    page.types("Code", &code).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    let session = page.session().await;
    assert_eq!(
        (&session["identifierType"], &session["identifierValue"]),
        (&json!("EMAIL"), &json!("ada.lovelace@example.org"))
    );
    for endpoint in [
        Endpoint::TokenGenerate,
        Endpoint::OtpGenerate,
        Endpoint::OtpValidate,
    ] {
        assert_eq!(bench.engine.field(endpoint, "identifierType"), "EMAIL");
        assert_eq!(
            bench.engine.field(endpoint, "identifierValue"),
            "ada.lovelace@example.org"
        );
    }
}

pub(crate) async fn number_and_email_are_recognized_while_typing(bench: &Bench) {
    let page = bench
        .opens(Shop::new().with(r#"identifiers="mobile email""#))
        .await;
    let label = "Mobile number or e-mail";
    page.types(label, "ada@").await;
    page.sees("For example name@example.com").await;
    page.types(label, "+91 99").await;
    page.sees("The country code is added for you").await;
    page.holds(label, "+91 99").await;

    page.types(label, "Ada@Example.org").await;
    page.presses("Continue").await;
    page.is_at("code").await;
    assert_eq!(
        bench.engine.field(Endpoint::OtpGenerate, "identifierType"),
        "EMAIL"
    );
    page.presses("Use another number or e-mail").await;
    page.is_at("identify").await;
    page.types(label, TYPED).await;
    page.presses("Continue").await;
    page.is_at("code").await;
    assert_eq!(
        bench.engine.field(Endpoint::OtpGenerate, "identifierType"),
        "MOBILE"
    );
    assert_eq!(
        bench.engine.field(Endpoint::OtpGenerate, "identifierValue"),
        SENT
    );
}

pub(crate) async fn invalid_number_is_reported_and_not_sent(bench: &Bench) {
    let page = bench.opens(Shop::new().with(r#"country="US""#)).await;
    lists(&page, "US", "US +1").await;
    for (typed, said) in [
        ("", "Enter this to go on."),
        ("ada", "This is not a mobile number."),
        (
            "099 999 22332",
            "This number is too long for United States.",
        ),
    ] {
        page.types("Mobile number", typed).await;
        page.presses("Continue").await;
        page.sees(said).await;
        page.is_in("Mobile number").await;
        page.holds("Mobile number", typed).await;
        let (is_wrong, description) = page.described("Mobile number").await;
        assert!(
            is_wrong && description.contains(said),
            "{typed:?}: {description}"
        );
    }
    assert_eq!(bench.engine.calls(), [""; 0]);
    // What is put right is taken.
    page.types("Mobile number", TYPED).await;
    let (is_wrong, _) = page.described("Mobile number").await;
    assert!(
        !is_wrong,
        "it is no longer said to be wrong while it is being put right"
    );
    page.presses("Continue").await;
    page.is_at("code").await;
}

pub(crate) async fn identifier_can_be_changed_at_the_code_step(bench: &Bench) {
    let page = bench.opens(Shop::new()).await;
    ask_for_a_code(&page).await;
    let first = bench.engine.field(Endpoint::OtpGenerate, "sessionId");
    page.presses("Use another number or e-mail").await;
    page.is_at("identify").await;
    page.holds("Mobile number", "+919999922332").await;
    page.is_in("Mobile number").await;

    page.types("Mobile number", "+44 7700 900123").await;
    page.presses("Continue").await;
    page.is_at("code").await;
    page.types("Code", &bench.engine.code_sent_to("447700900123"))
        .await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    assert_eq!(
        page.session().await["identifierValue"],
        json!("447700900123")
    );
    assert_ne!(
        bench.engine.field(Endpoint::OtpValidate, "sessionId"),
        first
    );
}
