//! Passwords: signing in with one, choosing the first one, resetting a forgotten one, and changing one.

use ae_e2e::{Fixture, Page, Shop};
use ae_engine::{Customer, Endpoint};
use serde_json::json;

use crate::sign_in::{SENT, TYPED};

/// The password of the customer that [`add_customer_with_password`] adds.
pub(crate) const PASSWORD: &str = "correct horse";

/// Configures a brand with passwords, and adds a customer who has one.
pub(crate) fn add_customer_with_password(fixture: &Fixture) {
    fixture
        .engine
        .configure(|settings| settings.password_brand = true);
    let customer = Customer {
        password: Some(PASSWORD.to_owned()),
        ..Customer::new("4068291")
    };
    fixture.engine.adds_customer(SENT, customer);
}

/// Goes from the first step to the one after it.
pub(crate) async fn continue_to(page: &Page, step: &str) {
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.is_at(step).await;
}

/// Enters the newest code on the screen that asks for one.
pub(crate) async fn enter_code(fixture: &Fixture, page: &Page) {
    page.types("Code", &fixture.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
}

/// Enters a password on the screen that asks for one.
async fn enter(page: &Page, password: &str) {
    page.types("Password", password).await;
    page.presses("Sign in").await;
}

/// Chooses a password on a screen that asks for a new one.
pub(crate) async fn choose_password(page: &Page, password: &str) {
    page.types("New password", password).await;
    page.types("Confirm new password", password).await;
    page.presses("Continue").await;
}

async fn sign_out(page: &Page) {
    page.presses("Sign out").await;
    page.is_at("identify").await;
}

pub(crate) async fn password_login_succeeds(fixture: &Fixture) {
    add_customer_with_password(fixture);
    let page = fixture
        .opens(Shop::new().with_attributes(r#"first-factor="password""#))
        .await;
    page.is_at("identify").await;
    // A password manager saves this value as the user name.
    assert_eq!(page.form_fields().await, ["tel username ", "Continue"]);
    continue_to(&page, "password").await;
    page.sees("Enter your password").await;
    page.sees("Signing in as +919999922332").await;
    assert_eq!(
        page.form_fields().await,
        [
            "text username +919999922332",
            "password current-password",
            "Sign in"
        ]
    );
    page.presses("Sign in").await;
    page.sees("Enter a password to continue.").await;
    assert_eq!(fixture.engine.calls(), ["token-generate"]);

    enter(&page, PASSWORD).await;
    page.is_at("signed-in").await;
    let event = page.receives("ae-signed-in").await;
    assert_eq!(event["session"]["secondFactor"], json!(null));
    assert_eq!(
        fixture.engine.calls(),
        ["token-generate", "password-validate"]
    );
    assert_eq!(fixture.engine.message_count(), 0);
    let session = fixture
        .engine
        .field(Endpoint::PasswordValidate, "sessionId");
    // These fields in this order, and no others.
    assert_eq!(
        fixture.engine.bodies(Endpoint::PasswordValidate),
        [format!(
            r#"{{"identifierType":"MOBILE","identifierValue":"{SENT}","brand":"DocDemo","sessionId":"{session}","password":"{PASSWORD}"}}"#
        )]
    );
}

pub(crate) async fn first_factor_auto_offers_password_and_code(fixture: &Fixture) {
    add_customer_with_password(fixture);
    let page = fixture
        .opens(Shop::new().with_attributes(r#"first-factor="auto""#))
        .await;
    continue_to(&page, "password").await;
    page.presses("Use a code instead").await;
    page.is_at("code").await;
    assert_eq!(fixture.engine.message_count(), 1);
    page.presses("Use a password instead").await;
    page.is_at("password").await;
    // A code was sent before, and no other one is sent.
    page.presses("Use a code instead").await;
    page.is_at("code").await;
    assert_eq!(fixture.engine.message_count(), 1);
    enter_code(fixture, &page).await;
    page.is_at("signed-in").await;
    sign_out(&page).await;
    continue_to(&page, "password").await;
    enter(&page, PASSWORD).await;
    page.is_at("signed-in").await;
    sign_out(&page).await;

    // A brand without passwords asks no new customer to choose one.
    fixture
        .engine
        .configure(|settings| settings.password_brand = false);
    page.types("Mobile number", "+44 7700 900123").await;
    page.presses("Continue").await;
    page.is_at("code").await;
    page.types("Code", &fixture.engine.code_sent_to("447700900123"))
        .await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    assert_eq!(page.session().await["identifierValue"], "447700900123");
}

pub(crate) async fn first_password_is_set_and_confirmed_by_code(fixture: &Fixture) {
    fixture
        .engine
        .configure(|settings| settings.password_brand = true);
    let page = fixture
        .opens(Shop::new().with_attributes(r#"first-factor="password" password-pattern=".{8,}" password-hint="At least 8 characters.""#))
        .await;
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.receives_error("rejected", Some(1520)).await;
    page.is_at("new-password").await;
    page.sees("You sign in to this shop with a password.").await;
    assert_eq!(
        page.form_fields().await,
        [
            "text username +919999922332",
            "password new-password",
            "password new-password",
            "Continue"
        ]
    );
    let (_, hint) = page.description_of("New password").await;
    assert_eq!(hint, "At least 8 characters.");

    // A password that breaks the pattern, or differs from its repetition, is marked and not sent.
    for (new, again, marked, message) in [
        ("", "", "New password", "Enter a password to continue."),
        ("7 chars", "7 chars", "New password", "longer or stronger"),
        (
            "8 chars!",
            "8 Chars!",
            "Confirm new password",
            "The passwords don't match.",
        ),
    ] {
        page.types("New password", new).await;
        page.types("Confirm new password", again).await;
        page.presses("Continue").await;
        page.sees(message).await;
        page.has_focus_in(marked).await;
        let (is_wrong, description) = page.description_of(marked).await;
        assert!(is_wrong && description.contains(message), "{description}");
    }
    assert_eq!(fixture.engine.calls(), ["token-generate"]);

    choose_password(&page, "8 chars!").await;
    page.is_at("code").await;
    assert_eq!(page.event_count("ae-signed-in").await, 0);
    for field in ["password", "confirmPassword"] {
        assert_eq!(
            fixture.engine.fields(Endpoint::TokenGenerate, field),
            [None, Some("8 chars!".to_owned())]
        );
    }
    enter_code(fixture, &page).await;
    page.is_at("signed-in").await;
    assert_eq!(
        fixture.engine.calls(),
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
    assert_eq!(fixture.engine.message_count(), 1);
}

pub(crate) async fn password_refused_by_engine_policy_is_marked_invalid(fixture: &Fixture) {
    fixture.engine.configure(|settings| {
        settings.password_brand = true;
        settings.password_policy = Some(".*[0-9].*".to_owned());
    });
    let page = fixture
        .opens(Shop::new().with_attributes(r#"first-factor="password""#))
        .await;
    continue_to(&page, "new-password").await;
    page.receives_error("rejected", Some(1520)).await;
    choose_password(&page, "without digits").await;
    page.receives_error("rejected", Some(1542)).await;
    page.is_at("new-password").await;
    page.has_focus_in("New password").await;
    let (is_wrong, description) = page.description_of("New password").await;
    assert!(
        is_wrong && description.contains("longer or stronger"),
        "{description}"
    );
    choose_password(&page, "with 1 digit").await;
    page.is_at("code").await;
}

pub(crate) async fn wrong_password_keeps_the_step_and_right_password_signs_in(fixture: &Fixture) {
    add_customer_with_password(fixture);
    let page = fixture
        .opens(Shop::new().with_attributes(r#"first-factor="password""#))
        .await;
    continue_to(&page, "password").await;
    enter(&page, "battery staple").await;
    page.receives_error("rejected", Some(1528)).await;
    page.is_at("password").await;
    page.has_value("Password", "").await;
    page.has_focus_in("Password").await;
    let (is_wrong, description) = page.description_of("Password").await;
    assert!(
        is_wrong && description.starts_with("Wrong password."),
        "{description}"
    );
    assert_eq!(page.event_count("ae-signed-in").await, 0);
    enter(&page, PASSWORD).await;
    page.is_at("signed-in").await;
    let sessions = fixture
        .engine
        .fields(Endpoint::PasswordValidate, "sessionId");
    assert_eq!(sessions[0], sessions[1]);
    assert_eq!(fixture.engine.call_count(Endpoint::TokenGenerate), 1);
}

pub(crate) async fn password_can_be_shown_and_hidden(fixture: &Fixture) {
    add_customer_with_password(fixture);
    let page = fixture
        .opens(Shop::new().with_attributes(r#"first-factor="password""#))
        .await;
    continue_to(&page, "password").await;
    page.types("Password", "correct ").await;
    page.presses("Show").await;
    page.has_type("Password", "text").await;
    page.has_value("Password", "correct ").await;
    page.presses("Hide").await;
    page.has_type("Password", "password").await;
    page.has_value("Password", "correct ").await;
    // Submitting hides a shown password, so that a password manager recognizes the field.
    page.presses("Show").await;
    page.types("Password", "battery staple").await;
    page.presses("Sign in").await;
    page.receives_error("rejected", Some(1528)).await;
    page.is_at("password").await;
    page.has_type("Password", "password").await;

    // All passwords of a screen are shown and hidden together.
    page.presses("Forgot password?").await;
    page.is_at("forgot-password").await;
    page.types("New password", "Tr0ub4dor").await;
    page.types("Confirm new password", "Tr0ub4dor").await;
    page.presses("Show").await;
    for label in ["New password", "Confirm new password"] {
        page.has_type(label, "text").await;
        page.has_value(label, "Tr0ub4dor").await;
    }
}

pub(crate) async fn forgotten_password_is_reset_by_code(fixture: &Fixture) {
    add_customer_with_password(fixture);
    let page = fixture
        .opens(Shop::new().with_attributes(r#"first-factor="password""#))
        .await;
    continue_to(&page, "password").await;
    page.presses("Forgot password?").await;
    page.is_at("forgot-password").await;
    page.sees("We'll send you a code to confirm it.").await;
    assert_eq!(
        page.form_fields().await,
        [
            "text username +919999922332",
            "password new-password",
            "password new-password",
            "Continue"
        ]
    );
    page.presses("Back").await;
    page.is_at("password").await;
    page.presses("Forgot password?").await;
    page.is_at("forgot-password").await;

    choose_password(&page, PASSWORD).await;
    page.receives_error("rejected", Some(1527)).await;
    page.is_at("forgot-password").await;
    page.sees("That's your old password.").await;
    choose_password(&page, "battery staple").await;
    page.is_at("code").await;
    assert_eq!(page.event_count("ae-signed-in").await, 0);
    enter_code(fixture, &page).await;
    page.is_at("signed-in").await;
    assert_eq!(
        fixture.engine.calls(),
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
    page.receives_error("rejected", Some(1528)).await;
    enter(&page, "battery staple").await;
    page.is_at("signed-in").await;
}

pub(crate) async fn too_many_wrong_passwords_require_a_new_password(fixture: &Fixture) {
    add_customer_with_password(fixture);
    fixture
        .engine
        .configure(|settings| settings.password_tries = 1);
    let page = fixture
        .opens(Shop::new().with_attributes(r#"first-factor="password""#))
        .await;
    continue_to(&page, "password").await;
    for code in [1528, 1530] {
        enter(&page, "not this one").await;
        page.receives_error("rejected", Some(code)).await;
    }
    page.is_at("forgot-password").await;
    page.sees("Too many wrong passwords. Choose a new one to continue.")
        .await;
    choose_password(&page, "battery staple").await;
    page.is_at("code").await;
    enter_code(fixture, &page).await;
    page.is_at("signed-in").await;
    sign_out(&page).await;
    continue_to(&page, "password").await;
    enter(&page, "battery staple").await;
    page.is_at("signed-in").await;
}

pub(crate) async fn signed_in_customer_changes_password(fixture: &Fixture) {
    add_customer_with_password(fixture);
    let page = fixture
        .opens(Shop::new().with_attributes(r#"first-factor="password""#))
        .await;
    page.is_at("identify").await;
    // Without a session, the call does nothing.
    page.evaluates("widget().changePassword()", json!([])).await;
    continue_to(&page, "password").await;
    enter(&page, PASSWORD).await;
    page.is_at("signed-in").await;
    let token = page.token(json!({})).await.expect("a token");

    page.evaluates("widget().changePassword()", json!([])).await;
    page.is_at("change-password").await;
    page.has_attribute("signed-in", Some("")).await;
    assert_eq!(
        page.form_fields().await,
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

    page.evaluates("widget().changePassword()", json!([])).await;
    page.is_at("change-password").await;
    let save = async |current: &str, new: &str, again: &str| {
        page.types("Current password", current).await;
        page.types("New password", new).await;
        page.types("Confirm new password", again).await;
        page.presses("Save password").await;
    };
    save(PASSWORD, "battery staple", "battery stapler").await;
    page.sees("The passwords don't match.").await;
    assert_eq!(fixture.engine.call_count(Endpoint::PasswordChange), 0);
    save("not this one", "battery staple", "battery staple").await;
    page.receives_error("rejected", Some(1528)).await;
    page.is_at("change-password").await;
    page.has_focus_in("Current password").await;
    let (is_wrong, description) = page.description_of("Current password").await;
    assert!(
        is_wrong && description.starts_with("Wrong password."),
        "{description}"
    );
    // Only the wrong field is emptied.
    page.has_value("Current password", "").await;
    page.has_value("New password", "battery staple").await;
    page.has_value("Confirm new password", "battery staple")
        .await;
    page.types("Current password", PASSWORD).await;
    page.presses("Save password").await;
    page.is_at("signed-in").await;
    page.sees("Your password has been changed.").await;
    assert_eq!(
        fixture.engine.field(Endpoint::PasswordChange, "token"),
        token
    );
    // The session stays the same.
    assert_eq!(page.event_count("ae-signed-in").await, 1);
    assert_eq!(page.event_count("ae-signed-out").await, 0);

    sign_out(&page).await;
    continue_to(&page, "password").await;
    enter(&page, "battery staple").await;
    page.is_at("signed-in").await;
}

pub(crate) async fn brand_without_passwords_falls_back_to_code(fixture: &Fixture) {
    // The customer has a password, and the brand does not use passwords any more.
    add_customer_with_password(fixture);
    fixture
        .engine
        .configure(|settings| settings.password_brand = false);
    let page = fixture
        .opens(Shop::new().with_attributes(r#"first-factor="password""#))
        .await;
    continue_to(&page, "password").await;
    enter(&page, PASSWORD).await;
    page.receives_error("rejected", Some(1524)).await;
    page.is_at("code").await;
    page.sees("This shop uses codes instead of passwords.")
        .await;
    enter_code(fixture, &page).await;
    page.is_at("signed-in").await;
    sign_out(&page).await;

    // The same happens to a new customer who was asked to choose a password.
    page.types("Mobile number", "+44 7700 900123").await;
    page.presses("Continue").await;
    page.is_at("new-password").await;
    choose_password(&page, "battery staple").await;
    page.receives_error("rejected", Some(1524)).await;
    page.is_at("code").await;
    page.sees("This shop uses codes instead of passwords.")
        .await;
    page.types("Code", &fixture.engine.code_sent_to("447700900123"))
        .await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
}

pub(crate) async fn brand_that_requires_a_password_gets_one_despite_attributes(fixture: &Fixture) {
    fixture
        .engine
        .configure(|settings| settings.password_brand = true);
    let page = fixture.opens(Shop::new()).await;
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.receives_error("rejected", Some(1520)).await;
    page.is_at("new-password").await;
    page.sees("You sign in to this shop with a password. Choose one to continue.")
        .await;
    choose_password(&page, PASSWORD).await;
    page.is_at("code").await;
    enter_code(fixture, &page).await;
    page.is_at("signed-in").await;
}

pub(crate) async fn reload_keeps_the_password_step(fixture: &Fixture) {
    add_customer_with_password(fixture);
    let page = fixture
        .opens(Shop::new().with_attributes(r#"first-factor="password""#))
        .await;
    continue_to(&page, "password").await;
    page.types("Password", "correct ").await;
    page.reloads().await;
    page.is_at("password").await;
    page.sees("Signing in as +919999922332").await;
    page.has_value("Password", "").await;
    enter(&page, PASSWORD).await;
    page.is_at("signed-in").await;
    assert_eq!(
        fixture.engine.calls(),
        ["token-generate", "password-validate"]
    );
}

pub(crate) async fn password_is_sent_unchanged(fixture: &Fixture) {
    // Spaces at both ends, an accent as a combining character, quotes, and characters that JSON escapes.
    let password = " “cafe\u{301}” \"o'clock\"\\ \u{a0}<i>&amp; ";
    fixture
        .engine
        .configure(|settings| settings.password_brand = true);
    let page = fixture
        .opens(Shop::new().with_attributes(r#"first-factor="password""#))
        .await;
    continue_to(&page, "new-password").await;
    page.receives_error("rejected", Some(1520)).await;
    // Password managers insert the whole text at once.
    page.pastes("New password", password).await;
    page.pastes("Confirm new password", password).await;
    page.presses("Continue").await;
    page.is_at("code").await;
    enter_code(fixture, &page).await;
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
        let mut sent = fixture.engine.fields(endpoint, name);
        sent.retain(Option::is_some);
        assert_eq!(sent, vec![Some(password.to_owned()); times], "{name}");
    }
    sign_out(&page).await;

    // A typed password is not trimmed either.
    continue_to(&page, "password").await;
    enter(&page, " two  spaces ").await;
    page.receives_error("rejected", Some(1528)).await;
    assert_eq!(
        fixture.engine.field(Endpoint::PasswordValidate, "password"),
        " two  spaces "
    );
}
