//! The HTTP server.

mod control;
mod convert;
mod overview;
mod server;

pub use server::Server;
