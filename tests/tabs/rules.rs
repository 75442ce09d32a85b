//! What must never happen, whatever tabs, machines and people do.

use std::fmt;

/// The six promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Rule {
    /// Nobody is signed in again after a sign-out.
    StaysOut,
    /// Customers and brands never mix.
    NeverMixes,
    /// Nobody waits for ever.
    NoDeadlock,
    /// A token is renewed once, and once more for each lock that was waited for in vain and each mishap on the way.
    FewCalls,
    /// A good token is never lost.
    KeepsTokens,
    /// Every run ends renewed, or signed out with a reason.
    EndsWell,
}

/// A promise that is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Breach {
    pub(crate) rule: Rule,
    pub(crate) words: String,
}

impl Breach {
    pub(crate) fn of(rule: Rule, words: impl Into<String>) -> Self {
        let words = words.into();
        Self { rule, words }
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.rule, self.words)
    }
}

/// Nothing, or what was broken.
pub(crate) type StoredSession = Result<(), Breach>;

/// `Ok` where it holds.
pub(crate) fn must(holds: bool, rule: Rule, words: impl FnOnce() -> String) -> StoredSession {
    if holds {
        Ok(())
    } else {
        Err(Breach::of(rule, words()))
    }
}
