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
        (
            ["--customer", "ada=7,card=1"],
            "\"card=1\" is nothing a customer has",
        ),
        (["--scene", "nothing"], "legal are codes-only, passwords"),
        (["--password-policy", "("], "password_policy is \"(\""),
        (["--lock-code", "0"], "legal is 1 and more"),
        (["--errors-as-http", "200"], "legal are 400 to 599"),
    ] {
        let output = run(&flags);
        assert_eq!(output.status.code(), Some(2), "{flags:?}");
        let printed = String::from_utf8(output.stderr).unwrap();
        assert!(printed.contains(said), "{flags:?}: {printed}");
    }
}

/// The settings as the program tells them.
fn settings_of(program: &Program) -> serde_json::Value {
    let mut stream = TcpStream::connect(&program.address).unwrap();
    stream
        .write_all(b"GET /_emulator/settings HTTP/1.1\r\nHost: x\r\n\r\n")
        .unwrap();
    let mut all = String::new();
    stream.read_to_string(&mut all).unwrap();
    serde_json::from_str(all.split_once("\r\n\r\n").unwrap().1).unwrap()
}

#[test]
fn a_customer_is_written_with_all_that_is_known_of_them() {
    let program = Program::start(&[
        "--customer",
        "a=b@example.org=7,password=x=y,mfa,mfa_password=z,mobile=91,email=a@b,username=ada,external_id=c",
        "--customer",
        "bob@example.org=8,password",
    ]);
    let customers = &settings_of(&program)["customers"];
    assert_eq!(
        *customers,
        serde_json::json!({
            "a=b@example.org": {
                "uid": "7", "registered_for_password": false, "password": "x=y", "mfa_password": "z", "mfa": true,
                "mobile": "91", "email": "a@b", "username": "ada", "external_id": "c",
            },
            "bob@example.org": { "uid": "8", "registered_for_password": true, "mfa": false },
        })
    );
}

#[test]
fn every_flag_of_a_setting_sets_it() {
    let numbers = [
        ("--view-life", "view_life_s"),
        ("--user-life", "user_life_s"),
        ("--password-life", "password_life_s"),
        ("--renew-life", "renew_life_s"),
        ("--mfa-view-life", "mfa_view_life_s"),
        ("--mfa-user-life", "mfa_user_life_s"),
        ("--mfa-renew-life", "mfa_renew_life_s"),
        ("--mobile-life", "mobile_life_s"),
        ("--key-life", "key_life_s"),
        ("--session-life", "session_life_s"),
        ("--mfa-session-life", "mfa_session_life_s"),
        ("--tries", "tries"),
        ("--mfa-tries", "mfa_tries"),
        ("--password-tries", "password_tries"),
        ("--mfa-password-tries", "mfa_password_tries"),
        ("--attempt-interval", "attempt_interval_s"),
        ("--lock-life", "lock_s"),
        ("--lock-code", "lock_code"),
    ];
    let switches = [
        ("--no-key", "regenerate_key", false),
        ("--no-mfa-key", "regenerate_mfa_key", false),
        ("--keep-key", "expire_kills_key", false),
        ("--lock", "lock", true),
        ("--lock-tells-when", "lock_tells_when", true),
        ("--encryption", "encryption", true),
        ("--password-change-revokes", "password_change_revokes", true),
        (
            "--forget-needs-new-session",
            "forget_needs_new_session",
            true,
        ),
        ("--no-mfa", "mfa", false),
        ("--forced-mfa", "forced_mfa", true),
        ("--mfa-password", "mfa_password", true),
        ("--skip-otp-validate", "skip_otp_validate", true),
        ("--skip-otp-validate-reset", "skip_otp_validate_reset", true),
        (
            "--auto-fill-second-identifier",
            "auto_fill_second_identifier",
            true,
        ),
        ("--mfa-device-check", "mfa_device_check", true),
        ("--mfa-by-key-only", "web_renews_mfa_tokens", false),
    ];
    let mut flags: Vec<String> = Vec::new();
    for (value, (flag, _)) in (7..).zip(numbers) {
        flags.extend([flag.to_owned(), value.to_string()]);
    }
    flags.extend(switches.map(|(flag, ..)| flag.to_owned()));
    flags.extend(["--password-policy", ".a", "--mfa-password-policy", ".b"].map(str::to_owned));
    let flags: Vec<_> = flags.iter().map(String::as_str).collect();
    let set = settings_of(&Program::start(&flags));
    let untouched = settings_of(&Program::start(&[]));
    for (value, (flag, name)) in (7..).zip(numbers) {
        assert_eq!(set[name], value, "{flag}");
    }
    for (flag, name, value) in switches {
        assert_eq!(
            (&set[name], &untouched[name]),
            (&value.into(), &(!value).into()),
            "{flag}"
        );
    }
    assert_eq!(
        (&set["password_policy"], &set["mfa_password_policy"]),
        (&".a".into(), &".b".into())
    );
}

#[test]
fn it_may_begin_with_a_scene() {
    let program = Program::start(&["--scene", "passwords", "--life", "60"]);
    let settings = settings_of(&program);
    assert_eq!(
        (&settings["password_brand"], &settings["user_life_s"]),
        (&true.into(), &60.into())
    );
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
