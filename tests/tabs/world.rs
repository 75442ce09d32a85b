//! Three tabs of a shop, what they share, the engine, and everything that can happen to them next.

use std::fmt;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use ae_login::login::session::{Mark, Reason};
use ae_login::login::time::{Millis, Now};

use crate::book::{Book, Customer, Deed, LIFE, Page, Record, Said, Token, What};
use crate::pair::{BEGINNING, HOUR, SECOND};
use crate::rules::{Breach, Kept, Rule, must};

/// How many tabs there are.
pub(crate) const TABS: usize = 3;
/// How long a tab waits for its turn.
const TURN_PATIENCE: Millis = 3 * SECOND;
/// How long it waits for an answer.
const PATIENCE: Millis = 10 * SECOND;
/// When a run is over, as soon as everybody has settled; and when it should have been long ago.
const END: Millis = LIFE + 10 * SECOND;
const LONG_AGO: Millis = END + 2 * LIFE;

/// What is wrong with a browser, where it is not the one the protocol was made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    None,
    /// Tabs neither look at what is shared nor hear of it, once some time has passed.
    Deaf,
    /// What is read under a mark is what was written under another one.
    Forges,
    /// A lock is granted for good, and nobody loses patience.
    LocksForGood,
    /// A lock is granted to everybody who wants it.
    LocksNobody,
    /// A page is told that what is shared is gone when it is not.
    CriesWolf,
    /// Alarms never ring.
    NeverRings,
}

/// What happens once in a while, each of them once in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Mishap {
    /// A tab is closed, or crashes: its place in the queue goes with it.
    Close,
    /// A tab is frozen: its lock does not go.
    Freeze,
    /// A customer signs out.
    SignOut,
    /// Another customer signs in.
    Other,
    /// A page wants a token that is good for longer than this one.
    Ask,
    /// An answer is lost on its way.
    Lose,
    /// An answer takes its time: others may lose patience, and it may be given up.
    Slow,
    /// Another tab's record cannot be read.
    Unread,
    /// A tab sees what is shared as it was one write ago. The message of that write is still to come.
    Stale,
    /// The engine renews nothing any more.
    Refuse,
    /// Somebody clears what the shop has stored.
    Clear,
    /// The device's clock is set back by an hour.
    Back,
    /// It is set forward by an hour.
    Forth,
    /// The machine sleeps for longer than a token lives.
    Sleep,
}

impl Mishap {
    /// Whether so much can follow from it that there is no time for two of its kind in a run.
    pub(crate) fn is_manifold(self) -> bool {
        matches!(self, Self::Freeze | Self::Sleep | Self::Forth)
    }

    /// All of them.
    pub(crate) const ALL: [Self; 14] = [
        Self::Close,
        Self::Freeze,
        Self::SignOut,
        Self::Other,
        Self::Ask,
        Self::Lose,
        Self::Slow,
        Self::Unread,
        Self::Stale,
        Self::Refuse,
        Self::Clear,
        Self::Back,
        Self::Forth,
        Self::Sleep,
    ];

    fn bit(self) -> u16 {
        1 << (self as u16)
    }
}

/// What happens next. Tabs are counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Message(usize),
    Look(usize),
    Turn(usize),
    LosesPatience(usize),
    Answer(usize),
    LateAnswer(usize),
    Rings(usize),
    Thaws(usize),
    Opens(usize),
    TimePasses,
    Happens(Mishap, usize),
}

/// A step, taken by a tab that sees what is shared as it is, or as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Move {
    pub(crate) step: Step,
    pub(crate) stale: bool,
}

impl fmt::Display for Move {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |tab: usize| ["A", "B", "C"][tab];
        match self.step {
            Step::Message(tab) => write!(f, "{} gets a message", name(tab)),
            Step::Look(tab) => write!(f, "{} has read what another tab shares", name(tab)),
            Step::Turn(tab) => write!(f, "it is {}'s turn", name(tab)),
            Step::LosesPatience(tab) => write!(f, "{} has waited long enough", name(tab)),
            Step::Answer(tab) => write!(f, "{} gets its answer", name(tab)),
            Step::LateAnswer(tab) => write!(f, "{} gets an answer it gave up", name(tab)),
            Step::Rings(tab) => write!(f, "{}'s alarm rings", name(tab)),
            Step::Thaws(tab) => write!(f, "{} thaws", name(tab)),
            Step::Opens(tab) => write!(f, "{} is opened again", name(tab)),
            Step::TimePasses => write!(f, "time passes"),
            Step::Happens(mishap, tab) => match mishap {
                Mishap::Close => write!(f, "{} is closed", name(tab)),
                Mishap::Freeze => write!(f, "{} freezes", name(tab)),
                Mishap::SignOut => write!(f, "a customer signs out in {}", name(tab)),
                Mishap::Other => write!(f, "Bob sends his code in {}", name(tab)),
                Mishap::Ask => write!(f, "the page of {} wants a newer token", name(tab)),
                Mishap::Lose => write!(f, "{}'s answer is lost", name(tab)),
                Mishap::Slow => write!(f, "{}'s answer takes its time", name(tab)),
                Mishap::Unread => write!(f, "{} cannot read what another tab shares", name(tab)),
                Mishap::Stale => write!(f, "{} looks", name(tab)),
                Mishap::Refuse => write!(f, "the engine renews nothing any more"),
                Mishap::Clear => write!(f, "what is stored is cleared"),
                Mishap::Back => write!(f, "the clock is set back by an hour"),
                Mishap::Forth => write!(f, "the clock is set forward by an hour"),
                Mishap::Sleep => write!(f, "the machine sleeps"),
            },
        }?;
        write!(
            f,
            "{}",
            if self.stale {
                ", seeing what was shared before"
            } else {
                ""
            }
        )
    }
}

/// What all tabs share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
struct Shared {
    mark: Option<Mark>,
    record: Option<Record>,
}

/// A tab's place among those that want to renew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    None,
    /// Since then.
    Queued(Millis),
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
    glanced: Option<Mark>,
    /// What others have written since.
    inbox: [Option<Option<Mark>>; 4],
    looks: [Option<Mark>; 2],
    place: Place,
    flight: Option<Flight>,
    late: Option<Said>,
    is_frozen: bool,
    told: Told,
}

/// Everything at one moment.
#[derive(Debug, Clone)]
pub(crate) struct World {
    /// What can happen in it.
    allowed: u16,
    tabs: [Tab; TABS],
    shared: Shared,
    before: Shared,
    wrote: usize,
    owner: Option<usize>,
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
    pub(crate) fn new(book: &mut Book, allowed: &[Mishap], mishaps: u8) -> Self {
        let mut world = Self {
            allowed: allowed.iter().fold(0, |all, mishap| all | mishap.bit()),
            tabs: [Tab {
                page: None,
                drawer: None,
                glanced: None,
                inbox: [None; 4],
                looks: [None; 2],
                place: Place::None,
                flight: None,
                late: None,
                is_frozen: false,
                told: Told::Nothing,
            }; TABS],
            shared: Shared::default(),
            before: Shared::default(),
            wrote: 0,
            owner: None,
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
            (self.owner == Some(at), place, self.wrote == at).hash(&mut print);
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
        (self.excuses, self.mishaps, self.left).hash(&mut print);
        print.finish()
    }

    fn now(&self) -> Now {
        let wall = BEGINNING + self.real;
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

    // What can happen -----------------------------------------------------------------------------------------------------

    /// What must happen before time can pass.
    fn urgent(&self, book: &mut Book, flaw: Flaw) -> Vec<Step> {
        let now = self.now();
        let mut steps = Vec::new();
        for (at, tab) in self.tabs.iter().enumerate() {
            let Some(page) = tab.page.filter(|_| !tab.is_frozen) else {
                continue;
            };
            if tab.inbox[0].is_some() {
                steps.push(Step::Message(at));
            }
            if tab.looks[0].is_some() {
                steps.push(Step::Look(at));
            }
            match tab.place {
                Place::Granted => steps.push(Step::Turn(at)),
                Place::Queued(since)
                    if self.real >= since + TURN_PATIENCE && flaw != Flaw::LocksForGood =>
                {
                    steps.push(Step::LosesPatience(at));
                }
                _ => {}
            }
            if tab
                .flight
                .is_some_and(|it| !it.is_slow || self.real >= it.since + PATIENCE)
            {
                steps.push(Step::Answer(at));
            }
            if flaw != Flaw::NeverRings && book.rings(page, now).is_some_and(|at| at <= now.mono) {
                steps.push(Step::Rings(at));
            }
        }
        steps
    }

    /// Everything that can happen now; and whether nothing has to any more.
    pub(crate) fn moves(&self, book: &mut Book, flaw: Flaw) -> (Vec<Move>, bool) {
        let mut steps = self.urgent(book, flaw);
        let is_urgent = !steps.is_empty();
        for (at, tab) in self.tabs.iter().enumerate() {
            match tab {
                Tab { page: None, .. } => {}
                Tab {
                    is_frozen: true, ..
                } => steps.push(Step::Thaws(at)),
                Tab { flight, late, .. } => {
                    if flight.is_some() && !steps.contains(&Step::Answer(at)) {
                        steps.push(Step::Answer(at));
                    }
                    if late.is_some() {
                        steps.push(Step::LateAnswer(at));
                    }
                }
            }
        }
        if !is_urgent && self.next(book, flaw).is_some() {
            steps.push(Step::TimePasses);
        }
        let rests = steps.is_empty();
        self.add_mishaps(book, &mut steps);
        let mut moves = Vec::new();
        for step in steps {
            moves.push(Move { step, stale: false });
            if let Step::Look(at) | Step::Turn(at) | Step::LosesPatience(at) | Step::Answer(at) | Step::Rings(at)
            | Step::Happens(Mishap::SignOut | Mishap::Other | Mishap::Ask, at) = step
                && self.may(Mishap::Stale)
                // Only somebody to whom the message is still to come.
                && self.tabs[at].inbox[0].is_some()
                && self.wrote != at
                // What was seen once is not unseen; a record may still lag behind a mark that a message told.
                && (self.tabs[at].glanced != self.shared.mark || matches!(step, Step::Look(_)))
                && (self.left > 1 || !matches!(step, Step::Happens(..)))
            {
                moves.push(Move { step, stale: true });
            }
        }
        (moves, rests)
    }

    fn add_mishaps(&self, book: &Book, steps: &mut Vec<Step>) {
        for (at, tab) in self.tabs.iter().enumerate() {
            let Some(page) = tab.page else {
                steps.push(Step::Opens(at));
                continue;
            };
            let seen = book.seen(page);
            let is_in = seen.signed_in.is_some();
            for (mishap, can) in [
                (Mishap::Close, true),
                (Mishap::Freeze, !tab.is_frozen),
                (Mishap::SignOut, !tab.is_frozen && is_in),
                (Mishap::Other, !tab.is_frozen && seen.is_at_start),
                (Mishap::Ask, !tab.is_frozen && is_in),
                (
                    Mishap::Lose,
                    !tab.is_frozen && tab.flight.is_some_and(|it| it.renews),
                ),
                (
                    Mishap::Slow,
                    !tab.is_frozen && tab.flight.is_some_and(|it| it.renews && !it.is_slow),
                ),
                (Mishap::Unread, !tab.is_frozen && tab.looks[0].is_some()),
                (Mishap::Refuse, at == 0),
                (Mishap::Clear, at == 0 && self.shared.mark.is_some()),
                (
                    Mishap::Back,
                    at == 0 && !self.has_been(Mishap::Forth) && !self.has_been(Mishap::Sleep),
                ),
                (Mishap::Forth, at == 0 && !self.has_been(Mishap::Back)),
                // A machine that sleeps while its clock is set back does not know how long.
                (Mishap::Sleep, at == 0 && !self.has_been(Mishap::Back)),
            ] {
                if can && self.may(mishap) {
                    steps.push(Step::Happens(mishap, at));
                }
            }
        }
    }

    /// When something is due next.
    fn next(&self, book: &mut Book, flaw: Flaw) -> Option<Millis> {
        if self.real >= END && self.unsettled(book).is_none() || self.real > LONG_AGO {
            return None;
        }
        let now = self.now();
        let mut next = None;
        let mut is_in = false;
        for tab in &self.tabs {
            let Some(page) = tab.page.filter(|_| !tab.is_frozen) else {
                continue;
            };
            let alarm = book.rings(page, now).filter(|_| flaw != Flaw::NeverRings);
            let patience = match tab.place {
                Place::Queued(since) if flaw != Flaw::LocksForGood => Some(since + TURN_PATIENCE),
                _ => None,
            };
            let soonest = [
                alarm.map(|at| self.real + (at - now.mono)),
                patience,
                tab.flight.map(|flight| flight.since + PATIENCE),
                next,
            ];
            next = soonest.into_iter().flatten().min();
            is_in |= book.seen(page).signed_in.is_some();
        }
        // Somebody who is signed in and waits for nothing: a life later we shall see.
        next.or((is_in && self.real < END).then_some(END))
    }

    /// A tab whose page is told that somebody is signed in, with a token that has run out.
    fn unsettled(&self, book: &Book) -> Option<usize> {
        self.tabs.iter().position(|tab| {
            let page = tab.page.filter(|_| !tab.is_frozen);
            let token = page.and_then(|page| book.seen(page).signed_in);
            token.is_some_and(|token| token.made + LIFE <= self.real)
        })
    }

    // What becomes of it --------------------------------------------------------------------------------------------------

    /// Takes a step.
    pub(crate) fn take(&mut self, book: &mut Book, flaw: Flaw, it: Move) -> Kept {
        let before = self.shared;
        if it.stale {
            self.count(Mishap::Stale);
            self.excuses += 1;
            if self.has_been(Mishap::Clear) {
                self.out = 0;
            }
            // Seen for the length of this step.
            std::mem::swap(&mut self.shared, &mut self.before);
        }
        let stale = it.stale.then_some(before);
        match it.step {
            Step::Message(at) => {
                let message = self.tabs[at].inbox[0].take();
                self.tabs[at].inbox.rotate_left(1);
                self.glances(book, flaw, at, None)?;
                // That what was stored is gone, nobody tells: the tab is only touched.
                if let Some(Some(mark)) = message
                    && !(flaw == Flaw::Deaf && self.real > 0)
                {
                    self.tabs[at].glanced = Some(mark);
                    self.hand(book, at, What::Heard(Some(mark)))?;
                }
            }
            Step::Look(at) => {
                let mark = self.tabs[at].looks[0].take().expect("somebody looks");
                self.tabs[at].looks.rotate_left(1);
                let mut record = self.shared.record;
                if flaw == Flaw::Forges
                    && let Some(old) = self.before.record
                {
                    record = Some(book.forge(old, mark));
                }
                self.give(book, flaw, at, What::Looked(mark, record), stale)?;
            }
            Step::Turn(at) => {
                self.tabs[at].place = Place::Ours;
                self.give(book, flaw, at, What::Turn, stale)?;
            }
            Step::LosesPatience(at) => {
                self.excuses += 1;
                self.unqueue(at);
                self.tabs[at].place = Place::Alone;
                self.give(book, flaw, at, What::Turn, stale)?;
            }
            Step::Answer(at) => self.answer(book, flaw, at, None, stale)?,
            Step::LateAnswer(at) => {
                let said = self.tabs[at].late.take().expect("a late answer");
                self.give(book, flaw, at, What::LateAnswer(said), stale)?;
            }
            Step::Rings(at) => self.give(book, flaw, at, What::Ring, stale)?,
            Step::Thaws(at) => {
                self.tabs[at].is_frozen = false;
                self.give(book, flaw, at, What::Wake, stale)?;
            }
            Step::Opens(at) => {
                let page = book.blank(self.now());
                let tab = &mut self.tabs[at];
                tab.page = Some(page);
                tab.told = Told::Nothing;
                tab.glanced = self.shared.mark;
                let begin = What::Begin(tab.drawer, self.shared.mark);
                self.hand(book, at, begin)?;
            }
            Step::TimePasses => {
                let next = self.next(book, flaw).expect("something is due");
                self.real = next;
                for tab in &mut self.tabs {
                    tab.late = None;
                }
                if next > LONG_AGO {
                    self.rests(book)?;
                }
            }
            Step::Happens(mishap, at) => self.happens(book, flaw, mishap, at, stale)?,
        }
        self.grant(flaw);
        self.holds(book)?;
        self.forget(flaw);
        Ok(())
    }

    /// Drops what can make no difference any more, so that worlds which only differ in that count once.
    fn forget(&mut self, flaw: Flaw) {
        let can_be_stale =
            self.may(Mishap::Stale) && self.tabs.iter().any(|tab| tab.inbox[0].is_some());
        if !can_be_stale && flaw != Flaw::Forges {
            (self.before, self.wrote) = (Shared::default(), TABS);
        }
        let may_close = self.may(Mishap::Close);
        for tab in &mut self.tabs {
            if tab.page.is_some() && !may_close {
                tab.drawer = None;
            }
        }
        if self.left == 0 {
            self.mishaps &= [
                Mishap::Ask,
                Mishap::Back,
                Mishap::Forth,
                Mishap::Clear,
                Mishap::Refuse,
                Mishap::Other,
                Mishap::Unread,
                Mishap::Stale,
            ]
            .iter()
            .fold(0, |all, mishap| all | mishap.bit());
        }
    }

    fn happens(
        &mut self,
        book: &mut Book,
        flaw: Flaw,
        mishap: Mishap,
        at: usize,
        stale: Option<Shared>,
    ) -> Kept {
        self.count(mishap);
        match mishap {
            Mishap::Close => {
                self.excuses += u8::from(self.tabs[at].flight.is_some());
                self.unqueue(at);
                if flaw != Flaw::LocksForGood {
                    self.owner = self.owner.filter(|owner| *owner != at);
                }
                let tab = &mut self.tabs[at];
                *tab = Tab {
                    page: None,
                    inbox: [None; 4],
                    looks: [None; 2],
                    place: Place::None,
                    flight: None,
                    late: None,
                    is_frozen: false,
                    told: Told::Nothing,
                    ..*tab
                };
                Ok(())
            }
            Mishap::Freeze => {
                self.tabs[at].is_frozen = true;
                Ok(())
            }
            Mishap::SignOut => {
                if let Told::In(token) = self.tabs[at].told {
                    // Who does not see the newest login yet does not sign out of it.
                    let newest = if stale.is_some() { token.login } else { 6 };
                    self.out |= self.begun & ((2 << newest) - 1);
                }
                self.give(book, flaw, at, What::SignOut, stale)
            }
            Mishap::Other => {
                self.glances(book, flaw, at, stale)?;
                let page = self.tabs[at].page.expect("an open tab");
                if book.seen(page).is_at_start {
                    self.signs_in(book, at, Customer::Bob)?;
                }
                Ok(())
            }
            Mishap::Ask => self.give(book, flaw, at, What::Ask, stale),
            Mishap::Slow => {
                let flight = self.tabs[at].flight.as_mut();
                flight.expect("a question under way").is_slow = true;
                Ok(())
            }
            Mishap::Lose => {
                self.excuses += 1;
                self.answer(book, flaw, at, Some(Said::Nothing), stale)
            }
            Mishap::Unread => {
                self.excuses += 1;
                let mark = self.tabs[at].looks[0].take().expect("somebody looks");
                self.tabs[at].looks.rotate_left(1);
                self.give(book, flaw, at, What::Looked(mark, None), stale)
            }
            Mishap::Clear => {
                self.before = self.shared;
                self.shared = Shared::default();
                self.wrote = TABS;
                for tab in &mut self.tabs {
                    tab.drawer = None;
                }
                // It leaves no mark: whoever writes without having seen it undoes it.
                if self.logins == 1 && !self.has_been(Mishap::Stale) {
                    self.out |= self.begun;
                }
                self.post(TABS, None);
                Ok(())
            }
            Mishap::Back => {
                self.set = -1;
                Ok(())
            }
            Mishap::Forth => {
                self.set = 1;
                Ok(())
            }
            Mishap::Sleep => {
                self.real += 2 * LIFE;
                self.slept += 2 * LIFE;
                Ok(())
            }
            Mishap::Refuse | Mishap::Stale => Ok(()),
        }
    }

    fn signs_in(&mut self, book: &mut Book, at: usize, customer: Customer) -> Kept {
        self.logins += 1;
        let made = self.real / SECOND * SECOND;
        self.hand(book, at, What::SignIn(customer, made))?;
        let token = self.token(customer, self.logins);
        self.tabs[at].flight = Some(Flight {
            since: self.real,
            renews: false,
            is_slow: false,
            said: Said::Token(token),
        });
        Ok(())
    }

    fn token(&mut self, customer: Customer, login: u8) -> Token {
        self.made += 1;
        // The clocks of the engine's machines differ by a second, and so do the times of two logins.
        let ahead = Millis::from(login - 1) * SECOND;
        Token {
            serial: self.made,
            login,
            customer,
            made: self.real / SECOND * SECOND + ahead,
        }
    }

    fn answer(
        &mut self,
        book: &mut Book,
        flaw: Flaw,
        at: usize,
        said: Option<Said>,
        stale: Option<Shared>,
    ) -> Kept {
        let flight = self.tabs[at].flight.expect("a question under way");
        self.glances(book, flaw, at, stale)?;
        if self.real > flight.since + PATIENCE {
            // The browser has given up while the tab was frozen.
            self.excuses += 1;
        }
        let said = match said {
            Some(said) => said,
            None if self.real > flight.since + PATIENCE => Said::Nothing,
            None => flight.said,
        };
        let tab = &mut self.tabs[at];
        let what = if tab.flight.take().is_none() {
            tab.late = None;
            What::LateAnswer(said)
        } else if flight.renews {
            What::Renewal(said)
        } else {
            What::Proof(said)
        };
        self.hand(book, at, what)
    }

    /// The runner: a glance at what is shared, then what happens.
    fn give(
        &mut self,
        book: &mut Book,
        flaw: Flaw,
        at: usize,
        what: What,
        stale: Option<Shared>,
    ) -> Kept {
        self.glances(book, flaw, at, stale)?;
        let what = match what {
            What::Turn if self.tabs[at].place == Place::None => What::LateTurn,
            what => what,
        };
        self.hand(book, at, what)
    }

    /// `now` is what is shared where the tab sees what was: it is put back as soon as the tab has seen it.
    fn glances(&mut self, book: &mut Book, flaw: Flaw, at: usize, now: Option<Shared>) -> Kept {
        let seen = match (flaw, now) {
            (Flaw::CriesWolf, _) if self.real >= LIFE / 2 => None,
            (_, Some(now)) if now.mark == self.tabs[at].glanced => now.mark,
            _ => self.shared.mark,
        };
        if let Some(now) = now {
            self.before = std::mem::replace(&mut self.shared, now);
        }
        if seen != self.tabs[at].glanced && !(flaw == Flaw::Deaf && self.real > 0) {
            self.tabs[at].glanced = seen;
            self.hand(book, at, What::Heard(seen))?;
        }
        Ok(())
    }

    /// Hands something to a tab's login and does what it wants done.
    fn hand(&mut self, book: &mut Book, at: usize, what: What) -> Kept {
        let page = self.tabs[at].page.expect("an open tab");
        let (page, deeds) = book.happens(page, self.now(), what);
        self.tabs[at].page = Some(page);
        let token = book.seen(page).signed_in;
        for deed in &*deeds {
            self.does(book, at, what, *deed, token)?;
        }
        Ok(())
    }

    fn does(
        &mut self,
        book: &mut Book,
        at: usize,
        what: What,
        deed: Deed,
        token: Option<Token>,
    ) -> Kept {
        match deed {
            Deed::Renew(token, is_named) => return self.renews(at, token, is_named),
            Deed::Prove | Deed::Failed | Deed::Settled => {}
            Deed::CancelRenewal | Deed::CancelProof => {
                let tab = &mut self.tabs[at];
                let flight = tab.flight.take().expect("what is given up was asked");
                tab.late = Some(flight.said);
            }
            Deed::Keep(record, mark, everywhere) => {
                self.tabs[at].drawer = record;
                if everywhere {
                    self.writes(book, at, record, mark)?;
                }
            }
            Deed::Queue => {
                self.tabs[at].place = Place::Queued(self.real);
                let last = self.queue.iter_mut().find(|place| place.is_none());
                *last.expect("one place for each tab") = Some(at);
            }
            Deed::Leave => {
                self.unqueue(at);
                self.owner = self.owner.filter(|owner| *owner != at);
                self.tabs[at].place = Place::None;
            }
            Deed::Look(mark) => {
                let tab = &mut self.tabs[at];
                // Older ones find nobody who waits for them.
                if tab.looks[1].is_some() {
                    tab.looks[0] = tab.looks[1];
                    tab.looks[1] = None;
                }
                let free = tab.looks.iter_mut().find(|look| look.is_none());
                *free.expect("made room") = Some(mark);
            }
            Deed::In => return self.says_in(at, token),
            Deed::Renewed => return self.says_renewed(at, token),
            Deed::Out(reason) => return self.says_out(at, what, reason),
        }
        Ok(())
    }

    fn writes(&mut self, book: &Book, at: usize, record: Option<Record>, mark: Mark) -> Kept {
        let new = Shared {
            mark: Some(mark),
            record,
        };
        if let Some(record) = record {
            let token = book.token(record);
            let text = mark.to_text();
            let epoch = text.split('.').next();
            let epoch = epoch.and_then(|text| text.parse().ok()).expect("a number");
            let theirs = self
                .epochs
                .iter_mut()
                .find(|it| it.is_none_or(|(of, _)| of == epoch));
            let theirs = theirs.expect("few epochs");
            let (_, whose) = *theirs.get_or_insert((epoch, token.customer));
            must(
                whose == token.customer && book.mark(record) == mark,
                Rule::NeverMixes,
                || format!("{whose:?} and {:?} under mark {text}", token.customer),
            )?;
            self.begun |= 1 << token.login;
        }
        if new != self.shared {
            self.before = self.shared;
            self.wrote = at;
        }
        self.shared = new;
        self.tabs[at].glanced = Some(mark);
        self.post(at, Some(mark));
        Ok(())
    }

    /// Everybody else gets a message.
    fn post(&mut self, from: usize, mark: Option<Mark>) {
        for (at, tab) in self.tabs.iter_mut().enumerate() {
            if at != from && tab.page.is_some() {
                if tab.inbox[3].is_some() {
                    tab.inbox.rotate_left(1);
                    tab.inbox[3] = None;
                }
                let free = tab.inbox.iter_mut().find(|place| place.is_none());
                *free.expect("made room") = Some(mark);
            }
        }
    }

    fn renews(&mut self, at: usize, token: Token, is_named: bool) -> Kept {
        must(is_named, Rule::NeverMixes, || {
            "renewed in another's name".to_owned()
        })?;
        let calls = &mut self.calls[usize::from(token.serial)];
        *calls += 1;
        let calls = *calls;
        must(calls <= 1 + self.excuses, Rule::FewCalls, || {
            format!("token {} is to be renewed {calls} times", token.serial)
        })?;
        let is_due = token.made + LIFE / 5 * 4 <= self.real + SECOND;
        let is_excused = self.has_been(Mishap::Ask)
            || self.has_been(Mishap::Back)
            || self.has_been(Mishap::Forth);
        must(is_due || is_excused, Rule::FewCalls, || {
            format!("token {} is to be renewed before its time", token.serial)
        })?;
        let said = if self.has_been(Mishap::Refuse) {
            Said::No
        } else {
            Said::Token(self.token(token.customer, token.login))
        };
        self.tabs[at].flight = Some(Flight {
            since: self.real,
            renews: true,
            is_slow: false,
            said,
        });
        Ok(())
    }

    fn unqueue(&mut self, at: usize) {
        if let Some(place) = self.queue.iter().position(|queued| *queued == Some(at)) {
            self.queue[place] = None;
            self.queue[place..].rotate_left(1);
        }
    }

    fn grant(&mut self, flaw: Flaw) {
        while (self.owner.is_none() || flaw == Flaw::LocksNobody)
            && let Some(next) = self.queue[0].take()
        {
            self.queue.rotate_left(1);
            self.owner = Some(next);
            self.tabs[next].place = Place::Granted;
        }
    }

    // What must hold ------------------------------------------------------------------------------------------------------

    fn is_out(&self, token: Token) -> bool {
        self.out >> token.login & 1 == 1
    }

    fn says_in(&mut self, at: usize, token: Option<Token>) -> Kept {
        let token = token.expect("somebody is signed in");
        must(
            !self.is_out(token) || self.has_been(Mishap::Stale),
            Rule::StaysOut,
            || format!("{:?} is signed in again", token.customer),
        )?;
        if let Told::In(old) = self.tabs[at].told {
            must(old.customer == token.customer, Rule::NeverMixes, || {
                format!("{:?} becomes {:?}", old.customer, token.customer)
            })?;
        }
        self.tabs[at].told = Told::In(token);
        Ok(())
    }

    fn says_renewed(&mut self, at: usize, token: Option<Token>) -> Kept {
        let token = token.expect("somebody is signed in");
        let Told::In(old) = self.tabs[at].told else {
            return Err(Breach::of(
                Rule::NeverMixes,
                "a token is renewed where nobody is signed in",
            ));
        };
        must(old.customer == token.customer, Rule::NeverMixes, || {
            format!("{:?} becomes {:?}", old.customer, token.customer)
        })?;
        must(token.made + PATIENCE >= old.made, Rule::KeepsTokens, || {
            format!(
                "token {} is replaced by the older {}",
                old.serial, token.serial
            )
        })?;
        self.tabs[at].told = Told::In(token);
        Ok(())
    }

    fn says_out(&mut self, at: usize, what: What, reason: Reason) -> Kept {
        let token = match self.tabs[at].told {
            Told::In(token) => token,
            // The page before knew; what it left could not be taken up.
            Told::Nothing => {
                self.tabs[at].told = Told::Out;
                return Ok(());
            }
            Told::Out => return Err(Breach::of(Rule::EndsWell, "somebody is signed out twice")),
        };
        let is_refused = self.has_been(Mishap::Refuse);
        let is_true = match reason {
            Reason::User => what == What::SignOut,
            Reason::OtherTab => self.is_out(token) || is_refused || self.has_been(Mishap::Clear),
            Reason::Expired | Reason::Refused => is_refused,
            Reason::Replaced => self.has_been(Mishap::Other),
            Reason::TooOld => false,
        };
        must(is_true, Rule::KeepsTokens, || {
            format!("token {} is dropped ({})", token.serial, reason.word())
        })?;
        self.tabs[at].told = Told::Out;
        Ok(())
    }

    /// What holds at every moment.
    fn holds(&self, book: &Book) -> Kept {
        for tab in &self.tabs {
            let seen = tab.page.and_then(|page| book.seen(page).signed_in);
            let told = match tab.told {
                Told::In(token) => Some(token),
                Told::Nothing | Told::Out => None,
            };
            must(seen == told, Rule::EndsWell, || {
                format!("the page was told {told:?}, and it is {seen:?}")
            })?;
        }
        Ok(())
    }

    /// What holds when nothing has to happen any more.
    pub(crate) fn rests(&self, book: &Book) -> Kept {
        let open = || self.tabs.iter().filter_map(|tab| Some((tab, tab.page?)));
        for (_, page) in open() {
            let seen = book.seen(page);
            must(
                !seen.has_turn && !seen.looks && !seen.is_asked,
                Rule::NoDeadlock,
                || format!("somebody waits for ever: {seen:?}"),
            )?;
        }
        must(self.owner.is_none(), Rule::NoDeadlock, || {
            "a lock that nobody gives up".to_owned()
        })?;
        must(self.unsettled(book).is_none(), Rule::EndsWell, || {
            "a token has run out, and nobody was told".to_owned()
        })?;
        let tokens = || open().filter_map(|(_, page)| book.seen(page).signed_in);
        for token in tokens() {
            must(!self.is_out(token), Rule::StaysOut, || {
                format!("{:?} is still signed in", token.customer)
            })?;
            let first = tokens().next().map(|first| first.customer);
            must(first == Some(token.customer), Rule::NeverMixes, || {
                "two customers in tabs of one shop".to_owned()
            })?;
        }
        if tokens().next().is_some() {
            let is_shared =
                self.shared.mark.is_some_and(|mark| !mark.is_out()) && self.shared.record.is_some();
            must(is_shared, Rule::KeepsTokens, || {
                "somebody is signed in, and the next page will not know".to_owned()
            })?;
        }
        if let Some(record) = self.shared.record {
            must(!self.is_out(book.token(record)), Rule::StaysOut, || {
                "the next page will sign somebody in again".to_owned()
            })?;
            let all = open().count() == tokens().count();
            // After a clearing nobody can tell the order of two logins that knew nothing of each other.
            let is_cleared = self.has_been(Mishap::Clear) && self.logins > 1;
            let is_excused = self.has_been(Mishap::Unread) || is_cleared;
            must(all || is_excused, Rule::KeepsTokens, || {
                "somebody is signed in, and a tab does not know".to_owned()
            })?;
        }
        Ok(())
    }
}
