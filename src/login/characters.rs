//! Decimal digits of any script, and characters that are not visible.

/// Returns the ASCII digit for a decimal digit of a script that phones type: ASCII, full-width, Arabic-Indic, Persian, Thai, Khmer
/// and the Indic scripts. Returns `None` for any other character.
///
/// In Unicode the ten digits of a script follow each other, so the table has only the zeros.
pub fn digit(c: char) -> Option<char> {
    const ZEROS: [u32; 15] = [
        0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50,
        0x17e0, 0xff10,
    ];
    let code = u32::from(c);
    ZEROS
        .iter()
        .find_map(|zero| char::from_digit(code.checked_sub(*zero).filter(|n| *n < 10)?, 10))
}

/// Whether a character is not visible: zero-width characters, direction marks and overrides, the byte order mark, the soft hyphen.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
