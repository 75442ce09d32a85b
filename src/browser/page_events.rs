//! Listens to what the browser says of the page's life. What follows from it is decided in `login`.

use gloo_events::EventListener;
use wasm_bindgen::prelude::*;
use web_sys::{Event, EventTarget, window};

use super::document::is_visible;
use crate::login::PageEvent;

/// Events of the window.
const WINDOW_EVENTS: [&str; 5] = ["focus", "pageshow", "online", "pointerdown", "keydown"];
/// Events of the document. `resume` is Chromium's (Page Lifecycle).
const DOCUMENT_EVENTS: [&str; 2] = ["visibilitychange", "resume"];

/// Listens until it is dropped.
pub(crate) struct PageEvents {
    _listeners: Vec<EventListener>,
}

impl PageEvents {
    /// Calls `handle` for each event that means something.
    pub(crate) fn new(handle: impl Fn(PageEvent) + Clone + 'static) -> Self {
        let mut listeners = Vec::new();
        let mut add = |target: &EventTarget, name: &'static str| {
            let handle = handle.clone();
            listeners.push(EventListener::new(target, name, move |event| {
                if let Some(event) = page_event(event) {
                    handle(event);
                }
            }));
        };
        if let Some(window) = window() {
            for name in WINDOW_EVENTS {
                add(&window, name);
            }
            if let Some(document) = window.document() {
                for name in DOCUMENT_EVENTS {
                    add(document.unchecked_ref(), name);
                }
            }
        }
        Self {
            _listeners: listeners,
        }
    }
}

/// The meaning of an event. A hidden page gets `focus` and `online` as well; they mean nothing there.
fn page_event(event: &Event) -> Option<PageEvent> {
    match event.type_().as_str() {
        "pointerdown" | "keydown" => Some(PageEvent::Used),
        _ if is_visible() => Some(PageEvent::Visible),
        "visibilitychange" => Some(PageEvent::Hidden),
        _ => None,
    }
}
