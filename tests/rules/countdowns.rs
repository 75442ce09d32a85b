//! What is said as time goes by: that an attempt ends soon, that a wait is over; once each, and never second by second.

use ae_engine::Fault;
use ae_login::login::text::Text;
use ae_login::login::view::{Action, StepName};
use ae_login::login::wire::Call;
use ae_test_support::cast::{
    NEW, OLD, SECOND_PASSWORD, at_second_code, at_second_password, brand, enrolled, new_page,
    pending, proves_first, session_of, signed_in_by_password,
};
use ae_test_support::{ADA, MINUTE, MOBILE, SECOND, TestPage, Wire};

/// What is said in passing, as a notice, or of the time that is left.
fn says(page: &TestPage) -> [Option<Text>; 3] {
    let view = page.sees();
    let status = view.status.filter(|text| *text != Text::Working);
    let short = view.is_short.then_some(Text::TimeShort);
    [status, view.notice.map(|notice| notice.text), short]
}

/// What was said up to now and is said while so many seconds pass, each with the second at which it is said.
fn said_within(page: &mut TestPage, seconds: u64) -> Vec<(u64, Text)> {
    let mut before = [None; 3];
    let mut said = Vec::new();
    for second in 0..=seconds {
        let now = says(page);
        let new = now
            .iter()
            .zip(before)
            .filter(|(now, before)| *now != before);
        said.extend(new.filter_map(|(text, _)| Some((second, (*text)?))));
        before = now;
        page.pass(SECOND);
    }
    said
}

/// A form where a code is waited for, shortly before its attempt ends.
fn short_of_time() -> TestPage {
    let mut page = TestPage::at_code();
    page.pass(13 * MINUTE);
    assert!(page.sees().is_short);
    page
}

/// The same where a password is.
fn short_at_password() -> TestPage {
    let mut page = brand("auto");
    page.submits(ADA);
    assert_eq!(page.step(), StepName::Password);
    page.pass(13 * MINUTE);
    assert!(page.sees().is_short);
    page
}

// The time of an attempt --------------------------------------------------------------------------------------------------

#[test]
fn two_minutes_before_an_attempt_ends_the_form_says_so_and_nothing_else_changes() {
    let mut page = TestPage::at_code();
    page.pass(13 * MINUTE - 1);
    let before = page.sees();
    assert!(!before.is_short);
    page.pass(1);
    let mut after = page.sees();
    assert!(after.is_short);
    after.is_short = false;
    assert_eq!(after, before, "the focus and what was typed stay");
    page.pass(2 * MINUTE - 1);
    assert!(page.sees().is_short, "as long as it is true");
    page.pass(1);
    assert_eq!(
        (page.step(), page.sees().is_short, page.notice()),
        (StepName::Identify, false, Some(Text::AttemptTimedOut))
    );
    assert_eq!(page.sent().len(), 2, "nothing is sent by itself");
}

#[test]
fn a_short_attempt_is_half_over_when_it_is_said() {
    for (minutes, warns) in [(1, 30), (2, 60), (3, 90), (4, 120), (5, 180), (60, 3480)] {
        let minutes = minutes.to_string();
        let mut page = TestPage::with(&[("session-minutes", minutes.as_str())], |_| {});
        page.submits(ADA);
        page.pass(warns * SECOND - 1);
        assert!(!page.sees().is_short, "{minutes}");
        page.pass(1);
        assert!(page.sees().is_short, "{minutes}");
    }
}

#[test]
fn more_time_for_a_code_is_a_new_session_with_a_new_code() {
    let mut page = short_of_time();
    let (old, first) = (page.code_sent(), session_of(&page, Call::SendCode));
    page.presses(Action::MoreTime);
    assert_eq!(
        page.calls()[2..],
        [Call::OpenSession, Call::SendCode],
        "and the identifier is not asked for"
    );
    assert_eq!(page.body_of(Call::OpenSession)["identifierValue"], ADA);
    let second = session_of(&page, Call::SendCode);
    assert_ne!(second, first);
    assert_eq!(
        (page.step(), page.notice(), page.sees().is_short),
        (StepName::Code, Some(Text::CodeSentAgain), false)
    );
    assert_eq!(page.waits(Action::Resend), Some(30));
    page.submits(&old);
    assert_eq!(page.error(), Some(Text::CodeWrong));
    assert_eq!(session_of(&page, Call::CheckCode), second);
    page.submits_code();
    assert_eq!(page.step(), StepName::SignedIn);
    assert_eq!(
        page.heard(),
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
    let mut page = short_at_password();
    let before = page.sees();
    page.presses(Action::MoreTime);
    let after = page.sees();
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
    assert_eq!(page.calls(), [Call::OpenSession; 2]);
    page.pass(13 * MINUTE - 1);
    assert!(!page.sees().is_short);
    page.submits(OLD);
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn more_time_can_be_had_more_than_ten_times() {
    for mut page in [TestPage::at_code(), {
        let mut page = brand("password");
        page.submits(ADA);
        page
    }] {
        let step = page.step();
        for _ in 0..12 {
            page.pass(14 * MINUTE);
            page.presses(Action::MoreTime);
            assert_eq!((page.step(), page.sees().is_short), (step, false));
        }
        match step {
            StepName::Code => page.submits_code(),
            _ => page.submits(OLD),
        }
        assert_eq!(page.step(), StepName::SignedIn);
    }
}

#[test]
fn more_time_for_a_new_password_in_place_of_a_forgotten_one() {
    let mut page = brand("password");
    page.submits(ADA);
    page.presses(Action::Forgot);
    page.pass(14 * MINUTE);
    let before = page.sees();
    assert!(before.is_short);
    page.presses(Action::MoreTime);
    let after = page.sees();
    assert_eq!(after.step, StepName::ForgotPassword);
    assert_eq!(after.fields, before.fields, "what was typed stays");
    page.pass(2 * MINUTE);
    page.submits(NEW);
    assert_eq!(page.step(), StepName::Code);
    page.submits_code();
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn a_code_that_was_chosen_over_a_password_stays_a_code() {
    let mut page = short_at_password();
    page.presses(Action::UseCode);
    assert_eq!((page.step(), page.sees().is_short), (StepName::Code, true));
    page.presses(Action::MoreTime);
    assert_eq!(
        (page.step(), page.notice()),
        (StepName::Code, Some(Text::CodeSentAgain))
    );
    page.presses(Action::UsePassword);
    page.submits(OLD);
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn a_code_of_the_session_before_is_not_waited_for_at_a_password() {
    let mut page = brand("auto");
    page.submits(ADA);
    page.presses(Action::UseCode);
    page.presses(Action::UsePassword);
    page.pass(13 * MINUTE);
    page.presses(Action::MoreTime);
    assert_eq!(page.step(), StepName::Password);
    page.presses(Action::UseCode);
    assert_eq!(page.sent_of(Call::SendCode), 2);
    page.submits_code();
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn more_time_for_a_second_factor_is_opened_by_what_the_first_one_gave() {
    for mut page in [at_second_code(), at_second_password()] {
        let step = page.step();
        let token = pending(&page);
        page.pass(13 * MINUTE);
        assert!(page.sees().is_short);
        let asked = page.calls().len();
        page.presses(Action::MoreTime);
        assert_eq!(page.calls()[asked], Call::OpenSecond);
        assert_eq!(pending(&page), token);
        assert_eq!((page.step(), page.sees().is_short), (step, false));
        page.pass(5 * MINUTE);
        match step {
            StepName::SecondCode => page.submits_code(),
            _ => page.submits(SECOND_PASSWORD),
        }
        assert_eq!(page.step(), StepName::SignedIn);
    }
}

#[test]
fn where_the_first_factor_counts_no_more_both_are_proved_again_and_nobody_is_asked_for_a_name() {
    // What the first factor gave has run out.
    let mut late = new_page(&[("second-factor-method", "otp")], enrolled());
    late.engine.settings_mut().set_lives(600);
    proves_first(&mut late);
    late.pass(14 * MINUTE);
    // It did not survive a reload.
    let mut reloaded = at_second_code();
    reloaded.pass(13 * MINUTE);
    reloaded.reload();
    for mut page in [late, reloaded] {
        assert_eq!(page.step(), StepName::SecondCode);
        assert!(page.sees().is_short);
        page.presses(Action::MoreTime);
        assert_eq!(
            (page.step(), page.sees().is_short),
            (StepName::Code, false),
            "{:?}",
            page.told()
        );
        page.submits_code();
        assert_eq!(page.step(), StepName::SecondCode);
        page.submits_code();
        assert_eq!(page.step(), StepName::SignedIn);
    }
}

#[test]
fn a_second_factor_that_could_not_be_opened_is_opened_by_whoever_needs_more_time() {
    let mut page = new_page(&[("second-factor-method", "otp")], enrolled());
    page.submits(ADA);
    page.pass(12 * MINUTE);
    page.spoil(Call::OpenSecond, Fault::Dropped);
    page.submits_code();
    assert_eq!(page.step(), StepName::Code);
    page.pass(MINUTE);
    page.presses(Action::MoreTime);
    assert_eq!(page.step(), StepName::SecondCode);
    page.submits_code();
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn without_a_network_there_is_no_more_time_yet_and_it_can_be_asked_for_again() {
    for mut page in [short_of_time(), short_at_password(), {
        let mut page = at_second_code();
        page.pass(13 * MINUTE);
        page
    }] {
        let (step, fields) = (page.step(), page.sees().fields);
        page.wire = Wire::Cut;
        page.presses(Action::MoreTime);
        let view = page.sees();
        assert_eq!((view.step, view.is_short), (step, true));
        assert_eq!(page.notice(), Some(Text::Network));
        assert_eq!(view.fields, fields, "what was typed stays");
        let asked = page.sent().len();
        page.wire = Wire::Whole;
        page.pass(MINUTE);
        page.wakes();
        assert_eq!(page.sent().len(), asked, "it is never done by itself");
        page.presses(Action::MoreTime);
        assert_eq!((page.step(), page.sees().is_short), (step, false));
    }
}

#[test]
fn a_code_that_is_not_sent_in_the_new_session_can_be_asked_for_there() {
    let mut page = short_of_time();
    page.spoil(Call::SendCode, Fault::Dropped);
    page.presses(Action::MoreTime);
    assert_eq!(
        (page.step(), page.notice(), page.sees().is_short),
        (StepName::Code, Some(Text::Network), false)
    );
    page.reload();
    assert_eq!(page.step(), StepName::Code, "nothing is lost");
    page.presses(Action::Resend);
    page.submits_code();
    assert_eq!(page.step(), StepName::SignedIn);
    assert_eq!(page.sent_of(Call::OpenSession), 2);
}

#[test]
fn what_is_under_way_is_not_talked_into() {
    let mut page = TestPage::at_code();
    page.pass(13 * MINUTE - SECOND);
    page.slow = 5 * SECOND;
    page.submits(&page.wrong_code());
    page.pass(4 * SECOND);
    page.wakes();
    assert!(page.sees().busy && !page.sees().is_short);
    page.pass(SECOND);
    assert!(!page.sees().busy && page.sees().is_short, "but then");
    page.submits(&page.wrong_code());
    assert!(
        page.sees().busy && page.sees().is_short,
        "and it is not said again"
    );
}

#[test]
fn more_time_is_had_once_however_often_it_is_pressed_and_only_when_time_is_short() {
    let mut page = TestPage::at_code();
    page.pass(12 * MINUTE);
    page.presses(Action::MoreTime);
    assert_eq!(page.sent_of(Call::OpenSession), 1);
    page.pass(MINUTE);
    page.slow = SECOND;
    page.presses(Action::MoreTime);
    page.presses(Action::MoreTime);
    page.pass(5 * SECOND);
    page.presses(Action::MoreTime);
    page.pass(5 * SECOND);
    assert_eq!(page.sent_of(Call::OpenSession), 2);
    assert_eq!(page.sent_of(Call::SendCode), 2);
}

#[test]
fn an_attempt_that_ends_while_more_time_is_asked_for_goes_on_in_the_new_one() {
    let mut page = short_of_time();
    page.pass(2 * MINUTE - SECOND);
    page.slow = 3 * SECOND;
    page.presses(Action::MoreTime);
    page.pass(10 * SECOND);
    assert_eq!(
        (page.step(), page.notice()),
        (StepName::Code, Some(Text::CodeSentAgain))
    );
}

#[test]
fn after_a_reload_or_a_sleep_time_is_as_short_as_it_is() {
    let mut page = TestPage::at_code();
    page.pass(12 * MINUTE);
    page.reload();
    assert!(!page.sees().is_short);
    page.pass(MINUTE);
    assert!(page.sees().is_short);
    page.reload();
    assert!(page.sees().is_short, "whoever comes to the page is told");

    let mut page = TestPage::at_code();
    page.sleep(14 * MINUTE + 20 * SECOND);
    page.wakes();
    assert_eq!((page.step(), page.sees().is_short), (StepName::Code, true));
    page.sleep(40 * SECOND);
    page.wakes();
    assert_eq!(
        (page.notice(), page.sees().is_short),
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
    let mut asks = TestPage::new();
    asks.types("+91");
    for mut page in [chooses, changes, asks] {
        let step = page.step();
        let before = said_within(&mut page, 0).len();
        let said = said_within(&mut page, 20 * 60);
        assert_eq!((said.len(), page.step()), (before, step), "{said:?}");
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
        let mut page = TestPage::with(&[("resend-after", wait.as_str())], |_| {});
        page.submits(ADA);
        let mut expected = vec![(0, Text::CodeSent)];
        expected.extend((seconds < 900).then_some((seconds, Text::ResendReady)));
        expected.extend(rest);
        assert_eq!(said_within(&mut page, seconds + 20), expected);
    }
}

#[test]
fn over_a_wait_that_the_engine_asks_for_its_beginning_and_its_end_are_said() {
    for seconds in [30, 120, 600] {
        let mut page = TestPage::at_code();
        page.pass(MINUTE);
        let fault = Fault::TooMany {
            retry_after: Some(seconds.to_string()),
        };
        page.spoil(Call::SendCode, fault);
        page.presses(Action::Resend);
        assert_eq!(
            said_within(&mut page, seconds + 60),
            [(0, Text::TooManyCodes), (seconds, Text::ResendReady)]
        );
    }
}

#[test]
fn a_form_that_has_to_wait_says_when_it_can_be_sent_again() {
    for seconds in [30, 120, 900] {
        let mut page = TestPage::new();
        let fault = Fault::TooMany {
            retry_after: Some(seconds.to_string()),
        };
        page.spoil(Call::OpenSession, fault);
        page.submits(ADA);
        assert_eq!(
            said_within(&mut page, seconds + 60),
            [(0, Text::TooManyCodes), (seconds, Text::TryAgain)]
        );
        page.submits(ADA);
        assert_eq!(page.step(), StepName::Code);
    }
}

#[test]
fn the_end_of_a_wait_is_said_by_one_page() {
    let mut page = TestPage::at_code();
    page.pass(20 * SECOND);
    page.reload();
    let ready = [(10, Text::ResendReady)];
    assert_eq!(said_within(&mut page, 60), ready);
    page.reload();
    assert_eq!(said_within(&mut page, 60), []);
}

#[test]
fn the_end_of_a_wait_is_said_behind_the_answer_that_is_awaited() {
    let mut page = TestPage::at_code();
    page.pass(29 * SECOND);
    page.slow = 5 * SECOND;
    page.submits(&page.wrong_code());
    page.pass(3 * SECOND);
    page.wakes();
    assert_eq!(page.sees().status, Some(Text::Working));
    page.pass(2 * SECOND);
    assert_eq!(page.sees().status, Some(Text::ResendReady));
    assert_eq!(page.error(), Some(Text::CodeWrong));
}

#[test]
fn who_need_not_wait_is_not_told_of_the_end_of_it() {
    let mut page = TestPage::with(&[("resend-after", "0")], |_| {});
    page.submits(ADA);
    let said = [(0, Text::CodeSent), (780, Text::TimeShort)];
    assert_eq!(said_within(&mut page, 800), said);
}

// Words -------------------------------------------------------------------------------------------------------------------

#[test]
fn a_browser_that_knows_that_it_is_offline_says_so() {
    let mut page = TestPage::new();
    page.wire = Wire::Offline;
    page.submits(ADA);
    assert_eq!(page.notice(), Some(Text::Offline));
    page.wire = Wire::Cut;
    page.submits(ADA);
    assert_eq!(page.notice(), Some(Text::Network));
    let told = ["error network", "error network"];
    assert_eq!(page.heard()[1..], told, "which is the same for the page");
}

#[test]
fn beside_a_name_the_way_back_asks_not_you_and_beside_a_code_it_offers_another_address() {
    let way_back = |page: &TestPage| {
        let view = page.sees();
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
    let mut new = new_page(&[("second-factor-method", "password")], enrolled());
    proves_first(&mut new);
    assert_eq!(new.step(), StepName::SecondNewPassword);
    assert_eq!(way_back(&new), Some(Text::NotYou));

    let another = Some(Text::ChangeIdentifier);
    assert_eq!(way_back(&TestPage::at_code()), another);
    assert_eq!(way_back(&at_second_code()), another);
    first.presses(Action::ChangeIdentifier);
    assert_eq!(
        (first.step(), first.field().as_str()),
        (StepName::Identify, ADA)
    );
}

#[test]
fn whoever_needs_more_time_is_still_remembered() {
    let mut page = TestPage::with(&[("remember", "ask")], |_| {});
    page.presses(Action::Remember);
    page.submits(ADA);
    page.pass(14 * MINUTE);
    page.presses(Action::MoreTime);
    page.submits_code();
    assert_eq!(page.step(), StepName::SignedIn);
    let record = page.tab.session.expect("a record");
    assert!(record.contains(r#""remembered":true"#), "{record}");
}
