//! The country of a mobile number, its international form, and how it is grouped.
//!
//! The rules are in the table `src/countries.txt`. It is loaded after the form, and the form works without it. Each line is
//! `CCdial lengths groups trunk`, separated by spaces:
//!
//! - `CC`: the country (ISO 3166-1 alpha-2).
//! - `dial`: its country calling code (ITU-T E.164). If countries share a code, all but one have a hyphen after it, and then the
//!   first digits of their own numbers, separated by commas.
//! - `lengths`: how many digits its mobile numbers may have after the code, each as one hexadecimal digit.
//! - `groups`: how many digits stand before each gap except the last group.
//! - `trunk`: the prefix that is dialled only within the country; it may be missing.

use super::characters::digit;
use super::identifier_error::IdentifierError;

/// The table of countries, with the settings of one form.
#[derive(Debug, Clone, Copy)]
pub struct NumberingPlan<'a> {
    /// The table. Its first line is the country of the browser's language; in the file that line names the source.
    pub table: &'a str,
    /// The countries whose numbers are accepted; empty for all.
    pub allowed: &'a [String],
    /// The country of numbers without a country code; empty for none.
    pub chosen: &'a str,
}

/// A line of the table.
#[derive(Debug, Clone, Copy)]
pub struct Country<'a> {
    /// ISO 3166-1 alpha-2.
    pub code: &'a str,
    /// The country calling code, which follows the plus.
    pub dial: &'a str,
    /// The first digits of its own numbers; `None` for the country that has all other numbers of a shared code.
    own: Option<&'a str>,
    lengths: &'a str,
    groups: &'a str,
    trunk: &'a str,
}

/// How digits are read.
struct Reading<'a, 'd> {
    country: Country<'a>,
    /// The digits after the country calling code.
    national: &'d str,
    /// Whether a number of that country may have this length.
    has_valid_length: bool,
}

impl<'a> NumberingPlan<'a> {
    /// Returns the number in its international form, with the country calling code and without a plus.
    ///
    /// Digits that belong to no country of the table are returned as they are.
    ///
    /// # Errors
    /// [`IdentifierError::TooShort`], [`IdentifierError::TooLong`] or [`IdentifierError::CountryNotAllowed`], each with the country.
    pub fn to_international(
        &self,
        digits: &str,
        is_international: bool,
    ) -> Result<String, IdentifierError> {
        let Some(reading) = self.read(digits, is_international) else {
            return Ok(digits.to_owned());
        };
        let (country, number) = self.locate(&reading);
        let error = if reading.has_valid_length {
            if self.allowed.is_empty() || self.allowed.iter().any(|code| code == country.code) {
                return Ok(number);
            }
            IdentifierError::CountryNotAllowed
        } else if reading.country.is_within(reading.national.len()) {
            IdentifierError::TooShort
        } else {
            IdentifierError::TooLong
        };
        Err(error(country.code.to_owned()))
    }

    /// Returns the country of a number while it is typed: the chosen one as long as the digits do not show another.
    pub fn country(&self, digits: &str, is_international: bool) -> Option<Country<'a>> {
        match self.read(digits, is_international) {
            Some(reading) => Some(self.locate(&reading).0),
            None => self.find(self.chosen),
        }
    }

    /// Splits a number into its country calling code and the digits after it.
    pub fn split<'d>(&self, digits: &'d str, is_international: bool) -> Option<(&'a str, &'d str)> {
        let reading = self.read(digits, is_international)?;
        Some((reading.country.dial, reading.national))
    }

    /// Returns the text with gaps where its country has them, or `None` if it has characters other than digits, spaces and a plus at
    /// its start.
    pub fn grouped(&self, typed: &str) -> Option<String> {
        let is_international = typed.starts_with('+');
        let mut digits = String::new();
        for c in typed.chars().skip(usize::from(is_international)) {
            match digit(c) {
                Some(digit) => digits.push(digit),
                None if c == ' ' => {}
                None => return None,
            }
        }
        if digits.starts_with("00") {
            return None;
        }
        let reading = self.read(&digits, is_international)?;
        let mut groups = reading.country.groups.chars();
        let mut gap = digits.len() - reading.national.len();
        if !is_international && digits.starts_with('0') {
            // The zero that is dialled within the country belongs to the first group.
            gap += size(groups.next());
        }
        let mut grouped = String::new();
        let mut at = 0;
        for c in typed.chars().filter(|c| *c != ' ') {
            if digit(c).is_some() {
                if at == gap {
                    if at > 0 {
                        grouped.push(' ');
                    }
                    gap += size(groups.next());
                }
                at += 1;
            }
            grouped.push(c);
        }
        Some(grouped)
    }

    /// Returns the country with this code (ISO 3166-1 alpha-2).
    pub fn find(&self, code: &str) -> Option<Country<'a>> {
        self.all().find(|country| country.code == code)
    }

    fn all(&self) -> impl Iterator<Item = Country<'a>> + use<'a> {
        self.table.split('\n').filter_map(Country::read)
    }

    /// Reads digits as a number of the chosen country if the length is valid, else as one of the country whose code they begin with.
    fn read<'d>(&self, digits: &'d str, is_international: bool) -> Option<Reading<'a, 'd>> {
        let chosen = self.find(self.chosen).filter(|_| !is_international);
        let own = chosen.map(|country| country.reading(digits));
        if own.as_ref().is_some_and(|own| own.has_valid_length) {
            return own;
        }
        let other = self
            .owner(digits)
            .and_then(|country| Some(country.reading(digits.strip_prefix(country.dial)?)));
        other
            .filter(|other| other.has_valid_length || chosen.is_none())
            .or(own)
    }

    /// Returns the number with its country calling code, and its country among those that share the code.
    fn locate(&self, reading: &Reading<'a, '_>) -> (Country<'a>, String) {
        let whole = [reading.country.dial, reading.national].concat();
        (self.owner(&whole).unwrap_or(reading.country), whole)
    }

    /// Returns the country of an international number.
    fn owner(&self, whole: &str) -> Option<Country<'a>> {
        let mut best = (0, None);
        for country in self.all() {
            let Some(national) = whole.strip_prefix(country.dial) else {
                continue;
            };
            let begins = |first: &str| !first.is_empty() && national.starts_with(first);
            let rank = match country.own {
                Some(own) if own.split(',').any(begins) => 3,
                None | Some("") if country.code == self.chosen => 2,
                None => 1,
                Some(_) => 0,
            };
            if rank > best.0 {
                best = (rank, Some(country));
            }
        }
        best.1
    }
}

impl<'a> Country<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let mut words = line.split(' ');
        let (code, dial) = words.next()?.split_at_checked(2)?;
        let (dial, own) = match dial.split_once('-') {
            Some((dial, own)) => (dial, Some(own)),
            None => (dial, None),
        };
        Some(Self {
            code,
            dial,
            own,
            lengths: words.next()?,
            groups: words.next()?,
            trunk: words.next().unwrap_or_default(),
        })
    }

    /// Whether some number of the country is at least this long.
    fn is_within(&self, length: usize) -> bool {
        self.lengths.chars().any(|most| length <= size(Some(most)))
    }

    /// Reads digits as a number of this country: removes the trunk prefix, and a country calling code that was typed as well.
    fn reading<'d>(self, digits: &'d str) -> Reading<'a, 'd> {
        let has_valid_length = |digits: &str| {
            self.lengths
                .chars()
                .any(|length| digits.len() == size(Some(length)))
        };
        let national = self.national(digits);
        let again = national
            .strip_prefix(self.dial)
            .map(|again| self.national(again));
        let national = match again {
            Some(again) if !has_valid_length(national) && has_valid_length(again) => again,
            _ => national,
        };
        Reading {
            country: self,
            national,
            has_valid_length: has_valid_length(national),
        }
    }

    fn national<'d>(&self, digits: &'d str) -> &'d str {
        digits.strip_prefix(self.trunk).unwrap_or(digits)
    }
}

/// The value of a hexadecimal digit of the table; 0 for any other character.
fn size(digit: Option<char>) -> usize {
    digit
        .and_then(|digit| digit.to_digit(16))
        .unwrap_or_default() as usize
}

/// Returns the position of the caret after a number was grouped: it stays behind the same digit.
///
/// `at` and the result count characters from the start.
pub fn caret_after_grouping(before: &str, at: u32, after: &str) -> u32 {
    let ahead = before.chars().take(at as usize);
    let mut left = ahead.filter(|c| *c != ' ').count();
    let mut behind = 0;
    for c in after.chars() {
        if left == 0 {
            break;
        }
        behind += 1;
        left -= usize::from(c != ' ');
    }
    behind
}
