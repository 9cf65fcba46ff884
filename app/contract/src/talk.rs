//! What is done to what was said, and finding one's way in it.

use crate::{AppError, Asker};
use async_trait::async_trait;
use vocabulary::{Aim, Message, MessageAct, MessageId, RoomId, Thread, Version, Window};

/// Changing messages and finding them.
#[async_trait]
pub trait Talk {
    /// Does `act` to a message. Doing it again changes nothing more.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for a message that is not in this room or hidden; `Refused` for what only its author may do,
    /// for a message that was removed, and for a mention of somebody who could not read it.
    async fn change_message(
        &self,
        asker: &Asker,
        room: RoomId,
        message: MessageId,
        act: MessageAct,
    ) -> Result<Message, AppError>;

    /// The thread that a message began or is in, where `aim` points; otherwise where the asker has not read on. A message
    /// that is not in this thread is as good as no aim: then `found` is empty.
    ///
    /// # Errors
    /// `SignIn`; `NotFound`.
    async fn thread(
        &self,
        asker: &Asker,
        room: RoomId,
        message: MessageId,
        aim: Option<Aim>,
    ) -> Result<Thread, AppError>;

    /// About 60 messages of what the room shows, or of the thread that `thread` began, where `aim` points.
    ///
    /// # Errors
    /// `SignIn`; `NotFound`, also for a message that is not there or hidden.
    async fn history(
        &self,
        asker: &Asker,
        room: RoomId,
        thread: Option<MessageId>,
        aim: Aim,
    ) -> Result<Window, AppError>;

    /// What is pinned in the room, the last pinned first.
    ///
    /// # Errors
    /// `SignIn`; `NotFound`.
    async fn pinned(&self, asker: &Asker, room: RoomId) -> Result<Vec<Message>, AppError>;

    /// What a message said before it was edited, oldest first.
    ///
    /// # Errors
    /// `SignIn`; `NotFound`.
    async fn versions(
        &self,
        asker: &Asker,
        room: RoomId,
        message: MessageId,
    ) -> Result<Vec<Version>, AppError>;
}
