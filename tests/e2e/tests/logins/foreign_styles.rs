//! Other people's style sheets: in pages that begin with one, the form looks as it should, and a designer still has the last word.

use ae_e2e::{Bench, Page, Shop};
use ae_engine::{Endpoint, Fault};
use serde_json::json;
use xtask::site::CSP;

use crate::passwords::a_customer_with_a_password;
use crate::phone_numbers::lists;
use crate::sign_in::{SENT, TYPED};

const BOXES: &str = include_str!("../../src/boxes.js");
const TAB: &str = "\u{e004}";

/// The style sheets of packages that are tried. Tailwind's stands out of its layer, as it did up to version 3, where it weighs more.
const PACKAGES: [&str; 5] = [
    "bootstrap/dist/css/bootstrap.css",
    "tailwindcss/preflight.css",
    "bulma/css/bulma.css",
    "normalize.css/normalize.css",
    "foundation-sites/dist/css/foundation.css",
];

/// Our own: a theme as merchants buy them, and a reset that leaves nothing.
const SHEETS: [&str; 2] = ["theme", "brutal"];

fn linked(sheet: &str) -> Shop {
    Shop::new().with_ahead(&format!(r#"<link rel="stylesheet" href="/{sheet}.css">"#))
}

pub(crate) async fn layout_survives_bootstrap(bench: &Bench) {
    holds(bench, Shop::new().wearing(PACKAGES[0])).await;
}

pub(crate) async fn layout_survives_tailwind_preflight(bench: &Bench) {
    holds(bench, Shop::new().wearing(PACKAGES[1])).await;
}

pub(crate) async fn layout_survives_bulma(bench: &Bench) {
    holds(bench, Shop::new().wearing(PACKAGES[2])).await;
}

pub(crate) async fn layout_survives_normalize(bench: &Bench) {
    holds(bench, Shop::new().wearing(PACKAGES[3])).await;
}

pub(crate) async fn layout_survives_foundation(bench: &Bench) {
    holds(bench, Shop::new().wearing(PACKAGES[4])).await;
}

pub(crate) async fn layout_survives_a_merchant_theme(bench: &Bench) {
    holds(bench, linked(SHEETS[0])).await;
}

pub(crate) async fn layout_survives_a_hostile_reset(bench: &Bench) {
    holds(bench, linked(SHEETS[1])).await;
}

pub(crate) async fn high_specificity_rules_do_not_reach_a_shadow_tree(bench: &Bench) {
    let main = |more: &str| {
        let element = format!(
            r#"<ae-login base-url="{{{{engine}}}}" brand="DocDemo" {ATTRIBUTES} {more}></ae-login>"#
        );
        format!(r#"<div id="shopify-section-login" class="customer rte">{element}</div>"#)
    };
    let shop = linked("heavy");
    let page = bench.opens(shop.clone().of(&main(""))).await;
    page.is_at("identify").await;
    // The README says that such rules reach the form in the light.
    let edge = "return getComputedStyle(document.querySelector('[part~=input]')).borderTopStyle";
    assert_eq!(page.asks(edge, json!([])).await, json!("dashed"));
    holds(bench, shop.of(&main("shadow"))).await;
}

pub(crate) async fn part_rules_win_over_every_foreign_sheet(bench: &Bench) {
    let packages = PACKAGES.map(|package| Shop::new().wearing(package));
    for shop in packages.into_iter().chain(SHEETS.map(linked)) {
        let page = bench.opens(shop.with(ATTRIBUTES).with("shadow")).await;
        page.is_at("identify").await;
        lists(&page, "IN", "IN +91").await;
        a_designer_has_the_last_word(&page).await;
    }
}

const ATTRIBUTES: &str =
    r#"country="IN" first-factor="auto" remember="ask" fallback-channels="WHATSAPP""#;

/// Goes through the screens of a login, measures each on a phone and on a wide page, and has a designer change it.
async fn holds(bench: &Bench, shop: Shop) {
    a_customer_with_a_password(bench);
    let shop = shop
        .with(ATTRIBUTES)
        .under(&format!("{CSP}; frame-src 'self'"));
    let page = bench.opens(shop).await;
    page.is_framed_by_its_shop().await;
    let asks = "form title field label input submit submit-label";
    let number = format!("{asks} country dial-code remember remember-input");
    page.is_at("identify").await;
    lists(&page, "IN", "IN +91").await;
    is_in_shape(&page, &number).await;
    page.presses("Continue").await;
    page.sees("Enter this to go on.").await;
    is_in_shape(&page, &format!("{number} error")).await;
    bench.engine.fails(Endpoint::TokenGenerate, Fault::Html503);
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.hears_error("server", None).await;
    page.is_at("identify").await;
    is_in_shape(&page, &format!("{number} notice")).await;
    page.presses("Continue").await;
    page.is_at("password").await;
    let asks = format!("{asks} lead identity actions link");
    is_in_shape(&page, &format!("{asks} reveal forgot use-code")).await;
    page.presses("Use a code instead").await;
    page.is_at("code").await;
    is_in_shape(&page, &format!("{asks} resend countdown fallback-channel")).await;
    page.types("Code", &bench.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    is_in_shape(&page, "form title lead identity sign-out").await;
}

/// Nothing is hidden, small, pale, cut, in the way of something else or away from where it belongs, on a phone and on a wide page.
async fn is_in_shape(page: &Page, parts: &str) {
    let parts = parts.split(' ').collect::<Vec<_>>();
    // With the keyboard in use, whatever has the focus shows it. Behind the last button the focus would leave the page.
    page.asks("focus(); document.querySelector('#top').focus()", json!([]))
        .await;
    page.strikes(TAB).await;
    for width in [320, 900] {
        let still = "frameElement.width = arguments[0]; return innerWidth === arguments[0] && document.getAnimations().length === 0";
        page.waits("this width", still, json!([width])).await;
        let script = format!("{BOXES} return faults(null, arguments[0])");
        let found = page.asks(&script, json!([parts])).await;
        page.takes_a_picture(&width.to_string()).await;
        assert_eq!(found, json!([]), "{width} wide");
    }
    a_designer_has_the_last_word(page).await;
}

/// A plain rule about a part wins over ours and over the page's, wherever it stands.
async fn a_designer_has_the_last_word(page: &Page) {
    let script = format!("{BOXES} return untouched(null)");
    assert_eq!(page.asks(&script, json!([])).await, json!([]));
}
