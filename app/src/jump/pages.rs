//! The pages of a member.

use super::spot::Spot;

/// A page that can be jumped to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its path.
    pub path: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// What is there.
    pub more: &'static str,
}

impl Page {
    /// The page as a place.
    #[must_use]
    pub fn spot(&self) -> Spot {
        Spot::Page(self.path.to_owned())
    }

    /// Whether it is only for whoever looks after the connection to ERPNext.
    #[must_use]
    pub fn is_for_administrators(&self) -> bool {
        self.path.starts_with("/admin")
    }
}

const fn page(path: &'static str, name: &'static str, more: &'static str) -> Page {
    Page { path, name, more }
}

/// All of them, in the order of the sidebar.
pub const PAGES: &[Page] = &[
    page("/threads", "Threads", "Threads you follow"),
    page("/mentions", "Mentions", "Messages that call you"),
    page("/saved", "Saved", "Messages you keep for later"),
    page("/drafts", "Drafts", "What you began and what is sent later"),
    page("/settings", "Settings", "Reading, writing, keyboard"),
    page("/workspaces", "Workspaces", "The list of all of them"),
    page("/admin", "Connections", "How sync with ERPNext goes"),
];
