//! The HTTP server: an engine behind a socket, with control endpoints (feature `http`).
//!
//! ```text
//! server      accepts connections, passes requests to the engine or to the control endpoints
//! convert     requests and responses between the engine's types and those of hyper
//! bodies      response bodies that stall, arrive slowly or never end
//! control/    the control endpoints under /_emulator/
//! overview    the list of calls, control endpoints and faults at GET /_emulator/
//! ```

mod bodies;
mod control;
mod convert;
mod overview;
mod server;

pub use server::Server;
