//! What ERPNext is owed reaches it once, whatever happens in between: against the stand-in and its faults.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed unwrap is a failed test")]
#![allow(
    clippy::disallowed_methods,
    reason = "tests make the proofs that the program gets from the policy"
)]

mod kills;
mod letters;
mod merging;
mod once;
mod people_files;
mod rule_four;
mod speaking;
mod tagged;
mod town;
