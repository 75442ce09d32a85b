//! Every code of the contract's §1.7, in every call where it can come: what a person reads, where they stand, and the way on.

mod table;

use std::collections::BTreeSet;

use ae_engine::{Customer, Fault};
use ae_login::login::Event;
use ae_login::login::problem::Kind::RateLimited;
use ae_login::login::problem::{Problem, Remedy};
use ae_login::login::secret::Secret;
use ae_login::login::text::Text;
use ae_login::login::view::{Action, StepName};
use ae_login::login::wire::{ApiError, Call, Reply};
use ae_test_support::{ADA, HOUR, MINUTE, SECOND, TestPage, ada};
use table::At::{
    Change, ChangeSecond, Check, CheckSecond, Expire, Forgot, Open, OpenSecond,
    OpenSecondWithPassword, OpenWithPassword, Password, Renew, RenewByKey, SecondForgot,
    SecondPassword, Send, SendAgain, SendSecond, SendSecondAgain,
};
use table::Lands::{Begins, On, Stays, Stuck};
use table::{At, CODES, Row, table};

const FIRST: &str = "correct horse";
const SECOND_PASSWORD: &str = "battery staple";
const NEW: &str = "staple battery";

impl At {
    /// A page a moment before that call is made, and what a person does to make it.
    fn before(self) -> (TestPage, fn(&mut TestPage)) {
        let submits_new: fn(&mut TestPage) = |page| page.submit(NEW);
        let names: fn(&mut TestPage) = |page| page.submit(ADA);
        let proves: fn(&mut TestPage) = |page| page.submit(&right(page));
        let resends: fn(&mut TestPage) = |page| page.press(Action::Resend);
        let changes: fn(&mut TestPage) = |page| {
            let old = if page.request_count(Call::OpenSecond) > 0 {
                SECOND_PASSWORD
            } else {
                FIRST
            };
            page.fill(&[old, NEW, NEW]);
        };
        let method = match self {
            OpenSecondWithPassword | SecondPassword | SecondForgot | ChangeSecond => "password",
            _ => "otp",
        };
        let mut page = match self {
            Open | Send | SendAgain | Check | Renew => new_page(&[], ada()),
            OpenWithPassword | Password | Forgot | Change => {
                let customer = Customer {
                    password: Some(FIRST.to_owned()),
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
        let act = match self {
            Open | Send => names,
            OpenWithPassword => {
                page.refuse_next(Call::OpenSession, 1520);
                names(&mut page);
                submits_new
            }
            SendAgain => {
                names(&mut page);
                page.advance(31 * SECOND);
                resends
            }
            Check | Password | OpenSecond | SendSecond => {
                names(&mut page);
                proves
            }
            Forgot => {
                names(&mut page);
                page.press(Action::Forgot);
                submits_new
            }
            OpenSecondWithPassword | CheckSecond | SecondPassword => {
                names(&mut page);
                proves(&mut page);
                proves
            }
            SendSecondAgain => {
                names(&mut page);
                proves(&mut page);
                page.advance(31 * SECOND);
                resends
            }
            SecondForgot => {
                names(&mut page);
                proves(&mut page);
                page.press(Action::Forgot);
                submits_new
            }
            Change | ChangeSecond => {
                gets_in(&mut page);
                page.advance(2 * SECOND);
                page.change_password();
                changes
            }
            Renew | RenewByKey => {
                gets_in(&mut page);
                |page: &mut TestPage| page.advance(12 * MINUTE)
            }
            Expire => {
                gets_in(&mut page);
                TestPage::sign_out
            }
        };
        page.take_events();
        (page, act)
    }
}

fn new_page(attributes: &[(&str, &str)], customer: Customer) -> TestPage {
    TestPage::with(attributes, |engine| {
        engine.password_brand = customer.password.is_some();
        engine.mfa_password = true;
        engine.customers.insert(ADA.to_owned(), customer);
    })
}

/// What gets somebody on from where they are.
fn right(page: &TestPage) -> String {
    match page.step() {
        StepName::Identify => ADA.to_owned(),
        StepName::Code | StepName::SecondCode => page.last_code(),
        StepName::Password => FIRST.to_owned(),
        StepName::SecondPassword => SECOND_PASSWORD.to_owned(),
        StepName::NewPassword | StepName::SecondNewPassword => NEW.to_owned(),
        _ => String::new(),
    }
}

fn gets_in(page: &mut TestPage) {
    for _ in 0..8 {
        if page.is_signed_in() {
            return;
        }
        page.submit(&right(page));
    }
    panic!("there is no way in: {:?}", page.view());
}

fn refuse(page: &mut TestPage, at: At, code: i64) {
    page.refuse_next(at.call(), code);
}

#[test]
fn every_code_in_every_call_says_what_it_means_and_leads_on() {
    for row in table() {
        for at in &row.at {
            let about = format!("{} at {at:?}", row.code);
            let (mut page, act) = at.before();
            let step = page.step();
            let was_signed_in = page.is_signed_in();
            refuse(&mut page, *at, row.code);
            let events = page.events().len();
            act(&mut page);
            let lands = match row.lands {
                Stays => step,
                Begins => StepName::Identify,
                Stuck => StepName::Stuck,
                On(step) => step,
            };
            assert_eq!(page.step(), lands, "{about}: {:?}", page.messages());
            assert_eq!(
                page.messages(),
                row.text.into_iter().collect::<Vec<_>>(),
                "{about}: one thing is said"
            );
            hears(&page, events, &row, *at, &about);
            if row.lands == Begins {
                assert_eq!(page.first_value(), ADA, "{about}: what was typed stays");
            }
            if row.lands == Stays {
                assert_eq!(page.is_signed_in(), was_signed_in, "{about}");
            }
            goes_on(&mut page, &about);
        }
    }
}

/// The page hears kind, code and step of it, once; of a last word, nothing.
fn hears(page: &TestPage, from: usize, row: &Row, at: At, about: &str) {
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

/// Nothing is sent by itself, and sooner or later there is a way in.
fn goes_on(page: &mut TestPage, about: &str) {
    if !page.is_signed_in() {
        let asked = page.requests().len();
        page.advance(20 * MINUTE);
        assert_eq!(
            page.requests().len(),
            asked,
            "{about}: nothing is sent by itself"
        );
    }
    page.restart();
    gets_in(page);
}

#[test]
fn every_code_of_the_contract_is_in_the_table() {
    let known = table().iter().map(|row| row.code).collect::<BTreeSet<_>>();
    assert_eq!(known, BTreeSet::from(CODES));
    for at in At::ALL {
        let rows = table();
        assert!(
            rows.iter().any(|row| row.at.contains(&at)),
            "{at:?} is never refused"
        );
    }
}

#[test]
fn no_cell_of_the_table_is_filled_twice() {
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
fn no_code_is_met_with_silence_or_a_dead_end_wherever_it_comes() {
    for code in CODES.into_iter().chain([1545, 1599, -1]) {
        for at in At::ALL {
            let about = format!("{code} at {at:?}");
            let (mut page, act) = at.before();
            refuse(&mut page, at, code);
            act(&mut page);
            let silent = at == Expire || matches!(at, Renew | RenewByKey) && page.is_signed_in();
            assert!(
                silent || !page.messages().is_empty(),
                "{about} is met with silence: {:?}",
                page.view()
            );
            goes_on(&mut page, &about);
        }
    }
}

#[test]
fn a_code_that_nobody_documented_shows_the_engines_words_wherever_it_comes() {
    for at in At::ALL {
        if matches!(at, Renew | RenewByKey | Expire) {
            continue;
        }
        let (mut page, act) = at.before();
        let step = page.step();
        let words = Some("Locked until tomorrow".to_owned());
        page.fail_next(at.call(), Fault::Code(1545, words));
        act(&mut page);
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
        goes_on(&mut page, "1545");
    }
}

#[test]
fn the_engines_own_words_for_a_code_we_know_are_not_shown() {
    let (mut page, act) = Password.before();
    page.fail_next(
        Call::CheckPassword,
        Fault::Code(1526, Some("org.example.Exception: null".to_owned())),
    );
    act(&mut page);
    assert!(!format!("{:?}", page.view()).contains("Exception"));
}

// Pauses that the engine asks for -----------------------------------------------------------------------------------------

#[test]
fn a_locked_customer_sees_the_engines_words_and_a_button_that_counts_down() {
    for (password, step) in [(None, StepName::Code), (Some(FIRST), StepName::Password)] {
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
        // The tries are used up; the next question says locked.
        if page.step() == StepName::Identify {
            page.submit(ADA);
        }
        assert_eq!(page.messages(), [Text::Unknown]);
        let detail = page.notice_detail().expect("the engine's words");
        assert!(
            detail.starts_with("Account is locked until ") && detail.ends_with(" (1545)"),
            "{detail}"
        );
        assert_eq!(page.seconds_left(Action::Submit), Some(120));
        let asked = page.requests().len();
        page.submit(ADA);
        page.advance(119 * SECOND);
        assert_eq!(page.seconds_left(Action::Submit), Some(1));
        page.submit(ADA);
        assert_eq!(page.requests().len(), asked, "it waits");
        page.advance(SECOND);
        assert_eq!(page.seconds_left(Action::Submit), None);
        page.restart();
        gets_in(&mut page);
    }
}

#[test]
fn a_lock_without_a_time_leaves_the_button_as_it_is() {
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
fn an_engine_in_trouble_that_says_until_when_is_left_alone_until_then() {
    let unwell = |retry_after| Reply {
        status: 503,
        html: true,
        retry_after,
        body: Secret::new("<!doctype html>"),
    };
    for (said, waits) in [
        (None, None),
        (Some(0), Some(1)),
        (Some(7 * SECOND), Some(7)),
        (Some(30 * MINUTE), Some(900)),
    ] {
        for at in At::ALL {
            if matches!(at, Renew | RenewByKey | Expire) {
                continue;
            }
            let (mut page, act) = at.before();
            let step = page.step();
            page.reply_next(at.call(), unwell(said));
            act(&mut page);
            assert_eq!(
                (page.step(), page.messages()),
                (step, vec![Text::Server]),
                "{at:?}"
            );
            let button = match at {
                SendAgain | SendSecondAgain => Action::Resend,
                _ => Action::Submit,
            };
            assert_eq!(page.seconds_left(button), waits, "{at:?} {said:?}");
        }
    }
}

#[test]
fn no_remedy_waits_longer_than_a_quarter_of_an_hour_or_not_at_all() {
    for retry_after in [0, 1, 999, 1_000, 15 * MINUTE, HOUR, u64::MAX] {
        for call in Call::ALL {
            for refusal in [
                ApiError::TooMany {
                    retry_after: Some(retry_after),
                    code: None,
                },
                ApiError::Server {
                    retry_after: Some(retry_after),
                },
                ApiError::No {
                    code: Some(1545),
                    message: None,
                    retry_after: Some(retry_after),
                },
            ] {
                let Remedy::Wait(span) = Problem::of(refusal, call).remedy else {
                    panic!("{call:?} does not wait");
                };
                assert!((SECOND..=15 * MINUTE).contains(&span), "{span}");
            }
        }
    }
}
