//! One session in several tabs: who receives it, who renews it, who hears of its end, and how long it may last.
//!
//! What the browsers do with a tab differs. A tab that is opened by the driver is seen in Chromium and Firefox, beside the one
//! before, and unseen in WebKit. A page that is left is put aside whole in Chromium and WebKit; Firefox does so only where no lock
//! is held, and a session that lives in tabs alone holds one.

use ae_e2e::gate::Gate;
use ae_e2e::{Bench, Browser, Page, Shop};
use ae_engine::Endpoint;
use serde_json::{Value, json};

use crate::second_factor::sign_in_by_two_codes;
use crate::sign_in::{SENT, sign_in};

/// Another customer.
const OTHER_TYPED: &str = "+44 7700 900123";
const OTHER_SENT: &str = "447700900123";

/// A page that hears of other tabs only what they tell it.
pub(crate) fn shop() -> Shop {
    Shop::new().and_head(r#"<script src="/unmoved.js"></script>"#)
}

/// A page whose clocks can be moved on.
pub(crate) fn with_a_clock() -> Shop {
    shop().and_head(r#"<script src="/clock.js"></script>"#)
}

/// A page in a browser without locks and without channels between tabs, whose clocks can be moved on.
fn in_an_older_browser() -> Shop {
    with_a_clock().and_head(r#"<script src="/older.js"></script>"#)
}

/// Opens another tab, which takes up the session of the first.
pub(crate) async fn opens_another(bench: &Bench, page: &Page) -> Page {
    let other = bench.opens_beside(page, "/").await;
    is_restored(&other).await;
    other
}

/// The session came from elsewhere. Answers when, by the machine's clock.
pub(crate) async fn is_restored(page: &Page) -> u64 {
    page.is_at("signed-in").await;
    let told = page.hears("ae-signed-in").await;
    assert_eq!(told["restored"], json!(true));
    assert_eq!(told["session"], page.session().await);
    told["on"].as_u64().expect("a moment")
}

/// The session is over, for this reason. Answers when, by the machine's clock.
async fn is_signed_out(page: &Page, reason: &str) -> u64 {
    let told = page.hears("ae-signed-out").await;
    assert_eq!(told["reason"], json!(reason));
    page.is_at("identify").await;
    page.has("signed-in", None).await;
    assert_eq!(page.session().await, json!(null));
    told["on"].as_u64().expect("a moment")
}

/// From the first step to the last, as another customer.
async fn signs_in_as_another(bench: &Bench, page: &Page) {
    page.types("Mobile number", OTHER_TYPED).await;
    page.presses("Continue").await;
    page.is_at("code").await;
    page.types("Code", &bench.engine.code_sent_to(OTHER_SENT))
        .await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    page.hears("ae-signed-in").await;
}

/// Moves the page's clocks on and lets it look at them, as on return from somewhere else.
pub(crate) async fn seconds_pass(page: &Page, seconds: u64) {
    let script = "window.ahead += arguments[0]; window.dispatchEvent(new Event('focus'))";
    page.asks(script, json!([seconds * 1000])).await;
}

/// Tokens of one second are alike to the last letter: a renewal within it gives the same one, and that is no progress.
pub(crate) async fn is_a_second_old(page: &Page) {
    let issued = page.session().await["issuedAt"].as_u64();
    let then = issued.expect("a moment") + 1000;
    page.passes(&json!(then)).await;
}

/// Both are the same customer's, with the same token.
pub(crate) async fn are_one(first: &Page, second: &Page) {
    assert_eq!(first.session().await, second.session().await);
    let token = first.token(json!({})).await.expect("a token");
    assert_eq!(second.token(json!({})).await, Ok(token));
}

/// Neither a whole token nor what it says of the customer stands anywhere on the device, and in the tab only in the record.
async fn keeps_no_token_but_in_the_record(page: &Page, token: &str) {
    let script = "const [token] = arguments; const parts = [token, ...token.split('.')]; \
         const has = (text) => parts.some((part) => text.includes(part)); \
         const names = (where, all) => Object.entries(all).filter(([name, text]) => has(name + text)).map(([name]) => `${where} ${name.split(':').pop()}`); \
         return [...names('tab', sessionStorage), ...names('device', localStorage)]";
    let places = page.asks(script, json!([token])).await;
    let record: &[&str] = if page.kept().await.contains(&"tab session".to_owned()) {
        &["tab session"]
    } else {
        &[]
    };
    assert_eq!(places, json!(record), "where the token stands");
}

pub(crate) async fn sign_in_reaches_every_open_tab(bench: &Bench) {
    let first = bench.opens(shop()).await;
    first.is_at("identify").await;
    let second = bench.opens_beside(&first, "/").await;
    second.is_at("identify").await;
    let name = format!("ae-login:1:{} DocDemo", bench.engine.url());
    // A page of the shop can listen to what the tabs say to each other.
    let listen = "window.said = []; window.line = new BroadcastChannel(arguments[0]); \
         line.onmessage = ({ data }) => said.push(data)";
    second.asks(listen, json!([name])).await;

    sign_in(bench, &first).await;
    let heard = first.heard().await;
    let signed_in = heard.iter().find(|event| event["name"] == "ae-signed-in");
    let before = signed_in.expect("a login")["on"]
        .as_u64()
        .expect("a moment");
    let after = is_restored(&second).await;
    assert!(after - before < 1000, "{} ms", after - before);
    are_one(&first, &second).await;

    let said = second
        .waits("a word", "return said.length && said", json!([]))
        .await;
    let mark = "return localStorage.getItem(`${arguments[0]}:mark`)";
    let mark = first.asks(mark, json!([name])).await;
    assert_eq!(said, json!([mark]), "how far the session is, and no more");
    let is_a_mark = |text: &str| text.chars().all(|it| it == '.' || it.is_ascii_digit());
    assert!(mark.as_str().is_some_and(is_a_mark), "{mark}");
    for page in [&first, &second] {
        let token = page.token(json!({})).await.expect("a token");
        keeps_no_token_but_in_the_record(page, &token).await;
        assert_eq!(
            page.kept().await,
            ["device mark", "device shared", "tab key", "tab session"]
        );
    }
    assert_eq!(
        bench.engine.calls(),
        ["token-generate", "otp-generate", "otp-validate"]
    );
}

pub(crate) async fn new_tab_restores_the_session_of_another(bench: &Bench) {
    let first = bench.opens(shop()).await;
    sign_in(bench, &first).await;
    let second = opens_another(bench, &first).await;
    are_one(&first, &second).await;
    let calls = bench.engine.calls();

    // The one that took it up hands it on.
    bench.closes(&first).await;
    let third = opens_another(bench, &second).await;
    are_one(&second, &third).await;
    assert_eq!(bench.engine.calls(), calls);
}

/// Once, a tab showed its key only when it had read or written the shared record, and one that was just loaded again did neither.
pub(crate) async fn reloaded_tab_still_shares_the_session(bench: &Bench) {
    let first = bench.opens(shop()).await;
    sign_in(bench, &first).await;
    first.reloads().await;
    is_restored(&first).await;
    let second = opens_another(bench, &first).await;
    are_one(&first, &second).await;
}

pub(crate) async fn session_ends_when_the_last_tab_is_closed(bench: &Bench) {
    let first = bench.opens(shop()).await;
    sign_in(bench, &first).await;
    let second = opens_another(bench, &first).await;
    let empty = bench.opens_an_empty_tab(&first).await;
    bench.closes(&first).await;
    bench.closes(&second).await;
    no_tab_is_left(&empty).await;
    empty.arrives_at("/").await;
    // It is a second until a tab no longer hopes to read what another one wrote.
    let now = empty.asks("return Date.now()", json!([])).await;
    empty
        .passes(&json!(now.as_u64().expect("a moment") + 1200))
        .await;
    empty.is_at("identify").await;
    assert_eq!(empty.count("ae-signed-in").await, 0);
    assert_eq!(empty.session().await, json!(null));
    // What is left is wrapped with a key that is gone.
    assert_eq!(empty.kept().await, ["device mark", "device shared"]);
}

pub(crate) async fn three_tabs_renew_once(bench: &Bench) {
    let first = bench.opens(with_a_clock()).await;
    sign_in(bench, &first).await;
    let old = first.token(json!({})).await;
    let second = opens_another(bench, &first).await;
    let third = opens_another(bench, &first).await;
    // Each finds that it is time while the engine still thinks about the first one's question.
    bench
        .engine
        .fails(Endpoint::TokenRegenerate, ae_engine::Fault::Delay(700));
    let all = [&first, &second, &third];
    is_a_second_old(&first).await;
    for page in all {
        seconds_pass(page, 800).await;
    }
    for page in all {
        let told = page.hears("ae-renewed").await;
        assert_eq!(told["session"], page.session().await);
    }
    let new = first.token(json!({})).await;
    assert_ne!(new, old);
    for page in all {
        are_one(page, &first).await;
        assert_eq!(page.count("ae-renewed").await, 1);
    }
    assert_eq!(bench.engine.count(Endpoint::TokenRegenerate), 1);
}

pub(crate) async fn lock_held_forever_by_a_script_still_renews_once_for_all_tabs(bench: &Bench) {
    let first = bench.opens(with_a_clock()).await;
    sign_in(bench, &first).await;
    let old = first.token(json!({})).await;
    let second = opens_another(bench, &first).await;
    let third = opens_another(bench, &first).await;
    let script = "return new Promise((held) => navigator.locks.request(arguments[0], () => { \
         held(true); return new Promise(() => {}) }))";
    let turn = format!("ae-login:1:{} DocDemo:turn", bench.engine.url());
    let held = first.promised(script, json!([turn])).await;
    assert_eq!(held, Ok(json!(true)));
    // All of them have given up on it before the engine answers the first one's question.
    bench
        .engine
        .fails(Endpoint::TokenRegenerate, ae_engine::Fault::Delay(700));
    let all = [&first, &second, &third];
    is_a_second_old(&first).await;
    for page in all {
        let want =
            "window.ahead += 880_000; window.wanted = widget().getToken(); wanted.catch(() => {})";
        page.asks(want, Value::Null).await;
    }
    let mut tokens = Vec::new();
    for page in all {
        let token = page.promised("return window.wanted", json!([])).await;
        tokens.push(token.map(|token| token.as_str().map(str::to_owned)));
    }
    let new = first.token(json!({})).await;
    assert_ne!(new, old);
    let new = new.expect("a token");
    assert_eq!(tokens, vec![Ok(Some(new)); 3]);
    for page in all {
        are_one(page, &first).await;
        assert_eq!(page.count("ae-renewed").await, 1);
        assert_eq!(page.count("ae-error").await, 0);
    }
    assert_eq!(bench.engine.count(Endpoint::TokenRegenerate), 1);
}

/// Signs out in one tab; all others must have heard of it within a second.
async fn signs_out(page: &Page, others: &[&Page]) {
    // The page's own clock: Firefox's driver has another one.
    let script = "const on = window.Date.now(); widget().signOut(); return on";
    let on = page.asks(script, json!([])).await;
    let on = on.as_u64().expect("a moment");
    is_signed_out(page, "user").await;
    for other in others {
        let heard = is_signed_out(other, "other-tab").await;
        assert!(heard - on < 1000, "{} ms", heard - on);
        let why = other.token(json!({})).await.expect_err("no token");
        assert_eq!(why["kind"], json!("signed-out"));
    }
}

pub(crate) async fn sign_out_reaches_every_tab(bench: &Bench) {
    let first = bench.opens(shop()).await;
    sign_in(bench, &first).await;
    let second = opens_another(bench, &first).await;
    let third = opens_another(bench, &first).await;
    signs_out(&second, &[&first, &third]).await;
    for page in [&first, &second, &third] {
        // No key, and no number: whoever comes to this machine next learns nothing.
        assert_eq!(page.kept().await, ["device mark"]);
        assert_eq!(page.value_of("Mobile number").await, "");
    }
    for page in [&first, &second, &third] {
        page.reloads().await;
        page.is_at("identify").await;
        assert_eq!(page.session().await, json!(null));
    }
}

pub(crate) async fn sign_out_reaches_every_tab_without_the_engine(bench: &Bench) {
    bench.engine.is(|settings| settings.forced_mfa = true);
    let mut gate = Gate::before(&bench.engine.url()).await;
    let first = bench.opens(shop().by_way_of(gate.url())).await;
    sign_in_by_two_codes(bench, &first).await;
    let second = opens_another(bench, &first).await;
    gate.shuts();
    signs_out(&first, &[&second]).await;
    // The engine is to be told, and cannot be.
    assert_eq!(bench.engine.count(Endpoint::MfaTokenExpire), 0);
}

pub(crate) async fn page_restored_from_cache_learns_of_a_sign_out(bench: &Bench) {
    let first = bench.opens(shop().cacheable()).await;
    sign_in(bench, &first).await;
    let second = opens_another(bench, &first).await;
    first.goes_to("/seeds").await;
    signs_out(&second, &[]).await;
    let is_whole = first.goes_back().await;
    first.is_at("identify").await;
    assert_eq!(first.session().await, json!(null));
    if is_whole {
        is_signed_out(&first, "other-tab").await;
    }
    // What a tab shares must not keep its page from being put aside.
    assert_eq!(is_whole, bench.browser != Browser::Firefox);
}

pub(crate) async fn another_customer_in_one_tab_replaces_the_session_in_all(bench: &Bench) {
    let first = bench.opens(shop()).await;
    sign_in(bench, &first).await;
    let second = opens_another(bench, &first).await;
    signs_out(&second, &[&first]).await;
    signs_in_as_another(bench, &second).await;
    is_restored(&first).await;
    assert_eq!(
        first.session().await["identifierValue"],
        json!(OTHER_SENT),
        "not {SENT}"
    );
    are_one(&first, &second).await;
}

pub(crate) async fn tab_that_missed_a_change_of_customers_reports_replaced(bench: &Bench) {
    let asleep = shop().and_head(r#"<script src="/asleep.js"></script>"#);
    let first = bench.opens(asleep).await;
    sign_in(bench, &first).await;
    let second = opens_another(bench, &first).await;
    first.asks("window.isAsleep = true", json!([])).await;
    signs_out(&second, &[]).await;
    signs_in_as_another(bench, &second).await;
    assert_eq!(first.session().await["identifierValue"], json!(SENT));
    let wake = "window.isAsleep = false; window.dispatchEvent(new Event('focus'))";
    first.asks(wake, json!([])).await;

    let told = first.hears("ae-signed-out").await;
    assert_eq!(told["reason"], json!("replaced"));
    let told = first.hears("ae-signed-in").await;
    assert_eq!(
        (&told["restored"], &told["session"]["identifierValue"]),
        (&json!(true), &json!(OTHER_SENT))
    );
    are_one(&first, &second).await;
}

/// Closes all tabs of the shop and opens one.
async fn closes_all_and_opens_one(bench: &Bench, page: &Page) -> Page {
    let empty = bench.opens_an_empty_tab(page).await;
    bench.closes(page).await;
    no_tab_is_left(&empty).await;
    empty.arrives_at("/").await;
    empty
}

/// Waits in a page of the shop without the widget until the browser is done with closing the tabs that had it: until then they
/// still hand the session on.
async fn no_tab_is_left(page: &Page) {
    page.arrives_at("/seeds").await;
    let script = "navigator.locks.query().then(({ held }) => { window.isLeft = held.some(({ name }) => name.includes(':key:')) }); \
         return window.isLeft === false";
    page.waits("the last tab to be gone", script, json!([]))
        .await;
}

/// What a script of the page gets out of the device's keys: the way in which each refuses.
const EXPORTED: &str = "return new Promise((resolve, reject) => { \
     const opening = indexedDB.open('ae-login'); opening.onerror = () => reject(opening.error); \
     opening.onsuccess = () => { \
       const all = opening.result.transaction('keys').objectStore('keys').getAll(); \
       all.onerror = () => reject(all.error); all.onsuccess = () => resolve(all.result) } }) \
     .then((keys) => Promise.all(keys.flatMap((key) => ['raw', 'jwk'].map((form) => \
       crypto.subtle.exportKey(form, key).then(() => 'exported', (reason) => reason.name)))))";

pub(crate) async fn device_storage_keeps_the_session_when_all_tabs_are_closed(bench: &Bench) {
    let first = bench.opens(shop().with(r#"storage="device""#)).await;
    sign_in(bench, &first).await;
    let session = first.session().await;
    let token = first.token(json!({})).await.expect("a token");
    let shared = "return Object.keys(localStorage).some((name) => name.endsWith(':shared'))";
    first.waits("the record", shared, json!([])).await;
    assert_eq!(first.kept().await, ["device mark", "device shared"]);
    keeps_no_token_but_in_the_record(&first, &token).await;
    let exported = first.promised(EXPORTED, json!([])).await;
    assert_eq!(
        exported,
        Ok(json!(["InvalidAccessError", "InvalidAccessError"]))
    );

    let later = closes_all_and_opens_one(bench, &first).await;
    is_restored(&later).await;
    assert_eq!(later.session().await, session);
    assert_eq!(later.token(json!({})).await, Ok(token));
    let beside = opens_another(bench, &later).await;
    signs_out(&later, &[&beside]).await;
    assert_eq!(later.kept().await, ["device mark"]);
    assert_eq!(
        bench.engine.calls(),
        ["token-generate", "otp-generate", "otp-validate"]
    );
}

pub(crate) async fn memory_storage_writes_nothing_and_shares_nothing(bench: &Bench) {
    let first = bench.opens(shop().with(r#"storage="memory""#)).await;
    let second = bench.opens_beside(&first, "/").await;
    second.is_at("identify").await;
    sign_in(bench, &first).await;
    first.token(json!({})).await.expect("a token");
    assert_eq!(first.kept().await, [""; 0]);
    second.reloads().await;
    second.is_at("identify").await;
    assert_eq!(second.session().await, json!(null));
    first.reloads().await;
    first.is_at("identify").await;
    assert_eq!(first.session().await, json!(null));
}

const REMEMBER: &str = "Keep me signed in on this device";

pub(crate) async fn remember_checkbox_keeps_the_session_on_the_device(bench: &Bench) {
    let page = bench.opens(shop().with(r#"remember="ask""#)).await;
    page.sees(REMEMBER).await;
    let is_ticked = "return field(null, arguments[0]).checked";
    assert_eq!(page.asks(is_ticked, json!([REMEMBER])).await, json!(false));
    page.ticks(REMEMBER).await;
    sign_in(bench, &page).await;
    let token = page.token(json!({})).await.expect("a token");
    let shared = "return Object.keys(localStorage).some((name) => name.endsWith(':shared'))";
    page.waits("the record", shared, json!([])).await;
    assert_eq!(page.kept().await, ["device mark", "device shared"]);
    keeps_no_token_but_in_the_record(&page, &token).await;
    let later = closes_all_and_opens_one(bench, &page).await;
    is_restored(&later).await;
    assert_eq!(later.token(json!({})).await, Ok(token));
}

pub(crate) async fn unticked_remember_checkbox_ends_the_session_with_the_last_tab(bench: &Bench) {
    let page = bench.opens(shop().with(r#"remember="ask""#)).await;
    sign_in(bench, &page).await;
    let later = closes_all_and_opens_one(bench, &page).await;
    let now = later.asks("return Date.now()", json!([])).await;
    later
        .passes(&json!(now.as_u64().expect("a moment") + 1200))
        .await;
    later.is_at("identify").await;
    assert_eq!(later.session().await, json!(null));
    assert_eq!(later.count("ae-signed-in").await, 0);
}

pub(crate) async fn session_expires_after_max_age(bench: &Bench) {
    bench.engine.is(|settings| settings.set_lives(300));
    let page = bench.opens(with_a_clock().with(r#"max-age="1""#)).await;
    sign_in(bench, &page).await;
    let token = page.token(json!({})).await;
    // The token still runs, and is given to whom it is good enough.
    seconds_pass(&page, 260).await;
    assert_eq!(page.token(json!({})).await, token);
    let why = page.token(json!({ "minValidity": 60 })).await;
    assert_eq!(why.expect_err("no token")["kind"], json!("signed-out"));
    page.is_at("signed-in").await;

    seconds_pass(&page, 41).await;
    is_signed_out(&page, "too-old").await;
    // The number stays at hand.
    assert_eq!(page.kept().await, ["device mark", "tab step"]);
    page.reloads().await;
    page.is_at("identify").await;
    assert_eq!(
        bench.engine.calls(),
        ["token-generate", "otp-generate", "otp-validate"]
    );
}

pub(crate) async fn stored_session_past_max_age_or_max_idle_is_not_restored(bench: &Bench) {
    let longer_ago = "const [start, at, minutes] = arguments; \
         const all = at ? sessionStorage : localStorage; \
         const [name] = Object.keys(all).filter((name) => name.startsWith(start) && name.endsWith(at ? ':session' : ':used')); \
         const record = JSON.parse(all[name]); \
         if (at) record[at] -= minutes * 60_000; \
         all[name] = JSON.stringify(at ? record : record - minutes * 60_000); \
         return name";
    for (attributes, field, enough, too_much) in [
        ("", "received", 23 * 60, 24 * 60),
        (r#"max-age="60""#, "received", 50, 61),
        (r#"max-idle="30""#, "", 25, 31),
    ] {
        for (minutes, is_over) in [(enough, false), (too_much, true)] {
            let page = bench.opens(Shop::new().with(attributes)).await;
            sign_in(bench, &page).await;
            is_a_second_old(&page).await;
            page.goes_to("/seeds").await;
            let aged = page
                .asks(longer_ago, json!(["ae-login:1:", field, minutes]))
                .await;
            assert!(aged.is_string(), "what is to be older: {aged}");
            let asked = bench.engine.calls().len();
            page.goes_to("/").await;
            if is_over {
                is_signed_out(&page, "too-old").await;
                assert_eq!(bench.engine.calls().len(), asked, "{attributes}");
            } else {
                is_restored(&page).await;
                page.presses("Sign out").await;
                page.is_at("identify").await;
            }
        }
    }
}

pub(crate) async fn max_idle_ends_the_session_of_all_tabs(bench: &Bench) {
    let first = bench.opens(with_a_clock().with(r#"max-idle="1""#)).await;
    sign_in(bench, &first).await;
    let second = opens_another(bench, &first).await;
    for page in [&first, &second] {
        seconds_pass(page, 50).await;
    }
    // Whoever uses one tab uses the shop.
    second.strikes("\u{e008}").await;
    for page in [&first, &second] {
        seconds_pass(page, 50).await;
        page.is_at("signed-in").await;
    }
    seconds_pass(&first, 15).await;
    is_signed_out(&first, "too-old").await;
    is_signed_out(&second, "other-tab").await;
    assert_eq!(
        bench.engine.calls(),
        ["token-generate", "otp-generate", "otp-validate"]
    );
}

/// No driver of the three puts a tab behind another one and fetches it back: the page is told so instead.
pub(crate) async fn is_seen(page: &Page, state: &str) {
    let script = "const [state] = arguments; \
         Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state }); \
         document.dispatchEvent(new Event('visibilitychange'))";
    page.asks(script, json!([state])).await;
}

pub(crate) async fn hidden_tab_renews_when_it_becomes_visible(bench: &Bench) {
    bench.engine.is(|settings| settings.set_lives(2));
    let page = bench.opens(shop()).await;
    page.is_at("identify").await;
    is_seen(&page, "hidden").await;
    sign_in(bench, &page).await;
    let end = page.session().await["expiresAt"].as_u64().expect("an end");
    page.passes(&json!(end + 1000)).await;
    assert_eq!(bench.engine.count(Endpoint::TokenRegenerate), 0);
    bench.engine.is(|settings| settings.set_lives(900));
    is_seen(&page, "visible").await;
    page.hears("ae-renewed").await;
    assert_eq!(bench.engine.count(Endpoint::TokenRegenerate), 1);
    assert_eq!(page.count("ae-signed-out").await, 0);
}

pub(crate) async fn browser_without_locks_shares_device_storage(bench: &Bench) {
    // Nobody renews but who is asked to.
    let shop = in_an_older_browser().with(r#"storage="device" no-renew"#);
    let first = bench.opens(shop).await;
    first.is_at("identify").await;
    let second = bench.opens_beside(&first, "/").await;
    second.is_at("identify").await;
    let lacks = "return [!!navigator.locks, !!window.BroadcastChannel]";
    assert_eq!(first.asks(lacks, json!([])).await, json!([false, false]));
    sign_in(bench, &first).await;
    is_restored(&second).await;
    are_one(&first, &second).await;
    is_a_second_old(&first).await;
    for page in [&first, &second] {
        seconds_pass(page, 880).await;
    }
    first.token(json!({})).await.expect("a token");
    for page in [&first, &second] {
        page.hears("ae-renewed").await;
    }
    are_one(&first, &second).await;
    signs_out(&second, &[&first]).await;
}

/// A key that is for tabs alone is found by a lock: where there are none, a tab is by itself.
pub(crate) async fn browser_without_locks_keeps_the_session_in_its_tab(bench: &Bench) {
    let first = bench.opens(in_an_older_browser()).await;
    sign_in(bench, &first).await;
    let second = bench.opens_beside(&first, "/").await;
    second.is_at("identify").await;
    first.reloads().await;
    is_restored(&first).await;
    is_a_second_old(&first).await;
    seconds_pass(&first, 800).await;
    first.hears("ae-renewed").await;
    assert_eq!(bench.engine.count(Endpoint::TokenRegenerate), 1);
    second.is_at("identify").await;
    // Whoever signs out does so everywhere, even where nobody is signed in.
    second.asks("widget().signOut()", Value::Null).await;
    is_signed_out(&first, "other-tab").await;
}

/// No cryptography either, so that nothing is kept for others, not even on the device.
pub(crate) async fn insecure_context_keeps_the_session_in_its_tab(bench: &Bench) {
    let shop = with_a_clock()
        .and_head(r#"<script src="/insecure.js"></script>"#)
        .with(r#"storage="device""#);
    let first = bench.opens(shop).await;
    let lacks = "return [!!navigator.locks, !!crypto.subtle]";
    assert_eq!(first.asks(lacks, json!([])).await, json!([false, false]));
    sign_in(bench, &first).await;
    assert_eq!(first.kept().await, ["device mark", "tab session"]);
    let second = bench.opens_beside(&first, "/").await;
    second.is_at("identify").await;
    first.reloads().await;
    is_restored(&first).await;
    is_a_second_old(&first).await;
    seconds_pass(&first, 800).await;
    first.hears("ae-renewed").await;
    assert_eq!(bench.engine.count(Endpoint::TokenRegenerate), 1);
    second.asks("widget().signOut()", Value::Null).await;
    is_signed_out(&first, "other-tab").await;
}
