//! A stand-in for an ERPNext 15 site: state in memory, the rules and the answers of the real one.

mod answer;
mod auth;
mod call;
mod clean;
mod communication;
mod control;
mod custom_doctype;
mod dispatch;
mod document;
mod faults;
mod filter;
mod journal;
mod line;
mod list;
mod login;
mod methods;
mod people;
mod permission;
mod provision;
mod refusal;
mod release;
mod resource;
mod running;
mod schema;
mod secrets;
mod seed;
mod site;
mod steering;
mod store;
mod task;
mod validate;
mod write;

pub use faults::{Failure, Faults};
pub use release::{OauthIdentity, Release};
pub use running::{Erpnext, Running, State, router};
pub use seed::Seed;
