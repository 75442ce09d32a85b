//! One visit of a page with a form: what the page's own record says (`page/watch.js`), the keys, and the memory.

use std::time::Duration;

use ae_e2e::driver::{Driver, Speed};
use ae_e2e::statistics::median;
use serde_json::{Value, json};

use crate::form::{EMPTY_PAGE, Form};
use crate::samples::{Cache, Metric, Profile};

/// The pause between two keys: that of a fast typist. A slow page has painted the first key by then.
const BETWEEN_KEYS: Duration = Duration::from_millis(120);
/// The keys that are pressed. They stay valid in every form.
const KEYS: &str = "98765";
/// Event Timing rounds to 8 ms and reports nothing below 16.
const UNREPORTED: f64 = 8.0;

/// What was measured.
pub(crate) type Measured = Vec<(Metric, f64)>;

/// Visits a page.
///
/// With [`Cache::Cold`], nothing of it is stored in the browser. With [`Cache::Warm`], everything is there that the visit before has
/// left behind, and no keys are pressed. `elements` is the number of widgets on the page.
///
/// # Errors
/// If the browser fails, or the form does not become usable.
pub(crate) async fn visit(
    driver: &Driver,
    origin: &str,
    path: &str,
    profile: Profile,
    cache: Cache,
    elements: usize,
) -> Result<Measured, String> {
    prepare(driver, origin, profile, cache).await?;
    driver.open(&format!("{origin}{path}")).await?;
    let loaded = wait(driver, elements).await?;
    let mut measured = Vec::new();
    for (metric, name) in [
        (Metric::FirstField, "firstField"),
        (Metric::Full, "full"),
        (Metric::Bytes, "bytes"),
        (Metric::Requests, "requests"),
        (Metric::LongestTask, "longestTask"),
        (Metric::LongTasks, "longTasks"),
        (Metric::LayoutShift, "layoutShift"),
    ] {
        measured.push((metric, number(&loaded[name])?));
    }
    if cache == Cache::Cold {
        measured.push((Metric::Memory, memory(driver).await?));
        measured.push((Metric::KeyToPaint, keys(driver).await?));
    }
    Ok(measured)
}

/// Waits until the form of the open page has all its features, and returns the page's record.
///
/// # Errors
/// If the form does not become usable.
pub(crate) async fn wait(driver: &Driver, elements: usize) -> Result<Value, String> {
    driver.evaluate(&format!("speed.loaded({elements})")).await
}

/// Leaves the page before, clears what must not be there, and sets the speed.
async fn prepare(
    driver: &Driver,
    origin: &str,
    profile: Profile,
    cache: Cache,
) -> Result<(), String> {
    driver.set_speed(Speed::Full).await?;
    driver.open(&format!("{origin}{EMPTY_PAGE}")).await?;
    // A visit is in a new tab: what was typed in the visit before is not restored.
    driver.evaluate("sessionStorage.clear()").await?;
    if cache == Cache::Cold {
        let everything = json!({ "origin": origin, "storageTypes": "all" });
        driver
            .send("Storage.clearDataForOrigin", everything)
            .await?;
        driver.send("Network.clearBrowserCache", json!({})).await?;
    }
    driver.set_speed(profile.speed()).await
}

/// The memory of the page in MiB: the JavaScript heap after a collection, and the memory of the wasm.
async fn memory(driver: &Driver) -> Result<f64, String> {
    driver
        .send("HeapProfiler.collectGarbage", json!({}))
        .await?;
    let metrics = driver.metrics().await?;
    let heap = metrics.get("JSHeapUsedSize");
    let heap = heap.ok_or("the browser has no metric JSHeapUsedSize")?;
    let wasm = driver.evaluate("speed.wasmMemory()").await?;
    Ok((heap + number(&wasm)?) / f64::from(1 << 20))
}

/// Presses keys in the field. Returns the median time from a key to the screen.
async fn keys(driver: &Driver) -> Result<f64, String> {
    driver.evaluate("speed.focus()").await?;
    driver.press_keys(KEYS, BETWEEN_KEYS).await?;
    let answer = driver.evaluate("speed.keys()").await?;
    let frames = numbers(&answer["frames"]);
    if frames.len() != KEYS.len() {
        return Err(format!(
            "{} of {} keys were received",
            frames.len(),
            KEYS.len()
        ));
    }
    let mut times = numbers(&answer["reported"]);
    times.resize(KEYS.len(), UNREPORTED);
    median(&times).ok_or_else(|| "no keys".to_owned())
}

fn numbers(value: &Value) -> Vec<f64> {
    let values = value.as_array().into_iter().flatten();
    values.filter_map(Value::as_f64).collect()
}

fn number(value: &Value) -> Result<f64, String> {
    let number = value.as_f64();
    number.ok_or_else(|| format!("{value} is not a number"))
}

/// The number of `ae-ready` events to wait for.
pub(crate) fn elements(form: Form) -> usize {
    usize::from(form.is_widget())
}
