//! `cargo bundle`: builds the files that a shop serves into `dist/`.
//!
//! Trunk builds them as it builds the demo, in its release profile, and its hook (`stage`) finishes them. This module tells trunk
//! which standard library to use, copies the files, searches them for what a strict Content Security Policy forbids, and measures
//! them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{Context as _, Error, Result};
use crate::tools::{TRUNK, WASM_BINDGEN};
use crate::{
    demo, npm, package, paths, release, run, size_budget, stage, tools, wasm_postprocess,
    wasm_sizes,
};

/// The standard library that the wasm is built with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StdLibrary {
    /// Built from source together with the widget, for size and without panic messages. This is what ships.
    Rebuilt,
    /// The one that comes with the compiler: larger, with panic messages.
    Precompiled,
}

/// Builds `dist/`, prints the sizes of its files and returns them.
///
/// # Errors
/// Returns an error if a step fails or a file contains something that is forbidden.
pub fn bundle(library: StdLibrary) -> Result<Vec<(String, size_budget::Size)>> {
    let built = build(library)?;
    let dist = paths::dist();
    empty(&dist)?;
    let element = paths::root().join("src/element");
    let add = |from: &Path| {
        let name = from.file_name().unwrap_or_default().to_string_lossy();
        check_for_forbidden(from)?;
        let bytes = fs::read(from).context(format_args!("cannot read {}", from.display()))?;
        stage::write(&dist.join(&*name), &bytes)
    };
    for file in stage::files_in(&built)? {
        if is_shipped(&file) {
            add(&file)?;
        }
    }
    for name in ["ae-login.d.ts", "custom-elements.json"] {
        add(&element.join(name))?;
    }
    copy_themes(&dist.join("themes"))?;
    release::write_folder(&dist)?;
    package::assemble(&built.join(package::FOLDER), &dist)?;
    let sizes = sizes()?;
    println!(
        "\ndist/ with {}:\n{}",
        library.description(),
        size_budget::table(&sizes)
    );
    Ok(sizes)
}

/// The sizes of the files in `dist/`, themes excepted, and of everything that a page loads.
///
/// # Errors
/// Returns an error if the files cannot be read.
pub fn sizes() -> Result<Vec<(String, size_budget::Size)>> {
    let mut sizes = Vec::new();
    for file in stage::files_in(&paths::dist())? {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let bytes = fs::read(&file).context(format_args!("cannot read {}", file.display()))?;
        sizes.push((name.into_owned(), size_budget::measure(&bytes)?));
    }
    Ok(size_budget::with_page(sizes))
}

/// Builds `dist/`, builds it again from a copy of the sources in another folder, and compares the files byte by byte.
///
/// The builds share nothing but the tools, so this takes as long as two first builds.
///
/// # Errors
/// Returns an error if a build fails or if the files differ.
pub fn check_reproducibility() -> Result<()> {
    bundle(StdLibrary::Rebuilt)?;
    let copy = std::env::temp_dir().join(format!(
        "ae-login-copy-{}/of the sources",
        std::process::id()
    ));
    let outcome = build_copy_and_compare(&copy);
    let _ = copy.parent().map(fs::remove_dir_all);
    outcome
}

fn build_copy_and_compare(copy: &Path) -> Result<()> {
    let listed = run::read_stdout(
        Command::new("git")
            .args([
                "ls-files",
                "-z",
                "--cached",
                "--others",
                "--exclude-standard",
            ])
            .current_dir(paths::root()),
    )?;
    for name in listed.split_terminator('\0') {
        let (from, to) = (paths::root().join(name), copy.join(name));
        if !from.is_file() {
            // Git still lists files that were deleted without telling it.
            continue;
        }
        let cannot = || format!("cannot copy {name} to {}", copy.display());
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder).context(cannot())?;
        }
        fs::copy(from, to).context(cannot())?;
    }
    let mut cargo = tools::cargo();
    cargo.args(["run", "--quiet", "--package", "xtask", "--", "bundle"]);
    cargo
        .current_dir(copy)
        .env("CARGO_TARGET_DIR", copy.join("target"));
    run::execute(cargo.env("AE_LOGIN_TOOLS", paths::tools()))?;

    compare_builds(&paths::dist(), &copy.join("dist"))?;
    println!("Both builds made the same bytes.");
    Ok(())
}

/// Compares two folders with all folders in them, file by file.
fn compare_builds(first: &Path, second: &Path) -> Result<()> {
    let (files, others) = (relative_paths(first)?, relative_paths(second)?);
    if let Some(path) = files.symmetric_difference(&others).next() {
        return Err(Error::new(format!(
            "only one of the two builds made {}",
            path.display()
        )));
    }
    for path in &files {
        let read = |folder: &Path| {
            let file = folder.join(path);
            fs::read(&file).context(format_args!("cannot read {}", file.display()))
        };
        if read(first)? != read(second)? {
            return Err(Error::new(format!(
                "the second build made another {}",
                path.display()
            )));
        }
    }
    Ok(())
}

/// The paths of all files in a folder and in the folders in it, relative to it.
fn relative_paths(folder: &Path) -> Result<BTreeSet<PathBuf>> {
    let mut paths = BTreeSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let cannot = || format!("cannot read {}", next.display());
        for entry in fs::read_dir(&next).context(cannot())? {
            let path = entry.context(cannot())?.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(relative) = path.strip_prefix(folder) {
                paths.insert(relative.to_owned());
            }
        }
    }
    Ok(paths)
}

/// Returns the HTML of a first screen. Settings have the form `name=value`, with the names of the options of `firstScreen` in
/// `dist/ae-login.server.mjs`.
///
/// # Errors
/// Returns an error if `dist/` is not built, or if a setting has no valid value.
pub fn first_screen(settings: &[&str]) -> Result<String> {
    let module = paths::dist().join(stage::SERVER);
    if !module.is_file() {
        return Err(Error::new(
            "dist/ is not built; this builds it: cargo bundle",
        ));
    }
    let mut options = serde_json::Map::new();
    for setting in settings {
        let (name, value) = setting
            .split_once('=')
            .ok_or_else(|| Error::new(format!("{setting}: not of the form name=value")))?;
        options.insert(name.to_owned(), value.into());
    }
    let mut node = Command::new("node");
    node.args(["--input-type=module", "--eval"])
        .arg(
            "const [module, options] = process.argv.slice(1);\n\
             const { firstScreen } = await import(module);\n\
             process.stdout.write(firstScreen(JSON.parse(options)));",
        )
        .arg(module)
        .arg(serde_json::Value::Object(options).to_string());
    run::read_stdout(&mut node)
}

/// Builds the wasm and prints its size by crate.
///
/// # Errors
/// Returns an error if a step fails.
pub fn print_sizes_by_crate(library: StdLibrary) -> Result<()> {
    build(library)?;
    let metrics = wasm_postprocess::metrics(&stage::work()?)?;
    println!("\n{}", wasm_sizes::table(&wasm_sizes::sizes(&metrics)?));
    Ok(())
}

impl StdLibrary {
    fn description(self) -> &'static str {
        match self {
            Self::Rebuilt => "a rebuilt standard library",
            Self::Precompiled => "the precompiled standard library (--plain: not what ships)",
        }
    }
}

/// Lets trunk build the release, and returns the folder with its files.
fn build(library: StdLibrary) -> Result<PathBuf> {
    tools::ensure_wasm_target()?;
    tools::ensure(&[WASM_BINDGEN, TRUNK])?;
    npm::ensure()?;
    // Trunk passes `--offline` on to cargo, so the sources of all dependencies have to be downloaded before: also those of the
    // standard library, if it is built.
    let mut fetch = tools::cargo();
    fetch.args(demo::FETCH).arg("--quiet");
    if library == StdLibrary::Rebuilt {
        tools::ensure_std_source().context(
            "the shipped wasm is built with the source of the standard library (`cargo bundle -- --plain` is not)",
        )?;
        fetch.envs(REBUILT_STD_VARIABLES);
    }
    run::execute(&mut fetch)?;
    let built = paths::target().join("bundle/site");
    let mut trunk = Command::new(tools::program("trunk"));
    trunk
        .current_dir(paths::root())
        .env("PATH", tools::search_path()?)
        // Trunk reads this variable as an option that is true or false, and refuses the usual value `1`.
        .env_remove("NO_COLOR")
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    if library == StdLibrary::Rebuilt {
        trunk.envs(REBUILT_STD_VARIABLES);
        // A separate folder: these flags change even what is built for this machine. In one folder, each change between this build
        // and the tests would compile everything again.
        trunk.env("CARGO_BUILD_BUILD_DIR", paths::target().join("bundle"));
    }
    trunk
        .args([
            "build",
            "--release",
            "--offline",
            "--skip-version-check",
            "--dist",
        ])
        .arg(&built);
    run::execute(&mut trunk)?;
    Ok(built)
}

/// Unstable options of a stable compiler, which halve the size of panics and of `format!`. The compiler is pinned. If a later one
/// lacks an option, `--plain` still works. The hook in `Trunk.toml` removes these variables for its own build.
const REBUILT_STD_VARIABLES: [(&str, &str); 4] = [
    ("RUSTC_BOOTSTRAP", "1"),
    (
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
        "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none -Clink-arg=-zstack-size=131072",
    ),
    ("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort"),
    ("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size"),
];

/// Whether a file that trunk has built belongs to the widget, and not to the storefront around it.
fn is_shipped(file: &Path) -> bool {
    file.file_name()
        .is_some_and(|name| name.to_string_lossy().starts_with("ae-login."))
}

/// Words that turn text into HTML or code. Trusted Types and strict policies refuse it at run time, in the pages of shops.
const FORBIDDEN: [&str; 5] = [
    "innerHTML",
    "insertAdjacentHTML",
    "document.write",
    "eval(",
    "new Function",
];

/// Refuses a script or a wasm with a text that strict pages forbid.
pub(crate) fn check_for_forbidden(file: &Path) -> Result<()> {
    let bytes = fs::read(file).context(format_args!("cannot read {}", file.display()))?;
    if is_code(file)
        && let Some(found) = find_forbidden(&bytes)
    {
        return Err(Error::new(format!(
            "{} contains {found:?}, which pages with Trusted Types or a strict Content Security Policy refuse",
            file.display()
        )));
    }
    Ok(())
}

/// Finds the first forbidden text in a script or a wasm. Texts in a wasm follow each other without a gap, so only `eval` has to be a
/// separate word: it is also the end of `retrieval`.
fn find_forbidden(bytes: &[u8]) -> Option<&'static str> {
    FORBIDDEN.into_iter().find(|word| {
        (0..bytes.len()).any(|at| {
            let before = at.checked_sub(1).map(|before| char::from(bytes[before]));
            bytes[at..].starts_with(word.as_bytes())
                && !(word.starts_with("eval") && before.is_some_and(stage::is_identifier_char))
        })
    })
}

/// Whether a page runs the file.
fn is_code(file: &Path) -> bool {
    file.extension()
        .is_some_and(|kind| kind == "js" || kind == "mjs" || kind == "wasm")
}

/// Copies the themes as they are, so that shops can read and change them.
fn copy_themes(to: &Path) -> Result<()> {
    fs::create_dir_all(to).context(format_args!("cannot make {}", to.display()))?;
    for theme in stage::files_in(&paths::root().join("style/themes"))? {
        fs::copy(&theme, to.join(theme.file_name().unwrap_or_default()))
            .context(format_args!("cannot copy {}", theme.display()))?;
    }
    Ok(())
}

/// Removes everything in a folder, and creates the folder if it does not exist.
fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).context(format_args!("cannot empty {}", folder.display()))?;
    }
    fs::create_dir_all(folder).context(format_args!("cannot make {}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::tests::new_folder;

    #[test]
    fn builds_with_the_same_files_in_all_folders_are_equal() {
        let folder = new_folder("equal-builds");
        let (first, second) = two_builds(&folder);
        compare_builds(&first, &second).unwrap();
    }

    #[test]
    fn other_bytes_in_an_inner_folder_are_reported() {
        let folder = new_folder("different-builds");
        let (first, second) = two_builds(&folder);
        fs::write(second.join("npm/files/package.json"), "{ }").unwrap();
        let error = compare_builds(&first, &second).unwrap_err().to_string();
        assert_eq!(
            error,
            "the second build made another npm/files/package.json"
        );
    }

    #[test]
    fn file_of_one_build_only_is_reported() {
        let folder = new_folder("missing-in-build");
        let (first, second) = two_builds(&folder);
        fs::remove_file(first.join("npm/files/package.json")).unwrap();
        for (first, second) in [(&first, &second), (&second, &first)] {
            let error = compare_builds(first, second).unwrap_err().to_string();
            assert_eq!(
                error,
                "only one of the two builds made npm/files/package.json"
            );
        }
    }

    /// Two folders with the same files.
    fn two_builds(folder: &Path) -> (PathBuf, PathBuf) {
        let builds = (folder.join("first"), folder.join("second"));
        for build in [&builds.0, &builds.1] {
            fs::create_dir_all(build.join("npm/files")).unwrap();
            fs::write(build.join("ae-login.js"), "export {};").unwrap();
            fs::write(build.join("npm/files/package.json"), "{}").unwrap();
        }
        builds
    }

    #[test]
    fn texts_that_turn_text_into_code_or_html_are_found() {
        for script in [
            "a.innerHTML=b",
            "a[\"innerHTML\"]=b",
            "a.insertAdjacentHTML(b,c)",
            "document.write(a)",
            "eval(a)",
            ";eval(a)",
            "new Function(a)",
            "\0one textinnerHTMLanother text",
        ] {
            assert!(find_forbidden(script.as_bytes()).is_some(), "{script}");
        }
    }

    #[test]
    fn similar_names_are_allowed() {
        for script in [
            "retrieval(a)",
            "a instanceof Function",
            "a.textContent=b",
            "new FinalizationRegistry(a)",
            "",
        ] {
            assert_eq!(find_forbidden(script.as_bytes()), None, "{script}");
        }
    }

    #[test]
    fn only_files_of_the_widget_ship() {
        for (name, ships) in [
            ("ae-login.js", true),
            ("ae-login.wasm", true),
            ("ae-login.de.json", true),
            ("ae-login.countries.txt", true),
            ("languages.json", false),
            ("storefront.js", false),
            ("index.html", false),
        ] {
            assert_eq!(is_shipped(Path::new(name)), ships, "{name}");
        }
    }
}
