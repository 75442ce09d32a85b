//! Every way through the second factor.
#![cfg(not(target_arch = "wasm32"))]

mod pair;

use ae_engine::{Customer, Fault};
use ae_login::login::text::Text;
use ae_login::login::view::{Action, Asked, StepName};
use ae_login::login::wire::Call;
use pair::cast::{
    OLD, OTHER, SECOND_PASSWORD, at_second_code, at_second_password, enrolled, factor, is_no_login,
    page, pending, proves_first, with_both, with_second,
};
use pair::{ADA, MOBILE, SECOND, ada};

// Combinations (contract §5.7–5.10) ---------------------------------------------------------------------------------------

#[test]
fn a_code_and_a_second_code() {
    for method in ["otp", "auto"] {
        let mut pair = page(&[("second-factor-method", method)], enrolled());
        proves_first(&mut pair);
        assert_eq!(pair.step(), StepName::SecondCode);
        assert_eq!(pair.sees().status, Some(Text::CodeSent));
        let token = pending(&pair);
        is_no_login(&mut pair, &token);
        pair.submits_code();
        assert_eq!(
            pair.calls(),
            [
                Call::OpenSession,
                Call::SendCode,
                Call::CheckCode,
                Call::OpenSecond,
                Call::SendSecondCode,
                Call::CheckSecondCode
            ]
        );
        assert_eq!(
            pair.heard(),
            [
                "ready",
                "step code",
                "step second-code",
                "step signed-in",
                "signed-in"
            ]
        );
        assert_eq!(factor(&pair), "otp");
        let opened = pair.body_of(Call::OpenSecond);
        assert_eq!(opened["identifierValue"], ADA);
        assert_eq!(
            pair.body_of(Call::CheckSecondCode)["sessionId"],
            pair.body_of(Call::SendSecondCode)["sessionId"]
        );
        assert_ne!(
            pair.body_of(Call::CheckSecondCode)["sessionId"],
            pair.body_of(Call::CheckCode)["sessionId"],
            "sessions of the two factors are different ones"
        );
    }
}

#[test]
fn a_code_and_a_second_password() {
    for method in ["password", "auto"] {
        let mut pair = page(&[("second-factor-method", method)], with_second());
        proves_first(&mut pair);
        assert_eq!(pair.step(), StepName::SecondPassword);
        let token = pending(&pair);
        is_no_login(&mut pair, &token);
        pair.submits(SECOND_PASSWORD);
        assert_eq!(
            pair.calls()[3..],
            [Call::OpenSecond, Call::CheckSecondPassword]
        );
        assert_eq!(factor(&pair), "password");
    }
}

#[test]
fn a_password_and_a_second_code() {
    let customer = Customer {
        mfa_password: None,
        ..with_both()
    };
    let mut pair = page(&[("first-factor", "password")], customer);
    pair.submits(ADA);
    pair.submits(OLD);
    assert_eq!(pair.step(), StepName::SecondCode);
    pair.submits_code();
    assert_eq!(
        pair.calls(),
        [
            Call::OpenSession,
            Call::CheckPassword,
            Call::OpenSecond,
            Call::SendSecondCode,
            Call::CheckSecondCode
        ]
    );
    assert_eq!(factor(&pair), "otp");
}

#[test]
fn a_password_and_a_second_password() {
    let mut pair = page(&[("first-factor", "password")], with_both());
    pair.submits(ADA);
    pair.submits(OLD);
    assert_eq!(
        (pair.step(), pair.sees().title),
        (StepName::SecondPassword, Text::SecondPasswordTitle)
    );
    pair.submits(OLD);
    assert_eq!(pair.wrong(Asked::Password), Some(Text::PasswordWrong));
    pair.submits(SECOND_PASSWORD);
    assert_eq!(
        pair.calls(),
        [
            Call::OpenSession,
            Call::CheckPassword,
            Call::OpenSecond,
            Call::CheckSecondPassword,
            Call::CheckSecondPassword
        ]
    );
    assert!(pair.engine.outbox().is_empty());
}

#[test]
fn a_first_second_password_goes_with_the_opening_and_a_code_makes_it_count() {
    let mut pair = page(&[("second-factor-method", "password")], enrolled());
    proves_first(&mut pair);
    assert_eq!(
        (pair.step(), pair.sees().title),
        (StepName::SecondNewPassword, Text::SecondNewPasswordTitle)
    );
    pair.submits(SECOND_PASSWORD);
    assert_eq!(pair.step(), StepName::SecondCode);
    let opened = pair.body_of(Call::OpenSecond);
    assert_eq!(opened["password"], SECOND_PASSWORD);
    pair.submits_code();
    assert_eq!(
        pair.calls()[3..],
        [
            Call::OpenSecond,
            Call::OpenSecond,
            Call::SendSecondCode,
            Call::CheckSecondCode
        ]
    );
    assert_eq!(factor(&pair), "otp");
    // From now on it is hers.
    pair.presses(Action::SignOut);
    proves_first(&mut pair);
    assert_eq!(pair.step(), StepName::SecondPassword);
    pair.submits(SECOND_PASSWORD);
    assert!(pair.is_signed_in());
}

#[test]
fn a_first_second_password_that_counts_at_once_is_asked_for_once_more_or_is_the_login() {
    // The engine may open a session that knows the password now,
    let mut pair = page(&[("second-factor-method", "password")], enrolled());
    pair.engine.settings_mut().skip_otp_validate = true;
    proves_first(&mut pair);
    pair.submits(SECOND_PASSWORD);
    assert_eq!(pair.step(), StepName::SecondPassword);
    pair.submits(SECOND_PASSWORD);
    assert_eq!(factor(&pair), "password");
    assert_eq!(pair.sent_of(Call::SendSecondCode), 0);

    // or answer with the token that says so.
    let mut pair = page(&[("second-factor-method", "password")], enrolled());
    proves_first(&mut pair);
    pair.spoil(Call::OpenSecond, Fault::Role("USER".to_owned()));
    pair.submits(SECOND_PASSWORD);
    assert_eq!(pair.step(), StepName::SignedIn);
    assert_eq!(factor(&pair), "password");
}

#[test]
fn an_opening_without_a_password_is_no_login_whatever_its_token_says() {
    let mut pair = page(&[], with_second());
    pair.spoil(Call::OpenSecond, Fault::Role("USER".to_owned()));
    proves_first(&mut pair);
    assert_eq!(pair.step(), StepName::SecondPassword);
    assert!(!pair.is_signed_in());
}

#[test]
fn a_forgotten_second_password_is_replaced_in_the_same_session() {
    let mut pair = at_second_password();
    pair.presses(Action::Forgot);
    assert_eq!(pair.step(), StepName::SecondNewPassword);
    pair.submits(OTHER);
    assert_eq!(pair.step(), StepName::SecondCode);
    pair.submits_code();
    assert_eq!(
        pair.calls()[3..],
        [
            Call::OpenSecond,
            Call::ResetSecondPassword,
            Call::SendSecondCode,
            Call::CheckSecondCode
        ]
    );
    assert_eq!(
        pair.body_of(Call::ResetSecondPassword)["sessionId"],
        pair.body_of(Call::CheckSecondCode)["sessionId"]
    );
    pair.presses(Action::SignOut);
    proves_first(&mut pair);
    pair.submits(SECOND_PASSWORD);
    assert_eq!(pair.wrong(Asked::Password), Some(Text::PasswordWrong));
    pair.submits(OTHER);
    assert!(pair.is_signed_in());
}

#[test]
fn too_many_wrong_second_passwords_lead_to_a_new_one_in_a_session_that_lives() {
    let mut pair = at_second_password();
    for _ in 0..6 {
        assert_eq!(pair.step(), StepName::SecondPassword);
        pair.submits("wrong");
    }
    assert_eq!(
        (pair.step(), pair.notice()),
        (StepName::SecondNewPassword, Some(Text::PasswordTriesUsedUp))
    );
    pair.submits(OTHER);
    assert_eq!(pair.step(), StepName::SecondCode, "{:?}", pair.told());
    pair.submits_code();
    assert!(pair.is_signed_in());
}

#[test]
fn too_many_wrong_second_codes_start_the_whole_login_over() {
    let mut pair = at_second_code();
    for _ in 0..6 {
        pair.submits(&pair.wrong_code());
    }
    assert_eq!(
        (pair.step(), pair.field().as_str(), pair.notice()),
        (StepName::Identify, ADA, Some(Text::TriesUsedUp))
    );
}

#[test]
fn a_second_code_instead_of_the_second_password_is_sent_once() {
    let mut pair = at_second_password();
    for _ in 0..3 {
        pair.presses(Action::UseCode);
        assert_eq!(pair.step(), StepName::SecondCode);
        pair.presses(Action::UsePassword);
        assert_eq!(pair.step(), StepName::SecondPassword);
    }
    assert_eq!(pair.sent_of(Call::SendSecondCode), 1);
    pair.presses(Action::UseCode);
    pair.submits_code();
    assert_eq!(factor(&pair), "otp");
}

#[test]
fn another_second_code_comes_after_a_while_and_by_another_channel() {
    let attributes = [
        ("fallback-channels", "SMS"),
        ("second-factor-method", "otp"),
    ];
    let mut pair = page(&attributes, enrolled());
    pair.engine.settings_mut().fallback_channels = vec!["SMS".to_owned()];
    proves_first(&mut pair);
    pair.pass(30 * SECOND);
    pair.presses(Action::Resend);
    assert_eq!(pair.sent_of(Call::SendSecondCode), 2);
    pair.pass(30 * SECOND);
    pair.presses(Action::Fallback(ae_login::login::wire::Channel::Sms));
    assert_eq!(pair.sees().fields[0].asked, Asked::Mobile, "1601");
    assert_eq!(pair.step(), StepName::SecondIdentify);
    pair.submits(MOBILE);
    let asked = pair.engine.journal().last().expect("a question");
    assert_eq!(asked.path, "/auth/v1/mfa/otp/generate?fallbackChannel=SMS");
    pair.submits_code();
    assert!(pair.is_signed_in());
}

#[test]
fn a_second_factor_without_passwords_goes_on_with_a_code() {
    // While a first one is given,
    let mut pair = page(&[("second-factor-method", "password")], enrolled());
    proves_first(&mut pair);
    pair.engine.settings_mut().mfa_password = false;
    pair.submits(SECOND_PASSWORD);
    assert_eq!(
        (pair.step(), pair.notice()),
        (StepName::SecondCode, Some(Text::NoPasswords))
    );
    assert_eq!(pair.body_of(Call::OpenSecond).get("password"), None);
    pair.submits_code();
    assert!(pair.is_signed_in());

    // while one is checked, and while a forgotten one is replaced.
    for forgets in [false, true] {
        let mut pair = at_second_password();
        pair.engine.settings_mut().mfa_password = false;
        if forgets {
            pair.presses(Action::Forgot);
        }
        pair.submits(OTHER);
        assert_eq!(
            (pair.step(), pair.notice()),
            (StepName::SecondCode, Some(Text::NoPasswords))
        );
        assert!(!pair.offers(Action::UsePassword));
        pair.submits_code();
        assert!(pair.is_signed_in());
    }
}

#[test]
fn a_first_factor_without_passwords_says_nothing_about_the_second() {
    let mut pair = page(&[("first-factor", "password")], with_both());
    pair.submits(ADA);
    pair.refuse(Call::CheckPassword, 1524);
    pair.submits(OLD);
    pair.submits_code();
    assert_eq!(pair.step(), StepName::SecondPassword);
}

// When things fail between the factors ------------------------------------------------------------------------------------

#[test]
fn a_second_factor_that_could_not_be_opened_is_opened_without_the_first_one_again() {
    for customer in [enrolled(), with_both()] {
        let by_password = customer.password.is_some();
        let mut pair = page(&[("first-factor", "auto")], customer);
        pair.spoil(Call::OpenSecond, Fault::Unheard);
        pair.submits(ADA);
        let right = if by_password {
            OLD.to_owned()
        } else {
            pair.code_sent()
        };
        pair.submits(&right);
        let first_step = if by_password {
            StepName::Password
        } else {
            StepName::Code
        };
        assert_eq!(
            (pair.step(), pair.notice()),
            (first_step, Some(Text::Network))
        );
        let token = pending(&pair);
        is_no_login(&mut pair, &token);
        for action in [
            Action::Resend,
            Action::UseCode,
            Action::UsePassword,
            Action::Forgot,
        ] {
            assert!(!pair.offers(action), "{action:?}: it is proved already");
            pair.presses(action);
        }
        let codes = pair.sent_of(Call::CheckCode) + pair.sent_of(Call::CheckPassword);
        pair.submits(&right);
        assert_eq!(
            pair.sent_of(Call::CheckCode) + pair.sent_of(Call::CheckPassword),
            codes,
            "what was proved is not sent again"
        );
        assert_eq!(pair.sent_of(Call::OpenSecond), 2);
        assert_eq!(pending(&pair), token);
        assert!(matches!(
            pair.step(),
            StepName::SecondCode | StepName::SecondPassword
        ));
    }
}

#[test]
fn a_second_code_that_could_not_be_sent_is_asked_for_in_a_new_session_of_the_second_factor() {
    let mut pair = page(&[("second-factor-method", "otp")], enrolled());
    pair.spoil(Call::SendSecondCode, Fault::Unheard);
    proves_first(&mut pair);
    assert_eq!(
        (pair.step(), pair.notice()),
        (StepName::Code, Some(Text::Network))
    );
    pair.submits("");
    assert_eq!(pair.step(), StepName::SecondCode);
    assert_eq!(pair.sent_of(Call::CheckCode), 1);
    pair.submits_code();
    assert!(pair.is_signed_in());
}

#[test]
fn a_first_factor_that_ran_out_meanwhile_starts_over() {
    let mut pair = page(&[("second-factor-method", "password")], enrolled());
    proves_first(&mut pair);
    assert_eq!(pair.step(), StepName::SecondNewPassword);
    pair.refuse(Call::OpenSecond, 1529);
    pair.submits(SECOND_PASSWORD);
    assert_eq!(
        (pair.step(), pair.field().as_str(), pair.notice()),
        (StepName::Identify, ADA, Some(Text::AttemptOver))
    );
}

#[test]
fn an_organisation_without_a_second_factor_is_the_shops_mistake() {
    let mut pair = page(&[("second-factor", "always")], ada());
    pair.engine.settings_mut().mfa = false;
    proves_first(&mut pair);
    assert_eq!(
        (pair.step(), pair.detail().as_deref()),
        (StepName::Stuck, Some("(1504)"))
    );
}
