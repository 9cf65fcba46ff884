//! Searching everything one may read: the field, the page of what was found, and the filters that stand in the query.

mod address;
mod api;
mod chips;
mod field;
mod hit;
mod page;
mod start;

pub use address::here;
pub use field::SidebarSearch;
pub use page::SearchPage;
