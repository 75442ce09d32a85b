//! The two clocks of the page, and one timer.

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

/// Returns a seed for jitter. It is not suitable for secrets.
pub(crate) fn seed() -> u64 {
    millis(js_sys::Math::random() * 2f64.powi(52))
}

/// Converts a number of milliseconds from JavaScript. Negative values and values that are not numbers become 0.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates"
)]
pub(crate) fn millis(value: f64) -> Millis {
    value as Millis
}

/// A timer that calls one function.
///
/// It may fire late (after the machine slept) or early (browsers round delays), so the function must read the clock.
pub(crate) struct WakeTimer {
    callback: Rc<dyn Fn()>,
    timeout: RefCell<Option<Timeout>>,
}

/// The longest delay of a timer, in milliseconds. Timers do not run while a machine sleeps. With short delays a laptop that wakes
/// up notices it soon, even in a browser that dispatches no event for it.
const MAX_DELAY: Millis = 15_000;

impl WakeTimer {
    /// Creates a timer that is not set.
    pub(crate) fn new(callback: impl Fn() + 'static) -> Self {
        Self {
            callback: Rc::new(callback),
            timeout: RefCell::default(),
        }
    }

    /// Sets the timer to a time of the monotonic clock, or clears it for `None`. An earlier setting is replaced.
    pub(crate) fn set(&self, at: Option<MonotonicMs>, now: Now) {
        let timeout = at.map(|at| {
            let delay = at.since(now.monotonic).min(MAX_DELAY);
            let callback = Rc::clone(&self.callback);
            Timeout::new(delay as u32, move || callback())
        });
        // Dropping the previous timeout clears it. This may happen while its callback runs.
        drop(self.timeout.replace(timeout));
    }
}
