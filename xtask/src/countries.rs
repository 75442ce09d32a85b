//! The table of countries, `src/countries.txt`, which is written from the npm package `libphonenumber-js` at the version in
//! `npm/countries`.

use std::fs;

use crate::error::{Context as _, Error, Result};
use crate::{npm, paths};

/// Prints the table. Runs in node.
const SCRIPT: &str = include_str!("countries.cjs");

/// Writes the table.
///
/// # Errors
/// Returns an error if the package cannot be installed, the script fails, or the file cannot be written.
pub fn write() -> Result<()> {
    fs::write(file(), npm::countries(SCRIPT)?).context("cannot write src/countries.txt")
}

/// Checks that the table is up to date.
///
/// # Errors
/// Returns an error if the table differs from what [`write()`] would write.
pub fn check() -> Result<()> {
    let found = fs::read_to_string(file()).context("cannot read src/countries.txt")?;
    if found == npm::countries(SCRIPT)? {
        return Ok(());
    }
    Err(Error::new(
        "src/countries.txt is out of date. This updates it: cargo run -p xtask -- countries",
    ))
}

fn file() -> std::path::PathBuf {
    paths::root().join("src/countries.txt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_names_the_installed_version_of_its_package() {
        let manifest: serde_json::Value =
            serde_json::from_str(include_str!("../npm/countries/package.json")).unwrap();
        let version = manifest["devDependencies"]["libphonenumber-js"]
            .as_str()
            .unwrap();
        let table = fs::read_to_string(file()).unwrap();
        assert!(
            table.starts_with(&format!("libphonenumber-js {version} (MIT)")),
            "out of date; this updates it: cargo run -p xtask -- countries"
        );
    }
}
