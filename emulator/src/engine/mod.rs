//! The engine: takes a request, responds, and keeps an outbox and a journal for tests.
//!
//! ```text
//! mod          requests, faults, outbox, journal
//! customers    registers customers, switches to a scene
//! ```

mod customers;

use std::time::{Duration, UNIX_EPOCH};

use serde_json::Value;

use crate::call::{self, Context};
use crate::cors;
use crate::endpoint::Endpoint;
use crate::error::ApiError;
use crate::exchange::{Delivery, Outcome, Request, Response};
use crate::fault::{Fault, PlannedFault, apply};
use crate::params::Params;
use crate::records::{JournalEntry, Message, drop_oldest};
use crate::settings::Settings;
use crate::state::State;

/// The last second of the year 9999, the latest that an HTTP date can express.
const LAST_HTTP_DATE_S: u64 = 253_402_300_799;

/// An emulated Auth Engine.
///
/// The engine has no clock: each request comes with the current time. Sessions, codes and tokens expire as that time advances,
/// so a test can skip hours without waiting.
///
/// # Examples
///
/// A code that was sent can be read from the outbox, and a fault makes the next call fail:
///
/// ```
/// use ae_engine::{Customer, Endpoint, Engine, Fault, Request, Settings};
/// use serde_json::{Value, json};
///
/// let mut settings = Settings::samples();
/// settings.customers.insert("ada@example.org".to_owned(), Customer::new("4068291"));
/// let mut engine = Engine::new(settings, 1);
/// let now_ms = 1_760_000_000_000;
///
/// let ada = json!({ "identifierType": "EMAIL", "identifierValue": "ada@example.org", "brand": "DocDemo" });
/// let open = Request::post("/auth/v1/web/token/generate", ada.to_string());
/// let opened: Value = serde_json::from_slice(&engine.handle(now_ms, &open).response.body)?;
///
/// let mut send = ada.clone();
/// send["sessionId"] = opened["user"]["sessionId"].clone();
/// engine.handle(now_ms, &Request::post("/auth/v1/web/otp/generate", send.to_string()));
/// assert_eq!(engine.outbox()[0].to, "ada@example.org");
/// assert_eq!(engine.outbox()[0].code.len(), 6);
///
/// engine.inject(Endpoint::TokenGenerate, Fault::Code(1504, None), Some(1));
/// let failed: Value = serde_json::from_slice(&engine.handle(now_ms, &open).response.body)?;
/// assert_eq!(failed["status"]["code"], 1504);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug)]
pub struct Engine {
    settings: Settings,
    state: State,
    faults: Vec<PlannedFault>,
    outbox: Vec<Message>,
    journal: Vec<JournalEntry>,
}

impl Engine {
    /// Creates an engine that has received no requests. The seed determines session ids and random codes.
    pub fn new(settings: Settings, seed: u64) -> Engine {
        Engine {
            settings,
            state: State::new(seed),
            faults: Vec::new(),
            outbox: Vec::new(),
            journal: Vec::new(),
        }
    }

    /// Handles a request at the time `now_ms`, in milliseconds since the Unix epoch.
    ///
    /// Every request gets a response: 404 for an unknown path, 405 for a wrong method, 415 for a body whose `Content-Type` is not
    /// JSON. Errors of the engine have the HTTP status 200, unless the setting `errors_as_http` says otherwise.
    pub fn handle(&mut self, now_ms: u64, request: &Request) -> Outcome {
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let endpoint = Endpoint::from_path(path);
        let mut entry = JournalEntry {
            at_ms: now_ms,
            method: request.method.clone(),
            path: request.path.clone(),
            endpoint,
            identifier: identifier_of(&request.body),
            status: 0,
            code: None,
            faults: Vec::new(),
            headers: request.headers.clone(),
            body: Some(request.body.clone()),
        };
        let mut outcome = match endpoint {
            _ if request.method == "OPTIONS" => {
                Outcome::immediate(cors::preflight(&self.settings, request))
            }
            Some(endpoint) if endpoint.methods().contains(&request.method.as_str()) => {
                self.call(now_ms, endpoint, query, request, &mut entry)
            }
            Some(endpoint) => {
                let methods = endpoint.methods().join(", ");
                let response =
                    Response::empty(405).with_header("Allow", &format!("{methods}, OPTIONS"));
                Outcome::immediate(cors::add_headers(&self.settings, request, true, response))
            }
            None => {
                let response =
                    Response::text(404, "text/plain", "the emulator has no such endpoint\n");
                Outcome::immediate(cors::add_headers(&self.settings, request, true, response))
            }
        };
        outcome.response = outcome
            .response
            .with_header("Date", &http_date(self.own_ms(now_ms)));
        entry.status = outcome.response.status;
        self.add_to_journal(entry);
        outcome
    }

    /// The current settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The current settings, to be changed. A change applies from the next request on.
    ///
    /// The engine does not check the values; [`Settings::validate`] does.
    pub fn settings_mut(&mut self) -> &mut Settings {
        &mut self.settings
    }

    /// Messages to customers, oldest first. The latest 20,000 are kept.
    pub fn outbox(&self) -> &[Message] {
        &self.outbox
    }

    /// Empties the outbox.
    pub fn clear_outbox(&mut self) {
        self.outbox.clear();
    }

    /// Received requests, oldest first, preflights included. The latest 20,000 are kept.
    pub fn journal(&self) -> &[JournalEntry] {
        &self.journal
    }

    /// The number of times that a call is in the journal. Preflights are not counted.
    pub fn call_count(&self, endpoint: Endpoint) -> usize {
        let is_call = |entry: &&JournalEntry| {
            entry.endpoint == Some(endpoint) && endpoint.methods().contains(&entry.method.as_str())
        };
        self.journal.iter().filter(is_call).count()
    }

    /// Empties the journal.
    pub fn clear_journal(&mut self) {
        self.journal.clear();
    }

    /// Makes the next `times` calls of an endpoint fail, or all of them until [`clear_faults`](Engine::clear_faults) for `None`.
    ///
    /// Faults of an endpoint form a queue: each call takes the oldest one. [`Fault::Delay`], [`Fault::NoCors`] and
    /// [`Fault::NoExpose`] apply together with the fault that is due.
    pub fn inject(&mut self, endpoint: Endpoint, fault: Fault, times: Option<u32>) {
        if times != Some(0) {
            self.faults.push(PlannedFault {
                endpoint,
                fault,
                left: times,
            });
        }
    }

    /// Faults that have not been used up, oldest first.
    pub fn faults(&self) -> &[PlannedFault] {
        &self.faults
    }

    /// Removes all faults.
    pub fn clear_faults(&mut self) {
        self.faults.clear();
    }

    /// Handles a call: takes the faults that are due and applies them to the response.
    fn call(
        &mut self,
        now_ms: u64,
        endpoint: Endpoint,
        query: &str,
        request: &Request,
        entry: &mut JournalEntry,
    ) -> Outcome {
        let due = PlannedFault::take(&mut self.faults, endpoint);
        entry.faults.clone_from(&due);
        let main = due.iter().find(|fault| !fault.is_additional());
        // Found before the call, which issues a newer token.
        let replaced_token = (main == Some(&Fault::SameToken))
            .then(|| self.state.token_to_renew(&request.body, &self.settings))
            .flatten();
        let replacement = main.and_then(|fault| apply::replacement(fault, &self.settings));
        let mut response = if let Some(replacement) = replacement {
            entry.code = main.and_then(Fault::code);
            replacement
        } else {
            match self.respond(now_ms, endpoint, query, request) {
                Ok(body) => Response::json(200, &body),
                Err(CallError::Api(error)) => {
                    entry.code = error.code();
                    error.response(self.settings.errors_as_http)
                }
                Err(CallError::MediaType) => Response::empty(415),
            }
        };
        if let Some(fault) = main {
            let own_ms = self.own_ms(now_ms);
            response = apply::alter(fault, response, replaced_token, &self.settings, own_ms);
        }
        if !due.contains(&Fault::NoCors) {
            let expose = !due.contains(&Fault::NoExpose);
            response = cors::add_headers(&self.settings, request, expose, response);
        }
        let delay_ms = due.iter().map(Fault::delay_ms).fold(0, u64::saturating_add);
        let delivery = main.map_or(Delivery::Whole, |fault| {
            apply::delivery(fault, &response, &self.settings)
        });
        Outcome {
            response,
            delay_ms,
            delivery,
        }
    }

    /// Performs a call and returns the body of its response.
    fn respond(
        &mut self,
        now_ms: u64,
        endpoint: Endpoint,
        query: &str,
        request: &Request,
    ) -> Result<Value, CallError> {
        // Browsers always send a `Content-Type`. Requests without one come from simple scripts and are accepted.
        if request
            .header("content-type")
            .is_some_and(|media_type| !is_json(media_type))
        {
            return Err(CallError::MediaType);
        }
        let own_ms = self.own_ms(now_ms);
        let params = Params::parse(&request.body, query).map_err(CallError::Api)?;
        let mut context = Context {
            endpoint,
            settings: &mut self.settings,
            state: &mut self.state,
            outbox: &mut self.outbox,
            caller_ms: now_ms,
            now_ms: own_ms,
        };
        let body = call::respond(&mut context, &params).map_err(CallError::Api);
        drop_oldest(&mut self.outbox);
        body
    }

    /// The engine's clock: the caller's time plus the setting `clock_offset_s`.
    fn own_ms(&self, now_ms: u64) -> i64 {
        let offset_ms = self.settings.clock_offset_s.saturating_mul(1000);
        i64::try_from(now_ms)
            .unwrap_or(i64::MAX)
            .saturating_add(offset_ms)
    }

    /// Adds an entry and removes headers and bodies of entries beyond the setting `bodies_kept`.
    fn add_to_journal(&mut self, entry: JournalEntry) {
        self.journal.push(entry);
        drop_oldest(&mut self.journal);
        let older = self
            .journal
            .iter_mut()
            .rev()
            .skip(self.settings.bodies_kept);
        for entry in older.take_while(|entry| entry.body.is_some()) {
            entry.body = None;
            entry.headers = Vec::new();
        }
    }
}

/// Why a call has no successful response.
enum CallError {
    /// An error of the engine.
    Api(ApiError),
    /// The `Content-Type` is not JSON.
    MediaType,
}

fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

fn identifier_of(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    body.get("identifierValue")?.as_str().map(str::to_owned)
}

fn http_date(own_ms: i64) -> String {
    let seconds = u64::try_from(own_ms.div_euclid(1000))
        .unwrap_or(0)
        .min(LAST_HTTP_DATE_S);
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds))
}
