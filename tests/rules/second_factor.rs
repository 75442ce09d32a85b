//! Every way through the second factor.

use ae_engine::{Customer, Fault};
use ae_login::login::text::Text;
use ae_login::login::view::{Action, FieldKind, StepName};
use ae_login::login::wire::Call;
use ae_test_support::scenarios::{
    OTHER_PASSWORD, PASSWORD, SECOND_PASSWORD, assert_token_is_unusable,
    customer_with_second_password, customer_with_two_passwords, first_factor_token, mfa_customer,
    page_at_second_code, page_at_second_password, page_for, pass_first_factor, second_factor_of,
};
use ae_test_support::{ADA, MOBILE, SECOND, ada};

// Combinations (contract §5.7–5.10) ---------------------------------------------------------------------------------------

#[test]
fn a_code_and_a_second_code() {
    for method in ["otp", "auto"] {
        let mut page = page_for(&[("second-factor-method", method)], mfa_customer());
        pass_first_factor(&mut page);
        assert_eq!(page.step(), StepName::SecondCode);
        assert_eq!(page.view().status, Some(Text::CodeSent));
        let token = first_factor_token(&page);
        assert_token_is_unusable(&mut page, &token);
        page.submit_code();
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
            page.take_events(),
            [
                "ready",
                "step code",
                "step second-code",
                "step signed-in",
                "signed-in"
            ]
        );
        assert_eq!(second_factor_of(&page), "otp");
        let opened = page.last_body_of(Call::OpenSecond);
        assert_eq!(opened["identifierValue"], ADA);
        assert_eq!(
            page.last_body_of(Call::CheckSecondCode)["sessionId"],
            page.last_body_of(Call::SendSecondCode)["sessionId"]
        );
        assert_ne!(
            page.last_body_of(Call::CheckSecondCode)["sessionId"],
            page.last_body_of(Call::CheckCode)["sessionId"],
            "sessions of the two factors are different ones"
        );
    }
}

#[test]
fn a_code_and_a_second_password() {
    for method in ["password", "auto"] {
        let mut page = page_for(
            &[("second-factor-method", method)],
            customer_with_second_password(),
        );
        pass_first_factor(&mut page);
        assert_eq!(page.step(), StepName::SecondPassword);
        let token = first_factor_token(&page);
        assert_token_is_unusable(&mut page, &token);
        page.submit(SECOND_PASSWORD);
        assert_eq!(
            page.calls()[3..],
            [Call::OpenSecond, Call::CheckSecondPassword]
        );
        assert_eq!(second_factor_of(&page), "password");
    }
}

#[test]
fn a_password_and_a_second_code() {
    let customer = Customer {
        mfa_password: None,
        ..customer_with_two_passwords()
    };
    let mut page = page_for(&[("first-factor", "password")], customer);
    page.submit(ADA);
    page.submit(PASSWORD);
    assert_eq!(page.step(), StepName::SecondCode);
    page.submit_code();
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
    assert_eq!(second_factor_of(&page), "otp");
}

#[test]
fn a_password_and_a_second_password() {
    let mut page = page_for(
        &[("first-factor", "password")],
        customer_with_two_passwords(),
    );
    page.submit(ADA);
    page.submit(PASSWORD);
    assert_eq!(
        (page.step(), page.view().title),
        (StepName::SecondPassword, Text::SecondPasswordTitle)
    );
    page.submit(PASSWORD);
    assert_eq!(
        page.error_of(FieldKind::Password),
        Some(Text::PasswordWrong)
    );
    page.submit(SECOND_PASSWORD);
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
    let mut page = page_for(&[("second-factor-method", "password")], mfa_customer());
    pass_first_factor(&mut page);
    assert_eq!(
        (page.step(), page.view().title),
        (StepName::SecondNewPassword, Text::SecondNewPasswordTitle)
    );
    page.submit(SECOND_PASSWORD);
    assert_eq!(page.step(), StepName::SecondCode);
    let opened = page.last_body_of(Call::OpenSecond);
    assert_eq!(opened["password"], SECOND_PASSWORD);
    page.submit_code();
    assert_eq!(
        page.calls()[3..],
        [
            Call::OpenSecond,
            Call::OpenSecond,
            Call::SendSecondCode,
            Call::CheckSecondCode
        ]
    );
    assert_eq!(second_factor_of(&page), "otp");
    // From now on it is hers.
    page.press(Action::SignOut);
    pass_first_factor(&mut page);
    assert_eq!(page.step(), StepName::SecondPassword);
    page.submit(SECOND_PASSWORD);
    assert!(page.is_signed_in());
}

#[test]
fn a_first_second_password_that_counts_at_once_is_asked_for_once_more_or_is_the_login() {
    // The engine may open a session that knows the password now,
    let mut page = page_for(&[("second-factor-method", "password")], mfa_customer());
    page.engine.settings_mut().skip_otp_validate = true;
    pass_first_factor(&mut page);
    page.submit(SECOND_PASSWORD);
    assert_eq!(page.step(), StepName::SecondPassword);
    page.submit(SECOND_PASSWORD);
    assert_eq!(second_factor_of(&page), "password");
    assert_eq!(page.request_count(Call::SendSecondCode), 0);

    // or answer with the token that says so.
    let mut page = page_for(&[("second-factor-method", "password")], mfa_customer());
    pass_first_factor(&mut page);
    page.fail_next(Call::OpenSecond, Fault::Role("USER".to_owned()));
    page.submit(SECOND_PASSWORD);
    assert_eq!(page.step(), StepName::SignedIn);
    assert_eq!(second_factor_of(&page), "password");
}

#[test]
fn an_opening_without_a_password_is_no_login_whatever_its_token_says() {
    let mut page = page_for(&[], customer_with_second_password());
    page.fail_next(Call::OpenSecond, Fault::Role("USER".to_owned()));
    pass_first_factor(&mut page);
    assert_eq!(page.step(), StepName::SecondPassword);
    assert!(!page.is_signed_in());
}

#[test]
fn a_forgotten_second_password_is_replaced_in_the_same_session() {
    let mut page = page_at_second_password();
    page.press(Action::Forgot);
    assert_eq!(page.step(), StepName::SecondNewPassword);
    page.submit(OTHER_PASSWORD);
    assert_eq!(page.step(), StepName::SecondCode);
    page.submit_code();
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
        page.last_body_of(Call::ResetSecondPassword)["sessionId"],
        page.last_body_of(Call::CheckSecondCode)["sessionId"]
    );
    page.press(Action::SignOut);
    pass_first_factor(&mut page);
    page.submit(SECOND_PASSWORD);
    assert_eq!(
        page.error_of(FieldKind::Password),
        Some(Text::PasswordWrong)
    );
    page.submit(OTHER_PASSWORD);
    assert!(page.is_signed_in());
}

#[test]
fn too_many_wrong_second_passwords_lead_to_a_new_one_in_a_session_that_lives() {
    let mut page = page_at_second_password();
    for _ in 0..6 {
        assert_eq!(page.step(), StepName::SecondPassword);
        page.submit("wrong");
    }
    assert_eq!(
        (page.step(), page.notice()),
        (StepName::SecondNewPassword, Some(Text::PasswordTriesUsedUp))
    );
    page.submit(OTHER_PASSWORD);
    assert_eq!(page.step(), StepName::SecondCode, "{:?}", page.messages());
    page.submit_code();
    assert!(page.is_signed_in());
}

#[test]
fn too_many_wrong_second_codes_start_the_whole_login_over() {
    let mut page = page_at_second_code();
    for _ in 0..6 {
        page.submit(&page.wrong_code());
    }
    assert_eq!(
        (page.step(), page.first_value().as_str(), page.notice()),
        (StepName::Identify, ADA, Some(Text::TriesUsedUp))
    );
}

#[test]
fn a_second_code_instead_of_the_second_password_is_sent_once() {
    let mut page = page_at_second_password();
    for _ in 0..3 {
        page.press(Action::UseCode);
        assert_eq!(page.step(), StepName::SecondCode);
        page.press(Action::UsePassword);
        assert_eq!(page.step(), StepName::SecondPassword);
    }
    assert_eq!(page.request_count(Call::SendSecondCode), 1);
    page.press(Action::UseCode);
    page.submit_code();
    assert_eq!(second_factor_of(&page), "otp");
}

#[test]
fn another_second_code_comes_after_a_while_and_by_another_channel() {
    let attributes = [
        ("fallback-channels", "SMS"),
        ("second-factor-method", "otp"),
    ];
    let mut page = page_for(&attributes, mfa_customer());
    page.engine.settings_mut().fallback_channels = vec!["SMS".to_owned()];
    pass_first_factor(&mut page);
    page.advance(30 * SECOND);
    page.press(Action::Resend);
    assert_eq!(page.request_count(Call::SendSecondCode), 2);
    page.advance(30 * SECOND);
    page.press(Action::Fallback(ae_login::login::wire::Channel::Sms));
    assert_eq!(page.view().fields[0].asked, FieldKind::Mobile, "1601");
    assert_eq!(page.step(), StepName::SecondIdentify);
    page.submit(MOBILE);
    let asked = page.engine.journal().last().expect("a question");
    assert_eq!(asked.path, "/auth/v1/mfa/otp/generate?fallbackChannel=SMS");
    page.submit_code();
    assert!(page.is_signed_in());
}

#[test]
fn a_second_factor_without_passwords_goes_on_with_a_code() {
    // While a first one is given,
    let mut page = page_for(&[("second-factor-method", "password")], mfa_customer());
    pass_first_factor(&mut page);
    page.engine.settings_mut().mfa_password = false;
    page.submit(SECOND_PASSWORD);
    assert_eq!(
        (page.step(), page.notice()),
        (StepName::SecondCode, Some(Text::NoPasswords))
    );
    assert_eq!(page.last_body_of(Call::OpenSecond).get("password"), None);
    page.submit_code();
    assert!(page.is_signed_in());

    // while one is checked, and while a forgotten one is replaced.
    for forgets in [false, true] {
        let mut page = page_at_second_password();
        page.engine.settings_mut().mfa_password = false;
        if forgets {
            page.press(Action::Forgot);
        }
        page.submit(OTHER_PASSWORD);
        assert_eq!(
            (page.step(), page.notice()),
            (StepName::SecondCode, Some(Text::NoPasswords))
        );
        assert!(!page.offers(Action::UsePassword));
        page.submit_code();
        assert!(page.is_signed_in());
    }
}

#[test]
fn a_first_factor_without_passwords_says_nothing_about_the_second() {
    let mut page = page_for(
        &[("first-factor", "password")],
        customer_with_two_passwords(),
    );
    page.submit(ADA);
    page.refuse_next(Call::CheckPassword, 1524);
    page.submit(PASSWORD);
    page.submit_code();
    assert_eq!(page.step(), StepName::SecondPassword);
}

// When things fail between the factors ------------------------------------------------------------------------------------

#[test]
fn a_second_factor_that_could_not_be_opened_is_opened_without_the_first_one_again() {
    for customer in [mfa_customer(), customer_with_two_passwords()] {
        let by_password = customer.password.is_some();
        let mut page = page_for(&[("first-factor", "auto")], customer);
        page.fail_next(Call::OpenSecond, Fault::Unheard);
        page.submit(ADA);
        let right = if by_password {
            PASSWORD.to_owned()
        } else {
            page.last_code()
        };
        page.submit(&right);
        let first_step = if by_password {
            StepName::Password
        } else {
            StepName::Code
        };
        assert_eq!(
            (page.step(), page.notice()),
            (first_step, Some(Text::Network))
        );
        let token = first_factor_token(&page);
        assert_token_is_unusable(&mut page, &token);
        for action in [
            Action::Resend,
            Action::UseCode,
            Action::UsePassword,
            Action::Forgot,
        ] {
            assert!(!page.offers(action), "{action:?}: it is proved already");
            page.press(action);
        }
        let codes = page.request_count(Call::CheckCode) + page.request_count(Call::CheckPassword);
        page.submit(&right);
        assert_eq!(
            page.request_count(Call::CheckCode) + page.request_count(Call::CheckPassword),
            codes,
            "what was proved is not sent again"
        );
        assert_eq!(page.request_count(Call::OpenSecond), 2);
        assert_eq!(first_factor_token(&page), token);
        assert!(matches!(
            page.step(),
            StepName::SecondCode | StepName::SecondPassword
        ));
    }
}

#[test]
fn a_second_code_that_could_not_be_sent_is_asked_for_in_a_new_session_of_the_second_factor() {
    let mut page = page_for(&[("second-factor-method", "otp")], mfa_customer());
    page.fail_next(Call::SendSecondCode, Fault::Unheard);
    pass_first_factor(&mut page);
    assert_eq!(
        (page.step(), page.notice()),
        (StepName::Code, Some(Text::Network))
    );
    page.submit("");
    assert_eq!(page.step(), StepName::SecondCode);
    assert_eq!(page.request_count(Call::CheckCode), 1);
    page.submit_code();
    assert!(page.is_signed_in());
}

#[test]
fn a_first_factor_that_ran_out_meanwhile_starts_over() {
    let mut page = page_for(&[("second-factor-method", "password")], mfa_customer());
    pass_first_factor(&mut page);
    assert_eq!(page.step(), StepName::SecondNewPassword);
    page.refuse_next(Call::OpenSecond, 1529);
    page.submit(SECOND_PASSWORD);
    assert_eq!(
        (page.step(), page.first_value().as_str(), page.notice()),
        (StepName::Identify, ADA, Some(Text::AttemptOver))
    );
}

#[test]
fn an_organisation_without_a_second_factor_is_the_shops_mistake() {
    let mut page = page_for(&[("second-factor", "always")], ada());
    page.engine.settings_mut().mfa = false;
    pass_first_factor(&mut page);
    assert_eq!(
        (page.step(), page.notice_detail().as_deref()),
        (StepName::Stuck, Some("(1504)"))
    );
}
