//! New passwords: a customer's first one, one that replaces a forgotten one, and one that a signed-in customer changes to.

use ae_engine::Fault;
use ae_login::login::problem::Kind;
use ae_login::login::text::Text;
use ae_login::login::view::{Action, FieldKind, StepName};
use ae_login::login::wire::Call;
use ae_test_support::scenarios::{
    NEW_PASSWORD, PASSWORD, assert_password_is, password_page, session_id_of,
    signed_in_with_password,
};
use ae_test_support::{ADA, MINUTE, SECOND, TestPage};

// The first password ------------------------------------------------------------------------------------------------------

#[test]
fn error_1520_asks_for_a_first_password_and_then_for_a_code() {
    for first_factor in ["otp", "password", "auto"] {
        let mut page = password_page(first_factor);
        page.submit("grace@example.org");
        assert_eq!(
            (page.step(), page.notice()),
            (StepName::NewPassword, Some(Text::PasswordWanted)),
            "{first_factor}"
        );
        assert_eq!(page.view().notice.map(|it| it.is_error), Some(false));
        page.submit(NEW_PASSWORD);
        assert_eq!(page.step(), StepName::Code, "{first_factor}");
        page.submit_code();
        assert_eq!(
            page.calls(),
            [
                Call::OpenSession,
                Call::OpenSession,
                Call::SendCode,
                Call::CheckCode
            ]
        );
        assert_eq!(
            page.last_body_of(Call::OpenSession)["password"],
            NEW_PASSWORD
        );
        assert!(page.is_signed_in());
        if first_factor != "otp" {
            page.press(Action::SignOut);
            page.submit("grace@example.org");
            page.submit(NEW_PASSWORD);
            assert_eq!(page.step(), StepName::SignedIn, "{first_factor}");
        }
    }
}

#[test]
fn first_factor_password_asks_a_customer_without_one_for_a_new_password() {
    let mut page = password_page("password");
    // The engine opens a session without a password, and says that the customer has none.
    page.engine.settings_mut().password_brand = false;
    page.submit("grace@example.org");
    assert_eq!((page.step(), page.notice()), (StepName::NewPassword, None));
    page.engine.settings_mut().password_brand = true;
    page.submit(NEW_PASSWORD);
    page.submit_code();
    assert_eq!(
        page.calls(),
        [
            Call::OpenSession,
            Call::OpenSession,
            Call::SendCode,
            Call::CheckCode
        ]
    );
    assert!(page.is_signed_in());
}

#[test]
fn first_password_that_the_engine_refuses_can_be_corrected() {
    let mut page = password_page("password");
    page.engine.settings_mut().password_policy = Some(".{10,}".to_owned());
    page.submit("grace@example.org");
    page.submit("short");
    assert_eq!(page.step(), StepName::NewPassword);
    assert_eq!(
        page.error_of(FieldKind::NewPassword),
        Some(Text::PasswordUnfit)
    );
    page.submit(NEW_PASSWORD);
    page.submit_code();
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn first_password_of_a_customer_with_one_leads_to_password() {
    let mut page = password_page("password");
    page.refuse_next(Call::OpenSession, 1520);
    page.submit(ADA);
    page.submit(NEW_PASSWORD);
    assert_eq!(page.step(), StepName::Password);
    page.submit(NEW_PASSWORD);
    assert_eq!(
        page.error_of(FieldKind::Password),
        Some(Text::PasswordWrong)
    );
    page.submit(PASSWORD);
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn first_password_is_submitted_again_if_the_code_was_not_sent() {
    let mut page = password_page("password");
    page.submit("grace@example.org");
    page.fail_next(Call::SendCode, Fault::Unheard);
    page.submit(NEW_PASSWORD);
    assert_eq!(
        (page.step(), page.notice()),
        (StepName::NewPassword, Some(Text::Network))
    );
    page.submit(NEW_PASSWORD);
    page.submit_code();
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn new_password_that_is_empty_unsafe_or_not_confirmed_is_not_sent() {
    type Page = fn() -> TestPage;
    let at_new: Page = || {
        let mut page = password_page("password");
        page.submit("grace@example.org");
        page
    };
    let at_forgot: Page = || {
        let mut page = password_page("password");
        page.submit(ADA);
        page.press(Action::Forgot);
        page
    };
    let at_change: Page = || {
        let mut page = signed_in_with_password();
        page.change_password();
        page
    };
    for (page, old) in [
        (at_new, &[][..]),
        (at_forgot, &[][..]),
        (at_change, &[PASSWORD][..]),
    ] {
        let mut page = page();
        page.policy = Some(|password| password != "unsafe");
        let sent = page.requests().len();
        for (new, again, wrong, text) in [
            ("", "", FieldKind::NewPassword, Text::PasswordEmpty),
            (
                "",
                NEW_PASSWORD,
                FieldKind::NewPassword,
                Text::PasswordEmpty,
            ),
            (
                "unsafe",
                "unsafe",
                FieldKind::NewPassword,
                Text::PasswordUnfit,
            ),
            (
                NEW_PASSWORD,
                "",
                FieldKind::ConfirmPassword,
                Text::PasswordsDiffer,
            ),
            (
                NEW_PASSWORD,
                "Battery staple",
                FieldKind::ConfirmPassword,
                Text::PasswordsDiffer,
            ),
            (
                NEW_PASSWORD,
                "battery staple ",
                FieldKind::ConfirmPassword,
                Text::PasswordsDiffer,
            ),
            (
                "caf\u{e9}",
                "cafe\u{301}",
                FieldKind::ConfirmPassword,
                Text::PasswordsDiffer,
            ),
        ] {
            let texts = [old, &[new, again]].concat();
            page.fill(&texts);
            assert_eq!(page.error_of(wrong), Some(text), "{new:?} {again:?}");
            assert_eq!(page.messages().len(), 1, "one message at a time");
        }
        assert_eq!(page.requests().len(), sent, "{:?}", page.step());
    }
}

// Forgotten passwords -----------------------------------------------------------------------------------------------------

#[test]
fn forgotten_password_is_replaced_after_a_code_in_a_new_engine_session() {
    for needs_new in [false, true] {
        let mut page = password_page("password");
        page.engine.settings_mut().forget_needs_new_session = needs_new;
        page.submit(ADA);
        page.press(Action::Forgot);
        assert_eq!(page.step(), StepName::ForgotPassword);
        page.submit(NEW_PASSWORD);
        assert_eq!(page.step(), StepName::Code);
        assert_ne!(
            session_id_of(&page, Call::ResetPassword),
            session_id_of(&page, Call::SendCode)
        );
        assert_eq!(page.last_body_of(Call::OpenSession).get("password"), None);
        page.submit_code();
        assert_eq!(
            page.calls(),
            [
                Call::OpenSession,
                Call::ResetPassword,
                Call::OpenSession,
                Call::SendCode,
                Call::CheckCode
            ]
        );
        assert_eq!(
            page.take_events(),
            [
                "ready",
                "step password",
                "step forgot-password",
                "step code",
                "step signed-in",
                "signed-in"
            ]
        );
        assert_password_is(&mut page, NEW_PASSWORD, PASSWORD);
    }
}

#[test]
fn back_from_forgot_password_returns_to_password() {
    let mut page = password_page("password");
    page.submit(ADA);
    page.press(Action::Forgot);
    page.press(Action::Back);
    assert_eq!(page.step(), StepName::Password);
    page.submit(PASSWORD);
    assert_eq!(page.calls(), [Call::OpenSession, Call::CheckPassword]);
}

#[test]
fn replacement_that_is_unsafe_or_was_used_before_is_reported() {
    let mut page = password_page("password");
    page.engine.settings_mut().password_policy = Some(".{10,}".to_owned());
    page.submit(ADA);
    page.press(Action::Forgot);
    page.submit("short");
    assert_eq!(
        page.error_of(FieldKind::NewPassword),
        Some(Text::PasswordUnfit)
    );
    page.submit(PASSWORD);
    assert_eq!(
        page.error_of(FieldKind::NewPassword),
        Some(Text::PasswordUsedBefore)
    );
    page.submit(NEW_PASSWORD);
    assert_eq!(page.step(), StepName::Code);
}

#[test]
fn failed_request_after_a_replaced_password_can_be_repeated() {
    for needs_new in [false, true] {
        for call in [Call::ResetPassword, Call::OpenSession, Call::SendCode] {
            let mut page = password_page("password");
            page.submit(ADA);
            page.press(Action::Forgot);
            page.fail_next(call, Fault::Unheard);
            page.submit(NEW_PASSWORD);
            assert_eq!(
                (page.step(), page.notice()),
                (StepName::ForgotPassword, Some(Text::Network)),
                "{call:?}"
            );
            page.engine.settings_mut().forget_needs_new_session = needs_new;
            page.submit(NEW_PASSWORD);
            assert_eq!(
                page.step(),
                StepName::Code,
                "{call:?}: {:?}",
                page.messages()
            );
            page.submit_code();
            assert_password_is(&mut page, NEW_PASSWORD, PASSWORD);
        }
    }
}

#[test]
fn error_1530_leads_to_forgot_password() {
    for first_factor in ["password", "auto"] {
        let mut page = password_page(first_factor);
        page.submit(ADA);
        for _ in 0..5 {
            page.submit("wrong");
        }
        assert_eq!(
            page.error_of(FieldKind::Password),
            Some(Text::PasswordWrong)
        );
        page.take_events();
        page.submit("wrong");
        assert_eq!(
            (page.step(), page.notice()),
            (StepName::ForgotPassword, Some(Text::PasswordTriesUsedUp))
        );
        assert_eq!(page.view().notice.map(|it| it.is_error), Some(true));
        assert_eq!(
            page.take_events(),
            ["error rejected 1530", "step forgot-password"]
        );
        page.submit(NEW_PASSWORD);
        assert_eq!(page.step(), StepName::Code, "{:?}", page.messages());
        page.submit_code();
        assert_password_is(&mut page, NEW_PASSWORD, PASSWORD);
    }
}

#[test]
fn right_password_works_after_going_back_from_error_1530() {
    let mut page = password_page("password");
    page.submit(ADA);
    for _ in 0..6 {
        page.submit("wrong");
    }
    page.press(Action::Back);
    page.submit(PASSWORD);
    assert_eq!(page.step(), StepName::SignedIn, "{:?}", page.messages());
}

// Changing the password ---------------------------------------------------------------------------------------------------

#[test]
fn change_password_succeeds_and_keeps_the_session() {
    let mut page = signed_in_with_password();
    let token = page.stored_token().expect("a token");
    page.take_events();
    page.change_password();
    assert_eq!(page.step(), StepName::ChangePassword);
    page.fill(&[PASSWORD, NEW_PASSWORD, NEW_PASSWORD]);
    assert_eq!(
        (page.step(), page.notice()),
        (StepName::SignedIn, Some(Text::PasswordChanged))
    );
    assert_eq!(
        page.take_events(),
        ["step change-password", "step signed-in"]
    );
    let body = page.last_body_of(Call::ChangePassword);
    assert_eq!(
        (&body["password"], &body["newPassword"], &body["token"]),
        (&PASSWORD.into(), &NEW_PASSWORD.into(), &token.into())
    );
    assert!(page.get_token(1).is_ok());
    assert_password_is(&mut page, NEW_PASSWORD, PASSWORD);
}

#[test]
fn change_password_errors_are_shown_at_their_fields() {
    let mut page = signed_in_with_password();
    page.engine.settings_mut().password_policy = Some(".{10,}".to_owned());
    page.change_password();
    for (old, new, wrong, text) in [
        (
            "wrong",
            NEW_PASSWORD,
            FieldKind::Password,
            Text::PasswordWrong,
        ),
        (
            PASSWORD,
            PASSWORD,
            FieldKind::NewPassword,
            Text::PasswordUsedBefore,
        ),
        (
            PASSWORD,
            "short",
            FieldKind::NewPassword,
            Text::PasswordUnfit,
        ),
    ] {
        page.fill(&[old, new, new]);
        assert_eq!(page.step(), StepName::ChangePassword);
        assert_eq!(page.error_of(wrong), Some(text));
        assert!(page.is_signed_in());
    }
    page.fill(&["", NEW_PASSWORD, NEW_PASSWORD]);
    assert_eq!(
        page.error_of(FieldKind::Password),
        Some(Text::PasswordEmpty)
    );
    page.fill(&[PASSWORD, NEW_PASSWORD, NEW_PASSWORD]);
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn change_password_empties_only_the_refused_fields() {
    let editions = |page: &TestPage| page.view().fields.into_iter().map(|field| field.revision);
    let mut page = signed_in_with_password();
    page.change_password();
    let before = editions(&page).collect::<Vec<_>>();
    page.fill(&["wrong", NEW_PASSWORD, NEW_PASSWORD]);
    let refused = editions(&page).collect::<Vec<_>>();
    assert_ne!(refused[0], before[0]);
    assert_eq!(refused[1..], before[1..]);
    page.fill(&[PASSWORD, PASSWORD, PASSWORD]);
    let refused_again = editions(&page).collect::<Vec<_>>();
    assert_eq!(refused_again[0], refused[0]);
    assert_ne!(refused_again[1..], refused[1..]);
}

#[test]
fn reveal_does_nothing_during_a_request() {
    let mut page = signed_in_with_password();
    page.change_password();
    page.latency = SECOND;
    page.fill(&[PASSWORD, NEW_PASSWORD, NEW_PASSWORD]);
    page.press(Action::Reveal);
    assert!(page.view().fields.iter().all(|field| !field.is_revealed));
}

#[test]
fn change_password_with_an_expired_token_renews_and_can_be_repeated() {
    let mut page = signed_in_with_password();
    page.advance(2 * SECOND);
    page.change_password();
    page.refuse_next(Call::ChangePassword, 1529);
    page.fill(&[PASSWORD, NEW_PASSWORD, NEW_PASSWORD]);
    assert_eq!(
        (page.step(), page.notice()),
        (StepName::ChangePassword, Some(Text::PasswordNotChangedYet))
    );
    page.advance(SECOND);
    assert_eq!(page.renewals(), 1);
    assert_eq!(
        page.step(),
        StepName::ChangePassword,
        "the renewal keeps the step"
    );
    page.fill(&[PASSWORD, NEW_PASSWORD, NEW_PASSWORD]);
    assert_eq!(page.step(), StepName::SignedIn);
    assert_eq!(
        page.last_body_of(Call::ChangePassword)["token"].as_str(),
        page.stored_token().as_deref(),
        "the newest token is sent"
    );
}

#[test]
fn leaving_change_password_keeps_the_session() {
    let leave: [fn(&mut TestPage); 2] = [|page| page.press(Action::Back), TestPage::restart];
    for leave in leave {
        let mut page = signed_in_with_password();
        page.change_password();
        leave(&mut page);
        assert_eq!(
            (page.step(), page.is_signed_in()),
            (StepName::SignedIn, true)
        );
        assert_eq!(page.request_count(Call::ChangePassword), 0);
    }
}

#[test]
fn response_after_leaving_change_password_is_dropped() {
    let mut page = signed_in_with_password();
    page.change_password();
    page.latency = SECOND;
    page.fill(&[PASSWORD, NEW_PASSWORD, NEW_PASSWORD]);
    page.press(Action::Back);
    page.advance(MINUTE);
    assert_eq!((page.step(), page.notice()), (StepName::SignedIn, None));
}

#[test]
fn session_end_at_change_password_leads_to_identify() {
    let mut page = signed_in_with_password();
    page.change_password();
    page.refuse_next(Call::Renew, 1525);
    page.advance(15 * MINUTE);
    assert_eq!(
        (page.step(), page.first_value().as_str(), page.notice()),
        (StepName::Identify, ADA, Some(Text::SessionEnded))
    );
}

#[test]
fn change_password_without_a_session_does_nothing() {
    let mut page = password_page("password");
    page.change_password();
    assert_eq!(page.step(), StepName::Identify);
    page.submit(ADA);
    page.change_password();
    assert_eq!(page.step(), StepName::Password);
}

#[test]
fn tokens_revoked_by_change_password_sign_out_as_refused() {
    let mut page = signed_in_with_password();
    page.engine.settings_mut().password_change_revokes = true;
    page.change_password();
    page.fill(&[PASSWORD, NEW_PASSWORD, NEW_PASSWORD]);
    assert!(page.is_signed_in());
    page.advance(4 * MINUTE);
    page.take_events();
    assert_eq!(page.get_token(1_000_000), Err(Kind::SignedOut));
    assert_eq!(
        page.take_events(),
        ["error rejected 1529", "step identify", "signed-out refused"]
    );
}
