//! The hook that `trunk build` runs after it has built the library. It makes the files that a shop loads from what trunk has built.
//!
//! | build | the module `ae-login.js` |
//! |---|---|
//! | dev (`cargo demo`) | a short entry that imports the glue (`core.js`) and the widget's own modules (`snippets/…`), all readable |
//! | release (`cargo bundle`) | the same in one minified file; the wasm is optimised |
//!
//! In both builds the wasm, the texts and the table of countries are separate files. Only the release build needs node.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use serde_json::Value;
use sha2::Digest as _;

use crate::error::{Context as _, Error, Result};
use crate::{npm, paths, run, wasm_postprocess};

/// The profile that trunk has built with.
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
    /// Returns an error if trunk has no profile of that name.
    pub fn from_name(name: &str) -> Result<Self> {
        match name {
            "debug" => Ok(Self::Dev),
            "release" => Ok(Self::Release),
            _ => Err(Error::new(format!("unknown profile of trunk: {name:?}"))),
        }
    }
}

/// Replaces what trunk has built in its staging folder by the files that a shop loads.
///
/// # Errors
/// Returns an error if the folder does not have the expected files, or if a tool fails.
pub fn stage(folder: &Path, profile: Profile) -> Result<()> {
    let trunk_wasm = folder.join("ae-login_bg.wasm");
    let wasm_file = folder.join("ae-login.wasm");
    let entry_file = folder.join(ENTRY);
    fs::rename(&trunk_wasm, &wasm_file)
        .context(format_args!("cannot rename {}", trunk_wasm.display()))?;
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

    let wasm = fs::read(&wasm_file).context("cannot read the wasm")?;
    let entry = entry(&core, &modules.loader, &release(&wasm, &style, &texts)?);
    write(&entry_file, entry)?;
    if profile == Profile::Release {
        let bundled = bundled(folder)?;
        write(&entry_file, bundled)?;
        fs::remove_file(folder.join(CORE)).context("cannot remove the glue")?;
        fs::remove_dir_all(folder.join(SNIPPETS)).context("cannot remove the modules")?;
    }
    Ok(())
}

/// The module that a page loads.
pub(crate) const ENTRY: &str = "ae-login.js";
/// The name that the glue (the JavaScript that wasm-bindgen writes) gets, since the entry takes its original name.
pub(crate) const CORE: &str = "core.js";
/// The folder that wasm-bindgen copies JavaScript modules into, if Rust imports them.
const SNIPPETS: &str = "snippets";

/// The folder for intermediate files. Those of the last build stay there for inspection.
pub(crate) fn work() -> Result<PathBuf> {
    let work = paths::target().join("bundle/work");
    fs::create_dir_all(&work).context(format_args!("cannot make {}", work.display()))?;
    Ok(work)
}

/// Removes the address that the glue loads the wasm from by default. The loader always passes the wasm, and bundlers of shops would
/// follow that address to a file that does not ship.
///
/// `wasm-bindgen --omit-default-module-path` does the same, but trunk does not pass it on.
fn without_default_path(glue: &str) -> Result<String> {
    let parts: Vec<_> = glue
        .split("new URL('ae-login_bg.wasm', import.meta.url)")
        .collect();
    match parts.as_slice() {
        [before, after] => Ok([before, "undefined", after].concat()),
        _ => Err(Error::new(format!(
            "expected one default address of the wasm in the glue, found {}",
            parts.len() - 1
        ))),
    }
}

/// The widget's own JavaScript modules, after they have been copied.
struct Modules {
    /// The address that the entry imports the loader from.
    loader: String,
    /// The text of each module.
    sources: Vec<String>,
}

/// Copies `src/element/*.js` and `src/browser/*.js`. They go into the same folder as the modules that wasm-bindgen has copied because
/// Rust imports them, so that there is one copy of each module.
fn copy_modules(folder: &Path, glue: &str) -> Result<Modules> {
    let root = format!("{SNIPPETS}/{}", own_snippets(glue)?);
    let mut sources = Vec::new();
    for path in ["src/element", "src/browser"] {
        let from = paths::root().join(path);
        let to = folder.join(&root).join(path);
        fs::create_dir_all(&to).context(format_args!("cannot make {}", to.display()))?;
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

/// The name of the widget's folder in the folder of snippets. It ends in a hash of the package's name and version.
fn own_snippets(glue: &str) -> Result<&str> {
    glue.split("'./snippets/")
        .skip(1)
        .filter_map(|rest| rest.split('/').next())
        .find(|name| name.starts_with("ae-login-"))
        .ok_or_else(|| Error::new("the glue imports no module of src/browser"))
}

/// The glue's exports that the widget's modules mention, in the glue's order. All other exports belong to dependencies. They are
/// removed, with everything that only they use.
fn imported_from_core<'a>(glue: &'a str, sources: &[String]) -> Result<Vec<&'a str>> {
    let names: Vec<_> = glue
        .lines()
        .filter_map(|line| {
            let declared = line.strip_prefix("export ")?;
            let declared = declared.strip_prefix("async ").unwrap_or(declared);
            let name = declared
                .strip_prefix("function ")
                .or_else(|| declared.strip_prefix("class "))?;
            name.split(|letter| !is_identifier_char(letter)).next()
        })
        .filter(|name| sources.iter().any(|source| mentions(source, name)))
        .collect();
    if names.is_empty() {
        return Err(Error::new("the glue exports nothing that src/element uses"));
    }
    Ok(names)
}

/// Whether a text contains a name as a whole word.
fn mentions(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        !before.is_some_and(is_identifier_char) && !after.is_some_and(is_identifier_char)
    })
}

/// Whether a character can be a part of a name in JavaScript.
pub(crate) fn is_identifier_char(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || letter == '$'
}

/// The facts about this release that the loader needs.
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

/// The module that a page loads. It passes the wasm's functions and the description of the release to the loader.
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

/// The Subresource Integrity hash of bytes, as for `fetch(url, { integrity })`.
fn integrity(bytes: &[u8]) -> String {
    let hash = sha2::Sha384::digest(bytes);
    let hash = base64::engine::general_purpose::STANDARD.encode(hash);
    format!("sha384-{hash}")
}

/// The first 96 bits of the SHA-256 of bytes. They are short because there is one hash for each language, and hashes do not compress.
fn short_hash(bytes: &[u8]) -> String {
    let hash = sha2::Sha256::digest(bytes);
    base64::engine::general_purpose::STANDARD.encode(&hash[..12])
}

/// Bundles the entry and everything that it imports into one minified module.
fn bundled(folder: &Path) -> Result<String> {
    let file = work()?.join("bundled.js");
    let mut esbuild = npm::program("esbuild", "esbuild");
    esbuild.arg(folder.join(ENTRY)).args(BUNDLE);
    write(&file, run::read_stdout(&mut esbuild)?)?;
    let mut terser = npm::program("terser", "terser");
    terser.arg(&file).args(MINIFY);
    run::read_stdout(&mut terser)
}

/// Options of esbuild for bundling modules.
pub(crate) const BUNDLE: &[&str] = &[
    "--bundle",
    "--format=esm",
    "--target=es2022",
    "--charset=utf8",
    "--log-level=warning",
    "--legal-comments=none",
];

/// Options of terser, whose output is smaller than that of esbuild's minifier.
const MINIFY: &[&str] = &["--module", "--ecma=2020", "--compress=passes=3", "--mangle"];

/// The files with texts, by name: a list of texts for each language except English, which is in the wasm; the list of the texts' names,
/// in the same order, as `messages`; and the table of countries.
fn texts() -> Result<Vec<(String, Vec<u8>)>> {
    let folder = paths::root().join("src/texts");
    let mut texts = Vec::new();
    for file in files_in(&folder)? {
        let cannot = || format!("cannot read {}", file.display());
        let language = file.file_stem().and_then(|name| name.to_str());
        let language = language.ok_or_else(|| Error::new(cannot()))?;
        let messages: serde_json::Map<String, Value> =
            serde_json::from_str(&read_text(&file)?).context(cannot())?;
        let (name, list) = if language == "en" {
            let names = messages.into_iter().map(|(name, _)| name.into());
            (MESSAGES, names.collect())
        } else {
            (
                language,
                messages.into_iter().map(|(_, text)| text).collect(),
            )
        };
        texts.push((name.to_owned(), Value::Array(list).to_string().into_bytes()));
    }
    let table = read_text(&paths::root().join("src/countries.txt"))?;
    texts.push((COUNTRIES.to_owned(), table.into_bytes()));
    texts.sort();
    Ok(texts)
}

/// The codes of all languages, English included.
fn languages(texts: &[(String, Vec<u8>)]) -> Vec<&str> {
    let names = texts.iter().map(|(name, _)| name.as_str());
    let languages = names.filter(|name| *name != COUNTRIES && *name != MESSAGES);
    let languages: BTreeSet<_> = languages.chain(["en"]).collect();
    languages.into_iter().collect()
}

/// The name of the file with the texts' names.
const MESSAGES: &str = "messages";
/// The name of the file with the table of countries.
const COUNTRIES: &str = "countries";

/// The file name of a text file.
fn file_name(name: &str) -> String {
    let kind = if name == COUNTRIES { "txt" } else { "json" };
    format!("ae-login.{name}.{kind}")
}

/// The widget's style sheet.
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
    Ok(run::read_stdout(&mut esbuild)?.trim_end().to_owned())
}

/// The version of the widget.
fn version() -> Result<String> {
    let manifest: toml::Table = read_text(&paths::root().join("Cargo.toml"))?
        .parse()
        .context("Cargo.toml")?;
    manifest
        .get("package")
        .and_then(|package| package.get("version"))
        .and_then(toml::Value::as_str)
        .map(str::to_owned)
        .ok_or_else(|| Error::new("Cargo.toml: no version of the package"))
}

/// The files of a folder, sorted by name, without its folders.
pub(crate) fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let cannot = || format!("cannot read {}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).context(cannot())? {
        let path = entry.context(cannot())?.path();
        if path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

pub(crate) fn read_text(file: &Path) -> Result<String> {
    fs::read_to_string(file).context(format_args!("cannot read {}", file.display()))
}

pub(crate) fn write(file: &Path, bytes: impl AsRef<[u8]>) -> Result<()> {
    fs::write(file, bytes).context(format_args!("cannot write {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLUE: &str = "import { matches } from './snippets/ae-login-12ab/src/browser/pattern.js';\n\
        import { x } from './snippets/other-34cd/inline0.js';\n\
        export class IntoUnderlyingSource {\n}\n\
        export function connect(link) {\n}\n\
        export async function get_token(id) {\n}\n\
        let wasm;\n\
        module_or_path = new URL('ae-login_bg.wasm', import.meta.url);\n\
        export { initSync, __wbg_init as default };\n";

    #[test]
    fn default_address_of_the_wasm_is_removed() {
        let glue = without_default_path(GLUE).unwrap();
        assert!(glue.contains("module_or_path = undefined;"), "{glue}");
        assert!(!glue.contains("import.meta"), "{glue}");
        let error = without_default_path(&glue).unwrap_err().to_string();
        assert!(error.ends_with("found 0"), "{error}");
    }

    #[test]
    fn own_folder_is_found_among_the_snippets() {
        assert_eq!(own_snippets(GLUE).unwrap(), "ae-login-12ab");
        assert!(own_snippets("import './snippets/other-34cd/inline0.js';").is_err());
    }

    #[test]
    fn only_exports_that_modules_mention_are_imported() {
        let sources = ["core.connect(host)", "call(\"get_token\"); reconnect()"].map(str::to_owned);
        let core = imported_from_core(GLUE, &sources).unwrap();
        assert_eq!(core, ["connect", "get_token"]);
        assert!(imported_from_core(GLUE, &["reconnect()".to_owned()]).is_err());
    }

    #[test]
    fn entry_imports_what_it_passes_to_the_loader() {
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
    fn integrity_is_a_base64_sha384() {
        assert_eq!(
            integrity(b"\0asm"),
            "sha384-YEecHYiETEhXOS4QEG6OPoaDh+wFLyS6UCrUH7/tGdvwG3oqMSIXKlt2yqAvzfPr"
        );
    }

    #[test]
    fn profiles_have_the_names_of_trunk() {
        assert_eq!(Profile::from_name("debug").unwrap(), Profile::Dev);
        assert_eq!(Profile::from_name("release").unwrap(), Profile::Release);
        assert!(Profile::from_name("").is_err());
    }
}
