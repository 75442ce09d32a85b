//! Identifiers other than mobile numbers and e-mail addresses, and the address that a code is sent to: user names, customer
//! numbers, fallback channels.

use ae_engine::Customer;
use ae_login::login::text::Text;
use ae_login::login::view::{Action, FieldKind, StepName};
use ae_login::login::wire::{Call, Channel};
use ae_test_support::{ADA, FORM, MOBILE, SECOND, TestPage, ada};
use serde_json::Value;

const DIGITS: &str = "919999922332";
const PASSWORD: &str = "correct horse";
const ALL: (&str, &str) = ("identifiers", "mobile email username external-id");

/// A page that takes user names, and an engine that knows Grace by her user name and her mobile number.
fn user_name_page(first_factor: &str, password_brand: &str) -> TestPage {
    let attributes = [("identifiers", "username"), ("first-factor", first_factor)];
    TestPage::with(&attributes, |engine| {
        engine.password_brand = password_brand == "passwords";
        let grace = Customer {
            username: Some("grace".to_owned()),
            mobile: Some(DIGITS.to_owned()),
            password: Some(PASSWORD.to_owned()).filter(|_| engine.password_brand),
            ..ada()
        };
        engine.customers.insert("grace".to_owned(), grace);
    })
}

fn asks_for_address(page: &TestPage) -> bool {
    let view = page.view();
    let titles = [Text::AddressTitle, Text::AddressForPasswordTitle];
    view.step == StepName::Identify && titles.contains(&view.title)
}

/// The channel and the address of the newest message.
fn last_message(page: &TestPage) -> (String, String) {
    let message = page.engine.outbox().last().expect("a message");
    (message.channel.clone(), message.to.clone())
}

fn bodies(page: &TestPage) -> Vec<Value> {
    let bodies = page.requests().iter();
    bodies
        .map(|(_, body)| serde_json::from_str(body).expect("JSON"))
        .collect()
}

// User names --------------------------------------------------------------------------------------------------------------

#[test]
fn user_name_needs_an_address_before_a_request_is_sent() {
    let mut page = user_name_page("otp", "codes");
    page.submit("grace");
    assert!(asks_for_address(&page));
    assert_eq!(
        page.view().lead.map(|lead| lead.identity).as_deref(),
        Some("grace")
    );
    assert_eq!(page.view().fields[0].kind, FieldKind::Any);
    assert_eq!(page.view().fields[0].label, Text::LabelEither);
    assert!(page.requests().is_empty());
    page.submit(MOBILE);
    assert_eq!(page.step(), StepName::Code);
    assert_eq!(
        page.view().lead.map(|lead| lead.identity).as_deref(),
        Some("+919999922332"),
        "the address of the code"
    );
    assert_eq!(last_message(&page), ("SMS".to_owned(), DIGITS.to_owned()));
    page.submit_code();
    assert_eq!(
        page.calls(),
        [Call::OpenSession, Call::SendCode, Call::CheckCode]
    );
    for body in bodies(&page) {
        assert_eq!(body["identifierType"], "USERNAME");
        assert_eq!(body["identifierValue"], "grace");
        assert_eq!(body["mobile"], DIGITS, "in every call (contract §1.4)");
        assert_eq!(body.get("email"), None);
    }
    let session = page.session().expect("a session");
    assert_eq!(
        (&session["identifierType"], &session["identifierValue"]),
        (&"USERNAME".into(), &"grace".into())
    );
}

#[test]
fn code_of_a_user_name_can_go_to_an_email_address() {
    let mut page = user_name_page("otp", "codes");
    page.submit("linus");
    page.submit("Linus@Example.org");
    assert_eq!(
        last_message(&page),
        ("EMAIL".to_owned(), "linus@example.org".to_owned())
    );
    assert_eq!(
        page.last_body_of(Call::SendCode)["email"],
        "linus@example.org"
    );
}

#[test]
fn renewal_of_a_user_name_sends_its_address_even_after_a_reload() {
    let mut page = user_name_page("otp", "codes");
    page.engine.settings_mut().set_lives(90);
    page.submit("grace");
    page.submit(MOBILE);
    page.submit_code();
    page.advance(72 * SECOND);
    assert_eq!(page.last_body_of(Call::Renew)["mobile"], DIGITS);
    page.reload();
    page.advance(72 * SECOND);
    assert_eq!(page.renewals(), 2);
    assert_eq!(page.last_body_of(Call::Renew)["mobile"], DIGITS);
    assert!(page.is_signed_in());
}

#[test]
fn wrong_address_of_a_user_name_can_be_corrected() {
    let mut page = user_name_page("otp", "codes");
    page.submit("grace");
    for typed in ["", "linus", "0495 678923"] {
        page.submit(typed);
        assert!(
            page.first_error().is_some() && asks_for_address(&page),
            "{typed}"
        );
    }
    assert!(page.requests().is_empty());
    page.submit("+44 20 7946 0958");
    assert!(asks_for_address(&page));
    assert_eq!(page.first_error(), Some(Text::DetailsInvalid));
    page.submit(MOBILE);
    assert_eq!(page.step(), StepName::Code);
}

#[test]
fn address_request_has_a_way_back_to_the_user_name() {
    let mut page = user_name_page("otp", "codes");
    page.submit("grace");
    page.press(Action::Back);
    assert_eq!(page.view().title, Text::IdentifyTitle);
    assert_eq!(page.first_value(), "grace");
    page.submit("grace");
    page.reload();
    assert_eq!(page.view().title, Text::IdentifyTitle);
    assert_eq!(page.first_value(), "grace");
}

#[test]
fn user_name_with_a_password_needs_an_address_only_if_the_engine_demands_it() {
    for first_factor in ["password", "auto"] {
        let mut page = user_name_page(first_factor, "passwords");
        page.submit("grace");
        assert!(asks_for_address(&page));
        assert_eq!(page.notice(), Some(Text::AddressNeeded));
        assert_eq!(page.view().notice.map(|it| it.is_error), Some(false));
        let label = page.view().submit.map(|button| button.label);
        assert_eq!(
            label,
            Some(Text::Continue),
            "no message is sent to the address"
        );
        page.submit(MOBILE);
        assert_eq!(page.step(), StepName::Password);
        assert_eq!(page.view().username.as_deref(), Some("grace"));
        page.submit(PASSWORD);
        assert_eq!(
            page.calls(),
            [Call::OpenSession, Call::OpenSession, Call::CheckPassword]
        );
        assert_eq!(page.last_body_of(Call::CheckPassword)["mobile"], DIGITS);
        assert!(page.is_signed_in());
    }
}

#[test]
fn user_name_opened_without_an_address_needs_one_for_a_code() {
    let mut page = user_name_page("auto", "passwords");
    let opened = r#"{"status":{"success":true,"code":200},"auth":{"token":"TOKEN","key":null},
        "user":{"sessionId":"P-1","role":"VIEW","userRegisteredForPassword":true}}"#;
    let header = serde_json::json!({ "idv": ["USERNAME|grace"], "dev": null, "org": "DOCDEMO", "alg": "HS256" });
    let claims = serde_json::json!({ "exp": 1_760_000_900, "iat": 1_760_000_000, "rol": "VIEW" });
    let opened = opened.replace(
        "TOKEN",
        &ae_test_support::fixtures::unsigned_token(&header, &claims),
    );
    page.fail_next(Call::OpenSession, ae_engine::Fault::Body(opened));
    page.submit("grace");
    assert_eq!(page.step(), StepName::Password);
    page.press(Action::UseCode);
    assert!(asks_for_address(&page));
    assert_eq!(page.request_count(Call::SendCode), 0);
    page.submit(MOBILE);
    assert_eq!(page.last_body_of(Call::SendCode)["mobile"], DIGITS);
}

#[test]
fn new_user_name_needs_address_and_password_and_a_taken_one_is_reported() {
    let mut page = user_name_page("password", "passwords");
    page.submit("linus");
    assert!(asks_for_address(&page));
    page.submit("linus@example.org");
    assert_eq!(
        (page.step(), page.notice()),
        (StepName::NewPassword, Some(Text::PasswordWanted))
    );
    page.submit(PASSWORD);
    let body = page.last_body_of(Call::OpenSession);
    assert_eq!(
        (&body["email"], &body["password"]),
        (&"linus@example.org".into(), &PASSWORD.into())
    );
    page.submit_code();
    assert_eq!(page.step(), StepName::SignedIn);

    let mut page = user_name_page("password", "passwords");
    page.submit("linus");
    page.submit("linus@example.org");
    page.refuse_next(Call::OpenSession, 1543);
    page.submit(PASSWORD);
    assert_eq!(
        (page.step(), page.first_value().as_str(), page.first_error()),
        (StepName::Identify, "linus", Some(Text::UsernameTaken))
    );
}

#[test]
fn first_password_of_a_user_name_is_asked_for_after_the_address() {
    let mut page = user_name_page("otp", "passwords");
    page.submit("linus");
    page.submit("linus@example.org");
    assert_eq!(page.step(), StepName::NewPassword);

    // If the engine demands the password first, the address is still asked for before it.
    let mut page = user_name_page("password", "passwords");
    page.refuse_next(Call::OpenSession, 1520);
    page.submit("linus");
    assert!(asks_for_address(&page));
    assert_eq!(page.notice(), Some(Text::PasswordWanted));
    page.submit("linus@example.org");
    assert_eq!(page.step(), StepName::NewPassword);
    assert_eq!(page.request_count(Call::OpenSession), 1);
    page.submit(PASSWORD);
    page.submit_code();
    assert_eq!(page.step(), StepName::SignedIn);
}

// Customer numbers --------------------------------------------------------------------------------------------------------

#[test]
fn code_of_a_customer_number_goes_to_the_address_that_the_engine_knows() {
    let mut page = TestPage::with(&[("identifiers", "external-id")], |engine| {
        engine.external_id = true;
        let customer = Customer {
            external_id: Some(" 00-17 ".to_owned()),
            email: Some(ADA.to_owned()),
            ..ada()
        };
        engine.customers.insert(" 00-17 ".to_owned(), customer);
    });
    page.submit(" 00-17 ");
    assert_eq!(page.step(), StepName::Code);
    let lead = page.view().lead.expect("a lead");
    assert_eq!(
        (lead.text, lead.identity.as_str()),
        (Text::CodeLeadKnown, " 00-17 ")
    );
    assert_eq!(last_message(&page), ("EMAIL".to_owned(), ADA.to_owned()));
    page.reload();
    assert_eq!(page.step(), StepName::Code, "the reload restores the step");
    page.submit_code();
    assert_eq!(
        page.calls(),
        [Call::OpenSession, Call::SendCode, Call::CheckCode]
    );
    for body in bodies(&page) {
        assert_eq!(body["identifierType"], "EXTERNALID");
        assert_eq!(body["identifierValue"], " 00-17 ", "sent as it was typed");
    }
    assert!(page.is_signed_in());
}

#[test]
fn customer_number_that_the_brand_does_not_support_leads_to_stuck() {
    let mut page = TestPage::with(&[("identifiers", "external-id")], |_| {});
    page.submit("17");
    assert_eq!(
        (page.step(), page.notice(), page.notice_detail().as_deref()),
        (StepName::Stuck, Some(Text::NotSetUp), Some("(3005)"))
    );
}

#[test]
fn identifier_type_follows_from_the_typed_text() {
    for (typed, kind) in [(MOBILE, "MOBILE"), (ADA, "EMAIL"), ("4711", "EXTERNALID")] {
        let mut page = TestPage::with(&[ALL], |engine| engine.external_id = true);
        page.submit(typed);
        assert_eq!(page.last_body_of(Call::OpenSession)["identifierType"], kind);
    }
    let mut page = TestPage::with(&[ALL], |_| {});
    for (typed, hint) in [
        ("", Text::HintAny),
        ("gra", Text::HintUsername),
        ("gra@", Text::HintEmail),
        ("+91 99999 22", Text::HintMobile),
        ("4711", Text::HintExternalId),
    ] {
        page.type_text(typed);
        assert_eq!(page.view().fields[0].hint, Some(hint), "{typed}");
    }
}

// Reloads -----------------------------------------------------------------------------------------------------------------

#[test]
fn reload_restores_a_user_name_with_its_address_if_still_allowed() {
    let mut page = user_name_page("otp", "codes");
    page.submit("grace");
    page.submit(MOBILE);
    let tab = page.stored.clone();
    page.reload();
    assert_eq!(page.step(), StepName::Code);
    assert_eq!(
        page.view().lead.map(|lead| lead.identity).as_deref(),
        Some("+919999922332")
    );
    page.submit_code();
    assert!(page.is_signed_in());
    assert_eq!(page.last_body_of(Call::CheckCode)["mobile"], DIGITS);

    let mut other = TestPage::new();
    other.unload();
    other.stored = tab;
    other.load();
    assert_eq!(
        (other.step(), other.first_value().as_str()),
        (StepName::Identify, ""),
        "a form that takes mobile numbers and addresses only"
    );
}

// Fallback channels -------------------------------------------------------------------------------------------------------

/// A page that offers `WhatsApp` and SMS as fallback channels, and an engine that supports both.
fn with_channels() -> TestPage {
    TestPage::with(&[("fallback-channels", "WHATSAPP SMS")], |engine| {
        engine.fallback_channels = vec!["WHATSAPP".to_owned(), "SMS".to_owned()];
    })
}

const WHATSAPP: Action = Action::Fallback(Channel::WhatsApp);
const SMS: Action = Action::Fallback(Channel::Sms);
const ZALO: Action = Action::Fallback(Channel::Zalo);

#[test]
fn fallback_channel_is_available_after_the_resend_wait() {
    let mut page = with_channels();
    page.submit(MOBILE);
    assert!(page.offers(WHATSAPP) && page.offers(SMS) && !page.offers(ZALO));
    assert_eq!(
        (page.seconds_left(WHATSAPP), page.seconds_left(SMS)),
        (Some(30), Some(30))
    );
    page.press(WHATSAPP);
    assert_eq!(
        page.request_count(Call::SendCode),
        1,
        "the button still waits"
    );
    page.advance(30 * SECOND);
    page.press(ZALO);
    assert_eq!(
        page.request_count(Call::SendCode),
        1,
        "the channel is not offered"
    );
    page.press(WHATSAPP);
    assert_eq!(
        last_message(&page),
        ("WHATSAPP".to_owned(), DIGITS.to_owned())
    );
    let sent = page.engine.journal().last().expect("a request");
    assert_eq!(
        sent.path,
        "/auth/v1/web/otp/generate?fallbackChannel=WHATSAPP"
    );
    assert_eq!(page.notice(), Some(Text::CodeSentAgain));
    assert_eq!(
        page.seconds_left(Action::Resend),
        Some(30),
        "all buttons that send a code wait together"
    );
    page.submit_code();
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn resend_sends_no_fallback_channel() {
    let mut page = with_channels();
    page.submit(MOBILE);
    page.advance(30 * SECOND);
    page.press(Action::Resend);
    let paths = page
        .engine
        .journal()
        .iter()
        .map(|entry| entry.path.as_str());
    assert!(paths.clone().count() == 3 && paths.clone().all(|path| !path.contains('?')));
}

#[test]
fn fallback_channel_asks_for_a_missing_address_and_goes_on() {
    let mut page = with_channels();
    page.submit(ADA);
    page.advance(30 * SECOND);
    page.press(WHATSAPP);
    assert!(asks_for_address(&page));
    assert_eq!(page.view().fields[0].kind, FieldKind::Mobile, "1601");
    assert_eq!(page.notice(), Some(Text::AddressNeeded));
    page.submit(MOBILE);
    assert_eq!(page.step(), StepName::Code);
    assert_eq!(
        last_message(&page),
        ("WHATSAPP".to_owned(), DIGITS.to_owned())
    );
    let body = page.last_body_of(Call::SendCode);
    assert_eq!(
        (&body["identifierType"], &body["mobile"]),
        (&"EMAIL".into(), &DIGITS.into())
    );
    page.submit_code();
    assert_eq!(
        page.last_body_of(Call::CheckCode).get("mobile"),
        None,
        "the address is sent only with requests for a code"
    );
    assert!(page.is_signed_in());

    let mut page = with_channels();
    page.submit(MOBILE);
    page.advance(30 * SECOND);
    page.refuse_next(Call::SendCode, 1602);
    page.press(SMS);
    assert_eq!(page.view().fields[0].kind, FieldKind::Email);
    page.submit(ADA);
    assert_eq!(page.last_body_of(Call::SendCode)["email"], ADA);
    assert_eq!(page.step(), StepName::Code);
}

#[test]
fn code_step_shows_the_address_of_the_newest_code() {
    let code_address = |page: &TestPage| page.view().lead.map(|lead| lead.identity);
    let mut page = with_channels();
    page.submit(ADA);
    page.advance(30 * SECOND);
    page.press(WHATSAPP);
    assert_eq!(page.view().fields[0].autofill, "tel");
    page.submit(MOBILE);
    assert_eq!(
        code_address(&page).as_deref(),
        Some(MOBILE.replace(' ', "").as_str())
    );
    page.advance(30 * SECOND);
    page.press(Action::Resend);
    assert_eq!(code_address(&page).as_deref(), Some(ADA));
}

#[test]
fn removed_form_leaves_its_step_record_until_sign_out() {
    let mut page = with_channels();
    page.submit(ADA);
    page.attach(false);
    page.detach(FORM);
    let record = page.stored.step.clone();
    assert!(record.is_some());
    page.wake();
    assert_eq!(page.stored.step, record);
    page.sign_out();
    assert_eq!(page.stored.step, None, "signing out erases the record");
}

#[test]
fn address_request_of_a_channel_has_a_way_back_to_the_code() {
    let mut page = with_channels();
    page.submit(ADA);
    page.advance(30 * SECOND);
    page.press(WHATSAPP);
    assert!(asks_for_address(&page));
    page.press(Action::Back);
    assert_eq!(page.step(), StepName::Code);
    page.submit_code();
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn error_1603_hides_all_fallback_channels_and_keeps_resend() {
    let mut page = with_channels();
    page.engine.settings_mut().fallback_channels.clear();
    page.submit(MOBILE);
    page.advance(30 * SECOND);
    page.take_events();
    page.press(WHATSAPP);
    assert_eq!(
        (page.step(), page.notice()),
        (StepName::Code, Some(Text::ChannelUnavailable))
    );
    assert_eq!(page.take_events(), ["error configuration 1603"]);
    assert!(!page.offers(WHATSAPP) && !page.offers(SMS));
    assert_eq!(page.seconds_left(Action::Resend), None);
    page.press(WHATSAPP);
    assert_eq!(
        page.request_count(Call::SendCode),
        2,
        "a hidden button sends nothing"
    );
    page.press(Action::Resend);
    page.submit_code();
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn error_1603_after_the_address_returns_to_the_code() {
    let mut page = with_channels();
    page.submit(ADA);
    page.advance(30 * SECOND);
    page.press(WHATSAPP);
    page.refuse_next(Call::SendCode, 1603);
    page.submit(MOBILE);
    assert_eq!(
        (page.step(), page.notice()),
        (StepName::Code, Some(Text::ChannelUnavailable))
    );
    page.submit_code();
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn address_that_the_engine_refuses_is_reported_at_its_field() {
    let mut page = TestPage::new();
    page.refuse_next(Call::SendCode, 1540);
    page.submit(ADA);
    assert!(asks_for_address(&page));
    page.refuse_next(Call::SendCode, 1540);
    page.submit(MOBILE);
    assert!(asks_for_address(&page));
    assert_eq!(page.first_error(), Some(Text::DetailsInvalid));
    page.submit(MOBILE);
    assert_eq!(page.step(), StepName::Code);
    assert_eq!(page.last_body_of(Call::SendCode)["mobile"], DIGITS);
}
