//! The context of a call: the engine's data, and the checks that several calls share.

use std::time::{Duration, UNIX_EPOCH};

use crate::endpoint::{Endpoint, Group, Operation};
use crate::error::ApiError;
use crate::factor::{Authenticator, Factor};
use crate::identifier::{Identifier, IdentifierType};
use crate::params::Params;
use crate::records::Message;
use crate::settings::{Settings, matches_policy};
use crate::state::customers::Profile;
use crate::state::failed_attempts::{AttemptKey, add_failure};
use crate::state::{Session, State, add_seconds};
use crate::token::{Token, TokenSubject};

/// Everything a call works with.
pub(crate) struct Context<'a> {
    pub(crate) endpoint: Endpoint,
    pub(crate) settings: &'a mut Settings,
    pub(crate) state: &'a mut State,
    pub(crate) outbox: &'a mut Vec<Message>,
    /// The caller's clock in milliseconds since the Unix epoch; messages in the outbox carry it.
    pub(crate) caller_ms: u64,
    /// The engine's clock in milliseconds since the Unix epoch: the caller's clock plus the setting `clock_offset_s`.
    pub(crate) now_ms: i64,
}

/// The session of a request, after all checks have passed.
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

    pub(super) fn token_subject<'a>(
        &'a self,
        identifier: &Identifier,
        brand: &'a str,
        device: Option<&'a str>,
    ) -> TokenSubject<'a> {
        TokenSubject {
            identifiers: identifier.idv_entries(),
            device,
            brand,
            organisation: &self.settings.organisation,
        }
    }

    /// The identifier of a request.
    ///
    /// # Errors
    ///
    /// 1519 for a value that its type does not accept, or 1526 in password/validate, whose page documents it (contract 2.4).
    /// 3005 for an external id without the setting `external_id` (contract 3.3).
    pub(super) fn identifier(&self, params: &Params<'_>) -> Result<Identifier, ApiError> {
        let mismatch = if self.endpoint.operation() == Operation::PasswordValidate {
            1526
        } else {
            1519
        };
        let identifier = params.identifier(mismatch)?;
        if identifier.kind == IdentifierType::ExternalId && !self.settings.external_id {
            return Err(ApiError::Code(3005));
        }
        Ok(identifier)
    }

    /// The device id of a request. The web ignores it; apps and the second factor require it, or else 1519 (contract 1.5).
    pub(super) fn device(&self, params: &Params<'_>) -> Result<Option<String>, ApiError> {
        let device = params.device()?;
        match self.group() {
            Group::Web => Ok(None),
            Group::Mobile | Group::Mfa => device.map(Some).ok_or(ApiError::Code(1519)),
        }
    }

    /// Fails with 1504 if the setting `brands` does not list the brand.
    pub(super) fn ensure_brand_exists(&self, brand: &str) -> Result<(), ApiError> {
        match &self.settings.brands {
            Some(brands) if !brands.iter().any(|known| known.to_uppercase() == brand) => {
                Err(ApiError::Code(1504))
            }
            _ => Ok(()),
        }
    }

    /// Fails with 1524 if passwords are off for the factor.
    pub(super) fn ensure_passwords_enabled(&self, factor: Factor) -> Result<(), ApiError> {
        let enabled = match factor {
            Factor::First => self.settings.password_brand,
            Factor::Second => self.settings.mfa_password,
        };
        if enabled {
            Ok(())
        } else {
            Err(ApiError::Code(1524))
        }
    }

    /// Fails with 1542 if a new password does not match the policy of the factor.
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

    /// The session that a request names.
    ///
    /// # Errors
    ///
    /// 1505 if there is no such session, if it has expired or if it belongs to the other factor. 1507, 1508, 1509 or 1541 if the
    /// mobile number, device, brand or identifier differs from the session's. A locked customer gets [`ApiError::Locked`].
    pub(super) fn session(&self, params: &Params<'_>) -> Result<ActiveSession, ApiError> {
        let identifier = if self.inherits_identifier(params) {
            None
        } else {
            Some(self.identifier(params)?)
        };
        let brand = params.brand()?;
        let id = params.text("sessionId")?;
        let device = self.device(params)?;
        let session = self
            .state
            .sessions
            .get(id)
            .filter(|session| session.ends_ms > self.now_ms && session.factor == self.factor());
        let session = session.ok_or(ApiError::Code(1505))?;
        if session.brand != brand {
            return Err(ApiError::Code(1509));
        }
        if let Some(identifier) = identifier {
            ensure_same_identifier(&session.identifier, &identifier)?;
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

    /// Whether a request of the second factor leaves out the identifier and the setting `auto_fill_second_identifier` allows it.
    pub(super) fn inherits_identifier(&self, params: &Params<'_>) -> bool {
        self.group() == Group::Mfa
            && self.settings.auto_fill_second_identifier
            && params.has_no_identifier()
    }

    /// The customer of a session, or `None` for one who is not registered and has not signed in yet.
    pub(super) fn profile(&self, session: &Session) -> Option<Profile> {
        let customers = &self.state.customers;
        match &session.uid {
            Some(uid) => customers.profile(self.settings, &session.brand, uid),
            None => customers.find(self.settings, &session.brand, &session.identifier),
        }
    }

    /// The key under which failed attempts of a session's customer are counted.
    pub(super) fn attempt_key(&self, session: &Session) -> AttemptKey {
        let uid = self.profile(session).map(|profile| profile.uid);
        AttemptKey {
            brand: session.brand.clone(),
            customer: uid.unwrap_or_else(|| session.identifier.idv_entry()),
            factor: session.factor,
        }
    }

    /// Fails with [`ApiError::Locked`] if locks are on and the customer is locked out.
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

    /// Records a failed attempt in a session and returns the error to respond with.
    ///
    /// A wrong code is 1506, a wrong password 1528. Once the session has had more failed attempts than allowed, it ends and the
    /// error is 1518 or 1530 (contract 1.8).
    pub(super) fn fail_attempt(
        &mut self,
        active: &ActiveSession,
        authenticator: Authenticator,
    ) -> ApiError {
        let (wrong, exhausted) = match authenticator {
            Authenticator::Code => (1506, 1518),
            Authenticator::Password => (1528, 1530),
        };
        let key = self.attempt_key(&active.session);
        self.record_failed_attempt(&key, authenticator);
        let limit = self.attempt_limit(active.session.factor, authenticator);
        let Some(session) = self.state.sessions.get_mut(&active.id) else {
            return ApiError::Code(1505);
        };
        let failures = match authenticator {
            Authenticator::Code => &mut session.wrong_codes,
            Authenticator::Password => &mut session.wrong_passwords,
        };
        let count = add_failure(failures, self.now_ms, self.settings.attempt_interval_s);
        if count > limit {
            self.state.sessions.remove(&active.id);
            return ApiError::Code(exhausted);
        }
        ApiError::Code(wrong)
    }

    /// Counts a failed attempt over all sessions of a customer. With the setting `lock`, one attempt more than allowed locks the
    /// customer out.
    pub(super) fn record_failed_attempt(&mut self, key: &AttemptKey, authenticator: Authenticator) {
        let count = self.state.failed_attempts.record(
            key,
            authenticator,
            self.now_ms,
            self.settings.attempt_interval_s,
        );
        if self.settings.lock && count > self.attempt_limit(key.factor, authenticator) {
            let ends_ms = add_seconds(self.now_ms, self.settings.lock_s);
            self.state.failed_attempts.lock(key.clone(), ends_ms);
        }
    }

    /// The number of failed attempts that do not end a session.
    fn attempt_limit(&self, factor: Factor, authenticator: Authenticator) -> usize {
        let limit = match (factor, authenticator) {
            (Factor::First, Authenticator::Code) => self.settings.tries,
            (Factor::Second, Authenticator::Code) => self.settings.mfa_tries,
            (Factor::First, Authenticator::Password) => self.settings.password_tries,
            (Factor::Second, Authenticator::Password) => self.settings.mfa_password_tries,
        };
        usize::try_from(limit).unwrap_or(usize::MAX)
    }

    /// Verifies the token of a signed-in customer of the brand.
    ///
    /// # Errors
    ///
    /// `invalid` if the engine did not sign the token, or if its role is `VIEW` or `AUTH`, which prove no factor. 1509 if it
    /// belongs to another brand, 1529 if it has expired or was revoked.
    pub(super) fn verify_token(
        &self,
        text: &str,
        brand: &str,
        invalid: i64,
    ) -> Result<Token, ApiError> {
        let token = Token::verify(text, &self.settings.secret).ok_or(ApiError::Code(invalid))?;
        if token.brand() != brand {
            return Err(ApiError::Code(1509));
        }
        if matches!(token.claim("rol"), "VIEW" | "AUTH") {
            return Err(ApiError::Code(invalid));
        }
        if self.state.issued_tokens.is_revoked(text) || token.time("exp") <= self.now_s() {
            return Err(ApiError::Code(1529));
        }
        Ok(token)
    }
}

/// Fails if a request's identifier differs from the session's: 1507 for another mobile number, otherwise 1541.
fn ensure_same_identifier(expected: &Identifier, sent: &Identifier) -> Result<(), ApiError> {
    if expected.kind != sent.kind {
        return Err(ApiError::Code(1541));
    }
    if expected.value == sent.value {
        return Ok(());
    }
    Err(ApiError::Code(if sent.kind == IdentifierType::Mobile {
        1507
    } else {
        1541
    }))
}
