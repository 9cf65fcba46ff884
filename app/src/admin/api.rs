//! Server functions of this folder.

use contract::{AppError, ConnectionReport};
use leptos::prelude::*;

/// How the connection to ERPNext stands.
#[server(name = ReportConnection, prefix = "/api", endpoint = "connection_report")]
pub async fn connection_report() -> Result<ConnectionReport, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.connection_report(&asker).await)
}
