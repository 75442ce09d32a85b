//! Identifiers of customers: their types, and which values each type accepts (contract 1.4).

/// An identifier as a request names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identifier {
    pub(crate) kind: IdentifierType,
    pub(crate) value: String,
    /// The mobile number that codes go to. Only requests with a user name have one.
    pub(crate) mobile: Option<String>,
    /// The e-mail address that codes go to if there is no mobile number. Only requests with a user name have one.
    pub(crate) email: Option<String>,
}

/// The engine's four types of identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IdentifierType {
    Mobile,
    Email,
    Username,
    ExternalId,
}

impl Identifier {
    /// The identifier as an entry of the token header `idv`: `TYPE|value`.
    pub(crate) fn idv_entry(&self) -> String {
        format!("{}|{}", self.kind.as_str(), self.value)
    }

    /// All entries of the token header `idv`: the identifier, then the addresses of a user name.
    pub(crate) fn idv_entries(&self) -> Vec<String> {
        let mut entries = vec![self.idv_entry()];
        entries.extend(self.mobile.iter().map(|mobile| format!("MOBILE|{mobile}")));
        entries.extend(self.email.iter().map(|email| format!("EMAIL|{email}")));
        entries
    }

    /// The channel and the address that codes go to, or `None` for a user name without an address.
    pub(crate) fn code_address(&self) -> Option<(&'static str, &str)> {
        match self.kind {
            IdentifierType::Mobile | IdentifierType::ExternalId => Some(("SMS", &self.value)),
            IdentifierType::Email => Some(("EMAIL", &self.value)),
            IdentifierType::Username => match (&self.mobile, &self.email) {
                (Some(mobile), _) => Some(("SMS", mobile)),
                (None, Some(email)) => Some(("EMAIL", email)),
                (None, None) => None,
            },
        }
    }
}

impl IdentifierType {
    /// Parses the engine's name of a type, such as `MOBILE`. Names are compared with case.
    pub(crate) fn parse(name: &str) -> Option<IdentifierType> {
        match name {
            "MOBILE" => Some(IdentifierType::Mobile),
            "EMAIL" => Some(IdentifierType::Email),
            "USERNAME" => Some(IdentifierType::Username),
            "EXTERNALID" => Some(IdentifierType::ExternalId),
            _ => None,
        }
    }

    /// Parses an entry of the token header `idv` into its type and value.
    pub(crate) fn parse_entry(entry: &str) -> Option<(IdentifierType, &str)> {
        let (name, value) = entry.split_once('|')?;
        Some((IdentifierType::parse(name)?, value))
    }

    /// The engine's name of the type.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            IdentifierType::Mobile => "MOBILE",
            IdentifierType::Email => "EMAIL",
            IdentifierType::Username => "USERNAME",
            IdentifierType::ExternalId => "EXTERNALID",
        }
    }

    /// Whether a value has the form of this type: digits for a mobile number, a name and a host around an `@` for an e-mail
    /// address, any text for the others.
    pub(crate) fn accepts(self, value: &str) -> bool {
        match self {
            IdentifierType::Mobile => is_digits(value),
            IdentifierType::Email => value
                .split_once('@')
                .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty()),
            IdentifierType::Username | IdentifierType::ExternalId => true,
        }
    }
}

/// Whether a text consists of one or more ASCII digits.
pub(crate) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
