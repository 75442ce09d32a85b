//! The npm package in the shops of `package/examples`: with each bundler and framework, a customer signs in in German, with the list of
//! countries. Then the page is loaded without WebAssembly.
//!
//! `cargo verify bundlers` installs what is needed and runs these tests, in Chromium.

use ae_e2e::browser::Interface;
use ae_e2e::fixture;
use ae_e2e::project::Project;
use ae_e2e::{Browser, Fixture, Page};
use serde_json::{Map, Value, json};
use xtask::release::policy_source;
use xtask::site::{CSP, Served};

/// A customer's number as people type it, and as the engine receives it.
const TYPED: &str = "+91 99999 22332";
const SENT: &str = "919999922332";

/// A German text of the widget.
fn german(name: &str) -> String {
    let texts: Map<String, Value> =
        serde_json::from_str(include_str!("../../../../src/texts/de.json")).expect("an object");
    texts[name].as_str().expect("a text").to_owned()
}

/// The policy of a strict shop, with additions to two of its directives.
fn csp(trusted_types: &str, script_source: &str) -> String {
    [
        ("trusted-types ae-login", trusted_types),
        ("script-src 'self'", script_source),
    ]
    .into_iter()
    .fold(CSP.to_owned(), |csp, (directive, addition)| {
        assert_eq!(csp.matches(directive).count(), 1, "{csp}");
        csp.replace(directive, format!("{directive} {addition}").trim_end())
    })
}

/// Signs in, loads the page again without WebAssembly, and checks that the session is still there.
async fn customer_signs_in(fixture: &Fixture, served: Served) -> Page {
    let page = fixture.opens_site(served).await;
    page.is_at("identify").await;
    page.sees(&german("identifyTitle")).await;
    page.types(&german("labelMobile"), TYPED).await;
    let options = "const options = [...document.querySelectorAll('select option')].map((option) => option.text); \
                   return options.length > 200 && options.find((text) => text.startsWith('Österreich'))";
    let austria = page
        .waits_for("a list of countries in German", options, json!([]))
        .await;
    assert_eq!(austria, json!("Österreich (\u{200e}+43)"));
    page.presses(&german("continue")).await;
    page.is_at("code").await;
    page.types(&german("labelCode"), &fixture.engine.code_sent_to(SENT))
        .await;
    page.presses(&german("signIn")).await;
    page.is_at("signed-in").await;
    page.sees(&german("signedInTitle")).await;

    fixture.removes_web_assembly_from_sites().await;
    page.reloads().await;
    page.is_at("signed-in").await;
    page.sees(&german("signedInTitle")).await;
    let has_wasm = "return 'WebAssembly' in window";
    assert_eq!(page.evaluates(has_wasm, json!([])).await, json!(false));
    page
}

/// Checks that the shop sends a policy with a nonce.
async fn has_policy_with_nonce(page: &Page) {
    let script = "return fetch('/').then(({ headers }) => headers.get('content-security-policy'))";
    let policy = page.awaits(script, json!([])).await;
    let policy = policy.expect("an answer");
    let policy = policy.as_str().unwrap_or_default();
    assert!(policy.contains("script-src 'nonce-"), "{policy:?}");
}

/// Builds a shop, serves it under a strict policy, and signs in.
async fn builds_and_signs_in(
    fixture: &Fixture,
    example: &str,
    folder: &str,
    trusted_types: &str,
) -> Page {
    let engine = fixture.engine.url();
    let project = Project::new(&format!("examples/{example}"), example, &engine);
    project.runs("build");
    let served = project
        .serves(folder, &csp(trusted_types, ""), &engine)
        .await;
    customer_signs_in(fixture, served).await
}

/// Makes each function a test.
macro_rules! tests {
    ($($name:ident)*) => {
        mod bundlers {
            $(
                #[test]
                fn $name() {
                    let run = async |fixture: &ae_e2e::Fixture| super::$name(fixture).await;
                    super::fixture::run(super::Browser::Chromium, super::Interface::Shell, stringify!($name), run);
                }
            )*

            #[test]
            fn package_is_silent_on_a_server_and_its_types_compile() {
                super::check_without_a_browser();
            }
        }
    };
}

tests! {
    vite_build
    vite_dev_and_preview
    webpack_build
    rspack_build
    esbuild_build
    rollup_build
    parcel_build
    next_dev
    next_build
    next_build_with_webpack
    react_build
    vue_build
    svelte_build
    astro_build
    angular_build
}

async fn vite_build(fixture: &Fixture) {
    builds_and_signs_in(fixture, "vite", "dist", "").await;
}

async fn vite_dev_and_preview(fixture: &Fixture) {
    let project = Project::new("examples/vite", "vite-dev", &fixture.engine.url());
    let (program, site) = project.starts("dev", "--host").await;
    customer_signs_in(fixture, site).await;
    drop(program);
    project.runs("build");
    let (_program, site) = project.starts("preview", "--host").await;
    let page = fixture.opens_site(site).await;
    page.is_at("identify").await;
    page.sees(&german("identifyTitle")).await;
}

/// Runs `package/tests` beside the installed package.
fn check_without_a_browser() {
    let project = Project::new("tests", "tests", "");
    project.runs("test");
    project.runs("types");
}

async fn webpack_build(fixture: &Fixture) {
    builds_and_signs_in(fixture, "webpack", "public", "shop").await;
}

async fn rspack_build(fixture: &Fixture) {
    builds_and_signs_in(fixture, "rspack", "public", "shop").await;
}

async fn esbuild_build(fixture: &Fixture) {
    builds_and_signs_in(fixture, "esbuild", "public", "").await;
}

async fn rollup_build(fixture: &Fixture) {
    builds_and_signs_in(fixture, "rollup", "public", "").await;
}

async fn parcel_build(fixture: &Fixture) {
    let engine = fixture.engine.url();
    let project = Project::new("examples/parcel", "parcel", &engine);
    project.runs("build");
    // Parcel writes an import map into the page.
    let scripts = project.inline_scripts("dist/index.html");
    let [map] = &scripts[..] else {
        panic!("not one inline script: {scripts:?}");
    };
    let csp = csp("", &policy_source(map));
    let served = project.serves("dist", &csp, &engine).await;
    customer_signs_in(fixture, served).await;
}

async fn next_dev(fixture: &Fixture) {
    let project = Project::new("examples/next", "next-dev", &fixture.engine.url());
    let (_program, site) = project.starts("dev", "--hostname").await;
    let page = customer_signs_in(fixture, site).await;
    has_policy_with_nonce(&page).await;
}

async fn next_build(fixture: &Fixture) {
    builds_next_and_signs_in(fixture, "next-build", "build").await;
}

async fn next_build_with_webpack(fixture: &Fixture) {
    builds_next_and_signs_in(fixture, "next-webpack", "build:webpack").await;
}

async fn builds_next_and_signs_in(fixture: &Fixture, name: &str, build: &str) {
    let project = Project::new("examples/next", name, &fixture.engine.url());
    project.runs(build);
    let (_program, site) = project.starts("start", "--hostname").await;
    let page = customer_signs_in(fixture, site).await;
    has_policy_with_nonce(&page).await;
}

async fn react_build(fixture: &Fixture) {
    let page = builds_and_signs_in(fixture, "react", "dist", "").await;
    // The component shows what its listener has received, and its headers are a property of the element.
    page.sees(&format!("Hallo {SENT}")).await;
    let requests = fixture.engine.requests();
    assert!(!requests.is_empty());
    for request in requests {
        let mut headers = request.headers.iter();
        let has_header = headers.any(|(name, value)| name == "x-shop" && value == "react");
        assert!(has_header, "{request:?}");
    }
}

async fn vue_build(fixture: &Fixture) {
    builds_and_signs_in(fixture, "vue", "dist", "vue").await;
}

async fn svelte_build(fixture: &Fixture) {
    builds_and_signs_in(fixture, "svelte", "dist", "svelte-trusted-html").await;
}

async fn astro_build(fixture: &Fixture) {
    builds_and_signs_in(fixture, "astro", "dist", "").await;
}

async fn angular_build(fixture: &Fixture) {
    builds_and_signs_in(fixture, "angular", "dist/shop/browser", "angular").await;
}
