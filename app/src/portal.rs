//! The client's place: calm, one column, phone first.

mod page;

pub use page::PortalPage;
