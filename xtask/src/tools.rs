//! The tools at the versions pinned here, kept in `.tools`: taken from the search path where they are, else from `cargo binstall` where
//! that is installed, else built from source once.
//!
//! The compiler is pinned in `rust-toolchain.toml`, npm packages in `xtask/npm/package.json`; everything else is here.

use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::problem::{Problem, Result, While as _};
use crate::progress::{self, Job, Step, Steps};
use crate::{paths, run};

/// A program that cargo can install.
#[derive(Debug, Clone, Copy)]
pub struct Tool {
    /// The package's name.
    pub package: &'static str,
    /// Its exact version.
    pub version: &'static str,
    /// The programs that are used. The first one is asked for its version; the package may hold more.
    pub programs: &'static [&'static str],
    /// The compiler's optimisation level when it is built here.
    opt_level: &'static str,
}

/// Makes the JavaScript half of the wasm, and runs the wasm tests. Must equal the library's version in `Cargo.lock`.
pub const WASM_BINDGEN: Tool = Tool {
    package: "wasm-bindgen-cli",
    version: "0.2.130",
    programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
    // It works on tens of megabytes of wasm.
    opt_level: "1",
};

/// Builds the storefront for `cargo demo`. 0.22 needs a newer compiler than the one pinned here.
pub const TRUNK: Tool = Tool {
    package: "trunk",
    version: "0.21.14",
    programs: &["trunk"],
    opt_level: "0",
};

/// Drives Firefox. Debian has no package of it.
pub const GECKODRIVER: Tool = Tool {
    package: "geckodriver",
    version: "0.37.1",
    programs: &["geckodriver"],
    opt_level: "0",
};

/// Checks licences, sources, advisories and yanked versions.
pub const CARGO_DENY: Tool = Tool {
    package: "cargo-deny",
    version: "0.20.2",
    programs: &["cargo-deny"],
    opt_level: "0",
};

/// Where the tools' programs are; goes first into a search path.
pub fn folder() -> PathBuf {
    paths::tools().join("bin")
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
/// If one cannot be installed.
pub fn ensure(tools: &[Tool]) -> Result<()> {
    let _alone = alone()?;
    let installer = Installer::new()?;
    let missing = installer.missing(tools)?;
    if missing.is_empty() {
        return Ok(());
    }
    announce();
    let steps = Steps::new(missing.len());
    missing
        .into_iter()
        .try_for_each(|tool| steps.run(installer.job(tool)))
}

/// Says that something is installed, and where to read what the installers print.
pub(crate) fn announce() {
    eprintln!(
        "Installing what is missing, this once. What the installers print is in {}.",
        progress::log_folder().display()
    );
}

/// Adds the wasm target to the compiler, if it is not there.
///
/// # Errors
/// If it cannot be added; the text has the line to type.
pub fn ensure_wasm_target() -> Result<()> {
    ensure_part(&WASM_TARGET)
}

/// Adds the standard library's source to the compiler, if it is not there: the shipped wasm builds its own.
///
/// # Errors
/// If it cannot be added; the text has the line to type.
pub fn ensure_std_source() -> Result<()> {
    ensure_part(&STD_SOURCE)
}

/// Cargo itself, as started from here.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(paths::root());
    command
}

/// Held while something is installed: two commands started together must not install the same thing.
pub(crate) fn alone() -> Result<File> {
    let folder = paths::tools();
    std::fs::create_dir_all(&folder)
        .while_doing(format_args!("cannot make {}", folder.display()))?;
    let file = File::create(folder.join("lock")).while_doing("cannot make a lock file")?;
    if file.try_lock().is_err() {
        eprintln!("Another command is installing tools; waiting until it is done.");
        file.lock().while_doing("cannot lock the tools' folder")?;
    }
    Ok(file)
}

/// Where tools are looked for, and where they are installed.
pub(crate) struct Installer {
    cargo: PathBuf,
    /// Where prebuilt programs are looked for.
    search_path: OsString,
    /// The tools' folder; programs are in `bin`.
    tools: PathBuf,
    /// Where cargo keeps what it has compiled.
    build: PathBuf,
}

impl Installer {
    /// With the caller's cargo and search path, into the tools' folder.
    pub(crate) fn new() -> Result<Self> {
        let cargo = std::env::var_os("CARGO").map_or_else(|| "cargo".into(), PathBuf::from);
        Ok(Self {
            cargo,
            search_path: search_path()?,
            tools: paths::tools(),
            build: paths::target().join("tools"),
        })
    }

    /// The tools that have to be installed. Those found on the search path at their pinned version are linked into the tools' folder
    /// and are not among them.
    pub(crate) fn missing(&self, tools: &[Tool]) -> Result<Vec<Tool>> {
        let mut missing = Vec::new();
        for tool in tools {
            if !self.is_installed(tool) && !self.link_prebuilt(tool)? {
                missing.push(*tool);
            }
        }
        Ok(missing)
    }

    /// The step that installs a tool.
    pub(crate) fn job(&self, tool: Tool) -> Job<'_> {
        let Tool {
            package, version, ..
        } = tool;
        Job::new(
            format!("Installing {package} {version}"),
            package,
            move |step| self.install(&tool, step),
        )
    }

    fn install(&self, tool: &Tool, step: &mut Step<'_>) -> Result<()> {
        for program in tool.programs {
            let file = self.program(program);
            if file.is_symlink() {
                std::fs::remove_file(&file)
                    .while_doing(format_args!("cannot remove {}", file.display()))?;
            }
        }
        let has_binstall = step
            .run(self.cargo().args(["binstall", "--version"]))
            .is_ok();
        if has_binstall && step.run(&mut self.binstall(tool)).is_ok() && self.is_installed(tool) {
            return Ok(());
        }
        if step.run(self.build(tool).arg("--locked")).is_err() {
            // The lock file names what the tool's author tested, which may be a version that this registry does not have.
            step.log("Once more, with the newest dependencies that fit:");
            step.run(&mut self.build(tool))?;
        }
        if self.is_installed(tool) {
            return Ok(());
        }
        Err(Problem::new(format!(
            "{} was installed but does not answer as {}",
            tool.package, tool.version
        )))
    }

    /// Downloads a finished program.
    fn binstall(&self, tool: &Tool) -> Command {
        let mut command = self.cargo();
        command.args(["binstall", "--no-confirm", "--force"]);
        // We build it ourselves, more quickly, where there is no finished program.
        command.args(["--disable-strategies", "compile"]);
        command.env("BINSTALL_DISABLE_TELEMETRY", "true");
        command.arg("--root").arg(&self.tools);
        command.arg(format!("{}@{}", tool.package, tool.version));
        command
    }

    /// Builds a tool in the time that is shortest for building it: it runs for seconds, so what optimising saves is less than it costs.
    fn build(&self, tool: &Tool) -> Command {
        let mut command = self.cargo();
        command.env("CARGO_PROFILE_RELEASE_LTO", "off");
        command.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
        command.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", tool.opt_level);
        command.env("CARGO_PROFILE_RELEASE_DEBUG", "0");
        command.env("CARGO_PROFILE_RELEASE_INCREMENTAL", "false");
        command
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_ENCODED_RUSTFLAGS");
        command.args([
            "install",
            tool.package,
            "--version",
            tool.version,
            "--no-default-features",
            "--force",
        ]);
        command.arg("--root").arg(&self.tools);
        command.arg("--target-dir").arg(&self.build);
        command
    }

    fn cargo(&self) -> Command {
        let mut command = Command::new(&self.cargo);
        command
            .current_dir(paths::root())
            .env("PATH", &self.search_path);
        command
    }

    fn program(&self, name: &str) -> PathBuf {
        self.tools.join("bin").join(name)
    }

    fn is_installed(&self, tool: &Tool) -> bool {
        let programs = tool.programs.iter();
        are_of_version(
            tool,
            &programs.map(|name| self.program(name)).collect::<Vec<_>>(),
        )
    }

    /// Links a tool's programs into the tools' folder, if the search path has all of them at the pinned version.
    fn link_prebuilt(&self, tool: &Tool) -> Result<bool> {
        let own = self.tools.join("bin");
        let others = std::env::split_paths(&self.search_path).filter(|folder| *folder != own);
        let others = std::env::join_paths(others).while_doing("making a search path")?;
        let found: Option<Vec<_>> = tool
            .programs
            .iter()
            .map(|program| run::find_in(&others, program))
            .collect();
        let Some(found) = found.filter(|found| are_of_version(tool, found)) else {
            return Ok(false);
        };
        std::fs::create_dir_all(&own).while_doing(format_args!("cannot make {}", own.display()))?;
        for (name, file) in tool.programs.iter().zip(&found) {
            let link = self.program(name);
            let cannot = || format!("cannot link {}", link.display());
            if link.is_symlink() || link.exists() {
                std::fs::remove_file(&link).while_doing(cannot())?;
            }
            let file = std::path::absolute(file).while_doing(cannot())?;
            std::os::unix::fs::symlink(file, &link).while_doing(cannot())?;
        }
        eprintln!("Using {}.", found[0].display());
        Ok(true)
    }
}

/// Whether the files are programs, and the first one answers with the tool's version.
fn are_of_version(tool: &Tool, files: &[PathBuf]) -> bool {
    files.iter().all(|file| file.is_file())
        && run::read(
            Command::new(&files[0])
                .arg("--version")
                .stderr(Stdio::null()),
        )
        .is_ok_and(|answer| answer.split_whitespace().any(|word| word == tool.version))
}

/// A part of the compiler that rustup adds.
pub(crate) struct Part {
    /// A file or folder below the compiler's own folder that is there when the part is.
    proof: &'static str,
    /// What rustup is told.
    arguments: &'static [&'static str],
}

/// What compiles for the browser.
pub(crate) const WASM_TARGET: Part = Part {
    proof: "lib/rustlib/wasm32-unknown-unknown/lib",
    arguments: &["target", "add", "wasm32-unknown-unknown"],
};

const STD_SOURCE: Part = Part {
    proof: "lib/rustlib/src/rust/library/Cargo.lock",
    arguments: &["component", "add", "rust-src"],
};

impl Part {
    pub(crate) fn is_there(&self) -> Result<bool> {
        let compiler = run::read(
            Command::new("rustc")
                .args(["--print", "sysroot"])
                .current_dir(paths::root()),
        )?;
        Ok(Path::new(compiler.trim()).join(self.proof).exists())
    }

    /// The step that adds the part.
    pub(crate) fn job(&self) -> Job<'static> {
        let arguments = self.arguments;
        let line = format!("rustup {}", arguments.join(" "));
        Job::new(
            format!("Adding to the compiler: {line}"),
            "rustup",
            move |step| {
                step.run(
                    Command::new("rustup")
                        .args(arguments)
                        .current_dir(paths::root()),
                )
                .while_doing(format_args!("the compiler lacks a part that `{line}` adds"))
            },
        )
    }
}

fn ensure_part(part: &Part) -> Result<()> {
    let _alone = alone()?;
    if part.is_there()? {
        return Ok(());
    }
    Steps::new(1).run(part.job())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::progress::tests::{Page, new_folder, without_times};

    use super::*;

    const ALL: [Tool; 4] = [WASM_BINDGEN, TRUNK, GECKODRIVER, CARGO_DENY];

    /// An installer whose cargo and search path are shell scripts in a folder of the test's own.
    struct Fake {
        folder: PathBuf,
        installer: Installer,
    }

    impl Fake {
        /// With a cargo that runs `script` for every call, after it has noted the call's arguments.
        fn new(name: &str, script: &str) -> Self {
            let folder = new_folder(name);
            for part in ["path", "cargo"] {
                fs::create_dir(folder.join(part)).unwrap();
            }
            let fake = Self {
                installer: Installer {
                    cargo: folder.join("cargo/cargo"),
                    search_path: std::env::join_paths([
                        folder.join("tools/bin"),
                        folder.join("path"),
                    ])
                    .unwrap(),
                    tools: folder.join("tools"),
                    build: folder.join("build"),
                },
                folder,
            };
            let calls = fake.folder.join("calls");
            let tools = fake.installer.tools.display().to_string();
            fake.write_program(
                "cargo/cargo",
                &format!(
                    "PATH=/usr/bin:/bin\necho \"$*\" >> '{}'\ntools='{tools}'\n\
                     made() {{ mkdir -p $tools/bin; printf '#!/bin/sh\\necho %s\\n' \"$1 $2\" > $tools/bin/$1; chmod +x $tools/bin/$1; }}\n{script}",
                    calls.display()
                ),
            );
            fake
        }

        /// Makes a program that says its version.
        fn on_the_path(&self, name: &str, version: &str) {
            self.write_program(&format!("path/{name}"), &format!("echo '{name} {version}'"));
        }

        /// The file is written by a process of its own: a program cannot be started while any process has it open for writing,
        /// and a process that another test starts at this moment would inherit our handle.
        fn write_program(&self, path: &str, script: &str) {
            let text = self.folder.join("text");
            fs::write(&text, format!("#!/bin/sh\n{script}\n")).unwrap();
            let mut install = Command::new("install");
            install.args(["-m", "755"]).arg(text);
            run::read(install.arg(self.folder.join(path))).unwrap();
        }

        /// What cargo was called with, in order.
        fn calls(&self) -> Vec<String> {
            let calls = fs::read_to_string(self.folder.join("calls")).unwrap_or_default();
            calls.lines().map(str::to_owned).collect()
        }

        /// Installs a tool. Answers what was printed.
        fn installs(&self, tool: Tool) -> (Result<()>, String) {
            let page = Page::default();
            let steps = Steps::plain(1, page.clone(), self.folder.join("log"));
            let done = steps.run(self.installer.job(tool));
            (done, without_times(&page.text()))
        }

        fn log(&self, tool: Tool) -> String {
            fs::read_to_string(
                self.folder
                    .join("log")
                    .join(tool.package)
                    .with_extension("log"),
            )
            .unwrap()
        }
    }

    #[test]
    fn prebuilt_tool_of_the_pinned_version_is_used() {
        for tool in ALL {
            let fake = Fake::new(&format!("prebuilt_{}", tool.package), "exit 1");
            for program in tool.programs {
                fake.on_the_path(program, tool.version);
            }
            assert!(fake.installer.missing(&[tool]).unwrap().is_empty());
            for program in tool.programs {
                let answer = run::read(&mut Command::new(fake.installer.program(program)));
                assert_eq!(answer.unwrap(), format!("{program} {}\n", tool.version));
            }
            // The next time it is there already.
            fs::remove_dir_all(fake.folder.join("cargo")).unwrap();
            assert!(fake.installer.missing(&[tool]).unwrap().is_empty());
        }
    }

    #[test]
    fn prebuilt_tool_of_another_version_is_not_used() {
        for tool in ALL {
            let fake = Fake::new(&format!("other_version_{}", tool.package), "exit 1");
            for program in tool.programs {
                fake.on_the_path(program, "0.0.1");
            }
            assert_eq!(fake.installer.missing(&[tool]).unwrap().len(), 1);
        }
    }

    #[test]
    fn linked_tool_whose_version_has_changed_is_installed() {
        let fake = Fake::new("linked_changed", "[ $1 = install ] && made trunk 0.21.14");
        fake.on_the_path("trunk", TRUNK.version);
        assert!(fake.installer.missing(&[TRUNK]).unwrap().is_empty());
        fake.on_the_path("trunk", "0.22.0");
        assert_eq!(fake.installer.missing(&[TRUNK]).unwrap().len(), 1);
        fake.installs(TRUNK).0.unwrap();
        assert!(fake.installer.missing(&[TRUNK]).unwrap().is_empty());
        // The program on the path is not ours to overwrite.
        let on_the_path = run::read(&mut Command::new(fake.folder.join("path/trunk")));
        assert_eq!(on_the_path.unwrap(), "trunk 0.22.0\n");
    }

    #[test]
    fn prebuilt_wasm_bindgen_without_its_test_runner_is_not_used() {
        let fake = Fake::new("without_runner", "exit 1");
        fake.on_the_path("wasm-bindgen", WASM_BINDGEN.version);
        assert_eq!(fake.installer.missing(&[WASM_BINDGEN]).unwrap().len(), 1);
    }

    #[test]
    fn binstall_is_tried_first() {
        let fake = Fake::new("binstall", "[ \"$2\" = --version ] || made trunk 0.21.14");
        let (done, page) = fake.installs(TRUNK);
        done.unwrap();
        let root = fake.installer.tools.display();
        assert_eq!(
            fake.calls(),
            [
                "binstall --version".to_owned(),
                format!(
                    "binstall --no-confirm --force --disable-strategies compile --root {root} trunk@0.21.14"
                ),
            ]
        );
        assert_eq!(
            page,
            "Installing trunk 0.21.14 ...\nInstalling trunk 0.21.14 ... TIME\n"
        );
    }

    #[test]
    fn tool_is_built_where_binstall_fails() {
        let fake = Fake::new(
            "binstall_fails",
            "case \"$*\" in\n'binstall --version') ;;\nbinstall*) echo 'ERROR no such file' >&2; exit 94;;\n\
             *) made trunk 0.21.14;;\nesac",
        );
        let (done, page) = fake.installs(TRUNK);
        done.unwrap();
        let calls = fake.calls();
        assert!(
            calls[2].starts_with("install trunk --version 0.21.14 "),
            "{calls:?}"
        );
        assert_eq!(calls.len(), 3);
        assert!(!page.contains("ERROR"), "{page}");
        assert!(fake.log(TRUNK).contains("ERROR no such file"));
    }

    #[test]
    fn tool_is_built_where_binstall_brings_another_version() {
        let fake = Fake::new(
            "binstall_other",
            "case \"$1\" in binstall) made trunk 0.1.0;; *) made trunk 0.21.14;; esac",
        );
        fake.installs(TRUNK).0.unwrap();
        assert!(fake.installer.missing(&[TRUNK]).unwrap().is_empty());
    }

    #[test]
    fn tool_is_built_where_there_is_no_binstall() {
        let fake = Fake::new(
            "no_binstall",
            "[ $1 = binstall ] && { echo 'error: no such command: binstall' >&2; exit 101; }\nmade trunk 0.21.14",
        );
        let (done, page) = fake.installs(TRUNK);
        done.unwrap();
        assert!(!page.contains("error"), "{page}");
        assert!(fake.log(TRUNK).contains("error: no such command"));
        let (root, build) = (
            fake.installer.tools.display(),
            fake.installer.build.display(),
        );
        assert_eq!(
            fake.calls(),
            [
                "binstall --version".to_owned(),
                format!(
                    "install trunk --version 0.21.14 --no-default-features --force --root {root} --target-dir {build} --locked"
                ),
            ]
        );
    }

    #[test]
    fn lock_file_that_cannot_be_used_is_not_shown_as_an_error() {
        let fake = Fake::new(
            "lock_unusable",
            "case \"$*\" in\nbinstall*) exit 101;;\n\
             *--locked) echo 'error: failed to select a version for webpki-roots' >&2; exit 101;;\n\
             *) made trunk 0.21.14;;\nesac",
        );
        let (done, page) = fake.installs(TRUNK);
        done.unwrap();
        assert_eq!(
            page,
            "Installing trunk 0.21.14 ...\nInstalling trunk 0.21.14 ... TIME\n"
        );
        let log = fake.log(TRUNK);
        assert!(log.contains("error: failed to select a version"), "{log}");
        assert_eq!(fake.calls().len(), 3);
    }

    #[test]
    fn tool_that_cannot_be_built_is_an_error_with_the_end_of_its_log() {
        let fake = Fake::new("not_built", "echo 'error: no space left' >&2; exit 101");
        let (done, page) = fake.installs(TRUNK);
        let log = fake.folder.join("log/trunk.log");
        let problem = done.unwrap_err().to_string();
        let begin = format!("Installing trunk 0.21.14, see {}: `", log.display());
        assert!(problem.starts_with(&begin), "{problem}");
        assert!(
            page.contains(&format!("The last lines of {}:\n", log.display())),
            "{page}"
        );
        assert!(page.ends_with("    error: no space left\n"), "{page}");
    }

    #[test]
    fn installed_tool_that_says_another_version_is_an_error() {
        let fake = Fake::new("says_other", "[ $1 = install ] && made trunk 9.9.9");
        let problem = fake.installs(TRUNK).0.unwrap_err().to_string();
        assert!(
            problem.ends_with("trunk was installed but does not answer as 0.21.14"),
            "{problem}"
        );
    }

    #[test]
    fn installed_tool_is_left_alone() {
        let fake = Fake::new("left_alone", "[ $1 = install ] && made trunk 0.21.14");
        fake.installs(TRUNK).0.unwrap();
        let calls = fake.calls();
        assert!(fake.installer.missing(&[TRUNK]).unwrap().is_empty());
        assert_eq!(fake.calls(), calls);
    }

    #[test]
    fn wasm_bindgen_is_pinned_to_the_version_in_the_lock_file() {
        let lock: toml::Table = std::fs::read_to_string(paths::root().join("Cargo.lock"))
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
