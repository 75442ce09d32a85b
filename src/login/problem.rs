//! Failures, each with what the person can do about it. One table has all codes of the contract (§1.7).

use super::contract::IdentifierKind;
use super::error_reason::ErrorReason;
use super::text::Text;
use super::time::Millis;
use super::view::FieldKind;
use super::wire::{ApiError, Call, TransportError};

/// The kind of a failure: `kind` in the event `ae-error` and in `AeError`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The page or the brand is not set up correctly. Only the shop can correct that.
    Configuration,
    /// The engine could not be reached.
    Network,
    /// The engine did not answer within ten seconds.
    Timeout,
    /// There were too many requests.
    RateLimited,
    /// The engine has a fault.
    Server,
    /// The engine refused the request, or the page's challenge was not passed.
    Rejected,
    /// The widget cannot run in this page.
    Unavailable,
    /// The browser could not store a record.
    Storage,
    /// A response does not follow the contract.
    Malformed,
    /// There is no session. Only `getToken()` rejects with this kind.
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

    /// The value of `kind`.
    pub fn as_str(self) -> &'static str {
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

    /// The kind for a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Whether the same thing may go well a moment later.
    pub fn is_retryable(self) -> bool {
        matches!(
            self,
            Self::Network | Self::Timeout | Self::Server | Self::RateLimited
        )
    }
}

/// The next thing that a person can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Try the same again.
    Retry,
    /// Correct a field. [`FieldKind::Any`] is the field for the identifier, whatever its kind.
    Correct(FieldKind),
    /// Request another code. The wait for that ends.
    AskForCode,
    /// Request a code by the usual channel: the brand does not have the chosen one.
    NoChannel,
    /// Enter an address for codes: of this kind, or of any.
    Address(Option<IdentifierKind>),
    /// Choose a first password: the brand requires one.
    ChoosePassword,
    /// Choose a new password: the old one was tried too often.
    ResetPassword,
    /// Use a code: the brand does not use passwords.
    NoPasswords,
    /// Start over: the engine's login session ended. The identifier stays in its field.
    StartOver,
    /// Wait for this span.
    Wait(Millis),
    /// Come back later: only the shop can solve it.
    Stuck,
}

/// A failure with its remedy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The kind, for the page.
    pub kind: Kind,
    /// The engine's code, for the page and for support.
    pub code: Option<i64>,
    /// The fault in the page, if the browser can tell.
    pub reason: Option<ErrorReason>,
    /// The remedy, for the flow.
    pub remedy: Remedy,
    /// The text, for the person.
    pub text: Text,
    /// The engine's own message, if its code is not documented.
    pub detail: Option<String>,
}

/// How long a button waits if the response does not say, or if the browser does not let the page read it.
pub const DEFAULT_WAIT: Millis = 30_000;

impl Problem {
    /// A failure without a code of the engine.
    pub fn new(kind: Kind, remedy: Remedy, text: Text) -> Self {
        Self {
            kind,
            code: None,
            reason: None,
            remedy,
            text,
            detail: None,
        }
    }

    /// A response that does not follow the contract.
    pub fn malformed() -> Self {
        Self::new(Kind::Malformed, Remedy::Retry, Text::AnswerMalformed)
    }

    /// The problem for an error of a call.
    pub fn from_api_error(error: ApiError, call: Call) -> Self {
        match error {
            ApiError::Transport(TransportError::Timeout) => {
                Self::new(Kind::Timeout, Remedy::Retry, Text::Timeout)
            }
            // The page's developer must correct its policy. The person can only try again.
            ApiError::Transport(TransportError::Forbidden) => Self {
                reason: Some(ErrorReason::CspConnect),
                ..Self::new(Kind::Configuration, Remedy::Retry, Text::Network)
            },
            // The kind stays that of a network error, because the browser only hints at the reason.
            ApiError::Transport(TransportError::Unshared) => Self {
                reason: Some(ErrorReason::CorsEngine),
                ..Self::new(Kind::Network, Remedy::Retry, Text::Network)
            },
            ApiError::Transport(TransportError::Offline) => {
                Self::new(Kind::Network, Remedy::Retry, Text::Offline)
            }
            ApiError::Transport(TransportError::Challenge) => Self {
                reason: Some(ErrorReason::Challenge),
                ..Self::new(Kind::Rejected, Remedy::Retry, Text::ChallengeFailed)
            },
            ApiError::Transport(_) => Self::new(Kind::Network, Remedy::Retry, Text::Network),
            ApiError::Server { retry_after } => Self::new(
                Kind::Server,
                retry_after.map_or(Remedy::Retry, wait),
                Text::Server,
            ),
            ApiError::Malformed => Self::malformed(),
            ApiError::RateLimited { retry_after, code } => {
                let remedy = wait(retry_after.unwrap_or(DEFAULT_WAIT));
                let text = if call.sends_code() || call == Call::OpenSession {
                    Text::TooManyCodes
                } else {
                    Text::TooManyTries
                };
                Self {
                    code,
                    ..Self::new(Kind::RateLimited, remedy, text)
                }
            }
            ApiError::Rejected {
                code,
                message,
                retry_after,
            } => {
                let known = code.and_then(|code| by_code(code, call));
                // A code that is not documented, such as that of a locked account: the engine's own message and its own wait.
                let remedy = retry_after.map_or(Remedy::Retry, wait);
                let (kind, remedy, text) = known.unwrap_or((Kind::Rejected, remedy, Text::Unknown));
                Self {
                    kind,
                    code,
                    reason: None,
                    remedy,
                    text,
                    detail: message.filter(|_| known.is_none()),
                }
            }
        }
    }
}

/// A wait of at least a second, so that no loop is tight, and at most a quarter of an hour, so that no button waits for a day.
fn wait(span: Millis) -> Remedy {
    Remedy::Wait(span.clamp(1_000, 900_000))
}

/// The kind, the remedy and the text for each code of the contract; `None` for other codes. 429 and 1534 are handled before
/// ([`ApiError::RateLimited`]).
fn by_code(code: i64, call: Call) -> Option<(Kind, Remedy, Text)> {
    use Remedy::{AskForCode, Correct, Retry, StartOver, Stuck};
    let changes = matches!(call, Call::ChangePassword | Call::ChangeSecondPassword);
    let (remedy, text) = match code {
        1502 => (Retry, Text::CodeNotChecked),
        1503 => (Retry, Text::CodeNotSent),
        1506 => (Correct(FieldKind::Code), Text::CodeWrong),
        // The second factor refuses a token that was requested without a device id (§12, 2). Trying again would not help.
        1508 if call == Call::OpenSecond => {
            return Some((Kind::Configuration, Stuck, Text::NotSetUp));
        }
        // There is no session yet, so the identifier itself is wrong and can be corrected.
        1507 | 1541 if matches!(call, Call::OpenSession | Call::OpenSecond) => {
            (Correct(FieldKind::Any), Text::DetailsInvalid)
        }
        // The token expired while the password was being chosen. It is being renewed.
        1529 if changes => (Retry, Text::PasswordNotChangedYet),
        // The login session is unknown or expired, or the mobile number, the device or the identifier differs from the
        // session's, or the token or key expired or is not allowed here: only a new login helps.
        1505 | 1507 | 1508 | 1525 | 1529 | 1541 | 1597 => (StartOver, Text::AttemptOver),
        1515 | 1523 | 1524 | 1530 | 1531 if changes => (Retry, Text::PasswordNotChanged),
        1515 => (Correct(FieldKind::Any), Text::UnknownCustomer),
        1518 => (StartOver, Text::TriesUsedUp),
        1526 => (Correct(FieldKind::Any), Text::DetailsInvalid),
        1519 => (Correct(submitted_field(call)), Text::DetailsInvalid),
        1520 => (Remedy::ChoosePassword, Text::PasswordWanted),
        1521 => (Correct(FieldKind::ConfirmPassword), Text::PasswordsDiffer),
        1523 => (Retry, Text::PasswordNotChanged),
        1524 => (Remedy::NoPasswords, Text::NoPasswords),
        1527 => (Correct(FieldKind::NewPassword), Text::PasswordUsedBefore),
        1528 => (Correct(FieldKind::Password), Text::PasswordWrong),
        1530 => (Remedy::ResetPassword, Text::PasswordTriesUsedUp),
        // The token ended already.
        1531 => (Retry, Text::Unknown),
        1532 => (Retry, Text::PasswordNotReset),
        1537 => (AskForCode, Text::NoCodeWaiting),
        1540 => (Remedy::Address(None), Text::AddressNeeded),
        1542 => (Correct(FieldKind::NewPassword), Text::PasswordUnfit),
        1543 => (Correct(FieldKind::Any), Text::UsernameTaken),
        1601 => (
            Remedy::Address(Some(IdentifierKind::Mobile)),
            Text::AddressNeeded,
        ),
        1602 => (
            Remedy::Address(Some(IdentifierKind::Email)),
            Text::AddressNeeded,
        ),
        1603 => {
            return Some((
                Kind::Configuration,
                Remedy::NoChannel,
                Text::ChannelUnavailable,
            ));
        }
        // The brand is unknown or differs, a quota is 0, a type is wrong, external ids or encryption are switched on (§9):
        // nothing that a customer could correct.
        1504 | 1509 | 1535 | 1546 | 3005 | 5004 => {
            return Some((Kind::Configuration, Stuck, Text::NotSetUp));
        }
        _ => return None,
    };
    Some((Kind::Rejected, remedy, text))
}

/// The field whose value a call sends.
fn submitted_field(call: Call) -> FieldKind {
    match call {
        Call::CheckCode | Call::CheckSecondCode => FieldKind::Code,
        Call::CheckPassword
        | Call::CheckSecondPassword
        | Call::ChangePassword
        | Call::ChangeSecondPassword => FieldKind::Password,
        Call::ResetPassword | Call::ResetSecondPassword => FieldKind::NewPassword,
        _ => FieldKind::Any,
    }
}

/// Whether the code of a refused renewal means that this token can never be renewed, so that the session ends at once.
///
/// After any other refusal the session ends only when the token expired, because a valid token is never discarded.
pub fn ends_session(code: Option<i64>) -> bool {
    matches!(
        code,
        Some(1505 | 1507 | 1508 | 1509 | 1515 | 1525 | 1529 | 1541 | 1597)
    )
}
