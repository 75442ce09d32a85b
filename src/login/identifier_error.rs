//! Why a text is not an identifier.

/// Why a text is not an identifier. Each variant has a text that tells the person what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdentifierError {
    /// The text is empty.
    Empty,
    /// The number is too short or too long for any country (ITU-T E.164: at most 15 digits).
    NotANumber,
    /// The number has no country code.
    NoCountryCode,
    /// The number is too short for this country (ISO 3166-1 alpha-2).
    TooShort(String),
    /// The number is too long for this country.
    TooLong(String),
    /// Numbers of this country are not accepted (attribute `countries`).
    CountryNotAllowed(String),
    /// The text is not an e-mail address.
    NotAnAddress,
    /// The text contains a character that is not visible.
    Invisible,
}
