//! Rooms: where a workspace talks.

use crate::{Audience, RoomId, WorkspaceId};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// Which of a workspace's rooms this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RoomKind {
    /// The team's own room.
    Team,
}

impl RoomKind {
    /// The word used in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Team => "team",
        }
    }

    /// The name people see.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Team => "Team room",
        }
    }
}

impl FromStr for RoomKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "team" => Ok(Self::Team),
            _ => Err(()),
        }
    }
}

/// A room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// Its identifier.
    pub id: RoomId,
    /// The workspace it belongs to.
    pub workspace: WorkspaceId,
    /// Which room.
    pub kind: RoomKind,
    /// Who may be in it.
    pub audience: Audience,
}
