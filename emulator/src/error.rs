//! Errors of the engine.

use serde_json::json;

use crate::envelope;
use crate::exchange::Response;

/// Why a call is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ApiError {
    /// One of the engine's numbered refusals.
    Code(i64),
    /// A kind of identifier the engine does not have: plain text from its JSON reader.
    UnknownIdentifierType {
        word: String,
        line: usize,
        column: usize,
    },
    /// A body that is no JSON object: the documented empty 400.
    Unparsable,
    /// A customer who is locked out: a code that no document names, and a text that tells until when.
    Locked {
        code: i64,
        until: String,
        /// Seconds for `Retry-After`, if that is told.
        retry_after_s: Option<i64>,
    },
}

impl ApiError {
    /// The application code, if it has one.
    pub(crate) fn code(&self) -> Option<i64> {
        match self {
            ApiError::Code(code) | ApiError::Locked { code, .. } => Some(*code),
            ApiError::UnknownIdentifierType { .. } | ApiError::Unparsable => None,
        }
    }

    /// The answer that says so. Numbered refusals come as HTTP 200, or as `errors_as_http` if that is set.
    pub(crate) fn response(&self, errors_as_http: Option<u16>) -> Response {
        match self {
            ApiError::Code(code) => Response::json(
                errors_as_http.unwrap_or(200),
                &envelope::failure(*code, message(*code)),
            ),
            ApiError::UnknownIdentifierType { word, line, column } => Response::text(
                400,
                "text/plain",
                &unknown_identifier_type(word, *line, *column),
            ),
            ApiError::Unparsable => Response::json(400, &json!({})),
            ApiError::Locked {
                code,
                until,
                retry_after_s,
            } => {
                let said = envelope::failure(*code, &format!("Account is locked until {until}"));
                let refused = Response::json(errors_as_http.unwrap_or(200), &said);
                match retry_after_s {
                    Some(seconds) => refused.with("Retry-After", &seconds.to_string()),
                    None => refused,
                }
            }
        }
    }
}

/// What the engine's JSON reader says to a kind of identifier it does not have.
pub(crate) fn unknown_identifier_type(word: &str, line: usize, column: usize) -> String {
    format!(
        "Can not deserialize value of type com.capillary.solutions.auth.domain.IdentifierType from String {word:?}: \
         value not one of declared Enum instance names: [MOBILE, EMAIL, USERNAME, EXTERNALID]\n \
         at [Source: emulator; line: {line}, column: {column}] \
         (through reference chain: emulator.Request[\"identifierType\"])"
    )
}

/// What a code means. Only the text of 1519 is the vendor's; the others are ours.
pub(crate) fn message(code: i64) -> &'static str {
    match code {
        429 => "Too many requests",
        1502 => "OTP could not be checked",
        1503 => "OTP could not be sent",
        1504 => "Token could not be made, or brand not supported",
        1505 => "Session is not valid",
        1506 => "Wrong OTP",
        1507 => "Mobile differs from the session's",
        1508 => "Device differs from the session's",
        1509 => "Brand differs from the session's",
        1515 => "No such user",
        1518 => "OTP tries used up, authenticate from the start",
        1519 => "Invalid details for respective API",
        1520 => "Brand uses passwords and none was sent",
        1521 => "Password and confirmation differ",
        1523 => "Password could not be changed",
        1524 => "Brand does not use passwords",
        1525 => "Token cannot be regenerated, log in again",
        1526 => "Password could not be checked",
        1527 => "New password equals the old one",
        1528 => "Wrong password",
        1529 => "Token has expired",
        1530 => "Password tries used up, reset it",
        1531 => "Token could not be expired",
        1532 => "Password could not be reset",
        1534 => "Customer's OTP quota is reached",
        1535 => "Organisation's OTP quota is not valid",
        1537 => "No OTP was generated for these details",
        1540 => "Mobile or e-mail is needed to send the OTP",
        1541 => "Identifier differs from the session's",
        1542 => "Password breaks the policy",
        1543 => "User name is taken",
        1546 => "Identifier type is not valid",
        1597 => "Key has expired or is not valid",
        1601 => "Fallback channel needs a mobile",
        1602 => "Fallback channel needs an e-mail",
        1603 => "Channel is not configured",
        3005 => "Login by external id is not enabled",
        5004 => "Response tampered",
        _ => "Unknown error",
    }
}
