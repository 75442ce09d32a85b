//! `cargo tabs`: how many renewals many tabs cost, and how long the last of them waits for the new token, beside two libraries
//! that others use.
//!
//! | file | what it does |
//! |---|---|
//! | `entrant` | the libraries that take part, and what is asked of each |
//! | `course` | a browser with many tabs, started at the same moment |
//! | `stub` | the token endpoint of the others; the widget has its engine |
//! | `page` | what runs in the tabs |
//!
//! It prints numbers and judges none: how fast a machine is says nothing about a library, and no test may depend on it.

mod course;
mod entrant;
mod stub;

use std::process::ExitCode;

use ae_e2e::machine;
use course::{Course, Fate, LIFE, Outcome};
use entrant::{Code, Entrant};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    match read(&words).and_then(|options| runtime.block_on(compare(&options))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("\nerror: {problem}");
            ExitCode::FAILURE
        }
    }
}

struct Options {
    tabs: Vec<usize>,
    answer: u64,
    only: Option<String>,
}

fn read(words: &[&str]) -> Result<Options, String> {
    let mut options = Options {
        tabs: vec![1, 10, 50, 100],
        answer: 300,
        only: None,
    };
    let mut words = words.iter().filter(|word| **word != "--");
    while let Some(word) = words.next() {
        let value = words.next().copied().unwrap_or_default();
        let unclear = |_| format!("{word} {value}: not a number it can have");
        match *word {
            "--tabs" => {
                let numbers: Result<_, _> = value.split(',').map(str::parse).collect();
                options.tabs = numbers.map_err(unclear)?;
                options.tabs.sort_unstable();
            }
            "--answer" => options.answer = value.parse().map_err(unclear)?,
            "--only" => options.only = Some(value.to_owned()),
            _ => return Err(HELP.to_owned()),
        }
    }
    Ok(options)
}

async fn compare(options: &Options) -> Result<(), String> {
    println!("{}", machine::description());
    println!(
        "Tokens live {LIFE} s. At one moment the clock of every tab is moved to just behind their end, every tab is woken (`focus`) \
         and asked for\na token; a question is answered {} ms late. Over HTTP/1.1 a browser asks one host six questions at a time.\n\
         The widget's aim: one renewal, all served within 500 ms over its answer; a crash costs 1 s at the most, a freeze 3.5 s,\n\
         and each of them one renewal more: the lost one's answer goes with it.",
        options.answer
    );
    let only = options.only.as_deref();
    for entrant in Entrant::ALL {
        if only.is_some_and(|only| !entrant.name().contains(only)) {
            continue;
        }
        let code = entrant.code()?;
        println!("\n{} {}: {}", entrant.name(), code.version, entrant.asked());
        race(entrant, &code, options).await?;
        befall(entrant, &code).await?;
    }
    println!("\nload of the machine at the end: {}", machine::load());
    Ok(())
}

/// The numbers of tabs, one after the other, in one browser.
async fn race(entrant: Entrant, code: &Code, options: &Options) -> Result<(), String> {
    let mut course = Course::new(entrant, code).await?;
    println!("{HEADING}");
    for tabs in &options.tabs {
        course.opens(*tabs).await?;
        let outcome = course
            .races(LIFE + 1, 3000, options.answer, Fate::None)
            .await?;
        println!("{}", line(&format!("tabs: {}", outcome.tabs), &outcome));
    }
    Ok(())
}

/// What a crash and a freeze of the first one cost ten tabs, how often they ask in an hour, and how soon one of them decides.
async fn befall(entrant: Entrant, code: &Code) -> Result<(), String> {
    let mut course = Course::new(entrant, code).await?;
    course.opens(1).await?;
    let mut decisions = Vec::new();
    for _ in 0..5 {
        let outcome = course.races(LIFE + 1, 1200, 50, Fate::None).await?;
        decisions.extend(outcome.decision);
    }
    decisions.sort_by(f64::total_cmp);

    course.opens(10).await?;
    let before = course.renewals();
    let mut failed = 0;
    for _ in 0..60 {
        let outcome = course.races(60, 250, 50, Fate::None).await?;
        // Whoever needs no new token has the old one.
        failed += usize::from(outcome.why.is_some());
    }
    let calls = course.renewals() - before;

    for (fate, what) in [
        (Fate::Freeze, "the first of 10 freezes"),
        (Fate::Crash, "the first of 10 crashes"),
    ] {
        let outcome = course.races(LIFE + 1, 1500, 1000, fate).await?;
        println!("{}", line(what, &outcome));
    }
    if let Some(median) = decisions.get(decisions.len() / 2) {
        println!(
            "from wake to the question, one tab: {median:.1} ms (median of {})",
            decisions.len()
        );
    }
    #[expect(clippy::cast_precision_loss, reason = "a few calls")]
    let each = calls as f64 / 10.0;
    println!(
        "an hour of the pages' clock, 10 tabs woken and asked every minute: {calls} renewals, {each:.1} for each tab{}",
        if failed > 0 {
            format!("; {failed} minutes with a failure")
        } else {
            String::new()
        }
    );
    Ok(())
}

fn line(what: &str, outcome: &Outcome) -> String {
    let ms =
        |span: Option<u64>| span.map_or_else(|| "never".to_owned(), |span| format!("{span} ms"));
    let over = outcome.last.map(|last| last.saturating_sub(outcome.answer));
    let note = match &outcome.why {
        Some(why) => format!("  ({why})"),
        None if outcome.seen != outcome.tabs => format!("  ({} seen)", outcome.seen),
        None => String::new(),
    };
    format!(
        "{what:<24} {:>8} {:>12} {:>12} {:>12} {:>12} {:>8}{note}",
        outcome.renewals,
        ms(outcome.first),
        ms(outcome.last),
        ms(Some(outcome.answer)),
        ms(over),
        outcome.failed,
    )
}

const HEADING: &str =
    "                         renewals  first asked   all served  its answer    over that  without";

const HELP: &str = "
cargo tabs                       the widget in many tabs, beside auth0-spa-js and supabase auth-js
  --tabs 1,10,50,100             how many
  --answer MS                    how late a question is answered; otherwise 300
  --only NAME                    one of the libraries";
