//! The step in progress as it is written down for the next page of this tab.

use super::{Attempt, First, Form, Step, Who, inform};
use crate::login::config::{Method, Settings};
use crate::login::json::{Json, Object, word};
use crate::login::secret::Secret;
use crate::login::session::{read_name, write_name};
use crate::login::text::Text;
use crate::login::time::{DAY, Deadline, Millis, Now, Stamp};

/// A longer record is none of ours; nobody is called so.
const MAX_RECORD: usize = 8 * 1024;

impl Form {
    /// What a reload must not lose: who, and the engine's session; never a code, a password or a token.
    pub fn record(&self, shared: &Settings) -> Option<Secret> {
        let record = Object::new().uint("v", 1).text("brand", &shared.brand);
        let record = match &self.step {
            Step::Code(attempt) if attempt.proved.is_none() => {
                write(record, attempt, "code", self.is_remembered)
            }
            Step::Password(attempt) | Step::Forgot(attempt) if attempt.proved.is_none() => {
                write(record, attempt, "password", self.is_remembered)
            }
            Step::SignedIn | Step::Change | Step::Stuck(_) => return None,
            Step::SecondIdentify(first, _) => record.text("typed", &first.name.identifier.shown()),
            _ => {
                let typed = self.who().map_or_else(|| self.typed_as_whole(), Who::shown);
                if typed.is_empty() {
                    return None;
                }
                record.text("typed", &typed)
            }
        };
        Some(record.end())
            .filter(|record| record.len() <= MAX_RECORD)
            .map(Secret::new)
    }

    /// Takes up what [`Form::record`] gave; anything else is as if it were not there.
    pub(super) fn take_up(&mut self, shared: &Settings, now: Now, record: &Secret) -> Option<()> {
        let text = Some(record.expose()).filter(|text| text.len() <= MAX_RECORD)?;
        let json = Json::read(text)?;
        let text = |name: &str| json.get(name)?.text();
        let deadline = |from: &str, span: &str, most: Millis| {
            Some(Deadline {
                // From the future: begun again, so that no wait is longer than a whole one.
                from: Stamp::written(json.get(from)?.uint()?, now)
                    .unwrap_or_else(|| Stamp::at(now)),
                span: json.get(span)?.uint()?.min(most),
            })
        };
        let is = |name: &str| json.get(name) == Some(&Json::Bool(true));
        if json.get("v")?.int()? != 1 || text("brand")? != shared.brand {
            return None;
        }
        if let Some(typed) = text("typed") {
            typed.clone_into(&mut self.typed);
            return None;
        }
        let first = match json.get("first") {
            None => None,
            Some(first) => Some(First {
                name: read_name(first)?,
                token: Secret::default(),
            }),
        };
        let attempt = Attempt {
            who: Who {
                name: read_name(&json)?,
                first,
            },
            session: Secret::new(text("session")?),
            has_password: is("hasPassword"),
            is_code_sent: is("codeSent"),
            proved: None,
            ends: deadline("opened", "life", self.settings.attempt_life)?,
            is_short: false,
            resend: deadline("sent", "resend", DAY)?,
        };
        let first = attempt.who.first.as_ref().map(|first| &first.name);
        let kind = first.unwrap_or(&attempt.who.name).identifier.kind();
        if !self.settings.identifiers.contains(&kind) {
            // The shop takes other names by now.
            return None;
        }
        let is_password = text("step")? == "password";
        self.typed = attempt.who.shown();
        self.is_remembered = is("remember") && self.settings.may_remember;
        if attempt.ends.left(now) == 0 {
            self.notice = Some(inform(Text::AttemptTimedOut));
        } else if is_password && self.method(&attempt.who) != Method::Otp {
            self.step = Step::Password(attempt);
        } else if attempt.is_code_sent {
            self.step = Step::Code(attempt);
        }
        Some(())
    }
}

fn write(record: Object, attempt: &Attempt, step: &str, is_remembered: bool) -> Object {
    let record = write_name(record, &attempt.who.name)
        .text("session", attempt.session.expose())
        .text("step", step)
        .raw("hasPassword", word(attempt.has_password))
        .raw("codeSent", word(attempt.is_code_sent))
        .raw("remember", word(is_remembered))
        .uint("opened", attempt.ends.from.wall())
        .uint("life", attempt.ends.span)
        .uint("sent", attempt.resend.from.wall())
        .uint("resend", attempt.resend.span);
    match &attempt.who.first {
        Some(first) => record.raw("first", &write_name(Object::new(), &first.name).end()),
        None => record,
    }
}
