//! What is offered while one types `@`, `#`, `:` or `/`.

mod choice;
mod commands;
mod documents;
mod emoji;
mod fold;
mod people;
mod picker;
mod query;
mod sources;

pub use choice::{Choice, What};
pub use commands::Command;
pub use fold::folded;
pub use picker::{Picker, PickerList, Pressed};
pub use query::Query;
pub use sources::Sources;

use super::api;
