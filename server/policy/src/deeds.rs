//! What a member may do to a message.

use crate::TeamScope;
use vocabulary::{Message, MessageAct, MessageKind, Moment};

/// What somebody does to a message, as far as it matters for whether they may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageDeed {
    /// Says it otherwise.
    Edit,
    /// Takes it away.
    Remove,
    /// Takes it back without a trace.
    Undo,
    /// Answers without words, or takes that back.
    React,
    /// Pins it, or no longer.
    Pin,
    /// Says what it is about, or is not.
    Tag,
}

impl MessageDeed {
    /// All there are, for the matrix.
    pub const ALL: [Self; 6] =
        [Self::Edit, Self::Remove, Self::Undo, Self::React, Self::Pin, Self::Tag];
}

impl From<&MessageAct> for MessageDeed {
    fn from(act: &MessageAct) -> Self {
        match act {
            MessageAct::Edit(_) => Self::Edit,
            MessageAct::Remove => Self::Remove,
            MessageAct::Undo => Self::Undo,
            MessageAct::React(_) | MessageAct::Unreact(_) => Self::React,
            MessageAct::Pin | MessageAct::Unpin => Self::Pin,
            MessageAct::Tag(_) | MessageAct::Untag(_) => Self::Tag,
        }
    }
}

/// How a message stands to the one who does something to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageStanding {
    /// Whether they said it.
    pub is_theirs: bool,
    /// Whether it tells of something that happened.
    pub is_line: bool,
    /// Whether it was removed.
    pub is_removed: bool,
    /// Whether it can still be taken back without a trace.
    pub is_fresh: bool,
}

impl MessageStanding {
    /// How `message` stands to the person of `team` at a moment.
    #[must_use]
    pub fn of(team: &TeamScope, message: &Message, at: Moment) -> Self {
        let until = message.sent_at.plus_millis(1_000 * i64::from(MessageAct::UNDO_LIMIT_SECONDS));
        Self {
            is_theirs: message.author.id == team.scope().who().person(),
            is_line: message.kind == MessageKind::Line,
            is_removed: message.removed.is_some(),
            is_fresh: at <= until,
        }
    }
}

/// Why something may not be done to a message that one may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotThis {
    /// Only its author does this.
    NotTheirs,
    /// It was removed, or tells of something that happened: nothing is done to it.
    Closed,
    /// It is too late to take it back without a trace.
    TooLate,
}

/// Whether one of the team may do this to a message of their workspace. Removing what one has removed oneself is allowed: it
/// changes nothing more.
///
/// # Errors
/// Why not.
pub const fn change_message(
    _: &TeamScope,
    deed: MessageDeed,
    message: MessageStanding,
) -> Result<(), NotThis> {
    if message.is_line {
        return Err(NotThis::Closed);
    }
    let takes_away = matches!(deed, MessageDeed::Remove | MessageDeed::Undo);
    if message.is_removed {
        return if takes_away && message.is_theirs { Ok(()) } else { Err(NotThis::Closed) };
    }
    match deed {
        MessageDeed::Edit | MessageDeed::Remove | MessageDeed::Undo if !message.is_theirs => {
            Err(NotThis::NotTheirs)
        }
        MessageDeed::Undo if !message.is_fresh => Err(NotThis::TooLate),
        _ => Ok(()),
    }
}
