//! Renews a token on the web: a running or an ended one of the same customer, brand and role `USER`.

use serde_json::Value;

use super::Desk;
use crate::answer::{self, Refusal};
use crate::ask::{Ask, Identifier, Kind};
use crate::endpoint::Factor;
use crate::state::ledger::Holder;
use crate::token::Token;

pub(super) fn answer(desk: &mut Desk<'_>, ask: &Ask<'_>) -> Result<Value, Refusal> {
    let identifier = desk.identifier(ask)?;
    let brand = ask.brand()?;
    let sent = ask.text("expiredToken")?;
    desk.device(ask)?;
    desk.brand_exists(&brand)?;
    if identifier.kind == Kind::Username && identifier.reach().is_none() {
        return Err(Refusal::Code(1540));
    }
    if desk.settings.renew_needs_password_brand && !desk.settings.password_brand {
        return Err(Refusal::Code(1524));
    }

    let old = Token::read(sent, &desk.settings.secret).ok_or(Refusal::Code(1525))?;
    if old.brand() != brand {
        return Err(Refusal::Code(1509));
    }
    let second = desk.state.ledger.is_second(sent);
    // A VIEW token proves nothing, and one that waits for its second factor not enough.
    if !is_theirs(desk, &brand, &identifier, &old, second)
        || old.claim("rol") != "USER"
        || second && !desk.settings.web_renews_mfa_tokens
    {
        return Err(Refusal::Code(1525));
    }
    if desk.state.ledger.is_revoked(sent) || ended_too_long_ago(desk, &old) {
        return Err(Refusal::Code(1529));
    }

    let holder = Holder {
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
        &desk.bearer(&identifier, &holder.brand, None),
        &holder.uid,
        "USER",
        desk.now_s(),
        desk.settings.renew_life_s,
    );
    token.header.clone_from(&old.header);
    let token = token.signed(&desk.settings.secret);
    desk.state.ledger.note(&token, holder);
    // The recorded samples say false here even for a customer whose password was just proved.
    let user = answer::user(None, "USER", false);
    Ok(answer::success_with(&token, None, user))
}

/// Whether a token is this customer's. One of the second factor may carry the second identifier, and is asked for with the first.
fn is_theirs(
    desk: &Desk<'_>,
    brand: &str,
    identifier: &Identifier,
    token: &Token,
    second: bool,
) -> bool {
    let entries = identifier.entries();
    let known = token.identifiers();
    let same = known.first() == entries.first().map(String::as_str).as_ref()
        && entries.iter().all(|entry| known.contains(&entry.as_str()));
    let person = desk.state.people.find(desk.settings, brand, identifier);
    same || second && person.is_some_and(|person| person.uid == token.claim("uid"))
}

fn ended_too_long_ago(desk: &Desk<'_>, token: &Token) -> bool {
    desk.settings.renew_grace_s.is_some_and(|grace_s| {
        let last_s = token
            .time("exp")
            .saturating_add(i64::try_from(grace_s).unwrap_or(i64::MAX));
        desk.now_s() > last_s
    })
}
