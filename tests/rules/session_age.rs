//! How old a session may become: since the last real login, since the last use of the page, and by clocks that are wrong.

use ae_login::login::Input;
use ae_login::login::config::{Config, Settings, Storage};
use ae_login::login::problem::Kind;
use ae_login::login::view::{Action, StepName};
use ae_test_support::tabs::TestTabs;
use ae_test_support::{DAY, HOUR, MINUTE, Network, SECOND, TestPage};

/// A quarter of an hour, as the vendor's samples have it.
const LIFE: u64 = 900;

fn new_page(attributes: &[(&str, &str)]) -> TestPage {
    let mut page = TestPage::with(attributes, |engine| engine.set_lives(LIFE));
    page.sign_in();
    page.take_events();
    page
}

fn shop(pages: usize, attributes: &[(&str, &str)]) -> TestTabs {
    let mut shop = TestTabs::with(pages, attributes, |engine| engine.set_lives(LIFE));
    shop.sign_in(0);
    shop.discard_events();
    shop
}

fn settings(attributes: &[(&str, &str)]) -> Settings {
    ae_test_support::fixtures::config(attributes).settings
}

// Since the last login --------------------------------------------------------------------------------------------------

#[test]
fn a_session_may_be_a_day_old_and_a_month_on_the_device() {
    for (attributes, on_device, elsewhere) in [
        (&[][..], 30 * DAY, DAY),
        (&[("storage", "device")], 30 * DAY, DAY),
        (&[("max-age", "60")], HOUR, HOUR),
        (&[("max-age", "43200")], 30 * DAY, 30 * DAY),
    ] {
        let settings = settings(attributes);
        assert_eq!(settings.max_age(Storage::Device), on_device);
        assert_eq!(settings.max_age(Storage::Tab), elsewhere);
        assert_eq!(settings.max_age(Storage::Memory), elsewhere);
    }
}

#[test]
fn who_wants_to_stay_signed_in_is_so_for_a_month() {
    for (remembers, away, signed_in) in [
        (true, 29 * DAY, true),
        (true, 30 * DAY + MINUTE, false),
        (false, DAY + MINUTE, false),
    ] {
        let mut shop = TestTabs::with(1, &[("remember", "ask")], |engine| engine.set_lives(LIFE));
        if remembers {
            shop.press(0, Action::Remember);
        }
        shop.sign_in(0);
        shop.sleep(away);
        shop.show(0);
        shop.advance(SECOND);
        assert_eq!(shop.is_signed_in(0), signed_in, "{remembers} {away}");
    }
}

#[test]
fn a_month_is_the_most_that_a_page_may_ask_for() {
    for name in ["max-age", "max-idle"] {
        for value in [
            "43201",
            "0",
            "-1",
            "1.5",
            "a day",
            "",
            "99999999999999999999",
        ] {
            let mistakes = mistakes(&[(name, value)]);
            assert_eq!(mistakes.len(), 1, "{name}={value}");
            assert_eq!(mistakes[0], name, "{value}");
        }
    }
    assert_eq!(
        mistakes(&[("max-age", "off")]).len(),
        1,
        "there is always an end"
    );
    assert_eq!(mistakes(&[("max-idle", "off")]).len(), 0);
}

#[test]
fn too_old_a_session_is_renewed_no_more_and_its_token_kept_to_its_end() {
    let mut page = new_page(&[("max-age", "60")]);
    page.advance(HOUR);
    let asked = page.renewals();
    assert_eq!(asked, 5, "at 12, 24, 36, 48 and 60 minutes");
    page.take_events();
    let token = page.stored_token();
    page.advance(14 * MINUTE);
    assert!(page.is_signed_in());
    assert_eq!(page.get_token(30), Ok(token.expect("a token")));
    page.advance(MINUTE - 1);
    assert!(page.is_signed_in());
    assert!(page.take_events().is_empty());
    page.advance(1);
    assert_eq!(page.take_events(), ["step identify", "signed-out too-old"]);
    assert_eq!(
        (page.renewals(), page.stored.session.as_ref()),
        (asked, None)
    );
    page.advance(DAY);
    assert_eq!(page.renewals(), asked);
}

#[test]
fn the_usual_session_ends_a_day_after_the_login_and_one_on_the_device_does_not() {
    let mut page = new_page(&[]);
    page.advance(DAY);
    assert!(page.is_signed_in());
    page.advance(15 * MINUTE);
    assert_eq!(
        page.take_events().last().map(String::as_str),
        Some("signed-out too-old")
    );
    let mut shop = TestTabs::with(1, &[("storage", "device")], |engine| {
        engine.set_lives(10_800);
    });
    shop.sign_in(0);
    shop.advance(29 * DAY);
    assert!(shop.is_signed_in(0));
    shop.advance(DAY + 3 * HOUR);
    assert_eq!(
        shop.take_events(0).last().map(String::as_str),
        Some("signed-out too-old")
    );
}

#[test]
fn who_wants_a_token_that_a_too_old_session_cannot_give_is_signed_out() {
    let mut page = new_page(&[("max-age", "60")]);
    page.advance(HOUR + 10 * MINUTE);
    let asked = page.renewals();
    assert!(page.get_token(5 * 60).is_ok(), "this one is good enough");
    assert_eq!(page.get_token(5 * 60 + 1), Err(Kind::SignedOut));
    assert!(page.is_signed_in(), "as long as its token runs");
    page.sleep(5 * MINUTE);
    assert_eq!(page.get_token(0), Err(Kind::SignedOut));
    assert!(!page.is_signed_in());
    assert_eq!(page.renewals(), asked);
}

#[test]
fn without_renewal_in_the_background_the_age_counts_when_somebody_asks() {
    let mut page = new_page(&[("max-age", "60"), ("no-renew", "")]);
    page.advance(HOUR);
    assert!(page.get_token(30).is_ok());
    page.advance(HOUR);
    assert_eq!(page.get_token(30), Err(Kind::SignedOut));
    assert_eq!(page.renewals(), 1);
    assert_eq!(
        page.take_events(),
        ["renewed", "step identify", "signed-out too-old"]
    );
}

#[test]
fn a_record_that_is_too_old_is_no_session_and_asks_nothing() {
    for (attributes, away) in [
        (vec![], DAY + SECOND),
        (vec![("max-age", "60")], HOUR + SECOND),
        (vec![("no-renew", "")], DAY + SECOND),
    ] {
        let mut page = new_page(&attributes);
        page.unload();
        page.sleep(away);
        page.load();
        assert_eq!(page.take_events(), ["ready", "signed-out too-old"]);
        assert_eq!(page.step(), StepName::Identify);
        assert_eq!((page.renewals(), page.stored.session.as_ref()), (0, None));
    }
    // On the device it is the same, and there is a month.
    for attributes in [
        vec![("storage", "device")],
        vec![("storage", "device"), ("no-renew", "")],
    ] {
        let mut shop = shop(1, &attributes);
        shop.close(0);
        shop.sleep(30 * DAY - HOUR);
        let page = shop.open();
        assert!(shop.is_signed_in(page));
        assert!(matches!(shop.renewals(), 0 | 1));
        let asked = shop.renewals();
        shop.close(page);
        shop.sleep(HOUR + SECOND);
        let page = shop.open();
        shop.advance(2 * SECOND);
        assert_eq!(shop.take_events(page), ["ready", "signed-out too-old"]);
        assert_eq!(
            (shop.renewals(), shop.shared.record.as_ref()),
            (asked, None)
        );
    }
}

#[test]
fn a_record_that_is_too_old_but_whose_token_runs_is_kept_to_its_end() {
    let mut page = new_page(&[("max-age", "5")]);
    page.advance(10 * MINUTE);
    page.reload();
    assert!(page.is_signed_in());
    page.advance(5 * MINUTE);
    assert_eq!(
        page.take_events().last().map(String::as_str),
        Some("signed-out too-old")
    );
    assert_eq!(page.renewals(), 0);
}

#[test]
fn a_login_makes_a_session_young_again() {
    let mut page = new_page(&[("max-age", "60")]);
    page.advance(50 * MINUTE);
    page.sign_out();
    page.sign_in();
    page.advance(HOUR);
    assert!(page.is_signed_in());
}

#[test]
fn another_limit_counts_at_once() {
    let mut page = new_page(&[]);
    page.advance(2 * HOUR);
    page.change_settings(|settings| settings.max_age = Some(HOUR));
    page.advance(15 * MINUTE);
    assert!(!page.is_signed_in());
}

#[test]
fn a_session_that_ends_by_its_age_ends_in_all_pages() {
    let mut shop = shop(3, &[("max-age", "60")]);
    shop.advance(HOUR + 20 * MINUTE);
    for page in 0..3 {
        assert!(!shop.is_signed_in(page));
        assert_eq!(shop.stored(page).session, None);
    }
    assert_eq!((shop.renewals(), shop.shared.record.as_ref()), (5, None));
}

#[test]
fn an_engine_that_is_down_does_not_make_a_session_outlive_its_age() {
    let mut page = new_page(&[("max-age", "60")]);
    page.advance(30 * MINUTE);
    page.network = Network::Unreachable;
    page.advance(HOUR);
    assert!(!page.is_signed_in());
    let asked = page.renewals();
    page.advance(HOUR);
    assert_eq!(page.renewals(), asked);
}

// Since the last use ----------------------------------------------------------------------------------------------------

#[test]
fn a_page_that_lies_unused_is_signed_out() {
    let mut shop = shop(1, &[("max-idle", "30")]);
    shop.advance(20 * MINUTE);
    shop.use_page(0);
    shop.advance(30 * MINUTE - 1);
    assert!(shop.is_signed_in(0));
    shop.advance(1);
    assert_eq!(
        shop.take_events(0).split_off(4),
        ["step identify", "signed-out too-old"]
    );
    assert_eq!(shop.shared.record, None);
}

#[test]
fn use_in_another_tab_counts() {
    let mut shop = shop(2, &[("max-idle", "30")]);
    for _ in 0..10 {
        shop.advance(20 * MINUTE);
        shop.use_page(1);
    }
    assert!(shop.is_signed_in(0) && shop.is_signed_in(1));
    shop.advance(30 * MINUTE);
    assert!(!shop.is_signed_in(0) && !shop.is_signed_in(1));
}

#[test]
fn use_in_another_tab_counts_even_for_a_page_that_was_frozen() {
    let mut shop = shop(2, &[("max-idle", "30")]);
    shop.freeze(1);
    shop.advance(20 * MINUTE);
    shop.use_page(0);
    shop.advance(20 * MINUTE);
    shop.resume(1);
    assert!(shop.is_signed_in(1));
    shop.advance(10 * MINUTE);
    assert!(!shop.is_signed_in(0) && !shop.is_signed_in(1));
}

#[test]
fn a_page_that_nobody_sees_is_signed_out_all_the_same() {
    let mut shop = shop(1, &[("max-idle", "30")]);
    shop.hide(0);
    shop.advance(30 * MINUTE);
    assert!(!shop.is_signed_in(0));
    assert_eq!(shop.renewals(), 0);
}

#[test]
fn what_lay_unused_while_no_page_was_open_is_over_when_one_opens() {
    for (storage, life) in [
        ("tab", LIFE),
        ("device", LIFE),
        ("tab", 86_400),
        ("device", 86_400),
    ] {
        let attributes = [("storage", storage), ("max-idle", "30")];
        let mut shop = TestTabs::with(1, &attributes, |engine| engine.set_lives(life));
        shop.sign_in(0);
        shop.discard_events();
        shop.sleep(31 * MINUTE);
        shop.reload(0);
        shop.advance(SECOND);
        assert!(!shop.is_signed_in(0), "{storage}");
        assert_eq!(
            shop.take_events(0),
            ["ready", "signed-out too-old"],
            "{storage}"
        );
        assert_eq!(shop.renewals(), 0, "{storage}");
    }
}

#[test]
fn a_page_may_lie_unused_for_ever_unless_it_says_otherwise() {
    for attributes in [
        vec![("max-age", "43200")],
        vec![("max-age", "43200"), ("max-idle", "off")],
    ] {
        assert_eq!(settings(&attributes).max_idle, None);
        let mut shop = shop(1, &attributes);
        shop.advance(3 * DAY);
        assert!(shop.is_signed_in(0));
        assert_eq!(
            shop.shared.last_use, None,
            "and nobody notes when it was used"
        );
    }
}

#[test]
fn a_machine_that_slept_for_longer_than_a_page_may_lie_unused_wakes_up_signed_out() {
    let mut shop = shop(2, &[("max-idle", "30")]);
    shop.sleep(HOUR);
    shop.show(0);
    shop.advance(SECOND);
    assert!(!shop.is_signed_in(0) && !shop.is_signed_in(1));
    assert_eq!(shop.renewals(), 0);
}

#[test]
fn whoever_uses_a_page_too_late_does_not_make_up_for_it() {
    // The machine slept, and a key is pressed before any alarm rings.
    let mut shop = shop(2, &[("max-idle", "30")]);
    shop.sleep(HOUR);
    shop.use_page(0);
    assert!(!shop.is_signed_in(0) && !shop.is_signed_in(1));
    assert_eq!(shop.renewals(), 0);
}

// Clocks ----------------------------------------------------------------------------------------------------------------

#[test]
fn the_device_may_be_a_day_off_and_ages_count_all_the_same() {
    for off in [-86_400_000, 86_400_000] {
        let mut page = TestPage::with(&[("max-age", "60")], |engine| engine.set_lives(LIFE));
        page.shift_wall_clock(off);
        page.sign_in();
        page.advance(HOUR);
        assert_eq!(page.renewals(), 5, "{off}");
        page.reload();
        assert!(page.is_signed_in(), "{off}");
        page.advance(15 * MINUTE);
        assert!(!page.is_signed_in(), "{off}");
        assert_eq!(page.renewals(), 5, "{off}");
    }
}

#[test]
fn a_clock_that_is_set_back_makes_no_session_younger() {
    let mut page = new_page(&[("max-age", "60")]);
    for _ in 0..8 {
        page.advance(10 * MINUTE);
        page.shift_wall_clock(-3_600_000);
    }
    assert!(!page.is_signed_in());
    assert_eq!(page.renewals(), 5);
}

#[test]
fn a_clock_that_is_set_back_and_a_reload_ask_the_engine_how_old_a_session_is() {
    for back in [-66_000, -600_000, -86_400_000] {
        let mut page = new_page(&[]);
        page.advance(HOUR + MINUTE);
        let asked = page.renewals();
        page.unload();
        page.shift_wall_clock(back);
        page.take_events();
        page.load();
        assert_eq!(page.renewals(), asked + 1, "{back}");
        assert_eq!(
            page.take_events(),
            ["ready", "step signed-in", "signed-in restored"],
            "{back}"
        );
        page.advance(23 * HOUR + 30 * MINUTE);
        assert!(!page.is_signed_in(), "{back}: counted from the login");
    }
}

#[test]
fn a_clock_that_is_corrected_by_a_second_and_a_reload_cost_nothing() {
    let mut page = new_page(&[]);
    page.advance(HOUR);
    let asked = page.renewals();
    page.unload();
    page.shift_wall_clock(-1_000);
    page.take_events();
    page.load();
    assert_eq!(page.renewals(), asked);
    assert_eq!(
        page.take_events(),
        ["ready", "step signed-in", "signed-in restored"]
    );
}

#[test]
fn a_sleep_counts_towards_the_age() {
    let mut page = new_page(&[]);
    page.sleep(23 * HOUR);
    page.wake();
    assert_eq!((page.renewals(), page.is_signed_in()), (1, true));
    page.sleep(2 * HOUR);
    page.wake();
    assert_eq!((page.renewals(), page.is_signed_in()), (1, false));
    assert_eq!(
        page.take_events(),
        ["renewed", "step identify", "signed-out too-old"]
    );
}

#[test]
fn a_use_that_another_tab_noted_in_the_future_is_not_believed() {
    let mut shop = shop(1, &[("max-idle", "30")]);
    shop.advance(MINUTE);
    shop.shift_wall_clock(-86_400_000);
    shop.advance(30 * MINUTE);
    assert!(!shop.is_signed_in(0), "by the clock that nobody can set");
    // Nor does it stretch anybody's time, of this page or the next one.
    shop.sign_in(0);
    shop.advance(20 * MINUTE);
    let wall = shop.shared.last_use.expect("a use");
    shop.shared.last_use = Some(wall + 10 * DAY);
    shop.advance(10 * MINUTE);
    assert!(!shop.is_signed_in(0));
    shop.sign_in(0);
    let wall = shop.shared.last_use.expect("a use");
    shop.shared.last_use = Some(wall + 10 * DAY);
    shop.reload(0);
    assert!(shop.is_signed_in(0));
    shop.advance(30 * MINUTE);
    assert!(!shop.is_signed_in(0));
}

#[test]
fn any_moment_of_use_breaks_nothing() {
    let mut page = new_page(&[("max-idle", "30")]);
    for wall in [0, 1, u64::MAX, page.now().wall, page.now().wall + 1] {
        page.dispatch(Input::LastUseChanged(wall));
        page.advance(SECOND);
    }
    // The oldest one said that nobody had been here since 1970.
    assert!(!page.is_signed_in());
    assert_eq!(page.renewals(), 0);
}

/// Which attributes are not legal.
fn mistakes(attributes: &[(&str, &str)]) -> Vec<&'static str> {
    let usual = [("base-url", "https://eu.api.example"), ("brand", "DocDemo")];
    let find = |name: &str| {
        let mut all = attributes.iter().chain(&usual);
        let found = all.find(|(key, _)| *key == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    let read = Config::read(find);
    read.err()
        .into_iter()
        .flatten()
        .map(|mistake| mistake.attribute)
        .collect()
}
