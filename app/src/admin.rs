//! For administrators: connections and sync, never content.

mod api;
mod page;
mod report;

pub use page::AdminPage;
