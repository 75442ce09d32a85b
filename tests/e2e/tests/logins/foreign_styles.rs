//! Pages with the style sheets of CSS frameworks and themes: the form keeps its layout, and rules about its parts still win.

use ae_e2e::{Fixture, Page, Shop, script};
use ae_engine::{Endpoint, Fault};
use serde_json::json;
use xtask::site::CSP;

use crate::passwords::add_customer_with_password;
use crate::phone_numbers::country_is;
use crate::sign_in::{SENT, TYPED};

const TAB: &str = "\u{e004}";

/// Style sheets of npm packages. Tailwind's is outside of a cascade layer, as up to version 3, so that its rules weigh more.
const PACKAGES: [&str; 5] = [
    "bootstrap/dist/css/bootstrap.css",
    "tailwindcss/preflight.css",
    "bulma/css/bulma.css",
    "normalize.css/normalize.css",
    "foundation-sites/dist/css/foundation.css",
];

/// Our own style sheets: a theme such as merchants buy, and a reset that hides and moves everything.
const SHEETS: [&str; 2] = ["merchant_theme", "hostile_reset"];

fn shop_with_sheet(sheet: &str) -> Shop {
    Shop::new().with_early_head(&format!(r#"<link rel="stylesheet" href="/{sheet}.css">"#))
}

pub(crate) async fn layout_survives_bootstrap(fixture: &Fixture) {
    check_layout(fixture, Shop::new().with_package_sheet(PACKAGES[0])).await;
}

pub(crate) async fn layout_survives_tailwind_preflight(fixture: &Fixture) {
    check_layout(fixture, Shop::new().with_package_sheet(PACKAGES[1])).await;
}

pub(crate) async fn layout_survives_bulma(fixture: &Fixture) {
    check_layout(fixture, Shop::new().with_package_sheet(PACKAGES[2])).await;
}

pub(crate) async fn layout_survives_normalize(fixture: &Fixture) {
    check_layout(fixture, Shop::new().with_package_sheet(PACKAGES[3])).await;
}

pub(crate) async fn layout_survives_foundation(fixture: &Fixture) {
    check_layout(fixture, Shop::new().with_package_sheet(PACKAGES[4])).await;
}

pub(crate) async fn layout_survives_a_merchant_theme(fixture: &Fixture) {
    check_layout(fixture, shop_with_sheet(SHEETS[0])).await;
}

pub(crate) async fn layout_survives_a_hostile_reset(fixture: &Fixture) {
    check_layout(fixture, shop_with_sheet(SHEETS[1])).await;
}

pub(crate) async fn high_specificity_rules_do_not_reach_a_shadow_tree(fixture: &Fixture) {
    let main = |more: &str| {
        let element = format!(
            r#"<ae-login base-url="{{{{engine}}}}" brand="DocDemo" {ATTRIBUTES} {more}></ae-login>"#
        );
        format!(r#"<div id="shopify-section-login" class="customer rte">{element}</div>"#)
    };
    let shop = shop_with_sheet("high_specificity");
    let page = fixture.opens(shop.clone().with_main(&main(""))).await;
    page.is_at("identify").await;
    // Without a shadow tree, such rules reach the form, as the README says.
    let edge = "return getComputedStyle(document.querySelector('[part~=input]')).borderTopStyle";
    assert_eq!(page.evaluates(edge, json!([])).await, json!("dashed"));
    check_layout(fixture, shop.with_main(&main("shadow"))).await;
}

pub(crate) async fn part_rules_win_over_every_foreign_sheet(fixture: &Fixture) {
    let packages = PACKAGES.map(|package| Shop::new().with_package_sheet(package));
    for shop in packages.into_iter().chain(SHEETS.map(shop_with_sheet)) {
        let page = fixture
            .opens(shop.with_attributes(ATTRIBUTES).with_attributes("shadow"))
            .await;
        page.is_at("identify").await;
        country_is(&page, "IN", "IN +91").await;
        assert_page_rules_win(&page).await;
    }
}

const ATTRIBUTES: &str =
    r#"country="IN" first-factor="auto" remember="ask" fallback-channels="WHATSAPP""#;

/// Checks the layout of every screen of a login.
async fn check_layout(fixture: &Fixture, shop: Shop) {
    add_customer_with_password(fixture);
    let shop = shop
        .with_attributes(ATTRIBUTES)
        .with_csp(&format!("{CSP}; frame-src 'self'"));
    let page = fixture.opens(shop).await;
    page.is_framed_by_its_own_shop().await;
    let parts = "form title field label input submit submit-label";
    let number = format!("{parts} country dial-code remember remember-input");
    page.is_at("identify").await;
    country_is(&page, "IN", "IN +91").await;
    assert_layout(&page, &number).await;
    page.presses("Continue").await;
    page.sees("Fill in this field to continue.").await;
    assert_layout(&page, &format!("{number} error")).await;
    fixture
        .engine
        .fails(Endpoint::TokenGenerate, Fault::Html503);
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.receives_error("server", None).await;
    page.is_at("identify").await;
    assert_layout(&page, &format!("{number} notice")).await;
    page.presses("Continue").await;
    page.is_at("password").await;
    let parts = format!("{parts} lead identity actions link");
    assert_layout(&page, &format!("{parts} reveal forgot use-code")).await;
    page.presses("Use a code instead").await;
    page.is_at("code").await;
    assert_layout(&page, &format!("{parts} resend countdown fallback-channel")).await;
    page.types("Code", &fixture.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    assert_layout(&page, "form title lead identity sign-out").await;
}

/// Checks the layout of a screen at 320 and 900 pixels, and that rules of the page win. `parts` are those that must be there.
async fn assert_layout(page: &Page, parts: &str) {
    let parts = parts.split(' ').collect::<Vec<_>>();
    // After a key press, every focused element shows its ring. The key press is at the top: behind the last button, the focus would
    // leave the page.
    page.evaluates("focus(); document.querySelector('#top').focus()", json!([]))
        .await;
    page.presses_keys(TAB).await;
    for width in [320, 900] {
        let is_settled = "frameElement.width = arguments[0]; return innerWidth === arguments[0] && document.getAnimations().length === 0";
        page.waits_for("this width", is_settled, json!([width]))
            .await;
        let script =
            script!("../../src/page/layout.js"; "return layoutProblems(null, arguments[0])");
        let found = page.evaluates(script, json!([parts])).await;
        page.takes_screenshot(&width.to_string()).await;
        assert_eq!(found, json!([]), "at {width} px");
    }
    assert_page_rules_win(page).await;
}

/// Checks that a simple rule about a part wins over the rules of the widget and of the foreign sheet, ahead of them and behind them.
async fn assert_page_rules_win(page: &Page) {
    let script = script!("../../src/page/layout.js"; "return rulesThatLose(null)");
    assert_eq!(page.evaluates(script, json!([])).await, json!([]));
}
