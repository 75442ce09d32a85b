//! A registered customer.

use serde::{Deserialize, Serialize};

use crate::factor::Factor;
use crate::identifier::{IdentifierType, is_digits};

/// A registered customer: a number, passwords and identifiers.
///
/// Requests find the customer by any of the identifiers, and by the name under which [`Settings`](crate::Settings) lists the
/// customer. Entries with the same `uid` are the same customer.
///
/// ```
/// use ae_engine::{Customer, Settings};
///
/// let ada = Customer {
///     password: Some("correct horse".to_owned()),
///     mobile: Some("919999922332".to_owned()),
///     ..Customer::new("4068291")
/// };
/// let mut settings = Settings::documented();
/// settings.customers.insert("ada@example.org".to_owned(), ada);
/// assert_eq!(settings.validate(), Ok(()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Customer {
    /// The customer number: one or more digits.
    pub uid: String,
    /// Whether the customer has a password for the first factor. Without `password`, no text matches it.
    #[serde(default)]
    pub registered_for_password: bool,
    /// The password of the first factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// The password of the second factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mfa_password: Option<String>,
    /// Whether the customer is enrolled for a second factor: tokens of the first factor then have the role `MFA_PENDING`.
    #[serde(default)]
    pub mfa: bool,
    /// The mobile number, digits only. Codes for a user name or an external id go to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mobile: Option<String>,
    /// The e-mail address. Codes for a user name or an external id go to it if there is no mobile number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The user name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The external id, such as the number of a loyalty card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
}

impl Customer {
    /// A customer with a number and nothing else.
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

    /// The identifier of a type.
    pub(crate) fn identifier(&self, kind: IdentifierType) -> Option<&str> {
        match kind {
            IdentifierType::Mobile => self.mobile.as_deref(),
            IdentifierType::Email => self.email.as_deref(),
            IdentifierType::Username => self.username.as_deref(),
            IdentifierType::ExternalId => self.external_id.as_deref(),
        }
    }

    /// Adds an identifier unless the customer has one of its type.
    pub(crate) fn add_identifier(&mut self, kind: IdentifierType, value: &str) {
        let field = match kind {
            IdentifierType::Mobile => &mut self.mobile,
            IdentifierType::Email => &mut self.email,
            IdentifierType::Username => &mut self.username,
            IdentifierType::ExternalId => &mut self.external_id,
        };
        field.get_or_insert_with(|| value.to_owned());
    }

    /// Sets the password of a factor.
    pub(crate) fn set_password(&mut self, factor: Factor, password: &str) {
        match factor {
            Factor::First => {
                self.registered_for_password = true;
                self.password = Some(password.to_owned());
            }
            Factor::Second => self.mfa_password = Some(password.to_owned()),
        }
    }

    /// Checks the fields. An error is the name of the first invalid field, its value and what is expected.
    pub(crate) fn validate(&self) -> Result<(), (&'static str, &str, &'static str)> {
        if !is_digits(&self.uid) {
            return Err(("uid", &self.uid, "digits"));
        }
        if let Some(mobile) = self.mobile.as_deref().filter(|mobile| !is_digits(mobile)) {
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
                return Err((name, "", "a text that is not empty, or null"));
            }
        }
        Ok(())
    }
}
