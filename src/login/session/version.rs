//! What all tabs know of the session they share: how far it is, and whether it is over. Never a token.

use crate::login::decimal::decimal;
use crate::login::time::UnixMs;

/// A point in the history of a session, ordered: of two, the greater one counts, whichever tab it comes from.
///
/// A login and a sign-out each begin an epoch, so no renewal of the epoch before can undo them. Within an epoch renewals are
/// counted. A session that ends by itself ends as of a renewal: a tab that has a newer token is not signed out by one that
/// slept and tried an old one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SessionVersion {
    epoch: u64,
    renewal: u64,
    is_ended: bool,
}

/// No counter gets there: a renewal a millisecond for 285,000 years. What says so was not written by us.
const MOST: u64 = 1 << 53;

impl SessionVersion {
    /// Somebody signed in, at this moment of the engine's clock.
    ///
    /// The moment numbers the epoch, so that two customers who sign in where neither tab has heard of the other begin different
    /// ones, and so that a login counts for more than whatever was shared before somebody cleared it away.
    #[must_use]
    pub fn signed_in(self, at: UnixMs) -> Self {
        Self {
            epoch: self.next_epoch().max(at.0.min(MOST / 2)),
            renewal: 0,
            is_ended: false,
        }
    }

    /// Somebody signed out.
    #[must_use]
    pub fn signed_out(self) -> Self {
        Self {
            epoch: self.next_epoch(),
            renewal: 0,
            is_ended: true,
        }
    }

    fn next_epoch(self) -> u64 {
        self.epoch + 1
    }

    /// A new token came.
    #[must_use]
    pub fn renewed(self) -> Self {
        Self {
            renewal: self.renewal + 1,
            is_ended: false,
            ..self
        }
    }

    /// The engine renews this one no more.
    #[must_use]
    pub fn ended(self) -> Self {
        Self {
            is_ended: true,
            ..self
        }
    }

    /// Whether the session is over.
    pub fn is_ended(self) -> bool {
        self.is_ended
    }

    /// Whether it is about the same login as another.
    pub fn is_same_login(self, other: Self) -> bool {
        self.epoch == other.epoch
    }

    /// The mark as it is written where other tabs see it: `3.14`, with an `x` behind it where the session is over.
    pub fn to_text(self) -> String {
        let end = if self.is_ended { "x" } else { "" };
        [&decimal(self.epoch), ".", &decimal(self.renewal), end].concat()
    }

    /// Reads what [`SessionVersion::to_text`] wrote; anything else was not written by us.
    pub fn parse(text: &str) -> Option<Self> {
        let (numbers, is_ended) = match text.strip_suffix('x') {
            Some(numbers) => (numbers, true),
            None => (text, false),
        };
        let (epoch, renewal) = numbers.split_once('.')?;
        let number = |digits: &str| {
            let number = digits.parse().ok().filter(|number| *number < MOST)?;
            (decimal(number) == digits).then_some(number)
        };
        Some(Self {
            epoch: number(epoch)?,
            renewal: number(renewal)?,
            is_ended,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_as_it_was_written_and_nothing_else_is() {
        let start = SessionVersion::default();
        for mark in [
            start,
            start.signed_in(UnixMs(0)),
            start.signed_in(UnixMs(0)).renewed().renewed(),
            start.signed_in(UnixMs(0)).ended(),
            start.signed_in(UnixMs(0)).signed_out(),
        ] {
            assert_eq!(SessionVersion::parse(&mark.to_text()), Some(mark));
        }
        for text in [
            "",
            ".",
            "1",
            "1.",
            ".1",
            "1.1.1",
            "1.1y",
            "01.1",
            "+1.1",
            "1.-1",
            "1.1 ",
            "xx",
            "9007199254740992.0",
            "99999999999999999999.1",
            "{}",
        ] {
            assert_eq!(SessionVersion::parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_comes_later_is_greater() {
        let begun = SessionVersion::default().signed_in(UnixMs(7));
        let renewed = begun.renewed();
        assert!(begun < begun.ended() && begun.ended() < renewed);
        assert!(renewed.renewed() < begun.signed_out());
        assert!(begun.signed_out() < begun.signed_out().signed_in(UnixMs(7)));
        assert!(
            begun.signed_out().signed_in(UnixMs(0))
                < SessionVersion::default().signed_in(UnixMs(70))
        );
    }
}
