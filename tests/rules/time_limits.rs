//! Time limits: the warning before an attempt times out, more time on request (WCAG 2.2.1), and announcements at the end of a wait,
//! each of them made once.

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

/// What is announced: the status, the notice, and the warning that little time is left.
fn announcements(page: &TestPage) -> [Option<Text>; 3] {
    let view = page.view();
    let status = view.status.filter(|text| *text != Text::Working);
    let short = view.is_short.then_some(Text::TimeShort);
    [status, view.notice.map(|notice| notice.text), short]
}

/// Everything that is announced now and within this many seconds, with the second of each announcement.
fn announced_within(page: &mut TestPage, seconds: u64) -> Vec<(u64, Text)> {
    let mut before = [None; 3];
    let mut announced = Vec::new();
    for second in 0..=seconds {
        let now = announcements(page);
        let new = now
            .iter()
            .zip(before)
            .filter(|(now, before)| *now != before);
        announced.extend(new.filter_map(|(text, _)| Some((second, (*text)?))));
        before = now;
        page.advance(SECOND);
    }
    announced
}

/// A page at the code step, two minutes before the attempt times out.
fn code_with_little_time() -> TestPage {
    let mut page = TestPage::at_code();
    page.advance(13 * MINUTE);
    assert!(page.view().is_short);
    page
}

/// A page at the password step, two minutes before the attempt times out.
fn password_with_little_time() -> TestPage {
    let mut page = password_page("auto");
    page.submit(ADA);
    assert_eq!(page.step(), StepName::Password);
    page.advance(13 * MINUTE);
    assert!(page.view().is_short);
    page
}

// The time limit of an attempt --------------------------------------------------------------------------------------------

#[test]
fn warning_two_minutes_before_the_timeout_changes_nothing_else() {
    let mut page = TestPage::at_code();
    page.advance(13 * MINUTE - 1);
    let before = page.view();
    assert!(!before.is_short);
    page.advance(1);
    let mut after = page.view();
    assert!(after.is_short);
    after.is_short = false;
    assert_eq!(after, before, "focus and input stay");
    page.advance(2 * MINUTE - 1);
    assert!(page.view().is_short, "the warning stays until the timeout");
    page.advance(1);
    assert_eq!(
        (page.step(), page.view().is_short, page.notice()),
        (StepName::Identify, false, Some(Text::AttemptTimedOut))
    );
    assert_eq!(page.requests().len(), 2, "nothing is sent automatically");
}

#[test]
fn warning_comes_two_minutes_or_half_the_attempt_before_the_timeout() {
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
fn more_time_at_code_opens_a_session_and_sends_a_new_code() {
    let mut page = code_with_little_time();
    let (old, first) = (page.last_code(), session_id_of(&page, Call::SendCode));
    page.press(Action::MoreTime);
    assert_eq!(
        page.calls()[2..],
        [Call::OpenSession, Call::SendCode],
        "the identifier is not requested again"
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
fn more_time_at_password_opens_a_session_and_keeps_the_input() {
    let mut page = password_with_little_time();
    let before = page.view();
    page.press(Action::MoreTime);
    let after = page.view();
    assert_eq!((after.step, after.notice), (StepName::Password, None));
    assert_eq!(
        (after.screen, after.fields, after.actions),
        (before.screen, before.fields, before.actions),
        "the input stays"
    );
    assert!(!after.is_short);
    assert_ne!(
        after.focus, before.focus,
        "the focus moves, since the pressed button is removed"
    );
    assert_eq!(page.calls(), [Call::OpenSession; 2]);
    page.advance(13 * MINUTE - 1);
    assert!(!page.view().is_short);
    page.submit(PASSWORD);
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn more_time_is_available_more_than_ten_times() {
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
fn more_time_at_forgot_password_keeps_the_input() {
    let mut page = password_page("password");
    page.submit(ADA);
    page.press(Action::Forgot);
    page.advance(14 * MINUTE);
    let before = page.view();
    assert!(before.is_short);
    page.press(Action::MoreTime);
    let after = page.view();
    assert_eq!(after.step, StepName::ForgotPassword);
    assert_eq!(after.fields, before.fields, "the input stays");
    page.advance(2 * MINUTE);
    page.submit(NEW_PASSWORD);
    assert_eq!(page.step(), StepName::Code);
    page.submit_code();
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn more_time_at_a_chosen_code_sends_a_new_code() {
    let mut page = password_with_little_time();
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
fn use_code_after_more_time_sends_a_new_code() {
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
fn more_time_at_the_second_factor_reuses_the_first_factor_token() {
    for mut page in [page_at_second_code(), page_at_second_password()] {
        let step = page.step();
        let token = first_factor_token(&page);
        page.advance(13 * MINUTE);
        assert!(page.view().is_short);
        let sent = page.calls().len();
        page.press(Action::MoreTime);
        assert_eq!(page.calls()[sent], Call::OpenSecond);
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
fn more_time_without_a_valid_first_factor_token_repeats_both_factors() {
    // The token of the first factor has expired.
    let mut late = page_for(&[("second-factor-method", "otp")], mfa_customer());
    late.engine.settings_mut().set_lives(600);
    pass_first_factor(&mut late);
    late.advance(14 * MINUTE);
    // The token of the first factor is not stored, so that a reload loses it.
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
fn more_time_opens_a_second_factor_that_failed_to_open() {
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
fn more_time_without_network_can_be_requested_again() {
    for mut page in [code_with_little_time(), password_with_little_time(), {
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
        assert_eq!(view.fields, fields, "the input stays");
        let sent = page.requests().len();
        page.network = Network::Working;
        page.advance(MINUTE);
        page.wake();
        assert_eq!(
            page.requests().len(),
            sent,
            "more time is never requested automatically"
        );
        page.press(Action::MoreTime);
        assert_eq!((page.step(), page.view().is_short), (step, false));
    }
}

#[test]
fn more_time_whose_code_was_not_sent_offers_resend() {
    let mut page = code_with_little_time();
    page.fail_next(Call::SendCode, Fault::Dropped);
    page.press(Action::MoreTime);
    assert_eq!(
        (page.step(), page.notice(), page.view().is_short),
        (StepName::Code, Some(Text::Network), false)
    );
    page.reload();
    assert_eq!(page.step(), StepName::Code, "the reload keeps the step");
    page.press(Action::Resend);
    page.submit_code();
    assert_eq!(page.step(), StepName::SignedIn);
    assert_eq!(page.request_count(Call::OpenSession), 2);
}

#[test]
fn warning_waits_for_the_response_to_a_request() {
    let mut page = TestPage::at_code();
    page.advance(13 * MINUTE - SECOND);
    page.latency = 5 * SECOND;
    page.submit(&page.wrong_code());
    page.advance(4 * SECOND);
    page.wake();
    assert!(page.view().busy && !page.view().is_short);
    page.advance(SECOND);
    assert!(
        !page.view().busy && page.view().is_short,
        "the warning follows the response"
    );
    page.submit(&page.wrong_code());
    assert!(
        page.view().busy && page.view().is_short,
        "the warning stays during the next request"
    );
}

#[test]
fn more_time_works_once_and_only_after_the_warning() {
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
fn attempt_does_not_time_out_while_more_time_is_requested() {
    let mut page = code_with_little_time();
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
fn warning_is_shown_after_a_reload_or_a_sleep() {
    let mut page = TestPage::at_code();
    page.advance(12 * MINUTE);
    page.reload();
    assert!(!page.view().is_short);
    page.advance(MINUTE);
    assert!(page.view().is_short);
    page.reload();
    assert!(
        page.view().is_short,
        "the warning is shown after a reload, too"
    );

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
fn steps_without_a_timeout_announce_nothing_about_time() {
    let mut new_password = password_page("password");
    new_password.engine.settings_mut().customers.clear();
    new_password.submit(MOBILE);
    assert_eq!(new_password.step(), StepName::NewPassword);
    let mut change = signed_in_with_password();
    change.change_password();
    let mut identify = TestPage::new();
    identify.type_text("+91");
    for mut page in [new_password, change, identify] {
        let step = page.step();
        let before = announced_within(&mut page, 0).len();
        let announced = announced_within(&mut page, 20 * 60);
        assert_eq!(
            (announced.len(), page.step()),
            (before, step),
            "{announced:?}"
        );
    }
}

// Announcements at the end of a wait ----------------------------------------------------------------------------------------

#[test]
fn end_of_the_resend_wait_is_announced_once() {
    for (seconds, rest) in [
        (30, vec![]),
        (120, vec![]),
        // This wait is as long as the attempt.
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
        assert_eq!(announced_within(&mut page, seconds + 20), expected);
    }
}

#[test]
fn start_and_end_of_a_retry_after_are_announced() {
    for seconds in [30, 120, 600] {
        let mut page = TestPage::at_code();
        page.advance(MINUTE);
        let fault = Fault::TooMany {
            retry_after: Some(seconds.to_string()),
        };
        page.fail_next(Call::SendCode, fault);
        page.press(Action::Resend);
        assert_eq!(
            announced_within(&mut page, seconds + 60),
            [(0, Text::TooManyCodes), (seconds, Text::ResendReady)]
        );
    }
}

#[test]
fn end_of_a_rate_limit_at_identify_is_announced() {
    for seconds in [30, 120, 900] {
        let mut page = TestPage::new();
        let fault = Fault::TooMany {
            retry_after: Some(seconds.to_string()),
        };
        page.fail_next(Call::OpenSession, fault);
        page.submit(ADA);
        assert_eq!(
            announced_within(&mut page, seconds + 60),
            [(0, Text::TooManyCodes), (seconds, Text::TryAgain)]
        );
        page.submit(ADA);
        assert_eq!(page.step(), StepName::Code);
    }
}

#[test]
fn end_of_a_wait_is_not_announced_again_after_a_reload() {
    let mut page = TestPage::at_code();
    page.advance(20 * SECOND);
    page.reload();
    let ready = [(10, Text::ResendReady)];
    assert_eq!(announced_within(&mut page, 60), ready);
    page.reload();
    assert_eq!(announced_within(&mut page, 60), []);
}

#[test]
fn end_of_a_wait_is_announced_after_a_pending_response() {
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
fn resend_after_zero_announces_no_end_of_a_wait() {
    let mut page = TestPage::with(&[("resend-after", "0")], |_| {});
    page.submit(ADA);
    let announced = [(0, Text::CodeSent), (780, Text::TimeShort)];
    assert_eq!(announced_within(&mut page, 800), announced);
}

// Texts -------------------------------------------------------------------------------------------------------------------

#[test]
fn offline_browser_shows_its_own_message() {
    let mut page = TestPage::new();
    page.network = Network::Offline;
    page.submit(ADA);
    assert_eq!(page.notice(), Some(Text::Offline));
    page.network = Network::Unreachable;
    page.submit(ADA);
    assert_eq!(page.notice(), Some(Text::Network));
    let expected = ["error network", "error network"];
    assert_eq!(page.take_events()[1..], expected, "the events are the same");
}

#[test]
fn offline_message_ends_when_the_page_resumes() {
    let mut page = TestPage::new();
    page.network = Network::Offline;
    page.submit(ADA);
    assert_eq!(page.notice(), Some(Text::Offline));
    page.wake();
    assert_eq!(page.notice(), None);
    page.network = Network::Unreachable;
    page.submit(ADA);
    page.wake();
    assert_eq!(page.notice(), Some(Text::Network), "may still be true");
}

#[test]
fn back_button_is_labelled_not_you_at_passwords_and_change_at_codes() {
    let back_label = |page: &TestPage| {
        let view = page.view();
        assert!(view.lead.is_some());
        let mut actions = view.actions.iter();
        let back = actions
            .clone()
            .filter(|button| matches!(button.action, Action::ChangeIdentifier | Action::Back));
        assert_eq!(back.count(), 1, "one button that leads back");
        let back = actions.find(|button| button.action == Action::ChangeIdentifier);
        back.map(|button| button.label)
    };
    let mut first = password_page("password");
    first.submit(ADA);
    assert_eq!(back_label(&first), Some(Text::NotYou));
    let mut new = password_page("password");
    new.submit(MOBILE);
    assert_eq!(new.step(), StepName::NewPassword);
    assert_eq!(back_label(&new), Some(Text::NotYou));
    assert_eq!(back_label(&page_at_second_password()), Some(Text::NotYou));
    let mut new = page_for(&[("second-factor-method", "password")], mfa_customer());
    pass_first_factor(&mut new);
    assert_eq!(new.step(), StepName::SecondNewPassword);
    assert_eq!(back_label(&new), Some(Text::NotYou));

    let another = Some(Text::ChangeIdentifier);
    assert_eq!(back_label(&TestPage::at_code()), another);
    assert_eq!(back_label(&page_at_second_code()), another);
    first.press(Action::ChangeIdentifier);
    assert_eq!(
        (first.step(), first.first_value().as_str()),
        (StepName::Identify, ADA)
    );
}

#[test]
fn more_time_keeps_the_remember_choice() {
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
