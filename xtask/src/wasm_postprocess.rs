//! Makes the wasm of a release and its glue (the JavaScript that wasm-bindgen writes) smaller, with esbuild and Binaryen.
//!
//! 1. esbuild removes from the glue what the widget's modules do not use.
//! 2. `wasm-metadce` removes the wasm's exports that the glue no longer calls, and all code that only they reach.
//! 3. Callbacks that JavaScript cannot reach are removed from the table of functions. There is no tool for this step.
//! 4. `wasm-opt` optimises, and gives short names to imports and exports. Their original names end in hashes, which do not compress.
//! 5. esbuild renames them in the glue.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::error::{Context as _, Error, Result};
use crate::stage::{BUNDLE, CORE, is_identifier_char, read_text, write};
use crate::{npm, run};

/// Replaces the glue and the wasm in a folder by smaller ones. `core` lists the exports of the glue that are used, without `default`.
/// `work` is a folder for intermediate files.
///
/// # Errors
/// Returns an error if a tool fails, or if the glue and the wasm do not match.
pub fn postprocess(folder: &Path, wasm: &Path, core: &[&str], work: &Path) -> Result<()> {
    let glue = glue_with_exports(folder, core, work)?;
    let used = without_unused_exports(wasm, &glue, work)?;
    let text = read_text(&used)?;
    write(&used, without_unreachable_callbacks(&text)?)?;
    let mut optimise = optimiser(&used);
    optimise.arg("--minify-imports-and-exports-and-modules");
    let printed = run::read_stdout(optimise.arg("--output").arg(wasm))?;
    let names = Names::parse(&printed)?;
    if let Some(second) = names.modules.keys().nth(1) {
        // wasm-opt gives all modules one name, but the glue has one object for each module.
        return Err(Error::new(format!(
            "the wasm imports from {second:?} without the glue between them: \
             mark the function with `catch` in Rust, so that wasm-bindgen generates a wrapper for it"
        )));
    }
    write(&folder.join(CORE), renamed(&glue, &names, work)?)
}

/// Returns the text that `wasm-opt` prints about each function of the last release build, after the same optimisations.
///
/// # Errors
/// Returns an error if the tool fails.
pub fn metrics(work: &Path) -> Result<String> {
    let mut optimise = optimiser(&used_wasm(work));
    run::read_stdout(optimise.args(["--debuginfo", "--func-metrics"]))
}

/// The file with the wasm after step 2, as text with names.
fn used_wasm(work: &Path) -> PathBuf {
    work.join("used.wat")
}

/// The glue with these exports and `default`, without what only other exports use.
fn glue_with_exports(folder: &Path, core: &[&str], work: &Path) -> Result<String> {
    let entry = work.join("exports.js");
    let file = folder.join(CORE);
    // Without this annotation, esbuild keeps the registries of classes that nothing uses.
    let registry = "new FinalizationRegistry(";
    let marked = read_text(&file)?.replace(registry, &["/* @__PURE__ */ ", registry].concat());
    write(&file, marked)?;
    let glue = json!(file);
    let core = core.join(", ");
    write(
        &entry,
        format!("export {{ default, {core} }} from {glue};\n"),
    )?;
    let mut esbuild = npm::program("esbuild", "esbuild");
    esbuild.arg(&entry).args(BUNDLE).args([
        // The snippets are bundled later.
        "--external:./snippets/*",
        // The glue has a line with this property for each exported class, which keeps classes of dependencies that nothing uses: those
        // of `wasm-streams`, with two percent of what a page loads.
        "--define:Symbol.dispose=undefined",
        "--minify-syntax",
    ]);
    esbuild.current_dir(folder);
    run::read_stdout(&mut esbuild)
}

/// Removes exports that the glue does not call, and code that only these exports reach. The result is text.
fn without_unused_exports(wasm: &Path, glue: &str, work: &Path) -> Result<PathBuf> {
    let called: BTreeSet<_> = exports_called(glue).collect();
    if called.is_empty() {
        return Err(Error::new("the glue calls no export of the wasm"));
    }
    let graph = work.join("graph.json");
    let used = used_wasm(work);
    write(&graph, reachability(&called).to_string())?;
    let mut metadce = binaryen("wasm-metadce");
    metadce.arg(wasm).arg("--graph-file").arg(&graph);
    metadce
        .args(["--emit-text", "--quiet"])
        .arg("--output")
        .arg(&used);
    run::read_stdout(&mut metadce)?;
    Ok(used)
}

/// The description of the JavaScript for `wasm-metadce`: a root that reaches these exports.
fn reachability(called: &BTreeSet<&str>) -> Value {
    let exports = called
        .iter()
        .map(|name| json!({ "name": name, "export": name }));
    let root = json!({ "name": "the glue", "root": true, "reaches": called });
    exports.chain([root]).collect()
}

/// Removes callbacks that JavaScript cannot reach from the table of functions of a wasm as text.
///
/// wasm-bindgen exports the callbacks that become JavaScript functions, and nothing else calls a callback. But `js-sys` and `web-sys`
/// put one into the table for each function such as `Array.map`, used or not, and everything in the table counts as used.
///
/// The functions of `wasm-streams` are removed as well: `gloo-net` depends on it, and only JavaScript classes that step 1 has removed
/// call them.
///
/// The removed entries are replaced by another function of the table, so that indices stay the same.
fn without_unreachable_callbacks(wasm: &str) -> Result<String> {
    if let Some(user) = user_of_streams(wasm) {
        return Err(Error::new(format!(
            "{user} uses wasm-streams, so the functions of wasm-streams have to stay in the table"
        )));
    }
    let exported: BTreeSet<_> = wasm
        .lines()
        .filter(|line| line.starts_with(" (export "))
        .filter_map(|line| line.split_once(" (func "))
        .flat_map(|(_, function)| function_names(function))
        .collect();
    let is_unreachable =
        |name: &str| (is_callback(name) || is_of_streams(name)) && !exported.contains(name);
    let (before, table, after) = wasm
        .split_once("\n (elem ")
        .and_then(|(before, rest)| {
            let (table, after) = rest.split_once('\n')?;
            (!after.lines().any(|line| line.starts_with(" (elem ")))
                .then_some((before, table, after))
        })
        .ok_or_else(|| Error::new("expected one table of functions in the wasm"))?;
    let (head, functions) = table
        .split_once(" func ")
        .ok_or_else(|| Error::new("the wasm's table contains something else than functions"))?;
    let functions = function_names(functions);
    let other = functions
        .iter()
        .find(|name| !is_unreachable(name))
        .ok_or_else(|| Error::new("the wasm's table contains nothing but unreachable callbacks"))?;
    let functions: Vec<_> = functions
        .iter()
        .map(|name| if is_unreachable(name) { other } else { name })
        .copied()
        .collect();
    let functions = functions.join(" ");
    Ok(format!(
        "{before}\n (elem {head} func {functions})\n{after}"
    ))
}

/// Finds a function outside of `wasm-streams` that calls one of its functions.
fn user_of_streams(wasm: &str) -> Option<&str> {
    let mut function = "";
    wasm.lines().find_map(|line| {
        if let Some(head) = line.strip_prefix(" (func ") {
            function = function_names(head).first().copied().unwrap_or_default();
        }
        let callee = line.trim_start().strip_prefix("(call ")?;
        let callee = function_names(callee).first().copied()?;
        (is_of_streams(callee) && !is_of_streams(function)).then_some(function)
    })
}

/// Whether a function belongs to the crate `wasm-streams`, or is an instance of a generic function for one of its types.
fn is_of_streams(name: &str) -> bool {
    name.contains("wasm_streams[")
}

/// The names in a list, such as `$f` and `$"a function"`.
fn function_names(mut list: &str) -> Vec<&str> {
    let mut names = Vec::new();
    while let Some(start) = list.find('$') {
        list = &list[start..];
        let end = if let Some(quoted) = list.strip_prefix("$\"") {
            end_of_string(quoted).map(|end| end + 3)
        } else {
            list.find([' ', ')'])
        };
        let (name, rest) = list.split_at(end.unwrap_or(list.len()));
        names.push(name);
        list = rest;
    }
    names
}

/// The position of the quote that ends a string. A quote after a backslash is a part of the string.
fn end_of_string(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    text.bytes().position(|byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    })
}

/// Whether a function is a callback: `wasm_bindgen::convert::closures::_::invoke::<…>`, with a hash after the name of the crate.
fn is_callback(name: &str) -> bool {
    name.starts_with("$\"wasm_bindgen[") && name.contains("]::convert::closures::_::invoke::<")
}

/// A command that optimises a wasm.
fn optimiser(wasm: &Path) -> Command {
    let mut command = binaryen("wasm-opt");
    command.arg(wasm).args(OPTIMISE);
    command
}

/// A command that runs a tool of Binaryen.
pub(crate) fn binaryen(name: &str) -> Command {
    let mut command = npm::program("binaryen", name);
    command.args(FEATURES);
    command
}

/// Options of `wasm-opt`, chosen for the smallest size after brotli: inlining all functions with one caller makes the file smaller but
/// the download larger. `--flatten` and `--rereloop` save 396 bytes.
const OPTIMISE: &[&str] = &[
    "-Oz",
    "--one-caller-inline-max-function-size=20",
    "--always-inline-max-function-size=2",
    // The first KiB of memory is the end of the stack.
    "--low-memory-unused",
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
    // Functions of one crate are similar. Side by side, brotli compresses them to 455 bytes less.
    "--reorder-functions-by-name",
];

/// The features of wasm that the compiler uses.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// The exports of the wasm that the glue uses: each `name` in `wasm.name`.
fn exports_called(glue: &str) -> impl Iterator<Item = &str> {
    properties(glue)
        .filter(|(object, _)| *object == "wasm")
        .map(|(_, name)| name)
}

/// Each `object.property` in a script: the name before the dot, which may be empty, and the name after it.
fn properties(script: &str) -> impl Iterator<Item = (&str, &str)> {
    script.match_indices('.').filter_map(|(at, _)| {
        let before = &script[..at];
        let object = before.rfind(|letter| !is_identifier_char(letter));
        let rest = &script[at + 1..];
        let end = rest.find(|letter| !is_identifier_char(letter));
        let name = &rest[..end.unwrap_or(rest.len())];
        (!name.is_empty()).then(|| (&before[object.map_or(0, |at| at + 1)..], name))
    })
}

/// The names that `wasm-opt` has given, by the original names.
#[derive(Debug, Default, PartialEq, Eq)]
struct Names {
    modules: BTreeMap<String, String>,
    imports: BTreeMap<String, String>,
    exports: BTreeMap<String, String>,
}

impl Names {
    /// Reads what `--minify-imports-and-exports-and-modules` prints.
    fn parse(printed: &str) -> Result<Self> {
        /// The module of an import, its original name and its new name.
        type Import = (String, String, String);
        #[derive(serde::Deserialize)]
        struct Printed {
            imports: Vec<Import>,
            exports: Vec<(String, String)>,
        }
        let printed: Printed = serde_json::from_str(printed).context("wasm-opt's names")?;
        let modules = printed.imports.iter();
        Ok(Self {
            // wasm-opt gives this name to all modules.
            modules: modules
                .map(|(module, ..)| (module.clone(), "a".to_owned()))
                .collect(),
            imports: printed
                .imports
                .into_iter()
                .map(|(_, old, new)| (old, new))
                .collect(),
            exports: printed.exports.into_iter().collect(),
        })
    }

    fn all(&self) -> impl Iterator<Item = (&String, &String)> {
        self.modules
            .iter()
            .chain(&self.imports)
            .chain(&self.exports)
    }
}

/// Renames imports and exports in the glue.
fn renamed(glue: &str, names: &Names, work: &Path) -> Result<String> {
    check_properties(glue, names)?;
    let file = work.join("glue.js");
    let cache = work.join("names.json");
    write(&file, glue)?;
    let all: BTreeMap<_, _> = names.all().collect();
    write(&cache, json!(all).to_string())?;
    let all: Vec<_> = all.keys().map(|name| escaped(name)).collect();
    let mut esbuild = npm::program("esbuild", "esbuild");
    esbuild.arg(&file).args([
        "--format=esm",
        "--charset=utf8",
        "--log-level=warning",
        "--mangle-quoted",
    ]);
    esbuild.arg(format!("--mangle-props=^({})$", all.join("|")));
    esbuild.arg(format!("--mangle-cache={}", cache.display()));
    run::read_stdout(&mut esbuild)
}

/// Refuses an export with the name of another property in the glue, since esbuild renames all properties of a name.
fn check_properties(glue: &str, names: &Names) -> Result<()> {
    match properties(glue)
        .find(|(object, name)| *object != "wasm" && names.exports.contains_key(*name))
    {
        None => Ok(()),
        Some((object, name)) => Err(Error::new(format!(
            "the wasm's export {name:?} has the name of another property in the glue (`{object}.{name}`): \
             rename it in Rust"
        ))),
    }
}

/// A name as a regular expression that matches it.
fn escaped(name: &str) -> String {
    name.replace('.', "\\.").replace('$', "\\$")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_of_streams_are_removed_unless_others_call_them() {
        let streams = r#"$"<wasm_streams[1f]::Sink>::write""#;
        let with_body = |body: &str| {
            format!(
                "(module\n (elem $0 (i32.const 1) func $f {streams})\n (func {streams}\n  (call {streams})\n )\n (func $f\n  {body}\n )\n)\n"
            )
        };
        let smaller = without_unreachable_callbacks(&with_body("(nop)")).unwrap();
        assert!(
            smaller.contains("(elem $0 (i32.const 1) func $f $f)"),
            "{smaller}"
        );
        let used = with_body(&format!("(call {streams})"));
        assert!(without_unreachable_callbacks(&used).is_err());
    }

    #[test]
    fn quoted_name_ends_at_the_first_quote_that_is_not_escaped() {
        assert_eq!(
            function_names(r#"$f $"a \" b" $"c\\" $g)"#),
            ["$f", r#"$"a \" b""#, r#"$"c\\""#, "$g"]
        );
    }

    #[test]
    fn called_exports_are_properties_of_wasm_only() {
        let glue = "wasm.connect(1); const m = wasm.memory.buffer; my_wasm.no(); a.wasm.neither; `${wasm}.`; wasm.$b";
        let called: Vec<_> = exports_called(glue).collect();
        assert_eq!(called, ["connect", "memory", "neither", "$b"]);
    }

    #[test]
    fn graph_has_a_root_that_reaches_each_called_export() {
        let graph = reachability(&BTreeSet::from(["connect", "memory"]));
        assert_eq!(
            graph,
            json!([
                { "name": "connect", "export": "connect" },
                { "name": "memory", "export": "memory" },
                { "name": "the glue", "root": true, "reaches": ["connect", "memory"] },
            ])
        );
    }

    const UNREACHABLE: &str = r#"$"wasm_bindgen[12]::convert::closures::_::invoke::<(i8, u32)>""#;
    const EXPORTED: &str = r#"$"wasm_bindgen[12]::convert::closures::_::invoke::<f64>""#;

    #[test]
    fn callbacks_that_are_not_exported_are_removed_from_the_table() {
        let wasm = |table: &str| {
            format!(
                "(module\n (elem $0 (i32.const 1) func {table})\n (export \"a\" (func {EXPORTED}))\n (func {UNREACHABLE}\n )\n)\n"
            )
        };
        let table = format!("{UNREACHABLE} $f {EXPORTED} {UNREACHABLE}");
        let smaller = without_unreachable_callbacks(&wasm(&table)).unwrap();
        assert_eq!(smaller, wasm(&format!("$f $f {EXPORTED} $f")));
    }

    #[test]
    fn unexpected_tables_are_refused() {
        for wasm in [
            "(module\n)\n".to_owned(),
            "(module\n (elem $0 func $f)\n (elem $1 func $f)\n)\n".to_owned(),
            "(module\n (elem $0 (ref.null func))\n)\n".to_owned(),
            format!("(module\n (elem $0 func {UNREACHABLE})\n)\n"),
        ] {
            assert!(without_unreachable_callbacks(&wasm).is_err(), "{wasm}");
        }
    }

    #[test]
    fn names_are_parsed_as_wasm_opt_prints_them() {
        let names = Names::parse(
            r#"{"imports": [["./x_bg.js", "__wbg_f_12", "a"]], "exports": [["memory", "a"], ["connect", "b"]]}"#,
        )
        .unwrap();
        let all: Vec<_> = names
            .all()
            .map(|(old, new)| format!("{old}={new}"))
            .collect();
        assert_eq!(
            all,
            ["./x_bg.js=a", "__wbg_f_12=a", "connect=b", "memory=a"]
        );
        assert!(Names::parse("{}").is_err());
    }

    #[test]
    fn export_with_the_name_of_another_property_is_refused() {
        let names = Names {
            exports: BTreeMap::from([("session".to_owned(), "a".to_owned())]),
            ..Names::default()
        };
        assert!(check_properties("wasm.session(id); wasm.memory", &names).is_ok());
        let error = check_properties("wasm.session(id); object.session", &names).unwrap_err();
        assert!(error.to_string().contains("`object.session`"), "{error}");
    }

    #[test]
    fn dots_and_dollars_are_escaped() {
        assert_eq!(escaped("./a_bg.js"), r"\./a_bg\.js");
        assert_eq!(escaped("$a"), r"\$a");
    }
}
