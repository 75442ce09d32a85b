//! The command line of `cargo speed`.

use std::path::PathBuf;

use crate::form::Form;

/// What to measure, and how often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Options {
    /// How often each page is visited, from 1 to 100.
    pub(crate) rounds: usize,
    /// The forms that are measured, in the order of [`Form::ALL`].
    pub(crate) forms: Vec<Form>,
    /// A file with the markup of the first screen, for a page that has it between the tags of the element.
    pub(crate) first_screen: Option<PathBuf>,
    /// Whether the growth is measured: languages, elements and tabs.
    pub(crate) growth: bool,
    /// Whether the table and the picture are written into the documents.
    pub(crate) write: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            rounds: 9,
            forms: Form::ALL.to_vec(),
            first_screen: None,
            growth: true,
            write: false,
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
                "--rounds" => options.rounds = rounds(value()?)?,
                "--only" => options.forms = forms(value()?)?,
                "--first-screen" => options.first_screen = Some(value()?.into()),
                "--no-growth" => options.growth = false,
                "--write" => options.write = true,
                "--help" => return Err(HELP.to_owned()),
                unknown => return Err(format!("unknown option {unknown:?}\n{HELP}")),
            }
        }
        if options.write && options.forms != Form::ALL {
            return Err("--write needs all forms: leave out --only".to_owned());
        }
        Ok(options)
    }
}

fn rounds(value: &str) -> Result<usize, String> {
    let number = value.parse().ok();
    number
        .filter(|number| (1..=100).contains(number))
        .ok_or_else(|| format!("--rounds takes a number from 1 to 100, not {value:?}"))
}

fn forms(value: &str) -> Result<Vec<Form>, String> {
    let mut chosen = Vec::new();
    for word in value.split(',') {
        let form = Form::ALL.into_iter().find(|form| form.word() == word);
        let known = Form::ALL.map(Form::word).join(", ");
        chosen.push(form.ok_or_else(|| format!("no form {word:?}; there are: {known}"))?);
    }
    Ok(Form::ALL
        .into_iter()
        .filter(|form| chosen.contains(form))
        .collect())
}

pub(crate) const HELP: &str = "
cargo speed                      the form in dist beside plain HTML, a script, Hanko, Supabase UI and Stytch
  --rounds N                     how often each page is visited; otherwise 9
  --only FORM,FORM               only these forms: plain, scripted, html, loader, hanko, supabase, stytch
  --first-screen FILE            the markup that the page of the form html has between the tags
  --no-growth                    without languages, elements and tabs
  --write                        writes the tables and the picture into docs/speed.md and docs/speed.svg";

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
        let words = "--rounds 3 --only hanko,plain --first-screen a.html --no-growth";
        let words: Vec<&str> = words.split(' ').collect();
        let expected = Options {
            rounds: 3,
            forms: vec![Form::Plain, Form::Hanko],
            first_screen: Some("a.html".into()),
            growth: false,
            write: false,
        };
        assert_eq!(Options::read(&words), Ok(expected));
        assert!(Options::read(&["--write"]).is_ok_and(|options| options.write));
    }

    #[test]
    fn values_out_of_range_are_refused() {
        for value in ["0", "101", "-1", "1.5", ""] {
            let problem = Options::read(&["--rounds", value]).unwrap_err();
            let expected = format!("--rounds takes a number from 1 to 100, not {value:?}");
            assert_eq!(problem, expected);
        }
        let problem = Options::read(&["--only", "plain,other"]).unwrap_err();
        assert!(problem.starts_with("no form \"other\"; there are: plain, "));
    }

    #[test]
    fn documents_are_written_with_all_forms_only() {
        assert!(Options::read(&["--write", "--only", "plain"]).is_err());
        let all = Form::ALL.map(Form::word).join(",");
        assert!(Options::read(&["--write", "--only", &all]).is_ok());
    }

    #[test]
    fn missing_values_and_unknown_options_show_the_help() {
        let missing = Options::read(&["--rounds"]).unwrap_err();
        assert_eq!(missing, format!("--rounds needs a value\n{HELP}"));
        let unknown = Options::read(&["fast"]).unwrap_err();
        assert_eq!(unknown, format!("unknown option \"fast\"\n{HELP}"));
    }
}
