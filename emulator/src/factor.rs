//! Factors and authenticators.

/// Which of the two proofs of a login is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Factor {
    First,
    Second,
}

/// What was tried. Codes and passwords are counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Authenticator {
    Code,
    Password,
}
