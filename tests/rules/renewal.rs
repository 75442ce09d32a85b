//! What becomes of a session: renewed in time, through sleep and bad wires, and ended only when it is over.

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

// When ----------------------------------------------------------------------------------------------------------------------

#[test]
fn a_token_is_renewed_once_at_four_fifths_of_its_life() {
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
fn pages_that_sign_in_together_do_not_renew_in_step() {
    for (life, latest, span) in [(900, 720, 30), (3_600, 2_880, 30), (60, 48, 2)] {
        let due = (0..100).map(|seed| {
            let page = TestPage::signed_in_with_seed(seed, life);
            page.next_wake_in().expect("a renewal to come")
        });
        let mut due = due.collect::<Vec<_>>();
        due.sort_unstable();
        let (latest, span) = (latest * SECOND, span * SECOND);
        assert!(due[0] >= latest - span && due[99] <= latest, "{life} s");
        // In each tenth of the span there are some of a hundred, and not most of them.
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
    fn whatever_its_life_a_token_is_renewed_between_receipt_and_end(
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
    fn clocks_that_say_anything_at_all_break_nothing(
        clocks in prop::collection::vec((0..1u64 << 53, moments()), 1..20),
    ) {
        let mut page = TestPage::signed_in_with_life(90);
        let mut most = 0;
        for (mono, wall) in clocks {
            // The monotonic one never goes back, and is a whole number as JavaScript has them.
            most = mono.max(most);
            page.set_clocks(Now { mono: most, wall });
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
    fn however_the_clocks_jump_no_token_is_handed_out_after_its_end(
        jumps in prop::collection::vec((0u64..400, -100_000i64..100_000, any::<bool>(), any::<bool>()), 1..12),
    ) {
        let mut page = TestPage::signed_in_with_life(900);
        let mut received = page.engine_time();
        // The engine cannot be reached, so this one token is all there is.
        page.network = Network::Unreachable;
        let (mut set_back, mut slept) = (false, false);
        for (seconds, jump, sleeps, reloads) in jumps {
            // What was slept through and is then taken off the clock again was seen by nothing on the device either.
            let jump = if slept { jump.max(0) } else { jump };
            page.shift_wall_clock(jump * 1000);
            set_back |= jump < 0;
            slept |= sleeps;
            // A sleep behind a clock that was set back is seen by nothing on the device.
            if sleeps && !set_back {
                page.sleep(seconds * SECOND);
            } else {
                page.advance(seconds * SECOND);
            }
            if reloads {
                if set_back {
                    // A clock set back before another page reads it hides how long ago it was.
                    received = page.engine_time();
                }
                page.reload();
                (set_back, slept) = (false, false);
            }
            let token = page.get_token(0);
            let age = page.engine_time() - received;
            prop_assert!(age <= 900 * SECOND || token.is_err(), "{age} ms after receipt");
        }
    }
}

#[test]
fn a_day_of_renewals_is_one_call_for_each() {
    for life in [90, 900, 10_800] {
        let mut page = TestPage::signed_in_with_life(life);
        page.take_events();
        page.advance(DAY);
        let due = life * SECOND / 5 * 4;
        let expected = usize::try_from(DAY / due).expect("a number");
        assert_eq!(page.renewals(), expected, "{life} s");
        assert_eq!(page.engine.calls(Endpoint::TokenRegenerate), expected);
        assert_eq!(page.take_events(), vec!["renewed"; expected], "{life} s");
        assert!(page.is_signed_in());
    }
}

#[test]
fn a_clock_that_is_a_day_off_changes_nothing() {
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
fn an_engine_whose_clock_is_a_day_off_changes_nothing_either() {
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
fn a_clock_set_forward_costs_one_renewal_and_one_set_back_none() {
    let mut page = TestPage::signed_in_with_life(900);
    page.advance(MINUTE);
    page.shift_wall_clock(3_600_000);
    page.advance(MINUTE);
    assert_eq!(page.renewals(), 1);
    page.shift_wall_clock(-7_200_000);
    page.advance(10 * MINUTE);
    assert_eq!(page.renewals(), 1);
    page.advance(MINUTE);
    assert_eq!(page.renewals(), 2, "by the clock that nobody can set");
    assert!(page.is_signed_in());
}

#[test]
fn a_machine_that_slept_past_the_end_tries_once() {
    let mut page = TestPage::signed_in_with_life(900);
    page.take_events();
    page.sleep(8 * HOUR);
    page.wake();
    page.wake();
    assert_eq!(page.renewals(), 1);
    assert_eq!(page.take_events(), ["renewed"]);
}

#[test]
fn timers_that_ring_once_a_minute_are_early_enough() {
    let mut page = TestPage::signed_in_with_life(900);
    page.timer_granularity = MINUTE;
    for _ in 0..1_440 {
        page.advance(MINUTE);
        assert!(page.get_token(1).is_ok());
    }
    assert!(
        (100..=120).contains(&page.renewals()),
        "each at 720 s or up to a minute later"
    );
}

#[test]
fn without_renewal_in_the_background_a_token_is_renewed_only_when_asked_for() {
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
fn renewal_follows_its_attribute_at_once() {
    let mut page = TestPage::signed_in_with_life(90);
    page.change_settings(|settings| settings.renew = false);
    page.advance(HOUR);
    assert_eq!(page.renewals(), 0);
    page.change_settings(|settings| settings.renew = true);
    page.advance(1);
    assert_eq!(page.renewals(), 1);
}

// Trouble -------------------------------------------------------------------------------------------------------------------

#[test]
fn an_engine_that_is_down_for_an_hour_signs_nobody_out_and_is_not_stormed() {
    for (wire, most) in [
        (Network::Unreachable, 180),
        (Network::Stalled, 150),
        (Network::LosesResponses, 180),
    ] {
        let mut page = TestPage::signed_in_with_life(900);
        page.advance(719 * SECOND);
        page.network = wire;
        page.take_events();
        page.advance(HOUR);
        assert!(page.is_signed_in(), "{wire:?}");
        let asked = page.renewals();
        assert!((50..=most).contains(&asked), "{wire:?}: {asked} calls");
        assert!(page.stored.session.is_some(), "{wire:?}");
        let heard = page.take_events();
        assert!(
            heard.iter().all(|heard| heard.starts_with("error ")),
            "{wire:?}: {heard:?}"
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
fn answers_that_are_none_keep_the_token_while_it_runs_and_after() {
    for (fault, heard) in [
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
            !all.is_empty() && all.iter().all(|one| one == heard),
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
fn a_renewed_token_that_is_not_this_customers_is_never_used_and_the_old_one_stays() {
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
        let heard = page.take_events();
        assert!(
            heard.len() <= 4 && heard.iter().all(|one| one == "error malformed"),
            "{fault}: {heard:?}"
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
fn the_same_token_again_is_kept_without_a_word_while_it_runs_and_is_asked_for_less_and_less() {
    let mut page = TestPage::signed_in_with_life(900);
    let token = page.stored_token().expect("a token");
    page.take_events();
    page.fail_all(Call::Renew, Fault::SameToken);
    page.advance(720 * SECOND);
    assert_eq!(page.renewals(), 1);
    page.advance(179 * SECOND);
    // Three and a rest of a minute, three times.
    assert!((4..=9).contains(&page.renewals()), "{}", page.renewals());
    assert_eq!(page.get_token(1), Ok(token.clone()));
    assert!(page.take_events().is_empty());
    // Once it has ended it is no token.
    page.advance(2 * SECOND);
    page.wake();
    assert_eq!(page.take_events(), ["error malformed"]);
    page.advance(MINUTE);
    let heard = page.take_events();
    assert!(!heard.is_empty() && heard.iter().all(|one| one == "error malformed"));
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
fn the_same_token_again_is_no_answer_for_whom_it_does_not_last() {
    let mut page = TestPage::signed_in_with_life(900);
    page.advance(600 * SECOND);
    page.take_events();
    page.fail_next(Call::Renew, Fault::SameToken);
    page.latency = SECOND;
    let ask = page.request_token(400);
    let lesser = page.request_token(30);
    page.advance(SECOND);
    assert_eq!(page.token_result(ask), Some(Err(Kind::Malformed)));
    assert!(
        page.token_result(lesser)
            .is_some_and(|answer| answer.is_ok())
    );
    assert_eq!(page.take_events(), ["error malformed"]);
    page.advance(MINUTE);
    assert_eq!(page.renewals(), 1, "nobody wants another one any more");
}

#[test]
fn a_renewed_token_of_another_role_is_never_used() {
    for (role, said) in [
        ("VIEW", None),
        ("MFA_PENDING", None),
        ("AUTH", None),
        ("DEFAULT_MFA_ROLE", None),
        ("VIEW", Some("USER")),
        ("USER", Some("MFA_PENDING")),
        ("USER", Some("VIEW")),
    ] {
        let mut page = TestPage::signed_in_with_life(90);
        let token = page.stored_token();
        let header = json!({ "idv": ["EMAIL|ada@example.org"], "org": "DOCDEMO", "alg": "HS256" });
        let user = page.session().expect("a session")["userId"].clone();
        let iat = START_TIME / SECOND + 72;
        let claims = json!({ "uid": user, "exp": iat + 90, "iat": iat, "rol": role });
        let user = said.map(|role| json!({ "role": role }));
        let body = json!({
            "status": { "success": true },
            "auth": { "token": ae_test_support::fixtures::unsigned_token(&header, &claims) },
            "user": user,
        });
        page.take_events();
        page.fail_next(Call::Renew, Fault::Body(body.to_string()));
        page.advance(72 * SECOND);
        assert_eq!(page.take_events(), ["error malformed"], "{role} {said:?}");
        assert_eq!(page.stored_token(), token, "{role} {said:?}");
    }
}

#[test]
fn another_user_number_at_renewal_is_somebody_else() {
    let mut page = TestPage::signed_in_with_life(90);
    let token = page.stored_token();
    let header = json!({ "idv": ["EMAIL|ada@example.org"], "org": "DOCDEMO", "alg": "HS256" });
    let iat = START_TIME / SECOND + 72;
    let claims = json!({ "uid": "9999999", "exp": iat + 90, "iat": iat, "rol": "USER" });
    let body = json!({
        "status": { "success": true },
        "auth": { "token": ae_test_support::fixtures::unsigned_token(&header, &claims) },
    });
    page.fail_next(Call::Renew, Fault::Body(body.to_string()));
    page.advance(72 * SECOND);
    assert_eq!(page.stored_token(), token);
}

#[test]
fn three_tries_then_a_rest_of_a_minute() {
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
fn a_flood_of_wake_signals_never_asks_twice_within_a_second() {
    let mut page = TestPage::signed_in_with_life(900);
    page.network = Network::Unreachable;
    page.advance(720 * SECOND);
    let before = page.renewals();
    for _ in 0..600 {
        page.wake();
        page.wake();
        page.advance(100);
    }
    let asked = page.renewals() - before;
    assert!((30..=60).contains(&asked), "{asked} calls in a minute");
}

#[test]
fn a_wake_signal_cuts_a_rest_short_but_not_a_pause_that_was_demanded() {
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
fn a_network_that_comes_and_goes_every_second_is_used_once() {
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
fn a_clock_that_jumps_while_a_question_is_under_way_changes_neither_question_nor_answer() {
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
fn a_page_that_asks_for_tokens_without_end_does_not_storm_an_engine_that_is_down() {
    let mut page = TestPage::signed_in_with_life(90);
    page.network = Network::Unreachable;
    page.advance(100 * SECOND);
    let before = page.renewals();
    for _ in 0..600 {
        page.request_token(30);
        page.advance(100);
    }
    let asked = page.renewals() - before;
    assert!((10..=61).contains(&asked), "{asked} calls in a minute");
    page.advance(2 * SECOND);
    let last = page.request_token(30);
    page.advance(2 * SECOND);
    assert_eq!(page.token_result(last), Some(Err(Kind::Network)));
}

// The end -------------------------------------------------------------------------------------------------------------------

#[test]
fn what_the_engine_says_to_a_renewal_ends_a_session_or_not() {
    // Whether a running token is given up: never for what may pass, always for what cannot be renewed any more.
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
                "{code}: the next try goes well"
            );
        }
        let asked = page.renewals();
        page.advance(10 * MINUTE);
        assert!(
            !ends || page.renewals() == asked,
            "{code}: and nobody asks again"
        );

        // After its end any refusal is believed.
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
fn a_refusal_without_an_envelope_does_not_end_a_session_that_runs() {
    for fault in [Fault::Status(403), Fault::Status(404), Fault::PlainText400] {
        let mut page = TestPage::signed_in_with_life(900);
        page.fail_next(Call::Renew, fault.clone());
        page.advance(750 * SECOND);
        assert!(page.is_signed_in(), "{fault}");
        assert_eq!(page.renewals(), 2, "{fault}");
    }
}

#[test]
fn signing_out_while_a_renewal_is_under_way_drops_its_answer() {
    let mut page = TestPage::signed_in_with_life(90);
    page.latency = 3 * SECOND;
    page.advance(73 * SECOND);
    assert_eq!(page.renewals(), 1);
    let ask = page.request_token(80);
    page.take_events();
    page.sign_out();
    assert_eq!(page.token_result(ask), Some(Err(Kind::SignedOut)));
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
fn an_answer_to_the_session_before_does_not_touch_the_next_one() {
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
fn an_answer_to_the_session_before_is_not_taken_for_one_to_the_next() {
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
    let ask = page.request_token(20);
    assert_eq!(page.renewals(), 2);
    page.advance(5 * SECOND);
    assert_eq!((page.stored_token(), page.token_result(ask)), (token, None));
    page.advance(4 * SECOND);
    assert!(page.token_result(ask).is_some_and(|answer| answer.is_ok()));
}

#[test]
fn signing_out_works_without_a_wire() {
    let mut page = TestPage::signed_in_with_life(90);
    page.network = Network::Unreachable;
    page.press(Action::SignOut);
    assert!(!page.is_signed_in() && page.stored.session.is_none());
    page.reload();
    assert!(!page.is_signed_in());
}

// Tokens for the page -------------------------------------------------------------------------------------------------------

#[test]
fn a_token_that_is_good_long_enough_is_given_at_once() {
    let mut page = TestPage::signed_in_with_life(900);
    let token = page.stored_token().expect("a token");
    assert_eq!(page.get_token(30), Ok(token.clone()));
    page.advance(600 * SECOND);
    assert_eq!(page.get_token(300), Ok(token));
    assert_eq!(page.renewals(), 0);
}

#[test]
fn a_token_that_is_not_good_long_enough_is_renewed_first() {
    let mut page = TestPage::signed_in_with_life(900);
    let old = page.stored_token().expect("a token");
    page.advance(600 * SECOND);
    let new = page.get_token(301).expect("a token");
    assert_ne!(old, new);
    assert_eq!(page.stored_token(), Some(new));
    assert_eq!(page.renewals(), 1);
}

#[test]
fn more_than_a_token_lives_counts_as_four_fifths_of_its_life() {
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
fn who_asks_together_shares_one_renewal() {
    let mut page = TestPage::signed_in_with_life(90);
    page.latency = SECOND;
    page.advance(40 * SECOND);
    let asks = [30, 60, 70].map(|seconds| page.request_token(seconds));
    assert!(page.token_result(asks[0]).is_some(), "good enough as it is");
    assert_eq!(page.token_result(asks[1]), None);
    page.advance(SECOND);
    assert_eq!(page.renewals(), 1);
    assert_eq!(page.token_result(asks[1]), page.token_result(asks[2]));
    assert_eq!(
        page.token_result(asks[1]).and_then(Result::ok),
        page.stored_token()
    );
}

#[test]
fn who_cannot_be_served_hears_why_and_the_session_stays() {
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
        let asks = [60, 51].map(|seconds| page.request_token(seconds));
        page.advance(10 * SECOND);
        assert_eq!(page.renewals(), 1, "{fault}");
        for ask in asks {
            assert_eq!(page.token_result(ask), Some(Err(kind)), "{fault}");
        }
        assert!(page.is_signed_in(), "{fault}");
        let short = page.get_token(10);
        assert!(short.is_ok(), "{fault}: what is there is still good");
    }
}

#[test]
fn a_pause_that_the_engine_demanded_is_not_asked_away() {
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
fn nobody_gets_a_token_before_a_login() {
    let mut page = TestPage::new();
    assert_eq!(page.get_token(0), Err(Kind::SignedOut));
    assert_eq!(page.requests().len(), 0);
}

#[test]
fn who_asked_is_answered_when_everybody_leaves() {
    let mut page = TestPage::signed_in_with_life(90);
    page.latency = 3 * SECOND;
    page.advance(40 * SECOND);
    let ask = page.request_token(60);
    assert_eq!(page.token_result(ask), None);
    page.detach(FORM);
    assert_eq!(page.token_result(ask), Some(Err(Kind::Unavailable)));
    assert_eq!((page.cancelled_requests(), page.pending_requests()), (1, 0));
    page.advance(10 * MINUTE);
    assert_eq!(page.renewals(), 1, "where nobody is, nothing is asked");
    let back = page.attach(true);
    page.advance(1);
    assert_eq!(page.view_of(back).step, StepName::SignedIn);
    assert_eq!(
        page.renewals(),
        2,
        "and whoever comes back finds it going on"
    );
}

// Reloads -------------------------------------------------------------------------------------------------------------------

#[test]
fn a_reload_takes_up_a_fresh_session_without_a_call() {
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
    assert_eq!(page.renewals(), 0, "counted from receipt");
    page.advance(1);
    assert_eq!(page.renewals(), 1);
}

#[test]
fn a_reload_when_a_renewal_is_due_takes_one_call() {
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
fn a_page_that_comes_back_after_the_end_asks_before_anybody_hears_of_a_session() {
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
        "nobody logs in meanwhile"
    );
    assert_eq!(page.take_events(), ["ready"]);
    page.advance(SECOND);
    assert_eq!(page.take_events(), ["step signed-in", "signed-in restored"]);
    assert_eq!(page.renewals(), 1);
}

#[test]
fn a_page_that_comes_back_to_a_refusal_is_signed_out_with_the_reason() {
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
fn bad_network_when_a_page_comes_back_keeps_the_record_and_tries_again() {
    for wire in [
        Network::Unreachable,
        Network::LosesResponses,
        Network::Stalled,
    ] {
        let mut page = TestPage::signed_in_with_life(900);
        let record = page.stored.session.clone();
        page.unload();
        page.sleep(HOUR);
        page.take_events();
        page.network = wire;
        page.load();
        page.advance(10 * SECOND);
        assert_eq!(
            (page.stored.session.clone(), page.is_signed_in()),
            (record, false),
            "{wire:?}"
        );
        assert!(page.notice().is_some(), "{wire:?}");
        assert!(
            !page
                .take_events()
                .contains(&"signed-out expired".to_owned())
        );
        page.network = Network::Working;
        page.advance(20 * SECOND);
        page.wake();
        page.advance(SECOND);
        assert!(page.is_signed_in(), "{wire:?}");
        assert_eq!(
            page.take_events().last().map(String::as_str),
            Some("signed-in restored")
        );
    }
}

#[test]
fn whoever_cannot_wait_for_an_old_session_may_log_in_anew() {
    let mut page = TestPage::signed_in_with_life(900);
    page.unload();
    page.sleep(HOUR);
    page.fail_all(Call::Renew, Fault::Unheard);
    page.load();
    page.take_events();
    page.sign_in();
    let heard = page.take_events();
    assert_eq!(
        heard[heard.len() - 3..],
        ["step code", "step signed-in", "signed-in"]
    );
}

#[test]
fn a_record_that_is_not_ours_is_no_session() {
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
fn a_record_from_the_future_is_not_believed_without_asking() {
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
fn a_clock_set_back_after_a_reload_does_not_make_a_token_live_longer() {
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
fn what_is_kept_moves_as_soon_as_the_page_says_where() {
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

// What the page is told -------------------------------------------------------------------------------------------------

#[test]
fn a_session_is_these_fields_and_no_others() {
    let mut page = TestPage::with(&[], |engine| {
        engine.set_lives(90);
        engine.clock_offset_s = 100;
    });
    let user = page.engine.register(ADA, Some("4068291"), false);
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
        "a renewal is no login"
    );
    page.reload();
    assert_eq!(page.session_json(), Some(expected(begun + 72 * SECOND)));
}

#[test]
fn events_say_what_the_interface_promises() {
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
    let told = page
        .events()
        .iter()
        .map(|(_, event)| event.to_page())
        .collect::<Vec<_>>();
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        told,
        [
            ("ae-ready", format!(r#"{{"version":"{version}"}}"#)),
            (
                "ae-step",
                r#"{"step":"code","previous":"identify"}"#.to_owned()
            ),
            (
                "ae-error",
                r#"{"kind":"rejected","code":1506,"retryable":false,"step":"code"}"#.to_owned()
            ),
            (
                "ae-error",
                r#"{"kind":"network","code":null,"retryable":true,"step":"code"}"#.to_owned()
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
fn an_error_of_a_session_without_a_form_names_no_step() {
    let event = Event::Error {
        kind: Kind::Network,
        code: None,
        step: None,
    };
    let (_, detail) = event.to_page();
    assert_eq!(
        detail,
        r#"{"kind":"network","code":null,"retryable":true,"step":null}"#
    );
}

#[test]
fn what_is_retryable_is_what_the_interface_says() {
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

/// Moments of a clock, mostly at its edges.
fn moments() -> impl Strategy<Value = u64> {
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
