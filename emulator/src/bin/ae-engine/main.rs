//! The program `ae-engine`: starts an emulator with the settings of its flags and prints a line for each call.
//!
//! The first line is `ae-engine listens on http://ADDRESS:PORT (controls: ...)`; scripts read the port from it. Errors are printed
//! to the standard error, with the exit status 2.
//!
//! ```text
//! flags/      the flags, and the settings they stand for
//! customer    the value of the flag --customer
//! help        the help texts around the list of flags
//! ```

mod customer;
mod flags;
mod help;

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use ae_engine::{Engine, JournalEntry, Message, Server};
use clap::{CommandFactory, FromArgMatches};
use flags::Flags;

/// The number of characters of a text from outside that are printed.
const MAX_PRINTED: usize = 80;

fn main() -> ExitCode {
    let command = Flags::command().after_help(help::after_flags());
    let flags = match Flags::from_arg_matches(&command.get_matches()) {
        Ok(flags) => flags,
        Err(error) => error.exit(),
    };
    match run(flags) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("ae-engine: {message}");
            ExitCode::from(2)
        }
    }
}

fn run(flags: Flags) -> Result<(), String> {
    let address = flags.listen;
    if !address.ip().is_loopback() && !flags.listen_anywhere {
        return Err(format!(
            "other machines can reach {address}: use a loopback address such as 127.0.0.1, or add --listen-anywhere"
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
    let runtime = runtime.map_err(|error| format!("cannot start: {error}"))?;
    runtime.block_on(async {
        let on_request = move |entry: &JournalEntry, message: Option<&Message>| {
            if quiet {
                return;
            }
            print_line(&call_line(entry));
            if let Some(message) = message {
                print_line(&message_line(message));
            }
        };
        let server = Server::start_with(engine, address, system_time_ms, on_request).await;
        let server = server.map_err(|error| format!("cannot listen on {address}: {error}"))?;
        let url = server.url();
        print_line(&format!(
            "ae-engine listens on {url} (controls: {url}/_emulator/)"
        ));
        server.stopped().await;
        Ok(())
    })
}

/// The line for a call, with the time in UTC. Query and body are left out, because they contain tokens and codes.
fn call_line(entry: &JournalEntry) -> String {
    let second_of_day = entry.at_ms / 1000 % 86_400;
    let mut line = format!(
        "{:02}:{:02}:{:02} {} {}",
        second_of_day / 3600,
        second_of_day / 60 % 60,
        second_of_day % 60,
        entry.method,
        printable(entry.path.split('?').next().unwrap_or_default())
    );
    if let Some(identifier) = &entry.identifier {
        line = format!("{line} {}", printable(identifier));
    }
    line = format!("{line} -> {}", entry.status);
    if let Some(code) = entry.code {
        line = format!("{line} code {code}");
    }
    if !entry.faults.is_empty() {
        let faults: Vec<_> = entry
            .faults
            .iter()
            .map(|fault| printable(&fault.to_string()))
            .collect();
        line = format!("{line} fault {}", faults.join(" "));
    }
    line
}

/// The line for a message, indented under the line of its call.
fn message_line(message: &Message) -> String {
    format!(
        "         {} to {}: {}",
        printable(&message.channel),
        printable(&message.to),
        printable(&message.text)
    )
}

/// Prints a line. Errors are ignored: the reader of a pipe may have exited, as `head` does.
fn print_line(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

/// Shortens a text from outside and escapes control characters, which could change the terminal.
fn printable(text: &str) -> String {
    let short: String = text.chars().take(MAX_PRINTED).collect();
    let ellipsis = if short.len() < text.len() { "..." } else { "" };
    format!("{}{ellipsis}", short.escape_debug())
}

fn system_time_ms() -> u64 {
    let since_epoch = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX)
}

fn seed_from_time() -> u64 {
    let since_epoch = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    since_epoch.as_secs() << 30 | u64::from(since_epoch.subsec_nanos())
}
