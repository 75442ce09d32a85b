//! A page with many forms of one login: an input draws the forms that it changes. Otherwise the work for a page grows with the square of
//! the number of its forms.

use ae_login::login::config::{Config, FormSettings, Settings};
use ae_login::login::session::WakeReason;
use ae_login::login::time::{MonotonicMs, Now, UnixMs};
use ae_login::login::view::{Action, StepName};
use ae_login::login::{ChangedForms, HostId, Input, Login, PageEvent, TokenRequestId};
use ae_test_support::TestPage;

const NOW: Now = Now {
    monotonic: MonotonicMs(0),
    unix: UnixMs(1_760_000_000_000),
};
const TABLE: &str = "IN\nIN91 a 5 0\nDE49 b 3 0\n";

fn config() -> (Settings, FormSettings) {
    let config = Config::parse(|name| match name {
        "base-url" => Some("https://api.example".to_owned()),
        "brand" => Some("DocDemo".to_owned()),
        _ => None,
    })
    .expect("legal");
    (config.settings, config.form)
}

/// A login that has started with so many forms.
fn login_with_forms(count: u32) -> Login {
    let (settings, form) = config();
    let mut login = Login::new(settings, 1);
    for number in 1..=count {
        login.handle(NOW, Input::Attach(HostId(number), Some(form.clone()), None));
    }
    login.handle(NOW, Input::Start(None, None));
    login.take_changed_forms();
    login
}

fn changed_by(login: &mut Login, input: Input) -> ChangedForms {
    login.handle(NOW, input);
    login.take_changed_forms()
}

#[test]
fn each_of_hundred_forms_is_opened_without_the_others() {
    let (settings, form) = config();
    let mut login = login_with_forms(1);
    for number in 2..=100 {
        let host = HostId(number);
        let same = Input::SettingsChanged(settings.clone());
        assert_eq!(changed_by(&mut login, same), ChangedForms::None);
        let attach = Input::Attach(host, Some(form.clone()), None);
        assert_eq!(changed_by(&mut login, attach), ChangedForms::One(host));
        let countries = Input::CountriesLoaded(host, TABLE.to_owned());
        assert_eq!(changed_by(&mut login, countries), ChangedForms::One(host));
    }
}

#[test]
fn input_of_a_person_changes_their_form_only() {
    let mut login = login_with_forms(3);
    let host = HostId(2);
    for input in [
        Input::IdentifierTyped(host, "99999".to_owned()),
        Input::CountryChosen(host, "DE".to_owned()),
        Input::Press(host, Action::Remember),
        Input::Submit(host, Vec::new()),
        Input::FormSettingsChanged(host, config().1),
        Input::Restart(host),
    ] {
        let text = format!("{input:?}");
        let changed = changed_by(&mut login, input);
        assert_eq!(changed, ChangedForms::One(host), "{text}");
    }
}

#[test]
fn use_of_the_page_and_requests_for_tokens_change_no_form() {
    let mut login = login_with_forms(3);
    for input in [
        Input::Page(PageEvent::Used),
        Input::Page(PageEvent::Hidden),
        Input::RequestToken(TokenRequestId(1), 0, None),
    ] {
        let text = format!("{input:?}");
        assert_eq!(changed_by(&mut login, input), ChangedForms::None, "{text}");
    }
}

#[test]
fn passing_time_and_changed_settings_change_all_forms() {
    let mut login = login_with_forms(3);
    let wake = Input::Wake(WakeReason::Timer);
    assert_eq!(changed_by(&mut login, wake), ChangedForms::All);
    let mut settings = config().0;
    settings.brand = "Other".to_owned();
    let other = Input::SettingsChanged(settings);
    assert_eq!(changed_by(&mut login, other), ChangedForms::All);
}

#[test]
fn changes_of_two_forms_add_up_to_all_forms() {
    let mut login = login_with_forms(3);
    for number in [1, 2] {
        let typed = Input::IdentifierTyped(HostId(number), "9".to_owned());
        login.handle(NOW, typed);
    }
    assert_eq!(login.take_changed_forms(), ChangedForms::All);
    assert_eq!(login.take_changed_forms(), ChangedForms::None);
}

#[test]
fn login_in_one_form_shows_in_the_others() {
    let mut page = TestPage::new();
    let other = page.attach(true);
    // The page asserts after each input that forms which are not drawn have not changed.
    page.sign_in();
    assert_eq!(page.step(), StepName::SignedIn);
    assert_eq!(page.view_of(other).step, StepName::SignedIn);
}
