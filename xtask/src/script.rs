//! Checks and tests the JavaScript: TypeScript's type checker, ESLint, and node's test runner. `tests/script/README.md` describes the
//! tests.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::error::{Context as _, Result};
use crate::{npm, paths, run};

/// Checks the types and the linter's rules.
///
/// # Errors
/// Returns an error at the first check that has findings. The check prints them.
pub fn check() -> Result<()> {
    let type_check = |project: &str| {
        let mut command = npm::script_program("typescript", "tsc");
        command.args(["--project", project]);
        command
    };
    let mut linter = npm::script_program("eslint", "eslint.js");
    linter.args([
        "--config",
        "tests/script/eslint.config.js",
        "--max-warnings=0",
        "package",
        "src",
        "style",
        "tests",
    ]);
    for mut command in [
        type_check("src/tsconfig.json"),
        type_check("tests/script/tsconfig.json"),
        linter,
    ] {
        run::execute(command.current_dir(paths::root()))?;
    }
    let frameworks = npm::ensure_frameworks()?;
    run::execute(
        Command::new("node")
            .arg("tests/types/check.js")
            .args([frameworks, paths::target().join("types")])
            .current_dir(paths::root()),
    )?;
    println!("No findings of tsc, eslint, vue-tsc and svelte-check.");
    Ok(())
}

/// The folder with the tests.
pub fn folder() -> PathBuf {
    paths::root().join("tests/script")
}

/// The names of all test files, sorted.
///
/// # Errors
/// Returns an error if the folder cannot be read.
pub fn test_files() -> Result<Vec<String>> {
    let cannot = || format!("cannot read {}", folder().display());
    let mut files = Vec::new();
    for entry in fs::read_dir(folder()).context(cannot())? {
        let name = entry.context(cannot())?.file_name();
        let name = name.to_string_lossy();
        if name.ends_with(".test.js") {
            files.push(name.into_owned());
        }
    }
    files.sort();
    Ok(files)
}

/// A command that runs node's test runner on these files: on all tests in them, or on those whose titles contain a word.
pub fn test_runner(files: &[String], title: Option<&str>) -> Command {
    let mut command = Command::new("node");
    command.args([
        // Node 20 calls its mock timers experimental.
        "--disable-warning=ExperimentalWarning",
        "--test",
        "--test-reporter=spec",
        // Milliseconds for one file, far more than any takes: this ends tests that hang.
        "--test-timeout=120000",
    ]);
    if let Some(title) = title {
        command.arg(format!("--test-name-pattern={}", escaped(title)));
    }
    command.args(files).current_dir(folder());
    command
}

/// A text as a regular expression that matches it.
fn escaped(text: &str) -> String {
    let mut pattern = String::new();
    for letter in text.chars() {
        if letter.is_ascii_punctuation() && letter != '_' {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn title_is_escaped_for_the_pattern() {
        let runner = test_runner(&["a.test.js".to_owned()], Some("f(x) is 1.5"));
        let arguments: Vec<_> = runner.get_args().collect();
        assert!(arguments.contains(&"--test-name-pattern=f\\(x\\) is 1\\.5".as_ref()));
        assert_eq!(arguments.last().copied(), Some("a.test.js".as_ref()));
    }

    #[test]
    fn every_shipped_module_is_type_checked_and_has_a_test_file() {
        let root = crate::paths::root();
        let mut modules = 0;
        for folder in ["src/browser", "src/element"] {
            for entry in std::fs::read_dir(root.join(folder)).unwrap() {
                let path = entry.unwrap().path();
                let name = path.file_name().unwrap().to_str().unwrap();
                let Some(module) = name.strip_suffix(".js") else {
                    continue;
                };
                modules += 1;
                let test = root.join(format!("tests/script/{module}.test.js"));
                assert!(test.is_file(), "no {}", test.display());
                let source = std::fs::read_to_string(&path).unwrap();
                assert!(source.starts_with("// @ts-check\n"), "{}", path.display());
            }
        }
        assert!(modules > 10, "{modules}");
    }
}
