//! Tokens and keys: JSON Web Tokens signed with HS256, in the form of the recorded samples (contract 7).
//!
//! The header has no `typ`; it carries the identifiers, the device and the brand. Claims keep the order of the samples.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use serde_json::{Map, Value, json};
use sha2::Sha256;

/// The issuer of all tokens (claim `iss`).
const ISSUER: &str = "CAPILLARY TECHNOLOGIES";
const ALGORITHM: &str = "HS256";

/// A token or key, decoded.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Token {
    pub(crate) header: Map<String, Value>,
    pub(crate) claims: Map<String, Value>,
}

/// Whom a token is issued to. All but the organisation goes into the header.
pub(crate) struct TokenSubject<'a> {
    /// The entries of the header `idv`, each `TYPE|value`.
    pub(crate) identifiers: Vec<String>,
    /// The device id; `None` on the web, also if the request names a device.
    pub(crate) device: Option<&'a str>,
    /// The brand in capitals.
    pub(crate) brand: &'a str,
    /// The claim `ogc`: the organisation's number and user, such as `100737|emulator`.
    pub(crate) organisation: &'a str,
}

impl Token {
    /// The `VIEW` token of an opened session. It proves no factor and has no customer number.
    pub(crate) fn view(subject: &TokenSubject<'_>, now_s: i64, life_s: u64) -> Token {
        let claims = json!({
            "iss": ISSUER,
            "ogc": [subject.organisation],
            "exp": expiry_s(now_s, life_s),
            "iat": now_s,
            "rol": "VIEW",
        });
        Token::new(subject, claims)
    }

    /// The token of a customer who validated a factor.
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
            // The samples have the string "false", not a Boolean.
            "isc": "false",
            "ogc": [subject.organisation],
            "exp": expiry_s(now_s, life_s),
            "iat": now_s,
            "rol": role,
        });
        Token::new(subject, claims)
    }

    /// A key, which can be exchanged for new tokens. The claim `mfa` is left out for `None`, the expiry for `life_s` of `None`.
    pub(crate) fn key(
        subject: &TokenSubject<'_>,
        uid: &str,
        mfa: Option<bool>,
        now_s: i64,
        life_s: Option<u64>,
    ) -> Token {
        let mut claims = into_map(json!({ "uid": uid, "iss": ISSUER }));
        if let Some(mfa) = mfa {
            claims.insert("mfa".to_owned(), mfa.into());
        }
        if let Some(life_s) = life_s {
            claims.insert("exp".to_owned(), expiry_s(now_s, life_s).into());
        }
        claims.insert("iat".to_owned(), now_s.into());
        claims.insert("rol".to_owned(), "AUTH".into());
        Token::new(subject, claims.into())
    }

    /// Encodes the token and signs it.
    pub(crate) fn sign(&self, secret: &str) -> String {
        let encode =
            |map: &Map<String, Value>| URL_SAFE_NO_PAD.encode(Value::from(map.clone()).to_string());
        let content = format!("{}.{}", encode(&self.header), encode(&self.claims));
        let signature = URL_SAFE_NO_PAD.encode(mac(secret, &content).finalize().into_bytes());
        format!("{content}.{signature}")
    }

    /// Decodes a token and verifies its signature. Returns `None` if the text is not a token signed with this secret.
    pub(crate) fn verify(text: &str, secret: &str) -> Option<Token> {
        let (content, signature) = text.rsplit_once('.')?;
        let (header, claims) = content.split_once('.')?;
        let token = Token {
            header: decode_part(header)?,
            claims: decode_part(claims)?,
        };
        if token.header.get("alg")?.as_str()? != ALGORITHM {
            return None;
        }
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        mac(secret, content).verify_slice(&signature).ok()?;
        Some(token)
    }

    /// The brand in capitals.
    pub(crate) fn brand(&self) -> &str {
        self.header
            .get("org")
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// The device id; `None` on the web.
    pub(crate) fn device(&self) -> Option<&str> {
        self.header.get("dev").and_then(Value::as_str)
    }

    /// The entries of the header `idv`, each `TYPE|value`.
    pub(crate) fn identifiers(&self) -> Vec<&str> {
        let entries = self.header.get("idv").and_then(Value::as_array);
        entries
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }

    /// A string claim, or an empty string.
    pub(crate) fn claim(&self, name: &str) -> &str {
        self.claims
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// A time claim in seconds since the Unix epoch, or 0.
    pub(crate) fn time(&self, name: &str) -> i64 {
        self.claims
            .get(name)
            .and_then(Value::as_i64)
            .unwrap_or_default()
    }

    fn new(subject: &TokenSubject<'_>, claims: Value) -> Token {
        let header = json!({
            "idv": subject.identifiers,
            "dev": subject.device,
            "org": subject.brand,
            "alg": ALGORITHM,
        });
        Token {
            header: into_map(header),
            claims: into_map(claims),
        }
    }
}

fn expiry_s(now_s: i64, life_s: u64) -> i64 {
    now_s.saturating_add(i64::try_from(life_s).unwrap_or(i64::MAX))
}

fn into_map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn decode_part(text: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}

fn mac(secret: &str, content: &str) -> Hmac<Sha256> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(content.as_bytes());
    mac
}

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
    fn signed_token_verifies_unchanged() {
        assert_eq!(Token::verify(&token().sign("s"), "s"), Some(token()));
    }

    #[test]
    fn token_signed_with_another_secret_is_rejected() {
        assert_eq!(Token::verify(&token().sign("s"), "t"), None);
    }

    #[test]
    fn unsigned_token_is_rejected() {
        let mut unsigned = token();
        unsigned.header.insert("alg".to_owned(), "none".into());
        assert_eq!(Token::verify(&unsigned.sign("s"), "s"), None);
        let signed = token().sign("s");
        let bare = &signed[..=signed.rfind('.').expect("three parts")];
        assert_eq!(Token::verify(bare, "s"), None);
        assert_eq!(Token::verify("nonsense", "s"), None);
    }

    #[test]
    fn signature_has_43_characters() {
        let signed = token().sign("s");
        assert_eq!(signed.rsplit('.').next().map(str::len), Some(43));
    }
}
