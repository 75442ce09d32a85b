//! The effects of a validated code or password: the session ends, pending changes take effect, and a token is issued, with a key
//! outside the web.

use serde_json::Value;

use super::Context;
use super::context::ActiveSession;
use crate::endpoint::Group;
use crate::envelope;
use crate::factor::{Authenticator, Factor};
use crate::settings::Customer;
use crate::state::Session;
use crate::state::customers::Profile;
use crate::state::issued_tokens::TokenOwner;
use crate::token::{Token, TokenSubject};

/// The token and the key that the customer gets for a validated factor.
pub(super) struct SignedIn {
    pub(super) token: String,
    /// `None` on the web, and where keys are switched off.
    pub(super) key: Option<String>,
    role: String,
    registered_for_password: bool,
}

impl SignedIn {
    /// The `user` object of the response.
    pub(super) fn user(&self) -> Value {
        envelope::user(None, &self.role, self.registered_for_password)
    }
}

impl Context<'_> {
    /// Ends a session whose factor was validated and issues its token.
    pub(super) fn complete_factor(
        &mut self,
        active: &ActiveSession,
        authenticator: Authenticator,
    ) -> SignedIn {
        let session = &active.session;
        self.state.sessions.remove(&active.id);
        let key = self.attempt_key(session);
        self.state.failed_attempts.clear(&key);
        let uid = match &session.uid {
            Some(uid) => uid.clone(),
            None => self.state.customers.find_or_create(
                self.settings,
                &session.brand,
                &session.identifier,
            ),
        };
        if authenticator == Authenticator::Code {
            self.apply_pending_changes(session, &uid);
        }
        let profile = self
            .state
            .customers
            .profile(self.settings, &session.brand, &uid);
        let registered_for_password = profile
            .as_ref()
            .is_some_and(|profile| profile.has_password(session.factor));
        let role = self.role(profile.as_ref());

        // Tokens of the web have no device, also if an app opened the session.
        let device = match self.group() {
            Group::Web => None,
            Group::Mobile | Group::Mfa => session.device.clone(),
        };
        let owner = TokenOwner {
            brand: session.brand.clone(),
            uid,
            device,
            factor: session.factor,
        };
        let subject =
            self.token_subject(&session.identifier, &session.brand, owner.device.as_deref());
        let life_s = self.token_life_s(authenticator);
        let token = Token::user(&subject, &owner.uid, &role, self.now_s(), life_s)
            .sign(&self.settings.secret);
        let key = self.key(&subject, &owner, authenticator);
        if let Some(key) = &key {
            self.state
                .issued_tokens
                .store_key(owner.clone(), key.clone());
        }
        self.state.issued_tokens.record(&token, owner);
        SignedIn {
            token,
            key,
            role,
            registered_for_password,
        }
    }

    /// The role of a token for a validated factor (contract 6).
    pub(super) fn role(&self, profile: Option<&Profile>) -> String {
        let settings = &*self.settings;
        let needs_mfa = settings.forced_mfa || profile.is_some_and(|profile| profile.enrolled);
        let role = match self.factor() {
            Factor::First if settings.role != "USER" => &settings.role,
            Factor::First if settings.mfa && needs_mfa => "MFA_PENDING",
            Factor::First | Factor::Second => "USER",
        };
        role.to_owned()
    }

    /// Sets the password of a session's customer for the session's factor.
    pub(super) fn set_password(&mut self, session: &Session, password: &str) {
        let Some(profile) = self.profile(session) else {
            return;
        };
        self.change_password(&session.brand, &profile.uid, session.factor, password);
    }

    /// Sets a customer's password. With the setting `password_change_revokes`, the customer's tokens and keys end.
    pub(super) fn change_password(
        &mut self,
        brand: &str,
        uid: &str,
        factor: Factor,
        password: &str,
    ) {
        let state = &mut *self.state;
        let set = |customer: &mut Customer| customer.set_password(factor, password);
        state.customers.update(self.settings, uid, set);
        if self.settings.password_change_revokes {
            state.issued_tokens.revoke_all(brand, uid);
        }
    }

    /// Applies what a session left pending until a code is validated: a replaced password, an initial password, and an identifier
    /// that the customer did not have before.
    fn apply_pending_changes(&mut self, session: &Session, uid: &str) {
        let (brand, factor) = (&session.brand, session.factor);
        let customers = &mut self.state.customers;
        let replaced = customers.take_pending_password(brand, uid, factor);
        let profile = customers.profile(self.settings, brand, uid);
        // Another session may have set an initial password in the meantime.
        let has_password = profile.is_some_and(|profile| profile.has_password(factor));
        let initial = session.initial_password.clone().filter(|_| !has_password);
        if let Some(password) = replaced.or(initial) {
            self.change_password(brand, uid, factor, &password);
        }

        let identifier = &session.identifier;
        let customers = &mut self.state.customers;
        let profile = customers.profile(self.settings, brand, uid);
        if profile.is_none_or(|profile| !profile.has_identifier(identifier.kind)) {
            customers.update(self.settings, uid, |customer| {
                customer.add_identifier(identifier.kind, &identifier.value);
            });
        }
    }

    /// The lifetime of a token for a validated factor, in seconds.
    fn token_life_s(&self, authenticator: Authenticator) -> u64 {
        match (self.group(), authenticator) {
            (Group::Web, Authenticator::Code) => self.settings.user_life_s,
            (Group::Web, Authenticator::Password) => self.settings.password_life_s,
            (Group::Mobile, _) => self.settings.mobile_life_s,
            (Group::Mfa, _) => self.settings.mfa_user_life_s,
        }
    }

    /// The key for a customer, device and factor: the existing one until it expires, then a new one (contract 3.4).
    fn key(
        &self,
        subject: &TokenSubject<'_>,
        owner: &TokenOwner,
        authenticator: Authenticator,
    ) -> Option<String> {
        // The claim `mfa` as recorded (contract 7): missing only for a code that was validated in an app.
        let mfa = match (self.group(), authenticator) {
            (Group::Web, _) => return None,
            (Group::Mfa, _) => Some(true),
            (Group::Mobile, Authenticator::Password) => Some(false),
            (Group::Mobile, Authenticator::Code) => None,
        };
        if !self.keys_enabled() {
            return None;
        }
        let existing = self.state.issued_tokens.key(owner).filter(|key| {
            let key = Token::verify(key, &self.settings.secret);
            key.is_some_and(|key| !self.key_has_expired(&key))
        });
        Some(existing.map_or_else(
            || {
                let life_s = self.settings.key_life_s;
                Token::key(subject, &owner.uid, mfa, self.now_s(), life_s)
                    .sign(&self.settings.secret)
            },
            str::to_owned,
        ))
    }

    /// Whether the call's factor issues keys and accepts them.
    pub(super) fn keys_enabled(&self) -> bool {
        match self.factor() {
            Factor::First => self.settings.regenerate_key,
            Factor::Second => self.settings.regenerate_mfa_key,
        }
    }

    /// Whether a key has an `exp` claim in the past. Keys without one do not expire.
    pub(super) fn key_has_expired(&self, key: &Token) -> bool {
        key.claims.contains_key("exp") && key.time("exp") <= self.now_s()
    }
}
