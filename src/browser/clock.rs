//! The two clocks of the page, and one alarm.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;

use crate::login::time::{Millis, MonotonicMs, Now};

/// Reads both clocks.
pub(crate) fn now() -> Now {
    let wall = js_sys::Date::now();
    // If the page has removed `performance`, one clock serves as both.
    let performance = web_sys::window().and_then(|window| window.performance());
    let mono = performance.map_or(wall, |performance| performance.now());
    Now::new(millis(mono), millis(wall))
}

/// A number for jitter; nothing secret rests on it.
pub(crate) fn seed() -> u64 {
    millis(js_sys::Math::random() * 2f64.powi(52))
}

/// A number of the browser as a span: what is negative or no number is zero.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float becomes an integer by saturating"
)]
pub(crate) fn millis(value: f64) -> Millis {
    value as Millis
}

/// One alarm, which may ring late (the machine slept) or early (the browser is free to): whoever is rung looks at the clock.
pub(crate) struct Alarm {
    ring: Rc<dyn Fn()>,
    set: RefCell<Option<Timeout>>,
}

/// An alarm never sleeps longer than this. Timers stand still on a sleeping machine, and a laptop that wakes up should find
/// out soon, even in an engine that sends no wake signal.
const LONGEST: Millis = 15_000;

impl Alarm {
    /// An alarm that is not set.
    pub(crate) fn new(ring: impl Fn() + 'static) -> Self {
        Self {
            ring: Rc::new(ring),
            set: RefCell::default(),
        }
    }

    /// Sets it to ring at a moment of the monotonic clock, instead of when it was set to ring before.
    pub(crate) fn set(&self, at: Option<MonotonicMs>, now: Now) {
        let timeout = at.map(|at| {
            let delay = at.since(now.monotonic).min(LONGEST);
            let ring = Rc::clone(&self.ring);
            Timeout::new(delay as u32, move || ring())
        });
        // Dropping the previous timer clears it. This may happen while its callback runs.
        drop(self.set.replace(timeout));
    }
}
