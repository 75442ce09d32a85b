//! One-time codes from text messages (`web-otp.js`).

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::Element;

#[wasm_bindgen(module = "/src/browser/web-otp.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = receiveCode)]
    fn receive_code(root: &Element) -> Result<Function, JsValue>;
}

/// A request for the code of the next text message. Dropping it cancels the request.
pub struct OtpRequest(Function);

impl OtpRequest {
    /// Requests a code and fills it into the form in `root` when it arrives. Returns `None` if the call throws, for example because
    /// the page has replaced a function that it needs.
    pub fn start(root: &Element) -> Option<Self> {
        receive_code(root).ok().map(Self)
    }
}

impl Drop for OtpRequest {
    fn drop(&mut self) {
        // The function aborts a signal and does not throw.
        let _ = self.0.call0(&JsValue::NULL);
    }
}
