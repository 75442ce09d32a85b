//! What follows from a proved factor: the session ends, what waited for the proof counts, and a token goes out, perhaps with a key.

use serde_json::Value;

use super::Desk;
use super::desk::Found;
use crate::answer;
use crate::endpoint::{Factor, Flow};
use crate::state::Session;
use crate::state::ledger::Holder;
use crate::state::people::Person;
use crate::token::{Bearer, Token};

/// What was proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Code,
    Password,
}

/// What somebody gets who proved themselves.
pub(super) struct Admitted {
    pub(super) token: String,
    pub(super) key: Option<String>,
    role: String,
    registered: bool,
}

impl Admitted {
    pub(super) fn user(&self) -> Value {
        answer::user(None, &self.role, self.registered)
    }
}

impl Desk<'_> {
    /// Ends a session whose factor was proved.
    pub(super) fn admit(&mut self, found: &Found, by: By) -> Admitted {
        let session = &found.session;
        self.state.sessions.remove(&found.id);
        let who = self.who(session);
        self.state.tries.forget(&who);
        let uid = match &session.uid {
            Some(uid) => uid.clone(),
            None => self
                .state
                .people
                .admit(self.settings, &session.brand, &session.identifier),
        };
        if by == By::Code {
            self.a_code_makes_it_count(session, &uid);
        }
        let people = &self.state.people;
        let person = people.person(self.settings, &session.brand, &uid);
        let registered = person
            .as_ref()
            .is_some_and(|person| person.has_password(session.factor));
        let role = self.role(person.as_ref());

        // The web is no device, also where an app opened the session.
        let device = match self.flow() {
            Flow::Web => None,
            Flow::Mobile | Flow::Mfa => session.device.clone(),
        };
        let holder = Holder {
            brand: session.brand.clone(),
            uid,
            device,
            factor: session.factor,
        };
        let bearer = self.bearer(
            &session.identifier,
            &session.brand,
            holder.device.as_deref(),
        );
        let life_s = self.life_s(by);
        let token = Token::user(&bearer, &holder.uid, &role, self.now_s(), life_s)
            .signed(&self.settings.secret);
        let key = self.key(&bearer, &holder, by);
        if let Some(key) = &key {
            self.state.ledger.keep_key(holder.clone(), key.clone());
        }
        self.state.ledger.note(&token, holder);
        Admitted {
            token,
            key,
            role,
            registered,
        }
    }

    /// The role that a proved factor gives.
    pub(super) fn role(&self, person: Option<&Person>) -> String {
        let settings = &*self.settings;
        let owes = settings.forced_mfa || person.is_some_and(|person| person.enrolled);
        let role = match self.factor() {
            Factor::First if settings.role != "USER" => &settings.role,
            Factor::First if settings.mfa && owes => "MFA_PENDING",
            Factor::First | Factor::Second => "USER",
        };
        role.to_owned()
    }

    /// Sets a password for the person of a session.
    pub(super) fn set_password(&mut self, session: &Session, password: &str) {
        let Some(person) = self.person(session) else {
            return;
        };
        let factor = session.factor;
        self.change_password(&session.brand, &person.uid, factor, password);
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
        state.people.change(self.settings, uid, set);
        if self.settings.password_change_revokes {
            state.ledger.revoke_all(brand, uid);
        }
    }

    /// A proved code makes a first or a replaced password count, and a second identifier known.
    fn a_code_makes_it_count(&mut self, session: &Session, uid: &str) {
        let (brand, factor) = (&session.brand, session.factor);
        let people = &mut self.state.people;
        let replaced = people.held(brand, uid, factor);
        let person = people.person(self.settings, brand, uid);
        let first = session.first_password.clone().filter(|_| {
            // Another session may have set one in the meantime.
            person.is_none_or(|person| !person.has_password(factor))
        });
        if let Some(password) = replaced.or(first) {
            self.change_password(brand, uid, factor, &password);
        }
        let identifier = &session.identifier;
        let people = &mut self.state.people;
        let knows = people
            .person(self.settings, brand, uid)
            .is_some_and(|person| person.knows(identifier.kind));
        if !knows {
            people.change(self.settings, uid, |customer| {
                customer.learn(identifier.kind, &identifier.value);
            });
        }
    }

    fn life_s(&self, by: By) -> u64 {
        match (self.flow(), by) {
            (Flow::Web, By::Code) => self.settings.user_life_s,
            (Flow::Web, By::Password) => self.settings.password_life_s,
            (Flow::Mobile, _) => self.settings.mobile_life_s,
            (Flow::Mfa, _) => self.settings.mfa_user_life_s,
        }
    }

    /// The key of a customer and device: the very one they have, unless it has ended.
    fn key(&self, bearer: &Bearer<'_>, holder: &Holder, by: By) -> Option<String> {
        // The recorded keys tell of which factor they are, all but those of a code proved in an app.
        let mfa = match (self.flow(), by) {
            (Flow::Web, _) => return None,
            (Flow::Mfa, _) => Some(true),
            (Flow::Mobile, By::Password) => Some(false),
            (Flow::Mobile, By::Code) => None,
        };
        if !self.hands_out_keys() {
            return None;
        }
        let kept = self.state.ledger.key(holder).filter(|key| {
            let key = Token::read(key, &self.settings.secret);
            key.is_some_and(|key| !self.key_has_ended(&key))
        });
        Some(kept.map_or_else(
            || {
                let life_s = self.settings.key_life_s;
                Token::key(bearer, &holder.uid, mfa, self.now_s(), life_s)
                    .signed(&self.settings.secret)
            },
            str::to_owned,
        ))
    }

    pub(super) fn hands_out_keys(&self) -> bool {
        match self.factor() {
            Factor::First => self.settings.regenerate_key,
            Factor::Second => self.settings.regenerate_mfa_key,
        }
    }

    pub(super) fn key_has_ended(&self, key: &Token) -> bool {
        key.claims.contains_key("exp") && key.time("exp") <= self.now_s()
    }
}
