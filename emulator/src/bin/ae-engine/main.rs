//! The emulator as a program: flags in, one line out per call.

mod customer;
mod flags;
mod help;

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use ae_engine::{Engine, JournalEntry, Message, Server};
use clap::{CommandFactory, FromArgMatches};
use flags::Flags;

fn main() -> ExitCode {
    let flags =
        match Flags::from_arg_matches(&Flags::command().after_help(help::after()).get_matches()) {
            Ok(flags) => flags,
            Err(problem) => problem.exit(),
        };
    match run(flags) {
        Ok(()) => ExitCode::SUCCESS,
        Err(said) => {
            eprintln!("ae-engine: {said}");
            ExitCode::from(2)
        }
    }
}

fn run(flags: Flags) -> Result<(), String> {
    let address = flags.listen;
    if !address.ip().is_loopback() && !flags.listen_anywhere {
        return Err(format!(
            "{address} can be reached from other machines: use a loopback address such as 127.0.0.1, or add --listen-anywhere"
        ));
    }
    let quiet = flags.quiet;
    let mut engine = Engine::new(flags.settings()?, flags.seed.unwrap_or_else(seed_from_time));
    if let Some(name) = &flags.scene {
        engine.set_scene(name)?;
    }
    for planned in flags.fault {
        engine.inject(planned.endpoint, planned.fault, planned.left);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let runtime = runtime.map_err(|problem| format!("cannot start: {problem}"))?;
    runtime.block_on(async {
        let observer = move |entry: &JournalEntry, message: Option<&Message>| {
            if !quiet {
                say(&line(entry));
                if let Some(message) = message {
                    let (channel, to) = (shown(&message.channel), shown(&message.to));
                    say(&format!(
                        "         {channel} to {to}: {}",
                        shown(&message.text)
                    ));
                }
            }
        };
        let running = Server::start_with(engine, address, now_ms, observer).await;
        let running =
            running.map_err(|problem| format!("cannot listen on {address}: {problem}"))?;
        let url = running.url();
        say(&format!(
            "ae-engine listens on {url} (controls: {url}/_emulator/)"
        ));
        running.stopped().await;
        Ok(())
    })
}

/// One call in one line, without its query and body: tokens are not for terminals.
fn line(entry: &JournalEntry) -> String {
    let day_s = entry.at_ms / 1000 % 86_400;
    let mut line = format!(
        "{:02}:{:02}:{:02} {} {}",
        day_s / 3600,
        day_s / 60 % 60,
        day_s % 60,
        entry.method,
        shown(entry.path.split('?').next().unwrap_or_default())
    );
    if let Some(identifier) = &entry.identifier {
        line = format!("{line} {}", shown(identifier));
    }
    line = format!("{line} -> {}", entry.status);
    if let Some(code) = entry.code {
        line = format!("{line} code {code}");
    }
    if !entry.faults.is_empty() {
        let faults: Vec<_> = entry
            .faults
            .iter()
            .map(|fault| shown(&fault.to_string()))
            .collect();
        line = format!("{line} fault {}", faults.join(" "));
    }
    line
}

/// Prints a line. Whoever read them may have gone, as `head` does; that is no reason to stop.
fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

/// Text from outside, short and without anything a terminal would obey.
fn shown(text: &str) -> String {
    let short: String = text.chars().take(80).collect();
    let rest = if short.len() < text.len() { "..." } else { "" };
    format!("{}{rest}", short.escape_debug())
}

fn now_ms() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

fn seed_from_time() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    since.as_secs() << 30 | u64::from(since.subsec_nanos())
}
