//! For administrators: connections and sync, never content.

mod ago;
mod api;
mod board;
mod cards;
mod examination;
mod letters;
mod mirror;
mod page;
mod problems;

pub use api::administers;
pub use page::AdminPage;
