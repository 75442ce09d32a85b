//! DECIDES: how a login goes and how long a session lives, as plain data on every target.
//!
//! One door: [`Login::handle`] takes what happened and says what is to be done, [`Login::wake_at`] says when to knock again,
//! [`Login::view`] says what a person sees. Nothing here knows the time, the fate of a request, or a pixel by itself.
//!
//! What is deliberately absent: any clock, network, storage, randomness or page. The browser's crates cannot be named here,
//! since they exist for the wasm target only.

pub mod characters;
pub mod codec;
pub mod config;
pub mod contract;
pub mod country;
pub mod decimal;
pub mod flow;
pub mod identifier;
pub mod identifier_error;
pub mod message;
pub mod otp;
pub mod problem;
pub mod retry_after;
pub mod secret;
pub mod session;
pub mod text;
pub mod time;
pub mod token;
pub mod token_use;
pub mod view;
pub mod wire;

pub use message::{EVENTS, Effect, Event, HostId, Input, PageEvent, Ticket, TokenRequestId};

use codec::to_json;
use config::{FormSettings, Settings};
use flow::{Context, Form};
use problem::{Kind, Problem, Remedy};
use secret::Secret;
use session::{PublicSession, Reason, Session, TabScope, WakeReason, Wish};
use text::Text;
use time::{Millis, MonotonicMs, Now, Rng, UnixMs};
use view::{StepName, View};
use wire::{ApiResponse, HttpResponse, TransportError};

/// Use of the page is written down at most this often. An idle session does not notice ten seconds.
const USE_INTERVAL: Millis = 10_000;

/// One login per page, engine and brand, however many elements show it.
#[derive(Debug, Clone)]
pub struct Login {
    settings: Settings,
    session: Session,
    hosts: Vec<(HostId, Option<Form>)>,
    /// The newest record of a step that was handed out.
    written: Option<Secret>,
    /// When use of the page was written down last, by this tab or another, by the device's clock.
    noted_use: UnixMs,
    last_ticket: u32,
}

impl Login {
    /// A login that has not begun. `seed` is for jitter only.
    pub fn new(settings: Settings, seed: u64) -> Self {
        Self {
            settings,
            session: Session::new(Rng::new(seed)),
            hosts: Vec::new(),
            written: None,
            noted_use: UnixMs::default(),
            last_ticket: 0,
        }
    }

    /// The one door.
    pub fn handle(&mut self, now: Now, input: Input) -> Vec<Effect> {
        let mut effects = Vec::new();
        let mut wishes = Vec::new();
        // What somebody who leaves had begun stays for the next page.
        let leaves = matches!(input, Input::Detach(_));
        let Self {
            settings,
            session,
            last_ticket,
            ..
        } = self;
        let mut next = || {
            *last_ticket = last_ticket.wrapping_add(1);
            Ticket(*last_ticket)
        };
        match input {
            Input::Start(record, mark) => {
                if let Some(record) = &record {
                    session.restore(now, settings, record, mark, &mut next, &mut wishes);
                }
                if let Some(mark) = mark {
                    session.shared_version_found(now, mark, settings, &mut wishes);
                }
                self.every_form(now, &mut effects, &mut wishes, &mut Form::prefill_restored);
            }
            Input::SharedVersionChanged(mark) => {
                session.shared_version_changed(mark, settings, &mut wishes)
            }
            Input::SharedRecordRead(mark, record) => {
                session.shared_record_read(
                    now,
                    mark,
                    record.as_ref(),
                    settings,
                    &mut next,
                    &mut wishes,
                );
            }
            Input::LastUseChanged(wall) => {
                self.noted_use = wall;
                session.used(now, wall);
            }
            Input::VisibilityChanged(is_seen) => session.seen(is_seen),
            Input::Page(PageEvent::Hidden) => session.seen(false),
            Input::Page(PageEvent::Visible) => {
                session.seen(true);
                self.wake(now, WakeReason::Resumed, &mut effects, &mut wishes);
            }
            Input::Page(PageEvent::Used) => self.page_used(now, &mut effects, &mut wishes),
            Input::LockGranted(ticket) => session.lock_granted(now, ticket, settings, &mut wishes),
            Input::Attach(host, form, step) => {
                self.attach(now, host, form, step.as_ref(), &mut effects);
            }
            Input::Detach(host) => {
                if let Some(at) = self.hosts.iter().position(|(id, _)| *id == host)
                    && let (_, Some(form)) = self.hosts.swap_remove(at)
                {
                    effects.extend(form.question().map(Effect::Cancel));
                }
                if self.hosts.is_empty() {
                    session.suspend(&mut wishes);
                }
            }
            Input::SettingsChanged(new) => {
                if settings.storage != new.storage {
                    // Written again, the records are erased where they may not be any more.
                    wishes.push(session.keep(&new, TabScope::AllTabs));
                    self.written = Some(Secret::default());
                }
                *settings = new;
            }
            Input::SignOut => {
                if !session.sign_out(settings, &mut next, &mut wishes) {
                    // A login in progress is given up as well: its answer must not sign anybody in.
                    self.every_form(now, &mut effects, &mut wishes, &mut |form, context| {
                        form.signed_out(context, Reason::User);
                    });
                }
            }
            Input::RequestToken(ask, validity, refused) => {
                session.report_rejected_token(refused.as_ref());
                session.ask(now, ask, validity, settings, &mut next, &mut wishes);
            }
            Input::Wake(signal) => self.wake(now, signal, &mut effects, &mut wishes),
            Input::Response(ticket, reply) => {
                self.reply(now, ticket, reply, &mut effects, &mut wishes);
            }
            Input::FormSettingsChanged(host, ..)
            | Input::IdentifierTyped(host, ..)
            | Input::CountryChosen(host, ..)
            | Input::CountriesLoaded(host, ..)
            | Input::Submit(host, ..)
            | Input::Press(host, ..)
            | Input::Restart(host)
            | Input::ChangePassword(host) => {
                self.every_form(now, &mut effects, &mut wishes, &mut |form, context| {
                    if context.host == host {
                        form.handle(context, &input);
                    }
                });
            }
            Input::StorageFailed => {
                let problem = Problem::new(Kind::Storage, Remedy::Retry, Text::Unknown);
                self.tell_failure(&problem, &mut effects);
            }
        }
        self.grant(now, wishes, &mut effects);
        if !leaves {
            self.write_down(&mut effects);
        }
        effects
    }

    /// When to knock again with [`WakeReason::Timer`], on the monotonic clock; `None` while nothing is due.
    pub fn wake_at(&self, now: Now) -> Option<MonotonicMs> {
        let session = self.session.wake_in(now, &self.settings);
        let mut soonest = session.filter(|_| self.has_hosts());
        for (_, form) in &self.hosts {
            if let Some(form) = form {
                soonest = time::earliest(soonest, form.wake_in(now));
            }
        }
        Some(now.monotonic.after(soonest?))
    }

    /// What somebody who shows a form sees; `None` for anybody else.
    pub fn view(&self, now: Now, host: HostId) -> Option<View> {
        let (_, form) = self.hosts.iter().find(|(id, _)| *id == host)?;
        Some(
            form.as_ref()?
                .view(now, self.session.kept(), self.session.is_restoring()),
        )
    }

    /// Whether anybody is signed in, as far as the page may know.
    pub fn is_signed_in(&self) -> bool {
        self.session.kept().is_some()
    }

    /// The session as JSON, for pages; `None` while nobody is signed in.
    pub fn session(&self) -> Option<String> {
        self.public_session().map(|session| to_json(&session))
    }

    fn public_session(&self) -> Option<PublicSession> {
        self.session
            .kept()
            .map(|kept| kept.to_public(&self.settings))
    }

    /// The headers for a request of the page that carries a token; empty while nobody is signed in. `device` gives the id of the
    /// browser, and is called only where it is sent.
    pub fn token_headers(
        &self,
        token: &Secret,
        device: impl FnOnce() -> String,
    ) -> Vec<(&'static str, String)> {
        self.session.kept().map_or_else(Vec::new, |kept| {
            token_use::token_headers(kept, &self.settings, token, device)
        })
    }

    /// The settings that count now.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Whether anybody is attached.
    pub fn has_hosts(&self) -> bool {
        !self.hosts.is_empty()
    }

    fn attach(
        &mut self,
        now: Now,
        host: HostId,
        form: Option<FormSettings>,
        step: Option<&Secret>,
        effects: &mut Vec<Effect>,
    ) {
        let form = form.map(|settings| {
            Form::new(
                settings,
                &self.settings,
                now,
                step,
                self.session.kept().is_some(),
            )
        });
        self.hosts.push((host, form));
        effects.push(Effect::Dispatch(host, Event::Ready));
        // Who comes later still hears who is signed in.
        if let Some(session) = self.public_session() {
            effects.push(Effect::Dispatch(
                host,
                Event::SignedIn {
                    session,
                    restored: true,
                },
            ));
        }
    }

    /// Time has passed or the page came back to life. Without a host nothing is asked.
    fn wake(
        &mut self,
        now: Now,
        signal: WakeReason,
        effects: &mut Vec<Effect>,
        wishes: &mut Vec<Wish>,
    ) {
        if self.hosts.is_empty() {
            return;
        }
        let last_ticket = &mut self.last_ticket;
        let mut next = || {
            *last_ticket = last_ticket.wrapping_add(1);
            Ticket(*last_ticket)
        };
        self.session
            .wake(now, signal, &self.settings, &mut next, wishes);
        self.every_form(now, effects, wishes, &mut Form::wake);
    }

    /// The page is used. A session that lay unused for too long ends first, even if no alarm rang in time.
    fn page_used(&mut self, now: Now, effects: &mut Vec<Effect>, wishes: &mut Vec<Wish>) {
        let wall = now.unix;
        // A clock that was set back counts as another moment, too.
        if self.settings.max_idle.is_none() || wall.0.abs_diff(self.noted_use.0) <= USE_INTERVAL {
            return;
        }
        self.wake(now, WakeReason::Timer, effects, wishes);
        self.noted_use = wall;
        self.session.used(now, wall);
        effects.push(Effect::StoreLastUse(wall));
    }

    /// An answer goes to whoever holds its ticket; one that nobody holds ends here.
    fn reply(
        &mut self,
        now: Now,
        ticket: Ticket,
        reply: Result<HttpResponse, TransportError>,
        effects: &mut Vec<Effect>,
        wishes: &mut Vec<Wish>,
    ) {
        let mut answer = Some(ApiResponse::parse(reply));
        self.every_form(now, effects, wishes, &mut |form, context| {
            if form.question() == Some(ticket)
                && let Some(answer) = answer.take()
            {
                form.answered(context, answer);
            }
        });
        if let Some(answer) = answer {
            self.session
                .answered(now, ticket, answer, &self.settings, wishes);
        }
    }

    /// Lets forms act at a desk where everything they may use lies ready.
    fn every_form(
        &mut self,
        now: Now,
        effects: &mut Vec<Effect>,
        wishes: &mut Vec<Wish>,
        act: &mut dyn FnMut(&mut Form, &mut Context<'_>),
    ) {
        for (host, form) in &mut self.hosts {
            if let Some(form) = form {
                let mut context = Context {
                    now,
                    host: *host,
                    settings: &self.settings,
                    session: &mut self.session,
                    last_ticket: &mut self.last_ticket,
                    effects,
                    wishes,
                };
                act(form, &mut context);
            }
        }
    }

    /// Turns what the session wishes into effects, and lets every form know what it must know.
    fn grant(&mut self, now: Now, wishes: Vec<Wish>, effects: &mut Vec<Effect>) {
        for wish in wishes {
            match wish {
                Wish::Ask(ticket, request) => effects.push(Effect::Send(ticket, request)),
                Wish::Cancel(ticket) => effects.push(Effect::Cancel(ticket)),
                Wish::Queue(ticket) => effects.push(Effect::AcquireLock(ticket)),
                Wish::Leave(ticket) => effects.push(Effect::ReleaseLock(ticket)),
                Wish::Look(mark) => effects.push(Effect::ReadSharedRecord(mark)),
                Wish::Keep(record, mark, audience, place) => {
                    if record.is_none() {
                        // What an earlier page left of a step goes as well, whatever it was.
                        self.written = Some(Secret::default());
                    }
                    effects.push(Effect::StoreSession(record, mark, audience, place));
                }
                Wish::Settle(ask, answer) => effects.push(Effect::ResolveToken(ask, answer)),
                Wish::SignedIn(restored) => {
                    self.every_form(now, effects, &mut Vec::new(), &mut Form::signed_in);
                    if let Some(session) = self.public_session() {
                        self.tell_all(effects, |_| Event::SignedIn {
                            session: session.clone(),
                            restored,
                        });
                    }
                }
                Wish::Renewed => {
                    if let Some(session) = self.public_session() {
                        self.tell_all(effects, |_| Event::Renewed {
                            session: session.clone(),
                        });
                    }
                }
                Wish::SignedOut(reason) => {
                    self.every_form(now, effects, &mut Vec::new(), &mut |form, context| {
                        form.signed_out(context, reason);
                    });
                    self.tell_all(effects, |_| Event::SignedOut(reason));
                }
                Wish::NotTakenUp(problem) => {
                    self.every_form(now, effects, &mut Vec::new(), &mut |form, _| {
                        form.restore_failed(&problem);
                    });
                    self.tell_failure(&problem, effects);
                }
                Wish::Failed(problem) => self.tell_failure(&problem, effects),
            }
        }
    }

    /// Hands out the record of the step in progress where it has changed, before anything else is done.
    ///
    /// There is one for all forms: a code that is waited for would be missed more than what is being typed.
    fn write_down(&mut self, effects: &mut Vec<Effect>) {
        let forms = || self.hosts.iter().filter_map(|(_, form)| form.as_ref());
        if forms().next().is_none() && self.written != Some(Secret::default()) {
            // What a form that is gone had begun stays for the next page, whatever those do who only listen.
            return;
        }
        let record = forms()
            .find(|form| form.is_under_way())
            .or_else(|| forms().next())
            .and_then(|form| form.record(&self.settings));
        if record != self.written {
            self.written.clone_from(&record);
            effects.insert(0, Effect::StoreStep(record));
        }
    }

    fn tell_failure(&self, problem: &Problem, effects: &mut Vec<Effect>) {
        self.tell_all(effects, |step| Event::Error {
            kind: problem.kind,
            code: problem.code,
            step,
        });
    }

    fn tell_all(&self, effects: &mut Vec<Effect>, event: impl Fn(Option<StepName>) -> Event) {
        for (host, form) in &self.hosts {
            effects.push(Effect::Dispatch(
                *host,
                event(form.as_ref().map(Form::step)),
            ));
        }
    }
}
