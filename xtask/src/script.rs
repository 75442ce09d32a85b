//! Checks the JavaScript: types, the linter's rules, and the commands of the tests. `tests/script/README.md` says what is there.

use std::ffi::OsString;
use std::fs;
use std::process::Command;

use crate::problem::{Result, While as _};
use crate::{npm, paths, run};

/// Checks types and rules, cheapest first.
///
/// # Errors
/// At the first check that has findings, which it prints.
pub fn check() -> Result<()> {
    let types = |project: &str| {
        let mut command = npm::script_program("typescript", "tsc");
        command.args(["--project", project]);
        command
    };
    let mut rules = npm::script_program("eslint", "eslint.js");
    rules.args([
        "--config",
        "tests/script/eslint.config.js",
        "--max-warnings=0",
        "src",
        "style",
        "tests",
    ]);
    for mut command in [
        types("src/tsconfig.json"),
        types("tests/script/tsconfig.json"),
        rules,
    ] {
        run::show(command.current_dir(paths::root()))?;
    }
    println!("No findings of tsc and eslint.");
    Ok(())
}

/// Node's test runner on every `tests/script/*.test.js`.
///
/// # Errors
/// If the folder cannot be read.
pub fn test_runner() -> Result<Command> {
    let folder = paths::root().join("tests/script");
    let cannot = || format!("cannot read {}", folder.display());
    let mut files: Vec<OsString> = Vec::new();
    for entry in fs::read_dir(&folder).while_doing(cannot())? {
        let name = entry.while_doing(cannot())?.file_name();
        if name.to_string_lossy().ends_with(".test.js") {
            files.push(name);
        }
    }
    files.sort();
    let mut command = Command::new("node");
    command
        .args([
            // The mock timers of Node 20 are called experimental.
            "--disable-warning=ExperimentalWarning",
            "--test",
            "--test-reporter=spec",
            // In milliseconds, for one file. Far more than it takes: only a test that waits in vain is ended by this.
            "--test-timeout=120000",
        ])
        .args(files)
        .current_dir(folder);
    Ok(command)
}

#[cfg(test)]
mod tests {
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
