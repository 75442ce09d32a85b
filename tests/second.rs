//! Every way through the second factor, and the session that follows: keys, devices, the other identifier, the engine's last word.
#![cfg(not(target_arch = "wasm32"))]

mod pair;

use ae_engine::{Customer, Fault};
use ae_login::login::Input;
use ae_login::login::problem::Kind;
use ae_login::login::text::Text;
use ae_login::login::view::{Action, Asked, StepName};
use ae_login::login::wire::Call;
use pair::{ADA, FORM, MINUTE, MOBILE, Pair, SECOND, Wire, ada};
use serde_json::{Value, json};

const FIRST: &str = "correct horse";
const SECOND_PASSWORD: &str = "battery staple";
const OTHER: &str = "staple battery";

/// Ada, who owes a second factor.
fn enrolled() -> Customer {
    Customer { mfa: true, ..ada() }
}

/// A page for Ada, who is such a customer.
fn page(attributes: &[(&str, &str)], customer: Customer) -> Pair {
    Pair::with(attributes, |engine| {
        engine.password_brand = customer.password.is_some();
        engine.mfa_password = true;
        engine.customers.insert(ADA.to_owned(), customer);
    })
}

/// Ada has a second password.
fn with_second() -> Customer {
    Customer {
        mfa_password: Some(SECOND_PASSWORD.to_owned()),
        ..enrolled()
    }
}

fn with_both() -> Customer {
    Customer {
        password: Some(FIRST.to_owned()),
        ..with_second()
    }
}

/// The first factor of a page whose codes come first.
fn proves_first(pair: &mut Pair) {
    pair.submits(ADA);
    assert_eq!(pair.step(), StepName::Code);
    pair.submits_code();
}

fn at_second_code() -> Pair {
    let mut pair = page(&[("second-factor-method", "otp")], enrolled());
    proves_first(&mut pair);
    assert_eq!(pair.step(), StepName::SecondCode);
    pair
}

fn at_second_password() -> Pair {
    let mut pair = page(&[], with_second());
    proves_first(&mut pair);
    assert_eq!(pair.step(), StepName::SecondPassword);
    pair
}

fn factor(pair: &Pair) -> Value {
    pair.session().expect("a session")["secondFactor"].clone()
}

/// The token that the first factor gave: in no sense a login.
fn pending(pair: &Pair) -> String {
    let body = pair.body_of(Call::OpenSecond);
    body["authorizedToken"]
        .as_str()
        .expect("a token")
        .to_owned()
}

/// Asserts that nothing of the first factor's token can be found anywhere.
fn is_no_login(pair: &mut Pair, token: &str) {
    assert!(!pair.is_signed_in() && pair.tab.session.is_none());
    assert_eq!(pair.gets_token(0), Err(Kind::SignedOut));
    let parts = token.split('.').skip(1);
    let traces = pair.traces();
    for part in parts {
        assert!(!traces.contains(part), "{traces}");
    }
}

// Combinations (contract §5.7–5.10) ---------------------------------------------------------------------------------------

#[test]
fn a_code_and_a_second_code() {
    for method in ["otp", "auto"] {
        let mut pair = page(&[("second-factor-method", method)], enrolled());
        proves_first(&mut pair);
        assert_eq!(pair.step(), StepName::SecondCode);
        assert_eq!(pair.sees().status, Some(Text::CodeSent));
        let token = pending(&pair);
        is_no_login(&mut pair, &token);
        pair.submits_code();
        assert_eq!(
            pair.calls(),
            [
                Call::OpenSession,
                Call::SendCode,
                Call::CheckCode,
                Call::OpenSecond,
                Call::SendSecondCode,
                Call::CheckSecondCode
            ]
        );
        assert_eq!(
            pair.heard(),
            [
                "ready",
                "step code",
                "step second-code",
                "step signed-in",
                "signed-in"
            ]
        );
        assert_eq!(factor(&pair), "otp");
        let opened = pair.body_of(Call::OpenSecond);
        assert_eq!(opened["identifierValue"], ADA);
        assert_eq!(
            pair.body_of(Call::CheckSecondCode)["sessionId"],
            pair.body_of(Call::SendSecondCode)["sessionId"]
        );
        assert_ne!(
            pair.body_of(Call::CheckSecondCode)["sessionId"],
            pair.body_of(Call::CheckCode)["sessionId"],
            "sessions of the two factors are different ones"
        );
    }
}

#[test]
fn a_code_and_a_second_password() {
    for method in ["password", "auto"] {
        let mut pair = page(&[("second-factor-method", method)], with_second());
        proves_first(&mut pair);
        assert_eq!(pair.step(), StepName::SecondPassword);
        let token = pending(&pair);
        is_no_login(&mut pair, &token);
        pair.submits(SECOND_PASSWORD);
        assert_eq!(
            pair.calls()[3..],
            [Call::OpenSecond, Call::CheckSecondPassword]
        );
        assert_eq!(factor(&pair), "password");
    }
}

#[test]
fn a_password_and_a_second_code() {
    let customer = Customer {
        mfa_password: None,
        ..with_both()
    };
    let mut pair = page(&[("first-factor", "password")], customer);
    pair.submits(ADA);
    pair.submits(FIRST);
    assert_eq!(pair.step(), StepName::SecondCode);
    pair.submits_code();
    assert_eq!(
        pair.calls(),
        [
            Call::OpenSession,
            Call::CheckPassword,
            Call::OpenSecond,
            Call::SendSecondCode,
            Call::CheckSecondCode
        ]
    );
    assert_eq!(factor(&pair), "otp");
}

#[test]
fn a_password_and_a_second_password() {
    let mut pair = page(&[("first-factor", "password")], with_both());
    pair.submits(ADA);
    pair.submits(FIRST);
    assert_eq!(
        (pair.step(), pair.sees().title),
        (StepName::SecondPassword, Text::SecondPasswordTitle)
    );
    pair.submits(FIRST);
    assert_eq!(pair.wrong(Asked::Password), Some(Text::PasswordWrong));
    pair.submits(SECOND_PASSWORD);
    assert_eq!(
        pair.calls(),
        [
            Call::OpenSession,
            Call::CheckPassword,
            Call::OpenSecond,
            Call::CheckSecondPassword,
            Call::CheckSecondPassword
        ]
    );
    assert!(pair.engine.outbox().is_empty());
}

#[test]
fn a_first_second_password_goes_with_the_opening_and_a_code_makes_it_count() {
    let mut pair = page(&[("second-factor-method", "password")], enrolled());
    proves_first(&mut pair);
    assert_eq!(
        (pair.step(), pair.sees().title),
        (StepName::SecondNewPassword, Text::SecondNewPasswordTitle)
    );
    pair.submits(SECOND_PASSWORD);
    assert_eq!(pair.step(), StepName::SecondCode);
    let opened = pair.body_of(Call::OpenSecond);
    assert_eq!(opened["password"], SECOND_PASSWORD);
    pair.submits_code();
    assert_eq!(
        pair.calls()[3..],
        [
            Call::OpenSecond,
            Call::OpenSecond,
            Call::SendSecondCode,
            Call::CheckSecondCode
        ]
    );
    assert_eq!(factor(&pair), "otp");
    // From now on it is hers.
    pair.presses(Action::SignOut);
    proves_first(&mut pair);
    assert_eq!(pair.step(), StepName::SecondPassword);
    pair.submits(SECOND_PASSWORD);
    assert!(pair.is_signed_in());
}

#[test]
fn a_first_second_password_that_counts_at_once_is_asked_for_once_more_or_is_the_login() {
    // The engine may open a session that knows the password now,
    let mut pair = page(&[("second-factor-method", "password")], enrolled());
    pair.engine.settings_mut().skip_otp_validate = true;
    proves_first(&mut pair);
    pair.submits(SECOND_PASSWORD);
    assert_eq!(pair.step(), StepName::SecondPassword);
    pair.submits(SECOND_PASSWORD);
    assert_eq!(factor(&pair), "password");
    assert_eq!(pair.sent_of(Call::SendSecondCode), 0);

    // or answer with the token that says so.
    let mut pair = page(&[("second-factor-method", "password")], enrolled());
    proves_first(&mut pair);
    pair.spoil(Call::OpenSecond, Fault::Role("USER".to_owned()));
    pair.submits(SECOND_PASSWORD);
    assert_eq!(pair.step(), StepName::SignedIn);
    assert_eq!(factor(&pair), "password");
}

#[test]
fn an_opening_without_a_password_is_no_login_whatever_its_token_says() {
    let mut pair = page(&[], with_second());
    pair.spoil(Call::OpenSecond, Fault::Role("USER".to_owned()));
    proves_first(&mut pair);
    assert_eq!(pair.step(), StepName::SecondPassword);
    assert!(!pair.is_signed_in());
}

#[test]
fn a_forgotten_second_password_is_replaced_in_the_same_session() {
    let mut pair = at_second_password();
    pair.presses(Action::Forgot);
    assert_eq!(pair.step(), StepName::SecondNewPassword);
    pair.submits(OTHER);
    assert_eq!(pair.step(), StepName::SecondCode);
    pair.submits_code();
    assert_eq!(
        pair.calls()[3..],
        [
            Call::OpenSecond,
            Call::ResetSecondPassword,
            Call::SendSecondCode,
            Call::CheckSecondCode
        ]
    );
    assert_eq!(
        pair.body_of(Call::ResetSecondPassword)["sessionId"],
        pair.body_of(Call::CheckSecondCode)["sessionId"]
    );
    pair.presses(Action::SignOut);
    proves_first(&mut pair);
    pair.submits(SECOND_PASSWORD);
    assert_eq!(pair.wrong(Asked::Password), Some(Text::PasswordWrong));
    pair.submits(OTHER);
    assert!(pair.is_signed_in());
}

#[test]
fn too_many_wrong_second_passwords_lead_to_a_new_one_in_a_session_that_lives() {
    let mut pair = at_second_password();
    for _ in 0..6 {
        assert_eq!(pair.step(), StepName::SecondPassword);
        pair.submits("wrong");
    }
    assert_eq!(
        (pair.step(), pair.notice()),
        (StepName::SecondNewPassword, Some(Text::PasswordTriesUsedUp))
    );
    pair.submits(OTHER);
    assert_eq!(pair.step(), StepName::SecondCode, "{:?}", pair.told());
    pair.submits_code();
    assert!(pair.is_signed_in());
}

#[test]
fn too_many_wrong_second_codes_start_the_whole_login_over() {
    let mut pair = at_second_code();
    for _ in 0..6 {
        pair.submits(&pair.wrong_code());
    }
    assert_eq!(
        (pair.step(), pair.field().as_str(), pair.notice()),
        (StepName::Identify, ADA, Some(Text::TriesUsedUp))
    );
}

#[test]
fn a_second_code_instead_of_the_second_password_is_sent_once() {
    let mut pair = at_second_password();
    for _ in 0..3 {
        pair.presses(Action::UseCode);
        assert_eq!(pair.step(), StepName::SecondCode);
        pair.presses(Action::UsePassword);
        assert_eq!(pair.step(), StepName::SecondPassword);
    }
    assert_eq!(pair.sent_of(Call::SendSecondCode), 1);
    pair.presses(Action::UseCode);
    pair.submits_code();
    assert_eq!(factor(&pair), "otp");
}

#[test]
fn another_second_code_comes_after_a_while_and_by_another_channel() {
    let attributes = [
        ("fallback-channels", "SMS"),
        ("second-factor-method", "otp"),
    ];
    let mut pair = page(&attributes, enrolled());
    pair.engine.settings_mut().fallback_channels = vec!["SMS".to_owned()];
    proves_first(&mut pair);
    pair.pass(30 * SECOND);
    pair.presses(Action::Resend);
    assert_eq!(pair.sent_of(Call::SendSecondCode), 2);
    pair.pass(30 * SECOND);
    pair.presses(Action::Fallback(ae_login::login::wire::Channel::Sms));
    assert_eq!(pair.sees().fields[0].asked, Asked::Mobile, "1601");
    assert_eq!(pair.step(), StepName::SecondIdentify);
    pair.submits(MOBILE);
    let asked = pair.engine.journal().last().expect("a question");
    assert_eq!(asked.path, "/auth/v1/mfa/otp/generate?fallbackChannel=SMS");
    pair.submits_code();
    assert!(pair.is_signed_in());
}

#[test]
fn a_second_factor_without_passwords_goes_on_with_a_code() {
    // While a first one is given,
    let mut pair = page(&[("second-factor-method", "password")], enrolled());
    proves_first(&mut pair);
    pair.engine.settings_mut().mfa_password = false;
    pair.submits(SECOND_PASSWORD);
    assert_eq!(pair.step(), StepName::SecondCode);
    assert_eq!(pair.body_of(Call::OpenSecond).get("password"), None);
    pair.submits_code();
    assert!(pair.is_signed_in());

    // while one is checked, and while a forgotten one is replaced.
    for forgets in [false, true] {
        let mut pair = at_second_password();
        pair.engine.settings_mut().mfa_password = false;
        if forgets {
            pair.presses(Action::Forgot);
        }
        pair.submits(OTHER);
        assert_eq!(
            (pair.step(), pair.notice()),
            (StepName::SecondCode, Some(Text::NoPasswords))
        );
        assert!(!pair.offers(Action::UsePassword));
        pair.submits_code();
        assert!(pair.is_signed_in());
    }
}

#[test]
fn a_first_factor_without_passwords_says_nothing_about_the_second() {
    let mut pair = page(&[("first-factor", "password")], with_both());
    pair.submits(ADA);
    pair.refuse(Call::CheckPassword, 1524);
    pair.submits(FIRST);
    pair.submits_code();
    assert_eq!(pair.step(), StepName::SecondPassword);
}

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
            "auth": { "token": pair::token(&header, &claims), "key": null },
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

/// A page where a mobile number comes first and an address second, and Ada, who has both.
fn mobile_then_mail(email: Option<&str>) -> Pair {
    let attributes = [
        ("identifiers", "mobile"),
        ("second-factor-identifier", "email"),
        ("second-factor-method", "otp"),
    ];
    let mut pair = Pair::with(&attributes, |engine| {
        let customer = Customer {
            mobile: Some("919999922332".to_owned()),
            email: email.map(str::to_owned),
            ..enrolled()
        };
        engine.customers.insert("919999922332".to_owned(), customer);
        let eve = Customer::new("7");
        engine.customers.insert("eve@example.org".to_owned(), eve);
    });
    pair.submits(MOBILE);
    pair.submits_code();
    assert_eq!(pair.step(), StepName::SecondIdentify);
    pair
}

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

// The key -----------------------------------------------------------------------------------------------------------------

/// Ada, signed in by a second code.
fn signed_in() -> Pair {
    let mut pair = at_second_code();
    pair.submits_code();
    assert!(pair.is_signed_in());
    pair.heard();
    pair
}

fn key(pair: &Pair) -> Option<String> {
    let record: Value = serde_json::from_str(pair.tab.session.as_ref()?).expect("JSON");
    Some(record["second"]["key"].as_str()?.to_owned())
}

#[test]
fn the_key_renews_again_and_again_and_is_kept_though_no_answer_repeats_it() {
    let mut pair = signed_in();
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
    let mut pair = signed_in();
    let (old, token) = (key(&pair), pair.kept_token().expect("a token"));
    let claims =
        json!({ "uid": "4068291", "exp": 1_760_001_620, "iat": 1_760_000_720, "rol": "USER" });
    let header = json!({ "idv": ["EMAIL|ada@example.org"], "dev": "1-2-3-4", "org": "DOCDEMO", "alg": "HS256" });
    let body = json!({
        "status": { "success": true, "code": 200 },
        "auth": { "token": pair::token(&header, &claims), "key": "another-key" },
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
            let mut pair = signed_in();
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
    let mut pair = signed_in();
    let order = pair.effects_of(Input::Press(FORM, Action::SignOut));
    let at = |what: &str| order.iter().position(|effect| effect == what).expect(what);
    assert!(at("forget session") < at("signed-out user"), "{order:?}");
    assert!(at("signed-out user") < at("send Expire"), "{order:?}");
    assert_eq!(order.last().map(String::as_str), Some("send Expire"));
}

#[test]
fn a_refused_last_word_is_nobodys_business() {
    let mut pair = signed_in();
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
    let mut pair = signed_in();
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

// When things fail between the factors ------------------------------------------------------------------------------------

#[test]
fn a_second_factor_that_could_not_be_opened_is_opened_without_the_first_one_again() {
    for customer in [enrolled(), with_both()] {
        let by_password = customer.password.is_some();
        let mut pair = page(&[("first-factor", "auto")], customer);
        pair.spoil(Call::OpenSecond, Fault::Unheard);
        pair.submits(ADA);
        let right = if by_password {
            FIRST.to_owned()
        } else {
            pair.code_sent()
        };
        pair.submits(&right);
        let first_step = if by_password {
            StepName::Password
        } else {
            StepName::Code
        };
        assert_eq!(
            (pair.step(), pair.notice()),
            (first_step, Some(Text::Network))
        );
        let token = pending(&pair);
        is_no_login(&mut pair, &token);
        for action in [
            Action::Resend,
            Action::UseCode,
            Action::UsePassword,
            Action::Forgot,
        ] {
            assert!(!pair.offers(action), "{action:?}: it is proved already");
            pair.presses(action);
        }
        let codes = pair.sent_of(Call::CheckCode) + pair.sent_of(Call::CheckPassword);
        pair.submits(&right);
        assert_eq!(
            pair.sent_of(Call::CheckCode) + pair.sent_of(Call::CheckPassword),
            codes,
            "what was proved is not sent again"
        );
        assert_eq!(pair.sent_of(Call::OpenSecond), 2);
        assert_eq!(pending(&pair), token);
        assert!(matches!(
            pair.step(),
            StepName::SecondCode | StepName::SecondPassword
        ));
    }
}

#[test]
fn a_second_code_that_could_not_be_sent_is_asked_for_in_a_new_session_of_the_second_factor() {
    let mut pair = page(&[("second-factor-method", "otp")], enrolled());
    pair.spoil(Call::SendSecondCode, Fault::Unheard);
    proves_first(&mut pair);
    assert_eq!(
        (pair.step(), pair.notice()),
        (StepName::Code, Some(Text::Network))
    );
    pair.submits("");
    assert_eq!(pair.step(), StepName::SecondCode);
    assert_eq!(pair.sent_of(Call::CheckCode), 1);
    pair.submits_code();
    assert!(pair.is_signed_in());
}

#[test]
fn a_first_factor_that_ran_out_meanwhile_starts_over() {
    let mut pair = page(&[("second-factor-method", "password")], enrolled());
    proves_first(&mut pair);
    assert_eq!(pair.step(), StepName::SecondNewPassword);
    pair.refuse(Call::OpenSecond, 1529);
    pair.submits(SECOND_PASSWORD);
    assert_eq!(
        (pair.step(), pair.field().as_str(), pair.notice()),
        (StepName::Identify, ADA, Some(Text::AttemptOver))
    );
}

#[test]
fn an_organisation_without_a_second_factor_is_the_shops_mistake() {
    let mut pair = page(&[("second-factor", "always")], ada());
    pair.engine.settings_mut().mfa = false;
    proves_first(&mut pair);
    assert_eq!(
        (pair.step(), pair.detail().as_deref()),
        (StepName::Stuck, Some("(1504)"))
    );
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
    pair.submits(FIRST);
    pair.submits(SECOND_PASSWORD);
    pair.changes_password();
    pair.fills(&[SECOND_PASSWORD, OTHER, OTHER]);
    assert_eq!(pair.calls().last(), Some(&Call::ChangeSecondPassword));
    assert_eq!(pair.notice(), Some(Text::PasswordChanged));
    pair.presses(Action::SignOut);
    pair.submits(ADA);
    pair.submits(FIRST);
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
    pair.submits(FIRST);
    pair.submits_code();
    pair.changes_password();
    pair.fills(&[FIRST, OTHER, OTHER]);
    assert_eq!(pair.calls().last(), Some(&Call::ChangePassword));
    assert_eq!(
        (pair.step(), pair.told()),
        (StepName::SignedIn, vec![Text::PasswordChanged])
    );
}
