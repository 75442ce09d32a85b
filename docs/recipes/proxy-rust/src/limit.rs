//! Limits: how many requests are allowed in a span of time.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many requests with the same key are allowed in a span of time.
#[derive(Debug)]
pub(crate) struct Limit {
    count: usize,
    span: Duration,
    uses: Mutex<Uses>,
}

#[derive(Debug)]
struct Uses {
    /// When each key was used, oldest first.
    by_key: HashMap<String, VecDeque<Instant>>,
    /// When keys without a use in the span were last removed.
    cleaned: Instant,
}

impl Limit {
    /// Allows `count` requests in a span of minutes.
    pub(crate) fn new(count: usize, minutes: u64, now: Instant) -> Self {
        Self {
            count,
            span: Duration::from_mins(minutes),
            uses: Mutex::new(Uses {
                by_key: HashMap::new(),
                cleaned: now,
            }),
        }
    }

    /// Counts a request, if it is allowed.
    ///
    /// # Errors
    /// Returns for how many seconds the client has to wait, if the request is not allowed.
    pub(crate) fn count(&self, key: &str, now: Instant) -> Result<(), u64> {
        let mut uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
        if now.saturating_duration_since(uses.cleaned) >= self.span {
            uses.by_key
                .retain(|_, times| times.back().is_some_and(|last| self.is_recent(*last, now)));
            uses.cleaned = now;
        }
        let times = uses.by_key.entry(key.to_owned()).or_default();
        while times
            .front()
            .is_some_and(|first| !self.is_recent(*first, now))
        {
            times.pop_front();
        }
        match times.front() {
            Some(first) if times.len() >= self.count => {
                let wait = self
                    .span
                    .saturating_sub(now.saturating_duration_since(*first));
                Err(wait
                    .as_millis()
                    .div_ceil(1000)
                    .try_into()
                    .unwrap_or(u64::MAX))
            }
            _ => {
                times.push_back(now);
                Ok(())
            }
        }
    }

    fn is_recent(&self, time: Instant, now: Instant) -> bool {
        now.saturating_duration_since(time) < self.span
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(limit: &Limit) -> usize {
        limit.uses.lock().unwrap().by_key.len()
    }

    #[test]
    fn requests_above_the_limit_wait_until_the_oldest_is_forgotten() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let limit = Limit::new(2, 10, start);
        assert_eq!(limit.count("one", at(0)), Ok(()));
        assert_eq!(limit.count("one", at(60)), Ok(()));
        assert_eq!(limit.count("one", at(60)), Err(540));
        assert_eq!(limit.count("one", at(599)), Err(1));
        assert_eq!(limit.count("one", at(600)), Ok(()));
        assert_eq!(limit.count("one", at(600)), Err(60));
    }

    #[test]
    fn wait_is_rounded_up_to_whole_seconds() {
        let start = Instant::now();
        let limit = Limit::new(1, 1, start);
        assert_eq!(limit.count("one", start), Ok(()));
        assert_eq!(
            limit.count("one", start + Duration::from_millis(58_001)),
            Err(2)
        );
        assert_eq!(
            limit.count("one", start + Duration::from_millis(59_999)),
            Err(1)
        );
    }

    #[test]
    fn refused_requests_do_not_extend_the_wait() {
        let start = Instant::now();
        let limit = Limit::new(1, 1, start);
        assert_eq!(limit.count("one", start), Ok(()));
        for seconds in 1..60 {
            let now = start + Duration::from_secs(seconds);
            assert_eq!(limit.count("one", now), Err(60 - seconds));
        }
        assert_eq!(limit.count("one", start + Duration::from_mins(1)), Ok(()));
    }

    #[test]
    fn keys_are_counted_on_their_own() {
        let start = Instant::now();
        let limit = Limit::new(1, 10, start);
        assert_eq!(limit.count("one", start), Ok(()));
        assert_eq!(limit.count("other", start), Ok(()));
        assert!(limit.count("one", start).is_err());
    }

    #[test]
    fn keys_without_a_recent_request_are_forgotten() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let limit = Limit::new(5, 10, start);
        for key in 0..100 {
            assert_eq!(limit.count(&key.to_string(), at(1)), Ok(()));
        }
        assert_eq!(limit.count("late", at(500)), Ok(()));
        assert_eq!(limit.count("one", at(601)), Ok(()));
        assert_eq!(keys(&limit), 2);
    }
}
