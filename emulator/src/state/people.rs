//! Who customers are: found by any of their identifiers, remembered with what they proved and chose.

use std::collections::HashMap;

use crate::ask::{Identifier, Kind};
use crate::endpoint::Factor;
use crate::settings::{Customer, Settings};

/// Those who proved themselves here without being in the settings, and passwords that wait for a code.
#[derive(Debug)]
pub(crate) struct People {
    newcomers: Vec<Newcomer>,
    /// Replaced passwords, by brand, number and factor. They count once a code is proved.
    pending: HashMap<(String, String, Factor), String>,
    next_uid: u64,
}

/// A customer of one brand; those of the settings are customers of every brand.
#[derive(Debug)]
struct Newcomer {
    brand: String,
    customer: Customer,
}

/// All that is known of one person.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) uid: String,
    pub(crate) identifiers: Vec<(Kind, String)>,
    /// Whether they owe a second factor.
    pub(crate) enrolled: bool,
    first: Password,
    second: Password,
}

/// What is known of a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Password {
    None,
    /// There is one, and no text will ever be it.
    Unknown,
    Is(String),
}

impl Default for People {
    fn default() -> People {
        People {
            newcomers: Vec::new(),
            pending: HashMap::new(),
            next_uid: 5_000_001,
        }
    }
}

impl People {
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
    ) -> Option<Person> {
        self.find_by(settings, brand, identifier.kind, &identifier.value)
    }

    fn find_by(&self, settings: &Settings, brand: &str, kind: Kind, value: &str) -> Option<Person> {
        let has = |customer: &&Customer| customer.identifier(kind) == Some(value);
        let listed = settings.customers.get(value);
        let customer = listed
            .or_else(|| settings.customers.values().find(has))
            .or_else(|| self.newcomers(brand).find(has))?;
        self.person(settings, brand, &customer.uid)
    }

    /// The person of this number.
    pub(crate) fn person(&self, settings: &Settings, brand: &str, uid: &str) -> Option<Person> {
        let mut person = Person {
            uid: uid.to_owned(),
            identifiers: Vec::new(),
            enrolled: false,
            first: Password::None,
            second: Password::None,
        };
        let mut known = false;
        // One person may be listed under several identifiers, each with the same number.
        for (name, customer) in &settings.customers {
            if customer.uid == uid {
                known = true;
                person.add(customer);
                if let Some(kind) = kind_of(name, customer) {
                    person.identifiers.push((kind, name.clone()));
                }
            }
        }
        for customer in self.newcomers(brand) {
            if customer.uid == uid {
                known = true;
                person.add(customer);
            }
        }
        known.then_some(person)
    }

    /// Gives somebody who proved themselves a number, unless they have one, and says which it is.
    pub(crate) fn admit(
        &mut self,
        settings: &Settings,
        brand: &str,
        identifier: &Identifier,
    ) -> String {
        if let Some(person) = self.find(settings, brand, identifier) {
            return person.uid;
        }
        let mut customer = Customer::new(self.new_uid());
        customer.learn(identifier.kind, &identifier.value);
        // Where the codes of a user name went, is theirs as well; unless somebody else's.
        for (kind, value) in [
            (Kind::Mobile, &identifier.mobile),
            (Kind::Email, &identifier.email),
        ] {
            if let Some(value) = value
                && self.find_by(settings, brand, kind, value).is_none()
            {
                customer.learn(kind, value);
            }
        }
        let uid = customer.uid.clone();
        self.newcomers.push(Newcomer {
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
        let newcomers = self.newcomers.iter_mut();
        listed
            .chain(newcomers.map(|newcomer| &mut newcomer.customer))
            .filter(|customer| customer.uid == uid)
            .for_each(change);
    }

    /// Holds a replaced password until its customer proves a code.
    pub(crate) fn hold(&mut self, brand: &str, uid: &str, factor: Factor, password: &str) {
        let whose = (brand.to_owned(), uid.to_owned(), factor);
        self.pending.insert(whose, password.to_owned());
    }

    /// The password that was held, once.
    pub(crate) fn held(&mut self, brand: &str, uid: &str, factor: Factor) -> Option<String> {
        self.pending
            .remove(&(brand.to_owned(), uid.to_owned(), factor))
    }

    fn newcomers(&self, brand: &str) -> impl Iterator<Item = &Customer> {
        self.newcomers
            .iter()
            .filter(move |newcomer| newcomer.brand == brand)
            .map(|newcomer| &newcomer.customer)
    }
}

impl Person {
    pub(crate) fn password(&self, factor: Factor) -> &Password {
        match factor {
            Factor::First => &self.first,
            Factor::Second => &self.second,
        }
    }

    pub(crate) fn has_password(&self, factor: Factor) -> bool {
        *self.password(factor) != Password::None
    }

    /// Whether this may be the person's identifier: they have it, or none of its kind is known.
    pub(crate) fn may_have(&self, kind: Kind, value: &str) -> bool {
        let mut known = self.all(kind).peekable();
        known.peek().is_none() || known.any(|own| own == value)
    }

    pub(crate) fn knows(&self, kind: Kind) -> bool {
        self.all(kind).next().is_some()
    }

    /// Where codes for a name go: a mobile number before an e-mail address.
    pub(crate) fn address(&self) -> Option<(&'static str, &str)> {
        let mobile = self.all(Kind::Mobile).next().map(|mobile| ("SMS", mobile));
        mobile.or_else(|| self.all(Kind::Email).next().map(|email| ("EMAIL", email)))
    }

    fn all(&self, kind: Kind) -> impl Iterator<Item = &str> {
        self.identifiers
            .iter()
            .filter(move |(own, _)| *own == kind)
            .map(|(_, value)| value.as_str())
    }

    fn add(&mut self, customer: &Customer) {
        for kind in [Kind::Mobile, Kind::Email, Kind::Username, Kind::ExternalId] {
            if let Some(value) = customer.identifier(kind) {
                self.identifiers.push((kind, value.to_owned()));
            }
        }
        self.enrolled |= customer.mfa;
        if let Some(password) = &customer.password {
            self.first = Password::Is(password.clone());
        } else if customer.registered_for_password && self.first == Password::None {
            self.first = Password::Unknown;
        }
        if let Some(password) = &customer.mfa_password {
            self.second = Password::Is(password.clone());
        }
    }
}

impl Password {
    /// Whether a text is this password, byte for byte.
    pub(crate) fn is(&self, text: &str) -> bool {
        matches!(self, Password::Is(password) if password == text)
    }
}

/// What kind of identifier a name in the settings looks like. The name `7` of an external id `7` is that id, not a mobile.
fn kind_of(name: &str, customer: &Customer) -> Option<Kind> {
    let named = [&customer.username, &customer.external_id];
    if named.iter().any(|own| own.as_deref() == Some(name)) {
        None
    } else if Kind::Email.fits(name) {
        Some(Kind::Email)
    } else if Kind::Mobile.fits(name) {
        Some(Kind::Mobile)
    } else {
        Some(Kind::Username)
    }
}
