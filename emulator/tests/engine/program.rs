//! The program `ae-engine`: its flags, its help, its output.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use serde_json::Value;

/// A running program. It is killed when the test ends.
struct Program {
    child: Child,
    stdout: BufReader<ChildStdout>,
    address: String,
}

impl Program {
    /// Starts the program on a free port and reads the address from its first line.
    fn start(flags: &[&str]) -> Program {
        let mut child = command()
            .args(["--listen", "127.0.0.1:0"])
            .args(flags)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        stdout.read_line(&mut first).unwrap();
        let address = first
            .strip_prefix("ae-engine listens on http://")
            .expect(&first);
        let address = address.split_whitespace().next().unwrap().to_owned();
        Program {
            child,
            stdout,
            address,
        }
    }

    /// Sends a request and returns the response, head and body.
    fn request(&self, method: &str, path: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream
            .write_all(format!("{head}{body}").as_bytes())
            .unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        response
    }

    fn post(&self, path: &str, body: &str) -> String {
        self.request("POST", path, body)
    }

    /// The settings, as the control endpoint returns them.
    fn settings(&self) -> Value {
        let response = self.request("GET", "/_emulator/settings", "");
        serde_json::from_str(response.split_once("\r\n\r\n").unwrap().1).unwrap()
    }

    /// Stops the program and returns its output after the first line.
    fn stop(mut self) -> String {
        self.child.kill().unwrap();
        let mut output = String::new();
        self.stdout.read_to_string(&mut output).unwrap();
        output
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Fails if the program was stopped before.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command() -> Command {
    Command::new(env!("CARGO_BIN_EXE_ae-engine"))
}

/// Runs the program until it exits.
fn run(flags: &[&str]) -> Output {
    command().args(flags).output().unwrap()
}

/// A string value in a response, found by its name.
fn value<'a>(response: &'a str, name: &str) -> &'a str {
    let (_, rest) = response
        .split_once(&format!("\"{name}\":\""))
        .expect(response);
    rest.split_once('"').unwrap().0
}

const ADA: &str =
    r#""identifierType":"EMAIL","identifierValue":"ada@example.org","brand":"DocDemo""#;

#[test]
fn calls_are_printed_without_tokens() {
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
    let validated = program.post("/auth/v1/web/otp/validate", &body);
    let token = value(&validated, "token").to_owned();

    let output = program.stop();
    let lines: Vec<_> = output.lines().map(|line| &line[9..]).collect();
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
    assert!(token.starts_with("eyJ") && !output.contains(&token[..40]));
}

#[test]
fn control_characters_are_escaped() {
    let program = Program::start(&[]);
    program.post(
        "/auth/v1/web/token/generate",
        r#"{"identifierValue":"\u001b[2Jx\n12:00:00 forged"}"#,
    );
    let output = program.stop();
    assert_eq!(output.lines().count(), 1, "{output}");
    assert!(!output.contains('\u{1b}'));
}

#[test]
fn quiet_prints_only_the_address() {
    let program = Program::start(&["--quiet"]);
    program.post("/auth/v1/web/token/generate", &format!("{{{ADA}}}"));
    assert_eq!(program.stop(), "");
}

#[test]
fn public_address_needs_listen_anywhere() {
    let output = run(&["--listen", "0.0.0.0:0"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("add --listen-anywhere")
    );
}

#[test]
fn address_in_use_is_reported() {
    let program = Program::start(&[]);
    let output = run(&["--listen", &program.address]);
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(
        message.contains(&format!("cannot listen on {}", program.address)),
        "{message}"
    );
}

#[test]
fn invalid_flag_values_are_reported() {
    for (flags, message) in [
        (["--preset", "mine"], "documented, samples"),
        (["--code", "abc"], "expected 1 to 18 digits"),
        (
            ["--fault", "otp-validate=gone"],
            "expected one of delay, dropped",
        ),
        (
            ["--customer", "ada"],
            "\"ada\" is not a customer: expected IDENTIFIER=UID",
        ),
        (["--customer", "ada=x"], "expected digits"),
        (
            ["--customer", "ada=7,card=1"],
            "unknown field \"card=1\" of a customer",
        ),
        (
            ["--scene", "nothing"],
            "expected one of codes-only, passwords",
        ),
        (["--password-policy", "("], "password_policy is \"(\""),
        (["--lock-code", "0"], "expected 1 or more"),
        (["--errors-as-http", "200"], "expected 400 to 599"),
    ] {
        let output = run(&flags);
        assert_eq!(output.status.code(), Some(2), "{flags:?}");
        let output = String::from_utf8(output.stderr).unwrap();
        assert!(output.contains(message), "{flags:?}: {output}");
    }
}

#[test]
fn customer_flag_sets_every_field() {
    let program = Program::start(&[
        "--customer",
        "a=b@example.org=7,password=x=y,mfa,mfa_password=z,mobile=91,email=a@b,username=ada,external_id=c",
        "--customer",
        "bob@example.org=8,password",
    ]);
    let customers = &program.settings()["customers"];
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
fn every_setting_flag_changes_its_setting() {
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
    let set = Program::start(&flags).settings();
    let untouched = Program::start(&[]).settings();
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
fn scene_flag_switches_to_the_scene() {
    let program = Program::start(&["--scene", "passwords", "--life", "60"]);
    let settings = program.settings();
    assert_eq!(
        (&settings["password_brand"], &settings["user_life_s"]),
        (&true.into(), &60.into())
    );
}

#[test]
fn help_lists_every_fault_and_has_examples() {
    let output = String::from_utf8(run(&["--help"]).stdout).unwrap();
    for fault in ae_engine::FAULTS {
        assert!(
            output.contains(&format!("\n  {}", fault.name)),
            "{}",
            fault.name
        );
    }
    assert!(output.contains("Examples:\n"));
    assert!(
        output.lines().all(|line| line.chars().count() <= 110),
        "{output}"
    );
}
