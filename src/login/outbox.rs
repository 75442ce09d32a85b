//! The one queue of effects, and the one source of tickets.

use super::message::{Effect, Reason, Ticket};
use super::problem::Problem;
use super::wire::Request;

/// A change of the session that forms and pages must learn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionNews {
    /// A session began. `true` if an earlier page or another tab began it.
    SignedIn(bool),
    /// The session has a new token.
    Renewed,
    /// The session ended.
    SignedOut(Reason),
    /// A stored session could not be renewed before it was shown. It is tried again later.
    RestoreFailed(Problem),
    /// A renewal failed.
    RenewalFailed(Problem),
}

/// Collects the effects of one call of [`Login::handle`](super::Login::handle), in the order in which they happen.
///
/// The session knows neither forms nor hosts. It reports news, and the login puts the effects of each piece of news where the
/// session reported it.
#[derive(Debug, Clone, Default)]
pub struct Outbox {
    last_ticket: u32,
    effects: Vec<Effect>,
    /// Each with the number of effects that come before it.
    news: Vec<(usize, SessionNews)>,
}

impl Outbox {
    /// Returns a ticket that was not used before. After 2³² tickets the numbers begin again; no request lives that long.
    pub fn next_ticket(&mut self) -> Ticket {
        self.last_ticket = self.last_ticket.wrapping_add(1);
        Ticket(self.last_ticket)
    }

    /// Adds an effect.
    pub fn push(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Sends a request to the engine and returns its ticket.
    pub fn send(&mut self, request: Request) -> Ticket {
        let ticket = self.next_ticket();
        self.push(Effect::Send(ticket, request));
        ticket
    }

    /// Reports news of the session.
    pub fn report(&mut self, news: SessionNews) {
        self.news.push((self.effects.len(), news));
    }

    /// Takes the news out, each with the effects that come before it.
    pub fn take_news(&mut self) -> Vec<(Vec<Effect>, SessionNews)> {
        let mut taken = 0;
        let mut effects = std::mem::take(&mut self.effects).into_iter();
        let news = std::mem::take(&mut self.news).into_iter();
        let news = news.map(|(at, news)| {
            let before = effects.by_ref().take(at - taken).collect();
            taken = at;
            (before, news)
        });
        let news = news.collect();
        self.effects = effects.collect();
        news
    }

    /// Takes all effects out.
    pub fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }
}
