//! The summary of a run: a line for each part, the slowest tests, and the tests that failed.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use crate::paths;
use crate::progress::elapsed;
use crate::test_output::{Counts, TestResult};
use crate::test_targets::BROWSERS;

use super::Report;

/// The number of slow tests that are named.
const SLOWEST: usize = 10;

/// The summary without its last line.
pub(super) fn text(finished: &[(String, Duration, Report)], not_run: &[String]) -> String {
    let mut text = String::new();
    for (title, time, report) in finished {
        let _ = writeln!(text, "{}", line(title, *time, report));
    }
    for title in not_run {
        let _ = writeln!(text, "{title}: not run");
    }
    let tests: Vec<_> = finished
        .iter()
        .flat_map(|(.., report)| &report.tests)
        .collect();
    text + &slowest(&tests) + &failed(&tests, &paths::failures())
}

/// A name and its counts: `native tests: 3 passed, 0 failed`.
pub(super) fn counts(name: &str, counts: Counts) -> String {
    format!("{name}: {} passed, {} failed", counts.passed, counts.failed)
}

fn line(title: &str, time: Duration, report: &Report) -> String {
    let mut found = Vec::new();
    if !report.passed {
        found.push("FAILED".to_owned());
    }
    if report.counts != Counts::default() {
        found.push(format!(
            "{} passed, {} failed",
            report.counts.passed, report.counts.failed
        ));
    }
    if !report.message.is_empty() {
        found.push(report.message.clone());
    }
    format!("{title}: {} ({})", found.join("; "), elapsed(time))
}

/// The slowest tests. The times are the runners' own, from the start of a test to its end, with all that it waits for. The runner of
/// the wasm tests and that of the documentation's examples print no times.
fn slowest(tests: &[&TestResult]) -> String {
    let mut timed: Vec<_> = tests
        .iter()
        .filter_map(|test| Some((test.time?, &test.name)))
        .collect();
    if timed.is_empty() {
        return String::new();
    }
    timed.sort_by(|one, other| other.cmp(one));
    let mut text = String::from("\nThe slowest tests, from start to end:\n");
    for (time, name) in timed.into_iter().take(SLOWEST) {
        let _ = writeln!(text, "{:>8.2} s  {name}", time.as_secs_f64());
    }
    text.push('\n');
    text
}

/// The tests that failed, and for a scenario the folder with what is known of its failure.
fn failed(tests: &[&TestResult], failures: &Path) -> String {
    let mut text = String::new();
    for test in tests.iter().filter(|test| !test.passed) {
        let folder = folder_name(&test.name)
            .map(|name| failures.join(name))
            .filter(|folder| folder.is_dir());
        let _ = match folder {
            Some(folder) => writeln!(text, "FAILED {}: see {}", test.name, folder.display()),
            None => writeln!(text, "FAILED {}", test.name),
        };
    }
    text
}

/// The name of the folder that a failed scenario leaves: `chromium-signs_in` for `quick::chromium::sign_in::signs_in`.
fn folder_name(test: &str) -> Option<String> {
    let browser = test.split("::").find(|part| BROWSERS.contains(part))?;
    let (_, scenario) = test.rsplit_once("::")?;
    Some(format!("{browser}-{scenario}"))
}

#[cfg(test)]
mod tests {
    use crate::progress::tests::new_folder;

    use super::*;

    fn test(name: &str, passed: bool, milliseconds: u64) -> TestResult {
        TestResult {
            name: name.to_owned(),
            passed,
            time: (milliseconds > 0).then(|| Duration::from_millis(milliseconds)),
        }
    }

    #[test]
    fn line_has_title_counts_message_and_time() {
        let report = |passed, tests, message: &str| Report {
            passed,
            counts: Counts {
                passed: tests,
                failed: u64::from(!passed),
            },
            message: message.to_owned(),
            ..Report::default()
        };
        for (report, expected) in [
            (report(true, 3, ""), "[1/2] x: 3 passed, 0 failed (9.0s)"),
            (
                report(false, 3, "ended with exit status: 1"),
                "[1/2] x: FAILED; 3 passed, 1 failed; ended with exit status: 1 (9.0s)",
            ),
            (
                report(true, 0, "within the budget"),
                "[1/2] x: within the budget (9.0s)",
            ),
        ] {
            assert_eq!(line("[1/2] x", Duration::from_secs(9), &report), expected);
        }
    }

    #[test]
    fn ten_slowest_tests_are_named_slowest_first() {
        let tests: Vec<_> = (0..=12)
            .map(|number| test(&format!("test_{number}"), true, number * 1000))
            .collect();
        let text = slowest(&tests.iter().collect::<Vec<_>>());
        let lines: Vec<_> = text.lines().filter(|line| line.contains(" s  ")).collect();
        assert_eq!(lines.len(), 10);
        assert_eq!(lines[0], "   12.00 s  test_12");
        assert_eq!(lines[9], "    3.00 s  test_3");
        assert_eq!(slowest(&[&test("without_time", true, 0)]), "");
    }

    #[test]
    fn failed_tests_are_named_with_their_folders() {
        let failures = new_folder("failures");
        std::fs::create_dir(failures.join("chromium-signs_in")).unwrap();
        let tests = [
            test("quick::chromium::sign_in::signs_in", false, 1),
            test("quick::firefox::sign_in::signs_in", false, 1),
            test("session::expires", false, 1),
            test("session::renews", true, 1),
        ];
        let text = failed(&tests.iter().collect::<Vec<_>>(), &failures);
        assert_eq!(
            text,
            format!(
                "FAILED quick::chromium::sign_in::signs_in: see {}\n\
                 FAILED quick::firefox::sign_in::signs_in\nFAILED session::expires\n",
                failures.join("chromium-signs_in").display()
            )
        );
    }

    #[test]
    fn parts_that_did_not_run_are_listed() {
        assert_eq!(text(&[], &["[2/2] y".to_owned()]), "[2/2] y: not run\n");
    }
}
