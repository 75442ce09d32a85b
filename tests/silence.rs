//! A whole login with trouble in it, and a listener: no token, code, session id or password shows in anything that could be logged.
#![cfg(not(target_arch = "wasm32"))]

mod pair;

use ae_engine::{Customer, Fault};
use ae_login::login::config::Storage;
use ae_login::login::problem::{Problem, Remedy};
use ae_login::login::secret::Secret;
use ae_login::login::session::{Audience, Mark};
use ae_login::login::text::Text;
use ae_login::login::view::Action;
use ae_login::login::wire::{Answer, Call, Reply, Request, RequestBody};
use ae_login::login::{AskId, Effect, Input};
use pair::{ADA, MINUTE, MOBILE, Pair, SECOND, Wire};
use serde_json::Value;

/// What somebody types in the wrong place: it holds no code, so it goes nowhere, and may not show either.
const PASSWORD: &str = "correct-horse-battery-staple";
const CODE: &str = "918273";

/// What was said and kept in a long and troubled life.
struct Heard {
    log: String,
    steps: Vec<String>,
    sessions: Vec<String>,
    tokens: Vec<String>,
    engine_sessions: Vec<String>,
}

fn a_troubled_life() -> Heard {
    let mut pair = Pair::with(&[], |engine| {
        engine.code = Some(CODE.to_owned());
        engine.set_lives(90);
    });
    pair.log = Some(String::new());
    let other = pair.joins(true);
    let (mut steps, mut sessions, mut tokens) = (Vec::new(), Vec::new(), Vec::new());
    let mut note = |pair: &Pair| {
        steps.extend(pair.tab.step.clone());
        sessions.extend(pair.session_text());
        tokens.extend(pair.kept_token());
    };
    let login = |pair: &mut Pair, note: &mut dyn FnMut(&Pair)| {
        pair.types(ADA);
        pair.submits(ADA);
        note(pair);
        pair.submits(PASSWORD);
        note(pair);
        pair.spoil(Call::CheckCode, Fault::Unheard);
        pair.submits(CODE);
        note(pair);
        pair.spoil(Call::CheckCode, Fault::Code(1599, Some("no".to_owned())));
        pair.submits(CODE);
        note(pair);
        pair.slow = SECOND;
        pair.submits(CODE);
        note(pair);
        pair.pass(SECOND);
        pair.slow = 0;
        note(pair);
    };
    login(&mut pair, &mut note);
    assert!(pair.is_signed_in());
    pair.pass(72 * SECOND);
    note(&pair);
    for fault in [
        Fault::OtherCustomer,
        Fault::BadToken,
        Fault::Html200,
        Fault::SameToken,
    ] {
        pair.spoil(Call::Renew, fault);
    }
    pair.pass(100 * SECOND);
    pair.wire = Wire::Cut;
    pair.asks_for_token(80);
    pair.pass(MINUTE);
    pair.wire = Wire::Whole;
    pair.pass(2 * MINUTE);
    note(&pair);
    assert!(pair.gets_token(30).is_ok());
    pair.reload();
    note(&pair);
    pair.slow = SECOND;
    pair.pass(80 * SECOND);
    pair.presses(Action::SignOut);
    pair.slow = 0;
    note(&pair);
    pair.leaves(other);
    login(&mut pair, &mut note);
    pair.refuse(Call::Renew, 1525);
    pair.pass(2 * MINUTE);
    assert!(!pair.is_signed_in());
    let engine_sessions = pair
        .sent()
        .iter()
        .filter_map(|(_, body)| {
            let body: Value = serde_json::from_str(body).expect("JSON");
            Some(body.get("sessionId")?.as_str()?.to_owned())
        })
        .collect();
    Heard {
        log: pair.log.take().expect("a log"),
        steps,
        sessions,
        tokens,
        engine_sessions,
    }
}

/// What is typed in the right place, all through a life with passwords.
const PASSWORDS: [&str; 4] = [
    "swordfish-of-the-first-factor",
    "marzipan-of-the-second-factor",
    "nightingale-that-was-wrong",
    "periwinkle-that-came-later",
];

/// Two factors with passwords, forgotten, replaced and changed, with a key, and with trouble in between.
#[expect(clippy::too_many_lines, reason = "a life is long")]
fn a_life_of_two_factors() -> Heard {
    let [first, second, wrong, later] = PASSWORDS;
    let attributes = [
        ("first-factor", "auto"),
        ("second-factor-identifier", "mobile"),
        ("fallback-channels", "SMS"),
    ];
    let mut pair = Pair::with(&attributes, |engine| {
        engine.code = Some(CODE.to_owned());
        engine.set_lives(90);
        (engine.password_brand, engine.mfa_password) = (true, true);
        engine.fallback_channels = vec!["SMS".to_owned()];
        let ada = Customer {
            email: Some(ADA.to_owned()),
            mobile: Some("919999922332".to_owned()),
            password: Some(first.to_owned()),
            mfa_password: Some(second.to_owned()),
            mfa: true,
            ..pair::ada()
        };
        engine.customers.insert(ADA.to_owned(), ada);
    });
    pair.log = Some(String::new());
    let _listener = pair.joins(false);
    let (mut steps, mut sessions, mut tokens) = (Vec::new(), Vec::new(), Vec::new());
    let mut now = |pair: &mut Pair, act: &mut dyn FnMut(&mut Pair)| {
        act(pair);
        steps.extend(pair.tab.step.clone());
        sessions.extend(pair.session_text());
        tokens.extend(pair.kept_token());
    };
    let mut pair_does = |pair: &mut Pair, acts: &[&dyn Fn(&mut Pair)]| {
        for act in acts {
            now(pair, &mut |pair| act(pair));
        }
    };
    let names: &dyn Fn(&mut Pair) = &|pair| pair.submits(ADA);
    let proves_code: &dyn Fn(&mut Pair) = &|pair| pair.submits(CODE);
    let reloads: &dyn Fn(&mut Pair) = &|pair| pair.reload();
    pair_does(
        &mut pair,
        &[
            names,
            reloads,
            &|pair| pair.submits(wrong),
            &|pair| {
                pair.spoil(Call::CheckPassword, Fault::Unheard);
                pair.submits(first);
            },
            &|pair| pair.presses(Action::Reveal),
            &|pair| pair.submits(first),
            &|pair| {
                pair.spoil(Call::OpenSecond, Fault::Code(1599, Some("no".to_owned())));
                pair.submits(MOBILE);
            },
            &|pair| pair.submits(MOBILE),
            &|pair| pair.submits(wrong),
            &|pair| pair.presses(Action::Forgot),
            &|pair| pair.fills(&[later, wrong]),
            reloads,
            &|pair| pair.presses(Action::UseCode),
            reloads,
            proves_code,
            &|pair| pair.pass(80 * SECOND),
            reloads,
            &|pair| {
                pair.spoil(Call::RenewByKey, Fault::Role("MFA_PENDING".to_owned()));
                pair.pass(3 * MINUTE);
            },
            &|pair| {
                pair.changes_password();
                pair.fills(&[first, later, later]);
            },
        ],
    );
    assert!(pair.is_signed_in(), "{:?}", pair.sees());
    pair_does(
        &mut pair,
        &[
            &|pair| pair.signs_out(),
            names,
            &|pair| pair.presses(Action::Forgot),
            &|pair| {
                pair.spoil(Call::SendCode, Fault::TooMany { retry_after: None });
                pair.submits(first);
            },
            &|pair| {
                pair.pass(31 * SECOND);
                pair.submits(first);
            },
            proves_code,
            &|pair| pair.submits(MOBILE),
            &|pair| pair.submits(second),
            &|pair| {
                pair.changes_password();
                pair.fills(&[second, later, later]);
            },
        ],
    );
    assert!(pair.is_signed_in(), "{:?}", pair.sees());
    let bodies = pair.sent().iter().map(|(_, body)| body);
    let bodies = bodies.map(|body| serde_json::from_str::<Value>(body).expect("JSON"));
    let mut engine_sessions = Vec::new();
    for body in bodies {
        for name in [
            "sessionId",
            "authorizedToken",
            "key",
            "token",
            "expiredToken",
        ] {
            let field = body.get(name).and_then(Value::as_str);
            match name {
                "sessionId" => engine_sessions.extend(field.map(str::to_owned)),
                _ => tokens.extend(field.map(str::to_owned)),
            }
        }
    }
    Heard {
        log: pair.log.take().expect("a log"),
        steps,
        sessions,
        tokens,
        engine_sessions,
    }
}

#[test]
fn a_life_of_two_factors_says_nothing_secret() {
    let heard = a_life_of_two_factors();
    assert!(heard.log.len() > 50_000 && heard.tokens.len() > 8 && heard.steps.len() > 10);
    for secret in heard.tokens.iter().chain(&heard.engine_sessions) {
        assert!(!shows(&heard.log, secret), "{secret} is in the log");
    }
    for secret in PASSWORDS.into_iter().chain([CODE]) {
        assert!(!heard.log.contains(secret), "{secret} is in the log");
        for kept in heard.steps.iter().chain(&heard.sessions) {
            assert!(!kept.contains(secret), "{kept}");
        }
    }
    for token in &heard.tokens {
        for kept in heard.steps.iter().chain(&heard.sessions) {
            assert!(!shows(kept, token), "{kept}");
        }
    }
}

#[test]
fn the_record_of_a_step_of_the_second_factor_names_both_and_holds_nothing_else() {
    let heard = a_life_of_two_factors();
    let names = |value: &Value| {
        let fields = value.as_object().expect("an object").keys();
        fields.cloned().collect::<Vec<_>>()
    };
    let mut seconds = 0;
    for step in &heard.steps {
        let record: Value = serde_json::from_str(step).expect("JSON");
        let Some(first) = record.get("first") else {
            continue;
        };
        seconds += 1;
        assert_eq!(names(first), ["type", "value"], "{step}");
        assert_eq!(names(&record).last().map(String::as_str), Some("first"));
        assert_eq!(names(&record).len(), 14, "{step}");
    }
    assert!(seconds > 3);
}

#[test]
fn the_key_is_in_the_record_of_the_session_and_nowhere_else() {
    let mut pair = Pair::with(&[("second-factor", "always")], |_| {});
    pair.log = Some(String::new());
    pair.submits(ADA);
    pair.submits_code();
    pair.submits_code();
    let record: Value =
        serde_json::from_str(&pair.tab.session.clone().expect("a record")).expect("JSON");
    let key = record["second"]["key"].as_str().expect("a key").to_owned();
    for storage in [Storage::Memory, Storage::Tab] {
        pair.settles(|settings| settings.storage = storage);
        let kept = pair.tab.session.clone().unwrap_or_default();
        assert_eq!(kept.contains(&key), storage == Storage::Tab, "{storage:?}");
    }
    pair.pass(15 * MINUTE);
    assert!(shows(&pair.tab.session.clone().expect("a record"), &key));
    for other in [
        pair.tab.step.clone().unwrap_or_default(),
        pair.session_text().unwrap_or_default(),
        pair.gets_token(1).expect("a token"),
        pair.log.clone().unwrap_or_default(),
        pair.debug(),
    ] {
        assert!(!other.contains(&key), "{other}");
    }
    pair.signs_out();
    assert_eq!(pair.tab.session, None);
}

/// A secret, and the parts of it that would give it away too.
fn shows(text: &str, secret: &str) -> bool {
    secret
        .split('.')
        .filter(|part| part.len() > 5)
        .any(|part| text.contains(part))
}

#[test]
fn a_troubled_life_says_nothing_secret() {
    let heard = a_troubled_life();
    assert!(heard.log.len() > 50_000 && heard.tokens.len() > 3 && heard.steps.len() > 5);
    assert!(heard.log.contains(ADA), "the listener does hear");
    for secret in heard.tokens.iter().chain(&heard.engine_sessions) {
        assert!(!shows(&heard.log, secret), "{secret} is in the log");
    }
    for secret in [CODE, PASSWORD] {
        assert!(!heard.log.contains(secret), "{secret} is in the log");
    }
}

#[test]
fn the_session_that_pages_see_holds_no_token() {
    let heard = a_troubled_life();
    for session in &heard.sessions {
        for token in &heard.tokens {
            assert!(!shows(session, token), "{session}");
        }
    }
}

#[test]
fn the_record_of_a_step_holds_no_code_no_token_and_nothing_else_that_was_typed() {
    let heard = a_troubled_life();
    for step in &heard.steps {
        assert!(!step.contains(CODE) && !step.contains(PASSWORD), "{step}");
        for token in &heard.tokens {
            assert!(!shows(step, token), "{step}");
        }
        let record: Value = serde_json::from_str(step).expect("JSON");
        let fields = record.as_object().expect("an object").keys();
        let fields = fields.map(String::as_str).collect::<Vec<_>>();
        let attempt = [
            "v",
            "brand",
            "type",
            "value",
            "session",
            "step",
            "hasPassword",
            "codeSent",
            "remember",
            "opened",
            "life",
            "sent",
            "resend",
        ];
        assert!(
            fields == attempt || fields == ["v", "brand", "typed"],
            "{step}"
        );
    }
}

#[test]
fn everything_that_carries_a_secret_prints_without_it() {
    let secret = || Secret::new(CODE);
    let reply = || Reply {
        status: 200,
        html: false,
        retry_after: None,
        body: Secret::new(format!(
            r#"{{"status":{{"success":true}},"auth":{{"token":"{CODE}"}},"user":{{"sessionId":"{CODE}"}}}}"#
        )),
    };
    let request = Request {
        call: Call::CheckCode,
        body: RequestBody {
            identifier_value: secret(),
            otp: Some(secret()),
            ..RequestBody::default()
        },
        channel: None,
        names_device: false,
    };
    let problem = Problem::new(
        ae_login::login::problem::Kind::Rejected,
        Remedy::Retry,
        Text::Unknown,
    );
    for text in [
        format!("{:?}", reply()),
        format!("{request:?}"),
        format!("{:?}", Answer::read(Ok(reply()))),
        format!("{:?}", Input::Begin(Some(secret()), None)),
        format!(
            "{:?}",
            Effect::KeepSession(
                Some(secret()),
                Mark::default(),
                Audience::Here,
                Storage::Tab
            )
        ),
        format!("{:?}", Effect::Settle(AskId(1), Ok(secret()))),
        format!("{:?}", Effect::Settle(AskId(1), Err(problem))),
        format!(
            "{:?}",
            ae_login::login::codec::from_json::<Secret>(&format!("\"{CODE}\""))
        ),
    ] {
        assert!(!text.contains(CODE), "{text}");
    }
}
