//! What messages are about.

use crate::{AppError, Asker};
use async_trait::async_trait;
use vocabulary::{Chip, Message, MessageId, RoomId, SaveId, Tag, WorkDoctype, WorkspaceId};

/// What messages are about: shown to each member as far as ERPNext lets them read it, and made of what was said.
#[async_trait]
pub trait Tagging {
    /// What this member may know of the documents of `tags`, in their order. Hidden and missing look the same.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for everybody who is not of the team; `Invalid` for more than [`vocabulary::CHIPS_LIMIT`].
    async fn chips(
        &self,
        asker: &Asker,
        id: WorkspaceId,
        tags: Vec<Tag>,
    ) -> Result<Vec<Chip>, AppError>;

    /// Makes a Task or an Issue of a message, which is tagged with it at once. Sending it again makes nothing new, nor does
    /// a second wish while the first is on its way to ERPNext.
    ///
    /// # Errors
    /// `SignIn`, `NotFound`; `Refused` for a message that was removed, and where ERPNext could not be asked in their name.
    async fn make_of_message(
        &self,
        asker: &Asker,
        room: RoomId,
        message: MessageId,
        doctype: WorkDoctype,
        save: SaveId,
    ) -> Result<Message, AppError>;
}
