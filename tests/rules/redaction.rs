//! Redaction: no token, code, password, key or session id appears in `Debug` texts, events, views, or records where it does not
//! belong.

use ae_engine::{Customer, Fault};
use ae_login::login::config::Storage;
use ae_login::login::problem::{Problem, Remedy};
use ae_login::login::secret::Secret;
use ae_login::login::session::{SessionVersion, TabScope};
use ae_login::login::text::Text;
use ae_login::login::view::Action;
use ae_login::login::wire::{ApiResponse, Call, HttpResponse, Request, RequestBody};
use ae_login::login::{Effect, Input, TokenRequestId};
use ae_test_support::{ADA, MINUTE, MOBILE, Network, SECOND, TestPage};
use serde_json::Value;

/// A password that a customer types into the field for the code. It is not sent, and must not be logged.
const PASSWORD: &str = "correct-horse-battery-staple";
const CODE: &str = "918273";

/// Everything that a long login with many faults logged, stored and announced, and its secrets.
struct Observed {
    log: String,
    steps: Vec<String>,
    sessions: Vec<String>,
    tokens: Vec<String>,
    engine_sessions: Vec<String>,
}

fn login_with_faults() -> Observed {
    let mut page = TestPage::with(&[], |engine| {
        engine.code = Some(CODE.to_owned());
        engine.set_lives(90);
    });
    page.log = Some(String::new());
    let other = page.attach(true);
    let (mut steps, mut sessions, mut tokens) = (Vec::new(), Vec::new(), Vec::new());
    let mut note = |page: &TestPage| {
        steps.extend(page.stored.step.clone());
        sessions.extend(page.session_json());
        tokens.extend(page.stored_token());
    };
    let login = |page: &mut TestPage, note: &mut dyn FnMut(&TestPage)| {
        page.type_text(ADA);
        page.submit(ADA);
        note(page);
        page.submit(PASSWORD);
        note(page);
        page.fail_next(Call::CheckCode, Fault::Unheard);
        page.submit(CODE);
        note(page);
        page.fail_next(Call::CheckCode, Fault::Code(1599, Some("no".to_owned())));
        page.submit(CODE);
        note(page);
        page.latency = SECOND;
        page.submit(CODE);
        note(page);
        page.advance(SECOND);
        page.latency = 0;
        note(page);
    };
    login(&mut page, &mut note);
    assert!(page.is_signed_in());
    page.advance(72 * SECOND);
    note(&page);
    for fault in [
        Fault::OtherCustomer,
        Fault::BadToken,
        Fault::Html200,
        Fault::SameToken,
    ] {
        page.fail_next(Call::Renew, fault);
    }
    page.advance(100 * SECOND);
    page.network = Network::Unreachable;
    page.request_token(80);
    page.advance(MINUTE);
    page.network = Network::Working;
    page.advance(2 * MINUTE);
    note(&page);
    assert!(page.get_token(30).is_ok());
    page.reload();
    note(&page);
    page.latency = SECOND;
    page.advance(80 * SECOND);
    page.press(Action::SignOut);
    page.latency = 0;
    note(&page);
    page.detach(other);
    login(&mut page, &mut note);
    page.refuse_next(Call::Renew, 1525);
    page.advance(2 * MINUTE);
    assert!(!page.is_signed_in());
    let engine_sessions = page
        .requests()
        .iter()
        .filter_map(|(_, body)| {
            let body: Value = serde_json::from_str(body).expect("JSON");
            Some(body.get("sessionId")?.as_str()?.to_owned())
        })
        .collect();
    Observed {
        log: page.log.take().expect("a log"),
        steps,
        sessions,
        tokens,
        engine_sessions,
    }
}

/// The passwords that are typed in the right fields.
const PASSWORDS: [&str; 4] = [
    "swordfish-of-the-first-factor",
    "marzipan-of-the-second-factor",
    "nightingale-that-was-wrong",
    "periwinkle-that-came-later",
];

/// A login with a password in both factors, which are forgotten, replaced and changed, with renewal by key and with faults.
#[expect(clippy::too_many_lines, reason = "one scenario from beginning to end")]
fn login_with_two_factors() -> Observed {
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
    let _listener = page.attach(false);
    let (mut steps, mut sessions, mut tokens) = (Vec::new(), Vec::new(), Vec::new());
    let mut run_one = |page: &mut TestPage, act: &mut dyn FnMut(&mut TestPage)| {
        act(page);
        steps.extend(page.stored.step.clone());
        sessions.extend(page.session_json());
        tokens.extend(page.stored_token());
    };
    let mut run = |page: &mut TestPage, actions: &[&dyn Fn(&mut TestPage)]| {
        for act in actions {
            run_one(page, &mut |page| act(page));
        }
    };
    let submit_identifier: &dyn Fn(&mut TestPage) = &|page| page.submit(ADA);
    let submit_code: &dyn Fn(&mut TestPage) = &|page| page.submit(CODE);
    let reload: &dyn Fn(&mut TestPage) = &|page| page.reload();
    run(
        &mut page,
        &[
            submit_identifier,
            reload,
            &|page| page.submit(wrong),
            &|page| {
                page.fail_next(Call::CheckPassword, Fault::Unheard);
                page.submit(first);
            },
            &|page| page.press(Action::Reveal),
            &|page| page.submit(first),
            &|page| {
                page.fail_next(Call::OpenSecond, Fault::Code(1599, Some("no".to_owned())));
                page.submit(MOBILE);
            },
            &|page| page.submit(MOBILE),
            &|page| page.submit(wrong),
            &|page| page.press(Action::Forgot),
            &|page| page.fill(&[later, wrong]),
            reload,
            &|page| page.press(Action::UseCode),
            reload,
            submit_code,
            &|page| page.advance(80 * SECOND),
            reload,
            &|page| {
                page.fail_next(Call::RenewByKey, Fault::Role("MFA_PENDING".to_owned()));
                page.advance(3 * MINUTE);
            },
            &|page| {
                page.change_password();
                page.fill(&[first, later, later]);
            },
        ],
    );
    assert!(page.is_signed_in(), "{:?}", page.view());
    run(
        &mut page,
        &[
            &|page| page.sign_out(),
            submit_identifier,
            &|page| page.press(Action::Forgot),
            &|page| {
                page.fail_next(Call::SendCode, Fault::TooMany { retry_after: None });
                page.submit(first);
            },
            &|page| {
                page.advance(31 * SECOND);
                page.submit(first);
            },
            submit_code,
            &|page| page.submit(MOBILE),
            &|page| page.submit(second),
            &|page| {
                page.change_password();
                page.fill(&[second, later, later]);
            },
        ],
    );
    assert!(page.is_signed_in(), "{:?}", page.view());
    let bodies = page.requests().iter().map(|(_, body)| body);
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
    Observed {
        log: page.log.take().expect("a log"),
        steps,
        sessions,
        tokens,
        engine_sessions,
    }
}

#[test]
fn login_with_two_factors_logs_no_secret() {
    let observed = login_with_two_factors();
    assert!(observed.log.len() > 50_000 && observed.tokens.len() > 8 && observed.steps.len() > 10);
    for secret in observed.tokens.iter().chain(&observed.engine_sessions) {
        assert!(
            !contains_part_of(&observed.log, secret),
            "{secret} is in the log"
        );
    }
    for secret in PASSWORDS.into_iter().chain([CODE]) {
        assert!(!observed.log.contains(secret), "{secret} is in the log");
        for kept in observed.steps.iter().chain(&observed.sessions) {
            assert!(!kept.contains(secret), "{kept}");
        }
    }
    for token in &observed.tokens {
        for kept in observed.steps.iter().chain(&observed.sessions) {
            assert!(!contains_part_of(kept, token), "{kept}");
        }
    }
}

#[test]
fn step_record_of_the_second_factor_has_only_the_documented_fields() {
    let observed = login_with_two_factors();
    let names = |value: &Value| {
        let fields = value.as_object().expect("an object").keys();
        fields.cloned().collect::<Vec<_>>()
    };
    let mut seconds = 0;
    for step in &observed.steps {
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
fn key_is_in_the_session_record_only() {
    let mut page = TestPage::with(&[("second-factor", "always")], |_| {});
    page.log = Some(String::new());
    page.submit(ADA);
    page.submit_code();
    page.submit_code();
    let record: Value =
        serde_json::from_str(&page.stored.session.clone().expect("a record")).expect("JSON");
    let key = record["second"]["key"].as_str().expect("a key").to_owned();
    for storage in [Storage::Memory, Storage::Tab] {
        page.change_settings(|settings| settings.storage = storage);
        let kept = page.stored.session.clone().unwrap_or_default();
        assert_eq!(kept.contains(&key), storage == Storage::Tab, "{storage:?}");
    }
    page.advance(15 * MINUTE);
    assert!(contains_part_of(
        &page.stored.session.clone().expect("a record"),
        &key
    ));
    for other in [
        page.stored.step.clone().unwrap_or_default(),
        page.session_json().unwrap_or_default(),
        page.get_token(1).expect("a token"),
        page.log.clone().unwrap_or_default(),
        page.debug(),
    ] {
        assert!(!other.contains(&key), "{other}");
    }
    page.sign_out();
    assert_eq!(page.stored.session, None);
}

/// Whether a text contains a secret, or a part of a token between its dots.
fn contains_part_of(text: &str, secret: &str) -> bool {
    secret
        .split('.')
        .filter(|part| part.len() > 5)
        .any(|part| text.contains(part))
}

#[test]
fn login_with_faults_logs_no_secret() {
    let observed = login_with_faults();
    assert!(observed.log.len() > 50_000 && observed.tokens.len() > 3 && observed.steps.len() > 5);
    assert!(observed.log.contains(ADA), "the log is not empty");
    for secret in observed.tokens.iter().chain(&observed.engine_sessions) {
        assert!(
            !contains_part_of(&observed.log, secret),
            "{secret} is in the log"
        );
    }
    for secret in [CODE, PASSWORD] {
        assert!(!observed.log.contains(secret), "{secret} is in the log");
    }
}

#[test]
fn public_session_has_no_token() {
    let observed = login_with_faults();
    for session in &observed.sessions {
        for token in &observed.tokens {
            assert!(!contains_part_of(session, token), "{session}");
        }
    }
}

#[test]
fn step_record_has_only_the_documented_fields_and_no_secret() {
    let observed = login_with_faults();
    for step in &observed.steps {
        assert!(!step.contains(CODE) && !step.contains(PASSWORD), "{step}");
        for token in &observed.tokens {
            assert!(!contains_part_of(step, token), "{step}");
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
fn debug_text_of_every_type_with_a_secret_is_redacted() {
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
        delivery: None,
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
