//! Signs out: ends a token of the second factor, and its key.

use serde_json::Value;

use super::Desk;
use crate::answer::{self, Refusal};
use crate::ask::Ask;
use crate::endpoint::Factor;
use crate::state::ledger::Holder;

pub(super) fn answer(desk: &mut Desk<'_>, ask: &Ask<'_>) -> Result<Value, Refusal> {
    let identifier = desk.identifier(ask)?;
    let brand = ask.brand()?;
    let device = desk.device(ask)?;
    let sent = ask.text("token")?;
    desk.brand_exists(&brand)?;

    let token = desk.proof(sent, &brand, 1531)?;
    if token.device() != device.as_deref() {
        return Err(Refusal::Code(1508));
    }
    if !token.identifiers().contains(&identifier.entry().as_str()) {
        return Err(Refusal::Code(1541));
    }
    // For tokens of the first factor there is no signing out.
    if !desk.state.ledger.is_second(sent) {
        return Err(Refusal::Code(1531));
    }
    desk.state.ledger.revoke(sent);
    if desk.settings.expire_kills_key {
        let holder = Holder {
            brand,
            uid: token.claim("uid").to_owned(),
            device,
            factor: Factor::Second,
        };
        desk.state.ledger.drop_key(&holder);
    }
    Ok(answer::expired())
}
