//! Moments and spans of time. The login never reads a clock: callers pass the moment in as [`Now`].
//!
//! Moments ([`MonotonicMs`], [`UnixMs`]) and spans ([`Millis`]) are different types, so that neither two clocks nor a moment and
//! a span can be mixed up. `core::time::Duration` is not used: it has nanoseconds, and its arithmetic adds to the download.

use serde::{Deserialize, Serialize};

/// A span in milliseconds.
pub type Millis = u64;

/// One day: the longest span that is believed.
///
/// No deadline is further away, so arithmetic here cannot overflow and no browser timer wraps around (HTML timers have 32 bits).
pub const DAY: Millis = 24 * 60 * 60 * 1000;

/// A moment of the page's monotonic clock: milliseconds since the page was loaded (`performance.now()`).
///
/// The clock never goes back. On some systems it stops while the machine sleeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MonotonicMs(pub u64);

impl MonotonicMs {
    /// Returns the span from an earlier moment to this one; 0 if `earlier` is later.
    pub fn since(self, earlier: Self) -> Millis {
        self.0.saturating_sub(earlier.0)
    }

    /// Returns the moment that is `span` later.
    #[must_use]
    pub fn after(self, span: Millis) -> Self {
        Self(self.0.saturating_add(span))
    }
}

/// A moment in milliseconds since 1970-01-01T00:00:00Z, either of the device's clock (`Date.now()`) or of the engine's.
///
/// Both clocks may be wrong by days, and the device's may jump. JSON has it as a number.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct UnixMs(pub u64);

impl UnixMs {
    /// Returns the span from an earlier moment to this one; 0 if `earlier` is later.
    pub fn since(self, earlier: Self) -> Millis {
        self.0.saturating_sub(earlier.0)
    }

    /// Returns the moment that is `span` later.
    #[must_use]
    pub fn after(self, span: Millis) -> Self {
        Self(self.0.saturating_add(span))
    }
}

/// The present moment, read from both clocks of the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Now {
    /// The page's monotonic clock.
    pub monotonic: MonotonicMs,
    /// The device's clock.
    pub unix: UnixMs,
}

impl Now {
    /// Takes the readings of `performance.now()` and of `Date.now()` in milliseconds.
    pub fn new(monotonic: u64, unix: u64) -> Self {
        Self {
            monotonic: MonotonicMs(monotonic),
            unix: UnixMs(unix),
        }
    }
}

/// When something happened, so that its age can be asked for later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timestamp {
    /// When this page learned of it.
    seen: Now,
    /// How old it was then by the device's clock. Not 0 if an earlier page recorded it.
    age: Millis,
}

/// How far two pages may differ in what they read from the device's clock: the system corrects it from time to time, and
/// browsers that resist fingerprinting round it differently for each page.
const CLOCK_TOLERANCE: Millis = 5_000;

impl Timestamp {
    /// Something that happens now.
    pub fn at(now: Now) -> Self {
        Self { seen: now, age: 0 }
    }

    /// Something that an earlier page or another tab recorded with the device's clock.
    ///
    /// Returns `None` if `recorded` is more than 5 s in the future: then the device's clock was set, and the age is unknown.
    pub fn recorded(recorded: UnixMs, now: Now) -> Option<Self> {
        let age = now.unix.after(CLOCK_TOLERANCE).0.checked_sub(recorded.0)?;
        Some(Self {
            seen: now,
            age: age.saturating_sub(CLOCK_TOLERANCE),
        })
    }

    /// Something that happened `age` ago, whatever the device's clock says.
    pub fn ago(now: Now, age: Millis) -> Self {
        Self { seen: now, age }
    }

    /// The moment by the device's clock, for a record.
    pub fn unix(self) -> UnixMs {
        UnixMs(self.seen.unix.0.saturating_sub(self.age))
    }

    /// Returns the age by the clock that advanced further: the upper bound.
    ///
    /// The device's clock makes up for a monotonic clock that stopped while the machine slept, and the monotonic clock for a
    /// device's clock that was set back.
    pub fn elapsed(self, now: Now) -> Millis {
        let (monotonic, unix) = self.since_seen(now);
        self.age.saturating_add(monotonic.max(unix))
    }

    /// Returns the time since this page learned of it by the clock that advanced less: the lower bound. Used where too long a
    /// span would reject something valid.
    pub fn elapsed_at_least(self, now: Now) -> Millis {
        let (monotonic, unix) = self.since_seen(now);
        monotonic.min(unix)
    }

    fn since_seen(self, now: Now) -> (Millis, Millis) {
        (
            now.monotonic.since(self.seen.monotonic),
            now.unix.since(self.seen.unix),
        )
    }
}

/// Returns the shorter of two spans. `None` stands for a span that never ends.
pub fn earliest(one: Option<Millis>, other: Option<Millis>) -> Option<Millis> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        _ => one.or(other),
    }
}

/// A span with a start, so that late timers and page reloads do not make it longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    /// When it started.
    pub start: Timestamp,
    /// How long it lasts.
    pub span: Millis,
}

impl Deadline {
    /// A deadline that starts now.
    pub fn after(now: Now, span: Millis) -> Self {
        Self {
            start: Timestamp::at(now),
            span,
        }
    }

    /// Returns the remaining span: at most the whole one, whatever the clocks do, and 0 once it is over.
    pub fn remaining(self, now: Now) -> Millis {
        self.span.saturating_sub(self.start.elapsed(now))
    }
}

/// A pseudo-random number generator (splitmix64) for jitter. It is not fit for secrets.
#[derive(Debug, Clone)]
pub struct Rng(u64);

impl Rng {
    /// A generator that gives the same numbers for the same seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns a number from 0 to `limit`, both included.
    pub fn up_to(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % (limit.saturating_add(1)).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn device_clock_counts_sleep_that_stops_the_monotonic_clock() {
        let start = Timestamp::at(Now::new(1_000, 50_000));
        assert_eq!(start.elapsed(Now::new(1_500, 950_000)), 900_000);
    }

    #[test]
    fn monotonic_clock_counts_on_when_the_device_clock_is_set_back() {
        let start = Timestamp::at(Now::new(1_000, DAY * 20_000));
        assert_eq!(start.elapsed(Now::new(61_000, DAY * 19_999)), 60_000);
    }

    #[test]
    fn moment_recorded_in_the_future_has_no_age() {
        let now = Now::new(0, 9_999);
        assert_eq!(Timestamp::recorded(UnixMs(15_000), now), None);
        assert_eq!(Timestamp::recorded(UnixMs(u64::MAX), now), None);
        assert_eq!(Timestamp::ago(now, DAY).elapsed(now), DAY);
    }

    #[test]
    fn moment_recorded_up_to_five_seconds_ahead_counts_as_now() {
        let now = Now::new(0, 20_000);
        let elapsed = |unix| Timestamp::recorded(UnixMs(unix), now).map(|then| then.elapsed(now));
        assert_eq!(elapsed(25_001), None);
        for unix in [25_000, 20_001, 20_000] {
            assert_eq!(elapsed(unix), Some(0), "{unix}");
        }
        assert_eq!(elapsed(19_999), Some(1));
    }

    #[test]
    fn recorded_moment_ages_by_the_faster_clock() {
        let then = Timestamp::recorded(UnixMs(DAY - 10_000), Now::new(3, DAY));
        let then = then.expect("a moment in the past");
        assert_eq!(then.elapsed(Now::new(5_003, 0)), 15_000);
        assert_eq!(then.unix(), UnixMs(DAY - 10_000));
    }

    #[test]
    fn deadline_never_has_more_remaining_than_its_span() {
        let deadline = Deadline::after(Now::new(100, DAY), 30_000);
        let remaining = |monotonic, unix| deadline.remaining(Now::new(monotonic, unix));
        assert_eq!(remaining(5, 0), 30_000);
        assert_eq!(remaining(100, DAY + 29_000), 1_000);
        assert_eq!(remaining(100, DAY + 31_000), 0);
    }

    #[test]
    fn random_numbers_stay_within_their_limit() {
        let mut rng = Rng::new(7);
        assert!((0..1_000).all(|_| rng.up_to(10) <= 10));
        assert_eq!(rng.up_to(0), 0);
    }
}
