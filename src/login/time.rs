//! Moments and spans, as somebody else tells them: nothing in `login` can look at a clock.

/// A span in milliseconds.
pub type Millis = u64;

/// The longest span that is believed, one day in milliseconds.
///
/// Deadlines are never further away, so no arithmetic here can overflow and no browser timer
/// (32-bit, HTML "timers") wraps around.
pub const DAY: Millis = 24 * 60 * 60 * 1000;

/// One moment, read from both clocks of a browser at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// Milliseconds since the page began (`performance.now()`). Never goes back; on some systems it
    /// stands still while the machine sleeps.
    pub mono: Millis,
    /// Milliseconds since 1970 by the device (`Date.now()`). May be wrong by days and may jump.
    pub wall: Millis,
}

/// When something happened, so that it can be asked later how long ago that was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// When this page learned of it.
    seen: Now,
    /// How long it had been by then, as far as the device's clock knew: an earlier page wrote it down.
    age: Millis,
}

/// How far two pages' readings of one clock may be apart: it is corrected now and then, and browsers that hide people from
/// trackers round it for each page on its own.
const ROUNDING: Millis = 5_000;

impl Stamp {
    /// Something that happens now.
    pub fn at(now: Now) -> Self {
        Self { seen: now, age: 0 }
    }

    /// Something that an earlier page wrote down with the device's clock, whose monotonic one ended with it.
    ///
    /// `None` if the device's clock stands well before that moment: then nobody can say how long ago it was.
    pub fn written(wall: Millis, now: Now) -> Option<Self> {
        let age = now.wall.saturating_add(ROUNDING).checked_sub(wall)?;
        Some(Self {
            seen: now,
            age: age.saturating_sub(ROUNDING),
        })
    }

    /// Something that was this long ago, whatever the device's clock says.
    pub fn ago(now: Now, age: Millis) -> Self {
        Self { seen: now, age }
    }

    /// The device's clock at that moment, to be written down.
    pub fn wall(self) -> Millis {
        self.seen.wall.saturating_sub(self.age)
    }

    /// How long ago it was, at the most: the clock that moved further counts.
    ///
    /// A monotonic clock that slept with the machine is caught up by the wall clock, and a wall clock
    /// that was set back is caught up by the monotonic one.
    pub fn elapsed(self, now: Now) -> Millis {
        let (mono, wall) = self.since_seen(now);
        self.age.saturating_add(mono.max(wall))
    }

    /// How long ago it was, at the least: used where too long a span would refuse something good.
    pub fn elapsed_at_least(self, now: Now) -> Millis {
        let (mono, wall) = self.since_seen(now);
        mono.min(wall)
    }

    fn since_seen(self, now: Now) -> (Millis, Millis) {
        (
            now.mono.saturating_sub(self.seen.mono),
            now.wall.saturating_sub(self.seen.wall),
        )
    }
}

/// The shorter of two spans; `None` never ends.
pub fn earliest(one: Option<Millis>, other: Option<Millis>) -> Option<Millis> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        _ => one.or(other),
    }
}

/// A span that began at some moment, held so that it survives timers that come late and pages that reload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    /// When it began.
    pub from: Stamp,
    /// How long it lasts.
    pub span: Millis,
}

impl Deadline {
    /// A deadline that begins now.
    pub fn after(now: Now, span: Millis) -> Self {
        Self {
            from: Stamp::at(now),
            span,
        }
    }

    /// What is left of it; never more than the whole, whatever the clocks do.
    pub fn left(self, now: Now) -> Millis {
        self.span.saturating_sub(self.from.elapsed(now))
    }
}

/// Random numbers from a seed that the browser gives once (splitmix64): for jitter, never for secrets.
#[derive(Debug, Clone)]
pub struct Rng(u64);

impl Rng {
    /// Dice that fall the same way for the same seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number from 0 to `limit`, both included.
    pub fn up_to(&mut self, limit: Millis) -> Millis {
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
    fn sleep_that_stops_the_monotonic_clock_is_seen_by_the_wall_clock() {
        let stamp = Stamp::at(Now {
            mono: 1_000,
            wall: 50_000,
        });
        assert_eq!(
            stamp.elapsed(Now {
                mono: 1_500,
                wall: 950_000
            }),
            900_000
        );
    }

    #[test]
    fn a_wall_clock_set_back_does_not_make_time_stand_still() {
        let stamp = Stamp::at(Now {
            mono: 1_000,
            wall: DAY * 20_000,
        });
        assert_eq!(
            stamp.elapsed(Now {
                mono: 61_000,
                wall: DAY * 19_999
            }),
            60_000
        );
    }

    #[test]
    fn what_an_earlier_page_wrote_in_our_future_is_unknowable() {
        let now = Now {
            mono: 0,
            wall: 9_999,
        };
        assert_eq!(Stamp::written(15_000, now), None);
        assert_eq!(Stamp::written(u64::MAX, now), None);
        assert_eq!(Stamp::ago(now, DAY).elapsed(now), DAY);
    }

    #[test]
    fn what_another_page_wrote_a_moment_ahead_of_us_was_written_now() {
        let now = Now {
            mono: 0,
            wall: 20_000,
        };
        let elapsed = |wall| Stamp::written(wall, now).map(|stamp| stamp.elapsed(now));
        assert_eq!(elapsed(25_001), None);
        for wall in [25_000, 20_001, 20_000] {
            assert_eq!(elapsed(wall), Some(0), "{wall}");
        }
        assert_eq!(elapsed(19_999), Some(1));
    }

    #[test]
    fn what_an_earlier_page_wrote_down_ages_by_both_clocks_too() {
        let stamp = Stamp::written(DAY - 10_000, Now { mono: 3, wall: DAY })
            .expect("a moment that has been");
        assert_eq!(
            stamp.elapsed(Now {
                mono: 5_003,
                wall: 0
            }),
            15_000
        );
        assert_eq!(stamp.wall(), DAY - 10_000);
    }

    #[test]
    fn a_deadline_never_has_more_left_than_it_began_with() {
        let deadline = Deadline::after(
            Now {
                mono: 100,
                wall: DAY,
            },
            30_000,
        );
        let left = |mono, wall| deadline.left(Now { mono, wall });
        assert_eq!(left(5, 0), 30_000);
        assert_eq!(left(100, DAY + 29_000), 1_000);
        assert_eq!(left(100, DAY + 31_000), 0);
    }

    #[test]
    fn dice_stay_within_their_limit() {
        let mut dice = Rng::new(7);
        assert!((0..1_000).all(|_| dice.up_to(10) <= 10));
        assert_eq!(dice.up_to(0), 0);
    }
}
