//! Functions for `#[serde(deserialize_with)]`: a value of the wrong type counts as missing.
//!
//! Use them together with `#[serde(default)]`, so that a missing field counts as missing too.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// A value of any type.
enum Loose {
    Text(String),
    Int(i64),
    Bool(bool),
    /// The texts among the items of an array.
    Texts(Vec<String>),
    /// Anything else: `null`, an object, a number that is not an `i64`.
    Other,
}

struct LooseVisitor;

impl<'de> Visitor<'de> for LooseVisitor {
    type Value = Loose;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Loose, E> {
        Ok(Loose::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Loose, E> {
        Ok(Loose::Int(value))
    }

    fn visit_f64<E>(self, _value: f64) -> Result<Loose, E> {
        Ok(Loose::Other)
    }

    fn visit_str<E>(self, value: &str) -> Result<Loose, E> {
        Ok(Loose::Text(value.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Loose, E> {
        Ok(Loose::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Loose, A::Error> {
        let mut texts = Vec::new();
        while let Some(item) = items.next_element()? {
            if let Loose::Text(text) = item {
                texts.push(text);
            }
        }
        Ok(Loose::Texts(texts))
    }

    /// The fields are left unread: the format has stepped over them already.
    fn visit_map<A: MapAccess<'de>>(self, _fields: A) -> Result<Loose, A::Error> {
        Ok(Loose::Other)
    }
}

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LooseVisitor)
    }
}

/// A text, or `None` for any other value.
///
/// # Errors
/// Only if the document itself cannot be read; so for the other functions here.
pub fn text<'de, D: Deserializer<'de>, T: From<String>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Ok(match Loose::deserialize(deserializer)? {
        Loose::Text(text) => Some(text.into()),
        _ => None,
    })
}

/// The texts of an array. Items that are not texts are left out; any other value has none.
///
/// # Errors
/// See [`text`].
pub fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(match Loose::deserialize(deserializer)? {
        Loose::Texts(texts) => texts,
        _ => Vec::new(),
    })
}

/// A whole number of 64 bits, or `None` for any other value.
///
/// # Errors
/// See [`text`].
pub fn int<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Ok(match Loose::deserialize(deserializer)? {
        Loose::Int(int) => Some(int),
        _ => None,
    })
}

/// A truth value, or `None` for any other value.
///
/// # Errors
/// See [`text`].
pub fn boolean<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    Ok(match Loose::deserialize(deserializer)? {
        Loose::Bool(value) => Some(value),
        _ => None,
    })
}

/// Whether the value is `true`; `false` for any other value.
///
/// # Errors
/// See [`text`].
pub fn is_true<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(boolean(deserializer)? == Some(true))
}

/// A field that may be missing but, if it is there, must have the type: `null` is not the same as missing.
///
/// # Errors
/// If the value does not have the type.
pub fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
