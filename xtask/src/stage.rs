//! The hook that `trunk build` runs after it has built the library. It makes the files that a shop loads from what trunk has built.
//!
//! | build | the module `ae-login.js` |
//! |---|---|
//! | dev (`cargo demo`) | a short entry that imports the widget's own modules (`snippets/…`), all readable |
//! | release (`cargo bundle`) | the same in one minified file; the wasm is optimised |
//!
//! In both builds the glue, the wasm, the texts and the table of countries are separate files, which the entry loads when it runs. Only
//! the release build needs node. It also makes the modules of the npm package, in the folder `npm`; `package` has the rest of the
//! package.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use serde_json::Value;
use sha2::Digest as _;

use crate::error::{Context as _, Error, Result};
use crate::size_budget::COMPAT;
use crate::{compat, npm, package, paths, run, wasm_postprocess};

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
    let glue = with_own_init(&read_text(&entry_file)?)?;
    write(&folder.join(CORE), &glue)?;
    let modules = copy_modules(folder, &glue)?;
    let core = imported_from_core(&glue, &modules.sources)?;

    let mut style = style()?;
    if profile == Profile::Release {
        npm::ensure()?;
        let work = work()?;
        wasm_postprocess::postprocess(folder, &wasm_file, &core, &work)?;
        let wasm = fs::read(&wasm_file).context("cannot read the wasm")?;
        write(&wasm_file, with_version(&wasm, &version()?)?)?;
        style = minified_style(&style, &work)?;
    }

    let texts = texts()?;
    for (name, bytes) in &texts {
        write(&folder.join(file_name(name)), bytes)?;
    }
    let languages = Value::from(languages(&texts)).to_string();
    write(&folder.join("languages.json"), languages)?;

    let wasm = fs::read(&wasm_file).context("cannot read the wasm")?;
    let mut release = release(&wasm, &style, &texts)?;
    if profile == Profile::Release {
        let runtime = paths::root().join("src/element/compat.js");
        let compat = compat::module(&wasm_file, &runtime, &version()?, &work()?)?;
        release["compat"] = integrity(compat.as_bytes()).into();
        write(&folder.join(COMPAT), compat)?;
        let glue_file = folder.join(CORE);
        // The loader reads the version of a file that has the wrong hash.
        let glue = format!("//ae-login {}\n{}", version()?, bundled(&glue_file)?);
        release["glue"] = integrity(glue.as_bytes()).into();
        write(&glue_file, glue)?;
    }
    write(&entry_file, entry(&modules.element, &release))?;
    if profile == Profile::Release {
        let modules_root = &modules.element;
        let server_file = folder.join(SERVER);
        write(
            &server_file,
            server_entry(modules_root, &first_screen(true)?),
        )?;
        write(&server_file, bundled(&server_file)?)?;
        write(&folder.join(STYLE), &style)?;
        write(&entry_file, bundled(&entry_file)?)?;
        let files: Vec<_> = texts.iter().map(|(name, _)| name.as_str()).collect();
        let widget_file = folder.join("widget.js");
        let widget = package::widget(modules_root, &release);
        write(&widget_file, widget)?;
        let widget = bundled(&widget_file)?;
        package::write_modules(&folder.join(package::FOLDER), &widget, &files)?;
        fs::remove_file(&widget_file).context("cannot remove the module of the package")?;
        fs::remove_dir_all(folder.join(SNIPPETS)).context("cannot remove the modules")?;
    }
    Ok(())
}

/// The module that a page loads.
pub(crate) const ENTRY: &str = "ae-login.js";
/// The module that renders the first screen on a server.
pub(crate) const SERVER: &str = "ae-login.server.mjs";
/// The style sheet of the form, for pages that contain the first screen.
pub(crate) const STYLE: &str = "ae-login.css";
/// The name that the glue (the JavaScript that wasm-bindgen writes) gets, since the entry takes its original name.
pub(crate) const CORE: &str = "ae-login.core.js";
/// The folder that wasm-bindgen copies JavaScript modules into, if Rust imports them.
const SNIPPETS: &str = "snippets";

/// The folder for intermediate files. Those of the last build stay there for inspection.
pub(crate) fn work() -> Result<PathBuf> {
    let work = paths::target().join("bundle/work");
    fs::create_dir_all(&work).context(format_args!("cannot make {}", work.display()))?;
    Ok(work)
}

/// Replaces the functions of the glue that load the wasm: the loader passes a function that instantiates the wasm or the build without
/// WebAssembly. The glue's own functions would also lead bundlers of shops to a file that does not ship.
fn with_own_init(glue: &str) -> Result<String> {
    let changed = || Error::new("wasm-bindgen writes another glue than expected");
    let (before, rest) = glue
        .split_once("async function __wbg_load(")
        .ok_or_else(changed)?;
    if !before.contains("function __wbg_finalize_init(instance, ")
        || !rest.ends_with("export { initSync, __wbg_init as default };\n")
    {
        return Err(changed());
    }
    Ok([before, INIT].concat())
}

/// The end of the glue. `core.d.ts` has the type of the function.
const INIT: &str = "async function __wbg_init(instantiate) {
    return __wbg_finalize_init(await instantiate(__wbg_get_imports()));
}

export { __wbg_init as default };
";

/// The widget's own JavaScript modules, after they have been copied.
struct Modules {
    /// The address of the folder with the modules of `src/element`, with a slash at its end.
    element: String,
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
        element: format!("./{root}/src/element/"),
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
        "firstScreen": first_screen(false)?,
    }))
}

/// The markup of the first screen, with its texts in every language: all of them for a server; for the loader all in English, and the
/// first ones in the others.
fn first_screen(for_server: bool) -> Result<Value> {
    let root = paths::root();
    let read = |path: PathBuf| -> Result<Value> {
        let cannot = || format!("cannot read {}", path.display());
        serde_json::from_str(&read_text(&path)?).context(cannot())
    };
    let mut markup = read(root.join("src/element/first-screen.json"))?;
    let names: Vec<String> = serde_json::from_value(markup["texts"].clone())
        .context("src/element/first-screen.json: no list of texts")?;
    let in_every_language = serde_json::from_value(markup["inEveryLanguage"].take())
        .context("src/element/first-screen.json: no number of texts")?;
    let mut languages = serde_json::Map::new();
    for file in files_in(&root.join("src/texts"))? {
        let language = file.file_stem().unwrap_or_default().to_string_lossy();
        let messages = read(file.clone())?;
        let count = if for_server || language == "en" {
            names.len()
        } else {
            in_every_language
        };
        let texts = names.iter().take(count).map(|name| messages[name].clone());
        languages.insert(language.into_owned(), texts.collect());
    }
    markup["languages"] = Value::Object(languages);
    Ok(markup)
}

/// Adds a custom section without contents, whose name has the version, at the start of a wasm. The loader reads it if the wasm has the
/// wrong hash, to tell a damaged file from one of another release.
fn with_version(wasm: &[u8], version: &str) -> Result<Vec<u8>> {
    /// The magic number and the version of the format.
    const HEADER: usize = 8;
    let too_long = || Error::new("the version is too long for a section of the wasm");
    let name = format!("ae-login {version}");
    // Lengths below 128 are one byte (LEB128).
    let length = u8::try_from(name.len()).ok().filter(|length| *length < 127);
    let length = length.ok_or_else(too_long)?;
    let (header, sections) = wasm.split_at_checked(HEADER).ok_or_else(too_long)?;
    let section = [0, length + 1, length];
    Ok([header, &section, name.as_bytes(), sections].concat())
}

/// The module that a page loads. It passes the description of the release to the loader.
fn entry(modules: &str, release: &Value) -> String {
    format!(
        "import {{ createSession, define }} from \"{modules}loader.js\";\n\
         import {{ importChecked }} from \"{modules}wasm-loader.js\";\n\
         \n\
         const base = import.meta.url;\n\
         const url = (file) => new URL(file, base).href;\n\
         const release = {release};\n\
         export const version = release.version;\n\
         define({{ ...release, base, url, importModule: importChecked }});\n\
         export {{ createSession }};\n"
    )
}

/// The Subresource Integrity hash of bytes, as for `fetch(url, { integrity })`.
pub(crate) fn integrity(bytes: &[u8]) -> String {
    let hash = sha2::Sha384::digest(bytes);
    let hash = base64::engine::general_purpose::STANDARD.encode(hash);
    format!("sha384-{hash}")
}

/// The first 96 bits of the SHA-256 of bytes. They are short because there is one hash for each language, and hashes do not compress.
fn short_hash(bytes: &[u8]) -> String {
    let hash = sha2::Sha256::digest(bytes);
    base64::engine::general_purpose::STANDARD.encode(&hash[..12])
}

/// The module that renders the first screen on a server.
fn server_entry(modules: &str, markup: &Value) -> String {
    format!(
        "import {{ render }} from \"{modules}first-screen-html.js\";\n\
         \n\
         const markup = {markup};\n\
         export const firstScreen = (options) => render(markup, options);\n"
    )
}

/// Bundles a module and everything that it imports into one minified module.
fn bundled(module: &Path) -> Result<String> {
    let file = work()?.join("bundled.js");
    let mut esbuild = npm::program("esbuild", "esbuild");
    esbuild.arg(module).args(BUNDLE);
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
const MINIFY: &[&str] = &[
    "--module",
    "--ecma=2020",
    "--compress=passes=3",
    "--mangle",
    // Comments in a call of `import` that bundlers of shops read.
    "--comments=/ignore/i",
];

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
pub(crate) const MESSAGES: &str = "messages";
/// The name of the file with the table of countries.
pub(crate) const COUNTRIES: &str = "countries";

/// The file name of a text file.
pub(crate) fn file_name(name: &str) -> String {
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
pub(crate) fn version() -> Result<String> {
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
        function __wbg_finalize_init(instance, module) {\n}\n\
        async function __wbg_load(module, imports) {\n}\n\
        module_or_path = new URL('ae-login_bg.wasm', import.meta.url);\n\
        export { initSync, __wbg_init as default };\n";

    #[test]
    fn functions_that_load_the_wasm_are_replaced() {
        let glue = with_own_init(GLUE).unwrap();
        assert!(glue.starts_with("import { matches } from"), "{glue}");
        assert!(!glue.contains("__wbg_load"), "{glue}");
        assert!(!glue.contains("import.meta"), "{glue}");
        assert!(glue.ends_with(INIT), "{glue}");
        assert!(with_own_init(&glue).is_err());
        assert!(with_own_init(&GLUE.replace("initSync, ", "")).is_err());
        assert!(with_own_init(&GLUE.replace("(instance, module)", "(module)")).is_err());
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
    fn entry_passes_the_release_to_the_loader() {
        let release =
            serde_json::json!({ "version": "1.2.3", "style": "a { content: \"\\201C\"; }" });
        assert_eq!(
            entry("./snippets/x/", &release),
            "import { createSession, define } from \"./snippets/x/loader.js\";\n\
             import { importChecked } from \"./snippets/x/wasm-loader.js\";\n\
             \n\
             const base = import.meta.url;\n\
             const url = (file) => new URL(file, base).href;\n\
             const release = {\"version\":\"1.2.3\",\"style\":\"a { content: \\\"\\\\201C\\\"; }\"};\n\
             export const version = release.version;\n\
             define({ ...release, base, url, importModule: importChecked });\n\
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
    fn version_is_the_name_of_the_first_section() {
        let wasm = with_version(b"\0asm\x01\0\0\0\x01\x04", "1.2.3").unwrap();
        assert_eq!(wasm, b"\0asm\x01\0\0\0\0\x0f\x0eae-login 1.2.3\x01\x04");
        assert!(with_version(b"\0asm\x01\0\0\0", &"1".repeat(118)).is_err());
    }

    #[test]
    fn profiles_have_the_names_of_trunk() {
        assert_eq!(Profile::from_name("debug").unwrap(), Profile::Dev);
        assert_eq!(Profile::from_name("release").unwrap(), Profile::Release);
        assert!(Profile::from_name("").is_err());
    }
}
