//! The error of this crate: a message for the person at the terminal.

use std::fmt;

/// Says what failed and, where that is known, what to do about it.
#[derive(Debug)]
pub struct Error(String);

/// The result of a command or of one of its steps.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Creates an error. The message begins in lower case and has no full stop at its end.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

/// Adds to an error what the program was doing.
pub trait Context<T> {
    /// Puts `context` and a colon in front of the error's message.
    ///
    /// # Errors
    /// Returns the same error with the longer message.
    fn context(self, context: impl fmt::Display) -> Result<T>;
}

impl<T, E: fmt::Display> Context<T> for std::result::Result<T, E> {
    fn context(self, context: impl fmt::Display) -> Result<T> {
        self.map_err(|cause| Error(format!("{context}: {cause}")))
    }
}
