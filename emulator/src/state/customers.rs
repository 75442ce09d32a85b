//! Customers: found by any of their identifiers, created at their first sign-in, changed by what they set.
//!
//! Customers of the settings belong to every brand. Customers who are created here belong to one brand.

use std::collections::HashMap;

use crate::factor::Factor;
use crate::identifier::{Identifier, IdentifierType};
use crate::settings::{Customer, Settings};

/// The number of the first customer who is created.
const FIRST_UID: u64 = 5_000_001;

/// Customers who are not in the settings, and passwords that wait for a code.
#[derive(Debug)]
pub(crate) struct Customers {
    created: Vec<CreatedCustomer>,
    /// Replaced passwords by brand, customer number and factor. They take effect when a code is validated.
    pending_passwords: HashMap<(String, String, Factor), String>,
    next_uid: u64,
}

#[derive(Debug)]
struct CreatedCustomer {
    brand: String,
    customer: Customer,
}

/// Everything known of one customer, merged from all entries with the customer's number.
#[derive(Debug, Clone)]
pub(crate) struct Profile {
    pub(crate) uid: String,
    pub(crate) identifiers: Vec<(IdentifierType, String)>,
    /// Whether the customer is enrolled for a second factor.
    pub(crate) enrolled: bool,
    first_factor: StoredPassword,
    second_factor: StoredPassword,
}

/// A customer's password for one factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StoredPassword {
    /// The customer has no password.
    None,
    /// The customer has a password that the settings do not tell. No text matches it.
    Unknown,
    Known(String),
}

impl Default for Customers {
    fn default() -> Customers {
        Customers {
            created: Vec::new(),
            pending_passwords: HashMap::new(),
            next_uid: FIRST_UID,
        }
    }
}

impl Customers {
    /// Returns a customer number that has not been given out before.
    pub(crate) fn new_uid(&mut self) -> String {
        let uid = self.next_uid.to_string();
        self.next_uid += 1;
        uid
    }

    /// The customer with an identifier, if the settings list one or one was created.
    pub(crate) fn find(
        &self,
        settings: &Settings,
        brand: &str,
        identifier: &Identifier,
    ) -> Option<Profile> {
        self.find_by_value(settings, brand, identifier.kind, &identifier.value)
    }

    fn find_by_value(
        &self,
        settings: &Settings,
        brand: &str,
        kind: IdentifierType,
        value: &str,
    ) -> Option<Profile> {
        let has_value = |customer: &&Customer| customer.identifier(kind) == Some(value);
        let listed = settings.customers.get(value);
        let customer = listed
            .or_else(|| settings.customers.values().find(has_value))
            .or_else(|| self.created_for(brand).find(has_value))?;
        self.profile(settings, brand, &customer.uid)
    }

    /// The customer with a number.
    pub(crate) fn profile(&self, settings: &Settings, brand: &str, uid: &str) -> Option<Profile> {
        let mut profile = Profile {
            uid: uid.to_owned(),
            identifiers: Vec::new(),
            enrolled: false,
            first_factor: StoredPassword::None,
            second_factor: StoredPassword::None,
        };
        let mut exists = false;
        // The settings can list one customer under several identifiers, each with the same number.
        for (name, customer) in &settings.customers {
            if customer.uid == uid {
                exists = true;
                profile.merge(customer);
                if let Some(kind) = type_of_name(name, customer) {
                    profile.identifiers.push((kind, name.clone()));
                }
            }
        }
        for customer in self.created_for(brand) {
            if customer.uid == uid {
                exists = true;
                profile.merge(customer);
            }
        }
        exists.then_some(profile)
    }

    /// The number of the customer with an identifier. Creates the customer at the first sign-in.
    pub(crate) fn find_or_create(
        &mut self,
        settings: &Settings,
        brand: &str,
        identifier: &Identifier,
    ) -> String {
        if let Some(profile) = self.find(settings, brand, identifier) {
            return profile.uid;
        }
        let mut customer = Customer::new(self.new_uid());
        customer.add_identifier(identifier.kind, &identifier.value);
        // The address of a user name becomes the customer's too, unless it is another customer's.
        for (kind, value) in [
            (IdentifierType::Mobile, &identifier.mobile),
            (IdentifierType::Email, &identifier.email),
        ] {
            if let Some(value) = value
                && self.find_by_value(settings, brand, kind, value).is_none()
            {
                customer.add_identifier(kind, value);
            }
        }
        let uid = customer.uid.clone();
        self.created.push(CreatedCustomer {
            brand: brand.to_owned(),
            customer,
        });
        uid
    }

    /// Changes every entry of a customer, in the settings and here.
    pub(crate) fn update(
        &mut self,
        settings: &mut Settings,
        uid: &str,
        change: impl Fn(&mut Customer),
    ) {
        let listed = settings.customers.values_mut();
        let created = self.created.iter_mut().map(|entry| &mut entry.customer);
        listed
            .chain(created)
            .filter(|customer| customer.uid == uid)
            .for_each(change);
    }

    /// Stores a replaced password until its customer validates a code.
    pub(crate) fn set_pending_password(
        &mut self,
        brand: &str,
        uid: &str,
        factor: Factor,
        password: &str,
    ) {
        let key = (brand.to_owned(), uid.to_owned(), factor);
        self.pending_passwords.insert(key, password.to_owned());
    }

    /// Removes and returns the replaced password of a customer.
    pub(crate) fn take_pending_password(
        &mut self,
        brand: &str,
        uid: &str,
        factor: Factor,
    ) -> Option<String> {
        let key = (brand.to_owned(), uid.to_owned(), factor);
        self.pending_passwords.remove(&key)
    }

    fn created_for(&self, brand: &str) -> impl Iterator<Item = &Customer> {
        self.created
            .iter()
            .filter(move |entry| entry.brand == brand)
            .map(|entry| &entry.customer)
    }
}

impl Profile {
    pub(crate) fn password(&self, factor: Factor) -> &StoredPassword {
        match factor {
            Factor::First => &self.first_factor,
            Factor::Second => &self.second_factor,
        }
    }

    pub(crate) fn has_password(&self, factor: Factor) -> bool {
        *self.password(factor) != StoredPassword::None
    }

    /// Whether the customer may use an identifier: the customer has it, or has none of its type.
    pub(crate) fn may_use(&self, kind: IdentifierType, value: &str) -> bool {
        let mut known = self.values(kind).peekable();
        known.peek().is_none() || known.any(|own| own == value)
    }

    /// Whether the customer has an identifier of a type.
    pub(crate) fn has_identifier(&self, kind: IdentifierType) -> bool {
        self.values(kind).next().is_some()
    }

    /// The channel and the address for codes to a user name or an external id: the mobile number, or else the e-mail address.
    pub(crate) fn code_address(&self) -> Option<(&'static str, &str)> {
        let mobile = self.values(IdentifierType::Mobile).next();
        let email = self.values(IdentifierType::Email).next();
        mobile
            .map(|mobile| ("SMS", mobile))
            .or(email.map(|email| ("EMAIL", email)))
    }

    /// The customer's identifiers of a type.
    fn values(&self, kind: IdentifierType) -> impl Iterator<Item = &str> {
        self.identifiers
            .iter()
            .filter(move |(own, _)| *own == kind)
            .map(|(_, value)| value.as_str())
    }

    /// Adds what one entry knows of the customer.
    fn merge(&mut self, customer: &Customer) {
        for kind in [
            IdentifierType::Mobile,
            IdentifierType::Email,
            IdentifierType::Username,
            IdentifierType::ExternalId,
        ] {
            if let Some(value) = customer.identifier(kind) {
                self.identifiers.push((kind, value.to_owned()));
            }
        }
        self.enrolled |= customer.mfa;
        if let Some(password) = &customer.password {
            self.first_factor = StoredPassword::Known(password.clone());
        } else if customer.registered_for_password && self.first_factor == StoredPassword::None {
            self.first_factor = StoredPassword::Unknown;
        }
        if let Some(password) = &customer.mfa_password {
            self.second_factor = StoredPassword::Known(password.clone());
        }
    }
}

impl StoredPassword {
    /// Whether a text is this password. Passwords are compared byte for byte.
    pub(crate) fn matches(&self, text: &str) -> bool {
        matches!(self, StoredPassword::Known(password) if password == text)
    }
}

/// The type of identifier that the name of an entry in the settings has by its form.
///
/// `None` if the entry gives the name as its user name or external id: an external id `7` is not a mobile number.
fn type_of_name(name: &str, customer: &Customer) -> Option<IdentifierType> {
    let declared = [&customer.username, &customer.external_id];
    if declared.iter().any(|own| own.as_deref() == Some(name)) {
        None
    } else if IdentifierType::Email.accepts(name) {
        Some(IdentifierType::Email)
    } else if IdentifierType::Mobile.accepts(name) {
        Some(IdentifierType::Mobile)
    } else {
        Some(IdentifierType::Username)
    }
}
