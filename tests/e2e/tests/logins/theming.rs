//! Parts and custom properties: each has an effect, and rules of the page win over those of the widget.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use ae_e2e::{Fixture, Page, Shop, script};
use ae_engine::{Endpoint, Fault};
use serde_json::{Value, json};
use xtask::paths;
use xtask::site::{CSP, Site};

use crate::passwords::add_customer_with_password;
use crate::shared_session::advance_clock;
use crate::sign_in::{SENT, TYPED};

/// Names and descriptions in `custom-elements.json`.
fn named(kind: &str) -> Vec<(String, String)> {
    let file = paths::root().join("src/element/custom-elements.json");
    let text = std::fs::read_to_string(file).expect("a manifest");
    let manifest: Value = serde_json::from_str(&text).expect("JSON");
    let all = manifest["modules"][0]["declarations"][0][kind].as_array();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let all = all.expect("a list").iter();
    all.map(|it| (text(&it["name"]), text(&it["description"])))
        .collect()
}

/// The names of all parts.
fn parts() -> BTreeSet<String> {
    named("cssParts")
        .into_iter()
        .map(|(name, _)| name)
        .collect()
}

/// Shows every part on some screen, and checks each screen.
async fn visit_screens(fixture: &Fixture, shop: Shop, check: impl AsyncFn(&Page)) {
    add_customer_with_password(fixture);
    fixture
        .engine
        .configure(|settings| settings.fallback_channels = vec!["WHATSAPP".to_owned()]);
    let shop = shop.with_attributes(
        r#"first-factor="auto" country="US" remember="ask" fallback-channels="WHATSAPP" resend-after="0""#,
    );
    let page = fixture.opens(shop).await;
    page.is_at("identify").await;
    // Without transitions, computed colours are final.
    let no_transitions = "widget(null).style.setProperty('--ae-duration', '0s')";
    page.evaluates(no_transitions, json!([])).await;
    page.presses("Continue").await;
    page.sees("Fill in this field to continue.").await;
    page.has_focus_in("Mobile number").await;
    crate::phone_numbers::country_is(&page, "US", "US +1").await;
    check(&page).await;

    page.types("Mobile number", "+44 7700 900123").await;
    page.presses("Continue").await;
    page.receives_error("rejected", Some(1520)).await;
    page.is_at("new-password").await;
    check(&page).await;
    page.presses("Not you?").await;
    page.is_at("identify").await;

    page.types("Mobile number", TYPED).await;
    let retry_after = Some("2".to_owned());
    let busy = Fault::TooMany { retry_after };
    fixture.engine.fails(Endpoint::TokenGenerate, busy);
    page.presses("Continue").await;
    page.receives_error("rate-limited", Some(429)).await;
    page.countdown("Continue").await;
    check(&page).await;
    let ready = "return button(null, 'Continue')?.getAttribute('aria-disabled') !== 'true'";
    page.waits_for("the end of the wait", ready, json!([]))
        .await;
    page.presses("Continue").await;
    page.is_at("password").await;
    check(&page).await;
    page.presses("Forgot password?").await;
    page.is_at("forgot-password").await;
    check(&page).await;
    page.presses("Back").await;
    page.is_at("password").await;
    page.presses("Use a code instead").await;
    page.is_at("code").await;
    page.presses("Resend code").await;
    page.sees("A new code is on its way.").await;
    check(&page).await;
    page.types("Code", &fixture.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    check(&page).await;
}

/// Shows a dialog with a warning about its time limit, and checks it.
async fn visit_dialog(fixture: &Fixture, shop: Shop, check: impl AsyncFn(&Page)) {
    let clock = r#"<script src="/clock.js"></script>"#;
    let shop = shop
        .with_attributes(r#"dialog storage="memory""#)
        .with_head(clock);
    let page = fixture.opens(shop).await;
    page.is_at("identify").await;
    page.evaluates("widget().show()", json!([])).await;
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.is_at("code").await;
    advance_clock(&page, 14 * 60).await;
    page.sees("This sign-in is about to expire").await;
    check(&page).await;
}

pub(crate) async fn every_part_can_be_styled(fixture: &Fixture) {
    // These two are slots. In light DOM a scenario of `page_children.rs` tries them.
    check_parts(fixture, Shop::new(), &["footer", "header"]).await;
}

pub(crate) async fn every_part_can_be_styled_in_a_shadow_tree(fixture: &Fixture) {
    check_parts(fixture, Shop::new().with_attributes("shadow"), &[]).await;
}

async fn check_parts(fixture: &Fixture, shop: Shop, slots: &[&str]) {
    let script = script!("theming.js"; "return styledParts(arguments[0])");
    let seen = RefCell::new(BTreeSet::new());
    let check = async |page: &Page| {
        let shown = page.evaluates(script, json!([parts()])).await;
        let shown: Vec<(String, bool)> = serde_json::from_value(shown).expect("parts");
        for (part, is_styled) in shown {
            assert!(is_styled, "a rule about {part} has no effect");
            seen.borrow_mut().insert(part);
        }
    };
    visit_screens(fixture, shop.clone(), check).await;
    visit_dialog(fixture, shop, check).await;
    let unseen = &parts() - &seen.into_inner();
    assert_eq!(unseen.iter().collect::<Vec<_>>(), slots, "never shown");
}

pub(crate) async fn every_custom_property_has_an_effect(fixture: &Fixture) {
    check_custom_properties(fixture, Shop::new()).await;
}

pub(crate) async fn every_custom_property_has_an_effect_in_a_shadow_tree(fixture: &Fixture) {
    check_custom_properties(fixture, Shop::new().with_attributes("shadow")).await;
}

async fn check_custom_properties(fixture: &Fixture, shop: Shop) {
    let script = script!("theming.js"; "return effectiveProperties(arguments[0])");
    let unusual = |unit: &str| match unit {
        "color" => "rgb(1, 2, 3)",
        "length" => "37px",
        "number" => "3",
        "font-family" => "monospace",
        "shadow" => "0 0 9px rgb(1, 2, 3)",
        "time" => "7s",
        _ => panic!("{unit}: no unusual value for this unit"),
    };
    let all = named("cssProperties")
        .into_iter()
        .map(|(name, description)| {
            let (unit, _) = description.split_once(": ").expect("a unit");
            (name, unusual(unit).to_owned())
        });
    let left = RefCell::new(all.collect::<Vec<_>>());
    let check = async |page: &Page| {
        let tried = left.borrow().clone();
        let found = page.evaluates(script, json!([tried])).await;
        let found: Vec<String> = serde_json::from_value(found).expect("names");
        left.borrow_mut().retain(|(name, _)| !found.contains(name));
    };
    visit_screens(fixture, shop.clone(), check).await;
    visit_dialog(fixture, shop, check).await;
    let left = left.into_inner();
    assert!(left.is_empty(), "without an effect: {left:?}");
}

pub(crate) async fn page_rule_wins_before_and_after_the_widget_sheet(fixture: &Fixture) {
    check_page_rules(fixture, Shop::new()).await;
}

pub(crate) async fn part_rule_wins_before_and_after_the_widget_sheet_in_a_shadow_tree(
    fixture: &Fixture,
) {
    check_page_rules(fixture, Shop::new().with_attributes("shadow")).await;
}

/// Checks that one ordinary rule for each part can reset every property that the widget's sheet declares.
async fn check_page_rules(fixture: &Fixture, shop: Shop) {
    let script = script!("theming.js"; "return propertiesThatStay(arguments[0])");
    visit_screens(fixture, shop, async |page: &Page| {
        let found = page.evaluates(script, json!([parts()])).await;
        assert!(
            found[0].as_u64() > Some(50),
            "properties of the widget's sheet: {found}"
        );
        assert_eq!(found[1], json!([]));
    })
    .await;
}

pub(crate) async fn unknown_custom_property_is_reported_once(fixture: &Fixture) {
    let other = Site {
        root: paths::root().join("tests/e2e/src/shop"),
        routes: vec![(
            "/far.css".to_owned(),
            "text/css".to_owned(),
            b"ae-login { --ae-far: 1px }".to_vec(),
        )],
        ..Site::default()
    };
    let other = other.serve((Ipv4Addr::LOCALHOST, 0).into()).await;
    let other = other.expect("a free port for sheets");
    let widget = r#"<ae-login base-url="{{engine}}" brand="DocDemo" style="--ae-text:#111;--ae-txet:#111"></ae-login>"#;
    let shop = Shop::new()
        .with_main(&format!("{widget}{widget}"))
        .with_head(r#"<link rel="stylesheet" href="/misspelled_properties.css"><script src="/misspelled_properties.js"></script>"#)
        .with_head(&format!(
            r#"<link rel="stylesheet" href="{}/far.css">"#,
            other.origin()
        ))
        .with_csp(&CSP.replace(
            "style-src 'self'",
            &format!("style-src 'self' 'unsafe-inline' {}", other.origin()),
        ));
    let page = fixture.opens(shop).await;
    page.allows_problem("ae-login: unknown custom property");
    let script = "return window.problems.length >= 4 && window.problems.sort()";
    let problems = page
        .waits_for("four warnings in the console", script, json!([]))
        .await;
    let warning = |name| format!("console.warn: ae-login: unknown custom property --ae-{name}");
    let all = ["acent", "gapp", "raduis", "txet"].map(warning);
    assert_eq!(problems, json!(all));

    // Another element with another misspelling repeats no warning.
    let script = script!("theming.js"; "addCopyWithMisspelling()");
    page.evaluates(script, json!([])).await;
    let script = "return window.problems.length >= 5 && window.problems.sort()";
    let problems = page.waits_for("one more warning", script, json!([])).await;
    let all = ["acent", "colour", "gapp", "raduis", "txet"].map(warning);
    assert_eq!(problems, json!(all));
}
