//! The page around the widget: its policy, its frames, missing files, several elements, and the demo's storefront.

use ae_e2e::shop::{FALLBACK, Wasm};
use ae_e2e::{Browser, Fixture, Page, Shop, script};
use ae_engine::{SCENES, SceneCustomer};
use serde_json::{Value, json};
use xtask::site::CSP;

use crate::sign_in::{SENT, TYPED, fill_in_and_submit, request_code, sign_in};

/// Checks that the element's own content stays, and that the page receives an error within two seconds of the last loaded file.
async fn assert_fallback(fixture: &Fixture, page: &Page) {
    page.allows_problem("ae-login cannot run in this page.");
    page.receives_error("unavailable", None).await;
    page.sees(FALLBACK).await;
    page.has_attribute("step", None).await;
    let script = script!("embedding.js"; "return millisecondsToError()");
    let late = page.evaluates(script, json!([])).await;
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
    assert_eq!(page.event_count("ae-error").await, 1);
    assert_eq!(fixture.engine.calls(), [""; 0]);
}

pub(crate) async fn csp_without_wasm_and_compat_never_shows_the_fallback(fixture: &Fixture) {
    let shop = Shop::new().with_csp(&CSP.replace(" 'wasm-unsafe-eval'", ""));
    let page = fixture
        .opens(shop.with_attributes(r#"compat="never""#))
        .await;
    // The browser reports the violation of the policy.
    page.allows_problem("wasm-eval");
    page.allows_problem("script-src");
    assert_fallback(fixture, &page).await;
}

pub(crate) async fn damaged_wasm_is_not_run(fixture: &Fixture) {
    let page = fixture.opens(Shop::new().with_wasm(Wasm::Damaged)).await;
    page.allows_problem("/ae-login.wasm");
    assert_fallback(fixture, &page).await;
}

pub(crate) async fn missing_wasm_shows_the_fallback(fixture: &Fixture) {
    let page = fixture.opens(Shop::new().with_wasm(Wasm::Missing)).await;
    page.allows_problem("/ae-login.wasm");
    assert_fallback(fixture, &page).await;
}

pub(crate) async fn wasm_with_wrong_content_type_runs_after_the_integrity_check(fixture: &Fixture) {
    let with_wrong_type = || Shop::new().with_wasm_content_type("application/octet-stream");
    let page = fixture.opens(with_wrong_type()).await;
    sign_in(fixture, &page).await;
    page.has_no_problems().await;
    let calls = fixture.engine.calls();

    let page = fixture
        .opens(with_wrong_type().with_wasm(Wasm::Damaged))
        .await;
    page.allows_problem("/ae-login.wasm");
    page.allows_problem("ae-login cannot run in this page.");
    page.receives_error("unavailable", None).await;
    page.sees(FALLBACK).await;
    page.has_attribute("step", None).await;
    assert_eq!(fixture.engine.calls(), calls);
}

pub(crate) async fn calls_before_the_wasm_arrives_are_answered_later(fixture: &Fixture) {
    let (shop, release) = Shop::new().with_late_wasm();
    let page = fixture.opens(shop).await;
    page.waits_for("the class", "return !!widget().show", json!([]))
        .await;
    page.has_attribute("step", None).await;
    // A call before the wasm is there is answered later.
    page.evaluates(
        "window.answer = widget().getToken().catch(({ kind }) => kind)",
        Value::Null,
    )
    .await;
    assert_eq!(page.events().await, [json!(null); 0]);
    release.send_replace(true);
    page.is_at("identify").await;
    page.no_longer_sees(FALLBACK).await;
    let answer = page.awaits("return window.answer", json!([])).await;
    assert_eq!(answer, Ok(json!("signed-out")));
    request_code(&page).await;
}

/// Signs in with a storage that does not work: the page receives one error, and the session ends with its page.
async fn assert_session_is_not_stored(fixture: &Fixture, script: &str) {
    let head = format!(r#"<script src="{script}"></script>"#);
    let page = fixture.opens(Shop::new().with_head(&head)).await;
    page.types("Mobile number", TYPED).await;
    page.receives_error("storage", None).await;
    page.presses("Continue").await;
    page.is_at("code").await;
    page.types("Code", &fixture.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    page.receives("ae-signed-in").await;
    let token = page.token(json!({})).await.expect("a token");
    let stored = page.storage_text().await;
    // Neither the token nor a damaged copy of it is stored.
    assert!(!stored.contains(&token[..token.len() - 1]), "{stored}");
    let keys = page.storage_keys().await;
    assert!(
        !keys
            .iter()
            .any(|name| name.ends_with(" session") || name.ends_with(" step")),
        "{keys:?}"
    );
    assert_eq!(page.event_count("ae-error").await, 1);
    page.reloads().await;
    page.is_at("identify").await;
    assert_eq!(page.session().await, json!(null));
}

pub(crate) async fn storage_that_alters_values_keeps_no_session(fixture: &Fixture) {
    assert_session_is_not_stored(fixture, "/storage_altered.js").await;
}

pub(crate) async fn full_storage_keeps_no_session(fixture: &Fixture) {
    assert_session_is_not_stored(fixture, "/storage_full.js").await;
}

pub(crate) async fn cross_site_frame_keeps_its_session_to_itself(fixture: &Fixture) {
    let page = fixture
        .opens(Shop::new().with_attributes("allow-framing"))
        .await;
    let _other = page.is_framed_by_another_site().await;
    page.is_at("identify").await;
    // WebKit's driver cannot type in a cross-site frame.
    fill_in_and_submit(&page, "Mobile number", TYPED).await;
    page.is_at("code").await;
    fill_in_and_submit(&page, "Code", &fixture.engine.code_sent_to(SENT)).await;
    page.is_at("signed-in").await;
    page.receives("ae-signed-in").await;
    let (session, token) = (page.session().await, page.token(json!({})).await);
    page.reloads_frame().await;
    page.is_at("signed-in").await;
    assert_eq!(page.receives("ae-signed-in").await["restored"], json!(true));
    assert_eq!(page.session().await, session);
    assert_eq!(page.token(json!({})).await, token);
    // The shop's own page has another storage partition.
    let own = fixture.opens_in_new_tab(&page, "/").await;
    own.is_at("identify").await;
    assert_eq!(own.session().await, json!(null));
    assert_eq!(own.storage_keys().await, [""; 0]);
}

pub(crate) async fn cross_origin_frame_shows_no_form(fixture: &Fixture) {
    let page = fixture.opens(Shop::new()).await;
    page.is_at("identify").await;
    let _other = page.is_framed_by_another_origin().await;
    page.allows_problem("ae-login: allow-framing");
    page.receives_error("configuration", None).await;
    page.sees(FALLBACK).await;
    page.has_attribute("step", None).await;
    assert_eq!(fixture.engine.calls(), [""; 0]);
}

pub(crate) async fn allow_framing_shows_the_form_in_a_cross_origin_frame(fixture: &Fixture) {
    let page = fixture
        .opens(Shop::new().with_attributes("allow-framing"))
        .await;
    let _other = page.is_framed_by_another_origin().await;
    page.is_at("identify").await;
    page.sees("Mobile number").await;
}

pub(crate) async fn every_invalid_attribute_is_named_and_nothing_is_sent(fixture: &Fixture) {
    let main = format!(
        r#"<ae-login base-url="ftp://engine" identifiers="fax" otp-length="99"><p>{FALLBACK}</p></ae-login>"#
    );
    let page = fixture.opens(Shop::new().with_main(&main)).await;
    page.allows_problem("ae-login: ");
    page.receives_error("configuration", None).await;
    page.sees(FALLBACK).await;
    page.has_attribute("step", None).await;
    let problems = page
        .evaluates("return problems", json!([]))
        .await
        .to_string();
    for word in [
        "base-url",
        "ftp://engine",
        "brand",
        "identifiers",
        "fax",
        "otp-length",
        "99",
    ] {
        assert!(problems.contains(word), "{word} is not in {problems}");
    }
    let why = page.token(json!({})).await.expect_err("no token");
    assert_eq!(why["kind"], json!("configuration"));
    assert_eq!(fixture.engine.calls(), [""; 0]);

    // The corrected widget works.
    let script = script!("embedding.js"; "correctAttributes(arguments[0])");
    page.evaluates(script, json!([fixture.engine.url()])).await;
    request_code(&page).await;
    assert_eq!(page.event_count("ae-error").await, 1);
}

pub(crate) async fn request_headers_are_sent_with_every_call(fixture: &Fixture) {
    let page = fixture.opens(Shop::new()).await;
    page.is_at("identify").await;
    page.evaluates(
        "widget().requestHeaders = { 'X-Shop': 'pip', 'Content-Type': 'text/plain' }",
        json!([]),
    )
    .await;
    sign_in(fixture, &page).await;
    let entries = fixture.engine.requests();
    assert_eq!(entries.len(), 3);
    for entry in entries {
        let named = |wanted: &str| {
            let mut headers = entry.headers.iter();
            headers
                .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
                .map(|(_, value)| value.clone())
        };
        assert_eq!(named("x-shop").as_deref(), Some("pip"), "{entry:?}");
        // The shop cannot replace a header that the engine needs.
        assert_eq!(
            named("content-type").as_deref(),
            Some("application/json"),
            "{entry:?}"
        );
    }
}

pub(crate) async fn login_in_a_shadow_tree_succeeds(fixture: &Fixture) {
    let page = fixture
        .opens(Shop::new().with_attributes(r#"shadow resend-after="0""#))
        .await;
    page.is_at("identify").await;
    let open = page
        .evaluates("return widget().shadowRoot?.mode ?? null", json!([]))
        .await;
    assert_eq!(open, json!("open"));
    page.types("Mobile number", "nobody").await;
    page.presses("Continue").await;
    page.sees("That doesn't look like a mobile number.").await;
    page.has_focus_in("Mobile number").await;
    let (is_wrong, description) = page.description_of("Mobile number").await;
    assert!(
        is_wrong && description.starts_with("That doesn't look like"),
        "{description}"
    );
    page.types("Mobile number", TYPED).await;
    // Enter submits the form.
    page.presses_keys("\u{e007}").await;
    page.is_at("code").await;
    page.has_focus_in("Code").await;
    page.presses("Resend code").await;
    page.sees("A new code is on its way.").await;
    page.types("Code", &fixture.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    page.receives("ae-signed-in").await;
    page.reloads().await;
    page.is_at("signed-in").await;
    page.presses("Sign out").await;
    page.is_at("identify").await;
    let own_text = page
        .evaluates("return widget().innerText.trim()", json!([]))
        .await;
    assert!(
        !own_text.to_string().contains("Sign"),
        "the form is only in the shadow tree: {own_text}"
    );
}

pub(crate) async fn demo_storefront_can_switch_brands(fixture: &Fixture) {
    let page = fixture.opens(Shop::storefront()).await;
    page.is_at("identify").await;
    let label = "What it wants of its customers";
    let has_brands = "return field(null, arguments[0])?.options.length > 1";
    page.waits_for("the brands", has_brands, json!([label]))
        .await;
    let script = script!("embedding.js"; "selectScene(...arguments)");
    page.evaluates(script, json!([label, "two-passwords"]))
        .await;
    page.sees("Set. Sign in as one of these.").await;
    page.sees("battery staple").await;

    let widget = page.within("ae-login");
    widget
        .types("Mobile number or email", "ada@example.org")
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
    page.waits_for(
        "the selected brand",
        "return field(null, arguments[0])?.value === 'two-passwords'",
        json!([label]),
    )
    .await;
    page.presses("Change password").await;
    widget.is_at("change-password").await;
    widget.has_focus_in("Current password").await;
}

pub(crate) async fn two_elements_and_two_scripts_share_one_session(fixture: &Fixture) {
    let one = r#"base-url="{{engine}}" brand="DocDemo""#;
    let main = format!(
        r#"<ae-login id="first" {one}></ae-login><ae-login id="second" {one} shadow></ae-login>"#
    );
    let again = r#"<script type="module" src="/ae-login.js?again"></script>"#;
    let page = fixture
        .opens(Shop::new().with_main(&main).with_head(again))
        .await;
    let (first, second) = (page.within("#first"), page.within("#second"));
    second.types("Mobile number", "+44 77").await;
    sign_in(fixture, &first).await;
    second.is_at("signed-in").await;
    second.sees("+919999922332").await;
    assert_eq!(first.session().await, second.session().await);
    assert_eq!(first.token(json!({})).await, second.token(json!({})).await);
    let events = page.events().await;
    let signed_in = events
        .iter()
        .filter(|event| event["name"] == "ae-signed-in");
    let mut ids: Vec<&str> = signed_in.filter_map(|event| event["by"].as_str()).collect();
    ids.sort_unstable();
    assert_eq!(ids, ["first", "second"]);
    assert_eq!(
        fixture.engine.calls(),
        ["token-generate", "otp-generate", "otp-validate"]
    );

    second.presses("Sign out").await;
    first.is_at("identify").await;
    second.is_at("identify").await;
}

pub(crate) async fn moved_element_keeps_its_step_and_removed_element_its_session(
    fixture: &Fixture,
) {
    let page = fixture.opens(Shop::new()).await;
    request_code(&page).await;
    page.types("Code", "12").await;
    page.evaluates(
        "document.querySelector('header').append(widget())",
        json!([]),
    )
    .await;
    page.is_at("code").await;
    page.has_value("Code", "12").await;
    page.types("Code", &fixture.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    page.evaluates("window.removed = widget(); removed.remove()", json!([]))
        .await;
    page.waits_for("no widget in the page", "return !widget()", json!([]))
        .await;
    page.evaluates("document.querySelector('main').append(removed)", json!([]))
        .await;
    page.is_at("signed-in").await;
    assert_eq!(
        fixture.engine.calls(),
        ["token-generate", "otp-generate", "otp-validate"]
    );
}

pub(crate) async fn files_are_loaded_once_and_the_script_first(fixture: &Fixture) {
    let page = fixture.opens(Shop::new().cacheable()).await;
    sign_in(fixture, &page).await;
    let mut files = page.requests();
    files.retain(|file| file != "GET /favicon.ico");
    files.sort_unstable();
    if fixture.browser == Browser::WebKit {
        // WebKit loads every preloaded file twice while a driver controls it.
        files.dedup();
    }
    assert_eq!(
        files,
        [
            "GET /",
            "GET /ae-login.core.js",
            "GET /ae-login.countries.txt",
            "GET /ae-login.js",
            "GET /ae-login.wasm",
            "GET /recorder.js",
            "GET /shop.css"
        ]
    );
    let script = script!("embedding.js"; "return isScriptFirst()");
    assert_eq!(page.evaluates(script, json!([])).await, json!(true));
}

pub(crate) async fn demo_storefront_signs_a_customer_in(fixture: &Fixture) {
    let page = fixture.opens(Shop::storefront()).await;
    page.is_at("identify").await;
    let widget = page.within("ae-login");
    widget.types("Mobile number or email", TYPED).await;
    widget.presses("Continue").await;
    widget.is_at("code").await;
    // The customer reads the code on the "phone".
    let message = page
        .waits_for(
            "a message",
            "return document.querySelector('#messages b')?.innerText",
            json!([]),
        )
        .await;
    assert_eq!(message, json!(fixture.engine.code_sent_to(SENT)));
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

pub(crate) async fn every_demo_visitor_can_sign_in(fixture: &Fixture) {
    let page = fixture.opens(Shop::storefront()).await;
    page.is_at("identify").await;
    for scene in SCENES {
        page.selects("What it wants of its customers", scene.title)
            .await;
        for visitor in scene.customers {
            page.sees(visitor.instructions).await;
            page.within("ae-login").is_at("identify").await;
            signs_in_as(fixture, &page.within("ae-login"), visitor).await;
            page.presses("signOut()").await;
        }
    }
}

/// Does on every screen what the demo tells a visitor to do.
async fn signs_in_as(fixture: &Fixture, widget: &Page, visitor: &SceneCustomer) {
    let newest_code = || {
        fixture.engine.with(|engine| {
            let newest = engine.outbox().last().expect("a message");
            newest.code.clone()
        })
    };
    let given = |text: Option<&'static str>| text.unwrap_or_else(|| panic!("{visitor:?}"));
    let mut title = String::new();
    // No login has more screens than seven.
    for _ in 0..7 {
        let (screen, label) = widget.shows_another_screen(&title).await;
        let (text, button) = match screen.as_str() {
            "Sign in" => (visitor.identifier.to_owned(), "Continue"),
            "Your number or email" => {
                widget.receives_error("rejected", Some(1540)).await;
                // Only the visitor with a user name comes here. The demo shows her number in a sentence about her.
                ("919999900001".to_owned(), "Continue")
            }
            "Enter your password" => (given(visitor.password).to_owned(), "Sign in"),
            "Choose a password" => {
                widget.receives_error("rejected", Some(1520)).await;
                widget.types("Confirm new password", "a new one").await;
                ("a new one".to_owned(), "Continue")
            }
            "Choose a second password" => {
                widget.types("Confirm new password", "a new one").await;
                ("a new one".to_owned(), "Continue")
            }
            "Confirm it's you" => (given(visitor.second_identifier).to_owned(), "Continue"),
            "Enter your second password" => (given(visitor.second_password).to_owned(), "Sign in"),
            "Enter your code" | "Enter your second code" => (newest_code(), "Sign in"),
            "You're signed in" => return,
            other => panic!("{other:?} is not a screen for {visitor:?}"),
        };
        widget.types(&label, &text).await;
        widget.presses(button).await;
        title = screen;
    }
    panic!("too many screens for {visitor:?}");
}
