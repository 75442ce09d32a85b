//! The field for an identifier or an address while it is typed into, and the country of a mobile number.

use super::form::{Form, Step, TextOrigin};
use crate::login::characters::digit;
use crate::login::contract::IdentifierKind;
use crate::login::country::NumberingPlan;
use crate::login::identifier::{self, IdentifierError};
use crate::login::text::Text;
use crate::login::view::{Country, Field, FieldKind};

impl Form {
    /// The text in the field changed.
    pub(super) fn identifier_typed(&mut self, text: &str) {
        if self.accepted_kinds().is_empty() || !self.is_idle() || self.identifier_text == text {
            return;
        }
        // Gaps are put in only while digits are added. Otherwise a gap would come back as soon as it is deleted.
        let has_more_digits = count_digits(text) > count_digits(&self.identifier_text);
        text.clone_into(&mut self.identifier_text);
        self.text_origin = TextOrigin::Customer;
        self.field_error = None;
        if has_more_digits {
            self.group_digits();
        }
    }

    /// The customer chose the country of the number.
    pub(super) fn country_chosen(&mut self, code: &str) {
        // A country code that was typed would contradict the choice, so it is removed.
        let national = identifier::digits(&self.identifier_text)
            .filter(|(_, is_international)| *is_international)
            .and_then(|(digits, _)| {
                let (_, national) = self.numbering_plan()?.split(&digits, true)?;
                Some(national.to_owned())
            });
        code.clone_into(&mut self.country);
        self.text_origin = TextOrigin::Customer;
        self.field_error = None;
        if let Some(national) = national {
            self.identifier_text = national;
            self.revision += 1;
        }
        self.group_digits();
    }

    /// Fills in an identifier of the login, so that it need not be typed again.
    pub(super) fn prefill(&mut self, identifier: String) {
        self.identifier_text = identifier;
        self.text_origin = TextOrigin::Login;
    }

    /// Chooses the country of a number that was filled in, so that its country code is in the list of countries only.
    pub(super) fn choose_country_of_number(&mut self) {
        if self.text_origin != TextOrigin::Login || !self.reads_digits_as_number() {
            return;
        }
        let code = identifier::digits(&self.identifier_text)
            .and_then(|(digits, _)| Some(self.numbering_plan()?.country(&digits, true)?.code))
            .map(str::to_owned);
        if let Some(code) = code {
            self.country_chosen(&code);
        }
    }

    /// The table of countries is loaded.
    pub(super) fn countries_loaded(&mut self, table: &str) {
        self.country_table = Some(table.to_owned());
        self.choose_country_of_number();
    }

    /// The text for the record: a number gets its country code, because the chosen country is not stored.
    pub(super) fn text_for_record(&self) -> String {
        let international = (|| {
            let plan = self.numbering_plan().filter(|_| !self.country.is_empty())?;
            let (digits, is_international) = identifier::digits(&self.identifier_text)?;
            let (dial_code, national) = plan.split(&digits, is_international)?;
            let is_national = !is_international && !national.is_empty();
            (is_national && self.looks_like_number(&self.accepted_kinds()))
                .then(|| ["+", dial_code, " ", national].concat())
        })();
        international.unwrap_or_else(|| self.identifier_text.clone())
    }

    /// Shows what is wrong with the identifier, and which country that is about.
    pub(super) fn set_identifier_error(&mut self, error: IdentifierError) {
        let (text, country) = match error {
            IdentifierError::Empty => (Text::IdentifierEmpty, String::new()),
            IdentifierError::NotANumber => (Text::NotANumber, String::new()),
            IdentifierError::NoCountryCode => (Text::NoCountryCode, String::new()),
            IdentifierError::NotAnAddress => (Text::NotAnAddress, String::new()),
            IdentifierError::Invisible => (Text::InvisibleCharacter, String::new()),
            IdentifierError::TooShort(code) => (Text::NumberTooShort, code),
            IdentifierError::TooLong(code) => (Text::NumberTooLong, code),
            IdentifierError::CountryNotAllowed(code) => (Text::NumberElsewhere, code),
        };
        self.set_field_error(FieldKind::Any, text);
        self.error_country = country;
    }

    /// The kinds of identifier that the field accepts; empty if the step has no such field.
    pub(super) fn accepted_kinds(&self) -> Vec<IdentifierKind> {
        match &self.step {
            Step::Identify => self.settings.identifiers.clone(),
            Step::Address(_, kinds, _) => kinds.clone(),
            Step::SecondIdentify(_, kind) => vec![*kind],
            _ => Vec::new(),
        }
    }

    /// The table of countries with this form's settings; `None` until it is loaded.
    pub(super) fn numbering_plan(&self) -> Option<NumberingPlan<'_>> {
        let table = self.country_table.as_deref()?;
        let (region, _) = table.split_once('\n')?;
        let allowed = &self.settings.countries;
        let is_allowed = |code: &&str| {
            !code.is_empty()
                && (allowed.is_empty() || allowed.iter().any(|allowed| allowed == code))
        };
        let first = allowed.first().map_or("", String::as_str);
        let mut candidates = [&self.country, &self.settings.country, region].into_iter();
        Some(NumberingPlan {
            table,
            allowed,
            chosen: candidates.find(is_allowed).unwrap_or(first),
        })
    }

    /// The list of countries at the field; `None` if the field takes no number.
    fn country_list(&self, kinds: &[IdentifierKind]) -> Option<Country> {
        if !kinds.contains(&IdentifierKind::Mobile) {
            return None;
        }
        let plan = self
            .numbering_plan()
            .filter(|_| self.looks_like_number(kinds));
        let country = plan.and_then(|plan| {
            let digits = identifier::digits(&self.identifier_text);
            let (digits, is_international) = digits.unwrap_or_default();
            plan.country(&digits, is_international)
        });
        Some(Country {
            is_loaded: self.country_table.is_some(),
            // The place is kept while the table is loading, so that the number does not move.
            is_visible: plan.is_some() || (self.country_table.is_none() && kinds.len() == 1),
            has_choice: self.settings.countries.len() != 1,
            name: country.map_or_else(String::new, |country| {
                [country.code, " +", country.dial].concat()
            }),
        })
    }

    /// Whether the text looks like a mobile number.
    fn looks_like_number(&self, kinds: &[IdentifierKind]) -> bool {
        let typed = &self.identifier_text;
        kinds == [IdentifierKind::Mobile]
            || (!typed.trim().is_empty()
                && identifier::recognise(typed, kinds, self.numbering_plan())
                    == IdentifierKind::Mobile)
    }

    /// Whether digits in the field are a mobile number, and not perhaps a name.
    fn reads_digits_as_number(&self) -> bool {
        let is_name = |kind: &IdentifierKind| {
            matches!(kind, IdentifierKind::Username | IdentifierKind::ExternalId)
        };
        let kinds = self.accepted_kinds();
        kinds.contains(&IdentifierKind::Mobile) && !kinds.iter().any(is_name)
    }

    /// Puts gaps into a number where its country has them. A field that takes names is left as it is, even if it has only
    /// digits.
    fn group_digits(&mut self) {
        if !self.reads_digits_as_number() {
            return;
        }
        let plan = self.numbering_plan();
        let grouped = plan.and_then(|plan| plan.grouped(&self.identifier_text));
        if let Some(grouped) = grouped.filter(|grouped| *grouped != self.identifier_text) {
            self.identifier_text = grouped;
            self.revision += 1;
        }
    }

    /// The field for an identifier or an address of these kinds.
    pub(super) fn identifier_field(&self, kinds: &[IdentifierKind]) -> Field {
        let (kind, label, hint) = if let [kind] = kinds {
            kind_texts(*kind)
        } else {
            let is_either = kinds
                .iter()
                .all(|kind| matches!(kind, IdentifierKind::Mobile | IdentifierKind::Email));
            let (label, hint) = if is_either {
                (Text::LabelEither, Text::HintEither)
            } else {
                (Text::LabelAny, Text::HintAny)
            };
            (FieldKind::Any, label, self.hint_while_typing(kinds, hint))
        };
        let mut field = self.field(kind, label);
        field.country = self.country_list(kinds);
        field.hint = match &field.country {
            // The table of countries decides which hint is right. Another one now would be replaced within a second.
            Some(country) if !country.is_loaded => None,
            Some(country) if !country.name.is_empty() => Some(Text::HintNational),
            _ => Some(hint),
        };
        field.error = self.field_error.map(|(_, text)| text);
        field.error_country.clone_from(&self.error_country);
        field.value.clone_from(&self.identifier_text);
        field
    }

    /// The hint of a field that accepts several kinds: at the first step it follows what is typed.
    fn hint_while_typing(&self, kinds: &[IdentifierKind], otherwise: Text) -> Text {
        let typed = &self.identifier_text;
        if !matches!(self.step, Step::Identify) || typed.trim().is_empty() {
            return otherwise;
        }
        let (.., hint) = kind_texts(identifier::recognise(typed, kinds, self.numbering_plan()));
        hint
    }
}

/// The kind, the label and the hint of a field for one kind of identifier.
fn kind_texts(kind: IdentifierKind) -> (FieldKind, Text, Text) {
    match kind {
        IdentifierKind::Mobile => (FieldKind::Mobile, Text::LabelMobile, Text::HintMobile),
        IdentifierKind::Email => (FieldKind::Email, Text::LabelEmail, Text::HintEmail),
        IdentifierKind::Username => (FieldKind::Username, Text::LabelUsername, Text::HintUsername),
        IdentifierKind::ExternalId => (
            FieldKind::ExternalId,
            Text::LabelExternalId,
            Text::HintExternalId,
        ),
    }
}

fn count_digits(text: &str) -> usize {
    text.chars().filter(|c| digit(*c).is_some()).count()
}
