//! The questions of a form: what is asked for whom, and with what.

use super::attempt::{Attempt, Carries, First, Goal, Question, Wanted, Who};
use super::{Context, Form, Lacks, Step};
use crate::login::secret::Secret;
use crate::login::text::Text;
use crate::login::view::{FieldKind, FieldValue};
use crate::login::wire::{Call, Channel, Name, Request, RequestBody};

impl Form {
    /// Opens a session, with a first password or without. The password goes with this request and stays nowhere.
    pub(super) fn open(
        &mut self,
        context: &mut Context<'_>,
        who: Who,
        goal: Goal,
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
            Some(_) => Carries::Password,
            None => Carries::Nothing,
        };
        self.wait(context, request, Question::Open(who, goal, carries));
    }

    /// The first factor is proved: opens the second one, by the same name or by another that is asked for.
    pub(super) fn begin_second(&mut self, context: &mut Context<'_>, name: Name, token: Secret) {
        let first = First { name, token };
        if let Some(kind) = self.other_kind(&first.name) {
            return self.go(context, Step::SecondIdentify(first, kind));
        }
        let who = Who {
            name: first.name.clone(),
            first: Some(first),
        };
        self.open(context, who, Goal::Usual, None);
    }

    /// Opens another session for who is there: the time of this one is short.
    pub(super) fn open_again(&mut self, context: &mut Context<'_>, attempt: Attempt) {
        let Attempt { who, proved, .. } = attempt;
        match (proved, who.first) {
            (Some(token), _) => self.begin_second(context, who.name, token),
            // What opens the second factor did not survive a reload: both are proved once more.
            (None, Some(first)) if first.token.is_empty() => self.open_first(context, first.name),
            (None, first) => self.open(context, Who { first, ..who }, Goal::Stay, None),
        }
    }

    /// Opens a session for the first factor once more.
    pub(super) fn open_first(&mut self, context: &mut Context<'_>, name: Name) {
        self.lacks = Lacks::default();
        self.open(context, Who { name, first: None }, Goal::Usual, None);
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
            return self.ask_address(context, who, None, Wanted::Send(attempt, channel));
        }
        let request = code_request(context, &attempt, channel);
        self.wait(context, request, Question::First(attempt, channel, why));
    }

    pub(super) fn send_again(
        &mut self,
        context: &mut Context<'_>,
        attempt: &Attempt,
        channel: Option<Channel>,
    ) {
        let request = code_request(context, attempt, channel);
        self.wait(context, request, Question::Again(channel));
    }

    pub(super) fn ask_within(
        &mut self,
        context: &mut Context<'_>,
        attempt: &Attempt,
        call: Call,
        proof: RequestBody,
        question: Question,
    ) {
        let more = RequestBody {
            session_id: Some(attempt.session.clone()),
            ..proof
        };
        let request = Request::new(call, context.settings, &attempt.who.name, more);
        self.wait(context, request, question);
    }

    pub(super) fn wait(&mut self, context: &mut Context<'_>, request: Request, question: Question) {
        self.error = None;
        self.notice = None;
        // A password manager looks for passwords where they are hidden.
        self.is_revealed = false;
        let call = request.call;
        self.waiting = Some((context.ask(request), call, question));
    }

    /// The new password, if it is the same twice and keeps the brand's policy.
    pub(super) fn chosen<'a>(&mut self, entries: &'a [FieldValue]) -> Option<&'a str> {
        let value = |asked| entries.iter().find(|entry| entry.asked == asked);
        let (new, again) = (
            value(FieldKind::NewPassword)?,
            value(FieldKind::ConfirmPassword)?,
        );
        if new.value.is_empty() {
            self.mark(FieldKind::NewPassword, Text::PasswordEmpty);
        } else if !new.fits {
            self.mark(FieldKind::NewPassword, Text::PasswordUnfit);
        } else if new.value != again.value {
            self.mark(FieldKind::ConfirmPassword, Text::PasswordsDiffer);
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
