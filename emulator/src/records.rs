//! What the engine remembers for whoever tests against it: messages sent and requests seen.

use crate::endpoint::Endpoint;
use crate::fault::Fault;

/// A message "sent" to a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// When, by the caller's clock, in unix milliseconds.
    pub at_ms: u64,
    /// The mobile number or e-mail address.
    pub to: String,
    /// `SMS` or `EMAIL`, or the fallback channel the request named.
    pub channel: String,
    /// The code alone.
    pub code: String,
    /// What the customer reads.
    pub text: String,
}

/// A request the engine saw. Preflights are among them, with the method `OPTIONS`.
///
/// This is a test tool: the latest entries keep headers and body as they came, tokens and codes included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalEntry {
    /// When, by the caller's clock, in unix milliseconds.
    pub at_ms: u64,
    /// `POST`, `OPTIONS` and so on.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// Which call it was, if it was one.
    pub endpoint: Option<Endpoint>,
    /// The `identifierValue` of the request, if it had one.
    pub identifier: Option<String>,
    /// The HTTP status of the answer, whether it arrived or not.
    pub status: u16,
    /// The application code of a refusal; nothing on success.
    pub code: Option<i64>,
    /// The faults that were at work.
    pub faults: Vec<Fault>,
    /// The request's headers; empty in older entries.
    pub headers: Vec<(String, String)>,
    /// The request's body; nothing in older entries.
    pub body: Option<Vec<u8>>,
}

/// An emulator may run for weeks: old records go, a thousand at a time.
pub(crate) fn drop_oldest<T>(records: &mut Vec<T>) {
    if records.len() > RECORDS {
        records.drain(..1000);
    }
}

const RECORDS: usize = 20_000;
