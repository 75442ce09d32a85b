//! Makes the glue and the wasm smaller together: neither alone can know what the other still needs.
//!
//! Imports and exports go that the other side does not mention, with all the code that only they used: callbacks too, which
//! stand in a table of functions and so seem to be in use. And the long names
//! between the two become letters: each has a random hash in it, which is the one thing that does not compress.
//! Together a twentieth of what a page loads.
//!
//! It reads the glue line by line, as the pinned wasm-bindgen lays it out, and stops if it finds another layout.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use wasmparser::{
    ElementItems, ExternalKind, KnownCustom, Name, NameSectionReader, Parser, Payload,
};

use crate::problem::{Problem, Result, While as _};

/// Drops from the glue what no part of ours calls: its own ways of finding and starting the wasm (the loader does that, with
/// the integrity check that they lack), and a stand-in for what every browser that can run us has.
///
/// The loader finds `imports()` and `begin(instance, module)` instead.
///
/// # Errors
/// If something is there but does not look as expected.
pub fn without_leftovers(glue: &str) -> Result<String> {
    const END: &str = "    return Object.assign(__wbg_init, { initSync }, exports);\n";
    let (functions, rest) = glue
        .split_once("    async function __wbg_load(module, imports) {\n")
        .ok_or_else(|| Problem::new("the glue: no __wbg_load"))?;
    let (_, rest) = rest
        .split_once(END)
        .ok_or_else(|| Problem::new("the glue: another end than expected"))?;
    let ours = "    return Object.assign(exports, { imports: __wbg_get_imports, begin: __wbg_finalize_init });\n";
    let glue = [functions, ours, rest].concat();
    let glue = cut(&glue, "    let script_src;", "    }")?;
    cut(
        &glue,
        "    if (!('encodeInto' in cachedTextEncoder)) {",
        "    }",
    )
}

/// Drops from the wasm the exports that the glue does not mention. What only they used is then for the optimiser to find.
///
/// # Errors
/// If it is no wasm.
pub fn without_unused_exports(wasm: &[u8], glue: &str) -> Result<Vec<u8>> {
    let mentioned: BTreeSet<&str> = exports_mentioned(glue).map(|(_, name)| name).collect();
    let mut slim = Vec::with_capacity(wasm.len());
    let mut done = 0;
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload.while_doing("reading the wasm")?;
        let Some((id, range)) = payload.as_section() else {
            continue;
        };
        let (start, end) = (offset(range.start)?, offset(range.end)?);
        if let Payload::ExportSection(section) = payload {
            let mut entries = Vec::new();
            for entry in section.into_iter_with_offsets() {
                let (at, entry) = entry.while_doing("reading the exports")?;
                entries.push((offset(at)?, entry.name));
            }
            let ends = entries
                .iter()
                .skip(1)
                .map(|(at, _)| *at)
                .chain([end])
                .collect::<Vec<_>>();
            let kept: Vec<_> = entries
                .iter()
                .zip(ends)
                .filter(|((_, name), _)| mentioned.contains(name))
                .map(|((at, _), end)| &wasm[*at..end])
                .collect();
            let mut content = number(kept.len());
            content.extend(kept.concat());
            slim.push(id);
            slim.extend(number(content.len()));
            slim.extend(content);
        } else {
            // With its header, which lies between the section before and its content.
            slim.extend(&wasm[done..end]);
        }
        debug_assert!(start <= end);
        done = end;
    }
    Ok(slim)
}

/// Drops from the table of functions the callbacks that JavaScript cannot reach: `wasm-bindgen` exports those that are made into
/// a function of JavaScript, and nobody else calls one. What the crates with JavaScript's own functions bring along for
/// `Array.map` and its like stays in the table otherwise, whether or not anybody uses it.
///
/// Their places get another function of the table. The wasm must still have its names.
///
/// # Errors
/// If it is no wasm, or if its table is laid out in another way than expected.
pub fn without_idle_callbacks(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut callbacks = BTreeSet::new();
    let mut exported = BTreeSet::new();
    let mut table = None;
    for payload in Parser::new(0).parse_all(wasm) {
        match payload.while_doing("reading the wasm")? {
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export.while_doing("reading the exports")?;
                    if export.kind == ExternalKind::Func {
                        exported.insert(export.index);
                    }
                }
            }
            Payload::ElementSection(section) => table = Some(section),
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(section) = section.as_known() {
                    callbacks.extend(functions(section, is_callback)?);
                }
            }
            _ => {}
        }
    }
    let table = table.ok_or_else(|| Problem::new("the wasm has no table of functions"))?;
    let range = table.range();
    let (start, end) = (offset(range.start)?, offset(range.end)?);
    let mut places = Vec::new();
    for element in table {
        let ElementItems::Functions(items) = element.while_doing("reading the table")?.items else {
            return Err(Problem::new(
                "the table holds something else than functions",
            ));
        };
        for item in items.into_iter_with_offsets() {
            let (at, function) = item.while_doing("reading the table")?;
            places.push((offset(at)?, function));
        }
    }
    let is_idle = |function: &u32| callbacks.contains(function) && !exported.contains(function);
    let other = places
        .iter()
        .map(|(_, function)| *function)
        .find(|function| !is_idle(function))
        .ok_or_else(|| Problem::new("the table holds nothing but callbacks that nobody calls"))?;

    let mut content = Vec::new();
    let mut done = start;
    for (at, function) in places.iter().filter(|(_, function)| is_idle(function)) {
        content.extend(&wasm[done..*at]);
        content.extend(number(other as usize));
        done = at + number(*function as usize).len();
    }
    content.extend(&wasm[done..end]);
    // The section's size stands in front of it, as a number of its own.
    let header = start - number(end - start).len();
    let mut slim = wasm[..header].to_vec();
    slim.extend(number(content.len()));
    slim.extend(content);
    slim.extend(&wasm[end..]);
    Ok(slim)
}

/// The functions whose names are so.
fn functions(
    section: NameSectionReader<'_>,
    is_so: impl Fn(&str) -> bool,
) -> Result<BTreeSet<u32>> {
    let mut found = BTreeSet::new();
    for part in section {
        if let Name::Function(map) = part.while_doing("reading the names")? {
            for naming in map {
                let naming = naming.while_doing("reading the names")?;
                if is_so(naming.name) {
                    found.insert(naming.index);
                }
            }
        }
    }
    Ok(found)
}

/// `wasm_bindgen::convert::closures::…::invoke`, as the compiler writes it.
fn is_callback(name: &str) -> bool {
    name.contains("12wasm_bindgen7convert8closures") && name.contains("6invoke")
}

/// The names that the optimiser gave, as it prints them for `--minify-imports-and-exports-and-modules`.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Names {
    imports: BTreeMap<String, String>,
    exports: BTreeMap<String, String>,
}

impl Names {
    /// Reads what the optimiser printed.
    ///
    /// # Errors
    /// If it is something else.
    pub fn read(printed: &str) -> Result<Self> {
        let printed: serde_json::Value =
            serde_json::from_str(printed).while_doing("the optimiser's names")?;
        let pairs = |kind: &str| -> Result<BTreeMap<String, String>> {
            let rows = printed[kind]
                .as_array()
                .ok_or_else(|| Problem::new("the optimiser printed no names"))?;
            // An import's row begins with its module; the last two are the old name and the new one in both.
            rows.iter()
                .map(|row| match row.as_array().map(Vec::as_slice) {
                    Some([.., old, new]) => {
                        Some((old.as_str()?.to_owned(), new.as_str()?.to_owned()))
                    }
                    _ => None,
                })
                .collect::<Option<_>>()
                .ok_or_else(|| Problem::new(format!("the optimiser's {kind} are no rows of names")))
        };
        Ok(Self {
            imports: pairs("imports")?,
            exports: pairs("exports")?,
        })
    }
}

/// Gives the glue the names that the wasm has now, and drops from it what the wasm no longer imports.
///
/// # Errors
/// If the two do not fit together afterwards.
pub fn renamed(glue: &str, names: &Names, wasm: &[u8]) -> Result<String> {
    let (module, imported) = imports(wasm)?;
    let mut given = BTreeSet::new();
    let mut renamed = String::with_capacity(glue.len());
    let mut place = Place::Elsewhere;
    for line in glue.lines() {
        if line == "        const import0 = {" {
            place = Place::Kept;
        } else if line == "        };" {
            place = Place::Elsewhere;
        } else if place != Place::Elsewhere
            && let Some((old, rest)) = entry(line)
        {
            place = match names.imports.get(old) {
                Some(new) if imported.contains(new) => {
                    given.insert(new.clone());
                    let _ = writeln!(renamed, "            {new}: {rest}");
                    Place::Kept
                }
                _ => Place::Dropped,
            };
            continue;
        }
        if place != Place::Dropped {
            renamed.push_str(line);
            renamed.push('\n');
        }
    }
    if given != imported {
        let missing: Vec<_> = imported.difference(&given).collect();
        return Err(Problem::new(format!(
            "the glue lacks what the wasm imports: {missing:?}"
        )));
    }
    let (before, after) = renamed
        .split_once("\"./ae-login_bg.js\": import0")
        .ok_or_else(|| Problem::new("the glue does not hand over its functions as expected"))?;
    let glue = format!("{before}\"{module}\": import0{after}");

    let mut renamed = String::with_capacity(glue.len());
    let mut done = 0;
    for (at, old) in exports_mentioned(&glue) {
        if let Some(new) = names.exports.get(old) {
            renamed.push_str(&glue[done..at]);
            renamed.push_str(new);
            done = at + old.len();
        }
    }
    renamed.push_str(&glue[done..]);
    Ok(renamed)
}

/// Where a line of the glue is, seen from the object that holds what the wasm imports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Elsewhere,
    Kept,
    Dropped,
}

/// The first line of an imported function: its name, and the rest.
fn entry(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.strip_prefix("            ")?.split_once(": ")?;
    (name != "__proto__" && !name.is_empty() && name.chars().all(is_part_of_a_name))
        .then_some((name, rest))
}

/// Cuts whole lines, from the one that is `first` to the next that begins with `last`.
fn cut(text: &str, first: &str, last: &str) -> Result<String> {
    let mut kept = String::with_capacity(text.len());
    let mut lines = text.lines();
    let mut found = 0;
    while let Some(line) = lines.next() {
        if line == first {
            found += 1;
            if !lines.any(|line| line.starts_with(last)) {
                return Err(Problem::new(format!(
                    "the glue: no {last:?} after {first:?}"
                )));
            }
        } else {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    match found {
        // Whatever it was for is not even in the wasm.
        0 | 1 => Ok(kept),
        _ => Err(Problem::new(format!(
            "the glue: {first:?} is there {found} times"
        ))),
    }
}

/// Every `wasm.name` in the glue: where the name is, and the name.
fn exports_mentioned(glue: &str) -> impl Iterator<Item = (usize, &str)> {
    glue.match_indices("wasm.").filter_map(|(at, found)| {
        let before = glue[..at].chars().next_back();
        let rest = &glue[at + found.len()..];
        let name = &rest[..rest
            .find(|letter| !is_part_of_a_name(letter))
            .unwrap_or(rest.len())];
        let alone = !before.is_some_and(|letter| is_part_of_a_name(letter) || letter == '.');
        (alone && !name.is_empty()).then_some((at + found.len(), name))
    })
}

fn is_part_of_a_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || letter == '$'
}

/// The module that a wasm imports everything from, and what.
fn imports(wasm: &[u8]) -> Result<(String, BTreeSet<String>)> {
    let mut modules = BTreeSet::new();
    let mut names = BTreeSet::new();
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::ImportSection(section) = payload.while_doing("reading the wasm")? {
            for import in section.into_imports() {
                let import = import.while_doing("reading the imports")?;
                modules.insert(import.module.to_owned());
                names.insert(import.name.to_owned());
            }
        }
    }
    match modules.pop_first() {
        Some(module) if modules.is_empty() => Ok((module, names)),
        _ => Err(Problem::new(
            "the wasm does not import everything from one module",
        )),
    }
}

fn offset(at: u64) -> Result<usize> {
    usize::try_from(at).while_doing("a wasm out of range")
}

/// A number as wasm writes it: seven bits to a byte, the lowest first (LEB128).
pub(crate) fn number(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let byte = u8::try_from(number & 0x7f).unwrap_or_default();
        number >>= 7;
        if number == 0 {
            bytes.push(byte);
            return bytes;
        }
        bytes.push(byte | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Imports `m.f` and `m.g`, exports the first as `used` and the second as `unused`.
    const WASM: &[u8] = b"\0asm\x01\0\0\0\
        \x01\x04\x01\x60\0\0\
        \x02\x0d\x02\x01m\x01f\0\0\x01m\x01g\0\0\
        \x07\x11\x02\x04used\0\0\x06unused\0\x01";

    const GLUE: &str = r#"let wasm_bindgen = (function(exports) {
    function __wbg_get_imports() {
        const import0 = {
            __proto__: null,
            __wbg_f_1234: function(arg0) {
                const ret = { a: arg0 };
                return ret;
            },
            __wbg_gone_5678: function() { return handleError(function () {
                gone();
            }, arguments); },
            __wbg_g_9abc: function() {
                wasm.used();
            },
        };
        return {
            __proto__: null,
            "./ae-login_bg.js": import0,
        };
    }
    wasm.used_too(my_wasm.used, "wasm.");
"#;

    fn names() -> Names {
        Names::read(
            r#"{"imports": [["m", "__wbg_f_1234", "f"], ["m", "__wbg_g_9abc", "g"]], "exports": [["used", "u"]]}"#,
        )
        .unwrap()
    }

    /// Three functions that do nothing: the second is exported, and all stand in a table from place 1 on; the second and the
    /// third are callbacks.
    fn with_callbacks() -> Vec<u8> {
        let mut wasm = b"\0asm\x01\0\0\0\
            \x01\x04\x01\x60\0\0\
            \x03\x04\x03\0\0\0\
            \x04\x04\x01\x70\0\x04\
            \x07\x08\x01\x04used\0\x01\
            \x09\x09\x01\0\x41\x01\x0b\x03\0\x01\x02\
            \x0a\x0a\x03\x02\0\x0b\x02\0\x0b\x02\0\x0b"
            .to_vec();
        let callback = "_R12wasm_bindgen7convert8closures6invokeE";
        let mut map = vec![3];
        for (at, name) in ["_R3own", callback, callback].into_iter().enumerate() {
            map.extend(number(at));
            map.extend(number(name.len()));
            map.extend(name.bytes());
        }
        let mut names = b"\x04name\x01".to_vec();
        names.extend(number(map.len()));
        names.extend(map);
        wasm.push(0);
        wasm.extend(number(names.len()));
        wasm.extend(names);
        wasm
    }

    #[test]
    fn a_callback_that_nobody_can_call_leaves_the_table() {
        let before = with_callbacks();
        let after = without_idle_callbacks(&before).unwrap();
        let places = |wasm: &[u8]| {
            let at = wasm.windows(3).position(|bytes| bytes == b"\x41\x01\x0b");
            wasm[at.unwrap() + 3..][..4].to_vec()
        };
        assert_eq!(places(&before), [3, 0, 1, 2]);
        assert_eq!(places(&after), [3, 0, 1, 0]);
        assert_eq!(after.len(), before.len());
        for payload in Parser::new(0).parse_all(&after) {
            payload.unwrap();
        }
    }

    #[test]
    fn a_wasm_without_names_keeps_its_table() {
        let whole = with_callbacks();
        let names = whole
            .windows(5)
            .position(|bytes| bytes == b"\x04name")
            .unwrap();
        let whole = &whole[..names - 2];
        assert_eq!(without_idle_callbacks(whole).unwrap(), whole);
    }

    #[test]
    fn the_glue_gets_the_names_of_the_wasm_and_loses_what_it_no_longer_imports() {
        let glue = renamed(GLUE, &names(), WASM).unwrap();
        assert_eq!(
            glue,
            r#"let wasm_bindgen = (function(exports) {
    function __wbg_get_imports() {
        const import0 = {
            __proto__: null,
            f: function(arg0) {
                const ret = { a: arg0 };
                return ret;
            },
            g: function() {
                wasm.u();
            },
        };
        return {
            __proto__: null,
            "m": import0,
        };
    }
    wasm.used_too(my_wasm.used, "wasm.");
"#
        );
    }

    #[test]
    fn glue_that_lacks_an_import_is_refused() {
        let glue = GLUE.replace("__wbg_g_9abc", "__wbg_other");
        let problem = renamed(&glue, &names(), WASM).unwrap_err().to_string();
        assert_eq!(problem, "the glue lacks what the wasm imports: [\"g\"]");
    }

    #[test]
    fn exports_that_the_glue_does_not_mention_go() {
        let slim = without_unused_exports(WASM, GLUE).unwrap();
        let unused = b"\x07\x11\x02\x04used\0\0\x06unused\0\x01";
        assert_eq!(
            slim,
            [
                &WASM[..WASM.len() - unused.len()],
                b"\x07\x08\x01\x04used\0\0"
            ]
            .concat()
        );
    }

    #[test]
    fn what_nobody_calls_is_cut_and_an_unknown_layout_is_refused() {
        let end = "    return Object.assign(__wbg_init, { initSync }, exports);\n})();\n";
        let glue = format!(
            "let wasm_bindgen = (function(exports) {{\n    let script_src;\n    if (b) {{\n    }}\n    c();\n    if (!('encodeInto' in cachedTextEncoder)) {{\n        d();\n    }}\n    async function __wbg_load(module, imports) {{\n        e();\n    }}\n{end}"
        );
        assert_eq!(
            without_leftovers(&glue).unwrap(),
            "let wasm_bindgen = (function(exports) {\n    c();\n    return Object.assign(exports, { imports: __wbg_get_imports, begin: __wbg_finalize_init });\n})();\n"
        );
        assert!(without_leftovers(&glue.replace("__wbg_load", "load")).is_err());
        assert!(without_leftovers(&glue.replace(end, "")).is_err());
    }

    #[test]
    fn large_numbers_take_more_bytes() {
        assert_eq!(number(0), [0]);
        assert_eq!(number(127), [0x7f]);
        assert_eq!(number(300), [0xac, 0x02]);
    }
}
