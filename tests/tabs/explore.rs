//! A breadth-first search of all states that can be reached.

use std::collections::{HashSet, VecDeque};
use std::fmt::Write as _;
use std::hash::{BuildHasherDefault, DefaultHasher};

use crate::login_cache::LoginCache;
use crate::model::Model;
use crate::properties::Violation;
use crate::transitions::{Defect, Incident, Transition};

type Hasher = BuildHasherDefault<DefaultHasher>;

/// The result of a search.
pub(crate) struct Exploration {
    /// How many different states were found.
    pub(crate) states: usize,
    /// In how many of them nothing has to happen any more.
    pub(crate) final_states: usize,
    /// The first violation, and the transitions that lead to it.
    pub(crate) violation: Option<(Violation, String)>,
}

/// Searches all states, or up to the first violation that `is_searched` accepts.
///
/// Each run has at most `max_incidents` of the `allowed` ones, and lasts for this many `renewals`.
pub(crate) fn explore(
    defect: Defect,
    allowed: &[Incident],
    max_incidents: u8,
    renewals: u64,
    is_searched: impl Fn(&Violation) -> bool,
) -> Exploration {
    let mut cache = LoginCache::new();
    let first = Model::new(&mut cache, allowed, max_incidents, renewals);
    let mut known: HashSet<u64, Hasher> = HashSet::default();
    known.insert(first.fingerprint());
    // The predecessor of each state, and the transition from there.
    let mut reached_from: Vec<(usize, Option<Transition>)> = vec![(0, None)];
    let mut queue = VecDeque::from([(0, first)]);
    let mut final_states = 0;
    let mut violation = None;
    'search: while let Some((at, state)) = queue.pop_front() {
        let (transitions, is_final) = state.transitions(&mut cache, defect);
        if is_final {
            final_states += 1;
            if let Err(found) = state.check_final(&cache)
                && is_searched(&found)
            {
                violation = Some((found, trace(&reached_from, at, None)));
                break;
            }
        }
        for transition in transitions {
            let mut next = state.clone();
            match next.apply(&mut cache, defect, transition) {
                Err(found) if is_searched(&found) => {
                    violation = Some((found, trace(&reached_from, at, Some(transition))));
                    break 'search;
                }
                // A violation of another property ends this run.
                Err(_) => {}
                Ok(()) => {
                    if known.insert(next.fingerprint()) {
                        reached_from.push((at, Some(transition)));
                        queue.push_back((reached_from.len() - 1, next));
                    }
                }
            }
        }
    }
    Exploration {
        states: known.len(),
        final_states,
        violation,
    }
}

/// The transitions that lead to a state, one per line.
fn trace(
    reached_from: &[(usize, Option<Transition>)],
    mut at: usize,
    last: Option<Transition>,
) -> String {
    let mut transitions = Vec::from_iter(last);
    while let (from, Some(transition)) = reached_from[at] {
        transitions.push(transition);
        at = from;
    }
    let mut text = String::from("Ada submits her code in A");
    for transition in transitions.iter().rev() {
        let _ = write!(text, "\n{transition}");
    }
    text
}
