//! The checks of the properties: at each event of a page, in each state, and in each final state.

use ae_login::login::session::Reason;

use super::{Announced, Model, REQUEST_TIMEOUT};
use crate::events::{TabInput, Token};
use crate::login_cache::LoginCache;
use crate::properties::{Checked, Property, Violation, ensure};
use crate::transitions::Incident;

impl Model {
    /// Whether the customer has signed out of the login that this token comes from.
    fn has_ended(&self, token: Token) -> bool {
        self.ended_logins >> token.login & 1 == 1
    }

    /// A page is told that a customer is signed in.
    pub(super) fn announce_sign_in(&mut self, at: usize, token: Option<Token>) -> Checked {
        let token = token.expect("the tab is signed in");
        ensure(
            !self.has_ended(token) || self.has_happened(Incident::StaleRead),
            Property::StaysSignedOut,
            || format!("{:?} is signed in again", token.customer),
        )?;
        if let Announced::SignedIn(old) = self.tabs[at].announced {
            ensure_same_customer(old, token)?;
        }
        self.tabs[at].announced = Announced::SignedIn(token);
        Ok(())
    }

    /// A page is told that its token was renewed.
    pub(super) fn announce_renewal(&mut self, at: usize, token: Option<Token>) -> Checked {
        let token = token.expect("the tab is signed in");
        let Announced::SignedIn(old) = self.tabs[at].announced else {
            return Err(Violation::new(
                Property::NeverMixesCustomers,
                "a token is renewed in a tab that is not signed in",
            ));
        };
        ensure_same_customer(old, token)?;
        ensure(
            token.issued_at + REQUEST_TIMEOUT >= old.issued_at,
            Property::KeepsTokens,
            || {
                format!(
                    "token {} is replaced by the older token {}",
                    old.serial, token.serial
                )
            },
        )?;
        self.tabs[at].announced = Announced::SignedIn(token);
        Ok(())
    }

    /// A page is told that the session has ended.
    pub(super) fn announce_sign_out(
        &mut self,
        at: usize,
        input: TabInput,
        reason: Reason,
    ) -> Checked {
        let token = match self.tabs[at].announced {
            Announced::SignedIn(token) => token,
            // The session of the previous page could not be restored.
            Announced::Nothing => {
                self.tabs[at].announced = Announced::SignedOut;
                return Ok(());
            }
            Announced::SignedOut => {
                return Err(Violation::new(
                    Property::EndsSettled,
                    "a tab is signed out twice",
                ));
            }
        };
        let is_refused = self.has_happened(Incident::RefuseRenewals);
        let is_true = match reason {
            Reason::User => input == TabInput::SignOut,
            Reason::OtherTab => {
                self.has_ended(token) || is_refused || self.has_happened(Incident::ClearStorage)
            }
            Reason::Expired | Reason::Refused => is_refused,
            Reason::Replaced => self.has_happened(Incident::OtherCustomer),
            Reason::TooOld => false,
        };
        ensure(is_true, Property::KeepsTokens, || {
            format!(
                "token {} is dropped with the reason {}, which is not true",
                token.serial,
                reason.as_str()
            )
        })?;
        self.tabs[at].announced = Announced::SignedOut;
        Ok(())
    }

    /// Checks what must hold in every state.
    pub(super) fn check_state(&self, cache: &LoginCache) -> Checked {
        for tab in &self.tabs {
            let actual = tab.login.and_then(|login| cache.state(login).signed_in);
            let announced = match tab.announced {
                Announced::SignedIn(token) => Some(token),
                Announced::Nothing | Announced::SignedOut => None,
            };
            ensure(actual == announced, Property::EndsSettled, || {
                format!("the session is {actual:?}, and the page was told {announced:?}")
            })?;
        }
        Ok(())
    }

    /// Checks what must hold in a final state, where nothing has to happen any more.
    pub(crate) fn check_final(&self, cache: &LoginCache) -> Checked {
        let open = || {
            let logins = self.tabs.iter().filter_map(|tab| tab.login);
            logins.map(|login| cache.state(login))
        };
        for state in open() {
            ensure(
                !state.needs_lock && !state.reads_record && !state.has_token_request,
                Property::NoDeadlock,
                || format!("a tab waits for ever: {state:?}"),
            )?;
        }
        let is_locked = self.lock_holders.iter().any(|(holder, _)| holder.is_some());
        ensure(!is_locked, Property::NoDeadlock, || {
            "a lock is never released".to_owned()
        })?;
        ensure(
            self.unsettled_tab(cache).is_none(),
            Property::EndsSettled,
            || "a token has expired, and the page was not told".to_owned(),
        )?;
        let tokens = || open().filter_map(|state| state.signed_in);
        for token in tokens() {
            ensure(!self.has_ended(token), Property::StaysSignedOut, || {
                format!("{:?} is still signed in", token.customer)
            })?;
            let first = tokens().next().map(|first| first.customer);
            ensure(
                first == Some(token.customer),
                Property::NeverMixesCustomers,
                || "tabs are signed in as different customers".to_owned(),
            )?;
        }
        if tokens().next().is_some() {
            let has_version = self
                .shared
                .version
                .is_some_and(|version| !version.is_ended());
            let is_shared = has_version && self.shared.record.is_some();
            ensure(is_shared, Property::KeepsTokens, || {
                "a tab is signed in, and nothing is shared for the next page".to_owned()
            })?;
        }
        if let Some(record) = self.shared.record {
            let token = cache.token(record);
            ensure(!self.has_ended(token), Property::StaysSignedOut, || {
                "the next page would restore a session that was signed out of".to_owned()
            })?;
            let all_signed_in = open().count() == tokens().count();
            // After the storage was cleared, the order of two logins that did not see each other is unknown.
            let is_cleared = self.has_happened(Incident::ClearStorage) && self.logins > 1;
            let is_excused = self.has_happened(Incident::UnreadableRecord) || is_cleared;
            ensure(all_signed_in || is_excused, Property::KeepsTokens, || {
                "a session is shared, and a tab is not signed in".to_owned()
            })?;
        }
        Ok(())
    }
}

fn ensure_same_customer(old: Token, new: Token) -> Checked {
    ensure(
        old.customer == new.customer,
        Property::NeverMixesCustomers,
        || {
            format!(
                "the session of {:?} becomes one of {:?}",
                old.customer, new.customer
            )
        },
    )
}
