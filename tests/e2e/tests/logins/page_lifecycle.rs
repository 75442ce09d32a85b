//! Away and back: a page that is put aside, frozen, unseen, or without a network.
//!
//! What each browser can be made to do differs; `tests/contract/faults.md` lists what none of this can show.

use ae_e2e::gate::Gate;
use ae_e2e::{Bench, Browser, Page};
use ae_engine::{Endpoint, Fault};
use serde_json::{Value, json};

use crate::shared_session::{
    are_one, is_a_second_old, is_restored, is_seen, opens_another, seconds_pass, shop, with_a_clock,
};
use crate::sign_in::{SENT, TYPED, fills_in, sign_in};

/// The network is gone, as this browser can be made to lose it: Chromium by its own switch; the others find the door gone, and
/// their pages are told.
async fn loses_the_network(bench: &Bench, page: &Page, gate: &mut Gate) {
    if bench.browser == Browser::Chromium {
        is_offline(page, true).await;
    } else {
        gate.goes().await;
        says(page, "offline").await;
    }
}

async fn finds_the_network(bench: &Bench, page: &Page, gate: &mut Gate) {
    if bench.browser == Browser::Chromium {
        is_offline(page, false).await;
    } else {
        gate.comes_back().await;
        says(page, "online").await;
    }
}

async fn is_offline(page: &Page, offline: bool) {
    page.commands("Network.enable", json!({})).await;
    page.commands(
        "Network.emulateNetworkConditions",
        json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 }),
    )
    .await;
    let script = "return navigator.onLine === !arguments[0]";
    page.waits("the browser to notice", script, json!([offline]))
        .await;
}

async fn says(page: &Page, name: &str) {
    let script = "window.dispatchEvent(new Event(arguments[0]))";
    page.asks(script, json!([name])).await;
}

pub(crate) async fn session_survives_offline_and_is_renewed_when_online(
    bench: &Bench,
) {
    let mut gate = Gate::before(&bench.engine.url()).await;
    let page = bench.opens(with_a_clock().by_way_of(gate.url())).await;
    sign_in(bench, &page).await;
    let token = page.token(json!({})).await;
    is_a_second_old(&page).await;
    loses_the_network(bench, &page, &mut gate).await;
    seconds_pass(&page, 800).await;
    // Three tries; the next one would come after a minute.
    for _ in 0..3 {
        page.hears_error("network", None).await;
    }
    page.is_at("signed-in").await;
    assert_eq!(page.token(json!({})).await, token, "it still runs");
    assert_eq!(bench.engine.count(Endpoint::TokenRegenerate), 0);
    finds_the_network(bench, &page, &mut gate).await;
    page.hears("ae-renewed").await;
    assert_eq!(bench.engine.count(Endpoint::TokenRegenerate), 1);
    assert_eq!(page.count("ae-signed-out").await, 0);
    assert_eq!(page.count("ae-error").await, 3);
}

pub(crate) async fn offline_form_keeps_its_input_and_sends_nothing_by_itself(
    bench: &Bench,
) {
    let mut gate = Gate::before(&bench.engine.url()).await;
    let page = bench.opens(shop().by_way_of(gate.url())).await;
    page.types("Mobile number", TYPED).await;
    loses_the_network(bench, &page, &mut gate).await;
    page.holds("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.hears_error("network", None).await;
    page.is_at("identify").await;
    page.holds("Mobile number", TYPED).await;
    finds_the_network(bench, &page, &mut gate).await;
    page.holds("Mobile number", TYPED).await;
    assert_eq!(bench.engine.calls(), [""; 0], "nobody has pressed anything");
    page.presses("Continue").await;
    page.is_at("code").await;

    let code = bench.engine.code_sent_to(SENT);
    page.types("Code", &code).await;
    loses_the_network(bench, &page, &mut gate).await;
    page.presses("Sign in").await;
    page.hears_error("network", None).await;
    page.is_at("code").await;
    page.holds("Code", &code).await;
    finds_the_network(bench, &page, &mut gate).await;
    page.holds("Code", &code).await;
    assert_eq!(bench.engine.count(Endpoint::OtpValidate), 0);
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    assert_eq!(bench.engine.messages(), 1);
}

/// What tells a page that it has come back to life.
const SIGNS: [(&str, &str); 5] = [
    ("window", "focus"),
    ("window", "pageshow"),
    ("window", "online"),
    ("document", "visibilitychange"),
    ("document", "resume"),
];

/// Moves the clocks of page and engine on, then gives signs to the page, so many times, all in one go.
async fn wakes(bench: &Bench, page: &Page, seconds: i64, signs: &[(&str, &str)], times: u32) {
    bench
        .engine
        .is(|settings| settings.clock_offset_s += seconds);
    let script = "const [ms, signs, times] = arguments; window.ahead += ms; \
         for (let n = 0; n < times; n++) for (const [target, name] of signs) window[target].dispatchEvent(new Event(name))";
    page.asks(script, json!([seconds * 1000, signs, times]))
        .await;
}

pub(crate) async fn each_wake_event_renews_at_most_once(bench: &Bench) {
    let page = bench.opens(with_a_clock()).await;
    page.asks("window.window = window", Value::Null).await;
    sign_in(bench, &page).await;
    let renewals = || bench.engine.count(Endpoint::TokenRegenerate);
    for (n, sign) in SIGNS.iter().enumerate() {
        // Nothing to do yet.
        wakes(bench, &page, 400, &[*sign], 1).await;
        page.token(json!({})).await.expect("a token");
        assert_eq!(renewals(), n, "{sign:?}");
        wakes(bench, &page, 400, &[*sign], 1).await;
        page.hears("ae-renewed").await;
        assert_eq!(renewals(), n + 1, "{sign:?}");
    }
    // A flood of them, before, during and after.
    let late = Fault::Delay(300);
    bench.engine.fails(Endpoint::TokenRegenerate, late);
    wakes(bench, &page, 800, &SIGNS, 50).await;
    bench
        .engine
        .hears(Endpoint::TokenRegenerate, SIGNS.len() + 1)
        .await;
    wakes(bench, &page, 0, &SIGNS, 50).await;
    page.hears("ae-renewed").await;
    wakes(bench, &page, 0, &SIGNS, 50).await;
    page.token(json!({})).await.expect("a token");
    assert_eq!(renewals(), SIGNS.len() + 1);
    assert_eq!(page.count("ae-renewed").await, SIGNS.len() + 1);
}

pub(crate) async fn hidden_page_sends_nothing_and_takes_no_focus(bench: &Bench) {
    bench.engine.is(|settings| settings.set_lives(2));
    let page = bench
        .opens(shop().and_head(r#"<script src="/unseen.js"></script>"#))
        .await;
    sign_in(bench, &page).await;
    let end = page.session().await["expiresAt"].as_u64().expect("an end");
    page.goes_to("/seeds").await;
    let before = bench.engine.count(Endpoint::TokenRegenerate);
    page.asks("sessionStorage.unseen = 1", Value::Null).await;
    page.passes(&json!(end + 1000)).await;
    bench.engine.is(|settings| settings.set_lives(900));
    page.goes_to("/").await;
    page.hears("ae-ready").await;
    let has_no_focus = "return [document.visibilityState, focused() === document.body]";
    let seen = page.asks(has_no_focus, json!([])).await;
    assert_eq!(seen, json!(["hidden", true]));
    assert_eq!(bench.engine.count(Endpoint::TokenRegenerate), before);
    assert_eq!(page.count("ae-signed-in").await, 0);

    is_seen(&page, "visible").await;
    is_restored(&page).await;
    let seen = page.asks(has_no_focus, json!([])).await;
    assert_eq!(seen, json!(["visible", true]));
    assert_eq!(bench.engine.count(Endpoint::TokenRegenerate), before + 1);
}

/// From the first step to the second, without the driver's hands: Firefox puts no page aside that they have been in.
async fn asks_untouched(page: &Page) {
    page.is_at("identify").await;
    fills_in(page, "Mobile number", TYPED).await;
    page.is_at("code").await;
}

/// Goes somewhere else and back; the page is put aside whole meanwhile.
async fn goes_and_comes_back(page: &Page) {
    page.looks_around().await;
    assert!(page.goes_back().await, "it was put aside whole");
}

pub(crate) async fn login_continues_when_its_page_is_restored_from_cache(bench: &Bench) {
    let page = bench.opens(shop().cacheable()).await;
    asks_untouched(&page).await;
    let types = "field(null, 'Code').value = '123'";
    page.asks(types, Value::Null).await;
    goes_and_comes_back(&page).await;
    page.is_at("code").await;
    page.holds("Code", "123").await;
    page.types("Code", &bench.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    assert_eq!(
        bench.engine.calls(),
        ["token-generate", "otp-generate", "otp-validate"]
    );
}

pub(crate) async fn login_expired_while_its_page_was_cached_restarts_with_the_number(
    bench: &Bench,
) {
    let page = bench.opens(with_a_clock().cacheable()).await;
    asks_untouched(&page).await;
    // For the page, a quarter of an hour passes while it is away.
    page.asks(
        "addEventListener('pagehide', () => (window.ahead = 16 * 60_000))",
        Value::Null,
    )
    .await;
    goes_and_comes_back(&page).await;
    page.is_at("identify").await;
    page.holds("Mobile number", "+919999922332").await;
    page.sees("This took too long.").await;
    assert_eq!(bench.engine.calls(), ["token-generate", "otp-generate"]);
}

/// What is kept on the device needs no lock, which would keep Firefox from putting the page aside.
pub(crate) async fn page_restored_from_cache_with_device_storage_is_signed_out(bench: &Bench) {
    let shop = shop().cacheable().with(r#"storage="device""#);
    let first = bench.opens(shop).await;
    asks_untouched(&first).await;
    fills_in(&first, "Code", &bench.engine.code_sent_to(SENT)).await;
    first.is_at("signed-in").await;
    let second = opens_another(bench, &first).await;
    first.looks_around().await;
    second.asks("widget().signOut()", Value::Null).await;
    second.is_at("identify").await;
    assert!(first.goes_back().await, "it was put aside whole");
    let told = first.hears("ae-signed-out").await;
    assert_eq!(told["reason"], json!("other-tab"));
    first.is_at("identify").await;
    assert_eq!(first.session().await, json!(null));
    let why = first.token(json!({})).await.expect_err("no token");
    assert_eq!(why["kind"], json!("signed-out"));
    assert_eq!(bench.engine.count(Endpoint::TokenRegenerate), 0);
}

/// How long a tab took, in milliseconds, until it had a token that is good for so many seconds.
async fn is_served_after(page: &Page, validity: u64) -> f64 {
    let script = "const [minValidity] = arguments; const from = performance.now(); \
         return widget().getToken({ minValidity }).then(() => performance.now() - from)";
    let took = page.promised(script, json!([validity])).await;
    took.expect("a token").as_f64().expect("a span")
}

async fn is_frozen(page: &Page, frozen: bool) {
    let state = if frozen { "frozen" } else { "active" };
    page.commands("Page.setWebLifecycleState", json!({ "state": state }))
        .await;
}

pub(crate) async fn tab_frozen_while_it_renews_does_not_block_others(bench: &Bench) {
    let mut gate = Gate::before(&bench.engine.url()).await;
    let first = bench.opens(with_a_clock().by_way_of(gate.url())).await;
    sign_in(bench, &first).await;
    let second = opens_another(bench, &first).await;
    is_a_second_old(&first).await;
    gate.shuts();
    seconds_pass(&first, 800).await;
    gate.is_knocked_at().await;
    is_frozen(&first, true).await;
    second.asks("window.ahead += 800_000", Value::Null).await;
    // The answer is there, and nobody takes it.
    gate.opens();
    let took = is_served_after(&second, 120).await;
    assert!(took < 3500.0, "{took} ms");
    second.hears("ae-renewed").await;
    assert_eq!(bench.engine.count(Endpoint::TokenRegenerate), 2);

    is_frozen(&first, false).await;
    first.hears("ae-renewed").await;
    are_one(&first, &second).await;
    for page in [&first, &second] {
        is_served_after(page, 120).await;
        assert_eq!(page.count("ae-error").await, 0);
        assert_eq!(page.count("ae-signed-out").await, 0);
    }
    assert_eq!(
        bench.engine.count(Endpoint::TokenRegenerate),
        2,
        "nothing more to ask for"
    );
}
