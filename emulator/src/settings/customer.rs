//! A registered customer: one person, with every identifier and password the engine has of them.

use serde::{Deserialize, Serialize};

use crate::factor::Factor;
use crate::identifier::IdentifierType;

/// A registered customer. Any of the identifiers finds the person; so does the name under which the settings list them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Customer {
    /// The customer's number: digits.
    pub uid: String,
    /// Whether the customer has set a password. With no `password` it is one that nobody knows.
    #[serde(default)]
    pub registered_for_password: bool,
    /// The password of the first factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// The password of the second factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mfa_password: Option<String>,
    /// Whether the customer is enrolled for a second factor: the first one then gives `MFA_PENDING`.
    #[serde(default)]
    pub mfa: bool,
    /// The mobile number, digits only. Codes for a user name or an external id go there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mobile: Option<String>,
    /// The e-mail address. Codes for a user name or an external id go there if there is no mobile number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The user name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The external id, such as the number of a card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
}

impl Customer {
    /// A customer of whom nothing but the number is known.
    pub fn new(uid: impl Into<String>) -> Customer {
        Customer {
            uid: uid.into(),
            registered_for_password: false,
            password: None,
            mfa_password: None,
            mfa: false,
            mobile: None,
            email: None,
            username: None,
            external_id: None,
        }
    }

    /// The identifier of a kind.
    pub(crate) fn identifier(&self, kind: IdentifierType) -> Option<&str> {
        match kind {
            IdentifierType::Mobile => self.mobile.as_deref(),
            IdentifierType::Email => self.email.as_deref(),
            IdentifierType::Username => self.username.as_deref(),
            IdentifierType::ExternalId => self.external_id.as_deref(),
        }
    }

    /// Notes an identifier, if none of its kind was known.
    pub(crate) fn learn(&mut self, kind: IdentifierType, value: &str) {
        let place = match kind {
            IdentifierType::Mobile => &mut self.mobile,
            IdentifierType::Email => &mut self.email,
            IdentifierType::Username => &mut self.username,
            IdentifierType::ExternalId => &mut self.external_id,
        };
        place.get_or_insert_with(|| value.to_owned());
    }

    /// Sets a password.
    pub(crate) fn set_password(&mut self, factor: Factor, password: &str) {
        match factor {
            Factor::First => {
                self.registered_for_password = true;
                self.password = Some(password.to_owned());
            }
            Factor::Second => self.mfa_password = Some(password.to_owned()),
        }
    }

    /// A field that makes no sense: its name, its value and what is legal.
    pub(crate) fn validate(&self) -> Result<(), (&'static str, &str, &'static str)> {
        if !is_number(&self.uid) {
            return Err(("uid", &self.uid, "digits"));
        }
        if let Some(mobile) = self.mobile.as_deref().filter(|mobile| !is_number(mobile)) {
            return Err(("mobile", mobile, "digits"));
        }
        let email = self.email.as_deref();
        if let Some(email) = email.filter(|email| !IdentifierType::Email.accepts(email)) {
            return Err(("email", email, "a name, an @ and a host"));
        }
        for (name, text) in [
            ("password", &self.password),
            ("mfa_password", &self.mfa_password),
            ("username", &self.username),
            ("external_id", &self.external_id),
        ] {
            if text.as_deref() == Some("") {
                return Err((name, "", "any text but none, or null"));
            }
        }
        Ok(())
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit())
}
