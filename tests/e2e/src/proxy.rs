//! A TCP proxy between page and engine. It can hold connections, as a slow network does, and it can stop, after which every
//! connection is refused.

use std::net::{Ipv4Addr, SocketAddr};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch::{Receiver, Sender, channel};
use tokio::task::JoinHandle;

use crate::page::TIME_LIMIT;

/// A running proxy that forwards every connection at first. It stops when it is dropped.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    target: String,
    /// Whether connections are forwarded, not held.
    forwards: Sender<bool>,
    count: Sender<usize>,
    counted: Receiver<usize>,
    listening: Option<JoinHandle<()>>,
}

impl Proxy {
    /// Starts a proxy to an address such as `http://127.0.0.1:4180`.
    pub async fn to(url: &str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.expect("a free port for the proxy");
        let address = listener.local_addr().expect("an address of its own");
        let (count, counted) = channel(0);
        let mut proxy = Self {
            address,
            target: url.trim_start_matches("http://").to_owned(),
            forwards: channel(true).0,
            count,
            counted,
            listening: None,
        };
        proxy.listens(listener);
        proxy
    }

    fn listens(&mut self, listener: TcpListener) {
        let (target, forwards) = (self.target.clone(), self.forwards.subscribe());
        let count = self.count.clone();
        self.listening = Some(tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                count.send_modify(|count| *count += 1);
                tokio::spawn(forward(client, target.clone(), forwards.clone()));
            }
        }));
    }

    /// Stops to listen: new connections are refused.
    pub async fn stops(&mut self) {
        if let Some(listening) = self.listening.take() {
            listening.abort();
            // The task ends with an error since it was aborted. The port is closed then.
            let _ = listening.await;
        }
    }

    /// Listens again, at the same address.
    pub async fn restarts(&mut self) {
        let listener = TcpListener::bind(self.address).await;
        self.listens(listener.expect("the port that the proxy had before"));
    }

    /// Its address, to be used in place of the target's.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Accepts connections from now on and forwards none.
    pub fn holds_connections(&mut self) {
        self.forwards.send_replace(false);
        self.counted.mark_unchanged();
    }

    /// Waits for a connection that came after [`Self::holds_connections`].
    pub async fn receives_connection(&mut self) {
        let counted = tokio::time::timeout(TIME_LIMIT, self.counted.changed()).await;
        counted
            .expect("a connection to the proxy")
            .expect("the proxy counts");
    }

    /// Forwards the connections that are held, and all that come.
    pub fn releases_connections(&self) {
        self.forwards.send_replace(true);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        if let Some(listening) = &self.listening {
            listening.abort();
        }
    }
}

async fn forward(mut client: TcpStream, target: String, mut forwards: Receiver<bool>) {
    // An error of the channel means that the proxy was dropped. An error of a socket is one end's affair.
    if forwards.wait_for(|forwards| *forwards).await.is_ok()
        && let Ok(mut server) = TcpStream::connect(target).await
    {
        let _ = copy_bidirectional(&mut client, &mut server).await;
    }
}
