//! Memory leaks: after thousands of rounds, the page has no more listeners, timers, nodes and memory than after a few.

use ae_e2e::{Fixture, Page, Shop};
use serde_json::{Value, json};

use crate::sign_in::sign_in;

/// The size of a page of WebAssembly memory, in bytes.
const WASM_PAGE: u64 = 64 * 1024;
/// How many rounds one script plays, since drivers wait for a script for half a minute.
const BATCH: u32 = 100;

/// Opens a page that counts, and signs in. The engine within the page replays the answers of that login.
async fn open_counting_page(fixture: &Fixture) -> Page {
    fixture.engine.configure(|settings| settings.set_lives(5));
    let shop = Shop::new()
        .with_attributes(r#"max-age="43200""#)
        .with_head(r#"<script src="/clock.js"></script><script src="/leaks.js"></script>"#);
    let page = fixture.opens(shop).await;
    sign_in(fixture, &page).await;
    page.evaluates("leaks.replay(true)", json!([])).await;
    page
}

/// Plays so many rounds, which are calls of a function of `leaks.js`.
async fn play(page: &Page, round: &str, times: u32) {
    let mut left = times;
    while left > 0 {
        let now = left.min(BATCH);
        let script = format!("return leaks.{round}");
        let played = page.awaits(&script, json!([now])).await;
        assert_eq!(played, Ok(json!(now)), "{round}");
        left -= now;
    }
}

/// Plays a few rounds, then many. The counts after both must be equal.
async fn assert_no_growth(page: &Page, round: &str, few: u32, many: u32) {
    play(page, round, few).await;
    let before = counts(page).await;
    play(page, round, many).await;
    let after = counts(page).await;
    let number = |counts: &Value, name: &str| counts[name].as_u64().expect("a number");
    for name in [
        "listeners",
        "timers",
        "channels",
        "locks",
        "nodes",
        "sheets",
        "objects",
    ] {
        assert_eq!(after[name], before[name], "{name} after {many} of {round}");
    }
    let grown = number(&after, "memory").saturating_sub(number(&before, "memory"));
    assert!(
        grown <= WASM_PAGE,
        "{grown} bytes more after {many} of {round}"
    );
}

/// The counts, once they are the same five times in a row.
async fn counts(page: &Page) -> Value {
    let (mut last, mut same) = (Value::Null, 0);
    for _ in 0..200 {
        let now = page.awaits("return leaks.count()", json!([])).await;
        let now = now.expect("counts");
        same = if now == last { same + 1 } else { 0 };
        if same == 5 {
            return now;
        }
        last = now;
    }
    panic!("the counts keep changing: {last}");
}

pub(crate) async fn ten_thousand_renewals_leak_nothing(fixture: &Fixture) {
    let page = open_counting_page(fixture).await;
    assert_no_growth(&page, "renew(arguments[0])", 200, 10_000).await;
    page.is_at("signed-in").await;
}

pub(crate) async fn three_hundred_logins_leak_nothing(fixture: &Fixture) {
    let page = open_counting_page(fixture).await;
    page.evaluates("return widget().signOut()", json!([])).await;
    assert_no_growth(&page, "signInAndOut(arguments[0])", 30, 300).await;
    page.is_at("identify").await;
}

pub(crate) async fn mounting_and_unmounting_leaks_nothing(fixture: &Fixture) {
    let page = open_counting_page(fixture).await;
    let round = "remount(arguments[0], 'signed-in')";
    assert_no_growth(&page, round, 30, 300).await;

    page.evaluates("return widget().signOut()", json!([])).await;
    page.evaluates("leaks.replay('silent')", json!([])).await;
    let round = "remount(arguments[0], 'identify', true)";
    assert_no_growth(&page, round, 30, 300).await;
}
