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
    let found = explore(
        Flaw::None,
        &world::Mishap::ALL,
        most,
        std::env::var("END").map_or(210, |text| text.parse::<u64>().unwrap()) * 1000,
        std::env::var("MOST").map_or(1_000_000, |text| text.parse().unwrap()),
        |_| true,
    ); //20_000_000, |_| true);
    println!(
        "{} worlds, {} at rest, {} logins",
        found.worlds, found.ends, found.pages
    );
    if let Some((breach, story)) = found.breach {
        panic!("{breach}\n{story}");
    }
    assert!(found.worlds >= 100_000);
}

#[test]
fn pairs() {
    let n: u8 = std::env::var("MISHAPS").map_or(2, |text| text.parse().unwrap());
    let end = std::env::var("END").map_or(110, |text| text.parse::<u64>().unwrap()) * 1000;
    let most = std::env::var("MOST").map_or(1_000_000, |text| text.parse().unwrap());
    let mut seen = std::collections::BTreeSet::new();
    let all = world::Mishap::ALL;
    for (i, a) in all.iter().enumerate() {
        for b in &all[i + 1..] {
            let found = explore(Flaw::None, &[*a, *b], n, end, most, |_| true);
            println!(
                "{a:?} {b:?} {} worlds, {} at rest",
                found.worlds, found.ends
            );
            if let Some((breach, story)) = found.breach {
                let key = breach
                    .words
                    .chars()
                    .filter(|c| !c.is_ascii_digit())
                    .collect::<String>();
                println!("  BREACH {breach}");
                if seen.insert(key) {
                    println!("{story}\n");
                }
            }
        }
    }
}
