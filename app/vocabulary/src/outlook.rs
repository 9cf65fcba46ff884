//! How a Project stands, and why: what is late, and who waits for an answer.

use crate::{CustomerName, ProjectName, WorkDoctype, WorkspaceId};
use serde::{Deserialize, Serialize};

/// How a Project stands, in one word. Always with its reasons.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// Nothing is late, nobody waits.
    #[default]
    OnTrack,
    /// Something wants looking at.
    AtRisk,
    /// Something is late enough to act on today.
    OffTrack,
}

impl Health {
    /// The word people read.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::OnTrack => "On track",
            Self::AtRisk => "At risk",
            Self::OffTrack => "Off track",
        }
    }
}

/// What a Project's header shows beside its name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outlook {
    /// `Project.expected_start_date`, as `YYYY-MM-DD`.
    pub expected_start_date: Option<String>,
    /// `Project.expected_end_date`, as `YYYY-MM-DD`.
    pub expected_end_date: Option<String>,
    /// The worst of the flags.
    pub health: Health,
    /// Why, the worst first.
    pub flags: Vec<Flag>,
    /// How many more there are than are told.
    #[serde(default)]
    pub further: usize,
}

/// One reason for a Project not to be on track.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flag {
    /// How bad it is by itself.
    pub weight: Health,
    /// What it is, in a few words that need no colour: "Room page is 2 working days late".
    pub words: String,
    /// The rule it comes from, with its numbers.
    pub rule: String,
    /// What it is about.
    pub source: FlagSource,
}

/// What a [`Flag`] is about, and so where it leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlagSource {
    /// A Task or an Issue.
    Work(WorkDoctype, String),
    /// A row of the timeline.
    Entry(crate::EntryId),
    /// A message in a room.
    Message(crate::MessageId),
    /// The Project itself.
    Project,
}

/// A workspace with its flags, for the list over all of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RadarRow {
    /// Which workspace.
    pub workspace: WorkspaceId,
    /// `Project.name`.
    pub project: ProjectName,
    /// `Project.project_name`.
    pub project_name: String,
    /// `Project.customer`.
    pub customer: Option<CustomerName>,
    /// How it stands.
    pub outlook: Outlook,
}
