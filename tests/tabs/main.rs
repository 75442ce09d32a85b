//! Three tabs of a shop that renew one session: every order of events is tried, with every mishap, on the shipped decisions.
#![cfg(not(target_arch = "wasm32"))]

#[path = "../pair/mod.rs"]
mod pair;

mod book;
mod explore;
mod rules;
mod world;

use explore::explore;
use world::Flaw;

#[test]
fn whatever_happens_to_three_tabs_all_six_promises_are_kept() {
    let most: u8 = std::env::var("MISHAPS").map_or(2, |text| text.parse().unwrap());
    let found = explore(Flaw::None, most, 20_000_000, |_| true);
    println!(
        "{} worlds, {} at rest, {} logins",
        found.worlds, found.ends, found.pages
    );
    if let Some((breach, story)) = found.breach {
        panic!("{breach}\n{story}");
    }
    assert!(found.worlds >= 100_000);
}
