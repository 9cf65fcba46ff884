//! Messages that are sent later.

use crate::{AppError, Asker};
use async_trait::async_trait;
use vocabulary::{MessageBody, MessageDraft, MessageKey, Moment, RoomId};

/// Sending later. What waits is found again in [`crate::Drafts::begun`].
#[async_trait]
pub trait Scheduling {
    /// Says `draft` in `room` at `send_at`, as the asker and only if they may do so then. Safe to repeat: one key is
    /// one message.
    ///
    /// # Errors
    /// `SignIn`; `NotFound`; `Refused` and `Invalid` as for [`crate::Workspaces::post_message`]; `Invalid` for a time that is
    /// over or more than a year away; `Refused` for more than [`vocabulary::SCHEDULED_LIMIT`].
    async fn schedule(
        &self,
        asker: &Asker,
        room: RoomId,
        draft: MessageDraft,
        send_at: Moment,
    ) -> Result<(), AppError>;

    /// Changes what will be said, or when; one that was not sent is tried again.
    ///
    /// # Errors
    /// As [`Scheduling::schedule`]; `NotFound` for one that is not the asker's or was sent.
    async fn change_scheduled(
        &self,
        asker: &Asker,
        key: MessageKey,
        body: Option<MessageBody>,
        send_at: Moment,
    ) -> Result<(), AppError>;

    /// Does not send it.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for one that is not the asker's or was sent.
    async fn cancel_scheduled(&self, asker: &Asker, key: MessageKey) -> Result<(), AppError>;
}
