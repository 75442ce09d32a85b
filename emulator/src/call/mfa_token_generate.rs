//! Opens a session of the second factor, for somebody whom a token of the first one names.

use serde_json::Value;

use super::Context;
use super::token_generate::open;
use crate::error::ApiError;
use crate::factor::Factor;
use crate::identifier::{Identifier, IdentifierType};
use crate::params::Params;
use crate::state::customers::Profile;
use crate::state::{Session, add_seconds};
use crate::token::Token;

pub(super) fn respond(context: &mut Context<'_>, params: &Params<'_>) -> Result<Value, ApiError> {
    let named = if context.inherits_identifier(params) {
        None
    } else {
        Some(context.identifier(params)?)
    };
    let brand = params.brand()?;
    let device = context.device(params)?;
    let authorized = params.text("authorizedToken")?;
    let password = params.optional("password")?;
    let confirmation = params.optional("confirmPassword")?;
    context.ensure_brand_exists(&brand)?;

    let token = context.verify_token(authorized, &brand, 1519)?;
    // What an app was given it may use on no other device; what the web was given names none.
    let differs = token
        .device()
        .is_some_and(|own| Some(own) != device.as_deref());
    if differs || token.device().is_none() && context.settings.mfa_device_check {
        return Err(ApiError::Code(1508));
    }
    let uid = token.claim("uid");
    let profile = context
        .state
        .customers
        .profile(context.settings, &brand, uid);
    let profile = profile.ok_or(ApiError::Code(1515))?;
    let identifier = match named {
        Some(identifier) => identifier,
        None => of_token(&token).ok_or(ApiError::Code(1519))?,
    };
    may_be_theirs(context, &profile, &brand, &identifier)?;

    let mut registered = profile.has_password(Factor::Second);
    if password.is_some() || confirmation.is_some() {
        context.ensure_passwords_enabled(Factor::Second)?;
    }
    if password != confirmation {
        return Err(ApiError::Code(1521));
    }
    let initial_password = password.filter(|_| !registered);
    if let Some(password) = initial_password {
        context.ensure_policy_allows(Factor::Second, password)?;
    }

    let ends_ms = add_seconds(context.now_ms, context.settings.mfa_session_life_s);
    let session = Session {
        factor: Factor::Second,
        identifier,
        brand,
        device,
        uid: Some(profile.uid),
        ends_ms,
        code: None,
        wrong_codes: Vec::new(),
        wrong_passwords: Vec::new(),
        initial_password: initial_password.map(str::to_owned),
    };
    context.ensure_not_locked(&context.attempt_key(&session))?;
    if let Some(password) = initial_password
        && context.settings.skip_otp_validate
    {
        context.set_password(&session, password);
        registered = true;
    }
    let life_s = context.settings.mfa_view_life_s;
    Ok(open(context, session, life_s, registered))
}

/// The identifier that the first factor proved.
fn of_token(token: &Token) -> Option<Identifier> {
    let entries = token.identifiers();
    let (kind, value) = IdentifierType::parse_entry(entries.first()?)?;
    Some(Identifier {
        kind,
        value: value.to_owned(),
        mobile: None,
        email: None,
    })
}

/// The second identifier may be another one than the first. It must not be somebody else's, and if one of its kind is known, it must
/// be that one.
fn may_be_theirs(
    context: &Context<'_>,
    profile: &Profile,
    brand: &str,
    identifier: &Identifier,
) -> Result<(), ApiError> {
    let owner = context
        .state
        .customers
        .find(context.settings, brand, identifier);
    let others = owner.is_some_and(|owner| owner.uid != profile.uid);
    if others || !profile.may_use(identifier.kind, &identifier.value) {
        return Err(ApiError::Code(1541));
    }
    Ok(())
}
