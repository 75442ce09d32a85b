//! Who is signed in: what a page may know of it, and the record that the next page of this tab takes up.

use crate::login::config::Settings;
use crate::login::identifier::Identifier;
use crate::login::json::{Json, Object};
use crate::login::secret::Secret;
use crate::login::session::USER;
use crate::login::time::{Millis, Now, Stamp};
use crate::login::token::UnverifiedClaims;

/// A longer record is none of ours.
const MAX_RECORD: usize = 16 * 1024;

/// Somebody who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// As it was typed in and sent.
    pub identifier: Identifier,
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
            .text("identifierType", self.identifier.kind().wire())
            .text("identifierValue", self.identifier.value())
            .uint("issuedAt", self.claims.issued_at)
            .uint("expiresAt", self.claims.expires_at)
            .uint("signedInAt", self.signed_in_at)
            .raw("secondFactor", "null")
            .end()
    }

    /// What is left of the token's life.
    pub(super) fn life_left(&self, now: Now) -> Millis {
        self.claims
            .life()
            .saturating_sub(self.received.elapsed(now))
    }

    /// Whether the token is good for so long; of a shorter life, four fifths count.
    pub(super) fn is_good_for(&self, now: Now, validity: Millis) -> bool {
        let left = self.life_left(now);
        left > 0 && left >= validity.min(self.claims.life() / 5 * 4)
    }

    /// What the next page takes up.
    pub(super) fn record(&self, settings: &Settings) -> Secret {
        Object::new()
            .uint("v", 1)
            .text("brand", &settings.brand)
            .text("type", self.identifier.kind().wire())
            .text("value", self.identifier.value())
            .text("token", self.token.expose())
            .uint("received", self.received.wall())
            .uint("signedIn", self.signed_in_at)
            .end()
            .into()
    }

    /// Reads what [`Kept::record`] wrote: the identity and the token must fit each other and the settings.
    pub(super) fn read(now: Now, settings: &Settings, record: &Secret) -> Option<Self> {
        let text = Some(record.expose()).filter(|text| text.len() <= MAX_RECORD)?;
        let json = Json::read(text)?;
        let text = |name: &str| json.get(name)?.text();
        if json.get("v")?.int()? != 1 || text("brand")? != settings.brand {
            return None;
        }
        let identifier = Identifier::restore(text("type")?, text("value")?)?;
        let token = Secret::new(text("token")?);
        let claims = UnverifiedClaims::read(&token)
            .filter(|claims| claims.fits(&settings.brand, &identifier) && claims.role == USER)?;
        Some(Self {
            identifier,
            token,
            claims,
            // From the future: it may have run out long ago, so the engine is asked first.
            received: Stamp::written(json.get("received")?.uint()?, now)
                .unwrap_or_else(|| Stamp::long_ago(now)),
            signed_in_at: json.get("signedIn")?.uint()?,
        })
    }
}
