//! The claims of a token. They are used for timing and for the customer's identity only.
//!
//! Only servers have the key of the HS256 signature, so the widget verifies nothing, and no decision about rights may depend on
//! these claims (contract §7; RFC 8725 §3.1 is for servers).

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::codec::{from_json, lenient};
use super::contract::USER_ROLE;
use super::identifier::Identifier;
use super::secret::Secret;
use super::time::{DAY, Millis, UnixMs};

/// Longer tokens are refused, in bytes. Those of the engine have about 400.
const MAX_LENGTH: usize = 8 * 1024;

/// The claims of a token whose signature is not verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnverifiedClaims {
    /// `org`: the brand in capitals.
    pub org: String,
    /// `idv`: the customer as `TYPE|value`, one entry per identifier.
    pub identifiers: Vec<String>,
    /// `uid`: the customer's number at the engine. Tokens with the role `VIEW` have none.
    pub user_id: Option<String>,
    /// `rol`: the role (contract §6).
    pub role: String,
    /// `iat`, by the engine's clock.
    pub issued_at: UnixMs,
    /// `exp`, by the engine's clock.
    pub expires_at: UnixMs,
}

/// The first part of a token (contract §7); the engine puts the customer here and not into the claims.
#[derive(Deserialize)]
struct Header {
    alg: String,
    org: String,
    #[serde(deserialize_with = "lenient::texts")]
    idv: Vec<String>,
}

/// The second part of a token (contract §7); times are in seconds since 1970.
#[derive(Deserialize)]
struct Claims {
    #[serde(default, deserialize_with = "lenient::text")]
    uid: Option<String>,
    rol: String,
    iat: u64,
    exp: u64,
}

impl UnverifiedClaims {
    /// Parses the claims; `None` for any text that is not a signed token with `iat` and a later `exp`.
    pub fn parse(token: &Secret) -> Option<Self> {
        let text = token.expose();
        let mut parts = text.split('.');
        let (header, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || text.len() > MAX_LENGTH || base64url(signature)?.is_empty() {
            return None;
        }
        let (header, claims) = (part::<Header>(header)?, part::<Claims>(claims)?);
        // Tokens with `alg: none` are not signed.
        if !header.alg.starts_with("HS") {
            return None;
        }
        let issued_at = claims.iat.checked_mul(1000)?;
        let expires_at = claims
            .exp
            .checked_mul(1000)
            .filter(|end| *end > issued_at)?;
        Some(Self {
            org: header.org,
            identifiers: header.idv,
            user_id: claims.uid,
            role: claims.rol,
            issued_at: UnixMs(issued_at),
            expires_at: UnixMs(expires_at),
        })
    }

    /// How long the token is valid, counted from the moment it was received: `exp - iat`, at most one day.
    pub fn life(&self) -> Millis {
        self.expires_at.since(self.issued_at).min(DAY)
    }

    /// Whether the token is that of a completed login: it has the role `USER` and names the customer (contract §6).
    pub fn are_complete(&self) -> bool {
        self.role == USER_ROLE && self.user_id.is_some()
    }

    /// Whether both tokens are of the same customer. A token without `uid` names nobody.
    pub fn are_for_customer_of(&self, other: &Self) -> bool {
        self.user_id.is_some() && self.user_id == other.user_id
    }

    /// Whether the token is for this brand and this customer. Brands are compared without regard to case (contract §1.4).
    pub fn are_for(&self, brand: &str, identifier: &Identifier) -> bool {
        self.org.eq_ignore_ascii_case(brand)
            && self
                .identifiers
                .iter()
                .any(|entry| identifier.is_named_by(entry))
    }
}

fn part<T: DeserializeOwned>(text: &str) -> Option<T> {
    let bytes = base64url(text)?;
    from_json(std::str::from_utf8(&bytes).ok()?).ok()
}

/// base64url without padding (RFC 4648 §5, RFC 7515 §2).
fn base64url(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() * 3 / 4);
    let (mut held, mut bits) = (0u32, 0u32);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        held = (held << 6) | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((held >> bits).to_le_bytes()[0]);
            held &= (1 << bits) - 1;
        }
    }
    // A single last character holds no whole byte, and left-over bits must be zero.
    (bits < 6 && held == 0).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::login::config::IdentifierKind::Email;

    /// The token of the vendor's published sample answer to `web/otp/validate`.
    const SAMPLE: &str = "eyJpZHYiOlsiRU1BSUx8Y2FwdGVzdEBnbWFpbC5jb20iXSwiZGV2IjpudWxsLCJvcmciOiJET0NERU1PIiwiYWxnIjoiSFMyNTYifQ.eyJ1aWQiOiI0MDY4MjkxIiwiaXNzIjoiQ0FQSUxMQVJZIFRFQ0hOT0xPR0lFUyIsImlzYyI6ImZhbHNlIiwib2djIjpbIjEwMDczN3xuZWVyYWouZG9jIl0sImV4cCI6MTc2MDAxMzg0MywiaWF0IjoxNzYwMDEzNzUzLCJyb2wiOiJVU0VSIn0.N7ocUUT5eBXE-rRIoJvRWmMIEN56CIr8_NXQYkUGYig";

    fn read(text: &str) -> Option<UnverifiedClaims> {
        UnverifiedClaims::parse(&Secret::new(text))
    }

    #[test]
    fn sample_token_of_the_vendor_is_parsed() {
        let claims = read(SAMPLE).expect("the sample");
        assert_eq!(
            (
                claims.org.as_str(),
                claims.role.as_str(),
                claims.user_id.as_deref()
            ),
            ("DOCDEMO", "USER", Some("4068291"))
        );
        assert_eq!(
            (claims.issued_at, claims.life()),
            (UnixMs(1_760_013_753_000), 90_000)
        );
        let customer = Identifier::parse("CapTest@gmail.com", &[Email]).expect("an address");
        assert!(claims.are_for("DocDemo", &customer));
        assert!(!claims.are_for("Bukl", &customer));
    }

    #[test]
    fn text_that_is_not_a_signed_token_is_refused() {
        let (header, rest) = SAMPLE.split_once('.').expect("three parts");
        let (claims, signature) = rest.split_once('.').expect("three parts");
        // {"alg":"none","org":"DOCDEMO","idv":[]}
        let unsigned = "eyJhbGciOiJub25lIiwib3JnIjoiRE9DREVNTyIsImlkdiI6W119";
        for text in [
            String::new(),
            "..".into(),
            header.into(),
            format!("{header}.{claims}"),
            format!("{header}.{claims}."),
            format!("{SAMPLE}.x"),
            format!("{header}=.{claims}.{signature}"),
            format!("{claims}.{header}.{signature}"),
            format!("{unsigned}.{claims}.{signature}"),
            format!("{header}.{claims}.{}", "A".repeat(MAX_LENGTH)),
        ] {
            assert_eq!(read(&text), None, "{text}");
        }
    }

    fn with_times(times: &str) -> Option<UnverifiedClaims> {
        let encode = |text: &str| {
            const LETTERS: &[u8; 64] =
                b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
            let bits = text
                .bytes()
                .flat_map(|byte| (0..8).rev().map(move |i| byte >> i & 1))
                .collect::<Vec<_>>();
            bits.chunks(6)
                .map(|six| {
                    char::from(
                        LETTERS[usize::from(
                            six.iter().fold(0, |n, bit| n << 1 | bit) << (6 - six.len()),
                        )],
                    )
                })
                .collect::<String>()
        };
        read(&format!(
            "{}.{}.c2ln",
            encode(r#"{"idv":[],"org":"X","alg":"HS256"}"#),
            encode(&format!(r#"{{{times},"rol":"USER"}}"#))
        ))
    }

    #[test]
    fn life_is_limited_to_a_day_and_impossible_times_are_refused() {
        assert_eq!(
            with_times(r#""iat":100,"exp":190"#).map(|claims| claims.life()),
            Some(90_000)
        );
        assert_eq!(
            with_times(r#""iat":100,"exp":253402300799"#).map(|claims| claims.life()),
            Some(DAY)
        );
        for times in [
            r#""iat":100"#,
            r#""exp":100"#,
            r#""iat":100,"exp":100"#,
            r#""iat":100,"exp":99"#,
            r#""iat":100,"exp":190.5"#,
            r#""iat":100,"exp":"190""#,
            r#""iat":-5,"exp":190"#,
            r#""iat":100,"exp":9223372036854775807"#,
        ] {
            assert_eq!(with_times(times), None, "{times}");
        }
    }
}
