//! Installs packages from npm, at the versions in lock files. Install scripts of packages never run.
//!
//! | lock file in | packages |
//! |---|---|
//! | `xtask/npm` | the wasm optimiser, the minifiers, the accessibility checker |
//! | `xtask/npm/bundlers` | bundlers and frameworks that the npm package is tested with |
//! | `xtask/npm/countries` | the source of the table of countries |
//! | `xtask/npm/frameworks` | frameworks, libraries and recorders of pages for tests, and the type checkers of frameworks |
//! | `xtask/npm/peers` | libraries that `cargo tabs` compares the widget with |
//! | `xtask/npm/shopify` | the templates of Shopify, and its checker of themes |
//! | `xtask/npm/shops` | style sheets that many shops use |
//! | `xtask/npm/speed` | sign-in forms that `cargo speed` compares the widget with |
//! | `xtask/npm/spelling` | the spelling checker |
//! | `tests/script` | the type checker, the linter and the libraries of the JavaScript tests |

use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::Digest as _;

use crate::error::{Context as _, Error, Result};
use crate::progress::{Step, Steps};
use crate::{package, paths, run, system, tools};

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

const BUNDLERS: Packages = Packages {
    folder: "npm-bundlers",
    manifest: include_str!("../npm/bundlers/package.json"),
    lock: include_str!("../npm/bundlers/package-lock.json"),
};

const COUNTRIES: Packages = Packages {
    folder: "npm-countries",
    manifest: include_str!("../npm/countries/package.json"),
    lock: include_str!("../npm/countries/package-lock.json"),
};

const SHOPIFY: Packages = Packages {
    folder: "npm-shopify",
    manifest: include_str!("../npm/shopify/package.json"),
    lock: include_str!("../npm/shopify/package-lock.json"),
};

const SHOPS: Packages = Packages {
    folder: "npm-shops",
    manifest: include_str!("../npm/shops/package.json"),
    lock: include_str!("../npm/shops/package-lock.json"),
};

const SPEED: Packages = Packages {
    folder: "npm-speed",
    manifest: include_str!("../npm/speed/package.json"),
    lock: include_str!("../npm/speed/package-lock.json"),
};

const FRAMEWORKS: Packages = Packages {
    folder: "npm-frameworks",
    manifest: include_str!("../npm/frameworks/package.json"),
    lock: include_str!("../npm/frameworks/package-lock.json"),
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
    Ok((run::read_stdout(&mut command)?, PEERS.version(package)?))
}

/// Bundles a script of a page with the sign-in form that it imports, as a shop would: one module, minified, for production.
///
/// # Errors
/// Returns the errors of [`ensure`], and an error if the script cannot be bundled.
pub fn form_bundle(script: &Path) -> Result<String> {
    ensure()?;
    install(&SPEED)?;
    let mut command = program("esbuild", "esbuild");
    command
        .args([
            "--bundle",
            "--minify",
            "--format=esm",
            "--conditions=production",
            "--define:process.env.NODE_ENV=\"production\"",
            "--legal-comments=none",
            "--log-level=error",
        ])
        .arg(script)
        .env("NODE_PATH", SPEED.folder().join("node_modules"));
    run::read_stdout(&mut command)
}

/// The version of a package that [`form_bundle`] may bundle.
///
/// # Errors
/// Returns an error if the lock file does not name the package.
pub fn form_version(package: &str) -> Result<String> {
    SPEED.version(package)
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

/// Installs the frameworks and their type checkers into `.tools/npm-frameworks`, and returns that folder.
///
/// # Errors
/// Returns the errors of [`ensure`].
pub fn ensure_frameworks() -> Result<PathBuf> {
    install(&FRAMEWORKS)?;
    Ok(FRAMEWORKS.folder())
}

/// A script of a library or a recorder that pages load. `path` is relative to `node_modules`.
///
/// # Errors
/// Returns the errors of [`ensure`], and an error if the file cannot be read.
pub fn page_script(path: &str) -> Result<String> {
    install(&FRAMEWORKS)?;
    let file = FRAMEWORKS.folder().join("node_modules").join(path);
    fs::read_to_string(&file).context(format_args!("cannot read {}", file.display()))
}

/// Bundles a module with the frameworks that it imports, for production. The module may import components of Svelte.
/// `bundle.cjs` beside the module does that.
///
/// # Errors
/// Returns the errors of [`ensure`], and an error if the module cannot be bundled.
pub fn framework_bundle(module: &Path) -> Result<String> {
    ensure()?;
    install(&FRAMEWORKS)?;
    let mut command = Command::new("node");
    command.arg(module.with_file_name("bundle.cjs")).arg(module);
    let folders = [&FRAMEWORKS, &TOOLS].map(|packages| packages.folder().join("node_modules"));
    let folders = std::env::join_paths(folders).context("the folders of packages")?;
    run::read_stdout(command.env("NODE_PATH", folders))
}

/// Runs a script with node that uses the templates of Shopify and its checker of themes, and returns its output.
///
/// # Errors
/// Returns the errors of [`ensure`], and an error if the script fails.
pub fn shopify(script: &Path, arguments: &[&OsStr]) -> Result<String> {
    install(&SHOPIFY)?;
    let packages = SHOPIFY.folder().join("node_modules");
    let mut command = Command::new("node");
    command.arg(script).args(arguments);
    run::read_stdout(command.env("NODE_PATH", packages))
}

/// Installs the bundlers and frameworks that the npm package is tested with into `.tools/npm-bundlers`.
///
/// # Errors
/// Returns the errors of [`ensure`].
pub fn ensure_bundlers() -> Result<()> {
    install(&BUNDLERS)
}

/// The folder for the projects of this checkout that use what [`ensure_bundlers`] installs. Node and bundlers look for packages in all
/// folders above a project, so it is below the installed packages.
pub fn bundlers_projects() -> PathBuf {
    let checkout = sha2::Sha256::digest(paths::root().as_os_str().as_encoded_bytes());
    let name = u32::from_be_bytes([checkout[0], checkout[1], checkout[2], checkout[3]]);
    BUNDLERS.folder().join(format!("projects-{name:08x}"))
}

/// Makes the tarball of the npm package in `dist`, as `npm publish` does, and returns its path.
///
/// # Errors
/// Returns an error if `dist/` is not built, or if npm fails.
pub fn pack() -> Result<PathBuf> {
    let package = paths::dist().join(package::FOLDER);
    if !package.is_dir() {
        return Err(Error::new(
            "dist/ is not built; this builds it: cargo bundle",
        ));
    }
    let folder = paths::target().join("npm-package");
    fs::create_dir_all(&folder).context(format_args!("cannot make {}", folder.display()))?;
    let mut npm = Command::new("npm");
    npm.args(["pack", "--silent", "--ignore-scripts", "--pack-destination"]);
    let name = run::read_stdout(npm.arg(&folder).current_dir(package))?;
    Ok(folder.join(name.trim()))
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
    /// The version of a package in the lock file.
    fn version(&self, package: &str) -> Result<String> {
        let lock: serde_json::Value =
            serde_json::from_str(self.lock).context(format_args!("lock of {}", self.folder))?;
        let version = &lock["packages"][format!("node_modules/{package}")]["version"];
        let version = version.as_str().map(str::to_owned);
        version.ok_or_else(|| Error::new(format!("{package} is not in the lock file")))
    }

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
    fn examples_have_the_versions_that_are_installed() {
        let installed: serde_json::Value = serde_json::from_str(BUNDLERS.manifest).unwrap();
        let installed = installed["devDependencies"].as_object().unwrap();
        let mut used = std::collections::BTreeSet::new();
        for entry in fs::read_dir(paths::root().join("package/examples")).unwrap() {
            let file = entry.unwrap().path().join("package.json");
            let manifest = fs::read_to_string(&file).unwrap();
            let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
            for list in ["dependencies", "devDependencies"] {
                for (name, version) in manifest[list].as_object().into_iter().flatten() {
                    if name != "ae-login" {
                        let expected = installed.get(name);
                        assert_eq!(expected, Some(version), "{name} in {}", file.display());
                        used.insert(name.clone());
                    }
                }
            }
        }
        assert!(used.iter().eq(installed.keys()), "{used:?}");
    }

    #[test]
    fn lock_files_have_hashes_and_no_download_addresses() {
        for packages in [
            TOOLS, PEERS, BUNDLERS, COUNTRIES, SHOPIFY, SHOPS, SPEED, FRAMEWORKS, SPELLING, SCRIPT,
        ] {
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
