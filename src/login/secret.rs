//! Text that cannot be printed: tokens, codes, session ids and request bodies.

use serde::{Deserialize, Serializer};

/// A text that shows nothing of itself in `Debug`. The memory it had is cleared when it is dropped, as all memory of wasm is
/// (`browser/memory.rs`).
///
/// What leaves through [`Secret::expose`] is out of our hands: the word to search for in a review.
/// Copies that the JavaScript engine makes cannot be reached from here.
///
/// It can be read from JSON like any text. It is not `Serialize`: a field that shall be written names [`expose`] or
/// [`expose_option`], so that the same search finds it.
#[derive(Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Takes a text out of sight.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the wire and for the one record that keeps it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is any text.
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

/// Writes a secret; for `#[serde(serialize_with)]`.
///
/// # Errors
/// Those of the serializer.
pub fn expose<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose())
}

/// Writes a secret, or `null`; for `#[serde(serialize_with)]`.
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
    fn a_secret_prints_as_its_kind_only() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "Secret");
    }
}
