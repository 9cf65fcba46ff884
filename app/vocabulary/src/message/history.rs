//! A piece of what was said, and where one looks.

use super::{Message, Seq};
use crate::{MessageId, Moment};
use serde::{Deserialize, Serialize};

/// Where in a history to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aim {
    /// The newest.
    End,
    /// Both sides of the first thing others said that the one who asks has not read; the newest, if they have read all.
    Unread,
    /// What stands before a place.
    Before(Seq),
    /// What stands after a place.
    After(Seq),
    /// Both sides of a message. A reply that the room does not show counts as its thread's beginning.
    Around(MessageId),
    /// Both sides of the first thing said at or after a point in time, such as the beginning of a day where somebody
    /// lives; the newest, if nothing was said since.
    Day(Moment),
}

/// A piece of the history of a room, or of a thread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Oldest first, without holes.
    pub messages: Vec<Message>,
    /// Whether nothing was said before them.
    pub at_start: bool,
    /// Whether nothing was said after them.
    pub at_end: bool,
    /// The message that [`Aim::Around`] or [`Aim::Day`] found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<MessageId>,
    /// What was said or changed up to this place is in it: the cursor to follow the room from.
    pub upto: Seq,
}

/// A thread: the message that began it and what was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thread {
    /// What began it.
    pub root: Message,
    /// The answers.
    pub replies: Window,
}
