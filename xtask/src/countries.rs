//! The table of countries, `src/countries.txt`: written from a package that is kept up to date, at the version in `npm/countries`.

use std::fs;

use crate::problem::{Problem, Result, While as _};
use crate::{npm, paths};

/// What prints the table, for node.
const SCRIPT: &str = include_str!("countries.cjs");

/// Writes the table anew.
///
/// # Errors
/// If node or the package cannot be had, or the file not be written.
pub fn write() -> Result<()> {
    fs::write(file(), npm::countries(SCRIPT)?).while_doing("cannot write src/countries.txt")
}

/// Whether the table is what would be written.
///
/// # Errors
/// If it is not.
pub fn check() -> Result<()> {
    let found = fs::read_to_string(file()).while_doing("cannot read src/countries.txt")?;
    if found == npm::countries(SCRIPT)? {
        return Ok(());
    }
    Err(Problem::new(
        "src/countries.txt is out of date; this writes it anew: cargo run -p xtask -- countries",
    ))
}

fn file() -> std::path::PathBuf {
    paths::root().join("src/countries.txt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_the_version_of_the_package_that_is_installed_for_it() {
        let manifest: serde_json::Value =
            serde_json::from_str(include_str!("../npm/countries/package.json")).unwrap();
        let version = manifest["devDependencies"]["libphonenumber-js"]
            .as_str()
            .unwrap();
        let table = fs::read_to_string(file()).unwrap();
        assert!(
            table.starts_with(&format!("libphonenumber-js {version} (MIT)")),
            "out of date; this writes it anew: cargo run -p xtask -- countries"
        );
    }
}
