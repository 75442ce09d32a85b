//! The first screen before the wasm is there: drawn by the loader, or part of the page.

use ae_e2e::shop::FALLBACK;
use ae_e2e::{Browser, Fixture, Page, Shop, script};
use serde_json::{Value, json};

use crate::language::text_in;
use crate::sign_in::{SENT, TYPED, sign_in};

const EMAIL: &str = "identifiers=email";

/// The key Control, by its number in WebDriver.
const CONTROL: char = '\u{e009}';

async fn keep_field(page: &Page) -> Value {
    page.evaluates(script!("first_screen.js"; "return keepField()"), json!([]))
        .await
}

async fn field_state(page: &Page) -> Value {
    page.evaluates(script!("first_screen.js"; "return fieldState()"), json!([]))
        .await
}

async fn is_same_field(page: &Page) -> bool {
    let script = script!("first_screen.js"; "return isSameField()");
    page.evaluates(script, json!([])).await == json!(true)
}

/// Waits until the customer sees a field.
async fn wait_for_field(page: &Page) {
    let script = script!("first_screen.js"; "return !!firstField()");
    page.waits_for("a field", script, json!([])).await;
}

pub(crate) async fn text_caret_and_focus_survive_the_arrival_of_the_wasm(fixture: &Fixture) {
    let (shop, release) = Shop::new().with_attributes(EMAIL).with_late_wasm();
    let page = fixture.opens(shop).await;
    page.types("Email address", "ada@shop").await;
    page.no_longer_sees(FALLBACK).await;
    page.has_attribute("step", None).await;
    let select = script!("first_screen.js"; "firstField().setSelectionRange(3, 5)");
    page.evaluates(select, json!([])).await;
    let before = keep_field(&page).await;
    assert_eq!(
        before,
        json!({ "value": "ada@shop", "range": [3, 5], "hasFocus": true })
    );
    release.send_replace(true);
    page.is_at("identify").await;
    assert!(is_same_field(&page).await, "the field is another element");
    assert_eq!(field_state(&page).await, before);
    page.sees("For example name@example.com").await;

    // The core knows what was typed before it was there.
    page.types("Email address", "ada@example.com").await;
    page.presses("Continue").await;
    page.is_at("code").await;
}

/// The wasm arrives after a different key each time.
pub(crate) async fn typing_goes_on_at_every_moment_of_loading(fixture: &Fixture) {
    const TEXT: &str = "ada.lovelace@shop.example";
    for moment in 0..20 {
        let (shop, release) = Shop::new().with_attributes(EMAIL).with_late_wasm();
        let page = fixture.opens(shop).await;
        page.types("Email address", "").await;
        let focus = script!("first_screen.js"; "firstField().focus()");
        page.evaluates(focus, json!([])).await;
        keep_field(&page).await;
        let (before, after) = TEXT.split_at(moment);
        page.presses_keys(before).await;
        release.send_replace(true);
        page.presses_keys(after).await;
        page.is_at("identify").await;
        page.has_value("Email address", TEXT).await;
        assert!(is_same_field(&page).await, "after {moment} keys");
        assert_eq!(field_state(&page).await["hasFocus"], json!(true));
    }
}

pub(crate) async fn form_sent_before_the_wasm_is_there_is_sent_once(fixture: &Fixture) {
    let (shop, release) = Shop::new().with_late_wasm();
    let page = fixture.opens(shop).await;
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.has_attribute("busy", Some("")).await;
    page.has_attribute("aria-busy", Some("true")).await;
    page.presses("Continue").await;
    assert_eq!(fixture.engine.calls(), [""; 0]);
    release.send_replace(true);
    page.is_at("code").await;
    page.has_attribute("busy", None).await;
    assert_eq!(fixture.engine.message_count(), 1);
    page.types("Code", &fixture.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    assert_eq!(
        fixture.engine.calls(),
        ["token-generate", "otp-generate", "otp-validate"]
    );
}

pub(crate) async fn wasm_that_cannot_be_loaded_is_reported_and_nothing_typed_is_lost(
    fixture: &Fixture,
) {
    const MESSAGE: &str = "We couldn't reach the sign-in service.";
    let (shop, answer) = Shop::new().with_failing_wasm();
    let page = fixture.opens(shop).await;
    page.allows_problem("/ae-login.wasm");
    page.allows_problem("ae-login cannot run in this page.");
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    answer.send_replace(Some(false));
    page.receives_error("unavailable", None).await;
    page.sees(MESSAGE).await;
    page.sees(FALLBACK).await;
    page.has_attribute("busy", None).await;
    page.has_value("Mobile number", TYPED).await;

    // The customer tries again.
    answer.send_replace(Some(true));
    page.presses("Continue").await;
    page.is_at("code").await;
    page.no_longer_sees(FALLBACK).await;
    assert_eq!(fixture.engine.message_count(), 1);
}

pub(crate) async fn first_screen_has_the_language_and_the_fields_of_the_page(fixture: &Fixture) {
    for (language, identifiers, label, direction) in [
        ("de", "mobile", "labelMobile", "ltr"),
        ("ar", "mobile email", "labelEither", "rtl"),
        ("ta", "email", "labelEmail", "ltr"),
        ("he", "username", "labelUsername", "rtl"),
        ("zh-Hant", "email external-id", "labelAny", "ltr"),
    ] {
        let main = format!(
            r#"<div lang="{language}"><ae-login base-url="{{{{engine}}}}" brand="DocDemo" identifiers="{identifiers}"></ae-login></div>"#
        );
        let (shop, release) = Shop::new().with_main(&main).with_late_wasm();
        let page = fixture.opens(shop).await;
        wait_for_field(&page).await;
        let script = script!("first_screen.js"; "return firstTexts()");
        let early = page.evaluates(script, json!([])).await;
        assert_eq!(
            early,
            json!({
                "title": text_in(language, "identifyTitle"),
                "label": text_in(language, label),
                "button": text_in(language, "continue"),
                "lang": language,
                "direction": direction,
            })
        );
        keep_field(&page).await;
        release.send_replace(true);
        page.is_at("identify").await;
        assert!(is_same_field(&page).await, "{language}");
        assert_eq!(page.evaluates(script, json!([])).await, early);
    }
}

pub(crate) async fn restored_session_never_shows_the_form(fixture: &Fixture) {
    let (shop, release) = Shop::new().with_late_wasm();
    release.send_replace(true);
    let page = fixture.opens(shop).await;
    sign_in(fixture, &page).await;
    release.send_replace(false);
    page.reloads().await;
    let watch = script!("first_screen.js"; "watchForFields()");
    page.evaluates(watch, json!([])).await;
    page.waits_for("the class", "return !!widget().show", json!([]))
        .await;
    let height = "return widget().getBoundingClientRect().height";
    let held = page.evaluates(height, json!([])).await;
    page.no_longer_sees(FALLBACK).await;
    release.send_replace(true);
    page.is_at("signed-in").await;
    assert_eq!(page.evaluates(height, json!([])).await, held);
    let seen = page.evaluates("return window.seenFields", json!([])).await;
    assert_eq!(seen, json!(0));
}

/// A shop whose page contains the first screen.
fn shop_with_markup(setting: &str) -> Shop {
    let html = xtask::bundle::first_screen(&[setting]);
    let html = html.unwrap_or_else(|problem| panic!("{problem}"));
    let main = format!(
        r#"<ae-login base-url="{{{{engine}}}}" brand="DocDemo" {setting}>{html}</ae-login><p>Below</p>"#
    );
    Shop::new().with_main(&main)
}

pub(crate) async fn first_screen_in_the_page_is_taken_over(fixture: &Fixture) {
    let page = fixture
        .opens(shop_with_markup(EMAIL).without_widget_script())
        .await;
    // The form works without any script: nothing leaves the page.
    page.types("Email address", "ada@example.com").await;
    page.presses("Continue").await;
    page.has_value("Email address", "ada@example.com").await;

    let (shop, release) = shop_with_markup(EMAIL).with_late_wasm();
    let page = fixture.opens(shop).await;
    page.types("Email address", "ada@shop").await;
    let before = keep_field(&page).await;
    release.send_replace(true);
    page.is_at("identify").await;
    assert!(is_same_field(&page).await, "the field is another element");
    assert_eq!(field_state(&page).await, before);
    page.types("Email address", "ada@example.com").await;
    page.presses("Continue").await;
    page.is_at("code").await;
}

pub(crate) async fn altered_first_screen_is_drawn_anew_with_what_was_typed(fixture: &Fixture) {
    let (shop, release) = Shop::new().with_attributes(EMAIL).with_late_wasm();
    let page = fixture.opens(shop).await;
    page.types("Email address", "ada@shop").await;
    let translate = script!("first_screen.js"; "translatePage()");
    page.evaluates(translate, json!([])).await;
    let before = keep_field(&page).await;
    release.send_replace(true);
    page.is_at("identify").await;
    assert!(!is_same_field(&page).await, "the field is the old element");
    assert_eq!(field_state(&page).await, before);
    page.types("Email address", "ada@example.com").await;
    page.presses("Continue").await;
    page.is_at("code").await;
}

const LAYOUT_SHIFTS: &str = r#"<script src="/layout_shifts.js"></script>"#;

/// Only Chromium reports layout shifts.
pub(crate) async fn arrival_of_the_wasm_moves_nothing(fixture: &Fixture) {
    for (language, attributes) in [("en", ""), ("de", ""), ("de", EMAIL)] {
        let main = format!(
            r#"<div lang="{language}"><ae-login base-url="{{{{engine}}}}" brand="DocDemo" {attributes}></ae-login><p>Below</p></div>"#
        );
        let (shop, release) = Shop::new().with_main(&main).with_late_wasm();
        let page = fixture.opens(shop.with_early_head(LAYOUT_SHIFTS)).await;
        wait_for_field(&page).await;
        // The first screen itself may move what is below the element.
        page.evaluates(
            script!("first_screen.js"; "forgetLayoutShifts()"),
            json!([]),
        )
        .await;
        release.send_replace(true);
        page.is_at("identify").await;
        assert_nothing_moved(&page, attributes.is_empty()).await;
    }
}

/// Waits for the list of countries if there is one, and asserts that nothing has moved.
async fn assert_nothing_moved(page: &Page, has_countries: bool) {
    if has_countries {
        let countries = "return !!document.querySelector('option')";
        page.waits_for("the countries", countries, json!([])).await;
    }
    let script = script!("first_screen.js"; "return layoutShift()");
    let shift = page.awaits(script, json!([])).await;
    assert_eq!(shift, Ok(json!(0)));
}

pub(crate) async fn loading_a_page_with_the_first_screen_moves_nothing(fixture: &Fixture) {
    let style = r#"<link rel="stylesheet" href="/ae-login.css">"#;
    for settings in ["identifiers=email", "identifiers=mobile"] {
        let shop = shop_with_markup(settings);
        let (shop, release) = shop.with_late_wasm();
        let shop = shop.with_early_head(&format!("{style}{LAYOUT_SHIFTS}"));
        let page = fixture.opens(shop).await;
        wait_for_field(&page).await;
        release.send_replace(true);
        page.is_at("identify").await;
        assert_nothing_moved(&page, settings.ends_with("mobile")).await;
    }
}

pub(crate) async fn text_typed_before_the_wasm_can_be_undone(fixture: &Fixture) {
    // WebKit's driver sends keys to the page and not to the browser, which undoes.
    if fixture.browser == Browser::WebKit {
        return;
    }
    let (shop, release) = Shop::new().with_attributes(EMAIL).with_late_wasm();
    let page = fixture.opens(shop).await;
    page.types("Email address", "ada").await;
    keep_field(&page).await;
    release.send_replace(true);
    page.is_at("identify").await;
    page.presses_with_modifier(CONTROL, 'z').await;
    page.has_value("Email address", "").await;
}
