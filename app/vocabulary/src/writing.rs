//! What helps somebody write: who can be called, what can be tagged, what was begun and what is sent later.

use crate::{
    BODY_LIMIT_CHARS, MessageDraft, MessageId, Moment, PersonId, RoomId, Tag, WorkspaceId,
};
use serde::{Deserialize, Serialize};

/// The longest draft, in characters: more than a message, so that a text that is too long is not lost.
pub const DRAFT_LIMIT_CHARS: usize = 4 * BODY_LIMIT_CHARS;

/// Drafts one person may have.
pub const DRAFTS_LIMIT: usize = 500;

/// Messages one person may have waiting to be sent later.
pub const SCHEDULED_LIMIT: usize = 100;

/// Somebody who is offered when one types `@`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mentionable {
    /// ERPNext's `User.name`, or the address of a Contact.
    pub user: String,
    /// ERPNext's `full_name`.
    pub full_name: String,
    /// How they stand to the room.
    pub standing: MentionStanding,
    /// Who that is here, if they have ever signed in.
    #[serde(default)]
    pub person: Option<PersonId>,
    /// ERPNext's `User.time_zone`, an IANA name, where it is set.
    #[serde(default)]
    pub time_zone: Option<String>,
}

/// How somebody stands to a team room. In the order in which a picker shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MentionStanding {
    /// On the Project's `users`.
    OnProject,
    /// ERPNext lets them read the Project.
    Reads,
    /// A user of the site who cannot read the Project.
    NoAccess,
    /// One of the client's people: does not see what the team says.
    Client,
}

impl MentionStanding {
    /// Whether they can follow what is said in the team room.
    #[must_use]
    pub const fn can_follow(self) -> bool {
        matches!(self, Self::OnProject | Self::Reads)
    }
}

/// A document that is offered when one types `#`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taggable {
    /// Which.
    pub tag: Tag,
    /// Its title: `subject`, `customer_name` or `full_name`.
    pub title: String,
    /// ERPNext's `status`, where it has one.
    #[serde(default)]
    pub status: Option<String>,
    /// Names of those it is assigned to.
    #[serde(default)]
    pub assigned: Vec<String>,
}

/// What somebody began to write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Where.
    pub workspace: WorkspaceId,
    /// ERPNext's `Project.project_name`.
    pub project_name: String,
    /// In which room.
    pub room: RoomId,
    /// In which thread, if in one.
    #[serde(default)]
    pub thread: Option<MessageId>,
    /// The text so far, with its marks written out.
    pub body: String,
    /// When it was last changed.
    pub at: Moment,
}

/// A message that waits to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scheduled {
    /// Where.
    pub workspace: WorkspaceId,
    /// ERPNext's `Project.project_name`; nothing where this person may read it no longer.
    #[serde(default)]
    pub project_name: Option<String>,
    /// In which room.
    pub room: RoomId,
    /// What will be said.
    pub draft: MessageDraft,
    /// When.
    pub send_at: Moment,
    /// Why it was not sent, if it was tried.
    #[serde(default)]
    pub failed: Option<String>,
}

/// What a person has begun, and what waits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    /// Last changed first.
    pub drafts: Vec<Draft>,
    /// The next to be sent first.
    pub scheduled: Vec<Scheduled>,
}
