//! The one-time code, picked out of what people really give: pasted sentences, spaces, dashes, other digits.

use super::characters::{digit, is_invisible};
use super::secret::Secret;

/// Codes may have this many digits whatever length was announced: the engine judges (contract §1.8, `CONF_OTP_LENGTH`).
pub const LENGTHS: std::ops::RangeInclusive<usize> = 4..=10;

/// Finds the code in a text.
///
/// Digits of any script count as ASCII ones and leading zeros stay. Groups joined by one space, dash, dot or an invisible
/// mark (`123-456`, `１２３ ４５６`) are one number. Among several numbers the first of the announced length is taken, else the
/// only one of a legal length.
///
/// `None` where there is no such number, or several to choose from.
pub fn find_code(typed: &str, announced: usize) -> Option<Secret> {
    let numbers = numbers(typed, announced);
    let code = numbers
        .iter()
        .find(|number| number.len() == announced)
        .or_else(|| {
            let mut legal = numbers
                .iter()
                .filter(|number| LENGTHS.contains(&number.len()));
            legal.next().filter(|_| legal.next().is_none())
        })?;
    Some(code.clone().into())
}

/// The runs of digits in a text, joined across single separators, unless a run alone is long enough to be a code.
fn numbers(typed: &str, announced: usize) -> Vec<String> {
    let mut numbers: Vec<String> = Vec::new();
    // Characters since the last digit; a separator or two still joins.
    let mut gap = usize::MAX;
    for c in typed.chars().filter(|c| !is_invisible(*c)) {
        if let Some(digit) = digit(c) {
            match numbers.last_mut() {
                Some(number) if gap == 0 || (gap <= 3 && number.len() < announced) => {
                    number.push(digit);
                }
                _ => numbers.push(digit.into()),
            }
            gap = 0;
        } else if c.is_whitespace()
            || matches!(
                c,
                '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}' | '·'
            )
        {
            gap = gap.saturating_add(1);
        } else {
            gap = usize::MAX;
        }
    }
    numbers
}

#[cfg(test)]
mod tests {

    fn read(typed: &str) -> Option<String> {
        super::find_code(typed, 6).map(|code| code.expose().to_owned())
    }

    #[test]
    fn the_code_is_found_in_what_people_give() {
        for typed in [
            "123456",
            " 123456\n",
            "123 456",
            "123-456",
            "12 34 56",
            "1 2 3 4 5 6",
            "１２３－４５６",
            "١٢٣٤٥٦",
            "۱۲۳۴۵۶",
            "123\u{a0}456",
            "123\u{200b}456",
            "Your code is 123456. It is good for 10 minutes.",
            "G-123456 is your code",
            "123456 is your code for order 88",
            "<#> 123-456: your code\n@shop.example #123456",
        ] {
            assert_eq!(read(typed).as_deref(), Some("123456"), "{typed}");
        }
    }

    #[test]
    fn leading_zeros_stay() {
        assert_eq!(read("000 042").as_deref(), Some("000042"));
    }

    #[test]
    fn another_length_is_taken_when_it_is_the_only_number() {
        assert_eq!(read("1234").as_deref(), Some("1234"));
        assert_eq!(read("12345678").as_deref(), Some("12345678"));
    }

    #[test]
    fn what_holds_no_code_is_not_guessed_at() {
        for typed in [
            "",
            "abc",
            "123",
            "12345678901",
            "12ab34",
            "1234 or, better: 5678",
        ] {
            assert_eq!(read(typed), None, "{typed}");
        }
    }
}
