//! A gate between the page and the engine: while it is shut, whoever knocks waits, as on a network that is slow.

use std::net::{Ipv4Addr, SocketAddr};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch::{Receiver, Sender, channel};
use tokio::task::JoinHandle;

use crate::page::PATIENCE;

/// A gate, open at first. Dropping it takes it away.
#[derive(Debug)]
pub struct Gate {
    address: SocketAddr,
    open: Sender<bool>,
    knocks: Receiver<usize>,
    guard: JoinHandle<()>,
}

impl Gate {
    /// Puts one before an address such as `http://127.0.0.1:4180`.
    pub async fn before(url: &str) -> Self {
        let within = url.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.expect("a free port for the gate");
        let address = listener.local_addr().expect("an address of its own");
        let (open, is_open) = channel(true);
        let (knock, knocks) = channel(0);
        let guard = tokio::spawn(async move {
            while let Ok((outside, _)) = listener.accept().await {
                knock.send_modify(|knocks| *knocks += 1);
                tokio::spawn(lets_in(outside, within.clone(), is_open.clone()));
            }
        });
        Self {
            address,
            open,
            knocks,
            guard,
        }
    }

    /// Its own address, to be used in place of the one behind it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Lets nobody in from now on.
    pub fn shuts(&mut self) {
        self.open.send_replace(false);
        self.knocks.mark_unchanged();
    }

    /// Waits until somebody has knocked since it was shut.
    pub async fn is_knocked_at(&mut self) {
        let knocked = tokio::time::timeout(PATIENCE, self.knocks.changed()).await;
        knocked
            .expect("somebody knocks at the gate")
            .expect("the gate is there");
    }

    /// Lets everybody in who waits, and whoever comes.
    pub fn opens(&self) {
        self.open.send_replace(true);
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.guard.abort();
    }
}

async fn lets_in(mut outside: TcpStream, within: String, mut is_open: Receiver<bool>) {
    // Without a gate there is nobody to wait for; whoever hangs up is gone as well.
    if is_open.wait_for(|open| *open).await.is_ok()
        && let Ok(mut inside) = TcpStream::connect(within).await
    {
        let _ = copy_bidirectional(&mut outside, &mut inside).await;
    }
}
