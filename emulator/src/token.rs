//! Tokens: HS256, shaped like the vendor's samples, made and read.
//!
//! The header has no `typ` and carries the identifiers, the device and the brand; claims come in the samples' order.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use serde_json::{Map, Value, json};
use sha2::Sha256;

/// A token taken apart.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Token {
    pub(crate) header: Map<String, Value>,
    pub(crate) claims: Map<String, Value>,
}

/// What goes into a token that says whose it is.
pub(crate) struct TokenSubject<'a> {
    /// `TYPE|value` entries.
    pub(crate) identifiers: Vec<String>,
    /// None on the web, also for a request that names one.
    pub(crate) device: Option<&'a str>,
    /// The brand in capitals.
    pub(crate) brand: &'a str,
    pub(crate) organisation: &'a str,
}

impl Token {
    /// The token of an opened session: it proves nothing and names no customer.
    pub(crate) fn view(subject: &TokenSubject<'_>, now_s: i64, life_s: u64) -> Token {
        let claims = json!({
            "iss": ISSUER,
            "ogc": [subject.organisation],
            "exp": end(now_s, life_s),
            "iat": now_s,
            "rol": "VIEW",
        });
        Token::of(subject, claims)
    }

    /// The token of a proved customer.
    pub(crate) fn user(
        subject: &TokenSubject<'_>,
        uid: &str,
        role: &str,
        now_s: i64,
        life_s: u64,
    ) -> Token {
        let claims = json!({
            "uid": uid,
            "iss": ISSUER,
            // A word, not a truth value, in every sample.
            "isc": "false",
            "ogc": [subject.organisation],
            "exp": end(now_s, life_s),
            "iat": now_s,
            "rol": role,
        });
        Token::of(subject, claims)
    }

    /// A key: the right to a new token, not a login. `mfa` tells of which factor it is, where the samples tell it.
    pub(crate) fn key(
        subject: &TokenSubject<'_>,
        uid: &str,
        mfa: Option<bool>,
        now_s: i64,
        life_s: Option<u64>,
    ) -> Token {
        let mut claims = map(json!({ "uid": uid, "iss": ISSUER }));
        if let Some(mfa) = mfa {
            claims.insert("mfa".to_owned(), mfa.into());
        }
        if let Some(life_s) = life_s {
            claims.insert("exp".to_owned(), end(now_s, life_s).into());
        }
        claims.insert("iat".to_owned(), now_s.into());
        claims.insert("rol".to_owned(), "AUTH".into());
        Token::of(subject, claims.into())
    }

    /// Writes it out, signed.
    pub(crate) fn signed(&self, secret: &str) -> String {
        let part =
            |map: &Map<String, Value>| URL_SAFE_NO_PAD.encode(Value::from(map.clone()).to_string());
        let content = format!("{}.{}", part(&self.header), part(&self.claims));
        let signature = URL_SAFE_NO_PAD.encode(mac(secret, &content).finalize().into_bytes());
        format!("{content}.{signature}")
    }

    /// Reads a token that was signed with this secret; nothing if it was not, or is no token at all.
    pub(crate) fn read(text: &str, secret: &str) -> Option<Token> {
        let (content, signature) = text.rsplit_once('.')?;
        let (header, claims) = content.split_once('.')?;
        let token = Token {
            header: part(header)?,
            claims: part(claims)?,
        };
        if token.header.get("alg")?.as_str()? != ALGORITHM {
            return None;
        }
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        mac(secret, content).verify_slice(&signature).ok()?;
        Some(token)
    }

    pub(crate) fn brand(&self) -> &str {
        self.header
            .get("org")
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    pub(crate) fn device(&self) -> Option<&str> {
        self.header.get("dev").and_then(Value::as_str)
    }

    /// The `TYPE|value` entries.
    pub(crate) fn identifiers(&self) -> Vec<&str> {
        let entries = self.header.get("idv").and_then(Value::as_array);
        entries
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }

    pub(crate) fn claim(&self, name: &str) -> &str {
        self.claims
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    pub(crate) fn time(&self, name: &str) -> i64 {
        self.claims
            .get(name)
            .and_then(Value::as_i64)
            .unwrap_or_default()
    }

    fn of(subject: &TokenSubject<'_>, claims: Value) -> Token {
        let header = json!({
            "idv": subject.identifiers,
            "dev": subject.device,
            "org": subject.brand,
            "alg": ALGORITHM,
        });
        Token {
            header: map(header),
            claims: map(claims),
        }
    }
}

fn end(now_s: i64, life_s: u64) -> i64 {
    now_s.saturating_add(i64::try_from(life_s).unwrap_or(i64::MAX))
}

fn map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn part(text: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}

fn mac(secret: &str, content: &str) -> Hmac<Sha256> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(content.as_bytes());
    mac
}

const ISSUER: &str = "CAPILLARY TECHNOLOGIES";
const ALGORITHM: &str = "HS256";

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> Token {
        let subject = TokenSubject {
            identifiers: vec!["EMAIL|ada@example.org".to_owned()],
            device: None,
            brand: "DOCDEMO",
            organisation: "100737|emulator",
        };
        Token::user(&subject, "4068291", "USER", 1_760_013_753, 90)
    }

    #[test]
    fn a_token_is_read_back_as_it_was_made() {
        assert_eq!(Token::read(&token().signed("s"), "s"), Some(token()));
    }

    #[test]
    fn a_token_of_another_secret_is_refused() {
        assert_eq!(Token::read(&token().signed("s"), "t"), None);
    }

    #[test]
    fn a_token_without_a_signature_is_refused() {
        let mut unsigned = token();
        unsigned.header.insert("alg".to_owned(), "none".into());
        assert_eq!(Token::read(&unsigned.signed("s"), "s"), None);
        let signed = token().signed("s");
        let bare = &signed[..=signed.rfind('.').expect("three parts")];
        assert_eq!(Token::read(bare, "s"), None);
        assert_eq!(Token::read("nonsense", "s"), None);
    }

    #[test]
    fn a_signature_is_43_characters() {
        let signed = token().signed("s");
        assert_eq!(signed.rsplit('.').next().map(str::len), Some(43));
    }
}
