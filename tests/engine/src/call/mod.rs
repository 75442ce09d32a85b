//! What each call demands and does. To add one: a file here and a line in [`answer`].

mod otp_generate;
mod otp_validate;
mod token_generate;
mod token_regenerate;

use serde_json::Value;

use crate::answer::Refusal;
use crate::ask::{Ask, Identifier, Kind};
use crate::endpoint::Endpoint;
use crate::record::Message;
use crate::settings::Settings;
use crate::state::{Session, State};
use crate::token::Bearer;

/// All a call works with.
pub(crate) struct Desk<'a> {
    pub(crate) settings: &'a mut Settings,
    pub(crate) state: &'a mut State,
    pub(crate) outbox: &'a mut Vec<Message>,
    /// The caller's clock, for the outbox.
    pub(crate) caller_ms: u64,
    /// The engine's own clock.
    pub(crate) now_ms: i64,
}

/// Does what a call asks for and gives the body of its answer.
pub(crate) fn answer(
    endpoint: Endpoint,
    desk: &mut Desk<'_>,
    ask: &Ask<'_>,
) -> Result<Value, Refusal> {
    match endpoint {
        Endpoint::TokenGenerate => token_generate::answer(desk, ask),
        Endpoint::OtpGenerate => otp_generate::answer(desk, ask),
        Endpoint::OtpValidate => otp_validate::answer(desk, ask),
        Endpoint::TokenRegenerate => token_regenerate::answer(desk, ask),
    }
}

impl Desk<'_> {
    /// The engine's clock in seconds, as tokens carry it.
    fn now_s(&self) -> i64 {
        self.now_ms.div_euclid(1000)
    }

    fn bearer<'a>(&'a self, identifier: &Identifier, brand: &'a str) -> Bearer<'a> {
        Bearer {
            identifiers: identifier.entries(),
            brand,
            organisation: &self.settings.organisation,
        }
    }

    /// The identifier of a request, if customers may sign in by its kind.
    fn identifier(&self, ask: &Ask<'_>) -> Result<Identifier, Refusal> {
        let identifier = ask.identifier()?;
        if identifier.kind == Kind::ExternalId && !self.settings.external_id {
            return Err(Refusal::Code(3005));
        }
        Ok(identifier)
    }

    /// Refuses a brand that is not among those that exist.
    fn brand_exists(&self, brand: &str) -> Result<(), Refusal> {
        match &self.settings.brands {
            Some(brands) if !brands.iter().any(|known| known.to_uppercase() == brand) => {
                Err(Refusal::Code(1504))
            }
            _ => Ok(()),
        }
    }

    /// The session a request names, if it lives and brand and identifier are those it was opened for.
    fn session(&self, ask: &Ask<'_>) -> Result<(String, Session), Refusal> {
        let identifier = self.identifier(ask)?;
        let brand = ask.brand()?;
        let id = ask.text("sessionId")?;
        ask.device_is_legal()?;
        let session = self
            .state
            .sessions
            .get(id)
            .filter(|session| session.ends_ms > self.now_ms);
        let session = session.ok_or(Refusal::Code(1505))?;
        if session.brand != brand {
            return Err(Refusal::Code(1509));
        }
        if session.identifier.kind != identifier.kind {
            return Err(Refusal::Code(1541));
        }
        if session.identifier.value != identifier.value {
            return Err(Refusal::Code(if identifier.kind == Kind::Mobile {
                1507
            } else {
                1541
            }));
        }
        Ok((id.to_owned(), session.clone()))
    }
}
