//! Who is signed in: what a page may know of it, and the record that the next page of this tab takes up.

use crate::login::config::Settings;
use crate::login::identifier::Identifier;
use crate::login::json::{self, Json, Object};
use crate::login::secret::Secret;
use crate::login::session::{Mark, USER};
use crate::login::time::{Millis, Now, Stamp};
use crate::login::token::UnverifiedClaims;
use crate::login::wire::{Call, Name, Request};

/// A longer record is none of ours.
const MAX_RECORD: usize = 16 * 1024;
/// A renewal comes at most so much sooner than it must.
const MOST_HASTE: Millis = 30_000;

/// What a second factor was proved with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Factor {
    /// A code.
    Otp,
    /// A password.
    Password,
}

impl Factor {
    /// The word in `session.secondFactor`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Otp => "otp",
            Self::Password => "password",
        }
    }
}

/// What a second factor adds to a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Second {
    /// What the customer went by in it, which the token names.
    pub name: Name,
    /// What it was proved with.
    pub factor: Factor,
    /// What the token is renewed with; the engine may give none (`CONF_REGENERATE_MFA_TOKEN`).
    pub key: Option<Secret>,
}

/// Somebody who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// As it was typed in and sent.
    pub name: Name,
    /// What the second factor added, if there was one.
    pub second: Option<Second>,
    /// Whether the customer wants to stay signed in on this device, whatever the page says.
    pub(super) is_remembered: bool,
    /// The newest token.
    pub(super) token: Secret,
    /// What it says of itself.
    pub(super) claims: UnverifiedClaims,
    /// When it came.
    pub(super) received: Stamp,
    /// When the customer last proved who they are, by the server's clock.
    pub(super) signed_in_at: Millis,
}

impl Kept {
    /// The session as pages see it, as JSON: the fields that the README names below its table of events.
    pub fn to_json(&self, settings: &Settings) -> String {
        Object::new()
            .text("brand", &settings.brand)
            .maybe("userId", self.claims.user_id.as_deref())
            .text("role", &self.claims.role)
            .text("identifierType", self.name.identifier.kind().wire())
            .text("identifierValue", self.name.identifier.value())
            .uint("issuedAt", self.claims.issued_at)
            .uint("expiresAt", self.claims.expires_at)
            .uint("signedInAt", self.signed_in_at)
            .maybe(
                "secondFactor",
                self.second.as_ref().map(|second| second.factor.word()),
            )
            .end()
    }

    /// Whom the token names: the second factor may have had an identifier of its own.
    pub(super) fn holder(&self) -> &Name {
        self.second
            .as_ref()
            .map_or(&self.name, |second| &second.name)
    }

    /// The request for a new token: by the second factor's key where there is one (contract §3.7), else by the newest token, which
    /// despite the field's name need not have expired (§2.5).
    pub(super) fn renewal(&self, settings: &Settings) -> Request {
        let key = self.second.as_ref().and_then(|second| second.key.as_ref());
        let (call, field, proof) = match key {
            Some(key) => (Call::RenewByKey, "key", key),
            None => (Call::Renew, "expiredToken", &self.token),
        };
        Request::new(call, settings, self.holder(), &[(field, proof.expose())])
    }

    /// What the engine is told when the customer signs out. It has no such call for tokens of the first factor.
    pub(super) fn last_word(&self, settings: &Settings) -> Option<Request> {
        let second = self.second.as_ref()?;
        let proof = [("token", self.token.expose())];
        Some(Request::new(Call::Expire, settings, &second.name, &proof))
    }

    /// Another password for whichever factor has one; the second one's where both have (contract §2.6, §3.5).
    pub(super) fn password_change(&self, settings: &Settings, old: &str, new: &str) -> Request {
        let second = self.second.as_ref();
        let (call, name) = match second.filter(|second| second.factor == Factor::Password) {
            Some(second) => (Call::ChangeSecondPassword, &second.name),
            None => (Call::ChangePassword, &self.name),
        };
        let more = [
            ("password", old),
            ("newPassword", new),
            ("confirmPassword", new),
            ("token", self.token.expose()),
        ];
        Request::new(call, settings, name, &more)
    }

    /// What is left of the token's life.
    pub(super) fn life_left(&self, now: Now) -> Millis {
        self.claims
            .life()
            .saturating_sub(self.received.elapsed(now))
    }

    /// How long ago the customer last proved who they are: by the engine's clock up to the newest token, by ours since then.
    pub(super) fn age(&self, now: Now) -> Millis {
        let then = self.claims.issued_at.saturating_sub(self.signed_in_at);
        then.saturating_add(self.received.elapsed(now))
    }

    /// How long until a renewal is due: at four fifths of the life, counted from receipt, or a little sooner.
    ///
    /// `haste` says how much, in thousandths of a thirtieth of the life, which is half a minute at the most.
    pub(super) fn due_in(&self, now: Now, haste: u64) -> Millis {
        let life = self.claims.life();
        let sooner = (life / 30).min(MOST_HASTE) * haste / 1000;
        (life / 5 * 4 - sooner).saturating_sub(self.received.elapsed(now))
    }

    /// Whether the token is good for so long; of a shorter life, four fifths count.
    pub(super) fn is_good_for(&self, now: Now, validity: Millis) -> bool {
        let left = self.life_left(now);
        left > 0 && left >= validity.min(self.claims.life() / 5 * 4)
    }

    /// What the next page takes up.
    pub(super) fn record(&self, settings: &Settings, mark: Mark) -> Secret {
        let record = write_name(
            Object::new()
                .uint("v", 1)
                .text("mark", &mark.to_text())
                .text("brand", &settings.brand),
            &self.name,
        )
        .text("token", self.token.expose())
        .uint("received", self.received.wall())
        .uint("signedIn", self.signed_in_at)
        .raw("remembered", json::word(self.is_remembered));
        let record = match &self.second {
            Some(second) => {
                let part = write_name(Object::new(), &second.name)
                    .text("factor", second.factor.word())
                    .maybe("key", second.key.as_ref().map(Secret::expose));
                record.raw("second", &part.end())
            }
            None => record,
        };
        record.end().into()
    }

    /// Reads what [`Kept::record`] wrote: the identity and the token must fit each other and the settings.
    pub(super) fn read(now: Now, settings: &Settings, record: &Secret) -> Option<(Self, Mark)> {
        let text = Some(record.expose()).filter(|text| text.len() <= MAX_RECORD)?;
        let json = Json::read(text)?;
        let text = |name: &str| json.get(name)?.text();
        if json.get("v")?.int()? != 1 || text("brand")? != settings.brand {
            return None;
        }
        let name = read_name(&json)?;
        let second = match json.get("second") {
            None => None,
            Some(part) => {
                let word = part.get("factor")?.text()?;
                let mut factors = [Factor::Otp, Factor::Password].into_iter();
                Some(Second {
                    name: read_name(part)?,
                    factor: factors.find(|factor| factor.word() == word)?,
                    key: part.get("key").and_then(Json::text).map(Secret::new),
                })
            }
        };
        let token = Secret::new(text("token")?);
        let holder = second.as_ref().map_or(&name, |second| &second.name);
        let claims = UnverifiedClaims::read(&token).filter(|claims| {
            claims.fits(&settings.brand, &holder.identifier) && claims.role == USER
        })?;
        let life = claims.life();
        let kept = Self {
            name,
            second,
            is_remembered: json.get("remembered") == Some(&Json::Bool(true)),
            token,
            claims,
            // From the future: it may have run out, so the engine is asked first. More than that nobody can say.
            received: Stamp::written(json.get("received")?.uint()?, now)
                .unwrap_or_else(|| Stamp::ago(now, life)),
            signed_in_at: json.get("signedIn")?.uint()?,
        };
        // A record from before there were marks is of no other tab's.
        let mark = text("mark").map_or(Some(Mark::default()), Mark::read);
        Some((kept, mark?))
    }
}

/// Adds who somebody is to a record.
pub fn write_name(record: Object, name: &Name) -> Object {
    let record = record
        .text("type", name.identifier.kind().wire())
        .text("value", name.identifier.value());
    match &name.address {
        Some(address) => record
            .text("addressType", address.kind().wire())
            .text("address", address.value()),
        None => record,
    }
}

/// Reads what [`write_name`] wrote.
pub fn read_name(record: &Json) -> Option<Name> {
    let text = |name: &str| record.get(name)?.text();
    Some(Name {
        identifier: Identifier::restore(text("type")?, text("value")?)?,
        address: match text("address") {
            Some(address) => Some(Identifier::restore(text("addressType")?, address)?),
            None => None,
        },
    })
}
