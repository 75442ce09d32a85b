//! The playground of `cargo demo`: every state of the form side by side, and what can be turned.

use ae_e2e::{Bench, Page, Shop};
use serde_json::{Value, json};

use crate::sign_in::{SENT, TYPED};

/// Finds the widget of a state, in its frame.
const STATE: &str = "const page = (state) => document.querySelector(`[data-state=\"${state}\"] iframe`)?.contentWindow; \
     const form = (state) => page(state)?.document.querySelector('ae-login'); \
     const part = (state, name) => (form(state)?.shadowRoot ?? form(state))?.querySelector(`[part~=\"${name}\"]`); \
     const style = (state, name) => { const it = part(state, name); return it && page(state).getComputedStyle(it) };";

async fn all_are_there(page: &Page) {
    let script = "return document.querySelector('#progress').textContent";
    let there = format!("{script}.startsWith('All ')");
    page.waits_long("every state", &there, json!([])).await;
}

async fn opens(bench: &Bench, shop: Shop) -> Page {
    let page = bench.opens(shop).await;
    all_are_there(&page).await;
    page
}

/// The step that each frame shows, by the name of its state, and whether something is wrong there.
async fn steps(page: &Page) -> Value {
    let script = "const all = [...document.querySelectorAll('.board')].map((board) => board.dataset.state); \
         const isWrong = (state) => !!(form(state).shadowRoot ?? form(state)).querySelector('[part~=error]:not(:empty), [data-tone=error]:not(:empty)'); \
         return all.map((state) => [state, form(state).getAttribute('step'), isWrong(state)])";
    page.asks(&format!("{STATE} {script}"), json!([])).await
}

fn expected(is_wrong: bool) -> Value {
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
        // Nothing is asked of who is signed in, and nothing else is there for who is stuck.
        let is_wrong = state == "stuck" || is_wrong && state != "signed-in";
        json!([state, step, is_wrong])
    })
    .collect()
}

/// Sets a control, as a person would have.
async fn turns(page: &Page, control: &str, value: &str) {
    let script = "const it = document.getElementById(arguments[0]); \
         if (it.type === 'checkbox') { it.click(); return } \
         it.value = arguments[1]; \
         for (const name of ['input', 'change']) it.dispatchEvent(new Event(name, { bubbles: true }))";
    page.asks(script, json!([control, value])).await;
}

/// Shows all properties.
async fn unfolds(page: &Page) {
    let script = "for (const it of document.querySelectorAll('details')) it.open = true";
    page.asks(script, json!([])).await;
}

/// Waits until a part of a state has this computed style.
async fn shows(page: &Page, state: &str, part: &str, property: &str, value: &str) {
    let script =
        "return style(arguments[0], arguments[1])?.getPropertyValue(arguments[2]) === arguments[3]";
    let what = format!("{property}: {value} of {part} in {state}");
    page.waits(
        &what,
        &format!("{STATE} {script}"),
        json!([state, part, property, value]),
    )
    .await;
}

pub(crate) async fn playground_shows_every_state(bench: &Bench) {
    let page = opens(bench, Shop::playground()).await;
    assert_eq!(steps(&page).await, expected(false));
    turns(&page, "wrong", "").await;
    page.no_longer_sees("All 14 states are there.").await;
    all_are_there(&page).await;
    assert_eq!(steps(&page).await, expected(true));
    turns(&page, "shadow", "").await;
    page.no_longer_sees("All 14 states are there.").await;
    all_are_there(&page).await;
    assert_eq!(steps(&page).await, expected(true));
    let in_shadow = "return [...document.querySelectorAll('.board')].every((board) => !!form(board.dataset.state).shadowRoot)";
    let in_shadow = page.asks(&format!("{STATE} {in_shadow}"), json!([])).await;
    assert_eq!(in_shadow, json!(true));
    // Nobody's focus is taken on the way.
    let focused = page
        .asks("return document.activeElement.tagName", json!([]))
        .await;
    assert_ne!(focused, json!("IFRAME"));
}

pub(crate) async fn playground_controls_take_effect(bench: &Bench) {
    let page = opens(bench, Shop::playground()).await;
    unfolds(&page).await;
    turns(&page, "--ae-accent", "#0a5").await;
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
    turns(&page, "--ae-radius", "7px").await;
    shows(&page, "password", "input", "border-top-left-radius", "7px").await;
    // What is none is said and not put on.
    for none in ["round", "var(--ae-gap); color: red"] {
        turns(&page, "--ae-radius", none).await;
        page.sees("This is no length that CSS knows.").await;
    }
    shows(&page, "password", "input", "border-top-left-radius", "10px").await;
    page.asks("document.querySelector('#reset').click()", json!([]))
        .await;
    shows(
        &page,
        "identify",
        "submit",
        "background-color",
        "rgb(27, 29, 35)",
    )
    .await;

    turns(&page, "scheme", "dark").await;
    shows(&page, "code", "form", "background-color", "rgb(29, 31, 37)").await;
    page.asks(
        "document.querySelector('[value=rounded]').click()",
        json!([]),
    )
    .await;
    shows(&page, "code", "form", "background-color", "rgb(37, 26, 41)").await;
    turns(&page, "width", "600").await;
    let wide = "return page('code').innerWidth === 600";
    page.waits(
        "a frame of that width",
        &format!("{STATE} {wide}"),
        json!([]),
    )
    .await;
    turns(&page, "lang", "ar").await;
    shows(&page, "code", "form", "direction", "rtl").await;
    let spoken = "return form('code').innerText.includes(arguments[0])";
    page.waits("Arabic", &format!("{STATE} {spoken}"), json!(["أدخل"]))
        .await;
    turns(&page, "dir", "ltr").await;
    shows(&page, "code", "form", "direction", "ltr").await;
    turns(&page, "forced", "").await;
    shows(&page, "code", "form", "box-shadow", "none").await;
}

pub(crate) async fn playground_url_keeps_the_settings(bench: &Bench) {
    let page = opens(bench, Shop::playground()).await;
    turns(&page, "--ae-accent", "#0a5").await;
    turns(&page, "scheme", "dark").await;
    page.asks("document.querySelector('[value=dense]').click()", json!([]))
        .await;
    page.reloads().await;
    all_are_there(&page).await;
    shows(
        &page,
        "code",
        "submit",
        "background-color",
        "rgb(0, 170, 85)",
    )
    .await;
    shows(&page, "code", "form", "background-color", "rgb(23, 29, 29)").await;
    let held = "return [document.querySelector('[name=theme]:checked').value, document.querySelector('#scheme').value]";
    assert_eq!(page.asks(held, json!([])).await, json!(["dense", "dark"]));
}

pub(crate) async fn playground_css_looks_the_same_in_a_shop(bench: &Bench) {
    let page = opens(bench, Shop::playground()).await;
    page.asks(
        "document.querySelector('[value=dark-luxury]').click()",
        json!([]),
    )
    .await;
    turns(&page, "--ae-accent", "#0a5").await;
    turns(&page, "--ae-gap", "2em").await;
    // Where the padding is no longer a share of the page's width.
    turns(&page, "width", "900").await;
    shows(
        &page,
        "identify",
        "submit",
        "background-color",
        "rgb(0, 170, 85)",
    )
    .await;
    let looks = "const it = [...arguments[0].querySelectorAll('form, form [part]')].filter((it) => it.checkVisibility()); \
         const named = ['color', 'background-color', 'border-top-color', 'border-top-left-radius', 'row-gap', 'font-size', 'font-weight', 'text-align', 'min-height', 'padding-left']; \
         return it.map((it) => [it.getAttribute('part'), ...named.map((name) => it.ownerDocument.defaultView.getComputedStyle(it).getPropertyValue(name))])";
    let there = format!("{STATE} return (function () {{ {looks} }})(form('identify'))");
    let there = page.asks(&there, json!([])).await;
    let taken = "return ['css', 'snippet'].map((id) => document.getElementById(id).value)";
    let taken = page.asks(taken, json!([])).await;
    let (css, snippet) = (told(&taken[0]), told(&taken[1]));

    // The snippet's own script is the shop's; only where things are is another place.
    let (script, element) = snippet.split_once('\n').expect("two lines");
    assert_eq!(
        script,
        r#"<script type="module" src="https://cdn.shop.example/ae-login/ae-login.js"></script>"#
    );
    let element = element.replace("https://eu.api.capillarytech.com", "{{engine}}");
    let sheet =
        r#"<link rel="stylesheet" href="/taken.css"><link rel="stylesheet" href="/page.css">"#;
    let shop = Shop::new()
        .of(&element)
        .and_head(sheet)
        .with_sheet("/taken.css", &css)
        .with_sheet("/page.css", "body { font: 1rem/1.5 system-ui, sans-serif; } main { inline-size: 868px; max-inline-size: none; }");
    let shop = bench.opens(shop).await;
    shop.is_at("identify").await;
    let here = format!("return (function () {{ {looks} }})(widget())");
    assert_eq!(shop.asks(&here, json!([])).await, there);
    shop.types("Mobile number or e-mail", TYPED).await;
    bench.engine.knows(
        SENT,
        ae_engine::Customer {
            password: Some("correct horse".to_owned()),
            ..ae_engine::Customer::new("4068291")
        },
    );
    shop.presses("Continue").await;
    shop.is_at("code").await;
}

pub(crate) async fn playground_copy_is_confirmed(bench: &Bench) {
    let page = opens(bench, Shop::playground()).await;
    for (button, field, name) in [
        ("Copy CSS", "css", "The CSS"),
        ("Copy snippet", "snippet", "The snippet"),
    ] {
        page.presses(button).await;
        let said = "const said = document.querySelector('#said').textContent; return said.startsWith(arguments[0]) && said";
        let said = page.waits("an answer", said, json!([name])).await;
        // Where the clipboard may not be written, all of it is marked.
        if said != json!(format!("{name} is copied.")) {
            let marked = "const it = document.getElementById(arguments[0]); \
                 return document.activeElement === it && it.selectionStart === 0 && it.selectionEnd === it.value.length";
            assert_eq!(
                page.asks(marked, json!([field])).await,
                json!(true),
                "{said}"
            );
        }
    }
}

pub(crate) async fn playground_passes_axe(bench: &Bench) {
    let shop = Shop::playground().and_head(r#"<script src="/axe.js"></script>"#);
    let page = opens(bench, shop).await;
    unfolds(&page).await;
    page.is_open_to_everybody().await;
}

fn told(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}
