//! What people say in a room.

mod attached;

pub use attached::{Attached, AttachedState, FILES_LIMIT, NewFile};

use crate::{Audience, MessageId, MessageKey, Moment, PersonId, RoomId};
use serde::{Deserialize, Serialize};
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

    /// The place right after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
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

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
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
    /// What to say.
    pub body: MessageBody,
    /// Who will see it.
    #[serde(default)]
    pub audience: Audience,
}

/// Who said it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// Our identifier of the person.
    pub id: PersonId,
    /// ERPNext's `User.full_name`.
    pub full_name: String,
}

/// A message as stored.
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
    /// Who said it.
    pub author: Author,
    /// Who sees it.
    pub audience: Audience,
    /// The text.
    pub body: MessageBody,
    /// When the server took it.
    pub sent_at: Moment,
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
    fn a_blank_body_does_not_deserialize() {
        assert!(serde_json::from_str::<MessageBody>("\"  \"").is_err());
    }
}
