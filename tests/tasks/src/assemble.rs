//! Makes the one module a shop loads out of its parts: glue, element, loader, styles.
//!
//! It joins texts and understands just enough JavaScript for our own two files: a top-level `import` or `export`
//! starts its line. Anything else it refuses, because a module it misread would fail in a shop instead of here.

use base64::Engine as _;
use serde_json::Value;
use sha2::Digest as _;

use crate::problem::{Problem, Result};

/// What the module is made of.
pub struct Parts<'a> {
    /// What wasm-bindgen wrote for `no-modules`: one `let wasm_bindgen = …` that asks for nothing else.
    pub glue: &'a str,
    /// `src/browser/element.js`: the element's class.
    pub element: &'a str,
    /// `src/browser/tabs.js`: the line between tabs.
    pub tabs: &'a str,
    /// `src/browser/texts.js`: which language a form speaks.
    pub speech: &'a str,
    /// `src/browser/countries.js`: the list of countries.
    pub countries: &'a str,
    /// `src/browser/loader.js`: the entry, whose exports are the module's exports.
    pub loader: &'a str,
    /// The style sheet.
    pub style: &'a str,
    /// The final bytes of the `.wasm`, for its integrity hash.
    pub wasm: &'a [u8],
    /// The files of words and of countries beside the module, by name, for their integrity hashes.
    pub texts: &'a [(String, Vec<u8>)],
    /// The package's version.
    pub version: &'a str,
}

/// Joins the parts into one ES module.
///
/// # Errors
/// If a placeholder is missing or there twice, or if a file imports or exports in a way that cannot be joined.
pub fn assemble(parts: &Parts<'_>) -> Result<String> {
    let element = without_exports("element.js", &without_imports("element.js", parts.element)?)?;
    let tabs = without_exports("tabs.js", &without_imports("tabs.js", parts.tabs)?)?;
    let speech = without_exports("texts.js", &without_imports("texts.js", parts.speech)?)?;
    let countries = without_imports("countries.js", parts.countries)?;
    let countries = without_exports("countries.js", &countries)?;
    let mut loader = without_imports("loader.js", parts.loader)?;
    let texts = parts.texts.iter();
    let texts = texts.map(|(name, bytes)| (name.clone(), Value::from(short_hash(bytes))));
    let values = [
        ("\"__WASM_INTEGRITY__\"", integrity(parts.wasm).into()),
        ("\"__STYLE__\"", parts.style.into()),
        ("\"__TEXTS__\"", Value::Object(texts.collect())),
        ("\"__VERSION__\"", parts.version.into()),
    ];
    for (place, _) in &values {
        check_place(&loader, place)?;
    }
    for (place, value) in values {
        // A JSON string is a JavaScript string, quotes and all.
        loader = loader.replace(place, &value.to_string());
    }
    Ok(format!(
        "{}\n{tabs}\n{speech}\n{countries}\n{element}\n{loader}",
        parts.glue
    ))
}

/// The hash a browser compares the downloaded bytes with, as in `fetch(url, { integrity })`.
pub fn integrity(bytes: &[u8]) -> String {
    let hash = sha2::Sha384::digest(bytes);
    format!(
        "sha384-{}",
        base64::engine::general_purpose::STANDARD.encode(hash)
    )
}

/// The beginning of a file's SHA-256, 96 bits of it: there is one for each language, and hashes do not compress.
fn short_hash(bytes: &[u8]) -> String {
    let hash = sha2::Sha256::digest(bytes);
    base64::engine::general_purpose::STANDARD.encode(&hash[..12])
}

/// A placeholder is a string literal, and stands in the loader exactly once.
fn check_place(loader: &str, place: &str) -> Result<()> {
    let bare = place.trim_matches('"');
    match (loader.matches(bare).count(), loader.matches(place).count()) {
        (1, 1) => Ok(()),
        (1, 0) => Err(Problem::new(format!(
            "loader.js: {bare} must stand in double quotes, as {place}"
        ))),
        (found, _) => Err(Problem::new(format!(
            "loader.js: expected {place} once, found {bare} {found} times"
        ))),
    }
}

/// Drops `import` statements between our own files: once joined, they see each other.
fn without_imports(file: &str, source: &str) -> Result<String> {
    let mut kept = String::with_capacity(source.len());
    let mut lines = source.lines();
    while let Some(line) = lines.next() {
        if !is_import(line) {
            kept.push_str(line);
            kept.push('\n');
            continue;
        }
        let mut statement = line.to_owned();
        while !statement.contains(';') {
            let more = lines.next().ok_or_else(|| {
                Problem::new(format!(
                    "{file}: no semicolon ends the import that begins with {line:?}"
                ))
            })?;
            statement.push_str(more);
        }
        if !statement.contains("\"./") {
            // It would become a second request before the first field can be drawn.
            return Err(Problem::new(format!(
                "{file}: only our own files may be imported, not {statement:?}"
            )));
        }
        if statement.contains(" as ") {
            return Err(Problem::new(format!(
                "{file}: an import under another name cannot be joined: {statement:?}"
            )));
        }
    }
    Ok(kept)
}

/// Drops the word `export` and keeps what it stood before.
fn without_exports(file: &str, source: &str) -> Result<String> {
    let mut kept = String::with_capacity(source.len());
    for line in source.lines() {
        let rest = line.strip_prefix("export ").unwrap_or(line);
        let is_declaration = [
            "async ",
            "class ",
            "const ",
            "function ",
            "function*",
            "let ",
        ]
        .iter()
        .any(|word| rest.starts_with(word));
        if line.starts_with("export") && !(is_declaration && rest.len() < line.len()) {
            return Err(Problem::new(format!(
                "{file}: write `export` before a declaration, not as in {line:?}"
            )));
        }
        kept.push_str(rest);
        kept.push('\n');
    }
    Ok(kept)
}

/// `import(…)` and `import.meta` are expressions and stay.
fn is_import(line: &str) -> bool {
    line.strip_prefix("import")
        .is_some_and(|rest| rest.starts_with([' ', '{', '"', '*']))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOADER: &str = r#"import {
  Element,
} from "./element.js";
const integrity = "__WASM_INTEGRITY__";
const style = "__STYLE__";
const texts = "__TEXTS__";
export const version = "__VERSION__";
const file = new URL("ae-login.wasm", import.meta.url);
"#;

    fn parts() -> Parts<'static> {
        Parts {
            glue: "let wasm_bindgen = 1;",
            element: "import { start } from \"./glue.js\";\nexport class Element {}\nexport const one = 1;\n",
            tabs: "export function share() {}\n",
            speech: "export class Speech {}\n",
            countries: "export class Countries {}\n",
            texts: &[],
            loader: LOADER,
            style: "a { content: \"\\201C\"; }\n",
            wasm: b"\0asm",
            version: "1.2.3",
        }
    }

    #[test]
    fn the_parts_follow_each_other_and_only_the_loader_exports() {
        let module = assemble(&parts()).unwrap();
        assert_eq!(
            module,
            "let wasm_bindgen = 1;\n\
             function share() {}\n\n\
             class Speech {}\n\n\
             class Countries {}\n\n\
             class Element {}\nconst one = 1;\n\n\
             const integrity = \"sha384-YEecHYiETEhXOS4QEG6OPoaDh+wFLyS6UCrUH7/tGdvwG3oqMSIXKlt2yqAvzfPr\";\n\
             const style = \"a { content: \\\"\\\\201C\\\"; }\\n\";\n\
             const texts = {};\n\
             export const version = \"1.2.3\";\n\
             const file = new URL(\"ae-login.wasm\", import.meta.url);\n"
        );
    }

    #[test]
    fn a_missing_placeholder_is_named() {
        let loader = LOADER.replace("__STYLE__", "");
        let problem = assemble(&Parts {
            loader: &loader,
            ..parts()
        })
        .unwrap_err()
        .to_string();
        assert_eq!(
            problem,
            "loader.js: expected \"__STYLE__\" once, found __STYLE__ 0 times"
        );
    }

    #[test]
    fn a_placeholder_that_is_there_twice_is_named() {
        let loader = format!("{LOADER}// __VERSION__\n");
        let problem = assemble(&Parts {
            loader: &loader,
            ..parts()
        })
        .unwrap_err()
        .to_string();
        assert_eq!(
            problem,
            "loader.js: expected \"__VERSION__\" once, found __VERSION__ 2 times"
        );
    }

    #[test]
    fn a_placeholder_in_other_quotes_is_refused() {
        let loader = LOADER.replace("\"__VERSION__\"", "'__VERSION__'");
        let problem = assemble(&Parts {
            loader: &loader,
            ..parts()
        })
        .unwrap_err()
        .to_string();
        assert!(problem.contains("double quotes"), "{problem}");
    }

    #[test]
    fn a_value_that_looks_like_a_placeholder_is_left_alone() {
        let style = "\"__VERSION__\"";
        let module = assemble(&Parts { style, ..parts() }).unwrap();
        assert!(
            module.contains(r#"const style = "\"__VERSION__\"";"#),
            "{module}"
        );
    }

    #[test]
    fn a_foreign_import_is_refused() {
        let loader = format!("import \"https://elsewhere.example/x.js\";\n{LOADER}");
        let problem = assemble(&Parts {
            loader: &loader,
            ..parts()
        })
        .unwrap_err()
        .to_string();
        assert!(problem.contains("only our own files"), "{problem}");
    }

    #[test]
    fn an_import_under_another_name_is_refused() {
        let loader = format!("import {{ one as two }} from \"./element.js\";\n{LOADER}");
        let problem = assemble(&Parts {
            loader: &loader,
            ..parts()
        })
        .unwrap_err()
        .to_string();
        assert!(problem.contains("another name"), "{problem}");
    }

    #[test]
    fn an_export_list_is_refused() {
        for element in [
            "export { Element };\n",
            "export{Element};\n",
            "export default class {}\n",
        ] {
            let problem = assemble(&Parts { element, ..parts() })
                .unwrap_err()
                .to_string();
            assert!(problem.contains("before a declaration"), "{problem}");
        }
    }

    #[test]
    fn a_dynamic_import_is_not_taken_for_a_statement() {
        assert!(!is_import("import(name);"));
        assert!(!is_import("import.meta.url;"));
        assert!(!is_import("important();"));
    }
}
