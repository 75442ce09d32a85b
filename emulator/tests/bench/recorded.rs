//! The vendor's recorded samples, and what it means to be like one.

use serde_json::{Map, Value};

use super::decode;

/// A recorded request or answer.
pub(crate) fn fixture(name: &str) -> Value {
    let path = format!("{}/fixtures/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(&path).expect(&path)).expect(&path)
}

/// Checks that two answers have the same shape, tokens taken apart.
pub(crate) fn assert_alike(ours: &Value, recorded: &Value, place: &str) {
    match (ours, recorded) {
        (Value::Object(ours), Value::Object(recorded)) => {
            assert_fields_alike(ours, recorded, place);
        }
        (Value::Array(ours), Value::Array(recorded)) => {
            assert_eq!(ours.len(), recorded.len(), "{place}");
            for (ours, recorded) in ours.iter().zip(recorded) {
                assert_alike(ours, recorded, place);
            }
        }
        (Value::String(ours), Value::String(recorded))
            if place.ends_with("/token") || place.ends_with("/key") =>
        {
            let (ours, recorded) = (decode(ours), decode(recorded));
            assert_fields_alike(&ours.0, &recorded.0, &format!("{place} header"));
            assert_fields_alike(&ours.1, &recorded.1, &format!("{place} claims"));
            let life = |claims: &Map<String, Value>| {
                Some(claims.get("exp")?.as_i64()? - claims["iat"].as_i64()?)
            };
            assert_eq!(life(&ours.1), life(&recorded.1), "{place} life");
            for same in ["idv", "dev", "org", "alg"] {
                assert_eq!(ours.0[same], recorded.0[same], "{place} {same}");
            }
            for same in ["rol", "iss", "mfa"] {
                assert_eq!(ours.1.get(same), recorded.1.get(same), "{place} {same}");
            }
        }
        (Value::String(ours), Value::String(recorded)) if place.ends_with("/sessionId") => {
            assert_eq!(ours.len(), recorded.len(), "{place}");
            assert_eq!(ours[..2], recorded[..2], "{place}");
        }
        (Value::String(_), Value::String(_))
        | (Value::Number(_), Value::Number(_))
        | (Value::Bool(_), Value::Bool(_))
        | (Value::Null, Value::Null) => {}
        _ => panic!("{place}: ours is {ours}, recorded is {recorded}"),
    }
}

fn assert_fields_alike(ours: &Map<String, Value>, recorded: &Map<String, Value>, place: &str) {
    assert_eq!(
        ours.keys().collect::<Vec<_>>(),
        recorded.keys().collect::<Vec<_>>(),
        "fields of {place}, in order"
    );
    for (name, recorded) in recorded {
        assert_alike(&ours[name], recorded, &format!("{place}/{name}"));
    }
}
