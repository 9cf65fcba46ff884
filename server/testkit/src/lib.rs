//! Real servers for tests: PostgreSQL, Redis, Parlance itself and its ERPNext stand-in, each on a free loopback port, in
//! a folder of its own, and gone with the test process however that ends. And the two ends people have: a browser-like
//! HTTP session and a line to the live socket.
//!
//! It depends on nothing of the server side, so that every crate there can use it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "test code: what is not as expected ends the test with words"
)]

pub mod daemon;
pub mod folder;
pub mod http;
pub mod long_room;
pub mod port;
pub mod postgres;
pub mod process;
pub mod redis;
pub mod socket;
pub mod standin;
pub mod testbed;
mod wait;

pub use wait::eventually;
