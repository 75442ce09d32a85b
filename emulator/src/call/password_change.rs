//! Changes a password, for somebody with a token and the old one.

use serde_json::Value;

use super::Desk;
use crate::answer::{self, Refusal};
use crate::ask::{Ask, Identifier};
use crate::endpoint::{Factor, Flow};
use crate::state::people::Person;
use crate::state::tries::Tried;
use crate::token::Token;

pub(super) fn answer(desk: &mut Desk<'_>, ask: &Ask<'_>) -> Result<Value, Refusal> {
    let identifier = desk.identifier(ask)?;
    let brand = ask.brand()?;
    let device = desk.device(ask)?;
    let old = ask.text("password")?;
    let new = ask.text("newPassword")?;
    let confirmation = ask.text("confirmPassword")?;
    let sent = ask.text("token")?;
    desk.brand_exists(&brand)?;

    let token = desk.proof(sent, &brand, 1519)?;
    let factor = factor(desk, sent, &token)?;
    desk.uses_passwords(factor)?;
    if desk.flow() != Flow::Web && token.device() != device.as_deref() {
        return Err(Refusal::Code(1508));
    }
    let person = owner(desk, &brand, &identifier, &token)?;
    let who = (brand.clone(), person.uid.clone(), factor);
    desk.is_free(&who)?;
    if !person.has_password(factor) {
        return Err(Refusal::Code(1523));
    }
    if new != confirmation {
        return Err(Refusal::Code(1521));
    }
    if !person.password(factor).is(old) {
        desk.wrong_try(&who, Tried::Password);
        return Err(Refusal::Code(1528));
    }
    if new == old {
        return Err(Refusal::Code(1527));
    }
    desk.policy_allows(factor, new)?;

    desk.change_password(&brand, &person.uid, factor, new);
    Ok(answer::success())
}

/// Whose password it is that changes: that of the second factor needs a token of the second factor, or one that waits for it.
///
/// The documents have the mobile path under both names: with such a token it means the second factor as well.
fn factor(desk: &Desk<'_>, sent: &str, token: &Token) -> Result<Factor, Refusal> {
    let second = desk.state.ledger.is_second(sent) || token.claim("rol") == "MFA_PENDING";
    match (desk.flow(), second) {
        (Flow::Web, _) | (Flow::Mobile, false) => Ok(Factor::First),
        (Flow::Mobile | Flow::Mfa, true) => Ok(Factor::Second),
        (Flow::Mfa, false) => Err(Refusal::Code(1519)),
    }
}

/// The customer of an identifier, who must be the customer of the token.
fn owner(
    desk: &Desk<'_>,
    brand: &str,
    identifier: &Identifier,
    token: &Token,
) -> Result<Person, Refusal> {
    let person = desk.state.people.find(desk.settings, brand, identifier);
    let person = person.ok_or(Refusal::Code(1515))?;
    if person.uid != token.claim("uid") {
        return Err(Refusal::Code(1541));
    }
    Ok(person)
}
