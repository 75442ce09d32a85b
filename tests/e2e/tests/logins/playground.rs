//! The playground of `cargo demo`: every state of the form side by side, and controls that change their look.

use ae_e2e::{Fixture, Page, Shop, script};
use serde_json::{Value, json};

use crate::sign_in::{SENT, TYPED};

/// Waits until all frames have reached their states.
async fn wait_for_all_states(page: &Page) {
    let script = "return document.querySelector('#progress').textContent.startsWith('All ')";
    page.waits_long_for("every state", script, json!([])).await;
}

/// Opens the playground and waits for all states.
async fn open(fixture: &Fixture, shop: Shop) -> Page {
    let page = fixture.opens(shop).await;
    wait_for_all_states(&page).await;
    page
}

/// For each state: its name, the step of its frame, and whether the frame shows an error.
async fn steps(page: &Page) -> Value {
    let script = script!("playground.js"; "return steps()");
    page.evaluates(script, json!([])).await
}

/// What [`steps`] returns, with or without errors.
fn expected(has_errors: bool) -> Value {
    [
        ("identify", "identify"),
        ("identify-address", "identify"),
        ("code", "code"),
        ("code-again", "code"),
        ("password", "password"),
        ("new-password", "new-password"),
        ("forgot-password", "forgot-password"),
        ("change-password", "change-password"),
        ("second-identify", "second-identify"),
        ("second-code", "second-code"),
        ("second-password", "second-password"),
        ("second-new-password", "second-new-password"),
        ("signed-in", "signed-in"),
        ("stuck", "stuck"),
    ]
    .into_iter()
    .map(|(state, step)| {
        // `signed-in` has no fields that could have an error; `stuck` always shows one.
        let has_error = state == "stuck" || has_errors && state != "signed-in";
        json!([state, step, has_error])
    })
    .collect()
}

/// Sets a control.
async fn set_control(page: &Page, control: &str, value: &str) {
    let script = script!("playground.js"; "setControl(...arguments)");
    page.evaluates(script, json!([control, value])).await;
}

/// Opens the lists of all properties.
async fn open_all_details(page: &Page) {
    let script = script!("playground.js"; "openAllDetails()");
    page.evaluates(script, json!([])).await;
}

/// Waits until a part of a state has a computed style.
async fn shows(page: &Page, state: &str, part: &str, property: &str, value: &str) {
    let script = script!("playground.js"; "return styleOf(arguments[0], arguments[1])?.getPropertyValue(arguments[2]) === arguments[3]");
    let what = format!("{property}: {value} of {part} in {state}");
    page.waits_for(&what, script, json!([state, part, property, value]))
        .await;
}

pub(crate) async fn playground_shows_every_state(fixture: &Fixture) {
    let page = open(fixture, Shop::playground()).await;
    assert_eq!(steps(&page).await, expected(false));
    set_control(&page, "wrong", "").await;
    page.no_longer_sees("All 14 states are there.").await;
    wait_for_all_states(&page).await;
    assert_eq!(steps(&page).await, expected(true));
    set_control(&page, "shadow", "").await;
    page.no_longer_sees("All 14 states are there.").await;
    wait_for_all_states(&page).await;
    assert_eq!(steps(&page).await, expected(true));
    let script =
        script!("playground.js"; "return states().every((state) => !!widgetOf(state).shadowRoot)");
    let in_shadow = page.evaluates(script, json!([])).await;
    assert_eq!(in_shadow, json!(true));
    // No frame has taken the focus.
    let focused = page
        .evaluates("return document.activeElement.tagName", json!([]))
        .await;
    assert_ne!(focused, json!("IFRAME"));
}

pub(crate) async fn playground_controls_take_effect(fixture: &Fixture) {
    let page = open(fixture, Shop::playground()).await;
    open_all_details(&page).await;
    set_control(&page, "--ae-accent", "#0a5").await;
    for state in ["identify", "second-code"] {
        shows(
            &page,
            state,
            "submit",
            "background-color",
            "rgb(0, 170, 85)",
        )
        .await;
    }
    set_control(&page, "--ae-radius", "7px").await;
    shows(&page, "password", "input", "border-top-left-radius", "7px").await;
    // An invalid length is reported and not applied.
    for invalid in ["round", "var(--ae-gap); color: red"] {
        set_control(&page, "--ae-radius", invalid).await;
        page.sees("This is no length that CSS knows.").await;
    }
    shows(&page, "password", "input", "border-top-left-radius", "10px").await;
    page.evaluates("document.querySelector('#reset').click()", json!([]))
        .await;
    shows(
        &page,
        "identify",
        "submit",
        "background-color",
        "rgb(27, 29, 35)",
    )
    .await;

    set_control(&page, "scheme", "dark").await;
    shows(&page, "code", "form", "background-color", "rgb(29, 31, 37)").await;
    page.evaluates(
        "document.querySelector('[value=rounded]').click()",
        json!([]),
    )
    .await;
    shows(&page, "code", "form", "background-color", "rgb(37, 26, 41)").await;
    set_control(&page, "width", "600").await;
    let script = script!("playground.js"; "return frameOf('code').innerWidth === 600");
    page.waits_for("a frame of that width", script, json!([]))
        .await;
    set_control(&page, "lang", "ar").await;
    shows(&page, "code", "form", "direction", "rtl").await;
    let script =
        script!("playground.js"; "return widgetOf('code').innerText.includes(arguments[0])");
    page.waits_for("Arabic", script, json!(["أدخل"])).await;
    set_control(&page, "dir", "ltr").await;
    shows(&page, "code", "form", "direction", "ltr").await;
    set_control(&page, "forced", "").await;
    shows(&page, "code", "form", "box-shadow", "none").await;
}

pub(crate) async fn playground_url_keeps_the_settings(fixture: &Fixture) {
    let page = open(fixture, Shop::playground()).await;
    set_control(&page, "--ae-accent", "#0a5").await;
    set_control(&page, "scheme", "dark").await;
    page.evaluates("document.querySelector('[value=dense]').click()", json!([]))
        .await;
    page.reloads().await;
    wait_for_all_states(&page).await;
    shows(
        &page,
        "code",
        "submit",
        "background-color",
        "rgb(0, 170, 85)",
    )
    .await;
    shows(&page, "code", "form", "background-color", "rgb(23, 29, 29)").await;
    let settings = "return [document.querySelector('[name=theme]:checked').value, document.querySelector('#scheme').value]";
    assert_eq!(
        page.evaluates(settings, json!([])).await,
        json!(["dense", "dark"])
    );
}

pub(crate) async fn playground_css_looks_the_same_in_a_shop(fixture: &Fixture) {
    let page = open(fixture, Shop::playground()).await;
    page.evaluates(
        "document.querySelector('[value=dark-luxury]').click()",
        json!([]),
    )
    .await;
    set_control(&page, "--ae-accent", "#0a5").await;
    set_control(&page, "--ae-gap", "2em").await;
    // In a page of this width, the padding does not depend on the width.
    set_control(&page, "width", "900").await;
    shows(
        &page,
        "identify",
        "submit",
        "background-color",
        "rgb(0, 170, 85)",
    )
    .await;
    let script = script!("playground.js"; "return appearanceOf(widgetOf('identify'))");
    let in_playground = page.evaluates(script, json!([])).await;
    let script = "return ['css', 'snippet'].map((id) => document.getElementById(id).value)";
    let copied = page.evaluates(script, json!([])).await;
    let (css, snippet) = (text_of(&copied[0]), text_of(&copied[1]));

    // The snippet's script is the one that the shop loads already; only its address differs.
    let (script, element) = snippet.split_once('\n').expect("two lines");
    assert_eq!(
        script,
        r#"<script type="module" src="https://cdn.shop.example/ae-login/ae-login.js"></script>"#
    );
    let element = element.replace("https://eu.api.capillarytech.com", "{{engine}}");
    let sheet =
        r#"<link rel="stylesheet" href="/copied.css"><link rel="stylesheet" href="/page.css">"#;
    let shop = Shop::new()
        .with_main(&element)
        .with_head(sheet)
        .with_sheet("/copied.css", &css)
        .with_sheet("/page.css", "body { font: 1rem/1.5 system-ui, sans-serif; } main { inline-size: 868px; max-inline-size: none; }");
    let shop = fixture.opens(shop).await;
    shop.is_at("identify").await;
    let script = script!("playground.js"; "return appearanceOf(widget())");
    assert_eq!(shop.evaluates(script, json!([])).await, in_playground);
    shop.types("Mobile number or email", TYPED).await;
    fixture.engine.adds_customer(
        SENT,
        ae_engine::Customer {
            password: Some("correct horse".to_owned()),
            ..ae_engine::Customer::new("4068291")
        },
    );
    shop.presses("Continue").await;
    shop.is_at("code").await;
}

pub(crate) async fn playground_copy_is_confirmed(fixture: &Fixture) {
    let page = open(fixture, Shop::playground()).await;
    for (button, field, name) in [
        ("Copy CSS", "css", "The CSS"),
        ("Copy snippet", "snippet", "The snippet"),
    ] {
        page.presses(button).await;
        let script = script!("playground.js"; "return copyAnswer(arguments[0])");
        let answer = page.waits_for("an answer", script, json!([name])).await;
        // Where scripts may not write to the clipboard, the text is selected instead.
        if answer != json!(format!("{name} is copied.")) {
            let script = script!("playground.js"; "return isSelected(arguments[0])");
            assert_eq!(
                page.evaluates(script, json!([field])).await,
                json!(true),
                "{answer}"
            );
        }
    }
}

pub(crate) async fn playground_passes_axe(fixture: &Fixture) {
    let shop = Shop::playground().with_head(r#"<script src="/axe.js"></script>"#);
    let page = open(fixture, shop).await;
    open_all_details(&page).await;
    page.passes_axe().await;
}

fn text_of(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}
