//! What follows a second factor: the key that renews, the engine's last word, the device, reloads, another password.
#![cfg(not(target_arch = "wasm32"))]

mod pair;

use ae_engine::{Customer, Fault};
use ae_login::login::Input;
use ae_login::login::text::Text;
use ae_login::login::view::{Action, Asked, StepName};
use ae_login::login::wire::Call;
use pair::cast::{
    OLD, OTHER, SECOND_PASSWORD, at_second_code, at_second_password, enrolled, factor, is_no_login,
    mobile_then_mail, page, pending, proves_first, signed_in_by_two, with_both,
};
use pair::{ADA, FORM, MINUTE, Pair, SECOND, Wire};
use serde_json::{Value, json};

// The key -----------------------------------------------------------------------------------------------------------------

fn key(pair: &Pair) -> Option<String> {
    let record: Value = serde_json::from_str(pair.tab.session.as_ref()?).expect("JSON");
    Some(record["second"]["key"].as_str()?.to_owned())
}

#[test]
fn the_key_renews_again_and_again_and_is_kept_though_no_answer_repeats_it() {
    let mut pair = signed_in_by_two();
    let first = key(&pair).expect("a key");
    for renewals in 1..=3 {
        let token = pair.kept_token();
        pair.pass(12 * MINUTE);
        assert_eq!(pair.sent_of(Call::RenewByKey), renewals);
        assert_eq!(key(&pair), Some(first.clone()));
        assert_eq!(pair.body_of(Call::RenewByKey)["key"], *first);
        assert_ne!(pair.kept_token(), token);
        if renewals == 1 {
            pair.reload();
        }
    }
    assert_eq!(pair.renewals(), 0, "the web's way is not asked");
    assert_eq!(factor(&pair), "otp");
}

#[test]
fn a_key_that_comes_anew_takes_the_place_of_the_old_one() {
    let mut pair = signed_in_by_two();
    let (old, token) = (key(&pair), pair.kept_token().expect("a token"));
    let claims =
        json!({ "uid": "4068291", "exp": 1_760_001_620, "iat": 1_760_000_720, "rol": "USER" });
    let header = json!({ "idv": ["EMAIL|ada@example.org"], "dev": "1-2-3-4", "org": "DOCDEMO", "alg": "HS256" });
    let body = json!({
        "status": { "success": true, "code": 200 },
        "auth": { "token": pair::world::token(&header, &claims), "key": "another-key" },
    });
    pair.spoil(Call::RenewByKey, Fault::Body(body.to_string()));
    pair.pass(12 * MINUTE);
    assert_ne!(pair.kept_token(), Some(token));
    assert!(old.is_some() && key(&pair).as_deref() == Some("another-key"));
}

#[test]
fn without_a_key_the_web_renews_and_its_refusal_signs_out_with_the_reason() {
    let mut pair = at_second_code();
    pair.engine.settings_mut().regenerate_mfa_key = false;
    pair.submits_code();
    assert_eq!(key(&pair), None);
    pair.pass(12 * MINUTE);
    assert_eq!((pair.renewals(), pair.sent_of(Call::RenewByKey)), (1, 0));
    assert!(pair.is_signed_in());
    pair.heard();
    pair.engine.settings_mut().web_renews_mfa_tokens = false;
    pair.pass(12 * MINUTE);
    assert_eq!(
        pair.heard(),
        ["error rejected 1525", "step identify", "signed-out refused"]
    );
    assert_eq!(pair.field(), ADA);
    assert_eq!(pair.tab.session, None);
}

#[test]
fn a_key_that_has_ended_signs_out_with_the_reason() {
    let mut pair = at_second_code();
    pair.engine.settings_mut().key_life_s = Some(600);
    pair.submits_code();
    pair.heard();
    pair.pass(12 * MINUTE);
    assert_eq!(
        pair.heard(),
        ["error rejected 1597", "step identify", "signed-out refused"]
    );
}

// The engine's last word --------------------------------------------------------------------------------------------------

#[test]
fn signing_out_erases_everything_first_and_waits_for_nobody() {
    for wire in [Wire::Whole, Wire::Cut, Wire::Silent, Wire::LosesAnswers] {
        for by_page in [false, true] {
            let mut pair = signed_in_by_two();
            let token = pair.kept_token().expect("a token");
            pair.wire = wire;
            pair.slow = SECOND;
            if by_page {
                pair.does(Input::SignOut);
            } else {
                pair.presses(Action::SignOut);
            }
            // The answer is still on its way.
            assert!(!pair.is_signed_in() && !pair.sees().busy, "{wire:?}");
            assert_eq!(
                (pair.tab.session.clone(), pair.tab.step.clone()),
                (None, None)
            );
            assert_eq!(pair.heard(), ["step identify", "signed-out user"]);
            assert_eq!(pair.calls().last(), Some(&Call::Expire));
            assert_eq!(pair.body_of(Call::Expire)["token"], *token);
            pair.pass(MINUTE);
            assert!(pair.heard().is_empty(), "{wire:?}: whatever it says");
            assert_eq!(pair.sent_of(Call::Expire), 1);
        }
    }
}

#[test]
fn the_record_goes_before_the_engine_is_told() {
    let mut pair = signed_in_by_two();
    let order = pair.effects_of(Input::Press(FORM, Action::SignOut));
    let at = |what: &str| order.iter().position(|effect| effect == what).expect(what);
    assert!(at("forget session") < at("signed-out user"), "{order:?}");
    assert!(at("signed-out user") < at("send Expire"), "{order:?}");
    assert_eq!(order.last().map(String::as_str), Some("send Expire"));
}

#[test]
fn a_refused_last_word_is_nobodys_business() {
    let mut pair = signed_in_by_two();
    pair.refuse(Call::Expire, 1531);
    pair.signs_out();
    assert_eq!(pair.heard(), ["step identify", "signed-out user"]);
    assert_eq!((pair.step(), pair.notice()), (StepName::Identify, None));
    proves_first(&mut pair);
    pair.submits_code();
    assert!(pair.is_signed_in());
}

#[test]
fn the_newest_token_is_ended_and_not_the_one_before() {
    let mut pair = signed_in_by_two();
    pair.pass(12 * MINUTE);
    let token = pair.kept_token().expect("a token");
    pair.signs_out();
    assert_eq!(pair.body_of(Call::Expire)["token"], *token);
    assert_eq!(
        pair.engine.journal().last().and_then(|entry| entry.code),
        None
    );
}

#[test]
fn sessions_of_the_first_factor_have_no_last_word() {
    let mut pair = Pair::signed_in_for(900);
    pair.signs_out();
    assert_eq!(pair.sent_of(Call::Expire), 0);
    assert_eq!(pair.devices_asked(), 0);
}

// The device --------------------------------------------------------------------------------------------------------------

#[test]
fn every_call_of_the_second_factor_names_one_device_and_none_of_the_first_does() {
    let mut pair = at_second_password();
    pair.presses(Action::Forgot);
    pair.submits(OTHER);
    pair.submits_code();
    pair.pass(12 * MINUTE);
    pair.signs_out();
    let mut seconds = 0;
    for (call, body) in pair.sent() {
        let body: Value = serde_json::from_str(body).expect("JSON");
        if call.is_second() {
            seconds += 1;
            assert_eq!(body["deviceId"], "1-2-3-4", "{call:?}");
        } else {
            assert_eq!(body.get("deviceId"), None, "{call:?}");
        }
    }
    assert_eq!((seconds, pair.devices_asked()), (6, 6));
}

#[test]
fn a_token_of_the_web_that_the_second_factor_does_not_take_is_the_shops_mistake_and_no_loop() {
    let mut pair = page(&[], enrolled());
    pair.engine.settings_mut().mfa_device_check = true;
    proves_first(&mut pair);
    assert_eq!(
        (pair.step(), pair.notice(), pair.detail().as_deref()),
        (StepName::Stuck, Some(Text::NotSetUp), Some("(1508)"))
    );
    assert_eq!(pair.sent_of(Call::OpenSecond), 1);
}

// Reloads -----------------------------------------------------------------------------------------------------------------

#[test]
fn a_reload_returns_to_the_second_factor_without_the_token_of_the_first() {
    for to in [at_second_code, at_second_password] {
        let mut pair = to();
        let step = pair.step();
        let token = pending(&pair);
        is_no_login(&mut pair, &token);
        pair.reload();
        assert_eq!(pair.step(), step);
        assert_eq!(
            pair.sees().lead.map(|lead| lead.identity).as_deref(),
            Some(ADA)
        );
        let right = match step {
            StepName::SecondCode => pair.code_sent(),
            _ => SECOND_PASSWORD.to_owned(),
        };
        pair.submits(&right);
        assert_eq!(pair.step(), StepName::SignedIn);
        assert_eq!(pair.sent_of(Call::OpenSecond), 1, "the same session");
        assert_eq!(pair.session().expect("a session")["identifierValue"], ADA);
    }
}

#[test]
fn a_reload_in_the_other_identifiers_code_keeps_both() {
    let mut pair = mobile_then_mail(Some(ADA));
    pair.submits(ADA);
    pair.reload();
    assert_eq!(pair.step(), StepName::SecondCode);
    pair.submits_code();
    let session = pair.session().expect("a session");
    assert_eq!(session["identifierValue"], "919999922332");
    pair.pass(12 * MINUTE);
    assert_eq!(pair.body_of(Call::RenewByKey)["identifierValue"], ADA);
}

#[test]
fn a_new_second_session_after_a_reload_needs_a_new_login_and_says_so() {
    let mut pair = at_second_password();
    pair.reload();
    for _ in 0..6 {
        pair.submits("wrong");
    }
    assert_eq!(
        (pair.step(), pair.field().as_str(), pair.notice()),
        (StepName::Identify, ADA, Some(Text::AttemptOver))
    );
    assert_eq!(pair.sent_of(Call::OpenSecond), 1, "not with an empty token");

    let mut pair = mobile_then_mail(Some(ADA));
    pair.submits(ADA);
    pair.reload();
    pair.presses(Action::ChangeIdentifier);
    assert_eq!(
        (pair.step(), pair.field().as_str()),
        (StepName::Identify, "+919999922332")
    );
}

#[test]
fn a_reload_on_the_way_to_a_second_factor_keeps_the_first_identifier_only() {
    // Where another identifier is asked for,
    let mut pair = mobile_then_mail(Some(ADA));
    pair.types(ADA);
    pair.reload();
    assert_eq!(
        (pair.step(), pair.field().as_str()),
        (StepName::Identify, "+919999922332")
    );
    // where a second password is chosen,
    let mut pair = page(&[("second-factor-method", "password")], enrolled());
    proves_first(&mut pair);
    pair.reload();
    assert_eq!(
        (pair.step(), pair.field().as_str()),
        (StepName::Identify, ADA)
    );
    // where the second factor could not be opened,
    let mut pair = page(&[], enrolled());
    pair.spoil(Call::OpenSecond, Fault::Unheard);
    proves_first(&mut pair);
    let token = pending(&pair);
    is_no_login(&mut pair, &token);
    pair.reload();
    assert_eq!(
        (pair.step(), pair.field().as_str()),
        (StepName::Identify, ADA)
    );
    // and where the password was forgotten: back to it.
    let mut pair = at_second_password();
    pair.presses(Action::Forgot);
    pair.reload();
    assert_eq!(pair.step(), StepName::SecondPassword);
}

#[test]
fn a_session_of_two_factors_is_taken_up_again_with_its_key_and_only_as_it_was_written() {
    let mut pair = mobile_then_mail(Some(ADA));
    pair.submits(ADA);
    pair.submits_code();
    let good = pair.tab.session.clone().expect("a record");
    let with = |pointer: &str, to: Value| {
        let mut record: Value = serde_json::from_str(&good).expect("JSON");
        *record.pointer_mut(pointer).expect(pointer) = to;
        record.to_string()
    };
    for (record, is_good) in [
        (good.clone(), true),
        (with("/second/key", Value::Null), true),
        (with("/second/factor", json!("face")), false),
        (with("/second/value", json!("eve@example.org")), false),
        (with("/second/type", json!("FAX")), false),
        (with("/second", json!([])), false),
        (with("/second", Value::Null), false),
    ] {
        pair.goes();
        pair.tab.session = Some(record.clone());
        pair.tab.step = None;
        pair.comes_back();
        assert_eq!(pair.is_signed_in(), is_good, "{record}");
    }
}

// Another second password -------------------------------------------------------------------------------------------------

#[test]
fn a_session_by_a_second_password_changes_that_one() {
    let mut pair = page(&[("first-factor", "password")], with_both());
    pair.submits(ADA);
    pair.submits(OLD);
    pair.submits(SECOND_PASSWORD);
    pair.changes_password();
    pair.fills(&[SECOND_PASSWORD, OTHER, OTHER]);
    assert_eq!(pair.calls().last(), Some(&Call::ChangeSecondPassword));
    assert_eq!(pair.notice(), Some(Text::PasswordChanged));
    pair.presses(Action::SignOut);
    pair.submits(ADA);
    pair.submits(OLD);
    pair.submits(SECOND_PASSWORD);
    assert_eq!(pair.wrong(Asked::Password), Some(Text::PasswordWrong));
    pair.submits(OTHER);
    assert!(pair.is_signed_in());
}

#[test]
fn a_session_by_a_password_and_a_second_code_changes_the_first_password() {
    let customer = Customer {
        mfa_password: None,
        ..with_both()
    };
    let mut pair = page(&[("first-factor", "password")], customer);
    pair.submits(ADA);
    pair.submits(OLD);
    pair.submits_code();
    pair.changes_password();
    pair.fills(&[OLD, OTHER, OTHER]);
    assert_eq!(pair.calls().last(), Some(&Call::ChangePassword));
    assert_eq!(
        (pair.step(), pair.told()),
        (StepName::SignedIn, vec![Text::PasswordChanged])
    );
}
