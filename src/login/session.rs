//! Token life: when to renew, when to try again, when to give up, and who is waiting for it.
//!
//! Everything is counted from receipt (`exp - iat`), since the device's clock may be a day off. A renewal that fails never
//! throws away a token that still runs.

pub mod placement;
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
use super::message::{Ticket, TokenRequestId};
use super::problem::{self, Kind, Problem, Remedy};
use super::secret::Secret;
use super::text::Text;
use super::time::{Deadline, Millis, Now, Rng, Timestamp, UnixMs, earliest};
use super::token::UnverifiedClaims;
use super::wire::{ApiError, ApiResponse, Call, Request, Subject};

/// What the session wants done.
#[derive(Debug, PartialEq, Eq)]
#[allow(
    clippy::large_enum_variant,
    reason = "a few of these live for one call; a box would cost more than it saves"
)]
pub enum Wish {
    /// Ask the engine.
    Ask(Ticket, Request),
    /// Nobody waits for this answer any more.
    Cancel(Ticket),
    /// Write the record, or erase it; and share it with the other tabs, where it is news to them.
    Keep(Option<Secret>, SessionVersion, TabScope, Storage),
    /// Wait for this tab's turn to renew.
    Queue(Ticket),
    /// The turn, or the place in the queue, is not needed any more.
    Leave(Ticket),
    /// Read what another tab shares under this mark.
    Look(SessionVersion),
    /// A session began; `true` if an earlier page had it already.
    SignedIn(bool),
    /// A new token came.
    Renewed,
    /// The session is over.
    SignedOut(Reason),
    /// A renewal failed.
    Failed(Problem),
    /// A kept session could not be taken up for now.
    NotTakenUp(Problem),
    /// An answer for somebody who asked for a token.
    Settle(TokenRequestId, Result<Secret, Problem>),
}

/// This tab among those that want to renew: one at a time asks the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// It wants nothing.
    None,
    /// It waits for its turn.
    Queued(Ticket),
    /// It is this tab's turn, or it has waited long enough.
    Ours(Ticket),
}

/// Renewals in a row that are tried before a longer rest.
const TRIES: u32 = 3;
/// The first pause between tries is at most this long, every further one at most twice the one before.
const FIRST_PAUSE: Millis = 500;
/// The rest after [`TRIES`] failures, unless something wakes us.
const REST: Millis = 60_000;
/// Not even a flood of wake signals makes us ask more often than this.
const LEAST_PAUSE: Millis = 1_000;
/// How far the clocks of the engine's machines may be apart.
const SKEW: Millis = 5_000;

/// The one session that all elements of an engine and a brand share.
#[derive(Debug, Clone)]
pub struct Session {
    kept: Option<StoredSession>,
    /// Whether the page has heard of `kept`: not before a kept token is known to be good.
    told: bool,
    renewal: Option<Ticket>,
    turn: Turn,
    /// How far the session is, as far as this tab knows.
    mark: SessionVersion,
    /// What another tab shares and this one has not read yet.
    looking: Option<SessionVersion>,
    /// What another tab shares and this one could not read: further than `mark`, which is how far its own token is.
    unread: Option<SessionVersion>,
    failures: u32,
    pause: Option<Pause>,
    asks: Vec<(TokenRequestId, Millis)>,
    /// The engine says that a token has run out which should still run.
    is_doubted: bool,
    /// When the page was used last, in any tab.
    used: Option<Timestamp>,
    /// What had lain unused for too long when this page began and could not be read at once: coming here does not change that.
    lay_unused: Option<SessionVersion>,
    /// Nobody sees this tab: it keeps quiet.
    is_hidden: bool,
    /// The newest `iat` that the engine showed, and when: the least that its clock can say by now.
    engine_clock: Option<(UnixMs, Timestamp)>,
    /// How much earliest than it must this page renews, in thousandths: pages whose tokens began together do not renew in step.
    jitter: u64,
    rng: Rng,
}

#[derive(Debug, Clone, Copy)]
struct Pause {
    deadline: Deadline,
    /// Asked for by the engine: no wake signal cuts it short.
    demanded: bool,
}

impl Session {
    /// Nobody is signed in.
    pub fn new(mut rng: Rng) -> Self {
        Self {
            kept: None,
            told: false,
            renewal: None,
            turn: Turn::None,
            mark: SessionVersion::default(),
            looking: None,
            unread: None,
            failures: 0,
            pause: None,
            asks: Vec::new(),
            is_doubted: false,
            used: None,
            lay_unused: None,
            is_hidden: false,
            engine_clock: None,
            jitter: rng.up_to(1000),
            rng,
        }
    }

    /// Who is signed in, as far as the page may know.
    pub fn kept(&self) -> Option<&StoredSession> {
        self.kept.as_ref().filter(|_| self.told)
    }

    /// Whether a kept session waits for its first renewal before anybody hears of it.
    pub fn is_restoring(&self) -> bool {
        self.kept.is_some() && !self.told && self.turn != Turn::None
    }

    /// Whose session that is.
    pub fn restoring_identifier(&self) -> Option<&Identifier> {
        let kept = self.kept.as_ref().filter(|_| self.is_restoring());
        kept.map(|kept| &kept.name.identifier)
    }

    /// Takes a token for the identifier it was asked for, if it is one that may be used.
    ///
    /// # Errors
    /// Not a token, for another brand or customer, of another role, or run out before it came.
    pub fn validate_token(
        &mut self,
        now: Now,
        settings: &Settings,
        identifier: &Identifier,
        answer: &ApiResponse,
    ) -> Result<(Secret, UnverifiedClaims), Problem> {
        let token = answer.token.clone().ok_or_else(Problem::malformed)?;
        let mut claims = UnverifiedClaims::parse(&token)
            .filter(|claims| claims.are_for(&settings.brand, identifier))
            .ok_or_else(Problem::malformed)?;
        let clock = self.engine_clock.map_or(UnixMs::default(), |(at, seen)| {
            at.after(seen.elapsed_at_least(now))
        });
        if claims.expires_at.after(SKEW) < clock {
            return Err(Problem::malformed());
        }
        if claims.issued_at > clock {
            self.engine_clock = Some((claims.issued_at, Timestamp::at(now)));
        }
        // The envelope's role counts before the token's own (contract §8), but an opening token proves nothing (§6).
        // Nor does a token become a login that says of itself that a second factor is owed.
        if let Some(role) = &answer.role
            && !matches!(claims.role.as_str(), "VIEW" | "MFA_PENDING")
        {
            claims.role.clone_from(role);
        }
        Ok((token, claims))
    }

    /// A login is complete.
    #[expect(
        clippy::too_many_arguments,
        reason = "what a session is made of, each used once"
    )]
    pub fn begin(
        &mut self,
        now: Now,
        settings: &Settings,
        name: Subject,
        second: Option<SecondFactorProof>,
        is_remembered: bool,
        token: Secret,
        claims: UnverifiedClaims,
        wishes: &mut Vec<Wish>,
    ) {
        let mark = self.known().signed_in(claims.issued_at);
        if self.told
            && self
                .kept
                .as_ref()
                .is_some_and(|kept| kept.claims.user_id != claims.user_id)
        {
            self.forget(Reason::Replaced, TabScope::ThisTab, settings, wishes);
        }
        self.drop_renewal(wishes);
        self.mark = mark;
        self.looking = None;
        self.unread = None;
        self.kept = Some(StoredSession {
            name,
            second,
            is_remembered,
            token,
            signed_in_at: claims.issued_at,
            claims,
            received: Timestamp::at(now),
        });
        self.reset_backoff();
        self.told = true;
        wishes.push(self.keep(settings, TabScope::AllTabs));
        wishes.push(Wish::SignedIn(false));
        self.answer_asks(now, None, wishes);
    }

    /// Takes up what an earlier page of this tab wrote down; anything that does not fit is as if it were not there.
    pub fn restore(
        &mut self,
        now: Now,
        settings: &Settings,
        record: &Secret,
        shared: Option<SessionVersion>,
        next: &mut impl FnMut() -> Ticket,
        wishes: &mut Vec<Wish>,
    ) {
        if self.kept.is_some() {
            return;
        }
        let Some((kept, mark)) = StoredSession::read(now, settings, record) else {
            return;
        };
        if let Some(shared) = shared
            && shared > mark
            && (shared.is_ended() || !shared.is_same_login(mark))
        {
            // Over since then, or another's: this page never says that it was here.
            self.mark = mark;
            return wishes.push(self.keep(settings, TabScope::ThisTab));
        }
        let fresh = kept.life_left(now) > 0;
        self.kept = Some(kept);
        self.mark = mark;
        if self.has_lasted(now, settings) {
            self.end(Reason::TooOld, settings, wishes);
        } else if !fresh && settings.renew && self.is_hidden {
            // Asked for as soon as somebody looks.
        } else if fresh || !settings.renew {
            self.told = true;
            wishes.push(Wish::SignedIn(true));
            self.wake(now, WakeReason::Resumed, settings, next, wishes);
        } else {
            self.renew(now, next, wishes);
        }
    }

    /// Renews if it is time.
    pub fn wake(
        &mut self,
        now: Now,
        signal: WakeReason,
        settings: &Settings,
        next: &mut impl FnMut() -> Ticket,
        wishes: &mut Vec<Wish>,
    ) {
        if signal == WakeReason::Resumed && self.shorten_backoff(now) {
            self.failures = 0;
        }
        if self.wake_in(now, settings) != Some(0) {
            return;
        }
        if self.has_lasted(now, settings) {
            self.end(Reason::TooOld, settings, wishes);
        } else if !self.is_too_old(now, settings) {
            self.renew(now, next, wishes);
        }
    }

    /// The page was used, here or in another tab, at this moment of the device's clock.
    pub fn used(&mut self, now: Now, wall: UnixMs) {
        self.used = Timestamp::recorded(wall, now).or(self.used);
    }

    /// Whether anybody sees this tab.
    pub fn seen(&mut self, is_seen: bool) {
        self.is_hidden = !is_seen;
    }

    /// How long the page may still lie unused; `None` where it may for ever.
    fn idle_left(&self, now: Now, settings: &Settings) -> Option<Millis> {
        self.kept.as_ref()?;
        self.unused_left(now, settings)
    }

    fn unused_left(&self, now: Now, settings: &Settings) -> Option<Millis> {
        let most = settings.max_idle?;
        Some(most.saturating_sub(self.used?.elapsed(now)))
    }

    /// Whether it is over by its age: the page lay unused for too long, or a token ended that is not renewed any more.
    fn has_lasted(&self, now: Now, settings: &Settings) -> bool {
        self.idle_left(now, settings) == Some(0)
            || (self.is_over(now) && self.is_too_old(now, settings))
    }

    /// Whether the last real login is too long ago for a renewal.
    fn is_too_old(&self, now: Now, settings: &Settings) -> bool {
        let kept = self.kept.as_ref();
        kept.is_some_and(|kept| kept.age(now) > settings.max_age(self.place(settings)))
    }

    /// Whether the token has run out.
    fn is_over(&self, now: Now) -> bool {
        let kept = self.kept.as_ref();
        kept.is_some_and(|kept| kept.life_left(now) == 0)
    }

    /// How long until the session wants to be woken.
    pub fn wake_in(&self, now: Now, settings: &Settings) -> Option<Millis> {
        let wanted = (settings.renew && !self.is_hidden) || self.is_wanted_now();
        let renewal = self
            .due_in(now, settings)
            .filter(|_| wanted && self.turn == Turn::None);
        let idle = self.idle_left(now, settings);
        earliest(renewal, idle)
    }

    /// Somebody wants a token that is good for `validity` more.
    ///
    /// Where a token's whole life is shorter, four fifths of that life are asked for instead.
    pub fn ask(
        &mut self,
        now: Now,
        ask: TokenRequestId,
        validity: Millis,
        settings: &Settings,
        next: &mut impl FnMut() -> Ticket,
        wishes: &mut Vec<Wish>,
    ) {
        let Some(kept) = &self.kept else {
            wishes.push(Wish::Settle(ask, Err(signed_out())));
            return;
        };
        if kept.is_good_for(now, validity) && !self.is_doubted {
            wishes.push(Wish::Settle(ask, Ok(kept.token.clone())));
            return;
        }
        if self.is_too_old(now, settings) {
            wishes.push(Wish::Settle(ask, Err(signed_out())));
            if self.is_over(now) {
                self.end(Reason::TooOld, settings, wishes);
            }
            return;
        }
        if let Some(pause) = self
            .pause
            .filter(|pause| pause.demanded && pause.deadline.remaining(now) > 0)
        {
            let wait = pause.deadline.remaining(now);
            wishes.push(Wish::Settle(
                ask,
                Err(Problem::new(
                    Kind::RateLimited,
                    Remedy::Wait(wait),
                    Text::TooManyTries,
                )),
            ));
            return;
        }
        self.asks.push((ask, validity));
        self.shorten_backoff(now);
        self.wake(now, WakeReason::Timer, settings, next, wishes);
    }

    /// The engine's answer to a renewal; `None` if it is not the one that is awaited.
    pub fn answered(
        &mut self,
        now: Now,
        ticket: Ticket,
        answer: Result<ApiResponse, ApiError>,
        settings: &Settings,
        wishes: &mut Vec<Wish>,
    ) -> Option<()> {
        self.renewal.take_if(|waiting| *waiting == ticket)?;
        self.leave(wishes);
        // A renewal is asked for with a session and cancelled when that ends.
        let (identifier, old, user, running) = {
            let kept = self.kept.as_ref()?;
            (
                kept.holder().identifier.clone(),
                kept.token.clone(),
                kept.claims.user_id.clone(),
                kept.life_left(now) > 0,
            )
        };
        let failure = match answer {
            Ok(answer) => match self.validate_token(now, settings, &identifier, &answer) {
                // Another customer's is nobody's.
                Ok((token, claims)) if claims.user_id == user && claims.role == USER_ROLE => {
                    if token != old {
                        self.adopt(now, token, answer.key, claims, settings, wishes);
                        return Some(());
                    }
                    // The same again is no news, and no trouble while it runs and does: it is just not asked for at once again.
                    self.answer_asks(now, None, wishes);
                    if running && self.asks.is_empty() {
                        self.back_off(now, &Problem::malformed());
                        return Some(());
                    }
                    Problem::malformed()
                }
                Ok(_) => Problem::malformed(),
                Err(problem) => problem,
            },
            Err(error) => {
                let refused = matches!(error, ApiError::Rejected { .. });
                let problem = Problem::from_api_error(error, Call::Renew);
                if refused && (!running || problem::ends_session(problem.code)) {
                    wishes.push(Wish::Failed(problem));
                    self.end(
                        if running {
                            Reason::Refused
                        } else {
                            Reason::Expired
                        },
                        settings,
                        wishes,
                    );
                    return Some(());
                }
                problem
            }
        };
        self.back_off(now, &failure);
        if self.told {
            wishes.push(Wish::Failed(failure.clone()));
        } else {
            wishes.push(Wish::NotTakenUp(failure.clone()));
        }
        self.answer_asks(now, Some(&failure), wishes);
        Some(())
    }

    /// Ends the session because somebody wants to: what is kept goes first, then the engine is told where it wants to know.
    /// Nobody waits for what it says to that. Answers whether there was a session.
    pub fn sign_out(
        &mut self,
        settings: &Settings,
        next: &mut impl FnMut() -> Ticket,
        wishes: &mut Vec<Wish>,
    ) -> bool {
        let was_signed_in = self.kept.is_some();
        let logout_request = self
            .kept
            .as_ref()
            .and_then(|kept| kept.logout_request(settings));
        self.mark = self.known().signed_out();
        self.forget(Reason::User, TabScope::AllTabs, settings, wishes);
        if let Some(request) = logout_request {
            wishes.push(Wish::Ask(next(), request));
        }
        was_signed_in
    }

    /// The request that gives a signed-in customer another password, for the factor that has one.
    pub fn change_password(&self, settings: &Settings, old: &str, new: &str) -> Option<Request> {
        let kept = self.kept.as_ref()?;
        Some(kept.password_change(settings, old, new))
    }

    /// Ends a session that the engine renews no more; a tab that has a newer token keeps it.
    fn end(&mut self, reason: Reason, settings: &Settings, wishes: &mut Vec<Wish>) {
        self.mark = self.mark.ended();
        let audience = if self.known() > self.mark {
            TabScope::ThisTab
        } else {
            TabScope::AllTabs
        };
        self.forget(reason, audience, settings, wishes);
    }

    /// Forgets the session: what is kept goes first, then everybody hears of it.
    fn forget(
        &mut self,
        reason: Reason,
        audience: TabScope,
        settings: &Settings,
        wishes: &mut Vec<Wish>,
    ) {
        self.drop_renewal(wishes);
        self.looking = None;
        self.unread = None;
        let place = self.place(settings);
        wishes.push(Wish::Keep(None, self.mark, audience, place));
        self.told = false;
        self.reset_backoff();
        let was_signed_in = self.kept.take().is_some();
        for (ask, _) in self.asks.drain(..) {
            wishes.push(Wish::Settle(ask, Err(signed_out())));
        }
        if was_signed_in {
            wishes.push(Wish::SignedOut(reason));
        }
    }

    /// Everybody is gone: nothing is asked any more, and nobody waits for ever. The session stays.
    pub fn suspend(&mut self, wishes: &mut Vec<Wish>) {
        self.drop_renewal(wishes);
        let gone = Problem::new(Kind::Unavailable, Remedy::Retry, Text::Unknown);
        for (ask, _) in self.asks.drain(..) {
            wishes.push(Wish::Settle(ask, Err(gone.clone())));
        }
    }

    fn adopt(
        &mut self,
        now: Now,
        token: Secret,
        key: Option<Secret>,
        claims: UnverifiedClaims,
        settings: &Settings,
        wishes: &mut Vec<Wish>,
    ) {
        let Some(kept) = &mut self.kept else { return };
        kept.token = token;
        // An answer without a key does not take the old one away (contract §3.7).
        if let Some(second) = &mut kept.second
            && key.is_some()
        {
            second.key = key;
        }
        kept.claims = claims;
        kept.received = Timestamp::at(now);
        // The second since the question is not over, even where the answer was a good one.
        let pause = self.pause;
        self.reset_backoff();
        self.pause = pause;
        self.mark = self.known().renewed();
        self.unread = None;
        let first = !std::mem::replace(&mut self.told, true);
        wishes.push(self.keep(settings, TabScope::AllTabs));
        wishes.push(if first {
            Wish::SignedIn(true)
        } else {
            Wish::Renewed
        });
        self.answer_asks(now, None, wishes);
    }

    fn renew(&mut self, now: Now, next: &mut impl FnMut() -> Ticket, wishes: &mut Vec<Wish>) {
        if self.kept.is_none() {
            return;
        }
        // Counted from the question, so that two questions are never closer than a second.
        self.pause = Some(Pause {
            deadline: Deadline::after(now, LEAST_PAUSE),
            demanded: false,
        });
        let ticket = next();
        self.turn = Turn::Queued(ticket);
        wishes.push(Wish::Queue(ticket));
    }

    /// It is this tab's turn to renew, or it has waited long enough for it.
    pub fn lock_granted(
        &mut self,
        now: Now,
        ticket: Ticket,
        settings: &Settings,
        wishes: &mut Vec<Wish>,
    ) {
        if self.turn == Turn::Queued(ticket) {
            self.turn = Turn::Ours(ticket);
            self.take_turn(now, settings, wishes);
        }
    }

    /// Asks the engine, unless another tab has done so meanwhile, or may have: then that is read first.
    fn take_turn(&mut self, now: Now, settings: &Settings, wishes: &mut Vec<Wish>) {
        let Turn::Ours(ticket) = self.turn else {
            return;
        };
        if self.looking.is_some() || self.renewal.is_some() {
            return;
        }
        match &self.kept {
            Some(kept)
                if self.is_wanted_now() || kept.due_in(now, self.jitter) == 0 || !self.told =>
            {
                self.renewal = Some(ticket);
                wishes.push(Wish::Ask(ticket, kept.renewal(settings)));
            }
            _ => self.leave(wishes),
        }
    }

    /// The page begins, and finds what the tabs share.
    pub fn shared_version_found(
        &mut self,
        now: Now,
        mark: SessionVersion,
        settings: &Settings,
        wishes: &mut Vec<Wish>,
    ) {
        self.shared_version_changed(Some(mark), settings, wishes);
        let is_idle = self.unused_left(now, settings) == Some(0);
        self.lay_unused = self.looking.filter(|_| is_idle);
    }

    /// What the tabs share, as it is written now; nothing where nothing is, any more.
    pub fn shared_version_changed(
        &mut self,
        mark: Option<SessionVersion>,
        settings: &Settings,
        wishes: &mut Vec<Wish>,
    ) {
        let Some(mark) = mark else {
            // Cleared under our feet: whoever did so wants nobody to be signed in.
            if self.kept.is_some() {
                self.forget(Reason::OtherTab, TabScope::ThisTab, settings, wishes);
            }
            return;
        };
        let known = self.known();
        if mark < known {
            // A tab that had not seen ours yet has written over it. Where we have nothing to say, we say nothing.
            if self.mark == known && (self.kept.is_some() || known.is_ended()) {
                wishes.push(self.keep(settings, TabScope::AllTabs));
            }
        } else if mark > known && mark.is_ended() {
            self.mark = mark;
            self.forget(Reason::OtherTab, TabScope::ThisTab, settings, wishes);
        } else if mark > known || self.unread == Some(mark) {
            if self.renewal.is_some() || !mark.is_same_login(self.mark) {
                // What we ask for is of yesterday: there is a newer token, or another login.
                self.drop_renewal(wishes);
            }
            self.unread = None;
            self.looking = Some(mark);
            wishes.push(Wish::Look(mark));
        }
    }

    /// How far the session is, as far as this tab has heard: it may not have read yet what another tab wrote.
    fn known(&self) -> SessionVersion {
        let heard = self.looking.max(self.unread);
        heard.unwrap_or(self.mark).max(self.mark)
    }

    /// What another tab shares under a mark; nothing where it cannot be read.
    pub fn shared_record_read(
        &mut self,
        now: Now,
        mark: SessionVersion,
        record: Option<&Secret>,
        settings: &Settings,
        next: &mut impl FnMut() -> Ticket,
        wishes: &mut Vec<Wish>,
    ) {
        if self.looking != Some(mark) {
            return;
        }
        self.looking = None;
        let lay_unused = self.lay_unused.take() == Some(mark);
        let is_same_login = mark.is_same_login(self.mark);
        let read = record.and_then(|record| StoredSession::read(now, settings, record));
        let news = read
            .filter(|(_, written)| *written == mark)
            .map(|(kept, _)| kept);
        let same_user = |kept: &StoredSession| {
            self.kept
                .as_ref()
                .is_some_and(|ours| ours.claims.user_id == kept.claims.user_id)
        };
        let is_ours = news.as_ref().is_some_and(same_user);
        if self.kept.is_some() && !is_ours && !(is_same_login && news.is_none()) {
            // Another customer, or one that cannot be known: nobody is mixed up with anybody.
            self.forget(Reason::Replaced, TabScope::ThisTab, settings, wishes);
        }
        if let Some(kept) = news {
            self.mark = mark;
            self.drop_renewal(wishes);
            self.kept = Some(kept);
            self.reset_backoff();
            if lay_unused || self.has_lasted(now, settings) {
                return self.end(Reason::TooOld, settings, wishes);
            }
            wishes.push(self.keep(settings, TabScope::ThisTab));
            if self.told {
                wishes.push(Wish::Renewed);
            } else if !(settings.renew && self.is_over(now)) {
                // Otherwise the engine is asked before anybody hears of it.
                self.told = true;
                wishes.push(Wish::SignedIn(true));
            }
            self.answer_asks(now, None, wishes);
            if self.is_too_old(now, settings) {
                // No longer one is to come.
                self.answer_asks(now, Some(&signed_out()), wishes);
            }
        } else {
            self.unread = Some(mark);
        }
        self.take_turn(now, settings, wishes);
        self.wake(now, WakeReason::Timer, settings, next, wishes);
    }

    /// Gives up the place in the queue.
    fn leave(&mut self, wishes: &mut Vec<Wish>) {
        if let Turn::Queued(ticket) | Turn::Ours(ticket) =
            std::mem::replace(&mut self.turn, Turn::None)
        {
            wishes.push(Wish::Leave(ticket));
        }
    }

    /// Full jitter (a random span up to a doubling limit), then a long rest.
    fn back_off(&mut self, now: Now, failure: &Problem) {
        self.failures += 1;
        let (span, demanded) = match failure.remedy {
            Remedy::Wait(span) => (span, true),
            _ if self.failures < TRIES => (
                LEAST_PAUSE + self.rng.up_to(FIRST_PAUSE << self.failures),
                false,
            ),
            _ => {
                self.failures = 0;
                (REST, false)
            }
        };
        self.pause = Some(Pause {
            deadline: Deadline::after(now, span),
            demanded,
        });
    }

    /// Ends a rest that the engine did not demand, but never so that it is asked twice within a second.
    fn shorten_backoff(&mut self, now: Now) -> bool {
        let pause = self.pause.as_mut().filter(|pause| !pause.demanded);
        pause.is_some_and(|Pause { deadline, .. }| {
            let since = deadline.start.elapsed(now);
            deadline.span = deadline.span.min(since.max(LEAST_PAUSE));
            true
        })
    }

    /// Somebody did not take this token. If it is the newest one, that is news about its end.
    pub fn report_rejected_token(&mut self, refused: Option<&Secret>) {
        let kept = self.kept.as_ref();
        self.is_doubted |= kept.is_some_and(|kept| Some(&kept.token) == refused);
    }

    /// The engine does not take the token any more: it is renewed as soon as that may be.
    pub fn renew_soon(&mut self) {
        self.is_doubted = true;
    }

    fn is_wanted_now(&self) -> bool {
        self.is_doubted || !self.asks.is_empty()
    }

    fn reset_backoff(&mut self) {
        self.is_doubted = false;
        self.failures = 0;
        self.pause = None;
    }

    fn drop_renewal(&mut self, wishes: &mut Vec<Wish>) {
        if let Some(ticket) = self.renewal.take() {
            wishes.push(Wish::Cancel(ticket));
        }
        self.leave(wishes);
    }

    /// How long until a renewal is due: at four fifths of the life, counted from receipt, or a little earliest, or as soon as
    /// somebody waits for it.
    ///
    /// For lives over 50 s that is at the latest 10 s before the end.
    fn due_in(&self, now: Now, settings: &Settings) -> Option<Millis> {
        let kept = self.kept.as_ref()?;
        let life = if self.is_too_old(now, settings) {
            // Nothing is due but the end, and that not before its time.
            return Some(kept.life_left(now));
        } else if self.is_wanted_now() {
            0
        } else {
            kept.due_in(now, self.jitter)
        };
        let pause = self.pause.map_or(0, |pause| pause.deadline.remaining(now));
        Some(life.max(pause))
    }

    /// Serves those whose wish the token fulfils, and with a failure in hand everybody else too; the others go on waiting.
    fn answer_asks(&mut self, now: Now, failure: Option<&Problem>, wishes: &mut Vec<Wish>) {
        let Some(kept) = &self.kept else { return };
        let mut at = 0;
        while let Some((ask, validity)) = self.asks.get(at).copied() {
            let answer = match failure {
                _ if kept.is_good_for(now, validity) => Ok(kept.token.clone()),
                Some(problem) => Err(problem.clone()),
                None => {
                    at += 1;
                    continue;
                }
            };
            wishes.push(Wish::Settle(ask, answer));
            self.asks.remove(at);
        }
    }

    /// Where the session lives: where the page says, or on the device if the customer wants so.
    fn place(&self, settings: &Settings) -> Storage {
        match &self.kept {
            Some(kept) if kept.is_remembered => Storage::Device,
            _ => settings.storage,
        }
    }

    /// The record that the next page takes up; nothing while nobody is signed in.
    pub fn keep(&self, settings: &Settings, audience: TabScope) -> Wish {
        let record = self.kept.as_ref();
        let record = record.map(|kept| kept.record(settings, self.mark));
        Wish::Keep(record, self.mark, audience, self.place(settings))
    }
}

fn signed_out() -> Problem {
    Problem::new(Kind::SignedOut, Remedy::StartOver, Text::SessionEnded)
}
