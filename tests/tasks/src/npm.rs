//! The three packages taken from npm, at the versions in `npm/package-lock.json`: the wasm optimiser, the minifier
//! and the accessibility checker. Their install scripts never run.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::problem::{Result, While as _};
use crate::{place, run, system, tools};

const MANIFEST: &str = include_str!("../npm/package.json");
const LOCK: &str = include_str!("../npm/package-lock.json");

/// Installs the packages into `.tools/npm`, if these versions are not there yet.
///
/// # Errors
/// If node is missing and cannot be installed, or a package cannot be had.
pub fn ensure() -> Result<()> {
    system::ensure(system::NODE)?;
    let _alone = tools::alone()?;
    let folder = folder();
    // Written last, so that an installation that was cut short is made again.
    let done = folder.join("installed.json");
    if fs::read_to_string(&done).is_ok_and(|installed| installed == LOCK) {
        return Ok(());
    }
    println!(
        "Installing the npm packages of tests/tasks/npm into {}",
        folder.display()
    );
    let cannot = || format!("cannot write to {}", folder.display());
    fs::create_dir_all(&folder).while_doing(cannot())?;
    fs::write(folder.join("package.json"), MANIFEST).while_doing(cannot())?;
    fs::write(folder.join("package-lock.json"), LOCK).while_doing(cannot())?;
    run::show(
        Command::new("npm")
            .args([
                "ci",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--loglevel=error",
            ])
            .current_dir(&folder),
    )?;
    fs::write(done, LOCK).while_doing(cannot())
}

/// One of the packages' programs, to be run with node.
pub fn program(package: &str, name: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(
        folder()
            .join("node_modules")
            .join(package)
            .join("bin")
            .join(name),
    );
    command
}

/// The source of the accessibility checker (axe), to run inside a page.
///
/// # Errors
/// As [`ensure`].
pub fn axe() -> Result<String> {
    ensure()?;
    let file = folder().join("node_modules/axe-core/axe.min.js");
    fs::read_to_string(&file).while_doing(format_args!("cannot read {}", file.display()))
}

fn folder() -> PathBuf {
    place::tools().join("npm")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_pins_contents_and_names_no_place_to_download_from() {
        let lock: serde_json::Value = serde_json::from_str(LOCK).unwrap();
        for (name, package) in lock["packages"].as_object().unwrap() {
            assert!(package.get("resolved").is_none(), "{name}");
            assert!(
                name.is_empty() || package["integrity"].is_string(),
                "{name}"
            );
        }
        let manifest: serde_json::Value = serde_json::from_str(MANIFEST).unwrap();
        for (name, version) in manifest["devDependencies"].as_object().unwrap() {
            assert_eq!(
                lock["packages"][format!("node_modules/{name}")]["version"],
                *version
            );
        }
    }
}
