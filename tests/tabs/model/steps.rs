//! The state after a step.

use ae_login::login::time::Millis;

use super::{
    Announced, LockState, Message, Model, PendingRequest, REQUEST_TIMEOUT, SETTLING_TIME, Shared,
    TABS, TIERS, Tab,
};
use crate::events::{Customer, EngineReply, TabInput, Token};
use crate::login_cache::{LIFE, LoginCache};
use crate::properties::Checked;
use crate::transitions::{Defect, Incident, Step, Transition};
use ae_test_support::SECOND;

impl Model {
    /// Changes the state by a transition, and checks the properties.
    pub(crate) fn apply(
        &mut self,
        cache: &mut LoginCache,
        defect: Defect,
        transition: Transition,
    ) -> Checked {
        let current = self.shared;
        if transition.is_stale {
            self.note_incident(Incident::StaleRead);
            self.excused_renewals += 1;
            if self.has_happened(Incident::ClearStorage) {
                self.ended_logins = 0;
            }
            // Until the tab has read it, the previous state is what is shared.
            std::mem::swap(&mut self.shared, &mut self.previous);
        }
        let stale = transition.is_stale.then_some(current);
        match transition.step {
            Step::Message(at) => {
                let message = self.tabs[at].messages[0].take();
                self.tabs[at].messages.rotate_left(1);
                self.compare_version(cache, defect, at, None)?;
                if let Some(Message::Written(version)) = message
                    && !(defect == Defect::MissesChanges && self.time > 0)
                {
                    self.tabs[at].seen_version = Some(version);
                    self.handle(cache, at, TabInput::SharedVersionChanged(Some(version)))?;
                }
            }
            Step::FinishRead(at) => {
                let version = self.tabs[at].reads[0].take().expect("a pending read");
                self.tabs[at].reads.rotate_left(1);
                let mut record = self.shared.record;
                if defect == Defect::MixesUpVersions
                    && let Some(old) = self.previous.record
                {
                    record = Some(cache.with_version(old, version));
                }
                let input = TabInput::SharedRecordRead(version, record);
                self.deliver(cache, defect, at, input, stale)?;
            }
            Step::GrantLock(at) => {
                self.tabs[at].lock = LockState::Held;
                self.deliver(cache, defect, at, TabInput::LockGranted, stale)?;
            }
            Step::TimeOutLock(at) => self.time_out_lock(cache, defect, at, stale)?,
            Step::Response(at) => self.deliver_response(cache, defect, at, None, stale)?,
            Step::LateResponse(at) => {
                let reply = self.tabs[at].late_reply.take().expect("a late response");
                self.deliver(cache, defect, at, TabInput::LateResponse(reply), stale)?;
            }
            Step::Timer(at) => self.deliver(cache, defect, at, TabInput::Timer, stale)?,
            Step::Resume(at) => {
                self.tabs[at].is_frozen = false;
                self.deliver(cache, defect, at, TabInput::Wake, stale)?;
            }
            Step::Open(at) => {
                let login = cache.new_login(self.now());
                let tab = &mut self.tabs[at];
                tab.login = Some(login);
                tab.announced = Announced::Nothing;
                tab.seen_version = self.shared.version;
                let input = TabInput::Start(tab.stored, self.shared.version);
                self.handle(cache, at, input)?;
            }
            Step::AdvanceTime => {
                let next = self.next_time(cache, defect).expect("something is due");
                self.time = next;
                for tab in &mut self.tabs {
                    tab.late_reply = None;
                }
                if next > self.end + SETTLING_TIME + self.time_asleep {
                    self.check_final(cache)?;
                }
            }
            Step::Incident(incident, at) => {
                self.apply_incident(cache, defect, incident, at, stale)?;
            }
        }
        self.grant_locks(defect);
        self.check_state(cache)?;
        self.normalise(defect);
        Ok(())
    }

    /// Queues a tab for the lock of the next tier; after the last tier it goes on without a lock.
    fn time_out_lock(
        &mut self,
        cache: &mut LoginCache,
        defect: Defect,
        at: usize,
        stale: Option<Shared>,
    ) -> Checked {
        let LockState::Queued(tier, _) = self.tabs[at].lock else {
            return Ok(());
        };
        // Each lock excuses one more renewal, however many tabs time out on it.
        let has_timed_out = std::mem::replace(&mut self.lock_holders[tier].1, true);
        self.excused_renewals += u8::from(!has_timed_out);
        self.leave_queue(at);
        if tier + 1 < TIERS && defect != Defect::HasOneTier {
            self.queue_for_lock(at, tier + 1);
            return self.compare_version(cache, defect, at, stale);
        }
        self.tabs[at].lock = LockState::WithoutLock;
        self.deliver(cache, defect, at, TabInput::LockGranted, stale)
    }

    /// Resets what cannot make a difference any more, so that states which differ only there count as one.
    fn normalise(&mut self, defect: Defect) {
        let has_messages = self.tabs.iter().any(|tab| tab.messages[0].is_some());
        let can_be_stale = self.may_happen(Incident::StaleRead) && has_messages;
        if !can_be_stale && defect != Defect::MixesUpVersions {
            (self.previous, self.last_writer) = (Shared::default(), TABS);
        }
        let may_close = self.may_happen(Incident::Close);
        for tab in &mut self.tabs {
            if tab.login.is_some() && !may_close {
                tab.stored = None;
            }
        }
        if self.incidents_left == 0 {
            // Only these matter to later checks.
            self.incidents &= [
                Incident::RequestToken,
                Incident::ClockBack,
                Incident::ClockForward,
                Incident::ClearStorage,
                Incident::RefuseRenewals,
                Incident::OtherCustomer,
                Incident::UnreadableRecord,
                Incident::StaleRead,
            ]
            .iter()
            .fold(0, |all, incident| all | incident.bit());
        }
    }

    fn apply_incident(
        &mut self,
        cache: &mut LoginCache,
        defect: Defect,
        incident: Incident,
        at: usize,
        stale: Option<Shared>,
    ) -> Checked {
        self.note_incident(incident);
        match incident {
            Incident::Close => {
                self.excused_renewals += u8::from(self.tabs[at].pending.is_some());
                self.leave_queue(at);
                if defect != Defect::NeverReleasesLocks {
                    self.release_locks(at);
                }
                let tab = &mut self.tabs[at];
                *tab = Tab {
                    stored: tab.stored,
                    seen_version: tab.seen_version,
                    ..Tab::new(None)
                };
                Ok(())
            }
            Incident::Freeze => {
                self.tabs[at].is_frozen = true;
                Ok(())
            }
            Incident::SignOut => {
                if let Announced::SignedIn(token) = self.tabs[at].announced {
                    // A tab that does not see the newest login yet does not sign out of it.
                    let newest = if stale.is_some() { token.login } else { 6 };
                    self.ended_logins |= self.shared_logins & ((2 << newest) - 1);
                }
                self.deliver(cache, defect, at, TabInput::SignOut, stale)
            }
            Incident::OtherCustomer => {
                self.compare_version(cache, defect, at, stale)?;
                let login = self.tabs[at].login.expect("an open tab");
                if cache.state(login).is_at_identify {
                    self.start_login(cache, at, Customer::Bob)?;
                }
                Ok(())
            }
            Incident::RequestToken => {
                self.deliver(cache, defect, at, TabInput::RequestToken, stale)
            }
            Incident::SlowResponse => {
                let request = self.tabs[at].pending.as_mut();
                request.expect("a pending request").is_slow = true;
                Ok(())
            }
            Incident::LoseResponse => {
                self.excused_renewals += 1;
                self.deliver_response(cache, defect, at, Some(EngineReply::Lost), stale)
            }
            Incident::UnreadableRecord => {
                self.excused_renewals += 1;
                let version = self.tabs[at].reads[0].take().expect("a pending read");
                self.tabs[at].reads.rotate_left(1);
                let input = TabInput::SharedRecordRead(version, None);
                self.deliver(cache, defect, at, input, stale)
            }
            Incident::ClearStorage => {
                self.previous = self.shared;
                self.shared = Shared::default();
                self.last_writer = TABS;
                for tab in &mut self.tabs {
                    tab.stored = None;
                }
                // No version remains, so that a tab which did not see it may write its session again.
                if self.logins == 1 && !self.has_happened(Incident::StaleRead) {
                    self.ended_logins |= self.shared_logins;
                }
                self.broadcast(TABS, Message::Visit);
                Ok(())
            }
            Incident::ClockBack => {
                self.clock_shift = -1;
                Ok(())
            }
            Incident::ClockForward => {
                self.clock_shift = 1;
                Ok(())
            }
            Incident::Sleep => {
                self.time += 2 * LIFE;
                self.time_asleep += 2 * LIFE;
                Ok(())
            }
            Incident::RefuseRenewals | Incident::StaleRead => Ok(()),
        }
    }

    /// A customer submits a code in a tab.
    pub(super) fn start_login(
        &mut self,
        cache: &mut LoginCache,
        at: usize,
        customer: Customer,
    ) -> Checked {
        self.logins += 1;
        let now = self.time / SECOND * SECOND;
        self.handle(cache, at, TabInput::SignIn(customer, now))?;
        let token = self.issue_token(customer, self.logins);
        self.tabs[at].add_request(PendingRequest {
            sent_at: self.time,
            is_renewal: false,
            is_slow: false,
            reply: EngineReply::Token(token),
        });
        Ok(())
    }

    /// The engine issues a token.
    pub(super) fn issue_token(&mut self, customer: Customer, login: u8) -> Token {
        self.tokens += 1;
        // The clocks of the engine's machines differ by a second, so that two logins never have the same time.
        let ahead = Millis::from(login - 1) * SECOND;
        Token {
            serial: self.tokens,
            login,
            customer,
            issued_at: self.time / SECOND * SECOND + ahead,
        }
    }

    /// Delivers the response to the newest request of a tab, or another result in its place.
    fn deliver_response(
        &mut self,
        cache: &mut LoginCache,
        defect: Defect,
        at: usize,
        result: Option<EngineReply>,
        stale: Option<Shared>,
    ) -> Checked {
        let request = self.tabs[at].pending.expect("a pending request");
        self.compare_version(cache, defect, at, stale)?;
        let has_timed_out = self.time > request.sent_at + REQUEST_TIMEOUT;
        if has_timed_out {
            // The browser gave the request up while the tab was frozen.
            self.excused_renewals += 1;
        }
        let reply = match result {
            Some(result) => result,
            None if has_timed_out => EngineReply::Lost,
            None => request.reply,
        };
        let tab = &mut self.tabs[at];
        let input = if tab.take_request(request.is_renewal).is_none() {
            tab.late_reply = None;
            TabInput::LateResponse(reply)
        } else if request.is_renewal {
            TabInput::RenewalResponse(reply)
        } else {
            TabInput::LoginResponse(reply)
        };
        self.handle(cache, at, input)
    }
}
