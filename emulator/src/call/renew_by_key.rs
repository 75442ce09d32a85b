//! Gives a new token for a key, to an app or after a second factor. The key stays what it is, and is not sent again.

use serde_json::Value;

use super::Desk;
use crate::answer::{self, Refusal};
use crate::ask::{Ask, Kind};
use crate::endpoint::{Factor, Flow};
use crate::state::ledger::Holder;
use crate::token::Token;

pub(super) fn answer(desk: &mut Desk<'_>, ask: &Ask<'_>) -> Result<Value, Refusal> {
    let identifier = desk.identifier(ask)?;
    let brand = ask.brand()?;
    let device = desk.device(ask)?;
    let sent = ask.text("key")?;
    desk.brand_exists(&brand)?;
    if desk.flow() == Flow::Mobile {
        if identifier.kind == Kind::Username && identifier.reach().is_none() {
            return Err(Refusal::Code(1540));
        }
        if desk.settings.renew_needs_password_brand && !desk.settings.password_brand {
            return Err(Refusal::Code(1524));
        }
    }
    if !desk.hands_out_keys() {
        return Err(Refusal::Code(1525));
    }

    let key = Token::read(sent, &desk.settings.secret).ok_or(Refusal::Code(1597))?;
    if key.brand() != brand {
        return Err(Refusal::Code(1509));
    }
    if key.device() != device.as_deref() {
        return Err(Refusal::Code(1508));
    }
    let holder = Holder {
        brand,
        uid: key.claim("uid").to_owned(),
        device,
        factor: desk.factor(),
    };
    // A key of the other factor, or one that was replaced, is in nobody's keeping.
    if desk.state.ledger.key(&holder) != Some(sent) || desk.key_has_ended(&key) {
        return Err(Refusal::Code(1597));
    }
    if !key.identifiers().contains(&identifier.entry().as_str()) {
        return Err(Refusal::Code(1541));
    }

    let person = desk
        .state
        .people
        .person(desk.settings, &holder.brand, &holder.uid);
    let role = desk.role(person.as_ref());
    let life_s = match desk.factor() {
        Factor::First => desk.settings.mobile_life_s,
        Factor::Second => desk.settings.mfa_renew_life_s,
    };
    let bearer = desk.bearer(&identifier, &holder.brand, None);
    let mut token = Token::user(&bearer, &holder.uid, &role, desk.now_s(), life_s);
    token.header.clone_from(&key.header);
    let token = token.signed(&desk.settings.secret);
    desk.state.ledger.note(&token, holder);
    let registered = person.is_some_and(|person| person.has_password(desk.factor()));
    let user = answer::user(None, &role, registered);
    Ok(answer::success_with(&token, None, user))
}
