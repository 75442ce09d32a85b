//! Who signs in: Ada in every case, with the pages and brands that her ways through a login need.

use ae_engine::Customer;
use ae_login::login::problem::Kind;
use ae_login::login::text::Text;
use ae_login::login::view::{Action, Asked, StepName};
use ae_login::login::wire::Call;
use serde_json::Value;

use super::{ADA, MOBILE, Pair, ada};

/// Her password at first.
pub(crate) const OLD: &str = "correct horse";
/// And later.
pub(crate) const NEW: &str = "battery staple";
/// Her password of the second factor.
pub(crate) const SECOND_PASSWORD: &str = "swordfish";
/// Another one.
pub(crate) const OTHER: &str = "marzipan";

/// A brand that uses passwords, and Ada who has one.
pub(crate) fn brand(first_factor: &str) -> Pair {
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
pub(crate) fn signed_in_by_password() -> Pair {
    let mut pair = brand("password");
    signs_in_with(&mut pair, OLD);
    pair
}

pub(crate) fn signs_in_with(pair: &mut Pair, password: &str) {
    pair.submits(ADA);
    assert_eq!(pair.step(), StepName::Password);
    pair.submits(password);
    assert_eq!(pair.step(), StepName::SignedIn, "{:?}", pair.told());
}

/// Ada signs out and in again, to show which password is hers by now.
pub(crate) fn is_hers(pair: &mut Pair, password: &str, not: &str) {
    if pair.is_signed_in() {
        pair.presses(Action::SignOut);
    }
    pair.submits(ADA);
    pair.submits(not);
    assert_eq!(pair.wrong(Asked::Password), Some(Text::PasswordWrong));
    pair.submits(password);
    assert_eq!(pair.step(), StepName::SignedIn);
}

/// Ada, who owes a second factor.
pub(crate) fn enrolled() -> Customer {
    Customer { mfa: true, ..ada() }
}

/// A page for Ada, who is such a customer.
pub(crate) fn page(attributes: &[(&str, &str)], customer: Customer) -> Pair {
    Pair::with(attributes, |engine| {
        engine.password_brand = customer.password.is_some();
        engine.mfa_password = true;
        engine.customers.insert(ADA.to_owned(), customer);
    })
}

/// Ada has a second password.
pub(crate) fn with_second() -> Customer {
    Customer {
        mfa_password: Some(SECOND_PASSWORD.to_owned()),
        ..enrolled()
    }
}

pub(crate) fn with_both() -> Customer {
    Customer {
        password: Some(OLD.to_owned()),
        ..with_second()
    }
}

/// The first factor of a page whose codes come first.
pub(crate) fn proves_first(pair: &mut Pair) {
    pair.submits(ADA);
    assert_eq!(pair.step(), StepName::Code);
    pair.submits_code();
}

pub(crate) fn at_second_code() -> Pair {
    let mut pair = page(&[("second-factor-method", "otp")], enrolled());
    proves_first(&mut pair);
    assert_eq!(pair.step(), StepName::SecondCode);
    pair
}

pub(crate) fn at_second_password() -> Pair {
    let mut pair = page(&[], with_second());
    proves_first(&mut pair);
    assert_eq!(pair.step(), StepName::SecondPassword);
    pair
}

pub(crate) fn factor(pair: &Pair) -> Value {
    pair.session().expect("a session")["secondFactor"].clone()
}

/// The token that the first factor gave: in no sense a login.
pub(crate) fn pending(pair: &Pair) -> String {
    let body = pair.body_of(Call::OpenSecond);
    body["authorizedToken"]
        .as_str()
        .expect("a token")
        .to_owned()
}

/// Asserts that nothing of the first factor's token can be found anywhere.
pub(crate) fn is_no_login(pair: &mut Pair, token: &str) {
    assert!(!pair.is_signed_in() && pair.tab.session.is_none());
    assert_eq!(pair.gets_token(0), Err(Kind::SignedOut));
    let parts = token.split('.').skip(1);
    let traces = pair.traces();
    for part in parts {
        assert!(!traces.contains(part), "{traces}");
    }
}

/// A page where a mobile number comes first and an address second, and Ada, who has both.
pub(crate) fn mobile_then_mail(email: Option<&str>) -> Pair {
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

/// Ada, signed in by a second code.
pub(crate) fn signed_in_by_two() -> Pair {
    let mut pair = at_second_code();
    pair.submits_code();
    assert!(pair.is_signed_in());
    pair.heard();
    pair
}

/// The engine's session that the newest such call names.
pub(crate) fn session_of(pair: &Pair, call: Call) -> String {
    let body = pair.body_of(call);
    body["sessionId"].as_str().expect("a session").to_owned()
}
