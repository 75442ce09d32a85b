//! A page that pins a release, with the lines that `cargo bundle` writes: it refuses any other byte in any file, the module included.

use ae_e2e::shop::{FALLBACK, Wasm};
use ae_e2e::{Fixture, Page, Shop};
use serde_json::json;
use xtask::release;
use xtask::site::CSP;

use crate::language::text_in;
use crate::sign_in::TYPED;

/// A page with the lines for a release whose folder is the root of the shop, under a policy that allows their import map.
fn pinned_shop() -> Shop {
    let page = release::page("/").unwrap_or_else(|problem| panic!("{problem}"));
    let (_, map) = page
        .split_once(r#"<script type="importmap">"#)
        .expect("an import map");
    let (map, _) = map.split_once("</script>").expect("its end");
    let own = "script-src 'self'";
    let csp = CSP.replace(own, &format!("{own} {}", release::policy_source(map)));
    Shop::new()
        .without_widget_script()
        .with_head(&page)
        .with_head(r#"<script type="module" src="/importer.js"></script>"#)
        .with_csp(&csp)
        .with_attributes(r#"locale="de""#)
}

/// Types a number, and returns whether the list of countries appears.
async fn country_list_appears(page: &Page, label: &str) -> bool {
    page.types(label, TYPED).await;
    let script = "return !!widget().querySelector('select') && widget().querySelector('select').length > 200";
    page.evaluates(script, json!([])).await == json!(true)
}

/// The version that a module of the page has got from `import "ae-login"`; null if the import has failed.
async fn imported_version(page: &Page) -> serde_json::Value {
    page.evaluates("return window.importedVersion ?? null", json!([]))
        .await
}

/// Whether the style sheet of the page was loaded. Firefox lists a refused one without rules.
async fn has_style_sheet(page: &Page) -> bool {
    let script = "const sheet = [...document.styleSheets].find(({ href }) => href?.endsWith('/ae-login.css')); \
                  return !!sheet && sheet.cssRules.length > 0";
    page.evaluates(script, json!([])).await == json!(true)
}

pub(crate) async fn pinned_page_refuses_an_altered_byte_in_any_file(fixture: &Fixture) {
    let (german, english) = (text_in("de", "labelMobile"), text_in("en", "labelMobile"));

    // Nothing is altered.
    let page = fixture.opens(pinned_shop()).await;
    page.is_at("identify").await;
    page.sees(&text_in("de", "identifyTitle")).await;
    assert!(country_list_appears(&page, &german).await);
    assert!(has_style_sheet(&page).await);
    let version = page.evaluates("return recordedEvents[0].version", json!([]));
    assert_eq!(imported_version(&page).await, version.await);

    // Each of these files would still work.
    let page = fixture
        .opens(pinned_shop().with_altered_file("ae-login.js", "Upload all"))
        .await;
    page.allows_problem("error: ");
    page.sees(FALLBACK).await;
    assert_eq!(imported_version(&page).await, json!(null));
    let is_defined = "return !!customElements.get('ae-login')";
    assert_eq!(page.evaluates(is_defined, json!([])).await, json!(false));

    let page = fixture
        .opens(pinned_shop().with_altered_file("ae-login.css", "ae-login"))
        .await;
    page.allows_problem("error: ");
    page.is_at("identify").await;
    assert!(!has_style_sheet(&page).await);

    let page = fixture
        .opens(pinned_shop().with_altered_file("ae-login.de.json", "Weiter"))
        .await;
    page.allows_problem("the texts of de could not be read");
    page.is_at("identify").await;
    page.sees(&text_in("en", "identifyTitle")).await;
    assert!(country_list_appears(&page, &english).await);

    let page = fixture
        .opens(pinned_shop().with_altered_file("ae-login.countries.txt", "AD"))
        .await;
    page.allows_problem("the table of countries could not be read");
    page.is_at("identify").await;
    assert!(!country_list_appears(&page, &german).await);

    let page = fixture.opens(pinned_shop().with_wasm(Wasm::Damaged)).await;
    page.allows_problem("/ae-login.wasm");
    page.allows_problem("ae-login.wasm Upload the file again.");
    page.sees(FALLBACK).await;
    let error = page.receives_error("unavailable", None).await;
    assert_eq!(error["reason"], json!("file-damaged"));

    let shop = pinned_shop().without_web_assembly();
    let page = fixture.opens(shop.with_compat(Wasm::Damaged)).await;
    page.allows_problem("error: ");
    page.allows_problem("ae-login.compat.js");
    page.sees(FALLBACK).await;
    let error = page.receives_error("unavailable", None).await;
    assert_eq!(error["reason"], json!("file-damaged"));
}
