//! The programs behind the cargo aliases.
