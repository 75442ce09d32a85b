//! The two clocks of the page, and one alarm.

use std::cell::Cell;

use wasm_bindgen::prelude::*;

use crate::login::time::{Millis, Now};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn mono() -> f64;
    #[wasm_bindgen(js_namespace = Date, js_name = now)]
    fn wall() -> f64;
    #[wasm_bindgen(js_namespace = Math)]
    fn random() -> f64;
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(ring: &JsValue, delay: f64) -> f64;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: f64);
}

/// Reads both clocks.
pub(crate) fn now() -> Now {
    Now {
        mono: millis(mono()),
        wall: millis(wall()),
    }
}

/// A number for jitter; nothing secret rests on it.
pub(crate) fn seed() -> u64 {
    millis(random() * 2f64.powi(52))
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
    set: Cell<Option<f64>>,
}

/// An alarm never sleeps longer than this. Timers stand still on a sleeping machine, and a laptop that wakes up should find
/// out soon, even in an engine that sends no wake signal.
const LONGEST: Millis = 15_000;

impl Alarm {
    /// An alarm that is not set.
    pub(crate) fn new(ring: impl FnMut() + 'static) -> Self {
        Self {
            ring: Closure::new(ring),
            set: Cell::new(None),
        }
    }

    /// Sets it to ring at a moment of the monotonic clock, instead of when it was set to ring before.
    pub(crate) fn set(&self, at: Option<Millis>, now: Now) {
        self.clear();
        if let Some(at) = at {
            let delay = at.saturating_sub(now.mono).min(LONGEST);
            #[expect(clippy::cast_precision_loss, reason = "a quarter of a minute")]
            let timer = set_timeout(self.ring.as_ref(), delay as f64);
            self.set.set(Some(timer));
        }
    }

    fn clear(&self) {
        if let Some(timer) = self.set.take() {
            clear_timeout(timer);
        }
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        self.clear();
    }
}
