//! A session with its token: what pages may see of it, its requests, and its record in storage.

use serde::{Deserialize, Serialize};

use crate::login::codec::{from_json, lenient, to_json};
use crate::login::config::Settings;
use crate::login::identifier::Identifier;
use crate::login::secret::{Secret, expose, expose_option};
use crate::login::session::version::SessionVersion;
use crate::login::time::{Millis, Now, Timestamp, UnixMs};
use crate::login::token::UnverifiedClaims;
use crate::login::wire::{Call, Request, RequestBody, Subject};

/// Longer records are ignored, in bytes.
const MAX_RECORD: usize = 16 * 1024;
/// A token is renewed at most this much earlier than necessary.
const MAX_LEAD: Millis = 30_000;

/// The means that proved the second factor. NIST SP 800-63 calls it an authenticator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authenticator {
    /// A one-time code.
    Otp,
    /// A password.
    Password,
}

impl Authenticator {
    /// The value of `session.secondFactor`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Otp => "otp",
            Self::Password => "password",
        }
    }

    /// The means for a word.
    pub fn parse(word: &str) -> Option<Self> {
        let all = [Self::Otp, Self::Password];
        all.into_iter().find(|one| one.as_str() == word)
    }
}

/// The second factor of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondFactorProof {
    /// The customer, as the second factor named them. The token names the same identifier.
    pub subject: Subject,
    /// The means that proved it.
    pub authenticator: Authenticator,
    /// The key that renews the token. The engine may give none (`CONF_REGENERATE_MFA_TOKEN`).
    pub key: Option<Secret>,
}

/// A session with its newest token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSession {
    /// The customer, as they typed it and as it was sent.
    pub subject: Subject,
    /// The second factor, if there was one.
    pub second_factor: Option<SecondFactorProof>,
    /// Whether the customer chose to stay signed in on this device. That counts before the attribute `storage`.
    pub(super) is_remembered: bool,
    /// The newest token.
    pub(super) token: Secret,
    /// The claims of that token.
    pub(super) claims: UnverifiedClaims,
    /// When that token was received.
    pub(super) received: Timestamp,
    /// When the customer last signed in, by the engine's clock.
    pub(super) signed_in_at: UnixMs,
}

impl StoredSession {
    /// The session as pages see it.
    pub fn to_public(&self, settings: &Settings) -> PublicSession {
        let second = self.second_factor.as_ref();
        PublicSession {
            brand: settings.brand.clone(),
            user_id: self.claims.user_id.clone(),
            role: self.claims.role.clone(),
            identifier_type: self.subject.identifier.kind().api_name(),
            identifier_value: self.subject.identifier.value().to_owned(),
            issued_at: self.claims.issued_at,
            expires_at: self.claims.expires_at,
            signed_in_at: self.signed_in_at,
            second_factor: second.map(|second| second.authenticator.as_str()),
        }
    }

    /// The customer whom the token names. The second factor may have another identifier than the first.
    pub(super) fn token_subject(&self) -> &Subject {
        let second = self.second_factor.as_ref();
        second.map_or(&self.subject, |second| &second.subject)
    }

    /// The request that renews the token: with the key of the second factor if there is one (contract §3.7), else with the
    /// newest token. Despite its name, the field `expiredToken` may hold a token that is still valid (§2.5).
    pub(super) fn renewal_request(&self, settings: &Settings) -> Request {
        let second = self.second_factor.as_ref();
        let key = second.and_then(|second| second.key.as_ref());
        let mut more = RequestBody::default();
        let call = if key.is_some() {
            more.key = key.cloned();
            Call::RenewByKey
        } else {
            more.expired_token = Some(self.token.clone());
            Call::Renew
        };
        Request::new(call, settings, self.token_subject(), more)
    }

    /// The request that ends the token at the engine; `None` without a second factor, because the engine has no such call for
    /// tokens of the first factor.
    pub(super) fn expiry_request(&self, settings: &Settings) -> Option<Request> {
        let second = self.second_factor.as_ref()?;
        let more = RequestBody {
            token: Some(self.token.clone()),
            ..RequestBody::default()
        };
        Some(Request::new(Call::Expire, settings, &second.subject, more))
    }

    /// The request that changes the password: the second factor's if that has one (contract §3.5), else the first factor's
    /// (§2.6).
    pub(super) fn change_password_request(
        &self,
        settings: &Settings,
        old: &str,
        new: &str,
    ) -> Request {
        let second = self.second_factor.as_ref();
        let second = second.filter(|second| second.authenticator == Authenticator::Password);
        let (call, subject) = match second {
            Some(second) => (Call::ChangeSecondPassword, &second.subject),
            None => (Call::ChangePassword, &self.subject),
        };
        let more = RequestBody {
            password: Some(Secret::new(old)),
            new_password: Some(Secret::new(new)),
            confirm_password: Some(Secret::new(new)),
            token: Some(self.token.clone()),
            ..RequestBody::default()
        };
        Request::new(call, settings, subject, more)
    }

    /// How long the token is still valid; 0 if it expired.
    pub(super) fn valid_for(&self, now: Now) -> Millis {
        self.claims
            .life()
            .saturating_sub(self.received.elapsed(now))
    }

    /// The span since the customer last signed in: by the engine's clock up to the newest token, by the device's since then.
    pub(super) fn age(&self, now: Now) -> Millis {
        let at_receipt = self.claims.issued_at.since(self.signed_in_at);
        at_receipt.saturating_add(self.received.elapsed(now))
    }

    /// How long until a renewal is due: at four fifths of the token's life, counted from receipt, less a random lead.
    ///
    /// `jitter` is the lead in thousandths of its maximum, a thirtieth of the life and at most 30 s. Tokens that live longer
    /// than 50 s are renewed at least 10 s before they expire.
    pub(super) fn renewal_due_in(&self, now: Now, jitter: u64) -> Millis {
        let life = self.claims.life();
        let lead = (life / 30).min(MAX_LEAD) * jitter / 1000;
        (life / 5 * 4 - lead).saturating_sub(self.received.elapsed(now))
    }

    /// Whether the token is valid for `validity` more, or for four fifths of its life if that is shorter.
    pub(super) fn is_valid_for(&self, now: Now, validity: Millis) -> bool {
        let remaining = self.valid_for(now);
        remaining > 0 && remaining >= validity.min(self.claims.life() / 5 * 4)
    }

    /// The record for the next page of this tab and for other tabs.
    pub(super) fn record(&self, settings: &Settings, version: SessionVersion) -> Secret {
        let subject = SubjectRecord::from(&self.subject);
        to_json(&SessionRecord {
            v: RECORD_VERSION,
            version: Some(version.to_text()),
            brand: settings.brand.clone(),
            kind: subject.kind,
            value: subject.value,
            address_type: subject.address_type,
            address: subject.address,
            token: self.token.clone(),
            received: self.received.unix(),
            signed_in: self.signed_in_at,
            remembered: self.is_remembered,
            second: self.second_factor.as_ref().map(|second| {
                let subject = SubjectRecord::from(&second.subject);
                SecondFactorRecord {
                    kind: subject.kind,
                    value: subject.value,
                    address_type: subject.address_type,
                    address: subject.address,
                    factor: second.authenticator.as_str().to_owned(),
                    key: second.key.clone(),
                }
            }),
        })
        .into()
    }

    /// Reads what [`StoredSession::record`] wrote. The token must be one that signs in, of the settings' brand, and of the
    /// customer of the record.
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
        let subject = SubjectRecord {
            kind: record.kind,
            value: record.value,
            address_type: record.address_type,
            address: record.address,
        };
        let second_factor = match record.second {
            None => None,
            Some(second) => {
                let subject = SubjectRecord {
                    kind: second.kind,
                    value: second.value,
                    address_type: second.address_type,
                    address: second.address,
                };
                let mut all = [Authenticator::Otp, Authenticator::Password].into_iter();
                Some(SecondFactorProof {
                    subject: subject.read()?,
                    authenticator: all.find(|one| one.as_str() == second.factor)?,
                    key: second.key,
                })
            }
        };
        let stored = Self {
            subject: subject.read()?,
            second_factor,
            is_remembered: record.remembered,
            claims: UnverifiedClaims::parse(&record.token)?,
            token: record.token,
            received: Timestamp::at(now),
            signed_in_at: record.signed_in,
        };
        let Self { claims, .. } = &stored;
        let is_own = claims.are_for(&settings.brand, &stored.token_subject().identifier);
        if !is_own || !claims.are_complete() {
            return None;
        }
        let life = claims.life();
        // A token that was received in the future may be expired. Then it counts as expired, so that the engine is asked.
        let received = Timestamp::recorded(record.received, now);
        let received = received.unwrap_or_else(|| Timestamp::ago(now, life));
        // Records without a version are older than versions, and belong to this tab alone.
        let version = match &record.version {
            Some(version) => SessionVersion::parse(version)?,
            None => SessionVersion::default(),
        };
        Some((Self { received, ..stored }, version))
    }
}

/// The session as pages see it, in events and in the property `session`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PublicSession {
    brand: String,
    user_id: Option<String>,
    role: String,
    identifier_type: &'static str,
    identifier_value: String,
    /// This moment and the next two are by the engine's clock.
    issued_at: UnixMs,
    expires_at: UnixMs,
    signed_in_at: UnixMs,
    second_factor: Option<&'static str>,
}

/// The version of the records of sessions and steps. There has been no other.
pub const RECORD_VERSION: u64 = 1;

/// A stored session. Moments are in milliseconds since 1970. Records of earlier releases have no `mark`, which is the version.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SessionRecord {
    v: u64,
    #[serde(rename = "mark", default, deserialize_with = "lenient::text")]
    version: Option<String>,
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
    second: Option<SecondFactorRecord>,
}

/// The second factor in a stored session.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SecondFactorRecord {
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

/// A customer in a record. The records of sessions and steps have the same four fields beside their own. They repeat them,
/// because `#[serde(flatten)]` adds 3 KB to the download.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SubjectRecord {
    /// The engine's name for the kind of identifier.
    #[serde(rename = "type")]
    pub kind: String,
    /// The identifier.
    pub value: String,
    /// The engine's name for the kind of address, if there is an address.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "lenient::text"
    )]
    pub address_type: Option<String>,
    /// The mobile number or e-mail address for codes, if the identifier is neither.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "lenient::text"
    )]
    pub address: Option<String>,
}

impl From<&Subject> for SubjectRecord {
    fn from(subject: &Subject) -> Self {
        let address = subject.address.as_ref();
        Self {
            kind: subject.identifier.kind().api_name().to_owned(),
            value: subject.identifier.value().to_owned(),
            address_type: address.map(|address| address.kind().api_name().to_owned()),
            address: address.map(|address| address.value().to_owned()),
        }
    }
}

impl SubjectRecord {
    /// Reads the customer; `None` if this version of the widget would not have written the record.
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
