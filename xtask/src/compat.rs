//! Makes the build without WebAssembly, `ae-login.compat.js`, from the wasm of a release.
//!
//! Binaryen's `wasm2js` translates a wasm to JavaScript, except for three features that the compiler and wasm-bindgen use. They are
//! replaced in the text of the wasm first:
//!
//! | feature | replaced by |
//! |---|---|
//! | the table of JavaScript values (`externref`) | functions that `src/element/compat.js` imports into the wasm |
//! | functions with two results | functions that return an array, as WebAssembly does at its border |
//! | conversions of floating-point numbers that saturate | functions with the same results |

use std::path::Path;

use serde_json::json;

use crate::error::{Error, Result};
use crate::stage::{BUNDLE, read_text, write};
use crate::{npm, run, wasm_postprocess};

/// Translates a wasm, and returns the module that loads in its place. `runtime` is the file `compat.js`, and `work` a folder for
/// intermediate files.
///
/// # Errors
/// Returns an error if a tool fails, or if the wasm has a feature that neither `wasm2js` nor this module knows.
pub fn module(wasm: &Path, runtime: &Path, version: &str, work: &Path) -> Result<String> {
    let mut disassemble = wasm_postprocess::binaryen("wasm-dis");
    let text = run::read_stdout(disassemble.arg(wasm))?;
    let lowered = Lowered::new(&text)?;
    let file = work.join("compat.wat");
    write(&file, &lowered.text)?;

    let translated = work.join("wasm2js.js");
    let mut translate = wasm_postprocess::binaryen("wasm2js");
    translate.arg(&file).args(["--signext-lowering", "-O"]);
    // The tool prints the whole module if it fails.
    translate.arg("--quiet").arg("--output").arg(&translated);
    run::read_stdout(&mut translate)?;

    let entry = work.join("compat.js");
    let function = function(&read_text(&translated)?)?;
    let (runtime, table) = (json!(runtime), json!(lowered.table));
    write(
        &entry,
        format!(
            "import {{ instantiateWith }} from {runtime};\n\
             {function}\n\
             export const instantiate = (imports) => instantiateWith(asmFunc, {table}, {size}, imports);\n",
            size = lowered.table_size,
        ),
    )?;
    let mut esbuild = npm::program("esbuild", "esbuild");
    esbuild.arg(&entry).args(BUNDLE).arg("--minify");
    // The loader reads the version of a file that has the wrong hash.
    esbuild.arg(format!("--banner:js=//ae-login {version}"));
    run::read_stdout(&mut esbuild)
}

/// A wasm as text that `wasm2js` can translate.
#[derive(Debug)]
struct Lowered {
    text: String,
    /// The name by which the table of JavaScript values is exported.
    table: String,
    /// The initial number of values in the table.
    table_size: u32,
}

impl Lowered {
    fn new(wasm: &str) -> Result<Self> {
        let missing = |what| Error::new(format!("expected {what} in the wasm"));
        // ` (table $1 1028 externref)`
        let declaration = wasm
            .lines()
            .find(|line| line.starts_with(" (table ") && line.ends_with(" externref)"))
            .ok_or_else(|| missing("a table of JavaScript values"))?;
        let mut words = declaration.trim_start_matches(" (table ").split(' ');
        let name = words.next().unwrap_or_default();
        let table_size = words.next().and_then(|size| size.parse().ok());
        let table_size =
            table_size.ok_or_else(|| missing("the size of the table of JavaScript values"))?;
        // ` (export "qc" (table $1))`
        let end = format!("\" (table {name}))");
        let export = wasm
            .lines()
            .find(|line| line.starts_with(" (export \"") && line.ends_with(&end))
            .ok_or_else(|| missing("an export of the table of JavaScript values"))?;
        let table = &export[" (export \"".len()..export.len() - end.len()];

        let mut text: String = wasm
            .lines()
            .filter(|line| *line != declaration && *line != export)
            .flat_map(|line| [line, "\n"])
            .collect();
        for operation in ["get", "set", "grow", "fill"] {
            text = text.replace(
                &format!("(table.{operation} {name}"),
                &format!("(call $externrefs.{operation}"),
            );
        }
        text = text
            .replace("(result i32 i32)", "(result externref)")
            .replace("(tuple.make 2\n", "(call $pair\n")
            .replace("(i32.trunc_sat_f64_u\n", "(call $i32.trunc_sat_f64_u\n")
            .replace("(i64.trunc_sat_f64_u\n", "(call $i64.trunc_sat_f64_u\n");
        for unknown in ["(table.copy", "(tuple.", "(i32.trunc_sat", "(i64.trunc_sat"] {
            if text.contains(unknown) {
                return Err(Error::new(format!(
                    "the wasm contains {unknown:?}, which this program cannot replace"
                )));
            }
        }
        let imports = text.find(" (import ").ok_or_else(|| missing("an import"))?;
        text.insert_str(imports, IMPORTS);
        let end = text.rfind(')').ok_or_else(|| missing("an end"))?;
        text.insert_str(end, FUNCTIONS);
        Ok(Self {
            text,
            table: table.to_owned(),
            table_size,
        })
    }
}

/// The functions that replace instructions and that JavaScript provides.
const IMPORTS: &str = r#" (import "compat" "get" (func $externrefs.get (param i32) (result externref)))
 (import "compat" "set" (func $externrefs.set (param i32 externref)))
 (import "compat" "grow" (func $externrefs.grow (param externref i32) (result i32)))
 (import "compat" "fill" (func $externrefs.fill (param i32 externref i32)))
 (import "compat" "pair" (func $pair (param i32 i32) (result externref)))
"#;

/// The functions that replace instructions. A value that is not a number becomes 0; others become the nearest number of the type.
const FUNCTIONS: &str = " (func $i32.trunc_sat_f64_u (param $x f64) (result i32)
  (if (result i32) (f64.ge (local.get $x) (f64.const 4294967296))
   (then (i32.const -1))
   (else (if (result i32) (f64.gt (local.get $x) (f64.const 0))
    (then (i32.trunc_f64_u (local.get $x)))
    (else (i32.const 0))
   ))
  )
 )
 (func $i64.trunc_sat_f64_u (param $x f64) (result i64)
  (if (result i64) (f64.ge (local.get $x) (f64.const 18446744073709551616))
   (then (i64.const -1))
   (else (if (result i64) (f64.gt (local.get $x) (f64.const 0))
    (then (i64.trunc_f64_u (local.get $x)))
    (else (i64.const 0))
   ))
  )
 )
";

/// The function `asmFunc` of a module that `wasm2js` has written, without the module's imports and exports.
///
/// When memory grows, WebAssembly detaches the old buffer, which tells the glue that its views are invalid. The function is changed
/// to do the same. It also clears the old memory, as the allocator does with memory that is freed.
fn function(module: &str) -> Result<String> {
    let changed = || Error::new("wasm2js writes other JavaScript than expected");
    let (_, function) = module.rsplit_once("from 'a';\n").ok_or_else(changed)?;
    let (function, _) = function
        .split_once("\nvar retasmFunc = ")
        .ok_or_else(changed)?;
    let parts: Vec<_> = function.split(COPY_OF_MEMORY).collect();
    match parts.as_slice() {
        [before, after] => Ok([before, COPY_OF_MEMORY, DETACH, after].concat()),
        _ => Err(changed()),
    }
}

const COPY_OF_MEMORY: &str = "newHEAP8.set(HEAP8);";
const DETACH: &str = " HEAP8.fill(0); structuredClone(buffer, { transfer: [buffer] });";

#[cfg(test)]
mod tests {
    use super::*;

    const WASM: &str = r#"(module
 (type $0 (func (param i32) (result i32 i32)))
 (import "a" "a" (func $fimport$0 (param i32)))
 (table $0 2 2 funcref)
 (table $1 1028 externref)
 (export "b" (memory $0))
 (export "qc" (table $1))
 (func $f (type $0) (param $0 i32) (result i32 i32)
  (table.set $1
   (i32.const 1)
   (table.get $1
    (local.get $0)
   )
  )
  (i64.trunc_sat_f64_u
   (f64.const 1)
  )
  (tuple.make 2
   (i32.const 1)
   (i32.const 2)
  )
 )
)
"#;

    #[test]
    fn table_of_values_becomes_functions() {
        let lowered = Lowered::new(WASM).unwrap();
        assert_eq!((lowered.table.as_str(), lowered.table_size), ("qc", 1028));
        for removed in [
            "externref)\n (export",
            "(table.",
            "(export \"qc\"",
            "trunc_sat_f64_u\n   (f64.const 1)\n  )\n  (tuple",
        ] {
            assert!(!lowered.text.contains(removed), "{removed}");
        }
        for kept in [
            " (table $0 2 2 funcref)\n (export \"b\" (memory $0))\n (func $f",
            "(call $externrefs.set\n   (i32.const 1)\n   (call $externrefs.get\n",
            "(call $i64.trunc_sat_f64_u\n",
            "(result externref)\n  (call $externrefs.set",
            "(call $pair\n",
        ] {
            assert!(lowered.text.contains(kept), "{kept}");
        }
    }

    #[test]
    fn imports_come_first_and_functions_last() {
        let text = Lowered::new(WASM).unwrap().text;
        let at = |part: &str| text.find(part).unwrap();
        assert!(at("(import \"compat\" \"get\"") < at("(import \"a\""));
        assert!(
            text.trim_end()
                .ends_with(&[FUNCTIONS.trim_end(), "\n)"].concat())
        );
    }

    #[test]
    fn unknown_features_are_refused() {
        for (known, unknown) in [
            ("(table.get $1", "(table.copy $1 $1"),
            ("(i64.trunc_sat_f64_u", "(i64.trunc_sat_f64_s"),
            ("(tuple.make 2", "(tuple.make 3"),
            (" (table $1 1028 externref)\n", ""),
            (" (export \"qc\" (table $1))\n", ""),
        ] {
            let wasm = WASM.replace(known, unknown);
            assert!(Lowered::new(&wasm).is_err(), "{unknown:?}");
        }
    }

    #[test]
    fn module_is_reduced_to_its_function_and_detaches_the_old_memory() {
        let module = "import * as compat from 'compat';\nimport * as a from 'a';\n\n function asmFunc(imports) {\n newHEAP8.set(HEAP8);\n }\n\nvar retasmFunc = asmFunc({});\nexport var b = retasmFunc.b;\n";
        let reduced = function(module).unwrap();
        assert_eq!(
            reduced,
            "\n function asmFunc(imports) {\n newHEAP8.set(HEAP8); HEAP8.fill(0); structuredClone(buffer, { transfer: [buffer] });\n }\n"
        );
        for part in ["from 'a';", "newHEAP8.set(HEAP8);", "var retasmFunc"] {
            assert!(function(&module.replace(part, "")).is_err(), "{part}");
        }
    }
}
