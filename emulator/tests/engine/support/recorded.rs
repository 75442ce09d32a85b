//! The vendor's recorded samples, and the comparison of responses with them.

use serde_json::{Map, Value};

use super::{decode_token, lifetime_s};

/// A recorded request or response.
pub(crate) fn fixture(name: &str) -> Value {
    let path = format!("{}/fixtures/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(&path).expect(&path)).expect(&path)
}

/// Checks that a response has the fields, types and nulls of a recorded one, in the same order.
///
/// Tokens and keys are decoded. They must have the same lifetime, header, role, issuer and `mfa` claim. `path` is the path of
/// the values in the body, for messages.
pub(crate) fn assert_same_shape(actual: &Value, recorded: &Value, path: &str) {
    match (actual, recorded) {
        (Value::Object(actual), Value::Object(recorded)) => {
            assert_same_fields(actual, recorded, path);
        }
        (Value::Array(actual), Value::Array(recorded)) => {
            assert_eq!(actual.len(), recorded.len(), "{path}");
            for (actual, recorded) in actual.iter().zip(recorded) {
                assert_same_shape(actual, recorded, path);
            }
        }
        (Value::String(actual), Value::String(recorded))
            if path.ends_with("/token") || path.ends_with("/key") =>
        {
            assert_same_token(actual, recorded, path);
        }
        (Value::String(actual), Value::String(recorded)) if path.ends_with("/sessionId") => {
            assert_eq!(actual.len(), recorded.len(), "{path}");
            assert_eq!(actual[..2], recorded[..2], "{path}");
        }
        (Value::String(_), Value::String(_))
        | (Value::Number(_), Value::Number(_))
        | (Value::Bool(_), Value::Bool(_))
        | (Value::Null, Value::Null) => {}
        _ => panic!("{path}: found {actual}, recorded is {recorded}"),
    }
}

fn assert_same_token(actual: &str, recorded: &str, path: &str) {
    let (header, claims) = decode_token(actual);
    let (recorded_header, recorded_claims) = decode_token(recorded);
    assert_same_fields(&header, &recorded_header, &format!("{path} header"));
    assert_same_fields(&claims, &recorded_claims, &format!("{path} claims"));
    if recorded_claims.contains_key("exp") {
        assert_eq!(lifetime_s(actual), lifetime_s(recorded), "{path} lifetime");
    }
    for name in ["idv", "dev", "org", "alg"] {
        assert_eq!(header[name], recorded_header[name], "{path} {name}");
    }
    for name in ["rol", "iss", "mfa"] {
        assert_eq!(claims.get(name), recorded_claims.get(name), "{path} {name}");
    }
}

fn assert_same_fields(actual: &Map<String, Value>, recorded: &Map<String, Value>, path: &str) {
    assert_eq!(
        actual.keys().collect::<Vec<_>>(),
        recorded.keys().collect::<Vec<_>>(),
        "fields of {path}, in order"
    );
    for (name, recorded) in recorded {
        assert_same_shape(&actual[name], recorded, &format!("{path}/{name}"));
    }
}
