//! The records that the engine keeps for tests: messages sent to customers and requests received.

use crate::endpoint::Endpoint;
use crate::fault::Fault;

/// A message to a customer. The emulator only keeps it in its outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The time by the caller's clock, in milliseconds since the Unix epoch.
    pub at_ms: u64,
    /// The mobile number or e-mail address.
    pub to: String,
    /// `SMS` or `EMAIL`, or the fallback channel that the request named.
    pub channel: String,
    /// The code, such as `482913`.
    pub code: String,
    /// The text that the customer would read.
    pub text: String,
}

/// A request that the engine received, and how it was answered. Preflights are recorded with the method `OPTIONS`.
///
/// The latest entries keep headers and body, tokens and codes included (setting `bodies_kept`): the emulator is for tests and
/// must not receive data of real customers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalEntry {
    /// The time by the caller's clock, in milliseconds since the Unix epoch.
    pub at_ms: u64,
    /// The method in capitals, such as `POST`.
    pub method: String,
    /// The path and the query.
    pub path: String,
    /// The call with this path, or `None` if there is none.
    pub endpoint: Option<Endpoint>,
    /// The `identifierValue` of the body, or `None` if it has no such string.
    pub identifier: Option<String>,
    /// The HTTP status of the response, also if the response did not arrive.
    pub status: u16,
    /// The application code of an error (contract 1.7); `None` on success.
    pub code: Option<i64>,
    /// The injected faults that applied.
    pub faults: Vec<Fault>,
    /// The request's headers; empty in older entries.
    pub headers: Vec<(String, String)>,
    /// The request's body; `None` in older entries.
    pub body: Option<Vec<u8>>,
}

/// The number of records that an outbox or a journal keeps.
const MAX_RECORDS: usize = 20_000;

/// Drops the oldest thousand records once there are more than [`MAX_RECORDS`], so that an emulator can run for weeks.
pub(crate) fn drop_oldest<T>(records: &mut Vec<T>) {
    if records.len() > MAX_RECORDS {
        records.drain(..1000);
    }
}
