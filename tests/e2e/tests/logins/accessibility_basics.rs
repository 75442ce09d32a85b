//! For everybody: by keyboard alone, and with nothing in the way that can be found by machine.

use ae_e2e::{Bench, Shop};
use ae_engine::{Customer, Endpoint, Fault};
use serde_json::json;

use crate::passwords::{PASSWORD, a_customer_with_a_password, choose};
use crate::phone_numbers::lists;
use crate::sign_in::{SENT, TYPED};

const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";

pub(crate) async fn code_login_by_keyboard_succeeds(bench: &Bench) {
    let page = bench.opens(Shop::new().with(r#"country="US""#)).await;
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
    lists(&page, "US", "US +1").await;
    page.strikes(TAB).await;
    page.waits(
        "the focus on the list of countries",
        "return focused().matches('[part~=country]')",
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

pub(crate) async fn password_login_by_keyboard_succeeds(bench: &Bench) {
    a_customer_with_a_password(bench);
    let page = bench
        .opens(Shop::new().with(r#"first-factor="auto" country="US""#))
        .await;
    page.is_at("identify").await;
    let is_on = "return focused() === button(null, arguments[0])";
    lists(&page, "US", "US +1").await;
    page.strikes(&format!("{TAB}{TAB}{TAB}")).await;
    page.is_in("Mobile number").await;
    page.strikes(&format!("{TYPED}{ENTER}")).await;
    page.is_at("password").await;

    page.is_in("Password").await;
    page.strikes(PASSWORD).await;
    page.holds("Password", PASSWORD).await;
    page.strikes(TAB).await;
    page.waits("the focus on the button", is_on, json!(["Show"]))
        .await;
    page.strikes(" ").await;
    page.is_of_type("Password", "text").await;
    // It is the same button, and still in the hand.
    page.waits("the focus on the button", is_on, json!(["Hide"]))
        .await;
    page.holds("Password", PASSWORD).await;
    let tabs_to = async |buttons: &[&str]| {
        for button in buttons {
            page.strikes(TAB).await;
            page.waits(&format!("the focus on {button:?}"), is_on, json!([button]))
                .await;
        }
    };
    tabs_to(&["Sign in", "I forgot my password"]).await;
    page.strikes(ENTER).await;
    page.is_at("forgot-password").await;
    page.is_in("New password").await;
    tabs_to(&["Show"]).await;
    page.strikes(TAB).await;
    page.is_in("New password again").await;
    tabs_to(&["Continue", "Back"]).await;
    page.strikes(ENTER).await;
    page.is_at("password").await;
    page.is_in("Password").await;
    page.holds("Password", "").await;

    tabs_to(&["Show", "Sign in", "I forgot my password"]).await;
    tabs_to(&["Use a code instead"]).await;
    page.strikes(ENTER).await;
    page.is_at("code").await;
    page.is_in("Code").await;
    tabs_to(&["Sign in", "Send a new code in", "Use my password instead"]).await;
    page.strikes(ENTER).await;
    page.is_at("password").await;
    page.is_in("Password").await;
    // Enter in the field sends the form: it presses neither Show nor anything else.
    page.strikes(&format!("{PASSWORD}{ENTER}")).await;
    page.is_at("signed-in").await;
    assert_eq!(
        bench.engine.calls(),
        ["token-generate", "otp-generate", "password-validate"]
    );
}

pub(crate) async fn enter_pressed_repeatedly_submits_once(bench: &Bench) {
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

pub(crate) async fn code_steps_pass_axe_in_light_colours(bench: &Bench) {
    every_step(bench, Shop::new()).await;
}

pub(crate) async fn code_steps_pass_axe_in_dark_colours(bench: &Bench) {
    every_step(bench, Shop::new().dark()).await;
}

pub(crate) async fn code_steps_pass_axe_in_a_shadow_tree(bench: &Bench) {
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

pub(crate) async fn password_and_second_factor_steps_pass_axe_in_light_colours(bench: &Bench) {
    every_other_way(bench, Shop::new()).await;
}

pub(crate) async fn password_and_second_factor_steps_pass_axe_in_dark_colours(bench: &Bench) {
    every_other_way(bench, Shop::new().dark()).await;
}

pub(crate) async fn password_and_second_factor_steps_pass_axe_in_a_shadow_tree(bench: &Bench) {
    every_other_way(bench, Shop::new().with("shadow")).await;
}

/// The steps of passwords and of the second factor, each as it is and with something wrong.
async fn every_other_way(bench: &Bench, shop: Shop) {
    bench.engine.is(|settings| {
        settings.password_brand = true;
        settings.mfa_password = true;
        settings.forced_mfa = true;
    });
    let customer = Customer {
        password: Some(PASSWORD.to_owned()),
        ..Customer::new("4068291")
    };
    bench.engine.knows(SENT, customer);
    let shop = shop
        .with(r#"identifiers="mobile username" first-factor="auto""#)
        .with(r#"second-factor-identifier="email" second-factor-method="password""#)
        .with(r#"password-pattern=".{8,}" password-hint="At least 8 characters.""#);
    let page = bench
        .opens(shop.and_head(r#"<script src="/axe.js"></script>"#))
        .await;
    let name = "Number, e-mail or user name";

    page.types(name, "grace").await;
    page.presses("Continue").await;
    page.hears_error("rejected", Some(1540)).await;
    page.is_open_to_everybody().await;
    page.presses("Continue").await;
    page.is_open_to_everybody().await;
    page.presses("Back").await;

    page.types(name, "+44 7700 900123").await;
    page.presses("Continue").await;
    page.hears_error("rejected", Some(1520)).await;
    page.is_at("new-password").await;
    page.is_open_to_everybody().await;
    choose(&page, "short").await;
    page.sees("not safe enough").await;
    page.presses("Show").await;
    page.is_open_to_everybody().await;
    page.presses("Not you?").await;
    page.is_at("identify").await;

    page.types(name, TYPED).await;
    page.presses("Continue").await;
    page.is_at("password").await;
    page.is_open_to_everybody().await;
    page.types("Password", "not this one").await;
    page.presses("Sign in").await;
    page.hears_error("rejected", Some(1528)).await;
    page.is_at("password").await;
    page.is_open_to_everybody().await;
    page.presses("I forgot my password").await;
    page.is_at("forgot-password").await;
    page.is_open_to_everybody().await;
    page.presses("Back").await;
    page.is_at("password").await;
    page.types("Password", PASSWORD).await;
    page.presses("Sign in").await;

    page.is_at("second-identify").await;
    page.is_open_to_everybody().await;
    page.types("E-mail address", "ada@example.org").await;
    page.presses("Continue").await;
    page.is_at("second-new-password").await;
    page.is_open_to_everybody().await;
    choose(&page, "battery staple").await;
    page.is_at("second-code").await;
    page.is_open_to_everybody().await;
    page.types("Code", &bench.engine.code_sent_to("ada@example.org"))
        .await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    page.is_open_to_everybody().await;
    page.asks("widget().changePassword()", json!([])).await;
    page.is_at("change-password").await;
    page.is_open_to_everybody().await;
    page.presses("Back").await;
    page.is_at("signed-in").await;
    page.presses("Sign out").await;
    page.is_at("identify").await;

    page.types(name, TYPED).await;
    page.presses("Continue").await;
    page.is_at("password").await;
    page.types("Password", PASSWORD).await;
    page.presses("Sign in").await;
    page.is_at("second-identify").await;
    page.types("E-mail address", "ada@example.org").await;
    page.presses("Continue").await;
    page.is_at("second-password").await;
    page.is_open_to_everybody().await;
}
