//! The step in progress as it is written down for the next page of this tab.

use super::{Attempt, Form, Step};
use crate::login::config::Settings;
use crate::login::identifier::Identifier;
use crate::login::json::{Json, Object};
use crate::login::secret::Secret;
use crate::login::text::Text;
use crate::login::time::{DAY, Deadline, Millis, Now, Stamp};
use crate::login::view::Notice;

/// A longer record is none of ours; nobody is called so.
const MAX_RECORD: usize = 8 * 1024;

impl Form {
    /// What a reload must not lose: who, and the engine's session; never a code.
    pub fn record(&self, shared: &Settings) -> Option<Secret> {
        let record = match &self.step {
            Step::Code(attempt) => Some(
                Object::new()
                    .uint("v", 1)
                    .text("brand", &shared.brand)
                    .text("type", attempt.identifier.kind().wire())
                    .text("value", attempt.identifier.value())
                    .text("session", attempt.session.expose())
                    .uint("opened", attempt.ends.from.wall())
                    .uint("life", attempt.ends.span)
                    .uint("sent", attempt.resend.from.wall())
                    .uint("resend", attempt.resend.span)
                    .end(),
            ),
            Step::Identify if !self.typed.is_empty() => Some(
                Object::new()
                    .uint("v", 1)
                    .text("brand", &shared.brand)
                    .text("typed", &self.typed)
                    .end(),
            ),
            _ => None,
        };
        record
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
        if json.get("v")?.int()? != 1 || text("brand")? != shared.brand {
            return None;
        }
        if let Some(typed) = text("typed") {
            typed.clone_into(&mut self.typed);
            return None;
        }
        let attempt = Attempt {
            identifier: Identifier::restore(text("type")?, text("value")?)?,
            session: Secret::new(text("session")?),
            ends: deadline("opened", "life", self.settings.attempt_life)?,
            resend: deadline("sent", "resend", DAY)?,
        };
        self.typed = attempt.identifier.shown();
        if attempt.ends.left(now) > 0 {
            self.step = Step::Code(attempt);
        } else {
            self.notice = Some(Notice {
                is_error: false,
                text: Text::AttemptTimedOut,
                detail: None,
            });
        }
        Some(())
    }
}
