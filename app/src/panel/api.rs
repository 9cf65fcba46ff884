//! Server functions of the panel.

use contract::{AppError, PanelNonce};
use leptos::prelude::*;

/// A nonce for this frame, good for a minute and one use.
#[server(name = IssueNonce, prefix = "/panel", endpoint = "nonce")]
pub async fn panel_nonce() -> Result<PanelNonce, AppError> {
    crate::session::answer(crate::session::operations()?.panel_nonce().await)
}

/// Begins a session of whoever made the ticket with this nonce in ERPNext.
#[server(prefix = "/panel", endpoint = "redeem")]
pub async fn redeem_ticket(nonce: String, secret: String) -> Result<(), AppError> {
    let from = crate::session::client_addr();
    let operations = crate::session::operations()?;
    crate::session::begin_panel(operations.redeem_ticket(&nonce, &secret, from).await)
}

/// Where a panel beside this document goes: the workspace of the Project, or the list of workspaces.
#[server(prefix = "/panel", endpoint = "place")]
pub async fn panel_place(doctype: String, name: String) -> Result<String, AppError> {
    let asker = crate::session::asker().await?;
    let workspaces =
        crate::session::answer(crate::session::operations()?.my_workspaces(&asker).await)?;
    let here = workspaces
        .iter()
        .find(|workspace| doctype == "Project" && workspace.project.as_str() == name);
    Ok(here.map_or_else(|| "/workspaces".to_owned(), |workspace| format!("/w/{}", workspace.id)))
}
