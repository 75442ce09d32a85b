//! `ae-activity`: what is reported of a login attempt, each thing once.

use ae_engine::Customer;
use ae_login::login::Event;
use ae_login::login::activity::ActivityAction;
use ae_login::login::view::{Action, StepName};
use ae_login::login::wire::Call;
use ae_test_support::scenarios::{
    PASSWORD, SECOND_PASSWORD, customer_with_two_passwords, mfa_customer, page_for,
    pass_first_factor, password_page,
};
use ae_test_support::{ADA, FORM, MINUTE, MOBILE, SECOND, TestPage, ada, describe_activity};

/// What happened since the last call.
fn taken(page: &mut TestPage) -> Vec<String> {
    page.take_activities()
        .iter()
        .map(describe_activity)
        .collect()
}

#[test]
fn login_by_code_is_reported_step_by_step() {
    let mut page = TestPage::new();
    page.advance(SECOND);
    page.sign_in();
    let all = page.take_activities();
    assert_eq!(
        all.iter().map(describe_activity).collect::<Vec<_>>(),
        [
            "shown 1",
            "identified 1",
            "code-sent otp 1",
            "completed otp 1"
        ]
    );
    assert!(all.iter().all(|one| one.attempt == all[0].attempt));
    assert!(all[0].attempt.len() > 8, "{}", all[0].attempt);
    assert_eq!(
        all.iter().map(|one| one.elapsed).collect::<Vec<_>>(),
        [0, SECOND, SECOND, SECOND]
    );
    // The next attempt begins when the form asks for an identifier again.
    page.advance(SECOND);
    assert!(taken(&mut page).is_empty());
    page.sign_out();
    let next = page.take_activities();
    assert_eq!(next.len(), 1);
    assert_eq!(next[0].action, ActivityAction::Shown);
    assert_ne!(next[0].attempt, all[0].attempt);
    assert_eq!(next[0].elapsed, 0);
}

#[test]
fn refused_codes_and_new_ones_are_reported() {
    let mut page = TestPage::with(&[("fallback-channels", "WHATSAPP")], |engine| {
        engine.set_lives(3_600);
        engine.fallback_channels = vec!["WHATSAPP".to_owned()];
    });
    page.submit(MOBILE);
    taken(&mut page);
    let wrong = page.wrong_code();
    page.submit(&wrong);
    assert_eq!(taken(&mut page), ["proof-failed otp 1 1506"]);
    page.submit("no code");
    assert!(taken(&mut page).is_empty());
    page.advance(MINUTE);
    page.press(Action::Resend);
    assert_eq!(taken(&mut page), ["code-resent otp 1"]);
    page.press(Action::Resend);
    assert!(taken(&mut page).is_empty(), "the button waits");
    page.advance(MINUTE);
    let other = page.view().actions[1].action;
    page.press(other);
    assert_eq!(taken(&mut page), ["channel-changed otp 1"]);
    page.refuse_next(Call::CheckCode, 1518);
    page.submit_code();
    assert_eq!(page.step(), StepName::Identify);
    assert_eq!(taken(&mut page), ["proof-failed otp 1 1518"]);
    // The same attempt goes on with an identifier.
    page.submit(MOBILE);
    assert_eq!(taken(&mut page), ["identified 1", "code-sent otp 1"]);
}

#[test]
fn channel_that_needs_an_address_is_reported_when_the_code_is_sent() {
    let mut page = TestPage::with(&[("fallback-channels", "WHATSAPP")], |engine| {
        engine.fallback_channels = vec!["WHATSAPP".to_owned()];
    });
    page.submit(ADA);
    page.advance(MINUTE);
    taken(&mut page);
    let other = page.view().actions[1].action;
    page.press(other);
    assert!(taken(&mut page).is_empty());
    page.submit(MOBILE);
    assert_eq!(page.step(), StepName::Code);
    assert_eq!(taken(&mut page), ["channel-changed otp 1"]);
}

#[test]
fn choice_of_the_method_is_reported() {
    let mut page = password_page("auto");
    page.submit(ADA);
    assert_eq!(taken(&mut page), ["shown 1", "identified 1"]);
    page.submit("wrong");
    assert_eq!(taken(&mut page), ["proof-failed password 1 1528"]);
    page.press(Action::UseCode);
    assert_eq!(
        taken(&mut page),
        ["method-changed otp 1", "code-sent otp 1"]
    );
    page.press(Action::UsePassword);
    assert_eq!(taken(&mut page), ["method-changed password 1"]);
    page.press(Action::UseCode);
    assert_eq!(taken(&mut page), ["method-changed otp 1"]);
    page.press(Action::UsePassword);
    page.submit(PASSWORD);
    assert_eq!(
        taken(&mut page),
        ["method-changed password 1", "completed password 1"]
    );
}

#[test]
fn second_factor_is_reported_with_its_number() {
    let mut page = page_for(&[], mfa_customer());
    page.submit(ADA);
    taken(&mut page);
    page.submit_code();
    assert_eq!(taken(&mut page), ["second-factor 2", "code-sent otp 2"]);
    let wrong = page.wrong_code();
    page.submit(&wrong);
    page.submit_code();
    assert_eq!(
        taken(&mut page),
        ["proof-failed otp 2 1506", "completed otp 2"]
    );

    let attributes = [
        ("first-factor", "password"),
        ("second-factor-method", "password"),
    ];
    let mut page = page_for(&attributes, customer_with_two_passwords());
    page.submit(ADA);
    page.submit(PASSWORD);
    page.submit(SECOND_PASSWORD);
    assert_eq!(
        taken(&mut page),
        [
            "shown 1",
            "identified 1",
            "second-factor 2",
            "completed password 2"
        ]
    );
}

#[test]
fn second_factor_is_reported_once_although_it_is_opened_again() {
    let mut page = page_for(&[], mfa_customer());
    page.refuse_next(Call::OpenSecond, 1599);
    pass_first_factor(&mut page);
    assert_eq!(page.step(), StepName::Code);
    taken(&mut page);
    page.submit("again");
    assert_eq!(taken(&mut page), ["code-sent otp 2"]);
}

#[test]
fn first_password_is_reported_as_one_attempt() {
    let mut page = password_page("password");
    let new = Customer {
        password: None,
        ..ada()
    };
    page.engine
        .settings_mut()
        .customers
        .insert(ADA.to_owned(), new);
    page.submit(ADA);
    assert_eq!(page.step(), StepName::NewPassword);
    page.submit("battery staple");
    page.submit_code();
    assert_eq!(
        taken(&mut page),
        [
            "shown 1",
            "identified password 1",
            "code-sent otp 1",
            "completed otp 1"
        ]
    );
}

#[test]
fn attempt_is_abandoned_once_however_the_form_goes_away() {
    let mut page = TestPage::at_code();
    taken(&mut page);
    page.leave();
    assert_eq!(taken(&mut page), ["abandoned otp 1"]);
    page.leave();
    assert!(taken(&mut page).is_empty());
    // The browser shows the page again: another attempt.
    page.dispatch(ae_login::login::Input::Page(
        ae_login::login::PageEvent::Visible,
    ));
    assert_eq!(taken(&mut page), ["shown otp 1"]);
    page.detach(FORM);
    assert_eq!(taken(&mut page), ["abandoned otp 1"]);

    let mut page = TestPage::new();
    page.sign_in();
    taken(&mut page);
    page.leave();
    page.detach(FORM);
    assert!(taken(&mut page).is_empty(), "nobody gives up a session");
}

#[test]
fn attempt_in_a_dialog_begins_when_it_opens_and_ends_when_it_closes() {
    let mut page = TestPage::with(&[("dialog", "")], |_| {});
    assert!(taken(&mut page).is_empty());
    page.toggle_dialog(true);
    page.toggle_dialog(true);
    assert_eq!(taken(&mut page), ["shown 1"]);
    page.toggle_dialog(false);
    assert_eq!(taken(&mut page), ["abandoned 1"]);
    page.toggle_dialog(false);
    assert!(taken(&mut page).is_empty());
    page.toggle_dialog(true);
    page.sign_in();
    page.toggle_dialog(false);
    page.sign_out();
    assert_eq!(
        taken(&mut page),
        [
            "shown 1",
            "identified 1",
            "code-sent otp 1",
            "completed otp 1"
        ]
    );
}

#[test]
fn reload_begins_another_attempt_at_the_restored_step() {
    let mut page = TestPage::at_code();
    taken(&mut page);
    page.reload();
    assert_eq!(taken(&mut page), ["shown otp 1"]);
    page.submit_code();
    assert_eq!(taken(&mut page), ["completed otp 1"]);
}

#[test]
fn restored_session_is_no_attempt() {
    let mut page = TestPage::signed_in_with_life(60);
    taken(&mut page);
    page.reload();
    assert!(taken(&mut page).is_empty());
    // The token expired while the page was closed, and is renewed.
    page.unload();
    page.sleep(2 * MINUTE);
    page.load();
    assert!(page.is_signed_in());
    assert!(taken(&mut page).is_empty());
}

#[test]
fn login_in_another_form_is_not_counted_twice() {
    let mut page = TestPage::new();
    let other = page.attach(true);
    page.take_activities();
    page.submit_in(other, ADA);
    let code = page.last_code();
    page.submit_in(other, &code);
    assert!(page.is_signed_in());
    assert!(taken(&mut page).is_empty());
    page.sign_out();
    assert_eq!(taken(&mut page), ["shown 1"]);
}

#[test]
fn form_of_a_session_alone_reports_nothing() {
    let mut page = TestPage::without_form(&[], |_| {});
    page.leave();
    assert!(taken(&mut page).is_empty());
}

#[test]
fn event_has_the_documented_fields() {
    let mut page = TestPage::at_code();
    let wrong = page.wrong_code();
    page.submit(&wrong);
    let all = page.take_activities();
    let attempt = all[0].attempt.clone();
    let (name, detail) = Event::Activity(all[3].clone()).to_page();
    assert_eq!(name, "ae-activity");
    assert_eq!(
        detail,
        format!(
            r#"{{"attempt":"{attempt}","action":"proof-failed","method":"otp","factor":1,"code":1506,"elapsed":0}}"#
        )
    );
}
