//! When a second factor is asked for, of whom, and by which identifier.

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

// When it is asked for (contract §8) --------------------------------------------------------------------------------------

#[test]
fn always_asks_customers_who_owe_nothing() {
    let mut page = page_for(&[("second-factor", "always")], ada());
    pass_first_factor(&mut page);
    assert_eq!(page.step(), StepName::SecondCode);
    let token = first_factor_token(&page);
    assert_token_is_unusable(&mut page, &token);
    page.submit_code();
    assert_eq!(second_factor_of(&page), "otp");

    let mut page = page_for(&[], ada());
    pass_first_factor(&mut page);
    assert_eq!(page.step(), StepName::SignedIn, "auto does not");
    assert_eq!(second_factor_of(&page), Value::Null);
    assert_eq!(page.device_id_reads(), 0);
}

#[test]
fn off_leaves_customers_who_owe_one_at_the_door_and_asks_no_more() {
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
fn the_page_says_which_roles_owe_one() {
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
fn a_page_may_count_every_login_as_half_a_one_and_still_lets_people_in() {
    let mut page = page_for(&[("pending-roles", "USER")], ada());
    pass_first_factor(&mut page);
    assert_eq!(page.step(), StepName::SecondCode);
    page.submit_code();
    assert_eq!(page.step(), StepName::SignedIn);
    assert_eq!(page.request_count(Call::OpenSecond), 1, "and asks once");
}

#[test]
fn the_envelopes_role_counts_where_the_token_does_not_say_less() {
    let user = json!({ "uid": "7", "exp": 1_760_000_900, "iat": 1_760_000_000, "rol": "USER" });
    let header =
        json!({ "idv": ["EMAIL|ada@example.org"], "dev": null, "org": "DOCDEMO", "alg": "HS256" });
    for (token, envelope, step) in [
        ("USER", Some("USER"), StepName::SignedIn),
        ("USER", None, StepName::SignedIn),
        ("USER", Some("MFA_PENDING"), StepName::Stuck),
        ("MFA_PENDING", None, StepName::Stuck),
        ("MFA_PENDING", Some("USER"), StepName::Stuck),
        ("OTHER_PASSWORD", Some("USER"), StepName::SignedIn),
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
fn a_second_factor_that_is_owed_again_is_an_error_and_no_loop() {
    for customer in [mfa_customer(), customer_with_second_password()] {
        let mut page = page_for(&[], customer);
        pass_first_factor(&mut page);
        let (call, right) = match page.step() {
            StepName::SecondCode => (Call::CheckSecondCode, page.last_code()),
            _ => (Call::CheckSecondPassword, SECOND_PASSWORD.to_owned()),
        };
        page.fail_next(call, Fault::Role("MFA_PENDING".to_owned()));
        page.take_events();
        let asked = page.requests().len();
        page.submit(&right);
        assert_eq!(
            (page.step(), page.notice()),
            (StepName::Stuck, Some(Text::NeedsSecondFactor))
        );
        assert_eq!(page.take_events(), ["error configuration", "step stuck"]);
        assert_eq!(page.requests().len(), asked + 1);
        assert_eq!(page.get_token(0), Err(Kind::SignedOut));
        assert!(page.stored.session.is_none() && page.stored.step.is_none());
    }
}

#[test]
fn a_second_factor_that_proves_something_else_signs_nobody_in() {
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
            // The opening's token proves nothing, so its role and its life do not count.
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

// The other identifier ----------------------------------------------------------------------------------------------------

#[test]
fn another_identifier_is_asked_for_and_the_session_shows_the_first() {
    for known in [Some(ADA), None] {
        let mut page = page_at_second_identify(known);
        let view = page.view();
        assert_eq!(view.title, Text::SecondIdentifyTitle);
        assert_eq!(
            view.lead.map(|lead| lead.identity).as_deref(),
            Some("+919999922332")
        );
        assert_eq!(view.fields[0].asked, FieldKind::Email);
        assert_eq!(page.request_count(Call::OpenSecond), 0);
        page.submit("Ada@Example.org");
        assert_eq!(page.step(), StepName::SecondCode);
        assert_eq!(
            page.engine.outbox().last().map(|sent| sent.to.as_str()),
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
fn an_identifier_that_is_not_the_customers_can_be_put_right_without_a_new_first_factor() {
    let mut page = page_at_second_identify(Some(ADA));
    for typed in ["", "919999922332", "eve@example.org", "ada@example.com"] {
        page.submit(typed);
        assert_eq!(page.step(), StepName::SecondIdentify, "{typed}");
        assert!(page.first_error().is_some(), "{typed}");
    }
    assert_eq!(page.request_count(Call::OpenSecond), 2, "the last two");
    page.submit(ADA);
    page.submit_code();
    assert!(page.is_signed_in());
    assert_eq!(page.request_count(Call::OpenSession), 1);
}

#[test]
fn another_address_may_be_given_behind_the_second_code_too() {
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
fn who_has_no_such_address_goes_back_to_the_first_step() {
    let mut page = page_at_second_identify(None);
    page.press(Action::Back);
    assert_eq!(
        (page.step(), page.first_value().as_str()),
        (StepName::Identify, "+919999922332")
    );
}

#[test]
fn a_customer_who_came_by_the_second_kind_already_is_not_asked_for_it() {
    let attributes = [
        ("second-factor-identifier", "email"),
        ("second-factor-method", "otp"),
    ];
    let mut page = page_for(&attributes, mfa_customer());
    pass_first_factor(&mut page);
    assert_eq!(page.step(), StepName::SecondCode);
}

#[test]
fn a_user_name_goes_through_both_factors_with_its_address() {
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
fn renewing_and_signing_out_go_by_the_second_identifier() {
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
    let last = page.engine.journal().last().expect("a question");
    assert_eq!((last.method.as_str(), last.code), ("DELETE", None));
}
