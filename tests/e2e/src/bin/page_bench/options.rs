//! The command line of `cargo bench-page`.

use std::path::PathBuf;

/// The builds to measure, and how often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Options {
    /// `dist` folders of other builds, in the order of the command line.
    pub(crate) against: Vec<PathBuf>,
    /// Whether the build without WebAssembly in `dist` is measured as well.
    pub(crate) compat: bool,
    /// How often time is measured for each build, from 1 to 100.
    pub(crate) rounds: usize,
    /// How many renewals come before memory is measured; 0 leaves the measurement out.
    pub(crate) renewals: u32,
    /// How many times the element is replaced before memory is measured; 0 leaves the measurement out.
    pub(crate) mounts: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            against: Vec::new(),
            compat: false,
            rounds: 7,
            renewals: 10_000,
            mounts: 1_000,
        }
    }
}

impl Options {
    /// Reads the arguments after the program's name.
    ///
    /// # Errors
    /// If an option is unknown, has no value or has one out of its range: what is wrong, or the help.
    pub(crate) fn read(words: &[&str]) -> Result<Self, String> {
        let mut options = Self::default();
        let mut words = words.iter().filter(|word| **word != "--");
        while let Some(word) = words.next() {
            let mut value = || {
                let value = words.next().copied();
                value.ok_or_else(|| format!("{word} needs a value\n{HELP}"))
            };
            match *word {
                "--against" => options.against.push(value()?.into()),
                "--compat" => options.compat = true,
                "--rounds" => options.rounds = number(word, value()?, 1, 100)? as usize,
                "--renewals" => options.renewals = number(word, value()?, 0, 1_000_000)?,
                "--mounts" => options.mounts = number(word, value()?, 0, 1_000_000)?,
                "--help" => return Err(HELP.to_owned()),
                unknown => return Err(format!("unknown option {unknown:?}\n{HELP}")),
            }
        }
        Ok(options)
    }
}

fn number(option: &str, value: &str, least: u32, most: u32) -> Result<u32, String> {
    let number = value.parse().ok();
    number
        .filter(|number| (least..=most).contains(number))
        .ok_or_else(|| format!("{option} takes a number from {least} to {most}, not {value:?}"))
}

pub(crate) const HELP: &str = "
cargo bench-page                 time, memory and bytes of a page with the widget in dist
  --against DIR                  compare with another build: its dist folder; several times for several builds
  --compat                       compare with the build without WebAssembly; its memory is not measured
  --rounds N                     how often time is measured for each build; otherwise 7
  --renewals N                   renewals before memory is measured; otherwise 10000, 0 leaves it out
  --mounts N                     mounts and unmounts before memory is measured; otherwise 1000, 0 leaves it out";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_arguments_give_the_defaults() {
        assert_eq!(Options::read(&[]), Ok(Options::default()));
        assert_eq!(Options::read(&["--"]), Ok(Options::default()));
    }

    #[test]
    fn every_option_is_read() {
        let words = "--against a --rounds 3 --compat --against b/dist --renewals 0 --mounts 20";
        let words: Vec<&str> = words.split(' ').collect();
        let expected = Options {
            against: vec!["a".into(), "b/dist".into()],
            compat: true,
            rounds: 3,
            renewals: 0,
            mounts: 20,
        };
        assert_eq!(Options::read(&words), Ok(expected));
    }

    #[test]
    fn numbers_out_of_range_are_refused() {
        for value in ["0", "101", "-1", "1.5", "many", ""] {
            let problem = Options::read(&["--rounds", value]).unwrap_err();
            let expected = format!("--rounds takes a number from 1 to 100, not {value:?}");
            assert_eq!(problem, expected);
        }
        assert!(Options::read(&["--rounds", "100"]).is_ok());
        assert!(Options::read(&["--mounts", "1000001"]).is_err());
    }

    #[test]
    fn missing_values_and_unknown_options_show_the_help() {
        let missing = Options::read(&["--against"]).unwrap_err();
        assert_eq!(missing, format!("--against needs a value\n{HELP}"));
        let unknown = Options::read(&["--against", "a", "b"]).unwrap_err();
        assert_eq!(unknown, format!("unknown option \"b\"\n{HELP}"));
        assert_eq!(Options::read(&["--help"]).unwrap_err(), HELP);
    }
}
