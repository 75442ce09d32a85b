//! The hook that `trunk build` runs after it has built the library: turns what trunk has left into the files that a shop loads.
//!
//! | build | the module `ae-login.js` |
//! |---|---|
//! | dev, as for `cargo demo` | a short entry that imports the glue (`core.js`) and our own modules (`snippets/…`), all readable |
//! | release, as for `cargo bundle` | the same in one minified file, beside an optimised wasm |
//!
//! The wasm, the texts and the table of countries are beside it in both builds. Only the release build needs node.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use serde_json::Value;
use sha2::Digest as _;

use crate::problem::{Problem, Result, While as _};
use crate::{npm, paths, run, wasm_postprocess};

/// What trunk has built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// `trunk build`.
    Dev,
    /// `trunk build --release`.
    Release,
}

impl Profile {
    /// Reads the value of `TRUNK_PROFILE`.
    ///
    /// # Errors
    /// If trunk has no such profile.
    pub fn from_name(name: &str) -> Result<Self> {
        match name {
            "debug" => Ok(Self::Dev),
            "release" => Ok(Self::Release),
            _ => Err(Problem::new(format!("unknown profile of trunk: {name:?}"))),
        }
    }
}

/// Replaces what trunk has left in its staging folder by the files that a shop loads.
///
/// # Errors
/// If trunk has left something else than expected, or if one of the tools fails.
pub fn stage(folder: &Path, profile: Profile) -> Result<()> {
    let left_by_trunk = folder.join("ae-login_bg.wasm");
    let wasm_file = folder.join("ae-login.wasm");
    let entry_file = folder.join(ENTRY);
    fs::rename(&left_by_trunk, &wasm_file)
        .while_doing(format_args!("cannot rename {}", left_by_trunk.display()))?;
    let glue = without_default_path(&read_text(&entry_file)?)?;
    write(&folder.join(CORE), &glue)?;
    let modules = copy_modules(folder, &glue)?;
    let core = imported_from_core(&glue, &modules.sources)?;

    let mut style = style()?;
    if profile == Profile::Release {
        npm::ensure()?;
        let work = work()?;
        wasm_postprocess::postprocess(folder, &wasm_file, &core, &work)?;
        style = minified_style(&style, &work)?;
    }

    let texts = texts()?;
    for (name, bytes) in &texts {
        write(&folder.join(file_name(name)), bytes)?;
    }
    let languages = Value::from(languages(&texts)).to_string();
    write(&folder.join("languages.json"), languages)?;

    let wasm = fs::read(&wasm_file).while_doing("cannot read the wasm")?;
    let entry = entry(&core, &modules.loader, &release(&wasm, &style, &texts)?);
    write(&entry_file, entry)?;
    if profile == Profile::Release {
        let bundled = bundled(folder)?;
        write(&entry_file, bundled)?;
        fs::remove_file(folder.join(CORE)).while_doing("cannot remove the glue")?;
        fs::remove_dir_all(folder.join(SNIPPETS)).while_doing("cannot remove the modules")?;
    }
    Ok(())
}

/// The module that a page loads.
pub(crate) const ENTRY: &str = "ae-login.js";
/// The name of the glue, the JavaScript that wasm-bindgen writes, once the entry has taken its place.
pub(crate) const CORE: &str = "core.js";
/// Where wasm-bindgen puts the JavaScript modules that Rust imports.
const SNIPPETS: &str = "snippets";

/// A folder for files between two steps; the last build's are kept, for a look at them.
pub(crate) fn work() -> Result<PathBuf> {
    let work = paths::target().join("bundle/work");
    fs::create_dir_all(&work).while_doing(format_args!("cannot make {}", work.display()))?;
    Ok(work)
}

/// Drops the address that the glue loads the wasm from when it is given none. The loader always gives it the wasm, and shops'
/// bundlers follow such an address to a file that does not ship.
///
/// `wasm-bindgen --omit-default-module-path` does the same, but trunk does not pass it on.
fn without_default_path(glue: &str) -> Result<String> {
    let parts: Vec<_> = glue
        .split("new URL('ae-login_bg.wasm', import.meta.url)")
        .collect();
    match parts.as_slice() {
        [before, after] => Ok([before, "undefined", after].concat()),
        _ => Err(Problem::new(format!(
            "the glue: expected one default address of the wasm, found {}",
            parts.len() - 1
        ))),
    }
}

/// Our own JavaScript modules, where the build imports them from.
struct Modules {
    /// The loader's address, as the entry imports it.
    loader: String,
    /// The text of each.
    sources: Vec<String>,
}

/// Copies `src/element/*.js` and `src/browser/*.js` beside those that wasm-bindgen has copied because Rust imports them, so that
/// all of them import the same copy of each other.
fn copy_modules(folder: &Path, glue: &str) -> Result<Modules> {
    let root = format!("{SNIPPETS}/{}", snippets_of_ours(glue)?);
    let mut sources = Vec::new();
    for room in ["src/element", "src/browser"] {
        let from = paths::root().join(room);
        let to = folder.join(&root).join(room);
        fs::create_dir_all(&to).while_doing(format_args!("cannot make {}", to.display()))?;
        for file in files_in(&from)? {
            if let Some(name) = file.file_name()
                && file.extension().is_some_and(|kind| kind == "js")
            {
                let source = read_text(&file)?;
                write(&to.join(name), &source)?;
                sources.push(source);
            }
        }
    }
    Ok(Modules {
        loader: format!("./{root}/src/element/loader.js"),
        sources,
    })
}

/// The folder of our own package among the snippets. Its name ends in a hash of the package's name and version.
fn snippets_of_ours(glue: &str) -> Result<&str> {
    glue.split("'./snippets/")
        .skip(1)
        .filter_map(|rest| rest.split('/').next())
        .find(|name| name.starts_with("ae-login-"))
        .ok_or_else(|| Problem::new("the glue imports no module of src/browser"))
}

/// The glue's exports that our modules mention, in the glue's order. The others belong to dependencies, and are dropped with all
/// that only they use.
fn imported_from_core<'a>(glue: &'a str, sources: &[String]) -> Result<Vec<&'a str>> {
    let names: Vec<_> = glue
        .lines()
        .filter_map(|line| {
            let declared = line.strip_prefix("export ")?;
            let declared = declared.strip_prefix("async ").unwrap_or(declared);
            let name = declared
                .strip_prefix("function ")
                .or_else(|| declared.strip_prefix("class "))?;
            name.split(|letter| !is_part_of_a_name(letter)).next()
        })
        .filter(|name| sources.iter().any(|source| mentions(source, name)))
        .collect();
    if names.is_empty() {
        return Err(Problem::new(
            "the glue exports nothing that src/element uses",
        ));
    }
    Ok(names)
}

/// Whether a text has a name in it as a word.
fn mentions(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        !before.is_some_and(is_part_of_a_name) && !after.is_some_and(is_part_of_a_name)
    })
}

pub(crate) fn is_part_of_a_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || letter == '$'
}

/// What the loader has to know of this release.
fn release(wasm: &[u8], style: &str, texts: &[(String, Vec<u8>)]) -> Result<Value> {
    let files = texts.iter();
    let files = files.map(|(name, bytes)| (name.clone(), Value::from(short_hash(bytes))));
    Ok(serde_json::json!({
        "version": version()?,
        "integrity": integrity(wasm),
        "style": style,
        "files": Value::Object(files.collect()),
    }))
}

/// The module that a page loads: it gives the loader the wasm's functions and what this release is made of.
fn entry(core: &[&str], loader: &str, release: &Value) -> String {
    let core = core.join(", ");
    format!(
        "import init, {{ {core} }} from \"./{CORE}\";\n\
         import {{ createSession, define }} from \"{loader}\";\n\
         \n\
         const release = {release};\n\
         export const version = release.version;\n\
         define({{ default: init, {core} }}, {{ ...release, base: import.meta.url }});\n\
         export {{ createSession }};\n"
    )
}

/// The hash that a browser compares the downloaded bytes with, as in `fetch(url, { integrity })`.
fn integrity(bytes: &[u8]) -> String {
    let hash = sha2::Sha384::digest(bytes);
    let hash = base64::engine::general_purpose::STANDARD.encode(hash);
    format!("sha384-{hash}")
}

/// The first 96 bits of a file's SHA-256. There is one for each language, and hashes do not compress.
fn short_hash(bytes: &[u8]) -> String {
    let hash = sha2::Sha256::digest(bytes);
    base64::engine::general_purpose::STANDARD.encode(&hash[..12])
}

/// The entry and everything that it imports, as one minified module.
fn bundled(folder: &Path) -> Result<String> {
    let file = work()?.join("bundled.js");
    let mut esbuild = npm::program("esbuild", "esbuild");
    esbuild.arg(folder.join(ENTRY)).args(BUNDLE);
    write(&file, run::read(&mut esbuild)?)?;
    let mut terser = npm::program("terser", "terser");
    terser.arg(&file).args(MINIFY);
    run::read(&mut terser)
}

/// Options of esbuild for all modules.
pub(crate) const BUNDLE: &[&str] = &[
    "--bundle",
    "--format=esm",
    "--target=es2022",
    "--charset=utf8",
    "--log-level=warning",
    "--legal-comments=none",
];

/// Options of terser. Its output is smaller than that of esbuild's own minifier.
const MINIFY: &[&str] = &["--module", "--ecma=2020", "--compress=passes=3", "--mangle"];

/// The words of every language but English, which is in the wasm, each as a list in one order; and under the name `messages`
/// what each of them is called. With them the table of countries.
fn texts() -> Result<Vec<(String, Vec<u8>)>> {
    let folder = paths::root().join("src/texts");
    let mut texts = Vec::new();
    for file in files_in(&folder)? {
        let cannot = || format!("cannot read {}", file.display());
        let language = file.file_stem().and_then(|name| name.to_str());
        let language = language.ok_or_else(|| Problem::new(cannot()))?;
        let said: serde_json::Map<String, Value> =
            serde_json::from_str(&read_text(&file)?).while_doing(cannot())?;
        let (name, list) = if language == "en" {
            let names = said.into_iter().map(|(name, _)| name.into());
            (MESSAGES, names.collect())
        } else {
            (language, said.into_iter().map(|(_, text)| text).collect())
        };
        texts.push((name.to_owned(), Value::Array(list).to_string().into_bytes()));
    }
    let table = read_text(&paths::root().join("src/countries.txt"))?;
    texts.push((COUNTRIES.to_owned(), table.into_bytes()));
    texts.sort();
    Ok(texts)
}

/// The languages among the texts, and English.
fn languages(texts: &[(String, Vec<u8>)]) -> Vec<&str> {
    let names = texts.iter().map(|(name, _)| name.as_str());
    let languages = names.filter(|name| *name != COUNTRIES && *name != MESSAGES);
    let languages: BTreeSet<_> = languages.chain(["en"]).collect();
    languages.into_iter().collect()
}

/// The name of the list of the texts' names, among the files beside the module.
const MESSAGES: &str = "messages";
/// The name of the table of countries, among the files beside the module.
const COUNTRIES: &str = "countries";

/// The file of that name.
fn file_name(name: &str) -> String {
    let kind = if name == COUNTRIES { "txt" } else { "json" };
    format!("ae-login.{name}.{kind}")
}

fn style() -> Result<String> {
    let folder = paths::root().join("style");
    let tokens = read_text(&folder.join("tokens.css"))?;
    Ok(tokens + &read_text(&folder.join("widget.css"))?)
}

fn minified_style(style: &str, work: &Path) -> Result<String> {
    let file = work.join("widget.css");
    write(&file, style)?;
    let mut esbuild = npm::program("esbuild", "esbuild");
    esbuild.arg(&file).args([
        "--minify",
        "--target=es2022",
        "--charset=utf8",
        "--log-level=warning",
        "--legal-comments=none",
    ]);
    Ok(run::read(&mut esbuild)?.trim_end().to_owned())
}

fn version() -> Result<String> {
    let manifest: toml::Table = read_text(&paths::root().join("Cargo.toml"))?
        .parse()
        .while_doing("Cargo.toml")?;
    manifest
        .get("package")
        .and_then(|package| package.get("version"))
        .and_then(toml::Value::as_str)
        .map(str::to_owned)
        .ok_or_else(|| Problem::new("Cargo.toml: no version of the package"))
}

/// The files of a folder by name, without the folders in it.
pub(crate) fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let cannot = || format!("cannot read {}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).while_doing(cannot())? {
        let path = entry.while_doing(cannot())?.path();
        if path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

pub(crate) fn read_text(file: &Path) -> Result<String> {
    fs::read_to_string(file).while_doing(format_args!("cannot read {}", file.display()))
}

pub(crate) fn write(file: &Path, bytes: impl AsRef<[u8]>) -> Result<()> {
    fs::write(file, bytes).while_doing(format_args!("cannot write {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLUE: &str = "import { fits } from './snippets/ae-login-12ab/src/browser/pattern.js';\n\
        import { x } from './snippets/other-34cd/inline0.js';\n\
        export class IntoUnderlyingSource {\n}\n\
        export function connect(link) {\n}\n\
        export async function get_token(id) {\n}\n\
        let wasm;\n\
        module_or_path = new URL('ae-login_bg.wasm', import.meta.url);\n\
        export { initSync, __wbg_init as default };\n";

    #[test]
    fn glue_loses_its_default_address_of_the_wasm() {
        let glue = without_default_path(GLUE).unwrap();
        assert!(glue.contains("module_or_path = undefined;"), "{glue}");
        assert!(!glue.contains("import.meta"), "{glue}");
        let problem = without_default_path(&glue).unwrap_err().to_string();
        assert!(problem.ends_with("found 0"), "{problem}");
    }

    #[test]
    fn our_own_folder_is_found_among_the_snippets() {
        assert_eq!(snippets_of_ours(GLUE).unwrap(), "ae-login-12ab");
        assert!(snippets_of_ours("import './snippets/other-34cd/inline0.js';").is_err());
    }

    #[test]
    fn only_exports_that_our_modules_mention_are_imported() {
        let sources = ["core.connect(host)", "call(\"get_token\"); reconnect()"].map(str::to_owned);
        let core = imported_from_core(GLUE, &sources).unwrap();
        assert_eq!(core, ["connect", "get_token"]);
        assert!(imported_from_core(GLUE, &["reconnect()".to_owned()]).is_err());
    }

    #[test]
    fn entry_imports_what_it_gives_to_the_loader() {
        let release =
            serde_json::json!({ "version": "1.2.3", "style": "a { content: \"\\201C\"; }" });
        assert_eq!(
            entry(&["connect", "changed"], "./snippets/x/loader.js", &release),
            "import init, { connect, changed } from \"./core.js\";\n\
             import { createSession, define } from \"./snippets/x/loader.js\";\n\
             \n\
             const release = {\"version\":\"1.2.3\",\"style\":\"a { content: \\\"\\\\201C\\\"; }\"};\n\
             export const version = release.version;\n\
             define({ default: init, connect, changed }, { ...release, base: import.meta.url });\n\
             export { createSession };\n"
        );
    }

    #[test]
    fn integrity_is_a_sha384_as_browsers_want_it() {
        assert_eq!(
            integrity(b"\0asm"),
            "sha384-YEecHYiETEhXOS4QEG6OPoaDh+wFLyS6UCrUH7/tGdvwG3oqMSIXKlt2yqAvzfPr"
        );
    }

    #[test]
    fn profiles_are_named_as_trunk_names_them() {
        assert_eq!(Profile::from_name("debug").unwrap(), Profile::Dev);
        assert_eq!(Profile::from_name("release").unwrap(), Profile::Release);
        assert!(Profile::from_name("").is_err());
    }
}
