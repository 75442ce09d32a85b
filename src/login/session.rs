//! The session: when its token is renewed, when a failed renewal is tried again, when the session ends, and who waits for a token.
//!
//! ```text
//!               restore               renewed, or another tab's token
//! SignedOut ─────────────▶ Restoring ─────────────────────────────────▶ Active
//!     │                        │                                          │
//!     │  begin (a login is complete), or a valid stored or shared token   │
//!     ├──────────────────────────────────────────────────────────────────▶│
//!     │                        │                                          │
//!     ◀────────────────────────┴──────────────────────────────────────────┘
//!               sign_out, end (refused, expired, too old), another tab
//! ```
//!
//! All spans count from the moment a token was received (`exp - iat`), because the device's clock may be a day off. A failed
//! renewal never discards a token that is still valid.

pub mod placement;
mod renewal;
pub mod stored;
pub mod version;

pub use super::message::{Reason, WakeReason};
pub use placement::{Placement, SharedCopy, TabScope};
pub use stored::{
    Authenticator, PublicSession, RECORD_VERSION, SecondFactorProof, StoredSession, SubjectRecord,
};
pub use version::SessionVersion;

use super::config::{Settings, Storage};
use super::contract::USER_ROLE;
use super::identifier::Identifier;
use super::message::{Effect, Ticket, TokenRequestId};
use super::outbox::{Outbox, SessionNews};
use super::problem::{self, Kind, Problem, Remedy};
use super::secret::Secret;
use super::text::Text;
use super::time::{Millis, Now, Rng, Timestamp, UnixMs, earliest};
use super::token::UnverifiedClaims;
use super::wire::{ApiError, ApiResponse, Call, Request, Subject};
use renewal::{Renewal, Stage};

/// How far the clocks of the engine's machines may differ.
const ENGINE_CLOCK_SKEW: Millis = 5_000;

/// A completed login, as [`Session::begin`] takes it.
#[derive(Debug)]
pub struct NewSession {
    /// The customer, as the first factor named them.
    pub subject: Subject,
    /// The proof of the second factor, if there was one.
    pub second_factor: Option<SecondFactorProof>,
    /// Whether the customer chose to stay signed in on this device.
    pub is_remembered: bool,
    /// The token, and its claims.
    pub token: Secret,
    /// The claims that [`Session::validate_token`] returned with the token.
    pub claims: UnverifiedClaims,
}

/// A call of `getToken()` that waits for a renewal.
#[derive(Debug, Clone, Copy)]
struct TokenRequest {
    id: TokenRequestId,
    /// How long the token must still be valid.
    validity: Millis,
}

/// A session and what is under way in it.
#[derive(Debug, Clone)]
struct Live {
    stored: StoredSession,
    renewal: Renewal,
    token_requests: Vec<TokenRequest>,
}

/// Whether there is a session, and whether the page knows it.
#[derive(Debug, Clone)]
enum State {
    /// There is no session.
    SignedOut,
    /// An earlier page stored a session whose token expired since. The page does not know it before it is renewed.
    Restoring(Live),
    /// There is a session, and the page knows it.
    Active(Live),
}

impl State {
    fn live(&self) -> Option<&Live> {
        match self {
            Self::SignedOut => None,
            Self::Restoring(live) | Self::Active(live) => Some(live),
        }
    }

    fn live_mut(&mut self) -> Option<&mut Live> {
        match self {
            Self::SignedOut => None,
            Self::Restoring(live) | Self::Active(live) => Some(live),
        }
    }
}

/// This tab's knowledge of the session that all tabs share.
#[derive(Debug, Clone, Copy, Default)]
struct Shared {
    /// The version of this tab's own session.
    version: SessionVersion,
    /// The version that another tab shares and this one is reading.
    reading: Option<SessionVersion>,
    /// The version that another tab shares and this one could not read. It is newer than `version`.
    unreadable: Option<SessionVersion>,
    /// The version that was unused for too long when this page was opened. Opening the page does not count as use of it.
    idle_at_start: Option<SessionVersion>,
}

impl Shared {
    /// The newest version that this tab knows of, read or not.
    fn newest(&self) -> SessionVersion {
        let foreign = self.reading.max(self.unreadable);
        foreign.unwrap_or(self.version).max(self.version)
    }

    /// Sets the tab's own version and forgets what other tabs shared before.
    fn set_version(&mut self, version: SessionVersion) {
        self.version = version;
        self.reading = None;
        self.unreadable = None;
    }
}

/// The newest `iat` that the engine showed, and when: the least that the engine's clock can read by now.
#[derive(Debug, Clone, Copy)]
struct EngineClock {
    read: UnixMs,
    at: Timestamp,
}

/// The one session that all elements with the same engine and brand share.
#[derive(Debug, Clone)]
pub struct Session {
    state: State,
    shared: Shared,
    /// When the page was last used, in any tab.
    last_use: Option<Timestamp>,
    /// Whether this tab is hidden. A hidden tab renews only if it is asked for a token.
    is_hidden: bool,
    engine_clock: Option<EngineClock>,
    /// How much earlier than necessary this page renews, in thousandths of the longest lead: pages whose tokens began together
    /// do not renew at the same moment.
    jitter: u64,
    rng: Rng,
}

impl Session {
    /// A session in which nobody is signed in.
    pub fn new(mut rng: Rng) -> Self {
        Self {
            state: State::SignedOut,
            shared: Shared::default(),
            last_use: None,
            is_hidden: false,
            engine_clock: None,
            jitter: rng.up_to(1000),
            rng,
        }
    }

    /// The session, as far as the page knows it; `None` while nobody is signed in or a session is being restored.
    pub fn active(&self) -> Option<&StoredSession> {
        match &self.state {
            State::Active(live) => Some(&live.stored),
            State::SignedOut | State::Restoring(_) => None,
        }
    }

    /// Whether the page waits for the renewal of a stored session.
    pub fn is_restoring(&self) -> bool {
        self.restoring_identifier().is_some()
    }

    /// Whether nobody is signed in here, and the record that another tab shares is being read.
    pub fn is_reading_shared_record(&self) -> bool {
        self.active().is_none() && self.shared.reading.is_some()
    }

    /// The identifier of the customer whose stored session is being renewed.
    pub fn restoring_identifier(&self) -> Option<&Identifier> {
        match &self.state {
            State::Restoring(live) if live.renewal.stage != Stage::Idle => {
                Some(&live.stored.subject.identifier)
            }
            _ => None,
        }
    }

    /// Takes the token of a response for the identifier that it was requested for.
    ///
    /// # Errors
    /// [`Kind::Malformed`] if the response has no token, or a token of another brand or customer, or one that was expired when
    /// it came. The role is left to the caller.
    pub fn validate_token(
        &mut self,
        now: Now,
        settings: &Settings,
        identifier: &Identifier,
        response: &ApiResponse,
    ) -> Result<(Secret, UnverifiedClaims), Problem> {
        let token = response.token.clone().ok_or_else(Problem::malformed)?;
        let mut claims = UnverifiedClaims::parse(&token)
            .filter(|claims| claims.are_for(&settings.brand, identifier))
            .ok_or_else(Problem::malformed)?;
        let clock = self
            .engine_clock
            .map_or(UnixMs::default(), |EngineClock { read, at }| {
                read.after(at.elapsed_at_least(now))
            });
        if claims.expires_at.after(ENGINE_CLOCK_SKEW) < clock {
            return Err(Problem::malformed());
        }
        if claims.issued_at > clock {
            self.engine_clock = Some(EngineClock {
                read: claims.issued_at,
                at: Timestamp::at(now),
            });
        }
        // The role of the envelope counts before the token's own (contract §8), but it completes no login: only a token that says
        // so itself does. And the token that opens an attempt proves nothing (§6).
        if let Some(role) = &response.role
            && role != USER_ROLE
            && !matches!(claims.role.as_str(), "VIEW" | "MFA_PENDING")
        {
            claims.role.clone_from(role);
        }
        Ok((token, claims))
    }

    /// Begins the session of a completed login.
    pub fn begin(&mut self, now: Now, settings: &Settings, new: NewSession, out: &mut Outbox) {
        let version = self.shared.newest().signed_in(new.claims.issued_at);
        let is_other_user = self
            .active()
            .is_some_and(|old| !new.claims.are_for_customer_of(&old.claims));
        if is_other_user {
            self.forget(Reason::Replaced, TabScope::ThisTab, settings, out);
        }
        self.cancel_renewal(out);
        self.shared.set_version(version);
        let stored = StoredSession {
            subject: new.subject,
            second_factor: new.second_factor,
            is_remembered: new.is_remembered,
            token: new.token,
            signed_in_at: new.claims.issued_at,
            claims: new.claims,
            received: Timestamp::at(now),
        };
        self.replace(stored);
        self.announce();
        self.store(settings, TabScope::AllTabs, out);
        out.report(SessionNews::SignedIn(false));
        self.resolve_token_requests(now, None, out);
    }

    /// Restores the session that an earlier page of this tab stored. A record that does not fit the settings is ignored.
    ///
    /// `shared` is the version that all tabs share, if there is one.
    pub fn restore(
        &mut self,
        now: Now,
        settings: &Settings,
        record: &Secret,
        shared: Option<SessionVersion>,
        out: &mut Outbox,
    ) {
        if self.state.live().is_some() {
            return;
        }
        let Some((stored, version)) = StoredSession::read(now, settings, record) else {
            return;
        };
        self.shared.version = version;
        if let Some(shared) = shared
            && shared > version
            && (shared.is_ended() || !shared.is_same_login(version))
        {
            // The session ended since, or another login replaced it: the record is erased.
            return self.store(settings, TabScope::ThisTab, out);
        }
        let is_valid = stored.valid_for(now) > 0;
        self.replace(stored);
        if self.is_past_its_age(now, settings) {
            self.end(Reason::TooOld, settings, out);
        } else if is_valid || !settings.renew {
            self.announce();
            out.report(SessionNews::SignedIn(true));
            self.wake(now, WakeReason::Resumed, settings, out);
        } else if !self.is_hidden {
            self.start_renewal(now, out);
        }
        // A hidden tab renews as soon as it is visible.
    }

    /// Ends or renews the session if that is due.
    pub fn wake(&mut self, now: Now, reason: WakeReason, settings: &Settings, out: &mut Outbox) {
        if reason == WakeReason::Resumed
            && let Some(live) = self.state.live_mut()
            && live.renewal.shorten_pause(now)
        {
            live.renewal.forget_failures();
        }
        if self.wake_in(now, settings) != Some(0) {
            return;
        }
        if self.is_past_its_age(now, settings) {
            self.end(Reason::TooOld, settings, out);
        } else if !self.is_too_old_to_renew(now, settings) {
            self.start_renewal(now, out);
        }
    }

    /// Records that the page was used, in this tab or another.
    pub fn set_last_use(&mut self, now: Now, at: UnixMs) {
        self.last_use = Timestamp::recorded(at, now).or(self.last_use);
    }

    /// Records whether this tab is visible.
    pub fn set_visible(&mut self, is_visible: bool) {
        self.is_hidden = !is_visible;
    }

    /// How much longer the page may stay unused; `None` without a limit (`max-idle="off"`) or without a known use.
    fn idle_remaining(&self, now: Now, settings: &Settings) -> Option<Millis> {
        let limit = settings.max_idle?;
        Some(limit.saturating_sub(self.last_use?.elapsed(now)))
    }

    /// How long until the session ends because the page is unused.
    fn ends_idle_in(&self, now: Now, settings: &Settings) -> Option<Millis> {
        self.state.live()?;
        self.idle_remaining(now, settings)
    }

    /// Whether the session ends now: the page was unused for too long, or the token expired and is not renewed any more.
    fn is_past_its_age(&self, now: Now, settings: &Settings) -> bool {
        self.ends_idle_in(now, settings) == Some(0)
            || (self.is_expired(now) && self.is_too_old_to_renew(now, settings))
    }

    /// Whether the last login is too long ago for a renewal (`max-age`).
    fn is_too_old_to_renew(&self, now: Now, settings: &Settings) -> bool {
        let live = self.state.live();
        live.is_some_and(|live| live.stored.age(now) > settings.max_age(self.storage(settings)))
    }

    /// Whether there is a session whose token expired.
    fn is_expired(&self, now: Now) -> bool {
        let live = self.state.live();
        live.is_some_and(|live| live.stored.valid_for(now) == 0)
    }

    /// How long until [`Session::wake`] has something to do; `None` while nothing is due.
    pub fn wake_in(&self, now: Now, settings: &Settings) -> Option<Millis> {
        let live = self.state.live()?;
        let renews = (settings.renew && !self.is_hidden) || live.needs_new_token();
        let renewal = (renews && live.renewal.stage == Stage::Idle).then(|| {
            let due = if self.is_too_old_to_renew(now, settings) {
                // Only the end of the token is due, and not before its time.
                return live.stored.valid_for(now);
            } else if live.needs_new_token() {
                0
            } else {
                live.stored.renewal_due_in(now, self.jitter)
            };
            due.max(live.renewal.pause(now))
        });
        earliest(renewal, self.ends_idle_in(now, settings))
    }

    /// Answers a call of `getToken()`, or renews the token first.
    ///
    /// `validity` is how long the token must still be valid. Tokens that live shorter are renewed at four fifths of their life.
    /// The call is rejected with [`Kind::SignedOut`] if there is no session or it is too old for a renewal, and with
    /// [`Kind::RateLimited`] while the engine demands a pause.
    pub fn request_token(
        &mut self,
        now: Now,
        id: TokenRequestId,
        validity: Millis,
        settings: &Settings,
        out: &mut Outbox,
    ) {
        let is_too_old = self.is_too_old_to_renew(now, settings);
        let Some(live) = self.state.live_mut() else {
            return out.push(Effect::ResolveToken(id, Err(signed_out())));
        };
        let answer = if live.stored.is_valid_for(now, validity) && !live.renewal.is_token_rejected {
            Ok(live.stored.token.clone())
        } else if is_too_old {
            Err(signed_out())
        } else if let Some(span) = live.renewal.demanded_pause(now) {
            let remedy = Remedy::Wait(span);
            Err(Problem::new(Kind::RateLimited, remedy, Text::TooManyTries))
        } else {
            live.token_requests.push(TokenRequest { id, validity });
            live.renewal.shorten_pause(now);
            return self.wake(now, WakeReason::Timer, settings, out);
        };
        let ends = is_too_old && answer.is_err();
        out.push(Effect::ResolveToken(id, answer));
        if ends && self.is_expired(now) {
            self.end(Reason::TooOld, settings, out);
        }
    }

    /// Handles the response to a renewal. A response with any other ticket is dropped.
    pub fn handle_response(
        &mut self,
        now: Now,
        ticket: Ticket,
        response: Result<ApiResponse, ApiError>,
        settings: &Settings,
        out: &mut Outbox,
    ) {
        let Some(live) = self.state.live_mut() else {
            return;
        };
        if live.renewal.stage != Stage::Sent(ticket) {
            return;
        }
        live.renewal.release_lock(out);
        let old = live.stored.token.clone();
        let user = live.stored.claims.clone();
        let identifier = live.stored.token_subject().identifier.clone();
        let is_valid = live.stored.valid_for(now) > 0;
        let problem = match response {
            Ok(response) => match self.validate_token(now, settings, &identifier, &response) {
                // A token of another customer must not replace this one's.
                Ok((token, claims))
                    if claims.are_complete() && claims.are_for_customer_of(&user) =>
                {
                    if token != old {
                        return self.adopt(now, token, response.key, claims, settings, out);
                    }
                    // The same token again is no failure while it is valid, but it is not requested again at once.
                    self.resolve_token_requests(now, None, out);
                    if is_valid && !self.has_token_requests() {
                        return self.back_off(now, &Problem::malformed());
                    }
                    Problem::malformed()
                }
                Ok(_) => Problem::malformed(),
                Err(problem) => problem,
            },
            Err(error) => {
                let is_refused = matches!(error, ApiError::Rejected { .. });
                let problem = Problem::from_api_error(error, Call::Renew);
                if is_refused && (!is_valid || problem::ends_session(problem.code)) {
                    out.report(SessionNews::RenewalFailed(problem));
                    let reason = if is_valid {
                        Reason::Refused
                    } else {
                        Reason::Expired
                    };
                    return self.end(reason, settings, out);
                }
                problem
            }
        };
        self.back_off(now, &problem);
        let failed = problem.clone();
        out.report(match self.state {
            State::Active(_) => SessionNews::RenewalFailed(failed),
            State::Restoring(_) | State::SignedOut => SessionNews::RestoreFailed(failed),
        });
        self.resolve_token_requests(now, Some(&problem), out);
    }

    /// Signs the customer out: erases the records first, then ends the token at the engine if the engine has a call for it.
    /// The session does not wait for the response. Returns whether there was a session.
    pub fn sign_out(&mut self, settings: &Settings, out: &mut Outbox) -> bool {
        let live = self.state.live();
        let had_session = live.is_some();
        let request = live.and_then(|live| live.stored.expiry_request(settings));
        self.shared.version = self.shared.newest().signed_out();
        self.forget(Reason::User, TabScope::AllTabs, settings, out);
        if let Some(request) = request {
            out.send(request);
        }
        had_session
    }

    /// The request that changes the password of the signed-in customer; `None` if nobody is signed in.
    pub fn change_password_request(
        &self,
        settings: &Settings,
        old: &str,
        new: &str,
    ) -> Option<Request> {
        let live = self.state.live()?;
        Some(live.stored.change_password_request(settings, old, new))
    }

    /// Ends a session that the engine does not renew any more. A tab that has a newer token keeps it.
    fn end(&mut self, reason: Reason, settings: &Settings, out: &mut Outbox) {
        self.shared.version = self.shared.version.ended();
        let scope = if self.shared.newest() > self.shared.version {
            TabScope::ThisTab
        } else {
            TabScope::AllTabs
        };
        self.forget(reason, scope, settings, out);
    }

    /// Erases the records, rejects all token requests, and reports that the session ended.
    fn forget(&mut self, reason: Reason, scope: TabScope, settings: &Settings, out: &mut Outbox) {
        self.cancel_renewal(out);
        self.shared.set_version(self.shared.version);
        let storage = self.storage(settings);
        out.push(Effect::StoreSession(
            None,
            self.shared.version,
            scope,
            storage,
        ));
        self.reject_token_requests(&signed_out(), out);
        let old = std::mem::replace(&mut self.state, State::SignedOut);
        if old.live().is_some() {
            out.report(SessionNews::SignedOut(reason));
        }
    }

    /// Cancels the renewal and rejects all token requests, because no host is attached any more. The session stays.
    pub fn suspend(&mut self, out: &mut Outbox) {
        self.cancel_renewal(out);
        let problem = Problem::new(Kind::Unavailable, Remedy::Retry, Text::Unknown);
        self.reject_token_requests(&problem, out);
    }

    /// Replaces the token with a newer one.
    fn adopt(
        &mut self,
        now: Now,
        token: Secret,
        key: Option<Secret>,
        claims: UnverifiedClaims,
        settings: &Settings,
        out: &mut Outbox,
    ) {
        let Some(live) = self.state.live_mut() else {
            return;
        };
        live.stored.token = token;
        // A response without a key leaves the old key valid (contract §3.7).
        if let Some(second) = &mut live.stored.second_factor
            && key.is_some()
        {
            second.key = key;
        }
        live.stored.claims = claims;
        live.stored.received = Timestamp::at(now);
        live.renewal.succeed();
        self.shared.version = self.shared.newest().renewed();
        self.shared.unreadable = None;
        let was_restoring = self.announce();
        self.store(settings, TabScope::AllTabs, out);
        out.report(if was_restoring {
            SessionNews::SignedIn(true)
        } else {
            SessionNews::Renewed
        });
        self.resolve_token_requests(now, None, out);
    }

    /// Puts a stored session in the place of the one there is. Whether the page knows of a session, and who waits for a token,
    /// stays as it is.
    fn replace(&mut self, stored: StoredSession) {
        match self.state.live_mut() {
            Some(live) => {
                live.stored = stored;
                live.renewal = Renewal::default();
            }
            None => {
                self.state = State::Restoring(Live {
                    stored,
                    renewal: Renewal::default(),
                    token_requests: Vec::new(),
                });
            }
        }
    }

    /// Lets the page know of the session. Returns whether that is new to it.
    fn announce(&mut self) -> bool {
        let old = std::mem::replace(&mut self.state, State::SignedOut);
        let is_new = matches!(old, State::Restoring(_));
        self.state = match old {
            State::Restoring(live) => State::Active(live),
            other => other,
        };
        is_new
    }

    fn start_renewal(&mut self, now: Now, out: &mut Outbox) {
        if let Some(live) = self.state.live_mut() {
            live.renewal.start(now, out);
        }
    }

    /// The tab has the lock, or waited long enough for it.
    pub fn lock_granted(
        &mut self,
        now: Now,
        ticket: Ticket,
        settings: &Settings,
        out: &mut Outbox,
    ) {
        if let Some(live) = self.state.live_mut()
            && live.renewal.stage == Stage::AwaitingLock(ticket)
        {
            live.renewal.stage = Stage::Locked(ticket);
            self.send_renewal(now, settings, out);
        }
    }

    /// Sends the renewal, if the tab has the lock. A version that another tab shares is read first: it may have the new token.
    fn send_renewal(&mut self, now: Now, settings: &Settings, out: &mut Outbox) {
        let is_restoring = matches!(self.state, State::Restoring(_));
        let jitter = self.jitter;
        let Some(live) = self.state.live_mut() else {
            return;
        };
        let Stage::Locked(ticket) = live.renewal.stage else {
            return;
        };
        if self.shared.reading.is_some() {
            return;
        }
        if is_restoring || live.needs_new_token() || live.stored.renewal_due_in(now, jitter) == 0 {
            live.renewal.stage = Stage::Sent(ticket);
            out.push(Effect::Send(ticket, live.stored.renewal_request(settings)));
        } else {
            live.renewal.release_lock(out);
        }
    }

    /// The page starts, and the tabs share this version.
    pub fn shared_version_found(
        &mut self,
        now: Now,
        version: SessionVersion,
        settings: &Settings,
        out: &mut Outbox,
    ) {
        self.shared_version_changed(Some(version), settings, out);
        let is_idle = self.idle_remaining(now, settings) == Some(0);
        self.shared.idle_at_start = self.shared.reading.filter(|_| is_idle);
    }

    /// Handles a change of the version that the tabs share; `None` if it was erased.
    pub fn shared_version_changed(
        &mut self,
        version: Option<SessionVersion>,
        settings: &Settings,
        out: &mut Outbox,
    ) {
        let has_session = self.state.live().is_some();
        let Some(version) = version else {
            // Something cleared the storage of this origin: that signs out.
            if has_session {
                self.forget(Reason::OtherTab, TabScope::ThisTab, settings, out);
            }
            return;
        };
        let newest = self.shared.newest();
        if version < newest {
            // A tab that had not read the newest version wrote over it. The tab that wrote it writes it again.
            if self.shared.version == newest && (has_session || newest.is_ended()) {
                self.store(settings, TabScope::AllTabs, out);
            }
        } else if version > newest && version.is_ended() {
            self.shared.version = version;
            self.forget(Reason::OtherTab, TabScope::ThisTab, settings, out);
        } else if version > newest || self.shared.unreadable == Some(version) {
            let is_same_login = version.is_same_login(self.shared.version);
            if let Some(live) = self.state.live_mut()
                && (matches!(live.renewal.stage, Stage::Sent(_)) || !is_same_login)
            {
                // Another tab has a newer token, or another login: this renewal is out of date.
                live.renewal.cancel(out);
            }
            self.shared.unreadable = None;
            self.shared.reading = Some(version);
            out.push(Effect::ReadSharedRecord(version));
        }
    }

    /// Takes the record that another tab shares under a version; `None` if it cannot be read.
    pub fn shared_record_read(
        &mut self,
        now: Now,
        version: SessionVersion,
        record: Option<&Secret>,
        settings: &Settings,
        out: &mut Outbox,
    ) {
        if self.shared.reading != Some(version) {
            return;
        }
        self.shared.reading = None;
        let was_idle = self.shared.idle_at_start.take() == Some(version);
        let is_same_login = version.is_same_login(self.shared.version);
        let read = record.and_then(|record| StoredSession::read(now, settings, record));
        let new = read
            .filter(|(_, written)| *written == version)
            .map(|(stored, _)| stored);
        if let Some(live) = self.state.live() {
            let is_same_user = match &new {
                Some(new) => new.claims.are_for_customer_of(&live.stored.claims),
                None => is_same_login,
            };
            if !is_same_user {
                // Another customer signed in, or a login whose customer is unknown: two customers are never mixed up.
                self.forget(Reason::Replaced, TabScope::ThisTab, settings, out);
            }
        }
        if let Some(stored) = new {
            self.shared.version = version;
            self.cancel_renewal(out);
            self.replace(stored);
            if was_idle || self.is_past_its_age(now, settings) {
                return self.end(Reason::TooOld, settings, out);
            }
            self.store(settings, TabScope::ThisTab, out);
            if matches!(self.state, State::Active(_)) {
                out.report(SessionNews::Renewed);
            } else if !(settings.renew && self.is_expired(now)) {
                self.announce();
                out.report(SessionNews::SignedIn(true));
            }
            self.resolve_token_requests(now, None, out);
            if self.is_too_old_to_renew(now, settings) {
                // No renewal will bring a token that is valid for longer.
                self.resolve_token_requests(now, Some(&signed_out()), out);
            }
        } else {
            self.shared.unreadable = Some(version);
        }
        self.send_renewal(now, settings, out);
        self.wake(now, WakeReason::Timer, settings, out);
    }

    /// Records that a server rejected a token. Returns whether this login has had the token: another one replaces only such a token.
    pub fn report_rejected_token(&mut self, rejected: &Secret) -> bool {
        let Some(live) = self.state.live_mut() else {
            return false;
        };
        live.renewal.is_token_rejected |= live.stored.token == *rejected;
        UnverifiedClaims::parse(rejected).is_some_and(|claims| {
            claims.are_for_customer_of(&live.stored.claims)
                && claims.issued_at.after(ENGINE_CLOCK_SKEW) >= live.stored.signed_in_at
        })
    }

    /// Renews the token as soon as possible, because the engine says that it expired.
    pub fn renew_soon(&mut self) {
        if let Some(live) = self.state.live_mut() {
            live.renewal.is_token_rejected = true;
        }
    }

    fn back_off(&mut self, now: Now, failure: &Problem) {
        if let Some(live) = self.state.live_mut() {
            live.renewal.back_off(now, failure, &mut self.rng);
        }
    }

    fn cancel_renewal(&mut self, out: &mut Outbox) {
        if let Some(live) = self.state.live_mut() {
            live.renewal.cancel(out);
        }
    }

    fn has_token_requests(&self) -> bool {
        let live = self.state.live();
        live.is_some_and(|live| !live.token_requests.is_empty())
    }

    /// Resolves the token requests that the token satisfies. With a failure it also rejects the others; without one they wait.
    fn resolve_token_requests(&mut self, now: Now, failure: Option<&Problem>, out: &mut Outbox) {
        let Some(Live {
            stored,
            token_requests,
            ..
        }) = self.state.live_mut()
        else {
            return;
        };
        token_requests.retain(|request| {
            let answer = match failure {
                _ if stored.is_valid_for(now, request.validity) => Ok(stored.token.clone()),
                Some(problem) => Err(problem.clone()),
                None => return true,
            };
            out.push(Effect::ResolveToken(request.id, answer));
            false
        });
    }

    fn reject_token_requests(&mut self, problem: &Problem, out: &mut Outbox) {
        if let Some(live) = self.state.live_mut() {
            for request in live.token_requests.drain(..) {
                out.push(Effect::ResolveToken(request.id, Err(problem.clone())));
            }
        }
    }

    /// Returns the storage of the session: the one that the settings name, or the device if the customer chose to stay signed in.
    fn storage(&self, settings: &Settings) -> Storage {
        match self.state.live() {
            Some(live) if live.stored.is_remembered => Storage::Device,
            _ => settings.storage,
        }
    }

    /// Stores the session for the next page, or erases its record if nobody is signed in.
    pub fn store(&self, settings: &Settings, scope: TabScope, out: &mut Outbox) {
        let version = self.shared.version;
        let live = self.state.live();
        let record = live.map(|live| live.stored.record(settings, version));
        let storage = self.storage(settings);
        out.push(Effect::StoreSession(record, version, scope, storage));
    }
}

impl Live {
    /// Whether somebody waits for a new token, or a server rejected this one.
    fn needs_new_token(&self) -> bool {
        self.renewal.is_token_rejected || !self.token_requests.is_empty()
    }
}

pub(super) fn signed_out() -> Problem {
    Problem::new(Kind::SignedOut, Remedy::StartOver, Text::SessionEnded)
}
