//! What the emulator remembers from call to call: sessions and codes here, people, tokens and wrong tries in files of their own.

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

/// Everything remembered from call to call. Times are of the engine's own clock, in milliseconds.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) rng: Rng,
    pub(crate) sessions: HashMap<String, Session>,
    pub(crate) customers: Customers,
    pub(crate) issued_tokens: IssuedTokens,
    pub(crate) failed_attempts: FailedAttempts,
    /// When codes were sent, by brand and identifier.
    codes_sent: HashMap<(String, String), Vec<i64>>,
}

/// One attempt to sign in, or the half of one that is about the second factor.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) factor: Factor,
    pub(crate) identifier: Identifier,
    /// In capitals.
    pub(crate) brand: String,
    /// The device it is bound to; none if it was opened on the web.
    pub(crate) device: Option<String>,
    /// Who the first factor proved; only in sessions of the second.
    pub(crate) uid: Option<String>,
    pub(crate) ends_ms: i64,
    pub(crate) code: Option<Code>,
    /// When wrong codes and wrong passwords came.
    pub(crate) wrong_codes: Vec<i64>,
    pub(crate) wrong_passwords: Vec<i64>,
    /// A first password that came along; it counts once a code is proved.
    pub(crate) initial_password: Option<String>,
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
            rng: Rng::new(seed),
            sessions: HashMap::new(),
            customers: Customers::default(),
            issued_tokens: IssuedTokens::default(),
            failed_attempts: FailedAttempts::default(),
            codes_sent: HashMap::new(),
        }
    }

    /// Forgets everybody and everything but the story that chance was telling.
    pub(crate) fn clear(&mut self) {
        let rng = self.rng.clone();
        *self = State {
            rng,
            ..State::new(0)
        };
    }

    /// Opens a session and gives its id.
    pub(crate) fn open(&mut self, session: Session, now_ms: i64, newest_only: bool) -> String {
        self.sessions.retain(|_, old| {
            let replaced = newest_only
                && old.factor == session.factor
                && old.brand == session.brand
                && old.identifier.entry() == session.identifier.entry();
            old.ends_ms > now_ms && !replaced
        });
        let id = self.rng.session_id();
        self.sessions.insert(id.clone(), session);
        id
    }

    /// The token that a request to renew wants replaced: the one it carries, or the newest that was given out with its key.
    pub(crate) fn token_to_renew(&self, body: &[u8], settings: &Settings) -> Option<String> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let text = |name: &str| body.get(name)?.as_str();
        if let Some(token) = text("expiredToken") {
            return Some(token.to_owned());
        }
        let key = Token::read(text("key")?, &settings.secret)?;
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
        self.issued_tokens.newest_token(&owner).map(str::to_owned)
    }

    /// Notes that a code goes out, unless the customer has had as many as allowed.
    pub(crate) fn reserve_code(
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
            .entry((session.brand.clone(), session.identifier.entry()))
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

/// So many seconds after a moment.
pub(crate) fn add_seconds(at_ms: i64, seconds: u64) -> i64 {
    at_ms.saturating_add(i64::try_from(seconds.saturating_mul(1000)).unwrap_or(i64::MAX))
}
