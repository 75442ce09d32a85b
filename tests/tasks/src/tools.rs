//! The tools that are built from source once, at the versions pinned here, and kept in `.tools`.
//!
//! The compiler is pinned in `rust-toolchain.toml`, npm packages in `tests/tasks/npm/package.json`; everything else is here.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::problem::{Problem, Result, While as _};
use crate::{place, run};

/// A program that cargo can install.
#[derive(Debug, Clone, Copy)]
pub struct Tool {
    /// The package's name.
    pub package: &'static str,
    /// Its exact version.
    pub version: &'static str,
    /// The program asked for its version; the package may hold more.
    pub program: &'static str,
    /// Minutes the first installation takes on two cores, to tell whoever waits.
    minutes: u32,
}

/// Makes the JavaScript half of the wasm, and runs the wasm tests. Must equal the library's version in `Cargo.lock`.
pub const WASM_BINDGEN: Tool = Tool {
    package: "wasm-bindgen-cli",
    version: "0.2.130",
    program: "wasm-bindgen",
    minutes: 2,
};

/// Builds the storefront for `cargo demo`. 0.22 needs a newer compiler than the one pinned here.
pub const TRUNK: Tool = Tool {
    package: "trunk",
    version: "0.21.14",
    program: "trunk",
    minutes: 3,
};

/// Drives Firefox. Debian has no package of it.
pub const GECKODRIVER: Tool = Tool {
    package: "geckodriver",
    version: "0.37.1",
    program: "geckodriver",
    minutes: 1,
};

/// Checks licences, sources, advisories and yanked versions.
pub const CARGO_DENY: Tool = Tool {
    package: "cargo-deny",
    version: "0.20.2",
    program: "cargo-deny",
    minutes: 2,
};

/// Where the tools' programs are; goes first into a search path.
pub fn folder() -> PathBuf {
    place::tools().join("bin")
}

/// Where one program of a tool is, installed or not.
pub fn program(name: &str) -> PathBuf {
    folder().join(name)
}

/// The search path with our tools before anybody else's.
///
/// # Errors
/// If a folder on the path has a name that cannot be in a path.
pub fn search_path() -> Result<std::ffi::OsString> {
    let others = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(std::iter::once(folder()).chain(std::env::split_paths(&others)))
        .while_doing("making a search path")
}

/// Installs those of the tools that are not there yet at their pinned version, with progress on the terminal.
///
/// # Errors
/// If one cannot be built.
pub fn ensure(tools: &[Tool]) -> Result<()> {
    let _alone = alone()?;
    let missing: Vec<_> = tools.iter().filter(|tool| !is_installed(tool)).collect();
    let minutes: u32 = missing.iter().map(|tool| tool.minutes).sum();
    if minutes > 0 {
        let names: Vec<_> = missing
            .iter()
            .map(|tool| format!("{} {}", tool.package, tool.version))
            .collect();
        println!(
            "Building {} into {}: about {minutes} minutes on two cores, this once.",
            names.join(", "),
            place::tools().display()
        );
    }
    for tool in missing {
        if install(tool, true).is_err() {
            // It names what the author tested, which may be a version this registry does not have.
            println!(
                "Its own lock file cannot be used here; building it with the newest versions that fit."
            );
            install(tool, false)?;
        }
        if !is_installed(tool) {
            return Err(Problem::new(format!(
                "{} was installed but does not answer as {}",
                tool.package, tool.version
            )));
        }
    }
    Ok(())
}

/// Adds the wasm target to the compiler, if it is not there.
///
/// # Errors
/// If it cannot be added; the text has the line to type.
pub fn ensure_wasm_target() -> Result<()> {
    ensure_part(
        "lib/rustlib/wasm32-unknown-unknown/lib",
        &["target", "add", "wasm32-unknown-unknown"],
    )
}

/// Adds the standard library's source to the compiler, if it is not there: the shipped wasm builds its own.
///
/// # Errors
/// If it cannot be added; the text has the line to type.
pub fn ensure_std_source() -> Result<()> {
    ensure_part(
        "lib/rustlib/src/rust/library/Cargo.lock",
        &["component", "add", "rust-src"],
    )
}

/// Cargo itself, as started from here.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(place::root());
    command
}

/// Held while something is installed: two commands started together must not install the same thing.
pub(crate) fn alone() -> Result<File> {
    let folder = place::tools();
    std::fs::create_dir_all(&folder)
        .while_doing(format_args!("cannot make {}", folder.display()))?;
    let file = File::create(folder.join("lock")).while_doing("cannot make a lock file")?;
    file.lock().while_doing("cannot lock the tools' folder")?;
    Ok(file)
}

fn install(tool: &Tool, locked: bool) -> Result<()> {
    let mut command = tools_build();
    command.args([
        "install",
        tool.package,
        "--version",
        tool.version,
        "--no-default-features",
        "--force",
    ]);
    command.arg("--root").arg(place::tools());
    command
        .arg("--target-dir")
        .arg(place::target().join("tools"));
    if locked {
        command.arg("--locked");
    }
    run::show(&mut command)
}

/// A cargo that builds quickly: these programs run for seconds, so seconds saved in them are lost twice in building them.
fn tools_build() -> Command {
    let mut command = cargo();
    command.env("CARGO_PROFILE_RELEASE_LTO", "off");
    command.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    command.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
    command.env("CARGO_PROFILE_RELEASE_DEBUG", "0");
    command
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    command
}

fn is_installed(tool: &Tool) -> bool {
    let program = program(tool.program);
    program.is_file()
        && run::read(Command::new(program).arg("--version"))
            .is_ok_and(|answer| answer.split_whitespace().any(|word| word == tool.version))
}

fn ensure_part(proof: &str, rustup: &[&str]) -> Result<()> {
    let _alone = alone()?;
    let library = run::read(
        Command::new("rustc")
            .args(["--print", "sysroot"])
            .current_dir(place::root()),
    )?;
    if Path::new(library.trim()).join(proof).exists() {
        return Ok(());
    }
    let line = format!("rustup {}", rustup.join(" "));
    println!("Adding to the compiler: {line}");
    run::show(
        Command::new("rustup")
            .args(rustup)
            .current_dir(place::root()),
    )
    .while_doing(format_args!("the compiler lacks a part that `{line}` adds"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wasm_bindgen_is_pinned_to_the_version_in_the_lock_file() {
        let lock: toml::Table = std::fs::read_to_string(place::root().join("Cargo.lock"))
            .unwrap()
            .parse()
            .unwrap();
        let versions: Vec<_> = lock["package"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|package| package["name"].as_str() == Some("wasm-bindgen"))
            .map(|package| package["version"].as_str().unwrap())
            .collect();
        assert_eq!(versions, [WASM_BINDGEN.version]);
    }
}
