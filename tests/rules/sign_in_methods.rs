//! A password that the engine knows, a code beside it, and brands that turn out to have none.

use ae_engine::Customer;
use ae_login::login::text::Text;
use ae_login::login::view::{Action, FieldKind, StepName};
use ae_login::login::wire::Call;
use ae_test_support::scenarios::{
    NEW_PASSWORD, PASSWORD, password_page, session_id_of, sign_in_with_password,
    signed_in_with_password,
};
use ae_test_support::{ADA, MINUTE, Network, SECOND, TestPage, ada};

// A password that is known ------------------------------------------------------------------------------------------------

#[test]
fn a_customer_with_a_password_signs_in_with_it_and_gets_no_code() {
    for first_factor in ["password", "auto"] {
        let mut page = password_page(first_factor);
        sign_in_with_password(&mut page, PASSWORD);
        assert_eq!(page.calls(), [Call::OpenSession, Call::CheckPassword]);
        assert_eq!(
            page.take_events(),
            ["ready", "step password", "step signed-in", "signed-in"]
        );
        assert_eq!(page.last_body_of(Call::CheckPassword)["password"], PASSWORD);
        let session = page.session().expect("a session");
        assert_eq!(session["secondFactor"], serde_json::Value::Null);
        assert!(page.engine.outbox().is_empty());
        assert!(page.get_token(1).is_ok());
        assert_eq!(page.device_id_reads(), 0);
    }
}

#[test]
fn a_token_after_a_password_lives_as_long_as_the_engine_says_and_is_renewed() {
    let mut page = TestPage::with(&[("first-factor", "password")], |engine| {
        *engine = ae_engine::Settings::samples();
        engine.password_brand = true;
        let ada = Customer {
            password: Some(PASSWORD.to_owned()),
            ..ada()
        };
        engine.customers.insert(ADA.to_owned(), ada);
    });
    sign_in_with_password(&mut page, PASSWORD);
    page.advance(10_800 * SECOND / 5 * 4 - 1);
    assert_eq!(page.renewals(), 0);
    page.advance(1);
    assert_eq!(page.renewals(), 1);
    assert!(page.is_signed_in());
}

#[test]
fn a_wrong_password_keeps_step_and_session_and_empties_the_field() {
    let mut page = password_page("password");
    page.submit(ADA);
    let edition = page.view().fields[0].edition;
    page.submit("wrong");
    assert_eq!(page.step(), StepName::Password);
    assert_eq!(
        page.error_of(FieldKind::Password),
        Some(Text::PasswordWrong)
    );
    assert_ne!(page.view().fields[0].edition, edition);
    page.submit(PASSWORD);
    assert_eq!(page.step(), StepName::SignedIn);
    assert_eq!(page.request_count(Call::OpenSession), 1);
}

#[test]
fn an_empty_password_is_not_sent() {
    let mut page = password_page("password");
    page.submit(ADA);
    page.submit("");
    assert_eq!(
        page.error_of(FieldKind::Password),
        Some(Text::PasswordEmpty)
    );
    assert_eq!(page.request_count(Call::CheckPassword), 0);
}

#[test]
fn a_password_whose_answer_was_lost_may_be_sent_again() {
    let mut page = password_page("password");
    page.submit(ADA);
    page.network = Network::Unreachable;
    page.submit(PASSWORD);
    assert_eq!(page.notice(), Some(Text::Network));
    page.network = Network::Working;
    page.submit(PASSWORD);
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn an_answer_to_a_password_of_somebody_who_went_elsewhere_is_dropped() {
    for action in [Action::Forgot, Action::ChangeIdentifier] {
        let mut page = password_page("password");
        page.submit(ADA);
        page.latency = SECOND;
        page.submit(PASSWORD);
        page.press(action);
        assert_eq!(page.cancelled_requests(), 1);
        page.advance(MINUTE);
        assert!(!page.is_signed_in(), "{action:?}");
    }
}

#[test]
fn auto_follows_the_engines_word_and_never_asks_for_a_new_password() {
    let mut page = password_page("auto");
    page.engine.settings_mut().password_brand = false;
    page.submit("grace@example.org");
    assert_eq!(page.step(), StepName::Code);
    assert!(!page.offers(Action::UsePassword));
    page.submit_code();
    assert_eq!(
        page.calls(),
        [Call::OpenSession, Call::SendCode, Call::CheckCode]
    );
}

#[test]
fn otp_takes_a_code_from_a_customer_who_has_a_password() {
    let mut page = password_page("otp");
    page.submit(ADA);
    assert_eq!(page.step(), StepName::Code);
    assert!(!page.offers(Action::UsePassword));
    page.submit_code();
    assert_eq!(page.step(), StepName::SignedIn);
}

// A code instead, and back ------------------------------------------------------------------------------------------------

#[test]
fn a_code_instead_of_the_password_is_sent_once_however_often_one_goes_to_and_fro() {
    let mut page = password_page("auto");
    page.submit(ADA);
    page.press(Action::UseCode);
    assert_eq!(page.step(), StepName::Code);
    assert_eq!(session_id_of(&page, Call::SendCode).len(), 38);
    page.advance(10 * SECOND);
    for _ in 0..3 {
        page.press(Action::UsePassword);
        assert_eq!(page.step(), StepName::Password);
        page.press(Action::UseCode);
        assert_eq!(page.step(), StepName::Code);
    }
    assert_eq!(page.request_count(Call::SendCode), 1);
    assert_eq!(
        page.seconds_left(Action::Resend),
        Some(20),
        "the wait goes on"
    );
    page.submit_code();
    assert_eq!(
        page.calls(),
        [Call::OpenSession, Call::SendCode, Call::CheckCode]
    );
}

#[test]
fn a_code_that_does_not_come_leaves_the_password() {
    let mut page = password_page("auto");
    page.submit(ADA);
    page.press(Action::UseCode);
    page.press(Action::UsePassword);
    page.submit(PASSWORD);
    assert_eq!(
        page.calls(),
        [Call::OpenSession, Call::SendCode, Call::CheckPassword]
    );
    assert!(page.is_signed_in());
}

#[test]
fn a_quota_of_codes_that_is_used_up_does_not_hold_the_password_up() {
    let mut page = password_page("auto");
    page.submit(ADA);
    page.refuse_next(Call::SendCode, 1534);
    page.press(Action::UseCode);
    assert_eq!(
        (page.step(), page.notice()),
        (StepName::Password, Some(Text::TooManyCodes))
    );
    assert_eq!(page.seconds_left(Action::UseCode), Some(30));
    page.press(Action::UseCode);
    assert_eq!(page.request_count(Call::SendCode), 1, "it waits");
    assert_eq!(page.seconds_left(Action::Submit), None);
    page.advance(30 * SECOND);
    assert_eq!(page.seconds_left(Action::UseCode), None);
    page.submit(PASSWORD);
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn only_auto_leaves_the_choice() {
    let mut page = password_page("password");
    page.submit(ADA);
    assert!(!page.offers(Action::UseCode));
    page.press(Action::UseCode);
    assert_eq!(
        (page.step(), page.request_count(Call::SendCode)),
        (StepName::Password, 0)
    );
}

// A brand without passwords -----------------------------------------------------------------------------------------------

#[test]
fn a_brand_that_turns_out_to_have_no_passwords_goes_on_with_a_code() {
    // While a first one is given,
    let mut page = password_page("password");
    page.submit("grace@example.org");
    assert_eq!(page.step(), StepName::NewPassword);
    page.engine.settings_mut().password_brand = false;
    page.submit(NEW_PASSWORD);
    assert_eq!(
        (page.step(), page.notice()),
        (StepName::Code, Some(Text::NoPasswords))
    );
    assert_eq!(
        page.calls(),
        [
            Call::OpenSession,
            Call::OpenSession,
            Call::OpenSession,
            Call::SendCode
        ]
    );
    assert_eq!(
        page.last_body_of(Call::OpenSession).get("password"),
        None,
        "without the password"
    );
    page.submit_code();
    assert_eq!(page.step(), StepName::SignedIn);

    // while one is checked, and while a forgotten one is replaced.
    for forgets in [false, true] {
        for first_factor in ["password", "auto"] {
            let mut page = password_page(first_factor);
            page.submit(ADA);
            page.engine.settings_mut().password_brand = false;
            if forgets {
                page.press(Action::Forgot);
            }
            page.submit(NEW_PASSWORD);
            assert_eq!(
                (page.step(), page.notice()),
                (StepName::Code, Some(Text::NoPasswords))
            );
            assert!(!page.offers(Action::UsePassword), "they are hidden");
            page.submit_code();
            assert_eq!(page.step(), StepName::SignedIn);
        }
    }
}

#[test]
fn another_customer_is_asked_for_a_password_again() {
    let mut page = password_page("password");
    page.submit(ADA);
    page.refuse_next(Call::CheckPassword, 1524);
    page.submit(PASSWORD);
    page.press(Action::ChangeIdentifier);
    page.submit(ADA);
    assert_eq!(page.step(), StepName::Password);
}

// Reloads -----------------------------------------------------------------------------------------------------------------

#[test]
fn a_reload_returns_to_the_password_with_the_same_session_of_the_engine() {
    for (first_factor, choice) in [("password", false), ("auto", true)] {
        let mut page = password_page(first_factor);
        page.submit(ADA);
        page.reload();
        assert_eq!(page.step(), StepName::Password);
        assert_eq!(page.view().username.as_deref(), Some(ADA));
        assert_eq!(page.offers(Action::UseCode), choice);
        page.submit(PASSWORD);
        assert_eq!(page.step(), StepName::SignedIn);
        assert_eq!(page.calls(), [Call::OpenSession, Call::CheckPassword]);
    }
}

#[test]
fn a_reload_beside_a_code_that_was_sent_does_not_send_it_again() {
    let mut page = password_page("auto");
    page.submit(ADA);
    page.press(Action::UseCode);
    page.press(Action::UsePassword);
    page.reload();
    assert_eq!(page.step(), StepName::Password);
    page.press(Action::UseCode);
    assert_eq!(
        (page.step(), page.request_count(Call::SendCode)),
        (StepName::Code, 1)
    );
}

#[test]
fn a_reload_on_the_way_to_a_new_password_keeps_the_identifier() {
    let mut page = password_page("password");
    page.submit("grace@example.org");
    assert_eq!(page.step(), StepName::NewPassword);
    page.reload();
    assert_eq!(
        (page.step(), page.first_value().as_str()),
        (StepName::Identify, "grace@example.org")
    );

    let mut page = password_page("password");
    page.submit(ADA);
    page.press(Action::Forgot);
    page.reload();
    assert_eq!(page.step(), StepName::Password, "where it was forgotten");
}

#[test]
fn a_reload_while_a_password_is_changed_finds_somebody_signed_in() {
    let mut page = signed_in_with_password();
    page.change_password();
    page.reload();
    assert_eq!(
        (page.step(), page.is_signed_in()),
        (StepName::SignedIn, true)
    );
}

#[test]
fn a_password_that_waits_too_long_leads_to_the_first_step() {
    let mut page = password_page("password");
    page.submit(ADA);
    page.advance(15 * MINUTE);
    assert_eq!(
        (page.step(), page.first_value().as_str(), page.notice()),
        (StepName::Identify, ADA, Some(Text::AttemptTimedOut))
    );
}
