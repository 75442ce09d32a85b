//! Searches the messages in the outbox.

use serde_json::{Value, json};

use crate::engine::Engine;
use crate::records::Message;

/// The messages that match the query parameters `to` (an address) and `after` (milliseconds since the Unix epoch, exclusive).
///
/// A parameter without a value is ignored.
pub(super) fn search(engine: &Engine, query: &str) -> Result<Value, String> {
    let mut to = None;
    let mut after_ms = None;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = percent_decoded(value);
        match name {
            "to" => to = Some(value).filter(|value| !value.is_empty()),
            "after" if value.is_empty() => {}
            "after" => {
                let parsed = value.parse::<u64>();
                after_ms = Some(parsed.map_err(|_| {
                    format!("after is {value:?}: expected milliseconds since 1970")
                })?);
            }
            _ => {
                return Err(format!(
                    "unknown parameter {name:?} of the outbox: expected to or after"
                ));
            }
        }
    }
    let matches = |message: &&Message| {
        to.as_ref().is_none_or(|to| *to == message.to)
            && after_ms.is_none_or(|after_ms| message.at_ms > after_ms)
    };
    let messages: Vec<_> = engine
        .outbox()
        .iter()
        .filter(matches)
        .map(message_json)
        .collect();
    Ok(json!({ "messages": messages }))
}

fn message_json(message: &Message) -> Value {
    json!({
        "at_ms": message.at_ms,
        "to": message.to,
        "channel": message.channel,
        "code": message.code,
        "text": message.text,
    })
}

/// Decodes percent-encoded bytes. A plus sign stays: it is common in e-mail addresses, where it does not mean a space.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, others)) = rest.split_first() {
        let encoded = others
            .get(..2)
            .filter(|_| *first == b'%')
            .and_then(|hex| std::str::from_utf8(hex).ok());
        if let Some(byte) = encoded.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            bytes.push(byte);
            rest = &others[2..];
        } else {
            bytes.push(*first);
            rest = others;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
