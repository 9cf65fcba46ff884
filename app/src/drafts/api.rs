//! Server functions of this folder.

use contract::AppError;
use leptos::prelude::*;
use vocabulary::{Begun, MessageBody, MessageDraft, MessageId, MessageKey, Moment, RoomId};

/// What the asker has begun, and what waits to be sent.
#[server(name = LoadBegun, prefix = "/api", endpoint = "begun")]
pub async fn begun() -> Result<Begun, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.begun(&asker).await)
}

/// Keeps what the asker has written so far; nothing written keeps nothing.
#[server(prefix = "/api", endpoint = "keep_draft")]
pub async fn keep_draft(
    room: RoomId,
    thread: Option<MessageId>,
    body: String,
) -> Result<(), AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(
        crate::session::operations()?.keep_draft(&asker, room, thread, body).await,
    )
}

/// Says `draft` in `room` at `send_at`. Safe to repeat: one key is one message.
#[server(prefix = "/api", endpoint = "schedule_message")]
pub async fn schedule_message(
    room: RoomId,
    draft: MessageDraft,
    send_at: Moment,
) -> Result<(), AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(
        crate::session::operations()?.schedule(&asker, room, draft, send_at).await,
    )
}

/// Changes what will be said, or when.
#[server(prefix = "/api", endpoint = "change_scheduled")]
pub async fn change_scheduled(
    key: MessageKey,
    body: Option<MessageBody>,
    send_at: Moment,
) -> Result<(), AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(
        crate::session::operations()?.change_scheduled(&asker, key, body, send_at).await,
    )
}

/// Does not send it.
#[server(prefix = "/api", endpoint = "cancel_scheduled")]
pub async fn cancel_scheduled(key: MessageKey) -> Result<(), AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.cancel_scheduled(&asker, key).await)
}
