//! The end of a session by age (`max-age`) and by disuse (`max-idle`), also with wrong clocks.

use ae_login::login::Input;
use ae_login::login::config::{Config, Settings, Storage};
use ae_login::login::problem::Kind;
use ae_login::login::time::UnixMs;
use ae_login::login::view::{Action, StepName};
use ae_test_support::tabs::TestTabs;
use ae_test_support::{DAY, HOUR, MINUTE, Network, SECOND, TestPage};

/// How long tokens live, in seconds: 15 minutes, as in the vendor's samples.
const LIFE: u64 = 900;

fn signed_in_page(attributes: &[(&str, &str)]) -> TestPage {
    let mut page = TestPage::with(attributes, |engine| engine.set_lives(LIFE));
    page.sign_in();
    page.take_events();
    page
}

fn signed_in_tabs(pages: usize, attributes: &[(&str, &str)]) -> TestTabs {
    let mut tabs = TestTabs::with(pages, attributes, |engine| engine.set_lives(LIFE));
    tabs.sign_in(0);
    tabs.discard_events();
    tabs
}

fn settings(attributes: &[(&str, &str)]) -> Settings {
    ae_test_support::fixtures::config(attributes).settings
}

// max-age ---------------------------------------------------------------------------------------------------------------

#[test]
fn max_age_defaults_to_a_day_and_on_the_device_to_30_days() {
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
fn remembered_session_lasts_for_30_days() {
    for (remembers, absence, signed_in) in [
        (true, 29 * DAY, true),
        (true, 30 * DAY + MINUTE, false),
        (false, DAY + MINUTE, false),
    ] {
        let mut tabs = TestTabs::with(1, &[("remember", "ask")], |engine| engine.set_lives(LIFE));
        if remembers {
            tabs.press(0, Action::Remember);
        }
        tabs.sign_in(0);
        tabs.sleep(absence);
        tabs.show(0);
        tabs.advance(SECOND);
        assert_eq!(tabs.is_signed_in(0), signed_in, "{remembers} {absence}");
    }
}

#[test]
fn max_age_and_max_idle_accept_1_to_43200_minutes() {
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
            let illegal_attributes = illegal_attributes(&[(name, value)]);
            assert_eq!(illegal_attributes.len(), 1, "{name}={value}");
            assert_eq!(illegal_attributes[0], name, "{value}");
        }
    }
    assert_eq!(
        illegal_attributes(&[("max-age", "off")]).len(),
        1,
        "max-age cannot be switched off"
    );
    assert_eq!(illegal_attributes(&[("max-idle", "off")]).len(), 0);
}

#[test]
fn session_beyond_max_age_is_not_renewed_and_ends_with_its_token() {
    let mut page = signed_in_page(&[("max-age", "60")]);
    page.advance(HOUR);
    let sent = page.renewals();
    assert_eq!(sent, 5, "at 12, 24, 36, 48 and 60 minutes");
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
        (sent, None)
    );
    page.advance(DAY);
    assert_eq!(page.renewals(), sent);
}

#[test]
fn session_ends_after_a_day_and_on_the_device_after_30_days() {
    let mut page = signed_in_page(&[]);
    page.advance(DAY);
    assert!(page.is_signed_in());
    page.advance(15 * MINUTE);
    assert_eq!(
        page.take_events().last().map(String::as_str),
        Some("signed-out too-old")
    );
    let mut tabs = TestTabs::with(1, &[("storage", "device")], |engine| {
        engine.set_lives(10_800);
    });
    tabs.sign_in(0);
    tabs.advance(29 * DAY);
    assert!(tabs.is_signed_in(0));
    tabs.advance(DAY + 3 * HOUR);
    assert_eq!(
        tabs.take_events(0).last().map(String::as_str),
        Some("signed-out too-old")
    );
}

#[test]
fn get_token_beyond_max_age_rejects_as_signed_out() {
    let mut page = signed_in_page(&[("max-age", "60")]);
    page.advance(HOUR + 10 * MINUTE);
    let sent = page.renewals();
    assert!(
        page.get_token(5 * 60).is_ok(),
        "the token is valid for long enough"
    );
    assert_eq!(page.get_token(5 * 60 + 1), Err(Kind::SignedOut));
    assert!(page.is_signed_in(), "until the token expires");
    page.sleep(5 * MINUTE);
    assert_eq!(page.get_token(0), Err(Kind::SignedOut));
    assert!(!page.is_signed_in());
    assert_eq!(page.renewals(), sent);
}

#[test]
fn max_age_applies_to_get_token_with_no_renew() {
    let mut page = signed_in_page(&[("max-age", "60"), ("no-renew", "")]);
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
fn stored_session_beyond_max_age_is_not_restored() {
    for (attributes, away) in [
        (vec![], DAY + SECOND),
        (vec![("max-age", "60")], HOUR + SECOND),
        (vec![("no-renew", "")], DAY + SECOND),
    ] {
        let mut page = signed_in_page(&attributes);
        page.unload();
        page.sleep(away);
        page.load();
        assert_eq!(page.take_events(), ["ready", "signed-out too-old"]);
        assert_eq!(page.step(), StepName::Identify);
        assert_eq!((page.renewals(), page.stored.session.as_ref()), (0, None));
    }
    // On the device the limit is 30 days.
    for attributes in [
        vec![("storage", "device")],
        vec![("storage", "device"), ("no-renew", "")],
    ] {
        let mut tabs = signed_in_tabs(1, &attributes);
        tabs.close(0);
        tabs.sleep(30 * DAY - HOUR);
        let page = tabs.open();
        assert!(tabs.is_signed_in(page));
        assert!(matches!(tabs.renewals(), 0 | 1));
        let sent = tabs.renewals();
        tabs.close(page);
        tabs.sleep(HOUR + SECOND);
        let page = tabs.open();
        tabs.advance(2 * SECOND);
        assert_eq!(tabs.take_events(page), ["ready", "signed-out too-old"]);
        assert_eq!((tabs.renewals(), tabs.shared.record.as_ref()), (sent, None));
    }
}

#[test]
fn stored_session_beyond_max_age_with_a_valid_token_is_restored() {
    let mut page = signed_in_page(&[("max-age", "5")]);
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
fn sign_in_restarts_max_age() {
    let mut page = signed_in_page(&[("max-age", "60")]);
    page.advance(50 * MINUTE);
    page.sign_out();
    page.sign_in();
    page.advance(HOUR);
    assert!(page.is_signed_in());
}

#[test]
fn changed_max_age_applies_at_once() {
    let mut page = signed_in_page(&[]);
    page.advance(2 * HOUR);
    page.change_settings(|settings| settings.max_age = Some(HOUR));
    page.advance(15 * MINUTE);
    assert!(!page.is_signed_in());
}

#[test]
fn session_beyond_max_age_ends_on_all_pages() {
    let mut tabs = signed_in_tabs(3, &[("max-age", "60")]);
    tabs.advance(HOUR + 20 * MINUTE);
    for page in 0..3 {
        assert!(!tabs.is_signed_in(page));
        assert_eq!(tabs.stored(page).session, None);
    }
    assert_eq!((tabs.renewals(), tabs.shared.record.as_ref()), (5, None));
}

#[test]
fn unreachable_engine_does_not_extend_max_age() {
    let mut page = signed_in_page(&[("max-age", "60")]);
    page.advance(30 * MINUTE);
    page.network = Network::Unreachable;
    page.advance(HOUR);
    assert!(!page.is_signed_in());
    let sent = page.renewals();
    page.advance(HOUR);
    assert_eq!(page.renewals(), sent);
}

// max-idle --------------------------------------------------------------------------------------------------------------

#[test]
fn unused_page_is_signed_out_after_max_idle() {
    let mut tabs = signed_in_tabs(1, &[("max-idle", "30")]);
    tabs.advance(20 * MINUTE);
    tabs.use_page(0);
    tabs.advance(30 * MINUTE - 1);
    assert!(tabs.is_signed_in(0));
    tabs.advance(1);
    assert_eq!(
        tabs.take_events(0).split_off(4),
        ["step identify", "signed-out too-old"]
    );
    assert_eq!(tabs.shared.record, None);
}

#[test]
fn use_in_another_tab_restarts_max_idle() {
    let mut tabs = signed_in_tabs(2, &[("max-idle", "30")]);
    for _ in 0..10 {
        tabs.advance(20 * MINUTE);
        tabs.use_page(1);
    }
    assert!(tabs.is_signed_in(0) && tabs.is_signed_in(1));
    tabs.advance(30 * MINUTE);
    assert!(!tabs.is_signed_in(0) && !tabs.is_signed_in(1));
}

#[test]
fn use_in_another_tab_restarts_max_idle_of_a_frozen_page() {
    let mut tabs = signed_in_tabs(2, &[("max-idle", "30")]);
    tabs.freeze(1);
    tabs.advance(20 * MINUTE);
    tabs.use_page(0);
    tabs.advance(20 * MINUTE);
    tabs.resume(1);
    assert!(tabs.is_signed_in(1));
    tabs.advance(10 * MINUTE);
    assert!(!tabs.is_signed_in(0) && !tabs.is_signed_in(1));
}

#[test]
fn hidden_page_is_signed_out_after_max_idle() {
    let mut tabs = signed_in_tabs(1, &[("max-idle", "30")]);
    tabs.hide(0);
    tabs.advance(30 * MINUTE);
    assert!(!tabs.is_signed_in(0));
    assert_eq!(tabs.renewals(), 0);
}

#[test]
fn stored_session_unused_for_max_idle_is_not_restored() {
    for (storage, life) in [
        ("tab", LIFE),
        ("device", LIFE),
        ("tab", 86_400),
        ("device", 86_400),
    ] {
        let attributes = [("storage", storage), ("max-idle", "30")];
        let mut tabs = TestTabs::with(1, &attributes, |engine| engine.set_lives(life));
        tabs.sign_in(0);
        tabs.discard_events();
        tabs.sleep(31 * MINUTE);
        tabs.reload(0);
        tabs.advance(SECOND);
        assert!(!tabs.is_signed_in(0), "{storage}");
        assert_eq!(
            tabs.take_events(0),
            ["ready", "signed-out too-old"],
            "{storage}"
        );
        assert_eq!(tabs.renewals(), 0, "{storage}");
    }
}

#[test]
fn max_idle_is_off_by_default() {
    for attributes in [
        vec![("max-age", "43200")],
        vec![("max-age", "43200"), ("max-idle", "off")],
    ] {
        assert_eq!(settings(&attributes).max_idle, None);
        let mut tabs = signed_in_tabs(1, &attributes);
        tabs.advance(3 * DAY);
        assert!(tabs.is_signed_in(0));
        assert_eq!(tabs.shared.last_use, None, "the last use is not stored");
    }
}

#[test]
fn machine_that_slept_beyond_max_idle_wakes_up_signed_out() {
    let mut tabs = signed_in_tabs(2, &[("max-idle", "30")]);
    tabs.sleep(HOUR);
    tabs.show(0);
    tabs.advance(SECOND);
    assert!(!tabs.is_signed_in(0) && !tabs.is_signed_in(1));
    assert_eq!(tabs.renewals(), 0);
}

#[test]
fn use_after_max_idle_does_not_keep_the_session() {
    // The machine slept, and a key is pressed before the timer fires.
    let mut tabs = signed_in_tabs(2, &[("max-idle", "30")]);
    tabs.sleep(HOUR);
    tabs.use_page(0);
    assert!(!tabs.is_signed_in(0) && !tabs.is_signed_in(1));
    assert_eq!(tabs.renewals(), 0);
}

// Clocks ----------------------------------------------------------------------------------------------------------------

#[test]
fn device_clock_off_by_a_day_does_not_change_max_age() {
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
fn wall_clock_set_back_does_not_extend_max_age() {
    let mut page = signed_in_page(&[("max-age", "60")]);
    for _ in 0..8 {
        page.advance(10 * MINUTE);
        page.shift_wall_clock(-3_600_000);
    }
    assert!(!page.is_signed_in());
    assert_eq!(page.renewals(), 5);
}

#[test]
fn wall_clock_set_back_before_a_reload_renews_and_keeps_max_age() {
    for back in [-66_000, -600_000, -86_400_000] {
        let mut page = signed_in_page(&[]);
        page.advance(HOUR + MINUTE);
        let sent = page.renewals();
        page.unload();
        page.shift_wall_clock(back);
        page.take_events();
        page.load();
        assert_eq!(page.renewals(), sent + 1, "{back}");
        assert_eq!(
            page.take_events(),
            ["ready", "step signed-in", "signed-in restored"],
            "{back}"
        );
        page.advance(23 * HOUR + 30 * MINUTE);
        assert!(
            !page.is_signed_in(),
            "{back}: the age counts from the login"
        );
    }
}

#[test]
fn wall_clock_set_back_by_a_second_before_a_reload_sends_no_request() {
    let mut page = signed_in_page(&[]);
    page.advance(HOUR);
    let sent = page.renewals();
    page.unload();
    page.shift_wall_clock(-1_000);
    page.take_events();
    page.load();
    assert_eq!(page.renewals(), sent);
    assert_eq!(
        page.take_events(),
        ["ready", "step signed-in", "signed-in restored"]
    );
}

#[test]
fn sleep_counts_towards_max_age() {
    let mut page = signed_in_page(&[]);
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
fn last_use_in_the_future_does_not_extend_max_idle() {
    let mut tabs = signed_in_tabs(1, &[("max-idle", "30")]);
    tabs.advance(MINUTE);
    tabs.shift_wall_clock(-86_400_000);
    tabs.advance(30 * MINUTE);
    assert!(!tabs.is_signed_in(0), "by the monotonic clock");
    // A stored last use in the future extends nothing either, on this page and on the next one.
    tabs.sign_in(0);
    tabs.advance(20 * MINUTE);
    let wall = tabs.shared.last_use.expect("a use");
    tabs.shared.last_use = Some(wall + 10 * DAY);
    tabs.advance(10 * MINUTE);
    assert!(!tabs.is_signed_in(0));
    tabs.sign_in(0);
    let wall = tabs.shared.last_use.expect("a use");
    tabs.shared.last_use = Some(wall + 10 * DAY);
    tabs.reload(0);
    assert!(tabs.is_signed_in(0));
    tabs.advance(30 * MINUTE);
    assert!(!tabs.is_signed_in(0));
}

#[test]
fn any_last_use_value_causes_no_panic() {
    let mut page = signed_in_page(&[("max-idle", "30")]);
    for wall in [0, 1, u64::MAX, page.now().unix.0, page.now().unix.0 + 1] {
        page.dispatch(Input::LastUseChanged(UnixMs(wall)));
        page.advance(SECOND);
    }
    // The value 0 means that the page was last used in 1970.
    assert!(!page.is_signed_in());
    assert_eq!(page.renewals(), 0);
}

/// The names of the attributes that have an illegal value.
fn illegal_attributes(attributes: &[(&str, &str)]) -> Vec<&'static str> {
    let defaults = [("base-url", "https://eu.api.example"), ("brand", "DocDemo")];
    let find = |name: &str| {
        let mut all = attributes.iter().chain(&defaults);
        let found = all.find(|(key, _)| *key == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    let read = Config::parse(find);
    read.err()
        .into_iter()
        .flatten()
        .map(|error| error.attribute)
        .collect()
}
