//! A request's body, field by field: what is demanded, of which type, and what a missing one costs.

use serde_json::{Map, Value};

use crate::error::ApiError;
use crate::identifier::{Identifier, IdentifierType};

/// A parsed request body with its query.
#[derive(Debug)]
pub(crate) struct Params<'a> {
    fields: Map<String, Value>,
    query: &'a str,
    body: &'a [u8],
}

impl<'a> Params<'a> {
    /// Reads the body. One that is not a JSON object gets the documented empty 400, an unknown
    /// kind of identifier the documented plain text.
    pub(crate) fn read(body: &'a [u8], query: &'a str) -> Result<Params<'a>, ApiError> {
        let fields = serde_json::from_slice(body).map_err(|_| ApiError::Unparsable)?;
        let params = Params {
            fields,
            query,
            body,
        };
        // The engine's JSON reader refuses such a word before anybody looks at the other fields.
        match params.fields.get("identifierType") {
            Some(Value::String(word)) if IdentifierType::parse(word).is_none() => {
                Err(params.unknown_identifier_type(word))
            }
            _ => Ok(params),
        }
    }

    /// A text that must be there and not be empty.
    pub(crate) fn text(&self, name: &str) -> Result<&str, ApiError> {
        self.optional(name)?.ok_or(ApiError::Code(1519))
    }

    /// A text that may be absent, null or empty, all three meaning the same.
    pub(crate) fn optional(&self, name: &str) -> Result<Option<&str>, ApiError> {
        match self.fields.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(ApiError::Code(1519)),
        }
    }

    /// Any field as it came.
    pub(crate) fn raw(&self, name: &str) -> Option<&Value> {
        self.fields.get(name)
    }

    /// The brand, in capitals: brands are compared without case.
    pub(crate) fn brand(&self) -> Result<String, ApiError> {
        Ok(self.text("brand")?.to_uppercase())
    }

    /// Whether nothing at all is said about who is meant.
    pub(crate) fn is_nameless(&self) -> bool {
        let absent = |name| matches!(self.fields.get(name), None | Some(Value::Null));
        absent("identifierType") && absent("identifierValue")
    }

    /// The identifier, its kind and value, and with a user name where codes go if that was sent. `misfit` is what a value costs that
    /// is not of its kind.
    pub(crate) fn identifier(&self, misfit: i64) -> Result<Identifier, ApiError> {
        let kind = match self.fields.get("identifierType") {
            None | Some(Value::Null) => return Err(ApiError::Code(1519)),
            Some(Value::String(word)) => IdentifierType::parse(word).ok_or(ApiError::Code(1546))?,
            Some(_) => return Err(ApiError::Code(1546)),
        };
        let value = self.text("identifierValue")?.to_owned();
        if !kind.accepts(&value) {
            return Err(ApiError::Code(misfit));
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

    /// The device, named by a text or a number: the number 1234 and the text `1234` are the same device.
    pub(crate) fn device(&self) -> Result<Option<String>, ApiError> {
        match self.fields.get("deviceId") {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(name)) => Ok(Some(name.clone()).filter(|name| !name.is_empty())),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(_) => Err(ApiError::Code(1519)),
        }
    }

    /// A parameter of the query, as it stands there.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let pairs = self
            .query
            .split('&')
            .filter_map(|pair| pair.split_once('='));
        pairs
            .filter(|(key, _)| *key == name)
            .map(|(_, value)| value)
            .next()
    }

    fn unknown_identifier_type(&self, word: &str) -> ApiError {
        // Where the field stands, as the original error text tells it.
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
            word: word.to_owned(),
            line,
            column,
        }
    }
}
