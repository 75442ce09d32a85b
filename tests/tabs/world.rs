//! Three tabs of a shop, what they share, and the engine.

mod next;
mod promises;
mod runner;
mod steps;

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use ae_login::login::session::SessionVersion;
use ae_login::login::time::{Millis, Now};

use crate::book::{Book, LIFE, Page, Record};
use crate::moves::Mishap;
use crate::words::{Customer, Said, Token};
use ae_test_support::{HOUR, SECOND, START_TIME};

/// How many tabs there are.
pub(crate) const TABS: usize = 3;
/// How long a tab waits for its turn in each line.
const TURN_PATIENCE: Millis = 3 * SECOND;
/// How many lines there are.
const LINES: usize = 5;
/// How long it waits for an answer.
const PATIENCE: Millis = 10 * SECOND;
/// How long it may take after the end of a run until everybody has settled.
const LONG: Millis = 2 * LIFE;

/// What all tabs share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
struct Shared {
    mark: Option<SessionVersion>,
    record: Option<Record>,
}

/// A tab's place among those that want to renew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    None,
    /// In this line, since then.
    Queued(usize, Millis),
    /// The lock is its own, but it does not know yet.
    Granted,
    /// It knows.
    Ours,
    /// It goes on without.
    Alone,
}

/// What a page was told last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Told {
    Nothing,
    In(Token),
    Out,
}

/// What comes to a tab from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Message {
    /// Another tab has written this.
    Wrote(SessionVersion),
    /// Somebody comes back to it. That what was stored is gone, nobody tells.
    Touch,
}

/// A question under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Flight {
    since: Millis,
    renews: bool,
    is_slow: bool,
    said: Said,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Tab {
    /// `None` while it is closed.
    page: Option<Page>,
    /// What its next page takes up.
    drawer: Option<Record>,
    /// What it saw last of what is shared.
    glanced: Option<SessionVersion>,
    /// What others have told since, and what only makes it look.
    inbox: [Option<Message>; 4],
    looks: [Option<SessionVersion>; 2],
    place: Place,
    flight: Option<Flight>,
    /// The one before, where a session is renewed while somebody signs in: their answers come newest first.
    parked: Option<Flight>,
    late: Option<Said>,
    is_frozen: bool,
    told: Told,
}

impl Tab {
    /// A question sets out.
    fn sends(&mut self, flight: Flight) {
        self.parked = self.flight.replace(flight);
    }

    /// The question of a kind is answered or given up.
    fn takes(&mut self, renews: bool) -> Option<Flight> {
        if self.flight.is_some_and(|flight| flight.renews == renews) {
            std::mem::replace(&mut self.flight, self.parked.take())
        } else {
            self.parked.take_if(|flight| flight.renews == renews)
        }
    }
}

/// Everything at one moment.
#[derive(Debug, Clone)]
pub(crate) struct World {
    /// When a run is over, as soon as everybody has settled.
    end: Millis,
    /// What can happen in it.
    allowed: u16,
    tabs: [Tab; TABS],
    shared: Shared,
    before: Shared,
    wrote: usize,
    /// Who has the lock of each line, and whether somebody has given up on it since.
    owners: [(Option<usize>, bool); LINES],
    /// Who waits in any of them, in the order they came.
    queue: [Option<usize>; TABS],
    /// The engine's clock, from the beginning.
    real: Millis,
    slept: Millis,
    /// By how much the device's clock was set, in hours.
    set: i8,
    /// How many tokens and logins there were.
    made: u8,
    logins: u8,
    /// Which logins came about, and which of them somebody has signed out of.
    begun: u8,
    out: u8,
    /// Whose each epoch is.
    epochs: [Option<(u64, Customer)>; 4],
    /// How often each token was to be renewed.
    calls: [u8; 12],
    /// How many of these calls are excused.
    excuses: u8,
    mishaps: u16,
    left: u8,
}

impl World {
    /// Nobody is signed in; Ada has just sent her code in the first of three tabs.
    pub(crate) fn new(book: &mut Book, allowed: &[Mishap], mishaps: u8, renewals: Millis) -> Self {
        let mut world = Self {
            // A renewal comes after four fifths of a life, and may be tried again.
            end: renewals * LIFE / 5 * 4 + 30 * SECOND,
            allowed: allowed.iter().fold(0, |all, mishap| all | mishap.bit()),
            tabs: [Tab {
                page: None,
                drawer: None,
                glanced: None,
                inbox: [None; 4],
                looks: [None; 2],
                place: Place::None,
                flight: None,
                parked: None,
                late: None,
                is_frozen: false,
                told: Told::Nothing,
            }; TABS],
            shared: Shared::default(),
            before: Shared::default(),
            wrote: 0,
            owners: [(None, false); LINES],
            queue: [None; TABS],
            real: 0,
            slept: 0,
            set: 0,
            made: 0,
            logins: 0,
            begun: 0,
            out: 0,
            epochs: [None; 4],
            calls: [0; 12],
            excuses: 0,
            mishaps: 0,
            left: mishaps,
        };
        let page = book.blank(world.now());
        for tab in &mut world.tabs {
            tab.page = Some(page);
        }
        let signs_in = world.signs_in(book, 0, Customer::Ada);
        signs_in.expect("nothing breaks before anything happens");
        world
    }

    /// A number that two worlds share if they are alike but for the names of their tabs.
    pub(crate) fn print(&self) -> u64 {
        let mut tabs = [0; TABS];
        for (at, tab) in self.tabs.iter().enumerate() {
            let mut print = DefaultHasher::new();
            tab.hash(&mut print);
            let place = self.queue.iter().position(|queued| *queued == Some(at));
            let owns = self.owners.iter().position(|it| it.0 == Some(at));
            (owns, place, self.wrote == at).hash(&mut print);
            tabs[at] = print.finish();
        }
        tabs.sort_unstable();
        let mut print = DefaultHasher::new();
        (
            tabs,
            self.shared,
            self.before,
            self.real,
            self.slept,
            self.set,
        )
            .hash(&mut print);
        (
            self.made,
            self.logins,
            self.begun,
            self.out,
            self.epochs,
            self.calls,
        )
            .hash(&mut print);
        let given_up = self.owners.map(|(_, given_up)| given_up);
        (self.excuses, given_up, self.mishaps, self.left).hash(&mut print);
        print.finish()
    }

    fn now(&self) -> Now {
        let wall = START_TIME + self.real;
        let wall = wall.checked_add_signed(i64::from(self.set) * HOUR.cast_signed());
        Now {
            mono: 5 + self.real - self.slept,
            wall: wall.expect("after 1970"),
        }
    }

    fn has_been(&self, mishap: Mishap) -> bool {
        self.mishaps & mishap.bit() != 0
    }

    fn may(&self, mishap: Mishap) -> bool {
        self.left > 0 && !self.has_been(mishap) && self.allowed & mishap.bit() != 0
    }

    fn count(&mut self, mishap: Mishap) {
        self.mishaps |= mishap.bit();
        self.left -= 1;
    }
}
