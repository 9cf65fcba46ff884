//! Server functions of this folder.

use contract::AppError;
use leptos::prelude::*;
use vocabulary::{
    FollowedThread, FoundMessage, MessageId, Mine, Preference, RoomId, Seq, WorkspaceSummary,
};

/// The asker's workspaces, most recently spoken in first.
#[server(prefix = "/api", endpoint = "my_workspaces")]
pub async fn my_workspaces() -> Result<Vec<WorkspaceSummary>, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.my_workspaces(&asker).await)
}

/// What is the asker's own: how far they have read, what they follow, save and prefer.
#[server(name = LoadMine, prefix = "/api", endpoint = "mine")]
pub async fn mine() -> Result<Mine, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.mine(&asker).await)
}

/// Everything in `room` up to `seq` was read; one marked unread stays so unless it was `opened` since.
#[server(prefix = "/api", endpoint = "mark_read")]
pub async fn mark_read(room: RoomId, seq: Seq, opened: bool) -> Result<i64, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.mark_read(&asker, room, seq, opened).await)
}

/// What stands in `room` from `from` on counts as unread until the room is opened again.
#[server(prefix = "/api", endpoint = "mark_unread")]
pub async fn mark_unread(room: RoomId, from: Seq) -> Result<i64, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.mark_unread(&asker, room, from).await)
}

/// Shows neither what is unread in `room` nor what calls the asker there, or does so again.
#[server(prefix = "/api", endpoint = "mute_room")]
pub async fn mute_room(room: RoomId, muted: bool) -> Result<i64, AppError> {
    let asker = crate::session::asker().await?;
    let operations = crate::session::operations()?;
    crate::session::answer(contract::Mine::mute(&*operations, &asker, room, muted).await)
}

/// Everything in all rooms and threads was read.
#[server(prefix = "/api", endpoint = "mark_all_read")]
pub async fn mark_all_read() -> Result<i64, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.mark_all_read(&asker).await)
}

/// Every reply in `thread` up to `seq` was read.
#[server(prefix = "/api", endpoint = "mark_thread_read")]
pub async fn mark_thread_read(room: RoomId, thread: MessageId, seq: Seq) -> Result<i64, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(
        crate::session::operations()?.mark_thread_read(&asker, room, thread, seq).await,
    )
}

/// Follows a thread, or no longer.
#[server(prefix = "/api", endpoint = "follow_thread")]
pub async fn follow_thread(
    room: RoomId,
    thread: MessageId,
    following: bool,
) -> Result<i64, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(
        crate::session::operations()?.follow_thread(&asker, room, thread, following).await,
    )
}

/// The threads the asker follows, those with something unread first.
#[server(name = LoadThreads, prefix = "/api", endpoint = "threads")]
pub async fn threads() -> Result<Vec<FollowedThread>, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.threads(&asker).await)
}

/// Keeps a message for later, or no longer.
#[server(prefix = "/api", endpoint = "save_message")]
pub async fn save_message(room: RoomId, message: MessageId, saved: bool) -> Result<i64, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(
        crate::session::operations()?.save_message(&asker, room, message, saved).await,
    )
}

/// What the asker has saved, the last saved first.
#[server(name = LoadSaved, prefix = "/api", endpoint = "saved")]
pub async fn saved() -> Result<Vec<FoundMessage>, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.saved(&asker).await)
}

/// What calls the asker or a team of theirs, the newest first.
#[server(name = LoadMentions, prefix = "/api", endpoint = "mentions")]
pub async fn mentions() -> Result<Vec<FoundMessage>, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.mentions(&asker).await)
}

/// Chooses something for all devices of the asker.
#[server(prefix = "/api", endpoint = "prefer")]
pub async fn prefer(preference: Preference, value: String) -> Result<i64, AppError> {
    let asker = crate::session::asker().await?;
    let operations = crate::session::operations()?;
    crate::session::answer(contract::Mine::prefer(&*operations, &asker, preference, value).await)
}
