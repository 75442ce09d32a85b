//! Replaces a forgotten password. The new one waits for a code, in this session or a later one.

use serde_json::Value;

use super::Desk;
use crate::answer::{self, Refusal};
use crate::ask::Ask;
use crate::endpoint::Factor;

pub(super) fn answer(desk: &mut Desk<'_>, ask: &Ask<'_>) -> Result<Value, Refusal> {
    let password = ask.text("password")?;
    let confirmation = ask.text("confirmPassword")?;
    let found = desk.session(ask)?;
    let session = found.session;
    let factor = session.factor;
    desk.uses_passwords(factor)?;
    let person = desk.person(&session).ok_or(Refusal::Code(1515))?;
    if !person.has_password(factor) {
        return Err(Refusal::Code(1532));
    }
    if password != confirmation {
        return Err(Refusal::Code(1521));
    }
    if person.password(factor).is(password) {
        return Err(Refusal::Code(1527));
    }
    desk.policy_allows(factor, password)?;

    if factor == Factor::Second && desk.settings.skip_otp_validate_reset {
        desk.set_password(&session, password);
    } else {
        let people = &mut desk.state.people;
        people.hold(&session.brand, &person.uid, factor, password);
    }
    if desk.settings.forget_needs_new_session {
        desk.state.sessions.remove(&found.id);
    }
    Ok(answer::success())
}
