//! Server functions of this folder.

use contract::AppError;
use leptos::prelude::*;
use vocabulary::{
    Aim, Mentionable, Message, MessageAct, MessageDraft, MessageId, RoomId, Taggable, Thread,
    Version, Window, WorkspaceId, WorkspaceView,
};

/// One workspace as its page opens, with the room where `aim` points.
#[server(prefix = "/api", endpoint = "workspace")]
pub async fn workspace(id: WorkspaceId, aim: Option<Aim>) -> Result<WorkspaceView, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.workspace(&asker, id, aim).await)
}

/// Says `draft` in `room`. Safe to repeat: the same `draft.key` answers with the first message.
#[server(prefix = "/api", endpoint = "post_message")]
pub async fn post_message(room: RoomId, draft: MessageDraft) -> Result<Message, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.post_message(&asker, room, draft).await)
}

/// Does `act` to a message of `room`. Doing it again changes nothing more.
#[server(prefix = "/api", endpoint = "change_message")]
pub async fn change_message(
    room: RoomId,
    message: MessageId,
    act: MessageAct,
) -> Result<Message, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(
        crate::session::operations()?.change_message(&asker, room, message, act).await,
    )
}

/// The thread that a message began or is in, where `aim` points.
#[server(name = LoadThread, prefix = "/api", endpoint = "thread")]
pub async fn thread(
    room: RoomId,
    message: MessageId,
    aim: Option<Aim>,
) -> Result<Thread, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.thread(&asker, room, message, aim).await)
}

/// About 60 messages of what `room` shows, or of the thread that `thread` began, where `aim` points.
#[server(name = LoadHistory, prefix = "/api", endpoint = "history")]
pub async fn history(
    room: RoomId,
    thread: Option<MessageId>,
    aim: Aim,
) -> Result<Window, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.history(&asker, room, thread, aim).await)
}

/// What is pinned in `room`, the last pinned first.
#[server(name = LoadPinned, prefix = "/api", endpoint = "pinned")]
pub async fn pinned(room: RoomId) -> Result<Vec<Message>, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.pinned(&asker, room).await)
}

/// What a message said before it was edited, oldest first.
#[server(name = LoadVersions, prefix = "/api", endpoint = "versions")]
pub async fn versions(room: RoomId, message: MessageId) -> Result<Vec<Version>, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.versions(&asker, room, message).await)
}

/// People to call in `room`.
#[server(name = LoadMentionable, prefix = "/api", endpoint = "mentionable")]
pub async fn mentionable(room: RoomId) -> Result<Vec<Mentionable>, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.mentionable(&asker, room).await)
}

/// Documents to tag in `room` whose name or title has `query` in it.
#[server(name = LoadTaggable, prefix = "/api", endpoint = "taggable")]
pub async fn taggable(room: RoomId, query: String) -> Result<Vec<Taggable>, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.taggable(&asker, room, query).await)
}
