//! password/change: changes a password, given a token and the current password (contract 2.6, 3.5).

use serde_json::Value;

use super::Context;
use crate::endpoint::Group;
use crate::envelope;
use crate::error::ApiError;
use crate::factor::{Authenticator, Factor};
use crate::identifier::Identifier;
use crate::params::Params;
use crate::state::customers::Profile;
use crate::state::failed_attempts::AttemptKey;
use crate::token::Token;

pub(super) fn respond(context: &mut Context<'_>, params: &Params<'_>) -> Result<Value, ApiError> {
    let identifier = context.identifier(params)?;
    let brand = params.brand()?;
    let device = context.device(params)?;
    let current = params.text("password")?;
    let new = params.text("newPassword")?;
    let confirmation = params.text("confirmPassword")?;
    let token_text = params.text("token")?;
    context.ensure_brand_exists(&brand)?;

    let token = context.verify_token(token_text, &brand, 1519)?;
    let factor = factor(context, token_text, &token)?;
    context.ensure_passwords_enabled(factor)?;
    if context.group() != Group::Web && token.device() != device.as_deref() {
        return Err(ApiError::Code(1508));
    }
    let profile = customer(context, &brand, &identifier, &token)?;
    let key = AttemptKey {
        brand: brand.clone(),
        customer: profile.uid.clone(),
        factor,
    };
    context.ensure_not_locked(&key)?;
    if !profile.has_password(factor) {
        return Err(ApiError::Code(1523));
    }
    if new != confirmation {
        return Err(ApiError::Code(1521));
    }
    if !profile.password(factor).matches(current) {
        context.record_failed_attempt(&key, Authenticator::Password);
        return Err(ApiError::Code(1528));
    }
    if new == current {
        return Err(ApiError::Code(1527));
    }
    context.ensure_policy_allows(factor, new)?;

    context.change_password(&brand, &profile.uid, factor, new);
    Ok(envelope::success())
}

/// The factor whose password changes.
///
/// The second factor needs a token of the second factor, or one with the role `MFA_PENDING`; mfa/password/change is 1519 with
/// another. The mobile path changes either password, because the documents name it for the second factor too (contract 3.5).
fn factor(context: &Context<'_>, token_text: &str, token: &Token) -> Result<Factor, ApiError> {
    let second = context
        .state
        .issued_tokens
        .is_from_second_factor(token_text)
        || token.claim("rol") == "MFA_PENDING";
    match (context.group(), second) {
        (Group::Web, _) | (Group::Mobile, false) => Ok(Factor::First),
        (Group::Mobile | Group::Mfa, true) => Ok(Factor::Second),
        (Group::Mfa, false) => Err(ApiError::Code(1519)),
    }
}

/// The customer with the identifier: 1515 if there is none, 1541 if the token belongs to another customer.
fn customer(
    context: &Context<'_>,
    brand: &str,
    identifier: &Identifier,
    token: &Token,
) -> Result<Profile, ApiError> {
    let customers = &context.state.customers;
    let profile = customers.find(context.settings, brand, identifier);
    let profile = profile.ok_or(ApiError::Code(1515))?;
    if profile.uid != token.claim("uid") {
        return Err(ApiError::Code(1541));
    }
    Ok(profile)
}
