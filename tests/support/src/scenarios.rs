//! Customers, and pages that are already at a certain step.
//!
//! The customer is Ada in all of them. A function that cannot reach its step panics, and the test fails.

use ae_engine::Customer;
use ae_login::login::problem::Kind;
use ae_login::login::text::Text;
use ae_login::login::view::{Action, FieldKind, StepName};
use ae_login::login::wire::Call;
use serde_json::Value;

use super::{ADA, MOBILE, TestPage, ada};

/// Ada's password of the first factor.
pub const PASSWORD: &str = "correct horse";
/// The password that Ada changes [`PASSWORD`] to.
pub const NEW_PASSWORD: &str = "battery staple";
/// Ada's password of the second factor.
pub const SECOND_PASSWORD: &str = "swordfish";
/// The password that Ada changes [`SECOND_PASSWORD`] to.
pub const OTHER_PASSWORD: &str = "marzipan";

/// A page of a brand with passwords, where Ada's password is [`PASSWORD`]. `first_factor` is the attribute `first-factor`.
pub fn password_page(first_factor: &str) -> TestPage {
    TestPage::with(&[("first-factor", first_factor)], |engine| {
        engine.password_brand = true;
        let ada = Customer {
            password: Some(PASSWORD.to_owned()),
            ..ada()
        };
        engine.customers.insert(ADA.to_owned(), ada);
    })
}

/// A page where Ada has signed in with [`PASSWORD`].
pub fn signed_in_with_password() -> TestPage {
    let mut page = password_page("password");
    sign_in_with_password(&mut page, PASSWORD);
    page
}

/// Signs Ada in with a password, from the first step.
pub fn sign_in_with_password(page: &mut TestPage, password: &str) {
    page.submit(ADA);
    assert_eq!(page.step(), StepName::Password);
    page.submit(password);
    assert_eq!(page.step(), StepName::SignedIn, "{:?}", page.messages());
}

/// Asserts that Ada can sign in with one password, and that another one is wrong.
pub fn assert_password_is(page: &mut TestPage, password: &str, wrong: &str) {
    if page.is_signed_in() {
        page.press(Action::SignOut);
    }
    page.submit(ADA);
    page.submit(wrong);
    assert_eq!(
        page.error_of(FieldKind::Password),
        Some(Text::PasswordWrong)
    );
    page.submit(password);
    assert_eq!(page.step(), StepName::SignedIn);
}

/// Ada, of whom the engine demands a second factor.
pub fn mfa_customer() -> Customer {
    Customer { mfa: true, ..ada() }
}

/// A page with these attributes, and an engine that knows Ada as this customer.
pub fn page_for(attributes: &[(&str, &str)], customer: Customer) -> TestPage {
    TestPage::with(attributes, |engine| {
        engine.password_brand = customer.password.is_some();
        engine.mfa_password = true;
        engine.customers.insert(ADA.to_owned(), customer);
    })
}

/// Ada, whose second factor is [`SECOND_PASSWORD`].
pub fn customer_with_second_password() -> Customer {
    Customer {
        mfa_password: Some(SECOND_PASSWORD.to_owned()),
        ..mfa_customer()
    }
}

/// Ada, whose first factor is [`PASSWORD`] and whose second factor is [`SECOND_PASSWORD`].
pub fn customer_with_two_passwords() -> Customer {
    Customer {
        password: Some(PASSWORD.to_owned()),
        ..customer_with_second_password()
    }
}

/// Passes the first factor with a code.
pub fn pass_first_factor(page: &mut TestPage) {
    page.submit(ADA);
    assert_eq!(page.step(), StepName::Code);
    page.submit_code();
}

/// A page where Ada has been sent the code of the second factor.
pub fn page_at_second_code() -> TestPage {
    let mut page = page_for(&[("second-factor-method", "otp")], mfa_customer());
    pass_first_factor(&mut page);
    assert_eq!(page.step(), StepName::SecondCode);
    page
}

/// A page that asks Ada for the password of the second factor.
pub fn page_at_second_password() -> TestPage {
    let mut page = page_for(&[], customer_with_second_password());
    pass_first_factor(&mut page);
    assert_eq!(page.step(), StepName::SecondPassword);
    page
}

/// A page where Ada has signed in with two codes. Its events are taken.
pub fn signed_in_with_two_factors() -> TestPage {
    let mut page = page_at_second_code();
    page.submit_code();
    assert!(page.is_signed_in());
    page.take_events();
    page
}

/// A page that takes a mobile number first and asks for an e-mail address before the second factor. The engine knows Ada by her
/// number, and by this address if there is one.
pub fn page_at_second_identify(email: Option<&str>) -> TestPage {
    let attributes = [
        ("identifiers", "mobile"),
        ("second-factor-identifier", "email"),
        ("second-factor-method", "otp"),
    ];
    let mut page = TestPage::with(&attributes, |engine| {
        let customer = Customer {
            mobile: Some("919999922332".to_owned()),
            email: email.map(str::to_owned),
            ..mfa_customer()
        };
        engine.customers.insert("919999922332".to_owned(), customer);
        let eve = Customer::new("7");
        engine.customers.insert("eve@example.org".to_owned(), eve);
    });
    page.submit(MOBILE);
    page.submit_code();
    assert_eq!(page.step(), StepName::SecondIdentify);
    page
}

/// The field `secondFactor` of the public session.
pub fn second_factor_of(page: &TestPage) -> Value {
    page.session().expect("a session")["secondFactor"].clone()
}

/// The token of the first factor that the second one was opened with.
pub fn first_factor_token(page: &TestPage) -> String {
    let body = page.last_body_of(Call::OpenSecond);
    body["authorizedToken"]
        .as_str()
        .expect("a token")
        .to_owned()
}

/// Asserts that nobody is signed in, and that no part of this token is stored or can be read by the page.
pub fn assert_token_is_unusable(page: &mut TestPage, token: &str) {
    assert!(!page.is_signed_in() && page.stored.session.is_none());
    assert_eq!(page.get_token(0), Err(Kind::SignedOut));
    // All tokens share the header, so that only claims and signature tell them apart.
    let parts = token.split('.').skip(1);
    let visible = page.everything_visible();
    for part in parts {
        assert!(!visible.contains(part), "{visible}");
    }
}

/// The id of the engine's session in the newest request of this call.
pub fn session_id_of(page: &TestPage, call: Call) -> String {
    let body = page.last_body_of(call);
    body["sessionId"].as_str().expect("a session").to_owned()
}
