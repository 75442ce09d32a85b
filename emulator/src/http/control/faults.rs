//! Adds faults and lists those that are not used up.

use serde_json::{Value, json};

use super::{parse_object, take_string};
use crate::endpoint::Endpoint;
use crate::engine::Engine;
use crate::fault::{FAULTS, Fault, PlannedFault};

pub(super) fn list(engine: &Engine) -> Value {
    let fault_json = |planned: &PlannedFault| {
        json!({
            "endpoint": planned.endpoint.name(),
            "fault": planned.fault.to_string(),
            "times": planned.left,
        })
    };
    json!({ "faults": engine.faults().iter().map(fault_json).collect::<Vec<_>>() })
}

/// Adds a fault for one endpoint or for all of them.
///
/// The argument of the fault is either in fields of its own, or after a colon as in the flag `--fault`.
pub(super) fn add(engine: &mut Engine, body: &[u8]) -> Result<Value, String> {
    let mut fields = parse_object(body)?;
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
                format!("times is {times}: expected 1 or more, or null for every time")
            })?)
        }
    };
    let mut text = take_string(&mut fields, "fault")?;
    if let Some(known) = FAULTS.iter().find(|known| known.name == text) {
        let mut parts = Vec::new();
        for name in known.json_fields {
            if let Some(value) = fields.shift_remove(*name) {
                parts.push(argument(name, &value)?);
            }
        }
        if let Some((name, _)) = fields.iter().next() {
            let expected = [&["endpoint", "fault", "times"], known.json_fields]
                .concat()
                .join(", ");
            return Err(format!(
                "unknown field {name:?} of the fault {text}: expected one of {expected}"
            ));
        }
        if !parts.is_empty() {
            text = format!("{text}:{}", parts.join(","));
        }
    }
    let fault: Fault = text.parse()?;
    for endpoint in endpoints {
        engine.inject(endpoint, fault.clone(), times);
    }
    Ok(list(engine))
}

/// Writes a field as a part of a fault's argument. The items of a list are separated by commas.
fn argument(name: &str, value: &Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Array(items) if items.iter().all(Value::is_string) => Ok(items
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join(",")),
        _ => Err(format!(
            "{name} is {value}: expected a string, a number or a list of strings"
        )),
    }
}
