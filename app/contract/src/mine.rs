//! What belongs to one person alone.

use crate::{AppError, Asker};
use async_trait::async_trait;
use vocabulary::{FollowedThread, FoundMessage, MessageId, Preference, RoomId, Seq};

/// How far one has read, what one follows, saves and prefers. Each change is told to all devices of the asker by
/// [`vocabulary::protocol::ServerFrame::Mine`]; it answers with how often something has changed by now.
#[async_trait]
pub trait Mine {
    /// All of it.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for anybody who is no member.
    async fn mine(&self, asker: &Asker) -> Result<vocabulary::Mine, AppError>;

    /// Everything in `room` up to `seq` was read; never goes back. A room that was marked unread stays so, unless it was
    /// `opened` since.
    ///
    /// # Errors
    /// `SignIn`; `NotFound`.
    async fn mark_read(
        &self,
        asker: &Asker,
        room: RoomId,
        seq: Seq,
        opened: bool,
    ) -> Result<i64, AppError>;

    /// What stands in `room` from `from` on counts as unread until the room is opened again.
    ///
    /// # Errors
    /// `SignIn`; `NotFound`.
    async fn mark_unread(&self, asker: &Asker, room: RoomId, from: Seq) -> Result<i64, AppError>;

    /// Shows neither what is unread in `room` nor what calls the asker there, or does so again.
    ///
    /// # Errors
    /// `SignIn`; `NotFound`.
    async fn mute(&self, asker: &Asker, room: RoomId, muted: bool) -> Result<i64, AppError>;

    /// Everything in all rooms and threads was read.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for anybody who is no member.
    async fn mark_all_read(&self, asker: &Asker) -> Result<i64, AppError>;

    /// Every reply in `thread` up to `seq` was read; never goes back. Nothing for a thread the asker does not follow.
    ///
    /// # Errors
    /// `SignIn`; `NotFound`, also for a message that is not in this room.
    async fn mark_thread_read(
        &self,
        asker: &Asker,
        room: RoomId,
        thread: MessageId,
        seq: Seq,
    ) -> Result<i64, AppError>;

    /// Follows a thread, or no longer.
    ///
    /// # Errors
    /// `SignIn`; `NotFound`, also for a message that is not in this room.
    async fn follow_thread(
        &self,
        asker: &Asker,
        room: RoomId,
        thread: MessageId,
        following: bool,
    ) -> Result<i64, AppError>;

    /// The threads one follows, those with something unread first, then the last answered; up to 50.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for anybody who is no member.
    async fn threads(&self, asker: &Asker) -> Result<Vec<FollowedThread>, AppError>;

    /// Keeps a message for later, or no longer.
    ///
    /// # Errors
    /// `SignIn`; `NotFound`, also for a message that is not in this room; `Refused` for one that was removed.
    async fn save_message(
        &self,
        asker: &Asker,
        room: RoomId,
        message: MessageId,
        saved: bool,
    ) -> Result<i64, AppError>;

    /// What one has saved and may still read, the last saved first; up to 200.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for anybody who is no member.
    async fn saved(&self, asker: &Asker) -> Result<Vec<FoundMessage>, AppError>;

    /// What calls the asker or a team of theirs, the newest first; up to 100.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for anybody who is no member.
    async fn mentions(&self, asker: &Asker) -> Result<Vec<FoundMessage>, AppError>;

    /// Chooses something for all devices.
    ///
    /// # Errors
    /// `SignIn`; `Invalid` for a value that cannot be chosen.
    async fn prefer(
        &self,
        asker: &Asker,
        preference: Preference,
        value: String,
    ) -> Result<i64, AppError>;
}
