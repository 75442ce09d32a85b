//! The steps that are possible in a state.

use ae_login::login::time::Millis;

use super::{LOCK_TIMEOUT, LockState, Model, REQUEST_TIMEOUT, SETTLING_TIME, Tab};
use crate::login_cache::{LIFE, LoginCache};
use crate::transitions::{Defect, Incident, Step, Transition};

impl Model {
    /// All transitions that are possible now, and whether the state is final: nothing has to happen any more.
    pub(crate) fn transitions(
        &self,
        cache: &mut LoginCache,
        defect: Defect,
    ) -> (Vec<Transition>, bool) {
        let mut steps = self.urgent_steps(cache, defect);
        let is_urgent = !steps.is_empty();
        for (at, tab) in self.tabs.iter().enumerate() {
            match tab {
                Tab { login: None, .. } => {}
                Tab {
                    is_frozen: true, ..
                } => steps.push(Step::Resume(at)),
                Tab {
                    pending,
                    late_reply,
                    ..
                } => {
                    if pending.is_some() && !steps.contains(&Step::Response(at)) {
                        steps.push(Step::Response(at));
                    }
                    if late_reply.is_some() {
                        steps.push(Step::LateResponse(at));
                    }
                }
            }
        }
        if !is_urgent && self.next_time(cache, defect).is_some() {
            steps.push(Step::AdvanceTime);
        }
        let is_final = steps.is_empty();
        self.add_incidents(cache, &mut steps);
        let mut transitions = Vec::new();
        for step in steps {
            transitions.push(Transition {
                step,
                is_stale: false,
            });
            if self.may_be_stale(step) {
                transitions.push(Transition {
                    step,
                    is_stale: true,
                });
            }
        }
        (transitions, is_final)
    }

    /// The steps that must happen before time can pass.
    fn urgent_steps(&self, cache: &mut LoginCache, defect: Defect) -> Vec<Step> {
        let now = self.now();
        let mut steps = Vec::new();
        for (at, tab) in self.tabs.iter().enumerate() {
            let Some(login) = tab.login.filter(|_| !tab.is_frozen) else {
                continue;
            };
            if tab.messages[0].is_some() {
                steps.push(Step::Message(at));
            }
            if tab.reads[0].is_some() {
                steps.push(Step::FinishRead(at));
            }
            match tab.lock {
                LockState::Granted => steps.push(Step::GrantLock(at)),
                LockState::Queued(_, since)
                    if self.time >= since + LOCK_TIMEOUT
                        && defect != Defect::NeverReleasesLocks =>
                {
                    steps.push(Step::TimeOutLock(at));
                }
                _ => {}
            }
            if tab.pending.is_some_and(|request| {
                !request.is_slow || self.time >= request.sent_at + REQUEST_TIMEOUT
            }) {
                steps.push(Step::Response(at));
            }
            if defect != Defect::HasNoTimers
                && cache
                    .wake_at(login, now)
                    .is_some_and(|at| at <= now.monotonic.0)
            {
                steps.push(Step::Timer(at));
            }
        }
        steps
    }

    /// Whether the tab of a step may read the shared storage as it was before the last write.
    fn may_be_stale(&self, step: Step) -> bool {
        let (Step::FinishRead(at)
        | Step::GrantLock(at)
        | Step::TimeOutLock(at)
        | Step::Response(at)
        | Step::Timer(at)
        | Step::Incident(
            Incident::SignOut | Incident::OtherCustomer | Incident::RequestToken,
            at,
        )) = step
        else {
            return false;
        };
        self.may_happen(Incident::StaleRead)
            // The message about the last write must still be pending.
            && self.tabs[at].messages[0].is_some()
            && self.last_writer != at
            // A tab that has seen a version never sees an older one. The record may still be older than a version from a message.
            && (self.tabs[at].seen_version != self.shared.version
                || matches!(step, Step::FinishRead(_)))
            && (self.incidents_left > 1 || !matches!(step, Step::Incident(..)))
    }

    /// Adds the incidents that may happen now, and opening a closed tab.
    fn add_incidents(&self, cache: &LoginCache, steps: &mut Vec<Step>) {
        for (at, tab) in self.tabs.iter().enumerate() {
            let Some(login) = tab.login else {
                steps.push(Step::Open(at));
                continue;
            };
            let state = cache.state(login);
            let is_signed_in = state.signed_in.is_some();
            let is_active = !tab.is_frozen;
            let renewal = tab.pending.filter(|request| request.is_renewal);
            let is_shifted_forward =
                self.has_happened(Incident::ClockForward) || self.has_happened(Incident::Sleep);
            let is_shifted_back = self.has_happened(Incident::ClockBack);
            for (incident, is_possible) in [
                (Incident::Close, true),
                (Incident::Freeze, is_active),
                (Incident::SignOut, is_active && is_signed_in),
                (Incident::OtherCustomer, is_active && state.is_at_identify),
                (Incident::RequestToken, is_active && is_signed_in),
                (Incident::LoseResponse, is_active && renewal.is_some()),
                (
                    Incident::SlowResponse,
                    is_active && renewal.is_some_and(|request| !request.is_slow),
                ),
                (
                    Incident::UnreadableRecord,
                    is_active && tab.reads[0].is_some(),
                ),
                // These are not about a tab.
                (Incident::RefuseRenewals, at == 0),
                (
                    Incident::ClearStorage,
                    at == 0 && self.shared.version.is_some(),
                ),
                (Incident::ClockBack, at == 0 && !is_shifted_forward),
                (Incident::ClockForward, at == 0 && !is_shifted_back),
                // If the clock is set back, the device cannot notice how long it slept.
                (Incident::Sleep, at == 0 && !is_shifted_back),
            ] {
                if is_possible && self.may_happen(incident) {
                    steps.push(Step::Incident(incident, at));
                }
            }
        }
    }

    /// The next time at which something is due; `None` at the end of the run.
    pub(super) fn next_time(&self, cache: &mut LoginCache, defect: Defect) -> Option<Millis> {
        if self.time >= self.end && self.unsettled_tab(cache).is_none()
            || self.time > self.end + SETTLING_TIME + self.time_asleep
        {
            return None;
        }
        let now = self.now();
        let mut next = None;
        let mut is_signed_in = false;
        for tab in &self.tabs {
            let Some(login) = tab.login.filter(|_| !tab.is_frozen) else {
                continue;
            };
            let timer = cache.wake_at(login, now);
            let timer = timer.filter(|_| defect != Defect::HasNoTimers);
            let lock_timeout = match tab.lock {
                LockState::Queued(_, since) if defect != Defect::NeverReleasesLocks => {
                    Some(since + LOCK_TIMEOUT)
                }
                _ => None,
            };
            let due = [
                timer.map(|at| self.time + (at - now.monotonic.0)),
                lock_timeout,
                tab.pending.map(|request| request.sent_at + REQUEST_TIMEOUT),
                next,
            ];
            next = due.into_iter().flatten().min();
            is_signed_in |= cache.state(login).signed_in.is_some();
        }
        // A tab that is signed in and waits for nothing is looked at again at the end of the run.
        next.or((is_signed_in && self.time < self.end).then_some(self.end))
    }

    /// A tab that is signed in with an expired token.
    pub(super) fn unsettled_tab(&self, cache: &LoginCache) -> Option<usize> {
        self.tabs.iter().position(|tab| {
            let login = tab.login.filter(|_| !tab.is_frozen);
            let token = login.and_then(|login| cache.state(login).signed_in);
            token.is_some_and(|token| token.issued_at + LIFE <= self.time)
        })
    }
}
