//! An independent emulator of the Auth Engine: it signs made-up customers in, on one machine, for tests.
//!
//! ```text
//! engine      the door of the core: one request in, one answer out, and what was seen on the way
//! talk        requests, answers and how answers travel
//! record      messages sent and requests seen, for whoever tests
//! settings/   everything that can be set, with its defaults; customers
//! scene       brands with customers, ready for a demonstration
//! endpoint    the calls the emulator knows, their names and paths
//! call/       what each call demands and does, one file per act
//! ask         a request's body, field by field
//! answer      the JSON envelopes, and refusals with their codes
//! state/      sessions, people, tokens given out, wrong tries
//! token       HS256 tokens, made and read
//! fault/      what can be made to go wrong, how it is written, how it waits; spoil: making it so
//! cors        who may read an answer
//! chance      session ids and codes from a seed
//! http/       the socket and the control endpoints (feature `http`)
//! ```
//!
//! The core has no clock, no randomness and no socket of its own: time comes with each call, chance from a seed.
//! It knows no client either: its types are nobody else's types.
//!
//! ```
//! use ae_engine::{Engine, Request, Settings};
//!
//! let mut engine = Engine::new(Settings::documented(), 1);
//! let asked = Request::post(
//!     "/auth/v1/web/token/generate",
//!     r#"{"identifierType":"EMAIL","identifierValue":"ada@example.org","brand":"DocDemo"}"#,
//! );
//! let outcome = engine.handle(1_760_000_000_000, &asked);
//! assert_eq!(outcome.response.status, 200);
//! ```

mod call;
mod cors;
mod demo_scenes;
mod endpoint;
mod engine;
mod envelope;
mod error;
mod exchange;
mod factor;
mod fault;
#[cfg(feature = "http")]
mod http;
mod identifier;
mod params;
mod records;
mod rng;
mod settings;
mod state;
mod token;

pub use demo_scenes::{SCENES, Scene, SceneCustomer};
pub use endpoint::Endpoint;
pub use engine::Engine;
pub use exchange::{Delivery, Outcome, Request, Response};
pub use fault::{FAULTS, Fault, FaultDescription, PlannedFault};
#[cfg(feature = "http")]
pub use http::Server;
pub use records::{JournalEntry, Message};
pub use settings::{Cors, Customer, Settings};

/// Runs the examples of the README with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
