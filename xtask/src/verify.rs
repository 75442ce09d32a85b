//! `cargo verify`: runs the checks and tests, and ends with the number of tests that passed and failed.
//!
//! | command | runs |
//! |---|---|
//! | `cargo verify` | what a change must pass before it is pushed, with the quick set of end-to-end scenarios |
//! | `cargo verify --rest` | what `cargo verify` leaves out; its last line counts the tests of both |
//! | `cargo verify --exhaustive` | everything, in one run |
//! | `cargo verify --compat` | all scenarios in pages without WebAssembly |
//! | `cargo verify WORD` | only the tests whose path or name contains the word |
//!
//! Parts run in the order of their cost, and the first part that fails is the last one that runs. Missing tools are installed when
//! the first part needs them. The compiler then works on the tests at the same time.
//!
//! The summary names the ten slowest tests. Their times are the runners' own, from the start of a test to its end, with everything it
//! waits for: a browser, a deadline, or a processor that is busy with another test. The runners of the wasm tests and of the
//! documentation's examples print no times. For a scenario that failed, the summary names the folder with what is known of the failure.

mod parts;
mod quick_counts;
mod summary;

use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::progress::elapsed;
use crate::test_output::{Counts, TestResult};

use parts::Part;
use quick_counts::QuickCounts;

/// The tests to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// The tests that a change must pass before it is pushed.
    Quick,
    /// The tests that [`Self::Quick`] leaves out.
    Rest,
    /// Everything.
    Exhaustive,
    /// The scenarios in pages without WebAssembly.
    Compat,
    /// The tests whose path or name contains this word.
    Matching(String),
}

impl Selection {
    /// Reads the arguments of `cargo verify`.
    ///
    /// # Errors
    /// Returns an error if there are several words, or an option that does not exist.
    pub fn from_arguments(arguments: &[&str]) -> Result<Self> {
        match arguments {
            [] => Ok(Self::Quick),
            ["--rest"] => Ok(Self::Rest),
            ["--exhaustive"] => Ok(Self::Exhaustive),
            ["--compat"] => Ok(Self::Compat),
            [word] if !word.starts_with('-') && !word.is_empty() => {
                Ok(Self::Matching((*word).to_owned()))
            }
            _ => Err(Error::new(format!(
                "`cargo verify` takes one word, `--rest`, `--exhaustive` or `--compat`, not {}",
                arguments.join(" ")
            ))),
        }
    }
}

/// Whether everything is as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Every part ran, and none failed.
    Passed,
    /// A part failed. The parts after it did not run.
    Failed,
}

/// Runs the selected parts and prints a summary. Its last line is `N passed, N failed`, the sum of the runners' own summaries.
///
/// # Errors
/// Returns an error if nothing matches the word; and for [`Selection::Rest`] if there are no counts of a quick run that passed with
/// the same sources. A part that fails is not an error.
pub fn verify(selection: &Selection) -> Result<Outcome> {
    let start = Instant::now();
    // Before an hour of tests, not after it.
    let quick = match selection {
        Selection::Rest => Some(QuickCounts::read()?),
        Selection::Quick => {
            QuickCounts::remove()?;
            None
        }
        _ => None,
    };
    let parts = parts::select(selection)?;
    let total = parts.len();
    let mut finished = Vec::new();
    let mut not_run = Vec::new();
    let mut outcome = Outcome::Passed;
    for (index, part) in parts.into_iter().enumerate() {
        let title = format!("[{}/{total}] {}", index + 1, part.title);
        if outcome == Outcome::Failed {
            not_run.push(title);
            continue;
        }
        println!("\n=== {title} (after {}) ===\n", elapsed(start.elapsed()));
        let report = run(part);
        if !report.1.passed {
            outcome = Outcome::Failed;
        }
        finished.push((title, report.0, report.1));
    }
    if let Selection::Matching(word) = selection {
        check_matches(word, &finished, outcome)?;
    }
    println!("\n=== Summary (after {}) ===\n", elapsed(start.elapsed()));
    print!("{}", summary::text(&finished, &not_run));
    let counts: Counts = finished.iter().map(|(_, _, report)| report.counts).sum();
    let counts = match (selection, quick) {
        (Selection::Quick, _) if outcome == Outcome::Passed => {
            QuickCounts::write(counts)?;
            counts
        }
        (_, Some(quick)) => {
            // The sources may have changed while the rest ran.
            let quick = QuickCounts::read().map(|_| quick)?;
            println!("{}", summary::counts("cargo verify", quick));
            println!("{}", summary::counts("cargo verify --rest", counts));
            [quick, counts].into_iter().sum()
        }
        _ => counts,
    };
    println!("{} passed, {} failed", counts.passed, counts.failed);
    Ok(outcome)
}

/// The result of one part.
#[derive(Debug, Default)]
struct Report {
    passed: bool,
    counts: Counts,
    /// A message besides the counts.
    message: String,
    tests: Vec<TestResult>,
}

/// Runs a part and measures the time it takes.
fn run(part: Part) -> (Duration, Report) {
    let start = Instant::now();
    let report = (part.run)(&part.title).unwrap_or_else(|error| Report {
        message: error.to_string(),
        ..Report::default()
    });
    (start.elapsed(), report)
}

/// Refuses a word that no test matches. Single runners may find nothing, since parts are chosen by the text of the sources.
fn check_matches(
    word: &str,
    finished: &[(String, Duration, Report)],
    outcome: Outcome,
) -> Result<()> {
    let counts: Counts = finished.iter().map(|(_, _, report)| report.counts).sum();
    if outcome == Outcome::Passed && counts == Counts::default() {
        return Err(Error::new(format!(
            "no test has {word:?} in its path or name"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::process::Command;

    use crate::paths;
    use crate::progress::tests::new_folder;

    use super::*;

    /// Runs a copy of `.ci/run` with a cargo that is a shell script. Returns whether it succeeded and what it printed.
    fn run_ci(folder: &Path, cargo: &str) -> (bool, String) {
        let write_program = |path: &str, text: &str| {
            let source = folder.join("text");
            std::fs::write(&source, text).unwrap();
            // Another process writes the program: one that a process has open for writing cannot be started.
            let mut install = Command::new("install");
            install.args(["-D", "-m", "755"]).arg(source);
            assert!(install.arg(folder.join(path)).status().unwrap().success());
        };
        let script = std::fs::read_to_string(paths::root().join(".ci/run")).unwrap();
        write_program(".ci/run", &script);
        write_program("bin/cargo", &format!("#!/bin/sh\n{cargo}\n"));
        let path = format!("{}:/usr/bin:/bin", folder.join("bin").display());
        let mut ci = Command::new(folder.join(".ci/run"));
        let output = ci.env("PATH", path).output().unwrap();
        (
            output.status.success(),
            String::from_utf8(output.stdout).unwrap(),
        )
    }

    #[test]
    fn ci_runs_both_commands_and_ends_with_the_counts_of_the_second() {
        let cargo = "echo \"cargo $*\"; echo \"$# passed, 0 failed\"";
        let (succeeded, printed) = run_ci(&new_folder("ci_runs_both"), cargo);
        assert!(succeeded);
        assert_eq!(
            printed,
            "cargo verify\n1 passed, 0 failed\ncargo verify --rest\n2 passed, 0 failed\n"
        );
    }

    #[test]
    fn ci_stops_if_the_first_command_fails() {
        let cargo = "echo \"1 passed, $# failed\"; exit 1";
        let (succeeded, printed) = run_ci(&new_folder("ci_stops"), cargo);
        assert!(!succeeded);
        assert_eq!(printed, "1 passed, 1 failed\n");
    }

    #[test]
    fn arguments_select_what_runs() {
        for (arguments, expected) in [
            (&[][..], Selection::Quick),
            (&["--rest"], Selection::Rest),
            (&["--exhaustive"], Selection::Exhaustive),
            (&["--compat"], Selection::Compat),
            (&["renewal"], Selection::Matching("renewal".to_owned())),
        ] {
            assert_eq!(Selection::from_arguments(arguments).unwrap(), expected);
        }
        for arguments in [&["--all"][..], &["one", "two"], &["--rest", "one"], &[""]] {
            assert!(
                Selection::from_arguments(arguments).is_err(),
                "{arguments:?}"
            );
        }
    }

    #[test]
    fn part_that_returns_an_error_has_failed() {
        let part = Part::new("A part", |_| Err(Error::new("broken")));
        let (_, report) = run(part);
        assert!(!report.passed);
        assert_eq!(report.message, "broken");
    }

    #[test]
    fn word_without_a_matching_test_is_an_error() {
        let finished = |passed| {
            let report = Report {
                passed: true,
                counts: Counts { passed, failed: 0 },
                ..Report::default()
            };
            [("a".to_owned(), Duration::ZERO, report)]
        };
        assert!(check_matches("word", &finished(1), Outcome::Passed).is_ok());
        let error = check_matches("word", &finished(0), Outcome::Passed).unwrap_err();
        assert_eq!(
            error.to_string(),
            "no test has \"word\" in its path or name"
        );
        // A part that failed has said why.
        assert!(check_matches("word", &finished(0), Outcome::Failed).is_ok());
    }
}
