//! Rules for requests of the page that carry a token (`fetch()` of the public interface): where a token may be sent, with which
//! headers, and whether a refused request is repeated.

use super::config::Settings;
use super::secret::Secret;
use super::session::stored::StoredSession;
use super::time::Millis;
use super::token::UnverifiedClaims;

/// How long a token must still be valid if a call of `getToken()` does not say, in milliseconds.
pub const VALIDITY: Millis = 30_000;

/// Whether a request to an origin may carry a token.
///
/// Origins are compared as the browser writes them: lower case, without the default port. The opaque origin `null` of `data:`
/// addresses and sandboxed frames never matches, since many unrelated places share it.
///
/// ```
/// use ae_login::login::token_use::may_receive_token;
///
/// let allowed = ["https://api.shop.example".to_owned()];
/// assert!(may_receive_token("https://api.shop.example", "https://shop.example", &allowed));
/// assert!(!may_receive_token("https://elsewhere.example", "https://shop.example", &allowed));
/// ```
pub fn may_receive_token(origin: &str, page_origin: &str, allowed: &[String]) -> bool {
    origin != "null" && (origin == page_origin || allowed.iter().any(|one| one == origin))
}

/// Whether a response of the shop's server says that it did not accept the token (RFC 9110 §15.5.2).
pub fn is_token_refused(status: u16) -> bool {
    status == 401
}

/// Whether a refused request is sent a second time: only with a different token of the same customer.
pub fn may_repeat(refused: &Secret, other: &Secret) -> bool {
    let customer = UnverifiedClaims::parse(refused);
    refused != other
        && customer
            .zip(UnverifiedClaims::parse(other))
            .is_some_and(|(one, two)| one.are_for_customer_of(&two))
}

/// The headers that tell the shop's server who is signed in. `device` returns the device id; it is called only if that is sent.
pub(super) fn token_headers(
    session: &StoredSession,
    settings: &Settings,
    token: &Secret,
    device: impl FnOnce() -> String,
) -> Vec<(&'static str, String)> {
    let identifier = &session.subject.identifier;
    let mut headers = vec![
        ("cap_authorization", token.expose().to_owned()),
        ("cap_brand", settings.brand.clone()),
        (
            "cap_identifier_type",
            identifier.kind().api_name().to_owned(),
        ),
        ("cap_identifier_value", identifier.value().to_owned()),
    ];
    // The engine knows the device after a second factor, or if the page sends it with every call.
    if session.second_factor.is_some() || settings.send_device {
        headers.push(("cap_device_id", device()));
    }
    headers.retain(|(_, value)| can_be_sent(value));
    headers
}

/// Whether all browsers send a header value as the same bytes: only ASCII. Other characters are UTF-8 in some browsers and Latin-1 in
/// others, and `fetch` throws for those outside of Latin-1. The contract names no encoding for these headers, and an encoded identifier
/// would be another identifier than the one in the token. So such a header is left out: the token names the customer as well.
fn can_be_sent(value: &str) -> bool {
    value.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_goes_to_own_origin_and_allowed_origins_only() {
        let allowed = ["https://api.shop.example".to_owned()];
        let may = |origin: &str| may_receive_token(origin, "https://shop.example", &allowed);
        assert!(may("https://shop.example"));
        assert!(may("https://api.shop.example"));
        for origin in [
            "http://shop.example",
            "https://shop.example:8443",
            "https://shop.example.evil.example",
            "https://api.shop.example.evil.example",
            "",
        ] {
            assert!(!may(origin), "{origin}");
        }
    }

    #[test]
    fn only_ascii_can_be_sent_in_a_header() {
        assert!(can_be_sent("Ada-7@example.org"));
        for text in ["Zoë", "ада", "李", "🌹"] {
            assert!(!can_be_sent(text), "{text}");
        }
    }

    #[test]
    fn opaque_origin_never_receives_a_token() {
        assert!(!may_receive_token("null", "null", &["null".to_owned()]));
    }

    #[test]
    fn only_401_asks_for_another_token() {
        assert!(is_token_refused(401));
        for status in [0, 200, 400, 403, 407, 419, 429, 500] {
            assert!(!is_token_refused(status), "{status}");
        }
    }
}
