//! Errors of the engine: numbered application codes, two errors of its JSON reader, and account locks (contract 1.7).

use serde_json::json;

use crate::envelope;
use crate::exchange::Response;

/// Why a call fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ApiError {
    /// One of the engine's application codes, such as 1519.
    Code(i64),
    /// `identifierType` has a value that the engine does not know. The response is plain text from its JSON reader.
    UnknownIdentifierType {
        /// The value found.
        found: String,
        /// The line of the field in the body, from 1.
        line: usize,
        /// The column of the field in its line, from 1.
        column: usize,
    },
    /// The body is not a JSON object. The response is an empty object with status 400.
    InvalidJson,
    /// The customer is locked out. No document names a code for this.
    Locked {
        /// The application code from the setting `lock_code`.
        code: i64,
        /// The end of the lock as an HTTP date.
        until: String,
        /// Seconds for the `Retry-After` header; `None` without the setting `lock_tells_when`.
        retry_after_s: Option<i64>,
    },
}

impl ApiError {
    /// The application code, if the error has one.
    pub(crate) fn code(&self) -> Option<i64> {
        match self {
            ApiError::Code(code) | ApiError::Locked { code, .. } => Some(*code),
            ApiError::UnknownIdentifierType { .. } | ApiError::InvalidJson => None,
        }
    }

    /// The response that reports the error.
    ///
    /// Errors with an application code have the HTTP status `errors_as_http`, or 200 if that is `None`: no document says which
    /// status they have, and public clients look for them in successful responses.
    pub(crate) fn response(&self, errors_as_http: Option<u16>) -> Response {
        let status = errors_as_http.unwrap_or(200);
        match self {
            ApiError::Code(code) => {
                Response::json(status, &envelope::failure(*code, message(*code)))
            }
            ApiError::UnknownIdentifierType {
                found,
                line,
                column,
            } => Response::text(
                400,
                "text/plain",
                &unknown_identifier_type(found, *line, *column),
            ),
            ApiError::InvalidJson => Response::json(400, &json!({})),
            ApiError::Locked {
                code,
                until,
                retry_after_s,
            } => {
                let body = envelope::failure(*code, &format!("Account is locked until {until}"));
                let response = Response::json(status, &body);
                match retry_after_s {
                    Some(seconds) => response.with_header("Retry-After", &seconds.to_string()),
                    None => response,
                }
            }
        }
    }
}

/// The plain text with which the engine's JSON reader rejects an unknown `identifierType`.
pub(crate) fn unknown_identifier_type(found: &str, line: usize, column: usize) -> String {
    format!(
        "Can not deserialize value of type com.capillary.solutions.auth.domain.IdentifierType from String {found:?}: \
         value not one of declared Enum instance names: [MOBILE, EMAIL, USERNAME, EXTERNALID]\n \
         at [Source: emulator; line: {line}, column: {column}] \
         (through reference chain: emulator.Request[\"identifierType\"])"
    )
}

/// The message of an application code. Only the message of 1519 is the vendor's; the others are in the emulator's words.
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
