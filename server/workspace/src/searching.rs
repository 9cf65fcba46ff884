//! Searching, for members.

use crate::{Services, errors::from_store};
use async_trait::async_trait;
use contract::{AppError, Asker, Searching};
use vocabulary::{FoundOrder, HITS_LIMIT, QUERY_LIMIT_CHARS, SearchQuery, Searched};

#[async_trait]
impl Searching for Services {
    async fn search(
        &self,
        asker: &Asker,
        query: String,
        order: FoundOrder,
        limit: u32,
    ) -> Result<Searched, AppError> {
        let reach = self.reach(asker).await?;
        if query.chars().count() > QUERY_LIMIT_CHARS {
            let reason = format!(
                "This is too much to look for at once. Nothing was looked for; shorten it to {QUERY_LIMIT_CHARS} characters."
            );
            return Err(AppError::Invalid { field: "query".into(), reason });
        }
        let query = SearchQuery::read(&query);
        let limit = limit.clamp(1, HITS_LIMIT);
        store::search::search(&self.db, &reach, &query, order, limit).await.map_err(from_store)
    }
}
