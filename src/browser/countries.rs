//! The list of countries beside a mobile number (`countries.js`).

use wasm_bindgen::prelude::*;
use web_sys::Element;

#[wasm_bindgen(module = "/src/browser/countries.js")]
extern "C" {
    /// The list of countries of one form.
    #[derive(Clone)]
    pub type CountryList;

    /// Reads the table of countries, then calls `countries_loaded` with it. `codes` are the attributes `country` and `countries`.
    #[wasm_bindgen(method)]
    pub fn load(this: &CountryList, codes: &str);

    /// Fills the `<select>` if necessary and selects a country. `allowed` is the attribute `countries`.
    #[wasm_bindgen(method)]
    pub fn update(
        this: &CountryList,
        select: &Element,
        code: &str,
        language: &str,
        allowed: Option<&str>,
    );

    /// Returns the name of a country in a language.
    #[wasm_bindgen(method, js_name = displayName)]
    pub fn display_name(this: &CountryList, code: &str, language: &str) -> String;
}
