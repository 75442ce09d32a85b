//! `challenge`: a captcha of the page before each request that sends a message.

use ae_e2e::{Fixture, Shop, script};
use ae_engine::{Endpoint, JournalEntry};
use serde_json::json;

use crate::sign_in::{SENT, TYPED};

/// The captcha's header of each request for a code.
fn proofs(fixture: &Fixture) -> Vec<Option<String>> {
    let header = |entry: JournalEntry| {
        let mut headers = entry.headers.into_iter();
        let found = headers.find(|(name, _)| name.eq_ignore_ascii_case("x-captcha"));
        found.map(|(_, value)| value)
    };
    let requests = fixture.engine.requests().into_iter();
    let (codes, others): (Vec<_>, Vec<_>) =
        requests.partition(|entry| entry.endpoint == Some(Endpoint::OtpGenerate));
    assert!(others.into_iter().all(|entry| header(entry).is_none()));
    codes.into_iter().map(header).collect()
}

pub(crate) async fn challenge_guards_every_message(fixture: &Fixture) {
    const MESSAGE: &str = "The security check wasn't completed.";
    let shop = Shop::new().with_attributes(r#"resend-after="0""#);
    let page = fixture.opens(shop).await;
    page.is_at("identify").await;
    let install = script!("challenge.js"; "installCaptcha()");
    page.evaluates(install, json!([])).await;

    // The customer closes the captcha, and tries again.
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.presses("Skip the check").await;
    let error = page.receives_error("rejected", None).await;
    assert_eq!(
        (&error["reason"], &error["retryable"]),
        (&json!("challenge"), &json!(false))
    );
    page.sees(MESSAGE).await;
    assert_eq!(fixture.engine.message_count(), 0);
    page.presses("Continue").await;
    page.presses("I am human").await;
    page.is_at("code").await;
    assert_eq!(proofs(fixture), [Some("passed-2".to_owned())]);

    // A customer who goes back while the captcha is open gets no message.
    page.presses("Resend code").await;
    page.has_attribute("busy", Some("")).await;
    page.presses("Use a different number or email").await;
    page.is_at("identify").await;
    page.presses("I am human").await;
    page.presses("Continue").await;
    page.presses("I am human").await;
    page.is_at("code").await;
    page.presses("Resend code").await;
    page.presses("I am human").await;
    page.sees("A new code is on its way.").await;
    let numbers = ["passed-2", "passed-4", "passed-5"];
    assert_eq!(proofs(fixture), numbers.map(|it| Some(it.to_owned())));
    let calls = page.evaluates("return challenges", json!([])).await;
    let endpoint = "/auth/v1/web/otp/generate";
    let call = |action: &str| json!({ "action": action, "endpoint": endpoint });
    assert_eq!(
        calls,
        json!([
            call("send-code"),
            call("send-code"),
            call("resend-code"),
            call("send-code"),
            call("resend-code")
        ])
    );
    page.types("Code", &fixture.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
}
