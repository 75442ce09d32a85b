//! Keeps the counts of `cargo verify` for `cargo verify --rest`, together with the version of the sources that they belong to.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{Context as _, Error, Result};
use crate::paths;
use crate::sources::Version;
use crate::test_output::Counts;

/// The file's contents.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct QuickCounts {
    passed: u64,
    failed: u64,
    version: Version,
}

impl QuickCounts {
    /// The counts of the last quick run.
    ///
    /// # Errors
    /// Returns an error if there are none, or if the sources have changed since then.
    pub(super) fn read() -> Result<Counts> {
        Self::read_from(&file(), &Version::current()?)
    }

    /// Keeps the counts of a quick run that passed.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written.
    pub(super) fn write(counts: Counts) -> Result<()> {
        // Outside of a git checkout there is no version, and no rest to run.
        match Version::current() {
            Ok(version) => Self::write_to(&file(), counts, version),
            Err(error) => {
                println!("The counts are not kept for `cargo verify --rest`: {error}");
                Ok(())
            }
        }
    }

    /// Forgets the last quick run.
    ///
    /// # Errors
    /// Returns an error if the file cannot be removed.
    pub(super) fn remove() -> Result<()> {
        match fs::remove_file(file()) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).context(format_args!("cannot remove {}", file().display()))
            }
            _ => Ok(()),
        }
    }

    fn read_from(file: &Path, version: &Version) -> Result<Counts> {
        let text = fs::read_to_string(file).map_err(|_| {
            Error::new(
                "there are no counts of `cargo verify`, which `cargo verify --rest` adds to its own: run `cargo verify` first, \
                 or `cargo verify --exhaustive` for everything in one run",
            )
        })?;
        let counts: Self =
            toml::from_str(&text).context(format_args!("cannot read {}", file.display()))?;
        if counts.version != *version {
            return Err(Error::new(
                "the sources have changed since `cargo verify` ran: run it again before `cargo verify --rest`",
            ));
        }
        Ok(Counts {
            passed: counts.passed,
            failed: counts.failed,
        })
    }

    fn write_to(file: &Path, counts: Counts, version: Version) -> Result<()> {
        let counts = Self {
            passed: counts.passed,
            failed: counts.failed,
            version,
        };
        let text = toml::to_string(&counts).context("cannot write the counts")?;
        let cannot = || format!("cannot write {}", file.display());
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).context(cannot())?;
        }
        fs::write(file, text).context(cannot())
    }
}

fn file() -> PathBuf {
    paths::verify().join("quick.toml")
}

#[cfg(test)]
mod tests {
    use crate::progress::tests::new_folder;

    use super::*;

    fn version(fingerprint: &str) -> Version {
        toml::from_str(&format!(
            "commit = \"c\"\nfingerprint = \"{fingerprint}\"\n"
        ))
        .unwrap()
    }

    #[test]
    fn counts_are_read_for_the_same_sources_only() {
        let file = new_folder("quick_counts").join("inner/quick.toml");
        let counts = Counts {
            passed: 12,
            failed: 0,
        };
        let missing = QuickCounts::read_from(&file, &version("a")).unwrap_err();
        assert!(
            missing.to_string().starts_with("there are no counts"),
            "{missing}"
        );
        QuickCounts::write_to(&file, counts, version("a")).unwrap();
        assert_eq!(
            QuickCounts::read_from(&file, &version("a")).unwrap(),
            counts
        );
        let stale = QuickCounts::read_from(&file, &version("b")).unwrap_err();
        assert!(
            stale.to_string().starts_with("the sources have changed"),
            "{stale}"
        );
    }
}
