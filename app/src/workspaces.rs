//! The workspaces of a member: the frame around them, the list, and the page before one is picked.

mod api;
mod badge;
mod found;
mod frame;
mod mentions;
mod page;
mod saved;
mod settings;
mod sidebar;
mod threads;
mod unread;
mod writing_choices;

pub use badge::Badge;
pub use found::{Empty, ListPage, trouble};
pub use frame::{Team, TeamFrame};
pub use mentions::MentionsPage;
pub use page::PickPage;
pub use saved::SavedPage;
pub use settings::SettingsPage;
pub use threads::ThreadsPage;
pub use unread::Unread;
pub use writing_choices::WritingChoices;
