//! Listens to events about the visibility and the use of the page. `login` decides what follows from them.

use gloo_events::EventListener;
use wasm_bindgen::prelude::*;
use web_sys::{Event, EventTarget, window};

use super::document::is_visible;
use crate::login::PageEvent;

/// Events that are listened to on the window.
const WINDOW_EVENTS: [&str; 5] = ["focus", "pageshow", "online", "pointerdown", "keydown"];
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

/// Maps a DOM event. `focus` and `online` also occur on hidden pages, where they are ignored.
fn page_event(event: &Event) -> Option<PageEvent> {
    match event.type_().as_str() {
        "pointerdown" | "keydown" => Some(PageEvent::Used),
        _ if is_visible() => Some(PageEvent::Visible),
        "visibilitychange" => Some(PageEvent::Hidden),
        _ => None,
    }
}
