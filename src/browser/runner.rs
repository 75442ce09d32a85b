//! The loop: what happens goes in at the door, what comes out is done.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use js_sys::Reflect;
use web_sys::EventTarget;

use super::clock::{self, WakeTimer};
use super::page_events::PageEvents;
use super::storage::{RecordStore, StorageError};
use super::tabs::TabChannel;
use super::{device, document, http};
use crate::login::config::{FormSettings, Settings, Storage};
use crate::login::problem::Problem;
use crate::login::secret::Secret;
use crate::login::session::{Audience, Placement, SessionVersion, SharedCopy, WakeReason};
use crate::login::time::Millis;
use crate::login::view::View;
use crate::login::wire::Call;
use crate::login::{Effect, Event, HostId, Input, Login, PageEvent, Ticket, TokenRequestId};

/// Somebody who shows a login or listens to it.
pub(crate) trait Host {
    /// The screen, as it is now, and whether anybody is signed in.
    fn render(&self, view: Option<View>, signed_in: bool);
    /// What the page should hear.
    fn dispatch(&self, event: &Event);
}

/// Is called with the answer to a call of `getToken()`.
pub(crate) type TokenCallback = Box<dyn FnOnce(Result<Secret, Problem>)>;

/// What the page is told, after everything else is done.
enum Notification {
    Event(HostId, Event),
    Token(TokenCallback, Result<Secret, Problem>),
}

/// One login of the page, with everything it needs of the browser.
pub(crate) struct Runner {
    /// The first object of the page; its `requestHeaders` go along with every call.
    target: EventTarget,
    login: RefCell<Login>,
    records: RecordStore,
    /// The line to the other tabs, once it is open.
    tabs: RefCell<Option<Rc<TabChannel>>>,
    /// Whether the session has begun: before that, news of it mean nothing.
    is_started: Cell<bool>,
    /// When the page was used last, in any tab, as far as it was noted.
    last_use: Cell<Millis>,
    hosts: RefCell<Vec<(HostId, Rc<dyn Host>)>>,
    pending_requests: RefCell<Vec<(Ticket, http::PendingRequest)>>,
    token_requests: RefCell<(u32, Vec<(TokenRequestId, TokenCallback)>)>,
    notifications: RefCell<Vec<Notification>>,
    is_storage_failure_reported: Cell<bool>,
    is_delivering: Cell<bool>,
    is_step_restored: Cell<bool>,
    wake_timer: WakeTimer,
    _page_events: PageEvents,
}

thread_local! {
    static RUNNERS: RefCell<Vec<Weak<Runner>>> = const { RefCell::new(Vec::new()) };
}

impl Runner {
    /// The runner for an engine and a brand: the one there is, or a new one. It lives as long as somebody is attached.
    pub(crate) fn of(settings: &Settings, target: &EventTarget) -> Rc<Self> {
        let existing = RUNNERS.with_borrow_mut(|runners| {
            // One that nobody is attached to any more makes room.
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
                last_use: Cell::new(0),
                hosts: RefCell::default(),
                pending_requests: RefCell::default(),
                token_requests: RefCell::default(),
                notifications: RefCell::default(),
                is_storage_failure_reported: Cell::new(false),
                is_delivering: Cell::new(false),
                is_step_restored: Cell::new(false),
                wake_timer: WakeTimer::new(move || {
                    handle(&for_timer, Input::Wake(WakeReason::Timer))
                }),
                _page_events: PageEvents::new(move |event| handle(&for_page, Input::Page(event))),
            }
        });
        RUNNERS.with_borrow_mut(|runners| runners.push(Rc::downgrade(&runner)));
        runner
    }

    /// Lets somebody in; the first one begins the session.
    pub(crate) fn attach(
        self: &Rc<Self>,
        id: HostId,
        host: Rc<dyn Host>,
        form: Option<FormSettings>,
    ) {
        let first = !self.login.borrow().is_watched();
        self.hosts.borrow_mut().push((id, host));
        let settings = self.login.borrow().settings().clone();
        // The step goes on in the first form there is, whoever came before it.
        let step = if form.is_some() && !self.is_step_restored.replace(true) {
            self.records.read_step(&settings)
        } else {
            None
        };
        self.handle(Input::Attach(id, form, step));
        if first {
            let version = self.tab_channel().and_then(|tabs| tabs.version());
            self.is_started.set(true);
            self.process(Input::VisibilityChanged(document::is_visible()));
            if let Some(at) = self.records.read_last_use(&settings) {
                self.process(Input::LastUseChanged(at));
            }
            let record = self.records.read_session(&settings);
            self.handle(Input::Start(record, version));
            // To open the page is to use it.
            self.handle(Input::Page(PageEvent::Used));
        }
    }

    /// Lets somebody go; the last one ends every call and the alarm.
    pub(crate) fn detach(self: &Rc<Self>, id: HostId) {
        let mut hosts = self.hosts.borrow_mut();
        let at = hosts.iter().position(|(host, _)| *host == id);
        // Let go of at the end: what it shows may tell the page when it goes.
        let _gone = at.map(|at| hosts.remove(at));
        drop(hosts);
        self.handle(Input::Detach(id));
        if !self.login.borrow().is_watched() {
            self.pending_requests.borrow_mut().clear();
            self.wake_timer.set(None, clock::now());
            self.is_started.set(false);
            self.tabs.take();
        }
    }

    /// Asks for a token that is good for so many milliseconds, and another one than the one that was refused somewhere. `done` is
    /// called once.
    pub(crate) fn request_token(
        self: &Rc<Self>,
        validity: Millis,
        refused: Option<Secret>,
        done: TokenCallback,
    ) {
        let id = {
            let mut requests = self.token_requests.borrow_mut();
            requests.0 = requests.0.wrapping_add(1);
            let id = TokenRequestId(requests.0);
            requests.1.push((id, done));
            id
        };
        self.handle(Input::RequestToken(id, validity, refused));
    }

    /// The headers for a request of the page that carries this token: names and values.
    pub(crate) fn token_headers(&self, token: &Secret) -> Vec<(&'static str, String)> {
        let login = self.login.borrow();
        login.token_headers(token, || device::device_id(login.settings()))
    }

    /// The session as JSON.
    pub(crate) fn session(&self) -> Option<String> {
        self.login.borrow().session()
    }

    /// The line to the other tabs, opened where it is wanted and not there yet.
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

    /// Writes or erases the session's record, in this tab and for the others.
    fn store_session(
        self: &Rc<Self>,
        record: Option<&Secret>,
        version: SessionVersion,
        audience: Audience,
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

    /// What happened goes in, after whatever other tabs have done meanwhile: nothing is decided on what was true before.
    pub(crate) fn handle(self: &Rc<Self>, input: Input) {
        let news = match self.tab_channel() {
            Some(tabs) if self.is_started.get() => tabs.version_change(),
            _ => None,
        };
        if let Some(news) = news {
            self.process(news);
        }
        let settings = self.login.borrow().settings().clone();
        if let Some(at) = self.records.read_last_use(&settings)
            && self.last_use.replace(at) != at
        {
            self.process(Input::LastUseChanged(at));
        }
        self.process(input);
    }

    /// What happened goes in; what comes out is done: records and calls first, then the screens, then the page is told.
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
                    let call = http::send(
                        &settings.base_url,
                        &request,
                        || device::device_id(&settings),
                        Reflect::get(&self.target, &"requestHeaders".into()),
                        done,
                    );
                    if request.call == Call::Expire {
                        // Said after the session is gone, and even if the element is.
                        call.detach();
                    } else {
                        self.pending_requests.borrow_mut().push((ticket, call));
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
                    if let Some(at) = requests.1.iter().position(|(pending, _)| *pending == id) {
                        let (_, done) = requests.1.swap_remove(at);
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
        self.render();
        let now = clock::now();
        self.wake_timer.set(self.login.borrow().wake_at(now), now);
        if has_failed {
            self.handle(Input::StorageFailed);
        }
        self.deliver_notifications();
    }

    /// Whether the page must hear that a record was not stored: once.
    fn is_first_failure(&self, result: &Result<(), StorageError>) -> bool {
        result.is_err() && !self.is_storage_failure_reported.replace(true)
    }

    /// Shows every screen as it is now.
    pub(crate) fn render(&self) {
        let now = clock::now();
        let hosts = self.hosts.borrow().clone();
        for (id, host) in hosts {
            let (view, signed_in) = {
                let login = self.login.borrow();
                (login.view(now, id), login.is_signed_in())
            };
            host.render(view, signed_in);
        }
    }

    /// Gives a call up, or forgets one that was answered.
    fn remove_request(&self, ticket: Ticket) {
        let mut calls = self.pending_requests.borrow_mut();
        if let Some(at) = calls.iter().position(|(pending, _)| *pending == ticket) {
            calls.swap_remove(at);
        }
    }

    /// Tells the page, news by news. Whatever it does in return comes in at the door again: nothing is borrowed here, and news
    /// that this makes wait their turn behind the ones there are.
    fn deliver_notifications(&self) {
        if self.is_delivering.replace(true) {
            return;
        }
        loop {
            let mut waiting = self.notifications.borrow_mut();
            if waiting.is_empty() {
                break;
            }
            let news = waiting.remove(0);
            drop(waiting);
            match news {
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
