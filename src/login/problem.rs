//! What went wrong, named by what a person can do about it: one table for every code of the contract's §1.7.

use super::text::Text;
use super::time::Millis;
use super::wire::{Call, Refusal, Silence};

/// The kinds of failure that `ae-error` and `AeError` tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The page or the brand is not set up for this; only the shop can mend it.
    Configuration,
    /// The engine could not be reached.
    Network,
    /// The engine did not answer within ten seconds.
    Timeout,
    /// Asked too often.
    RateLimited,
    /// The engine is in trouble.
    Server,
    /// The engine said no.
    Rejected,
    /// The widget cannot run in this page.
    Unavailable,
    /// The browser would not keep what was to be kept.
    Storage,
    /// An answer that is not what the contract says.
    Malformed,
    /// There is no session (only in what `getToken()` rejects with).
    SignedOut,
}

impl Kind {
    /// Every kind, in the order of the public interface.
    pub const ALL: [Self; 10] = [
        Self::Configuration,
        Self::Network,
        Self::Timeout,
        Self::RateLimited,
        Self::Server,
        Self::Rejected,
        Self::Unavailable,
        Self::Storage,
        Self::Malformed,
        Self::SignedOut,
    ];

    /// The word in `kind`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Network => "network",
            Self::Timeout => "timeout",
            Self::RateLimited => "rate-limited",
            Self::Server => "server",
            Self::Rejected => "rejected",
            Self::Unavailable => "unavailable",
            Self::Storage => "storage",
            Self::Malformed => "malformed",
            Self::SignedOut => "signed-out",
        }
    }

    /// Whether the same thing may go well a moment later.
    pub fn is_retryable(self) -> bool {
        matches!(
            self,
            Self::Network | Self::Timeout | Self::Server | Self::RateLimited
        )
    }
}

/// What a person can do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// The same again, from where they are.
    Retry,
    /// Correct what stands in the field.
    Correct,
    /// Ask for another code; nothing stands in the way of that any more.
    AskForCode,
    /// Begin again: the engine's login session is gone, what was typed is not.
    StartOver,
    /// Wait this long.
    Wait(Millis),
    /// Nothing but to come back later: only the shop can mend it.
    Stuck,
}

/// A failure with its way forward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// For the page.
    pub kind: Kind,
    /// The engine's number, for the page and for support.
    pub code: Option<i64>,
    /// For the flow.
    pub remedy: Remedy,
    /// For the person.
    pub text: Text,
    /// The engine's own words, where the code is one that nobody documented.
    pub detail: Option<String>,
}

/// How long a button waits when the engine does not say, or the browser does not let us read it.
pub const DEFAULT_WAIT: Millis = 30_000;

impl Problem {
    /// A failure that no answer of the engine caused.
    pub fn new(kind: Kind, remedy: Remedy, text: Text) -> Self {
        Self {
            kind,
            code: None,
            remedy,
            text,
            detail: None,
        }
    }

    /// An answer that does not bring what the contract promises.
    pub fn malformed() -> Self {
        Self::new(Kind::Malformed, Remedy::Retry, Text::AnswerMalformed)
    }

    /// What a refusal of one of the calls means.
    pub fn of(refusal: Refusal, call: Call) -> Self {
        match refusal {
            Refusal::Silent(Silence::Timeout) => {
                Self::new(Kind::Timeout, Remedy::Retry, Text::Timeout)
            }
            Refusal::Silent(_) => Self::new(Kind::Network, Remedy::Retry, Text::Network),
            Refusal::Server => Self::new(Kind::Server, Remedy::Retry, Text::Server),
            Refusal::Malformed => Self::malformed(),
            Refusal::TooMany { retry_after, code } => {
                // Within 1 s and 15 min, whatever was said: no tight loop, no button that is dead for a day.
                let wait = retry_after.unwrap_or(DEFAULT_WAIT).clamp(1_000, 900_000);
                let text = if call == Call::CheckCode {
                    Text::TooManyTries
                } else {
                    Text::TooManyCodes
                };
                Self {
                    code,
                    ..Self::new(Kind::RateLimited, Remedy::Wait(wait), text)
                }
            }
            Refusal::No { code, message } => {
                let (kind, remedy, text) = code.and_then(by_code).unwrap_or((
                    Kind::Rejected,
                    Remedy::Retry,
                    Text::Unknown,
                ));
                let detail = if text == Text::Unknown { message } else { None };
                Self {
                    kind,
                    code,
                    remedy,
                    text,
                    detail,
                }
            }
        }
    }
}

/// The codes that the calls of this version can give, each with its way forward. 429 and 1534 are told apart before.
fn by_code(code: i64) -> Option<(Kind, Remedy, Text)> {
    use Remedy::{AskForCode, Correct, Retry, StartOver, Stuck};
    let (remedy, text) = match code {
        1502 => (Retry, Text::CodeNotChecked),
        1503 => (Retry, Text::CodeNotSent),
        // Unknown or expired login session; another mobile number, device or identifier than the session's; a token that may
        // not be renewed or has run out: only a new login helps.
        1505 | 1507 | 1508 | 1525 | 1529 | 1541 | 1597 => (StartOver, Text::AttemptOver),
        1506 => (Correct, Text::CodeWrong),
        1515 => (Correct, Text::UnknownCustomer),
        1518 => (StartOver, Text::TriesUsedUp),
        1519 | 1526 | 1540 => (Correct, Text::DetailsInvalid),
        1537 => (AskForCode, Text::NoCodeWaiting),
        // Brand unknown or another one, quota set to nothing, wrong type, fallback channel, external id, encryption switched on
        // (§9): nothing a shopper could do.
        1504 | 1509 | 1535 | 1546 | 1601..=1603 | 3005 | 5004 => {
            return Some((Kind::Configuration, Stuck, Text::NotSetUp));
        }
        // The brand wants a password, which this version cannot ask for.
        1520 => return Some((Kind::Configuration, Stuck, Text::NeedsPassword)),
        _ => return None,
    };
    Some((Kind::Rejected, remedy, text))
}

/// Whether a refused renewal means that this token can never be renewed, so that the session is over at once.
///
/// Any other refusal is believed only after the token has run out: a running token is never thrown away.
pub fn ends_session(code: Option<i64>) -> bool {
    matches!(
        code,
        Some(1505 | 1507 | 1508 | 1509 | 1515 | 1525 | 1529 | 1541 | 1597)
    )
}
