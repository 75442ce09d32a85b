//! Trouble with the engine: what is said, what is kept, what is tried again, and by whom.

use ae_e2e::emulator::Emulator;
use ae_e2e::{Bench, Shop};
use ae_engine::{Endpoint, Fault};
use ae_tasks::site::CSP;
use serde_json::json;

use crate::login::{SENT, TYPED, ask_for_a_code};

pub(crate) async fn an_engine_in_trouble_costs_another_press_and_nothing_else(bench: &Bench) {
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

pub(crate) async fn an_answer_that_got_lost_is_asked_for_again_by_the_customer_alone(
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

pub(crate) async fn who_asks_too_often_waits_as_long_as_the_engine_says(bench: &Bench) {
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

pub(crate) async fn a_login_session_that_is_gone_leads_back_and_sends_nothing(bench: &Bench) {
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

pub(crate) async fn too_many_wrong_codes_lead_back_and_send_nothing(bench: &Bench) {
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

pub(crate) async fn words_of_the_engine_are_text_and_never_markup(bench: &Bench) {
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

pub(crate) async fn what_only_the_shop_can_mend_is_said_so(bench: &Bench) {
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

pub(crate) async fn nothing_follows_a_redirect_to_another_place(bench: &Bench) {
    let elsewhere = Emulator::start().await;
    // A policy that would let it: what keeps the request back must be the widget.
    let csp = CSP.replace("{{engine}}", &format!("{{{{engine}}}} {}", elsewhere.url()));
    let page = bench.opens(Shop::new().under(&csp)).await;
    for status in [307, 302] {
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
