//! What can be done to a message.

use super::{Emoji, MessageBody, Tag};
use crate::Moment;
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
