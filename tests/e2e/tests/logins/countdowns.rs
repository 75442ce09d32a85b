//! As time goes by: what is said of it, once and in order, and how a customer gets more.

use ae_e2e::{Bench, Page, Shop};
use ae_engine::{Customer, Endpoint, Fault};
use serde_json::{Value, json};

use crate::passwords::{PASSWORD, a_customer_with_a_password, continue_to, enter_the_code};
use crate::shared_session::{seconds_pass, with_a_clock};
use crate::sign_in::{SENT, ask_for_a_code};

const SHORT: &str = "Little time is left for this sign-in.";
const MORE: &str = "I need more time";

/// Writes down from now on what a screen reader hears of the live regions that are there: which, and what stands in it then.
async fn is_listened_to(page: &Page) {
    let script = "window.announced = []; \
         const region = (node) => (node.closest ? node : node.parentElement)?.closest('[role=alert], [role=status]'); \
         new MutationObserver((changes) => { \
           for (const it of new Set(changes.map(({ target }) => region(target)))) { \
             const said = it?.textContent.replace(/\\s+/g, ' ').trim(); \
             if (said && it.isConnected) announced.push(`${it.getAttribute('role')}: ${said}`); \
           } \
         }).observe(document, { subtree: true, childList: true, characterData: true })";
    page.asks(script, Value::Null).await;
}

/// What was heard since this was asked last.
async fn announced(page: &Page) -> Vec<String> {
    let heard = page.asks("return announced.splice(0)", json!([])).await;
    serde_json::from_value(heard).expect("a list of texts")
}

/// What a screen reader calls the button for another code.
async fn name_of_resend(page: &Page) -> String {
    let script = "const it = document.querySelector('[data-action=resend]'); \
         const read = [...it.childNodes].filter((node) => node.ariaHidden !== 'true' && node.getAttribute?.('aria-hidden') !== 'true'); \
         return read.map((node) => node.textContent).join('').trim()";
    let name = page.asks(script, json!([])).await;
    name.as_str().expect("a name").to_owned()
}

/// A page whose attempt ends in less than two minutes.
async fn is_short_of_time(page: &Page) {
    seconds_pass(page, 13 * 60).await;
    page.sees(SHORT).await;
}

pub(crate) async fn time_warning_is_announced_once_and_offers_more_time(
    bench: &Bench,
) {
    let page = bench.opens(with_a_clock()).await;
    ask_for_a_code(&page).await;
    page.is_in("Code").await;
    page.strikes("12").await;
    is_listened_to(&page).await;
    seconds_pass(&page, 31).await;
    is_short_of_time(&page).await;
    for _ in 0..10 {
        seconds_pass(&page, 2).await;
    }
    page.is_in("Code").await;
    page.holds("Code", "12").await;
    assert_eq!(
        announced(&page).await,
        [
            "status: You can ask for a new code now.".to_owned(),
            format!("status: {SHORT} {MORE}")
        ]
    );
    assert_eq!(bench.engine.calls().len(), 2, "nothing is sent by itself");

    let old = bench.engine.code_sent_to(SENT);
    page.presses(MORE).await;
    page.sees("A new code is on its way. Only the newest one works.")
        .await;
    page.no_longer_sees(SHORT).await;
    page.is_at("code").await;
    page.is_in("Code").await;
    assert_eq!(
        announced(&page).await,
        [
            "status: One moment …",
            "alert: A new code is on its way. Only the newest one works."
        ]
    );
    assert_eq!(
        bench.engine.calls()[2..],
        ["token-generate", "otp-generate"]
    );
    let sessions = bench.engine.fields(Endpoint::OtpGenerate, "sessionId");
    assert_ne!(sessions[0], sessions[1]);

    page.types("Code", &old).await;
    page.presses("Sign in").await;
    page.hears_error("rejected", Some(1506)).await;
    // The time of the attempt before is over by now.
    bench.engine.is(|settings| settings.clock_offset_s += 180);
    seconds_pass(&page, 180).await;
    enter_the_code(bench, &page).await;
    page.is_at("signed-in").await;
}

pub(crate) async fn more_time_for_a_password_keeps_the_input(bench: &Bench) {
    a_customer_with_a_password(bench);
    let shop = with_a_clock().with(r#"first-factor="password" session-minutes="3""#);
    let page = bench.opens(shop).await;
    continue_to(&page, "password").await;
    page.types("Password", PASSWORD).await;
    is_listened_to(&page).await;
    // Of so short an attempt, half.
    seconds_pass(&page, 95).await;
    page.sees(SHORT).await;
    page.holds("Password", PASSWORD).await;
    page.presses(MORE).await;
    page.no_longer_sees(SHORT).await;
    page.is_at("password").await;
    page.is_in("Password").await;
    page.holds("Password", PASSWORD).await;
    assert_eq!(
        announced(&page).await,
        [
            format!("status: {SHORT} {MORE}"),
            "status: One moment …".to_owned()
        ]
    );
    // Twice the life of an attempt, and nobody is asked who they are.
    seconds_pass(&page, 95).await;
    page.sees(SHORT).await;
    page.presses(MORE).await;
    page.no_longer_sees(SHORT).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    assert_eq!(
        bench.engine.calls(),
        [
            "token-generate",
            "token-generate",
            "token-generate",
            "password-validate"
        ]
    );
}

pub(crate) async fn failed_request_for_more_time_can_be_repeated(bench: &Bench) {
    let page = bench.opens(with_a_clock()).await;
    ask_for_a_code(&page).await;
    page.types("Code", "12").await;
    is_short_of_time(&page).await;
    is_listened_to(&page).await;
    bench.engine.fails(Endpoint::TokenGenerate, Fault::Dropped);
    page.presses(MORE).await;
    page.hears_error("network", None).await;
    page.sees("The sign-in service could not be reached.").await;
    page.sees(SHORT).await;
    page.is_at("code").await;
    page.holds("Code", "12").await;
    let heard = announced(&page).await;
    assert_eq!(heard[0], "status: One moment …");
    assert!(heard[1].starts_with("alert: The sign-in service could not be reached."));
    assert_eq!(heard.len(), 2, "{heard:?}");
    assert_eq!(bench.engine.messages(), 1);
    page.presses(MORE).await;
    page.sees("A new code is on its way.").await;
    enter_the_code(bench, &page).await;
    page.is_at("signed-in").await;
}

pub(crate) async fn more_time_for_a_second_factor_after_a_reload_repeats_both_factors(bench: &Bench) {
    let enrolled = Customer {
        mfa: true,
        ..Customer::new("4068291")
    };
    bench.engine.knows(SENT, enrolled);
    let page = bench.opens(with_a_clock()).await;
    ask_for_a_code(&page).await;
    enter_the_code(bench, &page).await;
    page.is_at("second-code").await;
    is_short_of_time(&page).await;
    page.presses(MORE).await;
    page.no_longer_sees(SHORT).await;
    page.is_at("second-code").await;
    assert_eq!(bench.engine.count(Endpoint::MfaTokenGenerate), 2);

    page.reloads().await;
    page.is_at("second-code").await;
    is_short_of_time(&page).await;
    page.presses(MORE).await;
    page.is_at("code").await;
    enter_the_code(bench, &page).await;
    page.is_at("second-code").await;
    enter_the_code(bench, &page).await;
    page.is_at("signed-in").await;
}

pub(crate) async fn resend_wait_announces_only_its_end(bench: &Bench) {
    let page = bench
        .opens(with_a_clock().with(r#"resend-after="120""#))
        .await;
    ask_for_a_code(&page).await;
    is_listened_to(&page).await;
    let mut shown = Vec::new();
    for _ in 0..10 {
        shown.push(page.countdown("Send a new code in").await);
        assert_eq!(name_of_resend(&page).await, "Send a new code in");
        seconds_pass(&page, 5).await;
    }
    shown.dedup();
    assert!(shown.len() > 5, "it goes on for the eyes: {shown:?}");
    assert_eq!(announced(&page).await, [""; 0]);
    seconds_pass(&page, 120).await;
    page.waits("the end of the wait", "return announced.length", json!([]))
        .await;
    seconds_pass(&page, 5).await;
    assert_eq!(name_of_resend(&page).await, "Send a new code");
    assert_eq!(
        announced(&page).await,
        ["status: You can ask for a new code now."]
    );
}

pub(crate) async fn offline_browser_is_named_in_the_error(bench: &Bench) {
    let page = bench.opens(Shop::new()).await;
    let knows = "Object.defineProperty(navigator, 'onLine', { configurable: true, get: () => arguments[0] })";
    for (online, said) in [
        (false, "You are offline."),
        (true, "The sign-in service could not be reached."),
    ] {
        page.asks(knows, json!([online])).await;
        bench.engine.fails(Endpoint::TokenGenerate, Fault::Dropped);
        page.types("Mobile number", crate::sign_in::TYPED).await;
        page.presses("Continue").await;
        page.hears_error("network", None).await;
        page.sees(said).await;
    }
}

pub(crate) async fn password_step_offers_a_change_of_identifier(bench: &Bench) {
    a_customer_with_a_password(bench);
    let page = bench
        .opens(Shop::new().with(r#"first-factor="password""#))
        .await;
    continue_to(&page, "password").await;
    page.is_in("Password").await;
    page.sees("Signing in as +919999922332 Not you?").await;
    let is_before = "const [back, input] = [button(null, 'Not you?'), document.querySelector('[part~=password-input]')]; \
         return back.matches('[part=lead] > [part~=change-identifier]') && back.compareDocumentPosition(input) === 4";
    assert_eq!(page.asks(is_before, json!([])).await, json!(true));
    page.presses("Not you?").await;
    page.is_at("identify").await;
    page.holds("Mobile number", "+919999922332").await;
    page.is_in("Mobile number").await;
}
