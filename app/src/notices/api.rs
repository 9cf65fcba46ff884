//! Server functions of this folder.

use contract::AppError;
use leptos::prelude::*;
use uuid::Uuid;
use vocabulary::{
    DocumentRule, MessageId, NewDevice, Notice, NoticeFilter, NoticeId, NoticeKind, RoomId,
    RoomRule, WorkDoctype, WorkspaceId,
};

/// A page of the asker's notices, the last first.
#[server(name = LoadNotices, prefix = "/api", endpoint = "notices")]
pub async fn notices(filter: NoticeFilter) -> Result<Vec<Notice>, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.notices(&asker, filter).await)
}

/// The asker has looked at a notice.
#[server(prefix = "/api", endpoint = "see_notice")]
pub async fn see_notice(notice: NoticeId) -> Result<i64, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.see_notice(&asker, notice).await)
}

/// The asker is done with a notice, or is not after all.
#[server(prefix = "/api", endpoint = "finish_notice")]
pub async fn finish_notice(notice: NoticeId, done: bool) -> Result<i64, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.finish_notice(&asker, notice, done).await)
}

/// The asker is done with all notices, or all of a kind.
#[server(prefix = "/api", endpoint = "finish_notices")]
pub async fn finish_notices(kind: Option<NoticeKind>) -> Result<i64, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.finish_notices(&asker, kind).await)
}

/// Chooses of which messages of a room the asker is told.
#[server(prefix = "/api", endpoint = "set_room_rule")]
pub async fn set_room_rule(room: RoomId, rule: RoomRule) -> Result<i64, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.set_room_rule(&asker, room, rule).await)
}

/// What the asker hears of a Task or an Issue.
#[server(name = LoadDocumentRule, prefix = "/api", endpoint = "document_rule")]
pub async fn document_rule(
    id: WorkspaceId,
    doctype: WorkDoctype,
    name: String,
) -> Result<DocumentRule, AppError> {
    let asker = crate::session::asker().await?;
    let operations = crate::session::operations()?;
    crate::session::answer(operations.document_rule(&asker, id, doctype, name).await)
}

/// Chooses what the asker hears of a Task or an Issue.
#[server(prefix = "/api", endpoint = "set_document_rule")]
pub async fn set_document_rule(
    id: WorkspaceId,
    doctype: WorkDoctype,
    name: String,
    rule: DocumentRule,
) -> Result<(), AppError> {
    let asker = crate::session::asker().await?;
    let operations = crate::session::operations()?;
    crate::session::answer(operations.set_document_rule(&asker, id, doctype, name, rule).await)
}

/// What a browser subscribes with.
#[server(prefix = "/api", endpoint = "push_key")]
pub async fn push_key() -> Result<String, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.push_key(&asker).await)
}

/// Pushes notices to a browser from now on.
#[server(prefix = "/api", endpoint = "add_device")]
pub async fn add_device(device: NewDevice) -> Result<i64, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.add_device(&asker, device).await)
}

/// Pushes no more to the browser that has this address.
#[server(prefix = "/api", endpoint = "remove_device")]
pub async fn remove_device(endpoint: String) -> Result<i64, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.remove_device(&asker, endpoint).await)
}

/// The asker looks at a room in a window that has the focus, or no longer.
#[server(prefix = "/api", endpoint = "attend")]
pub async fn attend(
    room: RoomId,
    thread: Option<MessageId>,
    window: Uuid,
    here: bool,
) -> Result<(), AppError> {
    let asker = crate::session::asker().await?;
    let operations = crate::session::operations()?;
    crate::session::answer(operations.attend(&asker, room, thread, window, here).await)
}
