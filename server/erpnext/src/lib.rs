//! The client of one ERPNext site: typed requests over its REST API, and errors named by what the caller can do.
//!
//! Reads that are safe to repeat are tried twice; writes are sent once, because only the caller knows the key
//! that makes a second try harmless. No cookie is ever kept: a `sid` left over from an earlier answer would beat
//! the token of the next request.
//!
//! The process must have installed a rustls crypto provider before [`Site::new`] is called.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may"))]

mod answer;
mod assignments;
mod comments;
mod communications;
mod documents;
mod error;
mod files;
mod gate;
mod identity;
mod list;
mod oauth;
mod paging;
mod permitted;
mod probe;
mod refusal;
mod release;
mod send;
mod server_messages;
mod sign_in;
mod site;
mod site_time;
mod text;
mod tickets;
mod unreached;
mod users;
mod webhooks;

pub use comments::NewComment;
pub use communications::{KEY_FIELD, NewCommunication, TimelineLink, chat_subject};
pub use documents::{Document, Fields, ListQuery};
pub use error::{ErpError, Retry};
pub use files::{Download, FileRow, NewFile};
pub use gate::{RateLimit, SiteHealth};
pub use identity::Identity;
pub use oauth::{Authorization, OauthClient, OauthProfile, Tokens};
pub use paging::{Among, ChildRow};
pub use probe::Probe;
pub use release::{NotARelease, OauthIdentity, Release, Versions, oauth_identity};
pub use sign_in::SignedInUser;
pub use site::{Site, SiteConfig};
pub use site_time::{
    Candidates, overlap_before, site_moments, site_time, utc_candidates, utc_millis,
};
pub use text::{decode_entities, html_as_lines, plain_text_as_html};
pub use tickets::Ticket;
pub use unreached::Unreached;
pub use users::User;
pub use webhooks::{Deleted, Hint, LoggedHint, SIGNATURE_HEADER, verify_signature};
