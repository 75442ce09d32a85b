//! The questions of a form: what is asked for whom, and with what.

use super::attempt::{
    AddressPurpose, AfterOpening, Attempt, Claimant, FirstFactorProof, OpenedWith, Purpose,
};
use super::{Context, Form, Step, Unsupported};
use crate::login::secret::Secret;
use crate::login::text::Text;
use crate::login::view::{FieldKind, FieldValue};
use crate::login::wire::{Call, Channel, Request, RequestBody, Subject};

impl Form {
    /// Opens a session, with a first password or without. The password goes with this request and stays nowhere.
    pub(super) fn open(
        &mut self,
        context: &mut Context<'_>,
        who: Claimant,
        goal: AfterOpening,
        password: Option<&str>,
    ) {
        let mut more = RequestBody::default();
        if let Some(first) = &who.first {
            if first.token.is_empty() {
                // What opens the second factor did not survive a reload.
                return self.start_over(context, Text::AttemptOver, None);
            }
            more.authorized_token = Some(first.token.clone());
        }
        if let Some(password) = password {
            more.password = Some(Secret::new(password));
            more.confirm_password = Some(Secret::new(password));
        }
        let call = who.call(Call::OpenSession, Call::OpenSecond);
        let request = Request::new(call, context.settings, &who.name, more);
        let carries = match password {
            Some(_) => OpenedWith::Password,
            None => OpenedWith::Nothing,
        };
        self.wait(context, request, Purpose::Open(who, goal, carries));
    }

    /// The first factor is proved: opens the second one, by the same name or by another that is asked for.
    pub(super) fn begin_second(&mut self, context: &mut Context<'_>, name: Subject, token: Secret) {
        let first = FirstFactorProof { name, token };
        if let Some(kind) = self.other_kind(&first.name) {
            return self.show_step(context, Step::SecondIdentify(first, kind));
        }
        let who = Claimant {
            name: first.name.clone(),
            first: Some(first),
        };
        self.open(context, who, AfterOpening::Usual, None);
    }

    /// Opens another session for who is there: the time of this one is short.
    pub(super) fn open_again(&mut self, context: &mut Context<'_>, attempt: Attempt) {
        let Attempt { who, proved, .. } = attempt;
        match (proved, who.first) {
            (Some(token), _) => self.begin_second(context, who.name, token),
            // What opens the second factor did not survive a reload: both are proved once more.
            (None, Some(first)) if first.token.is_empty() => self.open_first(context, first.name),
            (None, first) => {
                self.open(context, Claimant { first, ..who }, AfterOpening::Stay, None)
            }
        }
    }

    /// Opens a session for the first factor once more.
    pub(super) fn open_first(&mut self, context: &mut Context<'_>, name: Subject) {
        self.unsupported = Unsupported::default();
        self.open(
            context,
            Claimant { name, first: None },
            AfterOpening::Usual,
            None,
        );
    }

    /// Has the first code of an attempt sent, as soon as it is known where to.
    pub(super) fn send_first(
        &mut self,
        context: &mut Context<'_>,
        attempt: Box<Attempt>,
        channel: Option<Channel>,
        why: Option<Text>,
    ) {
        if attempt.who.needs_address() {
            let who = attempt.who.clone();
            return self.ask_address(context, who, None, AddressPurpose::Send(attempt, channel));
        }
        let request = code_request(context, &attempt, channel);
        self.wait(context, request, Purpose::First(attempt, channel, why));
    }

    pub(super) fn send_again(
        &mut self,
        context: &mut Context<'_>,
        attempt: &Attempt,
        channel: Option<Channel>,
    ) {
        let request = code_request(context, attempt, channel);
        self.wait(context, request, Purpose::Again(channel));
    }

    pub(super) fn ask_within(
        &mut self,
        context: &mut Context<'_>,
        attempt: &Attempt,
        call: Call,
        proof: RequestBody,
        question: Purpose,
    ) {
        let more = RequestBody {
            session_id: Some(attempt.session.clone()),
            ..proof
        };
        let request = Request::new(call, context.settings, &attempt.who.name, more);
        self.wait(context, request, question);
    }

    pub(super) fn wait(&mut self, context: &mut Context<'_>, request: Request, question: Purpose) {
        self.error = None;
        self.notice = None;
        // A password manager looks for passwords where they are hidden.
        self.is_revealed = false;
        let call = request.call;
        self.waiting = Some((context.ask(request), call, question));
    }

    /// The new password, if it is the same twice and keeps the brand's policy.
    pub(super) fn read_new_password<'a>(&mut self, entries: &'a [FieldValue]) -> Option<&'a str> {
        let value = |kind| entries.iter().find(|entry| entry.kind == kind);
        let (new, again) = (
            value(FieldKind::NewPassword)?,
            value(FieldKind::ConfirmPassword)?,
        );
        if new.value.is_empty() {
            self.set_field_error(FieldKind::NewPassword, Text::PasswordEmpty);
        } else if !new.meets_policy {
            self.set_field_error(FieldKind::NewPassword, Text::PasswordUnfit);
        } else if new.value != again.value {
            self.set_field_error(FieldKind::ConfirmPassword, Text::PasswordsDiffer);
        } else {
            return Some(new.value.expose());
        }
        None
    }
}

/// The request for a code within an attempt.
fn code_request(context: &Context<'_>, attempt: &Attempt, channel: Option<Channel>) -> Request {
    let call = attempt.who.call(Call::SendCode, Call::SendSecondCode);
    let more = RequestBody {
        session_id: Some(attempt.session.clone()),
        ..RequestBody::default()
    };
    Request {
        channel,
        ..Request::new(call, context.settings, &attempt.who.name, more)
    }
}
