//! The build without WebAssembly: which pages load it, and the flows in it.
//!
//! `cargo verify --compat` plays all other scenarios in it as well.

use ae_e2e::shop::{FALLBACK, Wasm};
use ae_e2e::{Fixture, Page, Shop};
use serde_json::{Value, json};
use xtask::site::CSP;

use crate::sign_in::sign_in;
use crate::{
    dialog, embedding, fetch, identifiers, language, one_time_code, passwords, phone_numbers,
    second_factor, secrets_left_behind, session, shared_session, sign_in as code_login,
};

const COMPAT: &str = "GET /ae-login.compat.js";

/// How often the page has requested the build without WebAssembly.
fn compat_requests(page: &Page) -> usize {
    let requests = page.requests();
    requests.iter().filter(|request| *request == COMPAT).count()
}

/// Checks that the widget shows its fallback and runs neither build.
async fn assert_unavailable(page: &Page) {
    page.allows_problem("ae-login cannot run in this page.");
    page.allows_problem("/ae-login.compat.js");
    page.receives_error("unavailable", None).await;
    page.sees(FALLBACK).await;
    page.has_attribute("step", None).await;
}

pub(crate) async fn browser_with_wasm_does_not_load_the_compat_build(fixture: &Fixture) {
    let page = fixture.opens(Shop::new()).await;
    sign_in(fixture, &page).await;
    assert_eq!(compat_requests(&page), 0);
}

pub(crate) async fn compat_build_is_loaded_once_where_wasm_is_missing(fixture: &Fixture) {
    let page = fixture.opens(Shop::new().without_web_assembly()).await;
    sign_in(fixture, &page).await;
    assert_eq!(compat_requests(&page), 1);
}

pub(crate) async fn csp_without_wasm_loads_the_compat_build(fixture: &Fixture) {
    let csp = CSP.replace(" 'wasm-unsafe-eval'", "");
    let page = fixture.opens(Shop::new().with_csp(&csp)).await;
    // The browser reports that the policy forbids WebAssembly.
    page.allows_problem("wasm-eval");
    page.allows_problem("script-src");
    sign_in(fixture, &page).await;
    assert_eq!(compat_requests(&page), 1);
}

pub(crate) async fn csp_with_nonce_and_no_policy_for_trusted_types_loads_the_compat_build(
    fixture: &Fixture,
) {
    for sources in ["'nonce-shop' 'strict-dynamic'", "'nonce-shop'"] {
        let csp = CSP
            .replace("'self' 'wasm-unsafe-eval'", sources)
            .replace("trusted-types ae-login", "trusted-types 'none'");
        assert!(csp.contains(sources) && csp.contains("trusted-types 'none'"));
        let page = fixture.opens(Shop::new().with_csp(&csp)).await;
        page.allows_problem("wasm-eval");
        page.allows_problem("script-src");
        sign_in(fixture, &page).await;
        assert_eq!(compat_requests(&page), 1, "{sources}");
    }
}

pub(crate) async fn compat_always_loads_no_wasm(fixture: &Fixture) {
    let shop = Shop::new()
        .without_widget_script()
        .with_head(r#"<script type="module" src="/ae-login.js"></script>"#)
        .with_attributes(r#"compat="always""#);
    let page = fixture.opens(shop).await;
    sign_in(fixture, &page).await;
    let requests = page.requests();
    assert!(
        !requests.contains(&"GET /ae-login.wasm".to_owned()),
        "{requests:?}"
    );
}

pub(crate) async fn compat_never_shows_the_fallback_without_wasm(fixture: &Fixture) {
    let shop = Shop::new().with_attributes(r#"compat="never""#);
    let page = fixture.opens(shop.without_web_assembly()).await;
    assert_unavailable(&page).await;
    assert_eq!(compat_requests(&page), 0);
}

pub(crate) async fn damaged_compat_build_is_not_run(fixture: &Fixture) {
    let shop = Shop::new().without_web_assembly();
    let page = fixture.opens(shop.with_compat(Wasm::Damaged)).await;
    page.allows_problem("integrity");
    assert_unavailable(&page).await;
    assert_eq!(fixture.engine.calls(), [""; 0]);
}

pub(crate) async fn missing_compat_build_shows_the_fallback(fixture: &Fixture) {
    let shop = Shop::new().without_web_assembly();
    let page = fixture.opens(shop.with_compat(Wasm::Missing)).await;
    assert_unavailable(&page).await;
}

/// The memory of the wasm has three pages of 64 KiB at first. Longer texts make it grow, which makes all views of it invalid.
pub(crate) async fn compat_build_continues_when_its_memory_grows(fixture: &Fixture) {
    let page = fixture.opens(Shop::new().without_web_assembly()).await;
    page.is_at("identify").await;
    for kib in [256, 1024] {
        let text = "x".repeat(kib * 1024);
        page.evaluates(
            "widget().messages = { identifyTitle: arguments[0] }",
            json!([text]),
        )
        .await;
        page.waits_for(
            "the long text",
            "return widget().querySelector('[part~=title]').textContent.length === arguments[0]",
            json!([text.len()]),
        )
        .await;
    }
    page.evaluates("widget().messages = {}", Value::Null).await;
    sign_in(fixture, &page).await;
}

/// Numbers of 64 bits, which the build has as pairs of 32 bits: times in milliseconds, and lives longer than every number.
pub(crate) async fn compat_build_computes_with_times_as_the_wasm_does(fixture: &Fixture) {
    let mut outcomes = Vec::new();
    for shop in [Shop::new(), Shop::new().without_web_assembly()] {
        let page = fixture.opens(shop).await;
        sign_in(fixture, &page).await;
        let session = page.session().await;
        let span = |from: &str, to: &str| {
            let number = |name: &str| session[name].as_i64().expect("a time");
            number(to) - number(from)
        };
        let mut spans = vec![json!(span("issuedAt", "expiresAt"))];
        for validity in ["1", "1e300", "Infinity", "NaN", "-5"] {
            let script = "return widget().getToken({ minValidity: Number(arguments[0]) }).then(() => 'a token')";
            let outcome = page.awaits(script, json!([validity])).await;
            spans.push(outcome.unwrap_or_else(|why| why["kind"].clone()));
        }
        outcomes.push(spans);
        page.presses("Sign out").await;
        page.is_at("identify").await;
    }
    assert_eq!(outcomes[0], outcomes[1]);
}

/// Scenarios that are played without WebAssembly.
macro_rules! played_without_web_assembly {
    ($($name:ident = $module:ident::$scenario:ident,)*) => {
        $(pub(crate) async fn $name(fixture: &Fixture) {
            fixture.removes_web_assembly();
            $module::$scenario(fixture).await;
        })*
    };
}

played_without_web_assembly! {
    compat_code_login = code_login::code_login_by_mobile_number_succeeds,
    compat_code_login_by_email = code_login::code_login_by_email_succeeds,
    compat_wrong_code = one_time_code::wrong_code_keeps_the_step_and_right_code_signs_in,
    compat_password_login = passwords::password_login_succeeds,
    compat_first_password = passwords::first_password_is_set_and_confirmed_by_code,
    compat_forgotten_password = passwords::forgotten_password_is_reset_by_code,
    compat_password_change = passwords::signed_in_customer_changes_password,
    compat_second_factor_by_code = second_factor::code_then_code_signs_in,
    compat_second_factor_by_password = second_factor::password_then_password_signs_in,
    compat_mfa_renewal = second_factor::mfa_session_is_renewed_by_key_once_per_lifetime,
    compat_user_name_login = identifiers::user_name_login_sends_the_code_to_a_number,
    compat_reload = session::reload_keeps_the_session,
    compat_renewal = session::token_is_renewed_once_per_lifetime,
    compat_sign_out = session::sign_out_erases_the_session,
    compat_device_storage = shared_session::device_storage_keeps_the_session_when_all_tabs_are_closed,
    compat_shared_session = shared_session::sign_in_reaches_every_open_tab,
    compat_fetch = fetch::call_refused_with_401_is_repeated_with_a_renewed_token,
    compat_pasted_number = phone_numbers::pasted_number_is_normalized,
    compat_language = language::form_uses_the_language_of_the_page,
    compat_shadow_tree = embedding::login_in_a_shadow_tree_succeeds,
    compat_dialog = dialog::dialog_opens_closes_and_returns_the_focus,
    compat_secrets_are_erased = secrets_left_behind::codes_and_tokens_are_erased_after_use,
}
