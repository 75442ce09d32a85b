//! One state of the model: three tabs of a shop, what they share, and the engine.

mod browser;
mod checks;
mod enabled;
mod steps;

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use ae_login::login::session::SessionVersion;
use ae_login::login::time::{Millis, Now};

use crate::events::{Customer, EngineReply, Token};
use crate::login_cache::{LIFE, LoginCache, LoginId, RecordId};
use crate::transitions::Incident;
use ae_test_support::{HOUR, SECOND, START_TIME};

/// How many tabs there are.
pub(crate) const TABS: usize = 3;
/// How long a tab waits for the lock of each tier, in milliseconds.
const LOCK_TIMEOUT: Millis = 3 * SECOND;
/// How many locks there are, one for each tier.
const TIERS: usize = 5;
/// After this time a request is given up, in milliseconds.
const REQUEST_TIMEOUT: Millis = 10 * SECOND;
/// How long after the end of a run the tabs may take until no expired token is left, in milliseconds.
const SETTLING_TIME: Millis = 2 * LIFE;

/// The state that all tabs share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
struct Shared {
    version: Option<SessionVersion>,
    record: Option<RecordId>,
}

/// How far a tab is with its request for a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum LockState {
    None,
    /// It waits in this tier, since this time.
    Queued(usize, Millis),
    /// It holds the lock and has not been told yet.
    Granted,
    /// It has been told that it holds the lock.
    Held,
    /// All waits have timed out, and it goes on without a lock.
    WithoutLock,
}

/// The last event that a page was told about its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Announced {
    Nothing,
    SignedIn(Token),
    SignedOut,
}

/// A message that reaches a tab from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Message {
    /// Another tab has written this version.
    Written(SessionVersion),
    /// The customer returns to the tab. No message announces that the storage was cleared, but a visit makes the tab read it.
    Visit,
}

/// A request whose response has not been delivered yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct PendingRequest {
    sent_at: Millis,
    is_renewal: bool,
    is_slow: bool,
    reply: EngineReply,
}

/// One tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Tab {
    /// `None` while the tab is closed.
    login: Option<LoginId>,
    /// The record that the next page of the tab restores.
    stored: Option<RecordId>,
    /// The shared version that the tab saw last.
    seen_version: Option<SessionVersion>,
    /// Messages that have not been delivered yet, the oldest first.
    messages: [Option<Message>; 4],
    /// Shared records that the tab tries to read, by their versions.
    reads: [Option<SessionVersion>; 2],
    lock: LockState,
    pending: Option<PendingRequest>,
    /// The request before `pending`, if a session is renewed while a customer signs in. The newest response comes first.
    earlier: Option<PendingRequest>,
    /// The response to a request that was cancelled.
    late_reply: Option<EngineReply>,
    is_frozen: bool,
    announced: Announced,
}

impl Tab {
    /// An open tab of which nothing is known, with this login; or a closed one.
    fn new(login: Option<LoginId>) -> Self {
        Self {
            login,
            stored: None,
            seen_version: None,
            messages: [None; 4],
            reads: [None; 2],
            lock: LockState::None,
            pending: None,
            earlier: None,
            late_reply: None,
            is_frozen: false,
            announced: Announced::Nothing,
        }
    }

    /// Adds a request that was just sent.
    fn add_request(&mut self, request: PendingRequest) {
        self.earlier = self.pending.replace(request);
    }

    /// Removes the pending renewal, or the pending request of the form.
    fn take_request(&mut self, is_renewal: bool) -> Option<PendingRequest> {
        if self
            .pending
            .is_some_and(|request| request.is_renewal == is_renewal)
        {
            std::mem::replace(&mut self.pending, self.earlier.take())
        } else {
            self.earlier
                .take_if(|request| request.is_renewal == is_renewal)
        }
    }
}

/// A state of the model.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    /// When the run ends. It goes on for a while if a tab still has an expired token.
    end: Millis,
    /// The incidents that may happen in the run, as a set of bits.
    allowed: u16,
    tabs: [Tab; TABS],
    shared: Shared,
    /// The shared state before the last write.
    previous: Shared,
    /// The tab that wrote last; [`TABS`] if it was none.
    last_writer: usize,
    /// The tab that holds the lock of each tier, and whether a wait for it has timed out since.
    lock_holders: [(Option<usize>, bool); TIERS],
    /// The tabs that wait for a lock of any tier, in the order of their requests.
    lock_queue: [Option<usize>; TABS],
    /// The engine's clock, from 0.
    time: Millis,
    time_asleep: Millis,
    /// By how many hours the device's clock was set.
    clock_shift: i8,
    /// How many tokens the engine has issued.
    tokens: u8,
    /// How many logins were started.
    logins: u8,
    /// The logins that have shared a record, and those that were signed out of, as sets of bits.
    shared_logins: u8,
    ended_logins: u8,
    /// The customer of each epoch (the first part of a version).
    epochs: [Option<(u64, Customer)>; 4],
    /// How many renewals were requested with each token.
    renewals: [u8; 12],
    /// How many renewals beyond one per token are excused.
    excused_renewals: u8,
    /// The incidents that have happened, as a set of bits.
    incidents: u16,
    /// How many incidents may still happen.
    incidents_left: u8,
}

impl Model {
    /// The first state: nobody is signed in, and Ada has just submitted her code in the first of three tabs.
    pub(crate) fn new(
        cache: &mut LoginCache,
        allowed: &[Incident],
        max_incidents: u8,
        renewals: Millis,
    ) -> Self {
        let mut model = Self {
            // A renewal comes after 80 % of a token's life, and may be retried.
            end: renewals * LIFE / 5 * 4 + 30 * SECOND,
            allowed: allowed.iter().fold(0, |all, incident| all | incident.bit()),
            tabs: [Tab::new(None); TABS],
            shared: Shared::default(),
            previous: Shared::default(),
            last_writer: 0,
            lock_holders: [(None, false); TIERS],
            lock_queue: [None; TABS],
            time: 0,
            time_asleep: 0,
            clock_shift: 0,
            tokens: 0,
            logins: 0,
            shared_logins: 0,
            ended_logins: 0,
            epochs: [None; 4],
            renewals: [0; 12],
            excused_renewals: 0,
            incidents: 0,
            incidents_left: max_incidents,
        };
        let login = cache.new_login(model.now());
        model.tabs = [Tab::new(Some(login)); TABS];
        let started = model.start_login(cache, 0, Customer::Ada);
        started.expect("the first state violates no property");
        model
    }

    /// A hash that is equal for states that differ only in the order of their tabs.
    pub(crate) fn fingerprint(&self) -> u64 {
        let mut tabs = [0; TABS];
        for (at, tab) in self.tabs.iter().enumerate() {
            let mut hasher = DefaultHasher::new();
            tab.hash(&mut hasher);
            let place = self
                .lock_queue
                .iter()
                .position(|queued| *queued == Some(at));
            let tier = self.lock_holders.iter().position(|it| it.0 == Some(at));
            (tier, place, self.last_writer == at).hash(&mut hasher);
            tabs[at] = hasher.finish();
        }
        tabs.sort_unstable();
        let mut hasher = DefaultHasher::new();
        (
            tabs,
            self.shared,
            self.previous,
            self.time,
            self.time_asleep,
            self.clock_shift,
        )
            .hash(&mut hasher);
        (
            self.tokens,
            self.logins,
            self.shared_logins,
            self.ended_logins,
            self.epochs,
            self.renewals,
        )
            .hash(&mut hasher);
        let timed_out = self.lock_holders.map(|(_, timed_out)| timed_out);
        (
            self.excused_renewals,
            timed_out,
            self.incidents,
            self.incidents_left,
        )
            .hash(&mut hasher);
        hasher.finish()
    }

    /// Both clocks of the device.
    fn now(&self) -> Now {
        let wall = START_TIME + self.time;
        let wall = wall.checked_add_signed(i64::from(self.clock_shift) * HOUR.cast_signed());
        Now::new(
            5 + self.time - self.time_asleep,
            wall.expect("a time after 1970"),
        )
    }

    fn has_happened(&self, incident: Incident) -> bool {
        self.incidents & incident.bit() != 0
    }

    fn may_happen(&self, incident: Incident) -> bool {
        self.incidents_left > 0
            && !self.has_happened(incident)
            && self.allowed & incident.bit() != 0
    }

    fn note_incident(&mut self, incident: Incident) {
        self.incidents |= incident.bit();
        self.incidents_left -= 1;
    }
}
