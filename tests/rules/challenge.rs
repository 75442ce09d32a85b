//! The page's challenge: which requests it is for, and what a customer sees who does not pass it.

use ae_login::login::error_reason::ErrorReason;
use ae_login::login::problem::Kind;
use ae_login::login::text::Text;
use ae_login::login::view::{Action, StepName};
use ae_login::login::wire::Call;
use ae_login::login::{Event, HostId};
use ae_test_support::scenarios::{
    customer_with_second_password, page_for, pass_first_factor, password_page,
};
use ae_test_support::{ADA, MINUTE, TestPage};

#[test]
fn every_request_that_sends_a_message_asks_for_a_challenge() {
    let mut page = TestPage::with(&[("fallback-channels", "WHATSAPP")], |engine| {
        engine.set_lives(3_600);
    });
    page.submit(ADA);
    assert_eq!(page.deliveries, ["send-code"]);
    page.advance(MINUTE);
    page.press(Action::Resend);
    assert_eq!(page.deliveries, ["send-code", "resend-code"]);
    page.advance(MINUTE);
    let other = page.view().actions[1].action;
    assert!(matches!(other, Action::Fallback(_)));
    page.press(other);
    assert_eq!(
        page.deliveries,
        ["send-code", "resend-code", "change-channel"]
    );
    page.submit_code();
    page.sign_out();
    assert_eq!(page.deliveries.len(), 3);
    assert_eq!(page.request_count(Call::SendCode), 3);
}

#[test]
fn codes_of_the_second_factor_and_of_a_forgotten_password_ask_for_a_challenge() {
    let mut page = page_for(
        &[("second-factor-method", "auto")],
        customer_with_second_password(),
    );
    pass_first_factor(&mut page);
    assert_eq!(page.step(), StepName::SecondPassword);
    page.press(Action::UseCode);
    assert_eq!(page.deliveries, ["send-code", "send-code"]);

    let mut page = password_page("password");
    page.submit(ADA);
    page.press(Action::Forgot);
    page.submit("battery staple");
    assert_eq!(page.step(), StepName::Code);
    assert_eq!(page.deliveries, ["send-code"]);
}

#[test]
fn refused_challenge_sends_nothing_and_can_be_tried_again() {
    let mut page = TestPage::new();
    page.take_events();
    page.refuses_challenges = true;
    page.submit(ADA);
    assert_eq!(page.calls(), [Call::OpenSession]);
    assert_eq!(page.step(), StepName::Identify);
    assert_eq!(page.notice(), Some(Text::ChallengeFailed));
    assert!(!page.view().busy);
    assert_eq!(
        page.events(),
        [(
            HostId(1),
            Event::Error {
                kind: Kind::Rejected,
                code: None,
                step: Some(StepName::Identify),
                reason: Some(ErrorReason::Challenge),
            }
        )]
    );
    page.refuses_challenges = false;
    page.submit(ADA);
    assert_eq!(page.step(), StepName::Code);

    // A code that was sent before can still be entered.
    page.advance(MINUTE);
    page.refuses_challenges = true;
    page.press(Action::Resend);
    assert_eq!(page.notice(), Some(Text::ChallengeFailed));
    assert_eq!(page.seconds_left(Action::Resend), None);
    page.submit_code();
    assert_eq!(page.step(), StepName::SignedIn);
}
