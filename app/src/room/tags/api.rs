//! Server functions of this folder.

use contract::AppError;
use leptos::prelude::*;
use vocabulary::{Chip, Message, MessageId, RoomId, SaveId, Tag, WorkDoctype, WorkspaceId};

/// What the one who looks may know of the documents of `tags`, in their order; at most
/// [`vocabulary::CHIPS_LIMIT`] at once.
#[server(name = LoadChips, prefix = "/api", endpoint = "chips")]
pub async fn chips(id: WorkspaceId, tags: Vec<Tag>) -> Result<Vec<Chip>, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.chips(&asker, id, tags).await)
}

/// Makes a Task or an Issue of a message, which is about it at once. Safe to repeat: the same `save` makes one.
#[server(prefix = "/api", endpoint = "make_of_message")]
pub async fn make_of_message(
    room: RoomId,
    message: MessageId,
    doctype: WorkDoctype,
    save: SaveId,
) -> Result<Message, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(
        crate::session::operations()?.make_of_message(&asker, room, message, doctype, save).await,
    )
}
