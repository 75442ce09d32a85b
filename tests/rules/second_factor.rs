//! The second factor: all combinations with the first one, new and forgotten second passwords, and failures between the factors.

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
use serde_json::json;

// Combinations of factors (contract §5.7–5.10) ----------------------------------------------------------------------------

#[test]
fn code_then_second_code_signs_in() {
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
            "each factor has an engine session of its own"
        );
    }
}

#[test]
fn code_then_second_password_signs_in() {
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
fn password_then_second_code_signs_in() {
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
fn password_then_second_password_signs_in() {
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
fn new_second_password_is_confirmed_by_a_code() {
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
    // The next sign-in uses the new second password.
    page.press(Action::SignOut);
    pass_first_factor(&mut page);
    assert_eq!(page.step(), StepName::SecondPassword);
    page.submit(SECOND_PASSWORD);
    assert!(page.is_signed_in());
}

/// A response with the token of a completed login.
fn complete_token() -> Fault {
    let header = json!({ "idv": ["EMAIL|ada@example.org"], "org": "DOCDEMO", "alg": "HS256" });
    let claims = json!({ "uid": "7", "exp": 1_760_000_900, "iat": 1_760_000_000, "rol": "USER" });
    let body = json!({
        "status": { "success": true, "code": 200 },
        "auth": { "token": ae_test_support::fixtures::unsigned_token(&header, &claims) },
        "user": { "sessionId": "P-8a1f9c3e", "userRegisteredForPassword": true },
    });
    Fault::Body(body.to_string())
}

#[test]
fn new_second_password_without_a_code_is_entered_again_or_signs_in() {
    // The engine may open a session for which the password already counts.
    let mut page = page_for(&[("second-factor-method", "password")], mfa_customer());
    page.engine.settings_mut().skip_otp_validate = true;
    pass_first_factor(&mut page);
    page.submit(SECOND_PASSWORD);
    assert_eq!(page.step(), StepName::SecondPassword);
    page.submit(SECOND_PASSWORD);
    assert_eq!(second_factor_of(&page), "password");
    assert_eq!(page.request_count(Call::SendSecondCode), 0);

    // Or its response may be the token of a complete login.
    let mut page = page_for(&[("second-factor-method", "password")], mfa_customer());
    pass_first_factor(&mut page);
    page.fail_next(Call::OpenSecond, complete_token());
    page.submit(SECOND_PASSWORD);
    assert_eq!(page.step(), StepName::SignedIn);
    assert_eq!(second_factor_of(&page), "password");
}

#[test]
fn opening_the_second_factor_without_a_password_signs_nobody_in() {
    let mut page = page_for(&[], customer_with_second_password());
    page.fail_next(Call::OpenSecond, complete_token());
    pass_first_factor(&mut page);
    assert_eq!(page.step(), StepName::SecondPassword);
    assert!(!page.is_signed_in());
}

#[test]
fn forgotten_second_password_is_replaced_in_the_same_engine_session() {
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
fn too_many_wrong_second_passwords_lead_to_second_new_password() {
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
fn too_many_wrong_second_codes_return_to_identify() {
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
fn switching_between_second_password_and_code_sends_one_code() {
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
fn second_code_can_be_resent_and_sent_through_a_fallback_channel() {
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
    assert_eq!(page.view().fields[0].kind, FieldKind::Mobile, "1601");
    assert_eq!(page.step(), StepName::SecondIdentify);
    page.submit(MOBILE);
    let sent = page.engine.journal().last().expect("a request");
    assert_eq!(sent.path, "/auth/v1/mfa/otp/generate?fallbackChannel=SMS");
    page.submit_code();
    assert!(page.is_signed_in());
}

#[test]
fn second_factor_without_passwords_goes_on_with_a_code() {
    // The second factor has no passwords when a first one is submitted.
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

    // The second factor has no passwords when one is checked, or when a forgotten one is replaced.
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
fn first_factor_without_passwords_does_not_affect_the_second() {
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

// Failures between the factors --------------------------------------------------------------------------------------------

#[test]
fn second_factor_that_failed_to_open_is_opened_without_repeating_the_first() {
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
            assert!(
                !page.offers(action),
                "{action:?}: the first factor is already passed"
            );
            page.press(action);
        }
        let codes = page.request_count(Call::CheckCode) + page.request_count(Call::CheckPassword);
        page.submit(&right);
        assert_eq!(
            page.request_count(Call::CheckCode) + page.request_count(Call::CheckPassword),
            codes,
            "the first factor is not sent again"
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
fn second_code_that_was_not_sent_is_requested_in_a_new_engine_session() {
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
fn expired_first_factor_returns_to_identify() {
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
fn organisation_without_a_second_factor_leads_to_stuck() {
    let mut page = page_for(&[("second-factor", "always")], ada());
    page.engine.settings_mut().mfa = false;
    pass_first_factor(&mut page);
    assert_eq!(
        (page.step(), page.notice_detail().as_deref()),
        (StepName::Stuck, Some("(1504)"))
    );
}
