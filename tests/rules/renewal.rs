//! Renewal of tokens: when it happens, how failures are retried, when a refusal ends the session, `getToken()`, and reloads.

use ae_engine::{Endpoint, Fault};
use ae_login::login::Event;
use ae_login::login::config::Storage;
use ae_login::login::problem::Kind;
use ae_login::login::text::Text;
use ae_login::login::time::Now;
use ae_login::login::view::{Action, StepName};
use ae_login::login::wire::Call;
use ae_test_support::{ADA, DAY, FORM, HOUR, MINUTE, Network, SECOND, START_TIME, TestPage};
use proptest::prelude::*;
use serde_json::{Value, json};

// When a token is renewed ---------------------------------------------------------------------------------------------------

#[test]
fn token_is_renewed_once_at_80_percent_of_its_life() {
    for life in [2, 30, 50, 51, 90, 900, 3_600, 10_800] {
        let mut page = TestPage::signed_in_with_life(life);
        page.take_events();
        let due = life * SECOND / 5 * 4;
        page.advance(due - 1);
        assert_eq!(page.renewals(), 0, "{life} s");
        let old = page.stored_token();
        page.advance(1);
        assert_eq!(page.renewals(), 1, "{life} s");
        assert_eq!(page.take_events(), ["renewed"], "{life} s");
        assert_ne!(page.stored_token(), old, "{life} s");
        if life > 50 {
            assert!(due <= life * SECOND - 10 * SECOND, "{life} s");
        }
        page.advance(due - 1);
        assert_eq!(page.renewals(), 1, "{life} s");
    }
}

#[test]
fn renewals_of_100_pages_are_spread_by_jitter() {
    for (life, latest, span) in [(900, 720, 30), (3_600, 2_880, 30), (60, 48, 2)] {
        let due = (0..100).map(|seed| {
            let page = TestPage::signed_in_with_seed(seed, life);
            page.next_wake_in().expect("a renewal to come")
        });
        let mut due = due.collect::<Vec<_>>();
        due.sort_unstable();
        let (latest, span) = (latest * SECOND, span * SECOND);
        assert!(due[0] >= latest - span && due[99] <= latest, "{life} s");
        // Each tenth of the span holds between 2 and 25 of the 100 renewals.
        for tenth in 0..10 {
            let from = latest - span + tenth * span / 10;
            let some = due
                .iter()
                .filter(|at| (from..=from + span / 10).contains(at));
            assert!((2..=25).contains(&some.count()), "{life} s: {due:?}");
        }
    }
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn token_of_any_life_is_renewed_after_receipt_and_before_expiry(
        life in 1u64..100_000,
        seed: u64,
    ) {
        let mut page = TestPage::signed_in_with_seed(seed, life);
        let wakes = page.next_wake_in().expect("a renewal to come");
        let end = life.min(DAY / SECOND) * SECOND;
        let latest = end / 5 * 4;
        prop_assert!(wakes <= latest && wakes >= latest - (end / 30).min(30 * SECOND));
        prop_assert!(wakes > 0 && wakes < end);
        if life > 50 {
            prop_assert!(wakes <= end - 10 * SECOND);
        }
        page.advance(wakes);
        prop_assert_eq!(page.renewals(), 1);
        prop_assert!(page.is_signed_in());
    }

    #[test]
    fn any_clock_values_cause_no_panic(
        clocks in prop::collection::vec((0..1u64 << 53, wall_clock_values()), 1..20),
    ) {
        let mut page = TestPage::signed_in_with_life(90);
        let mut most = 0;
        for (mono, wall) in clocks {
            // The monotonic clock never goes back, and fits the whole numbers of JavaScript (below 2^53).
            most = mono.max(most);
            page.set_clocks(Now::new(most, wall));
            page.wake();
            if page.step() == StepName::SignedIn {
                page.request_token(u64::MAX / SECOND);
            } else {
                page.restart();
                page.submit(ADA);
                let code = page.last_code();
                page.submit(&code);
            }
        }
    }

    #[test]
    fn expired_token_is_never_handed_out_after_clock_jumps(
        jumps in prop::collection::vec((0u64..400, -100_000i64..100_000, any::<bool>(), any::<bool>()), 1..12),
    ) {
        let mut page = TestPage::signed_in_with_life(900);
        let mut received = page.engine_time();
        // The engine is unreachable, so that the page never gets another token.
        page.network = Network::Unreachable;
        let (mut set_back, mut slept) = (false, false);
        // What the jumps since the receipt of the token add up to, in seconds.
        let mut shift = 0;
        for (seconds, jump, sleeps, reloads) in jumps {
            // The device cannot notice a sleep if the wall clock is set back before or after it. Such jumps are not generated.
            let jump = if slept { jump.max(0) } else { jump };
            page.shift_wall_clock(jump * 1000);
            shift += jump;
            set_back |= jump < 0;
            slept |= sleeps;

            if sleeps && !set_back {
                page.sleep(seconds * SECOND);
            } else {
                page.advance(seconds * SECOND);
            }
            if reloads {
                if set_back {
                    // A wall clock that was set back hides from the next page how old the token is.
                    received = page.engine_time();
                }
                page.reload();
                // As long as the clock is behind its time at the receipt, so is what each further page knows.
                (set_back, slept) = (shift < 0, false);
            }
            let token = page.get_token(0);
            let age = page.engine_time() - received;
            prop_assert!(age <= 900 * SECOND || token.is_err(), "{age} ms after receipt");
        }
    }
}

#[test]
fn each_token_of_a_day_is_renewed_with_one_request() {
    for life in [90, 900, 10_800] {
        let mut page = TestPage::signed_in_with_life(life);
        page.take_events();
        page.advance(DAY);
        let due = life * SECOND / 5 * 4;
        let expected = usize::try_from(DAY / due).expect("a number");
        assert_eq!(page.renewals(), expected, "{life} s");
        assert_eq!(page.engine.call_count(Endpoint::TokenRegenerate), expected);
        assert_eq!(page.take_events(), vec!["renewed"; expected], "{life} s");
        assert!(page.is_signed_in());
    }
}

#[test]
fn device_clock_off_by_a_day_does_not_change_renewal() {
    let day = i64::try_from(DAY).expect("a number");
    for off in [-day, day] {
        let mut page = TestPage::with(&[], |engine| engine.set_lives(90));
        page.shift_wall_clock(off);
        page.sign_in();
        page.advance(71_999);
        assert_eq!(page.renewals(), 0, "{off}");
        page.advance(10 * MINUTE);
        assert_eq!(page.renewals(), 9, "{off}");
        assert!(page.is_signed_in());
    }
}

#[test]
fn engine_clock_off_by_a_day_does_not_change_renewal() {
    for off in [-86_400, 86_400] {
        let mut page = TestPage::with(&[], |engine| {
            engine.set_lives(90);
            engine.clock_offset_s = off;
        });
        page.sign_in();
        page.advance(HOUR);
        assert_eq!(page.renewals(), 50, "{off}");
    }
}

#[test]
fn wall_clock_set_forward_renews_once_and_set_back_not_at_all() {
    let mut page = TestPage::signed_in_with_life(900);
    page.advance(MINUTE);
    page.shift_wall_clock(3_600_000);
    page.advance(MINUTE);
    assert_eq!(page.renewals(), 1);
    page.shift_wall_clock(-7_200_000);
    page.advance(10 * MINUTE);
    assert_eq!(page.renewals(), 1);
    page.advance(MINUTE);
    assert_eq!(page.renewals(), 2, "by the monotonic clock");
    assert!(page.is_signed_in());
}

#[test]
fn machine_that_slept_past_expiry_renews_once() {
    let mut page = TestPage::signed_in_with_life(900);
    page.take_events();
    page.sleep(8 * HOUR);
    page.wake();
    page.wake();
    assert_eq!(page.renewals(), 1);
    assert_eq!(page.take_events(), ["renewed"]);
}

#[test]
fn timers_throttled_to_one_minute_renew_before_expiry() {
    let mut page = TestPage::signed_in_with_life(900);
    page.timer_granularity = MINUTE;
    for _ in 0..1_440 {
        page.advance(MINUTE);
        assert!(page.get_token(1).is_ok());
    }
    assert!(
        (100..=120).contains(&page.renewals()),
        "each renewal happens 720 s to 780 s after the last one"
    );
}

#[test]
fn no_renew_renews_only_for_get_token() {
    let mut page = TestPage::with(&[("no-renew", "")], |engine| engine.set_lives(90));
    page.sign_in();
    page.advance(HOUR);
    page.wake();
    assert_eq!((page.renewals(), page.next_wake_in()), (0, None));
    assert!(page.get_token(30).is_ok());
    assert_eq!(page.renewals(), 1);
    page.advance(HOUR);
    page.reload();
    assert!(page.is_signed_in());
    assert_eq!(page.renewals(), 1);
}

#[test]
fn changed_no_renew_attribute_applies_at_once() {
    let mut page = TestPage::signed_in_with_life(90);
    page.change_settings(|settings| settings.renew = false);
    page.advance(HOUR);
    assert_eq!(page.renewals(), 0);
    page.change_settings(|settings| settings.renew = true);
    page.advance(1);
    assert_eq!(page.renewals(), 1);
}

// Failed renewals ---------------------------------------------------------------------------------------------------------

#[test]
fn unreachable_engine_for_an_hour_keeps_the_session_with_few_requests() {
    for (network, most) in [
        (Network::Unreachable, 180),
        (Network::Stalled, 150),
        (Network::LosesResponses, 180),
    ] {
        let mut page = TestPage::signed_in_with_life(900);
        page.advance(719 * SECOND);
        page.network = network;
        page.take_events();
        page.advance(HOUR);
        assert!(page.is_signed_in(), "{network:?}");
        let sent = page.renewals();
        assert!((50..=most).contains(&sent), "{network:?}: {sent} calls");
        assert!(page.stored.session.is_some(), "{network:?}");
        let events = page.take_events();
        assert!(
            events.iter().all(|event| event.starts_with("error ")),
            "{network:?}: {events:?}"
        );
        page.network = Network::Working;
        page.advance(61 * SECOND);
        assert_eq!(
            page.take_events().last().map(String::as_str),
            Some("renewed")
        );
    }
}

#[test]
fn failed_renewals_keep_the_token_before_and_after_expiry() {
    for (fault, event) in [
        (Fault::Dropped, "error network"),
        (Fault::Stalled, "error timeout"),
        (Fault::Html503, "error server"),
        (Fault::Status(500), "error server"),
        (Fault::Html200, "error malformed"),
        (Fault::Empty204, "error malformed"),
        (Fault::Truncated, "error malformed"),
        (Fault::WrongTypes, "error malformed"),
        (Fault::BigBody(1 << 20), "error malformed"),
        (
            Fault::TooMany { retry_after: None },
            "error rate-limited 429",
        ),
        (Fault::Code(1534, None), "error rate-limited 1534"),
    ] {
        let mut page = TestPage::signed_in_with_life(90);
        let token = page.stored_token();
        page.take_events();
        page.fail_all(Call::Renew, fault.clone());
        page.advance(5 * MINUTE);
        let all = page.take_events();
        assert!(
            !all.is_empty() && all.iter().all(|one| one == event),
            "{fault}: {all:?}"
        );
        assert_eq!(
            (page.stored_token(), page.is_signed_in()),
            (token, true),
            "{fault}"
        );
        page.engine.clear_faults();
        page.advance(61 * SECOND);
        assert_eq!(page.take_events(), ["renewed"], "{fault}");
    }
}

#[test]
fn renewed_token_of_another_customer_is_dropped_and_the_old_one_kept() {
    for fault in [
        Fault::OtherCustomer,
        Fault::OtherBrand,
        Fault::ExpiredToken,
        Fault::BadToken,
        Fault::NullAuth,
        Fault::TokenLife(0),
        Fault::MissingFields(vec!["auth.token".to_owned()]),
    ] {
        let mut page = TestPage::signed_in_with_life(90);
        let token = page.stored_token();
        page.take_events();
        page.fail_all(Call::Renew, fault.clone());
        page.advance(80 * SECOND);
        let events = page.take_events();
        assert!(
            events.len() <= 4 && events.iter().all(|one| one == "error malformed"),
            "{fault}: {events:?}"
        );
        assert_eq!(page.stored_token(), token, "{fault}");
        assert_eq!(
            page.get_token(0),
            Ok(token.clone().expect("a token")),
            "{fault}"
        );
        page.engine.clear_faults();
        page.advance(MINUTE);
        assert_eq!(page.take_events(), ["renewed"], "{fault}");
    }
}

#[test]
fn unchanged_token_is_kept_silently_until_expiry_and_requested_less_often() {
    let mut page = TestPage::signed_in_with_life(900);
    let token = page.stored_token().expect("a token");
    page.take_events();
    page.fail_all(Call::Renew, Fault::SameToken);
    page.advance(720 * SECOND);
    assert_eq!(page.renewals(), 1);
    page.advance(179 * SECOND);
    // Three requests, then a pause of a minute, at most three times.
    assert!((4..=9).contains(&page.renewals()), "{}", page.renewals());
    assert_eq!(page.get_token(1), Ok(token.clone()));
    assert!(page.take_events().is_empty());
    // After its expiry, the same token is a malformed response.
    page.advance(2 * SECOND);
    page.wake();
    assert_eq!(page.take_events(), ["error malformed"]);
    page.advance(MINUTE);
    let events = page.take_events();
    assert!(!events.is_empty() && events.iter().all(|one| one == "error malformed"));
    assert_eq!(page.get_token(0), Err(Kind::Malformed));
    page.take_events();
    assert_eq!(
        (page.is_signed_in(), page.stored_token()),
        (true, Some(token))
    );
    page.engine.clear_faults();
    page.advance(MINUTE + 2 * SECOND);
    assert_eq!(page.take_events(), ["renewed"]);
}

#[test]
fn unchanged_token_rejects_get_token_with_a_longer_validity() {
    let mut page = TestPage::signed_in_with_life(900);
    page.advance(600 * SECOND);
    page.take_events();
    page.fail_next(Call::Renew, Fault::SameToken);
    page.latency = SECOND;
    let request = page.request_token(400);
    let lesser = page.request_token(30);
    page.advance(SECOND);
    assert_eq!(page.token_result(request), Some(Err(Kind::Malformed)));
    assert!(
        page.token_result(lesser)
            .is_some_and(|answer| answer.is_ok())
    );
    assert_eq!(page.take_events(), ["error malformed"]);
    page.advance(MINUTE);
    assert_eq!(page.renewals(), 1, "no call of getToken() is pending");
}

#[test]
fn renewed_token_of_another_role_is_dropped() {
    for (role, envelope) in [
        ("VIEW", None),
        ("MFA_PENDING", None),
        ("AUTH", None),
        ("DEFAULT_MFA_ROLE", None),
        ("VIEW", Some("USER")),
        ("GUEST", Some("USER")),
        ("DEFAULT_MFA_ROLE", Some("USER")),
        ("USER", Some("MFA_PENDING")),
        ("USER", Some("VIEW")),
    ] {
        let mut page = TestPage::signed_in_with_life(90);
        let token = page.stored_token();
        let header = json!({ "idv": ["EMAIL|ada@example.org"], "org": "DOCDEMO", "alg": "HS256" });
        let user = page.session().expect("a session")["userId"].clone();
        let iat = START_TIME / SECOND + 72;
        let claims = json!({ "uid": user, "exp": iat + 90, "iat": iat, "rol": role });
        let user = envelope.map(|role| json!({ "role": role }));
        let body = json!({
            "status": { "success": true },
            "auth": { "token": ae_test_support::fixtures::unsigned_token(&header, &claims) },
            "user": user,
        });
        page.take_events();
        page.fail_next(Call::Renew, Fault::Body(body.to_string()));
        page.advance(72 * SECOND);
        assert_eq!(
            page.take_events(),
            ["error malformed"],
            "{role} {envelope:?}"
        );
        assert_eq!(page.stored_token(), token, "{role} {envelope:?}");
    }
}

#[test]
fn renewed_token_with_another_user_id_is_dropped() {
    let mut page = TestPage::signed_in_with_life(90);
    let token = page.stored_token();
    let header = json!({ "idv": ["EMAIL|ada@example.org"], "org": "DOCDEMO", "alg": "HS256" });
    let iat = START_TIME / SECOND + 72;
    for uid in [json!("9999999"), json!(null)] {
        let claims = json!({ "uid": uid, "exp": iat + 90, "iat": iat, "rol": "USER" });
        let body = json!({
            "status": { "success": true },
            "auth": { "token": ae_test_support::fixtures::unsigned_token(&header, &claims) },
        });
        page.fail_all(Call::Renew, Fault::Body(body.to_string()));
        page.advance(72 * SECOND);
        assert_eq!(page.stored_token(), token, "{uid}");
    }
}

#[test]
fn renewal_pauses_for_a_minute_after_three_failures() {
    let mut page = TestPage::signed_in_with_life(900);
    page.network = Network::Unreachable;
    page.advance(720 * SECOND);
    assert_eq!(page.renewals(), 1);
    page.advance(10 * SECOND);
    assert_eq!(page.renewals(), 3);
    page.advance(50 * SECOND);
    assert_eq!(page.renewals(), 3);
    page.advance(15 * SECOND);
    assert!(page.renewals() > 3);
}

#[test]
fn many_wake_signals_send_at_most_one_request_per_second() {
    let mut page = TestPage::signed_in_with_life(900);
    page.network = Network::Unreachable;
    page.advance(720 * SECOND);
    let before = page.renewals();
    for _ in 0..600 {
        page.wake();
        page.wake();
        page.advance(100);
    }
    let sent = page.renewals() - before;
    assert!((30..=60).contains(&sent), "{sent} calls in a minute");
}

#[test]
fn wake_signal_ends_the_retry_pause_but_not_a_retry_after() {
    let mut page = TestPage::signed_in_with_life(900);
    page.network = Network::Unreachable;
    page.advance(740 * SECOND);
    let resting = page.renewals();
    page.advance(5 * SECOND);
    assert_eq!(page.renewals(), resting);
    page.network = Network::Working;
    page.wake();
    assert_eq!(page.renewals(), resting + 1);

    let mut page = TestPage::signed_in_with_life(900);
    let retry_after = Some("120".to_owned());
    page.fail_next(Call::Renew, Fault::TooMany { retry_after });
    page.advance(720 * SECOND);
    assert_eq!(page.renewals(), 1);
    for _ in 0..119 {
        page.advance(SECOND);
        page.wake();
    }
    assert_eq!(page.renewals(), 1);
    page.advance(SECOND);
    assert_eq!(page.renewals(), 2);
}

#[test]
fn alternating_network_renews_once() {
    let mut page = TestPage::signed_in_with_life(900);
    page.advance(719 * SECOND);
    for second in 0..60 {
        page.network = if second % 2 == 0 {
            Network::Unreachable
        } else {
            Network::Working
        };
        page.wake();
        page.advance(SECOND);
    }
    assert!(page.renewals() <= 3, "{}", page.renewals());
    assert!(page.is_signed_in());
    assert_eq!(
        page.take_events().last().map(String::as_str),
        Some("renewed")
    );
}

#[test]
fn clock_jump_during_a_renewal_changes_neither_timeout_nor_response() {
    for jump in [-86_400_000, -3_600_000, 3_600_000] {
        let mut page = TestPage::signed_in_with_life(900);
        page.latency = 9 * SECOND;
        page.advance(720 * SECOND);
        assert_eq!(page.renewals(), 1, "{jump}");
        page.shift_wall_clock(jump);
        page.take_events();
        page.advance(9 * SECOND);
        assert_eq!(page.take_events(), ["renewed"], "{jump}");
        page.advance(719 * SECOND);
        assert_eq!(page.renewals(), 1, "{jump}");
        page.advance(SECOND);
        assert_eq!(page.renewals(), 2, "{jump}");

        let mut page = TestPage::signed_in_with_life(900);
        page.network = Network::Stalled;
        page.advance(720 * SECOND);
        page.shift_wall_clock(jump);
        page.take_events();
        page.advance(10 * SECOND);
        assert_eq!(page.take_events(), ["error timeout"], "{jump}");
    }
}

#[test]
fn get_token_in_a_loop_sends_few_requests_to_an_unreachable_engine() {
    let mut page = TestPage::signed_in_with_life(90);
    page.network = Network::Unreachable;
    page.advance(100 * SECOND);
    let before = page.renewals();
    for _ in 0..600 {
        page.request_token(30);
        page.advance(100);
    }
    let sent = page.renewals() - before;
    assert!((10..=61).contains(&sent), "{sent} calls in a minute");
    page.advance(2 * SECOND);
    let last = page.request_token(30);
    page.advance(2 * SECOND);
    assert_eq!(page.token_result(last), Some(Err(Kind::Network)));
}

// The end of a session ----------------------------------------------------------------------------------------------------

#[test]
fn error_code_at_renewal_decides_whether_the_session_ends() {
    // A valid token is given up only if the code says that it can never be renewed again.
    for (code, kind, ends) in [
        (1504, "configuration", false),
        (1505, "rejected", true),
        (1507, "rejected", true),
        (1508, "rejected", true),
        (1509, "configuration", true),
        (1515, "rejected", true),
        (1519, "rejected", false),
        (1524, "rejected", false),
        (1525, "rejected", true),
        (1529, "rejected", true),
        (1541, "rejected", true),
        (1546, "configuration", false),
        (1597, "rejected", true),
        (1599, "rejected", false),
        (3005, "configuration", false),
    ] {
        let mut page = TestPage::signed_in_with_life(900);
        page.take_events();
        page.refuse_next(Call::Renew, code);
        page.advance(720 * SECOND);
        let error = format!("error {kind} {code}");
        if ends {
            assert_eq!(
                page.take_events(),
                [&error, "step identify", "signed-out refused"],
                "{code}"
            );
            assert_eq!(
                (page.is_signed_in(), page.stored.session.as_ref()),
                (false, None),
                "{code}"
            );
            assert_eq!(
                (page.first_value().as_str(), page.notice()),
                (ADA, Some(Text::SessionEnded))
            );
            assert_eq!(page.get_token(0), Err(Kind::SignedOut), "{code}");
        } else {
            assert_eq!(page.take_events(), [error], "{code}");
            page.advance(5 * SECOND);
            assert_eq!(
                page.take_events(),
                ["renewed"],
                "{code}: the retry succeeds"
            );
        }
        let sent = page.renewals();
        page.advance(10 * MINUTE);
        assert!(
            !ends || page.renewals() == sent,
            "{code}: no further requests"
        );

        // After the expiry of the token, any code ends the session.
        let mut page = TestPage::signed_in_with_life(900);
        page.take_events();
        page.refuse_next(Call::Renew, code);
        page.sleep(HOUR);
        page.wake();
        let error = format!("error {kind} {code}");
        assert_eq!(
            page.take_events(),
            [&error, "step identify", "signed-out expired"],
            "{code}"
        );
    }
}

#[test]
fn http_error_without_a_json_body_at_renewal_keeps_the_session() {
    for fault in [Fault::Status(403), Fault::Status(404), Fault::PlainText400] {
        let mut page = TestPage::signed_in_with_life(900);
        page.fail_next(Call::Renew, fault.clone());
        page.advance(750 * SECOND);
        assert!(page.is_signed_in(), "{fault}");
        assert_eq!(page.renewals(), 2, "{fault}");
    }
}

#[test]
fn signing_out_during_a_renewal_drops_its_response() {
    let mut page = TestPage::signed_in_with_life(90);
    page.latency = 3 * SECOND;
    page.advance(73 * SECOND);
    assert_eq!(page.renewals(), 1);
    let request = page.request_token(80);
    page.take_events();
    page.sign_out();
    assert_eq!(page.token_result(request), Some(Err(Kind::SignedOut)));
    assert_eq!(
        (page.stored.session.as_ref(), page.cancelled_requests()),
        (None, 1)
    );
    page.advance(MINUTE);
    assert_eq!(page.take_events(), ["step identify", "signed-out user"]);
    assert!(!page.is_signed_in() && page.stored.session.is_none());
    assert_eq!(page.renewals(), 1);
}

#[test]
fn late_response_of_the_previous_session_does_not_change_the_next() {
    let mut page = TestPage::signed_in_with_life(90);
    page.latency = 9 * SECOND;
    page.advance(73 * SECOND);
    page.sign_out();
    page.latency = 0;
    page.sign_in();
    let token = page.stored_token();
    page.take_events();
    page.advance(MINUTE);
    assert_eq!(
        (page.stored_token(), page.take_events().is_empty()),
        (token, true)
    );
}

#[test]
fn late_response_of_the_previous_session_does_not_settle_get_token() {
    let mut page = TestPage::signed_in_with_life(20);
    page.latency = 9 * SECOND;
    page.advance(16 * SECOND);
    assert_eq!(page.renewals(), 1);
    page.sign_out();
    page.latency = 0;
    page.sign_in();
    let token = page.stored_token();
    page.latency = 9 * SECOND;
    page.advance(5 * SECOND);
    let request = page.request_token(20);
    assert_eq!(page.renewals(), 2);
    page.advance(5 * SECOND);
    assert_eq!(
        (page.stored_token(), page.token_result(request)),
        (token, None)
    );
    page.advance(4 * SECOND);
    assert!(
        page.token_result(request)
            .is_some_and(|answer| answer.is_ok())
    );
}

#[test]
fn signing_out_works_without_network() {
    let mut page = TestPage::signed_in_with_life(90);
    page.network = Network::Unreachable;
    page.press(Action::SignOut);
    assert!(!page.is_signed_in() && page.stored.session.is_none());
    page.reload();
    assert!(!page.is_signed_in());
}

// getToken() --------------------------------------------------------------------------------------------------------------

#[test]
fn get_token_resolves_at_once_if_the_token_is_valid_long_enough() {
    let mut page = TestPage::signed_in_with_life(900);
    let token = page.stored_token().expect("a token");
    assert_eq!(page.get_token(30), Ok(token.clone()));
    page.advance(600 * SECOND);
    assert_eq!(page.get_token(300), Ok(token));
    assert_eq!(page.renewals(), 0);
}

#[test]
fn get_token_renews_first_if_the_token_is_not_valid_long_enough() {
    let mut page = TestPage::signed_in_with_life(900);
    let old = page.stored_token().expect("a token");
    page.advance(600 * SECOND);
    let new = page.get_token(301).expect("a token");
    assert_ne!(old, new);
    assert_eq!(page.stored_token(), Some(new));
    assert_eq!(page.renewals(), 1);
}

#[test]
fn min_validity_counts_as_at_most_80_percent_of_the_life() {
    let mut page = TestPage::signed_in_with_life(90);
    assert!(page.get_token(u64::MAX / SECOND).is_ok());
    assert_eq!(page.renewals(), 0);
    page.advance(18 * SECOND);
    assert!(page.get_token(3_600).is_ok());
    assert_eq!(page.renewals(), 0);
    page.advance(1);
    assert!(page.get_token(3_600).is_ok());
    assert_eq!(page.renewals(), 1);
}

#[test]
fn concurrent_get_token_calls_share_one_renewal() {
    let mut page = TestPage::signed_in_with_life(90);
    page.latency = SECOND;
    page.advance(40 * SECOND);
    let requests = [30, 60, 70].map(|seconds| page.request_token(seconds));
    assert!(
        page.token_result(requests[0]).is_some(),
        "the token is valid long enough"
    );
    assert_eq!(page.token_result(requests[1]), None);
    page.advance(SECOND);
    assert_eq!(page.renewals(), 1);
    assert_eq!(
        page.token_result(requests[1]),
        page.token_result(requests[2])
    );
    assert_eq!(
        page.token_result(requests[1]).and_then(Result::ok),
        page.stored_token()
    );
}

#[test]
fn get_token_rejects_with_the_kind_of_failure_and_the_session_stays() {
    for (fault, kind) in [
        (Fault::Dropped, Kind::Network),
        (Fault::Stalled, Kind::Timeout),
        (Fault::Html503, Kind::Server),
        (Fault::Html200, Kind::Malformed),
        (Fault::Code(1519, None), Kind::Rejected),
        (Fault::Code(1504, None), Kind::Configuration),
        (Fault::TooMany { retry_after: None }, Kind::RateLimited),
    ] {
        let mut page = TestPage::signed_in_with_life(90);
        page.advance(40 * SECOND);
        page.fail_next(Call::Renew, fault.clone());
        page.latency = SECOND;
        let requests = [60, 51].map(|seconds| page.request_token(seconds));
        page.advance(10 * SECOND);
        assert_eq!(page.renewals(), 1, "{fault}");
        for request in requests {
            assert_eq!(page.token_result(request), Some(Err(kind)), "{fault}");
        }
        assert!(page.is_signed_in(), "{fault}");
        let short = page.get_token(10);
        assert!(short.is_ok(), "{fault}: the token is still valid");
    }
}

#[test]
fn get_token_does_not_shorten_a_retry_after() {
    let mut page = TestPage::signed_in_with_life(90);
    let retry_after = Some("20".to_owned());
    page.fail_next(Call::Renew, Fault::TooMany { retry_after });
    page.advance(40 * SECOND);
    assert_eq!(page.get_token(60), Err(Kind::RateLimited));
    for _ in 0..19 {
        page.advance(SECOND);
        assert_eq!(page.get_token(60), Err(Kind::RateLimited));
    }
    assert_eq!(page.renewals(), 1);
    page.advance(SECOND);
    assert!(page.get_token(60).is_ok());
}

#[test]
fn get_token_before_sign_in_rejects_as_signed_out() {
    let mut page = TestPage::new();
    assert_eq!(page.get_token(0), Err(Kind::SignedOut));
    assert_eq!(page.requests().len(), 0);
}

#[test]
fn get_token_rejects_as_unavailable_when_the_last_form_is_removed() {
    let mut page = TestPage::signed_in_with_life(90);
    page.latency = 3 * SECOND;
    page.advance(40 * SECOND);
    let request = page.request_token(60);
    assert_eq!(page.token_result(request), None);
    page.detach(FORM);
    assert_eq!(page.token_result(request), Some(Err(Kind::Unavailable)));
    assert_eq!((page.cancelled_requests(), page.pending_requests()), (1, 0));
    page.advance(10 * MINUTE);
    assert_eq!(page.renewals(), 1, "no requests without a form");
    let back = page.attach(true);
    page.advance(1);
    assert_eq!(page.view_of(back).step, StepName::SignedIn);
    assert_eq!(page.renewals(), 2, "renewal goes on with the next form");
}

// Reloads -------------------------------------------------------------------------------------------------------------------

#[test]
fn reload_restores_a_valid_session_without_a_request() {
    let mut page = TestPage::signed_in_with_life(900);
    let session = page.session();
    page.advance(5 * MINUTE);
    page.take_events();
    page.reload();
    assert_eq!(
        page.take_events(),
        ["ready", "step signed-in", "signed-in restored"]
    );
    assert_eq!((page.session(), page.renewals()), (session, 0));
    page.advance(7 * MINUTE - 1);
    assert_eq!(page.renewals(), 0, "the life counts from receipt");
    page.advance(1);
    assert_eq!(page.renewals(), 1);
}

#[test]
fn reload_when_renewal_is_due_sends_one_request() {
    let mut page = TestPage::signed_in_with_life(900);
    page.unload();
    page.sleep(800 * SECOND);
    page.load();
    assert_eq!(page.renewals(), 1);
    assert_eq!(
        page.take_events(),
        [
            "ready",
            "step code",
            "step signed-in",
            "signed-in",
            "ready",
            "step signed-in",
            "signed-in restored",
            "renewed"
        ]
    );
}

#[test]
fn expired_session_is_renewed_before_it_is_restored() {
    let mut page = TestPage::signed_in_with_life(900);
    page.unload();
    page.sleep(HOUR);
    page.take_events();
    page.latency = SECOND;
    page.load();
    assert!(page.view().busy && !page.is_signed_in());
    page.submit(ADA);
    assert_eq!(
        page.request_count(Call::OpenSession),
        1,
        "submit is ignored while the session is restored"
    );
    assert_eq!(page.take_events(), ["ready"]);
    page.advance(SECOND);
    assert_eq!(page.take_events(), ["step signed-in", "signed-in restored"]);
    assert_eq!(page.renewals(), 1);
}

#[test]
fn refused_restore_signs_out_as_expired() {
    let mut page = TestPage::with(&[], |engine| engine.renew_grace_s = Some(60));
    page.sign_in();
    page.unload();
    page.sleep(HOUR);
    page.take_events();
    page.load();
    assert_eq!(
        page.take_events(),
        ["ready", "error rejected 1529", "signed-out expired"]
    );
    assert_eq!(
        (page.step(), page.notice()),
        (StepName::Identify, Some(Text::SessionEnded))
    );
    assert_eq!(page.stored.session, None);
    page.sign_in();
}

#[test]
fn restore_without_network_keeps_the_record_and_retries() {
    for network in [
        Network::Unreachable,
        Network::LosesResponses,
        Network::Stalled,
    ] {
        let mut page = TestPage::signed_in_with_life(900);
        let record = page.stored.session.clone();
        page.unload();
        page.sleep(HOUR);
        page.take_events();
        page.network = network;
        page.load();
        page.advance(10 * SECOND);
        assert_eq!(
            (page.stored.session.clone(), page.is_signed_in()),
            (record, false),
            "{network:?}"
        );
        assert!(page.notice().is_some(), "{network:?}");
        assert!(
            !page
                .take_events()
                .contains(&"signed-out expired".to_owned())
        );
        page.network = Network::Working;
        page.advance(20 * SECOND);
        page.wake();
        page.advance(SECOND);
        assert!(page.is_signed_in(), "{network:?}");
        assert_eq!(
            page.take_events().last().map(String::as_str),
            Some("signed-in restored")
        );
    }
}

#[test]
fn customer_may_sign_in_while_a_restore_is_failing() {
    let mut page = TestPage::signed_in_with_life(900);
    page.unload();
    page.sleep(HOUR);
    page.fail_all(Call::Renew, Fault::Unheard);
    page.load();
    page.take_events();
    page.sign_in();
    let events = page.take_events();
    assert_eq!(
        events[events.len() - 3..],
        ["step code", "step signed-in", "signed-in"]
    );
}

#[test]
fn invalid_session_record_is_ignored() {
    let page = TestPage::signed_in_with_life(900);
    let good = page.stored.session.clone().expect("a record");
    let with = |name: &str, to: Value| {
        let mut record: Value = serde_json::from_str(&good).expect("JSON");
        record[name] = to;
        record.to_string()
    };
    let header = json!({ "idv": ["EMAIL|ada@example.org"], "org": "DOCDEMO", "alg": "HS256" });
    let claims =
        json!({ "uid": "7", "exp": 1_760_000_900, "iat": 1_760_000_000, "rol": "MFA_PENDING" });
    let mut records = vec![
        String::new(),
        "null".to_owned(),
        "{}".to_owned(),
        "[".repeat(100_000),
        good[..good.len() - 1].to_owned(),
        with("padding", json!("x".repeat(17_000))),
        with("v", json!(2)),
        with("brand", json!("Bukl")),
        with("value", json!("eve@example.org")),
        with("type", json!("MOBILE")),
        with("token", json!("a.b.c")),
        with(
            "token",
            json!(ae_test_support::fixtures::unsigned_token(&header, &claims)),
        ),
        with("received", json!(-1)),
        with("signedIn", json!("yesterday")),
    ];
    for name in [
        "v", "brand", "type", "value", "token", "received", "signedIn",
    ] {
        records.push(with(name, Value::Null));
    }
    for record in records {
        let mut page = TestPage::new();
        page.unload();
        page.stored.session = Some(record.clone());
        page.load();
        let about = record.chars().take(200).collect::<String>();
        assert!(
            !page.is_signed_in() && page.requests().is_empty(),
            "{about}"
        );
        page.sign_in();
    }
}

#[test]
fn session_record_from_the_future_is_renewed_before_use() {
    let mut page = TestPage::signed_in_with_life(900);
    page.advance(SECOND);
    page.unload();
    page.shift_wall_clock(-3_600_000);
    page.load();
    assert_eq!((page.renewals(), page.is_signed_in()), (1, true));
    page.advance(719 * SECOND);
    assert_eq!(page.renewals(), 1);
}

#[test]
fn wall_clock_set_back_after_a_reload_does_not_delay_renewal() {
    let mut page = TestPage::signed_in_with_life(900);
    page.unload();
    page.sleep(600 * SECOND);
    page.load();
    page.shift_wall_clock(-600_000);
    page.advance(119 * SECOND);
    assert_eq!(page.renewals(), 0);
    page.advance(SECOND);
    assert_eq!(page.renewals(), 1);
}

#[test]
fn changed_storage_attribute_moves_the_records_at_once() {
    let mut page = TestPage::new();
    page.type_text("ada@");
    page.change_settings(|settings| settings.storage = Storage::Memory);
    assert_eq!(page.stored.step, None);
    page.change_settings(|settings| settings.storage = Storage::Tab);
    assert!(page.stored.step.is_some());
    page.sign_in();
    page.change_settings(|settings| settings.storage = Storage::Memory);
    assert_eq!(page.stored.session, None);
    assert!(page.is_signed_in());
    page.change_settings(|settings| settings.storage = Storage::Tab);
    page.reload();
    assert!(page.is_signed_in());
}

// The public session and events -------------------------------------------------------------------------------------------

#[test]
fn public_session_has_exactly_the_documented_fields() {
    let mut page = TestPage::with(&[], |engine| {
        engine.set_lives(90);
        engine.clock_offset_s = 100;
    });
    let user = page.engine.register_customer(ADA, Some("4068291"), false);
    page.sign_in();
    let begun = START_TIME + 100 * SECOND;
    let expected = |issued: u64| {
        format!(
            r#"{{"brand":"DocDemo","userId":"{user}","role":"USER","identifierType":"EMAIL","identifierValue":"ada@example.org","issuedAt":{issued},"expiresAt":{},"signedInAt":{begun},"secondFactor":null}}"#,
            issued + 90 * SECOND
        )
    };
    assert_eq!(page.session_json(), Some(expected(begun)));
    page.advance(72 * SECOND);
    assert_eq!(
        page.session_json(),
        Some(expected(begun + 72 * SECOND)),
        "signedInAt is not changed by a renewal"
    );
    page.reload();
    assert_eq!(page.session_json(), Some(expected(begun + 72 * SECOND)));
}

#[test]
fn events_have_the_documented_details() {
    let mut page = TestPage::with(&[], |engine| engine.set_lives(90));
    page.submit(ADA);
    page.refuse_next(Call::CheckCode, 1506);
    page.submit("123456");
    page.fail_next(Call::CheckCode, Fault::Dropped);
    page.submit("123456");
    page.submit(&page.last_code());
    let first = page.session_json().expect("a session");
    page.advance(72 * SECOND);
    let second = page.session_json().expect("a session");
    page.sign_out();
    let dispatched = page
        .events()
        .iter()
        .map(|(_, event)| event.to_page())
        .collect::<Vec<_>>();
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        dispatched,
        [
            ("ae-ready", format!(r#"{{"version":"{version}"}}"#)),
            (
                "ae-step",
                r#"{"step":"code","previous":"identify"}"#.to_owned()
            ),
            (
                "ae-error",
                r#"{"kind":"rejected","code":1506,"retryable":false,"step":"code","reason":null}"#
                    .to_owned()
            ),
            (
                "ae-error",
                r#"{"kind":"network","code":null,"retryable":true,"step":"code","reason":null}"#
                    .to_owned()
            ),
            (
                "ae-step",
                r#"{"step":"signed-in","previous":"code"}"#.to_owned()
            ),
            (
                "ae-signed-in",
                format!(r#"{{"session":{first},"restored":false}}"#)
            ),
            ("ae-renewed", format!(r#"{{"session":{second}}}"#)),
            (
                "ae-step",
                r#"{"step":"identify","previous":"signed-in"}"#.to_owned()
            ),
            ("ae-signed-out", r#"{"reason":"user"}"#.to_owned()),
        ]
    );
}

#[test]
fn error_event_of_a_session_without_a_form_has_no_step() {
    let event = Event::Error {
        kind: Kind::Network,
        code: None,
        step: None,
        reason: None,
    };
    let (_, detail) = event.to_page();
    assert_eq!(
        detail,
        r#"{"kind":"network","code":null,"retryable":true,"step":null,"reason":null}"#
    );
}

#[test]
fn retryable_kinds_are_those_of_the_interface() {
    use Kind::{
        Configuration, Malformed, Network, RateLimited, Rejected, Server, SignedOut, Storage,
        Timeout, Unavailable,
    };
    for kind in [Network, Timeout, Server, RateLimited] {
        assert!(kind.is_retryable(), "{kind:?}");
    }
    for kind in [
        Configuration,
        Unavailable,
        Rejected,
        Storage,
        Malformed,
        SignedOut,
    ] {
        assert!(!kind.is_retryable(), "{kind:?}");
    }
}

/// Values of a wall clock, many of them extreme.
fn wall_clock_values() -> impl Strategy<Value = u64> {
    prop_oneof![
        any::<u64>(),
        0..100u64,
        u64::MAX - 100..=u64::MAX,
        START_TIME..START_TIME + DAY,
    ]
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(cases)
    }
}
