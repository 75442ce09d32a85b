//! Identifiers of customers.

/// Who somebody says they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identifier {
    pub(crate) kind: IdentifierType,
    pub(crate) value: String,
    /// Only with a user name: where its codes go.
    pub(crate) mobile: Option<String>,
    pub(crate) email: Option<String>,
}

/// The engine's four kinds of identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IdentifierType {
    Mobile,
    Email,
    Username,
    ExternalId,
}

impl Identifier {
    /// `TYPE|value`, as tokens carry it.
    pub(crate) fn entry(&self) -> String {
        format!("{}|{}", self.kind.as_str(), self.value)
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
    pub(crate) fn parse(text: &str) -> Option<IdentifierType> {
        match text {
            "MOBILE" => Some(IdentifierType::Mobile),
            "EMAIL" => Some(IdentifierType::Email),
            "USERNAME" => Some(IdentifierType::Username),
            "EXTERNALID" => Some(IdentifierType::ExternalId),
            _ => None,
        }
    }

    /// Whether a value looks like one of this kind.
    pub(crate) fn accepts(self, value: &str) -> bool {
        match self {
            IdentifierType::Mobile => {
                !value.is_empty() && value.bytes().all(|digit| digit.is_ascii_digit())
            }
            IdentifierType::Email => value
                .split_once('@')
                .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty()),
            IdentifierType::Username | IdentifierType::ExternalId => true,
        }
    }

    /// The kind of a `TYPE|value` entry, and its value.
    pub(crate) fn parse_entry(entry: &str) -> Option<(IdentifierType, &str)> {
        let (word, value) = entry.split_once('|')?;
        Some((IdentifierType::parse(word)?, value))
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            IdentifierType::Mobile => "MOBILE",
            IdentifierType::Email => "EMAIL",
            IdentifierType::Username => "USERNAME",
            IdentifierType::ExternalId => "EXTERNALID",
        }
    }
}
