//! A whole login with trouble in it, and a listener: no token, code, session id or password shows in anything that could be logged.

use ae_engine::{Customer, Fault};
use ae_login::login::config::Storage;
use ae_login::login::problem::{Problem, Remedy};
use ae_login::login::secret::Secret;
use ae_login::login::session::{SessionVersion, TabScope};
use ae_login::login::text::Text;
use ae_login::login::view::Action;
use ae_login::login::wire::{ApiResponse, Call, HttpResponse, Request, RequestBody};
use ae_login::login::{Effect, Input, TokenRequestId};
use ae_test_support::{ADA, MINUTE, MOBILE, SECOND, TestPage, Wire};
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
    let mut page = TestPage::with(&[], |engine| {
        engine.code = Some(CODE.to_owned());
        engine.set_lives(90);
    });
    page.log = Some(String::new());
    let other = page.joins(true);
    let (mut steps, mut sessions, mut tokens) = (Vec::new(), Vec::new(), Vec::new());
    let mut note = |page: &TestPage| {
        steps.extend(page.tab.step.clone());
        sessions.extend(page.session_text());
        tokens.extend(page.kept_token());
    };
    let login = |page: &mut TestPage, note: &mut dyn FnMut(&TestPage)| {
        page.types(ADA);
        page.submits(ADA);
        note(page);
        page.submits(PASSWORD);
        note(page);
        page.spoil(Call::CheckCode, Fault::Unheard);
        page.submits(CODE);
        note(page);
        page.spoil(Call::CheckCode, Fault::Code(1599, Some("no".to_owned())));
        page.submits(CODE);
        note(page);
        page.slow = SECOND;
        page.submits(CODE);
        note(page);
        page.pass(SECOND);
        page.slow = 0;
        note(page);
    };
    login(&mut page, &mut note);
    assert!(page.is_signed_in());
    page.pass(72 * SECOND);
    note(&page);
    for fault in [
        Fault::OtherCustomer,
        Fault::BadToken,
        Fault::Html200,
        Fault::SameToken,
    ] {
        page.spoil(Call::Renew, fault);
    }
    page.pass(100 * SECOND);
    page.wire = Wire::Cut;
    page.asks_for_token(80);
    page.pass(MINUTE);
    page.wire = Wire::Whole;
    page.pass(2 * MINUTE);
    note(&page);
    assert!(page.gets_token(30).is_ok());
    page.reload();
    note(&page);
    page.slow = SECOND;
    page.pass(80 * SECOND);
    page.presses(Action::SignOut);
    page.slow = 0;
    note(&page);
    page.leaves(other);
    login(&mut page, &mut note);
    page.refuse(Call::Renew, 1525);
    page.pass(2 * MINUTE);
    assert!(!page.is_signed_in());
    let engine_sessions = page
        .sent()
        .iter()
        .filter_map(|(_, body)| {
            let body: Value = serde_json::from_str(body).expect("JSON");
            Some(body.get("sessionId")?.as_str()?.to_owned())
        })
        .collect();
    Heard {
        log: page.log.take().expect("a log"),
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
    let mut page = TestPage::with(&attributes, |engine| {
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
            ..ae_test_support::ada()
        };
        engine.customers.insert(ADA.to_owned(), ada);
    });
    page.log = Some(String::new());
    let _listener = page.joins(false);
    let (mut steps, mut sessions, mut tokens) = (Vec::new(), Vec::new(), Vec::new());
    let mut now = |page: &mut TestPage, act: &mut dyn FnMut(&mut TestPage)| {
        act(page);
        steps.extend(page.tab.step.clone());
        sessions.extend(page.session_text());
        tokens.extend(page.kept_token());
    };
    let mut pair_does = |page: &mut TestPage, acts: &[&dyn Fn(&mut TestPage)]| {
        for act in acts {
            now(page, &mut |page| act(page));
        }
    };
    let names: &dyn Fn(&mut TestPage) = &|page| page.submits(ADA);
    let proves_code: &dyn Fn(&mut TestPage) = &|page| page.submits(CODE);
    let reloads: &dyn Fn(&mut TestPage) = &|page| page.reload();
    pair_does(
        &mut page,
        &[
            names,
            reloads,
            &|page| page.submits(wrong),
            &|page| {
                page.spoil(Call::CheckPassword, Fault::Unheard);
                page.submits(first);
            },
            &|page| page.presses(Action::Reveal),
            &|page| page.submits(first),
            &|page| {
                page.spoil(Call::OpenSecond, Fault::Code(1599, Some("no".to_owned())));
                page.submits(MOBILE);
            },
            &|page| page.submits(MOBILE),
            &|page| page.submits(wrong),
            &|page| page.presses(Action::Forgot),
            &|page| page.fills(&[later, wrong]),
            reloads,
            &|page| page.presses(Action::UseCode),
            reloads,
            proves_code,
            &|page| page.pass(80 * SECOND),
            reloads,
            &|page| {
                page.spoil(Call::RenewByKey, Fault::Role("MFA_PENDING".to_owned()));
                page.pass(3 * MINUTE);
            },
            &|page| {
                page.changes_password();
                page.fills(&[first, later, later]);
            },
        ],
    );
    assert!(page.is_signed_in(), "{:?}", page.sees());
    pair_does(
        &mut page,
        &[
            &|page| page.signs_out(),
            names,
            &|page| page.presses(Action::Forgot),
            &|page| {
                page.spoil(Call::SendCode, Fault::TooMany { retry_after: None });
                page.submits(first);
            },
            &|page| {
                page.pass(31 * SECOND);
                page.submits(first);
            },
            proves_code,
            &|page| page.submits(MOBILE),
            &|page| page.submits(second),
            &|page| {
                page.changes_password();
                page.fills(&[second, later, later]);
            },
        ],
    );
    assert!(page.is_signed_in(), "{:?}", page.sees());
    let bodies = page.sent().iter().map(|(_, body)| body);
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
        log: page.log.take().expect("a log"),
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
    let mut page = TestPage::with(&[("second-factor", "always")], |_| {});
    page.log = Some(String::new());
    page.submits(ADA);
    page.submits_code();
    page.submits_code();
    let record: Value =
        serde_json::from_str(&page.tab.session.clone().expect("a record")).expect("JSON");
    let key = record["second"]["key"].as_str().expect("a key").to_owned();
    for storage in [Storage::Memory, Storage::Tab] {
        page.settles(|settings| settings.storage = storage);
        let kept = page.tab.session.clone().unwrap_or_default();
        assert_eq!(kept.contains(&key), storage == Storage::Tab, "{storage:?}");
    }
    page.pass(15 * MINUTE);
    assert!(shows(&page.tab.session.clone().expect("a record"), &key));
    for other in [
        page.tab.step.clone().unwrap_or_default(),
        page.session_text().unwrap_or_default(),
        page.gets_token(1).expect("a token"),
        page.log.clone().unwrap_or_default(),
        page.debug(),
    ] {
        assert!(!other.contains(&key), "{other}");
    }
    page.signs_out();
    assert_eq!(page.tab.session, None);
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
    let reply = || HttpResponse {
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
        format!("{:?}", ApiResponse::parse(Ok(reply()))),
        format!("{:?}", Input::Start(Some(secret()), None)),
        format!(
            "{:?}",
            Effect::StoreSession(
                Some(secret()),
                SessionVersion::default(),
                TabScope::ThisTab,
                Storage::Tab
            )
        ),
        format!(
            "{:?}",
            Effect::ResolveToken(TokenRequestId(1), Ok(secret()))
        ),
        format!(
            "{:?}",
            Effect::ResolveToken(TokenRequestId(1), Err(problem))
        ),
        format!(
            "{:?}",
            ae_login::login::codec::from_json::<Secret>(&format!("\"{CODE}\""))
        ),
    ] {
        assert!(!text.contains(CODE), "{text}");
    }
}
