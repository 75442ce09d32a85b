//! Identifiers: what a person typed, as the string that is sent in all requests of an attempt.

pub use super::characters::{digit, is_invisible};
pub use super::identifier_error::IdentifierError;

use super::contract::IdentifierKind;
use super::country::NumberingPlan;

/// An identifier of a customer, in the form that is sent.
///
/// A mobile number has the country code and no plus, only digits. An e-mail address is trimmed and in lower case. A user name or
/// an external id is as it was typed (contract §1.4). All requests of an attempt use the same string, because the engine refuses
/// any other (codes 1507 and 1541).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identifier {
    kind: IdentifierKind,
    value: String,
}

impl Identifier {
    /// Parses what a person typed, pasted or let the browser fill in, as one of the `accepted` kinds.
    ///
    /// # Errors
    /// The [`IdentifierError`] says what the person can correct.
    ///
    /// ```
    /// use ae_login::login::config::IdentifierKind::{Email, Mobile};
    /// use ae_login::login::identifier::{Identifier, IdentifierError};
    ///
    /// let number = Identifier::parse("+91 99999-22332", &[Mobile, Email])?;
    /// assert_eq!(number.kind(), Mobile);
    /// assert_eq!(number.value(), "919999922332");
    ///
    /// let without_country_code = Identifier::parse("0495 678923", &[Mobile]);
    /// assert_eq!(without_country_code, Err(IdentifierError::NoCountryCode));
    /// # Ok::<(), IdentifierError>(())
    /// ```
    pub fn parse(typed: &str, accepted: &[IdentifierKind]) -> Result<Self, IdentifierError> {
        Self::parse_by(typed, accepted, None)
    }

    /// Like [`Identifier::parse`], and checks a number against its country if the table of countries is loaded.
    ///
    /// # Errors
    /// As for [`Identifier::parse`], and those of [`NumberingPlan::to_international`].
    pub fn parse_by(
        typed: &str,
        accepted: &[IdentifierKind],
        plan: Option<NumberingPlan<'_>>,
    ) -> Result<Self, IdentifierError> {
        if typed.chars().all(char::is_whitespace) {
            return Err(IdentifierError::Empty);
        }
        let kind = recognise(typed, accepted, plan);
        let value = match kind {
            IdentifierKind::Mobile => mobile(typed, plan)?,
            IdentifierKind::Email => email(typed)?,
            IdentifierKind::Username | IdentifierKind::ExternalId => typed.to_owned(),
        };
        Ok(Self { kind, value })
    }

    /// Restores an identifier from a record: `kind` is the engine's name. Returns `None` if [`Identifier::parse`] would not have
    /// returned this value.
    pub fn restore(kind: &str, value: &str) -> Option<Self> {
        let kind = IdentifierKind::from_api_name(kind)?;
        let again = Self::parse(value, &[kind]).ok()?;
        (again.value == value).then_some(again)
    }

    /// The kind.
    pub fn kind(&self) -> IdentifierKind {
        self.kind
    }

    /// The string that is sent to the engine.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The identifier as a person reads it: a number begins with a plus.
    pub fn display_text(&self) -> String {
        match self.kind {
            IdentifierKind::Mobile => ["+", &self.value].concat(),
            _ => self.value.clone(),
        }
    }

    /// The identifier for a screen that others may see. A number shows its first two and its last three digits, an address its first
    /// letter and its domain, and a name its first letter.
    ///
    /// ```
    /// use ae_login::login::config::IdentifierKind::{Email, Mobile};
    /// use ae_login::login::identifier::Identifier;
    ///
    /// let number = Identifier::parse("+91 99999 22332", &[Mobile])?;
    /// assert_eq!(number.masked(), "+91 ••••• ••332");
    /// let address = Identifier::parse("ada@example.com", &[Email])?;
    /// assert_eq!(address.masked(), "a•••@example.com");
    /// # Ok::<(), ae_login::login::identifier::IdentifierError>(())
    /// ```
    pub fn masked(&self) -> String {
        let mut text = String::new();
        if self.kind == IdentifierKind::Mobile {
            text.push('+');
            let length = self.value.len();
            for (at, digit) in self.value.chars().enumerate() {
                let left = length - at;
                // Groups of five from the end, behind the first two digits.
                if at == 2 || (at > 2 && left.is_multiple_of(5)) {
                    text.push(' ');
                }
                text.push(if at < 2 || left <= 3 { digit } else { '•' });
            }
        } else {
            text.extend(self.value.chars().take(1));
            text.push_str("•••");
            if let (IdentifierKind::Email, Some((_, domain))) =
                (self.kind, self.value.split_once('@'))
            {
                text.push('@');
                text.push_str(domain);
            }
        }
        text
    }

    /// Whether an `idv` entry of a token, `TYPE|value`, names this identifier (contract §7).
    pub fn is_named_by(&self, entry: &str) -> bool {
        entry.split_once('|').is_some_and(|(kind, value)| {
            kind == self.kind.api_name()
                && match self.kind {
                    IdentifierKind::Email => value.eq_ignore_ascii_case(&self.value),
                    _ => value == self.value,
                }
        })
    }
}

/// Returns which of the accepted kinds a text looks like while it is typed.
///
/// A text with an `@` is an e-mail address. A text with any other character that numbers do not have is a name, a number with a
/// mistake in it if most of its characters are digits, or the beginning of an address.
/// Digits that cannot be a mobile number are an external id, if that is accepted.
pub fn recognise(
    typed: &str,
    accepted: &[IdentifierKind],
    plan: Option<NumberingPlan<'_>>,
) -> IdentifierKind {
    use IdentifierKind::{Email, ExternalId, Mobile, Username};
    let is_number = typed
        .chars()
        .all(|c| c == '+' || c == '＋' || digit(c).is_some() || is_filling(c));
    let likely = if is_number && accepted.contains(&ExternalId) && mobile(typed, plan).is_err() {
        [ExternalId, Mobile, Username, Email]
    } else if is_number {
        [Mobile, ExternalId, Username, Email]
    } else if typed.contains('@') {
        [Email, Username, ExternalId, Mobile]
    } else if is_mostly_digits(typed) {
        [Username, ExternalId, Mobile, Email]
    } else {
        [Username, ExternalId, Email, Mobile]
    };
    let mut likely = likely.into_iter();
    likely
        .find(|kind| accepted.contains(kind))
        .unwrap_or(Mobile)
}

/// Whether a text has more digits than other characters, and so many that it was meant as a number.
fn is_mostly_digits(typed: &str) -> bool {
    let digits = typed.chars().filter(|c| digit(*c).is_some()).count();
    digits >= 7 && digits * 2 > typed.chars().count()
}

/// Whether a character may stand between the digits of a number: what people type there, and invisible characters that are
/// copied along with a number.
fn is_filling(c: char) -> bool {
    c.is_whitespace()
        || is_invisible(c)
        || matches!(
            c,
            '-' | '.' | '(' | ')' | '/' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}'
        )
}

fn mobile(typed: &str, plan: Option<NumberingPlan<'_>>) -> Result<String, IdentifierError> {
    let (digits, is_international) = digits(typed).ok_or(IdentifierError::NotANumber)?;
    let number = match plan {
        Some(plan) => plan.to_international(&digits, is_international)?,
        None => digits,
    };
    if number.starts_with('0') {
        return Err(IdentifierError::NoCountryCode);
    }
    // E.164 ends at 15 digits; the shortest subscriber numbers with a country code have 7.
    if (7..=15).contains(&number.len()) {
        Ok(number)
    } else {
        Err(IdentifierError::NotANumber)
    }
}

/// Returns the digits of a number, and whether it is written internationally: with `+`, the full-width `＋` or `00` at its start,
/// which are not among the digits. Returns `None` if the text is not a number.
pub fn digits(typed: &str) -> Option<(String, bool)> {
    let mut digits = String::new();
    // The number of digits before the plus.
    let mut plus = None;
    // The number of digits before an open bracket.
    let mut bracket = None;
    for c in typed.chars() {
        match (digit(c), c) {
            (Some(digit), _) => digits.push(digit),
            (None, '+' | '＋') if plus.is_none_or(|at| at == 0 && !digits.is_empty()) => {
                plus = Some(digits.len());
            }
            (None, '(') => bracket = Some(digits.len()),
            // `+44 (0)20 …`: a zero in brackets after the country code is dialled only within the country.
            (None, ')') => {
                if let Some(before @ 1..) = bracket.take()
                    && digits.get(before..) == Some("0")
                {
                    digits.truncate(before);
                }
            }
            (None, c) if is_filling(c) => {}
            _ => return None,
        }
    }
    let rest = match plus {
        Some(at) => {
            let (ahead, rest) = digits.split_at_checked(at)?;
            // `+91+91…`: the browser filled in a number after a country code that was typed already.
            Some(rest.strip_prefix(ahead).map(|_| rest)?)
        }
        None => digits.strip_prefix("00"),
    };
    Some((rest.unwrap_or(&digits).to_owned(), rest.is_some()))
}

/// Checks only what mail servers reject, because the code that is sent proves the address. The limit of 254 octets is from
/// RFC 5321 §4.5.3.1.
fn email(typed: &str) -> Result<String, IdentifierError> {
    // Letters beyond ASCII keep their case: the tables for them add 6.8 KB (brotli), and such addresses hardly exist.
    let address = typed.trim().to_ascii_lowercase();
    if address.chars().any(is_invisible) {
        return Err(IdentifierError::Invisible);
    }
    let (name, domain) = address
        .split_once('@')
        .ok_or(IdentifierError::NotAnAddress)?;
    // With a dot at each end, an empty label shows as two dots in a row.
    let labels = [".", domain, "."].concat();
    let is_valid = !name.is_empty()
        && !domain.contains('@')
        && address.len() <= 254
        && domain.contains('.')
        && !labels.as_bytes().windows(2).any(|two| two == b"..")
        && !address.chars().any(|c| {
            c.is_whitespace()
                || c.is_control()
                || matches!(c, '<' | '>' | ',' | ';' | ':' | '"' | '(' | ')' | '\\')
        });
    if is_valid {
        Ok(address)
    } else {
        Err(IdentifierError::NotAnAddress)
    }
}

#[cfg(test)]
mod tests {
    use super::IdentifierKind::{Email, ExternalId, Mobile, Username};
    use super::*;

    fn value(typed: &str, kinds: &[IdentifierKind]) -> Result<String, IdentifierError> {
        Identifier::parse(typed, kinds).map(|identifier| identifier.value)
    }

    fn looks(typed: &str, accepted: &[IdentifierKind]) -> IdentifierKind {
        recognise(typed, accepted, None)
    }

    #[test]
    fn number_has_one_value_however_it_is_typed() {
        for typed in [
            "+91 99999 22332",
            "0091 99999-22332",
            "919999922332",
            " (+91) 99999.22332 ",
            "＋９１ ９９９９９ ２２３３２",
            "+٩١ ٩٩٩٩٩ ٢٢٣٣٢",
            "+۹۱ ۹۹۹۹۹ ۲۲۳۳۲",
            "+९१ ९९९९९ २२३३२",
            "\u{202a}+91 99999\u{2011}22332\u{202c}",
        ] {
            assert_eq!(
                value(typed, &[Mobile]).as_deref(),
                Ok("919999922332"),
                "{typed}"
            );
        }
    }

    #[test]
    fn national_number_needs_its_country_code() {
        assert_eq!(
            value("0495 678923", &[Mobile]),
            Err(IdentifierError::NoCountryCode)
        );
        assert_eq!(
            value("+0495 678923", &[Mobile]),
            Err(IdentifierError::NoCountryCode)
        );
    }

    #[test]
    fn text_that_is_not_a_number_is_refused_as_mobile() {
        for typed in [
            "12345",
            "1234567890123456",
            "call me",
            "+91+9999922332",
            "++919999922332",
            "91#9999922332",
        ] {
            assert_eq!(
                value(typed, &[Mobile]),
                Err(IdentifierError::NotANumber),
                "{typed}"
            );
        }
    }

    #[test]
    fn number_with_a_wrong_letter_is_no_address() {
        for typed in ["9876 54321O", "+91 98765l3210"] {
            assert_eq!(
                value(typed, &[Mobile, Email]),
                Err(IdentifierError::NotANumber),
                "{typed}"
            );
        }
        for typed in ["ada1815", "123456x", "9876543210@example"] {
            assert_eq!(
                value(typed, &[Mobile, Email]),
                Err(IdentifierError::NotAnAddress),
                "{typed}"
            );
        }
    }

    #[test]
    fn email_is_trimmed_and_lowercased() {
        assert_eq!(
            value("  CapTest@Gmail.COM\n", &[Email]).as_deref(),
            Ok("captest@gmail.com")
        );
        assert_eq!(
            value("müller@bücher.example", &[Email]).as_deref(),
            Ok("müller@bücher.example")
        );
    }

    #[test]
    fn text_that_is_not_an_address_is_refused_as_email() {
        for typed in [
            "ada",
            "ada@",
            "@example.org",
            "ada@example",
            "a da@example.org",
            "ada@@example.org",
            "ada@example..org",
            "Ada <ada@example.org>",
        ] {
            assert_eq!(
                value(typed, &[Email]),
                Err(IdentifierError::NotAnAddress),
                "{typed}"
            );
        }
        assert_eq!(
            value("ada\u{200b}@example.org", &[Email]),
            Err(IdentifierError::Invisible)
        );
        assert_eq!(
            value("ada\u{202e}@example.org", &[Email]),
            Err(IdentifierError::Invisible)
        );
    }

    #[test]
    fn letter_or_at_sign_means_email_where_numbers_are_accepted_too() {
        let both = [Mobile, Email];
        assert_eq!(looks("9199", &both), Mobile);
        assert_eq!(looks("9199@", &both), Email);
        assert_eq!(looks("ad", &both), Email);
        assert_eq!(looks("", &both), Mobile);
        assert_eq!(looks("ad", &[Mobile]), Mobile);
    }

    #[test]
    fn user_name_and_external_id_are_sent_as_typed() {
        for typed in [" Ada L. ", "ада", "ADA@example.org", "00-17"] {
            assert_eq!(value(typed, &[Username]).as_deref(), Ok(typed));
            assert_eq!(value(typed, &[ExternalId]).as_deref(), Ok(typed));
        }
    }

    #[test]
    fn kind_is_recognised_among_all_kinds() {
        let all = [Mobile, Email, Username, ExternalId];
        assert_eq!(looks("ada", &all), Username);
        assert_eq!(looks("ada@", &all), Email);
        assert_eq!(looks("+91 99999 22332", &all), Mobile);
        assert_eq!(looks("4711", &all), ExternalId);
        assert_eq!(looks("4711", &[Mobile, Username]), Mobile);
        assert_eq!(looks("ada", &[Mobile, ExternalId]), ExternalId);
        assert_eq!(looks("ada@", &[Mobile, Username]), Username);
        assert_eq!(looks("4711", &[Email, Username]), Username);
    }

    #[test]
    fn white_space_counts_as_empty() {
        assert_eq!(
            value(" \u{a0}", &[Mobile, Email]),
            Err(IdentifierError::Empty)
        );
    }

    #[test]
    fn token_entry_names_an_identifier_by_type_and_value() {
        let ada = Identifier::parse("Ada@Example.org", &[Email]).expect("an address");
        assert!(ada.is_named_by("EMAIL|ADA@example.org"));
        assert!(!ada.is_named_by("MOBILE|ada@example.org"));
        assert!(!ada.is_named_by("EMAIL|eve@example.org"));
        assert!(!ada.is_named_by("ada@example.org"));
    }

    #[test]
    fn mask_hides_all_but_the_ends() {
        for (typed, kind, masked) in [
            ("919999922332", Mobile, "+91 ••••• ••332"),
            ("4915112345678", Mobile, "+49 • ••••• ••678"),
            ("1234567", Mobile, "+12 ••567"),
            ("123456789012345", Mobile, "+12 ••• ••••• ••345"),
            ("a@example.com", Email, "a•••@example.com"),
            ("zoë.example@example.com", Email, "z•••@example.com"),
            ("Äda", Username, "Ä•••"),
            ("ada@home", Username, "a•••"),
            ("4711", ExternalId, "4•••"),
        ] {
            let identifier = Identifier::parse(typed, &[kind]).expect("an identifier");
            assert_eq!(identifier.masked(), masked);
        }
    }

    #[test]
    fn only_parsed_values_are_restored() {
        assert!(Identifier::restore("MOBILE", "919999922332").is_some());
        assert!(Identifier::restore("MOBILE", "+91 99999 22332").is_none());
        assert!(Identifier::restore("USERNAME", "ada").is_some());
        assert!(Identifier::restore("FAX", "919999922332").is_none());
    }
}
