//! Every link, anchor, path and command in the Markdown files exists, and every page is in the book.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use crate::documents::{Document, cargo_aliases, documents, files, has_ending, read, root};

/// A path without `.` and `..`, below the folder of the project, with slashes. `None` if it leaves that folder.
fn normal(path: &Path) -> Option<String> {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                normal.pop();
            }
            Component::CurDir => {}
            other => normal.push(other),
        }
    }
    let below = normal.strip_prefix(root()).ok()?;
    Some(below.to_string_lossy().replace('\\', "/"))
}

/// The files and folders of the project.
struct Tree {
    files: BTreeSet<String>,
}

impl Tree {
    fn new() -> Self {
        Self { files: files() }
    }

    /// Whether there is such a file or folder.
    fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let folder = format!("{path}/");
        self.files.contains(path) || self.files.iter().any(|file| file.starts_with(&folder))
    }

    /// Whether there is a file or folder of this name in the folder of the project.
    fn has_at_top(&self, name: &str) -> bool {
        self.files
            .iter()
            .any(|file| file.split('/').next() == Some(name))
    }

    /// Whether any file has this name.
    fn has_name(&self, name: &str) -> bool {
        self.files
            .iter()
            .any(|file| file.rsplit('/').next() == Some(name))
    }
}

/// What is wrong with the links of a document. `anchors` are those of every document.
fn broken_links(
    document: &Document,
    tree: &Tree,
    anchors: &BTreeMap<String, BTreeSet<String>>,
) -> Vec<String> {
    let links = document.links().into_iter();
    links
        .filter_map(|(line, target)| {
            let complaint =
                |what: &str| Some(format!("{}:{line}: {target}: {what}", document.path));
            if target.contains(':') {
                return (!target.starts_with("https://"))
                    .then(|| complaint("only https leads out of the project"))
                    .flatten();
            }
            let (file, anchor) = target
                .split_once('#')
                .map_or((target.as_str(), None), |(file, anchor)| {
                    (file, Some(anchor))
                });
            let path = if file.is_empty() {
                document.path.clone()
            } else {
                match normal(&document.folder().join(file)) {
                    Some(path) => path,
                    None => return complaint("leaves the project"),
                }
            };
            if !tree.has(&path) {
                return complaint("does not exist");
            }
            // mdBook copies its own folder only.
            if document.path.starts_with("docs/") && !path.starts_with("docs/") {
                return complaint("leaves the book; write the path in backticks");
            }
            match anchor {
                Some(anchor) if !anchors.get(&path).is_some_and(|all| all.contains(anchor)) => {
                    complaint("no such heading")
                }
                _ => None,
            }
        })
        .collect()
}

/// The endings of the project's source files.
const ENDINGS: [&str; 14] = [
    ".rs", ".md", ".toml", ".css", ".html", ".svg", ".png", ".ts", ".js", ".cjs", ".json", ".txt",
    ".lock", ".snap",
];

/// The paths in backticks of a document that do not exist.
fn broken_paths(document: &Document, tree: &Tree) -> Vec<String> {
    let spans = document.code_spans().into_iter();
    spans
        .filter(|(_, span)| !is_existing_or_no_path(document, span, tree))
        .map(|(line, span)| format!("{}:{line}: {span} does not exist", document.path))
        .collect()
}

fn is_existing_or_no_path(document: &Document, span: &str, tree: &Tree) -> bool {
    if span.contains([' ', '<', '{', '(', '=', '"', '…', '\'']) || span.contains("::") {
        return true;
    }
    // A pattern: the folder in front of it exists.
    let path = span.split('*').next().unwrap_or_default();
    let path = if path.len() < span.len() {
        path.rsplit_once('/').map_or("", |(folder, _)| folder)
    } else {
        path
    };
    let has_ending = ENDINGS.iter().any(|ending| path.ends_with(ending));
    let Some((first, _)) = path.split_once('/') else {
        // A bare file name. The files that a shop serves are made by the build.
        return !has_ending || path.starts_with("ae-login.") || tree.has_name(path);
    };
    let is_here = || normal(&document.folder().join(path)).is_some_and(|path| tree.has(&path));
    if tree.has_at_top(first) {
        let is_installed = path.split('/').any(|folder| folder == "node_modules");
        return tree.has(path) || is_here() || is_installed;
    }
    // Imports of the npm package begin with its name.
    let is_built = ["target", "dist", ".tools", "themes", "ae-login"].contains(&first);
    !has_ending || is_built || is_here()
}

/// Cargo's own commands, and those of tools that the documents name.
const CARGO: [&str; 14] = [
    "add", "binstall", "build", "check", "clippy", "doc", "fetch", "fmt", "install", "publish",
    "run", "test", "tree", "update",
];

/// The commands `cargo …` of a document that do not exist.
fn broken_commands(document: &Document, aliases: &[String]) -> Vec<String> {
    let spans = document.code_spans().into_iter();
    let spans = spans.map(|(line, span)| (line, span.to_owned()));
    let blocks = document.code_blocks().into_iter();
    let lines = blocks
        .filter(|block| block.language == "sh")
        .flat_map(|block| {
            let lines = block.code.lines().map(str::to_owned).collect::<Vec<_>>();
            lines.into_iter().map(move |line| (block.line, line))
        });
    spans
        .chain(lines)
        .filter_map(|(line, text)| {
            let name = text.trim().strip_prefix("cargo ")?.split(' ').next()?;
            let is_known = CARGO.contains(&name) || aliases.iter().any(|alias| alias == name);
            (!is_known).then(|| format!("{}:{line}: no command cargo {name}", document.path))
        })
        .collect()
}

#[test]
fn links_and_anchors_lead_somewhere() {
    let documents = documents();
    let tree = Tree::new();
    let anchors = documents
        .iter()
        .map(|document| (document.path.clone(), document.anchors()))
        .collect();
    let links = documents.iter().map(|document| document.links().len());
    assert!(links.sum::<usize>() > 50, "links are found");
    let broken: Vec<_> = documents
        .iter()
        .flat_map(|document| broken_links(document, &tree, &anchors))
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn paths_in_backticks_exist() {
    let tree = Tree::new();
    let broken: Vec<_> = documents()
        .iter()
        .flat_map(|document| broken_paths(document, &tree))
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn cargo_commands_exist() {
    let aliases = cargo_aliases();
    assert!(aliases.iter().any(|alias| alias == "verify"), "{aliases:?}");
    let broken: Vec<_> = documents()
        .iter()
        .flat_map(|document| broken_commands(document, &aliases))
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn broken_links_paths_and_commands_are_found() {
    let document = Document {
        path: "docs/x.md".to_owned(),
        text: "# A\n\n[a](#a) [b](#b) [c](none.md) [d](../README.md) [e](http://x.example)\n\
               `src/lib.rs` `src/none.rs` `none.rs` `style/*.css` `none/a.rs` `web/otp` `cargo none` `cargo verify x`\n"
            .to_owned(),
    };
    let tree = Tree::new();
    let anchors = BTreeMap::from([(document.path.clone(), document.anchors())]);
    let mut with_page = Tree::new();
    with_page.files.insert(document.path.clone());
    let links = broken_links(&document, &with_page, &anchors);
    let found: Vec<_> = links
        .iter()
        .map(|link| link.trim_start_matches("docs/x.md:3: "))
        .collect();
    assert_eq!(
        found,
        [
            "#b: no such heading",
            "none.md: does not exist",
            "../README.md: leaves the book; write the path in backticks",
            "http://x.example: only https leads out of the project",
        ]
    );
    let paths = broken_paths(&document, &tree);
    let found: Vec<_> = paths
        .iter()
        .map(|path| path.trim_start_matches("docs/x.md:4: "))
        .collect();
    assert_eq!(
        found,
        [
            "src/none.rs does not exist",
            "none.rs does not exist",
            "none/a.rs does not exist",
        ]
    );
    assert_eq!(
        broken_commands(&document, &cargo_aliases()),
        ["docs/x.md:4: no command cargo none"]
    );
}

#[test]
fn every_page_is_in_the_book_once() {
    let summary = documents();
    let summary = summary
        .iter()
        .find(|document| document.path == "docs/SUMMARY.md")
        .expect("docs/SUMMARY.md");
    let mut listed: Vec<_> = summary.links().into_iter().map(|(_, page)| page).collect();
    listed.sort();
    let files = files();
    let mut pages: Vec<_> = files
        .iter()
        .filter_map(|file| file.strip_prefix("docs/"))
        .filter(|file| has_ending(file, "md") && *file != "SUMMARY.md")
        .collect();
    pages.sort_unstable();
    assert_eq!(listed, pages);
    assert!(read("docs/book.toml").contains("\nsrc = \".\"\n"));
}

/// The README is read in one go: what it is, how to try it, where to read on.
#[test]
fn readme_is_short_and_names_the_two_commands() {
    let readme = read("README.md");
    assert!(readme.len() <= 8192, "{} bytes", readme.len());
    for needed in [
        "cargo demo",
        "cargo verify",
        "](style/storefront.png)",
        "](docs/",
    ] {
        assert!(readme.contains(needed), "{needed}");
    }
}

/// The groups of [Keep a Changelog](https://keepachangelog.com/en/1.1.0/), in its order.
const GROUPS: [&str; 6] = [
    "Added",
    "Changed",
    "Deprecated",
    "Removed",
    "Fixed",
    "Security",
];

/// What is wrong with the form of a changelog whose newest version should be `version` or an earlier one.
fn changelog_mistakes(text: &str, version: &str) -> Vec<String> {
    let number = |version: &str| {
        let parts = version.split('.').map(str::parse::<u64>);
        parts
            .collect::<Result<Vec<_>, _>>()
            .ok()
            .filter(|parts| parts.len() == 3)
    };
    let mut mistakes = Vec::new();
    let mut newest = number(version).expect("a version");
    let mut groups = GROUPS.iter();
    for (at, heading) in text
        .lines()
        .filter_map(|line| line.strip_prefix("## "))
        .enumerate()
    {
        let found = heading
            .strip_prefix('[')
            .and_then(|rest| rest.split_once(']'));
        match (at, found) {
            (0, Some(("Unreleased", ""))) => {}
            (1.., Some((released, date))) => {
                let is_date = date.len() == " - 2027-01-31".len() && date.starts_with(" - 2");
                match number(released).filter(|_| is_date) {
                    // Each version is older than the one above it. The first may be the current one.
                    Some(parts) if parts < newest || (at == 1 && parts == newest) => newest = parts,
                    _ => mistakes.push(heading.to_owned()),
                }
            }
            _ => mistakes.push(heading.to_owned()),
        }
    }
    for line in text.lines() {
        if line.starts_with("## ") {
            groups = GROUPS.iter();
        } else if let Some(group) = line.strip_prefix("### ")
            && !groups.any(|known| *known == group)
        {
            mistakes.push(group.to_owned());
        }
    }
    mistakes
}

#[test]
fn changelog_has_the_form_of_keep_a_changelog() {
    let mistakes = changelog_mistakes(&read("CHANGELOG.md"), env!("CARGO_PKG_VERSION"));
    assert!(mistakes.is_empty(), "{mistakes:?}");
}

#[test]
fn malformed_changelogs_are_found() {
    let good = "## [Unreleased]\n### Added\n### Fixed\n## [1.2.0] - 2027-01-31\n### Added\n## [1.1.9] - 2026-12-01\n";
    assert!(changelog_mistakes(good, "1.2.0").is_empty());
    assert_eq!(changelog_mistakes(good, "1.1.0").len(), 2, "too new");
    for (bad, mistake) in [
        ("## 1.2.0\n", "1.2.0"),
        ("## [Unreleased]\n## [1.2.0]\n", "[1.2.0]"),
        (
            "## [Unreleased]\n## [next] - 2027-01-31\n",
            "[next] - 2027-01-31",
        ),
        ("## [Unreleased]\n### News\n", "News"),
        ("## [Unreleased]\n### Fixed\n### Added\n", "Added"),
    ] {
        assert_eq!(changelog_mistakes(bad, "1.2.0"), [mistake], "{bad}");
    }
}
