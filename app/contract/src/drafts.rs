//! What somebody has begun to write, the same on all their devices.

use crate::{AppError, Asker};
use async_trait::async_trait;
use vocabulary::{Begun, MessageId, RoomId};

/// Drafts of the asker.
#[async_trait]
pub trait Drafts {
    /// What the asker has begun and what of theirs waits to be sent, as far as they may still read the rooms.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for who is no member.
    async fn begun(&self, asker: &Asker) -> Result<Begun, AppError>;

    /// Keeps what the asker has written so far in a room, or in a thread of it; nothing written keeps nothing. Other
    /// devices of theirs are told.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for a room or a thread that is hidden or not there; `Invalid` for a text beyond
    /// [`vocabulary::DRAFT_LIMIT_CHARS`]; `Refused` for more than [`vocabulary::DRAFTS_LIMIT`].
    async fn keep_draft(
        &self,
        asker: &Asker,
        room: RoomId,
        thread: Option<MessageId>,
        body: String,
    ) -> Result<(), AppError>;
}
