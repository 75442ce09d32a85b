//! mfa/token/regenerate and mobile token/regenerate: issue a new token for a key (contract 3.7, 4).
//!
//! The key stays valid and unchanged; the response has `key: null`.

use serde_json::Value;

use super::Context;
use crate::endpoint::Group;
use crate::envelope;
use crate::error::ApiError;
use crate::factor::Factor;
use crate::identifier::IdentifierType;
use crate::params::Params;
use crate::state::issued_tokens::TokenOwner;
use crate::token::Token;

pub(super) fn respond(context: &mut Context<'_>, params: &Params<'_>) -> Result<Value, ApiError> {
    let identifier = context.identifier(params)?;
    let brand = params.brand()?;
    let device = context.device(params)?;
    let key_text = params.text("key")?;
    context.ensure_brand_exists(&brand)?;
    if context.group() == Group::Mobile {
        if identifier.kind == IdentifierType::Username && identifier.code_address().is_none() {
            return Err(ApiError::Code(1540));
        }
        if context.settings.renew_needs_password_brand && !context.settings.password_brand {
            return Err(ApiError::Code(1524));
        }
    }
    if !context.keys_enabled() {
        return Err(ApiError::Code(1525));
    }

    let key = Token::verify(key_text, &context.settings.secret).ok_or(ApiError::Code(1597))?;
    if key.brand() != brand {
        return Err(ApiError::Code(1509));
    }
    if key.device() != device.as_deref() {
        return Err(ApiError::Code(1508));
    }
    let owner = TokenOwner {
        brand,
        uid: key.claim("uid").to_owned(),
        device,
        factor: context.factor(),
    };
    // A key of the other factor and a replaced key differ from the one that is stored for the owner.
    if context.state.issued_tokens.key(&owner) != Some(key_text) || context.key_has_expired(&key) {
        return Err(ApiError::Code(1597));
    }
    if !key.identifiers().contains(&identifier.idv_entry().as_str()) {
        return Err(ApiError::Code(1541));
    }

    let customers = &context.state.customers;
    let profile = customers.profile(context.settings, &owner.brand, &owner.uid);
    let role = context.role(profile.as_ref());
    let life_s = match context.factor() {
        Factor::First => context.settings.mobile_life_s,
        Factor::Second => context.settings.mfa_renew_life_s,
    };
    let subject = context.token_subject(&identifier, &owner.brand, None);
    let mut token = Token::user(&subject, &owner.uid, &role, context.now_s(), life_s);
    token.header.clone_from(&key.header);
    let token = token.sign(&context.settings.secret);
    context.state.issued_tokens.record(&token, owner);
    let registered = profile.is_some_and(|profile| profile.has_password(context.factor()));
    let user = envelope::user(None, &role, registered);
    Ok(envelope::success_with_token(&token, None, user))
}
