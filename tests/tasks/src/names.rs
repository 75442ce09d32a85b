//! Where the bytes of a wasm are, crate by crate, by the names of its functions.
//!
//! An approximation: generic code counts for the crate that wrote it or for the first type it is about, and code that
//! was inlined counts for whoever it was inlined into.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

use crate::problem::{Result, While as _};

/// Bytes of code and data by crate.
#[derive(Debug, Default)]
pub struct Sizes {
    /// Bytes of function bodies by the leading crate of their names.
    pub code: BTreeMap<String, usize>,
    /// Bytes of constant data, which has no names.
    pub data: usize,
    /// The largest functions, largest first.
    pub largest: Vec<(String, usize)>,
}

/// Reads the sizes from a wasm that still has its names.
///
/// # Errors
/// If it is no wasm.
pub fn sizes(wasm: &[u8]) -> Result<Sizes> {
    let mut imported = 0_u32;
    let mut bodies = Vec::new();
    let mut names = BTreeMap::new();
    let mut sizes = Sizes::default();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload.while_doing("reading the wasm")? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    if matches!(
                        import.while_doing("reading the imports")?.ty,
                        TypeRef::Func(_)
                    ) {
                        imported += 1;
                    }
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(body.as_bytes().len()),
            Payload::DataSection(section) => sizes.data = bytes_in(&section.range())?,
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(section) = section.as_known() {
                    for part in section {
                        if let Name::Function(map) = part.while_doing("reading the names")? {
                            for naming in map {
                                let naming = naming.while_doing("reading the names")?;
                                names.insert(naming.index, naming.name);
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }
    for (index, bytes) in (imported..).zip(bodies) {
        let name = names.get(&index).copied().unwrap_or("(no name)");
        let name = format!("{:#}", rustc_demangle::demangle(name));
        *sizes
            .code
            .entry(leading_crate(&name).to_owned())
            .or_default() += bytes;
        sizes.largest.push((name, bytes));
    }
    sizes
        .largest
        .sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    Ok(sizes)
}

fn bytes_in(range: &Range<u64>) -> Result<usize> {
    usize::try_from(range.end - range.start).while_doing("a section out of range")
}

/// The table that is printed.
pub fn table(sizes: &Sizes) -> String {
    let code: usize = sizes.code.values().sum();
    let mut crates: Vec<_> = sizes.code.iter().collect();
    crates.sort_by_key(|(_, bytes)| std::cmp::Reverse(**bytes));
    let mut table = format!(
        "code {code} bytes, data {} bytes, uncompressed\n\n",
        sizes.data
    );
    for (name, bytes) in crates {
        // Tenths of a percent, in whole numbers.
        let share = bytes * 1000 / code.max(1);
        let _ = writeln!(
            table,
            "{bytes:>8}  {:>2}.{} %  {name}",
            share / 10,
            share % 10
        );
    }
    let _ = writeln!(table, "\nthe largest functions");
    for (name, bytes) in sizes.largest.iter().take(25) {
        // The rest of a long name is mostly the types it is generic over.
        let _ = writeln!(table, "{bytes:>8}  {name:.140}");
    }
    table
}

/// The crate that a function's name begins with: `<&mut alloc::vec::Vec<T> as Trait>::f` is of `alloc`.
fn leading_crate(name: &str) -> &str {
    let mut rest = name;
    loop {
        let shorter = rest.trim_start_matches(['<', '&', '*', '(', '[', ' ']);
        let shorter = ["mut ", "const ", "dyn ", "impl "]
            .iter()
            .find_map(|word| shorter.strip_prefix(word))
            .unwrap_or(shorter);
        if shorter == rest {
            break;
        }
        rest = shorter;
    }
    match rest.split_once("::") {
        Some((name, _))
            if name
                .chars()
                .all(|letter| letter.is_alphanumeric() || letter == '_') =>
        {
            name
        }
        _ => "(exports and runtime)",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_counts_for_the_crate_its_name_begins_with() {
        assert_eq!(leading_crate("ae_login::ui::draw"), "ae_login");
        assert_eq!(
            leading_crate("<&mut alloc::vec::Vec<T> as core::fmt::Write>::write_str"),
            "alloc"
        );
        assert_eq!(
            leading_crate("<dyn tachys::view::any_view::AnyView>::f"),
            "tachys"
        );
        assert_eq!(leading_crate("__wbindgen_malloc"), "(exports and runtime)");
        assert_eq!(leading_crate("memcpy"), "(exports and runtime)");
    }

    #[test]
    fn what_is_no_wasm_is_refused() {
        assert!(sizes(b"neither").is_err());
    }
}
