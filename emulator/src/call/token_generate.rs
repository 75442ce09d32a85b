//! web/token/generate and its mobile twin: open a session of the first factor (contract 2.1). No code is sent.

use serde_json::Value;

use super::Context;
use crate::endpoint::Group;
use crate::envelope;
use crate::error::ApiError;
use crate::factor::Factor;
use crate::identifier::{Identifier, IdentifierType};
use crate::params::Params;
use crate::state::customers::Profile;
use crate::state::{Session, add_seconds};
use crate::token::Token;

pub(super) fn respond(context: &mut Context<'_>, params: &Params<'_>) -> Result<Value, ApiError> {
    let identifier = context.identifier(params)?;
    let brand = params.brand()?;
    let device = context.device(params)?;
    let password = params.optional("password")?;
    let confirmation = params.optional("confirmPassword")?;
    context.ensure_brand_exists(&brand)?;
    if identifier.code_address().is_none() {
        return Err(ApiError::Code(1540));
    }

    let customers = &context.state.customers;
    let profile = customers.find(context.settings, &brand, &identifier);
    let sends_password = password.is_some() || confirmation.is_some();
    if let Some(profile) = &profile {
        ensure_owns_addresses(profile, &identifier, sends_password)?;
    }
    let registered = profile.is_some_and(|profile| profile.has_password(Factor::First));
    if sends_password {
        context.ensure_passwords_enabled(Factor::First)?;
    }
    if password != confirmation {
        return Err(ApiError::Code(1521));
    }
    if context.settings.password_brand && !registered && !sends_password {
        return Err(ApiError::Code(1520));
    }
    // A customer who has a password cannot set another one here. Public clients send it all the same (contract 5.2).
    let initial_password = password.filter(|_| !registered);
    if let Some(password) = initial_password {
        context.ensure_policy_allows(Factor::First, password)?;
    }

    let session = Session {
        factor: Factor::First,
        identifier,
        brand,
        device,
        uid: None,
        ends_ms: add_seconds(context.now_ms, context.settings.session_life_s),
        code: None,
        wrong_codes: Vec::new(),
        wrong_passwords: Vec::new(),
        initial_password: initial_password.map(str::to_owned),
    };
    context.ensure_not_locked(&context.attempt_key(&session))?;
    let life_s = match context.group() {
        Group::Web => context.settings.view_life_s,
        Group::Mobile | Group::Mfa => context.settings.mobile_life_s,
    };
    Ok(open_session(context, session, life_s, registered))
}

/// Opens a session of either factor and returns the response with its `VIEW` token, which lives `life_s` seconds.
pub(super) fn open_session(
    context: &mut Context<'_>,
    session: Session,
    life_s: u64,
    registered_for_password: bool,
) -> Value {
    let device = session.device.as_deref();
    let subject = context.token_subject(&session.identifier, &session.brand, device);
    let token = Token::view(&subject, context.now_s(), life_s);
    let newest_only = context.settings.newest_session_only;
    let id = context
        .state
        .open_session(session, context.now_ms, newest_only);
    let user = envelope::user(Some(&id), "VIEW", registered_for_password);
    envelope::success_with_token(&token.sign(&context.settings.secret), None, user)
}

/// Fails if a known user name comes with an address that is not its owner's.
///
/// The error is 1543 for a request that sets a password, that is, signs up; otherwise 1507 for another mobile number and 1541
/// for another e-mail address.
fn ensure_owns_addresses(
    owner: &Profile,
    identifier: &Identifier,
    sends_password: bool,
) -> Result<(), ApiError> {
    for (kind, sent, differs) in [
        (IdentifierType::Mobile, &identifier.mobile, 1507),
        (IdentifierType::Email, &identifier.email, 1541),
    ] {
        if let Some(sent) = sent
            && !owner.may_use(kind, sent)
        {
            return Err(ApiError::Code(if sends_password { 1543 } else { differs }));
        }
    }
    Ok(())
}
