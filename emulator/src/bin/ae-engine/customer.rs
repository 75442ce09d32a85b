//! The value of the flag `--customer`: `IDENTIFIER=UID[,FIELD...]`.

use ae_engine::Customer;

/// The syntax, for error messages.
const SYNTAX: &str = "IDENTIFIER=UID, then after commas any of password, password=TEXT, mfa, mfa_password=TEXT, \
    mobile=DIGITS, email=ADDRESS, username=TEXT, external_id=TEXT";

/// Parses a customer, such as `ada@example.org=4068291,password=abc123,mfa,mobile=919999922332`.
///
/// The field `password` without a value is a password that no text matches.
pub(crate) fn parse(text: &str) -> Result<(String, Customer), String> {
    let (identifier, rest) = split_identifier(text)
        .ok_or_else(|| format!("{text:?} is not a customer: expected {SYNTAX}"))?;
    let mut fields = rest.split(',');
    let mut customer = Customer::new(fields.next().unwrap_or_default());
    for field in fields {
        let (name, value) = match field.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (field, None),
        };
        match (name, value) {
            ("password", None) => customer.registered_for_password = true,
            ("mfa", None) => customer.mfa = true,
            ("password", value) => customer.password = value,
            ("mfa_password", Some(value)) => customer.mfa_password = Some(value),
            ("mobile", Some(value)) => customer.mobile = Some(value),
            ("email", Some(value)) => customer.email = Some(value),
            ("username", Some(value)) => customer.username = Some(value),
            ("external_id", Some(value)) => customer.external_id = Some(value),
            _ => {
                return Err(format!(
                    "unknown field {field:?} of a customer: expected {SYNTAX}"
                ));
            }
        }
    }
    Ok((identifier.to_owned(), customer))
}

/// Splits at the equals sign before the customer number, because an identifier can contain equals signs.
fn split_identifier(text: &str) -> Option<(&str, &str)> {
    let before_number = text.match_indices('=').find(|(at, _)| {
        let number = text[at + 1..].split(',').next().unwrap_or_default();
        !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit())
    });
    match before_number {
        Some((at, _)) => Some((&text[..at], &text[at + 1..])),
        None => text.split_once('='),
    }
}
