//! What the code says of itself: the public names, their values and the failures, as plain data for the tests beside this file.
//!
//! The reference tables and the examples of the documents use the crate through this file only.

use std::collections::BTreeMap;

use ae_login::login::EVENTS;
use ae_login::login::activity::ActivityAction;
use ae_login::login::config::{
    ATTRIBUTES, AttributeError, Config, DEFAULTS, IdentifierKind, Storage,
};
use ae_login::login::error_reason::ErrorReason;
use ae_login::login::problem::{Kind, Problem, Remedy};
use ae_login::login::secret::Secret;
use ae_login::login::session::Reason;
use ae_login::login::text::Text;
use ae_login::login::view::{FieldKind, PARTS, StepName};
use ae_login::login::wire::{ApiResponse, Call, HttpResponse, TransportError};

use crate::documents::read;

/// An attribute of the element.
pub(crate) struct Attribute {
    pub(crate) name: &'static str,
    /// The legal values in words; values to be written as they are stand in backticks.
    pub(crate) values: &'static str,
    /// The value of an absent attribute in words, or in backticks as it would be written.
    pub(crate) default: &'static str,
}

/// Every attribute, in the order of the public interface.
pub(crate) fn attributes() -> Vec<Attribute> {
    let attributes = ATTRIBUTES.iter().zip(DEFAULTS);
    attributes
        .map(|(attribute, default)| Attribute {
            name: attribute.name,
            values: attribute.legal,
            default,
        })
        .collect()
}

/// Reads attributes as the element does. Returns a text that is the same for the same settings.
///
/// # Errors
/// A sentence for each attribute with an illegal value.
pub(crate) fn read_attributes(attributes: &[(&str, &str)]) -> Result<String, Vec<String>> {
    let value = |name: &str| {
        let mut found = attributes.iter().filter(|(key, _)| *key == name);
        found.next().map(|(_, value)| (*value).to_owned())
    };
    match Config::parse(value) {
        Ok(config) => Ok(format!("{config:?}")),
        Err(mistakes) => Err(mistakes.iter().map(AttributeError::message).collect()),
    }
}

/// The default of `max-age` in minutes: in a tab, then on a device.
pub(crate) fn default_max_age_minutes() -> [u64; 2] {
    let attributes = |name: &str| {
        let value = match name {
            "base-url" => "https://engine.example",
            "brand" => "DocDemo",
            _ => return None,
        };
        Some(value.to_owned())
    };
    let settings = Config::parse(attributes).expect("legal").settings;
    [Storage::Tab, Storage::Device].map(|place| settings.max_age(place) / 60_000)
}

/// The values of the attribute `step`.
pub(crate) fn steps() -> Vec<&'static str> {
    StepName::ALL.map(StepName::as_str).to_vec()
}

/// An event and the names of the fields in its detail.
pub(crate) fn events() -> Vec<(&'static str, Vec<&'static str>)> {
    EVENTS
        .iter()
        .map(|(name, detail)| {
            let fields = detail.trim_matches(['`', '{', '}']).split(", ");
            (*name, fields.collect())
        })
        .collect()
}

/// The values of `reason` in `ae-signed-out`.
pub(crate) fn sign_out_reasons() -> Vec<&'static str> {
    Reason::ALL.map(Reason::as_str).to_vec()
}

/// The values of `action` in `ae-activity`.
pub(crate) fn activity_actions() -> Vec<&'static str> {
    ActivityAction::ALL.map(ActivityAction::as_str).to_vec()
}

/// The values of `kind` in `ae-error` and `AeError`, each with the value of `retryable`.
pub(crate) fn error_kinds() -> Vec<(&'static str, bool)> {
    let kinds = Kind::ALL.map(|kind| (kind.as_str(), kind.is_retryable()));
    kinds.to_vec()
}

/// The values of `reason` in `ae-error`, each with its remedy: those of the wasm, and those of the loader.
pub(crate) fn error_reasons() -> Vec<(String, String)> {
    let own = ErrorReason::ALL.map(|reason| {
        let of_attribute = match reason {
            ErrorReason::Challenge => {
                "None: the customer can try again. If it is frequent, look at the captcha."
            }
            ErrorReason::Framed => "Add `allow-framing`, or do not frame the page.",
            _ => "Use an https address.",
        };
        let remedy = reason.remedy().unwrap_or(of_attribute).to_owned();
        (reason.as_str().to_owned(), remedy)
    });
    let module = read("src/element/load-failure.js");
    let (_, table) = module
        .split_once("export const REMEDIES = {\n")
        .expect("a table of remedies");
    let (table, _) = table.split_once("\n};").expect("its end");
    let loader = table.lines().map(|line| {
        let (reason, remedy) = line.trim().split_once(": ").expect("a reason");
        let remedy = remedy.trim_end_matches(',');
        // The text is in quotes of one kind or the other.
        let remedy = &remedy[1..remedy.len() - 1];
        (
            reason.trim_matches('"').to_owned(),
            remedy.replace("\\\"", "\""),
        )
    });
    own.into_iter().chain(loader).collect()
}

/// The names of `part`, each with what it is.
pub(crate) fn parts() -> Vec<(&'static str, &'static str)> {
    PARTS.to_vec()
}

/// The keys of `messages`, each with its English text.
pub(crate) fn texts() -> Vec<(String, &'static str)> {
    let texts = Text::ALL.iter();
    texts.map(|text| (text.key(), text.english())).collect()
}

/// How the widget takes a failure.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Outcome {
    /// `kind` of `ae-error`.
    pub(crate) kind: &'static str,
    /// What the customer does next.
    pub(crate) next: String,
    /// The message that the customer reads, in English.
    pub(crate) message: &'static str,
}

impl Outcome {
    fn of(problem: &Problem) -> Self {
        Self {
            kind: problem.kind.as_str(),
            next: next_action(problem.remedy),
            message: problem.text.english(),
        }
    }
}

/// What the customer does next, as the end of a sentence that begins with "The customer".
fn next_action(remedy: Remedy) -> String {
    match remedy {
        Remedy::Retry => "tries again; the step stays",
        Remedy::Correct(FieldKind::Code) => "corrects the code",
        Remedy::Correct(FieldKind::Password) => "corrects the password",
        Remedy::Correct(FieldKind::NewPassword) => "chooses another new password",
        Remedy::Correct(FieldKind::ConfirmPassword) => "enters the new password again",
        Remedy::Correct(_) => "corrects the number, address or name",
        Remedy::AskForCode => "asks for another code, without a wait",
        Remedy::NoChannel => "asks for a code by the usual channel; the others are hidden",
        Remedy::Address(None) => "enters a number or address that the code can go to",
        Remedy::Address(Some(IdentifierKind::Email)) => {
            "enters an e-mail address that the code can go to"
        }
        Remedy::Address(Some(_)) => "enters a mobile number that the code can go to",
        Remedy::ChoosePassword => "chooses a password",
        Remedy::ResetPassword => "chooses a new password in place of the old one",
        Remedy::NoPasswords => "continues with a code",
        Remedy::StartOver => "starts again; the identifier is filled in, nothing is sent",
        Remedy::Wait(wait) => return format!("waits {} s, then tries again", wait / 1000),
        Remedy::Stuck => "cannot sign in until the shop has corrected the settings",
    }
    .to_owned()
}

/// Every code of the engine that the widget knows. Each has at least one outcome, with the paths of the calls that lead to it.
pub(crate) fn code_outcomes() -> BTreeMap<i64, BTreeMap<Outcome, Vec<&'static str>>> {
    let mut codes: BTreeMap<_, BTreeMap<_, Vec<_>>> = BTreeMap::new();
    for code in 400..6000 {
        for call in Call::ALL {
            let problem = refused(code, call, "The engine's own words");
            // The engine's words are shown for unknown codes only.
            if problem.detail.is_none() {
                let outcomes = codes.entry(code).or_default();
                let calls = outcomes.entry(Outcome::of(&problem)).or_default();
                calls.push(call.path());
            }
        }
    }
    codes
}

/// The outcome of a code that the widget does not know, such as that of a locked account.
pub(crate) fn outcome_of_unknown_code() -> Outcome {
    Outcome::of(&refused(1, Call::CheckCode, "The engine's own words"))
}

/// The number of calls.
pub(crate) fn call_count() -> usize {
    Call::ALL.len()
}

/// Every call of the engine, as path and method.
pub(crate) fn calls() -> Vec<(&'static str, &'static str)> {
    let calls = Call::ALL.map(|call| (call.path(), call.method()));
    calls.to_vec()
}

fn refused(code: i64, call: Call, message: &str) -> Problem {
    let status = format!(r#"{{"success":false,"code":{code},"message":"{message}"}}"#);
    answered(200, &format!(r#"{{"status":{status}}}"#), call)
}

fn answered(status: u16, body: &str, call: Call) -> Problem {
    failed(
        Ok(HttpResponse {
            status,
            html: false,
            retry_after: None,
            body: Secret::new(body),
        }),
        call,
    )
}

fn failed(reply: Result<HttpResponse, TransportError>, call: Call) -> Problem {
    Problem::from_api_error(ApiResponse::parse(reply).expect_err("a failure"), call)
}

/// The failures without a code of the engine: what happened, and the outcome.
pub(crate) fn other_outcomes() -> Vec<(&'static str, Outcome)> {
    let call = Call::CheckCode;
    let lost = |error| failed(Err(error), call);
    let problems = [
        (
            "The request got no answer: no network, a closed connection, a redirect, CORS or an extension",
            lost(TransportError::Network),
        ),
        (
            "The request got no answer, and the browser is offline",
            lost(TransportError::Offline),
        ),
        (
            "The answer was not complete after 10 s",
            lost(TransportError::Timeout),
        ),
        (
            "The page's Content Security Policy forbids the connection",
            lost(TransportError::Forbidden),
        ),
        (
            "The page's `challenge` was not passed",
            lost(TransportError::Challenge),
        ),
        (
            "The answer is longer than 64 KiB or not UTF-8",
            lost(TransportError::Unreadable),
        ),
        ("HTTP 429", answered(429, "", call)),
        (
            "HTTP 5xx without the engine's JSON",
            answered(503, "", call),
        ),
        (
            "HTTP 4xx without the engine's JSON",
            answered(400, "", call),
        ),
        (
            "The answer is not what the contract says: a captive portal's page, a missing field, a token of another customer",
            answered(200, "<html>", call),
        ),
    ];
    problems
        .map(|(cause, problem)| (cause, Outcome::of(&problem)))
        .to_vec()
}
