//! Listens to events about the visibility and the use of the page. `login` decides what follows from them.

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::prelude::*;
use web_sys::{Event, EventTarget, window};

use super::document::is_visible;
use crate::login::PageEvent;

/// Events that are listened to on the window.
const WINDOW_EVENTS: [&str; 6] = [
    "focus",
    "pageshow",
    "online",
    "pointerdown",
    "keydown",
    "pagehide",
];
/// Events that are listened to on the document. Only Chromium dispatches `resume` (Page Lifecycle).
const DOCUMENT_EVENTS: [&str; 2] = ["visibilitychange", "resume"];

/// The event listeners. Dropping this removes them.
pub(crate) struct PageEvents {
    _listeners: Vec<EventListener>,
}

impl PageEvents {
    /// Adds the listeners. They call `handle` for each event that maps to a [`PageEvent`].
    pub(crate) fn new(handle: impl Fn(PageEvent) + Clone + 'static) -> Self {
        let mut listeners = Vec::new();
        let mut add = |target: &EventTarget, name: &'static str| {
            let handle = handle.clone();
            // Elements stop events of their forms, and pages may stop others. `focus` of an element must not be heard.
            let phase = if is_use(name) {
                EventListenerOptions::run_in_capture_phase()
            } else {
                EventListenerOptions::default()
            };
            listeners.push(EventListener::new_with_options(
                target,
                name,
                phase,
                move |event| {
                    if let Some(event) = page_event(event) {
                        handle(event);
                    }
                },
            ));
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

/// Returns whether an event means that somebody uses the page.
fn is_use(name: &str) -> bool {
    matches!(name, "pointerdown" | "keydown")
}

/// Maps a DOM event. `focus` and `online` also occur on hidden pages, where they are ignored.
fn page_event(event: &Event) -> Option<PageEvent> {
    match event.type_().as_str() {
        name if is_use(name) => Some(PageEvent::Used),
        "pagehide" => Some(PageEvent::Left),
        _ if is_visible() => Some(PageEvent::Visible),
        "visibilitychange" => Some(PageEvent::Hidden),
        _ => None,
    }
}
