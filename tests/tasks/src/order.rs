//! The order of the functions in the wasm: those that are alike stand next to each other.
//!
//! The order means nothing to who runs them, but much to brotli, which says "as before, so far back" in fewer bits the nearer that
//! is. Measured once: an order by chance made the file a fiftieth larger than the compiler's own, this one a hundredth smaller.

use std::collections::{BTreeMap, BTreeSet};

use wasmparser::{Parser, Payload, TypeRef};

use crate::problem::{Problem, Result, While as _};
use crate::slim::number;

/// Bytes that make functions alike if both have them in a row.
const RUN: usize = 6;
/// What more functions have in common tells nothing of them.
const COMMON: usize = 200;
/// How much it counts to be like the last function, the one before, and so on.
const BEFORE: [u64; 5] = [1000, 600, 360, 216, 130];

/// The wasm with names for its functions by which the optimiser can sort them: it does so by name only.
///
/// # Errors
/// If it is no wasm.
pub fn named_by_likeness(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut imported = 0;
    let mut bodies = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload.while_doing("reading the wasm")? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import.while_doing("reading the imports")?;
                    imported += usize::from(matches!(import.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(body.as_bytes()),
            _ => {}
        }
    }
    if bodies.is_empty() {
        return Err(Problem::new("the wasm has no functions"));
    }
    let mut list = number(bodies.len());
    let mut ranks = vec![0; bodies.len()];
    for (rank, function) in by_likeness(&bodies).into_iter().enumerate() {
        ranks[function] = rank;
    }
    for (function, rank) in ranks.into_iter().enumerate() {
        list.extend(number(imported + function));
        list.extend(text(&format!("{rank:08}")));
    }
    // The names of functions are the first part of the section.
    let mut section = text("name");
    section.push(1);
    section.extend(number(list.len()));
    section.extend(list);
    let mut named = wasm.to_vec();
    named.push(0);
    named.extend(number(section.len()));
    named.extend(section);
    Ok(named)
}

/// From the largest function to the one most like the last few, and so on; where none is, to the next that is left.
fn by_likeness(bodies: &[&[u8]]) -> Vec<usize> {
    let runs: Vec<BTreeSet<&[u8]>> = bodies
        .iter()
        .map(|body| body.windows(RUN).collect())
        .collect();
    let mut holders = BTreeMap::<&[u8], Vec<usize>>::new();
    for (function, runs) in runs.iter().enumerate() {
        for run in runs {
            holders.entry(run).or_default().push(function);
        }
    }
    holders.retain(|_, holders| (2..=COMMON).contains(&holders.len()));

    let mut left: BTreeSet<usize> = (0..bodies.len()).collect();
    let mut order = Vec::with_capacity(bodies.len());
    let mut next = left.iter().copied().max_by_key(|at| bodies[*at].len());
    while let Some(function) = next {
        left.remove(&function);
        order.push(function);
        let mut likeness = BTreeMap::<usize, u64>::new();
        for (before, weight) in order.iter().rev().zip(BEFORE) {
            for holders in runs[*before].iter().filter_map(|run| holders.get(run)) {
                // What few have in common counts for more.
                let others = u64::try_from(holders.len() - 1).unwrap_or(u64::MAX);
                for holder in holders.iter().filter(|holder| left.contains(holder)) {
                    *likeness.entry(*holder).or_default() += weight * 1000 / others;
                }
            }
        }
        let most = likeness.into_iter().max_by_key(|(_, likeness)| *likeness);
        next = most.map(|(function, _)| function).or(left.first().copied());
    }
    order
}

/// A text as wasm writes it: its length, then itself.
fn text(text: &str) -> Vec<u8> {
    [number(text.len()), text.as_bytes().to_vec()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_that_are_alike_stand_together_and_none_is_lost() {
        let bodies: [&[u8]; 5] = [
            b"one two three four",
            b"0123456789 0123456789",
            b"two three four five",
            b"xyz",
            b"456789 0123 and more",
        ];
        assert_eq!(by_likeness(&bodies), [1, 4, 0, 2, 3]);
    }

    #[test]
    fn names_are_given_to_functions_that_are_not_imported() {
        // Imports one function, has another of the same type that does nothing.
        let wasm = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x02\x07\x01\x01m\x01f\0\0\x03\x02\x01\0\x0a\x04\x01\x02\0\x0b";
        let named = named_by_likeness(wasm).expect("a wasm");
        assert_eq!(&named[..wasm.len()], wasm);
        assert_eq!(
            &named[wasm.len()..],
            b"\0\x12\x04name\x01\x0b\x01\x01\x0800000000"
        );
    }

    #[test]
    fn what_is_no_wasm_is_refused() {
        assert!(named_by_likeness(b"\0asm").is_err());
        assert!(named_by_likeness(b"\0asm\x01\0\0\0").is_err());
    }
}
