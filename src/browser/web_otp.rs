//! Codes from text messages, where the browser reads them (`web-otp.js`).

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::Element;

#[wasm_bindgen(module = "/src/browser/web-otp.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = receiveCode)]
    fn receive_code(root: &Element) -> Result<Function, JsValue>;
}

/// Waits for a message and fills its code in. Dropping it ends the wait.
pub struct OtpRequest(Function);

impl OtpRequest {
    /// Begins to wait for a message with the code for the form in `root`; `None` where the page has broken what that needs.
    pub fn start(root: &Element) -> Option<Self> {
        receive_code(root).ok().map(Self)
    }
}

impl Drop for OtpRequest {
    fn drop(&mut self) {
        // The function aborts a signal; it does not throw.
        let _ = self.0.call0(&JsValue::NULL);
    }
}
