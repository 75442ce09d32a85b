//! The browser's signs that the page has come back to life, is put aside, or is being used.

use wasm_bindgen::prelude::*;
use web_sys::{Event, EventTarget, VisibilityState};

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

/// Whether anybody sees the page.
pub(crate) fn is_visible() -> bool {
    super::clock::window()
        .and_then(|window| window.document())
        .is_some_and(|document| document.visibility_state() == VisibilityState::Visible)
}

/// Listens until it is dropped.
pub(crate) struct Signals {
    heard: Closure<dyn FnMut(Event)>,
    at: Vec<(EventTarget, &'static str)>,
}

impl Signals {
    /// Calls `signed` for each sign.
    pub(crate) fn new(mut signed: impl FnMut(Sign) + 'static) -> Self {
        let heard = Closure::new(move |event: Event| {
            let name = event.type_();
            if matches!(name.as_str(), "pointerdown" | "keydown") {
                signed(Sign::Used);
            } else if is_visible() {
                signed(Sign::Woken);
            } else if name == "visibilitychange" {
                signed(Sign::Hidden);
            }
        });
        let mut signals = Self {
            heard,
            at: Vec::new(),
        };
        if let Some(window) = super::clock::window() {
            let document = window.document().map(EventTarget::from);
            let window = EventTarget::from(window);
            for name in ["focus", "pageshow", "online", "pointerdown", "keydown"] {
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
