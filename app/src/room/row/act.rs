//! What one can do with a message.

use vocabulary::Message;

/// Something one can do with a message, in the order of the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RowAct {
    /// Answer without words.
    React,
    /// Answer below it.
    Reply,
    /// Make a Task of it.
    Task,
    /// Make an Issue of it.
    Issue,
    /// Keep it for later, or no longer.
    Save,
    /// Say it otherwise.
    Edit,
    /// Put its words into the box.
    Quote,
    /// Copy its address.
    CopyLink,
    /// Copy its words.
    CopyText,
    /// Pin it in the room, or no longer.
    Pin,
    /// It and what follows count as not read.
    MarkUnread,
    /// Take it away.
    Remove,
}

impl RowAct {
    /// All there are.
    pub const ALL: [Self; 12] = [
        Self::React,
        Self::Reply,
        Self::Task,
        Self::Issue,
        Self::Save,
        Self::Edit,
        Self::Quote,
        Self::CopyLink,
        Self::CopyText,
        Self::Pin,
        Self::MarkUnread,
        Self::Remove,
    ];

    /// Those that stand beside the message itself, the first ones first.
    pub const NEAR: [Self; 7] =
        [Self::React, Self::Reply, Self::Task, Self::Save, Self::Edit, Self::Quote, Self::CopyLink];

    /// What it is called.
    #[must_use]
    pub const fn name(self, message: &Message, saved: bool) -> &'static str {
        match self {
            Self::React => "React",
            Self::Reply => "Reply in thread",
            Self::Task => "Make a Task",
            Self::Issue => "Make an Issue",
            Self::Save if saved => "Remove from saved",
            Self::Save => "Save for later",
            Self::Edit => "Edit",
            Self::Quote => "Quote",
            Self::CopyLink => "Copy link",
            Self::CopyText => "Copy text",
            Self::Pin if message.pinned.is_some() => "Unpin",
            Self::Pin => "Pin to the room",
            Self::MarkUnread => "Mark unread from here",
            Self::Remove => "Remove",
        }
    }

    /// The key that does it while a message has the focus.
    #[must_use]
    pub const fn key(self) -> Option<&'static str> {
        match self {
            Self::React => Some("+"),
            Self::Reply => Some("r"),
            Self::Task => Some("t"),
            Self::Issue => Some("i"),
            Self::Save => Some("s"),
            Self::Edit => Some("e"),
            Self::Quote => Some(">"),
            Self::CopyLink => Some("c"),
            Self::MarkUnread => Some("Shift+U"),
            Self::CopyText | Self::Pin | Self::Remove => None,
        }
    }

    /// Whether it makes sense for this message, said by the one who looks or by another.
    #[must_use]
    pub const fn fits(self, message: &Message, mine: bool) -> bool {
        let removed = message.removed.is_some();
        match self {
            Self::Reply => !removed || message.replies.is_some(),
            Self::CopyLink | Self::MarkUnread => true,
            Self::Edit => mine && !removed && message.body.is_some(),
            Self::Remove => mine && !removed,
            Self::Quote | Self::CopyText => !removed && message.body.is_some(),
            Self::React | Self::Task | Self::Issue | Self::Save | Self::Pin => !removed,
        }
    }
}
