//! Nothing left behind: what was typed to prove something, and every token there ever was, is searched for in all places where
//! it could have stayed, after each step and after signing out.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use ae_e2e::{Bench, Page, Shop};
use ae_engine::{Customer, Endpoint};
use serde_json::{Value, json};

use crate::passwords::{choose, continue_to};
use crate::sign_in::SENT;

/// Passwords that stand nowhere by chance, with what JSON has to escape and what is no ASCII.
const FIRST: &str = "canary one \"of\" Zürich, in brass";
const SECOND: &str = "canary two \\of\\ Łódź, in silver";
/// Digits of a code: as many as there may be, so that none is part of a moment by chance.
const DIGITS: usize = 10;
const NEVER: RangeInclusive<u64> = 0..=0;
const ONCE: RangeInclusive<u64> = 1..=1;

/// What must be gone, and what may still be there.
#[derive(Default)]
struct Canary {
    typed: Vec<String>,
}

/// A shop whose page is watched, with an engine whose codes are long.
async fn watched_shop(bench: &Bench, attributes: &str) -> Page {
    bench.engine.is(|settings| settings.otp_length = DIGITS);
    let shop = Shop::new()
        .with(&format!(r#"otp-length="{DIGITS}""#))
        .with(attributes)
        .and_head(r#"<script src="/canary.js"></script>"#);
    bench.opens(shop).await
}

impl Canary {
    /// Types something that proves something, and goes on to another step, where nothing of it is left.
    async fn enters(&mut self, page: &Page, label: &str, secret: &str, step: &str) {
        self.typed.push(secret.to_owned());
        page.pastes(label, secret).await;
        page.presses("Sign in").await;
        page.is_at(step).await;
        self.is_gone(page).await;
    }

    /// Types the newest code.
    async fn proves_a_code(&mut self, bench: &Bench, page: &Page, step: &str) {
        let code = bench.engine.code_sent_to(SENT);
        assert_eq!(code.len(), DIGITS);
        self.enters(page, "Code", &code, step).await;
    }

    /// Signs out by the button, after which nothing of anything is left.
    async fn signs_out(&self, page: &Page) {
        assert!(is_signed_in(page).await);
        page.presses("Sign out").await;
        page.is_at("identify").await;
        assert!(!is_signed_in(page).await);
        self.is_gone(page).await;
    }

    /// Searches for everything. The token of somebody signed in stands in the one record and once in the memory of wasm; one that
    /// waits for a second factor in memory alone.
    async fn is_gone(&self, page: &Page) {
        let given = given(page).await;
        let is_signed_in = is_signed_in(page).await;
        let held = if is_signed_in {
            Some(page.token(json!({})).await.expect("a token"))
        } else {
            pending(page, &given).await
        };
        let is_over = |given: &&Given| Some(&given.text) != held.as_ref();
        let mut over: Vec<&str> = self.typed.iter().flat_map(|typed| halves(typed)).collect();
        for given in given.iter().filter(is_over) {
            match given.kind {
                "token" => over.extend(pieces(&given.text)),
                // A session of two factors is renewed with it.
                _ if is_signed_in => {}
                _ => over.push(&given.text),
            }
        }
        let places = places(page).await;
        is_nowhere(&over, &places, &[]);
        are_in_memory(page, &over, NEVER).await;
        if let Some(held) = &held {
            let pieces = pieces(held);
            let record = is_signed_in.then(|| record(&places));
            if let Some(record) = record {
                assert!(places[record].contains(held), "the one record has it");
            }
            is_nowhere(&pieces, &places, record.as_slice());
            // That it is found shows that whatever is left would be.
            are_in_memory(page, &pieces, ONCE).await;
        }
    }
}

/// Something that the engine gave the page.
struct Given {
    kind: &'static str,
    text: String,
    address: String,
}

/// The token of a first factor while the second one is asked for.
async fn pending(page: &Page, given: &[Given]) -> Option<String> {
    let step = page
        .asks("return widget().getAttribute('step')", json!([]))
        .await;
    let is_pending = |given: &&Given| {
        given.kind == "token"
            && given.address.contains("/web/")
            && given.address.ends_with("/validate")
    };
    let is_second = step.as_str()?.starts_with("second-");
    let mut given = given.iter().rev().filter(|_| is_second);
    Some(given.find(is_pending)?.text.clone())
}

async fn is_signed_in(page: &Page) -> bool {
    !page.session().await.is_null()
}

/// Every token and every key that the engine ever gave this page.
async fn given(page: &Page) -> Vec<Given> {
    let answers = page.asks("return canary.answers()", json!([])).await;
    let answers: Vec<(String, String)> = serde_json::from_value(answers).expect("texts");
    let mut all = Vec::new();
    for (address, answer) in answers {
        let answer: Value = serde_json::from_str(&answer).unwrap_or_default();
        for kind in ["token", "key"] {
            let text = answer["auth"][kind].as_str().unwrap_or_default();
            if !text.is_empty() {
                all.push(Given {
                    kind,
                    text: text.to_owned(),
                    address: address.clone(),
                });
            }
        }
    }
    all
}

/// A token, and what makes it one of a kind: the two halves of its signature.
fn pieces(token: &str) -> Vec<&str> {
    let (_, signature) = token.rsplit_once('.').expect("a token has a signature");
    let mut pieces = halves(signature);
    pieces.push(token);
    pieces
}

/// A text and its halves: of what was overwritten in part, something may be left.
fn halves(text: &str) -> Vec<&str> {
    let middle = text.char_indices().nth(text.chars().count() / 2);
    let (first, second) = text.split_at(middle.map_or(0, |(at, _)| at));
    let mut all = vec![text];
    // Five digits are found by chance.
    all.extend([first, second].into_iter().filter(|half| half.len() > 8));
    all
}

/// Everything that can be read of a page, place by place.
async fn places(page: &Page) -> BTreeMap<String, String> {
    let places = page.promised("return canary.look()", json!([])).await;
    let mut places: BTreeMap<String, String> =
        serde_json::from_value(places.expect("a look around")).expect("texts");
    places.insert("requests".to_owned(), page.requests().join("\n"));
    places
}

/// The record of the session.
fn record(places: &BTreeMap<String, String>) -> &str {
    let mut records = places.keys().filter(|place| {
        place.starts_with("tab ae-login:1:") && place.ends_with(" DocDemo:session")
    });
    let record = records.next().expect("a record of the session");
    assert_eq!(records.next(), None);
    record
}

/// A text as it is, and as it would be written in JSON, in a document and in an address.
fn spellings(text: &str) -> Vec<String> {
    let json = Value::from(text).to_string();
    let letter = |byte: u8| match byte {
        byte if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) => char::from(byte).into(),
        byte => format!("%{byte:02X}"),
    };
    let mut all = vec![
        text.to_owned(),
        json.trim_matches('"').to_owned(),
        text.replace('"', "&quot;"),
        text.bytes().map(letter).collect(),
    ];
    all.dedup();
    all
}

fn is_nowhere(secrets: &[&str], places: &BTreeMap<String, String>, but: &[&str]) {
    for (place, text) in places {
        for secret in secrets.iter().filter(|_| !but.contains(&place.as_str())) {
            for spelling in spellings(secret) {
                let line = text.lines().find(|line| line.contains(&spelling));
                assert_eq!(line, None, "{secret:?} stands in {place}");
            }
        }
    }
}

/// Each text stands in the memory of wasm so often.
async fn are_in_memory(page: &Page, texts: &[&str], times: RangeInclusive<u64>) {
    let spelled: Vec<String> = texts.iter().flat_map(|text| spellings(text)).collect();
    let script = "return canary.inMemory(arguments[0])";
    let counts = page.asks(script, json!([spelled])).await;
    let counts: Vec<u64> = serde_json::from_value(counts).expect("numbers");
    let counted = spelled.iter().zip(counts);
    let wrong: Vec<_> = counted
        .filter(|(_, count)| !times.contains(count))
        .collect();
    assert!(
        wrong.is_empty(),
        "in memory, not {times:?} times: {wrong:#?}"
    );
}

/// The widget's calls carry no token, code or password but in their bodies.
fn only_bodies_have_secrets(bench: &Bench) {
    let mut log: Vec<String> = Vec::new();
    for entry in bench
        .engine
        .entries()
        .iter()
        .chain(&bench.engine.preflights())
    {
        log.push(entry.path.clone());
        log.extend(
            entry
                .headers
                .iter()
                .map(|(name, value)| format!("{name}: {value}")),
        );
    }
    let log = BTreeMap::from([("the engine's log".to_owned(), log.join("\n"))]);
    let secrets = bench.engine.secrets();
    let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
    assert!(!secrets.is_empty());
    is_nowhere(&secrets, &log, &[]);
}

pub(crate) async fn codes_and_tokens_are_erased_after_use(bench: &Bench) {
    bench.engine.knows(
        SENT,
        Customer {
            mfa: true,
            ..Customer::new("4068291")
        },
    );
    let page = watched_shop(bench, "").await;
    let mut canary = Canary::default();
    // The second login finds the memory as the first one left it.
    for _ in 0..2 {
        continue_to(&page, "code").await;
        canary.is_gone(&page).await;
        // A wrong one is no secret of ours, but one of a customer who mixed them up.
        canary.typed.push("7310984265".to_owned());
        page.types("Code", "7310984265").await;
        page.presses("Sign in").await;
        page.hears_error("rejected", Some(1506)).await;
        page.types("Code", "").await;
        canary.is_gone(&page).await;
        canary.proves_a_code(bench, &page, "second-code").await;
        canary.proves_a_code(bench, &page, "signed-in").await;
        canary.signs_out(&page).await;
    }
    only_bodies_have_secrets(bench);
}

pub(crate) async fn passwords_are_erased_after_use(bench: &Bench) {
    bench.engine.is(|settings| {
        settings.password_brand = true;
        settings.mfa_password = true;
    });
    bench.engine.knows(
        SENT,
        Customer {
            mfa: true,
            password: Some(FIRST.to_owned()),
            mfa_password: Some(SECOND.to_owned()),
            ..Customer::new("4068291")
        },
    );
    let page = watched_shop(
        bench,
        r#"first-factor="password" second-factor-method="password""#,
    )
    .await;
    let mut canary = Canary::default();
    continue_to(&page, "password").await;
    canary
        .enters(&page, "Password", FIRST, "second-password")
        .await;
    canary
        .enters(&page, "Second password", SECOND, "signed-in")
        .await;

    // One that is looked at while it is chosen.
    page.asks("widget().changePassword()", json!([])).await;
    page.is_at("change-password").await;
    let new = "canary three, ünloved, in gold";
    page.pastes("Current password", SECOND).await;
    page.pastes("New password", new).await;
    page.pastes("New password again", new).await;
    canary.typed.push(new.to_owned());
    page.presses("Show").await;
    page.presses("Save password").await;
    page.is_at("signed-in").await;
    canary.is_gone(&page).await;
    canary.signs_out(&page).await;

    // One that was forgotten, and its code.
    continue_to(&page, "password").await;
    page.presses("I forgot my password").await;
    page.is_at("forgot-password").await;
    let newer = "canary four, \u{201c}found\u{201d}, in tin";
    canary.typed.push(newer.to_owned());
    choose(&page, newer).await;
    page.is_at("code").await;
    canary.is_gone(&page).await;
    canary.proves_a_code(bench, &page, "second-password").await;
    canary
        .enters(&page, "Second password", new, "signed-in")
        .await;
    canary.signs_out(&page).await;
    only_bodies_have_secrets(bench);
}

pub(crate) async fn replaced_token_is_erased(bench: &Bench) {
    bench.engine.is(|settings| settings.set_lives(5));
    let page = watched_shop(bench, "").await;
    let mut canary = Canary::default();
    continue_to(&page, "code").await;
    canary.proves_a_code(bench, &page, "signed-in").await;
    for _ in 0..3 {
        page.hears("ae-renewed").await;
        canary.is_gone(&page).await;
    }
    canary.signs_out(&page).await;
    assert!(bench.engine.count(Endpoint::TokenRegenerate) >= 3);
    only_bodies_have_secrets(bench);
}

/// The other scenarios show that nothing is found; this one, that something would be.
pub(crate) async fn search_finds_secrets_planted_in_every_place(bench: &Bench) {
    let page = watched_shop(bench, "").await;
    page.is_at("identify").await;
    // What has just been typed and is no secret stays in memory for whoever corrects it.
    page.types("Mobile number", "canary").await;
    page.presses("Continue").await;
    page.sees("This is not a mobile number").await;
    are_in_memory(&page, &["canary"], 1..=9).await;

    let script = "const it = arguments[0]; \
         sessionStorage.planted = localStorage.planted = it; window.planted = it; \
         document.cookie = `planted=${encodeURIComponent(it)}`; \
         history.replaceState({ it }, ''); \
         console.debug('planted', it); \
         widget().dispatchEvent(new CustomEvent('ae-signed-in', { detail: { session: { it } } })); \
         widget().attachShadow({ mode: 'open' }).append(Object.assign(document.createElement('input'), { value: it })); \
         document.body.append(Object.assign(document.createElement('div'), { title: it })); \
         const channel = new BroadcastChannel('planted'); channel.postMessage({ it }); channel.close(); \
         navigator.locks.request(it, () => {}); \
         const put = caches.open('planted').then((cache) => cache.put('/planted', new Response(it))); \
         const opening = indexedDB.open('planted'); \
         opening.onupgradeneeded = () => opening.result.createObjectStore('planted').add(it, 1); \
         const kept = new Promise((done) => { opening.onsuccess = () => (opening.result.close(), done()) }); \
         return Promise.all([put, kept, fetch(`/?planted=${encodeURIComponent(it)}`)]).then(() => true)";
    let planted = page.promised(script, json!([FIRST])).await;
    assert_eq!(planted, Ok(json!(true)));
    let places = places(&page).await;
    let mut found: Vec<&str> = places
        .iter()
        .filter(|(_, text)| spellings(FIRST).iter().any(|it| text.contains(it)))
        .map(|(place, _)| place.as_str())
        .collect();
    found.sort_unstable();
    assert_eq!(
        found,
        [
            "addresses",
            "caches",
            "console",
            "cookies",
            "databases",
            "device planted",
            "document",
            "events",
            "globals",
            "history",
            "inputs",
            "locks",
            "messages",
            "requests",
            "tab planted"
        ],
    );
}
