//! What customers go by when it is no number or address, and where their codes go.

use ae_e2e::{Bench, Shop};
use ae_engine::{Customer, Endpoint};
use serde_json::json;

use crate::sign_in::{SENT, TYPED};

/// Names and their calls: each field of every first-factor call that was made.
fn every_call_said(bench: &Bench, endpoints: &[Endpoint], fields: &[(&str, Option<&str>)]) {
    for endpoint in endpoints {
        for (name, value) in fields {
            let mut said = bench.engine.fields(*endpoint, name);
            said.dedup();
            assert_eq!(said, [value.map(str::to_owned)], "{endpoint}: {name}");
        }
    }
}

pub(crate) async fn user_name_login_sends_the_code_to_a_number(bench: &Bench) {
    bench.engine.is(|settings| settings.set_lives(5));
    let page = bench
        .opens(Shop::new().with(r#"identifiers="username""#))
        .await;
    // As it is typed, capitals and spaces included.
    page.types("User name", " Ada 1815").await;
    page.presses("Continue").await;
    page.sees("Where should the code go?").await;
    page.is_at("identify").await;
    page.sees("Signing in as").await;
    assert_eq!(bench.engine.calls(), [""; 0]);
    page.is_in("Mobile number or e-mail").await;
    page.types("Mobile number or e-mail", "ada").await;
    page.presses("Send the code").await;
    page.is_in("Mobile number or e-mail").await;
    let (is_wrong, _) = page.described("Mobile number or e-mail").await;
    assert!(is_wrong);
    page.presses("Back").await;
    page.holds("User name", " Ada 1815").await;
    page.presses("Continue").await;
    page.types("Mobile number or e-mail", TYPED).await;
    page.presses("Send the code").await;
    page.is_at("code").await;
    page.sees("+919999922332").await;
    page.types("Code", &bench.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    page.hears("ae-signed-in").await;
    let session = page.session().await;
    assert_eq!(
        (&session["identifierType"], &session["identifierValue"]),
        (&json!("USERNAME"), &json!(" Ada 1815"))
    );
    page.hears("ae-renewed").await;
    // The same two all through, and in the next page too.
    page.reloads().await;
    page.is_at("signed-in").await;
    page.hears("ae-renewed").await;
    every_call_said(
        bench,
        &[
            Endpoint::TokenGenerate,
            Endpoint::OtpGenerate,
            Endpoint::OtpValidate,
            Endpoint::TokenRegenerate,
        ],
        &[
            ("identifierType", Some("USERNAME")),
            ("identifierValue", Some(" Ada 1815")),
            ("mobile", Some(SENT)),
            ("email", None),
        ],
    );
}

pub(crate) async fn user_name_login_sends_the_code_to_an_email(bench: &Bench) {
    let page = bench
        .opens(Shop::new().with(r#"identifiers="username""#))
        .await;
    page.types("User name", "ada").await;
    page.presses("Continue").await;
    page.types("Mobile number or e-mail", "Ada@Example.org")
        .await;
    page.presses("Send the code").await;
    page.is_at("code").await;
    // A reload keeps where it went.
    page.reloads().await;
    page.is_at("code").await;
    page.sees("ada@example.org").await;
    page.types("Code", &bench.engine.code_sent_to("ada@example.org"))
        .await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    every_call_said(
        bench,
        &[
            Endpoint::TokenGenerate,
            Endpoint::OtpGenerate,
            Endpoint::OtpValidate,
        ],
        &[("email", Some("ada@example.org")), ("mobile", None)],
    );
}

pub(crate) async fn user_name_login_with_password_succeeds(bench: &Bench) {
    bench.engine.is(|settings| settings.password_brand = true);
    let customer = Customer {
        mobile: Some(SENT.to_owned()),
        password: Some("correct horse".to_owned()),
        ..Customer::new("4068291")
    };
    bench.engine.knows(
        "grace",
        Customer {
            username: Some("grace".to_owned()),
            ..customer
        },
    );
    let page = bench
        .opens(Shop::new().with(r#"identifiers="username" first-factor="password""#))
        .await;
    page.types("User name", "grace").await;
    page.presses("Continue").await;
    // This engine wants to know an address even before a password; nobody is asked who need not be.
    page.hears_error("rejected", Some(1540)).await;
    page.sees("Your number or e-mail").await;
    page.types("Mobile number or e-mail", TYPED).await;
    page.presses("Continue").await;
    page.is_at("password").await;
    assert_eq!(page.form().await[0], "text username grace");
    page.types("Password", "correct horse").await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    assert_eq!(bench.engine.messages(), 0);
}

pub(crate) async fn customer_number_login_needs_no_address(bench: &Bench) {
    bench.engine.is(|settings| settings.external_id = true);
    let customer = Customer {
        mobile: Some(SENT.to_owned()),
        external_id: Some("C-00042".to_owned()),
        ..Customer::new("4068291")
    };
    bench.engine.knows("C-00042", customer);
    let page = bench
        .opens(Shop::new().with(r#"identifiers="external-id""#))
        .await;
    page.types("Customer number", "C-00042").await;
    page.presses("Continue").await;
    page.is_at("code").await;
    page.sees("We sent a code to the number or address the shop has for C-00042")
        .await;
    page.types("Code", &bench.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    let session = page.session().await;
    assert_eq!(
        (&session["identifierType"], &session["identifierValue"]),
        (&json!("EXTERNALID"), &json!("C-00042"))
    );
    every_call_said(
        bench,
        &[Endpoint::TokenGenerate, Endpoint::OtpValidate],
        &[
            ("identifierType", Some("EXTERNALID")),
            ("mobile", None),
            ("email", None),
        ],
    );
}

pub(crate) async fn customer_number_unsupported_by_brand_is_a_configuration_error(bench: &Bench) {
    let page = bench
        .opens(Shop::new().with(r#"identifiers="external-id""#))
        .await;
    page.types("Customer number", "C-00042").await;
    page.presses("Continue").await;
    page.hears_error("configuration", Some(3005)).await;
    page.is_at("stuck").await;
    page.sees("3005").await;
}

pub(crate) async fn code_can_be_sent_by_a_fallback_channel(bench: &Bench) {
    bench
        .engine
        .is(|settings| settings.fallback_channels = vec!["WHATSAPP".to_owned()]);
    let page = bench
        .opens(Shop::new().with(r#"fallback-channels="WHATSAPP ZALO" resend-after="0""#))
        .await;
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.is_at("code").await;
    let first = bench.engine.code_sent_to(SENT);
    page.presses("Send it by WhatsApp instead").await;
    page.sees("A new code is on its way.").await;
    let paths: Vec<String> = bench
        .engine
        .entries()
        .into_iter()
        .filter(|entry| entry.endpoint == Some(Endpoint::OtpGenerate))
        .map(|entry| entry.path)
        .collect();
    let usual = Endpoint::OtpGenerate.path();
    assert_eq!(
        paths,
        [
            usual.to_owned(),
            format!("{usual}?fallbackChannel=WHATSAPP")
        ]
    );
    let channels = bench.engine.with(|engine| {
        engine
            .outbox()
            .iter()
            .map(|message| message.channel.clone())
            .collect::<Vec<_>>()
    });
    assert_eq!(channels, ["SMS", "WHATSAPP"]);

    // The brand has no Zalo: that is said, and no longer offered.
    page.presses("Send it by Zalo instead").await;
    page.hears_error("configuration", Some(1603)).await;
    page.is_at("code").await;
    page.sees("The code cannot be sent that way.").await;
    page.no_longer_sees("Send it by").await;
    let second = bench.engine.code_sent_to(SENT);
    assert_ne!(first, second);
    page.types("Code", &second).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
}

pub(crate) async fn fallback_channel_without_a_number_asks_for_one(bench: &Bench) {
    bench
        .engine
        .is(|settings| settings.fallback_channels = vec!["WHATSAPP".to_owned()]);
    let page = bench
        .opens(
            Shop::new()
                .with(r#"identifiers="email" fallback-channels="WHATSAPP" resend-after="0""#),
        )
        .await;
    page.types("E-mail address", "ada@example.org").await;
    page.presses("Continue").await;
    page.is_at("code").await;
    page.presses("Send it by WhatsApp instead").await;
    page.hears_error("rejected", Some(1601)).await;
    page.sees("Where should the code go?").await;
    // Back leads to the code that is there already.
    page.presses("Back").await;
    page.is_at("code").await;
    page.presses("Send it by WhatsApp instead").await;
    page.hears_error("rejected", Some(1601)).await;
    page.types("Mobile number", TYPED).await;
    page.presses("Send the code").await;
    page.is_at("code").await;
    page.sees("We sent a code to +919999922332").await;
    assert_eq!(bench.engine.field(Endpoint::OtpGenerate, "mobile"), SENT);
    page.types("Code", &bench.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    assert_eq!(
        page.session().await["identifierValue"],
        json!("ada@example.org")
    );
    // One login session all through.
    assert_eq!(bench.engine.count(Endpoint::TokenGenerate), 1);
}
