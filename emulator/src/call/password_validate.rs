//! Proves a password. A right one ends the session with a token; one wrong password too many ends it without.

use serde_json::Value;

use super::Context;
use super::context::ActiveSession;
use crate::envelope;
use crate::error::ApiError;
use crate::factor::Authenticator;
use crate::params::Params;
use crate::state::failed_attempts::count;

pub(super) fn respond(context: &mut Context<'_>, params: &Params<'_>) -> Result<Value, ApiError> {
    let typed = params.text("password")?;
    let active = context.session(params)?;
    let factor = active.session.factor;
    context.ensure_passwords_enabled(factor)?;
    let profile = context
        .profile(&active.session)
        .ok_or(ApiError::Code(1515))?;
    if !profile.has_password(factor) {
        return Err(ApiError::Code(1526));
    }
    if !profile.password(factor).is(typed) {
        return Err(ApiError::Code(wrong(context, &active)));
    }

    let signed_in = context.complete_factor(&active, Authenticator::Password);
    Ok(envelope::success_with_identifiers(
        &signed_in.token,
        signed_in.key.as_deref(),
        signed_in.user(),
    ))
}

/// Counts a wrong password, and ends the session if it was one too many.
fn wrong(context: &mut Context<'_>, active: &ActiveSession) -> i64 {
    let key = context.attempt_key(&active.session);
    context.record_failed_attempt(&key, Authenticator::Password);
    let allowed = context.attempt_limit(active.session.factor, Authenticator::Password);
    let interval_s = context.settings.attempt_interval_s;
    let Some(session) = context.state.sessions.get_mut(&active.id) else {
        return 1505;
    };
    let wrong = count(&mut session.wrong_passwords, context.now_ms, interval_s);
    if wrong > usize::try_from(allowed).unwrap_or(usize::MAX) {
        context.state.sessions.remove(&active.id);
        return 1530;
    }
    1528
}
