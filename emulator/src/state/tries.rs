//! Wrong codes and passwords of customers, over all their sessions, and the locks they lead to.

use std::collections::HashMap;

use super::later;
use crate::endpoint::Factor;

/// Whose tries are counted together: brand, person and factor.
pub(crate) type Who = (String, String, Factor);

/// What was tried. Codes and passwords are counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Tried {
    Code,
    Password,
}

/// Wrong tries and locks.
#[derive(Debug, Default)]
pub(crate) struct Tries {
    wrong: HashMap<(Who, Tried), Vec<i64>>,
    /// When locks end.
    locks: HashMap<Who, i64>,
}

impl Tries {
    /// Counts a wrong try and says how many there were lately.
    pub(crate) fn count(&mut self, who: Who, tried: Tried, now_ms: i64, interval_s: u64) -> usize {
        count(
            self.wrong.entry((who, tried)).or_default(),
            now_ms,
            interval_s,
        )
    }

    pub(crate) fn lock(&mut self, who: Who, ends_ms: i64) {
        self.wrong.retain(|(whose, _), _| *whose != who);
        self.locks.insert(who, ends_ms);
    }

    /// When a customer's lock ends, if there is one.
    pub(crate) fn locked_until(&self, who: &Who, now_ms: i64) -> Option<i64> {
        self.locks
            .get(who)
            .copied()
            .filter(|ends_ms| *ends_ms > now_ms)
    }

    /// A right try makes the wrong ones before it forgotten.
    pub(crate) fn forget(&mut self, who: &Who) {
        self.wrong.retain(|(whose, _), _| whose != who);
    }
}

/// Adds a wrong try and says how many are left after forgetting those of too long ago.
pub(crate) fn count(wrong: &mut Vec<i64>, now_ms: i64, interval_s: u64) -> usize {
    wrong.retain(|at_ms| later(*at_ms, interval_s) > now_ms);
    wrong.push(now_ms);
    wrong.len()
}
