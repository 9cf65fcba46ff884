//! A workspace's page: the team room, and the Project's tasks and issues beside it.

mod announcer;
mod api;
mod composer;
mod conversation;
mod dates;
#[cfg_attr(not(feature = "hydrate"), allow(dead_code, reason = "half of it is for the browser"))]
mod emoji;
mod facts;
mod files;
mod header;
mod messages;
mod page;
mod pickers;
mod presence;
mod reactions;
mod reading;
mod row;
mod scroll;
mod seek;
mod sync;
mod tags;
mod text;
mod thread;
mod timeline;
mod viewing;

pub use api::{mentionable, workspace};
pub use composer::{draft_here, draft_is, readable};
pub use facts::{Board, FactsPanel, OpenFromAddress, toggle as toggle_facts};
pub use files::{Uploads, Viewer};
pub use header::RoomHeader;
pub use page::RoomPage;
pub use row::{Desk, Pop, RowAct};
pub use text::gist_of;
