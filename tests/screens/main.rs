//! Every state of every step, compared with a snapshot of its HTML: tags, parts, roles, labels, descriptions, autofill, language and
//! direction.
//!
//! `tests/screens/snapshots` has one file for each state. To accept a change, run `INSTA_UPDATE=always cargo test --test screens`
//! and review the difference.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use ae_engine::{Customer, Fault};
use ae_login::login::Input;
use ae_login::login::config::IdentifierKind;
use ae_login::login::text::{Text, Texts};
use ae_login::login::view::{Action, StepName, View};
use ae_login::login::wire::{Call, Channel};
use ae_login::ui::to_html;
use ae_test_support::scenarios::{NEW_PASSWORD, PASSWORD};
use ae_test_support::{FORM, MINUTE, MOBILE, SECOND, TestPage};

/// The states of signing in with a code.
const BY_CODE: [&str; 19] = [
    "identify",
    "identify_empty",
    "identify_not_a_number",
    "identify_too_short_for_its_country",
    "identify_busy",
    "identify_server_error",
    "stuck",
    "code_with_countdown",
    "code_unreadable",
    "code_wrong",
    "code_server_error",
    "code_sent_again",
    "code_little_time_left",
    "code_attempt_timed_out",
    "identify_attempt_over",
    "signed_in",
    "identify_signed_out",
    "identify_session_ended",
    "identify_too_many_codes",
];
/// The states of signing in with a password.
const BY_PASSWORD: [&str; 12] = [
    "identify_with_choice_to_stay",
    "identify_not_an_address",
    "password",
    "password_empty",
    "password_wrong_and_revealed",
    "code_with_channels_and_password",
    "code_channel_unavailable",
    "forgot_password",
    "forgot_password_not_the_same",
    "forgot_password_used_before",
    "forgot_password_too_many_wrong_ones",
    "signed_in_by_password",
];
/// The states of signing in with a user name, of a first password, and of changing it.
const BY_USER_NAME: [&str; 10] = [
    "identify_user_name",
    "address_needed",
    "address_empty",
    "address_not_an_address",
    "new_password",
    "new_password_not_safe_enough_and_revealed",
    "change_password",
    "change_password_wrong",
    "signed_in_password_changed",
    "stuck_no_customer_numbers",
];
/// The states of the second factor.
const SECOND_FACTOR: [&str; 9] = [
    "second_identify",
    "second_identify_not_an_address",
    "second_new_password",
    "second_new_password_not_the_same",
    "second_code",
    "second_code_wrong",
    "second_password",
    "second_password_wrong",
    "second_password_too_many_tries",
];
/// States with other fields, in a dialog, and with texts from right to left.
const OTHERS: [&str; 10] = [
    "identify_email_only",
    "identify_customer_number_only",
    "identify_country_fixed",
    "dialog_identify",
    "dialog_code",
    "right_to_left_identify",
    "right_to_left_code",
    "right_to_left_password_wrong",
    "identify_remembered",
    "code_remembered",
];

const TABLE: &str = include_str!("../../src/countries.txt");
const ARABIC: &str = include_str!("../../src/texts/ar.json");
/// [`MOBILE`] as it is sent to the engine.
const MOBILE_SENT: &str = "919999922332";

/// Compares the screens of a form with their snapshots.
struct Screens {
    page: TestPage,
    texts: Texts,
    is_dialog: bool,
    compared: Vec<&'static str>,
}

impl Screens {
    fn of(page: TestPage) -> Self {
        Self {
            page,
            texts: Texts::new(String::new()),
            is_dialog: false,
            compared: Vec::new(),
        }
    }

    fn with(attributes: &[(&str, &str)], set: impl FnOnce(&mut ae_engine::Settings)) -> Self {
        Self::of(TestPage::with(attributes, set))
    }

    /// Types into the first field and sends the form.
    fn enter(&mut self, text: &str) {
        self.page.type_text(text);
        let shown = self.page.first_value();
        self.page.submit(&shown);
    }

    /// Asserts that the screen equals the snapshot of this name.
    fn matches_snapshot(&mut self, name: &'static str) {
        self.compared.push(name);
        let view = as_drawn(self.page.view());
        let html = pretty(&to_html(&view, &self.texts, 1, self.is_dialog));
        let mut settings = insta::Settings::clone_current();
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name, html));
    }
}

/// The view as the element passes it to the form, with the browser's name of a country in place of its code.
fn as_drawn(mut view: View) -> View {
    for field in &mut view.fields {
        if field.error_country == "AE" {
            "United Arab Emirates".clone_into(&mut field.error_country);
        }
    }
    view
}

/// Formats the HTML of a view: one element per line, indented; long tags with one attribute per line; comments and empty texts left
/// out; texts that begin or end with a space in quotes.
fn pretty(html: &str) -> String {
    let mut out = String::new();
    let mut depth = 0;
    let mut rest = html;
    while !rest.is_empty() {
        let indent = "  ".repeat(depth);
        if let Some(tag) = rest.strip_prefix('<') {
            let (tag, after) = tag.split_once('>').expect("a tag ends");
            rest = after;
            if let Some(name) = tag.strip_prefix('/') {
                depth -= 1;
                writeln!(out, "{}</{name}>", "  ".repeat(depth)).expect("writing to a string");
            } else if !tag.starts_with('!') {
                let name = tag.split(' ').next().unwrap_or_default();
                let is_void = name == "input";
                let closing = format!("</{name}>");
                let content = rest.split('<').next().unwrap_or_default();
                let is_simple = !is_void && rest[content.len()..].starts_with(&closing);
                out += &indent;
                out += &opening(tag, &indent);
                if is_simple || rest.starts_with(&format!("<!>{closing}")) {
                    rest = &rest[rest.find(&closing).unwrap_or_default() + closing.len()..];
                    write!(out, "{}{closing}", content.trim()).expect("writing to a string");
                } else if !is_void {
                    depth += 1;
                }
                out.push('\n');
            }
        } else {
            let (text, after) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
            rest = after;
            if text.trim() == text {
                writeln!(out, "{indent}{text}").expect("writing to a string");
            } else if !text.trim().is_empty() {
                writeln!(out, "{indent}\"{text}\"").expect("writing to a string");
            }
        }
    }
    assert_eq!(depth, 0, "every element is closed");
    out
}

/// Formats an opening tag.
fn opening(tag: &str, indent: &str) -> String {
    if tag.len() < 120 {
        return format!("<{tag}>");
    }
    // Every value is quoted, so that a space outside quotes ends an attribute.
    let mut lines = String::new();
    let mut is_quoted = false;
    for letter in tag.chars() {
        is_quoted ^= letter == '"';
        if letter == ' ' && !is_quoted {
            write!(lines, "\n{indent}  ").expect("writing to a string");
        } else {
            lines.push(letter);
        }
    }
    format!("<{lines}\n{indent}>")
}

/// The texts of a language, as the element passes them to the form.
fn texts(language: &str, direction: &str, json: &str) -> Texts {
    let json: serde_json::Value = serde_json::from_str(json).expect("texts are JSON");
    let mut lines = format!("{language} {direction}\n");
    for text in Text::ALL {
        lines += json[text.key()].as_str().expect("every text is there");
        lines.push('\n');
    }
    Texts::new(lines)
}

fn add_customer_with_password(engine: &mut ae_engine::Settings) {
    engine.password_brand = true;
    let customer = Customer {
        password: Some(PASSWORD.to_owned()),
        ..Customer::new("4068291")
    };
    engine.customers.insert(MOBILE_SENT.to_owned(), customer);
}

fn load_countries(page: &mut TestPage, region: &str) {
    // The first line of the file names the source of the table.
    let (_, countries) = TABLE.split_once('\n').expect("lines");
    page.dispatch(Input::CountriesLoaded(
        FORM,
        format!("{region}\n{countries}"),
    ));
}

#[test]
fn login_by_code_matches_its_snapshots() {
    let attributes = [
        ("identifiers", "mobile"),
        ("country", "US"),
        ("resend-after", "1"),
    ];
    let mut screens = Screens::with(&attributes, |_| {});
    load_countries(&mut screens.page, "US");
    screens.matches_snapshot("identify");
    screens.page.submit("");
    screens.matches_snapshot("identify_empty");
    screens.enter("99@");
    screens.matches_snapshot("identify_not_a_number");
    screens.enter("+971 50 123");
    screens.matches_snapshot("identify_too_short_for_its_country");

    screens.page.fail_next(Call::OpenSession, Fault::Html503);
    screens.page.latency = SECOND;
    screens.enter(MOBILE);
    screens.matches_snapshot("identify_busy");
    screens.page.advance(SECOND);
    screens.page.latency = 0;
    screens.matches_snapshot("identify_server_error");
    screens.page.refuse_next(Call::OpenSession, 1504);
    screens.enter(MOBILE);
    screens.matches_snapshot("stuck");
    screens.page.submit("");
    screens.enter(MOBILE);
    screens.matches_snapshot("code_with_countdown");
    screens.page.submit("one two");
    screens.matches_snapshot("code_unreadable");
    let wrong = screens.page.wrong_code();
    screens.page.submit(&wrong);
    screens.matches_snapshot("code_wrong");
    screens.page.fail_next(Call::CheckCode, Fault::Html503);
    screens.page.submit(&wrong);
    screens.matches_snapshot("code_server_error");
    screens.page.advance(SECOND);
    screens.page.press(Action::Resend);
    screens.matches_snapshot("code_sent_again");
    screens.page.advance(14 * MINUTE);
    screens.matches_snapshot("code_little_time_left");
    screens.page.advance(2 * MINUTE);
    screens.matches_snapshot("code_attempt_timed_out");
    screens.enter(MOBILE);
    screens.page.refuse_next(Call::CheckCode, 1505);
    screens.page.submit(&wrong);
    screens.matches_snapshot("identify_attempt_over");

    screens.enter(MOBILE);
    screens.page.submit_code();
    screens.matches_snapshot("signed_in");
    screens.page.press(Action::SignOut);
    screens.matches_snapshot("identify_signed_out");
    screens.enter(MOBILE);
    screens.page.submit_code();
    screens.page.fail_all(Call::Renew, Fault::Code(1525, None));
    screens.page.advance(15 * MINUTE);
    screens.matches_snapshot("identify_session_ended");
    let retry_after = Some("600".to_owned());
    screens
        .page
        .fail_next(Call::SendCode, Fault::TooMany { retry_after });
    screens.enter(MOBILE);
    screens.matches_snapshot("identify_too_many_codes");
    assert_eq!(screens.compared, BY_CODE);
}

#[test]
fn login_by_password_matches_its_snapshots() {
    let attributes = [
        ("first-factor", "auto"),
        ("remember", "ask"),
        ("resend-after", "0"),
        ("fallback-channels", "SMS WHATSAPP ZALO"),
    ];
    let mut screens = Screens::with(&attributes, |engine| {
        add_customer_with_password(engine);
        engine.password_tries = 2;
    });
    screens.matches_snapshot("identify_with_choice_to_stay");
    screens.enter("ada@");
    screens.matches_snapshot("identify_not_an_address");
    screens.enter(MOBILE);
    screens.matches_snapshot("password");
    screens.page.submit("");
    screens.matches_snapshot("password_empty");
    screens.page.submit("not this one");
    screens.page.press(Action::Reveal);
    screens.matches_snapshot("password_wrong_and_revealed");
    screens.page.press(Action::UseCode);
    screens.matches_snapshot("code_with_channels_and_password");
    screens.page.press(Action::Fallback(Channel::Zalo));
    screens.matches_snapshot("code_channel_unavailable");
    screens.page.press(Action::UsePassword);
    screens.page.press(Action::Forgot);
    screens.matches_snapshot("forgot_password");
    screens.page.fill(&[PASSWORD, ""]);
    screens.matches_snapshot("forgot_password_not_the_same");
    screens.page.fill(&[PASSWORD]);
    screens.matches_snapshot("forgot_password_used_before");
    screens.page.press(Action::Back);
    screens.page.submit("not this one");
    screens.page.submit("not this one");
    screens.matches_snapshot("forgot_password_too_many_wrong_ones");
    screens.page.fill(&[NEW_PASSWORD]);
    screens.page.submit_code();
    screens.matches_snapshot("signed_in_by_password");
    assert_eq!(screens.compared, BY_PASSWORD);
}

#[test]
fn login_by_user_name_matches_its_snapshots() {
    let attributes = [
        ("identifiers", "mobile username"),
        ("first-factor", "password"),
        ("password-pattern", ".{8,}"),
        (
            "password-hint",
            "At least 8 characters, one of them a digit, and none of them your name.",
        ),
    ];
    let mut screens = Screens::with(&attributes, |engine| engine.password_brand = true);
    // The browser matches the pattern against a new password.
    screens.page.policy = Some(|password| password.len() >= 8);
    screens.page.type_text("grace");
    screens.matches_snapshot("identify_user_name");
    screens.enter("grace");
    screens.matches_snapshot("address_needed");
    screens.page.submit("");
    screens.matches_snapshot("address_empty");
    screens.enter("ada@");
    screens.matches_snapshot("address_not_an_address");
    screens.page.press(Action::Back);
    screens.enter(MOBILE);
    screens.matches_snapshot("new_password");
    screens.page.fill(&["short"]);
    screens.page.press(Action::Reveal);
    screens.matches_snapshot("new_password_not_safe_enough_and_revealed");
    screens.page.fill(&[PASSWORD]);
    screens.page.submit_code();
    assert_eq!(screens.page.step(), StepName::SignedIn);
    screens.page.change_password();
    screens.matches_snapshot("change_password");
    screens.page.fill(&["not this one", NEW_PASSWORD]);
    screens.matches_snapshot("change_password_wrong");
    screens.page.fill(&[PASSWORD, NEW_PASSWORD]);
    screens.matches_snapshot("signed_in_password_changed");
    screens.page.press(Action::SignOut);
    screens
        .page
        .change_form_settings(|form| form.identifiers = vec![IdentifierKind::ExternalId]);
    screens.enter("C-00042");
    screens.matches_snapshot("stuck_no_customer_numbers");
    assert_eq!(screens.compared, BY_USER_NAME);
}

#[test]
fn second_factor_matches_its_snapshots() {
    let attributes = [
        ("identifiers", "mobile"),
        ("first-factor", "password"),
        ("second-factor-identifier", "email"),
        ("second-factor-method", "password"),
    ];
    let mut screens = Screens::with(&attributes, |engine| {
        add_customer_with_password(engine);
        engine.mfa_password = true;
        engine.forced_mfa = true;
    });
    let address = "ada.augusta.king.countess.of.lovelace@example.org";
    screens.enter(MOBILE);
    screens.page.submit(PASSWORD);
    screens.matches_snapshot("second_identify");
    screens.enter("ada");
    screens.matches_snapshot("second_identify_not_an_address");
    screens.enter(address);
    screens.matches_snapshot("second_new_password");
    screens.page.fill(&[NEW_PASSWORD, ""]);
    screens.matches_snapshot("second_new_password_not_the_same");
    screens.page.fill(&[NEW_PASSWORD]);
    screens.matches_snapshot("second_code");
    let wrong = screens.page.wrong_code();
    screens.page.submit(&wrong);
    screens.matches_snapshot("second_code_wrong");
    screens.page.submit_code();
    assert_eq!(screens.page.step(), StepName::SignedIn);
    screens.page.press(Action::SignOut);

    screens.enter(MOBILE);
    screens.page.submit(PASSWORD);
    screens.enter(address);
    screens.matches_snapshot("second_password");
    screens.page.submit("not this one");
    screens.matches_snapshot("second_password_wrong");
    let retry_after = Some("600".to_owned());
    screens
        .page
        .fail_next(Call::CheckSecondPassword, Fault::TooMany { retry_after });
    screens.page.submit("not this one");
    screens.matches_snapshot("second_password_too_many_tries");
    assert_eq!(screens.compared, SECOND_FACTOR);
}

#[test]
fn other_fields_languages_and_dialog_match_their_snapshots() {
    let mut compared = Vec::new();
    for (identifiers, name) in [
        ("email", "identify_email_only"),
        ("external-id", "identify_customer_number_only"),
    ] {
        let mut screens = Screens::with(&[("identifiers", identifiers)], |_| {});
        screens.matches_snapshot(name);
        compared.append(&mut screens.compared);
    }
    let attributes = [
        ("identifiers", "mobile"),
        ("country", "IN"),
        ("countries", "IN"),
    ];
    let mut screens = Screens::with(&attributes, |_| {});
    load_countries(&mut screens.page, "IN");
    screens.matches_snapshot("identify_country_fixed");
    compared.append(&mut screens.compared);

    let mut screens = Screens::with(&[], |_| {});
    screens.is_dialog = true;
    screens.matches_snapshot("dialog_identify");
    screens.enter(MOBILE);
    screens.matches_snapshot("dialog_code");
    compared.append(&mut screens.compared);

    let attributes = [("remember", "ask"), ("first-factor", "auto")];
    let mut screens = Screens::with(&attributes, add_customer_with_password);
    screens.texts = texts("ar", "rtl", ARABIC);
    load_countries(&mut screens.page, "IN");
    screens.matches_snapshot("right_to_left_identify");
    screens.enter(MOBILE);
    screens.page.press(Action::UseCode);
    screens.matches_snapshot("right_to_left_code");
    screens.page.press(Action::UsePassword);
    screens.page.submit("not this one");
    screens.matches_snapshot("right_to_left_password_wrong");
    compared.append(&mut screens.compared);

    let attributes = [("remember", "ask"), ("remember-identifier", "")];
    let mut screens = Screens::with(&attributes, |_| {});
    screens.page.submit(MOBILE);
    screens.page.submit_code();
    screens.page.unload();
    screens.page.stored.session = None;
    screens.page.load();
    screens.matches_snapshot("identify_remembered");
    screens.page.submit("");
    screens.matches_snapshot("code_remembered");
    compared.append(&mut screens.compared);
    assert_eq!(compared, OTHERS);
}

#[test]
fn snapshot_folder_has_one_file_for_each_state() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/screens/snapshots");
    let files: BTreeSet<String> = fs::read_dir(folder)
        .expect("the snapshots")
        .map(|entry| entry.expect("a file").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    let states = [
        &BY_CODE[..],
        &BY_PASSWORD,
        &BY_USER_NAME,
        &SECOND_FACTOR,
        &OTHERS,
    ]
    .concat();
    let expected: BTreeSet<String> = states.iter().map(|state| format!("{state}.snap")).collect();
    assert_eq!(expected.len(), states.len(), "each name occurs once");
    assert_eq!(files, expected);
}
