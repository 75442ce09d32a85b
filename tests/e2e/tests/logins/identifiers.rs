//! User names and customer numbers, and the channels that codes are sent by.

use ae_e2e::{Fixture, Shop};
use ae_engine::{Customer, Endpoint};
use serde_json::json;

use crate::sign_in::{SENT, TYPED};

/// Checks that every call of these endpoints has these values; `None` for a field that is absent.
fn assert_every_call_sent(
    fixture: &Fixture,
    endpoints: &[Endpoint],
    fields: &[(&str, Option<&str>)],
) {
    for endpoint in endpoints {
        for (name, value) in fields {
            let mut sent = fixture.engine.fields(*endpoint, name);
            sent.dedup();
            assert_eq!(sent, [value.map(str::to_owned)], "{endpoint}: {name}");
        }
    }
}

pub(crate) async fn user_name_login_sends_the_code_to_a_number(fixture: &Fixture) {
    fixture.engine.configure(|settings| settings.set_lives(5));
    let page = fixture
        .opens(Shop::new().with_attributes(r#"identifiers="username""#))
        .await;
    // A user name is sent as it was typed, with capitals and spaces.
    page.types("Username", " Ada 1815").await;
    page.presses("Continue").await;
    page.sees("Where should we send the code?").await;
    page.is_at("identify").await;
    page.sees("Signing in as").await;
    assert_eq!(fixture.engine.calls(), [""; 0]);
    page.has_focus_in("Mobile number or email").await;
    page.types("Mobile number or email", "ada").await;
    page.presses("Send code").await;
    page.has_focus_in("Mobile number or email").await;
    let (is_wrong, _) = page.description_of("Mobile number or email").await;
    assert!(is_wrong);
    page.presses("Back").await;
    page.has_value("Username", " Ada 1815").await;
    page.presses("Continue").await;
    page.types("Mobile number or email", TYPED).await;
    page.presses("Send code").await;
    page.is_at("code").await;
    page.sees("+919999922332").await;
    page.types("Code", &fixture.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    page.receives("ae-signed-in").await;
    let session = page.session().await;
    assert_eq!(
        (&session["identifierType"], &session["identifierValue"]),
        (&json!("USERNAME"), &json!(" Ada 1815"))
    );
    page.receives("ae-renewed").await;
    // All calls have the same identifier and number, after a reload as well.
    page.reloads().await;
    page.is_at("signed-in").await;
    page.receives("ae-renewed").await;
    assert_every_call_sent(
        fixture,
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

pub(crate) async fn user_name_login_sends_the_code_to_an_email(fixture: &Fixture) {
    let page = fixture
        .opens(Shop::new().with_attributes(r#"identifiers="username""#))
        .await;
    page.types("Username", "ada").await;
    page.presses("Continue").await;
    page.types("Mobile number or email", "Ada@Example.org")
        .await;
    page.presses("Send code").await;
    page.is_at("code").await;
    // A reload keeps the address.
    page.reloads().await;
    page.is_at("code").await;
    page.sees("ada@example.org").await;
    page.types("Code", &fixture.engine.code_sent_to("ada@example.org"))
        .await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    assert_every_call_sent(
        fixture,
        &[
            Endpoint::TokenGenerate,
            Endpoint::OtpGenerate,
            Endpoint::OtpValidate,
        ],
        &[("email", Some("ada@example.org")), ("mobile", None)],
    );
}

pub(crate) async fn user_name_login_with_password_succeeds(fixture: &Fixture) {
    fixture
        .engine
        .configure(|settings| settings.password_brand = true);
    let customer = Customer {
        mobile: Some(SENT.to_owned()),
        password: Some("correct horse".to_owned()),
        ..Customer::new("4068291")
    };
    fixture.engine.adds_customer(
        "grace",
        Customer {
            username: Some("grace".to_owned()),
            ..customer
        },
    );
    let page = fixture
        .opens(Shop::new().with_attributes(r#"identifiers="username" first-factor="password""#))
        .await;
    page.types("Username", "grace").await;
    page.presses("Continue").await;
    // This engine requires an address even before a password. The form asks for one only then.
    page.receives_error("rejected", Some(1540)).await;
    page.sees("Your number or email").await;
    page.types("Mobile number or email", TYPED).await;
    page.presses("Continue").await;
    page.is_at("password").await;
    assert_eq!(page.form_fields().await[0], "text username grace");
    page.types("Password", "correct horse").await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    assert_eq!(fixture.engine.message_count(), 0);
}

pub(crate) async fn customer_number_login_needs_no_address(fixture: &Fixture) {
    fixture
        .engine
        .configure(|settings| settings.external_id = true);
    let customer = Customer {
        mobile: Some(SENT.to_owned()),
        external_id: Some("C-00042".to_owned()),
        ..Customer::new("4068291")
    };
    fixture.engine.adds_customer("C-00042", customer);
    let page = fixture
        .opens(Shop::new().with_attributes(r#"identifiers="external-id""#))
        .await;
    page.types("Customer number", "C-00042").await;
    page.presses("Continue").await;
    page.is_at("code").await;
    page.sees("We sent a code to the number or email the shop has for C-00042")
        .await;
    page.types("Code", &fixture.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    let session = page.session().await;
    assert_eq!(
        (&session["identifierType"], &session["identifierValue"]),
        (&json!("EXTERNALID"), &json!("C-00042"))
    );
    assert_every_call_sent(
        fixture,
        &[Endpoint::TokenGenerate, Endpoint::OtpValidate],
        &[
            ("identifierType", Some("EXTERNALID")),
            ("mobile", None),
            ("email", None),
        ],
    );
}

pub(crate) async fn customer_number_unsupported_by_brand_is_a_configuration_error(
    fixture: &Fixture,
) {
    let page = fixture
        .opens(Shop::new().with_attributes(r#"identifiers="external-id""#))
        .await;
    page.types("Customer number", "C-00042").await;
    page.presses("Continue").await;
    page.receives_error("configuration", Some(3005)).await;
    page.is_at("stuck").await;
    page.sees("3005").await;
}

pub(crate) async fn code_can_be_sent_by_a_fallback_channel(fixture: &Fixture) {
    fixture
        .engine
        .configure(|settings| settings.fallback_channels = vec!["WHATSAPP".to_owned()]);
    let page = fixture
        .opens(Shop::new().with_attributes(r#"fallback-channels="WHATSAPP ZALO" resend-after="0""#))
        .await;
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.is_at("code").await;
    let first = fixture.engine.code_sent_to(SENT);
    page.presses("Send by WhatsApp instead").await;
    page.sees("A new code is on its way.").await;
    let paths: Vec<String> = fixture
        .engine
        .requests()
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
    let channels = fixture.engine.with(|engine| {
        engine
            .outbox()
            .iter()
            .map(|message| message.channel.clone())
            .collect::<Vec<_>>()
    });
    assert_eq!(channels, ["SMS", "WHATSAPP"]);

    // The brand has no Zalo: the form says so and no longer offers it.
    page.presses("Send by Zalo instead").await;
    page.receives_error("configuration", Some(1603)).await;
    page.is_at("code").await;
    page.sees("We can't send the code that way.").await;
    page.no_longer_sees("Send by").await;
    let second = fixture.engine.code_sent_to(SENT);
    assert_ne!(first, second);
    page.types("Code", &second).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
}

pub(crate) async fn fallback_channel_without_a_number_asks_for_one(fixture: &Fixture) {
    fixture
        .engine
        .configure(|settings| settings.fallback_channels = vec!["WHATSAPP".to_owned()]);
    let page = fixture
        .opens(Shop::new().with_attributes(
            r#"identifiers="email" fallback-channels="WHATSAPP" resend-after="0""#,
        ))
        .await;
    page.types("Email address", "ada@example.org").await;
    page.presses("Continue").await;
    page.is_at("code").await;
    page.presses("Send by WhatsApp instead").await;
    page.receives_error("rejected", Some(1601)).await;
    page.sees("Where should we send the code?").await;
    // The button Back returns to the code that was sent.
    page.presses("Back").await;
    page.is_at("code").await;
    page.presses("Send by WhatsApp instead").await;
    page.receives_error("rejected", Some(1601)).await;
    page.types("Mobile number", TYPED).await;
    page.presses("Send code").await;
    page.is_at("code").await;
    page.sees("We sent a code to +919999922332").await;
    assert_eq!(fixture.engine.field(Endpoint::OtpGenerate, "mobile"), SENT);
    page.types("Code", &fixture.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    assert_eq!(
        page.session().await["identifierValue"],
        json!("ada@example.org")
    );
    // All codes belong to one login session.
    assert_eq!(fixture.engine.call_count(Endpoint::TokenGenerate), 1);
}
