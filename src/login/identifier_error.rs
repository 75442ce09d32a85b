//! The errors of reading an identifier.

/// Why a text is no identifier, named by what the person can do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdentifierError {
    /// Nothing was typed.
    Empty,
    /// The number is too short or too long for any country (ITU-T E.164: at most 15 digits).
    NotANumber,
    /// The number has no country code.
    NoCountryCode,
    /// The number is too short for this country (ISO 3166-1 alpha-2).
    TooShort(String),
    /// The number is too long for this country.
    TooLong(String),
    /// Numbers of this country are not taken.
    CountryNotAllowed(String),
    /// The text is no e-mail address.
    NotAnAddress,
    /// There is a character in it that cannot be seen.
    Invisible,
}
