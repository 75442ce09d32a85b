//! Tests of the emulator, in one binary so that they share the module `support`.
//!
//! ```text
//! support/              a client of an engine, recorded samples, an HTTP client
//! recorded/             the vendor's recorded samples: same fields, types, nullness and order of claims
//! request_validation    what all calls require of a request
//! sessions, codes       sessions of the first factor, one-time codes
//! sign_in               a whole sign-in, and its tokens
//! passwords             passwords of the first factor
//! second_factor         sessions and codes of the second factor
//! mfa_passwords         passwords of the second factor
//! mobile                calls of mobile apps
//! renewal, keys         renewal by token and by key
//! sign_out              mfa/token/expire
//! account_locks         failed attempts over several sessions
//! customers             identifiers of customers
//! settings, scenes      settings as JSON, their validation; scenes
//! errors, journal       the form of errors; the journal
//! faults, cors          faults; headers for other origins
//! server                the HTTP server
//! control_endpoints     the endpoints under /_emulator/
//! program               the program: flags, help, output
//! readme                the tables of the README
//! ```
#![allow(
    clippy::unwrap_used,
    reason = "a helper of tests that finds nothing should fail"
)]

mod account_locks;
mod codes;
#[cfg(feature = "http")]
mod control_endpoints;
mod cors;
mod customers;
mod errors;
mod faults;
mod journal;
mod keys;
mod mfa_passwords;
mod mobile;
mod passwords;
#[cfg(feature = "http")]
mod program;
#[cfg(feature = "http")]
mod readme;
mod recorded;
mod renewal;
mod request_validation;
mod scenes;
mod second_factor;
#[cfg(feature = "http")]
mod server;
mod sessions;
mod settings;
mod sign_in;
mod sign_out;
mod support;
