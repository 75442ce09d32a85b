//! What a person sees of each step, as data, and when that changes by itself.

use super::{Form, Step, notice};
use crate::login::config::IdentifierKind;
use crate::login::identifier::{self, Identifier};
use crate::login::session::Kept;
use crate::login::text::Text;
use crate::login::time::{Deadline, Millis, Now};
use crate::login::view::{Action, Asked, Button, Field, Lead, View};

impl Form {
    /// How long until something on the screen changes by itself.
    pub fn wake_in(&self, now: Now) -> Option<Millis> {
        let second = |deadline: Deadline| {
            Some(deadline.left(now))
                .filter(|left| *left > 0)
                .map(|left| (left - 1) % 1000 + 1)
        };
        let held = self.held.and_then(second);
        let Step::Code(attempt) = &self.step else {
            return held;
        };
        let ends = Some(attempt.ends.left(now)).filter(|_| self.waiting.is_none());
        [held, second(attempt.resend), ends]
            .into_iter()
            .flatten()
            .min()
    }

    /// What a person sees.
    pub fn view(&self, now: Now, kept: Option<&Kept>, being_taken_up: bool) -> View {
        let held = self
            .held
            .map(|held| held.left(now).div_ceil(1000))
            .filter(|left| *left > 0);
        let submit = |label| {
            Some(Button {
                action: Action::Submit,
                label,
                wait: held,
            })
        };
        let button = |action, label| Button {
            action,
            label,
            wait: None,
        };
        let lead = |text, identifier: &Identifier| Lead {
            text,
            identity: identifier.shown(),
        };
        let busy = self.waiting.is_some() || being_taken_up;
        let mut view = View {
            step: self.step(),
            busy,
            screen: self.screen,
            title: Text::IdentifyTitle,
            lead: None,
            notice: self.notice.clone(),
            fields: Vec::new(),
            submit: None,
            actions: Vec::new(),
            status: if busy {
                Some(Text::Working)
            } else {
                self.status
            },
            focus: self.focus,
        };
        match &self.step {
            Step::Identify => {
                let (asked, label, hint) = match self.settings.identifiers[..] {
                    [IdentifierKind::Mobile] => {
                        (Asked::Mobile, Text::LabelMobile, Text::HintMobile)
                    }
                    [IdentifierKind::Email] => (Asked::Email, Text::LabelEmail, Text::HintEmail),
                    _ => (Asked::Either, Text::LabelEither, self.hint_while_typing()),
                };
                view.fields.push(Field {
                    asked,
                    label,
                    hint,
                    error: self.error,
                    value: self.typed.clone(),
                    edition: self.edition,
                });
                view.submit = submit(Text::Continue);
            }
            Step::Code(attempt) => {
                let wait = Some(attempt.resend.left(now).div_ceil(1000)).filter(|left| *left > 0);
                view.title = Text::CodeTitle;
                view.lead = Some(lead(Text::CodeLead, &attempt.identifier));
                view.fields.push(Field {
                    asked: Asked::Code,
                    label: Text::LabelCode,
                    hint: Text::HintCode,
                    error: self.error,
                    value: String::new(),
                    edition: self.edition,
                });
                view.submit = submit(Text::SignIn);
                let label = if wait.is_some() {
                    Text::ResendIn
                } else {
                    Text::Resend
                };
                view.actions.push(Button {
                    action: Action::Resend,
                    label,
                    wait,
                });
                view.actions
                    .push(button(Action::ChangeIdentifier, Text::ChangeIdentifier));
            }
            Step::SignedIn => {
                view.title = Text::SignedInTitle;
                view.lead = kept.map(|kept| lead(Text::SignedInLead, &kept.identifier));
                view.actions.push(button(Action::SignOut, Text::SignOut));
            }
            Step::Stuck(problem) => {
                view.title = Text::StuckTitle;
                view.notice = Some(notice(problem));
                view.submit = submit(Text::TryAgain);
            }
        }
        view
    }

    /// With both kinds accepted, the hint follows what is being typed.
    fn hint_while_typing(&self) -> Text {
        if self.typed.trim().is_empty() {
            return Text::HintEither;
        }
        match identifier::recognise(&self.typed, &self.settings.identifiers) {
            IdentifierKind::Mobile => Text::HintMobile,
            IdentifierKind::Email => Text::HintEmail,
        }
    }
}
