//! The size of a wasm by crate, from the names of its functions.
//!
//! The sizes are approximations: generic code counts for the crate that defines it or for the crate of its first type, and inlined
//! code counts for the function that it was inlined into.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::error::{Error, Result};

/// Bytes of code and data by crate.
#[derive(Debug, Default)]
pub struct CodeSizes {
    /// Bytes of functions by the crate at the beginning of their names.
    pub code: BTreeMap<String, usize>,
    /// Bytes of constant data, which have no names.
    pub data: usize,
    /// All functions, the largest first.
    pub largest: Vec<(String, usize)>,
}

/// Reads the sizes from the output of `wasm-opt --func-metrics` for a wasm that has names.
///
/// # Errors
/// Returns an error if the output lists no functions.
pub fn sizes(metrics: &str) -> Result<CodeSizes> {
    let mut sizes = CodeSizes::default();
    let mut function = None;
    for line in metrics.lines() {
        if let Some((kind, name)) = line.split_once(": ")
            && !line.starts_with(' ')
        {
            function = (kind == "func").then_some(name);
        } else if let Some(bytes) = metric(line, "[memory-data]") {
            sizes.data = bytes;
        } else if let Some(bytes) = metric(line, "[binary-bytes]")
            && let Some(name) = function
        {
            *sizes
                .code
                .entry(leading_crate(name).to_owned())
                .or_default() += bytes;
            sizes.largest.push((name.to_owned(), bytes));
        }
    }
    if sizes.largest.is_empty() {
        return Err(Error::new("wasm-opt listed no functions"));
    }
    sizes
        .largest
        .sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    Ok(sizes)
}

/// Reads the number in ` [name]   : number   change`.
fn metric(line: &str, name: &str) -> Option<usize> {
    let (_, number) = line.trim().strip_prefix(name)?.split_once(':')?;
    number.split_whitespace().next()?.parse().ok()
}

/// A table of the sizes, to be printed.
pub fn table(sizes: &CodeSizes) -> String {
    let code: usize = sizes.code.values().sum();
    let mut crates: Vec<_> = sizes.code.iter().collect();
    crates.sort_by_key(|(_, bytes)| std::cmp::Reverse(**bytes));
    let mut table = format!(
        "code {code} bytes, data {} bytes, uncompressed\n\n",
        sizes.data
    );
    for (name, bytes) in crates {
        // In tenths of a percent.
        let share = bytes * 1000 / code.max(1);
        let _ = writeln!(
            table,
            "{bytes:>8}  {:>2}.{} %  {name}",
            share / 10,
            share % 10
        );
    }
    let _ = writeln!(table, "\nThe largest functions:");
    for (name, bytes) in sizes.largest.iter().take(25) {
        // The end of a long name is mostly a list of type parameters.
        let _ = writeln!(table, "{bytes:>8}  {name:.140}");
    }
    table
}

/// The crate at the beginning of a function's name: `alloc` for `<&mut alloc::vec::Vec<T> as Trait>::f`.
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
        // The compiler adds a hash to the name of a crate: `core[15266d276e3a2055]`.
        Some((name, _)) if name.ends_with(']') => name.split('[').next().unwrap_or(name),
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
    fn function_counts_for_the_crate_at_the_beginning_of_its_name() {
        assert_eq!(leading_crate("ae_login::ui::draw"), "ae_login");
        assert_eq!(
            leading_crate("<&mut alloc::vec::Vec<T> as core::fmt::Write>::write_str"),
            "alloc"
        );
        assert_eq!(
            leading_crate("<dyn tachys::view::any_view::AnyView>::f"),
            "tachys"
        );
        assert_eq!(
            leading_crate("<<ae_login[17d050]::Form>::f as core[152]::ops::Fn<()>>::call"),
            "ae_login"
        );
        assert_eq!(leading_crate("__wbindgen_malloc"), "(exports and runtime)");
        assert_eq!(leading_crate("memcpy"), "(exports and runtime)");
    }

    #[test]
    fn sizes_are_added_up_by_crate_and_sorted() {
        let sizes = sizes(
            "global\n [funcs]        : 3       \n [memory-data]  : 11      \n\
             func: core::fmt::f<a::b>\n [binary-bytes] : 6       \n [total]        : 2       \n\
             func: ae_login::ui::draw\n [binary-bytes] : 40      -2\n\
             func: <core::str as core::fmt::Debug>::fmt\n [binary-bytes] : 5\n\
             export: memory (0)\n [removable-bytes-without-it]: 33\n",
        )
        .unwrap();
        assert_eq!(sizes.data, 11);
        assert_eq!(sizes.code["core"], 11);
        assert_eq!(sizes.code["ae_login"], 40);
        assert_eq!(sizes.largest[0], ("ae_login::ui::draw".to_owned(), 40));
        assert_eq!(sizes.largest.len(), 3);
    }

    #[test]
    fn output_without_functions_is_refused() {
        assert!(sizes("global\n [funcs]        : 0\n").is_err());
    }
}
