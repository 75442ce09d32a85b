//! An attempt to sign in: who makes it, the engine's session for it, and the requests that belong to it.

use crate::login::contract::{Channel, IdentifierKind};
use crate::login::identifier::Identifier;
use crate::login::secret::Secret;
use crate::login::text::Text;
use crate::login::time::Deadline;
use crate::login::wire::{Call, Subject};

/// A notice that the attempt ends soon appears this long before its end, or at half of its span if that is later.
const EXPIRY_NOTICE: u64 = 120_000;

/// A first factor that is proved.
#[derive(Debug, Clone)]
pub(super) struct FirstFactorProof {
    pub(super) subject: Subject,
    /// The token that opens the second factor. It is never stored, so it is empty after a reload, and only a new login opens
    /// another second factor.
    pub(super) token: Secret,
}

/// The customer who is signing in. NIST SP 800-63 calls them the claimant.
#[derive(Debug, Clone)]
pub(super) struct Claimant {
    /// Their identifier in the factor that is being proved.
    pub(super) subject: Subject,
    /// The proof of the first factor, while the second one is being proved.
    pub(super) first_factor: Option<FirstFactorProof>,
}

impl Claimant {
    /// A customer at the first factor.
    pub(super) fn new(identifier: Identifier) -> Self {
        let subject = Subject {
            identifier,
            address: None,
        };
        Self {
            subject,
            first_factor: None,
        }
    }

    /// Whether the second factor is being proved.
    pub(super) fn is_at_second_factor(&self) -> bool {
        self.first_factor.is_some()
    }

    /// Picks the call of the factor that is being proved.
    pub(super) fn call(&self, first: Call, second: Call) -> Call {
        if self.is_at_second_factor() {
            second
        } else {
            first
        }
    }

    /// The identifier of the first factor, as a person reads it.
    pub(super) fn display_text(&self) -> String {
        let first = self.first_factor.as_ref();
        let subject = first.map_or(&self.subject, |first| &first.subject);
        subject.identifier.display_text()
    }

    /// Whether the customer must say where a code should go (contract §2.1). For the second factor the engine knows it.
    pub(super) fn needs_address(&self) -> bool {
        !self.is_at_second_factor()
            && self.subject.address.is_none()
            && self.subject.identifier.kind() == IdentifierKind::Username
    }
}

/// A login session that the engine opened.
#[derive(Debug, Clone)]
pub(super) struct Attempt {
    pub(super) claimant: Claimant,
    /// The engine's id of it.
    pub(super) session_id: Secret,
    /// Whether the engine knows a password for this factor.
    pub(super) has_password: bool,
    /// Whether a code was sent in this attempt.
    pub(super) is_code_sent: bool,
    /// The token of the proved first factor, while the second factor's session could not be opened yet.
    pub(super) proof: Option<Secret>,
    /// When the engine ends the attempt (contract §1.8).
    pub(super) expiry: Deadline,
    /// Whether the notice that the attempt ends soon is shown.
    pub(super) is_expiring: bool,
    /// When another code may be requested.
    pub(super) resend: Deadline,
}

impl Attempt {
    /// When the notice that the attempt ends soon appears.
    pub(super) fn expiry_notice(&self) -> Deadline {
        Deadline {
            span: self.expiry.span - (self.expiry.span / 2).min(EXPIRY_NOTICE),
            ..self.expiry
        }
    }
}

/// The purpose of a mobile number or e-mail address that the form asks for.
#[derive(Debug, Clone)]
pub(super) enum AddressPurpose {
    /// To open a session.
    OpenSession(AfterOpening),
    /// To choose a first password, before a session is opened with it.
    ChoosePassword,
    /// To send a code, by the usual channel or by another one.
    SendCode(Box<Attempt>, Option<Channel>),
}

/// The step that follows when a session is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AfterOpening {
    /// The one for the method that the settings name.
    Usual,
    /// A code, whatever the method.
    Code,
    /// A code, because the brand turned out not to use passwords.
    CodeInsteadOfPassword,
    /// A new password, because the old one was tried too often.
    ForgotPassword,
    /// The present step, with a new session.
    SameStep,
}

/// Whether the request that opens a session contains a first password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OpenedWith {
    Nothing,
    FirstPassword,
}

/// The purpose of a form's request.
#[derive(Debug, Clone)]
pub(super) enum Purpose {
    /// It opens a session.
    OpenSession(Claimant, AfterOpening, OpenedWith),
    /// It sends the first code of an attempt. The text says why a code is sent, if the customer did not ask for one.
    SendFirstCode(Box<Attempt>, Option<Channel>, Option<Text>),
    /// It sends another code.
    SendCodeAgain(Option<Channel>),
    /// It checks a code or a password.
    CheckProof,
    /// It replaces a forgotten password.
    ResetPassword,
    /// It replaces the password of a signed-in customer.
    ChangePassword,
}

/// A request whose response a form waits for.
#[derive(Debug, Clone)]
pub(super) struct PendingRequest {
    pub(super) ticket: crate::login::message::Ticket,
    pub(super) call: Call,
    pub(super) purpose: Purpose,
}
