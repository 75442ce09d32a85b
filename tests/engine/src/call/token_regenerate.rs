//! Renews a token: a running or an ended one of the same customer, brand and role `USER`.

use serde_json::Value;

use super::Desk;
use crate::answer::{self, Refusal};
use crate::ask::{Ask, Kind};
use crate::token::Token;

pub(super) fn answer(desk: &mut Desk<'_>, ask: &Ask<'_>) -> Result<Value, Refusal> {
    let identifier = desk.identifier(ask)?;
    let brand = ask.brand()?;
    let old = ask.text("expiredToken")?;
    ask.device_is_legal()?;
    desk.brand_exists(&brand)?;
    if identifier.kind == Kind::Username && identifier.reach().is_none() {
        return Err(Refusal::Code(1540));
    }
    if desk.settings.renew_needs_password_brand && !desk.settings.password_brand {
        return Err(Refusal::Code(1524));
    }

    let old = Token::read(old, &desk.settings.secret).ok_or(Refusal::Code(1525))?;
    if old.brand() != brand {
        return Err(Refusal::Code(1509));
    }
    let entries = identifier.entries();
    let known = old.identifiers();
    let same = known.first() == entries.first().map(String::as_str).as_ref()
        && entries.iter().all(|entry| known.contains(&entry.as_str()));
    // A VIEW token proves nothing, and one that waits for its second factor not enough.
    if !same || old.claim("rol") != "USER" {
        return Err(Refusal::Code(1525));
    }
    if let Some(grace_s) = desk.settings.renew_grace_s {
        let last_s = old
            .time("exp")
            .saturating_add(i64::try_from(grace_s).unwrap_or(i64::MAX));
        if desk.now_s() > last_s {
            return Err(Refusal::Code(1529));
        }
    }

    let mut token = Token::user(
        &desk.bearer(&identifier, &brand),
        old.claim("uid"),
        "USER",
        desk.now_s(),
        desk.settings.renew_life_s,
    );
    token.header.clone_from(&old.header);
    // The recorded samples say false here even for a customer whose password was just proved.
    let user = answer::user(None, "USER", false);
    Ok(answer::success_with(
        &token.signed(&desk.settings.secret),
        user,
    ))
}
