//! One session in several tabs of a shop: renewed once, ended everywhere, never mixed up with another one.

use ae_engine::Fault;
use ae_login::login::problem::Kind;
use ae_login::login::session::SessionVersion;
use ae_login::login::view::{Action, StepName};
use ae_login::login::wire::Call;
use ae_test_support::tabs::{EVE, Key, LOCK_TIERS, LOCK_TIMEOUT, TestTabs};
use ae_test_support::{ADA, HOUR, MINUTE, Network, SECOND, START_TIME};

/// When a token of ninety seconds is renewed.
const DUE: u64 = 72 * SECOND;

/// The token of every page: all of them, and the same one.
fn one_token(shop: &mut TestTabs, pages: usize) -> String {
    let token = shop.token(0).expect("a token");
    for page in 1..pages {
        assert_eq!(shop.token(page), Ok(token.clone()), "page {page}");
    }
    token
}

// One renewal ---------------------------------------------------------------------------------------------------------------

#[test]
fn however_many_pages_there_are_a_token_is_renewed_once_in_its_life() {
    for pages in [1, 2, 3, 10, 100] {
        let mut shop = TestTabs::signed_in(pages);
        let first = one_token(&mut shop, pages);
        shop.discard_events();
        shop.latency = SECOND;
        shop.advance(DUE - 1);
        assert_eq!(shop.renewals(), 0, "{pages} pages");
        shop.advance(2 * SECOND);
        assert_eq!(shop.renewals(), 1, "{pages} pages");
        assert_ne!(one_token(&mut shop, pages), first, "{pages} pages");
        for page in 0..pages {
            assert_eq!(
                shop.take_events(page),
                ["renewed"],
                "page {page} of {pages}"
            );
        }
        shop.advance(DUE - 2 * SECOND);
        assert_eq!(shop.renewals(), 1, "{pages} pages");
    }
}

#[test]
fn an_hour_of_ten_pages_is_one_call_for_each_token() {
    let mut shop = TestTabs::signed_in(10);
    shop.advance(HOUR);
    assert_eq!(shop.renewals(), 50);
    one_token(&mut shop, 10);
}

#[test]
fn a_hundred_pages_that_wake_together_ask_once() {
    let mut shop = TestTabs::signed_in(100);
    shop.latency = 300;
    shop.sleep(8 * HOUR);
    for page in 0..100 {
        shop.show(page);
    }
    shop.advance(SECOND);
    assert_eq!(shop.renewals(), 1);
    one_token(&mut shop, 100);
}

#[test]
fn pages_that_want_a_newer_token_together_share_one_renewal() {
    let mut shop = TestTabs::signed_in(5);
    shop.latency = SECOND;
    shop.advance(40 * SECOND);
    let asks = [0, 1, 2, 3, 4].map(|page| shop.request_token(page, 60));
    shop.advance(2 * SECOND);
    assert_eq!(shop.renewals(), 1);
    let token = one_token(&mut shop, 5);
    for (page, ask) in asks.into_iter().enumerate() {
        assert_eq!(shop.token_result(page, ask), Some(Ok(token.clone())));
    }
}

#[test]
fn without_locks_or_messages_pages_still_share_the_session() {
    for (locks, messages) in [(false, true), (true, false), (false, false)] {
        let mut shop = TestTabs::signed_in(5);
        (shop.has_locks, shop.has_messages) = (locks, messages);
        shop.advance(HOUR);
        assert_eq!(shop.renewals(), 50, "{locks} {messages}");
        one_token(&mut shop, 5);
        shop.sign_out(3);
        for page in 0..5 {
            shop.show(page);
            assert!(!shop.is_signed_in(page), "{locks} {messages}");
        }
    }
}

#[test]
fn a_page_whose_turn_comes_after_a_failure_tries_itself() {
    let mut shop = TestTabs::signed_in(3);
    shop.discard_events();
    shop.fail_next(Call::Renew, Fault::Html503);
    shop.advance(DUE + 5 * SECOND);
    assert_eq!(shop.renewals(), 2);
    one_token(&mut shop, 3);
}

#[test]
fn an_engine_that_is_down_is_not_stormed_by_many_pages_and_signs_nobody_out() {
    let mut shop = TestTabs::signed_in(5);
    shop.advance(DUE - SECOND);
    shop.network = Network::Unreachable;
    shop.advance(10 * MINUTE);
    assert!(shop.renewals() <= 5 * 33, "{}", shop.renewals());
    assert!((0..5).all(|page| shop.is_signed_in(page)));
    shop.network = Network::Working;
    shop.advance(61 * SECOND);
    one_token(&mut shop, 5);
}

// Pages that come and go ------------------------------------------------------------------------------------------------

#[test]
fn a_page_that_comes_later_gets_the_session_without_a_call() {
    let mut shop = TestTabs::signed_in(1);
    let later = shop.open();
    assert_eq!(
        shop.take_events(later),
        ["ready", "step signed-in", "signed-in restored"]
    );
    assert_eq!(shop.renewals(), 0);
    let token = one_token(&mut shop, 2);
    shop.close(0);
    let last = shop.open();
    assert_eq!(shop.token(last), Ok(token));
}

#[test]
fn with_the_last_page_the_session_is_gone() {
    let mut shop = TestTabs::signed_in(2);
    shop.close(0);
    shop.close(1);
    let later = shop.open();
    shop.advance(2 * SECOND);
    assert_eq!(shop.take_events(later), ["ready"]);
    assert_eq!((shop.renewals(), shop.view(later).busy), (0, false));
    shop.sign_in(later);
}

#[test]
fn a_page_that_is_loaded_again_goes_on_with_the_newest_token() {
    let mut shop = TestTabs::signed_in(2);
    shop.freeze(1);
    shop.advance(DUE);
    shop.reload(1);
    assert_eq!(shop.renewals(), 1);
    one_token(&mut shop, 2);
}

#[test]
fn a_duplicated_tab_shares_the_session_from_its_first_moment() {
    let mut shop = TestTabs::signed_in(1);
    let copy = shop.duplicate(0);
    one_token(&mut shop, 2);
    shop.advance(DUE);
    assert_eq!(shop.renewals(), 1);
    one_token(&mut shop, 2);
    shop.sign_out(copy);
    assert!(!shop.is_signed_in(0));
}

#[test]
fn a_login_in_one_page_signs_all_of_them_in() {
    let mut shop = TestTabs::new(3);
    shop.submit(2, ADA);
    shop.discard_events();
    shop.sign_in(0);
    one_token(&mut shop, 3);
    assert_eq!(
        shop.take_events(1),
        ["step signed-in", "signed-in restored"]
    );
    assert_eq!(
        shop.view(2).step,
        StepName::SignedIn,
        "even where a code was waited for"
    );
}

#[test]
fn with_storage_in_memory_pages_share_nothing() {
    let mut shop = TestTabs::with(2, &[("storage", "memory")], |engine| engine.set_lives(90));
    shop.sign_in(0);
    assert!(!shop.is_signed_in(1));
    assert!(shop.shared.version.is_none() && shop.shared.record.is_none());
    assert_eq!(shop.stored(0).session, None);
    shop.advance(SECOND);
    shop.sign_in(1);
    assert_ne!(shop.token(0), shop.token(1));
    shop.advance(DUE);
    assert_eq!((shop.renewals_of(0), shop.renewals_of(1)), (1, 1));
    shop.sign_out(0);
    assert!(shop.is_signed_in(1));
    shop.reload(1);
    assert!(!shop.is_signed_in(1), "nor with their own next page");
}

// The end ---------------------------------------------------------------------------------------------------------------

#[test]
fn signing_out_in_one_page_signs_all_of_them_out() {
    let mut shop = TestTabs::signed_in(3);
    shop.discard_events();
    shop.network = Network::Unreachable;
    shop.sign_out(1);
    assert_eq!(shop.take_events(1), ["step identify", "signed-out user"]);
    for page in [0, 2] {
        assert_eq!(
            shop.take_events(page),
            ["step identify", "signed-out other-tab"]
        );
        assert_eq!(shop.token(page), Err(Kind::SignedOut));
    }
    assert_eq!(shop.shared.record, None);
    for page in 0..3 {
        assert_eq!(shop.stored(page).session, None);
        shop.reload(page);
        assert!(!shop.is_signed_in(page));
    }
}

#[test]
fn a_page_that_was_put_aside_is_signed_out_before_anybody_sees_it() {
    let mut shop = TestTabs::signed_in(2);
    shop.freeze(1);
    shop.sign_out(0);
    shop.discard_events();
    assert!(shop.is_signed_in(1), "it cannot know");
    shop.return_to(1);
    assert_eq!(
        shop.take_events(1),
        ["step identify", "signed-out other-tab"]
    );
}

#[test]
fn a_page_that_is_asked_before_it_hears_of_a_sign_out_gives_no_token() {
    let mut shop = TestTabs::signed_in(2);
    shop.has_messages = false;
    shop.sign_out(0);
    assert_eq!(shop.token(1), Err(Kind::SignedOut));
}

#[test]
fn an_answer_that_comes_after_a_sign_out_elsewhere_is_dropped() {
    for messages in [true, false] {
        let mut shop = TestTabs::signed_in(2);
        shop.has_messages = messages;
        shop.latency = 5 * SECOND;
        shop.advance(DUE);
        let renewing = shop.renewing_page().expect("a renewal");
        let other = 1 - renewing;
        shop.sign_out(other);
        shop.advance(MINUTE);
        assert_eq!(shop.renewals(), 1);
        for page in 0..2 {
            assert!(!shop.is_signed_in(page), "{messages}");
            assert_eq!(shop.stored(page).session, None);
        }
        assert_eq!(shop.shared.record, None);
        let mark = shop
            .shared
            .version
            .as_deref()
            .and_then(SessionVersion::read);
        assert!(mark.is_some_and(SessionVersion::is_out));
    }
}

#[test]
fn a_renewal_that_is_asked_for_by_a_frozen_page_does_not_undo_a_sign_out() {
    let mut shop = TestTabs::signed_in(2);
    shop.latency = SECOND;
    shop.advance(DUE);
    let frozen = shop.renewing_page().expect("a renewal");
    shop.freeze(frozen);
    shop.advance(10 * SECOND);
    shop.sign_out(1 - frozen);
    shop.resume(frozen);
    assert!(!shop.is_signed_in(frozen) && shop.shared.record.is_none());
}

#[test]
fn a_login_after_a_sign_out_is_everybodys_again() {
    let mut shop = TestTabs::signed_in(3);
    shop.sign_out(2);
    shop.sign_in(0);
    one_token(&mut shop, 3);
    shop.advance(DUE);
    assert_eq!(shop.renewals(), 1);
}

#[test]
fn another_customer_elsewhere_takes_this_ones_place_and_is_never_mixed_with_it() {
    let mut shop = TestTabs::signed_in(2);
    shop.freeze(1);
    shop.sign_out(0);
    shop.sign_in_as(0, EVE);
    shop.discard_events();
    let eves = shop.token(0).expect("a token");
    assert_eq!(
        shop.signed_in_identifier(1).as_deref(),
        Some(ADA),
        "it cannot know"
    );
    shop.return_to(1);
    let heard = shop.take_events(1);
    assert_eq!(
        heard,
        [
            "step identify",
            "signed-out replaced",
            "step signed-in",
            "signed-in restored"
        ]
    );
    assert_eq!(shop.signed_in_identifier(1).as_deref(), Some(EVE));
    assert_eq!(shop.token(1), Ok(eves));
}

#[test]
fn another_customer_signs_in_elsewhere_while_a_renewal_is_under_way() {
    let mut shop = TestTabs::signed_in(2);
    shop.latency = 5 * SECOND;
    shop.advance(DUE);
    let renewing = shop.renewing_page().expect("a renewal");
    let other = 1 - renewing;
    shop.latency = 0;
    shop.freeze(renewing);
    shop.sign_out(other);
    shop.sign_in_as(other, EVE);
    let eves = shop.token(other);
    shop.advance(10 * SECOND);
    shop.resume(renewing);
    assert_eq!(shop.signed_in_identifier(renewing).as_deref(), Some(EVE));
    assert_eq!(shop.token(renewing), eves);
    shop.advance(HOUR);
    for page in 0..2 {
        assert_eq!(shop.signed_in_identifier(page).as_deref(), Some(EVE));
    }
}

#[test]
fn another_customer_who_cannot_be_read_leaves_nobody_signed_in() {
    let mut shop = TestTabs::signed_in(2);
    shop.freeze(1);
    shop.sign_out(0);
    shop.sign_in_as(0, EVE);
    shop.can_read_records = false;
    shop.discard_events();
    shop.return_to(1);
    assert_eq!(
        shop.take_events(1),
        ["step identify", "signed-out replaced"]
    );
    assert_eq!(shop.token(1), Err(Kind::SignedOut));
    assert_eq!(
        shop.signed_in_identifier(0).as_deref(),
        Some(EVE),
        "who stays signed in"
    );
}

#[test]
fn a_refused_renewal_ends_the_session_in_all_pages() {
    let mut shop = TestTabs::signed_in(3);
    shop.discard_events();
    shop.fail_next(Call::Renew, Fault::Code(1529, None));
    shop.advance(DUE);
    let mut reasons = Vec::new();
    for page in 0..3 {
        assert!(!shop.is_signed_in(page));
        reasons.push(shop.take_events(page).pop().expect("a reason"));
    }
    reasons.sort();
    assert_eq!(
        reasons,
        [
            "signed-out other-tab",
            "signed-out other-tab",
            "signed-out refused"
        ]
    );
    assert_eq!(shop.renewals(), 1);
}

#[test]
fn a_page_that_slept_and_is_refused_does_not_end_another_ones_newer_token() {
    let mut shop = TestTabs::with(2, &[], |engine| {
        engine.set_lives(90);
        engine.renew_grace_s = Some(30);
    });
    shop.sign_in(0);
    // The one page neither hears of the other one's tokens nor can it read them: it tries its own old one.
    shop.freeze(1);
    shop.advance(5 * MINUTE);
    let renewed = shop.renewals();
    let token = shop.token(0).expect("a token");
    let mark = shop.shared.version.clone();
    shop.can_read_records = false;
    shop.discard_events();
    shop.freeze(0);
    shop.return_to(1);
    shop.advance(SECOND);
    assert_eq!(shop.shared.version, mark, "it speaks for itself alone");
    shop.resume(0);
    assert_eq!(shop.renewals(), renewed + 1);
    assert_eq!(
        shop.take_events(1),
        ["error rejected 1529", "step identify", "signed-out expired"]
    );
    assert_eq!(shop.token(0), Ok(token), "the newer one stays");
    assert!(shop.take_events(0).is_empty());
    shop.can_read_records = true;
    shop.advance(2 * MINUTE);
    one_token(&mut shop, 2);
}

#[test]
fn cleared_storage_ends_the_session_and_nothing_is_written_again() {
    let mut shop = TestTabs::signed_in(2);
    shop.advance(10 * SECOND);
    shop.discard_events();
    shop.clear_storage();
    shop.advance(HOUR);
    for page in 0..2 {
        let heard = shop.take_events(page);
        assert_eq!(heard, ["step identify", "signed-out other-tab"]);
        assert_eq!(shop.stored(page).session, None);
    }
    assert!(shop.shared.version.is_none() && shop.shared.record.is_none());
    assert_eq!(shop.renewals(), 0);
}

#[test]
fn storage_cleared_while_a_renewal_is_under_way_is_not_filled_by_its_answer() {
    let mut shop = TestTabs::signed_in(2);
    shop.latency = 5 * SECOND;
    shop.advance(DUE);
    shop.clear_storage();
    shop.advance(MINUTE);
    assert!(!shop.is_signed_in(0) && !shop.is_signed_in(1));
    assert!(shop.shared.version.is_none() && shop.shared.record.is_none());
    assert_eq!((shop.renewals(), shop.stored(0).session.clone()), (1, None));
    shop.latency = 0;
    shop.sign_in(1);
    one_token(&mut shop, 2);
}

// Holders of the lock ---------------------------------------------------------------------------------------------------

#[test]
fn a_page_that_freezes_while_it_renews_costs_three_seconds_and_one_call_however_many_wait() {
    for pages in [3, 100] {
        let mut shop = TestTabs::signed_in(pages);
        shop.latency = SECOND;
        let first = shop.token(0);
        shop.advance(DUE);
        let frozen = shop.renewing_page().expect("a renewal");
        shop.freeze(frozen);
        shop.advance(LOCK_TIMEOUT - 1);
        assert_eq!(shop.renewals(), 1, "{pages} pages");
        shop.advance(1 + SECOND);
        assert_eq!(shop.renewals(), 2, "{pages} pages");
        for page in (0..pages).filter(|page| *page != frozen) {
            assert!(shop.token(page).is_ok() && shop.token(page) != first);
        }
        shop.resume(frozen);
        shop.advance(SECOND);
        assert_eq!(shop.renewals(), 2, "{pages} pages");
        one_token(&mut shop, pages);
    }
}

#[test]
fn an_engine_that_takes_its_time_is_asked_once_more_every_three_seconds_however_many_wait() {
    for (seconds, calls) in [(2, 1), (5, 2), (8, 3)] {
        let mut shop = TestTabs::signed_in(100);
        shop.latency = seconds * SECOND;
        shop.advance(DUE + seconds * SECOND);
        assert_eq!(shop.renewals(), calls, "{seconds} s");
        one_token(&mut shop, 100);
        shop.advance(10 * SECOND);
        assert_eq!(shop.renewals(), calls, "{seconds} s");
    }
}

#[test]
fn a_frozen_holder_and_an_engine_that_takes_its_time_are_no_storm_either() {
    let mut shop = TestTabs::signed_in(100);
    shop.latency = 8 * SECOND;
    shop.advance(DUE);
    let frozen = shop.renewing_page().expect("a renewal");
    shop.freeze(frozen);
    shop.advance(LOCK_TIMEOUT + 8 * SECOND);
    assert_eq!(
        shop.renewals(),
        4,
        "one in each line until the answer is there"
    );
    shop.resume(frozen);
    one_token(&mut shop, 100);
}

#[test]
fn pages_that_freeze_one_after_the_other_cost_three_seconds_and_a_call_each() {
    let mut shop = TestTabs::signed_in(10);
    shop.latency = SECOND;
    shop.advance(DUE);
    let mut lost = Vec::new();
    for _ in 0..LOCK_TIERS {
        assert_eq!(shop.renewals(), 1 + lost.len());
        let renewing = shop.renewing_page().expect("a renewal");
        shop.freeze(renewing);
        lost.push(renewing);
        shop.advance(LOCK_TIMEOUT);
    }
    // Behind the last line everybody goes on without.
    assert_eq!(shop.renewals(), 10);
    shop.advance(SECOND);
    for page in (0..10).filter(|page| !lost.contains(page)) {
        assert!(shop.token(page).is_ok());
    }
}

#[test]
fn with_two_pages_a_frozen_holder_costs_exactly_one_call() {
    let mut shop = TestTabs::signed_in(2);
    shop.latency = SECOND;
    shop.advance(DUE);
    let frozen = shop.renewing_page().expect("a renewal");
    shop.freeze(frozen);
    shop.advance(LOCK_TIMEOUT + SECOND);
    assert_eq!(shop.renewals(), 2);
    assert!(shop.token(1 - frozen).is_ok());
    shop.resume(frozen);
    shop.advance(MINUTE);
    assert_eq!(shop.renewals(), 2);
    one_token(&mut shop, 2);
}

#[test]
fn a_lock_that_somebody_holds_for_ever_costs_three_seconds_of_each_life_and_no_call() {
    // The first page asks nothing: it is frozen with the lock, as somebody else's script may hold it.
    let mut shop = TestTabs::signed_in(4);
    shop.latency = SECOND;
    shop.advance(DUE);
    let frozen = shop.renewing_page().expect("a renewal");
    shop.freeze(frozen);
    shop.advance(LOCK_TIMEOUT + SECOND);
    for life in 1..=5 {
        assert_eq!(shop.renewals(), 1 + life, "{life} lives");
        shop.advance(DUE + LOCK_TIMEOUT + SECOND);
        for page in (0..4).filter(|page| *page != frozen) {
            assert!(shop.token(page).is_ok());
        }
    }
}

#[test]
fn a_page_that_is_closed_while_it_renews_costs_no_time() {
    let mut shop = TestTabs::signed_in(3);
    shop.latency = SECOND;
    shop.advance(DUE);
    let renewing = shop.renewing_page().expect("a renewal");
    shop.close(renewing);
    let next = shop.renewing_page().expect("the next one asks at once");
    assert_ne!(next, renewing);
    shop.advance(SECOND);
    assert_eq!(shop.renewals(), 2, "the first answer went with its page");
    let last = 3 - renewing - next;
    assert_eq!(shop.token(last), shop.token(next));
}

#[test]
fn a_page_that_is_closed_while_it_waits_for_its_turn_holds_nobody_up() {
    let mut shop = TestTabs::signed_in(3);
    shop.latency = 5 * SECOND;
    shop.advance(DUE);
    let renewing = shop.renewing_page().expect("a renewal");
    let waiting = (renewing + 1) % 3;
    let last = (renewing + 2) % 3;
    shop.close(waiting);
    shop.close(renewing);
    assert_eq!(shop.renewing_page(), Some(last));
    shop.advance(6 * SECOND);
    assert!(shop.token(last).is_ok());
}

#[test]
fn a_page_that_was_frozen_for_long_gives_out_no_token_that_has_ended() {
    let mut shop = TestTabs::signed_in(2);
    let old = shop.token(0).expect("a token");
    shop.freeze(1);
    shop.advance(DUE);
    assert_eq!(shop.renewals(), 1);
    let newer = shop.token(0).expect("a token");
    // The other page is there, but frozen as well: what it left behind can be read, and has ended.
    shop.freeze(0);
    shop.advance(HOUR);
    shop.latency = SECOND;
    let ask = shop.resume_and_request_token(1, 0);
    shop.advance(5 * SECOND);
    let token = shop.token_result(1, ask).expect("an answer");
    let token = token.expect("a token");
    assert!(token != old && token != newer, "a token that has ended");
}

#[test]
fn a_token_that_another_page_renewed_too_early_does_not_satisfy_who_wants_a_longer_one() {
    let mut shop = TestTabs::signed_in(2);
    shop.advance(30 * SECOND);
    shop.freeze(1);
    assert!(shop.request_token(0, 70).0 > 0);
    assert_eq!(shop.renewals(), 1);
    // Now the first page has a token that is 40 seconds old, and the second one does not know.
    shop.advance(40 * SECOND);
    shop.freeze(0);
    shop.latency = SECOND;
    let ask = shop.resume_and_request_token(1, 60);
    shop.advance(5 * SECOND);
    assert!(matches!(shop.token_result(1, ask), Some(Ok(_))));
    assert_eq!(shop.renewals(), 2, "good for fifty seconds is not enough");
}

// Records that cannot be read -------------------------------------------------------------------------------------------

#[test]
fn where_nothing_can_be_read_every_page_renews_its_own_token() {
    let mut shop = TestTabs::signed_in(2);
    shop.can_read_records = false;
    shop.discard_events();
    shop.advance(HOUR);
    for page in 0..2 {
        assert!(shop.is_signed_in(page));
        assert!(shop.token(page).is_ok());
        let heard = shop.take_events(page);
        assert!(heard.iter().all(|word| word == "renewed"), "{heard:?}");
        assert!((45..=55).contains(&shop.renewals_of(page)));
    }
    shop.sign_out(0);
    assert!(!shop.is_signed_in(1), "the mark is enough for that");
}

#[test]
fn a_record_that_cannot_be_read_leaves_a_new_page_at_its_first_step() {
    let mut shop = TestTabs::signed_in(1);
    let good = shop.shared.record.clone().expect("a record");
    let (mark, key, text) = good.clone();
    let other = |text: String| (mark, key, text);
    let records = [
        other(String::new()),
        other(text[..text.len() / 2].to_owned()),
        other(text.replace("\"v\":1", "\"v\":2")),
        other(text.replace("DocDemo", "Bukl")),
        other(text.replace("ada@", "eve@")),
        other("x".repeat(5 << 20)),
        (mark, Key::Tabs(77), text.clone()),
        (mark.renewed(), key, text.clone()),
    ];
    for record in records {
        shop.shared.record = Some(record.clone());
        let page = shop.open();
        shop.advance(2 * SECOND);
        assert!(!shop.is_signed_in(page));
        assert_eq!(shop.take_events(page), ["ready"]);
        assert_eq!(
            shop.shared.record.as_ref(),
            Some(&record),
            "and is left alone"
        );
        shop.close(page);
    }
    assert!(shop.is_signed_in(0));
}

#[test]
fn a_record_under_another_mark_than_its_own_is_not_believed() {
    let mut shop = TestTabs::signed_in(2);
    let (_, key, text) = shop.shared.record.clone().expect("a record");
    let old = shop.token(1);
    let later = SessionVersion::default().signed_in(START_TIME).renewed();
    shop.shared.record = Some((later, key, text));
    shop.shared.version = Some(later.to_text());
    shop.advance(2 * SECOND);
    assert_eq!(shop.token(1), old);
    shop.advance(DUE);
    one_token(&mut shop, 2);
}

#[test]
fn a_mark_that_is_none_means_nothing() {
    let mut shop = TestTabs::signed_in(2);
    for text in ["", "x", "1.", "{}", "9007199254740992.0", "<b>"] {
        shop.shared.version = Some(text.to_owned());
        shop.discard_events();
        shop.show(1);
        assert!(shop.is_signed_in(1), "{text}");
        assert!(shop.take_events(1).is_empty(), "{text}");
    }
    shop.advance(DUE);
    assert!(shop.token(0).is_ok() && shop.token(1).is_ok());
}

#[test]
fn a_flood_of_messages_asks_the_engine_nothing() {
    let mut shop = TestTabs::signed_in(2);
    shop.discard_events();
    let begun = SessionVersion::default().signed_in(START_TIME);
    for _ in 0..1_000 {
        shop.send_version(1, begun);
        shop.send_version(1, SessionVersion::default());
        shop.send_version(1, begun.renewed());
    }
    shop.advance(2 * SECOND);
    assert_eq!(shop.renewals(), 0);
    assert!(shop.is_signed_in(1));
    assert!(shop.take_events(1).is_empty());
}

// Staying signed in -----------------------------------------------------------------------------------------------------

fn remembering(pages: usize) -> TestTabs {
    TestTabs::with(pages, &[("remember", "ask")], |engine| engine.set_lives(90))
}

#[test]
fn who_wants_to_stay_signed_in_is_kept_on_the_device() {
    let mut shop = remembering(1);
    shop.press(0, Action::Remember);
    shop.sign_in(0);
    let (_, key, _) = shop.shared.record.clone().expect("a record");
    assert_eq!(key, Key::Device);
    assert_eq!(shop.stored(0).session, None, "and nowhere else");
    // The browser is closed and opened again.
    shop.close(0);
    let later = shop.open();
    assert!(shop.is_signed_in(later));
    shop.advance(DUE);
    let (_, key, _) = shop.shared.record.clone().expect("a record");
    assert_eq!(key, Key::Device, "every token of it");
}

#[test]
fn who_does_not_say_so_is_not_kept_on_the_device() {
    let mut shop = remembering(1);
    shop.sign_in(0);
    let (_, key, _) = shop.shared.record.clone().expect("a record");
    assert!(matches!(key, Key::Tabs(_)));
    // Said, and taken back.
    let mut shop = remembering(1);
    shop.press(0, Action::Remember);
    shop.press(0, Action::Remember);
    shop.sign_in(0);
    let (_, key, _) = shop.shared.record.clone().expect("a record");
    assert!(matches!(key, Key::Tabs(_)));
}

#[test]
fn the_wish_to_stay_signed_in_survives_a_reload_while_a_code_is_waited_for() {
    let mut shop = remembering(1);
    shop.press(0, Action::Remember);
    shop.submit(0, ADA);
    shop.reload(0);
    assert_eq!(shop.view(0).step, StepName::Code);
    let code = shop.engine.outbox().last().expect("a message").code.clone();
    shop.submit(0, &code);
    assert!(shop.is_signed_in(0));
    let (_, key, _) = shop.shared.record.clone().expect("a record");
    assert_eq!(key, Key::Device);
}

#[test]
fn the_wish_to_stay_signed_in_is_gone_after_signing_out() {
    let mut shop = remembering(2);
    shop.press(0, Action::Remember);
    shop.sign_in(0);
    assert!(shop.is_signed_in(1));
    shop.sign_out(1);
    assert_eq!(shop.shared.record, None);
    for page in 0..2 {
        shop.sign_in_as(page, EVE);
        let (_, key, _) = shop.shared.record.clone().expect("a record");
        assert!(matches!(key, Key::Tabs(_)), "page {page}");
        shop.sign_out(page);
    }
}

#[test]
fn a_device_that_cannot_keep_a_key_keeps_the_session_in_the_tab() {
    let mut shop = remembering(1);
    shop.can_store_key = false;
    shop.press(0, Action::Remember);
    shop.sign_in(0);
    let (_, key, _) = shop.shared.record.clone().expect("a record");
    assert!(matches!(key, Key::Tabs(_)));
    shop.reload(0);
    assert!(shop.is_signed_in(0));
    shop.close(0);
    let later = shop.open();
    shop.advance(2 * SECOND);
    assert!(!shop.is_signed_in(later));
}

#[test]
fn a_lost_key_of_the_device_means_signing_in() {
    let mut shop = TestTabs::with(1, &[("storage", "device")], |engine| engine.set_lives(90));
    shop.sign_in(0);
    shop.close(0);
    shop.can_read_records = false;
    let later = shop.open();
    shop.advance(2 * SECOND);
    assert_eq!(shop.take_events(later), ["ready"]);
    shop.sign_in(later);
}

#[test]
fn a_session_on_the_device_that_ran_out_is_asked_for_before_anybody_hears_of_it() {
    let mut shop = TestTabs::with(1, &[("storage", "device")], |engine| engine.set_lives(90));
    shop.sign_in(0);
    shop.close(0);
    shop.sleep(HOUR);
    shop.latency = SECOND;
    let later = shop.open();
    assert!(shop.view(later).busy && !shop.is_signed_in(later));
    assert_eq!(shop.take_events(later), ["ready"]);
    shop.advance(SECOND);
    assert_eq!(
        shop.take_events(later),
        ["step signed-in", "signed-in restored"]
    );
    assert_eq!(shop.renewals(), 1);

    shop.close(later);
    shop.sleep(HOUR);
    shop.fail_next(Call::Renew, Fault::Code(1529, None));
    let last = shop.open();
    shop.advance(SECOND);
    assert_eq!(
        shop.take_events(last),
        ["ready", "error rejected 1529", "signed-out expired"]
    );
}

// Pages that nobody sees ------------------------------------------------------------------------------------------------

#[test]
fn a_page_that_nobody_sees_does_not_renew_by_itself() {
    let mut shop = TestTabs::signed_in(20);
    for page in 0..20 {
        shop.hide(page);
    }
    shop.advance(30 * MINUTE);
    assert_eq!(shop.renewals(), 0);
    assert!((0..20).all(|page| shop.is_signed_in(page)));
    shop.show(7);
    shop.advance(SECOND);
    assert_eq!(shop.renewals(), 1, "once somebody looks");
    one_token(&mut shop, 20);
}

#[test]
fn a_page_that_nobody_sees_renews_when_it_is_asked() {
    let mut shop = TestTabs::signed_in(1);
    shop.hide(0);
    shop.advance(5 * MINUTE);
    assert_eq!(shop.renewals(), 0);
    let ask = shop.request_token(0, 30);
    shop.advance(SECOND);
    assert!(matches!(shop.token_result(0, ask), Some(Ok(_))));
    assert_eq!(shop.renewals(), 1);
}

#[test]
fn one_page_that_is_seen_renews_for_those_that_are_not() {
    let mut shop = TestTabs::signed_in(3);
    shop.hide(0);
    shop.hide(2);
    shop.advance(HOUR);
    assert_eq!((shop.renewals_of(1), shop.renewals()), (50, 50));
    one_token(&mut shop, 3);
}

#[test]
fn a_session_that_ran_out_is_not_asked_for_before_its_page_is_seen() {
    for storage in ["tab", "device"] {
        let mut shop = TestTabs::with(1, &[("storage", storage)], |engine| engine.set_lives(90));
        shop.sign_in(0);
        shop.hide(0);
        shop.sleep(HOUR);
        shop.reload(0);
        shop.advance(HOUR);
        assert_eq!(shop.renewals(), 0, "{storage}");
        assert!(!shop.is_signed_in(0), "{storage}");
        shop.discard_events();
        shop.show(0);
        assert_eq!(shop.renewals(), 1, "{storage}");
        assert_eq!(
            shop.take_events(0),
            ["step signed-in", "signed-in restored"],
            "{storage}"
        );
    }
}

#[test]
fn a_page_that_opens_in_the_background_asks_nothing_and_hears_who_is_signed_in() {
    let mut shop = TestTabs::signed_in(1);
    let hidden = shop.open_hidden();
    assert!(shop.is_signed_in(hidden));
    assert_eq!(shop.renewals(), 0);
    shop.advance(DUE);
    assert_eq!((shop.renewals_of(hidden), shop.renewals()), (0, 1));
}

#[test]
fn a_question_that_dies_while_its_page_is_put_aside_is_asked_again_when_it_is_seen() {
    // Some phones cut a page's connections when they suspend it, and the page hears of that only when it comes back.
    let mut shop = TestTabs::signed_in(1);
    shop.latency = SECOND;
    shop.advance(DUE - 1);
    shop.network = Network::LosesResponses;
    shop.advance(1);
    assert_eq!(shop.renewing_page(), Some(0));
    shop.hide(0);
    shop.freeze(0);
    shop.sleep(HOUR);
    shop.advance(2 * SECOND);
    shop.network = Network::Working;
    shop.discard_events();
    shop.return_to(0);
    shop.advance(3 * SECOND);
    assert_eq!(shop.renewals(), 2);
    assert_eq!(shop.take_events(0), ["error network", "renewed"]);
}

// Records of other versions ---------------------------------------------------------------------------------------------

#[test]
fn records_of_a_newer_version_are_left_alone_until_somebody_signs_in() {
    let mut shop = TestTabs::signed_in(1);
    let newer = |text: String| text.replace("\"v\":1", "\"v\":2");
    let own = newer(shop.stored(0).session.clone().expect("a record"));
    let (mark, key, text) = shop.shared.record.clone().expect("a record");
    let shared = Some((mark, key, newer(text)));
    shop.stored(0).session = Some(own.clone());
    shop.shared.record.clone_from(&shared);
    shop.reload(0);
    shop.advance(MINUTE);
    assert!(!shop.is_signed_in(0));
    assert_eq!(shop.stored(0).session, Some(own));
    assert_eq!(shop.shared.record, shared);
    assert_eq!(shop.renewals(), 0);
    shop.sign_in(0);
    assert_ne!(shop.shared.record, shared);
}

#[test]
fn a_record_from_before_there_were_marks_is_taken_up_and_shared_with_its_next_token() {
    let mut shop = TestTabs::signed_in(1);
    let mark = shop.shared.version.clone().expect("a mark");
    let record = shop.stored(0).session.clone().expect("a record");
    let older = record.replace(&format!("\"mark\":\"{mark}\","), "");
    assert_ne!(older, record);
    shop.clear_storage();
    shop.stored(0).session = Some(older);
    shop.reload(0);
    assert!(shop.is_signed_in(0));
    shop.advance(DUE);
    let later = shop.open();
    assert!(shop.is_signed_in(later));
    one_token(&mut shop, 2);
}

// Clocks ----------------------------------------------------------------------------------------------------------------

#[test]
fn a_clock_that_is_set_back_a_little_between_two_pages_costs_nothing() {
    // Clocks are corrected by a second now and then, and browsers that hide from trackers tell each page another tenth of one.
    let mut shop = TestTabs::signed_in(2);
    shop.advance(10 * MINUTE);
    let renewed = shop.renewals();
    shop.freeze(1);
    let due = 8 * 72 * SECOND + 72 * SECOND - 600 * SECOND;
    shop.advance(due);
    assert_eq!(shop.renewals(), renewed + 1);
    shop.shift_wall_clock(-1_000);
    shop.discard_events();
    shop.return_to(1);
    shop.advance(SECOND);
    assert_eq!(shop.renewals(), renewed + 1);
    assert_eq!(shop.take_events(1), ["renewed"]);
    one_token(&mut shop, 2);
}

#[test]
fn a_clock_that_is_set_by_a_day_signs_nobody_out() {
    for day in [-86_400_000, 86_400_000] {
        let attributes = [("max-age", "43200")];
        let mut shop = TestTabs::with(2, &attributes, |engine| engine.set_lives(90));
        shop.sign_in(0);
        shop.advance(2 * MINUTE);
        shop.discard_events();
        shop.shift_wall_clock(day);
        shop.advance(10 * MINUTE);
        for page in 0..2 {
            let heard = shop.take_events(page);
            assert!(heard.iter().all(|word| word == "renewed"), "{heard:?}");
        }
        assert!(shop.renewals() <= 12, "{day}: {}", shop.renewals());
        one_token(&mut shop, 2);
    }
}
