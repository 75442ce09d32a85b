//! The overview at `GET /_emulator/`: all calls, control endpoints and faults as plain text.

use crate::endpoint::Endpoint;
use crate::fault::FAULTS;

/// The path that all control endpoints start with.
pub(super) const ROOT: &str = "/_emulator/";

/// An example of a request to `POST /_emulator/faults`.
const FAULT_EXAMPLE: &str = r#"{"endpoint":"otp-validate","fault":"delay","ms":500,"times":1}"#;

/// A control endpoint.
pub(super) struct ControlEndpoint {
    pub(super) method: &'static str,
    /// The path after [`ROOT`].
    pub(super) name: &'static str,
    effect: &'static str,
}

/// All control endpoints. Those with the same name stand together.
pub(super) const CONTROL_ENDPOINTS: &[ControlEndpoint] = &[
    control("GET", "", "lists all of this"),
    control("GET", "health", "responds once the emulator is ready"),
    control("GET", "settings", "all settings"),
    control(
        "PATCH",
        "settings",
        "changes some settings, or none if one is invalid; \"preset\" sets token lifetimes",
    ),
    control("GET", "faults", "faults that are not used up"),
    control(
        "POST",
        "faults",
        "adds one: endpoint (or \"all\"), fault, its fields, times (without: every time)",
    ),
    control("DELETE", "faults", "removes all faults"),
    control(
        "GET",
        "outbox",
        "messages to customers; ?to=ADDRESS&after=UNIX-MS",
    ),
    control("DELETE", "outbox", "empties the outbox"),
    control(
        "GET",
        "journal",
        "received requests; the latest with headers and body",
    ),
    control("DELETE", "journal", "empties the journal"),
    control(
        "POST",
        "customers",
        "registers one: identifier, uid (without: a new one), and any field of a customer",
    ),
    control("GET", "scenes", "ready-made brands with customers"),
    control(
        "POST",
        "scene",
        "switches to a scene by its name; removes sessions, faults and customers",
    ),
];

const fn control(
    method: &'static str,
    name: &'static str,
    effect: &'static str,
) -> ControlEndpoint {
    ControlEndpoint {
        method,
        name,
        effect,
    }
}

/// The text of the overview.
pub(super) fn text() -> String {
    let calls = Endpoint::ALL.iter().map(|endpoint| {
        let methods = endpoint.methods().join(" or ");
        format!("  {methods:<14} {:<32} {endpoint}", endpoint.path())
    });
    let controls = CONTROL_ENDPOINTS.iter().map(|control| {
        let path = format!("{ROOT}{}", control.name);
        format!("  {:<6} {path:<32} {}", control.method, control.effect)
    });
    let faults = FAULTS.iter().map(|fault| {
        let fields = if fault.json_fields.is_empty() {
            String::new()
        } else {
            format!(" ({})", fault.json_fields.join(", "))
        };
        let name = format!("{}{fields}", fault.name);
        format!("  {name:<39} {}", fault.effect)
    });
    let lines: Vec<String> = [
        vec![
            "An independent emulator of the Auth Engine.".to_owned(),
            String::new(),
            "Calls, with the names used in faults:".to_owned(),
        ],
        calls.collect(),
        vec![String::new(), "Control endpoints:".to_owned()],
        controls.collect(),
        vec![
            String::new(),
            format!("Faults, for example {FAULT_EXAMPLE}:"),
        ],
        faults.collect(),
        vec![String::new()],
    ]
    .concat();
    lines.join("\n")
}
