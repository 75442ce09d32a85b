//! The network between a page and the engine.

use ae_engine::{Delivery, Engine, Outcome};
use ae_login::login::Ticket;
use ae_login::login::secret::Secret;
use ae_login::login::time::Millis;
use ae_login::login::wire::{Call, HttpResponse, Request, TransportError};

use super::SECOND;

/// After this time the browser module gives up a request.
pub(crate) const REQUEST_TIMEOUT: Millis = 10 * SECOND;
/// A longer response body is refused, in bytes.
const MAX_BODY: usize = 64 * 1024;
/// The origin of the page.
const ORIGIN: &str = "https://shop.example";

/// The state of the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    /// Requests and responses arrive.
    Working,
    /// No request arrives, and `fetch` rejects at once.
    Unreachable,
    /// No request arrives, and the browser knows that it is offline.
    Offline,
    /// Requests arrive, responses do not.
    LosesResponses,
    /// No request arrives, and `fetch` never settles.
    Stalled,
}

/// A request whose response has not been delivered yet.
#[derive(Debug)]
pub(crate) struct PendingRequest {
    pub(crate) ticket: Ticket,
    pub(crate) call: Call,
    /// When the response is delivered.
    pub(crate) arrives_at: Millis,
    /// The login has cancelled the request. The response is delivered all the same: in a browser it may be under way already.
    pub(crate) cancelled: bool,
    pub(crate) reply: Result<HttpResponse, TransportError>,
}

/// Sends a request to the engine. Returns the delay until `fetch` settles, in milliseconds, and its result.
pub(crate) fn exchange(
    engine: &mut Engine,
    engine_time: Millis,
    network: Network,
    latency: Millis,
    request: &Request,
    body: String,
) -> (Millis, Result<HttpResponse, TransportError>) {
    let (delay, reply) = match network {
        Network::Unreachable => (latency, Err(TransportError::Network)),
        Network::Offline => (latency, Err(TransportError::Offline)),
        Network::Stalled => (REQUEST_TIMEOUT, Err(TransportError::Timeout)),
        Network::Working | Network::LosesResponses => {
            let mut sent = ae_engine::Request::post(&request.target(), body);
            request.call.method().clone_into(&mut sent.method);
            sent.headers.push(("Origin".to_owned(), ORIGIN.to_owned()));
            let outcome = engine.handle(engine_time, &sent);
            if network == Network::LosesResponses {
                (latency, Err(TransportError::Network))
            } else {
                (latency + outcome.delay_ms, fetch_result(&outcome))
            }
        }
    };
    with_timeout(delay, reply)
}

/// Replaces a response that takes too long by a timeout.
pub(crate) fn with_timeout(
    delay: Millis,
    reply: Result<HttpResponse, TransportError>,
) -> (Millis, Result<HttpResponse, TransportError>) {
    match reply {
        Err(TransportError::Timeout) => (REQUEST_TIMEOUT, reply),
        _ if delay >= REQUEST_TIMEOUT => (REQUEST_TIMEOUT, Err(TransportError::Timeout)),
        _ => (delay, reply),
    }
}

/// Turns a response of the emulator into the one that the browser module (`src/browser/http.rs`) would pass on.
fn fetch_result(outcome: &Outcome) -> Result<HttpResponse, TransportError> {
    let response = &outcome.response;
    let timeout = usize::try_from(REQUEST_TIMEOUT / SECOND).expect("a few seconds");
    match outcome.delivery {
        Delivery::Whole => {}
        Delivery::Dropped | Delivery::Cut { .. } => return Err(TransportError::Network),
        Delivery::Stalled { .. } => return Err(TransportError::Timeout),
        Delivery::Endless => return Err(TransportError::Unreadable),
        Delivery::Trickled { bytes_per_second } => {
            let speed = usize::try_from(bytes_per_second).expect("a number of bytes");
            if response.body.len() > speed * timeout {
                return Err(TransportError::Timeout);
            }
        }
    }
    // Without this header (CORS) `fetch` rejects. Redirects are refused, since requests are made with `redirect: "error"`.
    let is_readable = response.header("access-control-allow-origin").is_some();
    if !is_readable || (300..400).contains(&response.status) {
        return Err(TransportError::Network);
    }
    if response.body.len() > MAX_BODY {
        return Err(TransportError::Unreadable);
    }
    let exposed = response.header("access-control-expose-headers");
    let exposed = exposed.unwrap_or_default().to_ascii_lowercase();
    let html = response
        .header("content-type")
        .is_some_and(|media_type| media_type.starts_with("text/html"));
    let retry_after = response
        .header("retry-after")
        .filter(|_| exposed.contains("retry-after"))
        .and_then(|text| text.trim().parse::<u32>().ok())
        .map(|seconds| Millis::from(seconds) * SECOND);
    let body = String::from_utf8(response.body.clone()).map_err(|_| TransportError::Unreadable)?;
    Ok(HttpResponse {
        status: response.status,
        html,
        retry_after,
        body: Secret::new(body),
    })
}
