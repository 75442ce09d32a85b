//! Measures the shipped files and compares their sizes with the budget in `budget.toml`.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use crate::error::{Context as _, Error, Result};

/// The budget.
pub const BUDGET: &str = include_str!("../budget.toml");

/// The name of the total of everything that a page loads, in the table and in the budget.
pub const PAGE: &str = "page";

/// The name in the budget for the texts of one language.
pub const LANGUAGE: &str = "*.json";

/// The size of a file in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// Uncompressed.
    pub raw: usize,
    /// After `gzip -9`.
    pub gzip: usize,
    /// After `brotli -q 11`.
    pub brotli: usize,
}

/// Measures bytes.
///
/// # Errors
/// Returns an error if a compressor fails.
pub fn measure(bytes: &[u8]) -> Result<Size> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(bytes).context("compressing with gzip")?;
    let gzip = gzip.finish().context("compressing with gzip")?.len();
    Ok(Size {
        raw: bytes.len(),
        gzip,
        brotli: brotli(bytes)?.len(),
    })
}

/// Compresses bytes like `brotli -q 11`.
///
/// # Errors
/// Returns an error if the compressor fails.
pub fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut compressed, &parameters)
        .context("compressing with brotli")?;
    Ok(compressed)
}

/// The build without WebAssembly. Pages in which WebAssembly runs do not load it.
pub const COMPAT: &str = "ae-login.compat.js";

/// The files that a page loads: the module, its glue, the wasm, the table of countries, and the largest of the languages.
pub fn loaded_by_page(files: &[(String, Size)]) -> impl Iterator<Item = &(String, Size)> {
    let of = |kind| files.iter().filter(move |(name, _)| is_kind(name, kind));
    let languages = files.iter().filter(|(name, _)| is_language(name));
    let largest = languages.max_by_key(|(_, file)| file.brotli);
    of("js")
        .filter(|(name, _)| name != COMPAT)
        .chain(of("wasm"))
        .chain(of("txt"))
        .chain(largest)
}

/// Adds the total of everything that a page loads.
pub fn with_page(mut files: Vec<(String, Size)>) -> Vec<(String, Size)> {
    let page = loaded_by_page(&files).fold(Size::default(), |sum, (_, file)| Size {
        raw: sum.raw + file.raw,
        gzip: sum.gzip + file.gzip,
        brotli: sum.brotli + file.brotli,
    });
    files.push((PAGE.to_owned(), page));
    files
}

/// Whether a file contains the texts of a language. The manifest `custom-elements.json` does not.
pub fn is_language(name: &str) -> bool {
    is_kind(name, "json") && !name.starts_with("custom")
}

fn is_kind(name: &str, kind: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|found| found == kind)
}

/// A table of the sizes, to be printed.
pub fn table(sizes: &[(String, Size)]) -> String {
    let mut table = format!(
        "{:<24}{:>10}{:>10}{:>14}\n",
        "", "raw", "gzip -9", "brotli -q 11"
    );
    for (name, size) in sizes {
        let name = if name == PAGE { "a page loads" } else { name };
        let _ = writeln!(
            table,
            "{name:<24}{:>10}{:>10}{:>14}",
            size.raw, size.gzip, size.brotli
        );
    }
    table
}

/// Compares sizes after `brotli -q 11` with the budget. Returns a line with the bytes that are left for
/// each file, and for the largest language.
///
/// # Errors
/// Returns an error if a file exceeds its limit, if it has none, or if the budget names a file that does not exist.
pub fn check(budget: &str, sizes: &[(String, Size)]) -> Result<String> {
    let budget: toml::Table = budget.parse().context("budget.toml")?;
    let mut over = Vec::new();
    let mut spare = Vec::new();
    let mut languages = None;
    for (name, size) in sizes {
        let limit = budget
            .get(if is_language(name) { LANGUAGE } else { name })
            .and_then(toml::Value::as_integer)
            .and_then(|limit| usize::try_from(limit).ok())
            .ok_or_else(|| Error::new(format!("budget.toml has no limit for {name:?}")))?;
        if size.brotli > limit {
            over.push(format!(
                "{name} has {} bytes, {} more than {limit}",
                size.brotli,
                size.brotli - limit
            ));
        } else if is_language(name) {
            let left = limit - size.brotli;
            languages = Some(languages.map_or(left, |least: usize| least.min(left)));
        } else {
            spare.push(format!("{name} {}", limit - size.brotli));
        }
    }
    spare.extend(languages.map(|left| format!("a language {left}")));
    if let Some(unknown) = budget
        .keys()
        .find(|key| *key != LANGUAGE && !sizes.iter().any(|(name, _)| name == *key))
    {
        return Err(Error::new(format!(
            "budget.toml names {unknown:?}, which is not a file of the bundle"
        )));
    }
    if over.is_empty() {
        Ok(format!(
            "within the budget; bytes left: {}",
            spare.join(", ")
        ))
    } else {
        Err(Error::new(format!(
            "over the budget (bytes after brotli, xtask/budget.toml): {}",
            over.join("; ")
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(module: usize, wasm: usize) -> Vec<(String, Size)> {
        let file = |brotli| Size {
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
    fn page_loads_module_and_wasm_but_not_types() {
        assert_eq!(
            sizes(10, 20)[3],
            (
                PAGE.into(),
                Size {
                    raw: 300,
                    gzip: 60,
                    brotli: 30
                }
            )
        );
    }

    #[test]
    fn page_counts_with_the_largest_language() {
        let mut files = sizes(10, 20);
        files.pop();
        for (name, brotli) in [("a.de.json", 3), ("a.ta.json", 7), ("a.vi.json", 5)] {
            let size = Size {
                brotli,
                ..Size::default()
            };
            files.push((name.into(), size));
        }
        let files = with_page(files);
        assert_eq!(files.last().unwrap().1.brotli, 37);
        let limits = format!("{LIMITS}\"*.json\" = 6\n");
        let message = check(&limits, &files).unwrap_err().to_string();
        assert!(
            message.ends_with(": a.ta.json has 7 bytes, 1 more than 6"),
            "{message}"
        );
    }

    #[test]
    fn page_counts_with_the_table_of_countries() {
        let mut files = sizes(10, 20);
        files.pop();
        let table = Size {
            brotli: 4,
            ..Size::default()
        };
        files.push(("a.countries.txt".into(), table));
        assert_eq!(with_page(files).last().unwrap().1.brotli, 34);
    }

    #[test]
    fn files_at_their_limit_are_within_the_budget() {
        let message = check(LIMITS, &sizes(10, 95)).unwrap();
        assert_eq!(
            message,
            "within the budget; bytes left: a.js 0, a.wasm 5, a.d.ts 4, page 0"
        );
    }

    #[test]
    fn one_byte_above_the_limit_is_over_the_budget() {
        let message = check(LIMITS, &sizes(11, 80)).unwrap_err().to_string();
        assert!(
            message.ends_with(": a.js has 11 bytes, 1 more than 10"),
            "{message}"
        );
    }

    #[test]
    fn total_has_its_own_limit() {
        let message = check(LIMITS, &sizes(10, 100)).unwrap_err().to_string();
        assert!(
            message.ends_with(": page has 110 bytes, 5 more than 105"),
            "{message}"
        );
    }

    #[test]
    fn file_without_limit_and_limit_without_file_are_named() {
        let message = check("page = 1", &sizes(0, 0)).unwrap_err().to_string();
        assert!(message.contains("\"a.js\""), "{message}");
        let message = check(&format!("{LIMITS}\"b.js\" = 1\n"), &sizes(0, 0))
            .unwrap_err()
            .to_string();
        assert!(message.contains("\"b.js\""), "{message}");
    }

    #[test]
    fn repeated_text_is_smaller_after_compression() {
        let size = measure("again and again ".repeat(100).as_bytes()).unwrap();
        assert_eq!(size.raw, 1600);
        assert!(size.gzip < 100 && size.brotli < size.gzip);
    }
}
