//! For everybody: by keyboard alone, and with nothing in the way that can be found by machine.

use ae_e2e::{Bench, Shop};
use ae_engine::{Endpoint, Fault};
use serde_json::json;

use crate::login::{SENT, TYPED};

const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";

pub(crate) async fn a_whole_login_by_keyboard_alone(bench: &Bench) {
    let page = bench.opens(Shop::new()).await;
    page.is_at("identify").await;
    let is_on = "return focused() === button(null, arguments[0])";
    let title = "return focused()?.getAttribute('part') === 'title' && isSeen(focused())";
    // Nothing takes the focus by itself.
    assert_eq!(
        page.asks("return focused() === document.body", json!([]))
            .await,
        json!(true)
    );
    page.strikes(TAB).await;
    page.waits(
        "the focus on the page's first link",
        "return focused().id === 'top'",
        json!([]),
    )
    .await;
    page.strikes(TAB).await;
    page.is_in("Mobile number").await;
    page.strikes(TYPED).await;
    page.holds("Mobile number", TYPED).await;
    page.strikes(TAB).await;
    page.waits("the focus on the button", is_on, json!(["Continue"]))
        .await;
    page.strikes(ENTER).await;
    page.is_at("code").await;

    page.is_in("Code").await;
    for button in [
        "Sign in",
        "Send a new code in",
        "Use another number or e-mail",
    ] {
        page.strikes(TAB).await;
        page.waits(&format!("the focus on {button:?}"), is_on, json!([button]))
            .await;
    }
    page.strikes(ENTER).await;
    page.is_at("identify").await;
    page.is_in("Mobile number").await;
    page.strikes(ENTER).await;
    page.is_at("code").await;
    page.is_in("Code").await;
    page.strikes(&bench.engine.code_sent_to(SENT)).await;
    page.strikes(ENTER).await;
    page.is_at("signed-in").await;

    page.waits("the focus on the title", title, json!([])).await;
    page.strikes(TAB).await;
    page.waits("the focus on the button", is_on, json!(["Sign out"]))
        .await;
    page.strikes(ENTER).await;
    page.is_at("identify").await;
    page.is_in("Mobile number").await;
}

pub(crate) async fn enter_pressed_twice_asks_once(bench: &Bench) {
    let page = bench.opens(Shop::new()).await;
    for endpoint in [Endpoint::TokenGenerate, Endpoint::OtpValidate] {
        bench.engine.fails(endpoint, Fault::Delay(600));
    }
    page.types("Mobile number", TYPED).await;
    page.strikes(&format!("{ENTER}{ENTER}{ENTER}")).await;
    page.is_at("code").await;
    page.types("Code", &bench.engine.code_sent_to(SENT)).await;
    page.strikes(&format!("{ENTER}{ENTER}{ENTER}")).await;
    page.is_at("signed-in").await;
    assert_eq!(
        bench.engine.calls(),
        ["token-generate", "otp-generate", "otp-validate"]
    );
}

pub(crate) async fn every_step_is_open_to_everybody_in_the_light(bench: &Bench) {
    every_step(bench, Shop::new()).await;
}

pub(crate) async fn every_step_is_open_to_everybody_in_the_dark(bench: &Bench) {
    every_step(bench, Shop::new().dark()).await;
}

pub(crate) async fn every_step_is_open_to_everybody_in_a_shadow_tree(bench: &Bench) {
    every_step(bench, Shop::new().with("shadow")).await;
}

async fn every_step(bench: &Bench, shop: Shop) {
    let page = bench
        .opens(shop.and_head(r#"<script src="/axe.js"></script>"#))
        .await;
    page.is_at("identify").await;
    page.is_open_to_everybody().await;
    page.presses("Continue").await;
    page.sees("Enter this to go on.").await;
    page.is_at("identify").await;
    page.is_open_to_everybody().await;

    bench
        .engine
        .fails(Endpoint::TokenGenerate, Fault::Code(1504, None));
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.hears_error("configuration", Some(1504)).await;
    page.is_at("stuck").await;
    page.is_open_to_everybody().await;
    page.presses("Try again").await;
    page.is_at("identify").await;

    bench.engine.fails(Endpoint::OtpGenerate, Fault::Html503);
    page.presses("Continue").await;
    page.hears_error("server", None).await;
    page.is_at("identify").await;
    page.is_open_to_everybody().await;
    page.presses("Continue").await;
    page.is_at("code").await;
    page.is_open_to_everybody().await;
    page.types("Code", "12").await;
    page.presses("Sign in").await;
    page.sees("Enter the digits of the code").await;
    page.is_at("code").await;
    page.is_open_to_everybody().await;
    page.types("Code", &bench.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    page.is_open_to_everybody().await;
}
