//! Server functions of this folder.

use contract::{AppError, EarlierMessages};
use leptos::prelude::*;
use vocabulary::{Message, MessageDraft, RoomId, Seq, WorkspaceId, WorkspaceView};

/// One workspace as its page opens.
#[server(prefix = "/api", endpoint = "workspace")]
pub async fn workspace(id: WorkspaceId) -> Result<WorkspaceView, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.workspace(&asker, id).await)
}

/// Up to 50 messages of `room` before `before`.
#[server(name = LoadEarlier, prefix = "/api", endpoint = "earlier_messages")]
pub async fn earlier_messages(room: RoomId, before: Seq) -> Result<EarlierMessages, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(
        crate::session::operations()?.earlier_messages(&asker, room, before).await,
    )
}

/// Says `draft` in `room`. Safe to repeat: the same `draft.key` answers with the first message.
#[server(prefix = "/api", endpoint = "post_message")]
pub async fn post_message(room: RoomId, draft: MessageDraft) -> Result<Message, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.post_message(&asker, room, draft).await)
}
