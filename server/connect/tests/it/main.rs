//! Connecting the stand-in, and taking everything away again.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may")]

mod coming_and_going;
mod least_privilege;
mod site;
