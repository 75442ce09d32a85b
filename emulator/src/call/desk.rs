//! What every call works with, and the questions that many of them ask first.

use std::time::{Duration, UNIX_EPOCH};

use crate::answer::Refusal;
use crate::ask::{Ask, Identifier, Kind};
use crate::endpoint::{Act, Endpoint, Factor, Flow};
use crate::record::Message;
use crate::settings::{Settings, obeys};
use crate::state::people::Person;
use crate::state::tries::{Tried, Who};
use crate::state::{Session, State, later};
use crate::token::{Bearer, Token};

/// All a call works with.
pub(crate) struct Desk<'a> {
    pub(crate) endpoint: Endpoint,
    pub(crate) settings: &'a mut Settings,
    pub(crate) state: &'a mut State,
    pub(crate) outbox: &'a mut Vec<Message>,
    /// The caller's clock, for the outbox.
    pub(crate) caller_ms: u64,
    /// The engine's own clock.
    pub(crate) now_ms: i64,
}

/// A session that a request names, found and fitting.
pub(super) struct Found {
    pub(super) id: String,
    pub(super) session: Session,
}

impl Desk<'_> {
    pub(super) fn flow(&self) -> Flow {
        self.endpoint.flow()
    }

    pub(super) fn factor(&self) -> Factor {
        self.flow().factor()
    }

    /// The engine's clock in seconds, as tokens carry it.
    pub(super) fn now_s(&self) -> i64 {
        self.now_ms.div_euclid(1000)
    }

    pub(super) fn bearer<'a>(
        &'a self,
        identifier: &Identifier,
        brand: &'a str,
        device: Option<&'a str>,
    ) -> Bearer<'a> {
        Bearer {
            identifiers: identifier.entries(),
            device,
            brand,
            organisation: &self.settings.organisation,
        }
    }

    /// The identifier of a request, if customers may sign in by its kind.
    pub(super) fn identifier(&self, ask: &Ask<'_>) -> Result<Identifier, Refusal> {
        // Only the page on proving passwords has a code of its own for this.
        let misfit = if self.endpoint.act() == Act::ProvePassword {
            1526
        } else {
            1519
        };
        let identifier = ask.identifier(misfit)?;
        if identifier.kind == Kind::ExternalId && !self.settings.external_id {
            return Err(Refusal::Code(3005));
        }
        Ok(identifier)
    }

    /// The device of a request: demanded of apps and of the second factor, no more than looked at on the web.
    pub(super) fn device(&self, ask: &Ask<'_>) -> Result<Option<String>, Refusal> {
        let device = ask.device()?;
        match self.flow() {
            Flow::Web => Ok(None),
            Flow::Mobile | Flow::Mfa => device.map(Some).ok_or(Refusal::Code(1519)),
        }
    }

    /// Refuses a brand that is not among those that exist.
    pub(super) fn brand_exists(&self, brand: &str) -> Result<(), Refusal> {
        match &self.settings.brands {
            Some(brands) if !brands.iter().any(|known| known.to_uppercase() == brand) => {
                Err(Refusal::Code(1504))
            }
            _ => Ok(()),
        }
    }

    /// Refuses passwords to those who do not use them.
    pub(super) fn uses_passwords(&self, factor: Factor) -> Result<(), Refusal> {
        let used = match factor {
            Factor::First => self.settings.password_brand,
            Factor::Second => self.settings.mfa_password,
        };
        if used {
            Ok(())
        } else {
            Err(Refusal::Code(1524))
        }
    }

    /// Refuses a new password that breaks the policy.
    pub(super) fn policy_allows(&self, factor: Factor, password: &str) -> Result<(), Refusal> {
        let policy = match factor {
            Factor::First => &self.settings.password_policy,
            Factor::Second => &self.settings.mfa_password_policy,
        };
        if obeys(password, policy.as_deref()) {
            Ok(())
        } else {
            Err(Refusal::Code(1542))
        }
    }

    /// The session a request names, if it lives and everything about it is as it was opened.
    pub(super) fn session(&self, ask: &Ask<'_>) -> Result<Found, Refusal> {
        let nameless = self.is_filled_in(ask);
        let identifier = if nameless {
            None
        } else {
            Some(self.identifier(ask)?)
        };
        let brand = ask.brand()?;
        let id = ask.text("sessionId")?;
        let device = self.device(ask)?;
        let session = self.state.sessions.get(id).filter(|session| {
            // A session of one factor is no session of the other.
            session.ends_ms > self.now_ms && session.factor == self.factor()
        });
        let session = session.ok_or(Refusal::Code(1505))?;
        if session.brand != brand {
            return Err(Refusal::Code(1509));
        }
        if let Some(identifier) = identifier {
            same(&session.identifier, &identifier)?;
        }
        if self.flow() != Flow::Web && session.device != device {
            return Err(Refusal::Code(1508));
        }
        self.is_free(&self.who(session))?;
        Ok(Found {
            id: id.to_owned(),
            session: session.clone(),
        })
    }

    /// Whether a request leaves out who is meant, and may.
    pub(super) fn is_filled_in(&self, ask: &Ask<'_>) -> bool {
        self.flow() == Flow::Mfa && self.settings.auto_fill_second_identifier && ask.is_nameless()
    }

    /// The person of a session, if anything is known of them.
    pub(super) fn person(&self, session: &Session) -> Option<Person> {
        let people = &self.state.people;
        match &session.uid {
            Some(uid) => people.person(self.settings, &session.brand, uid),
            None => people.find(self.settings, &session.brand, &session.identifier),
        }
    }

    /// Whose wrong tries a session adds to.
    pub(super) fn who(&self, session: &Session) -> Who {
        let person = self.person(session).map(|person| person.uid);
        let name = person.unwrap_or_else(|| session.identifier.entry());
        (session.brand.clone(), name, session.factor)
    }

    /// Refuses a customer who is locked out.
    pub(super) fn is_free(&self, who: &Who) -> Result<(), Refusal> {
        let until_ms = self.state.tries.locked_until(who, self.now_ms);
        let Some(until_ms) = until_ms.filter(|_| self.settings.lock) else {
            return Ok(());
        };
        let until = Duration::from_millis(u64::try_from(until_ms).unwrap_or(0));
        let seconds = until_ms.saturating_sub(self.now_ms).saturating_add(999) / 1000;
        Err(Refusal::Locked {
            code: self.settings.lock_code,
            until: httpdate::fmt_http_date(UNIX_EPOCH + until),
            retry_after_s: self.settings.lock_tells_when.then_some(seconds),
        })
    }

    /// Counts a wrong try over all sessions of a customer, and locks them out if it was one too many.
    pub(super) fn wrong_try(&mut self, who: &Who, tried: Tried) {
        let interval_s = self.settings.attempt_interval_s;
        let count = self
            .state
            .tries
            .count(who.clone(), tried, self.now_ms, interval_s);
        let allowed = usize::try_from(self.allowed_tries(who.2, tried)).unwrap_or(usize::MAX);
        if self.settings.lock && count > allowed {
            let ends_ms = later(self.now_ms, self.settings.lock_s);
            self.state.tries.lock(who.clone(), ends_ms);
        }
    }

    pub(super) fn allowed_tries(&self, factor: Factor, tried: Tried) -> u32 {
        match (factor, tried) {
            (Factor::First, Tried::Code) => self.settings.tries,
            (Factor::Second, Tried::Code) => self.settings.mfa_tries,
            (Factor::First, Tried::Password) => self.settings.password_tries,
            (Factor::Second, Tried::Password) => self.settings.mfa_password_tries,
        }
    }

    /// Reads a token that must be ours, of this brand, still running, and prove somebody. `foreign` is what one costs that is not
    /// ours or proves nobody.
    pub(super) fn proof(&self, text: &str, brand: &str, foreign: i64) -> Result<Token, Refusal> {
        let token = Token::read(text, &self.settings.secret).ok_or(Refusal::Code(foreign))?;
        if token.brand() != brand {
            return Err(Refusal::Code(1509));
        }
        if matches!(token.claim("rol"), "VIEW" | "AUTH") {
            return Err(Refusal::Code(foreign));
        }
        if self.state.ledger.is_revoked(text) || token.time("exp") <= self.now_s() {
            return Err(Refusal::Code(1529));
        }
        Ok(token)
    }
}

/// Refuses an identifier that is not the session's.
fn same(own: &Identifier, sent: &Identifier) -> Result<(), Refusal> {
    if own.kind != sent.kind {
        return Err(Refusal::Code(1541));
    }
    if own.value == sent.value {
        return Ok(());
    }
    Err(Refusal::Code(if sent.kind == Kind::Mobile {
        1507
    } else {
        1541
    }))
}
