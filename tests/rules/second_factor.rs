//! Every way through the second factor.

use ae_engine::{Customer, Fault};
use ae_login::login::text::Text;
use ae_login::login::view::{Action, FieldKind, StepName};
use ae_login::login::wire::Call;
use ae_test_support::cast::{
    OLD, OTHER, SECOND_PASSWORD, at_second_code, at_second_password, enrolled, factor, is_no_login,
    new_page, pending, proves_first, with_both, with_second,
};
use ae_test_support::{ADA, MOBILE, SECOND, ada};

// Combinations (contract §5.7–5.10) ---------------------------------------------------------------------------------------

#[test]
fn a_code_and_a_second_code() {
    for method in ["otp", "auto"] {
        let mut page = new_page(&[("second-factor-method", method)], enrolled());
        proves_first(&mut page);
        assert_eq!(page.step(), StepName::SecondCode);
        assert_eq!(page.sees().status, Some(Text::CodeSent));
        let token = pending(&page);
        is_no_login(&mut page, &token);
        page.submits_code();
        assert_eq!(
            page.calls(),
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
            page.heard(),
            [
                "ready",
                "step code",
                "step second-code",
                "step signed-in",
                "signed-in"
            ]
        );
        assert_eq!(factor(&page), "otp");
        let opened = page.body_of(Call::OpenSecond);
        assert_eq!(opened["identifierValue"], ADA);
        assert_eq!(
            page.body_of(Call::CheckSecondCode)["sessionId"],
            page.body_of(Call::SendSecondCode)["sessionId"]
        );
        assert_ne!(
            page.body_of(Call::CheckSecondCode)["sessionId"],
            page.body_of(Call::CheckCode)["sessionId"],
            "sessions of the two factors are different ones"
        );
    }
}

#[test]
fn a_code_and_a_second_password() {
    for method in ["password", "auto"] {
        let mut page = new_page(&[("second-factor-method", method)], with_second());
        proves_first(&mut page);
        assert_eq!(page.step(), StepName::SecondPassword);
        let token = pending(&page);
        is_no_login(&mut page, &token);
        page.submits(SECOND_PASSWORD);
        assert_eq!(
            page.calls()[3..],
            [Call::OpenSecond, Call::CheckSecondPassword]
        );
        assert_eq!(factor(&page), "password");
    }
}

#[test]
fn a_password_and_a_second_code() {
    let customer = Customer {
        mfa_password: None,
        ..with_both()
    };
    let mut page = new_page(&[("first-factor", "password")], customer);
    page.submits(ADA);
    page.submits(OLD);
    assert_eq!(page.step(), StepName::SecondCode);
    page.submits_code();
    assert_eq!(
        page.calls(),
        [
            Call::OpenSession,
            Call::CheckPassword,
            Call::OpenSecond,
            Call::SendSecondCode,
            Call::CheckSecondCode
        ]
    );
    assert_eq!(factor(&page), "otp");
}

#[test]
fn a_password_and_a_second_password() {
    let mut page = new_page(&[("first-factor", "password")], with_both());
    page.submits(ADA);
    page.submits(OLD);
    assert_eq!(
        (page.step(), page.sees().title),
        (StepName::SecondPassword, Text::SecondPasswordTitle)
    );
    page.submits(OLD);
    assert_eq!(page.wrong(FieldKind::Password), Some(Text::PasswordWrong));
    page.submits(SECOND_PASSWORD);
    assert_eq!(
        page.calls(),
        [
            Call::OpenSession,
            Call::CheckPassword,
            Call::OpenSecond,
            Call::CheckSecondPassword,
            Call::CheckSecondPassword
        ]
    );
    assert!(page.engine.outbox().is_empty());
}

#[test]
fn a_first_second_password_goes_with_the_opening_and_a_code_makes_it_count() {
    let mut page = new_page(&[("second-factor-method", "password")], enrolled());
    proves_first(&mut page);
    assert_eq!(
        (page.step(), page.sees().title),
        (StepName::SecondNewPassword, Text::SecondNewPasswordTitle)
    );
    page.submits(SECOND_PASSWORD);
    assert_eq!(page.step(), StepName::SecondCode);
    let opened = page.body_of(Call::OpenSecond);
    assert_eq!(opened["password"], SECOND_PASSWORD);
    page.submits_code();
    assert_eq!(
        page.calls()[3..],
        [
            Call::OpenSecond,
            Call::OpenSecond,
            Call::SendSecondCode,
            Call::CheckSecondCode
        ]
    );
    assert_eq!(factor(&page), "otp");
    // From now on it is hers.
    page.presses(Action::SignOut);
    proves_first(&mut page);
    assert_eq!(page.step(), StepName::SecondPassword);
    page.submits(SECOND_PASSWORD);
    assert!(page.is_signed_in());
}

#[test]
fn a_first_second_password_that_counts_at_once_is_asked_for_once_more_or_is_the_login() {
    // The engine may open a session that knows the password now,
    let mut page = new_page(&[("second-factor-method", "password")], enrolled());
    page.engine.settings_mut().skip_otp_validate = true;
    proves_first(&mut page);
    page.submits(SECOND_PASSWORD);
    assert_eq!(page.step(), StepName::SecondPassword);
    page.submits(SECOND_PASSWORD);
    assert_eq!(factor(&page), "password");
    assert_eq!(page.sent_of(Call::SendSecondCode), 0);

    // or answer with the token that says so.
    let mut page = new_page(&[("second-factor-method", "password")], enrolled());
    proves_first(&mut page);
    page.spoil(Call::OpenSecond, Fault::Role("USER".to_owned()));
    page.submits(SECOND_PASSWORD);
    assert_eq!(page.step(), StepName::SignedIn);
    assert_eq!(factor(&page), "password");
}

#[test]
fn an_opening_without_a_password_is_no_login_whatever_its_token_says() {
    let mut page = new_page(&[], with_second());
    page.spoil(Call::OpenSecond, Fault::Role("USER".to_owned()));
    proves_first(&mut page);
    assert_eq!(page.step(), StepName::SecondPassword);
    assert!(!page.is_signed_in());
}

#[test]
fn a_forgotten_second_password_is_replaced_in_the_same_session() {
    let mut page = at_second_password();
    page.presses(Action::Forgot);
    assert_eq!(page.step(), StepName::SecondNewPassword);
    page.submits(OTHER);
    assert_eq!(page.step(), StepName::SecondCode);
    page.submits_code();
    assert_eq!(
        page.calls()[3..],
        [
            Call::OpenSecond,
            Call::ResetSecondPassword,
            Call::SendSecondCode,
            Call::CheckSecondCode
        ]
    );
    assert_eq!(
        page.body_of(Call::ResetSecondPassword)["sessionId"],
        page.body_of(Call::CheckSecondCode)["sessionId"]
    );
    page.presses(Action::SignOut);
    proves_first(&mut page);
    page.submits(SECOND_PASSWORD);
    assert_eq!(page.wrong(FieldKind::Password), Some(Text::PasswordWrong));
    page.submits(OTHER);
    assert!(page.is_signed_in());
}

#[test]
fn too_many_wrong_second_passwords_lead_to_a_new_one_in_a_session_that_lives() {
    let mut page = at_second_password();
    for _ in 0..6 {
        assert_eq!(page.step(), StepName::SecondPassword);
        page.submits("wrong");
    }
    assert_eq!(
        (page.step(), page.notice()),
        (StepName::SecondNewPassword, Some(Text::PasswordTriesUsedUp))
    );
    page.submits(OTHER);
    assert_eq!(page.step(), StepName::SecondCode, "{:?}", page.told());
    page.submits_code();
    assert!(page.is_signed_in());
}

#[test]
fn too_many_wrong_second_codes_start_the_whole_login_over() {
    let mut page = at_second_code();
    for _ in 0..6 {
        page.submits(&page.wrong_code());
    }
    assert_eq!(
        (page.step(), page.field().as_str(), page.notice()),
        (StepName::Identify, ADA, Some(Text::TriesUsedUp))
    );
}

#[test]
fn a_second_code_instead_of_the_second_password_is_sent_once() {
    let mut page = at_second_password();
    for _ in 0..3 {
        page.presses(Action::UseCode);
        assert_eq!(page.step(), StepName::SecondCode);
        page.presses(Action::UsePassword);
        assert_eq!(page.step(), StepName::SecondPassword);
    }
    assert_eq!(page.sent_of(Call::SendSecondCode), 1);
    page.presses(Action::UseCode);
    page.submits_code();
    assert_eq!(factor(&page), "otp");
}

#[test]
fn another_second_code_comes_after_a_while_and_by_another_channel() {
    let attributes = [
        ("fallback-channels", "SMS"),
        ("second-factor-method", "otp"),
    ];
    let mut page = new_page(&attributes, enrolled());
    page.engine.settings_mut().fallback_channels = vec!["SMS".to_owned()];
    proves_first(&mut page);
    page.pass(30 * SECOND);
    page.presses(Action::Resend);
    assert_eq!(page.sent_of(Call::SendSecondCode), 2);
    page.pass(30 * SECOND);
    page.presses(Action::Fallback(ae_login::login::wire::Channel::Sms));
    assert_eq!(page.sees().fields[0].kind, FieldKind::Mobile, "1601");
    assert_eq!(page.step(), StepName::SecondIdentify);
    page.submits(MOBILE);
    let asked = page.engine.journal().last().expect("a question");
    assert_eq!(asked.path, "/auth/v1/mfa/otp/generate?fallbackChannel=SMS");
    page.submits_code();
    assert!(page.is_signed_in());
}

#[test]
fn a_second_factor_without_passwords_goes_on_with_a_code() {
    // While a first one is given,
    let mut page = new_page(&[("second-factor-method", "password")], enrolled());
    proves_first(&mut page);
    page.engine.settings_mut().mfa_password = false;
    page.submits(SECOND_PASSWORD);
    assert_eq!(
        (page.step(), page.notice()),
        (StepName::SecondCode, Some(Text::NoPasswords))
    );
    assert_eq!(page.body_of(Call::OpenSecond).get("password"), None);
    page.submits_code();
    assert!(page.is_signed_in());

    // while one is checked, and while a forgotten one is replaced.
    for forgets in [false, true] {
        let mut page = at_second_password();
        page.engine.settings_mut().mfa_password = false;
        if forgets {
            page.presses(Action::Forgot);
        }
        page.submits(OTHER);
        assert_eq!(
            (page.step(), page.notice()),
            (StepName::SecondCode, Some(Text::NoPasswords))
        );
        assert!(!page.offers(Action::UsePassword));
        page.submits_code();
        assert!(page.is_signed_in());
    }
}

#[test]
fn a_first_factor_without_passwords_says_nothing_about_the_second() {
    let mut page = new_page(&[("first-factor", "password")], with_both());
    page.submits(ADA);
    page.refuse(Call::CheckPassword, 1524);
    page.submits(OLD);
    page.submits_code();
    assert_eq!(page.step(), StepName::SecondPassword);
}

// When things fail between the factors ------------------------------------------------------------------------------------

#[test]
fn a_second_factor_that_could_not_be_opened_is_opened_without_the_first_one_again() {
    for customer in [enrolled(), with_both()] {
        let by_password = customer.password.is_some();
        let mut page = new_page(&[("first-factor", "auto")], customer);
        page.spoil(Call::OpenSecond, Fault::Unheard);
        page.submits(ADA);
        let right = if by_password {
            OLD.to_owned()
        } else {
            page.code_sent()
        };
        page.submits(&right);
        let first_step = if by_password {
            StepName::Password
        } else {
            StepName::Code
        };
        assert_eq!(
            (page.step(), page.notice()),
            (first_step, Some(Text::Network))
        );
        let token = pending(&page);
        is_no_login(&mut page, &token);
        for action in [
            Action::Resend,
            Action::UseCode,
            Action::UsePassword,
            Action::Forgot,
        ] {
            assert!(!page.offers(action), "{action:?}: it is proved already");
            page.presses(action);
        }
        let codes = page.sent_of(Call::CheckCode) + page.sent_of(Call::CheckPassword);
        page.submits(&right);
        assert_eq!(
            page.sent_of(Call::CheckCode) + page.sent_of(Call::CheckPassword),
            codes,
            "what was proved is not sent again"
        );
        assert_eq!(page.sent_of(Call::OpenSecond), 2);
        assert_eq!(pending(&page), token);
        assert!(matches!(
            page.step(),
            StepName::SecondCode | StepName::SecondPassword
        ));
    }
}

#[test]
fn a_second_code_that_could_not_be_sent_is_asked_for_in_a_new_session_of_the_second_factor() {
    let mut page = new_page(&[("second-factor-method", "otp")], enrolled());
    page.spoil(Call::SendSecondCode, Fault::Unheard);
    proves_first(&mut page);
    assert_eq!(
        (page.step(), page.notice()),
        (StepName::Code, Some(Text::Network))
    );
    page.submits("");
    assert_eq!(page.step(), StepName::SecondCode);
    assert_eq!(page.sent_of(Call::CheckCode), 1);
    page.submits_code();
    assert!(page.is_signed_in());
}

#[test]
fn a_first_factor_that_ran_out_meanwhile_starts_over() {
    let mut page = new_page(&[("second-factor-method", "password")], enrolled());
    proves_first(&mut page);
    assert_eq!(page.step(), StepName::SecondNewPassword);
    page.refuse(Call::OpenSecond, 1529);
    page.submits(SECOND_PASSWORD);
    assert_eq!(
        (page.step(), page.field().as_str(), page.notice()),
        (StepName::Identify, ADA, Some(Text::AttemptOver))
    );
}

#[test]
fn an_organisation_without_a_second_factor_is_the_shops_mistake() {
    let mut page = new_page(&[("second-factor", "always")], ada());
    page.engine.settings_mut().mfa = false;
    proves_first(&mut page);
    assert_eq!(
        (page.step(), page.detail().as_deref()),
        (StepName::Stuck, Some("(1504)"))
    );
}
