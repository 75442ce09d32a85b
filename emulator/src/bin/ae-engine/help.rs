//! The long texts of the help: examples, faults, notes.

use ae_engine::{Endpoint, FAULTS, SCENES};

/// What stands below the flags.
pub(crate) fn after() -> String {
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
    let endpoints = wrapped(Endpoint::ALL.into_iter().map(Endpoint::name));
    let scenes: Vec<_> = SCENES
        .iter()
        .map(|scene| format!("  {:<31} {}", scene.name, scene.title))
        .collect();
    format!(
        "{EXAMPLES}\n\nThe faults:\n{}\n\nENDPOINT is one of:\n{endpoints}\n\nThe scenes:\n{}\n\n{NOTES}",
        faults.join("\n"),
        scenes.join("\n")
    )
}

/// Words with commas, two spaces in and no line too long.
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
A customer may have more after commas, each at most once:
  --customer ada@example.org=4068291,password=abc123,mfa,mobile=919999922332
The fields are password (one that nobody knows), password=TEXT, mfa (enrolled for
a second factor), mfa_password=TEXT, mobile=DIGITS, email=ADDRESS, username=TEXT
and external_id=TEXT; any identifier finds the customer.

Faults of an endpoint wait in line, one per call, oldest first; delay, no-cors
and no-expose join whatever else is due. \"No effect\" means that the call never
reaches the engine. Every setting can also be read and changed while it runs, at
/_emulator/settings; GET /_emulator/ lists all controls.

This is not the vendor's software and not endorsed by it. It guards nothing:
never show it real customers.";

/// What stands above the flags.
pub(crate) const ABOUT: &str = "\
An independent emulator of Capillary's Auth Engine: signs made-up customers in, for tests and demos.

It answers the calls of the web under /auth/v1/web/, those of a second factor under
/auth/v1/mfa/ and their mobile twins under /auth/v1/. It keeps everything in memory, sends
nothing to anybody, and can be made to fail in many ways. Codes \"sent\" are printed, and can
be read at /_emulator/outbox.";
