//! The browser's signs that the page has come back to life, is put aside, or is being used. `element.js` listens.

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::link::Link;

/// What a sign says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
    /// The page is shown, focused, restored or resumed, or the network is back; and somebody sees it.
    Woken,
    /// Nobody sees the page any more.
    Hidden,
    /// Somebody uses the page.
    Used,
}

/// Listens until it is dropped.
pub(crate) struct Signals {
    stop: Function,
    _heard: Closure<dyn FnMut(String)>,
}

impl Signals {
    /// Calls `signed` for each sign.
    pub(crate) fn new(link: &Link, mut signed: impl FnMut(Sign) + 'static) -> Self {
        let heard = Closure::new(move |name: String| match name.as_str() {
            "pointerdown" | "keydown" => signed(Sign::Used),
            "hidden" => signed(Sign::Hidden),
            _ => signed(Sign::Woken),
        });
        Self {
            stop: link.watch(heard.as_ref()),
            _heard: heard,
        }
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        // It takes listeners away, and does not throw.
        let _ = self.stop.call0(&JsValue::NULL);
    }
}
