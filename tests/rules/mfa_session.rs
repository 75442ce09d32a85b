//! Sessions with a second factor: renewal with the key, the call `token/expire` at sign-out, the device id, reloads, and changing
//! the second password.

use ae_engine::{Customer, Fault};
use ae_login::login::Input;
use ae_login::login::text::Text;
use ae_login::login::view::{Action, FieldKind, StepName};
use ae_login::login::wire::Call;
use ae_test_support::scenarios::{
    OTHER_PASSWORD, PASSWORD, SECOND_PASSWORD, assert_token_is_unusable,
    customer_with_two_passwords, first_factor_token, mfa_customer, page_at_second_code,
    page_at_second_identify, page_at_second_password, page_for, pass_first_factor,
    second_factor_of, signed_in_with_two_factors,
};
use ae_test_support::{ADA, FORM, MINUTE, Network, SECOND, TestPage};
use serde_json::{Value, json};

// Renewal with the key ----------------------------------------------------------------------------------------------------

/// The key in the stored record of the session.
fn stored_key(page: &TestPage) -> Option<String> {
    let record: Value = serde_json::from_str(page.stored.session.as_ref()?).expect("JSON");
    Some(record["second"]["key"].as_str()?.to_owned())
}

#[test]
fn key_is_kept_and_renews_every_token() {
    let mut page = signed_in_with_two_factors();
    let first = stored_key(&page).expect("a key");
    for renewals in 1..=3 {
        let token = page.stored_token();
        page.advance(12 * MINUTE);
        assert_eq!(page.request_count(Call::RenewByKey), renewals);
        assert_eq!(stored_key(&page), Some(first.clone()));
        assert_eq!(page.last_body_of(Call::RenewByKey)["key"], *first);
        assert_ne!(page.stored_token(), token);
        if renewals == 1 {
            page.reload();
        }
    }
    assert_eq!(page.renewals(), 0, "the web endpoint is not called");
    assert_eq!(second_factor_of(&page), "otp");
}

#[test]
fn new_key_replaces_the_old_one() {
    let mut page = signed_in_with_two_factors();
    let (old, token) = (stored_key(&page), page.stored_token().expect("a token"));
    let claims =
        json!({ "uid": "4068291", "exp": 1_760_001_620, "iat": 1_760_000_720, "rol": "USER" });
    let header = json!({ "idv": ["EMAIL|ada@example.org"], "dev": "1-2-3-4", "org": "DOCDEMO", "alg": "HS256" });
    let body = json!({
        "status": { "success": true, "code": 200 },
        "auth": { "token": ae_test_support::fixtures::unsigned_token(&header, &claims), "key": "another-key" },
    });
    page.fail_next(Call::RenewByKey, Fault::Body(body.to_string()));
    page.advance(12 * MINUTE);
    assert_ne!(page.stored_token(), Some(token));
    assert!(old.is_some() && stored_key(&page).as_deref() == Some("another-key"));
}

#[test]
fn session_without_a_key_is_renewed_by_the_web_endpoint() {
    let mut page = page_at_second_code();
    page.engine.settings_mut().regenerate_mfa_key = false;
    page.submit_code();
    assert_eq!(stored_key(&page), None);
    page.advance(12 * MINUTE);
    assert_eq!(
        (page.renewals(), page.request_count(Call::RenewByKey)),
        (1, 0)
    );
    assert!(page.is_signed_in());
    page.take_events();
    page.engine.settings_mut().web_renews_mfa_tokens = false;
    page.advance(12 * MINUTE);
    assert_eq!(
        page.take_events(),
        ["error rejected 1525", "step identify", "signed-out refused"]
    );
    assert_eq!(page.first_value(), ADA);
    assert_eq!(page.stored.session, None);
}

#[test]
fn expired_key_signs_out_as_refused() {
    let mut page = page_at_second_code();
    page.engine.settings_mut().key_life_s = Some(600);
    page.submit_code();
    page.take_events();
    page.advance(12 * MINUTE);
    assert_eq!(
        page.take_events(),
        ["error rejected 1597", "step identify", "signed-out refused"]
    );
}

// token/expire at sign-out ------------------------------------------------------------------------------------------------

#[test]
fn sign_out_erases_everything_at_once_with_any_network() {
    for network in [
        Network::Working,
        Network::Unreachable,
        Network::Stalled,
        Network::LosesResponses,
    ] {
        for by_page in [false, true] {
            let mut page = signed_in_with_two_factors();
            let token = page.stored_token().expect("a token");
            page.network = network;
            page.latency = SECOND;
            if by_page {
                page.dispatch(Input::SignOut);
            } else {
                page.press(Action::SignOut);
            }
            // The response has not arrived yet.
            assert!(!page.is_signed_in() && !page.view().busy, "{network:?}");
            assert_eq!(
                (page.stored.session.clone(), page.stored.step.clone()),
                (None, None)
            );
            assert_eq!(page.take_events(), ["step identify", "signed-out user"]);
            assert_eq!(page.calls().last(), Some(&Call::Expire));
            assert_eq!(page.last_body_of(Call::Expire)["token"], *token);
            page.advance(MINUTE);
            assert!(
                page.take_events().is_empty(),
                "{network:?}: the response changes nothing"
            );
            assert_eq!(page.request_count(Call::Expire), 1);
        }
    }
}

#[test]
fn sign_out_erases_the_record_before_it_calls_the_engine() {
    let mut page = signed_in_with_two_factors();
    let order = page.effects_of(Input::Press(FORM, Action::SignOut));
    let at = |what: &str| order.iter().position(|effect| effect == what).expect(what);
    assert!(at("erase session") < at("signed-out user"), "{order:?}");
    assert!(at("signed-out user") < at("send Expire"), "{order:?}");
    assert_eq!(order.last().map(String::as_str), Some("send Expire"));
}

#[test]
fn refused_expire_call_is_not_reported() {
    let mut page = signed_in_with_two_factors();
    page.refuse_next(Call::Expire, 1531);
    page.sign_out();
    assert_eq!(page.take_events(), ["step identify", "signed-out user"]);
    assert_eq!((page.step(), page.notice()), (StepName::Identify, None));
    pass_first_factor(&mut page);
    page.submit_code();
    assert!(page.is_signed_in());
}

#[test]
fn expire_call_sends_the_newest_token() {
    let mut page = signed_in_with_two_factors();
    page.advance(12 * MINUTE);
    let token = page.stored_token().expect("a token");
    page.sign_out();
    assert_eq!(page.last_body_of(Call::Expire)["token"], *token);
    assert_eq!(
        page.engine.journal().last().and_then(|entry| entry.code),
        None
    );
}

#[test]
fn session_with_one_factor_sends_no_expire_call() {
    let mut page = TestPage::signed_in_with_life(900);
    page.sign_out();
    assert_eq!(page.request_count(Call::Expire), 0);
    assert_eq!(page.device_id_reads(), 0);
}

// The device id -----------------------------------------------------------------------------------------------------------

#[test]
fn mfa_calls_send_one_device_id_and_web_calls_none() {
    let mut page = page_at_second_password();
    page.press(Action::Forgot);
    page.submit(OTHER_PASSWORD);
    page.submit_code();
    page.advance(12 * MINUTE);
    page.sign_out();
    let mut seconds = 0;
    for (call, body) in page.requests() {
        let body: Value = serde_json::from_str(body).expect("JSON");
        if call.is_second() {
            seconds += 1;
            assert_eq!(body["deviceId"], "1-2-3-4", "{call:?}");
        } else {
            assert_eq!(body.get("deviceId"), None, "{call:?}");
        }
    }
    assert_eq!((seconds, page.device_id_reads()), (6, 6));
}

#[test]
fn error_1508_at_opening_the_second_factor_leads_to_stuck() {
    let mut page = page_for(&[], mfa_customer());
    page.engine.settings_mut().mfa_device_check = true;
    pass_first_factor(&mut page);
    assert_eq!(
        (page.step(), page.notice(), page.notice_detail().as_deref()),
        (StepName::Stuck, Some(Text::NotSetUp), Some("(1508)"))
    );
    assert_eq!(page.request_count(Call::OpenSecond), 1);
}

// Reloads -----------------------------------------------------------------------------------------------------------------

#[test]
fn reload_at_the_second_factor_keeps_the_step_without_storing_the_token() {
    for to in [page_at_second_code, page_at_second_password] {
        let mut page = to();
        let step = page.step();
        let token = first_factor_token(&page);
        assert_token_is_unusable(&mut page, &token);
        page.reload();
        assert_eq!(page.step(), step);
        assert_eq!(
            page.view().lead.map(|lead| lead.identity).as_deref(),
            Some(ADA)
        );
        let right = match step {
            StepName::SecondCode => page.last_code(),
            _ => SECOND_PASSWORD.to_owned(),
        };
        page.submit(&right);
        assert_eq!(page.step(), StepName::SignedIn);
        assert_eq!(
            page.request_count(Call::OpenSecond),
            1,
            "the same engine session"
        );
        assert_eq!(page.session().expect("a session")["identifierValue"], ADA);
    }
}

#[test]
fn reload_at_second_code_keeps_both_identifiers() {
    let mut page = page_at_second_identify(Some(ADA));
    page.submit(ADA);
    page.reload();
    assert_eq!(page.step(), StepName::SecondCode);
    page.submit_code();
    let session = page.session().expect("a session");
    assert_eq!(session["identifierValue"], "919999922332");
    page.advance(12 * MINUTE);
    assert_eq!(page.last_body_of(Call::RenewByKey)["identifierValue"], ADA);
}

#[test]
fn new_second_factor_session_after_a_reload_requires_a_new_login() {
    let mut page = page_at_second_password();
    page.reload();
    for _ in 0..6 {
        page.submit("wrong");
    }
    assert_eq!(
        (page.step(), page.first_value().as_str(), page.notice()),
        (StepName::Identify, ADA, Some(Text::AttemptOver))
    );
    assert_eq!(
        page.request_count(Call::OpenSecond),
        1,
        "no request with an empty token"
    );

    let mut page = page_at_second_identify(Some(ADA));
    page.submit(ADA);
    page.reload();
    page.press(Action::ChangeIdentifier);
    assert_eq!(
        (page.step(), page.first_value().as_str()),
        (StepName::Identify, "+919999922332")
    );
}

#[test]
fn reload_before_the_second_factor_keeps_the_first_identifier() {
    // At the second identifier:
    let mut page = page_at_second_identify(Some(ADA));
    page.type_text(ADA);
    page.reload();
    assert_eq!(
        (page.step(), page.first_value().as_str()),
        (StepName::Identify, "+919999922332")
    );
    // At a new second password:
    let mut page = page_for(&[("second-factor-method", "password")], mfa_customer());
    pass_first_factor(&mut page);
    page.reload();
    assert_eq!(
        (page.step(), page.first_value().as_str()),
        (StepName::Identify, ADA)
    );
    // After the second factor failed to open:
    let mut page = page_for(&[], mfa_customer());
    page.fail_next(Call::OpenSecond, Fault::Unheard);
    pass_first_factor(&mut page);
    let token = first_factor_token(&page);
    assert_token_is_unusable(&mut page, &token);
    page.reload();
    assert_eq!(
        (page.step(), page.first_value().as_str()),
        (StepName::Identify, ADA)
    );
    // At a forgotten second password, the reload returns to the second password.
    let mut page = page_at_second_password();
    page.press(Action::Forgot);
    page.reload();
    assert_eq!(page.step(), StepName::SecondPassword);
}

#[test]
fn stored_session_of_two_factors_is_restored_only_if_valid() {
    let mut page = page_at_second_identify(Some(ADA));
    page.submit(ADA);
    page.submit_code();
    let good = page.stored.session.clone().expect("a record");
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
        page.unload();
        page.stored.session = Some(record.clone());
        page.stored.step = None;
        page.load();
        assert_eq!(page.is_signed_in(), is_good, "{record}");
    }
}

// Changing the second password --------------------------------------------------------------------------------------------

#[test]
fn change_password_changes_the_second_password_after_a_second_password() {
    let mut page = page_for(
        &[("first-factor", "password")],
        customer_with_two_passwords(),
    );
    page.submit(ADA);
    page.submit(PASSWORD);
    page.submit(SECOND_PASSWORD);
    page.change_password();
    page.fill(&[SECOND_PASSWORD, OTHER_PASSWORD, OTHER_PASSWORD]);
    assert_eq!(page.calls().last(), Some(&Call::ChangeSecondPassword));
    assert_eq!(page.notice(), Some(Text::PasswordChanged));
    page.press(Action::SignOut);
    page.submit(ADA);
    page.submit(PASSWORD);
    page.submit(SECOND_PASSWORD);
    assert_eq!(
        page.error_of(FieldKind::Password),
        Some(Text::PasswordWrong)
    );
    page.submit(OTHER_PASSWORD);
    assert!(page.is_signed_in());
}

#[test]
fn change_password_changes_the_first_password_after_a_second_code() {
    let customer = Customer {
        mfa_password: None,
        ..customer_with_two_passwords()
    };
    let mut page = page_for(&[("first-factor", "password")], customer);
    page.submit(ADA);
    page.submit(PASSWORD);
    page.submit_code();
    page.change_password();
    page.fill(&[PASSWORD, OTHER_PASSWORD, OTHER_PASSWORD]);
    assert_eq!(page.calls().last(), Some(&Call::ChangePassword));
    assert_eq!(
        (page.step(), page.messages()),
        (StepName::SignedIn, vec![Text::PasswordChanged])
    );
}
