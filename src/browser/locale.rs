//! The language and the texts of a form (`locale.js`).

use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/browser/locale.js")]
extern "C" {
    /// The language and the texts of one form.
    #[derive(Clone)]
    pub type LocaleController;

    /// The texts in the format of [`Texts`](crate::login::text::Texts).
    #[wasm_bindgen(method, getter)]
    pub fn catalogue(this: &LocaleController) -> String;

    /// The language tag (BCP 47) of the texts.
    #[wasm_bindgen(method, getter)]
    pub fn language(this: &LocaleController) -> String;

    /// Whether the attribute `locale` is absent or a valid language tag.
    #[wasm_bindgen(method, getter, js_name = isValid)]
    pub fn is_valid(this: &LocaleController) -> bool;
}
