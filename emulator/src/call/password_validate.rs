//! password/validate: validates a password and issues a token (contract 2.4, 3.4). Too many wrong passwords end the session.

use serde_json::Value;

use super::Context;
use crate::envelope;
use crate::error::ApiError;
use crate::factor::Authenticator;
use crate::params::Params;

pub(super) fn respond(context: &mut Context<'_>, params: &Params<'_>) -> Result<Value, ApiError> {
    let password = params.text("password")?;
    let active = context.session(params)?;
    let factor = active.session.factor;
    context.ensure_passwords_enabled(factor)?;
    let profile = context
        .profile(&active.session)
        .ok_or(ApiError::Code(1515))?;
    if !profile.has_password(factor) {
        return Err(ApiError::Code(1526));
    }
    if !profile.password(factor).matches(password) {
        return Err(context.fail_attempt(&active, Authenticator::Password));
    }

    let signed_in = context.complete_factor(&active, Authenticator::Password);
    Ok(envelope::success_with_identifiers(
        &signed_in.token,
        signed_in.key.as_deref(),
        signed_in.user(),
    ))
}
