//! The inputs of a tab and its effects, as far as they matter to other tabs.

use ae_login::login::session::{Reason, SessionVersion};
use ae_login::login::time::Millis;

use crate::login_cache::RecordId;

/// A customer who can sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Customer {
    Ada,
    Bob,
}

impl Customer {
    /// The customer's e-mail address.
    pub(crate) fn address(self) -> &'static str {
        match self {
            Self::Ada => "ada@example.org",
            Self::Bob => "bob@example.org",
        }
    }

    /// The engine's id of the customer.
    pub(crate) fn user(self) -> &'static str {
        match self {
            Self::Ada => "1",
            Self::Bob => "2",
        }
    }
}

/// A token. Its number and the number of its login are among the identifiers that the token carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Token {
    /// The number of the token, from 1 in the order that the engine issues them.
    pub(crate) serial: u8,
    /// The number of the login that the token comes from, from 1.
    pub(crate) login: u8,
    pub(crate) customer: Customer,
    /// On the engine's clock, in whole seconds.
    pub(crate) issued_at: Millis,
}

/// The result of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum EngineReply {
    Token(Token),
    /// The session cannot be renewed any more (1529).
    Refused,
    /// The response is lost.
    Lost,
}

/// An event for a tab: one input of its `Login`, or several for a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum TabInput {
    Start(Option<RecordId>, Option<SessionVersion>),
    SharedVersionChanged(Option<SessionVersion>),
    SharedRecordRead(SessionVersion, Option<RecordId>),
    LockGranted,
    /// A lock is granted right after the tab left the queue.
    LateLock,
    RenewalResponse(EngineReply),
    LoginResponse(EngineReply),
    /// The response to a request that was cancelled.
    LateResponse(EngineReply),
    /// A customer enters an identifier and submits the code. The response to the code is still pending. The time is the engine's.
    SignIn(Customer, Millis),
    SignOut,
    RequestToken,
    Timer,
    Wake,
}

/// An effect of a tab that matters to other tabs or to the properties.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TabEffect {
    /// Requests a new token with this one; whether the request names the token's customer.
    Renew(Token, bool),
    /// Submits a code.
    CheckCode,
    CancelRenewal,
    /// Cancels the request of the form.
    CancelLogin,
    /// Stores or erases the record of the session; whether all tabs share it.
    StoreSession(Option<RecordId>, SessionVersion, bool),
    AcquireLock,
    ReleaseLock,
    ReadSharedRecord(SessionVersion),
    SignedIn,
    Renewed,
    SignedOut(Reason),
    Failed,
    /// A call of `getToken()` is settled.
    TokenResolved,
}
