//! The boards of a workspace: its Tasks or its Issues as cards in columns, to be moved, filtered, made and opened.

mod add;
mod api;
mod arrange;
mod card;
mod change;
mod chosen;
mod column;
mod deck;
mod drag;
mod keys;
mod page;
mod panel;
mod story;
mod toolbar;
mod views;
mod wish;

pub use page::{IssuesPage, TasksPage};
