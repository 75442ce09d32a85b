//! How wasm reaches one object of the page: what `element.js` gives for each element, and for each session without a form.

use js_sys::Function;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// What `element.js` gives: how to reach one object of the page.
    #[derive(Clone)]
    pub type Link;

    /// The text of an attribute.
    #[wasm_bindgen(method)]
    pub fn attribute(this: &Link, name: &str) -> Option<String>;

    /// Sets an attribute, or takes it away.
    #[wasm_bindgen(method)]
    pub fn mark(this: &Link, name: &str, value: Option<&str>);

    /// Puts the fallback away and gives the node to draw in; nothing for a session without a form.
    #[wasm_bindgen(method)]
    pub fn open(this: &Link) -> Option<web_sys::Element>;

    /// Shows the fallback again.
    #[wasm_bindgen(method)]
    pub fn close(this: &Link);

    /// The language of a form and its words, for `Texts`; nothing where `locale` names no language, or without a form.
    #[wasm_bindgen(method)]
    pub fn words(this: &Link) -> Option<String>;

    /// Shows a country in the list of countries; without one, asks for the table of them.
    #[wasm_bindgen(method)]
    pub fn list(this: &Link, code: Option<String>);

    /// The name of a country in the language of the form.
    #[wasm_bindgen(method)]
    pub fn country(this: &Link, code: &str) -> String;

    /// Whether anybody sees the page.
    #[wasm_bindgen(method, js_name = isSeen)]
    pub fn is_seen(this: &Link) -> bool;

    /// Calls `heard` with the signs of the page: the name of an event, `hidden` when nobody sees it any more. Gives what ends it.
    #[wasm_bindgen(method)]
    pub fn watch(this: &Link, heard: &JsValue) -> Function;

    /// Whether any page around this one is of another origin: such a page could lay itself over the form (clickjacking, RFC 9700
    /// §4.16).
    #[wasm_bindgen(method, js_name = isFramed)]
    pub fn is_framed(this: &Link) -> bool;

    /// The page's name for this browser, else a random one that is kept.
    #[wasm_bindgen(method)]
    pub fn device(this: &Link) -> String;

    /// Whether a text matches a shop's pattern; nothing where the pattern is no regular expression.
    #[wasm_bindgen(method)]
    pub fn fits(this: &Link, pattern: &str, text: &str) -> Option<bool>;

    /// The `requestHeaders` property of the page's object: any value, or what its getter throws.
    #[wasm_bindgen(method, catch, js_name = requestHeaders)]
    pub fn request_headers(this: &Link) -> Result<JsValue, JsValue>;

    /// Opens the line between the tabs of this shop; nothing where there is none.
    #[wasm_bindgen(method)]
    pub fn share(this: &Link, name: &str, heard: &JsValue) -> Option<Tabs>;

    /// What `tabs.js` gives: the line between tabs.
    pub type Tabs;

    /// The mark as it is written now.
    #[wasm_bindgen(method)]
    pub fn mark(this: &Tabs) -> Option<String>;

    /// Writes a mark and the record behind it, and tells the other tabs.
    #[wasm_bindgen(method)]
    pub fn keep(this: &Tabs, mark: &str, record: Option<&str>, on_device: bool);

    /// Forgets the key of a session that is over.
    #[wasm_bindgen(method)]
    pub fn forget(this: &Tabs);

    /// Whether anything can be kept on this device.
    #[wasm_bindgen(method, getter, js_name = canKeep)]
    pub fn can_keep(this: &Tabs) -> bool;

    /// Reads the record behind a mark. `done` is called with it, or with nothing.
    #[wasm_bindgen(method)]
    pub fn look(this: &Tabs, mark: &str, done: &JsValue);

    /// Waits for a turn, and gives what gives it up. `done` is called when it has come.
    #[wasm_bindgen(method)]
    pub fn queue(this: &Tabs, done: &JsValue) -> Function;

    /// Closes the line.
    #[wasm_bindgen(method)]
    pub fn close(this: &Tabs);

    /// Fires an event, whose detail is JSON.
    #[wasm_bindgen(method)]
    pub fn tell(this: &Link, name: &str, detail: &str);

    /// Writes to the console, for those who build the page.
    #[wasm_bindgen(method)]
    pub fn warn(this: &Link, text: &str);
}
