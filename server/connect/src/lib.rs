//! Connecting an ERPNext site and taking the connection away again.
//!
//! [`plan()`] looks at the site and says what is missing, [`apply()`] makes it and writes every step into a [`Manifest`] beside
//! the connection, [`disconnect()`] removes exactly what the manifest says. [`doctor()`] looks a connection over and names
//! the fix for each fault.

mod apply;
mod blueprint;
pub mod connection;
mod desk_script;
mod disconnect;
mod doctor;
mod error;
mod look;
mod manifest;
mod plan;
mod release;
mod webhooks;
mod words;

pub use apply::{Moment, apply};
pub use blueprint::{ROLE, TICKET, auditor_user, service_user};
pub use disconnect::{Removed, disconnect};
pub use doctor::{Finding, KNOCK, Setup, Verdict, WebhookState, doctor};
pub use error::ConnectError;
pub use manifest::{Manifest, Record};
pub use plan::{Plan, Step, StepState, Wishes, plan};
pub use release::Release;
pub use webhooks::PATH as WEBHOOKS_PATH;
