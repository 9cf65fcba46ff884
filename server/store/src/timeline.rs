//! What happened in a workspace: messages as they stand, and a row of `timeline` for each document of ERPNext's that is
//! something that happened, and for each save that changed a Task or an Issue.
//!
//! Rows about a Task or an Issue are shown to whom ERPNext shows that one.

mod noting;
mod reading;
mod site_zone;
mod visits;

pub(crate) use noting::{before, follow, forgotten, note, renamed};
pub use reading::{Looked, Row, RowText, Step, page, text};
pub use visits::{VISIT_ENDS_AFTER_MILLIS, last_here, look};

pub use site_zone::zone;
