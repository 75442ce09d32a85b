//! Text that cannot be printed: tokens, codes, session ids and request bodies.

use serde::{Deserialize, Serializer};

/// A text that `Debug` does not show. Its memory is cleared when it is freed, like all memory of the wasm module
/// (`browser/memory.rs`); copies that the JavaScript engine makes are not.
///
/// [`Secret::expose`] is the only way to the text, so a review can search for the word `expose`. For the same reason the type is
/// not `Serialize`: a field that is written names [`expose`] or [`expose_option`]. It is read from JSON like any text.
///
/// ```
/// use ae_login::login::secret::Secret;
///
/// let code = Secret::new("123456");
/// assert_eq!(format!("{code:?}"), "Secret");
/// assert_eq!(code.expose(), "123456");
/// ```
#[derive(Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Takes a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for a request or for a record.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether the text is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// Serializes a secret, for `#[serde(serialize_with)]`.
///
/// # Errors
/// Those of the serializer.
pub fn expose<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose())
}

/// Serializes a secret, or `null` for `None`, for `#[serde(serialize_with)]`.
///
/// # Errors
/// Those of the serializer.
pub fn expose_option<S: Serializer>(
    secret: &Option<Secret>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match secret {
        Some(secret) => expose(secret, serializer),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_does_not_show_the_text() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "Secret");
    }
}
