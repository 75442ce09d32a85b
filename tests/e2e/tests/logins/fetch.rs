//! `login.fetch()`: what a call to the shop's API carries, where a token may go, and what happens when the API refuses it.

use ae_e2e::{Fixture, Orders, Page, Shop, script};
use ae_engine::Endpoint;
use serde_json::{Value, json};
use xtask::site::CSP;

use crate::second_factor::sign_in_by_two_codes;
use crate::shared_session::wait_for_token_a_second_old;
use crate::sign_in::{SENT, TYPED, sign_in};

/// A shop with an API. Its policy allows all ports of this machine, so that only the widget decides where a token goes.
fn shop_with(orders: &Orders) -> Shop {
    let anywhere = CSP.replace("{{engine}}", "{{engine}} http://127.0.0.1:*");
    Shop::new().with_orders(orders).with_csp(&anywhere)
}

/// Calls the API. Returns status, type and text of the response.
async fn call_api(page: &Page, url: &str, init: Value) -> Result<Value, Value> {
    let script = script!("fetch.js"; "return callApi(...arguments)");
    page.awaits(script, json!([url, init])).await
}

pub(crate) async fn call_carries_the_token_and_the_identity(fixture: &Fixture) {
    let orders = Orders::default();
    let page = fixture.opens(shop_with(&orders)).await;
    sign_in(fixture, &page).await;
    let token = page.token(json!({})).await.expect("a token");
    let init = json!({ "method": "POST", "body": "two roses", "headers": { "X-Own": "kept" } });
    let answer = call_api(&page, "/orders", init).await;
    assert_eq!(answer, Ok(json!([200, "basic", "answer 1"])));
    let requests = orders.requests();
    assert_eq!(requests.len(), 1);
    let [request] = &requests[..] else { return };
    assert_eq!(
        (request.line.as_str(), request.body.as_str()),
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
        assert_eq!(request.header(name), value, "{name}");
    }
}

pub(crate) async fn call_carries_the_device_id_after_a_second_factor(fixture: &Fixture) {
    fixture
        .engine
        .configure(|settings| settings.forced_mfa = true);
    let orders = Orders::default();
    let page = fixture.opens(shop_with(&orders)).await;
    sign_in_by_two_codes(fixture, &page).await;
    let device = fixture.engine.field(Endpoint::MfaOtpValidate, "deviceId");
    call_api(&page, "/orders", json!({}))
        .await
        .expect("an answer");
    assert_eq!(
        orders.requests()[0].header("cap_device_id"),
        Some(device.as_str())
    );
}

pub(crate) async fn token_is_sent_to_allowed_origins_only(fixture: &Fixture) {
    let (allowed, other) = (Orders::default(), Orders::default());
    let (at_allowed, at_other) = (
        allowed.serves_at_own_origin().await,
        other.serves_at_own_origin().await,
    );
    let shop = shop_with(&Orders::default());
    let shop = shop.with_attributes(&format!(r#"allow-origins="{}""#, at_allowed.origin()));
    let page = fixture.opens(shop).await;
    sign_in(fixture, &page).await;
    let token = page.token(json!({})).await.expect("a token");

    let url = format!("{}/orders", at_allowed.origin());
    let answer = call_api(&page, &url, json!({})).await;
    assert_eq!(answer, Ok(json!([200, "cors", "answer 1"])));
    let requests = allowed.requests();
    assert_eq!(
        requests[0].header("cap_authorization"),
        Some(token.as_str())
    );

    let url = format!("{}/orders", at_other.origin());
    for init in [json!({}), json!({ "wait": true })] {
        let why = call_api(&page, &url, init).await.expect_err("no answer");
        assert_eq!(
            (&why["name"], &why["kind"]),
            (&json!("AeError"), &json!("configuration"))
        );
    }
    // Without the widget, the call succeeds: the policy of neither side forbids it.
    let plain = "return fetch(arguments[0]).then((it) => it.text())";
    let plain = page.awaits(plain, json!([url])).await;
    assert_eq!(plain, Ok(json!("answer 1")));
    assert_eq!(other.requests().len(), 1);
    assert_eq!(other.requests()[0].header("cap_authorization"), None);
}

pub(crate) async fn call_refused_with_401_is_repeated_with_a_renewed_token(fixture: &Fixture) {
    let orders = Orders::default();
    let page = fixture.opens(shop_with(&orders)).await;
    sign_in(fixture, &page).await;
    let old = page.token(json!({})).await.expect("a token");
    wait_for_token_a_second_old(&page).await;
    orders.refuses_tokens(1);
    let init = json!({ "method": "POST", "body": "two roses" });
    let answer = call_api(&page, "/orders", init).await;
    assert_eq!(answer, Ok(json!([200, "basic", "answer 2"])));
    page.receives("ae-renewed").await;
    let new = page.token(json!({})).await.expect("a token");
    assert_eq!(fixture.engine.call_count(Endpoint::TokenRegenerate), 1);
    let requests = orders.requests();
    let tokens: Vec<_> = requests
        .iter()
        .map(|it| it.header("cap_authorization"))
        .collect();
    assert_eq!(tokens, [Some(old.as_str()), Some(new.as_str())]);
    assert!(
        requests
            .iter()
            .all(|it| it.line == "POST /orders" && it.body == "two roses"),
        "{requests:?}"
    );
}

pub(crate) async fn call_refused_twice_returns_the_refusal(fixture: &Fixture) {
    let orders = Orders::default();
    let page = fixture.opens(shop_with(&orders)).await;
    sign_in(fixture, &page).await;
    wait_for_token_a_second_old(&page).await;
    orders.refuses_tokens(9);
    let answer = call_api(&page, "/orders", json!({})).await;
    assert_eq!(answer, Ok(json!([401, "basic", "not you"])));
    assert_eq!(orders.requests().len(), 2);
    assert_eq!(fixture.engine.call_count(Endpoint::TokenRegenerate), 1);
    page.is_at("signed-in").await;
}

pub(crate) async fn call_without_a_session_is_rejected_and_not_sent(fixture: &Fixture) {
    let orders = Orders::default();
    let page = fixture.opens(shop_with(&orders)).await;
    page.is_at("identify").await;
    let why = call_api(&page, "/orders", json!({})).await;
    let why = why.expect_err("no answer");
    assert_eq!(
        (&why["name"], &why["kind"]),
        (&json!("AeError"), &json!("signed-out"))
    );
    assert!(orders.requests().is_empty());
}

pub(crate) async fn waiting_call_is_sent_after_sign_in(fixture: &Fixture) {
    let orders = Orders::default();
    let page = fixture.opens(shop_with(&orders)).await;
    page.is_at("identify").await;
    let wait = "window.answer = widget().fetch('/orders', { wait: true, method: 'POST', body: 'two roses' }).then((it) => it.text())";
    page.evaluates(wait, json!([])).await;
    page.has_focus_in("Mobile number").await;
    sign_in(fixture, &page).await;
    let answer = page.awaits("return window.answer", json!([])).await;
    assert_eq!(answer, Ok(json!("answer 1")));
    assert_eq!(orders.requests()[0].body, "two roses");
    let token = page.token(json!({})).await.expect("a token");
    assert_eq!(
        orders.requests()[0].header("cap_authorization"),
        Some(token.as_str())
    );
}

pub(crate) async fn waiting_calls_are_sent_in_order(fixture: &Fixture) {
    let orders = Orders::default();
    let page = fixture.opens(shop_with(&orders)).await;
    page.is_at("identify").await;
    // The order is recorded in the page: on the network, one request may overtake another.
    let script = script!("fetch.js"; "startWaitingCalls([1, 2, 3, 4, 5])");
    page.evaluates(script, json!([])).await;
    sign_in(fixture, &page).await;
    let answers = page.awaits("return window.answers", json!([])).await;
    assert_eq!(answers, Ok(json!([200, 200, 200, 200, 200])));
    let sent =
        "return sentUrls.filter((it) => it.includes('/orders')).map((it) => new URL(it).search)";
    let sent = page.evaluates(sent, json!([])).await;
    assert_eq!(sent, json!(["?1", "?2", "?3", "?4", "?5"]));
}

pub(crate) async fn request_object_is_repeated_and_its_response_streams(fixture: &Fixture) {
    let orders = Orders::default();
    let page = fixture.opens(shop_with(&orders)).await;
    sign_in(fixture, &page).await;
    wait_for_token_a_second_old(&page).await;
    orders.refuses_tokens(1);
    let call = script!("fetch.js"; "return callWithRequestObject()");
    let answer = page.awaits(call, json!([])).await;
    assert_eq!(answer, Ok(json!(["answer 2", "/orders", true])));
    let requests = orders.requests();
    assert_eq!(requests.len(), 2);
    for it in &requests {
        assert_eq!(
            (it.line.as_str(), it.body.as_str(), it.header("x-own")),
            ("PUT /orders", "two roses and é again", Some("mine"))
        );
    }
    assert_ne!(
        requests[0].header("cap_authorization"),
        requests[1].header("cap_authorization")
    );
}

pub(crate) async fn waiting_call_is_rejected_when_it_cannot_be_sent(fixture: &Fixture) {
    let orders = Orders::default();
    let page = fixture.opens(shop_with(&orders)).await;
    page.is_at("identify").await;
    let wait = script!("fetch.js"; "startAbortableCall('/orders', { wait: true })");
    for (end, error) in [
        ("controller.abort()", "AbortError"),
        ("widget().restart()", "signed-out"),
        ("widget().remove()", "signed-out"),
    ] {
        page.evaluates(wait, json!([])).await;
        page.has_focus_in("Mobile number").await;
        page.evaluates(end, json!([])).await;
        let answer = page.awaits("return window.answer", json!([])).await;
        assert_eq!(answer, Ok(json!(error)), "{end}");
    }
    assert!(orders.requests().is_empty());
}

pub(crate) async fn token_is_not_sent_to_redirect_targets(fixture: &Fixture) {
    let (orders, other) = (Orders::default(), Orders::default());
    let served = other.serves_at_own_origin().await;
    let page = fixture.opens(shop_with(&orders)).await;
    sign_in(fixture, &page).await;
    for to in [format!("{}/orders", served.origin()), "/orders".to_owned()] {
        orders.redirects_to(&to);
        let why = call_api(&page, "/orders/moved", json!({})).await;
        assert_eq!(why.expect_err(&to)["name"], json!("TypeError"));
        // `redirect: "follow"` changes nothing.
        let why = call_api(&page, "/orders/moved", json!({ "redirect": "follow" })).await;
        assert_eq!(why.expect_err(&to)["name"], json!("TypeError"));
    }
    let answer = call_api(&page, "/orders/moved", json!({ "redirect": "manual" })).await;
    assert_eq!(answer, Ok(json!([0, "opaqueredirect", ""])));
    let requests = orders.requests();
    assert!(
        requests.iter().all(|it| it.line == "GET /orders/moved"),
        "{requests:?}"
    );
    assert!(other.requests().is_empty());
}

pub(crate) async fn call_can_be_aborted(fixture: &Fixture) {
    let orders = Orders::default();
    let page = fixture.opens(shop_with(&orders)).await;
    sign_in(fixture, &page).await;
    let call = script!("fetch.js"; "startAbortableCall('/orders/slow')");
    page.evaluates(call, json!([])).await;
    orders.receives(1).await;
    page.evaluates("controller.abort()", json!([])).await;
    let answer = page.awaits("return window.answer", json!([])).await;
    assert_eq!(answer, Ok(json!("AbortError")));
    assert_eq!(orders.requests().len(), 1);
}

pub(crate) async fn identifier_of_any_script_is_no_obstacle_and_addresses_stay_strings(
    fixture: &Fixture,
) {
    const NAME: &str = "Зоя 李";
    let orders = Orders::default();
    let shop = shop_with(&orders).with_attributes(r#"identifiers="username""#);
    let page = fixture.opens(shop).await;
    page.is_at("identify").await;
    page.pastes("Username", NAME).await;
    page.presses("Continue").await;
    page.types("Mobile number or email", TYPED).await;
    page.presses("Send code").await;
    page.is_at("code").await;
    page.types("Code", &fixture.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;

    let wrap = script!("fetch.js"; "recordAddresses()");
    page.evaluates(wrap, json!([])).await;
    let answer = call_api(
        &page,
        "/orders",
        json!({ "method": "POST", "body": "two roses" }),
    )
    .await;
    assert_eq!(answer, Ok(json!([200, "basic", "answer 1"])));
    let addresses = page.evaluates("return window.addresses", json!([])).await;
    assert_eq!(addresses, json!(["string /orders POST two roses"]));
    let requests = orders.requests();
    // No browser agrees with another on the bytes of such a value, so it is left out. The token names the customer.
    let token = page.token(json!({})).await.expect("a token");
    for (name, value) in [
        ("cap_authorization", Some(token.as_str())),
        ("cap_brand", Some("DocDemo")),
        ("cap_identifier_type", Some("USERNAME")),
        ("cap_identifier_value", None),
    ] {
        assert_eq!(requests[0].header(name), value, "{name}");
    }
}
