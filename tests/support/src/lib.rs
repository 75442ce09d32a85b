//! Simulated pages for the native tests: each page drives a real [`Login`](ae_login::login::Login) and talks to the emulator of the
//! Auth Engine, on clocks that the test controls.
//!
//! | module | what is in it |
//! |---|---|
//! | [`page`] | [`TestPage`]: one page with its forms, its stored records, its clocks, and the engine it calls |
//! | [`tabs`] | [`TestTabs`](tabs::TestTabs): several pages of one shop that share a session |
//! | [`network`] | what happens to a request between a page and the engine |
//! | [`scenarios`] | customers, and pages that are already at a certain step |
//! | [`fixtures`] | configurations and tokens that tests make up |
//! | `invariants` | rules that hold after every input, whatever a test does |
//! | `recorded_requests` | compares every request with the one the vendor recorded |
//!
//! After each input a page runs until it is idle, as the event loop of a browser would: responses arrive, timers fire. The
//! invariants are checked each time, so that every test checks them too.
#![expect(
    clippy::missing_panics_doc,
    reason = "a method that does not reach what it is named after panics: then the test has failed"
)]

pub mod fixtures;
mod invariants;
pub mod network;
pub mod page;
mod recorded_requests;
pub mod scenarios;
pub mod tabs;

use ae_engine::{Customer, Endpoint};
use ae_login::login::activity::Activity;
use ae_login::login::session::Authenticator;
use ae_login::login::time::Millis;
use ae_login::login::wire::Call;
use ae_login::login::{Effect, Event, HostId};

pub use network::Network;
pub use page::TestPage;

/// The e-mail address of the test customer, Ada.
pub const ADA: &str = "ada@example.org";
/// A mobile number, as a customer types it.
pub const MOBILE: &str = "+91 99999 22332";
/// The time at which every test starts, in milliseconds since 1970.
pub const START_TIME: Millis = 1_760_000_000_000;
/// One second, in milliseconds.
pub const SECOND: Millis = 1_000;
/// One minute, in milliseconds.
pub const MINUTE: Millis = 60 * SECOND;
/// One hour, in milliseconds.
pub const HOUR: Millis = 60 * MINUTE;
/// One day, in milliseconds.
pub const DAY: Millis = 24 * HOUR;
/// A seed whose first random number is 0. A page with this seed renews a token at the latest moment, without jitter.
pub const LATEST_RENEWAL_SEED: u64 = 0x61c8_8646_80b5_83eb;
/// The first form of a page.
pub const FORM: HostId = HostId(1);

/// The records that the browser keeps for one tab (`sessionStorage`). It survives a reload.
#[derive(Debug, Default, Clone)]
pub struct TabStorage {
    /// The record of the session.
    pub session: Option<String>,
    /// The record of the step in progress.
    pub step: Option<String>,
    /// The identifier of the last login. It is stored on the device.
    pub identifier: Option<String>,
}

/// A customer whom the engine knows by an e-mail address, without a password or a second factor.
pub fn ada() -> Customer {
    Customer::new("4068291")
}

/// The emulator's name of an endpoint.
///
/// # Panics
///
/// If the emulator has no endpoint at the path of this call.
pub fn endpoint(call: Call) -> Endpoint {
    Endpoint::from_path(call.path()).expect("the emulator knows every call")
}

/// Describes an event in one to three words, such as `signed-out expired`.
pub fn describe_event(event: &Event) -> String {
    match event {
        Event::Ready => "ready".to_owned(),
        Event::Step { step, .. } => format!("step {}", step.as_str()),
        Event::SignedIn { restored, .. } => if *restored {
            "signed-in restored"
        } else {
            "signed-in"
        }
        .to_owned(),
        Event::Renewed { .. } => "renewed".to_owned(),
        Event::Activity(happened) => describe_activity(happened),
        Event::SignedOut(reason) => format!("signed-out {}", reason.as_str()),
        Event::Error { kind, code, .. } => match code {
            Some(code) => format!("error {} {code}", kind.as_str()),
            None => format!("error {}", kind.as_str()),
        },
    }
}

/// Describes what happened in a login attempt: `code-sent otp 1`, and the engine's code if there is one.
pub fn describe_activity(happened: &Activity) -> String {
    let method = happened.method.map_or("", Authenticator::as_str);
    let code = happened.code.map(|code| code.to_string());
    let factor = happened.factor.to_string();
    let words = [happened.action.as_str(), method, &factor];
    let words = words.into_iter().chain(code.as_deref());
    words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Describes an effect in one to three words.
fn describe_effect(effect: &Effect) -> String {
    match effect {
        Effect::Send(_, request) => format!("send {:?}", request.call),
        Effect::Cancel(_) => "cancel".to_owned(),
        Effect::StoreSession(Some(_), ..) => "store session".to_owned(),
        Effect::StoreSession(None, ..) => "erase session".to_owned(),
        Effect::AcquireLock(_) => "acquire lock".to_owned(),
        Effect::ReleaseLock(_) => "release lock".to_owned(),
        Effect::ReadSharedRecord(_) => "read shared record".to_owned(),
        Effect::StoreLastUse(_) => "store last use".to_owned(),
        Effect::StoreIdentifier(Some(_)) => "store identifier".to_owned(),
        Effect::StoreIdentifier(None) => "erase identifier".to_owned(),
        Effect::StoreStep(Some(_)) => "store step".to_owned(),
        Effect::StoreStep(None) => "erase step".to_owned(),
        Effect::Dispatch(_, event) => describe_event(event),
        Effect::ResolveToken(..) => "resolve token".to_owned(),
    }
}
