//! Checks what is built in from elsewhere, by the rules in `deny.toml`: licences, sources, known holes, withdrawn versions.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::problem::{Problem, Result, While as _};
use crate::tools::CARGO_DENY;
use crate::{paths, run, tools};

/// Runs every check that can be run here.
///
/// # Errors
/// If one finds something. That the list of known holes cannot be had is said, loudly, and is no error: it lives in a
/// place of its own, which not every network lets through.
pub fn check() -> Result<()> {
    tools::ensure(&[CARGO_DENY])?;
    run::show(&mut deny(&["check", "bans", "licenses", "sources"]))?;
    if run::show(&mut deny(&["fetch", "db"])).is_ok() {
        return run::show(&mut deny(&["check", "advisories"]));
    }
    println!("{NOT_CHECKED}");
    withdrawn_versions()
}

const NOT_CHECKED: &str = "
############################################################################
#                                                                          #
#  ADVISORIES WERE NOT CHECKED: the database of known holes (RustSec) is   #
#  out of reach from here. Run `.ci/run` where it can be fetched before    #
#  anything is released.                                                   #
#                                                                          #
############################################################################
";

/// Whether a version in use was withdrawn by its author. The registry knows that, but the check is part of the one for
/// advisories, which insists on a database with something in it: so it gets one about nothing, kept apart from the real one.
fn withdrawn_versions() -> Result<()> {
    let work = paths::target().join("licences");
    let nothing = work.join("about-nothing");
    let cannot = || format!("cannot write to {}", work.display());
    if work.exists() {
        fs::remove_dir_all(&work).while_doing(cannot())?;
    }
    let entry = nothing.join("crates/no-such-package");
    fs::create_dir_all(&entry).while_doing(cannot())?;
    fs::write(entry.join("RUSTSEC-2000-0001.md"), ENTRY).while_doing(cannot())?;
    for words in [
        &["init", "--quiet", "--initial-branch=main"][..],
        &["add", "--all"],
        &[
            "-c",
            "user.name=nobody",
            "-c",
            "user.email=nobody@localhost",
            "commit",
            "--quiet",
            "--message=Nothing",
        ],
    ] {
        run::show(git().args(words).current_dir(&nothing))?;
    }
    let rules =
        fs::read_to_string(paths::root().join("deny.toml")).while_doing("cannot read deny.toml")?;
    let rules_file = work.join("deny.toml");
    fs::write(&rules_file, with_database(&rules, &work.join("databases"))?).while_doing(cannot())?;

    let mut command = tools::cargo();
    command.arg("deny").env("PATH", tools::search_path()?);
    command
        .arg("--config")
        .arg(&rules_file)
        .args(["check", "advisories"]);
    // Tells git, for this one command, to look for the database in our folder.
    command.env("GIT_CONFIG_COUNT", "1");
    command.env(
        "GIT_CONFIG_KEY_0",
        format!("url.file://{}.insteadOf", nothing.display()),
    );
    command.env("GIT_CONFIG_VALUE_0", DATABASE);
    println!("withdrawn versions only:");
    run::show(&mut command)
}

/// An advisory in the database's own form.
const ENTRY: &str = "```toml
[advisory]
id = \"RUSTSEC-2000-0001\"
package = \"no-such-package\"
date = \"2000-01-01\"

[versions]
patched = []
```

# Nothing

There is no such package.
";

/// Where the checker gets its database by default.
const DATABASE: &str = "https://github.com/RustSec/advisory-db";

fn with_database(rules: &str, folder: &Path) -> Result<String> {
    let mut rules: toml::Table = rules.parse().while_doing("deny.toml")?;
    let advisories = rules
        .get_mut("advisories")
        .and_then(toml::Value::as_table_mut)
        .ok_or_else(|| Problem::new("deny.toml: no [advisories]"))?;
    advisories.insert("db-path".to_owned(), folder.display().to_string().into());
    advisories.insert("db-urls".to_owned(), vec![DATABASE.to_owned()].into());
    Ok(rules.to_string())
}

fn deny(words: &[&str]) -> Command {
    let mut command = tools::cargo();
    command
        .env("PATH", tools::search_path().unwrap_or_default())
        .arg("deny")
        .args(words);
    command
}

fn git() -> Command {
    let mut command = Command::new("git");
    // Nobody's habits: hooks, signing.
    command
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null");
    command
}
