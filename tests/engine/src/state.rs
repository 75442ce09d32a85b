//! What the emulator remembers of customers: sessions, codes sent, numbers given.

use std::collections::HashMap;

use crate::ask::Identifier;
use crate::chance::Chance;
use crate::settings::{Customer, Settings};

/// Everything remembered from call to call. Times are of the engine's own clock, in milliseconds.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) chance: Chance,
    pub(crate) sessions: HashMap<String, Session>,
    /// Customers who proved themselves here without being in the settings, by brand and identifier.
    newcomers: HashMap<(String, String), Customer>,
    /// When codes were sent, by brand and identifier.
    sends: HashMap<(String, String), Vec<i64>>,
    next_uid: u64,
}

/// One attempt to sign in.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) identifier: Identifier,
    /// In capitals.
    pub(crate) brand: String,
    pub(crate) ends_ms: i64,
    pub(crate) code: Option<Code>,
    pub(crate) wrong: u32,
    /// Whether a first password came along; it counts once a code is proved.
    pub(crate) sets_password: bool,
}

/// A code that was sent and not used yet.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub(crate) digits: String,
    pub(crate) ends_ms: i64,
}

impl State {
    pub(crate) fn new(seed: u64) -> State {
        State {
            chance: Chance::new(seed),
            sessions: HashMap::new(),
            newcomers: HashMap::new(),
            sends: HashMap::new(),
            next_uid: 5_000_001,
        }
    }

    /// Opens a session and gives its id.
    pub(crate) fn open(&mut self, session: Session, now_ms: i64, newest_only: bool) -> String {
        self.sessions.retain(|_, old| {
            let replaced = newest_only
                && old.brand == session.brand
                && old.identifier.entry() == session.identifier.entry();
            old.ends_ms > now_ms && !replaced
        });
        let id = self.chance.session_id();
        self.sessions.insert(id.clone(), session);
        id
    }

    /// A number nobody has yet.
    pub(crate) fn new_uid(&mut self) -> String {
        let uid = self.next_uid.to_string();
        self.next_uid += 1;
        uid
    }

    /// The customer of this brand and identifier, if the settings or an earlier login know one.
    pub(crate) fn customer<'a>(
        &'a self,
        settings: &'a Settings,
        brand: &str,
        identifier: &Identifier,
    ) -> Option<&'a Customer> {
        settings
            .customers
            .get(&identifier.value)
            .or_else(|| self.newcomers.get(&key(brand, identifier)))
    }

    /// Notes that a customer proved a code, gives an unknown one a number, and says which it is.
    pub(crate) fn proved(&mut self, settings: &mut Settings, session: &Session) -> String {
        if let Some(customer) = settings.customers.get_mut(&session.identifier.value) {
            customer.registered_for_password |= session.sets_password;
            return customer.uid.clone();
        }
        let next_uid = &mut self.next_uid;
        let customer = self
            .newcomers
            .entry(key(&session.brand, &session.identifier))
            .or_insert_with(|| {
                let uid = next_uid.to_string();
                *next_uid += 1;
                Customer {
                    uid,
                    registered_for_password: false,
                }
            });
        customer.registered_for_password |= session.sets_password;
        customer.uid.clone()
    }

    /// Notes that a code goes out, unless the customer has had as many as allowed.
    pub(crate) fn may_send(&mut self, settings: &Settings, session: &Session, now_ms: i64) -> bool {
        let Some(quota) = settings.quota else {
            return true;
        };
        let sent = self
            .sends
            .entry(key(&session.brand, &session.identifier))
            .or_default();
        if let Some(window_s) = settings.quota_window_s {
            sent.retain(|at_ms| later(*at_ms, window_s) > now_ms);
        }
        let allowed = sent.len() < usize::try_from(quota).unwrap_or(usize::MAX);
        if allowed {
            sent.push(now_ms);
        }
        allowed
    }
}

/// So many seconds after a moment.
pub(crate) fn later(at_ms: i64, seconds: u64) -> i64 {
    at_ms.saturating_add(i64::try_from(seconds.saturating_mul(1000)).unwrap_or(i64::MAX))
}

fn key(brand: &str, identifier: &Identifier) -> (String, String) {
    (brand.to_owned(), identifier.entry())
}
