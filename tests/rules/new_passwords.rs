//! Passwords that are chosen: the first one, one in place of a forgotten one, and another one for somebody who is signed in.

use ae_engine::Fault;
use ae_login::login::problem::Kind;
use ae_login::login::text::Text;
use ae_login::login::view::{Action, FieldKind, StepName};
use ae_login::login::wire::Call;
use ae_test_support::cast::{NEW, OLD, brand, is_hers, session_of, signed_in_by_password};
use ae_test_support::{ADA, MINUTE, SECOND, TestPage};

// The first password ------------------------------------------------------------------------------------------------------

#[test]
fn a_brand_that_wants_a_password_at_the_opening_gets_a_new_one_and_a_code_makes_it_count() {
    for first_factor in ["otp", "password", "auto"] {
        let mut page = brand(first_factor);
        page.submits("grace@example.org");
        assert_eq!(
            (page.step(), page.notice()),
            (StepName::NewPassword, Some(Text::PasswordWanted)),
            "{first_factor}"
        );
        assert_eq!(page.sees().notice.map(|it| it.is_error), Some(false));
        page.submits(NEW);
        assert_eq!(page.step(), StepName::Code, "{first_factor}");
        page.submits_code();
        assert_eq!(
            page.calls(),
            [
                Call::OpenSession,
                Call::OpenSession,
                Call::SendCode,
                Call::CheckCode
            ]
        );
        assert_eq!(page.body_of(Call::OpenSession)["password"], NEW);
        assert!(page.is_signed_in());
        if first_factor != "otp" {
            page.presses(Action::SignOut);
            page.submits("grace@example.org");
            page.submits(NEW);
            assert_eq!(page.step(), StepName::SignedIn, "{first_factor}");
        }
    }
}

#[test]
fn a_customer_without_a_password_chooses_one_where_the_page_wants_passwords() {
    let mut page = brand("password");
    // An engine that opens a session without one and says so.
    page.engine.settings_mut().password_brand = false;
    page.submits("grace@example.org");
    assert_eq!((page.step(), page.notice()), (StepName::NewPassword, None));
    page.engine.settings_mut().password_brand = true;
    page.submits(NEW);
    page.submits_code();
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
    let mut page = brand("password");
    page.engine.settings_mut().password_policy = Some(".{10,}".to_owned());
    page.submits("grace@example.org");
    page.submits("short");
    assert_eq!(page.step(), StepName::NewPassword);
    assert_eq!(
        page.wrong(FieldKind::NewPassword),
        Some(Text::PasswordUnfit)
    );
    page.submits(NEW);
    page.submits_code();
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn a_first_password_of_somebody_who_has_one_leads_to_the_one_they_have() {
    let mut page = brand("password");
    page.refuse(Call::OpenSession, 1520);
    page.submits(ADA);
    page.submits(NEW);
    assert_eq!(page.step(), StepName::Password);
    page.submits(NEW);
    assert_eq!(page.wrong(FieldKind::Password), Some(Text::PasswordWrong));
    page.submits(OLD);
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn a_code_for_a_first_password_that_could_not_be_sent_is_asked_for_with_the_password_again() {
    let mut page = brand("password");
    page.submits("grace@example.org");
    page.spoil(Call::SendCode, Fault::Unheard);
    page.submits(NEW);
    assert_eq!(
        (page.step(), page.notice()),
        (StepName::NewPassword, Some(Text::Network))
    );
    page.submits(NEW);
    page.submits_code();
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn a_new_password_that_is_empty_unfit_or_not_the_same_twice_is_not_sent() {
    type To = fn() -> TestPage;
    let to_new: To = || {
        let mut page = brand("password");
        page.submits("grace@example.org");
        page
    };
    let to_forgot: To = || {
        let mut page = brand("password");
        page.submits(ADA);
        page.presses(Action::Forgot);
        page
    };
    let to_change: To = || {
        let mut page = signed_in_by_password();
        page.changes_password();
        page
    };
    for (to, old) in [
        (to_new, &[][..]),
        (to_forgot, &[][..]),
        (to_change, &[OLD][..]),
    ] {
        let mut page = to();
        page.policy = Some(|password| password != "unfit");
        let asked = page.sent().len();
        for (new, again, wrong, text) in [
            ("", "", FieldKind::NewPassword, Text::PasswordEmpty),
            ("", NEW, FieldKind::NewPassword, Text::PasswordEmpty),
            (
                "unfit",
                "unfit",
                FieldKind::NewPassword,
                Text::PasswordUnfit,
            ),
            (NEW, "", FieldKind::ConfirmPassword, Text::PasswordsDiffer),
            (
                NEW,
                "Battery staple",
                FieldKind::ConfirmPassword,
                Text::PasswordsDiffer,
            ),
            (
                NEW,
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
            page.fills(&texts);
            assert_eq!(page.wrong(wrong), Some(text), "{new:?} {again:?}");
            assert_eq!(page.told().len(), 1, "one thing at a time");
        }
        assert_eq!(page.sent().len(), asked, "{:?}", page.step());
    }
}

// A forgotten password ----------------------------------------------------------------------------------------------------

#[test]
fn a_forgotten_password_is_replaced_in_a_fresh_session_once_a_code_is_proved() {
    for needs_new in [false, true] {
        let mut page = brand("password");
        page.engine.settings_mut().forget_needs_new_session = needs_new;
        page.submits(ADA);
        page.presses(Action::Forgot);
        assert_eq!(page.step(), StepName::ForgotPassword);
        page.submits(NEW);
        assert_eq!(page.step(), StepName::Code);
        assert_ne!(
            session_of(&page, Call::ResetPassword),
            session_of(&page, Call::SendCode)
        );
        assert_eq!(page.body_of(Call::OpenSession).get("password"), None);
        page.submits_code();
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
            page.heard(),
            [
                "ready",
                "step password",
                "step forgot-password",
                "step code",
                "step signed-in",
                "signed-in"
            ]
        );
        is_hers(&mut page, NEW, OLD);
    }
}

#[test]
fn whoever_remembers_the_password_after_all_goes_back() {
    let mut page = brand("password");
    page.submits(ADA);
    page.presses(Action::Forgot);
    page.presses(Action::Back);
    assert_eq!(page.step(), StepName::Password);
    page.submits(OLD);
    assert_eq!(page.calls(), [Call::OpenSession, Call::CheckPassword]);
}

#[test]
fn a_new_password_that_is_the_forgotten_one_or_breaks_the_policy_is_marked() {
    let mut page = brand("password");
    page.engine.settings_mut().password_policy = Some(".{10,}".to_owned());
    page.submits(ADA);
    page.presses(Action::Forgot);
    page.submits("short");
    assert_eq!(
        page.wrong(FieldKind::NewPassword),
        Some(Text::PasswordUnfit)
    );
    page.submits(OLD);
    assert_eq!(
        page.wrong(FieldKind::NewPassword),
        Some(Text::PasswordUsedBefore)
    );
    page.submits(NEW);
    assert_eq!(page.step(), StepName::Code);
}

#[test]
fn whatever_fails_behind_a_replaced_password_the_same_again_goes_well() {
    for needs_new in [false, true] {
        for call in [Call::ResetPassword, Call::OpenSession, Call::SendCode] {
            let mut page = brand("password");
            page.submits(ADA);
            page.presses(Action::Forgot);
            page.spoil(call, Fault::Unheard);
            page.submits(NEW);
            assert_eq!(
                (page.step(), page.notice()),
                (StepName::ForgotPassword, Some(Text::Network)),
                "{call:?}"
            );
            page.engine.settings_mut().forget_needs_new_session = needs_new;
            page.submits(NEW);
            assert_eq!(page.step(), StepName::Code, "{call:?}: {:?}", page.told());
            page.submits_code();
            is_hers(&mut page, NEW, OLD);
        }
    }
}

#[test]
fn too_many_wrong_passwords_lead_to_a_new_one_in_a_session_that_still_lives() {
    for first_factor in ["password", "auto"] {
        let mut page = brand(first_factor);
        page.submits(ADA);
        for _ in 0..5 {
            page.submits("wrong");
        }
        assert_eq!(page.wrong(FieldKind::Password), Some(Text::PasswordWrong));
        page.heard();
        page.submits("wrong");
        assert_eq!(
            (page.step(), page.notice()),
            (StepName::ForgotPassword, Some(Text::PasswordTriesUsedUp))
        );
        assert_eq!(page.sees().notice.map(|it| it.is_error), Some(true));
        assert_eq!(
            page.heard(),
            ["error rejected 1530", "step forgot-password"]
        );
        page.submits(NEW);
        assert_eq!(page.step(), StepName::Code, "{:?}", page.told());
        page.submits_code();
        is_hers(&mut page, NEW, OLD);
    }
}

#[test]
fn after_too_many_wrong_passwords_the_right_one_may_still_come_to_mind() {
    let mut page = brand("password");
    page.submits(ADA);
    for _ in 0..6 {
        page.submits("wrong");
    }
    page.presses(Action::Back);
    page.submits(OLD);
    assert_eq!(page.step(), StepName::SignedIn, "{:?}", page.told());
}

// Another password --------------------------------------------------------------------------------------------------------

#[test]
fn a_signed_in_customer_changes_the_password_and_stays_signed_in() {
    let mut page = signed_in_by_password();
    let token = page.kept_token().expect("a token");
    page.heard();
    page.changes_password();
    assert_eq!(page.step(), StepName::ChangePassword);
    page.fills(&[OLD, NEW, NEW]);
    assert_eq!(
        (page.step(), page.notice()),
        (StepName::SignedIn, Some(Text::PasswordChanged))
    );
    assert_eq!(page.heard(), ["step change-password", "step signed-in"]);
    let body = page.body_of(Call::ChangePassword);
    assert_eq!(
        (&body["password"], &body["newPassword"], &body["token"]),
        (&OLD.into(), &NEW.into(), &token.into())
    );
    assert!(page.gets_token(1).is_ok());
    is_hers(&mut page, NEW, OLD);
}

#[test]
fn what_is_wrong_with_a_change_stands_at_its_field_and_can_be_put_right() {
    let mut page = signed_in_by_password();
    page.engine.settings_mut().password_policy = Some(".{10,}".to_owned());
    page.changes_password();
    for (old, new, wrong, text) in [
        ("wrong", NEW, FieldKind::Password, Text::PasswordWrong),
        (OLD, OLD, FieldKind::NewPassword, Text::PasswordUsedBefore),
        (OLD, "short", FieldKind::NewPassword, Text::PasswordUnfit),
    ] {
        page.fills(&[old, new, new]);
        assert_eq!(page.step(), StepName::ChangePassword);
        assert_eq!(page.wrong(wrong), Some(text));
        assert!(page.is_signed_in());
    }
    page.fills(&["", NEW, NEW]);
    assert_eq!(page.wrong(FieldKind::Password), Some(Text::PasswordEmpty));
    page.fills(&[OLD, NEW, NEW]);
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn only_what_was_refused_is_taken_out_of_its_field() {
    let editions = |page: &TestPage| page.sees().fields.into_iter().map(|field| field.revision);
    let mut page = signed_in_by_password();
    page.changes_password();
    let before = editions(&page).collect::<Vec<_>>();
    page.fills(&["wrong", NEW, NEW]);
    let refused = editions(&page).collect::<Vec<_>>();
    assert_ne!(refused[0], before[0]);
    assert_eq!(refused[1..], before[1..]);
    page.fills(&[OLD, OLD, OLD]);
    let refused_again = editions(&page).collect::<Vec<_>>();
    assert_eq!(refused_again[0], refused[0]);
    assert_ne!(refused_again[1..], refused[1..]);
}

#[test]
fn a_password_stays_hidden_while_its_answer_is_awaited() {
    let mut page = signed_in_by_password();
    page.changes_password();
    page.slow = SECOND;
    page.fills(&[OLD, NEW, NEW]);
    page.presses(Action::Reveal);
    assert!(page.sees().fields.iter().all(|field| !field.is_revealed));
}

#[test]
fn a_change_with_a_token_that_ran_out_renews_it_and_goes_well_the_next_time() {
    let mut page = signed_in_by_password();
    page.pass(2 * SECOND);
    page.changes_password();
    page.refuse(Call::ChangePassword, 1529);
    page.fills(&[OLD, NEW, NEW]);
    assert_eq!(
        (page.step(), page.notice()),
        (StepName::ChangePassword, Some(Text::PasswordNotChangedYet))
    );
    page.pass(SECOND);
    assert_eq!(page.renewals(), 1);
    assert_eq!(page.step(), StepName::ChangePassword, "and it stays there");
    page.fills(&[OLD, NEW, NEW]);
    assert_eq!(page.step(), StepName::SignedIn);
    assert_eq!(
        page.body_of(Call::ChangePassword)["token"].as_str(),
        page.kept_token().as_deref(),
        "the newest token goes along"
    );
}

#[test]
fn a_change_can_be_left_and_signs_nobody_out() {
    let leave: [fn(&mut TestPage); 2] = [|page| page.presses(Action::Back), TestPage::restarts];
    for leave in leave {
        let mut page = signed_in_by_password();
        page.changes_password();
        leave(&mut page);
        assert_eq!(
            (page.step(), page.is_signed_in()),
            (StepName::SignedIn, true)
        );
        assert_eq!(page.sent_of(Call::ChangePassword), 0);
    }
}

#[test]
fn the_answer_to_a_change_that_was_left_is_dropped() {
    let mut page = signed_in_by_password();
    page.changes_password();
    page.slow = SECOND;
    page.fills(&[OLD, NEW, NEW]);
    page.presses(Action::Back);
    page.pass(MINUTE);
    assert_eq!((page.step(), page.notice()), (StepName::SignedIn, None));
}

#[test]
fn a_session_that_ends_while_a_password_is_being_changed_leads_to_the_first_step() {
    let mut page = signed_in_by_password();
    page.changes_password();
    page.refuse(Call::Renew, 1525);
    page.pass(15 * MINUTE);
    assert_eq!(
        (page.step(), page.field().as_str(), page.notice()),
        (StepName::Identify, ADA, Some(Text::SessionEnded))
    );
}

#[test]
fn nobody_changes_a_password_without_being_signed_in() {
    let mut page = brand("password");
    page.changes_password();
    assert_eq!(page.step(), StepName::Identify);
    page.submits(ADA);
    page.changes_password();
    assert_eq!(page.step(), StepName::Password);
}

#[test]
fn an_engine_that_revokes_tokens_at_a_change_ends_the_session_with_its_reason() {
    let mut page = signed_in_by_password();
    page.engine.settings_mut().password_change_revokes = true;
    page.changes_password();
    page.fills(&[OLD, NEW, NEW]);
    assert!(page.is_signed_in());
    page.pass(4 * MINUTE);
    page.heard();
    assert_eq!(page.gets_token(1_000_000), Err(Kind::SignedOut));
    assert_eq!(
        page.heard(),
        ["error rejected 1529", "step identify", "signed-out refused"]
    );
}
