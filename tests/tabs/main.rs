//! Three tabs of a shop that renew one session: every order of events is tried, with mishaps, on the shipped decisions.
//!
//! ```text
//! words     what happens to a tab, and what it does then
//! book      every `Login` that was met, written down once
//! world     the tabs, what they share, and the engine
//! moves     what can happen next, and what a browser can be wrong in
//! rules     the six promises
//! explore   every world that can be reached
//! ```
//!
//! Each promise is also seen to be broken, in a browser that is wrong in one way. `--nocapture` shows how it comes about.
#![cfg(not(target_arch = "wasm32"))]

mod book;
mod explore;
mod moves;
mod rules;
mod words;
mod world;

use explore::{Found, explore};
use moves::{Flaw, Mishap};
use rules::Rule;

fn holds(found: Found) -> usize {
    if let Some((breach, story)) = found.breach {
        panic!("{breach}\n{story}");
    }
    assert!(found.ends > 0, "runs end");
    found.worlds
}

#[test]
fn whatever_happens_once_to_three_tabs_all_six_promises_are_kept() {
    let worlds = holds(explore(Flaw::None, &Mishap::ALL, 1, 1, |_| true));
    println!("{worlds} worlds");
    assert!(worlds >= 100_000, "{worlds} worlds");
}

#[test]
fn whatever_two_things_happen_to_three_tabs_all_six_promises_are_kept() {
    // All of them take minutes.
    let every = std::env::var_os("TABS_EVERY_PAIR").is_some();
    let mut worlds = 0;
    for (at, one) in Mishap::ALL.iter().enumerate() {
        for other in &Mishap::ALL[at + 1..] {
            if !every && (one.is_manifold() || other.is_manifold()) {
                continue;
            }
            worlds += holds(explore(Flaw::None, &[*one, *other], 2, 1, |_| true));
        }
    }
    println!("{worlds} worlds");
}

#[test]
fn each_promise_can_be_broken_by_a_browser_that_is_wrong_in_one_way() {
    for (rule, flaw, mishaps) in [
        (
            Rule::StaysOut,
            Flaw::Deaf,
            &[Mishap::SignOut, Mishap::Close][..],
        ),
        (Rule::NeverMixes, Flaw::Forges, &[Mishap::Other]),
        (Rule::NoDeadlock, Flaw::LocksForGood, &[Mishap::Close]),
        (Rule::FewCalls, Flaw::LocksNobody, &[]),
        (Rule::FewCalls, Flaw::HasOneLine, &[Mishap::Freeze]),
        (Rule::KeepsTokens, Flaw::CriesWolf, &[]),
        (Rule::EndsWell, Flaw::NeverRings, &[]),
    ] {
        let found = explore(flaw, mishaps, 2, 1, |breach| breach.rule == rule);
        let (breach, story) = found
            .breach
            .unwrap_or_else(|| panic!("{rule:?} holds for {flaw:?}"));
        println!("{flaw:?}\n{breach}\n{story}\n");
    }
}

#[test]
fn renewal_after_renewal_all_six_promises_are_kept() {
    for mishap in Mishap::ALL {
        let renewals = if mishap.is_manifold() { 2 } else { 3 };
        let worlds = holds(explore(Flaw::None, &[mishap], 1, renewals, |_| true));
        println!("{mishap:?}: {worlds} worlds");
    }
}
