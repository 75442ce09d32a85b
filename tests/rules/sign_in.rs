//! Signing in with a code: requests and screens, refusals, faults of the network, late responses, time limits, reloads, several forms.

use ae_engine::Fault;
use ae_login::login::problem::Kind;
use ae_login::login::text::Text;
use ae_login::login::view::{Action, FieldKind, FieldValue, StepName};
use ae_login::login::wire::Call;
use ae_test_support::{ADA, DAY, FORM, MINUTE, MOBILE, Network, SECOND, TestPage};
use serde_json::{Value, json};

// Requests and screens -----------------------------------------------------------------------------------------------------

#[test]
fn sign_in_sends_three_requests_with_the_documented_bodies() {
    let mut page = TestPage::new();
    page.sign_in();
    assert_eq!(
        page.take_events(),
        ["ready", "step code", "step signed-in", "signed-in"]
    );
    let who = r#"{"identifierType":"EMAIL","identifierValue":"ada@example.org","brand":"DocDemo""#;
    let session = engine_session_of(&page);
    let code = page.last_code();
    let requests = page
        .requests()
        .iter()
        .map(|(call, body)| (*call, body.as_str()))
        .collect::<Vec<_>>();
    assert_eq!(
        requests,
        [
            (Call::OpenSession, format!("{who}}}").as_str()),
            (
                Call::SendCode,
                format!(r#"{who},"sessionId":"{session}"}}"#).as_str()
            ),
            (
                Call::CheckCode,
                format!(r#"{who},"sessionId":"{session}","otp":"{code}"}}"#).as_str()
            ),
        ]
    );
}

#[test]
fn renewal_request_holds_the_identifier_and_the_newest_token_only() {
    let mut page = TestPage::signed_in_with_life(90);
    let token = page.stored_token().expect("a token");
    page.advance(72 * SECOND);
    let (call, body) = page.requests().last().expect("a request");
    assert_eq!(*call, Call::Renew);
    assert_eq!(
        *body,
        format!(
            r#"{{"identifierType":"EMAIL","identifierValue":"ada@example.org","brand":"DocDemo","expiredToken":"{token}"}}"#
        )
    );
}

#[test]
fn mobile_number_is_the_same_string_of_digits_in_every_request() {
    let mut page = TestPage::with(&[], |engine| engine.set_lives(90));
    page.submit("00 91 (99999) 22332");
    page.submit(&page.wrong_code());
    page.advance(30 * SECOND);
    page.press(Action::Resend);
    page.submit(&page.last_code());
    page.advance(72 * SECOND);
    assert_eq!(page.requests().len(), 6);
    for (_, body) in page.requests() {
        let body: Value = serde_json::from_str(body).expect("JSON");
        assert_eq!(body["identifierType"], "MOBILE");
        assert_eq!(body["identifierValue"], "919999922332");
        assert_eq!(body.get("deviceId"), None);
    }
}

#[test]
fn code_keeps_its_leading_zeros() {
    let mut page = TestPage::with(&[], |engine| engine.code = Some("000042".to_owned()));
    page.submit(ADA);
    page.submit("000 042");
    assert_eq!(page.step(), StepName::SignedIn);
    assert!(page.requests()[2].1.ends_with(r#","otp":"000042"}"#));
}

#[test]
fn device_id_is_sent_only_with_the_attribute_send_device_id() {
    let mut page = TestPage::with(&[("send-device-id", "")], |_| {});
    page.device_id = "till-7".to_owned();
    page.sign_in();
    assert_eq!(page.requests().len(), 3);
    for (_, body) in page.requests() {
        assert!(
            body.starts_with(r#"{"deviceId":"till-7","identifierType":"EMAIL","#),
            "{body}"
        );
    }
    let mut page = TestPage::new();
    page.sign_in();
    assert_eq!(
        page.device_id_reads(),
        0,
        "no device id is created for a login that does not send it"
    );
}

#[test]
fn opening_a_session_signs_nobody_in() {
    let mut page = TestPage::new();
    page.submit(ADA);
    assert!(!page.is_signed_in() && page.stored.session.is_none());
    assert_eq!(page.get_token(1), Err(Kind::SignedOut));
}

#[test]
fn code_step_shows_the_identifier_and_announces_the_sent_code() {
    let mut page = TestPage::new();
    assert_eq!(page.view().title, Text::IdentifyTitle);
    page.submit(MOBILE);
    let view = page.view();
    assert_eq!(
        view.lead.map(|lead| lead.identity).as_deref(),
        Some("+919999922332")
    );
    assert_eq!(view.status, Some(Text::CodeSent));
    assert_eq!(view.fields[0].kind, FieldKind::Code);
}

// Wrong input -------------------------------------------------------------------------------------------------------------

#[test]
fn wrong_code_keeps_the_step_and_empties_the_field() {
    let mut page = TestPage::at_code();
    let edition = page.view().fields[0].revision;
    page.submit(&page.wrong_code());
    assert_eq!(
        (page.step(), page.first_error()),
        (StepName::Code, Some(Text::CodeWrong))
    );
    assert_ne!(page.view().fields[0].revision, edition);
    page.submit(&page.last_code());
    assert_eq!(page.step(), StepName::SignedIn);
    assert_eq!(page.request_count(Call::OpenSession), 1);
}

#[test]
fn sixth_wrong_code_returns_to_identify_and_sends_nothing() {
    let mut page = TestPage::at_code();
    for _ in 0..6 {
        page.submit(&page.wrong_code());
    }
    assert_eq!(
        (page.step(), page.first_value().as_str(), page.notice()),
        (StepName::Identify, ADA, Some(Text::TriesUsedUp))
    );
    let sent = page.requests().len();
    page.advance(MINUTE);
    assert_eq!(page.requests().len(), sent);
    page.submit(&page.first_value());
    page.submit(&page.last_code());
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn input_without_a_code_is_not_sent() {
    let mut page = TestPage::at_code();
    for typed in ["", "   ", "abc", "123", "12345678901"] {
        page.submit(typed);
        assert_eq!(page.first_error(), Some(Text::CodeUnreadable), "{typed}");
    }
    assert_eq!(page.request_count(Call::CheckCode), 0);
}

#[test]
fn invalid_identifier_is_not_sent_and_stays_in_the_field() {
    let mut page = TestPage::new();
    for (typed, error) in [
        ("", Text::IdentifierEmpty),
        ("0495 678923", Text::NoCountryCode),
        ("12345", Text::NotANumber),
        ("ada@", Text::NotAnAddress),
        ("ada\u{200b}@example.org", Text::InvisibleCharacter),
    ] {
        page.submit(typed);
        assert_eq!(
            (page.first_error(), page.first_value().as_str()),
            (Some(error), typed),
            "{typed}"
        );
        page.type_text("a");
        assert_eq!(page.first_error(), None);
    }
    assert_eq!(page.requests().len(), 0);
}

// Error codes of the engine -----------------------------------------------------------------------------------------------

#[test]
fn error_1537_enables_the_resend_button_at_once() {
    let mut page = TestPage::at_code();
    assert_eq!(page.seconds_left(Action::Resend), Some(30));
    page.refuse_next(Call::CheckCode, 1537);
    page.submit("123456");
    assert_eq!(page.seconds_left(Action::Resend), None);
    page.press(Action::Resend);
    assert_eq!(page.request_count(Call::SendCode), 2);
}

#[test]
fn error_with_http_status_400_means_the_same_as_with_200() {
    let mut page = TestPage::with(&[], |engine| engine.errors_as_http = Some(400));
    page.submit(ADA);
    page.submit(&page.wrong_code());
    assert_eq!(
        (page.step(), page.first_error()),
        (StepName::Code, Some(Text::CodeWrong))
    );
}

#[test]
fn unknown_error_shows_the_engines_message_as_shortened_text() {
    let mut page = TestPage::new();
    let message = format!("<b>Locked</b>\u{202e}\u{0}\n{}", "x".repeat(1000));
    page.fail_next(Call::OpenSession, Fault::Code(1599, Some(message)));
    page.submit(ADA);
    assert_eq!(
        (page.step(), page.notice()),
        (StepName::Identify, Some(Text::Unknown))
    );
    let detail = page.notice_detail().expect("the engine's message");
    assert!(
        detail.starts_with("<b>Locked</b>xxx") && detail.ends_with(" (1599)"),
        "{detail}"
    );
    assert_eq!(detail.chars().count(), 200 + " (1599)".len());
}

#[test]
fn error_without_a_json_body_is_reported_as_rejected_without_a_code() {
    for fault in [Fault::PlainText400, Fault::Status(400), Fault::Status(403)] {
        let mut page = TestPage::new();
        page.fail_next(Call::OpenSession, fault.clone());
        page.submit(ADA);
        assert_eq!(page.step(), StepName::Identify, "{fault}");
        assert_eq!(page.take_events(), ["ready", "error rejected"], "{fault}");
    }
}

#[test]
fn configuration_error_shows_its_code_and_a_button_to_start_again() {
    let mut page = TestPage::with(&[], |engine| engine.brands = Some(vec!["Other".to_owned()]));
    page.submit(ADA);
    assert_eq!(page.step(), StepName::Stuck);
    assert_eq!(page.notice_detail().as_deref(), Some("(1504)"));
    page.engine.settings_mut().brands = None;
    page.submit("");
    assert_eq!(
        (page.step(), page.first_value().as_str()),
        (StepName::Identify, ADA)
    );
    page.sign_in();
}

// Rate limits -------------------------------------------------------------------------------------------------------------

#[test]
fn submit_button_waits_for_retry_after_within_1_and_900_seconds() {
    for (retry_after, seconds) in [
        (Some("120"), 120),
        (Some("0"), 1),
        (Some("1"), 1),
        (Some("900"), 900),
        (Some("901"), 900),
        (Some("86400"), 900),
        (Some("99999999999999"), 30),
        (Some("-5"), 30),
        (Some("soon"), 30),
        (None, 30),
    ] {
        let mut page = TestPage::new();
        let fault = Fault::TooMany {
            retry_after: retry_after.map(str::to_owned),
        };
        page.fail_next(Call::SendCode, fault);
        page.submit(ADA);
        assert_eq!(page.step(), StepName::Identify, "{retry_after:?}");
        assert_eq!(
            page.take_events(),
            ["ready", "error rate-limited 429"],
            "{retry_after:?}"
        );
        assert_eq!(
            page.seconds_left(Action::Submit),
            Some(seconds),
            "{retry_after:?}"
        );
        let sent = page.requests().len();
        page.submit(ADA);
        page.advance(seconds * SECOND - 1);
        page.submit(ADA);
        assert_eq!(
            page.requests().len(),
            sent,
            "{retry_after:?}: still waiting"
        );
        page.advance(1);
        assert_eq!(page.seconds_left(Action::Submit), None, "{retry_after:?}");
        page.submit(ADA);
        assert_eq!(
            page.step(),
            StepName::Code,
            "{retry_after:?}: the button works again"
        );
    }
}

#[test]
fn retry_after_that_cors_hides_counts_as_30_seconds() {
    let mut page = TestPage::new();
    let retry_after = Some("120".to_owned());
    page.fail_next(Call::OpenSession, Fault::NoExpose);
    page.fail_next(Call::OpenSession, Fault::TooMany { retry_after });
    page.submit(ADA);
    assert_eq!(page.seconds_left(Action::Submit), Some(30));
}

#[test]
fn exhausted_code_quota_disables_resend_but_not_submit() {
    let mut page = TestPage::with(&[], |engine| {
        engine.quota = Some(1);
        engine.quota_window_s = Some(60);
    });
    page.submit(ADA);
    page.advance(30 * SECOND);
    page.press(Action::Resend);
    assert_eq!(page.step(), StepName::Code);
    assert_eq!(page.notice(), Some(Text::TooManyCodes));
    assert_eq!(page.seconds_left(Action::Resend), Some(30));
    assert_eq!(page.seconds_left(Action::Submit), None);
    page.submit(&page.last_code());
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn rate_limit_on_checking_codes_disables_submit_but_does_not_shorten_resend() {
    let mut page = TestPage::at_code();
    let retry_after = Some("5".to_owned());
    page.fail_next(Call::CheckCode, Fault::TooMany { retry_after });
    page.submit("123456");
    assert_eq!(page.seconds_left(Action::Submit), Some(5));
    assert_eq!(
        page.seconds_left(Action::Resend),
        Some(30),
        "the rate limit of one button does not shorten the wait of another"
    );
    page.advance(5 * SECOND);
    page.submit(&page.last_code());
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn rate_limit_outlasts_a_restart_and_the_use_of_another_button() {
    let too_many = || Fault::TooMany {
        retry_after: Some("60".to_owned()),
    };
    let mut page = TestPage::new();
    page.fail_next(Call::OpenSession, too_many());
    page.submit(ADA);
    page.restart();
    assert_eq!(page.seconds_left(Action::Submit), Some(60));

    let mut page = TestPage::at_code();
    page.fail_next(Call::CheckCode, too_many());
    page.submit("123456");
    page.advance(30 * SECOND);
    page.press(Action::Resend);
    assert_eq!(page.request_count(Call::SendCode), 2);
    assert_eq!(page.seconds_left(Action::Submit), Some(30));
    page.press(Action::ChangeIdentifier);
    assert_eq!(page.seconds_left(Action::Submit), Some(30));
    page.submit(ADA);
    assert_eq!(page.request_count(Call::OpenSession), 1);
    page.advance(30 * SECOND);
    page.sign_in();
}

// Faults of the network and of responses ----------------------------------------------------------------------------------

/// Every fault that leaves no usable response, and the event that follows.
fn failed_responses() -> Vec<(Fault, &'static str)> {
    vec![
        (Fault::Dropped, "error network"),
        (Fault::Unheard, "error network"),
        (Fault::NoCors, "error network"),
        (
            Fault::Redirect("https://evil.example/".to_owned(), 307),
            "error network",
        ),
        (Fault::Stalled, "error timeout"),
        (Fault::Trickle, "error timeout"),
        (Fault::Delay(10_000), "error timeout"),
        (Fault::Html503, "error server"),
        (Fault::Status(500), "error server"),
        (Fault::Status(502), "error server"),
        (Fault::Status(504), "error server"),
        (Fault::Status(521), "error server"),
        (Fault::Html200, "error malformed"),
        (Fault::MediaType("text/html".to_owned()), "error malformed"),
        (Fault::Empty204, "error malformed"),
        (Fault::Truncated, "error malformed"),
        (Fault::WrongTypes, "error malformed"),
        (Fault::Status(200), "error malformed"),
        (
            Fault::MissingFields(vec!["status".to_owned()]),
            "error malformed",
        ),
        (
            Fault::MissingFields(vec!["success".to_owned()]),
            "error malformed",
        ),
        (Fault::BigBody(65 * 1024), "error malformed"),
        (Fault::Body("{}".to_owned()), "error malformed"),
        (Fault::Body("null".to_owned()), "error malformed"),
        (Fault::Body("[".repeat(100_000)), "error malformed"),
        (Fault::AnswerAs(400), "error rejected"),
        (Fault::AnswerAs(503), "error server"),
    ]
}

/// Faults of the token or the session in a response that is well-formed otherwise.
fn invalid_responses(call: Call) -> Vec<Fault> {
    match call {
        Call::OpenSession | Call::CheckCode | Call::Renew => {
            let mut faults = vec![
                Fault::NullAuth,
                Fault::OtherCustomer,
                Fault::OtherBrand,
                Fault::ExpiredToken,
                Fault::BadToken,
                Fault::TokenLife(0),
                Fault::TokenLife(-5),
                Fault::MissingFields(vec!["auth".to_owned()]),
                Fault::MissingFields(vec!["auth.token".to_owned()]),
            ];
            if call == Call::OpenSession {
                for name in ["user", "user.sessionId"] {
                    faults.push(Fault::MissingFields(vec![name.to_owned()]));
                }
            }
            faults
        }
        _ => Vec::new(),
    }
}

#[test]
fn failed_request_keeps_step_and_input_and_a_second_try_succeeds() {
    for (fault, event) in failed_responses() {
        for call in [Call::OpenSession, Call::SendCode] {
            let about = format!("{call:?}: {fault:.60}");
            let mut page = TestPage::new();
            page.fail_next(call, fault.clone());
            page.submit(ADA);
            page.advance(10 * SECOND);
            assert_eq!(
                (page.step(), page.first_value().as_str()),
                (StepName::Identify, ADA),
                "{about}"
            );
            assert_eq!(page.take_events(), ["ready", event], "{about}");
            assert!(page.notice().is_some() && !page.view().busy, "{about}");
            assert_eq!(
                page.request_count(call),
                1,
                "{about}: not retried automatically"
            );
            page.sign_in();
        }
        for call in [Call::SendCode, Call::CheckCode] {
            let about = format!("{call:?} later: {fault:.60}");
            let mut page = TestPage::at_code();
            page.advance(30 * SECOND);
            page.take_events();
            // The fault changes only the HTTP status, and an error counts with any status.
            if call == Call::CheckCode && matches!(fault, Fault::AnswerAs(_)) {
                continue;
            }
            page.fail_next(call, fault.clone());
            if call == Call::CheckCode {
                page.submit("123456");
            } else {
                page.press(Action::Resend);
            }
            page.advance(10 * SECOND);
            assert_eq!(page.step(), StepName::Code, "{about}");
            assert_eq!(page.take_events(), [event], "{about}");
            assert_eq!(
                page.seconds_left(Action::Resend),
                None,
                "{about}: resend is enabled"
            );
            page.submit(&page.last_code());
            assert_eq!(page.step(), StepName::SignedIn, "{about}");
        }
    }
}

#[test]
fn token_of_another_customer_or_brand_is_reported_as_malformed() {
    for call in [Call::OpenSession, Call::CheckCode] {
        for fault in invalid_responses(call) {
            // The page learns the engine's clock from its first response, so that this token does not count as expired.
            if (call, &fault) == (Call::OpenSession, &Fault::ExpiredToken) {
                continue;
            }
            let mut page = TestPage::new();
            page.fail_next(call, fault.clone());
            page.submit(ADA);
            if call == Call::CheckCode {
                page.submit(&page.last_code());
            }
            let events = page.take_events();
            assert_eq!(
                events.last().map(String::as_str),
                Some("error malformed"),
                "{call:?}: {fault}"
            );
            assert!(
                !page.is_signed_in() && page.stored.session.is_none(),
                "{call:?}: {fault}"
            );
            assert_eq!(page.get_token(0), Err(Kind::SignedOut), "{call:?}: {fault}");
        }
    }
}

#[test]
fn token_signs_in_only_if_it_is_signed_and_its_role_is_user() {
    let header =
        json!({ "idv": ["EMAIL|ada@example.org"], "dev": null, "org": "DOCDEMO", "alg": "HS256" });
    let claims = json!({ "uid": "7", "exp": 1_760_000_900, "iat": 1_760_000_000, "rol": "USER" });
    let answer = |token: &str, role: Option<&str>| {
        let user = role.map(|role| json!({ "sessionId": null, "role": role }));
        json!({ "status": { "success": true, "code": 200 }, "auth": { "token": token }, "user": user })
            .to_string()
    };
    let outcome = |header: &Value, claims: &Value, role: Option<&str>| {
        let mut page = TestPage::with(&[("second-factor", "off")], |_| {});
        page.submit(ADA);
        let body = answer(
            &ae_test_support::fixtures::unsigned_token(header, claims),
            role,
        );
        page.fail_next(Call::CheckCode, Fault::Body(body));
        page.submit("123456");
        (
            page.step(),
            page.is_signed_in(),
            page.take_events().pop().unwrap_or_default(),
        )
    };
    let with = |value: &Value, name: &str, to: Value| {
        let mut value = value.clone();
        value[name] = to;
        value
    };
    let signed_in = (StepName::SignedIn, true, "signed-in".to_owned());
    let malformed = (StepName::Code, false, "error malformed".to_owned());
    let stuck = (StepName::Stuck, false, "step stuck".to_owned());

    assert_eq!(outcome(&header, &claims, None), signed_in);
    assert_eq!(outcome(&header, &claims, Some("USER")), signed_in);
    // The envelope's role counts before the token's own (§8).
    let pending = with(&claims, "rol", json!("MFA_PENDING"));
    assert_eq!(outcome(&header, &pending, None), stuck);
    // A token whose own role demands a second factor is no login, whatever the envelope says.
    assert_eq!(outcome(&header, &pending, Some("USER")), stuck);
    assert_eq!(outcome(&header, &claims, Some("MFA_PENDING")), stuck);
    for role in ["VIEW", "AUTH", "DEFAULT_MFA_ROLE", "user", "USER ", "ADMIN"] {
        let other = with(&claims, "rol", json!(role));
        assert_eq!(outcome(&header, &other, None), malformed, "{role}");
        assert_eq!(
            outcome(&header, &claims, Some(role)),
            malformed,
            "{role} in the envelope"
        );
    }
    let view = with(&claims, "rol", json!("VIEW"));
    assert_eq!(
        outcome(&header, &view, Some("USER")),
        malformed,
        "the token of an opened session is no login, whatever the envelope says"
    );
    for (name, bad) in [
        ("alg", json!("none")),
        ("alg", json!("None")),
        ("alg", json!(null)),
        ("org", json!("BUKL")),
        ("org", json!(null)),
        ("idv", json!([])),
        ("idv", json!(["EMAIL|eve@example.org"])),
        ("idv", json!(["MOBILE|ada@example.org"])),
        ("idv", json!("EMAIL|ada@example.org")),
    ] {
        let header = with(&header, name, bad.clone());
        assert_eq!(outcome(&header, &claims, None), malformed, "{name}: {bad}");
    }
    for (name, bad) in [
        ("exp", json!(1_760_000_000)),
        ("exp", json!(1_759_999_999)),
        ("exp", json!("1760000900")),
        ("exp", json!(1_760_000_900.5)),
        ("exp", json!(i64::MAX)),
        ("exp", json!(null)),
        ("iat", json!(null)),
        ("iat", json!(-1)),
        ("rol", json!(null)),
        ("rol", json!(["USER"])),
    ] {
        let claims = with(&claims, name, bad.clone());
        assert_eq!(outcome(&header, &claims, None), malformed, "{name}: {bad}");
    }
}

#[test]
fn demanded_second_factor_that_is_off_leads_to_stuck() {
    let mut page = TestPage::with(&[("second-factor", "off")], |engine| {
        engine.role = "MFA_PENDING".to_owned();
    });
    page.submit(ADA);
    page.submit(&page.last_code());
    assert_eq!(
        (page.step(), page.notice()),
        (StepName::Stuck, Some(Text::NeedsSecondFactor))
    );
    assert!(!page.is_signed_in() && page.stored.session.is_none());
}

// Repeated and late input ------------------------------------------------------------------------------------------------

#[test]
fn submitting_twice_sends_one_request() {
    let mut page = TestPage::new();
    page.latency = SECOND;
    page.submit_twice(ADA);
    assert!(page.view().busy);
    page.advance(2 * SECOND);
    assert_eq!(page.requests().len(), 2);
    page.submit_twice(&page.last_code());
    page.advance(SECOND);
    assert_eq!(page.request_count(Call::CheckCode), 1);
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn pressing_resend_twice_sends_one_request() {
    let mut page = TestPage::at_code();
    page.advance(30 * SECOND);
    page.latency = SECOND;
    page.press(Action::Resend);
    page.press(Action::Resend);
    page.submit(&page.last_code());
    page.advance(SECOND);
    assert_eq!(
        (
            page.request_count(Call::SendCode),
            page.request_count(Call::CheckCode)
        ),
        (2, 0)
    );
    assert_eq!(page.notice(), Some(Text::CodeSentAgain));
    page.press(Action::Resend);
    assert_eq!(
        page.request_count(Call::SendCode),
        2,
        "a new countdown runs"
    );
}

/// Submits the right code, does something else before the response arrives, and asserts that the response is dropped.
fn cancelled_check(act: impl FnOnce(&mut TestPage)) -> TestPage {
    let mut page = TestPage::at_code();
    page.latency = 3 * SECOND;
    page.submit(&page.last_code());
    page.advance(SECOND);
    assert!(page.view().busy);
    act(&mut page);
    assert_eq!(page.cancelled_requests(), 1, "the request is cancelled");
    page.advance(MINUTE);
    assert!(!page.is_signed_in() && page.stored.session.is_none());
    page
}

#[test]
fn response_after_changing_the_identifier_is_dropped() {
    let mut page = cancelled_check(|page| page.press(Action::ChangeIdentifier));
    assert_eq!(
        (page.step(), page.first_value().as_str()),
        (StepName::Identify, ADA)
    );
    page.latency = 0;
    page.sign_in();
}

#[test]
fn response_after_a_restart_is_dropped() {
    let page = cancelled_check(TestPage::restart);
    assert_eq!(page.step(), StepName::Identify);
}

#[test]
fn response_after_signing_out_is_dropped() {
    let page = cancelled_check(TestPage::sign_out);
    assert_eq!(page.step(), StepName::Identify);
    assert_eq!(
        (page.first_value().as_str(), page.stored.step),
        ("", None),
        "nothing of the attempt is stored"
    );
}

#[test]
fn response_for_a_removed_form_is_dropped() {
    let mut page = TestPage::at_code();
    page.attach(false);
    page.latency = 3 * SECOND;
    page.submit(&page.last_code());
    page.detach(FORM);
    page.advance(MINUTE);
    assert!(!page.is_signed_in());
}

#[test]
fn no_code_is_requested_after_a_restart() {
    let mut page = TestPage::new();
    page.latency = 3 * SECOND;
    page.submit(ADA);
    page.restart();
    page.advance(MINUTE);
    assert_eq!(
        (
            page.request_count(Call::OpenSession),
            page.request_count(Call::SendCode)
        ),
        (1, 0)
    );
}

#[test]
fn submitted_fields_of_another_step_are_ignored() {
    let mut page = TestPage::new();
    page.type_text(ADA);
    let value = |kind, text: &str| FieldValue {
        kind,
        value: text.to_owned().into(),
        meets_policy: true,
    };
    let code = || vec![value(FieldKind::Code, "123456")];
    page.dispatch(ae_login::login::Input::Submit(FORM, code()));
    assert_eq!(
        (page.first_value().as_str(), page.first_error()),
        (ADA, None)
    );
    page.submit(ADA);
    let address = vec![value(FieldKind::Any, ADA)];
    page.dispatch(ae_login::login::Input::Submit(FORM, address));
    assert_eq!((page.step(), page.first_error()), (StepName::Code, None));
    assert_eq!(page.request_count(Call::CheckCode), 0);
}

#[test]
fn lost_response_to_a_resend_is_not_retried_automatically() {
    let mut page = TestPage::at_code();
    page.advance(30 * SECOND);
    page.network = Network::LosesResponses;
    page.press(Action::Resend);
    page.advance(5 * MINUTE);
    assert_eq!(page.request_count(Call::SendCode), 2);
    assert_eq!(page.engine.outbox().len(), 2, "the engine did send it");
    page.network = Network::Working;
    page.submit(&page.last_code());
    assert_eq!(page.step(), StepName::SignedIn);
}

// Time and reloads --------------------------------------------------------------------------------------------------------

#[test]
fn resend_is_possible_after_30_seconds_and_only_the_newest_code_works() {
    let mut page = TestPage::at_code();
    let old = page.last_code();
    assert_eq!(page.seconds_left(Action::Resend), Some(30));
    page.advance(29_999);
    assert_eq!(page.seconds_left(Action::Resend), Some(1));
    page.press(Action::Resend);
    assert_eq!(page.request_count(Call::SendCode), 1);
    page.advance(1);
    page.press(Action::Resend);
    assert_eq!(page.notice(), Some(Text::CodeSentAgain));
    assert_eq!(page.seconds_left(Action::Resend), Some(30));
    let new = page.last_code();
    assert_ne!(old, new);
    page.submit(&old);
    assert_eq!(page.first_error(), Some(Text::CodeWrong));
    page.submit(&new);
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn countdown_of_resend_decreases_every_second() {
    let mut page = TestPage::at_code();
    for left in (1..=30).rev() {
        assert_eq!(page.seconds_left(Action::Resend), Some(left));
        assert_eq!(page.next_wake_in(), Some(SECOND));
        page.advance(SECOND);
    }
    assert_eq!(page.seconds_left(Action::Resend), None);
}

#[test]
fn reload_at_code_keeps_the_engine_session_and_the_countdown() {
    let mut page = TestPage::at_code();
    page.advance(10 * SECOND);
    page.reload();
    assert_eq!(page.step(), StepName::Code);
    assert_eq!(
        page.view().lead.map(|lead| lead.identity).as_deref(),
        Some(ADA)
    );
    assert_eq!(
        page.seconds_left(Action::Resend),
        Some(20),
        "the countdown goes on"
    );
    page.submit(&page.last_code());
    assert_eq!(page.step(), StepName::SignedIn);
    assert_eq!(page.request_count(Call::OpenSession), 1);
    assert_eq!(page.stored.step, None, "the step record is erased");
}

#[test]
fn reload_during_a_request_loses_only_its_response() {
    let mut page = TestPage::at_code();
    page.latency = 3 * SECOND;
    page.submit(&page.wrong_code());
    page.reload();
    page.latency = 0;
    assert_eq!((page.step(), page.view().busy), (StepName::Code, false));
    page.submit(&page.last_code());
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn reload_keeps_the_typed_identifier() {
    let mut page = TestPage::new();
    page.type_text("ada@exa");
    page.reload();
    assert_eq!(
        (page.step(), page.first_value().as_str()),
        (StepName::Identify, "ada@exa")
    );
}

#[test]
fn wall_clock_set_back_by_a_day_does_not_extend_waits() {
    for reloads in [false, true] {
        let mut page = TestPage::at_code();
        page.advance(10 * SECOND);
        page.shift_wall_clock(-86_400_000);
        if reloads {
            page.reload();
        }
        assert_eq!(page.step(), StepName::Code, "reloads: {reloads}");
        page.advance(30 * SECOND);
        assert_eq!(
            page.seconds_left(Action::Resend),
            None,
            "reloads: {reloads}"
        );
        page.advance(15 * MINUTE);
        assert_eq!(
            (page.step(), page.notice()),
            (StepName::Identify, Some(Text::AttemptTimedOut)),
            "reloads: {reloads}"
        );
    }
}

#[test]
fn wall_clock_set_back_after_a_reload_does_not_extend_waits() {
    let mut page = TestPage::at_code();
    page.advance(10 * SECOND);
    page.reload();
    page.shift_wall_clock(-86_400_000);
    page.advance(20 * SECOND);
    assert_eq!(page.seconds_left(Action::Resend), None);
}

#[test]
fn attempt_times_out_after_session_minutes_and_keeps_the_identifier() {
    let mut page = TestPage::with(&[("session-minutes", "3")], |_| {});
    page.submit(ADA);
    page.advance(3 * MINUTE - 1);
    assert_eq!(page.step(), StepName::Code);
    page.advance(1);
    assert_eq!(
        (page.step(), page.first_value().as_str(), page.notice()),
        (StepName::Identify, ADA, Some(Text::AttemptTimedOut))
    );
    assert_eq!(
        page.view().notice.map(|notice| notice.is_error),
        Some(false)
    );
    assert_eq!(page.take_events(), ["ready", "step code", "step identify"]);
    assert_eq!(page.requests().len(), 2, "nothing is sent automatically");
}

#[test]
fn attempt_times_out_while_the_machine_sleeps_or_the_page_is_closed() {
    let mut page = TestPage::at_code();
    page.sleep(15 * MINUTE);
    page.wake();
    assert_eq!(
        (page.step(), page.notice()),
        (StepName::Identify, Some(Text::AttemptTimedOut))
    );

    let mut page = TestPage::at_code();
    page.unload();
    page.sleep(15 * MINUTE);
    page.take_events();
    page.load();
    assert_eq!(
        (page.step(), page.first_value().as_str(), page.notice()),
        (StepName::Identify, ADA, Some(Text::AttemptTimedOut))
    );
    assert_eq!(
        page.take_events(),
        ["ready"],
        "the code step is not shown before"
    );
}

#[test]
fn attempt_does_not_time_out_while_a_code_is_checked() {
    let mut page = TestPage::at_code();
    page.advance(15 * MINUTE - 2 * SECOND);
    page.latency = 5 * SECOND;
    page.submit(&page.last_code());
    page.advance(4 * SECOND);
    assert_eq!((page.step(), page.view().busy), (StepName::Code, true));
    page.advance(SECOND);
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn invalid_step_record_is_ignored() {
    let good = {
        let page = TestPage::at_code();
        page.stored.step.clone().expect("a record")
    };
    let with = |name: &str, to: Value| {
        let mut record: Value = serde_json::from_str(&good).expect("JSON");
        record[name] = to;
        record.to_string()
    };
    let mut records = vec![
        String::new(),
        "null".to_owned(),
        "[]".to_owned(),
        "{}".to_owned(),
        "no JSON".to_owned(),
        "[".repeat(10_000),
        good[..good.len() / 2].to_owned(),
        with("padding", json!("x".repeat(9_000))),
        with("v", json!(2)),
        with("v", json!("1")),
        with("brand", json!("Bukl")),
        with("brand", json!("DOCDEMO")),
        with("type", json!("USERNAME")),
        with("value", json!("Ada@Example.org")),
        with("value", json!("+91 99999 22332")),
        with("value", json!("<script>")),
        with("life", json!(-1)),
        with("life", json!("900000")),
    ];
    for name in [
        "v", "brand", "type", "value", "session", "step", "codeSent", "opened", "life", "sent",
        "resend",
    ] {
        records.push(with(name, Value::Null));
        records.push(with(name, json!([1])));
    }
    for record in records {
        let mut page = TestPage::new();
        page.unload();
        page.stored.step = Some(record.clone());
        page.load();
        let about = record.chars().take(200).collect::<String>();
        assert_eq!(page.step(), StepName::Identify, "{about}");
        page.sign_in();
    }
}

#[test]
fn step_record_cannot_extend_the_time_limits_of_the_page() {
    let mut page = TestPage::at_code();
    let record = page.stored.step.clone().expect("a record");
    let mut record: Value = serde_json::from_str(&record).expect("JSON");
    for name in ["life", "resend"] {
        record[name] = json!(i64::MAX);
    }
    page.unload();
    page.stored.step = Some(record.to_string());
    page.load();
    assert!(
        page.seconds_left(Action::Resend)
            .is_none_or(|wait| wait <= DAY / SECOND)
    );
    page.advance(15 * MINUTE);
    assert_eq!(page.step(), StepName::Identify);
}

#[test]
fn pasted_megabyte_is_not_stored() {
    let mut page = TestPage::new();
    let huge = "9".repeat(1 << 20);
    page.type_text(&huge);
    page.submit(&huge);
    assert_eq!(page.first_error(), Some(Text::NotANumber));
    assert!(page.stored.step.is_none_or(|record| record.len() < 10_000));
}

#[test]
fn code_is_never_stored() {
    let mut page = TestPage::at_code();
    let code = page.last_code();
    page.type_text(&code);
    page.latency = SECOND;
    for act in [
        |page: &mut TestPage| page.submit(&page.wrong_code()),
        |page: &mut TestPage| page.submit(&page.last_code()),
        |page: &mut TestPage| page.reload(),
        |page: &mut TestPage| page.submit(&page.last_code()),
    ] {
        act(&mut page);
        let kept = format!("{:?}", page.stored);
        assert!(
            !kept.contains(&code) && !kept.contains(&page.wrong_code()),
            "{kept}"
        );
        page.advance(SECOND);
        let kept = format!("{:?}", page.stored);
        assert!(!kept.contains(&code), "{kept}");
    }
    assert_eq!(page.step(), StepName::SignedIn);
}

// Several forms, and sessions without a form ------------------------------------------------------------------------------

#[test]
fn two_forms_share_a_session_and_have_separate_steps() {
    let mut page = TestPage::new();
    let other = page.attach(true);
    assert_eq!(page.take_events_of(other), ["ready"]);
    page.submit(ADA);
    assert_eq!(page.view_of(other).step, StepName::Identify);
    page.submit_in(other, MOBILE);
    assert_eq!(page.view_of(other).step, StepName::Code);
    let code = page.engine.outbox()[0].code.clone();
    page.submit(&code);
    assert_eq!(page.step(), StepName::SignedIn);
    assert_eq!(page.view_of(other).step, StepName::SignedIn);
    assert_eq!(
        page.take_events_of(other),
        ["step code", "step signed-in", "signed-in"]
    );
    page.press_in(other, Action::SignOut);
    assert_eq!(page.step(), StepName::Identify);
    assert_eq!(
        page.take_events().last().map(String::as_str),
        Some("signed-out user")
    );
}

#[test]
fn typing_in_one_form_keeps_the_stored_code_step_of_another() {
    for waits in [0, 1] {
        let mut page = TestPage::new();
        let forms = [FORM, page.attach(true)];
        page.submit_in(forms[waits], ADA);
        page.type_in(forms[1 - waits], "+44");
        page.reload();
        assert_eq!(page.step(), StepName::Code, "form {waits}");
    }
}

#[test]
fn form_added_after_sign_in_shows_signed_in() {
    let mut page = TestPage::new();
    page.sign_in();
    let other = page.attach(true);
    assert_eq!(page.view_of(other).step, StepName::SignedIn);
    assert_eq!(page.take_events_of(other), ["ready", "signed-in restored"]);
}

#[test]
fn session_without_a_form_gets_the_same_events() {
    let mut page = TestPage::without_form(&[], |_| {});
    let form = page.attach(true);
    page.submit_in(form, ADA);
    let code = page.last_code();
    page.submit_in(form, &code);
    assert_eq!(page.take_events(), ["ready", "signed-in"]);
    page.sign_out();
    assert_eq!(page.take_events(), ["signed-out user"]);
}

#[test]
fn restart_returns_to_identify_and_signs_nobody_out() {
    let mut page = TestPage::at_code();
    page.restart();
    assert_eq!(
        (page.step(), page.first_value().as_str()),
        (StepName::Identify, ADA)
    );
    page.sign_in();
    page.restart();
    assert_eq!(
        (page.step(), page.is_signed_in()),
        (StepName::SignedIn, true)
    );
}

#[test]
fn signing_out_erases_the_identifier_and_all_records() {
    let mut page = TestPage::new();
    page.sign_in();
    page.take_events();
    page.press(Action::SignOut);
    assert_eq!(page.take_events(), ["step identify", "signed-out user"]);
    assert_eq!(
        (page.first_value().as_str(), page.view().status),
        ("", Some(Text::SignedOut))
    );
    assert_eq!(
        (page.stored.session.as_ref(), page.stored.step.as_ref()),
        (None, None)
    );
    page.sign_out();
    assert!(
        page.take_events().is_empty(),
        "signing out twice dispatches one event"
    );
}

#[test]
fn signing_out_without_a_form_erases_the_step_record() {
    let mut page = TestPage::without_form(&[], |_| {});
    page.stored.step = Some("a half-typed address".to_owned());
    page.sign_out();
    assert_eq!(page.stored.step, None);
}

#[test]
fn buttons_of_other_steps_do_nothing() {
    let mut page = TestPage::new();
    for action in [Action::Resend, Action::ChangeIdentifier, Action::SignOut] {
        page.press(action);
    }
    assert_eq!(
        (page.step(), page.requests().len()),
        (StepName::Identify, 0)
    );
    page.submit(ADA);
    page.press(Action::SignOut);
    assert_eq!(page.step(), StepName::Code);
}

#[test]
fn full_storage_is_reported_and_sign_in_succeeds() {
    let mut page = TestPage::new();
    page.storage_is_full = true;
    page.sign_in();
    let events = page.take_events();
    assert!(
        events.contains(&"error storage".to_owned()) && events.contains(&"signed-in".to_owned()),
        "{events:?}"
    );
}

#[test]
fn changed_form_attributes_apply_at_once() {
    let mut page = TestPage::new();
    page.change_form_settings(|form| {
        form.identifiers = vec![ae_login::login::config::IdentifierKind::Email];
        form.resend_after = 5 * SECOND;
    });
    assert_eq!(page.view().fields[0].kind, FieldKind::Email);
    page.submit(ADA);
    assert_eq!(page.seconds_left(Action::Resend), Some(5));
}

/// The id of the session that the engine opened first.
fn engine_session_of(page: &TestPage) -> String {
    let (_, body) = &page.requests()[1];
    let body: Value = serde_json::from_str(body).expect("JSON");
    let session = body["sessionId"].as_str();
    session.expect("a session").to_owned()
}
