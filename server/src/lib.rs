//! The program `parlance`: one file per subcommand, and what `serve` mounts. `main` only calls [`run`], so that
//! tests can start the same server.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed unwrap is a failed test")
)]

mod background;
mod causes;
mod cli;
pub mod config;
mod connect;
mod connecting;
mod create_admin;
mod demo;
mod disconnect;
mod doctor;
pub mod edge;
mod export;
mod files;
mod health;
mod listen;
mod logs;
mod migrate;
mod oauth;
mod page_build;
pub mod router;
mod serve;
mod socket;
mod stop;
mod terminal;
mod webhooks;

pub use cli::run;
