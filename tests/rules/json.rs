//! JSON: responses of the engine, stored records, and the codec itself, which is compared with `serde_json` on generated and damaged
//! documents.

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

// Responses of the engine -------------------------------------------------------------------------------------------------------

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

/// A recorded response: the name of its file, and what the login must read from it.
type Recorded = (
    &'static str,
    /* session id */ Option<&'static str>,
    /* role in the envelope, role in the token */ [Option<&'static str>; 2],
    /* life of the token in seconds, whether there is a key, whether the customer has a password */
    (u64, bool, bool),
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
fn recorded_responses_are_read_completely() {
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
        // A key does not expire, and is not a token.
        assert!(
            answer
                .key
                .is_none_or(|key| UnverifiedClaims::parse(&key).is_none())
        );
    }
}

#[test]
fn recorded_errors_are_read_as_refusals() {
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
            "the body counts with every status"
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
fn rate_limit_is_recognised_by_status_429_and_by_codes_429_and_1534() {
    let read = |status, body: &str| answer(status, body);
    let envelope = |code: i64| format!(r#"{{"status":{{"success":false,"code":{code}}}}}"#);
    let too_many = |code| {
        Err(ApiError::RateLimited {
            retry_after: None,
            code,
        })
    };
    assert_eq!(read(429, ""), too_many(None));
    assert_eq!(read(429, "<html>"), too_many(None));
    assert_eq!(read(429, &envelope(1506)), too_many(Some(1506)));
    assert_eq!(read(200, &envelope(429)), too_many(Some(429)));
    assert_eq!(read(200, &envelope(1534)), too_many(Some(1534)));
    assert_eq!(
        read(429, r#"{"status":{"success":true},"auth":{"token":"t"}}"#),
        too_many(None)
    );
}

#[test]
fn success_requires_a_2xx_status_and_success_true() {
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
fn json_with_media_type_html_is_malformed() {
    let reply = HttpResponse {
        status: 200,
        html: true,
        retry_after: None,
        body: Secret::new(r#"{"status":{"success":true}}"#),
    };
    assert_eq!(ApiResponse::parse(Ok(reply)), Err(ApiError::Malformed));
}

#[test]
fn empty_strings_count_as_missing() {
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
    /// A number with a fraction or an exponent, or outside the range of `i64`. The codec reports it as NaN.
    OtherNumber,
    Text(String),
    List(Vec<Json>),
    Map(Vec<(String, Json)>),
}

impl Json {
    fn read(text: &str) -> Option<Self> {
        let read = from_json(text).ok();
        // A value that is ignored is checked like one that is read.
        let ignored = from_json::<IgnoredAny>(text);
        assert_eq!(read.is_some(), ignored.is_ok(), "{text}");
        read
    }

    /// The value of a field; of the last one if a name occurs several times.
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

/// The nesting depth of a document. A number alone has depth 1.
fn depth(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(depth).max().unwrap_or(0),
        Value::Object(fields) => fields.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// Whether both values are equal.
fn is_equal(own: &Json, expected: &Value) -> bool {
    match (own, expected) {
        (Json::Null, Value::Null) => true,
        (Json::Bool(own), Value::Bool(expected)) => own == expected,
        (Json::Text(own), Value::String(expected)) => own == expected,
        // Documented: a number with a fraction or an exponent, or out of range, is read as "a number". `-0` is 0.
        (Json::Int(0), Value::Number(expected)) => expected.as_f64() == Some(0.0),
        (Json::Int(own), Value::Number(expected)) => expected.as_i64() == Some(*own),
        (Json::OtherNumber, Value::Number(expected)) => expected.as_i64().is_none(),
        (Json::List(own), Value::Array(expected)) => {
            own.len() == expected.len()
                && own
                    .iter()
                    .zip(expected)
                    .all(|(own, expected)| is_equal(own, expected))
        }
        (Json::Map(fields), Value::Object(expected)) => {
            fields.iter().all(|(key, _)| expected.contains_key(key))
                && expected
                    .iter()
                    .all(|(key, expected)| own.get(key).is_some_and(|own| is_equal(own, expected)))
        }
        _ => false,
    }
}

/// Reads a text with both codecs, and compares the results.
fn compare(text: &str) -> Result<(), TestCaseError> {
    let own = Json::read(text);
    match serde_json::from_str::<Value>(text) {
        Ok(expected) if depth(&expected) > MAX_DEPTH => prop_assert!(own.is_none(), "{text}"),
        Ok(expected) => {
            let own = own.ok_or_else(|| TestCaseError::fail(format!("refused: {text}")))?;
            prop_assert!(is_equal(&own, &expected), "a different value: {text}");
        }
        // Documented: `serde_json` also refuses numbers beyond the range of a float (1e999).
        Err(error) => {
            let why = error.to_string();
            let documented = why.starts_with("number out of range");
            prop_assert!(own.is_none() || documented, "accepted: {text}: {why}");
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

/// Tokens of JSON and invalid fragments, joined in any order.
fn joined_tokens() -> impl Strategy<Value = String> {
    const TOKENS: [&str; 40] = [
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
    prop::collection::vec(prop::sample::select(&TOKENS[..]), 0..12).prop_map(|all| all.concat())
}

/// A text with some characters replaced, inserted or removed, or its end cut off.
fn damage(text: String) -> impl Strategy<Value = String> {
    let length = text.chars().count();
    let change = (
        0..length,
        prop_oneof![Just(None), any::<char>().prop_map(Some)],
        0..3usize,
    );
    prop::collection::vec(change, 1..4).prop_map(move |changes| {
        let mut letters = text.chars().collect::<Vec<_>>();
        for (at, to, how) in changes {
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

fn valid_responses() -> impl Strategy<Value = String> {
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

fn valid_token() -> String {
    let answer: Value = serde_json::from_str(&fixture("web-otp-validate.response")).expect("JSON");
    answer["auth"]["token"]
        .as_str()
        .expect("a token")
        .to_owned()
}

const WALL: u64 = 1_760_013_760_000;

fn valid_records() -> (String, String) {
    let session = value!({
        "v": 1,
        "brand": "DocDemo",
        "type": "EMAIL",
        "value": "captest@gmail.com",
        "token": valid_token(),
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

/// Valid records of steps that together have every field.
fn valid_steps() -> Vec<String> {
    let (_, step) = valid_records();
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

/// Restores a session, and makes the login write it again by changing where it is stored. Returns the public session and the record.
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

/// Restores a step. Returns the step that is shown and the record that is written.
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
fn stored_sessions_of_earlier_releases_are_written_unchanged() {
    let token = valid_token();
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
    // Records of releases without shared sessions have no version (field `mark`).
    let without_mark = plain.replace(r#""mark":"1760013753000.0","#, "");
    let (public, written) = session_written_again(&without_mark);
    assert_eq!(public["userId"], "4068291");
    assert_eq!(written, Some(plain.replace("1760013753000.0", "0.0")));
}

#[test]
fn stored_steps_of_earlier_releases_are_written_unchanged() {
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

/// Restores these records and fires the next timers. Returns the step right after the restore, and whether there is a session.
fn restore(session: Option<&str>, step: Option<&str>) -> (StepName, bool) {
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
    let step_shown = login.view(now, host).expect("a form").step;
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
    (step_shown, signed_in)
}

#[test]
fn valid_records_are_restored() {
    let (session, step) = valid_records();
    assert_eq!(restore(Some(&session), None), (StepName::SignedIn, true));
    assert_eq!(restore(None, Some(&step)), (StepName::Code, false));
    assert_eq!(
        restore(Some(&session), Some(&step)),
        (StepName::SignedIn, true)
    );
    // Where the first factor is always a code, the password step of the first factor is not restored.
    let step_shown = valid_steps()
        .into_iter()
        .map(|step| restore(None, Some(&step)).0);
    assert_eq!(
        step_shown.collect::<Vec<_>>(),
        [
            StepName::Code,
            StepName::Code,
            StepName::Code,
            StepName::SecondCode,
            StepName::SecondPassword
        ]
    );
}

/// One field for each lenient deserializer, and strict ones.
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
fn strict_fields_of_another_type_are_refused() {
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
fn last_of_duplicate_fields_counts() {
    let read = fields(r#"{"required":"x","text":"a","required":7,"text":"b","int":1,"int":null}"#);
    let read = read.expect("only the last `required` counts");
    assert_eq!((read.text.as_deref(), read.int), (Some("b"), None));
    assert_eq!(fields(r#"{"required":7,"required":"x"}"#), None);
    // Escapes in names are decoded before names are compared.
    let escaped = fields(r#"{"required":7,"text":"a","te\u0078t":"b"}"#).expect("an object");
    assert_eq!(escaped.text.as_deref(), Some("b"));
}

#[test]
fn syntax_errors_in_ignored_fields_are_refused() {
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
fn documents_deeper_than_the_limit_are_refused() {
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
    fn documents_are_read_like_serde_json(value in json(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        compare(&text.expect("JSON"))?;
    }

    #[test]
    fn concatenated_tokens_are_accepted_and_refused_like_serde_json(text in joined_tokens()) {
        compare(&text)?;
    }

    #[test]
    fn damaged_documents_are_accepted_and_refused_like_serde_json(
        text in json().prop_flat_map(|value| damage(value.to_string())),
    ) {
        compare(&text)?;
    }

    #[test]
    fn any_bytes_cause_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), status in any::<u16>()) {
        let text = String::from_utf8_lossy(&bytes);
        compare(&text)?;
        let _ = answer(status, &text);
        let _ = UnverifiedClaims::parse(&Secret::new(text.clone()));
        restore(Some(&text), Some(&text));
    }

    #[test]
    fn damaged_response_causes_no_panic(
        body in valid_responses().prop_flat_map(damage),
        status in prop::sample::select(vec![0u16, 100, 200, 204, 302, 400, 429, 500, 503, 599, u16::MAX]),
        html in any::<bool>(),
        retry_after in any::<Option<u64>>(),
        error in prop::sample::select(vec![None, Some(TransportError::Network), Some(TransportError::Timeout), Some(TransportError::Unreadable)]),
    ) {
        let reply = HttpResponse { status, html, retry_after, body: Secret::new(body) };
        let reply = error.map_or(Ok(reply), Err);
        let answer = ApiResponse::parse(reply);
        prop_assert!(answer.is_err() || (error.is_none() && !html && (200..300).contains(&status)));
        if let Err(ApiError::Rejected { message: Some(message), .. }) = answer {
            prop_assert!(message.chars().count() <= 200 && !message.chars().any(char::is_control));
        }
    }

    #[test]
    fn damaged_token_has_a_positive_life_or_is_refused(token in damage(valid_token())) {
        if let Some(claims) = UnverifiedClaims::parse(&Secret::new(token)) {
            prop_assert!(claims.life() > 0 && claims.issued_at < claims.expires_at);
        }
    }

    #[test]
    fn damaged_record_is_restored_or_ignored(
        session in damage(valid_records().0),
        step in prop::sample::select(valid_steps()).prop_flat_map(damage),
    ) {
        restore(Some(&session), Some(&step));
    }

    #[test]
    fn records_with_any_numbers_cause_no_panic(numbers in prop::collection::vec(any::<i64>(), 6)) {
        let (session, step) = valid_records();
        let mut session: Value = serde_json::from_str(&session).expect("JSON");
        let mut step: Value = serde_json::from_str(&step).expect("JSON");
        session["received"] = numbers[0].into();
        session["signedIn"] = numbers[1].into();
        for (name, number) in ["opened", "life", "sent", "resend"].into_iter().zip(&numbers[2..]) {
            step[name] = (*number).into();
        }
        restore(Some(&session.to_string()), Some(&step.to_string()));
    }

    #[test]
    fn written_json_is_read_back_by_this_codec_and_by_serde_json(name in any::<String>(), text in any::<String>(), number in any::<u64>()) {
        let written = to_json(&Written {
            first: &text,
            named: [(name.as_str(), text.as_str())].into(),
            nothing: None,
            number,
            signed: number.cast_signed(),
            list: vec![1],
            left_out: None,
        });
        let expected: Value = serde_json::from_str(&written).expect("JSON");
        let order = ["first", "named", "nothing", "number", "signed", "list"];
        prop_assert!(expected.as_object().expect("an object").keys().eq(&order));
        prop_assert_eq!(expected["first"].as_str(), Some(text.as_str()));
        prop_assert_eq!(expected["named"][&name].as_str(), Some(text.as_str()));
        prop_assert_eq!(expected["number"].as_u64(), Some(number));
        prop_assert_eq!(expected["signed"].as_i64(), Some(number.cast_signed()));
        prop_assert_eq!(&expected["nothing"], &Value::Null);
        prop_assert_eq!(&expected["list"], &value!([1]));
        let own = Json::read(&written).expect("valid JSON");
        prop_assert_eq!(own.get("first"), Some(&Json::Text(text.clone())));
        prop_assert_eq!(own.get("named").and_then(|named| named.get(&name)), Some(&Json::Text(text)));
    }
}

/// A value of every type that the codec can write.
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
