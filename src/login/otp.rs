//! Finds the one-time code in what people type or paste: whole messages, spaces, dashes, digits of other scripts.

use super::characters::{digit, is_invisible};
use super::secret::Secret;

/// The lengths that a code may have, whatever the attribute `otp-length` says: the engine decides (contract §1.8, `CONF_OTP_LENGTH`).
pub const LENGTHS: std::ops::RangeInclusive<usize> = 4..=10;

/// Finds the code in a text.
///
/// Digits of any script become ASCII digits, and leading zeros stay. Groups with up to three spaces or dashes between them
/// (`123-456`, `１２３ ４５６`) are one number; invisible characters are skipped. Of several numbers the first with the `announced`
/// length is the code, else the only one whose length is in [`LENGTHS`].
///
/// Returns `None` if there is no such number, or more than one.
///
/// ```
/// use ae_login::login::otp::find_code;
///
/// let code = find_code("123-456 is your code for order 88", 6).expect("a code");
/// assert_eq!(code.expose(), "123456");
/// assert_eq!(find_code("1234 or 5678", 6), None);
/// ```
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

/// Finds a code of the `announced` length in a message: a text with other characters than digits and separators.
///
/// Returns `None` for a code that was typed without a message, whatever its separators.
///
/// ```
/// use ae_login::login::otp::code_in_message;
///
/// let code = code_in_message("123-456 is your code for order 88", 6).expect("a code");
/// assert_eq!(code.expose(), "123456");
/// assert_eq!(code_in_message("123-456", 6), None);
/// ```
pub fn code_in_message(text: &str, announced: usize) -> Option<Secret> {
    let is_message = text
        .chars()
        .any(|c| digit(c).is_none() && !is_separator(c) && !is_invisible(c));
    find_code(text, announced).filter(|code| is_message && code.expose().len() == announced)
}

/// A number that stands for a code, so that a code can be recognised that was sent before. The code itself is not kept (FNV-1a, 64 bits).
pub fn fingerprint(code: &Secret) -> u64 {
    let mut hash = 14_695_981_039_346_656_037_u64;
    for byte in code.expose().bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(1_099_511_628_211);
    }
    hash
}

/// Returns the numbers in a text. Runs of digits with separators between them are joined until a number has the announced length.
fn numbers(typed: &str, announced: usize) -> Vec<String> {
    let mut numbers: Vec<String> = Vec::new();
    // The number of separators since the last digit.
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
        } else if is_separator(c) {
            gap = gap.saturating_add(1);
        } else {
            gap = usize::MAX;
        }
    }
    numbers
}

/// Whether a character may stand between the digits of a code.
fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}' | '·'
        )
}

#[cfg(test)]
mod tests {

    fn read(typed: &str) -> Option<String> {
        super::find_code(typed, 6).map(|code| code.expose().to_owned())
    }

    #[test]
    fn code_is_found_in_typed_and_pasted_text() {
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
    fn code_in_a_message_is_found() {
        let find = |text| super::code_in_message(text, 6).map(|code| code.expose().to_owned());
        for message in [
            "Your code is 123456. It is good for 10 minutes.",
            "G-123456",
            "आपका कोड 123456 है",
            "<#> 123-456: your code\n@shop.example #123456",
        ] {
            assert_eq!(find(message).as_deref(), Some("123456"), "{message}");
        }
    }

    #[test]
    fn typed_code_is_no_message() {
        for typed in [
            "123456",
            "123 456",
            "123-456",
            "12\u{200b}3456",
            "G-1234",
            "code",
            "",
        ] {
            assert_eq!(super::code_in_message(typed, 6), None, "{typed}");
        }
    }

    #[test]
    fn fingerprint_tells_codes_apart() {
        let of = |code: &str| super::fingerprint(&super::Secret::new(code));
        assert_eq!(of("123456"), of("123456"));
        assert_ne!(of("123456"), of("123457"));
        assert_ne!(of("012345"), of("12345"));
    }

    #[test]
    fn leading_zeros_are_kept() {
        assert_eq!(read("000 042").as_deref(), Some("000042"));
    }

    #[test]
    fn only_number_is_the_code_if_its_length_differs() {
        assert_eq!(read("1234").as_deref(), Some("1234"));
        assert_eq!(read("12345678").as_deref(), Some("12345678"));
    }

    #[test]
    fn text_without_a_single_code_yields_none() {
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
