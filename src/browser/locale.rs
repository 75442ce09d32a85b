//! The language of a form and its texts (`locale.js`).

use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/browser/locale.js")]
extern "C" {
    /// The language and the texts of one form.
    #[derive(Clone)]
    pub type LocaleController;

    /// The texts as [`Texts`](crate::login::text::Texts) reads them.
    #[wasm_bindgen(method, getter)]
    pub fn catalogue(this: &LocaleController) -> String;

    /// The tag of the language (BCP 47).
    #[wasm_bindgen(method, getter)]
    pub fn language(this: &LocaleController) -> String;

    /// Whether the attribute `locale` is absent or a language tag.
    #[wasm_bindgen(method, getter, js_name = isValid)]
    pub fn is_valid(this: &LocaleController) -> bool;
}
