//! The form of errors (contract 1.7).

use serde_json::json;

use crate::support::{OTP_GENERATE, TestClient, ada_with_session, code_of, json_of};

#[test]
fn error_is_a_200_with_only_a_status() {
    let mut client = TestClient::new();
    let response = client.response(OTP_GENERATE, &ada_with_session("P-1"));
    assert_eq!(response.status, 200);
    let expected =
        json!({ "status": { "success": false, "code": 1505, "message": "Session is not valid" } });
    assert_eq!(json_of(&response), expected);
}

#[test]
fn errors_can_have_another_http_status() {
    let mut client = TestClient::with_settings(|settings| settings.errors_as_http = Some(422));
    let response = client.response(OTP_GENERATE, &ada_with_session("P-1"));
    assert_eq!((response.status, code_of(&json_of(&response))), (422, 1505));
}
