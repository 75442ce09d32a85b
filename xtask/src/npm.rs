//! Installs packages from npm, at the versions in lock files. Install scripts of packages never run.
//!
//! | lock file in | packages |
//! |---|---|
//! | `xtask/npm` | the wasm optimiser, the minifiers, the accessibility checker |
//! | `xtask/npm/countries` | the source of the table of countries |
//! | `xtask/npm/peers` | libraries that `cargo tabs` compares the widget with |
//! | `xtask/npm/shops` | style sheets that many shops use |
//! | `xtask/npm/spelling` | the spelling checker |
//! | `tests/script` | the type checker, the linter and the libraries of the JavaScript tests |

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;

use crate::error::{Context as _, Error, Result};
use crate::progress::{Step, Steps};
use crate::{paths, run, system, tools};

/// Packages that are installed together.
struct Packages {
    /// The name of their folder in the tools' folder.
    folder: &'static str,
    manifest: &'static str,
    lock: &'static str,
}

const TOOLS: Packages = Packages {
    folder: "npm",
    manifest: include_str!("../npm/package.json"),
    lock: include_str!("../npm/package-lock.json"),
};

const PEERS: Packages = Packages {
    folder: "npm-peers",
    manifest: include_str!("../npm/peers/package.json"),
    lock: include_str!("../npm/peers/package-lock.json"),
};

const COUNTRIES: Packages = Packages {
    folder: "npm-countries",
    manifest: include_str!("../npm/countries/package.json"),
    lock: include_str!("../npm/countries/package-lock.json"),
};

const SHOPS: Packages = Packages {
    folder: "npm-shops",
    manifest: include_str!("../npm/shops/package.json"),
    lock: include_str!("../npm/shops/package-lock.json"),
};

const SPELLING: Packages = Packages {
    folder: "npm-spelling",
    manifest: include_str!("../npm/spelling/package.json"),
    lock: include_str!("../npm/spelling/package-lock.json"),
};

const SCRIPT: Packages = Packages {
    folder: "npm-script",
    manifest: include_str!("../../tests/script/package.json"),
    lock: include_str!("../../tests/script/package-lock.json"),
};

/// Installs the packages that `cargo bundle` and the browser tests use into `.tools/npm`, unless these versions are installed.
///
/// # Errors
/// Returns an error if node is missing and cannot be installed, or if npm fails.
pub fn ensure() -> Result<()> {
    install(&TOOLS)
}

fn install(packages: &Packages) -> Result<()> {
    system::ensure(system::NODE)?;
    let _lock = tools::lock_folder()?;
    let folder = packages.folder();
    // This file is written last, so that an interrupted installation is repeated.
    let marker = folder.join("installed.json");
    if fs::read_to_string(&marker).is_ok_and(|installed| installed == packages.lock) {
        return Ok(());
    }
    let cannot = || format!("cannot write to {}", folder.display());
    fs::create_dir_all(&folder).context(cannot())?;
    fs::write(folder.join("package.json"), packages.manifest).context(cannot())?;
    fs::write(folder.join("package-lock.json"), packages.lock).context(cannot())?;
    let title = format!("Installing npm packages into {}", folder.display());
    Steps::new(1).run(Step::new(title, packages.folder, |context| {
        context.run(
            Command::new("npm")
                .args([
                    "ci",
                    "--ignore-scripts",
                    // Peer dependencies are for uses of the packages that do not occur here.
                    "--legacy-peer-deps",
                    "--no-audit",
                    "--no-fund",
                    "--loglevel=error",
                ])
                .current_dir(&folder),
        )
    }))?;
    fs::write(marker, packages.lock).context(cannot())
}

/// A command that runs a program of these packages with node.
pub fn program(package: &str, name: &str) -> Command {
    TOOLS.program(package, name)
}

/// Installs what checks the JavaScript into `.tools/npm-script`, and links it as `tests/script/node_modules`, where node looks for
/// the modules that the tests import.
///
/// # Errors
/// Returns the errors of [`ensure`], and an error if `tests/script/node_modules` exists and is not a link.
pub fn ensure_script() -> Result<()> {
    install(&SCRIPT)?;
    let packages = SCRIPT.folder().join("node_modules");
    let link = paths::root().join("tests/script/node_modules");
    let cannot = || format!("cannot link {} to the packages", link.display());
    match fs::read_link(&link) {
        Ok(target) if target == packages => return Ok(()),
        Ok(_) => fs::remove_file(&link).context(cannot())?,
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        // A folder that npm created may contain other versions.
        Err(_) => return Err(Error::new(format!("remove {}", link.display()))),
    }
    symlink(packages, &link).context(cannot())
}

/// A command that runs a program that checks the JavaScript with node.
pub fn script_program(package: &str, name: &str) -> Command {
    SCRIPT.program(package, name)
}

/// Installs the spelling checker into `.tools/npm-spelling`, and returns a command that runs it.
///
/// # Errors
/// Returns the errors of [`ensure`].
pub fn spelling_checker() -> Result<Command> {
    install(&SPELLING)?;
    let mut command = Command::new("node");
    command.arg(SPELLING.folder().join("node_modules/cspell/bin.mjs"));
    Ok(command)
}

/// The source of the accessibility checker (axe), which runs in a page.
///
/// # Errors
/// Returns the errors of [`ensure`], and an error if the file cannot be read.
pub fn axe() -> Result<String> {
    ensure()?;
    let file = TOOLS.folder().join("node_modules/axe-core/axe.min.js");
    fs::read_to_string(&file).context(format_args!("cannot read {}", file.display()))
}

/// The source of a library that `cargo tabs` compares the widget with, as one module, and its version.
///
/// # Errors
/// Returns the errors of [`ensure`], and an error if the module cannot be bundled.
pub fn peer(package: &str) -> Result<(String, String)> {
    ensure()?;
    install(&PEERS)?;
    let mut command = program("esbuild", "esbuild");
    command
        .args([
            "--bundle",
            "--minify",
            "--format=esm",
            "--log-level=warning",
        ])
        .arg(package)
        .current_dir(PEERS.folder())
        .env("NODE_PATH", PEERS.folder().join("node_modules"));
    let lock: serde_json::Value =
        serde_json::from_str(PEERS.lock).context("the peers' lock file")?;
    let version = &lock["packages"][format!("node_modules/{package}")]["version"];
    let version = version.as_str().unwrap_or_default().to_owned();
    Ok((run::read_stdout(&mut command)?, version))
}

/// A style sheet that many shops use. `path` is relative to `node_modules`.
///
/// # Errors
/// Returns the errors of [`ensure`], and an error if the file cannot be read.
pub fn sheet(path: &str) -> Result<String> {
    install(&SHOPS)?;
    let file = SHOPS.folder().join("node_modules").join(path);
    fs::read_to_string(&file).context(format_args!("cannot read {}", file.display()))
}

/// Runs a script with node that uses the packages for the table of countries, and returns its output.
///
/// # Errors
/// Returns the errors of [`ensure`], and an error if the script fails.
pub fn countries(script: &str) -> Result<String> {
    install(&COUNTRIES)?;
    let mut command = Command::new("node");
    run::read_stdout(
        command
            .args(["--eval", script])
            .current_dir(COUNTRIES.folder()),
    )
}

impl Packages {
    fn folder(&self) -> PathBuf {
        paths::tools().join(self.folder)
    }

    fn program(&self, package: &str, name: &str) -> Command {
        let mut command = Command::new("node");
        command.arg(
            self.folder()
                .join("node_modules")
                .join(package)
                .join("bin")
                .join(name),
        );
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lock_files_have_hashes_and_no_download_addresses() {
        for packages in [TOOLS, PEERS, COUNTRIES, SHOPS, SPELLING, SCRIPT] {
            let lock: serde_json::Value = serde_json::from_str(packages.lock).unwrap();
            for (name, package) in lock["packages"].as_object().unwrap() {
                assert!(package.get("resolved").is_none(), "{name}");
                assert!(
                    name.is_empty() || package["integrity"].is_string(),
                    "{name}"
                );
            }
            let manifest: serde_json::Value = serde_json::from_str(packages.manifest).unwrap();
            for (name, version) in manifest["devDependencies"].as_object().unwrap() {
                assert_eq!(
                    lock["packages"][format!("node_modules/{name}")]["version"],
                    *version
                );
            }
        }
    }
}
