//! Parsing of typed, pasted and autofilled identifiers and codes: all spellings give the same value, and every accepted value can be
//! sent.

use ae_login::login::config::IdentifierKind::{self, Email, ExternalId, Mobile, Username};
use ae_login::login::identifier::{Identifier, IdentifierError, digit, is_invisible};
use ae_login::login::otp;
use proptest::prelude::*;

/// The digit zero of the scripts that keyboards of phones have.
const ZEROS: [char; 15] = [
    '0', '\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{b66}', '\u{be6}',
    '\u{c66}', '\u{ce6}', '\u{d66}', '\u{e50}', '\u{17e0}', '\u{ff10}',
];
const SEPARATORS: [&str; 12] = [
    "", "", "", " ", "-", ".", " -", ") ", "/", "\u{a0}", "\u{2011}", "\u{200e}",
];

fn value(typed: &str, accepted: &[IdentifierKind]) -> Result<String, IdentifierError> {
    Identifier::parse(typed, accepted).map(|identifier| identifier.value().to_owned())
}

fn code(typed: &str, announced: usize) -> Option<String> {
    otp::find_code(typed, announced).map(|code| code.expose().to_owned())
}

/// Digits in the script of this zero, with separators between them.
fn write_digits(digits: &str, zero: char, between: &[usize]) -> String {
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        let value = digit.to_digit(10).expect("a digit");
        out.push(char::from_u32(u32::from(zero) + value).expect("a digit of that script"));
        out.push_str(SEPARATORS[between[at % between.len()] % SEPARATORS.len()]);
    }
    out
}

/// Whether the engine accepts the identifier (contract §1.4).
fn is_legal(identifier: &Identifier) -> bool {
    let value = identifier.value();
    match identifier.kind() {
        Mobile => {
            (7..=15).contains(&value.len())
                && value.bytes().all(|byte| byte.is_ascii_digit())
                && !value.starts_with('0')
        }
        Email => {
            let (name, host) = value.rsplit_once('@').unwrap_or_default();
            !name.is_empty()
                && host.contains('.')
                && value.len() <= 254
                && value.to_ascii_lowercase() == value
                && !value
                    .chars()
                    .any(|c| c.is_whitespace() || c.is_control() || is_invisible(c))
        }
        Username | ExternalId => !value.chars().all(char::is_whitespace),
    }
}

fn kinds() -> impl Strategy<Value = Vec<IdentifierKind>> {
    prop::sample::select(vec![
        vec![Mobile],
        vec![Email],
        vec![Mobile, Email],
        vec![Email, Mobile],
        vec![Username],
        vec![ExternalId],
        vec![Mobile, Username],
        vec![Email, ExternalId],
        vec![Mobile, ExternalId],
        vec![Mobile, Email, Username, ExternalId],
    ])
}

/// Any text, and texts that resemble numbers and addresses.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[+0-9０-９٠-٩ ()./\\-]{0,24}",
        "[a-zA-Z0-9İẞΣſK.@ \u{200b}\u{202e}_+-]{0,24}",
        "\\PC{0,10}@\\PC{0,10}\\.\\PC{1,5}",
        "İ{60,130}@example\\.(org|com)",
        "[A-Z]{230,250}@example\\.org",
    ]
}

#[test]
fn trunk_zero_in_brackets_is_removed() {
    for typed in [
        "+44 (0)20 7946 0958",
        "+44(0)2079460958",
        "0044 (0) 20 7946 0958",
        "+44 20 7946 0958",
        "+٤٤ (٠) ٢٠ ٧٩٤٦ ٠٩٥٨",
    ] {
        assert_eq!(
            value(typed, &[Mobile]).as_deref(),
            Ok("442079460958"),
            "{typed}"
        );
    }
    assert_eq!(
        value("(0)20 7946 0958", &[Mobile]),
        Err(IdentifierError::NoCountryCode)
    );
}

#[test]
fn pasted_megabyte_is_parsed() {
    for huge in ["9 ", "a", "\u{200b}"] {
        let huge = huge.repeat((1 << 20) / huge.len());
        assert!(value(&huge, &[Mobile, Email]).is_err());
        // Only the row of digits may contain a code.
        assert!(code(&huge, 6).is_none_or(|code| code.len() == 6));
    }
}

proptest! {
    #![proptest_config(config(2_000))]

    #[test]
    fn all_spellings_of_digits_give_the_same_number(
        digits in "[1-9][0-9]{6,14}",
        zero in prop::sample::select(&ZEROS[..]),
        between in prop::collection::vec(0usize..12, 1..8),
        before in prop::sample::select(vec!["", " ", "+", "\u{ff0b}", "00", "(+", "\u{202a}+", "00 "]),
    ) {
        let typed = format!("{before}{}", write_digits(&digits, zero, &between));
        prop_assert_eq!(value(&typed, &[Mobile]), Ok(digits.clone()));
        prop_assert_eq!(value(&typed, &[Mobile, Email]), Ok(digits));
    }

    #[test]
    fn all_spellings_of_an_address_give_the_same_address(
        address in "[a-zA-Z0-9_+-]{1,20}(\\.[a-zA-Z0-9]{1,8})?@[a-zA-Z0-9-]{1,10}(\\.[a-zA-Z]{2,6}){1,3}",
        capitals in any::<u64>(),
        space in "[ \t\n\u{a0}\u{3000}]{0,3}",
    ) {
        let shuffled = address
            .chars()
            .enumerate()
            .map(|(at, c)| if capitals >> (at % 64) & 1 == 1 { c.to_ascii_uppercase() } else { c })
            .collect::<String>();
        let typed = format!("{space}{shuffled}{space}");
        prop_assert_eq!(value(&typed, &[Email]), Ok(address.to_ascii_lowercase()));
        prop_assert_eq!(value(&typed, &[Mobile, Email]), Ok(address.to_ascii_lowercase()));
    }

    #[test]
    fn accepted_identifier_is_legal_and_parses_to_itself(typed in texts(), accepted in kinds()) {
        if let Ok(identifier) = Identifier::parse(&typed, &accepted) {
            prop_assert!(accepted.contains(&identifier.kind()));
            prop_assert!(is_legal(&identifier), "{identifier:?}");
            let kind = [identifier.kind()];
            for again in [identifier.value().to_owned(), identifier.display_text()] {
                prop_assert_eq!(Identifier::parse(&again, &kind), Ok(identifier.clone()));
                prop_assert_eq!(Identifier::parse(&again, &accepted), Ok(identifier.clone()));
            }
            prop_assert_eq!(
                Identifier::restore(kind[0].api_name(), identifier.value()),
                Some(identifier.clone())
            );
            let entry = format!("{}|{}", kind[0].api_name(), identifier.value());
            prop_assert!(identifier.is_named_by(&entry));
        }
    }

    #[test]
    fn digit_maps_numeric_characters_to_ascii_digits(c in any::<char>()) {
        if let Some(digit) = digit(c) {
            prop_assert!(digit.is_ascii_digit() && c.is_numeric());
        } else {
            prop_assert!(!c.is_ascii_digit());
        }
    }

    #[test]
    fn all_spellings_of_a_code_give_the_same_code(
        digits in "[0-9]{6}",
        zero in prop::sample::select(&ZEROS[..]),
        between in prop::collection::vec(prop::sample::select(vec!["", "", " ", "-", "\u{a0}", "\u{2011}", "\u{200b}"]), 6),
        around in prop::sample::select(vec![("", ""), (" ", "\n"), ("Your code is ", "."), ("G-", " is your code"), ("<#> ", "\n@shop.example")]),
    ) {
        let mut typed = around.0.to_owned();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 {
                typed.push_str(between[at]);
            }
            let value = digit.to_digit(10).expect("a digit");
            typed.push(char::from_u32(u32::from(zero) + value).expect("a digit"));
        }
        typed.push_str(around.1);
        prop_assert_eq!(code(&typed, 6), Some(digits));
    }

    #[test]
    fn parsed_code_is_4_to_10_consecutive_digits_of_the_input(
        typed in prop_oneof![any::<String>(), "[0-9０-９ .:\\-a-z\u{200b}]{0,40}"],
        announced in 4usize..=10,
    ) {
        if let Some(code) = code(&typed, announced) {
            prop_assert!(otp::LENGTHS.contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit()));
            let all = typed.chars().filter_map(digit).collect::<String>();
            prop_assert!(all.contains(&code), "{code} is not in {all}");
            prop_assert_eq!(self::code(&code, announced), Some(code));
        }
    }
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(cases)
    }
}
