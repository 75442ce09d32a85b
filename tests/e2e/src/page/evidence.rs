//! The records that are saved of a page: its whole state when a scenario fails, and a screenshot of each step on request.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::Value;

use super::commands::ConsoleLog;
use super::{LIBRARY, Page};
use crate::browser::Browser;

/// How long one command to a browser may take that may have stopped to answer.
const COMMAND_LIMIT: Duration = Duration::from_secs(5);

/// The state of a page. An error says why a part of it is missing.
#[derive(Debug)]
pub(crate) struct Evidence {
    /// A picture in the format PNG.
    pub(crate) screenshot: Result<Vec<u8>, String>,
    /// The HTML of the document, shadow trees included.
    pub(crate) html: Result<String, String>,
    /// Calls of the console, uncaught errors and events in the order in which they came, and in Chromium the browser's own log.
    pub(crate) console: String,
    /// Requests to the shop, and reports of its policy.
    pub(crate) shop: String,
}

impl Page {
    /// Takes a screenshot, if the environment variable `AE_SHOTS` is set.
    pub async fn takes_screenshot(&self, step: &str) {
        let Some(path) = &self.window.screenshots else {
            return;
        };
        let number = self.window.screenshot_count.get() + 1;
        self.window.screenshot_count.set(number);
        let path = format!("{}-{number:02}-{step}.png", path.display());
        let picture = self.driver().await.screenshot().await;
        let picture = self.or_panic(picture, "taking a screenshot").await;
        std::fs::write(&path, picture).unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    /// Collects the state of the page. Does not panic; each command has a time limit, since the browser may be the reason of the
    /// failure.
    pub(crate) async fn evidence(&self, browser: Browser) -> Evidence {
        let client = &self.window.client;
        if self.window.current.borrow().as_ref() != Some(&self.window.handle) {
            let switched = client.switch_to_window(self.window.handle.clone());
            if let Err(why) = limited(switched).await {
                return Evidence {
                    screenshot: Err(why.clone()),
                    html: Err(why.clone()),
                    console: why,
                    shop: self.shop_record(),
                };
            }
            let current = &self.window.current;
            current.replace(Some(self.window.handle.clone()));
        }
        let screenshot = limited(client.screenshot()).await;
        let html = self.limited_script("return markup(null)").await;
        let html = html.map(|html| html.as_str().unwrap_or_default().to_owned());
        let recorded = self.limited_script("return recordedConsole").await;
        let mut console = recorded.map_or_else(
            |why| format!("the record of the page: {why}\n"),
            |lines| text_of_lines(&lines),
        );
        let events = self.limited_script("return recordedEvents").await;
        let _ = writeln!(console, "\nevents of the widget:");
        console += &events.map_or_else(|why| format!("{why}\n"), |events| text_of_lines(&events));
        if browser == Browser::Chromium {
            let _ = writeln!(console, "\nlog of the browser:");
            let log = limited(client.issue_cmd(ConsoleLog)).await;
            console += &log.map_or_else(|why| format!("{why}\n"), |lines| text_of_lines(&lines));
        }
        Evidence {
            screenshot,
            html,
            console,
            shop: self.shop_record(),
        }
    }

    async fn limited_script(&self, script: &str) -> Result<Value, String> {
        let body = format!("{LIBRARY}\n{script}");
        limited(self.window.client.execute(&body, Vec::new())).await
    }

    fn shop_record(&self) -> String {
        let served = &self.window.served;
        let mut record = served.requests().join("\n");
        for report in served.reports() {
            let _ = write!(record, "\nreport of the policy: {report}");
        }
        record.push('\n');
        record
    }
}

async fn limited<T, E: std::fmt::Display>(
    command: impl Future<Output = Result<T, E>>,
) -> Result<T, String> {
    match tokio::time::timeout(COMMAND_LIMIT, command).await {
        Ok(answer) => answer.map_err(|error| error.to_string()),
        Err(_) => Err(format!("the browser gives no answer in {COMMAND_LIMIT:?}")),
    }
}

/// A list with one element on each line: texts as they are, anything else as JSON.
fn text_of_lines(list: &Value) -> String {
    let lines = list.as_array().into_iter().flatten();
    let lines = lines.map(|line| match line {
        Value::String(text) => format!("{text}\n"),
        other => format!("{other}\n"),
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::text_of_lines;

    #[test]
    fn list_has_one_line_for_each_element() {
        let list = json!(["error: no", { "level": "SEVERE" }]);
        assert_eq!(text_of_lines(&list), "error: no\n{\"level\":\"SEVERE\"}\n");
        assert_eq!(text_of_lines(&json!(null)), "");
    }
}
