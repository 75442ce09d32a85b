//! A storefront written in Leptos, which uses the component `AeLogin`.

use ae_e2e::{Fixture, Shop};

use crate::sign_in::{SENT, TYPED};

pub(crate) async fn leptos_storefront_signs_a_customer_in(fixture: &Fixture) {
    let page = fixture.opens(Shop::in_leptos()).await;
    page.is_at("identify").await;
    page.sees("Nobody is signed in").await;
    page.types("Mobile number or email", TYPED).await;
    page.presses("Continue").await;
    page.is_at("code").await;
    page.types("Code", &fixture.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    page.sees(&format!("Hello, {SENT}")).await;
    page.presses("Show my token").await;
    page.sees("A token of").await;
    page.presses("Leave").await;
    page.is_at("identify").await;
    page.sees("Nobody is signed in").await;
    page.sees("ready, signed in, restored: false, signed out: user")
        .await;
}

pub(crate) async fn leptos_storefront_restores_the_session(fixture: &Fixture) {
    let page = fixture.opens(Shop::in_leptos()).await;
    page.is_at("identify").await;
    page.types("Mobile number or email", TYPED).await;
    page.presses("Continue").await;
    page.is_at("code").await;
    page.types("Code", &fixture.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.sees(&format!("Hello, {SENT}")).await;
    page.reloads().await;
    page.is_at("signed-in").await;
    page.sees("ready, signed in, restored: true").await;
}
