//! The shop's own API, asked with a token: what goes along and where to, and what happens when it is not taken.

use ae_e2e::{Bench, Orders, Page, Shop};
use ae_engine::Endpoint;
use serde_json::{Value, json};
use xtask::site::CSP;

use crate::second_factor::sign_in_by_two_codes;
use crate::shared_session::is_a_second_old;
use crate::sign_in::{SENT, sign_in};

/// A shop with an API, whose policy leaves it to the widget where a token goes.
fn with(orders: &Orders) -> Shop {
    let anywhere = CSP.replace("{{engine}}", "{{engine}} http://127.0.0.1:*");
    Shop::new().with_orders(orders).under(&anywhere)
}

/// Calls the API: status and text of the answer.
async fn calls(page: &Page, url: &str, init: Value) -> Result<Value, Value> {
    let script = "return widget().fetch(...arguments).then(async (it) => [it.status, it.type, await it.text()])";
    // The promise's own functions come last.
    let script = script.replace("...arguments", "arguments[0], arguments[1]");
    page.promised(&script, json!([url, init])).await
}

pub(crate) async fn call_carries_the_token_and_the_identity(bench: &Bench) {
    let orders = Orders::default();
    let page = bench.opens(with(&orders)).await;
    sign_in(bench, &page).await;
    let token = page.token(json!({})).await.expect("a token");
    let init = json!({ "method": "POST", "body": "two roses", "headers": { "X-Own": "kept" } });
    let answer = calls(&page, "/orders", init).await;
    assert_eq!(answer, Ok(json!([200, "basic", "answer 1"])));
    let asked = orders.asked();
    assert_eq!(asked.len(), 1);
    let [asked] = &asked[..] else { return };
    assert_eq!(
        (asked.what.as_str(), asked.body.as_str()),
        ("POST /orders", "two roses")
    );
    for (name, value) in [
        ("cap_authorization", Some(token.as_str())),
        ("cap_brand", Some("DocDemo")),
        ("cap_identifier_type", Some("MOBILE")),
        ("cap_identifier_value", Some(SENT)),
        ("cap_device_id", None),
        ("x-own", Some("kept")),
    ] {
        assert_eq!(asked.header(name), value, "{name}");
    }
}

pub(crate) async fn call_carries_the_device_id_after_a_second_factor(bench: &Bench) {
    bench.engine.is(|settings| settings.forced_mfa = true);
    let orders = Orders::default();
    let page = bench.opens(with(&orders)).await;
    sign_in_by_two_codes(bench, &page).await;
    let device = bench.engine.field(Endpoint::MfaOtpValidate, "deviceId");
    calls(&page, "/orders", json!({})).await.expect("an answer");
    assert_eq!(
        orders.asked()[0].header("cap_device_id"),
        Some(device.as_str())
    );
}

pub(crate) async fn token_is_sent_to_allowed_origins_only(bench: &Bench) {
    let (allowed, other) = (Orders::default(), Orders::default());
    let (at_allowed, at_other) = (allowed.elsewhere().await, other.elsewhere().await);
    let shop = with(&Orders::default());
    let shop = shop.with(&format!(r#"allow-origins="{}""#, at_allowed.origin()));
    let page = bench.opens(shop).await;
    sign_in(bench, &page).await;
    let token = page.token(json!({})).await.expect("a token");

    let url = format!("{}/orders", at_allowed.origin());
    let answer = calls(&page, &url, json!({})).await;
    assert_eq!(answer, Ok(json!([200, "cors", "answer 1"])));
    let asked = allowed.asked();
    assert_eq!(asked[0].header("cap_authorization"), Some(token.as_str()));

    let url = format!("{}/orders", at_other.origin());
    for init in [json!({}), json!({ "wait": true })] {
        let why = calls(&page, &url, init).await.expect_err("no answer");
        assert_eq!(
            (&why["name"], &why["kind"]),
            (&json!("AeError"), &json!("configuration"))
        );
    }
    // It would answer whoever asked.
    let plain = "return fetch(arguments[0]).then((it) => it.text())";
    let plain = page.promised(plain, json!([url])).await;
    assert_eq!(plain, Ok(json!("answer 1")));
    assert_eq!(other.asked().len(), 1);
    assert_eq!(other.asked()[0].header("cap_authorization"), None);
}

pub(crate) async fn call_refused_with_401_is_repeated_with_a_renewed_token(bench: &Bench) {
    let orders = Orders::default();
    let page = bench.opens(with(&orders)).await;
    sign_in(bench, &page).await;
    let old = page.token(json!({})).await.expect("a token");
    is_a_second_old(&page).await;
    orders.refuses(1);
    let init = json!({ "method": "POST", "body": "two roses" });
    let answer = calls(&page, "/orders", init).await;
    assert_eq!(answer, Ok(json!([200, "basic", "answer 2"])));
    page.hears("ae-renewed").await;
    let new = page.token(json!({})).await.expect("a token");
    assert_eq!(bench.engine.count(Endpoint::TokenRegenerate), 1);
    let asked = orders.asked();
    let tokens: Vec<_> = asked
        .iter()
        .map(|it| it.header("cap_authorization"))
        .collect();
    assert_eq!(tokens, [Some(old.as_str()), Some(new.as_str())]);
    assert!(
        asked
            .iter()
            .all(|it| it.what == "POST /orders" && it.body == "two roses"),
        "{asked:?}"
    );
}

pub(crate) async fn call_refused_twice_returns_the_refusal(bench: &Bench) {
    let orders = Orders::default();
    let page = bench.opens(with(&orders)).await;
    sign_in(bench, &page).await;
    is_a_second_old(&page).await;
    orders.refuses(9);
    let answer = calls(&page, "/orders", json!({})).await;
    assert_eq!(answer, Ok(json!([401, "basic", "not you"])));
    assert_eq!(orders.asked().len(), 2);
    assert_eq!(bench.engine.count(Endpoint::TokenRegenerate), 1);
    page.is_at("signed-in").await;
}

pub(crate) async fn call_without_a_session_is_rejected_and_not_sent(bench: &Bench) {
    let orders = Orders::default();
    let page = bench.opens(with(&orders)).await;
    page.is_at("identify").await;
    let why = calls(&page, "/orders", json!({})).await;
    let why = why.expect_err("no answer");
    assert_eq!(
        (&why["name"], &why["kind"]),
        (&json!("AeError"), &json!("signed-out"))
    );
    assert!(orders.asked().is_empty());
}

pub(crate) async fn waiting_call_is_sent_after_sign_in(bench: &Bench) {
    let orders = Orders::default();
    let page = bench.opens(with(&orders)).await;
    page.is_at("identify").await;
    let wait = "window.answer = widget().fetch('/orders', { wait: true, method: 'POST', body: 'two roses' }).then((it) => it.text())";
    page.asks(wait, json!([])).await;
    page.is_in("Mobile number").await;
    sign_in(bench, &page).await;
    let answer = page.promised("return window.answer", json!([])).await;
    assert_eq!(answer, Ok(json!("answer 1")));
    assert_eq!(orders.asked()[0].body, "two roses");
    let token = page.token(json!({})).await.expect("a token");
    assert_eq!(
        orders.asked()[0].header("cap_authorization"),
        Some(token.as_str())
    );
}

pub(crate) async fn waiting_calls_are_sent_in_order(bench: &Bench) {
    let orders = Orders::default();
    let page = bench.opens(with(&orders)).await;
    page.is_at("identify").await;
    // Seen where they leave the page: on their way to the shop one may overtake another.
    let wait = "const { fetch } = window; window.sent = []; \
         window.fetch = (...given) => (sent.push(given[0].url ?? ''), fetch(...given)); \
         const call = (n) => widget().fetch(`/orders?${n}`, { wait: true }).then((it) => it.status); \
         window.answers = Promise.all([1, 2, 3, 4, 5].map(call))";
    page.asks(wait, json!([])).await;
    sign_in(bench, &page).await;
    let answers = page.promised("return window.answers", json!([])).await;
    assert_eq!(answers, Ok(json!([200, 200, 200, 200, 200])));
    let sent = "return sent.filter((it) => it.includes('/orders')).map((it) => new URL(it).search)";
    let sent = page.asks(sent, json!([])).await;
    assert_eq!(sent, json!(["?1", "?2", "?3", "?4", "?5"]));
}

pub(crate) async fn request_object_is_repeated_and_its_response_streams(bench: &Bench) {
    let orders = Orders::default();
    let page = bench.opens(with(&orders)).await;
    sign_in(bench, &page).await;
    is_a_second_old(&page).await;
    orders.refuses(1);
    let call = "const body = new Blob(['two roses and ', new Uint8Array([0xc3, 0xa9]), ' again']); \
         const request = new Request('/orders', { method: 'PUT', body, headers: { 'x-own': 'mine' } }); \
         return widget().fetch(request).then(async ({ body, url }) => { \
           const reader = body.pipeThrough(new TextDecoderStream()).getReader(); \
           let text = ''; \
           for (let piece; !(piece = await reader.read()).done; ) text += piece.value; \
           return [text, new URL(url).pathname, request.bodyUsed]; \
         })";
    let answer = page.promised(call, json!([])).await;
    assert_eq!(answer, Ok(json!(["answer 2", "/orders", true])));
    let asked = orders.asked();
    assert_eq!(asked.len(), 2);
    for it in &asked {
        assert_eq!(
            (it.what.as_str(), it.body.as_str(), it.header("x-own")),
            ("PUT /orders", "two roses and é again", Some("mine"))
        );
    }
    assert_ne!(
        asked[0].header("cap_authorization"),
        asked[1].header("cap_authorization")
    );
}

pub(crate) async fn waiting_call_is_rejected_when_it_cannot_be_sent(bench: &Bench) {
    let orders = Orders::default();
    let page = bench.opens(with(&orders)).await;
    page.is_at("identify").await;
    let wait = "window.given = new AbortController(); \
         window.answer = widget().fetch('/orders', { wait: true, signal: given.signal }).catch((it) => it.kind ?? it.name)";
    for (end, word) in [
        ("given.abort()", "AbortError"),
        ("widget().restart()", "signed-out"),
        ("widget().remove()", "signed-out"),
    ] {
        page.asks(wait, json!([])).await;
        page.is_in("Mobile number").await;
        page.asks(end, json!([])).await;
        let answer = page.promised("return window.answer", json!([])).await;
        assert_eq!(answer, Ok(json!(word)), "{end}");
    }
    assert!(orders.asked().is_empty());
}

pub(crate) async fn token_is_not_sent_to_redirect_targets(bench: &Bench) {
    let (orders, other) = (Orders::default(), Orders::default());
    let elsewhere = other.elsewhere().await;
    let page = bench.opens(with(&orders)).await;
    sign_in(bench, &page).await;
    for to in [
        format!("{}/orders", elsewhere.origin()),
        "/orders".to_owned(),
    ] {
        orders.moves(&to);
        let why = calls(&page, "/orders/moved", json!({})).await;
        assert_eq!(why.expect_err(&to)["name"], json!("TypeError"));
        // Asked to follow, it does so no more than otherwise.
        let why = calls(&page, "/orders/moved", json!({ "redirect": "follow" })).await;
        assert_eq!(why.expect_err(&to)["name"], json!("TypeError"));
    }
    let seen = calls(&page, "/orders/moved", json!({ "redirect": "manual" })).await;
    assert_eq!(seen, Ok(json!([0, "opaqueredirect", ""])));
    let asked = orders.asked();
    assert!(
        asked.iter().all(|it| it.what == "GET /orders/moved"),
        "{asked:?}"
    );
    assert!(other.asked().is_empty());
}

pub(crate) async fn call_can_be_aborted(bench: &Bench) {
    let orders = Orders::default();
    let page = bench.opens(with(&orders)).await;
    sign_in(bench, &page).await;
    let call = "window.given = new AbortController(); \
         window.answer = widget().fetch('/orders/slow', { signal: given.signal }).catch((it) => it.name)";
    page.asks(call, json!([])).await;
    orders.hears(1).await;
    page.asks("given.abort()", json!([])).await;
    let answer = page.promised("return window.answer", json!([])).await;
    assert_eq!(answer, Ok(json!("AbortError")));
    assert_eq!(orders.asked().len(), 1);
}
