//! Firefox for several scenarios, one after the other. Starting it costs half of the processor time of a scenario.
//!
//! After a scenario that has passed, Firefox gets a new tab, loses all others, and clears all data of all sites: cookies, storage,
//! caches, permissions. The next scenario begins there. A scenario that fails, or a browser that cannot be cleared, ends the
//! browser, so that what is wrong with it reaches no other scenario.

use std::sync::{Mutex, OnceLock, PoisonError};

use serde_json::json;
use tokio::runtime::{Builder, Runtime};

use crate::browser::{Browser, DrivenBrowser, Interface};
use crate::page::commands::{FIREFOX_PREFERENCES, FirefoxContext};

/// The number of scenarios that a browser is used for. What Firefox keeps in memory grows with each.
const SCENARIOS: u32 = 25;

/// The browsers that wait for a scenario.
static WAITING: Mutex<Vec<Pooled>> = Mutex::new(Vec::new());

/// A browser of the pool.
#[derive(Debug)]
pub(crate) struct Pooled {
    pub(crate) driven: DrivenBrowser,
    /// The number of scenarios that the browser was used for.
    used: u32,
    /// The length of the log when the current scenario began, in bytes.
    log_start: usize,
}

impl Pooled {
    /// What driver and browser have written since the scenario began.
    pub(crate) fn log(&self) -> String {
        let log = self.driven.log();
        log.get(self.log_start..).unwrap_or(&log).to_owned()
    }
}

/// Returns a browser without pages and data: one that waits, or a new one.
pub(crate) async fn take() -> Result<Pooled, String> {
    let waiting = WAITING.lock().unwrap_or_else(PoisonError::into_inner).pop();
    if let Some(mut pooled) = waiting {
        pooled.log_start = pooled.driven.log().len();
        return Ok(pooled);
    }
    // The connection to the driver is served by a task, which must outlive the runtime of the scenario.
    let started = runtime().spawn(Browser::Firefox.start(Interface::Desktop));
    let mut driven = started.await.map_err(|error| error.to_string())??;
    driven
        .ends_with_program()
        .map_err(|error| format!("the guard of Firefox does not start: {error}"))?;
    Ok(Pooled {
        driven,
        used: 0,
        log_start: 0,
    })
}

/// Clears the browser after a scenario that has passed, and keeps it for another.
pub(crate) async fn give_back(mut pooled: Pooled) {
    pooled.used += 1;
    if pooled.used < SCENARIOS && clear(&pooled.driven).await.is_ok() {
        let mut waiting = WAITING.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.push(pooled);
    }
}

/// Leaves one new tab, clears the data of all sites, and resets the preferences that scenarios set.
async fn clear(driven: &DrivenBrowser) -> Result<(), fantoccini::error::CmdError> {
    let client = &driven.client;
    let old = client.windows().await?;
    if let Some(first) = old.first() {
        client.switch_to_window(first.clone()).await?;
    }
    let new = client.new_window(true).await?.handle;
    for window in old {
        client.switch_to_window(window).await?;
        client.close_window().await?;
    }
    client.switch_to_window(new).await?;
    client.issue_cmd(FirefoxContext::Chrome).await?;
    let script = include_str!("firefox_clear.js");
    let cleared = client
        .execute_async(script, vec![json!(FIREFOX_PREFERENCES)])
        .await;
    client.issue_cmd(FirefoxContext::Content).await?;
    cleared.map(drop)
}

/// The runtime of the connections to the drivers.
fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime for the drivers")
    })
}
