//! The exported functions of [`super`] as a JavaScript object, for programs that define the element without the loader: storefronts
//! in Leptos, and tests. The loader takes the same functions from the module that wasm-bindgen generates.

use js_sys::{Array, Function, Map, Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{Event, EventTarget};

use super::{CountryList, FormRoot, LocaleController};

/// Modules that other modules import and Rust does not call. wasm-bindgen copies only modules that an `extern` block names.
mod imported_by_other_modules {
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen(module = "/src/browser/files.js")]
    extern "C" {
        #[wasm_bindgen(js_name = readFile)]
        fn read_file(files: &JsValue, name: &str, extension: &str);
    }

    #[wasm_bindgen(module = "/src/element/connection.js")]
    extern "C" {
        type Connection;
    }

    #[wasm_bindgen(module = "/src/element/errors.js")]
    extern "C" {
        type AeError;
    }

    #[wasm_bindgen(module = "/src/element/first-screen.js")]
    extern "C" {
        type FirstScreen;
    }

    #[wasm_bindgen(module = "/src/element/property-check.js")]
    extern "C" {
        #[wasm_bindgen(js_name = checkCustomProperties)]
        fn check_custom_properties(element: &JsValue, style: &str);
    }

    #[wasm_bindgen(module = "/src/element/session.js")]
    extern "C" {
        type AeSession;
    }
}

#[wasm_bindgen(module = "/src/element/element.js")]
extern "C" {
    /// Defines `<ae-login>`, unless it is defined already. `load` returns a promise of [`functions`]; `style` is the style sheet of the
    /// form; `files` has the type `Files` of `src/browser/files.js`.
    #[wasm_bindgen(js_name = defineElement)]
    pub fn define_element(load: &Function, style: &str, files: &JsValue);
}

/// The type of [`super::connect`].
type ConnectFn = dyn Fn(
    EventTarget,
    Map,
    Option<FormRoot>,
    Option<LocaleController>,
    Option<CountryList>,
) -> u32;

/// The type of functions whose only argument is the id of a host.
type ConnectionFn = fn(u32);

/// Returns an object with all exported functions. Call it once per page: the closures are never freed.
pub fn functions() -> Object {
    let object = Object::new();
    let add = |name: &str, function: JsValue| {
        // Setting a property of a plain object does not fail.
        let _ = Reflect::set(&object, &name.into(), &function);
    };
    add(
        "connect",
        Closure::<ConnectFn>::new(super::connect).into_js_value(),
    );
    add(
        "attributes_changed",
        Closure::<dyn Fn(u32, Map)>::new(super::attributes_changed).into_js_value(),
    );
    add(
        "session",
        Closure::<dyn Fn(u32) -> Option<String>>::new(super::session).into_js_value(),
    );
    add(
        "get_token",
        Closure::<dyn Fn(u32, f64, Function, Function)>::new(super::get_token).into_js_value(),
    );
    add(
        "may_receive_token",
        Closure::<dyn Fn(u32, String) -> bool>::new(|id, url: String| {
            super::may_receive_token(id, &url)
        })
        .into_js_value(),
    );
    add(
        "token_headers",
        Closure::<dyn Fn(u32, String) -> Array>::new(|id, token: String| {
            super::token_headers(id, &token)
        })
        .into_js_value(),
    );
    add(
        "replacement_token",
        Closure::<dyn Fn(u32, u16, String, Function)>::new(
            |id, status, refused: String, resolve| {
                super::replacement_token(id, status, &refused, resolve);
            },
        )
        .into_js_value(),
    );
    add(
        "on_form_event",
        Closure::<dyn Fn(u32, Event)>::new(|id, event| super::on_form_event(id, &event))
            .into_js_value(),
    );
    add(
        "dialog_toggled",
        Closure::<dyn Fn(u32, bool)>::new(super::dialog_toggled).into_js_value(),
    );
    add(
        "countries_loaded",
        Closure::<dyn Fn(u32, String)>::new(super::countries_loaded).into_js_value(),
    );
    let without_arguments: [(&str, ConnectionFn); 6] = [
        ("activate", super::activate),
        ("disconnect", super::disconnect),
        ("sign_out", super::sign_out),
        ("change_password", super::change_password),
        ("restart", super::restart),
        ("texts_changed", super::texts_changed),
    ];
    for (name, function) in without_arguments {
        add(name, Closure::<dyn Fn(u32)>::new(function).into_js_value());
    }
    object
}
