//! Connecting the stand-in, and taking everything away again.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may")]

mod coming_and_going;
mod doctor;
mod door;
mod least_privilege;
mod self_signed;
mod site;
