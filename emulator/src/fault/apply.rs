//! Makes an answer go wrong.

use flate2::{Compress, Compression, Crc, FlushCompress};
use serde_json::{Map, Value, json};

use crate::envelope;
use crate::error;
use crate::exchange::{Delivery, Response};
use crate::fault::Fault;
use crate::settings::Settings;
use crate::token::Token;

/// The answer that comes instead of the engine's, for faults that keep a call from reaching it.
pub(crate) fn instead(fault: &Fault, settings: &Settings) -> Option<Response> {
    let response = match fault {
        Fault::Unheard => Response::empty(503),
        Fault::Html503 => Response::text(503, "text/html", SERVICE_UNAVAILABLE),
        Fault::Html200 => Response::text(200, "text/html", CAPTIVE_PORTAL),
        Fault::Status(status) => Response::empty(*status),
        Fault::TooMany { retry_after } => {
            let refused = Response::json(429, &envelope::failure(429, error::message(429)));
            match retry_after {
                Some(when) => refused.with("Retry-After", when),
                None => refused,
            }
        }
        Fault::Code(code, message) => {
            let message = message.as_deref().unwrap_or_else(|| error::message(*code));
            Response::json(
                settings.errors_as_http.unwrap_or(200),
                &envelope::failure(*code, message),
            )
        }
        Fault::Redirect(url, status) => Response::empty(*status).with("Location", url),
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

/// The engine's own answer, spoiled. A fault that needs a token leaves an answer without one as it is; `given` is the token that a
/// renewal was asked to replace.
pub(crate) fn answer(
    fault: &Fault,
    response: Response,
    given: Option<String>,
    settings: &Settings,
    own_ms: i64,
) -> Response {
    match fault {
        Fault::Empty204 => Response::empty(204),
        Fault::MediaType(name) => {
            let mut response = response;
            response.headers.retain(|(key, _)| key != "Content-Type");
            response.with("Content-Type", name)
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
                leave_out(body, name);
            }
        }),
        Fault::NullAuth => with_body(response, |body| body["auth"] = Value::Null),
        Fault::BigBody(bytes) => {
            // The padding's own name, quotes and comma take 13 bytes.
            let missing = (*bytes)
                .min(BIGGEST)
                .saturating_sub(response.body.len() + 13);
            with_body(response, |body| {
                body["padding"] = "x".repeat(missing).into();
            })
        }
        Fault::Endless => opened(response),
        Fault::GzipBomb(bytes) => packed(opened(response), *bytes),
        Fault::BadToken => with_token(response, |_| Some("not-a-token".to_owned())),
        Fault::SameToken => with_token(response, |_| given),
        Fault::NoKey => with_body(response, |body| {
            if let Some(key) = body.pointer_mut("/auth/key") {
                *key = Value::Null;
            }
        }),
        Fault::Role(role) => {
            let response = with_body(response, |body| {
                if let Some(told) = body.pointer_mut("/user/role") {
                    *told = role.as_str().into();
                }
            });
            resigned(response, settings, |token| {
                token.claims.insert("rol".to_owned(), role.as_str().into());
            })
        }
        Fault::OtherCustomer => resigned(response, settings, |token| {
            token
                .header
                .insert("idv".to_owned(), json!(["EMAIL|somebody.else@example.org"]));
            if token.claims.contains_key("uid") {
                token.claims.insert("uid".to_owned(), "9999999".into());
            }
        }),
        Fault::OtherBrand => resigned(response, settings, |token| {
            token
                .header
                .insert("org".to_owned(), "SOMEOTHERBRAND".into());
        }),
        Fault::ExpiredToken => resigned(response, settings, |token| {
            let life_s = token.time("exp") - token.time("iat");
            let ended_s = own_ms.div_euclid(1000) - 60;
            token.claims.insert("exp".to_owned(), ended_s.into());
            token
                .claims
                .insert("iat".to_owned(), (ended_s - life_s).into());
        }),
        Fault::TokenLife(seconds) => resigned(response, settings, |token| {
            let ends_s = token.time("iat").saturating_add(*seconds);
            token.claims.insert("exp".to_owned(), ends_s.into());
        }),
        _ => response,
    }
}

/// How much of the answer arrives.
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

/// The object of a body, with a text in it that goes on for ever.
fn opened(mut response: Response) -> Response {
    if response.body.pop() == Some(b'}') {
        response.body.extend_from_slice(br#","padding":""#);
    }
    response
}

/// The text that goes on, packed: the same packed piece again and again, and at last the end of the object.
fn packed(mut response: Response, bytes: usize) -> Response {
    let mut packer = Compress::new(Compression::best(), false);
    let mut pack = |plain: &[u8], flush| {
        let mut small = Vec::with_capacity(plain.len() + 1024);
        // There is room for it even if it cannot be packed.
        let _ = packer.compress_vec(plain, &mut small, flush);
        small
    };
    let (piece, end) = (vec![b'x'; PIECE], br#""}"#);
    let head = pack(&response.body, FlushCompress::Full);
    // Nothing in it refers to what came before, so that it may stand again and again.
    let again = pack(&piece, FlushCompress::Full);
    let tail = pack(end, FlushCompress::Finish);

    let (mut sum, mut sum_of_piece) = (Crc::new(), Crc::new());
    sum.update(&response.body);
    sum_of_piece.update(&piece);
    response.body = [GZIP.as_slice(), &head].concat();
    for _ in 0..bytes.min(BIGGEST_UNPACKED) / PIECE {
        response.body.extend_from_slice(&again);
        sum.combine(&sum_of_piece);
    }
    sum.update(end);
    response.body.extend_from_slice(&tail);
    response.body.extend_from_slice(&sum.sum().to_le_bytes());
    response.body.extend_from_slice(&sum.amount().to_le_bytes());
    response.with("Content-Encoding", "gzip")
}

/// Changes a body that is a JSON object.
fn with_body(mut response: Response, change: impl FnOnce(&mut Value)) -> Response {
    if let Ok(fields) = serde_json::from_slice::<Map<String, Value>>(&response.body) {
        let mut body = Value::from(fields);
        change(&mut body);
        response.body = body.to_string().into_bytes();
    }
    response
}

/// Puts another token in the place of the one in an answer.
fn with_token(response: Response, other: impl FnOnce(&str) -> Option<String>) -> Response {
    with_body(response, |body| {
        let place = body.pointer_mut("/auth/token");
        if let Some(place) = place
            && let Some(token) = place.as_str().and_then(other)
        {
            *place = token.into();
        }
    })
}

/// Changes the token in an answer and signs it again.
fn resigned(response: Response, settings: &Settings, change: impl FnOnce(&mut Token)) -> Response {
    with_token(response, |text| {
        let mut token = Token::read(text, &settings.secret)?;
        change(&mut token);
        Some(token.signed(&settings.secret))
    })
}

fn wrong_types(value: &mut Value) {
    match value {
        Value::Object(fields) => fields.values_mut().for_each(wrong_types),
        Value::Null => *value = json!([]),
        Value::Bool(_) | Value::Number(_) => *value = value.to_string().into(),
        Value::String(text) => *value = text.len().into(),
        Value::Array(_) => *value = json!({}),
    }
}

/// Takes away a field: by its path, or if the name has no dot, wherever it stands.
fn leave_out(body: &mut Value, name: &str) {
    if let Some((parents, field)) = name.rsplit_once('.') {
        let parent = body.pointer_mut(&format!("/{}", parents.replace('.', "/")));
        if let Some(fields) = parent.and_then(Value::as_object_mut) {
            fields.shift_remove(field);
        }
        return;
    }
    if let Some(fields) = body.as_object_mut() {
        fields.shift_remove(name);
        fields.values_mut().for_each(|value| leave_out(value, name));
    }
}

const BIGGEST: usize = 256 << 20;
const BIGGEST_UNPACKED: usize = 1 << 30;
/// What is packed once.
const PIECE: usize = 1 << 20;
/// The head of a packed body: no name, no time, no system.
const GZIP: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

const SERVICE_UNAVAILABLE: &str = "<!doctype html>\n<html><head><title>503 Service Temporarily Unavailable</title></head>\n\
    <body><h1>503 Service Temporarily Unavailable</h1></body></html>\n";

const CAPTIVE_PORTAL: &str = "<!doctype html>\n<html><head><title>Welcome to our Wi-Fi</title></head>\n\
    <body><h1>Welcome</h1><form method=\"post\"><button>Accept and go online</button></form></body></html>\n";
