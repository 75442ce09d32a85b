//! Proves a password. A right one ends the session with a token; one wrong password too many ends it without.

use serde_json::Value;

use super::Desk;
use super::admit::By;
use super::desk::Found;
use crate::answer::{self, Refusal};
use crate::ask::Ask;
use crate::state::tries::{Tried, count};

pub(super) fn answer(desk: &mut Desk<'_>, ask: &Ask<'_>) -> Result<Value, Refusal> {
    let typed = ask.text("password")?;
    let found = desk.session(ask)?;
    let factor = found.session.factor;
    desk.uses_passwords(factor)?;
    let person = desk.person(&found.session).ok_or(Refusal::Code(1515))?;
    if !person.has_password(factor) {
        return Err(Refusal::Code(1526));
    }
    if !person.password(factor).is(typed) {
        return Err(Refusal::Code(wrong(desk, &found)));
    }

    let admitted = desk.admit(&found, By::Password);
    Ok(answer::success_with_identifiers(
        &admitted.token,
        admitted.key.as_deref(),
        admitted.user(),
    ))
}

/// Counts a wrong password, and ends the session if it was one too many.
fn wrong(desk: &mut Desk<'_>, found: &Found) -> i64 {
    let who = desk.who(&found.session);
    desk.wrong_try(&who, Tried::Password);
    let allowed = desk.allowed_tries(found.session.factor, Tried::Password);
    let interval_s = desk.settings.attempt_interval_s;
    let Some(session) = desk.state.sessions.get_mut(&found.id) else {
        return 1505;
    };
    let wrong = count(&mut session.wrong_passwords, desk.now_ms, interval_s);
    if wrong > usize::try_from(allowed).unwrap_or(usize::MAX) {
        desk.state.sessions.remove(&found.id);
        return 1530;
    }
    1528
}
