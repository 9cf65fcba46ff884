//! The queue of effects on other systems: one lane per workspace, in order, leased to one sender at a time.

use crate::{Backend, StoreError, worker::Worker};
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

    fn as_list(&self) -> Value {
        list(&self.workspaces)
    }
}

/// A lane with something due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due(pub WorkspaceId);

/// A chat line that ERPNext is owed as a Communication.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Owed {
    /// Number in the outbox.
    pub id: i64,
    /// Whose lane it is in.
    pub workspace_id: Uuid,
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
            self.listed("$1")
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
            self.listed("$1")
        );
        let values = [lanes.as_list(), lanes.holder.to_string().into()];
        self.db.writer().execute_raw(self.db.statement(&sql, values)).await?;
        Ok(())
    }

    /// The next effects of held lanes, each lane's in order.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn owed(&self, lanes: &Lanes, limit: u64) -> Result<Vec<Owed>, StoreError> {
        let sql = format!(
            r#"SELECT o.id, o.workspace_id, o.idempotency_key, o.attempts, o.next_at, w.project, m.body,
                      p."user" AS author_user, m.author_name, m.sent_at
               FROM outbox o
               JOIN workspaces w ON w.id = o.workspace_id
               JOIN messages m ON m.id = o.message_id
               JOIN people p ON p.id = m.author_id
               WHERE o.state = 'pending' AND o.workspace_id IN {} ORDER BY o.id LIMIT $2"#,
            self.listed("$1")
        );
        let values = [lanes.as_list(), i64::try_from(limit).unwrap_or(i64::MAX).into()];
        Ok(Owed::find_by_statement(self.db.statement(&sql, values)).all(self.db.reader()).await?)
    }

    /// Marks effects as done, with the names ERPNext gave the documents.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn settle(&self, done: &[(i64, String)]) -> Result<(), StoreError> {
        if done.is_empty() {
            return Ok(());
        }
        let results: serde_json::Map<String, serde_json::Value> =
            done.iter().map(|(id, result)| (id.to_string(), result.clone().into())).collect();
        let each = match self.db.backend() {
            Backend::Sqlite => "json_each($1)",
            Backend::Postgres => "jsonb_each_text($1::jsonb)",
        };
        let sql = format!(
            "UPDATE outbox SET state = 'done', result = done.value, last_error = NULL
             FROM {each} AS done WHERE outbox.id = CAST(done.key AS BIGINT)"
        );
        let results = serde_json::Value::Object(results).to_string();
        self.db.writer().execute_raw(self.db.statement(&sql, [results.into()])).await?;
        Ok(())
    }

    /// The workspaces listed in a placeholder, as a subquery.
    fn listed(&self, placeholder: &str) -> String {
        match self.db.backend() {
            Backend::Sqlite => format!("(SELECT unhex(value) FROM json_each({placeholder}))"),
            Backend::Postgres => {
                format!("(SELECT value::uuid FROM jsonb_array_elements_text({placeholder}::jsonb))")
            }
        }
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

/// Workspaces as one value of a statement: their bits in hexadecimal, which both databases read as an id.
fn list(workspaces: &[WorkspaceId]) -> Value {
    let ids: Vec<String> = workspaces.iter().map(|id| id.as_uuid().simple().to_string()).collect();
    serde_json::Value::from(ids).to_string().into()
}
