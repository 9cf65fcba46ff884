//! What replicas tell each other.

use serde::{Deserialize, Serialize};
use vocabulary::{Message, PersonId, WorkspaceId};

/// Something happened; the database has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "bell", rename_all = "snake_case")]
pub enum Bell {
    /// Something was said.
    Said {
        /// Where.
        workspace: WorkspaceId,
        /// What: a hint that saves a look when no place is missing.
        message: Box<Message>,
    },
    /// A session ended; its hash.
    SessionEnded {
        /// As the store knows it.
        session: String,
    },
    /// What somebody may read has changed.
    StandingChanged {
        /// Whose.
        person: PersonId,
    },
}

/// What a listener hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Another replica rang.
    Bell(Bell),
    /// Bells may have been lost: look everywhere.
    Gap,
}
