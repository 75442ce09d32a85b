//! What follows from a proved factor: the session ends, what waited for the proof counts, and a token goes out, perhaps with a key.

use serde_json::Value;

use super::Context;
use super::context::ActiveSession;
use crate::endpoint::Group;
use crate::envelope;
use crate::factor::{Authenticator, Factor};
use crate::state::Session;
use crate::state::customers::Profile;
use crate::state::issued_tokens::TokenOwner;
use crate::token::{Token, TokenSubject};

/// What somebody gets who proved themselves.
pub(super) struct SignedIn {
    pub(super) token: String,
    pub(super) key: Option<String>,
    role: String,
    registered: bool,
}

impl SignedIn {
    pub(super) fn user(&self) -> Value {
        envelope::user(None, &self.role, self.registered)
    }
}

impl Context<'_> {
    /// Ends a session whose factor was proved.
    pub(super) fn complete_factor(
        &mut self,
        active: &ActiveSession,
        authenticator: Authenticator,
    ) -> SignedIn {
        let session = &active.session;
        self.state.sessions.remove(&active.id);
        let key = self.attempt_key(session);
        self.state.failed_attempts.forget(&key);
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
        let customers = &self.state.customers;
        let profile = customers.profile(self.settings, &session.brand, &uid);
        let registered = profile
            .as_ref()
            .is_some_and(|profile| profile.has_password(session.factor));
        let role = self.role(profile.as_ref());

        // The web is no device, also where an app opened the session.
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
        let subject = self.subject(&session.identifier, &session.brand, owner.device.as_deref());
        let life_s = self.life_s(authenticator);
        let token = Token::user(&subject, &owner.uid, &role, self.now_s(), life_s)
            .signed(&self.settings.secret);
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
            registered,
        }
    }

    /// The role that a proved factor gives.
    pub(super) fn role(&self, profile: Option<&Profile>) -> String {
        let settings = &*self.settings;
        let owes = settings.forced_mfa || profile.is_some_and(|profile| profile.enrolled);
        let role = match self.factor() {
            Factor::First if settings.role != "USER" => &settings.role,
            Factor::First if settings.mfa && owes => "MFA_PENDING",
            Factor::First | Factor::Second => "USER",
        };
        role.to_owned()
    }

    /// Sets a password for the person of a session.
    pub(super) fn set_password(&mut self, session: &Session, password: &str) {
        let Some(profile) = self.profile(session) else {
            return;
        };
        let factor = session.factor;
        self.change_password(&session.brand, &profile.uid, factor, password);
    }

    /// Sets a password, and ends what was given out under the old one if that is set so.
    pub(super) fn change_password(
        &mut self,
        brand: &str,
        uid: &str,
        factor: Factor,
        password: &str,
    ) {
        let state = &mut *self.state;
        let set = |customer: &mut crate::settings::Customer| {
            customer.set_password(factor, password);
        };
        state.customers.change(self.settings, uid, set);
        if self.settings.password_change_revokes {
            state.issued_tokens.revoke_all(brand, uid);
        }
    }

    /// A proved code makes a first or a replaced password count, and a second identifier known.
    fn apply_pending_changes(&mut self, session: &Session, uid: &str) {
        let (brand, factor) = (&session.brand, session.factor);
        let customers = &mut self.state.customers;
        let replaced = customers.take_pending_password(brand, uid, factor);
        let profile = customers.profile(self.settings, brand, uid);
        let first = session.initial_password.clone().filter(|_| {
            // Another session may have set one in the meantime.
            profile.is_none_or(|profile| !profile.has_password(factor))
        });
        if let Some(password) = replaced.or(first) {
            self.change_password(brand, uid, factor, &password);
        }
        let identifier = &session.identifier;
        let customers = &mut self.state.customers;
        let knows = customers
            .profile(self.settings, brand, uid)
            .is_some_and(|profile| profile.has(identifier.kind));
        if !knows {
            customers.change(self.settings, uid, |customer| {
                customer.learn(identifier.kind, &identifier.value);
            });
        }
    }

    fn life_s(&self, authenticator: Authenticator) -> u64 {
        match (self.group(), authenticator) {
            (Group::Web, Authenticator::Code) => self.settings.user_life_s,
            (Group::Web, Authenticator::Password) => self.settings.password_life_s,
            (Group::Mobile, _) => self.settings.mobile_life_s,
            (Group::Mfa, _) => self.settings.mfa_user_life_s,
        }
    }

    /// The key of a customer and device: the very one they have, unless it has ended.
    fn key(
        &self,
        subject: &TokenSubject<'_>,
        owner: &TokenOwner,
        authenticator: Authenticator,
    ) -> Option<String> {
        // The recorded keys tell of which factor they are, all but those of a code proved in an app.
        let mfa = match (self.group(), authenticator) {
            (Group::Web, _) => return None,
            (Group::Mfa, _) => Some(true),
            (Group::Mobile, Authenticator::Password) => Some(false),
            (Group::Mobile, Authenticator::Code) => None,
        };
        if !self.keys_enabled() {
            return None;
        }
        let kept = self.state.issued_tokens.key(owner).filter(|key| {
            let key = Token::read(key, &self.settings.secret);
            key.is_some_and(|key| !self.key_has_expired(&key))
        });
        Some(kept.map_or_else(
            || {
                let life_s = self.settings.key_life_s;
                Token::key(subject, &owner.uid, mfa, self.now_s(), life_s)
                    .signed(&self.settings.secret)
            },
            str::to_owned,
        ))
    }

    pub(super) fn keys_enabled(&self) -> bool {
        match self.factor() {
            Factor::First => self.settings.regenerate_key,
            Factor::Second => self.settings.regenerate_mfa_key,
        }
    }

    pub(super) fn key_has_expired(&self, key: &Token) -> bool {
        key.claims.contains_key("exp") && key.time("exp") <= self.now_s()
    }
}
