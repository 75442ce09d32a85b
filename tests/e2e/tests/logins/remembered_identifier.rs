//! `remember-identifier`: a customer is welcomed back, and "Not you?" and signing out forget them.

use ae_e2e::shop::FALLBACK;
use ae_e2e::{Fixture, Page, Shop, script};
use serde_json::json;

use crate::sign_in::{SENT, sign_in};

const MASKED: &str = "+91 ••••• ••332";

/// Ends the session of the tab, and opens the page again.
async fn comes_back(page: &Page) {
    let forget = script!("remembered_identifier.js"; "forgetSession()");
    page.evaluates(forget, json!([])).await;
    page.reloads().await;
}

async fn is_remembered(page: &Page) -> bool {
    let keys = page.storage_keys().await;
    keys.contains(&"device identifier".to_owned())
}

pub(crate) async fn customer_is_welcomed_back_without_being_named(fixture: &Fixture) {
    let (shop, release) = Shop::new()
        .with_attributes("remember-identifier")
        .with_late_wasm();
    release.send_replace(true);
    let shop = shop.with_head(r#"<script src="/axe.js"></script>"#);
    let page = fixture.opens(shop).await;
    sign_in(fixture, &page).await;
    assert!(is_remembered(&page).await);

    // Until the wasm is there, the place is kept and no field is shown.
    release.send_replace(false);
    comes_back(&page).await;
    let watch = script!("first_screen.js"; "watchForFields()");
    page.evaluates(watch, json!([])).await;
    page.waits_for("the class", "return !!widget().show", json!([]))
        .await;
    page.no_longer_sees(FALLBACK).await;
    let height = "return widget().getBoundingClientRect().height";
    let held = page.evaluates(height, json!([])).await;
    release.send_replace(true);
    page.is_at("identify").await;
    page.sees("Welcome back").await;
    page.sees(MASKED).await;
    assert_eq!(page.evaluates(height, json!([])).await, held);
    assert_eq!(
        page.evaluates("return window.seenFields", json!([])).await,
        json!(0)
    );
    let contains = script!("remembered_identifier.js"; "return pageContains(arguments[0])");
    for text in [SENT, &SENT[2..]] {
        assert_eq!(page.evaluates(contains, json!([text])).await, json!(false));
    }
    page.passes_axe().await;

    page.presses("Continue").await;
    page.is_at("code").await;
    page.sees(MASKED).await;
    page.types("Code", &fixture.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    page.sees("+919999922332").await;

    // Somebody else comes.
    comes_back(&page).await;
    page.sees("Welcome back").await;
    page.presses("Not you?").await;
    page.has_value("Mobile number", "").await;
    page.has_focus_in("Mobile number").await;
    assert!(!is_remembered(&page).await);
    sign_in(fixture, &page).await;
    assert!(is_remembered(&page).await);
    page.presses("Sign out").await;
    page.is_at("identify").await;
    page.has_value("Mobile number", "").await;
    assert!(!is_remembered(&page).await);
}
