//! Proves a code. A right one ends the session with a token; one wrong code too many ends it without.

use serde_json::Value;

use super::Context;
use super::context::ActiveSession;
use crate::endpoint::Group;
use crate::envelope;
use crate::error::ApiError;
use crate::factor::Authenticator;
use crate::params::Params;
use crate::state::failed_attempts::count;

pub(super) fn respond(context: &mut Context<'_>, params: &Params<'_>) -> Result<Value, ApiError> {
    let typed = typed(params)?;
    let active = context.session(params)?;
    let code = active
        .session
        .code
        .as_ref()
        .filter(|code| code.ends_ms > context.now_ms);
    let code = code.ok_or(ApiError::Code(1537))?;
    if !typed.is(&code.digits) {
        return Err(ApiError::Code(wrong(context, &active)));
    }

    let signed_in = context.complete_factor(&active, Authenticator::Code);
    let user = match context.group() {
        // Here, and only here, the recorded web sample has no user at all.
        Group::Web => Value::Null,
        Group::Mobile | Group::Mfa => signed_in.user(),
    };
    Ok(envelope::success_with_token(
        &signed_in.token,
        signed_in.key.as_deref(),
        user,
    ))
}

/// A code as the customer's page sent it.
enum Typed<'a> {
    Text(&'a str),
    Number(u64),
}

impl Typed<'_> {
    /// A number has lost its leading zeros on the way; they are put back.
    fn is(&self, digits: &str) -> bool {
        match self {
            Typed::Text(text) => *text == digits,
            Typed::Number(number) => format!("{number:0>width$}", width = digits.len()) == digits,
        }
    }
}

/// The documents disagree whether a code is a text or a number, so both are taken.
fn typed<'a>(params: &'a Params<'_>) -> Result<Typed<'a>, ApiError> {
    match params.raw("otp") {
        Some(Value::String(text)) if !text.is_empty() => Ok(Typed::Text(text)),
        Some(Value::Number(number)) => number
            .as_u64()
            .map(Typed::Number)
            .ok_or(ApiError::Code(1519)),
        _ => Err(ApiError::Code(1519)),
    }
}

/// Counts a wrong code, and ends the session if it was one too many.
fn wrong(context: &mut Context<'_>, active: &ActiveSession) -> i64 {
    let key = context.attempt_key(&active.session);
    context.record_failed_attempt(&key, Authenticator::Code);
    let allowed = context.attempt_limit(active.session.factor, Authenticator::Code);
    let interval_s = context.settings.attempt_interval_s;
    let Some(session) = context.state.sessions.get_mut(&active.id) else {
        return 1505;
    };
    let wrong = count(&mut session.wrong_codes, context.now_ms, interval_s);
    if wrong > usize::try_from(allowed).unwrap_or(usize::MAX) {
        context.state.sessions.remove(&active.id);
        return 1518;
    }
    1506
}
