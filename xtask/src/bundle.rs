//! `cargo bundle`: from source to the files a shop serves, in `dist/`.
//!
//! trunk builds them as it builds the demo, in its release profile; its hook (`stage`) does the rest. Here it is told which
//! standard library to build with, and what it has made is copied, searched for what a strict policy forbids, and weighed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::problem::{Problem, Result, While as _};
use crate::tools::{TRUNK, WASM_BINDGEN};
use crate::{names, npm, paths, run, size_budget, stage, tools, wasm_postprocess};

/// Which standard library the wasm is built with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Library {
    /// Built with it, small and without panic messages: what ships.
    Own,
    /// As it comes with the compiler: larger, with panic messages.
    Plain,
}

/// Builds `dist/`, prints what it weighs and answers the weights.
///
/// # Errors
/// If a step fails; the text says which.
pub fn bundle(library: Library) -> Result<Vec<(String, size_budget::Weight)>> {
    let built = build(library)?;
    let dist = paths::dist();
    empty(&dist)?;
    let element = paths::root().join("src/element");
    let mut weights = Vec::new();
    let mut add = |from: &Path| {
        let name = from.file_name().unwrap_or_default().to_string_lossy();
        let bytes = fs::read(from).while_doing(format_args!("cannot read {}", from.display()))?;
        if is_program(from)
            && let Some(found) = forbidden_word(&bytes)
        {
            return Err(Problem::new(format!(
                "{name} has {found:?} in it, which pages with Trusted Types or a strict policy refuse"
            )));
        }
        stage::write(&dist.join(&*name), &bytes)?;
        weights.push((name.into_owned(), size_budget::measure(&bytes)?));
        Ok(())
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
    let weights = size_budget::with_page(weights);
    println!(
        "\ndist/ on {}:\n{}",
        library.words(),
        size_budget::table(&weights)
    );
    Ok(weights)
}

/// Builds `dist/`, builds it again from a copy of the sources in another folder, and compares the two byte by byte.
///
/// The copy shares nothing with the first but the tools, so that this takes as long as two first builds.
///
/// # Errors
/// If a build fails, or if the two differ.
pub fn bundle_twice() -> Result<()> {
    bundle(Library::Own)?;
    let copy = std::env::temp_dir().join(format!(
        "ae-login-copy-{}/of the sources",
        std::process::id()
    ));
    let outcome = in_a_copy(&copy);
    let _ = copy.parent().map(fs::remove_dir_all);
    outcome
}

fn in_a_copy(copy: &Path) -> Result<()> {
    let listed = run::read(
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
            // Deleted, but git has not been told.
            continue;
        }
        let cannot = || format!("cannot copy {name} to {}", copy.display());
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder).while_doing(cannot())?;
        }
        fs::copy(from, to).while_doing(cannot())?;
    }
    let mut cargo = tools::cargo();
    cargo.args(["run", "--quiet", "--package", "xtask", "--", "bundle"]);
    cargo
        .current_dir(copy)
        .env("CARGO_TARGET_DIR", copy.join("target"));
    run::show(cargo.env("AE_LOGIN_TOOLS", paths::tools()))?;

    let (first, second) = (paths::dist(), copy.join("dist"));
    let names = |folder: &Path| -> Result<Vec<_>> {
        let files = stage::files_in(folder)?;
        Ok(files
            .iter()
            .map(|file| file.file_name().map(ToOwned::to_owned))
            .collect())
    };
    if names(&first)? != names(&second)? {
        return Err(Problem::new(
            "the second build made other files than the first",
        ));
    }
    for file in stage::files_in(&first)? {
        let name = file.file_name().unwrap_or_default();
        let read = |file: &Path| fs::read(file).while_doing("cannot read dist");
        if read(&file)? != read(&second.join(name))? {
            return Err(Problem::new(format!(
                "the second build made another {}",
                name.display()
            )));
        }
    }
    println!("Both builds made the same bytes.");
    Ok(())
}

/// Prints where the bytes of the wasm are, crate by crate.
///
/// # Errors
/// If a step fails.
pub fn where_the_bytes_are(library: Library) -> Result<()> {
    build(library)?;
    let metrics = wasm_postprocess::metrics(&stage::work()?)?;
    println!("\n{}", names::table(&names::sizes(&metrics)?));
    Ok(())
}

impl Library {
    fn words(self) -> &'static str {
        match self {
            Self::Own => "its own standard library",
            Self::Plain => "the compiler's standard library (--plain: not what ships)",
        }
    }
}

/// Has trunk build the release, and answers the folder.
fn build(library: Library) -> Result<PathBuf> {
    tools::ensure_wasm_target()?;
    tools::ensure(&[WASM_BINDGEN, TRUNK])?;
    npm::ensure()?;
    // Trunk passes `--offline` on to cargo; what is to be compiled has to be here by then.
    run::show(tools::cargo().args(["fetch", "--quiet", "--target", "wasm32-unknown-unknown"]))?;
    let built = paths::target().join("bundle/site");
    let mut trunk = Command::new(tools::program("trunk"));
    trunk
        .current_dir(paths::root())
        .env("PATH", tools::search_path()?)
        // Trunk reads this variable as a yes or no of its own, and stops at the customary `1`.
        .env_remove("NO_COLOR")
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    if library == Library::Own {
        tools::ensure_std_source().while_doing(
            "the shipped wasm is built with the standard library's source (`cargo bundle -- --plain` does without)",
        )?;
        trunk.envs(OWN_LIBRARY);
        // A folder of its own: these flags change even what is built for this machine, and sharing one folder would build
        // everything anew at each change between this and the tests.
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
    run::show(&mut trunk)?;
    Ok(built)
}

/// Unstable switches of a stable compiler. They halve what a panic and `format!` cost; the compiler is pinned, and `--plain` is
/// the way out on the day one of them goes away. The hook in `Trunk.toml` drops these variables for its own build.
const OWN_LIBRARY: [(&str, &str); 4] = [
    ("RUSTC_BOOTSTRAP", "1"),
    (
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
        "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none -Clink-arg=-zstack-size=131072",
    ),
    ("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort"),
    ("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size"),
];

/// Whether a file that trunk has left is one of the widget's, and not of the storefront around it.
fn is_shipped(file: &Path) -> bool {
    file.file_name()
        .is_some_and(|name| name.to_string_lossy().starts_with("ae-login."))
}

/// What makes HTML or code out of text. Trusted Types and strict policies refuse it at run time, in pages that we do not see.
const FORBIDDEN: [&str; 5] = [
    "innerHTML",
    "insertAdjacentHTML",
    "document.write",
    "eval(",
    "new Function",
];

/// The first forbidden word in a script or a wasm. Texts in a wasm have nothing between them, so that only `eval` has to be a word
/// of its own, and not the end of `retrieval`.
fn forbidden_word(bytes: &[u8]) -> Option<&'static str> {
    FORBIDDEN.into_iter().find(|word| {
        (0..bytes.len()).any(|at| {
            let before = at.checked_sub(1).map(|before| char::from(bytes[before]));
            bytes[at..].starts_with(word.as_bytes())
                && !(word.starts_with("eval") && before.is_some_and(stage::is_part_of_a_name))
        })
    })
}

/// Whether a file is run by a page, and not only read by tools.
fn is_program(file: &Path) -> bool {
    file.extension()
        .is_some_and(|kind| kind == "js" || kind == "wasm")
}

/// Copies the themes. No page loads them unless it says so, and as they are they can be read and changed.
fn copy_themes(to: &Path) -> Result<()> {
    fs::create_dir_all(to).while_doing(format_args!("cannot make {}", to.display()))?;
    for theme in stage::files_in(&paths::root().join("style/themes"))? {
        fs::copy(&theme, to.join(theme.file_name().unwrap_or_default()))
            .while_doing(format_args!("cannot copy {}", theme.display()))?;
    }
    Ok(())
}

/// A folder that exists and holds nothing.
fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .while_doing(format_args!("cannot empty {}", folder.display()))?;
    }
    fs::create_dir_all(folder).while_doing(format_args!("cannot make {}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_make_code_or_html_from_text_are_found() {
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
            assert!(forbidden_word(script.as_bytes()).is_some(), "{script}");
        }
    }

    #[test]
    fn longer_names_and_similar_words_are_allowed() {
        for script in [
            "retrieval(a)",
            "a instanceof Function",
            "a.textContent=b",
            "new FinalizationRegistry(a)",
            "",
        ] {
            assert_eq!(forbidden_word(script.as_bytes()), None, "{script}");
        }
    }

    #[test]
    fn only_the_widgets_files_ship() {
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
