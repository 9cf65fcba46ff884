//! The workspaces of a member: the frame around them, the list, and the page before one is picked.

mod api;
mod frame;
mod page;
mod seen;
mod sidebar;

pub use frame::TeamFrame;
pub use page::PickPage;
pub use seen::Seen;
