//! What is said as time goes by: that an attempt ends soon, that a wait is over; once each, and never second by second.

use ae_engine::Fault;
use ae_login::login::text::Text;
use ae_login::login::view::{Action, StepName};
use ae_login::login::wire::Call;
use ae_test_support::scenarios::{
    NEW_PASSWORD, PASSWORD, SECOND_PASSWORD, first_factor_token, mfa_customer, page_at_second_code,
    page_at_second_password, page_for, pass_first_factor, password_page, session_id_of,
    signed_in_with_password,
};
use ae_test_support::{ADA, MINUTE, MOBILE, Network, SECOND, TestPage};

/// What is said in passing, as a notice, or of the time that is left.
fn says(page: &TestPage) -> [Option<Text>; 3] {
    let view = page.view();
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
        page.advance(SECOND);
    }
    said
}

/// A form where a code is waited for, shortly before its attempt ends.
fn short_of_time() -> TestPage {
    let mut page = TestPage::at_code();
    page.advance(13 * MINUTE);
    assert!(page.view().is_short);
    page
}

/// The same where a password is.
fn short_at_password() -> TestPage {
    let mut page = password_page("auto");
    page.submit(ADA);
    assert_eq!(page.step(), StepName::Password);
    page.advance(13 * MINUTE);
    assert!(page.view().is_short);
    page
}

// The time of an attempt --------------------------------------------------------------------------------------------------

#[test]
fn two_minutes_before_an_attempt_ends_the_form_says_so_and_nothing_else_changes() {
    let mut page = TestPage::at_code();
    page.advance(13 * MINUTE - 1);
    let before = page.view();
    assert!(!before.is_short);
    page.advance(1);
    let mut after = page.view();
    assert!(after.is_short);
    after.is_short = false;
    assert_eq!(after, before, "the focus and what was typed stay");
    page.advance(2 * MINUTE - 1);
    assert!(page.view().is_short, "as long as it is true");
    page.advance(1);
    assert_eq!(
        (page.step(), page.view().is_short, page.notice()),
        (StepName::Identify, false, Some(Text::AttemptTimedOut))
    );
    assert_eq!(page.requests().len(), 2, "nothing is sent by itself");
}

#[test]
fn a_short_attempt_is_half_over_when_it_is_said() {
    for (minutes, warns) in [(1, 30), (2, 60), (3, 90), (4, 120), (5, 180), (60, 3480)] {
        let minutes = minutes.to_string();
        let mut page = TestPage::with(&[("session-minutes", minutes.as_str())], |_| {});
        page.submit(ADA);
        page.advance(warns * SECOND - 1);
        assert!(!page.view().is_short, "{minutes}");
        page.advance(1);
        assert!(page.view().is_short, "{minutes}");
    }
}

#[test]
fn more_time_for_a_code_is_a_new_session_with_a_new_code() {
    let mut page = short_of_time();
    let (old, first) = (page.last_code(), session_id_of(&page, Call::SendCode));
    page.press(Action::MoreTime);
    assert_eq!(
        page.calls()[2..],
        [Call::OpenSession, Call::SendCode],
        "and the identifier is not asked for"
    );
    assert_eq!(page.last_body_of(Call::OpenSession)["identifierValue"], ADA);
    let second = session_id_of(&page, Call::SendCode);
    assert_ne!(second, first);
    assert_eq!(
        (page.step(), page.notice(), page.view().is_short),
        (StepName::Code, Some(Text::CodeSentAgain), false)
    );
    assert_eq!(page.seconds_left(Action::Resend), Some(30));
    page.submit(&old);
    assert_eq!(page.first_error(), Some(Text::CodeWrong));
    assert_eq!(session_id_of(&page, Call::CheckCode), second);
    page.submit_code();
    assert_eq!(page.step(), StepName::SignedIn);
    assert_eq!(
        page.take_events(),
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
    let before = page.view();
    page.press(Action::MoreTime);
    let after = page.view();
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
    page.advance(13 * MINUTE - 1);
    assert!(!page.view().is_short);
    page.submit(PASSWORD);
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn more_time_can_be_had_more_than_ten_times() {
    for mut page in [TestPage::at_code(), {
        let mut page = password_page("password");
        page.submit(ADA);
        page
    }] {
        let step = page.step();
        for _ in 0..12 {
            page.advance(14 * MINUTE);
            page.press(Action::MoreTime);
            assert_eq!((page.step(), page.view().is_short), (step, false));
        }
        match step {
            StepName::Code => page.submit_code(),
            _ => page.submit(PASSWORD),
        }
        assert_eq!(page.step(), StepName::SignedIn);
    }
}

#[test]
fn more_time_for_a_new_password_in_place_of_a_forgotten_one() {
    let mut page = password_page("password");
    page.submit(ADA);
    page.press(Action::Forgot);
    page.advance(14 * MINUTE);
    let before = page.view();
    assert!(before.is_short);
    page.press(Action::MoreTime);
    let after = page.view();
    assert_eq!(after.step, StepName::ForgotPassword);
    assert_eq!(after.fields, before.fields, "what was typed stays");
    page.advance(2 * MINUTE);
    page.submit(NEW_PASSWORD);
    assert_eq!(page.step(), StepName::Code);
    page.submit_code();
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn a_code_that_was_chosen_over_a_password_stays_a_code() {
    let mut page = short_at_password();
    page.press(Action::UseCode);
    assert_eq!((page.step(), page.view().is_short), (StepName::Code, true));
    page.press(Action::MoreTime);
    assert_eq!(
        (page.step(), page.notice()),
        (StepName::Code, Some(Text::CodeSentAgain))
    );
    page.press(Action::UsePassword);
    page.submit(PASSWORD);
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn a_code_of_the_session_before_is_not_waited_for_at_a_password() {
    let mut page = password_page("auto");
    page.submit(ADA);
    page.press(Action::UseCode);
    page.press(Action::UsePassword);
    page.advance(13 * MINUTE);
    page.press(Action::MoreTime);
    assert_eq!(page.step(), StepName::Password);
    page.press(Action::UseCode);
    assert_eq!(page.request_count(Call::SendCode), 2);
    page.submit_code();
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn more_time_for_a_second_factor_is_opened_by_what_the_first_one_gave() {
    for mut page in [page_at_second_code(), page_at_second_password()] {
        let step = page.step();
        let token = first_factor_token(&page);
        page.advance(13 * MINUTE);
        assert!(page.view().is_short);
        let asked = page.calls().len();
        page.press(Action::MoreTime);
        assert_eq!(page.calls()[asked], Call::OpenSecond);
        assert_eq!(first_factor_token(&page), token);
        assert_eq!((page.step(), page.view().is_short), (step, false));
        page.advance(5 * MINUTE);
        match step {
            StepName::SecondCode => page.submit_code(),
            _ => page.submit(SECOND_PASSWORD),
        }
        assert_eq!(page.step(), StepName::SignedIn);
    }
}

#[test]
fn where_the_first_factor_counts_no_more_both_are_proved_again_and_nobody_is_asked_for_a_name() {
    // What the first factor gave has run out.
    let mut late = page_for(&[("second-factor-method", "otp")], mfa_customer());
    late.engine.settings_mut().set_lives(600);
    pass_first_factor(&mut late);
    late.advance(14 * MINUTE);
    // It did not survive a reload.
    let mut reloaded = page_at_second_code();
    reloaded.advance(13 * MINUTE);
    reloaded.reload();
    for mut page in [late, reloaded] {
        assert_eq!(page.step(), StepName::SecondCode);
        assert!(page.view().is_short);
        page.press(Action::MoreTime);
        assert_eq!(
            (page.step(), page.view().is_short),
            (StepName::Code, false),
            "{:?}",
            page.messages()
        );
        page.submit_code();
        assert_eq!(page.step(), StepName::SecondCode);
        page.submit_code();
        assert_eq!(page.step(), StepName::SignedIn);
    }
}

#[test]
fn a_second_factor_that_could_not_be_opened_is_opened_by_whoever_needs_more_time() {
    let mut page = page_for(&[("second-factor-method", "otp")], mfa_customer());
    page.submit(ADA);
    page.advance(12 * MINUTE);
    page.fail_next(Call::OpenSecond, Fault::Dropped);
    page.submit_code();
    assert_eq!(page.step(), StepName::Code);
    page.advance(MINUTE);
    page.press(Action::MoreTime);
    assert_eq!(page.step(), StepName::SecondCode);
    page.submit_code();
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn without_a_network_there_is_no_more_time_yet_and_it_can_be_asked_for_again() {
    for mut page in [short_of_time(), short_at_password(), {
        let mut page = page_at_second_code();
        page.advance(13 * MINUTE);
        page
    }] {
        let (step, fields) = (page.step(), page.view().fields);
        page.network = Network::Unreachable;
        page.press(Action::MoreTime);
        let view = page.view();
        assert_eq!((view.step, view.is_short), (step, true));
        assert_eq!(page.notice(), Some(Text::Network));
        assert_eq!(view.fields, fields, "what was typed stays");
        let asked = page.requests().len();
        page.network = Network::Working;
        page.advance(MINUTE);
        page.wake();
        assert_eq!(page.requests().len(), asked, "it is never done by itself");
        page.press(Action::MoreTime);
        assert_eq!((page.step(), page.view().is_short), (step, false));
    }
}

#[test]
fn a_code_that_is_not_sent_in_the_new_session_can_be_asked_for_there() {
    let mut page = short_of_time();
    page.fail_next(Call::SendCode, Fault::Dropped);
    page.press(Action::MoreTime);
    assert_eq!(
        (page.step(), page.notice(), page.view().is_short),
        (StepName::Code, Some(Text::Network), false)
    );
    page.reload();
    assert_eq!(page.step(), StepName::Code, "nothing is lost");
    page.press(Action::Resend);
    page.submit_code();
    assert_eq!(page.step(), StepName::SignedIn);
    assert_eq!(page.request_count(Call::OpenSession), 2);
}

#[test]
fn what_is_under_way_is_not_talked_into() {
    let mut page = TestPage::at_code();
    page.advance(13 * MINUTE - SECOND);
    page.latency = 5 * SECOND;
    page.submit(&page.wrong_code());
    page.advance(4 * SECOND);
    page.wake();
    assert!(page.view().busy && !page.view().is_short);
    page.advance(SECOND);
    assert!(!page.view().busy && page.view().is_short, "but then");
    page.submit(&page.wrong_code());
    assert!(
        page.view().busy && page.view().is_short,
        "and it is not said again"
    );
}

#[test]
fn more_time_is_had_once_however_often_it_is_pressed_and_only_when_time_is_short() {
    let mut page = TestPage::at_code();
    page.advance(12 * MINUTE);
    page.press(Action::MoreTime);
    assert_eq!(page.request_count(Call::OpenSession), 1);
    page.advance(MINUTE);
    page.latency = SECOND;
    page.press(Action::MoreTime);
    page.press(Action::MoreTime);
    page.advance(5 * SECOND);
    page.press(Action::MoreTime);
    page.advance(5 * SECOND);
    assert_eq!(page.request_count(Call::OpenSession), 2);
    assert_eq!(page.request_count(Call::SendCode), 2);
}

#[test]
fn an_attempt_that_ends_while_more_time_is_asked_for_goes_on_in_the_new_one() {
    let mut page = short_of_time();
    page.advance(2 * MINUTE - SECOND);
    page.latency = 3 * SECOND;
    page.press(Action::MoreTime);
    page.advance(10 * SECOND);
    assert_eq!(
        (page.step(), page.notice()),
        (StepName::Code, Some(Text::CodeSentAgain))
    );
}

#[test]
fn after_a_reload_or_a_sleep_time_is_as_short_as_it_is() {
    let mut page = TestPage::at_code();
    page.advance(12 * MINUTE);
    page.reload();
    assert!(!page.view().is_short);
    page.advance(MINUTE);
    assert!(page.view().is_short);
    page.reload();
    assert!(page.view().is_short, "whoever comes to the page is told");

    let mut page = TestPage::at_code();
    page.sleep(14 * MINUTE + 20 * SECOND);
    page.wake();
    assert_eq!((page.step(), page.view().is_short), (StepName::Code, true));
    page.sleep(40 * SECOND);
    page.wake();
    assert_eq!(
        (page.notice(), page.view().is_short),
        (Some(Text::AttemptTimedOut), false)
    );
}

#[test]
fn where_no_attempt_ends_nothing_is_said_of_time() {
    let mut chooses = password_page("password");
    chooses.engine.settings_mut().customers.clear();
    chooses.submit(MOBILE);
    assert_eq!(chooses.step(), StepName::NewPassword);
    let mut changes = signed_in_with_password();
    changes.change_password();
    let mut asks = TestPage::new();
    asks.type_text("+91");
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
        page.submit(ADA);
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
        page.advance(MINUTE);
        let fault = Fault::TooMany {
            retry_after: Some(seconds.to_string()),
        };
        page.fail_next(Call::SendCode, fault);
        page.press(Action::Resend);
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
        page.fail_next(Call::OpenSession, fault);
        page.submit(ADA);
        assert_eq!(
            said_within(&mut page, seconds + 60),
            [(0, Text::TooManyCodes), (seconds, Text::TryAgain)]
        );
        page.submit(ADA);
        assert_eq!(page.step(), StepName::Code);
    }
}

#[test]
fn the_end_of_a_wait_is_said_by_one_page() {
    let mut page = TestPage::at_code();
    page.advance(20 * SECOND);
    page.reload();
    let ready = [(10, Text::ResendReady)];
    assert_eq!(said_within(&mut page, 60), ready);
    page.reload();
    assert_eq!(said_within(&mut page, 60), []);
}

#[test]
fn the_end_of_a_wait_is_said_behind_the_answer_that_is_awaited() {
    let mut page = TestPage::at_code();
    page.advance(29 * SECOND);
    page.latency = 5 * SECOND;
    page.submit(&page.wrong_code());
    page.advance(3 * SECOND);
    page.wake();
    assert_eq!(page.view().status, Some(Text::Working));
    page.advance(2 * SECOND);
    assert_eq!(page.view().status, Some(Text::ResendReady));
    assert_eq!(page.first_error(), Some(Text::CodeWrong));
}

#[test]
fn who_need_not_wait_is_not_told_of_the_end_of_it() {
    let mut page = TestPage::with(&[("resend-after", "0")], |_| {});
    page.submit(ADA);
    let said = [(0, Text::CodeSent), (780, Text::TimeShort)];
    assert_eq!(said_within(&mut page, 800), said);
}

// Words -------------------------------------------------------------------------------------------------------------------

#[test]
fn a_browser_that_knows_that_it_is_offline_says_so() {
    let mut page = TestPage::new();
    page.network = Network::Offline;
    page.submit(ADA);
    assert_eq!(page.notice(), Some(Text::Offline));
    page.network = Network::Unreachable;
    page.submit(ADA);
    assert_eq!(page.notice(), Some(Text::Network));
    let told = ["error network", "error network"];
    assert_eq!(
        page.take_events()[1..],
        told,
        "which is the same for the page"
    );
}

#[test]
fn beside_a_name_the_way_back_asks_not_you_and_beside_a_code_it_offers_another_address() {
    let way_back = |page: &TestPage| {
        let view = page.view();
        assert!(view.lead.is_some());
        let mut actions = view.actions.iter();
        let back = actions
            .clone()
            .filter(|button| matches!(button.action, Action::ChangeIdentifier | Action::Back));
        assert_eq!(back.count(), 1, "one way back");
        let back = actions.find(|button| button.action == Action::ChangeIdentifier);
        back.map(|button| button.label)
    };
    let mut first = password_page("password");
    first.submit(ADA);
    assert_eq!(way_back(&first), Some(Text::NotYou));
    let mut new = password_page("password");
    new.submit(MOBILE);
    assert_eq!(new.step(), StepName::NewPassword);
    assert_eq!(way_back(&new), Some(Text::NotYou));
    assert_eq!(way_back(&page_at_second_password()), Some(Text::NotYou));
    let mut new = page_for(&[("second-factor-method", "password")], mfa_customer());
    pass_first_factor(&mut new);
    assert_eq!(new.step(), StepName::SecondNewPassword);
    assert_eq!(way_back(&new), Some(Text::NotYou));

    let another = Some(Text::ChangeIdentifier);
    assert_eq!(way_back(&TestPage::at_code()), another);
    assert_eq!(way_back(&page_at_second_code()), another);
    first.press(Action::ChangeIdentifier);
    assert_eq!(
        (first.step(), first.first_value().as_str()),
        (StepName::Identify, ADA)
    );
}

#[test]
fn whoever_needs_more_time_is_still_remembered() {
    let mut page = TestPage::with(&[("remember", "ask")], |_| {});
    page.press(Action::Remember);
    page.submit(ADA);
    page.advance(14 * MINUTE);
    page.press(Action::MoreTime);
    page.submit_code();
    assert_eq!(page.step(), StepName::SignedIn);
    let record = page.stored.session.expect("a record");
    assert!(record.contains(r#""remembered":true"#), "{record}");
}
