//! Wrong codes and passwords of customers, over all their sessions, and the locks they lead to.

use std::collections::HashMap;

use super::add_seconds;
use crate::factor::{Authenticator, Factor};

/// Whose tries are counted together: brand, person and factor.
pub(crate) type AttemptKey = (String, String, Factor);

/// Wrong tries and locks.
#[derive(Debug, Default)]
pub(crate) struct FailedAttempts {
    wrong: HashMap<(AttemptKey, Authenticator), Vec<i64>>,
    /// When locks end.
    locks: HashMap<AttemptKey, i64>,
}

impl FailedAttempts {
    /// Counts a wrong try and says how many there were lately.
    pub(crate) fn count(
        &mut self,
        key: AttemptKey,
        authenticator: Authenticator,
        now_ms: i64,
        interval_s: u64,
    ) -> usize {
        count(
            self.wrong.entry((key, authenticator)).or_default(),
            now_ms,
            interval_s,
        )
    }

    pub(crate) fn lock(&mut self, key: AttemptKey, ends_ms: i64) {
        self.wrong.retain(|(whose, _), _| *whose != key);
        self.locks.insert(key, ends_ms);
    }

    /// When a customer's lock ends, if there is one.
    pub(crate) fn locked_until(&self, key: &AttemptKey, now_ms: i64) -> Option<i64> {
        self.locks
            .get(key)
            .copied()
            .filter(|ends_ms| *ends_ms > now_ms)
    }

    /// A right try makes the wrong ones before it forgotten.
    pub(crate) fn forget(&mut self, key: &AttemptKey) {
        self.wrong.retain(|(whose, _), _| whose != key);
    }
}

/// Adds a wrong try and says how many are left after forgetting those of too long ago.
pub(crate) fn count(wrong: &mut Vec<i64>, now_ms: i64, interval_s: u64) -> usize {
    wrong.retain(|at_ms| add_seconds(*at_ms, interval_s) > now_ms);
    wrong.push(now_ms);
    wrong.len()
}
