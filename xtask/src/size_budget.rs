//! What the shipped files weigh, and whether that is within the budget in `budget.toml`.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use crate::problem::{Problem, Result, While as _};

/// The budget as it is checked in.
pub const BUDGET: &str = include_str!("../budget.toml");

/// The line of the table, and the name in the budget, for all that a page loads.
pub const PAGE: &str = "page";

/// The name in the budget for each file of words.
pub const WORDS: &str = "*.json";

/// One file's bytes, as they are and as they travel.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Weight {
    /// Uncompressed.
    pub raw: usize,
    /// As `gzip -9`.
    pub gzip: usize,
    /// As `brotli -q 11`.
    pub brotli: usize,
}

/// Weighs bytes.
///
/// # Errors
/// If a compressor fails.
pub fn measure(bytes: &[u8]) -> Result<Weight> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(bytes).while_doing("compressing with gzip")?;
    let gzip = gzip.finish().while_doing("compressing with gzip")?.len();
    Ok(Weight {
        raw: bytes.len(),
        gzip,
        brotli: brotli(bytes)?.len(),
    })
}

/// Compresses bytes as `brotli -q 11`.
///
/// # Errors
/// If the compressor fails.
pub fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut compressed, &parameters)
        .while_doing("compressing with brotli")?;
    Ok(compressed)
}

/// The files that a page loads: the module, the wasm, the table of countries, and the heaviest of the languages.
pub fn loaded(files: &[(String, Weight)]) -> impl Iterator<Item = &(String, Weight)> {
    let of = |kind| files.iter().filter(move |(name, _)| is_kind(name, kind));
    let words = files.iter().filter(|(name, _)| is_words(name));
    let words = words.max_by_key(|(_, file)| file.brotli);
    of("js").chain(of("wasm")).chain(of("txt")).chain(words)
}

/// Adds the line for all that a page loads.
pub fn with_page(mut files: Vec<(String, Weight)>) -> Vec<(String, Weight)> {
    let page = loaded(&files).fold(Weight::default(), |sum, (_, file)| Weight {
        raw: sum.raw + file.raw,
        gzip: sum.gzip + file.gzip,
        brotli: sum.brotli + file.brotli,
    });
    files.push((PAGE.to_owned(), page));
    files
}

/// Whether a file holds the texts of a language. What a tool reads about the element (`custom-elements.json`) is no language.
pub fn is_words(name: &str) -> bool {
    is_kind(name, "json") && !name.starts_with("custom")
}

fn is_kind(name: &str, kind: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|found| found == kind)
}

/// The table that is printed.
pub fn table(weights: &[(String, Weight)]) -> String {
    let mut table = format!(
        "{:<24}{:>10}{:>10}{:>14}\n",
        "", "raw", "gzip -9", "brotli -q 11"
    );
    for (name, weight) in weights {
        let name = if name == PAGE { "a page loads" } else { name };
        let _ = writeln!(
            table,
            "{name:<24}{:>10}{:>10}{:>14}",
            weight.raw, weight.gzip, weight.brotli
        );
    }
    table
}

/// Whether everything is within the budget: `Ok` with a line that says by how much, `Err` naming what is over.
///
/// # Errors
/// If something is over, if the budget does not name a file, or names one that is not there.
pub fn check(budget: &str, weights: &[(String, Weight)]) -> Result<String> {
    let budget: toml::Table = budget.parse().while_doing("budget.toml")?;
    let mut over = Vec::new();
    let mut spare = Vec::new();
    for (name, weight) in weights {
        let limit = budget
            .get(if is_words(name) { WORDS } else { name })
            .and_then(toml::Value::as_integer)
            .and_then(|limit| usize::try_from(limit).ok())
            .ok_or_else(|| Problem::new(format!("budget.toml: no number of bytes for {name:?}")))?;
        if weight.brotli > limit {
            over.push(format!(
                "{name} is {} bytes, {} over its {limit}",
                weight.brotli,
                weight.brotli - limit
            ));
        } else {
            spare.push(format!("{name} {}", limit - weight.brotli));
        }
    }
    if let Some(stranger) = budget
        .keys()
        .find(|key| *key != WORDS && !weights.iter().any(|(name, _)| name == *key))
    {
        return Err(Problem::new(format!(
            "budget.toml: {stranger:?} is no file of the bundle"
        )));
    }
    if over.is_empty() {
        Ok(format!(
            "within the budget; bytes to spare: {}",
            spare.join(", ")
        ))
    } else {
        Err(Problem::new(format!(
            "over the budget (brotli bytes, xtask/budget.toml): {}",
            over.join("; ")
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights(module: usize, wasm: usize) -> Vec<(String, Weight)> {
        let file = |brotli| Weight {
            raw: 10 * brotli,
            gzip: 2 * brotli,
            brotli,
        };
        with_page(vec![
            ("a.js".into(), file(module)),
            ("a.wasm".into(), file(wasm)),
            ("a.d.ts".into(), file(1)),
        ])
    }

    const LIMITS: &str = "\"a.js\" = 10\n\"a.wasm\" = 100\n\"a.d.ts\" = 5\npage = 105\n";

    #[test]
    fn a_page_loads_the_module_and_the_wasm_but_not_the_types() {
        assert_eq!(
            weights(10, 20)[3],
            (
                PAGE.into(),
                Weight {
                    raw: 300,
                    gzip: 60,
                    brotli: 30
                }
            )
        );
    }

    #[test]
    fn of_many_languages_a_page_loads_the_heaviest() {
        let mut files = weights(10, 20);
        files.pop();
        for (name, brotli) in [("a.de.json", 3), ("a.ta.json", 7), ("a.vi.json", 5)] {
            let weight = Weight {
                brotli,
                ..Weight::default()
            };
            files.push((name.into(), weight));
        }
        let files = with_page(files);
        assert_eq!(files.last().unwrap().1.brotli, 37);
        let limits = format!("{LIMITS}\"*.json\" = 6\n");
        let words = check(&limits, &files).unwrap_err().to_string();
        assert!(
            words.ends_with(": a.ta.json is 7 bytes, 1 over its 6"),
            "{words}"
        );
    }

    #[test]
    fn a_page_loads_the_table_of_countries_too() {
        let mut files = weights(10, 20);
        files.pop();
        let table = Weight {
            brotli: 4,
            ..Weight::default()
        };
        files.push(("a.countries.txt".into(), table));
        assert_eq!(with_page(files).last().unwrap().1.brotli, 34);
    }

    #[test]
    fn files_at_their_limit_are_within_the_budget() {
        let words = check(LIMITS, &weights(10, 95)).unwrap();
        assert_eq!(
            words,
            "within the budget; bytes to spare: a.js 0, a.wasm 5, a.d.ts 4, page 0"
        );
    }

    #[test]
    fn one_byte_too_many_is_over_the_budget() {
        let words = check(LIMITS, &weights(11, 80)).unwrap_err().to_string();
        assert!(
            words.ends_with(": a.js is 11 bytes, 1 over its 10"),
            "{words}"
        );
    }

    #[test]
    fn the_total_has_a_limit_of_its_own() {
        let words = check(LIMITS, &weights(10, 100)).unwrap_err().to_string();
        assert!(
            words.ends_with(": page is 110 bytes, 5 over its 105"),
            "{words}"
        );
    }

    #[test]
    fn a_file_without_a_limit_and_a_limit_without_a_file_are_named() {
        let words = check("page = 1", &weights(0, 0)).unwrap_err().to_string();
        assert!(words.contains("\"a.js\""), "{words}");
        let words = check(&format!("{LIMITS}\"b.js\" = 1\n"), &weights(0, 0))
            .unwrap_err()
            .to_string();
        assert!(words.contains("\"b.js\""), "{words}");
    }

    #[test]
    fn text_that_repeats_weighs_less_when_it_travels() {
        let weight = measure("again and again ".repeat(100).as_bytes()).unwrap();
        assert_eq!(weight.raw, 1600);
        assert!(weight.gzip < 100 && weight.brotli < weight.gzip);
    }
}
