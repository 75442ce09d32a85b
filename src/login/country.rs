//! Which country a mobile number is of, what it is with its dial code, and how it is written: by the table in
//! `src/countries.txt`, which comes after the form, or not at all.
//!
//! A line of it is `CCdial lengths groups trunk`: the country (ISO 3166-1 alpha-2) with its dial code, how many digits its mobile
//! numbers may have behind that (each as one hexadecimal digit), how many of them stand before each gap but the last, and
//! what is dialled ahead of them within the country, if anything. Where countries share a dial code, all but one have a hyphen behind it, and then the first
//! digits of the numbers that are theirs alone.

use super::characters::digit;
use super::identifier_error::IdentifierError;

/// The table, and what counts of it for one form.
#[derive(Debug, Clone, Copy)]
pub struct NumberingPlan<'a> {
    /// The table, or nothing as long as it is not there. In place of where it is from, its first line says the country of the
    /// browser's language.
    pub table: &'a str,
    /// The countries whose numbers are taken; none for all.
    pub allowed: &'a [String],
    /// The country that a number is of unless it says otherwise; empty for none.
    pub chosen: &'a str,
}

/// A line of the table.
#[derive(Debug, Clone, Copy)]
pub struct Country<'a> {
    /// ISO 3166-1 alpha-2.
    pub code: &'a str,
    /// What a number begins with after the plus.
    pub dial: &'a str,
    /// The first digits of its own numbers; `None` for the one country that has all others.
    own: Option<&'a str>,
    lengths: &'a str,
    groups: &'a str,
    trunk: &'a str,
}

/// What digits are taken for.
struct Reading<'a, 'd> {
    country: Country<'a>,
    /// What stands behind the dial code.
    national: &'d str,
    /// Whether a number of that country can be so long.
    fits: bool,
}

impl<'a> NumberingPlan<'a> {
    /// The number as it is sent, of what a person typed: digits, and whether a country code comes first for sure.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn whole(&self, digits: &str, is_whole: bool) -> Result<String, IdentifierError> {
        // As it is, where it is of no country of the table.
        let Some(reading) = self.read(digits, is_whole) else {
            return Ok(digits.to_owned());
        };
        let (country, whole) = self.place(&reading);
        let error = if reading.fits {
            if self.allowed.is_empty() || self.allowed.iter().any(|code| code == country.code) {
                return Ok(whole);
            }
            IdentifierError::CountryNotAllowed
        } else if reading.country.is_within(reading.national.len()) {
            IdentifierError::TooShort
        } else {
            IdentifierError::TooLong
        };
        Err(error(country.code.to_owned()))
    }

    /// The country of what stands in a field; the chosen one as long as nothing else is known.
    pub fn country(&self, digits: &str, is_whole: bool) -> Option<Country<'a>> {
        match self.read(digits, is_whole) {
            Some(reading) => Some(self.place(&reading).0),
            None => self.find(self.chosen),
        }
    }

    /// A number apart: its country's dial code, and what stands behind that.
    pub fn split<'d>(&self, digits: &'d str, is_whole: bool) -> Option<(&'a str, &'d str)> {
        let reading = self.read(digits, is_whole)?;
        Some((reading.country.dial, reading.national))
    }

    /// What was typed, with gaps where its country has them; `None` for what is written in a way of its own.
    pub fn grouped(&self, typed: &str) -> Option<String> {
        let is_whole = typed.starts_with('+');
        let mut digits = String::new();
        for c in typed.chars().skip(usize::from(is_whole)) {
            match digit(c) {
                Some(digit) => digits.push(digit),
                None if c == ' ' => {}
                None => return None,
            }
        }
        if digits.starts_with("00") {
            return None;
        }
        let reading = self.read(&digits, is_whole)?;
        let mut groups = reading.country.groups.chars();
        let mut gap = digits.len() - reading.national.len();
        if !is_whole && digits.starts_with('0') {
            // A zero that is dialled within the country stands with the number.
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

    /// A country of the table.
    pub fn find(&self, code: &str) -> Option<Country<'a>> {
        self.all().find(|country| country.code == code)
    }

    fn all(&self) -> impl Iterator<Item = Country<'a>> + use<'a> {
        self.table.split('\n').filter_map(Country::read)
    }

    /// Takes digits for a number of the chosen country if they can be one, else for one of the country whose code they begin with.
    fn read<'d>(&self, digits: &'d str, is_whole: bool) -> Option<Reading<'a, 'd>> {
        let chosen = self.find(self.chosen).filter(|_| !is_whole);
        let own = chosen.map(|country| country.reading(digits));
        if own.as_ref().is_some_and(|own| own.fits) {
            return own;
        }
        let other = self
            .owner(digits)
            .and_then(|country| Some(country.reading(digits.strip_prefix(country.dial)?)));
        other.filter(|other| other.fits || chosen.is_none()).or(own)
    }

    /// The number with its dial code, and whose it is of the countries that share that.
    fn place(&self, reading: &Reading<'a, '_>) -> (Country<'a>, String) {
        let whole = [reading.country.dial, reading.national].concat();
        (self.owner(&whole).unwrap_or(reading.country), whole)
    }

    /// The country of a number that begins with a country code.
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

    /// Whether a number of it can be so long, or longer.
    fn is_within(&self, length: usize) -> bool {
        self.lengths.chars().any(|most| length <= size(Some(most)))
    }

    /// Leaves out what is dialled within the country only, and a country code that is there once more.
    fn reading<'d>(self, digits: &'d str) -> Reading<'a, 'd> {
        let fits = |digits: &str| {
            self.lengths
                .chars()
                .any(|length| digits.len() == size(Some(length)))
        };
        let national = self.national(digits);
        let again = national
            .strip_prefix(self.dial)
            .map(|again| self.national(again));
        let national = match again {
            Some(again) if !fits(national) && fits(again) => again,
            _ => national,
        };
        Reading {
            country: self,
            national,
            fits: fits(national),
        }
    }

    fn national<'d>(&self, digits: &'d str) -> &'d str {
        digits.strip_prefix(self.trunk).unwrap_or(digits)
    }
}

/// A digit of the table; 0 for what is none.
fn size(digit: Option<char>) -> usize {
    digit
        .and_then(|digit| digit.to_digit(16))
        .unwrap_or_default() as usize
}

/// Where the caret belongs when gaps have moved: behind as many characters that are no gaps as before.
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
