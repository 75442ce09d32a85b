//! The HTTP server, with a plain client over a socket of this machine.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;

use ae_engine::{Endpoint, Fault};
use serde_json::{Value, json};

use crate::support::http::{HttpResponse, TestServer};
use crate::support::{
    MFA_PASSWORD_FORGET, MFA_TOKEN_EXPIRE, OTP_GENERATE, OTP_VALIDATE, TOKEN_GENERATE, ada,
    ada_on_device, ada_with_code, ada_with_session, code_of, merge,
};

#[test]
fn customer_signs_in_with_the_code_from_the_outbox() {
    let server = TestServer::start();
    let session = server.post(TOKEN_GENERATE, &ada()).json()["user"]["sessionId"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        code_of(
            &server
                .post(OTP_GENERATE, &ada_with_session(&session))
                .json()
        ),
        200
    );
    let outbox = server.control("GET", "/_emulator/outbox?to=ada%40example.org&after=0", "");
    let code = outbox["messages"][0]["code"].as_str().unwrap();
    let response = server.post(OTP_VALIDATE, &ada_with_code(&session, code));
    assert_eq!(response.status(), 200);
    assert_eq!(response.header("content-type"), Some("application/json"));
    assert_eq!(
        response.header("access-control-allow-origin"),
        Some("https://shop.example")
    );
    assert!(response.header("date").unwrap().ends_with(" GMT"));
    assert!(response.json()["auth"]["token"].is_string());
}

#[test]
fn preflight_is_answered() {
    let server = TestServer::start();
    let headers = "Origin: https://shop.example\r\nAccess-Control-Request-Method: POST\r\n\
        Access-Control-Request-Headers: content-type\r\n";
    let response = server.request("OPTIONS", OTP_GENERATE, headers, "");
    assert_eq!(response.status(), 204);
    assert_eq!(
        response.header("access-control-allow-origin"),
        Some("https://shop.example")
    );
    assert_eq!(
        response.header("access-control-allow-headers"),
        Some("content-type")
    );
}

#[test]
fn dropped_call_sends_no_byte_and_takes_effect() {
    let server = TestServer::start();
    let session = server.post(TOKEN_GENERATE, &ada()).json()["user"]["sessionId"]
        .as_str()
        .unwrap()
        .to_owned();
    server.inject(Endpoint::OtpGenerate, Fault::Dropped);
    let mut stream = server.send(
        "POST",
        OTP_GENERATE,
        "Content-Type: application/json\r\n",
        &ada_with_session(&session).to_string(),
    );
    let mut received = Vec::new();
    match stream.read_to_end(&mut received) {
        Ok(_) => {}
        Err(problem) => assert_eq!(problem.kind(), ErrorKind::ConnectionReset),
    }
    assert!(
        received.is_empty(),
        "{}",
        String::from_utf8_lossy(&received)
    );
    assert_eq!(
        server.control("GET", "/_emulator/outbox", "")["messages"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn cut_body_ends_early_and_endless_body_continues() {
    let server = TestServer::start();
    let headers = "Content-Type: application/json\r\n";
    let ada = ada().to_string();
    server.inject(Endpoint::TokenGenerate, Fault::Cut);
    let mut received = Vec::new();
    // Whether the closed connection is an error depends on the operating system.
    let _ = server
        .send("POST", TOKEN_GENERATE, headers, &ada)
        .read_to_end(&mut received);
    let response = HttpResponse::parse(&received);
    let declared: usize = response.header("content-length").unwrap().parse().unwrap();
    assert_eq!(response.body.len(), declared / 2);

    server.inject(Endpoint::TokenGenerate, Fault::Endless);
    let mut received = vec![0; 4 << 20];
    let mut stream = server.send("POST", TOKEN_GENERATE, headers, &ada);
    stream.read_exact(&mut received).unwrap();
    assert!(server.server.as_ref().unwrap().endless_bytes_sent() >= 4 << 20);
}

#[test]
fn stalled_body_stops_and_the_connection_stays_open() {
    let server = TestServer::start();
    server.inject(Endpoint::TokenGenerate, Fault::Stalled);
    let mut stream = server.send(
        "POST",
        TOKEN_GENERATE,
        "Content-Type: application/json\r\n",
        &ada().to_string(),
    );
    // The head declares the full length; half of the body arrives.
    let mut received = Vec::new();
    let mut buffer = [0; 4096];
    let (declared, head) = loop {
        let count = stream.read(&mut buffer).unwrap();
        assert_ne!(count, 0, "the connection was closed too early");
        received.extend_from_slice(&buffer[..count]);
        if received.windows(4).any(|four| four == b"\r\n\r\n") {
            let response = HttpResponse::parse(&received);
            let declared: usize = response.header("content-length").unwrap().parse().unwrap();
            break (declared, response.head.len());
        }
    };
    while received.len() < head + declared / 2 {
        let count = stream.read(&mut buffer).unwrap();
        assert_ne!(count, 0, "the connection was closed too early");
        received.extend_from_slice(&buffer[..count]);
    }
    assert_eq!(received.len(), head + declared / 2);
    stream.set_nonblocking(true).unwrap();
    assert_eq!(
        stream.read(&mut buffer).unwrap_err().kind(),
        ErrorKind::WouldBlock,
        "no more bytes, but the connection is open"
    );
}

#[test]
fn trickled_body_arrives_whole() {
    let server = TestServer::start();
    server.control(
        "PATCH",
        "/_emulator/settings",
        r#"{"trickle_bytes_per_s":100000}"#,
    );
    server.inject(Endpoint::TokenGenerate, Fault::Trickle);
    assert_eq!(code_of(&server.post(TOKEN_GENERATE, &ada()).json()), 200);
}

#[test]
fn truncated_body_has_a_matching_content_length() {
    let server = TestServer::start();
    server.inject(Endpoint::TokenGenerate, Fault::Truncated);
    let response = server.post(TOKEN_GENERATE, &ada());
    assert_eq!(
        response.header("content-length").unwrap(),
        response.body.len().to_string()
    );
    assert!(serde_json::from_slice::<Value>(&response.body).is_err());
}

#[test]
fn every_response_closes_its_connection() {
    // A browser repeats a call by itself if a kept-alive connection is closed, so a page would not notice a dropped call.
    let response = TestServer::start().post(TOKEN_GENERATE, &ada());
    assert_eq!(response.header("connection"), Some("close"));
}

#[test]
fn dropped_server_stops_listening() {
    let mut server = TestServer::start();
    let response = server.control("GET", "/_emulator/health", "");
    assert_eq!(response, json!({ "status": "ok" }));
    drop(server.server.take());
    // The listener is closed when the runtime drops the aborted task, which can be a little later.
    let refused = (0..1000).any(|_| {
        std::thread::yield_now();
        match TcpStream::connect(server.address) {
            Err(_) => true,
            Ok(mut stream) => {
                stream.write_all(b"x").is_err()
                    || stream.read(&mut [0]).map_or(true, |count| count == 0)
            }
        }
    });
    assert!(refused);
}

#[test]
fn sign_out_by_delete_reads_the_body() {
    let server = TestServer::start();
    let headers = "Origin: https://shop.example\r\nAccess-Control-Request-Method: DELETE\r\n\
        Access-Control-Request-Headers: content-type\r\n";
    let preflight = server.request("OPTIONS", MFA_TOKEN_EXPIRE, headers, "");
    let methods = preflight.header("access-control-allow-methods").unwrap();
    assert!(methods.contains("DELETE"), "{methods}");
    let body = merge(ada_on_device(), json!({ "token": "a.b.c" })).to_string();
    let headers = "Content-Type: application/json\r\nOrigin: https://shop.example\r\n";
    let response = server.request("DELETE", MFA_TOKEN_EXPIRE, headers, &body);
    assert_eq!(code_of(&response.json()), 1531, "the body was read");
    assert_eq!(
        response.header("access-control-allow-origin"),
        Some("https://shop.example")
    );
}

#[test]
fn mfa_password_forget_by_get_reads_the_body() {
    let server = TestServer::start();
    let new = json!({ "sessionId": "P-1", "password": "new", "confirmPassword": "new" });
    let body = merge(ada_on_device(), new).to_string();
    let headers = "Content-Type: application/json\r\n";
    let response = server.request("GET", MFA_PASSWORD_FORGET, headers, &body);
    assert_eq!(code_of(&response.json()), 1505);
}
