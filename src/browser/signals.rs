//! Listens to the page's events that say that it has come back to life, is put aside, or is being used.

use std::rc::Rc;

use gloo_events::EventListener;
use web_sys::{Document, EventTarget, VisibilityState};

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
pub(crate) struct Signals(#[expect(dead_code, reason = "held for its drop")] Vec<EventListener>);

impl Signals {
    /// Calls `signed` for each sign. Without a window there are none.
    pub(crate) fn new(signed: impl Fn(Sign) + 'static) -> Self {
        let mut listeners = Vec::new();
        let window = web_sys::window();
        let document = window.as_ref().and_then(web_sys::Window::document);
        if let (Some(window), Some(document)) = (window, document) {
            let signed: Rc<dyn Fn(Sign)> = Rc::new(signed);
            let mut listen =
                |target: &EventTarget, name: &'static str, sign: fn(&Document) -> Option<Sign>| {
                    let (document, signed) = (document.clone(), Rc::clone(&signed));
                    listeners.push(EventListener::new(target, name, move |_| {
                        if let Some(sign) = sign(&document) {
                            signed(sign);
                        }
                    }));
                };
            for name in ["focus", "pageshow", "online"] {
                listen(&window, name, woken);
            }
            for name in ["pointerdown", "keydown"] {
                listen(&window, name, |_| Some(Sign::Used));
            }
            listen(&document, "resume", woken);
            listen(&document, "visibilitychange", |document| {
                Some(woken(document).unwrap_or(Sign::Hidden))
            });
        }
        Self(listeners)
    }
}

/// The sign of an event that brings a page back, if the page is visible.
fn woken(document: &Document) -> Option<Sign> {
    (document.visibility_state() == VisibilityState::Visible).then_some(Sign::Woken)
}
