//! What can happen next, and what a browser can be wrong in.

use std::fmt;

/// What is wrong with a browser, where it is not the one the protocol was made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    None,
    /// Tabs neither look at what is shared nor hear of it, once some time has passed.
    Deaf,
    /// What is read under a mark is what was written under another one.
    Forges,
    /// A lock is granted for good, and nobody loses patience.
    LocksForGood,
    /// A lock is granted to everybody who wants it.
    LocksNobody,
    /// All that give up on a lock go on at once.
    HasOneLine,
    /// A page is told that what is shared is gone when it is not.
    CriesWolf,
    /// Alarms never ring.
    NeverRings,
}

/// What happens once in a while, each of them once in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Mishap {
    /// A tab is closed, or crashes: its place in the queue goes with it.
    Close,
    /// A tab is frozen: its lock does not go.
    Freeze,
    /// A customer signs out.
    SignOut,
    /// Another customer signs in.
    Other,
    /// A page wants a token that is good for longer than this one.
    Ask,
    /// An answer is lost on its way.
    Lose,
    /// An answer takes its time: others may lose patience, and it may be given up.
    Slow,
    /// Another tab's record cannot be read.
    Unread,
    /// A tab sees what is shared as it was one write ago. The message of that write is still to come.
    Stale,
    /// The engine renews nothing any more.
    Refuse,
    /// Somebody clears what the shop has stored.
    Clear,
    /// The device's clock is set back by an hour.
    Back,
    /// It is set forward by an hour.
    Forth,
    /// The machine sleeps for longer than a token lives.
    Sleep,
}

impl Mishap {
    /// Whether so much can follow from it that there is no time for two of its kind in a run.
    pub(crate) fn is_manifold(self) -> bool {
        matches!(self, Self::Freeze | Self::Sleep | Self::Forth)
    }

    /// All of them.
    pub(crate) const ALL: [Self; 14] = [
        Self::Close,
        Self::Freeze,
        Self::SignOut,
        Self::Other,
        Self::Ask,
        Self::Lose,
        Self::Slow,
        Self::Unread,
        Self::Stale,
        Self::Refuse,
        Self::Clear,
        Self::Back,
        Self::Forth,
        Self::Sleep,
    ];

    pub(crate) fn bit(self) -> u16 {
        1 << (self as u16)
    }
}

/// What happens next. Tabs are counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Message(usize),
    Look(usize),
    Turn(usize),
    LosesPatience(usize),
    Answer(usize),
    LateAnswer(usize),
    Rings(usize),
    Thaws(usize),
    Opens(usize),
    TimePasses,
    Happens(Mishap, usize),
}

/// A step, taken by a tab that sees what is shared as it is, or as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Move {
    pub(crate) step: Step,
    pub(crate) stale: bool,
}

impl fmt::Display for Move {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |tab: usize| ["A", "B", "C"][tab];
        match self.step {
            Step::Message(tab) => write!(f, "{} gets a message", name(tab)),
            Step::Look(tab) => write!(f, "{} has read what another tab shares", name(tab)),
            Step::Turn(tab) => write!(f, "it is {}'s turn", name(tab)),
            Step::LosesPatience(tab) => write!(f, "{} has waited long enough", name(tab)),
            Step::Answer(tab) => write!(f, "{} gets its answer", name(tab)),
            Step::LateAnswer(tab) => write!(f, "{} gets an answer it gave up", name(tab)),
            Step::Rings(tab) => write!(f, "{}'s alarm rings", name(tab)),
            Step::Thaws(tab) => write!(f, "{} thaws", name(tab)),
            Step::Opens(tab) => write!(f, "{} is opened again", name(tab)),
            Step::TimePasses => write!(f, "time passes"),
            Step::Happens(mishap, tab) => match mishap {
                Mishap::Close => write!(f, "{} is closed", name(tab)),
                Mishap::Freeze => write!(f, "{} freezes", name(tab)),
                Mishap::SignOut => write!(f, "a customer signs out in {}", name(tab)),
                Mishap::Other => write!(f, "Bob sends his code in {}", name(tab)),
                Mishap::Ask => write!(f, "the page of {} wants a newer token", name(tab)),
                Mishap::Lose => write!(f, "{}'s answer is lost", name(tab)),
                Mishap::Slow => write!(f, "{}'s answer takes its time", name(tab)),
                Mishap::Unread => write!(f, "{} cannot read what another tab shares", name(tab)),
                Mishap::Stale => write!(f, "{} looks", name(tab)),
                Mishap::Refuse => write!(f, "the engine renews nothing any more"),
                Mishap::Clear => write!(f, "what is stored is cleared"),
                Mishap::Back => write!(f, "the clock is set back by an hour"),
                Mishap::Forth => write!(f, "the clock is set forward by an hour"),
                Mishap::Sleep => write!(f, "the machine sleeps"),
            },
        }?;
        write!(
            f,
            "{}",
            if self.stale {
                ", seeing what was shared before"
            } else {
                ""
            }
        )
    }
}
