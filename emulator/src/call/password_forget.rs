//! password/forget: replaces a forgotten password (contract 2.7, 3.6).
//!
//! The new password takes effect when a code is validated, in this session or a later one. Until then the old one remains valid.

use serde_json::Value;

use super::Context;
use crate::envelope;
use crate::error::ApiError;
use crate::factor::Factor;
use crate::params::Params;

pub(super) fn respond(context: &mut Context<'_>, params: &Params<'_>) -> Result<Value, ApiError> {
    let password = params.text("password")?;
    let confirmation = params.text("confirmPassword")?;
    let active = context.session(params)?;
    let session = active.session;
    let factor = session.factor;
    context.ensure_passwords_enabled(factor)?;
    let profile = context.profile(&session).ok_or(ApiError::Code(1515))?;
    if !profile.has_password(factor) {
        return Err(ApiError::Code(1532));
    }
    if password != confirmation {
        return Err(ApiError::Code(1521));
    }
    if profile.password(factor).matches(password) {
        return Err(ApiError::Code(1527));
    }
    context.ensure_policy_allows(factor, password)?;

    if factor == Factor::Second && context.settings.skip_otp_validate_reset {
        context.set_password(&session, password);
    } else {
        context.state.customers.set_pending_password(
            &session.brand,
            &profile.uid,
            factor,
            password,
        );
    }
    if context.settings.forget_needs_new_session {
        context.state.sessions.remove(&active.id);
    }
    Ok(envelope::success())
}
