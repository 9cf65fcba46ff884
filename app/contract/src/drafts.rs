//! What somebody has begun to write, the same on all their devices, and how they like to write.

use crate::{AppError, Asker};
use async_trait::async_trait;
use vocabulary::{Begun, MessageId, Preferences, RoomId};

/// Drafts and preferences of the asker.
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
    /// [`vocabulary::DRAFT_LIMIT_CHARS`].
    async fn keep_draft(
        &self,
        asker: &Asker,
        room: RoomId,
        thread: Option<MessageId>,
        body: String,
    ) -> Result<(), AppError>;

    /// How the asker likes to write.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for who is no member.
    async fn preferences(&self, asker: &Asker) -> Result<Preferences, AppError>;

    /// Keeps how the asker likes to write.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for who is no member; `Invalid` for a time that is too long.
    async fn prefer(&self, asker: &Asker, preferences: Preferences) -> Result<(), AppError>;
}
