//! One session in several tabs of a shop: its renewal, its end, the lock between tabs, records that cannot be read, and the
//! session that is kept on the device.

use ae_engine::Fault;
use ae_login::login::problem::Kind;
use ae_login::login::session::SessionVersion;
use ae_login::login::time::UnixMs;
use ae_login::login::view::{Action, StepName};
use ae_login::login::wire::Call;
use ae_test_support::tabs::{EVE, Key, LOCK_TIERS, LOCK_TIMEOUT, TestTabs};
use ae_test_support::{ADA, HOUR, MINUTE, Network, SECOND, START_TIME};

/// When a token that lives for 90 seconds is renewed.
const DUE: u64 = 72 * SECOND;

/// Asserts that all pages have the same token, and returns it.
fn shared_token(tabs: &mut TestTabs, pages: usize) -> String {
    let token = tabs.token(0).expect("a token");
    for page in 1..pages {
        assert_eq!(tabs.token(page), Ok(token.clone()), "page {page}");
    }
    token
}

// One renewal for all pages ---------------------------------------------------------------------------------------------

#[test]
fn token_is_renewed_once_with_any_number_of_pages() {
    for pages in [1, 2, 3, 10, 100] {
        let mut tabs = TestTabs::signed_in(pages);
        let first = shared_token(&mut tabs, pages);
        tabs.discard_events();
        tabs.latency = SECOND;
        tabs.advance(DUE - 1);
        assert_eq!(tabs.renewals(), 0, "{pages} pages");
        tabs.advance(2 * SECOND);
        assert_eq!(tabs.renewals(), 1, "{pages} pages");
        assert_ne!(shared_token(&mut tabs, pages), first, "{pages} pages");
        for page in 0..pages {
            assert_eq!(
                tabs.take_events(page),
                ["renewed"],
                "page {page} of {pages}"
            );
        }
        tabs.advance(DUE - 2 * SECOND);
        assert_eq!(tabs.renewals(), 1, "{pages} pages");
    }
}

#[test]
fn ten_pages_send_one_request_per_token_in_an_hour() {
    let mut tabs = TestTabs::signed_in(10);
    tabs.advance(HOUR);
    assert_eq!(tabs.renewals(), 50);
    shared_token(&mut tabs, 10);
}

#[test]
fn hundred_pages_that_wake_together_renew_once() {
    let mut tabs = TestTabs::signed_in(100);
    tabs.latency = 300;
    tabs.sleep(8 * HOUR);
    for page in 0..100 {
        tabs.show(page);
    }
    tabs.advance(SECOND);
    assert_eq!(tabs.renewals(), 1);
    shared_token(&mut tabs, 100);
}

#[test]
fn get_token_on_several_pages_shares_one_renewal() {
    let mut tabs = TestTabs::signed_in(5);
    tabs.latency = SECOND;
    tabs.advance(40 * SECOND);
    let requests = [0, 1, 2, 3, 4].map(|page| tabs.request_token(page, 60));
    tabs.advance(2 * SECOND);
    assert_eq!(tabs.renewals(), 1);
    let token = shared_token(&mut tabs, 5);
    for (page, request) in requests.into_iter().enumerate() {
        assert_eq!(tabs.token_result(page, request), Some(Ok(token.clone())));
    }
}

#[test]
fn session_is_shared_without_web_locks_or_broadcast_channel() {
    for (locks, messages) in [(false, true), (true, false), (false, false)] {
        let mut tabs = TestTabs::signed_in(5);
        (tabs.has_locks, tabs.has_messages) = (locks, messages);
        tabs.advance(HOUR);
        assert_eq!(tabs.renewals(), 50, "{locks} {messages}");
        shared_token(&mut tabs, 5);
        tabs.sign_out(3);
        for page in 0..5 {
            tabs.show(page);
            assert!(!tabs.is_signed_in(page), "{locks} {messages}");
        }
    }
}

#[test]
fn next_page_in_the_queue_renews_after_a_failed_renewal() {
    let mut tabs = TestTabs::signed_in(3);
    tabs.discard_events();
    tabs.fail_next(Call::Renew, Fault::Html503);
    tabs.advance(DUE + 5 * SECOND);
    assert_eq!(tabs.renewals(), 2);
    shared_token(&mut tabs, 3);
}

#[test]
fn unreachable_engine_gets_few_requests_from_many_pages() {
    let mut tabs = TestTabs::signed_in(5);
    tabs.advance(DUE - SECOND);
    tabs.network = Network::Unreachable;
    tabs.advance(10 * MINUTE);
    assert!(tabs.renewals() <= 5 * 33, "{}", tabs.renewals());
    assert!((0..5).all(|page| tabs.is_signed_in(page)));
    tabs.network = Network::Working;
    tabs.advance(61 * SECOND);
    shared_token(&mut tabs, 5);
}

// Opening, closing and reloading pages -----------------------------------------------------------------------------------

#[test]
fn page_opened_later_restores_the_session_without_a_request() {
    let mut tabs = TestTabs::signed_in(1);
    let later = tabs.open();
    assert_eq!(
        tabs.take_events(later),
        ["ready", "step signed-in", "signed-in restored"]
    );
    assert_eq!(tabs.renewals(), 0);
    let token = shared_token(&mut tabs, 2);
    tabs.close(0);
    let last = tabs.open();
    assert_eq!(tabs.token(last), Ok(token));
}

#[test]
fn session_ends_when_the_last_page_is_closed() {
    let mut tabs = TestTabs::signed_in(2);
    tabs.close(0);
    tabs.close(1);
    let later = tabs.open();
    tabs.advance(2 * SECOND);
    assert_eq!(tabs.take_events(later), ["ready"]);
    assert_eq!((tabs.renewals(), tabs.view(later).busy), (0, false));
    tabs.sign_in(later);
}

#[test]
fn reloaded_page_has_the_newest_token() {
    let mut tabs = TestTabs::signed_in(2);
    tabs.freeze(1);
    tabs.advance(DUE);
    tabs.reload(1);
    assert_eq!(tabs.renewals(), 1);
    shared_token(&mut tabs, 2);
}

#[test]
fn duplicated_tab_shares_the_session_at_once() {
    let mut tabs = TestTabs::signed_in(1);
    let copy = tabs.duplicate(0);
    shared_token(&mut tabs, 2);
    tabs.advance(DUE);
    assert_eq!(tabs.renewals(), 1);
    shared_token(&mut tabs, 2);
    tabs.sign_out(copy);
    assert!(!tabs.is_signed_in(0));
}

#[test]
fn sign_in_on_one_page_signs_in_all_pages() {
    let mut tabs = TestTabs::new(3);
    tabs.submit(2, ADA);
    tabs.discard_events();
    tabs.sign_in(0);
    shared_token(&mut tabs, 3);
    assert_eq!(
        tabs.take_events(1),
        ["step signed-in", "signed-in restored"]
    );
    assert_eq!(
        tabs.view(2).step,
        StepName::SignedIn,
        "a page that was waiting for a code, too"
    );
}

#[test]
fn storage_memory_shares_nothing_between_pages() {
    let mut tabs = TestTabs::with(2, &[("storage", "memory")], |engine| engine.set_lives(90));
    tabs.sign_in(0);
    assert!(!tabs.is_signed_in(1));
    assert!(tabs.shared.version.is_none() && tabs.shared.record.is_none());
    assert_eq!(tabs.stored(0).session, None);
    tabs.advance(SECOND);
    tabs.sign_in(1);
    assert_ne!(tabs.token(0), tabs.token(1));
    tabs.advance(DUE);
    assert_eq!((tabs.renewals_of(0), tabs.renewals_of(1)), (1, 1));
    tabs.sign_out(0);
    assert!(tabs.is_signed_in(1));
    tabs.reload(1);
    assert!(!tabs.is_signed_in(1), "a reload restores nothing");
}

// The end of the session ------------------------------------------------------------------------------------------------

#[test]
fn sign_out_on_one_page_signs_out_all_pages() {
    let mut tabs = TestTabs::signed_in(3);
    tabs.discard_events();
    tabs.network = Network::Unreachable;
    tabs.sign_out(1);
    assert_eq!(tabs.take_events(1), ["step identify", "signed-out user"]);
    for page in [0, 2] {
        assert_eq!(
            tabs.take_events(page),
            ["step identify", "signed-out other-tab"]
        );
        assert_eq!(tabs.token(page), Err(Kind::SignedOut));
    }
    assert_eq!(tabs.shared.record, None);
    for page in 0..3 {
        assert_eq!(tabs.stored(page).session, None);
        tabs.reload(page);
        assert!(!tabs.is_signed_in(page));
    }
}

#[test]
fn resumed_page_is_signed_out_before_it_is_shown() {
    let mut tabs = TestTabs::signed_in(2);
    tabs.freeze(1);
    tabs.sign_out(0);
    tabs.discard_events();
    assert!(tabs.is_signed_in(1), "a frozen page gets no messages");
    tabs.return_to(1);
    assert_eq!(
        tabs.take_events(1),
        ["step identify", "signed-out other-tab"]
    );
}

#[test]
fn get_token_rejects_after_a_sign_out_that_was_not_announced() {
    let mut tabs = TestTabs::signed_in(2);
    tabs.has_messages = false;
    tabs.sign_out(0);
    assert_eq!(tabs.token(1), Err(Kind::SignedOut));
}

#[test]
fn response_after_a_sign_out_on_another_page_is_dropped() {
    for messages in [true, false] {
        let mut tabs = TestTabs::signed_in(2);
        tabs.has_messages = messages;
        tabs.latency = 5 * SECOND;
        tabs.advance(DUE);
        let renewing = tabs.renewing_page().expect("a renewal");
        let other = 1 - renewing;
        tabs.sign_out(other);
        tabs.advance(MINUTE);
        assert_eq!(tabs.renewals(), 1);
        for page in 0..2 {
            assert!(!tabs.is_signed_in(page), "{messages}");
            assert_eq!(tabs.stored(page).session, None);
        }
        assert_eq!(tabs.shared.record, None);
        let version = tabs
            .shared
            .version
            .as_deref()
            .and_then(SessionVersion::parse);
        assert!(version.is_some_and(SessionVersion::is_ended));
    }
}

#[test]
fn renewal_of_a_frozen_page_does_not_undo_a_sign_out() {
    let mut tabs = TestTabs::signed_in(2);
    tabs.latency = SECOND;
    tabs.advance(DUE);
    let frozen = tabs.renewing_page().expect("a renewal");
    tabs.freeze(frozen);
    tabs.advance(10 * SECOND);
    tabs.sign_out(1 - frozen);
    tabs.resume(frozen);
    assert!(!tabs.is_signed_in(frozen) && tabs.shared.record.is_none());
}

#[test]
fn sign_in_after_a_sign_out_signs_in_all_pages() {
    let mut tabs = TestTabs::signed_in(3);
    tabs.sign_out(2);
    tabs.sign_in(0);
    shared_token(&mut tabs, 3);
    tabs.advance(DUE);
    assert_eq!(tabs.renewals(), 1);
}

#[test]
fn another_customer_on_another_page_replaces_the_session() {
    let mut tabs = TestTabs::signed_in(2);
    tabs.freeze(1);
    tabs.sign_out(0);
    tabs.sign_in_as(0, EVE);
    tabs.discard_events();
    let eves = tabs.token(0).expect("a token");
    assert_eq!(
        tabs.signed_in_identifier(1).as_deref(),
        Some(ADA),
        "a frozen page gets no messages"
    );
    tabs.return_to(1);
    let events = tabs.take_events(1);
    assert_eq!(
        events,
        [
            "step identify",
            "signed-out replaced",
            "step signed-in",
            "signed-in restored"
        ]
    );
    assert_eq!(tabs.signed_in_identifier(1).as_deref(), Some(EVE));
    assert_eq!(tabs.token(1), Ok(eves));
}

#[test]
fn another_customer_signing_in_during_a_renewal_replaces_the_session() {
    let mut tabs = TestTabs::signed_in(2);
    tabs.latency = 5 * SECOND;
    tabs.advance(DUE);
    let renewing = tabs.renewing_page().expect("a renewal");
    let other = 1 - renewing;
    tabs.latency = 0;
    tabs.freeze(renewing);
    tabs.sign_out(other);
    tabs.sign_in_as(other, EVE);
    let eves = tabs.token(other);
    tabs.advance(10 * SECOND);
    tabs.resume(renewing);
    assert_eq!(tabs.signed_in_identifier(renewing).as_deref(), Some(EVE));
    assert_eq!(tabs.token(renewing), eves);
    tabs.advance(HOUR);
    for page in 0..2 {
        assert_eq!(tabs.signed_in_identifier(page).as_deref(), Some(EVE));
    }
}

#[test]
fn unreadable_session_of_another_customer_signs_the_page_out() {
    let mut tabs = TestTabs::signed_in(2);
    tabs.freeze(1);
    tabs.sign_out(0);
    tabs.sign_in_as(0, EVE);
    tabs.can_read_records = false;
    tabs.discard_events();
    tabs.return_to(1);
    assert_eq!(
        tabs.take_events(1),
        ["step identify", "signed-out replaced"]
    );
    assert_eq!(tabs.token(1), Err(Kind::SignedOut));
    assert_eq!(
        tabs.signed_in_identifier(0).as_deref(),
        Some(EVE),
        "the other customer stays signed in"
    );
}

#[test]
fn refused_renewal_ends_the_session_on_all_pages() {
    let mut tabs = TestTabs::signed_in(3);
    tabs.discard_events();
    tabs.fail_next(Call::Renew, Fault::Code(1529, None));
    tabs.advance(DUE);
    let mut reasons = Vec::new();
    for page in 0..3 {
        assert!(!tabs.is_signed_in(page));
        reasons.push(tabs.take_events(page).pop().expect("a reason"));
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
    assert_eq!(tabs.renewals(), 1);
}

#[test]
fn refused_renewal_of_an_old_token_keeps_the_newer_token_of_another_page() {
    let mut tabs = TestTabs::with(2, &[], |engine| {
        engine.set_lives(90);
        engine.renew_grace_s = Some(30);
    });
    tabs.sign_in(0);
    // The frozen page gets no messages, and later cannot read the shared record: it renews its own, older token.
    tabs.freeze(1);
    tabs.advance(5 * MINUTE);
    let renewed = tabs.renewals();
    let token = tabs.token(0).expect("a token");
    let version = tabs.shared.version.clone();
    tabs.can_read_records = false;
    tabs.discard_events();
    tabs.freeze(0);
    tabs.return_to(1);
    tabs.advance(SECOND);
    assert_eq!(tabs.shared.version, version, "it ends only its own session");
    tabs.resume(0);
    assert_eq!(tabs.renewals(), renewed + 1);
    assert_eq!(
        tabs.take_events(1),
        ["error rejected 1529", "step identify", "signed-out expired"]
    );
    assert_eq!(tabs.token(0), Ok(token), "the newer token stays");
    assert!(tabs.take_events(0).is_empty());
    tabs.can_read_records = true;
    tabs.advance(2 * MINUTE);
    shared_token(&mut tabs, 2);
}

#[test]
fn cleared_storage_ends_the_session_and_stays_empty() {
    let mut tabs = TestTabs::signed_in(2);
    tabs.advance(10 * SECOND);
    tabs.discard_events();
    tabs.clear_storage();
    tabs.advance(HOUR);
    for page in 0..2 {
        let events = tabs.take_events(page);
        assert_eq!(events, ["step identify", "signed-out other-tab"]);
        assert_eq!(tabs.stored(page).session, None);
    }
    assert!(tabs.shared.version.is_none() && tabs.shared.record.is_none());
    assert_eq!(tabs.renewals(), 0);
}

#[test]
fn storage_cleared_during_a_renewal_stays_empty_after_its_response() {
    let mut tabs = TestTabs::signed_in(2);
    tabs.latency = 5 * SECOND;
    tabs.advance(DUE);
    tabs.clear_storage();
    tabs.advance(MINUTE);
    assert!(!tabs.is_signed_in(0) && !tabs.is_signed_in(1));
    assert!(tabs.shared.version.is_none() && tabs.shared.record.is_none());
    assert_eq!((tabs.renewals(), tabs.stored(0).session.clone()), (1, None));
    tabs.latency = 0;
    tabs.sign_in(1);
    shared_token(&mut tabs, 2);
}

// Pages that hold the lock ----------------------------------------------------------------------------------------------

#[test]
fn page_frozen_during_a_renewal_delays_others_by_3_seconds_and_one_request() {
    for pages in [3, 100] {
        let mut tabs = TestTabs::signed_in(pages);
        tabs.latency = SECOND;
        let first = tabs.token(0);
        tabs.advance(DUE);
        let frozen = tabs.renewing_page().expect("a renewal");
        tabs.freeze(frozen);
        tabs.advance(LOCK_TIMEOUT - 1);
        assert_eq!(tabs.renewals(), 1, "{pages} pages");
        tabs.advance(1 + SECOND);
        assert_eq!(tabs.renewals(), 2, "{pages} pages");
        for page in (0..pages).filter(|page| *page != frozen) {
            assert!(tabs.token(page).is_ok() && tabs.token(page) != first);
        }
        tabs.resume(frozen);
        tabs.advance(SECOND);
        assert_eq!(tabs.renewals(), 2, "{pages} pages");
        shared_token(&mut tabs, pages);
    }
}

#[test]
fn slow_engine_gets_one_more_request_every_3_seconds() {
    for (seconds, calls) in [(2, 1), (5, 2), (8, 3)] {
        let mut tabs = TestTabs::signed_in(100);
        tabs.latency = seconds * SECOND;
        tabs.advance(DUE + seconds * SECOND);
        assert_eq!(tabs.renewals(), calls, "{seconds} s");
        shared_token(&mut tabs, 100);
        tabs.advance(10 * SECOND);
        assert_eq!(tabs.renewals(), calls, "{seconds} s");
    }
}

#[test]
fn frozen_lock_holder_and_slow_engine_cause_one_request_per_tier() {
    let mut tabs = TestTabs::signed_in(100);
    tabs.latency = 8 * SECOND;
    tabs.advance(DUE);
    let frozen = tabs.renewing_page().expect("a renewal");
    tabs.freeze(frozen);
    tabs.advance(LOCK_TIMEOUT + 8 * SECOND);
    assert_eq!(
        tabs.renewals(),
        4,
        "one request in each tier until the response arrives"
    );
    tabs.resume(frozen);
    shared_token(&mut tabs, 100);
}

#[test]
fn each_page_frozen_in_turn_costs_3_seconds_and_one_request() {
    let mut tabs = TestTabs::signed_in(10);
    tabs.latency = SECOND;
    tabs.advance(DUE);
    let mut lost = Vec::new();
    for _ in 0..LOCK_TIERS {
        assert_eq!(tabs.renewals(), 1 + lost.len());
        let renewing = tabs.renewing_page().expect("a renewal");
        tabs.freeze(renewing);
        lost.push(renewing);
        tabs.advance(LOCK_TIMEOUT);
    }
    // After the last tier, all pages go on without a lock.
    assert_eq!(tabs.renewals(), 10);
    tabs.advance(SECOND);
    for page in (0..10).filter(|page| !lost.contains(page)) {
        assert!(tabs.token(page).is_ok());
    }
}

#[test]
fn frozen_lock_holder_of_two_pages_costs_one_request() {
    let mut tabs = TestTabs::signed_in(2);
    tabs.latency = SECOND;
    tabs.advance(DUE);
    let frozen = tabs.renewing_page().expect("a renewal");
    tabs.freeze(frozen);
    tabs.advance(LOCK_TIMEOUT + SECOND);
    assert_eq!(tabs.renewals(), 2);
    assert!(tabs.token(1 - frozen).is_ok());
    tabs.resume(frozen);
    tabs.advance(MINUTE);
    assert_eq!(tabs.renewals(), 2);
    shared_token(&mut tabs, 2);
}

#[test]
fn lock_that_is_never_released_costs_3_seconds_per_token_and_no_request() {
    // A script of another vendor may hold a lock for ever. Here a frozen page does, which sends nothing.
    let mut tabs = TestTabs::signed_in(4);
    tabs.latency = SECOND;
    tabs.advance(DUE);
    let frozen = tabs.renewing_page().expect("a renewal");
    tabs.freeze(frozen);
    tabs.advance(LOCK_TIMEOUT + SECOND);
    for life in 1..=5 {
        assert_eq!(tabs.renewals(), 1 + life, "{life} lives");
        tabs.advance(DUE + LOCK_TIMEOUT + SECOND);
        for page in (0..4).filter(|page| *page != frozen) {
            assert!(tabs.token(page).is_ok());
        }
    }
}

#[test]
fn page_closed_during_a_renewal_lets_the_next_renew_at_once() {
    let mut tabs = TestTabs::signed_in(3);
    tabs.latency = SECOND;
    tabs.advance(DUE);
    let renewing = tabs.renewing_page().expect("a renewal");
    tabs.close(renewing);
    let next = tabs.renewing_page().expect("the next page renews at once");
    assert_ne!(next, renewing);
    tabs.advance(SECOND);
    assert_eq!(
        tabs.renewals(),
        2,
        "the first response is lost with its page"
    );
    let last = 3 - renewing - next;
    assert_eq!(tabs.token(last), tabs.token(next));
}

#[test]
fn page_closed_while_queued_delays_nobody() {
    let mut tabs = TestTabs::signed_in(3);
    tabs.latency = 5 * SECOND;
    tabs.advance(DUE);
    let renewing = tabs.renewing_page().expect("a renewal");
    let waiting = (renewing + 1) % 3;
    let last = (renewing + 2) % 3;
    tabs.close(waiting);
    tabs.close(renewing);
    assert_eq!(tabs.renewing_page(), Some(last));
    tabs.advance(6 * SECOND);
    assert!(tabs.token(last).is_ok());
}

#[test]
fn page_frozen_past_expiry_hands_out_a_new_token_only() {
    let mut tabs = TestTabs::signed_in(2);
    let old = tabs.token(0).expect("a token");
    tabs.freeze(1);
    tabs.advance(DUE);
    assert_eq!(tabs.renewals(), 1);
    let newer = tabs.token(0).expect("a token");
    // The other page is frozen, too. The record that it shared can be read, and its token has expired.
    tabs.freeze(0);
    tabs.advance(HOUR);
    tabs.latency = SECOND;
    let request = tabs.resume_and_request_token(1, 0);
    tabs.advance(5 * SECOND);
    let token = tabs.token_result(1, request).expect("a result");
    let token = token.expect("a token");
    assert!(token != old && token != newer, "an expired token");
}

#[test]
fn shared_token_that_is_too_short_for_get_token_is_renewed() {
    let mut tabs = TestTabs::signed_in(2);
    tabs.advance(30 * SECOND);
    tabs.freeze(1);
    tabs.request_token(0, 70);
    assert_eq!(tabs.renewals(), 1);
    // The first page's token is 40 seconds old now. The second page, which was frozen, has an older one.
    tabs.advance(40 * SECOND);
    tabs.freeze(0);
    tabs.latency = SECOND;
    let request = tabs.resume_and_request_token(1, 60);
    tabs.advance(5 * SECOND);
    assert!(matches!(tabs.token_result(1, request), Some(Ok(_))));
    assert_eq!(
        tabs.renewals(),
        2,
        "a token that is valid for 50 seconds is not enough"
    );
}

// Records that cannot be read -------------------------------------------------------------------------------------------

#[test]
fn unreadable_records_make_each_page_renew_its_own_token() {
    let mut tabs = TestTabs::signed_in(2);
    tabs.can_read_records = false;
    tabs.discard_events();
    tabs.advance(HOUR);
    for page in 0..2 {
        assert!(tabs.is_signed_in(page));
        assert!(tabs.token(page).is_ok());
        let events = tabs.take_events(page);
        assert!(events.iter().all(|event| event == "renewed"), "{events:?}");
        assert!((45..=55).contains(&tabs.renewals_of(page)));
    }
    tabs.sign_out(0);
    assert!(!tabs.is_signed_in(1), "signing out needs only the version");
}

#[test]
fn unreadable_record_leaves_a_new_page_at_identify() {
    let mut tabs = TestTabs::signed_in(1);
    let good = tabs.shared.record.clone().expect("a record");
    let (version, key, text) = good.clone();
    let other = |text: String| (version, key, text);
    let records = [
        other(String::new()),
        other(text[..text.len() / 2].to_owned()),
        other(text.replace("\"v\":1", "\"v\":2")),
        other(text.replace("DocDemo", "Bukl")),
        other(text.replace("ada@", "eve@")),
        other("x".repeat(5 << 20)),
        (version, Key::Tabs(77), text.clone()),
        (version.renewed(), key, text.clone()),
    ];
    for record in records {
        tabs.shared.record = Some(record.clone());
        let page = tabs.open();
        tabs.advance(2 * SECOND);
        assert!(!tabs.is_signed_in(page));
        assert_eq!(tabs.take_events(page), ["ready"]);
        assert_eq!(
            tabs.shared.record.as_ref(),
            Some(&record),
            "the record is not changed"
        );
        tabs.close(page);
    }
    assert!(tabs.is_signed_in(0));
}

#[test]
fn record_stored_under_another_version_is_ignored() {
    let mut tabs = TestTabs::signed_in(2);
    let (_, key, text) = tabs.shared.record.clone().expect("a record");
    let old = tabs.token(1);
    let later = SessionVersion::default()
        .signed_in(UnixMs(START_TIME))
        .renewed();
    tabs.shared.record = Some((later, key, text));
    tabs.shared.version = Some(later.to_text());
    tabs.advance(2 * SECOND);
    assert_eq!(tabs.token(1), old);
    tabs.advance(DUE);
    shared_token(&mut tabs, 2);
}

#[test]
fn invalid_version_text_is_ignored() {
    let mut tabs = TestTabs::signed_in(2);
    for text in ["", "x", "1.", "{}", "9007199254740992.0", "<b>"] {
        tabs.shared.version = Some(text.to_owned());
        tabs.discard_events();
        tabs.show(1);
        assert!(tabs.is_signed_in(1), "{text}");
        assert!(tabs.take_events(1).is_empty(), "{text}");
    }
    tabs.advance(DUE);
    assert!(tabs.token(0).is_ok() && tabs.token(1).is_ok());
}

#[test]
fn many_messages_send_no_request() {
    let mut tabs = TestTabs::signed_in(2);
    tabs.discard_events();
    let begun = SessionVersion::default().signed_in(UnixMs(START_TIME));
    for _ in 0..1_000 {
        tabs.send_version(1, begun);
        tabs.send_version(1, SessionVersion::default());
        tabs.send_version(1, begun.renewed());
    }
    tabs.advance(2 * SECOND);
    assert_eq!(tabs.renewals(), 0);
    assert!(tabs.is_signed_in(1));
    assert!(tabs.take_events(1).is_empty());
}

// Sessions on the device ------------------------------------------------------------------------------------------------

/// Pages whose form asks whether to stay signed in.
fn tabs_with_remember(pages: usize) -> TestTabs {
    TestTabs::with(pages, &[("remember", "ask")], |engine| engine.set_lives(90))
}

#[test]
fn remembered_session_is_stored_on_the_device() {
    let mut tabs = tabs_with_remember(1);
    tabs.press(0, Action::Remember);
    tabs.sign_in(0);
    let (_, key, _) = tabs.shared.record.clone().expect("a record");
    assert_eq!(key, Key::Device);
    assert_eq!(tabs.stored(0).session, None, "there is no copy in the tab");
    // The browser is closed and opened again.
    tabs.close(0);
    let later = tabs.open();
    assert!(tabs.is_signed_in(later));
    tabs.advance(DUE);
    let (_, key, _) = tabs.shared.record.clone().expect("a record");
    assert_eq!(
        key,
        Key::Device,
        "renewed tokens are stored on the device, too"
    );
}

#[test]
fn session_is_not_stored_on_the_device_without_consent() {
    let mut tabs = tabs_with_remember(1);
    tabs.sign_in(0);
    let (_, key, _) = tabs.shared.record.clone().expect("a record");
    assert!(matches!(key, Key::Tabs(_)));
    // Chosen, and unchosen again.
    let mut tabs = tabs_with_remember(1);
    tabs.press(0, Action::Remember);
    tabs.press(0, Action::Remember);
    tabs.sign_in(0);
    let (_, key, _) = tabs.shared.record.clone().expect("a record");
    assert!(matches!(key, Key::Tabs(_)));
}

#[test]
fn remember_choice_survives_a_reload_at_code() {
    let mut tabs = tabs_with_remember(1);
    tabs.press(0, Action::Remember);
    tabs.submit(0, ADA);
    tabs.reload(0);
    assert_eq!(tabs.view(0).step, StepName::Code);
    let code = tabs.engine.outbox().last().expect("a message").code.clone();
    tabs.submit(0, &code);
    assert!(tabs.is_signed_in(0));
    let (_, key, _) = tabs.shared.record.clone().expect("a record");
    assert_eq!(key, Key::Device);
}

#[test]
fn remember_choice_is_reset_by_signing_out() {
    let mut tabs = tabs_with_remember(2);
    tabs.press(0, Action::Remember);
    tabs.sign_in(0);
    assert!(tabs.is_signed_in(1));
    tabs.sign_out(1);
    assert_eq!(tabs.shared.record, None);
    for page in 0..2 {
        tabs.sign_in_as(page, EVE);
        let (_, key, _) = tabs.shared.record.clone().expect("a record");
        assert!(matches!(key, Key::Tabs(_)), "page {page}");
        tabs.sign_out(page);
    }
}

#[test]
fn device_without_a_key_store_keeps_the_session_in_the_tab() {
    let mut tabs = tabs_with_remember(1);
    tabs.can_store_key = false;
    tabs.press(0, Action::Remember);
    tabs.sign_in(0);
    let (_, key, _) = tabs.shared.record.clone().expect("a record");
    assert!(matches!(key, Key::Tabs(_)));
    tabs.reload(0);
    assert!(tabs.is_signed_in(0));
    tabs.close(0);
    let later = tabs.open();
    tabs.advance(2 * SECOND);
    assert!(!tabs.is_signed_in(later));
}

#[test]
fn lost_device_key_requires_a_new_sign_in() {
    let mut tabs = TestTabs::with(1, &[("storage", "device")], |engine| engine.set_lives(90));
    tabs.sign_in(0);
    tabs.close(0);
    tabs.can_read_records = false;
    let later = tabs.open();
    tabs.advance(2 * SECOND);
    assert_eq!(tabs.take_events(later), ["ready"]);
    tabs.sign_in(later);
}

#[test]
fn expired_device_session_is_renewed_before_it_is_restored() {
    let mut tabs = TestTabs::with(1, &[("storage", "device")], |engine| engine.set_lives(90));
    tabs.sign_in(0);
    tabs.close(0);
    tabs.sleep(HOUR);
    tabs.latency = SECOND;
    let later = tabs.open();
    assert!(tabs.view(later).busy && !tabs.is_signed_in(later));
    assert_eq!(tabs.take_events(later), ["ready"]);
    tabs.advance(SECOND);
    assert_eq!(
        tabs.take_events(later),
        ["step signed-in", "signed-in restored"]
    );
    assert_eq!(tabs.renewals(), 1);

    tabs.close(later);
    tabs.sleep(HOUR);
    tabs.fail_next(Call::Renew, Fault::Code(1529, None));
    let last = tabs.open();
    tabs.advance(SECOND);
    assert_eq!(
        tabs.take_events(last),
        ["ready", "error rejected 1529", "signed-out expired"]
    );
}

// Hidden pages ----------------------------------------------------------------------------------------------------------

#[test]
fn hidden_page_does_not_renew() {
    let mut tabs = TestTabs::signed_in(20);
    for page in 0..20 {
        tabs.hide(page);
    }
    tabs.advance(30 * MINUTE);
    assert_eq!(tabs.renewals(), 0);
    assert!((0..20).all(|page| tabs.is_signed_in(page)));
    tabs.show(7);
    tabs.advance(SECOND);
    assert_eq!(tabs.renewals(), 1, "when a page is shown");
    shared_token(&mut tabs, 20);
}

#[test]
fn hidden_page_renews_for_get_token() {
    let mut tabs = TestTabs::signed_in(1);
    tabs.hide(0);
    tabs.advance(5 * MINUTE);
    assert_eq!(tabs.renewals(), 0);
    let request = tabs.request_token(0, 30);
    tabs.advance(SECOND);
    assert!(matches!(tabs.token_result(0, request), Some(Ok(_))));
    assert_eq!(tabs.renewals(), 1);
}

#[test]
fn visible_page_renews_for_hidden_pages() {
    let mut tabs = TestTabs::signed_in(3);
    tabs.hide(0);
    tabs.hide(2);
    tabs.advance(HOUR);
    assert_eq!((tabs.renewals_of(1), tabs.renewals()), (50, 50));
    shared_token(&mut tabs, 3);
}

#[test]
fn expired_session_is_not_renewed_while_the_page_is_hidden() {
    for storage in ["tab", "device"] {
        let mut tabs = TestTabs::with(1, &[("storage", storage)], |engine| engine.set_lives(90));
        tabs.sign_in(0);
        tabs.hide(0);
        tabs.sleep(HOUR);
        tabs.reload(0);
        tabs.advance(HOUR);
        assert_eq!(tabs.renewals(), 0, "{storage}");
        assert!(!tabs.is_signed_in(0), "{storage}");
        tabs.discard_events();
        tabs.show(0);
        assert_eq!(tabs.renewals(), 1, "{storage}");
        assert_eq!(
            tabs.take_events(0),
            ["step signed-in", "signed-in restored"],
            "{storage}"
        );
    }
}

#[test]
fn page_opened_in_the_background_is_signed_in_without_a_request() {
    let mut tabs = TestTabs::signed_in(1);
    let hidden = tabs.open_hidden();
    assert!(tabs.is_signed_in(hidden));
    assert_eq!(tabs.renewals(), 0);
    tabs.advance(DUE);
    assert_eq!((tabs.renewals_of(hidden), tabs.renewals()), (0, 1));
}

#[test]
fn request_lost_during_a_suspension_is_sent_again_when_the_page_is_shown() {
    // Some phones close the connections of a page when they suspend it. The page learns of it only when it is resumed.
    let mut tabs = TestTabs::signed_in(1);
    tabs.latency = SECOND;
    tabs.advance(DUE - 1);
    tabs.network = Network::LosesResponses;
    tabs.advance(1);
    assert_eq!(tabs.renewing_page(), Some(0));
    tabs.hide(0);
    tabs.freeze(0);
    tabs.sleep(HOUR);
    tabs.advance(2 * SECOND);
    tabs.network = Network::Working;
    tabs.discard_events();
    tabs.return_to(0);
    tabs.advance(3 * SECOND);
    assert_eq!(tabs.renewals(), 2);
    assert_eq!(tabs.take_events(0), ["error network", "renewed"]);
}

// Records of other versions ---------------------------------------------------------------------------------------------

#[test]
fn records_of_a_newer_format_are_kept_until_the_next_sign_in() {
    let mut tabs = TestTabs::signed_in(1);
    let newer = |text: String| text.replace("\"v\":1", "\"v\":2");
    let own = newer(tabs.stored(0).session.clone().expect("a record"));
    let (version, key, text) = tabs.shared.record.clone().expect("a record");
    let shared = Some((version, key, newer(text)));
    tabs.stored(0).session = Some(own.clone());
    tabs.shared.record.clone_from(&shared);
    tabs.reload(0);
    tabs.advance(MINUTE);
    assert!(!tabs.is_signed_in(0));
    assert_eq!(tabs.stored(0).session, Some(own));
    assert_eq!(tabs.shared.record, shared);
    assert_eq!(tabs.renewals(), 0);
    tabs.sign_in(0);
    assert_ne!(tabs.shared.record, shared);
}

#[test]
fn record_without_a_version_is_restored_and_shared_after_its_renewal() {
    let mut tabs = TestTabs::signed_in(1);
    let version = tabs.shared.version.clone().expect("a version");
    let record = tabs.stored(0).session.clone().expect("a record");
    let older = record.replace(&format!("\"mark\":\"{version}\","), "");
    assert_ne!(older, record);
    tabs.clear_storage();
    tabs.stored(0).session = Some(older);
    tabs.reload(0);
    assert!(tabs.is_signed_in(0));
    tabs.advance(DUE);
    let later = tabs.open();
    assert!(tabs.is_signed_in(later));
    shared_token(&mut tabs, 2);
}

// Clocks ----------------------------------------------------------------------------------------------------------------

#[test]
fn wall_clock_set_back_by_a_second_causes_no_request() {
    // Clocks are often corrected by a second, and browsers that prevent fingerprinting differ by a tenth of a second from page to page.
    let mut tabs = TestTabs::signed_in(2);
    tabs.advance(10 * MINUTE);
    let renewed = tabs.renewals();
    tabs.freeze(1);
    let due = 8 * 72 * SECOND + 72 * SECOND - 600 * SECOND;
    tabs.advance(due);
    assert_eq!(tabs.renewals(), renewed + 1);
    tabs.shift_wall_clock(-1_000);
    tabs.discard_events();
    tabs.return_to(1);
    tabs.advance(SECOND);
    assert_eq!(tabs.renewals(), renewed + 1);
    assert_eq!(tabs.take_events(1), ["renewed"]);
    shared_token(&mut tabs, 2);
}

#[test]
fn wall_clock_shifted_by_a_day_signs_nobody_out() {
    for day in [-86_400_000, 86_400_000] {
        let attributes = [("max-age", "43200")];
        let mut tabs = TestTabs::with(2, &attributes, |engine| engine.set_lives(90));
        tabs.sign_in(0);
        tabs.advance(2 * MINUTE);
        tabs.discard_events();
        tabs.shift_wall_clock(day);
        tabs.advance(10 * MINUTE);
        for page in 0..2 {
            let events = tabs.take_events(page);
            assert!(events.iter().all(|event| event == "renewed"), "{events:?}");
        }
        assert!(tabs.renewals() <= 12, "{day}: {}", tabs.renewals());
        shared_token(&mut tabs, 2);
    }
}
