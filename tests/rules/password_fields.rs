//! Passwords byte for byte, from the field to the engine; and what password managers find on each screen.

use ae_engine::Customer;
use ae_login::login::text::Text;
use ae_login::login::view::{Action, FieldKind, FieldValue, StepName, View};
use ae_login::login::wire::Call;
use ae_login::login::{HostId, Input};
use ae_test_support::{ADA, FORM, MOBILE, TestPage, ada};
use proptest::prelude::*;
use serde_json::Value;

const FIRST: &str = "correct horse";
const OTHER: &str = "battery staple";

// Byte for byte -----------------------------------------------------------------------------------------------------------

/// A customer's whole life with passwords: the first ones of both factors, signing in, both replaced, both changed.
fn a_life(one: &str, two: &str, three: &str) -> TestPage {
    let attributes = [
        ("first-factor", "password"),
        ("second-factor-method", "password"),
    ];
    let mut page = TestPage::with(&attributes, |engine| {
        (engine.password_brand, engine.mfa_password) = (true, true);
        engine.forced_mfa = true;
    });
    page.submit(ADA);
    assert_eq!(page.step(), StepName::NewPassword);
    page.submit(one);
    page.submit_code();
    assert_eq!(page.step(), StepName::SecondNewPassword);
    page.submit(two);
    page.submit_code();
    signs_in_again(&mut page, one, two);
    page.change_password();
    page.fill(&[two, three, three]);
    signs_in_again(&mut page, one, three);
    page.press(Action::SignOut);
    page.submit(ADA);
    page.press(Action::Forgot);
    page.submit(three);
    page.submit_code();
    assert_eq!(page.step(), StepName::SecondPassword);
    page.press(Action::Forgot);
    page.submit(one);
    page.submit_code();
    signs_in_again(&mut page, three, one);
    page
}

fn signs_in_again(page: &mut TestPage, first: &str, second: &str) {
    assert!(page.is_signed_in(), "{:?}", page.messages());
    page.press(Action::SignOut);
    page.submit(ADA);
    page.submit(first);
    assert_eq!(
        page.step(),
        StepName::SecondPassword,
        "{:?}",
        page.messages()
    );
    page.submit(second);
    assert!(page.is_signed_in(), "{:?}", page.messages());
}

/// What the engine read in the fields for passwords, with the calls.
fn received(page: &TestPage) -> Vec<(Call, String)> {
    let entries = page.engine.journal().iter();
    let bodies = entries.map(|entry| {
        let body = entry.body.as_ref().expect("a body");
        serde_json::from_slice::<Value>(body).expect("JSON")
    });
    let mut received = Vec::new();
    for (call, body) in page.calls().into_iter().zip(bodies) {
        for name in ["password", "confirmPassword", "newPassword"] {
            if let Some(password) = body.get(name).and_then(Value::as_str) {
                received.push((call, password.to_owned()));
            }
        }
    }
    received
}

/// What a field for passwords can hold.
fn passwords() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[ \t\u{a0}]{1,3}[a-z]{0,5}[ \t\u{3000}]{1,3}",
        "([aeo\u{e9}][\u{300}-\u{308}\u{327}]{0,2}){1,10}",
        "[\u{1f468}\u{200d}\u{1f469}\u{1f3fd}\u{fe0f}\u{1f1e9}\u{1f1ea}]{1,12}",
        "[\"'\\\\/{}:,\u{0}-\u{1f}\u{7f}-\u{9f}\u{2028}\u{2029}\u{feff}]{1,20}",
        "\\PC{1024}",
    ]
    .prop_filter("an empty one is not sent", |password| !password.is_empty())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(150) })]

    #[test]
    fn every_password_reaches_the_engine_as_it_was_typed(one in passwords(), two in passwords(), three in passwords()) {
        prop_assume!(one != two && two != three && one != three);
        let page = a_life(&one, &two, &three);
        for (call, password) in received(&page) {
            prop_assert!([&one, &two, &three].contains(&&password), "{call:?}: {password:?}");
        }
    }
}

#[test]
fn passwords_that_others_would_tidy_up_are_left_alone() {
    for password in [
        " both ends ",
        "\ttab\n",
        "\u{a0}no-break\u{3000}",
        "cafe\u{301}",
        "caf\u{e9}",
        "\u{1e9b}\u{323}",
        "\u{fb01}n\u{2126}",
        "👩🏽‍🚀🇩🇪",
        "\"quoted\\\" and \\u0041 and \\",
        "\u{0}\u{1}\u{1b}[31m\u{7f}",
        "null",
        "\u{feff}bom\u{202e}override\u{200b}",
        "</script><!--",
        "%20+&=?#",
        "٣٤٥",
        "Ⅷ",
    ] {
        let page = a_life(password, OTHER, FIRST);
        let sent = received(&page);
        assert!(
            sent.iter().filter(|(_, sent)| sent == password).count() == 7,
            "{password:?}: {sent:?}"
        );
    }
    let long = "ⱥ".repeat(1024);
    a_life(&long, OTHER, FIRST);
}

#[test]
fn a_life_uses_every_call_that_carries_a_password() {
    let page = a_life(FIRST, OTHER, "third");
    let sent = received(&page);
    for call in [
        Call::OpenSession,
        Call::CheckPassword,
        Call::ResetPassword,
        Call::OpenSecond,
        Call::CheckSecondPassword,
        Call::ResetSecondPassword,
        Call::ChangeSecondPassword,
    ] {
        assert!(sent.iter().any(|(sent, _)| *sent == call), "{call:?}");
    }
}

#[test]
fn spellings_that_look_the_same_are_two_passwords() {
    let mut page = brand("password", Some("caf\u{e9}"));
    page.submit(ADA);
    for typed in ["cafe\u{301}", "caf\u{e9} ", " caf\u{e9}", "CAF\u{c9}"] {
        page.submit(typed);
        assert_eq!(
            page.error_of(FieldKind::Password),
            Some(Text::PasswordWrong)
        );
    }
    page.submit("caf\u{e9}");
    assert!(page.is_signed_in());
}

#[test]
fn the_fields_of_another_screen_are_not_taken_for_passwords() {
    let mut page = brand("password", Some(FIRST));
    page.submit(ADA);
    let entry = |asked| FieldValue {
        asked,
        value: FIRST.to_owned().into(),
        fits: true,
    };
    for asked in [FieldKind::Any, FieldKind::Code, FieldKind::NewPassword] {
        page.dispatch(Input::Submit(FORM, vec![entry(asked)]));
    }
    assert_eq!(page.request_count(Call::CheckPassword), 0);
    page.press(Action::Forgot);
    for entries in [
        vec![entry(FieldKind::Password)],
        vec![entry(FieldKind::NewPassword)],
        vec![entry(FieldKind::ConfirmPassword)],
        Vec::new(),
    ] {
        page.dispatch(Input::Submit(FORM, entries));
    }
    page.dispatch(Input::Submit(HostId(99), vec![entry(FieldKind::Password)]));
    assert_eq!(page.requests().len(), 1);
}

#[test]
fn sending_a_password_twice_asks_once() {
    let mut page = brand("password", Some(FIRST));
    page.submit(ADA);
    page.latency = ae_test_support::SECOND;
    page.submit_twice(FIRST);
    page.advance(ae_test_support::SECOND);
    assert_eq!(page.request_count(Call::CheckPassword), 1);
    assert!(page.is_signed_in());
}

// What password managers find ---------------------------------------------------------------------------------------------

fn brand(first_factor: &str, password: Option<&str>) -> TestPage {
    let attributes = [
        ("first-factor", first_factor),
        ("password-hint", "Eight signs"),
    ];
    TestPage::with(&attributes, |engine| {
        (engine.password_brand, engine.mfa_password) = (true, true);
        let ada = Customer {
            password: password.map(str::to_owned),
            ..ada()
        };
        engine.customers.insert(ADA.to_owned(), ada);
    })
}

/// Each screen that asks for a password.
fn screens() -> Vec<TestPage> {
    let mut new = brand("password", None);
    new.submit(ADA);
    let mut known = brand("password", Some(FIRST));
    known.submit(ADA);
    let mut forgot = brand("password", Some(FIRST));
    forgot.submit(ADA);
    forgot.press(Action::Forgot);
    let mut change = brand("password", Some(FIRST));
    change.submit(ADA);
    change.submit(FIRST);
    change.change_password();
    let second = |password: Option<&str>| {
        let mut page = brand("otp", Some(FIRST));
        let engine = page.engine.settings_mut();
        engine.forced_mfa = true;
        engine.customers.get_mut(ADA).expect("Ada").mfa_password = password.map(str::to_owned);
        page.change_form_settings(|form| {
            form.second_method = ae_login::login::config::Method::Password
        });
        page.submit(ADA);
        page.submit_code();
        page
    };
    vec![
        new,
        known,
        forgot,
        change,
        second(None),
        second(Some(OTHER)),
    ]
}

fn autofills(view: &View) -> Vec<&'static str> {
    view.fields.iter().map(|field| field.autofill).collect()
}

#[test]
fn every_screen_with_a_password_names_the_customer_and_says_which_password_it_wants() {
    let new = ["new-password", "new-password"];
    let expected = [
        (StepName::NewPassword, &new[..]),
        (StepName::Password, &["current-password"]),
        (StepName::ForgotPassword, &new),
        (
            StepName::ChangePassword,
            &["current-password", "new-password", "new-password"],
        ),
        (StepName::SecondNewPassword, &new),
        (StepName::SecondPassword, &["current-password"]),
    ];
    for (page, (step, words)) in screens().iter().zip(expected) {
        let view = page.view();
        assert_eq!(view.step, step);
        assert_eq!(autofills(&view), words, "{step:?}");
        assert_eq!(view.username.as_deref(), Some(ADA), "{step:?}");
    }
}

#[test]
fn screens_without_a_password_name_nobody() {
    let mut page = brand("otp", Some(FIRST));
    assert_eq!(page.view().username, None);
    page.submit(ADA);
    assert_eq!((page.step(), page.view().username), (StepName::Code, None));
    assert_eq!(autofills(&page.view()), ["one-time-code"]);
}

#[test]
fn the_first_field_is_a_user_name_to_managers_where_passwords_are_in_play() {
    for identifiers in ["mobile", "email", "username", "external-id", "mobile email"] {
        for first_factor in ["otp", "password", "auto"] {
            let attributes = [("identifiers", identifiers), ("first-factor", first_factor)];
            let page = TestPage::with(&attributes, |_| {});
            let word = match (first_factor, identifiers) {
                ("otp", "mobile") => "tel",
                ("otp", "email") => "email",
                _ => "username",
            };
            assert_eq!(
                autofills(&page.view()),
                [word],
                "{identifiers} {first_factor}"
            );
        }
    }
}

#[test]
fn a_manager_keeps_a_number_under_the_same_name_that_it_finds_again() {
    let mut page = TestPage::with(&[("first-factor", "password")], |engine| {
        engine.password_brand = true;
    });
    page.submit(MOBILE);
    assert_eq!(page.step(), StepName::NewPassword);
    assert_eq!(page.view().username.as_deref(), Some("+919999922332"));
    page.submit(FIRST);
    page.submit_code();
    page.press(Action::SignOut);
    page.submit("+919999922332");
    assert_eq!(page.view().username.as_deref(), Some("+919999922332"));
    page.submit(FIRST);
    assert!(page.is_signed_in());
}

#[test]
fn passwords_are_shown_on_request_and_hidden_again_when_they_are_sent() {
    let shown = |view: &View| {
        view.fields
            .iter()
            .map(|it| it.is_revealed)
            .collect::<Vec<_>>()
    };
    for mut page in screens() {
        let step = page.step();
        let fields = page.view().fields.len();
        let buttons = page.view().fields.into_iter().filter_map(|it| it.reveal);
        let labels = buttons.map(|it| (it.action, it.label)).collect::<Vec<_>>();
        assert_eq!(
            labels,
            [(Action::Reveal, Text::Reveal)],
            "{step:?}: one button"
        );
        assert_eq!(shown(&page.view()), vec![false; fields], "{step:?}");
        for is_shown in [true, false, true] {
            page.press(Action::Reveal);
            assert_eq!(shown(&page.view()), vec![is_shown; fields], "{step:?}");
        }
        let label = page.view().fields[0].reveal.as_ref().map(|it| it.label);
        assert_eq!(label, Some(Text::Conceal));
        // Sent, and still on its way: a manager looks for passwords where they are hidden.
        page.latency = ae_test_support::SECOND;
        page.submit("something that is sent");
        assert!(page.view().busy, "{step:?}: {:?}", page.messages());
        assert_eq!(shown(&page.view()), vec![false; fields], "{step:?}");
    }
}

#[test]
fn passwords_of_another_screen_begin_hidden() {
    let mut page = brand("password", Some(FIRST));
    page.submit(ADA);
    page.press(Action::Reveal);
    page.press(Action::Forgot);
    assert!(page.view().fields.iter().all(|field| !field.is_revealed));
    page.press(Action::Reveal);
    page.press(Action::Back);
    assert!(page.view().fields.iter().all(|field| !field.is_revealed));
}

#[test]
fn the_brands_policy_stands_at_the_new_password_and_nowhere_else() {
    for page in screens() {
        for field in page.view().fields {
            let policy = (field.asked == FieldKind::NewPassword).then_some("Eight signs");
            assert_eq!(field.policy.as_deref(), policy, "{:?}", field.asked);
        }
    }
}

#[test]
fn a_field_that_was_refused_is_emptied_and_one_that_was_not_sent_stays() {
    for mut page in screens() {
        let step = page.step();
        let before = page.view().fields[0].edition;
        page.submit("");
        assert_eq!(page.view().fields[0].edition, before, "{step:?}: not sent");
    }
    let mut page = brand("password", Some(FIRST));
    page.submit(ADA);
    let before = page.view().fields[0].edition;
    page.submit(OTHER);
    assert_ne!(page.view().fields[0].edition, before);
}
