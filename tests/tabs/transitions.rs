//! The transitions of the model, and the defects that a browser may have.

use std::fmt;

/// A defect of a browser. The protocol between tabs is not made for browsers with one; they show that the properties can fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Defect {
    None,
    /// After the start, tabs neither read the shared version nor get messages.
    MissesChanges,
    /// A shared record is read under another version than it was written under.
    MixesUpVersions,
    /// Locks are never released, and no wait for a lock times out.
    NeverReleasesLocks,
    /// A lock is granted to every tab that requests it.
    GrantsLocksToAll,
    /// There is one lock only; all tabs that time out on it go on at once.
    HasOneTier,
    /// Tabs are told that the shared storage was cleared when it was not.
    ReportsClearedStorage,
    /// Timers never fire.
    HasNoTimers,
}

/// Something unusual that happens at most once in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Incident {
    /// A tab is closed, or crashes. Its locks and its place in the queue are gone.
    Close,
    /// A tab is frozen. Its locks stay.
    Freeze,
    /// The customer signs out.
    SignOut,
    /// Another customer signs in.
    OtherCustomer,
    /// A page calls `getToken()` for a token that is valid for longer than the present one.
    RequestToken,
    /// A response is lost.
    LoseResponse,
    /// A response is slow: waits for locks may time out, and the request may be cancelled.
    SlowResponse,
    /// The record of another tab cannot be read.
    UnreadableRecord,
    /// A tab reads the shared storage as it was before the last write. The message about that write is still pending.
    StaleRead,
    /// The engine refuses all renewals from now on.
    RefuseRenewals,
    /// The browser's storage of the shop is cleared.
    ClearStorage,
    /// The device's clock is set back by an hour.
    ClockBack,
    /// The device's clock is set forward by an hour.
    ClockForward,
    /// The machine sleeps for longer than a token lives.
    Sleep,
}

impl Incident {
    /// All incidents.
    pub(crate) const ALL: [Self; 14] = [
        Self::Close,
        Self::Freeze,
        Self::SignOut,
        Self::OtherCustomer,
        Self::RequestToken,
        Self::LoseResponse,
        Self::SlowResponse,
        Self::UnreadableRecord,
        Self::StaleRead,
        Self::RefuseRenewals,
        Self::ClearStorage,
        Self::ClockBack,
        Self::ClockForward,
        Self::Sleep,
    ];

    /// Whether it leads to so many states that pairs with it are explored on request only.
    pub(crate) fn has_many_consequences(self) -> bool {
        matches!(self, Self::Freeze | Self::Sleep | Self::ClockForward)
    }

    /// Its bit in a set of incidents.
    pub(crate) fn bit(self) -> u16 {
        1 << (self as u16)
    }
}

/// One transition. The number is that of a tab, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Message(usize),
    FinishRead(usize),
    GrantLock(usize),
    TimeOutLock(usize),
    Response(usize),
    LateResponse(usize),
    Timer(usize),
    Resume(usize),
    Open(usize),
    AdvanceTime,
    Incident(Incident, usize),
}

/// A step, and whether the tab reads the shared storage as it was before the last write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Transition {
    pub(crate) step: Step,
    pub(crate) is_stale: bool,
}

impl fmt::Display for Transition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |tab: usize| ["A", "B", "C"][tab];
        match self.step {
            Step::Message(tab) => write!(f, "{} gets a message", name(tab)),
            Step::FinishRead(tab) => write!(f, "{} has read the shared record", name(tab)),
            Step::GrantLock(tab) => write!(f, "{} is granted the lock", name(tab)),
            Step::TimeOutLock(tab) => write!(f, "{}'s wait for the lock times out", name(tab)),
            Step::Response(tab) => write!(f, "{} gets its response", name(tab)),
            Step::LateResponse(tab) => {
                write!(f, "{} gets the response to a cancelled request", name(tab))
            }
            Step::Timer(tab) => write!(f, "{}'s timer fires", name(tab)),
            Step::Resume(tab) => write!(f, "{} is resumed", name(tab)),
            Step::Open(tab) => write!(f, "{} is opened again", name(tab)),
            Step::AdvanceTime => write!(f, "time passes"),
            Step::Incident(incident, tab) => match incident {
                Incident::Close => write!(f, "{} is closed", name(tab)),
                Incident::Freeze => write!(f, "{} is frozen", name(tab)),
                Incident::SignOut => write!(f, "the customer signs out in {}", name(tab)),
                Incident::OtherCustomer => write!(f, "Bob submits his code in {}", name(tab)),
                Incident::RequestToken => {
                    write!(f, "the page of {} requests a newer token", name(tab))
                }
                Incident::LoseResponse => write!(f, "{}'s response is lost", name(tab)),
                Incident::SlowResponse => write!(f, "{}'s response is slow", name(tab)),
                Incident::UnreadableRecord => {
                    write!(f, "{} cannot read the shared record", name(tab))
                }
                Incident::StaleRead => write!(f, "{} reads the shared storage", name(tab)),
                Incident::RefuseRenewals => {
                    write!(f, "the engine refuses all renewals from now on")
                }
                Incident::ClearStorage => write!(f, "the storage is cleared"),
                Incident::ClockBack => write!(f, "the clock is set back by an hour"),
                Incident::ClockForward => write!(f, "the clock is set forward by an hour"),
                Incident::Sleep => write!(f, "the machine sleeps"),
            },
        }?;
        let note = if self.is_stale {
            ", and reads the shared storage as it was before the last write"
        } else {
            ""
        };
        write!(f, "{note}")
    }
}
