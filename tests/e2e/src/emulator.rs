//! The engine the widget talks to: what it is told to be, the codes it "sent", what it heard.

use std::net::Ipv4Addr;
use std::sync::PoisonError;

use ae_engine::{Endpoint, Engine, Entry, Fault, Running, Settings};
use serde_json::Value;

/// An emulator on a port of its own.
#[derive(Debug)]
pub struct Emulator(Running);

impl Emulator {
    /// Starts one with the documented settings.
    ///
    /// # Panics
    /// If there is no free port.
    pub async fn start() -> Self {
        let engine = Engine::new(Settings::documented(), 20_260_101);
        let running = Running::start(engine, (Ipv4Addr::LOCALHOST, 0).into()).await;
        Self(running.expect("a free port for the engine"))
    }

    /// Its address, without a slash at the end.
    pub fn url(&self) -> String {
        self.0.url()
    }

    /// Does something with the engine itself.
    pub fn with<T>(&self, act: impl FnOnce(&mut Engine) -> T) -> T {
        act(&mut self
            .0
            .engine()
            .lock()
            .unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes what it is.
    pub fn is(&self, set: impl FnOnce(&mut Settings)) {
        self.with(|engine| set(engine.settings_mut()));
    }

    /// Makes the next call of a kind go wrong.
    pub fn fails(&self, endpoint: Endpoint, fault: Fault) {
        self.with(|engine| engine.inject(endpoint, fault, Some(1)));
    }

    /// Makes every call of a kind go wrong, until [`Self::recovers`].
    pub fn keeps_failing(&self, endpoint: Endpoint, fault: Fault) {
        self.with(|engine| engine.inject(endpoint, fault, None));
    }

    /// Lets everything go right again.
    pub fn recovers(&self) {
        self.with(Engine::clear_faults);
    }

    /// The newest code that somebody was sent.
    ///
    /// # Panics
    /// If there is none.
    pub fn code_sent_to(&self, whom: &str) -> String {
        self.with(|engine| {
            let message = engine
                .outbox()
                .iter()
                .rev()
                .find(|message| message.to == whom);
            match message {
                Some(message) => message.code.clone(),
                None => panic!("no code was sent to {whom}: {:?}", engine.outbox()),
            }
        })
    }

    /// How many messages went out.
    pub fn messages(&self) -> usize {
        self.with(|engine| engine.outbox().len())
    }

    /// The calls so far, by name and in order, such as `otp-generate`.
    pub fn calls(&self) -> Vec<&'static str> {
        let calls = self.entries().into_iter();
        calls
            .filter_map(|entry| Some(entry.endpoint?.name()))
            .collect()
    }

    /// How often a call was made.
    pub fn count(&self, endpoint: Endpoint) -> usize {
        self.with(|engine| engine.calls(endpoint))
    }

    /// The calls so far with everything that came along; no preflights.
    pub fn entries(&self) -> Vec<Entry> {
        let mut journal = self.with(|engine| engine.journal().to_vec());
        journal.retain(|entry| entry.method != "OPTIONS");
        journal
    }

    /// The preflights so far.
    pub fn preflights(&self) -> Vec<Entry> {
        let mut journal = self.with(|engine| engine.journal().to_vec());
        journal.retain(|entry| entry.method == "OPTIONS");
        journal
    }

    /// The bodies of the calls of one kind, as they came.
    pub fn bodies(&self, endpoint: Endpoint) -> Vec<Value> {
        let calls = self.entries().into_iter();
        calls
            .filter(|entry| entry.endpoint == Some(endpoint))
            .map(|entry| {
                let body = entry.body.unwrap_or_default();
                serde_json::from_slice(&body).unwrap_or_else(|error| {
                    panic!("not JSON ({error}): {}", String::from_utf8_lossy(&body))
                })
            })
            .collect()
    }

    /// What nobody may find in a page or in an event: codes, login sessions, tokens.
    pub fn secrets(&self) -> Vec<String> {
        let mut secrets: Vec<String> = self.with(|engine| {
            engine
                .outbox()
                .iter()
                .map(|message| message.code.clone())
                .collect()
        });
        for entry in self.entries() {
            let body: Value =
                serde_json::from_slice(&entry.body.unwrap_or_default()).unwrap_or_default();
            for field in ["sessionId", "expiredToken", "otp"] {
                secrets.extend(body[field].as_str().map(str::to_owned));
            }
        }
        secrets.retain(|secret| secret.len() >= 4);
        secrets.sort_unstable();
        secrets.dedup();
        secrets
    }
}
