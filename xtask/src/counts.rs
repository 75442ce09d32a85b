//! Reads how many tests passed and failed from what a test runner printed.

use std::iter::Sum;

/// What a runner said it did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed.
    pub failed: u64,
}

impl Counts {
    /// Adds up the closing lines in a runner's output, such as `test result: ok. 3 passed; 0 failed; …`; there is one
    /// for each test program. Cargo's own runner and the one for wasm print the same line. Node's runner prints a line
    /// for each count: `ℹ pass 3` by its reporter `spec`, `# pass 3` by its reporter `tap`.
    pub fn read(output: &str) -> Self {
        output
            .lines()
            .filter_map(|line| closing_line(line).or_else(|| node_line(line)))
            .sum()
    }
}

impl Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), |sum, more| Self {
            passed: sum.passed + more.passed,
            failed: sum.failed + more.failed,
        })
    }
}

fn closing_line(line: &str) -> Option<Counts> {
    let (_, rest) = line
        .trim_start()
        .strip_prefix("test result: ")?
        .split_once(". ")?;
    let number = |what: &str| {
        rest.split(';')
            .find_map(|part| part.trim().strip_suffix(what))
            .and_then(|count| count.trim().parse().ok())
    };
    Some(Counts {
        passed: number(" passed")?,
        failed: number(" failed")?,
    })
}

/// Reads one count of node's runner. A test counts as cancelled if it did not end, so it has failed.
fn node_line(line: &str) -> Option<Counts> {
    let rest = line
        .strip_prefix("ℹ ")
        .or_else(|| line.strip_prefix("# "))?;
    let (what, count) = rest.split_once(' ')?;
    let count = count.parse().ok()?;
    match what {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_test_program_is_counted() {
        let output = "running 1 test\ntest a ... ok\n\n\
            test result: ok. 22 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
            test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
        assert_eq!(
            Counts::read(output),
            Counts {
                passed: 23,
                failed: 2
            }
        );
    }

    #[test]
    fn the_wasm_runner_is_understood_too() {
        let output =
            "test result: ok. 2 passed; 0 failed; 0 ignored; 0 filtered out; finished in 0.12s";
        assert_eq!(
            Counts::read(output),
            Counts {
                passed: 2,
                failed: 0
            }
        );
    }

    #[test]
    fn counts_of_node_are_read_from_both_reporters() {
        let spec = "✔ a test (1.5ms)\nℹ tests 9\nℹ suites 0\nℹ pass 5\nℹ fail 1\nℹ cancelled 3\nℹ skipped 0\nℹ todo 0\nℹ duration_ms 12.5\n";
        let tap = spec.replace('ℹ', "#");
        for output in [spec, &tap] {
            assert_eq!(
                Counts::read(output),
                Counts {
                    passed: 5,
                    failed: 4
                }
            );
        }
    }

    #[test]
    fn lines_that_are_not_counts_of_node_are_not_counted() {
        for line in [
            "  ℹ pass 3",
            "ℹ pass",
            "ℹ pass three",
            "ℹ pass 3 times",
            "pass 3",
            "# passed 3",
            "✔ pass 3 (1ms)",
        ] {
            assert_eq!(Counts::read(line), Counts::default(), "{line}");
        }
    }

    #[test]
    fn a_test_that_prints_such_words_in_passing_is_not_counted() {
        assert_eq!(
            Counts::read("it said: test result: ok. 9 passed; 0 failed"),
            Counts::default()
        );
        assert_eq!(Counts::read("test result: unclear"), Counts::default());
    }
}
