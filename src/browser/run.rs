//! The loop: what happens goes in at the door, what comes out is done.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use js_sys::Reflect;
use web_sys::EventTarget;

use super::clock::{self, Alarm};
use super::page_events::PageEvents;
use super::storage::{Drawers, NotKept};
use super::tabs::Line;
use super::{device, document, http};
use crate::login::config::{FormSettings, Settings, Storage};
use crate::login::problem::Problem;
use crate::login::secret::Secret;
use crate::login::session::{Placement, SessionVersion, SharedCopy, TabScope, WakeReason};
use crate::login::time::{Millis, UnixMs};
use crate::login::view::View;
use crate::login::wire::Call;
use crate::login::{Effect, Event, HostId, Input, Login, PageEvent, Ticket, TokenRequestId};

/// Somebody who shows a login or listens to it.
pub(crate) trait Host {
    /// The screen, as it is now, and whether anybody is signed in.
    fn show(&self, view: Option<View>, signed_in: bool);
    /// What the page should hear.
    fn tell(&self, event: &Event);
}

/// Is called with the answer to a call of `getToken()`.
pub(crate) type TokenCallback = Box<dyn FnOnce(Result<Secret, Problem>)>;

/// What the page is told, after everything else is done.
enum News {
    Tell(HostId, Event),
    Settle(TokenCallback, Result<Secret, Problem>),
}

/// One login of the page, with everything it needs of the browser.
pub(crate) struct Runner {
    /// The first object of the page; its `requestHeaders` go along with every call.
    target: EventTarget,
    login: RefCell<Login>,
    drawers: Drawers,
    /// The line to the other tabs, once it is open.
    line: RefCell<Option<Rc<Line>>>,
    /// Whether the session has begun: before that, news of it mean nothing.
    has_begun: Cell<bool>,
    /// When the page was used last, in any tab, as far as it was noted.
    used: Cell<UnixMs>,
    hosts: RefCell<Vec<(HostId, Rc<dyn Host>)>>,
    calls: RefCell<Vec<(Ticket, http::Call)>>,
    asks: RefCell<(u32, Vec<(TokenRequestId, TokenCallback)>)>,
    news: RefCell<Vec<News>>,
    told_not_kept: Cell<bool>,
    delivering: Cell<bool>,
    step_taken_up: Cell<bool>,
    alarm: Alarm,
    _page_events: PageEvents,
}

thread_local! {
    static RUNNERS: RefCell<Vec<Weak<Runner>>> = const { RefCell::new(Vec::new()) };
}

impl Runner {
    /// The runner for an engine and a brand: the one there is, or a new one. It lives as long as somebody is attached.
    pub(crate) fn of(settings: &Settings, target: &EventTarget) -> Rc<Self> {
        let there = RUNNERS.with_borrow_mut(|runners| {
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
        if let Some(runner) = there {
            runner.handle(Input::SettingsChanged(settings.clone()));
            return runner;
        }
        let runner = Rc::new_cyclic(|this: &Weak<Self>| {
            let handle = |this: &Weak<Self>, input| {
                if let Some(runner) = this.upgrade() {
                    runner.handle(input);
                }
            };
            let (for_alarm, for_page) = (this.clone(), this.clone());
            Self {
                target: target.clone(),
                login: RefCell::new(Login::new(settings.clone(), clock::seed())),
                drawers: Drawers::new(settings),
                line: RefCell::default(),
                has_begun: Cell::new(false),
                used: Cell::new(UnixMs::default()),
                hosts: RefCell::default(),
                calls: RefCell::default(),
                asks: RefCell::default(),
                news: RefCell::default(),
                told_not_kept: Cell::new(false),
                delivering: Cell::new(false),
                step_taken_up: Cell::new(false),
                alarm: Alarm::new(move || handle(&for_alarm, Input::Wake(WakeReason::Timer))),
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
        let first = !self.login.borrow().has_hosts();
        self.hosts.borrow_mut().push((id, host));
        let settings = self.login.borrow().settings().clone();
        // The step goes on in the first form there is, whoever came before it.
        let step = if form.is_some() && !self.step_taken_up.replace(true) {
            self.drawers.step(&settings)
        } else {
            None
        };
        self.handle(Input::Attach(id, form, step));
        if first {
            let mark = self.line().and_then(|line| line.mark());
            self.has_begun.set(true);
            self.step(Input::VisibilityChanged(document::is_visible()));
            if let Some(wall) = self.drawers.used(&settings) {
                self.step(Input::LastUseChanged(wall));
            }
            let record = self.drawers.session(&settings);
            self.handle(Input::Start(record, mark));
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
        if !self.login.borrow().has_hosts() {
            self.calls.borrow_mut().clear();
            self.alarm.set(None, clock::now());
            self.has_begun.set(false);
            self.line.take();
        }
    }

    /// Asks for a token that is good for so many milliseconds, and another one than the one that was refused somewhere. `done` is
    /// called once.
    pub(crate) fn ask(
        self: &Rc<Self>,
        validity: Millis,
        refused: Option<Secret>,
        done: TokenCallback,
    ) {
        let ask = {
            let mut asks = self.asks.borrow_mut();
            asks.0 = asks.0.wrapping_add(1);
            let ask = TokenRequestId(asks.0);
            asks.1.push((ask, done));
            ask
        };
        self.handle(Input::RequestToken(ask, validity, refused));
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
    fn line(self: &Rc<Self>) -> Option<Rc<Line>> {
        if !self.login.borrow().settings().shares {
            return None;
        }
        let mut line = self.line.borrow_mut();
        if line.is_none() {
            let this = Rc::downgrade(self);
            let heard = move |mark| {
                if let Some(runner) = this.upgrade() {
                    runner.handle(Input::SharedVersionChanged(Some(mark)));
                }
            };
            let open = Line::open(self.login.borrow().settings(), heard);
            *line = open.map(Rc::new);
        }
        line.clone()
    }

    /// Writes or erases the session's record, in this tab and for the others.
    fn keep_session(
        self: &Rc<Self>,
        record: Option<&Secret>,
        mark: SessionVersion,
        audience: TabScope,
        place: Storage,
    ) -> Result<(), NotKept> {
        let line = self.line();
        let can_keep = line.as_ref().is_some_and(|line| line.can_keep());
        let placement = Placement::of(place, audience, mark, record.is_none(), can_keep);
        let kept = self.drawers.keep_session(placement.own, record);
        let Some(line) = line else { return kept };
        if placement.forgets_key {
            line.forget();
        }
        if placement.shared != SharedCopy::Nothing
            && !line.keep(mark, record, placement.shared)
            && placement.needs_shared
        {
            return Err(NotKept);
        }
        kept
    }

    /// What happened goes in, after whatever other tabs have done meanwhile: nothing is decided on what was true before.
    pub(crate) fn handle(self: &Rc<Self>, input: Input) {
        let news = match self.line() {
            Some(line) if self.has_begun.get() => line.glance(),
            _ => None,
        };
        if let Some(news) = news {
            self.step(news);
        }
        let settings = self.login.borrow().settings().clone();
        if let Some(wall) = self.drawers.used(&settings)
            && self.used.replace(wall) != wall
        {
            self.step(Input::LastUseChanged(wall));
        }
        self.step(input);
    }

    /// What happened goes in; what comes out is done: records and calls first, then the screens, then the page is told.
    fn step(self: &Rc<Self>, input: Input) {
        let now = clock::now();
        let effects = self.login.borrow_mut().handle(now, input);
        let settings = self.login.borrow().settings().clone();
        let mut not_kept = false;
        let mut turns = Vec::new();
        for effect in effects {
            match effect {
                Effect::Send(ticket, request) => {
                    let this = Rc::downgrade(self);
                    let done = move |reply| {
                        if let Some(runner) = this.upgrade() {
                            runner.drop_call(ticket);
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
                        call.let_go();
                    } else {
                        self.calls.borrow_mut().push((ticket, call));
                    }
                }
                Effect::Cancel(ticket) => self.drop_call(ticket),
                Effect::AcquireLock(ticket) => {
                    let this = Rc::downgrade(self);
                    let turn = move || {
                        if let Some(runner) = this.upgrade() {
                            runner.handle(Input::LockGranted(ticket));
                        }
                    };
                    match self.line() {
                        Some(line) => line.queue(ticket, turn),
                        None => turns.push(ticket),
                    }
                }
                Effect::ReleaseLock(ticket) => {
                    if let Some(line) = self.line() {
                        line.leave(ticket);
                    }
                }
                Effect::ReadSharedRecord(mark) => {
                    let this = Rc::downgrade(self);
                    if let Some(line) = self.line() {
                        line.look(mark, move |record| {
                            if let Some(runner) = this.upgrade() {
                                runner.handle(Input::SharedRecordRead(mark, record));
                            }
                        });
                    }
                }
                Effect::StoreSession(record, mark, audience, place) => {
                    let kept = self.keep_session(record.as_ref(), mark, audience, place);
                    not_kept |= self.refused(&kept);
                }
                Effect::StoreStep(record) => {
                    not_kept |= self.refused(&self.drawers.keep_step(&settings, record.as_ref()));
                }
                Effect::StoreLastUse(wall) => {
                    self.used.set(wall);
                    self.drawers.keep_used(&settings, wall);
                }
                Effect::Dispatch(host, event) => {
                    self.news.borrow_mut().push(News::Tell(host, event));
                }
                Effect::ResolveToken(ask, answer) => {
                    let mut asks = self.asks.borrow_mut();
                    if let Some(at) = asks.1.iter().position(|(waiting, _)| *waiting == ask) {
                        let (_, done) = asks.1.swap_remove(at);
                        self.news.borrow_mut().push(News::Settle(done, answer));
                    }
                }
            }
        }
        for ticket in turns {
            self.handle(Input::LockGranted(ticket));
        }
        self.show();
        let now = clock::now();
        self.alarm.set(self.login.borrow().wake_at(now), now);
        if not_kept {
            self.handle(Input::StorageFailed);
        }
        self.deliver();
    }

    /// Whether the page must hear that a record was not kept: once.
    fn refused(&self, result: &Result<(), NotKept>) -> bool {
        result.is_err() && !self.told_not_kept.replace(true)
    }

    /// Shows every screen as it is now.
    pub(crate) fn show(&self) {
        let now = clock::now();
        let hosts = self.hosts.borrow().clone();
        for (id, host) in hosts {
            let (view, signed_in) = {
                let login = self.login.borrow();
                (login.view(now, id), login.is_signed_in())
            };
            host.show(view, signed_in);
        }
    }

    /// Gives a call up, or forgets one that was answered.
    fn drop_call(&self, ticket: Ticket) {
        let mut calls = self.calls.borrow_mut();
        if let Some(at) = calls.iter().position(|(waiting, _)| *waiting == ticket) {
            calls.swap_remove(at);
        }
    }

    /// Tells the page, news by news. Whatever it does in return comes in at the door again: nothing is borrowed here, and news
    /// that this makes wait their turn behind the ones there are.
    fn deliver(&self) {
        if self.delivering.replace(true) {
            return;
        }
        loop {
            let mut waiting = self.news.borrow_mut();
            if waiting.is_empty() {
                break;
            }
            let news = waiting.remove(0);
            drop(waiting);
            match news {
                News::Tell(id, event) => {
                    let host = self
                        .hosts
                        .borrow()
                        .iter()
                        .find(|(host, _)| *host == id)
                        .map(|(_, host)| Rc::clone(host));
                    if let Some(host) = host {
                        host.tell(&event);
                    }
                }
                News::Settle(done, answer) => done(answer),
            }
        }
        self.delivering.set(false);
    }
}
