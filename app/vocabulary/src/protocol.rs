//! Frames of the live socket `GET /ws`, one JSON object each. docs/PROTOCOL.md tells the same to people who write
//! another program.

use crate::{
    Author, Message, MessageDraft, MessageId, MessageKey, Moment, Person, PersonId, RoomId, Seq,
    SyncState,
};
use serde::{Deserialize, Serialize};

/// The version this file speaks; sent in [`ServerFrame::Hello`].
pub const PROTOCOL_VERSION: u32 = 2;

/// The largest frame a client may send, in bytes.
pub const CLIENT_FRAME_LIMIT_BYTES: usize = 64 * 1024;

/// WebSocket close code: the server stops or restarts; come back soon (RFC 6455 section 7.4.1, registered 1012).
pub const CLOSE_RESTART: u16 = 1012;

/// WebSocket close code: the session ended; sign in again.
pub const CLOSE_SESSION_ENDED: u16 = 4001;

/// From the client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientFrame {
    /// Start receiving a room. With `after`, everything said or changed after that place comes first; without, only
    /// what is new. Joining again moves nothing back: what was delivered on this line is not repeated.
    Join {
        /// Which room.
        room: RoomId,
        /// The last place the client has.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<Seq>,
    },
    /// Stop receiving a room.
    Leave {
        /// Which room.
        room: RoomId,
    },
    /// Say something in a room; it need not be joined.
    Post {
        /// Where.
        room: RoomId,
        /// What.
        #[serde(flatten)]
        draft: MessageDraft,
    },
    /// Somebody is writing here; said again every few seconds as long as it is so.
    Typing {
        /// Where.
        room: RoomId,
        /// In which thread, if in one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        thread: Option<MessageId>,
    },
    /// Ask for a [`ServerFrame::Pong`]: a browser cannot see WebSocket pings.
    Ping,
}

/// From the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "a message is what it nearly always carries")]
pub enum ServerFrame {
    /// First frame of every line.
    Hello {
        /// [`PROTOCOL_VERSION`].
        protocol: u32,
        /// Who the session belongs to.
        you: Person,
        /// Version of the program and of the page that belongs to it, for "update ready".
        version: String,
    },
    /// The room was joined and everything up to `seq` has been sent on this line.
    Joined {
        /// Which room.
        room: RoomId,
        /// The last place there is.
        seq: Seq,
    },
    /// Something was said, or something about it has changed: the message as it stands now. Frames of a room come in
    /// the order of `changed`, which is the cursor to resume from.
    Message(Message),
    /// What this client posted is stored. The same message also arrives as [`ServerFrame::Message`], before or after.
    Posted {
        /// The client's key.
        key: MessageKey,
        /// Its identifier.
        id: MessageId,
        /// Its place.
        seq: Seq,
        /// When the server took it.
        sent_at: Moment,
    },
    /// What this client sent was not done.
    Refused {
        /// The key of the post that was refused, if it was one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<MessageKey>,
        /// The room it was about, if one was named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        room: Option<RoomId>,
        /// A stable word: `not_found`, `refused`, `invalid`, `too_much`, `waiting` or `unexpected`.
        code: RefusalCode,
        /// For people: what happened, what was kept, what to do.
        reason: String,
    },
    /// The room is no longer open to this person; nothing more comes from it.
    Left {
        /// Which room.
        room: RoomId,
    },
    /// How often the Project's facts (its people, Tasks and Issues) have changed by now; sent after `joined` and whenever
    /// they change. Whoever shows others reads them again.
    Facts {
        /// A room of the Project.
        room: RoomId,
        /// Grows with every change.
        changes: i64,
    },
    /// Somebody is writing; over when nothing is said of it for six seconds, or when they have said something.
    Typing {
        /// Where.
        room: RoomId,
        /// In which thread, if in one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        thread: Option<MessageId>,
        /// Who.
        who: Author,
    },
    /// Who has a line open to this room; sent after `joined` and whenever it changes.
    Presence {
        /// Which room.
        room: RoomId,
        /// All of them.
        here: Vec<PersonId>,
    },
    /// What is this person's own (what they have read, drafts, what they saved) has changed so often by now, perhaps on
    /// another device. Whoever shows it asks again.
    Mine {
        /// Grows with every change.
        changes: i64,
    },
    /// The connection to ERPNext changed its state.
    Sync(SyncState),
    /// Answer to [`ClientFrame::Ping`].
    Pong,
}

/// Why a frame was refused, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalCode {
    /// Hidden or wrong: the same answer.
    NotFound,
    /// Not allowed for this person.
    Refused,
    /// The frame or its content is not right; sending it again will not help.
    Invalid,
    /// Too fast; try again later.
    TooMuch,
    /// Something of ours is not there right now; the client keeps the text and tries again.
    Waiting,
    /// A fault of ours; try again later.
    Unexpected,
}

impl RefusalCode {
    /// Whether the same frame may succeed later.
    #[must_use]
    pub const fn may_succeed_later(self) -> bool {
        matches!(self, Self::TooMuch | Self::Waiting | Self::Unexpected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_is_one_flat_object() {
        let frame = r#"{"type":"post","room":"018f0000-0000-7000-8000-000000000001","key":"018f0000-0000-7000-8000-000000000002","body":"hi"}"#;
        let ClientFrame::Post { draft, .. } = serde_json::from_str(frame).unwrap() else {
            panic!("not a post");
        };
        assert_eq!(draft.body.unwrap().as_str(), "hi");
        assert_eq!((draft.reply, draft.files), (None, Vec::new()));
        assert_eq!(draft.audience, crate::Audience::Team);
    }

    #[test]
    fn a_message_frame_carries_its_id_at_the_top() {
        let frame = serde_json::json!({
            "type": "message", "id": "018f0000-0000-7000-8000-000000000001",
            "key": "018f0000-0000-7000-8000-000000000002",
            "room": "018f0000-0000-7000-8000-000000000003", "seq": 7,
            "author": {"id": "018f0000-0000-7000-8000-000000000004", "full_name": "Maya Lindqvist"},
            "audience": "team", "body": "hi", "changed": 7, "sent_at": 1_700_000_000_000_i64
        });
        let read: ServerFrame = serde_json::from_value(frame.clone()).unwrap();
        assert_eq!(serde_json::to_value(read).unwrap(), frame);
    }
}
