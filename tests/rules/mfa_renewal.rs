//! What follows a second factor: the key that renews, the engine's last word, the device, reloads, another password.

use ae_engine::{Customer, Fault};
use ae_login::login::Input;
use ae_login::login::text::Text;
use ae_login::login::view::{Action, FieldKind, StepName};
use ae_login::login::wire::Call;
use ae_test_support::cast::{
    OLD, OTHER, SECOND_PASSWORD, at_second_code, at_second_password, enrolled, factor, is_no_login,
    mobile_then_mail, new_page, pending, proves_first, signed_in_by_two, with_both,
};
use ae_test_support::{ADA, FORM, MINUTE, SECOND, TestPage, Wire};
use serde_json::{Value, json};

// The key -----------------------------------------------------------------------------------------------------------------

fn key(page: &TestPage) -> Option<String> {
    let record: Value = serde_json::from_str(page.tab.session.as_ref()?).expect("JSON");
    Some(record["second"]["key"].as_str()?.to_owned())
}

#[test]
fn the_key_renews_again_and_again_and_is_kept_though_no_answer_repeats_it() {
    let mut page = signed_in_by_two();
    let first = key(&page).expect("a key");
    for renewals in 1..=3 {
        let token = page.kept_token();
        page.pass(12 * MINUTE);
        assert_eq!(page.sent_of(Call::RenewByKey), renewals);
        assert_eq!(key(&page), Some(first.clone()));
        assert_eq!(page.body_of(Call::RenewByKey)["key"], *first);
        assert_ne!(page.kept_token(), token);
        if renewals == 1 {
            page.reload();
        }
    }
    assert_eq!(page.renewals(), 0, "the web's way is not asked");
    assert_eq!(factor(&page), "otp");
}

#[test]
fn a_key_that_comes_anew_takes_the_place_of_the_old_one() {
    let mut page = signed_in_by_two();
    let (old, token) = (key(&page), page.kept_token().expect("a token"));
    let claims =
        json!({ "uid": "4068291", "exp": 1_760_001_620, "iat": 1_760_000_720, "rol": "USER" });
    let header = json!({ "idv": ["EMAIL|ada@example.org"], "dev": "1-2-3-4", "org": "DOCDEMO", "alg": "HS256" });
    let body = json!({
        "status": { "success": true, "code": 200 },
        "auth": { "token": ae_test_support::world::token(&header, &claims), "key": "another-key" },
    });
    page.spoil(Call::RenewByKey, Fault::Body(body.to_string()));
    page.pass(12 * MINUTE);
    assert_ne!(page.kept_token(), Some(token));
    assert!(old.is_some() && key(&page).as_deref() == Some("another-key"));
}

#[test]
fn without_a_key_the_web_renews_and_its_refusal_signs_out_with_the_reason() {
    let mut page = at_second_code();
    page.engine.settings_mut().regenerate_mfa_key = false;
    page.submits_code();
    assert_eq!(key(&page), None);
    page.pass(12 * MINUTE);
    assert_eq!((page.renewals(), page.sent_of(Call::RenewByKey)), (1, 0));
    assert!(page.is_signed_in());
    page.heard();
    page.engine.settings_mut().web_renews_mfa_tokens = false;
    page.pass(12 * MINUTE);
    assert_eq!(
        page.heard(),
        ["error rejected 1525", "step identify", "signed-out refused"]
    );
    assert_eq!(page.field(), ADA);
    assert_eq!(page.tab.session, None);
}

#[test]
fn a_key_that_has_ended_signs_out_with_the_reason() {
    let mut page = at_second_code();
    page.engine.settings_mut().key_life_s = Some(600);
    page.submits_code();
    page.heard();
    page.pass(12 * MINUTE);
    assert_eq!(
        page.heard(),
        ["error rejected 1597", "step identify", "signed-out refused"]
    );
}

// The engine's last word --------------------------------------------------------------------------------------------------

#[test]
fn signing_out_erases_everything_first_and_waits_for_nobody() {
    for wire in [Wire::Whole, Wire::Cut, Wire::Silent, Wire::LosesAnswers] {
        for by_page in [false, true] {
            let mut page = signed_in_by_two();
            let token = page.kept_token().expect("a token");
            page.wire = wire;
            page.slow = SECOND;
            if by_page {
                page.does(Input::SignOut);
            } else {
                page.presses(Action::SignOut);
            }
            // The answer is still on its way.
            assert!(!page.is_signed_in() && !page.sees().busy, "{wire:?}");
            assert_eq!(
                (page.tab.session.clone(), page.tab.step.clone()),
                (None, None)
            );
            assert_eq!(page.heard(), ["step identify", "signed-out user"]);
            assert_eq!(page.calls().last(), Some(&Call::Expire));
            assert_eq!(page.body_of(Call::Expire)["token"], *token);
            page.pass(MINUTE);
            assert!(page.heard().is_empty(), "{wire:?}: whatever it says");
            assert_eq!(page.sent_of(Call::Expire), 1);
        }
    }
}

#[test]
fn the_record_goes_before_the_engine_is_told() {
    let mut page = signed_in_by_two();
    let order = page.effects_of(Input::Press(FORM, Action::SignOut));
    let at = |what: &str| order.iter().position(|effect| effect == what).expect(what);
    assert!(at("forget session") < at("signed-out user"), "{order:?}");
    assert!(at("signed-out user") < at("send Expire"), "{order:?}");
    assert_eq!(order.last().map(String::as_str), Some("send Expire"));
}

#[test]
fn a_refused_last_word_is_nobodys_business() {
    let mut page = signed_in_by_two();
    page.refuse(Call::Expire, 1531);
    page.signs_out();
    assert_eq!(page.heard(), ["step identify", "signed-out user"]);
    assert_eq!((page.step(), page.notice()), (StepName::Identify, None));
    proves_first(&mut page);
    page.submits_code();
    assert!(page.is_signed_in());
}

#[test]
fn the_newest_token_is_ended_and_not_the_one_before() {
    let mut page = signed_in_by_two();
    page.pass(12 * MINUTE);
    let token = page.kept_token().expect("a token");
    page.signs_out();
    assert_eq!(page.body_of(Call::Expire)["token"], *token);
    assert_eq!(
        page.engine.journal().last().and_then(|entry| entry.code),
        None
    );
}

#[test]
fn sessions_of_the_first_factor_have_no_last_word() {
    let mut page = TestPage::signed_in_for(900);
    page.signs_out();
    assert_eq!(page.sent_of(Call::Expire), 0);
    assert_eq!(page.devices_asked(), 0);
}

// The device --------------------------------------------------------------------------------------------------------------

#[test]
fn every_call_of_the_second_factor_names_one_device_and_none_of_the_first_does() {
    let mut page = at_second_password();
    page.presses(Action::Forgot);
    page.submits(OTHER);
    page.submits_code();
    page.pass(12 * MINUTE);
    page.signs_out();
    let mut seconds = 0;
    for (call, body) in page.sent() {
        let body: Value = serde_json::from_str(body).expect("JSON");
        if call.is_second() {
            seconds += 1;
            assert_eq!(body["deviceId"], "1-2-3-4", "{call:?}");
        } else {
            assert_eq!(body.get("deviceId"), None, "{call:?}");
        }
    }
    assert_eq!((seconds, page.devices_asked()), (6, 6));
}

#[test]
fn a_token_of_the_web_that_the_second_factor_does_not_take_is_the_shops_mistake_and_no_loop() {
    let mut page = new_page(&[], enrolled());
    page.engine.settings_mut().mfa_device_check = true;
    proves_first(&mut page);
    assert_eq!(
        (page.step(), page.notice(), page.detail().as_deref()),
        (StepName::Stuck, Some(Text::NotSetUp), Some("(1508)"))
    );
    assert_eq!(page.sent_of(Call::OpenSecond), 1);
}

// Reloads -----------------------------------------------------------------------------------------------------------------

#[test]
fn a_reload_returns_to_the_second_factor_without_the_token_of_the_first() {
    for to in [at_second_code, at_second_password] {
        let mut page = to();
        let step = page.step();
        let token = pending(&page);
        is_no_login(&mut page, &token);
        page.reload();
        assert_eq!(page.step(), step);
        assert_eq!(
            page.sees().lead.map(|lead| lead.identity).as_deref(),
            Some(ADA)
        );
        let right = match step {
            StepName::SecondCode => page.code_sent(),
            _ => SECOND_PASSWORD.to_owned(),
        };
        page.submits(&right);
        assert_eq!(page.step(), StepName::SignedIn);
        assert_eq!(page.sent_of(Call::OpenSecond), 1, "the same session");
        assert_eq!(page.session().expect("a session")["identifierValue"], ADA);
    }
}

#[test]
fn a_reload_in_the_other_identifiers_code_keeps_both() {
    let mut page = mobile_then_mail(Some(ADA));
    page.submits(ADA);
    page.reload();
    assert_eq!(page.step(), StepName::SecondCode);
    page.submits_code();
    let session = page.session().expect("a session");
    assert_eq!(session["identifierValue"], "919999922332");
    page.pass(12 * MINUTE);
    assert_eq!(page.body_of(Call::RenewByKey)["identifierValue"], ADA);
}

#[test]
fn a_new_second_session_after_a_reload_needs_a_new_login_and_says_so() {
    let mut page = at_second_password();
    page.reload();
    for _ in 0..6 {
        page.submits("wrong");
    }
    assert_eq!(
        (page.step(), page.field().as_str(), page.notice()),
        (StepName::Identify, ADA, Some(Text::AttemptOver))
    );
    assert_eq!(page.sent_of(Call::OpenSecond), 1, "not with an empty token");

    let mut page = mobile_then_mail(Some(ADA));
    page.submits(ADA);
    page.reload();
    page.presses(Action::ChangeIdentifier);
    assert_eq!(
        (page.step(), page.field().as_str()),
        (StepName::Identify, "+919999922332")
    );
}

#[test]
fn a_reload_on_the_way_to_a_second_factor_keeps_the_first_identifier_only() {
    // Where another identifier is asked for,
    let mut page = mobile_then_mail(Some(ADA));
    page.types(ADA);
    page.reload();
    assert_eq!(
        (page.step(), page.field().as_str()),
        (StepName::Identify, "+919999922332")
    );
    // where a second password is chosen,
    let mut page = new_page(&[("second-factor-method", "password")], enrolled());
    proves_first(&mut page);
    page.reload();
    assert_eq!(
        (page.step(), page.field().as_str()),
        (StepName::Identify, ADA)
    );
    // where the second factor could not be opened,
    let mut page = new_page(&[], enrolled());
    page.spoil(Call::OpenSecond, Fault::Unheard);
    proves_first(&mut page);
    let token = pending(&page);
    is_no_login(&mut page, &token);
    page.reload();
    assert_eq!(
        (page.step(), page.field().as_str()),
        (StepName::Identify, ADA)
    );
    // and where the password was forgotten: back to it.
    let mut page = at_second_password();
    page.presses(Action::Forgot);
    page.reload();
    assert_eq!(page.step(), StepName::SecondPassword);
}

#[test]
fn a_session_of_two_factors_is_taken_up_again_with_its_key_and_only_as_it_was_written() {
    let mut page = mobile_then_mail(Some(ADA));
    page.submits(ADA);
    page.submits_code();
    let good = page.tab.session.clone().expect("a record");
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
        page.goes();
        page.tab.session = Some(record.clone());
        page.tab.step = None;
        page.comes_back();
        assert_eq!(page.is_signed_in(), is_good, "{record}");
    }
}

// Another second password -------------------------------------------------------------------------------------------------

#[test]
fn a_session_by_a_second_password_changes_that_one() {
    let mut page = new_page(&[("first-factor", "password")], with_both());
    page.submits(ADA);
    page.submits(OLD);
    page.submits(SECOND_PASSWORD);
    page.changes_password();
    page.fills(&[SECOND_PASSWORD, OTHER, OTHER]);
    assert_eq!(page.calls().last(), Some(&Call::ChangeSecondPassword));
    assert_eq!(page.notice(), Some(Text::PasswordChanged));
    page.presses(Action::SignOut);
    page.submits(ADA);
    page.submits(OLD);
    page.submits(SECOND_PASSWORD);
    assert_eq!(page.wrong(FieldKind::Password), Some(Text::PasswordWrong));
    page.submits(OTHER);
    assert!(page.is_signed_in());
}

#[test]
fn a_session_by_a_password_and_a_second_code_changes_the_first_password() {
    let customer = Customer {
        mfa_password: None,
        ..with_both()
    };
    let mut page = new_page(&[("first-factor", "password")], customer);
    page.submits(ADA);
    page.submits(OLD);
    page.submits_code();
    page.changes_password();
    page.fills(&[OLD, OTHER, OTHER]);
    assert_eq!(page.calls().last(), Some(&Call::ChangePassword));
    assert_eq!(
        (page.step(), page.told()),
        (StepName::SignedIn, vec![Text::PasswordChanged])
    );
}
