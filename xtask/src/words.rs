//! Checks the words of the repository: their spelling, with cspell, and that retired identifiers stay away.
//!
//! `cspell.json` says which files are checked. Words that cspell does not know and that are right belong into `xtask/words.txt`.
//! Identifiers that were replaced by better ones are listed in `xtask/retired_words.txt`.

use std::fs;
use std::path::Path;

use crate::error::{Context as _, Error, Result};
use crate::{npm, paths, run, sources};

/// Checks the spelling and the retired identifiers.
///
/// # Errors
/// Returns an error if something is found. What was found is printed.
pub fn check() -> Result<()> {
    let mut cspell = npm::spelling_checker()?;
    cspell.args(["lint", "--no-progress", "--dot", "--gitignore"]);
    // Files that have not changed are not checked again.
    cspell.args(["--cache", "--cache-strategy", "content", "--cache-location"]);
    cspell.arg(paths::verify().join("cspell-cache"));
    let spelling = run::execute(cspell.arg("**").current_dir(paths::root()));
    let retired = check_retired();
    spelling.context("words that are right belong into xtask/words.txt")?;
    retired
}

/// An identifier that must not be used any more, and what to use instead.
#[derive(Debug, PartialEq, Eq)]
struct Retired<'a> {
    identifier: &'a str,
    replacement: &'a str,
}

const RETIRED: &str = include_str!("../retired_words.txt");

/// Files that may contain retired identifiers: the list, the history, the product's texts in all languages, recorded data, and what
/// other people have written.
const EXEMPT: &[&str] = &[
    "CHANGELOG.md",
    "Cargo.lock",
    "package-lock.json",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "src/texts/",
    "fixtures/",
    "snapshots/",
    "xtask/retired_words.txt",
    "xtask/words.txt",
];

fn check_retired() -> Result<()> {
    let retired = parse(RETIRED)?;
    let mut count = 0;
    for file in sources::files(&paths::root(), &[])? {
        let name = file.to_string_lossy();
        if EXEMPT.iter().any(|part| name.contains(part)) {
            continue;
        }
        // Pictures and other files that are not text have no identifiers.
        let Ok(text) = fs::read_to_string(paths::root().join(&file)) else {
            continue;
        };
        for finding in find(&text, &retired, &file) {
            println!("{finding}");
            count += 1;
        }
    }
    if count == 0 {
        println!("No retired identifiers.");
        return Ok(());
    }
    Err(Error::new(format!(
        "{count} retired identifiers (xtask/retired_words.txt)"
    )))
}

/// Reads the list: `identifier -> replacement` on each line, comments after `#`.
fn parse(list: &str) -> Result<Vec<Retired<'_>>> {
    let lines = list
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default());
    lines
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            let (identifier, replacement) = line
                .split_once("->")
                .ok_or_else(|| Error::new(format!("retired_words.txt: no `->` in {line:?}")))?;
            let (identifier, replacement) = (identifier.trim(), replacement.trim());
            if identifier.is_empty() || !identifier.chars().all(is_identifier_char) {
                return Err(Error::new(format!(
                    "retired_words.txt: {identifier:?} is not an identifier"
                )));
            }
            Ok(Retired {
                identifier,
                replacement,
            })
        })
        .collect()
}

/// One line for each retired identifier in a text.
fn find(text: &str, retired: &[Retired<'_>], file: &Path) -> Vec<String> {
    let mut findings = Vec::new();
    for (index, line) in text.lines().enumerate() {
        for word in line.split(|letter| !is_identifier_char(letter)) {
            if let Some(found) = retired.iter().find(|retired| retired.identifier == word) {
                findings.push(format!(
                    "{}:{}: `{word}` is retired: {}",
                    file.display(),
                    index + 1,
                    found.replacement
                ));
            }
        }
    }
    findings
}

fn is_identifier_char(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "# Retired.\n\nOldName -> NewName\nold_name -> new_name # in session\n";

    fn find_in(text: &str) -> Vec<String> {
        find(text, &parse(LIST).unwrap(), Path::new("a.rs"))
    }

    #[test]
    fn retired_identifiers_are_found_with_file_line_and_replacement() {
        assert_eq!(
            find_in("fn f(value: &OldName) {\n    value.session.old_name();\n}\n"),
            [
                "a.rs:1: `OldName` is retired: NewName",
                "a.rs:2: `old_name` is retired: new_name",
            ]
        );
    }

    #[test]
    fn words_that_contain_a_retired_identifier_are_allowed() {
        for text in [
            "oldName",
            "OldNames",
            "old_name_of",
            "my_old_name",
            "old name",
        ] {
            assert_eq!(find_in(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn list_with_a_malformed_line_is_refused() {
        for list in ["OldName", "-> NewName", "old name -> new name"] {
            assert!(parse(list).is_err(), "{list}");
        }
    }

    #[test]
    fn list_names_each_identifier_once_and_with_a_replacement() {
        let retired = parse(RETIRED).unwrap();
        assert!(!retired.is_empty());
        for (index, one) in retired.iter().enumerate() {
            assert!(!one.replacement.is_empty(), "{one:?}");
            let others = &retired[index + 1..];
            assert!(
                others
                    .iter()
                    .all(|other| other.identifier != one.identifier),
                "{one:?}"
            );
            assert!(
                retired
                    .iter()
                    .all(|other| other.identifier != one.replacement),
                "{one:?}"
            );
        }
    }

    #[test]
    fn known_words_are_sorted_and_unique() {
        let list = include_str!("../words.txt");
        for section in list.split("\n\n") {
            let words: Vec<_> = section
                .lines()
                .filter(|line| !line.starts_with('#'))
                .collect();
            let mut sorted = words.clone();
            sorted.sort_by_key(|word| word.to_lowercase());
            sorted.dedup();
            assert_eq!(words, sorted);
        }
    }
}
