//! otp/generate: sends a code (contract 2.2, 3.2). A repeated call sends a new code, which replaces the one before.

use serde_json::Value;

use super::Context;
use crate::envelope;
use crate::error::ApiError;
use crate::factor::Factor;
use crate::identifier::IdentifierType;
use crate::params::Params;
use crate::records::Message;
use crate::state::{SentCode, Session, add_seconds};

pub(super) fn respond(context: &mut Context<'_>, params: &Params<'_>) -> Result<Value, ApiError> {
    let active = context.session(params)?;
    if context.settings.encryption && params.optional("hash")?.is_none() {
        return Err(ApiError::Code(5004));
    }
    let session = active.session;
    let (channel, to) = code_address(context, params, &session)?;
    if context.settings.quota == Some(0) {
        return Err(ApiError::Code(1535));
    }
    if !context
        .state
        .count_code(context.settings, &session, context.now_ms)
    {
        return Err(ApiError::Code(1534));
    }

    let digits = match &context.settings.code {
        Some(fixed) => fixed.clone(),
        None => context.state.rng.code(context.settings.otp_length),
    };
    let ends_ms = add_seconds(context.now_ms, context.settings.otp_life_s).min(session.ends_ms);
    // Rounded to the nearest minute, so that the text says 15 minutes a few seconds after the session was opened.
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
        session.code = Some(SentCode { digits, ends_ms });
    }
    Ok(envelope::success())
}

/// The channel and the address that a code goes to.
///
/// Codes for a user name go to the address of the session in the first factor. In the second factor, and for an external id,
/// they go to the address in the customer's profile. Without an address the error is 1540.
fn code_address(
    context: &Context<'_>,
    params: &Params<'_>,
    session: &Session,
) -> Result<(String, String), ApiError> {
    if let Some(channel) = params.query_parameter("fallbackChannel") {
        return fallback_address(context, params, session, channel);
    }
    if session.identifier.kind == IdentifierType::Username && session.factor == Factor::First {
        ensure_same_address(params, session)?;
    }
    let profile = context.profile(session);
    let in_profile = profile.as_ref().and_then(|profile| profile.code_address());
    let in_session = session.identifier.code_address();
    let address = match (session.identifier.kind, session.factor) {
        (IdentifierType::Mobile | IdentifierType::Email, _)
        | (IdentifierType::Username, Factor::First) => in_session,
        (IdentifierType::Username | IdentifierType::ExternalId, _) => in_profile.or(in_session),
    };
    let (channel, to) = address.ok_or(ApiError::Code(1540))?;
    Ok((channel.to_owned(), to.to_owned()))
}

/// The address for a fallback channel: the session's identifier if it has the right type, otherwise a field of the request.
///
/// # Errors
///
/// 1603 for a channel that is not configured, 1601 without a mobile number, 1602 without an e-mail address (contract 1.7).
fn fallback_address(
    context: &Context<'_>,
    params: &Params<'_>,
    session: &Session,
    channel: &str,
) -> Result<(String, String), ApiError> {
    let mobile = params.optional("mobile")?;
    let email = params.optional("email")?;
    let configured = &context.settings.fallback_channels;
    if !configured.iter().any(|known| known == channel) {
        return Err(ApiError::Code(1603));
    }
    let (kind, sent, missing) = match channel {
        "EMAIL" => (IdentifierType::Email, email, 1602),
        _ => (IdentifierType::Mobile, mobile, 1601),
    };
    let address = if session.identifier.kind == kind {
        Some(session.identifier.value.as_str())
    } else {
        sent
    };
    let to = address.ok_or(ApiError::Code(missing))?;
    Ok((channel.to_owned(), to.to_owned()))
}

/// Fails unless a request for a user name repeats the address with which the session was opened.
///
/// Without an address the error is 1540, with another mobile number 1507, with another e-mail address 1541.
fn ensure_same_address(params: &Params<'_>, session: &Session) -> Result<(), ApiError> {
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
