//! Logins by keyboard, and axe's default rules on every step.

use ae_e2e::{Fixture, Shop};
use ae_engine::{Customer, Endpoint, Fault};
use serde_json::json;

use crate::passwords::{PASSWORD, add_customer_with_password, choose_password};
use crate::phone_numbers::country_is;
use crate::sign_in::{SENT, TYPED};

const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";

pub(crate) async fn code_login_by_keyboard_succeeds(fixture: &Fixture) {
    let page = fixture
        .opens(Shop::new().with_attributes(r#"country="US""#))
        .await;
    page.is_at("identify").await;
    let is_on = "return focused() === button(null, arguments[0])";
    let title = "return focused()?.getAttribute('part') === 'title' && isVisible(focused())";
    // The form does not take the focus when it appears.
    assert_eq!(
        page.evaluates("return focused() === document.body", json!([]))
            .await,
        json!(true)
    );
    page.presses_keys(TAB).await;
    page.waits_for(
        "the focus on the page's first link",
        "return focused().id === 'top'",
        json!([]),
    )
    .await;
    country_is(&page, "US", "US +1").await;
    page.presses_keys(TAB).await;
    page.waits_for(
        "the focus on the list of countries",
        "return focused().matches('[part~=country]')",
        json!([]),
    )
    .await;
    page.presses_keys(TAB).await;
    page.has_focus_in("Mobile number").await;
    page.presses_keys(TYPED).await;
    page.has_value("Mobile number", TYPED).await;
    page.presses_keys(TAB).await;
    page.waits_for("the focus on the button", is_on, json!(["Continue"]))
        .await;
    page.presses_keys(ENTER).await;
    page.is_at("code").await;

    page.has_focus_in("Code").await;
    for button in [
        "Sign in",
        "Resend code in",
        "Use a different number or email",
    ] {
        page.presses_keys(TAB).await;
        page.waits_for(&format!("the focus on {button:?}"), is_on, json!([button]))
            .await;
    }
    page.presses_keys(ENTER).await;
    page.is_at("identify").await;
    page.has_focus_in("Mobile number").await;
    page.presses_keys(ENTER).await;
    page.is_at("code").await;
    page.has_focus_in("Code").await;
    page.presses_keys(&fixture.engine.code_sent_to(SENT)).await;
    page.presses_keys(ENTER).await;
    page.is_at("signed-in").await;

    page.waits_for("the focus on the title", title, json!([]))
        .await;
    page.presses_keys(TAB).await;
    page.waits_for("the focus on the button", is_on, json!(["Sign out"]))
        .await;
    page.presses_keys(ENTER).await;
    page.is_at("identify").await;
    page.has_focus_in("Mobile number").await;
}

pub(crate) async fn password_login_by_keyboard_succeeds(fixture: &Fixture) {
    add_customer_with_password(fixture);
    let page = fixture
        .opens(Shop::new().with_attributes(r#"first-factor="auto" country="US""#))
        .await;
    page.is_at("identify").await;
    let is_on = "return focused() === button(null, arguments[0])";
    country_is(&page, "US", "US +1").await;
    page.presses_keys(&format!("{TAB}{TAB}{TAB}")).await;
    page.has_focus_in("Mobile number").await;
    page.presses_keys(&format!("{TYPED}{ENTER}")).await;
    page.is_at("password").await;

    page.has_focus_in("Password").await;
    page.presses_keys(PASSWORD).await;
    page.has_value("Password", PASSWORD).await;
    page.presses_keys(TAB).await;
    page.waits_for("the focus on the button", is_on, json!(["Show"]))
        .await;
    page.presses_keys(" ").await;
    page.has_type("Password", "text").await;
    // The button keeps the focus.
    page.waits_for("the focus on the button", is_on, json!(["Hide"]))
        .await;
    page.has_value("Password", PASSWORD).await;
    let tabs_to = async |buttons: &[&str]| {
        for button in buttons {
            page.presses_keys(TAB).await;
            page.waits_for(&format!("the focus on {button:?}"), is_on, json!([button]))
                .await;
        }
    };
    tabs_to(&["Sign in", "Forgot password?"]).await;
    page.presses_keys(ENTER).await;
    page.is_at("forgot-password").await;
    page.has_focus_in("New password").await;
    tabs_to(&["Show"]).await;
    page.presses_keys(TAB).await;
    page.has_focus_in("Confirm new password").await;
    tabs_to(&["Continue", "Back"]).await;
    page.presses_keys(ENTER).await;
    page.is_at("password").await;
    page.has_focus_in("Password").await;
    page.has_value("Password", "").await;

    tabs_to(&["Show", "Sign in", "Forgot password?"]).await;
    tabs_to(&["Use a code instead"]).await;
    page.presses_keys(ENTER).await;
    page.is_at("code").await;
    page.has_focus_in("Code").await;
    tabs_to(&["Sign in", "Resend code in", "Use a password instead"]).await;
    page.presses_keys(ENTER).await;
    page.is_at("password").await;
    page.has_focus_in("Password").await;
    // Enter in the field submits the form and presses no other button.
    page.presses_keys(&format!("{PASSWORD}{ENTER}")).await;
    page.is_at("signed-in").await;
    assert_eq!(
        fixture.engine.calls(),
        ["token-generate", "otp-generate", "password-validate"]
    );
}

pub(crate) async fn enter_pressed_repeatedly_submits_once(fixture: &Fixture) {
    let page = fixture.opens(Shop::new()).await;
    for endpoint in [Endpoint::TokenGenerate, Endpoint::OtpValidate] {
        fixture.engine.fails(endpoint, Fault::Delay(600));
    }
    page.types("Mobile number", TYPED).await;
    page.presses_keys(&format!("{ENTER}{ENTER}{ENTER}")).await;
    page.is_at("code").await;
    page.types("Code", &fixture.engine.code_sent_to(SENT)).await;
    page.presses_keys(&format!("{ENTER}{ENTER}{ENTER}")).await;
    page.is_at("signed-in").await;
    assert_eq!(
        fixture.engine.calls(),
        ["token-generate", "otp-generate", "otp-validate"]
    );
}

pub(crate) async fn code_steps_pass_axe_in_light_colours(fixture: &Fixture) {
    code_steps(fixture, Shop::new()).await;
}

pub(crate) async fn code_steps_pass_axe_in_dark_colours(fixture: &Fixture) {
    code_steps(fixture, Shop::new().dark()).await;
}

pub(crate) async fn code_steps_pass_axe_in_a_shadow_tree(fixture: &Fixture) {
    code_steps(fixture, Shop::new().with_attributes("shadow")).await;
}

/// Checks the steps of a login by code, with and without errors.
async fn code_steps(fixture: &Fixture, shop: Shop) {
    let page = fixture
        .opens(shop.with_head(r#"<script src="/axe.js"></script>"#))
        .await;
    page.is_at("identify").await;
    page.passes_axe().await;
    page.presses("Continue").await;
    page.sees("Fill in this field to continue.").await;
    page.is_at("identify").await;
    page.passes_axe().await;

    fixture
        .engine
        .fails(Endpoint::TokenGenerate, Fault::Code(1504, None));
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.receives_error("configuration", Some(1504)).await;
    page.is_at("stuck").await;
    page.passes_axe().await;
    page.presses("Try again").await;
    page.is_at("identify").await;

    fixture.engine.fails(Endpoint::OtpGenerate, Fault::Html503);
    page.presses("Continue").await;
    page.receives_error("server", None).await;
    page.is_at("identify").await;
    page.passes_axe().await;
    page.presses("Continue").await;
    page.is_at("code").await;
    page.passes_axe().await;
    page.types("Code", "12").await;
    page.presses("Sign in").await;
    page.sees("Enter the code from the message").await;
    page.is_at("code").await;
    page.passes_axe().await;
    page.types("Code", &fixture.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    page.passes_axe().await;
}

pub(crate) async fn password_and_second_factor_steps_pass_axe_in_light_colours(fixture: &Fixture) {
    password_and_second_factor_steps(fixture, Shop::new()).await;
}

pub(crate) async fn password_and_second_factor_steps_pass_axe_in_dark_colours(fixture: &Fixture) {
    password_and_second_factor_steps(fixture, Shop::new().dark()).await;
}

pub(crate) async fn password_and_second_factor_steps_pass_axe_in_a_shadow_tree(fixture: &Fixture) {
    password_and_second_factor_steps(fixture, Shop::new().with_attributes("shadow")).await;
}

/// Checks the steps of passwords and of the second factor, with and without errors.
async fn password_and_second_factor_steps(fixture: &Fixture, shop: Shop) {
    fixture.engine.configure(|settings| {
        settings.password_brand = true;
        settings.mfa_password = true;
        settings.forced_mfa = true;
    });
    let customer = Customer {
        password: Some(PASSWORD.to_owned()),
        ..Customer::new("4068291")
    };
    fixture.engine.adds_customer(SENT, customer);
    let shop = shop
        .with_attributes(r#"identifiers="mobile username" first-factor="auto""#)
        .with_attributes(r#"second-factor-identifier="email" second-factor-method="password""#)
        .with_attributes(r#"password-pattern=".{8,}" password-hint="At least 8 characters.""#);
    let page = fixture
        .opens(shop.with_head(r#"<script src="/axe.js"></script>"#))
        .await;
    let name = "Number, email or username";

    page.types(name, "grace").await;
    page.presses("Continue").await;
    page.receives_error("rejected", Some(1540)).await;
    page.passes_axe().await;
    page.presses("Continue").await;
    page.passes_axe().await;
    page.presses("Back").await;

    page.types(name, "+44 7700 900123").await;
    page.presses("Continue").await;
    page.receives_error("rejected", Some(1520)).await;
    page.is_at("new-password").await;
    page.passes_axe().await;
    choose_password(&page, "short").await;
    page.sees("longer or stronger").await;
    page.presses("Show").await;
    page.passes_axe().await;
    page.presses("Not you?").await;
    page.is_at("identify").await;

    page.types(name, TYPED).await;
    page.presses("Continue").await;
    page.is_at("password").await;
    page.passes_axe().await;
    page.types("Password", "not this one").await;
    page.presses("Sign in").await;
    page.receives_error("rejected", Some(1528)).await;
    page.is_at("password").await;
    page.passes_axe().await;
    page.presses("Forgot password?").await;
    page.is_at("forgot-password").await;
    page.passes_axe().await;
    page.presses("Back").await;
    page.is_at("password").await;
    page.types("Password", PASSWORD).await;
    page.presses("Sign in").await;

    page.is_at("second-identify").await;
    page.passes_axe().await;
    page.types("Email address", "ada@example.org").await;
    page.presses("Continue").await;
    page.is_at("second-new-password").await;
    page.passes_axe().await;
    choose_password(&page, "battery staple").await;
    page.is_at("second-code").await;
    page.passes_axe().await;
    page.types("Code", &fixture.engine.code_sent_to("ada@example.org"))
        .await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    page.passes_axe().await;
    page.evaluates("widget().changePassword()", json!([])).await;
    page.is_at("change-password").await;
    page.passes_axe().await;
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
    page.types("Email address", "ada@example.org").await;
    page.presses("Continue").await;
    page.is_at("second-password").await;
    page.passes_axe().await;
}
