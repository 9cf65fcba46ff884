//! What people say in a room.

mod act;
mod attached;
mod chip;
mod history;
mod marks;
mod reaction;

pub use act::{MessageAct, Version};
pub use attached::{Attached, AttachedState, FILES_LIMIT, NewFile};
pub use chip::{CHIPS_LIMIT, Card, Chip, Known};
pub use history::{Aim, Thread, Window};
pub use marks::{
    MARKS_LIMIT, Marks, Mention, Tag, TagDoctype, marks_in, readable, written_mention, written_tag,
};
pub use reaction::{Emoji, NotAnEmoji, Reaction};

use crate::{Audience, MessageId, MessageKey, Moment, PersonId, RoomId};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;

/// The longest message, in characters (Unicode scalar values).
pub const BODY_LIMIT_CHARS: usize = 8_000;

/// Place of a message in its workspace: 1, 2, 3 … without gaps, in the order of commit. Also the cursor a client
/// resumes from; `Seq::START` stands before the first.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Seq(i64);

impl Seq {
    /// Before the first message.
    pub const START: Self = Self(0);

    /// The place with this number.
    #[must_use]
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The place right after this one. A client may name any number: the last of all is followed by itself.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Text of a message: not blank, within [`BODY_LIMIT_CHARS`], line ends as `\n`, no other control characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MessageBody(String);

impl MessageBody {
    /// Takes what somebody typed.
    ///
    /// # Errors
    /// [`BodyProblem`] if nothing but white space was typed, or too much.
    pub fn new(typed: &str) -> Result<Self, BodyProblem> {
        let text: String = typed
            .replace("\r\n", "\n")
            .chars()
            .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
            .collect();
        let text = text.trim_end().trim_start_matches('\n');
        if text.trim().is_empty() {
            return Err(BodyProblem::Empty);
        }
        let chars = text.chars().count();
        if chars > BODY_LIMIT_CHARS {
            return Err(BodyProblem::TooLong { chars });
        }
        Ok(Self(text.to_owned()))
    }

    /// A text that was taken before, as it stands now: following a rename in ERPNext may have made it longer than one may
    /// type, and nothing that was said is lost over that.
    #[must_use]
    pub const fn stored(text: String) -> Self {
        Self(text)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reads a text that was taken before: [`MessageBody::stored`]. Nothing is no text.
pub(crate) fn stored_body<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<MessageBody>, D::Error> {
    let text = Option::<String>::deserialize(from)?;
    Ok(text.filter(|text| !text.is_empty()).map(MessageBody::stored))
}

impl TryFrom<String> for MessageBody {
    type Error = BodyProblem;

    fn try_from(typed: String) -> Result<Self, Self::Error> {
        Self::new(&typed)
    }
}

impl From<MessageBody> for String {
    fn from(body: MessageBody) -> Self {
        body.0
    }
}

/// Why a text is no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyProblem {
    /// Nothing but white space.
    Empty,
    /// Longer than [`BODY_LIMIT_CHARS`].
    TooLong {
        /// Its length in characters.
        chars: usize,
    },
}

impl fmt::Display for BodyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the message is empty"),
            Self::TooLong { chars } => {
                write!(f, "the message has {chars} characters; {BODY_LIMIT_CHARS} is the limit")
            }
        }
    }
}

impl std::error::Error for BodyProblem {}

/// A message on its way to the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageDraft {
    /// Made by the sender; a repeat with the same key stores nothing new.
    pub key: MessageKey,
    /// What to say; nothing where files speak for themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<MessageBody>,
    /// Who will see it.
    #[serde(default)]
    pub audience: Audience,
    /// What it answers, if it is said in a thread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<Reply>,
    /// Files that come with it, at most [`FILES_LIMIT`]; they may arrive later.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<NewFile>,
}

impl MessageDraft {
    /// Words alone, for the room.
    #[must_use]
    pub const fn said(key: MessageKey, body: MessageBody, audience: Audience) -> Self {
        Self { key, body: Some(body), audience, reply: None, files: Vec::new() }
    }
}

/// Where in a thread something is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// The message that began the thread.
    pub thread: MessageId,
    /// Whether it is also shown in the room itself.
    #[serde(default)]
    pub also_in_room: bool,
}

/// Who said it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// Our identifier of the person.
    pub id: PersonId,
    /// ERPNext's `User.full_name`.
    pub full_name: String,
}

/// A message as it stands now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its identifier.
    pub id: MessageId,
    /// The key its sender gave it.
    pub key: MessageKey,
    /// Where it was said.
    pub room: RoomId,
    /// Its place in the workspace.
    pub seq: Seq,
    /// The place of its last change; `seq` as long as nothing about it has changed. The higher one is the newer.
    pub changed: Seq,
    /// The message that began the thread it was said in, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<MessageId>,
    /// Whether the room itself shows it: all that begins a thread, and replies that were meant for the room too.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub in_room: bool,
    /// What it is.
    #[serde(default, skip_serializing_if = "MessageKind::is_said")]
    pub kind: MessageKind,
    /// Who said it; of a [`MessageKind::Line`] who did what it tells of.
    pub author: Author,
    /// Who sees it.
    pub audience: Audience,
    /// The text, Markdown as it was typed; nothing where it was removed or where files speak for themselves.
    #[serde(default, deserialize_with = "stored_body", skip_serializing_if = "Option::is_none")]
    pub body: Option<MessageBody>,
    /// When the server took it.
    pub sent_at: Moment,
    /// When its text was last changed by its author.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Moment>,
    /// Whether it was taken away; then nothing of what it said is left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed: Option<Removal>,
    /// Whether it is pinned in its room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pinned: Option<Deed>,
    /// Who it calls.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<Mention>,
    /// The documents it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
    /// Its files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<Attached>,
    /// How people answered it without words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
    /// The thread it began, if somebody answered. As it stood when this was written: who hears a reply counts it
    /// ([`Replies::hear`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replies: Option<Replies>,
}

impl Message {
    /// The words, for a line of preview.
    #[must_use]
    pub fn words(&self) -> &str {
        self.body.as_ref().map_or("", MessageBody::as_str)
    }

    /// Whether its sender took it back at once: then it is shown nowhere, unless somebody has answered.
    #[must_use]
    pub fn is_undone(&self) -> bool {
        self.removed.as_ref().is_some_and(|removal| removal.undone) && self.replies.is_none()
    }
}

/// What a message is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MessageKind {
    /// Somebody said it.
    #[default]
    Said,
    /// One line about something that happened, such as a Task that was completed.
    Line,
}

impl MessageKind {
    /// The word used in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Said => "said",
            Self::Line => "line",
        }
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
    fn is_said(&self) -> bool {
        matches!(self, Self::Said)
    }
}

impl std::str::FromStr for MessageKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "said" => Ok(Self::Said),
            "line" => Ok(Self::Line),
            _ => Err(()),
        }
    }
}

/// Who did something to a message, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deed {
    /// Who.
    pub by: Author,
    /// When.
    pub at: Moment,
}

/// How a message was taken away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    /// Who and when.
    #[serde(flatten)]
    pub deed: Deed,
    /// Whether its sender took it back at once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub undone: bool,
}

/// The thread below a message, in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replies {
    /// How many there are.
    pub count: u32,
    /// The place of the last.
    pub last: Seq,
    /// When that was said.
    pub last_at: Moment,
    /// Who answered, the latest first, at most [`Replies::FACES`].
    pub faces: Vec<Author>,
}

impl Replies {
    /// People shown.
    pub const FACES: usize = 4;

    /// Counts a reply that was heard. Hearing one again counts nothing.
    pub fn hear(replies: &mut Option<Self>, reply: &Message) {
        let known = replies.get_or_insert_with(|| Self {
            count: 0,
            last: Seq::START,
            last_at: reply.sent_at,
            faces: Vec::new(),
        });
        if reply.seq <= known.last {
            return;
        }
        known.count += 1;
        known.last = reply.seq;
        known.last_at = reply.sent_at;
        known.faces.retain(|face| face.id != reply.author.id);
        known.faces.insert(0, reply.author.clone());
        known.faces.truncate(Self::FACES);
    }
}

const fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
const fn is_yes(shown: &bool) -> bool {
    *shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_keeps_its_lines_and_loses_control_characters() {
        let body = MessageBody::new("\r\none\r\n\ttwo\u{7}\u{0}  \n").unwrap();
        assert_eq!(body.as_str(), "one\n\ttwo");
    }

    #[test]
    fn nothing_typed_is_no_message() {
        assert_eq!(MessageBody::new(" \n\t "), Err(BodyProblem::Empty));
    }

    #[test]
    fn the_limit_counts_characters_and_not_bytes() {
        assert!(MessageBody::new(&"ü".repeat(BODY_LIMIT_CHARS)).is_ok());
        assert_eq!(
            MessageBody::new(&"ü".repeat(BODY_LIMIT_CHARS + 1)),
            Err(BodyProblem::TooLong { chars: BODY_LIMIT_CHARS + 1 })
        );
    }

    #[test]
    fn what_was_said_is_read_however_long_it_has_become_and_what_is_typed_is_not() {
        let long = "x".repeat(BODY_LIMIT_CHARS + 1);
        assert!(serde_json::from_value::<MessageBody>(long.clone().into()).is_err());
        let version: Version =
            serde_json::from_value(serde_json::json!({ "body": long, "since": 0 })).unwrap();
        assert_eq!(version.body.as_str(), long);
        assert_eq!(MessageBody::stored(long.clone()).as_str(), long);
    }

    #[test]
    fn no_place_comes_after_the_last() {
        assert_eq!(Seq::new(i64::MAX).next(), Seq::new(i64::MAX));
        assert_eq!(Seq::START.next(), Seq::new(1));
    }

    #[test]
    fn a_blank_body_does_not_deserialize() {
        assert!(serde_json::from_str::<MessageBody>("\"  \"").is_err());
    }
}
