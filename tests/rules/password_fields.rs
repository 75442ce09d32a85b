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
    page.submits(ADA);
    assert_eq!(page.step(), StepName::NewPassword);
    page.submits(one);
    page.submits_code();
    assert_eq!(page.step(), StepName::SecondNewPassword);
    page.submits(two);
    page.submits_code();
    signs_in_again(&mut page, one, two);
    page.changes_password();
    page.fills(&[two, three, three]);
    signs_in_again(&mut page, one, three);
    page.presses(Action::SignOut);
    page.submits(ADA);
    page.presses(Action::Forgot);
    page.submits(three);
    page.submits_code();
    assert_eq!(page.step(), StepName::SecondPassword);
    page.presses(Action::Forgot);
    page.submits(one);
    page.submits_code();
    signs_in_again(&mut page, three, one);
    page
}

fn signs_in_again(page: &mut TestPage, first: &str, second: &str) {
    assert!(page.is_signed_in(), "{:?}", page.told());
    page.presses(Action::SignOut);
    page.submits(ADA);
    page.submits(first);
    assert_eq!(page.step(), StepName::SecondPassword, "{:?}", page.told());
    page.submits(second);
    assert!(page.is_signed_in(), "{:?}", page.told());
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
    page.submits(ADA);
    for typed in ["cafe\u{301}", "caf\u{e9} ", " caf\u{e9}", "CAF\u{c9}"] {
        page.submits(typed);
        assert_eq!(page.wrong(FieldKind::Password), Some(Text::PasswordWrong));
    }
    page.submits("caf\u{e9}");
    assert!(page.is_signed_in());
}

#[test]
fn the_fields_of_another_screen_are_not_taken_for_passwords() {
    let mut page = brand("password", Some(FIRST));
    page.submits(ADA);
    let entry = |kind| FieldValue {
        kind,
        value: FIRST.to_owned().into(),
        meets_policy: true,
    };
    for asked in [FieldKind::Any, FieldKind::Code, FieldKind::NewPassword] {
        page.does(Input::Submit(FORM, vec![entry(asked)]));
    }
    assert_eq!(page.sent_of(Call::CheckPassword), 0);
    page.presses(Action::Forgot);
    for entries in [
        vec![entry(FieldKind::Password)],
        vec![entry(FieldKind::NewPassword)],
        vec![entry(FieldKind::ConfirmPassword)],
        Vec::new(),
    ] {
        page.does(Input::Submit(FORM, entries));
    }
    page.does(Input::Submit(HostId(99), vec![entry(FieldKind::Password)]));
    assert_eq!(page.sent().len(), 1);
}

#[test]
fn sending_a_password_twice_asks_once() {
    let mut page = brand("password", Some(FIRST));
    page.submits(ADA);
    page.slow = ae_test_support::SECOND;
    page.submits_twice(FIRST);
    page.pass(ae_test_support::SECOND);
    assert_eq!(page.sent_of(Call::CheckPassword), 1);
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
    new.submits(ADA);
    let mut known = brand("password", Some(FIRST));
    known.submits(ADA);
    let mut forgot = brand("password", Some(FIRST));
    forgot.submits(ADA);
    forgot.presses(Action::Forgot);
    let mut change = brand("password", Some(FIRST));
    change.submits(ADA);
    change.submits(FIRST);
    change.changes_password();
    let second = |password: Option<&str>| {
        let mut page = brand("otp", Some(FIRST));
        let engine = page.engine.settings_mut();
        engine.forced_mfa = true;
        engine.customers.get_mut(ADA).expect("Ada").mfa_password = password.map(str::to_owned);
        page.adjusts(|form| form.second_method = ae_login::login::config::Method::Password);
        page.submits(ADA);
        page.submits_code();
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
        let view = page.sees();
        assert_eq!(view.step, step);
        assert_eq!(autofills(&view), words, "{step:?}");
        assert_eq!(view.username.as_deref(), Some(ADA), "{step:?}");
    }
}

#[test]
fn screens_without_a_password_name_nobody() {
    let mut page = brand("otp", Some(FIRST));
    assert_eq!(page.sees().username, None);
    page.submits(ADA);
    assert_eq!((page.step(), page.sees().username), (StepName::Code, None));
    assert_eq!(autofills(&page.sees()), ["one-time-code"]);
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
                autofills(&page.sees()),
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
    page.submits(MOBILE);
    assert_eq!(page.step(), StepName::NewPassword);
    assert_eq!(page.sees().username.as_deref(), Some("+919999922332"));
    page.submits(FIRST);
    page.submits_code();
    page.presses(Action::SignOut);
    page.submits("+919999922332");
    assert_eq!(page.sees().username.as_deref(), Some("+919999922332"));
    page.submits(FIRST);
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
        let fields = page.sees().fields.len();
        let buttons = page.sees().fields.into_iter().filter_map(|it| it.reveal);
        let labels = buttons.map(|it| (it.action, it.label)).collect::<Vec<_>>();
        assert_eq!(
            labels,
            [(Action::Reveal, Text::Reveal)],
            "{step:?}: one button"
        );
        assert_eq!(shown(&page.sees()), vec![false; fields], "{step:?}");
        for is_shown in [true, false, true] {
            page.presses(Action::Reveal);
            assert_eq!(shown(&page.sees()), vec![is_shown; fields], "{step:?}");
        }
        let label = page.sees().fields[0].reveal.as_ref().map(|it| it.label);
        assert_eq!(label, Some(Text::Conceal));
        // Sent, and still on its way: a manager looks for passwords where they are hidden.
        page.slow = ae_test_support::SECOND;
        page.submits("something that is sent");
        assert!(page.sees().busy, "{step:?}: {:?}", page.told());
        assert_eq!(shown(&page.sees()), vec![false; fields], "{step:?}");
    }
}

#[test]
fn passwords_of_another_screen_begin_hidden() {
    let mut page = brand("password", Some(FIRST));
    page.submits(ADA);
    page.presses(Action::Reveal);
    page.presses(Action::Forgot);
    assert!(page.sees().fields.iter().all(|field| !field.is_revealed));
    page.presses(Action::Reveal);
    page.presses(Action::Back);
    assert!(page.sees().fields.iter().all(|field| !field.is_revealed));
}

#[test]
fn the_brands_policy_stands_at_the_new_password_and_nowhere_else() {
    for page in screens() {
        for field in page.sees().fields {
            let policy = (field.kind == FieldKind::NewPassword).then_some("Eight signs");
            assert_eq!(field.policy.as_deref(), policy, "{:?}", field.kind);
        }
    }
}

#[test]
fn a_field_that_was_refused_is_emptied_and_one_that_was_not_sent_stays() {
    for mut page in screens() {
        let step = page.step();
        let before = page.sees().fields[0].revision;
        page.submits("");
        assert_eq!(page.sees().fields[0].revision, before, "{step:?}: not sent");
    }
    let mut page = brand("password", Some(FIRST));
    page.submits(ADA);
    let before = page.sees().fields[0].revision;
    page.submits(OTHER);
    assert_ne!(page.sees().fields[0].revision, before);
}
