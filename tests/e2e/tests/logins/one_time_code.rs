//! The code: wrong ones, pasted ones, new ones.

use ae_e2e::{Bench, Shop};
use ae_engine::Endpoint;

use crate::sign_in::{SENT, ask_for_a_code};

pub(crate) async fn wrong_code_keeps_the_step_and_right_code_signs_in(bench: &Bench) {
    let page = bench.opens(Shop::new()).await;
    ask_for_a_code(&page).await;
    let right = bench.engine.code_sent_to(SENT);
    let wrong = if right == "000000" {
        "000001"
    } else {
        "000000"
    };
    page.types("Code", wrong).await;
    page.presses("Sign in").await;
    page.hears_error("rejected", Some(1506)).await;
    page.sees("This code is not right.").await;
    page.is_at("code").await;
    page.holds("Code", "").await;
    page.is_in("Code").await;
    let (is_wrong, description) = page.described("Code").await;
    assert!(
        is_wrong && description.starts_with("This code is not right."),
        "{description}"
    );
    let session = bench.engine.field(Endpoint::OtpValidate, "sessionId");

    page.types("Code", &right).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    assert_eq!(
        bench.engine.field(Endpoint::OtpValidate, "sessionId"),
        session
    );
    assert_eq!(bench.engine.messages(), 1);
}

pub(crate) async fn pasted_message_yields_its_code(bench: &Bench) {
    let page = bench.opens(Shop::new()).await;
    let in_script = |code: &str, zero: char| -> String {
        let digit = |digit: char| char::from_u32(zero as u32 + digit.to_digit(10)?);
        code.chars().filter_map(digit).collect()
    };
    let ways: [&dyn Fn(&str) -> String; 5] = [
        &|code| format!("{code} is your DocDemo code. It is good for 20 minutes."),
        &|code| format!("  {} {} ", &code[..3], &code[3..]),
        &|code| format!("{}-{}", &code[..3], &code[3..]),
        &|code| in_script(code, '０'),
        &|code| in_script(code, '٠'),
    ];
    for way in ways {
        ask_for_a_code(&page).await;
        let code = bench.engine.code_sent_to(SENT);
        page.pastes("Code", &way(&code)).await;
        page.presses("Sign in").await;
        page.is_at("signed-in").await;
        assert_eq!(
            bench.engine.field(Endpoint::OtpValidate, "otp"),
            code,
            "{}",
            way(&code)
        );
        page.presses("Sign out").await;
        page.is_at("identify").await;
    }
}

pub(crate) async fn new_code_replaces_the_old_one(bench: &Bench) {
    let page = bench.opens(Shop::new().with(r#"resend-after="2""#)).await;
    ask_for_a_code(&page).await;
    let old = bench.engine.code_sent_to(SENT);
    assert!(page.countdown("Send a new code in").await <= 2);
    // Pressed while it waits, it does nothing.
    page.presses("Send a new code in").await;
    assert_eq!(bench.engine.messages(), 1);

    page.presses("Send a new code").await;
    page.sees("A new code is on its way.").await;
    page.is_at("code").await;
    assert!(page.countdown("Send a new code in").await <= 2);
    assert_eq!(bench.engine.messages(), 2);
    let new = bench.engine.code_sent_to(SENT);
    assert_ne!(old, new);
    let sessions = bench.engine.bodies(Endpoint::OtpGenerate);
    assert_eq!(
        sessions[0], sessions[1],
        "the same login session is asked for another code"
    );

    page.types("Code", &old).await;
    page.presses("Sign in").await;
    page.hears_error("rejected", Some(1506)).await;
    page.types("Code", &new).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
}

pub(crate) async fn reload_does_not_shorten_the_resend_wait(bench: &Bench) {
    let page = bench.opens(Shop::new().with(r#"resend-after="40""#)).await;
    ask_for_a_code(&page).await;
    let before = page.countdown("Send a new code in").await;
    page.reloads().await;
    page.is_at("code").await;
    let after = page.countdown("Send a new code in").await;
    assert!(
        (21..=40).contains(&before) && after <= before && before - after < 20,
        "{before} s, then {after} s"
    );
    page.presses("Send a new code in").await;
    assert_eq!(bench.engine.messages(), 1);
}
