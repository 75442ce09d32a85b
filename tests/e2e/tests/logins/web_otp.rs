//! Codes that the browser takes from the message itself (`WebOTP`), where it offers that.

use ae_e2e::{Bench, Page, Shop};
use ae_engine::Endpoint;
use serde_json::{Value, json};

use crate::sign_in::{SENT, ask_for_a_code};

/// A shop in a browser that reads messages.
fn shop() -> Shop {
    Shop::new().with_ahead(r#"<script src="/message.js"></script>"#)
}

/// For each message that was asked for, whether it was given up.
async fn messages(page: &Page) -> Value {
    let script = "return messages.map(({ isGivenUp }) => isGivenUp)";
    page.asks(script, json!([])).await
}

/// Answers the newest one, and lets the page do what it does with it.
async fn brings(page: &Page, code: &str) {
    let script =
        "messages.at(-1).brings(arguments[0]); return new Promise((done) => setTimeout(done))";
    let done = page.promised(script, json!([code])).await;
    assert_eq!(done, Ok(Value::Null));
}

pub(crate) async fn code_from_a_message_is_filled_in_and_submitted(bench: &Bench) {
    for attributes in ["", "shadow"] {
        let page = bench.opens(shop().with(attributes)).await;
        page.is_at("identify").await;
        assert_eq!(messages(&page).await, json!([]));
        ask_for_a_code(&page).await;
        assert_eq!(messages(&page).await, json!([false]));
        let script = "window.typed = []; \
             inside(null, '[part~=code-input]')[0].addEventListener('input', ({ target }) => typed.push(target.value.length)); \
             return messages[0].transport";
        assert_eq!(page.asks(script, json!([])).await, json!(["sms"]));
        brings(&page, &bench.engine.code_sent_to(SENT)).await;
        page.is_at("signed-in").await;
        assert_eq!(page.asks("return typed", json!([])).await, json!([6]));
        assert_eq!(messages(&page).await, json!([true]));
        page.presses("Sign out").await;
        page.is_at("identify").await;
    }
    assert_eq!(bench.engine.bodies(Endpoint::OtpValidate).len(), 2);
}

pub(crate) async fn wrong_code_from_a_message_is_submitted_once(bench: &Bench) {
    let page = bench.opens(shop().with(r#"resend-after="0""#)).await;
    ask_for_a_code(&page).await;
    let right = bench.engine.code_sent_to(SENT);
    let wrong = if right == "000000" {
        "000001"
    } else {
        "000000"
    };
    brings(&page, wrong).await;
    page.hears_error("rejected", Some(1506)).await;
    page.is_at("code").await;
    page.presses("Send a new code").await;
    page.sees("A new code is on its way.").await;
    page.is_at("code").await;
    assert_eq!(bench.engine.bodies(Endpoint::OtpValidate).len(), 1);
    assert_eq!(messages(&page).await, json!([false]));

    // A code that is typed is sent by who types it, and by nobody else.
    page.types("Code", &bench.engine.code_sent_to(SENT)).await;
    page.is_at("code").await;
    assert_eq!(bench.engine.bodies(Endpoint::OtpValidate).len(), 1);
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
}

pub(crate) async fn late_message_changes_nothing(bench: &Bench) {
    let page = bench.opens(shop()).await;
    ask_for_a_code(&page).await;
    page.presses("Use another number or e-mail").await;
    page.is_at("identify").await;
    assert_eq!(messages(&page).await, json!([true]));
    brings(&page, "123456").await;
    let held = page.value_of("Mobile number").await;
    assert_eq!(held.replace(['+', ' '], ""), SENT);

    // The answer to a question of before is none to that of now.
    ask_for_a_code(&page).await;
    page.presses("Use another number or e-mail").await;
    ask_for_a_code(&page).await;
    assert_eq!(messages(&page).await, json!([true, true, false]));
    let late = "messages[1].brings('123456'); return new Promise((done) => setTimeout(done))";
    let done = page.promised(late, json!([])).await;
    assert_eq!(done, Ok(Value::Null));
    page.holds("Code", "").await;
    page.asks("widget().remove()", json!([])).await;
    assert_eq!(messages(&page).await, json!([true, true, true]));
    brings(&page, "123456").await;
    assert!(bench.engine.bodies(Endpoint::OtpValidate).is_empty());
}

pub(crate) async fn message_does_not_replace_typed_input(bench: &Bench) {
    let page = bench.opens(shop()).await;
    ask_for_a_code(&page).await;
    page.types("Code", "12").await;
    brings(&page, &bench.engine.code_sent_to(SENT)).await;
    page.holds("Code", "12").await;
    page.is_at("code").await;
    assert!(bench.engine.bodies(Endpoint::OtpValidate).is_empty());
}

pub(crate) async fn each_code_step_requests_its_own_message(bench: &Bench) {
    bench.engine.is(|settings| settings.forced_mfa = true);
    let page = bench.opens(shop()).await;
    ask_for_a_code(&page).await;
    brings(&page, &bench.engine.code_sent_to(SENT)).await;
    page.is_at("second-code").await;
    assert_eq!(messages(&page).await, json!([true, false]));
    brings(&page, &bench.engine.code_sent_to(SENT)).await;
    page.is_at("signed-in").await;
    assert_eq!(messages(&page).await, json!([true, true]));
}

pub(crate) async fn refused_message_request_is_ignored(bench: &Bench) {
    let page = bench.opens(shop()).await;
    ask_for_a_code(&page).await;
    page.asks(
        "messages[0].fails(new DOMException('no', 'NotAllowedError'))",
        json!([]),
    )
    .await;
    page.types("Code", &bench.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
}
