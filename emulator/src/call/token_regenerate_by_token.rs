//! web/token/regenerate: renews a token of the same customer, brand and role `USER`, expired or not (contract 2.5).

use serde_json::Value;

use super::Context;
use crate::envelope;
use crate::error::ApiError;
use crate::factor::Factor;
use crate::identifier::{Identifier, IdentifierType};
use crate::params::Params;
use crate::state::issued_tokens::TokenOwner;
use crate::token::Token;

pub(super) fn respond(context: &mut Context<'_>, params: &Params<'_>) -> Result<Value, ApiError> {
    let identifier = context.identifier(params)?;
    let brand = params.brand()?;
    let token_text = params.text("expiredToken")?;
    context.device(params)?;
    context.ensure_brand_exists(&brand)?;
    if identifier.kind == IdentifierType::Username && identifier.code_address().is_none() {
        return Err(ApiError::Code(1540));
    }
    if context.settings.renew_needs_password_brand && !context.settings.password_brand {
        return Err(ApiError::Code(1524));
    }

    let old = Token::verify(token_text, &context.settings.secret).ok_or(ApiError::Code(1525))?;
    if old.brand() != brand {
        return Err(ApiError::Code(1509));
    }
    let second = context
        .state
        .issued_tokens
        .is_from_second_factor(token_text);
    // A `VIEW` token proves no factor, and an `MFA_PENDING` token lacks the second one.
    if !belongs_to(context, &brand, &identifier, &old, second)
        || old.claim("rol") != "USER"
        || second && !context.settings.web_renews_mfa_tokens
    {
        return Err(ApiError::Code(1525));
    }
    if context.state.issued_tokens.is_revoked(token_text) || grace_is_over(context, &old) {
        return Err(ApiError::Code(1529));
    }

    let owner = TokenOwner {
        brand,
        uid: old.claim("uid").to_owned(),
        device: old.device().map(str::to_owned),
        factor: if second {
            Factor::Second
        } else {
            Factor::First
        },
    };
    let mut token = Token::user(
        &context.token_subject(&identifier, &owner.brand, None),
        &owner.uid,
        "USER",
        context.now_s(),
        context.settings.renew_life_s,
    );
    token.header.clone_from(&old.header);
    let token = token.sign(&context.settings.secret);
    context.state.issued_tokens.record(&token, owner);
    // The recorded samples have `userRegisteredForPassword: false` here, also for a customer with a password.
    let user = envelope::user(None, "USER", false);
    Ok(envelope::success_with_token(&token, None, user))
}

/// Whether a token belongs to the customer with the identifier.
///
/// A token of the second factor may carry the second identifier and can be renewed with the first one as well.
fn belongs_to(
    context: &Context<'_>,
    brand: &str,
    identifier: &Identifier,
    token: &Token,
    second: bool,
) -> bool {
    let sent = identifier.idv_entries();
    let in_token = token.identifiers();
    let same = in_token.first() == sent.first().map(String::as_str).as_ref()
        && sent.iter().all(|entry| in_token.contains(&entry.as_str()));
    let profile = context
        .state
        .customers
        .find(context.settings, brand, identifier);
    same || second && profile.is_some_and(|profile| profile.uid == token.claim("uid"))
}

/// Whether the token expired more than `renew_grace_s` seconds ago. Without that setting the time is not limited.
fn grace_is_over(context: &Context<'_>, token: &Token) -> bool {
    context.settings.renew_grace_s.is_some_and(|grace_s| {
        let last_s = token
            .time("exp")
            .saturating_add(i64::try_from(grace_s).unwrap_or(i64::MAX));
        context.now_s() > last_s
    })
}
