//! The program: its flags, its help, and what it prints.
#![cfg(feature = "http")]
#![allow(clippy::unwrap_used, reason = "a test that finds nothing should fail")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

/// The program while it runs; it is killed with the test.
struct Program {
    child: Child,
    printed: BufReader<ChildStdout>,
    address: String,
}

impl Program {
    fn start(flags: &[&str]) -> Program {
        let mut child = program()
            .args(["--listen", "127.0.0.1:0"])
            .args(flags)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut printed = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        printed.read_line(&mut first).unwrap();
        let address = first
            .strip_prefix("ae-engine listens on http://")
            .expect(&first);
        let address = address.split_whitespace().next().unwrap().to_owned();
        Program {
            child,
            printed,
            address,
        }
    }

    fn post(&self, call: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let head = format!(
            "POST {call} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream
            .write_all(format!("{head}{body}").as_bytes())
            .unwrap();
        let mut all = String::new();
        stream.read_to_string(&mut all).unwrap();
        all
    }

    /// Stops it and gives the rest of what it printed.
    fn stop(mut self) -> String {
        self.child.kill().unwrap();
        let mut rest = String::new();
        self.printed.read_to_string(&mut rest).unwrap();
        rest
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Already stopped, most often.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_ae-engine"))
}

fn run(flags: &[&str]) -> Output {
    program().args(flags).output().unwrap()
}

/// A value of an answer, found by its name.
fn value<'a>(answer: &'a str, name: &str) -> &'a str {
    let (_, rest) = answer.split_once(&format!("\"{name}\":\"")).expect(answer);
    rest.split_once('"').unwrap().0
}

const ADA: &str =
    r#""identifierType":"EMAIL","identifierValue":"ada@example.org","brand":"DocDemo""#;

#[test]
fn a_login_is_printed_line_by_line_without_its_tokens() {
    let program = Program::start(&["--code", "424242", "--fault", "otp-generate=code:1503*1"]);
    let opened = program.post(
        "/auth/v1/web/token/generate?secret=hidden",
        &format!("{{{ADA}}}"),
    );
    let session = value(&opened, "sessionId");
    let body = format!("{{{ADA},\"sessionId\":\"{session}\"}}");
    program.post("/auth/v1/web/otp/generate", &body);
    program.post("/auth/v1/web/otp/generate", &body);
    let body = format!("{{{ADA},\"sessionId\":\"{session}\",\"otp\":\"424242\"}}");
    let proved = program.post("/auth/v1/web/otp/validate", &body);
    let token = value(&proved, "token").to_owned();

    let printed = program.stop();
    let lines: Vec<_> = printed.lines().map(|line| &line[9..]).collect();
    assert_eq!(
        lines,
        [
            "POST /auth/v1/web/token/generate ada@example.org -> 200",
            "POST /auth/v1/web/otp/generate ada@example.org -> 200 code 1503 fault code:1503",
            "POST /auth/v1/web/otp/generate ada@example.org -> 200",
            "EMAIL to ada@example.org: 424242 is your code for DOCDEMO. It can be used for 15 minutes.",
            "POST /auth/v1/web/otp/validate ada@example.org -> 200",
        ]
    );
    assert!(token.starts_with("eyJ") && !printed.contains(&token[..40]));
}

#[test]
fn what_comes_from_outside_cannot_move_the_cursor() {
    let program = Program::start(&[]);
    program.post(
        "/auth/v1/web/token/generate",
        r#"{"identifierValue":"\u001b[2Jx\n12:00:00 forged"}"#,
    );
    let printed = program.stop();
    assert_eq!(printed.lines().count(), 1, "{printed}");
    assert!(!printed.contains('\u{1b}'));
}

#[test]
fn quiet_prints_its_address_and_no_more() {
    let program = Program::start(&["--quiet"]);
    program.post("/auth/v1/web/token/generate", &format!("{{{ADA}}}"));
    assert_eq!(program.stop(), "");
}

#[test]
fn an_address_that_others_can_reach_must_be_asked_for() {
    let output = run(&["--listen", "0.0.0.0:0"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("add --listen-anywhere")
    );
}

#[test]
fn a_taken_address_is_said_to_be_taken() {
    let program = Program::start(&[]);
    let output = run(&["--listen", &program.address]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains(&format!("cannot listen on {}", program.address)),
        "{said}"
    );
}

#[test]
fn a_wrong_flag_is_told_what_is_legal() {
    for (flags, said) in [
        (["--preset", "mine"], "documented, samples"),
        (["--code", "abc"], "legal are 1 to 18 digits"),
        (["--fault", "otp-validate=gone"], "legal are delay, dropped"),
        (
            ["--customer", "ada"],
            "a customer is written IDENTIFIER=UID",
        ),
        (["--customer", "ada=x"], "legal are digits"),
        (["--errors-as-http", "200"], "legal are 400 to 599"),
    ] {
        let output = run(&flags);
        assert_eq!(output.status.code(), Some(2), "{flags:?}");
        let printed = String::from_utf8(output.stderr).unwrap();
        assert!(printed.contains(said), "{flags:?}: {printed}");
    }
}

#[test]
fn the_help_names_every_fault_and_gives_examples() {
    let printed = String::from_utf8(run(&["--help"]).stdout).unwrap();
    for fault in ae_engine::FAULTS {
        assert!(
            printed.contains(&format!("\n  {}", fault.name)),
            "{}",
            fault.name
        );
    }
    assert!(printed.contains("Examples:\n"));
    assert!(
        printed.lines().all(|line| line.chars().count() <= 110),
        "{printed}"
    );
}

#[test]
fn the_readme_names_every_fault_setting_flag_and_control() {
    let readme =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let settings = serde_json::to_value(ae_engine::Settings::default()).unwrap();
    let settings = settings
        .as_object()
        .unwrap()
        .keys()
        .map(|name| format!("| `{name}` |"));
    let faults = ae_engine::FAULTS
        .iter()
        .map(|fault| format!("| `{}", fault.name));
    let printed = String::from_utf8(run(&["--help"]).stdout).unwrap();
    let (flags, _) = printed.split_once("\nExamples:").unwrap();
    let flags = flags
        .lines()
        .filter_map(|line| line.split_whitespace().find(|word| word.starts_with("--")));
    let flags = flags
        .filter(|flag| !["--help", "--version"].contains(flag))
        .map(|flag| format!("`{flag}"));
    let controls = [
        "health",
        "settings",
        "faults",
        "outbox",
        "journal",
        "customers",
        "scenes",
        "scene",
    ]
    .map(|name| format!("/_emulator/{name}`"));
    let scenes = ae_engine::SCENES
        .iter()
        .map(|scene| format!("| `{}` |", scene.name));
    let names = settings
        .chain(faults)
        .chain(flags)
        .chain(controls)
        .chain(scenes);
    for name in names {
        assert!(readme.contains(&name), "{name}");
    }
}
