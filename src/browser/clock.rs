//! The two clocks of the page, and one alarm.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;

use crate::login::time::{Millis, Now};

/// Reads both clocks.
pub(crate) fn now() -> Now {
    Now {
        mono: window()
            .and_then(|window| window.performance())
            .map_or(0, |performance| millis(performance.now())),
        wall: millis(js_sys::Date::now()),
    }
}

/// A number for jitter; nothing secret rests on it.
pub(crate) fn seed() -> u64 {
    millis(js_sys::Math::random() * 2f64.powi(52))
}

/// The page; there is none in a worker.
pub(crate) fn window() -> Option<web_sys::Window> {
    web_sys::window()
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
    ring: Closure<dyn FnMut()>,
    set: RefCell<Option<i32>>,
}

/// An alarm never sleeps longer than this. Timers stand still on a sleeping machine, and a laptop that wakes up should find
/// out soon, even in an engine that sends no wake signal.
const LONGEST: Millis = 15_000;

impl Alarm {
    /// An alarm that is not set.
    pub(crate) fn new(ring: impl FnMut() + 'static) -> Self {
        Self {
            ring: Closure::new(ring),
            set: RefCell::new(None),
        }
    }

    /// Sets it to ring at a moment of the monotonic clock, instead of when it was set to ring before.
    pub(crate) fn set(&self, at: Option<Millis>, now: Now) {
        self.clear();
        let (Some(at), Some(window)) = (at, window()) else {
            return;
        };
        let delay = at.saturating_sub(now.mono).min(LONGEST);
        let delay = i32::try_from(delay).unwrap_or(i32::MAX);
        let timer = window.set_timeout_with_callback_and_timeout_and_arguments_0(
            self.ring.as_ref().unchecked_ref(),
            delay,
        );
        *self.set.borrow_mut() = timer.ok();
    }

    fn clear(&self) {
        if let (Some(timer), Some(window)) = (self.set.borrow_mut().take(), window()) {
            window.clear_timeout_with_handle(timer);
        }
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        self.clear();
    }
}
