//! Password fields: every password reaches the engine byte for byte, and password managers find the right fields on each screen.

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

/// Goes through every use of passwords: the first ones of both factors, signing in, changing, forgetting and replacing.
fn use_passwords_everywhere(one: &str, two: &str, three: &str) -> TestPage {
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
    sign_out_and_in(&mut page, one, two);
    page.change_password();
    page.fill(&[two, three, three]);
    sign_out_and_in(&mut page, one, three);
    page.press(Action::SignOut);
    page.submit(ADA);
    page.press(Action::Forgot);
    page.submit(three);
    page.submit_code();
    assert_eq!(page.step(), StepName::SecondPassword);
    page.press(Action::Forgot);
    page.submit(one);
    page.submit_code();
    sign_out_and_in(&mut page, three, one);
    page
}

fn sign_out_and_in(page: &mut TestPage, first: &str, second: &str) {
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

/// The passwords that the engine received, with their calls.
fn received(page: &TestPage) -> Vec<(Call, String)> {
    let values = page.engine.journal().iter();
    let bodies = values.map(|entry| {
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

/// Texts that a password field can hold.
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
    fn any_password_reaches_the_engine_unchanged(one in passwords(), two in passwords(), three in passwords()) {
        prop_assume!(one != two && two != three && one != three);
        let page = use_passwords_everywhere(&one, &two, &three);
        for (call, password) in received(&page) {
            prop_assert!([&one, &two, &three].contains(&&password), "{call:?}: {password:?}");
        }
    }
}

#[test]
fn unusual_passwords_reach_the_engine_unchanged() {
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
        let page = use_passwords_everywhere(password, OTHER, FIRST);
        let sent = received(&page);
        assert!(
            sent.iter().filter(|(_, sent)| sent == password).count() == 7,
            "{password:?}: {sent:?}"
        );
    }
    let long = "ⱥ".repeat(1024);
    use_passwords_everywhere(&long, OTHER, FIRST);
}

#[test]
fn every_call_with_a_password_is_covered_by_these_tests() {
    let page = use_passwords_everywhere(FIRST, OTHER, "third");
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
fn passwords_are_neither_normalised_nor_trimmed() {
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
fn submitted_fields_of_another_step_are_not_taken_for_passwords() {
    let mut page = brand("password", Some(FIRST));
    page.submit(ADA);
    let value = |kind| FieldValue {
        kind,
        value: FIRST.to_owned().into(),
        meets_policy: true,
    };
    for asked in [FieldKind::Any, FieldKind::Code, FieldKind::NewPassword] {
        page.dispatch(Input::Submit(FORM, vec![value(asked)]));
    }
    assert_eq!(page.request_count(Call::CheckPassword), 0);
    page.press(Action::Forgot);
    for values in [
        vec![value(FieldKind::Password)],
        vec![value(FieldKind::NewPassword)],
        vec![value(FieldKind::ConfirmPassword)],
        Vec::new(),
    ] {
        page.dispatch(Input::Submit(FORM, values));
    }
    page.dispatch(Input::Submit(HostId(99), vec![value(FieldKind::Password)]));
    assert_eq!(page.requests().len(), 1);
}

#[test]
fn submitting_a_password_twice_sends_one_request() {
    let mut page = brand("password", Some(FIRST));
    page.submit(ADA);
    page.latency = ae_test_support::SECOND;
    page.submit_twice(FIRST);
    page.advance(ae_test_support::SECOND);
    assert_eq!(page.request_count(Call::CheckPassword), 1);
    assert!(page.is_signed_in());
}

// Password managers -------------------------------------------------------------------------------------------------------

fn brand(first_factor: &str, password: Option<&str>) -> TestPage {
    let attributes = [
        ("first-factor", first_factor),
        ("password-hint", "Eight characters"),
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

/// A page at each step that asks for a password.
fn password_steps() -> Vec<TestPage> {
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
            form.second_method = ae_login::login::config::Method::Password;
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
fn password_steps_have_the_user_name_and_the_right_autocomplete_values() {
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
    for (page, (step, words)) in password_steps().iter().zip(expected) {
        let view = page.view();
        assert_eq!(view.step, step);
        assert_eq!(autofills(&view), words, "{step:?}");
        assert_eq!(view.username.as_deref(), Some(ADA), "{step:?}");
    }
}

#[test]
fn steps_without_a_password_have_no_user_name_field() {
    let mut page = brand("otp", Some(FIRST));
    assert_eq!(page.view().username, None);
    page.submit(ADA);
    assert_eq!((page.step(), page.view().username), (StepName::Code, None));
    assert_eq!(autofills(&page.view()), ["one-time-code"]);
}

#[test]
fn identifier_field_has_autocomplete_username_where_passwords_are_used() {
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
fn user_name_for_password_managers_is_the_number_in_one_spelling() {
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
fn passwords_are_revealed_on_request_and_hidden_when_submitted() {
    let shown = |view: &View| {
        view.fields
            .iter()
            .map(|it| it.is_revealed)
            .collect::<Vec<_>>()
    };
    for mut page in password_steps() {
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
        // During the request the fields are hidden, as password managers expect fields of the type `password`.
        page.latency = ae_test_support::SECOND;
        page.submit("something that is sent");
        assert!(page.view().busy, "{step:?}: {:?}", page.messages());
        assert_eq!(shown(&page.view()), vec![false; fields], "{step:?}");
    }
}

#[test]
fn passwords_of_the_next_step_are_hidden_again() {
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
fn password_hint_is_shown_at_the_new_password_only() {
    for page in password_steps() {
        for field in page.view().fields {
            let policy = (field.kind == FieldKind::NewPassword).then_some("Eight characters");
            assert_eq!(field.policy.as_deref(), policy, "{:?}", field.kind);
        }
    }
}

#[test]
fn refused_password_is_emptied_and_an_unsent_one_stays() {
    for mut page in password_steps() {
        let step = page.step();
        let before = page.view().fields[0].revision;
        page.submit("");
        assert_eq!(page.view().fields[0].revision, before, "{step:?}: not sent");
    }
    let mut page = brand("password", Some(FIRST));
    page.submit(ADA);
    let before = page.view().fields[0].revision;
    page.submit(OTHER);
    assert_ne!(page.view().fields[0].revision, before);
}
