//! One-time codes of the first factor: sent, validated, limited (contract 2.2, 2.3).

use serde_json::json;

use crate::support::{
    OTP_GENERATE, OTP_VALIDATE, TOKEN_GENERATE, TestClient, ada_with_code, ada_with_session,
    client_with_fixed_code, merge,
};

#[test]
fn validation_without_a_sent_code_is_1537() {
    let mut client = client_with_fixed_code();
    let session = client.open_session();
    assert_eq!(
        client.code(OTP_VALIDATE, &ada_with_code(&session, "999999")),
        1537
    );
}

#[test]
fn code_expires_before_its_session() {
    let mut client = TestClient::with_settings(|settings| settings.otp_life_s = 60);
    let (session, code) = client.request_code();
    client.advance(60);
    assert_eq!(
        client.code(OTP_VALIDATE, &ada_with_code(&session, code)),
        1537
    );
    client.code(OTP_GENERATE, &ada_with_session(&session));
    let code = client.last_code();
    client.advance(59);
    assert_eq!(
        client.code(OTP_VALIDATE, &ada_with_code(&session, code)),
        200
    );
}

#[test]
fn one_wrong_code_too_many_ends_the_session_with_1518() {
    let mut client = client_with_fixed_code();
    let (session, code) = client.request_code();
    for _ in 0..5 {
        assert_eq!(
            client.code(OTP_VALIDATE, &ada_with_code(&session, "111111")),
            1506
        );
    }
    assert_eq!(
        client.code(OTP_VALIDATE, &ada_with_code(&session, "111111")),
        1518
    );
    assert_eq!(
        client.code(OTP_VALIDATE, &ada_with_code(&session, code)),
        1505
    );
    assert_eq!(client.code(OTP_GENERATE, &ada_with_session(&session)), 1505);
}

#[test]
fn correct_code_is_accepted_after_five_wrong_ones() {
    let mut client = client_with_fixed_code();
    let (session, code) = client.request_code();
    for _ in 0..5 {
        client.code(OTP_VALIDATE, &ada_with_code(&session, "111111"));
    }
    assert_eq!(
        client.code(OTP_VALIDATE, &ada_with_code(&session, code)),
        200
    );
}

#[test]
fn new_code_does_not_reset_the_attempts() {
    let mut client = TestClient::with_settings(|settings| settings.tries = 1);
    let (session, _) = client.request_code();
    assert_eq!(
        client.code(OTP_VALIDATE, &ada_with_code(&session, "x")),
        1506
    );
    client.code(OTP_GENERATE, &ada_with_session(&session));
    assert_eq!(
        client.code(OTP_VALIDATE, &ada_with_code(&session, "x")),
        1518
    );
}

#[test]
fn other_errors_do_not_count_as_attempts() {
    let mut client = TestClient::with_settings(|settings| settings.tries = 0);
    let (session, code) = client.request_code();
    client.code(
        OTP_VALIDATE,
        &merge(ada_with_code(&session, "x"), json!({ "brand": "Bukl" })),
    );
    client.code(OTP_VALIDATE, &ada_with_code(&session, ""));
    assert_eq!(
        client.code(OTP_VALIDATE, &ada_with_code(&session, code)),
        200
    );
}

#[test]
fn random_code_has_the_configured_length() {
    let mut client = TestClient::with_settings(|settings| settings.otp_length = 4);
    assert_eq!(client.request_code().1.len(), 4);
}

#[test]
fn codes_beyond_the_quota_are_1534() {
    let mut client = TestClient::with_settings(|settings| {
        settings.quota = Some(2);
        settings.quota_window_s = Some(600);
    });
    let session = client.open_session();
    assert_eq!(client.code(OTP_GENERATE, &ada_with_session(&session)), 200);
    assert_eq!(client.code(OTP_GENERATE, &ada_with_session(&session)), 200);
    assert_eq!(client.code(OTP_GENERATE, &ada_with_session(&session)), 1534);
    let session = client.open_session();
    assert_eq!(
        client.code(OTP_GENERATE, &ada_with_session(&session)),
        1534,
        "a new session does not reset the quota"
    );
    assert_eq!(client.engine.outbox().len(), 2);
    client.advance(600);
    assert_eq!(client.code(OTP_GENERATE, &ada_with_session(&session)), 200);
}

#[test]
fn quota_of_zero_is_1535() {
    let mut client = TestClient::with_settings(|settings| settings.quota = Some(0));
    let session = client.open_session();
    assert_eq!(client.code(OTP_GENERATE, &ada_with_session(&session)), 1535);
}

#[test]
fn fallback_channel_must_be_configured_and_needs_an_address() {
    let mut client = TestClient::with_settings(|settings| {
        settings.fallback_channels = vec!["SMS".to_owned(), "EMAIL".to_owned()];
    });
    let session = client.open_session();
    let by = |channel: &str| format!("{OTP_GENERATE}?fallbackChannel={channel}");
    assert_eq!(client.code(&by("ZALO"), &ada_with_session(&session)), 1603);
    assert_eq!(client.code(&by("SMS"), &ada_with_session(&session)), 1601);
    assert_eq!(
        client.code(
            &by("SMS"),
            &merge(
                ada_with_session(&session),
                json!({ "mobile": "919999922332" })
            )
        ),
        200
    );
    let message = client.engine.outbox().last().unwrap();
    assert_eq!(
        (message.channel.as_str(), message.to.as_str()),
        ("SMS", "919999922332")
    );
    assert_eq!(client.code(&by("EMAIL"), &ada_with_session(&session)), 200);

    let identity = json!({ "identifierType": "MOBILE", "identifierValue": "919999922332", "brand": "DocDemo" });
    let session = client.post(TOKEN_GENERATE, &identity)["user"]["sessionId"].clone();
    assert_eq!(
        client.code(
            &by("EMAIL"),
            &merge(identity, json!({ "sessionId": session }))
        ),
        1602
    );
}

#[test]
fn code_is_in_the_outbox_with_address_and_channel() {
    let mut client = TestClient::new();
    let (_, code) = client.request_code();
    let message = client.engine.outbox().last().unwrap();
    assert_eq!(
        (message.to.as_str(), message.channel.as_str()),
        ("ada@example.org", "EMAIL")
    );
    assert_eq!(message.code.len(), 6);
    let text = format!("{code} is your code for DOCDEMO. It can be used for 15 minutes.");
    assert_eq!(message.text, text);
    assert_eq!(message.at_ms, client.now_ms);
}

#[test]
fn message_states_the_remaining_time_of_the_session() {
    let mut client = TestClient::new();
    let session = client.open_session();
    client.advance(600);
    client.code(OTP_GENERATE, &ada_with_session(&session));
    let text = &client.engine.outbox().last().unwrap().text;
    assert!(text.ends_with("It can be used for 5 minutes."), "{text}");
}

#[test]
fn new_code_replaces_the_earlier_one() {
    let mut client = TestClient::new();
    let (session, first) = client.request_code();
    client.code(OTP_GENERATE, &ada_with_session(&session));
    let second = client.last_code();
    assert_ne!(first, second);
    assert_eq!(
        client.code(OTP_VALIDATE, &ada_with_code(&session, first)),
        1506
    );
    assert_eq!(
        client.code(OTP_VALIDATE, &ada_with_code(&session, second)),
        200
    );
}

#[test]
fn code_as_a_number_is_padded_with_zeros() {
    let mut client =
        TestClient::with_settings(|settings| settings.code = Some("004217".to_owned()));
    let (session, _) = client.request_code();
    assert_eq!(
        client.code(OTP_VALIDATE, &ada_with_code(&session, "4217")),
        1506
    );
    assert_eq!(
        client.code(OTP_VALIDATE, &ada_with_code(&session, 4217)),
        200
    );
}
