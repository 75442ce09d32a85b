//! What a designer may rely on: every part and every custom property, in the page and in a shadow tree.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use ae_e2e::{Bench, Page, Shop};
use ae_engine::{Endpoint, Fault};
use serde_json::{Value, json};
use xtask::paths;
use xtask::site::{CSP, Site};

use crate::passwords::a_customer_with_a_password;
use crate::shared_session::seconds_pass;
use crate::sign_in::{SENT, TYPED};

/// Names and descriptions, as `custom-elements.json` has them.
fn named(kind: &str) -> Vec<(String, String)> {
    let file = paths::root().join("src/element/custom-elements.json");
    let text = std::fs::read_to_string(file).expect("a manifest");
    let manifest: Value = serde_json::from_str(&text).expect("JSON");
    let all = manifest["modules"][0]["declarations"][0][kind].as_array();
    let word = |of: &Value| of.as_str().expect("a text").to_owned();
    let all = all.expect("a list").iter();
    all.map(|it| (word(&it["name"]), word(&it["description"])))
        .collect()
}

fn parts() -> BTreeSet<String> {
    named("cssParts")
        .into_iter()
        .map(|(name, _)| name)
        .collect()
}

/// Walks past every part there is, and looks at each screen.
async fn tour(bench: &Bench, shop: Shop, look: impl AsyncFn(&Page)) {
    a_customer_with_a_password(bench);
    bench
        .engine
        .is(|settings| settings.fallback_channels = vec!["WHATSAPP".to_owned()]);
    let shop = shop.with(
        r#"first-factor="auto" country="US" remember="ask" fallback-channels="WHATSAPP" resend-after="0""#,
    );
    let page = bench.opens(shop).await;
    page.is_at("identify").await;
    // What is on its way from one colour to another is neither.
    let at_once = "widget(null).style.setProperty('--ae-duration', '0s')";
    page.asks(at_once, json!([])).await;
    page.presses("Continue").await;
    page.sees("Enter this to go on.").await;
    page.is_in("Mobile number").await;
    crate::phone_numbers::lists(&page, "US", "US +1").await;
    look(&page).await;

    page.types("Mobile number", "+44 7700 900123").await;
    page.presses("Continue").await;
    page.hears_error("rejected", Some(1520)).await;
    page.is_at("new-password").await;
    look(&page).await;
    page.presses("Not you?").await;
    page.is_at("identify").await;

    page.types("Mobile number", TYPED).await;
    let retry_after = Some("2".to_owned());
    let busy = Fault::TooMany { retry_after };
    bench.engine.fails(Endpoint::TokenGenerate, busy);
    page.presses("Continue").await;
    page.hears_error("rate-limited", Some(429)).await;
    page.countdown("Continue").await;
    look(&page).await;
    let ready = "return button(null, 'Continue')?.getAttribute('aria-disabled') !== 'true'";
    page.waits("the end of the wait", ready, json!([])).await;
    page.presses("Continue").await;
    page.is_at("password").await;
    look(&page).await;
    page.presses("I forgot my password").await;
    page.is_at("forgot-password").await;
    look(&page).await;
    page.presses("Back").await;
    page.is_at("password").await;
    page.presses("Use a code instead").await;
    page.is_at("code").await;
    page.presses("Send a new code").await;
    page.sees("A new code is on its way.").await;
    look(&page).await;
    page.types("Code", &bench.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    look(&page).await;
}

/// The same in a dialog, where little time is left.
async fn dialog(bench: &Bench, shop: Shop, look: impl AsyncFn(&Page)) {
    let clock = r#"<script src="/clock.js"></script>"#;
    let shop = shop.with(r#"dialog storage="memory""#).and_head(clock);
    let page = bench.opens(shop).await;
    page.is_at("identify").await;
    page.asks("widget().show()", json!([])).await;
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.is_at("code").await;
    seconds_pass(&page, 14 * 60).await;
    page.sees("Little time is left").await;
    look(&page).await;
}

/// Ahead of the scripts below: where the form is, and how a designer writes of a part.
const THERE: &str = "const element = widget(null), root = element.shadowRoot ?? element; \
     const about = (part) => element.shadowRoot ? `ae-login::part(${part})` : `ae-login [part~=\"${part}\"]`; ";

pub(crate) async fn every_part_can_be_styled(bench: &Bench) {
    parts_can_be_dressed(bench, Shop::new()).await;
}

pub(crate) async fn every_part_can_be_styled_in_a_shadow_tree(bench: &Bench) {
    parts_can_be_dressed(bench, Shop::new().with("shadow")).await;
}

async fn parts_can_be_dressed(bench: &Bench, shop: Shop) {
    // One rule at a time, since most elements are several parts.
    let script = format!(
        "{THERE} const sheet = new CSSStyleSheet(), sheets = [...document.adoptedStyleSheets]; \
         document.adoptedStyleSheets = [sheet, ...sheets]; \
         const isDressed = (it) => getComputedStyle(it).color === 'rgb(1, 2, 3)' && getComputedStyle(it).scrollMarginTop === '7px'; \
         const drawn = arguments[0].flatMap((part) => {{ \
           sheet.replaceSync(`${{about(part)}} {{ color: rgb(1, 2, 3); scroll-margin-top: 7px }}`); \
           return [...root.querySelectorAll(`[part~=\"${{part}}\"]`)].map((it) => [part, isDressed(it)]); \
         }}); \
         document.adoptedStyleSheets = sheets; \
         return drawn"
    );
    let seen = RefCell::new(BTreeSet::new());
    let look = async |page: &Page| {
        let drawn = page.asks(&script, json!([parts()])).await;
        let drawn: Vec<(String, bool)> = serde_json::from_value(drawn).expect("parts");
        for (part, is_dressed) in drawn {
            assert!(is_dressed, "{part} keeps its looks");
            seen.borrow_mut().insert(part);
        }
    };
    tour(bench, shop.clone(), look).await;
    dialog(bench, shop, look).await;
    let unseen = &parts() - &seen.into_inner();
    assert!(unseen.is_empty(), "never drawn: {unseen:?}");
}

pub(crate) async fn every_custom_property_has_an_effect(bench: &Bench) {
    properties_show(bench, Shop::new()).await;
}

pub(crate) async fn every_custom_property_has_an_effect_in_a_shadow_tree(bench: &Bench) {
    properties_show(bench, Shop::new().with("shadow")).await;
}

async fn properties_show(bench: &Bench, shop: Shop) {
    let script = format!(
        "{THERE} const seen = [...root.querySelectorAll('[part]')].filter((it) => isSeen(it) && it.getBoundingClientRect().width > 1); \
         const looks = () => seen.flatMap((it) => [null, '::backdrop'].map((which) => getComputedStyle(it, which))).map((style) => [...style].filter((name) => !name.startsWith('--')).map((name) => style.getPropertyValue(name)).join()).join(); \
         return arguments[0].filter(([name, odd]) => {{ \
           const [usual, before] = [element.style.getPropertyValue(name), looks()]; \
           element.style.setProperty(name, odd); \
           const changes = looks() !== before; \
           element.style.setProperty(name, usual); \
           return changes; \
         }}).map(([name]) => name)"
    );
    let odd = |unit: &str| match unit {
        "color" => "rgb(1, 2, 3)",
        "length" => "37px",
        "number" => "3",
        "font-family" => "monospace",
        "shadow" => "0 0 9px rgb(1, 2, 3)",
        "time" => "7s",
        _ => panic!("{unit}: a unit without an odd value"),
    };
    let all = named("cssProperties").into_iter().map(|(name, words)| {
        let (unit, _) = words.split_once(": ").expect("a unit");
        let odd = odd(unit).to_owned();
        (name, odd)
    });
    let left = RefCell::new(all.collect::<Vec<_>>());
    let look = async |page: &Page| {
        let tried = left.borrow().clone();
        let found = page.asks(&script, json!([tried])).await;
        let found: Vec<String> = serde_json::from_value(found).expect("names");
        left.borrow_mut().retain(|(name, _)| !found.contains(name));
    };
    tour(bench, shop.clone(), look).await;
    dialog(bench, shop, look).await;
    let left = left.into_inner();
    assert!(left.is_empty(), "changes nothing: {left:?}");
}

pub(crate) async fn page_rule_wins_before_and_after_the_widget_sheet(bench: &Bench) {
    a_rule_wins(bench, Shop::new()).await;
}

pub(crate) async fn part_rule_wins_before_and_after_the_widget_sheet_in_a_shadow_tree(bench: &Bench) {
    a_rule_wins(bench, Shop::new().with("shadow")).await;
}

/// Takes every look of every part away by one ordinary rule each, which names the focus since ours for the ring does, and names the looks that stay: those that another element of
/// the kind has not that lost all its looks. Sizes follow what is inside, and `all` leaves the direction alone.
async fn a_rule_wins(bench: &Bench, shop: Shop) {
    let script = format!(
        "{THERE} const own = [...(element.shadowRoot ?? document).adoptedStyleSheets].find((sheet) => [...sheet.cssRules].some((rule) => rule.name === 'ae-spin')); \
         const declared = (rules) => [...rules].flatMap((rule) => [...(rule.style ?? []), ...declared(rule.cssRules ?? [])]); \
         const isElsewhere = (name) => /^--|^all$|^direction$|bidi$|(inline|block)-size$|^width$|^height$|-origin$/.test(name); \
         const names = [...new Set(declared(own.cssRules))].filter((name) => !isElsewhere(name)); \
         const sheet = new CSSStyleSheet(), sheets = [...document.adoptedStyleSheets]; \
         sheet.replaceSync(['#plain *', ...arguments[0].map(about)].map((which) => `${{which}}, ${{which}}:focus {{ all: initial }}`).join(' ')); \
         const plain = document.createElement('div'); \
         plain.id = 'plain'; \
         document.body.append(plain); \
         const stays = [[sheet, ...sheets], [...sheets, sheet]].flatMap((order, at) => {{ \
           document.adoptedStyleSheets = order; \
           return [...root.querySelectorAll('[part]:not([hidden])')].flatMap((it) => {{ \
             const like = document.createElement(it.localName); \
             if (it.type) like.setAttribute('type', it.type); \
             plain.replaceChildren(like); \
             const [is, initial] = [it, like].map((one) => getComputedStyle(one)); \
             return names.filter((name) => is[name] !== initial[name]) \
               .map((name) => `${{['before', 'after'][at]}} ${{it.part}} ${{name}}: ${{is[name]}}, not ${{initial[name]}}`); \
           }}); \
         }}); \
         document.adoptedStyleSheets = sheets; \
         plain.remove(); \
         return [names.length, stays]"
    );
    tour(bench, shop, async |page: &Page| {
        let found = page.asks(&script, json!([parts()])).await;
        assert!(found[0].as_u64() > Some(50), "what our sheet says: {found}");
        assert_eq!(found[1], json!([]));
    })
    .await;
}

pub(crate) async fn unknown_custom_property_is_reported_once(bench: &Bench) {
    let far = Site {
        root: concat!(env!("CARGO_MANIFEST_DIR"), "/src/shop").into(),
        routes: vec![(
            "/far.css".to_owned(),
            "text/css".to_owned(),
            b"ae-login { --ae-far: 1px }".to_vec(),
        )],
        ..Site::default()
    };
    let far = far.serve((Ipv4Addr::LOCALHOST, 0).into()).await;
    let far = far.expect("a free port for sheets");
    let widget = r#"<ae-login base-url="{{engine}}" brand="DocDemo" style="--ae-text:#111;--ae-txet:#111"></ae-login>"#;
    let shop = Shop::new()
        .of(&format!("{widget}{widget}"))
        .and_head(r#"<link rel="stylesheet" href="/themed.css"><script src="/themed.js"></script>"#)
        .and_head(&format!(
            r#"<link rel="stylesheet" href="{}/far.css">"#,
            far.origin()
        ))
        .under(&CSP.replace(
            "style-src 'self'",
            &format!("style-src 'self' 'unsafe-inline' {}", far.origin()),
        ));
    let page = bench.opens(shop).await;
    page.excuses("ae-login: no custom property");
    let told = "return window.trouble.length >= 4 && window.trouble.sort()";
    let told = page.waits("words for the designer", told, json!([])).await;
    let none = |name| format!("console.warn: ae-login: no custom property --ae-{name}");
    let all = ["acent", "gapp", "raduis", "txet"].map(none);
    assert_eq!(told, json!(all));

    // Another look, at an element with another slip of the pen, repeats nothing.
    let again = "const it = widget(null).cloneNode(); it.style.setProperty('--ae-colour', 'red'); document.body.append(it)";
    page.asks(again, json!([])).await;
    let told = "return window.trouble.length >= 5 && window.trouble.sort()";
    let told = page.waits("more words", told, json!([])).await;
    let all = ["acent", "colour", "gapp", "raduis", "txet"].map(none);
    assert_eq!(told, json!(all));
}
