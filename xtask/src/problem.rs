//! What went wrong, in words for the person at the terminal.

use std::fmt;

/// A task stopped; the text says what was found and what to do.
#[derive(Debug)]
pub struct Problem(String);

/// What every task answers.
pub type Result<T> = std::result::Result<T, Problem>;

impl Problem {
    /// A problem in these words: lower case, no full stop.
    pub fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Problem {}

/// Says what was being done when something failed.
pub trait While<T> {
    /// Puts `doing` before the cause.
    ///
    /// # Errors
    /// The same error, in more words.
    fn while_doing(self, doing: impl fmt::Display) -> Result<T>;
}

impl<T, E: fmt::Display> While<T> for std::result::Result<T, E> {
    fn while_doing(self, doing: impl fmt::Display) -> Result<T> {
        self.map_err(|cause| Problem(format!("{doing}: {cause}")))
    }
}
