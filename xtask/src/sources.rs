//! Tells whether the sources have changed since something was made from them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::error::{Context as _, Result};
use crate::{paths, run};

/// The commit that is checked out, and a hash of all files in the checkout, changed ones included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    commit: String,
    fingerprint: String,
}

impl Version {
    /// The version of the checkout as it is now.
    ///
    /// # Errors
    /// Returns an error if git cannot be run, or a file cannot be read.
    pub fn current() -> Result<Self> {
        let mut git = Command::new("git");
        let commit = run::read_stdout(git.args(["rev-parse", "HEAD"]).current_dir(paths::root()))?;
        Ok(Self {
            commit: commit.trim().to_owned(),
            fingerprint: fingerprint(&paths::root(), &files(&paths::root(), &[])?)?,
        })
    }
}

/// Files and folders below the root of the repository that git does not ignore; all of them if `paths` is empty.
///
/// # Errors
/// Returns an error if git cannot be run.
pub fn files(root: &Path, paths: &[&str]) -> Result<Vec<PathBuf>> {
    let mut git = Command::new("git");
    git.args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
        "--",
    ]);
    let listed = run::read_stdout(git.args(paths).current_dir(root))?;
    let mut files: Vec<_> = listed.split_terminator('\0').map(PathBuf::from).collect();
    // Git still lists files that were deleted without telling it.
    files.retain(|file| root.join(file).is_file());
    files.sort();
    files.dedup();
    Ok(files)
}

/// A hash of the names and contents of files, which are relative to `root`.
fn fingerprint(root: &Path, files: &[PathBuf]) -> Result<String> {
    let mut hash = Sha256::new();
    for file in files {
        let bytes =
            fs::read(root.join(file)).context(format_args!("cannot read {}", file.display()))?;
        hash.update(file.as_os_str().as_encoded_bytes());
        // The lengths keep a name and its contents apart.
        hash.update([0]);
        hash.update(bytes.len().to_le_bytes());
        hash.update(&bytes);
    }
    Ok(base64::engine::general_purpose::STANDARD.encode(hash.finalize()))
}

/// Something that is built from sources into one folder: knows whether it has to be built again.
#[derive(Debug)]
pub struct Build {
    /// The file that keeps the hashes of the last build.
    stamp: PathBuf,
    root: PathBuf,
    sources: Vec<PathBuf>,
    output: PathBuf,
}

impl Build {
    /// Describes a build. `sources` are files and folders below the root of the repository.
    ///
    /// # Errors
    /// Returns an error if git cannot list the sources.
    pub fn new(name: &str, sources: &[&str], output: PathBuf) -> Result<Self> {
        Ok(Self {
            stamp: paths::verify().join(name).with_extension("stamp"),
            root: paths::root(),
            sources: files(&paths::root(), sources)?,
            output,
        })
    }

    /// Runs `build`, unless neither the sources nor the output have changed since it ran last. Returns whether it ran.
    ///
    /// # Errors
    /// Returns the error of `build`, and an error if a file cannot be read or written.
    pub fn run_if_changed(&self, build: impl FnOnce() -> Result<()>) -> Result<bool> {
        let sources = fingerprint(&self.root, &self.sources)?;
        let stamp = || -> Result<String> {
            let output = files_below(&self.output)?;
            Ok(format!(
                "{sources} {}\n",
                fingerprint(&self.output, &output)?
            ))
        };
        let last = fs::read_to_string(&self.stamp).ok();
        if last.is_some() && last == stamp().ok() {
            return Ok(false);
        }
        build()?;
        let cannot = || format!("cannot write {}", self.stamp.display());
        if let Some(folder) = self.stamp.parent() {
            fs::create_dir_all(folder).context(cannot())?;
        }
        fs::write(&self.stamp, stamp()?).context(cannot())?;
        Ok(true)
    }
}

/// All files below a folder, relative to it and sorted.
fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let cannot = || format!("cannot read {}", folder.display());
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(relative) = folders.pop() {
        for entry in fs::read_dir(folder.join(&relative)).context(cannot())? {
            let path = relative.join(entry.context(cannot())?.file_name());
            if folder.join(&path).is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use crate::error::Error;
    use crate::progress::tests::new_folder;

    use super::*;

    fn build_in(folder: &Path) -> Build {
        fs::write(folder.join("source"), "one").unwrap();
        Build {
            stamp: folder.join("stamps/build.stamp"),
            root: folder.to_owned(),
            sources: vec![PathBuf::from("source")],
            output: folder.join("output"),
        }
    }

    #[test]
    fn build_runs_again_only_if_sources_or_output_change() {
        let folder = new_folder("build_runs");
        let build = build_in(&folder);
        let runs = Cell::new(0);
        let run = || {
            build
                .run_if_changed(|| {
                    runs.set(runs.get() + 1);
                    fs::create_dir_all(folder.join("output/inner")).unwrap();
                    fs::write(folder.join("output/inner/file"), "built").unwrap();
                    Ok(())
                })
                .unwrap()
        };
        assert!(run());
        assert!(!run());
        fs::write(folder.join("source"), "two").unwrap();
        assert!(run());
        assert!(!run());
        fs::write(folder.join("output/inner/file"), "overwritten").unwrap();
        assert!(run());
        fs::remove_dir_all(folder.join("output")).unwrap();
        assert!(run());
        fs::write(folder.join("output/another"), "").unwrap();
        assert!(run());
        assert_eq!(runs.get(), 5);
    }

    #[test]
    fn failed_build_runs_again() {
        let build = build_in(&new_folder("build_fails"));
        for _ in 0..2 {
            let result = build.run_if_changed(|| Err(Error::new("broken")));
            assert_eq!(result.unwrap_err().to_string(), "broken");
        }
    }

    #[test]
    fn fingerprint_depends_on_names_and_contents() {
        let folder = new_folder("fingerprint");
        let mut hashes = Vec::new();
        for (name, contents) in [("a", "b"), ("ab", ""), ("a", "c"), ("b", "b")] {
            fs::write(folder.join(name), contents).unwrap();
            hashes.push(fingerprint(&folder, &[PathBuf::from(name)]).unwrap());
        }
        let count = hashes.len();
        hashes.sort();
        hashes.dedup();
        assert_eq!(hashes.len(), count);
    }

    #[test]
    fn untracked_files_are_listed_unless_git_ignores_them() {
        let folder = new_folder("untracked");
        let git = |arguments: &[&str]| {
            run::read_stdout(Command::new("git").args(arguments).current_dir(&folder)).unwrap()
        };
        git(&["init", "--quiet"]);
        fs::write(folder.join(".gitignore"), "ignored\n").unwrap();
        fs::write(folder.join("ignored"), "").unwrap();
        fs::write(folder.join("new"), "").unwrap();
        let listed = files(&folder, &[]).unwrap();
        assert_eq!(listed, [".gitignore", "new"].map(PathBuf::from));
        assert_eq!(files(&folder, &["new"]).unwrap(), [PathBuf::from("new")]);
    }
}
