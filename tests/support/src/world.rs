//! The world around a login: what a browser makes of an answer, how an element reads its attributes, tokens that nobody signed.

use ae_engine::Delivery;
use ae_login::login::config::Config;
use ae_login::login::secret::Secret;
use ae_login::login::time::Millis;
use ae_login::login::wire::{HttpResponse, TransportError};

use super::PATIENCE;

/// What a browser makes of an answer on its way (`browser/http.rs`).
pub(crate) fn arrived(outcome: &ae_engine::Outcome) -> Result<HttpResponse, TransportError> {
    let response = &outcome.response;
    let patience = usize::try_from(PATIENCE / 1000).expect("a few seconds");
    match outcome.delivery {
        Delivery::Whole => {}
        Delivery::Dropped | Delivery::Cut { .. } => return Err(TransportError::Network),
        Delivery::Stalled { .. } => return Err(TransportError::Timeout),
        Delivery::Endless => return Err(TransportError::Unreadable),
        Delivery::Trickled { bytes_per_second } => {
            let speed = usize::try_from(bytes_per_second).expect("a number of bytes");
            if response.body.len() > speed * patience {
                return Err(TransportError::Timeout);
            }
        }
    }
    // Another origin's answer that may not be read, and a redirect.
    let readable = response.header("access-control-allow-origin").is_some();
    if !readable || (300..400).contains(&response.status) {
        return Err(TransportError::Network);
    }
    if response.body.len() > 64 * 1024 {
        return Err(TransportError::Unreadable);
    }
    let exposed = response.header("access-control-expose-headers");
    let exposed = exposed.unwrap_or_default().to_ascii_lowercase();
    let html = response
        .header("content-type")
        .is_some_and(|kind| kind.starts_with("text/html"));
    let retry_after = response
        .header("retry-after")
        .filter(|_| exposed.contains("retry-after"))
        .and_then(|text| text.trim().parse::<u32>().ok())
        .map(|seconds| Millis::from(seconds) * 1000);
    let body = String::from_utf8(response.body.clone()).map_err(|_| TransportError::Unreadable)?;
    Ok(HttpResponse {
        status: response.status,
        html,
        retry_after,
        body: Secret::new(body),
    })
}

/// An element's attributes, read as the element reads them.
pub fn config(attributes: &[(&str, &str)]) -> Config {
    let usual = [
        ("base-url", "https://eu.api.example"),
        ("brand", "DocDemo"),
        ("identifiers", "mobile email"),
    ];
    let find = |name: &str| {
        let mut all = attributes.iter().chain(&usual);
        all.find(|(key, _)| *key == name)
            .map(|(_, value)| (*value).to_owned())
    };
    Config::parse(find).expect("legal attributes")
}

/// A token that nobody signed, with this header and these claims.
pub fn token(header: &serde_json::Value, claims: &serde_json::Value) -> String {
    format!(
        "{}.{}.c2lnbmF0dXJl",
        base64url(header.to_string().as_bytes()),
        base64url(claims.to_string().as_bytes())
    )
}

/// base64url without padding, written for these tests alone.
pub fn base64url(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let mut held = [0; 4];
        held[1..=three.len()].copy_from_slice(three);
        let number = u32::from_be_bytes(held);
        for at in 0..=three.len() {
            let index = number >> (18 - 6 * at) & 63;
            out.push(char::from(
                LETTERS[usize::try_from(index).expect("six bits")],
            ));
        }
    }
    out
}
