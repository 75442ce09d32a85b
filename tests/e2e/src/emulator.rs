//! The engine that the widget talks to: its settings, the codes it has sent, and the requests it has received.

use std::net::Ipv4Addr;
use std::sync::PoisonError;
use std::time::Instant;

use ae_engine::{Customer, Endpoint, Engine, Fault, JournalEntry, Server, Settings};
use serde_json::Value;

use crate::page::{POLL_INTERVAL, TIME_LIMIT};

/// An emulator on a port of its own. It stops when it is dropped.
#[derive(Debug)]
pub struct Emulator(Server);

impl Emulator {
    /// Starts an emulator with the documented settings.
    pub async fn start() -> Self {
        let engine = Engine::new(Settings::documented(), 20_260_101);
        let running = Server::start(engine, (Ipv4Addr::LOCALHOST, 0).into()).await;
        Self(running.expect("a free port for the engine"))
    }

    /// Its address, without a slash at the end.
    pub fn url(&self) -> String {
        self.0.url()
    }

    /// Calls a function with the engine.
    pub fn with<T>(&self, act: impl FnOnce(&mut Engine) -> T) -> T {
        act(&mut self
            .0
            .engine()
            .lock()
            .unwrap_or_else(PoisonError::into_inner))
    }

    // Settings ----------------------------------------------------------------------------------------------------------

    /// Changes the settings.
    pub fn configure(&self, set: impl FnOnce(&mut Settings)) {
        self.with(|engine| set(engine.settings_mut()));
    }

    /// Adds a customer with this number, address or name.
    pub fn adds_customer(&self, identifier: &str, customer: Customer) {
        self.configure(|settings| {
            settings.customers.insert(identifier.to_owned(), customer);
        });
    }

    /// Makes the next call of an endpoint fail.
    pub fn fails(&self, endpoint: Endpoint, fault: Fault) {
        self.with(|engine| engine.inject(endpoint, fault, Some(1)));
    }

    /// Makes every call of an endpoint fail until [`Self::recovers`].
    pub fn keeps_failing(&self, endpoint: Endpoint, fault: Fault) {
        self.with(|engine| engine.inject(endpoint, fault, None));
    }

    /// Removes all faults.
    pub fn recovers(&self) {
        self.with(Engine::clear_faults);
    }

    // Messages ----------------------------------------------------------------------------------------------------------

    /// The code of the newest message to a number or address.
    pub fn code_sent_to(&self, recipient: &str) -> String {
        self.with(|engine| {
            let message = engine
                .outbox()
                .iter()
                .rev()
                .find(|message| message.to == recipient);
            match message {
                Some(message) => message.code.clone(),
                None => panic!("no code was sent to {recipient}: {:?}", engine.outbox()),
            }
        })
    }

    /// How many messages were sent.
    pub fn message_count(&self) -> usize {
        self.with(|engine| engine.outbox().len())
    }

    // Requests ----------------------------------------------------------------------------------------------------------

    /// The names of the calls so far in order, such as `otp-generate`.
    pub fn calls(&self) -> Vec<&'static str> {
        let requests = self.requests().into_iter();
        requests
            .filter_map(|entry| Some(entry.endpoint?.name()))
            .collect()
    }

    /// How often an endpoint was called.
    pub fn call_count(&self, endpoint: Endpoint) -> usize {
        self.with(|engine| engine.call_count(endpoint))
    }

    /// The requests so far, without preflights.
    pub fn requests(&self) -> Vec<JournalEntry> {
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

    /// The bodies of all calls of an endpoint, as they were sent.
    pub fn bodies(&self, endpoint: Endpoint) -> Vec<String> {
        let requests = self.requests().into_iter();
        requests
            .filter(|entry| entry.endpoint == Some(endpoint))
            .map(|entry| String::from_utf8_lossy(&entry.body.unwrap_or_default()).into_owned())
            .collect()
    }

    /// A field of the latest call of an endpoint.
    pub fn field(&self, endpoint: Endpoint, name: &str) -> String {
        let bodies = self.bodies(endpoint);
        let body = bodies
            .last()
            .unwrap_or_else(|| panic!("{endpoint} was not called"));
        let body: Value = serde_json::from_str(body).expect("a body of JSON");
        body[name]
            .as_str()
            .unwrap_or_else(|| panic!("{endpoint} was called without {name}: {body}"))
            .to_owned()
    }

    /// A field of every call of an endpoint in order; `None` for a call without it.
    pub fn fields(&self, endpoint: Endpoint, name: &str) -> Vec<Option<String>> {
        let bodies = self.bodies(endpoint).into_iter();
        bodies
            .map(|body| {
                let body: Value = serde_json::from_str(&body).expect("a body of JSON");
                body[name].as_str().map(str::to_owned)
            })
            .collect()
    }

    /// Waits until an endpoint was called so many times.
    pub async fn receives(&self, endpoint: Endpoint, times: usize) {
        let deadline = Instant::now() + TIME_LIMIT;
        while self.call_count(endpoint) < times {
            assert!(
                Instant::now() < deadline,
                "waited {TIME_LIMIT:?} for call {times} of {endpoint}: {:?}",
                self.calls()
            );
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }

    /// How many bytes of endless bodies were sent so far.
    pub fn endless_bytes(&self) -> u64 {
        self.0.endless_bytes_sent()
    }

    // Secrets -----------------------------------------------------------------------------------------------------------

    /// The values that must not be readable in a page or an event: codes, passwords, login sessions, tokens and keys.
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
        secrets.extend(self.one_time_secrets());
        secrets.retain(|secret| secret.len() >= 4);
        secrets.sort_unstable();
        secrets.dedup();
        secrets
    }

    /// The values that a browser must not even store: codes and passwords that were sent, and tokens that waited for a second factor.
    pub fn one_time_secrets(&self) -> Vec<String> {
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

    /// The values of a field in all requests.
    fn sent(&self, field: &str) -> Vec<String> {
        let bodies = self.requests().into_iter().map(|entry| {
            let body: Value =
                serde_json::from_slice(&entry.body.unwrap_or_default()).unwrap_or_default();
            body[field].as_str().map(str::to_owned)
        });
        bodies.flatten().collect()
    }
}
