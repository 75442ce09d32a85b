//! The control endpoints under `/_emulator/`: settings, faults, outbox, journal, customers, scenes, while the emulator runs.
//!
//! Open to pages of every origin, on purpose: a demo page reads the outbox. It is a test tool, not a server for strangers.

mod customers;
mod faults;
mod scenes;

use serde_json::{Map, Value, json};

use super::overview::{self, PLACES, ROOT};
use customers::add_customer;
use faults::{add_fault, faults_of};

use crate::endpoint::Endpoint;
use crate::engine::Engine;
use crate::exchange::{Request, Response};
use crate::records::{JournalEntry, Message};
use crate::settings::Settings;

/// Answers a control call.
pub(super) fn answer(engine: &mut Engine, request: &Request) -> Response {
    let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
    let place = path
        .strip_prefix("/_emulator")
        .unwrap_or(path)
        .trim_matches('/');
    let response = if request.method == "OPTIONS" {
        preflight(request)
    } else {
        ask(engine, request, place, query)
    };
    response
        .with("Access-Control-Allow-Origin", "*")
        .with("Cache-Control", "no-store")
}

fn ask(engine: &mut Engine, request: &Request, place: &str, query: &str) -> Response {
    let body = &request.body;
    let answer = match (request.method.as_str(), place) {
        ("GET" | "HEAD", "") => {
            return Response::text(200, "text/plain; charset=utf-8", &overview::text());
        }
        ("GET" | "HEAD", "health") => Ok(json!({ "status": "ok" })),
        ("GET", "settings") => settings_of(engine),
        ("PATCH", "settings") => patch(engine, body),
        ("GET", "faults") => Ok(faults_of(engine)),
        ("POST", "faults") => add_fault(engine, body),
        ("DELETE", "faults") => {
            engine.clear_faults();
            Ok(faults_of(engine))
        }
        ("GET", "outbox") => outbox(engine, query),
        ("DELETE", "outbox") => {
            engine.clear_outbox();
            Ok(json!({ "messages": [] }))
        }
        ("GET", "journal") => {
            Ok(json!({ "entries": engine.journal().iter().map(entry).collect::<Vec<_>>() }))
        }
        ("DELETE", "journal") => {
            engine.clear_journal();
            Ok(json!({ "entries": [] }))
        }
        ("POST", "customers") => add_customer(engine, body),
        ("GET", "scenes") => Ok(scenes::list()),
        ("POST", "scene") => scenes::set(engine, body),
        (method, _) => {
            let methods: Vec<_> = PLACES
                .iter()
                .filter(|(_, name, _)| *name == place)
                .map(|(method, ..)| *method)
                .collect();
            return if methods.is_empty() {
                let names: Vec<_> = PLACES
                    .iter()
                    .map(|(_, name, _)| *name)
                    .filter(|name| !name.is_empty())
                    .collect();
                let said = format!(
                    "there is no {ROOT}{place}: legal are {}",
                    without_repeats(&names).join(", ")
                );
                Response::json(404, &json!({ "error": said }))
            } else {
                let said = format!(
                    "{ROOT}{place} does not take {method}: legal are {}",
                    methods.join(", ")
                );
                Response::json(405, &json!({ "error": said })).with("Allow", &methods.join(", "))
            };
        }
    };
    match answer {
        Ok(body) => Response::json(200, &body),
        Err(said) => Response::json(400, &json!({ "error": said })),
    }
}

fn preflight(request: &Request) -> Response {
    let headers = request
        .header("access-control-request-headers")
        .unwrap_or("content-type");
    Response::empty(204)
        .with(
            "Access-Control-Allow-Methods",
            "GET, POST, PATCH, DELETE, OPTIONS",
        )
        .with("Access-Control-Allow-Headers", headers)
}

fn settings_of(engine: &Engine) -> Result<Value, String> {
    serde_json::to_value(engine.settings()).map_err(|problem| problem.to_string())
}

/// Changes any subset of the settings: all of it or, if one value is wrong, none.
fn patch(engine: &mut Engine, body: &[u8]) -> Result<Value, String> {
    let mut changes = object(body)?;
    let mut settings = engine.settings().clone();
    if let Some(preset) = changes.shift_remove("preset") {
        let lives = preset.as_str().and_then(Settings::preset);
        let lives = lives
            .ok_or_else(|| format!("preset is {preset}: legal are \"documented\", \"samples\""))?;
        settings.copy_lives(&lives);
    }
    for (name, value) in changes {
        let Ok(Value::Object(mut fields)) = serde_json::to_value(&settings) else {
            return Err("the settings cannot be written as JSON".to_owned());
        };
        if !fields.contains_key(&name) {
            let legal: Vec<_> = fields.keys().map(String::as_str).collect();
            return Err(format!(
                "there is no setting {name:?}: legal are preset, {}",
                legal.join(", ")
            ));
        }
        fields.insert(name.clone(), value.clone());
        settings = serde_json::from_value(fields.into())
            .map_err(|problem| format!("{name} is {value}: {problem}"))?;
    }
    settings.validate()?;
    *engine.settings_mut() = settings;
    settings_of(engine)
}

fn outbox(engine: &Engine, query: &str) -> Result<Value, String> {
    let mut to = None;
    let mut after_ms = None;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = percent_decoded(value);
        match name {
            // An empty one is as good as none.
            "to" => to = Some(value).filter(|value| !value.is_empty()),
            "after" if value.is_empty() => {}
            "after" => {
                let time = value.parse::<u64>();
                after_ms = Some(
                    time.map_err(|_| format!("after is {value:?}: legal are unix milliseconds"))?,
                );
            }
            _ => {
                return Err(format!(
                    "the outbox has no parameter {name:?}: legal are to, after"
                ));
            }
        }
    }
    let wanted = |message: &&Message| {
        to.as_ref().is_none_or(|to| *to == message.to)
            && after_ms.is_none_or(|after_ms| message.at_ms > after_ms)
    };
    let written = |message: &Message| {
        json!({
            "at_ms": message.at_ms,
            "to": message.to,
            "channel": message.channel,
            "code": message.code,
            "text": message.text,
        })
    };
    Ok(
        json!({ "messages": engine.outbox().iter().filter(wanted).map(written).collect::<Vec<_>>() }),
    )
}

fn entry(entry: &JournalEntry) -> Value {
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

fn object(body: &[u8]) -> Result<Map<String, Value>, String> {
    serde_json::from_slice(body)
        .map_err(|problem| format!("the body is not a JSON object: {problem}"))
}

fn take_string(fields: &mut Map<String, Value>, name: &str) -> Result<String, String> {
    match fields.shift_remove(name) {
        Some(Value::String(word)) => Ok(word),
        Some(other) => Err(format!("{name} is {other}: legal is a text")),
        None => Err(format!("{name} is missing")),
    }
}

/// Undoes `%40` and the like. A plus stays one: it stands in e-mail addresses far more often than it means a space.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, others)) = rest.split_first() {
        let escaped = others
            .get(..2)
            .filter(|_| *first == b'%')
            .and_then(|hex| std::str::from_utf8(hex).ok());
        if let Some(byte) = escaped.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            bytes.push(byte);
            rest = &others[2..];
        } else {
            bytes.push(*first);
            rest = others;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The names without those said twice.
fn without_repeats<'a>(names: &[&'a str]) -> Vec<&'a str> {
    let mut once = names.to_vec();
    once.dedup();
    once
}
