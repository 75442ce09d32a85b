//! For all eyes: every step and every error, in light, dark and forced colours, in both directions, on a phone and in large
//! letters, found open to everybody by machine.
//!
//! The page stands in a frame, since browsers have a least width for their windows, and its surroundings change around it while
//! it keeps its step. WebKit's GTK port knows no forced colours, so that it sees two kinds of them.

use ae_e2e::{Bench, Browser, Page, Shop};
use ae_engine::{Endpoint, Fault};
use serde_json::json;
use xtask::site::CSP;

use crate::passwords::{PASSWORD, a_customer_with_a_password, choose};
use crate::phone_numbers::lists;
use crate::shared_session::seconds_pass;
use crate::sign_in::{SENT, TYPED};

/// What the scenarios below look at: each state of each walk, in order.
const CODES: [&str; 16] = [
    "identify",
    "identify: nothing typed",
    "identify: no number",
    "identify: too short for its country",
    "identify: the engine in trouble",
    "stuck",
    "code: a wait for another",
    "code: no digits",
    "code: wrong",
    "code: the engine in trouble",
    "code: a new one is sent",
    "identify: the sign-in is over",
    "signed-in",
    "identify: signed out",
    "identify: the session has ended",
    "identify: too many codes, a wait",
];
const PASSWORDS: [&str; 12] = [
    "identify: with a choice to stay",
    "identify: an address",
    "password",
    "password: nothing typed",
    "password: wrong, and shown",
    "code: by other channels, or by password",
    "code: a channel there is not",
    "forgot-password",
    "forgot-password: not the same twice",
    "forgot-password: the old one",
    "forgot-password: too many wrong ones",
    "signed-in: by password",
];
const NAMES: [&str; 10] = [
    "identify: a user name",
    "identify: an address is wanted as well",
    "identify: no address typed",
    "identify: an address that is none",
    "new-password",
    "new-password: not safe enough",
    "change-password",
    "change-password: wrong",
    "signed-in: the password is changed",
    "stuck: no customer numbers",
];
const SECONDS: [&str; 9] = [
    "second-identify",
    "second-identify: no address",
    "second-new-password",
    "second-new-password: not the same twice",
    "second-code",
    "second-code: wrong",
    "second-password",
    "second-password: wrong",
    "second-password: too many tries",
];

/// How often axe looks at a state in each kind of colours: both directions, narrow and in large letters.
const LOOKS: usize = 4;
const _: () = assert!(
    (CODES.len() + PASSWORDS.len() + NAMES.len() + SECONDS.len()) * LOOKS * 2 >= 300,
    "at least so often in each browser, of which one has two kinds of colours"
);

const BOXES: &str = include_str!("boxes.js");

/// Looks at a form in all surroundings.
struct Eyes<'a> {
    bench: &'a Bench,
    page: Page,
    seen: Vec<&'static str>,
    looks: usize,
    wrong: Vec<String>,
}

impl<'a> Eyes<'a> {
    async fn on(bench: &'a Bench, attributes: &str) -> Self {
        let shop = Shop::new()
            .with(attributes)
            .under(&format!("{CSP}; frame-src 'self'"))
            .and_head(r#"<script src="/clock.js"></script><script src="/axe.js"></script>"#);
        let page = bench.opens(shop).await;
        page.is_framed_at_will().await;
        page.is_at("identify").await;
        Self {
            bench,
            page,
            seen: Vec::new(),
            looks: 0,
            wrong: Vec::new(),
        }
    }

    /// Looks at what is there now.
    async fn see(&mut self, state: &'static str) {
        let step = state.split(':').next().unwrap_or_default();
        self.page.is_at(step).await;
        self.seen.push(state);
        for colours in ["light", "dark", "forced"] {
            let is_forced = colours == "forced";
            if is_forced {
                if self.bench.browser == Browser::WebKit {
                    continue;
                }
                self.page.forces_colours(self.bench.browser, true).await;
            }
            let script = format!("{BOXES}\n{LOOK}");
            let looked = self.page.promised(&script, json!([colours])).await;
            let looked = looked.unwrap_or_else(|why| panic!("{state}, {colours}: {why}"));
            self.looks += looked["looks"].as_array().map_or(0, Vec::len);
            let wrong = looked["wrong"].as_array().into_iter().flatten();
            self.wrong
                .extend(wrong.map(|wrong| format!("{state}: {wrong}")));
            if is_forced {
                self.page.forces_colours(self.bench.browser, false).await;
            }
        }
    }

    /// All of these were seen, as often as they should be, and nothing was wrong.
    fn saw(self, states: &[&str]) {
        assert!(self.wrong.is_empty(), "{:#?}", self.wrong);
        assert_eq!(self.seen, states);
        let colours = if self.bench.browser == Browser::WebKit {
            2
        } else {
            3
        };
        assert_eq!(self.looks, states.len() * LOOKS * colours);
    }
}

/// Changes the surroundings, looks, and leaves them as they were. Axe runs every rule of WCAG 2.2 A and AA, its best practices and
/// what it calls experimental: all but the deprecated and those of AAA. With twice the letters on the narrowest page, and with the
/// spacing of WCAG 1.4.12, only boxes are looked at.
const LOOK: &str = r"
const [colours] = arguments;
const root = document.documentElement;
const later = () => new Promise(requestAnimationFrame);
const spacing = new CSSStyleSheet();
spacing.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-block-end: 2em !important }`);
async function surround({ direction = 'ltr', width = 320, size = '', isSpaced = false }) {
  widget().setAttribute('locale', direction === 'rtl' ? 'en-Arab' : 'en');
  root.dir = direction;
  root.style.colorScheme = colours === 'dark' ? 'dark' : 'light';
  frameElement.style.width = `${width}px`;
  // WebKit would keep the height of a line that takes two now that it is narrower.
  root.style.fontSize = '90%';
  await later();
  root.style.fontSize = size;
  document.adoptedStyleSheets = [...document.adoptedStyleSheets.filter((it) => it !== spacing), ...(isSpaced ? [spacing] : [])];
  const [form] = inside(null, 'form');
  for (let frame = 0; form.dir !== direction || innerWidth !== width || frame < 2; frame++) {
    if (frame > 600) throw new Error(`no such surroundings: ${form.dir}, ${innerWidth} px`);
    await later();
  }
  // One that is given up for another look is over as well.
  await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
  if (matchMedia('(forced-colors: active)').matches !== (colours === 'forced')) throw new Error('other colours');
}
const rules = Object.fromEntries(axe.getRules().filter(({ tags }) => !tags.includes('deprecated') && !tags.includes('wcag2aaa')).map(({ ruleId }) => [ruleId, { enabled: true }]));
return (async () => {
  const [looks, wrong] = [[], []];
  for (const direction of ['ltr', 'rtl']) {
    for (const around of [{ width: 320 }, { width: 320, isSpaced: true }, { width: 320, size: '200%' }, { width: 640, size: '200%' }]) {
      await surround({ direction, ...around });
      const isBoth = around.width === 320 && around.size === '200%';
      const found = wrongWithBoxes({ needsRoom: !isBoth });
      if (!isBoth && !around.isSpaced) {
        const { violations, passes } = await axe.run(document, { resultTypes: ['violations'], rules });
        looks.push(passes.length);
        for (const { id, nodes } of violations) found.push(`${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`)}`);
      }
      const where = [colours, direction, ...Object.entries(around).flat()].join(' ');
      wrong.push(...found.map((it) => `${where}: ${it}`));
    }
  }
  await surround({});
  return { looks, wrong };
})()";

pub(crate) async fn code_login_states_pass_axe_in_every_environment(bench: &Bench) {
    let engine = &bench.engine;
    let mut eyes = Eyes::on(bench, r#"country="US" resend-after="1""#).await;
    let page = eyes.page.clone();
    let number = "Mobile number";
    lists(&page, "US", "US +1").await;
    eyes.see(CODES[0]).await;
    page.presses("Continue").await;
    page.sees("Enter this to go on.").await;
    eyes.see(CODES[1]).await;
    page.types(number, "99@").await;
    page.presses("Continue").await;
    page.sees("This is not a mobile number.").await;
    eyes.see(CODES[2]).await;
    page.types(number, "+971 50 123").await;
    page.presses("Continue").await;
    page.sees("This number is too short for United Arab Emirates.")
        .await;
    eyes.see(CODES[3]).await;

    engine.fails(Endpoint::TokenGenerate, Fault::Html503);
    page.types(number, TYPED).await;
    page.presses("Continue").await;
    page.hears_error("server", None).await;
    eyes.see(CODES[4]).await;
    engine.fails(Endpoint::TokenGenerate, Fault::Code(1504, None));
    page.presses("Continue").await;
    page.hears_error("configuration", Some(1504)).await;
    eyes.see(CODES[5]).await;
    page.presses("Try again").await;
    page.is_at("identify").await;

    page.presses("Continue").await;
    eyes.see(CODES[6]).await;
    page.types("Code", "one two").await;
    page.presses("Sign in").await;
    page.sees("Enter the digits of the code").await;
    eyes.see(CODES[7]).await;
    page.types("Code", "000000").await;
    page.presses("Sign in").await;
    page.hears_error("rejected", Some(1506)).await;
    eyes.see(CODES[8]).await;
    engine.fails(Endpoint::OtpValidate, Fault::Html503);
    page.types("Code", "000000").await;
    page.presses("Sign in").await;
    page.hears_error("server", None).await;
    eyes.see(CODES[9]).await;
    page.presses("Send a new code").await;
    page.sees("A new code is on its way.").await;
    eyes.see(CODES[10]).await;
    engine.fails(Endpoint::OtpValidate, Fault::Code(1505, None));
    page.types("Code", "000000").await;
    page.presses("Sign in").await;
    page.hears_error("rejected", Some(1505)).await;
    eyes.see(CODES[11]).await;

    let sign_in = async || {
        page.types(number, TYPED).await;
        page.presses("Continue").await;
        page.is_at("code").await;
        page.types("Code", &engine.code_sent_to(SENT)).await;
        page.presses("Sign in").await;
        page.is_at("signed-in").await;
    };
    sign_in().await;
    eyes.see(CODES[12]).await;
    page.presses("Sign out").await;
    eyes.see(CODES[13]).await;
    sign_in().await;
    engine.keeps_failing(Endpoint::TokenRegenerate, Fault::Code(1525, None));
    seconds_pass(&page, 890).await;
    page.hears_error("rejected", Some(1525)).await;
    page.sees("Your session has ended.").await;
    eyes.see(CODES[14]).await;
    engine.fails(
        Endpoint::OtpGenerate,
        Fault::TooMany {
            retry_after: Some("600".to_owned()),
        },
    );
    page.presses("Continue").await;
    page.hears_error("rate-limited", Some(429)).await;
    page.countdown("Continue").await;
    eyes.see(CODES[15]).await;
    eyes.saw(&CODES);
}

pub(crate) async fn password_login_states_pass_axe_in_every_environment(bench: &Bench) {
    a_customer_with_a_password(bench);
    bench.engine.is(|settings| settings.password_tries = 2);
    let mut eyes = Eyes::on(
        bench,
        r#"identifiers="mobile email" first-factor="auto" remember="ask" resend-after="0" fallback-channels="SMS WHATSAPP ZALO""#,
    )
    .await;
    let page = eyes.page.clone();
    let either = "Mobile number or e-mail";
    eyes.see(PASSWORDS[0]).await;
    page.types(either, "ada@").await;
    page.presses("Continue").await;
    page.sees("This is not an e-mail address.").await;
    eyes.see(PASSWORDS[1]).await;
    page.types(either, TYPED).await;
    page.presses("Continue").await;
    eyes.see(PASSWORDS[2]).await;
    page.presses("Sign in").await;
    page.sees("Enter a password to go on.").await;
    eyes.see(PASSWORDS[3]).await;
    let is_wrong = async |code| {
        page.types("Password", "not this one").await;
        page.presses("Sign in").await;
        page.hears_error("rejected", Some(code)).await;
    };
    is_wrong(1528).await;
    page.types("Password", "not this one").await;
    page.presses("Show").await;
    page.is_of_type("Password", "text").await;
    eyes.see(PASSWORDS[4]).await;
    page.presses("Use a code instead").await;
    eyes.see(PASSWORDS[5]).await;
    page.presses("Send it by Zalo instead").await;
    page.hears_error("configuration", Some(1603)).await;
    page.sees("The code cannot be sent that way.").await;
    eyes.see(PASSWORDS[6]).await;
    page.presses("Use my password instead").await;
    page.is_at("password").await;
    page.presses("I forgot my password").await;
    eyes.see(PASSWORDS[7]).await;
    page.types("New password", PASSWORD).await;
    page.presses("Continue").await;
    page.sees("The two passwords are not the same.").await;
    eyes.see(PASSWORDS[8]).await;
    choose(&page, PASSWORD).await;
    page.hears_error("rejected", Some(1527)).await;
    page.sees("This is your old password.").await;
    eyes.see(PASSWORDS[9]).await;
    page.presses("Back").await;
    page.is_at("password").await;
    is_wrong(1528).await;
    is_wrong(1530).await;
    page.sees("Too many wrong passwords.").await;
    eyes.see(PASSWORDS[10]).await;
    choose(&page, "battery staple").await;
    page.is_at("code").await;
    page.types("Code", &bench.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    eyes.see(PASSWORDS[11]).await;
    eyes.saw(&PASSWORDS);
}

pub(crate) async fn user_name_login_states_pass_axe_in_every_environment(bench: &Bench) {
    bench.engine.is(|settings| settings.password_brand = true);
    let mut eyes = Eyes::on(
        bench,
        r#"identifiers="mobile username" first-factor="password" password-pattern=".{8,}" password-hint="At least 8 characters, one of them a digit, and none of them your name.""#,
    )
    .await;
    let page = eyes.page.clone();
    let any = "Number, e-mail or user name";
    page.types(any, "grace").await;
    eyes.see(NAMES[0]).await;
    page.presses("Continue").await;
    page.hears_error("rejected", Some(1540)).await;
    page.sees("The shop needs this as well.").await;
    eyes.see(NAMES[1]).await;
    page.presses("Continue").await;
    page.sees("Enter this to go on.").await;
    eyes.see(NAMES[2]).await;
    page.types("Mobile number or e-mail", "ada@").await;
    page.presses("Continue").await;
    page.sees("This is not an e-mail address.").await;
    eyes.see(NAMES[3]).await;
    page.presses("Back").await;
    page.types(any, TYPED).await;
    page.presses("Continue").await;
    page.hears_error("rejected", Some(1520)).await;
    eyes.see(NAMES[4]).await;
    choose(&page, "short").await;
    page.sees("not safe enough").await;
    page.presses("Show").await;
    eyes.see(NAMES[5]).await;
    choose(&page, PASSWORD).await;
    page.is_at("code").await;
    page.types("Code", &bench.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    page.asks("widget().changePassword()", json!([])).await;
    eyes.see(NAMES[6]).await;
    let save = async |current: &str| {
        page.types("Current password", current).await;
        page.types("New password", "battery staple").await;
        page.types("New password again", "battery staple").await;
        page.presses("Save password").await;
    };
    save("not this one").await;
    page.hears_error("rejected", Some(1528)).await;
    eyes.see(NAMES[7]).await;
    save(PASSWORD).await;
    page.sees("Your password is changed.").await;
    eyes.see(NAMES[8]).await;
    page.presses("Sign out").await;
    page.is_at("identify").await;
    page.asks(
        "widget().setAttribute('identifiers', 'external-id')",
        json!([]),
    )
    .await;
    page.types("Customer number", "C-00042").await;
    page.presses("Continue").await;
    page.hears_error("configuration", Some(3005)).await;
    eyes.see(NAMES[9]).await;
    eyes.saw(&NAMES);
}

pub(crate) async fn second_factor_states_pass_axe_in_every_environment(bench: &Bench) {
    bench.engine.is(|settings| {
        settings.mfa_password = true;
        settings.forced_mfa = true;
    });
    a_customer_with_a_password(bench);
    let mut eyes = Eyes::on(
        bench,
        r#"first-factor="password" second-factor-identifier="email" second-factor-method="password""#,
    )
    .await;
    let page = eyes.page.clone();
    let prove = async || {
        page.types("Mobile number", TYPED).await;
        page.presses("Continue").await;
        page.is_at("password").await;
        page.types("Password", PASSWORD).await;
        page.presses("Sign in").await;
    };
    let address = "ada.augusta.king.countess.of.lovelace@example.org";
    prove().await;
    eyes.see(SECONDS[0]).await;
    page.types("E-mail address", "ada").await;
    page.presses("Continue").await;
    page.sees("This is not an e-mail address.").await;
    eyes.see(SECONDS[1]).await;
    page.types("E-mail address", address).await;
    page.presses("Continue").await;
    eyes.see(SECONDS[2]).await;
    page.types("New password", "battery staple").await;
    page.presses("Continue").await;
    page.sees("The two passwords are not the same.").await;
    eyes.see(SECONDS[3]).await;
    choose(&page, "battery staple").await;
    eyes.see(SECONDS[4]).await;
    page.types("Code", "000000").await;
    page.presses("Sign in").await;
    page.hears_error("rejected", Some(1506)).await;
    eyes.see(SECONDS[5]).await;
    page.types("Code", &bench.engine.code_sent_to(address))
        .await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    page.presses("Sign out").await;
    page.is_at("identify").await;

    prove().await;
    page.is_at("second-identify").await;
    page.types("E-mail address", address).await;
    page.presses("Continue").await;
    eyes.see(SECONDS[6]).await;
    page.types("Second password", "not this one").await;
    page.presses("Sign in").await;
    page.hears_error("rejected", Some(1528)).await;
    eyes.see(SECONDS[7]).await;
    bench.engine.fails(
        Endpoint::MfaPasswordValidate,
        Fault::TooMany {
            retry_after: Some("600".to_owned()),
        },
    );
    page.types("Second password", "not this one").await;
    page.presses("Sign in").await;
    page.hears_error("rate-limited", Some(429)).await;
    page.countdown("Sign in").await;
    eyes.see(SECONDS[8]).await;
    eyes.saw(&SECONDS);
}
