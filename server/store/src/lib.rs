//! The only crate that knows SQL. Rows are private; every query for people takes a proof of [`policy`], background
//! work goes through [`worker::Worker`], which never answers a person.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed unwrap is a failed test")
)]

mod db;
mod error;
mod find;
mod rows;

pub mod attempts;
pub mod cards;
pub mod credentials;
pub mod edits;
pub mod facts;
pub mod files;
pub mod messages;
pub mod mine;
pub mod oauth;
pub mod people;
pub mod pickers;
pub mod radar;
pub mod revocations;
pub mod rooms;
pub mod sessions;
pub mod standings;
mod tags;
pub mod tickets;
pub mod timeline;
pub mod worker;
pub mod workspaces;

pub use db::{Backend, Db};
pub use error::StoreError;
