//! Whatever a customer goes by, and wherever a code should go: user names, numbers of the shop's own, other channels.

use ae_engine::Customer;
use ae_login::login::text::Text;
use ae_login::login::view::{Action, FieldKind, StepName};
use ae_login::login::wire::{Call, Channel};
use ae_test_support::{ADA, FORM, MOBILE, SECOND, TestPage, ada};
use serde_json::Value;

const DIGITS: &str = "919999922332";
const PASSWORD: &str = "correct horse";
const ALL: (&str, &str) = ("identifiers", "mobile email username external-id");

/// A shop whose customers may go by a user name, and Grace whose name is known with her number.
fn by_name(first_factor: &str, password_brand: &str) -> TestPage {
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

/// The newest message: by what, and where to.
fn reached(page: &TestPage) -> (String, String) {
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
fn a_user_name_is_asked_where_its_code_should_go_before_anything_is_sent() {
    let mut page = by_name("otp", "codes");
    page.submit("grace");
    assert!(asks_for_address(&page));
    assert_eq!(
        page.view().lead.map(|lead| lead.identity).as_deref(),
        Some("grace")
    );
    assert_eq!(page.view().fields[0].asked, FieldKind::Any);
    assert_eq!(page.view().fields[0].label, Text::LabelEither);
    assert!(page.requests().is_empty());
    page.submit(MOBILE);
    assert_eq!(page.step(), StepName::Code);
    assert_eq!(
        page.view().lead.map(|lead| lead.identity).as_deref(),
        Some("+919999922332"),
        "that is where it went"
    );
    assert_eq!(reached(&page), ("SMS".to_owned(), DIGITS.to_owned()));
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
fn the_code_of_a_user_name_may_go_to_an_address_as_well() {
    let mut page = by_name("otp", "codes");
    page.submit("linus");
    page.submit("Linus@Example.org");
    assert_eq!(
        reached(&page),
        ("EMAIL".to_owned(), "linus@example.org".to_owned())
    );
    assert_eq!(
        page.last_body_of(Call::SendCode)["email"],
        "linus@example.org"
    );
}

#[test]
fn a_user_name_is_renewed_with_its_address_also_after_a_reload() {
    let mut page = by_name("otp", "codes");
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
fn an_address_that_is_none_is_not_sent_and_one_that_is_not_hers_can_be_put_right() {
    let mut page = by_name("otp", "codes");
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
fn who_asks_for_an_address_can_be_left() {
    let mut page = by_name("otp", "codes");
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
fn a_user_name_with_a_password_is_asked_for_an_address_only_where_the_engine_wants_one() {
    for first_factor in ["password", "auto"] {
        let mut page = by_name(first_factor, "passwords");
        page.submit("grace");
        assert!(asks_for_address(&page));
        assert_eq!(page.notice(), Some(Text::AddressNeeded));
        assert_eq!(page.view().notice.map(|it| it.is_error), Some(false));
        let says = page.view().submit.map(|button| button.label);
        assert_eq!(says, Some(Text::Continue), "nothing is sent there");
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
fn an_engine_that_opens_for_a_user_name_alone_is_told_the_address_once_a_code_is_wanted() {
    let mut page = by_name("auto", "passwords");
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
fn a_new_user_name_says_its_address_and_chooses_its_password_and_the_taken_one_is_marked() {
    let mut page = by_name("password", "passwords");
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

    let mut page = by_name("password", "passwords");
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
fn a_first_password_for_a_user_name_is_chosen_behind_the_address_so_that_it_need_not_be_kept() {
    let mut page = by_name("otp", "passwords");
    page.submit("linus");
    page.submit("linus@example.org");
    assert_eq!(page.step(), StepName::NewPassword);

    // Where the engine wants the password first, the address is asked for before it.
    let mut page = by_name("password", "passwords");
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

// The shop's own numbers --------------------------------------------------------------------------------------------------

#[test]
fn a_customer_number_gets_its_code_where_the_engine_knows_it_should_go() {
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
    assert_eq!(reached(&page), ("EMAIL".to_owned(), ADA.to_owned()));
    page.reload();
    assert_eq!(page.step(), StepName::Code, "it is taken up again");
    page.submit_code();
    assert_eq!(
        page.calls(),
        [Call::OpenSession, Call::SendCode, Call::CheckCode]
    );
    for body in bodies(&page) {
        assert_eq!(body["identifierType"], "EXTERNALID");
        assert_eq!(body["identifierValue"], " 00-17 ", "as it was typed");
    }
    assert!(page.is_signed_in());
}

#[test]
fn a_customer_number_that_the_brand_does_not_take_is_the_shops_mistake() {
    let mut page = TestPage::with(&[("identifiers", "external-id")], |_| {});
    page.submit("17");
    assert_eq!(
        (page.step(), page.notice(), page.notice_detail().as_deref()),
        (StepName::Stuck, Some(Text::NotSetUp), Some("(3005)"))
    );
}

#[test]
fn what_is_typed_decides_what_it_is() {
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
fn names_are_taken_up_again_with_their_address_if_the_form_still_takes_them() {
    let mut page = by_name("otp", "codes");
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
        "numbers and addresses only"
    );
}

// Other channels ----------------------------------------------------------------------------------------------------------

/// A shop that sends codes by `WhatsApp` or SMS besides the usual way, and the page that offers both.
fn with_channels() -> TestPage {
    TestPage::with(&[("fallback-channels", "WHATSAPP SMS")], |engine| {
        engine.fallback_channels = vec!["WHATSAPP".to_owned(), "SMS".to_owned()];
    })
}

const WHATSAPP: Action = Action::Fallback(Channel::WhatsApp);
const SMS: Action = Action::Fallback(Channel::Sms);
const ZALO: Action = Action::Fallback(Channel::Zalo);

#[test]
fn a_code_may_come_by_another_channel_after_the_same_wait() {
    let mut page = with_channels();
    page.submit(MOBILE);
    assert!(page.offers(WHATSAPP) && page.offers(SMS) && !page.offers(ZALO));
    assert_eq!(
        (page.seconds_left(WHATSAPP), page.seconds_left(SMS)),
        (Some(30), Some(30))
    );
    page.press(WHATSAPP);
    assert_eq!(page.request_count(Call::SendCode), 1, "it waits");
    page.advance(30 * SECOND);
    page.press(ZALO);
    assert_eq!(page.request_count(Call::SendCode), 1, "it is not offered");
    page.press(WHATSAPP);
    assert_eq!(reached(&page), ("WHATSAPP".to_owned(), DIGITS.to_owned()));
    let asked = page.engine.journal().last().expect("a question");
    assert_eq!(
        asked.path,
        "/auth/v1/web/otp/generate?fallbackChannel=WHATSAPP"
    );
    assert_eq!(page.notice(), Some(Text::CodeSentAgain));
    assert_eq!(
        page.seconds_left(Action::Resend),
        Some(30),
        "they wait together"
    );
    page.submit_code();
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn the_usual_way_names_no_channel() {
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
fn a_channel_that_needs_a_number_or_an_address_asks_for_it_and_goes_on() {
    let mut page = with_channels();
    page.submit(ADA);
    page.advance(30 * SECOND);
    page.press(WHATSAPP);
    assert!(asks_for_address(&page));
    assert_eq!(page.view().fields[0].asked, FieldKind::Mobile, "1601");
    assert_eq!(page.notice(), Some(Text::AddressNeeded));
    page.submit(MOBILE);
    assert_eq!(page.step(), StepName::Code);
    assert_eq!(reached(&page), ("WHATSAPP".to_owned(), DIGITS.to_owned()));
    let body = page.last_body_of(Call::SendCode);
    assert_eq!(
        (&body["identifierType"], &body["mobile"]),
        (&"EMAIL".into(), &DIGITS.into())
    );
    page.submit_code();
    assert_eq!(
        page.last_body_of(Call::CheckCode).get("mobile"),
        None,
        "only where a code is sent"
    );
    assert!(page.is_signed_in());

    let mut page = with_channels();
    page.submit(MOBILE);
    page.advance(30 * SECOND);
    page.refuse_next(Call::SendCode, 1602);
    page.press(SMS);
    assert_eq!(page.view().fields[0].asked, FieldKind::Email);
    page.submit(ADA);
    assert_eq!(page.last_body_of(Call::SendCode)["email"], ADA);
    assert_eq!(page.step(), StepName::Code);
}

#[test]
fn the_screen_names_the_place_that_the_newest_code_went_to() {
    let place = |page: &TestPage| page.view().lead.map(|lead| lead.identity);
    let mut page = with_channels();
    page.submit(ADA);
    page.advance(30 * SECOND);
    page.press(WHATSAPP);
    assert_eq!(page.view().fields[0].autofill, "tel");
    page.submit(MOBILE);
    assert_eq!(
        place(&page).as_deref(),
        Some(MOBILE.replace(' ', "").as_str())
    );
    page.advance(30 * SECOND);
    page.press(Action::Resend);
    assert_eq!(place(&page).as_deref(), Some(ADA));
}

#[test]
fn what_a_form_that_is_gone_had_begun_stays_whoever_else_listens() {
    let mut page = with_channels();
    page.submit(ADA);
    page.attach(false);
    page.detach(FORM);
    let begun = page.stored.step.clone();
    assert!(begun.is_some());
    page.wake();
    assert_eq!(page.stored.step, begun);
    page.sign_out();
    assert_eq!(page.stored.step, None, "but for a sign-out");
}

#[test]
fn whoever_has_no_such_number_goes_back_to_the_code_that_was_sent() {
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
fn a_channel_that_is_not_set_up_is_hidden_with_the_others_and_the_usual_way_stays() {
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
        "no button, no question"
    );
    page.press(Action::Resend);
    page.submit_code();
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn a_channel_that_fails_behind_its_number_leads_back_to_the_code_that_was_sent() {
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
fn an_engine_that_does_not_take_the_address_it_asked_for_says_so_at_the_field() {
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
