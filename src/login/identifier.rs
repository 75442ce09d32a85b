//! Who is signing in: what a person typed, made into the one string that is sent all through an attempt.

pub use super::characters::{digit, is_invisible};
pub use super::identifier_error::IdentifierError;

use super::contract::IdentifierKind;
use super::country::NumberingPlan;

/// What a customer goes by, as it may be sent.
///
/// A mobile number is digits with the country code and no plus, an e-mail address is trimmed and in lower case, a user name
/// or an external id is as it was typed (contract §1.4). The same string is used from the first call of an attempt to the last, since the engine refuses another
/// one (1507, 1541).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identifier {
    kind: IdentifierKind,
    value: String,
}

impl Identifier {
    /// Reads what a person typed, pasted or let the browser fill in.
    ///
    /// # Errors
    /// What is wrong with it, for the person who typed it.
    pub fn parse(typed: &str, accepted: &[IdentifierKind]) -> Result<Self, IdentifierError> {
        Self::parse_by(typed, accepted, None)
    }

    /// The same, where it is known what numbers are like.
    ///
    /// # Errors
    /// The same, and what is wrong with a number in its country.
    pub fn parse_by(
        typed: &str,
        accepted: &[IdentifierKind],
        numbers: Option<NumberingPlan<'_>>,
    ) -> Result<Self, IdentifierError> {
        if typed.chars().all(char::is_whitespace) {
            return Err(IdentifierError::Empty);
        }
        let kind = recognise(typed, accepted, numbers);
        let value = match kind {
            IdentifierKind::Mobile => mobile(typed, numbers)?,
            IdentifierKind::Email => email(typed)?,
            IdentifierKind::Username | IdentifierKind::ExternalId => typed.to_owned(),
        };
        Ok(Self { kind, value })
    }

    /// Takes up an identifier that this crate wrote down earlier; `None` if it could not have been ours.
    pub fn restore(kind: &str, value: &str) -> Option<Self> {
        let kind = IdentifierKind::from_api_name(kind)?;
        let again = Self::parse(value, &[kind]).ok()?;
        (again.value == value).then_some(again)
    }

    /// Which kind it is.
    pub fn kind(&self) -> IdentifierKind {
        self.kind
    }

    /// The string that is sent.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The identifier as a person reads it: a number with its plus again.
    pub fn display_text(&self) -> String {
        match self.kind {
            IdentifierKind::Mobile => ["+", &self.value].concat(),
            _ => self.value.clone(),
        }
    }

    /// Whether a token's `TYPE|value` names this identifier (contract §7).
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

/// Which of the accepted kinds a text looks like, while it is being typed.
///
/// What could not stand in a number makes it an address or a name, an `@` an address. Digits that cannot be a mobile number
/// are the shop's own number for its customer, where that is accepted.
pub fn recognise(
    typed: &str,
    accepted: &[IdentifierKind],
    numbers: Option<NumberingPlan<'_>>,
) -> IdentifierKind {
    use IdentifierKind::{Email, ExternalId, Mobile, Username};
    let is_number = typed
        .chars()
        .all(|c| c == '+' || c == '＋' || digit(c).is_some() || is_filling(c));
    let likely = if is_number && accepted.contains(&ExternalId) && mobile(typed, numbers).is_err() {
        [ExternalId, Mobile, Username, Email]
    } else if is_number {
        [Mobile, ExternalId, Username, Email]
    } else if typed.contains('@') {
        [Email, Username, ExternalId, Mobile]
    } else {
        [Username, ExternalId, Email, Mobile]
    };
    let mut likely = likely.into_iter();
    likely
        .find(|kind| accepted.contains(kind))
        .unwrap_or(Mobile)
}

/// What people put between the digits of a number, and what comes along unseen when one is copied from a contact.
fn is_filling(c: char) -> bool {
    c.is_whitespace()
        || is_invisible(c)
        || matches!(
            c,
            '-' | '.' | '(' | ')' | '/' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}'
        )
}

fn mobile(typed: &str, numbers: Option<NumberingPlan<'_>>) -> Result<String, IdentifierError> {
    let (digits, is_whole) = digits(typed).ok_or(IdentifierError::NotANumber)?;
    let number = match numbers {
        Some(numbers) => numbers.whole(&digits, is_whole)?,
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

/// The digits of a number, and whether they begin with a country code for sure: behind `+`, its full-width form, or `00`.
/// `None` for what is no number.
pub fn digits(typed: &str) -> Option<(String, bool)> {
    let mut digits = String::new();
    // How many digits stand ahead of the plus.
    let mut plus = None;
    // How many digits stand before an open bracket.
    let mut bracket = None;
    for c in typed.chars() {
        match (digit(c), c) {
            (Some(digit), _) => digits.push(digit),
            (None, '+' | '＋') if plus.is_none_or(|at| at == 0 && !digits.is_empty()) => {
                plus = Some(digits.len());
            }
            (None, '(') => bracket = Some(digits.len()),
            // `+44 (0)20 …`: a zero in brackets behind the country code is dialled within the country only.
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
            // `+91+91…`: filled in behind a country code that was there already.
            Some(rest.strip_prefix(ahead).map(|_| rest)?)
        }
        None => digits.strip_prefix("00"),
    };
    Some((rest.unwrap_or(&digits).to_owned(), rest.is_some()))
}

/// Checks for no more than a mail server would trip over: the code that is sent is the proof (RFC 5321 §4.5.3.1: 254 octets).
fn email(typed: &str) -> Result<String, IdentifierError> {
    // Letters beyond ASCII stay: lowering them adds 6.8 KB (brotli) of tables, for addresses that hardly exist.
    let address = typed.trim().to_ascii_lowercase();
    if address.chars().any(is_invisible) {
        return Err(IdentifierError::Invisible);
    }
    let (name, domain) = address
        .split_once('@')
        .ok_or(IdentifierError::NotAnAddress)?;
    // With a dot at each end, an empty label is two in a row.
    let labels = [".", domain, "."].concat();
    let fits = !name.is_empty()
        && !domain.contains('@')
        && address.len() <= 254
        && domain.contains('.')
        && !labels.as_bytes().windows(2).any(|two| two == b"..")
        && !address.chars().any(|c| {
            c.is_whitespace()
                || c.is_control()
                || matches!(c, '<' | '>' | ',' | ';' | ':' | '"' | '(' | ')' | '\\')
        });
    if fits {
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
    fn one_number_typed_in_many_ways_is_one_string() {
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
    fn a_national_number_is_asked_for_its_country_code() {
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
    fn what_is_no_number_is_called_so() {
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
    fn an_address_is_trimmed_and_in_lower_case() {
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
    fn what_is_no_address_is_called_so() {
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
    fn with_both_accepted_an_at_or_a_letter_makes_it_an_address() {
        let both = [Mobile, Email];
        assert_eq!(looks("9199", &both), Mobile);
        assert_eq!(looks("9199@", &both), Email);
        assert_eq!(looks("ad", &both), Email);
        assert_eq!(looks("", &both), Mobile);
        assert_eq!(looks("ad", &[Mobile]), Mobile);
    }

    #[test]
    fn a_name_is_sent_as_it_was_typed() {
        for typed in [" Ada L. ", "ада", "ADA@example.org", "00-17"] {
            assert_eq!(value(typed, &[Username]).as_deref(), Ok(typed));
            assert_eq!(value(typed, &[ExternalId]).as_deref(), Ok(typed));
        }
    }

    #[test]
    fn names_are_told_from_numbers_and_addresses() {
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
    fn nothing_typed_is_not_called_wrong_but_empty() {
        assert_eq!(
            value(" \u{a0}", &[Mobile, Email]),
            Err(IdentifierError::Empty)
        );
    }

    #[test]
    fn a_token_names_its_customer_by_type_and_value() {
        let ada = Identifier::parse("Ada@Example.org", &[Email]).expect("an address");
        assert!(ada.is_named_by("EMAIL|ADA@example.org"));
        assert!(!ada.is_named_by("MOBILE|ada@example.org"));
        assert!(!ada.is_named_by("EMAIL|eve@example.org"));
        assert!(!ada.is_named_by("ada@example.org"));
    }

    #[test]
    fn only_what_this_crate_wrote_is_taken_up_again() {
        assert!(Identifier::restore("MOBILE", "919999922332").is_some());
        assert!(Identifier::restore("MOBILE", "+91 99999 22332").is_none());
        assert!(Identifier::restore("USERNAME", "ada").is_some());
        assert!(Identifier::restore("FAX", "919999922332").is_none());
    }
}
