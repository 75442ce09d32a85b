//! What happens to a tab, and what it does then: the inputs and effects that matter between tabs.

use ae_login::login::session::{Reason, SessionVersion};
use ae_login::login::time::Millis;

use crate::book::Record;

/// Somebody who can sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Customer {
    Ada,
    Bob,
}

impl Customer {
    pub(crate) fn address(self) -> &'static str {
        match self {
            Self::Ada => "ada@example.org",
            Self::Bob => "bob@example.org",
        }
    }

    pub(crate) fn user(self) -> &'static str {
        match self {
            Self::Ada => "1",
            Self::Bob => "2",
        }
    }
}

/// A token, named by a number that it carries as one of the customer's identifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Token {
    /// The how-manieth the engine made.
    pub(crate) serial: u8,
    /// The how-manieth login it comes from.
    pub(crate) login: u8,
    pub(crate) customer: Customer,
    /// On the engine's clock, in whole seconds.
    pub(crate) made: Millis,
}

/// What the engine says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Said {
    Token(Token),
    /// This login is renewed no more (1529).
    No,
    /// The answer is lost.
    Nothing,
}

/// What happens to a tab: the inputs of `Login`, or a chain of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum What {
    Begin(Option<Record>, Option<SessionVersion>),
    Heard(Option<SessionVersion>),
    Looked(SessionVersion, Option<Record>),
    Turn,
    /// A turn that came when the tab had just left the queue.
    LateTurn,
    Renewal(Said),
    Proof(Said),
    /// An answer that was given up.
    LateAnswer(Said),
    /// A customer says who they are and sends the code; the last answer is to come. The time is the engine's.
    SignIn(Customer, Millis),
    SignOut,
    Ask,
    Ring,
    Wake,
}

/// What a tab does then: the effects that matter between tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    /// Asks for a new token, with this one and in this customer's name.
    Renew(Token, bool),
    /// Asks whether a code is right.
    Prove,
    /// Gives up the renewal.
    CancelRenewal,
    /// Gives up the question of a form.
    CancelProof,
    Keep(Option<Record>, SessionVersion, bool),
    Queue,
    Leave,
    Look(SessionVersion),
    In,
    Renewed,
    Out(Reason),
    Failed,
    /// Whoever asked for a token has an answer.
    Settled,
}
