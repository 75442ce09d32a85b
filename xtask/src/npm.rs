//! What is taken from npm, at the versions in the lock files beside this: in `npm` the wasm optimiser, the minifier and the
//! accessibility checker, in `npm/peers` what `cargo tabs` sets beside the widget, in `npm/countries` what the table of countries
//! is written from, in `npm/shops` style sheets that shops begin with, in `tests/script` what checks the JavaScript. Their install
//! scripts never run.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;

use crate::problem::{Problem, Result, While as _};
use crate::progress::{Job, Steps};
use crate::{paths, run, system, tools};

/// Packages that are installed together.
struct Packages {
    /// Their folder among the tools.
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

/// The type checker, the linter and the libraries of the tests in `tests/script`.
const SCRIPT: Packages = Packages {
    folder: "npm-script",
    manifest: include_str!("../../tests/script/package.json"),
    lock: include_str!("../../tests/script/package-lock.json"),
};

/// Installs the tools into `.tools/npm`, if these versions are not there yet.
///
/// # Errors
/// If node is missing and cannot be installed, or a package cannot be had.
pub fn ensure() -> Result<()> {
    install(&TOOLS)
}

fn install(packages: &Packages) -> Result<()> {
    system::ensure(system::NODE)?;
    let _alone = tools::alone()?;
    let folder = packages.folder();
    // Written last, so that an installation that was cut short is made again.
    let done = folder.join("installed.json");
    if fs::read_to_string(&done).is_ok_and(|installed| installed == packages.lock) {
        return Ok(());
    }
    let cannot = || format!("cannot write to {}", folder.display());
    fs::create_dir_all(&folder).while_doing(cannot())?;
    fs::write(folder.join("package.json"), packages.manifest).while_doing(cannot())?;
    fs::write(folder.join("package-lock.json"), packages.lock).while_doing(cannot())?;
    let title = format!("Installing npm packages into {}", folder.display());
    Steps::new(1).run(Job::new(title, packages.folder, |step| {
        step.run(
            Command::new("npm")
                .args([
                    "ci",
                    "--ignore-scripts",
                    // What a package wants beside it is a matter of its scripts, and none of ours needs that.
                    "--legacy-peer-deps",
                    "--no-audit",
                    "--no-fund",
                    "--loglevel=error",
                ])
                .current_dir(&folder),
        )
    }))?;
    fs::write(done, packages.lock).while_doing(cannot())
}

/// One of the packages' programs, to be run with node.
pub fn program(package: &str, name: &str) -> Command {
    TOOLS.program(package, name)
}

/// Installs the checks of the JavaScript into `.tools/npm-script`, and makes `tests/script/node_modules` a link to them, where
/// node looks for what the tests import.
///
/// # Errors
/// As [`ensure`], or if `tests/script/node_modules` is no link.
pub fn ensure_script() -> Result<()> {
    install(&SCRIPT)?;
    let packages = SCRIPT.folder().join("node_modules");
    let link = paths::root().join("tests/script/node_modules");
    let cannot = || format!("cannot link {} to the packages", link.display());
    match fs::read_link(&link) {
        Ok(place) if place == packages => return Ok(()),
        Ok(_) => fs::remove_file(&link).while_doing(cannot())?,
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        // A folder that npm has made may have other versions.
        Err(_) => return Err(Problem::new(format!("remove {}", link.display()))),
    }
    symlink(packages, &link).while_doing(cannot())
}

/// One of the programs that check the JavaScript, to be run with node.
pub fn script_program(package: &str, name: &str) -> Command {
    SCRIPT.program(package, name)
}

/// The source of the accessibility checker (axe), to run inside a page.
///
/// # Errors
/// As [`ensure`].
pub fn axe() -> Result<String> {
    ensure()?;
    let file = TOOLS.folder().join("node_modules/axe-core/axe.min.js");
    fs::read_to_string(&file).while_doing(format_args!("cannot read {}", file.display()))
}

/// One of the peers as a module by itself, and its version.
///
/// # Errors
/// As [`ensure`].
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
        serde_json::from_str(PEERS.lock).while_doing("the peers' lock file")?;
    let version = &lock["packages"][format!("node_modules/{package}")]["version"];
    let version = version.as_str().unwrap_or_default().to_owned();
    Ok((run::read(&mut command)?, version))
}

/// A style sheet that shops' pages begin with: a path behind `node_modules`.
///
/// # Errors
/// If the packages cannot be had, or there is no such file.
pub fn sheet(path: &str) -> Result<String> {
    install(&SHOPS)?;
    let file = SHOPS.folder().join("node_modules").join(path);
    fs::read_to_string(&file).while_doing(format_args!("cannot read {}", file.display()))
}

/// What node prints for a script that uses the packages for the table of countries.
///
/// # Errors
/// As [`ensure`], or if the script fails.
pub fn countries(script: &str) -> Result<String> {
    install(&COUNTRIES)?;
    let mut command = Command::new("node");
    run::read(
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
    fn the_lock_files_pin_contents_and_name_no_place_to_download_from() {
        for packages in [TOOLS, PEERS, COUNTRIES, SHOPS, SCRIPT] {
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
