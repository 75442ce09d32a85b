//! What becomes of a session: renewed in time, through sleep and bad wires, and ended only when it is over.
#![cfg(not(target_arch = "wasm32"))]

mod pair;

use ae_engine::{Endpoint, Fault};
use ae_login::login::Event;
use ae_login::login::config::Storage;
use ae_login::login::problem::Kind;
use ae_login::login::text::Text;
use ae_login::login::time::Now;
use ae_login::login::view::{Action, StepName};
use ae_login::login::wire::Call;
use pair::{ADA, BEGINNING, DAY, FORM, HOUR, MINUTE, Pair, SECOND, Wire};
use proptest::prelude::*;
use serde_json::{Value, json};

// When ----------------------------------------------------------------------------------------------------------------------

#[test]
fn a_token_is_renewed_once_at_four_fifths_of_its_life() {
    for life in [2, 30, 50, 51, 90, 900, 3_600, 10_800] {
        let mut pair = Pair::signed_in_for(life);
        pair.heard();
        let due = life * SECOND / 5 * 4;
        pair.pass(due - 1);
        assert_eq!(pair.renewals(), 0, "{life} s");
        let old = pair.kept_token();
        pair.pass(1);
        assert_eq!(pair.renewals(), 1, "{life} s");
        assert_eq!(pair.heard(), ["renewed"], "{life} s");
        assert_ne!(pair.kept_token(), old, "{life} s");
        if life > 50 {
            assert!(due <= life * SECOND - 10 * SECOND, "{life} s");
        }
        pair.pass(due - 1);
        assert_eq!(pair.renewals(), 1, "{life} s");
    }
}

#[test]
fn pages_that_sign_in_together_do_not_renew_in_step() {
    for (life, latest, span) in [(900, 720, 30), (3_600, 2_880, 30), (60, 48, 2)] {
        let due = (0..100).map(|seed| {
            let pair = Pair::signed_in_by_chance(seed, life);
            pair.wakes_in().expect("a renewal to come")
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
        let mut pair = Pair::signed_in_by_chance(seed, life);
        let wakes = pair.wakes_in().expect("a renewal to come");
        let end = life.min(DAY / SECOND) * SECOND;
        let latest = end / 5 * 4;
        prop_assert!(wakes <= latest && wakes >= latest - (end / 30).min(30 * SECOND));
        prop_assert!(wakes > 0 && wakes < end);
        if life > 50 {
            prop_assert!(wakes <= end - 10 * SECOND);
        }
        pair.pass(wakes);
        prop_assert_eq!(pair.renewals(), 1);
        prop_assert!(pair.is_signed_in());
    }

    #[test]
    fn clocks_that_say_anything_at_all_break_nothing(
        clocks in prop::collection::vec((0..1u64 << 53, moments()), 1..20),
    ) {
        let mut pair = Pair::signed_in_for(90);
        let mut most = 0;
        for (mono, wall) in clocks {
            // The monotonic one never goes back, and is a whole number as JavaScript has them.
            most = mono.max(most);
            pair.set_clocks(Now { mono: most, wall });
            pair.wakes();
            if pair.step() == StepName::SignedIn {
                pair.asks_for_token(u64::MAX / SECOND);
            } else {
                pair.restarts();
                pair.submits(ADA);
                let code = pair.code_sent();
                pair.submits(&code);
            }
        }
    }

    #[test]
    fn however_the_clocks_jump_no_token_is_handed_out_after_its_end(
        jumps in prop::collection::vec((0u64..400, -100_000i64..100_000, any::<bool>(), any::<bool>()), 1..12),
    ) {
        let mut pair = Pair::signed_in_for(900);
        let mut received = pair.real();
        // The engine cannot be reached, so this one token is all there is.
        pair.wire = Wire::Cut;
        let (mut set_back, mut slept) = (false, false);
        for (seconds, jump, sleeps, reloads) in jumps {
            // What was slept through and is then taken off the clock again was seen by nothing on the device either.
            let jump = if slept { jump.max(0) } else { jump };
            pair.set_wall(jump * 1000);
            set_back |= jump < 0;
            slept |= sleeps;
            // A sleep behind a clock that was set back is seen by nothing on the device.
            if sleeps && !set_back {
                pair.sleep(seconds * SECOND);
            } else {
                pair.pass(seconds * SECOND);
            }
            if reloads {
                if set_back {
                    // A clock set back before another page reads it hides how long ago it was.
                    received = pair.real();
                }
                pair.reload();
                (set_back, slept) = (false, false);
            }
            let token = pair.gets_token(0);
            let age = pair.real() - received;
            prop_assert!(age <= 900 * SECOND || token.is_err(), "{age} ms after receipt");
        }
    }
}

#[test]
fn a_day_of_renewals_is_one_call_for_each() {
    for life in [90, 900, 10_800] {
        let mut pair = Pair::signed_in_for(life);
        pair.heard();
        pair.pass(DAY);
        let due = life * SECOND / 5 * 4;
        let expected = usize::try_from(DAY / due).expect("a number");
        assert_eq!(pair.renewals(), expected, "{life} s");
        assert_eq!(pair.engine.calls(Endpoint::TokenRegenerate), expected);
        assert_eq!(pair.heard(), vec!["renewed"; expected], "{life} s");
        assert!(pair.is_signed_in());
    }
}

#[test]
fn a_clock_that_is_a_day_off_changes_nothing() {
    let day = i64::try_from(DAY).expect("a number");
    for off in [-day, day] {
        let mut pair = Pair::with(&[], |engine| engine.set_lives(90));
        pair.set_wall(off);
        pair.signs_in();
        pair.pass(71_999);
        assert_eq!(pair.renewals(), 0, "{off}");
        pair.pass(10 * MINUTE);
        assert_eq!(pair.renewals(), 9, "{off}");
        assert!(pair.is_signed_in());
    }
}

#[test]
fn an_engine_whose_clock_is_a_day_off_changes_nothing_either() {
    for off in [-86_400, 86_400] {
        let mut pair = Pair::with(&[], |engine| {
            engine.set_lives(90);
            engine.clock_offset_s = off;
        });
        pair.signs_in();
        pair.pass(HOUR);
        assert_eq!(pair.renewals(), 50, "{off}");
    }
}

#[test]
fn a_clock_set_forward_costs_one_renewal_and_one_set_back_none() {
    let mut pair = Pair::signed_in_for(900);
    pair.pass(MINUTE);
    pair.set_wall(3_600_000);
    pair.pass(MINUTE);
    assert_eq!(pair.renewals(), 1);
    pair.set_wall(-7_200_000);
    pair.pass(10 * MINUTE);
    assert_eq!(pair.renewals(), 1);
    pair.pass(MINUTE);
    assert_eq!(pair.renewals(), 2, "by the clock that nobody can set");
    assert!(pair.is_signed_in());
}

#[test]
fn a_machine_that_slept_past_the_end_tries_once() {
    let mut pair = Pair::signed_in_for(900);
    pair.heard();
    pair.sleep(8 * HOUR);
    pair.wakes();
    pair.wakes();
    assert_eq!(pair.renewals(), 1);
    assert_eq!(pair.heard(), ["renewed"]);
}

#[test]
fn timers_that_ring_once_a_minute_are_early_enough() {
    let mut pair = Pair::signed_in_for(900);
    pair.lazy_timers = MINUTE;
    for _ in 0..1_440 {
        pair.pass(MINUTE);
        assert!(pair.gets_token(1).is_ok());
    }
    assert!(
        (100..=120).contains(&pair.renewals()),
        "each at 720 s or up to a minute later"
    );
}

#[test]
fn without_renewal_in_the_background_a_token_is_renewed_only_when_asked_for() {
    let mut pair = Pair::with(&[("no-renew", "")], |engine| engine.set_lives(90));
    pair.signs_in();
    pair.pass(HOUR);
    pair.wakes();
    assert_eq!((pair.renewals(), pair.wakes_in()), (0, None));
    assert!(pair.gets_token(30).is_ok());
    assert_eq!(pair.renewals(), 1);
    pair.pass(HOUR);
    pair.reload();
    assert!(pair.is_signed_in());
    assert_eq!(pair.renewals(), 1);
}

#[test]
fn renewal_follows_its_attribute_at_once() {
    let mut pair = Pair::signed_in_for(90);
    pair.settles(|settings| settings.renew = false);
    pair.pass(HOUR);
    assert_eq!(pair.renewals(), 0);
    pair.settles(|settings| settings.renew = true);
    pair.pass(1);
    assert_eq!(pair.renewals(), 1);
}

// Trouble -------------------------------------------------------------------------------------------------------------------

#[test]
fn an_engine_that_is_down_for_an_hour_signs_nobody_out_and_is_not_stormed() {
    for (wire, most) in [
        (Wire::Cut, 180),
        (Wire::Silent, 150),
        (Wire::LosesAnswers, 180),
    ] {
        let mut pair = Pair::signed_in_for(900);
        pair.pass(719 * SECOND);
        pair.wire = wire;
        pair.heard();
        pair.pass(HOUR);
        assert!(pair.is_signed_in(), "{wire:?}");
        let asked = pair.renewals();
        assert!((50..=most).contains(&asked), "{wire:?}: {asked} calls");
        assert!(pair.tab.session.is_some(), "{wire:?}");
        let heard = pair.heard();
        assert!(
            heard.iter().all(|heard| heard.starts_with("error ")),
            "{wire:?}: {heard:?}"
        );
        pair.wire = Wire::Whole;
        pair.pass(61 * SECOND);
        assert_eq!(pair.heard().last().map(String::as_str), Some("renewed"));
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
        let mut pair = Pair::signed_in_for(90);
        let token = pair.kept_token();
        pair.heard();
        pair.spoil_all(Call::Renew, fault.clone());
        pair.pass(5 * MINUTE);
        let all = pair.heard();
        assert!(
            !all.is_empty() && all.iter().all(|one| one == heard),
            "{fault}: {all:?}"
        );
        assert_eq!(
            (pair.kept_token(), pair.is_signed_in()),
            (token, true),
            "{fault}"
        );
        pair.engine.clear_faults();
        pair.pass(61 * SECOND);
        assert_eq!(pair.heard(), ["renewed"], "{fault}");
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
        let mut pair = Pair::signed_in_for(90);
        let token = pair.kept_token();
        pair.heard();
        pair.spoil_all(Call::Renew, fault.clone());
        pair.pass(80 * SECOND);
        let heard = pair.heard();
        assert!(
            heard.len() <= 4 && heard.iter().all(|one| one == "error malformed"),
            "{fault}: {heard:?}"
        );
        assert_eq!(pair.kept_token(), token, "{fault}");
        assert_eq!(
            pair.gets_token(0),
            Ok(token.clone().expect("a token")),
            "{fault}"
        );
        pair.engine.clear_faults();
        pair.pass(MINUTE);
        assert_eq!(pair.heard(), ["renewed"], "{fault}");
    }
}

#[test]
fn the_same_token_again_is_kept_without_a_word_while_it_runs_and_is_asked_for_less_and_less() {
    let mut pair = Pair::signed_in_for(900);
    let token = pair.kept_token().expect("a token");
    pair.heard();
    pair.spoil_all(Call::Renew, Fault::SameToken);
    pair.pass(720 * SECOND);
    assert_eq!(pair.renewals(), 1);
    pair.pass(179 * SECOND);
    // Three and a rest of a minute, three times.
    assert!((4..=9).contains(&pair.renewals()), "{}", pair.renewals());
    assert_eq!(pair.gets_token(1), Ok(token.clone()));
    assert!(pair.heard().is_empty());
    // Once it has ended it is no token.
    pair.pass(2 * SECOND);
    pair.wakes();
    assert_eq!(pair.heard(), ["error malformed"]);
    pair.pass(MINUTE);
    let heard = pair.heard();
    assert!(!heard.is_empty() && heard.iter().all(|one| one == "error malformed"));
    assert_eq!(pair.gets_token(0), Err(Kind::Malformed));
    pair.heard();
    assert_eq!(
        (pair.is_signed_in(), pair.kept_token()),
        (true, Some(token))
    );
    pair.engine.clear_faults();
    pair.pass(MINUTE + 2 * SECOND);
    assert_eq!(pair.heard(), ["renewed"]);
}

#[test]
fn the_same_token_again_is_no_answer_for_whom_it_does_not_last() {
    let mut pair = Pair::signed_in_for(900);
    pair.pass(600 * SECOND);
    pair.heard();
    pair.spoil(Call::Renew, Fault::SameToken);
    pair.slow = SECOND;
    let ask = pair.asks_for_token(400);
    let lesser = pair.asks_for_token(30);
    pair.pass(SECOND);
    assert_eq!(pair.token_for(ask), Some(Err(Kind::Malformed)));
    assert!(pair.token_for(lesser).is_some_and(|answer| answer.is_ok()));
    assert_eq!(pair.heard(), ["error malformed"]);
    pair.pass(MINUTE);
    assert_eq!(pair.renewals(), 1, "nobody wants another one any more");
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
        let mut pair = Pair::signed_in_for(90);
        let token = pair.kept_token();
        let header = json!({ "idv": ["EMAIL|ada@example.org"], "org": "DOCDEMO", "alg": "HS256" });
        let user = pair.session().expect("a session")["userId"].clone();
        let iat = BEGINNING / SECOND + 72;
        let claims = json!({ "uid": user, "exp": iat + 90, "iat": iat, "rol": role });
        let user = said.map(|role| json!({ "role": role }));
        let body = json!({
            "status": { "success": true },
            "auth": { "token": pair::world::token(&header, &claims) },
            "user": user,
        });
        pair.heard();
        pair.spoil(Call::Renew, Fault::Body(body.to_string()));
        pair.pass(72 * SECOND);
        assert_eq!(pair.heard(), ["error malformed"], "{role} {said:?}");
        assert_eq!(pair.kept_token(), token, "{role} {said:?}");
    }
}

#[test]
fn another_user_number_at_renewal_is_somebody_else() {
    let mut pair = Pair::signed_in_for(90);
    let token = pair.kept_token();
    let header = json!({ "idv": ["EMAIL|ada@example.org"], "org": "DOCDEMO", "alg": "HS256" });
    let iat = BEGINNING / SECOND + 72;
    let claims = json!({ "uid": "9999999", "exp": iat + 90, "iat": iat, "rol": "USER" });
    let body = json!({
        "status": { "success": true },
        "auth": { "token": pair::world::token(&header, &claims) },
    });
    pair.spoil(Call::Renew, Fault::Body(body.to_string()));
    pair.pass(72 * SECOND);
    assert_eq!(pair.kept_token(), token);
}

#[test]
fn three_tries_then_a_rest_of_a_minute() {
    let mut pair = Pair::signed_in_for(900);
    pair.wire = Wire::Cut;
    pair.pass(720 * SECOND);
    assert_eq!(pair.renewals(), 1);
    pair.pass(10 * SECOND);
    assert_eq!(pair.renewals(), 3);
    pair.pass(50 * SECOND);
    assert_eq!(pair.renewals(), 3);
    pair.pass(15 * SECOND);
    assert!(pair.renewals() > 3);
}

#[test]
fn a_flood_of_wake_signals_never_asks_twice_within_a_second() {
    let mut pair = Pair::signed_in_for(900);
    pair.wire = Wire::Cut;
    pair.pass(720 * SECOND);
    let before = pair.renewals();
    for _ in 0..600 {
        pair.wakes();
        pair.wakes();
        pair.pass(100);
    }
    let asked = pair.renewals() - before;
    assert!((30..=60).contains(&asked), "{asked} calls in a minute");
}

#[test]
fn a_wake_signal_cuts_a_rest_short_but_not_a_pause_that_was_demanded() {
    let mut pair = Pair::signed_in_for(900);
    pair.wire = Wire::Cut;
    pair.pass(740 * SECOND);
    let resting = pair.renewals();
    pair.pass(5 * SECOND);
    assert_eq!(pair.renewals(), resting);
    pair.wire = Wire::Whole;
    pair.wakes();
    assert_eq!(pair.renewals(), resting + 1);

    let mut pair = Pair::signed_in_for(900);
    let retry_after = Some("120".to_owned());
    pair.spoil(Call::Renew, Fault::TooMany { retry_after });
    pair.pass(720 * SECOND);
    assert_eq!(pair.renewals(), 1);
    for _ in 0..119 {
        pair.pass(SECOND);
        pair.wakes();
    }
    assert_eq!(pair.renewals(), 1);
    pair.pass(SECOND);
    assert_eq!(pair.renewals(), 2);
}

#[test]
fn a_network_that_comes_and_goes_every_second_is_used_once() {
    let mut pair = Pair::signed_in_for(900);
    pair.pass(719 * SECOND);
    for second in 0..60 {
        pair.wire = if second % 2 == 0 {
            Wire::Cut
        } else {
            Wire::Whole
        };
        pair.wakes();
        pair.pass(SECOND);
    }
    assert!(pair.renewals() <= 3, "{}", pair.renewals());
    assert!(pair.is_signed_in());
    assert_eq!(pair.heard().last().map(String::as_str), Some("renewed"));
}

#[test]
fn a_clock_that_jumps_while_a_question_is_under_way_changes_neither_question_nor_answer() {
    for jump in [-86_400_000, -3_600_000, 3_600_000] {
        let mut pair = Pair::signed_in_for(900);
        pair.slow = 9 * SECOND;
        pair.pass(720 * SECOND);
        assert_eq!(pair.renewals(), 1, "{jump}");
        pair.set_wall(jump);
        pair.heard();
        pair.pass(9 * SECOND);
        assert_eq!(pair.heard(), ["renewed"], "{jump}");
        pair.pass(719 * SECOND);
        assert_eq!(pair.renewals(), 1, "{jump}");
        pair.pass(SECOND);
        assert_eq!(pair.renewals(), 2, "{jump}");

        let mut pair = Pair::signed_in_for(900);
        pair.wire = Wire::Silent;
        pair.pass(720 * SECOND);
        pair.set_wall(jump);
        pair.heard();
        pair.pass(10 * SECOND);
        assert_eq!(pair.heard(), ["error timeout"], "{jump}");
    }
}

#[test]
fn a_page_that_asks_for_tokens_without_end_does_not_storm_an_engine_that_is_down() {
    let mut pair = Pair::signed_in_for(90);
    pair.wire = Wire::Cut;
    pair.pass(100 * SECOND);
    let before = pair.renewals();
    for _ in 0..600 {
        pair.asks_for_token(30);
        pair.pass(100);
    }
    let asked = pair.renewals() - before;
    assert!((10..=61).contains(&asked), "{asked} calls in a minute");
    pair.pass(2 * SECOND);
    let last = pair.asks_for_token(30);
    pair.pass(2 * SECOND);
    assert_eq!(pair.token_for(last), Some(Err(Kind::Network)));
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
        let mut pair = Pair::signed_in_for(900);
        pair.heard();
        pair.refuse(Call::Renew, code);
        pair.pass(720 * SECOND);
        let error = format!("error {kind} {code}");
        if ends {
            assert_eq!(
                pair.heard(),
                [&error, "step identify", "signed-out refused"],
                "{code}"
            );
            assert_eq!(
                (pair.is_signed_in(), pair.tab.session.as_ref()),
                (false, None),
                "{code}"
            );
            assert_eq!(
                (pair.field().as_str(), pair.notice()),
                (ADA, Some(Text::SessionEnded))
            );
            assert_eq!(pair.gets_token(0), Err(Kind::SignedOut), "{code}");
        } else {
            assert_eq!(pair.heard(), [error], "{code}");
            pair.pass(5 * SECOND);
            assert_eq!(pair.heard(), ["renewed"], "{code}: the next try goes well");
        }
        let asked = pair.renewals();
        pair.pass(10 * MINUTE);
        assert!(
            !ends || pair.renewals() == asked,
            "{code}: and nobody asks again"
        );

        // After its end any refusal is believed.
        let mut pair = Pair::signed_in_for(900);
        pair.heard();
        pair.refuse(Call::Renew, code);
        pair.sleep(HOUR);
        pair.wakes();
        let error = format!("error {kind} {code}");
        assert_eq!(
            pair.heard(),
            [&error, "step identify", "signed-out expired"],
            "{code}"
        );
    }
}

#[test]
fn a_refusal_without_an_envelope_does_not_end_a_session_that_runs() {
    for fault in [Fault::Status(403), Fault::Status(404), Fault::PlainText400] {
        let mut pair = Pair::signed_in_for(900);
        pair.spoil(Call::Renew, fault.clone());
        pair.pass(750 * SECOND);
        assert!(pair.is_signed_in(), "{fault}");
        assert_eq!(pair.renewals(), 2, "{fault}");
    }
}

#[test]
fn signing_out_while_a_renewal_is_under_way_drops_its_answer() {
    let mut pair = Pair::signed_in_for(90);
    pair.slow = 3 * SECOND;
    pair.pass(73 * SECOND);
    assert_eq!(pair.renewals(), 1);
    let ask = pair.asks_for_token(80);
    pair.heard();
    pair.signs_out();
    assert_eq!(pair.token_for(ask), Some(Err(Kind::SignedOut)));
    assert_eq!((pair.tab.session.as_ref(), pair.cancelled()), (None, 1));
    pair.pass(MINUTE);
    assert_eq!(pair.heard(), ["step identify", "signed-out user"]);
    assert!(!pair.is_signed_in() && pair.tab.session.is_none());
    assert_eq!(pair.renewals(), 1);
}

#[test]
fn an_answer_to_the_session_before_does_not_touch_the_next_one() {
    let mut pair = Pair::signed_in_for(90);
    pair.slow = 9 * SECOND;
    pair.pass(73 * SECOND);
    pair.signs_out();
    pair.slow = 0;
    pair.signs_in();
    let token = pair.kept_token();
    pair.heard();
    pair.pass(MINUTE);
    assert_eq!((pair.kept_token(), pair.heard().is_empty()), (token, true));
}

#[test]
fn an_answer_to_the_session_before_is_not_taken_for_one_to_the_next() {
    let mut pair = Pair::signed_in_for(20);
    pair.slow = 9 * SECOND;
    pair.pass(16 * SECOND);
    assert_eq!(pair.renewals(), 1);
    pair.signs_out();
    pair.slow = 0;
    pair.signs_in();
    let token = pair.kept_token();
    pair.slow = 9 * SECOND;
    pair.pass(5 * SECOND);
    let ask = pair.asks_for_token(20);
    assert_eq!(pair.renewals(), 2);
    pair.pass(5 * SECOND);
    assert_eq!((pair.kept_token(), pair.token_for(ask)), (token, None));
    pair.pass(4 * SECOND);
    assert!(pair.token_for(ask).is_some_and(|answer| answer.is_ok()));
}

#[test]
fn signing_out_works_without_a_wire() {
    let mut pair = Pair::signed_in_for(90);
    pair.wire = Wire::Cut;
    pair.presses(Action::SignOut);
    assert!(!pair.is_signed_in() && pair.tab.session.is_none());
    pair.reload();
    assert!(!pair.is_signed_in());
}

// Tokens for the page -------------------------------------------------------------------------------------------------------

#[test]
fn a_token_that_is_good_long_enough_is_given_at_once() {
    let mut pair = Pair::signed_in_for(900);
    let token = pair.kept_token().expect("a token");
    assert_eq!(pair.gets_token(30), Ok(token.clone()));
    pair.pass(600 * SECOND);
    assert_eq!(pair.gets_token(300), Ok(token));
    assert_eq!(pair.renewals(), 0);
}

#[test]
fn a_token_that_is_not_good_long_enough_is_renewed_first() {
    let mut pair = Pair::signed_in_for(900);
    let old = pair.kept_token().expect("a token");
    pair.pass(600 * SECOND);
    let new = pair.gets_token(301).expect("a token");
    assert_ne!(old, new);
    assert_eq!(pair.kept_token(), Some(new));
    assert_eq!(pair.renewals(), 1);
}

#[test]
fn more_than_a_token_lives_counts_as_four_fifths_of_its_life() {
    let mut pair = Pair::signed_in_for(90);
    assert!(pair.gets_token(u64::MAX / SECOND).is_ok());
    assert_eq!(pair.renewals(), 0);
    pair.pass(18 * SECOND);
    assert!(pair.gets_token(3_600).is_ok());
    assert_eq!(pair.renewals(), 0);
    pair.pass(1);
    assert!(pair.gets_token(3_600).is_ok());
    assert_eq!(pair.renewals(), 1);
}

#[test]
fn who_asks_together_shares_one_renewal() {
    let mut pair = Pair::signed_in_for(90);
    pair.slow = SECOND;
    pair.pass(40 * SECOND);
    let asks = [30, 60, 70].map(|seconds| pair.asks_for_token(seconds));
    assert!(pair.token_for(asks[0]).is_some(), "good enough as it is");
    assert_eq!(pair.token_for(asks[1]), None);
    pair.pass(SECOND);
    assert_eq!(pair.renewals(), 1);
    assert_eq!(pair.token_for(asks[1]), pair.token_for(asks[2]));
    assert_eq!(
        pair.token_for(asks[1]).and_then(Result::ok),
        pair.kept_token()
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
        let mut pair = Pair::signed_in_for(90);
        pair.pass(40 * SECOND);
        pair.spoil(Call::Renew, fault.clone());
        pair.slow = SECOND;
        let asks = [60, 51].map(|seconds| pair.asks_for_token(seconds));
        pair.pass(10 * SECOND);
        assert_eq!(pair.renewals(), 1, "{fault}");
        for ask in asks {
            assert_eq!(pair.token_for(ask), Some(Err(kind)), "{fault}");
        }
        assert!(pair.is_signed_in(), "{fault}");
        let short = pair.gets_token(10);
        assert!(short.is_ok(), "{fault}: what is there is still good");
    }
}

#[test]
fn a_pause_that_the_engine_demanded_is_not_asked_away() {
    let mut pair = Pair::signed_in_for(90);
    let retry_after = Some("20".to_owned());
    pair.spoil(Call::Renew, Fault::TooMany { retry_after });
    pair.pass(40 * SECOND);
    assert_eq!(pair.gets_token(60), Err(Kind::RateLimited));
    for _ in 0..19 {
        pair.pass(SECOND);
        assert_eq!(pair.gets_token(60), Err(Kind::RateLimited));
    }
    assert_eq!(pair.renewals(), 1);
    pair.pass(SECOND);
    assert!(pair.gets_token(60).is_ok());
}

#[test]
fn nobody_gets_a_token_before_a_login() {
    let mut pair = Pair::new();
    assert_eq!(pair.gets_token(0), Err(Kind::SignedOut));
    assert_eq!(pair.sent().len(), 0);
}

#[test]
fn who_asked_is_answered_when_everybody_leaves() {
    let mut pair = Pair::signed_in_for(90);
    pair.slow = 3 * SECOND;
    pair.pass(40 * SECOND);
    let ask = pair.asks_for_token(60);
    assert_eq!(pair.token_for(ask), None);
    pair.leaves(FORM);
    assert_eq!(pair.token_for(ask), Some(Err(Kind::Unavailable)));
    assert_eq!((pair.cancelled(), pair.in_flight()), (1, 0));
    pair.pass(10 * MINUTE);
    assert_eq!(pair.renewals(), 1, "where nobody is, nothing is asked");
    let back = pair.joins(true);
    pair.pass(1);
    assert_eq!(pair.sees_in(back).step, StepName::SignedIn);
    assert_eq!(
        pair.renewals(),
        2,
        "and whoever comes back finds it going on"
    );
}

// Reloads -------------------------------------------------------------------------------------------------------------------

#[test]
fn a_reload_takes_up_a_fresh_session_without_a_call() {
    let mut pair = Pair::signed_in_for(900);
    let session = pair.session();
    pair.pass(5 * MINUTE);
    pair.heard();
    pair.reload();
    assert_eq!(pair.heard(), ["ready", "step signed-in", "signed-in again"]);
    assert_eq!((pair.session(), pair.renewals()), (session, 0));
    pair.pass(7 * MINUTE - 1);
    assert_eq!(pair.renewals(), 0, "counted from receipt");
    pair.pass(1);
    assert_eq!(pair.renewals(), 1);
}

#[test]
fn a_reload_when_a_renewal_is_due_takes_one_call() {
    let mut pair = Pair::signed_in_for(900);
    pair.goes();
    pair.away(800 * SECOND);
    pair.comes_back();
    assert_eq!(pair.renewals(), 1);
    assert_eq!(
        pair.heard(),
        [
            "ready",
            "step code",
            "step signed-in",
            "signed-in",
            "ready",
            "step signed-in",
            "signed-in again",
            "renewed"
        ]
    );
}

#[test]
fn a_page_that_comes_back_after_the_end_asks_before_anybody_hears_of_a_session() {
    let mut pair = Pair::signed_in_for(900);
    pair.goes();
    pair.away(HOUR);
    pair.heard();
    pair.slow = SECOND;
    pair.comes_back();
    assert!(pair.sees().busy && !pair.is_signed_in());
    pair.submits(ADA);
    assert_eq!(
        pair.sent_of(Call::OpenSession),
        1,
        "nobody logs in meanwhile"
    );
    assert_eq!(pair.heard(), ["ready"]);
    pair.pass(SECOND);
    assert_eq!(pair.heard(), ["step signed-in", "signed-in again"]);
    assert_eq!(pair.renewals(), 1);
}

#[test]
fn a_page_that_comes_back_to_a_refusal_is_signed_out_with_the_reason() {
    let mut pair = Pair::with(&[], |engine| engine.renew_grace_s = Some(60));
    pair.signs_in();
    pair.goes();
    pair.away(HOUR);
    pair.heard();
    pair.comes_back();
    assert_eq!(
        pair.heard(),
        ["ready", "error rejected 1529", "signed-out expired"]
    );
    assert_eq!(
        (pair.step(), pair.notice()),
        (StepName::Identify, Some(Text::SessionEnded))
    );
    assert_eq!(pair.tab.session, None);
    pair.signs_in();
}

#[test]
fn bad_network_when_a_page_comes_back_keeps_the_record_and_tries_again() {
    for wire in [Wire::Cut, Wire::LosesAnswers, Wire::Silent] {
        let mut pair = Pair::signed_in_for(900);
        let record = pair.tab.session.clone();
        pair.goes();
        pair.away(HOUR);
        pair.heard();
        pair.wire = wire;
        pair.comes_back();
        pair.pass(10 * SECOND);
        assert_eq!(
            (pair.tab.session.clone(), pair.is_signed_in()),
            (record, false),
            "{wire:?}"
        );
        assert!(pair.notice().is_some(), "{wire:?}");
        assert!(!pair.heard().contains(&"signed-out expired".to_owned()));
        pair.wire = Wire::Whole;
        pair.pass(20 * SECOND);
        pair.wakes();
        pair.pass(SECOND);
        assert!(pair.is_signed_in(), "{wire:?}");
        assert_eq!(
            pair.heard().last().map(String::as_str),
            Some("signed-in again")
        );
    }
}

#[test]
fn whoever_cannot_wait_for_an_old_session_may_log_in_anew() {
    let mut pair = Pair::signed_in_for(900);
    pair.goes();
    pair.away(HOUR);
    pair.spoil_all(Call::Renew, Fault::Unheard);
    pair.comes_back();
    pair.heard();
    pair.signs_in();
    let heard = pair.heard();
    assert_eq!(
        heard[heard.len() - 3..],
        ["step code", "step signed-in", "signed-in"]
    );
}

#[test]
fn a_record_that_is_not_ours_is_no_session() {
    let pair = Pair::signed_in_for(900);
    let good = pair.tab.session.clone().expect("a record");
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
        with("token", json!(pair::world::token(&header, &claims))),
        with("received", json!(-1)),
        with("signedIn", json!("yesterday")),
    ];
    for name in [
        "v", "brand", "type", "value", "token", "received", "signedIn",
    ] {
        records.push(with(name, Value::Null));
    }
    for record in records {
        let mut pair = Pair::new();
        pair.goes();
        pair.tab.session = Some(record.clone());
        pair.comes_back();
        let about = record.chars().take(200).collect::<String>();
        assert!(!pair.is_signed_in() && pair.sent().is_empty(), "{about}");
        pair.signs_in();
    }
}

#[test]
fn a_record_from_the_future_is_not_believed_without_asking() {
    let mut pair = Pair::signed_in_for(900);
    pair.pass(SECOND);
    pair.goes();
    pair.set_wall(-3_600_000);
    pair.comes_back();
    assert_eq!((pair.renewals(), pair.is_signed_in()), (1, true));
    pair.pass(719 * SECOND);
    assert_eq!(pair.renewals(), 1);
}

#[test]
fn a_clock_set_back_after_a_reload_does_not_make_a_token_live_longer() {
    let mut pair = Pair::signed_in_for(900);
    pair.goes();
    pair.away(600 * SECOND);
    pair.comes_back();
    pair.set_wall(-600_000);
    pair.pass(119 * SECOND);
    assert_eq!(pair.renewals(), 0);
    pair.pass(SECOND);
    assert_eq!(pair.renewals(), 1);
}

#[test]
fn what_is_kept_moves_as_soon_as_the_page_says_where() {
    let mut pair = Pair::new();
    pair.types("ada@");
    pair.settles(|settings| settings.storage = Storage::Memory);
    assert_eq!(pair.tab.step, None);
    pair.settles(|settings| settings.storage = Storage::Tab);
    assert!(pair.tab.step.is_some());
    pair.signs_in();
    pair.settles(|settings| settings.storage = Storage::Memory);
    assert_eq!(pair.tab.session, None);
    assert!(pair.is_signed_in());
    pair.settles(|settings| settings.storage = Storage::Tab);
    pair.reload();
    assert!(pair.is_signed_in());
}

// What the page is told -------------------------------------------------------------------------------------------------

#[test]
fn a_session_is_these_fields_and_no_others() {
    let mut pair = Pair::with(&[], |engine| {
        engine.set_lives(90);
        engine.clock_offset_s = 100;
    });
    let user = pair.engine.register(ADA, Some("4068291"), false);
    pair.signs_in();
    let begun = BEGINNING + 100 * SECOND;
    let expected = |issued: u64| {
        format!(
            r#"{{"brand":"DocDemo","userId":"{user}","role":"USER","identifierType":"EMAIL","identifierValue":"ada@example.org","issuedAt":{issued},"expiresAt":{},"signedInAt":{begun},"secondFactor":null}}"#,
            issued + 90 * SECOND
        )
    };
    assert_eq!(pair.session_text(), Some(expected(begun)));
    pair.pass(72 * SECOND);
    assert_eq!(
        pair.session_text(),
        Some(expected(begun + 72 * SECOND)),
        "a renewal is no login"
    );
    pair.reload();
    assert_eq!(pair.session_text(), Some(expected(begun + 72 * SECOND)));
}

#[test]
fn events_say_what_the_interface_promises() {
    let mut pair = Pair::with(&[], |engine| engine.set_lives(90));
    pair.submits(ADA);
    pair.refuse(Call::CheckCode, 1506);
    pair.submits("123456");
    pair.spoil(Call::CheckCode, Fault::Dropped);
    pair.submits("123456");
    pair.submits(&pair.code_sent());
    let first = pair.session_text().expect("a session");
    pair.pass(72 * SECOND);
    let second = pair.session_text().expect("a session");
    pair.signs_out();
    let told = pair
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
        BEGINNING..BEGINNING + DAY,
    ]
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(cases)
    }
}
