//! Errors of the engine and of the network: what the form says, what it keeps, and what is repeated.

use ae_e2e::emulator::Emulator;
use ae_e2e::proxy::Proxy;
use ae_e2e::{Browser, Fixture, Page, Shop, script};
use ae_engine::{Cors, Endpoint, Fault};
use serde_json::json;
use xtask::site::CSP;

use crate::sign_in::{SENT, TYPED, request_code};

pub(crate) async fn engine_errors_keep_the_step_and_can_be_retried(fixture: &Fixture) {
    let page = fixture.opens(Shop::new()).await;
    let engine = &fixture.engine;
    engine.fails(Endpoint::TokenGenerate, Fault::Html503);
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.receives_error("server", None).await;
    page.sees("Something went wrong on our side.").await;
    page.is_at("identify").await;
    page.has_value("Mobile number", TYPED).await;

    engine.fails(Endpoint::TokenGenerate, Fault::Unheard);
    page.presses("Continue").await;
    page.receives_error("network", None).await;
    page.sees("couldn't reach").await;
    page.is_at("identify").await;

    engine.fails(Endpoint::TokenGenerate, Fault::Html200);
    page.presses("Continue").await;
    page.receives_error("malformed", None).await;
    page.sees("sign in to it first").await;
    page.presses("Continue").await;
    page.is_at("code").await;

    engine.fails(Endpoint::OtpValidate, Fault::Html503);
    page.types("Code", &engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.receives_error("server", None).await;
    page.is_at("code").await;
    // The code was not wrong, and stays.
    page.has_value("Code", &engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    let retryable: Vec<_> = page
        .events()
        .await
        .into_iter()
        .filter(|event| event["name"] == "ae-error")
        .collect();
    let retryable: Vec<_> = retryable
        .iter()
        .map(|event| event["retryable"].as_bool())
        .collect();
    assert_eq!(retryable, [Some(true), Some(true), Some(false), Some(true)]);
    assert_eq!(engine.message_count(), 1);
}

pub(crate) async fn lost_answer_is_not_repeated_automatically(fixture: &Fixture) {
    let page = fixture
        .opens(Shop::new().with_attributes(r#"resend-after="0""#))
        .await;
    fixture.engine.fails(Endpoint::OtpGenerate, Fault::Dropped);
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.receives_error("network", None).await;
    page.is_at("identify").await;
    assert_eq!(fixture.engine.calls(), ["token-generate", "otp-generate"]);
    page.presses("Continue").await;
    page.is_at("code").await;
    fixture.engine.fails(Endpoint::OtpGenerate, Fault::Dropped);
    page.presses("Resend code").await;
    page.receives_error("network", None).await;
    page.is_at("code").await;
    // The message was sent, and its code is valid.
    page.types("Code", &fixture.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    assert_eq!(fixture.engine.message_count(), 3);
}

pub(crate) async fn rate_limited_customer_waits_for_retry_after(fixture: &Fixture) {
    let page = fixture.opens(Shop::new()).await;
    let too_many = |seconds: Option<&str>| Fault::TooMany {
        retry_after: seconds.map(str::to_owned),
    };
    fixture
        .engine
        .fails(Endpoint::OtpGenerate, too_many(Some("2")));
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.receives_error("rate-limited", Some(429)).await;
    page.sees("Too many codes requested.").await;
    assert!(page.countdown("Continue").await <= 2);
    let before = fixture.engine.calls().len();
    page.presses("Continue").await;
    assert_eq!(
        fixture.engine.calls().len(),
        before,
        "the button does nothing while it waits"
    );
    let ready = "return button(arguments[0], 'Continue')?.getAttribute('aria-disabled') !== 'true'";
    page.waits_for("the end of the wait", ready, json!([null]))
        .await;
    page.presses("Continue").await;
    page.is_at("code").await;

    // Without `Retry-After`, or if CORS hides it, the wait is half a minute.
    for hidden in [false, true] {
        if hidden {
            fixture.engine.fails(Endpoint::OtpGenerate, Fault::NoExpose);
        }
        fixture
            .engine
            .fails(Endpoint::OtpGenerate, too_many(hidden.then_some("3")));
        let page = fixture.opens(Shop::new()).await;
        page.types("Mobile number", TYPED).await;
        page.presses("Continue").await;
        page.receives_error("rate-limited", Some(429)).await;
        let wait = page.countdown("Continue").await;
        assert!((20..=30).contains(&wait), "{wait} s");
        // Starting again does not shorten the wait.
        page.evaluates("widget().restart()", json!([])).await;
        assert!(page.countdown("Continue").await > 10);
    }
}

pub(crate) async fn expired_login_session_returns_to_identify_without_sending(fixture: &Fixture) {
    let page = fixture.opens(Shop::new()).await;
    request_code(&page).await;
    fixture
        .engine
        .fails(Endpoint::OtpValidate, Fault::Code(1505, None));
    page.types("Code", "123456").await;
    page.presses("Sign in").await;
    page.receives_error("rejected", Some(1505)).await;
    page.is_at("identify").await;
    page.has_value("Mobile number", "99999 22332").await;
    page.has_focus_in("Mobile number").await;
    page.sees("This sign-in is no longer valid.").await;
    assert_eq!(
        fixture.engine.calls(),
        ["token-generate", "otp-generate", "otp-validate"]
    );

    page.presses("Continue").await;
    page.is_at("code").await;
    page.no_longer_sees("no longer valid").await;
    page.types("Code", &fixture.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
}

pub(crate) async fn too_many_wrong_codes_return_to_identify_without_sending(fixture: &Fixture) {
    fixture.engine.configure(|settings| settings.tries = 1);
    let page = fixture.opens(Shop::new()).await;
    request_code(&page).await;
    let wrong = if fixture.engine.code_sent_to(SENT) == "000000" {
        "000001"
    } else {
        "000000"
    };
    for code in [1506, 1518] {
        page.types("Code", wrong).await;
        page.presses("Sign in").await;
        page.receives_error("rejected", Some(code)).await;
    }
    page.is_at("identify").await;
    page.has_value("Mobile number", "99999 22332").await;
    page.sees("Too many wrong codes.").await;
    assert_eq!(fixture.engine.message_count(), 1);
}

pub(crate) async fn engine_message_is_shown_as_text_not_markup(fixture: &Fixture) {
    let page = fixture.opens(Shop::new()).await;
    let words = "<img src=x onerror=alert(1)><b>no</b>";
    fixture.engine.fails(
        Endpoint::TokenGenerate,
        Fault::Code(4711, Some(words.to_owned())),
    );
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.receives_error("rejected", Some(4711)).await;
    page.sees(words).await;
    page.sees("4711").await;
    let markup = page
        .evaluates(
            "return findAll(arguments[0], 'img, b').length",
            json!([null]),
        )
        .await;
    assert_eq!(markup, json!(0));
}

pub(crate) async fn configuration_error_shows_the_stuck_step(fixture: &Fixture) {
    let page = fixture.opens(Shop::new()).await;
    fixture
        .engine
        .fails(Endpoint::TokenGenerate, Fault::Code(1504, None));
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.receives_error("configuration", Some(1504)).await;
    page.is_at("stuck").await;
    page.sees("Sign-in isn't available").await;
    page.sees("1504").await;
    page.presses("Try again").await;
    page.is_at("identify").await;
    page.has_value("Mobile number", TYPED).await;
}

pub(crate) async fn redirect_to_another_origin_is_not_followed(fixture: &Fixture) {
    let other = Emulator::start().await;
    // The policy allows the other origin, so that only the widget can refuse the redirect.
    let csp = CSP.replace("{{engine}}", &format!("{{{{engine}}}} {}", other.url()));
    let page = fixture.opens(Shop::new().with_csp(&csp)).await;
    for status in [301, 302, 303, 307, 308] {
        let target = format!("{}{}", other.url(), Endpoint::TokenGenerate.path());
        fixture
            .engine
            .fails(Endpoint::TokenGenerate, Fault::Redirect(target, status));
        page.types("Mobile number", TYPED).await;
        page.presses("Continue").await;
        page.allows_problem("ae-login: Allow the origin of the page");
        page.receives_error("network", None).await;
        page.is_at("identify").await;
    }
    assert!(other.requests().is_empty() && other.preflights().is_empty());
}

/// Submits the first step. Returns the time before, in milliseconds of the page's clock.
async fn submit(page: &Page) -> f64 {
    let now = page.evaluates("return performance.now()", json!([])).await;
    page.presses("Continue").await;
    now.as_f64().expect("a moment")
}

/// Submits the first step again, which succeeds.
async fn retry_succeeds(page: &Page) {
    page.is_at("identify").await;
    page.has_value("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.is_at("code").await;
}

pub(crate) async fn refused_connection_is_reported_within_a_second(fixture: &Fixture) {
    let mut proxy = Proxy::to(&fixture.engine.url()).await;
    let page = fixture
        .opens(Shop::new().with_engine_at(proxy.url().clone()))
        .await;
    page.types("Mobile number", TYPED).await;
    proxy.stops().await;
    let before = submit(&page).await;
    let event = page.receives_error("network", None).await;
    let after = event["at"].as_f64().expect("a moment") - before;
    assert!(after < 1000.0, "{after} ms");
    page.sees("couldn't reach").await;
    proxy.restarts().await;
    retry_succeeds(&page).await;
    assert_eq!(fixture.engine.calls(), ["token-generate", "otp-generate"]);
}

/// All three answers are waited for side by side, so that the scenario takes ten seconds once.
pub(crate) async fn silent_stalled_and_trickling_answers_time_out_after_ten_seconds(
    fixture: &Fixture,
) {
    let (stalled, trickling) = (Emulator::start().await, Emulator::start().await);
    let silent = Fault::Delay(60_000);
    fixture.engine.fails(Endpoint::TokenGenerate, silent);
    stalled.fails(Endpoint::TokenGenerate, Fault::Stalled);
    trickling.fails(Endpoint::TokenGenerate, Fault::Trickle);
    let parts = [
        ("#silent", "{{engine}}".to_owned()),
        ("#stalled", stalled.url()),
        ("#trickling", trickling.url()),
    ];
    let main = parts.clone().map(|(part, url)| {
        let id = &part[1..];
        format!(r#"<ae-login id="{id}" base-url="{url}" brand="DocDemo"></ae-login>"#)
    });
    let engines = parts.clone().map(|(_, url)| url).join(" ");
    let csp = CSP.replace("{{engine}}", &engines);
    let page = fixture
        .opens(Shop::new().with_main(&main.concat()).with_csp(&csp))
        .await;
    let parts = parts.map(|(part, _)| page.within(part));
    let mut submitted = Vec::new();
    for part in &parts {
        part.types("Mobile number", TYPED).await;
        let before = submit(part).await;
        let after = part.evaluates("return performance.now()", json!([])).await;
        submitted.push((before, after.as_f64().expect("a moment")));
    }
    let script = script!("engine_errors.js"; "return errorsRecorded(3)");
    page.awaits(script, json!([])).await.expect("three events");
    for (part, (before, after)) in ["silent", "stalled", "trickling"].iter().zip(submitted) {
        let event = page.receives_error("timeout", None).await;
        assert_eq!(event["by"], json!(part));
        let at = event["at"].as_f64().expect("a moment");
        // The time of an event is rounded to a millisecond.
        assert!(at - before > 9_999.0, "{part}: {} ms", at - before);
        assert!(at - after < 10_500.0, "{part}: {} ms", at - after);
    }
    for part in &parts {
        part.sees("took too long").await;
        retry_succeeds(part).await;
    }
}

/// A page that has received a 429 with this `Retry-After`, in an answer that exposes these headers.
async fn page_told_to_wait(fixture: &Fixture, retry_after: &str, exposed: &[&str]) -> Page {
    let page = fixture.opens(Shop::new()).await;
    let exposed = exposed.iter().map(|name| (*name).to_owned()).collect();
    fixture
        .engine
        .configure(|settings| settings.expose_headers = exposed);
    let fault = Fault::TooMany {
        retry_after: Some(retry_after.to_owned()),
    };
    fixture.engine.fails(Endpoint::OtpGenerate, fault);
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.receives_error("rate-limited", Some(429)).await;
    page
}

/// An HTTP date that is so many seconds ahead of this machine's clock.
async fn date(page: &Page, seconds: i64) -> String {
    let script = "return new Date(Date.now() + arguments[0] * 1000).toUTCString()";
    let date = page.evaluates(script, json!([seconds])).await;
    date.as_str().expect("a date").to_owned()
}

const BOTH: &[&str] = &["Retry-After", "Date"];

pub(crate) async fn retry_after_date_is_read_by_the_engine_clock(fixture: &Fixture) {
    let page = fixture.opens(Shop::new()).await;
    let day = 86_400;
    for (offset, exposed, seconds, least, most) in [
        (0, BOTH, 120, 100, 120),
        (day, BOTH, day + 120, 100, 120),
        (-day, BOTH, 120 - day, 100, 120),
        (0, BOTH, day, 880, 900),
        // If CORS hides the engine's `Date`, the clock of this device counts.
        (0, &["Retry-After"], 120, 100, 120),
        (day, &["Retry-After"], day + 120, 880, 900),
    ] {
        fixture
            .engine
            .configure(|settings| settings.clock_offset_s = offset);
        let when = date(&page, seconds).await;
        let page = page_told_to_wait(fixture, &when, exposed).await;
        let wait = page.countdown("Continue").await;
        assert!((least..=most).contains(&wait), "{when}: {wait} s");
    }
}

pub(crate) async fn nonsensical_retry_after_is_clamped(fixture: &Fixture) {
    for (when, least, most) in [
        ("1000000000000", 880, 900),
        ("-5", 20, 30),
        ("1e3", 20, 30),
        ("soon 3", 20, 30),
        ("Wed, 99 Oct 2015 07:28:00 GMT", 20, 30),
    ] {
        let page = page_told_to_wait(fixture, when, BOTH).await;
        let wait = page.countdown("Continue").await;
        assert!((least..=most).contains(&wait), "{when}: {wait} s");
    }
    for when in ["0", "Wed, 21 Oct 2015 07:28:00 GMT"] {
        let page = page_told_to_wait(fixture, when, BOTH).await;
        // The wait is one second, not the half minute for a value that cannot be read.
        let ready = "return button(null, 'Continue')?.getAttribute('aria-disabled') !== 'true'";
        page.waits_for("the end of the wait", ready, json!([]))
            .await;
        retry_succeeds(&page).await;
    }
}

pub(crate) async fn truncated_answer_is_an_error(fixture: &Fixture) {
    let page = fixture.opens(Shop::new()).await;
    page.types("Mobile number", TYPED).await;
    fixture.engine.fails(Endpoint::TokenGenerate, Fault::Cut);
    page.presses("Continue").await;
    // WebKit takes the part that has arrived for the whole body.
    let cut = match fixture.browser {
        Browser::WebKit => "malformed",
        _ => "network",
    };
    page.receives_error(cut, None).await;
    // Half of the body, with a `Content-Length` that fits.
    fixture
        .engine
        .fails(Endpoint::TokenGenerate, Fault::Truncated);
    page.presses("Continue").await;
    page.receives_error("malformed", None).await;
    retry_succeeds(&page).await;
}

pub(crate) async fn answer_in_another_encoding_is_malformed(fixture: &Fixture) {
    let page = fixture.opens(Shop::new()).await;
    page.types("Mobile number", TYPED).await;
    let refusal = r#"{"status":{"success":false,"code":1526,"message":"né"}}"#;
    let low_first = refusal.encode_utf16().flat_map(u16::to_le_bytes);
    let high_first = refusal.encode_utf16().flat_map(u16::to_be_bytes);
    let latin = refusal
        .chars()
        .map(|one| u8::try_from(u32::from(one)).expect("a letter"));
    for bytes in [
        [0xff, 0xfe].into_iter().chain(low_first.clone()).collect(),
        [0xfe, 0xff].into_iter().chain(high_first).collect(),
        low_first.collect::<Vec<_>>(),
        latin.collect(),
    ] {
        let fault = Fault::Bytes(bytes);
        fixture.engine.fails(Endpoint::TokenGenerate, fault);
        page.presses("Continue").await;
        page.receives_error("malformed", None).await;
        page.is_at("identify").await;
    }
    // A byte order mark before UTF-8 is ignored.
    let marked = Fault::Body(format!("\u{feff}{refusal}"));
    fixture.engine.fails(Endpoint::TokenGenerate, marked);
    page.presses("Continue").await;
    page.receives_error("rejected", Some(1526)).await;
    retry_succeeds(&page).await;
}

pub(crate) async fn endless_body_is_cut_off(fixture: &Fixture) {
    let page = fixture.opens(Shop::new()).await;
    fixture
        .engine
        .fails(Endpoint::TokenGenerate, Fault::Endless);
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.receives_error("malformed", None).await;
    retry_succeeds(&page).await;
    // The widget reads 64 KiB; buffers of the browser and of two sockets hold the rest.
    let sent = fixture.engine.endless_bytes();
    assert!(sent > 65_536 && sent < 32 << 20, "{sent} bytes");
}

pub(crate) async fn gzip_bomb_is_cut_off(fixture: &Fixture) {
    let page = fixture.opens(Shop::new()).await;
    let bomb = Fault::GzipBomb(512 << 20);
    fixture.engine.fails(Endpoint::TokenGenerate, bomb);
    page.types("Mobile number", TYPED).await;
    let before = fixture.memory();
    page.presses("Continue").await;
    page.receives_error("malformed", None).await;
    let after = fixture.memory();
    assert!(after < before + 128, "{before} MiB, then {after} MiB");
    retry_succeeds(&page).await;
}

pub(crate) async fn engine_without_cors_is_a_network_error(fixture: &Fixture) {
    let page = fixture.opens(Shop::new()).await;
    fixture
        .engine
        .configure(|settings| settings.cors = Cors::Off);
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.allows_problem("ae-login: Allow the origin of the page");
    let event = page.receives_error("network", None).await;
    assert_eq!(event["retryable"], json!(true));
    page.sees("couldn't reach").await;
    assert_eq!(fixture.engine.preflights().len(), 1);
    assert_eq!(fixture.engine.calls(), [""; 0], "the preflight was refused");
    fixture
        .engine
        .configure(|settings| settings.cors = Cors::All);
    retry_succeeds(&page).await;
}

pub(crate) async fn answer_without_cors_is_not_repeated_automatically(fixture: &Fixture) {
    let page = fixture.opens(Shop::new()).await;
    fixture.engine.fails(Endpoint::TokenGenerate, Fault::NoCors);
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.allows_problem("ae-login: Allow the origin of the page");
    page.receives_error("network", None).await;
    page.sees("couldn't reach").await;
    assert_eq!(fixture.engine.calls(), ["token-generate"]);
    retry_succeeds(&page).await;
}

pub(crate) async fn csp_that_blocks_the_engine_is_a_configuration_error(fixture: &Fixture) {
    let page = fixture
        .opens(Shop::new().with_csp(&CSP.replace(" {{engine}}", "")))
        .await;
    // The browser reports the violation of the policy.
    page.allows_problem("connect-src");
    page.types("Mobile number", TYPED).await;
    for _ in 0..2 {
        page.presses("Continue").await;
        let event = page.receives_error("configuration", None).await;
        assert_eq!(
            (&event["step"], &event["retryable"]),
            (&json!("identify"), &json!(false))
        );
        // The message for the customer is that of a network error.
        page.sees("couldn't reach").await;
        page.is_at("identify").await;
        page.has_value("Mobile number", TYPED).await;
    }
    assert_eq!(fixture.engine.requests(), []);
    assert_eq!(fixture.engine.preflights(), []);
}
