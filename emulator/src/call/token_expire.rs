//! Signs out: ends a token of the second factor, and its key.

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
    let sent = params.text("token")?;
    context.ensure_brand_exists(&brand)?;

    let token = context.verify_token(sent, &brand, 1531)?;
    if token.device() != device.as_deref() {
        return Err(ApiError::Code(1508));
    }
    if !token.identifiers().contains(&identifier.entry().as_str()) {
        return Err(ApiError::Code(1541));
    }
    // For tokens of the first factor there is no signing out.
    if !context.state.issued_tokens.is_from_second_factor(sent) {
        return Err(ApiError::Code(1531));
    }
    context.state.issued_tokens.revoke(sent);
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
