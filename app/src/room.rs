//! A workspace's page: the team room, and the Project's tasks and issues beside it.

mod api;
mod composer;
mod conversation;
mod facts;
mod header;
mod links;
mod messages;
mod page;
mod pickers;
mod row;
mod scroll;
mod sync;
mod timeline;

pub use composer::readable;
pub use page::RoomPage;
