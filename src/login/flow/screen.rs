//! Parts of screens that several steps have, and when a screen changes by itself.

use super::form::Form;
use crate::login::text::Text;
use crate::login::time::{Deadline, Millis, Now, earliest};
use crate::login::view::{Action, Button, Field, FieldKind, Lead};

impl Form {
    /// How long until the screen changes by itself; `None` if it does not.
    pub fn wake_in(&self, now: Now) -> Option<Millis> {
        // A countdown changes with every second, and its end is announced.
        let next_second = |wait: Deadline| match wait.remaining(now) {
            0 => (wait.span > 0 && self.is_idle()).then_some(0),
            remaining => Some((remaining - 1) % 1000 + 1),
        };
        let submit = self.submit_pause.and_then(next_second);
        let resend = self.resend_wait().and_then(next_second);
        let expiry = self.attempt().filter(|_| self.is_idle()).map(|attempt| {
            let next = if attempt.is_expiring {
                attempt.expiry
            } else {
                attempt.expiry_notice()
            };
            next.remaining(now)
        });
        earliest(earliest(submit, resend), expiry)
    }

    /// A field without a value, with its error.
    pub(super) fn field(&self, kind: FieldKind, label: Text) -> Field {
        let error = self.field_error.filter(|(wrong, _)| *wrong == kind);
        Field {
            kind,
            autofill: match kind {
                FieldKind::Mobile => "tel",
                FieldKind::Email => "email",
                FieldKind::Username | FieldKind::ExternalId | FieldKind::Any => "username",
                FieldKind::Code => "one-time-code",
                FieldKind::Password => "current-password",
                FieldKind::NewPassword | FieldKind::ConfirmPassword => "new-password",
            },
            label,
            hint: None,
            policy: None,
            country: None,
            error: error.map(|(_, text)| text),
            error_country: String::new(),
            value: String::new(),
            revision: match kind {
                FieldKind::Password => self.password_revision,
                _ => self.revision,
            },
            is_revealed: self.is_revealed,
            reveal: None,
        }
    }

    /// Adds the button that shows and hides passwords.
    pub(super) fn revealable(&self, mut field: Field) -> Field {
        let label = if self.is_revealed {
            Text::Conceal
        } else {
            Text::Reveal
        };
        field.reveal = Some(button(Action::Reveal, label));
        field
    }
}

/// The seconds of a wait that remain, rounded up; `None` if it is over.
pub(super) fn seconds(wait: Deadline, now: Now) -> Option<u64> {
    Some(wait.remaining(now).div_ceil(1000)).filter(|remaining| *remaining > 0)
}

/// A button that does not wait.
pub(super) fn button(action: Action, label: Text) -> Button {
    Button {
        action,
        label,
        wait: None,
    }
}

/// The sentence below the title, which ends with an identifier.
#[expect(
    clippy::unnecessary_wraps,
    reason = "all callers assign it to an optional field"
)]
pub(super) fn lead(text: Text, identity: String) -> Option<Lead> {
    Some(Lead { text, identity })
}
