//! Codes that the browser reads from a message (`WebOTP`). Scenarios replace the API, since no driver sends messages.

use ae_e2e::{Fixture, Page, Shop, script};
use ae_engine::Endpoint;
use serde_json::{Value, json};

use crate::sign_in::{SENT, request_code};

/// A shop in a browser with `WebOTP`.
fn shop() -> Shop {
    Shop::new().with_early_head(r#"<script src="/web_otp.js"></script>"#)
}

/// For each request for a message, whether it was aborted.
async fn aborted_requests(page: &Page) -> Value {
    let script = "return messages.map(({ isAborted }) => isAborted)";
    page.evaluates(script, json!([])).await
}

/// Answers the newest request with a code, and waits until the page has handled it.
async fn deliver(page: &Page, code: &str) {
    let script = script!("web_otp.js"; "return deliver(-1, arguments[0])");
    let done = page.awaits(script, json!([code])).await;
    assert_eq!(done, Ok(Value::Null));
}

pub(crate) async fn code_from_a_message_is_filled_in_and_submitted(fixture: &Fixture) {
    for attributes in ["", "shadow"] {
        let page = fixture.opens(shop().with_attributes(attributes)).await;
        page.is_at("identify").await;
        assert_eq!(aborted_requests(&page).await, json!([]));
        request_code(&page).await;
        assert_eq!(aborted_requests(&page).await, json!([false]));
        let script = script!("web_otp.js"; "return recordInputs()");
        assert_eq!(page.evaluates(script, json!([])).await, json!(["sms"]));
        deliver(&page, &fixture.engine.code_sent_to(SENT)).await;
        page.is_at("signed-in").await;
        assert_eq!(
            page.evaluates("return recordedInputs", json!([])).await,
            json!([6])
        );
        assert_eq!(aborted_requests(&page).await, json!([true]));
        page.presses("Sign out").await;
        page.is_at("identify").await;
    }
    assert_eq!(fixture.engine.bodies(Endpoint::OtpValidate).len(), 2);
}

pub(crate) async fn wrong_code_from_a_message_is_submitted_once(fixture: &Fixture) {
    let page = fixture
        .opens(shop().with_attributes(r#"resend-after="0""#))
        .await;
    request_code(&page).await;
    let right = fixture.engine.code_sent_to(SENT);
    let wrong = if right == "000000" {
        "000001"
    } else {
        "000000"
    };
    deliver(&page, wrong).await;
    page.receives_error("rejected", Some(1506)).await;
    page.is_at("code").await;
    page.presses("Resend code").await;
    page.sees("A new code is on its way.").await;
    page.is_at("code").await;
    assert_eq!(fixture.engine.bodies(Endpoint::OtpValidate).len(), 1);
    assert_eq!(aborted_requests(&page).await, json!([false]));

    // A typed code is not submitted automatically.
    page.types("Code", &fixture.engine.code_sent_to(SENT)).await;
    page.is_at("code").await;
    assert_eq!(fixture.engine.bodies(Endpoint::OtpValidate).len(), 1);
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
}

pub(crate) async fn late_message_changes_nothing(fixture: &Fixture) {
    let page = fixture.opens(shop()).await;
    request_code(&page).await;
    page.presses("Use a different number or email").await;
    page.is_at("identify").await;
    assert_eq!(aborted_requests(&page).await, json!([true]));
    deliver(&page, "123456").await;
    let held = page.value_of("Mobile number").await;
    assert_eq!(held, "99999 22332");

    // The answer to an aborted request is ignored.
    request_code(&page).await;
    page.presses("Use a different number or email").await;
    request_code(&page).await;
    assert_eq!(aborted_requests(&page).await, json!([true, true, false]));
    let script = script!("web_otp.js"; "return deliver(1, '123456')");
    let done = page.awaits(script, json!([])).await;
    assert_eq!(done, Ok(Value::Null));
    page.has_value("Code", "").await;
    page.evaluates("widget().remove()", json!([])).await;
    assert_eq!(aborted_requests(&page).await, json!([true, true, true]));
    deliver(&page, "123456").await;
    assert!(fixture.engine.bodies(Endpoint::OtpValidate).is_empty());
}

pub(crate) async fn message_does_not_replace_typed_input(fixture: &Fixture) {
    let page = fixture.opens(shop()).await;
    request_code(&page).await;
    page.types("Code", "12").await;
    deliver(&page, &fixture.engine.code_sent_to(SENT)).await;
    page.has_value("Code", "12").await;
    page.is_at("code").await;
    assert!(fixture.engine.bodies(Endpoint::OtpValidate).is_empty());
}

pub(crate) async fn each_code_step_requests_its_own_message(fixture: &Fixture) {
    fixture
        .engine
        .configure(|settings| settings.forced_mfa = true);
    let page = fixture.opens(shop()).await;
    request_code(&page).await;
    deliver(&page, &fixture.engine.code_sent_to(SENT)).await;
    page.is_at("second-code").await;
    assert_eq!(aborted_requests(&page).await, json!([true, false]));
    deliver(&page, &fixture.engine.code_sent_to(SENT)).await;
    page.is_at("signed-in").await;
    assert_eq!(aborted_requests(&page).await, json!([true, true]));
}

pub(crate) async fn refused_message_request_is_ignored(fixture: &Fixture) {
    let page = fixture.opens(shop()).await;
    request_code(&page).await;
    page.evaluates(
        "messages[0].refuse(new DOMException('no', 'NotAllowedError'))",
        json!([]),
    )
    .await;
    page.types("Code", &fixture.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
}
