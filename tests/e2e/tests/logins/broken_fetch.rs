//! Shops that replace `window.fetch`: after an error of the replacement the customer can retry, and a replacement that works is used.

use ae_e2e::{Fixture, Page, Shop, script};
use serde_json::json;

use crate::sign_in::{SENT, TYPED};

/// Replaces the page's `fetch` by a function of `broken_fetch.js`.
async fn replace_fetch(page: &Page, name: &str) {
    let script = script!("broken_fetch.js"; "replaceFetch(arguments[0])");
    page.evaluates(script, json!([name])).await;
}

/// Submits with a broken `fetch`, which must be an error of the kind `network`; then signs in with the browser's own.
async fn assert_network_error(fixture: &Fixture, broken: &str) {
    let page = fixture.opens(Shop::new()).await;
    page.types("Mobile number", TYPED).await;
    replace_fetch(&page, broken).await;
    page.presses("Continue").await;
    let event = page.receives_error("network", None).await;
    assert_eq!(event["retryable"], json!(true));
    page.sees("couldn't reach").await;
    page.is_at("identify").await;
    page.has_attribute("busy", None).await;
    assert_eq!(fixture.engine.calls(), [""; 0]);

    replace_fetch(&page, "native").await;
    page.presses("Continue").await;
    page.is_at("code").await;
    page.types("Code", &fixture.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
}

pub(crate) async fn fetch_that_throws_is_a_network_error(fixture: &Fixture) {
    assert_network_error(fixture, "throwing").await;
}

pub(crate) async fn fetch_that_rejects_with_a_string_is_a_network_error(fixture: &Fixture) {
    assert_network_error(fixture, "rejectingWithString").await;
}

pub(crate) async fn fetch_that_resolves_to_a_plain_object_is_a_network_error(fixture: &Fixture) {
    assert_network_error(fixture, "resolvingToPlainObject").await;
}

pub(crate) async fn fetch_that_takes_only_strings_and_plain_options_signs_in(fixture: &Fixture) {
    let page = fixture.opens(Shop::new()).await;
    replace_fetch(&page, "tracing").await;
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.is_at("code").await;
    page.types("Code", &fixture.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    let traced = page.evaluates("return traced.length", json!([])).await;
    assert_eq!(traced, json!(fixture.engine.calls().len()));
}
