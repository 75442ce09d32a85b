//! Every question is held against the vendor's recorded ones: the same fields, all of them texts, none too many.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use ae_login::login::wire::Call;
use serde_json::{Map, Value};

/// The recorded question of a call, by its file.
fn name(call: Call) -> &'static str {
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

/// Its fields but the device.
fn recorded(call: Call) -> &'static BTreeSet<String> {
    static ALL: OnceLock<Vec<(Call, BTreeSet<String>)>> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        Call::ALL
            .into_iter()
            .map(|call| {
                let mut fields = fields(name(call));
                fields.remove("deviceId");
                (call, fields)
            })
            .collect()
    });
    let mut all = all.iter();
    let (_, fields) = all.find(|(known, _)| *known == call).expect("every call");
    fields
}

/// The names of the fields of a recorded question.
fn fields(name: &str) -> BTreeSet<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../emulator/fixtures");
    let path = format!("{folder}/{name}.request.json");
    let text = std::fs::read_to_string(&path).expect(&path);
    let body: Value = serde_json::from_str(&text).expect(&path);
    let body = body.as_object().expect("an object");
    body.keys().cloned().collect()
}

/// Checks a question on its way, and gives its fields.
pub(crate) fn holds(call: Call, body: &str, web_names_device: bool) -> Map<String, Value> {
    let value: Map<String, Value> = serde_json::from_str(body).expect("a question is an object");
    let mut sent = value.keys().cloned().collect::<BTreeSet<_>>();
    for (name, text) in &value {
        assert!(
            text.as_str().is_some_and(|text| !text.is_empty()),
            "{call:?}: {name} is {text}"
        );
    }
    // The web ignores it, and some samples have it all the same (contract §1.5).
    assert_eq!(
        sent.remove("deviceId"),
        call.is_second() || web_names_device,
        "{call:?} and the device"
    );
    // A first password is a recorded variant of opening a session (§2.1, §3.1).
    if matches!(call, Call::OpenSession | Call::OpenSecond) && sent.remove("password") {
        assert!(
            sent.remove("confirmPassword"),
            "{call:?}: once is not enough"
        );
        assert_eq!(value["password"], value["confirmPassword"], "{call:?}");
    }
    // So is the address of a user name; otherwise it is for codes that go another way (§1.4).
    if value["identifierType"] == "USERNAME" || call.sends_code() {
        let addresses = usize::from(sent.remove("mobile")) + usize::from(sent.remove("email"));
        assert!(addresses <= 1, "{call:?}: one address is enough");
    }
    assert_eq!(&sent, recorded(call), "{call:?}");
    value
}
