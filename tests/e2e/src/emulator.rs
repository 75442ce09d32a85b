//! The engine the widget talks to: what it is told to be, the codes it "sent", what it heard.

use std::net::Ipv4Addr;
use std::sync::PoisonError;
use std::time::Instant;

use ae_engine::{Customer, Endpoint, Engine, Fault, JournalEntry, Server, Settings};
use serde_json::Value;

use crate::page::{GLANCE, PATIENCE};

/// An emulator on a port of its own.
#[derive(Debug)]
pub struct Emulator(Server);

impl Emulator {
    /// Starts one with the documented settings.
    pub async fn start() -> Self {
        let engine = Engine::new(Settings::documented(), 20_260_101);
        let running = Server::start(engine, (Ipv4Addr::LOCALHOST, 0).into()).await;
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

    /// Has a customer, who goes by this number or address and by whatever else is said of them.
    pub fn knows(&self, identifier: &str, customer: Customer) {
        self.is(|settings| {
            settings.customers.insert(identifier.to_owned(), customer);
        });
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

    /// How many bytes of bodies without end it got rid of.
    pub fn poured(&self) -> u64 {
        self.0.endless_bytes_sent()
    }

    /// The newest code that somebody was sent.
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
        self.with(|engine| engine.call_count(endpoint))
    }

    /// The calls so far with everything that came along; no preflights.
    pub fn entries(&self) -> Vec<JournalEntry> {
        let mut journal = self.with(|engine| engine.journal().to_vec());
        journal.retain(|entry| entry.method != "OPTIONS");
        journal
    }

    /// The preflights so far.
    pub fn preflights(&self) -> Vec<JournalEntry> {
        let mut journal = self.with(|engine| engine.journal().to_vec());
        journal.retain(|entry| entry.method == "OPTIONS");
        journal
    }

    /// The bodies of the calls of one kind, as they came.
    pub fn bodies(&self, endpoint: Endpoint) -> Vec<String> {
        let calls = self.entries().into_iter();
        calls
            .filter(|entry| entry.endpoint == Some(endpoint))
            .map(|entry| String::from_utf8_lossy(&entry.body.unwrap_or_default()).into_owned())
            .collect()
    }

    /// A field of the latest call of one kind.
    pub fn field(&self, endpoint: Endpoint, name: &str) -> String {
        let bodies = self.bodies(endpoint);
        let body = bodies
            .last()
            .unwrap_or_else(|| panic!("{endpoint} was not called"));
        let body: Value = serde_json::from_str(body).expect("a body of JSON");
        body[name]
            .as_str()
            .unwrap_or_else(|| panic!("{endpoint} came without {name}: {body}"))
            .to_owned()
    }

    /// A field of every call of one kind, in order; nothing for a call that came without it.
    pub fn fields(&self, endpoint: Endpoint, name: &str) -> Vec<Option<String>> {
        let bodies = self.bodies(endpoint).into_iter();
        bodies
            .map(|body| {
                let body: Value = serde_json::from_str(&body).expect("a body of JSON");
                body[name].as_str().map(str::to_owned)
            })
            .collect()
    }

    /// Waits until a call was made so many times.
    pub async fn hears(&self, endpoint: Endpoint, times: usize) {
        let deadline = Instant::now() + PATIENCE;
        while self.count(endpoint) < times {
            assert!(
                Instant::now() < deadline,
                "waited for {endpoint} number {times} in vain: {:?}",
                self.calls()
            );
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// What nobody may find in a page or in an event: codes, passwords, login sessions, tokens, keys.
    pub fn secrets(&self) -> Vec<String> {
        let mut secrets: Vec<String> = self.with(|engine| {
            engine
                .outbox()
                .iter()
                .map(|message| message.code.clone())
                .collect()
        });
        for field in ["sessionId", "token", "expiredToken", "key"] {
            secrets.extend(self.sent(field));
        }
        secrets.extend(self.fleeting_secrets());
        secrets.retain(|secret| secret.len() >= 4);
        secrets.sort_unstable();
        secrets.dedup();
        secrets
    }

    /// What a browser may not even keep: what was typed to prove something, and tokens that wait for a second factor.
    pub fn fleeting_secrets(&self) -> Vec<String> {
        let fields = [
            "otp",
            "password",
            "newPassword",
            "confirmPassword",
            "authorizedToken",
        ];
        let sent = fields.iter().flat_map(|field| self.sent(field));
        sent.filter(|secret| secret.len() >= 4).collect()
    }

    /// What came in a field of any call.
    fn sent(&self, field: &str) -> Vec<String> {
        let bodies = self.entries().into_iter().map(|entry| {
            let body: Value =
                serde_json::from_slice(&entry.body.unwrap_or_default()).unwrap_or_default();
            body[field].as_str().map(str::to_owned)
        });
        bodies.flatten().collect()
    }
}
