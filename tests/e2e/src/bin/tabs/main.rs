//! `cargo tabs`: how many renewals many tabs need, and how long the last tab waits for the new token, beside two other libraries.
//!
//! | file | what it does |
//! |---|---|
//! | `library` | the libraries that are compared, and the call of each |
//! | `browser_tabs` | a browser with many tabs, which request a token at the same moment |
//! | `token_endpoint` | the token endpoint of the other libraries; the widget has its engine |
//! | `page` | what runs in the tabs |
//!
//! It prints numbers and judges none: how fast a machine is says nothing about a library, and no test may depend on it.

mod browser_tabs;
mod library;
mod token_endpoint;

use std::process::ExitCode;

use ae_e2e::machine;
use browser_tabs::{BrowserTabs, Disturbance, LIFETIME, Outcome};
use library::{Code, Library};

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
        let unclear = |_| format!("{word} {value}: not a number in its range");
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
        "Tokens live {LIFETIME} s. At one moment, all tabs set their clocks to just after the end of the token, receive a `focus` event and\n\
         request a token; a request is answered after {} ms. Over HTTP/1.1, a browser sends six requests to one host at a time.\n\
         The widget's aim: one renewal, and all tabs have its token at most 500 ms after the answer. A crash costs at most 1 s, a freeze 3.5 s,\n\
         and each of them one more renewal, since the answer of the lost tab is lost as well.",
        options.answer
    );
    let only = options.only.as_deref();
    for library in Library::ALL {
        if only.is_some_and(|only| !library.name().contains(only)) {
            continue;
        }
        let code = library.code()?;
        println!("\n{} {}: {}", library.name(), code.version, library.call());
        measure_counts(library, &code, options).await?;
        measure_one_and_ten(library, &code).await?;
    }
    println!("\nload of the machine at the end: {}", machine::load());
    Ok(())
}

/// A round for each number of tabs, in one browser.
async fn measure_counts(library: Library, code: &Code, options: &Options) -> Result<(), String> {
    let mut tabs = BrowserTabs::new(library, code).await?;
    println!("{HEADING}");
    for count in &options.tabs {
        tabs.open(*count).await?;
        let outcome = tabs
            .play_round(LIFETIME + 1, 3000, options.answer, Disturbance::None)
            .await?;
        println!("{}", line(&format!("tabs: {}", outcome.tabs), &outcome));
    }
    Ok(())
}

/// With one tab, the time from `focus` to the request. With ten tabs, the renewals of an hour, and the cost of a freeze and of a crash
/// of the first tab.
async fn measure_one_and_ten(library: Library, code: &Code) -> Result<(), String> {
    let mut tabs = BrowserTabs::new(library, code).await?;
    tabs.open(1).await?;
    let mut decisions = Vec::new();
    for _ in 0..5 {
        let outcome = tabs
            .play_round(LIFETIME + 1, 1200, 50, Disturbance::None)
            .await?;
        decisions.extend(outcome.decision);
    }
    decisions.sort_by(f64::total_cmp);

    tabs.open(10).await?;
    let before = tabs.renewals();
    let mut failed = 0;
    for _ in 0..60 {
        let outcome = tabs.play_round(60, 250, 50, Disturbance::None).await?;
        // A tab that needs no new token returns the old one.
        failed += usize::from(outcome.why.is_some());
    }
    let calls = tabs.renewals() - before;

    for (disturbance, what) in [
        (Disturbance::Freeze, "the first of 10 freezes"),
        (Disturbance::Crash, "the first of 10 crashes"),
    ] {
        let outcome = tabs
            .play_round(LIFETIME + 1, 1500, 1000, disturbance)
            .await?;
        println!("{}", line(what, &outcome));
    }
    if let Some(median) = decisions.get(decisions.len() / 2) {
        println!(
            "from focus to the request, one tab: {median:.1} ms (median of {})",
            decisions.len()
        );
    }
    #[expect(clippy::cast_precision_loss, reason = "a few calls")]
    let each = calls as f64 / 10.0;
    println!(
        "an hour of the pages' clocks, 10 tabs that request a token every minute: {calls} renewals, {each:.1} for each tab{}",
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
        None if outcome.visible != outcome.tabs => format!("  ({} visible)", outcome.visible),
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

const HEADING: &str = "                         renewals first request  all have it  its answer    over that  without";

const HELP: &str = "
cargo tabs                       the widget in many tabs, beside auth0-spa-js and supabase auth-js
  --tabs 1,10,50,100             how many
  --answer MS                    how late a request is answered; otherwise 300
  --only NAME                    one of the libraries";
