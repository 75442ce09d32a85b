//! The recipes for shops in PHP, `docs/recipes/magento` and `docs/recipes/woocommerce`, in test benches (`src/recipe/php`).

use ae_e2e::recipe::{self, Recipe};
use ae_e2e::{Fixture, Page, script};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use std::net::Ipv4Addr;
use std::time::{SystemTime, UNIX_EPOCH};
use xtask::release;
use xtask::site::{Served, Site};

use crate::sign_in::{SENT, request_code, sign_in};

/// A value that becomes markup wherever it is not escaped.
const MARKUP: &str = r#"'"><script>alert(1)</script><b title=""#;
const ACCOUNT: &str = "Hello from your account dashboard";
const SESSION: &str = "/wp-json/ae-login/v1/session";
const SECRET: &str = "the secret of the shop";

/// The hash of the module in `integrity.json` of the release.
fn module_hash() -> String {
    let folder = release::folder().unwrap_or_else(|error| panic!("{error}"));
    let file = folder.join("integrity.json");
    let text = std::fs::read_to_string(&file);
    let text = text.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let hashes: Value = serde_json::from_str(&text).expect("JSON");
    let hash = hashes["files"]["ae-login.js"].as_str();
    hash.expect("a hash of the module").to_owned()
}

// Magento -------------------------------------------------------------------------------------------------------------------

/// A server on another origin than the shop that has the files of the release.
async fn cdn() -> Served {
    let site = Site {
        root: release::folder().unwrap_or_else(|error| panic!("{error}")),
        headers: vec![("Access-Control-Allow-Origin".to_owned(), "*".to_owned())],
        ..Site::default()
    };
    let served = site.serve((Ipv4Addr::LOCALHOST, 0).into()).await;
    served.expect("a free port for the files")
}

/// The page of the module with the addresses of this scenario in its files, under the policy that they make.
async fn magento(
    fixture: &Fixture,
    cdn: &Served,
    others: &[(&str, &str)],
    settings: Value,
) -> Recipe {
    let (engine, files) = (fixture.engine.url(), cdn.origin());
    let release_url = format!("{files}/");
    let mut replacements = vec![
        ("https://eu.api.capillarytech.com", &*engine),
        ("https://cdn.shop.example/ae-login/", &*release_url),
        ("https://cdn.shop.example", &*files),
    ];
    replacements.extend(others);
    let mut all = json!({
        "ae_login/engine/brand": "DocDemo",
        "ae_login/release/integrity": module_hash(),
    });
    for (path, value) in settings.as_object().expect("settings") {
        all[path] = value.clone();
    }
    Recipe::magento(&replacements, &all).await
}

pub(crate) async fn magento_page_signs_a_customer_in_under_the_policy_of_its_module(
    fixture: &Fixture,
) {
    let cdn = cdn().await;
    let shop = magento(fixture, &cdn, &[], json!({})).await;
    let page = fixture.opens_site(shop.served()).await;
    sign_in(fixture, &page).await;
    let requests = cdn.requests();
    assert!(
        requests.contains(&"GET /ae-login.wasm".to_owned()),
        "{requests:?}"
    );

    // Nothing in the page is an inline script, so that the policy needs no nonce.
    let answer = shop.answer("GET /", "", "").await;
    assert_eq!(answer.matches("<script").count(), 1, "{answer}");
    assert!(answer.contains("></script>"), "{answer}");
    for forbidden in ["unsafe-inline", "'unsafe-eval'", "nonce-"] {
        assert!(!answer.contains(forbidden), "{answer}");
    }
}

pub(crate) async fn magento_page_runs_without_web_assembly_and_without_its_keyword(
    fixture: &Fixture,
) {
    let cdn = cdn().await;
    let keyword = r#"<value id="ae_login_wasm" type="host">'wasm-unsafe-eval'</value>"#;
    let settings = json!({ "ae_login/release/without_web_assembly": "1" });
    let shop = magento(fixture, &cdn, &[(keyword, "")], settings).await;
    let page = fixture.opens_site(shop.served()).await;
    sign_in(fixture, &page).await;
    let requests = cdn.requests();
    assert!(
        requests.contains(&"GET /ae-login.compat.js".to_owned())
            && !requests.contains(&"GET /ae-login.wasm".to_owned()),
        "{requests:?}"
    );
    assert!(
        !shop
            .answer("GET /", "", "")
            .await
            .contains("wasm-unsafe-eval")
    );
}

pub(crate) async fn magento_settings_do_not_become_markup(fixture: &Fixture) {
    let cdn = cdn().await;
    let settings = json!({
        "ae_login/engine/base_url": format!("https://engine.example/{MARKUP}"),
        "ae_login/engine/brand": MARKUP,
        "ae_login/release/release_url": format!("https://cdn.example/{MARKUP}/"),
    });
    let answer = magento(fixture, &cdn, &[], settings).await;
    let answer = answer.answer("GET /", "", "").await;
    assert!(answer.contains("<ae-login "), "{answer}");
    assert!(
        !answer.contains("<script>") && !answer.contains("<b "),
        "{answer}"
    );

    // A page without a complete setting has no form and no script.
    for settings in [
        json!({ "ae_login/engine/brand": " " }),
        json!({ "ae_login/engine/base_url": "javascript:alert(1)" }),
        json!({ "ae_login/release/release_url": "https://cdn.example/ae-login" }),
        json!({ "ae_login/release/integrity": "sha384-short" }),
    ] {
        let shop = magento(fixture, &cdn, &[], settings.clone()).await;
        let answer = shop.answer("GET /", "", "").await;
        assert!(
            answer.contains("Registered Customers")
                && !answer.contains("<ae-login")
                && !answer.contains("<script"),
            "{settings}: {answer}"
        );
    }
}

// WooCommerce ---------------------------------------------------------------------------------------------------------------

fn settings(engine: &str) -> Value {
    json!({
        "base_url": engine,
        "brand": "DocDemo",
        "release_url": "{{shop}}/ae-login/",
        "integrity": module_hash(),
    })
}

/// A shop that checks tokens with a secret of its own.
async fn woocommerce() -> Recipe {
    let engine = "https://engine.example";
    Recipe::woocommerce(engine, SECRET, &settings(engine)).await
}

/// The body of an answer, as JSON.
fn json_in(answer: &str) -> Value {
    let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
    serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}"))
}

async fn users(shop: &Recipe) -> Value {
    json_in(&shop.answer("GET /users", "", "").await)
}

/// Signs a customer in on "My account", which then loads the page again.
async fn sign_in_to_account(fixture: &Fixture, page: &Page) {
    request_code(page).await;
    page.types("Code", &fixture.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.sees(ACCOUNT).await;
}

/// Waits for the form after a page was loaded again.
async fn is_signed_out(page: &Page) {
    page.is_at("identify").await;
    page.has_attribute("signed-in", None).await;
    let is_told = "return !document.cookie.includes('ae_login_signed_out')";
    page.waits_for("the cookie to go", is_told, json!([])).await;
}

pub(crate) async fn woocommerce_account_follows_the_session_of_the_widget(fixture: &Fixture) {
    let secret = fixture
        .engine
        .with(|engine| engine.settings().secret.clone());
    let engine = fixture.engine.url();
    let shop = Recipe::woocommerce(&engine, &secret, &settings(&engine)).await;
    let page = fixture.opens_site(shop.served()).await;
    sign_in_to_account(fixture, &page).await;
    let customers = users(&shop).await;
    let id = customers[0]["meta"]["_ae_login_engine_id"].as_str();
    assert!(
        id.is_some_and(|id| id.starts_with("DOCDEMO|")) && customers[0]["role"] == "customer",
        "{customers}"
    );
    let cookies = "return document.cookie.includes('wordpress_logged_in')";
    assert_eq!(page.evaluates(cookies, json!([])).await, json!(false));

    // The session of the widget opens a new one in WordPress.
    assert_eq!(shop.status("GET /forget", "", "").await, 200);
    page.opens_path("/").await;
    page.sees(ACCOUNT).await;

    // Signing out of WordPress signs out of the widget.
    page.evaluates("document.querySelector('a').click()", json!([]))
        .await;
    is_signed_out(&page).await;
    page.opens_path("/").await;
    is_signed_out(&page).await;

    // Signing out of the widget, in a page without the form, signs out of WordPress.
    sign_in_to_account(fixture, &page).await;
    let script = script!("recipes_php.js"; "signOutWithoutForm()");
    page.evaluates(script, json!([])).await;
    is_signed_out(&page).await;
    assert_eq!(users(&shop).await, customers);
}

/// A token signed with HS256.
fn token(header: &Value, claims: &Value, secret: &str) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let content = format!("{}.{}", encode(header), encode(claims));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
    mac.update(content.as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
    format!("{content}.{signature}")
}

/// Seconds since 1970.
fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.expect("a clock").as_secs()
}

/// A header and claims that the shop accepts.
fn valid() -> (Value, Value) {
    let header = json!({ "alg": "HS256", "org": "DOCDEMO" });
    (
        header,
        json!({ "uid": "77", "rol": "USER", "exp": now() + 600 }),
    )
}

fn valid_token() -> String {
    let (header, claims) = valid();
    token(&header, &claims, SECRET)
}

/// The answer to a token that a page of the shop has sent.
async fn post(shop: &Recipe, token: &str) -> String {
    let headers = format!("Origin: {}\r\ncap-authorization: {token}\r\n", shop.url());
    shop.answer(&format!("POST {SESSION}"), &headers, "").await
}

/// The cookie that an answer sets, as a header of a request.
fn cookie_of(answer: &str) -> String {
    let (_, rest) = answer.split_once("Set-Cookie: ").expect("a cookie");
    let (cookie, attributes) = rest.split_once(';').expect("attributes");
    let (attributes, _) = attributes.split_once("\r\n").expect("the end of a line");
    assert!(attributes.contains("HttpOnly"), "{attributes}");
    format!("Cookie: {cookie}\r\n")
}

pub(crate) async fn woocommerce_accepts_valid_tokens_only(_: &Fixture) {
    let shop = woocommerce().await;
    let answer = post(&shop, &valid_token()).await;
    assert!(
        answer.contains(" 200 ") && answer.contains("Cache-Control: no-store"),
        "{answer}"
    );
    let account = shop.answer("GET /", &cookie_of(&answer), "").await;
    assert!(account.contains(ACCOUNT), "{account}");
    // The header as `fetch()` of the element sends it, and the same customer again.
    let headers = format!(
        "Origin: {}\r\ncap_authorization: {}\r\n",
        shop.url(),
        valid_token()
    );
    let again = shop.status(&format!("POST {SESSION}"), &headers, "").await;
    assert_eq!(again, 200);
    let customers = users(&shop).await;
    assert_eq!(customers.as_array().map(Vec::len), Some(1), "{customers}");

    let (header, claims) = valid();
    let with = |part: &Value, name: &str, value: Value| {
        let mut part = part.clone();
        part[name] = value;
        part
    };
    let of_header = |name: &str, value: Value| token(&with(&header, name, value), &claims, SECRET);
    let of_claims = |name: &str, value: Value| token(&header, &with(&claims, name, value), SECRET);
    let valid = valid_token();
    let (content, signature) = valid.rsplit_once('.').expect("a token");
    let first = if signature.starts_with('A') { "B" } else { "A" };
    let wrong = [
        String::new(),
        "a.b.c".to_owned(),
        format!("{content}."),
        format!("{content}.{first}{}", &signature[1..]),
        format!("{valid}.x"),
        format!("{valid}="),
        token(&header, &claims, "another secret"),
        token(&header, &claims, ""),
        of_header("alg", json!("none")),
        of_header("alg", json!("HS512")),
        of_header("org", json!("OTHER")),
        of_header("org", json!(["DOCDEMO"])),
        of_claims("exp", json!(now() - 1)),
        of_claims("exp", json!("never")),
        of_claims("exp", Value::Null),
        of_claims("rol", json!("VIEW")),
        of_claims("rol", json!("MFA_PENDING")),
        of_claims("rol", json!("AUTH")),
        of_claims("uid", json!("")),
        of_claims("uid", json!({ "meta": "77" })),
        of_claims("padding", json!("x".repeat(9000))),
    ];
    for wrong in &wrong {
        let answer = post(&shop, wrong).await;
        assert!(
            answer.contains(" 401 ") && !answer.contains("Set-Cookie"),
            "{wrong}: {answer}"
        );
    }
    assert_eq!(users(&shop).await, customers);

    // After 30 refusals no token of that address is checked.
    for _ in wrong.len()..30 {
        assert!(post(&shop, "a.b.c").await.contains(" 401 "));
    }
    let limited = post(&shop, &valid_token()).await;
    assert!(
        limited.contains(" 429 ") && limited.contains("Retry-After: 600"),
        "{limited}"
    );
}

pub(crate) async fn woocommerce_opens_accounts_of_customers_only(_: &Fixture) {
    let shop = woocommerce().await;
    let administrator = json!({
        "login": "boss", "role": "administrator", "meta": { "_ae_login_engine_id": "DOCDEMO|ab" },
    });
    shop.answer("POST /users", "", &administrator.to_string())
        .await;
    let (header, mut claims) = valid();
    let mut answers = Vec::new();
    // The database does not tell the last two apart from the first.
    for uid in ["ab", "AB", "aB"] {
        claims["uid"] = json!(uid);
        answers.push(post(&shop, &token(&header, &claims, SECRET)).await);
    }
    assert!(
        answers[0].contains(" 403 ") && !answers[0].contains("Set-Cookie"),
        "{}",
        answers[0]
    );
    assert!(answers[1].contains(" 200 ") && answers[2].contains(" 200 "));
    let users = users(&shop).await;
    assert_eq!(users.as_array().map(Vec::len), Some(3), "{users}");
    assert_eq!(users[0], administrator);
}

pub(crate) async fn woocommerce_refusal_of_a_token_is_shown_in_the_page(fixture: &Fixture) {
    let engine = fixture.engine.url();
    let shop = Recipe::woocommerce(&engine, "another secret", &settings(&engine)).await;
    let page = fixture.opens_site(shop.served()).await;
    page.allows_problem("the customer is not signed in to WordPress");
    sign_in(fixture, &page).await;
    page.sees("The shop could not sign you in.").await;
    assert_eq!(users(&shop).await, json!([]));
}

pub(crate) async fn woocommerce_session_changes_for_pages_of_the_shop_only(_: &Fixture) {
    let shop = woocommerce().await;
    let token = valid_token();
    let (own, foreign) = (
        format!("Origin: {}\r\n", shop.url()),
        "Origin: https://evil.example\r\n",
    );
    for origin in ["", "Origin: null\r\n", foreign] {
        let headers = format!("{origin}cap-authorization: {token}\r\n");
        let answer = shop.answer(&format!("POST {SESSION}"), &headers, "").await;
        assert!(
            answer.contains(" 401 ") && !answer.contains("Set-Cookie"),
            "{answer}"
        );
    }
    assert_eq!(users(&shop).await, json!([]));

    let cookie = cookie_of(&post(&shop, &token).await);
    let delete = format!("DELETE {SESSION}");
    let refused = shop
        .status(&delete, &format!("{foreign}{cookie}"), "")
        .await;
    assert_eq!(refused, 401);
    assert!(shop.answer("GET /", &cookie, "").await.contains(ACCOUNT));
    let answer = shop.answer(&delete, &format!("{own}{cookie}"), "").await;
    assert_eq!(json_in(&answer), json!({ "signedOut": true }));
    // The cookie is of no use any more, also to somebody who has copied it.
    assert!(!shop.answer("GET /", &cookie, "").await.contains(ACCOUNT));
    let answer = shop.answer(&delete, &format!("{own}{cookie}"), "").await;
    assert_eq!(json_in(&answer), json!({ "signedOut": false }));
}

pub(crate) async fn woocommerce_settings_do_not_become_markup(_: &Fixture) {
    let values = json!({
        "base_url": format!("https://engine.example/{MARKUP}"),
        "brand": MARKUP,
        "release_url": format!("https://cdn.example/{MARKUP}/"),
        "integrity": MARKUP,
    });
    let shop = Recipe::woocommerce("https://engine.example", SECRET, &values).await;
    for path in ["/", "/page", "/settings"] {
        let answer = shop.answer(&format!("GET {path}"), "", "").await;
        assert!(
            answer.contains("<ae-login ") || answer.contains("<input "),
            "{path}: {answer}"
        );
        assert!(
            !answer.contains("<script>") && !answer.contains("<b "),
            "{path}: {answer}"
        );
        // The secret of the tokens is in no page.
        assert!(!answer.contains(SECRET), "{path}: {answer}");
    }
    let answer = shop.answer("GET /settings?as=customer", "", "").await;
    assert!(
        answer.contains(" 200 ") && answer.ends_with("\r\n\r\n"),
        "{answer}"
    );

    let cleaned = async |form: Value| {
        let answer = shop.answer("POST /sanitize", "", &form.to_string()).await;
        json_in(&answer)
    };
    let hash = module_hash();
    let answer = cleaned(json!({
        "base_url": " https://engine.example/ ", "brand": " DocDemo ",
        "release_url": "https://cdn.example/ae-login/1.0.0", "integrity": hash, "more": "x",
    }));
    assert_eq!(
        answer.await,
        json!({ "refused": [], "values": {
            "base_url": "https://engine.example", "brand": "DocDemo",
            "release_url": "https://cdn.example/ae-login/1.0.0/", "integrity": hash,
        } })
    );
    let answer = cleaned(json!({
        "base_url": "http://engine.example", "brand": "<i>", "release_url": "javascript:alert(1)",
        "integrity": MARKUP,
    }));
    assert_eq!(
        answer.await,
        json!({
            "refused": ["base_url", "brand", "release_url", "integrity"],
            "values": { "base_url": "", "brand": "", "release_url": "", "integrity": "" },
        })
    );

    // Without a complete setting, the form of WooCommerce stays.
    let engine = "https://engine.example";
    let mut incomplete = settings(engine);
    incomplete["brand"] = json!("");
    for (secret, values) in [("", settings(engine)), (SECRET, incomplete)] {
        let shop = Recipe::woocommerce(engine, secret, &values).await;
        let answer = shop.answer("GET /", "", "").await;
        assert!(
            answer.contains("The form of WooCommerce") && !answer.contains("<script"),
            "{answer}"
        );
    }
}

// Files ---------------------------------------------------------------------------------------------------------------------

pub(crate) async fn php_and_xml_files_of_the_recipes_have_no_syntax_errors(_: &Fixture) {
    let (count, errors) = recipe::syntax_errors();
    assert_eq!(errors, Vec::<String>::new());
    assert!(count >= 19, "{count}");
}
