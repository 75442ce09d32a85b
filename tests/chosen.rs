//! Passwords that are chosen: the first one, one in place of a forgotten one, and another one for somebody who is signed in.
#![cfg(not(target_arch = "wasm32"))]

mod pair;

use ae_engine::Fault;
use ae_login::login::problem::Kind;
use ae_login::login::text::Text;
use ae_login::login::view::{Action, Asked, StepName};
use ae_login::login::wire::Call;
use pair::cast::{NEW, OLD, brand, is_hers, session_of, signed_in_by_password};
use pair::{ADA, MINUTE, Pair, SECOND};

// The first password ------------------------------------------------------------------------------------------------------

#[test]
fn a_brand_that_wants_a_password_at_the_opening_gets_a_new_one_and_a_code_makes_it_count() {
    for first_factor in ["otp", "password", "auto"] {
        let mut pair = brand(first_factor);
        pair.submits("grace@example.org");
        assert_eq!(
            (pair.step(), pair.notice()),
            (StepName::NewPassword, Some(Text::PasswordWanted)),
            "{first_factor}"
        );
        assert_eq!(pair.sees().notice.map(|it| it.is_error), Some(false));
        pair.submits(NEW);
        assert_eq!(pair.step(), StepName::Code, "{first_factor}");
        pair.submits_code();
        assert_eq!(
            pair.calls(),
            [
                Call::OpenSession,
                Call::OpenSession,
                Call::SendCode,
                Call::CheckCode
            ]
        );
        assert_eq!(pair.body_of(Call::OpenSession)["password"], NEW);
        assert!(pair.is_signed_in());
        if first_factor != "otp" {
            pair.presses(Action::SignOut);
            pair.submits("grace@example.org");
            pair.submits(NEW);
            assert_eq!(pair.step(), StepName::SignedIn, "{first_factor}");
        }
    }
}

#[test]
fn a_customer_without_a_password_chooses_one_where_the_page_wants_passwords() {
    let mut pair = brand("password");
    // An engine that opens a session without one and says so.
    pair.engine.settings_mut().password_brand = false;
    pair.submits("grace@example.org");
    assert_eq!((pair.step(), pair.notice()), (StepName::NewPassword, None));
    pair.engine.settings_mut().password_brand = true;
    pair.submits(NEW);
    pair.submits_code();
    assert_eq!(
        pair.calls(),
        [
            Call::OpenSession,
            Call::OpenSession,
            Call::SendCode,
            Call::CheckCode
        ]
    );
    assert!(pair.is_signed_in());
}

#[test]
fn a_first_password_that_the_engine_refuses_can_be_put_right() {
    let mut pair = brand("password");
    pair.engine.settings_mut().password_policy = Some(".{10,}".to_owned());
    pair.submits("grace@example.org");
    pair.submits("short");
    assert_eq!(pair.step(), StepName::NewPassword);
    assert_eq!(pair.wrong(Asked::NewPassword), Some(Text::PasswordUnfit));
    pair.submits(NEW);
    pair.submits_code();
    assert_eq!(pair.step(), StepName::SignedIn);
}

#[test]
fn a_first_password_of_somebody_who_has_one_leads_to_the_one_they_have() {
    let mut pair = brand("password");
    pair.refuse(Call::OpenSession, 1520);
    pair.submits(ADA);
    pair.submits(NEW);
    assert_eq!(pair.step(), StepName::Password);
    pair.submits(NEW);
    assert_eq!(pair.wrong(Asked::Password), Some(Text::PasswordWrong));
    pair.submits(OLD);
    assert_eq!(pair.step(), StepName::SignedIn);
}

#[test]
fn a_code_for_a_first_password_that_could_not_be_sent_is_asked_for_with_the_password_again() {
    let mut pair = brand("password");
    pair.submits("grace@example.org");
    pair.spoil(Call::SendCode, Fault::Unheard);
    pair.submits(NEW);
    assert_eq!(
        (pair.step(), pair.notice()),
        (StepName::NewPassword, Some(Text::Network))
    );
    pair.submits(NEW);
    pair.submits_code();
    assert_eq!(pair.step(), StepName::SignedIn);
}

#[test]
fn a_new_password_that_is_empty_unfit_or_not_the_same_twice_is_not_sent() {
    type To = fn() -> Pair;
    let to_new: To = || {
        let mut pair = brand("password");
        pair.submits("grace@example.org");
        pair
    };
    let to_forgot: To = || {
        let mut pair = brand("password");
        pair.submits(ADA);
        pair.presses(Action::Forgot);
        pair
    };
    let to_change: To = || {
        let mut pair = signed_in_by_password();
        pair.changes_password();
        pair
    };
    for (to, old) in [
        (to_new, &[][..]),
        (to_forgot, &[][..]),
        (to_change, &[OLD][..]),
    ] {
        let mut pair = to();
        pair.policy = Some(|password| password != "unfit");
        let asked = pair.sent().len();
        for (new, again, wrong, text) in [
            ("", "", Asked::NewPassword, Text::PasswordEmpty),
            ("", NEW, Asked::NewPassword, Text::PasswordEmpty),
            ("unfit", "unfit", Asked::NewPassword, Text::PasswordUnfit),
            (NEW, "", Asked::ConfirmPassword, Text::PasswordsDiffer),
            (
                NEW,
                "Battery staple",
                Asked::ConfirmPassword,
                Text::PasswordsDiffer,
            ),
            (
                NEW,
                "battery staple ",
                Asked::ConfirmPassword,
                Text::PasswordsDiffer,
            ),
            (
                "caf\u{e9}",
                "cafe\u{301}",
                Asked::ConfirmPassword,
                Text::PasswordsDiffer,
            ),
        ] {
            let texts = [old, &[new, again]].concat();
            pair.fills(&texts);
            assert_eq!(pair.wrong(wrong), Some(text), "{new:?} {again:?}");
            assert_eq!(pair.told().len(), 1, "one thing at a time");
        }
        assert_eq!(pair.sent().len(), asked, "{:?}", pair.step());
    }
}

// A forgotten password ----------------------------------------------------------------------------------------------------

#[test]
fn a_forgotten_password_is_replaced_in_a_fresh_session_once_a_code_is_proved() {
    for needs_new in [false, true] {
        let mut pair = brand("password");
        pair.engine.settings_mut().forget_needs_new_session = needs_new;
        pair.submits(ADA);
        pair.presses(Action::Forgot);
        assert_eq!(pair.step(), StepName::ForgotPassword);
        pair.submits(NEW);
        assert_eq!(pair.step(), StepName::Code);
        assert_ne!(
            session_of(&pair, Call::ResetPassword),
            session_of(&pair, Call::SendCode)
        );
        assert_eq!(pair.body_of(Call::OpenSession).get("password"), None);
        pair.submits_code();
        assert_eq!(
            pair.calls(),
            [
                Call::OpenSession,
                Call::ResetPassword,
                Call::OpenSession,
                Call::SendCode,
                Call::CheckCode
            ]
        );
        assert_eq!(
            pair.heard(),
            [
                "ready",
                "step password",
                "step forgot-password",
                "step code",
                "step signed-in",
                "signed-in"
            ]
        );
        is_hers(&mut pair, NEW, OLD);
    }
}

#[test]
fn whoever_remembers_the_password_after_all_goes_back() {
    let mut pair = brand("password");
    pair.submits(ADA);
    pair.presses(Action::Forgot);
    pair.presses(Action::Back);
    assert_eq!(pair.step(), StepName::Password);
    pair.submits(OLD);
    assert_eq!(pair.calls(), [Call::OpenSession, Call::CheckPassword]);
}

#[test]
fn a_new_password_that_is_the_forgotten_one_or_breaks_the_policy_is_marked() {
    let mut pair = brand("password");
    pair.engine.settings_mut().password_policy = Some(".{10,}".to_owned());
    pair.submits(ADA);
    pair.presses(Action::Forgot);
    pair.submits("short");
    assert_eq!(pair.wrong(Asked::NewPassword), Some(Text::PasswordUnfit));
    pair.submits(OLD);
    assert_eq!(
        pair.wrong(Asked::NewPassword),
        Some(Text::PasswordUsedBefore)
    );
    pair.submits(NEW);
    assert_eq!(pair.step(), StepName::Code);
}

#[test]
fn whatever_fails_behind_a_replaced_password_the_same_again_goes_well() {
    for needs_new in [false, true] {
        for call in [Call::ResetPassword, Call::OpenSession, Call::SendCode] {
            let mut pair = brand("password");
            pair.submits(ADA);
            pair.presses(Action::Forgot);
            pair.spoil(call, Fault::Unheard);
            pair.submits(NEW);
            assert_eq!(
                (pair.step(), pair.notice()),
                (StepName::ForgotPassword, Some(Text::Network)),
                "{call:?}"
            );
            pair.engine.settings_mut().forget_needs_new_session = needs_new;
            pair.submits(NEW);
            assert_eq!(pair.step(), StepName::Code, "{call:?}: {:?}", pair.told());
            pair.submits_code();
            is_hers(&mut pair, NEW, OLD);
        }
    }
}

#[test]
fn too_many_wrong_passwords_lead_to_a_new_one_in_a_session_that_still_lives() {
    for first_factor in ["password", "auto"] {
        let mut pair = brand(first_factor);
        pair.submits(ADA);
        for _ in 0..5 {
            pair.submits("wrong");
        }
        assert_eq!(pair.wrong(Asked::Password), Some(Text::PasswordWrong));
        pair.heard();
        pair.submits("wrong");
        assert_eq!(
            (pair.step(), pair.notice()),
            (StepName::ForgotPassword, Some(Text::PasswordTriesUsedUp))
        );
        assert_eq!(pair.sees().notice.map(|it| it.is_error), Some(true));
        assert_eq!(
            pair.heard(),
            ["error rejected 1530", "step forgot-password"]
        );
        pair.submits(NEW);
        assert_eq!(pair.step(), StepName::Code, "{:?}", pair.told());
        pair.submits_code();
        is_hers(&mut pair, NEW, OLD);
    }
}

#[test]
fn after_too_many_wrong_passwords_the_right_one_may_still_come_to_mind() {
    let mut pair = brand("password");
    pair.submits(ADA);
    for _ in 0..6 {
        pair.submits("wrong");
    }
    pair.presses(Action::Back);
    pair.submits(OLD);
    assert_eq!(pair.step(), StepName::SignedIn, "{:?}", pair.told());
}

// Another password --------------------------------------------------------------------------------------------------------

#[test]
fn a_signed_in_customer_changes_the_password_and_stays_signed_in() {
    let mut pair = signed_in_by_password();
    let token = pair.kept_token().expect("a token");
    pair.heard();
    pair.changes_password();
    assert_eq!(pair.step(), StepName::ChangePassword);
    pair.fills(&[OLD, NEW, NEW]);
    assert_eq!(
        (pair.step(), pair.notice()),
        (StepName::SignedIn, Some(Text::PasswordChanged))
    );
    assert_eq!(pair.heard(), ["step change-password", "step signed-in"]);
    let body = pair.body_of(Call::ChangePassword);
    assert_eq!(
        (&body["password"], &body["newPassword"], &body["token"]),
        (&OLD.into(), &NEW.into(), &token.into())
    );
    assert!(pair.gets_token(1).is_ok());
    is_hers(&mut pair, NEW, OLD);
}

#[test]
fn what_is_wrong_with_a_change_stands_at_its_field_and_can_be_put_right() {
    let mut pair = signed_in_by_password();
    pair.engine.settings_mut().password_policy = Some(".{10,}".to_owned());
    pair.changes_password();
    for (old, new, wrong, text) in [
        ("wrong", NEW, Asked::Password, Text::PasswordWrong),
        (OLD, OLD, Asked::NewPassword, Text::PasswordUsedBefore),
        (OLD, "short", Asked::NewPassword, Text::PasswordUnfit),
    ] {
        pair.fills(&[old, new, new]);
        assert_eq!(pair.step(), StepName::ChangePassword);
        assert_eq!(pair.wrong(wrong), Some(text));
        assert!(pair.is_signed_in());
    }
    pair.fills(&["", NEW, NEW]);
    assert_eq!(pair.wrong(Asked::Password), Some(Text::PasswordEmpty));
    pair.fills(&[OLD, NEW, NEW]);
    assert_eq!(pair.step(), StepName::SignedIn);
}

#[test]
fn only_what_was_refused_is_taken_out_of_its_field() {
    let editions = |pair: &Pair| pair.sees().fields.into_iter().map(|field| field.edition);
    let mut pair = signed_in_by_password();
    pair.changes_password();
    let before = editions(&pair).collect::<Vec<_>>();
    pair.fills(&["wrong", NEW, NEW]);
    let refused = editions(&pair).collect::<Vec<_>>();
    assert_ne!(refused[0], before[0]);
    assert_eq!(refused[1..], before[1..]);
    pair.fills(&[OLD, OLD, OLD]);
    let refused_again = editions(&pair).collect::<Vec<_>>();
    assert_eq!(refused_again[0], refused[0]);
    assert_ne!(refused_again[1..], refused[1..]);
}

#[test]
fn a_password_stays_hidden_while_its_answer_is_awaited() {
    let mut pair = signed_in_by_password();
    pair.changes_password();
    pair.slow = SECOND;
    pair.fills(&[OLD, NEW, NEW]);
    pair.presses(Action::Reveal);
    assert!(pair.sees().fields.iter().all(|field| !field.is_revealed));
}

#[test]
fn a_change_with_a_token_that_ran_out_renews_it_and_goes_well_the_next_time() {
    let mut pair = signed_in_by_password();
    pair.pass(2 * SECOND);
    pair.changes_password();
    pair.refuse(Call::ChangePassword, 1529);
    pair.fills(&[OLD, NEW, NEW]);
    assert_eq!(
        (pair.step(), pair.notice()),
        (StepName::ChangePassword, Some(Text::PasswordNotChangedYet))
    );
    pair.pass(SECOND);
    assert_eq!(pair.renewals(), 1);
    assert_eq!(pair.step(), StepName::ChangePassword, "and it stays there");
    pair.fills(&[OLD, NEW, NEW]);
    assert_eq!(pair.step(), StepName::SignedIn);
    assert_eq!(
        pair.body_of(Call::ChangePassword)["token"].as_str(),
        pair.kept_token().as_deref(),
        "the newest token goes along"
    );
}

#[test]
fn a_change_can_be_left_and_signs_nobody_out() {
    let leave: [fn(&mut Pair); 2] = [|pair| pair.presses(Action::Back), Pair::restarts];
    for leave in leave {
        let mut pair = signed_in_by_password();
        pair.changes_password();
        leave(&mut pair);
        assert_eq!(
            (pair.step(), pair.is_signed_in()),
            (StepName::SignedIn, true)
        );
        assert_eq!(pair.sent_of(Call::ChangePassword), 0);
    }
}

#[test]
fn the_answer_to_a_change_that_was_left_is_dropped() {
    let mut pair = signed_in_by_password();
    pair.changes_password();
    pair.slow = SECOND;
    pair.fills(&[OLD, NEW, NEW]);
    pair.presses(Action::Back);
    pair.pass(MINUTE);
    assert_eq!((pair.step(), pair.notice()), (StepName::SignedIn, None));
}

#[test]
fn a_session_that_ends_while_a_password_is_being_changed_leads_to_the_first_step() {
    let mut pair = signed_in_by_password();
    pair.changes_password();
    pair.refuse(Call::Renew, 1525);
    pair.pass(15 * MINUTE);
    assert_eq!(
        (pair.step(), pair.field().as_str(), pair.notice()),
        (StepName::Identify, ADA, Some(Text::SessionEnded))
    );
}

#[test]
fn nobody_changes_a_password_without_being_signed_in() {
    let mut pair = brand("password");
    pair.changes_password();
    assert_eq!(pair.step(), StepName::Identify);
    pair.submits(ADA);
    pair.changes_password();
    assert_eq!(pair.step(), StepName::Password);
}

#[test]
fn an_engine_that_revokes_tokens_at_a_change_ends_the_session_with_its_reason() {
    let mut pair = signed_in_by_password();
    pair.engine.settings_mut().password_change_revokes = true;
    pair.changes_password();
    pair.fills(&[OLD, NEW, NEW]);
    assert!(pair.is_signed_in());
    pair.pass(4 * MINUTE);
    pair.heard();
    assert_eq!(pair.gets_token(1_000_000), Err(Kind::SignedOut));
    assert_eq!(
        pair.heard(),
        ["error rejected 1529", "step identify", "signed-out refused"]
    );
}
