//! What the one who looks may know of a document that a message is about.

use super::Tag;
use crate::Assigned;
use serde::{Deserialize, Serialize};

/// Tags asked about at once.
pub const CHIPS_LIMIT: usize = 200;

/// A tag and what it stands for, for one viewer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chip {
    /// The tag.
    pub tag: Tag,
    /// What the viewer may know of its document.
    pub card: Card,
}

/// What somebody may know of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "card", rename_all = "snake_case")]
pub enum Card {
    /// ERPNext lets them read it.
    Known(Known),
    /// It is on its way to ERPNext.
    Making {
        /// What it will be called; only its maker knows.
        title: Option<String>,
    },
    /// ERPNext did not take it.
    Refused {
        /// ERPNext's words; only its maker knows.
        words: Option<String>,
    },
    /// ERPNext does not let them read it, or there is none: nothing else is told.
    NoAccess,
}

/// What a chip shows of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// What people call it.
    pub title: String,
    /// `status`, of Tasks and Issues.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Who shall do it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assigned: Vec<Assigned>,
    /// `exp_end_date` of a Task that is not over, as `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
}
