//! A whole login with trouble in it, and a listener: no token, code, session id or password shows in anything that could be logged.
#![cfg(not(target_arch = "wasm32"))]

mod pair;

use ae_engine::Fault;
use ae_login::login::problem::{Problem, Remedy};
use ae_login::login::secret::Secret;
use ae_login::login::text::Text;
use ae_login::login::view::Action;
use ae_login::login::wire::{Answer, Call, Reply, Request};
use ae_login::login::{AskId, Effect, Input};
use pair::{ADA, MINUTE, Pair, SECOND, Wire};
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
        body: secret(),
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
        format!("{:?}", Input::Begin(Some(secret()))),
        format!("{:?}", Effect::KeepSession(Some(secret()))),
        format!("{:?}", Effect::Settle(AskId(1), Ok(secret()))),
        format!("{:?}", Effect::Settle(AskId(1), Err(problem))),
        format!(
            "{:?}",
            ae_login::login::json::Json::read(&format!("[\"{CODE}\"]"))
        ),
    ] {
        assert!(!text.contains(CODE), "{text}");
    }
}
