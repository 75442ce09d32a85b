//! mfa/token/generate: opens a session of the second factor for the customer of a first-factor token (contract 3.1).

use serde_json::Value;

use super::Context;
use super::token_generate::open_session;
use crate::error::ApiError;
use crate::factor::Factor;
use crate::identifier::{Identifier, IdentifierType};
use crate::params::Params;
use crate::state::customers::Profile;
use crate::state::{Session, add_seconds};
use crate::token::Token;

pub(super) fn respond(context: &mut Context<'_>, params: &Params<'_>) -> Result<Value, ApiError> {
    let sent_identifier = if context.inherits_identifier(params) {
        None
    } else {
        Some(context.identifier(params)?)
    };
    let brand = params.brand()?;
    let device = context.device(params)?;
    let authorized_token = params.text("authorizedToken")?;
    let password = params.optional("password")?;
    let confirmation = params.optional("confirmPassword")?;
    context.ensure_brand_exists(&brand)?;

    let token = context.verify_token(authorized_token, &brand, 1519)?;
    // A token of an app is bound to its device. A token of the web names none.
    let device_differs = token
        .device()
        .is_some_and(|bound| Some(bound) != device.as_deref());
    if device_differs || token.device().is_none() && context.settings.mfa_device_check {
        return Err(ApiError::Code(1508));
    }
    let customers = &context.state.customers;
    let profile = customers.profile(context.settings, &brand, token.claim("uid"));
    let profile = profile.ok_or(ApiError::Code(1515))?;
    let identifier = match sent_identifier {
        Some(identifier) => identifier,
        None => first_identifier(&token).ok_or(ApiError::Code(1519))?,
    };
    ensure_may_use(context, &profile, &brand, &identifier)?;

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

    let session = Session {
        factor: Factor::Second,
        identifier,
        brand,
        device,
        uid: Some(profile.uid),
        ends_ms: add_seconds(context.now_ms, context.settings.mfa_session_life_s),
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
    Ok(open_session(context, session, life_s, registered))
}

/// The identifier of the first factor, from the header of its token.
fn first_identifier(token: &Token) -> Option<Identifier> {
    let entries = token.identifiers();
    let (kind, value) = IdentifierType::parse_entry(entries.first()?)?;
    Some(Identifier {
        kind,
        value: value.to_owned(),
        mobile: None,
        email: None,
    })
}

/// Fails with 1541 if the identifier belongs to another customer, or if the customer has a different identifier of its type.
///
/// The second factor may use another identifier than the first (contract 1.4).
fn ensure_may_use(
    context: &Context<'_>,
    profile: &Profile,
    brand: &str,
    identifier: &Identifier,
) -> Result<(), ApiError> {
    let owner = context
        .state
        .customers
        .find(context.settings, brand, identifier);
    let belongs_to_another = owner.is_some_and(|owner| owner.uid != profile.uid);
    if belongs_to_another || !profile.may_use(identifier.kind, &identifier.value) {
        return Err(ApiError::Code(1541));
    }
    Ok(())
}
