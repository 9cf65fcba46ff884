//! Server functions of this folder.

use contract::AppError;
use leptos::prelude::*;
use vocabulary::WorkspaceSummary;

/// The asker's workspaces, most recently spoken in first.
#[server(prefix = "/api", endpoint = "my_workspaces")]
pub async fn my_workspaces() -> Result<Vec<WorkspaceSummary>, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.my_workspaces(&asker).await)
}
