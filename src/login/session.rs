//! Token life: when to renew, when to try again, when to give up, and who is waiting for it.
//!
//! Everything is counted from receipt (`exp - iat`), since the device's clock may be a day off. A renewal that fails never
//! throws away a token that still runs.

mod kept;

pub use kept::{Factor, Kept, Second, read_name, write_name};

use super::config::Settings;
use super::identifier::Identifier;
use super::problem::{self, Kind, Problem, Remedy};
use super::secret::Secret;
use super::text::Text;
use super::time::{Deadline, Dice, Millis, Now, Stamp};
use super::token::UnverifiedClaims;
use super::wire::{Answer, Call, Name, Refusal, Request};
use super::{AskId, Ticket};

/// Why a session ended, as `ae-signed-out` tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The customer or the page asked for it.
    User,
    /// The token had run out and could not be renewed any more.
    Expired,
    /// The engine refused to renew a token that still ran.
    Refused,
    /// Somebody else signed in.
    Replaced,
}

impl Reason {
    /// Every reason of this version.
    pub const ALL: [Self; 4] = [Self::User, Self::Expired, Self::Refused, Self::Replaced];

    /// The word in `reason`.
    pub fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Expired => "expired",
            Self::Refused => "refused",
            Self::Replaced => "replaced",
        }
    }
}

/// What woke us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// An alarm, which may be late or early.
    Timer,
    /// The page is seen, focused, restored or resumed, or the network is back.
    Woken,
}

/// What the session wants done.
#[derive(Debug, PartialEq, Eq)]
pub enum Wish {
    /// Ask the engine.
    Ask(Ticket, Request),
    /// Nobody waits for this answer any more.
    Cancel(Ticket),
    /// Write the record, or erase it.
    Keep(Option<Secret>),
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
    Settle(AskId, Result<Secret, Problem>),
}

/// The one role that means: signed in (contract §6).
pub const USER: &str = "USER";
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
#[derive(Debug)]
pub struct Session {
    kept: Option<Kept>,
    /// Whether the page has heard of `kept`: not before a kept token is known to be good.
    told: bool,
    renewal: Option<Ticket>,
    failures: u32,
    pause: Option<Pause>,
    asks: Vec<(AskId, Millis)>,
    /// The engine says that a token has run out which should still run.
    is_doubted: bool,
    /// The newest `iat` that the engine showed, and when: the least that its clock can say by now.
    engine_clock: Option<(Millis, Stamp)>,
    dice: Dice,
}

#[derive(Debug, Clone, Copy)]
struct Pause {
    deadline: Deadline,
    /// Asked for by the engine: no wake signal cuts it short.
    demanded: bool,
}

impl Session {
    /// Nobody is signed in.
    pub fn new(dice: Dice) -> Self {
        Self {
            kept: None,
            told: false,
            renewal: None,
            failures: 0,
            pause: None,
            asks: Vec::new(),
            is_doubted: false,
            engine_clock: None,
            dice,
        }
    }

    /// Who is signed in, as far as the page may know.
    pub fn kept(&self) -> Option<&Kept> {
        self.kept.as_ref().filter(|_| self.told)
    }

    /// Whether a kept session waits for its first renewal before anybody hears of it.
    pub fn is_being_taken_up(&self) -> bool {
        self.kept.is_some() && !self.told && self.renewal.is_some()
    }

    /// Whose session that is.
    pub fn being_taken_up(&self) -> Option<&Identifier> {
        let kept = self.kept.as_ref().filter(|_| self.is_being_taken_up());
        kept.map(|kept| &kept.name.identifier)
    }

    /// Takes a token for the identifier it was asked for, if it is one that may be used.
    ///
    /// # Errors
    /// Not a token, for another brand or customer, of another role, or run out before it came.
    pub fn judge(
        &mut self,
        now: Now,
        settings: &Settings,
        identifier: &Identifier,
        answer: &Answer,
    ) -> Result<(Secret, UnverifiedClaims), Problem> {
        let token = answer.token.clone().ok_or_else(Problem::malformed)?;
        let mut claims = UnverifiedClaims::read(&token)
            .filter(|claims| claims.fits(&settings.brand, identifier))
            .ok_or_else(Problem::malformed)?;
        let clock = self
            .engine_clock
            .map_or(0, |(at, seen)| at + seen.elapsed_at_least(now));
        if claims.expires_at + SKEW < clock {
            return Err(Problem::malformed());
        }
        if claims.issued_at > clock {
            self.engine_clock = Some((claims.issued_at, Stamp::at(now)));
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
        name: Name,
        second: Option<Second>,
        token: Secret,
        claims: UnverifiedClaims,
        wishes: &mut Vec<Wish>,
    ) {
        if self.told
            && self
                .kept
                .as_ref()
                .is_some_and(|kept| kept.claims.user_id != claims.user_id)
        {
            self.end(Reason::Replaced, wishes);
        }
        self.drop_renewal(wishes);
        self.kept = Some(Kept {
            name,
            second,
            token,
            signed_in_at: claims.issued_at,
            claims,
            received: Stamp::at(now),
        });
        self.settled_down();
        self.told = true;
        wishes.push(self.record(settings));
        wishes.push(Wish::SignedIn(false));
        self.answer_asks(now, None, wishes);
    }

    /// Takes up what an earlier page of this tab wrote down; anything that does not fit is as if it were not there.
    pub fn take_up(
        &mut self,
        now: Now,
        settings: &Settings,
        record: &Secret,
        next: &mut impl FnMut() -> Ticket,
        wishes: &mut Vec<Wish>,
    ) {
        if self.kept.is_some() {
            return;
        }
        let Some(kept) = Kept::read(now, settings, record) else {
            return;
        };
        let fresh = kept.life_left(now) > 0;
        self.kept = Some(kept);
        if fresh || !settings.renew {
            self.told = true;
            wishes.push(Wish::SignedIn(true));
            self.wake(now, Signal::Woken, settings, next, wishes);
        } else {
            self.renew(now, settings, next, wishes);
        }
    }

    /// Renews if it is time.
    pub fn wake(
        &mut self,
        now: Now,
        signal: Signal,
        settings: &Settings,
        next: &mut impl FnMut() -> Ticket,
        wishes: &mut Vec<Wish>,
    ) {
        if signal == Signal::Woken && self.hurry(now) {
            self.failures = 0;
        }
        if self.wake_in(now, settings) == Some(0) {
            self.renew(now, settings, next, wishes);
        }
    }

    /// How long until the session wants to be woken.
    pub fn wake_in(&self, now: Now, settings: &Settings) -> Option<Millis> {
        let wanted = settings.renew || self.is_wanted_now();
        self.due_in(now)
            .filter(|_| wanted && self.renewal.is_none())
    }

    /// Somebody wants a token that is good for `validity` more.
    ///
    /// Where a token's whole life is shorter, four fifths of that life are asked for instead.
    pub fn ask(
        &mut self,
        now: Now,
        ask: AskId,
        validity: Millis,
        settings: &Settings,
        next: &mut impl FnMut() -> Ticket,
        wishes: &mut Vec<Wish>,
    ) {
        let Some(kept) = &self.kept else {
            wishes.push(Wish::Settle(ask, Err(signed_out())));
            return;
        };
        if kept.is_good_for(now, validity) {
            wishes.push(Wish::Settle(ask, Ok(kept.token.clone())));
            return;
        }
        if let Some(pause) = self
            .pause
            .filter(|pause| pause.demanded && pause.deadline.left(now) > 0)
        {
            let wait = pause.deadline.left(now);
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
        self.hurry(now);
        self.wake(now, Signal::Timer, settings, next, wishes);
    }

    /// The engine's answer to a renewal; `None` if it is not the one that is awaited.
    pub fn answered(
        &mut self,
        now: Now,
        ticket: Ticket,
        answer: Result<Answer, Refusal>,
        settings: &Settings,
        wishes: &mut Vec<Wish>,
    ) -> Option<()> {
        self.renewal.take_if(|waiting| *waiting == ticket)?;
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
            Ok(answer) => match self.judge(now, settings, &identifier, &answer) {
                // The same token again is no progress, and another customer's is nobody's.
                Ok((token, claims))
                    if token != old && claims.user_id == user && claims.role == USER =>
                {
                    self.adopt(now, token, answer.key, claims, settings, wishes);
                    return Some(());
                }
                Ok(_) => Problem::malformed(),
                Err(problem) => problem,
            },
            Err(refusal) => {
                let refused = matches!(refusal, Refusal::No { .. });
                let problem = Problem::of(refusal, Call::Renew);
                if refused && (!running || problem::ends_session(problem.code)) {
                    wishes.push(Wish::Failed(problem));
                    self.end(
                        if running {
                            Reason::Refused
                        } else {
                            Reason::Expired
                        },
                        wishes,
                    );
                    return Some(());
                }
                problem
            }
        };
        self.rest(now, &failure);
        if self.told {
            wishes.push(Wish::Failed(failure.clone()));
        } else {
            wishes.push(Wish::NotTakenUp(failure.clone()));
        }
        self.answer_asks(now, Some(&failure), wishes);
        Some(())
    }

    /// Ends the session because somebody wants to: what is kept goes first, then the engine is told where it wants to know.
    /// Nobody waits for what it says to that.
    pub fn sign_out(
        &mut self,
        settings: &Settings,
        next: &mut impl FnMut() -> Ticket,
        wishes: &mut Vec<Wish>,
    ) {
        let last_word = self.kept.as_ref().and_then(|kept| kept.last_word(settings));
        self.end(Reason::User, wishes);
        if let Some(request) = last_word {
            wishes.push(Wish::Ask(next(), request));
        }
    }

    /// The request that gives a signed-in customer another password, for the factor that has one.
    pub fn change_password(&self, settings: &Settings, old: &str, new: &str) -> Option<Request> {
        let kept = self.kept.as_ref()?;
        Some(kept.password_change(settings, old, new))
    }

    /// Ends the session: what is kept goes first, then everybody hears of it.
    pub fn end(&mut self, reason: Reason, wishes: &mut Vec<Wish>) {
        self.drop_renewal(wishes);
        wishes.push(Wish::Keep(None));
        self.told = false;
        self.settled_down();
        let was_signed_in = self.kept.take().is_some();
        for (ask, _) in self.asks.drain(..) {
            wishes.push(Wish::Settle(ask, Err(signed_out())));
        }
        if was_signed_in {
            wishes.push(Wish::SignedOut(reason));
        }
    }

    /// Everybody is gone: nothing is asked any more, and nobody waits for ever. The session stays.
    pub fn left_alone(&mut self, wishes: &mut Vec<Wish>) {
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
        kept.received = Stamp::at(now);
        self.settled_down();
        let first = !std::mem::replace(&mut self.told, true);
        wishes.push(self.record(settings));
        wishes.push(if first {
            Wish::SignedIn(true)
        } else {
            Wish::Renewed
        });
        self.answer_asks(now, None, wishes);
    }

    fn renew(
        &mut self,
        now: Now,
        settings: &Settings,
        next: &mut impl FnMut() -> Ticket,
        wishes: &mut Vec<Wish>,
    ) {
        let Some(kept) = &self.kept else { return };
        // Counted from the question, so that two questions are never closer than a second.
        self.pause = Some(Pause {
            deadline: Deadline::after(now, LEAST_PAUSE),
            demanded: false,
        });
        let ticket = next();
        self.renewal = Some(ticket);
        wishes.push(Wish::Ask(ticket, kept.renewal(settings)));
    }

    /// Full jitter (a random span up to a doubling limit), then a long rest.
    fn rest(&mut self, now: Now, failure: &Problem) {
        self.failures += 1;
        let (span, demanded) = match failure.remedy {
            Remedy::Wait(span) => (span, true),
            _ if self.failures < TRIES => (
                LEAST_PAUSE + self.dice.up_to(FIRST_PAUSE << self.failures),
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
    fn hurry(&mut self, now: Now) -> bool {
        let pause = self.pause.as_mut().filter(|pause| !pause.demanded);
        pause.is_some_and(|Pause { deadline, .. }| {
            let since = deadline.from.elapsed(now);
            deadline.span = deadline.span.min(since.max(LEAST_PAUSE));
            true
        })
    }

    /// The engine does not take the token any more: it is renewed as soon as that may be.
    pub fn renew_soon(&mut self) {
        self.is_doubted = true;
    }

    fn is_wanted_now(&self) -> bool {
        self.is_doubted || !self.asks.is_empty()
    }

    fn settled_down(&mut self) {
        self.is_doubted = false;
        self.failures = 0;
        self.pause = None;
    }

    fn drop_renewal(&mut self, wishes: &mut Vec<Wish>) {
        if let Some(ticket) = self.renewal.take() {
            wishes.push(Wish::Cancel(ticket));
        }
    }

    /// How long until a renewal is due: at four fifths of the life, counted from receipt, or as soon as somebody waits for it.
    ///
    /// For lives over 50 s that is at the latest 10 s before the end.
    fn due_in(&self, now: Now) -> Option<Millis> {
        let kept = self.kept.as_ref()?;
        let life = if self.is_wanted_now() {
            0
        } else {
            (kept.claims.life() / 5 * 4).saturating_sub(kept.received.elapsed(now))
        };
        let pause = self.pause.map_or(0, |pause| pause.deadline.left(now));
        Some(life.max(pause))
    }

    /// Serves those whose wish a token fulfils, and with a failure in hand everybody else too.
    fn answer_asks(&mut self, now: Now, failure: Option<&Problem>, wishes: &mut Vec<Wish>) {
        let Some(kept) = &self.kept else { return };
        for (ask, validity) in self.asks.drain(..) {
            let answer = match failure {
                Some(problem) if !kept.is_good_for(now, validity) => Err(problem.clone()),
                _ => Ok(kept.token.clone()),
            };
            wishes.push(Wish::Settle(ask, answer));
        }
    }

    /// The record that the next page takes up; nothing while nobody is signed in.
    pub fn record(&self, settings: &Settings) -> Wish {
        Wish::Keep(self.kept.as_ref().map(|kept| kept.record(settings)))
    }
}

fn signed_out() -> Problem {
    Problem::new(Kind::SignedOut, Remedy::StartOver, Text::SessionEnded)
}
