//! The servers in `docs/recipes`: proxies in front of the engine, and an API that takes the token.

use ae_e2e::recipe::Recipe;
use ae_e2e::{Fixture, Shop};
use ae_engine::Endpoint;
use axum::Router;
use axum::routing::post;
use serde_json::json;
use std::net::Ipv4Addr;
use xtask::site::{CSP, Served, Site};

use crate::sign_in::sign_in;

const SEND_CODE: &str = "POST /auth/v1/web/otp/generate";

/// A service that checks captchas: the answer `human` is right.
async fn captcha_service() -> Served {
    let check = post(async |body: String| {
        let is_human = body.contains("secret=of-the-shop") && body.contains("response=human");
        json!({ "success": is_human }).to_string()
    });
    let site = Site {
        root: xtask::paths::root().join("tests/e2e/src/shop"),
        api: Router::new().route("/siteverify", check),
        ..Site::default()
    };
    let served = site.serve((Ipv4Addr::LOCALHOST, 0).into()).await;
    served.expect("a free port for the captcha")
}

pub(crate) async fn node_proxy_asks_for_a_captcha_and_limits_messages(fixture: &Fixture) {
    proxy_asks_for_a_captcha_and_limits_messages(fixture, async |variables| {
        Recipe::node("proxy-node/proxy.mjs", variables).await
    })
    .await;
}

pub(crate) async fn rust_proxy_asks_for_a_captcha_and_limits_messages(fixture: &Fixture) {
    proxy_asks_for_a_captcha_and_limits_messages(fixture, async |variables| {
        Recipe::rust_proxy(variables).await
    })
    .await;
}

/// `start` starts the proxy with variables of the environment.
async fn proxy_asks_for_a_captcha_and_limits_messages(
    fixture: &Fixture,
    start: impl AsyncFnOnce(&[(&str, &str)]) -> Recipe,
) {
    let captcha = captcha_service().await;
    let variables = [
        ("ENGINE", &*fixture.engine.url()),
        ("CAPTCHA_URL", &format!("{}/siteverify", captcha.origin())),
        ("CAPTCHA_SECRET", "of-the-shop"),
    ];
    let proxy = start(&variables).await;
    let page = fixture.opens(Shop::new().with_engine_at(proxy.url())).await;
    page.is_at("identify").await;
    page.evaluates(
        "widget().challenge = async () => ({ 'x-captcha': 'human' })",
        json!([]),
    )
    .await;
    sign_in(fixture, &page).await;

    let calls = fixture.engine.calls();
    for (request, headers, status) in [
        ("POST /admin", "", 404),
        ("GET /auth/v1/web/otp/generate", "", 404),
        ("POST /auth/v1/web/../../admin", "", 404),
        (SEND_CODE, "", 403),
        (SEND_CODE, "X-Captcha: robot\r\n", 403),
    ] {
        assert_eq!(
            proxy.status(request, headers, "{}").await,
            status,
            "{request}"
        );
    }
    let long = " ".repeat(9000);
    assert_eq!(
        proxy.status(SEND_CODE, "X-Captcha: human\r\n", &long).await,
        413
    );
    assert_eq!(fixture.engine.calls(), calls);

    let customer = r#"{"identifierType":"EMAIL","identifierValue":"ada@example.org"}"#;
    let send = || {
        proxy.answer(
            SEND_CODE,
            "X-Captcha: human\r\nCookie: shop=1\r\n",
            customer,
        )
    };
    for _ in 0..5 {
        assert!(!send().await.contains(" 429 "));
    }
    let refused = send().await.to_lowercase();
    assert!(
        refused.contains("retry-after: ") && refused.contains("\"code\":429"),
        "{refused}"
    );
    assert_eq!(fixture.engine.call_count(Endpoint::OtpGenerate), 6);
    let requests = fixture.engine.requests();
    let mut headers = requests.iter().flat_map(|request| &request.headers);
    assert!(headers.all(|(name, _)| name != "cookie" && name != "x-captcha"));
}

pub(crate) async fn nginx_proxy_limits_messages(fixture: &Fixture) {
    let proxy = Recipe::nginx(&fixture.engine.url()).await;
    let engine = format!("{}/auth-engine", proxy.url());
    // A policy without the path: a path in a policy that does not end in `/` is that of one address.
    let csp = CSP.replace("{{engine}}", &proxy.url());
    let shop = Shop::new().with_csp(&csp).with_engine_at(engine);
    let page = fixture.opens(shop).await;
    sign_in(fixture, &page).await;
    assert_eq!(proxy.status(SEND_CODE, "", "").await, 404);
    assert_eq!(proxy.status("POST /auth-engine/admin", "", "").await, 404);
    let send = || proxy.answer("POST /auth-engine/auth/v1/web/otp/generate", "", "{}");
    let before = fixture.engine.call_count(Endpoint::OtpGenerate);
    let mut answers = Vec::new();
    for _ in 0..20 {
        answers.push(send().await);
    }
    let refused = answers.iter().find(|answer| answer.contains(" 429 "));
    let refused = refused.expect("a limit");
    assert!(
        refused.contains("Retry-After: 30") && refused.contains("\"code\":429"),
        "{refused}"
    );
    let passed = fixture.engine.call_count(Endpoint::OtpGenerate) - before;
    // One request of the login counts as well, and its preflight. On a slow machine half a minute allows one more.
    assert!((12..=18).contains(&passed), "{passed}");
}

pub(crate) async fn node_backend_takes_the_token_of_the_widget(fixture: &Fixture) {
    let secret = fixture
        .engine
        .with(|engine| engine.settings().secret.clone());
    let page = fixture.opens(Shop::new()).await;
    let origin = page.evaluates("return origin", json!([])).await;
    let variables = [
        ("TOKEN_SECRET", &*secret),
        ("BRAND", "DOCDEMO"),
        ("SHOP_ORIGIN", origin.as_str().expect("an origin")),
    ];
    let backend = Recipe::node("backend-node/orders.mjs", &variables).await;
    sign_in(fixture, &page).await;
    let token = page.token(json!({})).await.expect("a token");
    let request = async |token: &str| {
        let header = format!("cap_authorization: {token}\r\n");
        backend.answer("GET /orders", &header, "").await
    };
    let answer = request(&token).await;
    assert!(
        answer.contains(" 200 ") && answer.contains("\"customer\":"),
        "{answer}"
    );
    let (content, signature) = token.rsplit_once('.').expect("a token");
    let other_first = if signature.starts_with('A') { "B" } else { "A" };
    let forged = format!("{content}.{other_first}{}", &signature[1..]);
    for wrong in [
        "",
        "a.b.c",
        &forged,
        &format!("{token}.x"),
        &format!("{content}."),
    ] {
        let answer = request(wrong).await;
        assert!(answer.contains(" 401 "), "{wrong}: {answer}");
    }
}
