//! What replicas tell each other.

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vocabulary::{Author, Message, MessageId, PersonId, RoomId, WorkspaceId};

/// Something happened; the database has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "bell", rename_all = "snake_case")]
pub enum Bell {
    /// Something was said, or something about it has changed.
    Said {
        /// Where.
        workspace: WorkspaceId,
        /// What: a hint that saves a look when no place is missing.
        message: Box<Message>,
    },
    /// Somebody is writing.
    Typing {
        /// Where.
        workspace: WorkspaceId,
        /// In which room.
        room: RoomId,
        /// In which thread, if in one.
        thread: Option<MessageId>,
        /// Who.
        who: Author,
    },
    /// Who has a line open to a room on a replica; said again while it is so.
    Here {
        /// Where.
        workspace: WorkspaceId,
        /// In which room.
        room: RoomId,
        /// On which replica.
        replica: Uuid,
        /// All of them.
        people: Vec<PersonId>,
    },
    /// What is somebody's own has changed.
    Mine {
        /// Whose.
        person: PersonId,
        /// How often by now.
        changes: i64,
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
