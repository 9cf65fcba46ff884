//! The client of one ERPNext site: typed requests over its REST API, and errors named by what the caller can do.
//!
//! Reads that are safe to repeat are tried twice; writes are sent once, because only the caller knows the key
//! that makes a second try harmless. No cookie is ever kept: a `sid` left over from an earlier answer would beat
//! the token of the next request.
//!
//! The process must have installed a rustls crypto provider before [`Site::new`] is called.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may"))]

mod answer;
mod communications;
mod doctype;
mod documents;
mod error;
mod identity;
mod issues;
mod list;
mod oauth;
mod projects;
mod refusal;
mod release;
mod send;
mod server_messages;
mod sign_in;
mod site;
mod site_time;
mod sweep;
mod tasks;
mod text;
mod unreached;
mod users;

pub use communications::{KEY_FIELD, NewCommunication, TimelineLink};
pub use doctype::Doctype;
pub use documents::{Document, Fields, ListQuery};
pub use error::{ErpError, Retry};
pub use identity::Identity;
pub use issues::IssueRow;
pub use oauth::{Authorization, OauthClient, Tokens};
pub use projects::{Project, ProjectRow, ProjectUser};
pub use release::{OauthIdentity, oauth_identity};
pub use sign_in::SignedInUser;
pub use site::{Site, SiteConfig};
pub use site_time::{site_moments, site_time};
pub use sweep::SweepRow;
pub use tasks::TaskRow;
pub use text::plain_text_as_html;
pub use unreached::Unreached;
pub use users::User;
