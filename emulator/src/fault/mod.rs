//! What can be made to go wrong, and how faults wait for their calls.

pub(crate) mod apply;
mod catalogue;
mod syntax;

pub use catalogue::{FAULTS, FaultDescription};

use crate::endpoint::Endpoint;

/// Something that goes wrong with a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The answer comes so many milliseconds late. Joins whatever else is due.
    Delay(u64),
    /// The call takes effect, but its connection is closed without an answer.
    Dropped,
    /// The connection is closed without an answer and the call takes no effect.
    Unheard,
    /// The headers and half the body arrive, then silence.
    Stalled,
    /// The headers and half the body arrive, then the connection breaks.
    Cut,
    /// The body arrives a byte at a time, at the speed of the settings.
    Trickle,
    /// The body is only its first half, sent as if it were whole.
    Truncated,
    /// A 503 with a page of HTML, as from a proxy in front.
    Html503,
    /// Any HTTP status, with an empty body.
    Status(u16),
    /// 429.
    TooMany {
        /// The `Retry-After` header, as it should stand there.
        retry_after: Option<String>,
    },
    /// A refusal with any code, and a text of its own if one is given.
    Code(i64, Option<String>),
    /// A redirect to this address with this status: 301, 302, 303, 307 or 308.
    Redirect(String, u16),
    /// Every value of the body has another type.
    WrongTypes,
    /// Fields are left out of the body: by path (`auth.token`), or by name wherever it stands.
    MissingFields(Vec<String>),
    /// `auth` is null.
    NullAuth,
    /// The token is another customer's.
    OtherCustomer,
    /// The token is another brand's.
    OtherBrand,
    /// The token ended a minute ago.
    ExpiredToken,
    /// The plain-text 400 of the engine's JSON reader.
    PlainText400,
    /// The answer lacks the headers that let a page on another origin read it. Joins whatever else is due.
    NoCors,
    /// The answer can be read, but not its `Retry-After` and `Date`. Joins whatever else is due.
    NoExpose,
    /// A 200 with a page of HTML, as from a captive portal.
    Html200,
    /// The body is blown up to so many bytes.
    BigBody(usize),
    /// The body goes on and on, as fast as it is taken, up to a gibibyte.
    Endless,
    /// The body is packed and small, and unpacks to so many bytes.
    GzipBomb(usize),
    /// A 204 without a body; the call takes effect.
    Empty204,
    /// Renewal gives back the token it was given.
    SameToken,
    /// The token lives so many seconds; none or less makes it end before it begins.
    TokenLife(i64),
    /// The token is no token.
    BadToken,
    /// A 200 with this body.
    Body(String),
    /// A 200 with these bytes as its body.
    Bytes(Vec<u8>),
    /// The answer is called this instead of JSON.
    MediaType(String),
    /// The answer has this HTTP status, whatever it says.
    AnswerAs(u16),
    /// The key is null.
    NoKey,
    /// The token and the user have this role.
    Role(String),
}

/// A fault waiting for its call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedFault {
    /// The call.
    pub endpoint: Endpoint,
    /// What goes wrong with it.
    pub fault: Fault,
    /// How many more times. `None`: until faults are cleared.
    pub left: Option<u32>,
}

impl Fault {
    /// Whether it joins other faults instead of waiting in line with them.
    pub(crate) fn joins(&self) -> bool {
        matches!(self, Fault::Delay(_) | Fault::NoCors | Fault::NoExpose)
    }

    pub(crate) fn delay_ms(&self) -> u64 {
        if let Fault::Delay(ms) = self { *ms } else { 0 }
    }

    /// The application code it answers with.
    pub(crate) fn code(&self) -> Option<i64> {
        match self {
            Fault::Code(code, _) => Some(*code),
            Fault::TooMany { .. } => Some(429),
            _ => None,
        }
    }

    /// The name in flags and control calls.
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
    /// Takes what is due for a call out of the line.
    pub(crate) fn take(line: &mut Vec<PlannedFault>, endpoint: Endpoint) -> Vec<Fault> {
        let mut due: Vec<Fault> = Vec::new();
        for planned in line
            .iter_mut()
            .filter(|planned| planned.endpoint == endpoint)
        {
            let another = |taken: &Fault| {
                if planned.fault.joins() {
                    taken.name() == planned.fault.name()
                } else {
                    !taken.joins()
                }
            };
            if due.iter().any(another) {
                continue;
            }
            due.push(planned.fault.clone());
            planned.left = planned.left.map(|left| left.saturating_sub(1));
        }
        line.retain(|planned| planned.left != Some(0));
        due
    }
}
