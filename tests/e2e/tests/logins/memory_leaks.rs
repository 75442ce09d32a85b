//! What is used is given back: after a thousand times there is no more of anything in the page than after a few.

use ae_e2e::{Bench, Page, Shop};
use serde_json::{Value, json};

use crate::sign_in::sign_in;

/// A page of wasm's memory.
const PAGE: u64 = 64 * 1024;
/// How many rounds are played at once: no driver waits for longer than half a minute.
const AT_ONCE: u32 = 100;

/// A page that counts, after a whole login that the engine in the page will play.
async fn counting(bench: &Bench) -> Page {
    bench.engine.is(|settings| settings.set_lives(5));
    let shop = Shop::new()
        .with(r#"max-age="43200""#)
        .and_head(r#"<script src="/clock.js"></script><script src="/leaks.js"></script>"#);
    let page = bench.opens(shop).await;
    sign_in(bench, &page).await;
    page.asks("leaks.plays(true)", json!([])).await;
    page
}

/// Plays so many rounds.
async fn plays(page: &Page, round: &str, times: u32) {
    let mut left = times;
    while left > 0 {
        let now = left.min(AT_ONCE);
        let script = format!("return leaks.{round}");
        let played = page.promised(&script, json!([now])).await;
        assert_eq!(played, Ok(json!(now)), "{round}");
        left -= now;
    }
}

/// Plays a few rounds, then many: afterwards there is as much of everything as there was before them.
async fn leaves_no_more(page: &Page, round: &str, few: u32, many: u32) {
    plays(page, round, few).await;
    let before = counts(page).await;
    plays(page, round, many).await;
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
    assert!(grown <= PAGE, "{grown} bytes more after {many} of {round}");
}

/// What there is, once nothing is under way any more: several looks in a row see the same.
async fn counts(page: &Page) -> Value {
    let (mut last, mut same) = (Value::Null, 0);
    for _ in 0..200 {
        let now = page.promised("return leaks.count()", json!([])).await;
        let now = now.expect("counts");
        same = if now == last { same + 1 } else { 0 };
        if same == 5 {
            return now;
        }
        last = now;
    }
    panic!("it never comes to rest: {last}");
}

pub(crate) async fn ten_thousand_renewals_leak_nothing(bench: &Bench) {
    let page = counting(bench).await;
    leaves_no_more(&page, "renews(arguments[0])", 200, 10_000).await;
    page.is_at("signed-in").await;
}

pub(crate) async fn three_hundred_logins_leak_nothing(bench: &Bench) {
    let page = counting(bench).await;
    page.asks("return widget().signOut()", json!([])).await;
    leaves_no_more(&page, "signsInAndOut(arguments[0])", 30, 300).await;
    page.is_at("identify").await;
}

pub(crate) async fn mounting_and_unmounting_leaks_nothing(
    bench: &Bench,
) {
    let page = counting(bench).await;
    let goes = "comesAndGoes(arguments[0], 'signed-in')";
    leaves_no_more(&page, goes, 30, 300).await;

    page.asks("return widget().signOut()", json!([])).await;
    page.asks("leaks.plays('silent')", json!([])).await;
    let goes = "comesAndGoes(arguments[0], 'identify', true)";
    leaves_no_more(&page, goes, 30, 300).await;
}
