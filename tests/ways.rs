//! A password that the engine knows, a code beside it, and brands that turn out to have none.
#![cfg(not(target_arch = "wasm32"))]

mod pair;

use ae_engine::Customer;
use ae_login::login::text::Text;
use ae_login::login::view::{Action, Asked, StepName};
use ae_login::login::wire::Call;
use pair::cast::{NEW, OLD, brand, session_of, signed_in_by_password, signs_in_with};
use pair::{ADA, MINUTE, Pair, SECOND, Wire, ada};

// A password that is known ------------------------------------------------------------------------------------------------

#[test]
fn a_customer_with_a_password_signs_in_with_it_and_gets_no_code() {
    for first_factor in ["password", "auto"] {
        let mut pair = brand(first_factor);
        signs_in_with(&mut pair, OLD);
        assert_eq!(pair.calls(), [Call::OpenSession, Call::CheckPassword]);
        assert_eq!(
            pair.heard(),
            ["ready", "step password", "step signed-in", "signed-in"]
        );
        assert_eq!(pair.body_of(Call::CheckPassword)["password"], OLD);
        let session = pair.session().expect("a session");
        assert_eq!(session["secondFactor"], serde_json::Value::Null);
        assert!(pair.engine.outbox().is_empty());
        assert!(pair.gets_token(1).is_ok());
        assert_eq!(pair.devices_asked(), 0);
    }
}

#[test]
fn a_token_after_a_password_lives_as_long_as_the_engine_says_and_is_renewed() {
    let mut pair = Pair::with(&[("first-factor", "password")], |engine| {
        *engine = ae_engine::Settings::samples();
        engine.password_brand = true;
        let ada = Customer {
            password: Some(OLD.to_owned()),
            ..ada()
        };
        engine.customers.insert(ADA.to_owned(), ada);
    });
    signs_in_with(&mut pair, OLD);
    pair.pass(10_800 * SECOND / 5 * 4 - 1);
    assert_eq!(pair.renewals(), 0);
    pair.pass(1);
    assert_eq!(pair.renewals(), 1);
    assert!(pair.is_signed_in());
}

#[test]
fn a_wrong_password_keeps_step_and_session_and_empties_the_field() {
    let mut pair = brand("password");
    pair.submits(ADA);
    let edition = pair.sees().fields[0].edition;
    pair.submits("wrong");
    assert_eq!(pair.step(), StepName::Password);
    assert_eq!(pair.wrong(Asked::Password), Some(Text::PasswordWrong));
    assert_ne!(pair.sees().fields[0].edition, edition);
    pair.submits(OLD);
    assert_eq!(pair.step(), StepName::SignedIn);
    assert_eq!(pair.sent_of(Call::OpenSession), 1);
}

#[test]
fn an_empty_password_is_not_sent() {
    let mut pair = brand("password");
    pair.submits(ADA);
    pair.submits("");
    assert_eq!(pair.wrong(Asked::Password), Some(Text::PasswordEmpty));
    assert_eq!(pair.sent_of(Call::CheckPassword), 0);
}

#[test]
fn a_password_whose_answer_was_lost_may_be_sent_again() {
    let mut pair = brand("password");
    pair.submits(ADA);
    pair.wire = Wire::Cut;
    pair.submits(OLD);
    assert_eq!(pair.notice(), Some(Text::Network));
    pair.wire = Wire::Whole;
    pair.submits(OLD);
    assert_eq!(pair.step(), StepName::SignedIn);
}

#[test]
fn an_answer_to_a_password_of_somebody_who_went_elsewhere_is_dropped() {
    for action in [Action::Forgot, Action::ChangeIdentifier] {
        let mut pair = brand("password");
        pair.submits(ADA);
        pair.slow = SECOND;
        pair.submits(OLD);
        pair.presses(action);
        assert_eq!(pair.cancelled(), 1);
        pair.pass(MINUTE);
        assert!(!pair.is_signed_in(), "{action:?}");
    }
}

#[test]
fn auto_follows_the_engines_word_and_never_asks_for_a_new_password() {
    let mut pair = brand("auto");
    pair.engine.settings_mut().password_brand = false;
    pair.submits("grace@example.org");
    assert_eq!(pair.step(), StepName::Code);
    assert!(!pair.offers(Action::UsePassword));
    pair.submits_code();
    assert_eq!(
        pair.calls(),
        [Call::OpenSession, Call::SendCode, Call::CheckCode]
    );
}

#[test]
fn otp_takes_a_code_from_a_customer_who_has_a_password() {
    let mut pair = brand("otp");
    pair.submits(ADA);
    assert_eq!(pair.step(), StepName::Code);
    assert!(!pair.offers(Action::UsePassword));
    pair.submits_code();
    assert_eq!(pair.step(), StepName::SignedIn);
}

// A code instead, and back ------------------------------------------------------------------------------------------------

#[test]
fn a_code_instead_of_the_password_is_sent_once_however_often_one_goes_to_and_fro() {
    let mut pair = brand("auto");
    pair.submits(ADA);
    pair.presses(Action::UseCode);
    assert_eq!(pair.step(), StepName::Code);
    assert_eq!(session_of(&pair, Call::SendCode).len(), 38);
    pair.pass(10 * SECOND);
    for _ in 0..3 {
        pair.presses(Action::UsePassword);
        assert_eq!(pair.step(), StepName::Password);
        pair.presses(Action::UseCode);
        assert_eq!(pair.step(), StepName::Code);
    }
    assert_eq!(pair.sent_of(Call::SendCode), 1);
    assert_eq!(pair.waits(Action::Resend), Some(20), "the wait goes on");
    pair.submits_code();
    assert_eq!(
        pair.calls(),
        [Call::OpenSession, Call::SendCode, Call::CheckCode]
    );
}

#[test]
fn a_code_that_does_not_come_leaves_the_password() {
    let mut pair = brand("auto");
    pair.submits(ADA);
    pair.presses(Action::UseCode);
    pair.presses(Action::UsePassword);
    pair.submits(OLD);
    assert_eq!(
        pair.calls(),
        [Call::OpenSession, Call::SendCode, Call::CheckPassword]
    );
    assert!(pair.is_signed_in());
}

#[test]
fn a_quota_of_codes_that_is_used_up_does_not_hold_the_password_up() {
    let mut pair = brand("auto");
    pair.submits(ADA);
    pair.refuse(Call::SendCode, 1534);
    pair.presses(Action::UseCode);
    assert_eq!(
        (pair.step(), pair.notice()),
        (StepName::Password, Some(Text::TooManyCodes))
    );
    assert_eq!(pair.waits(Action::UseCode), Some(30));
    pair.presses(Action::UseCode);
    assert_eq!(pair.sent_of(Call::SendCode), 1, "it waits");
    assert_eq!(pair.waits(Action::Submit), None);
    pair.pass(30 * SECOND);
    assert_eq!(pair.waits(Action::UseCode), None);
    pair.submits(OLD);
    assert_eq!(pair.step(), StepName::SignedIn);
}

#[test]
fn only_auto_leaves_the_choice() {
    let mut pair = brand("password");
    pair.submits(ADA);
    assert!(!pair.offers(Action::UseCode));
    pair.presses(Action::UseCode);
    assert_eq!(
        (pair.step(), pair.sent_of(Call::SendCode)),
        (StepName::Password, 0)
    );
}

// A brand without passwords -----------------------------------------------------------------------------------------------

#[test]
fn a_brand_that_turns_out_to_have_no_passwords_goes_on_with_a_code() {
    // While a first one is given,
    let mut pair = brand("password");
    pair.submits("grace@example.org");
    assert_eq!(pair.step(), StepName::NewPassword);
    pair.engine.settings_mut().password_brand = false;
    pair.submits(NEW);
    assert_eq!(
        (pair.step(), pair.notice()),
        (StepName::Code, Some(Text::NoPasswords))
    );
    assert_eq!(
        pair.calls(),
        [
            Call::OpenSession,
            Call::OpenSession,
            Call::OpenSession,
            Call::SendCode
        ]
    );
    assert_eq!(
        pair.body_of(Call::OpenSession).get("password"),
        None,
        "without the password"
    );
    pair.submits_code();
    assert_eq!(pair.step(), StepName::SignedIn);

    // while one is checked, and while a forgotten one is replaced.
    for forgets in [false, true] {
        for first_factor in ["password", "auto"] {
            let mut pair = brand(first_factor);
            pair.submits(ADA);
            pair.engine.settings_mut().password_brand = false;
            if forgets {
                pair.presses(Action::Forgot);
            }
            pair.submits(NEW);
            assert_eq!(
                (pair.step(), pair.notice()),
                (StepName::Code, Some(Text::NoPasswords))
            );
            assert!(!pair.offers(Action::UsePassword), "they are hidden");
            pair.submits_code();
            assert_eq!(pair.step(), StepName::SignedIn);
        }
    }
}

#[test]
fn another_customer_is_asked_for_a_password_again() {
    let mut pair = brand("password");
    pair.submits(ADA);
    pair.refuse(Call::CheckPassword, 1524);
    pair.submits(OLD);
    pair.presses(Action::ChangeIdentifier);
    pair.submits(ADA);
    assert_eq!(pair.step(), StepName::Password);
}

// Reloads -----------------------------------------------------------------------------------------------------------------

#[test]
fn a_reload_returns_to_the_password_with_the_same_session_of_the_engine() {
    for (first_factor, choice) in [("password", false), ("auto", true)] {
        let mut pair = brand(first_factor);
        pair.submits(ADA);
        pair.reload();
        assert_eq!(pair.step(), StepName::Password);
        assert_eq!(pair.sees().username.as_deref(), Some(ADA));
        assert_eq!(pair.offers(Action::UseCode), choice);
        pair.submits(OLD);
        assert_eq!(pair.step(), StepName::SignedIn);
        assert_eq!(pair.calls(), [Call::OpenSession, Call::CheckPassword]);
    }
}

#[test]
fn a_reload_beside_a_code_that_was_sent_does_not_send_it_again() {
    let mut pair = brand("auto");
    pair.submits(ADA);
    pair.presses(Action::UseCode);
    pair.presses(Action::UsePassword);
    pair.reload();
    assert_eq!(pair.step(), StepName::Password);
    pair.presses(Action::UseCode);
    assert_eq!(
        (pair.step(), pair.sent_of(Call::SendCode)),
        (StepName::Code, 1)
    );
}

#[test]
fn a_reload_on_the_way_to_a_new_password_keeps_the_identifier() {
    let mut pair = brand("password");
    pair.submits("grace@example.org");
    assert_eq!(pair.step(), StepName::NewPassword);
    pair.reload();
    assert_eq!(
        (pair.step(), pair.field().as_str()),
        (StepName::Identify, "grace@example.org")
    );

    let mut pair = brand("password");
    pair.submits(ADA);
    pair.presses(Action::Forgot);
    pair.reload();
    assert_eq!(pair.step(), StepName::Password, "where it was forgotten");
}

#[test]
fn a_reload_while_a_password_is_changed_finds_somebody_signed_in() {
    let mut pair = signed_in_by_password();
    pair.changes_password();
    pair.reload();
    assert_eq!(
        (pair.step(), pair.is_signed_in()),
        (StepName::SignedIn, true)
    );
}

#[test]
fn a_password_that_waits_too_long_leads_to_the_first_step() {
    let mut pair = brand("password");
    pair.submits(ADA);
    pair.pass(15 * MINUTE);
    assert_eq!(
        (pair.step(), pair.field().as_str(), pair.notice()),
        (StepName::Identify, ADA, Some(Text::AttemptTimedOut))
    );
}
