//! Leases: a workspace's effects are sent by one sender at a time.

use crate::{StoreError, db::ids, worker::Worker};
use sea_orm::{ConnectionTrait, FromQueryResult, Value};
use uuid::Uuid;
use vocabulary::{Moment, WorkspaceId};

/// Lanes leased to one holder: a lane is a workspace's effects, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lanes {
    workspaces: Vec<WorkspaceId>,
    holder: Uuid,
}

impl Lanes {
    /// Whether nothing was leased.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.workspaces.is_empty()
    }

    /// How many lanes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.workspaces.len()
    }

    pub(super) fn as_list(&self) -> Value {
        list(&self.workspaces)
    }
}

/// A lane with something due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due(pub WorkspaceId);

#[derive(FromQueryResult)]
struct DueRow {
    workspace_id: Uuid,
}

impl Worker {
    /// Ends all leases: for a server that knows it is the only one on this database (SQLite), at its start.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn end_all_leases(&self) -> Result<(), StoreError> {
        for sql in ["UPDATE outbox_lanes SET held_until = 0", "DELETE FROM leases"] {
            self.db.writer().execute_raw(self.db.statement(sql, [])).await?;
        }
        Ok(())
    }

    /// Up to `limit` lanes whose first effect is due and that nobody holds.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn lanes_due(&self, limit: u64) -> Result<Vec<Due>, StoreError> {
        let now = Moment::now().as_millis();
        let rows = DueRow::find_by_statement(self.db.statement(
            "SELECT head.workspace_id FROM (
               SELECT workspace_id, MIN(id) AS id FROM outbox WHERE state = 'pending' GROUP BY workspace_id
             ) head
             JOIN outbox o ON o.id = head.id
             JOIN outbox_lanes l ON l.workspace_id = head.workspace_id
             WHERE o.next_at <= $1 AND l.held_until <= $1
             ORDER BY o.next_at LIMIT $2",
            [now.into(), i64::try_from(limit).unwrap_or(i64::MAX).into()],
        ))
        .all(self.db.reader())
        .await?;
        Ok(rows.into_iter().map(|row| Due(WorkspaceId::from_uuid(row.workspace_id))).collect())
    }

    /// Takes the leases of these lanes until `until`, as far as nobody else holds them.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn hold_lanes(
        &self,
        due: &[Due],
        holder: Uuid,
        until: Moment,
    ) -> Result<Lanes, StoreError> {
        let asked: Vec<WorkspaceId> = due.iter().map(|Due(workspace)| *workspace).collect();
        self.lease(&asked, holder, until).await
    }

    /// Keeps the leases of these lanes until `until`; whether all of them could be kept.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn keep_lanes(&self, lanes: &Lanes, until: Moment) -> Result<bool, StoreError> {
        let kept = self.lease(&lanes.workspaces, lanes.holder, until).await?;
        Ok(kept.len() == lanes.len())
    }

    async fn lease(
        &self,
        asked: &[WorkspaceId],
        holder: Uuid,
        until: Moment,
    ) -> Result<Lanes, StoreError> {
        let sql = format!(
            "UPDATE outbox_lanes SET held_by = $2, held_until = $3
             WHERE workspace_id IN {} AND (held_until <= $4 OR held_by = $2)
             RETURNING workspace_id",
            self.db.listed_ids("$1")
        );
        let rows = DueRow::find_by_statement(self.db.statement(
            &sql,
            [
                list(asked),
                holder.to_string().into(),
                until.as_millis().into(),
                Moment::now().as_millis().into(),
            ],
        ))
        .all(self.db.writer())
        .await?;
        let workspaces =
            rows.into_iter().map(|row| WorkspaceId::from_uuid(row.workspace_id)).collect();
        Ok(Lanes { workspaces, holder })
    }

    /// Gives lanes back.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn free_lanes(&self, lanes: &Lanes) -> Result<(), StoreError> {
        let sql = format!(
            "UPDATE outbox_lanes SET held_until = 0 WHERE workspace_id IN {} AND held_by = $2",
            self.db.listed_ids("$1")
        );
        let values = [lanes.as_list(), lanes.holder.to_string().into()];
        self.db.writer().execute_raw(self.db.statement(&sql, values)).await?;
        Ok(())
    }
}

fn list(workspaces: &[WorkspaceId]) -> Value {
    ids(workspaces.iter().map(|id| id.as_uuid()))
}
