//! What an on-call person asks of the queue: how much waits, what was given up and why, and what to do about it.

use crate::{StoreError, edits::count_facts, worker::Worker};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;
use vocabulary::{Moment, WorkspaceId};

use super::EffectKind;

/// How much waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutboxState {
    /// Effects not sent yet.
    pub waiting: u64,
    /// Workspaces they belong to.
    pub lanes: u64,
    /// When the oldest of them was caused.
    pub oldest: Option<Moment>,
    /// Effects that were given up.
    pub dead: u64,
}

/// An effect that was given up. Says nothing of what somebody wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// Number in the outbox.
    pub id: i64,
    /// What it is; `None` for one of another version.
    pub effect: Option<EffectKind>,
    /// Whose lane it was in.
    pub workspace: WorkspaceId,
    /// `Project.name` of that workspace.
    pub project: String,
    /// When it was caused.
    pub since: Moment,
    /// How often it was tried.
    pub attempts: u32,
    /// Why it was given up.
    pub reason: String,
}

/// What the author of a save reads beside it after an administrator has discarded it.
const DISCARDED: &str = "An administrator has taken this out of what waits for ERPNext.";

#[derive(FromQueryResult)]
struct DiscardedRow {
    idempotency_key: String,
    workspace_id: Uuid,
}

#[derive(FromQueryResult)]
struct StateRow {
    waiting: i64,
    lanes: i64,
    oldest: Option<i64>,
    dead: i64,
}

#[derive(FromQueryResult)]
struct ReasonRow {
    last_error: String,
}

#[derive(FromQueryResult)]
struct LetterRow {
    id: i64,
    effect: String,
    workspace_id: Uuid,
    project: String,
    created_at: i64,
    attempts: i32,
    last_error: Option<String>,
}

impl From<LetterRow> for DeadLetter {
    fn from(row: LetterRow) -> Self {
        Self {
            id: row.id,
            effect: row.effect.parse().ok(),
            workspace: WorkspaceId::from_uuid(row.workspace_id),
            project: row.project,
            since: Moment::from_millis(row.created_at),
            attempts: u32::try_from(row.attempts).unwrap_or(0),
            reason: row.last_error.unwrap_or_default(),
        }
    }
}

impl Worker {
    /// How much waits, and how much was given up.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn outbox_state(&self) -> Result<OutboxState, StoreError> {
        let row = StateRow::find_by_statement(self.db.statement(
            "SELECT COUNT(CASE WHEN state = 'pending' THEN 1 END) AS waiting,
                    COUNT(DISTINCT CASE WHEN state = 'pending' THEN workspace_id END) AS lanes,
                    MIN(CASE WHEN state = 'pending' THEN created_at END) AS oldest,
                    COUNT(CASE WHEN state = 'dead' THEN 1 END) AS dead
             FROM outbox WHERE state IN ('pending', 'dead')",
            [],
        ))
        .one(self.db.reader())
        .await?;
        Ok(row.map_or_else(OutboxState::default, |row| OutboxState {
            waiting: u64::try_from(row.waiting).unwrap_or(0),
            lanes: u64::try_from(row.lanes).unwrap_or(0),
            oldest: row.oldest.map(Moment::from_millis),
            dead: u64::try_from(row.dead).unwrap_or(0),
        }))
    }

    /// Why the effect that waits longest was put off, if it was.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn put_off_for(&self) -> Result<Option<String>, StoreError> {
        let row = ReasonRow::find_by_statement(self.db.statement(
            "SELECT last_error FROM outbox WHERE state = 'pending' AND last_error IS NOT NULL ORDER BY id LIMIT 1",
            [],
        ))
        .one(self.db.reader())
        .await?;
        Ok(row.map(|row| row.last_error))
    }

    /// The newest effects that were given up.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn dead_letters(&self, limit: u64) -> Result<Vec<DeadLetter>, StoreError> {
        let rows = LetterRow::find_by_statement(self.db.statement(
            "SELECT o.id, o.effect, o.workspace_id, w.project, o.created_at, o.attempts, o.last_error
             FROM outbox o JOIN workspaces w ON w.id = o.workspace_id
             WHERE o.state = 'dead' ORDER BY o.id DESC LIMIT $1",
            [i64::try_from(limit).unwrap_or(i64::MAX).into()],
        ))
        .all(self.db.reader())
        .await?;
        Ok(rows.into_iter().map(DeadLetter::from).collect())
    }

    /// Sends a dead letter again, before what waits in its lane by now. Whether it was one.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn replay(&self, id: i64) -> Result<bool, StoreError> {
        self.turn_dead(
            "UPDATE outbox SET state = 'pending', attempts = 0, next_at = $2 WHERE id = $1 AND state = 'dead'",
            id,
        )
        .await
    }

    /// Leaves a dead letter alone for good. Whether it was one.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn discard(&self, id: i64) -> Result<bool, StoreError> {
        let tx = self.db.begin().await?;
        let now = || Moment::now().as_millis().into();
        let letter = DiscardedRow::find_by_statement(self.db.statement(
            "UPDATE outbox SET state = 'discarded', settled_at = $2 WHERE id = $1 AND state = 'dead'
             RETURNING idempotency_key, workspace_id",
            [id.into(), now()],
        ))
        .one(&tx)
        .await?;
        let Some(letter) = letter else {
            tx.rollback().await?;
            return Ok(false);
        };
        // Whoever saved it must not see it on its way for ever.
        if let Ok(save) = letter.idempotency_key.parse::<Uuid>() {
            tx.execute_raw(self.db.statement(
                "UPDATE edits SET state = 'refused', words = $2, at = $3 WHERE save_id = $1 AND state = 'pending'",
                [save.into(), DISCARDED.into(), now()],
            ))
            .await?;
            count_facts(&self.db, &tx, WorkspaceId::from_uuid(letter.workspace_id)).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Forgets what was settled before `before`, and edits that nobody has to decide on any more. Dead letters stay.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn prune_outbox(&self, before: Moment) -> Result<(), StoreError> {
        let before = || [before.as_millis().into()];
        self.set(
            "DELETE FROM outbox WHERE state IN ('done', 'refused', 'discarded') AND COALESCE(settled_at, created_at) < $1",
            before(),
        )
        .await?;
        // Also what waits for a decision about a document that is gone.
        self.set(
            "DELETE FROM edits WHERE at < $1 AND (state IN ('done', 'dropped')
               OR (name IS NOT NULL AND state <> 'pending' AND NOT EXISTS (SELECT 1 FROM documents d
                 WHERE d.doctype = edits.doctype AND d.name = edits.name AND d.creation = edits.creation)))",
            before(),
        )
        .await?;
        self.set(
            "DELETE FROM outbox_contents WHERE NOT EXISTS
               (SELECT 1 FROM outbox o WHERE o.idempotency_key = outbox_contents.idempotency_key)",
            [],
        )
        .await
    }

    async fn turn_dead(&self, sql: &str, id: i64) -> Result<bool, StoreError> {
        let turned = self
            .db
            .writer()
            .execute_raw(self.db.statement(sql, [id.into(), Moment::now().as_millis().into()]))
            .await?;
        Ok(turned.rows_affected() > 0)
    }
}
