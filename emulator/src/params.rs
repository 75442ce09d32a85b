//! The parameters of a call: the fields of its JSON body and its query.

use serde_json::{Map, Value};

use crate::error::ApiError;
use crate::identifier::{Identifier, IdentifierType};

/// The parsed body of a request, and its query as it was sent.
#[derive(Debug)]
pub(crate) struct Params<'a> {
    fields: Map<String, Value>,
    query: &'a str,
    body: &'a [u8],
}

impl<'a> Params<'a> {
    /// Parses a body.
    ///
    /// # Errors
    ///
    /// [`ApiError::InvalidJson`] if the body is not a JSON object, [`ApiError::UnknownIdentifierType`] if `identifierType` is a
    /// string that names no type.
    pub(crate) fn parse(body: &'a [u8], query: &'a str) -> Result<Params<'a>, ApiError> {
        let fields = serde_json::from_slice(body).map_err(|_| ApiError::InvalidJson)?;
        let params = Params {
            fields,
            query,
            body,
        };
        // The engine's JSON reader rejects an unknown type before any other field is checked.
        match params.fields.get("identifierType") {
            Some(Value::String(name)) if IdentifierType::parse(name).is_none() => {
                Err(params.unknown_identifier_type(name))
            }
            _ => Ok(params),
        }
    }

    /// A required string field. A missing, null or empty field, or one of another type, is 1519.
    pub(crate) fn text(&self, name: &str) -> Result<&str, ApiError> {
        self.optional(name)?.ok_or(ApiError::Code(1519))
    }

    /// An optional string field. `None` if it is missing, null or empty; 1519 if it has another type.
    pub(crate) fn optional(&self, name: &str) -> Result<Option<&str>, ApiError> {
        match self.fields.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(ApiError::Code(1519)),
        }
    }

    /// A field of any type.
    pub(crate) fn raw(&self, name: &str) -> Option<&Value> {
        self.fields.get(name)
    }

    /// The brand in capitals. Brands are compared without case (contract 1.4).
    pub(crate) fn brand(&self) -> Result<String, ApiError> {
        Ok(self.text("brand")?.to_uppercase())
    }

    /// Whether both fields of the identifier are missing or null.
    pub(crate) fn has_no_identifier(&self) -> bool {
        let absent = |name| matches!(self.fields.get(name), None | Some(Value::Null));
        absent("identifierType") && absent("identifierValue")
    }

    /// The identifier, and for a user name the addresses that codes can go to.
    ///
    /// A value that its type does not accept is `mismatch`. A missing field is 1519, an `identifierType` that is not a
    /// string is 1546.
    pub(crate) fn identifier(&self, mismatch: i64) -> Result<Identifier, ApiError> {
        let kind = match self.fields.get("identifierType") {
            None | Some(Value::Null) => return Err(ApiError::Code(1519)),
            Some(Value::String(name)) => IdentifierType::parse(name).ok_or(ApiError::Code(1546))?,
            Some(_) => return Err(ApiError::Code(1546)),
        };
        let value = self.text("identifierValue")?.to_owned();
        if !kind.accepts(&value) {
            return Err(ApiError::Code(mismatch));
        }
        let (mobile, email) = match kind {
            IdentifierType::Username => (self.optional("mobile")?, self.optional("email")?),
            _ => (None, None),
        };
        Ok(Identifier {
            kind,
            value,
            mobile: mobile.map(str::to_owned),
            email: email.map(str::to_owned),
        })
    }

    /// The device id as a string. One recorded sample sends a number, so the number 1234 equals the string `1234`.
    pub(crate) fn device(&self) -> Result<Option<String>, ApiError> {
        match self.fields.get("deviceId") {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(id)) => Ok(Some(id.clone()).filter(|id| !id.is_empty())),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(_) => Err(ApiError::Code(1519)),
        }
    }

    /// The value of a query parameter, not percent-decoded.
    pub(crate) fn query_parameter(&self, name: &str) -> Option<&str> {
        let pairs = self
            .query
            .split('&')
            .filter_map(|pair| pair.split_once('='));
        pairs
            .filter(|(key, _)| *key == name)
            .map(|(_, value)| value)
            .next()
    }

    /// The error for an unknown type, with the position of the field as the engine's JSON reader reports it.
    fn unknown_identifier_type(&self, found: &str) -> ApiError {
        let text = String::from_utf8_lossy(self.body);
        let before = &text[..text.find("\"identifierType\"").unwrap_or(0)];
        let line = before.matches('\n').count() + 1;
        let column = before
            .chars()
            .rev()
            .take_while(|letter| *letter != '\n')
            .count()
            + 1;
        ApiError::UnknownIdentifierType {
            found: found.to_owned(),
            line,
            column,
        }
    }
}
