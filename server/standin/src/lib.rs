//! Servers on loopback that speak the wire format of the systems Parlance talks to, for demo mode, tests and
//! end-to-end runs. They share no code with the clients and refuse what the real ones refuse.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may"))]

pub mod cast;
mod chat;
pub mod erpnext;

pub use chat::{ChatLine, chat};
