//! The page around the widget: what it forbids, what is missing, how the widget gets in.

use ae_e2e::shop::{FALLBACK, Wasm};
use ae_e2e::{Bench, Browser, Page, Shop};
use ae_engine::{SCENES, SceneCustomer};
use serde_json::{Value, json};
use xtask::site::CSP;

use crate::sign_in::{SENT, TYPED, ask_for_a_code, fills_in, sign_in};

/// The element's own children stay, and the page hears of it within two seconds of the failure.
async fn falls_back(bench: &Bench, page: &Page) {
    page.excuses("ae-login cannot run in this page.");
    page.hears_error("unavailable", None).await;
    page.sees(FALLBACK).await;
    page.has("step", None).await;
    let late = "const last = Math.max(...performance.getEntriesByType('resource').map((file) => file.responseEnd)); \
         return heard.find((event) => event.name === 'ae-error').at - last";
    let late = page.asks(late, json!([])).await;
    assert!(
        late.as_f64().is_some_and(|late| late < 2000.0),
        "after {late} ms"
    );
    let why = page.token(json!({})).await.expect_err("no token");
    assert_eq!(
        (&why["name"], &why["kind"]),
        (&json!("AeError"), &json!("unavailable"))
    );
    assert_eq!(page.session().await, json!(null));
    assert_eq!(page.count("ae-error").await, 1);
    assert_eq!(bench.engine.calls(), [""; 0]);
}

pub(crate) async fn a_page_that_forbids_wasm_shows_what_stands_in_the_element(bench: &Bench) {
    let shop = Shop::new().under(&CSP.replace(" 'wasm-unsafe-eval'", ""));
    let page = bench.opens(shop).await;
    // The policy does its work; that is reported.
    page.excuses("wasm-eval");
    page.excuses("script-src");
    falls_back(bench, &page).await;
}

pub(crate) async fn a_damaged_file_is_not_run(bench: &Bench) {
    let page = bench.opens(Shop::new().with_wasm(Wasm::Damaged)).await;
    page.excuses("/ae-login.wasm");
    falls_back(bench, &page).await;
}

pub(crate) async fn a_missing_file_shows_what_stands_in_the_element(bench: &Bench) {
    let page = bench.opens(Shop::new().with_wasm(Wasm::Missing)).await;
    page.excuses("/ae-login.wasm");
    falls_back(bench, &page).await;
}

pub(crate) async fn a_file_by_another_name_is_run_once_it_was_checked(bench: &Bench) {
    let unnamed = || Shop::new().with_wasm_called("application/octet-stream");
    let page = bench.opens(unnamed()).await;
    sign_in(bench, &page).await;
    page.is_clean().await;
    let calls = bench.engine.calls();

    let page = bench.opens(unnamed().with_wasm(Wasm::Damaged)).await;
    page.excuses("/ae-login.wasm");
    page.excuses("ae-login cannot run in this page.");
    page.hears_error("unavailable", None).await;
    page.sees(FALLBACK).await;
    page.has("step", None).await;
    assert_eq!(bench.engine.calls(), calls);
}

pub(crate) async fn a_slow_file_leaves_what_stands_in_the_element_until_it_is_there(bench: &Bench) {
    let (shop, comes) = Shop::new().with_late_wasm();
    let page = bench.opens(shop).await;
    page.sees(FALLBACK).await;
    page.has("step", None).await;
    // Who asks meanwhile is answered in the end.
    page.asks(
        "window.asked = widget().getToken().catch(({ kind }) => kind)",
        Value::Null,
    )
    .await;
    assert_eq!(page.heard().await, [json!(null); 0]);
    comes.send_replace(true);
    page.is_at("identify").await;
    page.no_longer_sees(FALLBACK).await;
    let asked = page.promised("return window.asked", json!([])).await;
    assert_eq!(asked, Ok(json!("signed-out")));
    ask_for_a_code(&page).await;
}

/// A browser whose storage is worth nothing: it is said once, and the session lives as long as its page.
async fn keeps_nothing(bench: &Bench, script: &str) {
    let head = format!(r#"<script src="{script}"></script>"#);
    let page = bench.opens(Shop::new().and_head(&head)).await;
    page.types("Mobile number", TYPED).await;
    page.hears_error("storage", None).await;
    page.presses("Continue").await;
    page.is_at("code").await;
    page.types("Code", &bench.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    page.hears("ae-signed-in").await;
    let token = page.token(json!({})).await.expect("a token");
    let stored = page.stored().await;
    // Nothing that could be taken up as another thing than was meant.
    assert!(!stored.contains(&token[..token.len() - 1]), "{stored}");
    let kept = page.kept().await;
    assert!(
        !kept
            .iter()
            .any(|name| name.ends_with(" session") || name.ends_with(" step")),
        "{kept:?}"
    );
    assert_eq!(page.count("ae-error").await, 1);
    page.reloads().await;
    page.is_at("identify").await;
    assert_eq!(page.session().await, json!(null));
}

pub(crate) async fn a_browser_that_keeps_something_else_keeps_nothing(bench: &Bench) {
    keeps_nothing(bench, "/altering.js").await;
}

pub(crate) async fn a_browser_without_room_keeps_nothing(bench: &Bench) {
    keeps_nothing(bench, "/full.js").await;
}

pub(crate) async fn a_frame_of_another_site_keeps_its_session_to_itself(bench: &Bench) {
    let page = bench.opens(Shop::new().with("allow-framing")).await;
    let _stranger = page.is_framed_by_another_site().await;
    page.is_at("identify").await;
    // WebKit's driver types into no frame of another site.
    fills_in(&page, "Mobile number", TYPED).await;
    page.is_at("code").await;
    fills_in(&page, "Code", &bench.engine.code_sent_to(SENT)).await;
    page.is_at("signed-in").await;
    page.hears("ae-signed-in").await;
    let (session, token) = (page.session().await, page.token(json!({})).await);
    page.reloads_the_frame().await;
    page.is_at("signed-in").await;
    assert_eq!(page.hears("ae-signed-in").await["restored"], json!(true));
    assert_eq!(page.session().await, session);
    assert_eq!(page.token(json!({})).await, token);
    // The shop's own page is another place.
    let own = bench.opens_beside(&page, "/").await;
    own.is_at("identify").await;
    assert_eq!(own.session().await, json!(null));
    assert_eq!(own.kept().await, [""; 0]);
}

pub(crate) async fn a_strangers_frame_shows_no_form(bench: &Bench) {
    let page = bench.opens(Shop::new()).await;
    page.is_at("identify").await;
    let _stranger = page.is_framed_by_a_stranger().await;
    page.excuses("ae-login: allow-framing");
    page.hears_error("configuration", None).await;
    page.sees(FALLBACK).await;
    page.has("step", None).await;
    assert_eq!(bench.engine.calls(), [""; 0]);
}

pub(crate) async fn a_strangers_frame_shows_the_form_where_the_shop_allows_it(bench: &Bench) {
    let page = bench.opens(Shop::new().with("allow-framing")).await;
    let _stranger = page.is_framed_by_a_stranger().await;
    page.is_at("identify").await;
    page.sees("Mobile number").await;
}

pub(crate) async fn bad_attributes_are_all_named_and_nothing_is_asked(bench: &Bench) {
    let main = format!(
        r#"<ae-login base-url="ftp://engine" identifiers="fax" otp-length="99"><p>{FALLBACK}</p></ae-login>"#
    );
    let page = bench.opens(Shop::new().of(&main)).await;
    page.excuses("ae-login: ");
    page.hears_error("configuration", None).await;
    page.sees(FALLBACK).await;
    page.has("step", None).await;
    let said = page.asks("return trouble", json!([])).await.to_string();
    for word in [
        "base-url",
        "ftp://engine",
        "brand",
        "identifiers",
        "fax",
        "otp-length",
        "99",
    ] {
        assert!(said.contains(word), "{word} is not in {said}");
    }
    let why = page.token(json!({})).await.expect_err("no token");
    assert_eq!(why["kind"], json!("configuration"));
    assert_eq!(bench.engine.calls(), [""; 0]);

    // What is put right works. In a task of the page's own: WebKit's driver lets promises run between two of its statements,
    // and the widget takes what is set in one go as one change.
    page.asks(
        "const [url] = arguments; setTimeout(() => { const it = widget(); it.setAttribute('base-url', url); \
         it.setAttribute('brand', 'DocDemo'); it.removeAttribute('identifiers'); it.removeAttribute('otp-length') })",
        json!([bench.engine.url()]),
    )
    .await;
    ask_for_a_code(&page).await;
    assert_eq!(page.count("ae-error").await, 1);
}

pub(crate) async fn every_call_carries_the_headers_of_a_shops_proxy(bench: &Bench) {
    let page = bench.opens(Shop::new()).await;
    page.is_at("identify").await;
    page.asks(
        "widget().requestHeaders = { 'X-Shop': 'pip', 'Content-Type': 'text/plain' }",
        json!([]),
    )
    .await;
    sign_in(bench, &page).await;
    let entries = bench.engine.entries();
    assert_eq!(entries.len(), 3);
    for entry in entries {
        let named = |wanted: &str| {
            let mut headers = entry.headers.iter();
            headers
                .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
                .map(|(_, value)| value.clone())
        };
        assert_eq!(named("x-shop").as_deref(), Some("pip"), "{entry:?}");
        // What the engine needs is not the shop's to change.
        assert_eq!(
            named("content-type").as_deref(),
            Some("application/json"),
            "{entry:?}"
        );
    }
}

pub(crate) async fn a_whole_login_in_a_shadow_tree(bench: &Bench) {
    let page = bench
        .opens(Shop::new().with(r#"shadow resend-after="0""#))
        .await;
    page.is_at("identify").await;
    let open = page
        .asks("return widget().shadowRoot?.mode ?? null", json!([]))
        .await;
    assert_eq!(open, json!("open"));
    page.types("Mobile number", "nobody").await;
    page.presses("Continue").await;
    page.sees("This is not a mobile number.").await;
    page.is_in("Mobile number").await;
    let (is_wrong, description) = page.described("Mobile number").await;
    assert!(
        is_wrong && description.starts_with("This is not"),
        "{description}"
    );
    page.types("Mobile number", TYPED).await;
    // By the Enter key: the form is one for the browser too.
    page.strikes("\u{e007}").await;
    page.is_at("code").await;
    page.is_in("Code").await;
    page.presses("Send a new code").await;
    page.sees("A new code is on its way.").await;
    page.types("Code", &bench.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    page.hears("ae-signed-in").await;
    page.reloads().await;
    page.is_at("signed-in").await;
    page.presses("Sign out").await;
    page.is_at("identify").await;
    let light = page
        .asks("return widget().innerText.trim()", json!([]))
        .await;
    assert!(
        !light.to_string().contains("Sign"),
        "the form is in the shadow tree alone: {light}"
    );
}

pub(crate) async fn the_storefront_can_be_another_brand(bench: &Bench) {
    let page = bench.opens(Shop::storefront()).await;
    page.is_at("identify").await;
    let list = "const list = field(null, 'What it wants of its customers');";
    page.waits(
        "the brands",
        &format!("{list} return list?.options.length > 1"),
        json!([]),
    )
    .await;
    let choose = "list.value = arguments[0]; list.dispatchEvent(new Event('change'))";
    page.asks(&format!("{list} {choose}"), json!(["two-passwords"]))
        .await;
    page.sees("Set. Sign in as one of these.").await;
    page.sees("battery staple").await;

    let widget = page.within("ae-login");
    widget
        .types("Mobile number or e-mail", "ada@example.org")
        .await;
    widget.presses("Continue").await;
    widget.is_at("password").await;
    widget.types("Password", "correct horse").await;
    widget.presses("Sign in").await;
    widget.is_at("second-password").await;
    widget.types("Second password", "battery staple").await;
    widget.presses("Sign in").await;
    widget.is_at("signed-in").await;

    page.reloads().await;
    widget.is_at("signed-in").await;
    page.waits(
        "the brand that was chosen",
        &format!("{list} return list?.value === 'two-passwords'"),
        json!([]),
    )
    .await;
    page.presses("Change password").await;
    widget.is_at("change-password").await;
    widget.is_in("Current password").await;
}

pub(crate) async fn two_elements_and_two_scripts_are_one_session(bench: &Bench) {
    let one = r#"base-url="{{engine}}" brand="DocDemo""#;
    let main = format!(
        r#"<ae-login id="first" {one}></ae-login><ae-login id="second" {one} shadow></ae-login>"#
    );
    let again = r#"<script type="module" src="/ae-login.js?again"></script>"#;
    let page = bench.opens(Shop::new().of(&main).and_head(again)).await;
    let (first, second) = (page.within("#first"), page.within("#second"));
    second.types("Mobile number", "+44 77").await;
    sign_in(bench, &first).await;
    second.is_at("signed-in").await;
    second.sees("Signed in as +919999922332").await;
    assert_eq!(first.session().await, second.session().await);
    assert_eq!(first.token(json!({})).await, second.token(json!({})).await);
    let heard = page.heard().await;
    let told = heard.iter().filter(|event| event["name"] == "ae-signed-in");
    let mut told: Vec<&str> = told.filter_map(|event| event["by"].as_str()).collect();
    told.sort_unstable();
    assert_eq!(told, ["first", "second"]);
    assert_eq!(
        bench.engine.calls(),
        ["token-generate", "otp-generate", "otp-validate"]
    );

    second.presses("Sign out").await;
    first.is_at("identify").await;
    second.is_at("identify").await;
}

pub(crate) async fn an_element_that_is_moved_keeps_its_step_and_one_that_is_removed_its_session(
    bench: &Bench,
) {
    let page = bench.opens(Shop::new()).await;
    ask_for_a_code(&page).await;
    page.types("Code", "12").await;
    page.asks(
        "document.querySelector('header').append(widget())",
        json!([]),
    )
    .await;
    page.is_at("code").await;
    page.holds("Code", "12").await;
    page.types("Code", &bench.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    page.asks("window.away = widget(); away.remove()", json!([]))
        .await;
    page.waits("no widget in the page", "return !widget()", json!([]))
        .await;
    page.asks("document.querySelector('main').append(away)", json!([]))
        .await;
    page.is_at("signed-in").await;
    assert_eq!(
        bench.engine.calls(),
        ["token-generate", "otp-generate", "otp-validate"]
    );
}

pub(crate) async fn the_wasm_is_loaded_once_and_beside_the_script(bench: &Bench) {
    let page = bench.opens(Shop::new().cacheable()).await;
    sign_in(bench, &page).await;
    let mut files = page.requests();
    files.retain(|file| file != "GET /favicon.ico");
    files.sort_unstable();
    if bench.browser == Browser::WebKit {
        // Driven, WebKit loads every preloaded file again; left alone it does not.
        files.dedup();
    }
    assert_eq!(
        files,
        [
            "GET /",
            "GET /ae-login.countries.txt",
            "GET /ae-login.js",
            "GET /ae-login.wasm",
            "GET /heard.js",
            "GET /shop.css"
        ]
    );
    let times = "const [js, wasm] = ['ae-login.js', 'ae-login.wasm'].map((name) => \
         performance.getEntriesByName(new URL(name, location.href).href)[0]); \
         return [wasm.startTime, js.responseEnd]";
    let times = page.asks(times, json!([])).await;
    // WebKit gives whole milliseconds, and a small script may be there within one.
    assert!(
        times[0].as_f64() <= times[1].as_f64(),
        "the wasm at {}, the script until {}",
        times[0],
        times[1]
    );
}

pub(crate) async fn the_storefront_signs_a_customer_in(bench: &Bench) {
    let page = bench.opens(Shop::storefront()).await;
    page.is_at("identify").await;
    let widget = page.within("ae-login");
    widget.types("Mobile number or e-mail", TYPED).await;
    widget.presses("Continue").await;
    widget.is_at("code").await;
    // The customer looks at the phone.
    let message = page
        .waits(
            "a message",
            "return document.querySelector('#messages b')?.innerText",
            json!([]),
        )
        .await;
    assert_eq!(message, json!(bench.engine.code_sent_to(SENT)));
    widget
        .types("Code", message.as_str().unwrap_or_default())
        .await;
    widget.presses("Sign in").await;
    widget.is_at("signed-in").await;
    page.sees("Hello, …2332").await;
    page.presses("getToken()").await;
    page.sees("characters, ends").await;
    page.presses("signOut()").await;
    widget.is_at("identify").await;
    page.sees("Signed out.").await;
}

pub(crate) async fn whoever_is_named_behind_the_counter_can_sign_in(bench: &Bench) {
    let page = bench.opens(Shop::storefront()).await;
    page.is_at("identify").await;
    for scene in SCENES {
        page.chooses("What it wants of its customers", scene.title)
            .await;
        for visitor in scene.customers {
            page.sees(visitor.instructions).await;
            page.within("ae-login").is_at("identify").await;
            signs_in_as(bench, &page.within("ae-login"), visitor).await;
            page.presses("signOut()").await;
        }
    }
}

/// Does at every screen what a visitor of the demo is told to.
async fn signs_in_as(bench: &Bench, widget: &Page, visitor: &SceneCustomer) {
    let newest_code = || {
        bench.engine.with(|engine| {
            let newest = engine.outbox().last().expect("a message");
            newest.code.clone()
        })
    };
    let told = |word: Option<&'static str>| word.unwrap_or_else(|| panic!("{visitor:?}"));
    let mut title = String::new();
    // No way in has more screens than this.
    for _ in 0..7 {
        let (now, label) = widget.leaves(&title).await;
        let (what, button) = match now.as_str() {
            "Sign in" => (visitor.identifier.to_owned(), "Continue"),
            "Your number or e-mail" => {
                widget.hears_error("rejected", Some(1540)).await;
                // The one visitor with a user name: the number is said in the sentence about her.
                ("919999900001".to_owned(), "Continue")
            }
            "Enter your password" => (told(visitor.password).to_owned(), "Sign in"),
            "Choose a password" => {
                widget.hears_error("rejected", Some(1520)).await;
                widget.types("New password again", "a new one").await;
                ("a new one".to_owned(), "Continue")
            }
            "Choose a second password" => {
                widget.types("New password again", "a new one").await;
                ("a new one".to_owned(), "Continue")
            }
            "One more step" => (told(visitor.second_identifier).to_owned(), "Continue"),
            "Enter your second password" => (told(visitor.second_password).to_owned(), "Sign in"),
            "Enter your code" | "Enter your second code" => (newest_code(), "Sign in"),
            "You are signed in" => return,
            other => panic!("{other:?} is no way in for {visitor:?}"),
        };
        widget.types(&label, &what).await;
        widget.presses(button).await;
        title = now;
    }
    panic!("too many screens for {visitor:?}");
}
