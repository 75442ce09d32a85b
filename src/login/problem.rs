//! What went wrong, named by what a person can do about it: one table for every code of the contract's §1.7.

use super::contract::IdentifierKind;
use super::text::Text;
use super::time::Millis;
use super::view::FieldKind;
use super::wire::{ApiError, Call, TransportError};

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

/// What a person can do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// The same again, from where they are.
    Retry,
    /// Correct what stands in a field; [`FieldKind::Any`] is whichever says who the customer is.
    Correct(FieldKind),
    /// Ask for another code; nothing stands in the way of that any more.
    AskForCode,
    /// Ask for a code by the brand's first choice: the channel that was asked for is not there.
    NoChannel,
    /// Say where the code should go; by this asked of address, or by any.
    Address(Option<IdentifierKind>),
    /// Choose a password: the brand wants one.
    ChoosePassword,
    /// Choose another password: this one may not be tried any more.
    ResetPassword,
    /// Go on without passwords: the brand uses none.
    NoPasswords,
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

    /// What a error of one of the calls means.
    pub fn from_api_error(error: ApiError, call: Call) -> Self {
        match error {
            ApiError::Transport(TransportError::Timeout) => {
                Self::new(Kind::Timeout, Remedy::Retry, Text::Timeout)
            }
            // For the page it is a mistake to be mended; whoever wants to sign in can only try again.
            ApiError::Transport(TransportError::Forbidden) => {
                Self::new(Kind::Configuration, Remedy::Retry, Text::Network)
            }
            ApiError::Transport(TransportError::Offline) => {
                Self::new(Kind::Network, Remedy::Retry, Text::Offline)
            }
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
                // A code that nobody documented, such as that of a locked account: the engine's own words, and its own time.
                let remedy = retry_after.map_or(Remedy::Retry, wait);
                let (kind, remedy, text) = known.unwrap_or((Kind::Rejected, remedy, Text::Unknown));
                Self {
                    kind,
                    code,
                    remedy,
                    text,
                    detail: message.filter(|_| known.is_none()),
                }
            }
        }
    }
}

/// At least a second and at most a quarter of an hour, whatever was said: no tight loop, no button that is dead for a day.
fn wait(span: Millis) -> Remedy {
    Remedy::Wait(span.clamp(1_000, 900_000))
}

/// Every code of the contract with its way forward, in the call where it can come. 429 and 1534 are told apart before.
fn by_code(code: i64, call: Call) -> Option<(Kind, Remedy, Text)> {
    use Remedy::{AskForCode, Correct, Retry, StartOver, Stuck};
    let changes = matches!(call, Call::ChangePassword | Call::ChangeSecondPassword);
    let (remedy, text) = match code {
        1502 => (Retry, Text::CodeNotChecked),
        1503 => (Retry, Text::CodeNotSent),
        1506 => (Correct(FieldKind::Code), Text::CodeWrong),
        // The second factor does not take a token that was made without a device (§12, 2): asking again would not help.
        1508 if call == Call::OpenSecond => {
            return Some((Kind::Configuration, Stuck, Text::NotSetUp));
        }
        // There is no session yet that a name could differ from: it is not this customer's, and can be put right.
        1507 | 1541 if matches!(call, Call::OpenSession | Call::OpenSecond) => {
            (Correct(FieldKind::Any), Text::DetailsInvalid)
        }
        // The token ran out while another password was being chosen; a new one is on its way.
        1529 if changes => (Retry, Text::PasswordNotChangedYet),
        // Unknown or expired login session; another mobile number, device or identifier than the session's; a token or key that
        // may not be used or has run out: only a new login helps.
        1505 | 1507 | 1508 | 1525 | 1529 | 1541 | 1597 => (StartOver, Text::AttemptOver),
        1515 | 1523 | 1524 | 1530 | 1531 if changes => (Retry, Text::PasswordNotChanged),
        1515 => (Correct(FieldKind::Any), Text::UnknownCustomer),
        1518 => (StartOver, Text::TriesUsedUp),
        1526 => (Correct(FieldKind::Any), Text::DetailsInvalid),
        1519 => (Correct(asked_by(call)), Text::DetailsInvalid),
        1520 => (Remedy::ChoosePassword, Text::PasswordWanted),
        1521 => (Correct(FieldKind::ConfirmPassword), Text::PasswordsDiffer),
        1523 => (Retry, Text::PasswordNotChanged),
        1524 => (Remedy::NoPasswords, Text::NoPasswords),
        1527 => (Correct(FieldKind::NewPassword), Text::PasswordUsedBefore),
        1528 => (Correct(FieldKind::Password), Text::PasswordWrong),
        1530 => (Remedy::ResetPassword, Text::PasswordTriesUsedUp),
        // Nothing is left to be ended.
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
        // Brand unknown or another one, quota set to nothing, wrong type, external id, encryption switched on (§9): nothing a
        // shopper could do.
        1504 | 1509 | 1535 | 1546 | 3005 | 5004 => {
            return Some((Kind::Configuration, Stuck, Text::NotSetUp));
        }
        _ => return None,
    };
    Some((Kind::Rejected, remedy, text))
}

/// What a call sent of what was typed last.
fn asked_by(call: Call) -> FieldKind {
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

/// Whether a refused renewal means that this token can never be renewed, so that the session is over at once.
///
/// Any other error is believed only after the token has run out: a running token is never thrown away.
pub fn ends_session(code: Option<i64>) -> bool {
    matches!(
        code,
        Some(1505 | 1507 | 1508 | 1509 | 1515 | 1525 | 1529 | 1541 | 1597)
    )
}
