//! The help texts before and after the list of flags.

use ae_engine::{Endpoint, FAULTS, SCENES};

/// The text before the list of flags.
pub(crate) const ABOUT: &str = "\
An independent emulator of Capillary's Auth Engine, for tests and demonstrations of sign-in.

It answers the calls of the web under /auth/v1/web/, those of the second factor under
/auth/v1/mfa/ and those of mobile apps under /auth/v1/. It keeps everything in memory and
sends nothing: codes are printed, and can be read at /_emulator/outbox.";

const EXAMPLES: &str = "\
Examples:
  Every code is 999999, and tokens of the web live 90 seconds, so that renewals come soon:
      ae-engine --preset samples --code 999999

  In CI, on a free port; the first line of the output has the address:
      ae-engine --listen 127.0.0.1:0 --quiet

  One registered customer of one brand, who can be sent three codes an hour:
      ae-engine --brand DocDemo --customer ada@example.org=4068291 --quota 3 --quota-window 3600

  The first request for a code gets no response, and every renewal takes five seconds:
      ae-engine --fault otp-generate=dropped*1 --fault token-regenerate=delay:5000

  While it runs, read the newest code, and make the next validation of a code fail with 1518:
      curl 'http://127.0.0.1:4180/_emulator/outbox?to=ada@example.org'
      curl -d '{\"endpoint\":\"otp-validate\",\"fault\":\"code\",\"code\":1518,\"times\":1}' \\
          http://127.0.0.1:4180/_emulator/faults";

const NOTES: &str = "\
A customer can have fields after the number, separated by commas:
  --customer ada@example.org=4068291,password=abc123,mfa,mobile=919999922332
The fields are password (a password that no text matches), password=TEXT, mfa (enrolled
for a second factor), mfa_password=TEXT, mobile=DIGITS, email=ADDRESS, username=TEXT and
external_id=TEXT. Any identifier finds the customer.

Faults of an endpoint form a queue: each call takes the oldest one. delay, no-cors and
no-expose apply together with it. \"No effect\" means that the call does not reach the
engine. All settings can be read and changed at /_emulator/settings while the emulator
runs; GET /_emulator/ lists all control endpoints.

This is not the vendor's software and not endorsed by the vendor. It has no security:
its secret is public and its controls are open. Do not use it with real customers.";

/// The text after the list of flags: examples, faults, endpoints, scenes and notes.
pub(crate) fn after_flags() -> String {
    let faults = FAULTS.iter().map(|fault| {
        let syntax = match fault.argument {
            "" => fault.name.to_owned(),
            optional if optional.starts_with('[') && optional.ends_with(']') => {
                format!("{}[:{}", fault.name, &optional[1..])
            }
            argument => format!("{}:{argument}", fault.name),
        };
        format!("  {syntax:<31} {}", fault.effect)
    });
    let faults: Vec<_> = faults.collect();
    let endpoints = wrapped(Endpoint::ALL.into_iter().map(Endpoint::name));
    let scenes: Vec<_> = SCENES
        .iter()
        .map(|scene| format!("  {:<31} {}", scene.name, scene.title))
        .collect();
    format!(
        "{EXAMPLES}\n\nFaults:\n{}\n\nValues of ENDPOINT:\n{endpoints}\n\nScenes:\n{}\n\n{NOTES}",
        faults.join("\n"),
        scenes.join("\n")
    )
}

/// Words separated by commas, in lines that are indented by two spaces and at most 80 characters long.
fn wrapped<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut lines: Vec<String> = Vec::new();
    for word in words {
        match lines.last_mut() {
            Some(line) if line.len() + word.len() < 78 => *line = format!("{line}, {word}"),
            _ => lines.push(format!("  {word}")),
        }
    }
    lines.join(",\n")
}
