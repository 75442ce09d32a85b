//! The browser's signs that the page has come back to life.

use wasm_bindgen::prelude::*;
use web_sys::{EventTarget, VisibilityState};

/// Listens until it is dropped.
pub(crate) struct Signals {
    heard: Closure<dyn FnMut()>,
    at: Vec<(EventTarget, &'static str)>,
}

impl Signals {
    /// Calls `woken` for each sign, while the page is visible: shown, focused, restored, resumed, or the network is back.
    pub(crate) fn new(mut woken: impl FnMut() + 'static) -> Self {
        let heard = Closure::new(move || {
            let visible = super::clock::window()
                .and_then(|window| window.document())
                .is_some_and(|document| document.visibility_state() == VisibilityState::Visible);
            if visible {
                woken();
            }
        });
        let mut signals = Self {
            heard,
            at: Vec::new(),
        };
        if let Some(window) = super::clock::window() {
            let document = window.document().map(EventTarget::from);
            let window = EventTarget::from(window);
            for name in ["focus", "pageshow", "online"] {
                signals.listen(window.clone(), name);
            }
            if let Some(document) = document {
                for name in ["visibilitychange", "resume"] {
                    signals.listen(document.clone(), name);
                }
            }
        }
        signals
    }

    fn listen(&mut self, target: EventTarget, name: &'static str) {
        if target
            .add_event_listener_with_callback(name, self.heard.as_ref().unchecked_ref())
            .is_ok()
        {
            self.at.push((target, name));
        }
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        for (target, name) in &self.at {
            // It was added with the same function, so it can be taken away.
            let _ = target
                .remove_event_listener_with_callback(name, self.heard.as_ref().unchecked_ref());
        }
    }
}
