//! The servers and shops in `docs/recipes`, which may be copied: they run beside a scenario, with the emulator in place of the engine.

use std::fs;
use std::net::Ipv4Addr;
use std::process::Command;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use xtask::{paths, system};

use crate::browser::{free_port, wait_for_listener};
use crate::process::{Folder, Process};

mod php;

pub use php::syntax_errors;

/// The engine in the configuration of nginx.
const ENGINE: &str = "eu.api.capillarytech.com";

/// A running server of a recipe. It ends when it is dropped.
#[derive(Debug)]
pub struct Recipe {
    port: u16,
    // Dropped in this order.
    process: Process,
    _home: Folder,
}

impl Recipe {
    /// Starts a program for Node with these variables. `path` is relative to `docs/recipes`.
    pub async fn node(path: &str, variables: &[(&str, &str)]) -> Self {
        let mut node = Command::new("node");
        node.arg(paths::root().join("docs/recipes").join(path));
        node.envs(variables.iter().copied());
        let home = Folder::new().expect("a temporary folder");
        let port = free_port().expect("a free port");
        Self::start(node.env("PORT", port.to_string()), home, port).await
    }

    /// Starts the program in `proxy-rust` with these variables. `cargo verify` builds it before scenarios run.
    pub async fn rust_proxy(variables: &[(&str, &str)]) -> Self {
        let program = paths::rust_proxy();
        assert!(
            program.is_file(),
            "{} is missing; this builds it: cargo build --workspace --bin {}",
            program.display(),
            paths::RUST_PROXY
        );
        let mut proxy = Command::new(program);
        proxy.envs(variables.iter().copied());
        let home = Folder::new().expect("a temporary folder");
        let port = free_port().expect("a free port");
        Self::start(proxy.env("PORT", port.to_string()), home, port).await
    }

    /// Starts nginx with the configuration in `proxy-nginx`, in front of the engine at this address.
    pub async fn nginx(engine: &str) -> Self {
        let home = Folder::new().expect("a temporary folder");
        let port = free_port().expect("a free port");
        let engine = engine.strip_prefix("http://").expect("an http address");
        let source = paths::root().join("docs/recipes/proxy-nginx/nginx.conf");
        let mut text = fs::read_to_string(source).expect("the configuration");
        let folders = ["client_body", "proxy", "fastcgi", "scgi", "uwsgi"];
        let folders = folders.map(|name| format!("\n  {name}_temp_path {name};"));
        for (from, to) in [
            (format!("{ENGINE}:443"), engine.to_owned()),
            (format!("Host {ENGINE}"), format!("Host {engine}")),
            (
                "https://engine$call".to_owned(),
                "http://engine$call".to_owned(),
            ),
            ("127.0.0.1:8080".to_owned(), format!("127.0.0.1:{port}")),
            ("pid /run/nginx.pid".to_owned(), "pid nginx.pid".to_owned()),
            ("http {".to_owned(), format!("http {{{}", folders.concat())),
        ] {
            assert!(text.contains(&from), "{from:?} in {text}");
            text = text.replace(&from, &to);
        }
        fs::write(home.path().join("nginx.conf"), text).expect("a file");
        let program = system::nginx().unwrap_or_else(|error| panic!("{error}"));
        let mut nginx = Command::new(program);
        nginx.arg("-p").arg(home.path());
        nginx.args(["-c", "nginx.conf", "-g", "daemon off;"]);
        Self::start(&mut nginx, home, port).await
    }

    async fn start(command: &mut Command, home: Folder, port: u16) -> Self {
        let process = Process::start(command, home.path()).expect("a program");
        let listening = wait_for_listener(port).await;
        listening.unwrap_or_else(|error| panic!("{error}\n{}", process.log()));
        Self {
            port,
            process,
            _home: home,
        }
    }

    /// The address of the server, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Sends a request, such as `POST /path`, with headers of a line each and a body. Returns the whole answer as text.
    pub async fn answer(&self, request: &str, headers: &str, body: &str) -> String {
        let send = async || {
            let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).await?;
            let length = body.len();
            let head = format!(
                "{request} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n"
            );
            stream.write_all(head.as_bytes()).await?;
            stream.write_all(body.as_bytes()).await?;
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await?;
            std::io::Result::Ok(String::from_utf8_lossy(&answer).into_owned())
        };
        let answer = tokio::time::timeout(Duration::from_secs(30), send()).await;
        let answer =
            answer.unwrap_or_else(|_| panic!("{request}: no answer\n{}", self.process.log()));
        answer.unwrap_or_else(|error| panic!("{request}: {error}\n{}", self.process.log()))
    }

    /// The status of an answer to [`Self::answer`].
    pub async fn status(&self, request: &str, headers: &str, body: &str) -> u16 {
        let answer = self.answer(request, headers, body).await;
        let status = answer.split(' ').nth(1).and_then(|word| word.parse().ok());
        status.unwrap_or_else(|| panic!("{answer:?}"))
    }
}
