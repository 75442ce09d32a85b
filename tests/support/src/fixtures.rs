//! Configurations and tokens that tests make up.

use ae_login::login::config::Config;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

/// Reads attributes as the element does. Attributes that are required and not given have a default here.
///
/// # Panics
///
/// If an attribute has an illegal value.
pub fn config(attributes: &[(&str, &str)]) -> Config {
    let defaults = [
        ("base-url", "https://eu.api.example"),
        ("brand", "DocDemo"),
        ("identifiers", "mobile email"),
    ];
    let find = |name: &str| {
        let mut all = attributes.iter().chain(&defaults);
        all.find(|(key, _)| *key == name)
            .map(|(_, value)| (*value).to_owned())
    };
    Config::parse(find).expect("legal attributes")
}

/// A JSON Web Token with this header and these claims. Its signature is not valid; the widget does not check signatures.
pub fn unsigned_token(header: &serde_json::Value, claims: &serde_json::Value) -> String {
    let encode = |part: String| BASE64_URL_SAFE_NO_PAD.encode(part);
    format!(
        "{}.{}.{}",
        encode(header.to_string()),
        encode(claims.to_string()),
        encode("signature".to_owned())
    )
}
