//! Who signs in: Ada in every case, with the pages and brands that her ways through a login need.

use ae_engine::Customer;
use ae_login::login::problem::Kind;
use ae_login::login::text::Text;
use ae_login::login::view::{Action, FieldKind, StepName};
use ae_login::login::wire::Call;
use serde_json::Value;

use super::{ADA, MOBILE, TestPage, ada};

/// Her password at first.
pub const OLD: &str = "correct horse";
/// And later.
pub const NEW: &str = "battery staple";
/// Her password of the second factor.
pub const SECOND_PASSWORD: &str = "swordfish";
/// Another one.
pub const OTHER: &str = "marzipan";

/// A brand that uses passwords, and Ada who has one.
pub fn brand(first_factor: &str) -> TestPage {
    TestPage::with(&[("first-factor", first_factor)], |engine| {
        engine.password_brand = true;
        let ada = Customer {
            password: Some(OLD.to_owned()),
            ..ada()
        };
        engine.customers.insert(ADA.to_owned(), ada);
    })
}

/// The same, with Ada signed in.
pub fn signed_in_by_password() -> TestPage {
    let mut page = brand("password");
    signs_in_with(&mut page, OLD);
    page
}

pub fn signs_in_with(page: &mut TestPage, password: &str) {
    page.submits(ADA);
    assert_eq!(page.step(), StepName::Password);
    page.submits(password);
    assert_eq!(page.step(), StepName::SignedIn, "{:?}", page.told());
}

/// Ada signs out and in again, to show which password is hers by now.
pub fn is_hers(page: &mut TestPage, password: &str, not: &str) {
    if page.is_signed_in() {
        page.presses(Action::SignOut);
    }
    page.submits(ADA);
    page.submits(not);
    assert_eq!(page.wrong(FieldKind::Password), Some(Text::PasswordWrong));
    page.submits(password);
    assert_eq!(page.step(), StepName::SignedIn);
}

/// Ada, who owes a second factor.
pub fn enrolled() -> Customer {
    Customer { mfa: true, ..ada() }
}

/// A page for Ada, who is such a customer.
pub fn new_page(attributes: &[(&str, &str)], customer: Customer) -> TestPage {
    TestPage::with(attributes, |engine| {
        engine.password_brand = customer.password.is_some();
        engine.mfa_password = true;
        engine.customers.insert(ADA.to_owned(), customer);
    })
}

/// Ada has a second password.
pub fn with_second() -> Customer {
    Customer {
        mfa_password: Some(SECOND_PASSWORD.to_owned()),
        ..enrolled()
    }
}

pub fn with_both() -> Customer {
    Customer {
        password: Some(OLD.to_owned()),
        ..with_second()
    }
}

/// The first factor of a page whose codes come first.
pub fn proves_first(page: &mut TestPage) {
    page.submits(ADA);
    assert_eq!(page.step(), StepName::Code);
    page.submits_code();
}

pub fn at_second_code() -> TestPage {
    let mut page = new_page(&[("second-factor-method", "otp")], enrolled());
    proves_first(&mut page);
    assert_eq!(page.step(), StepName::SecondCode);
    page
}

pub fn at_second_password() -> TestPage {
    let mut page = new_page(&[], with_second());
    proves_first(&mut page);
    assert_eq!(page.step(), StepName::SecondPassword);
    page
}

pub fn factor(page: &TestPage) -> Value {
    page.session().expect("a session")["secondFactor"].clone()
}

/// The token that the first factor gave: in no sense a login.
pub fn pending(page: &TestPage) -> String {
    let body = page.body_of(Call::OpenSecond);
    body["authorizedToken"]
        .as_str()
        .expect("a token")
        .to_owned()
}

/// Asserts that nothing of the first factor's token can be found anywhere.
pub fn is_no_login(page: &mut TestPage, token: &str) {
    assert!(!page.is_signed_in() && page.tab.session.is_none());
    assert_eq!(page.gets_token(0), Err(Kind::SignedOut));
    let parts = token.split('.').skip(1);
    let traces = page.traces();
    for part in parts {
        assert!(!traces.contains(part), "{traces}");
    }
}

/// A page where a mobile number comes first and an address second, and Ada, who has both.
pub fn mobile_then_mail(email: Option<&str>) -> TestPage {
    let attributes = [
        ("identifiers", "mobile"),
        ("second-factor-identifier", "email"),
        ("second-factor-method", "otp"),
    ];
    let mut page = TestPage::with(&attributes, |engine| {
        let customer = Customer {
            mobile: Some("919999922332".to_owned()),
            email: email.map(str::to_owned),
            ..enrolled()
        };
        engine.customers.insert("919999922332".to_owned(), customer);
        let eve = Customer::new("7");
        engine.customers.insert("eve@example.org".to_owned(), eve);
    });
    page.submits(MOBILE);
    page.submits_code();
    assert_eq!(page.step(), StepName::SecondIdentify);
    page
}

/// Ada, signed in by a second code.
pub fn signed_in_by_two() -> TestPage {
    let mut page = at_second_code();
    page.submits_code();
    assert!(page.is_signed_in());
    page.heard();
    page
}

/// The engine's session that the newest such call names.
pub fn session_of(page: &TestPage, call: Call) -> String {
    let body = page.body_of(call);
    body["sessionId"].as_str().expect("a session").to_owned()
}
