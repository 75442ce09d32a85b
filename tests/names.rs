//! Whatever a customer goes by, and wherever a code should go: user names, numbers of the shop's own, other channels.
#![cfg(not(target_arch = "wasm32"))]

mod pair;

use ae_engine::Customer;
use ae_login::login::text::Text;
use ae_login::login::view::{Action, Asked, StepName};
use ae_login::login::wire::{Call, Channel};
use pair::{ADA, FORM, MOBILE, Pair, SECOND, ada};
use serde_json::Value;

const DIGITS: &str = "919999922332";
const PASSWORD: &str = "correct horse";
const ALL: (&str, &str) = ("identifiers", "mobile email username external-id");

/// A shop whose customers may go by a user name, and Grace whose name is known with her number.
fn by_name(first_factor: &str, password_brand: &str) -> Pair {
    let attributes = [("identifiers", "username"), ("first-factor", first_factor)];
    Pair::with(&attributes, |engine| {
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

fn asks_for_address(pair: &Pair) -> bool {
    let view = pair.sees();
    let titles = [Text::AddressTitle, Text::AddressForPasswordTitle];
    view.step == StepName::Identify && titles.contains(&view.title)
}

/// The newest message: by what, and where to.
fn reached(pair: &Pair) -> (String, String) {
    let message = pair.engine.outbox().last().expect("a message");
    (message.channel.clone(), message.to.clone())
}

fn bodies(pair: &Pair) -> Vec<Value> {
    let bodies = pair.sent().iter();
    bodies
        .map(|(_, body)| serde_json::from_str(body).expect("JSON"))
        .collect()
}

// User names --------------------------------------------------------------------------------------------------------------

#[test]
fn a_user_name_is_asked_where_its_code_should_go_before_anything_is_sent() {
    let mut pair = by_name("otp", "codes");
    pair.submits("grace");
    assert!(asks_for_address(&pair));
    assert_eq!(
        pair.sees().lead.map(|lead| lead.identity).as_deref(),
        Some("grace")
    );
    assert_eq!(pair.sees().fields[0].asked, Asked::Any);
    assert_eq!(pair.sees().fields[0].label, Text::LabelEither);
    assert!(pair.sent().is_empty());
    pair.submits(MOBILE);
    assert_eq!(pair.step(), StepName::Code);
    assert_eq!(
        pair.sees().lead.map(|lead| lead.identity).as_deref(),
        Some("+919999922332"),
        "that is where it went"
    );
    assert_eq!(reached(&pair), ("SMS".to_owned(), DIGITS.to_owned()));
    pair.submits_code();
    assert_eq!(
        pair.calls(),
        [Call::OpenSession, Call::SendCode, Call::CheckCode]
    );
    for body in bodies(&pair) {
        assert_eq!(body["identifierType"], "USERNAME");
        assert_eq!(body["identifierValue"], "grace");
        assert_eq!(body["mobile"], DIGITS, "in every call (contract §1.4)");
        assert_eq!(body.get("email"), None);
    }
    let session = pair.session().expect("a session");
    assert_eq!(
        (&session["identifierType"], &session["identifierValue"]),
        (&"USERNAME".into(), &"grace".into())
    );
}

#[test]
fn the_code_of_a_user_name_may_go_to_an_address_as_well() {
    let mut pair = by_name("otp", "codes");
    pair.submits("linus");
    pair.submits("Linus@Example.org");
    assert_eq!(
        reached(&pair),
        ("EMAIL".to_owned(), "linus@example.org".to_owned())
    );
    assert_eq!(pair.body_of(Call::SendCode)["email"], "linus@example.org");
}

#[test]
fn a_user_name_is_renewed_with_its_address_also_after_a_reload() {
    let mut pair = by_name("otp", "codes");
    pair.engine.settings_mut().set_lives(90);
    pair.submits("grace");
    pair.submits(MOBILE);
    pair.submits_code();
    pair.pass(72 * SECOND);
    assert_eq!(pair.body_of(Call::Renew)["mobile"], DIGITS);
    pair.reload();
    pair.pass(72 * SECOND);
    assert_eq!(pair.renewals(), 2);
    assert_eq!(pair.body_of(Call::Renew)["mobile"], DIGITS);
    assert!(pair.is_signed_in());
}

#[test]
fn an_address_that_is_none_is_not_sent_and_one_that_is_not_hers_can_be_put_right() {
    let mut pair = by_name("otp", "codes");
    pair.submits("grace");
    for typed in ["", "linus", "0495 678923"] {
        pair.submits(typed);
        assert!(pair.error().is_some() && asks_for_address(&pair), "{typed}");
    }
    assert!(pair.sent().is_empty());
    pair.submits("+44 20 7946 0958");
    assert!(asks_for_address(&pair));
    assert_eq!(pair.error(), Some(Text::DetailsInvalid));
    pair.submits(MOBILE);
    assert_eq!(pair.step(), StepName::Code);
}

#[test]
fn who_asks_for_an_address_can_be_left() {
    let mut pair = by_name("otp", "codes");
    pair.submits("grace");
    pair.presses(Action::Back);
    assert_eq!(pair.sees().title, Text::IdentifyTitle);
    assert_eq!(pair.field(), "grace");
    pair.submits("grace");
    pair.reload();
    assert_eq!(pair.sees().title, Text::IdentifyTitle);
    assert_eq!(pair.field(), "grace");
}

#[test]
fn a_user_name_with_a_password_is_asked_for_an_address_only_where_the_engine_wants_one() {
    for first_factor in ["password", "auto"] {
        let mut pair = by_name(first_factor, "passwords");
        pair.submits("grace");
        assert!(asks_for_address(&pair));
        assert_eq!(pair.notice(), Some(Text::AddressNeeded));
        assert_eq!(pair.sees().notice.map(|it| it.is_error), Some(false));
        let says = pair.sees().submit.map(|button| button.label);
        assert_eq!(says, Some(Text::Continue), "nothing is sent there");
        pair.submits(MOBILE);
        assert_eq!(pair.step(), StepName::Password);
        assert_eq!(pair.sees().username.as_deref(), Some("grace"));
        pair.submits(PASSWORD);
        assert_eq!(
            pair.calls(),
            [Call::OpenSession, Call::OpenSession, Call::CheckPassword]
        );
        assert_eq!(pair.body_of(Call::CheckPassword)["mobile"], DIGITS);
        assert!(pair.is_signed_in());
    }
}

#[test]
fn an_engine_that_opens_for_a_user_name_alone_is_told_the_address_once_a_code_is_wanted() {
    let mut pair = by_name("auto", "passwords");
    let opened = r#"{"status":{"success":true,"code":200},"auth":{"token":"TOKEN","key":null},
        "user":{"sessionId":"P-1","role":"VIEW","userRegisteredForPassword":true}}"#;
    let header = serde_json::json!({ "idv": ["USERNAME|grace"], "dev": null, "org": "DOCDEMO", "alg": "HS256" });
    let claims = serde_json::json!({ "exp": 1_760_000_900, "iat": 1_760_000_000, "rol": "VIEW" });
    let opened = opened.replace("TOKEN", &pair::world::token(&header, &claims));
    pair.spoil(Call::OpenSession, ae_engine::Fault::Body(opened));
    pair.submits("grace");
    assert_eq!(pair.step(), StepName::Password);
    pair.presses(Action::UseCode);
    assert!(asks_for_address(&pair));
    assert_eq!(pair.sent_of(Call::SendCode), 0);
    pair.submits(MOBILE);
    assert_eq!(pair.body_of(Call::SendCode)["mobile"], DIGITS);
}

#[test]
fn a_new_user_name_says_its_address_and_chooses_its_password_and_the_taken_one_is_marked() {
    let mut pair = by_name("password", "passwords");
    pair.submits("linus");
    assert!(asks_for_address(&pair));
    pair.submits("linus@example.org");
    assert_eq!(
        (pair.step(), pair.notice()),
        (StepName::NewPassword, Some(Text::PasswordWanted))
    );
    pair.submits(PASSWORD);
    let body = pair.body_of(Call::OpenSession);
    assert_eq!(
        (&body["email"], &body["password"]),
        (&"linus@example.org".into(), &PASSWORD.into())
    );
    pair.submits_code();
    assert_eq!(pair.step(), StepName::SignedIn);

    let mut pair = by_name("password", "passwords");
    pair.submits("linus");
    pair.submits("linus@example.org");
    pair.refuse(Call::OpenSession, 1543);
    pair.submits(PASSWORD);
    assert_eq!(
        (pair.step(), pair.field().as_str(), pair.error()),
        (StepName::Identify, "linus", Some(Text::UsernameTaken))
    );
}

#[test]
fn a_first_password_for_a_user_name_is_chosen_behind_the_address_so_that_it_need_not_be_kept() {
    let mut pair = by_name("otp", "passwords");
    pair.submits("linus");
    pair.submits("linus@example.org");
    assert_eq!(pair.step(), StepName::NewPassword);

    // Where the engine wants the password first, the address is asked for before it.
    let mut pair = by_name("password", "passwords");
    pair.refuse(Call::OpenSession, 1520);
    pair.submits("linus");
    assert!(asks_for_address(&pair));
    assert_eq!(pair.notice(), Some(Text::PasswordWanted));
    pair.submits("linus@example.org");
    assert_eq!(pair.step(), StepName::NewPassword);
    assert_eq!(pair.sent_of(Call::OpenSession), 1);
    pair.submits(PASSWORD);
    pair.submits_code();
    assert_eq!(pair.step(), StepName::SignedIn);
}

// The shop's own numbers --------------------------------------------------------------------------------------------------

#[test]
fn a_customer_number_gets_its_code_where_the_engine_knows_it_should_go() {
    let mut pair = Pair::with(&[("identifiers", "external-id")], |engine| {
        engine.external_id = true;
        let customer = Customer {
            external_id: Some(" 00-17 ".to_owned()),
            email: Some(ADA.to_owned()),
            ..ada()
        };
        engine.customers.insert(" 00-17 ".to_owned(), customer);
    });
    pair.submits(" 00-17 ");
    assert_eq!(pair.step(), StepName::Code);
    let lead = pair.sees().lead.expect("a lead");
    assert_eq!(
        (lead.text, lead.identity.as_str()),
        (Text::CodeLeadKnown, " 00-17 ")
    );
    assert_eq!(reached(&pair), ("EMAIL".to_owned(), ADA.to_owned()));
    pair.reload();
    assert_eq!(pair.step(), StepName::Code, "it is taken up again");
    pair.submits_code();
    assert_eq!(
        pair.calls(),
        [Call::OpenSession, Call::SendCode, Call::CheckCode]
    );
    for body in bodies(&pair) {
        assert_eq!(body["identifierType"], "EXTERNALID");
        assert_eq!(body["identifierValue"], " 00-17 ", "as it was typed");
    }
    assert!(pair.is_signed_in());
}

#[test]
fn a_customer_number_that_the_brand_does_not_take_is_the_shops_mistake() {
    let mut pair = Pair::with(&[("identifiers", "external-id")], |_| {});
    pair.submits("17");
    assert_eq!(
        (pair.step(), pair.notice(), pair.detail().as_deref()),
        (StepName::Stuck, Some(Text::NotSetUp), Some("(3005)"))
    );
}

#[test]
fn what_is_typed_decides_what_it_is() {
    for (typed, kind) in [(MOBILE, "MOBILE"), (ADA, "EMAIL"), ("4711", "EXTERNALID")] {
        let mut pair = Pair::with(&[ALL], |engine| engine.external_id = true);
        pair.submits(typed);
        assert_eq!(pair.body_of(Call::OpenSession)["identifierType"], kind);
    }
    let mut pair = Pair::with(&[ALL], |_| {});
    for (typed, hint) in [
        ("", Text::HintAny),
        ("gra", Text::HintUsername),
        ("gra@", Text::HintEmail),
        ("+91 99999 22", Text::HintMobile),
        ("4711", Text::HintExternalId),
    ] {
        pair.types(typed);
        assert_eq!(pair.sees().fields[0].hint, Some(hint), "{typed}");
    }
}

// Reloads -----------------------------------------------------------------------------------------------------------------

#[test]
fn names_are_taken_up_again_with_their_address_if_the_form_still_takes_them() {
    let mut pair = by_name("otp", "codes");
    pair.submits("grace");
    pair.submits(MOBILE);
    let tab = pair.tab.clone();
    pair.reload();
    assert_eq!(pair.step(), StepName::Code);
    assert_eq!(
        pair.sees().lead.map(|lead| lead.identity).as_deref(),
        Some("+919999922332")
    );
    pair.submits_code();
    assert!(pair.is_signed_in());
    assert_eq!(pair.body_of(Call::CheckCode)["mobile"], DIGITS);

    let mut other = Pair::new();
    other.goes();
    other.tab = tab;
    other.comes_back();
    assert_eq!(
        (other.step(), other.field().as_str()),
        (StepName::Identify, ""),
        "numbers and addresses only"
    );
}

// Other channels ----------------------------------------------------------------------------------------------------------

/// A shop that sends codes by `WhatsApp` or SMS besides the usual way, and the page that offers both.
fn with_channels() -> Pair {
    Pair::with(&[("fallback-channels", "WHATSAPP SMS")], |engine| {
        engine.fallback_channels = vec!["WHATSAPP".to_owned(), "SMS".to_owned()];
    })
}

const WHATSAPP: Action = Action::Fallback(Channel::WhatsApp);
const SMS: Action = Action::Fallback(Channel::Sms);
const ZALO: Action = Action::Fallback(Channel::Zalo);

#[test]
fn a_code_may_come_by_another_channel_after_the_same_wait() {
    let mut pair = with_channels();
    pair.submits(MOBILE);
    assert!(pair.offers(WHATSAPP) && pair.offers(SMS) && !pair.offers(ZALO));
    assert_eq!(
        (pair.waits(WHATSAPP), pair.waits(SMS)),
        (Some(30), Some(30))
    );
    pair.presses(WHATSAPP);
    assert_eq!(pair.sent_of(Call::SendCode), 1, "it waits");
    pair.pass(30 * SECOND);
    pair.presses(ZALO);
    assert_eq!(pair.sent_of(Call::SendCode), 1, "it is not offered");
    pair.presses(WHATSAPP);
    assert_eq!(reached(&pair), ("WHATSAPP".to_owned(), DIGITS.to_owned()));
    let asked = pair.engine.journal().last().expect("a question");
    assert_eq!(
        asked.path,
        "/auth/v1/web/otp/generate?fallbackChannel=WHATSAPP"
    );
    assert_eq!(pair.notice(), Some(Text::CodeSentAgain));
    assert_eq!(pair.waits(Action::Resend), Some(30), "they wait together");
    pair.submits_code();
    assert_eq!(pair.step(), StepName::SignedIn);
}

#[test]
fn the_usual_way_names_no_channel() {
    let mut pair = with_channels();
    pair.submits(MOBILE);
    pair.pass(30 * SECOND);
    pair.presses(Action::Resend);
    let paths = pair
        .engine
        .journal()
        .iter()
        .map(|entry| entry.path.as_str());
    assert!(paths.clone().count() == 3 && paths.clone().all(|path| !path.contains('?')));
}

#[test]
fn a_channel_that_needs_a_number_or_an_address_asks_for_it_and_goes_on() {
    let mut pair = with_channels();
    pair.submits(ADA);
    pair.pass(30 * SECOND);
    pair.presses(WHATSAPP);
    assert!(asks_for_address(&pair));
    assert_eq!(pair.sees().fields[0].asked, Asked::Mobile, "1601");
    assert_eq!(pair.notice(), Some(Text::AddressNeeded));
    pair.submits(MOBILE);
    assert_eq!(pair.step(), StepName::Code);
    assert_eq!(reached(&pair), ("WHATSAPP".to_owned(), DIGITS.to_owned()));
    let body = pair.body_of(Call::SendCode);
    assert_eq!(
        (&body["identifierType"], &body["mobile"]),
        (&"EMAIL".into(), &DIGITS.into())
    );
    pair.submits_code();
    assert_eq!(
        pair.body_of(Call::CheckCode).get("mobile"),
        None,
        "only where a code is sent"
    );
    assert!(pair.is_signed_in());

    let mut pair = with_channels();
    pair.submits(MOBILE);
    pair.pass(30 * SECOND);
    pair.refuse(Call::SendCode, 1602);
    pair.presses(SMS);
    assert_eq!(pair.sees().fields[0].asked, Asked::Email);
    pair.submits(ADA);
    assert_eq!(pair.body_of(Call::SendCode)["email"], ADA);
    assert_eq!(pair.step(), StepName::Code);
}

#[test]
fn the_screen_names_the_place_that_the_newest_code_went_to() {
    let place = |pair: &Pair| pair.sees().lead.map(|lead| lead.identity);
    let mut pair = with_channels();
    pair.submits(ADA);
    pair.pass(30 * SECOND);
    pair.presses(WHATSAPP);
    assert_eq!(pair.sees().fields[0].autofill, "tel");
    pair.submits(MOBILE);
    assert_eq!(
        place(&pair).as_deref(),
        Some(MOBILE.replace(' ', "").as_str())
    );
    pair.pass(30 * SECOND);
    pair.presses(Action::Resend);
    assert_eq!(place(&pair).as_deref(), Some(ADA));
}

#[test]
fn what_a_form_that_is_gone_had_begun_stays_whoever_else_listens() {
    let mut pair = with_channels();
    pair.submits(ADA);
    pair.joins(false);
    pair.leaves(FORM);
    let begun = pair.tab.step.clone();
    assert!(begun.is_some());
    pair.wakes();
    assert_eq!(pair.tab.step, begun);
    pair.signs_out();
    assert_eq!(pair.tab.step, None, "but for a sign-out");
}

#[test]
fn whoever_has_no_such_number_goes_back_to_the_code_that_was_sent() {
    let mut pair = with_channels();
    pair.submits(ADA);
    pair.pass(30 * SECOND);
    pair.presses(WHATSAPP);
    assert!(asks_for_address(&pair));
    pair.presses(Action::Back);
    assert_eq!(pair.step(), StepName::Code);
    pair.submits_code();
    assert_eq!(pair.step(), StepName::SignedIn);
}

#[test]
fn a_channel_that_is_not_set_up_is_hidden_with_the_others_and_the_usual_way_stays() {
    let mut pair = with_channels();
    pair.engine.settings_mut().fallback_channels.clear();
    pair.submits(MOBILE);
    pair.pass(30 * SECOND);
    pair.heard();
    pair.presses(WHATSAPP);
    assert_eq!(
        (pair.step(), pair.notice()),
        (StepName::Code, Some(Text::ChannelUnavailable))
    );
    assert_eq!(pair.heard(), ["error configuration 1603"]);
    assert!(!pair.offers(WHATSAPP) && !pair.offers(SMS));
    assert_eq!(pair.waits(Action::Resend), None);
    pair.presses(WHATSAPP);
    assert_eq!(pair.sent_of(Call::SendCode), 2, "no button, no question");
    pair.presses(Action::Resend);
    pair.submits_code();
    assert_eq!(pair.step(), StepName::SignedIn);
}

#[test]
fn a_channel_that_fails_behind_its_number_leads_back_to_the_code_that_was_sent() {
    let mut pair = with_channels();
    pair.submits(ADA);
    pair.pass(30 * SECOND);
    pair.presses(WHATSAPP);
    pair.refuse(Call::SendCode, 1603);
    pair.submits(MOBILE);
    assert_eq!(
        (pair.step(), pair.notice()),
        (StepName::Code, Some(Text::ChannelUnavailable))
    );
    pair.submits_code();
    assert_eq!(pair.step(), StepName::SignedIn);
}

#[test]
fn an_engine_that_does_not_take_the_address_it_asked_for_says_so_at_the_field() {
    let mut pair = Pair::new();
    pair.refuse(Call::SendCode, 1540);
    pair.submits(ADA);
    assert!(asks_for_address(&pair));
    pair.refuse(Call::SendCode, 1540);
    pair.submits(MOBILE);
    assert!(asks_for_address(&pair));
    assert_eq!(pair.error(), Some(Text::DetailsInvalid));
    pair.submits(MOBILE);
    assert_eq!(pair.step(), StepName::Code);
    assert_eq!(pair.body_of(Call::SendCode)["mobile"], DIGITS);
}
