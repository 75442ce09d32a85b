//! The life cycle of a page: in the back/forward cache, frozen, hidden, or offline.
//!
//! Drivers differ in what they can make their browser do; `tests/contract/faults.md` lists what no scenario can show.

use ae_e2e::proxy::Proxy;
use ae_e2e::{Browser, Fixture, Page, script};
use ae_engine::{Endpoint, Fault};
use serde_json::{Value, json};

use crate::shared_session::{
    advance_clock, assert_same_session, open_another_tab, set_visibility, shop, shop_with_clock,
    wait_for_restored_session, wait_for_token_a_second_old,
};
use crate::sign_in::{SENT, TYPED, fill_in_and_submit, sign_in};

/// Goes offline: Chromium by a command. For other browsers, the proxy stops and the page receives the event.
async fn go_offline(fixture: &Fixture, page: &Page, proxy: &mut Proxy) {
    if fixture.browser == Browser::Chromium {
        set_offline(page, true).await;
    } else {
        proxy.stops().await;
        dispatch(page, "offline").await;
    }
}

/// Goes online again.
async fn go_online(fixture: &Fixture, page: &Page, proxy: &mut Proxy) {
    if fixture.browser == Browser::Chromium {
        set_offline(page, false).await;
    } else {
        proxy.restarts().await;
        dispatch(page, "online").await;
    }
}

/// Sets whether Chromium is offline.
async fn set_offline(page: &Page, offline: bool) {
    page.sends_devtools_command("Network.enable", json!({}))
        .await;
    page.sends_devtools_command(
        "Network.emulateNetworkConditions",
        json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 }),
    )
    .await;
    let script = "return navigator.onLine === !arguments[0]";
    page.waits_for("the browser to notice", script, json!([offline]))
        .await;
}

/// Dispatches an event at `window`.
async fn dispatch(page: &Page, name: &str) {
    let script = "window.dispatchEvent(new Event(arguments[0]))";
    page.evaluates(script, json!([name])).await;
}

pub(crate) async fn session_survives_offline_and_is_renewed_when_online(fixture: &Fixture) {
    let mut proxy = Proxy::to(&fixture.engine.url()).await;
    let page = fixture
        .opens(shop_with_clock().with_engine_at(proxy.url()))
        .await;
    sign_in(fixture, &page).await;
    let token = page.token(json!({})).await;
    wait_for_token_a_second_old(&page).await;
    go_offline(fixture, &page, &mut proxy).await;
    advance_clock(&page, 800).await;
    // After three attempts, the next one would come a minute later.
    for _ in 0..3 {
        page.receives_error("network", None).await;
    }
    page.is_at("signed-in").await;
    assert_eq!(page.token(json!({})).await, token, "it has not expired");
    assert_eq!(fixture.engine.call_count(Endpoint::TokenRegenerate), 0);
    go_online(fixture, &page, &mut proxy).await;
    page.receives("ae-renewed").await;
    assert_eq!(fixture.engine.call_count(Endpoint::TokenRegenerate), 1);
    assert_eq!(page.event_count("ae-signed-out").await, 0);
    assert_eq!(page.event_count("ae-error").await, 3);
}

pub(crate) async fn offline_form_keeps_its_input_and_sends_nothing_by_itself(fixture: &Fixture) {
    let mut proxy = Proxy::to(&fixture.engine.url()).await;
    let page = fixture.opens(shop().with_engine_at(proxy.url())).await;
    page.types("Mobile number", TYPED).await;
    go_offline(fixture, &page, &mut proxy).await;
    page.has_value("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.receives_error("network", None).await;
    page.is_at("identify").await;
    page.has_value("Mobile number", TYPED).await;
    go_online(fixture, &page, &mut proxy).await;
    page.has_value("Mobile number", TYPED).await;
    assert_eq!(fixture.engine.calls(), [""; 0], "nothing was submitted");
    page.presses("Continue").await;
    page.is_at("code").await;

    let code = fixture.engine.code_sent_to(SENT);
    page.types("Code", &code).await;
    go_offline(fixture, &page, &mut proxy).await;
    page.presses("Sign in").await;
    page.receives_error("network", None).await;
    page.is_at("code").await;
    page.has_value("Code", &code).await;
    go_online(fixture, &page, &mut proxy).await;
    page.has_value("Code", &code).await;
    assert_eq!(fixture.engine.call_count(Endpoint::OtpValidate), 0);
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    assert_eq!(fixture.engine.message_count(), 1);
}

/// The events that tell a page that it may have slept, each with its target.
const WAKE_EVENTS: [(&str, &str); 5] = [
    ("window", "focus"),
    ("window", "pageshow"),
    ("window", "online"),
    ("document", "visibilitychange"),
    ("document", "resume"),
];

/// Sets the clocks of page and engine ahead, then dispatches events in the page, so many times, without a pause.
async fn wake(fixture: &Fixture, page: &Page, seconds: i64, events: &[(&str, &str)], times: u32) {
    fixture
        .engine
        .configure(|settings| settings.clock_offset_s += seconds);
    let script = script!("page_lifecycle.js"; "dispatchWakeEvents(...arguments)");
    page.evaluates(script, json!([seconds * 1000, events, times]))
        .await;
}

pub(crate) async fn each_wake_event_renews_at_most_once(fixture: &Fixture) {
    let page = fixture.opens(shop_with_clock()).await;
    sign_in(fixture, &page).await;
    let renewals = || fixture.engine.call_count(Endpoint::TokenRegenerate);
    for (n, event) in WAKE_EVENTS.iter().enumerate() {
        // It is too early to renew.
        wake(fixture, &page, 400, &[*event], 1).await;
        page.token(json!({})).await.expect("a token");
        assert_eq!(renewals(), n, "{event:?}");
        wake(fixture, &page, 400, &[*event], 1).await;
        page.receives("ae-renewed").await;
        assert_eq!(renewals(), n + 1, "{event:?}");
    }
    // Many events before, during and after one renewal.
    let late = Fault::Delay(300);
    fixture.engine.fails(Endpoint::TokenRegenerate, late);
    wake(fixture, &page, 800, &WAKE_EVENTS, 50).await;
    fixture
        .engine
        .receives(Endpoint::TokenRegenerate, WAKE_EVENTS.len() + 1)
        .await;
    wake(fixture, &page, 0, &WAKE_EVENTS, 50).await;
    page.receives("ae-renewed").await;
    wake(fixture, &page, 0, &WAKE_EVENTS, 50).await;
    page.token(json!({})).await.expect("a token");
    assert_eq!(renewals(), WAKE_EVENTS.len() + 1);
    assert_eq!(page.event_count("ae-renewed").await, WAKE_EVENTS.len() + 1);
}

pub(crate) async fn hidden_page_sends_nothing_and_takes_no_focus(fixture: &Fixture) {
    fixture.engine.configure(|settings| settings.set_lives(2));
    let page = fixture
        .opens(shop().with_head(r#"<script src="/hidden_page.js"></script>"#))
        .await;
    sign_in(fixture, &page).await;
    let end = page.session().await["expiresAt"].as_u64().expect("an end");
    page.goes_to("/seeds").await;
    let before = fixture.engine.call_count(Endpoint::TokenRegenerate);
    page.evaluates("sessionStorage.isHidden = 1", Value::Null)
        .await;
    page.waits_until(&json!(end + 1000)).await;
    fixture.engine.configure(|settings| settings.set_lives(900));
    page.goes_to("/").await;
    page.receives("ae-ready").await;
    let visibility_and_focus = "return [document.visibilityState, focused() === document.body]";
    let state = page.evaluates(visibility_and_focus, json!([])).await;
    assert_eq!(state, json!(["hidden", true]));
    assert_eq!(fixture.engine.call_count(Endpoint::TokenRegenerate), before);
    assert_eq!(page.event_count("ae-signed-in").await, 0);

    set_visibility(&page, "visible").await;
    wait_for_restored_session(&page).await;
    let state = page.evaluates(visibility_and_focus, json!([])).await;
    assert_eq!(state, json!(["visible", true]));
    assert_eq!(
        fixture.engine.call_count(Endpoint::TokenRegenerate),
        before + 1
    );
}

/// Goes from the first step to the code by script. Firefox keeps no page in its back/forward cache that its driver has typed into.
async fn request_code_by_script(page: &Page) {
    page.is_at("identify").await;
    fill_in_and_submit(page, "Mobile number", TYPED).await;
    page.is_at("code").await;
}

/// Goes to another page and back. This page must come from the back/forward cache.
async fn leave_and_return(page: &Page) {
    page.follows_link_to_seeds().await;
    assert!(page.goes_back().await, "the page comes from the cache");
}

pub(crate) async fn login_continues_when_its_page_is_restored_from_cache(fixture: &Fixture) {
    let page = fixture.opens(shop().cacheable()).await;
    request_code_by_script(&page).await;
    let types = "field(null, 'Code').value = '123'";
    page.evaluates(types, Value::Null).await;
    leave_and_return(&page).await;
    page.is_at("code").await;
    page.has_value("Code", "123").await;
    page.types("Code", &fixture.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    assert_eq!(
        fixture.engine.calls(),
        ["token-generate", "otp-generate", "otp-validate"]
    );
}

pub(crate) async fn login_expired_while_its_page_was_cached_restarts_with_the_number(
    fixture: &Fixture,
) {
    let page = fixture.opens(shop_with_clock().cacheable()).await;
    request_code_by_script(&page).await;
    // The page's clock is 16 minutes ahead when the page comes back.
    page.evaluates(
        "addEventListener('pagehide', () => (window.ahead = 16 * 60_000))",
        Value::Null,
    )
    .await;
    leave_and_return(&page).await;
    page.is_at("identify").await;
    page.has_value("Mobile number", "99999 22332").await;
    page.sees("Your sign-in timed out.").await;
    assert_eq!(fixture.engine.calls(), ["token-generate", "otp-generate"]);
}

/// `storage="device"` holds no lock, which would keep the page out of Firefox's back/forward cache.
pub(crate) async fn page_restored_from_cache_with_device_storage_is_signed_out(fixture: &Fixture) {
    let shop = shop().cacheable().with_attributes(r#"storage="device""#);
    let first = fixture.opens(shop).await;
    request_code_by_script(&first).await;
    fill_in_and_submit(&first, "Code", &fixture.engine.code_sent_to(SENT)).await;
    first.is_at("signed-in").await;
    let second = open_another_tab(fixture, &first).await;
    first.follows_link_to_seeds().await;
    second.evaluates("widget().signOut()", Value::Null).await;
    second.is_at("identify").await;
    assert!(first.goes_back().await, "the page comes from the cache");
    let event = first.receives("ae-signed-out").await;
    assert_eq!(event["reason"], json!("other-tab"));
    first.is_at("identify").await;
    assert_eq!(first.session().await, json!(null));
    let why = first.token(json!({})).await.expect_err("no token");
    assert_eq!(why["kind"], json!("signed-out"));
    assert_eq!(fixture.engine.call_count(Endpoint::TokenRegenerate), 0);
}

/// How long `getToken` takes, in milliseconds, until it resolves to a token that is valid for so many seconds.
async fn milliseconds_until_token(page: &Page, validity: u64) -> f64 {
    let script = script!("page_lifecycle.js"; "return millisecondsUntilToken(arguments[0])");
    let took = page.awaits(script, json!([validity])).await;
    took.expect("a token").as_f64().expect("a span")
}

/// Freezes a page of Chromium, or thaws it.
async fn set_frozen(page: &Page, frozen: bool) {
    let state = if frozen { "frozen" } else { "active" };
    page.sends_devtools_command("Page.setWebLifecycleState", json!({ "state": state }))
        .await;
}

pub(crate) async fn tab_frozen_while_it_renews_does_not_block_others(fixture: &Fixture) {
    let mut proxy = Proxy::to(&fixture.engine.url()).await;
    let first = fixture
        .opens(shop_with_clock().with_engine_at(proxy.url()))
        .await;
    sign_in(fixture, &first).await;
    let second = open_another_tab(fixture, &first).await;
    wait_for_token_a_second_old(&first).await;
    proxy.holds_connections();
    advance_clock(&first, 800).await;
    proxy.receives_connection().await;
    set_frozen(&first, true).await;
    second
        .evaluates("window.ahead += 800_000", Value::Null)
        .await;
    // The answer arrives in a frozen tab, which does not handle it.
    proxy.releases_connections();
    let took = milliseconds_until_token(&second, 120).await;
    assert!(took < 3500.0, "{took} ms");
    second.receives("ae-renewed").await;
    assert_eq!(fixture.engine.call_count(Endpoint::TokenRegenerate), 2);

    set_frozen(&first, false).await;
    first.receives("ae-renewed").await;
    assert_same_session(&first, &second).await;
    for page in [&first, &second] {
        milliseconds_until_token(page, 120).await;
        assert_eq!(page.event_count("ae-error").await, 0);
        assert_eq!(page.event_count("ae-signed-out").await, 0);
    }
    assert_eq!(
        fixture.engine.call_count(Endpoint::TokenRegenerate),
        2,
        "no further renewal"
    );
}
