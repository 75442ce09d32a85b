//! Makes the folder of a release that a page can pin, `dist/<version>`: the files that a page loads, their hashes, and the lines for the
//! page. Whoever serves the folder never changes a file in it.
//!
//! | file | what it is |
//! |---|---|
//! | `integrity.json` | the version, and the SHA-384 of each file as in the attribute `integrity` of HTML |
//! | `page.html` | the lines for a page that refuses any other byte in any file |
//! | all others | the files of `dist` |
//!
//! The page checks the module, by its lines. The module checks what it loads: the wasm, the build without WebAssembly, the language files
//! and the table of countries.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use serde_json::{Map, Value, json};
use sha2::Digest as _;

use crate::error::{Context as _, Error, Result};
use crate::paths;
use crate::size_budget::COMPAT;
use crate::stage::{self, CORE, ENTRY, STYLE, files_in, integrity, read_text, write};

/// The file with the hashes.
const HASHES: &str = "integrity.json";

/// The folder of the release in `dist`.
///
/// # Errors
/// Returns an error if `Cargo.toml` has no version.
pub fn folder() -> Result<PathBuf> {
    Ok(paths::dist().join(stage::version()?))
}

/// Copies the files of `dist` into the folder of the release, and adds their hashes and the lines for the page.
///
/// # Errors
/// Returns an error if a file cannot be copied or written.
pub(crate) fn write_folder(dist: &Path) -> Result<()> {
    let version = stage::version()?;
    let folder = dist.join(&version);
    let mut hashes = Map::new();
    for (from, to) in [("", ""), ("themes", "themes/")] {
        let target = folder.join(to);
        fs::create_dir_all(&target).context(format_args!("cannot make {}", target.display()))?;
        for file in files_in(&dist.join(from))? {
            let bytes = fs::read(&file).context(format_args!("cannot read {}", file.display()))?;
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            write(&target.join(&*name), &bytes)?;
            hashes.insert(format!("{to}{name}"), integrity(&bytes).into());
        }
    }
    let hashes = json!({ "version": version, "files": hashes });
    write(&folder.join(HASHES), format!("{hashes:#}\n"))?;
    let base = format!("/ae-login/{version}/");
    write(&folder.join("page.html"), page_of(&hashes, &base)?)
}

/// The lines for a page that loads the release from an address, which ends with a slash.
///
/// # Errors
/// Returns an error if `dist/` is not built.
pub fn page(base: &str) -> Result<String> {
    let file = folder()?.join(HASHES);
    if !file.is_file() {
        return Err(Error::new(
            "dist/ is not built; this builds it: cargo bundle",
        ));
    }
    let hashes = serde_json::from_str(&read_text(&file)?).context(HASHES)?;
    page_of(&hashes, base)
}

/// What the directive `script-src` of a policy allows an inline script by: the hash of its text.
pub fn policy_source(script: &str) -> String {
    let hash = sha2::Sha256::digest(script);
    let hash = base64::engine::general_purpose::STANDARD.encode(hash);
    format!("'sha256-{hash}'")
}

fn page_of(hashes: &Value, base: &str) -> Result<String> {
    if !base.ends_with('/') {
        return Err(Error::new(format!(
            "{base}: the address of a folder ends with a slash"
        )));
    }
    let hash = |file: &str| {
        let hash = hashes["files"][file].as_str();
        hash.ok_or_else(|| Error::new(format!("{HASHES} has no hash of {file}")))
    };
    let (module, style) = (hash(ENTRY)?, hash(STYLE)?);
    let map = json!({
        "imports": { "ae-login": format!("{base}{ENTRY}") },
        "integrity": {
            format!("{base}{ENTRY}"): module,
            format!("{base}{CORE}"): hash(CORE)?,
            format!("{base}{COMPAT}"): hash(COMPAT)?,
        },
    });
    let map = format!("\n{map:#}\n");
    let map_source = policy_source(&map);
    let mut page = format!(
        "<!-- ae-login {} -->\n",
        hashes["version"].as_str().unwrap_or_default()
    );
    // Writing to a string does not fail.
    let _ = write!(
        page,
        "<!-- For pages with `import \"ae-login\"` in a module. A strict policy allows it by its hash: script-src {map_source} -->\n\
         <script type=\"importmap\">{map}</script>\n\
         <!-- For pages that contain the first screen. -->\n\
         <link rel=\"stylesheet\" href=\"{base}{STYLE}\" integrity=\"{style}\" crossorigin>\n\
         <link rel=\"modulepreload\" href=\"{base}{ENTRY}\" integrity=\"{module}\" crossorigin>\n\
         <script type=\"module\" src=\"{base}{ENTRY}\" integrity=\"{module}\" crossorigin></script>\n"
    );
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashes() -> Value {
        json!({
            "version": "1.2.3",
            "files": { ENTRY: "sha384-module", CORE: "sha384-core", COMPAT: "sha384-compat", STYLE: "sha384-style" },
        })
    }

    #[test]
    fn page_has_the_hash_of_each_file_that_it_names() {
        let page = page_of(&hashes(), "https://cdn.shop.example/1.2.3/").unwrap();
        for line in [
            "<script type=\"module\" src=\"https://cdn.shop.example/1.2.3/ae-login.js\" integrity=\"sha384-module\" crossorigin></script>",
            "<link rel=\"modulepreload\" href=\"https://cdn.shop.example/1.2.3/ae-login.js\" integrity=\"sha384-module\" crossorigin>",
            "<link rel=\"stylesheet\" href=\"https://cdn.shop.example/1.2.3/ae-login.css\" integrity=\"sha384-style\" crossorigin>",
            "\"https://cdn.shop.example/1.2.3/ae-login.core.js\": \"sha384-core\"",
            "\"https://cdn.shop.example/1.2.3/ae-login.compat.js\": \"sha384-compat\"",
        ] {
            assert!(page.contains(line), "{line}\n{page}");
        }
    }

    #[test]
    fn hash_for_the_policy_is_that_of_the_import_map() {
        let page = page_of(&hashes(), "/").unwrap();
        let (_, map) = page.split_once("<script type=\"importmap\">").unwrap();
        let (map, _) = map.split_once("</script>").unwrap();
        assert!(page.contains(&policy_source(map)), "{page}");
        let map: Value = serde_json::from_str(map).unwrap();
        assert_eq!(map["imports"]["ae-login"], "/ae-login.js");
    }

    #[test]
    fn source_of_an_empty_script_is_the_hash_of_nothing() {
        let source = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";
        assert_eq!(policy_source(""), source);
    }

    #[test]
    fn address_without_a_slash_at_its_end_is_refused() {
        assert!(page_of(&hashes(), "https://cdn.shop.example/1.2.3").is_err());
        assert!(page_of(&json!({ "files": {} }), "/").is_err());
    }
}
