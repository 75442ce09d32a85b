//! How long things take: until the field can be used, from a key to the screen, from the submit button to the next step.

use std::collections::HashMap;
use std::time::Duration;

use ae_e2e::driver::{Driver, Speed};
use ae_e2e::statistics::median;
use serde_json::{Value, json};

use crate::build::Build;
use crate::table::Table;

/// The headings for one speed of the processor.
struct Headings {
    loading: &'static str,
    keys: &'static str,
    submitting: &'static str,
}

const SLOW_PROCESSOR: Headings = Headings {
    loading: "4 × slower CPU: from navigation to the field",
    keys: "4 × slower CPU: a key in the number field",
    submitting: "4 × slower CPU: from submit to the next step",
};
const FULL_SPEED: Headings = Headings {
    loading: "Full speed: from navigation to the field",
    keys: "Full speed: a key in the number field",
    submitting: "Full speed: from submit to the next step",
};
const SLOW_NETWORK: &str = "4 × slower CPU, 1.6 Mbit/s, 150 ms";

/// The name of the row for the whole span, in milliseconds.
const TO_THE_FIELD: &str = "navigation to usable field, ms";

/// The number that is typed, without its country code.
const TYPED: &str = "9999922332";
const FIELD: &str = "ae-login [part~=identifier-input]";
const SUBMIT: &str = "ae-login [part~=submit]";
const CODE: &str = "ae-login [part~=code-input]:enabled";

/// The pause between two keys: that of a fast typist. A slow page has painted the first key by then.
const BETWEEN_KEYS: Duration = Duration::from_millis(120);

/// Event Timing rounds to 8 ms and reports nothing below 16.
const UNREPORTED: f64 = 8.0;

/// Measures every build in so many rounds. The builds take turns within each round, and the order changes from round to round.
///
/// # Errors
/// If the browser fails, or a page breaks its policy or reports an error.
pub(crate) async fn measure(
    driver: &Driver,
    builds: &[Build],
    rounds: usize,
    table: &mut Table,
) -> Result<(), String> {
    // The first visit of a new browser takes longer and is not counted.
    for build in builds {
        visit(driver, build, Speed::SlowProcessor).await?;
    }
    for round in 0..rounds {
        eprintln!("round {} of {rounds}", round + 1);
        for speed in [
            Speed::SlowProcessor,
            Speed::SlowProcessorAndNetwork,
            Speed::Full,
        ] {
            let mut order: Vec<usize> = (0..builds.len()).collect();
            if round % 2 == 1 {
                order.reverse();
            }
            for index in order {
                let Some(build) = builds.get(index) else {
                    continue;
                };
                let samples = visit(driver, build, speed).await;
                let samples = samples.map_err(|why| format!("{}: {why}", build.name))?;
                for (heading, name, sample) in samples {
                    table.add(heading, name, index, sample);
                }
            }
        }
    }
    Ok(())
}

/// Heading and name of the row, and the sample.
type Sample = (&'static str, &'static str, f64);

/// Loads the page at a speed; where the network is not slow, also types and submits.
async fn visit(driver: &Driver, build: &Build, speed: Speed) -> Result<Vec<Sample>, String> {
    let origin = build.page.origin();
    driver.set_speed(Speed::Full).await?;
    driver.open(&format!("{origin}/seeds")).await?;
    let everything = json!({ "origin": origin, "storageTypes": "all" });
    driver
        .send("Storage.clearDataForOrigin", everything)
        .await?;
    driver.set_speed(speed).await?;
    let before = driver.metrics().await?;
    driver.open(&format!("{origin}/")).await?;
    let loaded = driver.evaluate("pageBench.loaded()").await?;
    let after = driver.metrics().await?;
    let at = milliseconds(&loaded["at"])?;
    let headings = match speed {
        Speed::SlowProcessorAndNetwork => None,
        Speed::SlowProcessor => Some(SLOW_PROCESSOR),
        Speed::Full => Some(FULL_SPEED),
    };
    let mut samples = Vec::new();
    if let Some(headings) = headings {
        samples.push((headings.loading, TO_THE_FIELD, at));
        long_tasks(headings.loading, &loaded, &mut samples)?;
        main_thread(headings.loading, &before, &after, &mut samples)?;
        keys(driver, headings.keys, &mut samples).await?;
        submit(driver, build, headings.submitting, &mut samples).await?;
    } else {
        samples.push((SLOW_NETWORK, TO_THE_FIELD, at));
    }
    let problems = driver.evaluate("window.problems").await?;
    if problems.as_array().is_some_and(Vec::is_empty) {
        Ok(samples)
    } else {
        Err(format!("problems in the page: {problems}"))
    }
}

async fn keys(
    driver: &Driver,
    heading: &'static str,
    samples: &mut Vec<Sample>,
) -> Result<(), String> {
    driver.click(FIELD).await?;
    let before = driver.metrics().await?;
    driver.press_keys(TYPED, BETWEEN_KEYS).await?;
    let answer = driver.evaluate("pageBench.keys()").await?;
    let after = driver.metrics().await?;
    let written = driver
        .evaluate(&format!("document.querySelector('{FIELD}').value"))
        .await?;
    // A field that loses a key or does not format the number would be fast and wrong.
    let written = written.as_str().unwrap_or_default();
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    if digits != TYPED || written == TYPED {
        return Err(format!("the field holds {written:?} after {TYPED:?}"));
    }
    let keys = answer.as_array().map_or(&[][..], Vec::as_slice);
    if keys.len() != TYPED.len() {
        return Err(format!(
            "{} keys were received, not {}",
            keys.len(),
            TYPED.len()
        ));
    }
    let of = |name: &str| -> Vec<f64> {
        keys.iter()
            .filter_map(|key| key.get(name)?.as_f64())
            .collect()
    };
    let paints: Vec<f64> = keys
        .iter()
        .map(|key| key["duration"].as_f64().unwrap_or(UNREPORTED))
        .collect();
    let longest = paints.iter().copied().fold(0.0, f64::max);
    let rows = [
        ("key to paint (Event Timing), ms", median(&paints)),
        ("the longest of ten, ms", Some(longest)),
        ("key to next frame, ms", median(&of("frame"))),
        ("listeners of the input event, ms", median(&of("input"))),
    ];
    for (name, sample) in rows {
        samples.extend(sample.map(|sample| (heading, name, sample)));
    }
    main_thread(heading, &before, &after, samples)
}

async fn submit(
    driver: &Driver,
    build: &Build,
    heading: &'static str,
    samples: &mut Vec<Sample>,
) -> Result<(), String> {
    driver
        .evaluate(&format!("pageBench.expect('{CODE}')"))
        .await?;
    let sent = build.engine.message_count();
    let before = driver.metrics().await?;
    driver.click(SUBMIT).await?;
    let reached = driver.evaluate("pageBench.reached()").await?;
    let after = driver.metrics().await?;
    if build.engine.message_count() != sent + 1 {
        return Err("the engine did not send one code".to_owned());
    }
    samples.push((
        heading,
        "click to the code field, ms",
        milliseconds(&reached["took"])?,
    ));
    long_tasks(heading, &reached, samples)?;
    main_thread(heading, &before, &after, samples)
}

fn long_tasks(
    heading: &'static str,
    answer: &Value,
    samples: &mut Vec<Sample>,
) -> Result<(), String> {
    let durations = answer["longTasks"].as_array();
    let durations = durations.ok_or_else(|| format!("no list of long tasks in {answer}"))?;
    let durations: Vec<f64> = durations.iter().filter_map(Value::as_f64).collect();
    #[expect(clippy::cast_precision_loss, reason = "a few tasks")]
    let count = durations.len() as f64;
    samples.extend([
        (heading, "long tasks (over 50 ms)", count),
        (
            heading,
            "the longest, ms",
            durations.iter().copied().fold(0.0, f64::max),
        ),
        (
            heading,
            "all of them, ms",
            durations.iter().fold(0.0, |sum, duration| sum + duration),
        ),
    ]);
    Ok(())
}

/// The processor time of the main thread, and the part of it that was script.
fn main_thread(
    heading: &'static str,
    before: &HashMap<String, f64>,
    after: &HashMap<String, f64>,
    samples: &mut Vec<Sample>,
) -> Result<(), String> {
    for (name, metric) in [
        ("processor time of the main thread, ms", "TaskDuration"),
        ("of that script, ms", "ScriptDuration"),
    ] {
        let (Some(before), Some(after)) = (before.get(metric), after.get(metric)) else {
            return Err(format!("the browser has no metric {metric}"));
        };
        // The counters of a new process start at zero.
        let began = if after < before { 0.0 } else { *before };
        samples.push((heading, name, (after - began) * 1000.0));
    }
    Ok(())
}

fn milliseconds(value: &Value) -> Result<f64, String> {
    let number = value.as_f64();
    number.ok_or_else(|| format!("{value} is not a number of milliseconds"))
}
