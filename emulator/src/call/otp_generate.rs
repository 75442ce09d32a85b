//! Sends a code. Calling again sends another one, and only the newest counts.

use serde_json::Value;

use super::Context;
use crate::envelope;
use crate::error::ApiError;
use crate::factor::Factor;
use crate::identifier::IdentifierType;
use crate::params::Params;
use crate::records::Message;
use crate::state::{Code, Session, add_seconds};

pub(super) fn respond(context: &mut Context<'_>, params: &Params<'_>) -> Result<Value, ApiError> {
    let active = context.session(params)?;
    if context.settings.encryption && params.optional("hash")?.is_none() {
        return Err(ApiError::Code(5004));
    }
    let session = active.session;
    let (channel, to) = reach(context, params, &session)?;
    if context.settings.quota == Some(0) {
        return Err(ApiError::Code(1535));
    }
    if !context
        .state
        .reserve_code(context.settings, &session, context.now_ms)
    {
        return Err(ApiError::Code(1534));
    }

    let digits = match &context.settings.code {
        Some(fixed) => fixed.clone(),
        None => context.state.rng.code(context.settings.otp_length),
    };
    let ends_ms = add_seconds(context.now_ms, context.settings.otp_life_s).min(session.ends_ms);
    // To the nearest minute: a session opened a moment ago still has its fifteen.
    let minutes = ends_ms
        .saturating_sub(context.now_ms)
        .saturating_add(30_000)
        .div_euclid(60_000);
    context.outbox.push(Message {
        at_ms: context.caller_ms,
        to,
        channel,
        text: format!(
            "{digits} is your code for {}. It can be used for {minutes} minutes.",
            session.brand
        ),
        code: digits.clone(),
    });
    if let Some(session) = context.state.sessions.get_mut(&active.id) {
        session.code = Some(Code { digits, ends_ms });
    }
    Ok(envelope::success())
}

/// The channel and address a code goes to.
fn reach(
    context: &Context<'_>,
    params: &Params<'_>,
    session: &Session,
) -> Result<(String, String), ApiError> {
    if let Some(channel) = params.parameter("fallbackChannel") {
        return fallback(context, params, session, channel);
    }
    if session.identifier.kind == IdentifierType::Username && session.factor == Factor::First {
        address_is_the_sessions(params, session)?;
    }
    let profile = context.profile(session);
    let on_record = profile.as_ref().and_then(|profile| profile.address());
    let reach = match (session.identifier.kind, session.factor) {
        (IdentifierType::Mobile | IdentifierType::Email, _)
        | (IdentifierType::Username, Factor::First) => session.identifier.reach(),
        (IdentifierType::Username | IdentifierType::ExternalId, _) => {
            on_record.or(session.identifier.reach())
        }
    };
    let (channel, to) = reach.ok_or(ApiError::Code(1540))?;
    Ok((channel.to_owned(), to.to_owned()))
}

fn fallback(
    context: &Context<'_>,
    params: &Params<'_>,
    session: &Session,
    channel: &str,
) -> Result<(String, String), ApiError> {
    let mobile = params.optional("mobile")?;
    let email = params.optional("email")?;
    let known = &context.settings.fallback_channels;
    if !known.iter().any(|known| known == channel) {
        return Err(ApiError::Code(1603));
    }
    let (own, sent, refusal) = match channel {
        "EMAIL" => (IdentifierType::Email, email, 1602),
        _ => (IdentifierType::Mobile, mobile, 1601),
    };
    let value = if session.identifier.kind == own {
        Some(session.identifier.value.as_str())
    } else {
        sent
    };
    let to = value.ok_or(ApiError::Code(refusal))?;
    Ok((channel.to_owned(), to.to_owned()))
}

/// With a user name, the address must be said again, and be the one the session was opened with.
fn address_is_the_sessions(params: &Params<'_>, session: &Session) -> Result<(), ApiError> {
    let mobile = params.optional("mobile")?;
    let email = params.optional("email")?;
    if mobile.is_none() && email.is_none() {
        return Err(ApiError::Code(1540));
    }
    if mobile.is_some() && mobile != session.identifier.mobile.as_deref() {
        return Err(ApiError::Code(1507));
    }
    if email.is_some() && email != session.identifier.email.as_deref() {
        return Err(ApiError::Code(1541));
    }
    Ok(())
}
