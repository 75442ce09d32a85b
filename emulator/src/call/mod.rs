//! The calls: what each operation requires, does and responds, one file per operation.
//!
//! The web, mobile apps and the second factor share these files. Opening a session and renewing a token differ so much between
//! them that each has two files.
//!
//! To add an operation: add a file here and a line in [`respond`].

mod context;
mod mfa_token_generate;
mod otp_generate;
mod otp_validate;
mod password_change;
mod password_forget;
mod password_validate;
mod sign_in;
mod token_expire;
mod token_generate;
mod token_regenerate_by_key;
mod token_regenerate_by_token;

pub(crate) use context::Context;

use serde_json::Value;

use crate::endpoint::{Group, Operation};
use crate::error::ApiError;
use crate::params::Params;

/// Performs a call and returns the body of its response.
pub(crate) fn respond(context: &mut Context<'_>, params: &Params<'_>) -> Result<Value, ApiError> {
    if context.group() == Group::Mfa && !context.settings.mfa {
        return Err(ApiError::Code(1504));
    }
    match (context.endpoint.operation(), context.group()) {
        (Operation::TokenGenerate, Group::Web | Group::Mobile) => {
            token_generate::respond(context, params)
        }
        (Operation::TokenGenerate, Group::Mfa) => mfa_token_generate::respond(context, params),
        (Operation::OtpGenerate, _) => otp_generate::respond(context, params),
        (Operation::OtpValidate, _) => otp_validate::respond(context, params),
        (Operation::PasswordValidate, _) => password_validate::respond(context, params),
        (Operation::PasswordChange, _) => password_change::respond(context, params),
        (Operation::PasswordForget, _) => password_forget::respond(context, params),
        (Operation::TokenRegenerate, Group::Web) => {
            token_regenerate_by_token::respond(context, params)
        }
        (Operation::TokenRegenerate, Group::Mobile | Group::Mfa) => {
            token_regenerate_by_key::respond(context, params)
        }
        (Operation::TokenExpire, _) => token_expire::respond(context, params),
    }
}
