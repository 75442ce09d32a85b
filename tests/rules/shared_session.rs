//! One session in several tabs of a shop: renewed once, ended everywhere, never mixed up with another one.

use ae_engine::Fault;
use ae_login::login::problem::Kind;
use ae_login::login::session::SessionVersion;
use ae_login::login::time::UnixMs;
use ae_login::login::view::{Action, StepName};
use ae_login::login::wire::Call;
use ae_test_support::shop::{EVE, Key, LINES, Shop, TURN_PATIENCE};
use ae_test_support::{ADA, BEGINNING, HOUR, MINUTE, SECOND, Wire};

/// When a token of ninety seconds is renewed.
const DUE: u64 = 72 * SECOND;

/// The token of every page: all of them, and the same one.
fn one_token(shop: &mut Shop, pages: usize) -> String {
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
        let mut shop = Shop::signed_in(pages);
        let first = one_token(&mut shop, pages);
        shop.all_heard();
        shop.slow = SECOND;
        shop.pass(DUE - 1);
        assert_eq!(shop.renewals(), 0, "{pages} pages");
        shop.pass(2 * SECOND);
        assert_eq!(shop.renewals(), 1, "{pages} pages");
        assert_ne!(one_token(&mut shop, pages), first, "{pages} pages");
        for page in 0..pages {
            assert_eq!(shop.heard(page), ["renewed"], "page {page} of {pages}");
        }
        shop.pass(DUE - 2 * SECOND);
        assert_eq!(shop.renewals(), 1, "{pages} pages");
    }
}

#[test]
fn an_hour_of_ten_pages_is_one_call_for_each_token() {
    let mut shop = Shop::signed_in(10);
    shop.pass(HOUR);
    assert_eq!(shop.renewals(), 50);
    one_token(&mut shop, 10);
}

#[test]
fn a_hundred_pages_that_wake_together_ask_once() {
    let mut shop = Shop::signed_in(100);
    shop.slow = 300;
    shop.sleep(8 * HOUR);
    for page in 0..100 {
        shop.shows(page);
    }
    shop.pass(SECOND);
    assert_eq!(shop.renewals(), 1);
    one_token(&mut shop, 100);
}

#[test]
fn pages_that_want_a_newer_token_together_share_one_renewal() {
    let mut shop = Shop::signed_in(5);
    shop.slow = SECOND;
    shop.pass(40 * SECOND);
    let asks = [0, 1, 2, 3, 4].map(|page| shop.asks(page, 60));
    shop.pass(2 * SECOND);
    assert_eq!(shop.renewals(), 1);
    let token = one_token(&mut shop, 5);
    for (page, ask) in asks.into_iter().enumerate() {
        assert_eq!(shop.token_for(page, ask), Some(Ok(token.clone())));
    }
}

#[test]
fn without_locks_or_messages_pages_still_share_the_session() {
    for (locks, messages) in [(false, true), (true, false), (false, false)] {
        let mut shop = Shop::signed_in(5);
        (shop.has_locks, shop.has_messages) = (locks, messages);
        shop.pass(HOUR);
        assert_eq!(shop.renewals(), 50, "{locks} {messages}");
        one_token(&mut shop, 5);
        shop.signs_out(3);
        for page in 0..5 {
            shop.shows(page);
            assert!(!shop.is_signed_in(page), "{locks} {messages}");
        }
    }
}

#[test]
fn a_page_whose_turn_comes_after_a_failure_tries_itself() {
    let mut shop = Shop::signed_in(3);
    shop.all_heard();
    shop.spoil(Call::Renew, Fault::Html503);
    shop.pass(DUE + 5 * SECOND);
    assert_eq!(shop.renewals(), 2);
    one_token(&mut shop, 3);
}

#[test]
fn an_engine_that_is_down_is_not_stormed_by_many_pages_and_signs_nobody_out() {
    let mut shop = Shop::signed_in(5);
    shop.pass(DUE - SECOND);
    shop.wire = Wire::Cut;
    shop.pass(10 * MINUTE);
    assert!(shop.renewals() <= 5 * 33, "{}", shop.renewals());
    assert!((0..5).all(|page| shop.is_signed_in(page)));
    shop.wire = Wire::Whole;
    shop.pass(61 * SECOND);
    one_token(&mut shop, 5);
}

// Pages that come and go ------------------------------------------------------------------------------------------------

#[test]
fn a_page_that_comes_later_gets_the_session_without_a_call() {
    let mut shop = Shop::signed_in(1);
    let later = shop.opens();
    assert_eq!(
        shop.heard(later),
        ["ready", "step signed-in", "signed-in again"]
    );
    assert_eq!(shop.renewals(), 0);
    let token = one_token(&mut shop, 2);
    shop.closes(0);
    let last = shop.opens();
    assert_eq!(shop.token(last), Ok(token));
}

#[test]
fn with_the_last_page_the_session_is_gone() {
    let mut shop = Shop::signed_in(2);
    shop.closes(0);
    shop.closes(1);
    let later = shop.opens();
    shop.pass(2 * SECOND);
    assert_eq!(shop.heard(later), ["ready"]);
    assert_eq!((shop.renewals(), shop.sees(later).busy), (0, false));
    shop.signs_in(later);
}

#[test]
fn a_page_that_is_loaded_again_goes_on_with_the_newest_token() {
    let mut shop = Shop::signed_in(2);
    shop.freezes(1);
    shop.pass(DUE);
    shop.reloads(1);
    assert_eq!(shop.renewals(), 1);
    one_token(&mut shop, 2);
}

#[test]
fn a_duplicated_tab_shares_the_session_from_its_first_moment() {
    let mut shop = Shop::signed_in(1);
    let copy = shop.duplicates(0);
    one_token(&mut shop, 2);
    shop.pass(DUE);
    assert_eq!(shop.renewals(), 1);
    one_token(&mut shop, 2);
    shop.signs_out(copy);
    assert!(!shop.is_signed_in(0));
}

#[test]
fn a_login_in_one_page_signs_all_of_them_in() {
    let mut shop = Shop::of(3);
    shop.submits(2, ADA);
    shop.all_heard();
    shop.signs_in(0);
    one_token(&mut shop, 3);
    assert_eq!(shop.heard(1), ["step signed-in", "signed-in again"]);
    assert_eq!(
        shop.sees(2).step,
        StepName::SignedIn,
        "even where a code was waited for"
    );
}

#[test]
fn with_storage_in_memory_pages_share_nothing() {
    let mut shop = Shop::with(2, &[("storage", "memory")], |engine| engine.set_lives(90));
    shop.signs_in(0);
    assert!(!shop.is_signed_in(1));
    assert!(shop.shared.mark.is_none() && shop.shared.record.is_none());
    assert_eq!(shop.drawer(0).session, None);
    shop.pass(SECOND);
    shop.signs_in(1);
    assert_ne!(shop.token(0), shop.token(1));
    shop.pass(DUE);
    assert_eq!((shop.renewals_of(0), shop.renewals_of(1)), (1, 1));
    shop.signs_out(0);
    assert!(shop.is_signed_in(1));
    shop.reloads(1);
    assert!(!shop.is_signed_in(1), "nor with their own next page");
}

// The end ---------------------------------------------------------------------------------------------------------------

#[test]
fn signing_out_in_one_page_signs_all_of_them_out() {
    let mut shop = Shop::signed_in(3);
    shop.all_heard();
    shop.wire = Wire::Cut;
    shop.signs_out(1);
    assert_eq!(shop.heard(1), ["step identify", "signed-out user"]);
    for page in [0, 2] {
        assert_eq!(shop.heard(page), ["step identify", "signed-out other-tab"]);
        assert_eq!(shop.token(page), Err(Kind::SignedOut));
    }
    assert_eq!(shop.shared.record, None);
    for page in 0..3 {
        assert_eq!(shop.drawer(page).session, None);
        shop.reloads(page);
        assert!(!shop.is_signed_in(page));
    }
}

#[test]
fn a_page_that_was_put_aside_is_signed_out_before_anybody_sees_it() {
    let mut shop = Shop::signed_in(2);
    shop.freezes(1);
    shop.signs_out(0);
    shop.all_heard();
    assert!(shop.is_signed_in(1), "it cannot know");
    shop.returns_to(1);
    assert_eq!(shop.heard(1), ["step identify", "signed-out other-tab"]);
}

#[test]
fn a_page_that_is_asked_before_it_hears_of_a_sign_out_gives_no_token() {
    let mut shop = Shop::signed_in(2);
    shop.has_messages = false;
    shop.signs_out(0);
    assert_eq!(shop.token(1), Err(Kind::SignedOut));
}

#[test]
fn an_answer_that_comes_after_a_sign_out_elsewhere_is_dropped() {
    for messages in [true, false] {
        let mut shop = Shop::signed_in(2);
        shop.has_messages = messages;
        shop.slow = 5 * SECOND;
        shop.pass(DUE);
        let renewing = shop.renewing().expect("a renewal");
        let other = 1 - renewing;
        shop.signs_out(other);
        shop.pass(MINUTE);
        assert_eq!(shop.renewals(), 1);
        for page in 0..2 {
            assert!(!shop.is_signed_in(page), "{messages}");
            assert_eq!(shop.drawer(page).session, None);
        }
        assert_eq!(shop.shared.record, None);
        let mark = shop.shared.mark.as_deref().and_then(SessionVersion::parse);
        assert!(mark.is_some_and(SessionVersion::is_ended));
    }
}

#[test]
fn a_renewal_that_is_asked_for_by_a_frozen_page_does_not_undo_a_sign_out() {
    let mut shop = Shop::signed_in(2);
    shop.slow = SECOND;
    shop.pass(DUE);
    let frozen = shop.renewing().expect("a renewal");
    shop.freezes(frozen);
    shop.pass(10 * SECOND);
    shop.signs_out(1 - frozen);
    shop.thaws(frozen);
    assert!(!shop.is_signed_in(frozen) && shop.shared.record.is_none());
}

#[test]
fn a_login_after_a_sign_out_is_everybodys_again() {
    let mut shop = Shop::signed_in(3);
    shop.signs_out(2);
    shop.signs_in(0);
    one_token(&mut shop, 3);
    shop.pass(DUE);
    assert_eq!(shop.renewals(), 1);
}

#[test]
fn another_customer_elsewhere_takes_this_ones_place_and_is_never_mixed_with_it() {
    let mut shop = Shop::signed_in(2);
    shop.freezes(1);
    shop.signs_out(0);
    shop.signs_in_as(0, EVE);
    shop.all_heard();
    let eves = shop.token(0).expect("a token");
    assert_eq!(shop.name(1).as_deref(), Some(ADA), "it cannot know");
    shop.returns_to(1);
    let heard = shop.heard(1);
    assert_eq!(
        heard,
        [
            "step identify",
            "signed-out replaced",
            "step signed-in",
            "signed-in again"
        ]
    );
    assert_eq!(shop.name(1).as_deref(), Some(EVE));
    assert_eq!(shop.token(1), Ok(eves));
}

#[test]
fn another_customer_signs_in_elsewhere_while_a_renewal_is_under_way() {
    let mut shop = Shop::signed_in(2);
    shop.slow = 5 * SECOND;
    shop.pass(DUE);
    let renewing = shop.renewing().expect("a renewal");
    let other = 1 - renewing;
    shop.slow = 0;
    shop.freezes(renewing);
    shop.signs_out(other);
    shop.signs_in_as(other, EVE);
    let eves = shop.token(other);
    shop.pass(10 * SECOND);
    shop.thaws(renewing);
    assert_eq!(shop.name(renewing).as_deref(), Some(EVE));
    assert_eq!(shop.token(renewing), eves);
    shop.pass(HOUR);
    for page in 0..2 {
        assert_eq!(shop.name(page).as_deref(), Some(EVE));
    }
}

#[test]
fn another_customer_who_cannot_be_read_leaves_nobody_signed_in() {
    let mut shop = Shop::signed_in(2);
    shop.freezes(1);
    shop.signs_out(0);
    shop.signs_in_as(0, EVE);
    shop.can_read = false;
    shop.all_heard();
    shop.returns_to(1);
    assert_eq!(shop.heard(1), ["step identify", "signed-out replaced"]);
    assert_eq!(shop.token(1), Err(Kind::SignedOut));
    assert_eq!(shop.name(0).as_deref(), Some(EVE), "who stays signed in");
}

#[test]
fn a_refused_renewal_ends_the_session_in_all_pages() {
    let mut shop = Shop::signed_in(3);
    shop.all_heard();
    shop.spoil(Call::Renew, Fault::Code(1529, None));
    shop.pass(DUE);
    let mut reasons = Vec::new();
    for page in 0..3 {
        assert!(!shop.is_signed_in(page));
        reasons.push(shop.heard(page).pop().expect("a reason"));
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
    let mut shop = Shop::with(2, &[], |engine| {
        engine.set_lives(90);
        engine.renew_grace_s = Some(30);
    });
    shop.signs_in(0);
    // The one page neither hears of the other one's tokens nor can it read them: it tries its own old one.
    shop.freezes(1);
    shop.pass(5 * MINUTE);
    let renewed = shop.renewals();
    let token = shop.token(0).expect("a token");
    let mark = shop.shared.mark.clone();
    shop.can_read = false;
    shop.all_heard();
    shop.freezes(0);
    shop.returns_to(1);
    shop.pass(SECOND);
    assert_eq!(shop.shared.mark, mark, "it speaks for itself alone");
    shop.thaws(0);
    assert_eq!(shop.renewals(), renewed + 1);
    assert_eq!(
        shop.heard(1),
        ["error rejected 1529", "step identify", "signed-out expired"]
    );
    assert_eq!(shop.token(0), Ok(token), "the newer one stays");
    assert!(shop.heard(0).is_empty());
    shop.can_read = true;
    shop.pass(2 * MINUTE);
    one_token(&mut shop, 2);
}

#[test]
fn cleared_storage_ends_the_session_and_nothing_is_written_again() {
    let mut shop = Shop::signed_in(2);
    shop.pass(10 * SECOND);
    shop.all_heard();
    shop.clears();
    shop.pass(HOUR);
    for page in 0..2 {
        let heard = shop.heard(page);
        assert_eq!(heard, ["step identify", "signed-out other-tab"]);
        assert_eq!(shop.drawer(page).session, None);
    }
    assert!(shop.shared.mark.is_none() && shop.shared.record.is_none());
    assert_eq!(shop.renewals(), 0);
}

#[test]
fn storage_cleared_while_a_renewal_is_under_way_is_not_filled_by_its_answer() {
    let mut shop = Shop::signed_in(2);
    shop.slow = 5 * SECOND;
    shop.pass(DUE);
    shop.clears();
    shop.pass(MINUTE);
    assert!(!shop.is_signed_in(0) && !shop.is_signed_in(1));
    assert!(shop.shared.mark.is_none() && shop.shared.record.is_none());
    assert_eq!((shop.renewals(), shop.drawer(0).session.clone()), (1, None));
    shop.slow = 0;
    shop.signs_in(1);
    one_token(&mut shop, 2);
}

// Holders of the lock ---------------------------------------------------------------------------------------------------

#[test]
fn a_page_that_freezes_while_it_renews_costs_three_seconds_and_one_call_however_many_wait() {
    for pages in [3, 100] {
        let mut shop = Shop::signed_in(pages);
        shop.slow = SECOND;
        let first = shop.token(0);
        shop.pass(DUE);
        let frozen = shop.renewing().expect("a renewal");
        shop.freezes(frozen);
        shop.pass(TURN_PATIENCE - 1);
        assert_eq!(shop.renewals(), 1, "{pages} pages");
        shop.pass(1 + SECOND);
        assert_eq!(shop.renewals(), 2, "{pages} pages");
        for page in (0..pages).filter(|page| *page != frozen) {
            assert!(shop.token(page).is_ok() && shop.token(page) != first);
        }
        shop.thaws(frozen);
        shop.pass(SECOND);
        assert_eq!(shop.renewals(), 2, "{pages} pages");
        one_token(&mut shop, pages);
    }
}

#[test]
fn an_engine_that_takes_its_time_is_asked_once_more_every_three_seconds_however_many_wait() {
    for (seconds, calls) in [(2, 1), (5, 2), (8, 3)] {
        let mut shop = Shop::signed_in(100);
        shop.slow = seconds * SECOND;
        shop.pass(DUE + seconds * SECOND);
        assert_eq!(shop.renewals(), calls, "{seconds} s");
        one_token(&mut shop, 100);
        shop.pass(10 * SECOND);
        assert_eq!(shop.renewals(), calls, "{seconds} s");
    }
}

#[test]
fn a_frozen_holder_and_an_engine_that_takes_its_time_are_no_storm_either() {
    let mut shop = Shop::signed_in(100);
    shop.slow = 8 * SECOND;
    shop.pass(DUE);
    let frozen = shop.renewing().expect("a renewal");
    shop.freezes(frozen);
    shop.pass(TURN_PATIENCE + 8 * SECOND);
    assert_eq!(
        shop.renewals(),
        4,
        "one in each line until the answer is there"
    );
    shop.thaws(frozen);
    one_token(&mut shop, 100);
}

#[test]
fn pages_that_freeze_one_after_the_other_cost_three_seconds_and_a_call_each() {
    let mut shop = Shop::signed_in(10);
    shop.slow = SECOND;
    shop.pass(DUE);
    let mut lost = Vec::new();
    for _ in 0..LINES {
        assert_eq!(shop.renewals(), 1 + lost.len());
        let renewing = shop.renewing().expect("a renewal");
        shop.freezes(renewing);
        lost.push(renewing);
        shop.pass(TURN_PATIENCE);
    }
    // Behind the last line everybody goes on without.
    assert_eq!(shop.renewals(), 10);
    shop.pass(SECOND);
    for page in (0..10).filter(|page| !lost.contains(page)) {
        assert!(shop.token(page).is_ok());
    }
}

#[test]
fn with_two_pages_a_frozen_holder_costs_exactly_one_call() {
    let mut shop = Shop::signed_in(2);
    shop.slow = SECOND;
    shop.pass(DUE);
    let frozen = shop.renewing().expect("a renewal");
    shop.freezes(frozen);
    shop.pass(TURN_PATIENCE + SECOND);
    assert_eq!(shop.renewals(), 2);
    assert!(shop.token(1 - frozen).is_ok());
    shop.thaws(frozen);
    shop.pass(MINUTE);
    assert_eq!(shop.renewals(), 2);
    one_token(&mut shop, 2);
}

#[test]
fn a_lock_that_somebody_holds_for_ever_costs_three_seconds_of_each_life_and_no_call() {
    // The first page asks nothing: it is frozen with the lock, as somebody else's script may hold it.
    let mut shop = Shop::signed_in(4);
    shop.slow = SECOND;
    shop.pass(DUE);
    let frozen = shop.renewing().expect("a renewal");
    shop.freezes(frozen);
    shop.pass(TURN_PATIENCE + SECOND);
    for life in 1..=5 {
        assert_eq!(shop.renewals(), 1 + life, "{life} lives");
        shop.pass(DUE + TURN_PATIENCE + SECOND);
        for page in (0..4).filter(|page| *page != frozen) {
            assert!(shop.token(page).is_ok());
        }
    }
}

#[test]
fn a_page_that_is_closed_while_it_renews_costs_no_time() {
    let mut shop = Shop::signed_in(3);
    shop.slow = SECOND;
    shop.pass(DUE);
    let renewing = shop.renewing().expect("a renewal");
    shop.closes(renewing);
    let next = shop.renewing().expect("the next one asks at once");
    assert_ne!(next, renewing);
    shop.pass(SECOND);
    assert_eq!(shop.renewals(), 2, "the first answer went with its page");
    let last = 3 - renewing - next;
    assert_eq!(shop.token(last), shop.token(next));
}

#[test]
fn a_page_that_is_closed_while_it_waits_for_its_turn_holds_nobody_up() {
    let mut shop = Shop::signed_in(3);
    shop.slow = 5 * SECOND;
    shop.pass(DUE);
    let renewing = shop.renewing().expect("a renewal");
    let waiting = (renewing + 1) % 3;
    let last = (renewing + 2) % 3;
    shop.closes(waiting);
    shop.closes(renewing);
    assert_eq!(shop.renewing(), Some(last));
    shop.pass(6 * SECOND);
    assert!(shop.token(last).is_ok());
}

#[test]
fn a_page_that_was_frozen_for_long_gives_out_no_token_that_has_ended() {
    let mut shop = Shop::signed_in(2);
    let old = shop.token(0).expect("a token");
    shop.freezes(1);
    shop.pass(DUE);
    assert_eq!(shop.renewals(), 1);
    let newer = shop.token(0).expect("a token");
    // The other page is there, but frozen as well: what it left behind can be read, and has ended.
    shop.freezes(0);
    shop.pass(HOUR);
    shop.slow = SECOND;
    let ask = shop.thaws_asking(1, 0);
    shop.pass(5 * SECOND);
    let token = shop.token_for(1, ask).expect("an answer");
    let token = token.expect("a token");
    assert!(token != old && token != newer, "a token that has ended");
}

#[test]
fn a_token_that_another_page_renewed_too_early_does_not_satisfy_who_wants_a_longer_one() {
    let mut shop = Shop::signed_in(2);
    shop.pass(30 * SECOND);
    shop.freezes(1);
    assert!(shop.asks(0, 70).0 > 0);
    assert_eq!(shop.renewals(), 1);
    // Now the first page has a token that is 40 seconds old, and the second one does not know.
    shop.pass(40 * SECOND);
    shop.freezes(0);
    shop.slow = SECOND;
    let ask = shop.thaws_asking(1, 60);
    shop.pass(5 * SECOND);
    assert!(matches!(shop.token_for(1, ask), Some(Ok(_))));
    assert_eq!(shop.renewals(), 2, "good for fifty seconds is not enough");
}

// Records that cannot be read -------------------------------------------------------------------------------------------

#[test]
fn where_nothing_can_be_read_every_page_renews_its_own_token() {
    let mut shop = Shop::signed_in(2);
    shop.can_read = false;
    shop.all_heard();
    shop.pass(HOUR);
    for page in 0..2 {
        assert!(shop.is_signed_in(page));
        assert!(shop.token(page).is_ok());
        let heard = shop.heard(page);
        assert!(heard.iter().all(|word| word == "renewed"), "{heard:?}");
        assert!((45..=55).contains(&shop.renewals_of(page)));
    }
    shop.signs_out(0);
    assert!(!shop.is_signed_in(1), "the mark is enough for that");
}

#[test]
fn a_record_that_cannot_be_read_leaves_a_new_page_at_its_first_step() {
    let mut shop = Shop::signed_in(1);
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
        let page = shop.opens();
        shop.pass(2 * SECOND);
        assert!(!shop.is_signed_in(page));
        assert_eq!(shop.heard(page), ["ready"]);
        assert_eq!(
            shop.shared.record.as_ref(),
            Some(&record),
            "and is left alone"
        );
        shop.closes(page);
    }
    assert!(shop.is_signed_in(0));
}

#[test]
fn a_record_under_another_mark_than_its_own_is_not_believed() {
    let mut shop = Shop::signed_in(2);
    let (_, key, text) = shop.shared.record.clone().expect("a record");
    let old = shop.token(1);
    let later = SessionVersion::default()
        .signed_in(UnixMs(BEGINNING))
        .renewed();
    shop.shared.record = Some((later, key, text));
    shop.shared.mark = Some(later.to_text());
    shop.pass(2 * SECOND);
    assert_eq!(shop.token(1), old);
    shop.pass(DUE);
    one_token(&mut shop, 2);
}

#[test]
fn a_mark_that_is_none_means_nothing() {
    let mut shop = Shop::signed_in(2);
    for text in ["", "x", "1.", "{}", "9007199254740992.0", "<b>"] {
        shop.shared.mark = Some(text.to_owned());
        shop.all_heard();
        shop.shows(1);
        assert!(shop.is_signed_in(1), "{text}");
        assert!(shop.heard(1).is_empty(), "{text}");
    }
    shop.pass(DUE);
    assert!(shop.token(0).is_ok() && shop.token(1).is_ok());
}

#[test]
fn a_flood_of_messages_asks_the_engine_nothing() {
    let mut shop = Shop::signed_in(2);
    shop.all_heard();
    let begun = SessionVersion::default().signed_in(UnixMs(BEGINNING));
    for _ in 0..1_000 {
        shop.is_told(1, begun);
        shop.is_told(1, SessionVersion::default());
        shop.is_told(1, begun.renewed());
    }
    shop.pass(2 * SECOND);
    assert_eq!(shop.renewals(), 0);
    assert!(shop.is_signed_in(1));
    assert!(shop.heard(1).is_empty());
}

// Staying signed in -----------------------------------------------------------------------------------------------------

fn remembering(pages: usize) -> Shop {
    Shop::with(pages, &[("remember", "ask")], |engine| engine.set_lives(90))
}

#[test]
fn who_wants_to_stay_signed_in_is_kept_on_the_device() {
    let mut shop = remembering(1);
    shop.presses(0, Action::Remember);
    shop.signs_in(0);
    let (_, key, _) = shop.shared.record.clone().expect("a record");
    assert_eq!(key, Key::Device);
    assert_eq!(shop.drawer(0).session, None, "and nowhere else");
    // The browser is closed and opened again.
    shop.closes(0);
    let later = shop.opens();
    assert!(shop.is_signed_in(later));
    shop.pass(DUE);
    let (_, key, _) = shop.shared.record.clone().expect("a record");
    assert_eq!(key, Key::Device, "every token of it");
}

#[test]
fn who_does_not_say_so_is_not_kept_on_the_device() {
    let mut shop = remembering(1);
    shop.signs_in(0);
    let (_, key, _) = shop.shared.record.clone().expect("a record");
    assert!(matches!(key, Key::Tabs(_)));
    // Said, and taken back.
    let mut shop = remembering(1);
    shop.presses(0, Action::Remember);
    shop.presses(0, Action::Remember);
    shop.signs_in(0);
    let (_, key, _) = shop.shared.record.clone().expect("a record");
    assert!(matches!(key, Key::Tabs(_)));
}

#[test]
fn the_wish_to_stay_signed_in_survives_a_reload_while_a_code_is_waited_for() {
    let mut shop = remembering(1);
    shop.presses(0, Action::Remember);
    shop.submits(0, ADA);
    shop.reloads(0);
    assert_eq!(shop.sees(0).step, StepName::Code);
    let code = shop.engine.outbox().last().expect("a message").code.clone();
    shop.submits(0, &code);
    assert!(shop.is_signed_in(0));
    let (_, key, _) = shop.shared.record.clone().expect("a record");
    assert_eq!(key, Key::Device);
}

#[test]
fn the_wish_to_stay_signed_in_is_gone_after_signing_out() {
    let mut shop = remembering(2);
    shop.presses(0, Action::Remember);
    shop.signs_in(0);
    assert!(shop.is_signed_in(1));
    shop.signs_out(1);
    assert_eq!(shop.shared.record, None);
    for page in 0..2 {
        shop.signs_in_as(page, EVE);
        let (_, key, _) = shop.shared.record.clone().expect("a record");
        assert!(matches!(key, Key::Tabs(_)), "page {page}");
        shop.signs_out(page);
    }
}

#[test]
fn a_device_that_cannot_keep_a_key_keeps_the_session_in_the_tab() {
    let mut shop = remembering(1);
    shop.can_keep = false;
    shop.presses(0, Action::Remember);
    shop.signs_in(0);
    let (_, key, _) = shop.shared.record.clone().expect("a record");
    assert!(matches!(key, Key::Tabs(_)));
    shop.reloads(0);
    assert!(shop.is_signed_in(0));
    shop.closes(0);
    let later = shop.opens();
    shop.pass(2 * SECOND);
    assert!(!shop.is_signed_in(later));
}

#[test]
fn a_lost_key_of_the_device_means_signing_in() {
    let mut shop = Shop::with(1, &[("storage", "device")], |engine| engine.set_lives(90));
    shop.signs_in(0);
    shop.closes(0);
    shop.can_read = false;
    let later = shop.opens();
    shop.pass(2 * SECOND);
    assert_eq!(shop.heard(later), ["ready"]);
    shop.signs_in(later);
}

#[test]
fn a_session_on_the_device_that_ran_out_is_asked_for_before_anybody_hears_of_it() {
    let mut shop = Shop::with(1, &[("storage", "device")], |engine| engine.set_lives(90));
    shop.signs_in(0);
    shop.closes(0);
    shop.sleep(HOUR);
    shop.slow = SECOND;
    let later = shop.opens();
    assert!(shop.sees(later).busy && !shop.is_signed_in(later));
    assert_eq!(shop.heard(later), ["ready"]);
    shop.pass(SECOND);
    assert_eq!(shop.heard(later), ["step signed-in", "signed-in again"]);
    assert_eq!(shop.renewals(), 1);

    shop.closes(later);
    shop.sleep(HOUR);
    shop.spoil(Call::Renew, Fault::Code(1529, None));
    let last = shop.opens();
    shop.pass(SECOND);
    assert_eq!(
        shop.heard(last),
        ["ready", "error rejected 1529", "signed-out expired"]
    );
}

// Pages that nobody sees ------------------------------------------------------------------------------------------------

#[test]
fn a_page_that_nobody_sees_does_not_renew_by_itself() {
    let mut shop = Shop::signed_in(20);
    for page in 0..20 {
        shop.hides(page);
    }
    shop.pass(30 * MINUTE);
    assert_eq!(shop.renewals(), 0);
    assert!((0..20).all(|page| shop.is_signed_in(page)));
    shop.shows(7);
    shop.pass(SECOND);
    assert_eq!(shop.renewals(), 1, "once somebody looks");
    one_token(&mut shop, 20);
}

#[test]
fn a_page_that_nobody_sees_renews_when_it_is_asked() {
    let mut shop = Shop::signed_in(1);
    shop.hides(0);
    shop.pass(5 * MINUTE);
    assert_eq!(shop.renewals(), 0);
    let ask = shop.asks(0, 30);
    shop.pass(SECOND);
    assert!(matches!(shop.token_for(0, ask), Some(Ok(_))));
    assert_eq!(shop.renewals(), 1);
}

#[test]
fn one_page_that_is_seen_renews_for_those_that_are_not() {
    let mut shop = Shop::signed_in(3);
    shop.hides(0);
    shop.hides(2);
    shop.pass(HOUR);
    assert_eq!((shop.renewals_of(1), shop.renewals()), (50, 50));
    one_token(&mut shop, 3);
}

#[test]
fn a_session_that_ran_out_is_not_asked_for_before_its_page_is_seen() {
    for storage in ["tab", "device"] {
        let mut shop = Shop::with(1, &[("storage", storage)], |engine| engine.set_lives(90));
        shop.signs_in(0);
        shop.hides(0);
        shop.sleep(HOUR);
        shop.reloads(0);
        shop.pass(HOUR);
        assert_eq!(shop.renewals(), 0, "{storage}");
        assert!(!shop.is_signed_in(0), "{storage}");
        shop.all_heard();
        shop.shows(0);
        assert_eq!(shop.renewals(), 1, "{storage}");
        assert_eq!(
            shop.heard(0),
            ["step signed-in", "signed-in again"],
            "{storage}"
        );
    }
}

#[test]
fn a_page_that_opens_in_the_background_asks_nothing_and_hears_who_is_signed_in() {
    let mut shop = Shop::signed_in(1);
    let hidden = shop.opens_hidden();
    assert!(shop.is_signed_in(hidden));
    assert_eq!(shop.renewals(), 0);
    shop.pass(DUE);
    assert_eq!((shop.renewals_of(hidden), shop.renewals()), (0, 1));
}

#[test]
fn a_question_that_dies_while_its_page_is_put_aside_is_asked_again_when_it_is_seen() {
    // Some phones cut a page's connections when they suspend it, and the page hears of that only when it comes back.
    let mut shop = Shop::signed_in(1);
    shop.slow = SECOND;
    shop.pass(DUE - 1);
    shop.wire = Wire::LosesAnswers;
    shop.pass(1);
    assert_eq!(shop.renewing(), Some(0));
    shop.hides(0);
    shop.freezes(0);
    shop.sleep(HOUR);
    shop.pass(2 * SECOND);
    shop.wire = Wire::Whole;
    shop.all_heard();
    shop.returns_to(0);
    shop.pass(3 * SECOND);
    assert_eq!(shop.renewals(), 2);
    assert_eq!(shop.heard(0), ["error network", "renewed"]);
}

// Records of other versions ---------------------------------------------------------------------------------------------

#[test]
fn records_of_a_newer_version_are_left_alone_until_somebody_signs_in() {
    let mut shop = Shop::signed_in(1);
    let newer = |text: String| text.replace("\"v\":1", "\"v\":2");
    let own = newer(shop.drawer(0).session.clone().expect("a record"));
    let (mark, key, text) = shop.shared.record.clone().expect("a record");
    let shared = Some((mark, key, newer(text)));
    shop.drawer(0).session = Some(own.clone());
    shop.shared.record.clone_from(&shared);
    shop.reloads(0);
    shop.pass(MINUTE);
    assert!(!shop.is_signed_in(0));
    assert_eq!(shop.drawer(0).session, Some(own));
    assert_eq!(shop.shared.record, shared);
    assert_eq!(shop.renewals(), 0);
    shop.signs_in(0);
    assert_ne!(shop.shared.record, shared);
}

#[test]
fn a_record_from_before_there_were_marks_is_taken_up_and_shared_with_its_next_token() {
    let mut shop = Shop::signed_in(1);
    let mark = shop.shared.mark.clone().expect("a mark");
    let record = shop.drawer(0).session.clone().expect("a record");
    let older = record.replace(&format!("\"mark\":\"{mark}\","), "");
    assert_ne!(older, record);
    shop.clears();
    shop.drawer(0).session = Some(older);
    shop.reloads(0);
    assert!(shop.is_signed_in(0));
    shop.pass(DUE);
    let later = shop.opens();
    assert!(shop.is_signed_in(later));
    one_token(&mut shop, 2);
}

// Clocks ----------------------------------------------------------------------------------------------------------------

#[test]
fn a_clock_that_is_set_back_a_little_between_two_pages_costs_nothing() {
    // Clocks are corrected by a second now and then, and browsers that hide from trackers tell each page another tenth of one.
    let mut shop = Shop::signed_in(2);
    shop.pass(10 * MINUTE);
    let renewed = shop.renewals();
    shop.freezes(1);
    let due = 8 * 72 * SECOND + 72 * SECOND - 600 * SECOND;
    shop.pass(due);
    assert_eq!(shop.renewals(), renewed + 1);
    shop.set_wall(-1_000);
    shop.all_heard();
    shop.returns_to(1);
    shop.pass(SECOND);
    assert_eq!(shop.renewals(), renewed + 1);
    assert_eq!(shop.heard(1), ["renewed"]);
    one_token(&mut shop, 2);
}

#[test]
fn a_clock_that_is_set_by_a_day_signs_nobody_out() {
    for day in [-86_400_000, 86_400_000] {
        let attributes = [("max-age", "43200")];
        let mut shop = Shop::with(2, &attributes, |engine| engine.set_lives(90));
        shop.signs_in(0);
        shop.pass(2 * MINUTE);
        shop.all_heard();
        shop.set_wall(day);
        shop.pass(10 * MINUTE);
        for page in 0..2 {
            let heard = shop.heard(page);
            assert!(heard.iter().all(|word| word == "renewed"), "{heard:?}");
        }
        assert!(shop.renewals() <= 12, "{day}: {}", shop.renewals());
        one_token(&mut shop, 2);
    }
}
