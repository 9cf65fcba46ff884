//! Server functions of this folder.

use contract::AppError;
use leptos::prelude::*;
use vocabulary::{BoardView, Cards, WorkDoctype, WorkStory, WorkspaceId};

/// A board as its page opens.
#[server(name = LoadBoard, prefix = "/api", endpoint = "board")]
pub async fn board(id: WorkspaceId, doctype: WorkDoctype) -> Result<BoardView, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.board(&asker, id, doctype).await)
}

/// The cards of a board as they are now.
#[server(name = LoadCards, prefix = "/api", endpoint = "cards")]
pub async fn cards(id: WorkspaceId, doctype: WorkDoctype) -> Result<Cards, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.cards(&asker, id, doctype).await)
}

/// What is known around a Task or an Issue beside its fields.
#[server(name = LoadWorkStory, prefix = "/api", endpoint = "work_story")]
pub async fn work_story(
    id: WorkspaceId,
    doctype: WorkDoctype,
    name: String,
) -> Result<WorkStory, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(
        crate::session::operations()?.work_story(&asker, id, doctype, &name).await,
    )
}
