//! A gate between the page and the engine: while it is shut, whoever knocks waits, as on a network that is slow; once it is taken
//! away, every connection is refused.

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
    within: String,
    open: Sender<bool>,
    knocks: Sender<usize>,
    knocked: Receiver<usize>,
    guard: Option<JoinHandle<()>>,
}

impl Gate {
    /// Puts one before an address such as `http://127.0.0.1:4180`.
    pub async fn before(url: &str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.expect("a free port for the gate");
        let address = listener.local_addr().expect("an address of its own");
        let mut gate = Self {
            address,
            within: url.trim_start_matches("http://").to_owned(),
            open: channel(true).0,
            knocks: channel(0).0,
            knocked: channel(0).1,
            guard: None,
        };
        gate.knocked = gate.knocks.subscribe();
        gate.stands(listener);
        gate
    }

    fn stands(&mut self, listener: TcpListener) {
        let (within, is_open) = (self.within.clone(), self.open.subscribe());
        let knocks = self.knocks.clone();
        self.guard = Some(tokio::spawn(async move {
            while let Ok((outside, _)) = listener.accept().await {
                knocks.send_modify(|knocks| *knocks += 1);
                tokio::spawn(lets_in(outside, within.clone(), is_open.clone()));
            }
        }));
    }

    /// Is no longer there: whoever comes is refused.
    pub async fn goes(&mut self) {
        if let Some(guard) = self.guard.take() {
            guard.abort();
            // It ends as it was told to, and its door with it.
            let _ = guard.await;
        }
    }

    /// Is there again, where it was.
    pub async fn comes_back(&mut self) {
        let listener = TcpListener::bind(self.address).await;
        self.stands(listener.expect("the port that the gate had before"));
    }

    /// Its own address, to be used in place of the one behind it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Lets nobody in from now on.
    pub fn shuts(&mut self) {
        self.open.send_replace(false);
        self.knocked.mark_unchanged();
    }

    /// Waits until somebody has knocked since it was shut.
    pub async fn is_knocked_at(&mut self) {
        let knocked = tokio::time::timeout(PATIENCE, self.knocked.changed()).await;
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
        if let Some(guard) = &self.guard {
            guard.abort();
        }
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
