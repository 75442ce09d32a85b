//! Every error code of the contract (§1.7), in every call that can return it: the message, the step that follows, and the way back to
//! a session.

mod table;

use std::collections::BTreeSet;

use ae_engine::{Customer, Fault};
use ae_login::login::Event;
use ae_login::login::problem::Kind::RateLimited;
use ae_login::login::problem::{Problem, Remedy};
use ae_login::login::secret::Secret;
use ae_login::login::text::Text;
use ae_login::login::view::{Action, StepName};
use ae_login::login::wire::{ApiError, Call, HttpResponse};
use ae_test_support::{ADA, HOUR, MINUTE, SECOND, TestPage, ada};
use table::CallAt::{
    Change, ChangeSecond, Check, CheckSecond, Expire, Forgot, Open, OpenSecond,
    OpenSecondWithPassword, OpenWithPassword, Password, Renew, RenewByKey, SecondForgot,
    SecondPassword, Send, SendAgain, SendSecond, SendSecondAgain,
};
use table::Next::{Identify, Other, SameStep, Stuck};
use table::{CODES, CallAt, Row, table};

const PASSWORD: &str = "correct horse";
const SECOND_PASSWORD: &str = "battery staple";
const NEW_PASSWORD: &str = "staple battery";

impl CallAt {
    /// A page right before this call, and what the customer does to cause it.
    fn page_before(self) -> (TestPage, fn(&mut TestPage)) {
        let submit_new_password: fn(&mut TestPage) = |page| page.submit(NEW_PASSWORD);
        let submit_identifier: fn(&mut TestPage) = |page| page.submit(ADA);
        let submit_proof: fn(&mut TestPage) = |page| page.submit(&valid_input(page));
        let resend: fn(&mut TestPage) = |page| page.press(Action::Resend);
        let change_password: fn(&mut TestPage) = |page| {
            let old = if page.request_count(Call::OpenSecond) > 0 {
                SECOND_PASSWORD
            } else {
                PASSWORD
            };
            page.fill(&[old, NEW_PASSWORD, NEW_PASSWORD]);
        };
        let method = match self {
            OpenSecondWithPassword | SecondPassword | SecondForgot | ChangeSecond => "password",
            _ => "otp",
        };
        let mut page = match self {
            Open | Send | SendAgain | Check | Renew => new_page(&[], ada()),
            OpenWithPassword | Password | Forgot | Change => {
                let customer = Customer {
                    password: Some(PASSWORD.to_owned()),
                    ..ada()
                };
                new_page(&[("first-factor", "password")], customer)
            }
            OpenSecondWithPassword => {
                let customer = Customer { mfa: true, ..ada() };
                new_page(&[("second-factor-method", method)], customer)
            }
            _ => {
                let customer = Customer {
                    mfa: true,
                    mfa_password: Some(SECOND_PASSWORD.to_owned()),
                    ..ada()
                };
                new_page(&[("second-factor-method", method)], customer)
            }
        };
        let action = match self {
            Open | Send => submit_identifier,
            OpenWithPassword => {
                page.refuse_next(Call::OpenSession, 1520);
                submit_identifier(&mut page);
                submit_new_password
            }
            SendAgain => {
                submit_identifier(&mut page);
                page.advance(31 * SECOND);
                resend
            }
            Check | Password | OpenSecond | SendSecond => {
                submit_identifier(&mut page);
                submit_proof
            }
            Forgot => {
                submit_identifier(&mut page);
                page.press(Action::Forgot);
                submit_new_password
            }
            OpenSecondWithPassword | CheckSecond | SecondPassword => {
                submit_identifier(&mut page);
                submit_proof(&mut page);
                submit_proof
            }
            SendSecondAgain => {
                submit_identifier(&mut page);
                submit_proof(&mut page);
                page.advance(31 * SECOND);
                resend
            }
            SecondForgot => {
                submit_identifier(&mut page);
                submit_proof(&mut page);
                page.press(Action::Forgot);
                submit_new_password
            }
            Change | ChangeSecond => {
                sign_in_from_here(&mut page);
                page.advance(2 * SECOND);
                page.change_password();
                change_password
            }
            Renew | RenewByKey => {
                sign_in_from_here(&mut page);
                |page: &mut TestPage| page.advance(12 * MINUTE)
            }
            Expire => {
                sign_in_from_here(&mut page);
                TestPage::sign_out
            }
        };
        page.take_events();
        (page, action)
    }
}

fn new_page(attributes: &[(&str, &str)], customer: Customer) -> TestPage {
    TestPage::with(attributes, |engine| {
        engine.password_brand = customer.password.is_some();
        engine.mfa_password = true;
        engine.customers.insert(ADA.to_owned(), customer);
    })
}

/// The input that leads on from the current step.
fn valid_input(page: &TestPage) -> String {
    match page.step() {
        StepName::Identify => ADA.to_owned(),
        StepName::Code | StepName::SecondCode => page.last_code(),
        StepName::Password => PASSWORD.to_owned(),
        StepName::SecondPassword => SECOND_PASSWORD.to_owned(),
        StepName::NewPassword | StepName::SecondNewPassword => NEW_PASSWORD.to_owned(),
        _ => String::new(),
    }
}

fn sign_in_from_here(page: &mut TestPage) {
    for _ in 0..8 {
        if page.is_signed_in() {
            return;
        }
        page.submit(&valid_input(page));
    }
    panic!("the customer cannot sign in: {:?}", page.view());
}

fn refuse(page: &mut TestPage, at: CallAt, code: i64) {
    page.refuse_next(at.call(), code);
}

#[test]
fn every_code_in_every_call_shows_its_message_and_a_way_back() {
    for row in table() {
        for at in &row.at {
            let about = format!("{} at {at:?}", row.code);
            let (mut page, action) = at.page_before();
            let step = page.step();
            let was_signed_in = page.is_signed_in();
            refuse(&mut page, *at, row.code);
            let events = page.events().len();
            action(&mut page);
            let next = match row.next {
                SameStep => step,
                Identify => StepName::Identify,
                Stuck => StepName::Stuck,
                Other(step) => step,
            };
            assert_eq!(page.step(), next, "{about}: {:?}", page.messages());
            assert_eq!(
                page.messages(),
                row.text.into_iter().collect::<Vec<_>>(),
                "{about}: one message"
            );
            check_error_event(&page, events, &row, *at, &about);
            if row.next == Identify {
                assert_eq!(page.first_value(), ADA, "{about}: the identifier stays");
            }
            if row.next == SameStep {
                assert_eq!(page.is_signed_in(), was_signed_in, "{about}");
            }
            check_way_back(&mut page, &about);
        }
    }
}

/// Asserts that one error event is dispatched, with kind and code of the row; none for `token/expire`.
fn check_error_event(page: &TestPage, from: usize, row: &Row, at: CallAt, about: &str) {
    let errors = page.events()[from..].iter();
    let errors = errors.filter(|(_, event)| matches!(event, Event::Error { .. }));
    let details = errors
        .map(|(_, event)| event.to_page().1)
        .collect::<Vec<_>>();
    if at == Expire {
        assert!(details.is_empty(), "{about}: {details:?}");
        return;
    }
    let [detail] = &details[..] else {
        panic!("{about}: {details:?}");
    };
    let retryable = row.kind == RateLimited;
    let expected = format!(
        r#"{{"kind":"{}","code":{},"retryable":{retryable},"step":"#,
        row.kind.as_str(),
        row.code
    );
    assert!(detail.starts_with(&expected), "{about}: {detail}");
}

/// Asserts that nothing is sent automatically, and that the customer can still sign in.
fn check_way_back(page: &mut TestPage, about: &str) {
    if !page.is_signed_in() {
        let sent = page.requests().len();
        page.advance(20 * MINUTE);
        assert_eq!(
            page.requests().len(),
            sent,
            "{about}: nothing is sent automatically"
        );
    }
    page.restart();
    sign_in_from_here(page);
}

#[test]
fn table_has_every_code_and_every_call() {
    let known = table().iter().map(|row| row.code).collect::<BTreeSet<_>>();
    assert_eq!(known, BTreeSet::from(CODES));
    for at in CallAt::ALL {
        let rows = table();
        assert!(
            rows.iter().any(|row| row.at.contains(&at)),
            "{at:?} has no row"
        );
    }
}

#[test]
fn table_has_no_duplicate_cells() {
    let mut cells = Vec::new();
    for row in table() {
        for at in row.at {
            assert!(!cells.contains(&(row.code, at)), "{} at {at:?}", row.code);
            cells.push((row.code, at));
        }
    }
    assert!(cells.len() > 170, "{}", cells.len());
}

#[test]
fn any_code_in_any_call_shows_a_message_and_a_way_back() {
    for code in CODES.into_iter().chain([1545, 1599, -1]) {
        for at in CallAt::ALL {
            let about = format!("{code} at {at:?}");
            let (mut page, action) = at.page_before();
            refuse(&mut page, at, code);
            action(&mut page);
            let is_silent = at == Expire || matches!(at, Renew | RenewByKey) && page.is_signed_in();
            assert!(
                is_silent || !page.messages().is_empty(),
                "{about} shows no message: {:?}",
                page.view()
            );
            check_way_back(&mut page, &about);
        }
    }
}

#[test]
fn undocumented_code_shows_the_engines_message_in_every_call() {
    for at in CallAt::ALL {
        if matches!(at, Renew | RenewByKey | Expire) {
            continue;
        }
        let (mut page, action) = at.page_before();
        let step = page.step();
        let message = Some("Locked until tomorrow".to_owned());
        page.fail_next(at.call(), Fault::Code(1545, message));
        action(&mut page);
        assert_eq!(
            (page.step(), page.messages()),
            (step, vec![Text::Unknown]),
            "{at:?}"
        );
        assert_eq!(
            page.notice_detail().as_deref(),
            Some("Locked until tomorrow (1545)"),
            "{at:?}"
        );
        check_way_back(&mut page, "1545");
    }
}

#[test]
fn message_of_the_engine_for_a_documented_code_is_not_shown() {
    let (mut page, action) = Password.page_before();
    page.fail_next(
        Call::CheckPassword,
        Fault::Code(1526, Some("org.example.Exception: null".to_owned())),
    );
    action(&mut page);
    assert!(!format!("{:?}", page.view()).contains("Exception"));
}

// Waits that the engine demands --------------------------------------------------------------------------------------------

#[test]
fn locked_customer_sees_the_engines_message_and_a_countdown() {
    for (password, step) in [(None, StepName::Code), (Some(PASSWORD), StepName::Password)] {
        let customer = Customer {
            password: password.map(str::to_owned),
            ..ada()
        };
        let mut page = new_page(&[("first-factor", "auto")], customer);
        let settings = page.engine.settings_mut();
        (settings.lock, settings.lock_tells_when) = (true, true);
        settings.lock_s = 120;
        page.submit(ADA);
        assert_eq!(page.step(), step);
        for _ in 0..6 {
            page.submit("564738");
        }
        // The last try returned to `identify`. The next request reports the lock.
        if page.step() == StepName::Identify {
            page.submit(ADA);
        }
        assert_eq!(page.messages(), [Text::Unknown]);
        let detail = page.notice_detail().expect("the engine's message");
        assert!(
            detail.starts_with("Account is locked until ") && detail.ends_with(" (1545)"),
            "{detail}"
        );
        assert_eq!(page.seconds_left(Action::Submit), Some(120));
        let sent = page.requests().len();
        page.submit(ADA);
        page.advance(119 * SECOND);
        assert_eq!(page.seconds_left(Action::Submit), Some(1));
        page.submit(ADA);
        assert_eq!(page.requests().len(), sent, "the button waits");
        page.advance(SECOND);
        assert_eq!(page.seconds_left(Action::Submit), None);
        page.restart();
        sign_in_from_here(&mut page);
    }
}

#[test]
fn lock_without_a_time_does_not_disable_the_button() {
    let mut page = new_page(&[], ada());
    page.fail_next(
        Call::OpenSession,
        Fault::Code(1545, Some("Locked".to_owned())),
    );
    page.submit(ADA);
    assert_eq!(page.notice_detail().as_deref(), Some("Locked (1545)"));
    assert_eq!(page.seconds_left(Action::Submit), None);
}

#[test]
fn retry_after_of_a_503_disables_the_button() {
    let unavailable = |retry_after| HttpResponse {
        status: 503,
        html: true,
        retry_after,
        body: Secret::new("<!doctype html>"),
    };
    for (retry_after, seconds) in [
        (None, None),
        (Some(0), Some(1)),
        (Some(7 * SECOND), Some(7)),
        (Some(30 * MINUTE), Some(900)),
    ] {
        for at in CallAt::ALL {
            if matches!(at, Renew | RenewByKey | Expire) {
                continue;
            }
            let (mut page, action) = at.page_before();
            let step = page.step();
            page.reply_next(at.call(), unavailable(retry_after));
            action(&mut page);
            assert_eq!(
                (page.step(), page.messages()),
                (step, vec![Text::Server]),
                "{at:?}"
            );
            let button = match at {
                SendAgain | SendSecondAgain => Action::Resend,
                _ => Action::Submit,
            };
            assert_eq!(page.seconds_left(button), seconds, "{at:?} {retry_after:?}");
        }
    }
}

#[test]
fn every_retry_after_is_limited_to_1_to_900_seconds() {
    for retry_after in [0, 1, 999, 1_000, 15 * MINUTE, HOUR, u64::MAX] {
        for call in Call::ALL {
            for refusal in [
                ApiError::RateLimited {
                    retry_after: Some(retry_after),
                    code: None,
                },
                ApiError::Server {
                    retry_after: Some(retry_after),
                },
                ApiError::Rejected {
                    code: Some(1545),
                    message: None,
                    retry_after: Some(retry_after),
                },
            ] {
                let Remedy::Wait(span) = Problem::from_api_error(refusal, call).remedy else {
                    panic!("{call:?} does not wait");
                };
                assert!((SECOND..=15 * MINUTE).contains(&span), "{span}");
            }
        }
    }
}
