//! Every way through the first factor: a password that is known, the first one, a forgotten one, another one, and codes beside them.
#![cfg(not(target_arch = "wasm32"))]

mod pair;

use ae_engine::{Customer, Fault};
use ae_login::login::problem::Kind;
use ae_login::login::text::Text;
use ae_login::login::view::{Action, Asked, StepName};
use ae_login::login::wire::Call;
use pair::{ADA, MINUTE, Pair, SECOND, Wire, ada};

const OLD: &str = "correct horse";
const NEW: &str = "battery staple";

/// A brand that uses passwords, and Ada who has one.
fn brand(first_factor: &str) -> Pair {
    Pair::with(&[("first-factor", first_factor)], |engine| {
        engine.password_brand = true;
        let ada = Customer {
            password: Some(OLD.to_owned()),
            ..ada()
        };
        engine.customers.insert(ADA.to_owned(), ada);
    })
}

/// The same, with Ada signed in.
fn signed_in() -> Pair {
    let mut pair = brand("password");
    signs_in_with(&mut pair, OLD);
    pair
}

fn signs_in_with(pair: &mut Pair, password: &str) {
    pair.submits(ADA);
    assert_eq!(pair.step(), StepName::Password);
    pair.submits(password);
    assert_eq!(pair.step(), StepName::SignedIn, "{:?}", pair.told());
}

/// Ada signs out and in again, to show which password is hers by now.
fn is_hers(pair: &mut Pair, password: &str, not: &str) {
    if pair.is_signed_in() {
        pair.presses(Action::SignOut);
    }
    pair.submits(ADA);
    pair.submits(not);
    assert_eq!(pair.wrong(Asked::Password), Some(Text::PasswordWrong));
    pair.submits(password);
    assert_eq!(pair.step(), StepName::SignedIn);
}

/// The engine's session that the newest such call names.
fn session_of(pair: &Pair, call: Call) -> String {
    let body = pair.body_of(call);
    body["sessionId"].as_str().expect("a session").to_owned()
}

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
        let mut pair = signed_in();
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
    let mut pair = signed_in();
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
    let mut pair = signed_in();
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
fn a_change_with_a_token_that_ran_out_renews_it_and_goes_well_the_next_time() {
    let mut pair = signed_in();
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
        let mut pair = signed_in();
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
    let mut pair = signed_in();
    pair.changes_password();
    pair.slow = SECOND;
    pair.fills(&[OLD, NEW, NEW]);
    pair.presses(Action::Back);
    pair.pass(MINUTE);
    assert_eq!((pair.step(), pair.notice()), (StepName::SignedIn, None));
}

#[test]
fn a_session_that_ends_while_a_password_is_being_changed_leads_to_the_first_step() {
    let mut pair = signed_in();
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
    let mut pair = signed_in();
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

// A brand without passwords -----------------------------------------------------------------------------------------------

#[test]
fn a_brand_that_turns_out_to_have_no_passwords_goes_on_with_a_code() {
    // While a first one is given,
    let mut pair = brand("password");
    pair.submits("grace@example.org");
    assert_eq!(pair.step(), StepName::NewPassword);
    pair.engine.settings_mut().password_brand = false;
    pair.submits(NEW);
    assert_eq!(pair.step(), StepName::Code);
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
    let mut pair = signed_in();
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
