//! Renews a token on the web: a running or an ended one of the same customer, brand and role `USER`.

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
    let sent = params.text("expiredToken")?;
    context.device(params)?;
    context.ensure_brand_exists(&brand)?;
    if identifier.kind == IdentifierType::Username && identifier.reach().is_none() {
        return Err(ApiError::Code(1540));
    }
    if context.settings.renew_needs_password_brand && !context.settings.password_brand {
        return Err(ApiError::Code(1524));
    }

    let old = Token::read(sent, &context.settings.secret).ok_or(ApiError::Code(1525))?;
    if old.brand() != brand {
        return Err(ApiError::Code(1509));
    }
    let second = context.state.issued_tokens.is_from_second_factor(sent);
    // A VIEW token proves nothing, and one that waits for its second factor not enough.
    if !is_theirs(context, &brand, &identifier, &old, second)
        || old.claim("rol") != "USER"
        || second && !context.settings.web_renews_mfa_tokens
    {
        return Err(ApiError::Code(1525));
    }
    if context.state.issued_tokens.is_revoked(sent) || ended_too_long_ago(context, &old) {
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
        &context.subject(&identifier, &owner.brand, None),
        &owner.uid,
        "USER",
        context.now_s(),
        context.settings.renew_life_s,
    );
    token.header.clone_from(&old.header);
    let token = token.signed(&context.settings.secret);
    context.state.issued_tokens.record(&token, owner);
    // The recorded samples say false here even for a customer whose password was just proved.
    let user = envelope::user(None, "USER", false);
    Ok(envelope::success_with_token(&token, None, user))
}

/// Whether a token is this customer's. One of the second factor may carry the second identifier, and is asked for with the first.
fn is_theirs(
    context: &Context<'_>,
    brand: &str,
    identifier: &Identifier,
    token: &Token,
    second: bool,
) -> bool {
    let entries = identifier.entries();
    let known = token.identifiers();
    let same = known.first() == entries.first().map(String::as_str).as_ref()
        && entries.iter().all(|entry| known.contains(&entry.as_str()));
    let profile = context
        .state
        .customers
        .find(context.settings, brand, identifier);
    same || second && profile.is_some_and(|profile| profile.uid == token.claim("uid"))
}

fn ended_too_long_ago(context: &Context<'_>, token: &Token) -> bool {
    context.settings.renew_grace_s.is_some_and(|grace_s| {
        let last_s = token
            .time("exp")
            .saturating_add(i64::try_from(grace_s).unwrap_or(i64::MAX));
        context.now_s() > last_s
    })
}
