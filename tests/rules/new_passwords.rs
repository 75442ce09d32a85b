//! Passwords that are chosen: the first one, one in place of a forgotten one, and another one for somebody who is signed in.

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
fn a_brand_that_wants_a_password_at_the_opening_gets_a_new_one_and_a_code_makes_it_count() {
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
fn a_customer_without_a_password_chooses_one_where_the_page_wants_passwords() {
    let mut page = password_page("password");
    // An engine that opens a session without one and says so.
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
fn a_first_password_that_the_engine_refuses_can_be_put_right() {
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
fn a_first_password_of_somebody_who_has_one_leads_to_the_one_they_have() {
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
fn a_code_for_a_first_password_that_could_not_be_sent_is_asked_for_with_the_password_again() {
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
fn a_new_password_that_is_empty_unfit_or_not_the_same_twice_is_not_sent() {
    type To = fn() -> TestPage;
    let to_new: To = || {
        let mut page = password_page("password");
        page.submit("grace@example.org");
        page
    };
    let to_forgot: To = || {
        let mut page = password_page("password");
        page.submit(ADA);
        page.press(Action::Forgot);
        page
    };
    let to_change: To = || {
        let mut page = signed_in_with_password();
        page.change_password();
        page
    };
    for (to, old) in [
        (to_new, &[][..]),
        (to_forgot, &[][..]),
        (to_change, &[PASSWORD][..]),
    ] {
        let mut page = to();
        page.policy = Some(|password| password != "unfit");
        let asked = page.requests().len();
        for (new, again, wrong, text) in [
            ("", "", FieldKind::NewPassword, Text::PasswordEmpty),
            (
                "",
                NEW_PASSWORD,
                FieldKind::NewPassword,
                Text::PasswordEmpty,
            ),
            (
                "unfit",
                "unfit",
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
            assert_eq!(page.messages().len(), 1, "one thing at a time");
        }
        assert_eq!(page.requests().len(), asked, "{:?}", page.step());
    }
}

// A forgotten password ----------------------------------------------------------------------------------------------------

#[test]
fn a_forgotten_password_is_replaced_in_a_fresh_session_once_a_code_is_proved() {
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
fn whoever_remembers_the_password_after_all_goes_back() {
    let mut page = password_page("password");
    page.submit(ADA);
    page.press(Action::Forgot);
    page.press(Action::Back);
    assert_eq!(page.step(), StepName::Password);
    page.submit(PASSWORD);
    assert_eq!(page.calls(), [Call::OpenSession, Call::CheckPassword]);
}

#[test]
fn a_new_password_that_is_the_forgotten_one_or_breaks_the_policy_is_marked() {
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
fn whatever_fails_behind_a_replaced_password_the_same_again_goes_well() {
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
fn too_many_wrong_passwords_lead_to_a_new_one_in_a_session_that_still_lives() {
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
fn after_too_many_wrong_passwords_the_right_one_may_still_come_to_mind() {
    let mut page = password_page("password");
    page.submit(ADA);
    for _ in 0..6 {
        page.submit("wrong");
    }
    page.press(Action::Back);
    page.submit(PASSWORD);
    assert_eq!(page.step(), StepName::SignedIn, "{:?}", page.messages());
}

// Another password --------------------------------------------------------------------------------------------------------

#[test]
fn a_signed_in_customer_changes_the_password_and_stays_signed_in() {
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
fn what_is_wrong_with_a_change_stands_at_its_field_and_can_be_put_right() {
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
fn only_what_was_refused_is_taken_out_of_its_field() {
    let editions = |page: &TestPage| page.view().fields.into_iter().map(|field| field.edition);
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
fn a_password_stays_hidden_while_its_answer_is_awaited() {
    let mut page = signed_in_with_password();
    page.change_password();
    page.latency = SECOND;
    page.fill(&[PASSWORD, NEW_PASSWORD, NEW_PASSWORD]);
    page.press(Action::Reveal);
    assert!(page.view().fields.iter().all(|field| !field.is_revealed));
}

#[test]
fn a_change_with_a_token_that_ran_out_renews_it_and_goes_well_the_next_time() {
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
    assert_eq!(page.step(), StepName::ChangePassword, "and it stays there");
    page.fill(&[PASSWORD, NEW_PASSWORD, NEW_PASSWORD]);
    assert_eq!(page.step(), StepName::SignedIn);
    assert_eq!(
        page.last_body_of(Call::ChangePassword)["token"].as_str(),
        page.stored_token().as_deref(),
        "the newest token goes along"
    );
}

#[test]
fn a_change_can_be_left_and_signs_nobody_out() {
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
fn the_answer_to_a_change_that_was_left_is_dropped() {
    let mut page = signed_in_with_password();
    page.change_password();
    page.latency = SECOND;
    page.fill(&[PASSWORD, NEW_PASSWORD, NEW_PASSWORD]);
    page.press(Action::Back);
    page.advance(MINUTE);
    assert_eq!((page.step(), page.notice()), (StepName::SignedIn, None));
}

#[test]
fn a_session_that_ends_while_a_password_is_being_changed_leads_to_the_first_step() {
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
fn nobody_changes_a_password_without_being_signed_in() {
    let mut page = password_page("password");
    page.change_password();
    assert_eq!(page.step(), StepName::Identify);
    page.submit(ADA);
    page.change_password();
    assert_eq!(page.step(), StepName::Password);
}

#[test]
fn an_engine_that_revokes_tokens_at_a_change_ends_the_session_with_its_reason() {
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
