//! What can be done to a message, and how one finds a place in a room.

use super::{Emoji, Message, MessageBody, Tag};
use crate::{MessageId, Moment, Seq};
use serde::{Deserialize, Deserializer, Serialize};

/// Something a member does to a message. Doing it again changes nothing more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageAct {
    /// Its author says it otherwise; what it said before stays in its history.
    Edit(MessageBody),
    /// Its author takes it away; a trace stays.
    Remove,
    /// Its author takes it back right after it was sent; nothing stays.
    Undo,
    /// Answers without words.
    React(Emoji),
    /// Takes that back.
    Unreact(Emoji),
    /// Pins it in its room.
    Pin,
    /// Pins it no longer.
    Unpin,
    /// Says what it is about.
    Tag(Tag),
    /// It is not about that.
    Untag(Tag),
}

impl MessageAct {
    /// A message can be taken back without a trace as long as this after it was sent, in seconds.
    pub const UNDO_LIMIT_SECONDS: u8 = 60;
}

/// What a message said before it was edited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// The text.
    #[serde(deserialize_with = "stored")]
    pub body: MessageBody,
    /// Since when it said so.
    pub since: Moment,
}

fn stored<'de, D: Deserializer<'de>>(from: D) -> Result<MessageBody, D::Error> {
    String::deserialize(from).map(MessageBody::stored)
}

/// A place in a room to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Where a message stands; a reply that the room does not show counts as its thread's beginning.
    Message(MessageId),
    /// The first thing said at or after a point in time.
    From(Moment),
    /// The first thing after a place.
    After(Seq),
}

/// A piece of a room's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Oldest first, without holes.
    pub messages: Vec<Message>,
    /// Whether there are earlier ones.
    pub has_earlier: bool,
    /// Whether there are later ones.
    pub has_later: bool,
    /// The message that was looked for, if there is one.
    #[serde(default)]
    pub found: Option<MessageId>,
}

/// A thread: the message that began it and what was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thread {
    /// What began it.
    pub root: Message,
    /// Oldest first, without holes up to the last.
    pub replies: Vec<Message>,
    /// Whether there are earlier ones.
    pub has_earlier: bool,
}
