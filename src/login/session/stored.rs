//! Who is signed in: what a page may know of it, and the record that the next page of this tab takes up.

use serde::{Deserialize, Serialize};

use crate::login::codec::{from_json, lenient, to_json};
use crate::login::config::Settings;
use crate::login::contract::USER_ROLE;
use crate::login::identifier::Identifier;
use crate::login::secret::{Secret, expose, expose_option};
use crate::login::session::version::SessionVersion;
use crate::login::time::{Millis, Now, Timestamp, UnixMs};
use crate::login::token::UnverifiedClaims;
use crate::login::wire::{Call, Request, RequestBody, Subject};

/// A longer record is none of ours.
const MAX_RECORD: usize = 16 * 1024;
/// A renewal comes at most so much sooner than it must.
const MAX_JITTER: Millis = 30_000;

/// What a second factor was proved with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authenticator {
    /// A code.
    Otp,
    /// A password.
    Password,
}

impl Authenticator {
    /// The word in `session.secondFactor`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Otp => "otp",
            Self::Password => "password",
        }
    }
}

/// What a second factor adds to a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondFactorProof {
    /// What the customer went by in it, which the token names.
    pub name: Subject,
    /// What it was proved with.
    pub factor: Authenticator,
    /// What the token is renewed with; the engine may give none (`CONF_REGENERATE_MFA_TOKEN`).
    pub key: Option<Secret>,
}

/// Somebody who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSession {
    /// As it was typed in and sent.
    pub name: Subject,
    /// What the second factor added, if there was one.
    pub second: Option<SecondFactorProof>,
    /// Whether the customer wants to stay signed in on this device, whatever the page says.
    pub(super) is_remembered: bool,
    /// The newest token.
    pub(super) token: Secret,
    /// What it says of itself.
    pub(super) claims: UnverifiedClaims,
    /// When it came.
    pub(super) received: Timestamp,
    /// When the customer last proved who they are, by the server's clock.
    pub(super) signed_in_at: UnixMs,
}

impl StoredSession {
    /// The session as pages see it.
    pub fn to_public(&self, settings: &Settings) -> PublicSession {
        PublicSession {
            brand: settings.brand.clone(),
            user_id: self.claims.user_id.clone(),
            role: self.claims.role.clone(),
            identifier_type: self.name.identifier.kind().api_name(),
            identifier_value: self.name.identifier.value().to_owned(),
            issued_at: self.claims.issued_at,
            expires_at: self.claims.expires_at,
            signed_in_at: self.signed_in_at,
            second_factor: self.second.as_ref().map(|second| second.factor.as_str()),
        }
    }

    /// Whom the token names: the second factor may have had an identifier of its own.
    pub(super) fn holder(&self) -> &Subject {
        self.second
            .as_ref()
            .map_or(&self.name, |second| &second.name)
    }

    /// The request for a new token: by the second factor's key where there is one (contract §3.7), else by the newest token, which
    /// despite the field's name need not have expired (§2.5).
    pub(super) fn renewal(&self, settings: &Settings) -> Request {
        let key = self.second.as_ref().and_then(|second| second.key.as_ref());
        let mut more = RequestBody::default();
        let call = if key.is_some() {
            more.key = key.cloned();
            Call::RenewByKey
        } else {
            more.expired_token = Some(self.token.clone());
            Call::Renew
        };
        Request::new(call, settings, self.holder(), more)
    }

    /// What the engine is told when the customer signs out. It has no such call for tokens of the first factor.
    pub(super) fn logout_request(&self, settings: &Settings) -> Option<Request> {
        let second = self.second.as_ref()?;
        let more = RequestBody {
            token: Some(self.token.clone()),
            ..RequestBody::default()
        };
        Some(Request::new(Call::Expire, settings, &second.name, more))
    }

    /// Another password for whichever factor has one; the second one's where both have (contract §2.6, §3.5).
    pub(super) fn password_change(&self, settings: &Settings, old: &str, new: &str) -> Request {
        let second = self.second.as_ref();
        let (call, name) = match second.filter(|second| second.factor == Authenticator::Password) {
            Some(second) => (Call::ChangeSecondPassword, &second.name),
            None => (Call::ChangePassword, &self.name),
        };
        let more = RequestBody {
            password: Some(Secret::new(old)),
            new_password: Some(Secret::new(new)),
            confirm_password: Some(Secret::new(new)),
            token: Some(self.token.clone()),
            ..RequestBody::default()
        };
        Request::new(call, settings, name, more)
    }

    /// What is left of the token's life.
    pub(super) fn life_left(&self, now: Now) -> Millis {
        self.claims
            .life()
            .saturating_sub(self.received.elapsed(now))
    }

    /// How long ago the customer last proved who they are: by the engine's clock up to the newest token, by ours since then.
    pub(super) fn age(&self, now: Now) -> Millis {
        let then = self.claims.issued_at.since(self.signed_in_at);
        then.saturating_add(self.received.elapsed(now))
    }

    /// How long until a renewal is due: at four fifths of the life, counted from receipt, or a little sooner.
    ///
    /// `jitter` says how much, in thousandths of a thirtieth of the life, which is half a minute at the most.
    pub(super) fn due_in(&self, now: Now, jitter: u64) -> Millis {
        let life = self.claims.life();
        let sooner = (life / 30).min(MAX_JITTER) * jitter / 1000;
        (life / 5 * 4 - sooner).saturating_sub(self.received.elapsed(now))
    }

    /// Whether the token is good for so long; of a shorter life, four fifths count.
    pub(super) fn is_good_for(&self, now: Now, validity: Millis) -> bool {
        let left = self.life_left(now);
        left > 0 && left >= validity.min(self.claims.life() / 5 * 4)
    }

    /// What the next page takes up.
    pub(super) fn record(&self, settings: &Settings, mark: SessionVersion) -> Secret {
        let name = SubjectRecord::from(&self.name);
        to_json(&SessionRecord {
            v: RECORD_VERSION,
            mark: Some(mark.to_text()),
            brand: settings.brand.clone(),
            kind: name.kind,
            value: name.value,
            address_type: name.address_type,
            address: name.address,
            token: self.token.clone(),
            received: self.received.unix(),
            signed_in: self.signed_in_at,
            remembered: self.is_remembered,
            second: self.second.as_ref().map(|second| {
                let name = SubjectRecord::from(&second.name);
                SecondRecord {
                    kind: name.kind,
                    value: name.value,
                    address_type: name.address_type,
                    address: name.address,
                    factor: second.factor.as_str().to_owned(),
                    key: second.key.clone(),
                }
            }),
        })
        .into()
    }

    /// Reads what [`StoredSession::record`] wrote: the identity and the token must fit each other and the settings.
    pub(super) fn read(
        now: Now,
        settings: &Settings,
        record: &Secret,
    ) -> Option<(Self, SessionVersion)> {
        let text = Some(record.expose()).filter(|text| text.len() <= MAX_RECORD)?;
        let record: SessionRecord = from_json(text).ok()?;
        if record.v != RECORD_VERSION || record.brand != settings.brand {
            return None;
        }
        let name = SubjectRecord {
            kind: record.kind,
            value: record.value,
            address_type: record.address_type,
            address: record.address,
        };
        let name = name.read()?;
        let second = match record.second {
            None => None,
            Some(second) => {
                let name = SubjectRecord {
                    kind: second.kind,
                    value: second.value,
                    address_type: second.address_type,
                    address: second.address,
                };
                let mut factors = [Authenticator::Otp, Authenticator::Password].into_iter();
                Some(SecondFactorProof {
                    name: name.read()?,
                    factor: factors.find(|factor| factor.as_str() == second.factor)?,
                    key: second.key,
                })
            }
        };
        let token = record.token;
        let holder = second.as_ref().map_or(&name, |second| &second.name);
        let claims = UnverifiedClaims::parse(&token).filter(|claims| {
            claims.are_for(&settings.brand, &holder.identifier) && claims.role == USER_ROLE
        })?;
        let life = claims.life();
        let kept = Self {
            name,
            second,
            is_remembered: record.remembered,
            token,
            claims,
            // From the future: it may have run out, so the engine is asked first. More than that nobody can say.
            received: Timestamp::recorded(record.received, now)
                .unwrap_or_else(|| Timestamp::ago(now, life)),
            signed_in_at: record.signed_in,
        };
        // A record from before there were marks is of no other tab's.
        let mark = match &record.mark {
            Some(mark) => SessionVersion::parse(mark)?,
            None => SessionVersion::default(),
        };
        Some((kept, mark))
    }
}

/// The session as pages see it: the fields that the README names below its table of events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PublicSession {
    brand: String,
    user_id: Option<String>,
    role: String,
    identifier_type: &'static str,
    identifier_value: String,
    /// Milliseconds since 1970 by the engine's clock; so are the next two.
    issued_at: UnixMs,
    expires_at: UnixMs,
    signed_in_at: UnixMs,
    second_factor: Option<&'static str>,
}

/// The only version of a record that there has been.
pub const RECORD_VERSION: u64 = 1;

/// A session as it is stored. Earlier versions wrote no `mark`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SessionRecord {
    v: u64,
    #[serde(default, deserialize_with = "lenient::text")]
    mark: Option<String>,
    brand: String,
    #[serde(rename = "type")]
    kind: String,
    value: String,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "lenient::text"
    )]
    address_type: Option<String>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "lenient::text"
    )]
    address: Option<String>,
    #[serde(serialize_with = "expose")]
    token: Secret,
    received: UnixMs,
    signed_in: UnixMs,
    #[serde(default, deserialize_with = "lenient::is_true")]
    remembered: bool,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "lenient::present"
    )]
    second: Option<SecondRecord>,
}

/// The second factor in a stored session.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SecondRecord {
    #[serde(rename = "type")]
    kind: String,
    value: String,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "lenient::text"
    )]
    address_type: Option<String>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "lenient::text"
    )]
    address: Option<String>,
    factor: String,
    #[serde(
        default,
        serialize_with = "expose_option",
        deserialize_with = "lenient::text"
    )]
    key: Option<Secret>,
}

/// Who somebody is, as it is stored. The records of sessions and steps have the same four fields beside others of their own;
/// they repeat them, because `#[serde(flatten)]` costs 3 KB of the download.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SubjectRecord {
    #[serde(rename = "type")]
    /// The engine's word for the kind of identifier.
    pub kind: String,
    /// The identifier.
    pub value: String,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "lenient::text"
    )]
    /// The engine's word for the kind of address, where there is one.
    pub address_type: Option<String>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "lenient::text"
    )]
    /// What codes go to, where the identifier is neither a number nor an address.
    pub address: Option<String>,
}

impl From<&Subject> for SubjectRecord {
    fn from(name: &Subject) -> Self {
        let address = name.address.as_ref();
        Self {
            kind: name.identifier.kind().api_name().to_owned(),
            value: name.identifier.value().to_owned(),
            address_type: address.map(|address| address.kind().api_name().to_owned()),
            address: address.map(|address| address.value().to_owned()),
        }
    }
}

impl SubjectRecord {
    /// Reads who somebody is; `None` for identifiers that the widget would not have written.
    pub fn read(&self) -> Option<Subject> {
        Some(Subject {
            identifier: Identifier::restore(&self.kind, &self.value)?,
            address: match &self.address {
                Some(address) => Some(Identifier::restore(self.address_type.as_deref()?, address)?),
                None => None,
            },
        })
    }
}
