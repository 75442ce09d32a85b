//! Several pages of one shop: what they share, the lock they queue for, the messages between them, and the engine they all ask.
//!
//! ```text
//! Shop      the engine, the clocks, and what the browser keeps for all tabs
//! Page      one tab with one form: open or closed, frozen, hidden, with a drawer of its own
//! Shared    a mark, the record behind it, and when the shop was used last
//! ```
//!
//! It goes as in the browser (`browser/run.rs`, `browser/tabs.js`): before every input a page glances at the shared mark; locks
//! are granted in the order they were asked for, after three seconds a page waits in the next line, and at last it goes on without.

use std::collections::VecDeque;

use ae_engine::{Engine, Fault};
use ae_login::login::config::{FormSettings, Settings, Storage};
use ae_login::login::problem::{Kind, Problem};
use ae_login::login::secret::Secret;
use ae_login::login::session::{Placement, SessionVersion, SharedCopy, TabScope, WakeReason};
use ae_login::login::time::{Millis, Now, UnixMs};
use ae_login::login::view::{Action, FieldValue, StepName, View};
use ae_login::login::wire::{Call, HttpResponse, Request, TransportError};
use ae_login::login::{Effect, Event, Input, Login, PageEvent, Ticket, TokenRequestId};

use super::rules::{is_login, legal, may_ask, renews};
use super::world::{arrived, config};
use super::{ADA, BEGINNING, FORM, Flight, ORIGIN, PATIENCE, PATIENT, SECOND, Tab, Wire};
use super::{endpoint, recorded, word};

/// Somebody else.
pub const EVE: &str = "eve@example.org";
/// How long a page waits for its turn in each line.
pub const TURN_PATIENCE: Millis = 3 * SECOND;
/// How many lines there are.
pub const LINES: usize = 5;
/// How long it looks for a record.
const LOOK_PATIENCE: Millis = SECOND;

/// What the browser keeps for all tabs of the shop.
#[derive(Debug, Default, Clone)]
pub struct Shared {
    pub mark: Option<String>,
    /// The mark it was wrapped under, what it was wrapped with, and the record.
    pub record: Option<(SessionVersion, Key, String)>,
    /// When any page of the shop was used last.
    pub used: Option<Millis>,
}

/// What a record is wrapped with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// A key that stays on the device.
    Device,
    /// A key that open tabs hand on.
    Tabs(usize),
}

/// A place in a line for its lock. The first one in each has it.
#[derive(Debug, Clone, Copy)]
struct Place {
    page: usize,
    ticket: Ticket,
    line: usize,
    /// On the shop's clock.
    since: Millis,
    is_told: bool,
}

/// What has become of a tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Life {
    Closed,
    Open,
    /// Nothing reaches it, and what it holds stays.
    Frozen,
}

/// One tab.
struct Page {
    login: Login,
    life: Life,
    is_hidden: bool,
    /// What stays in the tab over a reload.
    drawer: Tab,
    key: Option<usize>,
    /// What it saw last of what is shared.
    glanced: Option<String>,
    used: Option<Millis>,
    inbox: VecDeque<SessionVersion>,
    /// What it wants to read, and since when.
    looks: Vec<(SessionVersion, Millis)>,
    flights: Vec<Flight>,
    heard: Vec<Event>,
    asks: u32,
    settled: Vec<(TokenRequestId, Result<String, Problem>)>,
    sent: Vec<Call>,
    /// When the page began, on the shop's clock.
    begun: Millis,
    has_begun: bool,
}

/// Pages of one shop, and the engine they ask.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is something else that a browser may lack"
)]
pub struct Shop {
    pub engine: Engine,
    pub wire: Wire,
    /// How long an answer takes.
    pub slow: Millis,
    pub shared: Shared,
    /// Whether the browser has locks.
    pub has_locks: bool,
    /// Whether messages get through.
    pub has_messages: bool,
    /// Whether anything can be wrapped and read again.
    pub can_read: bool,
    /// Whether the device can keep a key.
    pub can_keep: bool,
    pages: Vec<Page>,
    queue: Vec<Place>,
    keys: usize,
    settings: Settings,
    form: FormSettings,
    mono: Millis,
    wall: Millis,
    real: Millis,
}

impl Shop {
    /// So many open pages.
    pub fn of(pages: usize) -> Self {
        Self::with(pages, &[], |engine| engine.set_lives(90))
    }

    /// The same, and Ada has signed in in the first of them.
    pub fn signed_in(pages: usize) -> Self {
        let mut shop = Self::of(pages);
        shop.signs_in(0);
        shop
    }

    /// The same with other attributes and another engine.
    pub fn with(
        pages: usize,
        attributes: &[(&str, &str)],
        set: impl FnOnce(&mut ae_engine::Settings),
    ) -> Self {
        let mut engine = ae_engine::Settings::documented();
        set(&mut engine);
        let config = config(attributes);
        let mut shop = Self {
            engine: Engine::new(engine, 1),
            wire: Wire::Whole,
            slow: 0,
            shared: Shared::default(),
            has_locks: true,
            has_messages: true,
            can_read: true,
            can_keep: true,
            pages: Vec::new(),
            queue: Vec::new(),
            keys: 0,
            settings: config.settings,
            form: config.form,
            mono: 5,
            wall: BEGINNING,
            real: BEGINNING,
        };
        for _ in 0..pages {
            shop.opens();
        }
        shop
    }

    // What people and pages do ------------------------------------------------------------------------------------------

    /// One page more; its number.
    pub fn opens(&mut self) -> usize {
        self.opens_with(false, Tab::default(), None)
    }

    /// A page that opens in the background.
    pub fn opens_hidden(&mut self) -> usize {
        self.opens_with(true, Tab::default(), None)
    }

    /// A tab is duplicated: what it keeps is copied.
    pub fn duplicates(&mut self, page: usize) -> usize {
        let Page { drawer, key, .. } = &self.pages[page];
        let (drawer, key) = (drawer.clone(), *key);
        self.opens_with(false, drawer, key)
    }

    fn opens_with(&mut self, is_hidden: bool, drawer: Tab, key: Option<usize>) -> usize {
        self.pages.push(Page {
            login: Login::new(self.settings.clone(), PATIENT),
            life: Life::Closed,
            is_hidden,
            drawer,
            key,
            glanced: None,
            used: None,
            inbox: VecDeque::new(),
            looks: Vec::new(),
            flights: Vec::new(),
            heard: Vec::new(),
            asks: 0,
            settled: Vec::new(),
            sent: Vec::new(),
            begun: 0,
            has_begun: false,
        });
        let page = self.pages.len() - 1;
        self.begins(page);
        page
    }

    /// A page is loaded in its tab (`Runner::attach`).
    fn begins(&mut self, at: usize) {
        let login = Login::new(self.settings.clone(), PATIENT);
        let (mono, keeps) = (self.mono, self.settings.storage != Storage::Memory);
        let page = &mut self.pages[at];
        page.login = login;
        (page.life, page.has_begun) = (Life::Open, false);
        (page.begun, page.used) = (mono, None);
        let step = page.drawer.step.as_ref().filter(|_| keeps);
        let session = page.drawer.session.as_ref().filter(|_| keeps);
        let (step, session) = (step.map(Secret::new), session.map(Secret::new));
        let is_hidden = page.is_hidden;
        self.handle(at, Input::Attach(FORM, Some(self.form.clone()), step));
        let shared = self.shared.mark.clone().filter(|_| self.settings.shares);
        let mark = shared.as_deref().and_then(SessionVersion::parse);
        self.pages[at].glanced = shared;
        self.pages[at].has_begun = true;
        self.step(at, Input::VisibilityChanged(!is_hidden));
        if let Some(wall) = self.used_last() {
            self.step(at, Input::LastUseChanged(UnixMs(wall)));
        }
        self.handle(at, Input::Start(session, mark));
        self.uses(at);
    }

    /// A tab is closed, or crashes, or its process is killed: its lock and its place in the queue go with it.
    pub fn closes(&mut self, page: usize) {
        let tab = &mut self.pages[page];
        (tab.life, tab.drawer, tab.key) = (Life::Closed, Tab::default(), None);
        tab.has_begun = false;
        self.goes(page);
        self.drive();
    }

    fn goes(&mut self, page: usize) {
        self.queue.retain(|place| place.page != page);
        let tab = &mut self.pages[page];
        tab.inbox.clear();
        tab.looks.clear();
        tab.flights.clear();
    }

    /// The same tab loads the page again.
    pub fn reloads(&mut self, page: usize) {
        self.goes(page);
        self.begins(page);
    }

    /// A page is frozen, or put aside: its lock stays, and nothing reaches it.
    pub fn freezes(&mut self, page: usize) {
        self.pages[page].life = Life::Frozen;
    }

    /// It goes on where it was.
    pub fn thaws(&mut self, page: usize) {
        self.pages[page].life = Life::Open;
        self.drive();
    }

    /// It goes on, and asks for a token before anything else reaches it.
    pub fn thaws_asking(&mut self, page: usize, seconds: u64) -> TokenRequestId {
        self.pages[page].life = Life::Open;
        self.asks(page, seconds)
    }

    /// It is shown again.
    pub fn returns_to(&mut self, page: usize) {
        self.pages[page].life = Life::Open;
        self.shows(page);
    }

    pub fn hides(&mut self, page: usize) {
        self.pages[page].is_hidden = true;
        self.does(page, Input::Page(PageEvent::Hidden));
    }

    pub fn shows(&mut self, page: usize) {
        self.pages[page].is_hidden = false;
        self.does(page, Input::Page(PageEvent::Visible));
    }

    /// A person moves or types in a page.
    pub fn uses(&mut self, page: usize) {
        self.does(page, Input::Page(PageEvent::Used));
    }

    pub fn presses(&mut self, page: usize, action: Action) {
        self.does(page, Input::Press(FORM, action));
    }

    pub fn submits(&mut self, page: usize, text: &str) {
        self.uses(page);
        let view = self.sees(page);
        let entries = view.fields.iter().map(|field| FieldValue {
            kind: field.kind,
            value: Secret::new(text),
            meets_policy: true,
        });
        self.does(page, Input::Submit(FORM, entries.collect()));
    }

    pub fn signs_in(&mut self, page: usize) {
        self.signs_in_as(page, ADA);
    }

    pub fn signs_in_as(&mut self, page: usize, name: &str) {
        self.submits(page, name);
        let message = self.engine.outbox().last();
        let code = message.expect("a message").code.clone();
        self.submits(page, &code);
        assert_eq!(self.sees(page).step, StepName::SignedIn);
    }

    pub fn signs_out(&mut self, page: usize) {
        self.does(page, Input::SignOut);
    }

    /// Asks for a token that is good for so many seconds.
    pub fn asks(&mut self, page: usize, seconds: u64) -> TokenRequestId {
        self.asks_instead_of(page, seconds, None)
    }

    /// Asks for another token than one that was refused somewhere.
    pub fn asks_instead_of(
        &mut self,
        page: usize,
        seconds: u64,
        refused: Option<&str>,
    ) -> TokenRequestId {
        self.pages[page].asks += 1;
        let ask = TokenRequestId(self.pages[page].asks);
        let refused = refused.map(Secret::new);
        self.does(page, Input::RequestToken(ask, seconds * SECOND, refused));
        ask
    }

    /// What somebody who asked for a token got, if anything yet.
    pub fn token_for(&self, page: usize, ask: TokenRequestId) -> Option<Result<String, Kind>> {
        let mut settled = self.pages[page].settled.iter();
        let (_, answer) = settled.find(|(settled, _)| *settled == ask)?;
        Some(answer.clone().map_err(|problem| problem.kind))
    }

    /// The token that a page has, however short its life is by now.
    pub fn token(&mut self, page: usize) -> Result<String, Kind> {
        let ask = self.asks(page, 0);
        self.token_for(page, ask).expect("an answer at once")
    }

    /// Somebody clears what the browser keeps for the shop.
    pub fn clears(&mut self) {
        self.shared = Shared::default();
        for page in &mut self.pages {
            (page.drawer, page.key) = (Tab::default(), None);
        }
    }

    /// A message of somebody's who may be anybody.
    pub fn is_told(&mut self, page: usize, mark: SessionVersion) {
        self.does(page, Input::SharedVersionChanged(Some(mark)));
    }

    pub fn does(&mut self, page: usize, input: Input) {
        self.handle(page, input);
        self.drive();
    }

    // Time --------------------------------------------------------------------------------------------------------------

    pub fn pass(&mut self, span: Millis) {
        let end = self.mono + span;
        self.drive();
        while self.mono < end {
            let next = self.next().unwrap_or(end).clamp(self.mono + 1, end);
            let step = next - self.mono;
            self.mono += step;
            self.wall += step;
            self.real += step;
            self.drive();
        }
    }

    /// The machine sleeps: the monotonic clocks and all timers stand still.
    pub fn sleep(&mut self, span: Millis) {
        self.wall += span;
        self.real += span;
    }

    /// Somebody, or a time server, sets the device's clock.
    pub fn set_wall(&mut self, by: i64) {
        self.wall = self.wall.checked_add_signed(by).expect("after 1970");
    }

    fn now(&self, page: usize) -> Now {
        Now::new(self.mono - self.pages[page].begun + 3, self.wall)
    }

    /// When something is due next, on the shop's clock.
    fn next(&self) -> Option<Millis> {
        let mut due = Vec::new();
        for (at, page) in self.awake() {
            let now = self.now(at);
            let rings = page.login.wake_at(now);
            due.extend(rings.map(|rings| self.mono + rings.since(now.monotonic)));
            due.extend(page.flights.iter().map(|flight| flight.arrives));
            due.extend(page.looks.iter().map(|(_, since)| since + LOOK_PATIENCE));
        }
        let places = self.queue.iter().filter(|place| !place.is_told);
        due.extend(places.map(|place| place.since + self.patience(place.page)));
        due.into_iter().filter(|due| *due > self.mono).min()
    }

    /// How long a page waits for its turn: without locks, for a random while that differs from page to page.
    fn patience(&self, page: usize) -> Millis {
        if self.has_locks {
            TURN_PATIENCE
        } else {
            100 * (Millis::try_from(page).expect("few pages") % 5)
        }
    }

    fn awake(&self) -> impl Iterator<Item = (usize, &Page)> {
        let pages = self.pages.iter().enumerate();
        pages.filter(|(_, page)| page.life == Life::Open)
    }

    // The browser -------------------------------------------------------------------------------------------------------

    /// Delivers what is due until nothing is.
    fn drive(&mut self) {
        for _ in 0..100 * (self.pages.len() + 2) {
            let Some((at, input)) = self.due() else {
                return;
            };
            self.handle(at, input);
        }
        panic!("it never comes to rest");
    }

    /// What reaches somebody now.
    fn due(&mut self) -> Option<(usize, Input)> {
        if let Some(place) = self.turn() {
            return Some((place.page, Input::LockGranted(place.ticket)));
        }
        let awake = self.awake().map(|(at, _)| at).collect::<Vec<_>>();
        for at in awake {
            if let Some(mark) = self.pages[at].inbox.pop_front() {
                return Some((at, Input::SharedVersionChanged(Some(mark))));
            }
            if let Some((mark, record)) = self.read(at) {
                return Some((at, Input::SharedRecordRead(mark, record)));
            }
            let mono = self.mono;
            let flights = &mut self.pages[at].flights;
            if let Some(due) = flights.iter().position(|flight| flight.arrives <= mono) {
                let flight = flights.remove(due);
                return Some((at, Input::Response(flight.ticket, flight.reply)));
            }
            let now = self.now(at);
            let rings = self.pages[at].login.wake_at(now);
            if rings.is_some_and(|rings| rings <= now.monotonic) {
                return Some((at, Input::Wake(WakeReason::Timer)));
            }
        }
        None
    }

    /// Whose turn it is, who does not know yet; or who has waited long enough.
    fn turn(&mut self) -> Option<Place> {
        let mut at = 0;
        while let Some(place) = self.queue.get(at).copied() {
            let is_frozen = self.pages[place.page].life == Life::Frozen;
            let mut before = self.queue[..at].iter();
            let is_first = before.all(|other| other.line != place.line);
            at += 1;
            if place.is_told || is_frozen {
                continue;
            }
            if is_first && self.has_locks {
                self.queue[at - 1].is_told = true;
                return Some(place);
            }
            if self.mono >= place.since + self.patience(place.page) {
                at -= 1;
                self.queue.remove(at);
                if !self.has_locks || place.line == LINES {
                    return Some(place);
                }
                self.queue.push(Place {
                    line: place.line + 1,
                    since: self.mono,
                    ..place
                });
            }
        }
        None
    }

    /// What a page finds that reads what another one shares.
    fn read(&mut self, at: usize) -> Option<(SessionVersion, Option<Secret>)> {
        let (mark, since) = *self.pages[at].looks.first()?;
        let shared = self.shared.record.clone();
        let shared = shared.filter(|(under, ..)| *under == mark && self.can_read);
        // A tab that is frozen shows its key as well: that lock stays.
        let mut shown = self.pages.iter().filter(|page| page.life != Life::Closed);
        let record = shared.filter(|(_, key, _)| match key {
            Key::Device => true,
            Key::Tabs(number) => shown.any(|page| page.key == Some(*number)),
        });
        let record = record.map(|(_, key, record)| {
            if let Key::Tabs(number) = key {
                self.pages[at].key = Some(number);
            }
            record
        });
        if record.is_none() && self.can_read && self.mono < since + LOOK_PATIENCE {
            return None;
        }
        self.pages[at].looks.remove(0);
        Some((mark, record.map(Secret::new)))
    }

    /// When the shop was used last, where anybody wants to know.
    fn used_last(&self) -> Option<Millis> {
        self.settings.max_idle?;
        self.shared.used
    }

    /// What happened goes in, after whatever other pages have done meanwhile.
    fn handle(&mut self, at: usize, input: Input) {
        let page = &mut self.pages[at];
        assert!(page.life == Life::Open, "nothing reaches this page");
        if page.has_begun && self.settings.shares && page.glanced != self.shared.mark {
            page.glanced.clone_from(&self.shared.mark);
            let mark = self.shared.mark.as_deref();
            match mark.map(SessionVersion::parse) {
                None => self.step(at, Input::SharedVersionChanged(None)),
                Some(Some(mark)) => self.step(at, Input::SharedVersionChanged(Some(mark))),
                Some(None) => {}
            }
        }
        if let Some(wall) = self.used_last()
            && self.pages[at].used != Some(wall)
        {
            self.pages[at].used = Some(wall);
            self.step(at, Input::LastUseChanged(UnixMs(wall)));
        }
        self.step(at, input);
    }

    /// What happened goes in, what comes out is done.
    fn step(&mut self, at: usize, input: Input) {
        let now = self.now(at);
        let may = may_ask(&input);
        let effects = self.pages[at].login.handle(now, input);
        let mut turns = Vec::new();
        for effect in effects {
            match effect {
                Effect::Send(ticket, request) => {
                    assert!(may.contains(&request.call), "{:?} of itself", request.call);
                    self.carry(at, ticket, &request);
                }
                Effect::Cancel(ticket) => {
                    // Its answer may be the one that is just being handed in.
                    let mut flights = self.pages[at].flights.iter_mut();
                    if let Some(flight) = flights.find(|flight| flight.ticket == ticket) {
                        flight.cancelled = true;
                    }
                }
                Effect::StoreSession(record, mark, audience, place) => {
                    self.keep(at, record, mark, audience, place);
                }
                Effect::AcquireLock(ticket) if self.settings.shares => self.queue.push(Place {
                    page: at,
                    ticket,
                    line: 1,
                    since: self.mono,
                    is_told: false,
                }),
                Effect::AcquireLock(ticket) => turns.push(ticket),
                Effect::ReleaseLock(ticket) => {
                    let is_place = |place: &Place| place.page == at && place.ticket == ticket;
                    self.queue.retain(|place| !is_place(place));
                }
                Effect::ReadSharedRecord(mark) => {
                    assert!(self.settings.shares, "nothing is shared");
                    self.pages[at].looks.push((mark, self.mono));
                }
                Effect::StoreStep(record) => {
                    let keeps = self.settings.storage != Storage::Memory;
                    let record = record.filter(|_| keeps);
                    self.pages[at].drawer.step = record.map(|record| record.expose().to_owned());
                }
                Effect::StoreLastUse(UnixMs(wall)) => {
                    self.pages[at].used = Some(wall);
                    if self.settings.storage != Storage::Memory {
                        self.shared.used = Some(wall);
                    }
                }
                Effect::Dispatch(_, event) => self.pages[at].heard.push(event),
                Effect::ResolveToken(ask, answer) => {
                    let page = &mut self.pages[at];
                    let is_kept = page.settled.iter().any(|(settled, _)| *settled == ask);
                    assert!(!is_kept, "a promise is kept once");
                    let answer = answer.map(|token| token.expose().to_owned());
                    if let Ok(token) = &answer {
                        is_login(token);
                    }
                    page.settled.push((ask, answer));
                }
            }
        }
        for ticket in turns {
            self.handle(at, Input::LockGranted(ticket));
        }
        self.look(at);
    }

    /// Writes a record, or erases it (`Runner::keep_session`).
    fn keep(
        &mut self,
        at: usize,
        record: Option<Secret>,
        mark: SessionVersion,
        audience: TabScope,
        place: Storage,
    ) {
        let can_keep = self.settings.shares && self.can_keep;
        let placement = Placement::of(place, audience, mark, record.is_none(), can_keep);
        let record = record.map(|record| record.expose().to_owned());
        let kept = record.clone().filter(|_| placement.own != Storage::Memory);
        self.pages[at].drawer.session = kept;
        if placement.shared == SharedCopy::Nothing || !self.settings.shares {
            return;
        }
        self.shared.mark = Some(mark.to_text());
        self.pages[at].glanced.clone_from(&self.shared.mark);
        match record {
            None => self.shared.record = None,
            Some(_) if !self.can_read => {}
            Some(record) => {
                let key = if placement.shared == SharedCopy::OnDevice {
                    Key::Device
                } else {
                    self.keys += 1;
                    Key::Tabs(*self.pages[at].key.get_or_insert(self.keys))
                };
                self.shared.record = Some((mark, key, record));
            }
        }
        for (other, page) in self.pages.iter_mut().enumerate() {
            if other != at && page.life != Life::Closed && self.has_messages {
                page.inbox.push_back(mark);
            }
        }
    }

    /// Takes a question to the engine and notes when its answer will be there.
    fn carry(&mut self, at: usize, ticket: Ticket, request: &Request) {
        let body = request.body_for(|| "1-2-3-4".to_owned());
        let body = body.expose().to_owned();
        recorded::holds(request.call, &body, self.settings.send_device);
        let (delay, reply): (_, Result<HttpResponse, _>) = match self.wire {
            Wire::Cut => (self.slow, Err(TransportError::Network)),
            Wire::Offline => (self.slow, Err(TransportError::Offline)),
            Wire::Silent => (PATIENCE, Err(TransportError::Timeout)),
            Wire::Whole | Wire::LosesAnswers => {
                let mut asked = ae_engine::Request::post(&request.target(), body);
                request.call.method().clone_into(&mut asked.method);
                asked.headers.push(("Origin".to_owned(), ORIGIN.to_owned()));
                let outcome = self.engine.handle(self.real, &asked);
                match self.wire {
                    Wire::LosesAnswers => (self.slow, Err(TransportError::Network)),
                    _ => (self.slow + outcome.delay_ms, arrived(&outcome)),
                }
            }
        };
        let (delay, reply) = match reply {
            reply if delay < PATIENCE => (delay, reply),
            _ => (PATIENCE, Err(TransportError::Timeout)),
        };
        let page = &mut self.pages[at];
        page.sent.push(request.call);
        page.flights.push(Flight {
            ticket,
            call: request.call,
            arrives: self.mono + delay,
            cancelled: false,
            reply,
        });
    }

    /// What must hold at every moment.
    fn look(&self, at: usize) {
        let page = &self.pages[at];
        let Some(view) = page.login.view(self.now(at), FORM) else {
            return;
        };
        legal(&view);
        let shows = matches!(view.step, StepName::SignedIn | StepName::ChangePassword);
        assert_eq!(shows, self.is_signed_in(at), "the screen and the session");
        let awaited = page.flights.iter().filter(|flight| !flight.cancelled);
        let renewals = awaited.filter(|flight| renews(flight.call)).count();
        assert!(renewals <= 1, "one renewal for each page");
        let seen = page.glanced.as_deref().and_then(SessionVersion::parse);
        assert!(
            !(seen.is_some_and(SessionVersion::is_ended) && self.is_signed_in(at)),
            "signed in again without a login"
        );
    }

    // What is seen and heard --------------------------------------------------------------------------------------------

    pub fn sees(&self, page: usize) -> View {
        let view = self.pages[page].login.view(self.now(page), FORM);
        view.expect("a form that is there")
    }

    pub fn is_signed_in(&self, page: usize) -> bool {
        self.pages[page].login.session().is_some()
    }

    /// Who is signed in.
    pub fn name(&self, page: usize) -> Option<String> {
        let session = self.pages[page].login.session()?;
        let session: serde_json::Value = serde_json::from_str(&session).expect("JSON");
        Some(session["identifierValue"].as_str()?.to_owned())
    }

    /// What a page heard since it was last asked, in words.
    pub fn heard(&mut self, page: usize) -> Vec<String> {
        let heard = std::mem::take(&mut self.pages[page].heard);
        heard.iter().map(word).collect()
    }

    /// Everybody has listened.
    pub fn all_heard(&mut self) {
        for page in &mut self.pages {
            page.heard.clear();
        }
    }

    /// What a tab keeps for itself.
    pub fn drawer(&mut self, page: usize) -> &mut Tab {
        &mut self.pages[page].drawer
    }

    /// How often a page asked for a new token.
    pub fn renewals_of(&self, page: usize) -> usize {
        let sent = self.pages[page].sent.iter();
        sent.filter(|call| renews(**call)).count()
    }

    /// How often anybody did.
    pub fn renewals(&self) -> usize {
        (0..self.pages.len()).map(|at| self.renewals_of(at)).sum()
    }

    /// Which page waits for the answer to a renewal, of those that are not frozen.
    pub fn renewing(&self) -> Option<usize> {
        self.pages.iter().position(|page| {
            let mut flights = page.flights.iter();
            page.life == Life::Open
                && flights.any(|flight| !flight.cancelled && renews(flight.call))
        })
    }

    /// The next such call goes wrong.
    pub fn spoil(&mut self, call: Call, fault: Fault) {
        self.engine.inject(endpoint(call), fault, Some(1));
    }
}
