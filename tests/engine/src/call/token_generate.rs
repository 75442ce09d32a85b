//! Opens a session. Nothing is proved by it and nothing is sent yet.

use serde_json::Value;

use super::Desk;
use crate::answer::{self, Refusal};
use crate::ask::Ask;
use crate::state::{Session, later};
use crate::token::Token;

pub(super) fn answer(desk: &mut Desk<'_>, ask: &Ask<'_>) -> Result<Value, Refusal> {
    let identifier = desk.identifier(ask)?;
    let brand = ask.brand()?;
    ask.device_is_legal()?;
    let password = ask.optional("password")?;
    let confirmation = ask.optional("confirmPassword")?;
    desk.brand_exists(&brand)?;
    if identifier.reach().is_none() {
        return Err(Refusal::Code(1540));
    }

    let customer = desk.state.customer(desk.settings, &brand, &identifier);
    let registered = customer.is_some_and(|customer| customer.registered_for_password);
    let sends_password = password.is_some() || confirmation.is_some();
    if sends_password && !desk.settings.password_brand {
        return Err(Refusal::Code(1524));
    }
    if password != confirmation {
        return Err(Refusal::Code(1521));
    }
    if desk.settings.password_brand && !registered && !sends_password {
        return Err(Refusal::Code(1520));
    }

    let token = Token::view(
        &desk.bearer(&identifier, &brand),
        desk.now_s(),
        desk.settings.view_life_s,
    );
    let session = Session {
        identifier,
        brand,
        ends_ms: later(desk.now_ms, desk.settings.session_life_s),
        code: None,
        wrong: 0,
        sets_password: sends_password && !registered,
    };
    let id = desk
        .state
        .open(session, desk.now_ms, desk.settings.newest_session_only);
    let user = answer::user(Some(&id), "VIEW", registered);
    Ok(answer::success_with(
        &token.signed(&desk.settings.secret),
        user,
    ))
}
