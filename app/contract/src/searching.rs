//! Finding what was said, sent and done.

use crate::{AppError, Asker};
use async_trait::async_trait;
use vocabulary::{FoundOrder, Searched};

/// Search.
#[async_trait]
pub trait Searching {
    /// What answers `query`, as [`vocabulary::SearchQuery`] reads it, in all workspaces of the asker: the first `limit` of it,
    /// at most [`vocabulary::HITS_LIMIT`]. Nothing that the asker may not read is found, counted or suggested.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for anybody who is no member; `Invalid` for a query that is too long.
    async fn search(
        &self,
        asker: &Asker,
        query: String,
        order: FoundOrder,
        limit: u32,
    ) -> Result<Searched, AppError>;
}
