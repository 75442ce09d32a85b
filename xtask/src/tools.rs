//! Installs the tools at the versions pinned here into `.tools`. A tool that the search path has at that version is linked; else
//! `cargo binstall` downloads it, where that is installed; else it is built from source, once.
//!
//! The compiler is pinned in `rust-toolchain.toml` and npm packages in their lock files (see `npm`).

use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::error::{Context as _, Error, Result};
use crate::progress::{self, Step, StepContext, Steps};
use crate::{paths, run};

/// A program that cargo can install.
#[derive(Debug, Clone, Copy)]
pub struct Tool {
    /// The name of its package.
    pub package: &'static str,
    /// Its exact version.
    pub version: &'static str,
    /// The programs that are used. The first one is asked for its version. The package may contain more programs.
    pub programs: &'static [&'static str],
    /// The crates that are compiled with optimisations when the tool is built from source. All others are compiled without, which
    /// takes half the time: most tools run for seconds.
    optimized_crates: &'static [&'static str],
}

/// Writes the JavaScript glue of the wasm, and runs the wasm tests. Its version must equal that of the library in `Cargo.lock`.
pub const WASM_BINDGEN: Tool = Tool {
    package: "wasm-bindgen-cli",
    version: "0.2.130",
    programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
    // These read and write the wasm, which has tens of megabytes in a test build.
    optimized_crates: &[
        "gimli",
        "hashbrown",
        "id-arena",
        "indexmap",
        "rayon",
        "rayon-core",
        "rustc-demangle",
        "walrus",
        "wasm-bindgen-cli-support",
        "wasm-encoder",
        "wasmparser",
    ],
};

/// Builds the widget and the storefronts. Version 0.22 needs a newer compiler than the one that is pinned.
pub const TRUNK: Tool = Tool {
    package: "trunk",
    version: "0.21.14",
    programs: &["trunk"],
    optimized_crates: &[],
};

/// The WebDriver server of Firefox. Debian has no package of it.
pub const GECKODRIVER: Tool = Tool {
    package: "geckodriver",
    version: "0.37.1",
    programs: &["geckodriver"],
    optimized_crates: &[],
};

/// Checks licences, sources, security advisories and yanked versions of dependencies.
pub const CARGO_DENY: Tool = Tool {
    package: "cargo-deny",
    version: "0.20.2",
    programs: &["cargo-deny"],
    optimized_crates: &[],
};

/// The folder with the programs of all tools.
pub fn folder() -> PathBuf {
    paths::tools().join("bin")
}

/// The path of a tool's program, whether it is installed or not.
pub fn program(name: &str) -> PathBuf {
    folder().join(name)
}

/// The search path with the tools' folder in front.
///
/// # Errors
/// Returns an error if the name of a folder cannot be part of a search path.
pub fn search_path() -> Result<std::ffi::OsString> {
    let others = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(std::iter::once(folder()).chain(std::env::split_paths(&others)))
        .context("making a search path")
}

/// Installs the tools that are missing or have another version than the pinned one, with progress on the terminal.
///
/// # Errors
/// Returns an error if a tool cannot be installed.
pub fn ensure(tools: &[Tool]) -> Result<()> {
    let _lock = lock_folder()?;
    let installer = Installer::new()?;
    let missing = installer.missing(tools)?;
    if missing.is_empty() {
        return Ok(());
    }
    print_install_notice();
    let steps = Steps::new(missing.len());
    missing
        .into_iter()
        .try_for_each(|tool| steps.run(installer.step(tool)))
}

/// Whether all of the tools and the wasm target are installed. Tools on the search path are linked first.
///
/// # Errors
/// Returns an error if that cannot be found out.
pub fn are_installed(tools: &[Tool]) -> Result<bool> {
    let _lock = lock_folder()?;
    Ok(Installer::new()?.missing(tools)?.is_empty() && WASM_TARGET.is_installed()?)
}

/// Installs missing tools one after another, and runs other steps at the same time.
///
/// # Errors
/// Returns an error if a tool cannot be installed or a step fails.
pub(crate) fn ensure_beside(tools: &[Tool], others: Vec<Step<'_>>) -> Result<()> {
    let _lock = lock_folder()?;
    let installer = Installer::new()?;
    let missing = installer.missing(tools)?;
    if !missing.is_empty() {
        print_install_notice();
    }
    let steps = Steps::new(missing.len() + others.len());
    // One tool after another: each keeps two cores busy, and what they have in common is compiled once.
    let tools = missing.into_iter().map(|tool| installer.step(tool));
    steps.run_together(vec![tools.collect(), others])
}

/// Prints that tools are being installed, and where the logs are.
pub(crate) fn print_install_notice() {
    eprintln!(
        "Installing missing tools, once. Their installers write logs to {}.",
        progress::log_folder().display()
    );
}

/// Adds the wasm target to the compiler, if it is missing.
///
/// # Errors
/// Returns an error that contains the command to type, if the target cannot be added.
pub fn ensure_wasm_target() -> Result<()> {
    ensure_component(&WASM_TARGET)
}

/// Adds the source of the standard library to the compiler, if it is missing. The shipped wasm is built with it.
///
/// # Errors
/// Returns an error that contains the command to type, if the source cannot be added.
pub fn ensure_std_source() -> Result<()> {
    ensure_component(&STD_SOURCE)
}

/// A command that runs cargo in the root of the repository.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(paths::root());
    command
}

/// Locks the tools' folder until the returned file is dropped, so that two commands do not install the same tool at the same time.
pub(crate) fn lock_folder() -> Result<File> {
    let folder = paths::tools();
    std::fs::create_dir_all(&folder).context(format_args!("cannot make {}", folder.display()))?;
    let file = File::create(folder.join("lock")).context("cannot make a lock file")?;
    if file.try_lock().is_err() {
        eprintln!("Waiting for another command that is installing tools.");
        file.lock().context("cannot lock the tools' folder")?;
    }
    Ok(file)
}

/// The message of cargo if it cannot use a lock file.
const LOCK_UNUSABLE: &str = "failed to select a version for the requirement";

/// Finds and installs tools.
pub(crate) struct Installer {
    cargo: PathBuf,
    /// The search path for prebuilt programs.
    search_path: OsString,
    /// The tools' folder. Programs are in its folder `bin`.
    tools: PathBuf,
    /// The target folder of cargo for building tools.
    build: PathBuf,
}

impl Installer {
    /// Creates an installer that uses the caller's cargo and search path and installs into the tools' folder.
    pub(crate) fn new() -> Result<Self> {
        let cargo = std::env::var_os("CARGO").map_or_else(|| "cargo".into(), PathBuf::from);
        Ok(Self {
            cargo,
            search_path: search_path()?,
            tools: paths::tools(),
            build: paths::target().join("tools"),
        })
    }

    /// The tools that have to be installed. A tool that the search path has at its pinned version is linked into the tools' folder
    /// and counts as installed.
    pub(crate) fn missing(&self, tools: &[Tool]) -> Result<Vec<Tool>> {
        let mut missing = Vec::new();
        for tool in tools {
            if !self.is_installed(tool) && !self.link_prebuilt(tool)? {
                missing.push(*tool);
            }
        }
        Ok(missing)
    }

    /// Creates the step that installs a tool.
    pub(crate) fn step(&self, tool: Tool) -> Step<'_> {
        let Tool {
            package, version, ..
        } = tool;
        Step::new(
            format!("Installing {package} {version}"),
            package,
            move |context| self.install(&tool, context),
        )
    }

    fn install(&self, tool: &Tool, context: &mut StepContext<'_>) -> Result<()> {
        for program in tool.programs {
            let file = self.program(program);
            if file.is_symlink() {
                std::fs::remove_file(&file)
                    .context(format_args!("cannot remove {}", file.display()))?;
            }
        }
        let has_binstall = context
            .run(self.cargo().args(["binstall", "--version"]))
            .is_ok();
        if has_binstall && context.run(&mut self.binstall(tool)).is_ok() && self.is_installed(tool)
        {
            return Ok(());
        }
        if let Err(error) = context.run(self.build(tool).arg("--locked")) {
            // The tool's own lock file may name versions that the registry does not have. Other failures are not repeated with
            // other versions of the dependencies: nobody has tried the tool with them.
            if !context
                .last_lines()
                .any(|line| line.contains(LOCK_UNUSABLE))
            {
                return Err(error);
            }
            context.log("Second attempt, with the newest compatible dependencies:");
            context.run(&mut self.build(tool))?;
        }
        if self.is_installed(tool) {
            return Ok(());
        }
        Err(Error::new(format!(
            "{} was installed but does not report version {}",
            tool.package, tool.version
        )))
    }

    /// A command that downloads a prebuilt tool.
    fn binstall(&self, tool: &Tool) -> Command {
        let mut command = self.cargo();
        command.args(["binstall", "--no-confirm", "--force"]);
        // Building from source is left to `build`, which is faster.
        command.args(["--disable-strategies", "compile"]);
        command.env("BINSTALL_DISABLE_TELEMETRY", "true");
        command.arg("--root").arg(&self.tools);
        command.arg(format!("{}@{}", tool.package, tool.version));
        command
    }

    /// A command that builds a tool from source.
    fn build(&self, tool: &Tool) -> Command {
        let mut command = self.cargo();
        command.env("CARGO_PROFILE_RELEASE_LTO", "off");
        command.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
        command.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0");
        command.env("CARGO_PROFILE_RELEASE_DEBUG", "0");
        command.env("CARGO_PROFILE_RELEASE_INCREMENTAL", "false");
        command
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_ENCODED_RUSTFLAGS");
        for name in tool.optimized_crates {
            let setting = format!("profile.release.package.{name}.opt-level=1");
            command.args(["--config", &setting]);
        }
        command.args([
            "install",
            tool.package,
            "--version",
            tool.version,
            "--no-default-features",
            "--force",
        ]);
        // The package may have more programs than are used.
        for program in tool.programs {
            command.args(["--bin", program]);
        }
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
        have_version(
            tool,
            &programs.map(|name| self.program(name)).collect::<Vec<_>>(),
        )
    }

    /// Links a tool's programs into the tools' folder, if the search path has all of them and they have the pinned version.
    fn link_prebuilt(&self, tool: &Tool) -> Result<bool> {
        let own = self.tools.join("bin");
        let others = std::env::split_paths(&self.search_path).filter(|folder| *folder != own);
        let others = std::env::join_paths(others).context("making a search path")?;
        let found: Option<Vec<_>> = tool
            .programs
            .iter()
            .map(|program| run::find_in(&others, program))
            .collect();
        let Some(found) = found.filter(|found| have_version(tool, found)) else {
            return Ok(false);
        };
        std::fs::create_dir_all(&own).context(format_args!("cannot make {}", own.display()))?;
        for (name, file) in tool.programs.iter().zip(&found) {
            let link = self.program(name);
            let cannot = || format!("cannot link {}", link.display());
            if link.is_symlink() || link.exists() {
                std::fs::remove_file(&link).context(cannot())?;
            }
            let file = std::path::absolute(file).context(cannot())?;
            std::os::unix::fs::symlink(file, &link).context(cannot())?;
        }
        eprintln!("Using {}.", found[0].display());
        Ok(true)
    }
}

/// Whether all files exist and the first one reports the tool's version.
fn have_version(tool: &Tool, files: &[PathBuf]) -> bool {
    files.iter().all(|file| file.is_file())
        && run::read_stdout(
            Command::new(&files[0])
                .arg("--version")
                .stderr(Stdio::null()),
        )
        .is_ok_and(|answer| answer.split_whitespace().any(|word| word == tool.version))
}

/// A component of the compiler that rustup adds.
pub(crate) struct Component {
    /// A file or folder below the compiler's folder that exists if the component is installed.
    marker: &'static str,
    /// The arguments for rustup.
    arguments: &'static [&'static str],
}

/// The target that the browser runs.
pub(crate) const WASM_TARGET: Component = Component {
    marker: "lib/rustlib/wasm32-unknown-unknown/lib",
    arguments: &["target", "add", "wasm32-unknown-unknown"],
};

const STD_SOURCE: Component = Component {
    marker: "lib/rustlib/src/rust/library/Cargo.lock",
    arguments: &["component", "add", "rust-src"],
};

impl Component {
    pub(crate) fn is_installed(&self) -> Result<bool> {
        let compiler = run::read_stdout(
            Command::new("rustc")
                .args(["--print", "sysroot"])
                .current_dir(paths::root()),
        )?;
        Ok(Path::new(compiler.trim()).join(self.marker).exists())
    }

    /// Creates the step that adds the component.
    pub(crate) fn step(&self) -> Step<'static> {
        let arguments = self.arguments;
        let line = format!("rustup {}", arguments.join(" "));
        Step::new(
            format!("Adding to the compiler: {line}"),
            "rustup",
            move |context| {
                context
                    .run(
                        Command::new("rustup")
                            .args(arguments)
                            .current_dir(paths::root()),
                    )
                    .context(format_args!(
                        "the compiler lacks a component that `{line}` adds"
                    ))
            },
        )
    }
}

fn ensure_component(part: &Component) -> Result<()> {
    let _lock = lock_folder()?;
    if part.is_installed()? {
        return Ok(());
    }
    Steps::new(1).run(part.step())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::progress::tests::{Buffer, new_folder, without_times};

    use super::*;

    const ALL: [Tool; 4] = [WASM_BINDGEN, TRUNK, GECKODRIVER, CARGO_DENY];

    /// An installer whose cargo and tools are shell scripts in a folder of one test.
    struct Fake {
        folder: PathBuf,
        installer: Installer,
    }

    impl Fake {
        /// Creates an installer whose cargo records the arguments of each call and then runs `script`.
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
                     make_tool() {{ mkdir -p $tools/bin; printf '#!/bin/sh\\necho %s\\n' \"$1 $2\" > $tools/bin/$1; chmod +x $tools/bin/$1; }}\n{script}",
                    calls.display()
                ),
            );
            fake
        }

        /// Puts a program that reports a version on the search path.
        fn add_to_path(&self, name: &str, version: &str) {
            self.write_program(&format!("path/{name}"), &format!("echo '{name} {version}'"));
        }

        /// Writes an executable file. Another process does that: a program cannot be started while a process has its file open for
        /// writing, and a process that another test starts at the same moment would inherit the open file.
        fn write_program(&self, path: &str, script: &str) {
            let text = self.folder.join("text");
            fs::write(&text, format!("#!/bin/sh\n{script}\n")).unwrap();
            let mut install = Command::new("install");
            install.args(["-m", "755"]).arg(text);
            run::read_stdout(install.arg(self.folder.join(path))).unwrap();
        }

        /// The arguments of each call of cargo, in order.
        fn calls(&self) -> Vec<String> {
            let calls = fs::read_to_string(self.folder.join("calls")).unwrap_or_default();
            calls.lines().map(str::to_owned).collect()
        }

        /// Installs a tool. Returns the result and what was printed.
        fn install(&self, tool: Tool) -> (Result<()>, String) {
            let buffer = Buffer::default();
            let steps = Steps::plain(1, buffer.clone(), self.folder.join("log"));
            let result = steps.run(self.installer.step(tool));
            (result, without_times(&buffer.text()))
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
                fake.add_to_path(program, tool.version);
            }
            assert!(fake.installer.missing(&[tool]).unwrap().is_empty());
            for program in tool.programs {
                let answer = run::read_stdout(&mut Command::new(fake.installer.program(program)));
                assert_eq!(answer.unwrap(), format!("{program} {}\n", tool.version));
            }
            // The second time it is installed already.
            fs::remove_dir_all(fake.folder.join("cargo")).unwrap();
            assert!(fake.installer.missing(&[tool]).unwrap().is_empty());
        }
    }

    #[test]
    fn prebuilt_tool_of_another_version_is_not_used() {
        for tool in ALL {
            let fake = Fake::new(&format!("other_version_{}", tool.package), "exit 1");
            for program in tool.programs {
                fake.add_to_path(program, "0.0.1");
            }
            assert_eq!(fake.installer.missing(&[tool]).unwrap().len(), 1);
        }
    }

    #[test]
    fn linked_tool_whose_version_has_changed_is_installed() {
        let fake = Fake::new(
            "linked_changed",
            "[ $1 = install ] && make_tool trunk 0.21.14",
        );
        fake.add_to_path("trunk", TRUNK.version);
        assert!(fake.installer.missing(&[TRUNK]).unwrap().is_empty());
        fake.add_to_path("trunk", "0.22.0");
        assert_eq!(fake.installer.missing(&[TRUNK]).unwrap().len(), 1);
        fake.install(TRUNK).0.unwrap();
        assert!(fake.installer.missing(&[TRUNK]).unwrap().is_empty());
        // The program on the search path must not be overwritten.
        let on_path = run::read_stdout(&mut Command::new(fake.folder.join("path/trunk")));
        assert_eq!(on_path.unwrap(), "trunk 0.22.0\n");
    }

    #[test]
    fn prebuilt_wasm_bindgen_without_its_test_runner_is_not_used() {
        let fake = Fake::new("without_runner", "exit 1");
        fake.add_to_path("wasm-bindgen", WASM_BINDGEN.version);
        assert_eq!(fake.installer.missing(&[WASM_BINDGEN]).unwrap().len(), 1);
    }

    #[test]
    fn binstall_is_tried_first() {
        let fake = Fake::new(
            "binstall",
            "[ \"$2\" = --version ] || make_tool trunk 0.21.14",
        );
        let (result, printed) = fake.install(TRUNK);
        result.unwrap();
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
            printed,
            "Installing trunk 0.21.14 ...\nInstalling trunk 0.21.14 ... TIME\n"
        );
    }

    #[test]
    fn tool_is_built_if_binstall_fails() {
        let fake = Fake::new(
            "binstall_fails",
            "case \"$*\" in\n'binstall --version') ;;\nbinstall*) echo 'ERROR no such file' >&2; exit 94;;\n\
             *) make_tool trunk 0.21.14;;\nesac",
        );
        let (result, printed) = fake.install(TRUNK);
        result.unwrap();
        let calls = fake.calls();
        assert!(
            calls[2].starts_with("install trunk --version 0.21.14 "),
            "{calls:?}"
        );
        assert_eq!(calls.len(), 3);
        assert!(!printed.contains("ERROR"), "{printed}");
        assert!(fake.log(TRUNK).contains("ERROR no such file"));
    }

    #[test]
    fn tool_is_built_if_binstall_installs_another_version() {
        let fake = Fake::new(
            "binstall_other",
            "case \"$1\" in binstall) make_tool trunk 0.1.0;; *) make_tool trunk 0.21.14;; esac",
        );
        fake.install(TRUNK).0.unwrap();
        assert!(fake.installer.missing(&[TRUNK]).unwrap().is_empty());
    }

    #[test]
    fn tool_is_built_if_binstall_is_missing() {
        let fake = Fake::new(
            "no_binstall",
            "[ $1 = binstall ] && { echo 'error: no such command: binstall' >&2; exit 101; }\nmake_tool trunk 0.21.14",
        );
        let (result, printed) = fake.install(TRUNK);
        result.unwrap();
        assert!(!printed.contains("error"), "{printed}");
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
                    "install trunk --version 0.21.14 --no-default-features --force --bin trunk --root {root} --target-dir {build} --locked"
                ),
            ]
        );
    }

    #[test]
    fn lock_file_that_cannot_be_used_is_not_shown_as_an_error() {
        let fake = Fake::new(
            "lock_unusable",
            "case \"$*\" in\nbinstall*) exit 101;;\n\
             *--locked) echo 'error: failed to select a version for the requirement `webpki-roots = \"^1\"`' >&2; exit 101;;\n\
             *) make_tool trunk 0.21.14;;\nesac",
        );
        let (result, printed) = fake.install(TRUNK);
        result.unwrap();
        assert_eq!(
            printed,
            "Installing trunk 0.21.14 ...\nInstalling trunk 0.21.14 ... TIME\n"
        );
        let log = fake.log(TRUNK);
        assert!(log.contains("error: failed to select a version"), "{log}");
        assert_eq!(fake.calls().len(), 3);
    }

    #[test]
    fn failed_build_is_not_repeated_with_other_dependencies() {
        let fake = Fake::new(
            "build_interrupted",
            "case \"$*\" in\nbinstall*) exit 101;;\n\
             *--locked) echo 'error: could not compile `serde`' >&2; exit 101;;\n\
             *) make_tool trunk 0.21.14;;\nesac",
        );
        let (result, _) = fake.install(TRUNK);
        assert!(result.is_err());
        assert_eq!(fake.calls().len(), 2);
    }

    #[test]
    fn only_the_crates_that_need_it_are_optimized() {
        let fake = Fake::new("optimized", "[ $1 = binstall ] && exit 101\nexit 1");
        assert!(fake.install(WASM_BINDGEN).0.is_err());
        let calls = fake.calls();
        let walrus = "--config profile.release.package.walrus.opt-level=1 ";
        assert!(calls[1].contains(walrus), "{calls:?}");
        assert!(calls[1].contains(" install wasm-bindgen-cli "), "{calls:?}");
        assert!(fake.install(TRUNK).0.is_err());
        let calls = fake.calls();
        assert!(calls[3].starts_with("install trunk "), "{calls:?}");
    }

    #[test]
    fn tool_that_cannot_be_built_is_an_error_with_the_end_of_its_log() {
        let fake = Fake::new("not_built", "echo 'error: no space left' >&2; exit 101");
        let (result, printed) = fake.install(TRUNK);
        let log = fake.folder.join("log/trunk.log");
        let error = result.unwrap_err().to_string();
        let begin = format!("Installing trunk 0.21.14, see {}: `", log.display());
        assert!(error.starts_with(&begin), "{error}");
        assert!(
            printed.contains(&format!("The last lines of {}:\n", log.display())),
            "{printed}"
        );
        assert!(printed.ends_with("    error: no space left\n"), "{printed}");
    }

    #[test]
    fn installed_tool_that_reports_another_version_is_an_error() {
        let fake = Fake::new("reports_other", "[ $1 = install ] && make_tool trunk 9.9.9");
        let error = fake.install(TRUNK).0.unwrap_err().to_string();
        assert!(
            error.ends_with("trunk was installed but does not report version 0.21.14"),
            "{error}"
        );
    }

    #[test]
    fn installed_tool_is_not_installed_again() {
        let fake = Fake::new(
            "installed_again",
            "[ $1 = install ] && make_tool trunk 0.21.14",
        );
        fake.install(TRUNK).0.unwrap();
        let calls = fake.calls();
        assert!(fake.installer.missing(&[TRUNK]).unwrap().is_empty());
        assert_eq!(fake.calls(), calls);
    }

    #[test]
    fn versions_are_written_where_renovate_finds_them() {
        let source = include_str!("tools.rs");
        for tool in ALL {
            // The pattern in renovate.json.
            let text = format!(
                "package: \"{}\",\n    version: \"{}\",",
                tool.package, tool.version
            );
            assert_eq!(source.matches(&text).count(), 1, "{text}");
        }
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
