//! The steps that ask for an identifier or an address: `identify` at the first factor, `second-identify` at the second.

use super::attempt::{AddressPurpose, AfterOpening, Claimant, FirstFactorProof};
use super::form::{Context, Form, Step, TextOrigin};
use super::screen::{button, lead};
use crate::login::config::Method;
use crate::login::contract::IdentifierKind;
use crate::login::identifier::Identifier;
use crate::login::text::Text;
use crate::login::view::{Action, FieldKind, FieldValue, View};

impl Form {
    /// Reads the identifier or the address that was typed, and goes on with it.
    pub(super) fn submit_identifier(
        &mut self,
        context: &mut Context<'_>,
        step: Step,
        values: &[FieldValue],
    ) {
        if let Some(claimant) = self.remembered_claimant() {
            return self.identified(context, claimant);
        }
        let Some(value) = values.iter().find(|value| !value.kind.is_secret()) else {
            return;
        };
        let typed = value.value.expose();
        typed.clone_into(&mut self.identifier_text);
        self.text_origin = TextOrigin::Customer;
        let identifier =
            match Identifier::parse_by(typed, &self.accepted_kinds(), self.numbering_plan()) {
                Ok(identifier) => identifier,
                Err(error) => return self.set_identifier_error(error),
            };
        match step {
            Step::Address(mut claimant, _, purpose) => {
                claimant.subject.address = Some(identifier);
                self.address_given(context, claimant, purpose);
            }
            Step::SecondIdentify(first, _) => {
                let mut claimant = Claimant::new(identifier);
                claimant.first_factor = Some(first);
                self.open_session(context, claimant, AfterOpening::Usual, None);
            }
            _ => self.identified(context, Claimant::new(identifier)),
        }
    }

    /// Opens a session for a customer, or asks first where a code should go.
    fn identified(&mut self, context: &mut Context<'_>, claimant: Claimant) {
        if claimant.needs_address() && self.method(&claimant) == Method::Otp {
            let purpose = AddressPurpose::OpenSession(AfterOpening::Usual);
            self.ask_for_address(context, claimant, None, purpose);
        } else {
            self.open_session(context, claimant, AfterOpening::Usual, None);
        }
    }

    /// Goes on with what the address was asked for.
    fn address_given(
        &mut self,
        context: &mut Context<'_>,
        claimant: Claimant,
        purpose: AddressPurpose,
    ) {
        match purpose {
            AddressPurpose::OpenSession(after) => {
                self.open_session(context, claimant, after, None);
            }
            AddressPurpose::ChoosePassword => {
                self.show_step(context, Step::NewPassword(claimant));
            }
            AddressPurpose::SendCode(mut attempt, channel) => {
                attempt.claimant = claimant;
                self.send_first_code(context, attempt, channel, None);
            }
        }
    }

    /// The button that leads back from an address: to the step of the attempt that needs it, else to the first step.
    pub(super) fn back_from_address(&mut self, context: &mut Context<'_>, purpose: AddressPurpose) {
        match purpose {
            AddressPurpose::SendCode(attempt, _) if attempt.is_code_sent => {
                self.show_step(context, Step::Code(*attempt));
            }
            AddressPurpose::SendCode(attempt, _) if self.has_choice(&attempt) => {
                self.show_step(context, Step::Password(*attempt));
            }
            _ => self.show_first_step(context),
        }
    }

    /// The button that leads back from a code or a password to the identifier.
    pub(super) fn change_identifier(&mut self, context: &mut Context<'_>, claimant: Claimant) {
        let step = match claimant.first_factor {
            // At the second factor only its own identifier was wrong.
            Some(first) if !first.token.is_empty() => {
                match self.second_identifier_kind(&first.subject) {
                    Some(kind) => Step::SecondIdentify(first, kind),
                    None => Step::Identify,
                }
            }
            _ => Step::Identify,
        };
        self.show_step(context, step);
        self.forget_identifier(context);
    }

    /// Fills in the screen of the first step. Returns the label of its submit button.
    pub(super) fn view_identify(&self, view: &mut View) -> Text {
        view.remember = self.settings.may_remember.then_some(self.is_remembered);
        if let Some(subject) = &self.remembered {
            return Self::view_remembered(view, subject);
        }
        view.title = Text::IdentifyTitle;
        let mut field = self.identifier_field(&self.settings.identifiers);
        if self.settings.first_factor != Method::Otp {
            // A password manager stores the password under the value of this field.
            field.autofill = "username";
        }
        view.fields.push(field);
        Text::Continue
    }

    /// Fills in the screen for an address. Returns the label of its submit button.
    pub(super) fn view_address(
        &self,
        view: &mut View,
        claimant: &Claimant,
        kinds: &[IdentifierKind],
        purpose: &AddressPurpose,
    ) -> Text {
        // With a password as the method no code is sent yet, and perhaps none at all.
        let is_for_password = matches!(purpose, AddressPurpose::OpenSession(_))
            && self.method(claimant) != Method::Otp;
        view.title = if is_for_password {
            Text::AddressForPasswordTitle
        } else {
            Text::AddressTitle
        };
        view.lead = lead(Text::PasswordLead, claimant.display_text());
        self.push_address_field(view, kinds);
        if is_for_password || matches!(purpose, AddressPurpose::ChoosePassword) {
            Text::Continue
        } else {
            Text::SendCode
        }
    }

    /// Fills in the screen for the second factor's identifier. Returns the label of its submit button.
    pub(super) fn view_second_identify(
        &self,
        view: &mut View,
        first: &FirstFactorProof,
        kind: IdentifierKind,
    ) -> Text {
        view.title = Text::SecondIdentifyTitle;
        view.lead = lead(Text::SecondLead, first.subject.identifier.display_text());
        self.push_address_field(view, &[kind]);
        Text::Continue
    }

    fn push_address_field(&self, view: &mut View, kinds: &[IdentifierKind]) {
        let mut field = self.identifier_field(kinds);
        if field.kind == FieldKind::Any {
            // An address for codes is no user name.
            field.autofill = "tel";
        }
        view.fields.push(field);
        view.actions.push(button(Action::Back, Text::Back));
    }
}
