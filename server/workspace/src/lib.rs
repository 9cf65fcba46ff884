//! The use cases: enter a workspace, open a room, post, list, sign in. Implements the verbs of `contract`; whatever
//! touches workspace data starts with [`Services::enter`], which asks the policy.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed unwrap is a failed test")
)]

mod accounts;
mod administration;
mod credentials;
mod errors;
mod files;
pub mod live;
mod messages;
mod mine;
mod oauth;
pub mod passwords;
mod pickers;
mod radar;
mod seen;
mod services;
mod standings;
mod tags;
mod talk;
mod tickets;
pub mod timeline;
mod visit;
mod work;
mod workspaces;

pub use errors::app_error;
pub use oauth::{OauthEnd, OauthStart, OauthVerdict};
pub use services::{Services, Settings};
pub use visit::{OpenRoom, Visit};
