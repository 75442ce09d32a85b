//! mfa/token/expire: signs out by revoking a token of the second factor (contract 3.8).

use serde_json::Value;

use super::Context;
use crate::envelope;
use crate::error::ApiError;
use crate::factor::Factor;
use crate::params::Params;
use crate::state::issued_tokens::TokenOwner;

pub(super) fn respond(context: &mut Context<'_>, params: &Params<'_>) -> Result<Value, ApiError> {
    let identifier = context.identifier(params)?;
    let brand = params.brand()?;
    let device = context.device(params)?;
    let token_text = params.text("token")?;
    context.ensure_brand_exists(&brand)?;

    let token = context.verify_token(token_text, &brand, 1531)?;
    if token.device() != device.as_deref() {
        return Err(ApiError::Code(1508));
    }
    if !token
        .identifiers()
        .contains(&identifier.idv_entry().as_str())
    {
        return Err(ApiError::Code(1541));
    }
    // The engine has no call that expires tokens of the first factor.
    if !context
        .state
        .issued_tokens
        .is_from_second_factor(token_text)
    {
        return Err(ApiError::Code(1531));
    }
    context.state.issued_tokens.revoke(token_text);
    if context.settings.expire_kills_key {
        let owner = TokenOwner {
            brand,
            uid: token.claim("uid").to_owned(),
            device,
            factor: Factor::Second,
        };
        context.state.issued_tokens.remove_key(&owner);
    }
    Ok(envelope::token_expired())
}
