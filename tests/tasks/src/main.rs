//! The programs behind the cargo aliases: `cargo demo`, `cargo bundle`, `cargo verify`.

use std::process::ExitCode;

use ae_tasks::bundle::Library;
use ae_tasks::problem::{Problem, Result};
use ae_tasks::{bundle, run, weigh};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    // An alias already ends in `--`; whoever types `cargo bundle -- --where` as usual hands us a second one.
    let words: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .filter(|word| *word != "--")
        .collect();
    match run::end_everything_on_interrupt().and_then(|()| obey(&words)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("\nerror: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn obey(words: &[&str]) -> Result<()> {
    match words {
        ["bundle", options @ ..] => bundle_with(options),
        _ => Err(Problem::new(HELP)),
    }
}

fn bundle_with(options: &[&str]) -> Result<()> {
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
    println!("{}", weigh::check(weigh::BUDGET, &weights)?);
    Ok(())
}

const HELP: &str = "
cargo bundle                     build the files a shop serves into dist/ and weigh them
  --plain                        with the compiler's own standard library
  --where                        where the bytes of the wasm are, crate by crate";
