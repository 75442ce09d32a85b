//! What becomes of a step.

use ae_login::login::time::Millis;

use super::{Flight, LINES, LONG, Message, PATIENCE, Place, Shared, TABS, Tab, Told, World};
use crate::book::{Book, LIFE};
use crate::moves::{Flaw, Mishap, Move, Step};
use crate::rules::StoredSession;
use crate::words::{Customer, Said, Token, What};
use ae_test_support::SECOND;

impl World {
    /// Takes a step.
    pub(crate) fn take(&mut self, book: &mut Book, flaw: Flaw, it: Move) -> StoredSession {
        let before = self.shared;
        if it.stale {
            self.count(Mishap::Stale);
            self.excuses += 1;
            if self.has_been(Mishap::Clear) {
                self.out = 0;
            }
            // Seen for the length of this step.
            std::mem::swap(&mut self.shared, &mut self.before);
        }
        let stale = it.stale.then_some(before);
        match it.step {
            Step::Message(at) => {
                let message = self.tabs[at].inbox[0].take();
                self.tabs[at].inbox.rotate_left(1);
                self.glances(book, flaw, at, None)?;
                if let Some(Message::Wrote(mark)) = message
                    && !(flaw == Flaw::Deaf && self.real > 0)
                {
                    self.tabs[at].glanced = Some(mark);
                    self.hand(book, at, What::Heard(Some(mark)))?;
                }
            }
            Step::Look(at) => {
                let mark = self.tabs[at].looks[0].take().expect("somebody looks");
                self.tabs[at].looks.rotate_left(1);
                let mut record = self.shared.record;
                if flaw == Flaw::Forges
                    && let Some(old) = self.before.record
                {
                    record = Some(book.forge(old, mark));
                }
                self.give(book, flaw, at, What::Looked(mark, record), stale)?;
            }
            Step::Turn(at) => {
                self.tabs[at].place = Place::Ours;
                self.give(book, flaw, at, What::Turn, stale)?;
            }
            Step::LosesPatience(at) => self.loses_patience(book, flaw, at, stale)?,
            Step::Answer(at) => self.answer(book, flaw, at, None, stale)?,
            Step::LateAnswer(at) => {
                let said = self.tabs[at].late.take().expect("a late answer");
                self.give(book, flaw, at, What::LateAnswer(said), stale)?;
            }
            Step::Rings(at) => self.give(book, flaw, at, What::Ring, stale)?,
            Step::Thaws(at) => {
                self.tabs[at].is_frozen = false;
                self.give(book, flaw, at, What::Wake, stale)?;
            }
            Step::Opens(at) => {
                let page = book.blank(self.now());
                let tab = &mut self.tabs[at];
                tab.page = Some(page);
                tab.told = Told::Nothing;
                tab.glanced = self.shared.mark;
                let begin = What::Begin(tab.drawer, self.shared.mark);
                self.hand(book, at, begin)?;
            }
            Step::TimePasses => {
                let next = self.next(book, flaw).expect("something is due");
                self.real = next;
                for tab in &mut self.tabs {
                    tab.late = None;
                }
                if next > self.end + LONG + self.slept {
                    self.rests(book)?;
                }
            }
            Step::Happens(mishap, at) => self.happens(book, flaw, mishap, at, stale)?,
        }
        self.grant(flaw);
        self.holds(book)?;
        self.forget(flaw);
        Ok(())
    }

    /// Goes on in the next line, and behind the last one without a lock.
    fn loses_patience(
        &mut self,
        book: &mut Book,
        flaw: Flaw,
        at: usize,
        stale: Option<Shared>,
    ) -> StoredSession {
        let Place::Queued(line, _) = self.tabs[at].place else {
            return Ok(());
        };
        // However many give up on it, it is one lock.
        let is_given_up = std::mem::replace(&mut self.owners[line].1, true);
        self.excuses += u8::from(!is_given_up);
        self.unqueue(at);
        if line + 1 < LINES && flaw != Flaw::HasOneLine {
            self.queues(at, line + 1);
            return self.glances(book, flaw, at, stale);
        }
        self.tabs[at].place = Place::Alone;
        self.give(book, flaw, at, What::Turn, stale)
    }

    /// Drops what can make no difference any more, so that worlds which only differ in that count once.
    pub(super) fn forget(&mut self, flaw: Flaw) {
        let can_be_stale =
            self.may(Mishap::Stale) && self.tabs.iter().any(|tab| tab.inbox[0].is_some());
        if !can_be_stale && flaw != Flaw::Forges {
            (self.before, self.wrote) = (Shared::default(), TABS);
        }
        let may_close = self.may(Mishap::Close);
        for tab in &mut self.tabs {
            if tab.page.is_some() && !may_close {
                tab.drawer = None;
            }
        }
        if self.left == 0 {
            self.mishaps &= [
                Mishap::Ask,
                Mishap::Back,
                Mishap::Forth,
                Mishap::Clear,
                Mishap::Refuse,
                Mishap::Other,
                Mishap::Unread,
                Mishap::Stale,
            ]
            .iter()
            .fold(0, |all, mishap| all | mishap.bit());
        }
    }

    pub(super) fn happens(
        &mut self,
        book: &mut Book,
        flaw: Flaw,
        mishap: Mishap,
        at: usize,
        stale: Option<Shared>,
    ) -> StoredSession {
        self.count(mishap);
        match mishap {
            Mishap::Close => {
                self.excuses += u8::from(self.tabs[at].flight.is_some());
                self.unqueue(at);
                if flaw != Flaw::LocksForGood {
                    self.lets_go(at);
                }
                let tab = &mut self.tabs[at];
                *tab = Tab {
                    page: None,
                    inbox: [None; 4],
                    looks: [None; 2],
                    place: Place::None,
                    flight: None,
                    parked: None,
                    late: None,
                    is_frozen: false,
                    told: Told::Nothing,
                    ..*tab
                };
                Ok(())
            }
            Mishap::Freeze => {
                self.tabs[at].is_frozen = true;
                Ok(())
            }
            Mishap::SignOut => {
                if let Told::In(token) = self.tabs[at].told {
                    // Who does not see the newest login yet does not sign out of it.
                    let newest = if stale.is_some() { token.login } else { 6 };
                    self.out |= self.begun & ((2 << newest) - 1);
                }
                self.give(book, flaw, at, What::SignOut, stale)
            }
            Mishap::Other => {
                self.glances(book, flaw, at, stale)?;
                let page = self.tabs[at].page.expect("an open tab");
                if book.seen(page).is_at_start {
                    self.signs_in(book, at, Customer::Bob)?;
                }
                Ok(())
            }
            Mishap::Ask => self.give(book, flaw, at, What::Ask, stale),
            Mishap::Slow => {
                let flight = self.tabs[at].flight.as_mut();
                flight.expect("a question under way").is_slow = true;
                Ok(())
            }
            Mishap::Lose => {
                self.excuses += 1;
                self.answer(book, flaw, at, Some(Said::Nothing), stale)
            }
            Mishap::Unread => {
                self.excuses += 1;
                let mark = self.tabs[at].looks[0].take().expect("somebody looks");
                self.tabs[at].looks.rotate_left(1);
                self.give(book, flaw, at, What::Looked(mark, None), stale)
            }
            Mishap::Clear => {
                self.before = self.shared;
                self.shared = Shared::default();
                self.wrote = TABS;
                for tab in &mut self.tabs {
                    tab.drawer = None;
                }
                // It leaves no mark: whoever writes without having seen it undoes it.
                if self.logins == 1 && !self.has_been(Mishap::Stale) {
                    self.out |= self.begun;
                }
                self.post(TABS, Message::Touch);
                Ok(())
            }
            Mishap::Back => {
                self.set = -1;
                Ok(())
            }
            Mishap::Forth => {
                self.set = 1;
                Ok(())
            }
            Mishap::Sleep => {
                self.real += 2 * LIFE;
                self.slept += 2 * LIFE;
                Ok(())
            }
            Mishap::Refuse | Mishap::Stale => Ok(()),
        }
    }

    pub(super) fn signs_in(
        &mut self,
        book: &mut Book,
        at: usize,
        customer: Customer,
    ) -> StoredSession {
        self.logins += 1;
        let made = self.real / SECOND * SECOND;
        self.hand(book, at, What::SignIn(customer, made))?;
        let token = self.token(customer, self.logins);
        self.tabs[at].sends(Flight {
            since: self.real,
            renews: false,
            is_slow: false,
            said: Said::Token(token),
        });
        Ok(())
    }

    pub(super) fn token(&mut self, customer: Customer, login: u8) -> Token {
        self.made += 1;
        // The clocks of the engine's machines differ by a second, and so do the times of two logins.
        let ahead = Millis::from(login - 1) * SECOND;
        Token {
            serial: self.made,
            login,
            customer,
            made: self.real / SECOND * SECOND + ahead,
        }
    }

    pub(super) fn answer(
        &mut self,
        book: &mut Book,
        flaw: Flaw,
        at: usize,
        said: Option<Said>,
        stale: Option<Shared>,
    ) -> StoredSession {
        let flight = self.tabs[at].flight.expect("a question under way");
        self.glances(book, flaw, at, stale)?;
        if self.real > flight.since + PATIENCE {
            // The browser has given up while the tab was frozen.
            self.excuses += 1;
        }
        let said = match said {
            Some(said) => said,
            None if self.real > flight.since + PATIENCE => Said::Nothing,
            None => flight.said,
        };
        let tab = &mut self.tabs[at];
        let what = if tab.takes(flight.renews).is_none() {
            tab.late = None;
            What::LateAnswer(said)
        } else if flight.renews {
            What::Renewal(said)
        } else {
            What::Proof(said)
        };
        self.hand(book, at, what)
    }
}
