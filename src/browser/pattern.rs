//! Matches the shop's regular expressions. They have the syntax of JavaScript, so the browser's `RegExp` matches them.

use js_sys::RegExp;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    // `js_sys::RegExp::new` traps if the pattern is invalid.
    #[wasm_bindgen(extends = RegExp, js_name = RegExp)]
    type Pattern;
    #[wasm_bindgen(constructor, catch, js_class = "RegExp")]
    fn new(pattern: &str, flags: &str) -> Result<Pattern, JsValue>;
}

/// Returns whether the whole text matches a pattern, as with the attribute `pattern` of HTML; `None` if the pattern is invalid.
pub fn matches_pattern(pattern: &str, text: &str) -> Option<bool> {
    let pattern = Pattern::new(&["^(?:", pattern, ")$"].concat(), "v").ok()?;
    Some(pattern.unchecked_ref::<RegExp>().test(text))
}
