//! Messages: posting one, what is done to it afterwards, and reading them.
//!
//! A post takes the workspace's next place and a change takes one too, under the lock of the counter's row: places have
//! no gaps and follow the order of commits. Every transaction that touches messages takes that lock before any other.

mod acting;
mod finding;
mod history;
mod marks;
mod posting;
mod reading;

pub use acting::{Acted, act};
pub(crate) use acting::{
    Owing, hold_all, hold_places, note_change, owe_line, tag_with, take_place, touch,
};
pub use finding::{by_id, by_key, pinned, versions};
pub use history::{HistoryOf, history};
pub(crate) use marks::{TEAM, with_marks};
pub use posting::{Posted, post};
pub use reading::changed_after;
