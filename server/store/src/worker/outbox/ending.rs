//! What becomes of an effect: done, put off, given up, or an answer that its author has to see.

use crate::{
    Backend, Db, StoreError, edits::count_facts, messages::hold_places, notices, tags,
    worker::Worker,
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, Value};
use vocabulary::Moment;

use super::{Effect, Owed};

/// What became of a member's save.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Saved {
    /// `name` of the document.
    pub name: String,
    /// Its `creation`.
    pub creation: String,
    /// What became of each field that was not simply saved.
    pub fields: Vec<(String, FieldEnd)>,
}

/// What became of one field of a save.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldEnd {
    /// Somebody gave it another value meanwhile: nothing was written.
    Conflict {
        /// Theirs.
        theirs: serde_json::Value,
    },
}

impl Worker {
    /// A try begins: whoever finds this after a crash knows that it may have arrived.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn begin_effect(&self, id: i64) -> Result<(), StoreError> {
        self.set(
            "UPDATE outbox SET begun_at = $2 WHERE id = $1 AND begun_at IS NULL",
            [id.into(), Moment::now().as_millis().into()],
        )
        .await
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
            "UPDATE outbox SET state = 'done', result = done.value, last_error = NULL, settled_at = $2
             FROM {each} AS done WHERE outbox.id = CAST(done.key AS BIGINT) AND outbox.state = 'pending'"
        );
        let results = serde_json::Value::Object(results).to_string();
        self.set(&sql, [results.into(), Moment::now().as_millis().into()]).await
    }

    /// Marks a member's save as done, with what became of its fields; a file needs its content no longer.
    ///
    /// # Errors
    /// If the database fails; then nothing is marked.
    pub async fn settle_save(&self, owed: &Owed, saved: &Saved) -> Result<(), StoreError> {
        let tx = self.db.begin().await?;
        if matches!(owed.effect, Effect::Insert(_)) {
            hold_places(&self.db, &tx, owed.workspace).await?;
        }
        if !end(&self.db, &tx, owed, "done", Some(&saved.name), None).await? {
            return Ok(tx.rollback().await?);
        }
        let save = save_id(owed);
        for (field, FieldEnd::Conflict { theirs }) in &saved.fields {
            // An older conflict about the same field is part of this one now.
            tx.execute_raw(self.db.statement(
                "UPDATE edits SET state = 'dropped', at = $3 WHERE state IN ('conflict', 'refused') AND field = $2 AND EXISTS
                   (SELECT 1 FROM edits mine WHERE mine.save_id = $1 AND mine.person_id = edits.person_id
                      AND mine.doctype = edits.doctype AND mine.name = edits.name)",
                [save.clone(), field.as_str().into(), now()],
            ))
            .await?;
            tx.execute_raw(self.db.statement(
                "UPDATE edits SET state = 'conflict', theirs = $3, at = $4 WHERE save_id = $1 AND field = $2 AND state = 'pending'",
                [save.clone(), field.as_str().into(), theirs.to_string().into(), now()],
            ))
            .await?;
        }
        tx.execute_raw(self.db.statement(
            "UPDATE edits SET state = CASE WHEN state = 'pending' THEN 'done' ELSE state END, name = $2, creation = $3, at = $4
             WHERE save_id = $1",
            [save, saved.name.as_str().into(), saved.creation.as_str().into(), now()],
        ))
        .await?;
        if !saved.fields.is_empty() {
            notices::edit_stopped(&self.db, &tx, &owed.idempotency_key, None).await?;
        }
        tx.execute_raw(self.db.statement(
            "DELETE FROM outbox_contents WHERE idempotency_key = $1",
            [owed.idempotency_key.clone().into()],
        ))
        .await?;
        if let (Effect::Insert(_), key) = (&owed.effect, &owed.idempotency_key) {
            tags::made(&self.db, &tx, owed.workspace, (key, saved), Moment::now()).await?;
        }
        count_facts(&self.db, &tx, owed.workspace).await?;
        tx.commit().await?;
        Ok(())
    }

    /// ERPNext refused a member's save; its author sees `words` beside what they typed.
    ///
    /// # Errors
    /// If the database fails; then nothing is marked.
    pub async fn refuse(&self, owed: &Owed, words: &str) -> Result<(), StoreError> {
        let tx = self.db.begin().await?;
        if !end(&self.db, &tx, owed, "refused", None, Some(words)).await? {
            return Ok(tx.rollback().await?);
        }
        tx.execute_raw(self.db.statement(
            "UPDATE edits SET state = 'refused', words = $2, at = $3 WHERE save_id = $1 AND state = 'pending'",
            [save_id(owed), words.into(), now()],
        ))
        .await?;
        notices::edit_stopped(&self.db, &tx, &owed.idempotency_key, Some(words)).await?;
        count_facts(&self.db, &tx, owed.workspace).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Puts an effect off; `answered` says whether ERPNext answered it, so that this counts as an attempt.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn put_off(
        &self,
        id: i64,
        next_at: Moment,
        why: &str,
        answered: bool,
    ) -> Result<(), StoreError> {
        self.set(
            "UPDATE outbox SET attempts = attempts + $4, next_at = $2, last_error = $3 WHERE id = $1",
            [id.into(), next_at.as_millis().into(), why.into(), i32::from(answered).into()],
        )
        .await
    }

    /// Gives an effect up: a dead letter for a person to read.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn give_up(&self, id: i64, why: &str) -> Result<(), StoreError> {
        self.set(
            "UPDATE outbox SET attempts = attempts + 1, state = 'dead', last_error = $2 WHERE id = $1 AND state = 'pending'",
            [id.into(), why.into()],
        )
        .await
    }

    pub(super) async fn set<const N: usize>(
        &self,
        sql: &str,
        values: [Value; N],
    ) -> Result<(), StoreError> {
        self.db.writer().execute_raw(self.db.statement(sql, values)).await?;
        Ok(())
    }
}

/// Ends an effect that nobody has ended; a sender whose lease ran out meanwhile finds that another was faster.
async fn end(
    db: &Db,
    tx: &DatabaseTransaction,
    owed: &Owed,
    state: &str,
    result: Option<&str>,
    error: Option<&str>,
) -> Result<bool, StoreError> {
    let ended = tx
        .execute_raw(db.statement(
            "UPDATE outbox SET state = $2, result = $3, last_error = $4, settled_at = $5
             WHERE id = $1 AND state = 'pending'",
            [owed.id.into(), state.into(), result.into(), error.into(), now()],
        ))
        .await?;
    Ok(ended.rows_affected() > 0)
}

fn now() -> Value {
    Moment::now().as_millis().into()
}

/// `None` matches no edit: effects without one have another kind of key.
fn save_id(owed: &Owed) -> Value {
    owed.idempotency_key.parse::<uuid::Uuid>().ok().into()
}
