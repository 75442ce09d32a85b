//! Passwords: the one there is, the first one, the forgotten one, another one.

use ae_e2e::{Bench, Page, Shop};
use ae_engine::{Customer, Endpoint};
use serde_json::json;

use crate::sign_in::{SENT, TYPED};

/// The password of the customer whom [`a_customer_with_a_password`] makes known.
pub(crate) const PASSWORD: &str = "correct horse";

/// A brand with passwords, and a customer who has one.
pub(crate) fn a_customer_with_a_password(bench: &Bench) {
    bench.engine.is(|settings| settings.password_brand = true);
    let customer = Customer {
        password: Some(PASSWORD.to_owned()),
        ..Customer::new("4068291")
    };
    bench.engine.knows(SENT, customer);
}

/// From the first step to the one that follows it.
pub(crate) async fn continue_to(page: &Page, step: &str) {
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.is_at(step).await;
}

/// Enters the newest code on the screen that asks for one.
pub(crate) async fn enter_the_code(bench: &Bench, page: &Page) {
    page.types("Code", &bench.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
}

/// Enters a password on the screen that asks for one.
async fn enter(page: &Page, password: &str) {
    page.types("Password", password).await;
    page.presses("Sign in").await;
}

/// Chooses a password on a screen that asks for a new one.
pub(crate) async fn choose(page: &Page, password: &str) {
    page.types("New password", password).await;
    page.types("New password again", password).await;
    page.presses("Continue").await;
}

async fn sign_out(page: &Page) {
    page.presses("Sign out").await;
    page.is_at("identify").await;
}

pub(crate) async fn password_login_succeeds(bench: &Bench) {
    a_customer_with_a_password(bench);
    let page = bench
        .opens(Shop::new().with(r#"first-factor="password""#))
        .await;
    page.is_at("identify").await;
    // What is typed here is what a password manager keeps the password under.
    assert_eq!(page.form().await, ["tel username ", "Continue"]);
    continue_to(&page, "password").await;
    page.sees("Enter your password").await;
    page.sees("Signing in as +919999922332").await;
    assert_eq!(
        page.form().await,
        [
            "text username +919999922332",
            "password current-password",
            "Sign in"
        ]
    );
    page.presses("Sign in").await;
    page.sees("Enter a password to go on.").await;
    assert_eq!(bench.engine.calls(), ["token-generate"]);

    enter(&page, PASSWORD).await;
    page.is_at("signed-in").await;
    let told = page.hears("ae-signed-in").await;
    assert_eq!(told["session"]["secondFactor"], json!(null));
    assert_eq!(
        bench.engine.calls(),
        ["token-generate", "password-validate"]
    );
    assert_eq!(bench.engine.messages(), 0);
    let session = bench.engine.field(Endpoint::PasswordValidate, "sessionId");
    // These fields, in this order, and nothing else.
    assert_eq!(
        bench.engine.bodies(Endpoint::PasswordValidate),
        [format!(
            r#"{{"identifierType":"MOBILE","identifierValue":"{SENT}","brand":"DocDemo","sessionId":"{session}","password":"{PASSWORD}"}}"#
        )]
    );
}

pub(crate) async fn first_factor_auto_offers_password_and_code(bench: &Bench) {
    a_customer_with_a_password(bench);
    let page = bench
        .opens(Shop::new().with(r#"first-factor="auto""#))
        .await;
    continue_to(&page, "password").await;
    page.presses("Use a code instead").await;
    page.is_at("code").await;
    assert_eq!(bench.engine.messages(), 1);
    page.presses("Use my password instead").await;
    page.is_at("password").await;
    // A code is on its way already: going back to it sends no other one.
    page.presses("Use a code instead").await;
    page.is_at("code").await;
    assert_eq!(bench.engine.messages(), 1);
    enter_the_code(bench, &page).await;
    page.is_at("signed-in").await;
    sign_out(&page).await;
    continue_to(&page, "password").await;
    enter(&page, PASSWORD).await;
    page.is_at("signed-in").await;
    sign_out(&page).await;

    // A brand that does not insist: nobody is asked to choose a password.
    bench.engine.is(|settings| settings.password_brand = false);
    page.types("Mobile number", "+44 7700 900123").await;
    page.presses("Continue").await;
    page.is_at("code").await;
    page.types("Code", &bench.engine.code_sent_to("447700900123"))
        .await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    assert_eq!(page.session().await["identifierValue"], "447700900123");
}

pub(crate) async fn first_password_is_set_and_confirmed_by_code(bench: &Bench) {
    bench.engine.is(|settings| settings.password_brand = true);
    let page = bench
        .opens(Shop::new().with(r#"first-factor="password" password-pattern=".{8,}" password-hint="At least 8 characters.""#))
        .await;
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.hears_error("rejected", Some(1520)).await;
    page.is_at("new-password").await;
    page.sees("This shop signs you in with a password.").await;
    assert_eq!(
        page.form().await,
        [
            "text username +919999922332",
            "password new-password",
            "password new-password",
            "Continue"
        ]
    );
    let (_, hint) = page.described("New password").await;
    assert_eq!(hint, "At least 8 characters.");

    // What cannot be a password, or is not the same twice, is marked and never sent.
    for (new, again, marked, said) in [
        ("", "", "New password", "Enter a password to go on."),
        ("7 chars", "7 chars", "New password", "not safe enough"),
        (
            "8 chars!",
            "8 Chars!",
            "New password again",
            "The two passwords are not the same.",
        ),
    ] {
        page.types("New password", new).await;
        page.types("New password again", again).await;
        page.presses("Continue").await;
        page.sees(said).await;
        page.is_in(marked).await;
        let (is_wrong, description) = page.described(marked).await;
        assert!(is_wrong && description.contains(said), "{description}");
    }
    assert_eq!(bench.engine.calls(), ["token-generate"]);

    choose(&page, "8 chars!").await;
    page.is_at("code").await;
    assert_eq!(page.count("ae-signed-in").await, 0);
    for field in ["password", "confirmPassword"] {
        assert_eq!(
            bench.engine.fields(Endpoint::TokenGenerate, field),
            [None, Some("8 chars!".to_owned())]
        );
    }
    enter_the_code(bench, &page).await;
    page.is_at("signed-in").await;
    assert_eq!(
        bench.engine.calls(),
        [
            "token-generate",
            "token-generate",
            "otp-generate",
            "otp-validate"
        ]
    );

    sign_out(&page).await;
    continue_to(&page, "password").await;
    enter(&page, "8 chars!").await;
    page.is_at("signed-in").await;
    assert_eq!(bench.engine.messages(), 1);
}

pub(crate) async fn password_refused_by_engine_policy_is_marked_invalid(bench: &Bench) {
    bench.engine.is(|settings| {
        settings.password_brand = true;
        settings.password_policy = Some(".*[0-9].*".to_owned());
    });
    let page = bench
        .opens(Shop::new().with(r#"first-factor="password""#))
        .await;
    continue_to(&page, "new-password").await;
    page.hears_error("rejected", Some(1520)).await;
    choose(&page, "without digits").await;
    page.hears_error("rejected", Some(1542)).await;
    page.is_at("new-password").await;
    page.is_in("New password").await;
    let (is_wrong, description) = page.described("New password").await;
    assert!(
        is_wrong && description.contains("not safe enough"),
        "{description}"
    );
    choose(&page, "with 1 digit").await;
    page.is_at("code").await;
}

pub(crate) async fn wrong_password_keeps_the_step_and_right_password_signs_in(bench: &Bench) {
    a_customer_with_a_password(bench);
    let page = bench
        .opens(Shop::new().with(r#"first-factor="password""#))
        .await;
    continue_to(&page, "password").await;
    enter(&page, "battery staple").await;
    page.hears_error("rejected", Some(1528)).await;
    page.is_at("password").await;
    page.holds("Password", "").await;
    page.is_in("Password").await;
    let (is_wrong, description) = page.described("Password").await;
    assert!(
        is_wrong && description.starts_with("This password is not right."),
        "{description}"
    );
    assert_eq!(page.count("ae-signed-in").await, 0);
    enter(&page, PASSWORD).await;
    page.is_at("signed-in").await;
    let sessions = bench.engine.fields(Endpoint::PasswordValidate, "sessionId");
    assert_eq!(sessions[0], sessions[1]);
    assert_eq!(bench.engine.count(Endpoint::TokenGenerate), 1);
}

pub(crate) async fn password_can_be_shown_and_hidden(bench: &Bench) {
    a_customer_with_a_password(bench);
    let page = bench
        .opens(Shop::new().with(r#"first-factor="password""#))
        .await;
    continue_to(&page, "password").await;
    page.types("Password", "correct ").await;
    page.presses("Show").await;
    page.is_of_type("Password", "text").await;
    page.holds("Password", "correct ").await;
    page.presses("Hide").await;
    page.is_of_type("Password", "password").await;
    page.holds("Password", "correct ").await;
    // Sent while it can be read, it is hidden again, so that a password manager finds it.
    page.presses("Show").await;
    page.types("Password", "battery staple").await;
    page.presses("Sign in").await;
    page.hears_error("rejected", Some(1528)).await;
    page.is_at("password").await;
    page.is_of_type("Password", "password").await;

    // All that a screen has are shown and hidden together.
    page.presses("I forgot my password").await;
    page.is_at("forgot-password").await;
    page.types("New password", "Tr0ub4dor").await;
    page.types("New password again", "Tr0ub4dor").await;
    page.presses("Show").await;
    for label in ["New password", "New password again"] {
        page.is_of_type(label, "text").await;
        page.holds(label, "Tr0ub4dor").await;
    }
}

pub(crate) async fn forgotten_password_is_reset_by_code(bench: &Bench) {
    a_customer_with_a_password(bench);
    let page = bench
        .opens(Shop::new().with(r#"first-factor="password""#))
        .await;
    continue_to(&page, "password").await;
    page.presses("I forgot my password").await;
    page.is_at("forgot-password").await;
    page.sees("We will send you a code to confirm it.").await;
    assert_eq!(
        page.form().await,
        [
            "text username +919999922332",
            "password new-password",
            "password new-password",
            "Continue"
        ]
    );
    page.presses("Back").await;
    page.is_at("password").await;
    page.presses("I forgot my password").await;
    page.is_at("forgot-password").await;

    choose(&page, PASSWORD).await;
    page.hears_error("rejected", Some(1527)).await;
    page.is_at("forgot-password").await;
    page.sees("This is your old password.").await;
    choose(&page, "battery staple").await;
    page.is_at("code").await;
    assert_eq!(page.count("ae-signed-in").await, 0);
    enter_the_code(bench, &page).await;
    page.is_at("signed-in").await;
    assert_eq!(
        bench.engine.calls(),
        [
            "token-generate",
            "password-forget",
            "password-forget",
            "token-generate",
            "otp-generate",
            "otp-validate"
        ]
    );

    sign_out(&page).await;
    continue_to(&page, "password").await;
    enter(&page, PASSWORD).await;
    page.hears_error("rejected", Some(1528)).await;
    enter(&page, "battery staple").await;
    page.is_at("signed-in").await;
}

pub(crate) async fn too_many_wrong_passwords_require_a_new_password(bench: &Bench) {
    a_customer_with_a_password(bench);
    bench.engine.is(|settings| settings.password_tries = 1);
    let page = bench
        .opens(Shop::new().with(r#"first-factor="password""#))
        .await;
    continue_to(&page, "password").await;
    for code in [1528, 1530] {
        enter(&page, "not this one").await;
        page.hears_error("rejected", Some(code)).await;
    }
    page.is_at("forgot-password").await;
    page.sees("Too many wrong passwords. Choose a new one to go on.")
        .await;
    choose(&page, "battery staple").await;
    page.is_at("code").await;
    enter_the_code(bench, &page).await;
    page.is_at("signed-in").await;
    sign_out(&page).await;
    continue_to(&page, "password").await;
    enter(&page, "battery staple").await;
    page.is_at("signed-in").await;
}

pub(crate) async fn signed_in_customer_changes_password(bench: &Bench) {
    a_customer_with_a_password(bench);
    let page = bench
        .opens(Shop::new().with(r#"first-factor="password""#))
        .await;
    // Nobody is signed in: there is nothing to change.
    page.asks("widget().changePassword()", json!([])).await;
    continue_to(&page, "password").await;
    enter(&page, PASSWORD).await;
    page.is_at("signed-in").await;
    let token = page.token(json!({})).await.expect("a token");

    page.asks("widget().changePassword()", json!([])).await;
    page.is_at("change-password").await;
    page.has("signed-in", Some("")).await;
    assert_eq!(
        page.form().await,
        [
            "text username +919999922332",
            "password current-password",
            "password new-password",
            "password new-password",
            "Save password"
        ]
    );
    page.presses("Back").await;
    page.is_at("signed-in").await;

    page.asks("widget().changePassword()", json!([])).await;
    page.is_at("change-password").await;
    let save = async |current: &str, new: &str, again: &str| {
        page.types("Current password", current).await;
        page.types("New password", new).await;
        page.types("New password again", again).await;
        page.presses("Save password").await;
    };
    save(PASSWORD, "battery staple", "battery stapler").await;
    page.sees("The two passwords are not the same.").await;
    assert_eq!(bench.engine.count(Endpoint::PasswordChange), 0);
    save("not this one", "battery staple", "battery staple").await;
    page.hears_error("rejected", Some(1528)).await;
    page.is_at("change-password").await;
    page.is_in("Current password").await;
    let (is_wrong, description) = page.described("Current password").await;
    assert!(
        is_wrong && description.starts_with("This password is not right."),
        "{description}"
    );
    // Only what was wrong has to be typed again.
    page.holds("Current password", "").await;
    page.holds("New password", "battery staple").await;
    page.holds("New password again", "battery staple").await;
    page.types("Current password", PASSWORD).await;
    page.presses("Save password").await;
    page.is_at("signed-in").await;
    page.sees("Your password is changed.").await;
    assert_eq!(bench.engine.field(Endpoint::PasswordChange, "token"), token);
    // Nobody was signed out or in by it.
    assert_eq!(page.count("ae-signed-in").await, 1);
    assert_eq!(page.count("ae-signed-out").await, 0);

    sign_out(&page).await;
    continue_to(&page, "password").await;
    enter(&page, "battery staple").await;
    page.is_at("signed-in").await;
}

pub(crate) async fn brand_without_passwords_falls_back_to_code(bench: &Bench) {
    // The engine knows a password, and that the brand has none any more.
    a_customer_with_a_password(bench);
    bench.engine.is(|settings| settings.password_brand = false);
    let page = bench
        .opens(Shop::new().with(r#"first-factor="password""#))
        .await;
    continue_to(&page, "password").await;
    enter(&page, PASSWORD).await;
    page.hears_error("rejected", Some(1524)).await;
    page.is_at("code").await;
    page.sees("This shop uses codes instead of passwords.")
        .await;
    enter_the_code(bench, &page).await;
    page.is_at("signed-in").await;
    sign_out(&page).await;

    // The same for somebody who was asked to choose one.
    page.types("Mobile number", "+44 7700 900123").await;
    page.presses("Continue").await;
    page.is_at("new-password").await;
    choose(&page, "battery staple").await;
    page.hears_error("rejected", Some(1524)).await;
    page.is_at("code").await;
    page.sees("This shop uses codes instead of passwords.")
        .await;
    page.types("Code", &bench.engine.code_sent_to("447700900123"))
        .await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
}

pub(crate) async fn brand_that_requires_a_password_gets_one_despite_attributes(bench: &Bench) {
    bench.engine.is(|settings| settings.password_brand = true);
    let page = bench.opens(Shop::new()).await;
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.hears_error("rejected", Some(1520)).await;
    page.is_at("new-password").await;
    page.sees("This shop signs you in with a password. Choose one to go on.")
        .await;
    choose(&page, PASSWORD).await;
    page.is_at("code").await;
    enter_the_code(bench, &page).await;
    page.is_at("signed-in").await;
}

pub(crate) async fn reload_keeps_the_password_step(bench: &Bench) {
    a_customer_with_a_password(bench);
    let page = bench
        .opens(Shop::new().with(r#"first-factor="password""#))
        .await;
    continue_to(&page, "password").await;
    page.types("Password", "correct ").await;
    page.reloads().await;
    page.is_at("password").await;
    page.sees("Signing in as +919999922332").await;
    page.holds("Password", "").await;
    enter(&page, PASSWORD).await;
    page.is_at("signed-in").await;
    assert_eq!(
        bench.engine.calls(),
        ["token-generate", "password-validate"]
    );
}

pub(crate) async fn password_is_sent_unchanged(bench: &Bench) {
    // Spaces at both ends, letters with marks put together from two characters, quotes and what JSON has to escape.
    let password = " “cafe\u{301}” \"o'clock\"\\ \u{a0}<i>&amp; ";
    bench.engine.is(|settings| settings.password_brand = true);
    let page = bench
        .opens(Shop::new().with(r#"first-factor="password""#))
        .await;
    continue_to(&page, "new-password").await;
    page.hears_error("rejected", Some(1520)).await;
    // As a password manager does it: at once.
    page.pastes("New password", password).await;
    page.pastes("New password again", password).await;
    page.presses("Continue").await;
    page.is_at("code").await;
    enter_the_code(bench, &page).await;
    page.is_at("signed-in").await;
    sign_out(&page).await;
    continue_to(&page, "password").await;
    page.pastes("Password", password).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    for (endpoint, name, times) in [
        (Endpoint::TokenGenerate, "password", 1),
        (Endpoint::TokenGenerate, "confirmPassword", 1),
        (Endpoint::PasswordValidate, "password", 1),
    ] {
        let mut heard = bench.engine.fields(endpoint, name);
        heard.retain(Option::is_some);
        assert_eq!(heard, vec![Some(password.to_owned()); times], "{name}");
    }
    sign_out(&page).await;

    // Nothing is made of one that is typed, either.
    continue_to(&page, "password").await;
    enter(&page, " two  spaces ").await;
    page.hears_error("rejected", Some(1528)).await;
    assert_eq!(
        bench.engine.field(Endpoint::PasswordValidate, "password"),
        " two  spaces "
    );
}
