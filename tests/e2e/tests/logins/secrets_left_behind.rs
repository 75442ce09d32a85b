//! Secrets are erased after use: after each step and after the sign-out, every code, password and token is searched for in all places that
//! a script can read, and in the memory of the wasm.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use ae_e2e::{Fixture, Page, Shop, script};
use ae_engine::{Customer, Endpoint};
use serde_json::{Value, json};

use crate::passwords::{choose_password, continue_to};
use crate::sign_in::SENT;

/// Passwords that occur nowhere by chance. They contain characters that JSON escapes, and some outside of ASCII.
const FIRST: &str = "secret one \"of\" Zürich, in brass";
const SECOND: &str = "secret two \\of\\ Łódź, in silver";
/// The length of a code: the greatest one, so that no code is part of a timestamp by chance.
const DIGITS: usize = 10;
const NEVER: RangeInclusive<u64> = 0..=0;
const ONCE: RangeInclusive<u64> = 1..=1;

/// Searches for secrets.
#[derive(Default)]
struct SecretSearch {
    /// The codes and passwords that were entered.
    entered: Vec<String>,
}

/// Opens a shop whose page records what scripts can read, with an engine whose codes are long.
async fn open_watched_shop(fixture: &Fixture, attributes: &str) -> Page {
    fixture
        .engine
        .configure(|settings| settings.otp_length = DIGITS);
    let shop = Shop::new()
        .with_attributes(&format!(r#"otp-length="{DIGITS}""#))
        .with_attributes(attributes)
        .with_head(r#"<script src="/secret_search.js"></script>"#);
    fixture.opens(shop).await
}

impl SecretSearch {
    /// Enters a secret, goes to another step and checks that the secret is erased.
    async fn enters(&mut self, page: &Page, label: &str, secret: &str, step: &str) {
        self.entered.push(secret.to_owned());
        page.pastes(label, secret).await;
        page.presses("Sign in").await;
        page.is_at(step).await;
        self.assert_erased(page).await;
    }

    /// Enters the newest code.
    async fn enters_code(&mut self, fixture: &Fixture, page: &Page, step: &str) {
        let code = fixture.engine.code_sent_to(SENT);
        assert_eq!(code.len(), DIGITS);
        self.enters(page, "Code", &code, step).await;
    }

    /// Signs out and checks that everything is erased.
    async fn signs_out(&self, page: &Page) {
        assert!(is_signed_in(page).await);
        page.presses("Sign out").await;
        page.is_at("identify").await;
        assert!(!is_signed_in(page).await);
        self.assert_erased(page).await;
    }

    /// Checks that every secret is erased, except one token: that of a session is in one record and once in the memory of the wasm; one
    /// that waits for a second factor is only in the memory.
    async fn assert_erased(&self, page: &Page) {
        let issued = issued(page).await;
        let is_signed_in = is_signed_in(page).await;
        let held = if is_signed_in {
            Some(page.token(json!({})).await.expect("a token"))
        } else {
            pending(page, &issued).await
        };
        let is_erased = |issued: &&Issued| Some(&issued.text) != held.as_ref();
        let mut erased: Vec<&str> = self
            .entered
            .iter()
            .flat_map(|secret| halves(secret))
            .collect();
        for issued in issued.iter().filter(is_erased) {
            match issued.kind {
                "token" => erased.extend(pieces(&issued.text)),
                // The key renews a session of two factors, and stays.
                _ if is_signed_in => {}
                _ => erased.push(&issued.text),
            }
        }
        let places = places(page).await;
        assert_in_no_place(&erased, &places, &[]);
        assert_occurrences_in_memory(page, &erased, NEVER).await;
        if let Some(held) = &held {
            let pieces = pieces(held);
            let record = is_signed_in.then(|| record(&places));
            if let Some(record) = record {
                assert!(
                    places[record].contains(held),
                    "the record of the session contains the token"
                );
            }
            assert_in_no_place(&pieces, &places, record.as_slice());
            // Finding this token shows that the search works.
            assert_occurrences_in_memory(page, &pieces, ONCE).await;
        }
    }
}

/// A token or key that the engine has sent to the page.
struct Issued {
    kind: &'static str,
    text: String,
    address: String,
}

/// The token of the first factor during the second one.
async fn pending(page: &Page, issued: &[Issued]) -> Option<String> {
    let step = page
        .evaluates("return widget().getAttribute('step')", json!([]))
        .await;
    let is_pending = |issued: &&Issued| {
        issued.kind == "token"
            && issued.address.contains("/web/")
            && issued.address.ends_with("/validate")
    };
    let is_second = step.as_str()?.starts_with("second-");
    let mut issued = issued.iter().rev().filter(|_| is_second);
    Some(issued.find(is_pending)?.text.clone())
}

async fn is_signed_in(page: &Page) -> bool {
    !page.session().await.is_null()
}

/// Every token and key that the engine has sent to this page.
async fn issued(page: &Page) -> Vec<Issued> {
    let answers = page
        .evaluates("return secretSearch.answers()", json!([]))
        .await;
    let answers: Vec<(String, String)> = serde_json::from_value(answers).expect("texts");
    let mut all = Vec::new();
    for (address, answer) in answers {
        let answer: Value = serde_json::from_str(&answer).unwrap_or_default();
        for kind in ["token", "key"] {
            let text = answer["auth"][kind].as_str().unwrap_or_default();
            if !text.is_empty() {
                all.push(Issued {
                    kind,
                    text: text.to_owned(),
                    address: address.clone(),
                });
            }
        }
    }
    all
}

/// A token, its signature and the two halves of the signature.
fn pieces(token: &str) -> Vec<&str> {
    let (_, signature) = token.rsplit_once('.').expect("a token has a signature");
    let mut pieces = halves(signature);
    pieces.push(token);
    pieces
}

/// A text and its halves, since a text may be overwritten in part only.
fn halves(text: &str) -> Vec<&str> {
    let middle = text.char_indices().nth(text.chars().count() / 2);
    let (first, second) = text.split_at(middle.map_or(0, |(at, _)| at));
    let mut all = vec![text];
    // Half a code is found by chance.
    all.extend([first, second].into_iter().filter(|half| half.len() > 8));
    all
}

/// Everything that a script can read, place by place.
async fn places(page: &Page) -> BTreeMap<String, String> {
    let places = page
        .awaits("return secretSearch.readEverything()", json!([]))
        .await;
    let mut places: BTreeMap<String, String> =
        serde_json::from_value(places.expect("all places")).expect("texts");
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

/// A text as it is, and as it is escaped in JSON, in HTML and in a URL.
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

/// Checks that no place contains one of these secrets, except the places in `except`.
fn assert_in_no_place(secrets: &[&str], places: &BTreeMap<String, String>, except: &[&str]) {
    for (place, text) in places {
        for secret in secrets.iter().filter(|_| !except.contains(&place.as_str())) {
            for spelling in spellings(secret) {
                let line = text.lines().find(|line| line.contains(&spelling));
                assert_eq!(line, None, "{secret:?} is in {place}");
            }
        }
    }
}

/// Checks how often each text occurs in the memory of the wasm.
async fn assert_occurrences_in_memory(page: &Page, texts: &[&str], times: RangeInclusive<u64>) {
    let spelled: Vec<String> = texts.iter().flat_map(|text| spellings(text)).collect();
    let script = "return secretSearch.countInMemory(arguments[0])";
    let counts = page.evaluates(script, json!([spelled])).await;
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

/// Checks that paths and headers of all requests contain no secret.
fn assert_secrets_only_in_bodies(fixture: &Fixture) {
    let mut log: Vec<String> = Vec::new();
    for entry in fixture
        .engine
        .requests()
        .iter()
        .chain(&fixture.engine.preflights())
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
    let secrets = fixture.engine.secrets();
    let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
    assert!(!secrets.is_empty());
    assert_in_no_place(&secrets, &log, &[]);
}

pub(crate) async fn codes_and_tokens_are_erased_after_use(fixture: &Fixture) {
    fixture.engine.adds_customer(
        SENT,
        Customer {
            mfa: true,
            ..Customer::new("4068291")
        },
    );
    let page = open_watched_shop(fixture, "").await;
    let mut search = SecretSearch::default();
    // The second login uses memory that the first one has used.
    for _ in 0..2 {
        continue_to(&page, "code").await;
        search.assert_erased(&page).await;
        // A wrong code may be a secret of another site.
        search.entered.push("7310984265".to_owned());
        page.types("Code", "7310984265").await;
        page.presses("Sign in").await;
        page.receives_error("rejected", Some(1506)).await;
        page.types("Code", "").await;
        search.assert_erased(&page).await;
        search.enters_code(fixture, &page, "second-code").await;
        search.enters_code(fixture, &page, "signed-in").await;
        search.signs_out(&page).await;
    }
    assert_secrets_only_in_bodies(fixture);
}

pub(crate) async fn passwords_are_erased_after_use(fixture: &Fixture) {
    fixture.engine.configure(|settings| {
        settings.password_brand = true;
        settings.mfa_password = true;
    });
    fixture.engine.adds_customer(
        SENT,
        Customer {
            mfa: true,
            password: Some(FIRST.to_owned()),
            mfa_password: Some(SECOND.to_owned()),
            ..Customer::new("4068291")
        },
    );
    let page = open_watched_shop(
        fixture,
        r#"first-factor="password" second-factor-method="password""#,
    )
    .await;
    let mut search = SecretSearch::default();
    continue_to(&page, "password").await;
    search
        .enters(&page, "Password", FIRST, "second-password")
        .await;
    search
        .enters(&page, "Second password", SECOND, "signed-in")
        .await;

    // A new password that is shown while it is typed.
    page.evaluates("widget().changePassword()", json!([])).await;
    page.is_at("change-password").await;
    let new = "secret three, ünloved, in gold";
    page.pastes("Current password", SECOND).await;
    page.pastes("New password", new).await;
    page.pastes("Confirm new password", new).await;
    search.entered.push(new.to_owned());
    page.presses("Show").await;
    page.presses("Save password").await;
    page.is_at("signed-in").await;
    search.assert_erased(&page).await;
    search.signs_out(&page).await;

    // A forgotten password, and its code.
    continue_to(&page, "password").await;
    page.presses("Forgot password?").await;
    page.is_at("forgot-password").await;
    let newer = "secret four, \u{201c}found\u{201d}, in tin";
    search.entered.push(newer.to_owned());
    choose_password(&page, newer).await;
    page.is_at("code").await;
    search.assert_erased(&page).await;
    search.enters_code(fixture, &page, "second-password").await;
    search
        .enters(&page, "Second password", new, "signed-in")
        .await;
    search.signs_out(&page).await;
    assert_secrets_only_in_bodies(fixture);
}

pub(crate) async fn replaced_token_is_erased(fixture: &Fixture) {
    fixture.engine.configure(|settings| settings.set_lives(5));
    let page = open_watched_shop(fixture, "").await;
    let mut search = SecretSearch::default();
    continue_to(&page, "code").await;
    search.enters_code(fixture, &page, "signed-in").await;
    for _ in 0..3 {
        page.receives("ae-renewed").await;
        search.assert_erased(&page).await;
    }
    search.signs_out(&page).await;
    assert!(fixture.engine.call_count(Endpoint::TokenRegenerate) >= 3);
    assert_secrets_only_in_bodies(fixture);
}

/// Shows that the search of the other scenarios finds a secret in each place.
pub(crate) async fn search_finds_secrets_planted_in_every_place(fixture: &Fixture) {
    let page = open_watched_shop(fixture, "").await;
    page.is_at("identify").await;
    // A mistyped identifier is not a secret, and stays in memory until it is corrected.
    page.types("Mobile number", "mistyped").await;
    page.presses("Continue").await;
    page.sees("That doesn't look like a mobile number").await;
    assert_occurrences_in_memory(&page, &["mistyped"], 1..=9).await;

    let script = script!("secrets_left_behind.js"; "return plant(arguments[0])");
    let planted = page.awaits(script, json!([FIRST])).await;
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
