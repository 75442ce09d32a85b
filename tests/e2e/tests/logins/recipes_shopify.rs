//! The theme app extension in `docs/recipes/shopify`: its blocks in a page, as Shopify renders them, and its files.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};

use ae_e2e::{Fixture, Page};
use serde_json::{Value, json};
use xtask::site::{CSP, Served, Site};
use xtask::{npm, paths, release};

use crate::language::text_in;
use crate::sign_in::{SENT, TYPED};

const BLOCKS: [&str; 2] = ["ae-login", "ae-login-dialog"];

/// The most that a script may have after compression with gzip, in bytes. Shopify's checker warns beyond that.
const MAX_ASSET: u64 = 10_000;

fn folder() -> PathBuf {
    paths::root().join("docs/recipes/shopify")
}

/// The answer of `extension.cjs`.
fn run(command: &str, arguments: &[&str]) -> Value {
    let script = paths::root().join("tests/e2e/src/shopify/extension.cjs");
    let folder = folder();
    let mut all = vec![OsStr::new(command), folder.as_os_str()];
    all.extend(arguments.iter().map(OsStr::new));
    let answer = npm::shopify(&script, &all).unwrap_or_else(|error| panic!("{error}"));
    serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{error}: {answer}"))
}

/// A block with these settings, in a shop in German whose customers are in India.
fn block(name: &str, settings: &Value) -> Value {
    let objects = json!({
        "request": { "locale": { "iso_code": "de" }, "design_mode": false },
        "localization": { "country": { "iso_code": "IN" } },
        "block": { "settings": settings },
    });
    run("render", &[name, &objects.to_string()])
}

/// A page of the shop with these blocks. It names no language, so that the form has the one that its block names.
fn document(blocks: &[Value]) -> Vec<u8> {
    let all = |part: &str| -> String {
        let parts = blocks.iter().filter_map(|block| block[part].as_str());
        parts.collect()
    };
    format!(
        "<!doctype html><html><head><meta charset=\"utf-8\"><title>Konto</title>{}</head>\
         <body><a href=\"/seeds#ae-login\">Anmelden</a><main>{}</main></body></html>",
        all("head"),
        all("body")
    )
    .into_bytes()
}

/// A server with the release, on an origin of its own.
async fn cdn() -> Served {
    let site = Site {
        root: release::folder().expect("a version"),
        headers: vec![("Access-Control-Allow-Origin".to_owned(), "*".to_owned())],
        ..Site::default()
    };
    let served = site.serve((Ipv4Addr::LOCALHOST, 0).into()).await;
    served.expect("dist, which `cargo bundle` makes, and a free port")
}

/// The hash of a file in the release.
fn integrity(name: &str) -> Value {
    let file = release::folder().expect("a version").join("integrity.json");
    let hashes = fs::read_to_string(file).expect("dist, which `cargo bundle` makes");
    let hashes: Value = serde_json::from_str(&hashes).expect("JSON");
    let hash = hashes["files"][name].clone();
    assert!(hash.is_string(), "{name}");
    hash
}

/// Serves pages of a shop under a policy, and opens the one at `/`.
async fn opens(fixture: &Fixture, cdn: &str, pages: &[(&str, Vec<u8>)]) -> Page {
    let mut routes: Vec<(String, String, Vec<u8>)> =
        vec![("/favicon.ico".into(), "image/x-icon".into(), Vec::new())];
    for (path, page) in pages {
        let kind = "text/html; charset=utf-8";
        routes.push(((*path).to_owned(), kind.to_owned(), page.clone()));
    }
    for (name, kind) in [
        ("ae-login-block.js", "text/javascript; charset=utf-8"),
        ("ae-login-block.css", "text/css"),
    ] {
        let bytes = fs::read(folder().join("assets").join(name)).expect("an asset");
        routes.push((format!("/extension/{name}"), kind.to_owned(), bytes));
    }
    // Shopify demands no Trusted Types, and a shop cannot: the loader adds a script.
    let (csp, _) = CSP
        .split_once("require-trusted-types-for")
        .expect("a directive");
    let csp = csp
        .replace("script-src 'self'", &format!("script-src 'self' {cdn}"))
        .replace("connect-src 'self'", &format!("connect-src 'self' {cdn}"));
    let csp = format!("{csp}report-uri /csp-report");
    assert_eq!(csp.matches(cdn).count(), 2, "{csp}");
    let site = Site {
        root: folder(),
        headers: vec![("Content-Security-Policy".to_owned(), csp)],
        replacements: vec![("{{engine}}".to_owned(), fixture.engine.url())],
        routes,
        ..Site::default()
    };
    let served = site.serve((Ipv4Addr::LOCALHOST, 0).into()).await;
    fixture.opens_site(served.expect("a free port")).await
}

pub(crate) async fn shopify_block_signs_a_customer_in(fixture: &Fixture) {
    let cdn = cdn().await;
    let mut settings = json!({
        "release": cdn.origin(),
        "integrity": integrity("ae-login.js"),
        "base_url": fixture.engine.url(),
        "brand": "DocDemo",
        "identifiers": "mobile",
    });
    let dialog = block("ae-login-dialog", &settings);
    settings["heading"] = json!("<b>Konto</b> & \"Konto\"");
    settings["next"] = json!("/account");
    let form = block("ae-login", &settings);
    // The page has both blocks, so that the extension's script runs twice.
    let pages = [
        ("/", document(&[form, dialog.clone()])),
        ("/account", document(&[dialog])),
    ];
    let page = opens(fixture, &cdn.origin(), &pages).await;

    page.is_at("identify").await;
    page.sees("<b>Konto</b> & \"Konto\"").await;
    page.sees(&text_in("de", "identifyTitle")).await;
    page.has_attribute("country", Some("IN")).await;
    page.types(&text_in("de", "labelMobile"), TYPED).await;
    let options = "const options = [...document.querySelectorAll('select option')].map((option) => option.text); \
                   return options.length > 200 && options.find((text) => text.startsWith('Österreich'))";
    let austria = page
        .waits_for("a list of countries in German", options, json!([]))
        .await;
    assert_eq!(austria, json!("Österreich (\u{200e}+43)"));
    page.presses(&text_in("de", "continue")).await;
    page.is_at("code").await;
    page.types(
        &text_in("de", "labelCode"),
        &fixture.engine.code_sent_to(SENT),
    )
    .await;
    let scripts = "return document.querySelectorAll('script[data-ae-login]').length";
    assert_eq!(page.evaluates(scripts, json!([])).await, json!(1));
    page.has_no_problems().await;
    page.presses(&text_in("de", "signIn")).await;

    // The customer is sent on. The session is restored there, and a link opens the dialog.
    let customer = "return location.pathname === '/account' && widget()?.session?.identifierValue";
    let customer = page
        .waits_for("the session in the next page", customer, json!([]))
        .await;
    assert_eq!(customer, json!(SENT));
    page.evaluates("document.querySelector('a').click()", json!([]))
        .await;
    let open = "return !!widget().querySelector('dialog[open]')";
    page.waits_for("an open dialog", open, json!([])).await;
    page.sees(&text_in("de", "signedInTitle")).await;
    let path = page
        .evaluates("return location.pathname + location.hash", json!([]))
        .await;
    assert_eq!(path, json!("/account"));
}

pub(crate) async fn shopify_block_runs_no_altered_release(fixture: &Fixture) {
    let cdn = cdn().await;
    let settings = json!({
        "release": cdn.origin(),
        // The hash of another file.
        "integrity": integrity("ae-login.css"),
        "base_url": fixture.engine.url(),
        "brand": "DocDemo",
        "identifiers": "mobile",
    });
    let pages = [("/", document(&[block("ae-login", &settings)]))];
    let page = opens(fixture, &cdn.origin(), &pages).await;
    page.allows_problem("error: ");
    let refused = "return window.problems.some((problem) => problem.includes('ae-login.js'))";
    page.waits_for("an error of the script", refused, json!([]))
        .await;
    page.sees("Die Anmeldung braucht JavaScript.").await;
    let is_defined = "return !!customElements.get('ae-login')";
    assert_eq!(page.evaluates(is_defined, json!([])).await, json!(false));
}

/// The files in a folder of the extension: name and text.
fn files(name: &str) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder().join(name)).expect("a folder");
    let paths = entries.map(|entry| entry.expect("a file").path());
    paths
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy();
            (
                name.into_owned(),
                fs::read_to_string(&path).expect("a text"),
            )
        })
        .collect()
}

/// The files of a folder of the extension as values of JSON, and the paths of all texts in them, such as `ae_login.block`.
fn texts(schema: bool) -> Vec<(String, BTreeSet<String>)> {
    fn add(value: &Value, path: &str, paths: &mut BTreeSet<String>) {
        if let Some(object) = value.as_object() {
            for (name, value) in object {
                add(value, &format!("{path}.{name}"), paths);
            }
        } else {
            assert!(value.as_str().is_some_and(|text| !text.is_empty()));
            paths.insert(path.trim_start_matches('.').to_owned());
        }
    }
    let files = files("locales").into_iter();
    let files = files.filter(|(name, _)| name.ends_with(".schema.json") == schema);
    files
        .map(|(name, text)| {
            let value = serde_json::from_str(&text).expect("JSON");
            let mut paths = BTreeSet::new();
            add(&value, "", &mut paths);
            (name, paths)
        })
        .collect()
}

/// Everything between two texts.
fn between<'a>(text: &'a str, before: &str, after: &str) -> Vec<&'a str> {
    let parts = text.split(before).skip(1);
    parts
        .filter_map(|part| Some(part.split_once(after)?.0))
        .collect()
}

/// The error message of Shopify's command line tool lists these types of assets. There is no `.txt`.
#[test]
fn shopify_extension_has_only_types_of_files_that_shopify_takes() {
    let types = [
        (
            "assets",
            &[
                ".css", ".jpeg", ".jpg", ".js", ".json", ".png", ".svg", ".wasm",
            ][..],
        ),
        ("blocks", &[".liquid"]),
        ("locales", &[".json"]),
        ("snippets", &[".liquid"]),
    ];
    let mut found = Vec::new();
    for entry in fs::read_dir(folder()).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy();
        found.push(name.into_owned());
    }
    found.sort();
    let mut expected: Vec<_> = types.iter().map(|(name, _)| *name).collect();
    expected.insert(3, "shopify.extension.toml");
    assert_eq!(found, expected);
    for (name, endings) in types {
        let files = files(name);
        assert!(!files.is_empty(), "{name}");
        for file in files.keys() {
            let is_taken = endings.iter().any(|ending| file.ends_with(ending));
            assert!(is_taken, "{name}/{file}");
        }
    }
}

#[test]
fn shopify_theme_checker_finds_nothing() {
    let report = run("check", &[]);
    assert_eq!(report["findings"], json!([]));
    let checked = report["checked"].as_array().expect("a list").len();
    let counts = ["blocks", "locales", "snippets"].map(|name| files(name).len());
    assert_eq!(checked, counts.iter().sum::<usize>());
    let assets = report["assets"].as_object().expect("an object");
    assert_eq!(assets.len(), files("assets").len());
    for (name, size) in assets {
        let size = size.as_u64().expect("a number");
        assert!((1..=MAX_ASSET).contains(&size), "{name}: {size} bytes");
    }
}

#[test]
fn shopify_settings_and_texts_agree() {
    let mut schema_texts = BTreeSet::new();
    let mut used_texts = BTreeSet::new();
    let mut snippets = String::new();
    for (_, snippet) in files("snippets") {
        snippets.push_str(&snippet);
    }
    for name in BLOCKS {
        let liquid = files("blocks").remove(&format!("{name}.liquid"));
        let liquid = liquid.expect("a block");
        let schema = block(name, &json!({}))["schema"].clone();
        let texts = between(&liquid, "\"t:", "\"").into_iter();
        schema_texts.extend(texts.map(str::to_owned));
        let settings = schema["settings"].as_array().expect("settings");
        let ids: BTreeSet<_> = settings
            .iter()
            .map(|setting| setting["id"].as_str().expect("an id"))
            .collect();
        assert_eq!(ids.len(), settings.len(), "{name}");
        for setting in settings {
            let kind = setting["type"].as_str().expect("a type");
            assert!(["select", "text", "url"].contains(&kind), "{setting}");
        }
        for file in [&schema["javascript"], &schema["stylesheet"]] {
            if let Some(file) = file.as_str() {
                let asset = Path::new("assets").join(file);
                assert!(folder().join(asset).is_file(), "{file}");
            }
        }
        // The schema names texts such as `t:ae_login.settings.release.label`, so it is left out.
        let (code, _) = liquid.split_once("{% schema %}").expect("a schema");
        let code = format!("{snippets}{code}");
        let read = code.split("settings.").skip(1);
        let is_end = |letter: char| !letter.is_ascii_lowercase() && letter != '_';
        let read: BTreeSet<_> = read.filter_map(|text| text.split(is_end).next()).collect();
        assert_eq!(read, ids, "{name}");
        for text in between(&code, "{{ '", "' | t }}") {
            used_texts.insert(text.to_owned());
        }
    }
    for (schema, expected) in [(true, schema_texts), (false, used_texts)] {
        let files = texts(schema);
        assert!(files.len() > 1);
        for (name, texts) in files {
            assert_eq!(texts, expected, "{name}");
        }
    }
}
