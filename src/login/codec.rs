//! JSON (RFC 8259) to typed values and back: the only place that names a format.
//!
//! `hifijson` reads strings, numbers and words, `serde-json-core` writes, and `serde` joins them to our types.
//! `tests/rules/json.rs` compares the reading with `serde_json` on arbitrary documents and bytes.
//!
//! Reading is strict about the document and tolerant about its content:
//!
//! - The whole text must be one document, at most [`MAX_DEPTH`] levels deep. The length is limited by the callers: 64 KiB for an
//!   answer, 16 KiB and 8 KiB for records, 8 KiB for a token.
//! - Unknown fields are ignored. If a field occurs twice, the last one counts, as in `JSON.parse`.
//! - A value that is not an object has no fields: a struct can be read from it if all its fields have a default.
//! - Whole numbers from -2⁶³ to 2⁶³-1 are `i64`. Every other number is reported as `f64::NAN`, because no field of the contract
//!   may hold one.
//! - A field of the wrong type is an error, except where the field is read by a function of [`lenient`].

pub mod lenient;

use std::borrow::Cow;
use std::fmt;

use hifijson::SliceLexer;
use hifijson::num::{Lex as _, LexWrite as _};
use hifijson::str::LexAlloc as _;
use hifijson::token::Lex as _;
use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{Deserialize, Deserializer, IntoDeserializer, Visitor};
use serde::ser::Serialize;

/// Documents with more levels are refused. A number alone is one level, and the contract's documents have four.
pub const MAX_DEPTH: usize = 32;

/// The size of the first buffer to write into, in bytes: most requests and records fit.
const FIRST_BUFFER: usize = 1024;

/// The text is not JSON, is too deep, or is not what the type requires.
///
/// It does not say where or why: messages would quote values, and most values that are read here are secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("malformed JSON")
    }
}

impl std::error::Error for Malformed {}

impl serde::de::Error for Malformed {
    fn custom<T: fmt::Display>(_message: T) -> Self {
        Self
    }
}

impl From<hifijson::Expect> for Malformed {
    fn from(_: hifijson::Expect) -> Self {
        Self
    }
}

/// Reads one document.
///
/// # Errors
/// [`Malformed`] if the text is not exactly one document of at most [`MAX_DEPTH`] levels, or if the document does not fit the type.
pub fn from_json<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T, Malformed> {
    T::deserialize(whole(text)?)
}

/// Checks a whole document, so that nothing behind the part that a type looks at goes unchecked.
fn whole(text: &str) -> Result<Value<'_>, Malformed> {
    let mut lexer = SliceLexer::new(text.as_bytes());
    lexer.exactly_one(SliceLexer::ws_peek, |next, lexer| {
        let value = Value(lexer.as_slice());
        skip(next, lexer, MAX_DEPTH).map(|()| value)
    })
}

/// Writes a value as JSON without white space. Fields keep the order of the type.
///
/// The type must consist of structs, strings, booleans, integers and options.
///
/// # Panics
/// If a type's own `Serialize` reports an error; derived ones never do.
pub fn to_json(value: &impl Serialize) -> String {
    write(&mut |buffer| serde_json_core::to_slice(value, buffer).ok())
}

/// Doubles the buffer until the document fits; a buffer that is too small is the only error of the writer.
fn write(write_into: &mut dyn FnMut(&mut [u8]) -> Option<usize>) -> String {
    let mut buffer = vec![0; FIRST_BUFFER];
    loop {
        if let Some(length) = write_into(&mut buffer) {
            buffer.truncate(length);
            return String::from_utf8(buffer).expect("the writer writes UTF-8");
        }
        buffer = vec![0; buffer.len() * 2];
    }
}

/// One value: the text from its first byte to the end of the document, which [`whole`] has checked.
#[derive(Clone, Copy)]
struct Value<'de>(&'de [u8]);

/// Steps over a value and checks it. `next` is its first byte, `depth` the number of levels it may have.
fn skip(next: u8, lexer: &mut SliceLexer<'_>, depth: usize) -> Result<(), Malformed> {
    let inner = depth.checked_sub(1).ok_or(Malformed)?;
    match next {
        b'[' => items(lexer, inner, &mut |_| ()),
        b'{' => fields(lexer, inner, &mut |_, _| ()),
        // Read and not only stepped over: escapes must be characters.
        b'"' => string(lexer).map(drop),
        b'0'..=b'9' | b'-' => {
            let number = lexer.num_ignore().validate();
            number.map(drop).map_err(|_| Malformed)
        }
        _ => lexer.null_or_bool().map(drop).ok_or(Malformed),
    }
}

fn string<'de>(lexer: &mut SliceLexer<'de>) -> Result<Cow<'de, str>, Malformed> {
    lexer.discarded().str_string().map_err(|_| Malformed)
}

/// Steps over an array and shows its items.
fn items<'de>(
    lexer: &mut SliceLexer<'de>,
    depth: usize,
    show: &mut dyn FnMut(Value<'de>),
) -> Result<(), Malformed> {
    lexer
        .discarded()
        .seq(b']', SliceLexer::ws_peek, |next, lexer| {
            show(Value(lexer.as_slice()));
            skip(next, lexer, depth)
        })
}

/// Steps over an object and shows its fields.
fn fields<'de>(
    lexer: &mut SliceLexer<'de>,
    depth: usize,
    show: &mut dyn FnMut(Cow<'de, str>, Value<'de>),
) -> Result<(), Malformed> {
    lexer
        .discarded()
        .seq(b'}', SliceLexer::ws_peek, |next, lexer| {
            if next != b'"' {
                return Err(Malformed);
            }
            let name = string(lexer)?;
            lexer.expect(SliceLexer::ws_peek, b':').ok_or(Malformed)?;
            let next = lexer.ws_peek().ok_or(Malformed)?;
            show(name, Value(lexer.as_slice()));
            skip(next, lexer, depth)
        })
}

impl<'de> Value<'de> {
    fn first(self) -> Option<u8> {
        self.0.first().copied()
    }

    /// The fields of an object that a struct has, each once and with its last value; none for any other value.
    fn known(
        self,
        names: &'static [&'static str],
    ) -> Result<Vec<(&'static str, Value<'de>)>, Malformed> {
        let mut known: Vec<(&'static str, Value<'de>)> = Vec::new();
        if self.first() == Some(b'{') {
            let mut lexer = SliceLexer::new(self.0);
            fields(&mut lexer, MAX_DEPTH, &mut |name, value| {
                if let Some(name) = names.iter().find(|known| **known == name) {
                    match known.iter_mut().find(|(known, _)| known == name) {
                        Some((_, earlier)) => *earlier = value,
                        None => known.push((name, value)),
                    }
                }
            })?;
        }
        Ok(known)
    }
}

impl<'de> IntoDeserializer<'de, Malformed> for Value<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Value<'de> {
    type Error = Malformed;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        let mut lexer = SliceLexer::new(self.0);
        match self.first().ok_or(Malformed)? {
            b'[' => {
                let mut all = Vec::new();
                items(&mut lexer, MAX_DEPTH, &mut |item| all.push(item))?;
                visitor.visit_seq(SeqDeserializer::new(all.into_iter()))
            }
            b'{' => {
                let mut all = Vec::new();
                fields(&mut lexer, MAX_DEPTH, &mut |name, value| {
                    all.push((name, value));
                })?;
                visitor.visit_map(MapDeserializer::new(all.into_iter()))
            }
            b'"' => visitor.visit_str(&string(&mut lexer)?),
            b'0'..=b'9' | b'-' => {
                let (digits, _) = lexer.num_string().unvalidated();
                match digits.parse() {
                    Ok(whole) => visitor.visit_i64(whole),
                    Err(_) => visitor.visit_f64(f64::NAN),
                }
            }
            _ => match lexer.null_or_bool().ok_or(Malformed)? {
                Some(boolean) => visitor.visit_bool(boolean),
                None => visitor.visit_unit(),
            },
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Malformed> {
        visitor.visit_map(MapDeserializer::new(self.known(names)?.into_iter()))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        match self.first() {
            Some(b'n') => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Malformed> {
        visitor.visit_newtype_struct(self)
    }

    // Enums are not read: words of the engine are texts, because it may send others than those that are known.
    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct
        map enum identifier ignored_any
    }
}
