//! `remember-identifier`: what is stored after a login, what the next page offers, and when it is forgotten.

use ae_login::login::Event;
use ae_login::login::text::Text;
use ae_login::login::view::{Action, Focus, StepName};
use ae_login::login::wire::Call;
use ae_test_support::{ADA, FORM, MINUTE, MOBILE, TestPage};

const REMEMBERS: &[(&str, &str)] = &[("remember-identifier", "")];

fn new_page() -> TestPage {
    TestPage::with(REMEMBERS, |engine| engine.set_lives(60))
}

/// A page that was opened after a login with this identifier, whose session is over.
fn page_after(identifier: &str) -> TestPage {
    let mut page = new_page();
    page.submit(identifier);
    page.submit_code();
    assert!(page.is_signed_in());
    page.unload();
    page.stored.session = None;
    page.load();
    assert_eq!(page.step(), StepName::Identify);
    page
}

fn is_offered(page: &TestPage) -> bool {
    let view = page.view();
    view.fields.is_empty() && view.title == Text::WelcomeTitle
}

fn identity(page: &TestPage) -> String {
    page.view().lead.expect("a lead").identity
}

#[test]
fn identifier_is_stored_after_a_login_and_offered_masked() {
    let mut page = new_page();
    page.submit(MOBILE);
    assert_eq!(page.stored.identifier, None, "not before the login");
    page.submit_code();
    let digits = MOBILE.trim_start_matches('+').replace(' ', "");
    assert_eq!(
        page.stored.identifier.as_deref(),
        Some(format!(r#"{{"type":"MOBILE","value":"{digits}"}}"#).as_str())
    );
    let mut page = page_after(MOBILE);
    let view = page.view();
    assert_eq!(view.title, Text::WelcomeTitle);
    assert!(view.fields.is_empty());
    assert_eq!(view.lead.expect("a lead").identity, "+91 ••••• ••332");
    assert!(page.offers(Action::ChangeIdentifier));
    // The next steps show it masked too.
    page.submit("");
    assert_eq!(page.step(), StepName::Code);
    assert_eq!(identity(&page), "+91 ••••• ••332");
    page.submit_code();
    assert_eq!(page.step(), StepName::SignedIn);
    assert_eq!(identity(&page), format!("+{digits}"));
}

#[test]
fn nothing_is_stored_without_the_attribute_or_with_memory_storage() {
    for attributes in [
        &[][..],
        &[("remember-identifier", ""), ("storage", "memory")],
    ] {
        let mut page = TestPage::with(attributes, |_| {});
        page.sign_in();
        assert_eq!(page.stored.identifier, None, "{attributes:?}");
        // An identifier that a page with the attribute has stored is not offered.
        page.stored.identifier = page_after(ADA).stored.identifier;
        page.stored.session = None;
        page.reload();
        assert!(!is_offered(&page), "{attributes:?}");
        page.sign_out();
        assert_eq!(page.stored.identifier, None, "signing out erases it");
    }
}

#[test]
fn not_you_forgets_the_identifier_in_all_forms() {
    let mut page = page_after(ADA);
    let other = page.attach(true);
    assert!(page.view_of(other).fields.is_empty());
    let screen = page.view().screen;
    page.press(Action::ChangeIdentifier);
    assert_eq!(page.stored.identifier, None);
    for host in [FORM, other] {
        let view = page.view_of(host);
        assert_eq!(view.title, Text::IdentifyTitle);
        assert_eq!(view.fields[0].value, "");
    }
    let view = page.view();
    assert_eq!(view.focus.1, Focus::Field);
    assert_ne!(view.screen, screen);
    page.reload();
    assert!(!is_offered(&page));
    page.sign_in();
}

#[test]
fn change_of_the_identifier_at_a_later_step_forgets_it_too() {
    let mut page = page_after(ADA);
    page.submit("");
    assert_eq!(identity(&page), "a•••@example.org");
    page.reload();
    assert_eq!(identity(&page), "a•••@example.org");
    page.press(Action::ChangeIdentifier);
    assert_eq!(page.stored.identifier, None);
    assert_eq!(page.first_value(), "");
}

#[test]
fn signing_out_forgets_the_identifier_and_an_expired_session_keeps_it() {
    let mut page = new_page();
    page.sign_in();
    page.sign_out();
    assert_eq!(page.stored.identifier, None);
    assert!(!is_offered(&page));

    let mut page = new_page();
    page.sign_in();
    page.refuse_next(Call::Renew, 1525);
    page.advance(MINUTE);
    assert!(!page.is_signed_in());
    assert!(page.stored.identifier.is_some());
    assert!(is_offered(&page));
    assert_eq!(page.notice(), Some(Text::SessionEnded));
    assert_eq!(page.view().focus.1, Focus::Title);
    // The tab's own record has no identifier beside it.
    assert_eq!(page.stored.step, None);
    page.sign_out();
    assert_eq!(page.stored.identifier, None);
    assert!(!is_offered(&page));
}

#[test]
fn failure_keeps_the_offer_and_an_unknown_customer_gets_a_field() {
    let mut page = page_after(ADA);
    page.refuse_next(Call::SendCode, 1503);
    page.submit("");
    assert_eq!(page.notice(), Some(Text::CodeNotSent));
    assert!(is_offered(&page));
    page.refuse_next(Call::OpenSession, 1515);
    page.submit("");
    assert_eq!(page.first_error(), Some(Text::UnknownCustomer));
    assert_eq!(page.first_value(), "");
    assert_eq!(page.stored.identifier, None);
}

#[test]
fn record_that_does_not_fit_is_ignored() {
    for record in [
        "",
        "{}",
        r#"{"type":"FAX","value":"1"}"#,
        r#"{"type":"MOBILE","value":"+91 99999 22332"}"#,
        r#"{"type":"USERNAME","value":"ada"}"#,
    ] {
        let mut page = new_page();
        page.stored.identifier = Some(record.to_owned());
        page.reload();
        assert!(!is_offered(&page), "{record}");
    }
}

#[test]
fn removed_attribute_asks_for_an_identifier_again() {
    let mut page = page_after(ADA);
    page.change_form_settings(|form| form.remembers_identifier = false);
    assert_eq!(page.first_value(), "");
}

#[test]
fn no_event_holds_the_remembered_identifier() {
    let mut page = page_after(ADA);
    page.submit("");
    let activities = page.take_activities().into_iter().map(Event::Activity);
    let events = page.events().iter().map(|(_, event)| event.clone());
    for event in activities.chain(events) {
        let (_, detail) = event.to_page();
        assert!(
            detail.contains("signedInAt") || !detail.contains(ADA),
            "{detail}"
        );
    }
}
