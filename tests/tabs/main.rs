//! A model of three tabs that share and renew one session. It explores every order of events, with incidents such as a closed tab or
//! a lost response, and runs the shipped [`Login`](ae_login::login::Login) in each tab.
//!
//! | module | what is in it |
//! |---|---|
//! | `events` | the inputs of a tab and its effects, as far as they matter to other tabs |
//! | `login_cache` | every `Login` that was met, stored once, with the results of its inputs |
//! | `model` | one state: the tabs, what they share, and the engine |
//! | `transitions` | what can happen next, and the defects that a browser may have |
//! | `properties` | the six properties that must hold |
//! | `explore` | a breadth-first search of all states that can be reached |
//!
//! One test shows that each property can fail: it finds a violation in a browser with a defect. `--nocapture` prints
//! the trace that leads to it.
#![cfg(not(target_arch = "wasm32"))]

mod events;
mod explore;
mod login_cache;
mod model;
mod properties;
mod transitions;

use explore::{Exploration, explore};
use properties::Property;
use transitions::{Defect, Incident};

/// Asserts that no property was violated. Returns the number of states.
fn assert_holds(exploration: Exploration) -> usize {
    if let Some((violation, trace)) = exploration.violation {
        panic!("{violation}\n{trace}");
    }
    assert!(exploration.final_states > 0, "runs come to an end");
    exploration.states
}

#[test]
fn properties_hold_for_three_tabs_with_any_one_incident() {
    let states = assert_holds(explore(Defect::None, &Incident::ALL, 1, 1, |_| true));
    println!("{states} states");
    assert!(states >= 100_000, "{states} states");
}

#[test]
fn properties_hold_for_three_tabs_with_any_two_incidents() {
    // All pairs take minutes.
    let every_pair = std::env::var_os("TABS_EVERY_PAIR").is_some();
    let mut states = 0;
    for (at, one) in Incident::ALL.iter().enumerate() {
        for other in &Incident::ALL[at + 1..] {
            if !every_pair && (one.has_many_consequences() || other.has_many_consequences()) {
                continue;
            }
            let incidents = [*one, *other];
            states += assert_holds(explore(Defect::None, &incidents, 2, 1, |_| true));
        }
    }
    println!("{states} states");
}

#[test]
fn each_property_is_violated_in_a_browser_with_one_defect() {
    for (property, defect, incidents) in [
        (
            Property::StaysSignedOut,
            Defect::MissesChanges,
            &[Incident::SignOut, Incident::Close][..],
        ),
        (
            Property::NeverMixesCustomers,
            Defect::MixesUpVersions,
            &[Incident::OtherCustomer],
        ),
        (
            Property::NoDeadlock,
            Defect::NeverReleasesLocks,
            &[Incident::Close],
        ),
        (Property::FewRequests, Defect::GrantsLocksToAll, &[]),
        (
            Property::FewRequests,
            Defect::HasOneTier,
            &[Incident::Freeze],
        ),
        (Property::KeepsTokens, Defect::ReportsClearedStorage, &[]),
        (Property::EndsSettled, Defect::HasNoTimers, &[]),
    ] {
        let exploration = explore(defect, incidents, 2, 1, |violation| {
            violation.property == property
        });
        let (violation, trace) = exploration
            .violation
            .unwrap_or_else(|| panic!("{property:?} holds with {defect:?}"));
        println!("{defect:?}\n{violation}\n{trace}\n");
    }
}

#[test]
fn properties_hold_over_several_renewals() {
    for incident in Incident::ALL {
        let renewals = if incident.has_many_consequences() {
            2
        } else {
            3
        };
        let states = assert_holds(explore(Defect::None, &[incident], 1, renewals, |_| true));
        println!("{incident:?}: {states} states");
    }
}
