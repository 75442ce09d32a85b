//! The field for a number or an address while it is typed into, and the country of the number.

use super::{Form, Step};
use crate::login::config::IdentifierKind;
use crate::login::country::NumberingPlan;
use crate::login::identifier::{self, IdentifierError};
use crate::login::text::Text;
use crate::login::view::Country;

impl Form {
    /// The field has changed.
    pub(super) fn typed(&mut self, text: &str) {
        if self.kinds().is_empty() || self.waiting.is_some() || self.typed == text {
            return;
        }
        // Whoever takes something away is left alone: a gap would come back as soon as it is deleted.
        let is_more = digits(text) > digits(&self.typed);
        text.clone_into(&mut self.typed);
        // What was wrong with it is no longer known.
        self.error = None;
        if is_more {
            self.group();
        }
    }

    /// A person has chosen the country of the number.
    pub(super) fn choose_country(&mut self, code: &str) {
        // A country code that was typed would say otherwise.
        let national = identifier::digits(&self.typed)
            .filter(|(_, is_whole)| *is_whole)
            .and_then(|(digits, _)| Some(self.numbers()?.apart(&digits, true)?.1.to_owned()));
        code.clone_into(&mut self.country);
        self.error = None;
        if let Some(national) = national {
            self.typed = national;
            self.revision += 1;
        }
        self.group();
    }

    /// What was typed, for the next page: with its country code, since the choice of a country is not written down.
    pub(super) fn international_text(&self) -> String {
        let whole = (|| {
            let numbers = self.numbers().filter(|_| !self.country.is_empty())?;
            let (digits, is_whole) = identifier::digits(&self.typed)?;
            let (dial, national) = numbers.apart(&digits, is_whole)?;
            let wanted = !is_whole && !national.is_empty() && self.is_number(&self.kinds());
            wanted.then(|| ["+", dial, " ", national].concat())
        })();
        whole.unwrap_or_else(|| self.typed.clone())
    }

    /// What is wrong, and which country it is about.
    pub(super) fn identifier_error_text(&mut self, error: IdentifierError) -> Text {
        let (text, about) = match error {
            IdentifierError::Empty => (Text::IdentifierEmpty, String::new()),
            IdentifierError::NotANumber => (Text::NotANumber, String::new()),
            IdentifierError::NoCountryCode => (Text::NoCountryCode, String::new()),
            IdentifierError::NotAnAddress => (Text::NotAnAddress, String::new()),
            IdentifierError::Invisible => (Text::InvisibleCharacter, String::new()),
            IdentifierError::TooShort(code) => (Text::NumberTooShort, code),
            IdentifierError::TooLong(code) => (Text::NumberTooLong, code),
            IdentifierError::CountryNotAllowed(code) => (Text::NumberElsewhere, code),
        };
        self.error_country = about;
        text
    }

    /// What may be typed into the field; nothing where there is no such field.
    pub(super) fn kinds(&self) -> Vec<IdentifierKind> {
        match &self.step {
            Step::Identify => self.settings.identifiers.clone(),
            Step::Address(_, kinds, _) => kinds.clone(),
            Step::SecondIdentify(_, kind) => vec![*kind],
            _ => Vec::new(),
        }
    }

    /// What is known of numbers; nothing as long as the table is not there.
    pub(super) fn numbers(&self) -> Option<NumberingPlan<'_>> {
        let (region, _) = self.table.split_once('\n')?;
        let allowed = &self.settings.countries;
        let may_be = |code: &&str| {
            !code.is_empty()
                && (allowed.is_empty() || allowed.iter().any(|allowed| allowed == code))
        };
        let first = allowed.first().map_or("", String::as_str);
        let mut wanted = [&self.country, &self.settings.country, region].into_iter();
        Some(NumberingPlan {
            table: &self.table,
            allowed,
            chosen: wanted.find(may_be).unwrap_or(first),
        })
    }

    /// The list of countries beside the field; `None` where no number is asked for.
    pub(super) fn list(&self, kinds: &[IdentifierKind]) -> Option<Country> {
        if !kinds.contains(&IdentifierKind::Mobile) {
            return None;
        }
        let numbers = self.numbers().filter(|_| self.is_number(kinds));
        let country = numbers.and_then(|numbers| {
            let (digits, is_whole) = identifier::digits(&self.typed).unwrap_or_default();
            numbers.country(&digits, is_whole)
        });
        Some(Country {
            is_loaded: !self.table.is_empty(),
            is_visible: numbers.is_some(),
            has_choice: self.settings.countries.len() != 1,
            name: country.map_or_else(String::new, |country| {
                [country.code, " +", country.dial].concat()
            }),
        })
    }

    /// Whether it is a number, as far as can be seen.
    fn is_number(&self, kinds: &[IdentifierKind]) -> bool {
        let typed = &self.typed;
        kinds == [IdentifierKind::Mobile]
            || (!typed.trim().is_empty()
                && identifier::recognise(typed, kinds, self.numbers()) == IdentifierKind::Mobile)
    }

    /// Puts the gaps of its country into a number; a name is left as it is, even if it is all digits.
    fn group(&mut self) {
        let is_name = |kind: &IdentifierKind| {
            matches!(kind, IdentifierKind::Username | IdentifierKind::ExternalId)
        };
        let kinds = self.kinds();
        if kinds.iter().any(is_name) || !kinds.contains(&IdentifierKind::Mobile) {
            return;
        }
        let grouped = self
            .numbers()
            .and_then(|numbers| numbers.grouped(&self.typed));
        if let Some(grouped) = grouped.filter(|grouped| *grouped != self.typed) {
            self.typed = grouped;
            self.revision += 1;
        }
    }
}

fn digits(text: &str) -> usize {
    text.chars()
        .filter(|c| identifier::digit(*c).is_some())
        .count()
}
