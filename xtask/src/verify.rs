//! `cargo verify`: installs what is missing, runs every test there is, and ends with what the runners counted.
//!
//! The order is by price: what fails in seconds comes before what takes minutes.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::bundle::{Library, bundle};
use crate::counts::Counts;
use crate::problem::{Problem, Result, While as _};
use crate::tools::{GECKODRIVER, TRUNK, WASM_BINDGEN};
use crate::{countries, demo, npm, paths, run, script, size_budget, system, tools};

/// Runs everything, up to the first part that fails, and prints a line for each.
///
/// The last line of all is `N passed, N failed`, added up from the runners' own closing lines and from nothing else.
///
/// # Errors
/// If something that is needed cannot be installed. Tests that fail are an [`Outcome`].
pub fn verify() -> Result<Outcome> {
    heading("What is needed");
    prepare()?;

    let parts: [(&str, Part); 7] = [
        ("script checks and tests", script_checks),
        ("native tests", native),
        ("browser tests in Chromium", chromium),
        ("browser tests in Firefox", firefox),
        ("bundle", bundle_within_budget),
        ("storefronts", storefront),
        ("whole logins in three browsers", end_to_end),
    ];
    let mut lines = Vec::new();
    let mut counted = Vec::new();
    let mut outcome = Outcome::Good;
    for (name, part) in parts {
        if outcome == Outcome::Bad {
            lines.push(format!("{name}: not run"));
            continue;
        }
        heading(name);
        let begun = Instant::now();
        let report = part().unwrap_or_else(|problem| Report {
            words: problem.to_string(),
            ..Report::default()
        });
        if !report.good {
            outcome = Outcome::Bad;
        }
        lines.push(line(name, &report, begun.elapsed()));
        counted.push(report.counts);
    }
    heading("What the runners counted");
    for line in lines {
        println!("{line}");
    }
    let all: Counts = counted.into_iter().sum();
    println!("{} passed, {} failed", all.passed, all.failed);
    Ok(outcome)
}

/// Whether everything is as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Every part ran and none failed.
    Good,
    /// A part failed; those after it did not run.
    Bad,
}

/// One thing to run.
type Part = fn() -> Result<Report>;

/// What one part has to say.
#[derive(Debug, Default)]
struct Report {
    good: bool,
    counts: Counts,
    /// For what is not a test.
    words: String,
}

fn prepare() -> Result<()> {
    tools::ensure_wasm_target()?;
    tools::ensure_std_source()?;
    system::ensure(system::BROWSERS)?;
    npm::ensure()?;
    npm::ensure_script()?;
    tools::ensure(&[WASM_BINDGEN, GECKODRIVER, TRUNK])?;
    println!("Everything is there.");
    Ok(())
}

/// Types and rules are no tests: a finding fails the part before a test runs.
fn script_checks() -> Result<Report> {
    script::check()?;
    runner(&mut script::test_runner()?)
}

fn native() -> Result<Report> {
    let mut command = tools::cargo();
    runner(command.args(["test", "--workspace", "--exclude", "ae-e2e"]))
}

fn chromium() -> Result<Report> {
    let mut command = in_a_browser();
    // The runner adds `headless` and `no-sandbox` itself, and the driver makes a new profile each time.
    command.env(
        "WASM_BINDGEN_TEST_WEBDRIVER_JSON",
        paths::root().join("xtask/webdriver.json"),
    );
    runner(command.env("CHROMEDRIVER", driver("chromedriver")?))
}

fn firefox() -> Result<Report> {
    runner(in_a_browser().env("GECKODRIVER", tools::program("geckodriver")))
}

fn bundle_within_budget() -> Result<Report> {
    countries::check()?;
    let weights = bundle(Library::Own)?;
    let words = size_budget::check(size_budget::BUDGET, &weights)?;
    println!("{words}");
    Ok(Report {
        good: true,
        words,
        ..Report::default()
    })
}

/// What `cargo demo` serves and the storefront in Leptos: whole logins are made in both.
fn storefront() -> Result<Report> {
    demo::build()?;
    demo::build_leptos_shop()?;
    Ok(Report {
        good: true,
        words: "built".to_owned(),
        ..Report::default()
    })
}

fn end_to_end() -> Result<Report> {
    let mut command = tools::cargo();
    runner(
        command
            .args(["test", "--package", "ae-e2e"])
            .env("PATH", tools::search_path()?),
    )
}

/// The wasm tests, for whichever browser the caller adds the driver of.
fn in_a_browser() -> Command {
    let mut command = tools::cargo();
    command.args([
        "test",
        "--package",
        "ae-login",
        "--test",
        "browser",
        "--target",
        "wasm32-unknown-unknown",
    ]);
    command.env(
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
        tools::program("wasm-bindgen-test-runner"),
    );
    for other in [
        "CHROMEDRIVER",
        "GECKODRIVER",
        "SAFARIDRIVER",
        "MSEDGEDRIVER",
    ] {
        command.env_remove(other);
    }
    // A busy machine needs more than the usual 20 s for tens of megabytes of unoptimised wasm, and more than 5 s for a driver.
    command
        .env("WASM_BINDGEN_TEST_TIMEOUT", "240")
        .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60");
    command
}

fn driver(name: &str) -> Result<std::path::PathBuf> {
    run::find(name).ok_or_else(|| Problem::new(format!("no {name} on the search path")))
}

fn runner(command: &mut Command) -> Result<Report> {
    let (status, output) = run::show_and_keep(command).while_doing("cannot run the tests")?;
    Ok(judge(
        status.success(),
        Counts::read(&output),
        &status.to_string(),
    ))
}

/// A runner that ran nothing has shown nothing, whatever it says of itself.
fn judge(succeeded: bool, counts: Counts, status: &str) -> Report {
    let words = match (succeeded, counts.passed) {
        (false, _) => format!("ended with {status}"),
        (true, 0) => "no test ran".to_owned(),
        (true, _) => String::new(),
    };
    Report {
        good: succeeded && counts.passed > 0 && counts.failed == 0,
        counts,
        words,
    }
}

fn line(name: &str, report: &Report, took: Duration) -> String {
    let verdict = if report.good { "" } else { "FAILED: " };
    let mut said = Vec::new();
    if report.counts != Counts::default() || report.words.is_empty() {
        said.push(format!(
            "{} passed, {} failed",
            report.counts.passed, report.counts.failed
        ));
    }
    if !report.words.is_empty() {
        said.push(report.words.clone());
    }
    format!(
        "{name}: {verdict}{} ({} s)",
        said.join("; "),
        took.as_secs()
    )
}

fn heading(name: &str) {
    println!("\n=== {name} ===\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runner_is_one_line_with_its_counts() {
        let report = Report {
            good: true,
            counts: Counts {
                passed: 3,
                failed: 0,
            },
            words: String::new(),
        };
        assert_eq!(
            line("native tests", &report, Duration::from_secs(9)),
            "native tests: 3 passed, 0 failed (9 s)"
        );
    }

    #[test]
    fn a_part_that_failed_says_so_before_its_counts() {
        let report = Report {
            good: false,
            counts: Counts {
                passed: 3,
                failed: 1,
            },
            words: "ended badly".into(),
        };
        assert_eq!(
            line("x", &report, Duration::ZERO),
            "x: FAILED: 3 passed, 1 failed; ended badly (0 s)"
        );
    }

    #[test]
    fn a_runner_that_ran_nothing_has_failed() {
        let report = judge(true, Counts::default(), "exit status: 0");
        assert!(!report.good);
        assert_eq!(report.words, "no test ran");
    }

    #[test]
    fn a_runner_that_could_not_build_has_failed_without_counts() {
        let report = judge(false, Counts::default(), "exit status: 101");
        assert_eq!(
            line("x", &report, Duration::ZERO),
            "x: FAILED: ended with exit status: 101 (0 s)"
        );
    }

    #[test]
    fn what_is_not_a_test_has_words_and_no_counts() {
        let report = Report {
            good: true,
            words: "within the budget".into(),
            ..Report::default()
        };
        assert_eq!(
            line("bundle", &report, Duration::ZERO),
            "bundle: within the budget (0 s)"
        );
    }
}
