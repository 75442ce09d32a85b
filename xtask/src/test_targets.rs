//! Finds the test programs of the workspace, and those that a word given to `cargo verify` concerns.
//!
//! A word concerns a test if the test's path contains it. Paths are read from the sources, so that nothing is compiled to find out.
//! The sources do not tell which functions are tests, so a program may be chosen of which no test matches in the end; its runner then
//! runs nothing.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::error::{Context as _, Result};
use crate::{run, tools};

/// The package with the scenarios that run in browsers.
const END_TO_END: &str = "ae-e2e";
/// The test program that builds shops with the npm package.
pub(crate) const BUNDLERS: &str = "bundlers";
/// The test program that runs inside a browser.
const ELEMENT: &str = "browser";
/// The sets of scenarios: the first part of a scenario's path. `cargo verify` runs the first set only.
const SETS: [&str; 2] = ["quick", "exhaustive"];
/// The browsers that scenarios run in: the second part of a scenario's path.
pub(crate) const BROWSERS: [&str; 3] = ["chromium", "firefox", "webkit"];

/// The test programs of the workspace, by where they run.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct TestTargets {
    /// Programs for this machine, by name, each with its source files.
    pub native: Vec<(String, Sources)>,
    /// Programs that drive browsers.
    pub end_to_end: Vec<(String, Sources)>,
    /// The program that builds shops with the npm package.
    pub bundlers: Option<Sources>,
    /// The tests inside the libraries and programs themselves.
    pub units: Vec<Sources>,
    /// The program that runs inside a browser.
    pub element: Option<Sources>,
}

/// The source files of one program: all `.rs` files in a folder, or one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sources(PathBuf);

/// The part of cargo's description of a workspace that is needed here.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
    src_path: PathBuf,
    test: bool,
}

impl TestTargets {
    /// Asks cargo for the test programs of the workspace.
    ///
    /// # Errors
    /// Returns an error if cargo cannot be run or prints something unexpected.
    pub fn find() -> Result<Self> {
        let mut cargo = tools::cargo();
        cargo.args(["metadata", "--no-deps", "--format-version", "1"]);
        Self::parse(&run::read_stdout(&mut cargo)?)
    }

    fn parse(metadata: &str) -> Result<Self> {
        let metadata: Metadata =
            serde_json::from_str(metadata).context("cannot read what `cargo metadata` printed")?;
        let mut targets = Self::default();
        for package in metadata.packages {
            for target in package.targets.into_iter().filter(|target| target.test) {
                let sources = Sources::of(target.src_path);
                let is_test = target.kind.iter().any(|kind| kind == "test");
                match (is_test, package.name.as_str(), target.name.as_str()) {
                    (true, END_TO_END, BUNDLERS) => targets.bundlers = Some(sources),
                    (true, END_TO_END, _) => targets.end_to_end.push((target.name, sources)),
                    (true, _, ELEMENT) => targets.element = Some(sources),
                    (true, ..) => targets.native.push((target.name, sources)),
                    (false, ..) => targets.units.push(sources),
                }
            }
        }
        // Two packages may have test programs of the same name: cargo then runs both.
        targets.native.sort_by(|one, other| one.0.cmp(&other.0));
        targets.end_to_end.sort_by(|one, other| one.0.cmp(&other.0));
        Ok(targets)
    }
}

impl Sources {
    /// The sources that belong to a program's main file. `main.rs`, `lib.rs` and `mod.rs` have a folder of their own.
    fn of(main: PathBuf) -> Self {
        let has_folder = main
            .file_stem()
            .is_some_and(|stem| ["main", "lib", "mod"].iter().any(|name| stem == *name));
        match main.parent() {
            Some(folder) if has_folder => Self(folder.to_owned()),
            _ => Self(main),
        }
    }

    /// Whether the path of a function in the sources contains the word.
    ///
    /// # Errors
    /// Returns an error if a file cannot be read.
    pub fn mention(&self, word: &str) -> Result<bool> {
        self.any_function(|path| path.contains(word))
    }

    /// Whether the path of a function in the sources contains the word, if all of them are in a module of this name.
    ///
    /// # Errors
    /// Returns an error if a file cannot be read.
    pub fn mention_in_module(&self, module: &str, word: &str) -> Result<bool> {
        self.any_function(|path| format!("{module}::{path}").contains(word))
    }

    /// Whether the path of a function in the sources, as a scenario in one of the browsers, contains the word.
    ///
    /// # Errors
    /// Returns an error if a file cannot be read.
    pub fn mention_as_scenario(&self, word: &str) -> Result<bool> {
        self.any_function(|path| {
            SETS.iter().any(|set| {
                BROWSERS
                    .iter()
                    .any(|browser| format!("{set}::{browser}::{path}").contains(word))
            })
        })
    }

    fn any_function(&self, matches: impl Fn(&str) -> bool) -> Result<bool> {
        let mut files = vec![self.0.clone()];
        while let Some(file) = files.pop() {
            let cannot = || format!("cannot read {}", file.display());
            if file.is_dir() {
                for entry in fs::read_dir(&file).context(cannot())? {
                    files.push(entry.context(cannot())?.path());
                }
            } else if file.extension().is_some_and(|kind| kind == "rs") {
                let text = fs::read_to_string(&file).context(cannot())?;
                let module = module_path(&self.0, &file);
                if functions(&text).any(|name| {
                    matches(&format!("{module}{name}"))
                        || matches(&format!("{module}tests::{name}"))
                }) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}

/// The path of the module in a file, as it begins the paths of its tests: `login::session::` for `login/session.rs`.
fn module_path(root: &Path, file: &Path) -> String {
    let Ok(relative) = file.strip_prefix(root) else {
        return String::new();
    };
    let mut path = String::new();
    for part in &relative.with_extension("") {
        let part = part.to_string_lossy();
        if !["main", "lib", "mod", ""].contains(&&*part) {
            path.push_str(&part);
            path.push_str("::");
        }
    }
    path
}

/// The names of all functions in a text.
fn functions(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let (_, rest) = line.split_once("fn ")?;
        let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
        Some(&rest[..end.unwrap_or(rest.len())])
    })
}

/// The JavaScript tests that a word concerns.
#[derive(Debug, PartialEq, Eq)]
pub enum ScriptTests {
    /// All tests of these files, since the names of the files contain the word.
    Files(Vec<String>),
    /// Tests whose titles contain the word.
    Titles,
    /// None.
    None,
}

impl ScriptTests {
    /// Looks for the word in the names of test files and in the titles of the tests in them.
    ///
    /// # Errors
    /// Returns an error if a file cannot be read.
    pub fn find(word: &str, folder: &Path, files: &[String]) -> Result<Self> {
        let named: Vec<_> = files
            .iter()
            .filter(|file| file.contains(word))
            .cloned()
            .collect();
        if !named.is_empty() {
            return Ok(Self::Files(named));
        }
        for file in files {
            let path = folder.join(file);
            let text = fs::read_to_string(&path)
                .context(format_args!("cannot read {}", path.display()))?;
            if text
                .lines()
                .any(|line| is_title(line) && line.contains(word))
            {
                return Ok(Self::Titles);
            }
        }
        Ok(Self::None)
    }
}

/// Whether a line of JavaScript begins a test or a group of tests.
fn is_title(line: &str) -> bool {
    let line = line.trim_start();
    let line = line.strip_prefix("await t.").unwrap_or(line);
    ["test(", "it(", "describe(", "suite("]
        .iter()
        .any(|call| line.starts_with(call))
}

#[cfg(test)]
mod tests {
    use crate::progress::tests::new_folder;

    use super::*;

    const METADATA: &str = r#"{"packages": [
        {"name": "ae-login", "targets": [
            {"name": "ae_login", "kind": ["cdylib", "rlib"], "src_path": "/x/src/lib.rs", "test": true},
            {"name": "rules", "kind": ["test"], "src_path": "/x/tests/rules/main.rs", "test": true},
            {"name": "browser", "kind": ["test"], "src_path": "/x/tests/browser/main.rs", "test": true}
        ]},
        {"name": "ae-e2e", "targets": [
            {"name": "ae_e2e", "kind": ["lib"], "src_path": "/x/e2e/src/lib.rs", "test": false},
            {"name": "bundlers", "kind": ["test"], "src_path": "/x/e2e/tests/bundlers/main.rs", "test": true},
            {"name": "logins", "kind": ["test"], "src_path": "/x/e2e/tests/logins/main.rs", "test": true},
            {"name": "server", "kind": ["test"], "src_path": "/x/e2e/tests/server.rs", "test": true}
        ]}
    ]}"#;

    #[test]
    fn test_programs_are_sorted_by_where_they_run() {
        let sources = |path: &str| Sources(PathBuf::from(path));
        assert_eq!(
            TestTargets::parse(METADATA).unwrap(),
            TestTargets {
                native: vec![("rules".to_owned(), sources("/x/tests/rules"))],
                end_to_end: vec![
                    ("logins".to_owned(), sources("/x/e2e/tests/logins")),
                    ("server".to_owned(), sources("/x/e2e/tests/server.rs")),
                ],
                bundlers: Some(sources("/x/e2e/tests/bundlers")),
                units: vec![sources("/x/src")],
                element: Some(sources("/x/tests/browser")),
            }
        );
    }

    #[test]
    fn workspace_has_all_kinds_of_test_programs() {
        let targets = TestTargets::find().unwrap();
        assert!(!targets.native.is_empty());
        assert!(!targets.end_to_end.is_empty());
        assert!(!targets.units.is_empty());
        assert!(targets.element.is_some());
        let bundlers = targets.bundlers.unwrap();
        for word in ["bundlers", "bundlers::vite", "webpack_build"] {
            assert!(
                bundlers.mention_in_module(BUNDLERS, word).unwrap(),
                "{word}"
            );
        }
        assert!(!bundlers.mention_in_module(BUNDLERS, "browserify").unwrap());
    }

    #[test]
    fn word_is_found_in_the_paths_of_functions() {
        let folder = new_folder("sources_mention");
        fs::create_dir_all(folder.join("login")).unwrap();
        fs::write(
            folder.join("login/session.rs"),
            "fn helper() {}\n    #[test]\n    fn session_expires() {}\n",
        )
        .unwrap();
        fs::write(folder.join("page.js"), "fn not_rust() {}").unwrap();
        let sources = Sources(folder.clone());
        for word in [
            "session_expires",
            "login::session",
            "login::session::session_expires",
            "session::tests::session_e",
        ] {
            assert!(sources.mention(word).unwrap(), "{word}");
        }
        for word in ["chromium::", "not_rust", "renewal"] {
            assert!(!sources.mention(word).unwrap(), "{word}");
        }
        for word in [
            "chromium::",
            "quick::webkit::login",
            "exhaustive::",
            "expires",
        ] {
            assert!(sources.mention_as_scenario(word).unwrap(), "{word}");
        }
        assert!(!sources.mention_as_scenario("opera::").unwrap());
    }

    #[test]
    fn script_tests_are_found_by_file_or_by_title() {
        let folder = new_folder("script_tests");
        let files = ["session.test.js", "tabs.test.js"].map(str::to_owned);
        for file in &files {
            fs::write(
                folder.join(file),
                "test(\"options become attributes\", f);\n",
            )
            .unwrap();
        }
        for (word, expected) in [
            (
                "session",
                ScriptTests::Files(vec!["session.test.js".to_owned()]),
            ),
            ("become attributes", ScriptTests::Titles),
            ("become properties", ScriptTests::None),
        ] {
            assert_eq!(ScriptTests::find(word, &folder, &files).unwrap(), expected);
        }
        for (line, expected) in [
            ("test(\"a title\", () => {", true),
            ("  await t.test(\"a title\", () => {", true),
            ("const test = 1;", false),
            ("// test(", false),
        ] {
            assert_eq!(is_title(line), expected, "{line}");
        }
    }
}
