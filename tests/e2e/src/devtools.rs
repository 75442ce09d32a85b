//! Commands of the Chrome `DevTools` Protocol, sent through chromedriver. Chromium only.

use axum::http::Method;
use fantoccini::Client;
use fantoccini::error::CmdError;
use fantoccini::wd::WebDriverCompatibleCommand;
use serde_json::{Value, json};
use url::{ParseError, Url};

/// Sends a command such as `Performance.getMetrics` and returns its result.
///
/// # Errors
/// If the driver or the browser refuses the command.
pub async fn send(client: &Client, command: &str, parameters: Value) -> Result<Value, CmdError> {
    let body = json!({ "cmd": command, "params": parameters });
    client.issue_cmd(Execute(body)).await
}

/// chromedriver's extension command `goog/cdp/execute`, with its body.
#[derive(Debug)]
struct Execute(Value);

impl WebDriverCompatibleCommand for Execute {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        let session = session.unwrap_or_default();
        base.join(&format!("session/{session}/goog/cdp/execute"))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.0.to_string()))
    }
}
