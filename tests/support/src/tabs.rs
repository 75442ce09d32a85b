//! Several pages of one shop: what they share, the locks they queue for, the messages between them, and the engine they all call.
//!
//! | type | what it is |
//! |---|---|
//! | [`TestTabs`] | the pages, the engine, the clocks, and what the browser keeps for all tabs |
//! | `Page` | one page with one form; its tab keeps records of its own |
//! | [`SharedStorage`] | the version of the session, the record behind it, and when the shop was used last |
//!
//! It follows the browser module (`src/browser/runner.rs`, `src/browser/tabs.js`). Before each input a page compares the shared
//! version with the one it saw last. Locks are granted in the order of the requests; after three seconds a page queues for the lock
//! of the next tier, and after the last tier it goes on without a lock.

use std::collections::VecDeque;

use ae_engine::{Engine, Fault};
use ae_login::login::config::{FormSettings, Settings, Storage};
use ae_login::login::problem::{Kind, Problem};
use ae_login::login::secret::Secret;
use ae_login::login::session::{Placement, SessionVersion, SharedCopy, TabScope, WakeReason};
use ae_login::login::time::{Millis, Now, UnixMs};
use ae_login::login::view::{Action, FieldValue, StepName, View};
use ae_login::login::wire::{Call, Request};
use ae_login::login::{Effect, Event, Input, Login, PageEvent, Ticket, TokenRequestId};

use super::fixtures::config;
use super::invariants::{allowed_calls, assert_login_token, check_view, is_renewal};
use super::network::{PendingRequest, exchange};
use super::recorded_requests::check_request;
use super::{
    ADA, FORM, LATEST_RENEWAL_SEED, Network, SECOND, START_TIME, TabStorage, describe_event,
    endpoint,
};

/// The e-mail address of another customer than Ada.
pub const EVE: &str = "eve@example.org";
/// How long a page waits for the lock of each tier, in milliseconds.
pub const LOCK_TIMEOUT: Millis = 3 * SECOND;
/// How many locks there are, one for each tier.
pub const LOCK_TIERS: usize = 5;
/// How long a page tries to read a shared record, in milliseconds.
const READ_TIMEOUT: Millis = SECOND;

/// The records that the browser keeps for all tabs of the shop.
#[derive(Debug, Default, Clone)]
pub struct SharedStorage {
    /// The version of the session, as text.
    pub version: Option<String>,
    /// The version that the record was encrypted under, the key, and the record.
    pub record: Option<(SessionVersion, Key, String)>,
    /// When any page of the shop was used last, in milliseconds since 1970.
    pub last_use: Option<Millis>,
}

/// The key that a shared record is encrypted with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// A key that the device keeps.
    Device,
    /// A key that exists only as long as a tab holds it, by its number.
    Tabs(usize),
}

/// A page's request for the lock of one tier. The first request of each tier holds the lock.
#[derive(Debug, Clone, Copy)]
struct LockRequest {
    page: usize,
    ticket: Ticket,
    tier: usize,
    /// When the page began to wait in this tier, on the monotonic clock of the shop.
    since: Millis,
    /// Whether the page has been told that it holds the lock.
    is_granted: bool,
}

/// The state of a page's lifecycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lifecycle {
    Closed,
    Active,
    /// Nothing is delivered to the page. Its locks and its key stay.
    Frozen,
}

/// One page, in a tab of its own.
struct Page {
    login: Login,
    lifecycle: Lifecycle,
    is_hidden: bool,
    /// The records that the tab keeps over a reload.
    stored: TabStorage,
    /// The number of the key that the tab holds.
    key: Option<usize>,
    /// The shared version that the page saw last.
    seen_version: Option<String>,
    /// The last use of the shop that the page knows of.
    seen_use: Option<Millis>,
    messages: VecDeque<SessionVersion>,
    /// Shared records that the page tries to read, and since when.
    reads: Vec<(SessionVersion, Millis)>,
    pending: Vec<PendingRequest>,
    calls: Vec<Call>,
    events: Vec<Event>,
    last_token_request: u32,
    token_results: Vec<(TokenRequestId, Result<String, Problem>)>,
    /// When the page was loaded, on the monotonic clock of the shop.
    loaded_at: Millis,
    has_started: bool,
}

/// Pages of one shop that share a session, and the engine they call.
///
/// Pages are numbered from 0 in the order they are opened.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a feature that a browser may lack"
)]
pub struct TestTabs {
    /// The engine that all pages call.
    pub engine: Engine,
    /// The state of the network.
    pub network: Network,
    /// How long a response takes, in milliseconds.
    pub latency: Millis,
    /// The records that the browser keeps for all tabs.
    pub shared: SharedStorage,
    /// Whether the browser has the Web Locks API.
    pub has_locks: bool,
    /// Whether messages between tabs are delivered.
    pub has_messages: bool,
    /// Whether shared records can be encrypted and decrypted.
    pub can_read_records: bool,
    /// Whether the device can keep a key.
    pub can_store_key: bool,
    pages: Vec<Page>,
    lock_queue: Vec<LockRequest>,
    last_key: usize,
    settings: Settings,
    form: FormSettings,
    monotonic_clock: Millis,
    wall_clock: Millis,
    engine_time: Millis,
}

impl TestTabs {
    /// Opens this many pages. Tokens live for 90 seconds.
    pub fn new(pages: usize) -> Self {
        Self::with(pages, &[], |engine| engine.set_lives(90))
    }

    /// Opens this many pages, and signs Ada in on the first one. Tokens live for 90 seconds.
    pub fn signed_in(pages: usize) -> Self {
        let mut tabs = Self::new(pages);
        tabs.sign_in(0);
        tabs
    }

    /// Opens this many pages with these attributes, and an engine with other settings.
    pub fn with(
        pages: usize,
        attributes: &[(&str, &str)],
        set: impl FnOnce(&mut ae_engine::Settings),
    ) -> Self {
        let mut engine = ae_engine::Settings::documented();
        set(&mut engine);
        let config = config(attributes);
        let mut tabs = Self {
            engine: Engine::new(engine, 1),
            network: Network::Working,
            latency: 0,
            shared: SharedStorage::default(),
            has_locks: true,
            has_messages: true,
            can_read_records: true,
            can_store_key: true,
            pages: Vec::new(),
            lock_queue: Vec::new(),
            last_key: 0,
            settings: config.settings,
            form: config.form,
            monotonic_clock: 5,
            wall_clock: START_TIME,
            engine_time: START_TIME,
        };
        for _ in 0..pages {
            tabs.open();
        }
        tabs
    }

    // The lifecycle of pages --------------------------------------------------------------------------------------------

    /// Opens a page in a new tab, and returns its number.
    pub fn open(&mut self) -> usize {
        self.open_with(false, TabStorage::default(), None)
    }

    /// Opens a page in the background, and returns its number.
    pub fn open_hidden(&mut self) -> usize {
        self.open_with(true, TabStorage::default(), None)
    }

    /// Duplicates a tab with everything it keeps, and returns the number of the new page.
    pub fn duplicate(&mut self, page: usize) -> usize {
        let Page { stored, key, .. } = &self.pages[page];
        let (stored, key) = (stored.clone(), *key);
        self.open_with(false, stored, key)
    }

    fn open_with(&mut self, is_hidden: bool, stored: TabStorage, key: Option<usize>) -> usize {
        self.pages.push(Page {
            login: Login::new(self.settings.clone(), LATEST_RENEWAL_SEED),
            lifecycle: Lifecycle::Closed,
            is_hidden,
            stored,
            key,
            seen_version: None,
            seen_use: None,
            messages: VecDeque::new(),
            reads: Vec::new(),
            pending: Vec::new(),
            calls: Vec::new(),
            events: Vec::new(),
            last_token_request: 0,
            token_results: Vec::new(),
            loaded_at: 0,
            has_started: false,
        });
        let page = self.pages.len() - 1;
        self.load(page);
        page
    }

    /// Loads the page in its tab, as `Runner::attach` does.
    fn load(&mut self, at: usize) {
        let login = Login::new(self.settings.clone(), LATEST_RENEWAL_SEED);
        let now = self.monotonic_clock;
        let keeps_records = self.settings.storage != Storage::Memory;
        let page = &mut self.pages[at];
        page.login = login;
        (page.lifecycle, page.has_started) = (Lifecycle::Active, false);
        (page.loaded_at, page.seen_use) = (now, None);
        let step = page.stored.step.as_ref().filter(|_| keeps_records);
        let session = page.stored.session.as_ref().filter(|_| keeps_records);
        let (step, session) = (step.map(Secret::new), session.map(Secret::new));
        let is_hidden = page.is_hidden;
        self.handle(at, Input::Attach(FORM, Some(self.form.clone()), step));
        let shared = self.shared.version.clone();
        let shared = shared.filter(|_| self.settings.shares);
        let version = shared.as_deref().and_then(SessionVersion::parse);
        self.pages[at].seen_version = shared;
        self.pages[at].has_started = true;
        self.step(at, Input::VisibilityChanged(!is_hidden));
        if let Some(last_use) = self.last_use() {
            self.step(at, Input::LastUseChanged(UnixMs(last_use)));
        }
        self.handle(at, Input::Start(session, version));
        self.use_page(at);
    }

    /// Closes a tab, or crashes it. Its locks, its place in the queue and its key are gone.
    pub fn close(&mut self, page: usize) {
        let tab = &mut self.pages[page];
        (tab.lifecycle, tab.stored, tab.key) = (Lifecycle::Closed, TabStorage::default(), None);
        tab.has_started = false;
        self.unload(page);
        self.run_until_idle();
    }

    fn unload(&mut self, page: usize) {
        self.lock_queue.retain(|request| request.page != page);
        let tab = &mut self.pages[page];
        tab.messages.clear();
        tab.reads.clear();
        tab.pending.clear();
    }

    /// Reloads a page in its tab.
    pub fn reload(&mut self, page: usize) {
        self.unload(page);
        self.load(page);
    }

    /// Freezes a page, as browsers do with background tabs and in the back/forward cache. Its locks stay.
    pub fn freeze(&mut self, page: usize) {
        self.pages[page].lifecycle = Lifecycle::Frozen;
    }

    /// Resumes a frozen page.
    pub fn resume(&mut self, page: usize) {
        self.pages[page].lifecycle = Lifecycle::Active;
        self.run_until_idle();
    }

    /// Resumes a frozen page, and calls `getToken()` on it before anything else is delivered to it.
    pub fn resume_and_request_token(&mut self, page: usize, seconds: u64) -> TokenRequestId {
        self.pages[page].lifecycle = Lifecycle::Active;
        self.request_token(page, seconds)
    }

    /// Resumes a frozen page, and shows it.
    pub fn return_to(&mut self, page: usize) {
        self.pages[page].lifecycle = Lifecycle::Active;
        self.show(page);
    }

    /// Hides a page.
    pub fn hide(&mut self, page: usize) {
        self.pages[page].is_hidden = true;
        self.dispatch(page, Input::Page(PageEvent::Hidden));
    }

    /// Shows a page.
    pub fn show(&mut self, page: usize) {
        self.pages[page].is_hidden = false;
        self.dispatch(page, Input::Page(PageEvent::Visible));
    }

    // What customers and pages do ---------------------------------------------------------------------------------------

    /// The customer presses a key or a pointer somewhere on a page.
    pub fn use_page(&mut self, page: usize) {
        self.dispatch(page, Input::Page(PageEvent::Used));
    }

    /// The customer presses a button of the form.
    pub fn press(&mut self, page: usize, action: Action) {
        self.dispatch(page, Input::Press(FORM, action));
    }

    /// The customer submits the form with this text in every field.
    pub fn submit(&mut self, page: usize, text: &str) {
        self.use_page(page);
        let view = self.view(page);
        let values = view.fields.iter().map(|field| FieldValue {
            kind: field.kind,
            value: Secret::new(text),
            meets_policy: true,
        });
        self.dispatch(page, Input::Submit(FORM, values.collect()));
    }

    /// Signs Ada in with a code.
    pub fn sign_in(&mut self, page: usize) {
        self.sign_in_as(page, ADA);
    }

    /// Signs a customer in with a code.
    pub fn sign_in_as(&mut self, page: usize, identifier: &str) {
        self.submit(page, identifier);
        let message = self.engine.outbox().last();
        let code = message.expect("a message").code.clone();
        self.submit(page, &code);
        assert_eq!(self.view(page).step, StepName::SignedIn);
    }

    /// The page calls `signOut()`.
    pub fn sign_out(&mut self, page: usize) {
        self.dispatch(page, Input::SignOut);
    }

    /// The page calls `getToken()` for a token that is valid for at least this many seconds.
    pub fn request_token(&mut self, page: usize, seconds: u64) -> TokenRequestId {
        self.request_replacement(page, seconds, None)
    }

    /// The page asks for another token than one that a server refused, as `fetch()` of the widget does after a 401.
    pub fn request_replacement(
        &mut self,
        page: usize,
        seconds: u64,
        refused: Option<&str>,
    ) -> TokenRequestId {
        self.pages[page].last_token_request += 1;
        let id = TokenRequestId(self.pages[page].last_token_request);
        let refused = refused.map(Secret::new);
        self.dispatch(page, Input::RequestToken(id, seconds * SECOND, refused));
        id
    }

    /// The token or the kind of error that a call of `getToken()` was settled with; `None` while it is pending.
    pub fn token_result(&self, page: usize, id: TokenRequestId) -> Option<Result<String, Kind>> {
        let mut results = self.pages[page].token_results.iter();
        let (_, result) = results.find(|(settled, _)| *settled == id)?;
        Some(result.clone().map_err(|problem| problem.kind))
    }

    /// The token that a page has, even if it expires within a second.
    ///
    /// # Errors
    /// The kind of failure that it rejects with.
    pub fn token(&mut self, page: usize) -> Result<String, Kind> {
        let id = self.request_token(page, 0);
        self.token_result(page, id).expect("a result at once")
    }

    /// Clears everything that the browser keeps for the shop.
    pub fn clear_storage(&mut self) {
        self.shared = SharedStorage::default();
        for page in &mut self.pages {
            (page.stored, page.key) = (TabStorage::default(), None);
        }
    }

    /// Sends a page a message, as any script of the shop can.
    pub fn send_version(&mut self, page: usize, version: SessionVersion) {
        self.dispatch(page, Input::SharedVersionChanged(Some(version)));
    }

    /// Hands an input to the login of a page, and runs until all pages are idle.
    pub fn dispatch(&mut self, page: usize, input: Input) {
        self.handle(page, input);
        self.run_until_idle();
    }

    // Time --------------------------------------------------------------------------------------------------------------

    /// Advances all clocks. Timers fire and responses arrive when they are due.
    pub fn advance(&mut self, span: Millis) {
        let end = self.monotonic_clock + span;
        self.run_until_idle();
        while self.monotonic_clock < end {
            let next = self.next_due().unwrap_or(end);
            let next = next.clamp(self.monotonic_clock + 1, end);
            let span = next - self.monotonic_clock;
            self.monotonic_clock += span;
            self.wall_clock += span;
            self.engine_time += span;
            self.run_until_idle();
        }
    }

    /// Advances the wall clock and the engine's clock only: the machine sleeps.
    pub fn sleep(&mut self, span: Millis) {
        self.wall_clock += span;
        self.engine_time += span;
    }

    /// Sets the device's wall clock forward, or back, by this many milliseconds.
    pub fn shift_wall_clock(&mut self, by: i64) {
        let shifted = self.wall_clock.checked_add_signed(by);
        self.wall_clock = shifted.expect("a time after 1970");
    }

    /// Both clocks, as a page sees them. Its monotonic clock starts when it is loaded.
    fn now(&self, page: usize) -> Now {
        Now::new(
            self.monotonic_clock - self.pages[page].loaded_at + 3,
            self.wall_clock,
        )
    }

    /// When something is due next, on the monotonic clock of the shop.
    fn next_due(&self) -> Option<Millis> {
        let mut due = Vec::new();
        for (at, page) in self.active_pages() {
            let now = self.now(at);
            let timer = page.login.wake_at(now);
            due.extend(timer.map(|at| self.monotonic_clock + at.since(now.monotonic)));
            due.extend(page.pending.iter().map(|request| request.arrives_at));
            due.extend(page.reads.iter().map(|(_, since)| since + READ_TIMEOUT));
        }
        let waiting = self.lock_queue.iter().filter(|lock| !lock.is_granted);
        due.extend(waiting.map(|lock| lock.since + self.lock_timeout(lock.page)));
        due.into_iter()
            .filter(|due| *due > self.monotonic_clock)
            .min()
    }

    /// How long a page waits for a lock. Without the Web Locks API a page waits for a random span, which here depends on its number.
    fn lock_timeout(&self, page: usize) -> Millis {
        if self.has_locks {
            LOCK_TIMEOUT
        } else {
            100 * (Millis::try_from(page).expect("few pages") % 5)
        }
    }

    fn active_pages(&self) -> impl Iterator<Item = (usize, &Page)> {
        let pages = self.pages.iter().enumerate();
        pages.filter(|(_, page)| page.lifecycle == Lifecycle::Active)
    }

    // The browser -------------------------------------------------------------------------------------------------------

    /// Delivers what is due until nothing is.
    fn run_until_idle(&mut self) {
        for _ in 0..100 * (self.pages.len() + 2) {
            let Some((at, input)) = self.next_input() else {
                return;
            };
            self.handle(at, input);
        }
        panic!("the pages do not become idle");
    }

    /// The next input that is due now, and its page.
    fn next_input(&mut self) -> Option<(usize, Input)> {
        if let Some(lock) = self.next_lock() {
            return Some((lock.page, Input::LockGranted(lock.ticket)));
        }
        let active = self.active_pages().map(|(at, _)| at).collect::<Vec<_>>();
        for at in active {
            if let Some(version) = self.pages[at].messages.pop_front() {
                return Some((at, Input::SharedVersionChanged(Some(version))));
            }
            if let Some((version, record)) = self.finish_read(at) {
                return Some((at, Input::SharedRecordRead(version, record)));
            }
            let clock = self.monotonic_clock;
            let pending = &mut self.pages[at].pending;
            let due = pending
                .iter()
                .position(|request| request.arrives_at <= clock);
            if let Some(due) = due {
                let request = pending.remove(due);
                return Some((at, Input::Response(request.ticket, request.reply)));
            }
            let now = self.now(at);
            let timer = self.pages[at].login.wake_at(now);
            if timer.is_some_and(|at| at <= now.monotonic) {
                return Some((at, Input::Wake(WakeReason::Timer)));
            }
        }
        None
    }

    /// The next page that may go on: it holds a lock and has not been told, or it has waited in the last tier for long enough.
    fn next_lock(&mut self) -> Option<LockRequest> {
        let mut at = 0;
        while let Some(lock) = self.lock_queue.get(at).copied() {
            let is_frozen = self.pages[lock.page].lifecycle == Lifecycle::Frozen;
            let mut before = self.lock_queue[..at].iter();
            let is_first = before.all(|other| other.tier != lock.tier);
            at += 1;
            if lock.is_granted || is_frozen {
                continue;
            }
            if is_first && self.has_locks {
                self.lock_queue[at - 1].is_granted = true;
                return Some(lock);
            }
            if self.monotonic_clock >= lock.since + self.lock_timeout(lock.page) {
                at -= 1;
                self.lock_queue.remove(at);
                if !self.has_locks || lock.tier == LOCK_TIERS {
                    return Some(lock);
                }
                self.lock_queue.push(LockRequest {
                    tier: lock.tier + 1,
                    since: self.monotonic_clock,
                    ..lock
                });
            }
        }
        None
    }

    /// Finishes the oldest read of a shared record, with the record or without one; `None` while the page still tries.
    fn finish_read(&mut self, at: usize) -> Option<(SessionVersion, Option<Secret>)> {
        let (version, since) = *self.pages[at].reads.first()?;
        let shared = self.shared.record.clone();
        let shared = shared.filter(|(under, ..)| *under == version && self.can_read_records);
        // A frozen tab offers its key as well, since it keeps the lock that the key is found by.
        let mut open = self
            .pages
            .iter()
            .filter(|page| page.lifecycle != Lifecycle::Closed);
        let record = shared.filter(|(_, key, _)| match key {
            Key::Device => true,
            Key::Tabs(number) => open.any(|page| page.key == Some(*number)),
        });
        let record = record.map(|(_, key, record)| {
            if let Key::Tabs(number) = key {
                self.pages[at].key = Some(number);
            }
            record
        });
        if record.is_none() && self.can_read_records && self.monotonic_clock < since + READ_TIMEOUT
        {
            return None;
        }
        self.pages[at].reads.remove(0);
        Some((version, record.map(Secret::new)))
    }

    /// When the shop was used last, if an idle session ends.
    fn last_use(&self) -> Option<Millis> {
        self.settings.max_idle?;
        self.shared.last_use
    }

    /// Hands an input to the login of a page, after whatever other pages have written since its last input.
    fn handle(&mut self, at: usize, input: Input) {
        let page = &mut self.pages[at];
        assert!(
            page.lifecycle == Lifecycle::Active,
            "an input for a page that is not active"
        );
        if page.has_started && self.settings.shares && page.seen_version != self.shared.version {
            page.seen_version.clone_from(&self.shared.version);
            let version = self.shared.version.as_deref();
            match version.map(SessionVersion::parse) {
                None => self.step(at, Input::SharedVersionChanged(None)),
                Some(Some(version)) => self.step(at, Input::SharedVersionChanged(Some(version))),
                Some(None) => {}
            }
        }
        if let Some(last_use) = self.last_use()
            && self.pages[at].seen_use != Some(last_use)
        {
            self.pages[at].seen_use = Some(last_use);
            self.step(at, Input::LastUseChanged(UnixMs(last_use)));
        }
        self.step(at, input);
    }

    /// Hands one input to the login of a page, and performs the effects.
    fn step(&mut self, at: usize, input: Input) {
        let now = self.now(at);
        let allowed = allowed_calls(&input);
        let effects = self.pages[at].login.handle(now, input);
        let mut locks = Vec::new();
        for effect in effects {
            match effect {
                Effect::Send(ticket, request) => {
                    let call = request.call;
                    assert!(allowed.contains(&call), "{call:?} after another input");
                    self.send(at, ticket, &request);
                }
                Effect::Cancel(ticket) => {
                    // The request may be the one whose response is being handled.
                    let mut pending = self.pages[at].pending.iter_mut();
                    if let Some(request) = pending.find(|request| request.ticket == ticket) {
                        request.cancelled = true;
                    }
                }
                Effect::StoreSession(record, version, audience, storage) => {
                    self.store_session(at, record, version, audience, storage);
                }
                Effect::AcquireLock(ticket) if self.settings.shares => {
                    self.lock_queue.push(LockRequest {
                        page: at,
                        ticket,
                        tier: 1,
                        since: self.monotonic_clock,
                        is_granted: false,
                    });
                }
                Effect::AcquireLock(ticket) => locks.push(ticket),
                Effect::ReleaseLock(ticket) => {
                    self.lock_queue
                        .retain(|lock| lock.page != at || lock.ticket != ticket);
                }
                Effect::ReadSharedRecord(version) => {
                    assert!(self.settings.shares, "pages that share nothing");
                    self.pages[at].reads.push((version, self.monotonic_clock));
                }
                Effect::StoreStep(record) => {
                    let keeps_records = self.settings.storage != Storage::Memory;
                    let record = record.filter(|_| keeps_records);
                    self.pages[at].stored.step = record.map(|record| record.expose().to_owned());
                }
                Effect::StoreLastUse(UnixMs(last_use)) => {
                    self.pages[at].seen_use = Some(last_use);
                    if self.settings.storage != Storage::Memory {
                        self.shared.last_use = Some(last_use);
                    }
                }
                Effect::StoreIdentifier(_) | Effect::Dispatch(_, Event::Activity(_)) => {}
                Effect::Dispatch(_, event) => self.pages[at].events.push(event),
                Effect::ResolveToken(id, result) => self.resolve_token(at, id, result),
            }
        }
        for ticket in locks {
            self.handle(at, Input::LockGranted(ticket));
        }
        self.check_invariants(at);
    }

    fn resolve_token(&mut self, at: usize, id: TokenRequestId, result: Result<Secret, Problem>) {
        let results = &mut self.pages[at].token_results;
        assert!(
            !results.iter().any(|(settled, _)| *settled == id),
            "a call of getToken() is settled once"
        );
        let result = result.map(|token| token.expose().to_owned());
        if let Ok(token) = &result {
            assert_login_token(token);
        }
        results.push((id, result));
    }

    /// Stores or erases the record of the session, as `Runner::keep_session` does.
    fn store_session(
        &mut self,
        at: usize,
        record: Option<Secret>,
        version: SessionVersion,
        audience: TabScope,
        storage: Storage,
    ) {
        let can_store_key = self.settings.shares && self.can_store_key;
        let placement = Placement::of(storage, audience, version, record.is_none(), can_store_key);
        let record = record.map(|record| record.expose().to_owned());
        let own = record.clone();
        self.pages[at].stored.session = own.filter(|_| placement.own != Storage::Memory);
        if placement.shared == SharedCopy::Nothing || !self.settings.shares {
            return;
        }
        self.shared.version = Some(version.to_text());
        self.pages[at].seen_version.clone_from(&self.shared.version);
        match record {
            None => self.shared.record = None,
            Some(_) if !self.can_read_records => {}
            Some(record) => {
                let key = if placement.shared == SharedCopy::OnDevice {
                    Key::Device
                } else {
                    self.last_key += 1;
                    Key::Tabs(*self.pages[at].key.get_or_insert(self.last_key))
                };
                self.shared.record = Some((version, key, record));
            }
        }
        for (other, page) in self.pages.iter_mut().enumerate() {
            if other != at && page.lifecycle != Lifecycle::Closed && self.has_messages {
                page.messages.push_back(version);
            }
        }
    }

    /// Sends a request, and notes when its response is delivered.
    fn send(&mut self, at: usize, ticket: Ticket, request: &Request) {
        let body = request.body_for(|| "1-2-3-4".to_owned());
        let body = body.expose().to_owned();
        check_request(request.call, &body, self.settings.send_device);
        let (delay, reply) = exchange(
            &mut self.engine,
            self.engine_time,
            self.network,
            self.latency,
            request,
            body,
        );
        let page = &mut self.pages[at];
        page.calls.push(request.call);
        page.pending.push(PendingRequest {
            ticket,
            call: request.call,
            arrives_at: self.monotonic_clock + delay,
            cancelled: false,
            reply,
        });
    }

    /// Asserts what must hold on a page after every input.
    fn check_invariants(&self, at: usize) {
        let page = &self.pages[at];
        let Some(view) = page.login.view(self.now(at), FORM) else {
            return;
        };
        check_view(&view);
        assert_eq!(
            matches!(view.step, StepName::SignedIn | StepName::ChangePassword),
            self.is_signed_in(at),
            "the step does not fit the session: {view:?}"
        );
        let pending = page.pending.iter().filter(|request| !request.cancelled);
        let renewals = pending.filter(|request| is_renewal(request.call)).count();
        assert!(renewals <= 1, "one renewal of each page at a time");
        let seen = page.seen_version.as_deref().and_then(SessionVersion::parse);
        assert!(
            !(seen.is_some_and(SessionVersion::is_ended) && self.is_signed_in(at)),
            "a session after signing out, without a new login"
        );
    }

    // What can be observed ----------------------------------------------------------------------------------------------

    /// The screen of a page's form.
    pub fn view(&self, page: usize) -> View {
        let view = self.pages[page].login.view(self.now(page), FORM);
        view.expect("an attached form")
    }

    /// Whether a page has a session.
    pub fn is_signed_in(&self, page: usize) -> bool {
        self.pages[page].login.session().is_some()
    }

    /// The identifier of the customer who is signed in on a page.
    pub fn signed_in_identifier(&self, page: usize) -> Option<String> {
        let session = self.pages[page].login.session()?;
        let session: serde_json::Value = serde_json::from_str(&session).expect("JSON");
        Some(session["identifierValue"].as_str()?.to_owned())
    }

    /// Descriptions of the events that a page dispatched since the last call.
    pub fn take_events(&mut self, page: usize) -> Vec<String> {
        let events = std::mem::take(&mut self.pages[page].events);
        events.iter().map(describe_event).collect()
    }

    /// Forgets the events of all pages.
    pub fn discard_events(&mut self) {
        for page in &mut self.pages {
            page.events.clear();
        }
    }

    /// The records that a tab keeps over a reload.
    pub fn stored(&mut self, page: usize) -> &mut TabStorage {
        &mut self.pages[page].stored
    }

    /// How many requests for a new token a page has sent.
    pub fn renewals_of(&self, page: usize) -> usize {
        let calls = self.pages[page].calls.iter();
        calls.filter(|call| is_renewal(**call)).count()
    }

    /// How many requests for a new token all pages have sent together.
    pub fn renewals(&self) -> usize {
        (0..self.pages.len()).map(|at| self.renewals_of(at)).sum()
    }

    /// The first active page that waits for the response to a renewal.
    pub fn renewing_page(&self) -> Option<usize> {
        self.pages.iter().position(|page| {
            let mut pending = page.pending.iter();
            page.lifecycle == Lifecycle::Active
                && pending.any(|request| !request.cancelled && is_renewal(request.call))
        })
    }

    /// The next request of this call, by any page, goes wrong.
    pub fn fail_next(&mut self, call: Call, fault: Fault) {
        self.engine.inject(endpoint(call), fault, Some(1));
    }
}
