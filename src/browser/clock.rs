//! The two clocks of the page, and one alarm.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;

use crate::login::time::{Millis, Now};

/// Reads both clocks.
pub(crate) fn now() -> Now {
    let wall = js_sys::Date::now();
    // If the page has removed `performance`, one clock serves as both.
    let performance = web_sys::window().and_then(|window| window.performance());
    let mono = performance.map_or(wall, |performance| performance.now());
    Now {
        mono: millis(mono),
        wall: millis(wall),
    }
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

/// One alarm, which may callback late (the machine slept) or early (the browser is free to): whoever is rung looks at the clock.
pub(crate) struct WakeTimer {
    callback: Rc<dyn Fn()>,
    timeout: RefCell<Option<Timeout>>,
}

/// An alarm never sleeps longer than this. Timers stand still on a sleeping machine, and a laptop that wakes up should find
/// out soon, even in an engine that sends no wake signal.
const MAX_DELAY: Millis = 15_000;

impl WakeTimer {
    /// An alarm that is not set.
    pub(crate) fn new(callback: impl Fn() + 'static) -> Self {
        Self {
            callback: Rc::new(callback),
            timeout: RefCell::default(),
        }
    }

    /// Sets it to callback at a moment of the monotonic clock, instead of when it was set to callback before.
    pub(crate) fn set(&self, at: Option<Millis>, now: Now) {
        let timeout = at.map(|at| {
            let delay = at.saturating_sub(now.mono).min(MAX_DELAY);
            let callback = Rc::clone(&self.callback);
            Timeout::new(delay as u32, move || callback())
        });
        // Dropping the previous timer clears it. This may happen while its callback runs.
        drop(self.timeout.replace(timeout));
    }
}
