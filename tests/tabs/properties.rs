//! The six properties that must hold in every state, and how a violation is reported.

use std::fmt;

/// A property.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Property {
    /// No customer is signed in again after a sign-out.
    StaysSignedOut,
    /// Sessions of different customers are never mixed.
    NeverMixesCustomers,
    /// No tab waits for ever.
    NoDeadlock,
    /// Each token is renewed with one request, plus one for each lock that timed out and for some incidents.
    FewRequests,
    /// A valid token is never lost.
    KeepsTokens,
    /// Every run ends with a renewed token, or with a sign-out for a reason that is true.
    EndsSettled,
}

/// A property that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Violation {
    pub(crate) property: Property,
    pub(crate) message: String,
}

impl Violation {
    pub(crate) fn new(property: Property, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { property, message }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.property, self.message)
    }
}

/// The result of a check.
pub(crate) type Checked = Result<(), Violation>;

/// Returns a violation of the property unless the condition holds.
pub(crate) fn ensure(
    condition: bool,
    property: Property,
    message: impl FnOnce() -> String,
) -> Checked {
    if condition {
        Ok(())
    } else {
        Err(Violation::new(property, message()))
    }
}
