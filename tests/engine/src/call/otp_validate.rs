//! Proves a code. A right one ends the session with a token; one wrong code too many ends it without.

use serde_json::Value;

use super::Desk;
use crate::answer::{self, Refusal};
use crate::ask::Ask;
use crate::token::Token;

pub(super) fn answer(desk: &mut Desk<'_>, ask: &Ask<'_>) -> Result<Value, Refusal> {
    let typed = typed(ask)?;
    let (id, session) = desk.session(ask)?;
    let code = session
        .code
        .as_ref()
        .filter(|code| code.ends_ms > desk.now_ms);
    let code = code.ok_or(Refusal::Code(1537))?;
    if !typed.is(&code.digits) {
        return Err(Refusal::Code(wrong(desk, &id)));
    }

    desk.state.sessions.remove(&id);
    let uid = desk.state.proved(desk.settings, &session);
    let bearer = desk.bearer(&session.identifier, &session.brand);
    let token = Token::user(
        &bearer,
        &uid,
        &desk.settings.role,
        desk.now_s(),
        desk.settings.user_life_s,
    );
    // Here, and only here, the recorded web sample has no user at all.
    Ok(answer::success_with(
        &token.signed(&desk.settings.secret),
        Value::Null,
    ))
}

/// A code as the customer's page sent it.
enum Typed<'a> {
    Text(&'a str),
    Number(u64),
}

impl Typed<'_> {
    /// A number has lost its leading zeros on the way; they are put back.
    fn is(&self, digits: &str) -> bool {
        match self {
            Typed::Text(text) => *text == digits,
            Typed::Number(number) => format!("{number:0>width$}", width = digits.len()) == digits,
        }
    }
}

/// The documents disagree whether a code is a text or a number, so both are taken.
fn typed<'a>(ask: &'a Ask<'_>) -> Result<Typed<'a>, Refusal> {
    match ask.raw("otp") {
        Some(Value::String(text)) if !text.is_empty() => Ok(Typed::Text(text)),
        Some(Value::Number(number)) => number
            .as_u64()
            .map(Typed::Number)
            .ok_or(Refusal::Code(1519)),
        _ => Err(Refusal::Code(1519)),
    }
}

/// Counts a wrong code, and ends the session if it was one too many.
fn wrong(desk: &mut Desk<'_>, id: &str) -> i64 {
    let Some(session) = desk.state.sessions.get_mut(id) else {
        return 1505;
    };
    session.wrong += 1;
    if session.wrong > desk.settings.tries {
        desk.state.sessions.remove(id);
        return 1518;
    }
    1506
}
