//! What comes after a login: reloads, other pages, renewal, signing out.

use ae_e2e::{Bench, Shop};
use ae_engine::{Endpoint, Fault};
use serde_json::{Value, json};

use crate::sign_in::{SENT, ask_for_a_code, sign_in};

pub(crate) async fn reload_keeps_the_typed_identifier(bench: &Bench) {
    let page = bench.opens(Shop::new()).await;
    page.types("Mobile number", "+91 999").await;
    page.reloads().await;
    page.is_at("identify").await;
    page.holds("Mobile number", "+91 999").await;
    assert_eq!(bench.engine.calls(), [""; 0]);
}

pub(crate) async fn reload_keeps_the_code_step(bench: &Bench) {
    let page = bench.opens(Shop::new()).await;
    ask_for_a_code(&page).await;
    let session = bench.engine.field(Endpoint::OtpGenerate, "sessionId");
    page.types("Code", "123").await;
    page.reloads().await;
    page.is_at("code").await;
    page.sees("+919999922332").await;
    page.holds("Code", "").await;
    page.types("Code", &bench.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    assert_eq!(
        bench.engine.calls(),
        ["token-generate", "otp-generate", "otp-validate"]
    );
    assert_eq!(
        bench.engine.field(Endpoint::OtpValidate, "sessionId"),
        session
    );
}

pub(crate) async fn reload_keeps_the_session(bench: &Bench) {
    let page = bench.opens(Shop::new()).await;
    sign_in(bench, &page).await;
    let session = page.session().await;
    let token = page.token(json!({})).await;
    page.reloads().await;
    page.is_at("signed-in").await;
    assert_eq!(page.hears("ae-signed-in").await["restored"], json!(true));
    assert_eq!(page.count("ae-signed-in").await, 1);
    assert_eq!(page.session().await, session);
    assert_eq!(page.token(json!({})).await, token);
    assert_eq!(bench.engine.count(Endpoint::TokenRegenerate), 0);
}

pub(crate) async fn token_is_renewed_once_per_lifetime(bench: &Bench) {
    bench.engine.is(|settings| settings.set_lives(5));
    let page = bench.opens(Shop::new()).await;
    sign_in(bench, &page).await;
    let mut tokens = vec![page.token(json!({})).await.expect("a token")];
    for life in 1..=3 {
        let told = page.hears("ae-renewed").await;
        assert_eq!(told["session"], page.session().await);
        assert_eq!(bench.engine.count(Endpoint::TokenRegenerate), life);
        let token = page.token(json!({})).await.expect("a token");
        assert!(!tokens.contains(&token), "a new token");
        tokens.push(token);
    }
    let renewals: Vec<Value> = bench
        .engine
        .bodies(Endpoint::TokenRegenerate)
        .iter()
        .map(|body| serde_json::from_str(body).expect("JSON"))
        .collect();
    for (renewal, token) in renewals.iter().zip(&tokens) {
        assert_eq!(renewal["expiredToken"], json!(token));
        assert_eq!(renewal["identifierValue"], json!(SENT));
    }
    assert_eq!(page.count("ae-signed-in").await, 1);
}

pub(crate) async fn no_renew_renews_only_on_request(bench: &Bench) {
    bench.engine.is(|settings| settings.set_lives(2));
    let page = bench.opens(Shop::new().with("no-renew")).await;
    sign_in(bench, &page).await;
    let session = page.session().await;
    let end = session["expiresAt"].as_u64().expect("an end");
    page.passes(&json!(end + 1000)).await;
    assert_eq!(bench.engine.count(Endpoint::TokenRegenerate), 0);
    bench.engine.is(|settings| settings.set_lives(60));
    // Two who ask at once share one renewal.
    let both = "const it = widget(); return Promise.all([it.getToken(), it.getToken()])";
    let both = page.promised(both, json!([])).await.expect("two tokens");
    assert_eq!(both[0], both[1]);
    page.hears("ae-renewed").await;
    assert_eq!(bench.engine.count(Endpoint::TokenRegenerate), 1);
}

pub(crate) async fn sign_out_erases_the_session(bench: &Bench) {
    let page = bench.opens(Shop::new()).await;
    sign_in(bench, &page).await;
    let token = page.token(json!({})).await.expect("a token");
    assert!(page.stored().await.contains(&token));
    page.presses("Sign out").await;
    page.is_at("identify").await;
    assert_eq!(page.hears("ae-signed-out").await["reason"], json!("user"));
    page.has("signed-in", None).await;
    page.holds("Mobile number", "").await;
    assert_eq!(page.kept().await, ["device mark"]);
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

pub(crate) async fn pending_renewal_does_not_undo_sign_out(bench: &Bench) {
    bench.engine.is(|settings| settings.set_lives(3));
    let page = bench.opens(Shop::new()).await;
    sign_in(bench, &page).await;
    bench
        .engine
        .fails(Endpoint::TokenRegenerate, Fault::Delay(1500));
    bench.engine.hears(Endpoint::TokenRegenerate, 1).await;
    let now = page
        .asks("widget().signOut(); return Date.now()", json!([]))
        .await;
    assert_eq!(page.hears("ae-signed-out").await["reason"], json!("user"));
    // The answer is on its way; it must have come and gone.
    page.passes(&json!(now.as_u64().expect("a moment") + 2500))
        .await;
    page.is_at("identify").await;
    assert_eq!(page.count("ae-renewed").await, 0);
    assert_eq!(page.count("ae-signed-in").await, 1);
    assert_eq!(page.kept().await, ["device mark"]);
    assert_eq!(page.session().await, json!(null));
}

pub(crate) async fn session_survives_a_visit_to_another_page(bench: &Bench) {
    let page = bench.opens(Shop::new()).await;
    sign_in(bench, &page).await;
    let token = page.token(json!({})).await;
    page.goes_to("/seeds").await;
    page.goes_to("/").await;
    page.is_at("signed-in").await;
    assert_eq!(page.hears("ae-signed-in").await["restored"], json!(true));
    assert_eq!(page.token(json!({})).await, token);
    assert_eq!(bench.engine.count(Endpoint::TokenRegenerate), 0);
}

pub(crate) async fn token_expired_while_away_is_renewed_once(bench: &Bench) {
    bench.engine.is(|settings| settings.set_lives(2));
    let page = bench.opens(Shop::new()).await;
    sign_in(bench, &page).await;
    let end = page.session().await["expiresAt"].as_u64().expect("an end");
    page.goes_to("/seeds").await;
    let before = bench.engine.count(Endpoint::TokenRegenerate);
    page.passes(&json!(end + 3000)).await;
    bench.engine.is(|settings| settings.set_lives(900));
    page.goes_to("/").await;
    page.is_at("signed-in").await;
    assert_eq!(page.hears("ae-signed-in").await["restored"], json!(true));
    assert_eq!(page.count("ae-signed-in").await, 1);
    page.token(json!({})).await.expect("a token");
    assert_eq!(bench.engine.count(Endpoint::TokenRegenerate), before + 1);
}

pub(crate) async fn renewal_refused_with_1525_signs_out_and_keeps_the_number(bench: &Bench) {
    bench.engine.is(|settings| settings.set_lives(3));
    bench
        .engine
        .keeps_failing(Endpoint::TokenRegenerate, Fault::Code(1525, None));
    let page = bench.opens(Shop::new()).await;
    sign_in(bench, &page).await;
    page.hears_error("rejected", Some(1525)).await;
    assert_eq!(
        page.hears("ae-signed-out").await["reason"],
        json!("refused")
    );
    page.is_at("identify").await;
    page.holds("Mobile number", "+919999922332").await;
    page.sees("Your session has ended.").await;
    assert_eq!(page.session().await, json!(null));
    assert_eq!(bench.engine.count(Endpoint::TokenRegenerate), 1);
}

pub(crate) async fn renewal_refused_with_1529_on_return_signs_out_and_keeps_the_number(
    bench: &Bench,
) {
    bench.engine.is(|settings| settings.set_lives(2));
    let page = bench.opens(Shop::new()).await;
    sign_in(bench, &page).await;
    let end = page.session().await["expiresAt"].as_u64().expect("an end");
    page.goes_to("/seeds").await;
    page.passes(&json!(end + 3000)).await;
    bench
        .engine
        .keeps_failing(Endpoint::TokenRegenerate, Fault::Code(1529, None));
    let before = bench.engine.count(Endpoint::TokenRegenerate);
    page.goes_to("/").await;
    page.hears_error("rejected", Some(1529)).await;
    assert_eq!(
        page.hears("ae-signed-out").await["reason"],
        json!("expired")
    );
    page.is_at("identify").await;
    page.sees("Your session has ended.").await;
    assert_eq!(bench.engine.count(Endpoint::TokenRegenerate), before + 1);
    assert_eq!(page.count("ae-signed-in").await, 0);
    page.holds("Mobile number", "+919999922332").await;
}

pub(crate) async fn page_without_a_form_restores_the_session_of_the_tab(bench: &Bench) {
    let page = bench.opens(Shop::new()).await;
    sign_in(bench, &page).await;
    let (session, token) = (page.session().await, page.token(json!({})).await);
    let calls = bench.engine.calls();
    page.goes_to("/basket").await;
    page.hears("ae-ready").await;
    let told = page.hears("ae-signed-in").await;
    assert_eq!(
        (&told["restored"], &told["session"]),
        (&json!(true), &session)
    );
    assert_eq!(page.asks("return basket.session", json!([])).await, session);
    let given = page.promised("return basket.getToken()", json!([])).await;
    assert_eq!(given, token.map(Value::from));
    assert_eq!(bench.engine.calls(), calls);

    // Signed out there is signed out here.
    page.promised("return basket.signOut().then(() => true)", json!([]))
        .await
        .expect("signed out");
    assert_eq!(page.hears("ae-signed-out").await["reason"], json!("user"));
    page.goes_to("/").await;
    page.is_at("identify").await;
}
