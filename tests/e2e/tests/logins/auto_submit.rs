//! `auto-submit`: a complete code is sent by itself, however it came into the field.

use ae_e2e::{Fixture, Shop, script};
use ae_engine::Endpoint;
use serde_json::json;

use crate::sign_in::{SENT, request_code};

pub(crate) async fn complete_code_is_sent_by_itself_once(fixture: &Fixture) {
    let shop = Shop::new().with_attributes("auto-submit");
    let page = fixture.opens(shop).await;
    let checks = || fixture.engine.call_count(Endpoint::OtpValidate);
    request_code(&page).await;
    let right = fixture.engine.code_sent_to(SENT);
    let wrong = if right == "564738" {
        "564739"
    } else {
        "564738"
    };
    page.types("Code", &wrong[..5]).await;
    assert_eq!(checks(), 0);
    page.types("Code", wrong).await;
    page.receives_error("rejected", Some(1506)).await;
    page.has_value("Code", "").await;
    page.has_focus_in("Code").await;

    // The same code again, and the same text twice: nothing is sent.
    page.pastes("Code", wrong).await;
    page.pastes("Code", &format!("Your code is {wrong}.")).await;
    page.has_attribute("busy", None).await;
    assert_eq!(checks(), 1);
    page.pastes("Code", &format!("Your code is {right}.")).await;
    page.is_at("signed-in").await;
    assert_eq!(checks(), 2);

    // Text that an input method composes is sent when the composition ends.
    page.presses("Sign out").await;
    page.is_at("identify").await;
    request_code(&page).await;
    let compose = script!("auto_submit.js"; "return composeCode(arguments[0])");
    let right = fixture.engine.code_sent_to(SENT);
    let sent = page.evaluates(compose, json!([right])).await;
    assert_eq!(sent, json!([0, 1]));
    page.is_at("signed-in").await;
    assert_eq!(checks(), 3);
}
