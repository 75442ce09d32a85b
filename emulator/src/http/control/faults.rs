//! Faults to come: listed, added.

use serde_json::{Value, json};

use super::{object, take_string};
use crate::endpoint::Endpoint;
use crate::engine::Engine;
use crate::fault::{FAULTS, Fault, PlannedFault};

pub(super) fn faults_of(engine: &Engine) -> Value {
    let written = |planned: &PlannedFault| json!({ "endpoint": planned.endpoint.name(), "fault": planned.fault.to_string(), "times": planned.left });
    json!({ "faults": engine.faults().iter().map(written).collect::<Vec<_>>() })
}

/// Takes a fault, its argument either as fields of its own or after a colon as in the flag.
pub(super) fn add_fault(engine: &mut Engine, body: &[u8]) -> Result<Value, String> {
    let mut fields = object(body)?;
    let endpoint = take_string(&mut fields, "endpoint")?;
    let endpoints = if endpoint == "all" {
        Endpoint::ALL.to_vec()
    } else {
        vec![endpoint.parse()?]
    };
    let times = match fields.shift_remove("times") {
        None | Some(Value::Null) => None,
        Some(times) => {
            let count = times
                .as_u64()
                .and_then(|count| u32::try_from(count).ok())
                .filter(|count| *count > 0);
            Some(count.ok_or_else(|| {
                format!("times is {times}: legal is 1 and more, or null for every time")
            })?)
        }
    };
    let mut written = take_string(&mut fields, "fault")?;
    if let Some(known) = FAULTS.iter().find(|known| known.name == written) {
        let mut parts = Vec::new();
        for key in known.keys {
            if let Some(part) = fields.shift_remove(*key) {
                parts.push(argument(key, &part)?);
            }
        }
        if let Some((key, _)) = fields.iter().next() {
            let legal = [&["endpoint", "fault", "times"], known.keys]
                .concat()
                .join(", ");
            return Err(format!(
                "fault {written} has no field {key:?}: legal are {legal}"
            ));
        }
        if !parts.is_empty() {
            written = format!("{written}:{}", parts.join(","));
        }
    }
    let fault: Fault = written.parse()?;
    for endpoint in endpoints {
        engine.inject(endpoint, fault.clone(), times);
    }
    Ok(faults_of(engine))
}

fn argument(key: &str, part: &Value) -> Result<String, String> {
    match part {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Array(names) if names.iter().all(Value::is_string) => Ok(names
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join(",")),
        _ => Err(format!(
            "{key} is {part}: legal are a text, a number or a list of texts"
        )),
    }
}
