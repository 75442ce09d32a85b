//! The messages of the login: what happened ([`Input`]), what is to be done ([`Effect`]) and what pages hear ([`Event`]).

use serde::Serialize;

use super::codec::to_json;
use super::config::{FormSettings, Settings, Storage};
use super::problem::{Kind, Problem};
use super::secret::Secret;
use super::session::placement::TabScope;
use super::session::stored::PublicSession;
use super::session::version::SessionVersion;
use super::time::{Millis, UnixMs};
use super::view::{Action, FieldValue, StepName};
use super::wire::{HttpResponse, Request, TransportError};

/// The number of a question: an answer whose ticket nobody holds is dropped, in [`Login::handle`] and nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket(pub u32);

/// The number of a call of `getToken()`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenRequestId(pub u32);

/// The number of somebody who shows this login or listens to it: an element, or a session without a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostId(pub u32);

/// What happened.
#[derive(Debug)]
pub enum Input {
    /// The page has begun; with what an earlier page of this tab left behind, and with what all tabs share.
    Start(Option<Secret>, Option<SessionVersion>),
    /// What the tabs share is another thing by now; nothing where it is gone.
    SharedVersionChanged(Option<SessionVersion>),
    /// What another tab shares under this mark; nothing where it cannot be read.
    SharedRecordRead(SessionVersion, Option<Secret>),
    /// The page was used, in this tab or another, at this moment of the device's clock (milliseconds since 1970).
    LastUseChanged(UnixMs),
    /// This tab is seen now, or not any more.
    VisibilityChanged(bool),
    /// The browser says something of the page's life.
    Page(PageEvent),
    /// It is this tab's turn to renew, or it has waited long enough for it.
    LockGranted(Ticket),
    /// Somebody wants to show this login (with a form) or to listen to it (without). `step` is what an earlier page wrote down.
    Attach(HostId, Option<FormSettings>, Option<Secret>),
    /// Somebody is gone.
    Detach(HostId),
    /// A form's attributes have changed.
    FormSettingsChanged(HostId, FormSettings),
    /// The shared attributes have changed (never the address or the brand).
    SettingsChanged(Settings),
    /// A person types an identifier; not secret, and worth keeping over a reload.
    IdentifierTyped(HostId, String),
    /// A person chooses the country of their number.
    CountryChosen(HostId, String),
    /// The table of countries is there.
    CountriesLoaded(HostId, String),
    /// A person sends the form, with what stands in its fields.
    Submit(HostId, Vec<FieldValue>),
    /// A person presses a button that is not the form's own.
    Press(HostId, Action),
    /// The page wants the first step.
    Restart(HostId),
    /// The page wants a signed-in customer to choose another password.
    ChangePassword(HostId),
    /// The page wants to sign out.
    SignOut,
    /// The page wants a token that is good for so long, and another one than this, if it was refused somewhere.
    RequestToken(TokenRequestId, Millis, Option<Secret>),
    /// A question was answered, or not.
    Response(Ticket, Result<HttpResponse, TransportError>),
    /// Time has passed, or the page has come back to life.
    Wake(WakeReason),
    /// The browser would not keep a record.
    StorageFailed,
}

/// What the browser says of the page's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageEvent {
    /// The page is visible and was shown, focused, restored or resumed, or the network is back.
    Visible,
    /// The page is no longer visible.
    Hidden,
    /// Somebody uses the page: a key or a pointer was pressed, or the page was opened.
    Used,
}

/// Why a session ended, as `ae-signed-out` tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The customer or the page asked for it.
    User,
    /// The customer signed out in another tab.
    OtherTab,
    /// The token had run out and could not be renewed any more.
    Expired,
    /// The engine refused to renew a token that still ran.
    Refused,
    /// The last real login, or the last use of the page, is too long ago.
    TooOld,
    /// Somebody else signed in.
    Replaced,
}

impl Reason {
    /// Every reason of this version.
    pub const ALL: [Self; 6] = [
        Self::User,
        Self::OtherTab,
        Self::Expired,
        Self::Refused,
        Self::TooOld,
        Self::Replaced,
    ];

    /// The reason for a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }

    /// The word in `reason`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::OtherTab => "other-tab",
            Self::Expired => "expired",
            Self::Refused => "refused",
            Self::TooOld => "too-old",
            Self::Replaced => "replaced",
        }
    }
}

/// What woke us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WakeReason {
    /// An alarm, which may be late or early.
    Timer,
    /// The page is seen, focused, restored or resumed, or the network is back.
    Resumed,
}

/// What is to be done, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Ask the engine, and bring the answer back with this ticket.
    Send(Ticket, Request),
    /// Give up asking.
    Cancel(Ticket),
    /// Write the session's record, or erase it; for this tab's next page, or for all tabs.
    StoreSession(Option<Secret>, SessionVersion, TabScope, Storage),
    /// Queue up among the tabs that want to renew, for three seconds at the most in each of a few lines, and say when it is this
    /// one's turn.
    AcquireLock(Ticket),
    /// Give up the turn, or the place in the queue.
    ReleaseLock(Ticket),
    /// Read what another tab shares under this mark, or find that it cannot be read.
    ReadSharedRecord(SessionVersion),
    /// Write the record of the step in progress, or erase it.
    StoreStep(Option<Secret>),
    /// Write down for all tabs that the page was used at this moment of the device's clock (milliseconds since 1970).
    StoreLastUse(UnixMs),
    /// Tell the page.
    Dispatch(HostId, Event),
    /// Settle a call of `getToken()`.
    ResolveToken(TokenRequestId, Result<Secret, Problem>),
}

/// What pages hear of. No event carries a token, a code or a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Usable.
    Ready,
    /// Another screen.
    Step {
        /// The screen now.
        step: StepName,
        /// The screen before.
        previous: StepName,
    },
    /// A login is complete, or an earlier session is taken up again.
    SignedIn {
        /// The session.
        session: PublicSession,
        /// Whether it was taken up again.
        restored: bool,
    },
    /// A new token.
    Renewed {
        /// The session.
        session: PublicSession,
    },
    /// The session is over.
    SignedOut(Reason),
    /// Something failed.
    Error {
        /// What kind of failure.
        kind: Kind,
        /// The engine's number.
        code: Option<i64>,
        /// Where the form stood; `None` for a session without a form.
        step: Option<StepName>,
    },
}

/// The names of all events, with what they carry; the README's table is held against it.
pub const EVENTS: [(&str, &str); 6] = [
    ("ae-ready", "`{version}`"),
    ("ae-step", "`{step, previous}`"),
    ("ae-signed-in", "`{session, restored}`"),
    ("ae-renewed", "`{session}`"),
    ("ae-signed-out", "`{reason}`"),
    ("ae-error", "`{kind, code, retryable, step}`"),
];

impl Event {
    /// The event's name and its detail as JSON.
    pub fn to_page(&self) -> (&'static str, String) {
        let [ready, step_, signed_in, renewed, signed_out, error] = EVENTS.map(|(name, _)| name);
        let (name, detail) = match self {
            Self::Ready => {
                let version = env!("CARGO_PKG_VERSION");
                (ready, Detail::Ready { version })
            }
            Self::Step { step, previous } => (
                step_,
                Detail::Step {
                    step: step.as_str(),
                    previous: previous.as_str(),
                },
            ),
            Self::SignedIn { session, restored } => (
                signed_in,
                Detail::SignedIn {
                    session,
                    restored: *restored,
                },
            ),
            Self::Renewed { session } => (renewed, Detail::Renewed { session }),
            Self::SignedOut(reason) => (
                signed_out,
                Detail::SignedOut {
                    reason: reason.as_str(),
                },
            ),
            Self::Error { kind, code, step } => (
                error,
                Detail::Error {
                    kind: kind.as_str(),
                    code: *code,
                    retryable: kind.is_retryable(),
                    step: step.map(StepName::as_str),
                },
            ),
        };
        (name, to_json(&detail))
    }
}

/// The details of all events, as [`EVENTS`] names their fields.
#[derive(Serialize)]
#[serde(untagged)]
enum Detail<'a> {
    Ready {
        version: &'static str,
    },
    Step {
        step: &'static str,
        previous: &'static str,
    },
    SignedIn {
        session: &'a PublicSession,
        restored: bool,
    },
    Renewed {
        session: &'a PublicSession,
    },
    SignedOut {
        reason: &'static str,
    },
    Error {
        kind: &'static str,
        code: Option<i64>,
        retryable: bool,
        step: Option<&'static str>,
    },
}
