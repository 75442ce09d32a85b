//! Sends a code. Calling again sends another one, and only the newest counts.

use serde_json::Value;

use super::Desk;
use crate::answer::{self, Refusal};
use crate::ask::{Ask, Kind};
use crate::endpoint::Factor;
use crate::record::Message;
use crate::state::{Code, Session, later};

pub(super) fn answer(desk: &mut Desk<'_>, ask: &Ask<'_>) -> Result<Value, Refusal> {
    let found = desk.session(ask)?;
    if desk.settings.encryption && ask.optional("hash")?.is_none() {
        return Err(Refusal::Code(5004));
    }
    let session = found.session;
    let (channel, to) = reach(desk, ask, &session)?;
    if desk.settings.quota == Some(0) {
        return Err(Refusal::Code(1535));
    }
    if !desk.state.may_send(desk.settings, &session, desk.now_ms) {
        return Err(Refusal::Code(1534));
    }

    let digits = match &desk.settings.code {
        Some(fixed) => fixed.clone(),
        None => desk.state.chance.code(desk.settings.otp_length),
    };
    let ends_ms = later(desk.now_ms, desk.settings.otp_life_s).min(session.ends_ms);
    // To the nearest minute: a session opened a moment ago still has its fifteen.
    let minutes = ends_ms
        .saturating_sub(desk.now_ms)
        .saturating_add(30_000)
        .div_euclid(60_000);
    desk.outbox.push(Message {
        at_ms: desk.caller_ms,
        to,
        channel,
        text: format!(
            "{digits} is your code for {}. It can be used for {minutes} minutes.",
            session.brand
        ),
        code: digits.clone(),
    });
    if let Some(session) = desk.state.sessions.get_mut(&found.id) {
        session.code = Some(Code { digits, ends_ms });
    }
    Ok(answer::success())
}

/// The channel and address a code goes to.
fn reach(desk: &Desk<'_>, ask: &Ask<'_>, session: &Session) -> Result<(String, String), Refusal> {
    if let Some(channel) = ask.parameter("fallbackChannel") {
        return fallback(desk, ask, session, channel);
    }
    if session.identifier.kind == Kind::Username && session.factor == Factor::First {
        address_is_the_sessions(ask, session)?;
    }
    let person = desk.person(session);
    let on_record = person.as_ref().and_then(|person| person.address());
    let reach = match (session.identifier.kind, session.factor) {
        (Kind::Mobile | Kind::Email, _) | (Kind::Username, Factor::First) => {
            session.identifier.reach()
        }
        (Kind::Username | Kind::ExternalId, _) => on_record.or(session.identifier.reach()),
    };
    let (channel, to) = reach.ok_or(Refusal::Code(1540))?;
    Ok((channel.to_owned(), to.to_owned()))
}

fn fallback(
    desk: &Desk<'_>,
    ask: &Ask<'_>,
    session: &Session,
    channel: &str,
) -> Result<(String, String), Refusal> {
    let mobile = ask.optional("mobile")?;
    let email = ask.optional("email")?;
    let known = &desk.settings.fallback_channels;
    if !known.iter().any(|known| known == channel) {
        return Err(Refusal::Code(1603));
    }
    let (own, sent, refusal) = match channel {
        "EMAIL" => (Kind::Email, email, 1602),
        _ => (Kind::Mobile, mobile, 1601),
    };
    let value = if session.identifier.kind == own {
        Some(session.identifier.value.as_str())
    } else {
        sent
    };
    let to = value.ok_or(Refusal::Code(refusal))?;
    Ok((channel.to_owned(), to.to_owned()))
}

/// With a user name, the address must be said again, and be the one the session was opened with.
fn address_is_the_sessions(ask: &Ask<'_>, session: &Session) -> Result<(), Refusal> {
    let mobile = ask.optional("mobile")?;
    let email = ask.optional("email")?;
    if mobile.is_none() && email.is_none() {
        return Err(Refusal::Code(1540));
    }
    if mobile.is_some() && mobile != session.identifier.mobile.as_deref() {
        return Err(Refusal::Code(1507));
    }
    if email.is_some() && email != session.identifier.email.as_deref() {
        return Err(Refusal::Code(1541));
    }
    Ok(())
}
