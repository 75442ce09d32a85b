//! Password managers: what they find in the form, and the ways in which they fill it in and submit it.

use ae_e2e::{Fixture, Page, Shop, script};
use ae_engine::Endpoint;
use serde_json::{Value, json};

use crate::passwords::{
    PASSWORD, add_customer_with_password, choose_password, continue_to, enter_code,
};
use crate::sign_in::{SENT, TYPED};

/// How managers submit a form: functions of `password_managers.js`.
const WAYS: [&str; 3] = ["requestSubmit", "click", "requestSubmitByButton"];

/// Fills in inputs by their purpose and submits the form, as a browser extension does. `dispatches` says whether the manager dispatches
/// events for what it fills in.
async fn fill_in_as_password_manager(page: &Page, values: Value, dispatches: bool, way: &str) {
    let script = script!("password_managers.js"; "fillInByPurpose(...arguments)");
    page.evaluates(script, json!([values, dispatches, way]))
        .await;
}

/// Checks the inputs of a step: type, name, purpose and the value of the user name.
async fn assert_form_fields(page: &Page, step: &str, inputs: &[&str]) {
    page.is_at(step).await;
    let script = script!("password_managers.js"; "return inputsOfForm()");
    assert_eq!(
        page.evaluates(script, json!([])).await,
        json!(inputs),
        "{step}"
    );
}

pub(crate) async fn every_password_field_has_a_username_field(fixture: &Fixture) {
    add_customer_with_password(fixture);
    fixture.engine.configure(|settings| {
        settings.mfa_password = true;
        settings.forced_mfa = true;
    });
    let shop =
        Shop::new().with_attributes(r#"first-factor="auto" second-factor-method="password""#);
    let page = fixture.opens(shop).await;
    let name = "text username username +919999922332";
    let current = "password current-password current-password";
    let new = "password new-password new-password";
    assert_form_fields(&page, "identify", &["tel username username"]).await;
    continue_to(&page, "password").await;
    assert_form_fields(&page, "password", &[name, current]).await;
    page.presses("Forgot password?").await;
    assert_form_fields(&page, "forgot-password", &[name, new, new]).await;
    page.presses("Back").await;
    assert_form_fields(&page, "password", &[name, current]).await;
    page.reloads().await;
    assert_form_fields(&page, "password", &[name, current]).await;
    page.types("Password", PASSWORD).await;
    page.presses("Sign in").await;
    assert_form_fields(&page, "second-new-password", &[name, new, new]).await;
    choose_password(&page, "battery staple").await;
    assert_form_fields(&page, "second-code", &["text one-time-code one-time-code"]).await;
    enter_code(fixture, &page).await;
    page.is_at("signed-in").await;
    page.evaluates("widget().changePassword()", json!([])).await;
    assert_form_fields(&page, "change-password", &[name, current, new, new]).await;
}

pub(crate) async fn password_manager_signs_in_every_way(fixture: &Fixture) {
    sign_in_every_way(fixture, Shop::new()).await;
}

pub(crate) async fn password_manager_signs_in_every_way_in_a_shadow_tree(fixture: &Fixture) {
    sign_in_every_way(fixture, Shop::new().with_attributes("shadow")).await;
}

async fn sign_in_every_way(fixture: &Fixture, shop: Shop) {
    add_customer_with_password(fixture);
    let page = fixture
        .opens(shop.with_attributes(r#"first-factor="password""#))
        .await;
    // A manager saves the form's data of a `submit` event if the password field then disappears.
    let script = script!("password_managers.js"; "recordSubmits()");
    page.is_at("identify").await;
    page.evaluates(script, json!([])).await;
    for dispatches in [true, false] {
        for way in WAYS {
            page.is_at("identify").await;
            fill_in_as_password_manager(&page, json!({ "username": TYPED }), dispatches, way).await;
            page.is_at("password").await;
            let values = json!({ "username": SENT, "current-password": PASSWORD });
            fill_in_as_password_manager(&page, values, dispatches, way).await;
            page.is_at("signed-in").await;
            let left = "return findAll(null, 'input').length";
            assert_eq!(page.evaluates(left, json!([])).await, json!(0));
            let submitted = page.evaluates("return submitted.at(-1)", json!([])).await;
            let whole = format!("username +{SENT} current-password {PASSWORD}");
            let expected = [whole.clone(), whole.replace('+', "")];
            assert!(
                expected.contains(&submitted.as_str().unwrap_or_default().to_owned()),
                "{dispatches} {way}: {submitted}"
            );
            page.presses("Sign out").await;
        }
    }
    let sent = fixture
        .engine
        .fields(Endpoint::PasswordValidate, "identifierValue");
    assert_eq!(sent, vec![Some(SENT.to_owned()); 6]);
}

pub(crate) async fn password_manager_fills_in_the_identifier(fixture: &Fixture) {
    let page = fixture
        .opens(Shop::new().with_attributes(r#"identifiers="mobile email" country="IN""#))
        .await;
    for (value, sent) in [
        ("+919999922332", SENT),
        ("919999922332", SENT),
        ("9999922332", SENT),
        ("ada@example.org", "ada@example.org"),
    ] {
        for dispatches in [true, false] {
            page.is_at("identify").await;
            fill_in_as_password_manager(&page, json!({ "username": value }), dispatches, WAYS[1])
                .await;
            page.is_at("code").await;
            let code = fixture.engine.code_sent_to(sent);
            fill_in_as_password_manager(
                &page,
                json!({ "one-time-code": code }),
                dispatches,
                WAYS[0],
            )
            .await;
            page.is_at("signed-in").await;
            page.presses("Sign out").await;
        }
    }
}

pub(crate) async fn password_manager_generates_a_new_password(fixture: &Fixture) {
    fixture
        .engine
        .configure(|settings| settings.password_brand = true);
    let page = fixture
        .opens(Shop::new().with_attributes(r#"first-factor="password""#))
        .await;
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.receives_error("rejected", Some(1520)).await;
    page.is_at("new-password").await;
    fill_in_as_password_manager(
        &page,
        json!({ "new-password": "x9-Made-Up" }),
        true,
        WAYS[0],
    )
    .await;
    page.is_at("code").await;
    enter_code(fixture, &page).await;
    page.is_at("signed-in").await;
    page.presses("Sign out").await;
    continue_to(&page, "password").await;
    fill_in_as_password_manager(
        &page,
        json!({ "current-password": "x9-Made-Up" }),
        true,
        WAYS[1],
    )
    .await;
    page.is_at("signed-in").await;
}

pub(crate) async fn form_submit_without_an_event_does_not_navigate(fixture: &Fixture) {
    add_customer_with_password(fixture);
    let shop = Shop::new().with_attributes(r#"first-factor="password""#);
    for (shop, show) in [
        (shop.clone(), ""),
        (shop.with_attributes("dialog"), "widget().show()"),
    ] {
        let page = fixture.opens(shop).await;
        page.is_at("identify").await;
        page.evaluates(show, json!([])).await;
        continue_to(&page, "password").await;
        page.evaluates("window.isHere = true", json!([])).await;
        let calls = fixture.engine.calls();
        fill_in_as_password_manager(
            &page,
            json!({ "current-password": PASSWORD }),
            true,
            "submitWithoutEvent",
        )
        .await;
        let script = script!("password_managers.js"; "return afterNavigation()");
        let page_and_query = page.awaits(script, json!([])).await;
        assert_eq!(page_and_query, Ok(json!([true, ""])));
        assert_eq!(fixture.engine.calls(), calls);
        page.is_at("password").await;
        page.evaluates(show, json!([])).await;
        page.presses("Sign in").await;
        page.is_at("signed-in").await;
        page.evaluates("widget().signOut()", json!([])).await;
        page.is_at("identify").await;
    }
}

pub(crate) async fn username_filled_in_beside_a_password_is_ignored(fixture: &Fixture) {
    add_customer_with_password(fixture);
    let page = fixture
        .opens(Shop::new().with_attributes(r#"first-factor="auto""#))
        .await;
    continue_to(&page, "password").await;
    let values = json!({ "username": "+447700900123", "current-password": PASSWORD });
    fill_in_as_password_manager(&page, values, true, WAYS[0]).await;
    page.is_at("signed-in").await;
    assert_eq!(
        fixture
            .engine
            .field(Endpoint::PasswordValidate, "identifierValue"),
        SENT
    );
}
