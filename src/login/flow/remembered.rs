//! The identifier of the last login on this device (`remember-identifier`): its record, and the first step that offers it.

use super::attempt::Claimant;
use super::form::{Context, Form, Step};
use super::screen::{button, lead};
use crate::login::codec::{from_json, to_json};
use crate::login::message::Effect;
use crate::login::secret::Secret;
use crate::login::session::SubjectRecord;
use crate::login::text::Text;
use crate::login::view::{Action, Focus, View};
use crate::login::wire::Subject;

/// The record of a customer's identifier.
pub fn identifier_record(subject: &Subject) -> Secret {
    to_json(&SubjectRecord::from(subject)).into()
}

/// Reads what [`identifier_record`] returned. Any other record is ignored.
pub fn read_identifier(record: &Secret) -> Option<Subject> {
    from_json::<SubjectRecord>(record.expose()).ok()?.read()
}

impl Form {
    /// Whether the form stores the identifier after a login.
    pub fn remembers_identifier(&self) -> bool {
        self.settings.remembers_identifier
    }

    /// Offers the identifier of an earlier login at the first step, or asks for one (`None`).
    pub fn set_remembered(&mut self, subject: Option<&Subject>) {
        let subject = subject.filter(|subject| {
            self.settings.remembers_identifier
                && self
                    .settings
                    .identifiers
                    .contains(&subject.identifier.kind())
        });
        if self.remembered.as_ref() != subject {
            // The first step has other elements now.
            self.screen += 1;
            self.remembered = subject.cloned();
        }
    }

    /// Whether the first step offers the identifier of an earlier login.
    pub(super) fn offers_identifier(&self) -> bool {
        matches!(self.step, Step::Identify) && self.remembered.is_some()
    }

    /// The customer of an earlier login, as the first step offers them.
    pub(super) fn remembered_claimant(&self) -> Option<Claimant> {
        Some(Claimant {
            subject: self
                .remembered
                .clone()
                .filter(|_| self.offers_identifier())?,
            first_factor: None,
        })
    }

    /// The remembered identifier is not this customer's, or the engine does not know it: it is erased, and the field is empty.
    pub(super) fn forget_identifier(&mut self, context: &mut Context<'_>) {
        if self.offers_identifier() {
            self.set_remembered(None);
            self.identifier_text.clear();
            self.move_focus(Focus::Field);
            context.out.push(Effect::StoreIdentifier(None));
        }
    }

    /// Fills in the first step that offers an identifier.
    pub(super) fn view_remembered(view: &mut View, subject: &Subject) -> Text {
        view.title = Text::WelcomeTitle;
        view.lead = lead(Text::PasswordLead, subject.identifier.display_text());
        let change = button(Action::ChangeIdentifier, Text::NotYou);
        view.actions.push(change);
        Text::Continue
    }

    /// Masks the remembered identifier below the title: somebody else may use this device.
    pub(super) fn mask_identity(&self, view: &mut View) {
        if let (Some(subject), Some(lead)) = (&self.remembered, &mut view.lead) {
            let known = [Some(&subject.identifier), subject.address.as_ref()];
            for identifier in known.into_iter().flatten() {
                if lead.identity == identifier.display_text() {
                    lead.identity = identifier.masked();
                }
            }
        }
    }
}
