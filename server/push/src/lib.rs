//! Web push: what a push service takes for a browser (RFC 8030), encrypted for that browser alone (RFC 8291) and signed with
//! a key of our own (VAPID, RFC 8292). What to send when, and to whom, is decided elsewhere.
//!
//! The address of a device comes from whoever names it, so nothing is sent into our own network ([`Reach`]).
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed unwrap is a failed test")
)]

mod device;
mod guard;
mod key;
mod sender;

pub use device::{Device, NoDevice};
pub use guard::Reach;
pub use key::{KeyError, ServerKey};
pub use sender::{Delivery, Outcome, PAYLOAD_LIMIT_BYTES, PushError, Sender, Urgency};
