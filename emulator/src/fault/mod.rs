//! Faults: failures that tests can inject into the responses of calls.
//!
//! ```text
//! mod          the faults, and the queue in which they wait for calls
//! catalogue    help for each fault
//! syntax       the text form of faults, in flags and control requests
//! apply        the effect of a fault on a response
//! ```

pub(crate) mod apply;
mod catalogue;
mod syntax;

pub use catalogue::{FAULTS, FaultDescription};

use crate::endpoint::Endpoint;

/// A failure of a call.
///
/// With most faults the call takes effect and only its response is wrong. The docs of the others say "no effect": the call does not
/// reach the engine, so a code is not sent and a failed attempt is not counted.
///
/// The text form is the name, followed by a colon and an argument where there is one. [`FAULTS`] lists all of them.
///
/// ```
/// use ae_engine::Fault;
///
/// let fault: Fault = "code:1518,Too many".parse()?;
/// assert_eq!(fault, Fault::Code(1518, Some("Too many".to_owned())));
/// assert_eq!(fault.to_string(), "code:1518,Too many");
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The response is late by this many milliseconds. Applies together with any other fault.
    Delay(u64),
    /// The connection is closed without a response.
    Dropped,
    /// The connection is closed without a response. No effect.
    Unheard,
    /// The headers and half the body arrive, then nothing for a minute, then the connection is closed.
    Stalled,
    /// The headers and half the body arrive, then the connection is closed.
    Cut,
    /// The body arrives slowly, at the speed of the setting `trickle_bytes_per_s`.
    Trickle,
    /// The body is only the first half of the JSON, with a matching `Content-Length`.
    Truncated,
    /// A 503 with a page of HTML, as from a reverse proxy. No effect.
    Html503,
    /// An HTTP status, 200 to 599, with an empty body. No effect.
    Status(u16),
    /// A 429 with the error code 429. No effect.
    TooMany {
        /// The value of the `Retry-After` header: seconds, an HTTP date, or invalid text.
        retry_after: Option<String>,
    },
    /// An error with this code and message. `None` is the emulator's own message. No effect.
    Code(i64, Option<String>),
    /// A redirect to a URL, with the status 301, 302, 303, 307 or 308. No effect.
    Redirect(String, u16),
    /// Every value of the body has another type: numbers become strings, strings numbers, and so on.
    WrongTypes,
    /// The body lacks these fields. A name with dots is a path (`auth.token`); a name without matches at any depth.
    MissingFields(Vec<String>),
    /// The field `auth` is null.
    NullAuth,
    /// The token belongs to another customer and is correctly signed.
    OtherCustomer,
    /// The token belongs to another brand and is correctly signed.
    OtherBrand,
    /// The token expired a minute ago by the engine's clock.
    ExpiredToken,
    /// The plain-text 400 for an unknown identifier type (contract 1.7). No effect.
    PlainText400,
    /// The response has no CORS headers, so that a page on another origin cannot read it. Applies together with any other fault.
    NoCors,
    /// A page on another origin cannot read `Retry-After` and `Date`. Applies together with any other fault.
    NoExpose,
    /// A 200 with a page of HTML, as from a captive portal. No effect.
    Html200,
    /// The body is padded to this many bytes, at most 256 MiB, and stays valid JSON.
    BigBody(usize),
    /// The body continues without end, as fast as the client reads, up to 1 GiB.
    Endless,
    /// The body is compressed with gzip and unpacks to this many bytes, at most 1 GiB, about a thousand times its size.
    GzipBomb(usize),
    /// A 204 without a body.
    Empty204,
    /// Renewal returns the token that it should replace.
    SameToken,
    /// The token lives this many seconds. With 0 or less it has expired when it is issued.
    TokenLife(i64),
    /// The token is a text that is not a token.
    BadToken,
    /// A 200 with this text as a JSON body. No effect.
    Body(String),
    /// A 200 with these bytes as a JSON body. No effect.
    Bytes(Vec<u8>),
    /// The `Content-Type` is this text.
    MediaType(String),
    /// The response has this HTTP status, 200 to 599, and an unchanged body.
    AnswerAs(u16),
    /// The field `auth.key` is null.
    NoKey,
    /// The token and the `user` object have this role.
    Role(String),
}

/// A fault that waits for a call.
///
/// The text form is `ENDPOINT=FAULT[:ARGUMENT][*TIMES]`.
///
/// ```
/// use ae_engine::{Endpoint, Fault, PlannedFault};
///
/// let planned: PlannedFault = "otp-validate=delay:500*2".parse()?;
/// assert_eq!(planned.endpoint, Endpoint::OtpValidate);
/// assert_eq!(planned.fault, Fault::Delay(500));
/// assert_eq!(planned.left, Some(2));
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedFault {
    /// The call that fails.
    pub endpoint: Endpoint,
    /// How it fails.
    pub fault: Fault,
    /// How many more calls fail. `None`: all of them, until the faults are cleared.
    pub left: Option<u32>,
}

impl Fault {
    /// Whether the fault applies together with others instead of waiting for its turn.
    pub(crate) fn is_additional(&self) -> bool {
        matches!(self, Fault::Delay(_) | Fault::NoCors | Fault::NoExpose)
    }

    /// Milliseconds by which the fault delays the response.
    pub(crate) fn delay_ms(&self) -> u64 {
        if let Fault::Delay(ms) = self { *ms } else { 0 }
    }

    /// The error code of a response that the fault makes up.
    pub(crate) fn code(&self) -> Option<i64> {
        match self {
            Fault::Code(code, _) => Some(*code),
            Fault::TooMany { .. } => Some(429),
            _ => None,
        }
    }

    /// The name in flags and control requests, such as `too-many`.
    pub fn name(&self) -> &'static str {
        match self {
            Fault::Delay(_) => "delay",
            Fault::Dropped => "dropped",
            Fault::Unheard => "unheard",
            Fault::Stalled => "stalled",
            Fault::Cut => "cut",
            Fault::Trickle => "trickle",
            Fault::Truncated => "truncated",
            Fault::Html503 => "html-503",
            Fault::Status(_) => "status",
            Fault::TooMany { .. } => "too-many",
            Fault::Code(..) => "code",
            Fault::Redirect(..) => "redirect",
            Fault::WrongTypes => "wrong-types",
            Fault::MissingFields(_) => "missing-fields",
            Fault::NullAuth => "null-auth",
            Fault::OtherCustomer => "other-customer",
            Fault::OtherBrand => "other-brand",
            Fault::ExpiredToken => "expired-token",
            Fault::PlainText400 => "plain-text-400",
            Fault::NoCors => "no-cors",
            Fault::NoExpose => "no-expose",
            Fault::Html200 => "html-200",
            Fault::BigBody(_) => "big-body",
            Fault::Endless => "endless",
            Fault::GzipBomb(_) => "gzip-bomb",
            Fault::Empty204 => "empty-204",
            Fault::SameToken => "same-token",
            Fault::TokenLife(_) => "token-life",
            Fault::BadToken => "bad-token",
            Fault::Body(_) => "body",
            Fault::Bytes(_) => "bytes",
            Fault::MediaType(_) => "media-type",
            Fault::AnswerAs(_) => "answer-as",
            Fault::NoKey => "no-key",
            Fault::Role(_) => "role",
        }
    }
}

impl PlannedFault {
    /// Takes the faults that are due for a call: the oldest one, and the oldest of each kind that applies together with others.
    pub(crate) fn take(queue: &mut Vec<PlannedFault>, endpoint: Endpoint) -> Vec<Fault> {
        let mut due: Vec<Fault> = Vec::new();
        for planned in queue
            .iter_mut()
            .filter(|planned| planned.endpoint == endpoint)
        {
            let is_taken = |taken: &Fault| {
                if planned.fault.is_additional() {
                    taken.name() == planned.fault.name()
                } else {
                    !taken.is_additional()
                }
            };
            if due.iter().any(is_taken) {
                continue;
            }
            due.push(planned.fault.clone());
            planned.left = planned.left.map(|left| left.saturating_sub(1));
        }
        queue.retain(|planned| planned.left != Some(0));
        due
    }
}
