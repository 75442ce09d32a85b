//! axe-core and the layout check on every step and every error: in light, dark and forced colours, both directions, several widths, large
//! letters and wide text spacing.
//!
//! The page is in a frame, since windows have a minimum width; the environment changes while the widget keeps its step. WebKit's GTK
//! port has no forced colours, so that it checks two kinds of colours.

use ae_e2e::{Browser, Fixture, Page, Shop, script};
use ae_engine::{Endpoint, Fault};
use serde_json::json;
use xtask::site::CSP;

use crate::passwords::{PASSWORD, add_customer_with_password, choose_password};
use crate::phone_numbers::country_is;
use crate::shared_session::advance_clock;
use crate::sign_in::{SENT, TYPED};

/// The states that each scenario checks, in order. A name begins with the step.
const CODES: [&str; 16] = [
    "identify",
    "identify: nothing typed",
    "identify: not a number",
    "identify: too short for its country",
    "identify: error of the engine",
    "stuck",
    "code: waiting for another one",
    "code: not digits",
    "code: wrong",
    "code: error of the engine",
    "code: new one sent",
    "identify: sign-in expired",
    "signed-in",
    "identify: signed out",
    "identify: session ended",
    "identify: rate limit",
];
const PASSWORDS: [&str; 12] = [
    "identify: with remember checkbox",
    "identify: invalid address",
    "password",
    "password: nothing typed",
    "password: wrong and shown",
    "code: with fallback channels and password",
    "code: channel not available",
    "forgot-password",
    "forgot-password: repetition differs",
    "forgot-password: old password",
    "forgot-password: too many wrong passwords",
    "signed-in: by password",
];
const NAMES: [&str; 10] = [
    "identify: user name",
    "identify: address required",
    "identify: address empty",
    "identify: required address invalid",
    "new-password",
    "new-password: longer or stronger",
    "change-password",
    "change-password: wrong",
    "signed-in: password changed",
    "stuck: customer numbers unsupported",
];
const SECONDS: [&str; 9] = [
    "second-identify",
    "second-identify: invalid address",
    "second-new-password",
    "second-new-password: repetition differs",
    "second-code",
    "second-code: wrong",
    "second-password",
    "second-password: wrong",
    "second-password: rate limit",
];

/// How often axe runs for a state in each kind of colours: in both directions, with usual and with large letters.
const RUNS: usize = 4;
const _: () = assert!(
    (CODES.len() + PASSWORDS.len() + NAMES.len() + SECONDS.len()) * RUNS * 2 >= 300,
    "axe runs at least 300 times in each browser; WebKit has two kinds of colours"
);

/// Checks a form in all environments, and collects the problems.
struct Checker<'a> {
    fixture: &'a Fixture,
    page: Page,
    /// The states that were checked.
    states: Vec<&'static str>,
    /// How often axe has run.
    runs: usize,
    problems: Vec<String>,
}

impl<'a> Checker<'a> {
    /// Opens a shop in a frame.
    async fn open(fixture: &'a Fixture, attributes: &str) -> Self {
        let shop = Shop::new()
            .with_attributes(attributes)
            .with_csp(&format!("{CSP}; frame-src 'self'"))
            .with_head(r#"<script src="/clock.js"></script><script src="/axe.js"></script>"#);
        let page = fixture.opens(shop).await;
        page.is_framed_in_any_size().await;
        page.is_at("identify").await;
        Self {
            fixture,
            page,
            states: Vec::new(),
            runs: 0,
            problems: Vec::new(),
        }
    }

    /// Checks the current state.
    async fn check(&mut self, state: &'static str) {
        let step = state.split(':').next().unwrap_or_default();
        self.page.is_at(step).await;
        self.states.push(state);
        for colours in ["light", "dark", "forced"] {
            let is_forced = colours == "forced";
            if is_forced {
                if self.fixture.browser == Browser::WebKit {
                    continue;
                }
                self.page.forces_colours(self.fixture.browser, true).await;
            }
            let script = script!("../../src/page/layout.js", "axe.js"; "return checkEnvironments(arguments[0])");
            let checked = self.page.awaits(script, json!([colours])).await;
            let checked = checked.unwrap_or_else(|why| panic!("{state}, {colours}: {why}"));
            self.runs += checked["runs"].as_array().map_or(0, Vec::len);
            let problems = checked["problems"].as_array().into_iter().flatten();
            self.problems
                .extend(problems.map(|problem| format!("{state}: {problem}")));
            if is_forced {
                self.page.forces_colours(self.fixture.browser, false).await;
            }
        }
    }

    /// Checks that all of these states were checked in all environments, without a problem.
    fn has_passed(self, states: &[&str]) {
        assert!(self.problems.is_empty(), "{:#?}", self.problems);
        assert_eq!(self.states, states);
        let colours = if self.fixture.browser == Browser::WebKit {
            2
        } else {
            3
        };
        assert_eq!(self.runs, states.len() * RUNS * colours);
    }
}

pub(crate) async fn code_login_states_pass_axe_in_every_environment(fixture: &Fixture) {
    let engine = &fixture.engine;
    let mut checker = Checker::open(fixture, r#"country="US" resend-after="1""#).await;
    let page = checker.page.clone();
    let number = "Mobile number";
    country_is(&page, "US", "US +1").await;
    checker.check(CODES[0]).await;
    page.presses("Continue").await;
    page.sees("Fill in this field to continue.").await;
    checker.check(CODES[1]).await;
    page.types(number, "99@").await;
    page.presses("Continue").await;
    page.sees("That doesn't look like a mobile number.").await;
    checker.check(CODES[2]).await;
    page.types(number, "+971 50 123").await;
    page.presses("Continue").await;
    page.sees("That number is too short for United Arab Emirates.")
        .await;
    checker.check(CODES[3]).await;

    engine.fails(Endpoint::TokenGenerate, Fault::Html503);
    page.types(number, TYPED).await;
    page.presses("Continue").await;
    page.receives_error("server", None).await;
    checker.check(CODES[4]).await;
    engine.fails(Endpoint::TokenGenerate, Fault::Code(1504, None));
    page.presses("Continue").await;
    page.receives_error("configuration", Some(1504)).await;
    checker.check(CODES[5]).await;
    page.presses("Try again").await;
    page.is_at("identify").await;

    page.presses("Continue").await;
    checker.check(CODES[6]).await;
    page.types("Code", "one two").await;
    page.presses("Sign in").await;
    page.sees("Enter the code from the message").await;
    checker.check(CODES[7]).await;
    page.types("Code", "000000").await;
    page.presses("Sign in").await;
    page.receives_error("rejected", Some(1506)).await;
    checker.check(CODES[8]).await;
    engine.fails(Endpoint::OtpValidate, Fault::Html503);
    page.types("Code", "000000").await;
    page.presses("Sign in").await;
    page.receives_error("server", None).await;
    checker.check(CODES[9]).await;
    page.presses("Resend code").await;
    page.sees("A new code is on its way.").await;
    checker.check(CODES[10]).await;
    engine.fails(Endpoint::OtpValidate, Fault::Code(1505, None));
    page.types("Code", "000000").await;
    page.presses("Sign in").await;
    page.receives_error("rejected", Some(1505)).await;
    checker.check(CODES[11]).await;

    let sign_in = async || {
        page.types(number, TYPED).await;
        page.presses("Continue").await;
        page.is_at("code").await;
        page.types("Code", &engine.code_sent_to(SENT)).await;
        page.presses("Sign in").await;
        page.is_at("signed-in").await;
    };
    sign_in().await;
    checker.check(CODES[12]).await;
    page.presses("Sign out").await;
    checker.check(CODES[13]).await;
    sign_in().await;
    engine.keeps_failing(Endpoint::TokenRegenerate, Fault::Code(1525, None));
    advance_clock(&page, 890).await;
    page.receives_error("rejected", Some(1525)).await;
    page.sees("Your session has ended.").await;
    checker.check(CODES[14]).await;
    engine.fails(
        Endpoint::OtpGenerate,
        Fault::TooMany {
            retry_after: Some("600".to_owned()),
        },
    );
    page.presses("Continue").await;
    page.receives_error("rate-limited", Some(429)).await;
    page.countdown("Continue").await;
    checker.check(CODES[15]).await;
    checker.has_passed(&CODES);
}

pub(crate) async fn password_login_states_pass_axe_in_every_environment(fixture: &Fixture) {
    add_customer_with_password(fixture);
    fixture
        .engine
        .configure(|settings| settings.password_tries = 2);
    let mut checker = Checker::open(
        fixture,
        r#"identifiers="mobile email" first-factor="auto" remember="ask" resend-after="0" fallback-channels="SMS WHATSAPP ZALO""#,
    )
    .await;
    let page = checker.page.clone();
    let either = "Mobile number or email";
    checker.check(PASSWORDS[0]).await;
    page.types(either, "ada@").await;
    page.presses("Continue").await;
    page.sees("That doesn't look like an email address.").await;
    checker.check(PASSWORDS[1]).await;
    page.types(either, TYPED).await;
    page.presses("Continue").await;
    checker.check(PASSWORDS[2]).await;
    page.presses("Sign in").await;
    page.sees("Enter a password to continue.").await;
    checker.check(PASSWORDS[3]).await;
    let enter_wrong_password = async |code| {
        page.types("Password", "not this one").await;
        page.presses("Sign in").await;
        page.receives_error("rejected", Some(code)).await;
    };
    enter_wrong_password(1528).await;
    page.types("Password", "not this one").await;
    page.presses("Show").await;
    page.has_type("Password", "text").await;
    checker.check(PASSWORDS[4]).await;
    page.presses("Use a code instead").await;
    checker.check(PASSWORDS[5]).await;
    page.presses("Send by Zalo instead").await;
    page.receives_error("configuration", Some(1603)).await;
    page.sees("We can't send the code that way.").await;
    checker.check(PASSWORDS[6]).await;
    page.presses("Use a password instead").await;
    page.is_at("password").await;
    page.presses("Forgot password?").await;
    checker.check(PASSWORDS[7]).await;
    page.types("New password", PASSWORD).await;
    page.presses("Continue").await;
    page.sees("The passwords don't match.").await;
    checker.check(PASSWORDS[8]).await;
    choose_password(&page, PASSWORD).await;
    page.receives_error("rejected", Some(1527)).await;
    page.sees("That's your old password.").await;
    checker.check(PASSWORDS[9]).await;
    page.presses("Back").await;
    page.is_at("password").await;
    enter_wrong_password(1528).await;
    enter_wrong_password(1530).await;
    page.sees("Too many wrong passwords.").await;
    checker.check(PASSWORDS[10]).await;
    choose_password(&page, "battery staple").await;
    page.is_at("code").await;
    page.types("Code", &fixture.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    checker.check(PASSWORDS[11]).await;
    checker.has_passed(&PASSWORDS);
}

pub(crate) async fn user_name_login_states_pass_axe_in_every_environment(fixture: &Fixture) {
    fixture
        .engine
        .configure(|settings| settings.password_brand = true);
    let mut checker = Checker::open(
        fixture,
        r#"identifiers="mobile username" first-factor="password" password-pattern=".{8,}" password-hint="At least 8 characters, one of them a digit, and none of them your name.""#,
    )
    .await;
    let page = checker.page.clone();
    let any = "Number, email or username";
    page.types(any, "grace").await;
    checker.check(NAMES[0]).await;
    page.presses("Continue").await;
    page.receives_error("rejected", Some(1540)).await;
    page.sees("The shop needs this too.").await;
    checker.check(NAMES[1]).await;
    page.presses("Continue").await;
    page.sees("Fill in this field to continue.").await;
    checker.check(NAMES[2]).await;
    page.types("Mobile number or email", "ada@").await;
    page.presses("Continue").await;
    page.sees("That doesn't look like an email address.").await;
    checker.check(NAMES[3]).await;
    page.presses("Back").await;
    page.types(any, TYPED).await;
    page.presses("Continue").await;
    page.receives_error("rejected", Some(1520)).await;
    checker.check(NAMES[4]).await;
    choose_password(&page, "short").await;
    page.sees("longer or stronger").await;
    page.presses("Show").await;
    checker.check(NAMES[5]).await;
    choose_password(&page, PASSWORD).await;
    page.is_at("code").await;
    page.types("Code", &fixture.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    page.evaluates("widget().changePassword()", json!([])).await;
    checker.check(NAMES[6]).await;
    let save = async |current: &str| {
        page.types("Current password", current).await;
        page.types("New password", "battery staple").await;
        page.types("Confirm new password", "battery staple").await;
        page.presses("Save password").await;
    };
    save("not this one").await;
    page.receives_error("rejected", Some(1528)).await;
    checker.check(NAMES[7]).await;
    save(PASSWORD).await;
    page.sees("Your password has been changed.").await;
    checker.check(NAMES[8]).await;
    page.presses("Sign out").await;
    page.is_at("identify").await;
    page.evaluates(
        "widget().setAttribute('identifiers', 'external-id')",
        json!([]),
    )
    .await;
    page.types("Customer number", "C-00042").await;
    page.presses("Continue").await;
    page.receives_error("configuration", Some(3005)).await;
    checker.check(NAMES[9]).await;
    checker.has_passed(&NAMES);
}

pub(crate) async fn second_factor_states_pass_axe_in_every_environment(fixture: &Fixture) {
    fixture.engine.configure(|settings| {
        settings.mfa_password = true;
        settings.forced_mfa = true;
    });
    add_customer_with_password(fixture);
    let mut checker = Checker::open(
        fixture,
        r#"first-factor="password" second-factor-identifier="email" second-factor-method="password""#,
    )
    .await;
    let page = checker.page.clone();
    let prove_first_factor = async || {
        page.types("Mobile number", TYPED).await;
        page.presses("Continue").await;
        page.is_at("password").await;
        page.types("Password", PASSWORD).await;
        page.presses("Sign in").await;
    };
    let address = "ada.augusta.king.countess.of.lovelace@example.org";
    prove_first_factor().await;
    checker.check(SECONDS[0]).await;
    page.types("Email address", "ada").await;
    page.presses("Continue").await;
    page.sees("That doesn't look like an email address.").await;
    checker.check(SECONDS[1]).await;
    page.types("Email address", address).await;
    page.presses("Continue").await;
    checker.check(SECONDS[2]).await;
    page.types("New password", "battery staple").await;
    page.presses("Continue").await;
    page.sees("The passwords don't match.").await;
    checker.check(SECONDS[3]).await;
    choose_password(&page, "battery staple").await;
    checker.check(SECONDS[4]).await;
    page.types("Code", "000000").await;
    page.presses("Sign in").await;
    page.receives_error("rejected", Some(1506)).await;
    checker.check(SECONDS[5]).await;
    page.types("Code", &fixture.engine.code_sent_to(address))
        .await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    page.presses("Sign out").await;
    page.is_at("identify").await;

    prove_first_factor().await;
    page.is_at("second-identify").await;
    page.types("Email address", address).await;
    page.presses("Continue").await;
    checker.check(SECONDS[6]).await;
    page.types("Second password", "not this one").await;
    page.presses("Sign in").await;
    page.receives_error("rejected", Some(1528)).await;
    checker.check(SECONDS[7]).await;
    fixture.engine.fails(
        Endpoint::MfaPasswordValidate,
        Fault::TooMany {
            retry_after: Some("600".to_owned()),
        },
    );
    page.types("Second password", "not this one").await;
    page.presses("Sign in").await;
    page.receives_error("rate-limited", Some(429)).await;
    page.countdown("Sign in").await;
    checker.check(SECONDS[8]).await;
    checker.has_passed(&SECONDS);
}
