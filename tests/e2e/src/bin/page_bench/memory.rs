//! How much memory a page holds: as it is loaded, after many mounts of the element, and after many renewals.

use ae_e2e::driver::Driver;
use serde_json::Value;

use crate::build::Build;
use crate::options::Options;
use crate::table::Table;

const LOADED: &str = "Memory: the page as it is loaded";
const MOUNTED: &str = "Memory: after mounts and unmounts";
const RENEWED: &str = "Memory: after renewals";

/// Rounds before the first count, so that everything that is created once exists.
const WARM_UP: u32 = 200;
/// How many rounds one command plays, since the driver waits for a command for three minutes.
const AT_ONCE: u32 = 100;

/// The memory of a page after a garbage collection.
#[derive(Debug, Clone, Copy)]
struct Count {
    /// The size of all WebAssembly memories, in KiB.
    wasm: f64,
    /// The size of the JavaScript heap, in KiB.
    heap: f64,
    nodes: f64,
    listeners: f64,
}

/// Measures a build in a browser of its own.
///
/// # Errors
/// If the browser fails, or the page does not come to the expected step.
pub(crate) async fn measure(
    build: &Build,
    index: usize,
    options: &Options,
    table: &mut Table,
) -> Result<(), String> {
    let driver = Driver::start(crate::WATCH).await?;
    let url = format!("{}/", build.counting.origin());
    driver.open(&url).await?;
    appears(&driver, "[part~=identifier-input]:enabled").await?;
    add(table, LOADED, index, count(&driver).await?, None);
    if options.mounts > 0 {
        let round = "remount";
        plays(&driver, round, ", 'identify'", WARM_UP).await?;
        let before = count(&driver).await?;
        plays(&driver, round, ", 'identify'", options.mounts).await?;
        add(table, MOUNTED, index, count(&driver).await?, Some(before));
    }
    if options.renewals > 0 {
        driver.open(&url).await?;
        sign_in(&driver, build).await?;
        driver.evaluate("leaks.replay(true)").await?;
        plays(&driver, "renew", "", WARM_UP).await?;
        let before = count(&driver).await?;
        plays(&driver, "renew", "", options.renewals).await?;
        add(table, RENEWED, index, count(&driver).await?, Some(before));
    }
    Ok(())
}

/// Adds a row for each number, and for how much of it has come since `before`.
fn add(table: &mut Table, heading: &'static str, build: usize, now: Count, before: Option<Count>) {
    table.add(heading, "WebAssembly memory, KiB", build, now.wasm);
    table.add(heading, "JavaScript heap, KiB", build, now.heap);
    table.add(heading, "DOM nodes", build, now.nodes);
    table.add(heading, "event listeners", build, now.listeners);
    if let Some(before) = before {
        let wasm = now.wasm - before.wasm;
        table.add(heading, "WebAssembly memory, growth, KiB", build, wasm);
        let heap = now.heap - before.heap;
        table.add(heading, "JavaScript heap, growth, KiB", build, heap);
        let nodes = now.nodes - before.nodes;
        table.add(heading, "DOM nodes, growth", build, nodes);
        let listeners = now.listeners - before.listeners;
        table.add(heading, "event listeners, growth", build, listeners);
    }
}

/// Counts once several garbage collections in a row leave the same.
async fn count(driver: &Driver) -> Result<Count, String> {
    let mut least: Option<Count> = None;
    let mut unchanged = 0;
    for _ in 0..30 {
        // Timers and promises that are due run first.
        driver.evaluate("leaks.count()").await?;
        let command = "HeapProfiler.collectGarbage";
        driver
            .send(command, Value::Object(serde_json::Map::new()))
            .await?;
        let metrics = driver.metrics().await?;
        let metric = |name: &str| {
            let metric = metrics.get(name).copied();
            metric.ok_or_else(|| format!("the browser has no metric {name}"))
        };
        let wasm = driver.evaluate("pageBench.wasmMemory()").await?;
        let now = Count {
            wasm: wasm.as_f64().unwrap_or_default() / 1024.0,
            heap: metric("JSHeapUsedSize")? / 1024.0,
            nodes: metric("Nodes")?,
            listeners: metric("JSEventListeners")?,
        };
        match least {
            // The count itself needs a little memory.
            Some(least) if now.heap > least.heap - 1.0 && now.nodes >= least.nodes => {
                unchanged += 1;
            }
            _ => (least, unchanged) = (Some(now), 0),
        }
        if unchanged == 3 {
            break;
        }
    }
    let count = least.ok_or("nothing was counted")?;
    if count.wasm > 0.0 {
        Ok(count)
    } else {
        Err("the page has no WebAssembly memory".to_owned())
    }
}

/// Plays so many rounds of one kind in the page.
async fn plays(driver: &Driver, round: &str, more: &str, times: u32) -> Result<(), String> {
    let mut left = times;
    while left > 0 {
        let now = left.min(AT_ONCE);
        driver
            .evaluate(&format!("leaks.{round}({now}{more})"))
            .await?;
        left -= now;
    }
    Ok(())
}

async fn sign_in(driver: &Driver, build: &Build) -> Result<(), String> {
    appears(driver, "[part~=identifier-input]:enabled").await?;
    driver
        .fill("ae-login [part~=identifier-input]", "+91 99999 22332")
        .await?;
    driver.click("ae-login [part~=submit]").await?;
    appears(driver, "[part~=code-input]:enabled").await?;
    let code = build.counting_engine.code_sent_to("919999922332");
    driver.fill("ae-login [part~=code-input]", &code).await?;
    driver.click("ae-login [part~=submit]").await?;
    driver
        .evaluate("pageBench.appears('ae-login[signed-in]')")
        .await?;
    Ok(())
}

async fn appears(driver: &Driver, part: &str) -> Result<(), String> {
    driver
        .evaluate(&format!("pageBench.appears('ae-login {part}')"))
        .await?;
    Ok(())
}
