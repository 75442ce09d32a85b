//! The messages of the login: what happened ([`Input`]), what is to be done ([`Effect`]) and what pages hear ([`Event`]).

use serde::Serialize;

use super::activity::Activity;
use super::codec::to_json;
use super::config::{FormSettings, Settings, Storage};
use super::error_reason::ErrorReason;
use super::problem::{Kind, Problem};
use super::secret::Secret;
use super::session::placement::TabScope;
use super::session::stored::{Authenticator, PublicSession};
use super::session::version::SessionVersion;
use super::time::{Millis, UnixMs};
use super::view::{Action, FieldValue, StepName};
use super::wire::{HttpResponse, Request, TransportError};

/// The number of a request to the engine, or of a lock. A response whose ticket nothing waits for is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket(pub u32);

/// The number of a call of `getToken()`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenRequestId(pub u32);

/// The number of a host: an element that shows the login, or a session object without a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostId(pub u32);

/// The forms whose screens may have changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ChangedForms {
    /// No form.
    #[default]
    None,
    /// The form of this host.
    One(HostId),
    /// Any form.
    All,
}

impl ChangedForms {
    /// Includes the form of a host.
    pub fn add(&mut self, host: HostId) {
        *self = match *self {
            Self::None => Self::One(host),
            Self::One(other) if other == host => Self::One(host),
            Self::One(_) | Self::All => Self::All,
        };
    }

    /// Whether the form of a host is one of them.
    pub fn contains(self, host: HostId) -> bool {
        self == Self::All || self == Self::One(host)
    }
}

/// An event for the login, which [`Login::handle`](super::Login::handle) takes.
#[derive(Debug)]
pub enum Input {
    /// The page starts: with the session record of an earlier page of this tab, and the version that all tabs share.
    Start(Option<Secret>, Option<SessionVersion>),
    /// Another tab shares this version, or the shared version was erased (`None`).
    SharedVersionChanged(Option<SessionVersion>),
    /// The record that another tab shares under this version; `None` if it cannot be read.
    SharedRecordRead(SessionVersion, Option<Secret>),
    /// The page was used, in this tab or another, at this moment of the device's clock.
    LastUseChanged(UnixMs),
    /// The tab is visible (`true`) or hidden.
    VisibilityChanged(bool),
    /// An event of the page's lifecycle.
    Page(PageEvent),
    /// The tab has the lock for a renewal, or waited long enough for it.
    LockGranted(Ticket),
    /// The identifier that an earlier login has stored on this device. Sent before the first host is attached.
    IdentifierRemembered(Secret),
    /// A host is attached, with the settings of its form if it has one, and with the record of the step that an earlier page of this
    /// tab stored.
    Attach(HostId, Option<FormSettings>, Option<Secret>),
    /// A host is detached.
    Detach(HostId),
    /// The attributes of a form changed.
    FormSettingsChanged(HostId, FormSettings),
    /// The shared attributes changed. The base URL and the brand never do: another pair is another login.
    SettingsChanged(Settings),
    /// A person typed into the field for an identifier or an address. This text is not secret and survives a reload.
    IdentifierTyped(HostId, String),
    /// A person chose the country of their number (ISO 3166-1 alpha-2).
    CountryChosen(HostId, String),
    /// The table of countries is loaded; [`country`](super::country) explains it. It is empty if it cannot be loaded.
    CountriesLoaded(HostId, String),
    /// A person changed the text in a field for a code, which this is, or for a password, which is not passed on. Only fields with an
    /// error and forms with `auto-submit` need this.
    SecretTyped(HostId, Secret),
    /// A person submitted the form with these values.
    Submit(HostId, Vec<FieldValue>),
    /// A person pressed a button other than the submit button.
    Press(HostId, Action),
    /// The dialog with a form was opened (`true`) or closed.
    DialogToggled(HostId, bool),
    /// The page calls `restart()`: the form shows its first step.
    Restart(HostId),
    /// The page calls `changePassword()`: the form of a signed-in customer shows that step.
    ChangePassword(HostId),
    /// The page calls `signOut()`.
    SignOut,
    /// The page calls `getToken()`: for a token that is valid for this span, and not this token, which a server rejected.
    RequestToken(TokenRequestId, Millis, Option<Secret>),
    /// The response to a request, or why there is none.
    Response(Ticket, Result<HttpResponse, TransportError>),
    /// A timer fired, or the page is used again.
    Wake(WakeReason),
    /// The browser could not store a record.
    StorageFailed,
}

/// An event of the page's lifecycle, as the browser reports it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageEvent {
    /// The page is visible and was shown, focused, restored or resumed, or the network is back.
    Visible,
    /// The page is no longer visible.
    Hidden,
    /// A person uses the page: they pressed a key or a pointer, or opened the page.
    Used,
    /// The page is left. The browser may keep it and show it again.
    Left,
}

/// Why a session ended: `reason` in the event `ae-signed-out`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The customer or the page signed out.
    User,
    /// The customer signed out in another tab.
    OtherTab,
    /// The token expired and could not be renewed.
    Expired,
    /// The engine refused to renew a token that was still valid.
    Refused,
    /// The last login (`max-age`) or the last use of the page (`max-idle`) is too long ago.
    TooOld,
    /// Another customer signed in.
    Replaced,
}

impl Reason {
    /// Every reason, in the order of the public interface.
    pub const ALL: [Self; 6] = [
        Self::User,
        Self::OtherTab,
        Self::Expired,
        Self::Refused,
        Self::TooOld,
        Self::Replaced,
    ];

    /// The reason with this name; `None` for any other text.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }

    /// The value of `reason`.
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

/// Why [`Input::Wake`] is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WakeReason {
    /// A timer fired. It may be late or early.
    Timer,
    /// The page became visible, got the focus, was restored or resumed, or the network is back.
    Resumed,
}

/// An action for the caller of [`Login::handle`](super::Login::handle). Effects are carried out in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Send the request, and pass the response on with this ticket ([`Input::Response`]).
    Send(Ticket, Request),
    /// Cancel the request with this ticket.
    Cancel(Ticket),
    /// Store the session's record under this version, or erase it (`None`).
    /// [`Placement`](super::session::Placement) decides where.
    StoreSession(Option<Secret>, SessionVersion, TabScope, Storage),
    /// Wait for the lock that lets one tab at a time renew, and report it with [`Input::LockGranted`]. The wait is limited to
    /// three seconds for each of a few locks; then the lock counts as granted.
    AcquireLock(Ticket),
    /// Release the lock, or leave the queue for it.
    ReleaseLock(Ticket),
    /// Read the record that another tab shares under this version, and report it with [`Input::SharedRecordRead`].
    ReadSharedRecord(SessionVersion),
    /// Store the record of the step in progress, or erase it (`None`).
    StoreStep(Option<Secret>),
    /// Store the identifier of the last login on this device, or erase it (`None`).
    StoreIdentifier(Option<Secret>),
    /// Store for all tabs that the page was used at this moment of the device's clock.
    StoreLastUse(UnixMs),
    /// Dispatch an event at a host.
    Dispatch(HostId, Event),
    /// Resolve or reject a call of `getToken()`.
    ResolveToken(TokenRequestId, Result<Secret, Problem>),
}

/// An event for pages. No event carries a token, a code or a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The host can be used.
    Ready,
    /// The form shows another step.
    Step {
        /// The step that is shown now.
        step: StepName,
        /// The step before.
        previous: StepName,
    },
    /// A login is complete, or an earlier session was restored.
    SignedIn {
        /// The session.
        session: PublicSession,
        /// Whether an earlier page or another tab began the session.
        restored: bool,
    },
    /// The session has a new token.
    Renewed {
        /// The session.
        session: PublicSession,
    },
    /// The session ended.
    SignedOut(Reason),
    /// Something happened in a login attempt.
    Activity(Activity),
    /// Something failed.
    Error {
        /// The kind of failure.
        kind: Kind,
        /// The engine's code, if it gave one.
        code: Option<i64>,
        /// The step of the form; `None` for hosts without a form.
        step: Option<StepName>,
        /// The fault in the page, if the browser can tell.
        reason: Option<ErrorReason>,
    },
}

/// The name and the fields of each event. A test compares the documentation with this list.
pub const EVENTS: [(&str, &str); 7] = [
    ("ae-ready", "`{version}`"),
    ("ae-step", "`{step, previous}`"),
    ("ae-signed-in", "`{session, restored}`"),
    ("ae-renewed", "`{session}`"),
    ("ae-signed-out", "`{reason}`"),
    ("ae-error", "`{kind, code, retryable, step, reason}`"),
    (
        "ae-activity",
        "`{attempt, action, method, factor, code, elapsed}`",
    ),
];

impl Event {
    /// The event's name and its detail as JSON.
    pub fn to_page(&self) -> (&'static str, String) {
        let [
            ready,
            step_,
            signed_in,
            renewed,
            signed_out,
            error,
            activity,
        ] = EVENTS.map(|(name, _)| name);
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
            Self::Activity(happened) => (
                activity,
                Detail::Activity {
                    attempt: &happened.attempt,
                    action: happened.action.as_str(),
                    method: happened.method.map(Authenticator::as_str),
                    factor: happened.factor,
                    code: happened.code,
                    elapsed: happened.elapsed,
                },
            ),
            Self::Error {
                kind,
                code,
                step,
                reason,
            } => (
                error,
                Detail::Error {
                    kind: kind.as_str(),
                    code: *code,
                    retryable: kind.is_retryable(),
                    step: step.map(StepName::as_str),
                    reason: reason.map(ErrorReason::as_str),
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
    Activity {
        attempt: &'a str,
        action: &'static str,
        method: Option<&'static str>,
        factor: u8,
        code: Option<i64>,
        elapsed: Millis,
    },
    Error {
        kind: &'static str,
        code: Option<i64>,
        retryable: bool,
        step: Option<&'static str>,
        reason: Option<&'static str>,
    },
}
