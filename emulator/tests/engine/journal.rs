//! The journal of received requests.

use ae_engine::Endpoint;

use crate::support::{OTP_GENERATE, TestClient, ada, ada_with_session};

#[test]
fn journal_records_request_and_response() {
    let mut client = TestClient::new();
    client.code(OTP_GENERATE, &ada_with_session("P-1"));
    client.open_session();
    let [refused, opened] = client.engine.journal() else {
        panic!("two entries")
    };
    assert_eq!(
        (refused.endpoint, refused.status, refused.code),
        (Some(Endpoint::OtpGenerate), 200, Some(1505))
    );
    assert_eq!(
        (opened.endpoint, opened.status, opened.code),
        (Some(Endpoint::TokenGenerate), 200, None)
    );
    assert_eq!(opened.identifier.as_deref(), Some("ada@example.org"));
    assert_eq!(opened.body.as_deref(), Some(ada().to_string().as_bytes()));
    assert_eq!(client.engine.call_count(Endpoint::TokenGenerate), 1);
}

#[test]
fn journal_keeps_only_the_latest_bodies() {
    let mut client = TestClient::with_settings(|settings| settings.bodies_kept = 2);
    for _ in 0..4 {
        client.open_session();
    }
    let has_body: Vec<_> = client
        .engine
        .journal()
        .iter()
        .map(|entry| entry.body.is_some())
        .collect();
    assert_eq!(has_body, [false, false, true, true]);
}
