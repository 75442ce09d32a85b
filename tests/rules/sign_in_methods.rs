//! The first factor: a password, a code instead of it, brands that turn out to have no passwords, and reloads at these steps.

use ae_engine::Customer;
use ae_login::login::text::Text;
use ae_login::login::view::{Action, FieldKind, StepName};
use ae_login::login::wire::Call;
use ae_test_support::scenarios::{
    NEW_PASSWORD, PASSWORD, password_page, session_id_of, sign_in_with_password,
    signed_in_with_password,
};
use ae_test_support::{ADA, MINUTE, Network, SECOND, TestPage, ada};

// Passwords ---------------------------------------------------------------------------------------------------------------

#[test]
fn customer_with_a_password_signs_in_with_it_and_gets_no_code() {
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
fn token_of_a_password_login_is_renewed_at_80_percent_of_its_life() {
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
fn wrong_password_keeps_the_step_and_empties_the_field() {
    let mut page = password_page("password");
    page.submit(ADA);
    let edition = page.view().fields[0].revision;
    page.submit("wrong");
    assert_eq!(page.step(), StepName::Password);
    assert_eq!(
        page.error_of(FieldKind::Password),
        Some(Text::PasswordWrong)
    );
    assert_ne!(page.view().fields[0].revision, edition);
    page.submit(PASSWORD);
    assert_eq!(page.step(), StepName::SignedIn);
    assert_eq!(page.request_count(Call::OpenSession), 1);
}

#[test]
fn empty_password_is_not_sent() {
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
fn password_can_be_submitted_again_after_a_network_failure() {
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
fn response_to_a_password_after_leaving_the_step_is_dropped() {
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
fn auto_sends_a_code_to_a_customer_without_a_password() {
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
fn otp_sends_a_code_to_a_customer_with_a_password() {
    let mut page = password_page("otp");
    page.submit(ADA);
    assert_eq!(page.step(), StepName::Code);
    assert!(!page.offers(Action::UsePassword));
    page.submit_code();
    assert_eq!(page.step(), StepName::SignedIn);
}

// A code instead of the password ------------------------------------------------------------------------------------------

#[test]
fn switching_between_password_and_code_sends_one_code() {
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
        "the countdown goes on"
    );
    page.submit_code();
    assert_eq!(
        page.calls(),
        [Call::OpenSession, Call::SendCode, Call::CheckCode]
    );
}

#[test]
fn password_works_after_a_code_was_requested() {
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
fn exhausted_code_quota_does_not_block_the_password() {
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
    assert_eq!(page.request_count(Call::SendCode), 1, "the button waits");
    assert_eq!(page.seconds_left(Action::Submit), None);
    page.advance(30 * SECOND);
    assert_eq!(page.seconds_left(Action::UseCode), None);
    page.submit(PASSWORD);
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn use_code_is_offered_by_auto_only() {
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
fn brand_without_passwords_goes_on_with_a_code() {
    // The brand has no passwords when a first password is submitted.
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

    // The brand has no passwords when a password is checked, or when a forgotten one is replaced.
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
            assert!(
                !page.offers(Action::UsePassword),
                "the password button is hidden"
            );
            page.submit_code();
            assert_eq!(page.step(), StepName::SignedIn);
        }
    }
}

#[test]
fn changed_identifier_asks_for_a_password_again() {
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
fn reload_at_password_keeps_the_engine_session() {
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
fn reload_at_password_does_not_send_the_code_again() {
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
fn reload_at_new_password_returns_to_identify_with_the_identifier() {
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
    assert_eq!(
        page.step(),
        StepName::Password,
        "the reload returns to the password"
    );
}

#[test]
fn reload_at_change_password_returns_to_signed_in() {
    let mut page = signed_in_with_password();
    page.change_password();
    page.reload();
    assert_eq!(
        (page.step(), page.is_signed_in()),
        (StepName::SignedIn, true)
    );
}

#[test]
fn password_step_times_out_to_identify() {
    let mut page = password_page("password");
    page.submit(ADA);
    page.advance(15 * MINUTE);
    assert_eq!(
        (page.step(), page.first_value().as_str(), page.notice()),
        (StepName::Identify, ADA, Some(Text::AttemptTimedOut))
    );
}
