//! The control endpoints under `/_emulator/`: read and change a running emulator.
//!
//! ```text
//! mod          routing, settings, journal
//! faults       add faults, list them
//! outbox       search messages
//! customers    register customers
//! scenes       list scenes, switch to one
//! ```
//!
//! Pages of every origin may use them, because a demonstration page reads the outbox. The emulator is a test tool and must not be
//! reachable by others.

mod customers;
mod faults;
mod outbox;
mod scenes;

use serde_json::{Map, Value, json};

use super::overview::{self, CONTROL_ENDPOINTS, ROOT};
use crate::endpoint::Endpoint;
use crate::engine::Engine;
use crate::exchange::{Request, Response};
use crate::records::JournalEntry;
use crate::settings::Settings;

/// Responds to a control request.
///
/// An invalid request gets the status 400 and an object whose `error` says what was found and what is expected.
pub(super) fn respond(engine: &mut Engine, request: &Request) -> Response {
    let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
    let name = path
        .strip_prefix("/_emulator")
        .unwrap_or(path)
        .trim_matches('/');
    let response = if request.method == "OPTIONS" {
        preflight(request)
    } else {
        route(engine, request, name, query)
    };
    response
        .with_header("Access-Control-Allow-Origin", "*")
        .with_header("Cache-Control", "no-store")
}

fn route(engine: &mut Engine, request: &Request, name: &str, query: &str) -> Response {
    let body = &request.body;
    let result = match (request.method.as_str(), name) {
        ("GET" | "HEAD", "") => {
            return Response::text(200, "text/plain; charset=utf-8", &overview::text());
        }
        ("GET" | "HEAD", "health") => Ok(json!({ "status": "ok" })),
        ("GET", "settings") => settings_json(engine),
        ("PATCH", "settings") => patch_settings(engine, body),
        ("GET", "faults") => Ok(faults::list(engine)),
        ("POST", "faults") => faults::add(engine, body),
        ("DELETE", "faults") => {
            engine.clear_faults();
            Ok(faults::list(engine))
        }
        ("GET", "outbox") => outbox::search(engine, query),
        ("DELETE", "outbox") => {
            engine.clear_outbox();
            Ok(json!({ "messages": [] }))
        }
        ("GET", "journal") => {
            let entries: Vec<_> = engine.journal().iter().map(journal_entry_json).collect();
            Ok(json!({ "entries": entries }))
        }
        ("DELETE", "journal") => {
            engine.clear_journal();
            Ok(json!({ "entries": [] }))
        }
        ("POST", "customers") => customers::register(engine, body),
        ("GET", "scenes") => Ok(scenes::list()),
        ("POST", "scene") => scenes::switch(engine, body),
        (method, _) => return unknown_control(method, name),
    };
    match result {
        Ok(body) => Response::json(200, &body),
        Err(message) => Response::json(400, &json!({ "error": message })),
    }
}

/// The response for an unknown name (404), or for a known one with another method (405).
fn unknown_control(method: &str, name: &str) -> Response {
    let methods: Vec<_> = CONTROL_ENDPOINTS
        .iter()
        .filter(|control| control.name == name)
        .map(|control| control.method)
        .collect();
    if methods.is_empty() {
        let mut names: Vec<_> = CONTROL_ENDPOINTS
            .iter()
            .map(|control| control.name)
            .filter(|name| !name.is_empty())
            .collect();
        names.dedup();
        let message = format!("unknown {ROOT}{name}: expected one of {}", names.join(", "));
        return Response::json(404, &json!({ "error": message }));
    }
    let methods = methods.join(", ");
    let message = format!("{ROOT}{name} does not take {method}: expected {methods}");
    Response::json(405, &json!({ "error": message })).with_header("Allow", &methods)
}

fn preflight(request: &Request) -> Response {
    let headers = request
        .header("access-control-request-headers")
        .unwrap_or("content-type");
    Response::empty(204)
        .with_header(
            "Access-Control-Allow-Methods",
            "GET, POST, PATCH, DELETE, OPTIONS",
        )
        .with_header("Access-Control-Allow-Headers", headers)
}

fn settings_json(engine: &Engine) -> Result<Value, String> {
    serde_json::to_value(engine.settings()).map_err(|error| error.to_string())
}

/// Changes the settings that a body names. If one value is invalid, no setting changes.
fn patch_settings(engine: &mut Engine, body: &[u8]) -> Result<Value, String> {
    let mut changes = parse_object(body)?;
    let mut settings = engine.settings().clone();
    if let Some(name) = changes.shift_remove("preset") {
        let preset = name.as_str().and_then(Settings::preset);
        let preset = preset
            .ok_or_else(|| format!("preset is {name}: expected \"documented\" or \"samples\""))?;
        settings.copy_lives(&preset);
    }
    for (name, value) in changes {
        let Ok(Value::Object(mut fields)) = serde_json::to_value(&settings) else {
            return Err("the settings cannot be written as JSON".to_owned());
        };
        if !fields.contains_key(&name) {
            let names: Vec<_> = fields.keys().map(String::as_str).collect();
            return Err(format!(
                "unknown setting {name:?}: expected one of preset, {}",
                names.join(", ")
            ));
        }
        fields.insert(name.clone(), value.clone());
        settings = serde_json::from_value(fields.into())
            .map_err(|error| format!("{name} is {value}: {error}"))?;
    }
    settings.validate()?;
    *engine.settings_mut() = settings;
    settings_json(engine)
}

fn journal_entry_json(entry: &JournalEntry) -> Value {
    json!({
        "at_ms": entry.at_ms,
        "method": entry.method,
        "path": entry.path,
        "endpoint": entry.endpoint.map(Endpoint::name),
        "identifier": entry.identifier,
        "status": entry.status,
        "code": entry.code,
        "faults": entry.faults.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "headers": entry.headers,
        "body": entry.body.as_ref().map(|body| String::from_utf8_lossy(body)),
    })
}

fn parse_object(body: &[u8]) -> Result<Map<String, Value>, String> {
    serde_json::from_slice(body).map_err(|error| format!("the body is not a JSON object: {error}"))
}

/// Removes a required string field from an object.
fn take_string(fields: &mut Map<String, Value>, name: &str) -> Result<String, String> {
    match fields.shift_remove(name) {
        Some(Value::String(text)) => Ok(text),
        Some(other) => Err(format!("{name} is {other}: expected a string")),
        None => Err(format!("{name} is missing")),
    }
}
