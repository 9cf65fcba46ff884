//! Connecting an ERPNext site, for administrators: a form, the plan, and how far it is.

mod api;
mod form;
mod link;
mod page;
mod plan;
mod progress;

#[cfg(feature = "ssr")]
pub use api::ConnectingSeam;
pub use link::ConnectLink;
pub use page::ConnectPage;
