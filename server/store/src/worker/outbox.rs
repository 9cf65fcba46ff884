//! The queue of effects on other systems: one lane per workspace, in order, leased to one sender at a time.

use crate::{StoreError, worker::Worker};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;
use vocabulary::{Moment, WorkspaceId};

/// A workspace's lane, leased to `holder`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lane {
    /// Which workspace.
    pub workspace: WorkspaceId,
    /// Who sends now; an id made at the sender's start.
    pub holder: Uuid,
}

/// A lane with something due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due(pub WorkspaceId);

/// A chat line that ERPNext is owed as a Communication.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Owed {
    /// Number in the outbox.
    pub id: i64,
    /// Key of the effect: the same however often it is tried.
    pub idempotency_key: String,
    /// How often it was tried.
    pub attempts: i32,
    /// Earliest time of the next try, milliseconds since the epoch.
    pub next_at: i64,
    /// `Project.name`.
    pub project: String,
    /// The text.
    pub body: String,
    /// `User.name` of the author.
    pub author_user: String,
    /// `User.full_name` of the author when it was said.
    pub author_name: String,
    /// When it was said, milliseconds since the epoch.
    pub sent_at: i64,
}

/// How much waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Depth {
    /// Effects not sent yet.
    pub waiting: u64,
    /// When the oldest of them was caused.
    pub oldest: Option<Moment>,
}

/// An effect that was given up.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Dead {
    /// Number in the outbox.
    pub id: i64,
    /// When it was caused, milliseconds since the epoch.
    pub created_at: i64,
    /// How often it was tried.
    pub attempts: i32,
    /// Why it was given up.
    pub last_error: String,
}

#[derive(FromQueryResult)]
struct DueRow {
    workspace_id: Uuid,
}

#[derive(FromQueryResult)]
struct DepthRow {
    waiting: i64,
    oldest: Option<i64>,
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

    /// Takes, or keeps, the lease of a lane until `until`; `None` if somebody else holds it.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn hold_lane(
        &self,
        Due(workspace): Due,
        holder: Uuid,
        until: Moment,
    ) -> Result<Option<Lane>, StoreError> {
        let held = self
            .db
            .writer()
            .execute_raw(self.db.statement(
                "UPDATE outbox_lanes SET held_by = $2, held_until = $3
                 WHERE workspace_id = $1 AND (held_until <= $4 OR held_by = $2)",
                [
                    workspace.as_uuid().into(),
                    holder.to_string().into(),
                    until.as_millis().into(),
                    Moment::now().as_millis().into(),
                ],
            ))
            .await?;
        Ok((held.rows_affected() == 1).then_some(Lane { workspace, holder }))
    }

    /// Gives the lane back.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn free_lane(&self, lane: Lane) -> Result<(), StoreError> {
        self.db
            .writer()
            .execute_raw(self.db.statement(
                "UPDATE outbox_lanes SET held_until = 0 WHERE workspace_id = $1 AND held_by = $2",
                [lane.workspace.as_uuid().into(), lane.holder.to_string().into()],
            ))
            .await?;
        Ok(())
    }

    /// The next effects of a held lane, in order.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn owed(&self, lane: Lane, limit: u64) -> Result<Vec<Owed>, StoreError> {
        Ok(Owed::find_by_statement(self.db.statement(
            r#"SELECT o.id, o.idempotency_key, o.attempts, o.next_at, w.project, m.body, p."user" AS author_user,
                      m.author_name, m.sent_at
               FROM outbox o
               JOIN workspaces w ON w.id = o.workspace_id
               JOIN messages m ON m.id = o.message_id
               JOIN people p ON p.id = m.author_id
               WHERE o.state = 'pending' AND o.workspace_id = $1 ORDER BY o.id LIMIT $2"#,
            [
                lane.workspace.as_uuid().into(),
                i64::try_from(limit).unwrap_or(i64::MAX).into(),
            ],
        ))
        .all(self.db.reader())
        .await?)
    }

    /// Marks an effect as done; `result` is the name ERPNext gave the document.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn settle(&self, id: i64, result: &str) -> Result<(), StoreError> {
        self.db
            .writer()
            .execute_raw(self.db.statement(
                "UPDATE outbox SET state = 'done', result = $2, last_error = NULL WHERE id = $1",
                [id.into(), result.into()],
            ))
            .await?;
        Ok(())
    }

    /// Puts an effect off.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn put_off(&self, id: i64, next_at: Moment, why: &str) -> Result<(), StoreError> {
        self.db
            .writer()
            .execute_raw(self.db.statement(
                "UPDATE outbox SET attempts = attempts + 1, next_at = $2, last_error = $3 WHERE id = $1",
                [id.into(), next_at.as_millis().into(), why.into()],
            ))
            .await?;
        Ok(())
    }

    /// Gives an effect up: a dead letter for a person to read.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn give_up(&self, id: i64, why: &str) -> Result<(), StoreError> {
        self.db
            .writer()
            .execute_raw(self.db.statement(
                "UPDATE outbox SET attempts = attempts + 1, state = 'dead', last_error = $2 WHERE id = $1",
                [id.into(), why.into()],
            ))
            .await?;
        Ok(())
    }

    /// How much waits.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn depth(&self) -> Result<Depth, StoreError> {
        let row = DepthRow::find_by_statement(self.db.statement(
            "SELECT COUNT(*) AS waiting, MIN(created_at) AS oldest FROM outbox WHERE state = 'pending'",
            [],
        ))
        .one(self.db.reader())
        .await?;
        Ok(row.map_or_else(Depth::default, |row| Depth {
            waiting: u64::try_from(row.waiting).unwrap_or(0),
            oldest: row.oldest.map(Moment::from_millis),
        }))
    }

    /// The newest dead letters.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn dead_letters(&self, limit: u64) -> Result<Vec<Dead>, StoreError> {
        Ok(Dead::find_by_statement(self.db.statement(
            "SELECT id, created_at, attempts, COALESCE(last_error, '') AS last_error
             FROM outbox WHERE state = 'dead' ORDER BY id DESC LIMIT $1",
            [i64::try_from(limit).unwrap_or(i64::MAX).into()],
        ))
        .all(self.db.reader())
        .await?)
    }
}
