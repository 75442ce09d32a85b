//! The two factors of a sign-in, and what a customer presents for each of them.

/// A factor of a sign-in. Sessions, passwords, keys and attempt limits exist once for each factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Factor {
    First,
    Second,
}

/// The means by which a customer proves a factor. Failed attempts are counted separately for codes and passwords.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Authenticator {
    /// A one-time code.
    Code,
    /// A password.
    Password,
}
