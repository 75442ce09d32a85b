//! The commands behind the cargo aliases: `cargo demo`, `cargo bundle`, `cargo verify`, `cargo sms`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use xtask::bundle::StdLibrary;
use xtask::error::{Context as _, Error, Result};
use xtask::verify::{Outcome, Selection, verify};
use xtask::{
    bundle, countries, demo, licences, manifest_diff, release, run, size_budget, sms, stage, words,
};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // The aliases end in `--`. Typing `cargo bundle -- --where`, as for other cargo commands, adds a second one.
    let arguments: Vec<&str> = arguments
        .iter()
        .map(String::as_str)
        .filter(|argument| *argument != "--")
        .collect();
    match run::end_everything_on_interrupt().and_then(|()| execute(&arguments)) {
        Ok(Outcome::Passed) => ExitCode::SUCCESS,
        // Nothing is printed here: the last line has to be the one with the counts.
        Ok(Outcome::Failed) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("\nerror: {error}");
            ExitCode::FAILURE
        }
    }
}

fn execute(arguments: &[&str]) -> Result<Outcome> {
    match arguments {
        ["help" | "--help" | "-h"] | ["verify", "--help" | "-h"] => println!("{HELP}"),
        ["demo", options @ ..] => demo::demo(demo_options(options)?)?,
        ["bundle", options @ ..] => bundle_with(options)?,
        ["verify", arguments @ ..] => return verify(&Selection::from_arguments(arguments)?),
        ["sms", arguments @ ..] => sms::sms(arguments)?,
        // Trunk's hook.
        ["stage"] => stage::stage(&staging_folder()?, profile()?)?,
        // Single checks, and the file that one of them compares.
        ["licences"] => licences::check()?,
        ["words"] => words::check()?,
        ["countries"] => countries::write()?,
        ["manifest-diff", old, new] => compare_manifests(old, new)?,
        _ => return Err(Error::new(HELP)),
    }
    Ok(Outcome::Passed)
}

fn demo_options(arguments: &[&str]) -> Result<demo::Options> {
    let mut options = demo::Options::default();
    let mut arguments = arguments.iter();
    while let Some(option) = arguments.next() {
        let value = arguments.next().copied().unwrap_or_default();
        let invalid = || format!("{option} {value}: not a number in its range");
        match *option {
            "--port" => options.port = value.parse().context(invalid())?,
            "--engine-port" => options.engine_port = value.parse().context(invalid())?,
            "--life" => options.token_lifetime = value.parse().context(invalid())?,
            other => {
                return Err(Error::new(format!(
                    "`cargo demo` has no option {other:?}\n{HELP}"
                )));
            }
        }
    }
    Ok(options)
}

/// The folder with what trunk has built, before trunk moves it to its destination.
fn staging_folder() -> Result<PathBuf> {
    std::env::var_os("TRUNK_STAGING_DIR")
        .map(PathBuf::from)
        .ok_or_else(|| Error::new("this command is for trunk's hook"))
}

/// The profile that trunk builds with.
fn profile() -> Result<stage::Profile> {
    let name = std::env::var("TRUNK_PROFILE").context("this command is for trunk's hook")?;
    stage::Profile::from_name(&name)
}

fn bundle_with(options: &[&str]) -> Result<()> {
    if options == ["--twice"] {
        return bundle::check_reproducibility();
    }
    if let ["--first-screen", settings @ ..] = options {
        println!("{}", bundle::first_screen(settings)?);
        return Ok(());
    }
    if let ["--page", base] = options {
        print!("{}", release::page(base)?);
        return Ok(());
    }
    let mut library = StdLibrary::Rebuilt;
    let mut only_sizes = false;
    for option in options {
        match *option {
            "--plain" => library = StdLibrary::Precompiled,
            "--where" => only_sizes = true,
            other => {
                return Err(Error::new(format!(
                    "`cargo bundle` has no option {other:?}\n{HELP}"
                )));
            }
        }
    }
    if only_sizes {
        return bundle::print_sizes_by_crate(library);
    }
    let sizes = bundle::bundle(library)?;
    println!("{}", size_budget::check(size_budget::BUDGET, &sizes)?);
    Ok(())
}

/// Prints the differences between two manifests, and in the last line the kind of version that they make.
fn compare_manifests(old: &str, new: &str) -> Result<()> {
    let differences = manifest_diff::compare_files(Path::new(old), Path::new(new))?;
    for difference in &differences {
        println!("{}: {}", difference.kind, difference.text);
    }
    println!("{}", manifest_diff::kind(&differences));
    Ok(())
}

const HELP: &str = "
cargo demo                       serve a storefront with the widget, and an emulated engine to sign in against
  --port N  --engine-port N      the ports they listen on; free ports by default
  --life SECONDS                 the lifetime of a token; 60 by default
cargo bundle                     build the files that a shop serves into dist/, and compare their sizes with the budget
  --plain                        build with the precompiled standard library
  --where                        print the size of the wasm by crate
  --first-screen [NAME=VALUE]    print the HTML of the first screen, for a page that contains it: identifiers, firstFactor, remember, locale
  --page ADDRESS                 print the lines for a page that pins this release, whose folder is at the address
  --twice                        build a second time in another folder, and compare the files byte by byte
cargo sms HOST [TEXT]            check whether phones can offer the code of a text message
cargo verify                     check what a change must pass: format, words, lints, tests, bundle, and a quick set of logins in browsers
  WORD                           run only the tests whose path or name contains WORD
  --rest                         run what `cargo verify` leaves out, and count the tests of both
  --exhaustive                   run everything: all logins in three browsers
  --compat                       run all logins in three browsers without WebAssembly";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_commands_and_options_are_refused_with_the_help() {
        for arguments in [
            &["build"][..],
            &["bundle", "--fast"],
            &["demo", "--fast", "1"],
            &[],
        ] {
            let error = execute(arguments).unwrap_err().to_string();
            assert!(error.ends_with(HELP), "{error}");
        }
    }

    #[test]
    fn demo_options_are_numbers_in_their_range() {
        let options = demo_options(&["--port", "8080", "--life", "5"]).unwrap();
        assert_eq!((options.port, options.token_lifetime), (8080, 5));
        for arguments in [&["--port", "65536"][..], &["--life"], &["--port", "x"]] {
            assert!(demo_options(arguments).is_err(), "{arguments:?}");
        }
    }
}
