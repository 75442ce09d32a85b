//! Who is signing in, the engine's session for them, and the questions that are asked within it.

use crate::login::config::IdentifierKind;
use crate::login::identifier::Identifier;
use crate::login::secret::Secret;
use crate::login::text::Text;
use crate::login::time::Deadline;
use crate::login::wire::{Call, Channel, Subject};

/// A first factor that is proved.
#[derive(Debug, Clone)]
pub(super) struct FirstFactorProof {
    pub(super) name: Subject,
    /// What opens the second factor. Never written down: after a reload it is empty, and only a new login opens another one.
    pub(super) token: Secret,
}

/// Who is signing in.
#[derive(Debug, Clone)]
pub(super) struct Claimant {
    pub(super) name: Subject,
    /// In the second factor: who proved the first one.
    pub(super) first: Option<FirstFactorProof>,
}

impl Claimant {
    pub(super) fn new(identifier: Identifier) -> Self {
        let name = Subject {
            identifier,
            address: None,
        };
        Self { name, first: None }
    }

    /// The call for the factor it is about.
    pub(super) fn call(&self, first: Call, second: Call) -> Call {
        if self.first.is_some() { second } else { first }
    }

    /// What the customer typed first.
    pub(super) fn display_text(&self) -> String {
        let first = self.first.as_ref().map_or(&self.name, |first| &first.name);
        first.identifier.display_text()
    }

    /// Whether nobody knows where a code for this name should go (contract §2.1). Of the second factor the engine knows it.
    pub(super) fn needs_address(&self) -> bool {
        self.first.is_none()
            && self.name.address.is_none()
            && self.name.identifier.kind() == IdentifierKind::Username
    }
}

/// A session that the engine has opened for somebody.
#[derive(Debug, Clone)]
pub(super) struct Attempt {
    pub(super) who: Claimant,
    pub(super) session: Secret,
    /// Whether the engine knows a password for this factor.
    pub(super) has_password: bool,
    /// Whether a code was sent.
    pub(super) is_code_sent: bool,
    /// What the first factor gave, while the second one's session still has to be opened.
    pub(super) proved: Option<Secret>,
    /// The end of the engine's patience (contract §1.8).
    pub(super) ends: Deadline,
    /// Whether that was said to be near.
    pub(super) is_short: bool,
    /// When another code may be asked for.
    pub(super) resend: Deadline,
}

impl Attempt {
    /// When the end is near: two minutes before it, and no later than at half of the whole.
    pub(super) fn warns(&self) -> Deadline {
        Deadline {
            span: self.ends.span - (self.ends.span / 2).min(120_000),
            ..self.ends
        }
    }
}

/// What an address is wanted for.
#[derive(Debug, Clone)]
pub(super) enum AddressPurpose {
    /// To open a session.
    Open(AfterOpening),
    /// To choose a password, before a session is opened with it.
    Choose,
    /// To send a code.
    Send(Box<Attempt>, Option<Channel>),
}

/// Where an opened session leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AfterOpening {
    /// To what the settings say.
    Usual,
    /// To a code, whatever else there is.
    Code,
    /// To a code, since the brand turned out to have no passwords.
    Instead,
    /// To a new password in place of one that was tried too often.
    Forgot,
    /// To where the customer is, with all the time there was at first.
    Stay,
}

/// A question whose answer is awaited.
#[derive(Debug, Clone)]
pub(super) enum Purpose {
    /// Open a session for somebody, with a new password or without.
    Open(Claimant, AfterOpening, OpenedWith),
    /// Send the first code of an attempt, and say why.
    First(Box<Attempt>, Option<Channel>, Option<Text>),
    /// Send another one.
    Again(Option<Channel>),
    /// Check what was typed.
    Check,
    /// Put a new password in place of a forgotten one.
    Reset,
    /// Put a new password in place of the old one.
    Change,
}

/// Whether a request carries a new password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OpenedWith {
    Nothing,
    Password,
}
