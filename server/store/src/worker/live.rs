//! What the live hub reads to fill gaps. The hub hands it only to lines that hold an open room.
#![expect(clippy::disallowed_methods, reason = "the hub has no principal; its lines have")]

use crate::{StoreError, messages::with_marks, rows::message, worker::Worker};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Query},
};
use uuid::Uuid;
use vocabulary::{Message, Seq, WorkspaceId};

/// The last place of a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which workspace.
    pub workspace: WorkspaceId,
    /// The place of what was said or changed last.
    pub seq: Seq,
    /// Grows whenever what pages show of the Project changes.
    pub facts_changes: i64,
}

impl Worker {
    /// Where these workspaces stand.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn places(&self, workspaces: &[WorkspaceId]) -> Result<Vec<Place>, StoreError> {
        let mut places = Vec::with_capacity(workspaces.len());
        for some in workspaces.chunks(500) {
            let query = Query::select()
                .columns([
                    ("workspace_counters", "workspace_id"),
                    ("workspace_counters", "last_seq"),
                    ("workspaces", "facts_changes"),
                ])
                .from("workspace_counters")
                .inner_join(
                    "workspaces",
                    Expr::col(("workspaces", "id")).equals(("workspace_counters", "workspace_id")),
                )
                .and_where(
                    Expr::col(("workspace_counters", "workspace_id"))
                        .is_in(some.iter().map(|id| id.as_uuid())),
                )
                .to_owned();
            for row in self.db.reader().query_all(&query).await? {
                places.push(Place {
                    workspace: WorkspaceId::from_uuid(row.try_get_by_index::<Uuid>(0)?),
                    seq: Seq::new(row.try_get_by_index::<i64>(1)?),
                    facts_changes: row.try_get_by_index::<i64>(2)?,
                });
            }
        }
        Ok(places)
    }

    /// Up to `limit` messages of all rooms of `workspace` that were said or changed after `after`, in the order of their
    /// last change. Places in between that none of them has belong to changes that later ones have overtaken.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn changed_after(
        &self,
        workspace: WorkspaceId,
        after: Seq,
        limit: u64,
    ) -> Result<Vec<Message>, StoreError> {
        let rows = message::Entity::find()
            .filter(message::Column::WorkspaceId.eq(workspace.as_uuid()))
            .filter(message::Column::Changed.gt(after.get()))
            .order_by_asc(message::Column::Changed)
            .limit(limit)
            .all(self.db.reader())
            .await?;
        with_marks(&self.db, self.db.reader(), rows).await
    }
}
