//! Opens a session of the first factor. Nothing is proved by it and nothing is sent yet.

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
    if identifier.reach().is_none() {
        return Err(ApiError::Code(1540));
    }

    let profile = context
        .state
        .customers
        .find(context.settings, &brand, &identifier);
    let sends_password = password.is_some() || confirmation.is_some();
    if let Some(profile) = &profile {
        name_is_theirs(profile, &identifier, sends_password)?;
    }
    let registered = profile
        .as_ref()
        .is_some_and(|profile| profile.has_password(Factor::First));
    if sends_password {
        context.ensure_passwords_enabled(Factor::First)?;
    }
    if password != confirmation {
        return Err(ApiError::Code(1521));
    }
    if context.settings.password_brand && !registered && !sends_password {
        return Err(ApiError::Code(1520));
    }
    // Clients send whatever was typed; to somebody who has a password it means nothing here.
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
    Ok(open(context, session, life_s, registered))
}

/// Opens the session and answers with its token.
pub(super) fn open(
    context: &mut Context<'_>,
    session: Session,
    life_s: u64,
    registered: bool,
) -> Value {
    let device = session.device.as_deref();
    let subject = context.subject(&session.identifier, &session.brand, device);
    let token = Token::view(&subject, context.now_s(), life_s);
    let id = context.state.open(
        session,
        context.now_ms,
        context.settings.newest_session_only,
    );
    let user = envelope::user(Some(&id), "VIEW", registered);
    envelope::success_with_token(&token.signed(&context.settings.secret), None, user)
}

/// Refuses a user name that came with another address than its owner's: as taken to somebody who wants to sign up with it.
fn name_is_theirs(
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
