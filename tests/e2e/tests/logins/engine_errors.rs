//! Trouble with the engine: what is said, what is kept, what is tried again, and by whom.

use ae_e2e::emulator::Emulator;
use ae_e2e::gate::Gate;
use ae_e2e::{Bench, Browser, Page, Shop};
use ae_engine::{Cors, Endpoint, Fault};
use serde_json::json;
use xtask::site::CSP;

use crate::sign_in::{SENT, TYPED, ask_for_a_code};

pub(crate) async fn engine_errors_keep_the_step_and_can_be_retried(bench: &Bench) {
    let page = bench.opens(Shop::new()).await;
    let engine = &bench.engine;
    engine.fails(Endpoint::TokenGenerate, Fault::Html503);
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.hears_error("server", None).await;
    page.sees("The sign-in service has a problem.").await;
    page.is_at("identify").await;
    page.holds("Mobile number", TYPED).await;

    engine.fails(Endpoint::TokenGenerate, Fault::Unheard);
    page.presses("Continue").await;
    page.hears_error("network", None).await;
    page.sees("could not be reached").await;
    page.is_at("identify").await;

    engine.fails(Endpoint::TokenGenerate, Fault::Html200);
    page.presses("Continue").await;
    page.hears_error("malformed", None).await;
    page.sees("sign in to it first").await;
    page.presses("Continue").await;
    page.is_at("code").await;

    engine.fails(Endpoint::OtpValidate, Fault::Html503);
    page.types("Code", &engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.hears_error("server", None).await;
    page.is_at("code").await;
    // Not the code was wrong, so that it stays.
    page.holds("Code", &engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    let retryable: Vec<_> = page
        .heard()
        .await
        .into_iter()
        .filter(|event| event["name"] == "ae-error")
        .collect();
    let retryable: Vec<_> = retryable
        .iter()
        .map(|event| event["retryable"].as_bool())
        .collect();
    assert_eq!(retryable, [Some(true), Some(true), Some(false), Some(true)]);
    assert_eq!(engine.messages(), 1);
}

pub(crate) async fn lost_answer_is_not_repeated_automatically(
    bench: &Bench,
) {
    let page = bench.opens(Shop::new().with(r#"resend-after="0""#)).await;
    bench.engine.fails(Endpoint::OtpGenerate, Fault::Dropped);
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.hears_error("network", None).await;
    page.is_at("identify").await;
    assert_eq!(bench.engine.calls(), ["token-generate", "otp-generate"]);
    page.presses("Continue").await;
    page.is_at("code").await;
    bench.engine.fails(Endpoint::OtpGenerate, Fault::Dropped);
    page.presses("Send a new code").await;
    page.hears_error("network", None).await;
    page.is_at("code").await;
    // The message went out all the same, and its code works.
    page.types("Code", &bench.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    assert_eq!(bench.engine.messages(), 3);
}

pub(crate) async fn rate_limited_customer_waits_for_retry_after(bench: &Bench) {
    let page = bench.opens(Shop::new()).await;
    let too_many = |seconds: Option<&str>| Fault::TooMany {
        retry_after: seconds.map(str::to_owned),
    };
    bench
        .engine
        .fails(Endpoint::OtpGenerate, too_many(Some("2")));
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.hears_error("rate-limited", Some(429)).await;
    page.sees("Too many codes were sent.").await;
    assert!(page.countdown("Continue").await <= 2);
    let before = bench.engine.calls().len();
    page.presses("Continue").await;
    assert_eq!(bench.engine.calls().len(), before, "pressed while it waits");
    let ready = "return button(arguments[0], 'Continue')?.getAttribute('aria-disabled') !== 'true'";
    page.waits("the end of the wait", ready, json!([null]))
        .await;
    page.presses("Continue").await;
    page.is_at("code").await;

    // Nothing was said of how long, or the browser may not read it: half a minute.
    for hidden in [false, true] {
        if hidden {
            bench.engine.fails(Endpoint::OtpGenerate, Fault::NoExpose);
        }
        bench
            .engine
            .fails(Endpoint::OtpGenerate, too_many(hidden.then_some("3")));
        let page = bench.opens(Shop::new()).await;
        page.types("Mobile number", TYPED).await;
        page.presses("Continue").await;
        page.hears_error("rate-limited", Some(429)).await;
        let wait = page.countdown("Continue").await;
        assert!((20..=30).contains(&wait), "{wait} s");
        // Beginning anew is no way around it.
        page.asks("widget().restart()", json!([])).await;
        assert!(page.countdown("Continue").await > 10);
    }
}

pub(crate) async fn expired_login_session_returns_to_identify_without_sending(bench: &Bench) {
    let page = bench.opens(Shop::new()).await;
    ask_for_a_code(&page).await;
    bench
        .engine
        .fails(Endpoint::OtpValidate, Fault::Code(1505, None));
    page.types("Code", "123456").await;
    page.presses("Sign in").await;
    page.hears_error("rejected", Some(1505)).await;
    page.is_at("identify").await;
    page.holds("Mobile number", "+919999922332").await;
    page.is_in("Mobile number").await;
    page.sees("This sign-in is no longer valid.").await;
    assert_eq!(
        bench.engine.calls(),
        ["token-generate", "otp-generate", "otp-validate"]
    );

    page.presses("Continue").await;
    page.is_at("code").await;
    page.no_longer_sees("no longer valid").await;
    page.types("Code", &bench.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
}

pub(crate) async fn too_many_wrong_codes_return_to_identify_without_sending(bench: &Bench) {
    bench.engine.is(|settings| settings.tries = 1);
    let page = bench.opens(Shop::new()).await;
    ask_for_a_code(&page).await;
    let wrong = if bench.engine.code_sent_to(SENT) == "000000" {
        "000001"
    } else {
        "000000"
    };
    for code in [1506, 1518] {
        page.types("Code", wrong).await;
        page.presses("Sign in").await;
        page.hears_error("rejected", Some(code)).await;
    }
    page.is_at("identify").await;
    page.holds("Mobile number", "+919999922332").await;
    page.sees("Too many wrong codes.").await;
    assert_eq!(bench.engine.messages(), 1);
}

pub(crate) async fn engine_message_is_shown_as_text_not_markup(bench: &Bench) {
    let page = bench.opens(Shop::new()).await;
    let words = "<img src=x onerror=alert(1)><b>no</b>";
    bench.engine.fails(
        Endpoint::TokenGenerate,
        Fault::Code(4711, Some(words.to_owned())),
    );
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.hears_error("rejected", Some(4711)).await;
    page.sees(words).await;
    page.sees("4711").await;
    let markup = page
        .asks(
            "return inside(arguments[0], 'img, b').length",
            json!([null]),
        )
        .await;
    assert_eq!(markup, json!(0));
}

pub(crate) async fn configuration_error_shows_the_stuck_step(bench: &Bench) {
    let page = bench.opens(Shop::new()).await;
    bench
        .engine
        .fails(Endpoint::TokenGenerate, Fault::Code(1504, None));
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.hears_error("configuration", Some(1504)).await;
    page.is_at("stuck").await;
    page.sees("Sign-in is not available").await;
    page.sees("1504").await;
    page.presses("Try again").await;
    page.is_at("identify").await;
    page.holds("Mobile number", TYPED).await;
}

pub(crate) async fn redirect_to_another_origin_is_not_followed(bench: &Bench) {
    let elsewhere = Emulator::start().await;
    // A policy that would let it: what keeps the request back must be the widget.
    let csp = CSP.replace("{{engine}}", &format!("{{{{engine}}}} {}", elsewhere.url()));
    let page = bench.opens(Shop::new().under(&csp)).await;
    for status in [301, 302, 303, 307, 308] {
        let there = format!("{}{}", elsewhere.url(), Endpoint::TokenGenerate.path());
        bench
            .engine
            .fails(Endpoint::TokenGenerate, Fault::Redirect(there, status));
        page.types("Mobile number", TYPED).await;
        page.presses("Continue").await;
        page.hears_error("network", None).await;
        page.is_at("identify").await;
    }
    assert!(elsewhere.entries().is_empty() && elsewhere.preflights().is_empty());
}

/// Says who signs in, as a customer who is told of trouble. Answers when, by the page's clock.
async fn asks(page: &Page) -> f64 {
    let now = page.asks("return performance.now()", json!([])).await;
    page.presses("Continue").await;
    now.as_f64().expect("a moment")
}

/// Sees that the same again goes well.
async fn goes_on(page: &Page) {
    page.is_at("identify").await;
    page.holds("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.is_at("code").await;
}

pub(crate) async fn refused_connection_is_reported_within_a_second(bench: &Bench) {
    let mut gate = Gate::before(&bench.engine.url()).await;
    let page = bench.opens(Shop::new().by_way_of(gate.url().clone())).await;
    page.types("Mobile number", TYPED).await;
    gate.goes().await;
    let before = asks(&page).await;
    let told = page.hears_error("network", None).await;
    let after = told["at"].as_f64().expect("a moment") - before;
    assert!(after < 1000.0, "{after} ms");
    page.sees("could not be reached").await;
    gate.comes_back().await;
    goes_on(&page).await;
    assert_eq!(bench.engine.calls(), ["token-generate", "otp-generate"]);
}

/// The one scenario that takes the ten seconds that a browser may wait, for all three kinds of waiting side by side.
pub(crate) async fn silent_stalled_and_trickling_answers_time_out_after_ten_seconds(bench: &Bench) {
    let (stalled, trickling) = (Emulator::start().await, Emulator::start().await);
    let later = Fault::Delay(60_000);
    bench.engine.fails(Endpoint::TokenGenerate, later);
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
    let page = bench
        .opens(Shop::new().of(&main.concat()).under(&csp))
        .await;
    let parts = parts.map(|(part, _)| page.within(part));
    let mut pressed = Vec::new();
    for part in &parts {
        part.types("Mobile number", TYPED).await;
        let before = asks(part).await;
        let after = part.asks("return performance.now()", json!([])).await;
        pressed.push((before, after.as_f64().expect("a moment")));
    }
    let all = "return new Promise((done) => { \
         const look = () => heard.filter(({ name }) => name === 'ae-error').length === 3 && done(true); \
         addEventListener('ae-error', look); look() })";
    page.promised(all, json!([])).await.expect("three events");
    for (part, (before, after)) in ["silent", "stalled", "trickling"].iter().zip(pressed) {
        let told = page.hears_error("timeout", None).await;
        assert_eq!(told["by"], json!(part));
        let at = told["at"].as_f64().expect("a moment");
        // What is told is rounded to a millisecond.
        assert!(at - before > 9_999.0, "{part}: {} ms", at - before);
        assert!(at - after < 10_500.0, "{part}: {} ms", at - after);
    }
    for part in &parts {
        part.sees("took too long").await;
        goes_on(part).await;
    }
}

/// A 429 with this `Retry-After`, and with what else may be read of it.
async fn is_told_to_wait(bench: &Bench, retry_after: &str, exposed: &[&str]) -> Page {
    let page = bench.opens(Shop::new()).await;
    let exposed = exposed.iter().map(|name| (*name).to_owned()).collect();
    bench
        .engine
        .is(|settings| settings.expose_headers = exposed);
    let fault = Fault::TooMany {
        retry_after: Some(retry_after.to_owned()),
    };
    bench.engine.fails(Endpoint::OtpGenerate, fault);
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.hears_error("rate-limited", Some(429)).await;
    page
}

/// A moment that is so many seconds ahead of this machine's clock, as HTTP writes it.
async fn date(page: &Page, seconds: i64) -> String {
    let script = "return new Date(Date.now() + arguments[0] * 1000).toUTCString()";
    let date = page.asks(script, json!([seconds])).await;
    date.as_str().expect("a date").to_owned()
}

const BOTH: &[&str] = &["Retry-After", "Date"];

pub(crate) async fn retry_after_date_is_read_by_the_engine_clock(bench: &Bench) {
    let page = bench.opens(Shop::new()).await;
    let day = 86_400;
    for (offset, exposed, seconds, least, most) in [
        (0, BOTH, 120, 100, 120),
        (day, BOTH, day + 120, 100, 120),
        (-day, BOTH, 120 - day, 100, 120),
        (0, BOTH, day, 880, 900),
        // Where the engine's clock cannot be read, this device's has to do.
        (0, &["Retry-After"], 120, 100, 120),
        (day, &["Retry-After"], day + 120, 880, 900),
    ] {
        bench.engine.is(|settings| settings.clock_offset_s = offset);
        let when = date(&page, seconds).await;
        let page = is_told_to_wait(bench, &when, exposed).await;
        let wait = page.countdown("Continue").await;
        assert!((least..=most).contains(&wait), "{when}: {wait} s");
    }
}

pub(crate) async fn nonsensical_retry_after_is_clamped(bench: &Bench) {
    for (when, least, most) in [
        ("1000000000000", 880, 900),
        ("-5", 20, 30),
        ("1e3", 20, 30),
        ("soon 3", 20, 30),
        ("Wed, 99 Oct 2015 07:28:00 GMT", 20, 30),
    ] {
        let page = is_told_to_wait(bench, when, BOTH).await;
        let wait = page.countdown("Continue").await;
        assert!((least..=most).contains(&wait), "{when}: {wait} s");
    }
    for when in ["0", "Wed, 21 Oct 2015 07:28:00 GMT"] {
        let page = is_told_to_wait(bench, when, BOTH).await;
        // A second, and not the half minute of what cannot be read.
        let ready = "return button(null, 'Continue')?.getAttribute('aria-disabled') !== 'true'";
        page.waits("the end of the wait", ready, json!([])).await;
        goes_on(&page).await;
    }
}

pub(crate) async fn truncated_answer_is_an_error(bench: &Bench) {
    let page = bench.opens(Shop::new()).await;
    page.types("Mobile number", TYPED).await;
    bench.engine.fails(Endpoint::TokenGenerate, Fault::Cut);
    page.presses("Continue").await;
    // WebKit takes what has come for the whole; half an answer is none either way.
    let cut = match bench.browser {
        Browser::WebKit => "malformed",
        _ => "network",
    };
    page.hears_error(cut, None).await;
    // Half of it, as if it were whole.
    bench
        .engine
        .fails(Endpoint::TokenGenerate, Fault::Truncated);
    page.presses("Continue").await;
    page.hears_error("malformed", None).await;
    goes_on(&page).await;
}

pub(crate) async fn answer_in_another_encoding_is_malformed(bench: &Bench) {
    let page = bench.opens(Shop::new()).await;
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
        bench.engine.fails(Endpoint::TokenGenerate, fault);
        page.presses("Continue").await;
        page.hears_error("malformed", None).await;
        page.is_at("identify").await;
    }
    // A mark ahead of UTF-8 is needless and does no harm.
    let marked = Fault::Body(format!("\u{feff}{refusal}"));
    bench.engine.fails(Endpoint::TokenGenerate, marked);
    page.presses("Continue").await;
    page.hears_error("rejected", Some(1526)).await;
    goes_on(&page).await;
}

pub(crate) async fn endless_body_is_cut_off(bench: &Bench) {
    let page = bench.opens(Shop::new()).await;
    bench.engine.fails(Endpoint::TokenGenerate, Fault::Endless);
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.hears_error("malformed", None).await;
    goes_on(&page).await;
    // What the browser and two sockets hold between them; the widget has taken 64 KiB.
    let poured = bench.engine.poured();
    assert!(poured > 65_536 && poured < 32 << 20, "{poured} bytes");
}

pub(crate) async fn gzip_bomb_is_cut_off(bench: &Bench) {
    let page = bench.opens(Shop::new()).await;
    let bomb = Fault::GzipBomb(512 << 20);
    bench.engine.fails(Endpoint::TokenGenerate, bomb);
    page.types("Mobile number", TYPED).await;
    let before = bench.memory();
    page.presses("Continue").await;
    page.hears_error("malformed", None).await;
    let after = bench.memory();
    assert!(after < before + 128, "{before} MiB, then {after} MiB");
    goes_on(&page).await;
}

pub(crate) async fn engine_without_cors_is_a_network_error(bench: &Bench) {
    let page = bench.opens(Shop::new()).await;
    bench.engine.is(|settings| settings.cors = Cors::Off);
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    let told = page.hears_error("network", None).await;
    assert_eq!(told["retryable"], json!(true));
    page.sees("could not be reached").await;
    assert_eq!(bench.engine.preflights().len(), 1);
    assert_eq!(bench.engine.calls(), [""; 0], "it was not asked");
    bench.engine.is(|settings| settings.cors = Cors::All);
    goes_on(&page).await;
}

pub(crate) async fn answer_without_cors_is_not_repeated_automatically(
    bench: &Bench,
) {
    let page = bench.opens(Shop::new()).await;
    bench.engine.fails(Endpoint::TokenGenerate, Fault::NoCors);
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.hears_error("network", None).await;
    page.sees("could not be reached").await;
    assert_eq!(bench.engine.calls(), ["token-generate"]);
    goes_on(&page).await;
}

pub(crate) async fn csp_that_blocks_the_engine_is_a_configuration_error(bench: &Bench) {
    let page = bench
        .opens(Shop::new().under(&CSP.replace(" {{engine}}", "")))
        .await;
    // The policy does its work; that is reported.
    page.excuses("connect-src");
    page.types("Mobile number", TYPED).await;
    for _ in 0..2 {
        page.presses("Continue").await;
        let told = page.hears_error("configuration", None).await;
        assert_eq!(
            (&told["step"], &told["retryable"]),
            (&json!("identify"), &json!(false))
        );
        // Whoever wants to sign in is told what they can do.
        page.sees("could not be reached").await;
        page.is_at("identify").await;
        page.holds("Mobile number", TYPED).await;
    }
    assert_eq!(bench.engine.entries(), []);
    assert_eq!(bench.engine.preflights(), []);
}
