//! Regular expressions of the shop. Only the browser can read them.

use js_sys::RegExp;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    // `js_sys::RegExp::new` traps on a pattern that is not valid.
    #[wasm_bindgen(extends = RegExp, js_name = RegExp)]
    type Pattern;
    #[wasm_bindgen(constructor, catch, js_class = "RegExp")]
    fn new(pattern: &str, flags: &str) -> Result<Pattern, JsValue>;
}

/// Whether a text matches a pattern as a whole, as in the attribute `pattern` of HTML; `None` if the pattern is not valid.
pub fn matches_pattern(pattern: &str, text: &str) -> Option<bool> {
    let pattern = Pattern::new(&["^(?:", pattern, ")$"].concat(), "v").ok()?;
    Some(pattern.unchecked_ref::<RegExp>().test(text))
}
