//! The step in progress as it is written down for the next page of this tab.

use serde::{Deserialize, Serialize};

use super::{Attempt, Claimant, FirstFactorProof, Form, Step, inform};
use crate::login::codec::{from_json, lenient, to_json};
use crate::login::config::{Method, Settings};
use crate::login::secret::{Secret, expose};
use crate::login::session::{RECORD_VERSION, SubjectRecord};
use crate::login::text::Text;
use crate::login::time::{DAY, Deadline, Millis, Now, Timestamp, UnixMs};

/// A longer record is none of ours; nobody is called so.
const MAX_RECORD: usize = 8 * 1024;
/// The value of `step` for an attempt that stands at its password.
const PASSWORD: &str = "password";
/// The value of `step` for an attempt that stands at its code.
const CODE: &str = "code";

/// The record of a step before the engine has opened a session: what was typed. In any other record it tells which kind it is.
#[derive(Serialize, Deserialize)]
struct TypedRecord {
    v: u64,
    brand: String,
    #[serde(default, deserialize_with = "lenient::text")]
    typed: Option<String>,
}

/// The record of a step within a session of the engine. Times are in milliseconds, moments by the device's clock since 1970.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AttemptRecord {
    v: u64,
    brand: String,
    #[serde(rename = "type")]
    kind: String,
    value: String,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "lenient::text"
    )]
    address_type: Option<String>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "lenient::text"
    )]
    address: Option<String>,
    #[serde(serialize_with = "expose")]
    session: Secret,
    step: String,
    #[serde(default, deserialize_with = "lenient::is_true")]
    has_password: bool,
    #[serde(default, deserialize_with = "lenient::is_true")]
    code_sent: bool,
    #[serde(default, deserialize_with = "lenient::is_true")]
    remember: bool,
    opened: UnixMs,
    life: Millis,
    sent: UnixMs,
    resend: Millis,
    /// In the second factor: who proved the first one.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "lenient::present"
    )]
    first: Option<SubjectRecord>,
}

impl Form {
    /// What a reload must not lose: who, and the engine's session; never a code, a password or a token.
    pub fn record(&self, shared: &Settings) -> Option<Secret> {
        let record = match &self.step {
            Step::Code(attempt) if attempt.proved.is_none() => {
                attempt_record(shared, attempt, CODE, self.is_remembered)
            }
            Step::Password(attempt) | Step::Forgot(attempt) if attempt.proved.is_none() => {
                attempt_record(shared, attempt, PASSWORD, self.is_remembered)
            }
            Step::SignedIn | Step::Change | Step::Stuck(_) => return None,
            Step::SecondIdentify(first, _) => {
                typed_record(shared, first.name.identifier.display_text())
            }
            _ => {
                let typed = self
                    .who()
                    .map_or_else(|| self.international_text(), Claimant::display_text);
                if typed.is_empty() {
                    return None;
                }
                typed_record(shared, typed)
            }
        };
        Some(record)
            .filter(|record| record.len() <= MAX_RECORD)
            .map(Secret::new)
    }

    /// Takes up what [`Form::record`] gave; anything else is as if it were not there.
    pub(super) fn restore(&mut self, shared: &Settings, now: Now, record: &Secret) -> Option<()> {
        let text = Some(record.expose()).filter(|text| text.len() <= MAX_RECORD)?;
        let typed: TypedRecord = from_json(text).ok()?;
        if typed.v != RECORD_VERSION || typed.brand != shared.brand {
            return None;
        }
        if let Some(typed) = typed.typed {
            self.typed = typed;
            return None;
        }
        let record: AttemptRecord = from_json(text).ok()?;
        let first = match &record.first {
            None => None,
            Some(first) => Some(FirstFactorProof {
                name: first.read()?,
                token: Secret::default(),
            }),
        };
        let name = SubjectRecord {
            kind: record.kind,
            value: record.value,
            address_type: record.address_type,
            address: record.address,
        };
        let deadline = |start: UnixMs, span: Millis| Deadline {
            // From the future: begun again, so that no wait is longer than a whole one.
            start: Timestamp::recorded(start, now).unwrap_or_else(|| Timestamp::at(now)),
            span,
        };
        let attempt = Attempt {
            who: Claimant {
                name: name.read()?,
                first,
            },
            session: record.session,
            has_password: record.has_password,
            is_code_sent: record.code_sent,
            proved: None,
            ends: deadline(record.opened, record.life.min(self.settings.attempt_life)),
            is_short: false,
            resend: deadline(record.sent, record.resend.min(DAY)),
        };
        let first = attempt.who.first.as_ref().map(|first| &first.name);
        let kind = first.unwrap_or(&attempt.who.name).identifier.kind();
        if !self.settings.identifiers.contains(&kind) {
            // The shop takes other names by now.
            return None;
        }
        let is_password = record.step == PASSWORD;
        self.typed = attempt.who.display_text();
        self.is_remembered = record.remember && self.settings.may_remember;
        if attempt.ends.remaining(now) == 0 {
            self.notice = Some(inform(Text::AttemptTimedOut));
        } else if is_password && self.method(&attempt.who) != Method::Otp {
            self.step = Step::Password(attempt);
        } else if attempt.is_code_sent {
            self.step = Step::Code(attempt);
        }
        Some(())
    }
}

fn typed_record(shared: &Settings, typed: String) -> String {
    to_json(&TypedRecord {
        v: RECORD_VERSION,
        brand: shared.brand.clone(),
        typed: Some(typed),
    })
}

fn attempt_record(shared: &Settings, attempt: &Attempt, step: &str, is_remembered: bool) -> String {
    let name = SubjectRecord::from(&attempt.who.name);
    let first = attempt.who.first.as_ref();
    to_json(&AttemptRecord {
        v: RECORD_VERSION,
        brand: shared.brand.clone(),
        kind: name.kind,
        value: name.value,
        address_type: name.address_type,
        address: name.address,
        session: attempt.session.clone(),
        step: step.to_owned(),
        has_password: attempt.has_password,
        code_sent: attempt.is_code_sent,
        remember: is_remembered,
        opened: attempt.ends.start.unix(),
        life: attempt.ends.span,
        sent: attempt.resend.start.unix(),
        resend: attempt.resend.span,
        first: first.map(|first| SubjectRecord::from(&first.name)),
    })
}
