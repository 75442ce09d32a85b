//! The state that the engine keeps between calls. Times are milliseconds since the Unix epoch by the engine's own clock.
//!
//! ```text
//! mod                sessions and sent codes
//! customers          customers, found by any identifier
//! issued_tokens      issued tokens and keys, revoked tokens
//! failed_attempts    failed attempts and account locks
//! ```

pub(crate) mod customers;
pub(crate) mod failed_attempts;
pub(crate) mod issued_tokens;

use std::collections::HashMap;

use serde_json::Value;

use crate::factor::Factor;
use crate::identifier::Identifier;
use crate::rng::Rng;
use crate::settings::Settings;
use crate::token::Token;
use customers::Customers;
use failed_attempts::FailedAttempts;
use issued_tokens::{IssuedTokens, TokenOwner};

/// Everything that is remembered from call to call.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) rng: Rng,
    /// Open sessions by their id.
    pub(crate) sessions: HashMap<String, Session>,
    pub(crate) customers: Customers,
    pub(crate) issued_tokens: IssuedTokens,
    pub(crate) failed_attempts: FailedAttempts,
    /// The times at which codes were sent, by brand and identifier. The quota counts them.
    codes_sent: HashMap<(String, String), Vec<i64>>,
}

/// A session of one factor, from token/generate to its validation.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) factor: Factor,
    pub(crate) identifier: Identifier,
    /// The brand in capitals.
    pub(crate) brand: String,
    /// The device that the session is bound to; `None` on the web.
    pub(crate) device: Option<String>,
    /// The customer of the first factor; only in sessions of the second factor.
    pub(crate) uid: Option<String>,
    pub(crate) ends_ms: i64,
    pub(crate) code: Option<SentCode>,
    /// The times of wrong codes.
    pub(crate) wrong_codes: Vec<i64>,
    /// The times of wrong passwords.
    pub(crate) wrong_passwords: Vec<i64>,
    /// The customer's first password for this factor. It takes effect when a code is validated.
    pub(crate) initial_password: Option<String>,
}

/// The newest code of a session.
#[derive(Debug, Clone)]
pub(crate) struct SentCode {
    pub(crate) digits: String,
    pub(crate) ends_ms: i64,
}

impl State {
    pub(crate) fn new(seed: u64) -> State {
        State {
            rng: Rng::new(seed),
            sessions: HashMap::new(),
            customers: Customers::default(),
            issued_tokens: IssuedTokens::default(),
            failed_attempts: FailedAttempts::default(),
            codes_sent: HashMap::new(),
        }
    }

    /// Forgets everything except the state of the random number generator, so that no session id is issued twice.
    pub(crate) fn clear(&mut self) {
        let rng = self.rng.clone();
        *self = State {
            rng,
            ..State::new(0)
        };
    }

    /// Adds a session, removes expired ones, and returns the new session's id.
    ///
    /// With `newest_only`, earlier sessions of the same factor, brand and identifier end.
    pub(crate) fn open_session(
        &mut self,
        session: Session,
        now_ms: i64,
        newest_only: bool,
    ) -> String {
        self.sessions.retain(|_, old| {
            let replaced = newest_only
                && old.factor == session.factor
                && old.brand == session.brand
                && old.identifier.idv_entry() == session.identifier.idv_entry();
            old.ends_ms > now_ms && !replaced
        });
        let id = self.rng.session_id();
        self.sessions.insert(id.clone(), session);
        id
    }

    /// The token that a renewal request replaces: its `expiredToken`, or the newest token of its key's owner.
    pub(crate) fn token_to_renew(&self, body: &[u8], settings: &Settings) -> Option<String> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let text = |name: &str| body.get(name)?.as_str();
        if let Some(token) = text("expiredToken") {
            return Some(token.to_owned());
        }
        let key = Token::verify(text("key")?, &settings.secret)?;
        let second = key.claims.get("mfa") == Some(&Value::Bool(true));
        let owner = TokenOwner {
            brand: key.brand().to_owned(),
            uid: key.claim("uid").to_owned(),
            device: key.device().map(str::to_owned),
            factor: if second {
                Factor::Second
            } else {
                Factor::First
            },
        };
        self.issued_tokens.newest(&owner).map(str::to_owned)
    }

    /// Counts a code against the quota of a session's brand and identifier. Returns `false` if the quota is used up.
    pub(crate) fn count_code(
        &mut self,
        settings: &Settings,
        session: &Session,
        now_ms: i64,
    ) -> bool {
        let Some(quota) = settings.quota else {
            return true;
        };
        let sent = self
            .codes_sent
            .entry((session.brand.clone(), session.identifier.idv_entry()))
            .or_default();
        if let Some(window_s) = settings.quota_window_s {
            sent.retain(|at_ms| add_seconds(*at_ms, window_s) > now_ms);
        }
        let allowed = sent.len() < usize::try_from(quota).unwrap_or(usize::MAX);
        if allowed {
            sent.push(now_ms);
        }
        allowed
    }
}

/// The time `seconds` after `at_ms`, or the latest time there is.
pub(crate) fn add_seconds(at_ms: i64, seconds: u64) -> i64 {
    at_ms.saturating_add(i64::try_from(seconds.saturating_mul(1000)).unwrap_or(i64::MAX))
}
