//! `auto-submit`: when a code is sent by itself, and when it is not.

use ae_login::login::text::Text;
use ae_login::login::view::{Action, StepName};
use ae_login::login::wire::Call;
use ae_test_support::scenarios::mfa_customer;
use ae_test_support::{ADA, MINUTE, Network, SECOND, TestPage};

fn page_at_code() -> TestPage {
    let mut page = TestPage::with(&[("auto-submit", "")], |engine| {
        engine.customers.insert(ADA.to_owned(), mfa_customer());
        engine.set_lives(900);
    });
    page.submit(ADA);
    assert_eq!(page.step(), StepName::Code);
    page
}

fn checks(page: &TestPage) -> usize {
    page.request_count(Call::CheckCode)
}

#[test]
fn complete_code_is_sent_by_itself() {
    let mut page = page_at_code();
    let code = page.last_code();
    for end in 1..code.len() {
        page.type_code(&code[..end]);
        assert_eq!(checks(&page), 0, "{end} digits");
    }
    page.type_code(&code);
    assert_eq!(checks(&page), 1);
    assert_eq!(page.step(), StepName::SecondCode);
    // The second factor's code too.
    let code = page.last_code();
    page.type_code(&code);
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn pasted_message_is_sent_by_itself() {
    let mut page = page_at_code();
    let code = page.last_code();
    page.type_code(&format!("Your code is {code}. It is good for 10 minutes."));
    assert_eq!(page.step(), StepName::SecondCode);
}

#[test]
fn code_is_complete_with_the_digits_of_otp_length() {
    let mut page = page_at_code();
    page.change_form_settings(|form| form.otp_length = 8);
    let code = page.last_code();
    page.type_code(&code);
    assert_eq!(checks(&page), 0);
    page.type_code("12345678");
    assert_eq!(checks(&page), 1);
}

#[test]
fn error_of_a_code_ends_when_another_is_typed() {
    for attributes in [&[][..], &[("auto-submit", "")]] {
        let mut page = TestPage::with(attributes, |_| {});
        page.submit(ADA);
        let wrong = page.wrong_code();
        page.submit(&wrong);
        assert_eq!(page.first_error(), Some(Text::CodeWrong), "{attributes:?}");
        page.type_code("1");
        assert_eq!(page.first_error(), None, "{attributes:?}");
    }
}

#[test]
fn code_is_not_sent_by_itself_without_the_attribute() {
    let mut page = TestPage::at_code();
    let code = page.last_code();
    page.type_code(&code);
    assert_eq!(checks(&page), 0);
    page.submit(&code);
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn code_is_sent_once_until_it_is_changed() {
    let mut page = page_at_code();
    let code = page.last_code();
    page.latency = SECOND;
    page.type_code(&code);
    page.type_code(&code);
    assert_eq!(checks(&page), 1);
    page.network = Network::Unreachable;
    page.advance(SECOND);

    let mut page = page_at_code();
    let (right, wrong) = (page.last_code(), page.wrong_code());
    page.type_code(&wrong);
    assert_eq!(page.first_error(), Some(Text::CodeWrong));
    // A password manager fills the empty field again.
    page.type_code("");
    page.type_code(&wrong);
    page.type_code(&format!("{} {}", &wrong[..3], &wrong[3..]));
    assert_eq!(checks(&page), 1);
    // The customer can still send it.
    page.submit(&wrong);
    assert_eq!(checks(&page), 2);
    page.type_code(&right);
    assert_eq!(page.step(), StepName::SecondCode);
}

#[test]
fn code_that_was_sent_by_the_button_is_not_sent_again_after_a_failure() {
    let mut page = page_at_code();
    let code = page.last_code();
    page.network = Network::Unreachable;
    page.submit(&code);
    assert_eq!(page.notice(), Some(Text::Network));
    page.network = Network::Working;
    page.type_code(&code);
    assert_eq!(checks(&page), 1);
}

#[test]
fn code_after_a_new_message_is_sent_even_if_it_is_the_same() {
    let mut page = page_at_code();
    let wrong = page.wrong_code();
    page.type_code(&wrong);
    page.advance(MINUTE);
    page.press(Action::Resend);
    page.type_code(&wrong);
    assert_eq!(checks(&page), 2);
}

#[test]
fn code_is_not_sent_while_a_response_is_awaited_or_a_pause_is_demanded() {
    let mut page = page_at_code();
    let code = page.last_code();
    page.advance(MINUTE);
    page.latency = SECOND;
    page.press(Action::Resend);
    page.type_code(&code);
    assert_eq!(checks(&page), 0);
    page.advance(SECOND);
    page.latency = 0;
    page.refuse_next(Call::CheckCode, 429);
    page.type_code("123450");
    assert_eq!(checks(&page), 1);
    page.type_code("123451");
    assert_eq!(checks(&page), 1);
}
