//! Shops that replace `window.fetch`: a replacement that fails costs another press, and one that works is used.

use ae_e2e::{Bench, Page, Shop};
use serde_json::json;

use crate::sign_in::{SENT, TYPED};

/// Replaces the page's `fetch`. The script is an expression, and `real` is the browser's own.
async fn replaces_fetch(page: &Page, with: &str) {
    let script = format!("const real = window.real ??= window.fetch; window.fetch = {with}");
    page.asks(&script, json!([])).await;
}

/// A submit that ends with an error of the kind `network`, after which the same form signs in.
async fn is_a_network_error(bench: &Bench, broken: &str) {
    let page = bench.opens(Shop::new()).await;
    page.types("Mobile number", TYPED).await;
    replaces_fetch(&page, broken).await;
    page.presses("Continue").await;
    let told = page.hears_error("network", None).await;
    assert_eq!(told["retryable"], json!(true));
    page.sees("could not be reached").await;
    page.is_at("identify").await;
    page.has("busy", None).await;
    assert_eq!(bench.engine.calls(), [""; 0]);

    replaces_fetch(&page, "real").await;
    page.presses("Continue").await;
    page.is_at("code").await;
    page.types("Code", &bench.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
}

pub(crate) async fn fetch_that_throws_is_a_network_error(bench: &Bench) {
    is_a_network_error(bench, "() => { throw new Error('blocked by the shop') }").await;
}

pub(crate) async fn fetch_that_rejects_with_a_string_is_a_network_error(bench: &Bench) {
    is_a_network_error(bench, "() => Promise.reject('blocked by the shop')").await;
}

pub(crate) async fn fetch_that_resolves_to_a_plain_object_is_a_network_error(bench: &Bench) {
    let look_alike = "async () => ({ ok: true, status: 200, headers: new Map(), body: null, \
         json: async () => ({ status: { success: true } }), text: async () => '{}' })";
    is_a_network_error(bench, look_alike).await;
}

pub(crate) async fn fetch_that_takes_only_strings_and_plain_options_signs_in(bench: &Bench) {
    let page = bench.opens(Shop::new()).await;
    // The files beside the module are fetched without options.
    let tracing = "async (url, { headers, ...init } = {}) => { \
         if (init.method) (window.traced ??= []).push(`${init.method} ${url.toLowerCase()}`); \
         return real(url.trim(), { ...init, headers: Object.fromEntries(new Headers(headers)) }) }";
    replaces_fetch(&page, tracing).await;
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.is_at("code").await;
    page.types("Code", &bench.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    let traced = page.asks("return traced.length", json!([])).await;
    assert_eq!(traced, json!(bench.engine.calls().len()));
}
