//! Password managers: what they find in the form, and whatever they do with it.

use ae_e2e::{Bench, Page, Shop};
use ae_engine::Endpoint;
use serde_json::{Value, json};

use crate::passwords::{PASSWORD, a_customer_with_a_password, choose, continue_to, enter_the_code};
use crate::sign_in::{SENT, TYPED};

/// How managers send a form.
const WAYS: [&str; 3] = [
    "form.requestSubmit()",
    "submit.click()",
    // Enter in a field presses the button that submits.
    "form.requestSubmit(submit)",
];

/// Fills in inputs of the form as an extension does, by their purpose, and sends it at once if there is a way to. Some tell the
/// page's scripts of what they fill in, and some do not.
async fn manages(page: &Page, values: Value, tells: bool, way: &str) {
    let script = format!(
        "const [values, tells] = arguments; const [form] = inside(null, 'form'); \
         const {{ set }} = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value'); \
         for (const [purpose, value] of Object.entries(values)) \
           for (const input of form.querySelectorAll(`input[autocomplete=\"${{purpose}}\"]`)) {{ \
             set.call(input, value); \
             if (tells) for (const name of ['keydown', 'input', 'keyup', 'change']) input.dispatchEvent(new Event(name, {{ bubbles: true }})); \
           }} \
         const submit = form.querySelector('[type=submit]'); {way}"
    );
    page.asks(&script, json!([values, tells])).await;
}

/// The inputs as a manager finds them: type, name, purpose as it is written (Firefox does not know that of codes), and whom the form
/// is about.
async fn finds(page: &Page, step: &str, inputs: &[&str]) {
    page.is_at(step).await;
    let script = "const seen = (it) => `${it.type} ${it.name} ${it.getAttribute('autocomplete')} ${it.matches('[part=username]') ? it.value : ''}`.trim(); \
         return [...inside(null, 'form')[0].elements].filter((it) => it.matches('input')).map(seen)";
    assert_eq!(page.asks(script, json!([])).await, json!(inputs), "{step}");
}

pub(crate) async fn every_password_field_has_a_username_field(bench: &Bench) {
    a_customer_with_a_password(bench);
    bench.engine.is(|settings| {
        settings.mfa_password = true;
        settings.forced_mfa = true;
    });
    let shop = Shop::new().with(r#"first-factor="auto" second-factor-method="password""#);
    let page = bench.opens(shop).await;
    let name = "text username username +919999922332";
    let current = "password current-password current-password";
    let new = "password new-password new-password";
    finds(&page, "identify", &["tel username username"]).await;
    continue_to(&page, "password").await;
    finds(&page, "password", &[name, current]).await;
    page.presses("I forgot my password").await;
    finds(&page, "forgot-password", &[name, new, new]).await;
    page.presses("Back").await;
    finds(&page, "password", &[name, current]).await;
    page.reloads().await;
    finds(&page, "password", &[name, current]).await;
    page.types("Password", PASSWORD).await;
    page.presses("Sign in").await;
    finds(&page, "second-new-password", &[name, new, new]).await;
    choose(&page, "battery staple").await;
    finds(&page, "second-code", &["text one-time-code one-time-code"]).await;
    enter_the_code(bench, &page).await;
    page.is_at("signed-in").await;
    page.asks("widget().changePassword()", json!([])).await;
    finds(&page, "change-password", &[name, current, new, new]).await;
}

pub(crate) async fn password_manager_signs_in_every_way(bench: &Bench) {
    manages_every_way(bench, Shop::new()).await;
}

pub(crate) async fn password_manager_signs_in_every_way_in_a_shadow_tree(bench: &Bench) {
    manages_every_way(bench, Shop::new().with("shadow")).await;
}

async fn manages_every_way(bench: &Bench, shop: Shop) {
    a_customer_with_a_password(bench);
    let page = bench.opens(shop.with(r#"first-factor="password""#)).await;
    // What a manager keeps: what stands in the form when it is sent, if the password is gone from the page afterwards.
    let keeps = "window.kept = []; (widget().shadowRoot ?? window).addEventListener('submit', (event) => { \
         const form = event.composedPath()[0]; \
         kept.push([...new FormData(form)].flat().join(' ')); \
       }, true)";
    page.is_at("identify").await;
    page.asks(keeps, json!([])).await;
    for tells in [true, false] {
        for way in WAYS {
            page.is_at("identify").await;
            manages(&page, json!({ "username": TYPED }), tells, way).await;
            page.is_at("password").await;
            let values = json!({ "username": SENT, "current-password": PASSWORD });
            manages(&page, values, tells, way).await;
            page.is_at("signed-in").await;
            let left = "return inside(null, 'input').length";
            assert_eq!(page.asks(left, json!([])).await, json!(0));
            let kept = page.asks("return kept.at(-1)", json!([])).await;
            let whole = format!("username +{SENT} current-password {PASSWORD}");
            let known = [whole.clone(), whole.replace('+', "")];
            assert!(
                known.contains(&kept.as_str().unwrap_or_default().to_owned()),
                "{tells} {way}: {kept}"
            );
            page.presses("Sign out").await;
        }
    }
    let sent = bench
        .engine
        .fields(Endpoint::PasswordValidate, "identifierValue");
    assert_eq!(sent, vec![Some(SENT.to_owned()); 6]);
}

pub(crate) async fn password_manager_fills_in_the_identifier(bench: &Bench) {
    let page = bench
        .opens(Shop::new().with(r#"identifiers="mobile email" country="IN""#))
        .await;
    for (value, sent) in [
        ("+919999922332", SENT),
        ("919999922332", SENT),
        ("9999922332", SENT),
        ("ada@example.org", "ada@example.org"),
    ] {
        for tells in [true, false] {
            page.is_at("identify").await;
            manages(&page, json!({ "username": value }), tells, WAYS[1]).await;
            page.is_at("code").await;
            let code = bench.engine.code_sent_to(sent);
            manages(&page, json!({ "one-time-code": code }), tells, WAYS[0]).await;
            page.is_at("signed-in").await;
            page.presses("Sign out").await;
        }
    }
}

pub(crate) async fn password_manager_generates_a_new_password(bench: &Bench) {
    bench.engine.is(|settings| settings.password_brand = true);
    let page = bench
        .opens(Shop::new().with(r#"first-factor="password""#))
        .await;
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.hears_error("rejected", Some(1520)).await;
    page.is_at("new-password").await;
    manages(
        &page,
        json!({ "new-password": "x9-Made-Up" }),
        true,
        WAYS[0],
    )
    .await;
    page.is_at("code").await;
    enter_the_code(bench, &page).await;
    page.is_at("signed-in").await;
    page.presses("Sign out").await;
    continue_to(&page, "password").await;
    manages(
        &page,
        json!({ "current-password": "x9-Made-Up" }),
        true,
        WAYS[1],
    )
    .await;
    page.is_at("signed-in").await;
}

pub(crate) async fn form_submit_without_an_event_does_not_navigate(bench: &Bench) {
    a_customer_with_a_password(bench);
    let shop = Shop::new().with(r#"first-factor="password""#);
    for (shop, opens) in [(shop.clone(), ""), (shop.with("dialog"), "widget().show()")] {
        let page = bench.opens(shop).await;
        page.is_at("identify").await;
        page.asks(opens, json!([])).await;
        continue_to(&page, "password").await;
        page.asks("window.isHere = true", json!([])).await;
        let calls = bench.engine.calls();
        manages(
            &page,
            json!({ "current-password": PASSWORD }),
            true,
            "try { form.submit() } catch { /* Firefox says that it leads nowhere. */ }",
        )
        .await;
        // A page that would be left is left before this is answered.
        let later = "return new Promise((done) => requestAnimationFrame(() => setTimeout(() => done([window.isHere, location.search]))))";
        let here = page.promised(later, json!([])).await;
        assert_eq!(here, Ok(json!([true, ""])));
        assert_eq!(bench.engine.calls(), calls);
        page.is_at("password").await;
        page.asks(opens, json!([])).await;
        page.presses("Sign in").await;
        page.is_at("signed-in").await;
        page.asks("widget().signOut()", json!([])).await;
        page.is_at("identify").await;
    }
}

pub(crate) async fn username_filled_in_beside_a_password_is_ignored(bench: &Bench) {
    a_customer_with_a_password(bench);
    let page = bench
        .opens(Shop::new().with(r#"first-factor="auto""#))
        .await;
    continue_to(&page, "password").await;
    let values = json!({ "username": "+447700900123", "current-password": PASSWORD });
    manages(&page, values, true, WAYS[0]).await;
    page.is_at("signed-in").await;
    assert_eq!(
        bench
            .engine
            .field(Endpoint::PasswordValidate, "identifierValue"),
        SENT
    );
}
