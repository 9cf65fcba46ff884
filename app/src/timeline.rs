//! What happened in a workspace, in one stream: filtered by its address, live, and taken along as a file.

mod api;
mod filter_bar;
mod loaded;
mod opened;
mod page;
mod row;
mod stream;

pub use page::WorkspaceTimelinePage;
