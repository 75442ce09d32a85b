//! Tokens that a server of the shop refused: they are renewed once, for all pages, even though they have not expired.

use ae_engine::Fault;
use ae_login::login::problem::Kind;
use ae_login::login::secret::Secret;
use ae_login::login::token::UnverifiedClaims;
use ae_login::login::token_use::may_repeat;
use ae_login::login::wire::Call;
use ae_test_support::fixtures::unsigned_token;
use ae_test_support::tabs::TestTabs;
use ae_test_support::{HOUR, MINUTE, Network, SECOND};
use serde_json::json;

/// Pages that are signed in, and their token.
fn signed_in(pages: usize) -> (TestTabs, String) {
    let mut tabs = TestTabs::signed_in(pages);
    tabs.advance(10 * SECOND);
    let token = tabs.token(0).expect("a token");
    tabs.discard_events();
    (tabs, token)
}

#[test]
fn refused_token_is_renewed_before_it_expires() {
    let (mut tabs, old) = signed_in(1);
    let request = tabs.request_replacement(0, 30, Some(&old));
    let new = tabs
        .token_result(0, request)
        .expect("a result")
        .expect("a token");
    assert_ne!(new, old);
    assert_eq!(
        (tabs.renewals(), tabs.take_events(0)),
        (1, vec!["renewed".to_owned()])
    );
    assert_eq!(tabs.token(0), Ok(new));
}

#[test]
fn older_token_refused_again_causes_no_renewal() {
    let (mut tabs, old) = signed_in(1);
    let first = tabs.request_replacement(0, 30, Some(&old));
    for _ in 0..10 {
        let again = tabs.request_replacement(0, 30, Some(&old));
        assert_eq!(tabs.token_result(0, again), tabs.token_result(0, first));
    }
    tabs.advance(MINUTE);
    assert_eq!(tabs.renewals(), 1);
}

#[test]
fn requests_with_the_same_refused_token_share_one_renewal() {
    let (mut tabs, old) = signed_in(1);
    tabs.latency = SECOND;
    let requests = [0, 30, 60].map(|seconds| tabs.request_replacement(0, seconds, Some(&old)));
    let plain = tabs.request_token(0, 30);
    assert_eq!(
        tabs.token_result(0, plain),
        None,
        "a refused token is not handed out"
    );
    tabs.advance(SECOND);
    assert_eq!(tabs.renewals(), 1);
    let new = tabs.token(0);
    assert_ne!(new, Ok(old));
    for request in requests.into_iter().chain([plain]) {
        assert_eq!(tabs.token_result(0, request).as_ref(), Some(&new));
    }
}

#[test]
fn unknown_refused_token_causes_no_renewal() {
    let (mut tabs, token) = signed_in(1);
    let longer = format!("{token}x");
    for (refused, result) in [
        ("", Err(Kind::SignedOut)),
        ("a.b.c", Err(Kind::SignedOut)),
        // Signatures are not compared: only the engine and the shop's server have the key.
        (&longer, Ok(token.clone())),
        (&token[..token.len() - 2], Err(Kind::SignedOut)),
    ] {
        let request = tabs.request_replacement(0, 30, Some(refused));
        assert_eq!(tabs.token_result(0, request), Some(result), "{refused}");
    }
    assert_eq!((tabs.renewals(), tabs.take_events(0)), (0, Vec::new()));
}

/// A token of this brand's customer `ada@example.org` with these claims.
fn token_with(uid: &serde_json::Value, issued_at: u64) -> String {
    let header = json!({ "idv": ["EMAIL|ada@example.org"], "org": "DOCDEMO", "alg": "HS256" });
    let claims = json!({ "uid": uid, "iat": issued_at, "exp": issued_at + 900, "rol": "USER" });
    unsigned_token(&header, &claims)
}

#[test]
fn refused_token_of_another_customer_or_login_is_not_replaced() {
    let (mut tabs, token) = signed_in(1);
    let claims = UnverifiedClaims::parse(&Secret::new(token.clone())).expect("claims");
    let (uid, iat) = (json!(claims.user_id), claims.issued_at.0 / SECOND);
    for (refused, result) in [
        (token_with(&uid, iat), Ok(token.clone())),
        // The machines of the engine have clocks that differ by seconds.
        (token_with(&uid, iat - 5), Ok(token.clone())),
        (token_with(&uid, iat - 6), Err(Kind::SignedOut)),
        (token_with(&json!("9999999"), iat), Err(Kind::SignedOut)),
        (token_with(&json!(null), iat), Err(Kind::SignedOut)),
        (token_with(&json!(7), iat), Err(Kind::SignedOut)),
    ] {
        let request = tabs.request_replacement(0, 30, Some(&refused));
        assert_eq!(tabs.token_result(0, request), Some(result), "{refused}");
    }
    assert_eq!(tabs.renewals(), 0);
}

#[test]
fn request_is_repeated_with_another_token_of_the_same_customer_only() {
    let token = |uid: serde_json::Value, iat| Secret::new(token_with(&uid, iat));
    let first = token(json!("7"), 100);
    assert!(may_repeat(&first, &token(json!("7"), 200)));
    for other in [
        first.clone(),
        token(json!("8"), 200),
        token(json!(null), 200),
        Secret::new("other"),
    ] {
        assert!(!may_repeat(&first, &other));
    }
    let nobody = token(json!(null), 100);
    assert!(!may_repeat(&nobody, &token(json!(null), 200)));
}

#[test]
fn shop_that_refuses_every_token_causes_few_renewals() {
    let (mut tabs, _) = signed_in(1);
    for _ in 0..600 {
        let request = tabs.request_token(0, 0);
        tabs.advance(100);
        if let Some(Ok(token)) = tabs.token_result(0, request) {
            tabs.request_replacement(0, 0, Some(&token));
        }
    }
    assert!(tabs.is_signed_in(0));
    let sent = tabs.renewals();
    assert!((1..=60).contains(&sent), "{sent} requests in a minute");
}

#[test]
fn refused_token_is_renewed_once_for_all_pages() {
    let (mut tabs, old) = signed_in(3);
    tabs.latency = SECOND;
    let requests = [0, 1, 2].map(|page| tabs.request_replacement(page, 30, Some(&old)));
    tabs.advance(2 * SECOND);
    assert_eq!(tabs.renewals(), 1);
    let new = tabs.token(0);
    assert_ne!(new, Ok(old.clone()));
    for (page, request) in requests.into_iter().enumerate() {
        assert_eq!(tabs.token_result(page, request).as_ref(), Some(&new));
    }
    // A page that reports the same token later gets the new one.
    let late = tabs.request_replacement(2, 30, Some(&old));
    assert_eq!(tabs.token_result(2, late), Some(new));
    tabs.advance(SECOND);
    assert_eq!(tabs.renewals(), 1);
}

#[test]
fn failed_renewal_of_a_refused_token_keeps_the_session_and_is_retried() {
    for (fault, kind) in [
        (Fault::Html503, Kind::Server),
        (Fault::Dropped, Kind::Network),
        (Fault::SameToken, Kind::Malformed),
    ] {
        let (mut tabs, old) = signed_in(1);
        tabs.advance(10 * SECOND);
        tabs.fail_next(Call::Renew, fault.clone());
        let request = tabs.request_replacement(0, 80, Some(&old));
        assert_eq!(tabs.token_result(0, request), Some(Err(kind)), "{fault}");
        assert!(tabs.is_signed_in(0), "{fault}");
        tabs.advance(5 * SECOND);
        assert_ne!(tabs.token(0), Ok(old), "{fault}: the renewal is retried");
    }
}

#[test]
fn refused_renewal_of_a_refused_token_ends_the_session() {
    let (mut tabs, old) = signed_in(2);
    tabs.fail_next(Call::Renew, Fault::Code(1529, None));
    let request = tabs.request_replacement(1, 30, Some(&old));
    assert_eq!(tabs.token_result(1, request), Some(Err(Kind::SignedOut)));
    assert!(!tabs.is_signed_in(0) && !tabs.is_signed_in(1));
}

#[test]
fn refused_token_is_renewed_on_hidden_pages_and_with_no_renew() {
    let (mut tabs, old) = signed_in(1);
    tabs.hide(0);
    let request = tabs.request_replacement(0, 0, Some(&old));
    assert!(matches!(tabs.token_result(0, request), Some(Ok(new)) if new != old));

    let attributes = [("no-renew", "")];
    let mut tabs = TestTabs::with(1, &attributes, |engine| engine.set_lives(90));
    tabs.sign_in(0);
    tabs.advance(10 * SECOND);
    let old = tabs.token(0).expect("a token");
    let request = tabs.request_replacement(0, 0, Some(&old));
    assert!(matches!(tabs.token_result(0, request), Some(Ok(new)) if new != old));
    tabs.advance(HOUR);
    assert_eq!(tabs.renewals(), 1);
}

#[test]
fn refused_token_without_a_session_rejects_as_signed_out() {
    let (mut tabs, old) = signed_in(1);
    tabs.sign_out(0);
    let request = tabs.request_replacement(0, 0, Some(&old));
    assert_eq!(tabs.token_result(0, request), Some(Err(Kind::SignedOut)));
    assert_eq!(tabs.renewals(), 0);
}

#[test]
fn refused_token_without_network_rejects_as_timeout() {
    let (mut tabs, old) = signed_in(1);
    tabs.advance(SECOND);
    tabs.network = Network::Stalled;
    let request = tabs.request_replacement(0, 80, Some(&old));
    tabs.advance(10 * SECOND);
    assert_eq!(tabs.token_result(0, request), Some(Err(Kind::Timeout)));
    assert!(tabs.is_signed_in(0));
}
