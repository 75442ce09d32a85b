//! Who customers are: found by any of their identifiers, remembered with what they proved and chose.

use std::collections::HashMap;

use crate::factor::Factor;
use crate::identifier::{Identifier, IdentifierType};
use crate::settings::{Customer, Settings};

/// Those who proved themselves here without being in the settings, and passwords that wait for a code.
#[derive(Debug)]
pub(crate) struct Customers {
    new_customers: Vec<NewCustomer>,
    /// Replaced passwords, by brand, number and factor. They count once a code is proved.
    pending: HashMap<(String, String, Factor), String>,
    next_uid: u64,
}

/// A customer of one brand; those of the settings are customers of every brand.
#[derive(Debug)]
struct NewCustomer {
    brand: String,
    customer: Customer,
}

/// All that is known of one person.
#[derive(Debug, Clone)]
pub(crate) struct Profile {
    pub(crate) uid: String,
    pub(crate) identifiers: Vec<(IdentifierType, String)>,
    /// Whether they owe a second factor.
    pub(crate) enrolled: bool,
    first: StoredPassword,
    second: StoredPassword,
}

/// What is known of a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StoredPassword {
    None,
    /// There is one, and no text will ever be it.
    Unknown,
    Known(String),
}

impl Default for Customers {
    fn default() -> Customers {
        Customers {
            new_customers: Vec::new(),
            pending: HashMap::new(),
            next_uid: 5_000_001,
        }
    }
}

impl Customers {
    /// A number nobody has yet.
    pub(crate) fn new_uid(&mut self) -> String {
        let uid = self.next_uid.to_string();
        self.next_uid += 1;
        uid
    }

    /// The person of this identifier, if the settings or an earlier login know one.
    pub(crate) fn find(
        &self,
        settings: &Settings,
        brand: &str,
        identifier: &Identifier,
    ) -> Option<Profile> {
        self.find_by(settings, brand, identifier.kind, &identifier.value)
    }

    fn find_by(
        &self,
        settings: &Settings,
        brand: &str,
        kind: IdentifierType,
        value: &str,
    ) -> Option<Profile> {
        let has = |customer: &&Customer| customer.identifier(kind) == Some(value);
        let listed = settings.customers.get(value);
        let customer = listed
            .or_else(|| settings.customers.values().find(has))
            .or_else(|| self.new_customers(brand).find(has))?;
        self.profile(settings, brand, &customer.uid)
    }

    /// The person of this number.
    pub(crate) fn profile(&self, settings: &Settings, brand: &str, uid: &str) -> Option<Profile> {
        let mut profile = Profile {
            uid: uid.to_owned(),
            identifiers: Vec::new(),
            enrolled: false,
            first: StoredPassword::None,
            second: StoredPassword::None,
        };
        let mut known = false;
        // One person may be listed under several identifiers, each with the same number.
        for (name, customer) in &settings.customers {
            if customer.uid == uid {
                known = true;
                profile.add(customer);
                if let Some(kind) = kind_of(name, customer) {
                    profile.identifiers.push((kind, name.clone()));
                }
            }
        }
        for customer in self.new_customers(brand) {
            if customer.uid == uid {
                known = true;
                profile.add(customer);
            }
        }
        known.then_some(profile)
    }

    /// Gives somebody who proved themselves a number, unless they have one, and says which it is.
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
        customer.learn(identifier.kind, &identifier.value);
        // Where the codes of a user name went, is theirs as well; unless somebody else's.
        for (kind, value) in [
            (IdentifierType::Mobile, &identifier.mobile),
            (IdentifierType::Email, &identifier.email),
        ] {
            if let Some(value) = value
                && self.find_by(settings, brand, kind, value).is_none()
            {
                customer.learn(kind, value);
            }
        }
        let uid = customer.uid.clone();
        self.new_customers.push(NewCustomer {
            brand: brand.to_owned(),
            customer,
        });
        uid
    }

    /// Changes what is known of a person, wherever it is kept.
    pub(crate) fn change(
        &mut self,
        settings: &mut Settings,
        uid: &str,
        change: impl Fn(&mut Customer),
    ) {
        let listed = settings.customers.values_mut();
        let new_customers = self.new_customers.iter_mut();
        listed
            .chain(new_customers.map(|new_customers| &mut new_customers.customer))
            .filter(|customer| customer.uid == uid)
            .for_each(change);
    }

    /// Holds a replaced password until its customer proves a code.
    pub(crate) fn set_pending_password(
        &mut self,
        brand: &str,
        uid: &str,
        factor: Factor,
        password: &str,
    ) {
        let whose = (brand.to_owned(), uid.to_owned(), factor);
        self.pending.insert(whose, password.to_owned());
    }

    /// The password that was held, once.
    pub(crate) fn take_pending_password(
        &mut self,
        brand: &str,
        uid: &str,
        factor: Factor,
    ) -> Option<String> {
        self.pending
            .remove(&(brand.to_owned(), uid.to_owned(), factor))
    }

    fn new_customers(&self, brand: &str) -> impl Iterator<Item = &Customer> {
        self.new_customers
            .iter()
            .filter(move |new_customer| new_customer.brand == brand)
            .map(|new_customer| &new_customer.customer)
    }
}

impl Profile {
    pub(crate) fn password(&self, factor: Factor) -> &StoredPassword {
        match factor {
            Factor::First => &self.first,
            Factor::Second => &self.second,
        }
    }

    pub(crate) fn has_password(&self, factor: Factor) -> bool {
        *self.password(factor) != StoredPassword::None
    }

    /// Whether this may be the person's identifier: they have it, or none of its kind is known.
    pub(crate) fn may_use(&self, kind: IdentifierType, value: &str) -> bool {
        let mut known = self.all(kind).peekable();
        known.peek().is_none() || known.any(|own| own == value)
    }

    pub(crate) fn has(&self, kind: IdentifierType) -> bool {
        self.all(kind).next().is_some()
    }

    /// Where codes for a name go: a mobile number before an e-mail address.
    pub(crate) fn address(&self) -> Option<(&'static str, &str)> {
        let mobile = self
            .all(IdentifierType::Mobile)
            .next()
            .map(|mobile| ("SMS", mobile));
        mobile.or_else(|| {
            self.all(IdentifierType::Email)
                .next()
                .map(|email| ("EMAIL", email))
        })
    }

    fn all(&self, kind: IdentifierType) -> impl Iterator<Item = &str> {
        self.identifiers
            .iter()
            .filter(move |(own, _)| *own == kind)
            .map(|(_, value)| value.as_str())
    }

    fn add(&mut self, customer: &Customer) {
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
            self.first = StoredPassword::Known(password.clone());
        } else if customer.registered_for_password && self.first == StoredPassword::None {
            self.first = StoredPassword::Unknown;
        }
        if let Some(password) = &customer.mfa_password {
            self.second = StoredPassword::Known(password.clone());
        }
    }
}

impl StoredPassword {
    /// Whether a text is this password, byte for byte.
    pub(crate) fn is(&self, text: &str) -> bool {
        matches!(self, StoredPassword::Known(password) if password == text)
    }
}

/// What kind of identifier a name in the settings looks like. The name `7` of an external id `7` is that id, not a mobile.
fn kind_of(name: &str, customer: &Customer) -> Option<IdentifierType> {
    let named = [&customer.username, &customer.external_id];
    if named.iter().any(|own| own.as_deref() == Some(name)) {
        None
    } else if IdentifierType::Email.accepts(name) {
        Some(IdentifierType::Email)
    } else if IdentifierType::Mobile.accepts(name) {
        Some(IdentifierType::Mobile)
    } else {
        Some(IdentifierType::Username)
    }
}
