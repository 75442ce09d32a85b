//! What each call demands and does: one file per act, shared by the web, the second factor and apps. To add one: a file here and a
//! line in [`answer`].

mod admit;
mod desk;
mod expire;
mod open_first;
mod open_second;
mod otp_generate;
mod otp_validate;
mod password_change;
mod password_forget;
mod password_validate;
mod renew_by_key;
mod renew_on_web;

pub(crate) use desk::Desk;

use serde_json::Value;

use crate::answer::Refusal;
use crate::ask::Ask;
use crate::endpoint::{Act, Flow};

/// Does what a call asks for and gives the body of its answer.
pub(crate) fn answer(desk: &mut Desk<'_>, ask: &Ask<'_>) -> Result<Value, Refusal> {
    if desk.flow() == Flow::Mfa && !desk.settings.mfa {
        return Err(Refusal::Code(1504));
    }
    match (desk.endpoint.act(), desk.flow()) {
        (Act::OpenSession, Flow::Web | Flow::Mobile) => open_first::answer(desk, ask),
        (Act::OpenSession, Flow::Mfa) => open_second::answer(desk, ask),
        (Act::SendCode, _) => otp_generate::answer(desk, ask),
        (Act::ProveCode, _) => otp_validate::answer(desk, ask),
        (Act::ProvePassword, _) => password_validate::answer(desk, ask),
        (Act::ChangePassword, _) => password_change::answer(desk, ask),
        (Act::ForgetPassword, _) => password_forget::answer(desk, ask),
        (Act::Renew, Flow::Web) => renew_on_web::answer(desk, ask),
        (Act::Renew, Flow::Mobile | Flow::Mfa) => renew_by_key::answer(desk, ask),
        (Act::Expire, _) => expire::answer(desk, ask),
    }
}
