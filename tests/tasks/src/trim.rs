//! Takes off the wire what nobody calls: exports of a library that we only link, and the long names between wasm and glue.
//!
//! Leptos links `server_fn`, which links `wasm-streams`, which exports three classes; an export is a root, so the optimiser
//! must keep all their code. And every function that crosses the border has a name of some sixty characters with a hash in
//! it, once in the wasm and once in the glue.

use serde_json::Value;

use crate::problem::{Problem, Result, While as _};

/// The exported classes of `wasm-streams`, which nothing of ours makes.
const DEAD_CLASSES: [&str; 0] = [];

/// The wasm without the exports of the dead classes.
///
/// # Errors
/// If it is no wasm, or if there is nothing to take away: then this step is out of date.
pub fn without_dead_exports(wasm: &[u8]) -> Result<Vec<u8>> {
    const EXPORTS: u8 = 7;
    let mut rest = Bytes(wasm);
    let mut out = rest.take(8)?.to_vec();
    let mut dropped = 0;
    while !rest.0.is_empty() {
        let id = rest.take(1)?[0];
        let size = rest.number()?;
        let body = rest.take(size)?;
        if id != EXPORTS {
            section(&mut out, id, body);
            continue;
        }
        let mut items = Bytes(body);
        let mut kept = Vec::new();
        let mut count = 0;
        for _ in 0..items.number()? {
            let before = items.0;
            let length = items.number()?;
            let name = items.take(length)?;
            items.take(1)?;
            items.number()?;
            if is_dead(name) {
                dropped += 1;
            } else {
                count += 1;
                kept.extend_from_slice(&before[..before.len() - items.0.len()]);
            }
        }
        let mut exports = Vec::new();
        write_number(&mut exports, count);
        exports.extend(kept);
        section(&mut out, id, &exports);
    }
    if dropped == 0 {
        return Err(Problem::new(
            "no export of wasm-streams was found: trim.rs is out of date and may go",
        ));
    }
    Ok(out)
}

/// The glue without the dead classes, without what only they imported, and with the names that the optimiser gave.
///
/// `renaming` is what wasm-opt's `--minify-imports-and-exports` prints.
///
/// # Errors
/// If the glue or the renaming has another form than expected.
pub fn glue(glue: &str, renaming: &str) -> Result<String> {
    let renaming: Value =
        serde_json::from_str(renaming).while_doing("reading wasm-opt's new names")?;
    let mut glue = glue.to_owned();
    for class in DEAD_CLASSES {
        cut(
            &mut glue,
            &format!("    class {class} {{\n"),
            &format!("    exports.{class} = {class};\n"),
        )?;
        cut(
            &mut glue,
            &format!("    const {class}Finalization ="),
            ";\n",
        )?;
    }
    let imports = rows(&renaming, "imports")?;
    let glue = without_imports(&glue, |name| imports.iter().any(|(old, _)| old == name))?;
    let mut glue = glue;
    for (old, new) in imports {
        glue = replace_word(
            &glue,
            &format!("            {old}: "),
            &format!("            {}: ", quoted(&new)),
        )?;
    }
    for (old, new) in rows(&renaming, "exports")? {
        if old == new || !glue.contains(&format!("wasm.{old}")) {
            continue;
        }
        glue = rename_member(&glue, &old, &new);
    }
    Ok(glue)
}

fn is_dead(export: &[u8]) -> bool {
    let export = export.strip_prefix(b"__wbg_").unwrap_or(export);
    DEAD_CLASSES
        .iter()
        .any(|class| export.starts_with(class.to_lowercase().as_bytes()))
}

/// Rows of `[module, old, new]` or `[old, new]`: the last two count.
fn rows(renaming: &Value, kind: &str) -> Result<Vec<(String, String)>> {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    renaming
        .get(kind)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|row| {
            let row = row.as_array().map_or(&[][..], Vec::as_slice);
            let new = text(row.last());
            let old = text(row.len().checked_sub(2).and_then(|at| row.get(at)));
            old.zip(new)
                .ok_or_else(|| Problem::new(format!("wasm-opt's {kind} have another form now")))
        })
        .collect()
}

/// Cuts from the first text to the end of the second.
fn cut(glue: &mut String, from: &str, to: &str) -> Result<()> {
    let start = glue.find(from).ok_or_else(|| {
        Problem::new(format!(
            "the glue holds no {from:?}: trim.rs is out of date"
        ))
    })?;
    let end = glue[start..]
        .find(to)
        .ok_or_else(|| Problem::new(format!("the glue holds no {to:?} behind {from:?}")))?;
    glue.replace_range(start..start + end + to.len(), "");
    Ok(())
}

/// Drops the entries of the import object that the wasm does not import any more.
fn without_imports(glue: &str, is_imported: impl Fn(&str) -> bool) -> Result<String> {
    let mut out = String::with_capacity(glue.len());
    let mut skipping = false;
    let mut inside = false;
    for line in glue.lines() {
        let entry = line
            .strip_prefix("            ")
            .filter(|rest| inside && rest.starts_with("__wb"))
            .and_then(|rest| rest.split_once(": function"));
        if line == "        const import0 = {" {
            inside = true;
        } else if let Some((name, _)) = entry {
            skipping = !is_imported(name);
        } else if line == "        };" {
            (inside, skipping) = (false, false);
        }
        if !skipping {
            out.push_str(line);
            out.push('\n');
        }
        // An entry ends with its own bracket.
        if skipping && matches!(line, "            }," | "            }, arguments); },") {
            skipping = false;
        }
    }
    if inside {
        return Err(Problem::new("the glue's import object has no end"));
    }
    Ok(out)
}

fn replace_word(glue: &str, old: &str, new: &str) -> Result<String> {
    match glue.matches(old).count() {
        1 => Ok(glue.replacen(old, new, 1)),
        found => Err(Problem::new(format!(
            "expected {old:?} once in the glue, found it {found} times"
        ))),
    }
}

/// `wasm.old` becomes `wasm["new"]`, where the name ends there.
fn rename_member(glue: &str, old: &str, new: &str) -> String {
    let member = format!("wasm.{old}");
    let mut out = String::with_capacity(glue.len());
    let mut rest = glue;
    while let Some(at) = rest.find(&member) {
        let end = at + member.len();
        let goes_on =
            rest[end..].starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$');
        out.push_str(&rest[..at]);
        if goes_on {
            out.push_str(&member);
        } else {
            out.push_str("wasm[");
            out.push_str(&quoted(new));
            out.push(']');
        }
        rest = &rest[end..];
    }
    out + rest
}

fn quoted(name: &str) -> String {
    Value::from(name).to_string()
}

fn section(out: &mut Vec<u8>, id: u8, body: &[u8]) {
    out.push(id);
    write_number(out, body.len());
    out.extend_from_slice(body);
}

/// Unsigned LEB128, as the wasm format writes all its numbers.
fn write_number(out: &mut Vec<u8>, mut number: usize) {
    loop {
        let low = u8::try_from(number & 0x7f).unwrap_or(0x7f);
        number >>= 7;
        if number == 0 {
            return out.push(low);
        }
        out.push(low | 0x80);
    }
}

struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (head, tail) = self
            .0
            .split_at_checked(count)
            .ok_or_else(|| Problem::new("the wasm ends too early"))?;
        self.0 = tail;
        Ok(head)
    }

    fn number(&mut self) -> Result<usize> {
        let mut number = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.take(1)?[0];
            number |= usize::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(Problem::new("a number in the wasm has no end"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wasm(exports: &[&str]) -> Vec<u8> {
        let mut body = Vec::new();
        write_number(&mut body, exports.len());
        for (at, name) in exports.iter().enumerate() {
            write_number(&mut body, name.len());
            body.extend_from_slice(name.as_bytes());
            body.push(0);
            write_number(&mut body, at);
        }
        let mut wasm = b"\0asm\x01\0\0\0".to_vec();
        section(&mut wasm, 7, &body);
        section(&mut wasm, 0, b"\x04name");
        wasm
    }

    #[test]
    fn the_exports_of_the_dead_classes_go_and_the_others_stay_as_they_are() {
        let trimmed = without_dead_exports(&wasm(&[
            "connect",
            "intounderlyingsource_pull",
            "__wbg_intounderlyingsink_free",
            "session",
        ]))
        .expect("a wasm");
        let mut expected = wasm(&["connect"]);
        let mut body = vec![2, 7];
        body.extend(b"connect\0\0\x07session\0\x03");
        expected.truncate(8);
        section(&mut expected, 7, &body);
        section(&mut expected, 0, b"\x04name");
        assert_eq!(trimmed, expected);
    }

    #[test]
    fn a_wasm_with_nothing_to_take_away_says_that_this_step_may_go() {
        assert!(without_dead_exports(&wasm(&["connect"])).is_err());
        assert!(without_dead_exports(b"\0asm\x01\0\0\0\x07").is_err());
    }

    #[test]
    fn names_are_replaced_where_they_end_and_nowhere_else() {
        assert_eq!(
            rename_member("wasm.get(wasm.get_token); wasm.get", "get", "a"),
            "wasm[\"a\"](wasm.get_token); wasm[\"a\"]"
        );
    }

    #[test]
    fn imports_that_are_gone_from_the_wasm_go_from_the_glue() {
        let glue = "        const import0 = {\n            __wbg_a: function(x) {\n                y();\n            },\n            __wbg_b: function() { return handleError(function (x) {\n                z();\n            }, arguments); },\n            __wbg_c: function(x) {\n            },\n        };\nrest\n";
        let trimmed = without_imports(glue, |name| name != "__wbg_b").expect("an object");
        assert_eq!(
            trimmed,
            "        const import0 = {\n            __wbg_a: function(x) {\n                y();\n            },\n            __wbg_c: function(x) {\n            },\n        };\nrest\n"
        );
    }
}
