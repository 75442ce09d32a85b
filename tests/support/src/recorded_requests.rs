//! Compares every request with the one that the vendor recorded for the same call: the same fields, each a string that is not
//! empty, and no others.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use ae_login::login::wire::Call;
use serde_json::{Map, Value};

/// The name of the file that holds the recorded request of a call.
fn fixture_name(call: Call) -> &'static str {
    match call {
        Call::OpenSession => "web-token-generate.existing-user",
        Call::SendCode => "web-otp-generate",
        Call::CheckCode => "web-otp-validate",
        Call::CheckPassword => "web-password-validate",
        Call::Renew => "web-token-regenerate",
        Call::ChangePassword => "web-password-change",
        Call::ResetPassword => "web-password-forget",
        Call::OpenSecond => "mfa-token-generate",
        Call::SendSecondCode => "mfa-otp-generate",
        Call::CheckSecondCode => "mfa-otp-validate",
        Call::CheckSecondPassword => "mfa-password-validate",
        Call::ChangeSecondPassword => "mfa-password-change",
        Call::ResetSecondPassword => "mfa-password-forget",
        Call::RenewByKey => "mfa-token-regenerate",
        Call::Expire => "mfa-token-expire",
    }
}

/// The fields of the recorded request of a call, without `deviceId`.
fn recorded_fields(call: Call) -> &'static BTreeSet<String> {
    static ALL: OnceLock<Vec<(Call, BTreeSet<String>)>> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        Call::ALL
            .into_iter()
            .map(|call| {
                let mut fields = fixture_fields(fixture_name(call));
                fields.remove("deviceId");
                (call, fields)
            })
            .collect()
    });
    let mut all = all.iter();
    let (_, fields) = all.find(|(known, _)| *known == call).expect("every call");
    fields
}

/// The names of the fields of a recorded request.
fn fixture_fields(name: &str) -> BTreeSet<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../emulator/fixtures");
    let path = format!("{folder}/{name}.request.json");
    let text = std::fs::read_to_string(&path).expect(&path);
    let body: Value = serde_json::from_str(&text).expect(&path);
    let body = body.as_object().expect("an object");
    body.keys().cloned().collect()
}

/// Checks the body of a request, and returns its fields.
pub(crate) fn check_request(call: Call, body: &str, web_sends_device: bool) -> Map<String, Value> {
    let value: Map<String, Value> = serde_json::from_str(body).expect("a JSON object");
    let mut sent = value.keys().cloned().collect::<BTreeSet<_>>();
    for (name, text) in &value {
        assert!(
            text.as_str().is_some_and(|text| !text.is_empty()),
            "{call:?}: {name} is {text}"
        );
    }
    // `/web/*` ignores the device, and some recorded requests name one all the same (contract §1.5).
    assert_eq!(
        sent.remove("deviceId"),
        call.is_second() || web_sends_device,
        "{call:?} and deviceId"
    );
    // A session can be opened together with a first password (contract §2.1, §3.1).
    if matches!(call, Call::OpenSession | Call::OpenSecond) && sent.remove("password") {
        assert!(
            sent.remove("confirmPassword"),
            "{call:?}: a password without its confirmation"
        );
        assert_eq!(value["password"], value["confirmPassword"], "{call:?}");
    }
    // A user name is sent together with an address, and so is a code through another channel (contract §1.4).
    if value["identifierType"] == "USERNAME" || call.sends_code() {
        let addresses = usize::from(sent.remove("mobile")) + usize::from(sent.remove("email"));
        assert!(addresses <= 1, "{call:?}: more than one address");
    }
    assert_eq!(&sent, recorded_fields(call), "{call:?}");
    value
}
