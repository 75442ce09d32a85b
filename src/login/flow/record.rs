//! The record of the step in progress, for the next page of this tab. It never holds a code, a password or a token.

use serde::{Deserialize, Serialize};

use super::attempt::{Attempt, Claimant, FirstFactorProof};
use super::form::{Form, Step, info_notice};
use crate::login::codec::{from_json, lenient, to_json};
use crate::login::config::{FormSettings, Method, Settings};
use crate::login::secret::{Secret, expose};
use crate::login::session::stored::{RECORD_VERSION, SubjectRecord};
use crate::login::text::Text;
use crate::login::time::{DAY, Deadline, Millis, Now, Timestamp, UnixMs};

/// Longer records are neither written nor read, in bytes. No identifier is that long.
const MAX_RECORD: usize = 8 * 1024;
/// The value of `step` for an attempt that waits for a password.
const PASSWORD: &str = "password";
/// The value of `step` for an attempt that waits for a code.
const CODE: &str = "code";

/// The record of a step before the engine opened a session: the text of the field. Records with `typed` are of this kind.
#[derive(Serialize, Deserialize)]
struct TypedRecord {
    v: u64,
    brand: String,
    #[serde(default, deserialize_with = "lenient::text")]
    typed: Option<String>,
}

/// The record of a step within a session of the engine. Moments are by the device's clock; spans are in milliseconds.
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
    /// At the second factor: the customer who proved the first one.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "lenient::present"
    )]
    first: Option<SubjectRecord>,
}

impl Form {
    /// A form at its first step, or at the step that an earlier page of this tab stored in `record`.
    pub fn new(
        settings: FormSettings,
        shared: &Settings,
        now: Now,
        record: Option<&Secret>,
        is_signed_in: bool,
    ) -> Self {
        let mut form = Self::at_first_step(settings, is_signed_in);
        if !is_signed_in && let Some(record) = record {
            form.restore(shared, now, record);
        }
        form
    }

    /// The record of the step; `None` if a reload loses nothing.
    pub fn record(&self, shared: &Settings) -> Option<Secret> {
        let record = match &self.step {
            Step::Code(attempt) if attempt.proof.is_none() => {
                attempt_record(shared, attempt, CODE, self.is_remembered)
            }
            Step::Password(attempt) | Step::ForgotPassword(attempt) if attempt.proof.is_none() => {
                attempt_record(shared, attempt, PASSWORD, self.is_remembered)
            }
            Step::SignedIn | Step::ChangePassword | Step::Stuck(_) => return None,
            Step::SecondIdentify(first, _) => {
                typed_record(shared, first.subject.identifier.display_text())
            }
            _ if self.offers_identifier() => return None,
            _ => {
                let typed = self
                    .claimant()
                    .map_or_else(|| self.text_for_record(), Claimant::display_text);
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

    /// Restores what [`Form::record`] returned. Any other record is ignored.
    fn restore(&mut self, shared: &Settings, now: Now, record: &Secret) -> Option<()> {
        let text = Some(record.expose()).filter(|text| text.len() <= MAX_RECORD)?;
        let typed: TypedRecord = from_json(text).ok()?;
        if typed.v != RECORD_VERSION || typed.brand != shared.brand {
            return None;
        }
        if let Some(typed) = typed.typed {
            self.identifier_text = typed;
            return None;
        }
        let record: AttemptRecord = from_json(text).ok()?;
        let is_password = record.step == PASSWORD;
        let is_remembered = record.remember && self.settings.may_remember;
        let attempt = read_attempt(record, now, self.settings.attempt_life)?;
        let first = attempt.claimant.first_factor.as_ref();
        let subject = first.map_or(&attempt.claimant.subject, |first| &first.subject);
        if !self
            .settings
            .identifiers
            .contains(&subject.identifier.kind())
        {
            // The page does not accept this kind of identifier any more.
            return None;
        }
        self.prefill(attempt.claimant.display_text());
        self.is_remembered = is_remembered;
        if attempt.expiry.remaining(now) == 0 {
            self.notice = Some(info_notice(Text::AttemptTimedOut));
        } else if is_password && self.method(&attempt.claimant) != Method::Otp {
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
    let subject = SubjectRecord::from(&attempt.claimant.subject);
    let first = attempt.claimant.first_factor.as_ref();
    to_json(&AttemptRecord {
        v: RECORD_VERSION,
        brand: shared.brand.clone(),
        kind: subject.kind,
        value: subject.value,
        address_type: subject.address_type,
        address: subject.address,
        session: attempt.session_id.clone(),
        step: step.to_owned(),
        has_password: attempt.has_password,
        code_sent: attempt.is_code_sent,
        remember: is_remembered,
        opened: attempt.expiry.start.unix(),
        life: attempt.expiry.span,
        sent: attempt.resend.start.unix(),
        resend: attempt.resend.span,
        first: first.map(|first| SubjectRecord::from(&first.subject)),
    })
}

fn read_attempt(record: AttemptRecord, now: Now, attempt_life: Millis) -> Option<Attempt> {
    let first_factor = match &record.first {
        None => None,
        Some(first) => Some(FirstFactorProof {
            subject: first.read()?,
            token: Secret::default(),
        }),
    };
    let subject = SubjectRecord {
        kind: record.kind,
        value: record.value,
        address_type: record.address_type,
        address: record.address,
    };
    let deadline = |start: UnixMs, span: Millis| Deadline {
        // A start in the future is taken for now, so that no wait is longer than its span.
        start: Timestamp::recorded(start, now).unwrap_or_else(|| Timestamp::at(now)),
        span,
    };
    Some(Attempt {
        claimant: Claimant {
            subject: subject.read()?,
            first_factor,
        },
        session_id: record.session,
        has_password: record.has_password,
        is_code_sent: record.code_sent,
        proof: None,
        expiry: deadline(record.opened, record.life.min(attempt_life)),
        is_expiring: false,
        resend: deadline(record.sent, record.resend.min(DAY)),
    })
}
