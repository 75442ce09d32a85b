//! `cargo speed`: the widget beside plain HTML, a form by hand, and the forms of others, in one run of one browser.
//!
//! | file | what it does |
//! |---|---|
//! | `options` | the command line |
//! | `form` | the forms that are compared, each with its page |
//! | `visit` | one visit of a page |
//! | `page/watch.js` | types into the field of every page as soon as there is one, and records when things happen |
//! | `session` | a reload of the page of a customer who is signed in |
//! | `samples` | everything that was measured |
//! | `growth` | the cost of languages, elements and tabs |
//! | `goals` | the goals, and whether they hold |
//! | `table` | tables in Markdown |
//! | `picture` | the picture of a run |
//! | `document` | writes the tables and the picture into the documents |
//!
//! The forms take turns in each round, so that other work on the machine slows all of them. Only ratios within a run mean something.

mod document;
mod form;
mod goals;
mod growth;
mod options;
mod picture;
mod samples;
mod session;
mod table;
mod visit;

use std::fmt::Write as _;
use std::process::ExitCode;

use ae_e2e::driver::Driver;
use ae_e2e::emulator::Emulator;
use ae_e2e::machine;
use xtask::site::Served;

use form::{Form, PAGE};
use growth::Growth;
use options::Options;
use samples::{Cache, Profile, Samples};

/// Runs in every page.
const WATCH: &str = include_str!("page/watch.js");

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    match Options::read(&words).and_then(|options| runtime.block_on(compare(&options))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("\nerror: {problem}");
            ExitCode::FAILURE
        }
    }
}

async fn compare(options: &Options) -> Result<(), String> {
    println!("{}", machine::description());
    let engine = Emulator::start().await;
    let first_screen = first_screen(options)?;
    let mut pages = Vec::new();
    for form in options.forms.iter().copied() {
        if form == Form::Html && first_screen.is_none() {
            eprintln!("{}: not measured without --first-screen", form.name());
            continue;
        }
        let first_screen = first_screen.as_deref().unwrap_or_default();
        pages.push((form, form.serve(first_screen, &engine.url()).await?));
    }
    let driver = Driver::start(WATCH).await?;
    let mut samples = Samples::default();
    // The first visit in a new browser takes longer and is not counted.
    for page in &pages {
        visit(&driver, page, Profile::Fast, Cache::Cold).await?;
    }
    for round in 0..options.rounds {
        eprintln!("round {} of {}", round + 1, options.rounds);
        for profile in Profile::ALL {
            for page in in_turn(&pages, round) {
                for cache in Cache::ALL {
                    let measured = visit(&driver, page, profile, cache).await?;
                    for (metric, sample) in measured {
                        samples.add(page.0, profile, cache, metric, sample);
                    }
                }
            }
        }
    }
    eprintln!("sessions");
    session::measure(&driver, &pages, &engine, options.rounds, &mut samples).await?;
    let growth = growth(&driver, &pages, options).await?;
    let report = report(&samples, growth.as_ref(), options)?;
    println!("{report}");
    if options.write {
        document::write(&report, &picture::picture(&samples, &options.forms))?;
    }
    Ok(())
}

/// The markup of the first screen, for the page that has it in its HTML; `None` without such a page.
fn first_screen(options: &Options) -> Result<Option<String>, String> {
    let Some(file) = &options.first_screen else {
        return Ok(None);
    };
    let markup = std::fs::read_to_string(file);
    markup
        .map(Some)
        .map_err(|error| format!("{}: {error}", file.display()))
}

/// Measures the growth, if it is asked for and both forms that it needs are there.
async fn growth(
    driver: &Driver,
    pages: &[Page],
    options: &Options,
) -> Result<Option<Growth>, String> {
    let find = |wanted| pages.iter().find(|(form, _)| *form == wanted);
    let (Some((_, widget)), Some((_, plain)), true) =
        (find(Form::Loader), find(Form::Plain), options.growth)
    else {
        return Ok(None);
    };
    eprintln!("languages, elements and tabs");
    let growth = growth::measure(driver, widget, plain, options.rounds.min(5)).await?;
    Ok(Some(growth))
}

/// A form with its page.
type Page = (Form, Served);

/// The pages in another order in each round, so that none is always the one behind the slowest.
fn in_turn<T>(pages: &[T], round: usize) -> impl Iterator<Item = &T> {
    let (before, behind) = pages.split_at(round % pages.len().max(1));
    behind.iter().chain(before)
}

async fn visit(
    driver: &Driver,
    (form, served): &Page,
    profile: Profile,
    cache: Cache,
) -> Result<visit::Measured, String> {
    let elements = visit::elements(*form);
    let measured = visit::visit(driver, &served.origin(), PAGE, profile, cache, elements).await;
    measured.map_err(|why| {
        format!(
            "{}, {}, {}: {why}",
            form.name(),
            profile.name(),
            cache.name()
        )
    })
}

/// Everything that was measured, in Markdown.
fn report(samples: &Samples, growth: Option<&Growth>, options: &Options) -> Result<String, String> {
    let mut text = String::new();
    let goals = goals::goals(samples);
    let _ = writeln!(text, "### Goals\n\n{}", goals::goals_table(&goals));
    for profile in [Profile::Slow, Profile::Fast] {
        for cache in Cache::ALL {
            let table = table::visits(samples, &options.forms, profile, cache);
            let _ = writeln!(
                text,
                "### {} profile, {}\n\n{table}",
                profile.name(),
                cache.name()
            );
        }
    }
    let _ = writeln!(
        text,
        "### Session\n\n{}",
        table::sessions(samples, &options.forms)
    );
    if let Some(growth) = growth {
        let _ = writeln!(text, "### Growth\n\n{}", growth.text());
    }
    let mut about = vec![format!("{} rounds", options.rounds), machine::description()];
    for form in &options.forms {
        about.extend(form.package_and_version()?);
    }
    let _ = writeln!(text, "{}", about.join("; "));
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_page_comes_first_in_one_of_the_rounds() {
        let order = |round| in_turn(&[1, 2, 3], round).copied().collect::<Vec<_>>();
        assert_eq!(order(0), [1, 2, 3]);
        assert_eq!(order(1), [2, 3, 1]);
        assert_eq!(order(2), [3, 1, 2]);
        assert_eq!(order(3), [1, 2, 3]);
        assert_eq!(in_turn::<u8>(&[], 1).count(), 0);
    }
}
