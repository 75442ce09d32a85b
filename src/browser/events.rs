//! Dispatches the `ae-…` events (`events.js`).

use wasm_bindgen::prelude::*;
use web_sys::EventTarget;

use crate::login::Event;

#[wasm_bindgen(module = "/src/browser/events.js")]
extern "C" {
    #[wasm_bindgen(js_name = dispatch)]
    fn dispatch_json(target: &EventTarget, name: &str, detail: &str);
}

/// Dispatches an event. Listeners of the page run before this returns, and they may call the wasm.
pub fn dispatch(target: &EventTarget, event: &Event) {
    let (name, detail) = event.to_page();
    dispatch_json(target, name, &detail);
}
