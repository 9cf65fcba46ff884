//! Server functions of this folder.

use contract::AppError;
use leptos::prelude::*;
use vocabulary::{
    Assign, EditId, NewWork, Resolve, SaveId, WorkChange, WorkDoctype, WorkItem, WorkspaceFacts,
    WorkspaceId,
};

/// The Project's people, open Tasks and open Issues as they are now.
#[server(prefix = "/api", endpoint = "facts")]
pub async fn facts(id: WorkspaceId) -> Result<WorkspaceFacts, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.facts(&asker, id).await)
}

/// One Task or Issue with all that can be changed here.
#[server(name = LoadWorkItem, prefix = "/api", endpoint = "work_item")]
pub async fn work_item(
    id: WorkspaceId,
    doctype: WorkDoctype,
    name: String,
) -> Result<WorkItem, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(
        crate::session::operations()?.work_item(&asker, id, doctype, &name).await,
    )
}

/// Makes a Task or an Issue. Safe to repeat: the same `new.save` makes one.
#[server(prefix = "/api", endpoint = "make_work")]
pub async fn make_work(id: WorkspaceId, new: NewWork) -> Result<(), AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.make_work(&asker, id, new).await)
}

/// Changes fields. Safe to repeat: the same `change.save` is one change.
#[server(prefix = "/api", endpoint = "change_work")]
pub async fn change_work(id: WorkspaceId, change: WorkChange) -> Result<(), AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.change_work(&asker, id, change).await)
}

/// Gives a Task or an Issue to somebody, or takes it from them.
#[server(prefix = "/api", endpoint = "assign_work")]
pub async fn assign_work(id: WorkspaceId, assign: Assign) -> Result<(), AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.assign_work(&asker, id, assign).await)
}

/// Decides on an edit that is in conflict or was refused.
#[server(prefix = "/api", endpoint = "resolve_edit")]
pub async fn resolve_edit(id: WorkspaceId, edit: EditId, resolve: Resolve) -> Result<(), AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(
        crate::session::operations()?.resolve_edit(&asker, id, edit, resolve).await,
    )
}

/// Drops a Task or an Issue that ERPNext refused to make.
#[server(prefix = "/api", endpoint = "drop_new_work")]
pub async fn drop_new_work(id: WorkspaceId, save: SaveId) -> Result<(), AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.drop_new_work(&asker, id, save).await)
}
