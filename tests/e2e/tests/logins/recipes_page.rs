//! The plain page in `docs/recipes`, with the API in `docs/recipes` that takes its token.

use std::fs;
use std::net::Ipv4Addr;

use ae_e2e::Fixture;
use ae_e2e::browser::free_port;
use ae_e2e::recipe::Recipe;
use serde_json::json;
use xtask::paths;
use xtask::site::Site;

use crate::sign_in::{SENT, sign_in};

/// Addresses in the files of the recipe.
const ENGINE: &str = "https://eu.api.capillarytech.com";
const API: &str = "https://api.shop.example";

/// The files of the widget below `/ae-login`, each with its content type.
fn widget_files() -> Vec<(String, String, Vec<u8>)> {
    let files = fs::read_dir(paths::dist()).expect("dist, which `cargo bundle` makes");
    let files = files.map(|entry| entry.expect("a file").path());
    files
        .filter(|file| file.is_file())
        .map(|file| {
            let kind = match file.extension().and_then(|kind| kind.to_str()) {
                Some("js") => "text/javascript; charset=utf-8",
                Some("wasm") => "application/wasm",
                Some("json") => "application/json",
                _ => "text/plain; charset=utf-8",
            };
            let name = file.file_name().expect("a name").to_string_lossy();
            let bytes = fs::read(&file).expect("a file");
            (format!("/ae-login/{name}"), kind.to_owned(), bytes)
        })
        .collect()
}

pub(crate) async fn plain_page_shows_a_customer_the_answer_of_the_api(fixture: &Fixture) {
    let secret = fixture
        .engine
        .with(|engine| engine.settings().secret.clone());
    let port = free_port().expect("a free port");
    let variables = [
        ("TOKEN_SECRET", &*secret),
        ("BRAND", "DOCDEMO"),
        ("SHOP_ORIGIN", &format!("http://127.0.0.1:{port}")),
    ];
    let backend = Recipe::node("backend-node/orders.mjs", &variables).await;
    let root = paths::root().join("docs/recipes/page");
    let script = fs::read_to_string(root.join("account.js")).expect("a script");
    assert_eq!(script.matches(API).count(), 1);
    let mut routes = widget_files();
    routes.push((
        "/account.js".to_owned(),
        "text/javascript; charset=utf-8".to_owned(),
        script.replace(API, &backend.url()).into_bytes(),
    ));
    routes.push(("/favicon.ico".into(), "image/x-icon".into(), Vec::new()));
    // The policy is that of the page itself.
    let site = Site {
        root,
        routes,
        replacements: vec![
            (ENGINE.to_owned(), fixture.engine.url()),
            (API.to_owned(), backend.url()),
        ],
        ..Site::default()
    };
    let served = site.serve((Ipv4Addr::LOCALHOST, port).into()).await;
    let page = fixture.opens_site(served.expect("a free port")).await;
    page.is_at("identify").await;
    page.sees("You are not signed in.").await;
    sign_in(fixture, &page).await;
    page.sees(&format!("You are signed in as {SENT}.")).await;
    page.sees("You have no orders yet.").await;

    page.reloads().await;
    page.sees("You have no orders yet.").await;

    let done = page.awaits("return widget().signOut()", json!([])).await;
    done.expect("signed out");
    page.sees("You are not signed in.").await;
    page.no_longer_sees("You have no orders yet.").await;

    drop(backend);
    page.is_at("identify").await;
    sign_in(fixture, &page).await;
    page.sees("Your orders cannot be loaded.").await;
}
