//! `cargo bundle`: from source to the files a shop serves, in `dist/`.
//!
//! cargo, wasm-bindgen, wasm-opt, the fitting of the two, our assembler, esbuild, the scales: each step is a function below, in this order.

use std::fs;
use std::path::{Path, PathBuf};

use crate::assemble::{Parts, assemble};
use crate::problem::{Problem, Result, While as _};
use crate::tools::WASM_BINDGEN;
use crate::{names, npm, order, place, run, slim, tools, weigh};

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
pub fn bundle(library: Library) -> Result<Vec<(String, weigh::Weight)>> {
    prepare(library)?;
    let built = cargo(library)?;
    let work = place::target().join("bundle").join("work");
    let glue = slim::without_leftovers(&bindgen(&built, &work)?)?;
    let (wasm, printed) = optimise(&work, &glue, Names::Drop)?;
    let glue = slim::renamed(&glue, &slim::Names::read(&printed)?, &wasm)?;
    let texts = texts()?;
    let module = assembled(&glue, &minified_style(&work)?, &texts, &wasm)?;
    let module = minify(&work, "module.js", &module)?;
    let types = source("ae-login.d.ts")?;
    let manifest = source("custom-elements.json")?;

    let dist = place::dist();
    empty(&dist)?;
    let mut weights = Vec::new();
    let texts = texts.iter();
    let texts = texts.map(|(name, bytes)| (beside(name), bytes.as_slice()));
    for (name, bytes) in [
        ("ae-login.js".to_owned(), module.as_bytes()),
        ("ae-login.wasm".to_owned(), &wasm),
        ("ae-login.d.ts".to_owned(), types.as_bytes()),
        ("custom-elements.json".to_owned(), manifest.as_bytes()),
    ]
    .into_iter()
    .chain(texts)
    {
        fs::write(dist.join(&name), bytes).while_doing(format_args!("cannot write dist/{name}"))?;
        weights.push((name, weigh::weigh(bytes)?));
    }
    themes(&dist.join("themes"))?;
    let weights = weigh::with_page(weights);
    println!(
        "\ndist/ on {}:\n{}",
        library.words(),
        weigh::table(&weights)
    );
    Ok(weights)
}

/// Prints where the bytes of the wasm are, crate by crate.
///
/// # Errors
/// If a step fails.
pub fn where_the_bytes_are(library: Library) -> Result<()> {
    prepare(library)?;
    let work = place::target().join("bundle").join("named");
    let glue = slim::without_leftovers(&bindgen(&cargo(library)?, &work)?)?;
    let (wasm, _) = optimise(&work, &glue, Names::Keep)?;
    println!("\n{}", names::table(&names::sizes(&wasm)?));
    Ok(())
}

/// Turns what trunk staged for the demo into what a shop would have: the module and the wasm under their names.
/// Nothing is minified, so that the demo can be read in the browser's tools and needs no node.
///
/// # Errors
/// If trunk left something else than expected.
pub fn stage(folder: &Path) -> Result<()> {
    let glue_file = folder.join("ae-login.js");
    let wasm_file = folder.join("ae-login_bg.wasm");
    let glue = slim::without_leftovers(&read_text(&glue_file)?)?;
    let wasm =
        fs::read(&wasm_file).while_doing(format_args!("cannot read {}", wasm_file.display()))?;
    let texts = texts()?;
    let module = assembled(&glue, &style()?, &texts, &wasm)?;
    for (name, bytes) in &texts {
        let file = folder.join(beside(name));
        fs::write(&file, bytes).while_doing(format_args!("cannot write {}", file.display()))?;
    }
    let languages = serde_json::Value::from(languages(&texts)).to_string();
    fs::write(folder.join("languages.json"), languages)
        .while_doing("cannot write the list of languages")?;
    fs::write(&glue_file, module)
        .while_doing(format_args!("cannot write {}", glue_file.display()))?;
    fs::rename(&wasm_file, folder.join("ae-login.wasm")).while_doing("cannot rename the wasm")
}

impl Library {
    fn words(self) -> &'static str {
        match self {
            Self::Own => "its own standard library",
            Self::Plain => "the compiler's standard library (--plain: not what ships)",
        }
    }
}

/// Whether function names stay in the wasm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Names {
    Keep,
    Drop,
}

fn prepare(library: Library) -> Result<()> {
    tools::ensure_wasm_target()?;
    if library == Library::Own {
        tools::ensure_std_source().while_doing(
            "the shipped wasm is built with the standard library's source (`cargo bundle -- --plain` does without)",
        )?;
    }
    tools::ensure(&[WASM_BINDGEN])?;
    npm::ensure()
}

fn cargo(library: Library) -> Result<PathBuf> {
    // A folder of its own: with other flags for every crate, sharing one would build everything anew at each change
    // between this and the tests.
    let target = place::target().join("bundle");
    let mut command = tools::cargo();
    command.args([
        "build",
        "--release",
        "--package",
        "ae-login",
        "--lib",
        "--target",
        "wasm32-unknown-unknown",
    ]);
    command.arg("--target-dir").arg(&target);
    command.env_remove("CARGO_ENCODED_RUSTFLAGS");
    match library {
        Library::Own => {
            // Unstable switches of a stable compiler. They halve what a panic and `format!` cost; the compiler is pinned,
            // and `--plain` is the way out on the day one of them goes away.
            command.env("RUSTC_BOOTSTRAP", "1");
            command.env(
                "RUSTFLAGS",
                "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none -Clink-arg=-zstack-size=131072",
            );
            command.args([
                "-Zbuild-std=std,panic_abort",
                "-Zbuild-std-features=optimize_for_size",
            ]);
        }
        Library::Plain => {
            command.env_remove("RUSTFLAGS");
        }
    }
    run::show(&mut command)?;
    Ok(target.join("wasm32-unknown-unknown/release/ae_login.wasm"))
}

/// Answers the glue; the wasm is left in `work`.
fn bindgen(wasm: &Path, work: &Path) -> Result<String> {
    empty(work)?;
    let mut command = std::process::Command::new(tools::program("wasm-bindgen"));
    command.args([
        "--target",
        "no-modules",
        "--no-typescript",
        "--remove-producers-section",
        // As they are: we make them readable ourselves, without the hashes.
        "--no-demangle",
        "--out-name",
        "ae-login",
    ]);
    run::show(command.arg("--out-dir").arg(work).arg(wasm))?;
    read_text(&work.join("ae-login.js"))
}

/// Answers the wasm, and what the optimiser printed: the new names.
fn optimise(work: &Path, glue: &str, names: Names) -> Result<(Vec<u8>, String)> {
    let file = work.join("ae-login_bg.wasm");
    let cannot = || format!("cannot read or write {}", file.display());
    let wasm = fs::read(&file).while_doing(cannot())?;
    let wasm = slim::without_unused_exports(&wasm, glue)?;
    fs::write(&file, slim::without_idle_callbacks(&wasm)?).while_doing(cannot())?;

    let made = work.join("optimised.wasm");
    let mut command = npm::program("binaryen", "wasm-opt");
    command.args(OPTIMISE);
    command.arg(match names {
        Names::Drop => "--minify-imports-and-exports-and-modules",
        Names::Keep => "--debuginfo",
    });
    let printed = run::read(command.args(FEATURES).arg(&file).arg("--output").arg(&made))?;
    let wasm = fs::read(&made).while_doing(cannot())?;
    if let Names::Keep = names {
        return Ok((wasm, printed));
    }
    fs::write(&file, order::named_by_likeness(&wasm)?).while_doing(cannot())?;
    let mut command = npm::program("binaryen", "wasm-opt");
    command.args(["--reorder-functions-by-name", "--strip-debug"]);
    run::read(command.args(FEATURES).arg(&file).arg("--output").arg(&made))?;
    Ok((fs::read(&made).while_doing(cannot())?, printed))
}

/// Chosen by what is left after brotli: inlining functions with one caller makes the file smaller but the download larger. Code
/// that is made flat and built up again is 396 bytes smaller.
const OPTIMISE: &[&str] = &[
    "-Oz",
    "--one-caller-inline-max-function-size=20",
    "--always-inline-max-function-size=2",
    // Nothing lies in the first KiB: the end of the stack.
    "--low-memory-unused",
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
];

/// What the compiler uses; the optimiser has to be told.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

fn assembled(glue: &str, style: &str, texts: &[(String, Vec<u8>)], wasm: &[u8]) -> Result<String> {
    assemble(&Parts {
        glue,
        element: &source("element.js")?,
        tabs: &source("tabs.js")?,
        speech: &source("texts.js")?,
        countries: &source("countries.js")?,
        loader: &source("loader.js")?,
        style,
        texts,
        wasm,
        version: &version()?,
    })
}

/// The words of every language but English, which is in the wasm, each as a list in one order; and under the name `messages`
/// what each of them is called. With them the table of countries.
fn texts() -> Result<Vec<(String, Vec<u8>)>> {
    let folder = place::root().join("src/texts");
    let cannot = || format!("cannot read {}", folder.display());
    let mut texts = Vec::new();
    for entry in fs::read_dir(&folder).while_doing(cannot())? {
        let file = entry.while_doing(cannot())?.path();
        let language = file.file_stem().and_then(|name| name.to_str());
        let language = language.ok_or_else(|| Problem::new(cannot()))?;
        let said: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&read_text(&file)?)
                .while_doing(format_args!("cannot read {}", file.display()))?;
        let (name, list) = if language == "en" {
            (
                MESSAGES,
                said.into_iter().map(|(key, _)| key.into()).collect(),
            )
        } else {
            (language, said.into_iter().map(|(_, text)| text).collect())
        };
        let list = serde_json::Value::Array(list).to_string();
        texts.push((name.to_owned(), list.into_bytes()));
    }
    let table = read_text(&place::root().join("src/countries.txt"))?;
    texts.push((COUNTRIES.to_owned(), table.into_bytes()));
    texts.sort();
    Ok(texts)
}

/// The languages among them, and English.
fn languages(texts: &[(String, Vec<u8>)]) -> Vec<&str> {
    let names = texts.iter().map(|(name, _)| name.as_str());
    let mut languages: Vec<_> = names
        .filter(|name| *name != COUNTRIES && *name != MESSAGES)
        .chain(["en"])
        .collect();
    languages.sort_unstable();
    languages
}

/// What texts are called, among the files beside the module.
const MESSAGES: &str = "messages";

/// The name of the table of countries among the files beside the module.
const COUNTRIES: &str = "countries";

/// The file of that name.
fn beside(name: &str) -> String {
    let kind = if name == COUNTRIES { "txt" } else { "json" };
    format!("ae-login.{name}.{kind}")
}

/// Copies the themes. No page loads them unless it says so, and as they are they can be read and changed.
fn themes(to: &Path) -> Result<()> {
    let from = place::root().join("style/themes");
    let cannot = || format!("cannot copy {}", from.display());
    fs::create_dir_all(to).while_doing(cannot())?;
    for entry in fs::read_dir(&from).while_doing(cannot())? {
        let entry = entry.while_doing(cannot())?;
        fs::copy(entry.path(), to.join(entry.file_name())).while_doing(cannot())?;
    }
    Ok(())
}

fn style() -> Result<String> {
    let folder = place::root().join("style");
    Ok(format!(
        "{}{}",
        read_text(&folder.join("tokens.css"))?,
        read_text(&folder.join("widget.css"))?
    ))
}

fn minified_style(work: &Path) -> Result<String> {
    Ok(minify(work, "widget.css", &style()?)?.trim_end().to_owned())
}

/// Minifies one text; the kind is known by the name.
fn minify(work: &Path, name: &str, text: &str) -> Result<String> {
    let file = work.join(name);
    fs::write(&file, text).while_doing(format_args!("cannot write {}", file.display()))?;
    let mut command = npm::program("esbuild", "esbuild");
    command.arg(&file).args([
        "--minify",
        "--target=es2022",
        "--charset=utf8",
        "--log-level=warning",
        "--legal-comments=none",
    ]);
    if Path::new(name).extension().is_some_and(|kind| kind == "js") {
        // Said to be a module, its top-level names are its own and may be shortened, and what nobody uses may go.
        command.args(["--format=esm", "--tree-shaking=true"]);
    }
    run::read(&mut command)
}

/// One of the hand-written files beside the Rust that does.
fn source(name: &str) -> Result<String> {
    read_text(&place::root().join("src/browser").join(name))
}

fn version() -> Result<String> {
    let manifest: toml::Table = read_text(&place::root().join("Cargo.toml"))?
        .parse()
        .while_doing("Cargo.toml")?;
    manifest
        .get("package")
        .and_then(|package| package.get("version"))
        .and_then(toml::Value::as_str)
        .map(str::to_owned)
        .ok_or_else(|| Problem::new("Cargo.toml: no version of the package"))
}

fn read_text(file: &Path) -> Result<String> {
    fs::read_to_string(file).while_doing(format_args!("cannot read {}", file.display()))
}

/// A folder that exists and holds nothing.
fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .while_doing(format_args!("cannot empty {}", folder.display()))?;
    }
    fs::create_dir_all(folder).while_doing(format_args!("cannot make {}", folder.display()))
}
