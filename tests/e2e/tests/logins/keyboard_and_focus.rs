//! Focus, announcements, accessible names, reduced motion, and every way to sign in by keyboard.

use ae_e2e::{Browser, Fixture, Page, Shop, script};
use ae_engine::{Customer, Endpoint, Fault};
use serde_json::{Value, json};

use crate::passwords::{PASSWORD, add_customer_with_password};
use crate::phone_numbers::country_is;
use crate::sign_in::{SENT, TYPED};

const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
const NUMBER: &str = "Mobile number";
const EMAIL: &str = "ada@example.org";
const SECOND: &str = "battery staple";

/// Checks the result of a script. `what` names the rule in the panic message.
async fn assert_script(page: &Page, what: &str, script: &str, expected: Value) {
    let found = page.evaluates(script, json!([])).await;
    assert_eq!(found, expected, "{what}\n{}", page.text().await);
}

/// A shop that records announcements, without a list of countries, with a link before the form and one after it.
fn shop(attributes: &str) -> Shop {
    let head = r#"<script src="/clock.js"></script><script src="/live_regions.js"></script>"#;
    let form = format!(
        r#"<ae-login base-url="{{{{engine}}}}" brand="DocDemo" countries="IN" {attributes}></ae-login>"#
    );
    Shop::new()
        .with_main(&format!(r#"{form}<p><a href="/basket">Basket</a></p>"#))
        .with_head(head)
}

/// Configures passwords for both factors, and adds a customer who has both.
fn add_customer_with_two_passwords(fixture: &Fixture) {
    fixture.engine.configure(|settings| {
        settings.password_brand = true;
        settings.mfa_password = true;
    });
    let customer = Customer {
        password: Some(PASSWORD.to_owned()),
        mfa: true,
        mfa_password: Some(SECOND.to_owned()),
        ..Customer::new("4068291")
    };
    fixture.engine.adds_customer(SENT, customer);
}

/// Waits until a title has the focus.
async fn wait_for_focus_on_title(page: &Page, title: &str) {
    let what = format!("the focus on the title {title:?}");
    let script = script!("keyboard_and_focus.js"; "return isFocusOnTitle(arguments[0])");
    page.waits_for(&what, script, json!([title])).await;
}

/// The announcements since the last call.
async fn announced(page: &Page) -> Vec<String> {
    let script = "return window.announcements.splice(0)";
    let announcements = page.evaluates(script, json!([])).await;
    serde_json::from_value(announcements).expect("a list of texts")
}

/// Presses Tab, with Shift to go back, and waits until another element has the focus.
async fn press_tab(page: &Page, is_back: bool) {
    page.evaluates("window.before = focused()", json!([])).await;
    if is_back {
        page.presses_with_modifier('\u{e008}', '\u{e004}').await;
    } else {
        page.presses_keys(TAB).await;
    }
    let moved = "return focused() !== window.before";
    page.waits_for("the focus to move", moved, json!([])).await;
}

/// The control of the form that has the focus: its name, the y coordinate of its top edge, and whether it is visible.
async fn focused_control(page: &Page) -> Option<(String, f64, bool)> {
    let script = script!("keyboard_and_focus.js"; "return focusedControl()");
    let at = page.evaluates(script, json!([])).await;
    serde_json::from_value(at).expect("a control")
}

/// The controls that get the focus one after the other, from the next Tab to the end of the form.
async fn tab_through_form(page: &Page) -> Vec<String> {
    let mut found: Vec<(String, f64)> = Vec::new();
    // No screen has as many controls, so that a form that traps the focus is found.
    for _ in 0..12 {
        press_tab(page, false).await;
        let Some((name, top, is_visible)) = focused_control(page).await else {
            break;
        };
        assert!(is_visible, "{name:?} has the focus and is invisible");
        // A control inside of an input is a few pixels below its edge.
        assert!(
            found.last().is_none_or(|(_, above)| *above <= top + 8.0),
            "{name:?} is above the control before it: {found:?}"
        );
        found.push((name, top));
    }
    assert!(
        found.len() < 12,
        "the focus does not leave the form: {found:?}"
    );
    found.into_iter().map(|(name, _)| name).collect()
}

/// Checks that Tab goes from the link before the form through these controls and out of the form, and Shift+Tab back.
async fn assert_tab_order(page: &Page, names: &[&str]) {
    page.evaluates("document.querySelector('#top').focus()", json!([]))
        .await;
    assert_eq!(tab_through_form(page).await, names);
    for name in names.iter().rev() {
        press_tab(page, true).await;
        let at = focused_control(page).await.map(|(name, ..)| name);
        assert_eq!(at.as_deref(), Some(*name), "with Shift+Tab");
    }
    press_tab(page, true).await;
    assert_eq!(
        focused_control(page).await,
        None,
        "the focus is before the form"
    );
}

/// Presses Tab until a button has the focus, then Enter.
async fn tab_to_and_press(page: &Page, name: &str) {
    let is_on = "return focused() === button(null, arguments[0])";
    for _ in 0..8 {
        if page.evaluates(is_on, json!([name])).await == json!(true) {
            break;
        }
        press_tab(page, false).await;
    }
    page.waits_for(&format!("the focus on {name:?}"), is_on, json!([name]))
        .await;
    page.presses_keys(ENTER).await;
}

/// Waits until a field has the focus, types into it and presses Enter.
async fn write_and_submit(page: &Page, label: &str, text: &str) {
    page.has_focus_in(label).await;
    page.presses_keys(&format!("{text}{ENTER}")).await;
}

/// Goes to the first field from the page's first link, types the number and presses Enter.
async fn write_number(page: &Page) {
    page.is_at("identify").await;
    page.evaluates("document.querySelector('#top').focus()", json!([]))
        .await;
    page.presses_keys(TAB).await;
    write_and_submit(page, NUMBER, TYPED).await;
}

pub(crate) async fn focus_follows_every_step(fixture: &Fixture) {
    add_customer_with_two_passwords(fixture);
    let engine = &fixture.engine;
    let page = fixture
        .opens(shop(
            r#"first-factor="auto" second-factor-method="password" resend-after="0""#,
        ))
        .await;
    page.is_at("identify").await;
    let nowhere = "return focused() === document.body";
    assert_script(
        &page,
        "the form does not take the focus when it appears",
        nowhere,
        json!(true),
    )
    .await;
    page.presses("Continue").await;
    page.has_focus_in(NUMBER).await;
    engine.fails(Endpoint::TokenGenerate, Fault::Html503);
    page.types(NUMBER, TYPED).await;
    page.presses_keys(ENTER).await;
    page.receives_error("server", None).await;
    page.is_at("identify").await;
    page.has_focus_in(NUMBER).await;
    engine.fails(Endpoint::TokenGenerate, Fault::Code(1504, None));
    page.presses_keys(ENTER).await;
    page.receives_error("configuration", Some(1504)).await;
    page.is_at("stuck").await;
    wait_for_focus_on_title(&page, "Sign-in isn't available").await;
    page.presses("Try again").await;
    page.is_at("identify").await;
    page.has_focus_in(NUMBER).await;
    page.presses_keys(ENTER).await;
    page.is_at("password").await;
    page.has_focus_in("Password").await;
    page.presses_keys(&format!("wrong{ENTER}")).await;
    page.receives_error("rejected", Some(1528)).await;
    page.has_focus_in("Password").await;
    page.presses("Forgot password?").await;
    page.has_focus_in("New password").await;
    page.presses_keys(&format!("one{ENTER}")).await;
    page.sees("The passwords don't match.").await;
    page.has_focus_in("Confirm new password").await;
    page.presses("Back").await;
    page.is_at("password").await;
    page.has_focus_in("Password").await;
    page.presses("Use a code instead").await;
    page.is_at("code").await;
    page.has_focus_in("Code").await;
    page.presses_keys(&format!("000000{ENTER}")).await;
    page.receives_error("rejected", Some(1506)).await;
    page.has_focus_in("Code").await;
    page.presses("Resend code").await;
    page.sees("A new code is on its way.").await;
    page.has_focus_in("Code").await;
    page.presses("Use a password instead").await;
    page.has_focus_in("Password").await;
    page.evaluates("widget().restart()", json!([])).await;
    page.is_at("identify").await;
    page.has_focus_in(NUMBER).await;
    page.presses_keys(ENTER).await;
    write_and_submit(&page, "Password", PASSWORD).await;
    page.is_at("second-password").await;
    page.has_focus_in("Second password").await;
    page.presses_keys(&format!("wrong{ENTER}")).await;
    page.receives_error("rejected", Some(1528)).await;
    page.has_focus_in("Second password").await;
    page.presses_keys(&format!("{SECOND}{ENTER}")).await;
    page.is_at("signed-in").await;
    wait_for_focus_on_title(&page, "You're signed in").await;
    page.evaluates("widget().changePassword()", json!([])).await;
    page.is_at("change-password").await;
    page.has_focus_in("Current password").await;
    page.presses("Back").await;
    page.is_at("signed-in").await;
    wait_for_focus_on_title(&page, "You're signed in").await;
    page.presses("Sign out").await;
    page.is_at("identify").await;
    page.has_focus_in(NUMBER).await;
    page.evaluates(
        "document.querySelector('#top').focus(); widget().restart()",
        json!([]),
    )
    .await;
    let on_the_link = "return focused().id";
    assert_script(
        &page,
        "the form does not take the focus from another element",
        on_the_link,
        json!("top"),
    )
    .await;
}

pub(crate) async fn announcements_come_once_and_in_order(fixture: &Fixture) {
    let page = fixture.opens(shop(r#"resend-after="0""#)).await;
    page.is_at("identify").await;
    let regions = script!("keyboard_and_focus.js"; "return liveRegions()");
    let empty = json!(["status ", "notice ", "notice time-left ", "error "]);
    assert_script(
        &page,
        "live regions exist before there is anything to announce",
        regions,
        empty,
    )
    .await;
    assert_eq!(
        announced(&page).await,
        [""; 0],
        "a form that appears announces nothing"
    );
    let status = "window.statusRegion = document.querySelector('[part=status]')";
    page.evaluates(status, json!([])).await;
    let wait = "status: One moment…";
    page.presses("Continue").await;
    page.sees("Fill in this field to continue.").await;
    assert_eq!(
        announced(&page).await,
        ["alert: Fill in this field to continue."]
    );
    page.types(NUMBER, TYPED).await;
    assert_eq!(
        announced(&page).await,
        [""; 0],
        "a correction announces nothing"
    );
    fixture
        .engine
        .fails(Endpoint::TokenGenerate, Fault::Html503);
    page.presses_keys(ENTER).await;
    page.receives_error("server", None).await;
    page.is_at("identify").await;
    let server = "alert: Something went wrong on our side. Try again in a moment.";
    assert_eq!(announced(&page).await, [wait, server]);
    page.presses_keys(ENTER).await;
    page.is_at("code").await;
    assert_eq!(
        announced(&page).await,
        [wait, "status: A code is on its way."]
    );
    assert_script(
        &page,
        "announced in the region that was there before the step",
        "return window.statusRegion.isConnected && window.statusRegion.textContent",
        json!("A code is on its way."),
    )
    .await;
    for _ in 0..2 {
        page.types("Code", "000000").await;
        page.presses_keys(ENTER).await;
        page.receives_error("rejected", Some(1506)).await;
        page.is_at("code").await;
        let wrong = "alert: That code isn't right. Use the code from the newest message.";
        assert_eq!(
            announced(&page).await,
            [wait, wrong],
            "announced again for the next wrong code"
        );
    }
    page.presses("Resend code").await;
    page.sees("A new code is on its way.").await;
    page.is_at("code").await;
    let again = "alert: A new code is on its way. Only the newest one works.";
    assert_eq!(announced(&page).await, [wait, again]);
    page.types("Code", &fixture.engine.code_sent_to(SENT)).await;
    page.presses_keys(ENTER).await;
    page.is_at("signed-in").await;
    assert_eq!(
        announced(&page).await,
        [wait],
        "the focus on the title announces the rest"
    );
    page.presses("Sign out").await;
    page.is_at("identify").await;
    assert_eq!(announced(&page).await, ["status: You're signed out."]);
}

pub(crate) async fn changed_password_is_announced_once(fixture: &Fixture) {
    add_customer_with_password(fixture);
    let page = fixture.opens(shop(r#"first-factor="password""#)).await;
    page.types(NUMBER, TYPED).await;
    page.presses_keys(ENTER).await;
    page.is_at("password").await;
    write_and_submit(&page, "Password", PASSWORD).await;
    page.is_at("signed-in").await;
    page.evaluates("widget().changePassword()", json!([])).await;
    page.types("Current password", PASSWORD).await;
    page.types("New password", SECOND).await;
    page.types("Confirm new password", SECOND).await;
    announced(&page).await;
    page.presses("Save password").await;
    page.is_at("signed-in").await;
    let changed = "alert: Your password has been changed.";
    assert_eq!(announced(&page).await, ["status: One moment…", changed]);
}

pub(crate) async fn countdown_is_not_announced_every_second(fixture: &Fixture) {
    let page = fixture.opens(shop(r#"resend-after="90""#)).await;
    page.types(NUMBER, TYPED).await;
    page.presses("Continue").await;
    page.is_at("code").await;
    announced(&page).await;
    // One minute, second by second, on a clock that the script sets ahead.
    let script = script!("keyboard_and_focus.js"; "return passOneMinute()");
    let shown = page.awaits(script, json!([])).await;
    let shown = shown.expect("a minute").as_u64().unwrap_or_default();
    assert!(shown >= 50, "the countdown shows every second: {shown}");
    let announced = announced(&page).await;
    assert!(
        announced.len() <= 2,
        "at most two announcements in a minute: {announced:?}"
    );
    let live = script!("keyboard_and_focus.js"; "return isCountdownLive()");
    assert_script(
        &page,
        "the countdown is not in a live region",
        live,
        json!(false),
    )
    .await;
}

/// Checks role and accessible name of every control at a step, that no field is invalid, and that there is one heading.
async fn assert_accessible_names(page: &Page, step: &str, expected: &[&str]) {
    page.is_at(step).await;
    let found = page.accessible_controls().await;
    // Browsers name the roles of password fields and of lists differently.
    let normalized = |it: &String| {
        let (_, name) = it.split_once(' ').unwrap_or_default();
        let role = it.split(' ').next().unwrap_or_default();
        let role = match role {
            "combobox" | "menulist" | "listbox" | "popupbutton" => "list",
            // WebKit's role for a list that pops up.
            "button" if name == "Country or region" => "list",
            "button" => "button",
            "checkbox" => "checkbox",
            "" | "textbox" | "none" | "generic" | "PasswordText" | "password" => "field",
            other => panic!("{name:?} has the role {other:?}"),
        };
        format!("{role} {name}")
    };
    let found: Vec<String> = found.iter().map(normalized).collect();
    assert_eq!(found, expected, "{step}");
    let wrong = "return findAll(null, '[aria-invalid]').length";
    assert_script(
        page,
        "no field is invalid before it is submitted",
        wrong,
        json!(0),
    )
    .await;
    let title = "return [findAll(null, 'form :is(h1, h2, h3, h4)').length, findAll(null, 'form h2[part~=title]').length]";
    assert_script(page, "one heading", title, json!([1, 1])).await;
}

pub(crate) async fn accessible_names_match_the_visible_labels(fixture: &Fixture) {
    add_customer_with_two_passwords(fixture);
    let page = fixture
        .opens(
            Shop::new()
                .with_attributes(
                    r#"country="IN" first-factor="auto" remember="ask" resend-after="0""#,
                )
                .with_attributes(r#"fallback-channels="WHATSAPP""#),
        )
        .await;
    country_is(&page, "IN", "IN +91").await;
    assert_accessible_names(
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
    let password_controls = [
        "button Show password",
        "button Sign in",
        "button Forgot password?",
        "button Use a code instead",
    ];
    page.types(NUMBER, TYPED).await;
    page.presses("Continue").await;
    let all = [
        &["button Not you?", "field Password"],
        &password_controls[..],
    ]
    .concat();
    assert_accessible_names(&page, "password", &all).await;
    page.presses("Forgot password?").await;
    assert_accessible_names(
        &page,
        "forgot-password",
        &[
            "field New password",
            "button Show password",
            "field Confirm new password",
            "button Continue",
            "button Back",
        ],
    )
    .await;
    let (_, hint) = page.description_of("Confirm new password").await;
    assert_eq!(hint, "In case of a typo");
    page.presses("Back").await;
    page.is_at("password").await;
    page.presses("Use a code instead").await;
    assert_accessible_names(
        &page,
        "code",
        &[
            "field Code",
            "button Sign in",
            "button Resend code",
            "button Send by WhatsApp instead",
            "button Use a password instead",
            "button Use a different number or email",
        ],
    )
    .await;
    let (_, hint) = page.description_of("Code").await;
    assert!(hint.starts_with("It can take a minute"), "{hint}");
    page.presses("Use a password instead").await;
    page.types("Password", PASSWORD).await;
    page.presses("Sign in").await;
    let all = [
        &["button Not you?", "field Second password"],
        &password_controls[..],
    ]
    .concat();
    assert_accessible_names(&page, "second-password", &all).await;
    page.types("Second password", SECOND).await;
    page.presses("Sign in").await;
    assert_accessible_names(&page, "signed-in", &["button Sign out"]).await;
    page.evaluates("widget().changePassword()", json!([])).await;
    assert_accessible_names(
        &page,
        "change-password",
        &[
            "field Current password",
            "button Show password",
            "field New password",
            "field Confirm new password",
            "button Save password",
            "button Back",
        ],
    )
    .await;
}

/// The controls without a visible focus ring.
const RINGS: &str =
    script!("../../src/page/layout.js", "keyboard_and_focus.js"; "return controlsWithoutRing()");

pub(crate) async fn every_control_has_a_visible_focus_ring(fixture: &Fixture) {
    add_customer_with_password(fixture);
    for shop in [Shop::new(), Shop::new().dark()] {
        let page = fixture
            .opens(shop.with_attributes(r#"country="IN" first-factor="password" remember="ask""#))
            .await;
        page.is_at("identify").await;
        // A key press makes browsers show focus rings.
        page.presses_keys(TAB).await;
        assert_script(
            &page,
            "a ring on every control of the first step",
            RINGS,
            json!([]),
        )
        .await;
        page.types(NUMBER, TYPED).await;
        page.presses_keys(ENTER).await;
        page.is_at("password").await;
        assert_script(
            &page,
            "a ring on every control of the password step",
            RINGS,
            json!([]),
        )
        .await;
        page.types("Password", PASSWORD).await;
        page.presses_keys(ENTER).await;
        page.is_at("signed-in").await;
        page.presses_keys(TAB).await;
        assert_script(
            &page,
            "a ring on the button that signs out",
            RINGS,
            json!([]),
        )
        .await;
        page.presses_keys(ENTER).await;
        page.is_at("identify").await;
    }
}

pub(crate) async fn reduced_motion_disables_animation(fixture: &Fixture) {
    let page = fixture.opens(shop("")).await;
    page.is_at("identify").await;
    let transitions = script!("keyboard_and_focus.js"; "return partsWithTransition()");
    let usual = page.evaluates(transitions, json!([])).await;
    assert_eq!(usual, json!(["input identifier-input", "submit"]));
    if !page.prefers_reduced_motion(fixture.browser).await {
        assert_eq!(fixture.browser, Browser::WebKit);
        return;
    }
    assert_script(&page, "no transitions", transitions, json!([])).await;
    fixture
        .engine
        .fails(Endpoint::TokenGenerate, Fault::Delay(1500));
    page.types(NUMBER, TYPED).await;
    page.presses_keys(ENTER).await;
    page.has_attribute("busy", Some("")).await;
    let animations = "return [...document.getAnimations()].map(({ animationName }) => animationName).filter((name) => name === 'ae-spin')";
    assert_script(&page, "no animation", animations, json!([])).await;
    page.is_at("code").await;
}

pub(crate) async fn pasting_and_autofill_are_never_blocked(fixture: &Fixture) {
    add_customer_with_password(fixture);
    let page = fixture.opens(shop(r#"first-factor="auto""#)).await;
    page.is_at("identify").await;
    let restrictions = script!("keyboard_and_focus.js"; "return inputRestrictions()");
    // A whole message fits into a field for a code. A password has no limit.
    let none = |autofill: &str| {
        let is_password = autofill.ends_with("password");
        json!([
            true,
            if is_password { -1 } else { 2000 },
            false,
            false,
            autofill
        ])
    };
    assert_script(
        &page,
        "a number can be pasted",
        restrictions,
        none("username"),
    )
    .await;
    page.pastes(NUMBER, TYPED).await;
    page.presses("Continue").await;
    page.is_at("password").await;
    assert_script(
        &page,
        "a password can be pasted",
        restrictions,
        none("current-password"),
    )
    .await;
    page.presses("Use a code instead").await;
    page.is_at("code").await;
    assert_script(
        &page,
        "a code can be pasted",
        restrictions,
        none("one-time-code"),
    )
    .await;
    let puzzles =
        "return findAll(null, 'canvas, img, iframe, audio, video, [draggable=true]').length";
    assert_script(
        &page,
        "there is no cognitive function test (WCAG 3.3.8)",
        puzzles,
        json!(0),
    )
    .await;
    let code = fixture.engine.code_sent_to(SENT);
    page.pastes("Code", &format!("{code} is your code.")).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
}

pub(crate) async fn form_declares_its_language_and_isolates_numbers(fixture: &Fixture) {
    let page = fixture.opens(shop(r#"locale="en-Arab""#)).await;
    page.is_at("identify").await;
    let language = script!("keyboard_and_focus.js"; "return formLanguage()");
    assert_script(
        &page,
        "a language and a direction",
        language,
        json!(["en", "rtl", "rtl"]),
    )
    .await;
    page.types(NUMBER, TYPED).await;
    let direction = "return getComputedStyle(findAll(null, '[part~=input]')[0]).direction";
    assert_script(
        &page,
        "a number is written from left to right",
        direction,
        json!("ltr"),
    )
    .await;
    page.presses("Continue").await;
    page.is_at("code").await;
    let order = script!("keyboard_and_focus.js"; "return identityOrder()");
    let expected = json!(["bdi", "+919999922332", true]);
    assert_script(&page, "the plus sign is before its number", order, expected).await;
    let direction = script!("keyboard_and_focus.js"; "return codeDirection()");
    assert_script(
        &page,
        "a code has the direction of its characters",
        direction,
        json!("plaintext"),
    )
    .await;
}

pub(crate) async fn identifier_is_asked_for_only_once(fixture: &Fixture) {
    add_customer_with_two_passwords(fixture);
    let page = fixture
        .opens(shop(
            r#"first-factor="auto" second-factor-method="password""#,
        ))
        .await;
    page.is_at("identify").await;
    let identifier_inputs =
        "return findAll(null, '[part~=identifier-input]').map(({ value }) => value)";
    assert_script(
        &page,
        "asked for at the first step",
        identifier_inputs,
        json!([""]),
    )
    .await;
    page.types(NUMBER, TYPED).await;
    page.presses("Continue").await;
    page.is_at("password").await;
    assert_script(
        &page,
        "not asked for beside a password",
        identifier_inputs,
        json!([]),
    )
    .await;
    page.sees("Signing in as +919999922332").await;
    page.presses("Forgot password?").await;
    page.is_at("forgot-password").await;
    assert_script(
        &page,
        "not asked for with a new password",
        identifier_inputs,
        json!([]),
    )
    .await;
    page.sees("Signing in as +919999922332").await;
    page.presses("Back").await;
    page.is_at("password").await;
    page.presses("Use a code instead").await;
    page.is_at("code").await;
    assert_script(
        &page,
        "not asked for beside a code",
        identifier_inputs,
        json!([]),
    )
    .await;
    page.sees("+919999922332").await;
    fixture
        .engine
        .fails(Endpoint::OtpValidate, Fault::Code(1505, None));
    page.types("Code", "000000").await;
    page.presses("Sign in").await;
    page.receives_error("rejected", Some(1505)).await;
    page.is_at("identify").await;
    assert_script(
        &page,
        "filled in after a restart",
        identifier_inputs,
        json!(["99999 22332"]),
    )
    .await;
    page.presses("Continue").await;
    page.is_at("password").await;
    page.types("Password", PASSWORD).await;
    page.presses("Sign in").await;
    page.is_at("second-password").await;
    assert_script(
        &page,
        "not asked for at the second factor",
        identifier_inputs,
        json!([]),
    )
    .await;
    page.sees("Signing in as +919999922332").await;
    page.types("Second password", SECOND).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    page.evaluates("widget().changePassword()", json!([])).await;
    page.is_at("change-password").await;
    assert_script(
        &page,
        "not asked for to change a password",
        identifier_inputs,
        json!([]),
    )
    .await;
}

pub(crate) async fn first_password_by_keyboard_succeeds(fixture: &Fixture) {
    fixture
        .engine
        .configure(|settings| settings.password_brand = true);
    let page = fixture
        .opens(shop(r#"first-factor="password" remember="ask""#))
        .await;
    page.is_at("identify").await;
    let stay = "Keep me signed in on this device";
    assert_tab_order(&page, &[NUMBER, stay, "Continue"]).await;
    page.evaluates("document.querySelector('#top').focus()", json!([]))
        .await;
    page.presses_keys(&format!("{TAB}{TYPED}{TAB} ")).await;
    let ticked = "return field(null, 'Keep me signed in on this device').checked";
    page.waits_for("a tick by Space", ticked, json!([])).await;
    page.presses_keys(&format!("{TAB}{ENTER}")).await;
    page.receives_error("rejected", Some(1520)).await;
    page.is_at("new-password").await;
    let (change, again) = ("Not you?", "Confirm new password");
    assert_tab_order(&page, &[change, "New password", "Show", again, "Continue"]).await;
    page.evaluates("field(null, 'New password').focus()", json!([]))
        .await;
    page.presses_keys(&format!("{PASSWORD}{TAB}{TAB}")).await;
    write_and_submit(&page, again, PASSWORD).await;
    page.is_at("code").await;
    write_and_submit(&page, "Code", &fixture.engine.code_sent_to(SENT)).await;
    page.is_at("signed-in").await;
    assert_tab_order(&page, &["Sign out"]).await;
}

pub(crate) async fn forgotten_password_by_keyboard_succeeds(fixture: &Fixture) {
    add_customer_with_password(fixture);
    let page = fixture.opens(shop(r#"first-factor="password""#)).await;
    write_number(&page).await;
    page.is_at("password").await;
    tab_to_and_press(&page, "Forgot password?").await;
    page.is_at("forgot-password").await;
    let again = "Confirm new password";
    page.has_focus_in("New password").await;
    page.presses_keys(&format!("{SECOND}{TAB}{TAB}")).await;
    write_and_submit(&page, again, SECOND).await;
    page.is_at("code").await;
    write_and_submit(&page, "Code", &fixture.engine.code_sent_to(SENT)).await;
    page.is_at("signed-in").await;
}

pub(crate) async fn second_factor_by_keyboard_succeeds(fixture: &Fixture) {
    add_customer_with_two_passwords(fixture);
    let page = fixture.opens(shop(r#"first-factor="password""#)).await;
    write_number(&page).await;
    write_and_submit(&page, "Password", PASSWORD).await;
    page.is_at("second-password").await;
    let (code, change) = ("Use a code instead", "Not you?");
    let forgot = "Forgot password?";
    let all = [change, "Second password", "Show", "Sign in", forgot, code];
    assert_tab_order(&page, &all).await;
    page.evaluates("document.querySelector('#top').focus()", json!([]))
        .await;
    page.presses_keys(&format!("{TAB}{TAB}")).await;
    write_and_submit(&page, "Second password", SECOND).await;
    page.is_at("signed-in").await;
    tab_to_and_press(&page, "Sign out").await;

    // Now with a code as the second factor.
    page.is_at("identify").await;
    write_and_submit(&page, NUMBER, TYPED).await;
    write_and_submit(&page, "Password", PASSWORD).await;
    page.is_at("second-password").await;
    tab_to_and_press(&page, code).await;
    page.is_at("second-code").await;
    write_and_submit(&page, "Code", &fixture.engine.code_sent_to(SENT)).await;
    page.is_at("signed-in").await;
    assert_eq!(page.session().await["secondFactor"], "otp");
}

pub(crate) async fn second_address_by_keyboard_succeeds(fixture: &Fixture) {
    fixture
        .engine
        .configure(|settings| settings.forced_mfa = true);
    let page = fixture
        .opens(shop(r#"second-factor-identifier="email""#))
        .await;
    write_number(&page).await;
    page.is_at("code").await;
    write_and_submit(&page, "Code", &fixture.engine.code_sent_to(SENT)).await;
    page.is_at("second-identify").await;
    assert_tab_order(&page, &["Email address", "Continue", "Back"]).await;
    page.evaluates("document.querySelector('#top').focus()", json!([]))
        .await;
    page.presses_keys(TAB).await;
    write_and_submit(&page, "Email address", EMAIL).await;
    page.is_at("second-code").await;
    write_and_submit(&page, "Code", &fixture.engine.code_sent_to(EMAIL)).await;
    page.is_at("signed-in").await;
}

pub(crate) async fn user_name_login_by_keyboard_succeeds(fixture: &Fixture) {
    let page = fixture.opens(shop(r#"identifiers="username""#)).await;
    page.is_at("identify").await;
    assert_tab_order(&page, &["Username", "Continue"]).await;
    page.evaluates("document.querySelector('#top').focus()", json!([]))
        .await;
    page.presses_keys(TAB).await;
    write_and_submit(&page, "Username", "ada").await;
    page.sees("Where should we send the code?").await;
    let either = "Mobile number or email";
    page.has_focus_in(either).await;
    assert_tab_order(&page, &[either, "Send code", "Back"]).await;
    tab_from_top_and_press(&page, "Back").await;
    page.has_focus_in("Username").await;
    page.has_value("Username", "ada").await;
    page.presses_keys(ENTER).await;
    write_and_submit(&page, either, EMAIL).await;
    page.is_at("code").await;
    write_and_submit(&page, "Code", &fixture.engine.code_sent_to(EMAIL)).await;
    page.is_at("signed-in").await;
}

/// Presses Tab from the page's first link until a button has the focus, then Enter.
async fn tab_from_top_and_press(page: &Page, name: &str) {
    page.evaluates("document.querySelector('#top').focus()", json!([]))
        .await;
    tab_to_and_press(page, name).await;
}

pub(crate) async fn password_and_identifier_change_by_keyboard_succeeds(fixture: &Fixture) {
    add_customer_with_password(fixture);
    let page = fixture.opens(shop(r#"first-factor="password""#)).await;
    write_number(&page).await;
    page.is_at("password").await;
    tab_from_top_and_press(&page, "Not you?").await;
    page.is_at("identify").await;
    // The value is selected, and typing replaces it.
    write_and_submit(&page, NUMBER, TYPED).await;
    write_and_submit(&page, "Password", PASSWORD).await;
    page.is_at("signed-in").await;
    page.evaluates("widget().changePassword()", json!([])).await;
    page.is_at("change-password").await;
    let (current, new, again) = ("Current password", "New password", "Confirm new password");
    assert_tab_order(
        &page,
        &[current, "Show", new, again, "Save password", "Back"],
    )
    .await;
    page.evaluates("field(null, 'Current password').focus()", json!([]))
        .await;
    page.presses_keys(&format!("{PASSWORD}{TAB}{TAB}{SECOND}{TAB}{SECOND}{ENTER}"))
        .await;
    page.is_at("signed-in").await;
    page.sees("Your password has been changed.").await;
    tab_to_and_press(&page, "Sign out").await;
    page.is_at("identify").await;
    write_and_submit(&page, NUMBER, TYPED).await;
    write_and_submit(&page, "Password", SECOND).await;
    page.is_at("signed-in").await;
}
