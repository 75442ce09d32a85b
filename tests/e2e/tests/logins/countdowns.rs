//! Time limits and countdowns: what is announced about them, and how a customer gets more time.

use ae_e2e::{Fixture, Page, Shop, script};
use ae_engine::{Customer, Endpoint, Fault};
use serde_json::json;

use crate::passwords::{PASSWORD, add_customer_with_password, continue_to, enter_code};
use crate::shared_session::{advance_clock, shop_with_clock};
use crate::sign_in::{SENT, request_code};

const WARNING: &str = "This sign-in is about to expire.";
const MORE: &str = "Keep going";

/// Records what screen readers announce from now on: role and text of each live region that changes.
async fn record_announcements(page: &Page) {
    let script = script!("countdowns.js"; "recordAnnouncements()");
    page.evaluates(script, json!([])).await;
}

/// The announcements since the last call.
async fn announcements(page: &Page) -> Vec<String> {
    let script = "return window.announcements.splice(0)";
    let announcements = page.evaluates(script, json!([])).await;
    serde_json::from_value(announcements).expect("a list of texts")
}

/// The accessible name of the button for another code.
async fn resend_button_name(page: &Page) -> String {
    let script = script!("countdowns.js"; "return resendName()");
    let name = page.evaluates(script, json!([])).await;
    name.as_str().expect("a name").to_owned()
}

/// Sets the clock ahead until less than two minutes are left.
async fn advance_to_time_warning(page: &Page) {
    advance_clock(page, 13 * 60).await;
    page.sees(WARNING).await;
}

pub(crate) async fn time_warning_is_announced_once_and_offers_more_time(fixture: &Fixture) {
    let page = fixture.opens(shop_with_clock()).await;
    request_code(&page).await;
    page.has_focus_in("Code").await;
    page.presses_keys("12").await;
    record_announcements(&page).await;
    advance_clock(&page, 31).await;
    advance_to_time_warning(&page).await;
    for _ in 0..10 {
        advance_clock(&page, 2).await;
    }
    page.has_focus_in("Code").await;
    page.has_value("Code", "12").await;
    assert_eq!(
        announcements(&page).await,
        [
            "status: You can request a new code now.".to_owned(),
            format!("status: {WARNING} {MORE}")
        ]
    );
    assert_eq!(
        fixture.engine.calls().len(),
        2,
        "the widget sends nothing by itself"
    );

    let old = fixture.engine.code_sent_to(SENT);
    page.presses(MORE).await;
    page.sees("A new code is on its way. Only the newest one works.")
        .await;
    page.no_longer_sees(WARNING).await;
    page.is_at("code").await;
    page.has_focus_in("Code").await;
    assert_eq!(
        announcements(&page).await,
        [
            "status: One moment…",
            "alert: A new code is on its way. Only the newest one works."
        ]
    );
    assert_eq!(
        fixture.engine.calls()[2..],
        ["token-generate", "otp-generate"]
    );
    let sessions = fixture.engine.fields(Endpoint::OtpGenerate, "sessionId");
    assert_ne!(sessions[0], sessions[1]);

    page.types("Code", &old).await;
    page.presses("Sign in").await;
    page.receives_error("rejected", Some(1506)).await;
    // The time limit of the first attempt has passed.
    fixture
        .engine
        .configure(|settings| settings.clock_offset_s += 180);
    advance_clock(&page, 180).await;
    enter_code(fixture, &page).await;
    page.is_at("signed-in").await;
}

pub(crate) async fn more_time_for_a_password_keeps_the_input(fixture: &Fixture) {
    add_customer_with_password(fixture);
    let shop = shop_with_clock().with_attributes(r#"first-factor="password" session-minutes="3""#);
    let page = fixture.opens(shop).await;
    continue_to(&page, "password").await;
    page.types("Password", PASSWORD).await;
    record_announcements(&page).await;
    // For a short time limit, the warning comes at its half.
    advance_clock(&page, 95).await;
    page.sees(WARNING).await;
    page.has_value("Password", PASSWORD).await;
    page.presses(MORE).await;
    page.no_longer_sees(WARNING).await;
    page.is_at("password").await;
    page.has_focus_in("Password").await;
    page.has_value("Password", PASSWORD).await;
    assert_eq!(
        announcements(&page).await,
        [
            format!("status: {WARNING} {MORE}"),
            "status: One moment…".to_owned()
        ]
    );
    // The time limit can be extended again, without a return to the first step.
    advance_clock(&page, 95).await;
    page.sees(WARNING).await;
    page.presses(MORE).await;
    page.no_longer_sees(WARNING).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    assert_eq!(
        fixture.engine.calls(),
        [
            "token-generate",
            "token-generate",
            "token-generate",
            "password-validate"
        ]
    );
}

pub(crate) async fn failed_request_for_more_time_can_be_repeated(fixture: &Fixture) {
    let page = fixture.opens(shop_with_clock()).await;
    request_code(&page).await;
    page.types("Code", "12").await;
    advance_to_time_warning(&page).await;
    record_announcements(&page).await;
    fixture
        .engine
        .fails(Endpoint::TokenGenerate, Fault::Dropped);
    page.presses(MORE).await;
    page.receives_error("network", None).await;
    page.sees("We couldn't reach the sign-in service.").await;
    page.sees(WARNING).await;
    page.is_at("code").await;
    page.has_value("Code", "12").await;
    let announced = announcements(&page).await;
    assert_eq!(announced[0], "status: One moment…");
    assert!(announced[1].starts_with("alert: We couldn't reach the sign-in service."));
    assert_eq!(announced.len(), 2, "{announced:?}");
    assert_eq!(fixture.engine.message_count(), 1);
    page.presses(MORE).await;
    page.sees("A new code is on its way.").await;
    enter_code(fixture, &page).await;
    page.is_at("signed-in").await;
}

pub(crate) async fn more_time_for_a_second_factor_after_a_reload_repeats_both_factors(
    fixture: &Fixture,
) {
    let enrolled = Customer {
        mfa: true,
        ..Customer::new("4068291")
    };
    fixture.engine.adds_customer(SENT, enrolled);
    let page = fixture.opens(shop_with_clock()).await;
    request_code(&page).await;
    enter_code(fixture, &page).await;
    page.is_at("second-code").await;
    advance_to_time_warning(&page).await;
    page.presses(MORE).await;
    page.no_longer_sees(WARNING).await;
    page.is_at("second-code").await;
    assert_eq!(fixture.engine.call_count(Endpoint::MfaTokenGenerate), 2);

    page.reloads().await;
    page.is_at("second-code").await;
    advance_to_time_warning(&page).await;
    page.presses(MORE).await;
    page.is_at("code").await;
    enter_code(fixture, &page).await;
    page.is_at("second-code").await;
    enter_code(fixture, &page).await;
    page.is_at("signed-in").await;
}

pub(crate) async fn resend_wait_announces_only_its_end(fixture: &Fixture) {
    let page = fixture
        .opens(shop_with_clock().with_attributes(r#"resend-after="120""#))
        .await;
    request_code(&page).await;
    record_announcements(&page).await;
    let mut shown = Vec::new();
    for _ in 0..10 {
        shown.push(page.countdown("Resend code in").await);
        assert_eq!(resend_button_name(&page).await, "Resend code in");
        advance_clock(&page, 5).await;
    }
    shown.dedup();
    assert!(shown.len() > 5, "the visible countdown goes on: {shown:?}");
    assert_eq!(announcements(&page).await, [""; 0]);
    advance_clock(&page, 120).await;
    page.waits_for(
        "the end of the wait",
        "return window.announcements.length",
        json!([]),
    )
    .await;
    advance_clock(&page, 5).await;
    assert_eq!(resend_button_name(&page).await, "Resend code");
    assert_eq!(
        announcements(&page).await,
        ["status: You can request a new code now."]
    );
}

pub(crate) async fn offline_browser_is_named_in_the_error(fixture: &Fixture) {
    let page = fixture.opens(Shop::new()).await;
    let set_online = "Object.defineProperty(navigator, 'onLine', { configurable: true, get: () => arguments[0] })";
    for (online, message) in [
        (false, "You're offline."),
        (true, "We couldn't reach the sign-in service."),
    ] {
        // A connection that breaks before the first answer looks like a missing permission (CORS) to the page.
        page.allows_problem("ae-login: Allow the origin of the page");
        page.evaluates(set_online, json!([online])).await;
        fixture
            .engine
            .fails(Endpoint::TokenGenerate, Fault::Dropped);
        page.types("Mobile number", crate::sign_in::TYPED).await;
        page.presses("Continue").await;
        page.receives_error("network", None).await;
        page.sees(message).await;
    }
}

pub(crate) async fn password_step_offers_a_change_of_identifier(fixture: &Fixture) {
    add_customer_with_password(fixture);
    let page = fixture
        .opens(Shop::new().with_attributes(r#"first-factor="password""#))
        .await;
    continue_to(&page, "password").await;
    page.has_focus_in("Password").await;
    page.sees("Signing in as +919999922332 Not you?").await;
    let script = script!("countdowns.js"; "return isChangeBeforePassword()");
    assert_eq!(page.evaluates(script, json!([])).await, json!(true));
    page.presses("Not you?").await;
    page.is_at("identify").await;
    page.has_value("Mobile number", "99999 22332").await;
    page.has_focus_in("Mobile number").await;
}
