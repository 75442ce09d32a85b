//! The emulator as a program: flags in, one line out per call.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use ae_engine::{Cors, Customer, Engine, Entry, FAULTS, Message, Planned, Running, Settings};
use clap::{CommandFactory, FromArgMatches, Parser};

/// The flags.
#[derive(Parser)]
#[command(name = "ae-engine", version, about = ABOUT, long_about = None, max_term_width = 110)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
struct Flags {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:4180", help_heading = LISTENING)]
    listen: SocketAddr,
    /// Allow an address that other machines can reach
    #[arg(long, help_heading = LISTENING)]
    listen_anywhere: bool,
    /// Print nothing but the address
    #[arg(long, short, help_heading = LISTENING)]
    quiet: bool,

    /// Token lives: as the vendor's text has them (900 s) or as its recorded samples (90 s)
    #[arg(long, value_parser = ["documented", "samples"], default_value = "documented", help_heading = TOKENS)]
    preset: String,
    /// Life of every token; the three flags below win over it
    #[arg(long, value_name = "SECONDS", help_heading = TOKENS)]
    life: Option<u64>,
    /// Life of the token of token/generate
    #[arg(long, value_name = "SECONDS", help_heading = TOKENS)]
    view_life: Option<u64>,
    /// Life of the token of otp/validate
    #[arg(long, value_name = "SECONDS", help_heading = TOKENS)]
    user_life: Option<u64>,
    /// Life of the token of token/regenerate
    #[arg(long, value_name = "SECONDS", help_heading = TOKENS)]
    renew_life: Option<u64>,
    /// How long after its end a token can still be renewed [default: for ever]
    #[arg(long, value_name = "SECONDS", help_heading = TOKENS)]
    renew_grace: Option<u64>,
    /// Renew only for brands with passwords; 1524 for others
    #[arg(long, help_heading = TOKENS)]
    renew_needs_password_brand: bool,
    /// Role in the token of otp/validate [default: USER]
    #[arg(long, help_heading = TOKENS)]
    role: Option<String>,
    /// The claim `ogc` [default: 100737|emulator]
    #[arg(long, value_name = "NUMBER|NAME", help_heading = TOKENS)]
    organisation: Option<String>,
    /// What tokens are signed with; a test value
    #[arg(long, help_heading = TOKENS)]
    secret: Option<String>,
    /// The engine's clock is ahead by so many seconds, or behind if negative
    #[arg(long, value_name = "SECONDS", allow_hyphen_values = true, help_heading = TOKENS)]
    clock_offset: Option<i64>,

    /// The code every customer gets [default: a random one each time]
    #[arg(long, value_name = "DIGITS", help_heading = CODES)]
    code: Option<String>,
    /// Digits of a random code [default: 6]
    #[arg(long, value_name = "DIGITS", help_heading = CODES)]
    otp_length: Option<usize>,
    /// How long a code holds, never longer than its session [default: 1200]
    #[arg(long, value_name = "SECONDS", help_heading = CODES)]
    otp_life: Option<u64>,
    /// Wrong codes a session survives [default: 5]
    #[arg(long, value_name = "COUNT", help_heading = CODES)]
    tries: Option<u32>,
    /// How long a session lasts [default: 900]
    #[arg(long, value_name = "SECONDS", help_heading = CODES)]
    session_life: Option<u64>,
    /// Let a customer have several sessions at once
    #[arg(long, help_heading = CODES)]
    many_sessions: bool,
    /// Codes one customer may be sent; then 1534 [default: any number]
    #[arg(long, value_name = "COUNT", help_heading = CODES)]
    quota: Option<u32>,
    /// When a sent code no longer counts against the quota [default: never]
    #[arg(long, value_name = "SECONDS", help_heading = CODES)]
    quota_window: Option<u64>,
    /// A channel that ?fallbackChannel= may name; can be repeated
    #[arg(long, value_name = "CHANNEL", help_heading = CODES)]
    fallback_channel: Vec<String>,

    /// A brand that exists; can be repeated [default: every brand does]
    #[arg(long, value_name = "NAME", help_heading = CUSTOMERS)]
    brand: Vec<String>,
    /// Brands use passwords: 1520 for a new customer without one
    #[arg(long, help_heading = CUSTOMERS)]
    password_brand: bool,
    /// A registered customer; can be repeated
    #[arg(long, value_name = "IDENTIFIER=UID[,password]", value_parser = customer, help_heading = CUSTOMERS)]
    customer: Vec<(String, Customer)>,
    /// Allow sign-in by EXTERNALID
    #[arg(long, help_heading = CUSTOMERS)]
    external_id: bool,

    /// all, off, or an origin that may read answers; can be repeated [default: all]
    #[arg(long, value_name = "ORIGIN", help_heading = HTTP)]
    cors: Vec<String>,
    /// A header that pages may read; can be repeated [default: Retry-After, Date]
    #[arg(long, value_name = "HEADER", help_heading = HTTP)]
    expose_header: Vec<String>,
    /// Let pages read no extra header
    #[arg(long, conflicts_with = "expose_header", help_heading = HTTP)]
    expose_none: bool,
    /// Give refusals this HTTP status instead of 200
    #[arg(long, value_name = "STATUS", help_heading = HTTP)]
    errors_as_http: Option<u16>,
    /// Journal entries that keep headers and body [default: 200]
    #[arg(long, value_name = "COUNT", help_heading = HTTP)]
    bodies_kept: Option<usize>,

    /// Something that goes wrong, every time or so many times; can be repeated, see the list below
    #[arg(long, value_name = "ENDPOINT=FAULT[:ARGUMENT][*TIMES]", help_heading = FAULTS_HEADING)]
    fault: Vec<Planned>,
    /// Speed of the fault trickle [default: 1]
    #[arg(long, value_name = "BYTES-PER-SECOND", help_heading = FAULTS_HEADING)]
    trickle_rate: Option<u32>,
    /// Makes session ids and codes the same in every run [default: from the time]
    #[arg(long, value_name = "NUMBER", help_heading = FAULTS_HEADING)]
    seed: Option<u64>,
}

fn main() -> ExitCode {
    let flags =
        match Flags::from_arg_matches(&Flags::command().after_help(after_help()).get_matches()) {
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
    let mut engine = Engine::new(settings(&flags)?, flags.seed.unwrap_or_else(seed_from_time));
    for planned in flags.fault {
        engine.inject(planned.endpoint, planned.fault, planned.left);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let runtime = runtime.map_err(|problem| format!("cannot start: {problem}"))?;
    runtime.block_on(async {
        let heard = move |entry: &Entry, message: Option<&Message>| {
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
        let running = Running::start_with(engine, address, now_ms, heard).await;
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

fn settings(flags: &Flags) -> Result<Settings, String> {
    let mut settings = Settings::preset(&flags.preset).unwrap_or_default();
    if let Some(life_s) = flags.life {
        settings.set_lives(life_s);
    }
    put(&mut settings.view_life_s, flags.view_life);
    put(&mut settings.user_life_s, flags.user_life);
    put(&mut settings.renew_life_s, flags.renew_life);
    settings.renew_grace_s = flags.renew_grace;
    settings.renew_needs_password_brand = flags.renew_needs_password_brand;
    put(&mut settings.role, flags.role.clone());
    put(&mut settings.organisation, flags.organisation.clone());
    put(&mut settings.secret, flags.secret.clone());
    put(&mut settings.clock_offset_s, flags.clock_offset);
    settings.code.clone_from(&flags.code);
    put(&mut settings.otp_length, flags.otp_length);
    put(&mut settings.otp_life_s, flags.otp_life);
    put(&mut settings.tries, flags.tries);
    put(&mut settings.session_life_s, flags.session_life);
    settings.newest_session_only = !flags.many_sessions;
    settings.quota = flags.quota;
    settings.quota_window_s = flags.quota_window;
    settings
        .fallback_channels
        .clone_from(&flags.fallback_channel);
    settings.brands = Some(flags.brand.clone()).filter(|brands| !brands.is_empty());
    settings.password_brand = flags.password_brand;
    settings.customers = flags.customer.iter().cloned().collect();
    settings.external_id = flags.external_id;
    settings.cors = match flags.cors.as_slice() {
        [] => Cors::All,
        [word] if word == "all" => Cors::All,
        [word] if word == "off" => Cors::Off,
        origins => Cors::Only(origins.to_vec()),
    };
    if flags.expose_none || !flags.expose_header.is_empty() {
        settings.expose_headers.clone_from(&flags.expose_header);
    }
    settings.errors_as_http = flags.errors_as_http;
    put(&mut settings.bodies_kept, flags.bodies_kept);
    put(&mut settings.trickle_bytes_per_s, flags.trickle_rate);
    settings.check()?;
    Ok(settings)
}

fn put<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

/// `IDENTIFIER=UID`, and `,password` for one who has set a password.
fn customer(text: &str) -> Result<(String, Customer), String> {
    let legal = "a customer is written IDENTIFIER=UID or IDENTIFIER=UID,password";
    let (identifier, rest) = text.rsplit_once('=').ok_or(legal)?;
    let (uid, registered_for_password) = match rest.split_once(',') {
        None => (rest, false),
        Some((uid, "password")) => (uid, true),
        Some(_) => return Err(legal.to_owned()),
    };
    Ok((
        identifier.to_owned(),
        Customer {
            uid: uid.to_owned(),
            registered_for_password,
        },
    ))
}

/// One call in one line, without its query and body: tokens are not for terminals.
fn line(entry: &Entry) -> String {
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

fn after_help() -> String {
    let faults = FAULTS.iter().map(|fault| {
        let written = match fault.argument {
            "" => fault.name.to_owned(),
            optional if optional.starts_with('[') && optional.ends_with(']') => {
                format!("{}[:{}", fault.name, &optional[1..])
            }
            argument => format!("{}:{argument}", fault.name),
        };
        format!("  {written:<31} {}", fault.meaning)
    });
    let faults: Vec<_> = faults.collect();
    format!(
        "{EXAMPLES}\n\nThe faults:\n{}\n\n{NOTES}",
        faults.join("\n")
    )
}

const LISTENING: &str = "Listening";
const TOKENS: &str = "Tokens";
const CODES: &str = "Codes and sessions";
const CUSTOMERS: &str = "Brands and customers";
const HTTP: &str = "HTTP";
const FAULTS_HEADING: &str = "Faults";

const EXAMPLES: &str = "\
Examples:
  Everybody's code is 999999, and tokens live 90 seconds so that renewals come soon:
      ae-engine --preset samples --code 999999

  In CI, on a free port; the first line printed names it:
      ae-engine --listen 127.0.0.1:0 --quiet

  One registered customer of one brand, who may have three codes an hour:
      ae-engine --brand DocDemo --customer ada@example.org=4068291 --quota 3 --quota-window 3600

  The first code is lost on its way, and every renewal takes five seconds:
      ae-engine --fault otp-generate=dropped*1 --fault token-regenerate=delay:5000

  Read the newest code, and make the next check of a code fail with 1518, while it runs:
      curl 'http://127.0.0.1:4180/_emulator/outbox?to=ada@example.org'
      curl -d '{\"endpoint\":\"otp-validate\",\"fault\":\"code\",\"code\":1518,\"times\":1}' \\
          http://127.0.0.1:4180/_emulator/faults";

const NOTES: &str = "\
ENDPOINT is token-generate, otp-generate, otp-validate or token-regenerate.
Faults of an endpoint wait in line, one per call, oldest first; delay, no-cors
and no-expose join whatever else is due. \"No effect\" means that the call never
reaches the engine. Every setting can also be read and changed while it runs, at
/_emulator/settings; GET /_emulator/ lists all controls.

This is not the vendor's software and not endorsed by it. It guards nothing:
never show it real customers.";

const ABOUT: &str = "\
An independent emulator of Capillary's Auth Engine: signs made-up customers in, for tests and demos.

It answers token/generate, otp/generate, otp/validate and token/regenerate under
/auth/v1/web/, keeps everything in memory, sends nothing to anybody, and can be made to
fail in many ways. Codes \"sent\" are printed, and can be read at /_emulator/outbox.";
