//! The `reason` of `ae-error`, and the remedy in the console: what a browser can tell of a page that is not set up correctly.

use std::net::Ipv4Addr;

use ae_e2e::shop::{FALLBACK, Wasm, bundled};
use ae_e2e::{Fixture, Page, Shop};
use ae_engine::Cors;
use serde_json::json;
use xtask::paths;
use xtask::site::{CSP, Served, Site};

use crate::sign_in::{TYPED, sign_in};

/// Checks the next error of a page, and that one line in the console has the remedy.
async fn assert_reason(page: &Page, kind: &str, reason: &str, remedy: &'static str) {
    page.allows_problem(remedy);
    let event = page.receives_error(kind, None).await;
    assert_eq!(event["reason"], json!(reason), "{event}");
    let script = "return problems.filter((line) => line.startsWith('console.') && line.includes(arguments[0])).length";
    let lines = page.evaluates(script, json!([remedy])).await;
    assert_eq!(lines, json!(1), "lines with {remedy:?}");
}

/// Opens a page whose widget cannot be loaded, and checks the reason.
async fn assert_unavailable(
    fixture: &Fixture,
    shop: Shop,
    reason: &str,
    remedy: &'static str,
) -> Page {
    let page = fixture.opens(shop).await;
    // The browser reports each file that it could not load.
    page.allows_problem("/ae-login.wasm");
    page.allows_problem("/ae-login.core.js");
    assert_reason(&page, "unavailable", reason, remedy).await;
    page.sees(FALLBACK).await;
    page
}

/// A page with the module of the widget on another origin, whose policy allows that.
fn shop_with_module(served: &Served, path: &str) -> Shop {
    let origin = served.origin();
    let csp = CSP
        .replace("script-src 'self'", &format!("script-src 'self' {origin}"))
        .replace(
            "connect-src 'self'",
            &format!("connect-src 'self' {origin}"),
        );
    Shop::new()
        .with_csp(&csp)
        .without_widget_script()
        .with_head(&format!(
            r#"<script type="module" src="{origin}{path}"></script>"#
        ))
}

/// Serves the module of the widget to all origins at a path, and the files beside it to their own origin only.
async fn serve_module(path: &str) -> Served {
    let script = "text/javascript; charset=utf-8";
    let cors = "Access-Control-Allow-Origin";
    let site = Site {
        root: paths::root().join("tests/e2e/src/shop"),
        routes: vec![
            (path.to_owned(), script.to_owned(), bundled("ae-login.js")),
            (
                "/ae-login.core.js".to_owned(),
                script.to_owned(),
                bundled("ae-login.core.js"),
            ),
            (
                "/ae-login.wasm".to_owned(),
                "application/wasm".to_owned(),
                bundled("ae-login.wasm"),
            ),
        ],
        header_overrides: vec![(path.to_owned(), cors.to_owned(), "*".to_owned())],
        ..Site::default()
    };
    let served = site.serve((Ipv4Addr::LOCALHOST, 0).into()).await;
    served.expect("a free port for the files")
}

pub(crate) async fn file_problems_have_a_reason(fixture: &Fixture) {
    for (wasm, kind, reason, remedy) in [
        (
            Wasm::Missing,
            "application/wasm",
            "file-missing",
            "ae-login.wasm Upload all files of the release.",
        ),
        (
            Wasm::Damaged,
            "text/html",
            "file-type",
            "ae-login.wasm Let the server answer",
        ),
        (
            Wasm::Damaged,
            "application/wasm",
            "file-damaged",
            "ae-login.wasm Upload the file again.",
        ),
        (
            Wasm::OtherRelease,
            "application/wasm",
            "versions-mixed",
            "ae-login.wasm Upload all files of one release",
        ),
    ] {
        let shop = Shop::new().with_wasm(wasm).with_wasm_content_type(kind);
        assert_unavailable(fixture, shop, reason, remedy).await;
    }
}

pub(crate) async fn glue_file_problems_have_a_reason(fixture: &Fixture) {
    for (glue, reason, remedy) in [
        (
            Wasm::Missing,
            "file-missing",
            "ae-login.core.js Upload all files of the release.",
        ),
        (
            Wasm::Damaged,
            "file-damaged",
            "ae-login.core.js Upload the file again.",
        ),
        (
            Wasm::OtherRelease,
            "versions-mixed",
            "ae-login.core.js Upload all files of one release",
        ),
    ] {
        let shop = Shop::new().with_glue(glue);
        assert_unavailable(fixture, shop, reason, remedy).await;
        assert_eq!(fixture.engine.calls(), [""; 0]);
    }
}

pub(crate) async fn compat_file_problems_have_a_reason(fixture: &Fixture) {
    for (compat, reason, remedy) in [
        (
            Wasm::Missing,
            "file-missing",
            "ae-login.compat.js Upload all files of the release.",
        ),
        (
            Wasm::Damaged,
            "file-damaged",
            "ae-login.compat.js Upload the file again.",
        ),
        (
            Wasm::OtherRelease,
            "versions-mixed",
            "ae-login.compat.js Upload all files of one release",
        ),
    ] {
        let shop = Shop::new().without_web_assembly().with_compat(compat);
        let page = fixture.opens(shop).await;
        page.allows_problem("error: ");
        assert_reason(&page, "unavailable", reason, remedy).await;
        page.sees(FALLBACK).await;
    }
}

pub(crate) async fn policy_problems_have_a_reason(fixture: &Fixture) {
    let never = || Shop::new().with_attributes(r#"compat="never""#);
    let csp = CSP.replace(" 'wasm-unsafe-eval'", "");
    let remedy = "Add 'wasm-unsafe-eval' to script-src";
    let page = assert_unavailable(fixture, never().with_csp(&csp), "csp-wasm", remedy).await;
    page.allows_problem("wasm-eval");
    page.allows_problem("script-src");

    let shop = never().without_web_assembly();
    assert_unavailable(fixture, shop, "no-wasm", "Remove compat=\"never\".").await;

    let csp = CSP.replace("connect-src 'self'", "connect-src");
    let remedy = "ae-login.wasm Allow the file in script-src and connect-src";
    let page = assert_unavailable(fixture, Shop::new().with_csp(&csp), "csp-files", remedy).await;
    page.allows_problem("connect-src");

    let page = fixture
        .opens(Shop::new().with_csp(&CSP.replace(" {{engine}}", "")))
        .await;
    page.allows_problem("policy: connect-src");
    page.allows_problem("report: ");
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    let remedy = "ae-login: Add the origin of base-url to connect-src";
    assert_reason(&page, "configuration", "csp-connect", remedy).await;
}

pub(crate) async fn cors_problems_have_a_reason(fixture: &Fixture) {
    let files = serve_module("/ae-login.js").await;
    let shop = shop_with_module(&files, "/ae-login.js");
    let remedy = "ae-login.wasm Send Access-Control-Allow-Origin";
    assert_unavailable(fixture, shop, "cors-files", remedy).await;

    let page = fixture.opens(Shop::new()).await;
    fixture
        .engine
        .configure(|settings| settings.cors = Cors::Off);
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    let remedy = "ae-login: Allow the origin of the page";
    assert_reason(&page, "network", "cors-engine", remedy).await;
}

pub(crate) async fn page_problems_have_a_reason(fixture: &Fixture) {
    let bundle = serve_module("/assets/app.js").await;
    let shop = shop_with_module(&bundle, "/assets/app.js");
    let remedy = "ae-login.wasm Load ae-login.js from the folder of its release";
    assert_unavailable(fixture, shop, "bundled", remedy).await;

    let widget = format!(
        r#"<ae-login base-url="http://engine.example" brand="DocDemo"><p>{FALLBACK}</p></ae-login>"#
    );
    let page = fixture.opens(Shop::new().with_main(&widget)).await;
    let remedy = r#"base-url: found "http://engine.example", legal is an https URL"#;
    assert_reason(&page, "configuration", "insecure", remedy).await;

    let delayed = r#"<script type="delayed-module" src="/ae-login.js"></script><script src="/script_optimiser.js"></script>"#;
    let shop = Shop::new()
        .without_widget_script()
        .with_head(delayed)
        // An optimiser sets addresses of scripts, which Trusted Types forbid.
        .with_csp(&CSP.replace("require-trusted-types-for 'script'; ", ""));
    let page = fixture.opens(shop).await;
    let remedy = "ae-login: Exclude ae-login.js from the optimiser of scripts.";
    assert_reason(&page, "configuration", "script-delayed", remedy).await;
    // The widget works all the same.
    sign_in(fixture, &page).await;

    let page = fixture.opens(Shop::new()).await;
    page.is_at("identify").await;
    let _other = page.is_framed_by_another_origin().await;
    assert_reason(
        &page,
        "configuration",
        "framed",
        "ae-login: allow-framing: missing",
    )
    .await;
}
