//! What is said as time goes by: that an attempt ends soon, that a wait is over; once each, and never second by second.
#![cfg(not(target_arch = "wasm32"))]

mod pair;

use ae_engine::Fault;
use ae_login::login::text::Text;
use ae_login::login::view::{Action, StepName};
use ae_login::login::wire::Call;
use pair::cast::{
    NEW, OLD, SECOND_PASSWORD, at_second_code, at_second_password, brand, enrolled, page, pending,
    proves_first, session_of, signed_in_by_password,
};
use pair::{ADA, MINUTE, MOBILE, Pair, SECOND, Wire};

/// What is said in passing, as a notice, or of the time that is left.
fn says(pair: &Pair) -> [Option<Text>; 3] {
    let view = pair.sees();
    let status = view.status.filter(|text| *text != Text::Working);
    let short = view.is_short.then_some(Text::TimeShort);
    [status, view.notice.map(|notice| notice.text), short]
}

/// What was said up to now and is said while so many seconds pass, each with the second at which it is said.
fn said_within(pair: &mut Pair, seconds: u64) -> Vec<(u64, Text)> {
    let mut before = [None; 3];
    let mut said = Vec::new();
    for second in 0..=seconds {
        let now = says(pair);
        let new = now
            .iter()
            .zip(before)
            .filter(|(now, before)| *now != before);
        said.extend(new.filter_map(|(text, _)| Some((second, (*text)?))));
        before = now;
        pair.pass(SECOND);
    }
    said
}

/// A form where a code is waited for, shortly before its attempt ends.
fn short_of_time() -> Pair {
    let mut pair = Pair::at_code();
    pair.pass(13 * MINUTE);
    assert!(pair.sees().is_short);
    pair
}

/// The same where a password is.
fn short_at_password() -> Pair {
    let mut pair = brand("auto");
    pair.submits(ADA);
    assert_eq!(pair.step(), StepName::Password);
    pair.pass(13 * MINUTE);
    assert!(pair.sees().is_short);
    pair
}

// The time of an attempt --------------------------------------------------------------------------------------------------

#[test]
fn two_minutes_before_an_attempt_ends_the_form_says_so_and_nothing_else_changes() {
    let mut pair = Pair::at_code();
    pair.pass(13 * MINUTE - 1);
    let before = pair.sees();
    assert!(!before.is_short);
    pair.pass(1);
    let mut after = pair.sees();
    assert!(after.is_short);
    after.is_short = false;
    assert_eq!(after, before, "the focus and what was typed stay");
    pair.pass(2 * MINUTE - 1);
    assert!(pair.sees().is_short, "as long as it is true");
    pair.pass(1);
    assert_eq!(
        (pair.step(), pair.sees().is_short, pair.notice()),
        (StepName::Identify, false, Some(Text::AttemptTimedOut))
    );
    assert_eq!(pair.sent().len(), 2, "nothing is sent by itself");
}

#[test]
fn a_short_attempt_is_half_over_when_it_is_said() {
    for (minutes, warns) in [(1, 30), (2, 60), (3, 90), (4, 120), (5, 180), (60, 3480)] {
        let minutes = minutes.to_string();
        let mut pair = Pair::with(&[("session-minutes", minutes.as_str())], |_| {});
        pair.submits(ADA);
        pair.pass(warns * SECOND - 1);
        assert!(!pair.sees().is_short, "{minutes}");
        pair.pass(1);
        assert!(pair.sees().is_short, "{minutes}");
    }
}

#[test]
fn more_time_for_a_code_is_a_new_session_with_a_new_code() {
    let mut pair = short_of_time();
    let (old, first) = (pair.code_sent(), session_of(&pair, Call::SendCode));
    pair.presses(Action::MoreTime);
    assert_eq!(
        pair.calls()[2..],
        [Call::OpenSession, Call::SendCode],
        "and the identifier is not asked for"
    );
    assert_eq!(pair.body_of(Call::OpenSession)["identifierValue"], ADA);
    let second = session_of(&pair, Call::SendCode);
    assert_ne!(second, first);
    assert_eq!(
        (pair.step(), pair.notice(), pair.sees().is_short),
        (StepName::Code, Some(Text::CodeSentAgain), false)
    );
    assert_eq!(pair.waits(Action::Resend), Some(30));
    pair.submits(&old);
    assert_eq!(pair.error(), Some(Text::CodeWrong));
    assert_eq!(session_of(&pair, Call::CheckCode), second);
    pair.submits_code();
    assert_eq!(pair.step(), StepName::SignedIn);
    assert_eq!(
        pair.heard(),
        [
            "ready",
            "step code",
            "error rejected 1506",
            "step signed-in",
            "signed-in"
        ]
    );
}

#[test]
fn more_time_for_a_password_changes_nothing_else() {
    let mut pair = short_at_password();
    let before = pair.sees();
    pair.presses(Action::MoreTime);
    let after = pair.sees();
    assert_eq!((after.step, after.notice), (StepName::Password, None));
    assert_eq!(
        (after.screen, after.fields, after.actions),
        (before.screen, before.fields, before.actions),
        "what was typed stays"
    );
    assert!(!after.is_short);
    assert_ne!(
        after.focus, before.focus,
        "the button that was pressed is gone"
    );
    assert_eq!(pair.calls(), [Call::OpenSession; 2]);
    pair.pass(13 * MINUTE - 1);
    assert!(!pair.sees().is_short);
    pair.submits(OLD);
    assert_eq!(pair.step(), StepName::SignedIn);
}

#[test]
fn more_time_can_be_had_more_than_ten_times() {
    for mut pair in [Pair::at_code(), {
        let mut pair = brand("password");
        pair.submits(ADA);
        pair
    }] {
        let step = pair.step();
        for _ in 0..12 {
            pair.pass(14 * MINUTE);
            pair.presses(Action::MoreTime);
            assert_eq!((pair.step(), pair.sees().is_short), (step, false));
        }
        match step {
            StepName::Code => pair.submits_code(),
            _ => pair.submits(OLD),
        }
        assert_eq!(pair.step(), StepName::SignedIn);
    }
}

#[test]
fn more_time_for_a_new_password_in_place_of_a_forgotten_one() {
    let mut pair = brand("password");
    pair.submits(ADA);
    pair.presses(Action::Forgot);
    pair.pass(14 * MINUTE);
    let before = pair.sees();
    assert!(before.is_short);
    pair.presses(Action::MoreTime);
    let after = pair.sees();
    assert_eq!(after.step, StepName::ForgotPassword);
    assert_eq!(after.fields, before.fields, "what was typed stays");
    pair.pass(2 * MINUTE);
    pair.submits(NEW);
    assert_eq!(pair.step(), StepName::Code);
    pair.submits_code();
    assert_eq!(pair.step(), StepName::SignedIn);
}

#[test]
fn a_code_that_was_chosen_over_a_password_stays_a_code() {
    let mut pair = short_at_password();
    pair.presses(Action::UseCode);
    assert_eq!((pair.step(), pair.sees().is_short), (StepName::Code, true));
    pair.presses(Action::MoreTime);
    assert_eq!(
        (pair.step(), pair.notice()),
        (StepName::Code, Some(Text::CodeSentAgain))
    );
    pair.presses(Action::UsePassword);
    pair.submits(OLD);
    assert_eq!(pair.step(), StepName::SignedIn);
}

#[test]
fn a_code_of_the_session_before_is_not_waited_for_at_a_password() {
    let mut pair = brand("auto");
    pair.submits(ADA);
    pair.presses(Action::UseCode);
    pair.presses(Action::UsePassword);
    pair.pass(13 * MINUTE);
    pair.presses(Action::MoreTime);
    assert_eq!(pair.step(), StepName::Password);
    pair.presses(Action::UseCode);
    assert_eq!(pair.sent_of(Call::SendCode), 2);
    pair.submits_code();
    assert_eq!(pair.step(), StepName::SignedIn);
}

#[test]
fn more_time_for_a_second_factor_is_opened_by_what_the_first_one_gave() {
    for mut pair in [at_second_code(), at_second_password()] {
        let step = pair.step();
        let token = pending(&pair);
        pair.pass(13 * MINUTE);
        assert!(pair.sees().is_short);
        let asked = pair.calls().len();
        pair.presses(Action::MoreTime);
        assert_eq!(pair.calls()[asked], Call::OpenSecond);
        assert_eq!(pending(&pair), token);
        assert_eq!((pair.step(), pair.sees().is_short), (step, false));
        pair.pass(5 * MINUTE);
        match step {
            StepName::SecondCode => pair.submits_code(),
            _ => pair.submits(SECOND_PASSWORD),
        }
        assert_eq!(pair.step(), StepName::SignedIn);
    }
}

#[test]
fn where_the_first_factor_counts_no_more_both_are_proved_again_and_nobody_is_asked_for_a_name() {
    // What the first factor gave has run out.
    let mut late = page(&[("second-factor-method", "otp")], enrolled());
    late.engine.settings_mut().set_lives(600);
    proves_first(&mut late);
    late.pass(14 * MINUTE);
    // It did not survive a reload.
    let mut reloaded = at_second_code();
    reloaded.pass(13 * MINUTE);
    reloaded.reload();
    for mut pair in [late, reloaded] {
        assert_eq!(pair.step(), StepName::SecondCode);
        assert!(pair.sees().is_short);
        pair.presses(Action::MoreTime);
        assert_eq!(
            (pair.step(), pair.sees().is_short),
            (StepName::Code, false),
            "{:?}",
            pair.told()
        );
        pair.submits_code();
        assert_eq!(pair.step(), StepName::SecondCode);
        pair.submits_code();
        assert_eq!(pair.step(), StepName::SignedIn);
    }
}

#[test]
fn a_second_factor_that_could_not_be_opened_is_opened_by_whoever_needs_more_time() {
    let mut pair = page(&[("second-factor-method", "otp")], enrolled());
    pair.submits(ADA);
    pair.pass(12 * MINUTE);
    pair.spoil(Call::OpenSecond, Fault::Dropped);
    pair.submits_code();
    assert_eq!(pair.step(), StepName::Code);
    pair.pass(MINUTE);
    pair.presses(Action::MoreTime);
    assert_eq!(pair.step(), StepName::SecondCode);
    pair.submits_code();
    assert_eq!(pair.step(), StepName::SignedIn);
}

#[test]
fn without_a_network_there_is_no_more_time_yet_and_it_can_be_asked_for_again() {
    for mut pair in [short_of_time(), short_at_password(), {
        let mut pair = at_second_code();
        pair.pass(13 * MINUTE);
        pair
    }] {
        let (step, fields) = (pair.step(), pair.sees().fields);
        pair.wire = Wire::Cut;
        pair.presses(Action::MoreTime);
        let view = pair.sees();
        assert_eq!((view.step, view.is_short), (step, true));
        assert_eq!(pair.notice(), Some(Text::Network));
        assert_eq!(view.fields, fields, "what was typed stays");
        let asked = pair.sent().len();
        pair.wire = Wire::Whole;
        pair.pass(MINUTE);
        pair.wakes();
        assert_eq!(pair.sent().len(), asked, "it is never done by itself");
        pair.presses(Action::MoreTime);
        assert_eq!((pair.step(), pair.sees().is_short), (step, false));
    }
}

#[test]
fn a_code_that_is_not_sent_in_the_new_session_can_be_asked_for_there() {
    let mut pair = short_of_time();
    pair.spoil(Call::SendCode, Fault::Dropped);
    pair.presses(Action::MoreTime);
    assert_eq!(
        (pair.step(), pair.notice(), pair.sees().is_short),
        (StepName::Code, Some(Text::Network), false)
    );
    pair.reload();
    assert_eq!(pair.step(), StepName::Code, "nothing is lost");
    pair.presses(Action::Resend);
    pair.submits_code();
    assert_eq!(pair.step(), StepName::SignedIn);
    assert_eq!(pair.sent_of(Call::OpenSession), 2);
}

#[test]
fn what_is_under_way_is_not_talked_into() {
    let mut pair = Pair::at_code();
    pair.pass(13 * MINUTE - SECOND);
    pair.slow = 5 * SECOND;
    pair.submits(&pair.wrong_code());
    pair.pass(4 * SECOND);
    pair.wakes();
    assert!(pair.sees().busy && !pair.sees().is_short);
    pair.pass(SECOND);
    assert!(!pair.sees().busy && pair.sees().is_short, "but then");
    pair.submits(&pair.wrong_code());
    assert!(
        pair.sees().busy && pair.sees().is_short,
        "and it is not said again"
    );
}

#[test]
fn more_time_is_had_once_however_often_it_is_pressed_and_only_when_time_is_short() {
    let mut pair = Pair::at_code();
    pair.pass(12 * MINUTE);
    pair.presses(Action::MoreTime);
    assert_eq!(pair.sent_of(Call::OpenSession), 1);
    pair.pass(MINUTE);
    pair.slow = SECOND;
    pair.presses(Action::MoreTime);
    pair.presses(Action::MoreTime);
    pair.pass(5 * SECOND);
    pair.presses(Action::MoreTime);
    pair.pass(5 * SECOND);
    assert_eq!(pair.sent_of(Call::OpenSession), 2);
    assert_eq!(pair.sent_of(Call::SendCode), 2);
}

#[test]
fn an_attempt_that_ends_while_more_time_is_asked_for_goes_on_in_the_new_one() {
    let mut pair = short_of_time();
    pair.pass(2 * MINUTE - SECOND);
    pair.slow = 3 * SECOND;
    pair.presses(Action::MoreTime);
    pair.pass(10 * SECOND);
    assert_eq!(
        (pair.step(), pair.notice()),
        (StepName::Code, Some(Text::CodeSentAgain))
    );
}

#[test]
fn after_a_reload_or_a_sleep_time_is_as_short_as_it_is() {
    let mut pair = Pair::at_code();
    pair.pass(12 * MINUTE);
    pair.reload();
    assert!(!pair.sees().is_short);
    pair.pass(MINUTE);
    assert!(pair.sees().is_short);
    pair.reload();
    assert!(pair.sees().is_short, "whoever comes to the page is told");

    let mut pair = Pair::at_code();
    pair.sleep(14 * MINUTE + 20 * SECOND);
    pair.wakes();
    assert_eq!((pair.step(), pair.sees().is_short), (StepName::Code, true));
    pair.sleep(40 * SECOND);
    pair.wakes();
    assert_eq!(
        (pair.notice(), pair.sees().is_short),
        (Some(Text::AttemptTimedOut), false)
    );
}

#[test]
fn where_no_attempt_ends_nothing_is_said_of_time() {
    let mut chooses = brand("password");
    chooses.engine.settings_mut().customers.clear();
    chooses.submits(MOBILE);
    assert_eq!(chooses.step(), StepName::NewPassword);
    let mut changes = signed_in_by_password();
    changes.changes_password();
    let mut asks = Pair::new();
    asks.types("+91");
    for mut pair in [chooses, changes, asks] {
        let step = pair.step();
        let before = said_within(&mut pair, 0).len();
        let said = said_within(&mut pair, 20 * 60);
        assert_eq!((said.len(), pair.step()), (before, step), "{said:?}");
    }
}

// Waits -------------------------------------------------------------------------------------------------------------------

#[test]
fn over_a_whole_wait_its_end_is_said_once() {
    for (seconds, rest) in [
        (30, vec![]),
        (120, vec![]),
        // Such a wait is as long as the attempt.
        (
            900,
            vec![(780, Text::TimeShort), (900, Text::AttemptTimedOut)],
        ),
    ] {
        let wait = seconds.to_string();
        let mut pair = Pair::with(&[("resend-after", wait.as_str())], |_| {});
        pair.submits(ADA);
        let mut expected = vec![(0, Text::CodeSent)];
        expected.extend((seconds < 900).then_some((seconds, Text::ResendReady)));
        expected.extend(rest);
        assert_eq!(said_within(&mut pair, seconds + 20), expected);
    }
}

#[test]
fn over_a_wait_that_the_engine_asks_for_its_beginning_and_its_end_are_said() {
    for seconds in [30, 120, 600] {
        let mut pair = Pair::at_code();
        pair.pass(MINUTE);
        let fault = Fault::TooMany {
            retry_after: Some(seconds.to_string()),
        };
        pair.spoil(Call::SendCode, fault);
        pair.presses(Action::Resend);
        assert_eq!(
            said_within(&mut pair, seconds + 60),
            [(0, Text::TooManyCodes), (seconds, Text::ResendReady)]
        );
    }
}

#[test]
fn a_form_that_has_to_wait_says_when_it_can_be_sent_again() {
    for seconds in [30, 120, 900] {
        let mut pair = Pair::new();
        let fault = Fault::TooMany {
            retry_after: Some(seconds.to_string()),
        };
        pair.spoil(Call::OpenSession, fault);
        pair.submits(ADA);
        assert_eq!(
            said_within(&mut pair, seconds + 60),
            [(0, Text::TooManyCodes), (seconds, Text::TryAgain)]
        );
        pair.submits(ADA);
        assert_eq!(pair.step(), StepName::Code);
    }
}

#[test]
fn the_end_of_a_wait_is_said_by_one_page() {
    let mut pair = Pair::at_code();
    pair.pass(20 * SECOND);
    pair.reload();
    let ready = [(10, Text::ResendReady)];
    assert_eq!(said_within(&mut pair, 60), ready);
    pair.reload();
    assert_eq!(said_within(&mut pair, 60), []);
}

#[test]
fn the_end_of_a_wait_is_said_behind_the_answer_that_is_awaited() {
    let mut pair = Pair::at_code();
    pair.pass(29 * SECOND);
    pair.slow = 5 * SECOND;
    pair.submits(&pair.wrong_code());
    pair.pass(3 * SECOND);
    pair.wakes();
    assert_eq!(pair.sees().status, Some(Text::Working));
    pair.pass(2 * SECOND);
    assert_eq!(pair.sees().status, Some(Text::ResendReady));
    assert_eq!(pair.error(), Some(Text::CodeWrong));
}

#[test]
fn who_need_not_wait_is_not_told_of_the_end_of_it() {
    let mut pair = Pair::with(&[("resend-after", "0")], |_| {});
    pair.submits(ADA);
    let said = [(0, Text::CodeSent), (780, Text::TimeShort)];
    assert_eq!(said_within(&mut pair, 800), said);
}

// Words -------------------------------------------------------------------------------------------------------------------

#[test]
fn a_browser_that_knows_that_it_is_offline_says_so() {
    let mut pair = Pair::new();
    pair.wire = Wire::Offline;
    pair.submits(ADA);
    assert_eq!(pair.notice(), Some(Text::Offline));
    pair.wire = Wire::Cut;
    pair.submits(ADA);
    assert_eq!(pair.notice(), Some(Text::Network));
    let told = ["error network", "error network"];
    assert_eq!(pair.heard()[1..], told, "which is the same for the page");
}

#[test]
fn beside_a_name_the_way_back_asks_not_you_and_beside_a_code_it_offers_another_address() {
    let way_back = |pair: &Pair| {
        let view = pair.sees();
        assert!(view.lead.is_some());
        let mut actions = view.actions.iter();
        let back = actions
            .clone()
            .filter(|button| matches!(button.action, Action::ChangeIdentifier | Action::Back));
        assert_eq!(back.count(), 1, "one way back");
        let back = actions.find(|button| button.action == Action::ChangeIdentifier);
        back.map(|button| button.label)
    };
    let mut first = brand("password");
    first.submits(ADA);
    assert_eq!(way_back(&first), Some(Text::NotYou));
    let mut new = brand("password");
    new.submits(MOBILE);
    assert_eq!(new.step(), StepName::NewPassword);
    assert_eq!(way_back(&new), Some(Text::NotYou));
    assert_eq!(way_back(&at_second_password()), Some(Text::NotYou));
    let mut new = page(&[("second-factor-method", "password")], enrolled());
    proves_first(&mut new);
    assert_eq!(new.step(), StepName::SecondNewPassword);
    assert_eq!(way_back(&new), Some(Text::NotYou));

    let another = Some(Text::ChangeIdentifier);
    assert_eq!(way_back(&Pair::at_code()), another);
    assert_eq!(way_back(&at_second_code()), another);
    first.presses(Action::ChangeIdentifier);
    assert_eq!(
        (first.step(), first.field().as_str()),
        (StepName::Identify, ADA)
    );
}

#[test]
fn whoever_needs_more_time_is_still_remembered() {
    let mut pair = Pair::with(&[("remember", "ask")], |_| {});
    pair.presses(Action::Remember);
    pair.submits(ADA);
    pair.pass(14 * MINUTE);
    pair.presses(Action::MoreTime);
    pair.submits_code();
    assert_eq!(pair.step(), StepName::SignedIn);
    let record = pair.tab.session.expect("a record");
    assert!(record.contains(r#""remembered":true"#), "{record}");
}
