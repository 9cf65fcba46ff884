//! For administrators: connections and sync, never content.

mod ago;
mod api;
mod board;
mod cards;
mod examination;
mod frame;
mod letters;
mod mirror;
mod page;
mod problems;

pub use api::administers;
pub use frame::AdminFrame;
pub use page::AdminPage;
