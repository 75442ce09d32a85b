//! An independent emulator of Capillary's Auth Engine, for tests of web sign-in.
//!
//! [`Engine`] is the emulator without a socket: it takes a [`Request`] and the current time, and gives an [`Outcome`] with the
//! response. With the feature `http` (on by default), [`Server`] puts an engine behind a socket, and the program `ae-engine`
//! starts one from the command line. The README describes the program; this page describes the library.
//!
//! # Sections of the contract
//!
//! Doc comments name the section of the Auth Engine's contract that a rule comes from, such as "contract 2.3". The
//! contract is this project's summary of the vendor's public documents: 1 common rules (1.4 fields, 1.5 device ids, 1.6 response
//! envelope, 1.7 errors, 1.8 limits and times), 2 first factor on the web, 3 second factor, 4 mobile apps, 6 roles, 7 tokens
//! and keys, 9 brand configuration, 10 defaults of the emulator. The README lists which behaviour is documented and which is
//! an assumption.
//!
//! # Modules
//!
//! ```text
//! engine/         the entry point: handles a request, keeps the outbox and the journal
//! exchange        requests, responses, and how a response is delivered
//! records         messages sent to customers, requests received
//! settings/       everything that can be configured, with defaults; registered customers
//! demo_scenes     ready-made brands and customers for demonstrations
//! endpoint        the calls of the engine: names, paths, methods
//! call/           what each call requires and does, one file per operation
//! factor          first and second factor, code and password
//! identifier      types of identifiers and their values
//! params          the fields of a request body and its query
//! envelope        JSON bodies of successful responses
//! error           error codes, their messages and responses
//! state/          sessions, customers, issued tokens, failed attempts
//! token           creates and verifies HS256 tokens
//! fault/          faults that can be injected: catalogue, text form, queue, effect on a response
//! cors            headers that let other origins read a response
//! rng             session ids and codes from a seed
//! http/           the server and the control endpoints (feature `http`)
//! ```
//!
//! The engine has no clock, no source of randomness and no socket of its own: the time comes with each request, session ids and
//! codes from a seed. The same seed, settings and requests give the same responses.
//!
//! # Examples
//!
//! A customer signs in with a code:
//!
//! ```
//! use ae_engine::{Engine, Request, Settings};
//! use serde_json::{Value, json};
//!
//! let mut engine = Engine::new(Settings::documented(), 1);
//! let now_ms = 1_760_000_000_000;
//! let mut post = |engine: &mut Engine, path: &str, body: &Value| -> Value {
//!     let request = Request::post(path, body.to_string());
//!     let outcome = engine.handle(now_ms, &request);
//!     serde_json::from_slice(&outcome.response.body).expect("a JSON body")
//! };
//!
//! let mut body = json!({ "identifierType": "EMAIL", "identifierValue": "ada@example.org", "brand": "DocDemo" });
//! let opened = post(&mut engine, "/auth/v1/web/token/generate", &body);
//! body["sessionId"] = opened["user"]["sessionId"].clone();
//! post(&mut engine, "/auth/v1/web/otp/generate", &body);
//! body["otp"] = engine.outbox()[0].code.clone().into();
//! let signed_in = post(&mut engine, "/auth/v1/web/otp/validate", &body);
//! assert!(signed_in["auth"]["token"].is_string());
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

/// Runs the Rust examples of the README as doc tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
