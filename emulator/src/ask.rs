//! A request's body, field by field: what is demanded, of which type, and what a missing one costs.

use serde_json::{Map, Value};

use crate::answer::Refusal;

/// A parsed request body with its query.
#[derive(Debug)]
pub(crate) struct Ask<'a> {
    fields: Map<String, Value>,
    query: &'a str,
    body: &'a [u8],
}

/// Who somebody says they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identifier {
    pub(crate) kind: Kind,
    pub(crate) value: String,
    /// Only with a user name: where its codes go.
    pub(crate) mobile: Option<String>,
    pub(crate) email: Option<String>,
}

/// The engine's four kinds of identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Mobile,
    Email,
    Username,
    ExternalId,
}

impl<'a> Ask<'a> {
    /// Reads the body. One that is not a JSON object gets the documented empty 400, an unknown
    /// kind of identifier the documented plain text.
    pub(crate) fn read(body: &'a [u8], query: &'a str) -> Result<Ask<'a>, Refusal> {
        let fields = serde_json::from_slice(body).map_err(|_| Refusal::Unparsable)?;
        let ask = Ask {
            fields,
            query,
            body,
        };
        // The engine's JSON reader refuses such a word before anybody looks at the other fields.
        match ask.fields.get("identifierType") {
            Some(Value::String(word)) if Kind::of(word).is_none() => Err(ask.unknown_kind(word)),
            _ => Ok(ask),
        }
    }

    /// A text that must be there and not be empty.
    pub(crate) fn text(&self, name: &str) -> Result<&str, Refusal> {
        self.optional(name)?.ok_or(Refusal::Code(1519))
    }

    /// A text that may be absent, null or empty, all three meaning the same.
    pub(crate) fn optional(&self, name: &str) -> Result<Option<&str>, Refusal> {
        match self.fields.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Refusal::Code(1519)),
        }
    }

    /// Any field as it came.
    pub(crate) fn raw(&self, name: &str) -> Option<&Value> {
        self.fields.get(name)
    }

    /// The brand, in capitals: brands are compared without case.
    pub(crate) fn brand(&self) -> Result<String, Refusal> {
        Ok(self.text("brand")?.to_uppercase())
    }

    /// Whether nothing at all is said about who is meant.
    pub(crate) fn is_nameless(&self) -> bool {
        let absent = |name| matches!(self.fields.get(name), None | Some(Value::Null));
        absent("identifierType") && absent("identifierValue")
    }

    /// The identifier, its kind and value, and with a user name where codes go if that was sent. `misfit` is what a value costs that
    /// is not of its kind.
    pub(crate) fn identifier(&self, misfit: i64) -> Result<Identifier, Refusal> {
        let kind = match self.fields.get("identifierType") {
            None | Some(Value::Null) => return Err(Refusal::Code(1519)),
            Some(Value::String(word)) => Kind::of(word).ok_or(Refusal::Code(1546))?,
            Some(_) => return Err(Refusal::Code(1546)),
        };
        let value = self.text("identifierValue")?.to_owned();
        if !kind.fits(&value) {
            return Err(Refusal::Code(misfit));
        }
        let (mobile, email) = match kind {
            Kind::Username => (self.optional("mobile")?, self.optional("email")?),
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
    pub(crate) fn device(&self) -> Result<Option<String>, Refusal> {
        match self.fields.get("deviceId") {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(name)) => Ok(Some(name.clone()).filter(|name| !name.is_empty())),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(_) => Err(Refusal::Code(1519)),
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

    fn unknown_kind(&self, word: &str) -> Refusal {
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
        Refusal::UnknownIdentifierType {
            word: word.to_owned(),
            line,
            column,
        }
    }
}

impl Identifier {
    /// `TYPE|value`, as tokens carry it.
    pub(crate) fn entry(&self) -> String {
        format!("{}|{}", self.kind.word(), self.value)
    }

    /// All entries of a token: with a user name also where its codes go.
    pub(crate) fn entries(&self) -> Vec<String> {
        let mut entries = vec![self.entry()];
        entries.extend(self.mobile.iter().map(|mobile| format!("MOBILE|{mobile}")));
        entries.extend(self.email.iter().map(|email| format!("EMAIL|{email}")));
        entries
    }

    /// Where a code for it goes: the channel and the address. Nowhere, for a user name that came without either.
    pub(crate) fn reach(&self) -> Option<(&'static str, &str)> {
        match self.kind {
            Kind::Mobile | Kind::ExternalId => Some(("SMS", &self.value)),
            Kind::Email => Some(("EMAIL", &self.value)),
            Kind::Username => match (&self.mobile, &self.email) {
                (Some(mobile), _) => Some(("SMS", mobile)),
                (None, Some(email)) => Some(("EMAIL", email)),
                (None, None) => None,
            },
        }
    }
}

impl Kind {
    pub(crate) fn of(word: &str) -> Option<Kind> {
        match word {
            "MOBILE" => Some(Kind::Mobile),
            "EMAIL" => Some(Kind::Email),
            "USERNAME" => Some(Kind::Username),
            "EXTERNALID" => Some(Kind::ExternalId),
            _ => None,
        }
    }

    /// Whether a value looks like one of this kind.
    pub(crate) fn fits(self, value: &str) -> bool {
        match self {
            Kind::Mobile => !value.is_empty() && value.bytes().all(|digit| digit.is_ascii_digit()),
            Kind::Email => value
                .split_once('@')
                .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty()),
            Kind::Username | Kind::ExternalId => true,
        }
    }

    /// The kind of a `TYPE|value` entry, and its value.
    pub(crate) fn of_entry(entry: &str) -> Option<(Kind, &str)> {
        let (word, value) = entry.split_once('|')?;
        Some((Kind::of(word)?, value))
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Kind::Mobile => "MOBILE",
            Kind::Email => "EMAIL",
            Kind::Username => "USERNAME",
            Kind::ExternalId => "EXTERNALID",
        }
    }
}
