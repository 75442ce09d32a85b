//! DOES: everything that only a browser can do, one power per file, and no rule about signing in.

mod clock;
pub mod element;
mod http;
pub mod link;
mod memory;
mod run;
mod signals;
mod storage;
mod tabs;
