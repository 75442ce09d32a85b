//! Changes a password, for somebody with a token and the old one.

use serde_json::Value;

use super::Context;
use crate::endpoint::Group;
use crate::envelope;
use crate::error::ApiError;
use crate::factor::Authenticator;
use crate::factor::Factor;
use crate::identifier::Identifier;
use crate::params::Params;
use crate::state::customers::Profile;
use crate::token::Token;

pub(super) fn respond(context: &mut Context<'_>, params: &Params<'_>) -> Result<Value, ApiError> {
    let identifier = context.identifier(params)?;
    let brand = params.brand()?;
    let device = context.device(params)?;
    let old = params.text("password")?;
    let new = params.text("newPassword")?;
    let confirmation = params.text("confirmPassword")?;
    let sent = params.text("token")?;
    context.ensure_brand_exists(&brand)?;

    let token = context.verify_token(sent, &brand, 1519)?;
    let factor = factor(context, sent, &token)?;
    context.ensure_passwords_enabled(factor)?;
    if context.group() != Group::Web && token.device() != device.as_deref() {
        return Err(ApiError::Code(1508));
    }
    let profile = owner(context, &brand, &identifier, &token)?;
    let key = (brand.clone(), profile.uid.clone(), factor);
    context.ensure_not_locked(&key)?;
    if !profile.has_password(factor) {
        return Err(ApiError::Code(1523));
    }
    if new != confirmation {
        return Err(ApiError::Code(1521));
    }
    if !profile.password(factor).is(old) {
        context.record_failed_attempt(&key, Authenticator::Password);
        return Err(ApiError::Code(1528));
    }
    if new == old {
        return Err(ApiError::Code(1527));
    }
    context.ensure_policy_allows(factor, new)?;

    context.change_password(&brand, &profile.uid, factor, new);
    Ok(envelope::success())
}

/// Whose password it is that changes: that of the second factor needs a token of the second factor, or one that waits for it.
///
/// The documents have the mobile path under both names: with such a token it means the second factor as well.
fn factor(context: &Context<'_>, sent: &str, token: &Token) -> Result<Factor, ApiError> {
    let second = context.state.issued_tokens.is_from_second_factor(sent)
        || token.claim("rol") == "MFA_PENDING";
    match (context.group(), second) {
        (Group::Web, _) | (Group::Mobile, false) => Ok(Factor::First),
        (Group::Mobile | Group::Mfa, true) => Ok(Factor::Second),
        (Group::Mfa, false) => Err(ApiError::Code(1519)),
    }
}

/// The customer of an identifier, who must be the customer of the token.
fn owner(
    context: &Context<'_>,
    brand: &str,
    identifier: &Identifier,
    token: &Token,
) -> Result<Profile, ApiError> {
    let profile = context
        .state
        .customers
        .find(context.settings, brand, identifier);
    let profile = profile.ok_or(ApiError::Code(1515))?;
    if profile.uid != token.claim("uid") {
        return Err(ApiError::Code(1541));
    }
    Ok(profile)
}
