//! What becomes of a token that somebody did not take: renewed once, and never for nothing.

use ae_engine::Fault;
use ae_login::login::problem::Kind;
use ae_login::login::wire::Call;
use ae_test_support::tabs::TestTabs;
use ae_test_support::{HOUR, MINUTE, Network, SECOND};

/// A page, signed in, and its token.
fn signed_in(pages: usize) -> (TestTabs, String) {
    let mut shop = TestTabs::signed_in(pages);
    shop.advance(10 * SECOND);
    let token = shop.token(0).expect("a token");
    shop.discard_events();
    (shop, token)
}

#[test]
fn a_refused_token_is_renewed_though_it_still_runs() {
    let (mut shop, old) = signed_in(1);
    let ask = shop.request_replacement(0, 30, Some(&old));
    let new = shop
        .token_result(0, ask)
        .expect("an answer")
        .expect("a token");
    assert_ne!(new, old);
    assert_eq!(
        (shop.renewals(), shop.take_events(0)),
        (1, vec!["renewed".to_owned()])
    );
    assert_eq!(shop.token(0), Ok(new));
}

#[test]
fn the_token_before_may_be_refused_again_and_costs_nothing() {
    let (mut shop, old) = signed_in(1);
    let first = shop.request_replacement(0, 30, Some(&old));
    for _ in 0..10 {
        let again = shop.request_replacement(0, 30, Some(&old));
        assert_eq!(shop.token_result(0, again), shop.token_result(0, first));
    }
    shop.advance(MINUTE);
    assert_eq!(shop.renewals(), 1);
}

#[test]
fn many_requests_with_one_refused_token_share_one_renewal() {
    let (mut shop, old) = signed_in(1);
    shop.latency = SECOND;
    let asks = [0, 30, 60].map(|seconds| shop.request_replacement(0, seconds, Some(&old)));
    let plain = shop.request_token(0, 30);
    assert_eq!(
        shop.token_result(0, plain),
        None,
        "nobody gets a refused one"
    );
    shop.advance(SECOND);
    assert_eq!(shop.renewals(), 1);
    let new = shop.token(0);
    assert_ne!(new, Ok(old));
    for ask in asks.into_iter().chain([plain]) {
        assert_eq!(shop.token_result(0, ask).as_ref(), Some(&new));
    }
}

#[test]
fn a_token_that_nobody_here_gave_out_changes_nothing() {
    let (mut shop, token) = signed_in(1);
    let longer = format!("{token}x");
    for refused in ["", "a.b.c", &longer, &token[..token.len() - 1]] {
        let ask = shop.request_replacement(0, 30, Some(refused));
        assert_eq!(
            shop.token_result(0, ask),
            Some(Ok(token.clone())),
            "{refused}"
        );
    }
    assert_eq!((shop.renewals(), shop.take_events(0)), (0, Vec::new()));
}

#[test]
fn a_shop_that_refuses_every_token_does_not_storm_the_engine() {
    let (mut shop, _) = signed_in(1);
    for _ in 0..600 {
        let ask = shop.request_token(0, 0);
        shop.advance(100);
        if let Some(Ok(token)) = shop.token_result(0, ask) {
            shop.request_replacement(0, 0, Some(&token));
        }
    }
    assert!(shop.is_signed_in(0));
    let asked = shop.renewals();
    assert!((1..=60).contains(&asked), "{asked} in a minute");
}

#[test]
fn a_refused_token_is_renewed_once_for_all_pages() {
    let (mut shop, old) = signed_in(3);
    shop.latency = SECOND;
    let asks = [0, 1, 2].map(|page| shop.request_replacement(page, 30, Some(&old)));
    shop.advance(2 * SECOND);
    assert_eq!(shop.renewals(), 1);
    let new = shop.token(0);
    assert_ne!(new, Ok(old.clone()));
    for (page, ask) in asks.into_iter().enumerate() {
        assert_eq!(shop.token_result(page, ask).as_ref(), Some(&new));
    }
    // Whoever hears of the refusal late finds the new one.
    let late = shop.request_replacement(2, 30, Some(&old));
    assert_eq!(shop.token_result(2, late), Some(new));
    shop.advance(SECOND);
    assert_eq!(shop.renewals(), 1);
}

#[test]
fn a_refused_token_that_cannot_be_renewed_now_is_nobodys_end() {
    for (fault, kind) in [
        (Fault::Html503, Kind::Server),
        (Fault::Dropped, Kind::Network),
        (Fault::SameToken, Kind::Malformed),
    ] {
        let (mut shop, old) = signed_in(1);
        shop.advance(10 * SECOND);
        shop.fail_next(Call::Renew, fault.clone());
        let ask = shop.request_replacement(0, 80, Some(&old));
        assert_eq!(shop.token_result(0, ask), Some(Err(kind)), "{fault}");
        assert!(shop.is_signed_in(0), "{fault}");
        shop.advance(5 * SECOND);
        assert_ne!(shop.token(0), Ok(old), "{fault}: it is tried again");
    }
}

#[test]
fn a_refused_token_that_may_not_be_renewed_any_more_is_the_end() {
    let (mut shop, old) = signed_in(2);
    shop.fail_next(Call::Renew, Fault::Code(1529, None));
    let ask = shop.request_replacement(1, 30, Some(&old));
    assert_eq!(shop.token_result(1, ask), Some(Err(Kind::SignedOut)));
    assert!(!shop.is_signed_in(0) && !shop.is_signed_in(1));
}

#[test]
fn in_a_page_that_nobody_sees_or_that_renews_nothing_by_itself_a_refused_token_is_renewed() {
    let (mut shop, old) = signed_in(1);
    shop.hide(0);
    let ask = shop.request_replacement(0, 0, Some(&old));
    assert!(matches!(shop.token_result(0, ask), Some(Ok(new)) if new != old));

    let attributes = [("no-renew", "")];
    let mut shop = TestTabs::with(1, &attributes, |engine| engine.set_lives(90));
    shop.sign_in(0);
    shop.advance(10 * SECOND);
    let old = shop.token(0).expect("a token");
    let ask = shop.request_replacement(0, 0, Some(&old));
    assert!(matches!(shop.token_result(0, ask), Some(Ok(new)) if new != old));
    shop.advance(HOUR);
    assert_eq!(shop.renewals(), 1);
}

#[test]
fn without_a_session_a_refused_token_changes_nothing() {
    let (mut shop, old) = signed_in(1);
    shop.sign_out(0);
    let ask = shop.request_replacement(0, 0, Some(&old));
    assert_eq!(shop.token_result(0, ask), Some(Err(Kind::SignedOut)));
    assert_eq!(shop.renewals(), 0);
}

#[test]
fn a_refused_token_and_no_network_end_in_an_answer_for_everybody() {
    let (mut shop, old) = signed_in(1);
    shop.advance(SECOND);
    shop.network = Network::Stalled;
    let ask = shop.request_replacement(0, 80, Some(&old));
    shop.advance(10 * SECOND);
    assert_eq!(shop.token_result(0, ask), Some(Err(Kind::Timeout)));
    assert!(shop.is_signed_in(0));
}
