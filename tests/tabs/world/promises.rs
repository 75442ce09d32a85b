//! What must hold: when a page is told something, at every moment, and when nothing has to happen any more.

use ae_login::login::session::Reason;

use super::{PATIENCE, Told, World};
use crate::book::Book;
use crate::moves::Mishap;
use crate::rules::{Breach, Rule, StoredSession, must};
use crate::words::{Token, What};

impl World {
    pub(super) fn is_out(&self, token: Token) -> bool {
        self.out >> token.login & 1 == 1
    }

    pub(super) fn says_in(&mut self, at: usize, token: Option<Token>) -> StoredSession {
        let token = token.expect("somebody is signed in");
        must(
            !self.is_out(token) || self.has_been(Mishap::Stale),
            Rule::StaysOut,
            || format!("{:?} is signed in again", token.customer),
        )?;
        if let Told::In(old) = self.tabs[at].told {
            must(old.customer == token.customer, Rule::NeverMixes, || {
                format!("{:?} becomes {:?}", old.customer, token.customer)
            })?;
        }
        self.tabs[at].told = Told::In(token);
        Ok(())
    }

    pub(super) fn says_renewed(&mut self, at: usize, token: Option<Token>) -> StoredSession {
        let token = token.expect("somebody is signed in");
        let Told::In(old) = self.tabs[at].told else {
            return Err(Breach::of(
                Rule::NeverMixes,
                "a token is renewed where nobody is signed in",
            ));
        };
        must(old.customer == token.customer, Rule::NeverMixes, || {
            format!("{:?} becomes {:?}", old.customer, token.customer)
        })?;
        must(token.made + PATIENCE >= old.made, Rule::KeepsTokens, || {
            format!(
                "token {} is replaced by the older {}",
                old.serial, token.serial
            )
        })?;
        self.tabs[at].told = Told::In(token);
        Ok(())
    }

    pub(super) fn says_out(&mut self, at: usize, what: What, reason: Reason) -> StoredSession {
        let token = match self.tabs[at].told {
            Told::In(token) => token,
            // The page before knew; what it left could not be taken up.
            Told::Nothing => {
                self.tabs[at].told = Told::Out;
                return Ok(());
            }
            Told::Out => return Err(Breach::of(Rule::EndsWell, "somebody is signed out twice")),
        };
        let is_refused = self.has_been(Mishap::Refuse);
        let is_true = match reason {
            Reason::User => what == What::SignOut,
            Reason::OtherTab => self.is_out(token) || is_refused || self.has_been(Mishap::Clear),
            Reason::Expired | Reason::Refused => is_refused,
            Reason::Replaced => self.has_been(Mishap::Other),
            Reason::TooOld => false,
        };
        must(is_true, Rule::KeepsTokens, || {
            format!("token {} is dropped ({})", token.serial, reason.as_str())
        })?;
        self.tabs[at].told = Told::Out;
        Ok(())
    }

    /// What holds at every moment.
    pub(super) fn holds(&self, book: &Book) -> StoredSession {
        for tab in &self.tabs {
            let seen = tab.page.and_then(|page| book.seen(page).signed_in);
            let told = match tab.told {
                Told::In(token) => Some(token),
                Told::Nothing | Told::Out => None,
            };
            must(seen == told, Rule::EndsWell, || {
                format!("the page was told {told:?}, and it is {seen:?}")
            })?;
        }
        Ok(())
    }

    /// What holds when nothing has to happen any more.
    pub(crate) fn rests(&self, book: &Book) -> StoredSession {
        let open = || self.tabs.iter().filter_map(|tab| Some((tab, tab.page?)));
        for (_, page) in open() {
            let seen = book.seen(page);
            must(
                !seen.has_turn && !seen.looks && !seen.is_asked,
                Rule::NoDeadlock,
                || format!("somebody waits for ever: {seen:?}"),
            )?;
        }
        let is_owned = self.owners.iter().any(|(owner, _)| owner.is_some());
        must(!is_owned, Rule::NoDeadlock, || {
            "a lock that nobody gives up".to_owned()
        })?;
        must(self.unsettled(book).is_none(), Rule::EndsWell, || {
            "a token has run out, and nobody was told".to_owned()
        })?;
        let tokens = || open().filter_map(|(_, page)| book.seen(page).signed_in);
        for token in tokens() {
            must(!self.is_out(token), Rule::StaysOut, || {
                format!("{:?} is still signed in", token.customer)
            })?;
            let first = tokens().next().map(|first| first.customer);
            must(first == Some(token.customer), Rule::NeverMixes, || {
                "two customers in tabs of one shop".to_owned()
            })?;
        }
        if tokens().next().is_some() {
            let is_shared = self.shared.mark.is_some_and(|mark| !mark.is_ended())
                && self.shared.record.is_some();
            must(is_shared, Rule::KeepsTokens, || {
                "somebody is signed in, and the next page will not know".to_owned()
            })?;
        }
        if let Some(record) = self.shared.record {
            must(!self.is_out(book.token(record)), Rule::StaysOut, || {
                "the next page will sign somebody in again".to_owned()
            })?;
            let all = open().count() == tokens().count();
            // After a clearing nobody can tell the order of two logins that knew nothing of each other.
            let is_cleared = self.has_been(Mishap::Clear) && self.logins > 1;
            let is_excused = self.has_been(Mishap::Unread) || is_cleared;
            must(all || is_excused, Rule::KeepsTokens, || {
                "somebody is signed in, and a tab does not know".to_owned()
            })?;
        }
        Ok(())
    }
}
