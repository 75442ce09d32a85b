//! Reading and writing: whatever comes, nothing breaks, and what is read is what was meant.
#![cfg(not(target_arch = "wasm32"))]

use ae_login::login::config::Config;
use ae_login::login::json::{Json, MAX_DEPTH, Object};
use ae_login::login::secret::Secret;
use ae_login::login::time::Now;
use ae_login::login::token::UnverifiedClaims;
use ae_login::login::view::StepName;
use ae_login::login::wire::{Answer, Refusal, Reply, Silence};
use ae_login::login::{HostId, Input, Login};
use proptest::prelude::*;
use serde_json::Value;

// The vendor's recorded samples -----------------------------------------------------------------------------------------------

fn fixture(name: &str) -> String {
    let path = format!(
        "{}/tests/engine/fixtures/{name}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    std::fs::read_to_string(&path).expect(&path)
}

fn answer(status: u16, body: &str) -> Result<Answer, Refusal> {
    Answer::read(Ok(Reply {
        status,
        html: false,
        retry_after: None,
        body: Secret::new(body),
    }))
}

/// A recorded answer: its file, and what it brings.
type Recorded = (
    &'static str,
    /* session */ Option<&'static str>,
    /* role of the envelope, of the token */ [Option<&'static str>; 2],
    /* seconds of life, a key, a password */ (u64, bool, bool),
);

const RECORDED: [Recorded; 16] = [
    (
        "web-token-generate.existing-user",
        Some("P-a7f12cf8-8f64-4d74-87c1-644fdf67ef58"),
        [Some("VIEW"), Some("VIEW")],
        (90, false, true),
    ),
    (
        "web-token-generate.first-time-password",
        Some("P-99bfa3b8-10bf-4f39-a705-333bd1ca10d1"),
        [Some("VIEW"), Some("VIEW")],
        (90, false, false),
    ),
    ("web-otp-generate", None, [None; 2], (0, false, false)),
    (
        "web-otp-validate",
        None,
        [None, Some("USER")],
        (90, false, false),
    ),
    (
        "web-password-validate",
        None,
        [Some("USER"); 2],
        (10_800, false, true),
    ),
    (
        "web-token-regenerate",
        None,
        [Some("USER"); 2],
        (90, false, false),
    ),
    (
        "web-token-regenerate.openapi",
        None,
        [Some("USER"); 2],
        (90, false, false),
    ),
    ("web-password-change", None, [None; 2], (0, false, false)),
    ("web-password-forget", None, [None; 2], (0, false, false)),
    (
        "mfa-token-generate",
        Some("P-a2996f83-a72d-405c-aa23-0eed7a7dba1e"),
        [Some("VIEW"), Some("VIEW")],
        (900, false, false),
    ),
    ("mfa-otp-generate", None, [None; 2], (0, false, false)),
    (
        "mfa-otp-validate",
        None,
        [Some("USER"); 2],
        (900, true, false),
    ),
    (
        "mfa-password-validate",
        None,
        [Some("USER"); 2],
        (900, true, true),
    ),
    ("mfa-password-change", None, [None; 2], (0, false, false)),
    (
        "mfa-token-regenerate",
        None,
        [Some("USER"); 2],
        (900, false, true),
    ),
    ("mfa-token-expire", None, [None; 2], (0, false, false)),
];

#[test]
fn the_recorded_answers_are_read_as_they_are_meant() {
    for (name, session, [role, token_role], (life, has_key, has_password)) in RECORDED {
        let answer = answer(200, &fixture(&format!("{name}.response"))).expect(name);
        assert_eq!(
            answer.session.as_ref().map(Secret::expose),
            session,
            "{name}"
        );
        assert_eq!(answer.role.as_deref(), role, "{name}");
        assert_eq!(
            (answer.key.is_some(), answer.has_password),
            (has_key, has_password),
            "{name}"
        );
        let claims = answer.token.as_ref().and_then(UnverifiedClaims::read);
        assert_eq!(
            claims.as_ref().map(|claims| claims.role.as_str()),
            token_role,
            "{name}"
        );
        if let Some(claims) = claims {
            let org = if name.starts_with("web") {
                "DOCDEMO"
            } else {
                "BUKL"
            };
            assert_eq!((claims.org.as_str(), claims.life()), (org, life * 1000));
        }
        // A key has no end, and is no token.
        assert!(
            answer
                .key
                .is_none_or(|key| UnverifiedClaims::read(&key).is_none())
        );
    }
}

#[test]
fn the_recorded_errors_are_refusals() {
    let no = |code, message: Option<&str>| Refusal::No {
        code,
        message: message.map(str::to_owned),
        retry_after: None,
    };
    let invalid = fixture("error-1519-invalid-details.response");
    for status in [200, 400, 500] {
        assert_eq!(
            answer(status, &invalid),
            Err(no(Some(1519), Some("Invalid details for respective API"))),
            "the body counts, whatever the status"
        );
    }
    assert_eq!(
        answer(400, &fixture("error-400-empty.response")),
        Err(no(None, None))
    );
    let text: String = serde_json::from_str(&fixture("error-400-unknown-identifier-type.response"))
        .expect("a text");
    assert_eq!(answer(400, &text), Err(no(None, None)));
}

#[test]
fn too_often_is_told_three_ways_and_means_one_thing() {
    let refused = |status, body: &str| answer(status, body);
    let envelope = |code: i64| format!(r#"{{"status":{{"success":false,"code":{code}}}}}"#);
    let too_many = |code| {
        Err(Refusal::TooMany {
            retry_after: None,
            code,
        })
    };
    assert_eq!(refused(429, ""), too_many(None));
    assert_eq!(refused(429, "<html>"), too_many(None));
    assert_eq!(refused(429, &envelope(1506)), too_many(Some(1506)));
    assert_eq!(refused(200, &envelope(429)), too_many(Some(429)));
    assert_eq!(refused(200, &envelope(1534)), too_many(Some(1534)));
    assert_eq!(
        refused(429, r#"{"status":{"success":true},"auth":{"token":"t"}}"#),
        too_many(None)
    );
}

#[test]
fn success_is_a_good_status_and_the_word_true() {
    for (status, body) in [
        (200, r#"{"status":{"success":"true"}}"#),
        (200, r#"{"status":{"success":1}}"#),
        (200, r#"{"status":true}"#),
        (200, r#"{"success":true}"#),
        (200, r#"[{"status":{"success":true}}]"#),
        (200, r#"{"status":{"success":true,"success":false}}"#),
        (200, r#"{"status":{"success":true}} {}"#),
        (400, r#"{"status":{"success":true}}"#),
        (500, r#"{"status":{"success":true}}"#),
        (304, r#"{"status":{"success":true}}"#),
        (0, r#"{"status":{"success":true}}"#),
    ] {
        assert!(answer(status, body).is_err(), "{status} {body}");
    }
    for body in [
        r#"{"status":{"success":false,"success":true}}"#,
        "\u{feff}{\"status\":{\"success\":true}}",
        r#"{"__proto__":{"x":1},"status":{"success":true,"code":"text","more":[[]]},"auth":null,"user":7}"#,
    ] {
        let answer = answer(200, body).expect(body);
        assert_eq!(
            (answer.token, answer.session, answer.role),
            (None, None, None)
        );
    }
}

#[test]
fn json_that_calls_itself_html_is_not_read() {
    let reply = Reply {
        status: 200,
        html: true,
        retry_after: None,
        body: Secret::new(r#"{"status":{"success":true}}"#),
    };
    assert_eq!(Answer::read(Ok(reply)), Err(Refusal::Malformed));
}

#[test]
fn empty_texts_are_no_texts() {
    let body =
        r#"{"status":{"success":true},"auth":{"token":""},"user":{"sessionId":"","role":""}}"#;
    let answer = answer(200, body).expect(body);
    assert_eq!(
        (answer.token, answer.session, answer.role),
        (None, None, None)
    );
}

// JSON ------------------------------------------------------------------------------------------------------------------------

/// How deep a document goes; a number alone is one deep.
fn depth(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(depth).max().unwrap_or(0),
        Value::Object(fields) => fields.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// Whether both mean the same.
fn same(ours: &Json, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Json::Null, Value::Null) => true,
        (Json::Bool(ours), Value::Bool(theirs)) => ours == theirs,
        (Json::Text(ours), Value::String(theirs)) => ours == theirs,
        // Documented: what has a fraction or an exponent, or is out of range, is only known to be a number. `-0` is 0.
        (Json::Int(0), Value::Number(theirs)) => theirs.as_f64() == Some(0.0),
        (Json::Int(ours), Value::Number(theirs)) => theirs.as_i64() == Some(*ours),
        (Json::OtherNumber, Value::Number(theirs)) => theirs.as_i64().is_none(),
        (Json::List(ours), Value::Array(theirs)) => {
            ours.len() == theirs.len()
                && ours
                    .iter()
                    .zip(theirs)
                    .all(|(ours, theirs)| same(ours, theirs))
        }
        (Json::Map(fields), Value::Object(theirs)) => {
            fields.iter().all(|(key, _)| theirs.contains_key(key))
                && theirs
                    .iter()
                    .all(|(key, theirs)| ours.get(key).is_some_and(|ours| same(ours, theirs)))
        }
        _ => false,
    }
}

/// Reads a text twice and compares.
fn agree(text: &str) -> Result<(), TestCaseError> {
    let ours = Json::read(text);
    match serde_json::from_str::<Value>(text) {
        Ok(theirs) if depth(&theirs) > MAX_DEPTH => prop_assert!(ours.is_none(), "{text}"),
        Ok(theirs) => {
            let ours = ours.ok_or_else(|| TestCaseError::fail(format!("refused: {text}")))?;
            prop_assert!(same(&ours, &theirs), "read otherwise: {text}");
        }
        // Documented: `serde_json` refuses numbers beyond a float's range (1e999), deep documents, and nothing else.
        Err(error) => {
            let why = error.to_string();
            let documented = why.starts_with("number out of range");
            prop_assert!(ours.is_none() || documented, "accepted: {text}: {why}");
        }
    }
    Ok(())
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[a-z\"\\\\\u{0}-\u{1f}\u{7f}\u{2028}\u{10000}]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner), 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// Pieces that documents are made of, in any order.
fn pieces() -> impl Strategy<Value = String> {
    const PIECES: [&str; 40] = [
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"",
        "\"a\"",
        "\"a\":",
        "\\",
        "\\u",
        "\\ud800",
        "\\udc00",
        "\\u00e9",
        "\\n",
        "\\x",
        "d800",
        "0",
        "-",
        "-0",
        "1",
        "12",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        ".",
        ".5",
        "e",
        "E+1",
        "e999",
        "true",
        "false",
        "null",
        "nul",
        " ",
        "\n",
        "\u{feff}",
        "\u{1}",
        "\u{e9}",
        "\u{10ffff}",
    ];
    prop::collection::vec(prop::sample::select(&PIECES[..]), 0..12).prop_map(|all| all.concat())
}

/// A text with some of its characters replaced, taken away or put in twice.
fn damaged(text: String) -> impl Strategy<Value = String> {
    let length = text.chars().count();
    let damage = (
        0..length,
        prop_oneof![Just(None), any::<char>().prop_map(Some)],
        0..3usize,
    );
    prop::collection::vec(damage, 1..4).prop_map(move |damages| {
        let mut letters = text.chars().collect::<Vec<_>>();
        for (at, to, how) in damages {
            let at = at % letters.len().max(1);
            match (to, how) {
                (Some(to), 0) if at < letters.len() => letters[at] = to,
                (Some(to), _) => letters.insert(at, to),
                (None, 0) => letters.truncate(at),
                (None, _) if at < letters.len() => {
                    letters.remove(at);
                }
                (None, _) => {}
            }
        }
        letters.into_iter().collect()
    })
}

fn good_answers() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        fixture("web-token-generate.existing-user.response"),
        fixture("web-otp-validate.response"),
        fixture("web-token-regenerate.response"),
        fixture("web-password-validate.response"),
        fixture("mfa-token-generate.response"),
        fixture("mfa-password-validate.response"),
        fixture("error-1519-invalid-details.response"),
    ])
}

fn good_token() -> String {
    let answer: Value = serde_json::from_str(&fixture("web-otp-validate.response")).expect("JSON");
    answer["auth"]["token"]
        .as_str()
        .expect("a token")
        .to_owned()
}

const WALL: u64 = 1_760_013_760_000;

fn good_records() -> (String, String) {
    let session = Object::new()
        .uint("v", 1)
        .text("brand", "DocDemo")
        .text("type", "EMAIL")
        .text("value", "captest@gmail.com")
        .text("token", &good_token())
        .uint("received", WALL - 1_000)
        .uint("signedIn", WALL - 1_000)
        .end();
    let step = Object::new()
        .uint("v", 1)
        .text("brand", "DocDemo")
        .text("type", "EMAIL")
        .text("value", "captest@gmail.com")
        .text("session", "P-1")
        .text("step", "code")
        .raw("hasPassword", "false")
        .raw("codeSent", "true")
        .uint("opened", WALL - 1_000)
        .uint("life", 900_000)
        .uint("sent", WALL - 1_000)
        .uint("resend", 30_000)
        .end();
    (session, step)
}

/// Records of steps with all that may stand in them.
fn good_steps() -> Vec<String> {
    let (_, step) = good_records();
    let with = |changes: &[(&str, Value)]| {
        let mut record: Value = serde_json::from_str(&step).expect("JSON");
        for (name, value) in changes {
            record[*name] = value.clone();
        }
        record.to_string()
    };
    let first = serde_json::json!({ "type": "MOBILE", "value": "919999922332" });
    vec![
        step.clone(),
        with(&[
            ("addressType", "EMAIL".into()),
            ("address", "a@example.org".into()),
        ]),
        with(&[("step", "password".into()), ("hasPassword", true.into())]),
        with(&[("first", first.clone())]),
        with(&[
            ("first", first),
            ("step", "password".into()),
            ("hasPassword", true.into()),
        ]),
    ]
}

/// Begins a page with these records, lets a while pass, and says where it stands.
fn begin(session: Option<&str>, step: Option<&str>) -> (StepName, bool) {
    let config = Config::read(|name| match name {
        "base-url" => Some("https://eu.api.example".to_owned()),
        "brand" => Some("DocDemo".to_owned()),
        "identifiers" => Some("mobile email".to_owned()),
        _ => None,
    })
    .expect("legal");
    let mut login = Login::new(config.settings, 1);
    let mut now = Now {
        mono: 3,
        wall: WALL,
    };
    let host = HostId(1);
    login.handle(
        now,
        Input::Attach(host, Some(config.form), step.map(Secret::new)),
    );
    login.handle(now, Input::Begin(session.map(Secret::new), None));
    let begun = login.view(now, host).expect("a form").step;
    let signed_in = login.session().is_some();
    for _ in 0..3 {
        let Some(at) = login.wake_at(now) else { break };
        assert!(at >= now.mono);
        now.wall = now.wall.saturating_add(at - now.mono);
        now.mono = at;
        login.handle(now, Input::Wake(ae_login::login::session::Signal::Timer));
    }
    (begun, signed_in)
}

#[test]
fn good_records_are_taken_up() {
    let (session, step) = good_records();
    assert_eq!(begin(Some(&session), None), (StepName::SignedIn, true));
    assert_eq!(begin(None, Some(&step)), (StepName::Code, false));
    assert_eq!(
        begin(Some(&session), Some(&step)),
        (StepName::SignedIn, true)
    );
    // A page whose first factor is always a code has no password to go back to.
    let begun = good_steps()
        .into_iter()
        .map(|step| begin(None, Some(&step)).0);
    assert_eq!(
        begun.collect::<Vec<_>>(),
        [
            StepName::Code,
            StepName::Code,
            StepName::Code,
            StepName::SecondCode,
            StepName::SecondPassword
        ]
    );
}

#[test]
fn depth_ends_where_it_is_said_to() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(Json::read(&nested(MAX_DEPTH)).is_some());
    assert!(Json::read(&nested(MAX_DEPTH + 1)).is_none());
    for open in ["[", "{\"a\":", "[{\"a\":"] {
        assert!(Json::read(&open.repeat(1_000_000)).is_none());
    }
}

proptest! {
    #![proptest_config(config(2_000))]

    #[test]
    fn documents_are_read_as_serde_json_reads_them(value in json(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        agree(&text.expect("JSON"))?;
    }

    #[test]
    fn pieces_of_documents_are_accepted_and_refused_as_serde_json_does(text in pieces()) {
        agree(&text)?;
    }

    #[test]
    fn damaged_documents_are_accepted_and_refused_as_serde_json_does(
        text in json().prop_flat_map(|value| damaged(value.to_string())),
    ) {
        agree(&text)?;
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), status in any::<u16>()) {
        let text = String::from_utf8_lossy(&bytes);
        agree(&text)?;
        let _ = answer(status, &text);
        let _ = UnverifiedClaims::read(&Secret::new(text.clone()));
        begin(Some(&text), Some(&text));
    }

    #[test]
    fn a_damaged_answer_is_read_or_refused(
        body in good_answers().prop_flat_map(damaged),
        status in prop::sample::select(vec![0u16, 100, 200, 204, 302, 400, 429, 500, 503, 599, u16::MAX]),
        html in any::<bool>(),
        retry_after in any::<Option<u64>>(),
        silent in prop::sample::select(vec![None, Some(Silence::Network), Some(Silence::Timeout), Some(Silence::Unreadable)]),
    ) {
        let reply = Reply { status, html, retry_after, body: Secret::new(body) };
        let reply = silent.map_or(Ok(reply), Err);
        let said = Answer::read(reply);
        prop_assert!(said.is_err() || (silent.is_none() && !html && (200..300).contains(&status)));
        if let Err(Refusal::No { message: Some(message), .. }) = said {
            prop_assert!(message.chars().count() <= 200 && !message.chars().any(char::is_control));
        }
    }

    #[test]
    fn a_damaged_token_is_read_or_refused(token in damaged(good_token())) {
        if let Some(claims) = UnverifiedClaims::read(&Secret::new(token)) {
            prop_assert!(claims.life() > 0 && claims.issued_at < claims.expires_at);
        }
    }

    #[test]
    fn a_damaged_record_is_taken_up_or_ignored(
        session in damaged(good_records().0),
        step in prop::sample::select(good_steps()).prop_flat_map(damaged),
    ) {
        begin(Some(&session), Some(&step));
    }

    #[test]
    fn records_with_any_numbers_break_nothing(numbers in prop::collection::vec(any::<i64>(), 6)) {
        let (session, step) = good_records();
        let mut session: Value = serde_json::from_str(&session).expect("JSON");
        let mut step: Value = serde_json::from_str(&step).expect("JSON");
        session["received"] = numbers[0].into();
        session["signedIn"] = numbers[1].into();
        for (name, number) in ["opened", "life", "sent", "resend"].into_iter().zip(&numbers[2..]) {
            step[name] = (*number).into();
        }
        begin(Some(&session.to_string()), Some(&step.to_string()));
    }

    #[test]
    fn what_is_written_is_read_back_by_everybody(name in any::<String>(), text in any::<String>(), number in any::<u64>()) {
        let written = Object::new()
            .text("first", &text)
            .text(&name, &text)
            .maybe("nothing", None)
            .uint("number", number)
            .raw("raw", "[1]")
            .end();
        prop_assume!(!["first", "nothing", "number", "raw"].contains(&name.as_str()));
        let theirs: Value = serde_json::from_str(&written).expect("JSON");
        prop_assert_eq!(theirs[&name].as_str(), Some(text.as_str()));
        prop_assert_eq!(theirs["number"].as_u64(), Some(number));
        prop_assert_eq!(&theirs["nothing"], &Value::Null);
        let ours = Json::read(&written).expect("ours");
        prop_assert_eq!(ours.get(&name).and_then(Json::text), Some(text.as_str()));
    }
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(cases)
    }
}
