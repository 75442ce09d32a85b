//! When a second factor is demanded: attributes, roles, and tokens that are no complete login; and the identifier it uses.

use ae_engine::Fault;
use ae_login::login::problem::Kind;
use ae_login::login::text::Text;
use ae_login::login::view::{Action, FieldKind, StepName};
use ae_login::login::wire::Call;
use ae_test_support::scenarios::{
    SECOND_PASSWORD, assert_token_is_unusable, customer_with_second_password, first_factor_token,
    mfa_customer, page_at_second_identify, page_for, pass_first_factor, second_factor_of,
};
use ae_test_support::{ADA, MINUTE, MOBILE, ada};
use serde_json::{Value, json};

// Attributes and roles (contract §8) --------------------------------------------------------------------------------------

#[test]
fn always_demands_a_second_factor_of_every_customer() {
    let mut page = page_for(&[("second-factor", "always")], ada());
    pass_first_factor(&mut page);
    assert_eq!(page.step(), StepName::SecondCode);
    let token = first_factor_token(&page);
    assert_token_is_unusable(&mut page, &token);
    page.submit_code();
    assert_eq!(second_factor_of(&page), "otp");

    let mut page = page_for(&[], ada());
    pass_first_factor(&mut page);
    assert_eq!(
        page.step(),
        StepName::SignedIn,
        "auto demands no second factor of her"
    );
    assert_eq!(second_factor_of(&page), Value::Null);
    assert_eq!(page.device_id_reads(), 0);
}

#[test]
fn off_leads_customers_with_a_pending_factor_to_stuck() {
    let mut page = page_for(&[("second-factor", "off")], mfa_customer());
    pass_first_factor(&mut page);
    assert_eq!(
        (page.step(), page.notice()),
        (StepName::Stuck, Some(Text::NeedsSecondFactor))
    );
    assert_eq!(page.requests().len(), 3);
    assert_eq!(
        page.take_events()[2..],
        ["error configuration", "step stuck"]
    );
    assert_eq!(page.get_token(0), Err(Kind::SignedOut));
    page.submit("");
    assert_eq!(page.step(), StepName::Identify);

    let mut page = page_for(&[("second-factor", "off")], ada());
    pass_first_factor(&mut page);
    assert!(page.is_signed_in());
}

#[test]
fn pending_roles_lists_the_roles_with_a_pending_factor() {
    let attributes = [("pending-roles", "OWES_MORE MFA_PENDING")];
    for (role, step) in [
        ("OWES_MORE", StepName::SecondCode),
        ("MFA_PENDING", StepName::SecondCode),
        ("USER", StepName::SignedIn),
        ("DEFAULT_MFA_ROLE", StepName::Code),
        ("VIEW", StepName::Code),
    ] {
        let mut page = page_for(&attributes, ada());
        page.engine.settings_mut().role = role.to_owned();
        pass_first_factor(&mut page);
        assert_eq!(page.step(), step, "{role}");
        assert_eq!(page.is_signed_in(), role == "USER", "{role}");
        if step == StepName::Code {
            assert_eq!(page.notice(), Some(Text::AnswerMalformed), "{role}");
        }
    }
}

#[test]
fn pending_roles_with_user_demands_one_second_factor() {
    let mut page = page_for(&[("pending-roles", "USER")], ada());
    pass_first_factor(&mut page);
    assert_eq!(page.step(), StepName::SecondCode);
    page.submit_code();
    assert_eq!(page.step(), StepName::SignedIn);
    assert_eq!(
        page.request_count(Call::OpenSecond),
        1,
        "one second factor is enough"
    );
}

#[test]
fn token_that_names_no_customer_signs_nobody_in() {
    let header =
        json!({ "idv": ["EMAIL|ada@example.org"], "dev": null, "org": "DOCDEMO", "alg": "HS256" });
    for uid in [json!(null), json!(7), json!(["7"])] {
        let mut page = page_for(&[], ada());
        page.submit(ADA);
        let claims =
            json!({ "uid": uid, "exp": 1_760_000_900, "iat": 1_760_000_000, "rol": "USER" });
        let body = json!({
            "status": { "success": true, "code": 200 },
            "auth": { "token": ae_test_support::fixtures::unsigned_token(&header, &claims), "key": null },
        });
        page.fail_next(Call::CheckCode, Fault::Body(body.to_string()));
        page.submit("123456");
        assert_eq!(page.step(), StepName::Code, "{uid}");
        assert!(!page.is_signed_in(), "{uid}");
    }
}

#[test]
fn role_of_the_envelope_cannot_complete_an_incomplete_token() {
    let user = json!({ "uid": "7", "exp": 1_760_000_900, "iat": 1_760_000_000, "rol": "USER" });
    let header =
        json!({ "idv": ["EMAIL|ada@example.org"], "dev": null, "org": "DOCDEMO", "alg": "HS256" });
    for (token, envelope, step) in [
        ("USER", Some("USER"), StepName::SignedIn),
        ("USER", None, StepName::SignedIn),
        ("USER", Some("MFA_PENDING"), StepName::Stuck),
        ("MFA_PENDING", None, StepName::Stuck),
        ("MFA_PENDING", Some("USER"), StepName::Stuck),
        ("GUEST", Some("USER"), StepName::Code),
        ("mfa_pending", Some("USER"), StepName::Code),
        ("", Some("USER"), StepName::Code),
        ("VIEW", Some("USER"), StepName::Code),
        ("USER", Some("VIEW"), StepName::Code),
    ] {
        let mut page = page_for(&[("second-factor", "off")], ada());
        page.submit(ADA);
        let mut claims = user.clone();
        claims["rol"] = token.into();
        let body = json!({
            "status": { "success": true, "code": 200 },
            "auth": { "token": ae_test_support::fixtures::unsigned_token(&header, &claims), "key": null },
            "user": envelope.map(|role| json!({ "role": role })),
        });
        page.fail_next(Call::CheckCode, Fault::Body(body.to_string()));
        page.submit("123456");
        assert_eq!(page.step(), step, "{token} {envelope:?}");
    }
}

#[test]
fn second_factor_demanded_again_leads_to_stuck() {
    for customer in [mfa_customer(), customer_with_second_password()] {
        let mut page = page_for(&[], customer);
        pass_first_factor(&mut page);
        let (call, right) = match page.step() {
            StepName::SecondCode => (Call::CheckSecondCode, page.last_code()),
            _ => (Call::CheckSecondPassword, SECOND_PASSWORD.to_owned()),
        };
        page.fail_next(call, Fault::Role("MFA_PENDING".to_owned()));
        page.take_events();
        let sent = page.requests().len();
        page.submit(&right);
        assert_eq!(
            (page.step(), page.notice()),
            (StepName::Stuck, Some(Text::NeedsSecondFactor))
        );
        assert_eq!(page.take_events(), ["error configuration", "step stuck"]);
        assert_eq!(page.requests().len(), sent + 1);
        assert_eq!(page.get_token(0), Err(Kind::SignedOut));
        assert!(page.stored.session.is_none() && page.stored.step.is_none());
    }
}

#[test]
fn invalid_token_of_the_second_factor_is_malformed() {
    for fault in [
        Fault::Role("VIEW".to_owned()),
        Fault::Role("OTHER_PASSWORD".to_owned()),
        Fault::OtherCustomer,
        Fault::OtherBrand,
        Fault::BadToken,
        Fault::NullAuth,
        Fault::TokenLife(0),
    ] {
        for call in [Call::OpenSecond, Call::CheckSecondCode] {
            // The token of an opened session signs nobody in, so that its role does not matter.
            if call == Call::OpenSecond && matches!(fault, Fault::Role(_)) {
                continue;
            }
            let mut page = page_for(&[("second-factor-method", "otp")], mfa_customer());
            page.fail_next(call, fault.clone());
            pass_first_factor(&mut page);
            if call == Call::CheckSecondCode {
                page.submit_code();
                assert_eq!(page.step(), StepName::SecondCode, "{fault}");
            } else {
                assert_eq!(page.step(), StepName::Code, "{fault}");
            }
            assert_eq!(page.notice(), Some(Text::AnswerMalformed), "{fault}");
            let token = first_factor_token(&page);
            assert_token_is_unusable(&mut page, &token);
        }
    }
}

// Another identifier for the second factor --------------------------------------------------------------------------------

#[test]
fn second_identifier_is_asked_for_and_the_session_shows_the_first() {
    for known in [Some(ADA), None] {
        let mut page = page_at_second_identify(known);
        let view = page.view();
        assert_eq!(view.title, Text::SecondIdentifyTitle);
        assert_eq!(
            view.lead.map(|lead| lead.identity).as_deref(),
            Some("+919999922332")
        );
        assert_eq!(view.fields[0].kind, FieldKind::Email);
        assert_eq!(page.request_count(Call::OpenSecond), 0);
        page.submit("Ada@Example.org");
        assert_eq!(page.step(), StepName::SecondCode);
        assert_eq!(
            page.engine
                .outbox()
                .last()
                .map(|message| message.to.as_str()),
            Some(ADA)
        );
        page.submit_code();
        for call in [
            Call::OpenSecond,
            Call::SendSecondCode,
            Call::CheckSecondCode,
        ] {
            let body = page.last_body_of(call);
            assert_eq!(
                (&body["identifierType"], &body["identifierValue"]),
                (&"EMAIL".into(), &ADA.into())
            );
        }
        let session = page.session().expect("a session");
        assert_eq!(
            (
                &session["identifierType"],
                &session["identifierValue"],
                &session["secondFactor"]
            ),
            (&"MOBILE".into(), &"919999922332".into(), &"otp".into())
        );
        assert_eq!(
            page.view().lead.map(|lead| lead.identity).as_deref(),
            Some("+919999922332")
        );
    }
}

#[test]
fn wrong_second_identifier_can_be_corrected() {
    let mut page = page_at_second_identify(Some(ADA));
    for typed in ["", "919999922332", "eve@example.org", "ada@example.com"] {
        page.submit(typed);
        assert_eq!(page.step(), StepName::SecondIdentify, "{typed}");
        assert!(page.first_error().is_some(), "{typed}");
    }
    assert_eq!(
        page.request_count(Call::OpenSecond),
        2,
        "the first two are refused before they are sent"
    );
    page.submit(ADA);
    page.submit_code();
    assert!(page.is_signed_in());
    assert_eq!(page.request_count(Call::OpenSession), 1);
}

#[test]
fn second_identifier_can_be_changed_at_the_second_code() {
    let mut page = page_at_second_identify(None);
    page.submit("old@example.org");
    assert_eq!(page.step(), StepName::SecondCode);
    page.press(Action::ChangeIdentifier);
    assert_eq!(page.step(), StepName::SecondIdentify);
    page.submit(ADA);
    page.submit_code();
    assert!(page.is_signed_in());
    assert_eq!(page.request_count(Call::OpenSession), 1);
}

#[test]
fn back_from_second_identify_returns_to_identify() {
    let mut page = page_at_second_identify(None);
    page.press(Action::Back);
    assert_eq!(
        (page.step(), page.first_value().as_str()),
        (StepName::Identify, "+919999922332")
    );
}

#[test]
fn first_identifier_of_the_second_type_is_used_for_both_factors() {
    let attributes = [
        ("second-factor-identifier", "email"),
        ("second-factor-method", "otp"),
    ];
    let mut page = page_for(&attributes, mfa_customer());
    pass_first_factor(&mut page);
    assert_eq!(page.step(), StepName::SecondCode);
}

#[test]
fn user_name_sends_its_address_in_both_factors() {
    let attributes = [
        ("identifiers", "username"),
        ("second-factor", "always"),
        ("second-factor-method", "otp"),
    ];
    let mut page = page_for(&attributes, ada());
    page.submit("grace");
    page.submit(MOBILE);
    page.submit_code();
    assert_eq!(page.step(), StepName::SecondCode);
    page.submit_code();
    page.advance(12 * MINUTE);
    page.sign_out();
    for call in [
        Call::OpenSecond,
        Call::SendSecondCode,
        Call::CheckSecondCode,
        Call::RenewByKey,
        Call::Expire,
    ] {
        let body = page.last_body_of(call);
        assert_eq!(
            (&body["identifierValue"], &body["mobile"]),
            (&"grace".into(), &"919999922332".into()),
            "{call:?}"
        );
    }
    assert!(
        page.engine
            .journal()
            .iter()
            .all(|entry| entry.code.is_none())
    );
}

#[test]
fn renewal_and_expire_send_the_second_identifier() {
    let mut page = page_at_second_identify(Some(ADA));
    page.submit(ADA);
    page.submit_code();
    page.advance(12 * MINUTE);
    let renewal = page.last_body_of(Call::RenewByKey);
    assert_eq!(renewal["identifierValue"], ADA);
    assert!(page.take_events().contains(&"renewed".to_owned()));
    page.reload();
    assert!(page.is_signed_in());
    page.sign_out();
    let expired = page.last_body_of(Call::Expire);
    assert_eq!(expired["identifierValue"], ADA);
    let last = page.engine.journal().last().expect("a request");
    assert_eq!((last.method.as_str(), last.code), ("DELETE", None));
}
