//! The door of the core: one request in, one answer out, and a record of what was seen.

mod customers;

use std::time::{Duration, UNIX_EPOCH};

use serde_json::Value;

use crate::call::{self, Context};
use crate::cors;
use crate::endpoint::Endpoint;
use crate::error::ApiError;
use crate::exchange::{Delivery, Outcome, Request, Response};
use crate::fault::apply;
use crate::fault::{Fault, PlannedFault};
use crate::params::Params;
use crate::records::{JournalEntry, Message, drop_oldest};
use crate::settings::Settings;
use crate::state::State;

/// The whole emulator: what it is told to be, what it remembers, what it saw.
#[derive(Debug)]
pub struct Engine {
    settings: Settings,
    state: State,
    faults: Vec<PlannedFault>,
    outbox: Vec<Message>,
    journal: Vec<JournalEntry>,
}

impl Engine {
    /// An engine that has seen nothing yet. The seed decides session ids and random codes.
    pub fn new(settings: Settings, seed: u64) -> Engine {
        Engine {
            settings,
            state: State::new(seed),
            faults: Vec::new(),
            outbox: Vec::new(),
            journal: Vec::new(),
        }
    }

    /// Answers a request at the given moment, in unix milliseconds.
    pub fn handle(&mut self, now_ms: u64, request: &Request) -> Outcome {
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let endpoint = Endpoint::from_path(path);
        let mut seen = JournalEntry {
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
                Outcome::complete(cors::preflight(&self.settings, request))
            }
            Some(endpoint) if endpoint.methods().contains(&request.method.as_str()) => {
                self.call(now_ms, endpoint, query, request, &mut seen)
            }
            Some(endpoint) => {
                let allowed = endpoint.methods().join(", ");
                let refused = Response::empty(405).with("Allow", &format!("{allowed}, OPTIONS"));
                Outcome::complete(cors::add_headers(&self.settings, request, true, refused))
            }
            None => {
                let unknown =
                    Response::text(404, "text/plain", "the emulator has no such endpoint\n");
                Outcome::complete(cors::add_headers(&self.settings, request, true, unknown))
            }
        };
        outcome.response = outcome
            .response
            .with("Date", &http_date(self.own_ms(now_ms)));
        seen.status = outcome.response.status;
        self.note(seen);
        outcome
    }

    /// The settings as they are.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The settings, to be changed. The next request sees the change.
    pub fn settings_mut(&mut self) -> &mut Settings {
        &mut self.settings
    }

    /// Messages "sent" to customers, oldest first.
    pub fn outbox(&self) -> &[Message] {
        &self.outbox
    }

    /// Forgets the messages.
    pub fn clear_outbox(&mut self) {
        self.outbox.clear();
    }

    /// Every request seen, oldest first.
    pub fn journal(&self) -> &[JournalEntry] {
        &self.journal
    }

    /// How often a call was made; preflights do not count.
    pub fn call_count(&self, endpoint: Endpoint) -> usize {
        let made = |entry: &&JournalEntry| {
            entry.endpoint == Some(endpoint) && endpoint.methods().contains(&entry.method.as_str())
        };
        self.journal.iter().filter(made).count()
    }

    /// Forgets the requests.
    pub fn clear_journal(&mut self) {
        self.journal.clear();
    }

    /// Makes a call go wrong so many times, or until the faults are cleared. Faults wait in line: one per call, oldest first,
    /// except that [`Fault::Delay`], [`Fault::NoCors`] and [`Fault::NoExpose`] join whatever else is due.
    pub fn inject(&mut self, endpoint: Endpoint, fault: Fault, times: Option<u32>) {
        if times != Some(0) {
            self.faults.push(PlannedFault {
                endpoint,
                fault,
                left: times,
            });
        }
    }

    /// The faults still to come, oldest first.
    pub fn faults(&self) -> &[PlannedFault] {
        &self.faults
    }

    /// Lets everything go right again.
    pub fn clear_faults(&mut self) {
        self.faults.clear();
    }

    /// One call: the faults that are due, and the answer they leave.
    fn call(
        &mut self,
        now_ms: u64,
        endpoint: Endpoint,
        query: &str,
        request: &Request,
        seen: &mut JournalEntry,
    ) -> Outcome {
        let due = PlannedFault::take(&mut self.faults, endpoint);
        seen.faults.clone_from(&due);
        let main = due.iter().find(|fault| !fault.joins());
        let given = (main == Some(&Fault::SameToken))
            .then(|| self.state.token_to_renew(&request.body, &self.settings))
            .flatten();
        let mut response =
            if let Some(instead) = main.and_then(|fault| apply::instead(fault, &self.settings)) {
                seen.code = main.and_then(Fault::code);
                instead
            } else {
                match self.answer(now_ms, endpoint, query, request) {
                    Ok(body) => Response::json(200, &body),
                    Err(Stop::Refused(refusal)) => {
                        seen.code = refusal.code();
                        refusal.response(self.settings.errors_as_http)
                    }
                    Err(Stop::MediaType) => Response::empty(415),
                }
            };
        if let Some(fault) = main {
            response = apply::answer(fault, response, given, &self.settings, self.own_ms(now_ms));
        }
        if !due.contains(&Fault::NoCors) {
            response = cors::add_headers(
                &self.settings,
                request,
                !due.contains(&Fault::NoExpose),
                response,
            );
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

    /// What the engine answers when nothing is made to go wrong.
    fn answer(
        &mut self,
        now_ms: u64,
        endpoint: Endpoint,
        query: &str,
        request: &Request,
    ) -> Result<Value, Stop> {
        // A page that names no media type sends `text/plain`; only hand-made requests have none at all.
        if request
            .header("content-type")
            .is_some_and(|named| !is_json(named))
        {
            return Err(Stop::MediaType);
        }
        let own_ms = self.own_ms(now_ms);
        let params = Params::read(&request.body, query).map_err(Stop::Refused)?;
        let mut context = Context {
            endpoint,
            settings: &mut self.settings,
            state: &mut self.state,
            outbox: &mut self.outbox,
            caller_ms: now_ms,
            now_ms: own_ms,
        };
        let answer = call::respond(&mut context, &params).map_err(Stop::Refused);
        drop_oldest(&mut self.outbox);
        answer
    }

    /// The engine's own clock.
    fn own_ms(&self, now_ms: u64) -> i64 {
        let offset_ms = self.settings.clock_offset_s.saturating_mul(1000);
        i64::try_from(now_ms)
            .unwrap_or(i64::MAX)
            .saturating_add(offset_ms)
    }

    fn note(&mut self, seen: JournalEntry) {
        self.journal.push(seen);
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

/// Why a call has no ordinary answer.
enum Stop {
    Refused(ApiError),
    /// The body is said to be something other than JSON.
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
        .min(END_OF_9999);
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds))
}

/// The last second an HTTP date can name.
const END_OF_9999: u64 = 253_402_300_799;
