//! The event loop of one login: passes inputs to [`Login::handle`] and carries out the effects that it returns.
//!
//! A *host* is an object of the page that is attached to a login: an `<ae-login>` element or a session without a form. Hosts with the
//! same engine and brand share one `Runner`.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use js_sys::{Function, Reflect};
use wasm_bindgen::JsCast;
use web_sys::EventTarget;

use super::clock::{self, WakeTimer};
use super::page_events::PageEvents;
use super::storage::{RecordStore, StorageError};
use super::tabs::TabChannel;
use super::{device, document, http};
use crate::login::config::{FormSettings, Settings, Storage};
use crate::login::problem::Problem;
use crate::login::secret::Secret;
use crate::login::session::{Placement, SessionVersion, SharedCopy, TabScope, WakeReason};
use crate::login::time::{Millis, MonotonicMs, UnixMs};
use crate::login::view::View;
use crate::login::wire::{Call, Request};
use crate::login::{
    ChangedForms, Effect, Event, HostId, Input, Login, PageEvent, Ticket, TokenRequestId,
};

/// The view and the events of one host.
pub(crate) trait Host {
    /// Draws the current screen; `view` is `None` for a host without a form. `signed_in` says whether there is a session, and
    /// `may_be_signed_in` whether one is being restored, so that no first screen should be drawn yet.
    fn render(&self, view: Option<View>, signed_in: bool, may_be_signed_in: bool);
    /// Dispatches an event to the page.
    fn dispatch(&self, event: &Event);
    /// The object of the page: an element, or a session without a form.
    fn target(&self) -> EventTarget;
}

/// Receives the result of a call of `getToken()`.
pub(crate) type TokenCallback = Box<dyn FnOnce(Result<Secret, Problem>)>;

/// A call into the page. Notifications are queued and delivered after all other effects.
enum Notification {
    /// Dispatch an event at a host.
    Event(HostId, Event),
    /// Settle the promise of a call of `getToken()`.
    Token(TokenCallback, Result<Secret, Problem>),
}

/// A login with its access to the browser. A page has one runner for each engine and brand.
pub(crate) struct Runner {
    /// The first host. Its property `requestHeaders` applies to all requests to the engine.
    target: EventTarget,
    login: RefCell<Login>,
    records: RecordStore,
    /// The channel to other tabs; opened when it is first needed.
    tabs: RefCell<Option<Rc<TabChannel>>>,
    /// Whether `login` has received [`Input::Start`]. Before that, changes by other tabs are ignored.
    is_started: Cell<bool>,
    /// Whether `login` has handled [`Input::Start`]. Before that, it does not know whether a session can be restored: nothing is drawn
    /// for the first time, and the page is not notified.
    has_handled_start: Cell<bool>,
    /// The time of last use in any tab that `login` received last; see [`Input::LastUseChanged`].
    last_use: Cell<UnixMs>,
    hosts: RefCell<Vec<(HostId, Rc<dyn Host>)>>,
    pending_requests: RefCell<Vec<(Ticket, http::PendingRequest)>>,
    token_requests: RefCell<Vec<(TokenRequestId, TokenCallback)>>,
    last_token_request: Cell<u32>,
    notifications: RefCell<Vec<Notification>>,
    /// Whether [`Input::StorageFailed`] was sent. It is sent once.
    is_storage_failure_reported: Cell<bool>,
    /// Whether [`Self::deliver_notifications`] is running.
    is_delivering: Cell<bool>,
    /// Whether a form has received the record of the step in progress. Only the first form receives it.
    is_step_restored: Cell<bool>,
    wake_timer: WakeTimer,
    /// The time that the timer was set to last.
    wake_at: Cell<Option<MonotonicMs>>,
    _page_events: PageEvents,
}

thread_local! {
    static RUNNERS: RefCell<Vec<Weak<Runner>>> = const { RefCell::new(Vec::new()) };
}

impl Runner {
    /// Returns the runner for the engine and the brand of these settings. It is created if there is none, and dropped when the last
    /// host has detached.
    pub(crate) fn of(settings: &Settings, target: &EventTarget) -> Rc<Self> {
        let existing = RUNNERS.with_borrow_mut(|runners| {
            // Remove one dropped runner, so that the list does not grow.
            if let Some(at) = runners.iter().position(|runner| runner.strong_count() == 0) {
                runners.swap_remove(at);
            }
            runners.iter().filter_map(Weak::upgrade).find(|runner| {
                let login = runner.login.borrow();
                login.settings().base_url == settings.base_url
                    && login.settings().brand == settings.brand
            })
        });
        if let Some(runner) = existing {
            runner.handle(Input::SettingsChanged(settings.clone()));
            return runner;
        }
        let runner = Rc::new_cyclic(|this: &Weak<Self>| {
            let handle = |this: &Weak<Self>, input| {
                if let Some(runner) = this.upgrade() {
                    runner.handle(input);
                }
            };
            let (for_timer, for_page) = (this.clone(), this.clone());
            Self {
                target: target.clone(),
                login: RefCell::new(Login::new(settings.clone(), clock::seed())),
                records: RecordStore::new(settings),
                tabs: RefCell::default(),
                is_started: Cell::new(false),
                has_handled_start: Cell::new(false),
                last_use: Cell::new(UnixMs::default()),
                hosts: RefCell::default(),
                pending_requests: RefCell::default(),
                token_requests: RefCell::default(),
                last_token_request: Cell::new(0),
                notifications: RefCell::default(),
                is_storage_failure_reported: Cell::new(false),
                is_delivering: Cell::new(false),
                is_step_restored: Cell::new(false),
                wake_at: Cell::default(),
                wake_timer: WakeTimer::new(move || {
                    handle(&for_timer, Input::Wake(WakeReason::Timer));
                }),
                _page_events: PageEvents::new(move |event| handle(&for_page, Input::Page(event))),
            }
        });
        RUNNERS.with_borrow_mut(|runners| runners.push(Rc::downgrade(&runner)));
        runner
    }

    /// Attaches a host, with the settings of its form if it has one. The first host starts the login.
    pub(crate) fn attach(
        self: &Rc<Self>,
        id: HostId,
        host: Rc<dyn Host>,
        form: Option<FormSettings>,
    ) {
        let is_first = !self.login.borrow().has_hosts();
        self.hosts.borrow_mut().push((id, host));
        let settings = self.login.borrow().settings().clone();
        // A session without a form may attach before the first form. The form still receives the record of the step.
        let step = if form.is_some() && !self.is_step_restored.replace(true) {
            self.records.read_step(&settings)
        } else {
            None
        };
        if is_first && let Some(identifier) = self.records.read_identifier() {
            self.process(Input::IdentifierRemembered(identifier));
        }
        self.handle(Input::Attach(id, form, step));
        if is_first {
            let version = self.tab_channel().and_then(|tabs| tabs.version());
            self.is_started.set(true);
            self.process(Input::VisibilityChanged(document::is_visible()));
            if let Some(at) = self.records.read_last_use(&settings) {
                self.process(Input::LastUseChanged(at));
            }
            let record = self.records.read_session(&settings);
            self.has_handled_start.set(true);
            self.handle(Input::Start(record, version));
            // Opening the page counts as use.
            self.handle(Input::Page(PageEvent::Used));
        }
    }

    /// Detaches a host. After the last one, requests are aborted and the timer is cleared.
    pub(crate) fn detach(self: &Rc<Self>, id: HostId) {
        // The host still receives the event that ends its login attempt.
        self.handle(Input::Detach(id));
        let mut hosts = self.hosts.borrow_mut();
        let index = hosts.iter().position(|(host, _)| *host == id);
        // The host is dropped at the end of this function: removing its form may dispatch DOM events to the page.
        let _removed = index.map(|index| hosts.remove(index));
        drop(hosts);
        if !self.login.borrow().has_hosts() {
            self.pending_requests.borrow_mut().clear();
            self.wake_timer.set(None, clock::now());
            self.is_started.set(false);
            self.has_handled_start.set(false);
            self.tabs.take();
        }
    }

    /// Requests a token that stays valid for at least `validity` milliseconds. If a server has refused a token, pass it as `refused`,
    /// and the result is another one. `done` is called once.
    pub(crate) fn request_token(
        self: &Rc<Self>,
        validity: Millis,
        refused: Option<Secret>,
        done: TokenCallback,
    ) {
        let number = self.last_token_request.get().wrapping_add(1);
        self.last_token_request.set(number);
        let id = TokenRequestId(number);
        self.token_requests.borrow_mut().push((id, done));
        self.handle(Input::RequestToken(id, validity, refused));
    }

    /// Returns the headers for a request of the page that carries this token, as names and values.
    pub(crate) fn token_headers(&self, token: &Secret) -> Vec<(&'static str, String)> {
        let login = self.login.borrow();
        login.token_headers(token, || device::device_id(login.settings()))
    }

    /// Returns the session as JSON; `None` while signed out.
    pub(crate) fn session(&self) -> Option<String> {
        self.login.borrow().session()
    }

    /// Returns the channel to other tabs and opens it if necessary. `None` if the settings do not share the session, or if the
    /// channel cannot be opened.
    fn tab_channel(self: &Rc<Self>) -> Option<Rc<TabChannel>> {
        if !self.login.borrow().settings().shares {
            return None;
        }
        let mut tabs = self.tabs.borrow_mut();
        if tabs.is_none() {
            let this = Rc::downgrade(self);
            let on_version = move |version| {
                if let Some(runner) = this.upgrade() {
                    runner.handle(Input::SharedVersionChanged(Some(version)));
                }
            };
            let open = TabChannel::open(self.login.borrow().settings(), on_version);
            *tabs = open.map(Rc::new);
        }
        tabs.clone()
    }

    /// Writes or erases the record of the session, in this tab and for other tabs.
    fn store_session(
        self: &Rc<Self>,
        record: Option<&Secret>,
        version: SessionVersion,
        audience: TabScope,
        storage: Storage,
    ) -> Result<(), StorageError> {
        let tabs = self.tab_channel();
        let can_store = tabs.as_ref().is_some_and(|tabs| tabs.can_store_on_device());
        let placement = Placement::of(storage, audience, version, record.is_none(), can_store);
        let stored = self.records.write_session(placement.own, record);
        let Some(tabs) = tabs else { return stored };
        if placement.forgets_key {
            tabs.forget_key();
        }
        if placement.shared != SharedCopy::Nothing
            && !tabs.publish(version, record, placement.shared)
            && placement.needs_shared
        {
            return Err(StorageError);
        }
        stored
    }

    /// Processes an input. Changes that other tabs have made are processed before it, so that no decision is based on an outdated
    /// state.
    pub(crate) fn handle(self: &Rc<Self>, input: Input) {
        let change = match self.tab_channel() {
            Some(tabs) if self.is_started.get() => tabs.version_change(),
            _ => None,
        };
        if let Some(change) = change {
            self.process(change);
        }
        let settings = self.login.borrow().settings().clone();
        if let Some(at) = self.records.read_last_use(&settings)
            && self.last_use.replace(at) != at
        {
            self.process(Input::LastUseChanged(at));
        }
        self.process(input);
    }

    /// Passes an input to `login` and carries out the effects in this order: records and requests, screens, the timer, notifications
    /// of the page.
    fn process(self: &Rc<Self>, input: Input) {
        let now = clock::now();
        let effects = self.login.borrow_mut().handle(now, input);
        let settings = self.login.borrow().settings().clone();
        let mut has_failed = false;
        let mut granted = Vec::new();
        for effect in effects {
            match effect {
                Effect::Send(ticket, request) => {
                    let this = Rc::downgrade(self);
                    let done = move |reply| {
                        if let Some(runner) = this.upgrade() {
                            runner.remove_request(ticket);
                            runner.handle(Input::Response(ticket, reply));
                        }
                    };
                    let pending = http::send(
                        &settings.base_url,
                        &request,
                        || device::device_id(&settings),
                        Reflect::get(&self.target, &"requestHeaders".into()),
                        self.challenge(&request).as_ref(),
                        done,
                    );
                    if request.call == Call::Expire {
                        // This request is sent after the session is erased. It continues even if the last host detaches.
                        pending.detach();
                    } else {
                        self.pending_requests.borrow_mut().push((ticket, pending));
                    }
                }
                Effect::Cancel(ticket) => self.remove_request(ticket),
                Effect::AcquireLock(ticket) => {
                    let this = Rc::downgrade(self);
                    let on_lock = move || {
                        if let Some(runner) = this.upgrade() {
                            runner.handle(Input::LockGranted(ticket));
                        }
                    };
                    match self.tab_channel() {
                        Some(tabs) => tabs.acquire_lock(ticket, on_lock),
                        None => granted.push(ticket),
                    }
                }
                Effect::ReleaseLock(ticket) => {
                    if let Some(tabs) = self.tab_channel() {
                        tabs.release_lock(ticket);
                    }
                }
                Effect::ReadSharedRecord(version) => {
                    let this = Rc::downgrade(self);
                    if let Some(tabs) = self.tab_channel() {
                        tabs.read_record(version, move |record| {
                            if let Some(runner) = this.upgrade() {
                                runner.handle(Input::SharedRecordRead(version, record));
                            }
                        });
                    }
                }
                Effect::StoreSession(record, version, audience, storage) => {
                    let stored = self.store_session(record.as_ref(), version, audience, storage);
                    has_failed |= self.is_first_failure(&stored);
                }
                Effect::StoreStep(record) => {
                    has_failed |=
                        self.is_first_failure(&self.records.write_step(&settings, record.as_ref()));
                }
                Effect::StoreIdentifier(record) => self.records.write_identifier(record.as_ref()),
                Effect::StoreLastUse(at) => {
                    self.last_use.set(at);
                    self.records.write_last_use(&settings, at);
                }
                Effect::Dispatch(host, event) => {
                    self.notifications
                        .borrow_mut()
                        .push(Notification::Event(host, event));
                }
                Effect::ResolveToken(id, result) => {
                    let mut requests = self.token_requests.borrow_mut();
                    if let Some(at) = requests.iter().position(|(pending, _)| *pending == id) {
                        let (_, done) = requests.swap_remove(at);
                        self.notifications
                            .borrow_mut()
                            .push(Notification::Token(done, result));
                    }
                }
            }
        }
        for ticket in granted {
            self.handle(Input::LockGranted(ticket));
        }
        let changed = self.login.borrow_mut().take_changed_forms();
        // The timer is set anew below. What was due must be drawn before.
        let is_due = self.wake_at.get().is_some_and(|at| at <= now.monotonic);
        self.render(if is_due { ChangedForms::All } else { changed });
        let now = clock::now();
        let wake_at = self.login.borrow().wake_at(now);
        self.wake_at.set(wake_at);
        self.wake_timer.set(wake_at, now);
        if has_failed {
            self.handle(Input::StorageFailed);
        }
        self.deliver_notifications();
    }

    /// Returns the function `challenge` of the first host that has one, if the request sends a message.
    fn challenge(&self, request: &Request) -> Option<Function> {
        request.delivery?;
        let hosts = self.hosts.borrow();
        let targets: Vec<_> = hosts.iter().map(|(_, host)| host.target()).collect();
        drop(hosts);
        targets.iter().find_map(|target| {
            let challenge = Reflect::get(target, &"challenge".into()).ok()?;
            challenge.dyn_into().ok()
        })
    }

    /// Returns whether this is the first failure to store a record. Only the first one is reported to the page.
    fn is_first_failure(&self, result: &Result<(), StorageError>) -> bool {
        result.is_err() && !self.is_storage_failure_reported.replace(true)
    }

    /// Draws the current screens of these forms. A page may have hundreds of forms, so that drawing all of them for each input would
    /// take minutes.
    pub(crate) fn render(&self, forms: ChangedForms) {
        let now = clock::now();
        let hosts = self.hosts.borrow();
        let hosts = hosts.iter().filter(|(id, _)| forms.contains(*id));
        let hosts: Vec<_> = hosts.cloned().collect();
        for (id, host) in hosts {
            let (view, signed_in, is_restoring) = {
                let login = self.login.borrow();
                (
                    login.view(now, id),
                    login.is_signed_in(),
                    login.is_restoring(),
                )
            };
            let may_be_signed_in = is_restoring || !self.has_handled_start.get();
            host.render(view, signed_in, may_be_signed_in);
        }
    }

    /// Removes a request to the engine. A request that has not been answered is aborted.
    fn remove_request(&self, ticket: Ticket) {
        let mut requests = self.pending_requests.borrow_mut();
        if let Some(at) = requests.iter().position(|(pending, _)| *pending == ticket) {
            requests.swap_remove(at);
        }
    }

    /// Delivers the queued notifications in order. The page's listeners may call [`Self::handle`]: nothing is borrowed while they
    /// run, and notifications that they cause are queued behind the others.
    fn deliver_notifications(&self) {
        if !self.has_handled_start.get() || self.is_delivering.replace(true) {
            return;
        }
        loop {
            let mut queue = self.notifications.borrow_mut();
            if queue.is_empty() {
                break;
            }
            let notification = queue.remove(0);
            drop(queue);
            match notification {
                Notification::Event(id, event) => {
                    let host = self
                        .hosts
                        .borrow()
                        .iter()
                        .find(|(host, _)| *host == id)
                        .map(|(_, host)| Rc::clone(host));
                    if let Some(host) = host {
                        host.dispatch(&event);
                    }
                }
                Notification::Token(done, result) => done(result),
            }
        }
        self.is_delivering.set(false);
    }
}
