//! A login from its first screen to its last, and every way it can go.
#![cfg(not(target_arch = "wasm32"))]

mod pair;

use ae_engine::Fault;
use ae_login::login::problem::Kind;
use ae_login::login::text::Text;
use ae_login::login::view::{Action, Asked, Entry, StepName};
use ae_login::login::wire::Call;
use pair::{ADA, DAY, FORM, MINUTE, MOBILE, Pair, SECOND, Wire};
use serde_json::{Value, json};

// The way through ---------------------------------------------------------------------------------------------------------

#[test]
fn a_login_is_three_questions_in_the_vendors_own_words() {
    let mut pair = Pair::new();
    pair.signs_in();
    assert_eq!(
        pair.heard(),
        ["ready", "step code", "step signed-in", "signed-in"]
    );
    let who = r#"{"identifierType":"EMAIL","identifierValue":"ada@example.org","brand":"DocDemo""#;
    let session = session_of(&pair);
    let code = pair.code_sent();
    let said = pair
        .sent()
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
    let mut pair = Pair::signed_in_for(90);
    let token = pair.kept_token().expect("a token");
    pair.pass(72 * SECOND);
    let (call, body) = pair.sent().last().expect("a question");
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
    let mut pair = Pair::with(&[], |engine| engine.set_lives(90));
    pair.submits("00 91 (99999) 22332");
    pair.submits(&pair.wrong_code());
    pair.pass(30 * SECOND);
    pair.presses(Action::Resend);
    pair.submits(&pair.code_sent());
    pair.pass(72 * SECOND);
    assert_eq!(pair.sent().len(), 6);
    for (_, body) in pair.sent() {
        let body: Value = serde_json::from_str(body).expect("JSON");
        assert_eq!(body["identifierType"], "MOBILE");
        assert_eq!(body["identifierValue"], "919999922332");
        assert_eq!(body.get("deviceId"), None);
    }
}

#[test]
fn a_code_keeps_its_leading_zeros() {
    let mut pair = Pair::with(&[], |engine| engine.code = Some("000042".to_owned()));
    pair.submits(ADA);
    pair.submits("000 042");
    assert_eq!(pair.step(), StepName::SignedIn);
    assert!(pair.sent()[2].1.ends_with(r#","otp":"000042"}"#));
}

#[test]
fn a_device_is_named_only_where_the_page_asks_for_it() {
    let mut pair = Pair::with(&[("send-device-id", "")], |_| {});
    pair.device = "till-7".to_owned();
    pair.signs_in();
    assert_eq!(pair.sent().len(), 3);
    for (_, body) in pair.sent() {
        assert!(
            body.starts_with(r#"{"deviceId":"till-7","identifierType":"EMAIL","#),
            "{body}"
        );
    }
    let mut pair = Pair::new();
    pair.signs_in();
    assert_eq!(
        pair.devices_asked(),
        0,
        "no visitor is given one for nothing"
    );
}

#[test]
fn the_engines_session_and_token_are_never_a_login_by_themselves() {
    let mut pair = Pair::new();
    pair.submits(ADA);
    assert!(!pair.is_signed_in() && pair.tab.session.is_none());
    assert_eq!(pair.gets_token(1), Err(Kind::SignedOut));
}

#[test]
fn the_screen_says_who_signs_in_and_what_happened() {
    let mut pair = Pair::new();
    assert_eq!(pair.sees().title, Text::IdentifyTitle);
    pair.submits(MOBILE);
    let view = pair.sees();
    assert_eq!(
        view.lead.map(|lead| lead.identity).as_deref(),
        Some("+919999922332")
    );
    assert_eq!(view.status, Some(Text::CodeSent));
    assert_eq!(view.fields[0].asked, Asked::Code);
}

// Wrong codes -------------------------------------------------------------------------------------------------------------

#[test]
fn a_wrong_code_keeps_step_and_session_and_empties_the_field() {
    let mut pair = Pair::at_code();
    let edition = pair.sees().fields[0].edition;
    pair.submits(&pair.wrong_code());
    assert_eq!(
        (pair.step(), pair.error()),
        (StepName::Code, Some(Text::CodeWrong))
    );
    assert_ne!(pair.sees().fields[0].edition, edition);
    pair.submits(&pair.code_sent());
    assert_eq!(pair.step(), StepName::SignedIn);
    assert_eq!(pair.sent_of(Call::OpenSession), 1);
}

#[test]
fn the_sixth_wrong_code_leads_back_to_the_field_and_sends_nothing_by_itself() {
    let mut pair = Pair::at_code();
    for _ in 0..6 {
        pair.submits(&pair.wrong_code());
    }
    assert_eq!(
        (pair.step(), pair.field().as_str(), pair.notice()),
        (StepName::Identify, ADA, Some(Text::TriesUsedUp))
    );
    let asked = pair.sent().len();
    pair.pass(MINUTE);
    assert_eq!(pair.sent().len(), asked);
    pair.submits(&pair.field());
    pair.submits(&pair.code_sent());
    assert_eq!(pair.step(), StepName::SignedIn);
}

#[test]
fn what_is_no_code_is_not_sent() {
    let mut pair = Pair::at_code();
    for typed in ["", "   ", "abc", "123", "12345678901"] {
        pair.submits(typed);
        assert_eq!(pair.error(), Some(Text::CodeUnreadable), "{typed}");
    }
    assert_eq!(pair.sent_of(Call::CheckCode), 0);
}

#[test]
fn what_is_no_identifier_is_not_sent_and_stays_in_the_field() {
    let mut pair = Pair::new();
    for (typed, error) in [
        ("", Text::IdentifierEmpty),
        ("0495 678923", Text::NoCountryCode),
        ("12345", Text::NotANumber),
        ("ada@", Text::NotAnAddress),
        ("ada\u{200b}@example.org", Text::InvisibleCharacter),
    ] {
        pair.submits(typed);
        assert_eq!(
            (pair.error(), pair.field().as_str()),
            (Some(error), typed),
            "{typed}"
        );
        pair.types("a");
        assert_eq!(pair.error(), None);
    }
    assert_eq!(pair.sent().len(), 0);
}

// Refusals ----------------------------------------------------------------------------------------------------------------

#[test]
fn a_code_that_was_never_sent_can_be_asked_for_at_once() {
    let mut pair = Pair::at_code();
    assert_eq!(pair.waits(Action::Resend), Some(30));
    pair.refuse(Call::CheckCode, 1537);
    pair.submits("123456");
    assert_eq!(pair.waits(Action::Resend), None);
    pair.presses(Action::Resend);
    assert_eq!(pair.sent_of(Call::SendCode), 2);
}

#[test]
fn refusals_by_http_status_mean_the_same() {
    let mut pair = Pair::with(&[], |engine| engine.errors_as_http = Some(400));
    pair.submits(ADA);
    pair.submits(&pair.wrong_code());
    assert_eq!(
        (pair.step(), pair.error()),
        (StepName::Code, Some(Text::CodeWrong))
    );
}

#[test]
fn an_unknown_code_shows_the_servers_words_as_text_and_cut_short() {
    let mut pair = Pair::new();
    let words = format!("<b>Locked</b>\u{202e}\u{0}\n{}", "x".repeat(1000));
    pair.spoil(Call::OpenSession, Fault::Code(1599, Some(words)));
    pair.submits(ADA);
    assert_eq!(
        (pair.step(), pair.notice()),
        (StepName::Identify, Some(Text::Unknown))
    );
    let detail = pair.detail().expect("the server's words");
    assert!(
        detail.starts_with("<b>Locked</b>xxx") && detail.ends_with(" (1599)"),
        "{detail}"
    );
    assert_eq!(detail.chars().count(), 200 + " (1599)".len());
}

#[test]
fn a_refusal_without_an_envelope_is_a_rejection_without_a_code() {
    for fault in [Fault::PlainText400, Fault::Status(400), Fault::Status(403)] {
        let mut pair = Pair::new();
        pair.spoil(Call::OpenSession, fault.clone());
        pair.submits(ADA);
        assert_eq!(pair.step(), StepName::Identify, "{fault}");
        assert_eq!(pair.heard(), ["ready", "error rejected"], "{fault}");
    }
}

#[test]
fn what_only_the_shop_can_mend_says_so_with_its_number_and_has_a_way_back() {
    let mut pair = Pair::with(&[], |engine| engine.brands = Some(vec!["Other".to_owned()]));
    pair.submits(ADA);
    assert_eq!(pair.step(), StepName::Stuck);
    assert_eq!(pair.detail().as_deref(), Some("(1504)"));
    pair.engine.settings_mut().brands = None;
    pair.submits("");
    assert_eq!(
        (pair.step(), pair.field().as_str()),
        (StepName::Identify, ADA)
    );
    pair.signs_in();
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
        let mut pair = Pair::new();
        let fault = Fault::TooMany {
            retry_after: said.map(str::to_owned),
        };
        pair.spoil(Call::SendCode, fault);
        pair.submits(ADA);
        assert_eq!(pair.step(), StepName::Identify, "{said:?}");
        assert_eq!(
            pair.heard(),
            ["ready", "error rate-limited 429"],
            "{said:?}"
        );
        assert_eq!(pair.waits(Action::Submit), Some(seconds), "{said:?}");
        let asked = pair.sent().len();
        pair.submits(ADA);
        pair.pass(seconds * SECOND - 1);
        pair.submits(ADA);
        assert_eq!(pair.sent().len(), asked, "{said:?}: it waits");
        pair.pass(1);
        assert_eq!(pair.waits(Action::Submit), None, "{said:?}");
        pair.submits(ADA);
        assert_eq!(pair.step(), StepName::Code, "{said:?}: it works again");
    }
}

#[test]
fn a_wait_that_the_browser_hides_is_half_a_minute() {
    let mut pair = Pair::new();
    let said = Some("120".to_owned());
    pair.spoil(Call::OpenSession, Fault::NoExpose);
    pair.spoil(Call::OpenSession, Fault::TooMany { retry_after: said });
    pair.submits(ADA);
    assert_eq!(pair.waits(Action::Submit), Some(30));
}

#[test]
fn a_used_up_quota_stops_the_resend_button_but_not_the_code_that_came_before() {
    let mut pair = Pair::with(&[], |engine| {
        engine.quota = Some(1);
        engine.quota_window_s = Some(60);
    });
    pair.submits(ADA);
    pair.pass(30 * SECOND);
    pair.presses(Action::Resend);
    assert_eq!(pair.step(), StepName::Code);
    assert_eq!(pair.notice(), Some(Text::TooManyCodes));
    assert_eq!(pair.waits(Action::Resend), Some(30));
    assert_eq!(pair.waits(Action::Submit), None);
    pair.submits(&pair.code_sent());
    assert_eq!(pair.step(), StepName::SignedIn);
}

#[test]
fn too_many_tries_of_a_code_stop_that_button_and_not_the_other() {
    let mut pair = Pair::at_code();
    let said = Some("5".to_owned());
    pair.spoil(Call::CheckCode, Fault::TooMany { retry_after: said });
    pair.submits("123456");
    assert_eq!(pair.waits(Action::Submit), Some(5));
    assert_eq!(
        pair.waits(Action::Resend),
        Some(30),
        "a short pause for one is no leave for the other"
    );
    pair.pass(5 * SECOND);
    pair.submits(&pair.code_sent());
    assert_eq!(pair.step(), StepName::SignedIn);
}

#[test]
fn a_pause_that_the_engine_demanded_is_not_lifted_by_going_back_or_by_another_button() {
    let too_many = || Fault::TooMany {
        retry_after: Some("60".to_owned()),
    };
    let mut pair = Pair::new();
    pair.spoil(Call::OpenSession, too_many());
    pair.submits(ADA);
    pair.restarts();
    assert_eq!(pair.waits(Action::Submit), Some(60));

    let mut pair = Pair::at_code();
    pair.spoil(Call::CheckCode, too_many());
    pair.submits("123456");
    pair.pass(30 * SECOND);
    pair.presses(Action::Resend);
    assert_eq!(pair.sent_of(Call::SendCode), 2);
    assert_eq!(pair.waits(Action::Submit), Some(30));
    pair.presses(Action::ChangeIdentifier);
    assert_eq!(pair.waits(Action::Submit), Some(30));
    pair.submits(ADA);
    assert_eq!(pair.sent_of(Call::OpenSession), 1);
    pair.pass(30 * SECOND);
    pair.signs_in();
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
            let mut pair = Pair::new();
            pair.spoil(call, fault.clone());
            pair.submits(ADA);
            pair.pass(10 * SECOND);
            assert_eq!(
                (pair.step(), pair.field().as_str()),
                (StepName::Identify, ADA),
                "{about}"
            );
            assert_eq!(pair.heard(), ["ready", heard], "{about}");
            assert!(pair.notice().is_some() && !pair.sees().busy, "{about}");
            assert_eq!(pair.sent_of(call), 1, "{about}: not tried again by itself");
            pair.signs_in();
        }
        for call in [Call::SendCode, Call::CheckCode] {
            let about = format!("{call:?} later: {fault:.60}");
            let mut pair = Pair::at_code();
            pair.pass(30 * SECOND);
            pair.heard();
            // A wrong code is refused whatever the HTTP status.
            if call == Call::CheckCode && matches!(fault, Fault::AnswerAs(_)) {
                continue;
            }
            pair.spoil(call, fault.clone());
            if call == Call::CheckCode {
                pair.submits("123456");
            } else {
                pair.presses(Action::Resend);
            }
            pair.pass(10 * SECOND);
            assert_eq!(pair.step(), StepName::Code, "{about}");
            assert_eq!(pair.heard(), [heard], "{about}");
            assert_eq!(
                pair.waits(Action::Resend),
                None,
                "{about}: a code may be asked for again"
            );
            pair.submits(&pair.code_sent());
            assert_eq!(pair.step(), StepName::SignedIn, "{about}");
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
            let mut pair = Pair::new();
            pair.spoil(call, fault.clone());
            pair.submits(ADA);
            if call == Call::CheckCode {
                pair.submits(&pair.code_sent());
            }
            let heard = pair.heard();
            assert_eq!(
                heard.last().map(String::as_str),
                Some("error malformed"),
                "{call:?}: {fault}"
            );
            assert!(
                !pair.is_signed_in() && pair.tab.session.is_none(),
                "{call:?}: {fault}"
            );
            assert_eq!(
                pair.gets_token(0),
                Err(Kind::SignedOut),
                "{call:?}: {fault}"
            );
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
        let mut pair = Pair::with(&[("second-factor", "off")], |_| {});
        pair.submits(ADA);
        let body = answer(&pair::world::token(header, claims), role);
        pair.spoil(Call::CheckCode, Fault::Body(body));
        pair.submits("123456");
        (
            pair.step(),
            pair.is_signed_in(),
            pair.heard().pop().unwrap_or_default(),
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
    let mut pair = Pair::with(&[("second-factor", "off")], |engine| {
        engine.role = "MFA_PENDING".to_owned();
    });
    pair.submits(ADA);
    pair.submits(&pair.code_sent());
    assert_eq!(
        (pair.step(), pair.notice()),
        (StepName::Stuck, Some(Text::NeedsSecondFactor))
    );
    assert!(!pair.is_signed_in() && pair.tab.session.is_none());
}

// One question, one answer ------------------------------------------------------------------------------------------------

#[test]
fn sending_a_form_twice_asks_once() {
    let mut pair = Pair::new();
    pair.slow = SECOND;
    pair.submits_twice(ADA);
    assert!(pair.sees().busy);
    pair.pass(2 * SECOND);
    assert_eq!(pair.sent().len(), 2);
    pair.submits_twice(&pair.code_sent());
    pair.pass(SECOND);
    assert_eq!(pair.sent_of(Call::CheckCode), 1);
    assert_eq!(pair.step(), StepName::SignedIn);
}

#[test]
fn pressing_resend_twice_asks_once() {
    let mut pair = Pair::at_code();
    pair.pass(30 * SECOND);
    pair.slow = SECOND;
    pair.presses(Action::Resend);
    pair.presses(Action::Resend);
    pair.submits(&pair.code_sent());
    pair.pass(SECOND);
    assert_eq!(
        (pair.sent_of(Call::SendCode), pair.sent_of(Call::CheckCode)),
        (2, 0)
    );
    assert_eq!(pair.notice(), Some(Text::CodeSentAgain));
    pair.presses(Action::Resend);
    assert_eq!(pair.sent_of(Call::SendCode), 2, "and then it waits again");
}

/// Sends a right code that is answered late, then does something else.
fn meanwhile(act: impl FnOnce(&mut Pair)) -> Pair {
    let mut pair = Pair::at_code();
    pair.slow = 3 * SECOND;
    pair.submits(&pair.code_sent());
    pair.pass(SECOND);
    assert!(pair.sees().busy);
    act(&mut pair);
    assert_eq!(pair.cancelled(), 1, "the browser is told to give it up");
    pair.pass(MINUTE);
    assert!(!pair.is_signed_in() && pair.tab.session.is_none());
    pair
}

#[test]
fn an_answer_to_a_changed_identifier_is_dropped() {
    let mut pair = meanwhile(|pair| pair.presses(Action::ChangeIdentifier));
    assert_eq!(
        (pair.step(), pair.field().as_str()),
        (StepName::Identify, ADA)
    );
    pair.slow = 0;
    pair.signs_in();
}

#[test]
fn an_answer_after_a_restart_is_dropped() {
    let pair = meanwhile(Pair::restarts);
    assert_eq!(pair.step(), StepName::Identify);
}

#[test]
fn an_answer_after_signing_out_is_dropped() {
    let pair = meanwhile(Pair::signs_out);
    assert_eq!(pair.step(), StepName::Identify);
    assert_eq!(
        (pair.field().as_str(), pair.tab.step),
        ("", None),
        "and nothing is left of the attempt"
    );
}

#[test]
fn an_answer_for_a_form_that_is_gone_is_dropped() {
    let mut pair = Pair::at_code();
    pair.joins(false);
    pair.slow = 3 * SECOND;
    pair.submits(&pair.code_sent());
    pair.leaves(FORM);
    pair.pass(MINUTE);
    assert!(!pair.is_signed_in());
}

#[test]
fn a_first_code_that_is_no_longer_wanted_is_never_asked_for() {
    let mut pair = Pair::new();
    pair.slow = 3 * SECOND;
    pair.submits(ADA);
    pair.restarts();
    pair.pass(MINUTE);
    assert_eq!(
        (
            pair.sent_of(Call::OpenSession),
            pair.sent_of(Call::SendCode)
        ),
        (1, 0)
    );
}

#[test]
fn the_fields_of_a_screen_that_is_gone_are_not_taken_for_those_of_another() {
    let mut pair = Pair::new();
    pair.types(ADA);
    let entry = |asked, text: &str| Entry {
        asked,
        value: text.to_owned().into(),
        fits: true,
    };
    let code = || vec![entry(Asked::Code, "123456")];
    pair.does(ae_login::login::Input::Submit(FORM, code()));
    assert_eq!((pair.field().as_str(), pair.error()), (ADA, None));
    pair.submits(ADA);
    let address = vec![entry(Asked::Any, ADA)];
    pair.does(ae_login::login::Input::Submit(FORM, address));
    assert_eq!((pair.step(), pair.error()), (StepName::Code, None));
    assert_eq!(pair.sent_of(Call::CheckCode), 0);
}

#[test]
fn a_code_whose_sending_was_not_confirmed_is_not_asked_for_again_by_itself() {
    let mut pair = Pair::at_code();
    pair.pass(30 * SECOND);
    pair.wire = Wire::LosesAnswers;
    pair.presses(Action::Resend);
    pair.pass(5 * MINUTE);
    assert_eq!(pair.sent_of(Call::SendCode), 2);
    assert_eq!(pair.engine.outbox().len(), 2, "the engine did send it");
    pair.wire = Wire::Whole;
    pair.submits(&pair.code_sent());
    assert_eq!(pair.step(), StepName::SignedIn);
}

// Time and reloads --------------------------------------------------------------------------------------------------------

#[test]
fn another_code_may_be_asked_for_after_a_while_and_only_the_newest_works() {
    let mut pair = Pair::at_code();
    let old = pair.code_sent();
    assert_eq!(pair.waits(Action::Resend), Some(30));
    pair.pass(29_999);
    assert_eq!(pair.waits(Action::Resend), Some(1));
    pair.presses(Action::Resend);
    assert_eq!(pair.sent_of(Call::SendCode), 1);
    pair.pass(1);
    pair.presses(Action::Resend);
    assert_eq!(pair.notice(), Some(Text::CodeSentAgain));
    assert_eq!(pair.waits(Action::Resend), Some(30));
    let new = pair.code_sent();
    assert_ne!(old, new);
    pair.submits(&old);
    assert_eq!(pair.error(), Some(Text::CodeWrong));
    pair.submits(&new);
    assert_eq!(pair.step(), StepName::SignedIn);
}

#[test]
fn the_seconds_on_a_waiting_button_go_down_one_by_one() {
    let mut pair = Pair::at_code();
    for left in (1..=30).rev() {
        assert_eq!(pair.waits(Action::Resend), Some(left));
        assert_eq!(pair.wakes_in(), Some(SECOND));
        pair.pass(SECOND);
    }
    assert_eq!(pair.waits(Action::Resend), None);
}

#[test]
fn a_reload_returns_to_the_code_with_the_same_session_of_the_engine() {
    let mut pair = Pair::at_code();
    pair.pass(10 * SECOND);
    pair.reload();
    assert_eq!(pair.step(), StepName::Code);
    assert_eq!(
        pair.sees().lead.map(|lead| lead.identity).as_deref(),
        Some(ADA)
    );
    assert_eq!(
        pair.waits(Action::Resend),
        Some(20),
        "the wait survives too"
    );
    pair.submits(&pair.code_sent());
    assert_eq!(pair.step(), StepName::SignedIn);
    assert_eq!(pair.sent_of(Call::OpenSession), 1);
    assert_eq!(pair.tab.step, None, "nothing is left of the attempt");
}

#[test]
fn a_reload_while_an_answer_is_awaited_loses_only_that_answer() {
    let mut pair = Pair::at_code();
    pair.slow = 3 * SECOND;
    pair.submits(&pair.wrong_code());
    pair.reload();
    pair.slow = 0;
    assert_eq!((pair.step(), pair.sees().busy), (StepName::Code, false));
    pair.submits(&pair.code_sent());
    assert_eq!(pair.step(), StepName::SignedIn);
}

#[test]
fn a_reload_keeps_what_was_typed() {
    let mut pair = Pair::new();
    pair.types("ada@exa");
    pair.reload();
    assert_eq!(
        (pair.step(), pair.field().as_str()),
        (StepName::Identify, "ada@exa")
    );
}

#[test]
fn a_wall_clock_set_back_makes_no_button_wait_for_a_day() {
    for reloads in [false, true] {
        let mut pair = Pair::at_code();
        pair.pass(10 * SECOND);
        pair.set_wall(-86_400_000);
        if reloads {
            pair.reload();
        }
        assert_eq!(pair.step(), StepName::Code, "reloads: {reloads}");
        pair.pass(30 * SECOND);
        assert_eq!(pair.waits(Action::Resend), None, "reloads: {reloads}");
        pair.pass(15 * MINUTE);
        assert_eq!(
            (pair.step(), pair.notice()),
            (StepName::Identify, Some(Text::AttemptTimedOut)),
            "reloads: {reloads}"
        );
    }
}

#[test]
fn a_wall_clock_set_back_after_a_reload_makes_no_button_wait_either() {
    let mut pair = Pair::at_code();
    pair.pass(10 * SECOND);
    pair.reload();
    pair.set_wall(-86_400_000);
    pair.pass(20 * SECOND);
    assert_eq!(pair.waits(Action::Resend), None);
}

#[test]
fn an_attempt_ends_with_the_engines_patience_and_the_identifier_stays() {
    let mut pair = Pair::with(&[("session-minutes", "3")], |_| {});
    pair.submits(ADA);
    pair.pass(3 * MINUTE - 1);
    assert_eq!(pair.step(), StepName::Code);
    pair.pass(1);
    assert_eq!(
        (pair.step(), pair.field().as_str(), pair.notice()),
        (StepName::Identify, ADA, Some(Text::AttemptTimedOut))
    );
    assert_eq!(
        pair.sees().notice.map(|notice| notice.is_error),
        Some(false)
    );
    assert_eq!(pair.heard(), ["ready", "step code", "step identify"]);
    assert_eq!(pair.sent().len(), 2, "nothing is sent by itself");
}

#[test]
fn an_attempt_that_ended_while_the_machine_slept_or_the_page_was_away_is_over() {
    let mut pair = Pair::at_code();
    pair.sleep(15 * MINUTE);
    pair.wakes();
    assert_eq!(
        (pair.step(), pair.notice()),
        (StepName::Identify, Some(Text::AttemptTimedOut))
    );

    let mut pair = Pair::at_code();
    pair.goes();
    pair.away(15 * MINUTE);
    pair.heard();
    pair.comes_back();
    assert_eq!(
        (pair.step(), pair.field().as_str(), pair.notice()),
        (StepName::Identify, ADA, Some(Text::AttemptTimedOut))
    );
    assert_eq!(pair.heard(), ["ready"], "it was never shown again");
}

#[test]
fn the_engines_verdict_on_a_late_code_is_waited_for() {
    let mut pair = Pair::at_code();
    pair.pass(15 * MINUTE - 2 * SECOND);
    pair.slow = 5 * SECOND;
    pair.submits(&pair.code_sent());
    pair.pass(4 * SECOND);
    assert_eq!((pair.step(), pair.sees().busy), (StepName::Code, true));
    pair.pass(SECOND);
    assert_eq!(pair.step(), StepName::SignedIn);
}

#[test]
fn a_record_that_is_not_ours_is_as_if_it_were_not_there() {
    let good = {
        let pair = Pair::at_code();
        pair.tab.step.clone().expect("a record")
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
        let mut pair = Pair::new();
        pair.goes();
        pair.tab.step = Some(record.clone());
        pair.comes_back();
        let about = record.chars().take(200).collect::<String>();
        assert_eq!(pair.step(), StepName::Identify, "{about}");
        pair.signs_in();
    }
}

#[test]
fn a_record_cannot_stretch_an_attempt_beyond_what_the_page_allows() {
    let mut pair = Pair::at_code();
    let record = pair.tab.step.clone().expect("a record");
    let mut record: Value = serde_json::from_str(&record).expect("JSON");
    for name in ["life", "resend"] {
        record[name] = json!(i64::MAX);
    }
    pair.goes();
    pair.tab.step = Some(record.to_string());
    pair.comes_back();
    assert!(
        pair.waits(Action::Resend)
            .is_none_or(|wait| wait <= DAY / SECOND)
    );
    pair.pass(15 * MINUTE);
    assert_eq!(pair.step(), StepName::Identify);
}

#[test]
fn a_huge_paste_is_not_written_down() {
    let mut pair = Pair::new();
    let huge = "9".repeat(1 << 20);
    pair.types(&huge);
    pair.submits(&huge);
    assert_eq!(pair.error(), Some(Text::NotANumber));
    assert!(pair.tab.step.is_none_or(|record| record.len() < 10_000));
}

#[test]
fn a_code_is_never_written_down() {
    let mut pair = Pair::at_code();
    let code = pair.code_sent();
    pair.types(&code);
    pair.slow = SECOND;
    for act in [
        |pair: &mut Pair| pair.submits(&pair.wrong_code()),
        |pair: &mut Pair| pair.submits(&pair.code_sent()),
        |pair: &mut Pair| pair.reload(),
        |pair: &mut Pair| pair.submits(&pair.code_sent()),
    ] {
        act(&mut pair);
        let kept = format!("{:?}", pair.tab);
        assert!(
            !kept.contains(&code) && !kept.contains(&pair.wrong_code()),
            "{kept}"
        );
        pair.pass(SECOND);
        let kept = format!("{:?}", pair.tab);
        assert!(!kept.contains(&code), "{kept}");
    }
    assert_eq!(pair.step(), StepName::SignedIn);
}

// More than one, and none at all ------------------------------------------------------------------------------------------

#[test]
fn two_forms_share_one_session_and_keep_their_own_steps() {
    let mut pair = Pair::new();
    let other = pair.joins(true);
    assert_eq!(pair.heard_by(other), ["ready"]);
    pair.submits(ADA);
    assert_eq!(pair.sees_in(other).step, StepName::Identify);
    pair.submits_in(other, MOBILE);
    assert_eq!(pair.sees_in(other).step, StepName::Code);
    let code = pair.engine.outbox()[0].code.clone();
    pair.submits(&code);
    assert_eq!(pair.step(), StepName::SignedIn);
    assert_eq!(pair.sees_in(other).step, StepName::SignedIn);
    assert_eq!(
        pair.heard_by(other),
        ["step code", "step signed-in", "signed-in"]
    );
    pair.presses_in(other, Action::SignOut);
    assert_eq!(pair.step(), StepName::Identify);
    assert_eq!(
        pair.heard().last().map(String::as_str),
        Some("signed-out user")
    );
}

#[test]
fn a_form_that_is_typed_in_does_not_erase_what_another_one_must_not_lose() {
    for waits in [0, 1] {
        let mut pair = Pair::new();
        let forms = [FORM, pair.joins(true)];
        pair.submits_in(forms[waits], ADA);
        pair.types_in(forms[1 - waits], "+44");
        pair.reload();
        assert_eq!(pair.step(), StepName::Code, "form {waits}");
    }
}

#[test]
fn a_form_that_comes_later_finds_who_is_signed_in() {
    let mut pair = Pair::new();
    pair.signs_in();
    let other = pair.joins(true);
    assert_eq!(pair.sees_in(other).step, StepName::SignedIn);
    assert_eq!(pair.heard_by(other), ["ready", "signed-in again"]);
}

#[test]
fn a_session_without_a_form_hears_the_same() {
    let mut pair = Pair::headless(&[], |_| {});
    let form = pair.joins(true);
    pair.submits_in(form, ADA);
    let code = pair.code_sent();
    pair.submits_in(form, &code);
    assert_eq!(pair.heard(), ["ready", "signed-in"]);
    pair.signs_out();
    assert_eq!(pair.heard(), ["signed-out user"]);
}

#[test]
fn a_restart_leads_to_the_first_step_with_what_was_typed_and_signs_nobody_out() {
    let mut pair = Pair::at_code();
    pair.restarts();
    assert_eq!(
        (pair.step(), pair.field().as_str()),
        (StepName::Identify, ADA)
    );
    pair.signs_in();
    pair.restarts();
    assert_eq!(
        (pair.step(), pair.is_signed_in()),
        (StepName::SignedIn, true)
    );
}

#[test]
fn signing_out_forgets_who_it_was() {
    let mut pair = Pair::new();
    pair.signs_in();
    pair.heard();
    pair.presses(Action::SignOut);
    assert_eq!(pair.heard(), ["step identify", "signed-out user"]);
    assert_eq!(
        (pair.field().as_str(), pair.sees().status),
        ("", Some(Text::SignedOut))
    );
    assert_eq!(
        (pair.tab.session.as_ref(), pair.tab.step.as_ref()),
        (None, None)
    );
    pair.signs_out();
    assert!(pair.heard().is_empty(), "nobody is signed out twice");
}

#[test]
fn signing_out_erases_what_an_earlier_page_left_even_where_nothing_shows_it() {
    let mut pair = Pair::headless(&[], |_| {});
    pair.tab.step = Some("somebody's half-typed address".to_owned());
    pair.signs_out();
    assert_eq!(pair.tab.step, None);
}

#[test]
fn buttons_of_other_screens_do_nothing() {
    let mut pair = Pair::new();
    for action in [Action::Resend, Action::ChangeIdentifier, Action::SignOut] {
        pair.presses(action);
    }
    assert_eq!((pair.step(), pair.sent().len()), (StepName::Identify, 0));
    pair.submits(ADA);
    pair.presses(Action::SignOut);
    assert_eq!(pair.step(), StepName::Code);
}

#[test]
fn a_browser_that_keeps_nothing_is_told_of_and_the_login_goes_on() {
    let mut pair = Pair::new();
    pair.full = true;
    pair.signs_in();
    let heard = pair.heard();
    assert!(
        heard.contains(&"error storage".to_owned()) && heard.contains(&"signed-in".to_owned()),
        "{heard:?}"
    );
}

#[test]
fn other_attributes_of_a_form_apply_at_once() {
    let mut pair = Pair::new();
    pair.adjusts(|form| {
        form.identifiers = vec![ae_login::login::config::IdentifierKind::Email];
        form.resend_after = 5 * SECOND;
    });
    assert_eq!(pair.sees().fields[0].asked, Asked::Email);
    pair.submits(ADA);
    assert_eq!(pair.waits(Action::Resend), Some(5));
}

/// The engine's session that the first answer opened.
fn session_of(pair: &Pair) -> String {
    let (_, body) = &pair.sent()[1];
    let body: Value = serde_json::from_str(body).expect("JSON");
    let session = body["sessionId"].as_str();
    session.expect("a session").to_owned()
}
