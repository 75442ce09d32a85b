//! Makes the npm package, `dist/npm`: what `npm publish` uploads.
//!
//! | file | from |
//! |---|---|
//! | `ae-login.js` | made here: the module for bundlers, with one address for each file that it loads |
//! | `widget.js` | the loader, bundled and minified; it contains no address |
//! | `cdn/` | the files of `dist`, for pages without a bundler |
//! | `texts/` | the language files of `dist` under another name |
//! | everything else | the files in `package` and `package/types`, and those that `dist` has for all |
//!
//! Bundlers copy a file if they find its address as `new URL("…", import.meta.url)` with a literal in it. They change some files on the
//! way: Parcel and others turn `.json` into a module, minifiers shorten `.js`. The hashes in the loader would then refuse the file, so the
//! texts are `.txt` here. The glue and the build without WebAssembly are imported and not copied: they are parts of the bundle, and their
//! integrity is that of the bundle.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::error::{Context as _, Error, Result};
use crate::size_budget::COMPAT;
use crate::stage::{CORE, COUNTRIES, ENTRY, SERVER, STYLE, file_name, files_in, read_text, write};
use crate::{bundle, paths, stage};

/// The name of the folder of the package in `dist`, and of its modules in what trunk has built.
pub(crate) const FOLDER: &str = "npm";

/// Stands for the version in the files of `package`.
const VERSION: &str = "{{version}}";

/// The wasm.
const WASM: &str = "ae-login.wasm";

/// The module that the entries of the package import. It defines nothing until it is told where the files are.
pub(crate) fn widget(modules: &str, release: &Value) -> String {
    format!(
        "import {{ define }} from \"{modules}loader.js\";\n\
         export {{ createSession, filesIn }} from \"{modules}package.js\";\n\
         export {{ importChecked }} from \"{modules}wasm-loader.js\";\n\
         \n\
         const release = {release};\n\
         export const version = release.version;\n\
         export const defineWith = (url, importModule) => define({{ ...release, url, importModule }});\n"
    )
}

/// Writes the modules of the package that are made from the sources. `texts` are the names of the text files.
///
/// # Errors
/// Returns an error if a file cannot be written.
pub(crate) fn write_modules(folder: &Path, widget: &str, texts: &[&str]) -> Result<()> {
    fs::create_dir_all(folder).context(format_args!("cannot make {}", folder.display()))?;
    write(&folder.join("widget.js"), widget)?;
    write(&folder.join(ENTRY), entry(texts))
}

/// The module for bundlers.
fn entry(texts: &[&str]) -> String {
    let address = |file: &str, path: &str| {
        format!("  \"{file}\": () => new URL(\"./{path}?no-inline\", import.meta.url),\n")
    };
    let addresses: String = texts
        .iter()
        .map(|name| address(&file_name(name), &text_path(name)))
        .collect();
    let modules: String = [CORE, COMPAT]
        .map(|file| format!("  \"{file}\": () => import(\"./cdn/{file}\"),\n"))
        .concat();
    let wasm = address(WASM, &format!("cdn/{WASM}"));
    format!(
        "// The module for bundlers. They find each file by its address here. Vite would put small files into the bundle, where a policy\n\
         // forbids to fetch them: `no-inline` keeps it from doing so.\n\
         \n\
         import {{ defineWith }} from \"./widget.js\";\n\
         \n\
         export {{ createSession, version }} from \"./widget.js\";\n\
         \n\
         const ADDRESSES = {{\n\
         {wasm}{addresses}}};\n\
         const MODULES = {{\n\
         {modules}}};\n\
         \n\
         defineWith(\n  (file) => ADDRESSES[file]?.().href ?? \"\",\n  (_url, _integrity, file) => MODULES[file](),\n);\n"
    )
}

/// The place of a text file in the package.
fn text_path(name: &str) -> String {
    if name == COUNTRIES {
        format!("cdn/{}", file_name(name))
    } else {
        format!("texts/{name}.txt")
    }
}

/// Puts the package together from its modules, the other files of the release in `dist`, and the files in `package`.
///
/// # Errors
/// Returns an error if a file cannot be copied, contains what strict policies forbid, or if `package.json` names a file that is missing.
pub(crate) fn assemble(modules: &Path, dist: &Path) -> Result<()> {
    let root = paths::root();
    let package = dist.join(FOLDER);
    for folder in ["cdn", "texts", "themes", "types"] {
        let folder = package.join(folder);
        fs::create_dir_all(&folder).context(format_args!("cannot make {}", folder.display()))?;
    }
    for file in files_in(modules)? {
        bundle::check_for_forbidden(&file)?;
        copy(&file, &package.join(name(&file)))?;
    }
    for file in files_in(dist)? {
        let name = name(&file);
        let to = match name.as_str() {
            SERVER => package.join("server.js"),
            STYLE | "ae-login.d.ts" | "custom-elements.json" => package.join(&name),
            _ => {
                if let Some(text) = name
                    .strip_prefix("ae-login.")
                    .and_then(|name| name.strip_suffix(".json"))
                {
                    copy(&file, &package.join(text_path(text)))?;
                }
                package.join("cdn").join(&name)
            }
        };
        copy(&file, &to)?;
    }
    for theme in files_in(&dist.join("themes"))? {
        copy(&theme, &package.join("themes").join(name(&theme)))?;
    }
    for file in ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"] {
        copy(&root.join(file), &package.join(file))?;
    }
    let version = stage::version()?;
    for folder in ["", "types"] {
        for file in files_in(&root.join("package").join(folder))? {
            let text = read_text(&file)?.replace(VERSION, &version);
            write(&package.join(folder).join(name(&file)), text)?;
        }
    }
    check_manifest(&package)
}

/// Checks that every file exists that `package.json` names.
fn check_manifest(package: &Path) -> Result<()> {
    let manifest: Value = serde_json::from_str(&read_text(&package.join("package.json"))?)
        .context("package/package.json")?;
    let mut named = Vec::new();
    paths_in(&manifest, &mut named);
    for path in &named {
        let is_there = match path.split_once('*') {
            None => package.join(path).is_file(),
            Some((folder, end)) => files_in(&package.join(folder))?
                .iter()
                .any(|file| name(file).ends_with(end)),
        };
        if !is_there {
            return Err(Error::new(format!(
                "package/package.json names {path}, which the package does not have"
            )));
        }
    }
    Ok(())
}

/// The values in a manifest that are paths of files.
fn paths_in<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::String(text) if text.starts_with("./") => found.push(text),
        Value::Array(values) => values.iter().for_each(|value| paths_in(value, found)),
        Value::Object(values) => values.values().for_each(|value| paths_in(value, found)),
        _ => {}
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to)
        .context(format_args!(
            "cannot copy {} to {}",
            from.display(),
            to.display()
        ))
        .map(drop)
}

fn name(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entry_has_one_literal_address_for_each_file() {
        let entry = entry(&["countries", "de", "messages"]);
        for line in [
            "\"ae-login.wasm\": () => new URL(\"./cdn/ae-login.wasm?no-inline\", import.meta.url),",
            "\"ae-login.countries.txt\": () => new URL(\"./cdn/ae-login.countries.txt?no-inline\", import.meta.url),",
            "\"ae-login.de.json\": () => new URL(\"./texts/de.txt?no-inline\", import.meta.url),",
            "\"ae-login.messages.json\": () => new URL(\"./texts/messages.txt?no-inline\", import.meta.url),",
            "\"ae-login.core.js\": () => import(\"./cdn/ae-login.core.js\"),",
            "\"ae-login.compat.js\": () => import(\"./cdn/ae-login.compat.js\"),",
        ] {
            assert_eq!(entry.matches(line).count(), 1, "{line}\n{entry}");
        }
        assert_eq!(entry.matches("new URL(").count(), 4);
    }

    #[test]
    fn widget_contains_no_address() {
        let widget = widget("./x/", &serde_json::json!({"version": "1.2.3"}));
        assert!(!widget.contains("import.meta"), "{widget}");
        assert!(widget.contains("from \"./x/package.js\""), "{widget}");
    }

    #[test]
    fn manifest_names_paths_at_any_depth() {
        let manifest = serde_json::json!({
            "name": "ae-login",
            "exports": { ".": { "types": "./a.d.ts", "default": "./a.js" } },
            "sideEffects": ["./a.js", "*.css"],
        });
        let mut found = Vec::new();
        paths_in(&manifest, &mut found);
        assert_eq!(found, ["./a.d.ts", "./a.js", "./a.js"]);
    }
}
