//! Chromium for the measurements: slowed down, with access to its counters.

use std::collections::HashMap;
use std::time::Duration;

use fantoccini::Locator;
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::wd::TimeoutConfiguration;
use serde_json::{Value, json};

use crate::browser::{Browser, DrivenBrowser, Interface};
use crate::devtools;

/// How long a script may take. A page with hundreds of forms takes a while on a busy machine.
const SCRIPT_LIMIT: Duration = Duration::from_mins(3);

/// How fast the processor and the network of a page are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speed {
    /// Both at full speed.
    Full,
    /// The main thread runs at a quarter of its speed.
    SlowProcessor,
    /// The same, with a network of 1.6 Mbit/s down, 0.75 Mbit/s up, and 150 ms for each request.
    SlowProcessorAndNetwork,
}

impl Speed {
    fn processor_rate(self) -> u32 {
        if self == Self::Full { 1 } else { 4 }
    }

    /// Parameters of `Network.emulateNetworkConditions`; throughput is in bytes per second, -1 means no limit.
    fn network(self) -> Value {
        let (latency, down, up) = match self {
            Self::Full | Self::SlowProcessor => (0, -1, -1),
            Self::SlowProcessorAndNetwork => (150, 200_000, 93_750),
        };
        json!({ "offline": false, "latency": latency, "downloadThroughput": down, "uploadThroughput": up })
    }
}

/// A running browser. It ends when it is dropped.
#[derive(Debug)]
pub struct Driver {
    browser: DrivenBrowser,
    /// Runs in every page before the scripts of the page.
    script: String,
}

impl Driver {
    /// Starts Chromium with a script that runs in every page before the scripts of the page.
    ///
    /// # Errors
    /// If the browser or its driver is missing or refuses a command.
    pub async fn start(script: &str) -> Result<Self, String> {
        let browser = Browser::Chromium.start(Interface::Desktop).await?;
        let script = script.to_owned();
        let driver = Self { browser, script };
        let limit = TimeoutConfiguration::new(Some(SCRIPT_LIMIT), None, None);
        let set = driver.browser.client.update_timeouts(limit).await;
        set.map_err(|error| format!("setting the limit of scripts: {error}"))?;
        driver.prepare_tab().await?;
        Ok(driver)
    }

    async fn prepare_tab(&self) -> Result<(), String> {
        let command = "Page.addScriptToEvaluateOnNewDocument";
        let source = json!({ "source": self.script });
        self.send(command, source).await?;
        // Durations are processor time of the main thread, so that other work on the machine does not count.
        let domain = json!({ "timeDomain": "threadTicks" });
        self.send("Performance.enable", domain).await?;
        self.send("Network.enable", json!({})).await?;
        Ok(())
    }

    /// Sends a command of the Chrome `DevTools` Protocol.
    ///
    /// # Errors
    /// If the browser or its driver refuses the command.
    pub async fn send(&self, command: &str, parameters: Value) -> Result<Value, String> {
        let sent = devtools::send(&self.browser.client, command, parameters).await;
        sent.map_err(|error| format!("{command}: {error}"))
    }

    /// Sets the speed of the pages that are opened from now on.
    ///
    /// # Errors
    /// If the browser or its driver refuses the command.
    pub async fn set_speed(&self, speed: Speed) -> Result<(), String> {
        let rate = json!({ "rate": speed.processor_rate() });
        self.send("Emulation.setCPUThrottlingRate", rate).await?;
        let command = "Network.emulateNetworkConditions";
        self.send(command, speed.network()).await?;
        Ok(())
    }

    /// Opens a page and waits for its `load` event.
    ///
    /// # Errors
    /// If the browser or its driver refuses the command.
    pub async fn open(&self, url: &str) -> Result<(), String> {
        let opened = self.browser.client.goto(url).await;
        opened.map_err(|error| format!("{url}: {error}"))
    }

    /// Opens a new tab and goes on in it.
    ///
    /// # Errors
    /// If the browser or its driver refuses the command.
    pub async fn open_tab(&self) -> Result<(), String> {
        let client = &self.browser.client;
        let opened = async {
            let tab = client.new_window(true).await?.handle;
            client.switch_to_window(tab).await
        };
        let opened = opened.await;
        opened.map_err(|error| format!("a new tab: {error}"))?;
        self.prepare_tab().await
    }

    /// How much memory the browser takes with all its processes, in MiB.
    pub fn memory(&self) -> u64 {
        self.browser.memory()
    }

    /// Evaluates an expression in the page and waits for its promise, if it is one, for three minutes at most.
    ///
    /// # Errors
    /// If the expression throws, its promise rejects, or the browser refuses the command.
    pub async fn evaluate(&self, expression: &str) -> Result<Value, String> {
        let script = format!(
            "const done = arguments[arguments.length - 1]; \
             Promise.resolve().then(() => {expression}).then((value) => done({{ value }}), (error) => done({{ error: String(error) }}))"
        );
        let answer = self.browser.client.execute_async(&script, Vec::new()).await;
        let mut answer = answer.map_err(|error| format!("{expression}: {error}"))?;
        match answer.get("error") {
            Some(error) => Err(format!("{expression}: {error}")),
            None => Ok(answer["value"].take()),
        }
    }

    /// Clicks in the middle of an element, as a mouse does.
    ///
    /// # Errors
    /// If the browser or its driver refuses the command.
    pub async fn click(&self, selector: &str) -> Result<(), String> {
        let element = self.browser.client.find(Locator::Css(selector)).await;
        let element = element.map_err(|error| format!("{selector}: {error}"))?;
        let clicked = element.click().await;
        clicked.map_err(|error| format!("clicking {selector}: {error}"))
    }

    /// Types into an element without pauses.
    ///
    /// # Errors
    /// If the browser or its driver refuses the command.
    pub async fn fill(&self, selector: &str, text: &str) -> Result<(), String> {
        let element = self.browser.client.find(Locator::Css(selector)).await;
        let element = element.map_err(|error| format!("{selector}: {error}"))?;
        let filled = element.send_keys(text).await;
        filled.map_err(|error| format!("typing into {selector}: {error}"))
    }

    /// Presses keys one after the other, with a pause after each. The element with the focus receives them.
    ///
    /// # Errors
    /// If the browser or its driver refuses the command.
    pub async fn press_keys(&self, keys: &str, pause: Duration) -> Result<(), String> {
        let keyboard = KeyActions::new("keyboard".to_owned());
        let actions = keys.chars().fold(keyboard, |actions, value| {
            actions
                .then(KeyAction::Down { value })
                .then(KeyAction::Up { value })
                .then(KeyAction::Pause { duration: pause })
        });
        let pressed = self.browser.client.perform_actions(actions).await;
        pressed.map_err(|error| format!("pressing keys: {error}"))
    }

    /// The browser's counters for the page, by the names of `Performance.getMetrics`; durations are in seconds.
    ///
    /// # Errors
    /// If the browser or its driver refuses the command.
    pub async fn metrics(&self) -> Result<HashMap<String, f64>, String> {
        let answer = self.send("Performance.getMetrics", json!({})).await?;
        let metrics = answer["metrics"].as_array().into_iter().flatten();
        let metrics = metrics.filter_map(|metric| {
            Some((
                metric["name"].as_str()?.to_owned(),
                metric["value"].as_f64()?,
            ))
        });
        Ok(metrics.collect())
    }
}
