//! The renewal of a token: its stages, and when it is tried again after a failure.

use crate::login::message::{Effect, Ticket};
use crate::login::outbox::Outbox;
use crate::login::problem::{Problem, Remedy};
use crate::login::time::{Deadline, Millis, Now, Rng};

/// After this many failures in a row the next attempt comes after [`LONG_PAUSE`].
const MAX_ATTEMPTS: u32 = 3;
/// The random part of the pause after the first failure is at most twice this span. It doubles with each further failure.
const BASE_PAUSE: Millis = 500;
/// The pause after [`MAX_ATTEMPTS`] failures, unless the page is used again sooner.
const LONG_PAUSE: Millis = 60_000;
/// Two renewal requests are never closer together than this, however often the page is woken.
const MIN_INTERVAL: Millis = 1_000;

/// How far a renewal is. One tab at a time asks the engine, so a renewal begins with a lock.
///
/// The lock and the request have the same ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Stage {
    /// No renewal is under way.
    #[default]
    Idle,
    /// The tab waits for the lock.
    AwaitingLock(Ticket),
    /// The tab has the lock, and first reads what another tab shares.
    Locked(Ticket),
    /// The request is sent.
    Sent(Ticket),
}

/// The span before the next attempt.
#[derive(Debug, Clone, Copy)]
struct Pause {
    deadline: Deadline,
    /// Whether the engine asked for it. Then nothing shortens it.
    is_demanded: bool,
}

/// The renewal of one session.
#[derive(Debug, Clone, Default)]
pub(super) struct Renewal {
    pub(super) stage: Stage,
    /// A server rejected the token although it should still be valid.
    pub(super) is_token_rejected: bool,
    failures: u32,
    pause: Option<Pause>,
}

impl Renewal {
    /// Requests the lock.
    pub(super) fn start(&mut self, now: Now, out: &mut Outbox) {
        // The interval counts from the request and not from its answer.
        self.pause = Some(Pause {
            deadline: Deadline::after(now, MIN_INTERVAL),
            is_demanded: false,
        });
        let ticket = out.next_ticket();
        self.stage = Stage::AwaitingLock(ticket);
        out.push(Effect::AcquireLock(ticket));
    }

    /// Releases the lock, or the place in the queue for it.
    pub(super) fn release_lock(&mut self, out: &mut Outbox) {
        let stage = std::mem::take(&mut self.stage);
        if let Stage::AwaitingLock(ticket) | Stage::Locked(ticket) | Stage::Sent(ticket) = stage {
            out.push(Effect::ReleaseLock(ticket));
        }
    }

    /// Cancels the request, if it is sent, and releases the lock.
    pub(super) fn cancel(&mut self, out: &mut Outbox) {
        if let Stage::Sent(ticket) = self.stage {
            out.push(Effect::Cancel(ticket));
        }
        self.release_lock(out);
    }

    /// Ends the renewal with a new token. The interval since the request goes on.
    pub(super) fn succeed(&mut self) {
        self.is_token_rejected = false;
        self.failures = 0;
    }

    /// Plans the next attempt after a failure: after the span that the engine demands, else after a random span whose limit
    /// doubles each time ("full jitter"), else after [`LONG_PAUSE`].
    pub(super) fn back_off(&mut self, now: Now, failure: &Problem, rng: &mut Rng) {
        self.failures += 1;
        let (span, is_demanded) = match failure.remedy {
            Remedy::Wait(span) => (span, true),
            _ if self.failures < MAX_ATTEMPTS => {
                (MIN_INTERVAL + rng.up_to(BASE_PAUSE << self.failures), false)
            }
            _ => {
                self.failures = 0;
                (LONG_PAUSE, false)
            }
        };
        self.pause = Some(Pause {
            deadline: Deadline::after(now, span),
            is_demanded,
        });
    }

    /// Ends a pause that the engine did not demand, as far as [`MIN_INTERVAL`] allows. Returns whether there was such a pause.
    pub(super) fn shorten_pause(&mut self, now: Now) -> bool {
        let pause = self.pause.as_mut().filter(|pause| !pause.is_demanded);
        pause.is_some_and(|Pause { deadline, .. }| {
            let elapsed = deadline.start.elapsed(now);
            deadline.span = deadline.span.min(elapsed.max(MIN_INTERVAL));
            true
        })
    }

    /// Forgets earlier failures.
    pub(super) fn forget_failures(&mut self) {
        self.failures = 0;
    }

    /// The span before the next attempt; 0 if it may begin.
    pub(super) fn pause(&self, now: Now) -> Millis {
        self.pause.map_or(0, |pause| pause.deadline.remaining(now))
    }

    /// The span for which the engine demands that nothing is sent; `None` if there is no such demand.
    pub(super) fn demanded_pause(&self, now: Now) -> Option<Millis> {
        let pause = self.pause.filter(|pause| pause.is_demanded)?;
        Some(pause.deadline.remaining(now)).filter(|span| *span > 0)
    }
}
