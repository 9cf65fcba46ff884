//! Where one can go, as far as it is kept in the browser: ids alone, no titles.

use super::pages::{PAGES, Page};
use serde::{Deserialize, Serialize};
use vocabulary::{JumpTarget, MessageId, WorkspaceId};

/// A place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Spot {
    /// A workspace with its room.
    Workspace(WorkspaceId),
    /// A page of the member's own, by its path.
    Page(String),
    /// A thread they follow.
    Thread(MessageId),
    /// A document or somebody, and where it was gone to.
    Target(JumpTarget, WorkspaceId),
}

impl Spot {
    /// The place at a path, if it is one that can be jumped to.
    #[must_use]
    pub fn of_path(path: &str) -> Option<Self> {
        if let Some(id) = path.strip_prefix("/w/") {
            return id.parse().ok().map(Self::Workspace);
        }
        PAGES.iter().find(|page| page.path == path).map(Page::spot)
    }

    /// Whether it is the same place, wherever it was gone to.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Target(one, _), Self::Target(other, _)) => one == other,
            _ => self == other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_place_only_where_one_can_jump_to() {
        let id = WorkspaceId::fresh();
        assert_eq!(Spot::of_path(&format!("/w/{id}")), Some(Spot::Workspace(id)));
        assert_eq!(Spot::of_path("/threads"), Some(Spot::Page("/threads".into())));
        for path in ["/w/x", "/portal", "/", "/w/"] {
            assert_eq!(Spot::of_path(path), None, "{path}");
        }
    }
}
