//! The programs behind the cargo aliases: `cargo demo`, `cargo bundle`, `cargo verify`, `cargo sms`.

use std::path::PathBuf;
use std::process::ExitCode;

use xtask::bundle::Library;
use xtask::problem::{Problem, Result, While as _};
use xtask::verify::{Outcome, verify};
use xtask::{bundle, countries, demo, licences, run, size_budget, sms, stage, tools};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    // An alias already ends in `--`; whoever types `cargo bundle -- --where` as usual hands us a second one.
    let words: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .filter(|word| *word != "--")
        .collect();
    match run::end_everything_on_interrupt().and_then(|()| obey(&words)) {
        Ok(Outcome::Good) => ExitCode::SUCCESS,
        // What is bad has been said, and the counts are to be the last line.
        Ok(Outcome::Bad) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("\nerror: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn obey(words: &[&str]) -> Result<Outcome> {
    match words {
        ["demo", options @ ..] => demo::demo(demo_options(options)?)?,
        ["bundle", options @ ..] => bundle_with(options)?,
        ["verify"] => return verify(),
        ["sms", words @ ..] => sms::sms(words)?,
        // The rest is for trunk's hook and for `.ci/run`.
        ["stage"] => stage::stage(&staging()?, profile()?)?,
        ["licences"] => licences::check()?,
        ["countries"] => countries::write()?,
        ["wasm-target"] => tools::ensure_wasm_target()?,
        _ => return Err(Problem::new(HELP)),
    }
    Ok(Outcome::Good)
}

fn demo_options(words: &[&str]) -> Result<demo::Options> {
    let mut options = demo::Options::default();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let number = words.next().copied().unwrap_or_default();
        let unclear = || format!("{word} {number}: not a number it can have");
        match *word {
            "--port" => options.port = number.parse().while_doing(unclear())?,
            "--engine-port" => options.engine_port = number.parse().while_doing(unclear())?,
            "--life" => options.life = number.parse().while_doing(unclear())?,
            other => {
                return Err(Problem::new(format!(
                    "demo does not know {other:?}\n{HELP}"
                )));
            }
        }
    }
    Ok(options)
}

/// Where trunk has put what it built, before it moves it to its place.
fn staging() -> Result<PathBuf> {
    std::env::var_os("TRUNK_STAGING_DIR")
        .map(PathBuf::from)
        .ok_or_else(|| Problem::new("only trunk calls this"))
}

/// How trunk builds.
fn profile() -> Result<stage::Profile> {
    let name = std::env::var("TRUNK_PROFILE").while_doing("only trunk calls this")?;
    stage::Profile::from_name(&name)
}

fn bundle_with(options: &[&str]) -> Result<()> {
    if options == ["--twice"] {
        return bundle::bundle_twice();
    }
    let mut library = Library::Own;
    let mut only_where = false;
    for option in options {
        match *option {
            "--plain" => library = Library::Plain,
            "--where" => only_where = true,
            other => {
                return Err(Problem::new(format!(
                    "bundle does not know {other:?}\n{HELP}"
                )));
            }
        }
    }
    if only_where {
        return bundle::where_the_bytes_are(library);
    }
    let weights = bundle::bundle(library)?;
    println!("{}", size_budget::check(size_budget::BUDGET, &weights)?);
    Ok(())
}

const HELP: &str = "
cargo demo                       a storefront to sign in on, and an engine behind it
  --port N  --engine-port N      where they listen; otherwise on free ports
  --life SECONDS                 how long a token lives; otherwise 60
cargo bundle                     build the files a shop serves into dist/ and weigh them
  --plain                        with the compiler's own standard library
  --where                        where the bytes of the wasm are, crate by crate
  --twice                        build once more in another folder; both must make the same bytes
cargo sms HOST [TEXT]            whether phones can offer the code of a text message
cargo verify                     install what is missing and run every test there is";
