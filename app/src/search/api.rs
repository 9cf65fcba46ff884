//! Server functions of this folder.

use contract::AppError;
use leptos::prelude::*;
use vocabulary::{FoundOrder, Searched};

/// What answers `query`, the first `limit` of it.
#[server(prefix = "/api", endpoint = "search")]
pub async fn search(query: String, order: FoundOrder, limit: u32) -> Result<Searched, AppError> {
    let asker = crate::session::asker().await?;
    let operations = crate::session::operations()?;
    crate::session::answer(operations.search(&asker, query, order, limit).await)
}
