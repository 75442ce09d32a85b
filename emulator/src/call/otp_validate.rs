//! Proves a code. A right one ends the session with a token; one wrong code too many ends it without.

use serde_json::Value;

use super::Desk;
use super::admit::By;
use super::desk::Found;
use crate::answer::{self, Refusal};
use crate::ask::Ask;
use crate::endpoint::Flow;
use crate::state::tries::{Tried, count};

pub(super) fn answer(desk: &mut Desk<'_>, ask: &Ask<'_>) -> Result<Value, Refusal> {
    let typed = typed(ask)?;
    let found = desk.session(ask)?;
    let code = found
        .session
        .code
        .as_ref()
        .filter(|code| code.ends_ms > desk.now_ms);
    let code = code.ok_or(Refusal::Code(1537))?;
    if !typed.is(&code.digits) {
        return Err(Refusal::Code(wrong(desk, &found)));
    }

    let admitted = desk.admit(&found, By::Code);
    let user = match desk.flow() {
        // Here, and only here, the recorded web sample has no user at all.
        Flow::Web => Value::Null,
        Flow::Mobile | Flow::Mfa => admitted.user(),
    };
    Ok(answer::success_with(
        &admitted.token,
        admitted.key.as_deref(),
        user,
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
fn wrong(desk: &mut Desk<'_>, found: &Found) -> i64 {
    let who = desk.who(&found.session);
    desk.wrong_try(&who, Tried::Code);
    let allowed = desk.allowed_tries(found.session.factor, Tried::Code);
    let interval_s = desk.settings.attempt_interval_s;
    let Some(session) = desk.state.sessions.get_mut(&found.id) else {
        return 1505;
    };
    let wrong = count(&mut session.wrong_codes, desk.now_ms, interval_s);
    if wrong > usize::try_from(allowed).unwrap_or(usize::MAX) {
        desk.state.sessions.remove(&found.id);
        return 1518;
    }
    1506
}
