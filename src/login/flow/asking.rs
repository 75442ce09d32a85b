//! The questions of a form: what is asked for whom, and with what.

use super::attempt::{Attempt, Carries, First, Goal, Question, Wanted, Who};
use super::{Desk, Form, Lacks, Step};
use crate::login::secret::Secret;
use crate::login::text::Text;
use crate::login::view::{Asked, Entry};
use crate::login::wire::{Call, Channel, Name, Request, RequestBody};

impl Form {
    /// Opens a session, with a first password or without. The password goes with this request and stays nowhere.
    pub(super) fn open(
        &mut self,
        desk: &mut Desk<'_>,
        who: Who,
        goal: Goal,
        password: Option<&str>,
    ) {
        let mut more = RequestBody::default();
        if let Some(first) = &who.first {
            if first.token.is_empty() {
                // What opens the second factor did not survive a reload.
                return self.start_over(desk, Text::AttemptOver, None);
            }
            more.authorized_token = Some(first.token.clone());
        }
        if let Some(password) = password {
            more.password = Some(Secret::new(password));
            more.confirm_password = Some(Secret::new(password));
        }
        let call = who.call(Call::OpenSession, Call::OpenSecond);
        let request = Request::new(call, desk.settings, &who.name, more);
        let carries = match password {
            Some(_) => Carries::Password,
            None => Carries::Nothing,
        };
        self.wait(desk, request, Question::Open(who, goal, carries));
    }

    /// The first factor is proved: opens the second one, by the same name or by another that is asked for.
    pub(super) fn begin_second(&mut self, desk: &mut Desk<'_>, name: Name, token: Secret) {
        let first = First { name, token };
        if let Some(kind) = self.other_kind(&first.name) {
            return self.go(desk, Step::SecondIdentify(first, kind));
        }
        let who = Who {
            name: first.name.clone(),
            first: Some(first),
        };
        self.open(desk, who, Goal::Usual, None);
    }

    /// Opens another session for who is there: the time of this one is short.
    pub(super) fn open_again(&mut self, desk: &mut Desk<'_>, attempt: Attempt) {
        let Attempt { who, proved, .. } = attempt;
        match (proved, who.first) {
            (Some(token), _) => self.begin_second(desk, who.name, token),
            // What opens the second factor did not survive a reload: both are proved once more.
            (None, Some(first)) if first.token.is_empty() => self.open_first(desk, first.name),
            (None, first) => self.open(desk, Who { first, ..who }, Goal::Stay, None),
        }
    }

    /// Opens a session for the first factor once more.
    pub(super) fn open_first(&mut self, desk: &mut Desk<'_>, name: Name) {
        self.lacks = Lacks::default();
        self.open(desk, Who { name, first: None }, Goal::Usual, None);
    }

    /// Has the first code of an attempt sent, as soon as it is known where to.
    pub(super) fn send_first(
        &mut self,
        desk: &mut Desk<'_>,
        attempt: Box<Attempt>,
        channel: Option<Channel>,
        why: Option<Text>,
    ) {
        if attempt.who.needs_address() {
            let who = attempt.who.clone();
            return self.ask_address(desk, who, None, Wanted::Send(attempt, channel));
        }
        let request = code_request(desk, &attempt, channel);
        self.wait(desk, request, Question::First(attempt, channel, why));
    }

    pub(super) fn send_again(
        &mut self,
        desk: &mut Desk<'_>,
        attempt: &Attempt,
        channel: Option<Channel>,
    ) {
        let request = code_request(desk, attempt, channel);
        self.wait(desk, request, Question::Again(channel));
    }

    pub(super) fn ask_within(
        &mut self,
        desk: &mut Desk<'_>,
        attempt: &Attempt,
        call: Call,
        proof: RequestBody,
        question: Question,
    ) {
        let more = RequestBody {
            session_id: Some(attempt.session.clone()),
            ..proof
        };
        let request = Request::new(call, desk.settings, &attempt.who.name, more);
        self.wait(desk, request, question);
    }

    pub(super) fn wait(&mut self, desk: &mut Desk<'_>, request: Request, question: Question) {
        self.error = None;
        self.notice = None;
        // A password manager looks for passwords where they are hidden.
        self.is_revealed = false;
        let call = request.call;
        self.waiting = Some((desk.ask(request), call, question));
    }

    /// The new password, if it is the same twice and keeps the brand's policy.
    pub(super) fn chosen<'a>(&mut self, entries: &'a [Entry]) -> Option<&'a str> {
        let value = |asked| entries.iter().find(|entry| entry.asked == asked);
        let (new, again) = (value(Asked::NewPassword)?, value(Asked::ConfirmPassword)?);
        if new.value.is_empty() {
            self.mark(Asked::NewPassword, Text::PasswordEmpty);
        } else if !new.fits {
            self.mark(Asked::NewPassword, Text::PasswordUnfit);
        } else if new.value != again.value {
            self.mark(Asked::ConfirmPassword, Text::PasswordsDiffer);
        } else {
            return Some(new.value.expose());
        }
        None
    }
}

/// The request for a code within an attempt.
fn code_request(desk: &Desk<'_>, attempt: &Attempt, channel: Option<Channel>) -> Request {
    let call = attempt.who.call(Call::SendCode, Call::SendSecondCode);
    let more = RequestBody {
        session_id: Some(attempt.session.clone()),
        ..RequestBody::default()
    };
    Request {
        channel,
        ..Request::new(call, desk.settings, &attempt.who.name, more)
    }
}
