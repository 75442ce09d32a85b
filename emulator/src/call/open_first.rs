//! Opens a session of the first factor. Nothing is proved by it and nothing is sent yet.

use serde_json::Value;

use super::Desk;
use crate::answer::{self, Refusal};
use crate::ask::{Ask, Identifier, Kind};
use crate::endpoint::{Factor, Flow};
use crate::state::people::Person;
use crate::state::{Session, later};
use crate::token::Token;

pub(super) fn answer(desk: &mut Desk<'_>, ask: &Ask<'_>) -> Result<Value, Refusal> {
    let identifier = desk.identifier(ask)?;
    let brand = ask.brand()?;
    let device = desk.device(ask)?;
    let password = ask.optional("password")?;
    let confirmation = ask.optional("confirmPassword")?;
    desk.brand_exists(&brand)?;
    if identifier.reach().is_none() {
        return Err(Refusal::Code(1540));
    }

    let person = desk.state.people.find(desk.settings, &brand, &identifier);
    let sends_password = password.is_some() || confirmation.is_some();
    if let Some(person) = &person {
        name_is_theirs(person, &identifier, sends_password)?;
    }
    let registered = person
        .as_ref()
        .is_some_and(|person| person.has_password(Factor::First));
    if sends_password {
        desk.uses_passwords(Factor::First)?;
    }
    if password != confirmation {
        return Err(Refusal::Code(1521));
    }
    if desk.settings.password_brand && !registered && !sends_password {
        return Err(Refusal::Code(1520));
    }
    // Clients send whatever was typed; to somebody who has a password it means nothing here.
    let first_password = password.filter(|_| !registered);
    if let Some(password) = first_password {
        desk.policy_allows(Factor::First, password)?;
    }

    let session = Session {
        factor: Factor::First,
        identifier,
        brand,
        device,
        uid: None,
        ends_ms: later(desk.now_ms, desk.settings.session_life_s),
        code: None,
        wrong_codes: Vec::new(),
        wrong_passwords: Vec::new(),
        first_password: first_password.map(str::to_owned),
    };
    desk.is_free(&desk.who(&session))?;
    let life_s = match desk.flow() {
        Flow::Web => desk.settings.view_life_s,
        Flow::Mobile | Flow::Mfa => desk.settings.mobile_life_s,
    };
    Ok(open(desk, session, life_s, registered))
}

/// Opens the session and answers with its token.
pub(super) fn open(desk: &mut Desk<'_>, session: Session, life_s: u64, registered: bool) -> Value {
    let device = session.device.as_deref();
    let bearer = desk.bearer(&session.identifier, &session.brand, device);
    let token = Token::view(&bearer, desk.now_s(), life_s);
    let id = desk
        .state
        .open(session, desk.now_ms, desk.settings.newest_session_only);
    let user = answer::user(Some(&id), "VIEW", registered);
    answer::success_with(&token.signed(&desk.settings.secret), None, user)
}

/// Refuses a user name that came with another address than its owner's: as taken to somebody who wants to sign up with it.
fn name_is_theirs(
    owner: &Person,
    identifier: &Identifier,
    sends_password: bool,
) -> Result<(), Refusal> {
    for (kind, sent, differs) in [
        (Kind::Mobile, &identifier.mobile, 1507),
        (Kind::Email, &identifier.email, 1541),
    ] {
        if let Some(sent) = sent
            && !owner.may_have(kind, sent)
        {
            return Err(Refusal::Code(if sends_password { 1543 } else { differs }));
        }
    }
    Ok(())
}
