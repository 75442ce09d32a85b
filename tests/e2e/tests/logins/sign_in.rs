//! Logins by a code, from the first step to the last, and what an identifier may be.

use ae_e2e::{Fixture, Page, Shop, script};
use ae_engine::{Endpoint, Fault};
use serde_json::json;

use crate::phone_numbers::country_is;

/// A customer's number as people type it, and as the engine receives it.
pub(crate) const TYPED: &str = "+91 99999 22332";
pub(crate) const SENT: &str = "919999922332";

/// Goes from the first step to the code.
pub(crate) async fn request_code(page: &Page) {
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.is_at("code").await;
}

/// Fills in a field and submits the form by script, without input of the driver.
pub(crate) async fn fill_in_and_submit(page: &Page, label: &str, text: &str) {
    let script = script!("sign_in.js"; "fillInAndSubmit(...arguments)");
    page.evaluates(script, json!([label, text])).await;
}

/// Goes from the first step to the last.
pub(crate) async fn sign_in(fixture: &Fixture, page: &Page) {
    request_code(page).await;
    page.types("Code", &fixture.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    page.receives("ae-signed-in").await;
}

pub(crate) async fn code_login_by_mobile_number_succeeds(fixture: &Fixture) {
    let page = fixture.opens(Shop::new()).await;
    page.receives("ae-ready").await;
    page.is_at("identify").await;
    page.has_attribute("signed-in", None).await;
    assert_eq!(page.session().await, json!(null));

    fixture
        .engine
        .fails(Endpoint::TokenGenerate, Fault::Delay(700));
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.has_attribute("busy", Some("")).await;
    page.has_attribute("aria-busy", Some("true")).await;
    page.is_at("code").await;
    page.has_attribute("aria-busy", Some("false")).await;
    let step = page.receives("ae-step").await;
    assert_eq!(
        (&step["step"], &step["previous"]),
        (&json!("code"), &json!("identify"))
    );
    page.sees("Enter your code").await;
    page.sees("+919999922332").await;

    let code = fixture.engine.code_sent_to(SENT);
    page.types("Code", &code).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    page.has_attribute("signed-in", Some("")).await;
    page.sees("+919999922332").await;

    assert_page_session(&page).await;
    assert_engine_calls(fixture, &code);
}

/// The page has received the session with its public names, frozen, and `getToken` resolves to a token.
async fn assert_page_session(page: &Page) {
    let event = page.receives("ae-signed-in").await;
    assert_eq!(
        (&event["restored"], &event["isFrozen"]),
        (&json!(false), &json!(true))
    );
    let session = page.session().await;
    assert_eq!(event["session"], session);
    let fields = page
        .evaluates("return Object.keys(widget().session).join(' ')", json!([]))
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
        .evaluates("return Object.isFrozen(widget().session)", json!([]))
        .await;
    assert_eq!(frozen, json!(true));
    let token = page.token(json!({})).await.expect("a token");
    assert_eq!(token.split('.').count(), 3, "{token}");
    assert_eq!(page.token(json!({ "minValidity": 100 })).await, Ok(token));
}

/// Every call has the documented body, no credentials and no referrer, and a preflight before it.
fn assert_engine_calls(fixture: &Fixture, code: &str) {
    // These fields in this order, and no others.
    assert_eq!(
        fixture.engine.calls(),
        ["token-generate", "otp-generate", "otp-validate"]
    );
    let identity =
        format!(r#"{{"identifierType":"MOBILE","identifierValue":"{SENT}","brand":"DocDemo""#);
    let session = fixture.engine.field(Endpoint::OtpGenerate, "sessionId");
    assert_eq!(
        fixture.engine.bodies(Endpoint::TokenGenerate),
        [format!("{identity}}}")]
    );
    assert_eq!(
        fixture.engine.bodies(Endpoint::OtpGenerate),
        [format!(r#"{identity},"sessionId":"{session}"}}"#)]
    );
    assert_eq!(
        fixture.engine.bodies(Endpoint::OtpValidate),
        [format!(
            r#"{identity},"sessionId":"{session}","otp":"{code}"}}"#
        )]
    );

    for call in fixture.engine.requests() {
        for (name, value) in &call.headers {
            let name = name.to_ascii_lowercase();
            assert!(
                !["cookie", "authorization", "referer"].contains(&name.as_str())
                    && !name.starts_with("cap_"),
                "{}: {name}: {value}",
                call.path
            );
        }
        let has_preflight = fixture
            .engine
            .preflights()
            .iter()
            .any(|preflight| preflight.path == call.path);
        assert!(has_preflight, "{} had no preflight", call.path);
    }
}

pub(crate) async fn code_login_by_email_succeeds(fixture: &Fixture) {
    let page = fixture
        .opens(Shop::new().with_attributes(r#"identifiers="email""#))
        .await;
    page.types("Email address", "  Ada.Lovelace@Example.ORG ")
        .await;
    page.presses("Continue").await;
    page.is_at("code").await;
    let code = fixture.engine.code_sent_to("ada.lovelace@example.org");
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
        assert_eq!(fixture.engine.field(endpoint, "identifierType"), "EMAIL");
        assert_eq!(
            fixture.engine.field(endpoint, "identifierValue"),
            "ada.lovelace@example.org"
        );
    }
}

pub(crate) async fn number_and_email_are_recognized_while_typing(fixture: &Fixture) {
    let page = fixture
        .opens(Shop::new().with_attributes(r#"identifiers="mobile email""#))
        .await;
    let label = "Mobile number or email";
    page.types(label, "ada@").await;
    page.sees("For example name@example.com").await;
    page.types(label, "+91 99").await;
    page.sees("We'll add the country code for you").await;
    page.has_value(label, "+91 99").await;

    page.types(label, "Ada@Example.org").await;
    page.presses("Continue").await;
    page.is_at("code").await;
    assert_eq!(
        fixture
            .engine
            .field(Endpoint::OtpGenerate, "identifierType"),
        "EMAIL"
    );
    page.presses("Use a different number or email").await;
    page.is_at("identify").await;
    page.types(label, TYPED).await;
    page.presses("Continue").await;
    page.is_at("code").await;
    assert_eq!(
        fixture
            .engine
            .field(Endpoint::OtpGenerate, "identifierType"),
        "MOBILE"
    );
    assert_eq!(
        fixture
            .engine
            .field(Endpoint::OtpGenerate, "identifierValue"),
        SENT
    );
}

pub(crate) async fn invalid_number_is_reported_and_not_sent(fixture: &Fixture) {
    let page = fixture
        .opens(Shop::new().with_attributes(r#"country="US""#))
        .await;
    country_is(&page, "US", "US +1").await;
    for (typed, message) in [
        ("", "Fill in this field to continue."),
        ("ada", "That doesn't look like a mobile number."),
        (
            "099 999 22332",
            "That number is too long for United States.",
        ),
    ] {
        page.types("Mobile number", typed).await;
        page.presses("Continue").await;
        page.sees(message).await;
        page.has_focus_in("Mobile number").await;
        page.has_value("Mobile number", typed).await;
        let (is_wrong, description) = page.description_of("Mobile number").await;
        assert!(
            is_wrong && description.contains(message),
            "{typed:?}: {description}"
        );
    }
    assert_eq!(fixture.engine.calls(), [""; 0]);
    // A corrected number is accepted.
    page.types("Mobile number", TYPED).await;
    let (is_wrong, _) = page.description_of("Mobile number").await;
    assert!(
        !is_wrong,
        "the error disappears while the number is corrected"
    );
    page.presses("Continue").await;
    page.is_at("code").await;
}

pub(crate) async fn identifier_can_be_changed_at_the_code_step(fixture: &Fixture) {
    let page = fixture.opens(Shop::new()).await;
    request_code(&page).await;
    let first = fixture.engine.field(Endpoint::OtpGenerate, "sessionId");
    page.presses("Use a different number or email").await;
    page.is_at("identify").await;
    page.has_value("Mobile number", "99999 22332").await;
    page.has_focus_in("Mobile number").await;

    page.types("Mobile number", "+44 7700 900123").await;
    page.presses("Continue").await;
    page.is_at("code").await;
    page.types("Code", &fixture.engine.code_sent_to("447700900123"))
        .await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    assert_eq!(
        page.session().await["identifierValue"],
        json!("447700900123")
    );
    assert_ne!(
        fixture.engine.field(Endpoint::OtpValidate, "sessionId"),
        first
    );
}
