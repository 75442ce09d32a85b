//! When a second factor is asked for, of whom, and by which identifier.
#![cfg(not(target_arch = "wasm32"))]

mod pair;

use ae_engine::Fault;
use ae_login::login::problem::Kind;
use ae_login::login::text::Text;
use ae_login::login::view::{Action, Asked, StepName};
use ae_login::login::wire::Call;
use pair::cast::{
    SECOND_PASSWORD, enrolled, factor, is_no_login, mobile_then_mail, page, pending, proves_first,
    with_second,
};
use pair::{ADA, MINUTE, MOBILE, ada};
use serde_json::{Value, json};

// When it is asked for (contract §8) --------------------------------------------------------------------------------------

#[test]
fn always_asks_customers_who_owe_nothing() {
    let mut pair = page(&[("second-factor", "always")], ada());
    proves_first(&mut pair);
    assert_eq!(pair.step(), StepName::SecondCode);
    let token = pending(&pair);
    is_no_login(&mut pair, &token);
    pair.submits_code();
    assert_eq!(factor(&pair), "otp");

    let mut pair = page(&[], ada());
    proves_first(&mut pair);
    assert_eq!(pair.step(), StepName::SignedIn, "auto does not");
    assert_eq!(factor(&pair), Value::Null);
    assert_eq!(pair.devices_asked(), 0);
}

#[test]
fn off_leaves_customers_who_owe_one_at_the_door_and_asks_no_more() {
    let mut pair = page(&[("second-factor", "off")], enrolled());
    proves_first(&mut pair);
    assert_eq!(
        (pair.step(), pair.notice()),
        (StepName::Stuck, Some(Text::NeedsSecondFactor))
    );
    assert_eq!(pair.sent().len(), 3);
    assert_eq!(pair.heard()[2..], ["error configuration", "step stuck"]);
    assert_eq!(pair.gets_token(0), Err(Kind::SignedOut));
    pair.submits("");
    assert_eq!(pair.step(), StepName::Identify);

    let mut pair = page(&[("second-factor", "off")], ada());
    proves_first(&mut pair);
    assert!(pair.is_signed_in());
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
        let mut pair = page(&attributes, ada());
        pair.engine.settings_mut().role = role.to_owned();
        proves_first(&mut pair);
        assert_eq!(pair.step(), step, "{role}");
        assert_eq!(pair.is_signed_in(), role == "USER", "{role}");
        if step == StepName::Code {
            assert_eq!(pair.notice(), Some(Text::AnswerMalformed), "{role}");
        }
    }
}

#[test]
fn a_page_may_count_every_login_as_half_a_one_and_still_lets_people_in() {
    let mut pair = page(&[("pending-roles", "USER")], ada());
    proves_first(&mut pair);
    assert_eq!(pair.step(), StepName::SecondCode);
    pair.submits_code();
    assert_eq!(pair.step(), StepName::SignedIn);
    assert_eq!(pair.sent_of(Call::OpenSecond), 1, "and asks once");
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
        ("OTHER", Some("USER"), StepName::SignedIn),
        ("VIEW", Some("USER"), StepName::Code),
        ("USER", Some("VIEW"), StepName::Code),
    ] {
        let mut pair = page(&[("second-factor", "off")], ada());
        pair.submits(ADA);
        let mut claims = user.clone();
        claims["rol"] = token.into();
        let body = json!({
            "status": { "success": true, "code": 200 },
            "auth": { "token": pair::world::token(&header, &claims), "key": null },
            "user": envelope.map(|role| json!({ "role": role })),
        });
        pair.spoil(Call::CheckCode, Fault::Body(body.to_string()));
        pair.submits("123456");
        assert_eq!(pair.step(), step, "{token} {envelope:?}");
    }
}

#[test]
fn a_second_factor_that_is_owed_again_is_an_error_and_no_loop() {
    for customer in [enrolled(), with_second()] {
        let mut pair = page(&[], customer);
        proves_first(&mut pair);
        let (call, right) = match pair.step() {
            StepName::SecondCode => (Call::CheckSecondCode, pair.code_sent()),
            _ => (Call::CheckSecondPassword, SECOND_PASSWORD.to_owned()),
        };
        pair.spoil(call, Fault::Role("MFA_PENDING".to_owned()));
        pair.heard();
        let asked = pair.sent().len();
        pair.submits(&right);
        assert_eq!(
            (pair.step(), pair.notice()),
            (StepName::Stuck, Some(Text::NeedsSecondFactor))
        );
        assert_eq!(pair.heard(), ["error configuration", "step stuck"]);
        assert_eq!(pair.sent().len(), asked + 1);
        assert_eq!(pair.gets_token(0), Err(Kind::SignedOut));
        assert!(pair.tab.session.is_none() && pair.tab.step.is_none());
    }
}

#[test]
fn a_second_factor_that_proves_something_else_signs_nobody_in() {
    for fault in [
        Fault::Role("VIEW".to_owned()),
        Fault::Role("OTHER".to_owned()),
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
            let mut pair = page(&[("second-factor-method", "otp")], enrolled());
            pair.spoil(call, fault.clone());
            proves_first(&mut pair);
            if call == Call::CheckSecondCode {
                pair.submits_code();
                assert_eq!(pair.step(), StepName::SecondCode, "{fault}");
            } else {
                assert_eq!(pair.step(), StepName::Code, "{fault}");
            }
            assert_eq!(pair.notice(), Some(Text::AnswerMalformed), "{fault}");
            let token = pending(&pair);
            is_no_login(&mut pair, &token);
        }
    }
}

// The other identifier ----------------------------------------------------------------------------------------------------

#[test]
fn another_identifier_is_asked_for_and_the_session_shows_the_first() {
    for known in [Some(ADA), None] {
        let mut pair = mobile_then_mail(known);
        let view = pair.sees();
        assert_eq!(view.title, Text::SecondIdentifyTitle);
        assert_eq!(
            view.lead.map(|lead| lead.identity).as_deref(),
            Some("+919999922332")
        );
        assert_eq!(view.fields[0].asked, Asked::Email);
        assert_eq!(pair.sent_of(Call::OpenSecond), 0);
        pair.submits("Ada@Example.org");
        assert_eq!(pair.step(), StepName::SecondCode);
        assert_eq!(
            pair.engine.outbox().last().map(|sent| sent.to.as_str()),
            Some(ADA)
        );
        pair.submits_code();
        for call in [
            Call::OpenSecond,
            Call::SendSecondCode,
            Call::CheckSecondCode,
        ] {
            let body = pair.body_of(call);
            assert_eq!(
                (&body["identifierType"], &body["identifierValue"]),
                (&"EMAIL".into(), &ADA.into())
            );
        }
        let session = pair.session().expect("a session");
        assert_eq!(
            (
                &session["identifierType"],
                &session["identifierValue"],
                &session["secondFactor"]
            ),
            (&"MOBILE".into(), &"919999922332".into(), &"otp".into())
        );
        assert_eq!(
            pair.sees().lead.map(|lead| lead.identity).as_deref(),
            Some("+919999922332")
        );
    }
}

#[test]
fn an_identifier_that_is_not_the_customers_can_be_put_right_without_a_new_first_factor() {
    let mut pair = mobile_then_mail(Some(ADA));
    for typed in ["", "919999922332", "eve@example.org", "ada@example.com"] {
        pair.submits(typed);
        assert_eq!(pair.step(), StepName::SecondIdentify, "{typed}");
        assert!(pair.error().is_some(), "{typed}");
    }
    assert_eq!(pair.sent_of(Call::OpenSecond), 2, "the last two");
    pair.submits(ADA);
    pair.submits_code();
    assert!(pair.is_signed_in());
    assert_eq!(pair.sent_of(Call::OpenSession), 1);
}

#[test]
fn another_address_may_be_given_behind_the_second_code_too() {
    let mut pair = mobile_then_mail(None);
    pair.submits("old@example.org");
    assert_eq!(pair.step(), StepName::SecondCode);
    pair.presses(Action::ChangeIdentifier);
    assert_eq!(pair.step(), StepName::SecondIdentify);
    pair.submits(ADA);
    pair.submits_code();
    assert!(pair.is_signed_in());
    assert_eq!(pair.sent_of(Call::OpenSession), 1);
}

#[test]
fn who_has_no_such_address_goes_back_to_the_first_step() {
    let mut pair = mobile_then_mail(None);
    pair.presses(Action::Back);
    assert_eq!(
        (pair.step(), pair.field().as_str()),
        (StepName::Identify, "+919999922332")
    );
}

#[test]
fn a_customer_who_came_by_the_second_kind_already_is_not_asked_for_it() {
    let attributes = [
        ("second-factor-identifier", "email"),
        ("second-factor-method", "otp"),
    ];
    let mut pair = page(&attributes, enrolled());
    proves_first(&mut pair);
    assert_eq!(pair.step(), StepName::SecondCode);
}

#[test]
fn a_user_name_goes_through_both_factors_with_its_address() {
    let attributes = [
        ("identifiers", "username"),
        ("second-factor", "always"),
        ("second-factor-method", "otp"),
    ];
    let mut pair = page(&attributes, ada());
    pair.submits("grace");
    pair.submits(MOBILE);
    pair.submits_code();
    assert_eq!(pair.step(), StepName::SecondCode);
    pair.submits_code();
    pair.pass(12 * MINUTE);
    pair.signs_out();
    for call in [
        Call::OpenSecond,
        Call::SendSecondCode,
        Call::CheckSecondCode,
        Call::RenewByKey,
        Call::Expire,
    ] {
        let body = pair.body_of(call);
        assert_eq!(
            (&body["identifierValue"], &body["mobile"]),
            (&"grace".into(), &"919999922332".into()),
            "{call:?}"
        );
    }
    assert!(
        pair.engine
            .journal()
            .iter()
            .all(|entry| entry.code.is_none())
    );
}

#[test]
fn renewing_and_signing_out_go_by_the_second_identifier() {
    let mut pair = mobile_then_mail(Some(ADA));
    pair.submits(ADA);
    pair.submits_code();
    pair.pass(12 * MINUTE);
    let renewal = pair.body_of(Call::RenewByKey);
    assert_eq!(renewal["identifierValue"], ADA);
    assert!(pair.heard().contains(&"renewed".to_owned()));
    pair.reload();
    assert!(pair.is_signed_in());
    pair.signs_out();
    let expired = pair.body_of(Call::Expire);
    assert_eq!(expired["identifierValue"], ADA);
    let last = pair.engine.journal().last().expect("a question");
    assert_eq!((last.method.as_str(), last.code), ("DELETE", None));
}
