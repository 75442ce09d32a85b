//! What a browser does for a tab: a glance at what is shared before whatever happens, and the effects after it.

use ae_login::login::session::SessionVersion;

use super::{Flight, Message, Place, Shared, World};
use crate::book::{Book, LIFE, Record};
use crate::moves::{Flaw, Mishap};
use crate::rules::{Rule, StoredSession, must};
use crate::words::{Deed, Said, Token, What};
use ae_test_support::SECOND;

impl World {
    /// The runner: a glance at what is shared, then what happens.
    pub(super) fn give(
        &mut self,
        book: &mut Book,
        flaw: Flaw,
        at: usize,
        what: What,
        stale: Option<Shared>,
    ) -> StoredSession {
        self.glances(book, flaw, at, stale)?;
        let what = match what {
            What::Turn if self.tabs[at].place == Place::None => What::LateTurn,
            what => what,
        };
        self.hand(book, at, what)
    }

    /// `now` is what is shared where the tab sees what was: it is put back as soon as the tab has seen it.
    pub(super) fn glances(
        &mut self,
        book: &mut Book,
        flaw: Flaw,
        at: usize,
        now: Option<Shared>,
    ) -> StoredSession {
        let seen = match (flaw, now) {
            (Flaw::CriesWolf, _) if self.real >= LIFE / 2 => None,
            (_, Some(now)) if now.mark == self.tabs[at].glanced => now.mark,
            _ => self.shared.mark,
        };
        if let Some(now) = now {
            self.before = std::mem::replace(&mut self.shared, now);
        }
        if seen != self.tabs[at].glanced && !(flaw == Flaw::Deaf && self.real > 0) {
            self.tabs[at].glanced = seen;
            self.hand(book, at, What::Heard(seen))?;
        }
        Ok(())
    }

    /// Hands something to a tab's login and does what it wants done.
    pub(super) fn hand(&mut self, book: &mut Book, at: usize, what: What) -> StoredSession {
        let page = self.tabs[at].page.expect("an open tab");
        let (page, deeds) = book.happens(page, self.now(), what);
        self.tabs[at].page = Some(page);
        let token = book.seen(page).signed_in;
        for deed in &*deeds {
            self.does(book, at, what, *deed, token)?;
        }
        Ok(())
    }

    pub(super) fn does(
        &mut self,
        book: &mut Book,
        at: usize,
        what: What,
        deed: Deed,
        token: Option<Token>,
    ) -> StoredSession {
        match deed {
            Deed::Renew(token, is_named) => return self.renews(at, token, is_named),
            Deed::Prove | Deed::Failed | Deed::Settled => {}
            Deed::CancelRenewal | Deed::CancelProof => {
                let tab = &mut self.tabs[at];
                let renews = matches!(deed, Deed::CancelRenewal);
                let flight = tab.takes(renews).expect("what is given up was asked");
                tab.late = Some(flight.said);
            }
            Deed::Keep(record, mark, everywhere) => {
                self.tabs[at].drawer = record;
                if everywhere {
                    self.writes(book, at, record, mark)?;
                }
            }
            Deed::Queue => self.queues(at, 0),
            Deed::Leave => {
                self.unqueue(at);
                self.lets_go(at);
                self.tabs[at].place = Place::None;
            }
            Deed::Look(mark) => {
                let tab = &mut self.tabs[at];
                // Older ones find nobody who waits for them.
                if tab.looks[1].is_some() {
                    tab.looks[0] = tab.looks[1];
                    tab.looks[1] = None;
                }
                let free = tab.looks.iter_mut().find(|look| look.is_none());
                *free.expect("made room") = Some(mark);
            }
            Deed::In => return self.says_in(at, token),
            Deed::Renewed => return self.says_renewed(at, token),
            Deed::Out(reason) => return self.says_out(at, what, reason),
        }
        Ok(())
    }

    pub(super) fn writes(
        &mut self,
        book: &Book,
        at: usize,
        record: Option<Record>,
        mark: SessionVersion,
    ) -> StoredSession {
        let new = Shared {
            mark: Some(mark),
            record,
        };
        if let Some(record) = record {
            let token = book.token(record);
            let text = mark.to_text();
            let epoch = text.split('.').next();
            let epoch = epoch.and_then(|text| text.parse().ok()).expect("a number");
            let theirs = self
                .epochs
                .iter_mut()
                .find(|it| it.is_none_or(|(of, _)| of == epoch));
            let theirs = theirs.expect("few epochs");
            let (_, whose) = *theirs.get_or_insert((epoch, token.customer));
            must(
                whose == token.customer && book.mark(record) == mark,
                Rule::NeverMixes,
                || format!("{whose:?} and {:?} under mark {text}", token.customer),
            )?;
            self.begun |= 1 << token.login;
        }
        if new != self.shared {
            self.before = self.shared;
            self.wrote = at;
        }
        self.shared = new;
        self.tabs[at].glanced = Some(mark);
        self.post(at, Message::Wrote(mark));
        Ok(())
    }

    /// Everybody else gets a message.
    pub(super) fn post(&mut self, from: usize, message: Message) {
        for (at, tab) in self.tabs.iter_mut().enumerate() {
            if at != from && tab.page.is_some() {
                if tab.inbox[3].is_some() {
                    tab.inbox.rotate_left(1);
                    tab.inbox[3] = None;
                }
                let free = tab.inbox.iter_mut().find(|place| place.is_none());
                *free.expect("made room") = Some(message);
            }
        }
    }

    pub(super) fn renews(&mut self, at: usize, token: Token, is_named: bool) -> StoredSession {
        must(is_named, Rule::NeverMixes, || {
            "renewed in another's name".to_owned()
        })?;
        let calls = &mut self.calls[usize::from(token.serial)];
        *calls += 1;
        let calls = *calls;
        must(calls <= 1 + self.excuses, Rule::FewCalls, || {
            format!("token {} is to be renewed {calls} times", token.serial)
        })?;
        let is_due = token.made + LIFE / 5 * 4 <= self.real + SECOND;
        let is_excused = self.has_been(Mishap::Ask)
            || self.has_been(Mishap::Back)
            || self.has_been(Mishap::Forth);
        must(is_due || is_excused, Rule::FewCalls, || {
            format!("token {} is to be renewed before its time", token.serial)
        })?;
        let said = if self.has_been(Mishap::Refuse) {
            Said::No
        } else {
            Said::Token(self.token(token.customer, token.login))
        };
        self.tabs[at].sends(Flight {
            since: self.real,
            renews: true,
            is_slow: false,
            said,
        });
        Ok(())
    }

    pub(super) fn queues(&mut self, at: usize, line: usize) {
        self.tabs[at].place = Place::Queued(line, self.real);
        let last = self.queue.iter_mut().find(|place| place.is_none());
        *last.expect("one place for each tab") = Some(at);
    }

    pub(super) fn lets_go(&mut self, at: usize) {
        for owner in &mut self.owners {
            if owner.0 == Some(at) {
                *owner = (None, false);
            }
        }
    }

    pub(super) fn unqueue(&mut self, at: usize) {
        if let Some(place) = self.queue.iter().position(|queued| *queued == Some(at)) {
            self.queue[place] = None;
            self.queue[place..].rotate_left(1);
        }
    }

    pub(super) fn grant(&mut self, flaw: Flaw) {
        for next in self.queue.into_iter().flatten() {
            if let Place::Queued(line, _) = self.tabs[next].place
                && (self.owners[line].0.is_none() || flaw == Flaw::LocksNobody)
            {
                self.unqueue(next);
                self.owners[line] = (Some(next), false);
                self.tabs[next].place = Place::Granted;
            }
        }
    }
}
