//! The page's own children of the element: they stay where they are, whoever changes them.

use std::path::Path;

use ae_e2e::{Fixture, Shop, script};
use serde_json::json;
use xtask::site::CSP;

/// The scripts of the frameworks' page.
const FRAMEWORKS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/frameworks/page.js");

pub(crate) async fn frameworks_set_properties_and_change_children_at_any_time(fixture: &Fixture) {
    let bundle = xtask::npm::framework_bundle(Path::new(FRAMEWORKS));
    let bundle = bundle.unwrap_or_else(|problem| panic!("{problem}"));
    let replaced = |csp: &str, part, other| {
        assert!(csp.contains(part), "{csp}");
        csp.replace(part, other)
    };
    // Svelte and Angular have policies of their own for Trusted Types.
    let trusted_types = "require-trusted-types-for 'script'; trusted-types ae-login; ";
    let csp = replaced(CSP, trusted_types, "");
    // Here Angular compiles its template in the page. The build in `bundlers` compiles it before.
    let csp = replaced(&csp, "'wasm-unsafe-eval'", "'unsafe-eval'");
    let shop = Shop::new()
        .with_main("<p>A page of frameworks.</p>")
        .with_csp(&csp)
        .with_module("/frameworks.js", bundle);
    let page = fixture.opens(shop).await;
    page.waits_for(
        "the frameworks",
        "return !!window.checkFrameworks",
        json!([]),
    )
    .await;
    let failures = page
        .awaits(
            "return checkFrameworks(arguments[0])",
            json!([fixture.engine.url()]),
        )
        .await;
    assert_eq!(failures, Ok(json!([])));
}

pub(crate) async fn header_and_footer_are_shown_around_the_form(fixture: &Fixture) {
    for attributes in ["", "shadow", "dialog shadow"] {
        let main = format!(
            r#"<ae-login base-url="{{{{engine}}}}" brand="DocDemo" {attributes}>
Text <p slot="footer">Terms</p> <p id="own">Help</p> <a slot="header" href="/seeds">Shop</a></ae-login>"#
        );
        let page = fixture.opens(Shop::new().with_main(&main)).await;
        page.is_at("identify").await;
        page.evaluates("widget().show()", json!([])).await;
        page.sees("Mobile number").await;
        let script = script!("page_children.js"; "return placesOfChildren()");
        assert_eq!(
            page.evaluates(script, json!([])).await,
            json!({
                "order": true,
                "hidden": [true, true],
                "part": "rgb(1, 2, 3)",
                "children": "Text Terms Help Shop",
            }),
            "{attributes}"
        );
        // Children may change at any time, and removing all of them does not remove the form.
        let script = script!("page_children.js"; "return changeChildren()");
        let changed = page.awaits(script, json!([])).await;
        assert_eq!(changed, Ok(json!([true, true, true])), "{attributes}");
    }
}
