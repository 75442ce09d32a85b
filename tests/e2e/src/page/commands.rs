//! WebDriver commands that the client does not have.

use axum::http::Method;
use fantoccini::wd::WebDriverCompatibleCommand;
use serde_json::json;
use url::{ParseError, Url};

/// The preferences of Firefox that scenarios may set. They are reset after each scenario.
pub(crate) const FIREFOX_PREFERENCES: [&str; 2] = [
    "browser.display.document_color_use",
    "ui.prefersReducedMotion",
];

/// Firefox only: selects what scripts of the driver run in.
#[derive(Debug)]
pub(crate) enum FirefoxContext {
    /// The browser itself.
    Chrome,
    /// The page.
    Content,
}

impl WebDriverCompatibleCommand for FirefoxContext {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        let session = session.unwrap_or_default();
        base.join(&format!("session/{session}/moz/context"))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        let context = match self {
            Self::Chrome => "chrome",
            Self::Content => "content",
        };
        (
            Method::POST,
            Some(json!({ "context": context }).to_string()),
        )
    }
}

/// Gets the role or the name that the browser computes for an element: `element/{id}/computedrole`, or `computedlabel`.
#[derive(Debug)]
pub(super) struct ComputedAccessibility(pub(super) String);

impl WebDriverCompatibleCommand for ComputedAccessibility {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        let session = session.unwrap_or_default();
        base.join(&format!("session/{session}/{}", self.0))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::GET, None)
    }
}

/// Chromium only: gets what the browser has written into the console since the last such command, network errors included.
#[derive(Debug)]
pub(super) struct ConsoleLog;

impl WebDriverCompatibleCommand for ConsoleLog {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        let session = session.unwrap_or_default();
        base.join(&format!("session/{session}/se/log"))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({ "type": "browser" }).to_string()))
    }
}
