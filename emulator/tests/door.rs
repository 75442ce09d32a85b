//! The HTTP door, over a real socket of this machine with a plain client.
#![cfg(feature = "http")]
#![allow(clippy::unwrap_used, reason = "a test that finds nothing should fail")]

mod bench;

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use ae_engine::{Endpoint, Engine, Fault, Server, Settings};
use bench::{
    MFA_PASSWORD_FORGET, MFA_TOKEN_EXPIRE, OTP_GENERATE, OTP_VALIDATE, TOKEN_GENERATE, ada, ada_in,
    ada_on_device, ada_types, and, code_of,
};
use serde_json::{Value, json};

/// A running emulator and the runtime it runs in.
struct Door {
    running: Option<Server>,
    address: SocketAddr,
    _runtime: tokio::runtime::Runtime,
}

/// An answer as it came over the wire.
struct Heard {
    head: String,
    body: Vec<u8>,
}

impl Door {
    fn new() -> Door {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let engine = Engine::new(Settings::documented(), 1);
        let running = runtime
            .block_on(Server::start(engine, "127.0.0.1:0".parse().unwrap()))
            .unwrap();
        Door {
            address: running.address(),
            running: Some(running),
            _runtime: runtime,
        }
    }

    fn inject(&self, endpoint: Endpoint, fault: Fault) {
        self.running
            .as_ref()
            .unwrap()
            .engine()
            .lock()
            .unwrap()
            .inject(endpoint, fault, Some(1));
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        // Long enough for a busy machine; only a broken test waits for it.
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        stream
    }

    fn say(&self, method: &str, path: &str, headers: &str, body: &str) -> TcpStream {
        let mut stream = self.connect();
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nContent-Length: {length}\r\n",
            self.address
        );
        stream
            .write_all(format!("{head}{headers}\r\n{body}").as_bytes())
            .unwrap();
        stream
    }

    fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> Heard {
        let mut all = Vec::new();
        self.say(method, path, headers, body)
            .read_to_end(&mut all)
            .unwrap();
        Heard::of(&all)
    }

    fn post(&self, path: &str, body: &Value) -> Heard {
        self.ask(
            "POST",
            path,
            "Content-Type: application/json\r\nOrigin: https://shop.example\r\n",
            &body.to_string(),
        )
    }

    fn control(&self, method: &str, path: &str, body: &str) -> Value {
        self.ask(method, path, "", body).json()
    }
}

impl Heard {
    fn of(all: &[u8]) -> Heard {
        let end = all
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .expect("a head")
            + 4;
        Heard {
            head: String::from_utf8(all[..end].to_vec()).unwrap(),
            body: all[end..].to_vec(),
        }
    }

    fn status(&self) -> u16 {
        self.head[9..12].parse().unwrap()
    }

    fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .filter(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
            .next()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&self.body)))
    }
}

#[test]
fn a_customer_signs_in_over_the_wire_with_the_code_from_the_outbox() {
    let door = Door::new();
    let session = door.post(TOKEN_GENERATE, &ada()).json()["user"]["sessionId"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        code_of(&door.post(OTP_GENERATE, &ada_in(&session)).json()),
        200
    );
    let outbox = door.control("GET", "/_emulator/outbox?to=ada%40example.org&after=0", "");
    let code = outbox["messages"][0]["code"].as_str().unwrap();
    let answer = door.post(OTP_VALIDATE, &ada_types(&session, code));
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(
        answer.header("access-control-allow-origin"),
        Some("https://shop.example")
    );
    assert!(answer.header("date").unwrap().ends_with(" GMT"));
    assert!(answer.json()["auth"]["token"].is_string());
}

#[test]
fn a_browsers_question_is_answered() {
    let door = Door::new();
    let headers = "Origin: https://shop.example\r\nAccess-Control-Request-Method: POST\r\n\
        Access-Control-Request-Headers: content-type\r\n";
    let answer = door.ask("OPTIONS", OTP_GENERATE, headers, "");
    assert_eq!(answer.status(), 204);
    assert_eq!(
        answer.header("access-control-allow-origin"),
        Some("https://shop.example")
    );
    assert_eq!(
        answer.header("access-control-allow-headers"),
        Some("content-type")
    );
}

#[test]
fn a_dropped_call_ends_without_a_byte_but_took_effect() {
    let door = Door::new();
    let session = door.post(TOKEN_GENERATE, &ada()).json()["user"]["sessionId"]
        .as_str()
        .unwrap()
        .to_owned();
    door.inject(Endpoint::OtpGenerate, Fault::Dropped);
    let mut stream = door.say(
        "POST",
        OTP_GENERATE,
        "Content-Type: application/json\r\n",
        &ada_in(&session).to_string(),
    );
    let mut all = Vec::new();
    match stream.read_to_end(&mut all) {
        Ok(_) => {}
        Err(problem) => assert_eq!(problem.kind(), ErrorKind::ConnectionReset),
    }
    assert!(all.is_empty(), "{}", String::from_utf8_lossy(&all));
    assert_eq!(
        door.control("GET", "/_emulator/outbox", "")["messages"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn a_body_that_is_cut_ends_in_the_middle_and_one_without_end_goes_on_until_the_caller_has_enough() {
    let door = Door::new();
    let asks = "Content-Type: application/json\r\n";
    let ada = ada().to_string();
    door.inject(Endpoint::TokenGenerate, Fault::Cut);
    let mut all = Vec::new();
    // A connection that breaks may also be an error of its own.
    let _ = door
        .say("POST", TOKEN_GENERATE, asks, &ada)
        .read_to_end(&mut all);
    let heard = Heard::of(&all);
    let promised: usize = heard.header("content-length").unwrap().parse().unwrap();
    assert_eq!(heard.body.len(), promised / 2);

    door.inject(Endpoint::TokenGenerate, Fault::Endless);
    let mut taken = vec![0; 4 << 20];
    let mut stream = door.say("POST", TOKEN_GENERATE, asks, &ada);
    stream.read_exact(&mut taken).unwrap();
    assert!(door.running.as_ref().unwrap().endless_bytes_sent() >= 4 << 20);
}

#[test]
fn a_stalled_body_stops_in_the_middle_and_the_line_stays_open() {
    let door = Door::new();
    door.inject(Endpoint::TokenGenerate, Fault::Stalled);
    let mut stream = door.say(
        "POST",
        TOKEN_GENERATE,
        "Content-Type: application/json\r\n",
        &ada().to_string(),
    );
    // The length is promised in the head; half of it comes.
    let mut all = Vec::new();
    let mut piece = [0; 4096];
    let (promised, head) = loop {
        let count = stream.read(&mut piece).unwrap();
        assert_ne!(count, 0, "closed too early");
        all.extend_from_slice(&piece[..count]);
        if all.windows(4).any(|four| four == b"\r\n\r\n") {
            let heard = Heard::of(&all);
            let promised: usize = heard.header("content-length").unwrap().parse().unwrap();
            break (promised, heard.head.len());
        }
    };
    while all.len() < head + promised / 2 {
        let count = stream.read(&mut piece).unwrap();
        assert_ne!(count, 0, "closed too early");
        all.extend_from_slice(&piece[..count]);
    }
    assert_eq!(all.len(), head + promised / 2);
    stream.set_nonblocking(true).unwrap();
    assert_eq!(
        stream.read(&mut piece).unwrap_err().kind(),
        ErrorKind::WouldBlock,
        "silence, not an end"
    );
}

#[test]
fn a_trickled_body_arrives_whole_in_the_end() {
    let door = Door::new();
    door.control(
        "PATCH",
        "/_emulator/settings",
        r#"{"trickle_bytes_per_s":100000}"#,
    );
    door.inject(Endpoint::TokenGenerate, Fault::Trickle);
    assert_eq!(code_of(&door.post(TOKEN_GENERATE, &ada()).json()), 200);
}

#[test]
fn a_truncated_body_is_whole_for_the_wire_and_half_for_the_reader() {
    let door = Door::new();
    door.inject(Endpoint::TokenGenerate, Fault::Truncated);
    let answer = door.post(TOKEN_GENERATE, &ada());
    assert_eq!(
        answer.header("content-length").unwrap(),
        answer.body.len().to_string()
    );
    assert!(serde_json::from_slice::<Value>(&answer.body).is_err());
}

#[test]
fn every_answer_closes_its_connection() {
    // A browser repeats a call by itself if a kept-alive connection dies under it, and a dropped call would never be noticed.
    let answer = Door::new().post(TOKEN_GENERATE, &ada());
    assert_eq!(answer.header("connection"), Some("close"));
}

#[test]
fn a_stopped_emulator_listens_no_more() {
    let mut door = Door::new();
    let answer = door.control("GET", "/_emulator/health", "");
    assert_eq!(answer, json!({ "status": "ok" }));
    drop(door.running.take());
    // The listener goes with its task, at the task's next breath.
    let refused = (0..1000).any(|_| {
        std::thread::yield_now();
        match TcpStream::connect(door.address) {
            Err(_) => true,
            Ok(mut stream) => {
                stream.write_all(b"x").is_err()
                    || stream.read(&mut [0]).map_or(true, |count| count == 0)
            }
        }
    });
    assert!(refused);
}

// Controls.

#[test]
fn settings_are_read_and_changed_while_it_runs() {
    let door = Door::new();
    assert_eq!(
        door.control("GET", "/_emulator/settings", "")["user_life_s"],
        900
    );
    let changed = door.control(
        "PATCH",
        "/_emulator/settings",
        r#"{"preset":"samples","renew_life_s":5,"code":"999999"}"#,
    );
    assert_eq!(
        (&changed["user_life_s"], &changed["renew_life_s"]),
        (&json!(90), &json!(5))
    );
    assert_eq!(changed["code"], "999999");
    let answer = door.post(TOKEN_GENERATE, &ada()).json();
    let (_, claims) = bench::decode(answer["auth"]["token"].as_str().unwrap());
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
        90
    );
    let cleared = door.control(
        "PATCH",
        "/_emulator/settings",
        r#"{"code":null,"cors":["https://shop.example"]}"#,
    );
    assert_eq!(
        (&cleared["code"], &cleared["cors"]),
        (&Value::Null, &json!(["https://shop.example"]))
    );
}

#[test]
fn a_wrong_change_is_told_what_is_legal_and_changes_nothing() {
    let door = Door::new();
    let before = door.control("GET", "/_emulator/settings", "");
    for (body, said) in [
        ("nonsense", "not a JSON object"),
        (
            r#"{"tries":3,"colour":"red"}"#,
            "there is no setting \"colour\": legal are preset, view_life_s",
        ),
        (
            r#"{"tries":3,"user_life_s":"long"}"#,
            "user_life_s is \"long\": invalid type: string \"long\", expected u64",
        ),
        (
            r#"{"tries":3,"code":"abc"}"#,
            "code is \"abc\": legal are 1 to 18 digits",
        ),
        (
            r#"{"tries":3,"cors":"some"}"#,
            "legal are \"all\", \"off\" or a list of origins",
        ),
        (
            r#"{"preset":"mine"}"#,
            "legal are \"documented\", \"samples\"",
        ),
        (r#"{"errors_as_http":200}"#, "legal are 400 to 599"),
    ] {
        let answer = door.ask("PATCH", "/_emulator/settings", "", body);
        assert_eq!(answer.status(), 400, "{body}");
        let error = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(error.contains(said), "{body}: {error}");
    }
    assert_eq!(door.control("GET", "/_emulator/settings", ""), before);
}

#[test]
fn faults_are_planned_listed_and_cleared() {
    let door = Door::new();
    let path = "/_emulator/faults";
    door.control(
        "POST",
        path,
        r#"{"endpoint":"token-generate","fault":"code","code":1504,"message":"No","times":1}"#,
    );
    door.control(
        "POST",
        path,
        r#"{"endpoint":"token-generate","fault":"too-many","retry_after":120,"times":1}"#,
    );
    door.control(
        "POST",
        path,
        r#"{"endpoint":"otp-validate","fault":"missing-fields","names":["auth.token","user"]}"#,
    );
    let listed = door.control(
        "POST",
        path,
        r#"{"endpoint":"all","fault":"delay:0","times":2}"#,
    );
    assert_eq!(
        listed["faults"][0],
        json!({ "endpoint": "token-generate", "fault": "code:1504,No", "times": 1 })
    );
    assert_eq!(
        listed["faults"][2]["fault"],
        "missing-fields:auth.token,user"
    );
    assert_eq!(
        listed["faults"].as_array().unwrap().len(),
        3 + Endpoint::ALL.len()
    );

    assert_eq!(
        door.post(TOKEN_GENERATE, &ada()).json()["status"]["message"],
        "No"
    );
    let second = door.post(TOKEN_GENERATE, &ada());
    assert_eq!(
        (second.status(), second.header("retry-after")),
        (429, Some("120"))
    );
    assert_eq!(
        second.header("access-control-expose-headers"),
        Some("Retry-After, Date")
    );
    assert_eq!(door.control("DELETE", path, ""), json!({ "faults": [] }));
    assert_eq!(door.control("GET", path, ""), json!({ "faults": [] }));
}

#[test]
fn a_fault_planned_wrongly_is_told_what_is_legal() {
    let door = Door::new();
    for (body, said) in [
        ("{}", "endpoint is missing"),
        (
            r#"{"endpoint":"otp","fault":"delay","ms":1}"#,
            "no endpoint is called \"otp\": legal are token-generate",
        ),
        (
            r#"{"endpoint":"otp-validate","fault":"gone"}"#,
            "no fault is called \"gone\": legal are delay",
        ),
        (
            r#"{"endpoint":"otp-validate","fault":"delay"}"#,
            "fault delay is written delay:MS",
        ),
        (
            r#"{"endpoint":"otp-validate","fault":"delay","seconds":1}"#,
            "has no field \"seconds\": legal are endpoint, fault, times, ms",
        ),
        (
            r#"{"endpoint":"otp-validate","fault":"dropped","times":0}"#,
            "times is 0: legal is 1 and more",
        ),
        (
            r#"{"endpoint":"otp-validate","fault":"dropped","times":"twice"}"#,
            "times is \"twice\"",
        ),
        (
            r#"{"endpoint":"otp-validate","fault":"delay","ms":{}}"#,
            "ms is {}",
        ),
    ] {
        let answer = door.ask("POST", "/_emulator/faults", "", body);
        assert_eq!(answer.status(), 400, "{body}");
        let error = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(error.contains(said), "{body}: {error}");
    }
}

#[test]
fn the_outbox_is_searched_and_emptied() {
    let door = Door::new();
    for name in ["ada+shop@example.org", "bob@example.org"] {
        let who = bench::and(ada(), json!({ "identifierValue": name }));
        let session = door.post(TOKEN_GENERATE, &who).json()["user"]["sessionId"].clone();
        door.post(
            OTP_GENERATE,
            &bench::and(who, json!({ "sessionId": session })),
        );
    }
    let count = |query: &str| {
        let found = door.control("GET", &format!("/_emulator/outbox{query}"), "");
        found["messages"].as_array().unwrap().len()
    };
    assert_eq!(count(""), 2);
    assert_eq!(count("?to=ada+shop@example.org"), 1);
    assert_eq!(count("?to=ada%2Bshop%40example.org"), 1);
    assert_eq!(count("?to=carl@example.org"), 0);
    assert_eq!(count("?after=99999999999999"), 0);
    assert_eq!(
        door.ask("GET", "/_emulator/outbox?since=1", "", "")
            .status(),
        400
    );
    assert_eq!(
        door.ask("GET", "/_emulator/outbox?after=noon", "", "")
            .status(),
        400
    );
    door.control("DELETE", "/_emulator/outbox", "");
    assert_eq!(count(""), 0);
}

#[test]
fn the_journal_is_read_and_emptied_and_does_not_list_controls() {
    let door = Door::new();
    door.post(TOKEN_GENERATE, &ada());
    let entries = door.control("GET", "/_emulator/journal", "")["entries"].clone();
    assert_eq!(entries.as_array().unwrap().len(), 1);
    assert_eq!(
        (&entries[0]["endpoint"], &entries[0]["status"]),
        (&json!("token-generate"), &json!(200))
    );
    assert_eq!(entries[0]["body"], ada().to_string());
    assert_eq!(
        door.control("DELETE", "/_emulator/journal", ""),
        json!({ "entries": [] })
    );
    assert_eq!(
        door.control("GET", "/_emulator/journal", ""),
        json!({ "entries": [] })
    );
}

#[test]
fn a_customer_is_registered_while_it_runs() {
    let door = Door::new();
    let path = "/_emulator/customers";
    let new = door.control(
        "POST",
        path,
        r#"{"identifier":"ada@example.org","registered_for_password":true}"#,
    );
    assert!(new["uid"].is_string());
    assert_eq!(
        door.post(TOKEN_GENERATE, &ada()).json()["user"]["userRegisteredForPassword"],
        true
    );
    for wrong in [
        "{}",
        r#"{"identifier":""}"#,
        r#"{"identifier":"a","uid":"x"}"#,
        r#"{"identifier":"a","name":"A"}"#,
    ] {
        assert_eq!(door.ask("POST", path, "", wrong).status(), 400, "{wrong}");
    }
}

#[test]
fn controls_are_open_to_pages_of_every_origin() {
    let door = Door::new();
    let answer = door.ask(
        "GET",
        "/_emulator/outbox",
        "Origin: http://127.0.0.1:8080\r\n",
        "",
    );
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    let headers = "Origin: http://127.0.0.1:8080\r\nAccess-Control-Request-Method: PATCH\r\n\
        Access-Control-Request-Headers: content-type\r\n";
    let question = door.ask("OPTIONS", "/_emulator/settings", headers, "");
    assert_eq!(
        (
            question.status(),
            question.header("access-control-allow-origin")
        ),
        (204, Some("*"))
    );
    assert!(
        question
            .header("access-control-allow-methods")
            .unwrap()
            .contains("PATCH")
    );
}

#[test]
fn the_overview_lists_what_there_is_and_other_controls_do_not_exist() {
    let door = Door::new();
    for path in ["/_emulator", "/_emulator/"] {
        let answer = door.ask("GET", path, "", "");
        let text = String::from_utf8(answer.body).unwrap();
        for part in [
            "/auth/v1/web/otp/validate",
            "/_emulator/customers",
            "redirect (status, url)",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
    let nothing = door.ask("GET", "/_emulator/nothing", "", "");
    assert_eq!(nothing.status(), 404);
    assert!(
        nothing.json()["error"]
            .as_str()
            .unwrap()
            .contains("legal are health, settings, faults, outbox, journal, customers")
    );
    let method = door.ask("PUT", "/_emulator/outbox", "", "");
    assert_eq!(
        (method.status(), method.header("allow")),
        (405, Some("GET, DELETE"))
    );
}

#[test]
fn a_page_may_sign_out_with_a_delete_that_has_a_body() {
    let door = Door::new();
    let asks = "Origin: https://shop.example\r\nAccess-Control-Request-Method: DELETE\r\n\
        Access-Control-Request-Headers: content-type\r\n";
    let question = door.ask("OPTIONS", MFA_TOKEN_EXPIRE, asks, "");
    let methods = question.header("access-control-allow-methods").unwrap();
    assert!(methods.contains("DELETE"), "{methods}");
    let body = and(ada_on_device(), json!({ "token": "a.b.c" })).to_string();
    let headers = "Content-Type: application/json\r\nOrigin: https://shop.example\r\n";
    let answer = door.ask("DELETE", MFA_TOKEN_EXPIRE, headers, &body);
    assert_eq!(code_of(&answer.json()), 1531, "the body was read");
    assert_eq!(
        answer.header("access-control-allow-origin"),
        Some("https://shop.example")
    );
}

#[test]
fn a_forgotten_second_password_may_be_replaced_by_a_get_that_has_a_body() {
    let door = Door::new();
    let new = json!({ "sessionId": "P-1", "password": "new", "confirmPassword": "new" });
    let body = and(ada_on_device(), new).to_string();
    let headers = "Content-Type: application/json\r\n";
    let answer = door.ask("GET", MFA_PASSWORD_FORGET, headers, &body);
    assert_eq!(code_of(&answer.json()), 1505);
}

#[test]
fn scenes_are_listed_and_set_while_it_runs() {
    let door = Door::new();
    let listed = door.control("GET", "/_emulator/scenes", "");
    assert_eq!(listed["scenes"].as_array().unwrap().len(), 5);
    let set = door.control("POST", "/_emulator/scene", r#"{"name":"two-passwords"}"#);
    assert_eq!(set, listed["scenes"][3]);
    assert_eq!(set["attributes"]["second-factor-method"], "password");
    assert_eq!(set["customers"][0]["second_password"], "battery staple");
    let settings = door.control("GET", "/_emulator/settings", "");
    assert_eq!(settings["mfa_password"], true);
    assert_eq!(
        settings["customers"]["ada@example.org"]["password"],
        "correct horse"
    );
    for wrong in [
        "{}",
        r#"{"name":"nothing"}"#,
        r#"{"name":1}"#,
        r#"{"name":"passwords","title":"x"}"#,
    ] {
        let answer = door.ask("POST", "/_emulator/scene", "", wrong);
        assert_eq!(answer.status(), 400, "{wrong}");
        assert!(answer.json()["error"].is_string());
    }
    assert_eq!(door.ask("GET", "/_emulator/scene", "", "").status(), 405);
}

#[test]
fn a_customer_is_registered_with_all_that_is_known_of_them() {
    let door = Door::new();
    let new = r#"{"identifier":"ada@example.org","uid":"7","password":"abc123","mfa":true,"mobile":"919999922332"}"#;
    let told = door.control("POST", "/_emulator/customers", new);
    assert_eq!(
        told,
        json!({
            "identifier": "ada@example.org", "uid": "7", "registered_for_password": false, "password": "abc123",
            "mfa": true, "mobile": "919999922332",
        })
    );
    let answer = door.post(TOKEN_GENERATE, &ada()).json();
    assert_eq!(answer["user"]["userRegisteredForPassword"], true);
    let wrong = r#"{"identifier":"x","mobile":"+91"}"#;
    let answer = door.ask("POST", "/_emulator/customers", "", wrong);
    assert_eq!(
        answer.json()["error"],
        "mobile is \"+91\": legal are digits"
    );
}

#[test]
fn a_preset_sets_the_lives_of_every_family() {
    let door = Door::new();
    let set = door.control("PATCH", "/_emulator/settings", r#"{"preset":"samples"}"#);
    let lives = [
        "view_life_s",
        "password_life_s",
        "mfa_user_life_s",
        "mobile_life_s",
    ];
    assert_eq!(
        lives.map(|name| set[name].as_u64().unwrap()),
        [90, 10_800, 900, 3600]
    );
}
