//! The server as its clients meet it: over HTTP and the live socket, as a process of its own.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed unwrap is a failed test")]

mod accounts;
mod call;
mod chat;
mod connecting;
mod connecting_page;
mod convergence;
mod credentials;
mod doors;
mod erpnext_away;
mod faults;
mod files;
mod history;
mod https;
mod kindness;
mod limits;
mod mine;
mod oauth;
mod on_call;
mod pages;
mod replicas;
mod revocation;
mod settings;
mod tags;
mod talk;
mod tickets;
mod timeline;
mod town;
mod webhooks;
mod work;
mod writing;
