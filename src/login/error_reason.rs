//! The faults in a page or in the engine's settings, and a challenge that was not passed: `reason` in the event `ae-error`.

/// A reason that the wasm can tell.
///
/// The other reasons concern loading, and `src/element/load-failure.js` has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorReason {
    /// The page's function `challenge` gave no headers.
    Challenge,
    /// The page's policy forbids requests to the engine.
    CspConnect,
    /// The engine can be reached, and the browser does not let the page read its answers (CORS).
    CorsEngine,
    /// The page is in a frame of another origin.
    Framed,
    /// The engine's address is not https.
    Insecure,
}

impl ErrorReason {
    /// Every reason.
    pub const ALL: [Self; 5] = [
        Self::Challenge,
        Self::CspConnect,
        Self::CorsEngine,
        Self::Framed,
        Self::Insecure,
    ];

    /// The value of `reason`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Challenge => "challenge",
            Self::CspConnect => "csp-connect",
            Self::CorsEngine => "cors-engine",
            Self::Framed => "framed",
            Self::Insecure => "insecure",
        }
    }

    /// The remedy for the console; `None` if there is nothing to correct, or if the message about the attribute says it already.
    pub fn remedy(self) -> Option<&'static str> {
        match self {
            Self::CspConnect => {
                Some("Add the origin of base-url to connect-src in the policy of the page.")
            }
            Self::CorsEngine => Some(
                "Allow the origin of the page at the engine (CORS) and do not redirect, or use a proxy.",
            ),
            Self::Challenge | Self::Framed | Self::Insecure => None,
        }
    }

    /// The reason for a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }
}
