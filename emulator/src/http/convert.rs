//! Converts requests and responses between the engine's types and those of hyper.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_LENGTH;
use axum::http::{HeaderName, HeaderValue, Response as HttpResponse, StatusCode, request::Parts};

use super::bodies::{EndlessBody, SlowBody};
use crate::exchange::{Delivery, Request, Response};

/// Converts a received request.
pub(super) fn request(parts: &Parts, body: &Bytes) -> Request {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    Request {
        method: parts.method.to_string(),
        path: parts
            .uri
            .path_and_query()
            .map_or_else(|| "/".to_owned(), ToString::to_string),
        headers: parts
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), text(value)))
            .collect(),
        body: body.to_vec(),
    }
}

/// Converts a response to be sent. `bytes_sent` counts the bytes of endless bodies.
///
/// [`Delivery::Dropped`] gives an ordinary response; the server closes the connection instead of sending it.
pub(super) fn response(
    response: Response,
    delivery: Delivery,
    bytes_sent: &Arc<AtomicU64>,
) -> HttpResponse<Body> {
    let length = response.body.len();
    let (body, has_length) = match delivery {
        Delivery::Whole | Delivery::Dropped => (Body::from(response.body), false),
        Delivery::Stalled { after } => (Body::new(SlowBody::stalled(response.body, after)), true),
        Delivery::Cut { after } => (Body::new(SlowBody::cut(response.body, after)), true),
        Delivery::Endless => {
            let endless = EndlessBody::new(response.body, Arc::clone(bytes_sent));
            (Body::new(endless), false)
        }
        Delivery::Trickled { bytes_per_second } => {
            let slow = SlowBody::trickled(&response.body, bytes_per_second);
            (Body::new(slow), true)
        }
    };
    let mut converted = HttpResponse::new(body);
    *converted.status_mut() =
        StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in response.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            converted.headers_mut().append(name, value);
        }
    }
    if has_length {
        // With the full length declared, a client notices that a cut body is incomplete.
        converted
            .headers_mut()
            .insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    converted
}
