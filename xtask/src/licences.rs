//! Checks dependencies by the rules in `deny.toml`: their licences, their sources, security advisories (RustSec) and yanked versions.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::error::{Context as _, Error, Result};
use crate::tools::CARGO_DENY;
use crate::{paths, run, tools};

/// Runs all checks.
///
/// The database of advisories is a repository of its own, which not every network can reach. If it cannot be fetched, a notice is
/// printed and only yanked versions are checked.
///
/// # Errors
/// Returns an error if a check finds something.
pub fn check() -> Result<()> {
    tools::ensure(&[CARGO_DENY])?;
    let checks = ["--workspace", "check", "bans", "licenses", "sources"];
    run::execute(&mut deny(&checks))?;
    if run::execute(&mut deny(&["fetch", "db"])).is_ok() {
        return run::execute(&mut deny(&["check", "advisories"]));
    }
    println!("{NOT_CHECKED}");
    check_yanked()
}

const NOT_CHECKED: &str = "
############################################################################
#                                                                          #
#  ADVISORIES WERE NOT CHECKED: the database of security advisories        #
#  (RustSec) cannot be fetched from here. Run `cargo verify --rest` where  #
#  it can be fetched before you release a version.                         #
#                                                                          #
############################################################################
";

/// Checks that no dependency was yanked by its author.
///
/// The registry knows that. cargo-deny checks it together with advisories and refuses an empty database, so it gets one with a single
/// advisory about a package that does not exist, separate from the real database.
fn check_yanked() -> Result<()> {
    let work = paths::target().join("licences");
    let placeholder = work.join("placeholder-db");
    let cannot = || format!("cannot write to {}", work.display());
    if work.exists() {
        fs::remove_dir_all(&work).context(cannot())?;
    }
    let entry = placeholder.join("crates/no-such-package");
    fs::create_dir_all(&entry).context(cannot())?;
    fs::write(entry.join("RUSTSEC-2000-0001.md"), ADVISORY).context(cannot())?;
    for arguments in [
        &["init", "--quiet", "--initial-branch=main"][..],
        &["add", "--all"],
        &[
            "-c",
            "user.name=nobody",
            "-c",
            "user.email=nobody@localhost",
            "commit",
            "--quiet",
            "--message=Placeholder",
        ],
    ] {
        run::execute(git().args(arguments).current_dir(&placeholder))?;
    }
    let rules =
        fs::read_to_string(paths::root().join("deny.toml")).context("cannot read deny.toml")?;
    let rules_file = work.join("deny.toml");
    fs::write(&rules_file, with_database(&rules, &work.join("databases"))?).context(cannot())?;

    let mut command = tools::cargo();
    command.arg("deny").env("PATH", tools::search_path()?);
    command
        .arg("--config")
        .arg(&rules_file)
        .args(["check", "advisories"]);
    // For this command, git replaces the address of the database by that of our folder.
    command.env("GIT_CONFIG_COUNT", "1");
    command.env(
        "GIT_CONFIG_KEY_0",
        format!("url.file://{}.insteadOf", placeholder.display()),
    );
    command.env("GIT_CONFIG_VALUE_0", DATABASE);
    println!("Yanked versions only:");
    run::execute(&mut command)
}

/// An advisory in the format of the database.
const ADVISORY: &str = "```toml
[advisory]
id = \"RUSTSEC-2000-0001\"
package = \"no-such-package\"
date = \"2000-01-01\"

[versions]
patched = []
```

# Placeholder

This package does not exist.
";

/// The default address of the database.
const DATABASE: &str = "https://github.com/RustSec/advisory-db";

/// The rules, with the database in another folder.
fn with_database(rules: &str, folder: &Path) -> Result<String> {
    let mut rules: toml::Table = rules.parse().context("deny.toml")?;
    let advisories = rules
        .get_mut("advisories")
        .and_then(toml::Value::as_table_mut)
        .ok_or_else(|| Error::new("deny.toml: no [advisories]"))?;
    advisories.insert("db-path".to_owned(), folder.display().to_string().into());
    advisories.insert("db-urls".to_owned(), vec![DATABASE.to_owned()].into());
    Ok(rules.to_string())
}

/// A command that runs cargo-deny.
fn deny(arguments: &[&str]) -> Command {
    let mut command = tools::cargo();
    command
        .env("PATH", tools::search_path().unwrap_or_default())
        .arg("deny")
        .args(arguments);
    command
}

/// A command that runs git without the person's settings, such as hooks and signing.
fn git() -> Command {
    let mut command = Command::new("git");
    command
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null");
    command
}
