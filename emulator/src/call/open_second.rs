//! Opens a session of the second factor, for somebody whom a token of the first one names.

use serde_json::Value;

use super::Desk;
use super::open_first::open;
use crate::answer::Refusal;
use crate::ask::{Ask, Identifier, Kind};
use crate::endpoint::Factor;
use crate::state::people::Person;
use crate::state::{Session, later};
use crate::token::Token;

pub(super) fn answer(desk: &mut Desk<'_>, ask: &Ask<'_>) -> Result<Value, Refusal> {
    let named = if desk.is_filled_in(ask) {
        None
    } else {
        Some(desk.identifier(ask)?)
    };
    let brand = ask.brand()?;
    let device = desk.device(ask)?;
    let authorized = ask.text("authorizedToken")?;
    let password = ask.optional("password")?;
    let confirmation = ask.optional("confirmPassword")?;
    desk.brand_exists(&brand)?;

    let token = desk.proof(authorized, &brand, 1519)?;
    // What an app was given it may use on no other device; what the web was given names none.
    let differs = token
        .device()
        .is_some_and(|own| Some(own) != device.as_deref());
    if differs || token.device().is_none() && desk.settings.mfa_device_check {
        return Err(Refusal::Code(1508));
    }
    let uid = token.claim("uid");
    let person = desk.state.people.person(desk.settings, &brand, uid);
    let person = person.ok_or(Refusal::Code(1515))?;
    let identifier = match named {
        Some(identifier) => identifier,
        None => of_token(&token).ok_or(Refusal::Code(1519))?,
    };
    may_be_theirs(desk, &person, &brand, &identifier)?;

    let mut registered = person.has_password(Factor::Second);
    if password.is_some() || confirmation.is_some() {
        desk.uses_passwords(Factor::Second)?;
    }
    if password != confirmation {
        return Err(Refusal::Code(1521));
    }
    let first_password = password.filter(|_| !registered);
    if let Some(password) = first_password {
        desk.policy_allows(Factor::Second, password)?;
    }

    let ends_ms = later(desk.now_ms, desk.settings.mfa_session_life_s);
    let session = Session {
        factor: Factor::Second,
        identifier,
        brand,
        device,
        uid: Some(person.uid),
        ends_ms,
        code: None,
        wrong_codes: Vec::new(),
        wrong_passwords: Vec::new(),
        first_password: first_password.map(str::to_owned),
    };
    desk.is_free(&desk.who(&session))?;
    if let Some(password) = first_password
        && desk.settings.skip_otp_validate
    {
        desk.set_password(&session, password);
        registered = true;
    }
    let life_s = desk.settings.mfa_view_life_s;
    Ok(open(desk, session, life_s, registered))
}

/// The identifier that the first factor proved.
fn of_token(token: &Token) -> Option<Identifier> {
    let entries = token.identifiers();
    let (kind, value) = Kind::of_entry(entries.first()?)?;
    Some(Identifier {
        kind,
        value: value.to_owned(),
        mobile: None,
        email: None,
    })
}

/// The second identifier may be another one than the first. It must not be somebody else's, and if one of its kind is known, it must
/// be that one.
fn may_be_theirs(
    desk: &Desk<'_>,
    person: &Person,
    brand: &str,
    identifier: &Identifier,
) -> Result<(), Refusal> {
    let owner = desk.state.people.find(desk.settings, brand, identifier);
    let others = owner.is_some_and(|owner| owner.uid != person.uid);
    if others || !person.may_have(identifier.kind, &identifier.value) {
        return Err(Refusal::Code(1541));
    }
    Ok(())
}
