//! The list of everything the emulator answers, for people who open it in a browser.

use crate::endpoint::Endpoint;
use crate::fault::FAULTS;

/// The overview as plain text.
pub(super) fn text() -> String {
    let calls = Endpoint::ALL.iter().map(|call| {
        let methods = call.methods().join(" or ");
        format!("  {methods:<14} {:<32} {call}", call.path())
    });
    let places = PLACES.iter().map(|(method, name, meaning)| {
        let path = format!("{ROOT}{name}");
        format!("  {method:<6} {path:<32} {meaning}")
    });
    let faults = FAULTS.iter().map(|fault| {
        let fields = if fault.keys.is_empty() {
            String::new()
        } else {
            format!(" ({})", fault.keys.join(", "))
        };
        let name = format!("{}{fields}", fault.name);
        format!("  {name:<39} {}", fault.meaning)
    });
    let lines: Vec<String> = [
        vec![
            "An independent emulator of the Auth Engine.".to_owned(),
            String::new(),
            "It answers:".to_owned(),
        ],
        calls.collect(),
        vec![String::new(), "It is controlled by:".to_owned()],
        places.collect(),
        vec![String::new(), format!("Faults, for example {EXAMPLE}:")],
        faults.collect(),
        vec![String::new()],
    ]
    .concat();
    lines.join("\n")
}

const EXAMPLE: &str = r#"{"endpoint":"otp-validate","fault":"delay","ms":500,"times":1}"#;

/// Where the controls live.
pub(super) const ROOT: &str = "/_emulator/";

/// Method, name under the root, meaning.
pub(super) const PLACES: &[(&str, &str, &str)] = &[
    ("GET", "", "this list"),
    ("GET", "health", "answers once the emulator is ready"),
    ("GET", "settings", "every setting as it is"),
    (
        "PATCH",
        "settings",
        "changes any subset, all of it or nothing; \"preset\" sets the lives",
    ),
    ("GET", "faults", "the faults still to come"),
    (
        "POST",
        "faults",
        "adds one: endpoint (or \"all\"), fault, its fields, times (absent: every time)",
    ),
    ("DELETE", "faults", "lets everything go right again"),
    (
        "GET",
        "outbox",
        "the messages sent; ?to=ADDRESS&after=UNIX-MS",
    ),
    ("DELETE", "outbox", "forgets them"),
    (
        "GET",
        "journal",
        "every request seen; the latest with headers and body",
    ),
    ("DELETE", "journal", "forgets them"),
    (
        "POST",
        "customers",
        "registers one: identifier, uid (absent: a new one), and any field of a customer",
    ),
    ("GET", "scenes", "brands with customers, ready to be tried"),
    (
        "POST",
        "scene",
        "sets one by its name; sessions, faults and customers go",
    ),
];
