//! The effect of faults on responses.

use flate2::{Compress, Compression, Crc, FlushCompress};
use serde_json::{Map, Value, json};

use super::Fault;
use crate::envelope;
use crate::error;
use crate::exchange::{Delivery, Response};
use crate::settings::Settings;
use crate::token::Token;

/// The largest body of [`Fault::BigBody`].
const MAX_BODY: usize = 256 << 20;
/// The largest unpacked body of [`Fault::GzipBomb`].
const MAX_UNPACKED: usize = 1 << 30;
/// Unpacked size of the block that a gzip bomb repeats.
const BLOCK: usize = 1 << 20;
/// Length of `,"padding":""`, without the text between the quotes.
const PADDING_FIELD: usize = 13;
/// The header of a gzip file without name, time and operating system (RFC 1952).
const GZIP_HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

const SERVICE_UNAVAILABLE: &str = "<!doctype html>\n<html><head><title>503 Service Temporarily Unavailable</title></head>\n\
    <body><h1>503 Service Temporarily Unavailable</h1></body></html>\n";

const CAPTIVE_PORTAL: &str = "<!doctype html>\n<html><head><title>Welcome to our Wi-Fi</title></head>\n\
    <body><h1>Welcome</h1><form method=\"post\"><button>Accept and go online</button></form></body></html>\n";

/// The response of a fault without effect, which replaces the call. `None` for other faults.
pub(crate) fn replacement(fault: &Fault, settings: &Settings) -> Option<Response> {
    let response = match fault {
        Fault::Unheard => Response::empty(503),
        Fault::Html503 => Response::text(503, "text/html", SERVICE_UNAVAILABLE),
        Fault::Html200 => Response::text(200, "text/html", CAPTIVE_PORTAL),
        Fault::Status(status) => Response::empty(*status),
        Fault::TooMany { retry_after } => {
            let response = Response::json(429, &envelope::failure(429, error::message(429)));
            match retry_after {
                Some(value) => response.with_header("Retry-After", value),
                None => response,
            }
        }
        Fault::Code(code, message) => {
            let message = message.as_deref().unwrap_or_else(|| error::message(*code));
            Response::json(
                settings.errors_as_http.unwrap_or(200),
                &envelope::failure(*code, message),
            )
        }
        Fault::Redirect(url, status) => Response::empty(*status).with_header("Location", url),
        Fault::PlainText400 => Response::text(
            400,
            "text/plain",
            &error::unknown_identifier_type("MOBIL", 1, 2),
        ),
        Fault::Body(text) => Response::text(200, "application/json", text),
        Fault::Bytes(bytes) => {
            let mut response = Response::text(200, "application/json", "");
            response.body.clone_from(bytes);
            response
        }
        _ => return None,
    };
    Some(response)
}

/// The response of a call with a fault applied.
///
/// Faults of tokens do not change a response without a token. `replaced_token` is the token that a renewal request replaces; only
/// [`Fault::SameToken`] uses it. `own_ms` is the engine's clock.
pub(crate) fn alter(
    fault: &Fault,
    response: Response,
    replaced_token: Option<String>,
    settings: &Settings,
    own_ms: i64,
) -> Response {
    match fault {
        Fault::Empty204 => Response::empty(204),
        Fault::MediaType(name) => {
            let mut response = response;
            response.headers.retain(|(key, _)| key != "Content-Type");
            response.with_header("Content-Type", name)
        }
        Fault::AnswerAs(status) => Response {
            status: *status,
            ..response
        },
        Fault::Truncated => {
            let mut response = response;
            response.body.truncate(response.body.len() / 2);
            response
        }
        Fault::WrongTypes => with_body(response, wrong_types),
        Fault::MissingFields(names) => with_body(response, |body| {
            for name in names {
                remove_field(body, name);
            }
        }),
        Fault::NullAuth => with_body(response, |body| body["auth"] = Value::Null),
        Fault::BigBody(bytes) => {
            let missing = (*bytes)
                .min(MAX_BODY)
                .saturating_sub(response.body.len() + PADDING_FIELD);
            with_body(response, |body| {
                body["padding"] = "x".repeat(missing).into();
            })
        }
        Fault::Endless => with_open_padding(response),
        Fault::GzipBomb(bytes) => compressed(with_open_padding(response), *bytes),
        Fault::BadToken => with_token(response, |_| Some("not-a-token".to_owned())),
        Fault::SameToken => with_token(response, |_| replaced_token),
        Fault::NoKey => with_body(response, |body| {
            if let Some(key) = body.pointer_mut("/auth/key") {
                *key = Value::Null;
            }
        }),
        Fault::Role(role) => {
            let response = with_body(response, |body| {
                if let Some(value) = body.pointer_mut("/user/role") {
                    *value = role.as_str().into();
                }
            });
            with_changed_token(response, settings, |token| {
                token.claims.insert("rol".to_owned(), role.as_str().into());
            })
        }
        Fault::OtherCustomer => with_changed_token(response, settings, |token| {
            token
                .header
                .insert("idv".to_owned(), json!(["EMAIL|somebody.else@example.org"]));
            if token.claims.contains_key("uid") {
                token.claims.insert("uid".to_owned(), "9999999".into());
            }
        }),
        Fault::OtherBrand => with_changed_token(response, settings, |token| {
            token
                .header
                .insert("org".to_owned(), "SOMEOTHERBRAND".into());
        }),
        Fault::ExpiredToken => with_changed_token(response, settings, |token| {
            let life_s = token.time("exp") - token.time("iat");
            let expired_s = own_ms.div_euclid(1000) - 60;
            token.claims.insert("exp".to_owned(), expired_s.into());
            token
                .claims
                .insert("iat".to_owned(), (expired_s - life_s).into());
        }),
        Fault::TokenLife(seconds) => with_changed_token(response, settings, |token| {
            let expires_s = token.time("iat").saturating_add(*seconds);
            token.claims.insert("exp".to_owned(), expires_s.into());
        }),
        _ => response,
    }
}

/// How a response with a fault is delivered.
pub(crate) fn delivery(fault: &Fault, response: &Response, settings: &Settings) -> Delivery {
    match fault {
        Fault::Dropped | Fault::Unheard => Delivery::Dropped,
        Fault::Stalled => Delivery::Stalled {
            after: response.body.len() / 2,
        },
        Fault::Cut => Delivery::Cut {
            after: response.body.len() / 2,
        },
        Fault::Trickle => Delivery::Trickled {
            bytes_per_second: settings.trickle_bytes_per_s.max(1),
        },
        Fault::Endless => Delivery::Endless,
        _ => Delivery::Whole,
    }
}

/// Ends a JSON object with the start of a string, so that more text can follow.
fn with_open_padding(mut response: Response) -> Response {
    if response.body.pop() == Some(b'}') {
        response.body.extend_from_slice(br#","padding":""#);
    }
    response
}

/// Compresses a body that ends inside a string, continues the string up to `bytes` unpacked bytes, and ends the object.
///
/// Only one block is compressed; its compressed form is repeated.
fn compressed(mut response: Response, bytes: usize) -> Response {
    let mut compressor = Compress::new(Compression::best(), false);
    let mut compress = |plain: &[u8], flush| {
        let mut output = Vec::with_capacity(plain.len() + 1024);
        // The output has room for incompressible input, so this cannot fail.
        let _ = compressor.compress_vec(plain, &mut output, flush);
        output
    };
    let (block, end) = (vec![b'x'; BLOCK], br#""}"#);
    let head = compress(&response.body, FlushCompress::Full);
    // A full flush before and after it makes the block independent, so it can be repeated.
    let compressed_block = compress(&block, FlushCompress::Full);
    let tail = compress(end, FlushCompress::Finish);

    let (mut checksum, mut block_checksum) = (Crc::new(), Crc::new());
    checksum.update(&response.body);
    block_checksum.update(&block);
    response.body = [GZIP_HEADER.as_slice(), &head].concat();
    for _ in 0..bytes.min(MAX_UNPACKED) / BLOCK {
        response.body.extend_from_slice(&compressed_block);
        checksum.combine(&block_checksum);
    }
    checksum.update(end);
    response.body.extend_from_slice(&tail);
    response
        .body
        .extend_from_slice(&checksum.sum().to_le_bytes());
    response
        .body
        .extend_from_slice(&checksum.amount().to_le_bytes());
    response.with_header("Content-Encoding", "gzip")
}

/// Changes a body that is a JSON object. Other bodies stay as they are.
fn with_body(mut response: Response, change: impl FnOnce(&mut Value)) -> Response {
    if let Ok(fields) = serde_json::from_slice::<Map<String, Value>>(&response.body) {
        let mut body = Value::from(fields);
        change(&mut body);
        response.body = body.to_string().into_bytes();
    }
    response
}

/// Replaces the token of a response by what `replace` makes of it, if it makes anything.
fn with_token(response: Response, replace: impl FnOnce(&str) -> Option<String>) -> Response {
    with_body(response, |body| {
        let field = body.pointer_mut("/auth/token");
        if let Some(field) = field
            && let Some(token) = field.as_str().and_then(replace)
        {
            *field = token.into();
        }
    })
}

/// Changes the token of a response and signs it again.
fn with_changed_token(
    response: Response,
    settings: &Settings,
    change: impl FnOnce(&mut Token),
) -> Response {
    with_token(response, |text| {
        let mut token = Token::verify(text, &settings.secret)?;
        change(&mut token);
        Some(token.sign(&settings.secret))
    })
}

/// Gives every value another type.
fn wrong_types(value: &mut Value) {
    match value {
        Value::Object(fields) => fields.values_mut().for_each(wrong_types),
        Value::Null => *value = json!([]),
        Value::Bool(_) | Value::Number(_) => *value = value.to_string().into(),
        Value::String(text) => *value = text.len().into(),
        Value::Array(_) => *value = json!({}),
    }
}

/// Removes a field: at its path if the name has dots, otherwise at any depth.
fn remove_field(body: &mut Value, name: &str) {
    if let Some((parents, field)) = name.rsplit_once('.') {
        let parent = body.pointer_mut(&format!("/{}", parents.replace('.', "/")));
        if let Some(fields) = parent.and_then(Value::as_object_mut) {
            fields.shift_remove(field);
        }
        return;
    }
    if let Some(fields) = body.as_object_mut() {
        fields.shift_remove(name);
        fields
            .values_mut()
            .for_each(|value| remove_field(value, name));
    }
}
