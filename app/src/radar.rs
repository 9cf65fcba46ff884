//! How Projects stand: the word with its reasons in a Project's header, and the list over all of them.

mod api;
mod health;
mod page;

pub use health::HealthChip;
pub use page::RadarPage;
