//! The activity of a login attempt, for the funnels of shops: the event `ae-activity`. It never holds an identifier, a code or a token.

use super::session::stored::Authenticator;
use super::time::{Millis, MonotonicMs};

/// An action in a login attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActivityAction {
    /// The form is shown to a customer who is not signed in. An attempt begins.
    Shown,
    /// The engine has opened a login session for the customer's identifier.
    Identified,
    /// The first code of a factor was sent.
    CodeSent,
    /// Another code was sent by the usual channel.
    CodeResent,
    /// A code was sent by another channel.
    ChannelChanged,
    /// The customer chose a password instead of a code, or a code instead of a password.
    MethodChanged,
    /// The engine refused a code or a password.
    ProofFailed,
    /// The first factor is proved, and a second one is required.
    SecondFactor,
    /// The customer is signed in. The attempt ends.
    Completed,
    /// The dialog was closed, the element was removed, or the page was left before the customer was signed in. The attempt ends.
    Abandoned,
}

impl ActivityAction {
    /// Every action, in the order of the public interface.
    pub const ALL: [Self; 10] = [
        Self::Shown,
        Self::Identified,
        Self::CodeSent,
        Self::CodeResent,
        Self::ChannelChanged,
        Self::MethodChanged,
        Self::ProofFailed,
        Self::SecondFactor,
        Self::Completed,
        Self::Abandoned,
    ];

    /// The value of `action`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::Identified => "identified",
            Self::CodeSent => "code-sent",
            Self::CodeResent => "code-resent",
            Self::ChannelChanged => "channel-changed",
            Self::MethodChanged => "method-changed",
            Self::ProofFailed => "proof-failed",
            Self::SecondFactor => "second-factor",
            Self::Completed => "completed",
            Self::Abandoned => "abandoned",
        }
    }

    /// The action for a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == word)
    }
}

/// Something that happened in a login attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// The random id of the attempt.
    pub attempt: String,
    /// What happened.
    pub action: ActivityAction,
    /// The method of the factor, if it is chosen.
    pub method: Option<Authenticator>,
    /// The factor: 1 or 2.
    pub factor: u8,
    /// The engine's code, if it refused a code or a password.
    pub code: Option<i64>,
    /// The time since [`ActivityAction::Shown`].
    pub elapsed: Millis,
}

/// An attempt that has begun and not ended.
#[derive(Debug, Clone)]
pub(super) struct OpenAttempt {
    pub(super) id: String,
    pub(super) begun: MonotonicMs,
    /// Whether [`ActivityAction::Identified`] was reported for the present identifier.
    pub(super) is_identified: bool,
}
