//! otp/validate: validates a code and issues a token (contract 2.3, 3.3). Too many wrong codes end the session.

use serde_json::Value;

use super::Context;
use crate::endpoint::Group;
use crate::envelope;
use crate::error::ApiError;
use crate::factor::Authenticator;
use crate::params::Params;

pub(super) fn respond(context: &mut Context<'_>, params: &Params<'_>) -> Result<Value, ApiError> {
    let otp = Otp::from_params(params)?;
    let active = context.session(params)?;
    let code = active
        .session
        .code
        .as_ref()
        .filter(|code| code.ends_ms > context.now_ms);
    let code = code.ok_or(ApiError::Code(1537))?;
    if !otp.matches(&code.digits) {
        return Err(context.fail_attempt(&active, Authenticator::Code));
    }

    let signed_in = context.complete_factor(&active, Authenticator::Code);
    // The recorded sample of the web has `user: null`; those of the other groups have an object.
    let user = match context.group() {
        Group::Web => Value::Null,
        Group::Mobile | Group::Mfa => signed_in.user(),
    };
    Ok(envelope::success_with_token(
        &signed_in.token,
        signed_in.key.as_deref(),
        user,
    ))
}

/// The field `otp`. The documents disagree whether it is a string or a number, so both are accepted.
enum Otp<'a> {
    Text(&'a str),
    Number(u64),
}

impl<'a> Otp<'a> {
    /// Reads the field. A missing or empty field, or one of another type, is 1519.
    fn from_params(params: &'a Params<'_>) -> Result<Otp<'a>, ApiError> {
        match params.raw("otp") {
            Some(Value::String(text)) if !text.is_empty() => Ok(Otp::Text(text)),
            Some(Value::Number(number)) => {
                number.as_u64().map(Otp::Number).ok_or(ApiError::Code(1519))
            }
            _ => Err(ApiError::Code(1519)),
        }
    }

    /// Compares with the digits of a code. A number has no leading zeros, so it is padded with them.
    fn matches(&self, digits: &str) -> bool {
        match self {
            Otp::Text(text) => *text == digits,
            Otp::Number(number) => format!("{number:0>width$}", width = digits.len()) == digits,
        }
    }
}
