//! What every call works with, and the questions that many of them params first.

use std::time::{Duration, UNIX_EPOCH};

use crate::endpoint::{Endpoint, Group, Operation};
use crate::error::ApiError;
use crate::factor::Authenticator;
use crate::factor::Factor;
use crate::identifier::{Identifier, IdentifierType};
use crate::params::Params;
use crate::records::Message;
use crate::settings::{Settings, matches_policy};
use crate::state::customers::Profile;
use crate::state::failed_attempts::AttemptKey;
use crate::state::{Session, State, add_seconds};
use crate::token::{Token, TokenSubject};

/// All a call works with.
pub(crate) struct Context<'a> {
    pub(crate) endpoint: Endpoint,
    pub(crate) settings: &'a mut Settings,
    pub(crate) state: &'a mut State,
    pub(crate) outbox: &'a mut Vec<Message>,
    /// The caller's clock, for the outbox.
    pub(crate) caller_ms: u64,
    /// The engine's own clock.
    pub(crate) now_ms: i64,
}

/// A session that a request names, active and fitting.
pub(super) struct ActiveSession {
    pub(super) id: String,
    pub(super) session: Session,
}

impl Context<'_> {
    pub(super) fn group(&self) -> Group {
        self.endpoint.group()
    }

    pub(super) fn factor(&self) -> Factor {
        self.group().factor()
    }

    /// The engine's clock in seconds, as tokens carry it.
    pub(super) fn now_s(&self) -> i64 {
        self.now_ms.div_euclid(1000)
    }

    pub(super) fn subject<'a>(
        &'a self,
        identifier: &Identifier,
        brand: &'a str,
        device: Option<&'a str>,
    ) -> TokenSubject<'a> {
        TokenSubject {
            identifiers: identifier.entries(),
            device,
            brand,
            organisation: &self.settings.organisation,
        }
    }

    /// The identifier of a request, if customers may sign in by its kind.
    pub(super) fn identifier(&self, params: &Params<'_>) -> Result<Identifier, ApiError> {
        // Only the page on proving passwords has a code of its own for this.
        let misfit = if self.endpoint.operation() == Operation::PasswordValidate {
            1526
        } else {
            1519
        };
        let identifier = params.identifier(misfit)?;
        if identifier.kind == IdentifierType::ExternalId && !self.settings.external_id {
            return Err(ApiError::Code(3005));
        }
        Ok(identifier)
    }

    /// The device of a request: demanded of apps and of the second factor, no more than looked at on the web.
    pub(super) fn device(&self, params: &Params<'_>) -> Result<Option<String>, ApiError> {
        let device = params.device()?;
        match self.group() {
            Group::Web => Ok(None),
            Group::Mobile | Group::Mfa => device.map(Some).ok_or(ApiError::Code(1519)),
        }
    }

    /// Refuses a brand that is not among those that exist.
    pub(super) fn ensure_brand_exists(&self, brand: &str) -> Result<(), ApiError> {
        match &self.settings.brands {
            Some(brands) if !brands.iter().any(|known| known.to_uppercase() == brand) => {
                Err(ApiError::Code(1504))
            }
            _ => Ok(()),
        }
    }

    /// Refuses passwords to those who do not use them.
    pub(super) fn ensure_passwords_enabled(&self, factor: Factor) -> Result<(), ApiError> {
        let used = match factor {
            Factor::First => self.settings.password_brand,
            Factor::Second => self.settings.mfa_password,
        };
        if used {
            Ok(())
        } else {
            Err(ApiError::Code(1524))
        }
    }

    /// Refuses a new password that breaks the policy.
    pub(super) fn ensure_policy_allows(
        &self,
        factor: Factor,
        password: &str,
    ) -> Result<(), ApiError> {
        let policy = match factor {
            Factor::First => &self.settings.password_policy,
            Factor::Second => &self.settings.mfa_password_policy,
        };
        if matches_policy(password, policy.as_deref()) {
            Ok(())
        } else {
            Err(ApiError::Code(1542))
        }
    }

    /// The session a request names, if it lives and everything about it is as it was opened.
    pub(super) fn session(&self, params: &Params<'_>) -> Result<ActiveSession, ApiError> {
        let nameless = self.inherits_identifier(params);
        let identifier = if nameless {
            None
        } else {
            Some(self.identifier(params)?)
        };
        let brand = params.brand()?;
        let id = params.text("sessionId")?;
        let device = self.device(params)?;
        let session = self.state.sessions.get(id).filter(|session| {
            // A session of one factor is no session of the other.
            session.ends_ms > self.now_ms && session.factor == self.factor()
        });
        let session = session.ok_or(ApiError::Code(1505))?;
        if session.brand != brand {
            return Err(ApiError::Code(1509));
        }
        if let Some(identifier) = identifier {
            same(&session.identifier, &identifier)?;
        }
        if self.group() != Group::Web && session.device != device {
            return Err(ApiError::Code(1508));
        }
        self.ensure_not_locked(&self.attempt_key(session))?;
        Ok(ActiveSession {
            id: id.to_owned(),
            session: session.clone(),
        })
    }

    /// Whether a request leaves out who is meant, and may.
    pub(super) fn inherits_identifier(&self, params: &Params<'_>) -> bool {
        self.group() == Group::Mfa
            && self.settings.auto_fill_second_identifier
            && params.is_nameless()
    }

    /// The person of a session, if anything is known of them.
    pub(super) fn profile(&self, session: &Session) -> Option<Profile> {
        let customers = &self.state.customers;
        match &session.uid {
            Some(uid) => customers.profile(self.settings, &session.brand, uid),
            None => customers.find(self.settings, &session.brand, &session.identifier),
        }
    }

    /// Whose wrong tries a session adds to.
    pub(super) fn attempt_key(&self, session: &Session) -> AttemptKey {
        let profile = self.profile(session).map(|profile| profile.uid);
        let name = profile.unwrap_or_else(|| session.identifier.entry());
        (session.brand.clone(), name, session.factor)
    }

    /// Refuses a customer who is locked out.
    pub(super) fn ensure_not_locked(&self, key: &AttemptKey) -> Result<(), ApiError> {
        let until_ms = self.state.failed_attempts.locked_until(key, self.now_ms);
        let Some(until_ms) = until_ms.filter(|_| self.settings.lock) else {
            return Ok(());
        };
        let until = Duration::from_millis(u64::try_from(until_ms).unwrap_or(0));
        let seconds = until_ms.saturating_sub(self.now_ms).saturating_add(999) / 1000;
        Err(ApiError::Locked {
            code: self.settings.lock_code,
            until: httpdate::fmt_http_date(UNIX_EPOCH + until),
            retry_after_s: self.settings.lock_tells_when.then_some(seconds),
        })
    }

    /// Counts a wrong try over all sessions of a customer, and locks them out if it was one too many.
    pub(super) fn record_failed_attempt(&mut self, key: &AttemptKey, authenticator: Authenticator) {
        let interval_s = self.settings.attempt_interval_s;
        let count =
            self.state
                .failed_attempts
                .count(key.clone(), authenticator, self.now_ms, interval_s);
        let allowed =
            usize::try_from(self.attempt_limit(key.2, authenticator)).unwrap_or(usize::MAX);
        if self.settings.lock && count > allowed {
            let ends_ms = add_seconds(self.now_ms, self.settings.lock_s);
            self.state.failed_attempts.lock(key.clone(), ends_ms);
        }
    }

    pub(super) fn attempt_limit(&self, factor: Factor, authenticator: Authenticator) -> u32 {
        match (factor, authenticator) {
            (Factor::First, Authenticator::Code) => self.settings.tries,
            (Factor::Second, Authenticator::Code) => self.settings.mfa_tries,
            (Factor::First, Authenticator::Password) => self.settings.password_tries,
            (Factor::Second, Authenticator::Password) => self.settings.mfa_password_tries,
        }
    }

    /// Reads a token that must be ours, of this brand, still running, and prove somebody. `foreign` is what one costs that is not
    /// ours or proves nobody.
    pub(super) fn verify_token(
        &self,
        text: &str,
        brand: &str,
        foreign: i64,
    ) -> Result<Token, ApiError> {
        let token = Token::read(text, &self.settings.secret).ok_or(ApiError::Code(foreign))?;
        if token.brand() != brand {
            return Err(ApiError::Code(1509));
        }
        if matches!(token.claim("rol"), "VIEW" | "AUTH") {
            return Err(ApiError::Code(foreign));
        }
        if self.state.issued_tokens.is_revoked(text) || token.time("exp") <= self.now_s() {
            return Err(ApiError::Code(1529));
        }
        Ok(token)
    }
}

/// Refuses an identifier that is not the session's.
fn same(own: &Identifier, sent: &Identifier) -> Result<(), ApiError> {
    if own.kind != sent.kind {
        return Err(ApiError::Code(1541));
    }
    if own.value == sent.value {
        return Ok(());
    }
    Err(ApiError::Code(if sent.kind == IdentifierType::Mobile {
        1507
    } else {
        1541
    }))
}
