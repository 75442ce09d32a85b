//! Reading and writing: whatever comes, nothing breaks, and what is read is what was meant.

use ae_login::login::codec::{MAX_DEPTH, from_json, lenient, to_json};
use ae_login::login::config::{Config, FormSettings, Settings, Storage};
use ae_login::login::secret::Secret;
use ae_login::login::time::Now;
use ae_login::login::token::UnverifiedClaims;
use ae_login::login::view::StepName;
use ae_login::login::wire::{ApiError, ApiResponse, HttpResponse, TransportError};
use ae_login::login::{Effect, HostId, Input, Login};
use proptest::prelude::*;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json as value};

// The vendor's recorded samples -----------------------------------------------------------------------------------------------

fn fixture(name: &str) -> String {
    let path = format!(
        "{}/emulator/fixtures/{name}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    std::fs::read_to_string(&path).expect(&path)
}

fn answer(status: u16, body: &str) -> Result<ApiResponse, ApiError> {
    ApiResponse::parse(Ok(HttpResponse {
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
        let claims = answer.token.as_ref().and_then(UnverifiedClaims::parse);
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
                .is_none_or(|key| UnverifiedClaims::parse(&key).is_none())
        );
    }
}

#[test]
fn the_recorded_errors_are_refusals() {
    let no = |code, message: Option<&str>| ApiError::Rejected {
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
        Err(ApiError::RateLimited {
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
    let reply = HttpResponse {
        status: 200,
        html: true,
        retry_after: None,
        body: Secret::new(r#"{"status":{"success":true}}"#),
    };
    assert_eq!(ApiResponse::parse(Ok(reply)), Err(ApiError::Malformed));
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

/// Any document, as the codec reports it.
#[derive(Debug, Clone, PartialEq)]
enum Json {
    Null,
    Bool(bool),
    Int(i64),
    /// A number that is reported as not a number: one with a fraction or an exponent, or one that is not an `i64`.
    OtherNumber,
    Text(String),
    List(Vec<Json>),
    Map(Vec<(String, Json)>),
}

impl Json {
    fn read(text: &str) -> Option<Self> {
        let read = from_json(text).ok();
        // What is ignored is checked like what is read.
        let ignored = from_json::<IgnoredAny>(text);
        assert_eq!(read.is_some(), ignored.is_ok(), "{text}");
        read
    }

    /// Of equal keys, the last one counts.
    fn get(&self, name: &str) -> Option<&Self> {
        let Self::Map(fields) = self else { return None };
        let mut fields = fields.iter().rev();
        fields.find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Int(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        assert!(value.is_nan());
        Ok(Json::OtherNumber)
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element()? {
            all.push(item);
        }
        Ok(Json::List(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Json, A::Error> {
        let mut all = Vec::new();
        while let Some(field) = fields.next_entry()? {
            all.push(field);
        }
        Ok(Json::Map(all))
    }
}

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
    let session = value!({
        "v": 1,
        "brand": "DocDemo",
        "type": "EMAIL",
        "value": "captest@gmail.com",
        "token": good_token(),
        "received": WALL - 1_000,
        "signedIn": WALL - 1_000,
    });
    let step = value!({
        "v": 1,
        "brand": "DocDemo",
        "type": "EMAIL",
        "value": "captest@gmail.com",
        "session": "P-1",
        "step": "code",
        "hasPassword": false,
        "codeSent": true,
        "opened": WALL - 1_000,
        "life": 900_000,
        "sent": WALL - 1_000,
        "resend": 30_000,
    });
    (session.to_string(), step.to_string())
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

fn login() -> (Login, FormSettings) {
    let config = Config::parse(|name| match name {
        "base-url" => Some("https://eu.api.example".to_owned()),
        "brand" => Some("DocDemo".to_owned()),
        "identifiers" => Some("mobile email".to_owned()),
        "first-factor" => Some("auto".to_owned()),
        "remember" => Some("ask".to_owned()),
        _ => None,
    })
    .expect("legal");
    (Login::new(config.settings, 1), config.form)
}

/// Begins a page with this session, and has it write the session again because it is to be kept elsewhere.
fn session_written_again(session: &str) -> (Value, Option<String>) {
    let (mut login, _) = login();
    let now = Now::new(3, WALL);
    login.handle(now, Input::Attach(HostId(1), None, None));
    login.handle(now, Input::Start(Some(Secret::new(session)), None));
    let public = login.session().map_or(Value::Null, |session| {
        serde_json::from_str(&session).expect("JSON")
    });
    let elsewhere = Settings {
        storage: Storage::Memory,
        ..login.settings().clone()
    };
    let effects = login.handle(now, Input::SettingsChanged(elsewhere));
    let written = effects.into_iter().find_map(|effect| match effect {
        Effect::StoreSession(record, ..) => record,
        _ => None,
    });
    (public, written.map(|record| record.expose().to_owned()))
}

/// Begins a page with this step, and answers where it stands and what it writes.
fn step_written_again(step: &str) -> (StepName, Option<String>) {
    let (mut login, form) = login();
    let now = Now::new(3, WALL);
    let step = Some(Secret::new(step));
    let mut effects = login.handle(now, Input::Attach(HostId(1), Some(form), step));
    effects.extend(login.handle(now, Input::Start(None, None)));
    let written = effects.into_iter().find_map(|effect| match effect {
        Effect::StoreStep(record) => record,
        _ => None,
    });
    let step = login.view(now, HostId(1)).expect("a form").step;
    (step, written.map(|record| record.expose().to_owned()))
}

#[test]
fn stored_sessions_of_the_version_before_are_read_and_written_unchanged() {
    let token = good_token();
    let plain = format!(
        r#"{{"v":1,"mark":"1760013753000.0","brand":"DocDemo","type":"EMAIL","value":"captest@gmail.com","token":"{token}","received":1760013759000,"signedIn":1760013753000,"remembered":true}}"#
    );
    let second = format!(
        r#"{{"v":1,"mark":"1760013753000.2","brand":"DocDemo","type":"USERNAME","value":"grace","addressType":"MOBILE","address":"919999922332","token":"{token}","received":1760013759000,"signedIn":1760013753000,"remembered":false,"second":{{"type":"EMAIL","value":"captest@gmail.com","factor":"password","key":"k-1"}}}}"#
    );
    let without_key = second.replace(r#""k-1""#, "null");
    for (record, factor) in [
        (&plain, Value::Null),
        (&second, "password".into()),
        (&without_key, "password".into()),
    ] {
        let (public, written) = session_written_again(record);
        assert_eq!(public["secondFactor"], factor, "{record}");
        assert_eq!(public["signedInAt"], value!(1_760_013_753_000_u64));
        assert_eq!(written.as_ref(), Some(record));
    }
    // Before tabs shared a session there was no mark.
    let without_mark = plain.replace(r#""mark":"1760013753000.0","#, "");
    let (public, written) = session_written_again(&without_mark);
    assert_eq!(public["userId"], "4068291");
    assert_eq!(written, Some(plain.replace("1760013753000.0", "0.0")));
}

#[test]
fn stored_steps_of_the_version_before_are_read_and_written_unchanged() {
    let code = r#"{"v":1,"brand":"DocDemo","type":"MOBILE","value":"919999922332","session":"P-1","step":"code","hasPassword":false,"codeSent":true,"remember":true,"opened":1760013759000,"life":900000,"sent":1760013759000,"resend":30000}"#;
    let password = code
        .replace("\"code\"", "\"password\"")
        .replace("\"hasPassword\":false", "\"hasPassword\":true");
    let address = code.replace(
        r#""MOBILE","value":"919999922332","#,
        r#""EMAIL","value":"a@example.org","addressType":"MOBILE","address":"919999922332","#,
    );
    let first = code.replace(
        "30000}",
        r#"30000,"first":{"type":"EMAIL","value":"captest@gmail.com"}}"#,
    );
    for (record, step) in [
        (code, StepName::Code),
        (&password, StepName::Password),
        (&address, StepName::Code),
        (&first, StepName::SecondCode),
        (
            r#"{"v":1,"brand":"DocDemo","typed":"+919999922332"}"#,
            StepName::Identify,
        ),
    ] {
        let again = step_written_again(record);
        assert_eq!(again, (step, Some(record.to_owned())));
    }
}

/// Begins a page with these records, lets a while pass, and says where it stands.
fn begin(session: Option<&str>, step: Option<&str>) -> (StepName, bool) {
    let config = Config::parse(|name| match name {
        "base-url" => Some("https://eu.api.example".to_owned()),
        "brand" => Some("DocDemo".to_owned()),
        "identifiers" => Some("mobile email".to_owned()),
        _ => None,
    })
    .expect("legal");
    let mut login = Login::new(config.settings, 1);
    let mut now = Now::new(3, WALL);
    let host = HostId(1);
    login.handle(
        now,
        Input::Attach(host, Some(config.form), step.map(Secret::new)),
    );
    login.handle(now, Input::Start(session.map(Secret::new), None));
    let begun = login.view(now, host).expect("a form").step;
    let signed_in = login.session().is_some();
    for _ in 0..3 {
        let Some(at) = login.wake_at(now) else { break };
        assert!(at >= now.monotonic);
        now.unix = now.unix.after(at.since(now.monotonic));
        now.monotonic = at;
        login.handle(
            now,
            Input::Wake(ae_login::login::session::WakeReason::Timer),
        );
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

/// A struct with a field of every lenient kind, and two that are not.
#[derive(Debug, Default, PartialEq, Deserialize)]
struct Fields {
    required: u64,
    #[serde(default, deserialize_with = "lenient::text")]
    text: Option<String>,
    #[serde(default, deserialize_with = "lenient::texts")]
    texts: Vec<String>,
    #[serde(default, deserialize_with = "lenient::int")]
    int: Option<i64>,
    #[serde(default, deserialize_with = "lenient::boolean")]
    boolean: Option<bool>,
    #[serde(default, deserialize_with = "lenient::is_true")]
    is_true: bool,
    #[serde(default, deserialize_with = "lenient::present")]
    present: Option<String>,
}

fn fields(text: &str) -> Option<Fields> {
    from_json(text).ok()
}

#[test]
fn lenient_fields_of_another_type_count_as_missing() {
    let missing = fields(r#"{"required":7}"#);
    assert_eq!(
        missing,
        Some(Fields {
            required: 7,
            ..Fields::default()
        })
    );
    for other in [
        "null",
        "1.5",
        "1e2",
        "9223372036854775808",
        "{}",
        r#"{"a":[1]}"#,
        "[]",
        "[1,null,{}]",
    ] {
        let text = format!(
            r#"{{"text":{other},"texts":{other},"int":{other},"boolean":{other},"is_true":{other},"required":7}}"#
        );
        assert_eq!(fields(&text), missing, "{text}");
    }
    assert_eq!(
        fields(
            r#"{"required":7,"text":"a","texts":[1,"b",["c"],"d"],"int":-3,"boolean":false,"is_true":true,"present":"e"}"#
        ),
        Some(Fields {
            required: 7,
            text: Some("a".to_owned()),
            texts: vec!["b".to_owned(), "d".to_owned()],
            int: Some(-3),
            boolean: Some(false),
            is_true: true,
            present: Some("e".to_owned()),
        })
    );
}

#[test]
fn other_fields_must_have_their_type() {
    for text in [
        r#"{"required":-1}"#,
        r#"{"required":1.5}"#,
        r#"{"required":1e2}"#,
        r#"{"required":9223372036854775808}"#,
        r#"{"required":"7"}"#,
        r#"{"required":null}"#,
        r#"{"required":7,"present":null}"#,
        r#"{"required":7,"present":1}"#,
        "{}",
        "[]",
        "7",
        "null",
    ] {
        assert_eq!(fields(text), None, "{text}");
    }
}

#[test]
fn the_last_of_equal_fields_counts() {
    let read = fields(r#"{"required":"x","text":"a","required":7,"text":"b","int":1,"int":null}"#);
    let read = read.expect("the first `required` does not count");
    assert_eq!((read.text.as_deref(), read.int), (Some("b"), None));
    assert_eq!(fields(r#"{"required":7,"required":"x"}"#), None);
    // A name is what it means, however it is written.
    let escaped = fields(r#"{"required":7,"text":"a","te\u0078t":"b"}"#).expect("an object");
    assert_eq!(escaped.text.as_deref(), Some("b"));
}

#[test]
fn fields_that_are_not_read_are_checked_too() {
    for text in [
        r#"{"required":7,"more":[}"#,
        r#"{"required":7,"more":01}"#,
        r#"{"required":7,"more":"\ud800"}"#,
        r#"{"required":7,"more":"\udc00\ud800"}"#,
        r#"{"required":7,"more":"\x"}"#,
        "{\"required\":7,\"more\":\"\n\"}",
        r#"{"required":7,"more":tru}"#,
        r#"{"required":7,}"#,
        r#"{"required":7} {}"#,
        "\u{feff}{\"required\":7}",
    ] {
        assert_eq!(fields(text), None, "{text}");
    }
    assert!(fields(r#"{"required":7,"more":"\ud83d\ude00\/"}"#).is_some());
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
        let _ = UnverifiedClaims::parse(&Secret::new(text.clone()));
        begin(Some(&text), Some(&text));
    }

    #[test]
    fn a_damaged_answer_is_read_or_refused(
        body in good_answers().prop_flat_map(damaged),
        status in prop::sample::select(vec![0u16, 100, 200, 204, 302, 400, 429, 500, 503, 599, u16::MAX]),
        html in any::<bool>(),
        retry_after in any::<Option<u64>>(),
        silent in prop::sample::select(vec![None, Some(TransportError::Network), Some(TransportError::Timeout), Some(TransportError::Unreadable)]),
    ) {
        let reply = HttpResponse { status, html, retry_after, body: Secret::new(body) };
        let reply = silent.map_or(Ok(reply), Err);
        let said = ApiResponse::parse(reply);
        prop_assert!(said.is_err() || (silent.is_none() && !html && (200..300).contains(&status)));
        if let Err(ApiError::Rejected { message: Some(message), .. }) = said {
            prop_assert!(message.chars().count() <= 200 && !message.chars().any(char::is_control));
        }
    }

    #[test]
    fn a_damaged_token_is_read_or_refused(token in damaged(good_token())) {
        if let Some(claims) = UnverifiedClaims::parse(&Secret::new(token)) {
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
        let written = to_json(&Written {
            first: &text,
            named: [(name.as_str(), text.as_str())].into(),
            nothing: None,
            number,
            signed: number.cast_signed(),
            list: vec![1],
            left_out: None,
        });
        let theirs: Value = serde_json::from_str(&written).expect("JSON");
        let order = ["first", "named", "nothing", "number", "signed", "list"];
        prop_assert!(theirs.as_object().expect("an object").keys().eq(&order));
        prop_assert_eq!(theirs["first"].as_str(), Some(text.as_str()));
        prop_assert_eq!(theirs["named"][&name].as_str(), Some(text.as_str()));
        prop_assert_eq!(theirs["number"].as_u64(), Some(number));
        prop_assert_eq!(theirs["signed"].as_i64(), Some(number.cast_signed()));
        prop_assert_eq!(&theirs["nothing"], &Value::Null);
        prop_assert_eq!(&theirs["list"], &value!([1]));
        let ours = Json::read(&written).expect("ours");
        prop_assert_eq!(ours.get("first"), Some(&Json::Text(text.clone())));
        prop_assert_eq!(ours.get("named").and_then(|named| named.get(&name)), Some(&Json::Text(text)));
    }
}

/// Something of everything that can be written.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Written<'a> {
    first: &'a str,
    named: std::collections::HashMap<&'a str, &'a str>,
    nothing: Option<&'a str>,
    number: u64,
    signed: i64,
    list: Vec<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    left_out: Option<&'a str>,
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(cases)
    }
}
