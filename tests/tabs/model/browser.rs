//! The part of the browser in the model. For each tab it compares the shared version before each input, and performs the effects after it.

use ae_login::login::session::SessionVersion;

use super::{LockState, Message, Model, PendingRequest, Shared};
use crate::events::{EngineReply, TabEffect, TabInput, Token};
use crate::login_cache::{LIFE, LoginCache, RecordId};
use crate::properties::{Checked, Property, ensure};
use crate::transitions::{Defect, Incident};
use ae_test_support::SECOND;

impl Model {
    /// Compares the shared version, then hands an input to the login of a tab.
    pub(super) fn deliver(
        &mut self,
        cache: &mut LoginCache,
        defect: Defect,
        at: usize,
        input: TabInput,
        stale: Option<Shared>,
    ) -> Checked {
        self.compare_version(cache, defect, at, stale)?;
        let input = match input {
            TabInput::LockGranted if self.tabs[at].lock == LockState::None => TabInput::LateLock,
            input => input,
        };
        self.handle(cache, at, input)
    }

    /// Tells a tab if the shared version differs from the one it saw last.
    ///
    /// In a stale step `self.shared` is what was shared before, and `current` is what is shared now. It is put back here, as soon as
    /// the tab has read the version.
    pub(super) fn compare_version(
        &mut self,
        cache: &mut LoginCache,
        defect: Defect,
        at: usize,
        current: Option<Shared>,
    ) -> Checked {
        let seen = match (defect, current) {
            (Defect::ReportsClearedStorage, _) if self.time >= LIFE / 2 => None,
            (_, Some(current)) if current.version == self.tabs[at].seen_version => current.version,
            _ => self.shared.version,
        };
        if let Some(current) = current {
            self.previous = std::mem::replace(&mut self.shared, current);
        }
        let misses_change = defect == Defect::MissesChanges && self.time > 0;
        if seen != self.tabs[at].seen_version && !misses_change {
            self.tabs[at].seen_version = seen;
            self.handle(cache, at, TabInput::SharedVersionChanged(seen))?;
        }
        Ok(())
    }

    /// Hands an input to the login of a tab, and performs the effects.
    pub(super) fn handle(&mut self, cache: &mut LoginCache, at: usize, input: TabInput) -> Checked {
        let login = self.tabs[at].login.expect("an open tab");
        let (login, effects) = cache.handle(login, self.now(), input);
        self.tabs[at].login = Some(login);
        let token = cache.state(login).signed_in;
        for effect in &*effects {
            self.perform(cache, at, input, *effect, token)?;
        }
        Ok(())
    }

    fn perform(
        &mut self,
        cache: &mut LoginCache,
        at: usize,
        input: TabInput,
        effect: TabEffect,
        token: Option<Token>,
    ) -> Checked {
        match effect {
            TabEffect::Renew(token, names_customer) => {
                return self.request_renewal(at, token, names_customer);
            }
            TabEffect::CheckCode | TabEffect::Failed | TabEffect::TokenResolved => {}
            TabEffect::CancelRenewal | TabEffect::CancelLogin => {
                let tab = &mut self.tabs[at];
                let is_renewal = matches!(effect, TabEffect::CancelRenewal);
                let request = tab.take_request(is_renewal);
                let request = request.expect("only pending requests are cancelled");
                tab.late_reply = Some(request.reply);
            }
            TabEffect::StoreSession(record, version, for_all_tabs) => {
                self.tabs[at].stored = record;
                if for_all_tabs {
                    self.write_shared(cache, at, record, version)?;
                }
            }
            TabEffect::AcquireLock => self.queue_for_lock(at, 0),
            TabEffect::ReleaseLock => {
                self.leave_queue(at);
                self.release_locks(at);
                self.tabs[at].lock = LockState::None;
            }
            TabEffect::ReadSharedRecord(version) => {
                let tab = &mut self.tabs[at];
                // The login ignores the results of all reads but the newest, so that two are enough.
                if tab.reads[1].is_some() {
                    tab.reads[0] = tab.reads[1];
                    tab.reads[1] = None;
                }
                let free = tab.reads.iter_mut().find(|read| read.is_none());
                *free.expect("room for a read") = Some(version);
            }
            TabEffect::SignedIn => return self.announce_sign_in(at, token),
            TabEffect::Renewed => return self.announce_renewal(at, token),
            TabEffect::SignedOut(reason) => return self.announce_sign_out(at, input, reason),
        }
        Ok(())
    }

    fn write_shared(
        &mut self,
        cache: &LoginCache,
        at: usize,
        record: Option<RecordId>,
        version: SessionVersion,
    ) -> Checked {
        let new = Shared {
            version: Some(version),
            record,
        };
        if let Some(record) = record {
            let token = cache.token(record);
            let text = version.to_text();
            let epoch = text.split('.').next();
            let epoch = epoch.and_then(|text| text.parse().ok()).expect("a number");
            let mut epochs = self.epochs.iter_mut();
            let entry = epochs.find(|it| it.is_none_or(|(known, _)| known == epoch));
            let entry = entry.expect("few epochs");
            let (_, customer) = *entry.get_or_insert((epoch, token.customer));
            ensure(
                customer == token.customer && cache.version(record) == version,
                Property::NeverMixesCustomers,
                || {
                    format!(
                        "version {text} belongs to {customer:?} and to {:?}",
                        token.customer
                    )
                },
            )?;
            self.shared_logins |= 1 << token.login;
        }
        if new != self.shared {
            self.previous = self.shared;
            self.last_writer = at;
        }
        self.shared = new;
        self.tabs[at].seen_version = Some(version);
        self.broadcast(at, Message::Written(version));
        Ok(())
    }

    /// Sends a message to all open tabs but one.
    pub(super) fn broadcast(&mut self, from: usize, message: Message) {
        for (at, tab) in self.tabs.iter_mut().enumerate() {
            if at != from && tab.login.is_some() {
                // Each message makes the tab read the newest version, so that the oldest message can be dropped.
                if tab.messages[3].is_some() {
                    tab.messages.rotate_left(1);
                    tab.messages[3] = None;
                }
                let free = tab.messages.iter_mut().find(|slot| slot.is_none());
                *free.expect("room for a message") = Some(message);
            }
        }
    }

    fn request_renewal(&mut self, at: usize, token: Token, names_customer: bool) -> Checked {
        ensure(names_customer, Property::NeverMixesCustomers, || {
            "a token is renewed with the identifier of another customer".to_owned()
        })?;
        let renewals = &mut self.renewals[usize::from(token.serial)];
        *renewals += 1;
        let renewals = *renewals;
        ensure(
            renewals <= 1 + self.excused_renewals,
            Property::FewRequests,
            || format!("token {} is renewed {renewals} times", token.serial),
        )?;
        let is_due = token.issued_at + LIFE / 5 * 4 <= self.time + SECOND;
        let is_excused = self.has_happened(Incident::RequestToken)
            || self.has_happened(Incident::ClockBack)
            || self.has_happened(Incident::ClockForward);
        ensure(is_due || is_excused, Property::FewRequests, || {
            format!("token {} is renewed too early", token.serial)
        })?;
        let reply = if self.has_happened(Incident::RefuseRenewals) {
            EngineReply::Refused
        } else {
            EngineReply::Token(self.issue_token(token.customer, token.login))
        };
        self.tabs[at].add_request(PendingRequest {
            sent_at: self.time,
            is_renewal: true,
            is_slow: false,
            reply,
        });
        Ok(())
    }

    pub(super) fn queue_for_lock(&mut self, at: usize, tier: usize) {
        self.tabs[at].lock = LockState::Queued(tier, self.time);
        let last = self.lock_queue.iter_mut().find(|slot| slot.is_none());
        *last.expect("one place for each tab") = Some(at);
    }

    pub(super) fn release_locks(&mut self, at: usize) {
        for lock in &mut self.lock_holders {
            if lock.0 == Some(at) {
                *lock = (None, false);
            }
        }
    }

    pub(super) fn leave_queue(&mut self, at: usize) {
        let mut queue = self.lock_queue.iter();
        if let Some(place) = queue.position(|queued| *queued == Some(at)) {
            self.lock_queue[place] = None;
            self.lock_queue[place..].rotate_left(1);
        }
    }

    /// Grants every free lock to the first tab that waits for it.
    pub(super) fn grant_locks(&mut self, defect: Defect) {
        for at in self.lock_queue.into_iter().flatten() {
            if let LockState::Queued(tier, _) = self.tabs[at].lock
                && (self.lock_holders[tier].0.is_none() || defect == Defect::GrantsLocksToAll)
            {
                self.leave_queue(at);
                self.lock_holders[tier] = (Some(at), false);
                self.tabs[at].lock = LockState::Granted;
            }
        }
    }
}
