//! Reads what test runners print: how many tests passed and failed, how long each test took, and which tests failed.
//!
//! | runner | tests | summary |
//! |---|---|---|
//! | libtest (`cargo test`) | `test sign_in::works ... ok <0.012s>` | `test result: ok. 3 passed; 0 failed; …` |
//! | wasm-bindgen's | `test sign_in::works ... ok` | as libtest |
//! | node's, reporter `spec` | `✔ signs in (1.5ms)` | `ℹ pass 3`, `ℹ fail 0`, `ℹ cancelled 0` |
//! | node's, reporter `tap` | not read | `# pass 3`, … |

use std::iter::Sum;
use std::time::Duration;

/// The numbers of tests in a runner's summary.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed.
    pub failed: u64,
}

impl Counts {
    /// Adds up the summaries in a runner's output. There is one for each test program.
    pub fn parse(output: &str) -> Self {
        output
            .lines()
            .filter_map(|line| libtest_summary(line).or_else(|| node_summary(line)))
            .sum()
    }
}

impl Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), |sum, counts| Self {
            passed: sum.passed + counts.passed,
            failed: sum.failed + counts.failed,
        })
    }
}

/// One test in a runner's output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestResult {
    /// The path or the title of the test.
    pub name: String,
    /// Whether it passed.
    pub passed: bool,
    /// The runner's own measurement, from the start of the test to its end. `None` if the runner prints none.
    pub time: Option<Duration>,
}

/// Reads the results of single tests.
pub fn test_results(output: &str) -> Vec<TestResult> {
    let mut results: Vec<TestResult> = Vec::new();
    for line in output.lines() {
        // Below this line node repeats the tests that failed.
        if line == "✖ failing tests:" {
            break;
        }
        results.extend(libtest_result(line).or_else(|| node_result(line)));
    }
    results
}

/// The number of tests in a runner's output that have ended.
pub fn ended_tests(output: &str) -> usize {
    test_results(output).len()
}

fn libtest_summary(line: &str) -> Option<Counts> {
    let (_, rest) = line
        .trim_start()
        .strip_prefix("test result: ")?
        .split_once(". ")?;
    let number = |suffix: &str| {
        rest.split(';')
            .find_map(|part| part.trim().strip_suffix(suffix))
            .and_then(|count| count.trim().parse().ok())
    };
    Some(Counts {
        passed: number(" passed")?,
        failed: number(" failed")?,
    })
}

/// Reads one count of node's runner. A cancelled test is one that did not end, so it counts as failed.
fn node_summary(line: &str) -> Option<Counts> {
    let rest = line
        .strip_prefix("ℹ ")
        .or_else(|| line.strip_prefix("# "))?;
    let (name, count) = rest.split_once(' ')?;
    let count = count.parse().ok()?;
    match name {
        "pass" => Some(Counts {
            passed: count,
            failed: 0,
        }),
        "fail" | "cancelled" => Some(Counts {
            passed: 0,
            failed: count,
        }),
        _ => None,
    }
}

fn libtest_result(line: &str) -> Option<TestResult> {
    let (name, result) = line.strip_prefix("test ")?.split_once(" ... ")?;
    let (result, time) = match result.split_once(" <") {
        Some((result, time)) => (result, seconds(time.strip_suffix("s>")?)),
        None => (result, None),
    };
    let passed = match result.trim_end() {
        "ok" => true,
        // wasm-bindgen's runner prints `FAIL`.
        "FAILED" | "FAIL" => false,
        _ => return None,
    };
    Some(TestResult {
        name: name.trim_end_matches(" - should panic").to_owned(),
        passed,
        time,
    })
}

fn node_result(line: &str) -> Option<TestResult> {
    let line = line.trim_start();
    let (passed, rest) = if let Some(rest) = line.strip_prefix("✔ ") {
        (true, rest)
    } else {
        (false, line.strip_prefix("✖ ")?)
    };
    let (name, time) = rest.rsplit_once(" (")?;
    let milliseconds = time.strip_suffix("ms)")?.parse::<f64>().ok()?;
    Some(TestResult {
        name: name.to_owned(),
        passed,
        time: Duration::try_from_secs_f64(milliseconds / 1000.0).ok(),
    })
}

fn seconds(text: &str) -> Option<Duration> {
    Duration::try_from_secs_f64(text.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(passed: u64, failed: u64) -> Counts {
        Counts { passed, failed }
    }

    #[test]
    fn summaries_of_all_test_programs_are_added_up() {
        let output = "running 1 test\ntest a ... ok\n\n\
            test result: ok. 22 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
            test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
        assert_eq!(Counts::parse(output), counts(23, 2));
    }

    #[test]
    fn summary_of_the_wasm_runner_is_read() {
        let output =
            "test result: ok. 2 passed; 0 failed; 0 ignored; 0 filtered out; finished in 0.12s";
        assert_eq!(Counts::parse(output), counts(2, 0));
    }

    #[test]
    fn summaries_of_both_reporters_of_node_are_read() {
        let spec = "✔ a test (1.5ms)\nℹ tests 9\nℹ suites 0\nℹ pass 5\nℹ fail 1\nℹ cancelled 3\nℹ skipped 0\nℹ todo 0\nℹ duration_ms 12.5\n";
        let tap = spec.replace('ℹ', "#");
        for output in [spec, &tap] {
            assert_eq!(Counts::parse(output), counts(5, 4));
        }
    }

    #[test]
    fn lines_that_resemble_a_summary_are_not_counted() {
        for line in [
            "  ℹ pass 3",
            "ℹ pass",
            "ℹ pass three",
            "ℹ pass 3 times",
            "pass 3",
            "# passed 3",
            "✔ pass 3 (1ms)",
            "it printed: test result: ok. 9 passed; 0 failed",
            "test result: unclear",
        ] {
            assert_eq!(Counts::parse(line), Counts::default(), "{line}");
        }
    }

    #[test]
    fn results_have_names_and_times() {
        let output = "running 3 tests\n\
            test a::one ... ok <1.250s>\n\
            test a::two - should panic ... ok <0.001s>\n\
            test quick::chromium::sign_in::three ... FAILED <12.000s>\n\
            test four ... ok\n\
            test five ... FAIL\n\
            test src/lib.rs - f (line 3) ... ok\n\
            ✔ six (1.5ms)\n  ✖ seven (with brackets) (20.25ms)\n";
        let results: Vec<_> = test_results(output)
            .into_iter()
            .map(|test| {
                (
                    test.name,
                    test.passed,
                    test.time.map(|time| time.as_micros()),
                )
            })
            .collect();
        let expected = [
            ("a::one", true, Some(1_250_000)),
            ("a::two", true, Some(1_000)),
            ("quick::chromium::sign_in::three", false, Some(12_000_000)),
            ("four", true, None),
            ("five", false, None),
            ("src/lib.rs - f (line 3)", true, None),
            ("six", true, Some(1_500)),
            ("seven (with brackets)", false, Some(20_250)),
        ]
        .map(|(name, passed, time)| (name.to_owned(), passed, time));
        assert_eq!(results, expected);
        assert_eq!(ended_tests(output), 8);
    }

    #[test]
    fn tests_that_node_repeats_as_failed_are_read_once() {
        let output =
            "✖ one (2ms)\nℹ tests 1\n\n✖ failing tests:\n\ntest at a.test.js:3:1\n✖ one (2ms)\n";
        assert_eq!(test_results(output).len(), 1);
    }

    #[test]
    fn lines_that_are_not_results_are_ignored() {
        for line in [
            "test a ... ignored",
            "test a has been running for over 60 seconds",
            "testing ... ok",
            "✔ no time",
            "▶ a suite",
        ] {
            assert_eq!(test_results(line), [], "{line}");
        }
    }
}
