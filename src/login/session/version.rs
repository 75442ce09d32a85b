//! The version of the session that all tabs share. It tells which tab has the newest state, and never holds a token.

use crate::login::decimal::decimal;
use crate::login::time::UnixMs;

/// A version of the session. Versions are ordered: the greater one is newer, whichever tab it comes from.
///
/// Each login and each sign-out begins an epoch, so a renewal of an earlier epoch cannot undo it. Within an epoch renewals are
/// counted. A session that ends by itself ends at a renewal: a tab that slept and failed to renew an old token does not sign out
/// a tab that has a newer one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SessionVersion {
    epoch: u64,
    renewal: u64,
    is_ended: bool,
}

/// Numbers from here on are not accepted. No counter reaches it: that would take a renewal each millisecond for 285,000 years.
const LIMIT: u64 = 1 << 53;

impl SessionVersion {
    /// The version after a login, at this moment of the engine's clock.
    ///
    /// The moment is the number of the epoch. So logins in two tabs that do not know of each other begin different epochs, and a
    /// login is newer than what was shared before the storage was cleared.
    #[must_use]
    pub fn signed_in(self, at: UnixMs) -> Self {
        Self {
            epoch: self.next_epoch().max(at.0.min(LIMIT / 2)),
            renewal: 0,
            is_ended: false,
        }
    }

    /// The version after a sign-out.
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

    /// The version after a renewal.
    #[must_use]
    pub fn renewed(self) -> Self {
        Self {
            renewal: self.renewal + 1,
            is_ended: false,
            ..self
        }
    }

    /// The version after the engine refused to renew the session.
    #[must_use]
    pub fn ended(self) -> Self {
        Self {
            is_ended: true,
            ..self
        }
    }

    /// Whether the session ended.
    pub fn is_ended(self) -> bool {
        self.is_ended
    }

    /// Whether both versions belong to the same login.
    pub fn is_same_login(self, other: Self) -> bool {
        self.epoch == other.epoch
    }

    /// The version as text for storage and messages: `3.14` for epoch 3 and renewal 14, with an `x` at the end if the session
    /// ended.
    pub fn to_text(self) -> String {
        let end = if self.is_ended { "x" } else { "" };
        [&decimal(self.epoch), ".", &decimal(self.renewal), end].concat()
    }

    /// Parses what [`SessionVersion::to_text`] returned; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        let (numbers, is_ended) = match text.strip_suffix('x') {
            Some(numbers) => (numbers, true),
            None => (text, false),
        };
        let (epoch, renewal) = numbers.split_once('.')?;
        let number = |digits: &str| {
            let number = digits.parse().ok().filter(|number| *number < LIMIT)?;
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
    fn version_is_parsed_from_its_own_text_only() {
        let start = SessionVersion::default();
        for version in [
            start,
            start.signed_in(UnixMs(0)),
            start.signed_in(UnixMs(0)).renewed().renewed(),
            start.signed_in(UnixMs(0)).ended(),
            start.signed_in(UnixMs(0)).signed_out(),
        ] {
            assert_eq!(SessionVersion::parse(&version.to_text()), Some(version));
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
    fn later_versions_are_greater() {
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
