//! A login from its first screen to its last, and every way it can go.

use ae_engine::Fault;
use ae_login::login::problem::Kind;
use ae_login::login::text::Text;
use ae_login::login::view::{Action, FieldKind, FieldValue, StepName};
use ae_login::login::wire::Call;
use ae_test_support::{ADA, DAY, FORM, MINUTE, MOBILE, Network, SECOND, TestPage};
use serde_json::{Value, json};

// The way through ---------------------------------------------------------------------------------------------------------

#[test]
fn a_login_is_three_questions_in_the_vendors_own_words() {
    let mut page = TestPage::new();
    page.sign_in();
    assert_eq!(
        page.take_events(),
        ["ready", "step code", "step signed-in", "signed-in"]
    );
    let who = r#"{"identifierType":"EMAIL","identifierValue":"ada@example.org","brand":"DocDemo""#;
    let session = session_of(&page);
    let code = page.last_code();
    let said = page
        .requests()
        .iter()
        .map(|(call, body)| (*call, body.as_str()))
        .collect::<Vec<_>>();
    assert_eq!(
        said,
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
fn a_renewal_carries_the_newest_token_and_nothing_else() {
    let mut page = TestPage::signed_in_with_life(90);
    let token = page.stored_token().expect("a token");
    page.advance(72 * SECOND);
    let (call, body) = page.requests().last().expect("a question");
    assert_eq!(*call, Call::Renew);
    assert_eq!(
        *body,
        format!(
            r#"{{"identifierType":"EMAIL","identifierValue":"ada@example.org","brand":"DocDemo","expiredToken":"{token}"}}"#
        )
    );
}

#[test]
fn a_number_is_sent_as_digits_and_stays_the_same_string_all_the_way() {
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
fn a_code_keeps_its_leading_zeros() {
    let mut page = TestPage::with(&[], |engine| engine.code = Some("000042".to_owned()));
    page.submit(ADA);
    page.submit("000 042");
    assert_eq!(page.step(), StepName::SignedIn);
    assert!(page.requests()[2].1.ends_with(r#","otp":"000042"}"#));
}

#[test]
fn a_device_is_named_only_where_the_page_asks_for_it() {
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
        "no visitor is given one for nothing"
    );
}

#[test]
fn the_engines_session_and_token_are_never_a_login_by_themselves() {
    let mut page = TestPage::new();
    page.submit(ADA);
    assert!(!page.is_signed_in() && page.stored.session.is_none());
    assert_eq!(page.get_token(1), Err(Kind::SignedOut));
}

#[test]
fn the_screen_says_who_signs_in_and_what_happened() {
    let mut page = TestPage::new();
    assert_eq!(page.view().title, Text::IdentifyTitle);
    page.submit(MOBILE);
    let view = page.view();
    assert_eq!(
        view.lead.map(|lead| lead.identity).as_deref(),
        Some("+919999922332")
    );
    assert_eq!(view.status, Some(Text::CodeSent));
    assert_eq!(view.fields[0].asked, FieldKind::Code);
}

// Wrong codes -------------------------------------------------------------------------------------------------------------

#[test]
fn a_wrong_code_keeps_step_and_session_and_empties_the_field() {
    let mut page = TestPage::at_code();
    let edition = page.view().fields[0].edition;
    page.submit(&page.wrong_code());
    assert_eq!(
        (page.step(), page.first_error()),
        (StepName::Code, Some(Text::CodeWrong))
    );
    assert_ne!(page.view().fields[0].edition, edition);
    page.submit(&page.last_code());
    assert_eq!(page.step(), StepName::SignedIn);
    assert_eq!(page.request_count(Call::OpenSession), 1);
}

#[test]
fn the_sixth_wrong_code_leads_back_to_the_field_and_sends_nothing_by_itself() {
    let mut page = TestPage::at_code();
    for _ in 0..6 {
        page.submit(&page.wrong_code());
    }
    assert_eq!(
        (page.step(), page.first_value().as_str(), page.notice()),
        (StepName::Identify, ADA, Some(Text::TriesUsedUp))
    );
    let asked = page.requests().len();
    page.advance(MINUTE);
    assert_eq!(page.requests().len(), asked);
    page.submit(&page.first_value());
    page.submit(&page.last_code());
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn what_is_no_code_is_not_sent() {
    let mut page = TestPage::at_code();
    for typed in ["", "   ", "abc", "123", "12345678901"] {
        page.submit(typed);
        assert_eq!(page.first_error(), Some(Text::CodeUnreadable), "{typed}");
    }
    assert_eq!(page.request_count(Call::CheckCode), 0);
}

#[test]
fn what_is_no_identifier_is_not_sent_and_stays_in_the_field() {
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

// Refusals ----------------------------------------------------------------------------------------------------------------

#[test]
fn a_code_that_was_never_sent_can_be_asked_for_at_once() {
    let mut page = TestPage::at_code();
    assert_eq!(page.seconds_left(Action::Resend), Some(30));
    page.refuse_next(Call::CheckCode, 1537);
    page.submit("123456");
    assert_eq!(page.seconds_left(Action::Resend), None);
    page.press(Action::Resend);
    assert_eq!(page.request_count(Call::SendCode), 2);
}

#[test]
fn refusals_by_http_status_mean_the_same() {
    let mut page = TestPage::with(&[], |engine| engine.errors_as_http = Some(400));
    page.submit(ADA);
    page.submit(&page.wrong_code());
    assert_eq!(
        (page.step(), page.first_error()),
        (StepName::Code, Some(Text::CodeWrong))
    );
}

#[test]
fn an_unknown_code_shows_the_servers_words_as_text_and_cut_short() {
    let mut page = TestPage::new();
    let words = format!("<b>Locked</b>\u{202e}\u{0}\n{}", "x".repeat(1000));
    page.fail_next(Call::OpenSession, Fault::Code(1599, Some(words)));
    page.submit(ADA);
    assert_eq!(
        (page.step(), page.notice()),
        (StepName::Identify, Some(Text::Unknown))
    );
    let detail = page.notice_detail().expect("the server's words");
    assert!(
        detail.starts_with("<b>Locked</b>xxx") && detail.ends_with(" (1599)"),
        "{detail}"
    );
    assert_eq!(detail.chars().count(), 200 + " (1599)".len());
}

#[test]
fn a_refusal_without_an_envelope_is_a_rejection_without_a_code() {
    for fault in [Fault::PlainText400, Fault::Status(400), Fault::Status(403)] {
        let mut page = TestPage::new();
        page.fail_next(Call::OpenSession, fault.clone());
        page.submit(ADA);
        assert_eq!(page.step(), StepName::Identify, "{fault}");
        assert_eq!(page.take_events(), ["ready", "error rejected"], "{fault}");
    }
}

#[test]
fn what_only_the_shop_can_mend_says_so_with_its_number_and_has_a_way_back() {
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

// Too often ---------------------------------------------------------------------------------------------------------------

#[test]
fn the_button_waits_as_long_as_the_engine_asks_within_reason() {
    for (said, seconds) in [
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
            retry_after: said.map(str::to_owned),
        };
        page.fail_next(Call::SendCode, fault);
        page.submit(ADA);
        assert_eq!(page.step(), StepName::Identify, "{said:?}");
        assert_eq!(
            page.take_events(),
            ["ready", "error rate-limited 429"],
            "{said:?}"
        );
        assert_eq!(page.seconds_left(Action::Submit), Some(seconds), "{said:?}");
        let asked = page.requests().len();
        page.submit(ADA);
        page.advance(seconds * SECOND - 1);
        page.submit(ADA);
        assert_eq!(page.requests().len(), asked, "{said:?}: it waits");
        page.advance(1);
        assert_eq!(page.seconds_left(Action::Submit), None, "{said:?}");
        page.submit(ADA);
        assert_eq!(page.step(), StepName::Code, "{said:?}: it works again");
    }
}

#[test]
fn a_wait_that_the_browser_hides_is_half_a_minute() {
    let mut page = TestPage::new();
    let said = Some("120".to_owned());
    page.fail_next(Call::OpenSession, Fault::NoExpose);
    page.fail_next(Call::OpenSession, Fault::TooMany { retry_after: said });
    page.submit(ADA);
    assert_eq!(page.seconds_left(Action::Submit), Some(30));
}

#[test]
fn a_used_up_quota_stops_the_resend_button_but_not_the_code_that_came_before() {
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
fn too_many_tries_of_a_code_stop_that_button_and_not_the_other() {
    let mut page = TestPage::at_code();
    let said = Some("5".to_owned());
    page.fail_next(Call::CheckCode, Fault::TooMany { retry_after: said });
    page.submit("123456");
    assert_eq!(page.seconds_left(Action::Submit), Some(5));
    assert_eq!(
        page.seconds_left(Action::Resend),
        Some(30),
        "a short pause for one is no leave for the other"
    );
    page.advance(5 * SECOND);
    page.submit(&page.last_code());
    assert_eq!(page.step(), StepName::SignedIn);
}

#[test]
fn a_pause_that_the_engine_demanded_is_not_lifted_by_going_back_or_by_another_button() {
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

// A bad wire --------------------------------------------------------------------------------------------------------------

/// Everything that is not an answer.
fn no_answers() -> Vec<(Fault, &'static str)> {
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

/// What is wrong with a token or a session, in an answer that is one otherwise.
fn false_answers(call: Call) -> Vec<Fault> {
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
fn no_answer_keeps_the_step_and_what_was_typed_and_the_same_again_goes_well() {
    for (fault, heard) in no_answers() {
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
            assert_eq!(page.take_events(), ["ready", heard], "{about}");
            assert!(page.notice().is_some() && !page.view().busy, "{about}");
            assert_eq!(
                page.request_count(call),
                1,
                "{about}: not tried again by itself"
            );
            page.sign_in();
        }
        for call in [Call::SendCode, Call::CheckCode] {
            let about = format!("{call:?} later: {fault:.60}");
            let mut page = TestPage::at_code();
            page.advance(30 * SECOND);
            page.take_events();
            // A wrong code is refused whatever the HTTP status.
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
            assert_eq!(page.take_events(), [heard], "{about}");
            assert_eq!(
                page.seconds_left(Action::Resend),
                None,
                "{about}: a code may be asked for again"
            );
            page.submit(&page.last_code());
            assert_eq!(page.step(), StepName::SignedIn, "{about}");
        }
    }
}

#[test]
fn a_token_that_is_not_for_this_customer_and_brand_is_never_used() {
    for call in [Call::OpenSession, Call::CheckCode] {
        for fault in false_answers(call) {
            // The first answer of a page is all that is known of the engine's clock.
            if (call, &fault) == (Call::OpenSession, &Fault::ExpiredToken) {
                continue;
            }
            let mut page = TestPage::new();
            page.fail_next(call, fault.clone());
            page.submit(ADA);
            if call == Call::CheckCode {
                page.submit(&page.last_code());
            }
            let heard = page.take_events();
            assert_eq!(
                heard.last().map(String::as_str),
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
fn a_token_is_used_only_if_it_is_signed_and_says_user() {
    let header =
        json!({ "idv": ["EMAIL|ada@example.org"], "dev": null, "org": "DOCDEMO", "alg": "HS256" });
    let claims = json!({ "uid": "7", "exp": 1_760_000_900, "iat": 1_760_000_000, "rol": "USER" });
    let answer = |token: &str, role: Option<&str>| {
        let user = role.map(|role| json!({ "sessionId": null, "role": role }));
        json!({ "status": { "success": true, "code": 200 }, "auth": { "token": token }, "user": user })
            .to_string()
    };
    let try_it = |header: &Value, claims: &Value, role: Option<&str>| {
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
    let needs_more = (StepName::Stuck, false, "step stuck".to_owned());

    assert_eq!(try_it(&header, &claims, None), signed_in);
    assert_eq!(try_it(&header, &claims, Some("USER")), signed_in);
    // The envelope's role counts before the token's own (§8).
    let pending = with(&claims, "rol", json!("MFA_PENDING"));
    assert_eq!(try_it(&header, &pending, None), needs_more);
    // But it does not make a login of a token that says of itself that more is owed.
    assert_eq!(try_it(&header, &pending, Some("USER")), needs_more);
    assert_eq!(try_it(&header, &claims, Some("MFA_PENDING")), needs_more);
    for role in ["VIEW", "AUTH", "DEFAULT_MFA_ROLE", "user", "USER ", "ADMIN"] {
        let other = with(&claims, "rol", json!(role));
        assert_eq!(try_it(&header, &other, None), malformed, "{role}");
        assert_eq!(
            try_it(&header, &claims, Some(role)),
            malformed,
            "{role} in the envelope"
        );
    }
    let view = with(&claims, "rol", json!("VIEW"));
    assert_eq!(
        try_it(&header, &view, Some("USER")),
        malformed,
        "an opening token proves nothing, whatever is said of it"
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
        assert_eq!(try_it(&header, &claims, None), malformed, "{name}: {bad}");
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
        assert_eq!(try_it(&header, &claims, None), malformed, "{name}: {bad}");
    }
}

#[test]
fn a_second_factor_that_is_owed_and_switched_off_is_said_to_be_missing_and_nobody_is_signed_in() {
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

// One question, one answer ------------------------------------------------------------------------------------------------

#[test]
fn sending_a_form_twice_asks_once() {
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
fn pressing_resend_twice_asks_once() {
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
        "and then it waits again"
    );
}

/// Sends a right code that is answered late, then does something else.
fn meanwhile(act: impl FnOnce(&mut TestPage)) -> TestPage {
    let mut page = TestPage::at_code();
    page.latency = 3 * SECOND;
    page.submit(&page.last_code());
    page.advance(SECOND);
    assert!(page.view().busy);
    act(&mut page);
    assert_eq!(
        page.cancelled_requests(),
        1,
        "the browser is told to give it up"
    );
    page.advance(MINUTE);
    assert!(!page.is_signed_in() && page.stored.session.is_none());
    page
}

#[test]
fn an_answer_to_a_changed_identifier_is_dropped() {
    let mut page = meanwhile(|page| page.press(Action::ChangeIdentifier));
    assert_eq!(
        (page.step(), page.first_value().as_str()),
        (StepName::Identify, ADA)
    );
    page.latency = 0;
    page.sign_in();
}

#[test]
fn an_answer_after_a_restart_is_dropped() {
    let page = meanwhile(TestPage::restart);
    assert_eq!(page.step(), StepName::Identify);
}

#[test]
fn an_answer_after_signing_out_is_dropped() {
    let page = meanwhile(TestPage::sign_out);
    assert_eq!(page.step(), StepName::Identify);
    assert_eq!(
        (page.first_value().as_str(), page.stored.step),
        ("", None),
        "and nothing is left of the attempt"
    );
}

#[test]
fn an_answer_for_a_form_that_is_gone_is_dropped() {
    let mut page = TestPage::at_code();
    page.attach(false);
    page.latency = 3 * SECOND;
    page.submit(&page.last_code());
    page.detach(FORM);
    page.advance(MINUTE);
    assert!(!page.is_signed_in());
}

#[test]
fn a_first_code_that_is_no_longer_wanted_is_never_asked_for() {
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
fn the_fields_of_a_screen_that_is_gone_are_not_taken_for_those_of_another() {
    let mut page = TestPage::new();
    page.type_text(ADA);
    let entry = |asked, text: &str| FieldValue {
        asked,
        value: text.to_owned().into(),
        fits: true,
    };
    let code = || vec![entry(FieldKind::Code, "123456")];
    page.dispatch(ae_login::login::Input::Submit(FORM, code()));
    assert_eq!(
        (page.first_value().as_str(), page.first_error()),
        (ADA, None)
    );
    page.submit(ADA);
    let address = vec![entry(FieldKind::Any, ADA)];
    page.dispatch(ae_login::login::Input::Submit(FORM, address));
    assert_eq!((page.step(), page.first_error()), (StepName::Code, None));
    assert_eq!(page.request_count(Call::CheckCode), 0);
}

#[test]
fn a_code_whose_sending_was_not_confirmed_is_not_asked_for_again_by_itself() {
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
fn another_code_may_be_asked_for_after_a_while_and_only_the_newest_works() {
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
fn the_seconds_on_a_waiting_button_go_down_one_by_one() {
    let mut page = TestPage::at_code();
    for left in (1..=30).rev() {
        assert_eq!(page.seconds_left(Action::Resend), Some(left));
        assert_eq!(page.next_wake_in(), Some(SECOND));
        page.advance(SECOND);
    }
    assert_eq!(page.seconds_left(Action::Resend), None);
}

#[test]
fn a_reload_returns_to_the_code_with_the_same_session_of_the_engine() {
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
        "the wait survives too"
    );
    page.submit(&page.last_code());
    assert_eq!(page.step(), StepName::SignedIn);
    assert_eq!(page.request_count(Call::OpenSession), 1);
    assert_eq!(page.stored.step, None, "nothing is left of the attempt");
}

#[test]
fn a_reload_while_an_answer_is_awaited_loses_only_that_answer() {
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
fn a_reload_keeps_what_was_typed() {
    let mut page = TestPage::new();
    page.type_text("ada@exa");
    page.reload();
    assert_eq!(
        (page.step(), page.first_value().as_str()),
        (StepName::Identify, "ada@exa")
    );
}

#[test]
fn a_wall_clock_set_back_makes_no_button_wait_for_a_day() {
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
fn a_wall_clock_set_back_after_a_reload_makes_no_button_wait_either() {
    let mut page = TestPage::at_code();
    page.advance(10 * SECOND);
    page.reload();
    page.shift_wall_clock(-86_400_000);
    page.advance(20 * SECOND);
    assert_eq!(page.seconds_left(Action::Resend), None);
}

#[test]
fn an_attempt_ends_with_the_engines_patience_and_the_identifier_stays() {
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
    assert_eq!(page.requests().len(), 2, "nothing is sent by itself");
}

#[test]
fn an_attempt_that_ended_while_the_machine_slept_or_the_page_was_away_is_over() {
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
    assert_eq!(page.take_events(), ["ready"], "it was never shown again");
}

#[test]
fn the_engines_verdict_on_a_late_code_is_waited_for() {
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
fn a_record_that_is_not_ours_is_as_if_it_were_not_there() {
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
fn a_record_cannot_stretch_an_attempt_beyond_what_the_page_allows() {
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
fn a_huge_paste_is_not_written_down() {
    let mut page = TestPage::new();
    let huge = "9".repeat(1 << 20);
    page.type_text(&huge);
    page.submit(&huge);
    assert_eq!(page.first_error(), Some(Text::NotANumber));
    assert!(page.stored.step.is_none_or(|record| record.len() < 10_000));
}

#[test]
fn a_code_is_never_written_down() {
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

// More than one, and none at all ------------------------------------------------------------------------------------------

#[test]
fn two_forms_share_one_session_and_keep_their_own_steps() {
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
fn a_form_that_is_typed_in_does_not_erase_what_another_one_must_not_lose() {
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
fn a_form_that_comes_later_finds_who_is_signed_in() {
    let mut page = TestPage::new();
    page.sign_in();
    let other = page.attach(true);
    assert_eq!(page.view_of(other).step, StepName::SignedIn);
    assert_eq!(page.take_events_of(other), ["ready", "signed-in restored"]);
}

#[test]
fn a_session_without_a_form_hears_the_same() {
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
fn a_restart_leads_to_the_first_step_with_what_was_typed_and_signs_nobody_out() {
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
fn signing_out_forgets_who_it_was() {
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
    assert!(page.take_events().is_empty(), "nobody is signed out twice");
}

#[test]
fn signing_out_erases_what_an_earlier_page_left_even_where_nothing_shows_it() {
    let mut page = TestPage::without_form(&[], |_| {});
    page.stored.step = Some("somebody's half-typed address".to_owned());
    page.sign_out();
    assert_eq!(page.stored.step, None);
}

#[test]
fn buttons_of_other_screens_do_nothing() {
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
fn a_browser_that_keeps_nothing_is_told_of_and_the_login_goes_on() {
    let mut page = TestPage::new();
    page.storage_is_full = true;
    page.sign_in();
    let heard = page.take_events();
    assert!(
        heard.contains(&"error storage".to_owned()) && heard.contains(&"signed-in".to_owned()),
        "{heard:?}"
    );
}

#[test]
fn other_attributes_of_a_form_apply_at_once() {
    let mut page = TestPage::new();
    page.change_form_settings(|form| {
        form.identifiers = vec![ae_login::login::config::IdentifierKind::Email];
        form.resend_after = 5 * SECOND;
    });
    assert_eq!(page.view().fields[0].asked, FieldKind::Email);
    page.submit(ADA);
    assert_eq!(page.seconds_left(Action::Resend), Some(5));
}

/// The engine's session that the first answer opened.
fn session_of(page: &TestPage) -> String {
    let (_, body) = &page.requests()[1];
    let body: Value = serde_json::from_str(body).expect("JSON");
    let session = body["sessionId"].as_str();
    session.expect("a session").to_owned()
}
