//! Server functions of this folder.

use contract::{AppError, ConnectionReport, Finding};
use leptos::prelude::*;

/// Whether the asker is an administrator.
#[server(name = AskWhetherAdministers, prefix = "/api", endpoint = "administers")]
pub async fn administers() -> Result<bool, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.administers(&asker).await)
}

/// How the connection to ERPNext stands.
#[server(name = ReportConnection, prefix = "/api", endpoint = "connection_report")]
pub async fn connection_report() -> Result<ConnectionReport, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.connection_report(&asker).await)
}

/// Looks the connection over.
#[server(name = ExamineConnection, prefix = "/api", endpoint = "examine_connection")]
pub async fn examine_connection() -> Result<Vec<Finding>, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.examine_connection(&asker).await)
}

/// Sends a dead letter again.
#[server(prefix = "/api", endpoint = "replay_dead_letter")]
pub async fn replay_dead_letter(id: i64) -> Result<(), AppError> {
    let asker = crate::session::asker().await?;
    let done = crate::session::operations()?.replay_dead_letter(&asker, id).await;
    crate::session::back_to("/admin", done)
}

/// Sends all dead letters again.
#[server(prefix = "/api", endpoint = "replay_dead_letters")]
pub async fn replay_dead_letters() -> Result<(), AppError> {
    let asker = crate::session::asker().await?;
    let done = crate::session::operations()?.replay_dead_letters(&asker).await;
    crate::session::back_to("/admin", done)
}

/// Leaves a dead letter alone for good.
#[server(prefix = "/api", endpoint = "discard_dead_letter")]
pub async fn discard_dead_letter(id: i64) -> Result<(), AppError> {
    let asker = crate::session::asker().await?;
    let done = crate::session::operations()?.discard_dead_letter(&asker, id).await;
    crate::session::back_to("/admin", done)
}
