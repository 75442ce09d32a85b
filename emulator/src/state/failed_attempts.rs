//! Failed attempts of a customer over all sessions, and the account locks they lead to (contract 1.8).

use std::collections::HashMap;

use super::add_seconds;
use crate::factor::{Authenticator, Factor};

/// Whose attempts are counted together: one customer of one brand, for one factor.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct AttemptKey {
    /// The brand in capitals.
    pub(crate) brand: String,
    /// The customer's number, or the `TYPE|value` entry of an identifier that belongs to no known customer.
    pub(crate) customer: String,
    pub(crate) factor: Factor,
}

/// Failed attempts and locks.
#[derive(Debug, Default)]
pub(crate) struct FailedAttempts {
    /// The times of failed attempts.
    failures: HashMap<(AttemptKey, Authenticator), Vec<i64>>,
    /// The times at which locks end.
    locks: HashMap<AttemptKey, i64>,
}

impl FailedAttempts {
    /// Records a failed attempt and returns the number of failures within the last `interval_s` seconds, this one included.
    pub(crate) fn record(
        &mut self,
        key: &AttemptKey,
        authenticator: Authenticator,
        now_ms: i64,
        interval_s: u64,
    ) -> usize {
        let failures = self
            .failures
            .entry((key.clone(), authenticator))
            .or_default();
        add_failure(failures, now_ms, interval_s)
    }

    /// Locks a customer out until `ends_ms`. Counting starts again after the lock.
    pub(crate) fn lock(&mut self, key: AttemptKey, ends_ms: i64) {
        self.clear(&key);
        self.locks.insert(key, ends_ms);
    }

    /// The end of a customer's lock, or `None` if the customer is not locked out.
    pub(crate) fn locked_until(&self, key: &AttemptKey, now_ms: i64) -> Option<i64> {
        self.locks
            .get(key)
            .copied()
            .filter(|ends_ms| *ends_ms > now_ms)
    }

    /// Forgets a customer's failed attempts, as a successful one does.
    pub(crate) fn clear(&mut self, key: &AttemptKey) {
        self.failures.retain(|(failed, _), _| failed != key);
    }
}

/// Adds a failure to a list of times, removes those older than `interval_s` seconds, and returns the number that remains.
pub(crate) fn add_failure(failures: &mut Vec<i64>, now_ms: i64, interval_s: u64) -> usize {
    failures.retain(|at_ms| add_seconds(*at_ms, interval_s) > now_ms);
    failures.push(now_ms);
    failures.len()
}
