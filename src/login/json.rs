//! JSON (RFC 8259) as this crate needs it: a reader that cannot be made to panic or recurse without end, and a writer.
//!
//! Why not a library: on the wire the engine's envelope and claims cost 14.5 KB (brotli) with `serde_json` and 6.0 KB with
//! `serde-json-core`, measured on screens like these; all of this file is 5 KB of the wasm before compression. `tests/wire.rs` holds it against `serde_json` with arbitrary documents and bytes.
//! Numbers with a fraction or an exponent are kept as [`Json::OtherNumber`]: nothing in the contract has one.

/// A JSON value.
#[derive(Clone, PartialEq, Eq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number within ±2⁶³.
    Int(i64),
    /// Any other number; no field we read may hold one.
    OtherNumber,
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object; of equal keys the last one counts, as in `JSON.parse`.
    Map(Vec<(String, Json)>),
}

/// Deeper documents are refused: the contract's are three deep.
pub const MAX_DEPTH: usize = 32;

impl Json {
    /// Reads one document; `None` for anything that is not exactly that.
    pub fn read(text: &str) -> Option<Self> {
        let mut reader = Reader { text, at: 0 };
        let value = reader.value(MAX_DEPTH)?;
        reader.space();
        (reader.at == text.len()).then_some(value)
    }

    /// The value of an object's field; `None` for a missing field and for anything but an object.
    pub fn get(&self, name: &str) -> Option<&Self> {
        let Self::Map(fields) = self else { return None };
        fields
            .iter()
            .rev()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value)
    }

    /// The text of a string.
    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self {
            Some(text)
        } else {
            None
        }
    }

    /// The value of a whole number.
    pub fn int(&self) -> Option<i64> {
        if let Self::Int(int) = self {
            Some(*int)
        } else {
            None
        }
    }

    /// A whole number that is not negative, as times and spans are.
    pub fn uint(&self) -> Option<u64> {
        self.int().and_then(|int| u64::try_from(int).ok())
    }

    /// The items of an array; none for anything else.
    pub fn items(&self) -> &[Self] {
        if let Self::List(items) = self {
            items
        } else {
            &[]
        }
    }
}

impl std::fmt::Debug for Json {
    /// Shows the kind only: most of what is read here holds a token.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Json")
    }
}

struct Reader<'a> {
    text: &'a str,
    /// Always on a character boundary: only ASCII is stepped over byte by byte.
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek() == Some(byte)).then(|| self.at += 1)
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn word(&mut self, word: &str, value: Json) -> Option<Json> {
        self.text.get(self.at..)?.starts_with(word).then(|| {
            self.at += word.len();
            value
        })
    }

    fn value(&mut self, depth: usize) -> Option<Json> {
        let depth = depth.checked_sub(1)?;
        self.space();
        match self.peek()? {
            b'n' => self.word("null", Json::Null),
            b't' => self.word("true", Json::Bool(true)),
            b'f' => self.word("false", Json::Bool(false)),
            b'"' => self.string().map(Json::Text),
            b'[' => {
                let mut items = Vec::new();
                self.series(b']', |reader| {
                    items.push(reader.value(depth)?);
                    Some(())
                })?;
                Some(Json::List(items))
            }
            b'{' => {
                let mut fields = Vec::new();
                self.series(b'}', |reader| {
                    reader.space();
                    let key = reader.string()?;
                    reader.space();
                    reader.take(b':')?;
                    fields.push((key, reader.value(depth)?));
                    Some(())
                })?;
                Some(Json::Map(fields))
            }
            _ => self.number(),
        }
    }

    /// What stands between brackets, divided by commas.
    fn series(&mut self, end: u8, mut item: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.at += 1;
        self.space();
        if self.take(end).is_some() {
            return Some(());
        }
        loop {
            item(self)?;
            self.space();
            if self.take(end).is_some() {
                return Some(());
            }
            self.take(b',')?;
        }
    }

    fn string(&mut self) -> Option<String> {
        self.take(b'"')?;
        let mut out = String::new();
        loop {
            let rest = self.text.get(self.at..)?;
            let plain = rest.find(|c: char| c == '"' || c == '\\' || c < ' ')?;
            out.push_str(&rest[..plain]);
            self.at += plain;
            if self.take(b'"').is_some() {
                return Some(out);
            }
            self.take(b'\\')?;
            let escape = self.peek()?;
            self.at += 1;
            out.push(match escape {
                b'"' | b'\\' | b'/' => char::from(escape),
                b'b' => '\u{8}',
                b'f' => '\u{c}',
                b'n' => '\n',
                b'r' => '\r',
                b't' => '\t',
                b'u' => self.unicode()?,
                _ => return None,
            });
        }
    }

    /// The four hexadecimal digits behind `\u`, with the second half where it is one of a pair.
    fn unicode(&mut self) -> Option<char> {
        let first = self.hex()?;
        if (0xd800..0xdc00).contains(&first) {
            self.take(b'\\')?;
            self.take(b'u')?;
            let second = self
                .hex()?
                .checked_sub(0xdc00)
                .filter(|half| *half < 0x400)?;
            return char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + second);
        }
        char::from_u32(first)
    }

    fn hex(&mut self) -> Option<u32> {
        let mut value = 0;
        for _ in 0..4 {
            value = value * 16 + char::from(self.peek()?).to_digit(16)?;
            self.at += 1;
        }
        Some(value)
    }

    fn number(&mut self) -> Option<Json> {
        let negative = self.take(b'-').is_some();
        let leading_zero = self.peek() == Some(b'0');
        let start = self.at;
        let mut value = Some(0i64);
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            let digit = i64::from(digit - b'0');
            value = value.and_then(|v| {
                v.checked_mul(10)?
                    .checked_add(if negative { -digit } else { digit })
            });
            self.at += 1;
        }
        let digits = self.at - start;
        if digits == 0 || (leading_zero && digits > 1) {
            return None;
        }
        let mut whole = true;
        if self.take(b'.').is_some() {
            whole = false;
            self.digits()?;
        }
        if self.take(b'e').or_else(|| self.take(b'E')).is_some() {
            whole = false;
            let _sign = self.take(b'+').or_else(|| self.take(b'-'));
            self.digits()?;
        }
        Some(value.filter(|_| whole).map_or(Json::OtherNumber, Json::Int))
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }
}

/// Writes one JSON object, field by field.
pub struct Object(String);

impl Object {
    /// An object without fields.
    pub fn new() -> Self {
        Self("{".to_owned())
    }

    /// Adds a string.
    #[must_use]
    pub fn text(self, name: &str, value: &str) -> Self {
        let mut this = self.name(name);
        write_string(&mut this.0, value);
        this
    }

    /// Adds a string, or `null`.
    #[must_use]
    pub fn maybe(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.text(name, value),
            None => self.raw(name, "null"),
        }
    }

    /// Adds a whole number.
    #[must_use]
    pub fn uint(self, name: &str, value: u64) -> Self {
        self.raw(name, &decimal(value))
    }

    /// Adds what is JSON already.
    #[must_use]
    pub fn raw(self, name: &str, value: &str) -> Self {
        let mut this = self.name(name);
        this.0.push_str(value);
        this
    }

    /// The object's text.
    pub fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }

    fn name(mut self, name: &str) -> Self {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        write_string(&mut self.0, name);
        self.0.push(':');
        self
    }
}

impl Default for Object {
    fn default() -> Self {
        Self::new()
    }
}

/// A truth value in JSON.
pub fn word(is: bool) -> &'static str {
    if is { "true" } else { "false" }
}

/// A whole number in digits. `to_string` brings the machinery of formatting with it: 0.7 KB (brotli).
pub fn decimal(mut number: u64) -> String {
    let mut digits = [b'0'; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            return digits[at..]
                .iter()
                .map(|digit| char::from(*digit))
                .collect();
        }
    }
}

/// The same for a number that may be negative.
pub fn signed(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    [sign, &decimal(number.unsigned_abs())].concat()
}

fn write_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c < ' ' => {
                out.push_str("\\u00");
                out.push(char::from(b'0' + (c as u8 >> 4)));
                out.push(char::from(b"0123456789abcdef"[usize::from(c as u8 & 15)]));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
