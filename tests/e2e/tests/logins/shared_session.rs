//! One session in several tabs: how it is shared, renewed and ended, and how long it may last.
//!
//! Browsers differ. A tab that the driver opens is visible in Chromium and Firefox and hidden in WebKit. Chromium and WebKit keep a page
//! that is left in the back/forward cache; Firefox does so only if the page holds no lock, and a session with `storage="tab"` holds one.

use ae_e2e::proxy::Proxy;
use ae_e2e::{Browser, Fixture, Page, Shop, script};
use ae_engine::Endpoint;
use serde_json::{Value, json};

use crate::second_factor::sign_in_by_two_codes;
use crate::sign_in::{SENT, sign_in};

/// Another customer.
const OTHER_TYPED: &str = "+44 7700 900123";
const OTHER_SENT: &str = "447700900123";

/// A page that receives no events of the focus, so that it learns of other tabs only by their messages.
pub(crate) fn shop() -> Shop {
    Shop::new().with_head(r#"<script src="/no_focus_events.js"></script>"#)
}

/// A page whose clocks can be set ahead.
pub(crate) fn shop_with_clock() -> Shop {
    shop().with_head(r#"<script src="/clock.js"></script>"#)
}

/// A page in a browser without Web Locks and broadcast channels, whose clocks can be set ahead.
fn shop_without_locks() -> Shop {
    shop_with_clock().with_head(r#"<script src="/no_locks_no_channels.js"></script>"#)
}

/// Opens another tab, which restores the session of the first.
pub(crate) async fn open_another_tab(fixture: &Fixture, page: &Page) -> Page {
    let other = fixture.opens_in_new_tab(page, "/").await;
    wait_for_restored_session(&other).await;
    other
}

/// Waits for a restored session. Returns the time of the event in milliseconds since 1970.
pub(crate) async fn wait_for_restored_session(page: &Page) -> u64 {
    page.is_at("signed-in").await;
    let event = page.receives("ae-signed-in").await;
    assert_eq!(event["restored"], json!(true));
    assert_eq!(event["session"], page.session().await);
    event["on"].as_u64().expect("a moment")
}

/// Waits for a sign-out with a reason. Returns the time of the event in milliseconds since 1970.
async fn wait_for_sign_out(page: &Page, reason: &str) -> u64 {
    let event = page.receives("ae-signed-out").await;
    assert_eq!(event["reason"], json!(reason));
    page.is_at("identify").await;
    page.has_attribute("signed-in", None).await;
    assert_eq!(page.session().await, json!(null));
    event["on"].as_u64().expect("a moment")
}

/// Goes from the first step to the last, as another customer.
async fn sign_in_as_another_customer(fixture: &Fixture, page: &Page) {
    page.types("Mobile number", OTHER_TYPED).await;
    page.presses("Continue").await;
    page.is_at("code").await;
    page.types("Code", &fixture.engine.code_sent_to(OTHER_SENT))
        .await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    page.receives("ae-signed-in").await;
}

/// Sets the page's clocks ahead and dispatches `focus`, which makes the widget check its clocks.
pub(crate) async fn advance_clock(page: &Page, seconds: u64) {
    let script = "window.ahead += arguments[0]; window.dispatchEvent(new Event('focus'))";
    page.evaluates(script, json!([seconds * 1000])).await;
}

/// Waits until the token was issued a second ago. Two tokens that are issued in the same second are identical, and the widget ignores a
/// renewal that returns the same token.
pub(crate) async fn wait_for_token_a_second_old(page: &Page) {
    let issued = page.session().await["issuedAt"].as_u64();
    let then = issued.expect("a moment") + 1000;
    page.waits_until(&json!(then)).await;
}

/// Checks that both pages have the same session and token.
pub(crate) async fn assert_same_session(first: &Page, second: &Page) {
    assert_eq!(first.session().await, second.session().await);
    let token = first.token(json!({})).await.expect("a token");
    assert_eq!(second.token(json!({})).await, Ok(token));
}

/// Checks that no record of the browser's storage contains the token or a part of it, except the session record of the tab.
async fn assert_token_only_in_record(page: &Page, token: &str) {
    let script = script!("shared_session.js"; "return recordsWithToken(arguments[0])");
    let places = page.evaluates(script, json!([token])).await;
    let record: &[&str] = if page
        .storage_keys()
        .await
        .contains(&"tab session".to_owned())
    {
        &["tab session"]
    } else {
        &[]
    };
    assert_eq!(places, json!(record), "records with the token");
}

pub(crate) async fn sign_in_reaches_every_open_tab(fixture: &Fixture) {
    let first = fixture.opens(shop()).await;
    first.is_at("identify").await;
    let second = fixture.opens_in_new_tab(&first, "/").await;
    second.is_at("identify").await;
    let name = format!("ae-login:1:{} DocDemo", fixture.engine.url());
    // Scripts of the shop can receive the messages between tabs.
    let script = script!("shared_session.js"; "recordMessages(arguments[0])");
    second.evaluates(script, json!([name])).await;

    sign_in(fixture, &first).await;
    let events = first.events().await;
    let signed_in = events.iter().find(|event| event["name"] == "ae-signed-in");
    let before = signed_in.expect("a login")["on"]
        .as_u64()
        .expect("a moment");
    let after = wait_for_restored_session(&second).await;
    assert!(after - before < 1000, "{} ms", after - before);
    assert_same_session(&first, &second).await;

    let script = "return recordedMessages.length && recordedMessages";
    let messages = second.waits_for("a message", script, json!([])).await;
    let script = "return localStorage.getItem(`${arguments[0]}:mark`)";
    let version = first.evaluates(script, json!([name])).await;
    assert_eq!(
        messages,
        json!([version]),
        "the session version and no more"
    );
    let is_version = |text: &str| text.chars().all(|it| it == '.' || it.is_ascii_digit());
    assert!(version.as_str().is_some_and(is_version), "{version}");
    for page in [&first, &second] {
        let token = page.token(json!({})).await.expect("a token");
        assert_token_only_in_record(page, &token).await;
        assert_eq!(
            page.storage_keys().await,
            ["device mark", "device shared", "tab key", "tab session"]
        );
    }
    assert_eq!(
        fixture.engine.calls(),
        ["token-generate", "otp-generate", "otp-validate"]
    );
}

pub(crate) async fn new_tab_restores_the_session_of_another(fixture: &Fixture) {
    let first = fixture.opens(shop()).await;
    sign_in(fixture, &first).await;
    let second = open_another_tab(fixture, &first).await;
    assert_same_session(&first, &second).await;
    let calls = fixture.engine.calls();

    // The tab that restored the session shares it in turn.
    fixture.closes(&first).await;
    let third = open_another_tab(fixture, &second).await;
    assert_same_session(&second, &third).await;
    assert_eq!(fixture.engine.calls(), calls);
}

/// In an earlier version, a tab offered its key only after it had read or written the shared record, which a reloaded tab does not do.
pub(crate) async fn reloaded_tab_still_shares_the_session(fixture: &Fixture) {
    let first = fixture.opens(shop()).await;
    sign_in(fixture, &first).await;
    first.reloads().await;
    wait_for_restored_session(&first).await;
    let second = open_another_tab(fixture, &first).await;
    assert_same_session(&first, &second).await;
}

pub(crate) async fn session_ends_when_the_last_tab_is_closed(fixture: &Fixture) {
    let first = fixture.opens(shop()).await;
    sign_in(fixture, &first).await;
    let second = open_another_tab(fixture, &first).await;
    let empty = fixture.opens_empty_tab(&first).await;
    fixture.closes(&first).await;
    fixture.closes(&second).await;
    wait_until_tabs_are_gone(&empty).await;
    empty.opens_path("/").await;
    // A tab waits for one second for the key of another tab.
    let now = empty.evaluates("return Date.now()", json!([])).await;
    empty
        .waits_until(&json!(now.as_u64().expect("a moment") + 1200))
        .await;
    empty.is_at("identify").await;
    assert_eq!(empty.event_count("ae-signed-in").await, 0);
    assert_eq!(empty.session().await, json!(null));
    // The shared record is encrypted with a key that is lost.
    assert_eq!(empty.storage_keys().await, ["device mark", "device shared"]);
}

pub(crate) async fn three_tabs_renew_once(fixture: &Fixture) {
    let first = fixture.opens(shop_with_clock()).await;
    sign_in(fixture, &first).await;
    let old = first.token(json!({})).await;
    let second = open_another_tab(fixture, &first).await;
    let third = open_another_tab(fixture, &first).await;
    // All tabs want to renew before the engine has answered the first one.
    fixture
        .engine
        .fails(Endpoint::TokenRegenerate, ae_engine::Fault::Delay(700));
    let all = [&first, &second, &third];
    wait_for_token_a_second_old(&first).await;
    for page in all {
        advance_clock(page, 800).await;
    }
    for page in all {
        let event = page.receives("ae-renewed").await;
        assert_eq!(event["session"], page.session().await);
    }
    let new = first.token(json!({})).await;
    assert_ne!(new, old);
    for page in all {
        assert_same_session(page, &first).await;
        assert_eq!(page.event_count("ae-renewed").await, 1);
    }
    assert_eq!(fixture.engine.call_count(Endpoint::TokenRegenerate), 1);
}

pub(crate) async fn lock_held_forever_by_a_script_still_renews_once_for_all_tabs(
    fixture: &Fixture,
) {
    let first = fixture.opens(shop_with_clock()).await;
    sign_in(fixture, &first).await;
    let old = first.token(json!({})).await;
    let second = open_another_tab(fixture, &first).await;
    let third = open_another_tab(fixture, &first).await;
    let script = script!("shared_session.js"; "return holdLockForever(arguments[0])");
    let lock = format!("ae-login:1:{} DocDemo:turn", fixture.engine.url());
    let held = first.awaits(script, json!([lock])).await;
    assert_eq!(held, Ok(json!(true)));
    // All tabs have stopped to wait for the lock before the engine answers the first one.
    fixture
        .engine
        .fails(Endpoint::TokenRegenerate, ae_engine::Fault::Delay(700));
    let all = [&first, &second, &third];
    wait_for_token_a_second_old(&first).await;
    for page in all {
        let script = script!("shared_session.js"; "requestTokenLater(880_000)");
        page.evaluates(script, json!([])).await;
    }
    let mut tokens = Vec::new();
    for page in all {
        let token = page.awaits("return window.requestedToken", json!([])).await;
        tokens.push(token.map(|token| token.as_str().map(str::to_owned)));
    }
    let new = first.token(json!({})).await;
    assert_ne!(new, old);
    let new = new.expect("a token");
    assert_eq!(tokens, vec![Ok(Some(new)); 3]);
    for page in all {
        assert_same_session(page, &first).await;
        assert_eq!(page.event_count("ae-renewed").await, 1);
        assert_eq!(page.event_count("ae-error").await, 0);
    }
    assert_eq!(fixture.engine.call_count(Endpoint::TokenRegenerate), 1);
}

/// Signs out in one tab. All others must follow within a second.
async fn sign_out_everywhere(page: &Page, others: &[&Page]) {
    // The clock of the page: scripts of Firefox's driver have another one.
    let script = "const on = window.Date.now(); widget().signOut(); return on";
    let on = page.evaluates(script, json!([])).await;
    let on = on.as_u64().expect("a moment");
    wait_for_sign_out(page, "user").await;
    for other in others {
        let at = wait_for_sign_out(other, "other-tab").await;
        assert!(at - on < 1000, "{} ms", at - on);
        let why = other.token(json!({})).await.expect_err("no token");
        assert_eq!(why["kind"], json!("signed-out"));
    }
}

pub(crate) async fn sign_out_reaches_every_tab(fixture: &Fixture) {
    let first = fixture.opens(shop()).await;
    sign_in(fixture, &first).await;
    let second = open_another_tab(fixture, &first).await;
    let third = open_another_tab(fixture, &first).await;
    sign_out_everywhere(&second, &[&first, &third]).await;
    for page in [&first, &second, &third] {
        // Neither key nor number is left for the next person at this device.
        assert_eq!(page.storage_keys().await, ["device mark"]);
        assert_eq!(page.value_of("Mobile number").await, "");
    }
    for page in [&first, &second, &third] {
        page.reloads().await;
        page.is_at("identify").await;
        assert_eq!(page.session().await, json!(null));
    }
}

pub(crate) async fn sign_out_reaches_every_tab_without_the_engine(fixture: &Fixture) {
    fixture
        .engine
        .configure(|settings| settings.forced_mfa = true);
    let mut proxy = Proxy::to(&fixture.engine.url()).await;
    let first = fixture.opens(shop().with_engine_at(proxy.url())).await;
    sign_in_by_two_codes(fixture, &first).await;
    let second = open_another_tab(fixture, &first).await;
    proxy.holds_connections();
    sign_out_everywhere(&first, &[&second]).await;
    // The proxy holds the request to the engine.
    assert_eq!(fixture.engine.call_count(Endpoint::MfaTokenExpire), 0);
}

pub(crate) async fn page_restored_from_cache_learns_of_a_sign_out(fixture: &Fixture) {
    let first = fixture.opens(shop().cacheable()).await;
    sign_in(fixture, &first).await;
    let second = open_another_tab(fixture, &first).await;
    first.goes_to("/seeds").await;
    sign_out_everywhere(&second, &[]).await;
    let is_from_cache = first.goes_back().await;
    first.is_at("identify").await;
    assert_eq!(first.session().await, json!(null));
    if is_from_cache {
        wait_for_sign_out(&first, "other-tab").await;
    }
    // Channels and listeners of the widget must not keep the page out of the back/forward cache.
    assert_eq!(is_from_cache, fixture.browser != Browser::Firefox);
}

pub(crate) async fn another_customer_in_one_tab_replaces_the_session_in_all(fixture: &Fixture) {
    let first = fixture.opens(shop()).await;
    sign_in(fixture, &first).await;
    let second = open_another_tab(fixture, &first).await;
    sign_out_everywhere(&second, &[&first]).await;
    sign_in_as_another_customer(fixture, &second).await;
    wait_for_restored_session(&first).await;
    assert_eq!(
        first.session().await["identifierValue"],
        json!(OTHER_SENT),
        "not {SENT}"
    );
    assert_same_session(&first, &second).await;
}

pub(crate) async fn tab_that_missed_a_change_of_customers_reports_replaced(fixture: &Fixture) {
    let shop = shop().with_head(r#"<script src="/missed_messages.js"></script>"#);
    let first = fixture.opens(shop).await;
    sign_in(fixture, &first).await;
    let second = open_another_tab(fixture, &first).await;
    first
        .evaluates("window.missesMessages = true", json!([]))
        .await;
    sign_out_everywhere(&second, &[]).await;
    sign_in_as_another_customer(fixture, &second).await;
    assert_eq!(first.session().await["identifierValue"], json!(SENT));
    let wake = "window.missesMessages = false; window.dispatchEvent(new Event('focus'))";
    first.evaluates(wake, json!([])).await;

    let event = first.receives("ae-signed-out").await;
    assert_eq!(event["reason"], json!("replaced"));
    let event = first.receives("ae-signed-in").await;
    assert_eq!(
        (&event["restored"], &event["session"]["identifierValue"]),
        (&json!(true), &json!(OTHER_SENT))
    );
    assert_same_session(&first, &second).await;
}

/// Closes all tabs of the shop and opens another one.
async fn reopen_after_closing_all(fixture: &Fixture, page: &Page) -> Page {
    let empty = fixture.opens_empty_tab(page).await;
    fixture.closes(page).await;
    wait_until_tabs_are_gone(&empty).await;
    empty.opens_path("/").await;
    empty
}

/// Waits in a page without the widget until the browser has closed the other tabs. Until then they still share the session.
async fn wait_until_tabs_are_gone(page: &Page) {
    page.opens_path("/seeds").await;
    let script = script!("shared_session.js"; "return areTabsGone()");
    page.waits_for("the other tabs to be closed", script, json!([]))
        .await;
}

pub(crate) async fn device_storage_keeps_the_session_when_all_tabs_are_closed(fixture: &Fixture) {
    let first = fixture
        .opens(shop().with_attributes(r#"storage="device""#))
        .await;
    sign_in(fixture, &first).await;
    let session = first.session().await;
    let token = first.token(json!({})).await.expect("a token");
    let shared = "return Object.keys(localStorage).some((name) => name.endsWith(':shared'))";
    first.waits_for("the record", shared, json!([])).await;
    assert_eq!(first.storage_keys().await, ["device mark", "device shared"]);
    assert_token_only_in_record(&first, &token).await;
    let script = script!("shared_session.js"; "return exportKeys()");
    let exported = first.awaits(script, json!([])).await;
    assert_eq!(
        exported,
        Ok(json!(["InvalidAccessError", "InvalidAccessError"]))
    );

    let later = reopen_after_closing_all(fixture, &first).await;
    wait_for_restored_session(&later).await;
    assert_eq!(later.session().await, session);
    assert_eq!(later.token(json!({})).await, Ok(token));
    let other = open_another_tab(fixture, &later).await;
    sign_out_everywhere(&later, &[&other]).await;
    assert_eq!(later.storage_keys().await, ["device mark"]);
    assert_eq!(
        fixture.engine.calls(),
        ["token-generate", "otp-generate", "otp-validate"]
    );
}

pub(crate) async fn memory_storage_writes_nothing_and_shares_nothing(fixture: &Fixture) {
    let first = fixture
        .opens(shop().with_attributes(r#"storage="memory""#))
        .await;
    let second = fixture.opens_in_new_tab(&first, "/").await;
    second.is_at("identify").await;
    sign_in(fixture, &first).await;
    first.token(json!({})).await.expect("a token");
    assert_eq!(first.storage_keys().await, [""; 0]);
    second.reloads().await;
    second.is_at("identify").await;
    assert_eq!(second.session().await, json!(null));
    first.reloads().await;
    first.is_at("identify").await;
    assert_eq!(first.session().await, json!(null));
}

const REMEMBER: &str = "Keep me signed in on this device";

pub(crate) async fn remember_checkbox_keeps_the_session_on_the_device(fixture: &Fixture) {
    let page = fixture
        .opens(shop().with_attributes(r#"remember="ask""#))
        .await;
    page.sees(REMEMBER).await;
    let is_ticked = "return field(null, arguments[0]).checked";
    assert_eq!(
        page.evaluates(is_ticked, json!([REMEMBER])).await,
        json!(false)
    );
    page.ticks(REMEMBER).await;
    sign_in(fixture, &page).await;
    let token = page.token(json!({})).await.expect("a token");
    let shared = "return Object.keys(localStorage).some((name) => name.endsWith(':shared'))";
    page.waits_for("the record", shared, json!([])).await;
    assert_eq!(page.storage_keys().await, ["device mark", "device shared"]);
    assert_token_only_in_record(&page, &token).await;
    let later = reopen_after_closing_all(fixture, &page).await;
    wait_for_restored_session(&later).await;
    assert_eq!(later.token(json!({})).await, Ok(token));
}

pub(crate) async fn unticked_remember_checkbox_ends_the_session_with_the_last_tab(
    fixture: &Fixture,
) {
    let page = fixture
        .opens(shop().with_attributes(r#"remember="ask""#))
        .await;
    sign_in(fixture, &page).await;
    let later = reopen_after_closing_all(fixture, &page).await;
    let now = later.evaluates("return Date.now()", json!([])).await;
    later
        .waits_until(&json!(now.as_u64().expect("a moment") + 1200))
        .await;
    later.is_at("identify").await;
    assert_eq!(later.session().await, json!(null));
    assert_eq!(later.event_count("ae-signed-in").await, 0);
}

pub(crate) async fn session_expires_after_max_age(fixture: &Fixture) {
    fixture.engine.configure(|settings| settings.set_lives(300));
    let page = fixture
        .opens(shop_with_clock().with_attributes(r#"max-age="1""#))
        .await;
    sign_in(fixture, &page).await;
    let token = page.token(json!({})).await;
    // The token has not expired, and is returned if its remaining lifetime is long enough.
    advance_clock(&page, 260).await;
    assert_eq!(page.token(json!({})).await, token);
    let why = page.token(json!({ "minValidity": 60 })).await;
    assert_eq!(why.expect_err("no token")["kind"], json!("signed-out"));
    page.is_at("signed-in").await;

    advance_clock(&page, 41).await;
    wait_for_sign_out(&page, "too-old").await;
    // The number is kept for the next login.
    assert_eq!(page.storage_keys().await, ["device mark", "tab step"]);
    page.reloads().await;
    page.is_at("identify").await;
    assert_eq!(
        fixture.engine.calls(),
        ["token-generate", "otp-generate", "otp-validate"]
    );
}

pub(crate) async fn stored_session_past_max_age_or_max_idle_is_not_restored(fixture: &Fixture) {
    let make_older = script!("shared_session.js"; "return makeOlder(...arguments)");
    for (attributes, field, allowed, too_long) in [
        ("", "received", 23 * 60, 24 * 60),
        (r#"max-age="60""#, "received", 50, 61),
        (r#"max-idle="30""#, "", 25, 31),
    ] {
        for (minutes, is_over) in [(allowed, false), (too_long, true)] {
            let page = fixture.opens(Shop::new().with_attributes(attributes)).await;
            sign_in(fixture, &page).await;
            wait_for_token_a_second_old(&page).await;
            page.goes_to("/seeds").await;
            let aged = page
                .evaluates(make_older, json!(["ae-login:1:", field, minutes]))
                .await;
            assert!(aged.is_string(), "the name of a record: {aged}");
            let before = fixture.engine.calls().len();
            page.goes_to("/").await;
            if is_over {
                wait_for_sign_out(&page, "too-old").await;
                assert_eq!(fixture.engine.calls().len(), before, "{attributes}");
            } else {
                wait_for_restored_session(&page).await;
                page.presses("Sign out").await;
                page.is_at("identify").await;
            }
        }
    }
}

pub(crate) async fn max_idle_ends_the_session_of_all_tabs(fixture: &Fixture) {
    let first = fixture
        .opens(shop_with_clock().with_attributes(r#"max-idle="1""#))
        .await;
    sign_in(fixture, &first).await;
    let second = open_another_tab(fixture, &first).await;
    for page in [&first, &second] {
        advance_clock(page, 50).await;
    }
    // Use of one tab counts for all tabs.
    second.presses_keys("\u{e008}").await;
    for page in [&first, &second] {
        advance_clock(page, 50).await;
        page.is_at("signed-in").await;
    }
    advance_clock(&first, 15).await;
    wait_for_sign_out(&first, "too-old").await;
    wait_for_sign_out(&second, "other-tab").await;
    assert_eq!(
        fixture.engine.calls(),
        ["token-generate", "otp-generate", "otp-validate"]
    );
}

/// Sets the visibility of a page by script, since no driver can put a tab into the background and back.
pub(crate) async fn set_visibility(page: &Page, state: &str) {
    let script = script!("shared_session.js"; "setVisibility(arguments[0])");
    page.evaluates(script, json!([state])).await;
}

pub(crate) async fn hidden_tab_renews_when_it_becomes_visible(fixture: &Fixture) {
    fixture.engine.configure(|settings| settings.set_lives(2));
    let page = fixture.opens(shop()).await;
    page.is_at("identify").await;
    set_visibility(&page, "hidden").await;
    sign_in(fixture, &page).await;
    let end = page.session().await["expiresAt"].as_u64().expect("an end");
    page.waits_until(&json!(end + 1000)).await;
    assert_eq!(fixture.engine.call_count(Endpoint::TokenRegenerate), 0);
    fixture.engine.configure(|settings| settings.set_lives(900));
    set_visibility(&page, "visible").await;
    page.receives("ae-renewed").await;
    assert_eq!(fixture.engine.call_count(Endpoint::TokenRegenerate), 1);
    assert_eq!(page.event_count("ae-signed-out").await, 0);
}

pub(crate) async fn browser_without_locks_shares_device_storage(fixture: &Fixture) {
    // With `no-renew`, a tab renews only if a script requests a token.
    let shop = shop_without_locks().with_attributes(r#"storage="device" no-renew"#);
    let first = fixture.opens(shop).await;
    first.is_at("identify").await;
    let second = fixture.opens_in_new_tab(&first, "/").await;
    second.is_at("identify").await;
    let has_apis = "return [!!navigator.locks, !!window.BroadcastChannel]";
    assert_eq!(
        first.evaluates(has_apis, json!([])).await,
        json!([false, false])
    );
    sign_in(fixture, &first).await;
    wait_for_restored_session(&second).await;
    assert_same_session(&first, &second).await;
    wait_for_token_a_second_old(&first).await;
    for page in [&first, &second] {
        advance_clock(page, 880).await;
    }
    first.token(json!({})).await.expect("a token");
    for page in [&first, &second] {
        page.receives("ae-renewed").await;
    }
    assert_same_session(&first, &second).await;
    sign_out_everywhere(&second, &[&first]).await;
}

/// Tabs find the key of another tab by its lock. Without Web Locks, a session stays in its tab.
pub(crate) async fn browser_without_locks_keeps_the_session_in_its_tab(fixture: &Fixture) {
    let first = fixture.opens(shop_without_locks()).await;
    sign_in(fixture, &first).await;
    let second = fixture.opens_in_new_tab(&first, "/").await;
    second.is_at("identify").await;
    first.reloads().await;
    wait_for_restored_session(&first).await;
    wait_for_token_a_second_old(&first).await;
    advance_clock(&first, 800).await;
    first.receives("ae-renewed").await;
    assert_eq!(fixture.engine.call_count(Endpoint::TokenRegenerate), 1);
    second.is_at("identify").await;
    // A sign-out reaches all tabs, even from a tab without a session.
    second.evaluates("widget().signOut()", Value::Null).await;
    wait_for_sign_out(&first, "other-tab").await;
}

/// Without a secure context there is no Web Crypto, so that even `storage="device"` stores nothing for other tabs.
pub(crate) async fn insecure_context_keeps_the_session_in_its_tab(fixture: &Fixture) {
    let shop = shop_with_clock()
        .with_head(r#"<script src="/insecure_context.js"></script>"#)
        .with_attributes(r#"storage="device""#);
    let first = fixture.opens(shop).await;
    let has_apis = "return [!!navigator.locks, !!crypto.subtle]";
    assert_eq!(
        first.evaluates(has_apis, json!([])).await,
        json!([false, false])
    );
    sign_in(fixture, &first).await;
    assert_eq!(first.storage_keys().await, ["device mark", "tab session"]);
    let second = fixture.opens_in_new_tab(&first, "/").await;
    second.is_at("identify").await;
    first.reloads().await;
    wait_for_restored_session(&first).await;
    wait_for_token_a_second_old(&first).await;
    advance_clock(&first, 800).await;
    first.receives("ae-renewed").await;
    assert_eq!(fixture.engine.call_count(Endpoint::TokenRegenerate), 1);
    second.evaluates("widget().signOut()", Value::Null).await;
    wait_for_sign_out(&first, "other-tab").await;
}
