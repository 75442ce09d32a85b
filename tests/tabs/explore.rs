//! Every world that can be reached, the nearest ones first.

use std::collections::{HashSet, VecDeque};
use std::fmt::Write as _;
use std::hash::{BuildHasherDefault, DefaultHasher};

use crate::book::Book;
use crate::moves::{Flaw, Mishap, Move};
use crate::rules::Breach;
use crate::world::World;

type Hasher = BuildHasherDefault<DefaultHasher>;

/// What was found.
pub(crate) struct Found {
    /// How many worlds were told apart.
    pub(crate) worlds: usize,
    /// How many of them are at rest.
    pub(crate) ends: usize,
    /// What went wrong, and how it came about.
    pub(crate) breach: Option<(Breach, String)>,
}

/// Goes everywhere, or to the first world where `breaks` says that this is what is looked for.
pub(crate) fn explore(
    flaw: Flaw,
    allowed: &[Mishap],
    mishaps: u8,
    renewals: u64,
    breaks: impl Fn(&Breach) -> bool,
) -> Found {
    let mut book = Book::new();
    let first = World::new(&mut book, allowed, mishaps, renewals);
    let mut known: HashSet<u64, Hasher> = HashSet::default();
    known.insert(first.print());
    // How each world was reached: from which, by what.
    let mut ways: Vec<(usize, Option<Move>)> = vec![(0, None)];
    let mut waiting = VecDeque::from([(0, first)]);
    let mut ends = 0;
    let mut breach = None;
    'all: while let Some((at, world)) = waiting.pop_front() {
        let (moves, rests) = world.moves(&mut book, flaw);
        if rests {
            ends += 1;
            if let Err(found) = world.rests(&book)
                && breaks(&found)
            {
                breach = Some((found, tell(&ways, at, None)));
                break;
            }
        }
        for it in moves {
            let mut next = world.clone();
            match next.take(&mut book, flaw, it) {
                Err(found) if breaks(&found) => {
                    breach = Some((found, tell(&ways, at, Some(it))));
                    break 'all;
                }
                // Another promise than the one looked for: this way ends here.
                Err(_) => {}
                Ok(()) => {
                    if known.insert(next.print()) {
                        ways.push((at, Some(it)));
                        waiting.push_back((ways.len() - 1, next));
                    }
                }
            }
        }
    }
    Found {
        worlds: known.len(),
        ends,
        breach,
    }
}

/// The way to a world, move by move.
fn tell(ways: &[(usize, Option<Move>)], mut at: usize, last: Option<Move>) -> String {
    let mut moves = Vec::from_iter(last);
    while let (from, Some(it)) = ways[at] {
        moves.push(it);
        at = from;
    }
    let mut story = String::from("Ada sends her code in A");
    for it in moves.iter().rev() {
        let _ = write!(story, "\n{it}");
    }
    story
}
