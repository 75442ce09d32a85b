//! The session after a login: reloads, other pages, renewal and sign-out.

use ae_e2e::{Fixture, Shop};
use ae_engine::{Endpoint, Fault};
use serde_json::{Value, json};

use crate::sign_in::{SENT, request_code, sign_in};

pub(crate) async fn reload_keeps_the_typed_identifier(fixture: &Fixture) {
    let page = fixture.opens(Shop::new()).await;
    page.types("Mobile number", "+91 999").await;
    page.reloads().await;
    page.is_at("identify").await;
    page.has_value("Mobile number", "+91 999").await;
    assert_eq!(fixture.engine.calls(), [""; 0]);
}

pub(crate) async fn reload_keeps_the_code_step(fixture: &Fixture) {
    let page = fixture.opens(Shop::new()).await;
    request_code(&page).await;
    let session = fixture.engine.field(Endpoint::OtpGenerate, "sessionId");
    page.types("Code", "123").await;
    page.reloads().await;
    page.is_at("code").await;
    page.sees("+919999922332").await;
    page.has_value("Code", "").await;
    page.types("Code", &fixture.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    assert_eq!(
        fixture.engine.calls(),
        ["token-generate", "otp-generate", "otp-validate"]
    );
    assert_eq!(
        fixture.engine.field(Endpoint::OtpValidate, "sessionId"),
        session
    );
}

pub(crate) async fn reload_keeps_the_session(fixture: &Fixture) {
    let page = fixture.opens(Shop::new()).await;
    sign_in(fixture, &page).await;
    let session = page.session().await;
    let token = page.token(json!({})).await;
    page.reloads().await;
    page.is_at("signed-in").await;
    assert_eq!(page.receives("ae-signed-in").await["restored"], json!(true));
    assert_eq!(page.event_count("ae-signed-in").await, 1);
    assert_eq!(page.session().await, session);
    assert_eq!(page.token(json!({})).await, token);
    assert_eq!(fixture.engine.call_count(Endpoint::TokenRegenerate), 0);
}

pub(crate) async fn token_is_renewed_once_per_lifetime(fixture: &Fixture) {
    fixture.engine.configure(|settings| settings.set_lives(5));
    let page = fixture.opens(Shop::new()).await;
    sign_in(fixture, &page).await;
    let mut tokens = vec![page.token(json!({})).await.expect("a token")];
    for lifetime in 1..=3 {
        let event = page.receives("ae-renewed").await;
        assert_eq!(event["session"], page.session().await);
        assert_eq!(
            fixture.engine.call_count(Endpoint::TokenRegenerate),
            lifetime
        );
        let token = page.token(json!({})).await.expect("a token");
        assert!(!tokens.contains(&token), "a new token");
        tokens.push(token);
    }
    let renewals: Vec<Value> = fixture
        .engine
        .bodies(Endpoint::TokenRegenerate)
        .iter()
        .map(|body| serde_json::from_str(body).expect("JSON"))
        .collect();
    for (renewal, token) in renewals.iter().zip(&tokens) {
        assert_eq!(renewal["expiredToken"], json!(token));
        assert_eq!(renewal["identifierValue"], json!(SENT));
    }
    assert_eq!(page.event_count("ae-signed-in").await, 1);
}

pub(crate) async fn no_renew_renews_only_on_request(fixture: &Fixture) {
    fixture.engine.configure(|settings| settings.set_lives(2));
    let page = fixture.opens(Shop::new().with_attributes("no-renew")).await;
    sign_in(fixture, &page).await;
    let session = page.session().await;
    let end = session["expiresAt"].as_u64().expect("an end");
    page.waits_until(&json!(end + 1000)).await;
    assert_eq!(fixture.engine.call_count(Endpoint::TokenRegenerate), 0);
    fixture.engine.configure(|settings| settings.set_lives(60));
    // Two calls at the same time share one renewal.
    let both = "const it = widget(); return Promise.all([it.getToken(), it.getToken()])";
    let both = page.awaits(both, json!([])).await.expect("two tokens");
    assert_eq!(both[0], both[1]);
    page.receives("ae-renewed").await;
    assert_eq!(fixture.engine.call_count(Endpoint::TokenRegenerate), 1);
}

pub(crate) async fn sign_out_erases_the_session(fixture: &Fixture) {
    let page = fixture.opens(Shop::new()).await;
    sign_in(fixture, &page).await;
    let token = page.token(json!({})).await.expect("a token");
    assert!(page.storage_text().await.contains(&token));
    page.presses("Sign out").await;
    page.is_at("identify").await;
    assert_eq!(
        page.receives("ae-signed-out").await["reason"],
        json!("user")
    );
    page.has_attribute("signed-in", None).await;
    page.has_value("Mobile number", "").await;
    assert_eq!(page.storage_keys().await, ["device mark"]);
    assert_eq!(page.session().await, json!(null));
    let why = page.token(json!({})).await.expect_err("no token");
    assert_eq!(
        [&why["name"], &why["kind"], &why["isError"]],
        [&json!("AeError"), &json!("signed-out"), &json!(true)]
    );
    page.reloads().await;
    page.is_at("identify").await;
    assert_eq!(page.session().await, json!(null));
}

pub(crate) async fn pending_renewal_does_not_undo_sign_out(fixture: &Fixture) {
    fixture.engine.configure(|settings| settings.set_lives(3));
    let page = fixture.opens(Shop::new()).await;
    sign_in(fixture, &page).await;
    fixture
        .engine
        .fails(Endpoint::TokenRegenerate, Fault::Delay(1500));
    fixture.engine.receives(Endpoint::TokenRegenerate, 1).await;
    let now = page
        .evaluates("widget().signOut(); return Date.now()", json!([]))
        .await;
    assert_eq!(
        page.receives("ae-signed-out").await["reason"],
        json!("user")
    );
    // Waits until the delayed answer has arrived.
    page.waits_until(&json!(now.as_u64().expect("a moment") + 2500))
        .await;
    page.is_at("identify").await;
    assert_eq!(page.event_count("ae-renewed").await, 0);
    assert_eq!(page.event_count("ae-signed-in").await, 1);
    assert_eq!(page.storage_keys().await, ["device mark"]);
    assert_eq!(page.session().await, json!(null));
}

pub(crate) async fn session_survives_a_visit_to_another_page(fixture: &Fixture) {
    let page = fixture.opens(Shop::new()).await;
    sign_in(fixture, &page).await;
    let token = page.token(json!({})).await;
    page.goes_to("/seeds").await;
    page.goes_to("/").await;
    page.is_at("signed-in").await;
    assert_eq!(page.receives("ae-signed-in").await["restored"], json!(true));
    assert_eq!(page.token(json!({})).await, token);
    assert_eq!(fixture.engine.call_count(Endpoint::TokenRegenerate), 0);
}

pub(crate) async fn token_expired_while_away_is_renewed_once(fixture: &Fixture) {
    fixture.engine.configure(|settings| settings.set_lives(2));
    let page = fixture.opens(Shop::new()).await;
    sign_in(fixture, &page).await;
    let end = page.session().await["expiresAt"].as_u64().expect("an end");
    page.goes_to("/seeds").await;
    let before = fixture.engine.call_count(Endpoint::TokenRegenerate);
    page.waits_until(&json!(end + 3000)).await;
    fixture.engine.configure(|settings| settings.set_lives(900));
    page.goes_to("/").await;
    page.is_at("signed-in").await;
    assert_eq!(page.receives("ae-signed-in").await["restored"], json!(true));
    assert_eq!(page.event_count("ae-signed-in").await, 1);
    page.token(json!({})).await.expect("a token");
    assert_eq!(
        fixture.engine.call_count(Endpoint::TokenRegenerate),
        before + 1
    );
}

pub(crate) async fn renewal_refused_with_1525_signs_out_and_keeps_the_number(fixture: &Fixture) {
    fixture.engine.configure(|settings| settings.set_lives(3));
    fixture
        .engine
        .keeps_failing(Endpoint::TokenRegenerate, Fault::Code(1525, None));
    let page = fixture.opens(Shop::new()).await;
    sign_in(fixture, &page).await;
    page.receives_error("rejected", Some(1525)).await;
    assert_eq!(
        page.receives("ae-signed-out").await["reason"],
        json!("refused")
    );
    page.is_at("identify").await;
    page.has_value("Mobile number", "99999 22332").await;
    page.sees("Your session has ended.").await;
    assert_eq!(page.session().await, json!(null));
    assert_eq!(fixture.engine.call_count(Endpoint::TokenRegenerate), 1);
}

pub(crate) async fn renewal_refused_with_1529_on_return_signs_out_and_keeps_the_number(
    fixture: &Fixture,
) {
    fixture.engine.configure(|settings| settings.set_lives(2));
    let page = fixture.opens(Shop::new()).await;
    sign_in(fixture, &page).await;
    let end = page.session().await["expiresAt"].as_u64().expect("an end");
    page.goes_to("/seeds").await;
    page.waits_until(&json!(end + 3000)).await;
    fixture
        .engine
        .keeps_failing(Endpoint::TokenRegenerate, Fault::Code(1529, None));
    let before = fixture.engine.call_count(Endpoint::TokenRegenerate);
    page.goes_to("/").await;
    page.receives_error("rejected", Some(1529)).await;
    assert_eq!(
        page.receives("ae-signed-out").await["reason"],
        json!("expired")
    );
    page.is_at("identify").await;
    page.sees("Your session has ended.").await;
    assert_eq!(
        fixture.engine.call_count(Endpoint::TokenRegenerate),
        before + 1
    );
    assert_eq!(page.event_count("ae-signed-in").await, 0);
    page.has_value("Mobile number", "99999 22332").await;
}

pub(crate) async fn page_without_a_form_restores_the_session_of_the_tab(fixture: &Fixture) {
    let page = fixture.opens(Shop::new()).await;
    sign_in(fixture, &page).await;
    let (session, token) = (page.session().await, page.token(json!({})).await);
    let calls = fixture.engine.calls();
    page.goes_to("/basket").await;
    page.receives("ae-ready").await;
    let event = page.receives("ae-signed-in").await;
    assert_eq!(
        (&event["restored"], &event["session"]),
        (&json!(true), &session)
    );
    assert_eq!(
        page.evaluates("return basket.session", json!([])).await,
        session
    );
    let given = page.awaits("return basket.getToken()", json!([])).await;
    assert_eq!(given, token.map(Value::from));
    assert_eq!(fixture.engine.calls(), calls);

    // The sign-out ends the session of the whole tab.
    page.awaits("return basket.signOut().then(() => true)", json!([]))
        .await
        .expect("signed out");
    assert_eq!(
        page.receives("ae-signed-out").await["reason"],
        json!("user")
    );
    page.goes_to("/").await;
    page.is_at("identify").await;
}

/// The listeners are added while the page is parsed, so that they hear the first events.
pub(crate) async fn listener_of_a_restored_session_can_use_the_element(fixture: &Fixture) {
    let shop = Shop::new().with_head(r#"<script src="/restored_session.js"></script>"#);
    let page = fixture.opens(shop).await;
    sign_in(fixture, &page).await;
    page.reloads().await;
    page.is_at("identify").await;
    page.receives("ae-signed-out").await;
    // `whenReady` resolved when the session was known.
    let seen = page.evaluates("return window.seen", json!([])).await;
    assert_eq!(seen, json!(["u DocDemo", "ready"]));

    let broken = page
        .awaits(
            "const broken = document.createElement('ae-login'); document.body.append(broken); return broken.whenReady",
            json!([]),
        )
        .await;
    let reason = broken.expect_err("the attributes are missing");
    assert_eq!(
        (&reason["name"], &reason["kind"]),
        (&json!("AeError"), &json!("configuration"))
    );
    page.receives_error("configuration", None).await;
    page.allows_problem("base-url: missing");
}
