//! What can happen next.

use ae_login::login::time::Millis;

use super::{LONG, PATIENCE, Place, TURN_PATIENCE, Tab, World};
use crate::book::{Book, LIFE};
use crate::moves::{Flaw, Mishap, Move, Step};

impl World {
    /// What must happen before time can pass.
    pub(super) fn urgent(&self, book: &mut Book, flaw: Flaw) -> Vec<Step> {
        let now = self.now();
        let mut steps = Vec::new();
        for (at, tab) in self.tabs.iter().enumerate() {
            let Some(page) = tab.page.filter(|_| !tab.is_frozen) else {
                continue;
            };
            if tab.inbox[0].is_some() {
                steps.push(Step::Message(at));
            }
            if tab.looks[0].is_some() {
                steps.push(Step::Look(at));
            }
            match tab.place {
                Place::Granted => steps.push(Step::Turn(at)),
                Place::Queued(_, since)
                    if self.real >= since + TURN_PATIENCE && flaw != Flaw::LocksForGood =>
                {
                    steps.push(Step::LosesPatience(at));
                }
                _ => {}
            }
            if tab
                .flight
                .is_some_and(|it| !it.is_slow || self.real >= it.since + PATIENCE)
            {
                steps.push(Step::Answer(at));
            }
            if flaw != Flaw::NeverRings
                && book
                    .rings(page, now)
                    .is_some_and(|at| at <= now.monotonic.0)
            {
                steps.push(Step::Rings(at));
            }
        }
        steps
    }

    /// Everything that can happen now; and whether nothing has to any more.
    pub(crate) fn moves(&self, book: &mut Book, flaw: Flaw) -> (Vec<Move>, bool) {
        let mut steps = self.urgent(book, flaw);
        let is_urgent = !steps.is_empty();
        for (at, tab) in self.tabs.iter().enumerate() {
            match tab {
                Tab { page: None, .. } => {}
                Tab {
                    is_frozen: true, ..
                } => steps.push(Step::Thaws(at)),
                Tab { flight, late, .. } => {
                    if flight.is_some() && !steps.contains(&Step::Answer(at)) {
                        steps.push(Step::Answer(at));
                    }
                    if late.is_some() {
                        steps.push(Step::LateAnswer(at));
                    }
                }
            }
        }
        if !is_urgent && self.next(book, flaw).is_some() {
            steps.push(Step::TimePasses);
        }
        let rests = steps.is_empty();
        self.add_mishaps(book, &mut steps);
        let mut moves = Vec::new();
        for step in steps {
            moves.push(Move { step, stale: false });
            if let Step::Look(at) | Step::Turn(at) | Step::LosesPatience(at) | Step::Answer(at) | Step::Rings(at)
            | Step::Happens(Mishap::SignOut | Mishap::Other | Mishap::Ask, at) = step
                && self.may(Mishap::Stale)
                // Only somebody to whom the message is still to come.
                && self.tabs[at].inbox[0].is_some()
                && self.wrote != at
                // What was seen once is not unseen; a record may still lag behind a mark that a message told.
                && (self.tabs[at].glanced != self.shared.mark || matches!(step, Step::Look(_)))
                && (self.left > 1 || !matches!(step, Step::Happens(..)))
            {
                moves.push(Move { step, stale: true });
            }
        }
        (moves, rests)
    }

    pub(super) fn add_mishaps(&self, book: &Book, steps: &mut Vec<Step>) {
        for (at, tab) in self.tabs.iter().enumerate() {
            let Some(page) = tab.page else {
                steps.push(Step::Opens(at));
                continue;
            };
            let seen = book.seen(page);
            let is_in = seen.signed_in.is_some();
            for (mishap, can) in [
                (Mishap::Close, true),
                (Mishap::Freeze, !tab.is_frozen),
                (Mishap::SignOut, !tab.is_frozen && is_in),
                (Mishap::Other, !tab.is_frozen && seen.is_at_start),
                (Mishap::Ask, !tab.is_frozen && is_in),
                (
                    Mishap::Lose,
                    !tab.is_frozen && tab.flight.is_some_and(|it| it.renews),
                ),
                (
                    Mishap::Slow,
                    !tab.is_frozen && tab.flight.is_some_and(|it| it.renews && !it.is_slow),
                ),
                (Mishap::Unread, !tab.is_frozen && tab.looks[0].is_some()),
                (Mishap::Refuse, at == 0),
                (Mishap::Clear, at == 0 && self.shared.mark.is_some()),
                (
                    Mishap::Back,
                    at == 0 && !self.has_been(Mishap::Forth) && !self.has_been(Mishap::Sleep),
                ),
                (Mishap::Forth, at == 0 && !self.has_been(Mishap::Back)),
                // A machine that sleeps while its clock is set back does not know how long.
                (Mishap::Sleep, at == 0 && !self.has_been(Mishap::Back)),
            ] {
                if can && self.may(mishap) {
                    steps.push(Step::Happens(mishap, at));
                }
            }
        }
    }

    /// When something is due next.
    pub(super) fn next(&self, book: &mut Book, flaw: Flaw) -> Option<Millis> {
        if self.real >= self.end && self.unsettled(book).is_none()
            || self.real > self.end + LONG + self.slept
        {
            return None;
        }
        let now = self.now();
        let mut next = None;
        let mut is_in = false;
        for tab in &self.tabs {
            let Some(page) = tab.page.filter(|_| !tab.is_frozen) else {
                continue;
            };
            let alarm = book.rings(page, now).filter(|_| flaw != Flaw::NeverRings);
            let patience = match tab.place {
                Place::Queued(_, since) if flaw != Flaw::LocksForGood => {
                    Some(since + TURN_PATIENCE)
                }
                _ => None,
            };
            let soonest = [
                alarm.map(|at| self.real + (at - now.monotonic.0)),
                patience,
                tab.flight.map(|flight| flight.since + PATIENCE),
                next,
            ];
            next = soonest.into_iter().flatten().min();
            is_in |= book.seen(page).signed_in.is_some();
        }
        // Somebody who is signed in and waits for nothing: a life later we shall see.
        next.or((is_in && self.real < self.end).then_some(self.end))
    }

    /// A tab whose page is told that somebody is signed in, with a token that has run out.
    pub(super) fn unsettled(&self, book: &Book) -> Option<usize> {
        self.tabs.iter().position(|tab| {
            let page = tab.page.filter(|_| !tab.is_frozen);
            let token = page.and_then(|page| book.seen(page).signed_in);
            token.is_some_and(|token| token.made + LIFE <= self.real)
        })
    }
}
