//! An emulator on a free port, and a plain HTTP client over a socket.
//!
//! The client reads bytes itself, because the tests check connections that end early.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use ae_engine::{Endpoint, Engine, Fault, Server, Settings};
use serde_json::Value;

/// A running emulator and its tokio runtime.
pub(crate) struct TestServer {
    /// `None` after the server was stopped.
    pub(crate) server: Option<Server>,
    pub(crate) address: SocketAddr,
    _runtime: tokio::runtime::Runtime,
}

/// A response as it was received.
pub(crate) struct HttpResponse {
    /// The status line and the headers.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl TestServer {
    pub(crate) fn start() -> TestServer {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let engine = Engine::new(Settings::documented(), 1);
        let server = runtime
            .block_on(Server::start(engine, "127.0.0.1:0".parse().unwrap()))
            .unwrap();
        TestServer {
            address: server.address(),
            server: Some(server),
            _runtime: runtime,
        }
    }

    /// Makes the next call of an endpoint fail.
    pub(crate) fn inject(&self, endpoint: Endpoint, fault: Fault) {
        let engine = self.server.as_ref().unwrap().engine();
        engine.lock().unwrap().inject(endpoint, fault, Some(1));
    }

    /// Sends a request and returns the connection. Headers end with a line break each.
    pub(crate) fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).unwrap();
        // Much longer than a response takes on a busy machine. Only a failing test waits for it.
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
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

    /// Sends a request and reads the whole response.
    pub(crate) fn request(
        &self,
        method: &str,
        path: &str,
        headers: &str,
        body: &str,
    ) -> HttpResponse {
        let mut received = Vec::new();
        self.send(method, path, headers, body)
            .read_to_end(&mut received)
            .unwrap();
        HttpResponse::parse(&received)
    }

    /// Sends a call as a page on `https://shop.example` does.
    pub(crate) fn post(&self, path: &str, body: &Value) -> HttpResponse {
        self.request(
            "POST",
            path,
            "Content-Type: application/json\r\nOrigin: https://shop.example\r\n",
            &body.to_string(),
        )
    }

    /// Sends a control request and returns the JSON body of the response.
    pub(crate) fn control(&self, method: &str, path: &str, body: &str) -> Value {
        self.request(method, path, "", body).json()
    }
}

impl HttpResponse {
    /// Splits received bytes after the head, which must be complete.
    pub(crate) fn parse(received: &[u8]) -> HttpResponse {
        let end = received
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .expect("a complete head")
            + 4;
        HttpResponse {
            head: String::from_utf8(received[..end].to_vec()).unwrap(),
            body: received[end..].to_vec(),
        }
    }

    pub(crate) fn status(&self) -> u16 {
        self.head[9..12].parse().unwrap()
    }

    /// The value of a header, its name compared without case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .filter(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
            .next()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&self.body)))
    }
}
