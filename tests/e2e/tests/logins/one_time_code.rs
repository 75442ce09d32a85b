//! One-time codes: wrong, pasted and new ones.

use ae_e2e::{Fixture, Shop};
use ae_engine::Endpoint;

use crate::sign_in::{SENT, request_code};

pub(crate) async fn wrong_code_keeps_the_step_and_right_code_signs_in(fixture: &Fixture) {
    let page = fixture.opens(Shop::new()).await;
    request_code(&page).await;
    let right = fixture.engine.code_sent_to(SENT);
    let wrong = if right == "000000" {
        "000001"
    } else {
        "000000"
    };
    page.types("Code", wrong).await;
    page.presses("Sign in").await;
    page.receives_error("rejected", Some(1506)).await;
    page.sees("That code isn't right.").await;
    page.is_at("code").await;
    page.has_value("Code", "").await;
    page.has_focus_in("Code").await;
    let (is_wrong, description) = page.description_of("Code").await;
    assert!(
        is_wrong && description.starts_with("That code isn't right."),
        "{description}"
    );
    let session = fixture.engine.field(Endpoint::OtpValidate, "sessionId");

    page.types("Code", &right).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    assert_eq!(
        fixture.engine.field(Endpoint::OtpValidate, "sessionId"),
        session
    );
    assert_eq!(fixture.engine.message_count(), 1);
}

pub(crate) async fn pasted_message_yields_its_code(fixture: &Fixture) {
    let page = fixture.opens(Shop::new()).await;
    let in_script = |code: &str, zero: char| -> String {
        let digit = |digit: char| char::from_u32(zero as u32 + digit.to_digit(10)?);
        code.chars().filter_map(digit).collect()
    };
    let spellings: [&dyn Fn(&str) -> String; 5] = [
        &|code| format!("{code} is your DocDemo code. It is good for 20 minutes."),
        &|code| format!("  {} {} ", &code[..3], &code[3..]),
        &|code| format!("{}-{}", &code[..3], &code[3..]),
        &|code| in_script(code, '０'),
        &|code| in_script(code, '٠'),
    ];
    for (at, spelling) in spellings.iter().enumerate() {
        request_code(&page).await;
        let code = fixture.engine.code_sent_to(SENT);
        page.pastes("Code", &spelling(&code)).await;
        if at == 0 {
            page.has_value("Code", &code).await;
        }
        page.presses("Sign in").await;
        page.is_at("signed-in").await;
        assert_eq!(
            fixture.engine.field(Endpoint::OtpValidate, "otp"),
            code,
            "{}",
            spelling(&code)
        );
        page.presses("Sign out").await;
        page.is_at("identify").await;
    }
}

pub(crate) async fn new_code_replaces_the_old_one(fixture: &Fixture) {
    let page = fixture
        .opens(Shop::new().with_attributes(r#"resend-after="2""#))
        .await;
    request_code(&page).await;
    let old = fixture.engine.code_sent_to(SENT);
    assert!(page.countdown("Resend code in").await <= 2);
    // The button does nothing while its countdown runs.
    page.presses("Resend code in").await;
    assert_eq!(fixture.engine.message_count(), 1);

    page.presses("Resend code").await;
    page.sees("A new code is on its way.").await;
    page.is_at("code").await;
    assert!(page.countdown("Resend code in").await <= 2);
    assert_eq!(fixture.engine.message_count(), 2);
    let new = fixture.engine.code_sent_to(SENT);
    assert_ne!(old, new);
    let sessions = fixture.engine.bodies(Endpoint::OtpGenerate);
    assert_eq!(
        sessions[0], sessions[1],
        "both codes belong to the same login session"
    );

    page.types("Code", &old).await;
    page.presses("Sign in").await;
    page.receives_error("rejected", Some(1506)).await;
    page.sees("That code isn't right.").await;
    page.types("Code", &new).await;
    page.no_longer_sees("That code isn't right.").await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
}

pub(crate) async fn reload_does_not_shorten_the_resend_wait(fixture: &Fixture) {
    let page = fixture
        .opens(Shop::new().with_attributes(r#"resend-after="40""#))
        .await;
    request_code(&page).await;
    let before = page.countdown("Resend code in").await;
    page.reloads().await;
    page.is_at("code").await;
    let after = page.countdown("Resend code in").await;
    assert!(
        (21..=40).contains(&before) && after <= before && before - after < 20,
        "{before} s, then {after} s"
    );
    page.presses("Resend code in").await;
    assert_eq!(fixture.engine.message_count(), 1);
}
