//! For all hands and ears: where the focus goes, what is said and how often, what things are called, how large they are, and
//! every way to sign in by keyboard alone.

use ae_e2e::{Bench, Browser, Page, Shop};
use ae_engine::{Customer, Endpoint, Fault};
use serde_json::{Value, json};

use crate::passwords::{PASSWORD, a_customer_with_a_password};
use crate::phone_numbers::lists;
use crate::sign_in::{SENT, TYPED};

const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
const NUMBER: &str = "Mobile number";
const EMAIL: &str = "ada@example.org";
const SECOND: &str = "battery staple";

/// What a script says must be this; the sentence says why.
async fn so(page: &Page, sentence: &str, script: &str, wanted: Value) {
    let found = page.asks(script, json!([])).await;
    assert_eq!(found, wanted, "{sentence}\n{}", page.text().await);
}

/// A shop that writes down what a screen reader is told, without a list of countries and with a link on both sides of the form.
fn shop(attributes: &str) -> Shop {
    let head = r#"<script src="/clock.js"></script><script src="/regions.js"></script>"#;
    let form = format!(
        r#"<ae-login base-url="{{{{engine}}}}" brand="DocDemo" countries="IN" {attributes}></ae-login>"#
    );
    Shop::new()
        .of(&format!(r#"{form}<p><a href="/basket">Basket</a></p>"#))
        .and_head(head)
}

/// A brand with passwords in both factors, and a customer who has both.
fn a_customer_with_two_passwords(bench: &Bench) {
    bench.engine.is(|settings| {
        settings.password_brand = true;
        settings.mfa_password = true;
    });
    let customer = Customer {
        password: Some(PASSWORD.to_owned()),
        mfa: true,
        mfa_password: Some(SECOND.to_owned()),
        ..Customer::new("4068291")
    };
    bench.engine.knows(SENT, customer);
}

async fn is_on_the_title(page: &Page, title: &str) {
    let what = format!("the focus on the title {title:?}");
    let script = "const it = focused(); return it?.matches('h2[part~=title]') && isSeen(it) && words(it) === arguments[0]";
    page.waits(&what, script, json!([title])).await;
}

/// What was said since this was asked last.
async fn said(page: &Page) -> Vec<String> {
    let said = page.asks("return window.said.splice(0)", json!([])).await;
    serde_json::from_value(said).expect("words")
}

/// Strikes Tab, with Shift to go back, and waits until something else has the focus.
async fn moves(page: &Page, is_back: bool) {
    page.asks("window.before = focused()", json!([])).await;
    if is_back {
        page.strikes_with('\u{e008}', '\u{e004}').await;
    } else {
        page.strikes(TAB).await;
    }
    let moved = "return focused() !== window.before";
    page.waits("the focus to move on", moved, json!([])).await;
}

/// What has the focus in the form: how it is called, how far down it stands, and whether it is seen.
async fn focused(page: &Page) -> Option<(String, f64, bool)> {
    let script = "const it = focused(); if (!it?.closest('form')) return null; \
         const name = it.matches('input') ? it.labels[0] : it; \
         return [words(name).replace(/\\s*\\d+:\\d\\d$/, ''), it.getBoundingClientRect().top, isSeen(it)]";
    let at = page.asks(script, json!([])).await;
    serde_json::from_value(at).expect("what has the focus")
}

/// What has the focus, one after the other, from the next Tab to the end of the form.
async fn tabs_through(page: &Page) -> Vec<String> {
    let mut found: Vec<(String, f64)> = Vec::new();
    // More than any screen has: a form that holds the focus for ever is found out.
    for _ in 0..12 {
        moves(page, false).await;
        let Some((name, top, is_seen)) = focused(page).await else {
            break;
        };
        assert!(is_seen, "{name:?} has the focus and is not seen");
        // What stands beside an input is a little lower than its edge.
        assert!(
            found.last().is_none_or(|(_, above)| *above <= top + 8.0),
            "{name:?} stands above what comes before it: {found:?}"
        );
        found.push((name, top));
    }
    assert!(found.len() < 12, "no way out of the form: {found:?}");
    found.into_iter().map(|(name, _)| name).collect()
}

/// From the link ahead of the form, Tab comes by all of these, and goes on; Shift and Tab come by them on the way back.
async fn comes_by(page: &Page, names: &[&str]) {
    page.asks("document.querySelector('#top').focus()", json!([]))
        .await;
    assert_eq!(tabs_through(page).await, names);
    for name in names.iter().rev() {
        moves(page, true).await;
        let at = focused(page).await.map(|(name, ..)| name);
        assert_eq!(at.as_deref(), Some(*name), "on the way back");
    }
    moves(page, true).await;
    assert_eq!(focused(page).await, None, "out of the form again");
}

/// Strikes Tab until this button has the focus, and presses it.
async fn tabs_to_and_presses(page: &Page, name: &str) {
    let is_on = "return focused() === button(null, arguments[0])";
    for _ in 0..8 {
        if page.asks(is_on, json!([name])).await == json!(true) {
            break;
        }
        moves(page, false).await;
    }
    page.waits(&format!("the focus on {name:?}"), is_on, json!([name]))
        .await;
    page.strikes(ENTER).await;
}

/// Waits for a field that has the focus already, writes into it and goes on.
async fn writes(page: &Page, label: &str, text: &str) {
    page.is_in(label).await;
    page.strikes(&format!("{text}{ENTER}")).await;
}

/// The first number, from the page's first link.
async fn writes_the_number(page: &Page) {
    page.is_at("identify").await;
    page.asks("document.querySelector('#top').focus()", json!([]))
        .await;
    page.strikes(TAB).await;
    writes(page, NUMBER, TYPED).await;
}

pub(crate) async fn focus_follows_every_step(bench: &Bench) {
    a_customer_with_two_passwords(bench);
    let engine = &bench.engine;
    let page = bench
        .opens(shop(
            r#"first-factor="auto" second-factor-method="password" resend-after="0""#,
        ))
        .await;
    page.is_at("identify").await;
    let nowhere = "return focused() === document.body";
    so(
        &page,
        "nothing takes the focus by itself",
        nowhere,
        json!(true),
    )
    .await;
    page.presses("Continue").await;
    page.is_in(NUMBER).await;
    engine.fails(Endpoint::TokenGenerate, Fault::Html503);
    page.types(NUMBER, TYPED).await;
    page.strikes(ENTER).await;
    page.hears_error("server", None).await;
    page.is_at("identify").await;
    page.is_in(NUMBER).await;
    engine.fails(Endpoint::TokenGenerate, Fault::Code(1504, None));
    page.strikes(ENTER).await;
    page.hears_error("configuration", Some(1504)).await;
    page.is_at("stuck").await;
    is_on_the_title(&page, "Sign-in is not available").await;
    page.presses("Try again").await;
    page.is_at("identify").await;
    page.is_in(NUMBER).await;
    page.strikes(ENTER).await;
    page.is_at("password").await;
    page.is_in("Password").await;
    page.strikes(&format!("wrong{ENTER}")).await;
    page.hears_error("rejected", Some(1528)).await;
    page.is_in("Password").await;
    page.presses("I forgot my password").await;
    page.is_in("New password").await;
    page.strikes(&format!("one{ENTER}")).await;
    page.sees("The two passwords are not the same.").await;
    page.is_in("New password again").await;
    page.presses("Back").await;
    page.is_at("password").await;
    page.is_in("Password").await;
    page.presses("Use a code instead").await;
    page.is_at("code").await;
    page.is_in("Code").await;
    page.strikes(&format!("000000{ENTER}")).await;
    page.hears_error("rejected", Some(1506)).await;
    page.is_in("Code").await;
    page.presses("Send a new code").await;
    page.sees("A new code is on its way.").await;
    page.is_in("Code").await;
    page.presses("Use my password instead").await;
    page.is_in("Password").await;
    page.asks("widget().restart()", json!([])).await;
    page.is_at("identify").await;
    page.is_in(NUMBER).await;
    page.strikes(ENTER).await;
    writes(&page, "Password", PASSWORD).await;
    page.is_at("second-password").await;
    page.is_in("Second password").await;
    page.strikes(&format!("wrong{ENTER}")).await;
    page.hears_error("rejected", Some(1528)).await;
    page.is_in("Second password").await;
    page.strikes(&format!("{SECOND}{ENTER}")).await;
    page.is_at("signed-in").await;
    is_on_the_title(&page, "You are signed in").await;
    page.asks("widget().changePassword()", json!([])).await;
    page.is_at("change-password").await;
    page.is_in("Current password").await;
    page.presses("Back").await;
    page.is_at("signed-in").await;
    is_on_the_title(&page, "You are signed in").await;
    page.presses("Sign out").await;
    page.is_at("identify").await;
    page.is_in(NUMBER).await;
    page.asks(
        "document.querySelector('#top').focus(); widget().restart()",
        json!([]),
    )
    .await;
    let on_the_link = "return focused().id";
    so(
        &page,
        "nobody is taken from elsewhere",
        on_the_link,
        json!("top"),
    )
    .await;
}

pub(crate) async fn announcements_come_once_and_in_order(bench: &Bench) {
    let page = bench.opens(shop(r#"resend-after="0""#)).await;
    page.is_at("identify").await;
    let regions = "return [...document.querySelectorAll('[role=alert], [role=status]')].map((it) => `${it.getAttribute('part')} ${it.textContent}`)";
    let empty = json!(["status ", "notice ", "notice time-left ", "error "]);
    so(
        &page,
        "regions are there before there is anything to say",
        regions,
        empty,
    )
    .await;
    assert_eq!(
        said(&page).await,
        [""; 0],
        "a form that appears says nothing"
    );
    let status = "window.told = document.querySelector('[part=status]')";
    page.asks(status, json!([])).await;
    let wait = "status: One moment …";
    page.presses("Continue").await;
    page.sees("Enter this to go on.").await;
    assert_eq!(said(&page).await, ["alert: Enter this to go on."]);
    page.types(NUMBER, TYPED).await;
    assert_eq!(
        said(&page).await,
        [""; 0],
        "nothing is said of what is put right"
    );
    bench.engine.fails(Endpoint::TokenGenerate, Fault::Html503);
    page.strikes(ENTER).await;
    page.hears_error("server", None).await;
    page.is_at("identify").await;
    let server = "alert: The sign-in service has a problem. Try again in a moment.";
    assert_eq!(said(&page).await, [wait, server]);
    page.strikes(ENTER).await;
    page.is_at("code").await;
    assert_eq!(said(&page).await, [wait, "status: A code is on its way."]);
    so(
        &page,
        "said where a screen reader has listened before the step",
        "return window.told.isConnected && window.told.textContent",
        json!("A code is on its way."),
    )
    .await;
    for _ in 0..2 {
        page.types("Code", "000000").await;
        page.strikes(ENTER).await;
        page.hears_error("rejected", Some(1506)).await;
        page.is_at("code").await;
        let wrong = "alert: This code is not right. Check the newest message and enter it again.";
        assert_eq!(
            said(&page).await,
            [wait, wrong],
            "also when it is wrong again"
        );
    }
    page.presses("Send a new code").await;
    page.sees("A new code is on its way.").await;
    page.is_at("code").await;
    let again = "alert: A new code is on its way. Only the newest one works.";
    assert_eq!(said(&page).await, [wait, again]);
    page.types("Code", &bench.engine.code_sent_to(SENT)).await;
    page.strikes(ENTER).await;
    page.is_at("signed-in").await;
    assert_eq!(said(&page).await, [wait], "the title says the rest");
    page.presses("Sign out").await;
    page.is_at("identify").await;
    assert_eq!(said(&page).await, ["status: You are signed out."]);
}

pub(crate) async fn changed_password_is_announced_once(bench: &Bench) {
    a_customer_with_a_password(bench);
    let page = bench.opens(shop(r#"first-factor="password""#)).await;
    page.types(NUMBER, TYPED).await;
    page.strikes(ENTER).await;
    page.is_at("password").await;
    writes(&page, "Password", PASSWORD).await;
    page.is_at("signed-in").await;
    page.asks("widget().changePassword()", json!([])).await;
    page.types("Current password", PASSWORD).await;
    page.types("New password", SECOND).await;
    page.types("New password again", SECOND).await;
    said(&page).await;
    page.presses("Save password").await;
    page.is_at("signed-in").await;
    let changed = "alert: Your password is changed.";
    assert_eq!(said(&page).await, ["status: One moment …", changed]);
}

pub(crate) async fn countdown_is_not_announced_every_second(bench: &Bench) {
    let page = bench.opens(shop(r#"resend-after="90""#)).await;
    page.types(NUMBER, TYPED).await;
    page.presses("Continue").await;
    page.is_at("code").await;
    said(&page).await;
    // A minute of it, second by second, on a clock that is turned.
    let ticks = "const shown = new Set(); let [turn, turns] = [0, 60]; \
         return new Promise((done) => { const tick = () => { \
           window.ahead += 1000; dispatchEvent(new Event('focus')); \
           shown.add(words(inside(null, '[part~=countdown]').find(words))); \
           ++turn < turns ? requestAnimationFrame(tick) : done(shown.size) }; tick() })";
    let shown = page.promised(ticks, json!([])).await;
    let shown = shown.expect("a minute").as_u64().unwrap_or_default();
    assert!(shown >= 50, "every second is seen: {shown}");
    let said = said(&page).await;
    assert!(said.len() <= 2, "at most twice in a minute: {said:?}");
    let live = "return inside(null, '[part~=countdown]').some((it) => it.closest('[role=alert], [role=status], [aria-live], [role=timer]'))";
    so(&page, "what counts is no live region", live, json!(false)).await;
}

/// At this step, everything that can have the focus is called so, nothing is wrong yet, and there is one heading.
async fn is_called(page: &Page, step: &str, wanted: &[&str]) {
    page.is_at(step).await;
    let found = page.controls().await;
    // A password has no role of its own, and browsers call it so or otherwise; a list that drops down is one or the other.
    let plain = |it: &String| {
        let (_, name) = it.split_once(' ').unwrap_or_default();
        let role = it.split(' ').next().unwrap_or_default();
        let role = match role {
            "combobox" | "menulist" | "listbox" | "popupbutton" => "list",
            // What WebKit calls a list that pops up.
            "button" if name == "Country or region" => "list",
            "button" => "button",
            "checkbox" => "checkbox",
            "" | "textbox" | "none" | "generic" | "PasswordText" | "password" => "field",
            other => panic!("{name:?} is a {other:?}"),
        };
        format!("{role} {name}")
    };
    let found: Vec<String> = found.iter().map(plain).collect();
    assert_eq!(found, wanted, "{step}");
    let wrong = "return inside(null, '[aria-invalid]').length";
    so(page, "nothing is wrong before it is sent", wrong, json!(0)).await;
    let title = "return [inside(null, 'form :is(h1, h2, h3, h4)').length, inside(null, 'form h2[part~=title]').length]";
    so(page, "one heading", title, json!([1, 1])).await;
}

pub(crate) async fn accessible_names_match_the_visible_labels(bench: &Bench) {
    a_customer_with_two_passwords(bench);
    let page = bench
        .opens(
            Shop::new()
                .with(r#"country="IN" first-factor="auto" remember="ask" resend-after="0""#)
                .with(r#"fallback-channels="WHATSAPP""#),
        )
        .await;
    lists(&page, "IN", "IN +91").await;
    is_called(
        &page,
        "identify",
        &[
            "list Country or region",
            "field Mobile number",
            "checkbox Keep me signed in on this device",
            "button Continue",
        ],
    )
    .await;
    let beside = [
        "button Show password",
        "button Sign in",
        "button I forgot my password",
        "button Use a code instead",
    ];
    page.types(NUMBER, TYPED).await;
    page.presses("Continue").await;
    let all = [&["button Not you?", "field Password"], &beside[..]].concat();
    is_called(&page, "password", &all).await;
    page.presses("I forgot my password").await;
    is_called(
        &page,
        "forgot-password",
        &[
            "field New password",
            "button Show password",
            "field New password again",
            "button Continue",
            "button Back",
        ],
    )
    .await;
    let (_, hint) = page.described("New password again").await;
    assert_eq!(hint, "In case of a typing mistake");
    page.presses("Back").await;
    page.is_at("password").await;
    page.presses("Use a code instead").await;
    is_called(
        &page,
        "code",
        &[
            "field Code",
            "button Sign in",
            "button Send a new code",
            "button Send it by WhatsApp instead",
            "button Use my password instead",
            "button Use another number or e-mail",
        ],
    )
    .await;
    let (_, hint) = page.described("Code").await;
    assert!(hint.starts_with("It can take a minute"), "{hint}");
    page.presses("Use my password instead").await;
    page.types("Password", PASSWORD).await;
    page.presses("Sign in").await;
    let all = [&["button Not you?", "field Second password"], &beside[..]].concat();
    is_called(&page, "second-password", &all).await;
    page.types("Second password", SECOND).await;
    page.presses("Sign in").await;
    is_called(&page, "signed-in", &["button Sign out"]).await;
    page.asks("widget().changePassword()", json!([])).await;
    is_called(
        &page,
        "change-password",
        &[
            "field Current password",
            "button Show password",
            "field New password",
            "field New password again",
            "button Save password",
            "button Back",
        ],
    )
    .await;
}

/// Everything that can have the focus has a ring that is seen: at least 2 px, 3:1 against what it lies on.
const RINGS: &str = r"
const rgb = (colour) => colour.match(/[\d.]+/g).map(Number);
const light = (colour) => {
  const [r, g, b] = rgb(colour).map((part) => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a, b) => { const [x, y] = [light(a), light(b)].toSorted((x, y) => y - x); return (x + 0.05) / (y + 0.05) };
const below = (it) => { for (; it; it = it.parentElement) { const { backgroundColor } = getComputedStyle(it); if ((rgb(backgroundColor)[3] ?? 1) === 1) return backgroundColor } };
const found = [];
for (const it of inside(null, 'form :is(button, input, select)')) {
  it.focus({ focusVisible: true });
  const { outlineStyle, outlineWidth, outlineColor, outlineOffset } = getComputedStyle(it);
  const on = below(parseFloat(outlineOffset) < 0 ? inside(null, '[part~=input]')[0] : it.parentElement);
  if (outlineStyle !== 'solid' || parseFloat(outlineWidth) < 2 || contrast(outlineColor, on) < 3) found.push(`${it.getAttribute('part')}: ${outlineStyle} ${outlineWidth} ${outlineColor} on ${on}`);
}
return found;
";

pub(crate) async fn every_control_has_a_visible_focus_ring(bench: &Bench) {
    a_customer_with_a_password(bench);
    for shop in [Shop::new(), Shop::new().dark()] {
        let page = bench
            .opens(shop.with(r#"country="IN" first-factor="password" remember="ask""#))
            .await;
        page.is_at("identify").await;
        // The keyboard brought it there.
        page.strikes(TAB).await;
        so(&page, "a ring on the first step", RINGS, json!([])).await;
        page.types(NUMBER, TYPED).await;
        page.strikes(ENTER).await;
        page.is_at("password").await;
        so(&page, "a ring beside a password", RINGS, json!([])).await;
        page.types("Password", PASSWORD).await;
        page.strikes(ENTER).await;
        page.is_at("signed-in").await;
        page.strikes(TAB).await;
        so(&page, "a ring on what signs out", RINGS, json!([])).await;
        page.strikes(ENTER).await;
        page.is_at("identify").await;
    }
}

pub(crate) async fn reduced_motion_disables_animation(bench: &Bench) {
    let page = bench.opens(shop("")).await;
    page.is_at("identify").await;
    let moves = "return inside(null, 'form, form [part]').filter((it) => parseFloat(getComputedStyle(it).transitionDuration) > 0 && getComputedStyle(it).transitionProperty !== 'none').map((it) => it.getAttribute('part'))";
    let usual = page.asks(moves, json!([])).await;
    assert_eq!(usual, json!(["input identifier-input", "submit"]));
    if !page.wants_less_motion(bench.browser).await {
        assert_eq!(bench.browser, Browser::WebKit);
        return;
    }
    so(&page, "no colour moves", moves, json!([])).await;
    bench
        .engine
        .fails(Endpoint::TokenGenerate, Fault::Delay(1500));
    page.types(NUMBER, TYPED).await;
    page.strikes(ENTER).await;
    page.has("busy", Some("")).await;
    let turns = "return [...document.getAnimations()].map(({ animationName }) => animationName).filter((name) => name === 'ae-spin')";
    so(&page, "nothing turns", turns, json!([])).await;
    page.is_at("code").await;
}

pub(crate) async fn pasting_and_autofill_are_never_blocked(bench: &Bench) {
    a_customer_with_a_password(bench);
    let page = bench.opens(shop(r#"first-factor="auto""#)).await;
    page.is_at("identify").await;
    // A page may hinder pasting in many ways: none of them is here.
    let free = "const [input] = inside(null, '[part~=input]'); \
         const paste = new Event('paste', { bubbles: true, cancelable: true, composed: true }); \
         return [input.dispatchEvent(paste), input.maxLength, input.hasAttribute('pattern'), input.readOnly, input.getAttribute('autocomplete')]";
    let open = |autofill: &str| json!([true, -1, false, false, autofill]);
    so(&page, "a number is pasted", free, open("username")).await;
    page.pastes(NUMBER, TYPED).await;
    page.presses("Continue").await;
    page.is_at("password").await;
    so(
        &page,
        "a password is pasted",
        free,
        open("current-password"),
    )
    .await;
    page.presses("Use a code instead").await;
    page.is_at("code").await;
    so(&page, "a code is pasted", free, open("one-time-code")).await;
    let puzzle =
        "return inside(null, 'canvas, img, iframe, audio, video, [draggable=true]').length";
    so(&page, "there is no puzzle", puzzle, json!(0)).await;
    let code = bench.engine.code_sent_to(SENT);
    page.pastes("Code", &format!("{code} is your code.")).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
}

pub(crate) async fn form_declares_its_language_and_isolates_numbers(bench: &Bench) {
    let page = bench.opens(shop(r#"locale="en-Arab""#)).await;
    page.is_at("identify").await;
    let speaks = "const [form] = inside(null, 'form'); return [form.lang, form.dir, getComputedStyle(form).direction]";
    so(
        &page,
        "a language and a direction",
        speaks,
        json!(["en", "rtl", "rtl"]),
    )
    .await;
    page.types(NUMBER, TYPED).await;
    let way = "return getComputedStyle(inside(null, '[part~=input]')[0]).direction";
    so(&page, "a number runs from left to right", way, json!("ltr")).await;
    page.presses("Continue").await;
    page.is_at("code").await;
    let whole = "const [it] = inside(null, '[part~=identity]'); const range = document.createRange(); \
         const left = (at) => { range.setStart(it.firstChild, at); range.setEnd(it.firstChild, at + 1); return range.getBoundingClientRect().left }; \
         return [it.localName, it.textContent, left(0) < left(1)]";
    let wanted = json!(["bdi", "+919999922332", true]);
    so(&page, "the plus stands ahead of its number", whole, wanted).await;
    let code = "const input = inside(null, '[part~=input]')[0]; input.value = '12 34'; return getComputedStyle(input).unicodeBidi";
    so(
        &page,
        "a code keeps its direction",
        code,
        json!("plaintext"),
    )
    .await;
}

pub(crate) async fn identifier_is_asked_for_only_once(bench: &Bench) {
    a_customer_with_two_passwords(bench);
    let page = bench
        .opens(shop(
            r#"first-factor="auto" second-factor-method="password""#,
        ))
        .await;
    page.is_at("identify").await;
    let asked = "return inside(null, '[part~=identifier-input]').map(({ value }) => value)";
    so(&page, "asked once", asked, json!([""])).await;
    page.types(NUMBER, TYPED).await;
    page.presses("Continue").await;
    page.is_at("password").await;
    so(&page, "not beside a password", asked, json!([])).await;
    page.sees("Signing in as +919999922332").await;
    page.presses("I forgot my password").await;
    page.is_at("forgot-password").await;
    so(&page, "not for a new one", asked, json!([])).await;
    page.sees("Signing in as +919999922332").await;
    page.presses("Back").await;
    page.is_at("password").await;
    page.presses("Use a code instead").await;
    page.is_at("code").await;
    so(&page, "not beside a code", asked, json!([])).await;
    page.sees("+919999922332").await;
    bench
        .engine
        .fails(Endpoint::OtpValidate, Fault::Code(1505, None));
    page.types("Code", "000000").await;
    page.presses("Sign in").await;
    page.hears_error("rejected", Some(1505)).await;
    page.is_at("identify").await;
    so(
        &page,
        "it is there when all begins anew",
        asked,
        json!(["+919999922332"]),
    )
    .await;
    page.presses("Continue").await;
    page.is_at("password").await;
    page.types("Password", PASSWORD).await;
    page.presses("Sign in").await;
    page.is_at("second-password").await;
    so(&page, "not for a second factor", asked, json!([])).await;
    page.sees("Signing in as +919999922332").await;
    page.types("Second password", SECOND).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    page.asks("widget().changePassword()", json!([])).await;
    page.is_at("change-password").await;
    so(&page, "not to change a password", asked, json!([])).await;
}

pub(crate) async fn first_password_by_keyboard_succeeds(bench: &Bench) {
    bench.engine.is(|settings| settings.password_brand = true);
    let page = bench
        .opens(shop(r#"first-factor="password" remember="ask""#))
        .await;
    page.is_at("identify").await;
    let stay = "Keep me signed in on this device";
    comes_by(&page, &[NUMBER, stay, "Continue"]).await;
    page.asks("document.querySelector('#top').focus()", json!([]))
        .await;
    page.strikes(&format!("{TAB}{TYPED}{TAB} ")).await;
    let ticked = "return field(null, 'Keep me signed in on this device').checked";
    page.waits("a tick by Space", ticked, json!([])).await;
    page.strikes(&format!("{TAB}{ENTER}")).await;
    page.hears_error("rejected", Some(1520)).await;
    page.is_at("new-password").await;
    let (change, again) = ("Not you?", "New password again");
    comes_by(&page, &[change, "New password", "Show", again, "Continue"]).await;
    page.asks("field(null, 'New password').focus()", json!([]))
        .await;
    page.strikes(&format!("{PASSWORD}{TAB}{TAB}")).await;
    writes(&page, again, PASSWORD).await;
    page.is_at("code").await;
    writes(&page, "Code", &bench.engine.code_sent_to(SENT)).await;
    page.is_at("signed-in").await;
    comes_by(&page, &["Sign out"]).await;
}

pub(crate) async fn forgotten_password_by_keyboard_succeeds(bench: &Bench) {
    a_customer_with_a_password(bench);
    let page = bench.opens(shop(r#"first-factor="password""#)).await;
    writes_the_number(&page).await;
    page.is_at("password").await;
    tabs_to_and_presses(&page, "I forgot my password").await;
    page.is_at("forgot-password").await;
    let again = "New password again";
    page.is_in("New password").await;
    page.strikes(&format!("{SECOND}{TAB}{TAB}")).await;
    writes(&page, again, SECOND).await;
    page.is_at("code").await;
    writes(&page, "Code", &bench.engine.code_sent_to(SENT)).await;
    page.is_at("signed-in").await;
}

pub(crate) async fn second_factor_by_keyboard_succeeds(bench: &Bench) {
    a_customer_with_two_passwords(bench);
    let page = bench.opens(shop(r#"first-factor="password""#)).await;
    writes_the_number(&page).await;
    writes(&page, "Password", PASSWORD).await;
    page.is_at("second-password").await;
    let (code, change) = ("Use a code instead", "Not you?");
    let forgot = "I forgot my password";
    let all = [change, "Second password", "Show", "Sign in", forgot, code];
    comes_by(&page, &all).await;
    page.asks("document.querySelector('#top').focus()", json!([]))
        .await;
    page.strikes(&format!("{TAB}{TAB}")).await;
    writes(&page, "Second password", SECOND).await;
    page.is_at("signed-in").await;
    tabs_to_and_presses(&page, "Sign out").await;

    // By a code this time.
    page.is_at("identify").await;
    writes(&page, NUMBER, TYPED).await;
    writes(&page, "Password", PASSWORD).await;
    page.is_at("second-password").await;
    tabs_to_and_presses(&page, code).await;
    page.is_at("second-code").await;
    writes(&page, "Code", &bench.engine.code_sent_to(SENT)).await;
    page.is_at("signed-in").await;
    assert_eq!(page.session().await["secondFactor"], "otp");
}

pub(crate) async fn second_address_by_keyboard_succeeds(bench: &Bench) {
    bench.engine.is(|settings| settings.forced_mfa = true);
    let page = bench
        .opens(shop(r#"second-factor-identifier="email""#))
        .await;
    writes_the_number(&page).await;
    page.is_at("code").await;
    writes(&page, "Code", &bench.engine.code_sent_to(SENT)).await;
    page.is_at("second-identify").await;
    comes_by(&page, &["E-mail address", "Continue", "Back"]).await;
    page.asks("document.querySelector('#top').focus()", json!([]))
        .await;
    page.strikes(TAB).await;
    writes(&page, "E-mail address", EMAIL).await;
    page.is_at("second-code").await;
    writes(&page, "Code", &bench.engine.code_sent_to(EMAIL)).await;
    page.is_at("signed-in").await;
}

pub(crate) async fn user_name_login_by_keyboard_succeeds(bench: &Bench) {
    let page = bench.opens(shop(r#"identifiers="username""#)).await;
    page.is_at("identify").await;
    comes_by(&page, &["User name", "Continue"]).await;
    page.asks("document.querySelector('#top').focus()", json!([]))
        .await;
    page.strikes(TAB).await;
    writes(&page, "User name", "ada").await;
    page.sees("Where should the code go?").await;
    let either = "Mobile number or e-mail";
    page.is_in(either).await;
    comes_by(&page, &[either, "Send the code", "Back"]).await;
    tabs_to_and_presses_from_the_top(&page, "Back").await;
    page.is_in("User name").await;
    page.holds("User name", "ada").await;
    page.strikes(ENTER).await;
    writes(&page, either, EMAIL).await;
    page.is_at("code").await;
    writes(&page, "Code", &bench.engine.code_sent_to(EMAIL)).await;
    page.is_at("signed-in").await;
}

async fn tabs_to_and_presses_from_the_top(page: &Page, name: &str) {
    page.asks("document.querySelector('#top').focus()", json!([]))
        .await;
    tabs_to_and_presses(page, name).await;
}

pub(crate) async fn password_and_identifier_change_by_keyboard_succeeds(bench: &Bench) {
    a_customer_with_a_password(bench);
    let page = bench.opens(shop(r#"first-factor="password""#)).await;
    writes_the_number(&page).await;
    page.is_at("password").await;
    tabs_to_and_presses_from_the_top(&page, "Not you?").await;
    page.is_at("identify").await;
    // What is there is selected, and typed over.
    writes(&page, NUMBER, TYPED).await;
    writes(&page, "Password", PASSWORD).await;
    page.is_at("signed-in").await;
    page.asks("widget().changePassword()", json!([])).await;
    page.is_at("change-password").await;
    let (current, new, again) = ("Current password", "New password", "New password again");
    comes_by(
        &page,
        &[current, "Show", new, again, "Save password", "Back"],
    )
    .await;
    page.asks("field(null, 'Current password').focus()", json!([]))
        .await;
    page.strikes(&format!("{PASSWORD}{TAB}{TAB}{SECOND}{TAB}{SECOND}{ENTER}"))
        .await;
    page.is_at("signed-in").await;
    page.sees("Your password is changed.").await;
    tabs_to_and_presses(&page, "Sign out").await;
    page.is_at("identify").await;
    writes(&page, NUMBER, TYPED).await;
    writes(&page, "Password", SECOND).await;
    page.is_at("signed-in").await;
}
