//! The core of the widget: how a login goes and how long a session lasts, as plain data on every target.
//!
//! There is one entry point. [`Login::handle`] takes what happened ([`Input`]) and returns what is to be done ([`Effect`]).
//! [`Login::wake_at`] says when to call it again although nothing happened, and [`Login::view`] says what a person sees.
//!
//! The core reads no clock, sends no request, and knows no storage, no random source and no page: callers pass in what these
//! say. The crates of the browser exist for the wasm target only, so the core cannot name them.
//!
//! # Modules
//!
//! | module | what it holds |
//! |---|---|
//! | [`message`] | the messages: inputs, effects, events, tickets |
//! | [`outbox`] | the queue of effects, and the source of tickets |
//! | [`flow`] | the steps of a login; its first page shows the whole flow |
//! | [`session`] | renewal, expiry and sharing of the session |
//! | [`problem`] | each failure and its remedy |
//! | [`activity`] | what is reported of a login attempt |
//! | [`view`], [`text`] | what a screen holds |
//! | [`wire`], [`token`], [`retry_after`], [`codec`] | what is sent to the engine and received from it |
//! | [`config`] | the attributes of the element |
//! | [`identifier`], [`country`], [`otp`], [`characters`] | what people type |
//! | [`token_use`] | which requests of the page carry a token |
//! | [`contract`], [`time`], [`secret`], [`mod@decimal`], [`error_reason`] | values that the others share |
//!
//! No module uses a module that uses it. `tests/contract/modules.rs` checks that.

pub mod activity;
pub mod characters;
pub mod codec;
pub mod config;
pub mod contract;
pub mod country;
pub mod decimal;
pub mod error_reason;
pub mod flow;
pub mod identifier;
pub mod identifier_error;
pub mod message;
pub mod otp;
pub mod outbox;
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

pub use message::{
    ChangedForms, EVENTS, Effect, Event, HostId, Input, PageEvent, Ticket, TokenRequestId,
};

use codec::to_json;
use config::{FormSettings, Settings, Storage};
use decimal::decimal;
use flow::{Context, Form};
use outbox::{Outbox, SessionNews};
use problem::{Kind, Problem, Remedy};
use secret::Secret;
use session::{PublicSession, Reason, Session, TabScope, WakeReason};
use text::Text;
use time::{Millis, MonotonicMs, Now, Rng, UnixMs};
use view::{StepName, View};
use wire::{ApiResponse, HttpResponse, Subject, TransportError};

/// Use of the page is stored at most this often, because that is exact enough for limits of a minute or more.
const USE_INTERVAL: Millis = 10_000;

/// The login of one engine and one brand in this page. Several elements may show it.
///
/// ```
/// use ae_login::login::config::Config;
/// use ae_login::login::time::Now;
/// use ae_login::login::view::{FieldKind, FieldValue, StepName};
/// use ae_login::login::{Effect, HostId, Input, Login};
///
/// let config = Config::parse(|name| match name {
///     "base-url" => Some("https://api.example".to_owned()),
///     "brand" => Some("DocDemo".to_owned()),
///     _ => None,
/// })
/// .expect("valid attributes");
/// let mut login = Login::new(config.settings, 1);
/// let host = HostId(1);
/// let now = Now::new(0, 1_760_000_000_000);
///
/// login.handle(now, Input::Attach(host, Some(config.form), None));
/// login.handle(now, Input::Start(None, None));
/// let view = login.view(now, host).expect("the host has a form");
/// assert_eq!(view.step, StepName::Identify);
///
/// let number = FieldValue {
///     kind: FieldKind::Mobile,
///     value: "+91 99999 22332".to_owned().into(),
///     meets_policy: true,
/// };
/// let effects = login.handle(now, Input::Submit(host, vec![number]));
/// assert!(effects.iter().any(|effect| matches!(effect, Effect::Send(..))));
/// ```
#[derive(Debug, Clone)]
pub struct Login {
    settings: Settings,
    session: Session,
    hosts: Vec<(HostId, Option<Form>)>,
    /// The record of the step that was stored last. An empty one stands for a record that an earlier page may have left.
    stored_step: Option<Secret>,
    /// The use of the page that was stored last, by this tab or another.
    stored_use: UnixMs,
    changed: ChangedForms,
    out: Outbox,
    /// Whether the page has started and was not left since, so that login attempts begin.
    is_open: bool,
    /// The source of the ids of attempts.
    attempt_ids: Rng,
    /// The customer of the last login on this device, for forms with `remember-identifier`.
    remembered: Option<Subject>,
}

impl Login {
    /// A login that has not started. `seed` is the seed for jitter; secrets do not depend on it.
    pub fn new(settings: Settings, seed: u64) -> Self {
        Self {
            settings,
            session: Session::new(Rng::new(seed)),
            hosts: Vec::new(),
            stored_step: None,
            stored_use: UnixMs::default(),
            changed: ChangedForms::default(),
            out: Outbox::default(),
            is_open: false,
            attempt_ids: Rng::new(!seed),
            remembered: None,
        }
    }

    /// Handles one input. The effects are to be carried out in their order.
    pub fn handle(&mut self, now: Now, input: Input) -> Vec<Effect> {
        // The step of a form that is detached stays stored for the next page.
        let is_detaching = matches!(input, Input::Detach(_));
        let before = self.shown_session_state();
        let Self {
            settings,
            session,
            out,
            ..
        } = self;
        match input {
            Input::Start(record, version) => {
                self.is_open = true;
                if let Some(record) = &record {
                    session.restore(now, settings, record, version, out);
                }
                if let Some(version) = version {
                    session.shared_version_found(now, version, settings, out);
                }
                self.for_each_form(now, &mut Form::prefill_restored);
            }
            Input::SharedVersionChanged(version) => {
                session.shared_version_changed(version, settings, out);
            }
            Input::SharedRecordRead(version, record) => {
                session.shared_record_read(now, version, record.as_ref(), settings, out);
            }
            Input::LastUseChanged(at) => {
                self.stored_use = at;
                session.set_last_use(now, at);
            }
            Input::VisibilityChanged(is_visible) => session.set_visible(is_visible),
            Input::Page(PageEvent::Hidden) => session.set_visible(false),
            Input::Page(PageEvent::Left) => {
                self.is_open = false;
                self.for_forms(now, None, &mut Form::abandon_attempt);
            }
            Input::Page(PageEvent::Visible) => {
                self.is_open = true;
                session.set_visible(true);
                self.wake(now, WakeReason::Resumed);
            }
            Input::Page(PageEvent::Used) => self.page_used(now),
            Input::LockGranted(ticket) => session.lock_granted(now, ticket, settings, out),
            Input::IdentifierRemembered(record) => self.remembered = flow::read_identifier(&record),
            Input::Attach(host, form, step) => self.attach(now, host, form, step.as_ref()),
            Input::Detach(host) => self.detach(now, host),
            // Each element of a page reports its attributes, which are the same for most.
            Input::SettingsChanged(new) if *settings == new => {}
            Input::SettingsChanged(new) => self.settings_changed(new),
            Input::SignOut => self.sign_out(now),
            Input::RequestToken(id, validity, rejected) => {
                if rejected.is_some_and(|token| !session.report_rejected_token(&token)) {
                    out.push(Effect::ResolveToken(id, Err(session::signed_out())));
                } else {
                    session.request_token(now, id, validity, settings, out);
                }
            }
            Input::Wake(reason) => self.wake(now, reason),
            Input::Response(ticket, response) => self.handle_response(now, ticket, response),
            Input::FormSettingsChanged(host, ..)
            | Input::IdentifierTyped(host, ..)
            | Input::CountryChosen(host, ..)
            | Input::CountriesLoaded(host, ..)
            | Input::SecretTyped(host, ..)
            | Input::DialogToggled(host, ..)
            | Input::Submit(host, ..)
            | Input::Press(host, ..)
            | Input::Restart(host)
            | Input::ChangePassword(host) => {
                self.for_form(now, host, &mut |form, context| form.handle(context, &input));
            }
            Input::StorageFailed => {
                self.dispatch_error(&Problem::new(Kind::Storage, Remedy::Retry, Text::Unknown));
            }
        }
        let mut effects = self.spread_news(now);
        if self.remembered.is_some() && effects.contains(&Effect::StoreIdentifier(None)) {
            self.remembered = None;
            self.for_each_form(now, &mut |form, _| form.set_remembered(None));
        }
        self.begin_attempts(now);
        effects.extend(self.out.take_effects());
        if self.shown_session_state() != before {
            self.changed = ChangedForms::All;
        }
        if effects
            .iter()
            .any(|effect| matches!(effect, Effect::StoreSession(None, ..)))
        {
            // The end of a session also erases the step that an earlier page may have stored.
            self.stored_step = Some(Secret::default());
        }
        if !is_detaching {
            self.store_step(&mut effects);
        }
        effects
    }

    /// When to call [`Login::handle`] with [`WakeReason::Timer`]; `None` while nothing is due.
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

    /// Returns the screen of a host's form; `None` for hosts without a form.
    pub fn view(&self, now: Now, host: HostId) -> Option<View> {
        let (_, form) = self.hosts.iter().find(|(id, _)| *id == host)?;
        Some(form.as_ref()?.view(now, &self.session))
    }

    /// Returns the forms whose screens may have changed since the last call, so that a page with many forms draws only these.
    ///
    /// Countdowns change with the time alone. At the time of [`Self::wake_at`], draw all forms.
    pub fn take_changed_forms(&mut self) -> ChangedForms {
        std::mem::take(&mut self.changed)
    }

    /// The state of the session that every form shows.
    fn shown_session_state(&self) -> (bool, bool) {
        (self.is_restoring(), self.is_signed_in())
    }

    /// Whether a customer is signed in, as far as the page knows.
    pub fn is_signed_in(&self) -> bool {
        self.session.active().is_some()
    }

    /// Whether a session that an earlier page or another tab has stored is being restored.
    pub fn is_restoring(&self) -> bool {
        self.session.is_restoring() || self.session.is_reading_shared_record()
    }

    /// The session as JSON, for pages; `None` while nobody is signed in.
    pub fn session(&self) -> Option<String> {
        self.public_session().map(|session| to_json(&session))
    }

    fn public_session(&self) -> Option<PublicSession> {
        let session = self.session.active()?;
        Some(session.to_public(&self.settings))
    }

    /// The names and values of the headers for a request of the page that carries a token; empty while nobody is signed in.
    ///
    /// `device` returns the device id. It is called only if the id is sent.
    pub fn token_headers(
        &self,
        token: &Secret,
        device: impl FnOnce() -> String,
    ) -> Vec<(&'static str, String)> {
        self.session.active().map_or_else(Vec::new, |session| {
            token_use::token_headers(session, &self.settings, token, device)
        })
    }

    /// The settings in force.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Whether any host is attached.
    pub fn has_hosts(&self) -> bool {
        !self.hosts.is_empty()
    }

    fn attach(
        &mut self,
        now: Now,
        host: HostId,
        form: Option<FormSettings>,
        step: Option<&Secret>,
    ) {
        let is_signed_in = self.is_signed_in();
        let form = form.map(|form| {
            let mut form = Form::new(form, &self.settings, now, step, is_signed_in);
            form.set_remembered(self.remembered.as_ref());
            form
        });
        self.hosts.push((host, form));
        self.changed.add(host);
        self.out.push(Effect::Dispatch(host, Event::Ready));
        // A host that is attached after the login learns of the session too.
        if let Some(session) = self.public_session() {
            let event = Event::SignedIn {
                session,
                restored: true,
            };
            self.out.push(Effect::Dispatch(host, event));
        }
    }

    fn detach(&mut self, now: Now, host: HostId) {
        self.for_forms(now, Some(host), &mut Form::abandon_attempt);
        if let Some(at) = self.hosts.iter().position(|(id, _)| *id == host)
            && let (_, Some(form)) = self.hosts.swap_remove(at)
            && let Some(ticket) = form.pending_ticket()
        {
            self.out.push(Effect::Cancel(ticket));
        }
        if self.hosts.is_empty() {
            self.is_open = false;
            self.session.suspend(&mut self.out);
        }
    }

    /// Stores the records where the new settings allow it.
    fn settings_changed(&mut self, new: Settings) {
        if self.settings.storage != new.storage {
            // Storing the records again erases them where they may not be any more.
            self.session.store(&new, TabScope::AllTabs, &mut self.out);
            self.stored_step = Some(Secret::default());
            if new.storage == Storage::Memory {
                self.forget_identifier();
            }
        }
        self.settings = new;
        self.changed = ChangedForms::All;
    }

    /// The page ends the session. An attempt that is under way is given up as well: its response must not sign anybody in.
    fn sign_out(&mut self, now: Now) {
        if !self.session.sign_out(&self.settings, &mut self.out) {
            self.for_each_form(now, &mut |form, context| {
                form.signed_out(context, Reason::User);
            });
            self.forget_identifier();
        }
    }

    /// Does what is due. Without a host nothing is.
    fn wake(&mut self, now: Now, reason: WakeReason) {
        if self.has_hosts() {
            self.session
                .wake(now, reason, &self.settings, &mut self.out);
            self.for_each_form(now, &mut |form, context| {
                if matches!(reason, WakeReason::Resumed) {
                    form.clear_offline_notice();
                }
                form.wake(context);
            });
        }
    }

    /// The page is used. A session that was unused for too long ends first, even if its timer was late.
    fn page_used(&mut self, now: Now) {
        let at = now.unix;
        // The difference counts in both directions, because the device's clock may be set back.
        if self.settings.max_idle.is_none() || at.0.abs_diff(self.stored_use.0) <= USE_INTERVAL {
            return;
        }
        self.wake(now, WakeReason::Timer);
        self.stored_use = at;
        self.session.set_last_use(now, at);
        self.out.push(Effect::StoreLastUse(at));
    }

    /// Passes a response to the form, or the session, that waits for its ticket. A response that nobody waits for is dropped.
    fn handle_response(
        &mut self,
        now: Now,
        ticket: Ticket,
        response: Result<HttpResponse, TransportError>,
    ) {
        let mut response = Some(ApiResponse::parse(response));
        self.for_each_form(now, &mut |form, context| {
            if form.pending_ticket() == Some(ticket)
                && let Some(response) = response.take()
            {
                form.handle_response(context, response);
            }
        });
        if let Some(response) = response {
            self.session
                .handle_response(now, ticket, response, &self.settings, &mut self.out);
        }
    }

    fn for_each_form(&mut self, now: Now, act: &mut dyn FnMut(&mut Form, &mut Context<'_>)) {
        self.changed = ChangedForms::All;
        self.for_forms(now, None, act);
    }

    fn for_form(
        &mut self,
        now: Now,
        host: HostId,
        act: &mut dyn FnMut(&mut Form, &mut Context<'_>),
    ) {
        self.changed.add(host);
        self.for_forms(now, Some(host), act);
    }

    /// Calls a function with the form of one host, or with those of all hosts.
    fn for_forms(
        &mut self,
        now: Now,
        only: Option<HostId>,
        act: &mut dyn FnMut(&mut Form, &mut Context<'_>),
    ) {
        for (host, form) in &mut self.hosts {
            if let Some(form) = form
                && only.is_none_or(|only| only == *host)
            {
                let mut context = Context {
                    now,
                    host: *host,
                    settings: &self.settings,
                    session: &mut self.session,
                    out: &mut self.out,
                };
                act(form, &mut context);
            }
        }
    }

    /// Tells forms and hosts the news of the session, and returns all effects in their order.
    fn spread_news(&mut self, now: Now) -> Vec<Effect> {
        let mut effects = Vec::new();
        let news = self.out.take_news();
        if !news.is_empty() {
            self.changed = ChangedForms::All;
        }
        let last = self.out.take_effects();
        for (before, news) in news {
            effects.extend(before);
            match news {
                SessionNews::SignedIn(restored) => {
                    self.remember_identifier(now, restored);
                    self.for_each_form(now, &mut Form::signed_in);
                    if let Some(session) = self.public_session() {
                        self.dispatch_to_all(|_| Event::SignedIn {
                            session: session.clone(),
                            restored,
                        });
                    }
                }
                SessionNews::Renewed => {
                    if let Some(session) = self.public_session() {
                        self.dispatch_to_all(|_| Event::Renewed {
                            session: session.clone(),
                        });
                    }
                }
                SessionNews::SignedOut(reason) => {
                    self.for_each_form(now, &mut |form, context| form.signed_out(context, reason));
                    if matches!(reason, Reason::User | Reason::OtherTab) {
                        self.forget_identifier();
                    }
                    self.dispatch_to_all(|_| Event::SignedOut(reason));
                }
                SessionNews::RestoreFailed(problem) => {
                    self.for_each_form(now, &mut |form, _| form.restore_failed(&problem));
                    self.dispatch_error(&problem);
                }
                SessionNews::RenewalFailed(problem) => self.dispatch_error(&problem),
            }
            effects.extend(self.out.take_effects());
        }
        effects.extend(last);
        effects
    }

    /// Remembers the customer who is signed in, if a form has `remember-identifier`. A session that is restored is not stored again.
    fn remember_identifier(&mut self, now: Now, is_restored: bool) {
        let forms = || self.hosts.iter().filter_map(|(_, form)| form.as_ref());
        let Some(session) = self.session.active() else {
            return;
        };
        if !forms().any(Form::remembers_identifier) || self.settings.storage == Storage::Memory {
            return;
        }
        let subject = session.subject.clone();
        if !is_restored {
            let record = flow::identifier_record(&subject);
            self.out.push(Effect::StoreIdentifier(Some(record)));
        }
        self.for_each_form(now, &mut |form, _| form.set_remembered(Some(&subject)));
        self.remembered = Some(subject);
    }

    /// Erases the remembered identifier. A customer who signs out leaves no identifier behind.
    fn forget_identifier(&mut self) {
        if self.remembered.is_some() {
            self.out.push(Effect::StoreIdentifier(None));
        }
    }

    /// Begins an attempt in each form that is shown to a customer who is not signed in.
    fn begin_attempts(&mut self, now: Now) {
        if !self.is_open || self.is_restoring() {
            return;
        }
        let mut ids = self.attempt_ids.clone();
        self.for_forms(now, None, &mut |form, context| {
            if form.awaits_attempt() {
                form.begin_attempt(context, decimal(ids.up_to(u64::MAX)));
            }
        });
        self.attempt_ids = ids;
    }

    /// Stores the step in progress if it changed, before any other effect.
    ///
    /// All forms share one record. A form with an attempt under way comes first, because a code or password that was asked for
    /// is worth more than what is being typed.
    fn store_step(&mut self, effects: &mut Vec<Effect>) {
        let forms = || self.hosts.iter().filter_map(|(_, form)| form.as_ref());
        if forms().next().is_none() && self.stored_step != Some(Secret::default()) {
            // The step of a form that is detached stays stored, whatever the hosts without a form do.
            return;
        }
        let record = forms()
            .find(|form| form.has_attempt())
            .or_else(|| forms().next())
            .and_then(|form| form.record(&self.settings));
        if record != self.stored_step {
            self.stored_step.clone_from(&record);
            effects.insert(0, Effect::StoreStep(record));
        }
    }

    fn dispatch_error(&mut self, problem: &Problem) {
        self.dispatch_to_all(|step| Event::Error {
            kind: problem.kind,
            code: problem.code,
            step,
            reason: problem.reason,
        });
    }

    fn dispatch_to_all(&mut self, event: impl Fn(Option<StepName>) -> Event) {
        for (host, form) in &self.hosts {
            let event = event(form.as_ref().map(Form::step));
            self.out.push(Effect::Dispatch(*host, event));
        }
    }
}
